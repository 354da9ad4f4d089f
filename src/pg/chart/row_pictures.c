/*
 * row_pictures.c
 *	  Pictures of arrays of rows, whose columns are found by their names.
 */
#include "journey/types.h"

#include <math.h>

#include "executor/executor.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "chart/chart.h"

/* The rows of an array of one dimension, NULL ones left out. */
static HeapTupleHeader *
rows_of(FunctionCallInfo fcinfo, int arg, uint32_t *n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	int16		len;
	bool		byval;
	char		align;
	Datum	   *rows;
	bool	   *nulls;
	int			count;
	HeapTupleHeader *kept;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows must be a one-dimensional array"),
				 errhint("Pass what the aggregate gives as it is.")));
	get_typlenbyvalalign(ARR_ELEMTYPE(array), &len, &byval, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), len, byval, align, &rows, &nulls, &count);
	kept = palloc(sizeof(HeapTupleHeader) * (Size) Max(count, 1));
	*n = 0;
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			kept[(*n)++] = DatumGetHeapTupleHeader(rows[i]);
	return kept;
}

static tp_label
row_text(HeapTupleHeader row, const char *name, const char *otherwise)
{
	bool		isnull;
	Datum		d = GetAttributeByName(row, name, &isnull);

	return isnull ? tp_label_of(otherwise) : tp_text_label(DatumGetTextPP(d));
}

static double
row_float(HeapTupleHeader row, const char *name)
{
	bool		isnull;
	Datum		d = GetAttributeByName(row, name, &isnull);

	if (isnull)
		return NAN;
	tp_check_finite(DatumGetFloat8(d), name);
	return DatumGetFloat8(d);
}

static int64_t
row_bigint(HeapTupleHeader row, const char *name, int64_t otherwise)
{
	bool		isnull;
	Datum		d = GetAttributeByName(row, name, &isnull);

	return isnull ? otherwise : DatumGetInt64(d);
}

static int32_t
row_integer(HeapTupleHeader row, const char *name)
{
	bool		isnull;
	Datum		d = GetAttributeByName(row, name, &isnull);

	return isnull ? 0 : DatumGetInt32(d);
}

static int64_t
row_interval(HeapTupleHeader row, const char *name)
{
	bool		isnull;
	Datum		d = GetAttributeByName(row, name, &isnull);

	return isnull ? -1 : tp_interval_usecs(DatumGetIntervalP(d), name);
}

/* journey_map_svg(touchpoint_map_step[], neutral, width) */
PG_FUNCTION_INFO_V1(journey_map_svg);
Datum
journey_map_svg(PG_FUNCTION_ARGS)
{
	uint32_t	n;
	HeapTupleHeader *rows = rows_of(fcinfo, 0, &n);
	tp_map_step *steps = palloc_extended(sizeof(tp_map_step) * (Size) Max(n, 1), MCXT_ALLOC_HUGE);
	tp_sheet	s;

	tp_sheet_begin(&s, PG_GETARG_INT32(2));
	for (uint32_t i = 0; i < n; i++)
	{
		TP_CHECK_AT(i);
		steps[i] = (tp_map_step) {row_text(rows[i], "part", "(none)"), row_text(rows[i], "stage", ""),
			row_bigint(rows[i], "customers", 0), row_float(rows[i], "mean"), row_float(rows[i], "ci_low"), row_float(rows[i], "ci_high"),
			row_float(rows[i], "expected"), row_bigint(rows[i], "peaks", 0), row_bigint(rows[i], "ends", 0),
			row_float(rows[i], "mean_position")};
	}
	return tp_sheet_end(&s, tp_draw_map(&s.canvas, steps, n, PG_GETARG_FLOAT8(1), &s.err));
}

/* funnel_svg(touchpoint_funnel_step[], width) */
PG_FUNCTION_INFO_V1(funnel_svg);
Datum
funnel_svg(PG_FUNCTION_ARGS)
{
	uint32_t	n;
	HeapTupleHeader *rows = rows_of(fcinfo, 0, &n);
	tp_funnel_bar *bars = palloc_extended(sizeof(tp_funnel_bar) * (Size) Max(n, 1), MCXT_ALLOC_HUGE);
	tp_sheet	s;

	tp_sheet_begin(&s, PG_GETARG_INT32(1));
	for (uint32_t i = 0; i < n; i++)
	{
		TP_CHECK_AT(i);
		bars[i] = (tp_funnel_bar) {row_text(rows[i], "touchpoint", "(none)"), row_bigint(rows[i], "entered", 0),
			row_bigint(rows[i], "converted", 0), row_bigint(rows[i], "open", -1), row_float(rows[i], "step_conversion"),
			row_float(rows[i], "conversion_ci_low"), row_float(rows[i], "conversion_ci_high"), row_interval(rows[i], "median_time")};
	}
	return tp_sheet_end(&s, tp_draw_funnel(&s.canvas, bars, n, &s.err));
}

/* retention_svg(touchpoint_retention[], width) */
PG_FUNCTION_INFO_V1(retention_svg);
Datum
retention_svg(PG_FUNCTION_ARGS)
{
	uint32_t	n;
	HeapTupleHeader *rows = rows_of(fcinfo, 0, &n);
	tp_retention_cell *cells = palloc_extended(sizeof(tp_retention_cell) * (Size) Max(n, 1), MCXT_ALLOC_HUGE);
	tp_sheet	s;

	tp_sheet_begin(&s, PG_GETARG_INT32(1));
	for (uint32_t i = 0; i < n; i++)
	{
		bool		isnull;
		Datum		complete = GetAttributeByName(rows[i], "complete", &isnull);

		TP_CHECK_AT(i);
		cells[i] = (tp_retention_cell) {row_bigint(rows[i], "cohort", 0), row_integer(rows[i], "period"),
			row_bigint(rows[i], "entered", 0), row_bigint(rows[i], "returned", 0), row_float(rows[i], "share"),
			row_float(rows[i], "ci_low"), row_float(rows[i], "ci_high"), isnull || DatumGetBool(complete)};
	}
	return tp_sheet_end(&s, tp_draw_retention(&s.canvas, cells, n, &s.err));
}

/* sankey_svg(touchpoint_level[], width, height) */
PG_FUNCTION_INFO_V1(sankey_svg);
Datum
sankey_svg(PG_FUNCTION_ARGS)
{
	uint32_t	n;
	HeapTupleHeader *rows = rows_of(fcinfo, 0, &n);
	tp_sankey_link *links = palloc_extended(sizeof(tp_sankey_link) * (Size) Max(n, 1), MCXT_ALLOC_HUGE);
	tp_sheet	s;

	tp_sheet_begin(&s, PG_GETARG_INT32(1));
	for (uint32_t i = 0; i < n; i++)
	{
		TP_CHECK_AT(i);
		links[i] = (tp_sankey_link) {row_integer(rows[i], "level"), row_text(rows[i], "source", "(none)"),
			row_text(rows[i], "target", "(none)"), row_bigint(rows[i], "count", 0), row_interval(rows[i], "median_time")};
	}
	return tp_sheet_end(&s, tp_draw_sankey(&s.canvas, links, n, PG_GETARG_INT32(2), &s.err));
}
