/*
 * test_gap.c
 *	  The summary of pairs: figures against the definitions, order, offsets, text, hostile images.
 */
#include "check.h"

#include "gap/tp_gap.h"

/* Summaries being added to; those that they outgrow are left to the end of the program's life. */
static tp_error err;

static tp_gap_open *
fresh(void)
{
	static tp_gap_summary nothing;
	tp_gap_open *g;

	tp_gap_init(&nothing);
	CHECK(tp_gap_begin(&g, &nothing, &check_memory, &err) == TP_OK);
	g->length = 0;
	return g;
}

static void
replace(tp_gap_open **g, tp_gap_open *old)
{
	if (*g != old)
		free(old);
}

static bool
add(tp_gap_open **g, double expected, double perceived)
{
	tp_gap_open *old = *g;
	bool		good = tp_gap_add(g, expected, perceived, &check_memory, &err) == TP_OK;

	replace(g, old);
	return good;
}

static bool
merge(tp_gap_open **g, const void *other)
{
	tp_gap_open *old = *g;
	bool		good = tp_gap_merge(g, other, &check_memory, &err) == TP_OK;

	replace(g, old);
	return good;
}

/* As stored: allocated, or NULL out of range. */
static void *
stored(const tp_gap_open *g, size_t *size)
{
	void	   *image;

	if (tp_gap_close(&image, size, g, &check_memory, &err) != TP_OK)
		return NULL;
	*(uint32_t *) image = 0;
	CHECK(tp_gap_is_current(image, *size) && !tp_gap_is_open(image));
	return image;
}

static tp_gap_summary
view_of(tp_gap_open *g)
{
	tp_gap_summary room = {0};

	room = *tp_gap_view(g, &room);
	free(g);
	return room;
}

static tp_gap_open *
open_of(int n, const double *expected, const double *perceived, double offset)
{
	tp_gap_open *g = fresh();

	for (int i = 0; i < n; i++)
		CHECK(add(&g, expected[i] + offset, perceived[i] + offset));
	return g;
}

static tp_gap_summary
summary_of(int n, const double *expected, const double *perceived, double offset)
{
	return view_of(open_of(n, expected, perceived, offset));
}

static const double e5[] = {4.44, 4.49, 4.48, 4.50, 4.56};
static const double p5[] = {4.19, 4.36, 4.35, 4.32, 4.40};

static void
check_figures(void)
{
	tp_gap_summary g = summary_of(5, e5, p5, 0);
	double		mean = 0,
				ss = 0,
				v,
				low,
				high;

	for (int i = 0; i < 5; i++)
		mean += (p5[i] - e5[i]) / 5;
	for (int i = 0; i < 5; i++)
		ss += (p5[i] - e5[i] - mean) * (p5[i] - e5[i] - mean);
	CHECK(tp_gap_mean(&g, &v));
	CHECK_NEAR(v, -0.17, 1e-15);
	CHECK(tp_gap_mean_expected(&g, &v));
	CHECK_NEAR(v, 4.494, 1e-15);
	CHECK(tp_gap_mean_perceived(&g, &v));
	CHECK_NEAR(v, 4.324, 1e-15);
	CHECK(tp_gap_stddev(&g, &v));
	CHECK_NEAR(v, sqrt(ss / 4), 1e-15);
	CHECK(tp_gap_stderr(&g, &v));
	CHECK_NEAR(v, sqrt(ss / 20), 1e-15);
	CHECK(tp_gap_t(&g, &v));
	CHECK_NEAR(v, mean / sqrt(ss / 20), 1e-12);
	CHECK(tp_gap_effect_size(&g, &v));
	CHECK_NEAR(v, mean / sqrt(ss / 4), 1e-12);
	CHECK(tp_gap_shortfall_share(&g, &v));
	CHECK_NEAR(v, 1, 0);
	/* 2.776 is the table's t of 4 degrees of freedom */
	CHECK(tp_gap_limits(&g, 0.95, &low, &high));
	CHECK_NEAR(low, mean - 2.7764451051977935 * sqrt(ss / 20), 1e-15);
	CHECK_NEAR(high, mean + 2.7764451051977935 * sqrt(ss / 20), 1e-15);
}

static void
check_unknown(void)
{
	tp_gap_summary g = summary_of(0, NULL, NULL, 0);
	double		v,
				w;

	CHECK(!tp_gap_mean(&g, &v) && !tp_gap_mean_expected(&g, &v) && !tp_gap_stddev(&g, &v));
	CHECK(!tp_gap_t(&g, &v) && !tp_gap_p_value(&g, &v) && !tp_gap_limits(&g, 0.5, &v, &w));
	CHECK(!tp_gap_correlation(&g, &v) && !tp_gap_shortfall_share(&g, &v));
	g = summary_of(1, (double[]) {3}, (double[]) {4}, 0);
	CHECK(tp_gap_mean(&g, &v) && v == 1);
	CHECK(!tp_gap_stddev(&g, &v) && !tp_gap_stderr(&g, &v) && !tp_gap_effect_size(&g, &v));
	/* a gap of 1 again: spread 0, known, and nothing that divides by it */
	g = summary_of(2, (double[]) {3, 4}, (double[]) {4, 5}, 0);
	CHECK(tp_gap_stddev(&g, &v) && v == 0);
	CHECK(!tp_gap_t(&g, &v) && !tp_gap_p_value(&g, &v) && !tp_gap_effect_size(&g, &v));
	CHECK(tp_gap_limits(&g, 0.9, &v, &w) && v == 1 && w == 1);
	CHECK(tp_gap_correlation(&g, &v) && fabs(v - 1) < 1e-15);
}

