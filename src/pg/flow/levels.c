/*
 * levels.c
 *	  Paths step by step in SQL: level_flow_agg.
 */
#include "journey/types.h"

#include "utils/builtins.h"

#include "base/row_array.h"
#include "base/text_state.h"
#include "flow/tp_levels.h"

TP_TEXT_STATE(touchpoint_levels, tp_levels, tp_levels_init, tp_levels_read, tp_levels_write)

/* The state, its settings checked against those of this row. */
static tp_expanded *
levels_state(FunctionCallInfo fcinfo)
{
	tp_expanded *e = tp_open_state(fcinfo, &state_of_touchpoint_levels.open);
	tp_levels  *l = e->core;
	text	   *start = PG_ARGISNULL(4) ? NULL : PG_GETARG_TEXT_PP(4);
	const char *step = start == NULL ? NULL : VARDATA_ANY(start);
	size_t		len = start == NULL ? 0 : VARSIZE_ANY_EXHDR(start);
	text	   *part;
	tp_error	err;

	if (unlikely(PG_ARGISNULL(2)))
		tp_null_setting("part");
	if (unlikely(PG_ARGISNULL(3)))
		tp_null_setting("levels");
	if (unlikely(PG_ARGISNULL(5)))
		tp_null_setting("top");
	part = PG_GETARG_TEXT_PP(2);
	if (unlikely(!tp_levels_is_set(l, VARDATA_ANY(part), VARSIZE_ANY_EXHDR(part), PG_GETARG_INT32(3),
								   PG_GETARG_INT32(5), step, len)))
	{
		tp_aspect	aspect = tp_get_part(fcinfo, 2);

		tp_check(tp_levels_set(l, &aspect, PG_GETARG_INT32(3), PG_GETARG_INT32(5), step, len, &err), &err);
	}
	return e;
}

/* (state, journey, part, levels, start, top) */
PG_FUNCTION_INFO_V1(level_flow_agg_row);
Datum
level_flow_agg_row(PG_FUNCTION_ARGS)
{
	tp_expanded *e = levels_state(fcinfo);
	tp_levels  *l = e->core;
	tp_steps   *steps = PG_ARGISNULL(4) ? NULL : tp_get_steps(fcinfo, 4, 1);
	uint32_t	first = 0;
	tp_journey	j;
	tp_error	err;

	if (unlikely(PG_ARGISNULL(1)))
		return tp_state_datum(e);
	PG_GETARG_JOURNEY(1, &j);
	if (likely(steps != NULL && steps->tests == 0 && l->part != TP_PART_PROPERTY + 1))
	{
		if (unlikely(tp_levels_add_from(l, steps, &j, &err) != TP_OK))
			tp_raise(&err);
		return tp_state_datum(e);
	}
	if (steps != NULL)
	{
		uint64_t	any = 0;

		if (unlikely(tp_steps_look(steps, &j, &any, &err) != TP_OK))
			tp_raise(&err);
		if (any == 0)
			return tp_state_datum(e);
		while (first < j.count && (*tp_steps_row(steps, &j, first) & 1) == 0)
		{
			TP_CHECK_AT(first);
			first++;
		}
	}
	tp_project(&j, (tp_part) (l->part - 1), &l->key);
	if (unlikely(tp_levels_add(l, &j, first, &err) != TP_OK))
		tp_raise(&err);
	return tp_state_datum(e);
}

static Datum
name_of(int32_t symbol, char **name)
{
	return CStringGetTextDatum(symbol >= 0 ? name[symbol] : symbol == TP_LEVEL_END ? "(end)" : "(other)");
}

PG_FUNCTION_INFO_V1(touchpoint_levels_rows);
Datum
touchpoint_levels_rows(PG_FUNCTION_ARGS)
{
	tp_levels  *l = tp_text_state_get(fcinfo, &state_of_touchpoint_levels);
	tp_level_row *row;
	char	  **name;
	uint32_t	n;
	tp_row_array rows;
	tp_error	err;

	if (l == NULL || l->part == 0)
		PG_RETURN_NULL();
	tp_row_array_begin(&rows, fcinfo);
	tp_check(tp_levels_rows(l, &row, &n, &name, &err), &err);
	for (uint32_t i = 0; i < n; i++)
	{
		Datum		values[5];
		bool		nulls[5] = {false};

		values[0] = Int32GetDatum((int32) row[i].level);
		values[1] = name_of(row[i].source, name);
		values[2] = name_of(row[i].target, name);
		values[3] = Int64GetDatum((int64) row[i].count);
		nulls[4] = row[i].median < 0;
		values[4] = nulls[4] ? (Datum) 0 : tp_usecs_interval(row[i].median);
		tp_row_array_add(&rows, values, nulls);
	}
	tp_release(&l->mem, row);
	tp_release(&l->mem, l->symbols.count > 0 ? name[0] : NULL);
	tp_release(&l->mem, name);
	return tp_row_array_end(&rows);
}
