/*
 * attribution.c
 *	  Attribution in SQL: credit contact by contact, summed over journeys, and from the chain.
 */
#include "journey/types.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "base/rows.h"
#include "flow/flow.h"
#include "flow/ledger.h"
#include "flow/tp_attribution.h"
#include "flow/tp_markov.h"

static tp_model
get_model(FunctionCallInfo fcinfo, int arg)
{
	text	   *t;
	tp_model	model;
	tp_error	err;

	if (PG_ARGISNULL(arg))
		tp_null_setting("model");
	t = PG_GETARG_TEXT_PP(arg);
	if (tp_model_parse(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), &model, &err) != TP_OK)
		tp_raise(&err);
	return model;
}

/* attribution(journey, model, part, half_life, lookback): the share of each contact. */
typedef struct credits_state
{
	tp_journey	j;
	tp_touchpoint *entries;
	tp_part		part;
	Datum	   *text;			/* the part of each entry, made when first met */
	double	   *credit;
} credits_state;

static int64_t
get_half_life(FunctionCallInfo fcinfo, int arg)
{
	int64_t		usecs;

	if (PG_ARGISNULL(arg))
		tp_null_setting("half_life");
	usecs = tp_interval_usecs(PG_GETARG_INTERVAL_P(arg), "half_life");
	if (usecs == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("half_life must be greater than zero"),
				 errhint("Write after what time a contact counts half, such as '7 days'.")));
	return usecs;
}

static void
credits_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	tp_model	model = get_model(fcinfo, 1);
	tp_aspect	aspect = tp_get_part(fcinfo, 2);
	int64_t		half_life = get_half_life(fcinfo, 3);
	int64_t		lookback = TP_NO_LOOKBACK;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	credits_state *state = context;
	bool	   *direct;
	tp_error	err;

	if (!PG_ARGISNULL(4))
		lookback = tp_interval_usecs(PG_GETARG_INTERVAL_P(4), "lookback");
	if (PG_ARGISNULL(0))
		return;
	call->tuple_desc = tp_row_desc(fcinfo);
	tp_datum_journey(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))), &state->j);
	tp_take_part(&state->j, &aspect);
	state->part = aspect.part;
	state->entries = tp_dictionary(&state->j);
	state->text = palloc0(sizeof(Datum) * (state->j.entries + 1));
	state->credit = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * ((Size) state->j.count + 1));
	direct = palloc(sizeof(bool) * (state->j.entries + 1));
	for (uint32_t i = 0; i < state->j.entries; i++)
		direct[i] = tp_is_direct(&state->entries[i], aspect.part);
	if (tp_attribute(&mem, &state->j, model, half_life, lookback, direct, state->credit, &err) != TP_OK)
		tp_raise(&err);
	call->max_calls = state->j.count;
}

PG_FUNCTION_INFO_V1(journey_attribution);
Datum
journey_attribution(PG_FUNCTION_ARGS)
{
	FuncCallContext *call = tp_rows(fcinfo, sizeof(credits_state), credits_begin);
	credits_state *state;
	uint32_t	i,
				code;
	Datum		values[3];
	bool		nulls[3] = {false};

	if (call == NULL)
		PG_RETURN_NULL();
	state = call->user_fctx;
	i = (uint32_t) call->call_cntr;
	code = tp_journey_code(&state->j, i);
	if (state->text[code] == 0)
	{
		MemoryContext before = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		bool		absent;

		state->text[code] = tp_part_datum(&state->entries[code], state->part, &absent);
		if (absent)
			state->text[code] = CStringGetTextDatum("(none)");
		MemoryContextSwitchTo(before);
	}
	values[0] = Int32GetDatum((int32) i + 1);
	values[1] = state->text[code];
	values[2] = Float8GetDatum(state->credit[i]);
	return tp_next_row(fcinfo, call, values, nulls);
}

/* Is a ledger of this kind one of credits by the model that t names? */
static bool
is_model(const text *t, int kind)
{
	const char *name;
	size_t		len = VARSIZE_ANY_EXHDR(t);

	if (kind == TP_LEDGER_NOTHING || kind > TP_LAST_NON_DIRECT + 1)
		return false;
	name = tp_model_name((tp_model) (kind - 1));
	return len == strlen(name) && memcmp(VARDATA_ANY(t), name, len) == 0;
}

