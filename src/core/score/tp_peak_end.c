/*
 * tp_peak_end.c
 *	  Peak-end scores and what stands beside them.
 */
#include "score/tp_peak_end.h"

#include <math.h>

tp_status
tp_peak_end_check(double neutral, double weight, tp_error *err)
{
	if (!isfinite(neutral))
		return tp_fail(err, TP_OUT_OF_RANGE,
					   "It is the point of your scale that is neither good nor bad, such as 3 on 1 to 5.",
					   "neutral must be finite, not %s", tp_not_finite(neutral));
	if (!(weight >= 0 && weight <= 1))
		return tp_fail(err, TP_BAD_ARGUMENT, "0.5 weighs peak and end alike.",
					   "peak_weight must be between 0 and 1, not %g", weight);
	return TP_OK;
}

/* Mean of the scores; sums of huge scores may overflow where their mean does not. */
static double
mean_of(const tp_journey *j, const tp_scores *s)
{
	double		mean = 0;

	if (s->lowest == s->highest)
		return s->lowest;
	if (isfinite(s->sum))
		return s->sum / s->scored;
	for (uint32_t i = 0; i < j->count; i++)
	{
		double		v = tp_journey_number(j, TP_SCORE, i);

		if (!isnan(v))
			mean += v / s->scored;
	}
	return mean;
}

static double
stddev_about(const tp_journey *j, const tp_scores *s, double mean)
{
	double		scale = fmax(fabs(s->lowest - mean), fabs(s->highest - mean));
	double		squares = 0;

	if (s->scored < 2)
		return NAN;
	if (s->lowest == s->highest)
		return 0;
	if (!isfinite(scale))
		return INFINITY;
	for (uint32_t i = 0; i < j->count; i++)
	{
		double		v = (tp_journey_number(j, TP_SCORE, i) - mean) / scale;

		if (!isnan(v))
			squares += v * v;
	}
	return scale * sqrt(squares / (s->scored - 1));
}

double
tp_score_stddev(const tp_journey *j)
{
	tp_scores	s;

	tp_journey_scores(j, &s);
	return s.scored < 2 ? (double) NAN : stddev_about(j, &s, mean_of(j, &s));
}

/* Microseconds; the whole range of times does not fit a signed integer. */
static double
since(const tp_journey *j, uint32_t i, int64_t base)
{
	return (double) ((uint64_t) tp_journey_time(j, i) - (uint64_t) base);
}

static double
trend_about(const tp_journey *j, const tp_scores *s, double mean)
{
	double		mean_t = 0,
				stt = 0,
				sts = 0;
	int64_t		base = 0;		/* the first scored contact, so that times stay small */
	uint32_t	n = 0;

	if (s->scored < 2)
		return NAN;
	for (uint32_t i = 0; i < j->count; i++)
	{
		if (isnan(tp_journey_number(j, TP_SCORE, i)))
			continue;
		if (n++ == 0)
			base = tp_journey_time(j, i);
		mean_t += since(j, i, base);
	}
	mean_t /= n;
	for (uint32_t i = 0; i < j->count; i++)
	{
		double		v = tp_journey_number(j, TP_SCORE, i);
		double		t = since(j, i, base) - mean_t;

		if (isnan(v))
			continue;
		stt += t * t;
		sts += t * (v - mean);
	}
	/* distinct times lie a microsecond apart or more */
	return stt < 0.25 ? (double) NAN : sts / stt * (double) TP_USECS_PER_DAY;
}

double
tp_score_trend(const tp_journey *j)
{
	tp_scores	s;

	tp_journey_scores(j, &s);
	return s.scored < 2 ? (double) NAN : trend_about(j, &s, mean_of(j, &s));
}

/* Scored contacts, up to FEW: scores, and microseconds since the first of them. */
#define FEW 64

typedef struct scored_contacts
{
	uint32_t	n;
	double		score[FEW];
	double		at[FEW];
} scored_contacts;

static void
gather_scored(const tp_journey *j, scored_contacts *c)
{
	int64_t		base = 0;

	c->n = 0;
	c->score[0] = NAN;
	for (uint32_t i = 0; i < j->count; i++)
	{
		double		v = tp_journey_number(j, TP_SCORE, i);
		int64_t		t = tp_journey_time(j, i);

		base = c->n == 0 ? t : base;
		c->score[c->n] = v;
		c->at[c->n] = (double) ((uint64_t) t - (uint64_t) base);
		c->n += !isnan(v);
	}
}

