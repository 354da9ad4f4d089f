/*
 * response.c
 *	  What spend brings: the aggregate response_curve and its state, touchpoint_points.
 */
#include "journey/types.h"

#include "base/summary.h"
#include "channel/tp_channel.h"
#include "channel/tp_points.h"

TP_SUMMARY_CHECK(check_points, touchpoint_points, tp_points_is_current)

TP_SUMMARY_GET(get_points, points_of, tp_points, check_points)

/* The state with room for n points more. */
static tp_points *
get_state(FunctionCallInfo fcinfo, uint32_t n)
{
	tp_points  *p = check_points(tp_state_for_update(fcinfo));
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;

	tp_check(tp_points_reserve(&p, n, &mem, &err), &err);
	SET_VARSIZE(p, tp_points_size(p->room));
	return p;
}

#define SIZE_OF(points) tp_points_size((points)->room)

TP_SIZED_SUMMARY_OF_TEXT(points_of_text, tp_points, tp_points_read, SIZE_OF)

/* u8 version, u8 flags, i32 points, then spend and response of each as float8 */
static void
send_points(StringInfo out, const tp_points *p)
{
	pq_sendint32(out, p->count);
	tp_send_numbers(out, p->xy, 2 * (size_t) p->count);
}

static tp_points *
receive_points(StringInfo message)
{
	uint32		n;
	tp_points  *p;

	tp_receive_flags(message, 6, TP_POINTS_VERSION, 0, "touchpoint_points");
	n = pq_getmsgint(message, 4);
	tp_expect_bytes(message, (size_t) n * 2 * sizeof(float8), "touchpoint_points");
	p = palloc(tp_points_size(n));
	tp_points_init(p, n);
	SET_VARSIZE(p, tp_points_size(n));
	p->count = n;
	tp_receive_numbers(message, p->xy, 2 * (size_t) n);
	return p;
}

TP_SUMMARY_FORMS(touchpoint_points, tp_points, points_of, points_of_text, tp_points_write, receive_points, tp_points_check, flags, send_points)

/* response_curve_accum(touchpoint_points, spend, response): strict. */
PG_FUNCTION_INFO_V1(response_curve_accum);
Datum
response_curve_accum(PG_FUNCTION_ARGS)
{
	tp_points  *p = get_state(fcinfo, 1);
	double		spend = PG_GETARG_FLOAT8(1);
	double		response = PG_GETARG_FLOAT8(2);

	tp_check_finite(spend, "spend");
	tp_check_finite(response, "response");
	if (spend < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("spend must not be negative: %g", spend),
				 errhint("Arguments are spend and response, in this order.")));
	p->xy[2 * p->count] = spend + 0.0;
	p->xy[2 * p->count + 1] = response + 0.0;
	p->count++;
	PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(touchpoint_points_merge);
Datum
touchpoint_points_merge(PG_FUNCTION_ARGS)
{
	const tp_points *other = get_points(fcinfo, 1);
	tp_points  *p = get_state(fcinfo, other->count);

	memcpy(&p->xy[2 * p->count], other->xy, (size_t) other->count * 2 * sizeof(double));
	p->count += other->count;
	PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(response_curve_final);
Datum
response_curve_final(PG_FUNCTION_ARGS)
{
	const tp_points *p = get_points(fcinfo, 0);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	Size		size = sizeof(double) * ((Size) p->count + 1);
	double	   *spend = MemoryContextAllocHuge(CurrentMemoryContext, size);
	double	   *response = MemoryContextAllocHuge(CurrentMemoryContext, size);
	tp_response r = {0};
	bool		found;
	Datum		values[4];
	bool		nulls[4] = {false};
	tp_error	err;

	for (uint32_t i = 0; i < p->count; i++)
	{
		spend[i] = p->xy[2 * i];
		response[i] = p->xy[2 * i + 1];
	}
	tp_check(tp_response_curve(&mem, spend, response, p->count, &r, &found, &err), &err);
	values[0] = Float8GetDatum(r.ceiling);
	values[1] = Float8GetDatum(r.half_spend);
	values[2] = Float8GetDatum(r.r_squared);
	values[3] = Int64GetDatum(p->count);
	nulls[0] = nulls[1] = nulls[2] = !found;
	return tp_row(fcinfo, values, nulls);
}
