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
#include "base/tp_array.h"
#include "base/usage.h"
#include "flow/conversion.h"
#include "flow/flow.h"
#include "flow/ledger.h"
#include "flow/tp_markov.h"

TP_GET_SETTING(tp_get_model, tp_model, "model", tp_model_parse)

/* attribution(journey, model, part, half_life, lookback [, conversion, ends, restart]): the share of each contact. */
typedef struct credits_state
{
	tp_journey	j;
	tp_journey	parts;			/* the same, or its projection on a property */
	tp_touchpoint *entries;
	tp_aspect	aspect;
	Datum	   *text;			/* the part of each entry, made when first met */
	bool	   *direct;
	double	   *credit;			/* of each contact, or of the path */
	tp_rule		rule;
	bool		converting;
	tp_cut		cut;
	uint32_t	path;			/* the next row is of this path, */
	uint32_t	place;			/* and of this touch in it */
} credits_state;

static void
get_ends(FunctionCallInfo fcinfo, int n, double ends[2])
{
	double	   *numbers;
	int			length;
	tp_error	err;

	if (PG_ARGISNULL(n))
		return;
	numbers = tp_setting_numbers(PG_GETARG_ARRAYTYPE_P(n), "ends", &length);
	if (length != 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("ends must have two elements, not %d", length),
				 errhint("Write the shares of the first and of the last contact, such as '{0.4,0.4}'.")));
	memcpy(ends, numbers, 2 * sizeof(double));
	if (tp_ends_check(ends, &err) != TP_OK)
		tp_raise(&err);
}

/* What release 0.2.0 added to the arguments. */
static void
get_conversion(FunctionCallInfo fcinfo, int64_t lookback, credits_state *state)
{
	if (PG_NARGS() <= 5)
		return;
	get_ends(fcinfo, 6, state->rule.ends);
	if (PG_ARGISNULL(7))
		tp_null_setting("restart");
	state->converting = !PG_ARGISNULL(5);
	if (state->converting)
		tp_get_cut(fcinfo, 5, lookback, PG_GETARG_BOOL(7), &state->cut);
	else if (PG_GETARG_BOOL(7))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("restart asks where paths begin behind a conversion, but none is given"),
				 errhint("Name the conversion, such as conversion => 'web/order'.")));
}

/* How many rows, and how many touches the longest path has. */
static void
measure_paths(const tp_cut *cut, uint64 *rows, uint32_t *longest)
{
	*rows = 0;
	*longest = 0;
	for (uint32_t k = 0; k < cut->conversions; k++)
	{
		uint32_t	n = cut->path[k].to - cut->path[k].from;

		*rows += Max(n, 1);
		*longest = Max(n, *longest);
		TP_CHECK_AT(k);
	}
}

static void
credits_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	credits_state *state = context;
	int64_t		lookback;
	uint32_t	longest;
	tp_error	err;

	state->rule = TP_RULE(tp_get_model(fcinfo, 1));
	state->aspect = tp_get_part(fcinfo, 2);
	if (PG_ARGISNULL(3) && (PG_NARGS() <= 5 || PG_ARGISNULL(5)))
		tp_null_setting("half_life");
	state->rule.half_life = tp_get_half_life(fcinfo, 3);
	lookback = tp_get_lookback(fcinfo, 4);
	get_conversion(fcinfo, lookback, state);
	if (PG_ARGISNULL(0))
		return;
	tp_datum_journey(tp_rows_of(fcinfo, call), &state->j);
	state->parts = state->j;
	tp_take_part(&state->parts, &state->aspect);
	state->entries = tp_dictionary(&state->parts);
	state->text = palloc0(sizeof(Datum) * (state->parts.entries + 1));
	state->direct = palloc(sizeof(bool) * (state->parts.entries + 1));
	for (uint32_t i = 0; i < state->parts.entries; i++)
		state->direct[i] = tp_is_direct(&state->entries[i], state->aspect.part);
	call->max_calls = longest = state->j.count;
	if (state->converting)
	{
		if (tp_cut_journey(&state->cut, &state->j, false, &err) != TP_OK)
			tp_raise(&err);
		measure_paths(&state->cut, &call->max_calls, &longest);
	}
	state->credit = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * ((Size) longest + 1));
	if (!state->converting &&
		tp_attribute(&mem, &state->parts, &state->rule, lookback, state->direct, state->credit, &err) != TP_OK)
		tp_raise(&err);
}

