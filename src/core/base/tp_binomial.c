/*
 * tp_binomial.c
 *	  Binomial and hypergeometric probabilities, the incomplete beta function.
 */
#include "base/tp_binomial.h"

#include <float.h>
#include <math.h>

#define LOG_2PI 1.83787706640934548356
#define LOG_SQRT_2PI 0.91893853320467274178

/*
 * log(n!) less Stirling's approximation of it, log(sqrt(2 pi n) (n/e)^n). The series is exact enough
 * from 40 on; below, n! is raised to there factor by factor, for that difference of two logarithms
 * is of small numbers.
 */
static double
stirling_error(double n)
{
	double		nn = n * n;

	if (n < 40)
	{
		/* lgamma(n + 1) and the approximation are small here: both are right to some 1e-15 */
		if (n == 0)
			return 0;
		if (n < 16)
			return lgamma(n + 1) - (n + 0.5) * log(n) + n - LOG_SQRT_2PI;
		return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - (691.0 / 360360 -
			1.0 / 156 / nn) / nn) / nn) / nn) / nn) / nn) / n;
	}
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / nn) / nn) / nn) / n;
}

/* x log(x / m) + m - x, also where x and m are close. */
static double
deviance(double x, double m)
{
	double		v;
	double		s;
	double		ej;

	if (fabs(x - m) >= 0.1 * (x + m))
		return x * log(x / m) + m - x;
	v = (x - m) / (x + m);
	s = (x - m) * v;
	ej = 2 * x * v;
	for (int j = 1; j < 1000; j++)
	{
		double		next;

		ej *= v * v;
		next = s + ej / (2 * j + 1);
		if (next == s)
			break;
		s = next;
	}
	return s;
}

double
tp_binomial_density(double x, double n, double p, double q)
{
	double		log_c;

	if (p == 0)
		return x == 0 ? 1 : 0;
	if (q == 0)
		return x == n ? 1 : 0;
	if (x == 0)
	{
		if (n == 0)
			return 1;
		return exp(p < 0.1 ? n * log1p(-p) : n * log(q));
	}
	if (x == n)
		return exp(q < 0.1 ? n * log1p(-q) : n * log(p));
	log_c = stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance(x, n * p) -
		deviance(n - x, n * q);
	return exp(log_c) * sqrt(n / x / (n - x)) * exp(-LOG_2PI / 2);
}

double
tp_hypergeometric_density(double x, double marked, double others, double n)
{
	double		all = marked + others;
	double		p = n / all;
	double		q = (all - n) / all;

	if (n == 0 || n == all)
		return 1;
	return tp_binomial_density(x, marked, p, q) * tp_binomial_density(n - x, others, p, q) /
		tp_binomial_density(n, all, p, q);
}

double
tp_beta_fraction(double a, double b, double x, double y)
{
	double		lambda = a * y - b * x;
	double		f = a * (lambda + 1) / (a + 1);
	double		c = f;
	double		d = 0;

	for (int n = 1; n < 1000000; n++)
	{
		double		even = a + 2.0 * n - 1;
		double		an = (a + n - 1) / even * ((a + b + n - 1) / even) * n * (b - n) * x * x;
		double		bn = n + n * (b - n) * x / even + (a + n) * (lambda + 1 + n * (1 + y)) / (a + 2.0 * n + 1);
		double		step;

		d = bn + an * d;
		c = bn + an / c;
		d = 1 / (d == 0 ? DBL_MIN : d);
		step = (c == 0 ? DBL_MIN : c) * d;
		f *= step;
		if (fabs(step - 1) < DBL_EPSILON)
			break;
	}
	return f;
}

double
tp_beta(double a, double b, double x, double y)
{
	double		front;

	if (x <= 0)
		return 0;
	if (y <= 0)
		return 1;
	/* x^a y^b / B(a, b) */
	front = a * b / (a + b) * tp_binomial_density(a, a + b, x, y);
	if (a * y >= b * x)
		return front / tp_beta_fraction(a, b, x, y);
	return 1 - front / tp_beta_fraction(b, a, y, x);
}

double
tp_f_tail(double f, double df1, double df2)
{
	double		u = f * df1;

	if (isinf(u))
		return 0;
	return tp_beta(df2 / 2, df1 / 2, df2 / (df2 + u), u / (df2 + u));
}
