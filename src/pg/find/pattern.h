/*
 * pattern.h
 *	  Between journey_pattern datums and the core.
 */
#ifndef TP_PG_PATTERN_H
#define TP_PG_PATTERN_H

#include "journey/types.h"

#include "find/tp_pattern.h"

/* The pattern of one step, as a datum in the current context; false where the text is none. */
extern bool tp_step_pattern_datum(const char *step, Datum *d);

/* What a pattern asks a journey to pass through, in the current context. */
extern void tp_datum_needs(Datum pattern, tp_needs *needs);

#endif							/* TP_PG_PATTERN_H */
