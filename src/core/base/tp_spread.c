/*
 * tp_spread.c
 *	  Sketches that are added to much.
 */
#include "base/tp_spread.h"

#define VALUES_AT_BIRTH 8
/* So many values wait before buckets are worth it, and at most so many. */
#define VALUES_FEW 512
#define VALUES_MAX 1024

#define AHEAD 512

void
tp_spread_release(const tp_memory *mem, tp_spread *s)
{
	TP_RELEASE_ALL(mem, s->value, s->bucket);
	*s = (tp_spread) {0};
}

tp_status
tp_spread_make_room(const tp_memory *mem, tp_spread *s, tp_error *err)
{
	uint32_t	room = s->values_room == 0 ? VALUES_AT_BIRTH : s->values_room < VALUES_FEW ? 4U * s->values_room : VALUES_MAX;
	int64_t    *value;

	if (s->values_room >= VALUES_FEW)
	{
		tp_board	b;

		tp_board_clear(&b);
		tp_board_add_spread(&b, s);
		if (tp_spread_take(mem, s, &b, s->count, err) != TP_OK)
			return err->status;
		if (s->values_room == VALUES_MAX || s->buckets < VALUES_FEW)
			return TP_OK;
	}
	value = s->value == NULL ? tp_alloc_array(mem, room, sizeof(int64_t)) : tp_resize(mem, s->value, room * sizeof(int64_t));
	if (value == NULL)
		return tp_fail_memory(err);
	s->value = value;
	s->values_room = (uint16_t) room;
	return TP_OK;
}

/* Both arrays are read once, from the first to the last, and have mostly left the caches: fetch ahead. */
void
tp_board_add_spread(tp_board *b, const tp_spread *s)
{
	for (uint32_t i = 0; i < s->buckets; i++)
	{
		const tp_bucket *at = &s->bucket[i];

		tp_prefetch((const void *) ((uintptr_t) at + AHEAD));
		tp_board_add(b, at->count, at->low, at->high);
	}
	for (uint32_t i = 0; i < s->values; i++)
	{
		const int64_t *at = &s->value[i];

		tp_prefetch((const void *) ((uintptr_t) at + AHEAD));
		tp_board_add(b, 1, *at, *at);
	}
}

uint32_t
tp_board_close(tp_board *b)
{
	uint32_t	n = 0;

	for (uint32_t w = 0; w < TP_PLACES / 64; w++)
		for (uint64_t met = b->met[w]; met != 0; met &= met - 1)
			b->bucket[n++] = b->bucket[w * 64 + (uint32_t) __builtin_ctzll(met)];
	return n;
}

tp_status
tp_spread_take(const tp_memory *mem, tp_spread *s, tp_board *b, uint64_t count, tp_error *err)
{
	uint32_t	room = s->buckets_room;
	uint32_t	n = tp_board_close(b);

	if (!tp_grow(mem, (void **) &s->bucket, &room, n, sizeof(tp_bucket)))
		return tp_fail_memory(err);
	if (n > 0)
		memcpy(s->bucket, b->bucket, n * sizeof(tp_bucket));
	s->buckets = (uint16_t) n;
	s->buckets_room = (uint16_t) room;
	s->values = 0;
	s->count = count;
	return TP_OK;
}
