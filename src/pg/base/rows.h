/*
 * rows.h
 *	  Functions that return sets: a state made at the first call, then a row a call.
 */
#ifndef TP_ROWS_H
#define TP_ROWS_H

#include "base/tp_pg.h"

#include "access/htup_details.h"
#include "funcapi.h"

/* The row type that this function returns, in the current context. */
extern TupleDesc tp_row_desc(FunctionCallInfo fcinfo);

/*
 * Make the state, which is zeroed, in the context of all calls, which is the current one. Sets
 * call->max_calls, 0 until then, and call->tuple_desc where rows are returned.
 */
typedef void (*tp_rows_begin) (FunctionCallInfo fcinfo, FuncCallContext *call, void *state);

/* For a begin function whose rows are of the value in argument 0: sets their type, and returns a copy for all calls. */
extern Datum tp_rows_of(FunctionCallInfo fcinfo, FuncCallContext *call);

/* The call for its next row, with the state of size bytes in user_fctx; NULL where there are no more. */
extern FuncCallContext *tp_rows(FunctionCallInfo fcinfo, Size size, tp_rows_begin begin);

/* Make the next row or value of state with the functions below. */
typedef Datum (*tp_rows_next) (FunctionCallInfo fcinfo, FuncCallContext *call, void *state);

/* NAME(…): the rows of a state of this type, which begin makes and next reads. */
#define TP_ROWS(name, state_type, begin, next) TP_FUNCTION(name, tp_return_rows(fcinfo, sizeof(state_type), begin, next))

extern Datum tp_return_rows(FunctionCallInfo fcinfo, Size size, tp_rows_begin begin, tp_rows_next next);

/* Return this row, or this value, and be called again. */
extern Datum tp_next_row(FunctionCallInfo fcinfo, FuncCallContext *call, Datum *values, bool *nulls);
extern Datum tp_next_value(FunctionCallInfo fcinfo, FuncCallContext *call, Datum value);

#endif							/* TP_ROWS_H */
