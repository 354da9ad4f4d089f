/*
 * tp_gap.h
 *	  What was expected against what was lived: the summary of pairs, and what it answers.
 *
 * gap = perceived - expected; negative is a shortfall (A. Parasuraman, V. A. Zeithaml, L. L. Berry,
 * "SERVQUAL", Journal of Retailing 64, 1988).
 */
#ifndef TP_GAP_H
#define TP_GAP_H

#include "base/tp_near.h"
#include "base/tp_dekker.h"

#define TP_GAP_VERSION 1
#define TP_GAP_LONG 2			/* the version where some sum takes more than two doubles */
#define TP_GAP_OPEN 129			/* what stands there while a summary is being added to */

/*
 * The stored image, in the server's byte order. The host keeps its own length in the first four
 * bytes; everything else is written here. Sums are exact, as the doubles of tp_exact.h: the same pairs make
 * the same bytes in any order, however they were split and merged. (Release 0.1.0 rounded sums to two
 * doubles; what it stored is read as it is.)
 */
typedef struct tp_gap_summary
{
	TP_SUMMARY_HEAD;			/* of version TP_GAP_VERSION, flags 0 */
	int64_t		count;			/* 8: pairs */
	int64_t		shortfalls;		/* 16: pairs with perceived < expected */
	tp_dd		expected;		/* 24: sum of expected */
	tp_dd		perceived;		/* 40: sum of perceived */
	tp_dd		expected_sq;	/* 56: sum of expected squared */
	tp_dd		perceived_sq;	/* 72: sum of perceived squared */
	tp_dd		gap_sq;			/* 88: sum of (perceived - expected) squared */
} tp_gap_summary;

/*
 * Of version TP_GAP_LONG: the head as above but for flags, the doubles of each sum (3 and more, so
 * many that the longest needs them), then the sums in the same order.
 *
 * While pairs are added, the head is followed by exact sums. No value of SQL looks so: a function that
 * meets it, as the state of an aggregate, takes it for what it stands for.
 */
typedef struct tp_gap_open
{
	TP_SUMMARY_HEAD;			/* of version TP_GAP_OPEN, flags 0 */
	int64_t		count;			/* 8 */
	int64_t		shortfalls;		/* 16 */
	tp_exact	sums;			/* 24: the first four, and twice that of products of expected and perceived */
} tp_gap_open;

#define TP_GAP_SUMS 5

/* Everything but the host's length: empty. */
extern void tp_gap_init(tp_gap_summary *g);

/* Is the image, of size bytes, one that this release reads? Content is for tp_gap_check. */
extern bool tp_gap_is_current(const void *image, size_t size);

TP_EXACT_OPEN(tp_gap, tp_gap_summary, TP_GAP_OPEN)

/* Is an image of size bytes such a one, ready to be added to? */
static inline bool
tp_gap_is_ready(const void *image, size_t size)
{
	const tp_gap_open *g = image;

	return size >= sizeof(tp_gap_open) && g->version == TP_GAP_OPEN && g->flags == 0 && g->zero == 0 &&
		size == tp_gap_open_size(g);
}

/*
 * An image made ready to be added to, and back; both in memory of mem, and without the host's length.
 * TP_NO_MEMORY; TP_OUT_OF_RANGE when a sum leaves the range of double precision.
 */
extern tp_status tp_gap_begin(tp_gap_open **g, const void *image, const tp_memory *mem, tp_error *err);
extern tp_status tp_gap_close(void **image, size_t *size, const tp_gap_open *g, const tp_memory *mem, tp_error *err);

/* Add a pair where that takes no more than numbers that tp_is_near takes: false, with nothing added, where it does. */
static inline bool
tp_gap_add_quickly(tp_gap_open *g, double expected, double perceived)
{
	uint64_t   *w = g->sums.word;
	const int	n = TP_EXACT_WORDS;
	int64_t		e,
				p;

	if (tp_unlikely(!tp_exact_is_small(&g->sums) || !tp_is_near(expected, &e) || !tp_is_near(perceived, &p) ||
					(tp_near_room(w) | tp_near_room(w + n) | tp_near_room(w + 2 * n) | tp_near_room(w + 3 * n) |
					 tp_near_room(w + 4 * n)) >= TP_NEAR_FULL || g->count == INT64_MAX))
		return false;
	g->count++;
	g->shortfalls += p < e;
	tp_add_near(w, e);
	tp_add_near(w + n, p);
	tp_add_near_product(w + 2 * n, e, e, 0);
	tp_add_near_product(w + 3 * n, p, p, 0);
	tp_add_near_product(w + 4 * n, e, p, 1);
	return true;
}

/* Add one pair of finite numbers: *g moves where it needs room, the old one left to its owner. */
extern tp_status tp_gap_add(tp_gap_open **g, double expected, double perceived, const tp_memory *mem, tp_error *err);

