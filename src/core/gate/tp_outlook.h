/*
 * tp_outlook.h
 *	  Where a customer stands in a flow, and what a contact more would make of that.
 *
 * A flow of order k says how probable a conversion is from the last k parts met (tp_markov.h). The probability
 * of a journey is that of the state behind its last contact; of a contact to be made, that of the state behind it.
 */
#ifndef TP_OUTLOOK_H
#define TP_OUTLOOK_H

#include "flow/tp_flow.h"

typedef struct tp_outlook
{
	tp_memory	mem;
	const tp_flow_view *flow;	/* the caller's */
	double	   *p;				/* of the start and each state; NULL where the flow counts nothing */
} tp_outlook;

/*
 * Solve the flow; release what it took, also after failure. TP_BAD_ARGUMENT where the flow does not tell conversions,
 * or is about a property, which nobody knows of a contact to be made.
 */
extern tp_status tp_outlook_make(tp_outlook *o, const tp_memory *mem, const tp_flow_view *flow, tp_error *err);
extern void tp_outlook_release(tp_outlook *o);

/*
 * The probability to convert after the first n contacts of a journey (NULL: none), whose dictionary is entries, and
 * then a contact at t, where that is not NULL. NaN where the flow was never there.
 */
extern double tp_outlook_after(const tp_outlook *o, const tp_journey *journey, const tp_touchpoint *entries, uint32_t n,
							   const tp_touchpoint *t);

#endif							/* TP_OUTLOOK_H */
