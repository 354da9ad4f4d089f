/*
 * test_shares.c
 *	  Counts of yes and no, of detractors and promoters: adding, text, order, what cannot be.
 */
#include "check.h"

#include "gap/tp_shares.h"

static tp_error err;

static tp_rate
rate_of(int64_t successes, int64_t count)
{
	tp_rate		r = {0};

	tp_rate_init(&r);
	r.count = count;
	r.successes = successes;
	return r;
}

static void
check_rates(void)
{
	tp_rate		a = rate_of(2, 5),
				b = rate_of(3, 5),
				back = {0},
				most = rate_of(0, INT64_MAX);
	tp_buffer	text;

	CHECK(tp_rate_is_current(&a, sizeof(a)) && !tp_rate_is_current(&a, sizeof(a) - 1));
	CHECK(tp_rate_compare(&a, &b) < 0 && tp_rate_compare(&b, &a) > 0 && tp_rate_compare(&a, &a) == 0);
	CHECK(tp_rate_merge(&most, &a, &err) == TP_OUT_OF_RANGE);
	CHECK_INT(most.count, INT64_MAX);
	CHECK(tp_rate_merge(&a, &b, &err) == TP_OK);
	CHECK_INT(a.count, 10);
	CHECK_INT(a.successes, 5);
	tp_buffer_init(&text, &check_memory);
	tp_rate_write(&text, &a);
	CHECK_TEXT(check_string(&text), "{count=10, successes=5}");
	CHECK(tp_rate_read(&back, text.data, text.len - 1, &err) == TP_OK && memcmp(&a, &back, sizeof(a)) == 0);
	tp_buffer_release(&text);
	a.successes = 11;
	CHECK(tp_rate_check(&a, TP_BAD_BINARY, &err) == TP_BAD_BINARY);
	a.successes = -1;
	CHECK(tp_rate_check(&a, TP_BAD_BINARY, &err) == TP_BAD_BINARY);
}

static void
check_scores(void)
{
	static const double scores[] = {0, 6, 6.5, 8, 9, 10};
	tp_nps_summary a = {0},
				b = {0},
				back = {0};
	tp_buffer	text;

	tp_nps_init(&a);
	tp_nps_init(&b);
	CHECK(tp_nps_set(&a, 9, 6, &err) == TP_BAD_ARGUMENT && tp_nps_set(&a, 6, 6, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_nps_set(&a, (double) NAN, 6, &err) == TP_OUT_OF_RANGE && tp_nps_set(&a, 6, (double) INFINITY, &err) == TP_OUT_OF_RANGE);
	CHECK(tp_nps_merge(&a, &b, &err) == TP_OK && a.flags == 0);
	CHECK(tp_nps_set(&a, 6, 9, &err) == TP_OK && tp_nps_set(&a, 6, 8, &err) == TP_BAD_ARGUMENT);
	for (int i = 0; i < 6; i++)
		CHECK(tp_nps_add(&a, scores[i], &err) == TP_OK);
	CHECK_INT(a.answers.detractors, 2);
	CHECK_INT(a.answers.passives, 2);
	CHECK_INT(a.answers.promoters, 2);
	CHECK(tp_nps_merge(&b, &a, &err) == TP_OK && tp_nps_compare(&a, &b) == 0);
	CHECK(tp_nps_merge(&b, &a, &err) == TP_OK && tp_nps_count(&b) == 12 && tp_nps_compare(&a, &b) < 0);
	tp_buffer_init(&text, &check_memory);
	tp_nps_write(&text, &a);
	CHECK_TEXT(check_string(&text), "{count=6, detractors=2, promoters=2, detractor_to=6, promoter_from=9}");
	CHECK(tp_nps_read(&back, text.data, text.len - 1, &err) == TP_OK && memcmp(&a, &back, sizeof(a)) == 0);
	tp_buffer_release(&text);
	b.answers.promoters = INT64_MAX - 6;
	CHECK(tp_nps_check(&b, TP_BAD_BINARY, &err) == TP_BAD_BINARY);
	b.answers.passives = b.answers.detractors = 0;
	CHECK(tp_nps_check(&b, TP_BAD_BINARY, &err) == TP_OK);
	CHECK(tp_nps_merge(&a, &b, &err) == TP_OK && tp_nps_count(&a) == INT64_MAX);
	CHECK(tp_nps_add(&a, 3, &err) == TP_OUT_OF_RANGE && tp_nps_merge(&a, &back, &err) == TP_OUT_OF_RANGE);
	b.flags = 0;
	CHECK(tp_nps_check(&b, TP_BAD_BINARY, &err) == TP_BAD_BINARY);
}

int
main(void)
{
	check_rates();
	check_scores();
	return CHECK_DONE();
}
