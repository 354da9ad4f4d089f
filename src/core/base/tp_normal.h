/*
 * tp_normal.h
 *	  The normal distribution.
 */
#ifndef TP_NORMAL_H
#define TP_NORMAL_H

/* Both tails: the probability that |Z| >= |z|. */
extern double tp_normal_tails(double z);

/*
 * The z with P(|Z| <= z) = level, for 0 < level < 1: the factor of a confidence interval. Relative
 * error below 1e-14 as far as 1 - level has the digits.
 */
extern double tp_normal_quantile(double level);

#endif							/* TP_NORMAL_H */
