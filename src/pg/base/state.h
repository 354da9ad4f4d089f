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

/*
 * Does argument 0 hold a flat state that may be changed where it lies? So it does in an aggregate,
 * where nobody else holds it.
 */
static inline bool
tp_state_is_own(FunctionCallInfo fcinfo)
{
	return !PG_ARGISNULL(0) && AggCheckCallContext(fcinfo, NULL) &&
		!VARATT_IS_EXTENDED(DatumGetPointer(PG_GETARG_DATUM(0)));
}

/*
 * Argument 0 to be changed: itself where it may be, else a copy, aligned and with a whole header.
 * 22004 when it is NULL: a function for which that is a state like another asks first.
 */
extern void *tp_state_for_update(FunctionCallInfo fcinfo);

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
