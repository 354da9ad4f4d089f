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
 *	cooldown	no contact that matches the glob in (u - wait, u]
 *
 * Work and memory grow with contacts plus rules. Two products are left, each needed in the worst
 * case only and open to cancelling: cool-downs with wildcards are tried on each touchpoint of the
 * dictionary that is recent enough for them, and caps of which none implies another are looked at
 * again where the search for the next moment runs over contacts that lie in the future.
 */
#ifndef TP_GATE_H
#define TP_GATE_H

#include "base/tp_core.h"
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
} tp_cap;

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
	uint32_t	n_caps;
	tp_cap	   *caps;			/* the caller's; in order of max once finished */
	tp_ranked_globs cooldowns;	/* ranked by how long they wait, in microseconds */
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
