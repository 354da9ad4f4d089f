/*
 * test_channel.c
 *	  Fronts, frontiers, closeness and budgets against their definitions, worked out the slow way.
 */
#include "check.h"

#include <float.h>

#include "channel/tp_channel.h"
#include "base/tp_sort.h"

#define MOST 300
#define WIDE 6

CHECK_STREAM(any, 20240601)

static double
fraction(void)
{
	return (any(1u << 30) + 0.5) / (1u << 30);
}

/* p[i] = i, shuffled */
static void
shuffle(size_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = i;
	for (size_t i = n; i > 1; i--)
	{
		size_t		j = any((uint32_t) i);
		size_t		swap = p[i - 1];

		p[i - 1] = p[j];
		p[j] = swap;
	}
}

static void
test_sort(void)
{
	static double keys[5000];
	static uint32_t order[5000];
	tp_error	err;

	for (size_t n = 0; n <= 5000; n = n * 3 + 1)
		for (int descending = 0; descending < 2; descending++)
		{
			for (size_t i = 0; i < n; i++)
				keys[i] = any(3) == 0 ? (double) any(5) - 2 : (fraction() - 0.5) * pow(10, (double) any(600) - 300);
			if (n > 3)
				keys[1] = -0.0, keys[2] = 0, keys[3] = DBL_MAX;
			tp_sort_start(order, n);
			CHECK(tp_sort_rows(&check_memory, keys, 1, descending, order, n, &err) == TP_OK);
			for (size_t i = 1; i < n; i++)
			{
				double		a = keys[order[i - 1]];
				double		b = keys[order[i]];

				CHECK(descending ? a >= b : a <= b);
				CHECK(a != b || order[i - 1] < order[i]);
			}
		}
}

/* SCIENCE: Tzeng & Huang's example; and what the definition gives for any rows. */
static void
test_topsis(void)
{
	const double rows[] = {5, 8, 4, 7, 6, 8, 8, 8, 6, 7, 4, 6};
	const double weights[] = {.3, .4, .3};
	const bool	up[] = {true, true, true};
	const double want[] = {.5037, .6581, .7482, .3340};
	double		got[4];
	double		extreme[4];
	const double scale[] = {1e305, 1e-320, -1e-300};
	const bool	turned[] = {true, true, false};
	double		scaled[12];
	bool		differ;
	tp_error	err;

	CHECK(tp_topsis(&check_memory, rows, 4, 3, weights, up, got, &differ, &err) == TP_OK && differ);
	for (int i = 0; i < 4; i++)
		CHECK_NEAR(got[i], want[i], 5e-5);
	for (int i = 0; i < 12; i++)
		scaled[i] = rows[i] * scale[i % 3];
	CHECK(tp_topsis(&check_memory, scaled, 4, 3, weights, turned, extreme, &differ, &err) == TP_OK);
	/* 1e-320 has three digits left */
	for (int i = 0; i < 4; i++)
		CHECK_NEAR(extreme[i], got[i], 1e-3);
	CHECK(tp_topsis(&check_memory, rows, 1, 3, weights, up, got, &differ, &err) == TP_OK && !differ);
	{
		/* the only column that differs weighs next to nothing, or nothing */
		const double faint[] = {1, 2, 1, 3};
		double		w[] = {1, 5e-324};

		CHECK(tp_topsis(&check_memory, faint, 2, 2, w, up, got, &differ, &err) == TP_OK && differ);
		CHECK(got[0] == 0 && got[1] == 1);
		w[1] = 0;
		CHECK(tp_topsis(&check_memory, faint, 2, 2, w, up, got, &differ, &err) == TP_OK && !differ);
	}
}

static void
slow_pareto(const double *v, size_t n, size_t columns, const bool *up, bool *efficient)
{
	for (size_t i = 0; i < n; i++)
	{
		efficient[i] = true;
		for (size_t k = 0; k < n; k++)
		{
			bool		no_worse = true;
			bool		better = false;

			for (size_t j = 0; j < columns; j++)
			{
				double		d = v[k * columns + j] - v[i * columns + j];

				d = up[j] ? d : -d;
				no_worse &= d >= 0;
				better |= d > 0;
			}
			efficient[i] &= !(no_worse && better);
		}
	}
}

static void
test_pareto(void)
{
	static double v[MOST * WIDE];
	bool		fast[MOST];
	bool		slow[MOST];
	bool		up[WIDE];
	tp_error	err;

	for (int round = 0; round < 600; round++)
	{
		size_t		columns = 1 + any(WIDE);
		size_t		n = 1 + any(round % 10 == 0 ? MOST : 40);
		uint32_t	range = 1 + any(round % 3 == 0 ? 4 : 60);

		for (size_t j = 0; j < columns; j++)
			up[j] = any(2) == 0;
		for (size_t i = 0; i < n * columns; i++)
			v[i] = (double) any(range) - range / 2;
		slow_pareto(v, n, columns, up, slow);
		CHECK(tp_pareto(&check_memory, v, n, columns, up, fast, &err) == TP_OK);
		CHECK(memcmp(fast, slow, n) == 0);
	}
}

