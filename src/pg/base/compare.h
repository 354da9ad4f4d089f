/*
 * compare.h
 *	  The SQL face of a total order: = <> < <= > >=, a btree and two hash functions of one type.
 */
#ifndef TP_COMPARE_H
#define TP_COMPARE_H

#include "access/detoast.h"
#include "common/hashfn.h"

/* Free v where it was detoasted from d. */
static inline void
tp_free_copy(struct varlena *v, Datum d)
{
	if ((Pointer) v != DatumGetPointer(d))
		pfree(v);
}

/* Equal values have equal bytes, so equality and hashes need not understand them. */
static inline bool
tp_same_bytes(Datum a, Datum b)
{
	struct varlena *x,
			   *y;
	bool		same;

	if (toast_raw_datum_size(a) - VARHDRSZ != toast_raw_datum_size(b) - VARHDRSZ)
		return false;
	x = PG_DETOAST_DATUM_PACKED(a);
	y = PG_DETOAST_DATUM_PACKED(b);
	same = memcmp(VARDATA_ANY(x), VARDATA_ANY(y), VARSIZE_ANY_EXHDR(x)) == 0;
	tp_free_copy(x, a);
	tp_free_copy(y, b);
	return same;
}

/* Sorts call this many times in one context, so nothing may be left behind. */
static inline int
tp_order(int (*compare) (Datum a, Datum b), Datum a, Datum b)
{
	struct varlena *x = PG_DETOAST_DATUM_PACKED(a);
	struct varlena *y = PG_DETOAST_DATUM_PACKED(b);
	int			order = compare(PointerGetDatum(x), PointerGetDatum(y));

	tp_free_copy(x, a);
	tp_free_copy(y, b);
	return order;
}

#define TP_COMPARISON(type, name, test) \
PG_FUNCTION_INFO_V1(type##_##name); \
Datum \
type##_##name(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(test); \
}

/* The comparisons, where equality is what `same` says. */
#define TP_ORDERING(type, same, compare) \
TP_COMPARISON(type, eq, same(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1))) \
TP_COMPARISON(type, ne, !same(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1))) \
TP_COMPARISON(type, lt, tp_order(compare, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) < 0) \
TP_COMPARISON(type, le, tp_order(compare, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) <= 0) \
TP_COMPARISON(type, gt, tp_order(compare, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) > 0) \
TP_COMPARISON(type, ge, tp_order(compare, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) >= 0) \
PG_FUNCTION_INFO_V1(type##_cmp); \
Datum \
type##_cmp(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_INT32(tp_order(compare, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1))); \
}

/* The same and the hashes of a type whose equal values have equal bytes. */
#define TP_ORDER(type, compare) \
TP_ORDERING(type, tp_same_bytes, compare) \
PG_FUNCTION_INFO_V1(type##_hash); \
Datum \
type##_hash(PG_FUNCTION_ARGS) \
{ \
	struct varlena *v = PG_GETARG_VARLENA_PP(0); \
	Datum		hash = hash_any((unsigned char *) VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v)); \
	PG_FREE_IF_COPY(v, 0); \
	return hash; \
} \
PG_FUNCTION_INFO_V1(type##_hash_extended); \
Datum \
type##_hash_extended(PG_FUNCTION_ARGS) \
{ \
	struct varlena *v = PG_GETARG_VARLENA_PP(0); \
	Datum		hash = hash_any_extended((unsigned char *) VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v), \
										 PG_GETARG_INT64(1)); \
	PG_FREE_IF_COPY(v, 0); \
	return hash; \
}

#endif							/* TP_COMPARE_H */
