/*
 * effect.c
 *	  Which touchpoints go with conversion: the aggregate conversion_effect_agg.
 */
#include "flow/ledger.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "flow/tp_effect.h"

/* (state, journey, part, converted) */
static tp_status
add_effect(FunctionCallInfo fcinfo, tp_ledger *t, const tp_journey *j, tp_error *err)
{
	return PG_ARGISNULL(3) ? TP_OK : tp_ledger_effect(t, j, PG_GETARG_BOOL(3), err);
}

TP_FUNCTION(conversion_effect_row, tp_ledger_row(fcinfo, TP_LEDGER_EFFECT, add_effect))

static Datum
effect_row(TupleDesc desc, const tp_ledger_view *v, uint32_t i, const tp_effect *e)
{
	tp_touchpoint part = tp_entry_view(v->key[i].entries);
	const double figures[] = {e->odds_ratio, e->low, e->high, e->p_value, e->q_value};
	Datum		values[5 + lengthof(figures)];
	bool		nulls[5 + lengthof(figures)] = {false};
	bool		absent;

	values[0] = tp_part_datum(&part, v->part == TP_PART_TOUCHPOINT + 1 ? TP_PART_TOUCHPOINT : TP_PART_LABEL, &absent);
	values[1] = Int64GetDatum(e->with);
	values[2] = Int64GetDatum(e->with_converted);
	values[3] = Int64GetDatum(e->without);
	values[4] = Int64GetDatum(e->without_converted);
	for (int k = 0; k < (int) lengthof(figures); k++)
	{
		values[5 + k] = Float8GetDatum(figures[k]);
		nulls[5 + k] = !e->known;
	}
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

/* The result as touchpoint_effect[], whose type is that of this function. */
PG_FUNCTION_INFO_V1(conversion_effect_final);
Datum
conversion_effect_final(PG_FUNCTION_ARGS)
{
	Oid			type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_ledger_view v = {0};
	tp_effect  *effects;
	uint32_t	all;
	Datum	   *rows;
	int			n = 0;
	TupleDesc	desc;
	tp_error	err;

	if (!PG_ARGISNULL(0))
		tp_get_ledger(fcinfo, &v);
	if (v.keys == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(type));
	tp_check(tp_ledger_sort(&mem, &v, &err), &err);
	effects = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(tp_effect) * (Size) v.keys);
	tp_check(tp_effects(&v, &mem, effects, &all, &err), &err);
	rows = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * (Size) v.keys);
	desc = lookup_rowtype_tupdesc_copy(type, -1);
	for (uint32_t i = 0; i < v.keys; i++)
		if (i != all)
			rows[n++] = effect_row(desc, &v, i, &effects[i]);
	PG_RETURN_ARRAYTYPE_P(n > 0 ? construct_array(rows, n, type, -1, false, TYPALIGN_DOUBLE) : construct_empty_array(type));
}
