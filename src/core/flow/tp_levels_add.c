/*
 * tp_levels_add.c
 *	  Counting the path of a journey, step by step.
 */
#include "flow/tp_levels.h"

/* Up to so many cells, one a level and pair of symbols. */
#define CELLS_MAX (128 * 1024)

/* So many times wait, and are counted at once: their memory, further apart than caches reach, is asked for ahead. */
#define WAITING 64

/* More touchpoints than this are forgotten and met anew. */
#define KNOWN_MAX 16384
#define NO_SYMBOL UINT32_MAX

static tp_status
corrupt(const char *what, tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: %s", what);
}

tp_status
tp_levels_edge(tp_levels *l, uint32_t level, int32_t source, int32_t target, uint32_t *edge, tp_error *err)
{
	if (tp_counts_at(&l->edges, level, tp_level_pair(source, target), edge, err) != TP_OK)
		return err->status;
	if (*edge < l->timed)
		return TP_OK;
	if (!tp_grow(&l->mem, (void **) &l->times, &l->times_room, (uint64_t) l->timed + 1, sizeof(tp_spread)))
		return tp_fail_memory(err);
	l->times[l->timed++] = (tp_spread) {0};
	return TP_OK;
}

static inline uint32_t *
cell_of(const tp_levels *l, uint32_t level, int32_t source, int32_t target)
{
	return &l->cell[((level - 1) * l->side + (uint32_t) source) * (l->side + 1) + (uint32_t) (target + 1)];
}

/*
 * n contacts were looked up without cells. Once they are as many as cells would be, cells are made: then they
 * cost no more than what was done, and no more than what differs.
 */
static tp_status
make_cells(tp_levels *l, uint32_t n, tp_error *err)
{
	uint64_t	side = ((uint64_t) l->symbols.count + 7) / 8 * 8;
	uint64_t	cells = l->levels * side * (side + 1);

	l->sparse = l->sparse > UINT32_MAX - n ? UINT32_MAX : l->sparse + n;
	if (side > CELLS_MAX || cells > CELLS_MAX || l->sparse < cells)
		return TP_OK;
	tp_release(&l->mem, l->cell);
	l->sparse = 0;
	l->side = 0;
	l->cell = tp_alloc_array(&l->mem, cells, sizeof(uint32_t));
	if (l->waiting == NULL)
		l->waiting = tp_alloc_array(&l->mem, WAITING, sizeof(tp_level_time));
	if (l->cell == NULL || l->waiting == NULL)
		return tp_fail_memory(err);
	memset(l->cell, 0, cells * sizeof(uint32_t));
	l->side = (uint32_t) side;
	for (uint32_t i = 0; i < l->edges.count; i++)
	{
		const tp_counted *e = &l->edges.item[i];

		*cell_of(l, (uint32_t) e->a, tp_level_source(e->b), tp_level_target(e->b)) = i + 1;
	}
	return TP_OK;
}

/* The edge, by its cell where all symbols have cells. */
static inline tp_status
find_edge(tp_levels *l, uint32_t level, int32_t source, int32_t target, uint32_t *edge, tp_error *err)
{
	uint32_t   *cell;

	if (tp_unlikely(l->symbols.count > l->side))
		return tp_levels_edge(l, level, source, target, edge, err);
	cell = cell_of(l, level, source, target);
	if (tp_unlikely(*cell == 0))
	{
		if (tp_levels_edge(l, level, source, target, edge, err) != TP_OK)
			return err->status;
		*cell = *edge + 1;
	}
	*edge = *cell - 1;
	return TP_OK;
}

static inline tp_status
add_time(tp_levels *l, tp_spread *times, int64_t took, tp_error *err)
{
	if (tp_unlikely(times->count >= INT64_MAX))
		return tp_counts_overflows(err);
	return tp_spread_add(&l->mem, times, took, err);
}

static tp_status
count_waiting(tp_levels *l, tp_error *err)
{
	uint32_t	n = l->waits;

	l->waits = 0;
	for (uint32_t i = 0; i < n; i++)
	{
		const tp_spread *times = &l->times[l->waiting[i].edge];

		if (tp_likely(times->values < times->values_room))
			tp_prefetch(&times->value[times->values]);
	}
	for (uint32_t i = 0; i < n; i++)
		if (add_time(l, &l->times[l->waiting[i].edge], l->waiting[i].took, err) != TP_OK)
			return err->status;
	return TP_OK;
}

static inline tp_status
count_time(tp_levels *l, uint32_t edge, int64_t took, tp_error *err)
{
	if (tp_unlikely(l->waiting == NULL))
		return add_time(l, &l->times[edge], took, err);
	tp_prefetch(&l->times[edge]);
	l->waiting[l->waits++] = (tp_level_time) {took, edge};
	return tp_unlikely(l->waits == WAITING) ? count_waiting(l, err) : TP_OK;
}

tp_status
tp_levels_settle(const tp_levels *l, tp_error *err)
{
	/* what a state counted is the same before and behind it, so whoever reads may do it */
	return l->waits > 0 ? count_waiting((tp_levels *) (uintptr_t) l, err) : TP_OK;
}

