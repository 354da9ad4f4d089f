/*
 * tp_levels_rows.c
 *	  What is kept of paths step by step: each level's most frequent parts, and rows of them.
 */
#include "flow/tp_levels.h"

#include "base/tp_sort.h"

/* A part at a place: how many journeys' k-th contact has it. */
typedef struct placed
{
	int64_t		place;
	uint64_t	count;
	const char *name;
	int32_t		symbol;
} placed;

static int
compare_placed(const void *a, const void *b)
{
	const placed *x = a;
	const placed *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* The names of symbols, in one run of bytes. */
static tp_status
make_names(const tp_levels *l, char ***name, tp_error *err)
{
	tp_buffer	b;
	size_t	   *at = tp_alloc_array(&l->mem, (size_t) l->symbols.count + 1, sizeof(size_t));

	*name = tp_alloc_array(&l->mem, (size_t) l->symbols.count + 1, sizeof(char *));
	if (at == NULL || *name == NULL)
		return tp_fail_memory(err);
	tp_buffer_init(&b, &l->mem);
	for (uint32_t i = 0; i < l->symbols.count; i++)
	{
		tp_touchpoint t = tp_part_view(l->symbols.item[i].tag, tp_intern_body(&l->symbols, i));

		at[i] = b.len;
		if (t.label_len == 0)
			tp_buffer_string(&b, "(none)");
		else if (l->part == TP_PART_TOUCHPOINT + 1)
			tp_touchpoint_write(&b, &t);
		else
			tp_buffer_add(&b, t.label, t.label_len);
		tp_buffer_byte(&b, '\0');
	}
	for (uint32_t i = 0; i < l->symbols.count; i++)
		(*name)[i] = b.data + at[i];
	tp_release(&l->mem, at);
	return b.failed ? tp_fail_memory(err) : TP_OK;
}

/*
 * In kept, under (place, symbol), those that keep their name. Journeys' first contacts are the sources of
 * level 1, their k-th the targets of level k - 1.
 */
static tp_status
choose(const tp_levels *l, char **name, tp_counts *kept, tp_error *err)
{
	tp_counts	places;
	placed	   *p;
	tp_status	status = TP_OK;

	tp_counts_init(&places, &l->mem);
	for (uint32_t i = 0; i < l->edges.count && status == TP_OK; i++)
	{
		const tp_counted *e = &l->edges.item[i];

		if (e->a == 1)
			status = tp_counts_add(&places, 1, tp_level_source(e->b), l->times[i].count, err);
		if (status == TP_OK && tp_level_target(e->b) >= 0)
			status = tp_counts_add(&places, e->a + 1, tp_level_target(e->b), l->times[i].count, err);
	}
	p = tp_alloc_array(&l->mem, (size_t) places.count + 1, sizeof(placed));
	if (p == NULL)
		status = tp_fail_memory(err);
	for (uint32_t i = 0; i < places.count && status == TP_OK; i++)
		p[i] = (placed) {places.item[i].a, places.item[i].count, name[places.item[i].b], (int32_t) places.item[i].b};
	if (status == TP_OK)
		status = tp_sort_items(&l->mem, p, places.count, sizeof(placed), compare_placed, err);
	for (uint32_t i = 0, nth = 0; i < places.count && status == TP_OK; i++)
	{
		nth = i > 0 && p[i].place == p[i - 1].place ? nth + 1 : 0;
		if (nth < l->top)
			status = tp_counts_add(kept, p[i].place, p[i].symbol, 1, err);
	}
	tp_release(&l->mem, p);
	tp_counts_release(&places);
	return status;
}

static inline int32_t
kept_symbol(const tp_counts *kept, int64_t place, int32_t symbol)
{
	uint32_t	at;

	return symbol < 0 || tp_counts_find(kept, place, symbol, &at) ? symbol : TP_LEVEL_OTHER;
}

/* A row with the names that it is sorted by. */
typedef struct named
{
	tp_level_row row;
	const char *source;
	const char *target;
} named;

/* Names bytewise; others, and then the end, last. */
static int
compare_names(int32_t a, const char *x, int32_t b, const char *y)
{
	if (a < 0 || b < 0)
		return a >= 0 ? -1 : b >= 0 ? 1 : (a > b) - (a < b);
	return strcmp(x, y);
}

static int
compare_named(const void *a, const void *b)
{
	const named *x = a;
	const named *y = b;
	int			c;

	if (x->row.level != y->row.level)
		return x->row.level < y->row.level ? -1 : 1;
	c = compare_names(x->row.source, x->source, y->row.source, y->source);
	return c != 0 ? c : compare_names(x->row.target, x->target, y->row.target, y->target);
}

/* Edges by the rows that they are part of: those of row i from first[i] to first[i + 1]. */
typedef struct gathered
{
	tp_counts	pairs;			/* a row each */
	uint32_t   *row_of;			/* of each edge */
	uint32_t   *edge;
	uint32_t   *first;
} gathered;

static tp_status
gather(const tp_levels *l, const tp_counts *kept, gathered *g, tp_error *err)
{
	uint32_t	n = l->edges.count;

	g->row_of = tp_alloc_array(&l->mem, (size_t) n + 1, sizeof(uint32_t));
	g->edge = tp_alloc_array(&l->mem, (size_t) n + 1, sizeof(uint32_t));
	if (g->row_of == NULL || g->edge == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < n; i++)
	{
		const tp_counted *e = &l->edges.item[i];
		int64_t		pair = tp_level_pair(kept_symbol(kept, e->a, tp_level_source(e->b)),
										 kept_symbol(kept, e->a + 1, tp_level_target(e->b)));

		if (tp_counts_at(&g->pairs, e->a, pair, &g->row_of[i], err) != TP_OK ||
			tp_counts_add(&g->pairs, e->a, pair, l->times[i].count, err) != TP_OK)
			return err->status;
		if (tp_stop_at(&l->mem, i))
			return tp_fail_interrupted(err);
	}
	g->first = tp_alloc_array(&l->mem, (size_t) g->pairs.count + 2, sizeof(uint32_t));
	if (g->first == NULL)
		return tp_fail_memory(err);
	memset(g->first, 0, ((size_t) g->pairs.count + 2) * sizeof(uint32_t));
	/* counted two places on, so that filling in leaves each row's beginning in its own */
	for (uint32_t i = 0; i < n; i++)
		g->first[g->row_of[i] + 2]++;
	for (uint32_t i = 0; i < g->pairs.count; i++)
		g->first[i + 2] += g->first[i + 1];
	for (uint32_t i = 0; i < n; i++)
		g->edge[g->first[g->row_of[i] + 1]++] = i;
	return TP_OK;
}

/* Rows of pairs, with the medians of their times, in order. */
static tp_status
make_rows(const tp_levels *l, const gathered *g, char **name, named *row, tp_level_row *rows, tp_error *err)
{
	tp_board	board;

	for (uint32_t i = 0; i < g->pairs.count; i++)
	{
		const tp_counted *p = &g->pairs.item[i];
		int32_t		source = tp_level_source(p->b);
		int32_t		target = tp_level_target(p->b);
		int64_t		median;

		tp_board_clear(&board);
		for (uint32_t e = g->first[i]; e < g->first[i + 1]; e++)
		{
			if (tp_stop_at(&l->mem, g->edge[e]))
				return tp_fail_interrupted(err);
			tp_board_add_spread(&board, &l->times[g->edge[e]]);
		}
		median = tp_sketch_median(board.bucket, sizeof(tp_bucket), tp_board_close(&board));
		row[i] = (named) {{(uint32_t) p->a, source, target, p->count, median},
			source < 0 ? NULL : name[source], target < 0 ? NULL : name[target]};
	}
	if (tp_sort_items(&l->mem, row, g->pairs.count, sizeof(named), compare_named, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < g->pairs.count; i++)
		rows[i] = row[i].row;
	return TP_OK;
}

tp_status
tp_levels_rows(const tp_levels *l, tp_level_row **rows, uint32_t *n, char ***name, tp_error *err)
{
	gathered	g = {.row_of = NULL};
	tp_counts	kept;
	named	   *row = NULL;
	tp_status	status;

	*rows = NULL;
	tp_counts_init(&kept, &l->mem);
	tp_counts_init(&g.pairs, &l->mem);
	status = tp_levels_settle(l, err);
	if (status == TP_OK)
		status = make_names(l, name, err);
	if (status == TP_OK)
		status = choose(l, *name, &kept, err);
	if (status == TP_OK)
		status = gather(l, &kept, &g, err);
	if (status == TP_OK)
	{
		*n = g.pairs.count;
		row = tp_alloc_array(&l->mem, (size_t) *n + 1, sizeof(named));
		*rows = tp_alloc_array(&l->mem, (size_t) *n + 1, sizeof(tp_level_row));
		status = row == NULL || *rows == NULL ? tp_fail_memory(err) : make_rows(l, &g, *name, row, *rows, err);
	}
	TP_RELEASE_ALL(&l->mem, row, g.row_of, g.edge, g.first);
	tp_counts_release(&g.pairs);
	tp_counts_release(&kept);
	return status;
}
