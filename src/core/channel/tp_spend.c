/*
 * tp_spend.c
 *	  The best split of a budget, by water-filling.
 *
 * Channel i answers x with aᵢx/(hᵢ + x); its marginal return aᵢhᵢ/(hᵢ + x)² falls from aᵢ/hᵢ.
 * At the best split all channels that get any have one marginal return λ². With yᵢ = √(aᵢ/hᵢ),
 * that is xᵢ = hᵢ(yᵢ − λ)/λ, and Σxᵢ = B gives λ = Σhᵢyᵢ/(B + Σhᵢ) over the channels with
 * yᵢ > λ: the first few by falling yᵢ.
 *
 * With bounds a channel whose xᵢ would pass one stays there (Karush, Kuhn and Tucker); which ones do
 * changes only at the λ where an xᵢ meets its bound, hᵢyᵢ/(hᵢ + bound).
 */
#include "channel/tp_channel.h"

#include <float.h>
#include <limits.h>
#include <math.h>

#include "base/tp_host.h"
#include "base/tp_sort.h"

/*
 * y is in a unit in which the greatest is about 1, h and the budget likewise. e = y₁ − y, and
 * lag = y₁ − λ = (B·y₁ + Σhe)/(B + Σh): with a budget small against h, y − λ would lose its
 * digits, and lag − e keeps them.
 */
typedef struct split
{
	double		budget;
	double		first;			/* y₁ */
	double		h;				/* Σh of the channels so far */
	double		hy;				/* Σhy */
	double		he;				/* Σhe */
} split;

static bool
deserves(const split *s, double y)
{
	if (y == s->first)
		return true;
	if (y < s->first / 2)
		return y * (s->budget + s->h) > s->hy;
	return (s->first - y) * (s->budget + s->h) < s->budget * s->first + s->he;
}

static tp_status
check_channel(double ceiling, double half_spend, tp_error *err)
{
	char		number[TP_NUMBER_SIZE];

	if (ceiling < 0)
	{
		tp_host_number(ceiling, number);
		return tp_fail(err, TP_BAD_ARGUMENT,
					   "It is what the channel brings at most; 0 for a channel that brings nothing.",
					   "ceiling must not be negative: %s", number);
	}
	if (half_spend <= 0)
	{
		tp_host_number(half_spend, number);
		return tp_fail(err, TP_BAD_ARGUMENT,
					   "It is the spend that brings half of the ceiling.",
					   "half_spend must be positive, not %s", number);
	}
	return TP_OK;
}

/*
 * y[i] = √(a/h) and s[i] = √(a·h), each in a unit of its own that keeps the greatest about 1,
 * through exponents so that no quotient or product overflows.
 */
static void
take_roots(const double *a, const double *h, size_t n, double *y, double *s)
{
	int			most_y = INT_MIN;
	int			most_s = INT_MIN;

	for (size_t i = 0; i < n; i++)
	{
		int			a_exp;
		int			h_exp;

		if (a[i] == 0)
			continue;
		(void) frexp(a[i], &a_exp);
		(void) frexp(h[i], &h_exp);
		most_y = a_exp - h_exp > most_y ? a_exp - h_exp : most_y;
		most_s = a_exp + h_exp > most_s ? a_exp + h_exp : most_s;
	}
	for (size_t i = 0; i < n; i++)
	{
		int			a_exp;
		int			h_exp;
		double		a_part = frexp(a[i], &a_exp);
		double		h_part = frexp(h[i], &h_exp);

		y[i] = a[i] == 0 ? 0 : sqrt(ldexp(a_part / h_part, a_exp - h_exp - most_y));
		s[i] = a[i] == 0 ? 0 : sqrt(ldexp(a_part * h_part, a_exp + h_exp - most_s));
	}
}

/*
 * Pour budget over the first taken channels in order; the others have 0 already. sum is in units of
 * 2^unit.
 */
static void
pour(const split *sum, const uint32_t *order, size_t taken, double budget, const double *half_spend,
	 int unit, const double *y, const double *s, double *spend)
{
	double		all = sum->budget + sum->h;
	double		level = sum->hy / all;
	double		lag = (sum->budget * sum->first + sum->he) / all;
	double		roots = 0;
	double		total = 0;

	for (size_t k = 0; k < taken; k++)
		roots += s[order[k]];
	for (size_t k = 0; k < taken; k++)
	{
		uint32_t	i = order[k];
		double		h = ldexp(half_spend[i], -unit);
		double		x;

		/* a large budget dwarfs h; a small one is dwarfed by it */
		if (level < sum->first / 2)
			x = s[i] / roots * all - h;
		else
			x = h * (lag - (sum->first - y[i])) / level;
		spend[i] = x > 0 ? x : 0;
		total += spend[i];
	}
	if (sum->budget < DBL_MIN)
	{
		/* too small to be told from 0 in this unit: it goes to the best, as their h */
		total = 0;
		for (size_t k = 0; k < taken; k++)
		{
			uint32_t	i = order[k];

			spend[i] = y[i] == sum->first ? ldexp(half_spend[i], -unit) : 0;
			total += spend[i];
		}
	}
	if (total == 0)
		total = spend[order[0]] = 1;
	for (size_t k = 0; k < taken; k++)
		spend[order[k]] = spend[order[k]] / total * budget;
}

