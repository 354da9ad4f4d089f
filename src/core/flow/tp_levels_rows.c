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
			status = tp_counts_add(&places, 1, tp_level_source(e->b), e->count, 0, 0, err);
		if (status == TP_OK && tp_level_target(e->b) >= 0)
			status = tp_counts_add(&places, e->a + 1, tp_level_target(e->b), e->count, 0, 0, err);
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
			status = tp_counts_add(kept, p[i].place, p[i].symbol, 1, 0, 0, err);
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

/* Count edges and their times anew under what is kept. */
static tp_status
unite(const tp_levels *l, const tp_counts *kept, tp_counts *pairs, tp_counts *times, tp_error *err)
{
	uint32_t   *row_of = tp_alloc_array(&l->mem, (size_t) l->edges.count + 1, sizeof(uint32_t));
	tp_status	status = row_of == NULL ? tp_fail_memory(err) : TP_OK;

	for (uint32_t i = 0; i < l->edges.count && status == TP_OK; i++)
	{
		const tp_counted *e = &l->edges.item[i];
		int64_t		pair = tp_level_pair(kept_symbol(kept, e->a, tp_level_source(e->b)),
										 kept_symbol(kept, e->a + 1, tp_level_target(e->b)));

		status = tp_counts_at(pairs, e->a, pair, &row_of[i], err);
		if (status == TP_OK)
			status = tp_counts_add(pairs, e->a, pair, e->count, 0, 0, err);
		if (tp_stop_at(&l->mem, i))
			status = tp_fail_interrupted(err);
	}
	for (uint32_t i = 0; i < l->times.count && status == TP_OK; i++)
	{
		const tp_counted *t = &l->times.item[i];

		status = tp_counts_add(times, row_of[t->a], t->b, t->count, t->low, t->high, err);
		if (tp_stop_at(&l->mem, i))
			status = tp_fail_interrupted(err);
	}
	tp_release(&l->mem, row_of);
	return status;
}

/* Rows of pairs, with the medians of their times, in order. */
static tp_status
make_rows(const tp_levels *l, const tp_counts *pairs, const tp_counted *time, uint32_t times, char **name,
		  tp_level_row *rows, tp_error *err)
{
	named	   *row = tp_alloc_array(&l->mem, (size_t) pairs->count + 1, sizeof(named));

	if (row == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0, from = 0, to = 0; i < pairs->count; i++, from = to)
	{
		const tp_counted *p = &pairs->item[i];
		int32_t		source = tp_level_source(p->b);
		int32_t		target = tp_level_target(p->b);

		while (to < times && time[to].a == i)
			to++;
		row[i] = (named) {{(uint32_t) p->a, source, target, p->count, tp_counts_median(time + from, to - from)},
			source < 0 ? NULL : name[source], target < 0 ? NULL : name[target]};
	}
	if (tp_sort_items(&l->mem, row, pairs->count, sizeof(named), compare_named, err) == TP_OK)
		for (uint32_t i = 0; i < pairs->count; i++)
			rows[i] = row[i].row;
	else
	{
		tp_release(&l->mem, row);
		return err->status;
	}
	tp_release(&l->mem, row);
	return TP_OK;
}

tp_status
tp_levels_rows(const tp_levels *l, tp_level_row **rows, uint32_t *n, char ***name, tp_error *err)
{
	tp_counts	kept,
				pairs,
				times;
	tp_counted *time = NULL;
	tp_status	status;

	*rows = NULL;
	tp_counts_init(&kept, &l->mem);
	tp_counts_init(&pairs, &l->mem);
	tp_counts_init(&times, &l->mem);
	status = tp_levels_settle(l, err);
	if (status == TP_OK)
		status = make_names(l, name, err);
	if (status == TP_OK)
		status = choose(l, *name, &kept, err);
	if (status == TP_OK)
		status = unite(l, &kept, &pairs, &times, err);
	if (status == TP_OK)
		status = tp_counts_sorted(&times, &time, err);
	if (status == TP_OK)
	{
		*n = pairs.count;
		*rows = tp_alloc_array(&l->mem, (size_t) pairs.count + 1, sizeof(tp_level_row));
		status = *rows == NULL ? tp_fail_memory(err) : make_rows(l, &pairs, time, times.count, *name, *rows, err);
		tp_release(&l->mem, time);
	}
	tp_counts_release(&kept);
	tp_counts_release(&pairs);
	tp_counts_release(&times);
	return status;
}
