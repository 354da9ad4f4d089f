/*
 * test_peak_end.c
 *	  Peak-end scores: published figures, and the definitions in plain loops.
 */
#include "check.h"

#include <float.h>

#include "model.h"
#include "score/tp_peak_end.h"

#define DAY TP_USECS_PER_DAY

static tp_error err;

typedef struct rating
{
	int64_t		at;
	double		score;			/* NaN: none */
	double		expected;		/* NaN: none */
	int64_t		duration;		/* -1: none */
} rating;

/* The journey of ratings at one touchpoint; the image is static. */
static tp_journey
journey_of(const rating *r, int n)
{
	static uint8_t *image;
	tp_builder	b;
	size_t		size = 0;
	tp_journey	j;

	tp_builder_init(&b, &check_memory);
	for (int i = 0; i < n; i++)
	{
		model_contact m;

		model_set(&m, "", "a", "");
		m.c.time = r[i].at;
		m.c.score = isnan(r[i].score) ? 0 : r[i].score;
		m.c.expected = isnan(r[i].expected) ? 0 : r[i].expected;
		m.c.duration = r[i].duration < 0 ? 0 : r[i].duration;
		m.c.has = (uint8_t) ((isnan(r[i].score) ? 0 : TP_HAS_SCORE) | (isnan(r[i].expected) ? 0 : TP_HAS_EXPECTED) |
							 (r[i].duration < 0 ? 0 : TP_HAS_DURATION));
		model_add(&b, &m, 1);
	}
	free(image);
	image = model_finish(&b, &size, &err);
	tp_builder_release(&b);
	CHECK(tp_journey_open(&j, image, size, &err) == TP_OK);
	return j;
}

/* Scores one second apart. */
static tp_journey
scored(const double *scores, int n)
{
	rating		r[32];

	for (int i = 0; i < n; i++)
		r[i] = (rating) {i * TP_USECS_PER_SECOND, scores[i], NAN, -1};
	return journey_of(r, n);
}

static double
peak_end_of(const tp_journey *j, double neutral, double weight)
{
	tp_score_summary s;

	tp_score_summarize(j, neutral, weight, &s);
	return s.peak_end;
}

#define SCORED(...) scored((double[]) {__VA_ARGS__}, (int) (sizeof((double[]) {__VA_ARGS__}) / sizeof(double)))

static void
check_published(void)
{
	tp_journey	j;
	tp_score_summary s;

	/* Kahneman's colonoscopy patients: A ends at its peak's end 7, B at 1 */
	j = SCORED(2, 5, 8, 7);
	CHECK(peak_end_of(&j, 0, 0.5) == 7.5);
	j = SCORED(2, 8, 5, 4, 3, 1);
	CHECK(peak_end_of(&j, 0, 0.5) == 4.5);
	/* more pain, better memory */
	j = SCORED(-8, -7);
	CHECK(peak_end_of(&j, 0, 0.5) == -7.5);
	j = SCORED(-8, -7, -1);
	CHECK(peak_end_of(&j, 0, 0.5) == -4.5);
	/* a wrong neutral hides disasters */
	j = SCORED(5, 1, 1, 3);
	CHECK(peak_end_of(&j, 3, 0.5) == 2);
	CHECK(peak_end_of(&j, 0, 0.5) == 4);
	{
		static const double scores[] = {6, 2, 5, 7, 4};
		static const int minutes[] = {10, 30, 20, 5, 15};
		rating		r[5];

		for (int i = 0; i < 5; i++)
			r[i] = (rating) {i * DAY, scores[i], NAN, minutes[i] * TP_USECS_PER_MINUTE};
		j = journey_of(r, 5);
		tp_score_summarize(&j, 4.8, 0.5, &s);
		CHECK(s.peak == 2 && s.peak_end == 3 && s.mean == 4.8);
		CHECK_NEAR(tp_time_weighted_score(&j), 3.9375, 1e-15);
		CHECK(s.scored == 5 && s.start == 6 && s.end == 4 && s.highest == 7 && s.lowest == 2);
		/* slope by hand: Sum (t - 2)(s - 4.8) = -2*1.2 + 2.8 + 2.2 - 1.6 = 1; over 10 */
		CHECK_NEAR(s.trend, 0.1, 1e-15);
		CHECK_NEAR(s.stddev, sqrt(14.8 / 4), 1e-15);
		CHECK_NEAR(tp_score_stddev(&j), sqrt(14.8 / 4), 1e-15);
		CHECK_NEAR(tp_score_trend(&j), 0.1, 1e-15);
	}
}

