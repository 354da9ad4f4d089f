/*
 * tp_levels.c
 *	  Counting paths step by step, and what is kept of them.
 */
#include "flow/tp_levels.h"

#include "base/tp_dekker.h"
#include "base/tp_sort.h"
#include "flow/tp_flow.h"
#include "journey/tp_property_set.h"

/*
 * Many times lie further apart than caches reach. From so many on they wait, and are counted so many at once:
 * memory is asked for ahead.
 */
#define WAIT_FROM 4096
#define WAITING 64

#define TEXT_HINT "Only what a touchpoint_levels printed reads back."

void
tp_levels_init(tp_levels *l, const tp_memory *mem)
{
	memset(l, 0, sizeof(*l));
	l->mem = *mem;
	tp_intern_init(&l->symbols, mem);
	tp_counts_init(&l->edges, mem);
	tp_counts_init(&l->times, mem);
}

void
tp_levels_release(tp_levels *l)
{
	tp_release(&l->mem, l->start);
	tp_intern_release(&l->symbols);
	tp_counts_release(&l->edges);
	tp_counts_release(&l->times);
	tp_release(&l->mem, l->waiting);
	tp_release(&l->mem, l->map);
}

static bool
same_start(const tp_levels *l, const char *start, size_t len)
{
	return (l->start == NULL) == (start == NULL) && l->start_len == len &&
		(start == NULL || memcmp(l->start, start, len) == 0);
}

bool
tp_levels_is_set(const tp_levels *l, const char *part, size_t part_len, int64_t levels, int64_t top,
				 const char *start, size_t start_len)
{
	return l->part > 0 && l->levels == levels && l->top == top && same_start(l, start, start_len) &&
		tp_is_aspect(part, part_len, (tp_part) (l->part - 1), l->key.bytes, l->key.len);
}

tp_status
tp_levels_set(tp_levels *l, const tp_aspect *aspect, int64_t levels, int64_t top, const char *start, size_t start_len,
			  tp_error *err)
{
	const char *changed;

	if (levels < 1 || levels > TP_LEVELS_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "1 is from the first contact to the second, 2 on to the third, and so on.",
					   "levels must lie between 1 and %d, not %lld", TP_LEVELS_MAX, (long long) levels);
	if (top < 1)
		return tp_fail(err, TP_BAD_ARGUMENT, "Give the number of parts to keep at each level; the others are (other).",
					   "top must be at least 1, not %lld", (long long) top);
	if (l->part > 0)
	{
		changed = l->part != aspect->part + 1 || !tp_same_part_key(&l->key, &aspect->key) ? "part" :
			l->levels != levels ? "levels" : !same_start(l, start, start_len) ? "start" : l->top != top ? "top" : NULL;
		if (changed == NULL)
			return TP_OK;
		return tp_fail(err, TP_BAD_ARGUMENT, "It is a setting: pass a constant.",
					   "%s must be the same on every row of a group", changed);
	}
	if (start != NULL)
	{
		l->start = tp_alloc(&l->mem, start_len + 1);
		if (l->start == NULL)
			return tp_fail_memory(err);
		memcpy(l->start, start, start_len);
		l->start[start_len] = '\0';
		l->start_len = start_len;
	}
	l->key = aspect->key;
	l->levels = (uint32_t) levels;
	l->top = (uint32_t) top;
	l->part = (uint8_t) (aspect->part + 1);
	return TP_OK;
}

static tp_status
corrupt(tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: a code without touchpoint");
}

/* n journeys more from source to target, at a level from 1. */
static inline tp_status
count_edge(tp_levels *l, uint32_t level, int32_t source, int32_t target, uint64_t n, uint32_t *edge, tp_error *err)
{
	if (tp_unlikely(tp_counts_at(&l->edges, level, tp_level_pair(source, target), edge, err) != TP_OK))
		return err->status;
	if (tp_unlikely(n > INT64_MAX - l->edges.item[*edge].count))
		return tp_counts_overflows(err);
	l->edges.item[*edge].count += n;
	return TP_OK;
}

