/*
 * mean.c
 *	  Means that know how far they can be trusted: the type mean_summary, its aggregate, its figures.
 */
#include "gap/level.h"

#include "access/detoast.h"

#include "base/compare.h"
#include "base/summary.h"
#include "gap/tp_mean.h"

static const void *
check_mean(const void *image)
{
	if (unlikely(!tp_mean_is_current(image, VARSIZE(image))))
		tp_damaged_summary("mean_summary");
	return image;
}

static tp_mean_open *
open_mean(const void *image)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_mean_open *m;
	tp_error	err;

	tp_check(tp_mean_begin(&m, image, &mem, &err), &err);
	return m;
}

static void *
close_mean(const tp_mean_open *m)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	void	   *image;
	size_t		size;
	tp_error	err;

	tp_check(tp_mean_close(&image, &size, m, &mem, &err), &err);
	SET_VARSIZE(image, size);
	return image;
}

/* As it is stored. */
static const void *
closed_mean(Datum d)
{
	const void *image = check_mean(PG_DETOAST_DATUM(d));

	return tp_mean_is_open(image) ? close_mean(image) : image;
}

static const tp_gap_summary *
get_mean(FunctionCallInfo fcinfo, int arg)
{
	return tp_mean_view(check_mean(TP_GETARG_IMAGE(arg)), palloc(sizeof(tp_gap_summary)));
}

static tp_status
mean_of_text(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err)
{
	void	   *image;
	size_t		size;

	tp_status	status = tp_mean_read(&image, &size, text, len, mem, err);

	*d = PointerGetDatum(image);
	if (status == TP_OK)
		SET_VARSIZE(image, size);
	return status;
}

static void
mean_to_text(Datum d, tp_buffer *b)
{
	tp_mean_write(b, closed_mean(d));
}

TP_IN(mean_summary, mean_of_text)
TP_OUT(mean_summary, mean_to_text)

/* u8 version, u8 doubles of each sum, i64 count, then the sum and the sum of squares as so many float8 each. */
PG_FUNCTION_INFO_V1(mean_summary_recv);
Datum
mean_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version,
				parts;
	tp_mean    *m;
	tp_error	err;

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
	for (int i = 0; i < TP_MEAN_SUMS * parts; i++)
		m->sum[i] = pq_getmsgfloat8(message);
	tp_check(tp_mean_check(m, TP_BAD_BINARY, &err), &err);
	PG_RETURN_POINTER(m);
}

PG_FUNCTION_INFO_V1(mean_summary_send);
Datum
mean_summary_send(PG_FUNCTION_ARGS)
{
	const tp_mean *m = closed_mean(PG_GETARG_DATUM(0));
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, m->version);
	pq_sendbyte(&out, m->parts);
	pq_sendint64(&out, m->count);
	for (int i = 0; i < TP_MEAN_SUMS * m->parts; i++)
		pq_sendfloat8(&out, m->sum[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static int
mean_order(Datum a, Datum b)
{
	return tp_mean_compare(closed_mean(a), closed_mean(b));
}

TP_ORDER(mean_summary, mean_order)

/* The first argument of a step, to be added to. */
static tp_mean_open *
get_state(FunctionCallInfo fcinfo)
{
	void	   *image = tp_state_for_update(fcinfo);

	check_mean(image);
	return likely(tp_mean_is_open(image)) ? image : open_mean(image);
}

/* Inside an aggregate the state stays open; its final function closes it. */
static Datum
state_datum(FunctionCallInfo fcinfo, tp_mean_open *m)
{
	if (unlikely(!AggCheckCallContext(fcinfo, NULL)))
		PG_RETURN_POINTER(close_mean(m));
	SET_VARSIZE(m, tp_mean_open_size(m));
	PG_RETURN_POINTER(m);
}

/* mean_summary_accum(mean_summary, number): strict, so NULL is passed over. */
PG_FUNCTION_INFO_V1(mean_summary_accum);
Datum
mean_summary_accum(PG_FUNCTION_ARGS)
{
	tp_mean_open *m = get_state(fcinfo);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	double		v = PG_GETARG_FLOAT8(1);
	tp_error	err;

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

PG_FUNCTION_INFO_V1(mean_summary_final);
Datum
mean_summary_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(closed_mean(PG_GETARG_DATUM(0)));
}

PG_FUNCTION_INFO_V1(mean_count);
Datum
mean_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(get_mean(fcinfo, 0)->count);
}

TP_FIGURE(mean_value, get_mean, tp_gap_mean)
TP_FIGURE(mean_stddev, get_mean, tp_gap_stddev)
TP_LIMITS(mean_ci, get_mean, tp_gap_limits)

/* mean_change(before, after, level) */
PG_FUNCTION_INFO_V1(mean_change);
Datum
mean_change(PG_FUNCTION_ARGS)
{
	double		level = tp_get_level(fcinfo, 2);

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	return tp_change_row(fcinfo, get_mean(fcinfo, 0), get_mean(fcinfo, 1), level);
}
