/*
 * test_exact.c
 *	  Exact sums: against 128-bit integers, against themselves in other orders and splits, and as doubles.
 */
#include "check.h"

#include "base/tp_exact.h"

static uint64_t seed = 88172645463325252u;

static uint64_t
next_random(void)
{
	return check_xorshift(&seed);
}

/* A bank that grows. */
static tp_exact *
born(size_t sums)
{
	tp_exact   *x = malloc(tp_exact_bytes(sums, TP_EXACT_WORDS));

	tp_exact_init(x, sums);
	return x;
}

/* The process ends where there is no room, or it does not help. */
static tp_exact *
regrown(tp_exact *x, int first, int words, int tries)
{
	tp_exact   *larger;

	if (words == 0 || tries > 2)
	{
		printf("no room for a sum: %d words at try %d\n", words, tries);
		exit(1);
	}
	larger = malloc(tp_exact_bytes(x->sums, (size_t) words));

	tp_exact_copy(larger, first, words, x);
	free(x);
	return larger;
}

static tp_exact *
add(tp_exact *x, size_t i, tp_term t)
{
	for (int tries = 0, first, words; !tp_exact_add(x, i, t); tries++)
	{
		tp_exact_room(x, t, &first, &words);
		x = regrown(x, first, words, tries);
	}
	return x;
}

static tp_exact *
merge(tp_exact *x, const tp_exact *other)
{
	for (int tries = 0, first, words; !tp_exact_merge(x, other); tries++)
	{
		tp_exact_room_for(x, other, &first, &words);
		x = regrown(x, first, words, tries);
	}
	return x;
}

static bool
same(const tp_exact *a, const tp_exact *b)
{
	for (size_t i = 0; i < a->sums; i++)
	{
		double		x[TP_EXACT_PARTS_MAX],
					y[TP_EXACT_PARTS_MAX];

		tp_exact_parts(a, i, x, TP_EXACT_PARTS_MAX);
		tp_exact_parts(b, i, y, TP_EXACT_PARTS_MAX);
		if (memcmp(x, y, sizeof(x)) != 0 || !tp_parts_are_normal(x, TP_EXACT_PARTS_MAX))
			return false;
	}
	return true;
}

/* Numbers as kind says: halves, tenths, any mantissa around 1, any finite double at all. */
static double
number(int kind)
{
	uint64_t	r = next_random();
	double		v;

	switch (kind)
	{
		case 0:
			return (double) (int64_t) (r % 21) / 2 - 5;
		case 1:
			return (double) (int64_t) (r % 101) / 10 - 3;
		case 2:
			return ldexp((double) (int64_t) (r >> 11), (int) (r % 12) - 56) * (r & 1 ? 1 : -1);
		default:
			do
			{
				r = next_random();
				memcpy(&v, &r, sizeof(v));
			} while (!isfinite(v) || fabs(v) > 1e150);
			return v;
	}
}

static void
check_orders(int kind)
{
	enum { N = 300 };
	static double a[N],
				b[N];
	tp_exact   *whole = born(2);

	for (int i = 0; i < N; i++)
	{
		a[i] = number(kind);
		b[i] = number(kind);
		whole = add(whole, 0, tp_term_of(a[i]));
		whole = add(whole, 1, tp_term_product(a[i], b[i]));
	}
	for (int round = 0; round < 30; round++)
	{
		tp_exact   *part[5];
		int			parts = 5;

		for (int i = N - 1; i > 0; i--)
		{
			int			j = (int) (next_random() % (uint64_t) (i + 1));
			double		x = a[i],
						y = b[i];

			a[i] = a[j], a[j] = x;
			b[i] = b[j], b[j] = y;
		}
		for (int k = 0; k < 5; k++)
			part[k] = born(2);
		for (int i = 0; i < N; i++)
		{
			int			k = (int) (next_random() % 5);

			part[k] = add(part[k], 0, tp_term_of(a[i]));
			part[k] = add(part[k], 1, tp_term_product(b[i], a[i]));
		}
		/* a random tree */
		while (parts > 1)
		{
			int			i = (int) (next_random() % (uint64_t) parts);
			int			j = (i + 1 + (int) (next_random() % (uint64_t) (parts - 1))) % parts;

			part[i] = merge(part[i], part[j]);
			free(part[j]);
			part[j] = part[--parts];
			if (i == parts)
				i = j;
		}
		CHECK(same(part[0], whole));
		free(part[0]);
	}
	/* its parts added up again are the sum, and with the terms taken away nothing is left */
	{
		double		x[TP_EXACT_PARTS_MAX];
		tp_exact   *again = born(2);

		for (size_t s = 0; s < 2; s++)
		{
			int			n = tp_exact_parts(whole, s, x, TP_EXACT_PARTS_MAX);

			CHECK(n == tp_exact_count(whole, s));
			for (int i = n; i-- > 0;)
				again = add(again, s, tp_term_of(x[i]));
		}
		CHECK(same(again, whole));
		for (int i = 0; i < N; i++)
		{
			whole = add(whole, 0, tp_term_of(-a[i]));
			whole = add(whole, 1, tp_term_product(-a[i], b[i]));
		}
		CHECK(tp_exact_count(whole, 0) == 0 && tp_exact_count(whole, 1) == 0);
		free(again);
	}
	free(whole);
}

