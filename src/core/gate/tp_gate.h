/*
 * tp_gate.h
 *	  May the company contact this customer now, and if not, when?
 *
 * A policy is a set of rules. Each rule looks at the contacts of a journey that have begun by a
 * moment u, and says whether a contact at u is allowed:
 *
 *	cap			fewer than max counted contacts in (u - within, u], or in the day, week or month of u up to u
 *	min_gap		no counted contact in (u - min_gap, u]
 *	quiet		the day and time at u, in the window's zone, is in no window of the contact's channel
 *	cooldown	no contact at the step in (u - wait, u]
 *	blackout	the date at u, in the blackout's zone, is in none
 *
 * A cap may be about one channel, or one step; a contact to be made is at a step where its touchpoint may be,
 * for nothing else is known of it yet. Caps and min_gap count no contact that is exempt, and those of the
 * company or of unknown unless a cap names another initiator. A contact to be made that is exempt is only
 * asked for quiet hours and blackouts.
 *
 * Work and memory grow with contacts plus rules. Some products are left, each needed in the worst
 * case only and open to cancelling: cool-downs and exemptions with wildcards are tried on each touchpoint of the
 * dictionary that is recent enough for them, those at steps with conditions on each kind of contact
 * that is, which is all that such a step can see of it: touchpoint, properties and fields but id and time;
 * caps at steps of their own on each contact in their window at a touchpoint that they are about; and caps of which
 * none implies another are looked at again where the search for the next moment runs over contacts that lie in the
 * future. The search over quiet hours passes at most some stretches of clocks, however little they leave open.
 */
#ifndef TP_GATE_H
#define TP_GATE_H

#include "gate/tp_policy.h"

/* The rules that refuse, a set. */
#define TP_BY_CAP			0x01
#define TP_BY_MIN_GAP		0x02
#define TP_BY_QUIET			0x04
#define TP_BY_COOLDOWN		0x08
#define TP_BY_BLACKOUT		0x10

/*
 * Rules by their number in the policy; of a kind that does not refuse they mean nothing. Of several caps, or
 * cool-downs, it is one of those that hold longest.
 */
typedef struct tp_verdict
{
	unsigned	refused_by;		/* 0: allowed */
	int64_t		next_at;		/* the first moment that is allowed, or TP_NEVER; unset when allowed */
	uint32_t	cap;
	uint32_t	counted;		/* by the cap, in its window */
	int64_t		last_at;		/* when the contact was that min_gap counts from */
	uint32_t	quiet;			/* the first window that holds */
	int64_t		quiet_local;	/* and what its clocks say */
	uint32_t	cooldown;
	uint32_t	cooled_by;		/* the contact that began it */
	uint32_t	blackout;		/* the first that holds */
	int64_t		blackout_local;
} tp_verdict;

/* May the company meet the customer of this journey (NULL: without contacts) at t, at this time? */
extern tp_status tp_gate(const tp_policy *policy, const tp_journey *journey, const tp_touchpoint *t, int64_t at,
						 const tp_memory *mem, tp_verdict *verdict, tp_error *err);

#endif							/* TP_GATE_H */
