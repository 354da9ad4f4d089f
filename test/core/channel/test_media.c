/*
 * test_media.c
 *	  Fit, reach and frequency against their definitions.
 */
#include "check.h"

#include "channel/tp_media.h"

/* The beta-binomial by its closed form. */
static double
beta_binomial(int n, int k, double p, double rho)
{
	double		a = p * (1 - rho) / rho;
	double		b = (1 - p) * (1 - rho) / rho;

	return exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) +
			   lgamma(k + a) + lgamma(n - k + b) - lgamma(n + a + b) +
			   lgamma(a + b) - lgamma(a) - lgamma(b));
}

static void
test_exposure(void)
{
	const double want[] = {.522006, .368475, .097537, .011475, .000506};
	const double ratings[] = {0, 1e-12, .02, .3, .5, .97, 1};
	const double rhos[] = {0, 1e-12, 1e-3, .2, .7, .999999, 1};
	const int	sizes[] = {0, 1, 2, 7, 60, 1000, 100000};
	static double shares[100001];
	double		reach;
	tp_error	err;

	tp_exposure(.15, 4, 0, shares);
	for (int k = 0; k < 5; k++)
		CHECK_NEAR(shares[k], want[k], 6e-7);
	CHECK(tp_effective_reach(shares, 5, 3, &reach, &err) == TP_OK);
	CHECK_NEAR(reach, .011981, 5e-7);
	CHECK(tp_effective_reach(shares, 5, 9, &reach, &err) == TP_OK && reach == 0);
	CHECK(tp_effective_reach(shares, 5, -1, &reach, &err) == TP_BAD_ARGUMENT);

	/* shares add up to 1, their mean is n·p, their variance n·p(1 − p)(1 + (n − 1)ρ) */
	for (int i = 0; i < 7; i++)
		for (int j = 0; j < 7; j++)
			for (int s = 0; s < 7; s++)
			{
				double		p = ratings[i];
				double		rho = rhos[j];
				int			n = sizes[s];
				double		sum = 0;
				double		mean = 0;
				double		variance = 0;

				tp_exposure(p, n, rho, shares);
				for (int k = 0; k <= n; k++)
				{
					CHECK(shares[k] >= 0 && shares[k] <= 1);
					sum += shares[k];
					mean += k * shares[k];
				}
				for (int k = 0; k <= n; k++)
					variance += (k - mean) * (k - mean) * shares[k];
				CHECK_NEAR(sum, 1, 1e-9);
				CHECK_NEAR(mean, n * p, 1e-9 * (1 + n * p));
				CHECK_NEAR(variance, n * p * (1 - p) * (1 + (n - 1) * rho),
						   1e-7 * (1e-6 + n * p * (1 - p) * (1 + (n - 1) * rho)));
			}
	tp_exposure(.3, 60, .2, shares);
	for (int k = 0; k <= 60; k++)
		CHECK_NEAR(shares[k], beta_binomial(60, k, .3, .2), 1e-12);

	CHECK(tp_check_exposure(1.5, 3, 0, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_check_exposure(NAN, 3, 0, &err) == TP_OUT_OF_RANGE);
	CHECK(tp_check_exposure(.5, 3, -.1, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_check_exposure(.5, -1, 0, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_check_exposure(.5, TP_MAX_INSERTIONS + 1, 0, &err) == TP_PAST_LIMIT);
}

static void
test_fit(void)
{
	tp_media_counts c = {89, 911, 0, 0};
	tp_media_fit fit = tp_media_fit_of(&c);

	CHECK_TEXT(fit.relation, "medium_within_target");
	CHECK_NEAR(fit.coverage, .089, 1e-15);
	/* 8.9 % of the medium's 10,000 are in the target, and 6.6 % of all 100,000 */
	c = (tp_media_counts) {890, 5710, 9110, 84290};
	fit = tp_media_fit_of(&c);
	CHECK_TEXT(fit.relation, "partial");
	CHECK_NEAR(fit.affinity, 134.85, .005);
	c = (tp_media_counts) {0, 3, 4, 5};
	CHECK_TEXT(tp_media_fit_of(&c).relation, "disjoint");
	c = (tp_media_counts) {2, 0, 4, 5};
	CHECK_TEXT(tp_media_fit_of(&c).relation, "target_within_medium");
	c = (tp_media_counts) {2, 0, 0, 5};
	CHECK_TEXT(tp_media_fit_of(&c).relation, "identical");
	c = (tp_media_counts) {0, 0, 0, 5};
	fit = tp_media_fit_of(&c);
	CHECK_TEXT(fit.relation, "disjoint");
	CHECK(isnan(fit.coverage) && isnan(fit.composition) && isnan(fit.jaccard) && isnan(fit.affinity));
}

static void
test_reach(void)
{
	const double ratings[] = {.15, .15, .15, .15};
	const double bad[] = {.5, 1.5};
	double		reach;
	tp_error	err;

	CHECK(tp_reach(ratings, 4, &reach, &err) == TP_OK);
	CHECK_NEAR(reach, .477994, 5e-7);
	CHECK(tp_reach(ratings, 0, &reach, &err) == TP_OK && reach == 0);
	CHECK(tp_reach(bad, 2, &reach, &err) == TP_BAD_ARGUMENT);
	CHECK_TEXT(err.message, "ratings[2] must be from 0 to 1, not 1.5");
}

int
main(void)
{
	test_exposure();
	test_fit();
	test_reach();
	return CHECK_DONE();
}
