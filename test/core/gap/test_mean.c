/*
 * test_mean.c
 *	  The summary of numbers: figures against the definitions, order, splits, text, hostile images; what
 *	  Welch's test and rates of false discovery do of noise.
 */
#include "check.h"

#include "gap/tp_difference.h"
#include "gap/tp_mean.h"

static tp_error err;

/* As stored, allocated: n numbers, in this order or the other. */
static tp_mean *
mean_of(const double *v, int n, bool backwards, size_t *size)
{
	tp_mean_open *m;
	void	   *image;

	CHECK(tp_mean_begin(&m, NULL, &check_memory, &err) == TP_OK);
	for (int i = 0; i < n; i++)
	{
		tp_mean_open *old = m;

		CHECK(tp_mean_add(&m, v[backwards ? n - 1 - i : i], &check_memory, &err) == TP_OK);
		if (m != old)
			free(old);
	}
	m->length = 0;
	CHECK(tp_mean_is_current(m, tp_mean_open_size(m)));
	CHECK(tp_mean_close(&image, size, m, &check_memory, &err) == TP_OK);
	free(m);
	*(uint32_t *) image = 0;
	CHECK(tp_mean_is_current(image, *size) && !tp_mean_is_open(image));
	CHECK(tp_mean_check(image, TP_BAD_BINARY, &err) == TP_OK);
	return image;
}

static void *
sum_of(const void *a, const void *b, bool open, size_t *size)
{
	tp_mean_open *m,
			   *old,
			   *other = NULL;
	void	   *image;

	CHECK(tp_mean_begin(&m, a, &check_memory, &err) == TP_OK);
	if (open)
		CHECK(tp_mean_begin(&other, b, &check_memory, &err) == TP_OK);
	old = m;
	CHECK(tp_mean_merge(&m, open ? (const void *) other : b, &check_memory, &err) == TP_OK);
	if (m != old)
		free(old);
	CHECK(tp_mean_close(&image, size, m, &check_memory, &err) == TP_OK);
	free(m);
	free(other);
	*(uint32_t *) image = 0;
	return image;
}

static void
check_figures(void)
{
	static const double v[] = {2, 4, 4, 4, 5, 5, 7, 9};
	tp_gap_summary room;
	size_t		size;
	tp_mean    *m = mean_of(v, 8, false, &size);
	double		x;

	CHECK_INT(m->count, 8);
	CHECK_INT(m->parts, 1);
	CHECK(tp_gap_mean(tp_mean_view(m, &room), &x));
	CHECK_NEAR(x, 5, 0);
	CHECK(tp_gap_stddev(tp_mean_view(m, &room), &x));
	CHECK_NEAR(x, sqrt(32.0 / 7), 1e-15);
	free(m);
}

static double
any_number(check_random *r)
{
	uint64_t	bits = check_next(r);
	double		v;

	if (bits % 3 > 0)
		return (double) (int64_t) (bits >> 40) / 7 - 1e6;
	memcpy(&v, &bits, sizeof(v));
	return isfinite(v) && fabs(v) < 1e150 ? v : 0.1;
}

/* The same numbers make the same bytes, however they come, and text leads back to them. */
static void
check_order(void)
{
	check_random r = {7};

	for (int round = 0; round < 500; round++)
	{
		int			n = (int) check_below(&r, 30);
		int			cut = n > 0 ? (int) check_below(&r, (uint32_t) n) : 0;
		double		v[30];
		size_t		size[6];
		tp_mean    *a,
				   *b,
				   *sum;
		tp_mean    *whole,
				   *back;
		void	   *again;
		tp_buffer	text;

		for (int i = 0; i < n; i++)
			v[i] = any_number(&r);
		whole = mean_of(v, n, false, &size[0]);
		back = mean_of(v, n, true, &size[1]);
		a = mean_of(v, cut, false, &size[2]);
		b = mean_of(v + cut, n - cut, false, &size[3]);
		sum = sum_of(b, a, round % 2 == 0, &size[4]);
		CHECK(size[0] == size[1] && memcmp(whole, back, size[0]) == 0);
		CHECK(size[0] == size[4] && memcmp(whole, sum, size[0]) == 0);
		CHECK(tp_mean_compare(whole, sum) == 0 && tp_mean_compare(a, b) == -tp_mean_compare(b, a));
		tp_buffer_init(&text, &check_memory);
		tp_mean_write(&text, whole);
		tp_buffer_byte(&text, '\0');
		CHECK(tp_mean_read(&again, &size[5], text.data, text.len - 1, &check_memory, &err) == TP_OK);
		*(uint32_t *) again = 0;
		CHECK(size[5] == size[0] && memcmp(again, whole, size[0]) == 0);
		tp_buffer_release(&text);
		free(again);
		free(whole);
		free(back);
		free(a);
		free(b);
		free(sum);
	}
}

