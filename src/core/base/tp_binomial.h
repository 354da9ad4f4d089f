/*
 * tp_binomial.h
 *	  Binomial and hypergeometric probabilities and the incomplete beta function, without the
 *	  cancellation of log-gammas.
 */
#ifndef TP_BINOMIAL_H
#define TP_BINOMIAL_H

/*
 * n! / (x! (n-x)!) * p^x * q^(n-x) with q = 1 - p, for 0 <= x <= n, whole or not: C. Loader, "Fast and
 * accurate computation of binomial probabilities" (2000). Relative error near 1e-14.
 */
extern double tp_binomial_density(double x, double n, double p, double q);

/*
 * The probability of x marked ones among n drawn without replacement from marked + others, all whole
 * and possible: max(0, n - others) <= x <= min(n, marked).
 */
extern double tp_hypergeometric_density(double x, double marked, double others, double n);

/*
 * The regularised incomplete beta function I_x(a, b) for a, b > 0 and x in [0,1], y = 1 - x given apart
 * so that neither loses its digits.
 */
extern double tp_beta(double a, double b, double x, double y);

/*
 * x^a y^b / B(a, b) / I_x(a, b) for x <= a / (a + b): the continued fraction of A. R. DiDonato, A. H. Morris,
 * "Algorithm 708: significant digit computation of the incomplete beta function ratios", ACM TOMS 18 (1992),
 * by W. J. Lentz's method. It needs about sqrt(a) steps at the worst.
 */
extern double tp_beta_fraction(double a, double b, double x, double y);

/* P(F >= f) of Fisher's F with df1 and df2 degrees of freedom; f >= 0. */
extern double tp_f_tail(double f, double df1, double df2);

#endif							/* TP_BINOMIAL_H */
