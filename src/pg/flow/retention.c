/*
 * retention.c
 *	  Coming back in SQL: active_periods, retention_agg, lifecycle_agg, stickiness_agg.
 */
#include "flow/calendar.h"

#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "base/row_array.h"
#include "base/rows.h"
#include "base/text_state.h"
#include "base/tp_normal.h"
#include "base/tp_sort.h"
#include "gap/tp_difference.h"

TP_TEXT_STATE(touchpoint_returns, tp_returns, tp_returns_init, tp_returns_read, tp_returns_write)

#define LEVEL 0.95

/* A text setting, where it lies. */
static const char *
get_text(FunctionCallInfo fcinfo, int arg, const char *name, size_t *len)
{
	text	   *t;

	if (unlikely(PG_ARGISNULL(arg)))
		tp_null_setting(name);
	t = PG_GETARG_TEXT_PP(arg);
	*len = VARSIZE_ANY_EXHDR(t);
	return VARDATA_ANY(t);
}

static tp_period
get_period(FunctionCallInfo fcinfo, int arg)
{
	size_t		len;
	const char *name = get_text(fcinfo, arg, "period", &len);
	tp_period	period;
	tp_error	err;

	tp_check(tp_period_parse(name, len, &period, &err), &err);
	return period;
}

/* as_of, which ends what is seen; none where it is NULL. */
static int64_t
get_as_of(FunctionCallInfo fcinfo, int arg)
{
	TimestampTz as_of;

	if (PG_NARGS() <= arg || PG_ARGISNULL(arg))
		return PG_INT64_MAX;
	as_of = PG_GETARG_TIMESTAMPTZ(arg);
	if (TIMESTAMP_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be finite, not %s", TIMESTAMP_IS_NOBEGIN(as_of) ? "-infinity" : "infinity"),
				 errhint("Pass NULL for the last contact that there is.")));
	return as_of;
}

/* Count the row's journey; the step, and behind it perhaps another, are in argument `step`. */
static Datum
count_row(FunctionCallInfo fcinfo, const tp_returns_settings *settings, int step, int steps)
{
	tp_expanded *e = tp_open_state(fcinfo, &state_of_touchpoint_returns.open);
	tp_returns *r = e->core;
	const tp_calendar *calendar = NULL;
	tp_journey	j;
	tp_error	err;

	if (unlikely(r->settings.kind == TP_RETURNS_NOTHING))
		tp_check_zone(settings->text[2], settings->len[2]);
	if (unlikely(tp_returns_set(r, settings, &err) != TP_OK))
		tp_raise(&err);
	if (unlikely(PG_ARGISNULL(1)))
	{
		tp_get_steps(fcinfo, step, steps);
		return tp_state_datum(e);
	}
	PG_GETARG_JOURNEY(1, &j);
	if (likely(j.count > 0))
	{
		int64_t		low = Max(j.first_at, settings->low);
		int64_t		high = Min(tp_journey_last_at(&j), settings->high);

		if (low <= high)
			calendar = tp_get_calendar(settings->period, settings->text[2], settings->len[2], low, high);
		if (unlikely(tp_returns_add(r, &j, calendar, tp_get_steps(fcinfo, step, steps), &err) != TP_OK))
			tp_raise(&err);
	}
	return tp_state_datum(e);
}

/* (state, journey, period, periods, first, again, timezone [, as_of [, or_after]]) */
PG_FUNCTION_INFO_V1(retention_agg_row);
Datum
retention_agg_row(PG_FUNCTION_ARGS)
{
	tp_returns_settings s = {.kind = TP_RETENTION, .low = PG_INT64_MIN};

	s.period = get_period(fcinfo, 2);
	if (unlikely(PG_ARGISNULL(3)))
		tp_null_setting("periods");
	if (unlikely(PG_GETARG_INT32(3) < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods must not be negative: %d", PG_GETARG_INT32(3)),
				 errhint("0 is the period of the first contact alone, 1 the one behind it too, and so on.")));
	s.periods = (uint32_t) PG_GETARG_INT32(3);
	s.text[0] = get_text(fcinfo, 4, "first", &s.len[0]);
	s.text[1] = get_text(fcinfo, 5, "again", &s.len[1]);
	s.text[2] = get_text(fcinfo, 6, "timezone", &s.len[2]);
	s.high = get_as_of(fcinfo, 7);
	if (PG_NARGS() > 8)
	{
		if (unlikely(PG_ARGISNULL(8)))
			tp_null_setting("or_after");
		s.or_after = PG_GETARG_BOOL(8);
	}
	return count_row(fcinfo, &s, 4, 2);
}

