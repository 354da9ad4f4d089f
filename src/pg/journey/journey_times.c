/*
 * journey_times.c
 *	  How long between contacts: from one step to the next of another, and in each state.
 */
#include "journey/types.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/rows.h"

static Datum
elapsed(int64_t from, int64_t to)
{
	if ((uint64_t) to - (uint64_t) from > PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the time between two contacts is out of range"),
				 errhint("Look for contacts with a mistaken time.")));
	return tp_usecs_interval(to - from);
}

/* times_between(journey, a, b): of each contact at a the next at b behind it, or nowhere. */
typedef struct between_state
{
	tp_journey	j;
	uint32_t   *next_b;			/* of each contact at a; of others it is nowhere */
	uint32_t	at;
} between_state;

#define NOWHERE UINT32_MAX

static void
begin_between(FunctionCallInfo fcinfo, FuncCallContext *call, void *data)
{
	between_state *state = data;
	tp_journey *j = &state->j;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_steps	steps;
	uint32_t	next = NOWHERE;
	tp_error	err;

	tp_steps_init(&steps, &mem);
	for (int n = 0; n < 2; n++)
		tp_add_step(&steps, PG_GETARG_TEXT_PP(1 + n), (uint32_t) n);
	tp_datum_journey(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))), j);
	if (tp_steps_look(&steps, j, NULL, &err) != TP_OK)
		tp_raise(&err);
	state->next_b = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32_t) * ((Size) j->count + 1));
	for (uint32_t i = j->count; i-- > 0;)
	{
		uint64_t	is = *tp_steps_row(&steps, j, i);

		state->next_b[i] = is & 1 ? next : NOWHERE;
		call->max_calls += state->next_b[i] != NOWHERE;
		if (is & 2)
			next = i;
		TP_CHECK_AT(i);
	}
	tp_steps_release(&steps);
	call->tuple_desc = tp_row_desc(fcinfo);
}

static Datum
next_between(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	between_state *state = context;
	uint32_t	i;
	Datum		values[3];
	bool		nulls[3] = {false};

	while (state->next_b[state->at] == NOWHERE)
		state->at++;
	i = state->at++;
	values[0] = Int32GetDatum((int32) i + 1);
	values[1] = Int32GetDatum((int32) state->next_b[i] + 1);
	values[2] = elapsed(tp_journey_time(&state->j, i), tp_journey_time(&state->j, state->next_b[i]));
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_times_between, between_state, begin_between, next_between)

/* time_in_state(journey, part, as_of): runs of contacts at one part. */
typedef struct states_state
{
	tp_journey	j;
	tp_touchpoint *entries;
	uint16_t   *class_of;
	tp_property_parts property; /* instead, where the part is one */
	tp_aspect	aspect;
	uint32_t	count;			/* contacts that were there as of then */
	uint32_t	next;
	bool		ends;			/* as_of is given */
	int64_t		as_of;
} states_state;

static uint32_t
state_at(const states_state *state, uint32_t i)
{
	return state->aspect.part == TP_PART_PROPERTY ? state->property.of[i] : state->class_of[tp_journey_code(&state->j, i)];
}

static void
begin_states(FunctionCallInfo fcinfo, FuncCallContext *call, void *data)
{
	states_state *state = data;

	state->aspect = tp_get_part(fcinfo, 1);
	state->ends = !PG_ARGISNULL(2);
	if (state->ends)
	{
		state->as_of = PG_GETARG_TIMESTAMPTZ(2);
		if (TIMESTAMP_NOT_FINITE(state->as_of))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("as_of must be finite"),
					 errhint("Give the time up to which to look, such as now(), or NULL to leave the last state open.")));
	}
	if (PG_ARGISNULL(0))
		return;
	tp_datum_journey(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))), &state->j);
	if (state->aspect.part == TP_PART_PROPERTY)
		tp_property_parts_of(&state->j, &state->aspect.key, &state->property);
	else
	{
		state->entries = tp_dictionary(&state->j);
		state->class_of = tp_classes(&state->j, state->entries, state->aspect.part);
	}
	state->count = state->ends ? tp_journey_search(&state->j, state->as_of + 1) : state->j.count;
	for (uint32_t i = 0; i < state->count; i++)
	{
		call->max_calls += i == 0 || state_at(state, i) != state_at(state, i - 1);
		TP_CHECK_AT(i);
	}
	call->tuple_desc = tp_row_desc(fcinfo);
}

static Datum
next_state(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	states_state *state = context;
	const tp_journey *j;
	uint32_t	from,
				to;
	uint32_t	class;
	int64_t		entered;
	Datum		values[4] = {0};
	bool		nulls[4] = {false};

	j = &state->j;
	from = state->next;
	class = state_at(state, from);
	for (to = from + 1; to < state->count && state_at(state, to) == class;)
		to++;
	state->next = to;
	entered = tp_journey_time(j, from);
	if (state->aspect.part == TP_PART_PROPERTY)
	{
		values[0] = state->property.text[class];
		nulls[0] = class == 0;
	}
	else
		values[0] = tp_part_datum(&state->entries[tp_journey_code(j, from)], state->aspect.part, &nulls[0]);
	values[1] = TimestampTzGetDatum(entered);
	nulls[2] = to >= state->count;
	if (!nulls[2])
		values[2] = TimestampTzGetDatum(tp_journey_time(j, to));
	nulls[3] = nulls[2] && !state->ends;
	if (!nulls[3])
		values[3] = elapsed(entered, nulls[2] ? state->as_of : tp_journey_time(j, to));
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_time_in_state, states_state, begin_states, next_state)
