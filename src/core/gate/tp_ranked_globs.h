/*
 * tp_ranked_globs.h
 *	  Many globs, each with a rank: the highest rank among those that match a touchpoint.
 *
 * Globs are kept under their literal parts, so that a touchpoint is compared only with those whose
 * literal parts are its own: one probe for each of the eight choices of parts, whatever the number
 * of globs. Only what is left, the wildcards of these, is tried glob by glob. The same glob twice
 * is one, of the higher rank.
 */
#ifndef TP_RANKED_GLOBS_H
#define TP_RANKED_GLOBS_H

#include "journey/tp_intern.h"

typedef struct tp_ranked_glob
{
	int64_t		rank;
	uint32_t	next;			/* with the same literal parts: its number + 1, or 0 */
	uint32_t	tag;			/* the caller's, of the first with this rank */
} tp_ranked_glob;

/* Globs with the same literal parts. */
typedef struct tp_ranked_group
{
	int64_t		highest;
	uint32_t	first;			/* its number + 1 */
} tp_ranked_group;

typedef struct tp_ranked_globs
{
	tp_intern	globs;			/* the text of each */
	tp_intern	groups;			/* the literal parts of each */
	uint32_t	globs_room;
	uint32_t	groups_room;
	tp_ranked_glob *glob;
	tp_ranked_group *group;
	int64_t		highest;		/* of all; 0 where there are none */
	unsigned	masks;			/* a set: which choices of parts occur */
} tp_ranked_globs;

extern void tp_ranked_globs_init(tp_ranked_globs *g, const tp_memory *mem);
extern void tp_ranked_globs_release(tp_ranked_globs *g);

/* Add a glob; its rank is above 0. */
extern tp_status tp_ranked_globs_add(tp_ranked_globs *g, const tp_glob *glob, int64_t rank, uint32_t tag,
									 tp_error *err);

/*
 * The highest rank above `above` of the globs that match t, or `above` where there is none. mem is
 * polled where many are tried; false where it wants to stop.
 */
extern bool tp_ranked_globs_find(const tp_ranked_globs *g, const tp_touchpoint *t, int64_t above,
								 const tp_memory *mem, int64_t *rank);

/* The lowest tag of the globs of just this rank that match t, or UINT32_MAX. */
extern uint32_t tp_ranked_globs_tag(const tp_ranked_globs *g, const tp_touchpoint *t, int64_t rank,
									const tp_memory *mem);

#endif							/* TP_RANKED_GLOBS_H */
