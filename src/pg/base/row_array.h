/*
 * row_array.h
 *	  Arrays of rows, which aggregates give.
 */
#ifndef TP_ROW_ARRAY_H
#define TP_ROW_ARRAY_H

#include "base/tp_pg.h"

#include "access/tupdesc.h"

typedef struct tp_row_array
{
	Oid			element;
	TupleDesc	desc;
	Datum	   *rows;
	uint32_t	count;
	uint32_t	room;
	Size		bytes;
} tp_row_array;

/* No rows yet, of the row type of the array that this function is declared to return. */
extern void tp_row_array_begin(tp_row_array *a, FunctionCallInfo fcinfo);

/* One more; 54000 past what an array holds. Open to cancelling. */
extern void tp_row_array_add(tp_row_array *a, const Datum *values, const bool *nulls);

extern Datum tp_row_array_end(tp_row_array *a);

#endif							/* TP_ROW_ARRAY_H */
