/*
 * test_jacobi.c
 *	  Eigenvalues and eigenvectors of matrices whose own are known.
 */
#include "check.h"

#include "base/tp_jacobi.h"

#define N 64

static int
ascending(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* a = v d v', v orthogonal; the eigenvalues come back sorted. */
static void
check_decomposition(int n, const double *a, double *values)
{
	static double d[N * N],
				v[N * N];
	double		worst = 0;

	memcpy(d, a, sizeof(double) * n * n);
	CHECK(tp_jacobi(n, d, v));
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
		{
			double		back = 0,
						unit = 0;

			for (int l = 0; l < n; l++)
			{
				back += v[i * n + l] * d[l * n + l] * v[j * n + l];
				unit += v[l * n + i] * v[l * n + j];
			}
			worst = fmax(worst, fabs(back - a[i * n + j]));
			worst = fmax(worst, fabs(unit - (i == j)));
		}
	CHECK_NEAR(worst, 0, 1e-13 * n);
	for (int i = 0; i < n; i++)
		values[i] = d[i * n + i];
	qsort(values, n, sizeof(double), ascending);
}

int
main(void)
{
	static double a[N * N];
	double		values[N];

	/* D. Hilbert's matrix of order 4 */
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++)
			a[i * 4 + j] = 1.0 / (i + j + 1);
	check_decomposition(4, a, values);
	CHECK_NEAR(values[0], 9.6702304022586886e-5, 1e-16);
	CHECK_NEAR(values[1], 0.006738273605760748, 1e-16);
	CHECK_NEAR(values[2], 0.16914122022145003, 1e-15);
	CHECK_NEAR(values[3], 1.5002142800592428, 1e-15);

	/* the second difference: 2 - 2 cos(i pi / (n + 1)) */
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			a[i * N + j] = i == j ? 2 : abs(i - j) == 1 ? -1 : 0;
	check_decomposition(N, a, values);
	for (int i = 0; i < N; i++)
		CHECK_NEAR(values[i], 2 - 2 * cos((i + 1) * 3.14159265358979323846 / (N + 1)), 1e-13);

	/* all correlations alike: 1 + (n - 1) r once, 1 - r else */
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			a[i * N + j] = i == j ? 1 : 0.75;
	check_decomposition(N, a, values);
	CHECK_NEAR(values[0], 0.25, 1e-13);
	CHECK_NEAR(values[N - 2], 0.25, 1e-13);
	CHECK_NEAR(values[N - 1], 1 + 63 * 0.75, 1e-12);

	a[0] = 7;
	check_decomposition(1, a, values);
	CHECK_NEAR(values[0], 7, 0);
	memset(a, 0, sizeof(a));
	check_decomposition(3, a, values);
	CHECK_NEAR(values[2], 0, 0);
	return CHECK_DONE();
}