/* A million pairs sorted, shuffled and split, offset by 1e9 or not. */
static void
check_stability(void)
{
	enum { N = 1000000 };
	static double e[N],
				p[N];
	tp_gap_open *up = fresh(),
			   *shuffled = fresh(),
			   *part[8],
			   *shifted[2] = {fresh(), fresh()};
	tp_gap_summary sum;
	void	   *image[3];
	size_t		size[3];
	double		a,
				d;

	for (int i = 0; i < 8; i++)
		part[i] = fresh();
	for (int i = 0; i < N; i++)
	{
		e[i] = 0.1 * (i % 101);
		p[i] = 1.7 * i / N + 0.3 * (i % 7);
		add(&up, e[i], p[i]);
	}
	for (int i = 0; i < N; i++)
	{
		int			at = (int) ((i * INT64_C(611953)) % N);

		add(&shuffled, e[at], p[at]);
		add(&part[at % 8], e[at], p[at]);
	}
	/* some merged as they are, some as they would be stored */
	for (int i = 7; i > 0; i--)
	{
		image[0] = stored(part[i], &size[0]);
		CHECK(merge(&part[i - 1], i % 2 ? image[0] : (void *) part[i]));
		free(image[0]);
		free(part[i]);
	}
	image[0] = stored(up, &size[0]);
	image[1] = stored(shuffled, &size[1]);
	image[2] = stored(part[0], &size[2]);
	for (int i = 1; i < 3; i++)
		CHECK(size[i] == size[0] && memcmp(image[i], image[0], size[0]) == 0);
	for (int i = 0; i < 3; i++)
		free(image[i]);
	free(shuffled);
	free(part[0]);
	sum = view_of(up);
	CHECK(tp_gap_stddev(&sum, &a));
	for (int i = 0; i < N; i++)
	{
		add(&shifted[0], e[i] + 1e9, p[i] + 1e9);
		add(&shifted[1], e[i], p[i] + 1e9);
	}
	for (int i = 0; i < 2; i++)
	{
		tp_gap_summary moved = view_of(shifted[i]);
		double		r;

		CHECK(tp_gap_stddev(&moved, &d));
		CHECK_NEAR(d / a, 1, 1e-7);
		CHECK(tp_gap_correlation(&sum, &r) && tp_gap_correlation(&moved, &d));
		CHECK_NEAR(d, r, 1e-7);
	}
}

static void
check_change(void)
{
	/* B. L. Welch's test on 1..4 and 3,5,7,9,11: by hand, var 5/3 and 10 */
	static const double zero[5] = {0};
	static const double before[] = {1, 2, 3, 4};
	static const double after[] = {3, 5, 7, 9, 11};
	tp_gap_summary b = summary_of(4, zero, before, 0);
	tp_gap_summary a = summary_of(5, zero, after, 0);
	tp_gap_change c = tp_gap_compare_means(&b, &a, 0.95);
	double		vb = 5.0 / 3 / 4;
	double		va = 10.0 / 5;

	CHECK(c.has_change && c.has_stderr && c.has_t);
	CHECK_NEAR(c.change, 4.5, 1e-15);
	CHECK_NEAR(c.std_error, sqrt(va + vb), 1e-15);
	CHECK_NEAR(c.t, 4.5 / sqrt(va + vb), 1e-14);
	CHECK_NEAR(c.df, (va + vb) * (va + vb) / (va * va / 4 + vb * vb / 3), 1e-13);
	CHECK(c.low < c.change && c.high > c.change);
	CHECK_NEAR(c.low + c.high, 9, 1e-14);
	a = summary_of(1, zero, after, 0);
	c = tp_gap_compare_means(&b, &a, 0.95);
	CHECK(c.has_change && !c.has_stderr && !c.has_t);
	a = summary_of(0, zero, after, 0);
	c = tp_gap_compare_means(&b, &a, 0.95);
	CHECK(!c.has_change && !c.has_stderr && !c.has_t);
	a = summary_of(5, zero, zero, 0);
	c = tp_gap_compare_means(&a, &a, 0.95);
	CHECK(c.has_change && c.has_stderr && !c.has_t && c.std_error == 0);
	/* one side without spread is all right */
	c = tp_gap_compare_means(&a, &b, 0.95);
	CHECK(c.has_t);
	CHECK_NEAR(c.df, 3, 1e-14);
}

