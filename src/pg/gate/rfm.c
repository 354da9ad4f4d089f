/*
 * rfm.c
 *	  Recency, frequency and monetary value in SQL: of a journey, and as scores among customers.
 */
#include "journey/types.h"

#include <math.h>

#include "funcapi.h"
#include "miscadmin.h"
#include "windowapi.h"

#include "gate/tp_rfm.h"

/* rfm(journey, as_of) */
PG_FUNCTION_INFO_V1(journey_rfm);
Datum
journey_rfm(PG_FUNCTION_ARGS)
{
	int64_t		as_of = PG_GETARG_TIMESTAMPTZ(1);
	tp_journey	j;
	tp_rfm		rfm;
	Datum		values[3];
	bool		nulls[3] = {false};

	if (!tp_time_is_finite(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be finite"),
				 errhint("Give the time to look back from, such as now().")));
	PG_GETARG_JOURNEY(0, &j);
	tp_rfm_of(&j, as_of, &rfm);
	if (!isfinite(rfm.monetary))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the sum of values is out of range"),
				 errhint("Keep values within the range of double precision.")));
	nulls[0] = rfm.frequency == 0;
	values[0] = nulls[0] ? (Datum) 0 : tp_usecs_interval(as_of - rfm.last_at);
	values[1] = Int64GetDatum(rfm.frequency);
	values[2] = Float8GetDatum(rfm.monetary);
	return tp_row(fcinfo, values, nulls);
}

#define ST_SORT sort_doubles
#define ST_ELEMENT_TYPE double
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* What the first row of a partition leaves for the others: the cuts of each column. */
typedef struct rfm_cuts
{
	bool		computed;
	double		cuts[3][4];
} rfm_cuts;

/* One argument of a row of the partition as a number; false where it is NULL. */
static bool
take_number(int arg, Datum value, bool isnull, double *v)
{
	static const char *const names[] = {"recency", "frequency", "monetary"};

	if (isnull)
		return false;
	*v = arg == 0 ? (double) tp_interval_usecs(DatumGetIntervalP(value), names[0]) : DatumGetFloat8(value);
	tp_check_finite(*v, names[arg]);
	return true;
}

static void
compute_cuts(WindowObject window, rfm_cuts *out)
{
	int64		rows = WinGetPartitionRowCount(window);
	double	   *column[3];
	size_t		n = 0;

	for (int arg = 0; arg < 3; arg++)
		column[arg] = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(double), rows));
	for (int64 row = 0; row < rows; row++)
	{
		bool		whole = true;

		if (row > INT_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("a partition must not have more than %d rows", INT_MAX)));
		for (int arg = 0; arg < 3; arg++)
		{
			bool		isnull,
						isout;
			Datum		value = WinGetFuncArgInPartition(window, arg, (int) row, WINDOW_SEEK_HEAD, false, &isnull, &isout);

			if (!take_number(arg, value, isnull, &column[arg][n]))
				whole = false;
		}
		n += whole;
		CHECK_FOR_INTERRUPTS();
	}
	for (int arg = 0; arg < 3; arg++)
	{
		if (n > 0)
		{
			sort_doubles(column[arg], n);
			tp_quintiles(column[arg], n, out->cuts[arg]);
		}
		pfree(column[arg]);
	}
	out->computed = true;
}

/* rfm_score(recency, frequency, monetary) OVER (...) */
PG_FUNCTION_INFO_V1(rfm_score);
Datum
rfm_score(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	rfm_cuts   *cuts = WinGetPartitionLocalMemory(window, sizeof(rfm_cuts));
	Datum		values[3];
	bool		nulls[3] = {false};

	if (!cuts->computed)
		compute_cuts(window, cuts);
	for (int arg = 0; arg < 3; arg++)
	{
		bool		isnull;
		double		v;
		Datum		value = WinGetFuncArgCurrent(window, arg, &isnull);

		if (!take_number(arg, value, isnull, &v))
			PG_RETURN_NULL();
		values[arg] = Int32GetDatum(tp_quintile_score(cuts->cuts[arg], v, arg == 0));
	}
	return tp_row(fcinfo, values, nulls);
}
