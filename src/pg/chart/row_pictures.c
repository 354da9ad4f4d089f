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

/* The rows of argument 0, n items of this size, each read by read, for a sheet whose width is in width_arg. */
static void *
begin_rows(FunctionCallInfo fcinfo, tp_sheet *s, int width_arg, Size size, void (*read) (HeapTupleHeader, void *), uint32_t *n)
{
	HeapTupleHeader *rows = rows_of(fcinfo, 0, n);
	char	   *items = palloc_extended(size * (Size) Max(*n, 1), MCXT_ALLOC_HUGE);

	tp_sheet_begin(s, PG_GETARG_INT32(width_arg));
	for (uint32_t i = 0; i < *n; i++)
	{
		TP_CHECK_AT(i);
		read(rows[i], items + size * i);
	}
	return items;
}

/* A function of SQL: the sheet s with what the expression draw makes of n items. */
#define ROW_PICTURE(name, width_arg, item_type, read, draw) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	tp_sheet	s; \
	uint32_t	n; \
	item_type  *items = begin_rows(fcinfo, &s, width_arg, sizeof(item_type), read, &n); \
	return tp_sheet_end(&s, draw); \
}

/* journey_map_svg(touchpoint_map_step[], neutral, width) */
static void
read_step(HeapTupleHeader row, void *item)
{
	*(tp_map_step *) item = (tp_map_step) {row_text(row, "part", "(none)"), row_text(row, "stage", ""),
		row_bigint(row, "customers", 0), row_float(row, "mean"), row_float(row, "ci_low"), row_float(row, "ci_high"),
		row_float(row, "expected"), row_bigint(row, "peaks", 0), row_bigint(row, "ends", 0),
		row_float(row, "mean_position")};
}

ROW_PICTURE(journey_map_svg, 2, tp_map_step, read_step, tp_draw_map(&s.canvas, items, n, PG_GETARG_FLOAT8(1), &s.err))

/* funnel_svg(touchpoint_funnel_step[], width) */
static void
read_bar(HeapTupleHeader row, void *item)
{
	*(tp_funnel_bar *) item = (tp_funnel_bar) {row_text(row, "touchpoint", "(none)"), row_bigint(row, "entered", 0),
		row_bigint(row, "converted", 0), row_bigint(row, "open", -1), row_float(row, "step_conversion"),
		row_float(row, "conversion_ci_low"), row_float(row, "conversion_ci_high"), row_interval(row, "median_time")};
}

ROW_PICTURE(funnel_svg, 1, tp_funnel_bar, read_bar, tp_draw_funnel(&s.canvas, items, n, &s.err))

/* retention_svg(touchpoint_retention[], width) */
static void
read_cell(HeapTupleHeader row, void *item)
{
	bool		isnull;
	Datum		complete = GetAttributeByName(row, "complete", &isnull);

	*(tp_retention_cell *) item = (tp_retention_cell) {row_bigint(row, "cohort", 0), row_integer(row, "period"),
		row_bigint(row, "entered", 0), row_bigint(row, "returned", 0), row_float(row, "share"),
		row_float(row, "ci_low"), row_float(row, "ci_high"), isnull || DatumGetBool(complete)};
}

ROW_PICTURE(retention_svg, 1, tp_retention_cell, read_cell, tp_draw_retention(&s.canvas, items, n, &s.err))

/* sankey_svg(touchpoint_level[], width, height) */
static void
read_link(HeapTupleHeader row, void *item)
{
	*(tp_sankey_link *) item = (tp_sankey_link) {row_integer(row, "level"), row_text(row, "source", "(none)"),
		row_text(row, "target", "(none)"), row_bigint(row, "count", 0), row_interval(row, "median_time")};
}

ROW_PICTURE(sankey_svg, 1, tp_sankey_link, read_link, tp_draw_sankey(&s.canvas, items, n, PG_GETARG_INT32(2), &s.err))
