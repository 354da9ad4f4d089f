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

/* Set what is counted (tp_ledger_kind), of the part in argument 2, or check that it is what was set before. */
extern void tp_set_ledger(FunctionCallInfo fcinfo, tp_ledger *t, int kind);

/* The ledger in argument 0; what was detoasted stays in the current context. */
extern void tp_get_ledger(FunctionCallInfo fcinfo, tp_ledger_view *v);

#endif							/* TP_PG_LEDGER_H */
