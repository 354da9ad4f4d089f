/*
 * tp_draw_sankey.c
 *	  Paths step by step: ribbons between parts, as wide as journeys are many.
 *
 * The order within a level is found by sweeps to and fro that put each part at the mean place of its neighbours
 * (K. Sugiyama, S. Tagawa, M. Toda, IEEE SMC 11, 1981), the one with the fewest crossings kept.
 */
#include "chart/tp_pictures.h"

#include <math.h>
#include <stdio.h>

#include "base/tp_sort.h"

#define LINKS_MAX 10000
#define SWEEPS 12
#define BAR 12.0
#define POLL_NODES 256			/* steps that one node counts for in a poll, as each looks at all ribbons */
#define TIMES_MAX 1000			/* ribbons that are shapes and say how long it took; more would be too long a text */

typedef struct node
{
	int32_t		level;
	tp_label	name;
	int64_t		in;
	int64_t		out;
	uint32_t	place;			/* within its level */
	double		wish;
	double		y;
	double		in_at;			/* where the next ribbon goes */
	double		out_at;
} node;

typedef struct link
{
	uint32_t	source;
	uint32_t	target;
	int64_t		count;
	int64_t		median;
} link;

typedef struct sankey
{
	tp_canvas  *c;
	node	   *node;
	uint32_t	nodes;
	link	   *link;
	uint32_t	links;
	int32_t		first;
	int32_t		levels;			/* columns */
	int64_t		total;			/* journeys in the first column */
	double		top;
	double		height;
	double		unit;			/* px a journey */
	double		pitch;			/* px between columns */
	double		between;		/* px between nodes */
} sankey;

static int
compare_nodes(const void *a, const void *b)
{
	const node *x = a,
			   *y = b;
	int			order = (x->level > y->level) - (x->level < y->level);
	size_t		n = x->name.len < y->name.len ? x->name.len : y->name.len;

	if (order == 0 && n > 0)
		order = memcmp(x->name.s, y->name.s, n);
	if (order == 0)
		order = (x->name.len > y->name.len) - (x->name.len < y->name.len);
	return order;
}

static int
compare_places(const void *a, const void *b)
{
	const node *x = a,
			   *y = b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	return (x->wish > y->wish) - (x->wish < y->wish);
}

