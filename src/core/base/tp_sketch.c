/*
 * tp_sketch.c
 *	  Medians of buckets.
 */
#include "base/tp_sketch.h"

static tp_bucket
bucket_at(const void *first, size_t stride, uint32_t i)
{
	tp_bucket	b;

	memcpy(&b, (const char *) first + stride * i, sizeof(b));
	return b;
}

/* The middle of the bucket that holds the value of this rank, from 0. */
static int64_t
value_of_rank(const void *first, size_t stride, uint32_t n, uint64_t rank)
{
	for (uint32_t i = 0; i < n; i++)
	{
		tp_bucket	b = bucket_at(first, stride, i);

		if (rank < b.count)
			return b.low + (b.high - b.low) / 2;
		rank -= b.count;
	}
	return -1;
}

int64_t
tp_sketch_median(const void *first, size_t stride, uint32_t n)
{
	uint64_t	count = 0;
	int64_t		a,
				b;

	for (uint32_t i = 0; i < n; i++)
		count += bucket_at(first, stride, i).count;
	if (count == 0)
		return -1;
	a = value_of_rank(first, stride, n, (count - 1) / 2);
	b = value_of_rank(first, stride, n, count / 2);
	return a + (b - a) / 2;
}