/* (state, journey, period, step, timezone [, as_of]) */
PG_FUNCTION_INFO_V1(lifecycle_agg_row);
Datum
lifecycle_agg_row(PG_FUNCTION_ARGS)
{
	tp_returns_settings s = {.kind = TP_LIFECYCLE, .low = PG_INT64_MIN};

	s.period = get_period(fcinfo, 2);
	s.text[0] = get_text(fcinfo, 3, "step", &s.len[0]);
	s.text[2] = get_text(fcinfo, 4, "timezone", &s.len[2]);
	s.high = get_as_of(fcinfo, 5);
	return count_row(fcinfo, &s, 3, 1);
}

/* The first and last time in a range; an open end is that of all times, and of no time they cross. */
static void
get_span(FunctionCallInfo fcinfo, int arg, int64_t *low, int64_t *high)
{
	RangeType  *range;
	RangeBound	lower,
				upper;
	bool		empty;

	*low = PG_INT64_MIN;
	*high = PG_INT64_MAX;
	if (PG_ARGISNULL(arg))
		return;
	range = PG_GETARG_RANGE_P(arg);
	range_deserialize(lookup_type_cache(RangeTypeGetOid(range), TYPECACHE_RANGE_INFO), range, &lower, &upper, &empty);
	if (empty)
	{
		*low = 1;
		*high = 0;
		return;
	}
	if (!lower.infinite && !TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(lower.val)))
		*low = DatumGetTimestampTz(lower.val) + !lower.inclusive;
	if (!upper.infinite && !TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(upper.val)))
		*high = DatumGetTimestampTz(upper.val) - !upper.inclusive;
	if (!lower.infinite && TIMESTAMP_IS_NOEND(DatumGetTimestampTz(lower.val)))
		*low = TP_TIME_END;
	if (!upper.infinite && TIMESTAMP_IS_NOBEGIN(DatumGetTimestampTz(upper.val)))
		*high = TP_TIME_MIN - 1;
}

/* (state, journey, period, step, timezone, span) */
PG_FUNCTION_INFO_V1(stickiness_agg_row);
Datum
stickiness_agg_row(PG_FUNCTION_ARGS)
{
	tp_returns_settings s = {.kind = TP_STICKINESS};

	s.period = get_period(fcinfo, 2);
	s.text[0] = get_text(fcinfo, 3, "step", &s.len[0]);
	s.text[2] = get_text(fcinfo, 4, "timezone", &s.len[2]);
	get_span(fcinfo, 5, &s.low, &s.high);
	return count_row(fcinfo, &s, 3, 1);
}

/* The state of a final function, of this kind; NULL where nothing was counted, not even journeys. */
static tp_returns *
get_returns(FunctionCallInfo fcinfo, tp_returns_kind kind)
{
	tp_returns *r = tp_text_state_get(fcinfo, &state_of_touchpoint_returns);

	if (r == NULL || r->settings.kind == TP_RETURNS_NOTHING)
		return NULL;
	if (r->settings.kind != kind)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the state is that of another aggregate"),
				 errhint("Call the aggregate; the function's comment says which.")));
	return r;
}

static const tp_calendar *
calendar_of(const tp_returns *r, int64_t low, int64_t high)
{
	const tp_returns_settings *s = &r->settings;

	return tp_get_calendar(s->period, s->text[2], s->len[2], Max(low, TP_TIME_MIN), Min(high, TP_TIME_END - 1));
}

static tp_counted *
sorted_counts(const tp_returns *r)
{
	tp_counted *items;
	tp_error	err;

	tp_check(tp_counts_sorted(&r->counts, &items, &err), &err);
	return items;
}

