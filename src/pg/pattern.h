/*
 * pattern.h
 *	  Between journey_pattern datums and the core.
 */
#ifndef TP_PG_PATTERN_H
#define TP_PG_PATTERN_H

#include "types.h"

#include "tp_pattern.h"

/* The pattern of text, as a datum in the current context. Raises what the parser finds. */
extern Datum tp_pattern_datum(const char *text);

/* What a pattern asks a journey to pass through, in the current context. */
extern void tp_datum_needs(Datum pattern, tp_needs *needs);

#endif							/* TP_PG_PATTERN_H */
