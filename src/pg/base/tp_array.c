/*
 * tp_array.c
 *	  Arrays of numbers, in and out.
 */
#include "base/tp_array.h"

#include <math.h>

#include "catalog/pg_type.h"

static void
check_number_in(double v, const char *name, int i)
{
	if (unlikely(!isfinite(v)))
		tp_check_finite(v, psprintf("%s[%d]", name, i + 1));
}

double *
tp_numbers_of(ArrayType *array, const char *name, int *length, bool *has_null)
{
	double	   *numbers;
	Datum	   *elements;
	bool	   *nulls;

	Assert(ARR_ELEMTYPE(array) == FLOAT8OID);
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must have one dimension, not %d", name, ARR_NDIM(array)),
				 errhint("Write it as {1, 2, 3}.")));
	*has_null = false;
	if (!ARR_HASNULL(array))
	{
		*length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
		numbers = (double *) ARR_DATA_PTR(array);
		for (int i = 0; i < *length; i++)
			check_number_in(numbers[i], name, i);
		return numbers;
	}
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
					  &elements, &nulls, length);
	numbers = palloc(sizeof(double) * (*length + 1));
	for (int i = 0; i < *length; i++)
	{
		numbers[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
		*has_null |= nulls[i];
		if (!nulls[i])
			check_number_in(numbers[i], name, i);
	}
	return numbers;
}

double *
tp_setting_numbers(ArrayType *array, const char *name, int *length)
{
	bool		has_null;
	double	   *numbers = tp_numbers_of(array, name, length, &has_null);

	for (int i = 0; has_null && i < *length; i++)
		if (isnan(numbers[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s[%d] must not be NULL", name, i + 1),
					 errhint("Give every element a value.")));
	return numbers;
}

ArrayType *
tp_array_of_numbers(const double *numbers, int n)
{
	Datum	   *elements = palloc(sizeof(Datum) * (n + 1));
	bool	   *nulls = palloc(sizeof(bool) * (n + 1));
	int			lower = 1;

	for (int i = 0; i < n; i++)
	{
		elements[i] = Float8GetDatum(numbers[i]);
		nulls[i] = isnan(numbers[i]);
	}
	return construct_md_array(elements, nulls, 1, &n, &lower, FLOAT8OID, sizeof(float8),
							  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}
