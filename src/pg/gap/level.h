/*
 * level.h
 *	  What the summaries that answer with intervals share: confidence levels, figures, limits, changes.
 */
#ifndef TP_LEVEL_H
#define TP_LEVEL_H

#include "journey/types.h"

#include "gap/tp_gap.h"

/* A confidence level as a setting: 22023 unless it lies between 0 and 1. */
static inline double
tp_get_level(FunctionCallInfo fcinfo, int arg)
{
	tp_error	err;

	if (PG_ARGISNULL(arg))
		tp_null_setting("level");
	tp_check(tp_check_level(PG_GETARG_FLOAT8(arg), &err), &err);
	return PG_GETARG_FLOAT8(arg);
}

/* NAME(summary): a figure that get's summary may have; of is what tells it. */
#define TP_FIGURE(name, get, of) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	double		v; \
	if (!of(get(fcinfo, 0), &v)) \
		PG_RETURN_NULL(); \
	PG_RETURN_FLOAT8(v); \
}

/* NAME_low(summary, level) and NAME_high: NULL of NULL and where limits has none. */
#define TP_LIMIT(name, get, limits, end) \
PG_FUNCTION_INFO_V1(name##_##end); \
Datum \
name##_##end(PG_FUNCTION_ARGS) \
{ \
	double		level = tp_get_level(fcinfo, 1); \
	double		low, \
				high; \
	if (PG_ARGISNULL(0) || !limits(get(fcinfo, 0), level, &low, &high)) \
		PG_RETURN_NULL(); \
	PG_RETURN_FLOAT8(end); \
}

#define TP_LIMITS(name, get, limits) \
TP_LIMIT(name, get, limits, low) \
TP_LIMIT(name, get, limits, high)

/* The row touchpoint_gap_change of means. */
static inline Datum
tp_change_row(FunctionCallInfo fcinfo, const tp_gap_summary *before, const tp_gap_summary *after, double level)
{
	tp_gap_change c = tp_gap_compare_means(before, after, level);
	const double v[] = {c.change, c.std_error, c.t, c.df, c.p_value, c.low, c.high};
	Datum		values[lengthof(v)];
	bool		nulls[lengthof(v)];

	for (int i = 0; i < (int) lengthof(v); i++)
	{
		values[i] = Float8GetDatum(v[i]);
		nulls[i] = i == 0 ? !c.has_change : i == 1 ? !c.has_stderr : !c.has_t;
	}
	return tp_row(fcinfo, values, nulls);
}

/* NAME(before, after, level): how the mean changed that get's summaries have; NULL where one is. */
#define TP_CHANGE(name, get) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	double		level = tp_get_level(fcinfo, 2); \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) \
		PG_RETURN_NULL(); \
	return tp_change_row(fcinfo, get(fcinfo, 0), get(fcinfo, 1), level); \
}

#endif							/* TP_LEVEL_H */
