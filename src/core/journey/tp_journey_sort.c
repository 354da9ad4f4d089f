/*
 * tp_journey_sort.c
 *	  Contacts into their order.
 */
#include "journey/tp_journey_layout.h"

#define RADIX_FROM 200			/* contacts: fewer are merged sooner */

/*
 * Natural merge sort of references: runs that are there already are kept, so sorted input costs one
 * pass and two sorted halves one merge.
 */
static tp_status
sort_contacts(const tp_memory *mem, const tp_contact *c, uint32_t *ref, uint32_t *spare, size_t n)
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

/* Numbers with a number of bits: 0 for 0. */
static uint32_t
bits_for(uint64_t v)
{
	return v == 0 ? 0 : 64 - (uint32_t) __builtin_clzll(v);
}

/*
 * Keys in order of the bits from `from` up to 64, eight at a time from the lowest on, in a or b; NULL where the host
 * wants to stop. Digits that are the same in all are passed over.
 */
static uint64_t *
radix_sort(const tp_memory *mem, uint64_t *a, uint64_t *b, size_t n, uint32_t from)
{
	for (uint32_t shift = from; shift < 64; shift += 8)
	{
		size_t		at[256] = {0};
		size_t		sum = 0;
		uint64_t   *swap = a;

		for (size_t i = 0; i < n; i++)
		{
			at[a[i] >> shift & 255]++;
			if (tp_stop_at(mem, i))
				return NULL;
		}
		if (at[a[0] >> shift & 255] == n)
			continue;
		for (int i = 0; i < 256; i++)
		{
			size_t		here = at[i];

			at[i] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
		{
			b[at[a[i] >> shift & 255]++] = a[i];
			if (tp_stop_at(mem, i))
				return NULL;
		}
		a = b;
		b = swap;
	}
	return a;
}

/*
 * Keys of time and place in one word, where both fit: times as they are off the first, in seconds where all are
 * whole ones. *place is how many bits the place has. NULL also where memory is short, or
 * with a *place of 0 where the host wants to stop.
 */
static uint64_t *
make_keys(const tp_memory *mem, const tp_contact *c, size_t n, uint32_t *place)
{
	int64_t		first = c[0].time,
				last = c[0].time;
	bool		whole = true;
	uint64_t   *keys;
	uint64_t	unit;

	for (size_t i = 1; i < n; i++)
	{
		first = c[i].time < first ? c[i].time : first;
		last = c[i].time > last ? c[i].time : last;
	}
	for (size_t i = 0; i < n && whole; i++)
		whole = ((uint64_t) c[i].time - (uint64_t) first) % TP_USECS_PER_SECOND == 0;
	unit = whole ? TP_USECS_PER_SECOND : 1;
	*place = bits_for(n - 1);
	if (bits_for(((uint64_t) last - (uint64_t) first) / unit) + *place > 64)
		return NULL;
	keys = tp_alloc_array(mem, n, 2 * sizeof(uint64_t));
	for (size_t i = 0; i < n && keys != NULL; i++)
	{
		keys[i] = ((uint64_t) c[i].time - (uint64_t) first) / unit << *place | i;
		if (tp_stop_at(mem, i))
		{
			tp_release(mem, keys);
			*place = 0;
			return NULL;
		}
	}
	return keys;
}

/* By time without looking at a contact twice, then contacts of one time among themselves. */
static tp_status
sort_by_time(const tp_memory *mem, const tp_contact *c, uint32_t *ref, uint32_t *spare, size_t n)
{
	uint32_t	place;
	uint64_t   *keys = make_keys(mem, c, n, &place);
	uint64_t   *sorted = keys == NULL ? NULL : radix_sort(mem, keys, keys + n, n, place);
	tp_status	status = TP_OK;
	size_t		done = 0;

	if (keys == NULL)
		return place == 0 ? TP_INTERRUPTED : sort_contacts(mem, c, ref, spare, n);
	if (sorted == NULL)
		status = TP_INTERRUPTED;
	for (size_t i = 0; i < n && status == TP_OK; i++)
		ref[i] = (uint32_t) (sorted[i] & ((UINT64_C(1) << place) - 1));
	for (size_t from = 0, to; from < n && status == TP_OK; from = to)
	{
		for (to = from + 1; to < n && sorted[to] >> place == sorted[from] >> place;)
			to++;
		if (to - from > 1)
			status = sort_contacts(mem, c, ref + from, spare, to - from);
		if (tp_stop_after(mem, &done, to - from, TP_POLL_EVERY))
			status = TP_INTERRUPTED;
	}
	tp_release(mem, keys);
	return status;
}

bool
tp_bring_home(const tp_memory *mem, void *items, size_t size, uint32_t *ref, uint32_t n)
{
	char	   *at = items;
	char		moving[sizeof(tp_contact)];
	size_t		moved = 0;

	_Static_assert(sizeof(tp_touchpoint) <= sizeof(moving), "the larger of the two");
	for (uint32_t i = 0; i < n; i++)
	{
		uint32_t	hole = i;

		memcpy(moving, at + size * i, size);
		while (ref[hole] != i)
		{
			uint32_t	from = ref[hole];

			memcpy(at + size * hole, at + size * from, size);
			ref[hole] = hole;
			hole = from;
			if (tp_stop_at(mem, moved++))
				return false;
		}
		memcpy(at + size * hole, moving, size);
		ref[hole] = hole;
		if (tp_stop_at(mem, i))
			return false;
	}
	return true;
}

tp_status
tp_contacts_sort(const tp_memory *mem, tp_contact *c, uint32_t n, tp_error *err)
{
	uint32_t   *ref;
	tp_status	status;

	if (n <= 24)
	{
		for (uint32_t i = 1; i < n; i++)
		{
			tp_contact	moving = c[i];
			uint32_t	at = i;

			for (; at > 0 && tp_contact_compare_coded(&c[at - 1], &moving) > 0; at--)
				c[at] = c[at - 1];
			c[at] = moving;
		}
		return TP_OK;
	}
	ref = tp_alloc_array(mem, n, 2 * sizeof(uint32_t));
	if (ref == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < n; i++)
		ref[i] = i;
	status = n < RADIX_FROM ? sort_contacts(mem, c, ref, ref + n, n) : sort_by_time(mem, c, ref, ref + n, n);
	if (status == TP_OK && !tp_bring_home(mem, c, sizeof(tp_contact), ref, n))
		status = TP_INTERRUPTED;
	tp_release(mem, ref);
	return status == TP_INTERRUPTED ? tp_fail_interrupted(err) : status;
}
