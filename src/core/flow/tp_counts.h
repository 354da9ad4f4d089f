/*
 * tp_counts.h
 *	  Counts under pairs of numbers.
 */
#ifndef TP_COUNTS_H
#define TP_COUNTS_H

#include "base/tp_sketch.h"
#include "base/tp_text.h"

typedef struct tp_counted
{
	int64_t		a;
	int64_t		b;
	uint64_t	count;
} tp_counted;

typedef struct tp_counts
{
	tp_memory	mem;
	uint32_t	count;
	uint32_t	room;
	uint32_t	slots;			/* a power of two, or 0 at birth */
	uint32_t   *slot;			/* item + 1, or 0 */
	tp_counted *item;			/* in the order in which they were first met */
} tp_counts;

extern void tp_counts_init(tp_counts *t, const tp_memory *mem);
extern void tp_counts_release(tp_counts *t);

/* Make an item that tp_counts_find did not find. TP_PAST_LIMIT or TP_NO_MEMORY. */
extern tp_status tp_counts_make(tp_counts *t, int64_t a, int64_t b, uint32_t *at, tp_error *err);

/* Past what can be counted: TP_OUT_OF_RANGE. */
extern tp_status tp_counts_overflows(tp_error *err);

static inline uint32_t
tp_counts_slot(const tp_counts *t, int64_t a, int64_t b)
{
	return (uint32_t) tp_fold((uint64_t) a ^ UINT64_C(0xD6E8FEB86659FD93), (uint64_t) b ^ UINT64_C(0x9E3779B97F4A7C15)) &
		(t->slots - 1);
}

static inline bool
tp_counts_find(const tp_counts *t, int64_t a, int64_t b, uint32_t *at)
{
	if (tp_unlikely(t->slots == 0))
		return false;
	for (uint32_t s = tp_counts_slot(t, a, b); t->slot[s] != 0; s = (s + 1) & (t->slots - 1))
	{
		const tp_counted *item = &t->item[t->slot[s] - 1];

		if (item->a == a && item->b == b)
		{
			*at = t->slot[s] - 1;
			return true;
		}
	}
	return false;
}

/* Where the item of (a, b) is, made if it is new. */
static inline tp_status
tp_counts_at(tp_counts *t, int64_t a, int64_t b, uint32_t *at, tp_error *err)
{
	return tp_likely(tp_counts_find(t, a, b, at)) ? TP_OK : tp_counts_make(t, a, b, at, err);
}

/* Count n more under (a, b). */
static inline tp_status
tp_counts_add(tp_counts *t, int64_t a, int64_t b, uint64_t n, tp_error *err)
{
	uint32_t	at;

	if (tp_unlikely(tp_counts_at(t, a, b, &at, err) != TP_OK))
		return err->status;
	if (tp_unlikely(n > INT64_MAX - t->item[at].count))
		return tp_counts_overflows(err);
	t->item[at].count += n;
	return TP_OK;
}

/* Items by a, then b, for tp_sort_items. */
extern int	tp_counts_compare(const void *x, const void *y);

/* The items in that order, to be released. */
extern tp_status tp_counts_sorted(const tp_counts *t, tp_counted **items, tp_error *err);

/* A whole number of a text form, from least to greatest; it ends at any other byte. TP_BAD_TEXT. */
extern tp_status tp_counts_scan(tp_scan *s, const char *hint, int64_t least, int64_t greatest, int64_t *v);

#endif							/* TP_COUNTS_H */
