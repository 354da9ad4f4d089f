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

/*
 * Why the gate refuses, in the current context: each rule by its name, its limit in the policy's own words and
 * what it counted, in the order cap, min_gap, quiet hours, cooldown, blackout. journey is what the verdict is about.
 */
extern char *tp_reason_of(Jsonb *json, const tp_journey *journey, const tp_verdict *verdict);

#endif							/* TP_PG_GATE_H */
