/*
 * tp_jacobi.c
 *	  The cyclic Jacobi method.
 */
#include "base/tp_jacobi.h"

#include <float.h>
#include <math.h>

/* Rotate the pair (x, y) by the angle whose sine is s, with tau = tan of half of it. */
static inline void
rotate(double *x, double *y, double s, double tau)
{
	double		g = *x;
	double		h = *y;

	*x = g - s * (h + g * tau);
	*y = h + s * (g - h * tau);
}

bool
tp_jacobi(int n, double *a, double *v)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			v[i * n + j] = i == j;

	for (int sweep = 0; sweep < 60; sweep++)
	{
		double		off = 0;
		double		scale = 0;

		for (int i = 0; i < n; i++)
		{
			scale = fmax(scale, fabs(a[i * n + i]));
			for (int j = i + 1; j < n; j++)
				off = fmax(off, fabs(a[i * n + j]));
		}
		if (off <= scale * DBL_EPSILON)
			return true;

		for (int p = 0; p < n - 1; p++)
			for (int q = p + 1; q < n; q++)
			{
				double		apq = a[p * n + q];
				double		theta,
							t,
							c,
							s,
							tau;

				if (apq == 0)
					continue;
				theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
				t = 1 / (fabs(theta) + hypot(theta, 1));
				if (theta < 0)
					t = -t;
				c = 1 / hypot(t, 1);
				s = t * c;
				tau = s / (1 + c);
				a[p * n + p] -= t * apq;
				a[q * n + q] += t * apq;
				a[p * n + q] = 0;
				/* the upper triangle alone is kept */
				for (int i = 0; i < p; i++)
					rotate(&a[i * n + p], &a[i * n + q], s, tau);
				for (int i = p + 1; i < q; i++)
					rotate(&a[p * n + i], &a[i * n + q], s, tau);
				for (int i = q + 1; i < n; i++)
					rotate(&a[p * n + i], &a[q * n + i], s, tau);
				for (int i = 0; i < n; i++)
					rotate(&v[i * n + p], &v[i * n + q], s, tau);
			}
	}
	return false;
}