static uint32_t
find_node(const sankey *s, int32_t level, tp_label name)
{
	node		key = {.level = level, .name = name};
	uint32_t	low = 0,
				high = s->nodes;

	while (low < high)
	{
		uint32_t	middle = (low + high) / 2;

		if (compare_nodes(&s->node[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static tp_status
read_links(sankey *s, const tp_sankey_link *links, uint32_t n, tp_error *err)
{
	uint32_t	kept = 0;
	int32_t		last = 0;
	int64_t		all = 0;		/* no sum of counts passes it */

	s->node = tp_alloc_array(s->c->mem, 2 * (size_t) n + 1, sizeof(node));
	s->link = tp_alloc_array(s->c->mem, (size_t) n + 1, sizeof(link));
	if (s->node == NULL || s->link == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < n; i++)
	{
		if (links[i].count < 0)
			return tp_fail(err, TP_BAD_ARGUMENT, "A count is 0 or more.", "a negative count: %lld", (long long) links[i].count);
		if (links[i].level < 0 || links[i].level > 1000)
			return tp_fail(err, TP_BAD_ARGUMENT, "Levels are counted from 1.", "no such level: %d", links[i].level);
		if (__builtin_add_overflow(all, links[i].count, &all))
			return tp_fail(err, TP_OUT_OF_RANGE, "Counts add up to less than 2^63.", "the counts of ribbons are out of range");
		if (links[i].count == 0)
			continue;
		s->first = kept == 0 || links[i].level < s->first ? links[i].level : s->first;
		last = kept == 0 || links[i].level > last ? links[i].level : last;
		s->node[kept++] = (node) {.level = links[i].level, .name = links[i].source};
		s->node[kept++] = (node) {.level = links[i].level + 1, .name = links[i].target};
	}
	if (kept == 0)
		return TP_OK;
	s->levels = last - s->first + 2;
	if (tp_sort_items(s->c->mem, s->node, kept, sizeof(node), compare_nodes, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < kept; i++)
		if (s->nodes == 0 || compare_nodes(&s->node[s->nodes - 1], &s->node[i]) != 0)
			s->node[s->nodes++] = s->node[i];
	for (uint32_t i = 0; i < n; i++)
		if (links[i].count > 0)
		{
			link	   *l = &s->link[s->links++];

			*l = (link) {find_node(s, links[i].level, links[i].source), find_node(s, links[i].level + 1, links[i].target),
			links[i].count, links[i].median};
			s->node[l->source].out += l->count;
			s->node[l->target].in += l->count;
		}
	return TP_OK;
}

/* Those who leave are told from those who go on. */
static int
node_hue(const node *n)
{
	return tp_same_label(n->name, tp_label_of("(end)")) ? TP_HUES - 1 : (int) (n->place % (TP_HUES - 1));
}

static int64_t
node_size(const node *n)
{
	return n->in > n->out ? n->in : n->out;
}

/* Number nodes within their levels by wish, of equals by what they were. */
static tp_status
settle(sankey *s, uint32_t *order, tp_error *err)
{
	node	   *sorted = tp_alloc_array(s->c->mem, s->nodes, sizeof(node));

	if (sorted == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < s->nodes; i++)
	{
		sorted[i] = s->node[order[i]];
		sorted[i].place = order[i];
	}
	if (tp_sort_items(s->c->mem, sorted, s->nodes, sizeof(node), compare_places, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0, place = 0; i < s->nodes; i++)
	{
		place = i > 0 && sorted[i].level == sorted[i - 1].level ? place + 1 : 0;
		order[i] = sorted[i].place;
		s->node[order[i]].place = place;
	}
	tp_release(s->c->mem, sorted);
	return TP_OK;
}

/* Ribbons that cross, weighed by the lesser of two; the square of links, so not for many of them. */
static double
crossings(const sankey *s)
{
	double		sum = 0;

	if (s->links > 2000)
		return 0;
	for (uint32_t i = 0; i < s->links; i++)
		for (uint32_t k = i + 1; k < s->links; k++)
		{
			const node *a = &s->node[s->link[i].source],
					   *b = &s->node[s->link[i].target],
					   *x = &s->node[s->link[k].source],
					   *y = &s->node[s->link[k].target];

			if (a->level == x->level && ((a->place < x->place && b->place > y->place) || (a->place > x->place && b->place < y->place)))
				sum += (double) (s->link[i].count < s->link[k].count ? s->link[i].count : s->link[k].count);
		}
	return sum;
}

static void
wish(sankey *s, bool forward)
{
	for (uint32_t i = 0; i < s->nodes; i++)
		s->node[i].wish = s->node[i].y = 0;
	for (uint32_t i = 0; i < s->links; i++)
	{
		node	   *to = &s->node[forward ? s->link[i].target : s->link[i].source];
		const node *from = &s->node[forward ? s->link[i].source : s->link[i].target];

		to->wish += (double) s->link[i].count * from->place;
		to->y += (double) s->link[i].count;
	}
	for (uint32_t i = 0; i < s->nodes; i++)
		s->node[i].wish = s->node[i].y > 0 ? s->node[i].wish / s->node[i].y : s->node[i].place;
}

static tp_status
order_nodes(sankey *s, uint32_t *order, tp_error *err)
{
	uint32_t   *best = tp_alloc_array(s->c->mem, s->nodes, sizeof(uint32_t));
	double		least = INFINITY;
	tp_status	status = TP_OK;

	if (best == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < s->nodes; i++)
	{
		order[i] = i;
		s->node[i].wish = -(double) node_size(&s->node[i]);
	}
	status = settle(s, order, err);
	for (int sweep = 0; sweep < SWEEPS && status == TP_OK; sweep++)
	{
		double		now = crossings(s);

		if (tp_interrupted(s->c->mem))
			return tp_fail_interrupted(err);
		if (now < least)
		{
			least = now;
			for (uint32_t i = 0; i < s->nodes; i++)
				best[i] = s->node[i].place;
		}
		wish(s, sweep % 2 == 0);
		status = settle(s, order, err);
	}
	for (uint32_t i = 0; i < s->nodes; i++)
		s->node[i].wish = best[i];
	tp_release(s->c->mem, best);
	return status == TP_OK ? settle(s, order, err) : status;
}

/* The end of the level that begins at this place in order, and how many journeys pass it. */
static uint32_t
level_end(const sankey *s, const uint32_t *order, uint32_t from, double *sum)
{
	uint32_t	to = from;

	*sum = 0;
	for (; to < s->nodes && s->node[order[to]].level == s->node[order[from]].level; to++)
		*sum += (double) node_size(&s->node[order[to]]);
	return to;
}

/* One scale for all levels: the fullest fills the height. */
static void
place_nodes(sankey *s, const uint32_t *order)
{
	double		sum;

	s->unit = INFINITY;
	s->between = 18;
	for (uint32_t i = 0, to; i < s->nodes; i = to)
	{
		to = level_end(s, order, i, &sum);
		s->between = fmin(s->between, 0.6 * s->height / (to - i));
	}
	for (uint32_t i = 0, to; i < s->nodes; i = to)
	{
		to = level_end(s, order, i, &sum);
		s->unit = fmin(s->unit, (s->height - s->between * (to - i - 1)) / sum);
	}
	for (uint32_t i = 0, to; i < s->nodes; i = to)
	{
		double		y = s->top;

		to = level_end(s, order, i, &sum);
		for (uint32_t k = i; k < to; k++)
		{
			node	   *n = &s->node[order[k]];

			n->y = n->in_at = n->out_at = y;
			y += (double) node_size(n) * s->unit + s->between;
		}
	}
}

static double
column_x(const sankey *s, int32_t level)
{
	return 16 + s->pitch * (level - s->first);
}

/* To a tenth of a pixel, for the text is long enough. */
static double
tenth(double v)
{
	return round(v * 10) / 10;
}

/* From the left top of the box to its right bottom: a shape, or where there are many the line in its middle. */
static void
ribbon(tp_canvas *c, int hue, tp_box at, double width, bool shape)
{
	double		middle = tenth((at.left + at.right) / 2);
	double		y1 = tenth(at.top + width / 2),
				y2 = tenth(at.bottom + width / 2);

	if (shape)
	{
		tp_path(c, tp_hue_class('a', hue));
		tp_to_point(c, 'M', at.left, at.top);
		tp_to(c, 'C', (double[]) {middle, at.top, middle, at.bottom, at.right, at.bottom}, 6);
		tp_to_point(c, 'L', at.right, at.bottom + width);
		tp_to(c, 'C', (double[]) {middle, at.bottom + width, middle, at.top + width, at.left, at.top + width}, 6);
		return;
	}
	tp_open(c, "path");
	tp_attr_number(c, "stroke-width", width);
	tp_buffer_string(c->out, " d=\"");
	tp_to_point(c, 'M', at.left, y1);
	tp_to(c, 'C', (double[]) {middle, y1, middle, y2, at.right, y2}, 6);
}

/* Lines of one hue. */
static void
open_group(tp_canvas *c, int hue)
{
	char		class[32];

	snprintf(class, sizeof(class), "tp-r %s", tp_hue_class('s', hue));
	tp_open(c, "g");
	tp_attr(c, "class", class);
}

/* Ribbons leave and arrive in the order of what is at their other end, so that they do not cross at a node. */
static void
draw_links(sankey *s, const uint32_t *order)
{
	tp_canvas  *c = s->c;
	double	   *start = tp_alloc_array(c->mem, (size_t) s->links + 1, sizeof(double));

	if (start == NULL)
	{
		c->out->failed = true;
		return;
	}
	for (uint32_t k = 0; k < s->nodes && !tp_buffer_stop_at(c->out, (size_t) (k + 1) * POLL_NODES - 1); k++)
		for (uint32_t i = 0; i < s->links; i++)
			if (s->link[i].target == order[k])
			{
				node	   *from = &s->node[s->link[i].source];

				start[i] = from->out_at;
				from->out_at += (double) s->link[i].count * s->unit;
			}
	for (uint32_t k = 0; k < s->nodes && !tp_buffer_stop_at(c->out, (size_t) (k + 1) * POLL_NODES - 1); k++)
	{
		bool		group = s->links > TIMES_MAX && s->node[order[k]].out > 0;

		if (group)
			open_group(c, node_hue(&s->node[order[k]]));
		for (uint32_t i = 0; i < s->links; i++)
		{
			const link *l = &s->link[i];
			node	   *from = &s->node[l->source],
					   *to = &s->node[l->target];
			double		width = (double) l->count * s->unit,
						x1 = column_x(s, from->level) + BAR,
						x2 = column_x(s, to->level);

			if (l->source != order[k])
				continue;
			ribbon(c, node_hue(node_hue(to) == TP_HUES - 1 ? to : from), (tp_box) {tenth(x1), start[i], tenth(x2), to->in_at}, width,
				   s->links <= TIMES_MAX);
			tp_say(c, "%L to %L: %d", from->name, to->name, (long long) l->count);
			if (s->links <= TIMES_MAX)
				tp_say_more(c, ", %p of those at %L", (double) l->count / (double) node_size(from), from->name);
			if (l->median >= 0 && s->links <= TIMES_MAX)
				tp_say_more(c, ", median time %u", l->median);
			tp_path_end(c, tp_said(c));
			to->in_at += width;
		}
		if (group)
			tp_close(c);
	}
	tp_release(c->mem, start);
}

static void
draw_nodes(sankey *s, const uint32_t *order)
{
	tp_canvas  *c = s->c;
	double		free_from = 0;

	for (uint32_t k = 0; k < s->nodes; k++)
	{
		const node *n = &s->node[order[k]];
		double		x = column_x(s, n->level),
					high = (double) node_size(n) * s->unit,
					y = n->y + high / 2 + 4;
		bool		last = n->level == s->first + s->levels - 1;

		if (k == 0 || n->level != s->node[order[k - 1]].level)
		{
			free_from = 0;
			tp_text(c, "tp-m tp-b", TP_START, x, s->top - 12, TP_SMALL_SIZE, s->pitch - 8,
					tp_say(c, "%d", (long long) n->level));
		}
		tp_rect(c, tp_hue_class('f', node_hue(n)), x, n->y, BAR, fmax(high, 0.75), 0,
				tp_say(c, "%d. %L: %d, %p of all journeys", (long long) n->level, n->name, (long long) node_size(n),
					   (double) node_size(n) / (double) s->total));
		if (y - TP_SMALL_SIZE >= free_from && y < s->top + s->height + 10)
		{
			tp_text(c, "tp-t", TP_START, x + BAR + 4, y, TP_SMALL_SIZE, (last ? c->width - 8 - x : s->pitch) - BAR - 10,
					tp_say(c, "%d %L", (long long) node_size(n), n->name));
			free_from = y + 5;
		}
	}
}

static tp_label
describe_sankey(sankey *s)
{
	const link *most = NULL;

	for (uint32_t i = 0; i < s->links; i++)
		if (most == NULL || s->link[i].count > most->count)
			most = &s->link[i];
	tp_say(s->c, "Paths of %d journeys over %d steps. The widest ribbon goes from %L to %L: %d.", (long long) s->total,
		   (long long) s->levels, s->node[most->source].name, s->node[most->target].name, (long long) most->count);
	return tp_said(s->c);
}

static tp_status
draw_paths(sankey *s, const tp_sankey_link *links, uint32_t n, int height, uint32_t **order, tp_error *err)
{
	tp_canvas  *c = s->c;

	if (read_links(s, links, n, err) != TP_OK)
		return err->status;
	if (s->links == 0)
	{
		tp_nothing(c, "Paths step by step", "There is nothing to draw: there are no paths.");
		return TP_OK;
	}
	*order = tp_alloc_array(c->mem, s->nodes, sizeof(uint32_t));
	if (*order == NULL)
		return tp_fail_memory(err);
	if (order_nodes(s, *order, err) != TP_OK)
		return err->status;
	s->top = 66;
	s->height = height - s->top - 20;
	s->pitch = (c->width - 16 - BAR - fmin(160, c->width * 0.25)) / (s->levels - 1);
	place_nodes(s, *order);
	for (uint32_t i = 0; i < s->links; i++)
		s->total += s->node[s->link[i].source].level == s->first ? s->link[i].count : 0;
	tp_picture(c, height, tp_label_of("Paths step by step"), describe_sankey(s));
	tp_heading(c, tp_say(c, "%d journeys, step by step", (long long) s->total));
	draw_links(s, *order);
	draw_nodes(s, *order);
	return TP_OK;
}

tp_status
tp_draw_sankey(tp_canvas *c, const tp_sankey_link *links, uint32_t n, int height, tp_error *err)
{
	sankey		s = {.c = c};
	uint32_t   *order = NULL;
	tp_status	status;

	if (height < 200 || height > 4000)
		return tp_fail(err, TP_BAD_ARGUMENT, "Write the height in pixels, 200 to 4000.", "a picture is 200 to 4000 pixels high, not %d", height);
	if (n > LINKS_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "Keep fewer parts: the argument top of level_flow_agg.", "%u ribbons cannot be drawn", n);
	status = draw_paths(&s, links, n, height, &order, err);
	tp_release(c->mem, order);
	tp_release(c->mem, s.node);
	tp_release(c->mem, s.link);
	return status;
}
