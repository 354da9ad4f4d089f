/*
 * tp_sort.c
 *	  A stable sort of row numbers by float8 keys: insertion for a handful, else radix, least
 *	  significant digit first, on the bits of the number made to rise with it. Bits in which no two
 *	  keys differ are left out; when what remains leaves room for the place, both go in one word.
 */
#include "base/tp_sort.h"

#define FEW 48
#define DIGIT_BITS 11
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

static void
sort_few(const double *keys, size_t stride, bool descending, uint32_t *order, size_t n)
{
	item		items[FEW];

	for (size_t i = 0; i < n; i++)
	{
		item		it = {key_of(keys[order[i] * stride], descending), order[i]};
		size_t		j = i;

		for (; j > 0 && items[j - 1].key > it.key; j--)
			items[j] = items[j - 1];
		items[j] = it;
	}
	for (size_t i = 0; i < n; i++)
		order[i] = items[i].row;
}

static int
width_of(uint64_t v)
{
	int			width = 0;

	for (; v != 0; v >>= 1)
		width++;
	return width;
}

/*
 * One sort for each kind of item: by the bits from shift to end of what KEY takes from an item.
 * Returns where the sorted items ended up.
 */
#define DEFINE_RADIX(name, type, KEY) \
static type * \
name(type *from, type *to, size_t n, int shift, int end, uint32_t *start) \
{ \
	for (; shift < end; shift += DIGIT_BITS) \
	{ \
		uint32_t	before = 0; \
		type	   *swap = from; \
\
		memset(start, 0, BUCKETS * sizeof(*start)); \
		for (size_t i = 0; i < n; i++) \
			start[(KEY(from[i]) >> shift) & (BUCKETS - 1)]++; \
		for (int b = 0; b < BUCKETS; b++) \
		{ \
			uint32_t	here = start[b]; \
\
			start[b] = before; \
			before += here; \
		} \
		for (size_t i = 0; i < n; i++) \
			to[start[(KEY(from[i]) >> shift) & (BUCKETS - 1)]++] = from[i]; \
		from = to; \
		to = swap; \
	} \
	return from; \
}

#define WORD_KEY(it) (it)
#define ITEM_KEY(it) ((it).key)

DEFINE_RADIX(sort_words, uint64_t, WORD_KEY)
DEFINE_RADIX(sort_items, item, ITEM_KEY)

tp_status
tp_sort_rows(const tp_memory *mem, const double *keys, size_t stride, bool descending,
			 uint32_t *order, size_t n, tp_error *err)
{
	uint64_t	first;
	uint64_t	differ = 0;
	int			low = 0;
	int			high;
	int			place_bits;
	bool		words;
	void	   *work;
	uint32_t   *start;

	if (n <= FEW)
	{
		sort_few(keys, stride, descending, order, n);
		return TP_OK;
	}
	first = key_of(keys[order[0] * stride], descending);
	for (size_t i = 1; i < n; i++)
		differ |= key_of(keys[order[i] * stride], descending) ^ first;
	if (differ == 0)
		return TP_OK;
	while ((differ >> low & 1) == 0)
		low++;
	high = width_of(differ);
	place_bits = width_of(n - 1);
	words = high - low + place_bits <= 64;

	work = tp_alloc_array(mem, n, 2 * (words ? sizeof(uint64_t) : sizeof(item)));
	start = tp_alloc_array(mem, BUCKETS, sizeof(*start));
	if (work == NULL || start == NULL)
	{
		tp_release(mem, work);
		tp_release(mem, start);
		return tp_fail_memory(err);
	}
	if (words)
	{
		uint64_t   *from = work;
		uint64_t	places = (UINT64_C(1) << place_bits) - 1;

		for (size_t i = 0; i < n; i++)
			from[i] = (key_of(keys[order[i] * stride], descending) & differ) >> low << place_bits | i;
		from = sort_words(from, from + n, n, place_bits, place_bits + high - low, start);
		for (size_t i = 0; i < n; i++)
			from[i] = order[from[i] & places];
		for (size_t i = 0; i < n; i++)
			order[i] = (uint32_t) from[i];
	}
	else
	{
		item	   *from = work;

		for (size_t i = 0; i < n; i++)
			from[i] = (item) {key_of(keys[order[i] * stride], descending), order[i]};
		from = sort_items(from, from + n, n, low, high, start);
		for (size_t i = 0; i < n; i++)
			order[i] = from[i].row;
	}
	tp_release(mem, work);
	tp_release(mem, start);
	return TP_OK;
}

void
tp_sort_start(uint32_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t) i;
}
