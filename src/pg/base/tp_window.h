/*
 * tp_window.h
 *	  For window functions that look at their whole partition once: reading its rows, settings that
 *	  must be one on all of them, and a result that lasts as long as the partition.
 */
#ifndef TP_WINDOW_H
#define TP_WINDOW_H

#include "base/tp_array.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"
#include "windowapi.h"

#define TP_WINDOW_MAX_ARGS 8

/* A partition being read. */
typedef struct tp_partition
{
	WindowObject window;
	int			nargs;
	int64		rows;
	MemoryContext kept;			/* what is kept as long as the partition */
	MemoryContext work;			/* gone with tp_partition_end */
	MemoryContext row;			/* reset every few rows while reading */
	bool		constant[TP_WINDOW_MAX_ARGS];
	bool		constant_null[TP_WINDOW_MAX_ARGS];
	Datum		constant_value[TP_WINDOW_MAX_ARGS];
} tp_partition;

/*
 * The function's own state of size bytes, zeroed on the first call of a partition; sets *first
 * then. It begins with a bool, which must be set when the state has been computed.
 */
extern void *tp_partition_state(FunctionCallInfo fcinfo, Size size, bool *first);

/* Begin reading for a function of nargs arguments; memory comes from p->work until the end. */
extern void tp_partition_begin(tp_partition *p, FunctionCallInfo fcinfo, void *state, int nargs);
extern void tp_partition_end(tp_partition *p);

/* answers(fcinfo, nargs, compute): the state of this partition, which compute has made once, in p->work. */
#define TP_PARTITION_ANSWERS(answers, state_type) \
static state_type * \
answers(FunctionCallInfo fcinfo, int nargs, void (*compute) (tp_partition *, state_type *)) \
{ \
	bool		first; \
	state_type *state = tp_partition_state(fcinfo, sizeof(state_type), &first); \
	if (first) \
	{ \
		tp_partition p; \
		MemoryContext caller; \
		tp_partition_begin(&p, fcinfo, state, nargs); \
		caller = MemoryContextSwitchTo(p.work); \
		compute(&p, state); \
		MemoryContextSwitchTo(caller); \
		tp_partition_end(&p); \
		state->computed = true; \
	} \
	return state; \
}

/* n elements of size each in context, which may be more than a gigabyte. */
extern void *tp_huge(MemoryContext context, size_t n, size_t size);

/*
 * Hand every argument of every row to take, in p->row, where what take leaves is soon gone. Of one
 * argument, rows come in order; of one row, arguments do.
 */
typedef void (*tp_take) (tp_partition *p, void *context, int argno, int64 row,
						 Datum value, bool isnull);
extern void tp_partition_read(tp_partition *p, tp_take take, void *context);

/* A number as it was taken, NaN for NULL. 22003 unless finite; name is what the error calls it. */
static inline double
tp_taken_number(Datum value, bool isnull, const char *name)
{
	double		number;

	if (isnull)
		return NAN;
	number = DatumGetFloat8(value);
	if (unlikely(!isfinite(number)))
		tp_check_finite(number, name);
	return number;
}

/* A setting of the whole partition, an array, as the rows so far have it. */
typedef struct tp_setting
{
	const char *name;
	bool		optional;		/* may be NULL, on every row alike */
	bool		seen;
	ArrayType  *value;			/* the first row's, NULL if that is */
} tp_setting;

/* Take it of one row: 22023 when it is not as before, or is NULL and not optional. */
extern void tp_setting_take(tp_partition *p, tp_setting *setting, int argno, Datum value,
							bool isnull);

#endif							/* TP_WINDOW_H */
