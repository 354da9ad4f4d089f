/*
 * tp_gap.h
 *	  What was expected against what was lived: the summary of pairs, and what it answers.
 *
 * gap = perceived - expected; negative is a shortfall (A. Parasuraman, V. A. Zeithaml, L. L. Berry,
 * "SERVQUAL", Journal of Retailing 64, 1988).
 */
#ifndef TP_GAP_H
#define TP_GAP_H

#include "base/tp_dekker.h"

#define TP_GAP_VERSION 1

/*
 * The stored image, in the server's byte order. The host keeps its own length in the first four
 * bytes; everything else is written here. Equal summaries have equal bytes.
 */
typedef struct tp_gap_summary
{
	uint32_t	length;			/* 0: the host's varlena header */
	uint8_t		version;		/* 4: TP_GAP_VERSION */
	uint8_t		flags;			/* 5: 0 */
	uint16_t	zero;			/* 6: 0 */
	int64_t		count;			/* 8: pairs */
	int64_t		shortfalls;		/* 16: pairs with perceived < expected */
	tp_dd		expected;		/* 24: sum of expected */
	tp_dd		perceived;		/* 40: sum of perceived */
	tp_dd		expected_sq;	/* 56: sum of expected squared */
	tp_dd		perceived_sq;	/* 72: sum of perceived squared */
	tp_dd		gap_sq;			/* 88: sum of (perceived - expected) squared */
} tp_gap_summary;

/* Everything but the host's length: empty. */
extern void tp_gap_init(tp_gap_summary *g);

/* Is the image one that this release reads? Version, flags; content is for tp_gap_check. */
static inline bool
tp_gap_is_current(const tp_gap_summary *g)
{
	return g->version == TP_GAP_VERSION && g->flags == 0 && g->zero == 0;
}

/*
 * Add one pair of finite numbers. False when a sum leaves the range of double precision; the
 * summary is then of no use.
 */
extern bool tp_gap_add(tp_gap_summary *g, double expected, double perceived);

/* Add all pairs of other, likewise. */
extern bool tp_gap_merge(tp_gap_summary *g, const tp_gap_summary *other);

/* The words for either saying no: TP_OUT_OF_RANGE. */
extern tp_status tp_gap_overflow(tp_error *err);

/* Could these counts and sums come from pairs? status (TP_BAD_TEXT, TP_BAD_BINARY) if not. */
extern tp_status tp_gap_check(const tp_gap_summary *g, tp_status status, tp_error *err);

/* {count=2, shortfalls=1, expected=9, ...}; the empty summary is {count=0}. */
extern void tp_gap_write(tp_buffer *b, const tp_gap_summary *g);

/* Back, bit for bit. TP_BAD_TEXT, TP_OUT_OF_RANGE. */
extern tp_status tp_gap_read(tp_gap_summary *g, const char *text, size_t len, tp_error *err);

/* A total order, 0 when all bytes are equal: by count, shortfalls, then the sums. */
extern int	tp_gap_compare(const tp_gap_summary *a, const tp_gap_summary *b);

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
