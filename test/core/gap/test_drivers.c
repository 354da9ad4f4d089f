/*
 * test_drivers.c
 *	  Relative weights against the printed example and against a second algorithm.
 */
#include "check.h"

#include "gap/tp_drivers.h"

#define KMAX TP_DRIVERS_MAX

/* What rows are added to; what it outgrows is left to its owner. */
static tp_drivers_open *
empty(int k)
{
	tp_drivers	nothing = {0};
	tp_drivers_open *d;
	tp_error	err;

	tp_drivers_init(&nothing, 0, 2);
	CHECK(tp_drivers_begin(&d, k, &nothing, &check_memory, &err) == TP_OK);
	return d;
}

static tp_status
add(tp_drivers_open **d, double outcome, const double *drivers, tp_error *err)
{
	tp_drivers_open *old = *d;
	tp_status	status = tp_drivers_add(d, outcome, drivers, &check_memory, err);

	if (*d != old)
		free(old);
	return status;
}

static tp_status
merge(tp_drivers_open **d, const void *image, tp_error *err)
{
	tp_drivers_open *old = *d;
	tp_status	status = tp_drivers_merge(d, image, &check_memory, err);

	if (*d != old)
		free(old);
	return status;
}

/* As stored, and cut to twice double precision. */
static tp_drivers *
stored(tp_drivers_open *d)
{
	tp_drivers *image;
	size_t		size;
	tp_error	err;

	CHECK(tp_drivers_close(&image, &size, d, &check_memory, &err) == TP_OK);
	CHECK(tp_drivers_is_current(image, size));
	image->length = 0;
	free(d);
	return image;
}

static tp_drivers *
summary(tp_drivers_open *d)
{
	tp_drivers *image = stored(d);
	tp_drivers *out = calloc(1, tp_drivers_size(image->drivers));

	tp_drivers_round(out, image);
	free(image);
	return out;
}

/* Motor Trend 1974: mpg, cyl, disp, hp, gear; the weights that the R package rwa prints. */
static const double mtcars[32][5] = {
	{21, 6, 160, 110, 4}, {21, 6, 160, 110, 4}, {22.8, 4, 108, 93, 4}, {21.4, 6, 258, 110, 3},
	{18.7, 8, 360, 175, 3}, {18.1, 6, 225, 105, 3}, {14.3, 8, 360, 245, 3}, {24.4, 4, 146.7, 62, 4},
	{22.8, 4, 140.8, 95, 4}, {19.2, 6, 167.6, 123, 4}, {17.8, 6, 167.6, 123, 4}, {16.4, 8, 275.8, 180, 3},
	{17.3, 8, 275.8, 180, 3}, {15.2, 8, 275.8, 180, 3}, {10.4, 8, 472, 205, 3}, {10.4, 8, 460, 215, 3},
	{14.7, 8, 440, 230, 3}, {32.4, 4, 78.7, 66, 4}, {30.4, 4, 75.7, 52, 4}, {33.9, 4, 71.1, 65, 4},
	{21.5, 4, 120.1, 97, 3}, {15.5, 8, 318, 150, 3}, {15.2, 8, 304, 150, 3}, {13.3, 8, 350, 245, 3},
	{19.2, 8, 400, 175, 3}, {27.3, 4, 79, 66, 4}, {26, 4, 120.3, 91, 5}, {30.4, 4, 95.1, 113, 5},
	{15.8, 8, 351, 264, 5}, {19.7, 6, 145, 175, 5}, {15, 8, 301, 335, 5}, {21.4, 4, 121, 109, 4},
};

static void
check_printed(void)
{
	static const double weight[] = {.2284797, .2221469, .2321744, .0963886};
	static const double percent[] = {29.32274, 28.50999, 29.79691, 12.37037};
	tp_drivers_open *rows = empty(4);
	tp_drivers_open *half = empty(4);
	tp_drivers *d;
	tp_error	err;
	double		w[KMAX],
				r2,
				v;
	bool		known;

	for (int i = 0; i < 32; i++)
		CHECK(add(i % 2 ? &rows : &half, mtcars[i][0], mtcars[i] + 1, &err) == TP_OK);
	CHECK(merge(&rows, half, &err) == TP_OK);
	d = summary(rows);
	CHECK(tp_drivers_weights(d, &check_memory, w, &r2, &known, &err) == TP_OK && known);
	for (int i = 0; i < 4; i++)
	{
		CHECK_NEAR(w[i], weight[i], 5e-8);
		CHECK_NEAR(100 * w[i] / r2, percent[i], 5e-6);
	}
	CHECK_NEAR(r2, .7791896, 5e-8);
	CHECK(tp_drivers_mean(d, 0, &v));
	CHECK_NEAR(v, 20.090625, 1e-14);
	free(half);
	free(d);
}

