/*
 * tp_map.h
 *	  The map of many journeys: the state of journey_map_agg.
 *
 * At each part, of each journey that passes it: its mean place, from 0 (the first contact) to 1 (the last; a
 * single contact is at 0.5), its mean score, what was expected on average, whether its peak and its end fell here. All
 * are pairs (0, v) of exact sums, so that the order of journeys does not matter.
 */
#ifndef TP_MAP_H
#define TP_MAP_H

#include "gap/tp_journey_gaps.h"

typedef enum tp_map_kind
{
	TP_MAP_PLACES,
	TP_MAP_SCORES,
	TP_MAP_EXPECTED,
	TP_MAP_PEAKS,
	TP_MAP_ENDS,
	TP_MAP_KINDS
} tp_map_kind;

typedef struct tp_map
{
	tp_memory	mem;
	bool		set;
	double		neutral;
	tp_journey_gaps gaps[TP_MAP_KINDS];
} tp_map;

extern void tp_map_init(tp_map *m, const tp_memory *mem);
extern void tp_map_release(tp_map *m);

/* Set part and neutral, or check that they are what was set before: TP_BAD_ARGUMENT; TP_OUT_OF_RANGE for neutral. */
extern tp_status tp_map_set(tp_map *m, const tp_aspect *aspect, double neutral, tp_error *err);

/* One more journey; where the part is a property, j is a projection on it. */
extern tp_status tp_map_add(tp_map *m, const tp_journey *j, tp_error *err);

/* The text form. Reading adds what it says; TP_BAD_TEXT. */
extern void tp_map_write(const tp_map *m, tp_buffer *b);
extern tp_status tp_map_read(tp_map *m, const char *text, size_t len, tp_error *err);

/* A row of the map. */
typedef struct tp_map_row
{
	tp_touchpoint part;			/* one other than the whole touchpoint stands as a label */
	int64_t		customers;
	double		mean;			/* over customers; NaN where nobody scored */
	double		ci_low;			/* 95 %, Student's t; NaN below two customers */
	double		ci_high;
	double		expected;
	int64_t		peaks;
	int64_t		ends;
	double		place;
} tp_map_row;

/* In typical order: by mean place, of equals by part. Rows are to be released. */
extern tp_status tp_map_rows(const tp_map *m, tp_map_row **rows, uint32_t *n, tp_error *err);

#endif							/* TP_MAP_H */