/* The part of the contact at position i as text. */
static Datum
part_text(FuncCallContext *call, credits_state *state, uint32_t i)
{
	uint32_t	code = tp_journey_code(&state->parts, i);

	if (state->text[code] == 0)
	{
		MemoryContext before = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		bool		absent;

		state->text[code] = tp_part_datum(&state->entries[code], state->aspect.part, &absent);
		if (absent)
			state->text[code] = CStringGetTextDatum("(none)");
		MemoryContextSwitchTo(before);
	}
	return state->text[code];
}

/* The next row of the paths to conversions. */
static void
path_row(FuncCallContext *call, credits_state *state, Datum *values, bool *nulls)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	const tp_cut_path *p = &state->cut.path[state->path];
	double		value = tp_cut_value(&state->cut, &state->j, state->path);
	double		credit = 1;
	tp_error	err;

	nulls[0] = p->from == p->to;
	values[1] = (Datum) 0;
	if (nulls[0])
		values[1] = CStringGetTextDatum("(no contact)");
	else
	{
		uint32_t	i = state->cut.touch[p->from + state->place];

		if (state->place == 0 &&
			tp_attribute_path(&mem, &state->parts, &state->rule, state->cut.touch, p->from, p->to, state->direct,
							  state->credit, &err) != TP_OK)
			tp_raise(&err);
		credit = state->credit[state->place];
		values[0] = Int32GetDatum((int32) i + 1);
		values[1] = part_text(call, state, i);
	}
	values[2] = Float8GetDatum(credit);
	values[3] = Int32GetDatum((int32) state->path + 1);
	nulls[4] = isnan(value);
	values[4] = Float8GetDatum(credit * value + 0.0);
	if (++state->place >= p->to - p->from)
	{
		state->place = 0;
		state->path++;
	}
}

/* With five arguments three columns, as in 0.1.0. */
static Datum
next_credit(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	credits_state *state = context;
	Datum		values[5] = {0};
	bool		nulls[5] = {false, false, false, true, true};

	if (state->converting)
	{
		nulls[3] = false;
		path_row(call, state, values, nulls);
	}
	else
	{
		uint32_t	i = (uint32_t) call->call_cntr;

		values[0] = Int32GetDatum((int32) i + 1);
		values[1] = part_text(call, state, i);
		values[2] = Float8GetDatum(state->credit[i]);
	}
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_attribution, credits_state, credits_begin, next_credit)

bool
tp_is_model(const text *t, int kind)
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
				 !tp_is_model(PG_GETARG_TEXT_PP(2), t->kind) ||
				 !tp_is_part(PG_GETARG_TEXT_PP(3), (tp_part) (t->part - 1), &t->key)))
	{
		int			kind = (int) tp_get_model(fcinfo, 2) + 1;
		tp_aspect	aspect = tp_get_part(fcinfo, 3);

		if (tp_ledger_set(t, kind, &aspect, &err) != TP_OK)
			tp_raise(&err);
	}
	if (likely(!PG_ARGISNULL(1) && !PG_ARGISNULL(4)))
	{
		tp_get_counted(fcinfo, t->part, &t->key, &j);
		tp_check(tp_ledger_attribute(t, &j, PG_GETARG_FLOAT8(4) + 0.0, &err), &err);
	}
	return tp_state_datum(e);
}

/* (state, journey, part, conversions, value) */
static tp_status
add_shapley(FunctionCallInfo fcinfo, tp_ledger *t, const tp_journey *j, tp_error *err)
{
	return tp_ledger_shapley(t, j, PG_ARGISNULL(3) ? 0 : PG_GETARG_FLOAT8(3) + 0.0,
							 PG_ARGISNULL(4) ? 0 : PG_GETARG_FLOAT8(4) + 0.0, !PG_ARGISNULL(4), err);
}

TP_FUNCTION(shapley_attribution_row, tp_ledger_row(fcinfo, TP_LEDGER_SHAPLEY, add_shapley))

