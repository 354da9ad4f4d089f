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
 */
#ifndef TP_GATE_H
#define TP_GATE_H

#include "base/tp_core.h"
#include "journey/tp_step.h"

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

typedef struct tp_policy
{
	uint32_t	n_caps;
	uint32_t	n_cooldowns;
	uint32_t	n_exempt;
	tp_cap	   *caps;
	tp_cooldown *cooldowns;
	tp_step    *exempt;			/* without conditions */
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

/* How far back the policy looks from a contact at touchpoint t; 0 when journeys do not matter. */
extern int64_t tp_policy_reach(const tp_policy *policy, const tp_touchpoint *t);

/* May the company meet the customer of this journey (NULL: without contacts) at t, at this time? */
extern tp_status tp_gate(const tp_policy *policy, const tp_journey *journey, const tp_touchpoint *t, int64_t at,
						 const tp_memory *mem, tp_verdict *verdict, tp_error *err);

/* The first moment from t on that is not quiet. */
extern int64_t tp_quiet_end(const tp_policy *policy, int64_t t);

#endif							/* TP_GATE_H */
