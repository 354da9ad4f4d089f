/*
 * tp_peak_end.h
 *	  What a customer remembers: the peak and the end.
 *
 * Kahneman, Fredrickson, Schreiber and Redelmeier, "When more pain is preferred to less" (1993);
 * Redelmeier and Kahneman (1996). Ratings s in order, neutral c, weight w: the peak is the s
 * furthest from c, of equals the later; the score is w * peak + (1 - w) * end.
 */
#ifndef TP_PEAK_END_H
#define TP_PEAK_END_H

#include "base/tp_core.h"
#include "base/tp_near.h"
#include "journey/tp_journey.h"

/* TP_BAD_ARGUMENT unless weight is within [0, 1]; TP_OUT_OF_RANGE unless both are finite. */
extern tp_status tp_peak_end_check(double neutral, double weight, tp_error *err);

/* Is score a at least as far from neutral as b? */
static inline bool
tp_as_far(double a, double b, double neutral)
{
	double		da = a - neutral,
				db = b - neutral;

	if (tp_unlikely(da - da != 0 || db - db != 0))	/* overflowed: halves do not */
	{
		da = a / 2 - neutral / 2;
		db = b / 2 - neutral / 2;
	}
	return (da < 0 ? -da : da) >= (db < 0 ? -db : db);
}

/* Of lowest and highest score the one that is the peak: true for the highest. scored > 0. */
static inline bool
tp_peak_is_highest(const tp_scores *s, double neutral)
{
	if (s->highest_at > s->lowest_at)
		return tp_as_far(s->highest, s->lowest, neutral);
	return !tp_as_far(s->lowest, s->highest, neutral);
}

static inline double
tp_peak(const tp_scores *s, double neutral)
{
	return tp_peak_is_highest(s, neutral) ? s->highest : s->lowest;
}

static inline double
tp_peak_end(double peak, double end, double weight)
{
	return weight * peak + (1 - weight) * end;
}

/* All that one look at scores tells. n = 0: nothing else is meant. */
typedef struct tp_score_summary
{
	uint32_t	scored;
	double		start;
	double		highest;
	double		lowest;
	double		peak;
	double		end;
	double		mean;
	double		stddev;			/* NaN for one score */
	double		trend;			/* per day; NaN below two distinct times */
	double		peak_end;
} tp_score_summary;

extern void tp_score_summarize(const tp_journey *j, double neutral, double weight, tp_score_summary *out);

/* Sample standard deviation, in two passes; NaN below two scores. */
extern double tp_score_stddev(const tp_journey *j);

/* Least-squares slope of score on time, per day; NaN below two distinct times of scored contacts. */
extern double tp_score_trend(const tp_journey *j);

/* Sum of duration * score / sum of duration over contacts with both; NaN without any time. */
extern double tp_time_weighted_score(const tp_journey *j);

/*
 * Peak-end of score - expected, neutral 0, over contacts with both; NaN without any. The gap of the
 * greatest size, of equals the later; overflow gives infinity.
 */
extern double tp_peak_end_gap(const tp_journey *j, double weight);

/*
 * The same over rows in any order, in constant space: what has been seen so far. Of rows at one
 * instant the greater score comes later.
 */
typedef struct tp_peak_end_state
{
	double		neutral;
	double		weight;
	double		peak;
	double		distance;		/* of peak from neutral */
	double		end;
	int64_t		peak_at;
	int64_t		end_at;
} tp_peak_end_state;

static inline bool
tp_comes_later(int64_t at, double score, int64_t than_at, double than_score)
{
	return at > than_at || (at == than_at && score >= than_score);
}

static inline void
tp_peak_end_first(tp_peak_end_state *s, double score, int64_t at)
{
	s->peak = s->end = score;
	s->distance = score < s->neutral ? s->neutral - score : score - s->neutral;
	s->peak_at = s->end_at = at;
}

static inline void
tp_peak_end_offer_peak(tp_peak_end_state *s, double score, int64_t at)
{
	double		distance = score < s->neutral ? s->neutral - score : score - s->neutral;

	if (distance < s->distance)
		return;
	if (tp_as_far(score, s->peak, s->neutral) &&
		(!tp_as_far(s->peak, score, s->neutral) || tp_comes_later(at, score, s->peak_at, s->peak)))
	{
		s->peak = score;
		s->distance = distance;
		s->peak_at = at;
	}
}

static inline void
tp_peak_end_offer_end(tp_peak_end_state *s, double score, int64_t at)
{
	if (tp_comes_later(at, score, s->end_at, s->end))
	{
		s->end = score;
		s->end_at = at;
	}
}

/*
 * The whole summary over rows: sums of times (microseconds), scores, their squares and products, without
 * rounding, so that neither the order of rows nor how they were split shows.
 */
typedef struct tp_summary_state
{
	tp_peak_end_state pe;
	int64_t		scored;
	int64_t		start_at;
	double		start;
	double		highest;
	double		lowest;
	tp_near		near;			/* of times and of scores that tp_is_near takes */
	tp_exact   *far;			/* of the others: NULL while there are none, else TP_SUMMARY_SUMS of them */
} tp_summary_state;

#define TP_SUMMARY_SUMS 5

extern void tp_summary_init(tp_summary_state *s, double neutral, double weight);

/* far is made in memory of mem. TP_NO_MEMORY, TP_OUT_OF_RANGE. */
extern tp_status tp_summary_add(tp_summary_state *s, double score, int64_t at, const tp_memory *mem, tp_error *err);
extern tp_status tp_summary_merge(tp_summary_state *s, const tp_summary_state *other, const tp_memory *mem,
								  tp_error *err);

/* What s answers; near may go to far for it, after which it answers the same. Likewise. */
extern tp_status tp_summary_finish(tp_summary_state *s, tp_score_summary *out, const tp_memory *mem, tp_error *err);

#endif							/* TP_PEAK_END_H */
