/*
 * journey_access.c
 *	  Asking a journey: its contacts, sums, times and path; and cutting journeys out of it.
 */
#include "journey/types.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "base/rows.h"
#include "base/usage.h"
#include "journey/tp_properties.h"

/* contacts(journey): the rows that journey_agg was given, in order. */
typedef struct contacts_state
{
	tp_journey	j;
	tp_touchpoint *entries;
	Datum	   *whole;			/* the touchpoint of each entry, made when first met */
	Datum	   *properties;		/* the object of each set, likewise */
} contacts_state;

static void
contacts_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	contacts_state *state = context;

	tp_datum_journey(tp_rows_of(fcinfo, call), &state->j);
	state->entries = tp_dictionary(&state->j);
	state->whole = palloc0(sizeof(Datum) * (state->j.entries + 1));
	state->properties = MemoryContextAllocExtended(CurrentMemoryContext,
												   sizeof(Datum) * ((Size) tp_journey_sets(&state->j) + 1),
												   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	call->max_calls = state->j.count;
}

static void
set_number(Datum *values, bool *nulls, int at, bool known, double v)
{
	nulls[at] = !known;
	values[at] = known ? Float8GetDatum(v) : (Datum) 0;
}

/* The properties of a contact as jsonb, made once a set. */
static Datum
contacts_properties(FuncCallContext *call, contacts_state *state, uint32_t set)
{
	if (state->properties[set] == 0)
	{
		MemoryContext before = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
		tp_buffer	one;
		tp_error	err;

		tp_buffer_init(&one, &mem);
		if (tp_journey_set(&state->j, set, &one, &err) != TP_OK)
			tp_raise(&err);
		state->properties[set] = tp_set_jsonb((const uint8_t *) one.data);
		tp_buffer_release(&one);
		MemoryContextSwitchTo(before);
	}
	return state->properties[set];
}

static Datum
next_contact(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	contacts_state *state = context;
	const tp_touchpoint *t;
	tp_contact	c;
	Datum		values[15];
	bool		nulls[15];

	tp_journey_contact(&state->j, (uint32_t) call->call_cntr, &c);
	t = &state->entries[c.code];
	if (state->whole[c.code] == 0)
	{
		MemoryContext before = MemoryContextSwitchTo(call->multi_call_memory_ctx);

		state->whole[c.code] = tp_view_datum(t);
		MemoryContextSwitchTo(before);
	}
	memset(nulls, 0, sizeof(nulls));
	values[0] = Int32GetDatum((int32) call->call_cntr + 1);
	values[1] = state->whole[c.code];
	values[2] = tp_part_datum(t, TP_PART_CHANNEL, &nulls[2]);
	values[3] = tp_part_datum(t, TP_PART_LABEL, &nulls[3]);
	values[4] = tp_part_datum(t, TP_PART_STAGE, &nulls[4]);
	values[5] = TimestampTzGetDatum(c.time);
	set_number(values, nulls, 6, c.has & TP_HAS_SCORE, c.score);
	set_number(values, nulls, 7, c.has & TP_HAS_EXPECTED, c.expected);
	nulls[8] = !(c.has & TP_HAS_SCORE) || !(c.has & TP_HAS_EXPECTED);
	values[8] = nulls[8] ? (Datum) 0 : Float8GetDatum(tp_gap(c.score, c.expected));
	set_number(values, nulls, 9, c.has & TP_HAS_COST, c.cost);
	nulls[10] = !(c.has & TP_HAS_DURATION);
	values[10] = nulls[10] ? (Datum) 0 : tp_usecs_interval(c.duration);
	set_number(values, nulls, 11, c.has & TP_HAS_VALUE, c.value);
	nulls[12] = tp_contact_by(&c) == TP_BY_NOBODY;
	values[12] = nulls[12] ? (Datum) 0 : CStringGetTextDatum(tp_initiator_name(tp_contact_by(&c)));
	nulls[13] = !(c.has & TP_HAS_ID);
	values[13] = nulls[13] ? (Datum) 0 : Int64GetDatum(c.id);
	nulls[14] = c.set == 0;
	values[14] = nulls[14] ? (Datum) 0 : contacts_properties(call, state, c.set);
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_contacts, contacts_state, contacts_begin, next_contact)

/* Planner support: how many rows contacts(j) gives. Known for a constant, else ten. */
PG_FUNCTION_INFO_V1(journey_contacts_support);
Datum
journey_contacts_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	SupportRequestRows *rows;
	Node	   *arg;

	if (!IsA(request, SupportRequestRows))
		PG_RETURN_POINTER(NULL);
	rows = (SupportRequestRows *) request;
	if (!is_funcclause(rows->node))
		PG_RETURN_POINTER(NULL);
	arg = linitial(((FuncExpr *) rows->node)->args);
	if (IsA(arg, Const) && !((Const *) arg)->constisnull)
	{
		tp_journey	j;

		tp_datum_journey_header(((Const *) arg)->constvalue, &j);
		rows->rows = j.count;
	}
	else
		rows->rows = 10;
	PG_RETURN_POINTER(request);
}

