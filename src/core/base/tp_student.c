/*
 * tp_student.c
 *	  Student's t distribution by the incomplete beta function.
 *
 * With x = df / (df + t^2), y = 1 - x and a = df / 2 the tails are I_x(a, 1/2) and the middle is
 * I_y(1/2, a). Near the middle a series of positive terms gives I_y; in the tails a continued
 * fraction whose coefficients are written in x and y, so that nothing cancels when df is large,
 * gives I_x. lgamma is not used: its difference of two numbers of the size of df * ln(df) would
 * cost seven digits at a million degrees of freedom.
 */
#include "base/tp_student.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "base/tp_binomial.h"

#define PI 3.14159265358979323846

/*
 * gamma(a + 1/2) / gamma(a): R. L. Graham, D. E. Knuth, O. Patashnik, Concrete Mathematics (1994),
 * exercise 9.60, after raising a by gamma(a + 1) = a * gamma(a) to where the series is exact.
 */
static double
half_gamma_ratio(double a)
{
	double		factor = 1;
	double		r;

	for (; a < 40; a++)
		factor *= a / (a + 0.5);
	r = 1 / a;
	return factor * sqrt(a) *
		(1 + r * (-1.0 / 8 + r * (1.0 / 128 + r * (5.0 / 1024 + r * (-21.0 / 32768 +
		r * (-399.0 / 262144 + r * (869.0 / 4194304 + r * (39325.0 / 33554432))))))));
}

/* I_y(1/2, a) / (2 * front): F(a + 1/2, 1; 3/2; y), DLMF 8.17.8. */
static double
middle_series(double a, double y)
{
	double		sum = 1;
	double		term = 1;

	for (int n = 0; n < 10000 && term > sum * (DBL_EPSILON / 8); n++)
	{
		term *= (a + 0.5 + n) / (1.5 + n) * y;
		sum += term;
	}
	return sum;
}

/* Both sides of |t|; the smaller is right in all digits. */
typedef struct parts
{
	double		middle;			/* P(|T| < |t|) */
	double		tails;			/* P(|T| >= |t|) */
	double		front;			/* x^a y^(1/2) / B(a, 1/2) = |t| f(t) */
} parts;

static parts
split(double t, double df)
{
	double		a = df / 2;
	double		u = fabs(t) / sqrt(df);
	double		h = hypot(1, u);
	double		x = 1 / h / h;
	double		y = (u / h) * (u / h);
	double		log_x = u < 1e100 ? -log1p(u * u) : -2 * log(u);
	parts		p;

	if (u == 0)
		return (parts) {0, 1, 0};
	p.front = exp(a * log_x) * (u / h) * half_gamma_ratio(a) / sqrt(PI);
	if (y < 0.5 && (a + 0.5) * y < 2)
	{
		p.middle = fmin(2 * p.front * middle_series(a, y), 1);
		p.tails = 1 - p.middle;
	}
	else
	{
		p.tails = p.front / tp_beta_fraction(a, 0.5, x, y);
		p.middle = 1 - p.tails;
	}
	return p;
}

double
tp_student_tails(double t, double df)
{
	return split(t, df).tails;
}

/*
 * Newton's method on the logarithm of the smaller side as a function of log t, where both ends of
 * the distribution are nearly straight lines, kept inside a bracket.
 */
double
tp_student_quantile(double level, double df)
{
	bool		by_middle = level < 0.5;
	double		wanted = by_middle ? level : 1 - level;
	double		low = 0;
	double		high = INFINITY;
	double		t = 1;

	for (int i = 0; i < 200; i++)
	{
		parts		p = split(t, df);
		double		side = by_middle ? p.middle : p.tails;
		double		next = 0;

		if ((side < wanted) == by_middle)
			low = t;
		else
			high = t;
		if (side == wanted)
			break;
		/* d log(middle) / d log t = 2 * front / middle, and the negative for the tails */
		if (side > 0 && p.front > 0)
			next = t * exp((by_middle ? 1 : -1) * log(wanted / side) * side / (2 * p.front));
		if (fabs(next - t) <= 1e-9 * t)
			return next;		/* converges quadratically: this step was the last */
		if (!(next > low && next < high))
			next = isinf(high) ? t * 16 : low == 0 ? t / 16 : sqrt(low) * sqrt(high);
		t = next;
	}
	return t;
}
