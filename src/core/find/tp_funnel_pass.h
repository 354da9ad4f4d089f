/*
 * tp_funnel_pass.h
 *	  One pass over contacts whose order is known: what nearly every funnel comes to.
 */
#ifndef TP_FUNNEL_PASS_H
#define TP_FUNNEL_PASS_H

#include "find/tp_funnel.h"

/* Contacts as a pass sees them: those of a journey, or rows. */
typedef struct tp_funnel_view
{
	const tp_funnel *f;
	const tp_journey *j;		/* NULL for rows */
	const int64_t *times;
	const uint64_t *masks;		/* NULL where the dictionary tells */
	size_t		n;
	bool		exits;			/* there may be some */
} tp_funnel_view;

/* The steps that contact i matches. */
static inline uint64_t
word_at(const tp_funnel_view *v, size_t i)
{
	return v->masks == NULL ? v->f->at.globs.word_of[tp_journey_code(v->j, (uint32_t) i)] : v->masks[i];
}

static inline int64_t
time_at(const tp_funnel_view *v, size_t i)
{
	return v->j != NULL ? tp_journey_time(v->j, (uint32_t) i) : v->times[i];
}

static inline bool
is_exit(const tp_funnel_view *v, size_t i)
{
	if (!v->exits)
		return false;
	if (v->masks != NULL)
		return v->masks[v->n + i] != 0;
	return tp_globs_row(&v->f->at.globs, tp_journey_code(v->j, (uint32_t) i))[1] != 0;
}

static inline uint64_t
low_bits(uint32_t n)
{
	return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

/* One pass: what is asked, and how far it got. */
typedef struct tp_funnel_pass
{
	uint32_t	steps;
	uint32_t	enough;			/* forward there is no need to look further; 0 = all steps */
	unsigned	modes;
	bool		backward;		/* last contact and last step first */
	uint64_t	within;
	uint32_t	best;
	size_t		last_full;		/* the last contact looked at that completed all steps */
	bool		tied;			/* nothing tells the order of contacts where it may matter; the rest is moot */
} tp_funnel_pass;


/*
 * Plain, strict_increase and reuse, without exclusions; with strict_increase no exits. Whether ties matter is found
 * on the way.
 */
extern void tp_funnel_run(const tp_funnel_view *v, tp_funnel_pass *p);

/* The same where nothing else is in sight: forward, a dictionary of up to 256, no exits, once. */
extern uint32_t tp_funnel_run_plain(const tp_funnel *f, const tp_journey *j, uint32_t enough, bool *tied);

/* From a start that gets to chain->reached steps: the members, each as early as can be. */
extern void tp_funnel_follow(const tp_funnel_view *v, const tp_funnel *f, uint32_t start, tp_chain *chain);

/* What came behind the last member of a chain that is not complete. */
extern tp_stop tp_funnel_why(const tp_funnel_view *v, const tp_funnel *f, const tp_chain *chain);

#endif							/* TP_FUNNEL_PASS_H */
