/*
 * tp_journey_sort.c
 *	  Contacts in their order.
 *
 * A contact is a cache line, and a million of them no cache holds. So what is sorted are keys: the time, as far as it
 * fits, above the place of the contact. Contacts whose keys tell no order are few, and compared.
 */
#include "journey/tp_journey.h"
#include "journey/tp_journey_layout.h"

#define PLACE_BITS 24
#define DIGIT_BITS 10
#define DIGITS 4
#define DIGIT_VALUES (1 << DIGIT_BITS)
#define TIME_BITS (DIGITS * DIGIT_BITS)

_Static_assert(PLACE_BITS + TIME_BITS == 64, "a key is a word");
_Static_assert(TP_CONTACTS_MAX < 1 << PLACE_BITS, "every place fits");

/* From here on keys pay for counting their digits. */
#define MANY 1024

/*
 * Natural merge sort of references: runs that are there already are kept, so sorted input costs one
 * pass and two sorted halves one merge.
 */
static tp_status
merge_runs(const tp_memory *mem, const tp_contact *c, uint32_t *ref, uint32_t *spare, size_t n)
{
	for (;;)
	{
		size_t		to = 0,
					runs = 0;

		for (size_t from = 0; from < n; runs++)
		{
			size_t		middle = from + 1,
						end,
						a = from,
						b;

			while (middle < n && tp_contact_compare_coded(&c[ref[middle - 1]], &c[ref[middle]]) <= 0)
				if (tp_stop_at(mem, middle++))
					return TP_INTERRUPTED;
			end = middle;
			if (end < n)
				for (end++; end < n && tp_contact_compare_coded(&c[ref[end - 1]], &c[ref[end]]) <= 0;)
					if (tp_stop_at(mem, end++))
						return TP_INTERRUPTED;
			for (b = middle; a < middle && b < end;)
			{
				spare[to] = tp_contact_compare_coded(&c[ref[a]], &c[ref[b]]) <= 0 ? ref[a++] : ref[b++];
				if (tp_stop_at(mem, to++))
					return TP_INTERRUPTED;
			}
			while (a < middle)
				spare[to++] = ref[a++];
			while (b < end)
				spare[to++] = ref[b++];
			from = end;
			if (runs % 4096 == 4095 && tp_interrupted(mem))
				return TP_INTERRUPTED;
		}
		memcpy(ref, spare, n * sizeof(uint32_t));
		if (runs <= 1)
			return TP_OK;
		if (tp_interrupted(mem))
			return TP_INTERRUPTED;
	}
}

/* The key of each contact: its time since the first, without the last bits where it would not fit, and its place. */
static void
make_keys(const tp_contact *c, uint32_t n, uint64_t *key)
{
	int64_t		first = c[0].time,
				last = c[0].time;
	uint64_t	span;
	int			shift = 0;

	for (uint32_t i = 1; i < n; i++)
	{
		first = c[i].time < first ? c[i].time : first;
		last = c[i].time > last ? c[i].time : last;
	}
	for (span = (uint64_t) last - (uint64_t) first; span >> shift >> TIME_BITS != 0;)
		shift++;
	for (uint32_t i = 0; i < n; i++)
		key[i] = ((uint64_t) c[i].time - (uint64_t) first) >> shift << PLACE_BITS | i;
}

/*
 * Order keys by their times, those of one time by place, by one digit after the other from the last; a digit that all
 * share is passed over. They are in x or in y afterwards; NULL where the host wants to stop.
 */
