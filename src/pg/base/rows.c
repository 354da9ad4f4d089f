/*
 * rows.c
 *	  Functions that return sets.
 */
#include "base/rows.h"

TupleDesc
tp_row_desc(FunctionCallInfo fcinfo)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return BlessTupleDesc(desc);
}

Datum
tp_rows_of(FunctionCallInfo fcinfo, FuncCallContext *call)
{
	call->tuple_desc = tp_row_desc(fcinfo);
	return PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)));
}

static Datum
end_rows(FunctionCallInfo fcinfo, FuncCallContext *call)
{
	SRF_RETURN_DONE(call);
}

FuncCallContext *
tp_rows(FunctionCallInfo fcinfo, Size size, tp_rows_begin begin)
{
	FuncCallContext *call;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext before;

		call = SRF_FIRSTCALL_INIT();
		before = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		call->user_fctx = palloc0(size);
		begin(fcinfo, call, call->user_fctx);
		MemoryContextSwitchTo(before);
	}
	call = SRF_PERCALL_SETUP();
	if (call->call_cntr < call->max_calls)
		return call;
	end_rows(fcinfo, call);
	return NULL;
}

Datum
tp_return_rows(FunctionCallInfo fcinfo, Size size, tp_rows_begin begin, tp_rows_next next)
{
	FuncCallContext *call = tp_rows(fcinfo, size, begin);

	if (call == NULL)
		PG_RETURN_NULL();
	return next(fcinfo, call, call->user_fctx);
}

Datum
tp_next_row(FunctionCallInfo fcinfo, FuncCallContext *call, Datum *values, bool *nulls)
{
	return tp_next_value(fcinfo, call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls)));
}

Datum
tp_next_value(FunctionCallInfo fcinfo, FuncCallContext *call, Datum value)
{
	SRF_RETURN_NEXT(call, value);
}
