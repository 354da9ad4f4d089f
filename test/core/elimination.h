/*
 * elimination.h
 *	  Linear equations by Gauss's elimination with pivots: slow, plain, and written apart from the core.
 */
#ifndef TP_ELIMINATION_H
#define TP_ELIMINATION_H

#include <math.h>

/* n rows of stride numbers, the first n the coefficients and behind them the right side: x[i] becomes row[i * stride + n]. */
static inline void
eliminate(double *row, int n, int stride)
{
	for (int i = 0; i < n; i++)
	{
		int			pivot = i;

		for (int k = i + 1; k < n; k++)
			if (fabs(row[k * stride + i]) > fabs(row[pivot * stride + i]))
				pivot = k;
		for (int c = 0; c <= n; c++)
		{
			double		swap = row[i * stride + c];

			row[i * stride + c] = row[pivot * stride + c];
			row[pivot * stride + c] = swap;
		}
		for (int k = 0; k < n; k++)
		{
			double		times = row[k * stride + i] / row[i * stride + i];

			for (int c = i; k != i && c <= n; c++)
				row[k * stride + c] -= times * row[i * stride + c];
		}
	}
	for (int i = 0; i < n; i++)
		row[i * stride + n] /= row[i * stride + i];
}

#endif							/* TP_ELIMINATION_H */