/* Count the times that wait. */
static tp_status
count_waiting(tp_levels *l, tp_error *err)
{
	uint32_t	n = l->waits;

	l->waits = 0;
	for (uint32_t i = 0; i < n; i++)
	{
		const uint32_t *slot = &l->times.slot[tp_counts_slot(&l->times, l->waiting[i].edge, tp_counts_place(l->waiting[i].took))];

		if (*slot != 0)
			tp_prefetch(&l->times.item[*slot - 1]);
	}
	for (uint32_t i = 0; i < n; i++)
	{
		int64_t		took = l->waiting[i].took;

		if (tp_counts_add(&l->times, l->waiting[i].edge, tp_counts_place(took), 1, took, took, err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

static inline tp_status
count_time(tp_levels *l, uint32_t edge, int64_t took, tp_error *err)
{
	int64_t		place = tp_counts_place(took);

	if (tp_likely(l->waiting == NULL))
	{
		if (tp_unlikely(l->times.count >= WAIT_FROM) &&
			(l->waiting = tp_alloc_array(&l->mem, WAITING, sizeof(tp_level_time))) == NULL)
			return tp_fail_memory(err);
		return tp_counts_add(&l->times, edge, place, 1, took, took, err);
	}
	tp_prefetch(&l->times.slot[tp_counts_slot(&l->times, edge, place)]);
	l->waiting[l->waits++] = (tp_level_time) {took, edge};
	return tp_unlikely(l->waits == WAITING) ? count_waiting(l, err) : TP_OK;
}

tp_status
tp_levels_settle(const tp_levels *l, tp_error *err)
{
	/* what a state counted is the same before and behind it, so whoever reads may do it */
	return l->waits > 0 ? count_waiting((tp_levels *) (uintptr_t) l, err) : TP_OK;
}

tp_status
tp_levels_add(tp_levels *l, const tp_journey *j, uint32_t first, tp_error *err)
{
	uint32_t	code;
	int64_t		at;

	if (first >= j->count)
		return TP_OK;
	if (tp_unlikely(j->entries > l->map_room) &&
		tp_reserve(&l->mem, &l->map, &l->map_room, j->entries, sizeof(uint32_t), err) != TP_OK)
		return err->status;
	if (tp_intern_dictionary(&l->symbols, j, (tp_part) (l->part - 1), l->map, err) != TP_OK)
		return err->status;
	code = tp_journey_code(j, first);
	at = tp_journey_time(j, first);
	if (code >= j->entries)
		return corrupt(err);
	for (uint32_t k = 1; k <= l->levels; k++)
	{
		uint32_t	i = first + k;
		int32_t		source = (int32_t) l->map[code];
		uint32_t	edge;
		int64_t		next,
					took;

		if (i >= j->count)
			return count_edge(l, k, source, TP_LEVEL_END, 1, &edge, err);
		code = tp_journey_code(j, i);
		next = tp_journey_time(j, i);
		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		if (__builtin_sub_overflow(next, at, &took))
			took = INT64_MAX;
		at = next;
		if (tp_unlikely(count_edge(l, k, source, (int32_t) l->map[code], 1, &edge, err) != TP_OK ||
						count_time(l, edge, took, err) != TP_OK))
			return err->status;
	}
	return TP_OK;
}

/* What is to be written: edges with the ranks of their symbols, sorted, and their times. */
typedef struct writing
{
	tp_ranked_symbol *symbol;	/* that edges have, in touchpoint order */
	uint32_t	symbols;
	uint32_t   *rank;			/* of each symbol; UINT32_MAX: nobody has it */
	tp_counted *edge;			/* low is the edge's number */
	tp_counted *time;
	uint32_t   *first;			/* time of each edge, and behind the last */
} writing;

static void
end_writing(const tp_levels *l, writing *w)
{
	tp_release(&l->mem, w->symbol);
	tp_release(&l->mem, w->rank);
	tp_release(&l->mem, w->edge);
	tp_release(&l->mem, w->time);
	tp_release(&l->mem, w->first);
}

/* The times of each edge, in order. */
static tp_status
sort_times(const tp_levels *l, tp_counted **time, uint32_t **first, tp_error *err)
{
	*first = tp_alloc_array(&l->mem, (size_t) l->edges.count + 1, sizeof(uint32_t));
	if (*first == NULL)
		return tp_fail_memory(err);
	if (tp_counts_sorted(&l->times, time, err) != TP_OK)
		return err->status;
	for (uint32_t e = 0, i = 0; e <= l->edges.count; e++)
	{
		while (i < l->times.count && (*time)[i].a < e)
			i++;
		(*first)[e] = i;
	}
	return TP_OK;
}

static tp_status
begin_writing(const tp_levels *l, writing *w, tp_error *err)
{
	w->symbol = tp_alloc_array(&l->mem, (size_t) l->symbols.count + 1, sizeof(tp_ranked_symbol));
	w->rank = tp_alloc_array(&l->mem, (size_t) l->symbols.count + 1, sizeof(uint32_t));
	w->edge = tp_alloc_array(&l->mem, (size_t) l->edges.count + 1, sizeof(tp_counted));
	if (w->symbol == NULL || w->rank == NULL || w->edge == NULL)
		return tp_fail_memory(err);
	memset(w->rank, 0xFF, l->symbols.count * sizeof(uint32_t));
	for (uint32_t i = 0; i < l->edges.count; i++)
	{
		w->rank[tp_level_source(l->edges.item[i].b)] = 0;
		if (tp_level_target(l->edges.item[i].b) >= 0)
			w->rank[tp_level_target(l->edges.item[i].b)] = 0;
	}
	for (uint32_t i = 0; i < l->symbols.count; i++)
		if (w->rank[i] == 0)
			w->symbol[w->symbols++] = (tp_ranked_symbol) {tp_part_view(l->symbols.item[i].tag, tp_intern_body(&l->symbols, i)), i};
	if (tp_sort_items(&l->mem, w->symbol, w->symbols, sizeof(tp_ranked_symbol), tp_ranked_symbol_compare, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < w->symbols; i++)
		w->rank[w->symbol[i].symbol] = i;
	for (uint32_t i = 0; i < l->edges.count; i++)
	{
		int32_t		target = tp_level_target(l->edges.item[i].b);

		w->edge[i] = l->edges.item[i];
		w->edge[i].low = i;
		w->edge[i].b = tp_level_pair((int32_t) w->rank[tp_level_source(l->edges.item[i].b)],
									 target < 0 ? target : (int32_t) w->rank[target]);
	}
	if (tp_sort_items(&l->mem, w->edge, l->edges.count, sizeof(tp_counted), tp_counts_compare, err) != TP_OK)
		return err->status;
	return sort_times(l, &w->time, &w->first, err);
}

/* level:source:target:count, and behind it times as [least:greatest:count ...] */
static void
write_edge(tp_buffer *b, const writing *w, const tp_counted *edge)
{
	const int64_t v[] = {edge->a, tp_level_source(edge->b), tp_level_target(edge->b), (int64_t) edge->count};

	for (int k = 0; k < 4; k++)
	{
		tp_buffer_string(b, k > 0 ? ":" : "");
		tp_write_integer(b, v[k]);
	}
	tp_buffer_string(b, " [");
	for (uint32_t i = w->first[edge->low]; i < w->first[edge->low + 1]; i++)
	{
		tp_buffer_string(b, i > w->first[edge->low] ? " " : "");
		tp_write_integer(b, w->time[i].low);
		tp_buffer_byte(b, ':');
		tp_write_integer(b, w->time[i].high);
		tp_buffer_byte(b, ':');
		tp_write_integer(b, (int64_t) w->time[i].count);
	}
	tp_buffer_byte(b, ']');
}

void
tp_levels_write(const tp_levels *l, tp_buffer *b)
{
	writing		w;
	tp_error	err;

	if (l->part == 0)
	{
		tp_buffer_string(b, "{}");
		return;
	}
	memset(&w, 0, sizeof(w));
	if (tp_levels_settle(l, &err) != TP_OK || begin_writing(l, &w, &err) != TP_OK)
		b->failed = true;
	tp_buffer_string(b, "{part=");
	tp_aspect_write(b, (tp_part) (l->part - 1), &l->key);
	tp_buffer_string(b, ", levels=");
	tp_write_integer(b, l->levels);
	tp_buffer_string(b, ", top=");
	tp_write_integer(b, l->top);
	tp_buffer_string(b, ", start=");
	if (l->start == NULL)
		tp_buffer_string(b, "none");
	else
		tp_json_string_write(b, l->start, l->start_len);
	tp_buffer_string(b, ", parts={");
	for (uint32_t i = 0; i < w.symbols && !tp_buffer_stop_at(b, i); i++)
	{
		tp_buffer_string(b, i > 0 ? "," : "");
		if (w.symbol[i].t.label_len > 0)
			tp_touchpoint_write(b, &w.symbol[i].t);
		else
			tp_buffer_string(b, "\"\"");
	}
	tp_buffer_string(b, "}, flow={");
	for (uint32_t i = 0; !b->failed && i < l->edges.count && !tp_buffer_stop_at(b, i); i++)
	{
		tp_buffer_string(b, i > 0 ? ", " : "");
		write_edge(b, &w, &w.edge[i]);
	}
	tp_buffer_string(b, "}}");
	end_writing(l, &w);
}

static tp_status
scan_settings(tp_scan *s, tp_levels *l, tp_buffer *start)
{
	tp_aspect	aspect;
	int64_t		levels,
				top;
	bool		any;

	if (tp_scan_word(s, "part=", TEXT_HINT) != TP_OK || tp_aspect_scan(s, &l->mem, &aspect, TEXT_HINT) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "levels=", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, 1, TP_LEVELS_MAX, &levels) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "top=", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, 1, INT32_MAX, &top) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "start=", TEXT_HINT) != TP_OK)
		return s->err->status;
	any = tp_scan_skip(s, "none");
	if (!any && tp_json_string_scan(s, start) != TP_OK)
		return s->err->status;
	tp_buffer_byte(start, '\0');
	if (start->failed)
		return tp_fail_memory(s->err);
	return tp_levels_set(l, &aspect, levels, top, any ? NULL : start->data, start->len - 1, s->err);
}

/* The parts, numbered. */
static tp_status
scan_parts(tp_scan *s, tp_levels *l, uint32_t **map, uint32_t *n)
{
	uint32_t	room = 0;

	if (tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "parts=", TEXT_HINT) != TP_OK ||
		tp_scan_word(s, "{", TEXT_HINT) != TP_OK)
		return s->err->status;
	for (*n = 0; tp_scan_peek(s) != '}'; ++*n)
	{
		uint8_t		entry[TP_ENTRY_MAX] = {0};

		if (*n > 0 && tp_scan_word(s, ",", TEXT_HINT) != TP_OK)
			return s->err->status;
		if (!tp_scan_skip(s, "\"\"") && tp_touchpoint_scan(s, entry) != TP_OK)
			return s->err->status;
		if (l->part == TP_PART_TOUCHPOINT + 1 ? entry[1] == 0 : entry[0] > 0 || entry[2] > 0)
			return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Not a %s", tp_part_name((tp_part) (l->part - 1)));
		if (!tp_grow(&l->mem, (void **) map, &room, (uint64_t) *n + 1, sizeof(uint32_t)))
			return tp_fail_memory(s->err);
		if (tp_intern_number(&l->symbols, TP_TAG(entry[0], entry[1], entry[2]), entry + TP_ENTRY_HEAD,
							 tp_entry_size(entry) - TP_ENTRY_HEAD, &(*map)[*n], s->err) != TP_OK)
			return s->err->status;
		tp_scan_blanks(s);
	}
	s->at++;
	return TP_OK;
}

static tp_status
scan_edge(tp_scan *s, tp_levels *l, const uint32_t *map, uint32_t n)
{
	int64_t		level,
				source,
				target,
				count,
				timed = 0;
	uint32_t	edge;

	if (tp_counts_scan(s, TEXT_HINT, 1, l->levels, &level) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, 0, (int64_t) n - 1, &source) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, TP_LEVEL_END, (int64_t) n - 1, &target) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, 1, INT64_MAX, &count) != TP_OK || tp_scan_word(s, "[", TEXT_HINT) != TP_OK ||
		count_edge(l, (uint32_t) level, (int32_t) map[source], target < 0 ? TP_LEVEL_END : (int32_t) map[target],
				   (uint64_t) count, &edge, s->err) != TP_OK)
		return s->err->status;
	while (tp_scan_peek(s) != ']')
	{
		int64_t		low,
					high,
					times;

		if (tp_counts_scan(s, TEXT_HINT, 0, INT64_MAX, &low) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
			tp_counts_scan(s, TEXT_HINT, low, INT64_MAX, &high) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
			tp_counts_scan(s, TEXT_HINT, 1, count - timed, &times) != TP_OK)
			return s->err->status;
		if (tp_counts_place(low) != tp_counts_place(high) || (times == 1 && low != high))
			return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "No times are kept like this");
		timed += times;
		if (tp_counts_add(&l->times, edge, tp_counts_place(low), (uint64_t) times, low, high, s->err) != TP_OK)
			return s->err->status;
		tp_scan_blanks(s);
	}
	s->at++;
	if (timed != (target < 0 ? 0 : count))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "There are not as many times as journeys");
	tp_scan_blanks(s);
	return TP_OK;
}

static tp_status
scan_levels(tp_scan *s, tp_levels *l, tp_buffer *start, uint32_t **map)
{
	uint32_t	n = 0;
	tp_status	status;

	if (!tp_scan_open(s, TEXT_HINT, &status))
		return status;
	if (scan_settings(s, l, start) != TP_OK || scan_parts(s, l, map, &n) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "flow=", TEXT_HINT) != TP_OK ||
		tp_scan_word(s, "{", TEXT_HINT) != TP_OK)
		return s->err->status;
	for (size_t i = 0; tp_scan_more(s, &l->mem, i, TEXT_HINT, &status); i++)
		if (scan_edge(s, l, *map, n) != TP_OK)
			return s->err->status;
	return status == TP_OK ? tp_scan_close(s, TEXT_HINT) : status;
}

tp_status
tp_levels_read(tp_levels *l, const char *text, size_t len, tp_error *err)
{
	tp_buffer	start;
	uint32_t   *map = NULL;
	tp_scan		s;
	tp_status	status;

	tp_buffer_init(&start, &l->mem);
	tp_scan_init(&s, "touchpoint_levels", text, len, err);
	status = scan_levels(&s, l, &start, &map);
	tp_buffer_release(&start);
	tp_release(&l->mem, map);
	return status;
}