static void
check_text(void)
{
	static const char *const bad[] = {
		"", "{", "{}", "{count=1}", "{count=-1}", "{count=0", "{count=0}x", "{count=0, shortfalls=0}",
		"{count=2, shortfalls=3, expected=1, perceived=1, expected_sq=1, perceived_sq=1, gap_sq=1}",
		"{count=2, shortfalls=1, expected=1, perceived=1, expected_sq=-1, perceived_sq=1, gap_sq=1}",
		"{count=2, shortfalls=1, expected=1 1, perceived=1, expected_sq=1, perceived_sq=1, gap_sq=1}",
		"{count=2, shortfalls=1, expected=nan, perceived=1, expected_sq=1, perceived_sq=1, gap_sq=1}",
		"{count=2, shortfalls=1, perceived=1, expected=1, expected_sq=1, perceived_sq=1, gap_sq=1}",
		"{count=99999999999999999999}",
		/* sums that these squares cannot have */
		"{count=2, shortfalls=1, expected=1e308, perceived=-1e308, expected_sq=1, perceived_sq=1, gap_sq=1}",
		"{count=2, shortfalls=1, expected=2, perceived=0, expected_sq=2, perceived_sq=2, gap_sq=1}",
	};
	tp_gap_open *g = open_of(5, e5, p5, 0);
	void	   *image;
	void	   *back;
	size_t		size,
				back_size;
	tp_buffer	b;

	image = stored(g, &size);
	free(g);
	tp_buffer_init(&b, &check_memory);
	tp_gap_write(&b, image);
	tp_buffer_byte(&b, '\0');
	CHECK(tp_gap_read(&back, &back_size, b.data, strlen(b.data), &check_memory, &err) == TP_OK);
	memcpy(back, image, sizeof(uint32_t));
	CHECK(back_size == size && memcmp(image, back, size) == 0);
	CHECK(tp_gap_compare(image, back) == 0);
	free(back);
	/* every prefix and every changed byte is refused or read, never worse */
	for (size_t i = 0; i + 1 < b.len; i++)
	{
		char		byte = b.data[i];

		b.data[i] = '\0';
		CHECK(tp_gap_read(&back, &back_size, b.data, i, &check_memory, &err) != TP_OK);
		for (int c = 1; c < 128; c += 3)
		{
			b.data[i] = (char) c;
			if (tp_gap_read(&back, &back_size, b.data, b.len - 1, &check_memory, &err) == TP_OK)
			{
				CHECK(tp_gap_check(back, TP_BAD_TEXT, &err) == TP_OK);
				free(back);
			}
		}
		b.data[i] = byte;
	}
	tp_buffer_release(&b);
	free(image);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(tp_gap_read(&back, &back_size, bad[i], strlen(bad[i]), &check_memory, &err) != TP_OK);
	CHECK(tp_gap_read(&back, &back_size, " { count=0 } ", 13, &check_memory, &err) == TP_OK);
	CHECK(((tp_gap_summary *) back)->count == 0 && back_size == sizeof(tp_gap_summary));
	free(back);
}

/* Whatever pairs give is read back, at the ends of the range too. */
static void
check_extremes(void)
{
	static const double x[] = {0, 5e-324, 1e-300, 1e-162, 1e-154, 1e-10, 1, 1e150};

	for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++)
		for (size_t j = 0; j < sizeof(x) / sizeof(x[0]); j++)
		{
			tp_gap_open *g = fresh();
			tp_gap_open *again = fresh();
			void	   *image,
					   *twin;
			size_t		size,
						twin_size;

			for (int n = 0; n < 100; n++)
				CHECK(add(&g, n % 3 ? x[i] : -x[j], n % 2 ? x[j] : x[i]));
			image = stored(g, &size);
			CHECK(image != NULL && tp_gap_check(image, TP_BAD_BINARY, &err) == TP_OK);
			CHECK(merge(&again, image));
			twin = stored(again, &twin_size);
			CHECK(twin_size == size && memcmp(twin, image, size) == 0);
			free(image);
			free(twin);
			free(g);
			free(again);
		}
}

static void
check_range(void)
{
	tp_gap_open *g = fresh();
	tp_gap_summary other;
	size_t		size;
	void	   *image;

	CHECK(add(&g, 1e150, -1e150));
	CHECK(add(&g, 5e-324, -5e-324));
	CHECK(!add(&g, 1e308, 0));
	free(g);
	g = fresh();
	CHECK(!add(&g, DBL_MAX, DBL_MAX));
	free(g);
	g = open_of(1, (double[]) {1.3e154}, (double[]) {1.3e154}, 0);
	image = stored(g, &size);
	CHECK(merge(&g, image));
	free(image);
	CHECK(stored(g, &size) == NULL && err.status == TP_OUT_OF_RANGE);
	free(g);
	g = open_of(5, e5, p5, 0);
	other = view_of(open_of(5, e5, p5, 0));
	g->count = INT64_MAX - 4;
	CHECK(!merge(&g, &other));
	free(g);
}

int
main(void)
{
	check_figures();
	check_unknown();
	check_stability();
	check_change();
	check_text();
	check_extremes();
	check_range();
	return CHECK_DONE();
}
