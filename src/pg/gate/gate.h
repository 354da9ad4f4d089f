/*
 * gate.h
 *	  Contact policies between jsonb and the core.
 */
#ifndef TP_PG_GATE_H
#define TP_PG_GATE_H

#include "journey/types.h"

#include "utils/jsonb.h"

#include "gate/tp_gate.h"

/* The policy of a jsonb, in the current context; 22023 for whatever is none. */
extern void tp_read_policy(Jsonb *json, tp_policy *policy);

#endif							/* TP_PG_GATE_H */