/* Strike out, one at a time, what is dominated and what the definition calls extendedly so. */
static void
slow_frontier(const double *cost, const double *effect, size_t n, tp_frontier_status *status)
{
	bool		again = true;

	for (size_t i = 0; i < n; i++)
	{
		status[i] = TP_EFFICIENT;
		for (size_t k = 0; k < n; k++)
			if (cost[k] <= cost[i] && effect[k] >= effect[i] &&
				(cost[k] < cost[i] || effect[k] > effect[i] || k < i))
				status[i] = TP_DOMINATED;
	}
	while (again)
	{
		again = false;
		for (size_t i = 0; i < n && !again; i++)
		{
			size_t		low = n;
			size_t		high = n;

			for (size_t k = 0; k < n; k++)
			{
				if (status[i] != TP_EFFICIENT || status[k] != TP_EFFICIENT)
					continue;
				if (cost[k] < cost[i] && (low == n || cost[k] > cost[low]))
					low = k;
				if (cost[k] > cost[i] && (high == n || cost[k] < cost[high]))
					high = k;
			}
			if (low == n || high == n)
				continue;
			again = (cost[i] - cost[low]) * (effect[high] - effect[i]) >
				(cost[high] - cost[i]) * (effect[i] - effect[low]);
			if (again)
				status[i] = TP_EXTENDEDLY_DOMINATED;
		}
	}
}

static void
test_frontier(void)
{
	const double cost[] = {5000, 12000, 10000, 25000, 35000, 55000};
	const double effect[] = {1, 1.5, 2, 3, 4, 5};
	const double tenths[] = {.1, .2, .3, .4, .5, .6, .7};
	static double c[MOST];
	static double e[MOST];
	static tp_frontier_point got[MOST];
	tp_frontier_status want[MOST];
	tp_error	err;

	CHECK(tp_cost_effectiveness(&check_memory, cost, effect, 6, got, &err) == TP_OK);
	CHECK(got[0].status == TP_EFFICIENT && !got[0].compared);
	CHECK(got[1].status == TP_DOMINATED && got[3].status == TP_EXTENDEDLY_DOMINATED);
	CHECK_NEAR(got[2].icer, 5000, 0);
	CHECK_NEAR(got[4].icer, 12500, 0);
	CHECK_NEAR(got[5].icer, 20000, 0);
	/* collinear in decimals, though not in binary */
	CHECK(tp_cost_effectiveness(&check_memory, tenths, tenths, 7, got, &err) == TP_OK);
	for (int i = 0; i < 7; i++)
		CHECK(got[i].status == TP_EFFICIENT);

	for (int round = 0; round < 1000; round++)
	{
		size_t		n = 1 + any(60);
		uint32_t	range = 2 + any(40);

		for (size_t i = 0; i < n; i++)
		{
			c[i] = (double) any(range) - 3;
			e[i] = round % 2 == 0 ? (double) any(range) : floor(sqrt(c[i] + 4) * 20 + any(5));
		}
		slow_frontier(c, e, n, want);
		CHECK(tp_cost_effectiveness(&check_memory, c, e, n, got, &err) == TP_OK);
		for (size_t i = 0; i < n; i++)
			CHECK(got[i].status == want[i]);
	}
	c[0] = -DBL_MAX, c[1] = 0, c[2] = 1e308;
	e[0] = -1e-300, e[1] = 0, e[2] = 5e-324;
	CHECK(tp_cost_effectiveness(&check_memory, c, e, 3, got, &err) == TP_OUT_OF_RANGE);
	c[0] = -1e307;
	e[0] = 0, e[1] = 1e300, e[2] = DBL_MAX;
	CHECK(tp_cost_effectiveness(&check_memory, c, e, 3, got, &err) == TP_OK);
	CHECK(got[1].status == TP_EXTENDEDLY_DOMINATED && got[2].cost == 1.1e308);
}

static double
returns(const double *a, const double *h, const double *x, size_t n)
{
	double		sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * x[i] / (h[i] + x[i]);
	return sum;
}

