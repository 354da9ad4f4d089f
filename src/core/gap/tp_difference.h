/*
 * tp_difference.h
 *	  Is the difference real? Shares and their changes, exact tests, rates of false discovery,
 *	  differences between groups.
 *
 * Where a figure has no answer its has_ flag is false, and the figure is not to be read.
 */
#ifndef TP_DIFFERENCE_H
#define TP_DIFFERENCE_H

#include "base/tp_core.h"

/*
 * E. B. Wilson's score interval of a share (1927): centre (p + z^2/2n) / (1 + z^2/n), half-width
 * z sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n). n > 0; z as of tp_normal_quantile(level).
 */
extern void tp_wilson(double successes, double n, double z, double *low, double *high);

/* What became of a share. */
typedef struct tp_rate_change
{
	bool		has_change;		/* both sides have cases; change, odds ratio, limits */
	bool		has_ratio;		/* and the share before is not 0 */
	bool		has_z;			/* and the pooled share is neither 0 nor 1; z, p_value */
	double		change;			/* share after less share before */
	double		ratio;			/* share after over share before */
	double		odds_ratio;		/* of after to before; a half added to each cell where one is 0 */
	double		z;				/* of the pooled share */
	double		p_value;		/* two-sided */
	double		low;			/* R. G. Newcombe's hybrid score interval: Statistics in Medicine 17 */
	double		high;			/* (1998) 873, method 10 */
} tp_rate_change;

extern tp_rate_change tp_compare_rates(int64_t before, int64_t n_before, int64_t after, int64_t n_after,
									   double level);

/*
 * The odds ratio of a table with its limits: ad / bc, exp(log +- z sqrt(1/a + 1/b + 1/c + 1/d)), a
 * half added to each cell where one is 0 (J. B. S. Haldane; F. J. Anscombe, 1956). False, and nothing
 * set, where a row or a column is empty.
 *
 *				converted	not
 *	with			a		 b
 *	without			c		 d
 */
extern bool tp_odds_ratio(int64_t a, int64_t b, int64_t c, int64_t d, double z, double *ratio, double *low,
						  double *high);

/*
 * R. A. Fisher's exact test of the same table, two-sided: the probability of all tables with its
 * margins that are no likelier than it, those within a 10^-7th part of its probability counted as
 * likely. 1 where a margin is 0. In time that grows with the square root of the counts; what an interrupted host
 * gets means nothing, so ask it then.
 */
extern double tp_fisher_exact(const tp_memory *mem, int64_t a, int64_t b, int64_t c, int64_t d);

/*
 * Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate" (1995): q of the i-th least of m
 * p-values is the least p_(j) m / j over j >= i, at most 1. p in [0,1]; q may be p.
 */
extern tp_status tp_false_discovery(const tp_memory *mem, const double *p, uint32_t m, double *q, tp_error *err);

/* A score's mean of +1, 0 and -1, in points. */
typedef struct tp_nps
{
	int64_t		detractors;
	int64_t		passives;
	int64_t		promoters;
} tp_nps;

extern bool tp_nps_value(const tp_nps *s, double *points);

/* (share+ + share- - NPS^2) / (n - 1), of NPS as a share; false below two answers. */
extern bool tp_nps_variance(const tp_nps *s, double *variance);

/* Normal limits in points, within [-100, 100]; false below two answers or without variance. */
extern bool tp_nps_limits(const tp_nps *s, double level, double *low, double *high);

typedef struct tp_nps_change
{
	bool		has_change;		/* both sides have answers */
	bool		has_stderr;		/* and two or more each */
	bool		has_z;			/* and at least one varies; z, p_value, limits */
	double		change;			/* points after less points before */
	double		std_error;
	double		z;
	double		p_value;
	double		low;
	double		high;
} tp_nps_change;

extern tp_nps_change tp_compare_nps(const tp_nps *before, const tp_nps *after, double level);

#endif							/* TP_DIFFERENCE_H */
