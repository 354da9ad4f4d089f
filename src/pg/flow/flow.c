/*
 * flow.c
 *	  Flows in SQL: the type journey_flow, its aggregates, its transitions.
 */
#include "journey/types.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/compare.h"
#include "base/expanded.h"
#include "base/forms.h"
#include "base/rows.h"
#include "base/usage.h"
#include "flow/flow.h"

TP_EXPANDED(flow_type, tp_flow)
TP_EXPANDED_VIEW(tp_datum_flow, tp_flow)

Datum
tp_flow_datum(const tp_flow *f)
{
	return tp_flat_datum(f, &flow_type);
}

TP_EXPANDED_READER(parse_flow, flow_type, tp_flow, tp_flow_parse)
TP_EXPANDED_WRITER(write_flow, tp_datum_flow, tp_flow, tp_flow_write)
TP_EXPANDED_READER(receive_flow, flow_type, tp_flow, tp_flow_receive)
TP_EXPANDED_WRITER(send_flow, tp_datum_flow, tp_flow, tp_flow_send)
TP_IN(journey_flow, parse_flow)
TP_OUT(journey_flow, write_flow)
TP_RECV(journey_flow, receive_flow)
TP_SEND(journey_flow, send_flow)

static int
compare_flows(Datum a, Datum b)
{
	struct varlena *x = PG_DETOAST_DATUM_PACKED(a);
	struct varlena *y = PG_DETOAST_DATUM_PACKED(b);

	return tp_flow_compare(VARDATA_ANY(x), VARSIZE_ANY_EXHDR(x), VARDATA_ANY(y), VARSIZE_ANY_EXHDR(y));
}

TP_ORDER(journey_flow, compare_flows)

/* journey_flow + journey_flow */
PG_FUNCTION_INFO_V1(journey_flow_add);
Datum
journey_flow_add(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_flow		f;
	tp_error	err;

	tp_flow_init(&f, &mem);
	for (int i = 0; i < 2; i++)
	{
		struct varlena *flat = PG_GETARG_VARLENA_PP(i);

		tp_check(flow_type.merge(&f, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &err), &err);
	}
	return tp_flow_datum(&f);
}

/* Combine function of flow_agg, transition function of rollup: the state and one more flow. */
TP_FUNCTION(journey_flow_merge, tp_merge_states(fcinfo, &flow_type))

tp_flow *
tp_flow_state_of(FunctionCallInfo fcinfo, int k_arg, tp_flow_ends ends, tp_expanded **e)
{
	tp_flow    *f;
	int			k = 1;
	tp_error	err;

	*e = tp_open_state(fcinfo, &flow_type);
	f = (*e)->core;
	if (unlikely(PG_ARGISNULL(2)))
		tp_null_setting("part");
	if (k_arg > 0)
	{
		if (unlikely(PG_ARGISNULL(k_arg)))
			tp_null_setting("k");
		k = PG_GETARG_INT32(k_arg);
	}
	if (unlikely(f->part == 0 || f->order != k || f->ends != ends ||
				 !tp_is_part(PG_GETARG_TEXT_PP(2), (tp_part) (f->part - 1), &f->key)))
	{
		tp_aspect	aspect = tp_get_part(fcinfo, 2);

		if (tp_flow_set(f, &aspect, k, ends, &err) != TP_OK)
			tp_raise(&err);
	}
	return f;
}

/* A count or value that is not known counts as nothing, as sum() has it. */
static inline double
number_or_zero(FunctionCallInfo fcinfo, int arg)
{
	return PG_ARGISNULL(arg) ? 0 : PG_GETARG_FLOAT8(arg) + 0.0;
}

