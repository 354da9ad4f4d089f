/*
 * pattern.h
 *	  Between journey_pattern datums and the core.
 */
#ifndef TP_PG_PATTERN_H
#define TP_PG_PATTERN_H

#include "journey/types.h"

#include "find/tp_pattern.h"

/* The pattern of one step, as a datum in the current context. */
extern Datum tp_glob_pattern_datum(const tp_glob *glob);

/* What a pattern asks a journey to pass through, in the current context. */
extern void tp_datum_needs(Datum pattern, tp_needs *needs);

#endif							/* TP_PG_PATTERN_H */
