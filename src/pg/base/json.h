/*
 * json.h
 *	  Types as json.
 *
 * row_to_json, to_jsonb and their like take a value of a type that is not the server's own for a string,
 * unless it has a cast to json, not jsonb, that is a function.
 */
#ifndef TP_JSON_H
#define TP_JSON_H

#include "base/tp_pg.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"

/* The json of a jsonb, in the current context. */
static inline Datum
tp_jsonb_json(Datum d)
{
	Jsonb	   *jsonb = DatumGetJsonbP(d);

	return PointerGetDatum(cstring_to_text(JsonbToCString(NULL, &jsonb->root, VARSIZE(jsonb))));
}

/* The function type_to_json of a type that has type_to_jsonb. */
#define TP_JSON(type) \
PG_FUNCTION_INFO_V1(type##_to_json); \
Datum \
type##_to_json(PG_FUNCTION_ARGS) \
{ \
	return tp_jsonb_json(DirectFunctionCall1(type##_to_jsonb, PG_GETARG_DATUM(0))); \
}

#endif							/* TP_JSON_H */