/* (state, journey, model, part, weight) */
PG_FUNCTION_INFO_V1(attribution_agg_row);
Datum
attribution_agg_row(PG_FUNCTION_ARGS)
{
	tp_expanded *e;
	tp_ledger   *t = tp_ledger_state(fcinfo, &e);
	tp_journey	j;
	tp_error	err;

	if (unlikely(PG_ARGISNULL(2) || PG_ARGISNULL(3) || t->kind == TP_LEDGER_NOTHING ||
				 !is_model(PG_GETARG_TEXT_PP(2), t->kind) ||
				 !tp_is_part(PG_GETARG_TEXT_PP(3), (tp_part) (t->part - 1), &t->key)))
	{
		int			kind = (int) get_model(fcinfo, 2) + 1;
		tp_aspect	aspect = tp_get_part(fcinfo, 3);

		if (tp_ledger_set(t, kind, &aspect, &err) != TP_OK)
			tp_raise(&err);
	}
	if (likely(!PG_ARGISNULL(1) && !PG_ARGISNULL(4)))
	{
		PG_GETARG_JOURNEY(1, &j);
		tp_project(&j, (tp_part) (t->part - 1), &t->key);
		if (unlikely(tp_ledger_attribute(t, &j, PG_GETARG_FLOAT8(4) + 0.0, &err) != TP_OK))
			tp_raise(&err);
	}
	return tp_state_datum(e);
}

/* (state, journey, part, conversions, value) */
PG_FUNCTION_INFO_V1(shapley_attribution_row);
Datum
shapley_attribution_row(PG_FUNCTION_ARGS)
{
	tp_expanded *e;
	tp_ledger   *t = tp_ledger_state(fcinfo, &e);
	tp_journey	j;
	tp_error	err;

	tp_set_ledger(fcinfo, t, TP_LEDGER_SHAPLEY);
	if (!PG_ARGISNULL(1))
	{
		PG_GETARG_JOURNEY(1, &j);
		tp_project(&j, (tp_part) (t->part - 1), &t->key);
		if (tp_ledger_shapley(t, &j, PG_ARGISNULL(3) ? 0 : PG_GETARG_FLOAT8(3) + 0.0,
							 PG_ARGISNULL(4) ? 0 : PG_GETARG_FLOAT8(4) + 0.0, !PG_ARGISNULL(4), &err) != TP_OK)
			tp_raise(&err);
	}
	return tp_state_datum(e);
}

/* (state, journey, part) */
PG_FUNCTION_INFO_V1(path_entropy_row);
Datum
path_entropy_row(PG_FUNCTION_ARGS)
{
	tp_expanded *e;
	tp_ledger   *t = tp_ledger_state(fcinfo, &e);
	tp_journey	j;
	tp_error	err;

	tp_set_ledger(fcinfo, t, TP_LEDGER_PATHS);
	if (!PG_ARGISNULL(1))
	{
		PG_GETARG_JOURNEY(1, &j);
		tp_project(&j, (tp_part) (t->part - 1), &t->key);
		if (tp_ledger_path(t, &j, &err) != TP_OK)
			tp_raise(&err);
	}
	return tp_state_datum(e);
}

PG_FUNCTION_INFO_V1(path_entropy_final);
Datum
path_entropy_final(PG_FUNCTION_ARGS)
{
	tp_ledger_view v;
	double		entropy;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	tp_get_ledger(fcinfo, &v);
	entropy = tp_ledger_entropy(&v);
	if (isnan(entropy))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(entropy);
}

/* Credits as touchpoint_credit[]. The row type is that of this function's declared result. */
PG_FUNCTION_INFO_V1(touchpoint_ledger_credits);
Datum
touchpoint_ledger_credits(PG_FUNCTION_ARGS)
{
	Oid			type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	TupleDesc	desc = lookup_rowtype_tupdesc(type, -1);
	tp_ledger_view v;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	Datum	   *rows;
	ArrayType  *array;
	tp_error	err;

	if (PG_ARGISNULL(0))
		v.keys = 0;
	else
		tp_get_ledger(fcinfo, &v);
	if (v.keys > 0 && tp_ledger_sort(&mem, &v, &err) != TP_OK)
		tp_raise(&err);
	rows = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * ((Size) v.keys + 1));
	for (uint32_t i = 0; i < v.keys; i++)
	{
		tp_touchpoint t = tp_entry_view(v.key[i].entries);
		Datum		values[3];
		bool		nulls[3] = {false};
		bool		absent;

		values[0] = tp_part_datum(&t, v.part == TP_PART_TOUCHPOINT + 1 ? TP_PART_TOUCHPOINT : TP_PART_LABEL, &absent);
		if (absent)
			values[0] = CStringGetTextDatum("(none)");
		values[1] = Float8GetDatum(tp_dd_value(v.key[i].conversions));
		values[2] = Float8GetDatum(tp_dd_value(v.key[i].value));
		nulls[2] = !v.valued;
		rows[i] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	}
	ReleaseTupleDesc(desc);
	if (v.keys == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(type));
	array = construct_array(rows, (int) v.keys, type, -1, false, TYPALIGN_DOUBLE);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* markov_attribution(journey_flow) */
