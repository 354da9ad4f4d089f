/*
 * tp_array.h
 *	  Arrays of numbers, in and out.
 */
#ifndef TP_ARRAY_H
#define TP_ARRAY_H

#include "base/tp_pg.h"

#include "utils/array.h"

/*
 * A float8[] of one dimension, or empty, as *length numbers; NaN stands for a NULL element, and
 * *has_null says that there is one. 22003 for NaN and infinity in the array, 22023 for more
 * dimensions; name is what the error calls the array.
 */
extern double *tp_numbers_of(ArrayType *array, const char *name, int *length, bool *has_null);

/* As tp_numbers_of for a setting, in which no element may be NULL: 22023. */
extern double *tp_setting_numbers(ArrayType *array, const char *name, int *length);

/* A float8[] of one dimension, with NULL for NaN. */
extern ArrayType *tp_array_of_numbers(const double *numbers, int n);

#endif							/* TP_ARRAY_H */
