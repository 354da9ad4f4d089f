/*
 * state.h
 *	  Where an aggregate's state lives, and when it may be changed in place.
 *
 * Whatever SQL can call may be called with NULL, by itself, and by an aggregate that somebody else
 * declared over it. So every transition and combine function takes its state from here, or from
 * expanded.h where the state grows.
 */
#ifndef TP_STATE_H
#define TP_STATE_H

#include "base/tp_pg.h"

/* The context of the aggregate that calls, which an internal state must have; 0A000 without one. */
extern MemoryContext tp_aggregate_context(FunctionCallInfo fcinfo);

/* AggCheckCallContext, where only yes or no is asked. */
static inline bool
tp_in_aggregate(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL && (IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

/*
 * Does argument 0 hold a flat state that may be changed where it lies? So it does in an aggregate,
 * where nobody else holds it.
 */
static inline bool
tp_state_is_own(FunctionCallInfo fcinfo)
{
	return !PG_ARGISNULL(0) && tp_in_aggregate(fcinfo) &&
		!VARATT_IS_EXTENDED(DatumGetPointer(PG_GETARG_DATUM(0)));
}

/* A copy of argument 0, aligned and with a whole header; 22004 when it is NULL. */
extern void *tp_copy_state(FunctionCallInfo fcinfo);

/*
 * Argument 0 to be changed: itself where it may be, else a copy. 22004 when it is NULL: a function for which
 * that is a state like another asks first.
 */
static inline void *
tp_state_for_update(FunctionCallInfo fcinfo)
{
	return likely(tp_state_is_own(fcinfo)) ? DatumGetPointer(PG_GETARG_DATUM(0)) : tp_copy_state(fcinfo);
}

/* In a combine function: return argument 0, which may be NULL, where argument 1 is NULL. */
#define TP_RETURN_STATE_ALONE() \
	do { \
		if (PG_ARGISNULL(1)) \
		{ \
			if (PG_ARGISNULL(0)) \
				PG_RETURN_NULL(); \
			return PG_GETARG_DATUM(0); \
		} \
	} while (0)

#endif							/* TP_STATE_H */
