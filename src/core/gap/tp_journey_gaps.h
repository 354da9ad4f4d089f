/*
 * tp_journey_gaps.h
 *	  The gaps of all contacts of many journeys, by part: the state of journey_gap_agg.
 */
#ifndef TP_JOURNEY_GAPS_H
#define TP_JOURNEY_GAPS_H

#include "gap/tp_gap.h"
#include "journey/tp_intern.h"

typedef struct tp_journey_gaps
{
	tp_memory	mem;
	uint8_t		part;			/* 0 = nothing set yet, else tp_part + 1 */
	tp_part_key key;
	tp_intern	parts;
	tp_gap_open **gap;			/* of each part */
	tp_gap_near *near;			/* of each part, pairs that are not in gap yet */
	uint32_t	gaps;
	uint32_t	gap_room;
	uint32_t	near_room;
	uint32_t	looked_at;		/* contacts, until whole is made */
	int64_t    *whole;			/* of numbers of a byte at scales from 0; see tp_is_near */
	uint32_t   *map;			/* scratch: from a journey's codes to parts */
	uint32_t	map_room;
} tp_journey_gaps;

extern void tp_journey_gaps_init(tp_journey_gaps *g, const tp_memory *mem);
extern void tp_journey_gaps_release(tp_journey_gaps *g);

/* Set the part, or check that it is what was set before: TP_BAD_ARGUMENT. */
extern tp_status tp_journey_gaps_set(tp_journey_gaps *g, const tp_aspect *aspect, tp_error *err);

/*
 * The pairs of score and expected of j's contacts; a part whose contacts have none is there with none. Where
 * the part is a property, j is a projection on it. TP_OUT_OF_RANGE as tp_gap_add.
 */
extern tp_status tp_journey_gaps_add(tp_journey_gaps *g, const tp_journey *j, tp_error *err);

/* One pair at a part of a journey's, whoever counted it. */
extern tp_status tp_journey_gaps_pair(tp_journey_gaps *g, const tp_journey *j, uint32_t code, double expected, double score,
									  tp_error *err);
/* The summary of a part, in memory of mem, without the host's length. Fails as tp_gap_close. */
extern tp_status tp_journey_gaps_close(const tp_journey_gaps *g, uint32_t part, void **image, size_t *size,
									   const tp_memory *mem, tp_error *err);

/* The text form, parts in order. Reading adds what it says. TP_BAD_TEXT, TP_BAD_ARGUMENT for another part. */
extern void tp_journey_gaps_write(const tp_journey_gaps *g, tp_buffer *b);
extern tp_status tp_journey_gaps_read(tp_journey_gaps *g, const char *text, size_t len, tp_error *err);

/* A part with its number. */
typedef struct tp_gap_part
{
	tp_touchpoint part;			/* a part other than the whole touchpoint stands as a label; absent: none */
	uint32_t	number;
} tp_gap_part;

/* The parts in order, to be released. */
extern tp_status tp_journey_gaps_sorted(const tp_journey_gaps *g, tp_gap_part **parts, tp_error *err);

#endif							/* TP_JOURNEY_GAPS_H */