/* The rows of one cohort, whose n counts begin with its size. */
static void
add_cohort(tp_row_array *rows, const tp_returns *r, const tp_counted *items, uint32_t n, int64_t as_of)
{
	uint32_t	periods = r->settings.periods;
	int64_t		start = items[0].a;
	int64_t		span = (periods + 3) * tp_period_usecs(r->settings.period) + 3 * USECS_PER_DAY;
	const tp_calendar *c = calendar_of(r, start, start < TP_TIME_END - span ? Min(start + span, Max(as_of, start)) : TP_TIME_END);
	uint32_t	cohort = tp_calendar_period(c, start);
	uint64_t	entered = items[0].count;
	uint64_t	later = 0;
	uint32_t	k = 1;
	double		z = tp_normal_quantile(LEVEL);

	for (uint32_t i = 1; i < n; i++)
		later += items[i].count;
	for (uint32_t p = 0; p <= periods && cohort + p < c->periods && c->start[cohort + p] <= as_of; p++)
	{
		uint64_t	here = k < n && items[k].b == p ? items[k++].count : 0;
		uint64_t	returned = r->settings.or_after ? later : here;
		bool		complete = c->start[cohort + p + 1] <= as_of;
		double		low = 0,
					high = 0;
		Datum		values[8];
		bool		nulls[8] = {false};

		later -= here;
		if (complete)
			tp_wilson((double) returned, (double) entered, z, &low, &high);
		values[0] = TimestampTzGetDatum(start);
		values[1] = Int32GetDatum((int32) p);
		values[2] = Int64GetDatum((int64) entered);
		values[3] = Int64GetDatum((int64) returned);
		values[4] = Float8GetDatum((double) returned / (double) entered);
		values[5] = Float8GetDatum(low);
		values[6] = Float8GetDatum(high);
		values[7] = BoolGetDatum(complete);
		nulls[4] = nulls[5] = nulls[6] = !complete;
		tp_row_array_add(rows, values, nulls);
	}
}

PG_FUNCTION_INFO_V1(touchpoint_returns_retention);
Datum
touchpoint_returns_retention(PG_FUNCTION_ARGS)
{
	tp_returns *r = get_returns(fcinfo, TP_RETENTION);
	tp_counted *items;
	tp_row_array rows;
	int64_t		as_of;

	if (r == NULL)
		PG_RETURN_NULL();
	tp_row_array_begin(&rows, fcinfo);
	items = sorted_counts(r);
	as_of = r->settings.high < PG_INT64_MAX ? r->settings.high : r->last_seen;
	for (uint32_t i = 0, n; i < r->counts.count; i += n)
	{
		for (n = 1; i + n < r->counts.count && items[i + n].a == items[i].a;)
			n++;
		add_cohort(&rows, r, items + i, n, as_of);
	}
	tp_release(&r->mem, items);
	return tp_row_array_end(&rows);
}

static void
too_many_periods(const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("there are more than %d periods", TP_PERIODS_MAX),
			 errhint("%s", hint)));
}

/* The calendar from one time to another, which has at most TP_PERIODS_MAX periods. */
static const tp_calendar *
short_calendar(const tp_returns *r, int64_t low, int64_t high, const char *hint)
{
	const tp_calendar *c;

	if (((uint64_t) high - (uint64_t) low) / (uint64_t) tp_period_usecs(r->settings.period) > TP_PERIODS_MAX)
		too_many_periods(hint);
	c = calendar_of(r, low, high);
	if (tp_calendar_period(c, high) - tp_calendar_period(c, low) >= TP_PERIODS_MAX)
		too_many_periods(hint);
	return c;
}

PG_FUNCTION_INFO_V1(touchpoint_returns_lifecycle);
Datum
touchpoint_returns_lifecycle(PG_FUNCTION_ARGS)
{
	tp_returns *r = get_returns(fcinfo, TP_LIFECYCLE);
	const tp_calendar *c;
	tp_counted *items;
	tp_row_array rows;
	int64_t		as_of,
				before = 0;
	uint32_t	last;

	if (r == NULL)
		PG_RETURN_NULL();
	tp_row_array_begin(&rows, fcinfo);
	if (r->counts.count == 0)
		return tp_row_array_end(&rows);
	items = sorted_counts(r);
	as_of = r->settings.high < PG_INT64_MAX ? r->settings.high : r->last_seen;
	c = short_calendar(r, items[0].a, Max(as_of, items[0].a), "Take a longer period, an earlier as_of, or look for contacts with a mistaken time.");
	last = tp_calendar_period(c, Max(as_of, items[0].a));
	for (uint32_t p = tp_calendar_period(c, items[0].a), k = 0; p <= last; p++)
	{
		int64_t		n[3] = {0};
		Datum		values[5];
		bool		nulls[5] = {false};

		for (; k < r->counts.count && items[k].a < c->start[p + 1]; k++)
			n[items[k].b] += (int64_t) items[k].count;
		values[0] = TimestampTzGetDatum(c->start[p]);
		for (int i = 0; i < 3; i++)
			values[1 + i] = Int64GetDatum(n[i]);
		values[4] = Int64GetDatum(before - n[TP_RETURNING]);
		before = n[TP_NEW] + n[TP_RETURNING] + n[TP_RESURRECTING];
		tp_row_array_add(&rows, values, nulls);
	}
	tp_release(&r->mem, items);
	return tp_row_array_end(&rows);
}