PG_FUNCTION_INFO_V1(journey_contact_count);
Datum
journey_contact_count(PG_FUNCTION_ARGS)
{
	tp_journey	j;

	tp_datum_journey_header(PG_GETARG_DATUM(0), &j);
	PG_RETURN_INT32((int32) j.count);
}

/* NAME(journey): a time of one that is not empty. */
#define TIME_OF(name, time) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	tp_journey	j; \
	tp_datum_journey_header(PG_GETARG_DATUM(0), &j); \
	if (j.count == 0) \
		PG_RETURN_NULL(); \
	PG_RETURN_TIMESTAMPTZ(time); \
}

TIME_OF(journey_first_at, j.first_at)
TIME_OF(journey_last_at, tp_journey_last_at(&j))

/* [first, last]; empty for the empty journey. */
PG_FUNCTION_INFO_V1(journey_span);
Datum
journey_span(PG_FUNCTION_ARGS)
{
	TypeCacheEntry *type = range_get_typcache(fcinfo, TSTZRANGEOID);
	RangeBound	lower = {.inclusive = true, .lower = true};
	RangeBound	upper = {.inclusive = true};
	tp_journey	j;

	tp_datum_journey_header(PG_GETARG_DATUM(0), &j);
	if (j.count > 0)
	{
		lower.val = TimestampTzGetDatum(j.first_at);
		upper.val = TimestampTzGetDatum(tp_journey_last_at(&j));
	}
	return RangeTypePGetDatum(tp_make_range(type, &lower, &upper, j.count == 0));
}

static Datum
total(FunctionCallInfo fcinfo, tp_column column, const char *name)
{
	tp_journey	j;
	double		sum;

	tp_datum_journey_header(PG_GETARG_DATUM(0), &j);
	if (!tp_journey_total(&j, column, &sum))
		PG_RETURN_NULL();
	if (unlikely(!isfinite(sum)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the %s is out of range", name),
				 errhint("Keep sums within the range of double precision.")));
	PG_RETURN_FLOAT8(sum);
}

TP_FUNCTION(journey_total_cost, total(fcinfo, TP_COST, "total cost"))
TP_FUNCTION(journey_total_value, total(fcinfo, TP_VALUE, "total value"))

/*
 * Times of work: busy is the union of [time, time + duration), end the last moment of it. Wide, so
 * that none of them goes out of range when only another is asked for.
 */
typedef struct work
{
	__int128	throughput;
	__int128	processing;
	__int128	busy;
	bool		timed;			/* some contact has a duration */
} work;

static void
measure(const tp_journey *j, work *w)
{
	__int128	end = j->first_at;	/* of what is busy so far */

	memset(w, 0, sizeof(*w));
	for (uint32_t i = 0; i < j->count; i++)
	{
		int64_t		from = tp_journey_time(j, i);
		int64_t		duration = tp_journey_duration(j, i);
		__int128	to;

		w->timed |= duration >= 0;
		if (duration < 0)
			duration = 0;
		to = (__int128) from + duration;
		w->processing += duration;
		if (to > end)
		{
			w->busy += to - (from > end ? from : end);
			end = to;
		}
	}
	w->throughput = end - j->first_at;
}

static Datum
work_interval(__int128 usecs)
{
	if (usecs > PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the time of a journey is out of range"),
				 errhint("Look for contacts with a mistaken time or duration.")));
	return tp_usecs_interval((int64_t) usecs);
}

/* NAME(journey): a figure of its work, where it is known. */
#define WORK_OF(name, known, figure) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	tp_journey	j; \
	work		w; \
	PG_GETARG_JOURNEY(0, &j); \
	measure(&j, &w); \
	if (!(known)) \
		PG_RETURN_NULL(); \
	return work_interval(figure); \
}

WORK_OF(journey_throughput_time, j.count > 0, w.throughput)
WORK_OF(journey_processing_time, w.timed, w.processing)
WORK_OF(journey_idle_time, j.count > 0, w.throughput - w.busy)