/* (state, journey, part [, k]), and behind it where paths end with a conversion: conversions, nulls, value. */
static Datum
flow_row(FunctionCallInfo fcinfo, int k_arg, tp_flow_ends ends)
{
	int			arg = k_arg > 0 ? 4 : 3;
	tp_expanded *e;
	tp_flow    *f = tp_flow_state_of(fcinfo, k_arg, ends, &e);
	tp_journey	j;
	tp_error	err;

	if (likely(!PG_ARGISNULL(1)))
	{
		tp_get_counted(fcinfo, f->part, &f->key, &j);
		tp_check(ends == TP_ENDS_END ? tp_flow_add(f, &j, &err) :
				 tp_flow_add_weighted(f, &j, number_or_zero(fcinfo, arg), number_or_zero(fcinfo, arg + 1),
									  number_or_zero(fcinfo, arg + 2), &err), &err);
	}
	return tp_state_datum(e);
}

TP_FUNCTION(flow_agg_row, flow_row(fcinfo, 0, TP_ENDS_END))
TP_FUNCTION(flow_agg_weighted_row, flow_row(fcinfo, 0, TP_ENDS_CONVERSION))
TP_FUNCTION(flow_agg_k_row, flow_row(fcinfo, 3, TP_ENDS_END))
TP_FUNCTION(flow_agg_k_weighted_row, flow_row(fcinfo, 3, TP_ENDS_CONVERSION))

/* A state by the image's number: 0 is the start, behind the states come the ends. */
Datum
tp_state_text(const tp_flow_view *v, uint32_t state)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;

	if (state == 0)
		return CStringGetTextDatum("(start)");
	if (state > v->states)
		return CStringGetTextDatum(v->ends == TP_ENDS_END ? "(end)" :
								   state == v->states + 1 ? "(conversion)" : "(null)");
	tp_varlena_begin(&b, &mem);
	tp_flow_write_state(&b, v, state);
	return tp_varlena_end(&b);
}

/* transitions(journey_flow): what follows what. */
typedef struct transitions_state
{
	tp_flow_view v;
	uint32_t	source;			/* of which total is the sum of counts */
	double		total;
	Datum	   *name;			/* of each state and end, made when first met */
} transitions_state;

static void
transitions_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	transitions_state *state = context;

	tp_datum_flow(tp_rows_of(fcinfo, call), &state->v);
	state->name = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(Datum) * ((Size) state->v.states + 3),
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	state->source = PG_UINT32_MAX;
	call->max_calls = state->v.edges;
}

static Datum
name_of(FuncCallContext *call, uint32_t which)
{
	transitions_state *state = call->user_fctx;

	if (state->name[which] == 0)
	{
		MemoryContext before = MemoryContextSwitchTo(call->multi_call_memory_ctx);

		state->name[which] = tp_state_text(&state->v, which);
		MemoryContextSwitchTo(before);
	}
	return state->name[which];
}

static Datum
next_transition(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	transitions_state *state = context;
	tp_transition t;
	Datum		values[5];
	bool		nulls[5] = {false};

	t = tp_flow_transition(&state->v, (uint32_t) call->call_cntr);
	if (t.source != state->source)
	{
		state->source = t.source;
		state->total = 0;
		for (uint32_t i = (uint32_t) call->call_cntr; i < state->v.edges; i++)
		{
			tp_transition u = tp_flow_transition(&state->v, i);

			if (u.source != t.source)
				break;
			state->total += u.count;
		}
	}
	values[0] = name_of(call, t.source);
	values[1] = name_of(call, t.target);
	values[2] = Float8GetDatum(t.count);
	values[3] = Float8GetDatum(t.count / state->total);
	nulls[4] = t.source == 0 || t.target > state->v.states;
	values[4] = (Datum) 0;
	if (!nulls[4])
	{
		double		mean = tp_dd_value(tp_dd_divide_double(t.usecs, t.count));

		if (!(mean < 9223372036854774784.0))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("the mean time of a transition is out of range"),
					 errhint("Look for contacts with a mistaken time.")));
		values[4] = tp_usecs_interval((int64_t) llround(mean));
	}
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_flow_transitions, transitions_state, transitions_begin, next_transition)

TP_USAGE(flow_agg, "flow_agg() must be given part",
		 "Say what to count by: flow_agg(j, 'channel'), or 'touchpoint', 'label', 'stage', 'properties.KEY'.")
