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

/* The policy as it was last given, read. */
typedef struct tp_policy_cache
{
	MemoryContext context;		/* of json and what policy points to */
	Jsonb	   *json;
	tp_policy	policy;
} tp_policy_cache;

/* The context of a cache is a child of the current one. */
extern void tp_policy_cache_init(tp_policy_cache *cache);
extern void tp_policy_cache_read(tp_policy_cache *cache, Jsonb *json);

/* Has this session been asked about the policy lately? Then it is a sound one. */
extern bool tp_policy_is_kept(const Jsonb *json);

/* The time of a contact to be made; 22003 where it is infinite. */
extern int64_t tp_get_gate_time(Datum at);

/*
 * Why the gate refuses, in the current context: each rule by its name, its limit in the policy's own words and
 * what it counted, in the order cap, min_gap, quiet hours, cooldown, blackout. journey is what the verdict is about.
 */
extern char *tp_reason_of(Jsonb *json, const tp_journey *journey, const tp_verdict *verdict);

#endif							/* TP_PG_GATE_H */