/* The best split has one marginal return where something is spent and none greater elsewhere. */
static void
test_spend(void)
{
	double		a[50];
	double		h[50];
	double		x[50];
	tp_error	err;

	for (int round = 0; round < 2000; round++)
	{
		size_t		n = 1 + any(50);
		double		budget = pow(10, fraction() * 16 - 8);
		double		spread = any(2) == 0 ? 1 : 6;
		double		sum = 0;
		double		total;
		double		top = 0;

		for (size_t i = 0; i < n; i++)
		{
			a[i] = any(8) == 0 ? 0 : pow(10, fraction() * spread);
			h[i] = pow(10, fraction() * spread);
		}
		a[0] = 1;
		CHECK(tp_optimal_spend(&check_memory, budget, a, h, n, x, &err) == TP_OK);
		for (size_t i = 0; i < n; i++)
		{
			CHECK(x[i] >= 0 && (a[i] > 0 || x[i] == 0));
			sum += x[i];
			if (x[i] > 0)
				top = fmax(top, a[i] * h[i] / ((h[i] + x[i]) * (h[i] + x[i])));
		}
		CHECK_NEAR(sum, budget, budget * 1e-12);
		for (size_t i = 0; i < n; i++)
		{
			double		marginal = a[i] * h[i] / ((h[i] + x[i]) * (h[i] + x[i]));

			CHECK(marginal <= top * (1 + 1e-9));
			CHECK(x[i] == 0 || marginal >= top * (1 - 1e-9) || x[i] < budget * 1e-9);
		}
		total = returns(a, h, x, n);
		for (int k = 0; k < 20; k++)
		{
			size_t		from = any((uint32_t) n);
			size_t		to = any((uint32_t) n);
			double		move = x[from] * fraction();

			x[from] -= move;
			x[to] += move;
			CHECK(returns(a, h, x, n) <= total * (1 + 1e-12));
			x[to] -= move;
			x[from] += move;
		}
	}
	/* nothing is lost at the ends of the range */
	a[0] = 1e308, h[0] = 5e-324, a[1] = 5e-324, h[1] = 1e308;
	for (int k = -300; k <= 300; k += 60)
	{
		double		budget = pow(10, k);

		CHECK(tp_optimal_spend(&check_memory, budget, a, h, 2, x, &err) == TP_OK);
		CHECK_NEAR(x[0] + x[1], budget, budget * 1e-12);
		CHECK(tp_optimal_spend(&check_memory, budget, a + 1, h + 1, 1, x, &err) == TP_OK);
		CHECK_NEAR(x[0], budget, budget * 1e-12);
	}
	a[0] = a[1] = 0;
	CHECK(tp_optimal_spend(&check_memory, 5, a, h, 2, x, &err) == TP_OK && x[0] == 0 && x[1] == 0);
	CHECK(tp_optimal_spend(&check_memory, -1, a, h, 2, x, &err) == TP_BAD_ARGUMENT);
	a[1] = -1;
	CHECK(tp_optimal_spend(&check_memory, 1, a, h, 2, x, &err) == TP_BAD_ARGUMENT);
	h[0] = 0;
	CHECK(tp_optimal_spend(&check_memory, 1, a, h, 2, x, &err) == TP_BAD_ARGUMENT);
	CHECK(strncmp(err.message, "half_spend", 10) == 0);
}

static void
test_weights(void)
{
	const double rows[] = {1, 2, 4, 16};
	const double ahp[] = {1, 6, 3, 1.0 / 6, 1, .5, 1.0 / 3, 2, 1};
	double		circle[] = {1, 1e9, 1e-9, 1e-9, 1, 1e10, 1e9, 1e-10, 1};
	double		many[12 * 12];
	double		w[12];
	double		v[3];
	double		ratio;
	tp_error	err;

	CHECK(tp_entropy_weights(rows, 2, 2, w, &check_memory, &err) == TP_OK);
	CHECK_NEAR(w[0], .358889, 5e-7);
	CHECK_NEAR(w[1], .641111, 5e-7);
	CHECK(tp_entropy_weights(rows, 1, 4, w, &check_memory, &err) == TP_OK && w[0] == .25 && w[3] == .25);
	CHECK(tp_ahp(&check_memory, ahp, 3, w, &ratio, &err) == TP_OK);
	CHECK_NEAR(w[0], 2.0 / 3, 1e-15);
	CHECK_NEAR(w[1], 1.0 / 9, 1e-15);
	CHECK_NEAR(w[2], 2.0 / 9, 1e-15);
	CHECK_NEAR(ratio, 0, 1e-15);
	/* judgements in a circle: the second eigenvalue is nearly as large as the first */
	CHECK(tp_ahp(&check_memory, circle, 3, w, &ratio, &err) == TP_OK);
	for (int i = 0; i < 3; i++)
		v[i] = circle[i * 3] * w[0] + circle[i * 3 + 1] * w[1] + circle[i * 3 + 2] * w[2];
	CHECK_NEAR(v[1] / v[0], w[1] / w[0], w[1] / w[0] * 1e-12);
	CHECK_NEAR(v[2] / v[0], w[2] / w[0], w[2] / w[0] * 1e-12);
	circle[1] = 1e308, circle[5] = 1e308, circle[6] = 1e308;
	circle[3] = circle[7] = circle[2] = 1e-308;
	CHECK(tp_ahp(&check_memory, circle, 3, w, &ratio, &err) == TP_OK);
	CHECK(w[0] == w[1] && w[1] == w[2] && ratio > 1e307);
	for (int i = 0; i < 12 * 12; i++)
		many[i] = (double) (i / 12 + 1) / (i % 12 + 1);
	CHECK(tp_ahp(&check_memory, many, 12, w, &ratio, &err) == TP_OK);
	CHECK_NEAR(w[11], 12.0 / 78, 1e-15);
	CHECK_NEAR(ratio, 0, 1e-14);
	many[1] = 3;
	CHECK(tp_ahp(&check_memory, many, 12, w, &ratio, &err) == TP_BAD_ARGUMENT);
}

