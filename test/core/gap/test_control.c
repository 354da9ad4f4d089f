/*
 * test_control.c
 *	  Control charts: published charts, each rule by hand and against its definition, noise.
 */
#include "check.h"

#include "gap/tp_control.h"

#define MOST 64

static tp_control_point point[MOST];
static double center;
static tp_error err;

/* D. C. Montgomery, Introduction to Statistical Quality Control: viscosity of aircraft primer paint. */
static void
check_viscosity(void)
{
	static const double v[] = {33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00,
	33.54, 33.12, 33.84};

	CHECK(tp_control_values(v, 15, &center, point, &err) == TP_OK);
	CHECK_NEAR(center, 33.52, .005);
	CHECK_NEAR(point[0].upper, 34.80, .005);
	CHECK_NEAR(point[0].lower, 32.24, .005);
	for (int i = 0; i < 15; i++)
		CHECK_INT(point[i].signal, TP_SIGNAL_NONE);
}

/* The same book: nonconforming cans of orange juice concentrate, thirty samples of fifty. */
static void
check_cans(void)
{
	static const double d[] = {12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15,
	9, 12, 7, 13, 9, 6};
	double		n[30],
				share[30];

	for (int i = 0; i < 30; i++)
		n[i] = 50;
	CHECK(tp_control_shares(d, n, 30, share, &center, point, &err) == TP_OK);
	CHECK_NEAR(center, .2313, .00005);
	CHECK_NEAR(point[0].upper, .4102, .0001);
	CHECK_NEAR(point[0].lower, .0524, .0001);
	for (int i = 0; i < 30; i++)
		CHECK_INT(point[i].signal == TP_SIGNAL_BEYOND, i == 14 || i == 22);
}

static void
expect(const double *v, size_t n, const char *signals)
{
	static const char letter[] = {'.', 'b', 'r', 't'};
	char		got[MOST + 1];

	CHECK(tp_control_values(v, n, &center, point, &err) == TP_OK);
	for (size_t i = 0; i < n; i++)
		got[i] = letter[point[i].signal];
	got[n] = '\0';
	CHECK_TEXT(got, signals);
}

static void
check_rules(void)
{
	/* seven above are no run; the eighth and the ninth are */
	expect((const double[]) {1, 2, 1, 2, 1, 2, 1, -1, -2, -1, -2, -1, -2, -2}, 14, "..............");
	expect((const double[]) {2, 3, 2, 3, 2, 3, 2, 3, 2, -2, -3, -2, -3, -2, -3, -2, -3, -2}, 18, ".......rr.......rr");
	/* one on the centre breaks it */
	expect((const double[]) {2, 3, 2, 3, 0, 3, 2, 3, 2, -2, -3, -2, -3, 0, -3, -2, -3, -2}, 18, "..................");
	/* six rises make seven points; a tie breaks them */
	expect((const double[]) {1, 2, 3, 4, 5, 6, 7, 1, 7, 1}, 10, "......t...");
	expect((const double[]) {7, 6, 5, 4, 3, 2, 1, 0, 7, 0, 7}, 11, "......tt...");
	expect((const double[]) {1, 2, 3, 4, 4, 5, 6, 7, 1, 7, 1}, 11, "...........");
	/* beyond a limit, whatever else; what it pulls the centre from is a run below */
	expect((const double[]) {0, 0, 0, 0, 0, 0, 0, 0, 0, 9}, 10, ".......rrb");
	/* all alike: nothing */
	expect((const double[]) {.1, .1, .1, .1, .1, .1, .1, .1, .1}, 9, ".........");
	CHECK(center == .1 && point[3].lower == .1 && point[3].upper == .1);
	expect((const double[]) {4}, 1, ".");
	CHECK(center == 4 && !point[0].has_limits);
	CHECK(tp_control_values(NULL, 0, &center, point, &err) == TP_OK);
	CHECK(tp_control_values((const double[]) {1e308, -1e308, 1e308}, 3, &center, point, &err) == TP_OUT_OF_RANGE);
}

static void
check_bad(void)
{
	double		share[2];
	const double bad[][2] = {{3, 2}, {-1, 2}, {0, 0}, {1, -1}};

	for (int i = 0; i < 4; i++)
		CHECK(tp_control_shares(&bad[i][0], &bad[i][1], 1, share, &center, point, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_control_shares((const double[]) {0, 0}, (const double[]) {5, 8}, 2, share, &center, point, &err) == TP_OK);
	CHECK(center == 0 && point[0].upper == 0 && point[0].lower == 0 && point[1].signal == TP_SIGNAL_NONE);
}

/* Of charts of 24 points of noise fewer than one in ten signals. */
static void
check_noise(void)
{
	check_random r = {24};
	int			signals = 0;

	for (int chart = 0; chart < 10000; chart++)
	{
		double		v[24];
		bool		any = false;

		for (int i = 0; i < 24; i++)
		{
			double		u = ((double) (check_next(&r) >> 11) + 1) * 0x1p-53;
			double		w = (double) (check_next(&r) >> 11) * 0x1p-53;

			v[i] = 50 + 7 * sqrt(-2 * log(u)) * cos(6.283185307179586 * w);
		}
		CHECK(tp_control_values(v, 24, &center, point, &err) == TP_OK);
		for (int i = 0; i < 24; i++)
			any |= point[i].signal != TP_SIGNAL_NONE;
		signals += any;
	}
	CHECK(signals < 1000);
	CHECK(signals > 100);
}

int
main(void)
{
	check_viscosity();
	check_cans();
	check_rules();
	check_bad();
	check_noise();
	return CHECK_DONE();
}
