/*
 * gap.c
 *	  Gaps between expected and perceived in SQL: the type gap_summary, its aggregate, its figures.
 */
#include "journey/types.h"

#include <math.h>

#include "access/detoast.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/compare.h"
#include "base/summary.h"
#include "gap/tp_gap.h"

#define WIRE_SIZE (2 + 2 * sizeof(int64) + 5 * 2 * sizeof(float8))

static const tp_gap_summary *
check_summary(const tp_gap_summary *g)
{
	if (unlikely(VARSIZE(g) != sizeof(tp_gap_summary) || !tp_gap_is_current(g)))
		tp_damaged_summary("gap_summary");
	return g;
}

static const tp_gap_summary *
get_summary(FunctionCallInfo fcinfo, int arg)
{
	return check_summary(TP_GETARG_IMAGE(arg));
}

static tp_gap_summary *
new_summary(void)
{
	tp_gap_summary *g = palloc(sizeof(tp_gap_summary));

	tp_gap_init(g);
	SET_VARSIZE(g, sizeof(tp_gap_summary));
	return g;
}

static void
raise_overflow(void)
{
	tp_error	err;

	tp_gap_overflow(&err);
	tp_raise(&err);
}

PG_FUNCTION_INFO_V1(gap_summary_in);
Datum
gap_summary_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	tp_gap_summary *g = new_summary();
	tp_error	err;

	if (tp_gap_read(g, text, strlen(text), &err) != TP_OK)
	{
		tp_report(&err, fcinfo->context);
		PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(g);
}

PG_FUNCTION_INFO_V1(gap_summary_out);
Datum
gap_summary_out(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;

	tp_buffer_init(&b, &mem);
	tp_gap_write(&b, get_summary(fcinfo, 0));
	PG_RETURN_CSTRING(tp_buffer_cstring(&b));
}

/*
 * u8 version, u8 flags, i64 count, i64 shortfalls, then expected, perceived, expected squared,
 * perceived squared, gap squared, each as two float8.
 */
PG_FUNCTION_INFO_V1(gap_summary_recv);
Datum
gap_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	tp_gap_summary *g = new_summary();
	tp_error	err;

	tp_expect_bytes(message, WIRE_SIZE, "gap_summary");
	g->version = (uint8_t) pq_getmsgbyte(message);
	g->flags = (uint8_t) pq_getmsgbyte(message);
	if (!tp_gap_is_current(g))
		tp_bad_version("gap_summary", g->version, g->flags);
	g->count = pq_getmsgint64(message);
	g->shortfalls = pq_getmsgint64(message);
	g->expected = tp_receive_dd(message);
	g->perceived = tp_receive_dd(message);
	g->expected_sq = tp_receive_dd(message);
	g->perceived_sq = tp_receive_dd(message);
	g->gap_sq = tp_receive_dd(message);
	if (tp_gap_check(g, TP_BAD_BINARY, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_POINTER(g);
}

PG_FUNCTION_INFO_V1(gap_summary_send);
Datum
gap_summary_send(PG_FUNCTION_ARGS)
{
	const tp_gap_summary *g = get_summary(fcinfo, 0);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, g->version);
	pq_sendbyte(&out, g->flags);
	pq_sendint64(&out, g->count);
	pq_sendint64(&out, g->shortfalls);
	tp_send_dd(&out, g->expected);
	tp_send_dd(&out, g->perceived);
	tp_send_dd(&out, g->expected_sq);
	tp_send_dd(&out, g->perceived_sq);
	tp_send_dd(&out, g->gap_sq);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static int
gap_summary_order(Datum a, Datum b)
{
	return tp_gap_compare(check_summary((void *) PG_DETOAST_DATUM(a)),
						  check_summary((void *) PG_DETOAST_DATUM(b)));
}

TP_ORDER(gap_summary, gap_summary_order)

/* gap_summary_accum(gap_summary, expected, perceived): strict, so a row without both is passed over. */
PG_FUNCTION_INFO_V1(gap_summary_accum);
Datum
gap_summary_accum(PG_FUNCTION_ARGS)
{
	tp_gap_summary *g = tp_state_for_update(fcinfo);
	double		expected = PG_GETARG_FLOAT8(1);
	double		perceived = PG_GETARG_FLOAT8(2);

	check_summary(g);
	tp_check_finite(expected, "expected");
	tp_check_finite(perceived, "perceived");
	if (unlikely(!tp_gap_add(g, expected, perceived)))
		raise_overflow();
	PG_RETURN_POINTER(g);
}

/* gap_summary + gap_summary, and what rollup and parallel aggregation do. */
PG_FUNCTION_INFO_V1(gap_summary_merge);
Datum
gap_summary_merge(PG_FUNCTION_ARGS)
{
	tp_gap_summary *g = tp_state_for_update(fcinfo);

	check_summary(g);
	if (!tp_gap_merge(g, get_summary(fcinfo, 1)))
		raise_overflow();
	PG_RETURN_POINTER(g);
}

/* The gaps of a journey's contacts that have both score and expected. */
PG_FUNCTION_INFO_V1(journey_gap);
Datum
journey_gap(PG_FUNCTION_ARGS)
{
	tp_journey	j;
	tp_gap_summary *g = new_summary();

	PG_GETARG_JOURNEY(0, &j);
	if (j.form[TP_SCORE] == TP_FORM_ABSENT || j.form[TP_EXPECTED] == TP_FORM_ABSENT)
		PG_RETURN_POINTER(g);
	for (uint32_t i = 0; i < j.count; i++)
	{
		double		score = tp_journey_number(&j, TP_SCORE, i);
		double		expected = tp_journey_number(&j, TP_EXPECTED, i);

		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (isnan(score) || isnan(expected))
			continue;
		if (!tp_gap_add(g, expected, score))
			raise_overflow();
	}
	PG_RETURN_POINTER(g);
}

PG_FUNCTION_INFO_V1(gap_count);
Datum
gap_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(get_summary(fcinfo, 0)->count);
}