static void
invert(int n, const double *a, double *out)
{
	static double m[KMAX][2 * KMAX];

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
		{
			m[i][j] = a[i * n + j];
			m[i][n + j] = i == j;
		}
	for (int c = 0; c < n; c++)
	{
		int			pivot = c;

		for (int i = c; i < n; i++)
			if (fabs(m[i][c]) > fabs(m[pivot][c]))
				pivot = i;
		for (int j = 0; j < 2 * n; j++)
		{
			double		swap = m[c][j];

			m[c][j] = m[pivot][j];
			m[pivot][j] = swap;
		}
		for (int i = 0; i < n; i++)
		{
			double		f = m[i][c] / m[c][c];

			for (int j = 0; i != c && j < 2 * n; j++)
				m[i][j] -= f * m[c][j];
		}
		for (int j = 2 * n; j-- > 0;)
			m[c][j] /= m[c][c];
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			out[i * n + j] = m[i][n + j];
}

/*
 * The same weights without eigenvectors: the root of the drivers' correlations and its inverse by
 * E. D. Denman and A. N. Beavers' iteration (1976), correlations by the two-pass formula.
 */
static void
second_algorithm(int k, int rows, const double *y, const double *x, double *weights)
{
	static double r[KMAX * KMAX],
				root[KMAX * KMAX],
				inverse[KMAX * KMAX],
				a[KMAX * KMAX],
				b[KMAX * KMAX];
	double		mean[KMAX + 1] = {0},
				sd[KMAX + 1] = {0},
				ry[KMAX] = {0};

#define VALUE(row, i) ((i) == 0 ? y[row] : x[(row) * k + (i) - 1])
	for (int i = 0; i <= k; i++)
	{
		for (int row = 0; row < rows; row++)
			mean[i] += VALUE(row, i) / rows;
		for (int row = 0; row < rows; row++)
			sd[i] += (VALUE(row, i) - mean[i]) * (VALUE(row, i) - mean[i]);
		sd[i] = sqrt(sd[i]);
	}
	for (int i = 0; i < k; i++)
		for (int j = 0; j <= k; j++)
		{
			double		c = 0;

			for (int row = 0; row < rows; row++)
				c += (VALUE(row, i + 1) - mean[i + 1]) * (VALUE(row, j) - mean[j]) / sd[i + 1] / sd[j];
			if (j == 0)
				ry[i] = c;
			else
				r[i * k + j - 1] = c;
		}
	for (int i = 0; i < k * k; i++)
	{
		root[i] = r[i];
		inverse[i] = i % (k + 1) == 0;
	}
	for (int step = 0; step < 60; step++)
	{
		invert(k, root, a);
		invert(k, inverse, b);
		for (int i = 0; i < k * k; i++)
		{
			root[i] = (root[i] + b[i]) / 2;
			inverse[i] = (inverse[i] + a[i]) / 2;
		}
	}
	for (int i = 0; i < k; i++)
		weights[i] = 0;
	for (int j = 0; j < k; j++)
	{
		double		beta = 0;

		for (int i = 0; i < k; i++)
			beta += inverse[j * k + i] * ry[i];
		for (int i = 0; i < k; i++)
			weights[i] += root[i * k + j] * root[i * k + j] * beta * beta;
	}
}

static double
noise(void)
{
	static uint64_t s = 42;

	s = s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double) (s >> 11) / (double) (UINT64_C(1) << 53) - 0.5;
}

static void
check_against_second(int k)
{
	enum { ROWS = 300 };
	double	   *x = malloc(sizeof(double) * ROWS * k);
	double		y[ROWS];
	tp_drivers_open *rows = empty(k);
	tp_drivers_open *offset_rows = empty(k);
	tp_drivers *d,
			   *offset;
	tp_error	err;
	double		w[KMAX],
				w2[KMAX],
				w3[KMAX],
				r2,
				sum = 0;
	bool		known;

	for (int row = 0; row < ROWS; row++)
	{
		double		common = noise();
		double		shifted[KMAX];

		y[row] = noise();
		for (int i = 0; i < k; i++)
		{
			x[row * k + i] = noise() + common * (i % 3);
			y[row] += x[row * k + i] * (i % 5 - 1) / k;
			shifted[i] = x[row * k + i] + 1e6;
		}
		CHECK(add(&rows, y[row], x + row * k, &err) == TP_OK);
		CHECK(add(&offset_rows, y[row] - 1e6, shifted, &err) == TP_OK);
	}
	d = summary(rows);
	offset = summary(offset_rows);
	CHECK(tp_drivers_weights(d, &check_memory, w, &r2, &known, &err) == TP_OK && known);
	CHECK(tp_drivers_weights(offset, &check_memory, w3, &r2, &known, &err) == TP_OK && known);
	second_algorithm(k, ROWS, y, x, w2);
	for (int i = 0; i < k; i++)
	{
		CHECK_NEAR(w[i], w2[i], 1e-11);
		CHECK_NEAR(w[i], w3[i], 1e-8);
		sum += w[i];
	}
	CHECK(sum > 0 && sum <= 1);
	free(x);
	free(d);
	free(offset);
}

