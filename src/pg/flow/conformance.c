/*
 * conformance.c
 *	  Journeys against each other, against a plan and against rules, in SQL.
 */
#include "journey/types.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/compare.h"
#include "base/rows.h"
#include "base/site.h"
#include "flow/tp_conformance.h"
#include "flow/tp_sequence.h"

typedef tp_status (*compare_sequences) (const tp_memory *mem, const uint32_t *a, uint32_t a_len,
										const uint32_t *b, uint32_t b_len, uint32_t symbols,
										uint32_t *result, tp_error *err);

/* Journeys 0 and 1 by the part in 2; false where one is NULL. */
static bool
compare_journeys(FunctionCallInfo fcinfo, compare_sequences compare, uint32_t *result, uint32_t *longer)
{
	tp_aspect	aspect = tp_get_part(fcinfo, 2);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	j[2];
	uint32_t   *sequence[2];
	tp_intern	symbols;
	tp_error	err;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return false;
	tp_intern_init(&symbols, &mem);
	for (int i = 0; i < 2; i++)
	{
		PG_GETARG_JOURNEY(i, &j[i]);
		tp_take_part(&j[i], &aspect);
		sequence[i] = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32_t) * ((Size) j[i].count + 1));
		if (tp_sequence_of(&symbols, &j[i], aspect.part, sequence[i], &err) != TP_OK)
			tp_raise(&err);
	}
	if (compare(&mem, sequence[0], j[0].count, sequence[1], j[1].count, symbols.count, result, &err) != TP_OK)
		tp_raise(&err);
	*longer = Max(j[0].count, j[1].count);
	tp_intern_release(&symbols);
	pfree(sequence[0]);
	pfree(sequence[1]);
	return true;
}

#define COMPARISON(name, compare) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	uint32_t	result, \
				longer; \
	if (!compare_journeys(fcinfo, compare, &result, &longer)) \
		PG_RETURN_NULL(); \
	PG_RETURN_INT32((int32) result); \
}

COMPARISON(journey_edit_distance, tp_edit_distance)
COMPARISON(journey_lcs_length, tp_lcs_length)

PG_FUNCTION_INFO_V1(journey_similarity);
Datum
journey_similarity(PG_FUNCTION_ARGS)
{
	uint32_t	distance,
				longer;

	if (!compare_journeys(fcinfo, tp_edit_distance, &distance, &longer))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(longer == 0 ? 1 : 1 - (double) distance / longer);
}

/* The steps of a plan as texts; NULL among them is refused. */
static int
get_plan(ArrayType *array, Datum **steps)
{
	bool	   *nulls;
	int			n;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a plan must be one-dimensional"),
				 errhint("Write an array of steps, such as '{web/search,web/cart,*/purchase}'.")));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, steps, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a plan must not hold NULL"),
					 errhint("Remove it with array_remove(plan, NULL).")));
	return n;
}

static Datum
text_array(Datum *texts, int n)
{
	if (n == 0)
		return PointerGetDatum(construct_empty_array(TEXTOID));
	CHECK_FOR_INTERRUPTS();		/* the server builds an array without a look */
	return PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* A plan made ready, and the array that it was made of. */
typedef struct plan_site
{
	MemoryContext context;
	bool		constant;		/* the plan stays the same as long as the call site lasts */
	struct varlena *array;
	int			n;
	Datum	   *texts;
	tp_steps	steps;
	TupleDesc	row;
} plan_site;

static plan_site *
make_plan(FunctionCallInfo fcinfo)
{
	MemoryContext before;
	plan_site  *site = tp_site_begin(fcinfo, sizeof(plan_site), "touchpoint plan", &before);
	tp_memory	mem = tp_pg_memory(site->context);

	site->constant = tp_is_constant(fcinfo, 1);
	site->array = (struct varlena *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1));
	site->n = get_plan((ArrayType *) site->array, &site->texts);
	tp_steps_init(&site->steps, &mem);
	for (int i = 0; i < site->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		tp_add_step(&site->steps, (struct varlena *) DatumGetPointer(site->texts[i]), (uint32_t) i);
	}
	site->row = tp_row_desc(fcinfo);
	tp_site_kept(fcinfo, site, before);
	return site;
}

/* The plan in argument 1, made ready once while it stays the same. */
static plan_site *
get_site(FunctionCallInfo fcinfo)
{
	plan_site  *site = fcinfo->flinfo->fn_extra;

	if (likely(site != NULL && site->constant))
		return site;
	if (site != NULL && tp_same_bytes(PG_GETARG_DATUM(1), PointerGetDatum(site->array)))
		return site;
	return make_plan(fcinfo);
}

