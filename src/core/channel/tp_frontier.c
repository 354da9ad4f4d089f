/*
 * tp_frontier.c
 *	  What is worth keeping at all: the Pareto front and the cost-effectiveness frontier.
 */
#include "channel/tp_channel.h"

#include <float.h>
#include <math.h>

#include "base/tp_sort.h"

/* Comparisons of rows between two polls of the host. */
#define POLL_WORK 65536

/* The rows with every column turned so that less is better, and their lexicographic order. */
typedef struct front
{
	const tp_memory *mem;
	double	   *values;
	size_t		rows;
	size_t		columns;
	uint32_t   *order;
	bool	   *efficient;
} front;

static inline const double *
row_at(const front *f, size_t place)
{
	return f->values + (size_t) f->order[place] * f->columns;
}

static inline bool
same_row(const front *f, const double *a, const double *b)
{
	for (size_t j = 0; j < f->columns; j++)
		if (a[j] != b[j])
			return false;
	return true;
}

static inline bool
no_worse(const front *f, const double *a, const double *b)
{
	for (size_t j = 0; j < f->columns; j++)
		if (a[j] > b[j])
			return false;
	return true;
}

/*
 * In lexicographic order a row is dominated only by earlier rows, all of which are no worse in the
 * first column. With one column more, the least value so far decides.
 */
static void
sweep_least(front *f)
{
	size_t		last = f->columns - 1;
	double		least = INFINITY;

	for (size_t i = 0; i < f->rows; i++)
	{
		const double *row = row_at(f, i);
		bool		twin = i > 0 && same_row(f, row, row_at(f, i - 1));

		if (twin)
			f->efficient[f->order[i]] = f->efficient[f->order[i - 1]];
		else
			f->efficient[f->order[i]] = i == 0 || (f->columns == 2 && row[last] < least);
		least = fmin(least, row[last]);
	}
}

/*
 * Three columns: a Fenwick tree over the ranks of the second column keeps the least third column
 * among rows no worse in the second.
 */
static tp_status
sweep_tree(front *f, tp_error *err)
{
	size_t		n = f->rows;
	uint32_t   *by_second = tp_alloc_array(f->mem, n, 2 * sizeof(uint32_t));
	double	   *tree = tp_alloc_array(f->mem, n + 1, sizeof(double));
	tp_status	status = TP_OK;
	uint32_t   *rank;

	if (by_second == NULL || tree == NULL)
	{
		tp_release(f->mem, by_second);
		tp_release(f->mem, tree);
		return tp_fail_memory(err);
	}
	rank = by_second + n;
	tp_sort_start(by_second, n);
	status = tp_sort_rows(f->mem, f->values + 1, 3, false, by_second, n, err);
	for (size_t i = 0; status == TP_OK && i < n; i++)
	{
		bool		tie = i > 0 &&
			f->values[(size_t) by_second[i] * 3 + 1] == f->values[(size_t) by_second[i - 1] * 3 + 1];

		rank[by_second[i]] = tie ? rank[by_second[i - 1]] : (uint32_t) i + 1;
		tree[i + 1] = INFINITY;
	}
	for (size_t i = 0; status == TP_OK && i < n; i++)
	{
		const double *row = row_at(f, i);
		uint32_t	at = f->order[i];
		double		least = INFINITY;

		if (i % POLL_WORK == 0 && tp_interrupted(f->mem))
			status = TP_INTERRUPTED;
		if (i > 0 && same_row(f, row, row_at(f, i - 1)))
		{
			f->efficient[at] = f->efficient[f->order[i - 1]];
			continue;
		}
		for (size_t k = rank[at]; k > 0; k &= k - 1)
			least = fmin(least, tree[k]);
		f->efficient[at] = !(least <= row[2]);
		for (size_t k = rank[at]; k <= n; k += k & (~k + 1))
			tree[k] = fmin(tree[k], row[2]);
	}
	tp_release(f->mem, by_second);
	tp_release(f->mem, tree);
	return status;
}

/*
 * More columns: compare each row with the front so far. Whatever dominates moves a step to the head
 * of the list, so that the rows that dominate most are met first.
 */
static tp_status
sweep_list(front *f, tp_error *err)
{
	uint32_t   *list = tp_alloc_array(f->mem, f->rows, sizeof(*list));
	size_t		length = 0;
	size_t		work = 0;

	if (list == NULL)
		return tp_fail_memory(err);
	for (size_t i = 0; i < f->rows; i++)
	{
		const double *row = row_at(f, i);
		uint32_t	at = f->order[i];
		size_t		k = 0;

		if (i > 0 && same_row(f, row, row_at(f, i - 1)))
		{
			f->efficient[at] = f->efficient[f->order[i - 1]];
			continue;
		}
		while (k < length && !no_worse(f, f->values + (size_t) list[k] * f->columns, row))
			k++;
		work += k + 1;
		if (work >= POLL_WORK)
		{
			work = 0;
			if (tp_interrupted(f->mem))
			{
				tp_release(f->mem, list);
				return TP_INTERRUPTED;
			}
		}
		f->efficient[at] = k == length;
		if (k == length)
			list[length++] = at;
		else if (k > 0)
		{
			uint32_t	swap = list[k];

			list[k] = list[k / 2];
			list[k / 2] = swap;
		}
	}
	tp_release(f->mem, list);
	return TP_OK;
}

