/*
 * channel_func.c
 *	  The plain functions of the channel room: AHP weights from judgements, money ratios.
 */
#include "tp_array.h"

#include <math.h>

#include "catalog/pg_type.h"

#include "tp_channel.h"

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
