/*
 * tp_sketch.h
 *	  Medians within 1/128 of what was counted, of buckets that anybody can merge.
 *
 * A value of 0 or more goes into the bucket of its leading seven bits, which is at most 1/64 wide of its
 * least value. A bucket keeps how many it holds, and the least and the greatest of them; the middle of the
 * two is within 1/128 of any.
 */
#ifndef TP_SKETCH_H
#define TP_SKETCH_H

#include "base/tp_core.h"

typedef struct tp_bucket
{
	uint64_t	count;
	int64_t		low;
	int64_t		high;
} tp_bucket;

/* Where the bucket of v stands among all. */
static inline int64_t
tp_sketch_place(int64_t v)
{
	int			exponent;

	if (v < 128)
		return v;
	exponent = 63 - __builtin_clzll((uint64_t) v);
	return (int64_t) (exponent - 6) * 64 + (v >> (exponent - 6));
}

/*
 * The median of n buckets in order of place, -1 where they hold nothing. They stand stride bytes apart; what
 * first points to is laid out as a tp_bucket.
 */
extern int64_t tp_sketch_median(const void *first, size_t stride, uint32_t n);

#endif							/* TP_SKETCH_H */
