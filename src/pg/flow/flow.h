/*
 * flow.h
 *	  Between datums and the core: flows.
 */
#ifndef TP_PG_FLOW_H
#define TP_PG_FLOW_H

#include "journey/types.h"

#include "base/expanded.h"
#include "flow/tp_flow.h"

/* The flow in d, all of it checked; what was detoasted stays in the current context. */
extern void tp_datum_flow(Datum d, tp_flow_view *v);
extern Datum tp_flow_datum(const tp_flow *f);

/* The open state in argument 0, its settings checked against those of this row: part in 2, k in k_arg or 1. */
extern tp_flow *tp_flow_state_of(FunctionCallInfo fcinfo, int k_arg, tp_flow_ends ends, tp_expanded **e);

/* Name of a state by the image's number, the start and the ends too. */
extern Datum tp_state_text(const tp_flow_view *v, uint32_t state);

#endif							/* TP_PG_FLOW_H */
