/*
 * tp_conformance.h
 *	  Planned against actual: which steps of a plan were taken, which contacts nobody planned, and
 *	  rules on the order of contacts.
 */
#ifndef TP_CONFORMANCE_H
#define TP_CONFORMANCE_H

#include "journey/tp_step.h"

/*
 * Lay a journey along a plan so that most contacts meet a step, both in order. Fitness is
 * 2 * met / (contacts + steps), 1 where there is neither. Where several ways meet as many, the
 * earlier steps are taken, each by the earliest contact that can. taken and met have room for
 * steps and contacts. Memory goes with contacts * steps / 8 bytes: TP_PAST_LIMIT above 1 GB. The
 * plan has a bit a step, in order.
 */
extern tp_status tp_conform(const tp_memory *mem, const tp_journey *j, tp_steps *plan, uint32_t steps, bool *taken,
							bool *met, double *fitness, tp_error *err);

/*
 * Templates of M. Pesic, W. van der Aalst, "A declarative approach for flexible business processes
 * management", BPM Workshops 2006.
 */
typedef enum tp_rule
{
	TP_RULE_ABSENT,				/* no a */
	TP_RULE_STARTS,				/* the first contact is a */
	TP_RULE_ENDS,				/* the last contact is a */
	TP_RULE_RESPONSE,			/* each a has a b later */
	TP_RULE_PRECEDENCE,			/* each b has an a earlier */
	TP_RULE_SUCCESSION,			/* both */
	TP_RULE_RESPONDED_EXISTENCE	/* where there is an a there is a b, before or after */
} tp_rule;

/* TP_BAD_ARGUMENT for an unknown name, the hint listing the known. */
extern tp_status tp_rule_parse(const char *text, size_t len, tp_rule *rule, tp_error *err);
extern const char *tp_rule_name(tp_rule rule);

static inline bool
tp_rule_has_b(tp_rule rule)
{
	return rule >= TP_RULE_RESPONSE;
}

/* Does j keep to rule? Steps are a, bit 0, and b, bit 1, where the rule has one. */
extern tp_status tp_rule_holds(const tp_journey *j, tp_rule rule, tp_steps *steps, bool *holds, tp_error *err);

#endif							/* TP_CONFORMANCE_H */
