/*
 * tp_levels.c
 *	  What is counted of paths step by step: its settings, and its text form.
 */
#include "flow/tp_levels.h"

#include "base/tp_dekker.h"
#include "base/tp_sort.h"
#include "flow/tp_flow.h"
#include "journey/tp_property_set.h"

#define TEXT_HINT "Only what a touchpoint_levels printed reads back."

void
tp_levels_init(tp_levels *l, const tp_memory *mem)
{
	memset(l, 0, sizeof(*l));
	l->mem = *mem;
	tp_intern_init(&l->symbols, mem);
	tp_intern_init(&l->met, mem);
	tp_counts_init(&l->edges, mem);
}

void
tp_levels_release(tp_levels *l)
{
	tp_release(&l->mem, l->start);
	tp_intern_release(&l->symbols);
	tp_intern_release(&l->met);
	tp_counts_release(&l->edges);
	for (uint32_t i = 0; i < l->timed; i++)
		tp_spread_release(&l->mem, &l->times[i]);
	TP_RELEASE_ALL(&l->mem, l->times, l->cell, l->waiting, l->known, l->map);
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

/* An edge to be written: its symbols by rank, and its number. */
typedef struct written
{
	tp_counted	edge;			/* first, for tp_counts_compare */
	uint32_t	number;
} written;

/* What is to be written, sorted. */
typedef struct writing
{
	tp_ranked_symbol *symbol;	/* that edges have, in touchpoint order */
	uint32_t	symbols;
	uint32_t   *rank;			/* of each symbol; UINT32_MAX: nobody has it */
	written    *edge;
} writing;

static void
end_writing(const tp_levels *l, writing *w)
{
	TP_RELEASE_ALL(&l->mem, w->symbol, w->rank, w->edge);
}

static tp_status
begin_writing(const tp_levels *l, writing *w, tp_error *err)
{
	w->symbol = tp_alloc_array(&l->mem, (size_t) l->symbols.count + 1, sizeof(tp_ranked_symbol));
	w->rank = tp_alloc_array(&l->mem, (size_t) l->symbols.count + 1, sizeof(uint32_t));
	w->edge = tp_alloc_array(&l->mem, (size_t) l->edges.count + 1, sizeof(written));
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

		w->edge[i] = (written) {{l->edges.item[i].a,
				tp_level_pair((int32_t) w->rank[tp_level_source(l->edges.item[i].b)],
							  target < 0 ? target : (int32_t) w->rank[target]),
			l->times[i].count}, i};
	}
	return tp_sort_items(&l->mem, w->edge, l->edges.count, sizeof(written), tp_counts_compare, err);
}

/* level:source:target:count, and behind it times as [least:greatest:count ...] */
static void
write_edge(tp_buffer *b, const tp_counted *edge, const tp_spread *times)
{
	const int64_t v[] = {edge->a, tp_level_source(edge->b), tp_level_target(edge->b), (int64_t) edge->count};
	tp_board	board;
	uint32_t	n;

	for (int k = 0; k < 4; k++)
	{
		tp_buffer_string(b, k > 0 ? ":" : "");
		tp_write_integer(b, v[k]);
	}
	tp_board_clear(&board);
	tp_board_add_spread(&board, times);
	n = tp_board_close(&board);
	tp_buffer_string(b, " [");
	for (uint32_t i = 0; i < n; i++)
	{
		tp_buffer_string(b, i > 0 ? " " : "");
		tp_write_integer(b, board.bucket[i].low);
		tp_buffer_byte(b, ':');
		tp_write_integer(b, board.bucket[i].high);
		tp_buffer_byte(b, ':');
		tp_write_integer(b, (int64_t) board.bucket[i].count);
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
		write_edge(b, &w.edge[i].edge, &l->times[w.edge[i].number]);
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

/* The times of an edge that count journeys took, onto the board. */
static tp_status
scan_times(tp_scan *s, tp_board *board, int64_t count, int64_t *timed)
{
	for (*timed = 0; tp_scan_peek(s) != ']';)
	{
		int64_t		low,
					high,
					times;

		if (tp_counts_scan(s, TEXT_HINT, 0, INT64_MAX, &low) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
			tp_counts_scan(s, TEXT_HINT, low, INT64_MAX, &high) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
			tp_counts_scan(s, TEXT_HINT, 1, count - *timed, &times) != TP_OK)
			return s->err->status;
		if (tp_sketch_place(low) != tp_sketch_place(high) || (times == 1 && low != high))
			return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "No times are kept like this");
		*timed += times;
		tp_board_add(board, (uint64_t) times, low, high);
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
				timed;
	uint32_t	edge;
	tp_spread  *times;
	tp_board	board;

	if (tp_counts_scan(s, TEXT_HINT, 1, l->levels, &level) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, 0, (int64_t) n - 1, &source) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, TP_LEVEL_END, (int64_t) n - 1, &target) != TP_OK || tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, 1, INT64_MAX, &count) != TP_OK || tp_scan_word(s, "[", TEXT_HINT) != TP_OK ||
		tp_levels_edge(l, (uint32_t) level, (int32_t) map[source], target < 0 ? TP_LEVEL_END : (int32_t) map[target],
					   &edge, s->err) != TP_OK)
		return s->err->status;
	times = &l->times[edge];
	if (times->count > (uint64_t) (INT64_MAX - count))
		return tp_counts_overflows(s->err);
	tp_board_clear(&board);
	tp_board_add_spread(&board, times);
	if (scan_times(s, &board, count, &timed) != TP_OK)
		return s->err->status;
	if (timed != (target < 0 ? 0 : count))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "There are not as many times as journeys");
	if (tp_spread_take(&l->mem, times, &board, times->count + (uint64_t) count, s->err) != TP_OK)
		return s->err->status;
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