#define FIGURE(name, figure) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	double		v; \
	if (!figure(get_summary(fcinfo, 0), &v)) \
		PG_RETURN_NULL(); \
	PG_RETURN_FLOAT8(v); \
}

FIGURE(mean_expected, tp_gap_mean_expected)
FIGURE(mean_perceived, tp_gap_mean_perceived)
FIGURE(mean_gap, tp_gap_mean)
FIGURE(gap_stddev, tp_gap_stddev)
FIGURE(gap_stderr, tp_gap_stderr)
FIGURE(gap_t, tp_gap_t)
FIGURE(gap_p_value, tp_gap_p_value)
FIGURE(gap_effect_size, tp_gap_effect_size)
FIGURE(gap_correlation, tp_gap_correlation)
FIGURE(gap_shortfall_share, tp_gap_shortfall_share)

/* A confidence level as a setting: 22023 unless it lies between 0 and 1. */
static double
get_level(FunctionCallInfo fcinfo, int arg)
{
	tp_error	err;

	if (PG_ARGISNULL(arg))
		tp_null_setting("level");
	if (tp_check_level(PG_GETARG_FLOAT8(arg), &err) != TP_OK)
		tp_raise(&err);
	return PG_GETARG_FLOAT8(arg);
}

static Datum
gap_limit(FunctionCallInfo fcinfo, bool upper)
{
	double		level = get_level(fcinfo, 1);
	double		low,
				high;

	if (PG_ARGISNULL(0) || !tp_gap_limits(get_summary(fcinfo, 0), level, &low, &high))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(upper ? high : low);
}

PG_FUNCTION_INFO_V1(gap_ci_low);
Datum
gap_ci_low(PG_FUNCTION_ARGS)
{
	return gap_limit(fcinfo, false);
}

PG_FUNCTION_INFO_V1(gap_ci_high);
Datum
gap_ci_high(PG_FUNCTION_ARGS)
{
	return gap_limit(fcinfo, true);
}

/* gap_change(before, after, level) */
PG_FUNCTION_INFO_V1(gap_change);
Datum
gap_change(PG_FUNCTION_ARGS)
{
	double		level = get_level(fcinfo, 2);
	tp_gap_change c;
	Datum		values[7];
	bool		nulls[7];

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	c = tp_gap_compare_means(get_summary(fcinfo, 0), get_summary(fcinfo, 1), level);
	values[0] = Float8GetDatum(c.change);
	values[1] = Float8GetDatum(c.std_error);
	values[2] = Float8GetDatum(c.t);
	values[3] = Float8GetDatum(c.df);
	values[4] = Float8GetDatum(c.p_value);
	values[5] = Float8GetDatum(c.low);
	values[6] = Float8GetDatum(c.high);
	nulls[0] = !c.has_change;
	nulls[1] = !c.has_stderr;
	for (int i = 2; i < 7; i++)
		nulls[i] = !c.has_t;
	return tp_row(fcinfo, values, nulls);
}