/* Integers against 128 bits: sums, products, deviations. */
static void
check_integers(void)
{
	for (int round = 0; round < 200; round++)
	{
		int			n = 2 + (int) (next_random() % 50);
		int			bits = 11 + (int) (next_random() % 40);
		__int128	s = 0,
					t = 0,
					st = 0,
					want;
		tp_exact   *x = born(3);
		tp_dd		got;

		for (int i = 0; i < n; i++)
		{
			int64_t		a = (int64_t) (next_random() >> 14 >> (63 - bits)) * (i & 1 ? 1 : -1);
			int64_t		b = (int64_t) (next_random() >> 12 >> (63 - bits)) - 17;

			s += a;
			t += b;
			st += (__int128) a * b;
			x = add(x, 0, tp_term_of((double) a));
			x = add(x, 1, tp_term_integer(b));
			x = add(x, 2, i & 2 ? tp_term_product((double) a, (double) b) : tp_term_multiple(b, (double) a));
		}
		got = tp_exact_dd(x, 2);
		CHECK((__int128) got.hi + (__int128) got.lo == st);
		CHECK((double) s == tp_exact_dd(x, 0).hi && (double) t == tp_exact_dd(x, 1).hi);
		want = st * n - s * t;
		got = tp_exact_deviations(x, n, 0, 1, 2);
		CHECK((__int128) got.hi + (__int128) got.lo == want);
		free(x);
	}
}

static void
check_squares_of_times(void)
{
	tp_exact   *x = born(2);
	int64_t		t[] = {INT64_MAX, INT64_MIN, 0, 1, -1, 725846400000000, 725846400000001};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
	{
		x = add(x, 0, tp_term_square(t[i]));
		x = add(x, 1, tp_term_multiple(t[i], (double) (t[i] >> 32)));
		x = add(x, 1, tp_term_multiple(t[i], -(double) (t[i] >> 32)));
	}
	/* by hand: (2^63 - 1)^2 + 2^126 + 2 + 2 * 725846400000000^2 + 2 * 725846400000000 + 1 */
	x = add(x, 0, tp_term_of(-0x1p127));
	x = add(x, 0, tp_term_of(0x1p64));
	for (int i = 0; i < 2; i++)
	{
		x = add(x, 0, tp_term_product(-725846400000000.0, 725846400000000.0));
		x = add(x, 0, tp_term_of(-725846400000000.0));
	}
	CHECK(tp_exact_dd(x, 0).hi == 4 && tp_exact_dd(x, 0).lo == 0 && tp_exact_count(x, 1) == 0);
	free(x);
}

/* Rounding: ties to even, the least and the greatest double, out of range. */
static void
check_edges(void)
{
	struct
	{
		double		a,
					b,
					hi,
					lo;
	}			sums[] = {
		{1, 0x1p-53, 1, 0x1p-53},
		{1 + 0x1p-52, 0x1p-53, 1 + 0x1p-51, -0x1p-53},
		{1, -0x1p-54, 1, -0x1p-54},
		{0x1p-1074, 0x1p-1074, 0x1p-1073, 0},
		{0x1p1023, -0x1p-1074, 0x1p1023, -0x1p-1074},
		{DBL_MAX, 0x1p970 / 2, DBL_MAX, 0x1p969},
		{DBL_MAX, 0x1p970, INFINITY, 0},
		{-DBL_MAX, -DBL_MAX, -INFINITY, 0},
		{0.1, 0.2, 0.30000000000000004, -2.7755575615628914e-17},
		{5, -5, 0, 0},
		{-0.0, -0.0, 0, 0},
	};

	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
	{
		tp_exact   *x = add(add(born(1), 0, tp_term_of(sums[i].a)), 0, tp_term_of(sums[i].b));
		tp_dd		v = tp_exact_dd(x, 0);

		CHECK(v.hi == sums[i].hi && v.lo == sums[i].lo && !(v.hi == 0 && signbit(v.hi)));
		free(x);
	}
}

/* A sum outgrows its words by sheer number of terms, not by any one of them. */
static void
check_full(void)
{
	tp_exact   *x = born(1);
	double		v = 0x1.fffffffffffffp40;

	for (int i = 0; i < 130; i++)
	{
		x = add(x, 0, tp_term_product(v, v));
		{
			tp_exact   *twin = malloc(tp_exact_size(x));

			memcpy(twin, x, tp_exact_size(x));
			x = merge(x, twin);
			free(twin);
		}
	}
	/* v^2 (2 + 4 + ... + 2^130) = v^2 (2^131 - 2) */
	CHECK(x->words > TP_EXACT_WORDS);
	for (int i = 0; i < 2; i++)
		x = add(x, 0, tp_term_product(v, v));
	CHECK(tp_exact_dd(x, 0).hi == v * v * 0x1p131);
	CHECK(tp_exact_dd(x, 0).lo == tp_two_square(v).lo * 0x1p131);
	free(x);
}

int
main(void)
{
	for (int kind = 0; kind < 4; kind++)
		check_orders(kind);
	check_integers();
	check_squares_of_times();
	check_edges();
	check_full();
	return CHECK_DONE();
}
