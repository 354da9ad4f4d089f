/*
 * journey_map.c
 *	  The map of many journeys in SQL: journey_map_agg.
 */
#include "journey/types.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/row_array.h"
#include "base/text_state.h"
#include "chart/tp_map.h"

TP_TEXT_STATE(touchpoint_map, tp_map, tp_map_init, tp_map_read, tp_map_write)

/* (state, journey, part, neutral) */
PG_FUNCTION_INFO_V1(journey_map_agg_row);
Datum
journey_map_agg_row(PG_FUNCTION_ARGS)
{
	tp_expanded *e = tp_open_state(fcinfo, &state_of_touchpoint_map.open);
	tp_map	   *m = e->core;
	const tp_journey_gaps *g = &m->gaps[0];
	tp_journey	j;
	tp_error	err;

	if (unlikely(PG_ARGISNULL(2)))
		tp_null_setting("part");
	if (unlikely(PG_ARGISNULL(3)))
		tp_null_setting("neutral");
	if (unlikely(!m->set || m->neutral != PG_GETARG_FLOAT8(3) ||
				 !tp_is_part(PG_GETARG_TEXT_PP(2), (tp_part) (g->part - 1), &g->key)))
	{
		tp_aspect	aspect = tp_get_part(fcinfo, 2);

		tp_check(tp_map_set(m, &aspect, PG_GETARG_FLOAT8(3), &err), &err);
	}
	if (likely(!PG_ARGISNULL(1)))
	{
		tp_get_counted(fcinfo, g->part, &g->key, &j);
		tp_check(tp_map_add(m, &j, &err), &err);
	}
	return tp_state_datum(e);
}

static Datum
number_or_null(double v, bool *isnull)
{
	*isnull = isnan(v);
	return *isnull ? (Datum) 0 : Float8GetDatum(v);
}

PG_FUNCTION_INFO_V1(touchpoint_map_rows);
Datum
touchpoint_map_rows(PG_FUNCTION_ARGS)
{
	tp_map	   *m = tp_text_state_get(fcinfo, &state_of_touchpoint_map);
	tp_map_row *steps;
	uint32_t	n;
	tp_row_array rows;
	tp_error	err;
	bool		whole;

	if (m == NULL || !m->set)
		PG_RETURN_NULL();
	whole = m->gaps[0].part == TP_PART_TOUCHPOINT + 1;
	tp_row_array_begin(&rows, fcinfo);
	tp_check(tp_map_rows(m, &steps, &n, &err), &err);
	for (uint32_t i = 0; i < n; i++)
	{
		Datum		values[11];
		bool		nulls[11] = {false};

		values[0] = Int32GetDatum((int32) i + 1);
		values[1] = tp_part_datum(&steps[i].part, whole ? TP_PART_TOUCHPOINT : TP_PART_LABEL, &nulls[1]);
		values[2] = tp_part_datum(&steps[i].part, TP_PART_STAGE, &nulls[2]);
		values[3] = Int64GetDatum(steps[i].customers);
		values[4] = number_or_null(steps[i].mean, &nulls[4]);
		values[5] = number_or_null(steps[i].ci_low, &nulls[5]);
		values[6] = number_or_null(steps[i].ci_high, &nulls[6]);
		values[7] = number_or_null(steps[i].expected, &nulls[7]);
		values[8] = Int64GetDatum(steps[i].peaks);
		values[9] = Int64GetDatum(steps[i].ends);
		values[10] = number_or_null(steps[i].place, &nulls[10]);
		tp_row_array_add(&rows, values, nulls);
	}
	tp_release(&m->mem, steps);
	return tp_row_array_end(&rows);
}