static void
check_edges(void)
{
	tp_journey	j;
	tp_score_summary s;

	/* one score */
	j = SCORED(4);
	tp_score_summarize(&j, 3, 0.25, &s);
	CHECK(s.scored == 1 && s.peak == 4 && s.end == 4 && s.mean == 4 && s.peak_end == 4 && isnan(s.stddev) && isnan(s.trend));
	/* equal distances: the later */
	j = SCORED(1, 5);
	tp_score_summarize(&j, 3, 0.5, &s);
	CHECK(s.peak == 5);
	j = SCORED(5, 1);
	tp_score_summarize(&j, 3, 0.5, &s);
	CHECK(s.peak == 1);
	j = SCORED(5, 1, 5, 1, 3);
	tp_score_summarize(&j, 3, 0.5, &s);
	CHECK(s.peak == 1);
	/* the weight's ends */
	j = SCORED(1, 4);
	CHECK(peak_end_of(&j, 3, 1) == 1 && peak_end_of(&j, 3, 0) == 4);
	/* equal scores: their mean and spread to the last bit */
	j = SCORED(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1);
	tp_score_summarize(&j, 0, 0.5, &s);
	CHECK(s.mean == 0.1 && s.stddev == 0 && s.peak_end == 0.1);
	CHECK(s.trend == 0);
	/* numbers whose sum and differences overflow */
	j = SCORED(DBL_MAX, DBL_MAX, DBL_MAX);
	tp_score_summarize(&j, -DBL_MAX, 0.5, &s);
	CHECK(s.mean == DBL_MAX && s.stddev == 0 && s.peak_end == DBL_MAX);
	j = SCORED(-DBL_MAX, DBL_MAX);
	tp_score_summarize(&j, 1e300, 0.5, &s);
	CHECK(s.peak == -DBL_MAX && s.mean == 0);
	j = SCORED(DBL_MAX, DBL_MAX / 2);
	tp_score_summarize(&j, -DBL_MAX, 0.5, &s);
	CHECK(s.peak == DBL_MAX);
	CHECK_NEAR(s.mean, DBL_MAX * 0.75, DBL_MAX * 1e-15);
}

static void
check_unscored(void)
{
	tp_journey	j;
	tp_score_summary s;
	rating		r[4];

	/* contacts without score: not the end */
	r[0] = (rating) {0, NAN, 1, 5};
	r[1] = (rating) {DAY, 2, 3, -1};
	r[2] = (rating) {2 * DAY, 4, NAN, 0};
	r[3] = (rating) {3 * DAY, NAN, NAN, -1};
	j = journey_of(r, 4);
	tp_score_summarize(&j, 3, 0.5, &s);
	CHECK(s.scored == 2 && s.start == 2 && s.end == 4 && s.trend == 2);
	CHECK(isnan(tp_time_weighted_score(&j)));
	CHECK(tp_peak_end_gap(&j, 0.5) == -1);
	j = journey_of(r, 1);
	s.scored = 99;
	tp_score_summarize(&j, 3, 0.5, &s);
	CHECK(s.scored == 0 && isnan(tp_peak_end_gap(&j, 0.5)) && isnan(tp_score_stddev(&j)) && isnan(tp_score_trend(&j)));
	j = journey_of(r, 0);
	tp_score_summarize(&j, 3, 0.5, &s);
	CHECK(s.scored == 0);
	/* one instant has no slope, wherever it lies; two have, at the far end of the range too */
	for (int i = 0; i < 3; i++)
		r[i] = (rating) {i == 0 ? TP_TIME_MIN : TP_TIME_END - 1, i == 0 ? NAN : i, NAN, -1};
	j = journey_of(r, 3);
	CHECK(isnan(tp_score_trend(&j)));
	r[1].at--;
	j = journey_of(r, 3);
	CHECK_NEAR(tp_score_trend(&j), 86400e6, 1);
	/* gaps: of equal size the later, overflow is infinite */
	r[0] = (rating) {0, 1, 3, -1};
	r[1] = (rating) {1, 5, 3, -1};
	r[2] = (rating) {2, 3, 3.5, -1};
	j = journey_of(r, 3);
	CHECK(tp_peak_end_gap(&j, 0.5) == 0.75);
	r[2] = (rating) {2, DBL_MAX, -DBL_MAX, -1};
	j = journey_of(r, 3);
	CHECK(isinf(tp_peak_end_gap(&j, 0.5)));
}

