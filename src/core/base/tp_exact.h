/*
 * tp_exact.h
 *	  Sums of doubles and of their products without rounding: the same in any order of terms, and
 *	  however they were split and put together.
 *
 * A sum is a whole number of many words at a fixed scale, in two's complement, as in R. M. Neal, "Fast
 * exact summation using small and large superaccumulators", arXiv 1505.05571 (2015), but with words only where
 * there is something: four, from 2^-128 to 2^127, take what scores, money and times come in, and more
 * are made when a term needs them. Adding is a multiplication of integers, a shift and an addition with
 * carry, so it costs no more than adding in twice double precision does.
 *
 * Outside, an exact sum is written as doubles: the first is the sum rounded, the next what that left,
 * rounded, and so on until nothing is left. Equal sums have equal doubles, and most have one or two.
 *
 * Of a product the bits below 2^-1074, which no double holds, are cut off.
 */
#ifndef TP_EXACT_H
#define TP_EXACT_H

#include "base/tp_dekker.h"

#define TP_EXACT_WORDS 4		/* of a sum at first */
#define TP_EXACT_FIRST (-2)		/* where those begin: at 2^-128 */
#define TP_EXACT_WORDS_MAX 36	/* from 2^-1088 to 2^1215: 2^64 terms of any size */
#define TP_EXACT_PARTS_MAX 42	/* doubles that one sum can need: 2098 bits and more, 53 each and a gap of one */

typedef unsigned __int128 tp_wide;

/*
 * A row of sums, all at one scale. No pointers: it lies in an image or a state and moves with it. Its
 * owner makes a larger one where an addition says that there is no room.
 */
typedef struct tp_exact
{
	int16_t		first;			/* the lowest word stands for 2^(64 * first) */
	uint16_t	words;			/* of each sum */
	uint32_t	sums;
	uint64_t	word[];			/* sum i from word[i * words], lowest first */
} tp_exact;

static inline size_t
tp_exact_bytes(size_t sums, size_t words)
{
	return offsetof(tp_exact, word) + sums * words * sizeof(uint64_t);
}

static inline size_t
tp_exact_size(const tp_exact *x)
{
	return tp_exact_bytes(x->sums, x->words);
}

/* Fill tp_exact_bytes(sums, TP_EXACT_WORDS) bytes: all sums 0. */
extern void tp_exact_init(tp_exact *x, size_t sums);

/* A term: m * 2^at, or less that; at >= -1074 or m = 0. */
typedef struct tp_term
{
	tp_wide		m;
	int			at;
	bool		negative;
} tp_term;

#define TP_LOWEST_BIT (-1074)

/* The mantissa and the place of its lowest bit of a finite double. */
static inline uint64_t
tp_double_parts(double v, int *at, bool *negative)
{
	uint64_t	bits;
	int			exponent;

	memcpy(&bits, &v, sizeof(bits));
	exponent = (int) (bits >> 52) & 0x7FF;
	*negative = bits >> 63;
	*at = exponent + (exponent == 0) + TP_LOWEST_BIT - 1;
	return (bits & ((UINT64_C(1) << 52) - 1)) | (uint64_t) (exponent != 0) << 52;
}

static inline tp_term
tp_term_of(double v)
{
	tp_term		t;

	t.m = tp_double_parts(v, &t.at, &t.negative);
	return t;
}

/* All bits of a * b that doubles can hold. */
static inline tp_term
tp_term_product(double a, double b)
{
	tp_term		t;
	int			at_a,
				at_b;
	bool		negative_a,
				negative_b;

	t.m = (tp_wide) tp_double_parts(a, &at_a, &negative_a) * tp_double_parts(b, &at_b, &negative_b);
	t.at = at_a + at_b;
	t.negative = negative_a != negative_b;
	if (tp_unlikely(t.at < TP_LOWEST_BIT))
	{
		int			below = TP_LOWEST_BIT - t.at;

		t.m = below < 128 ? t.m >> below : 0;
		t.at = TP_LOWEST_BIT;
	}
	return t;
}

/* v, v squared and v times b, for whole numbers such as times; with zeros below, to lie where others do. */
static inline tp_term
tp_term_integer(int64_t v)
{
	return (tp_term) {(tp_wide) (v < 0 ? -(uint64_t) v : (uint64_t) v) << 40, -40, v < 0};
}