PG_FUNCTION_INFO_V1(touchpoint_returns_stickiness);
Datum
touchpoint_returns_stickiness(PG_FUNCTION_ARGS)
{
	tp_returns *r = get_returns(fcinfo, TP_STICKINESS);
	const tp_calendar *c;
	tp_counted *items;
	tp_row_array rows;
	int64_t		low,
				high;
	uint32_t	periods;

	if (r == NULL)
		PG_RETURN_NULL();
	tp_row_array_begin(&rows, fcinfo);
	items = sorted_counts(r);
	low = r->settings.low > PG_INT64_MIN ? r->settings.low : r->first_seen;
	high = r->settings.high < PG_INT64_MAX ? r->settings.high : r->last_seen;
	if (low > high || !tp_time_is_finite(low) || !tp_time_is_finite(high))
	{
		tp_release(&r->mem, items);
		return tp_row_array_end(&rows);
	}
	c = short_calendar(r, low, high, "Take a longer period or a shorter span, or look for contacts with a mistaken time.");
	periods = tp_calendar_period(c, high) - tp_calendar_period(c, low) + 1;
	for (uint32_t p = 1, k = 0; p <= periods; p++)
	{
		Datum		values[2] = {Int32GetDatum((int32) p), Int64GetDatum(0)};
		bool		nulls[2] = {false};

		if (k < r->counts.count && items[k].a == p)
			values[1] = Int64GetDatum((int64) items[k++].count);
		tp_row_array_add(&rows, values, nulls);
	}
	tp_release(&r->mem, items);
	return tp_row_array_end(&rows);
}

/* active_periods(journey, period, step, timezone) */
typedef struct active_state
{
	uint32_t	count;
	uint32_t	room;
	int64_t    *start;
} active_state;

/* Each contact's period; what comes twice goes at once, or where a clock goes back over midnight at the end. */
static void
find_starts(active_state *state, const tp_journey *j, tp_steps *steps, tp_period period, const char *zone, size_t len)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	uint32_t	n = 0;
	tp_error	err;

	tp_check(tp_steps_look(steps, j, NULL, &err), &err);
	for (uint32_t i = 0; i < j->count; i++)
	{
		int64_t		t = tp_journey_time(j, i);
		const tp_calendar *c;
		int64_t		start;

		TP_CHECK_AT(i);
		if ((*tp_steps_row(steps, j, i) & 1) == 0)
			continue;
		c = tp_get_calendar(period, zone, len, t, t);
		start = c->start[tp_calendar_period(c, t)];
		if (state->count > 0 && state->start[state->count - 1] == start)
			continue;
		if (!tp_grow(&mem, (void **) &state->start, &state->room, (uint64_t) state->count + 1, sizeof(int64_t)))
			ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
		state->start[state->count++] = start;
	}
	tp_check(tp_sort_items(&mem, state->start, state->count, sizeof(int64_t), tp_compare_i64, &err), &err);
	for (uint32_t i = 0; i < state->count; i++)
		if (n == 0 || state->start[n - 1] != state->start[i])
			state->start[n++] = state->start[i];
	state->count = n;
}

static void
active_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	active_state *state = context;
	tp_period	period = get_period(fcinfo, 1);
	size_t		len,
				step_len;
	const char *zone = get_text(fcinfo, 3, "timezone", &len);
	tp_journey	j;
	tp_steps	steps;

	get_text(fcinfo, 2, "step", &step_len);
	tp_check_zone(zone, len);
	tp_steps_init(&steps, &mem);
	tp_add_step(&steps, PG_GETARG_TEXT_PP(2), 0);
	if (!PG_ARGISNULL(0))
	{
		PG_GETARG_JOURNEY(0, &j);
		if (j.count > 0)
			find_starts(state, &j, &steps, period, zone, len);
	}
	tp_steps_release(&steps);
	call->max_calls = state->count;
}

static Datum
next_period(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	active_state *state = context;

	return tp_next_value(fcinfo, call, TimestampTzGetDatum(state->start[call->call_cntr]));
}

TP_ROWS(journey_active_periods, active_state, active_begin, next_period)