/* Standard deviation and trend of few, as stddev_about and trend_about give them, term by term. */
static void
summarize_few(const scored_contacts *c, const tp_scores *s, tp_score_summary *out)
{
	double		scale = fmax(fabs(s->lowest - out->mean), fabs(s->highest - out->mean));
	double		squares = 0,
				mean_t = 0,
				stt = 0,
				sts = 0;

	for (uint32_t i = 0; i < c->n; i++)
		mean_t += c->at[i];
	mean_t /= c->n;
	for (uint32_t i = 0; i < c->n; i++)
	{
		double		v = c->score[i] - out->mean;
		double		t = c->at[i] - mean_t;

		squares += v / scale * (v / scale);
		stt += t * t;
		sts += t * v;
	}
	out->stddev = s->lowest == s->highest ? 0 : !isfinite(scale) ? (double) INFINITY : scale * sqrt(squares / (s->scored - 1));
	out->trend = stt < 0.25 ? (double) NAN : sts / stt * (double) TP_USECS_PER_DAY;
}

void
tp_score_summarize(const tp_journey *j, double neutral, double weight, tp_score_summary *out)
{
	tp_scores	s;

	tp_journey_scores(j, &s);
	out->scored = s.scored;
	if (s.scored == 0)
		return;
	out->start = NAN;
	out->highest = s.highest;
	out->lowest = s.lowest;
	out->peak = tp_peak(&s, neutral);
	out->end = s.end;
	out->mean = mean_of(j, &s);
	if (j->count <= FEW && s.scored >= 2)
	{
		scored_contacts c;

		gather_scored(j, &c);
		out->start = c.score[0];
		summarize_few(&c, &s, out);
	}
	else
	{
		for (uint32_t i = 0; isnan(out->start); i++)
			out->start = tp_journey_number(j, TP_SCORE, i);
		out->stddev = stddev_about(j, &s, out->mean);
		out->trend = trend_about(j, &s, out->mean);
	}
	out->peak_end = tp_peak_end(out->peak, out->end, weight);
}

double
tp_time_weighted_score(const tp_journey *j)
{
	double		weighted = 0,
				total = 0;

	for (uint32_t i = 0; i < j->count; i++)
	{
		double		score = tp_journey_number(j, TP_SCORE, i);
		int64_t		duration = tp_journey_duration(j, i);

		if (isnan(score) || duration <= 0)
			continue;
		/* a running weighted mean neither overflows nor loses small weights */
		total += (double) duration;
		weighted += (score - weighted) * ((double) duration / total);
	}
	return total > 0 ? weighted : (double) NAN;
}

double
tp_peak_end_gap(const tp_journey *j, double weight)
{
	double		peak = NAN,
				end = NAN;

	for (uint32_t i = 0; i < j->count; i++)
	{
		double		gap = tp_journey_number(j, TP_SCORE, i) - tp_journey_number(j, TP_EXPECTED, i);

		if (isnan(gap))
			continue;
		end = gap;
		if (!(fabs(gap) < fabs(peak)))
			peak = gap;
	}
	/* a weight of 0 or 1 would turn what overflowed into no gap at all */
	return isinf(peak) || isinf(end) ? (double) INFINITY : tp_peak_end(peak, end, weight);
}

enum
{
	TIME, SCORE, TIME_SQ, SCORE_SQ, TIME_SCORE
};

void
tp_summary_init(tp_summary_state *s, double neutral, double weight)
{
	memset(s, 0, sizeof(*s));
	s->pe.neutral = neutral;
	s->pe.weight = weight;
}

static tp_status
out_of_range(tp_status status, tp_error *err)
{
	if (status != TP_OUT_OF_RANGE)
		return status;
	return tp_fail(err, TP_OUT_OF_RANGE, "Keep scores within the range of double precision.",
				   "the summary of scores is out of range");
}

static tp_status
make_far(tp_summary_state *s, const tp_memory *mem, tp_error *err)
{
	if (s->far != NULL)
		return TP_OK;
	s->far = tp_alloc(mem, tp_exact_bytes(TP_SUMMARY_SUMS, TP_EXACT_WORDS));
	if (s->far == NULL)
		return tp_fail_memory(err);
	tp_exact_init(s->far, TP_SUMMARY_SUMS);
	return TP_OK;
}

static tp_status
add_far(tp_summary_state *s, double score, int64_t at, const tp_memory *mem, tp_error *err)
{
	const tp_term term[TP_SUMMARY_SUMS] = {
		tp_term_integer(at), tp_term_of(score), tp_term_square(at), tp_term_product(score, score),
		tp_term_multiple(at, score)
	};
	tp_status	status = make_far(s, mem, err);

	for (size_t i = 0; i < TP_SUMMARY_SUMS && status == TP_OK; i++)
		while (status == TP_OK && !tp_exact_add(s->far, i, term[i]))
			status = tp_exact_make_room((void **) &s->far, NULL, 0, &term[i], NULL, mem, err);
	return out_of_range(status, err);
}

/* A score that is the start, the highest or the lowest so far. */
static inline void
offer_bounds(tp_summary_state *s, double start, int64_t start_at, double highest, double lowest)
{
	if (!tp_comes_later(start_at, start, s->start_at, s->start))
	{
		s->start = start;
		s->start_at = start_at;
	}
	s->highest = highest > s->highest ? highest : s->highest;
	s->lowest = lowest < s->lowest ? lowest : s->lowest;
}

