/*
 * tp_sort.h
 *	  Order rows by a column of numbers, which ranks, fronts and frontiers begin with; and items of any
 *	  kind.
 */
#ifndef TP_SORT_H
#define TP_SORT_H

#include "base/tp_core.h"

/*
 * Reorder order[0..n), row numbers, so that keys[order[i] * stride] rises, or falls when descending.
 * Stable, so that several columns are sorted by from the least to the most telling; time and
 * memory grow with n. 0 and -0 are one key; keys must not be NaN. Fails on memory only.
 */
extern tp_status tp_sort_rows(const tp_memory *mem, const double *keys, size_t stride,
							  bool descending, uint32_t *order, size_t n, tp_error *err);

/*
 * Sort n items of size bytes each, stable, in memory of the host's and open to its wish to stop, neither
 * of which the C library's qsort is. Scratch is half as large as the items. Fails on memory and interruption only.
 */
extern tp_status tp_sort_items(const tp_memory *mem, void *items, size_t n, size_t size,
							   int (*compare) (const void *, const void *), tp_error *err);

/* Orders of two numbers of a kind, as tp_sort_items and qsort ask for them. */
extern int	tp_compare_i64(const void *a, const void *b);
extern int	tp_compare_u64(const void *a, const void *b);
extern int	tp_compare_u32(const void *a, const void *b);

/*
 * The item among those from low, before high, that order puts nowhere else; false where there is none. order(sought, i)
 * is negative where item i stands before what is sought, and positive behind it.
 */
static inline bool
tp_search(uint32_t low, uint32_t high, int (*order) (const void *sought, uint32_t i), const void *sought, uint32_t *at)
{
	while (low < high)
	{
		int			c;

		*at = low + (high - low) / 2;
		c = order(sought, *at);
		if (c == 0)
			return true;
		if (c < 0)
			low = *at + 1;
		else
			high = *at;
	}
	return false;
}

/* order[i] = i. */
extern void tp_sort_start(uint32_t *order, size_t n);

#endif							/* TP_SORT_H */
