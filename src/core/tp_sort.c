/*
 * tp_sort.c
 *	  A stable sort of row numbers by float8 keys: insertion for a handful, else radix, least
 *	  significant digit first, on the bits of the number made to rise with it.
 */
#include "tp_sort.h"

#define FEW 48
#define DIGIT_BITS 11
#define DIGITS ((64 + DIGIT_BITS - 1) / DIGIT_BITS)
#define BUCKETS (1 << DIGIT_BITS)

typedef struct item
{
	uint64_t	key;
	uint32_t	row;
} item;

static inline uint64_t
key_of(double v, bool descending)
{
	uint64_t	bits;
	uint64_t	sign = UINT64_C(1) << 63;

	v += 0.0;					/* -0 becomes 0 */
	memcpy(&bits, &v, sizeof(bits));
	bits = (bits & sign) != 0 ? ~bits : bits | sign;
	return descending ? ~bits : bits;
}

static inline unsigned
digit_of(uint64_t key, int digit)
{
	return (unsigned) (key >> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}

static void
sort_few(item *items, size_t n)
{
	for (size_t i = 1; i < n; i++)
	{
		item		it = items[i];
		size_t		j = i;

		for (; j > 0 && items[j - 1].key > it.key; j--)
			items[j] = items[j - 1];
		items[j] = it;
	}
}

/* Sort by every digit on which the keys differ; returns where the sorted items ended up. */
static item *
sort_many(item *from, item *to, size_t n, uint32_t (*count)[BUCKETS])
{
	memset(count, 0, sizeof(*count) * DIGITS);
	for (size_t i = 0; i < n; i++)
		for (int d = 0; d < DIGITS; d++)
			count[d][digit_of(from[i].key, d)]++;
	for (int d = 0; d < DIGITS; d++)
	{
		uint32_t   *start = count[d];
		uint32_t	before = 0;
		item	   *swap = from;

		if (start[digit_of(from[0].key, d)] == n)
			continue;
		for (int b = 0; b < BUCKETS; b++)
		{
			uint32_t	here = start[b];

			start[b] = before;
			before += here;
		}
		for (size_t i = 0; i < n; i++)
			to[start[digit_of(from[i].key, d)]++] = from[i];
		from = to;
		to = swap;
	}
	return from;
}

tp_status
tp_sort_rows(const tp_memory *mem, const double *keys, size_t stride, bool descending,
			 uint32_t *order, size_t n, tp_error *err)
{
	item		few[FEW];
	item	   *items = few;
	item	   *sorted = few;
	uint32_t	(*count)[BUCKETS] = NULL;

	if (n < 2)
		return TP_OK;
	if (n > FEW)
	{
		items = tp_alloc_array(mem, n, 2 * sizeof(item));
		count = tp_alloc_array(mem, DIGITS, sizeof(*count));
		if (items == NULL || count == NULL)
		{
			tp_release(mem, items);
			tp_release(mem, count);
			return tp_fail_memory(err);
		}
	}
	for (size_t i = 0; i < n; i++)
	{
		items[i].key = key_of(keys[order[i] * stride], descending);
		items[i].row = order[i];
	}
	if (n > FEW)
		sorted = sort_many(items, items + n, n, count);
	else
		sort_few(items, n);
	for (size_t i = 0; i < n; i++)
		order[i] = sorted[i].row;
	if (n > FEW)
	{
		tp_release(mem, items);
		tp_release(mem, count);
	}
	return TP_OK;
}

void
tp_sort_start(uint32_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t) i;
}
