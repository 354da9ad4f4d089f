/*
 * tp_response.c
 *	  How a channel answers to spend: the curve ceiling * x / (half_spend + x) of least squares.
 *
 * For a given half_spend h the best ceiling is linear, c = Σyf / Σf² with f = x / (h + x), so h alone is
 * searched for (G. H. Golub, V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least
 * squares problems whose variables separate", 1973): on a grid of its logarithm from well below the
 * least spend to well above the greatest, then by bisection of the derivative between the neighbours
 * of the best. Where the best lies at an end, the points want a constant or a straight line.
 */
#include "channel/tp_channel.h"

#include <math.h>

#include "base/tp_sort.h"

#define GRID 200
#define BELOW 1e-4				/* of the least spend */
#define ABOVE 1e4				/* of the greatest */

typedef struct points
{
	const double *x;
	const double *y;
	const uint32_t *order;		/* sums are taken in one order */
	size_t		n;
} points;

static double
best_ceiling(const points *p, double h)
{
	double		yf = 0,
				ff = 0;

	for (size_t k = 0; k < p->n; k++)
	{
		uint32_t	i = p->order[k];
		double		f = p->x[i] / (h + p->x[i]);

		yf += p->y[i] * f;
		ff += f * f;
	}
	return yf / ff;
}

static double
squares_left(const points *p, double h, double c)
{
	double		sum = 0;

	for (size_t k = 0; k < p->n; k++)
	{
		uint32_t	i = p->order[k];
		double		r = p->y[i] - c * (p->x[i] / (h + p->x[i]));

		sum += r * r;
	}
	return sum;
}

/* Half the derivative of the squares left, by h; c is the best at h, so its own does not count. */
static double
slope(const points *p, double h)
{
	double		c = best_ceiling(p, h);
	double		sum = 0;

	for (size_t k = 0; k < p->n; k++)
	{
		uint32_t	i = p->order[k];
		double		f = p->x[i] / (h + p->x[i]);

		sum += (p->y[i] - c * f) * c * (f / (h + p->x[i]));
	}
	return sum;
}

static double
variance_times_n(const points *p)
{
	double		mean = 0,
				sum = 0;

	for (size_t k = 0; k < p->n; k++)
		mean += p->y[p->order[k]] / (double) p->n;
	for (size_t k = 0; k < p->n; k++)
		sum += (p->y[p->order[k]] - mean) * (p->y[p->order[k]] - mean);
	return sum;
}

static bool
fit(const tp_memory *mem, const points *p, tp_response *r)
{
	double		least = 0,
				greatest = p->x[p->order[p->n - 1]];
	double		from,
				step,
				low,
				high,
				total = variance_times_n(p);
	double		best_left = INFINITY;
	int			best = -1;

	for (size_t k = p->n; k > 0; k--)
		if (p->x[p->order[k - 1]] > 0)
			least = p->x[p->order[k - 1]];
	if (least == 0 || least == greatest || total == 0)
		return false;
	from = log(least * BELOW);
	step = (log(greatest * ABOVE) - from) / GRID;
	for (int g = 0; g <= GRID && !tp_interrupted(mem); g++)
	{
		double		h = exp(from + g * step);
		double		c = best_ceiling(p, h);
		double		left = squares_left(p, h, c);

		if (c > 0 && left < best_left)
		{
			best_left = left;
			best = g;
		}
	}
	if (best <= 0 || best == GRID)
		return false;
	low = exp(from + (best - 1) * step);
	high = exp(from + (best + 1) * step);
	if (!(slope(p, low) < 0 && slope(p, high) > 0))
		return false;
	for (int i = 0; i < 200 && low < high; i++)
	{
		double		middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			break;
		if (slope(p, middle) < 0)
			low = middle;
		else
			high = middle;
	}
	r->half_spend = low + (high - low) / 2;
	r->ceiling = best_ceiling(p, r->half_spend);
	r->r_squared = 1 - squares_left(p, r->half_spend, r->ceiling) / total;
	return isfinite(r->half_spend) && isfinite(r->ceiling) && r->ceiling > 0 && r->half_spend > 0 &&
		isfinite(r->r_squared);
}

tp_status
tp_response_curve(const tp_memory *mem, const double *spend, const double *response, size_t n, tp_response *r,
				  bool *found, tp_error *err)
{
	uint32_t   *order;
	tp_status	status;

	*found = false;
	if (n < 3)
		return TP_OK;
	order = tp_alloc_array(mem, n, sizeof(*order));
	if (order == NULL)
		return tp_fail_memory(err);
	tp_sort_start(order, n);
	status = tp_sort_rows(mem, response, 1, false, order, n, err);
	if (status == TP_OK)
		status = tp_sort_rows(mem, spend, 1, false, order, n, err);
	if (status == TP_OK)
		*found = fit(mem, &(points) {spend, response, order, n}, r);
	tp_release(mem, order);
	return status == TP_OK && tp_interrupted(mem) ? TP_INTERRUPTED : status;
}
