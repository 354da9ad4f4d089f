/*
 * test_dekker.c
 *	  Double-double sums against exact integer arithmetic.
 */
#include "check.h"

#include "base/tp_dekker.h"

static uint64_t seed = 88172645463325252u;

static uint64_t
next_random(void)
{
	return check_xorshift(&seed);
}

/* What a + b or a * b leaves, for numbers that are integers of up to 53 bits: exact in 128 bits. */
static void
check_exactness(void)
{
	for (int i = 0; i < 20000; i++)
	{
		int64_t		x = (int64_t) (next_random() >> (11 + next_random() % 40)) * (i & 1 ? 1 : -1);
		int64_t		y = (int64_t) (next_random() >> (11 + next_random() % 40)) * (i & 2 ? 1 : -1);
		double		a = (double) x;
		double		b = (double) y;
		tp_dd		s = tp_two_sum(a, b);
		tp_dd		p = tp_two_product(a, b);
		tp_dd		q = tp_two_square(a);

		if ((__int128) s.hi + (__int128) s.lo != (__int128) x + y ||
			(__int128) p.hi + (__int128) p.lo != (__int128) x * y ||
			(__int128) q.hi + (__int128) q.lo != (__int128) x * x)
		{
			CHECK(!"exact");
			return;
		}
	}
	CHECK(true);
}

/* Sums of products of large integers, in two orders and split, against 128-bit sums. */
static void
check_sums(void)
{
	enum { N = 5000 };
	static int64_t x[N];
	tp_dd		forward = {0, 0},
				backward = {0, 0},
				half[2] = {{0, 0}, {0, 0}};
	__int128	exact = 0;

	for (int i = 0; i < N; i++)
	{
		x[i] = (int64_t) (next_random() >> 12) - ((int64_t) 1 << 51);
		exact += (__int128) x[i] * x[i];
		forward = tp_dd_add_alike(forward, tp_two_square((double) x[i]));
		half[i % 2] = tp_dd_add(half[i % 2], tp_two_square((double) x[i]));
	}
	for (int i = N; i-- > 0;)
		backward = tp_dd_add(backward, tp_two_product((double) x[i], (double) x[i]));
	half[0] = tp_dd_add(half[0], half[1]);
	CHECK_NEAR((double) ((__int128) forward.hi + (__int128) forward.lo - exact) / (double) exact, 0, 1e-27);
	CHECK_NEAR((double) ((__int128) backward.hi + (__int128) backward.lo - exact) / (double) exact, 0, 1e-27);
	CHECK_NEAR((double) ((__int128) half[0].hi + (__int128) half[0].lo - exact) / (double) exact, 0, 1e-27);
	CHECK(tp_dd_is_normal(forward) && tp_dd_is_normal(backward) && tp_dd_is_normal(half[0]));
}

static void
check_arithmetic(void)
{
	/* 1/3 * 3 = 1 to the last bit but a few of 106 */
	tp_dd		third = tp_dd_divide_double(tp_dd_of(1), 3);
	tp_dd		one = tp_dd_multiply(third, tp_dd_of(3));
	tp_dd		sum = {0, 0};

	CHECK_NEAR(tp_dd_value(tp_dd_subtract(one, tp_dd_of(1))), 0, 1e-31);
	CHECK(third.lo != 0);

	/* a mean of equal numbers is that number */
	for (int i = 1; i <= 1000; i++)
	{
		sum = tp_dd_add_double(sum, 0.1);
		CHECK(tp_dd_value(tp_dd_divide_double(sum, i)) == 0.1);
	}

	/* cancellation leaves plain zeros */
	sum = tp_dd_add_double(tp_dd_add_double(tp_dd_of(0), 5.5), -5.5);
	CHECK(tp_dd_is_normal(sum) && sum.hi == 0 && sum.lo == 0);
	CHECK(!tp_dd_is_normal((tp_dd) {-0.0, 0}));
	CHECK(!tp_dd_is_normal((tp_dd) {1, -0.0}));
	CHECK(!tp_dd_is_normal((tp_dd) {1, 1}));
	CHECK(!tp_dd_is_normal((tp_dd) {INFINITY, 0}));
	CHECK(!tp_dd_is_normal((tp_dd) {NAN, 0}));
	CHECK(!tp_dd_is_normal((tp_dd) {1, NAN}));
}

/* Deviations of x + offset: 1..4 have 5. */
static void
check_deviations(void)
{
	static const double offsets[] = {0, 1e9, -1e9, 1e12, 123456789.25};

	for (size_t o = 0; o < sizeof(offsets) / sizeof(offsets[0]); o++)
	{
		tp_dd		sum = {0, 0},
					squares = {0, 0};

		for (int i = 0; i < 4000; i++)
		{
			double		x = offsets[o] + 1 + i % 4;

			sum = tp_dd_add_double(sum, x);
			squares = tp_dd_add_alike(squares, tp_two_square(x));
		}
		CHECK_NEAR(tp_dd_deviations(4000, sum, squares), 5000, 1e-3 * (offsets[o] > 1e11) + 1e-7);
	}

	/* none at all, though the squares are inexact */
	for (int n = 2; n < 3000; n += 7)
	{
		tp_dd		sum = {0, 0},
					squares = {0, 0};

		for (int i = 0; i < n; i++)
		{
			sum = tp_dd_add_double(sum, 0.1);
			squares = tp_dd_add_alike(squares, tp_two_square(0.1));
		}
		if (tp_dd_deviations(n, sum, squares) != 0)
			CHECK(!"no deviation");
	}
	CHECK(tp_dd_deviations(3, tp_dd_of(0), tp_dd_of(0)) == 0);
}

static void
check_text(void)
{
	static const char *const good[] = {"0}", "1.5}", "0.1 1e-18}", "-2 -1e-17,", " 3 }"};
	static const char *const bad[] = {"", "}", "x}", "1 2}", "nan}", "1e400}", "1 2 3}", "1 x}", "inf}"};
	tp_error	err;
	tp_scan		s;
	tp_dd		a;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		tp_scan_init(&s, "sum", good[i], strlen(good[i]), &err);
		CHECK(tp_dd_scan(&s, &a) == TP_OK);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		tp_scan_init(&s, "sum", bad[i], strlen(bad[i]), &err);
		CHECK(tp_dd_scan(&s, &a) != TP_OK && err.message[0] != '\0');
	}
}

int
main(void)
{
	check_exactness();
	check_sums();
	check_arithmetic();
	check_deviations();
	check_text();
	return CHECK_DONE();
}
