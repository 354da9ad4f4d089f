/*
 * tp_funnel_rows.h
 *	  Rows of one customer on their way into a funnel: a time and which steps it matches.
 *
 * A log takes rows in any order and keeps those that match a step (strict_order: all), 9 bytes each up to
 * eight steps.
 * What rows at one time are worth must not depend on their order, so they are sorted by the lowest
 * step matched, then by the whole mask.
 */
#ifndef TP_FUNNEL_ROWS_H
#define TP_FUNNEL_ROWS_H

#include "find/tp_funnel.h"

typedef struct tp_row_log
{
	int64_t		within;
	uint32_t	steps;
	unsigned	modes;			/* of a funnel */
	uint8_t		width;			/* bytes of a mask: 1, 2, 4 or 8 */
	bool		sorted;
	bool		any;			/* a row was given, matching or not */
	int64_t		last;			/* time and mask of the row added last */
	uint64_t	last_mask;
	size_t		n;
	size_t		room;
	uint8_t    *times;
	uint8_t    *masks;
	uint8_t		birth[];		/* room for the first few */
} tp_row_log;

/* NULL = no memory. */
extern tp_row_log *tp_row_log_new(const tp_memory *mem, int64_t within, uint32_t steps, unsigned modes);

/* Make room for more rows than there are; false = no memory. */
extern bool tp_row_log_grow(tp_row_log *log, const tp_memory *mem, size_t more);

/* Do rows at one time stand in this order? */
static inline bool
tp_masks_rise(uint64_t a, uint64_t b)
{
	uint64_t	low_a = a & (~a + 1);
	uint64_t	low_b = b & (~b + 1);

	return low_a < low_b || (low_a == low_b && a <= b);
}

/* Add a row; there must be room. */
static inline void
tp_row_log_put(tp_row_log *log, int64_t time, uint64_t mask)
{
	if (log->n > 0 && (time < log->last || (time == log->last && !tp_masks_rise(log->last_mask, mask))))
		log->sorted = false;
	log->last = time;
	log->last_mask = mask;
	tp_store_i64(log->times + 8 * log->n, time);
	switch (log->width)
	{
		case 1:
			log->masks[log->n] = (uint8_t) mask;
			break;
		case 2:
			tp_store_u16(log->masks + 2 * log->n, (uint16_t) mask);
			break;
		case 4:
			tp_store_u32(log->masks + 4 * log->n, (uint32_t) mask);
			break;
		default:
			tp_store_u64(log->masks + 8 * log->n, mask);
			break;
	}
	log->n++;
}

/* Add the rows of other, of the same steps. false = no memory. */
extern bool tp_row_log_merge(tp_row_log *log, const tp_memory *mem, const tp_row_log *other);

/* The steps reached; the log stays as it is. */
extern tp_status tp_row_log_reached(const tp_row_log *log, const tp_memory *mem, uint32_t *reached, tp_error *err);

/* As bytes for another process of this server, and back: TP_BAD_BINARY. */
extern void tp_row_log_write(tp_buffer *b, const tp_row_log *log);
extern tp_status tp_row_log_read(const tp_memory *mem, const void *bytes, size_t size, tp_row_log **out,
								 tp_error *err);

#endif							/* TP_FUNNEL_ROWS_H */
