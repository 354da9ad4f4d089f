/*
 * tp_channel.h
 *	  Which channel: TOPSIS and ranks, Pareto and cost-effectiveness fronts, weights, budgets.
 *
 * The functions see whole rows only: who calls them leaves out rows that lack a number and refuses
 * NaN and infinity. Matrices are row-major, rows × columns. No result depends on the order of the
 * rows, down to the last bit: sums are taken in fixed point or in sorted order. The one exception
 * is which of several equal points stands on the cost-effectiveness frontier.
 */
#ifndef TP_CHANNEL_H
#define TP_CHANNEL_H

#include "base/tp_core.h"

/* More rows than this in a partition are refused: rows are numbered in 32 bits. */
#define TP_CHANNEL_MAX_ROWS INT32_MAX

/* A sum of numbers in [0, 1] that is the same in any order: two 31-bit digits behind the point. */
typedef struct tp_fixed_sum
{
	uint64_t	high;
	uint64_t	low;
} tp_fixed_sum;

static inline void
tp_fixed_add(tp_fixed_sum *sum, double v)
{
	double		scaled = v * 0x1p31;
	uint64_t	high = (uint64_t) scaled;

	sum->high += high;
	sum->low += (uint64_t) ((scaled - (double) high) * 0x1p31);
}

static inline double
tp_fixed_value(const tp_fixed_sum *sum)
{
	return (double) sum->high * 0x1p-31 + (double) sum->low * 0x1p-62;
}

/*
 * Weights serve when none is negative and one is positive (TP_BAD_ARGUMENT, naming the element),
 * and all are finite (TP_OUT_OF_RANGE).
 */
extern tp_status tp_check_weights(const double *weights, size_t n, tp_error *err);

/*
 * TOPSIS (Hwang & Yoon 1981) with vector normalisation: v = w·x/√Σx², and closeness =
 * D⁻/(D⁺ + D⁻), the distances to the worst and the best value of each column; upward[j] says
 * that more is better in column j. Returns false, and leaves closeness alone, when the rows do not
 * differ in any column of positive weight. Closeness is rounded to 2⁻⁴², so that rows that are
 * equally close but for the rounding of their sums tie. Weights have passed tp_check_weights.
 */
extern tp_status tp_topsis(const tp_memory *mem, const double *values, size_t rows, size_t columns,
						   const double *weights, const bool *upward, double *closeness,
						   bool *differ, tp_error *err);

/* Competition ranks, 1 for the greatest score; equal scores share the lower number. */
extern tp_status tp_competition_ranks(const tp_memory *mem, const double *scores, size_t n,
									  int64_t *ranks, tp_error *err);

/*
 * efficient[i] is false when another row is at least as good in every column and better in one.
 * O(n log n) for one to three columns, else O(n · front).
 */
extern tp_status tp_pareto(const tp_memory *mem, const double *values, size_t rows,
						   size_t columns, const bool *upward, bool *efficient, tp_error *err);

typedef enum tp_frontier_status
{
	TP_EFFICIENT,
	TP_DOMINATED,
	TP_EXTENDEDLY_DOMINATED
} tp_frontier_status;

typedef struct tp_frontier_point
{
	tp_frontier_status status;
	bool		compared;		/* is there a cheaper efficient point? else what follows is unset */
	double		cost;			/* more than that point costs */
	double		effect;			/* more than that point brings */
	double		icer;			/* cost / effect */
} tp_frontier_point;

/*
 * The cost-effectiveness frontier, as dampack's calculate_icers: sorted by cost, a row whose effect
 * does not pass a cheaper one's is dominated; of the rest those above the lower convex hull,
 * repeatedly ICERᵢ > ICERᵢ₊₁, are extendedly dominated; collinear points, up to the rounding of the
 * inputs, stay. Of exact duplicates the first row stays, the others are dominated. TP_OUT_OF_RANGE when an
 * increment or ICER overflows. O(n log n).
 */
extern tp_status tp_cost_effectiveness(const tp_memory *mem, const double *cost,
									   const double *effect, size_t n, tp_frontier_point *points,
									   tp_error *err);

/*
 * Split budget over channels that answer x with ceiling·x/(half_spend + x) so that the total is
 * greatest: equal marginal returns ceiling·half_spend/(half_spend + x)² among those that get any,
 * no greater one among those that get nothing. Adds up to budget, but when every ceiling is 0:
 * then nothing deserves it, and all get 0. TP_BAD_ARGUMENT for a negative budget or ceiling or a
 * half_spend that is not positive. O(n log n).
 */
extern tp_status tp_optimal_spend(const tp_memory *mem, double budget, const double *ceiling,
								  const double *half_spend, size_t n, double *spend, tp_error *err);

/*
 * The same within bounds: 0 <= at_least[i] <= at_most[i], which may be infinite. TP_BAD_ARGUMENT for
 * bounds that cannot be met. What no channel below its bound deserves, for its ceiling is 0, is left.
 */
extern tp_status tp_optimal_spend_within(const tp_memory *mem, double budget, const double *ceiling,
										 const double *half_spend, const double *at_least,
										 const double *at_most, size_t n, double *spend, tp_error *err);

/*
 * The curve ceiling * x / (half_spend + x) of least squares through n points, spend x and response y;
 * order does not matter. False where there is none that is finite and positive: fewer than three
 * points or two different spends, a straight line, a constant. r_squared is 1 less the share of the
 * variance of y that is left over.
 */
typedef struct tp_response
{
	double		ceiling;
	double		half_spend;
	double		r_squared;
} tp_response;

extern tp_status tp_response_curve(const tp_memory *mem, const double *spend, const double *response, size_t n,
								   tp_response *r, bool *found, tp_error *err);

/*
 * Entropy weights: e = −Σp·ln p/ln rows with p = x/Σx, w = (1 − e)/Σ(1 − e). A constant column
 * weighs 0; when all are constant, or there is one row, all weigh the same. TP_BAD_ARGUMENT for a
 * negative value. Needs a row and a column.
 */
extern tp_status tp_entropy_weights(const double *values, size_t rows, size_t columns,
									double *weights, const tp_memory *mem, tp_error *err);

/*
 * Saaty's AHP on an n × n pairwise matrix: the principal eigenvector, adding up to 1, into
 * weights, and the consistency ratio CI/RI, CI = (λ − n)/(n − 1), with Alonso & Lamata's RI (2006) up to
 * n = 10 and their regression CR = (λ − n)/(2.7699n − 4.3513 − n) beyond; 0 for n ≤ 2.
 * TP_BAD_ARGUMENT for an element that is not positive or whose product with its mirror is more than
 * TP_RECIPROCAL_TOLERANCE off 1.
 */
#define TP_RECIPROCAL_TOLERANCE 0.01
extern tp_status tp_ahp(const tp_memory *mem, const double *matrix, size_t n, double *weights,
						double *consistency, tp_error *err);

#endif							/* TP_CHANNEL_H */