static void
check_refusals(void)
{
	tp_drivers_open *rows = empty(3);
	tp_drivers *d,
			   *other;
	tp_error	err;
	double		w[KMAX],
				r2,
				v;
	bool		known;

	/* too few rows have no answer */
	for (int row = 0; row < 9; row++)
	{
		double		x[] = {row, row * row, 7};

		CHECK(add(&rows, row + 0.5 * row * row * row, x, &err) == TP_OK);
		if (row == 2)
		{
			tp_drivers_open *few = empty(3);

			CHECK(merge(&few, rows, &err) == TP_OK);
			d = summary(few);
			CHECK(tp_drivers_weights(d, &check_memory, w, &r2, &known, &err) == TP_OK && !known);
			free(d);
		}
	}
	d = summary(rows);
	CHECK(tp_drivers_weights(d, &check_memory, w, &r2, &known, &err) == TP_BAD_ARGUMENT);
	CHECK(strstr(err.message, "driver 3") != NULL);
	CHECK(!tp_drivers_correlation(d, 3, &v));
	CHECK(tp_drivers_correlation(d, 1, &v) && v > 0.9);
	rows = empty(2);
	CHECK(merge(&rows, d, &err) == TP_BAD_ARGUMENT);
	free(rows);
	free(d);

	/* driver 3 is the mean of the others, though 0.1 and 0.2 are inexact */
	rows = empty(3);
	for (int row = 0; row < 50; row++)
	{
		double		a = 0.1 * (row % 7),
					b = 0.2 * (row % 5);
		double		x[] = {a, b, (a + b) / 2};

		CHECK(add(&rows, row % 11, x, &err) == TP_OK);
	}
	d = summary(rows);
	CHECK(tp_drivers_weights(d, &check_memory, w, &r2, &known, &err) == TP_BAD_ARGUMENT);
	CHECK(strstr(err.message, "driver 3") != NULL);

	/* an outcome without variance has no answer */
	rows = empty(2);
	for (int row = 0; row < 9; row++)
	{
		double		x[] = {row, row * row};

		CHECK(add(&rows, 0.1, x, &err) == TP_OK);
	}
	other = summary(rows);
	CHECK(tp_drivers_weights(other, &check_memory, w, &r2, &known, &err) == TP_OK && !known);
	CHECK(tp_drivers_check_number(0, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_drivers_check_number(65, &err) == TP_PAST_LIMIT);
	CHECK(tp_drivers_check_number(64, &err) == TP_OK);
	{
		double		x[] = {1e200, 0};

		rows = empty(2);
		CHECK(add(&rows, 0.1, x, &err) == TP_OUT_OF_RANGE);
		free(rows);
	}
	free(d);
	free(other);
}

static void
check_text(void)
{
	static const char *const bad[] = {
		"", "{count=1}", "{count=1, drivers=0}", "{count=1, drivers=65}", "{count=1, drivers=1, sums=1, 2}",
		"{count=1, drivers=1, sums=1, 2, products=1, 2, 4, 5}", "{count=0, drivers=1}",
		"{count=1, drivers=1, sums=1, 2, products=-1, 2, 4}", "{count=1, drivers=1, products=1, 2, 1, 2, 4}",
		"{count=1, drivers=1, sums=1, 2, products=1, 2, 4} x",
	};
	tp_drivers_open *rows = empty(4);
	tp_drivers *d,
			   *back;
	tp_buffer	b;
	tp_error	err;

	for (int i = 0; i < 32; i++)
		CHECK(add(&rows, mtcars[i][0], mtcars[i] + 1, &err) == TP_OK);
	d = stored(rows);
	CHECK(d->version == TP_DRIVERS_LONG);
	tp_buffer_init(&b, &check_memory);
	tp_drivers_write(&b, d);
	tp_buffer_byte(&b, '\0');
	CHECK(tp_drivers_read(&back, b.data, strlen(b.data), &check_memory, &err) == TP_OK);
	back->length = d->length;
	CHECK(memcmp(d, back, tp_drivers_long_size(4, tp_drivers_parts(d))) == 0);
	CHECK(tp_drivers_compare(d, back) == 0);
	free(back);
	for (size_t i = 0; i + 1 < b.len; i++)
	{
		char		byte = b.data[i];

		b.data[i] = '\0';
		CHECK(tp_drivers_read(&back, b.data, i, &check_memory, &err) != TP_OK);
		for (int c = 1; c < 128; c += 5)
		{
			b.data[i] = (char) c;
			if (tp_drivers_read(&back, b.data, b.len - 1, &check_memory, &err) == TP_OK)
				free(back);
		}
		b.data[i] = byte;
	}
	tp_buffer_release(&b);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(tp_drivers_read(&back, bad[i], strlen(bad[i]), &check_memory, &err) != TP_OK);
	CHECK(tp_drivers_read(&back, "{count=0}", 9, &check_memory, &err) == TP_OK);
	free(back);
	free(d);
}

int
main(void)
{
	check_printed();
	check_against_second(1);
	check_against_second(5);
	check_against_second(KMAX);
	check_refusals();
	check_text();
	return CHECK_DONE();
}
