/*
 * tp_levels.h
 *	  Paths step by step: from the k-th contact to the next, k = 1, 2, ... up to as many levels.
 *
 * Of many journeys each pair of parts at each level is counted, and how long it took, by sketches
 * (tp_spread.h). Which parts are kept by name is chosen at the end, of all there are.
 */
#ifndef TP_LEVELS_H
#define TP_LEVELS_H

#include "base/tp_spread.h"
#include "flow/tp_counts.h"
#include "journey/tp_intern.h"
#include "journey/tp_step.h"

#define TP_LEVELS_MAX 1000

/* In place of a symbol. */
#define TP_LEVEL_OTHER -2
#define TP_LEVEL_END -1

/* What is known of a touchpoint: its symbol, once a path has it, and whether the start is there. */
typedef struct tp_level_known
{
	uint32_t	symbol;
	bool		starts;
} tp_level_known;

/* A time that waits to be counted. */
typedef struct tp_level_time
{
	int64_t		took;
	uint32_t	edge;
} tp_level_time;

/* The state of level_flow_agg. */
typedef struct tp_levels
{
	tp_memory	mem;
	uint8_t		part;			/* 0 = nothing set yet, else tp_part + 1 */
	tp_part_key key;
	uint32_t	levels;
	uint32_t	top;
	char	   *start;			/* a step, or NULL: the first contact */
	size_t		start_len;
	tp_intern	symbols;
	tp_counts	edges;			/* numbered by (level, source + target), see tp_level_pair; counted in times */
	tp_spread  *times;			/* journeys on each edge, and their microseconds but to the end */
	uint32_t	timed;			/* edges that have theirs */
	uint32_t	times_room;
	uint32_t   *cell;			/* edge + 1, or 0, by level, source and target; NULL until it pays */
	uint32_t	side;			/* symbols that have cells */
	uint32_t	sparse;			/* contacts looked up without cells since symbols outgrew them */
	uint32_t	waits;
	tp_level_time *waiting;		/* where there are cells */
	tp_intern	met;			/* whole touchpoints, where paths have a start; forgotten when there are many */
	tp_level_known *known;		/* of each */
	uint32_t	knows;
	uint32_t	known_room;
	uint32_t   *map;			/* scratch: from a journey's codes to symbols, or to whom was met */
	uint32_t	map_room;
} tp_levels;

static inline int64_t
tp_level_pair(int32_t source, int32_t target)
{
	return ((int64_t) source + 2) << 32 | (uint32_t) (target + 2);
}

static inline int32_t
tp_level_source(int64_t pair)
{
	return (int32_t) (pair >> 32) - 2;
}

static inline int32_t
tp_level_target(int64_t pair)
{
	return (int32_t) (pair & INT32_MAX) - 2;
}

extern void tp_levels_init(tp_levels *l, const tp_memory *mem);
extern void tp_levels_release(tp_levels *l);

/*
 * Set what is counted, or check that it is what was set before; start may be NULL. TP_BAD_ARGUMENT, also for
 * levels outside 1 to TP_LEVELS_MAX and a top below 1.
 */
extern tp_status tp_levels_set(tp_levels *l, const tp_aspect *aspect, int64_t levels, int64_t top, const char *start,
							   size_t start_len, tp_error *err);

/* Is it what is set? text is the name of the part. */
extern bool tp_levels_is_set(const tp_levels *l, const char *part, size_t part_len, int64_t levels, int64_t top,
							 const char *start, size_t start_len);

/*
 * Count the path of j from its contact `first` on. Where the part is a property, j is a projection on it
 * (tp_journey_project).
 */
extern tp_status tp_levels_add(tp_levels *l, const tp_journey *j, uint32_t first, tp_error *err);

/*
 * The same from the first contact at start on, which has no conditions; j is no projection. Where j does not
 * pass there, nothing is counted.
 */
extern tp_status tp_levels_add_from(tp_levels *l, tp_steps *start, const tp_journey *j, tp_error *err);

/* The number of an edge at a level from 1, which has its times; made if it is new. */
extern tp_status tp_levels_edge(tp_levels *l, uint32_t level, int32_t source, int32_t target, uint32_t *edge, tp_error *err);

/* Some times wait to be counted; this counts them, which changes nothing that can be seen. */
extern tp_status tp_levels_settle(const tp_levels *l, tp_error *err);

/* The text form. Reading adds what it says. TP_BAD_TEXT, TP_BAD_ARGUMENT for another setting. */
extern void tp_levels_write(const tp_levels *l, tp_buffer *b);
extern tp_status tp_levels_read(tp_levels *l, const char *text, size_t len, tp_error *err);

/* What a level's row says; source and target are symbols, or as above. */
typedef struct tp_level_row
{
	uint32_t	level;
	int32_t		source;
	int32_t		target;
	uint64_t	count;
	int64_t		median;			/* microseconds, -1 to the end */
} tp_level_row;

/*
 * A row a level and pair, in order of level, source and target by name, others and the end last. The k-th
 * contacts of journeys keep their `top` most frequent parts, of equal frequency the bytewise lesser name;
 * the others are one. name[i] is of symbol i, NUL-terminated. All to be released: rows, name[0] and name.
 */
extern tp_status tp_levels_rows(const tp_levels *l, tp_level_row **rows, uint32_t *n, char ***name, tp_error *err);

#endif							/* TP_LEVELS_H */