/* Many pairs whose numbers tp_is_near takes, to be added to a summary together. */
typedef struct tp_gap_near
{
	int64_t		count;
	int64_t		shortfalls;
	tp_near		sums;
} tp_gap_near;

/* A pair more, or, both being 0, none. */
static inline void
tp_gap_add_near(tp_gap_near *n, int64_t expected, int64_t perceived, int64_t more)
{
	n->count += more;
	n->shortfalls += perceived < expected;
	tp_near_add(&n->sums, expected, perceived);
}

/* Add the pairs of n, which has none afterwards, as tp_gap_add of each would. */
extern tp_status tp_gap_settle(tp_gap_open **g, tp_gap_near *n, const tp_memory *mem, tp_error *err);

/* Add all pairs of an image, open or not, likewise. */
extern tp_status tp_gap_merge(tp_gap_open **g, const void *image, const tp_memory *mem, tp_error *err);

/* An image of any kind with its sums in twice double precision, in *room or where it lies. */
extern const tp_gap_summary *tp_gap_view(const void *image, tp_gap_summary *room);

/* Could these counts and sums come from pairs? status (TP_BAD_TEXT, TP_BAD_BINARY) if not. Not open. */
extern tp_status tp_gap_check(const void *image, tp_status status, tp_error *err);

/* How many doubles each sum of an image that is not open takes, and the first of sum i. */
static inline int
tp_gap_parts(const void *image)
{
	const tp_gap_summary *g = image;

	return g->version == TP_GAP_LONG ? g->flags : 2;
}

static inline double *
tp_gap_sum(const void *image, size_t i)
{
	return (double *) ((char *) image + offsetof(tp_gap_summary, expected)) + i * (size_t) tp_gap_parts(image);
}

/* The size of an image of so many doubles a sum. */
static inline size_t
tp_gap_size(int parts)
{
	return offsetof(tp_gap_summary, expected) + TP_GAP_SUMS * (size_t) parts * sizeof(double);
}

/* {count=2, shortfalls=1, expected=9, ...}; the empty summary is {count=0}. Not open. */
extern void tp_gap_write(tp_buffer *b, const void *image);

/* Back, bit for bit, into memory of mem. TP_BAD_TEXT, TP_OUT_OF_RANGE, TP_NO_MEMORY. */
extern tp_status tp_gap_read(void **image, size_t *size, const char *text, size_t len, const tp_memory *mem,
							 tp_error *err);

/* A total order, 0 when all bytes are equal: by count, shortfalls, then the sums. Not open. */
extern int	tp_gap_compare(const void *a, const void *b);

/*
 * What a summary answers. Each returns false where there is no answer: no pairs; for the spread
 * fewer than two; for t, p-value, effect size and correlation no spread. With the gaps' standard
 * deviation s: stderr = s / sqrt(n), t = mean / stderr, effect size d_z = mean / s (J. Cohen,
 * Statistical Power Analysis, 1988, 2.3.5); p is two-sided of Student's t with n - 1 degrees of
 * freedom; limits = mean -+ t_(level, n - 1) * stderr.
 */
extern bool tp_gap_mean_expected(const tp_gap_summary *g, double *v);
extern bool tp_gap_mean_perceived(const tp_gap_summary *g, double *v);
extern bool tp_gap_mean(const tp_gap_summary *g, double *v);
extern bool tp_gap_stddev(const tp_gap_summary *g, double *v);
extern bool tp_gap_stderr(const tp_gap_summary *g, double *v);
extern bool tp_gap_t(const tp_gap_summary *g, double *v);
extern bool tp_gap_p_value(const tp_gap_summary *g, double *v);
extern bool tp_gap_effect_size(const tp_gap_summary *g, double *v);
extern bool tp_gap_correlation(const tp_gap_summary *g, double *v);
extern bool tp_gap_shortfall_share(const tp_gap_summary *g, double *v);

/* Both limits; level must lie within (0,1), see tp_check_level. */
extern bool tp_gap_limits(const tp_gap_summary *g, double level, double *low, double *high);

/* TP_BAD_ARGUMENT unless 0 < level < 1. */
extern tp_status tp_check_level(double level, tp_error *err);

/*
 * Did the mean gap change? B. L. Welch, "The generalization of Student's problem when several
 * different population variances are involved", Biometrika 34 (1947), with Satterthwaite's degrees
 * of freedom. A field is absent where it has no answer.
 */
typedef struct tp_gap_change
{
	bool		has_change;		/* both have pairs */
	bool		has_stderr;		/* both have two or more */
	bool		has_t;			/* and at least one has spread: t, df, p_value, limits */
	double		change;			/* mean gap after less mean gap before */
	double		std_error;
	double		t;
	double		df;
	double		p_value;
	double		low;
	double		high;
} tp_gap_change;

extern tp_gap_change tp_gap_compare_means(const tp_gap_summary *before, const tp_gap_summary *after, double level);

#endif							/* TP_GAP_H */
