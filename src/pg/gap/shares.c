/*
 * shares.c
 *	  Shares that know how far they can be trusted: the types rate_summary and nps_summary, their
 *	  aggregates, their figures.
 */
#include "gap/level.h"

#include "base/compare.h"
#include "base/summary.h"
#include "base/tp_normal.h"
#include "gap/tp_shares.h"

/* Shares of yes. */

TP_SUMMARY_CHECK(check_rate, rate_summary, tp_rate_is_current)

TP_SUMMARY_GET(get_rate, rate_of, tp_rate, check_rate)
TP_FIXED_SUMMARY(tp_rate, new_rate, tp_rate_init, rate_of_text, tp_rate_read)

/* u8 version, u8 flags, i64 count, i64 successes */
static void
send_rate(StringInfo out, const tp_rate *r)
{
	pq_sendint64(out, r->count);
	pq_sendint64(out, r->successes);
}

static tp_rate *
receive_rate(StringInfo message)
{
	tp_rate    *r = new_rate();

	tp_expect_bytes(message, 2 + 2 * sizeof(int64), "rate_summary");
	tp_receive_flags(message, 2, TP_RATE_VERSION, 0, "rate_summary");
	r->count = pq_getmsgint64(message);
	r->successes = pq_getmsgint64(message);
	return r;
}

TP_SUMMARY_FORMS(rate_summary, tp_rate, rate_of, rate_of_text, tp_rate_write, receive_rate, tp_rate_check, flags, send_rate)
TP_SUMMARY_ORDER(rate_summary, rate_of, tp_rate_compare)

/* rate_summary_accum(rate_summary, boolean): strict, so NULL is passed over. */
PG_FUNCTION_INFO_V1(rate_summary_accum);
Datum
rate_summary_accum(PG_FUNCTION_ARGS)
{
	tp_rate    *r = check_rate(tp_state_for_update(fcinfo));
	tp_rate		one = {.count = 1, .successes = PG_GETARG_BOOL(1)};
	tp_error	err;

	tp_check(tp_rate_merge(r, &one, &err), &err);
	PG_RETURN_POINTER(r);
}

/* +, and what rollup and parallel aggregation do. */
TP_FIXED_COMBINE(rate_summary_combine, check_rate, get_rate, tp_rate_merge)

TP_FUNCTION(rate_summary_final, PointerGetDatum(get_rate(fcinfo, 0)))
TP_FUNCTION(rate_count, Int64GetDatum(get_rate(fcinfo, 0)->count))

static bool
share_of(const tp_rate *r, double *v)
{
	*v = (double) r->successes / (double) r->count;
	return r->count > 0;
}

static bool
rate_limits(const tp_rate *r, double level, double *low, double *high)
{
	if (r->count > 0)
		tp_wilson((double) r->successes, (double) r->count, tp_normal_quantile(level), low, high);
	return r->count > 0;
}

TP_FIGURE(rate_value, get_rate, share_of)
TP_LIMITS(rate_ci, get_rate, rate_limits)

/* rate_change(before, after, level) */
PG_FUNCTION_INFO_V1(rate_change);
Datum
rate_change(PG_FUNCTION_ARGS)
{
	double		level = tp_get_level(fcinfo, 2);
	const tp_rate *before,
			   *after;
	tp_rate_change c;
	Datum		values[7];
	bool		nulls[7];

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	before = get_rate(fcinfo, 0);
	after = get_rate(fcinfo, 1);
	c = tp_compare_rates(before->successes, before->count, after->successes, after->count, level);
	values[0] = Float8GetDatum(c.change);
	values[1] = Float8GetDatum(c.ratio);
	values[2] = Float8GetDatum(c.odds_ratio);
	values[3] = Float8GetDatum(c.z);
	values[4] = Float8GetDatum(c.p_value);
	values[5] = Float8GetDatum(c.low);
	values[6] = Float8GetDatum(c.high);
	nulls[0] = nulls[2] = nulls[5] = nulls[6] = !c.has_change;
	nulls[1] = !c.has_ratio;
	nulls[3] = nulls[4] = !c.has_z;
	return tp_row(fcinfo, values, nulls);
}

/* Net promoter scores. */

TP_SUMMARY_CHECK(check_nps, nps_summary, tp_nps_is_current)

TP_SUMMARY_GET(get_nps_summary, nps_of, tp_nps_summary, check_nps)
TP_FIXED_SUMMARY(tp_nps_summary, new_nps, tp_nps_init, nps_of_text, tp_nps_read)

static const tp_nps *
get_nps(FunctionCallInfo fcinfo, int arg)
{
	return &get_nps_summary(fcinfo, arg)->answers;
}