static void
check_settings(void)
{
	CHECK(tp_peak_end_check(3, 0.5, &err) == TP_OK && tp_peak_end_check(-1e300, 0, &err) == TP_OK);
	CHECK(tp_peak_end_check(NAN, 0.5, &err) == TP_OUT_OF_RANGE && err.hint[0] != '\0');
	CHECK(tp_peak_end_check(INFINITY, 0.5, &err) == TP_OUT_OF_RANGE);
	CHECK(tp_peak_end_check(3, 1.0000001, &err) == TP_BAD_ARGUMENT && err.hint[0] != '\0');
	CHECK(tp_peak_end_check(3, -0.1, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_peak_end_check(3, NAN, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_peak_end_check(3, -INFINITY, &err) == TP_BAD_ARGUMENT);
	CHECK_TEXT(err.message, "peak_weight must be between 0 and 1, not -inf");
}

static int
by_time_and_score(const void *a, const void *b)
{
	const rating *x = a,
			   *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (isnan(x->score) || isnan(y->score))
		return isnan(y->score) - isnan(x->score);
	return x->score < y->score ? -1 : x->score > y->score;
}

/* The definitions in long double over an array in order: peak of equals the later. */
typedef struct plain
{
	int			n;
	double		peak,
				end,
				start,
				highest,
				lowest;
	long double mean,
				stddev,
				trend;
} plain;

static plain
plain_summary(const rating *r, int n, double neutral)
{
	plain		p = {.stddev = NAN, .trend = NAN};
	long double mean_t = 0,
				stt = 0,
				sst = 0,
				sss = 0;
	bool		distinct = false;

	for (int i = 0; i < n; i++)
	{
		if (isnan(r[i].score))
			continue;
		if (p.n++ == 0)
			p.start = p.peak = p.highest = p.lowest = r[i].score;
		if (fabsl((long double) r[i].score - neutral) >= fabsl((long double) p.peak - neutral))
			p.peak = r[i].score;
		p.highest = fmax(p.highest, r[i].score);
		p.lowest = fmin(p.lowest, r[i].score);
		p.end = r[i].score;
		p.mean += r[i].score;
		mean_t += (long double) r[i].at / DAY;
	}
	if (p.n == 0)
		return p;
	p.mean /= p.n;
	mean_t /= p.n;
	for (int i = 0; i < n; i++)
	{
		long double t = (long double) r[i].at / DAY - mean_t;

		if (isnan(r[i].score))
			continue;
		stt += t * t;
		sst += t * (r[i].score - p.mean);
		sss += (r[i].score - p.mean) * (r[i].score - p.mean);
		for (int k = 0; k < i; k++)
			distinct |= !isnan(r[k].score) && r[k].at != r[i].at;
	}
	p.stddev = p.n < 2 ? (long double) NAN : sqrtl(sss / (p.n - 1));
	p.trend = distinct ? sst / stt : (long double) NAN;
	return p;
}

static void
check_near_or_nan(double got, long double want, double tolerance)
{
	if (isnan(want))
		CHECK(isnan(got));
	else
		CHECK_NEAR(got, (double) want, tolerance);
}

static void
check_summary(const tp_score_summary *s, const plain *p, double weight)
{
	CHECK_INT(s->scored, p->n);
	if (p->n == 0)
		return;
	CHECK(s->start == p->start && s->highest == p->highest && s->lowest == p->lowest && s->end == p->end);
	CHECK(s->peak == p->peak);
	CHECK(s->peak_end == weight * p->peak + (1 - weight) * p->end);
	check_near_or_nan(s->mean, p->mean, 1e-12);
	check_near_or_nan(s->stddev, p->stddev, 1e-9);
	check_near_or_nan(s->trend, p->trend, 1e-9 * (1 + (double) fabsl(p->trend)));
}

/* Journeys, and rows in any order in any number of parts, against the definitions. */
static void
check_random_scores(void)
{
	check_random r = {12};

	for (int i = 0; i < 4000; i++)
	{
		rating		ratings[200],
					shuffled[200];
		int			n = (int) check_below(&r, check_below(&r, 5) ? 12 : 200);
		int			kind = (int) check_below(&r, 6);
		double		neutral = check_below(&r, 2) ? 3 : check_below(&r, 7) - 1.5;
		double		weight = check_below(&r, 5) / 4.0;
		tp_summary_state parts[3],
					whole;
		tp_score_summary in_order;
		tp_error	err;
		tp_peak_end_state simple = {.neutral = neutral, .weight = weight};
		bool		any = false;
		tp_score_summary s;
		tp_journey	j;
		plain		p;

		for (int k = 0; k < 3; k++)
			tp_summary_init(&parts[k], neutral, weight);
		tp_summary_init(&whole, neutral, weight);
		for (int k = 0; k < n; k++)
		{
			ratings[k].at = check_below(&r, 4) ? check_below(&r, 10) * DAY : (int64_t) check_below(&r, 1000) * 3600000000;
			ratings[k].score = check_below(&r, 6) == 0 ? (double) NAN : kind == 0 ? check_below(&r, 6) * (i % 3 == 2 && k % 2 ? 250 : 1) :
				kind == 1 ? check_below(&r, 101) / 10.0 : kind == 2 ? 4 :
				kind == 3 ? (double) ((float) check_next(&r) / 1e18F - 9) :		/* float4, seldom and often equal */
				kind == 4 ? (double) ((float) check_below(&r, 13) / 3 - 2) : (double) check_next(&r) / 1e18 - 9;
			ratings[k].expected = NAN;
			ratings[k].duration = -1;
			if (isnan(ratings[k].score))
				ratings[k].at += check_below(&r, 2) * 1000000;
		}
		memcpy(shuffled, ratings, sizeof(ratings));
		qsort(ratings, (size_t) n, sizeof(rating), by_time_and_score);
		p = plain_summary(ratings, n, neutral);
		j = journey_of(ratings, n);
		tp_score_summarize(&j, neutral, weight, &s);
		check_summary(&s, &p, weight);
		check_near_or_nan(tp_score_stddev(&j), p.stddev, 1e-9);
		check_near_or_nan(tp_score_trend(&j), p.trend, 1e-9 * (1 + (double) fabsl(p.trend)));

		for (int k = 0; k < n; k++)
		{
			if (isnan(shuffled[k].score))
				continue;
			CHECK(tp_summary_add(&parts[check_below(&r, 3)], shuffled[k].score, shuffled[k].at, &check_memory, &err) == TP_OK);
			if (!any)
				tp_peak_end_first(&simple, shuffled[k].score, shuffled[k].at);
			else
			{
				tp_peak_end_offer_peak(&simple, shuffled[k].score, shuffled[k].at);
				tp_peak_end_offer_end(&simple, shuffled[k].score, shuffled[k].at);
			}
			any = true;
		}
		CHECK(tp_summary_merge(&parts[2], &parts[0], &check_memory, &err) == TP_OK);
		CHECK(tp_summary_merge(&parts[1], &parts[2], &check_memory, &err) == TP_OK);
		memset(&s, 0, sizeof(s));
		CHECK(tp_summary_finish(&parts[1], &s, &check_memory, &err) == TP_OK);
		check_summary(&s, &p, weight);
		/* the same bytes from rows in order, not split */
		for (int k = 0; k < n; k++)
			if (!isnan(ratings[k].score))
				CHECK(tp_summary_add(&whole, ratings[k].score, ratings[k].at, &check_memory, &err) == TP_OK);
		memset(&in_order, 0, sizeof(in_order));
		CHECK(tp_summary_finish(&whole, &in_order, &check_memory, &err) == TP_OK);
		CHECK(memcmp(&in_order, &s, sizeof(s)) == 0);
		/* and from exact sums alone */
		if (whole.far == NULL)
			tp_exact_init(whole.far = malloc(tp_exact_bytes(TP_SUMMARY_SUMS, TP_EXACT_WORDS)), TP_SUMMARY_SUMS);
		memset(&in_order, 0, sizeof(in_order));
		CHECK(tp_summary_finish(&whole, &in_order, &check_memory, &err) == TP_OK);
		CHECK(memcmp(&in_order, &s, sizeof(s)) == 0);
		for (int k = 0; k < 3; k++)
			free(parts[k].far);
		free(whole.far);
		if (any)
			CHECK(simple.peak == p.peak && simple.end == p.end);
	}
}

/* Few contacts are looked at once, many several times: to the last bit what the single questions answer. */
static void
check_few_and_many(void)
{
	check_random r = {11};
	rating		ratings[130];

	for (int k = 0; k < 2000; k++)
	{
		int			n = k < 20 ? 60 + k % 10 : 1 + (int) check_below(&r, 130);
		bool		fine = check_below(&r, 2) == 0;
		tp_score_summary s;
		tp_journey	j;
		double		stddev,
					trend;

		for (int i = 0; i < n; i++)
		{
			double		score = fine ? (double) check_next(&r) / 0x1p60 - 8 : (double) check_below(&r, 50) / 10;

			ratings[i] = (rating) {(int64_t) check_below(&r, 400) * TP_USECS_PER_HOUR, check_below(&r, 4) == 0 ? NAN : score, NAN, -1};
		}
		j = journey_of(ratings, n);
		tp_score_summarize(&j, 3, 0.5, &s);
		if (s.scored == 0)
			continue;
		stddev = tp_score_stddev(&j);
		trend = tp_score_trend(&j);
		CHECK(isnan(stddev) ? isnan(s.stddev) : stddev == s.stddev);
		CHECK(isnan(trend) ? isnan(s.trend) : trend == s.trend);
	}
}

int
main(void)
{
	check_published();
	check_edges();
	check_unscored();
	check_settings();
	check_random_scores();
	check_few_and_many();
	return CHECK_DONE();
}