static inline tp_term
tp_term_square(int64_t v)
{
	tp_wide		m = v < 0 ? -(uint64_t) v : (uint64_t) v;

	m *= m;
	return m >> 110 == 0 ? (tp_term) {m << 16, -16, false} : (tp_term) {m, 0, false};
}

static inline tp_term
tp_term_multiple(int64_t v, double b)
{
	tp_term		t = tp_term_of(b);

	t.m *= v < 0 ? -(uint64_t) v : (uint64_t) v;
	t.negative ^= v < 0;
	return t;
}

/* The general way of tp_exact_add. */
extern bool tp_exact_add_anywhere(tp_exact *x, size_t i, tp_term t);

/* A sum keeps two bits of its highest word free, so that an addition is seen before it wraps around. */
static inline bool
tp_is_full(uint64_t top)
{
	return (top >> 62) - 1 < 2;
}

/*
 * w += m << place, of four words, place from 0 to 116; sign is UINT64_MAX to take it away instead. Gives
 * the highest word: m is below 2^128 and what was there below 2^254, so nothing wraps around.
 */
static inline uint64_t
tp_add_wide(uint64_t *w, tp_wide m, int place, uint64_t sign)
{
	int			shift = place & 63;
	tp_wide		low = m << shift ^ ((tp_wide) sign << 64 | sign);
	uint64_t	over = (uint64_t) (m >> 64) >> 1 >> (63 - shift) ^ sign;
	tp_wide		sum;
	tp_wide		top;

	low += sign & 1;
	over += (sign & 1) & (low == 0);
	if (place < 64)
	{
		/* where over has wrapped to 0, what was subtracted is nothing, and so is its sign */
		tp_wide		high = (tp_wide) (sign & -(uint64_t) (over != 0 || low != 0)) << 64 | over;

		sum = ((tp_wide) w[1] << 64 | w[0]) + low;
		top = ((tp_wide) w[3] << 64 | w[2]) + high + (sum < low);
		w[0] = (uint64_t) sum;
		w[1] = (uint64_t) (sum >> 64);
		w[2] = (uint64_t) top;
		w[3] = (uint64_t) (top >> 64);
	}
	else
	{
		sum = ((tp_wide) w[2] << 64 | w[1]) + low;
		w[1] = (uint64_t) sum;
		w[2] = (uint64_t) (sum >> 64);
		w[3] += over + (sum < low);
	}
	return w[3];
}

/*
 * Doubles of usual size, from 2^-12 to 2^40, and 0: their places fit tp_add_wide, and their products', in sums of
 * four words. tp_usual says so; m and the place of a double, and of a product the sum of both places and one
 * m times the other.
 */
#define TP_USUAL_PLACE(at) ((at) - 64 * TP_EXACT_FIRST)

static inline bool
tp_usual(double v, uint64_t *m, int *at, uint64_t *sign)
{
	uint64_t	bits;
	unsigned	exponent;

	memcpy(&bits, &v, sizeof(bits));
	exponent = (unsigned) (bits >> 52) & 0x7FF;
	*sign = (uint64_t) ((int64_t) bits >> 63);
	*m = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
	if (v == 0)
	{
		exponent = 1023;
		*m = 0;
	}
	*at = (int) exponent - 1075;
	return exponent - 1011 <= 1063 - 1011;
}

static inline bool
tp_exact_is_small(const tp_exact *x)
{
	return x->words == TP_EXACT_WORDS && x->first == TP_EXACT_FIRST;
}

/* Add a term to sum i. False, with nothing added, where the sum has no room for it. */
static inline bool
tp_exact_add(tp_exact *x, size_t i, tp_term t)
{
	int			place = t.at - 64 * x->first;
	uint64_t   *w = &x->word[i * TP_EXACT_WORDS];

	if (tp_unlikely(x->words != TP_EXACT_WORDS || (unsigned) place > 116))
		return tp_exact_add_anywhere(x, i, t);
	if (tp_likely(!tp_is_full(tp_add_wide(w, t.m, place, -(uint64_t) t.negative))))
		return true;
	tp_add_wide(w, t.m, place, -(uint64_t) !t.negative);
	return false;
}

