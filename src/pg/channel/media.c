/*
 * media.c
 *	  Media and audience: the fit aggregate, reach and frequency.
 *
 * The aggregate's state is a bigint[4] updated in place, not an internal one: so it travels
 * between the nodes of a distributed PostgreSQL as the text of an ordinary array.
 */
#include "base/tp_array.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/state.h"
#include "channel/tp_media.h"
#include "journey/types.h"

#define COUNTS 4

StaticAssertDecl(sizeof(tp_media_counts) == COUNTS * sizeof(int64), "the state is the counts");

/* Low enough that two counts, and the sum of a state's, are bigints too. */
#define MOST (PG_INT64_MAX / (2 * COUNTS))

/* The counts in a state, in place. They may have come from another node, or from a user. */
static int64 *
counts_of(ArrayType *state)
{
	int64	   *counts = (int64 *) ARR_DATA_PTR(state);

	if (ARR_NDIM(state) != 1 || ARR_DIMS(state)[0] != COUNTS || ARR_HASNULL(state) ||
		ARR_ELEMTYPE(state) != INT8OID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the state of media_fit_agg must be four counts"),
				 errhint("Call media_fit_agg rather than its parts.")));
	for (int i = 0; i < COUNTS; i++)
		if (counts[i] < 0 || counts[i] > MOST)
			ereport(ERROR,
					(errcode(counts[i] < 0 ? ERRCODE_INVALID_PARAMETER_VALUE
							 : ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("a count of media_fit_agg must be from 0 to %lld, not %lld",
							(long long) MOST, (long long) counts[i]),
					 errhint("Call media_fit_agg rather than its parts.")));
	return counts;
}

/* Cells in the order of tp_media_counts. The function is strict: a row that lacks either is none. */
PG_FUNCTION_INFO_V1(media_fit_add);
Datum
media_fit_add(PG_FUNCTION_ARGS)
{
	ArrayType  *state = tp_state_for_update(fcinfo);
	bool		in_target = PG_GETARG_BOOL(1);
	bool		in_audience = PG_GETARG_BOOL(2);

	counts_of(state)[(in_target ? 0 : 2) + (in_audience ? 0 : 1)]++;
	PG_RETURN_ARRAYTYPE_P(state);
}

PG_FUNCTION_INFO_V1(media_fit_merge);
Datum
media_fit_merge(PG_FUNCTION_ARGS)
{
	ArrayType  *state = tp_state_for_update(fcinfo);
	int64	   *to = counts_of(state);
	const int64 *from = counts_of(PG_GETARG_ARRAYTYPE_P(1));

	for (int i = 0; i < COUNTS; i++)
		to[i] += from[i];
	PG_RETURN_ARRAYTYPE_P(state);
}

PG_FUNCTION_INFO_V1(media_fit_result);
Datum
media_fit_result(PG_FUNCTION_ARGS)
{
	tp_media_counts counts;
	tp_media_fit fit;
	Datum		values[8];
	bool		nulls[8] = {false};
	double		shares[4];

	memcpy(&counts, counts_of(PG_GETARG_ARRAYTYPE_P(0)), sizeof(counts));
	if ((counts.both | counts.target_only | counts.audience_only | counts.neither) == 0)
		PG_RETURN_NULL();
	fit = tp_media_fit_of(&counts);
	values[0] = CStringGetTextDatum(fit.relation);
	values[1] = Int64GetDatum(fit.target);
	values[2] = Int64GetDatum(fit.audience);
	values[3] = Int64GetDatum(counts.both);
	shares[0] = fit.coverage;
	shares[1] = fit.composition;
	shares[2] = fit.jaccard;
	shares[3] = fit.affinity;
	for (int i = 0; i < 4; i++)
	{
		values[4 + i] = Float8GetDatum(shares[i]);
		nulls[4 + i] = isnan(shares[i]);
	}
	PG_RETURN_DATUM(tp_row(fcinfo, values, nulls));
}

/* NULL when an element is: what is not known of one vehicle is not known of all. */
PG_FUNCTION_INFO_V1(reach);
Datum
reach(PG_FUNCTION_ARGS)
{
	int			length;
	bool		has_null;
	double	   *ratings = tp_numbers_of(PG_GETARG_ARRAYTYPE_P(0), "ratings", &length, &has_null);
	double		share;
	tp_error	err;

	if (has_null)
		PG_RETURN_NULL();
	tp_check(tp_reach(ratings, length, &share, &err), &err);
	PG_RETURN_FLOAT8(share);
}

/* Not strict: a NULL duplication means none. */
PG_FUNCTION_INFO_V1(frequency_distribution);
Datum
frequency_distribution(PG_FUNCTION_ARGS)
{
	double		rating;
	int32		insertions;
	double		duplication = PG_ARGISNULL(2) ? 0 : PG_GETARG_FLOAT8(2);
	double	   *shares;
	tp_error	err;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	rating = PG_GETARG_FLOAT8(0);
	insertions = PG_GETARG_INT32(1);
	tp_check(tp_check_exposure(rating, insertions, duplication, &err), &err);
	shares = palloc(sizeof(double) * ((Size) insertions + 1));
	tp_exposure(rating, insertions, duplication, shares);
	PG_RETURN_ARRAYTYPE_P(tp_array_of_numbers(shares, insertions + 1));
}

PG_FUNCTION_INFO_V1(effective_reach);
Datum
effective_reach(PG_FUNCTION_ARGS)
{
	int			length;
	bool		has_null;
	double	   *shares = tp_numbers_of(PG_GETARG_ARRAYTYPE_P(0), "distribution", &length,
									   &has_null);
	double		share;
	tp_error	err;

	if (has_null || length == 0)
		PG_RETURN_NULL();
	tp_check(tp_effective_reach(shares, length, PG_GETARG_INT32(1), &share, &err), &err);
	PG_RETURN_FLOAT8(share);
}
