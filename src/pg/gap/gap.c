/*
 * gap.c
 *	  Gaps between expected and perceived in SQL: the type gap_summary, its aggregate, its figures.
 */
#include "journey/types.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/compare.h"
#include "base/summary.h"
#include "gap/level.h"

#define WIRE_SIZE(parts) (2 + 2 * sizeof(int64) + TP_GAP_SUMS * (parts) * sizeof(float8))

TP_SUMMARY_CHECK(check_summary, gap_summary, tp_gap_is_current)

TP_OPEN_SUMMARY(tp_gap, void, check_summary, close_summary, closed, state_datum)
TP_BEGIN_SUMMARY(tp_gap, check_summary, begin, get_state)

/* A summary for its figures. */
static const tp_gap_summary *
get_summary(FunctionCallInfo fcinfo, int arg)
{
	const void *image = check_summary(TP_GETARG_IMAGE(arg));
	const tp_gap_summary *g = image;

	return g->version == TP_GAP_VERSION ? g : tp_gap_view(g, palloc(sizeof(tp_gap_summary)));
}

TP_SUMMARY_OF_TEXT(gap_of_text, tp_gap_read)

/*
 * u8 version, u8 flags, i64 count, i64 shortfalls, then expected, perceived, expected squared,
 * perceived squared, gap squared, each as two float8, or in version 2 as many as flags says.
 */
static void
send_gap(StringInfo out, const tp_gap_summary *g)
{
	pq_sendint64(out, g->count);
	pq_sendint64(out, g->shortfalls);
	tp_send_numbers(out, tp_gap_sum(g, 0), TP_GAP_SUMS * (size_t) tp_gap_parts(g));
}

static tp_gap_summary *
receive_gap(StringInfo message)
{
	const size_t head = 2 + 2 * sizeof(int64);
	tp_gap_summary *g;
	int			version,
				flags,
				parts;

	if ((size_t) (message->len - message->cursor) < head)
		tp_expect_bytes(message, WIRE_SIZE(2), "gap_summary");
	version = pq_getmsgbyte(message);
	flags = pq_getmsgbyte(message);
	parts = version == TP_GAP_LONG ? flags : 2;
	if (version == TP_GAP_LONG ? flags <= 2 || flags > TP_EXACT_PARTS_MAX : version != TP_GAP_VERSION || flags != 0)
		tp_bad_version("gap_summary", version, flags);
	tp_expect_bytes(message, WIRE_SIZE((size_t) parts) - 2, "gap_summary");
	g = palloc0(tp_gap_size(parts));
	SET_VARSIZE(g, tp_gap_size(parts));
	g->version = (uint8_t) version;
	g->flags = (uint8_t) flags;
	g->count = pq_getmsgint64(message);
	g->shortfalls = pq_getmsgint64(message);
	tp_receive_numbers(message, tp_gap_sum(g, 0), TP_GAP_SUMS * (size_t) parts);
	return g;
}

TP_SUMMARY_FORMS(gap_summary, tp_gap_summary, closed, gap_of_text, tp_gap_write, receive_gap, tp_gap_check, flags, send_gap)
TP_SUMMARY_ORDER(gap_summary, closed, tp_gap_compare)

static tp_gap_open *
add(FunctionCallInfo fcinfo)
{
	tp_gap_open *g = get_state(fcinfo);
	double		expected = PG_GETARG_FLOAT8(1);
	double		perceived = PG_GETARG_FLOAT8(2);
	tp_memory	mem;
	tp_error	err;

	if (likely(tp_gap_add_quickly(g, expected, perceived)))
		return g;
	mem = tp_pg_memory(CurrentMemoryContext);
	tp_check_finite(expected, "expected");
	tp_check_finite(perceived, "perceived");
	if (unlikely(tp_gap_add(&g, expected, perceived, &mem, &err) != TP_OK))
		tp_raise(&err);
	return g;
}

static tp_gap_open *
merge(FunctionCallInfo fcinfo)
{
	tp_gap_open *g = get_state(fcinfo);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;

	if (tp_gap_merge(&g, check_summary(TP_GETARG_IMAGE(1)), &mem, &err) != TP_OK)
		tp_raise(&err);
	return g;
}

/* gap_summary_accum(gap_summary, expected, perceived): strict, so a row without both is passed over. */
TP_FUNCTION(gap_summary_step, state_datum(fcinfo, add(fcinfo)))

/* gap_summary_merge(gap_summary, gap_summary): +, and what rollup and parallel aggregation do. */
TP_FUNCTION(gap_summary_combine, state_datum(fcinfo, merge(fcinfo)))
TP_FUNCTION(gap_summary_final, PointerGetDatum(closed(PG_GETARG_DATUM(0))))

/* The steps of 0.1.0, whose aggregates have no final function: the state is closed after each. */
TP_FUNCTION(gap_summary_accum, PointerGetDatum(close_summary(add(fcinfo))))
TP_FUNCTION(gap_summary_merge, PointerGetDatum(close_summary(merge(fcinfo))))

/* The gaps of a journey's contacts that have both score and expected. */
PG_FUNCTION_INFO_V1(journey_gap);
Datum
journey_gap(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_gap_summary nothing = {0};
	tp_gap_open *g;
	tp_journey	j;
	tp_error	err;

	PG_GETARG_JOURNEY(0, &j);
	tp_gap_init(&nothing);
	g = begin(&nothing);
	if (j.form[TP_SCORE] == TP_FORM_ABSENT || j.form[TP_EXPECTED] == TP_FORM_ABSENT)
		PG_RETURN_POINTER(close_summary(g));
	for (uint32_t i = 0; i < j.count; i++)
	{
		double		score = tp_journey_number(&j, TP_SCORE, i);
		double		expected = tp_journey_number(&j, TP_EXPECTED, i);

		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (isnan(score) || isnan(expected))
			continue;
		if (tp_gap_add(&g, expected, score, &mem, &err) != TP_OK)
			tp_raise(&err);
	}
	PG_RETURN_POINTER(close_summary(g));
}

PG_FUNCTION_INFO_V1(gap_count);
Datum
gap_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(get_summary(fcinfo, 0)->count);
}

#define FIGURE(name, figure) TP_FIGURE(name, get_summary, figure)

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

TP_LIMITS(gap_ci, get_summary, tp_gap_limits)

TP_CHANGE(gap_change, get_summary)