/* u8 version, u8 flags, the cuts as float8, then i64 detractors, passives, promoters */
static void
send_nps(StringInfo out, const tp_nps_summary *s)
{
	pq_sendfloat8(out, s->detractor_to);
	pq_sendfloat8(out, s->promoter_from);
	pq_sendint64(out, s->answers.detractors);
	pq_sendint64(out, s->answers.passives);
	pq_sendint64(out, s->answers.promoters);
}

static tp_nps_summary *
receive_nps(StringInfo message)
{
	tp_nps_summary *s = new_nps();

	tp_expect_bytes(message, 2 + 2 * sizeof(float8) + 3 * sizeof(int64), "nps_summary");
	s->flags = (uint8_t) tp_receive_flags(message, 2, TP_NPS_VERSION, TP_NPS_HAS_CUTS, "nps_summary");
	s->detractor_to = pq_getmsgfloat8(message);
	s->promoter_from = pq_getmsgfloat8(message);
	s->answers.detractors = pq_getmsgint64(message);
	s->answers.passives = pq_getmsgint64(message);
	s->answers.promoters = pq_getmsgint64(message);
	return s;
}

TP_SUMMARY_FORMS(nps_summary, tp_nps_summary, nps_of, nps_of_text, tp_nps_write, receive_nps, tp_nps_check, flags, send_nps)
TP_SUMMARY_ORDER(nps_summary, nps_of, tp_nps_compare)

static Datum
add_score(tp_nps_summary *s, double score)
{
	tp_error	err;

	tp_check_finite(score, "score");
	tp_check(tp_nps_add(s, score, &err), &err);
	PG_RETURN_POINTER(s);
}

/* nps_summary_accum(nps_summary, score): strict. */
PG_FUNCTION_INFO_V1(nps_summary_accum);
Datum
nps_summary_accum(PG_FUNCTION_ARGS)
{
	tp_nps_summary *s = check_nps(tp_state_for_update(fcinfo));
	double		score = PG_GETARG_FLOAT8(1);
	tp_error	err;

	tp_check_finite(score, "score");
	if (unlikely(score < 0 || score > 10))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a net promoter score is asked on 0 to 10, not %g", score),
				 errhint("For another scale, say where it is cut: nps_agg(score, detractor_to, promoter_from).")));
	tp_check(tp_nps_set(s, 6, 9, &err), &err);
	return add_score(s, score);
}

/* nps_summary_accum(nps_summary, score, detractor_to, promoter_from) */
PG_FUNCTION_INFO_V1(nps_summary_accum_cut);
Datum
nps_summary_accum_cut(PG_FUNCTION_ARGS)
{
	tp_nps_summary *s = check_nps(tp_state_for_update(fcinfo));
	tp_error	err;

	if (PG_ARGISNULL(2))
		tp_null_setting("detractor_to");
	if (PG_ARGISNULL(3))
		tp_null_setting("promoter_from");
	tp_check(tp_nps_set(s, PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), &err), &err);
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(s);
	return add_score(s, PG_GETARG_FLOAT8(1));
}

TP_FIXED_COMBINE(nps_summary_combine, check_nps, get_nps_summary, tp_nps_merge)
TP_FUNCTION(nps_summary_final, PointerGetDatum(get_nps_summary(fcinfo, 0)))
TP_FUNCTION(nps_count, Int64GetDatum(tp_nps_count(get_nps_summary(fcinfo, 0))))
TP_FIGURE(nps_value, get_nps, tp_nps_value)
TP_LIMITS(nps_ci, get_nps, tp_nps_limits)

/* nps_change(before, after, level) */
PG_FUNCTION_INFO_V1(nps_change);
Datum
nps_change(PG_FUNCTION_ARGS)
{
	double		level = tp_get_level(fcinfo, 2);
	tp_nps_change c;
	Datum		values[6];
	bool		nulls[6];

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	c = tp_compare_nps(get_nps(fcinfo, 0), get_nps(fcinfo, 1), level);
	values[0] = Float8GetDatum(c.change);
	values[1] = Float8GetDatum(c.std_error);
	values[2] = Float8GetDatum(c.z);
	values[3] = Float8GetDatum(c.p_value);
	values[4] = Float8GetDatum(c.low);
	values[5] = Float8GetDatum(c.high);
	nulls[0] = !c.has_change;
	nulls[1] = !c.has_stderr;
	nulls[2] = nulls[3] = nulls[4] = nulls[5] = !c.has_z;
	return tp_row(fcinfo, values, nulls);
}
