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
#define TIMES_MAX 1000			/* ribbons that are shapes, each with a title; more would be too long a text */
#define LINES_MAX 100			/* of more, those that are told one by one */

typedef struct node
{
	int32_t		level;
	tp_label	name;
	int64_t		in;
	int64_t		out;
	uint32_t	place;			/* within its level */
	int			hue;			/* one for a name, in whatever levels it stands */
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
compare_labels(tp_label a, tp_label b)
{
	size_t		n = a.len < b.len ? a.len : b.len;
	int			order = n > 0 ? memcmp(a.s, b.s, n) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int
compare_nodes(const void *a, const void *b)
{
	const node *x = a,
			   *y = b;
	int			order = (x->level > y->level) - (x->level < y->level);

	return order != 0 ? order : compare_labels(x->name, y->name);
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
static bool
is_end(const node *n)
{
	return tp_same_label(n->name, tp_label_of("(end)"));
}

typedef struct named
{
	tp_label	name;
	uint32_t	at;				/* in the order of drawing */
} named;

static int
compare_named(const void *a, const void *b)
{
	const named *x = a,
			   *y = b;
	int			order = compare_labels(x->name, y->name);

	return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* A name has the hue of where it is drawn first: the first seven differ, and then they come again. */
static tp_status
colour_nodes(sankey *s, const uint32_t *order, tp_error *err)
{
	named	   *names = tp_alloc_array(s->c->mem, s->nodes, sizeof(named));
	uint32_t   *first = tp_alloc_array(s->c->mem, s->nodes, sizeof(uint32_t));
	int			hue = 0;
	tp_status	status = names == NULL || first == NULL ? tp_fail_memory(err) : TP_OK;

	for (uint32_t i = 0; i < s->nodes && status == TP_OK; i++)
		names[i] = (named) {s->node[order[i]].name, i};
	if (status == TP_OK)
		status = tp_sort_items(s->c->mem, names, s->nodes, sizeof(named), compare_named, err);
	for (uint32_t i = 0, from = 0; i < s->nodes && status == TP_OK; i++)
	{
		if (!tp_same_label(names[i].name, names[from].name))
			from = i;
		first[names[i].at] = names[from].at;
	}
	for (uint32_t i = 0; i < s->nodes && status == TP_OK; i++)
	{
		node	   *n = &s->node[order[i]];

		if (is_end(n))
			n->hue = TP_HUES - 1;
		else if (first[i] == i)
			n->hue = hue++ % (TP_HUES - 1);
		else
			n->hue = s->node[order[first[i]]].hue;
	}
	tp_release(s->c->mem, names);
	tp_release(s->c->mem, first);
	return status;
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

/* Lines of one hue. */
static void
open_group(tp_canvas *c, int hue)
{
	char		class[32];

	snprintf(class, sizeof(class), "tp-r %s", tp_hue_class('s', hue));
	tp_open(c, "g");
	tp_attr(c, "class", class);
}

/* A ribbon as a shape, from the left top of the box to its right bottom. */
static void
draw_shape(tp_canvas *c, int hue, tp_box at, double width)
{
	double		middle = tenth((at.left + at.right) / 2);

	tp_path(c, tp_hue_class('a', hue));
	tp_to_point(c, 'M', at.left, at.top);
	tp_to(c, 'C', (double[]) {middle, at.top, middle, at.bottom, at.right, at.bottom}, 6);
	tp_to_point(c, 'L', at.right, at.bottom + width);
	tp_to(c, 'C', (double[]) {middle, at.bottom + width, middle, at.top + width, at.left, at.top + width}, 6);
}

static void
open_line(tp_canvas *c, double width)
{
	tp_open(c, "path");
	tp_attr_number(c, "stroke-width", width);
	tp_buffer_string(c->out, " d=\"");
}

/* The line in a ribbon's middle, in whole pixels and as few letters as it can be said in: there may be thousands. */
static void
add_line(tp_canvas *c, tp_box at, double width)
{
	double		x = round(at.left),
				y = round(at.top + width / 2),
				dx = round(at.right) - x,
				dy = round(at.bottom + width / 2) - y;

	tp_to_point(c, 'M', x, y);
	tp_to(c, 's', (double[]) {round(dx / 2), dy, dx, dy}, 4);
}

/* Where ribbon i lies; start and end are the tops of its two ends. */
static tp_box
ribbon_box(const sankey *s, uint32_t i, const double *start, const double *end)
{
	return (tp_box) {
		tenth(column_x(s, s->node[s->link[i].source].level) + BAR), start[i],
		tenth(column_x(s, s->node[s->link[i].target].level)), end[i]
	};
}

/* Of what leaves a part, in percent too, and how long it took. */
static tp_label
say_link(sankey *s, const link *l)
{
	const node *from = &s->node[l->source];

	tp_say(s->c, "%L to %L: %d, %p", from->name, s->node[l->target].name, (long long) l->count,
		   (double) l->count / (double) node_size(from));
	if (l->median >= 0)
		tp_say_more(s->c, ", median time %u", l->median);
	return tp_said(s->c);
}

/* Ribbons leave and arrive in the order of what is at their other end, so that they do not cross at a node. */
static void
place_links(sankey *s, const uint32_t *order, double *start, double *end)
{
	for (uint32_t k = 0; k < s->nodes && !tp_buffer_stop_at(s->c->out, (size_t) (k + 1) * POLL_NODES - 1); k++)
		for (uint32_t i = 0; i < s->links; i++)
		{
			node	   *from = &s->node[s->link[i].source],
					   *to = &s->node[s->link[i].target];
			double		width = (double) s->link[i].count * s->unit;

			if (s->link[i].target == order[k])
			{
				start[i] = from->out_at;
				from->out_at += width;
			}
			if (s->link[i].source == order[k])
			{
				end[i] = to->in_at;
				to->in_at += width;
			}
		}
}

static int
falling_counts(const void *a, const void *b)
{
	const link *x = a,
			   *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

/* The count that at most LINES_MAX ribbons pass; INT64_MAX where there is no memory. */
static int64_t
count_of_wide(const sankey *s, tp_error *err)
{
	link	   *sorted = tp_alloc_array(s->c->mem, s->links, sizeof(link));
	int64_t		least = INT64_MAX;

	if (sorted == NULL)
		return least;
	memcpy(sorted, s->link, s->links * sizeof(link));
	if (tp_sort_items(s->c->mem, sorted, s->links, sizeof(link), falling_counts, err) == TP_OK)
		least = sorted[LINES_MAX].count;
	tp_release(s->c->mem, sorted);
	return least;
}

/* Half pixels, at least one. */
static double
line_width(const sankey *s, uint32_t i)
{
	return fmax(0.5, round((double) s->link[i].count * s->unit * 2) / 2);
}

/*
 * What leaves one part where ribbons are more than a picture can tell apart: the widest each as a line that says what it is,
 * the others as bundles of lines of one width.
 */
static void
draw_bundles(sankey *s, uint32_t source, int64_t wide, const double *start, const double *end, bool *drawn)
{
	tp_canvas  *c = s->c;

	open_group(c, s->node[source].hue);
	for (uint32_t i = 0; i < s->links; i++)
	{
		double		width;
		int64_t		sum = 0;
		uint32_t	others = 0;

		if (s->link[i].source != source || drawn[i])
			continue;
		width = line_width(s, i);
		open_line(c, width);
		for (uint32_t k = i; k < s->links; k++)
		{
			if (s->link[k].source != source || drawn[k] ||
				(k > i && (s->link[i].count > wide || s->link[k].count > wide || line_width(s, k) != width)))
				continue;
			drawn[k] = true;
			others++;
			sum += s->link[k].count;
			add_line(c, ribbon_box(s, k, start, end), (double) s->link[k].count * s->unit);
		}
		tp_path_end(c, others == 1 ? say_link(s, &s->link[i]) :
					tp_say(c, "%L to %d others: %d", s->node[source].name, (long long) others, (long long) sum));
	}
	tp_close(c);
}

static void
draw_links(sankey *s, const uint32_t *order, tp_error *err)
{
	tp_canvas  *c = s->c;
	size_t		room = (size_t) s->links + 1;
	double	   *start = tp_alloc_array(c->mem, room, sizeof(double)),
			   *end = tp_alloc_array(c->mem, room, sizeof(double));
	bool	   *drawn = tp_alloc_array(c->mem, room, sizeof(bool));
	int64_t		wide = s->links > TIMES_MAX ? count_of_wide(s, err) : 0;

	if (start == NULL || end == NULL || drawn == NULL)
		c->out->failed = true;
	else
	{
		memset(drawn, 0, room * sizeof(bool));
		place_links(s, order, start, end);
		for (uint32_t k = 0; k < s->nodes && !tp_buffer_stop_at(c->out, (size_t) (k + 1) * POLL_NODES - 1); k++)
			if (s->links > TIMES_MAX && s->node[order[k]].out > 0)
				draw_bundles(s, order[k], wide, start, end, drawn);
			else
				for (uint32_t i = 0; i < s->links; i++)
				{
					const link *l = &s->link[i];
					const node *to = &s->node[l->target];

					if (l->source != order[k])
						continue;
					draw_shape(c, is_end(to) ? to->hue : s->node[l->source].hue,
							   ribbon_box(s, i, start, end), (double) l->count * s->unit);
					tp_path_end(c, say_link(s, l));
				}
	}
	tp_release(c->mem, start);
	tp_release(c->mem, end);
	tp_release(c->mem, drawn);
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
		tp_rect(c, tp_hue_class('f', n->hue), x, n->y, BAR, fmax(high, 0.75), 0,
				tp_say(c, "%d. %L: %d, %p", (long long) n->level, n->name, (long long) node_size(n),
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
	tp_say(s->c, s->total == 1 ? "Paths of %d journey over %d steps. The widest ribbon goes from %L to %L: %d." :
		   "Paths of %d journeys over %d steps. The widest ribbon goes from %L to %L: %d.", (long long) s->total,
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
	if (order_nodes(s, *order, err) != TP_OK || colour_nodes(s, *order, err) != TP_OK)
		return err->status;
	s->top = 66;
	s->height = height - s->top - 20;
	s->pitch = (c->width - 16 - BAR - fmin(160, c->width * 0.25)) / (s->levels - 1);
	place_nodes(s, *order);
	for (uint32_t i = 0; i < s->links; i++)
		s->total += s->node[s->link[i].source].level == s->first ? s->link[i].count : 0;
	tp_picture(c, height, tp_label_of("Paths step by step"), describe_sankey(s));
	tp_heading(c, tp_say(c, s->total == 1 ? "%d journey, step by step" : "%d journeys, step by step", (long long) s->total));
	draw_links(s, *order, err);
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
