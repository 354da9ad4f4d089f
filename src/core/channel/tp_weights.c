/*
 * tp_weights.c
 *	  Weights for criteria: from the data (entropy), from judgement (AHP).
 */
#include "channel/tp_channel.h"

#include <float.h>

#include "base/tp_host.h"
#include <math.h>

/* 1 - e of one column, e its entropy over ln rows; less than 0 where the host wants to stop. */
static double
divergence(const tp_memory *mem, const double *values, size_t rows, size_t stride, double greatest)
{
	tp_fixed_sum sum = {0, 0};
	tp_fixed_sum entropy = {0, 0};
	double		total;
	double		d;

	for (size_t i = 0; i < rows; i++)
		tp_fixed_add(&sum, values[i * stride] / greatest);
	total = tp_fixed_value(&sum);
	for (size_t i = 0; i < rows; i++)
	{
		double		p = values[i * stride] / greatest / total;

		if (tp_stop_at(mem, i))
			return -1;
		/* 0·ln 0 = 0; a lone p = 1 gives -0 */
		if (p > 0 && p < 1)
			tp_fixed_add(&entropy, -p * log(p));
	}
	d = 1 - tp_fixed_value(&entropy) / log((double) rows);
	return d > 0 ? d : 0;
}

tp_status
tp_entropy_weights(const double *values, size_t rows, size_t columns, double *weights,
				   const tp_memory *mem, tp_error *err)
{
	double		total = 0;

	for (size_t j = 0; j < columns; j++)
	{
		double		low = values[j];
		double		high = values[j];

		for (size_t i = 1; i < rows; i++)
		{
			double		x = values[i * columns + j];

			low = x < low ? x : low;
			high = x > high ? x : high;
		}
		if (low < 0)
		{
			char		number[TP_NUMBER_SIZE];

			tp_host_number(low, number);
			return tp_fail(err, TP_BAD_ARGUMENT,
						   "Entropy weights take shares of a column: shift it to start at 0, or leave it out.",
						   "criteria[%zu] must not be negative under entropy: %s", j + 1, number);
		}
		weights[j] = low == high ? 0 : divergence(mem, values + j, rows, columns, high);
		if (weights[j] < 0 || tp_stop_at(mem, j))
			return tp_fail_interrupted(err);
		total += weights[j];
	}
	for (size_t j = 0; j < columns; j++)
		weights[j] = total > 0 ? weights[j] / total : 1.0 / (double) columns;
	return TP_OK;
}

static tp_status
check_pairwise(const double *matrix, size_t n, tp_error *err)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
		{
			double		a = matrix[i * n + j];
			double		b = matrix[j * n + i];
			char		number[TP_NUMBER_SIZE];
			char		mirror[TP_NUMBER_SIZE];

			if (!isfinite(a))
				return tp_fail(err, TP_OUT_OF_RANGE, "A comparison is a finite number, such as 3 or 1.0/3.",
							   "element [%zu][%zu] of the pairwise matrix must be finite, not %s",
							   i + 1, j + 1, tp_not_finite(a));
			if (a <= 0)
			{
				tp_host_number(a, number);
				return tp_fail(err, TP_BAD_ARGUMENT,
							   "Write how many times the row's criterion matters more: 3, or 1.0/3 for less.",
							   "element [%zu][%zu] of the pairwise matrix must be positive: %s",
							   i + 1, j + 1, number);
			}
			/* the grace is for the rounding of this very product, so that 0.33 passes for 1/3 */
			if (j <= i && isfinite(b) && b > 0 &&
				!(fabs(a * b - 1) <= TP_RECIPROCAL_TOLERANCE + 1e-12))
			{
				tp_host_number(a, number);
				tp_host_number(b, mirror);
				return tp_fail(err, TP_BAD_ARGUMENT,
							   i == j ? "The diagonal of a pairwise matrix is 1."
							   : "Write 1.0/x opposite x; 1 % off is taken for rounding.",
							   i == j ? "element [%zu][%zu] of the pairwise matrix must be 1, not %s"
							   : "element [%zu][%zu] of the pairwise matrix is %s, opposite %s: not its reciprocal",
							   i + 1, j + 1, number, mirror);
			}
		}
	return TP_OK;
}

