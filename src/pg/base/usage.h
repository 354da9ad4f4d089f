/*
 * usage.h
 *	  Calls that lack something, as many write them first: they are there to say what to write instead,
 *	  where the server would only find no such function.
 *
 * Their C symbols end in _usage, which is how sql/lint.sql tells them from what answers. Only what takes
 * nothing from another call can be one: beside a text[], no touchpoint[] or text, or literals were ambiguous.
 */
#ifndef TP_USAGE_H
#define TP_USAGE_H

#include "base/tp_pg.h"

#define TP_USAGE(name, message, hint) \
PG_FUNCTION_INFO_V1(name##_usage); \
Datum \
name##_usage(PG_FUNCTION_ARGS) \
{ \
	(void) fcinfo; \
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg(message), errhint(hint))); \
	PG_RETURN_NULL(); \
}

#endif							/* TP_USAGE_H */
