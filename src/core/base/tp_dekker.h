/*
 * tp_dekker.h
 *	  Double-double arithmetic: numbers of about 106 bits as an unevaluated sum of two doubles.
 *
 * T. J. Dekker, "A floating-point technique for extending the available precision", Numerische
 * Mathematik 18 (1971) 224-242; two_sum is D. E. Knuth's, The Art of Computer Programming 2, 4.2.2.
 * Bounds: M. Joldes, J.-M. Muller, V. Popescu, "Tight and rigorous error bounds for basic building
 * blocks of double-word arithmetic", ACM TOMS 44 (2017).
 *
 * Sums kept this way agree to some 1e-25 of their size whatever the order of 10 million terms and
 * however they were split, so variances may be taken from plain sums of squares: no running means,
 * no divisions, and merging is adding.
 *
 * All of it relies on every operation being rounded to double once: no fused contraction (the
 * build says -ffp-contract=off), no fast-math, no 80-bit intermediate results.
 */
#ifndef TP_DEKKER_H
#define TP_DEKKER_H

#include <float.h>
#include <math.h>

#include "base/tp_text.h"

/* With 1, as gcc says of s390x, floats are widened, and doubles are doubles. */
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1 && !defined(TP_NOT_64_BIT)
#error "double-double arithmetic needs operations rounded to double: build with SSE2 (-msse2 -mfpmath=sse)"
#endif

/* hi is the sum rounded to double, lo what the rounding left; equal sums have equal bytes. */
typedef struct tp_dd
{
	double		hi;
	double		lo;
} tp_dd;

/* a + b exactly, when |a| >= |b| or a is 0. */
static inline tp_dd
tp_fast_two_sum(double a, double b)
{
	double		s = a + b;

	return (tp_dd) {s, b - (s - a)};
}

/* a + b exactly. */
static inline tp_dd
tp_two_sum(double a, double b)
{
	double		s = a + b;
	double		bb = s - a;

	return (tp_dd) {s, (a - (s - bb)) + (b - bb)};
}

/*
 * a * b exactly, unless it over- or underflows; Veltkamp's splitting into halves of 26 bits. From
 * 2^996 the splitting overflows, and lo is NaN.
 */
static inline tp_dd
tp_two_product(double a, double b)
{
	const double splitter = 134217729.0;	/* 2^27 + 1 */
	double		ca = splitter * a;
	double		cb = splitter * b;
	double		ah = ca - (ca - a);
	double		bh = cb - (cb - b);
	double		al = a - ah;
	double		bl = b - bh;
	double		p = a * b;

	return (tp_dd) {p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static inline tp_dd
tp_two_square(double a)
{
	const double splitter = 134217729.0;
	double		c = splitter * a;
	double		ah = c - (c - a);
	double		al = a - ah;
	double		p = a * a;

	return (tp_dd) {p, ((ah * ah - p) + 2 * ah * al) + al * al};
}

static inline tp_dd
tp_dd_of(double a)
{
	return (tp_dd) {a, 0};
}

static inline tp_dd
tp_dd_negate(tp_dd a)
{
	return (tp_dd) {-a.hi, -a.lo};
}

/* AccurateDWPlusDW: relative error below 3 * 2^-106 whatever the signs. */
static inline tp_dd
tp_dd_add(tp_dd a, tp_dd b)
{
	tp_dd		s = tp_two_sum(a.hi, b.hi);
	tp_dd		t = tp_two_sum(a.lo, b.lo);
	tp_dd		v = tp_fast_two_sum(s.hi, s.lo + t.hi);

	return tp_fast_two_sum(v.hi, v.lo + t.lo);
}

/* DWPlusFP: the step of every running sum. */
static inline tp_dd
tp_dd_add_double(tp_dd a, double b)
{
	tp_dd		s = tp_two_sum(a.hi, b);

	return tp_fast_two_sum(s.hi, s.lo + a.lo);
}

/*
 * SloppyDWPlusDW: as good as tp_dd_add where both have the same sign, as sums of squares do, at
 * half the price.
 */
static inline tp_dd
tp_dd_add_alike(tp_dd a, tp_dd b)
{
	tp_dd		s = tp_two_sum(a.hi, b.hi);

	return tp_fast_two_sum(s.hi, s.lo + (a.lo + b.lo));
}

static inline tp_dd
tp_dd_subtract(tp_dd a, tp_dd b)
{
	return tp_dd_add(a, tp_dd_negate(b));
}

static inline tp_dd
tp_dd_multiply(tp_dd a, tp_dd b)
{
	tp_dd		p = tp_two_product(a.hi, b.hi);

	return tp_fast_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static inline tp_dd
tp_dd_divide_double(tp_dd a, double b)
{
	double		q = a.hi / b;
	tp_dd		p = tp_two_product(q, b);
	double		rest = ((a.hi - p.hi) - p.lo + a.lo) / b;

	/* too large to be split: to double precision */
	return tp_fast_two_sum(q, isfinite(rest) ? rest : 0);
}

/* One more; false where there is no greater number. */
static inline bool
tp_count_one(int64_t *n)
{
	return !__builtin_add_overflow(*n, 1, n);
}

/* The same where more, else nothing; without a branch, for nobody foresees it. */
static inline bool
tp_count_if(int64_t *n, bool more)
{
	return !__builtin_add_overflow(*n, (int64_t) more, n);
}

static inline double
tp_dd_value(tp_dd a)
{
	return a.hi + a.lo;
}

/* Is a finite, as its sum rounded and what that left, with no negative zero? */
static inline bool
tp_dd_is_normal(tp_dd a)
{
	return isfinite(a.hi) && isfinite(a.lo) && a.hi + a.lo == a.hi &&
		!(a.hi == 0 && signbit(a.hi)) && !(a.lo == 0 && signbit(a.lo));
}

/* A total order of normal values: -1, 0 or 1. */
static inline int
tp_dd_compare(tp_dd a, tp_dd b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo < b.lo ? -1 : a.lo > b.lo;
}

/*
 * The sum of squared deviations from the mean of n values with the given sum and sum of squares;
 * never negative, and 0 where it is less than rounding n terms can have left.
 */
extern double tp_dd_deviations(int64_t n, tp_dd sum, tp_dd squares);

/*
 * Could n numbers have this sum and these sums of squares, by Cauchy and Schwarz's inequality, as
 * far as rounding and numbers too small to be squared let it be told? Whatever passes has finite
 * means and deviations.
 */
extern bool tp_dd_is_plausible(int64_t n, tp_dd sum, tp_dd squares);

/* The text of a sum: "hi", or "hi lo" where the rounding left something. */
extern void tp_dd_write(tp_buffer *b, tp_dd a);

/* Back from tp_dd_write, at the cursor; TP_BAD_TEXT or TP_OUT_OF_RANGE. */
extern tp_status tp_dd_scan(tp_scan *s, tp_dd *a);

/* A count: a whole number of 0 or more. */
extern tp_status tp_scan_count(tp_scan *s, int64_t *n);

#endif							/* TP_DEKKER_H */
