/*
 * tp_pg.h
 *	  What the functions of the server's side share: reporting a core verdict, lending the core
 *	  memory, making varlenas, checking settings.
 */
#ifndef TP_PG_H
#define TP_PG_H

#include "base/compat.h"

#include <math.h>

#include "miscadmin.h"
#include "base/tp_core.h"

/*
 * A tp_memory over a memory context. Its poll does not return when the query is cancelled: whoever
 * holds more than memory of that context must not poll.
 */
extern tp_memory tp_pg_memory(MemoryContext context);

/*
 * Report err with its SQLSTATE, message, detail and hint: softly into escontext where the server
 * and the caller can take it, else as an ERROR.
 */
extern void tp_report(const tp_error *err, struct Node *escontext);

/* As tp_report, never soft: for everything that is not an input function. */
tp_noreturn extern void tp_raise(const tp_error *err);

/* Raise err unless status is TP_OK. */
static inline void
tp_check(tp_status status, const tp_error *err)
{
	if (unlikely(status != TP_OK))
		tp_raise(err);
}

/* A buffer whose first VARHDRSZ bytes are left free for the varlena header, and the datum of it. */
extern void tp_varlena_begin(tp_buffer *b, const tp_memory *mem);
extern Datum tp_varlena_end(tp_buffer *b);

/* 22023: the setting called name must not be NULL. */
tp_noreturn extern void tp_null_setting(const char *name);

/* get(fcinfo, arg): what parse makes of the text argument arg, a setting of this name. */
#define TP_GET_SETTING(get, type, name, parse) \
type \
get(FunctionCallInfo fcinfo, int arg) \
{ \
	text	   *t; \
	type		v; \
	tp_error	err; \
	if (PG_ARGISNULL(arg)) \
		tp_null_setting(name); \
	t = PG_GETARG_TEXT_PP(arg); \
	tp_check(parse(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), &v, &err), &err); \
	return v; \
}

/* 22023: the setting called name must be equal on every row of what ("a group", "a partition"). */
tp_noreturn extern void tp_changed_setting(const char *name, const char *what);

/* In a loop over contacts or rows, at place i: has the query been cancelled? */
#define TP_CHECK_AT(i) \
	do { \
		if (unlikely((i) % TP_POLL_EVERY == TP_POLL_EVERY - 1)) \
			CHECK_FOR_INTERRUPTS(); \
	} while (0)

/* 22003: v, which is called name, is not finite. */
tp_noreturn extern void tp_raise_not_finite(double v, const char *name);

static inline void
tp_check_finite(double v, const char *name)
{
	if (unlikely(!isfinite(v)))
		tp_raise_not_finite(v, name);
}

/* A function of SQL that is one expression of fcinfo. */
#define TP_FUNCTION(name, value) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	return value; \
}

#endif							/* TP_PG_H */