/* The texts that the classes of contacts have, in order; class 0 is NULL. */
static Datum
path_of_property(const tp_journey *j, const tp_part_key *key)
{
	tp_property_parts parts;
	Datum	   *values = palloc(sizeof(Datum) * j->count);
	bool	   *nulls = palloc(j->count);
	int			dims[1] = {(int) j->count},
				lower[1] = {1};

	tp_property_parts_of(j, key, &parts);
	for (uint32_t i = 0; i < j->count; i++)
	{
		values[i] = parts.text[parts.of[i]];
		nulls[i] = parts.of[i] == 0;
		TP_CHECK_AT(i);
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 1, dims, lower, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
variant_of_property(const tp_journey *j, const tp_part_key *key, bool collapse)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_property_parts parts;
	tp_buffer	b;

	tp_property_parts_of(j, key, &parts);
	tp_varlena_begin(&b, &mem);
	for (uint32_t i = 0; i < j->count; i++)
	{
		if (i > 0)
		{
			if (collapse && parts.of[i] == parts.of[i - 1])
				continue;
			tp_buffer_add(&b, " > ", 3);
		}
		if (parts.of[i] == 0)
			tp_buffer_add(&b, "(none)", 6);
		else
		{
			text	   *t = DatumGetTextPP(parts.text[parts.of[i]]);

			tp_buffer_add(&b, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
		}
		TP_CHECK_AT(i);
	}
	return tp_varlena_end(&b);
}

PG_FUNCTION_INFO_V1(journey_path);
Datum
journey_path(PG_FUNCTION_ARGS)
{
	tp_aspect	aspect = tp_get_part(fcinfo, 1);
	tp_journey	j;
	tp_touchpoint *entries;
	Datum	   *text,
			   *values;
	bool	   *absent,
			   *nulls;
	int			dims[1],
				lower[1] = {1};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	if (j.count == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	if (aspect.part == TP_PART_PROPERTY)
		return path_of_property(&j, &aspect.key);
	entries = tp_dictionary(&j);
	text = palloc(sizeof(Datum) * j.entries);
	absent = palloc(j.entries);
	values = palloc(sizeof(Datum) * j.count);
	nulls = palloc(j.count);
	for (uint32_t i = 0; i < j.entries; i++)
		text[i] = tp_part_datum(&entries[i], aspect.part, &absent[i]);
	for (uint32_t i = 0; i < j.count; i++)
	{
		uint32_t	code = tp_journey_code(&j, i);

		values[i] = text[code];
		nulls[i] = absent[code];
		TP_CHECK_AT(i);
	}
	dims[0] = (int) j.count;
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 1, dims, lower, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The path in one text; a part that a contact lacks is (none). */
PG_FUNCTION_INFO_V1(journey_variant);
Datum
journey_variant(PG_FUNCTION_ARGS)
{
	tp_aspect	aspect = tp_get_part(fcinfo, 1);
	bool		collapse = PG_GETARG_BOOL(2);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	j;
	tp_touchpoint *entries;
	uint16_t   *class_of;
	tp_buffer	b;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	if (aspect.part == TP_PART_PROPERTY)
		return variant_of_property(&j, &aspect.key, collapse);
	entries = tp_dictionary(&j);
	class_of = tp_classes(&j, entries, aspect.part);
	tp_varlena_begin(&b, &mem);
	for (uint32_t i = 0; i < j.count; i++)
	{
		uint32_t	code = tp_journey_code(&j, i);

		if (i > 0)
		{
			if (collapse && class_of[code] == class_of[tp_journey_code(&j, i - 1)])
				continue;
			tp_buffer_add(&b, " > ", 3);
		}
		if (aspect.part == TP_PART_TOUCHPOINT)
			tp_touchpoint_write(&b, &entries[code]);
		else
		{
			size_t		len;
			const char *s = tp_touchpoint_part(&entries[code], aspect.part, &len);

			tp_buffer_add(&b, len > 0 ? s : "(none)", len > 0 ? len : 6);
		}
		TP_CHECK_AT(i);
	}
	return tp_varlena_end(&b);
}

static bool *
keep_none(const tp_journey *j)
{
	return MemoryContextAllocExtended(CurrentMemoryContext, j->count + 1, MCXT_ALLOC_ZERO);
}

/* slice(journey, range): the contacts within. */
PG_FUNCTION_INFO_V1(journey_slice);
Datum
journey_slice(PG_FUNCTION_ARGS)
{
	RangeType  *range = PG_GETARG_RANGE_P(1);
	TypeCacheEntry *type = range_get_typcache(fcinfo, RangeTypeGetOid(range));
	RangeBound	lower,
				upper;
	bool		empty;
	tp_journey	j;
	uint32_t	from = 0,
				to;

	PG_GETARG_JOURNEY(0, &j);
	range_deserialize(type, range, &lower, &upper, &empty);
	to = j.count;
	if (empty)
		to = 0;
	else
	{
		if (!lower.infinite)
		{
			int64_t		t = DatumGetTimestampTz(lower.val);

			if (!lower.inclusive && t == PG_INT64_MAX)
				from = j.count;
			else
				from = tp_journey_search(&j, lower.inclusive ? t : t + 1);
		}
		if (!upper.infinite)
		{
			int64_t		t = DatumGetTimestampTz(upper.val);

			if (!(upper.inclusive && t == PG_INT64_MAX))
				to = tp_journey_search(&j, upper.inclusive ? t + 1 : t);
		}
	}
	return tp_run_datum(&j, from, to);
}

static Datum
keep_matching(FunctionCallInfo fcinfo, bool wanted)
{
	tp_steps   *step = tp_get_steps(fcinfo, 1, 1);
	tp_journey	j;
	bool	   *keep;
	tp_error	err;

	PG_GETARG_JOURNEY(0, &j);
	if (tp_steps_look(step, &j, NULL, &err) != TP_OK)
		tp_raise(&err);
	keep = keep_none(&j);
	for (uint32_t i = 0; i < j.count; i++)
		keep[i] = (*tp_steps_row(step, &j, i) & 1) == wanted;
	return tp_select(&j, keep);
}

TP_FUNCTION(journey_keep, keep_matching(fcinfo, true))
TP_FUNCTION(journey_discard, keep_matching(fcinfo, false))

/* Of each contact a number that is the same for those of one part; *classes are there. */
static uint32_t *
contact_classes(const tp_journey *j, const tp_aspect *aspect, uint32_t *classes)
{
	tp_property_parts parts;
	uint16_t   *class_of;

	if (aspect->part == TP_PART_PROPERTY)
	{
		tp_property_parts_of(j, &aspect->key, &parts);
		*classes = parts.classes;
		return parts.of;
	}
	class_of = tp_classes(j, tp_dictionary(j), aspect->part);
	parts.of = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32_t) * ((Size) j->count + 1));
	for (uint32_t i = 0; i < j->count; i++)
	{
		parts.of[i] = class_of[tp_journey_code(j, i)];
		TP_CHECK_AT(i);
	}
	*classes = (uint32_t) TP_NO_CLASS + 1;
	return parts.of;
}

PG_FUNCTION_INFO_V1(journey_collapse_repeats);
Datum
journey_collapse_repeats(PG_FUNCTION_ARGS)
{
	tp_aspect	aspect = tp_get_part(fcinfo, 1);
	tp_journey	j;
	uint32_t   *class_of,
				classes;
	bool	   *keep;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	class_of = contact_classes(&j, &aspect, &classes);
	keep = keep_none(&j);
	for (uint32_t i = 0; i < j.count; i++)
		keep[i] = i == 0 || class_of[i] != class_of[i - 1];
	return tp_select(&j, keep);
}

PG_FUNCTION_INFO_V1(journey_first_occurrences);
Datum
journey_first_occurrences(PG_FUNCTION_ARGS)
{
	tp_aspect	aspect = tp_get_part(fcinfo, 1);
	tp_journey	j;
	uint32_t   *class_of,
				classes;
	bool	   *keep,
			   *seen;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	class_of = contact_classes(&j, &aspect, &classes);
	keep = keep_none(&j);
	seen = palloc0(classes);
	for (uint32_t i = 0; i < j.count; i++)
	{
		keep[i] = !seen[class_of[i]];
		seen[class_of[i]] = true;
		TP_CHECK_AT(i);
	}
	return tp_select(&j, keep);
}

/* sessionize(journey, max_gap): journeys cut where the pause from start to start is longer. */
typedef struct sessions_state
{
	tp_journey	j;
	tp_touchpoint *entries;
	int64_t		max_gap;
	uint32_t	next;
} sessions_state;

static bool
ends_session(const sessions_state *state, uint32_t i)
{
	const tp_journey *j = &state->j;

	return i == j->count ||
		(uint64_t) tp_journey_time(j, i) - (uint64_t) tp_journey_time(j, i - 1) > (uint64_t) state->max_gap;
}

static void
begin_sessions(FunctionCallInfo fcinfo, FuncCallContext *call, void *data)
{
	sessions_state *state = data;

	tp_datum_journey(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))), &state->j);
	state->entries = tp_dictionary(&state->j);
	state->max_gap = tp_interval_usecs(PG_GETARG_INTERVAL_P(1), "max_gap");
	for (uint32_t i = 1; i <= state->j.count; i++)
	{
		call->max_calls += ends_session(state, i);
		TP_CHECK_AT(i);
	}
}

static Datum
next_session(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	sessions_state *state = context;
	uint32_t	from;

	from = state->next;
	while (!ends_session(state, ++state->next))
		;
	return tp_next_value(fcinfo, call, tp_run_of(&state->j, state->entries, from, state->next));
}

TP_ROWS(journey_sessionize, sessions_state, begin_sessions, next_session)

TP_USAGE(slice, "slice() must be given a range of time",
		 "Write slice(j, tstzrange(a, b)), which is from a on and before b.")