/* Not a bit changes when the rows come in another order. */
static void
test_order(void)
{
	static double v[MOST * 3];
	static double t[MOST * 3];
	static double got[MOST];
	static double again[MOST];
	static tp_frontier_point point[MOST];
	static tp_frontier_point point_again[MOST];
	static size_t p[MOST];
	const double weights[] = {1, 2.5, .3};
	const bool	up[] = {true, false, true};
	double		w[3];
	double		w_again[3];
	double	   *a = t;
	double	   *h = t + MOST;
	bool		differ;
	tp_error	err;

	for (int round = 0; round < 50; round++)
	{
		size_t		n = 2 + any(MOST - 2);

		for (size_t i = 0; i < n * 3; i++)
			v[i] = any(4) == 0 ? any(3) : fraction() * pow(10, any(9));
		shuffle(p, n);
		for (size_t i = 0; i < n * 3; i++)
			t[i] = v[p[i / 3] * 3 + i % 3];
		CHECK(tp_topsis(&check_memory, v, n, 3, weights, up, got, &differ, &err) == TP_OK);
		CHECK(tp_topsis(&check_memory, t, n, 3, weights, up, again, &differ, &err) == TP_OK);
		for (size_t i = 0; i < n; i++)
			CHECK(again[i] == got[p[i]]);
		CHECK(tp_entropy_weights(v, n, 3, w, &check_memory, &err) == TP_OK);
		CHECK(tp_entropy_weights(t, n, 3, w_again, &check_memory, &err) == TP_OK);
		CHECK(memcmp(w, w_again, sizeof(w)) == 0);

		for (size_t i = 0; i < n; i++)
			a[i] = v[i], h[i] = v[MOST + i] = v[n + i] + 1;
		CHECK(tp_optimal_spend(&check_memory, 100, v, v + MOST, n, got, &err) == TP_OK);
		CHECK(tp_cost_effectiveness(&check_memory, v, v + MOST, n, point, &err) == TP_OK);
		for (size_t i = 0; i < n; i++)
			a[i] = v[p[i]], h[i] = v[MOST + p[i]];
		CHECK(tp_optimal_spend(&check_memory, 100, a, h, n, again, &err) == TP_OK);
		CHECK(tp_cost_effectiveness(&check_memory, a, h, n, point_again, &err) == TP_OK);
		for (size_t i = 0; i < n; i++)
		{
			const tp_frontier_point *q = &point_again[i];
			const tp_frontier_point *r = &point[p[i]];

			bool		twin = false;

			CHECK(again[i] == got[p[i]]);
			/* of twins the first stays, whichever that is */
			for (size_t k = 0; k < n; k++)
				twin |= k != i && a[k] == a[i];
			if (twin)
				continue;
			CHECK(q->status == r->status && q->compared == r->compared);
			CHECK(!q->compared || (q->cost == r->cost && q->effect == r->effect && q->icer == r->icer));
		}
	}
}

static void
test_ranks(void)
{
	const double scores[] = {.2, .9, .2, .5, .9};
	const int64_t want[] = {4, 1, 4, 3, 1};
	int64_t		got[5];
	tp_error	err;

	CHECK(tp_competition_ranks(&check_memory, scores, 5, got, &err) == TP_OK);
	CHECK(memcmp(got, want, sizeof(want)) == 0);
	CHECK(tp_competition_ranks(&check_memory, scores, 0, got, &err) == TP_OK);
}

int
main(void)
{
	test_sort();
	test_topsis();
	test_pareto();
	test_frontier();
	test_spend();
	test_weights();
	test_order();
	test_ranks();
	return CHECK_DONE();
}