PG_FUNCTION_INFO_V1(journey_conformance);
Datum
journey_conformance(PG_FUNCTION_ARGS)
{
	plan_site  *site = get_site(fcinfo);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	j;
	tp_touchpoint *entries;
	Datum	   *texts,
			   *entry_text;
	int			n = 0;
	bool	   *taken = palloc((Size) site->n + 1);
	bool	   *met;
	double		fitness;
	Datum		values[3];
	bool		nulls[3] = {false};
	tp_error	err;

	PG_GETARG_JOURNEY(0, &j);
	entries = tp_dictionary(&j);
	met = palloc((Size) j.count + 1);
	if (tp_conform(&mem, &j, &site->steps, (uint32_t) site->n, taken, met, &fitness, &err) != TP_OK)
		tp_raise(&err);
	values[0] = Float8GetDatum(fitness);
	texts = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * ((Size) Max((uint32_t) site->n, j.count) + 1));
	for (int i = 0; i < site->n; i++)
		if (!taken[i])
			texts[n++] = site->texts[i];
	values[1] = text_array(texts, n);
	n = 0;
	entry_text = palloc0(sizeof(Datum) * (j.entries + 1));
	for (uint32_t i = 0; i < j.count; i++)
	{
		uint32_t	code = tp_journey_code(&j, i);
		bool		absent;

		if (met[i])
			continue;
		if (entry_text[code] == 0)
			entry_text[code] = tp_part_datum(&entries[code], TP_PART_TOUCHPOINT, &absent);
		texts[n++] = entry_text[code];
		TP_CHECK_AT(i);
	}
	values[2] = text_array(texts, n);
	CHECK_FOR_INTERRUPTS();
	return HeapTupleGetDatum(heap_form_tuple(site->row, values, nulls));
}

/* check_rule(journey, rule, a, b) */
PG_FUNCTION_INFO_V1(journey_check_rule);
Datum
journey_check_rule(PG_FUNCTION_ARGS)
{
	text	   *name;
	tp_rule		rule;
	tp_journey	j;
	tp_steps   *steps;
	bool		holds;
	tp_error	err;

	if (PG_ARGISNULL(1))
		tp_null_setting("rule");
	name = PG_GETARG_TEXT_PP(1);
	if (tp_rule_parse(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &rule, &err) != TP_OK)
		tp_raise(&err);
	if (PG_ARGISNULL(2))
		tp_null_setting("a");
	if (tp_rule_has_b(rule) == PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 tp_rule_has_b(rule) ? errmsg("rule %s needs b", tp_rule_name(rule)) :
				 errmsg("rule %s has no b", tp_rule_name(rule)),
				 tp_rule_has_b(rule) ? errhint("Give two steps: a and b.") :
				 errhint("Leave b out, or NULL.")));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	steps = tp_get_steps(fcinfo, 2, tp_rule_has_b(rule) ? 2 : 1);
	PG_GETARG_JOURNEY(0, &j);
	if (tp_rule_holds(&j, rule, steps, &holds, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_BOOL(holds);
}

/* The journey of argument 0 and the class of each of its touchpoints by the part of argument 1; false where it is NULL. */
static bool
get_classes(FunctionCallInfo fcinfo, tp_journey *j, uint16_t **class_of)
{
	tp_aspect	aspect = tp_get_part(fcinfo, 1);

	if (PG_ARGISNULL(0))
		return false;
	PG_GETARG_JOURNEY(0, j);
	tp_take_part(j, &aspect);
	*class_of = tp_classes(j, tp_dictionary(j), aspect.part);
	return true;
}

/* Contacts less different parts: absent counts as one. */
PG_FUNCTION_INFO_V1(journey_rework_count);
Datum
journey_rework_count(PG_FUNCTION_ARGS)
{
	tp_journey	j;
	uint16_t   *class_of;
	uint32_t	different = 0;
	bool		absent = false;

	if (!get_classes(fcinfo, &j, &class_of))
		PG_RETURN_NULL();
	for (uint32_t i = 0; i < j.entries; i++)
	{
		different += class_of[i] == i;
		absent |= class_of[i] == TP_NO_CLASS;
	}
	PG_RETURN_INT32((int32) (j.count - different - absent));
}

/* Contacts at the same part as the one before. */
PG_FUNCTION_INFO_V1(journey_self_loop_count);
Datum
journey_self_loop_count(PG_FUNCTION_ARGS)
{
	tp_journey	j;
	uint16_t   *class_of;
	int32		n = 0;

	if (!get_classes(fcinfo, &j, &class_of))
		PG_RETURN_NULL();
	for (uint32_t i = 1; i < j.count; i++)
		n += class_of[tp_journey_code(&j, i)] == class_of[tp_journey_code(&j, i - 1)];
	PG_RETURN_INT32(n);
}
