/*
 * tp_media.c
 *	  Fit of a medium's audience to a target, reach and frequency of a plan.
 */
#include "channel/tp_media.h"

#include <math.h>

#include "base/tp_host.h"
#include <stdio.h>

static double
share_of(int64_t part, int64_t whole)
{
	return whole == 0 ? NAN : (double) part / (double) whole;
}

static const char *
relation_of(const tp_media_counts *c)
{
	if (c->both == 0)
		return "disjoint";
	if (c->target_only == 0 && c->audience_only == 0)
		return "identical";
	if (c->audience_only == 0)
		return "medium_within_target";
	if (c->target_only == 0)
		return "target_within_medium";
	return "partial";
}

tp_media_fit
tp_media_fit_of(const tp_media_counts *c)
{
	tp_media_fit fit;
	int64_t		either = c->both + c->target_only + c->audience_only;

	fit.relation = relation_of(c);
	fit.target = c->both + c->target_only;
	fit.audience = c->both + c->audience_only;
	fit.coverage = share_of(c->both, fit.target);
	fit.composition = share_of(c->both, fit.audience);
	fit.jaccard = share_of(c->both, either);
	fit.affinity = fit.target == 0 ? NAN
		: 100 * fit.composition / share_of(fit.target, either + c->neither);
	return fit;
}

#define RATING_HINT "A rating is a share of the audience: 15 % is 0.15."

/* Share must lie in [0, 1]; the message calls it what, or what[element] when that is not 0. */
static tp_status
check_share(double share, const char *what, size_t element, const char *hint, tp_error *err)
{
	char		number[TP_NUMBER_SIZE];
	char		subscript[TP_NUMBER_SIZE] = "";

	if (share >= 0 && share <= 1)
		return TP_OK;
	if (element > 0)
		snprintf(subscript, sizeof(subscript), "[%zu]", element);
	if (!isfinite(share))
		return tp_fail(err, TP_OUT_OF_RANGE, "Use NULL for what is not known.",
					   "%s%s must be finite, not %s", what, subscript,
					   tp_not_finite(share));
	tp_host_number(share, number);
	return tp_fail(err, TP_BAD_ARGUMENT, hint, "%s%s must be from 0 to 1, not %s", what, subscript,
				   number);
}

tp_status
tp_reach(const double *ratings, size_t n, double *reach, tp_error *err)
{
	double		sum = 0;

	for (size_t i = 0; i < n; i++)
	{
		tp_status	status = check_share(ratings[i], "ratings", i + 1, RATING_HINT, err);

		if (status != TP_OK)
			return status;
		sum += (1 - sum) * ratings[i];
	}
	*reach = sum;
	return TP_OK;
}

tp_status
tp_check_exposure(double rating, int64_t insertions, double duplication, tp_error *err)
{
	tp_status	status = check_share(rating, "rating", 0, RATING_HINT, err);

	if (status == TP_OK)
		status = check_share(duplication, "duplication", 0,
							 "It is the correlation between the exposures to two insertions; NULL or 0 for none.",
							 err);
	if (status != TP_OK)
		return status;
	if (insertions < 0)
		return tp_fail(err, TP_BAD_ARGUMENT, "It is a number of insertions, 0 or more.",
					   "insertions must not be negative: %lld", (long long) insertions);
	if (insertions > TP_MAX_INSERTIONS)
		return tp_fail(err, TP_PAST_LIMIT, "Plan fewer insertions, or count them in packages.",
					   "insertions must not pass %d: %lld",
					   TP_MAX_INSERTIONS, (long long) insertions);
	return TP_OK;
}

/*
 * Share k + 1 over share k: (n − k)(α + k)/((k + 1)(β + n − k − 1)), with α and β times ρ, so that
 * ρ = 0 is the binomial and needs no case of its own.
 */
static double
step_ratio(double p, double n, double rho, double k)
{
	return (n - k) / (k + 1) * ((p * (1 - rho) + k * rho) / ((1 - p) * (1 - rho) + (n - k - 1) * rho));
}

/*
 * Shares by their ratios, outward from a greatest one that is taken as 1, then divided by their
 * sum: no factorial, so nothing overflows, and what underflows is 0 to any double.
 */
void
tp_exposure(double rating, int64_t insertions, double duplication, double *shares)
{
	double		n = (double) insertions;
	int64_t		top = 0;
	double		sum = 1;

	memset(shares, 0, ((size_t) insertions + 1) * sizeof(*shares));
	if (insertions == 0 || rating == 0 || rating == 1 || duplication == 1)
	{
		shares[insertions] += rating;
		shares[0] += 1 - rating;
		return;
	}
	while (top < insertions && step_ratio(rating, n, duplication, (double) top) >= 1)
		top++;
	shares[top] = 1;
	for (int64_t k = top; k < insertions; k++)
		sum += shares[k + 1] = shares[k] * step_ratio(rating, n, duplication, (double) k);
	for (int64_t k = top; k > 0; k--)
		sum += shares[k - 1] = shares[k] / step_ratio(rating, n, duplication, (double) (k - 1));
	for (int64_t k = 0; k <= insertions; k++)
		shares[k] /= sum;
}

tp_status
tp_effective_reach(const double *shares, size_t n, int64_t at_least, double *reach, tp_error *err)
{
	double		sum = 0;

	if (at_least < 0)
		return tp_fail(err, TP_BAD_ARGUMENT, "It is a number of exposures, 0 or more.",
					   "at_least must not be negative: %lld", (long long) at_least);
	/* from the tail, where the small ones are */
	for (size_t k = n; k-- > 0;)
	{
		tp_status	status = check_share(shares[k], "distribution", k + 1,
										 "Pass what frequency_distribution returns.", err);

		if (status != TP_OK)
			return status;
		if ((int64_t) k >= at_least)
			sum += shares[k];
	}
	*reach = sum < 1 ? sum : 1;
	return TP_OK;
}