typedef struct markov_state
{
	tp_flow_view v;
	double	   *effect;
	double	   *conversions;
	double	   *value;
} markov_state;

static void
markov_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	markov_state *state = context;
	Size		size;
	tp_error	err;

	call->tuple_desc = tp_row_desc(fcinfo);
	tp_datum_flow(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))), &state->v);
	size = sizeof(double) * ((Size) state->v.symbols + 1);
	state->effect = MemoryContextAllocHuge(CurrentMemoryContext, size);
	state->conversions = MemoryContextAllocHuge(CurrentMemoryContext, size);
	state->value = MemoryContextAllocHuge(CurrentMemoryContext, size);
	if (tp_markov_attribution(&mem, &state->v, state->effect, state->conversions, state->value, &err) != TP_OK)
		tp_raise(&err);
	call->max_calls = state->v.symbols;
}

static Datum
number_or_null(double v, bool *isnull)
{
	*isnull = isnan(v);
	return Float8GetDatum(v);
}

PG_FUNCTION_INFO_V1(journey_flow_markov);
Datum
journey_flow_markov(PG_FUNCTION_ARGS)
{
	FuncCallContext *call = tp_rows(fcinfo, sizeof(markov_state), markov_begin);
	markov_state *state;
	tp_memory	mem;
	tp_buffer	b;
	uint32_t	i;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (call == NULL)
		PG_RETURN_NULL();
	state = call->user_fctx;
	i = (uint32_t) call->call_cntr;
	mem = tp_pg_memory(CurrentMemoryContext);
	tp_varlena_begin(&b, &mem);
	tp_flow_write_symbol(&b, &state->v, i);
	values[0] = tp_varlena_end(&b);
	values[1] = number_or_null(state->effect[i], &nulls[1]);
	values[2] = number_or_null(state->conversions[i], &nulls[2]);
	values[3] = number_or_null(state->value[i], &nulls[3]);
	return tp_next_row(fcinfo, call, values, nulls);
}

/* absorption(journey_flow): the start, then each state. */
typedef struct absorption_state
{
	tp_flow_view v;
	double	   *steps;
	double	   *p;
} absorption_state;

static void
absorption_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	absorption_state *state = context;
	Size		size;
	tp_error	err;

	call->tuple_desc = tp_row_desc(fcinfo);
	tp_datum_flow(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))), &state->v);
	size = sizeof(double) * ((Size) state->v.states + 1);
	state->steps = MemoryContextAllocHuge(CurrentMemoryContext, size);
	state->p = MemoryContextAllocHuge(CurrentMemoryContext, size);
	if (tp_markov_absorption(&mem, &state->v, state->steps, state->p, &err) != TP_OK)
		tp_raise(&err);
	call->max_calls = state->v.edges == 0 ? 0 : (uint64) state->v.states + 1;
}

PG_FUNCTION_INFO_V1(journey_flow_absorption);
Datum
journey_flow_absorption(PG_FUNCTION_ARGS)
{
	FuncCallContext *call = tp_rows(fcinfo, sizeof(absorption_state), absorption_begin);
	absorption_state *state;
	Datum		values[3];
	bool		nulls[3] = {false};

	if (call == NULL)
		PG_RETURN_NULL();
	state = call->user_fctx;
	values[0] = tp_state_text(&state->v, (uint32_t) call->call_cntr);
	values[1] = number_or_null(state->steps[call->call_cntr], &nulls[1]);
	values[2] = number_or_null(state->p[call->call_cntr], &nulls[2]);
	return tp_next_row(fcinfo, call, values, nulls);
}
