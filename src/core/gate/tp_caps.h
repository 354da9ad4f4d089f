/*
 * tp_caps.h
 *	  The caps that a contact to be made comes under, while contacts are met in order.
 *
 * Only what may still refuse is kept: of the contacts that several caps count the places, once for all of
 * them; of those that a cap at a step of its own counts the last max.
 */
#ifndef TP_CAPS_H
#define TP_CAPS_H

#include "gate/tp_policy.h"

/* What caps count: the contacts of one channel or of all, of one initiator or of the company and nobody. */
#define TP_CAP_STREAMS 8

/*
 * The places of the contacts that some caps count, and these caps, max and within both rising: a cap
 * that allows no more within less time than another never refuses alone. Behind them caps of the calendar, of each
 * period the lowest.
 */
typedef struct tp_cap_stream
{
	tp_buffer	places;			/* u32; of a cap at a step the last max, the next to go at n % max */
	int64_t		n;				/* all that were counted */
	uint32_t	caps;
	uint32_t	periods;
	const tp_cap **cap;			/* caps + periods */
	const tp_cap *held;			/* who held last, the first to be asked again */
} tp_cap_stream;

/* A cap about a step counts contacts that no other cap does, so it has a stream of its own. */
typedef struct tp_step_stream
{
	const tp_cap *cap;			/* s.cap points here */
	bool		plain;			/* the step has no conditions */
	tp_cap_stream s;
} tp_step_stream;

/* The caps at a step that an entry of the dictionary may be at: a run of numbers in touched. */
typedef struct tp_touched
{
	bool		known;
	uint32_t	first;
	uint32_t	n;
} tp_touched;

typedef struct tp_period_at
{
	int64_t		from;
	int64_t		until;
} tp_period_at;

typedef struct tp_caps
{
	const tp_policy *policy;
	const tp_journey *journey;
	const tp_touchpoint *entries;	/* of its dictionary */
	const tp_memory *mem;
	bool	   *same_channel;	/* each entry: of the channel of the contact that is asked for */
	const tp_cap **caps;		/* of all streams */
	tp_cap_stream streams[TP_CAP_STREAMS];
	tp_step_stream *own;
	uint32_t	owns;
	tp_touched *touched_by;		/* each entry, where there are such caps */
	tp_buffer	touched;		/* u32 */
	tp_period_at *period;		/* each calendar, where u was last */
	unsigned	work;
} tp_caps;

/* Begin with the caps that are about t; *reach is how far back they look. Release them also after failure. */
extern tp_status tp_caps_begin(tp_caps *c, const tp_policy *policy, const tp_journey *journey, const tp_touchpoint *entries,
							   const tp_touchpoint *t, const tp_memory *mem, int64_t *reach, tp_error *err);
extern void tp_caps_release(tp_caps *c);

/* Contact i, which is not exempt, is met. Contacts come in order. */
extern void tp_caps_meet(tp_caps *c, uint32_t i, tp_initiator by);

/* Does a cap hold at u? If so *until is a moment until which one does, u else. */
extern tp_status tp_caps_hold(tp_caps *c, int64_t u, int64_t *until, tp_error *err);

/* The cap that holds longest at u, of several the lowest, of these the first; NULL where none does. */
extern tp_status tp_caps_longest(tp_caps *c, int64_t u, const tp_cap **cap, tp_error *err);

/* Does a cap count contact i, were it not exempt and in its window? From when on is that, at u? */
extern bool tp_caps_counts(const tp_caps *c, const tp_cap *cap, uint32_t i);
extern int64_t tp_caps_since(tp_caps *c, const tp_cap *cap, int64_t u);

#endif							/* TP_CAPS_H */
