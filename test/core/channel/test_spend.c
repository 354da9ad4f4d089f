/*
 * test_spend.c
 *	  Budgets within bounds by the conditions of Karush, Kuhn and Tucker, and response curves.
 */
#include "check.h"

#include "channel/tp_channel.h"

#define MOST 40

static check_random seed = {1956};

static double
fraction(void)
{
	return (double) (check_next(&seed) >> 11) * 0x1p-53;
}

static double
marginal(double a, double h, double x)
{
	return a * h / ((h + x) * (h + x));
}

/* At the best split nobody strictly within bounds has another marginal return than the others. */
static void
check_conditions(const double *a, const double *h, const double *low, const double *high, const double *x, size_t n,
				 double budget)
{
	double		total = 0;
	double		least_free = INFINITY,
				most_free = 0;

	for (size_t i = 0; i < n; i++)
	{
		total += x[i];
		CHECK(x[i] >= low[i] && x[i] <= high[i]);
		if (x[i] > low[i] && x[i] < high[i])
		{
			least_free = fmin(least_free, marginal(a[i], h[i], x[i]));
			most_free = fmax(most_free, marginal(a[i], h[i], x[i]));
		}
	}
	CHECK_NEAR(total / budget, 1, 1e-9);
	if (most_free > 0)
		CHECK_NEAR(least_free / most_free, 1, 1e-8);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			/* what one could give up and another take must not pay */
			if (x[i] > low[i] && x[k] < high[k])
				CHECK(marginal(a[i], h[i], x[i]) >= marginal(a[k], h[k], x[k]) * (1 - 1e-7));
}

static void
check_example(void)
{
	const double a[] = {9000, 5000, 2000},
				h[] = {1000, 2000, 500},
				low[] = {0, 500, 0},
				high[] = {2000, INFINITY, INFINITY};
	double		x[3];
	tp_error	err;

	/*
	 * 6,000, the first at most 2,000. It wants more (9000 * 1000 / 3000^2 = 1 a unit), so it stays there; the
	 * other two share 4,000 at one return: sqrt(5000 * 2000) / (2000 + y) = sqrt(2000 * 500) / (500 + 4000 - y),
	 * so y = (4500 sqrt(10) - 2000) / (1 + sqrt(10)).
	 */
	CHECK(tp_optimal_spend_within(&check_memory, 6000, a, h, low, high, 3, x, &err) == TP_OK);
	CHECK_NEAR(x[0], 2000, 0);
	CHECK_NEAR(x[1], (4500 * sqrt(10) - 2000) / (1 + sqrt(10)), 1e-9);
	CHECK_NEAR(x[2], 4000 - x[1], 1e-9);
	check_conditions(a, h, low, high, x, 3, 6000);
}

static void
check_random_bounds(void)
{
	for (int round = 0; round < 20000; round++)
	{
		size_t		n = check_next(&seed) % 8 + 1;
		double		a[MOST],
					h[MOST],
					low[MOST],
					high[MOST],
					x[MOST],
					free_x[MOST];
		double		least = 0,
					most = 0,
					budget;
		tp_error	err;

		for (size_t i = 0; i < n; i++)
		{
			a[i] = 0.1 + 1000 * fraction();
			h[i] = 0.1 + 500 * fraction();
			low[i] = check_next(&seed) % 2 == 0 ? 0 : 100 * fraction();
			high[i] = check_next(&seed) % 2 == 0 ? INFINITY : low[i] + 300 * fraction();
			least += low[i];
			most += high[i];
		}
		budget = isinf(most) ? least + 1 + 2000 * fraction() : least + (most - least) * fraction();
		if (budget <= 0)
			continue;
		CHECK(tp_optimal_spend_within(&check_memory, budget, a, h, low, high, n, x, &err) == TP_OK);
		check_conditions(a, h, low, high, x, n, budget);
		for (size_t i = 0; i < n; i++)
		{
			low[i] = 0;
			high[i] = INFINITY;
		}
		CHECK(tp_optimal_spend(&check_memory, budget, a, h, n, free_x, &err) == TP_OK);
		CHECK(tp_optimal_spend_within(&check_memory, budget, a, h, low, high, n, x, &err) == TP_OK);
		for (size_t i = 0; i < n; i++)
			CHECK_NEAR(x[i], free_x[i], 1e-9 * budget);
	}
}

static void
check_bad_bounds(void)
{
	const double a[] = {1, 1},
				h[] = {1, 1};
	double		x[2];
	tp_error	err;

#define REFUSED(budget, l0, h0, l1, h1) \
	CHECK(tp_optimal_spend_within(&check_memory, budget, a, h, (const double[]) {l0, l1}, (const double[]) {h0, h1}, 2, x, \
								  &err) == TP_BAD_ARGUMENT)
	REFUSED(10, 6, INFINITY, 5, INFINITY);
	REFUSED(10, 0, 4, 0, 5);
	REFUSED(10, 3, 2, 0, INFINITY);
	REFUSED(10, -1, INFINITY, 0, INFINITY);
	/* exactly met */
	CHECK(tp_optimal_spend_within(&check_memory, 10, a, h, (const double[]) {4, 6}, (const double[]) {4, 6}, 2, x, &err) == TP_OK);
	CHECK(x[0] == 4 && x[1] == 6);
	/* a channel that brings nothing gets what it must */
	CHECK(tp_optimal_spend_within(&check_memory, 10, (const double[]) {0, 5}, h, (const double[]) {3, 0},
								  (const double[]) {INFINITY, INFINITY}, 2, x, &err) == TP_OK);
	CHECK_NEAR(x[0], 3, 0);
	CHECK_NEAR(x[1], 7, 1e-12);
}

static void
check_response(void)
{
	const double x[] = {1, 2, 4, 8, 16, 32},
				line[] = {2, 4, 8, 16, 32, 64},
				flat[] = {5, 5, 5, 5, 5, 5};
	/* Treloar's puromycin, the treated cells: the least squares are R's, 212.6837 and 0.06412 */
	const double conc[] = {0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.10, 1.10},
				rate[] = {76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200};
	double		y[6];
	tp_response r;
	bool		found;
	tp_error	err;

	for (int i = 0; i < 6; i++)
		y[i] = 100 * x[i] / (7 + x[i]);
	CHECK(tp_response_curve(&check_memory, x, y, 6, &r, &found, &err) == TP_OK && found);
	CHECK_NEAR(r.ceiling, 100, 1e-10);
	CHECK_NEAR(r.half_spend, 7, 1e-11);
	CHECK_NEAR(r.r_squared, 1, 1e-15);
	CHECK(tp_response_curve(&check_memory, conc, rate, 12, &r, &found, &err) == TP_OK && found);
	CHECK_NEAR(r.ceiling, 212.6837, 0.00005);
	CHECK_NEAR(r.half_spend, 0.06412, 0.00001);
	CHECK(tp_response_curve(&check_memory, x, line, 6, &r, &found, &err) == TP_OK && !found);
	CHECK(tp_response_curve(&check_memory, x, flat, 6, &r, &found, &err) == TP_OK && !found);
	CHECK(tp_response_curve(&check_memory, x, y, 2, &r, &found, &err) == TP_OK && !found);
	for (int i = 0; i < 6; i++)
		y[i] = -y[i];
	CHECK(tp_response_curve(&check_memory, x, y, 6, &r, &found, &err) == TP_OK && !found);
}

int
main(void)
{
	check_example();
	check_random_bounds();
	check_bad_bounds();
	check_response();
	return CHECK_DONE();
}
