/*
 * row_array.c
 *	  Arrays of rows.
 */
#include "base/row_array.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

void
tp_row_array_begin(tp_row_array *a, FunctionCallInfo fcinfo)
{
	memset(a, 0, sizeof(*a));
	a->element = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	if (!OidIsValid(a->element))
		elog(ERROR, "return type must be an array of rows");
	a->desc = lookup_rowtype_tupdesc_copy(a->element, -1);
}

void
tp_row_array_add(tp_row_array *a, const Datum *values, const bool *nulls)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	HeapTuple	row = heap_form_tuple(a->desc, (Datum *) values, (bool *) nulls);

	a->bytes += MAXALIGN(row->t_len);
	if (a->bytes > MaxAllocSize - 1024)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the answer has more rows than an array holds"),
				 errhint("Ask for fewer periods, levels or parts.")));
	if (!tp_grow(&mem, (void **) &a->rows, &a->room, (uint64_t) a->count + 1, sizeof(Datum)))
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	a->rows[a->count++] = HeapTupleGetDatum(row);
	TP_CHECK_AT(a->count);
}

Datum
tp_row_array_end(tp_row_array *a)
{
	if (a->count == 0)
		return PointerGetDatum(construct_empty_array(a->element));
	return PointerGetDatum(construct_array(a->rows, (int) a->count, a->element, -1, false, TYPALIGN_DOUBLE));
}
