/*
 * tp_sort.c
 *	  A stable sort of row numbers by float8 keys: insertion for a handful, else radix, least
 *	  significant digit first, on the bits of the number made to rise with it. Bits in which no two
 *	  keys differ are left out; when what remains leaves room for the place, both go in one word.
 *
 *	  And a merge sort of items that a function compares.
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
 * Returns where the sorted items ended up, NULL where the host wants to stop.
 */
#define DEFINE_RADIX(name, type, KEY) \
static type * \
name(const tp_memory *mem, type *from, type *to, size_t n, int shift, int end, uint32_t *start) \
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
		for (size_t block = 0; block < n; block += TP_POLL_EVERY) \
		{ \
			size_t		behind = n - block > TP_POLL_EVERY ? block + TP_POLL_EVERY : n; \
\
			if (block > 0 && tp_interrupted(mem)) \
				return NULL; \
			for (size_t i = block; i < behind; i++) \
				to[start[(KEY(from[i]) >> shift) & (BUCKETS - 1)]++] = from[i]; \
		} \
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
	bool		stopped;
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
		from = sort_words(mem, from, from + n, n, place_bits, place_bits + high - low, start);
		for (size_t i = 0; from != NULL && i < n; i++)
			from[i] = order[from[i] & places];
		for (size_t i = 0; from != NULL && i < n; i++)
			order[i] = (uint32_t) from[i];
		stopped = from == NULL;
	}
	else
	{
		item	   *from = work;

		for (size_t i = 0; i < n; i++)
			from[i] = (item) {key_of(keys[order[i] * stride], descending), order[i]};
		from = sort_items(mem, from, from + n, n, low, high, start);
		for (size_t i = 0; from != NULL && i < n; i++)
			order[i] = from[i].row;
		stopped = from == NULL;
	}
	tp_release(mem, work);
	tp_release(mem, start);
	return stopped ? tp_fail_interrupted(err) : TP_OK;
}

/* Runs that are sorted by insertion before merging begins. */
#define RUN 8

typedef struct sorting
{
	const tp_memory *mem;
	size_t		size;			/* of an item */
	int			(*compare) (const void *, const void *);
	char	   *scratch;		/* room for half of the items */
	size_t		moved;			/* since the last poll */
} sorting;

static void
insert(const sorting *s, char *items, size_t n, char *moving)
{
	size_t		size = s->size;

	for (size_t i = 1; i < n; i++)
	{
		size_t		at = i;

		while (at > 0 && s->compare(items + (at - 1) * size, items + i * size) > 0)
			at--;
		if (at == i)
			continue;
		memcpy(moving, items + i * size, size);
		memmove(items + (at + 1) * size, items + at * size, (i - at) * size);
		memcpy(items + at * size, moving, size);
	}
}

/* Two sorted neighbours, of a and of b items, to one; false where the host wants to stop. */
static bool
merge(sorting *s, char *items, size_t a, size_t b)
{
	size_t		size = s->size;
	char	   *to = items;
	const char *x = s->scratch;
	const char *x_end = x + a * size;
	const char *y = items + a * size;
	const char *y_end = y + b * size;

	if (s->compare(y - size, y) <= 0)
		return true;
	memcpy(s->scratch, items, a * size);
	while (x < x_end && y < y_end)
	{
		const char **taken = s->compare(x, y) <= 0 ? &x : &y;

		memcpy(to, *taken, size);
		*taken += size;
		to += size;
		if (tp_stop_after(s->mem, &s->moved, 1, TP_POLL_EVERY))
			return false;
	}
	memcpy(to, x, (size_t) (x_end - x));
	return true;
}

/* One half after the other, so that what few items refer to is still near when they are merged. */
static bool
sort_range(sorting *s, char *items, size_t n)
{
	size_t		half = n / 2;

	if (n > RUN)
		return sort_range(s, items, half) && sort_range(s, items + half * s->size, n - half) &&
			merge(s, items, half, n - half);
	insert(s, items, n, s->scratch);
	return !tp_stop_after(s->mem, &s->moved, n, TP_POLL_EVERY);
}

tp_status
tp_sort_items(const tp_memory *mem, void *items, size_t n, size_t size,
			  int (*compare) (const void *, const void *), tp_error *err)
{
	sorting		s = {mem, size, compare, NULL, 0};
	bool		sorted;

	if (n < 2)
		return TP_OK;
	s.scratch = tp_alloc_array(mem, n / 2 + 1, size);
	if (s.scratch == NULL)
		return tp_fail_memory(err);
	sorted = sort_range(&s, items, n);
	tp_release(mem, s.scratch);
	return sorted ? TP_OK : tp_fail_interrupted(err);
}

void
tp_sort_start(uint32_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t) i;
}

#define COMPARE(name, type) \
int \
name(const void *a, const void *b) \
{ \
	type		x = *(const type *) a; \
	type		y = *(const type *) b; \
	return (x > y) - (x < y); \
}

COMPARE(tp_compare_i64, int64_t)
COMPARE(tp_compare_u64, uint64_t)
COMPARE(tp_compare_u32, uint32_t)