/* The rows by the last key, which falls; the other keys make the sums the same in any order of rows. */
static tp_status
sort_falling(const tp_memory *mem, const double *const *keys, int n_keys, uint32_t *order, size_t n, tp_error *err)
{
	tp_status	status = TP_OK;

	tp_sort_start(order, n);
	for (int k = 0; k < n_keys && status == TP_OK; k++)
		status = tp_sort_rows(mem, keys[k], 1, k == n_keys - 1, order, n, err);
	return status;
}

tp_status
tp_optimal_spend(const tp_memory *mem, double budget, const double *ceiling,
				 const double *half_spend, size_t n, double *spend, tp_error *err)
{
	double		greatest = budget;
	double	   *y;
	double	   *s;
	uint32_t   *order;
	int			unit;
	size_t		taken = 0;
	split		sum;
	tp_status	status = TP_OK;

	if (budget < 0)
	{
		char		number[TP_NUMBER_SIZE];

		tp_host_number(budget, number);
		return tp_fail(err, TP_BAD_ARGUMENT, "It is what there is to spend, 0 or more.",
					   "budget must not be negative: %s", number);
	}
	for (size_t i = 0; i < n && status == TP_OK; i++)
	{
		spend[i] = 0;
		greatest = fmax(greatest, half_spend[i]);
		status = check_channel(ceiling[i], half_spend[i], err);
	}
	if (status != TP_OK || budget == 0 || n == 0)
		return status;

	y = tp_alloc_array(mem, n, 2 * sizeof(double));
	order = tp_alloc_array(mem, n, sizeof(*order));
	if (y == NULL || order == NULL)
	{
		tp_release(mem, y);
		tp_release(mem, order);
		return tp_fail_memory(err);
	}
	s = y + n;
	take_roots(ceiling, half_spend, n, y, s);
	(void) frexp(greatest, &unit);

	status = sort_falling(mem, (const double *const[]) {ceiling, half_spend, y}, 3, order, n, err);

	sum.budget = ldexp(budget, -unit);
	sum.first = status == TP_OK ? y[order[0]] : 0;
	sum.h = sum.hy = sum.he = 0;
	while (status == TP_OK && taken < n)
	{
		double		yi = y[order[taken]];
		double		h = ldexp(half_spend[order[taken]], -unit);

		if (yi == 0 || (taken > 0 && !deserves(&sum, yi)))
			break;
		sum.h += h;
		sum.hy += h * yi;
		sum.he += h * (sum.first - yi);
		taken++;
	}
	if (taken > 0)
		pour(&sum, order, taken, budget, half_spend, unit, y, s, spend);
	tp_release(mem, y);
	tp_release(mem, order);
	return status;
}

/* Bounds that can be met by nobody, or not by all together. */
static tp_status
check_bounds(double budget, const double *at_least, const double *at_most, size_t n, tp_error *err)
{
	double		least = 0;
	double		most = 0;
	char		a[TP_NUMBER_SIZE];
	char		b[TP_NUMBER_SIZE];

	for (size_t i = 0; i < n; i++)
	{
		if (!(at_least[i] >= 0 && at_least[i] <= at_most[i]))
		{
			tp_host_number(at_least[i], a);
			tp_host_number(at_most[i], b);
			return tp_fail(err, TP_BAD_ARGUMENT, "Give 0 <= at_least <= at_most; NULL for no bound.",
						   "bounds from %s to %s cannot be met", a, b);
		}
		least += at_least[i];
		most += at_most[i];
	}
	tp_host_number(budget, a);
	if (least > budget * (1 + 1e-12))
	{
		tp_host_number(least, b);
		return tp_fail(err, TP_BAD_ARGUMENT, "Raise the budget, or lower at_least.",
					   "at_least adds up to %s, more than the budget of %s", b, a);
	}
	if (most < budget * (1 - 1e-12))
	{
		tp_host_number(most, b);
		return tp_fail(err, TP_BAD_ARGUMENT, "Lower the budget, or raise at_most.",
					   "at_most adds up to %s, less than the budget of %s", b, a);
	}
	return TP_OK;
}

/* The channels of a bounded split, all in the units of split; rows in an order of their own. */
typedef struct bounded
{
	const double *y;
	const double *h;
	const double *low;
	const double *high;
	const uint32_t *order;
	size_t		n;
} bounded;

static double
spend_at(const bounded *b, uint32_t i, double level)
{
	double		x = b->y[i] > 0 ? b->h[i] * (b->y[i] - level) / level : 0;

	return fmin(fmax(x, b->low[i]), b->high[i]);
}

