/*
 * journey_gaps.c
 *	  The gaps of all contacts of many journeys in SQL: journey_gap_agg.
 */
#include "journey/types.h"

#include "utils/builtins.h"

#include "base/row_array.h"
#include "base/text_state.h"
#include "gap/tp_journey_gaps.h"

TP_TEXT_STATE(touchpoint_gaps, tp_journey_gaps, tp_journey_gaps_init, tp_journey_gaps_read, tp_journey_gaps_write)

/* (state, journey, part) */
PG_FUNCTION_INFO_V1(journey_gap_agg_row);
Datum
journey_gap_agg_row(PG_FUNCTION_ARGS)
{
	tp_expanded *e = tp_open_state(fcinfo, &state_of_touchpoint_gaps.open);
	tp_journey_gaps *g = e->core;
	tp_journey	j;
	tp_error	err;

	if (unlikely(PG_ARGISNULL(2)))
		tp_null_setting("part");
	if (unlikely(g->part == 0 || !tp_is_part(PG_GETARG_TEXT_PP(2), (tp_part) (g->part - 1), &g->key)))
	{
		tp_aspect	aspect = tp_get_part(fcinfo, 2);

		tp_check(tp_journey_gaps_set(g, &aspect, &err), &err);
	}
	if (likely(!PG_ARGISNULL(1)))
	{
		tp_get_counted(fcinfo, g->part, &g->key, &j);
		tp_check(tp_journey_gaps_add(g, &j, &err), &err);
	}
	return tp_state_datum(e);
}

PG_FUNCTION_INFO_V1(touchpoint_gaps_rows);
Datum
touchpoint_gaps_rows(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey_gaps *g = tp_text_state_get(fcinfo, &state_of_touchpoint_gaps);
	tp_gap_part *parts;
	tp_row_array rows;
	tp_error	err;

	if (g == NULL || g->part == 0)
		PG_RETURN_NULL();
	tp_row_array_begin(&rows, fcinfo);
	tp_check(tp_journey_gaps_sorted(g, &parts, &err), &err);
	for (uint32_t i = 0; i < g->parts.count; i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false};
		void	   *image;
		size_t		size;

		values[0] = tp_part_datum(&parts[i].part, g->part == TP_PART_TOUCHPOINT + 1 ? TP_PART_TOUCHPOINT : TP_PART_LABEL, &nulls[0]);
		tp_check(tp_journey_gaps_close(g, parts[i].number, &image, &size, &mem, &err), &err);
		SET_VARSIZE(image, size);
		values[1] = PointerGetDatum(image);
		tp_row_array_add(&rows, values, nulls);
	}
	tp_release(&g->mem, parts);
	return tp_row_array_end(&rows);
}
