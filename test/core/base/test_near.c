/*
 * test_near.c
 *	  Sums of pairs of whole numbers, and near numbers in exact sums, against terms added one by one.
 */
#include "check.h"

#include <math.h>

#include "base/tp_near.h"

#define SUMS 5

static tp_exact *
new_sums(void)
{
	tp_exact   *x = malloc(tp_exact_bytes(SUMS, TP_EXACT_WORDS));

	tp_exact_init(x, SUMS);
	return x;
}

static void
add(tp_exact **x, size_t i, tp_term t)
{
	tp_error	err;

	while (!tp_exact_add(*x, i, t))
		CHECK(tp_exact_make_room((void **) x, NULL, 0, &t, NULL, &check_memory, &err) == TP_OK);
}

/* a * b * 2^bit as a term. */
static tp_term
product(int64_t a, int64_t b, int bit)
{
	__int128	m = (__int128) a * b;

	return (tp_term) {m < 0 ? -(tp_wide) m : (tp_wide) m, bit, m < 0};
}

static void
check_equal(const tp_exact *x, const tp_exact *y)
{
	double		a[TP_EXACT_PARTS_MAX],
				b[TP_EXACT_PARTS_MAX];

	for (size_t i = 0; i < SUMS; i++)
	{
		tp_exact_parts(x, i, a, TP_EXACT_PARTS_MAX);
		tp_exact_parts(y, i, b, TP_EXACT_PARTS_MAX);
		CHECK(memcmp(a, b, sizeof(a)) == 0);
	}
}

/* A whole number of any length, the ends among them. */
static int64_t
any_whole(check_random *r)
{
	static const int64_t ends[] = {INT64_MAX, INT64_MIN, INT64_MIN + 1, 0, 1, -1};

	if (check_below(r, 8) == 0)
		return ends[check_below(r, 6)];
	return (int64_t) check_next(r) >> check_below(r, 64);
}

/* However they are split: into exact sums, and what they deviate. */
static void
check_pairs(void)
{
	check_random r = {31};
	tp_error	err;

	for (int k = 0; k < 3000; k++)
	{
		tp_near		near[2] = {0};
		tp_exact   *settled = new_sums(),
				   *want = new_sums();
		int			bit_a = check_below(&r, 2) ? 0 : TP_NEAR_BIT;
		int			twice = (int) check_below(&r, 2);
		int			n = 1 + (int) check_below(&r, 30);
		int			shift = (int) check_below(&r, 48);
		double		v;
		bool		few;

		for (int i = 0; i < n; i++)
		{
			int64_t		a = any_whole(&r) >> shift,
						b = any_whole(&r) >> check_below(&r, 2);

			tp_near_add(&near[check_below(&r, 2)], a, b);
			add(&want, 0, product(a, 1, bit_a));
			add(&want, 1, product(b, 1, TP_NEAR_BIT));
			add(&want, 2, product(a, a, 2 * bit_a));
			add(&want, 3, product(b, b, 2 * TP_NEAR_BIT));
			add(&want, 4, product(a, b, bit_a + TP_NEAR_BIT + twice));
		}
		tp_near_merge(&near[0], &near[1]);
		few = tp_near_deviations(near[0].a, near[0].a, &near[0].aa, n, &v);
		CHECK(few || shift < 40);
		if (few)
			CHECK(v == ldexp(tp_exact_deviations(want, n, 0, 0, 2).hi, -2 * bit_a));
		if (twice == 0 && tp_near_deviations(near[0].a, near[0].b, &near[0].ab, n, &v))
			CHECK(v == ldexp(tp_exact_deviations(want, n, 0, 1, 4).hi, -bit_a - TP_NEAR_BIT));
		CHECK(tp_near_settle((void **) &settled, NULL, 0, &near[0], bit_a, TP_NEAR_BIT, twice, &check_memory, &err) == TP_OK);
		check_equal(settled, want);
		free(settled);
		free(want);
	}
}

/* Straight into four words, beside numbers that are not near. */
static void
check_words(void)
{
	check_random r = {32};

	for (int k = 0; k < 2000; k++)
	{
		tp_exact   *x = new_sums(),
				   *want = new_sums();

		for (int i = 0; i < 40; i++)
		{
			double		a = (double) any_whole(&r) * (check_below(&r, 2) ? 0x1p-56 : 1),
						b = (check_below(&r, 1000) - 500.0) / 10;
			int64_t		whole_a,
						whole_b;
			uint64_t   *w = x->word;
			uint64_t	room = 0;

			for (size_t s = 0; s < SUMS && tp_exact_is_small(x); s++)
				room |= tp_near_room(w + s * TP_EXACT_WORDS);
			if (tp_exact_is_small(x) && room < TP_NEAR_FULL && tp_is_near(a, &whole_a) && tp_is_near(b, &whole_b))
			{
				bool		full;

				CHECK(ldexp((double) whole_a, -56) == a);
				full = tp_is_full(tp_add_near(w, whole_a));
				full |= tp_is_full(tp_add_near(w + TP_EXACT_WORDS, whole_b));
				full |= tp_is_full(tp_add_near_product(w + 2 * TP_EXACT_WORDS, whole_a, whole_a, 0));
				full |= tp_is_full(tp_add_near_product(w + 3 * TP_EXACT_WORDS, whole_b, whole_b, 0));
				full |= tp_is_full(tp_add_near_product(w + 4 * TP_EXACT_WORDS, whole_a, whole_b, 1));
				CHECK(!full);
			}
			else
			{
				tp_term		twice = tp_term_product(a, b);

				twice.at++;
				add(&x, 0, tp_term_of(a));
				add(&x, 1, tp_term_of(b));
				add(&x, 2, tp_term_product(a, a));
				add(&x, 3, tp_term_product(b, b));
				add(&x, 4, twice);
			}
			add(&want, 0, tp_term_of(a));
			add(&want, 1, tp_term_of(b));
			add(&want, 2, tp_term_product(a, a));
			add(&want, 3, tp_term_product(b, b));
			add(&want, 4, tp_term_product(a, b));
			add(&want, 4, tp_term_product(a, b));
		}
		check_equal(x, want);
		free(x);
		free(want);
	}
}

/* What lies just below fullness is left to others. */
static void
check_room(void)
{
	uint64_t	w[TP_EXACT_WORDS] = {0};

	CHECK(tp_near_room(w) < TP_NEAR_FULL);
	w[3] = (UINT64_C(1) << 61) - 1;
	CHECK(tp_near_room(w) < TP_NEAR_FULL);
	w[3]++;
	CHECK(tp_near_room(w) >= TP_NEAR_FULL);
	w[3] = -(UINT64_C(1) << 61);
	CHECK(tp_near_room(w) < TP_NEAR_FULL);
	w[3]--;
	CHECK(tp_near_room(w) >= TP_NEAR_FULL);
}

int
main(void)
{
	check_pairs();
	check_words();
	check_room();
	return CHECK_DONE();
}
