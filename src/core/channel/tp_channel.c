/*
 * tp_channel.c
 *	  TOPSIS and competition ranks.
 */
#include "channel/tp_channel.h"

#include <math.h>

#include "base/tp_host.h"
#include "base/tp_sort.h"

/* Rows between two polls of the host. */
#define POLL_ROWS 65536

tp_status
tp_check_weights(const double *weights, size_t n, tp_error *err)
{
	bool		some = false;

	for (size_t i = 0; i < n; i++)
	{
		char		number[TP_NUMBER_SIZE];

		if (!isfinite(weights[i]))
			return tp_fail(err, TP_OUT_OF_RANGE, "Weights are finite numbers, 0 or more.",
						   "weights[%zu] must be finite, not %s", i + 1,
						   tp_not_finite(weights[i]));
		if (weights[i] < 0)
		{
			tp_host_number(weights[i], number);
			return tp_fail(err, TP_BAD_ARGUMENT,
						   "Weights are 0 or more; whether less is better is said by the direction.",
						   "weights[%zu] must not be negative: %s", i + 1, number);
		}
		some |= weights[i] > 0;
	}
	if (!some)
		return tp_fail(err, TP_BAD_ARGUMENT, "Give at least one criterion a positive weight.",
					   n == 0 ? "weights is empty" : "every element of weights is 0");
	return TP_OK;
}

/* What becomes of one column: u = x · scale lies in [-1, 1], and counts factor times. */
typedef struct topsis_column
{
	double		low;			/* of x */
	double		high;
	double		scale[2];		/* a power of two, in halves so that none overflows */
	tp_fixed_sum squares;		/* of u */
	double		factor;
	double		best;			/* of u */
	double		worst;
} topsis_column;

static inline double
scaled(double x, const topsis_column *column)
{
	return x * column->scale[0] * column->scale[1];
}

/*
 * Extremes, scale and norm of each column; a constant one tells no rows apart and has factor 0.
 * Numbers are scaled before they are squared, so that neither 1e308 nor 1e-308 is lost. All columns
 * of a row are looked at together, for memory's sake.
 */
static void
measure_columns(topsis_column *column, size_t columns, const double *values, size_t rows,
				const bool *upward)
{
	for (size_t j = 0; j < columns; j++)
		column[j] = (topsis_column) {.low = values[j], .high = values[j]};
	for (size_t i = 1; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
		{
			double		x = values[i * columns + j];

			column[j].low = x < column[j].low ? x : column[j].low;
			column[j].high = x > column[j].high ? x : column[j].high;
		}
	for (size_t j = 0; j < columns; j++)
	{
		int			exponent;

		(void) frexp(fmax(fabs(column[j].low), fabs(column[j].high)), &exponent);
		column[j].scale[0] = ldexp(1, -exponent / 2);
		column[j].scale[1] = ldexp(1, -exponent - -exponent / 2);
	}
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
		{
			double		u = scaled(values[i * columns + j], &column[j]);

			tp_fixed_add(&column[j].squares, u * u);
		}
	for (size_t j = 0; j < columns; j++)
	{
		topsis_column *c = &column[j];

		if (c->low == c->high)
			continue;
		c->factor = 1 / sqrt(tp_fixed_value(&c->squares));
		c->best = scaled(upward[j] ? c->high : c->low, c);
		c->worst = scaled(upward[j] ? c->low : c->high, c);
	}
}

/* v in [0, 1] to 42 binary places: 1536 + v has just these. */
static inline double
rounded(double v)
{
	return (1536 + v) - 1536;
}

static double
closeness_of(const double *row, const topsis_column *column, size_t columns)
{
	double		to_best = 0;
	double		to_worst = 0;

	for (size_t j = 0; j < columns; j++)
	{
		double		u;
		double		b;
		double		w;

		if (column[j].factor == 0)
			continue;
		u = scaled(row[j], &column[j]);
		b = (u - column[j].best) * column[j].factor;
		w = (u - column[j].worst) * column[j].factor;
		to_best += b * b;
		to_worst += w * w;
	}
	to_best = sqrt(to_best);
	to_worst = sqrt(to_worst);
	return rounded(to_worst / (to_best + to_worst));
}

tp_status
tp_topsis(const tp_memory *mem, const double *values, size_t rows, size_t columns,
		  const double *weights, const bool *upward, double *closeness, bool *differ,
		  tp_error *err)
{
	topsis_column *column = tp_alloc_array(mem, columns, sizeof(*column));
	double		heaviest = 0;
	double		widest = 0;

	if (column == NULL)
		return tp_fail_memory(err);
	if (rows > 0)
		measure_columns(column, columns, values, rows, upward);
	for (size_t j = 0; rows > 0 && j < columns; j++)
		if (column[j].factor > 0)
			heaviest = fmax(heaviest, weights[j]);
	*differ = heaviest > 0;
	for (size_t j = 0; *differ && j < columns; j++)
	{
		if (column[j].factor > 0)
			column[j].factor *= weights[j] / heaviest;
		widest = fmax(widest, column[j].factor * fabs(column[j].best - column[j].worst));
	}
	/* The column that tells rows apart best spans 1, so that squares do not vanish. */
	for (size_t j = 0; *differ && j < columns; j++)
		column[j].factor /= widest;
	for (size_t i = 0; *differ && i < rows; i++)
	{
		if (i % POLL_ROWS == 0 && tp_interrupted(mem))
		{
			tp_release(mem, column);
			return TP_INTERRUPTED;
		}
		closeness[i] = closeness_of(values + i * columns, column, columns);
	}
	tp_release(mem, column);
	return TP_OK;
}

tp_status
tp_competition_ranks(const tp_memory *mem, const double *scores, size_t n, int64_t *ranks,
					 tp_error *err)
{
	uint32_t   *order = tp_alloc_array(mem, n, sizeof(*order));
	tp_status	status;

	if (order == NULL)
		return tp_fail_memory(err);
	tp_sort_start(order, n);
	status = tp_sort_rows(mem, scores, 1, true, order, n, err);
	for (size_t i = 0; status == TP_OK && i < n; i++)
	{
		bool		tie = i > 0 && scores[order[i]] == scores[order[i - 1]];

		ranks[order[i]] = tie ? ranks[order[i - 1]] : (int64_t) i + 1;
	}
	tp_release(mem, order);
	return status;
}