/* A touchpoint that was met is on a path for the first time. */
static tp_status
give_symbol(tp_levels *l, uint32_t met, tp_error *err)
{
	tp_part		part = (tp_part) (l->part - 1);
	uint32_t	tag = l->met.item[met].tag;
	const uint8_t *body = tp_intern_body(&l->met, met);
	size_t		len = l->met.item[met].len;
	tp_touchpoint t = tp_part_view(tag, body);

	if (part != TP_PART_TOUCHPOINT)
	{
		body = (const uint8_t *) tp_touchpoint_part(&t, part, &len);
		tag = TP_TAG(0, len, 0);
	}
	return tp_intern_number(&l->symbols, tag, body, len, &l->known[met].symbol, err);
}

/* The symbol of a code, where the map is of symbols, or of whom was met; negative where err says why. */
static inline int32_t
find_symbol(tp_levels *l, bool met, uint32_t code, tp_error *err)
{
	uint32_t	at = l->map[code];

	if (!met)
		return (int32_t) at;
	if (tp_unlikely(l->known[at].symbol == NO_SYMBOL) && give_symbol(l, at, err) != TP_OK)
		return -1;
	return (int32_t) l->known[at].symbol;
}

/* Count the path from contact `first` on, which is there and at this code. */
static inline tp_status
count_path(tp_levels *l, const tp_journey *j, bool met, uint32_t first, uint32_t code, tp_error *err)
{
	int64_t		at = tp_journey_time(j, first);
	int32_t		source = find_symbol(l, met, code, err);
	int32_t		target;
	uint32_t	edge,
				k;

	if (tp_unlikely(source < 0))
		return err->status;
	for (k = 1; k <= l->levels; k++, source = target)
	{
		uint32_t	i = first + k;
		int64_t		next,
					took;

		if (i >= j->count)
		{
			if (find_edge(l, k, source, TP_LEVEL_END, &edge, err) != TP_OK)
				return err->status;
			if (tp_unlikely(l->times[edge].count >= INT64_MAX))
				return tp_counts_overflows(err);
			l->times[edge].count++;
			break;
		}
		code = tp_journey_code(j, i);
		next = tp_journey_time(j, i);
		if (tp_unlikely(code >= j->entries))
			return corrupt("a code without touchpoint", err);
		if (tp_unlikely(next < at))
			return corrupt("times that fall", err);
		if (__builtin_sub_overflow(next, at, &took))
			took = INT64_MAX;
		at = next;
		target = find_symbol(l, met, code, err);
		if (tp_unlikely(target < 0 || find_edge(l, k, source, target, &edge, err) != TP_OK ||
						count_time(l, edge, took, err) != TP_OK))
			return err->status;
	}
	return tp_unlikely(l->symbols.count > l->side) ? make_cells(l, k, err) : TP_OK;
}

static inline tp_status
make_map(tp_levels *l, const tp_journey *j, tp_error *err)
{
	return tp_likely(j->entries <= l->map_room) ? TP_OK :
		tp_reserve(&l->mem, &l->map, &l->map_room, j->entries, sizeof(uint32_t), err);
}

tp_status
tp_levels_add(tp_levels *l, const tp_journey *j, uint32_t first, tp_error *err)
{
	uint32_t	code;

	if (first >= j->count)
		return TP_OK;
	if (make_map(l, j, err) != TP_OK ||
		tp_intern_dictionary(&l->symbols, j, (tp_part) (l->part - 1), l->map, err) != TP_OK)
		return err->status;
	code = tp_journey_code(j, first);
	if (tp_unlikely(code >= j->entries))
		return corrupt("a code without touchpoint", err);
	return count_path(l, j, false, first, code, err);
}

/* Get to know those who were met for the first time. */
static tp_status
get_to_know(tp_levels *l, tp_steps *start, tp_error *err)
{
	if (!tp_grow(&l->mem, (void **) &l->known, &l->known_room, l->met.count, sizeof(tp_level_known)))
		return tp_fail_memory(err);
	for (; l->knows < l->met.count; l->knows++)
	{
		tp_touchpoint t = tp_part_view(l->met.item[l->knows].tag, tp_intern_body(&l->met, l->knows));

		l->known[l->knows] = (tp_level_known) {NO_SYMBOL, tp_globs_touch(&start->globs, &t)};
	}
	return TP_OK;
}

tp_status
tp_levels_add_from(tp_levels *l, tp_steps *start, const tp_journey *j, tp_error *err)
{
	if (tp_unlikely(l->met.count > KNOWN_MAX))
	{
		tp_intern_release(&l->met);
		tp_intern_init(&l->met, &l->mem);
		l->knows = 0;
	}
	if (make_map(l, j, err) != TP_OK || tp_intern_dictionary(&l->met, j, TP_PART_TOUCHPOINT, l->map, err) != TP_OK ||
		(tp_unlikely(l->knows < l->met.count) && get_to_know(l, start, err) != TP_OK))
		return err->status;
	for (uint32_t first = 0; first < j->count; first++)
	{
		uint32_t	code = tp_journey_code(j, first);

		if (tp_unlikely(code >= j->entries))
			return corrupt("a code without touchpoint", err);
		if (l->known[l->map[code]].starts)
			return count_path(l, j, true, first, code, err);
		if (tp_stop_at(&l->mem, first))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}
