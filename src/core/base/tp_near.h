/*
 * tp_near.h
 *	  Sums of many pairs of whole numbers, of their squares and of their products, without rounding: what is added to
 *	  exact sums together, and is small and quick until then.
 *
 * A whole number is an int64 at a scale of the caller's: times are microseconds, ratings whole numbers of 2^-56, which
 * decimals of usual ratings below 128 are. No number of pairs overflows these sums.
 */
#ifndef TP_NEAR_H
#define TP_NEAR_H

#include "base/tp_exact.h"

#define TP_NEAR_BIT (-56)

/* as allocators align: less than the compiler would take for granted */
typedef __int128 tp_near_sum __attribute__((aligned(8)));
typedef tp_wide tp_near_low __attribute__((aligned(8)));

typedef struct tp_near_square
{
	tp_near_low low;
	int64_t		high;
} tp_near_square;

typedef struct tp_near
{
	tp_near_sum a;
	tp_near_sum b;
	tp_near_square aa;
	tp_near_square bb;
	tp_near_square ab;
} tp_near;

/* v as a whole number of 2^TP_NEAR_BIT; false where it is none. */
static inline bool
tp_is_near(double v, int64_t *whole)
{
	double		scaled = v * 0x1p56;

	if (!(scaled > -0x1p63 && scaled < 0x1p63))
		return false;
	*whole = (int64_t) scaled;
	return (double) *whole == scaled;
}

/*
 * What says whether a sum at w has room for all that the two functions below add to it: below TP_NEAR_FULL
 * where it has; of several sums, all of them or'ed.
 */
#define TP_NEAR_FULL (UINT64_C(1) << 62)

static inline uint64_t
tp_near_room(const uint64_t *w)
{
	return w[TP_EXACT_WORDS - 1] + (UINT64_C(1) << 61);
}

/*
 * Add a, a whole number of 2^TP_NEAR_BIT, or 2^twice times a product of two to four words that begin at
 * TP_EXACT_FIRST; gives the highest word, as tp_add_wide does.
 */
static inline uint64_t
tp_add_near(uint64_t *w, int64_t a)
{
	tp_wide		more = (tp_wide) a << (TP_NEAR_BIT - 64 * TP_EXACT_FIRST - 64);
	tp_wide		sum = ((tp_wide) w[2] << 64 | w[1]) + more;

	w[1] = (uint64_t) sum;
	w[2] = (uint64_t) (sum >> 64);
	return w[3] += (uint64_t) (a >> 63) + (sum < more);
}

static inline uint64_t
tp_add_near_product(uint64_t *w, int64_t a, int64_t b, int twice)
{
	int			shift = 2 * TP_NEAR_BIT - 64 * TP_EXACT_FIRST + twice;
	__int128	m = (__int128) a * b;
	tp_wide		more = (tp_wide) m << shift;
	tp_wide		sum = ((tp_wide) w[1] << 64 | w[0]) + more;
	tp_wide		top = ((tp_wide) w[3] << 64 | w[2]) + (tp_wide) (m >> (128 - shift)) + (sum < more);

	w[0] = (uint64_t) sum;
	w[1] = (uint64_t) (sum >> 64);
	w[2] = (uint64_t) top;
	w[3] = (uint64_t) (top >> 64);
	return w[3];
}

static inline void
tp_near_add_product(tp_near_square *s, int64_t a, int64_t b)
{
	__int128	m = (__int128) a * b;

	s->low += (tp_wide) m;
	s->high += (int64_t) (m >> 127) + (s->low < (tp_wide) m);
}

static inline void
tp_near_add(tp_near *n, int64_t a, int64_t b)
{
	n->a += a;
	n->b += b;
	tp_near_add_product(&n->aa, a, a);
	tp_near_add_product(&n->bb, b, b);
	tp_near_add_product(&n->ab, a, b);
}

/* n += m. */
extern void tp_near_merge(tp_near *n, const tp_near *m);

/*
 * Add n, whose a and b are whole numbers of 2^bit_a and 2^bit_b, to the first five sums of *image, as
 * tp_exact_make_room has it: of a, b, their squares, and their products times 2^twice. n is empty afterwards.
 */
extern tp_status tp_near_settle(void **image, const void *keep, size_t at, tp_near *n, int bit_a, int bit_b, int twice,
								const tp_memory *mem, tp_error *err);

/*
 * count * products - a * b, of sums of so many pairs, rounded to the nearest double; false where that takes more than
 * 128 bits on the way.
 */
extern bool tp_near_deviations(tp_near_sum a, tp_near_sum b, const tp_near_square *products, int64_t count, double *v);

#endif							/* TP_NEAR_H */
