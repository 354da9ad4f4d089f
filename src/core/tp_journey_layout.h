/*
 * tp_journey_layout.h
 *	  Writing an image of contacts that are in order and merged, for tp_journey_build.c alone:
 *	  everybody else calls tp_journey_encode.
 */
#ifndef TP_JOURNEY_LAYOUT_H
#define TP_JOURNEY_LAYOUT_H

#include "tp_journey.h"

/*
 * Codes point into entries, which are in touchpoint order and all used. Fails with TP_PAST_LIMIT
 * when the image or its text form grows too large, and TP_NO_MEMORY.
 */
extern tp_status tp_journey_layout(const tp_memory *mem, const tp_contact *contacts, uint32_t count,
								   const tp_touchpoint *entries, uint32_t n_entries,
								   tp_buffer *out, tp_error *err);

#endif							/* TP_JOURNEY_LAYOUT_H */
