/*
 * compare.h
 *	  The SQL face of a total order: = <> < <= > >=, a btree and two hash functions of one type.
 */
#ifndef TP_COMPARE_H
#define TP_COMPARE_H

#include "common/hashfn.h"

/* Equal values have equal bytes, so equality and hashes need not understand them. */
static inline bool
tp_same_bytes(Datum a, Datum b)
{
	struct varlena *x,
			   *y;

	if (toast_raw_datum_size(a) - VARHDRSZ != toast_raw_datum_size(b) - VARHDRSZ)
		return false;
	x = PG_DETOAST_DATUM_PACKED(a);
	y = PG_DETOAST_DATUM_PACKED(b);
	return memcmp(VARDATA_ANY(x), VARDATA_ANY(y), VARSIZE_ANY_EXHDR(x)) == 0;
}

#define TP_COMPARISON(type, name, test) \
PG_FUNCTION_INFO_V1(type##_##name); \
Datum \
type##_##name(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(test); \
}

#define TP_ORDER(type, compare) \
TP_COMPARISON(type, eq, tp_same_bytes(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1))) \
TP_COMPARISON(type, ne, !tp_same_bytes(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1))) \
TP_COMPARISON(type, lt, compare(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) < 0) \
TP_COMPARISON(type, le, compare(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) <= 0) \
TP_COMPARISON(type, gt, compare(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) > 0) \
TP_COMPARISON(type, ge, compare(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) >= 0) \
PG_FUNCTION_INFO_V1(type##_cmp); \
Datum \
type##_cmp(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_INT32(compare(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1))); \
} \
PG_FUNCTION_INFO_V1(type##_hash); \
Datum \
type##_hash(PG_FUNCTION_ARGS) \
{ \
	struct varlena *v = PG_GETARG_VARLENA_PP(0); \
	return hash_any((unsigned char *) VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v)); \
} \
PG_FUNCTION_INFO_V1(type##_hash_extended); \
Datum \
type##_hash_extended(PG_FUNCTION_ARGS) \
{ \
	struct varlena *v = PG_GETARG_VARLENA_PP(0); \
	return hash_any_extended((unsigned char *) VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v), \
							 PG_GETARG_INT64(1)); \
}

#endif							/* TP_COMPARE_H */
