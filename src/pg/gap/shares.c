/*
 * shares.c
 *	  Shares that know how far they can be trusted: the types rate_summary and nps_summary, their
 *	  aggregates, their figures.
 */
#include "gap/level.h"

#include "access/detoast.h"

#include "base/compare.h"
#include "base/summary.h"
#include "base/tp_normal.h"
#include "gap/tp_shares.h"

/* Shares of yes. */

static tp_rate *
check_rate(tp_rate *r)
{
	if (unlikely(!tp_rate_is_current(r, VARSIZE(r))))
		tp_damaged_summary("rate_summary");
	return r;
}

static tp_rate *
new_rate(void)
{
	tp_rate    *r = palloc(sizeof(tp_rate));

	tp_rate_init(r);
	SET_VARSIZE(r, sizeof(tp_rate));
	return r;
}

static const tp_rate *
get_rate(FunctionCallInfo fcinfo, int arg)
{
	return check_rate(TP_GETARG_IMAGE(arg));
}

static tp_status
rate_of_text(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err)
{
	tp_rate    *r = new_rate();

	(void) mem;
	*d = PointerGetDatum(r);
	return tp_rate_read(r, text, len, err);
}

static void
rate_to_text(Datum d, tp_buffer *b)
{
	tp_rate_write(b, check_rate((void *) PG_DETOAST_DATUM(d)));
}

TP_IN(rate_summary, rate_of_text)
TP_OUT(rate_summary, rate_to_text)

/* u8 version, u8 flags, i64 count, i64 successes */
PG_FUNCTION_INFO_V1(rate_summary_recv);
Datum
rate_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	tp_rate    *r = new_rate();
	int			version,
				flags;
	tp_error	err;

	tp_expect_bytes(message, 2 + 2 * sizeof(int64), "rate_summary");
	version = pq_getmsgbyte(message);
	flags = pq_getmsgbyte(message);
	if (version != TP_RATE_VERSION || flags != 0)
		tp_bad_version("rate_summary", version, flags);
	r->count = pq_getmsgint64(message);
	r->successes = pq_getmsgint64(message);
	tp_check(tp_rate_check(r, TP_BAD_BINARY, &err), &err);
	PG_RETURN_POINTER(r);
}

PG_FUNCTION_INFO_V1(rate_summary_send);
Datum
rate_summary_send(PG_FUNCTION_ARGS)
{
	const tp_rate *r = get_rate(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, r->version);
	pq_sendbyte(&out, r->flags);
	pq_sendint64(&out, r->count);
	pq_sendint64(&out, r->successes);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static int
rate_order(Datum a, Datum b)
{
	return tp_rate_compare(check_rate((void *) PG_DETOAST_DATUM(a)), check_rate((void *) PG_DETOAST_DATUM(b)));
}

TP_ORDER(rate_summary, rate_order)

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
PG_FUNCTION_INFO_V1(rate_summary_combine);
Datum
rate_summary_combine(PG_FUNCTION_ARGS)
{
	tp_rate    *r = check_rate(tp_state_for_update(fcinfo));
	tp_error	err;

	tp_check(tp_rate_merge(r, get_rate(fcinfo, 1), &err), &err);
	PG_RETURN_POINTER(r);
}

PG_FUNCTION_INFO_V1(rate_summary_final);
Datum
rate_summary_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(get_rate(fcinfo, 0));
}

PG_FUNCTION_INFO_V1(rate_count);
Datum
rate_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(get_rate(fcinfo, 0)->count);
}

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

static tp_nps_summary *
check_nps(tp_nps_summary *s)
{
	if (unlikely(!tp_nps_is_current(s, VARSIZE(s))))
		tp_damaged_summary("nps_summary");
	return s;
}

static tp_nps_summary *
new_nps(void)
{
	tp_nps_summary *s = palloc(sizeof(tp_nps_summary));

	tp_nps_init(s);
	SET_VARSIZE(s, sizeof(tp_nps_summary));
	return s;
}

static const tp_nps_summary *
get_nps_summary(FunctionCallInfo fcinfo, int arg)
{
	return check_nps(TP_GETARG_IMAGE(arg));
}

static const tp_nps *
get_nps(FunctionCallInfo fcinfo, int arg)
{
	return &get_nps_summary(fcinfo, arg)->answers;
}

static tp_status
nps_of_text(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err)
{
	tp_nps_summary *s = new_nps();

	(void) mem;
	*d = PointerGetDatum(s);
	return tp_nps_read(s, text, len, err);
}

static void
nps_to_text(Datum d, tp_buffer *b)
{
	tp_nps_write(b, check_nps((void *) PG_DETOAST_DATUM(d)));
}

TP_IN(nps_summary, nps_of_text)
TP_OUT(nps_summary, nps_to_text)

/* u8 version, u8 flags, the cuts as float8, then i64 detractors, passives, promoters */
PG_FUNCTION_INFO_V1(nps_summary_recv);
Datum
nps_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	tp_nps_summary *s = new_nps();
	int			version,
				flags;
	tp_error	err;

	tp_expect_bytes(message, 2 + 2 * sizeof(float8) + 3 * sizeof(int64), "nps_summary");
	version = pq_getmsgbyte(message);
	flags = pq_getmsgbyte(message);
	if (version != TP_NPS_VERSION || flags > TP_NPS_HAS_CUTS)
		tp_bad_version("nps_summary", version, flags);
	s->flags = (uint8_t) flags;
	s->detractor_to = pq_getmsgfloat8(message);
	s->promoter_from = pq_getmsgfloat8(message);
	s->answers.detractors = pq_getmsgint64(message);
	s->answers.passives = pq_getmsgint64(message);
	s->answers.promoters = pq_getmsgint64(message);
	tp_check(tp_nps_check(s, TP_BAD_BINARY, &err), &err);
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(nps_summary_send);
Datum
nps_summary_send(PG_FUNCTION_ARGS)
{
	const tp_nps_summary *s = get_nps_summary(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, s->version);
	pq_sendbyte(&out, s->flags);
	pq_sendfloat8(&out, s->detractor_to);
	pq_sendfloat8(&out, s->promoter_from);
	pq_sendint64(&out, s->answers.detractors);
	pq_sendint64(&out, s->answers.passives);
	pq_sendint64(&out, s->answers.promoters);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static int
nps_order(Datum a, Datum b)
{
	return tp_nps_compare(check_nps((void *) PG_DETOAST_DATUM(a)), check_nps((void *) PG_DETOAST_DATUM(b)));
}

TP_ORDER(nps_summary, nps_order)

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

PG_FUNCTION_INFO_V1(nps_summary_combine);
Datum
nps_summary_combine(PG_FUNCTION_ARGS)
{
	tp_nps_summary *s = check_nps(tp_state_for_update(fcinfo));
	tp_error	err;

	tp_check(tp_nps_merge(s, get_nps_summary(fcinfo, 1), &err), &err);
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(nps_summary_final);
Datum
nps_summary_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(get_nps_summary(fcinfo, 0));
}

PG_FUNCTION_INFO_V1(nps_count);
Datum
nps_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(tp_nps_count(get_nps_summary(fcinfo, 0)));
}

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
