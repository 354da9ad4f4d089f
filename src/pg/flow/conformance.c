/*
 * conformance.c
 *	  Journeys against each other, against a plan and against rules, in SQL.
 */
#include "journey/types.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

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

PG_FUNCTION_INFO_V1(journey_edit_distance);
Datum
journey_edit_distance(PG_FUNCTION_ARGS)
{
	uint32_t	distance,
				longer;

	if (!compare_journeys(fcinfo, tp_edit_distance, &distance, &longer))
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) distance);
}

PG_FUNCTION_INFO_V1(journey_lcs_length);
Datum
journey_lcs_length(PG_FUNCTION_ARGS)
{
	uint32_t	length,
				longer;

	if (!compare_journeys(fcinfo, tp_lcs_length, &length, &longer))
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) length);
}

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
				 errhint("Write an array of globs, such as '{web/search,web/cart,*/purchase}'.")));
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
	return PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(journey_conformance);
Datum
journey_conformance(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	j;
	tp_touchpoint *entries;
	Datum	   *steps,
			   *texts,
			   *entry_text;
	int			n_steps = get_plan(PG_GETARG_ARRAYTYPE_P(1), &steps);
	int			n = 0;
	tp_glob    *plan = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(tp_glob) * ((Size) n_steps + 1));
	bool	   *taken = palloc((Size) n_steps + 1);
	bool	   *met;
	double		fitness;
	Datum		values[3];
	bool		nulls[3] = {false};
	tp_error	err;

	for (int i = 0; i < n_steps; i++)
		tp_get_glob((struct varlena *) DatumGetPointer(steps[i]), &plan[i]);
	PG_GETARG_JOURNEY(0, &j);
	entries = tp_dictionary(&j);
	met = palloc((Size) j.count + 1);
	if (tp_conform(&mem, &j, entries, plan, (uint32_t) n_steps, taken, met, &fitness, &err) != TP_OK)
		tp_raise(&err);
	values[0] = Float8GetDatum(fitness);
	texts = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * ((Size) Max((uint32_t) n_steps, j.count) + 1));
	for (int i = 0; i < n_steps; i++)
		if (!taken[i])
			texts[n++] = steps[i];
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
	}
	values[2] = text_array(texts, n);
	return tp_row(fcinfo, values, nulls);
}

/* Which entries match the glob in arg? */
static bool *
matching(FunctionCallInfo fcinfo, int arg, const tp_journey *j, const tp_touchpoint *entries)
{
	bool	   *matches = palloc((Size) j->entries + 1);
	tp_glob		glob;

	tp_get_glob((struct varlena *) PG_GETARG_TEXT_PP(arg), &glob);
	for (uint32_t i = 0; i < j->entries; i++)
		matches[i] = tp_glob_matches(&glob, &entries[i]);
	return matches;
}

/* check_rule(journey, rule, a, b) */
PG_FUNCTION_INFO_V1(journey_check_rule);
Datum
journey_check_rule(PG_FUNCTION_ARGS)
{
	text	   *name;
	tp_rule		rule;
	tp_journey	j;
	tp_touchpoint *entries;
	bool	   *a,
			   *b = NULL;
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
				 tp_rule_has_b(rule) ? errhint("Give two globs: a and b.") :
				 errhint("Leave b out, or NULL.")));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	entries = tp_dictionary(&j);
	a = matching(fcinfo, 2, &j, entries);
	if (tp_rule_has_b(rule))
		b = matching(fcinfo, 3, &j, entries);
	PG_RETURN_BOOL(tp_rule_holds(&j, rule, a, b));
}

/* Contacts less different parts: absent counts as one. */
PG_FUNCTION_INFO_V1(journey_rework_count);
Datum
journey_rework_count(PG_FUNCTION_ARGS)
{
	tp_aspect	aspect = tp_get_part(fcinfo, 1);
	tp_journey	j;
	uint16_t   *class_of;
	uint32_t	different = 0;
	bool		absent = false;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	tp_take_part(&j, &aspect);
	class_of = tp_classes(&j, tp_dictionary(&j), aspect.part);
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
	tp_aspect	aspect = tp_get_part(fcinfo, 1);
	tp_journey	j;
	uint16_t   *class_of;
	int32		n = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	tp_take_part(&j, &aspect);
	class_of = tp_classes(&j, tp_dictionary(&j), aspect.part);
	for (uint32_t i = 1; i < j.count; i++)
		n += class_of[tp_journey_code(&j, i)] == class_of[tp_journey_code(&j, i - 1)];
	PG_RETURN_INT32(n);
}