static uint64_t *
order_keys(const tp_memory *mem, uint64_t *x, uint64_t *y, uint32_t n)
{
	uint64_t	differ = 0;

	for (uint32_t i = 1; i < n; i++)
		differ |= x[i] ^ x[0];
	for (int shift = PLACE_BITS; shift < 64; shift += DIGIT_BITS)
	{
		uint32_t	at[DIGIT_VALUES] = {0};
		uint32_t	sum = 0;
		uint64_t   *swap = x;

		if ((differ >> shift & (DIGIT_VALUES - 1)) == 0)
			continue;
		for (uint32_t i = 0; i < n; i++)
			at[x[i] >> shift & (DIGIT_VALUES - 1)]++;
		for (int i = 0; i < DIGIT_VALUES; i++)
		{
			uint32_t	here = at[i];

			at[i] = sum;
			sum += here;
		}
		for (uint32_t i = 0; i < n; i++)
			y[at[x[i] >> shift & (DIGIT_VALUES - 1)]++] = x[i];
		if (tp_interrupted(mem))
			return NULL;
		x = y;
		y = swap;
	}
	return x;
}

/* References to contacts in order, of their keys in order; those of equal times are compared. */
static tp_status
order_references(const tp_memory *mem, const tp_contact *c, const uint64_t *key, uint32_t *ref, uint32_t *spare, uint32_t n)
{
	size_t		groups = 0;

	for (uint32_t i = 0; i < n; i++)
		ref[i] = (uint32_t) (key[i] & ((1 << PLACE_BITS) - 1));
	for (uint32_t from = 0, end; from < n; from = end)
	{
		for (end = from + 1; end < n && key[end] >> PLACE_BITS == key[from] >> PLACE_BITS;)
			end++;
		if (end - from > 1 && merge_runs(mem, c, ref + from, spare, end - from) != TP_OK)
			return TP_INTERRUPTED;
		if (tp_stop_at(mem, groups++))
			return TP_INTERRUPTED;
	}
	return TP_OK;
}

/* Bring each contact home along its cycle, so that no second copy is needed. */
static tp_status
bring_home(const tp_memory *mem, tp_contact *c, uint32_t *ref, uint32_t n)
{
	size_t		moved = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		tp_contact	moving;
		uint32_t	hole = i,
					ahead = i;

		if (tp_stop_at(mem, i))
			return TP_INTERRUPTED;
		if (ref[i] == i)
			continue;
		moving = c[i];
		for (int k = 0; k < 8; k++)
		{
			ahead = ref[ahead];
			tp_prefetch(&c[ahead]);
		}
		while (ref[hole] != i)
		{
			uint32_t	from = ref[hole];

			ahead = ref[ahead];
			tp_prefetch(&c[ahead]);
			c[hole] = c[from];
			ref[hole] = hole;
			hole = from;
			if (tp_stop_at(mem, moved++))
				return TP_INTERRUPTED;
		}
		c[hole] = moving;
		ref[hole] = hole;
	}
	return TP_OK;
}

static void
insert(tp_contact *c, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
	{
		tp_contact	moving = c[i];
		uint32_t	at = i;

		for (; at > 0 && tp_contact_compare_coded(&c[at - 1], &moving) > 0; at--)
			c[at] = c[at - 1];
		c[at] = moving;
	}
}

tp_status
tp_contacts_sort(const tp_memory *mem, tp_contact *c, uint32_t n, tp_error *err)
{
	uint64_t   *memory;
	uint64_t   *key;
	uint32_t   *ref;
	tp_status	status;

	if (n <= 24)
	{
		insert(c, n);
		return TP_OK;
	}
	memory = tp_alloc_array(mem, n, n < MANY ? sizeof(uint64_t) : 2 * sizeof(uint64_t));
	if (memory == NULL)
		return tp_fail_memory(err);
	if (n < MANY)
	{
		ref = (uint32_t *) memory;
		for (uint32_t i = 0; i < n; i++)
			ref[i] = i;
		status = merge_runs(mem, c, ref, ref + n, n);
	}
	else
	{
		make_keys(c, n, memory);
		key = order_keys(mem, memory, memory + n, n);
		ref = (uint32_t *) (key == memory ? memory + n : memory);
		status = key == NULL ? TP_INTERRUPTED : order_references(mem, c, key, ref, ref + n, n);
	}
	if (status == TP_OK)
		status = bring_home(mem, c, ref, n);
	tp_release(mem, memory);
	return status == TP_INTERRUPTED ? tp_fail_interrupted(err) : status;
}
