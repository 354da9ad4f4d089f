/*
 * mean.c
 *	  Means that know how far they can be trusted: the type mean_summary, its aggregate, its figures.
 */
#include "gap/level.h"

#include "base/compare.h"
#include "base/summary.h"
#include "gap/tp_mean.h"

TP_SUMMARY_CHECK(check_mean, mean_summary, tp_mean_is_current)

TP_OPEN_SUMMARY(tp_mean, void, check_mean, close_mean, closed_mean, state_datum)
TP_BEGIN_SUMMARY(tp_mean, check_mean, open_mean, get_state)

static const tp_gap_summary *
get_mean(FunctionCallInfo fcinfo, int arg)
{
	return tp_mean_view(check_mean(TP_GETARG_IMAGE(arg)), palloc(sizeof(tp_gap_summary)));
}

TP_SUMMARY_OF_TEXT(mean_of_text, tp_mean_read)

/* u8 version, u8 doubles of each sum, i64 count, then the sum and the sum of squares as so many float8 each. */
static void
send_mean(StringInfo out, const tp_mean *m)
{
	pq_sendint64(out, m->count);
	tp_send_numbers(out, m->sum, TP_MEAN_SUMS * (size_t) m->parts);
}

static tp_mean *
receive_mean(StringInfo message)
{
	int			version,
				parts;
	tp_mean    *m;

	if (message->len - message->cursor < 2)
		tp_expect_bytes(message, 2 + sizeof(int64) + TP_MEAN_SUMS * sizeof(float8), "mean_summary");
	version = pq_getmsgbyte(message);
	parts = pq_getmsgbyte(message);
	if (version != TP_MEAN_VERSION || parts < 1 || parts > TP_EXACT_PARTS_MAX)
		tp_bad_version("mean_summary", version, parts);
	tp_expect_bytes(message, sizeof(int64) + TP_MEAN_SUMS * (size_t) parts * sizeof(float8), "mean_summary");
	m = palloc0(tp_mean_size(parts));
	SET_VARSIZE(m, tp_mean_size(parts));
	m->version = TP_MEAN_VERSION;
	m->parts = (uint8_t) parts;
	m->count = pq_getmsgint64(message);
	tp_receive_numbers(message, m->sum, TP_MEAN_SUMS * (size_t) parts);
	return m;
}

TP_SUMMARY_FORMS(mean_summary, tp_mean, closed_mean, mean_of_text, tp_mean_write, receive_mean, tp_mean_check, parts, send_mean)
TP_SUMMARY_ORDER(mean_summary, closed_mean, tp_mean_compare)

/* mean_summary_accum(mean_summary, number): strict, so NULL is passed over. */
PG_FUNCTION_INFO_V1(mean_summary_accum);
Datum
mean_summary_accum(PG_FUNCTION_ARGS)
{
	tp_mean_open *m = get_state(fcinfo);
	double		v = PG_GETARG_FLOAT8(1);
	tp_memory	mem;
	tp_error	err;

	if (likely(tp_mean_add_quickly(m, v)))
		return state_datum(fcinfo, m);
	mem = tp_pg_memory(CurrentMemoryContext);
	tp_check_finite(v, "value");
	tp_check(tp_mean_add(&m, v, &mem, &err), &err);
	return state_datum(fcinfo, m);
}

/* +, and what rollup and parallel aggregation do. */
PG_FUNCTION_INFO_V1(mean_summary_combine);
Datum
mean_summary_combine(PG_FUNCTION_ARGS)
{
	tp_mean_open *m = get_state(fcinfo);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;

	tp_check(tp_mean_merge(&m, check_mean(TP_GETARG_IMAGE(1)), &mem, &err), &err);
	return state_datum(fcinfo, m);
}

TP_FUNCTION(mean_summary_final, PointerGetDatum(closed_mean(PG_GETARG_DATUM(0))))
TP_FUNCTION(mean_count, Int64GetDatum(get_mean(fcinfo, 0)->count))
TP_FIGURE(mean_value, get_mean, tp_gap_mean)
TP_FIGURE(mean_stddev, get_mean, tp_gap_stddev)
TP_LIMITS(mean_ci, get_mean, tp_gap_limits)

TP_CHANGE(mean_change, get_mean)
