/*
 * tp_gate.h
 *	  May the company contact this customer now, and if not, when?
 *
 * A policy is a set of rules. Each rule looks at the contacts of a journey that have begun by a
 * moment u, and says whether a contact at u is allowed:
 *
 *	cap			fewer than max counted contacts in (u - within, u]
 *	min_gap		no counted contact in (u - min_gap, u]
 *	quiet		the time of day at u, in the policy's zone, is outside [from, to)
 *	cooldown	no contact at the step in (u - wait, u]
 *
 * A cap may be about one channel, or one step; a contact to be made is at a step where its touchpoint may be,
 * for nothing else is known of it yet.
 *
 * Work and memory grow with contacts plus rules. Some products are left, each needed in the worst
 * case only and open to cancelling: cool-downs with wildcards are tried on each touchpoint of the
 * dictionary that is recent enough for them, cool-downs at steps with conditions on each kind of contact
 * that is, which is all that such a step can see of it: touchpoint, properties and fields but id and time;
 * caps at steps of their own on each contact in their window; and caps of which none implies another are looked at again where the search for the next
 * moment runs over contacts that lie in the future.
 */
#ifndef TP_GATE_H
#define TP_GATE_H

#include "base/tp_core.h"
#include "journey/tp_step.h"
#include "journey/tp_journey.h"
#include "gate/tp_ranked_globs.h"

/* At most max contacts within so long; by TP_BY_NOBODY counts those of the company or of unknown. */
typedef struct tp_cap
{
	int64_t		max;
	int64_t		within;			/* microseconds */
	tp_initiator by;
	uint8_t		channel_len;	/* 0: of all channels */
	char		channel[TP_PART_MAX];
	tp_step		at;				/* without alternatives: of all touchpoints */
} tp_cap;

/* No contact for so long after one at a step with conditions. */
typedef struct tp_cooldown
{
	tp_step		after;
	int64_t		wait;			/* microseconds */
} tp_cooldown;

/*
 * Where a zone's clocks stand. look gives the offset of local time to UTC at t, and the first
 * moment after t with another (INT64_MAX when there is none).
 */
typedef struct tp_zone
{
	void		(*look) (const void *context, int64_t t, int64_t *offset, int64_t *until);
	const void *context;
} tp_zone;

/* A policy is filled in between tp_policy_init and tp_policy_finish, and not moved. */
typedef struct tp_policy
{
	tp_memory	mem;
	uint32_t	n_caps;
	tp_cap	   *caps;			/* the caller's; in order of max once finished */
	tp_ranked_globs cooldowns;	/* without conditions, ranked by how long they wait, in microseconds */
	uint32_t	n_conditional;	/* cool-downs with conditions, the longest first once finished */
	uint32_t	conditional_room;
	tp_cooldown *conditional;
	int64_t		longest_conditional;
	tp_ranked_globs exempt;		/* all ranked the same */
	int64_t		min_gap;		/* 0: none */
	bool		quiet;
	int64_t		quiet_from;		/* microseconds of the day, from < to or wrapping midnight */
	int64_t		quiet_to;
	tp_zone		zone;
} tp_policy;

/* The rules that refuse, a set. */
#define TP_BY_CAP			0x01
#define TP_BY_MIN_GAP		0x02
#define TP_BY_QUIET			0x04
#define TP_BY_COOLDOWN		0x08

#define TP_NEVER INT64_MAX

typedef struct tp_verdict
{
	unsigned	refused_by;		/* 0: allowed */
	int64_t		next_at;		/* the first moment that is allowed, or TP_NEVER; unset when allowed */
} tp_verdict;

/* A time of day as HH:MM or HH:MM:SS, up to 24:00; false when it is none. */
extern bool tp_time_of_day(const char *text, size_t len, int64_t *usecs);

extern void tp_policy_init(tp_policy *policy, const tp_memory *mem);

/* Add what is exempt, and how long to wait after what. A step with conditions is the policy's from then on. */
extern bool tp_step_is_plain(const tp_step *step);	/* without conditions */
extern tp_status tp_policy_exempt(tp_policy *policy, const tp_step *step, tp_error *err);
extern tp_status tp_policy_cool(tp_policy *policy, const tp_step *after, int64_t wait, tp_error *err);
extern tp_status tp_policy_finish(tp_policy *policy, const tp_memory *mem, tp_error *err);
extern void tp_policy_release(tp_policy *policy);

/* How far back the policy looks from a contact at touchpoint t; 0 when journeys do not matter. */
extern int64_t tp_policy_reach(const tp_policy *policy, const tp_touchpoint *t, const tp_memory *mem);

/* The moment so long before t, no earlier than all times. */
static inline int64_t
tp_before(int64_t t, int64_t by)
{
	return t < TP_TIME_MIN + by ? TP_TIME_MIN : t - by;
}

/* May the company meet the customer of this journey (NULL: without contacts) at t, at this time? */
extern tp_status tp_gate(const tp_policy *policy, const tp_journey *journey, const tp_touchpoint *t, int64_t at,
						 const tp_memory *mem, tp_verdict *verdict, tp_error *err);

/* The first moment from t on that is not quiet. */
extern int64_t tp_quiet_end(const tp_policy *policy, int64_t t);

#endif							/* TP_GATE_H */
