/*
 * channel_func.c
 *	  The plain functions of the channel room: AHP weights from judgements, money ratios, the channels
 *	  of a journey.
 */
#include "base/tp_array.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "funcapi.h"

#include "channel/tp_channel.h"
#include "channel/tp_channel_costs.h"
#include "journey/types.h"

/* ---- AHP ---- */

/* The pairwise matrix as n × n numbers. */
static const double *
pairwise_of(ArrayType *array, size_t *n)
{
	int			ndim = ARR_NDIM(array);
	int		   *dims = ARR_DIMS(array);

	if (ndim != 2 || dims[0] != dims[1])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 ndim == 2
				 ? errmsg("the pairwise matrix must be square, not %d by %d", dims[0], dims[1])
				 : errmsg("the pairwise matrix must have two dimensions, not %d", ndim),
				 errhint("Compare each criterion with each: {{1, 3}, {0.3333, 1}}.")));
	*n = (size_t) dims[0];
	if (array_contains_nulls(array))
	{
		Datum	   *elements;
		bool	   *nulls;
		int			length;
		int			i = 0;

		deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
						  &elements, &nulls, &length);
		while (!nulls[i])
			i++;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("element [%d][%d] of the pairwise matrix must not be NULL",
						i / dims[0] + 1, i % dims[0] + 1),
				 errhint("Compare each criterion with each; 1 where they matter alike.")));
	}
	return (const double *) ARR_DATA_PTR(array);
}

static double *
ahp(FunctionCallInfo fcinfo, size_t *n, double *consistency)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	const double *pairwise = pairwise_of(PG_GETARG_ARRAYTYPE_P(0), n);
	double	   *weights = palloc(sizeof(double) * *n);
	tp_error	err;

	tp_check(tp_ahp(&mem, pairwise, *n, weights, consistency, &err), &err);
	return weights;
}

PG_FUNCTION_INFO_V1(ahp_weights);
Datum
ahp_weights(PG_FUNCTION_ARGS)
{
	size_t		n;
	double		consistency;
	double	   *weights = ahp(fcinfo, &n, &consistency);

	PG_RETURN_ARRAYTYPE_P(tp_array_of_numbers(weights, (int) n));
}

PG_FUNCTION_INFO_V1(ahp_consistency);
Datum
ahp_consistency(PG_FUNCTION_ARGS)
{
	size_t		n;
	double		consistency;

	(void) ahp(fcinfo, &n, &consistency);
	PG_RETURN_FLOAT8(consistency);
}

/* ---- money ratios ---- */

/* part / whole · factor; NULL when whole is 0. */
static Datum
ratio(FunctionCallInfo fcinfo, double part, double whole, double factor)
{
	double		v = part * factor / whole;

	if (whole == 0)
		PG_RETURN_NULL();
	if (isinf(v))
		v = part / whole * factor;
	if (isinf(v))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the ratio is out of range"),
				 errhint("Count in other units.")));
	PG_RETURN_FLOAT8(v + 0.0);	/* never -0 */
}

static double
finite_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	double		v = PG_GETARG_FLOAT8(argno);

	tp_check_finite(v, name);
	return v;
}

PG_FUNCTION_INFO_V1(cost_per);
Datum
cost_per(PG_FUNCTION_ARGS)
{
	return ratio(fcinfo, finite_arg(fcinfo, 0, "cost"), finite_arg(fcinfo, 1, "n"), 1);
}

PG_FUNCTION_INFO_V1(cpm);
Datum
cpm(PG_FUNCTION_ARGS)
{
	return ratio(fcinfo, finite_arg(fcinfo, 0, "cost"), finite_arg(fcinfo, 1, "impressions"), 1000);
}

PG_FUNCTION_INFO_V1(roas);
Datum
roas(PG_FUNCTION_ARGS)
{
	return ratio(fcinfo, finite_arg(fcinfo, 0, "value"), finite_arg(fcinfo, 1, "cost"), 1);
}

/* (value - cost) / cost, halved first where the difference would overflow. */
PG_FUNCTION_INFO_V1(roi);
Datum
roi(PG_FUNCTION_ARGS)
{
	double		value = finite_arg(fcinfo, 0, "value");
	double		cost = finite_arg(fcinfo, 1, "cost");

	if (isinf(value - cost))
		return ratio(fcinfo, value / 2 - cost / 2, cost, 2);
	return ratio(fcinfo, value - cost, cost, 1);
}

/* ---- the channels of a journey ---- */

static Datum
known_number(double v, bool *isnull)
{
	*isnull = isnan(v);
	return Float8GetDatum(*isnull ? 0 : v);
}

/* Rows in the order of channels, contacts without one first. */
PG_FUNCTION_INFO_V1(channel_costs);
Datum
channel_costs(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	j;
	tp_touchpoint *entries;
	tp_channel_cost *costs;
	tp_error	err;

	InitMaterializedSRF(fcinfo, 0);
	PG_GETARG_JOURNEY(0, &j);
	entries = tp_dictionary(&j);
	costs = palloc(sizeof(*costs) * ((Size) j.entries + 1));
	tp_check(tp_channel_costs(&mem, &j, tp_classes(&j, entries, TP_PART_CHANNEL), costs, &err), &err);
	for (uint32 i = 0; i <= j.entries; i++)
	{
		uint32		k = i == 0 ? j.entries : i - 1;
		Datum		values[5];
		bool		nulls[5] = {k == j.entries, false};

		if (costs[k].contacts == 0)
			continue;
		values[0] = k == j.entries ? (Datum) 0 : tp_part_datum(&entries[k], TP_PART_CHANNEL, &nulls[0]);
		values[1] = Int64GetDatum(costs[k].contacts);
		values[2] = known_number(costs[k].cost, &nulls[2]);
		values[3] = known_number(costs[k].value, &nulls[3]);
		values[4] = known_number(costs[k].seconds, &nulls[4]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
