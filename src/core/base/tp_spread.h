/*
 * tp_spread.h
 *	  Sketches (tp_sketch.h) that are added to much: values wait in a run, and go into their buckets many at once.
 *
 * So most additions touch one line of memory, where a bucket for each would lie anywhere. Some hundred values
 * wait, or as many as there are buckets: what a spread takes grows with the buckets met, not with the values.
 */
#ifndef TP_SPREAD_H
#define TP_SPREAD_H

#include "base/tp_sketch.h"

/* 32 bytes, for there are many. It begins as zeros. */
typedef struct tp_spread
{
	uint64_t	count;			/* of all values; whoever adds sees to it that it stays below 2^63 */
	int64_t    *value;			/* those that wait */
	tp_bucket  *bucket;			/* in order of place */
	uint16_t	values;
	uint16_t	values_room;
	uint16_t	buckets;
	uint16_t	buckets_room;
} tp_spread;

/* Places of values up to INT64_MAX. */
#define TP_PLACES 3712

/* All buckets at once, to add up in: 87 kB that are not touched but where values are, so it may stand on the stack. */
typedef struct tp_board
{
	uint64_t	met[TP_PLACES / 64];
	tp_bucket	bucket[TP_PLACES];
} tp_board;

extern void tp_spread_release(const tp_memory *mem, tp_spread *s);

/* Make room for another value. Memory only, as all that fails here. */
extern tp_status tp_spread_make_room(const tp_memory *mem, tp_spread *s, tp_error *err);

static inline tp_status
tp_spread_add(const tp_memory *mem, tp_spread *s, int64_t v, tp_error *err)
{
	if (tp_unlikely(s->values == s->values_room) && tp_spread_make_room(mem, s, err) != TP_OK)
		return err->status;
	s->value[s->values++] = v;
	s->count++;
	return TP_OK;
}

static inline void
tp_board_clear(tp_board *b)
{
	memset(b->met, 0, sizeof(b->met));
}

/* n more values from low to high, which are of one place. */
static inline void
tp_board_add(tp_board *b, uint64_t n, int64_t low, int64_t high)
{
	uint32_t	place = (uint32_t) tp_sketch_place(low);
	tp_bucket  *at = &b->bucket[place];
	uint64_t	bit = UINT64_C(1) << place % 64;

	if ((b->met[place / 64] & bit) == 0)
	{
		b->met[place / 64] |= bit;
		*at = (tp_bucket) {n, low, high};
		return;
	}
	at->count += n;
	at->low = low < at->low ? low : at->low;
	at->high = high > at->high ? high : at->high;
}

extern void tp_board_add_spread(tp_board *b, const tp_spread *s);

/* Move the buckets met to the front, in order; how many. Nothing more can be added until it is cleared. */
extern uint32_t tp_board_close(tp_board *b);

/* Let s, whose values are on the board, be what is there, count values in all. The board is closed. */
extern tp_status tp_spread_take(const tp_memory *mem, tp_spread *s, tp_board *b, uint64_t count, tp_error *err);

#endif							/* TP_SPREAD_H */
