/*
 * pattern.h
 *	  Between journey_pattern datums and the core.
 */
#ifndef TP_PG_PATTERN_H
#define TP_PG_PATTERN_H

#include "journey/types.h"

#include "find/tp_pattern.h"

/* Wire form: u8 version, then the canonical text in UTF-8. */
#define TP_PATTERN_WIRE 1

typedef tp_status (*tp_pattern_parser) (tp_buffer *out, const char *text, size_t len, tp_error *err);

/* The stored value of what parse makes of a text, in the current context, whose memory mem is. */
extern tp_status tp_pattern_datum(const tp_memory *mem, tp_pattern_parser parse, const char *text, size_t len, Datum *d,
								  tp_error *err);

/* Add the canonical text of a stored value; their order by it, bytewise: the same on every server. */
extern void tp_write_pattern(Datum d, tp_buffer *b);
extern int	tp_pattern_order(Datum a, Datum b);

/* The steps of a pattern that is a chain, as texts in the current context. Fails as tp_pattern_steps does. */
extern tp_status tp_datum_steps(Datum pattern, char ***steps, int *n, tp_error *err);

/* The pattern of one step, as a datum in the current context; false where the text is none. */
extern bool tp_step_pattern_datum(const char *step, Datum *d);

/* The globs of a touchpoint_glob, ready to be asked, in the current context. */
extern tp_status tp_datum_globs(Datum globs, tp_step *step, tp_error *err);

/* What a pattern asks a journey to pass through, in the current context. */
extern void tp_datum_needs(Datum pattern, tp_needs *needs);

#endif							/* TP_PG_PATTERN_H */