static double
total_at(const bounded *b, double level)
{
	double		total = 0;

	for (size_t k = 0; k < b->n; k++)
		total += spend_at(b, b->order[k], level);
	return total;
}

/* Between which two neighbours of the falling levels does the total pass the budget? */
static size_t
first_level_that_spends(const bounded *b, const double *level, const uint32_t *falling, size_t n, double budget)
{
	size_t		from = 0,
				to = n;

	while (from < to)
	{
		size_t		middle = from + (to - from) / 2;

		if (total_at(b, level[falling[middle]]) >= budget)
			to = middle;
		else
			from = middle + 1;
	}
	return from;
}

/*
 * What is left for the channels strictly between their bounds at this level is poured over them as if
 * they were alone; the others keep to their bound.
 */
static void
settle(const bounded *b, double level, double budget, int unit, const double *half_spend, const double *s,
	   uint32_t *taken, double *spend)
{
	split		sum = {budget, 0, 0, 0, 0};
	size_t		n = 0;

	for (size_t k = 0; k < b->n; k++)
	{
		uint32_t	i = b->order[k];
		double		x = spend_at(b, i, level);

		spend[i] = ldexp(x, unit);
		if (x > b->low[i] && x < b->high[i])
			taken[n++] = i;
		else
			sum.budget -= x;
	}
	if (n == 0 || sum.budget <= 0)
		return;
	sum.first = b->y[taken[0]];		/* order is by falling y */
	for (size_t k = 0; k < n; k++)
	{
		uint32_t	i = taken[k];

		sum.h += b->h[i];
		sum.hy += b->h[i] * b->y[i];
		sum.he += b->h[i] * (sum.first - b->y[i]);
	}
	pour(&sum, taken, n, ldexp(sum.budget, unit), half_spend, unit, b->y, s, spend);
	for (size_t k = 0; k < n; k++)
	{
		uint32_t	i = taken[k];

		spend[i] = fmin(fmax(spend[i], ldexp(b->low[i], unit)), ldexp(b->high[i], unit));
	}
}

tp_status
tp_optimal_spend_within(const tp_memory *mem, double budget, const double *ceiling, const double *half_spend,
						const double *at_least, const double *at_most, size_t n, double *spend, tp_error *err)
{
	double		greatest = budget;
	double	   *numbers;		/* y, s, h, low, high, then levels: seven columns of n */
	uint32_t   *order;
	bounded		b;
	double	   *level;
	int			unit;
	tp_status	status;

	if (tp_optimal_spend(mem, budget, ceiling, half_spend, n, spend, err) != TP_OK ||
		check_bounds(budget, at_least, at_most, n, err) != TP_OK)
		return err->status;
	if (n == 0)
		return TP_OK;
	numbers = tp_alloc_array(mem, n, 7 * sizeof(double));
	order = tp_alloc_array(mem, n, 4 * sizeof(*order));
	if (numbers == NULL || order == NULL)
	{
		tp_release(mem, numbers);
		tp_release(mem, order);
		return tp_fail_memory(err);
	}
	level = numbers + 5 * n;
	for (size_t i = 0; i < n; i++)
		greatest = fmax(greatest, half_spend[i]);
	(void) frexp(greatest, &unit);
	take_roots(ceiling, half_spend, n, numbers, numbers + n);
	for (size_t i = 0; i < n; i++)
	{
		double		h = numbers[2 * n + i] = ldexp(half_spend[i], -unit);
		double		low = numbers[3 * n + i] = ldexp(at_least[i], -unit);
		double		high = numbers[4 * n + i] = ldexp(at_most[i], -unit);

		level[i] = h * numbers[i] / (h + low);
		level[n + i] = isinf(high) ? 0 : h * numbers[i] / (h + high);
	}

	status = sort_falling(mem, (const double *const[]) {at_most, at_least, half_spend, numbers}, 4, order, n, err);
	tp_sort_start(order + n, 2 * n);
	if (status == TP_OK)
		status = tp_sort_rows(mem, level, 1, true, order + n, 2 * n, err);
	if (status == TP_OK)
	{
		double		whole = ldexp(budget, -unit);
		size_t		k,
					positive = 2 * n;
		double		at;

		b = (bounded) {numbers, numbers + 2 * n, numbers + 3 * n, numbers + 4 * n, order, n};
		while (positive > 0 && level[order[n + positive - 1]] == 0)
			positive--;
		k = first_level_that_spends(&b, level, order + n, positive, whole);
		/* a level inside the stretch, in which nothing meets a bound */
		if (k == 0)
			at = positive > 0 ? 2 * level[order[n]] : 1;
		else if (k == positive)
			at = level[order[n + k - 1]] / 2;
		else
			at = sqrt(level[order[n + k - 1]]) * sqrt(level[order[n + k]]);
		settle(&b, at, whole, unit, half_spend, numbers + n, order + 3 * n, spend);
	}
	tp_release(mem, numbers);
	tp_release(mem, order);
	return status;
}