tp_status
tp_summary_add(tp_summary_state *s, double score, int64_t at, const tp_memory *mem, tp_error *err)
{
	int64_t		whole;

	if (s->scored++ == 0)
	{
		tp_peak_end_first(&s->pe, score, at);
		s->start = s->highest = s->lowest = score;
		s->start_at = at;
	}
	else
	{
		tp_peak_end_offer_peak(&s->pe, score, at);
		tp_peak_end_offer_end(&s->pe, score, at);
		offer_bounds(s, score, at, score, score);
	}
	if (tp_unlikely(!tp_is_near(score, &whole)))
		return add_far(s, score, at, mem, err);
	tp_near_add(&s->near, at, whole);
	return TP_OK;
}

tp_status
tp_summary_merge(tp_summary_state *s, const tp_summary_state *o, const tp_memory *mem, tp_error *err)
{
	tp_status	status = TP_OK;

	if (o->scored == 0)
		return TP_OK;
	if (s->scored == 0)
	{
		s->pe = o->pe;
		s->start = o->start;
		s->start_at = o->start_at;
		s->highest = o->highest;
		s->lowest = o->lowest;
	}
	tp_peak_end_offer_peak(&s->pe, o->pe.peak, o->pe.peak_at);
	tp_peak_end_offer_end(&s->pe, o->pe.end, o->pe.end_at);
	offer_bounds(s, o->start, o->start_at, o->highest, o->lowest);
	s->scored += o->scored;
	tp_near_merge(&s->near, &o->near);
	if (o->far == NULL)
		return TP_OK;
	status = make_far(s, mem, err);
	while (status == TP_OK && !tp_exact_merge(s->far, o->far))
		status = tp_exact_make_room((void **) &s->far, NULL, 0, NULL, o->far, mem, err);
	return out_of_range(status, err);
}

/* Sums of products of deviations, times their number; and of scores. */
typedef struct deviations
{
	double		times;
	double		scores;
	double		products;
	tp_dd		sum;
} deviations;

static bool
near_deviations(const tp_summary_state *s, deviations *d)
{
	const tp_near *n = &s->near;

	if (s->far != NULL || !tp_near_deviations(n->a, n->a, &n->aa, s->scored, &d->times) ||
		!tp_near_deviations(n->b, n->b, &n->bb, s->scored, &d->scores) ||
		!tp_near_deviations(n->a, n->b, &n->ab, s->scored, &d->products))
		return false;
	d->scores = d->scores * 0x1p-112;
	d->products = d->products * 0x1p-56;
	d->sum.hi = (double) n->b;
	d->sum.lo = (double) (n->b - (__int128) d->sum.hi) * 0x1p-56;
	d->sum.hi *= 0x1p-56;
	return true;
}

static tp_status
far_deviations(tp_summary_state *s, deviations *d, const tp_memory *mem, tp_error *err)
{
	tp_status	status = make_far(s, mem, err);

	if (status == TP_OK)
		status = tp_near_settle((void **) &s->far, NULL, 0, &s->near, 0, TP_NEAR_BIT, 0, mem, err);
	if (status != TP_OK)
		return out_of_range(status, err);
	d->times = tp_exact_deviations(s->far, s->scored, TIME, TIME, TIME_SQ).hi;
	d->scores = tp_exact_deviations(s->far, s->scored, SCORE, SCORE, SCORE_SQ).hi;
	d->products = tp_exact_deviations(s->far, s->scored, TIME, SCORE, TIME_SCORE).hi;
	d->sum = tp_exact_dd(s->far, SCORE);
	return TP_OK;
}

tp_status
tp_summary_finish(tp_summary_state *s, tp_score_summary *out, const tp_memory *mem, tp_error *err)
{
	double		n = (double) s->scored;
	deviations	d;

	out->scored = (uint32_t) s->scored;
	if (s->scored == 0)
		return TP_OK;
	if (tp_unlikely(!near_deviations(s, &d)) && far_deviations(s, &d, mem, err) != TP_OK)
		return err->status;
	out->start = s->start;
	out->highest = s->highest;
	out->lowest = s->lowest;
	out->peak = s->pe.peak;
	out->end = s->pe.end;
	out->peak_end = tp_peak_end(s->pe.peak, s->pe.end, s->pe.weight);
	out->mean = s->lowest;
	out->stddev = s->scored < 2 ? (double) NAN : 0;
	out->trend = NAN;
	if (s->lowest < s->highest)
	{
		out->mean = tp_dd_value(tp_dd_divide_double(d.sum, n));
		out->stddev = sqrt(d.scores / n / (n - 1));
	}
	if (d.times > 0)
		out->trend = s->lowest == s->highest ? 0 : d.products / d.times * (double) TP_USECS_PER_DAY;
	return TP_OK;
}
