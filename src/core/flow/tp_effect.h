/*
 * tp_effect.h
 *	  Which parts go with conversion: what a ledger of journeys by part says of each.
 */
#ifndef TP_EFFECT_H
#define TP_EFFECT_H

#include "flow/tp_ledger.h"

typedef struct tp_effect
{
	int64_t		with;			/* journeys that pass the part */
	int64_t		with_converted;
	int64_t		without;
	int64_t		without_converted;
	bool		known;			/* no margin of the table is 0; the figures below */
	double		odds_ratio;		/* tp_odds_ratio, at 95 percent */
	double		low;
	double		high;
	double		p_value;		/* tp_fisher_exact */
	double		q_value;		/* tp_false_discovery among the known */
} tp_effect;

/*
 * Of each key of a ledger of TP_LEDGER_EFFECT, in v's order, into v->keys of them; the key that stands for
 * all journeys, which *all numbers, gets none. TP_BAD_ARGUMENT for counts that no journeys have.
 */
extern tp_status tp_effects(const tp_ledger_view *v, const tp_memory *mem, tp_effect *effects, uint32_t *all,
							tp_error *err);

#endif							/* TP_EFFECT_H */