static void
check_limits(void)
{
	static const double huge[] = {1e154, 1e154};
	tp_mean_open *m;
	void	   *image;
	size_t		size;
	tp_mean		most = {.version = TP_MEAN_VERSION, .parts = 1, .count = INT64_MAX};

	CHECK(tp_mean_begin(&m, NULL, &check_memory, &err) == TP_OK);
	for (int i = 0; i < 2; i++)
	{
		tp_mean_open *old = m;

		CHECK(tp_mean_add(&m, huge[i], &check_memory, &err) == TP_OK);
		if (m != old)
			free(old);
	}
	/* 2e308 is past the range */
	CHECK(tp_mean_close(&image, &size, m, &check_memory, &err) == TP_OUT_OF_RANGE);
	m->count = 1;
	CHECK(tp_mean_merge(&m, &most, &check_memory, &err) == TP_OUT_OF_RANGE);
	m->count = INT64_MAX;
	CHECK(tp_mean_add(&m, 1, &check_memory, &err) == TP_OUT_OF_RANGE);
	free(m);
}

static double
uniform(check_random *r)
{
	return ((double) (check_next(r) >> 11) + 0.5) * 0x1p-53;
}

static double
normal(check_random *r)
{
	return sqrt(-2 * log(uniform(r))) * cos(6.283185307179586 * uniform(r));
}

/* A summary of n answers on 1 to 5, as it looks to the tests. */
static tp_gap_summary
answers(check_random *r, int n, double shift)
{
	tp_gap_summary g = {0};

	tp_gap_init(&g);
	g.count = n;
	for (int i = 0; i < n; i++)
	{
		double		v = floor(fmin(fmax(3.4 + shift + 1.2 * normal(r), 1), 5) + .5);

		g.perceived.hi += v;
		g.gap_sq.hi += v * v;
	}
	g.perceived_sq = g.gap_sq;
	return g;
}

/*
 * Under no difference Welch's test at .05 rejects one draw in twenty, also of groups of different sizes, and its
 * interval covers 95 %. Of twenty tests, four of them of a difference, those with q <= .05 hold no more than 5 %
 * that are none.
 */
static void
check_simulated(void)
{
	check_random r = {12};
	const int	draws = 10000;
	int			rejected = 0;
	int			covered = 0;
	double		false_share = 0;
	int			found = 0;

	for (int i = 0; i < draws; i++)
	{
		tp_gap_summary before = answers(&r, 100, 0);
		tp_gap_summary after = answers(&r, 100 + (int) check_below(&r, 100), 0);
		tp_gap_change c = tp_gap_compare_means(&before, &after, .95);

		rejected += c.p_value < .05;
		covered += c.low <= 0 && c.high >= 0;
	}
	CHECK(rejected >= .04 * draws && rejected <= .06 * draws);
	CHECK(covered >= .94 * draws && covered <= .96 * draws);
	for (int round = 0; round < 500; round++)
	{
		double		p[20],
					q[20];
		int			taken = 0,
					wrong = 0;

		for (int k = 0; k < 20; k++)
		{
			tp_gap_summary before = answers(&r, 100, 0);
			tp_gap_summary after = answers(&r, 100, k < 4 ? .6 : 0);

			p[k] = tp_gap_compare_means(&before, &after, .95).p_value;
		}
		CHECK(tp_false_discovery(&check_memory, p, 20, q, &err) == TP_OK);
		for (int k = 0; k < 20; k++)
		{
			taken += q[k] <= .05;
			wrong += q[k] <= .05 && k >= 4;
		}
		found += taken - wrong;
		false_share += taken > 0 ? (double) wrong / taken : 0;
	}
	CHECK(false_share / 500 <= .05);
	CHECK(found > 500);
}

int
main(void)
{
	check_figures();
	check_order();
	check_limits();
	check_simulated();
	return CHECK_DONE();
}
