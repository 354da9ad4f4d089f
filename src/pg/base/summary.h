/*
 * summary.h
 *	  What the summary types share: reading images, and sums on the wire.
 *
 * A summary is the state of its own aggregate, so that it travels between parallel workers and
 * between servers as what it is. It is a plain varlena of 8-byte alignment whose image is a struct
 * of the core.
 */
#ifndef TP_SUMMARY_H
#define TP_SUMMARY_H

#include "base/forms.h"
#include "base/state.h"
#include "base/tp_dekker.h"

/* Argument n, aligned and with a whole header; the caller only reads it. */
#define TP_GETARG_IMAGE(n) ((void *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

static inline void
tp_damaged_summary(const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("not a %s of this release", type),
			 errhint("The stored value is damaged, or a later release wrote it.")));
}

/* Refuse a message that does not have exactly n bytes left: 22P03. */
static inline void
tp_expect_bytes(StringInfo message, size_t n, const char *type)
{
	size_t		left = (size_t) (message->len - message->cursor);

	if (left != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary %s", type),
				 errdetail("There are %zu bytes left where %zu belong.", left, n)));
}

static inline void
tp_bad_version(const char *type, int version, int flags)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("malformed binary %s", type),
			 errdetail("Version %d with flags %d is none of this release.", version, flags)));
}

static inline void
tp_send_dd(StringInfo out, tp_dd a)
{
	pq_sendfloat8(out, a.hi);
	pq_sendfloat8(out, a.lo);
}

static inline tp_dd
tp_receive_dd(StringInfo message)
{
	double		hi = pq_getmsgfloat8(message);

	return (tp_dd) {hi, pq_getmsgfloat8(message)};
}

#endif							/* TP_SUMMARY_H */
