/*
 * tp_flow_words.h
 *	  The commonest transitions of a flow, for pictures and for texts that others draw.
 */
#ifndef TP_FLOW_WORDS_H
#define TP_FLOW_WORDS_H

#include "chart/tp_pictures.h"

typedef struct tp_flow_arc
{
	uint32_t	source;			/* a place in states */
	uint32_t	target;
	double		count;
	int64_t		usecs;			/* mean time, -1 from the start and to an end */
} tp_flow_arc;

typedef enum tp_state_kind
{
	TP_STATE_START,
	TP_STATE_MET,
	TP_STATE_END
} tp_state_kind;

typedef struct tp_flow_pick
{
	tp_flow_arc *arc;			/* by count, falling */
	uint32_t	arcs;
	uint32_t	all;			/* transitions that there are */
	tp_label   *name;
	tp_state_kind *kind;
	double	   *met;			/* contacts, and of the start journeys, whatever arcs are chosen */
	double		moves;			/* of all transitions */
	uint32_t	states;			/* that the arcs touch, in order of first mention */
} tp_flow_pick;

/* The top commonest; of equals those that come first. TP_BAD_ARGUMENT unless 1 <= top <= 100. Of mem for good. */
extern tp_status tp_flow_choose(const tp_memory *mem, const tp_flow_view *v, int top, tp_flow_pick *pick, tp_error *err);

#endif							/* TP_FLOW_WORDS_H */
