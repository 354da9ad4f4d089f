/*
 * tp_policy.h
 *	  The rules of a company for the contacts that it starts.
 *
 * A policy is filled in between tp_policy_init and tp_policy_finish, and not moved. Rules of a kind are
 * numbered as they come, so that a verdict can name them.
 */
#ifndef TP_POLICY_H
#define TP_POLICY_H

#include "journey/tp_step.h"
#include "journey/tp_journey.h"
#include "gate/tp_clock.h"
#include "gate/tp_ranked_globs.h"

/* At most max contacts within so long, or a day, week or month; by TP_BY_NOBODY or the company counts those of both. */
typedef struct tp_cap
{
	int64_t		max;
	int64_t		within;			/* microseconds; 0: in a period of the calendar */
	tp_per		per;
	uint32_t	zone;			/* of that period */
	uint32_t	calendar;		/* caps of one period share it; set when finished */
	uint32_t	rule;			/* its number; set when finished */
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
	uint32_t	rule;
} tp_cooldown;

typedef struct tp_calendar
{
	tp_per		per;
	uint32_t	zone;
} tp_calendar;

typedef struct tp_policy
{
	tp_memory	mem;
	uint32_t	n_zones;
	uint32_t	zones_room;
	tp_zone    *zone;
	uint32_t	n_caps;
	tp_cap	   *caps;			/* the caller's; in order of max once finished */
	uint32_t	n_calendars;
	tp_calendar *calendar;
	uint32_t	n_cooldowns;	/* of both kinds */
	tp_ranked_globs cooldowns;	/* without conditions, ranked by how long they wait, in microseconds */
	uint32_t	n_conditional;	/* cool-downs with conditions, the longest first once finished */
	uint32_t	conditional_room;
	tp_cooldown *conditional;
	int64_t		longest_conditional;
	tp_ranked_globs exempt;		/* all ranked the same */
	uint32_t	n_exempt_if;	/* steps with conditions, of which contacts are exempt too */
	uint32_t	exempt_if_room;
	tp_step    *exempt_if;
	int64_t		min_gap;		/* 0: none */
	uint32_t	n_windows;		/* of quiet hours */
	uint32_t	windows_room;
	tp_window  *window;
	tp_shuts	quiet;
	uint32_t	n_blackouts;
	uint32_t	blackouts_room;
	tp_blackout *blackout;
	tp_shuts	closed;
} tp_policy;

/* Up to so many steps with conditions, asking them of a contact is less work than to tell its kind. */
#define TP_FEW_CONDITIONAL 4

extern void tp_policy_init(tp_policy *policy, const tp_memory *mem);

/* The number of a zone, which is looked at in the same way as one that is there already or is new. */
extern tp_status tp_policy_zone(tp_policy *policy, const tp_zone *zone, uint32_t *number, tp_error *err);

/* Add what is exempt, and how long to wait after what. A step with conditions is the policy's from then on. */
extern bool tp_step_is_plain(const tp_step *step);	/* without conditions */
extern tp_status tp_policy_exempt(tp_policy *policy, const tp_step *step, tp_error *err);
extern tp_status tp_policy_cool(tp_policy *policy, const tp_step *after, int64_t wait, tp_error *err);
extern tp_status tp_policy_quiet(tp_policy *policy, const tp_window *window, tp_error *err);
extern tp_status tp_policy_blackout(tp_policy *policy, const tp_blackout *blackout, tp_error *err);
extern tp_status tp_policy_finish(tp_policy *policy, const tp_memory *mem, tp_error *err);
extern void tp_policy_release(tp_policy *policy);

/*
 * Is a contact to be made at t exempt? Nothing but its touchpoint is known of it, so no step with conditions
 * makes it so.
 */
extern bool tp_policy_exempts(const tp_policy *policy, const tp_touchpoint *t, const tp_memory *mem);

/* Is a cap about t? One at a step is about all that its touchpoint may be. */
extern bool tp_cap_is_about(const tp_cap *cap, const tp_touchpoint *t);

/* Does a cap, or min_gap as one of nobody, count contacts by `by`? */
static inline bool
tp_cap_counts(tp_initiator cap, tp_initiator by)
{
	bool		company = by == TP_BY_COMPANY || by == TP_BY_NOBODY;

	return cap == TP_BY_COMPANY || cap == TP_BY_NOBODY ? company : by == cap;
}

/* How far back the policy looks from a contact at touchpoint t; 0 when journeys do not matter. */
extern int64_t tp_policy_reach(const tp_policy *policy, const tp_touchpoint *t, const tp_memory *mem);

#endif							/* TP_POLICY_H */