/* (state, journey, part) */
static tp_status
add_path(FunctionCallInfo fcinfo, tp_ledger *t, const tp_journey *j, tp_error *err)
{
	(void) fcinfo;
	return tp_ledger_path(t, j, err);
}

TP_FUNCTION(path_entropy_row, tp_ledger_row(fcinfo, TP_LEDGER_PATHS, add_path))

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

static Datum
key_text(const tp_ledger_view *v, const tp_ledger_key *key)
{
	tp_touchpoint t;
	Datum		d;
	bool		absent;

	if (key->size == 0)
		return CStringGetTextDatum("(no contact)");
	t = tp_entry_view(key->entries);
	d = tp_part_datum(&t, v->part == TP_PART_TOUCHPOINT + 1 ? TP_PART_TOUCHPOINT : TP_PART_LABEL, &absent);
	return absent ? CStringGetTextDatum("(none)") : d;
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
		Datum		values[3];
		bool		nulls[3] = {false};

		values[0] = key_text(&v, &v.key[i]);
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
	double		no_contact;		/* conversions that nothing came before */
} markov_state;

/* Room for n figures, and one more. */
static double *
figures(uint32_t n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * ((Size) n + 1));
}

static void
markov_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	markov_state *state = context;
	tp_error	err;

	tp_datum_flow(tp_rows_of(fcinfo, call), &state->v);
	state->effect = figures(state->v.symbols);
	state->conversions = figures(state->v.symbols);
	state->value = figures(state->v.symbols);
	if (tp_markov_attribution(&mem, &state->v, state->effect, state->conversions, state->value, &state->no_contact,
							  &err) != TP_OK)
		tp_raise(&err);
	call->max_calls = (uint64) state->v.symbols + (state->no_contact > 0);
}

static Datum
number_or_null(double v, bool *isnull)
{
	*isnull = isnan(v);
	return Float8GetDatum(v);
}

static Datum
next_removal(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	markov_state *state = context;
	tp_memory	mem;
	tp_buffer	b;
	uint32_t	i;
	Datum		values[4] = {0};
	bool		nulls[4] = {false};

	i = (uint32_t) call->call_cntr;
	if (i == state->v.symbols)
	{
		values[0] = CStringGetTextDatum("(no contact)");
		nulls[1] = true;
		values[2] = Float8GetDatum(state->no_contact);
		values[3] = Float8GetDatum(tp_dd_value(state->v.no_contact));
		return tp_next_row(fcinfo, call, values, nulls);
	}
	mem = tp_pg_memory(CurrentMemoryContext);
	tp_varlena_begin(&b, &mem);
	tp_flow_write_symbol(&b, &state->v, i);
	values[0] = tp_varlena_end(&b);
	values[1] = number_or_null(state->effect[i], &nulls[1]);
	values[2] = number_or_null(state->conversions[i], &nulls[2]);
	values[3] = number_or_null(state->value[i], &nulls[3]);
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_flow_markov, markov_state, markov_begin, next_removal)

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
	tp_flow_view *v = &state->v;
	tp_error	err;

	tp_datum_flow(tp_rows_of(fcinfo, call), v);
	state->steps = figures(v->states);
	state->p = figures(v->states);
	tp_check(tp_markov_absorption(&mem, v, state->steps, state->p, &err), &err);
	call->max_calls = v->edges == 0 ? 0 : (uint64) v->states + 1;
}

static Datum
next_absorption(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	absorption_state *state = context;
	Datum		values[3];
	bool		nulls[3] = {false};

	values[0] = tp_state_text(&state->v, (uint32_t) call->call_cntr);
	values[1] = number_or_null(state->steps[call->call_cntr], &nulls[1]);
	values[2] = number_or_null(state->p[call->call_cntr], &nulls[2]);
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_flow_absorption, absorption_state, absorption_begin, next_absorption)

TP_USAGE(attribution_agg, "attribution_agg() must be given weight, or a conversion",
		 "Say how often each journey converted, attribution_agg(j, 'linear', 'channel', 1) where all did, or which step does: attribution_agg(j, 'linear', 'channel', 'web/order', NULL, NULL, false).")
