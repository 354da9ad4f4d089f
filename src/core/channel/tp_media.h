/*
 * tp_media.h
 *	  Does the medium meet the audience: fit of target and audience, reach and frequency.
 */
#ifndef TP_MEDIA_H
#define TP_MEDIA_H

#include "base/tp_core.h"

/* The universe, every person counted once, cut by target and audience. */
typedef struct tp_media_counts
{
	int64_t		both;
	int64_t		target_only;
	int64_t		audience_only;
	int64_t		neither;
} tp_media_counts;

/*
 * coverage = both/target, composition = both/audience, jaccard = both/(target or audience),
 * affinity = 100 · composition/(target/universe). A share whose denominator is 0 is NaN.
 */
typedef struct tp_media_fit
{
	const char *relation;
	int64_t		target;
	int64_t		audience;
	double		coverage;
	double		composition;
	double		jaccard;
	double		affinity;
} tp_media_fit;

extern tp_media_fit tp_media_fit_of(const tp_media_counts *counts);

/*
 * Sainsbury's reach, 1 − Π(1 − rᵢ): who meets at least one of n vehicles of these ratings,
 * taken to be independent. 0 for none. TP_BAD_ARGUMENT for a rating outside [0, 1],
 * TP_OUT_OF_RANGE for NaN and infinity.
 */
extern tp_status tp_reach(const double *ratings, size_t n, double *reach, tp_error *err);

#define TP_MAX_INSERTIONS 1000000

/*
 * The exposure distribution: shares[k] of the audience meet k of n insertions of one rating, k
 * from 0 to n. Beta-binomial with α = p(1 − ρ)/ρ, β = (1 − p)(1 − ρ)/ρ, ρ the correlation between
 * two insertions' exposures (duplication); binomial at ρ = 0; all or nothing at ρ = 1.
 * TP_BAD_ARGUMENT for a rating or duplication outside [0, 1] or negative n, TP_OUT_OF_RANGE for NaN
 * and infinity, TP_PAST_LIMIT for more than TP_MAX_INSERTIONS: tp_check_exposure says so before
 * anybody makes room.
 */
extern tp_status tp_check_exposure(double rating, int64_t insertions, double duplication,
								   tp_error *err);
extern void tp_exposure(double rating, int64_t insertions, double duplication, double *shares);

/*
 * The share met at_least times: Σ shares[k], k ≥ at_least. TP_BAD_ARGUMENT for negative at_least or
 * a share outside [0, 1], TP_OUT_OF_RANGE for NaN and infinity.
 */
extern tp_status tp_effective_reach(const double *shares, size_t n, int64_t at_least,
									double *reach, tp_error *err);

#endif							/* TP_MEDIA_H */