/* Add every sum of other, which has as many; false, with nothing added, where there is no room. */
extern bool tp_exact_merge(tp_exact *x, const tp_exact *other);

/*
 * The place and number of words that make room for t in every sum of x (or for all of other), with
 * those that x has. words is 0 where nothing makes room: the sums leave the range of double precision.
 */
extern void tp_exact_room(const tp_exact *x, tp_term t, int *first, int *words);
extern void tp_exact_room_for(const tp_exact *x, const tp_exact *other, int *first, int *words);

/*
 * *image has sums at byte `at` and is at its end behind them; make it anew in memory of mem, with room for t (or, t being NULL, for all of other; or, both being NULL, a word above where a sum became full). The
 * old one is released, but for keep, which is its owner's. TP_NO_MEMORY, TP_OUT_OF_RANGE with no words in err.
 */
extern tp_status tp_exact_make_room(void **image, const void *keep, size_t at, const tp_term *t,
									const tp_exact *other, const tp_memory *mem, tp_error *err);

/* Add the parts of a sum as doubles to sum i of *image, sign times; likewise. */
extern tp_status tp_exact_add_parts(void **image, const void *keep, size_t at, size_t i, const double *part,
									int n, int sign, const tp_memory *mem, tp_error *err);

/* The same sums into tp_exact_bytes(from->sums, words) bytes, which have room for them. */
extern void tp_exact_copy(tp_exact *to, int first, int words, const tp_exact *from);

/* sum[i] = -sum[i], and sum[i] += sum[j], where there is room. For closing sums: up to one word more than the most. */
extern void tp_exact_negate(tp_exact *x, size_t i);
extern void tp_exact_add_sum(tp_exact *x, size_t i, size_t j);

static inline bool
tp_exact_is_negative(const tp_exact *x, size_t i)
{
	return x->word[i * x->words + x->words - 1] >> 63;
}

/* How many doubles sum i takes (0 takes none), and its first n into part, filled up with 0. The first is infinite out of range. */
extern int	tp_exact_count(const tp_exact *x, size_t i);
extern int	tp_exact_parts(const tp_exact *x, size_t i, double *part, int n);

/* The first two: the sum in twice double precision. */
extern tp_dd tp_exact_dd(const tp_exact *x, size_t i);

/*
 * n * sum[ij] - sum[i] * sum[j], exactly and then rounded: n times the sum of products of deviations
 * of n pairs of values.
 */
extern tp_dd tp_exact_deviations(const tp_exact *x, int64_t n, size_t i, size_t j, size_t ij);

/* Parts as they are written: each is what rounding left of those before it. n >= 1. */
extern bool tp_parts_are_normal(const double *part, int n);

/* "hi lo ...", without the zeros behind; back, into n parts at most; *count says how many there were. */
extern void tp_parts_write(tp_buffer *b, const double *part, int n);
extern tp_status tp_parts_scan(tp_scan *s, double *part, int n, int *count);

/* A total order of normal parts, -1, 0 or 1, of perhaps different numbers of them. */
extern int	tp_parts_compare(const double *a, int n, const double *b, int m);

/*
 * Of a state prefix_open that ends with sums while values are added, where others are images of image_type, whose
 * version tells: is it one, and its bytes.
 */
#define TP_EXACT_OPEN(prefix, image_type, open_version) \
static inline bool prefix##_is_open(const void *image) { return ((const image_type *) image)->version == open_version; } \
static inline size_t prefix##_open_size(const prefix##_open *o) { return offsetof(prefix##_open, sums) + tp_exact_size(&o->sums); }

/* What a type of exact sums fails with: sums that are too large, a count that is, an image or text that none of it is. */
#define TP_SUMS_OUT_OF_RANGE(numbers, type, err) \
	tp_fail(err, TP_OUT_OF_RANGE, numbers " are squared and summed: keep them below 1e150.", \
			"the sums of a " type " are out of range")
#define TP_COUNT_OUT_OF_RANGE(type, err) \
	tp_fail(err, TP_OUT_OF_RANGE, "Is one of these a " type " that the server wrote?", \
			"the count of a " type " is out of range")
#define TP_SUMS_IMPOSSIBLE(type, what, status, err) \
	tp_fail(err, status, "Pass summaries on as the server wrote them.", type " holds " what " can have")

#endif							/* TP_EXACT_H */