tp_status
tp_pareto(const tp_memory *mem, const double *values, size_t rows, size_t columns,
		  const bool *upward, bool *efficient, tp_error *err)
{
	front		f = {mem, NULL, rows, columns, NULL, efficient};
	tp_status	status = TP_OK;

	if (rows == 0 || columns == 0)
		return TP_OK;
	f.values = tp_alloc_array(mem, rows, columns * sizeof(double));
	f.order = tp_alloc_array(mem, rows, sizeof(uint32_t));
	if (f.values == NULL || f.order == NULL)
	{
		tp_release(mem, f.values);
		tp_release(mem, f.order);
		return tp_fail_memory(err);
	}
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
		{
			double		x = values[i * columns + j];

			f.values[i * columns + j] = upward[j] ? -x : x;
		}
	tp_sort_start(f.order, rows);
	for (size_t j = columns; status == TP_OK && j-- > 0;)
		status = tp_sort_rows(mem, f.values + j, columns, false, f.order, rows, err);
	if (status == TP_OK && columns <= 2)
		sweep_least(&f);
	else if (status == TP_OK && columns == 3)
		status = sweep_tree(&f, err);
	else if (status == TP_OK)
		status = sweep_list(&f, err);
	tp_release(mem, f.values);
	tp_release(mem, f.order);
	return status;
}

/* a - b > 0 as part · 2^exponent, and how far, relatively, the rounding of a and b may move it. */
typedef struct difference
{
	double		part;
	int			exponent;
	double		slack;
} difference;

static difference
subtract(double a, double b)
{
	difference	d;
	double		half = a / 2 - b / 2;

	d.part = frexp(isinf(a - b) ? half : a - b, &d.exponent);
	if (isinf(a - b))
		d.exponent++;
	d.slack = isinf(a - b) ? DBL_EPSILON : DBL_EPSILON * ((fabs(a) / (a - b)) + (fabs(b) / (a - b)));
	return d;
}

/*
 * Is the ICER from low to middle greater than from middle to high, by more than the rounding of
 * the numbers as they were written may make it? Points that are collinear in decimals stay.
 */
static bool
bends_up(const double *cost, const double *effect, uint32_t low, uint32_t middle, uint32_t high)
{
	difference	c1 = subtract(cost[middle], cost[low]);
	difference	c2 = subtract(cost[high], cost[middle]);
	difference	e1 = subtract(effect[middle], effect[low]);
	difference	e2 = subtract(effect[high], effect[middle]);
	double		slack = c1.slack + c2.slack + e1.slack + e2.slack;
	double		ratio = ldexp(c1.part * e2.part / (c2.part * e1.part),
							  c1.exponent + e2.exponent - c2.exponent - e1.exponent);

	return ratio > 1 + slack;
}

/*
 * Give point what it adds to the efficient point before it. An increment or a ratio that float8
 * cannot hold is an error, as it is in the server's arithmetic.
 */
static tp_status
compare_points(tp_frontier_point *point, double cost, double effect, double cost_before,
			   double effect_before, tp_error *err)
{
	point->compared = true;
	point->cost = cost - cost_before;
	point->effect = effect - effect_before;
	point->icer = point->cost / point->effect;
	if (isinf(point->cost) || isinf(point->effect) || isinf(point->icer))
		return tp_fail(err, TP_OUT_OF_RANGE, "Measure cost and effect in other units.",
					   "an incremental cost, effect or ratio is out of range");
	return TP_OK;
}

tp_status
tp_cost_effectiveness(const tp_memory *mem, const double *cost, const double *effect, size_t n,
					  tp_frontier_point *points, tp_error *err)
{
	uint32_t   *order = tp_alloc_array(mem, n, 2 * sizeof(uint32_t));
	uint32_t   *hull;
	size_t		height = 0;
	uint32_t	kept = 0;		/* the last row that is not dominated */
	tp_status	status;

	if (order == NULL)
		return tp_fail_memory(err);
	hull = order + n;
	tp_sort_start(order, n);
	status = tp_sort_rows(mem, effect, 1, true, order, n, err);
	if (status == TP_OK)
		status = tp_sort_rows(mem, cost, 1, false, order, n, err);

	for (size_t i = 0; status == TP_OK && i < n; i++)
	{
		uint32_t	at = order[i];

		points[at].compared = false;
		points[at].status = TP_EFFICIENT;
		if (i > 0 && effect[at] <= effect[kept])
		{
			points[at].status = TP_DOMINATED;
			continue;
		}
		kept = at;
		while (height > 1 && bends_up(cost, effect, hull[height - 2], hull[height - 1], at))
			points[hull[--height]].status = TP_EXTENDEDLY_DOMINATED;
		hull[height++] = at;
	}
	for (size_t i = 1; status == TP_OK && i < height; i++)
		status = compare_points(&points[hull[i]], cost[hull[i]], effect[hull[i]],
								cost[hull[i - 1]], effect[hull[i - 1]], err);
	tp_release(mem, order);
	return status;
}
