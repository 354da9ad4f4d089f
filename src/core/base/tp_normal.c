/*
 * tp_normal.c
 *	  The normal distribution by libm's error function.
 */
#include "base/tp_normal.h"

#include <math.h>
#include <stdbool.h>

#define SQRT_HALF 0.70710678118654752440
#define SQRT_2_OVER_PI 0.79788456080286535588

double
tp_normal_tails(double z)
{
	return erfc(fabs(z) * SQRT_HALF);
}

/*
 * Newton's method on the smaller side: on the middle itself, which is nearly straight, and on the
 * logarithm of the tails, which bends gently.
 */
double
tp_normal_quantile(double level)
{
	bool		by_middle = level < 0.5;
	double		tails = 1 - level;
	double		z = by_middle ? level / SQRT_2_OVER_PI : sqrt(-2 * log(tails));

	for (int i = 0; i < 60; i++)
	{
		double		density = SQRT_2_OVER_PI * exp(-z * z / 2);
		double		side = by_middle ? erf(z * SQRT_HALF) : erfc(z * SQRT_HALF);
		double		step = by_middle ? (level - side) / density : log(side / tails) * side / density;

		z += step;
		if (fabs(step) <= 1e-9 * z)
			break;				/* converges quadratically: this step was the last */
	}
	return z;
}