/*
 * w = A·w, made to add up to 1; returns what it added up to before: λ, once w no longer moves.
 * moved is the greatest relative change of an element. w adds up to 1, so no sum overflows.
 */
static double
power_step(const double *a, size_t n, double *w, double *next, double *moved)
{
	double		greatest = 0;
	double		total = 0;

	for (size_t i = 0; i < n; i++)
	{
		next[i] = 0;
		for (size_t j = 0; j < n; j++)
			next[i] += a[i * n + j] * w[j];
		greatest = fmax(greatest, next[i]);
	}
	for (size_t i = 0; i < n; i++)
		total += next[i] / greatest;
	*moved = 0;
	for (size_t i = 0; i < n; i++)
	{
		double		v = next[i] / greatest / total;

		*moved = fmax(*moved, fabs(v - w[i]) / fmax(v, DBL_MIN));
		w[i] = v;
	}
	return greatest * total;
}

/* square = A·A, scaled so that its greatest element is about 1. */
static bool
square_matrix(const tp_memory *mem, double *square, const double *a, size_t n)
{
	double		greatest = 0;

	for (size_t i = 0; i < n * n; i++)
		greatest = fmax(greatest, a[i]);
	for (size_t i = 0; i < n; i++)
	{
		if (tp_interrupted(mem))
			return false;
		for (size_t j = 0; j < n; j++)
			square[i * n + j] = 0;
		for (size_t k = 0; k < n; k++)
			for (size_t j = 0; j < n; j++)
				square[i * n + j] += (a[i * n + k] / greatest) * (a[k * n + j] / greatest);
	}
	return true;
}

/*
 * Power iteration. When it has not settled after PATIENCE steps, because the judgements run in
 * circles and other eigenvalues are nearly as large, it goes on with the square of the matrix,
 * which has the same eigenvector and needs half the steps.
 */
#define PATIENCE 50
#define SQUARINGS 60

static tp_status
principal_vector(const tp_memory *mem, const double *matrix, size_t n, double *w, double *lambda,
				 tp_error *err)
{
	double	   *work = tp_alloc_array(mem, n, (2 * n + 1) * sizeof(double));
	double	   *next = work;
	double	   *power = work + n;
	double	   *square = work + n + n * n;
	double		settled = DBL_EPSILON * (double) n;
	double		moved = 1;

	if (work == NULL)
		return tp_fail_memory(err);
	memcpy(power, matrix, n * n * sizeof(double));
	for (size_t i = 0; i < n; i++)
		w[i] = 1.0 / (double) n;
	for (int round = 0; round <= SQUARINGS && moved > settled; round++)
	{
		double		before = INFINITY;

		if (round > 0)
		{
			double	   *swap = power;

			if (!square_matrix(mem, square, power, n))
			{
				tp_release(mem, work);
				return TP_INTERRUPTED;
			}
			power = square;
			square = swap;
		}
		for (int step = 0; step < PATIENCE && moved > settled; step++)
		{
			power_step(power, n, w, next, &moved);
			/* what no longer calms down moves in its last bits only */
			if (moved < 64 * settled && moved >= before)
				moved = 0;
			before = moved;
		}
	}
	*lambda = power_step(matrix, n, w, next, &moved);
	tp_release(mem, work);
	if (!isfinite(*lambda))
		return tp_fail(err, TP_OUT_OF_RANGE, "No criterion matters that many times more.",
					   "the principal eigenvalue of the pairwise matrix is out of range");
	return TP_OK;
}

tp_status
tp_ahp(const tp_memory *mem, const double *matrix, size_t n, double *weights,
	   double *consistency, tp_error *err)
{
	static const double random_index[] =
	{0.5247, 0.8816, 1.1086, 1.2479, 1.3417, 1.4057, 1.4499, 1.4854};
	double		size = (double) n;
	double		lambda = 0;
	double		ratio;
	tp_status	status = check_pairwise(matrix, n, err);

	if (status == TP_OK)
		status = principal_vector(mem, matrix, n, weights, &lambda, err);
	if (status != TP_OK)
		return status;
	if (n <= 2)
		ratio = 0;
	else if (n <= 10)
		ratio = (lambda - size) / (size - 1) / random_index[n - 3];
	else
		ratio = (lambda - size) / (2.7699 * size - 4.3513 - size);
	*consistency = ratio > 0 ? ratio : 0;
	return TP_OK;
}
