/*
 * ledger.h
 *	  Between datums and the core: ledgers, the state of aggregates that credit parts or count paths.
 */
#ifndef TP_PG_LEDGER_H
#define TP_PG_LEDGER_H

#include "journey/types.h"

#include "base/expanded.h"
#include "flow/tp_ledger.h"

/* The open state in argument 0, to be changed. */
extern tp_ledger *tp_ledger_state(FunctionCallInfo fcinfo, tp_expanded **e);

/*
 * A transition function (state, journey, part, ...): count what is asked for (tp_ledger_kind), which no row may
 * change, and add the row's journey unless it is NULL.
 */
typedef tp_status (*tp_ledger_counter) (FunctionCallInfo fcinfo, tp_ledger *t, const tp_journey *j, tp_error *err);

extern Datum tp_ledger_row(FunctionCallInfo fcinfo, int kind, tp_ledger_counter count);

/* The ledger in argument 0; what was detoasted stays in the current context. */
extern void tp_get_ledger(FunctionCallInfo fcinfo, tp_ledger_view *v);

#endif							/* TP_PG_LEDGER_H */
