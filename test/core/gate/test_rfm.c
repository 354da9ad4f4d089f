/*
 * test_rfm.c
 *	  Quantiles and scores against hand-made ones.
 */
#include "check.h"

#include "gate/tp_rfm.h"

static void
check_rfm(void)
{
	const double numbers[] = {1, 2, 3, 4, 5, 6};
	const double same[] = {7, 7, 7};
	const double wide[] = {-1.7e308, 1.7e308};
	double		cuts[4];

	tp_quintiles(numbers, 6, cuts);	/* at 1 + 5k/5 */
	for (int k = 0; k < 4; k++)
		CHECK(cuts[k] == k + 2);
	CHECK(tp_quintile_score(cuts, 2, false) == 1 && tp_quintile_score(cuts, 2.5, false) == 2);
	CHECK(tp_quintile_score(cuts, 6, false) == 5 && tp_quintile_score(cuts, 6, true) == 1);
	CHECK(tp_quintile_score(cuts, 5, true) == 1 && tp_quintile_score(cuts, 1, true) == 5);
	tp_quintiles(numbers, 4, cuts);	/* 1 + 3k/5 */
	for (int k = 0; k < 4; k++)
		CHECK_NEAR(cuts[k], 1 + 0.6 * (k + 1), 1e-15);
	tp_quintiles(same, 3, cuts);
	CHECK(cuts[0] == 7 && cuts[3] == 7 && tp_quintile_score(cuts, 7, false) == 1);
	tp_quintiles(same, 1, cuts);
	CHECK(cuts[0] == 7 && cuts[3] == 7);
	tp_quintiles(wide, 2, cuts);
	CHECK_NEAR(cuts[0] / 1e308, -1.02, 1e-12);
}

int
main(void)
{
	check_rfm();
	return CHECK_DONE();
}
