/*
 * test_difference.c
 *	  Is the difference real: published tables, exact enumeration, simulation under no difference.
 */
#include "check.h"

#include "base/tp_binomial.h"
#include "base/tp_normal.h"
#include "base/tp_student.h"
#include "gap/tp_difference.h"

static void
check_normal(void)
{
	/* 40 digits, mpmath */
	CHECK_NEAR(tp_normal_quantile(0.95), 1.959963984540054235524594430520551527955, 2e-15);
	CHECK_NEAR(tp_normal_quantile(0.99), 2.575829303548900760966297893440253303389, 3e-15);
	CHECK_NEAR(tp_normal_quantile(0.5), 0.6744897501960817432022415163180262914135, 1e-15);
	CHECK_NEAR(tp_normal_quantile(1e-9), 1.253314137315500447e-9, 1e-23);
	CHECK_NEAR(tp_normal_tails(1.96) / 0.04999579029644086827, 1, 1e-14);
	for (double level = 0.0001; level < 1; level += 0.0007)
		CHECK_NEAR(1 - tp_normal_tails(tp_normal_quantile(level)), level, 1e-15);
	for (double tails = 0.5; tails > 1e-12; tails *= 0.3)
		CHECK_NEAR(tp_normal_tails(tp_normal_quantile(1 - tails)) / (1 - (1 - tails)), 1, 1e-13);
}

/* Newcombe 1998, Statistics in Medicine 17:857, table I, method 3; his limits have four digits. */
static void
check_wilson(void)
{
	static const struct
	{
		double		r,
					n,
					low,
					high;
	}			table[] = {
		{81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, .0000, .1611}, {1, 29, .0061, .1718},
		{9, 10, .5958, .9821},
	};
	double		z = tp_normal_quantile(0.95),
				low,
				high;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
	{
		tp_wilson(table[i].r, table[i].n, z, &low, &high);
		CHECK_NEAR(low, table[i].low, 0.00005);
		CHECK_NEAR(high, table[i].high, 0.00005);
	}
	tp_wilson(0, 7, z, &low, &high);
	CHECK(low == 0 && high > 0 && high < 1);
	tp_wilson(7, 7, z, &low, &high);
	CHECK(high == 1 && low > 0 && low < 1);
}

/* Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: first less second. */
static void
check_newcombe(void)
{
	static const struct
	{
		int			a,
					m,
					b,
					n;
		double		low,
					high;
	}			table[] = {
		{56, 70, 48, 80, .0524, .3339}, {9, 10, 3, 10, .1705, .8090}, {6, 7, 2, 7, .0582, .8062},
		{5, 56, 0, 29, -.0381, .1926}, {0, 10, 0, 20, -.1611, .2775}, {0, 10, 0, 10, -.2775, .2775},
		{10, 10, 0, 20, .6791, 1.0000}, {10, 10, 0, 10, .6075, 1.0000},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
	{
		tp_rate_change c = tp_compare_rates(table[i].b, table[i].n, table[i].a, table[i].m, 0.95);

		CHECK(c.has_change);
		CHECK_NEAR(c.change, (double) table[i].a / table[i].m - (double) table[i].b / table[i].n, 1e-15);
		CHECK_NEAR(c.low, table[i].low, 0.00005);
		CHECK_NEAR(c.high, table[i].high, 0.00005);
		/* turned round, the limits change places and signs */
		c = tp_compare_rates(table[i].a, table[i].m, table[i].b, table[i].n, 0.95);
		CHECK_NEAR(-c.high, table[i].low, 0.00005);
		CHECK_NEAR(-c.low, table[i].high, 0.00005);
	}
}

/* Shares that differ in their last digits: who failed tells as much as who did not. */
static void
check_near_one(void)
{
	const int64_t n = INT64_C(1000000000000000);
	tp_rate_change c = tp_compare_rates(n, n, n - 1, n, 0.95);
	tp_rate_change turned = tp_compare_rates(0, n, 1, n, 0.95);

	/* mpmath, 30 digits */
	CHECK_NEAR(c.change / -1e-15, 1, 1e-15);
	CHECK_NEAR(c.z, -1.00000000000000025, 1e-15);
	CHECK_NEAR(c.p_value, 0.317310507862913982, 1e-14);
	CHECK_NEAR(c.low / -5.664934265758951e-15, 1, 1e-12);
	CHECK_NEAR(c.high / 2.928729779421504e-15, 1, 1e-12);
	CHECK_NEAR(-c.low / turned.high, 1, 1e-14);
	CHECK_NEAR(-c.high / turned.low, 1, 1e-14);
	c = tp_compare_rates(INT64_MAX, INT64_MAX, INT64_MAX - 1, INT64_MAX, 0.95);
	CHECK(c.has_z && c.z < -0.9 && c.p_value < 0.4);
}

static void
check_fisher(void)
{
	/* R. A. Fisher, The Design of Experiments (1935): the lady tasting tea, as R prints it */
	CHECK_NEAR(tp_fisher_exact(&check_memory, 3, 1, 1, 3), 0.4857142857142857, 1e-15);
	CHECK_NEAR(tp_fisher_exact(&check_memory, 4, 0, 0, 4), 2.0 / 70, 1e-15);
	/* R's fisher.test example: convictions of like-sex twins (Fisher 1970) */
	CHECK_NEAR(tp_fisher_exact(&check_memory, 2, 15, 10, 3), 0.0005367241191434, 1e-16);
	/* Fisher's margins, all tables by integers: 12 of 30 drawn */
	{
		int			total = 0;

		for (int a = 0; a <= 12; a++)
			total += tp_fisher_exact(&check_memory, a, 17 - a, 12 - a, 1 + a) > 0;
		CHECK_INT(total, 13);
	}
	CHECK_NEAR(tp_fisher_exact(&check_memory, 0, 5, 0, 7), 1, 0);
	CHECK_NEAR(tp_fisher_exact(&check_memory, 0, 0, 3, 7), 1, 0);
	CHECK_NEAR(tp_fisher_exact(&check_memory, 5, 5, 5, 5), 1, 0);
}

/* All tables with these margins, by long double factorials. */
static long double
choose(int n, int k)
{
	long double r = 1;

	for (int i = 1; i <= k; i++)
		r = r * (n - k + i) / i;
	return r;
}

static void
check_fisher_brute(void)
{
	check_random r = {7};

	for (int round = 0; round < 20000; round++)
	{
		int			a = (int) (check_next(&r) % 20),
					b = (int) (check_next(&r) % 20),
					c = (int) (check_next(&r) % 20),
					d = (int) (check_next(&r) % 20);
		long double all = choose(a + b + c + d, a + c);
		long double seen = choose(a + b, a) * choose(c + d, c) / all;
		long double p = 0;

		for (int x = 0; x <= a + b && x <= a + c; x++)
			if (a + c - x <= c + d)
			{
				long double v = choose(a + b, x) * choose(c + d, a + c - x) / all;

				if (v <= seen * (1 + 1e-7L))
					p += v;
			}
		CHECK_NEAR(tp_fisher_exact(&check_memory, a, b, c, d) / (double) (p > 1 ? 1 : p), 1, 1e-12);
	}
}

/* Counts up to a million, 17 digits by mpmath. */
static void
check_fisher_large(void)
{
	static const struct
	{
		int64_t		a,
					b,
					c,
					d;
		double		p;
	}			table[] = {
		{500000, 500000, 499000, 501000, 0.15771450478811259}, {1000, 999000, 1100, 998900, 0.030633077741938639},
		{123456, 876544, 120000, 880000, 7.9060111683333226e-14}, {10, 999990, 40, 999960, 2.3856040437309985e-5},
		{700000, 300000, 690000, 310000, 3.1792248245868884e-53}, {999999, 1, 1000000, 3, 0.62499962500178125},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		CHECK_NEAR(tp_fisher_exact(&check_memory, table[i].a, table[i].b, table[i].c, table[i].d) / table[i].p, 1, 1e-10);
	CHECK(tp_fisher_exact(&check_memory, 1000000, 0, 0, 1000000) >= 0);
	CHECK(tp_fisher_exact(&check_memory, INT64_C(1) << 40, INT64_C(1) << 40, INT64_C(1) << 40, INT64_C(1) << 40) == 1);
}

static void
check_false_discovery(void)
{
	/* Benjamini & Hochberg 1995, 3.2: 15 p-values, of which four are rejected at .05 */
	static const double p[] = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719,
	.6528, .7590, 1.000};
	static const double five[] = {.05, .04, .03, .02, .01};
	double		q[15];
	tp_error	err;
	int			rejected = 0;

	CHECK(tp_false_discovery(&check_memory, p, 15, q, &err) == TP_OK);
	for (int i = 0; i < 15; i++)
		rejected += q[i] <= .05;
	CHECK_INT(rejected, 4);
	CHECK_NEAR(q[0], .0015, 1e-15);
	CHECK_NEAR(q[3], .035625, 1e-15);
	/* .0298 * 15 / 7 is more than .0344 * 15 / 8, and that more than .0201 * 15 / 5 */
	CHECK_NEAR(q[4], .0201 * 15 / 5, 1e-15);
	CHECK_NEAR(q[6], .0298 * 15 / 7, 1e-15);
	CHECK(tp_false_discovery(&check_memory, five, 5, q, &err) == TP_OK);
	for (int i = 0; i < 5; i++)
		CHECK_NEAR(q[i], .05, 1e-17);
}

/* A sum of terms against the definition: q of each is the least over those no less than it. */
static void
check_false_discovery_brute(void)
{
	check_random r = {11};
	tp_error	err;

	for (int round = 0; round < 2000; round++)
	{
		double		p[12],
					q[12];
		uint32_t	m = (uint32_t) (check_next(&r) % 12) + 1;

		for (uint32_t i = 0; i < m; i++)
			p[i] = (double) (check_next(&r) % 20) / 19;
		CHECK(tp_false_discovery(&check_memory, p, m, q, &err) == TP_OK);
		for (uint32_t i = 0; i < m; i++)
		{
			double		least = 1;

			for (uint32_t j = 0; j < m; j++)
				if (p[j] >= p[i])
				{
					int			rank = 0;

					for (uint32_t k = 0; k < m; k++)
						rank += p[k] <= p[j];
					least = fmin(least, p[j] * m / rank);
				}
			CHECK_NEAR(q[i], least, 1e-15);
		}
	}
}

static void
check_nps(void)
{
	tp_nps		s = {2, 3, 5};
	tp_nps		none = {0, 0, 0};
	tp_nps		same = {0, 0, 9};
	tp_nps_change c;
	double		v,
				low,
				high,
				sum = 0;

	CHECK(tp_nps_value(&s, &v));
	CHECK_NEAR(v, 30, 1e-13);
	/* the variance of +1 x 5, 0 x 3, -1 x 2 by its definition */
	sum = 5 * 0.7 * 0.7 + 3 * 0.3 * 0.3 + 2 * 1.3 * 1.3;
	CHECK(tp_nps_variance(&s, &v));
	CHECK_NEAR(v, (5 + 2 - 10 * .09) / 10 / 9, 1e-15);
	CHECK_NEAR(v, sum / 10 / 9, 1e-15);
	CHECK(tp_nps_limits(&s, 0.95, &low, &high));
	CHECK_NEAR(high - 30, 30 - low, 1e-12);
	CHECK_NEAR(high, 30 + 195.9963984540054 * sqrt(sum / 90), 1e-11);
	CHECK(!tp_nps_value(&none, &v) && !tp_nps_variance(&none, &v));
	CHECK(!tp_nps_limits(&same, 0.95, &low, &high));
	c = tp_compare_nps(&s, &s, 0.95);
	CHECK(c.has_z && c.change == 0);
	CHECK_NEAR(c.p_value, 1, 0);
	c = tp_compare_nps(&none, &s, 0.95);
	CHECK(!c.has_change && !c.has_stderr && !c.has_z);
	c = tp_compare_nps(&same, &same, 0.95);
	CHECK(c.has_stderr && !c.has_z && c.std_error == 0);
}

/* Under no difference a test at .05 rejects one draw in twenty; an interval covers 95 %. */
static void
check_simulated(void)
{
	static const double shares[] = {.2, .35, .5, .8};
	check_random r = {2026};
	const int	draws = 10000;
	double		z = tp_normal_quantile(.95);
	int			covered = 0;

	for (size_t s = 0; s < 4; s++)
	{
		int			rejected = 0;
		int			rejected_nps = 0;

		for (int i = 0; i < draws; i++)
		{
			int64_t		n1 = 100 + (int64_t) (check_next(&r) % 100),
						n2 = 100 + (int64_t) (check_next(&r) % 100);
			int64_t		a = 0,
						b = 0;
			tp_nps		x = {0, 0, 0},
						y = {0, 0, 0};
			tp_rate_change c;
			tp_nps_change d;
			double		low,
						high;

			for (int64_t k = 0; k < n1; k++)
			{
				double		u = (double) (check_next(&r) >> 11) * 0x1p-53;

				a += u < shares[s];
				x.promoters += u < shares[s] / 2;
				x.detractors += u > 1 - shares[s] / 3;
			}
			for (int64_t k = 0; k < n2; k++)
			{
				double		u = (double) (check_next(&r) >> 11) * 0x1p-53;

				b += u < shares[s];
				y.promoters += u < shares[s] / 2;
				y.detractors += u > 1 - shares[s] / 3;
			}
			x.passives = n1 - x.promoters - x.detractors;
			y.passives = n2 - y.promoters - y.detractors;
			c = tp_compare_rates(a, n1, b, n2, .95);
			rejected += c.p_value < .05;
			d = tp_compare_nps(&x, &y, .95);
			rejected_nps += d.p_value < .05;
			tp_wilson((double) a, (double) n1, z, &low, &high);
			covered += low <= shares[s] && shares[s] <= high;
		}
		CHECK(rejected >= .04 * draws && rejected <= .06 * draws);
		CHECK(rejected_nps >= .04 * draws && rejected_nps <= .06 * draws);
	}
	CHECK(covered >= .94 * 4 * draws && covered <= .96 * 4 * draws);
}

static void
check_f(void)
{
	/* with one degree of freedom F is t squared */
	for (double t = 0.1; t < 20; t *= 1.7)
		for (double df = 1; df < 2e6; df *= 7)
			CHECK_NEAR(tp_f_tail(t * t, 1, df) / tp_student_tails(t, df), 1, 1e-11);
	/* R: pf(3.1, 4, 20, lower = FALSE) and others, 15 digits by mpmath */
	CHECK_NEAR(tp_f_tail(3.1, 4, 20), 0.03877408813088654997, 1e-14);
	CHECK_NEAR(tp_f_tail(1.01, 10, 1e6), 0.4317651361348425764, 1e-12);
	CHECK_NEAR(tp_f_tail(0, 3, 7), 1, 0);
	CHECK_NEAR(tp_f_tail(1e300, 3, 7), 0, 1e-300);
}

int
main(void)
{
	check_normal();
	check_wilson();
	check_newcombe();
	check_near_one();
	check_fisher();
	check_fisher_brute();
	check_fisher_large();
	check_false_discovery();
	check_false_discovery_brute();
	check_nps();
	check_simulated();
	check_f();
	return CHECK_DONE();
}
