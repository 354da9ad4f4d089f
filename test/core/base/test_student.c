/*
 * test_student.c
 *	  Student's t against published tables, closed forms and values computed with 60 digits.
 */
#include "check.h"

#include "base/tp_student.h"

#define PI 3.14159265358979323846

/* M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions (1964), table 26.10. */
static void
check_tables(void)
{
	static const struct
	{
		double		level,
					df,
					t;
	}			table[] = {
		{.90, 1, 6.314}, {.95, 1, 12.706}, {.99, 1, 63.657}, {.999, 1, 636.619},
		{.90, 2, 2.920}, {.95, 2, 4.303}, {.99, 2, 9.925}, {.90, 4, 2.132}, {.95, 4, 2.776},
		{.99, 4, 4.604}, {.90, 10, 1.812}, {.95, 10, 2.228}, {.99, 10, 3.169}, {.95, 20, 2.086},
		{.90, 30, 1.697}, {.95, 30, 2.042}, {.99, 30, 2.750}, {.95, 60, 2.000}, {.95, 120, 1.980},
		{.99, 120, 2.617}, {.80, 5, 1.476}, {.50, 3, 0.765},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
	{
		CHECK_NEAR(tp_student_quantile(table[i].level, table[i].df), table[i].t, 0.0005);
		CHECK_NEAR(tp_student_tails(tp_student_quantile(table[i].level, table[i].df), table[i].df),
				   1 - table[i].level, 1e-14);
	}
}

/* The finite series for whole df: Abramowitz and Stegun 26.7.3 and 26.7.4. */
static double
tails_by_series(double t, int df)
{
	double		theta = atan(t / sqrt(df));
	double		c = cos(theta) * cos(theta);
	double		term = df % 2 == 0 ? 1 : cos(theta);
	double		sum = df == 1 ? 0 : term;

	for (int i = df % 2 == 0 ? 2 : 3; i <= df - 2; i += 2)
	{
		term *= c * (i - 1) / i;
		sum += term;
	}
	return 1 - (df % 2 == 0 ? sin(theta) * sum : 2 / PI * (theta + sin(theta) * sum));
}

static void
check_closed_forms(void)
{
	for (int df = 1; df <= 400; df++)
		for (double t = 0.01; t < 40; t *= 1.3)
			if (fabs(tp_student_tails(t, df) - tails_by_series(t, df)) > 1e-13)
				CHECK_NEAR(tp_student_tails(t, df), tails_by_series(t, df), 1e-13);
	CHECK_NEAR(tp_student_tails(1e8, 1) / (2 / PI * atan(1e-8)), 1, 1e-14);
	CHECK_NEAR(tp_student_tails(-2.5, 7), tp_student_tails(2.5, 7), 0);
	CHECK_NEAR(tp_student_tails(0, 7), 1, 0);

	/* far out the normal distribution, whose tails libm has */
	for (double t = 0.1; t < 8; t += 0.37)
		CHECK_NEAR(tp_student_tails(t, 1e15) / erfc(t / sqrt(2)), 1, 1e-12);
	CHECK_NEAR(tp_student_tails(1e160, 1) / (2 / PI * 1e-160), 1, 1e-13);
	CHECK(tp_student_tails(1e300, 1e6) == 0);
}

/* Power series of I_y(1/2, df/2) summed with 60 digits. */
static void
check_references(void)
{
	static const struct
	{
		double		t,
					df,
					p;
	}			reference[] = {
		{0.1, 1, 0.93654896513889286}, {9, 1, 0.070446574954554549}, {1.96, 2, 0.18905730960173227},
		{5, 3, 0.015392438073302301}, {1, 2.5, 0.40406102727827347}, {9, 2.5, 0.0057479061836080554},
		{2.5, 10, 0.031446844236608804}, {9, 10, 4.1380490496820122e-6}, {1.96, 30, 0.059342312896050476},
		{5, 100, 2.4501734135038004e-6}, {0.1, 1000, 0.92036436902360413}, {1.96, 1000, 0.050273184955748718},
		{9, 1000, 1.11290771718715e-18}, {1.96, 1e4, 0.05002352023183305}, {2.5, 1e5, 0.012420919192559045},
		{0.1, 1e6, 0.92034434549204316}, {1, 1e6, 0.31731074983357813}, {1.96, 1e6, 0.049996067585269791},
		{2.5, 1e6, 0.012419489502163246}, {5, 1e6, 5.7339978708907416e-7}, {9, 1e6, 2.2609730334928604e-19},
	};

	for (size_t i = 0; i < sizeof(reference) / sizeof(reference[0]); i++)
	{
		CHECK_NEAR(tp_student_tails(reference[i].t, reference[i].df), reference[i].p, 1e-14);
		CHECK_NEAR(tp_student_tails(reference[i].t, reference[i].df) / reference[i].p, 1, 1e-12);
	}
	CHECK_NEAR(tp_student_quantile(.95, 1), 12.706204736174693, 1e-13);
	CHECK_NEAR(tp_student_quantile(.95, 4), 2.7764451051977935, 1e-14);
	CHECK_NEAR(tp_student_quantile(.99, 10), 3.1692726726169507, 1e-14);
	CHECK_NEAR(tp_student_quantile(.5, 3), 0.76489232840434528, 1e-14);
	CHECK_NEAR(tp_student_quantile(.999, 120), 3.3734537685625001, 1e-13);
	CHECK_NEAR(tp_student_quantile(.95, 1e6), 1.9599663568141066, 1e-13);
}

/* There and back, at the ends of what there is. */
static void
check_inverse(void)
{
	static const double levels[] = {1e-300, 1e-12, 0.001, 0.4999, 0.5, 0.9, 0.999999, 1 - 1e-12, 1 - 1e-16};
	static const double dfs[] = {1, 1.5, 2, 3, 7, 29.4, 1e3, 1e6, 1e9, 1e15};

	for (size_t l = 0; l < sizeof(levels) / sizeof(levels[0]); l++)
		for (size_t d = 0; d < sizeof(dfs) / sizeof(dfs[0]); d++)
		{
			double		t = tp_student_quantile(levels[l], dfs[d]);

			CHECK(isfinite(t) && t > 0);
			CHECK_NEAR(tp_student_tails(t, dfs[d]), 1 - levels[l], 1e-14);
		}
}

int
main(void)
{
	check_tables();
	check_closed_forms();
	check_references();
	check_inverse();
	return CHECK_DONE();
}
