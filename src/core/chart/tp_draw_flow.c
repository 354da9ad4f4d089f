/*
 * tp_draw_flow.c
 *	  What follows what, as a map in layers.
 */
#include <math.h>
#include <stdio.h>

#include "chart/tp_flow_words.h"
#include "chart/tp_layers.h"

#define NODE_HEIGHT 38.0
#define PITCH 96.0
#define LOOP_ROOM 30.0

typedef struct flow_chart
{
	tp_canvas  *c;
	tp_flow_pick pick;
	tp_layers	g;
	double		width;			/* of a node */
	bool		loops;
	uint32_t	longest;		/* the arc in which most time passes, or UINT32_MAX */
	double		most;			/* times that the commonest state is met */
	double		top;
} flow_chart;

static double
layer_y(const flow_chart *f, uint32_t layer)
{
	return f->top + PITCH * layer + NODE_HEIGHT / 2;
}

/* The points that an arc goes through, from its upper end down. */
static uint32_t
arc_points(const flow_chart *f, uint32_t i, double *x, double *y)
{
	const tp_arc_way *way = &f->g.way[i];
	uint32_t	upper = way->up ? f->pick.arc[i].target : f->pick.arc[i].source,
				lower = way->up ? f->pick.arc[i].source : f->pick.arc[i].target,
				n = 0;
	double		shift = way->up ? f->width * 0.25 : 0;

	x[n] = f->g.x[upper] + shift;
	y[n++] = layer_y(f, f->g.layer[upper]) + NODE_HEIGHT / 2;
	for (uint32_t k = 0; k < way->places; k++)
	{
		x[n] = f->g.x[way->first + k];
		y[n++] = layer_y(f, f->g.layer[way->first + k]);
	}
	x[n] = f->g.x[lower] + shift;
	y[n++] = layer_y(f, f->g.layer[lower]) - NODE_HEIGHT / 2;
	return n;
}

static tp_label
say_arc(flow_chart *f, uint32_t i)
{
	const tp_flow_arc *a = &f->pick.arc[i];

	tp_say(f->c, "%L to %L: %v times", f->pick.name[a->source], f->pick.name[a->target], a->count);
	if (a->usecs >= 0)
		tp_say_more(f->c, ", %u between on average", a->usecs);
	if (i == f->longest)
		tp_say_more(f->c, ", the most time of all");
	return tp_said(f->c);
}

/* Where most time passes in all: times met, times the mean. Of equals the commonest. */
static uint32_t
longest_arc(const tp_flow_pick *pick)
{
	uint32_t	longest = UINT32_MAX;
	double		most = 0;

	for (uint32_t i = 0; i < pick->arcs; i++)
	{
		double		total = pick->arc[i].count * (double) pick->arc[i].usecs;

		if (total > most)
		{
			most = total;
			longest = i;
		}
	}
	return longest;
}

static double
arc_thickness(const flow_chart *f, uint32_t i)
{
	return 1.5 + 7 * (f->pick.arc[0].count > 0 ? f->pick.arc[i].count / f->pick.arc[0].count : 0);
}

static void
open_arc(flow_chart *f, const char *class, double thickness)
{
	tp_open(f->c, "path");
	tp_attr(f->c, "class", class);
	tp_attr_number(f->c, "stroke-width", thickness);
	tp_buffer_string(f->c->out, " d=\"");
}

static void
arrow_head(flow_chart *f, const char *class, double x, double y, double dx, double dy)
{
	tp_path(f->c, class);
	tp_to_point(f->c, 'M', x, y);
	tp_to_point(f->c, 'L', x - 8 * dx - 5 * dy, y - 8 * dy - 5 * dx);
	tp_to_point(f->c, 'L', x - 8 * dx + 5 * dy, y - 8 * dy + 5 * dx);
	tp_path_end(f->c, TP_NO_TITLE);
}

static void
draw_arc(flow_chart *f, uint32_t i, double *x, double *y)
{
	const tp_arc_way *way = &f->g.way[i];
	uint32_t	n;

	if (way->loop)
	{
		uint32_t	node = f->pick.arc[i].source;
		double		right = f->g.x[node] + f->width / 2 - LOOP_ROOM,
					middle = layer_y(f, f->g.layer[node]);

		open_arc(f, "tp-l tp-s2 tp-flow", arc_thickness(f, i) / 2 + 1);
		tp_to_point(f->c, 'M', right, middle - 9);
		tp_to(f->c, 'C', (double[]) {right + 26, middle - 16, right + 26, middle + 16, right + 7, middle + 9}, 6);
		tp_path_end(f->c, say_arc(f, i));
		arrow_head(f, "tp-f2", right + 1, middle + 8, -1, 0);
		return;
	}
	n = arc_points(f, i, x, y);
	y[way->up ? 0 : n - 1] += way->up ? 7 : -7;
	open_arc(f, way->up ? "tp-l tp-s1 tp-flow" : "tp-l tp-s0 tp-flow", arc_thickness(f, i));
	tp_to_point(f->c, 'M', x[0], y[0]);
	for (uint32_t k = 1; k < n; k++)
	{
		double		middle = (y[k - 1] + y[k]) / 2;

		tp_to(f->c, 'C', (double[]) {x[k - 1], middle, x[k], middle, x[k], y[k]}, 6);
	}
	tp_path_end(f->c, say_arc(f, i));
	if (way->up)
		arrow_head(f, "tp-f1", x[0], y[0] - 7, 0, -1);
	else
		arrow_head(f, "tp-f0", x[n - 1], y[n - 1] + 7, 0, 1);
}

static double
on_curve(double a, double b, double t)
{
	double		s = 1 - t;

	return (s * s * s + 3 * s * s * t) * a + (t * t * t + 3 * s * t * t) * b;
}

static double
on_rise(double a, double b, double t)
{
	double		s = 1 - t,
				middle = (a + b) / 2;

	return s * s * s * a + 3 * s * s * t * middle + 3 * s * t * t * middle + t * t * t * b;
}

/* Count and time beside the arc, at the first place on it that is free. */
static void
label_arc(flow_chart *f, uint32_t i, double *x, double *y)
{
	static const double place[] = {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8};
	const tp_flow_arc *a = &f->pick.arc[i];
	const char *class = i == f->longest ? "tp-t tp-b tp-halo" : "tp-t tp-halo";

	for (int longer = a->usecs >= 0; longer >= 0; longer--)
	{
		tp_label	words = longer ? tp_say(f->c, "%v · %u", a->count, a->usecs) : tp_say(f->c, "%v", a->count);
		double		width = tp_measure(words, TP_SMALL_SIZE) * (i == f->longest ? 1.12 : 1);
		uint32_t	n;

		if (f->g.way[i].loop)
		{
			double		right = f->g.x[a->source] + f->width / 2 - LOOP_ROOM + 8,
						above = layer_y(f, f->g.layer[a->source]) - NODE_HEIGHT / 2 - 4;

			if (right + width < f->c->width - 4 && tp_is_free(f->c, tp_text_box(TP_START, right, above, TP_SMALL_SIZE, width)))
			{
				tp_text(f->c, class, TP_START, right, above, TP_SMALL_SIZE, 1e9, words);
				return;
			}
			continue;
		}
		n = arc_points(f, i, x, y);
		for (uint32_t k = 1; k < n; k++)
			for (size_t p = 0; p < sizeof(place) / sizeof(place[0]); p++)
			{
				double		at_x = on_curve(x[k - 1], x[k], place[p]),
							at_y = on_rise(y[k - 1], y[k], place[p]) + 4;

				if (tp_is_free(f->c, tp_text_box(TP_MIDDLE, at_x, at_y, TP_SMALL_SIZE, width)))
				{
					tp_text(f->c, class, TP_MIDDLE, at_x, at_y, TP_SMALL_SIZE, 1e9, words);
					return;
				}
			}
	}
}

static void
draw_node(flow_chart *f, uint32_t i)
{
	double		inner = f->width - (f->loops ? LOOP_ROOM : 0),
				left = f->g.x[i] - f->width / 2,
				y = layer_y(f, f->g.layer[i]);
	bool		met = f->pick.kind[i] == TP_STATE_MET;
	char		class[16] = "tp-n";

	if (met && f->most > 0)
		snprintf(class, sizeof(class), "tp-n %s", tp_hue_class('h', (int) ((TP_HEATS - 1) * f->pick.met[i] / f->most)));
	tp_rect(f->c, class, left, y - NODE_HEIGHT / 2, inner, NODE_HEIGHT, met ? 6 : NODE_HEIGHT / 2,
			tp_say(f->c, met ? "%L: met %v times" : "%L: %v journeys", f->pick.name[i], f->pick.met[i]));
	tp_text(f->c, "tp-t", TP_MIDDLE, left + inner / 2, y - 3, TP_TEXT_SIZE, inner - 12, f->pick.name[i]);
	tp_text(f->c, "tp-t", TP_MIDDLE, left + inner / 2, y + 12, TP_SMALL_SIZE, inner - 12, tp_say(f->c, "%v", f->pick.met[i]));
	tp_take(f->c, (tp_box) {left, y - NODE_HEIGHT / 2, left + inner, y + NODE_HEIGHT / 2});
}

static tp_label
describe_flow(flow_chart *f)
{
	tp_say(f->c, "What follows what: the %d commonest of %d transitions.", (long long) f->pick.arcs, (long long) f->pick.all);
	for (uint32_t i = 0; i < f->pick.arcs && i < 10; i++)
		tp_say_more(f->c, " %L to %L: %v.", f->pick.name[f->pick.arc[i].source], f->pick.name[f->pick.arc[i].target],
					f->pick.arc[i].count);
	if (f->longest != UINT32_MAX)
		tp_say_more(f->c, " Most time passes from %L to %L: %u on average.", f->pick.name[f->pick.arc[f->longest].source],
					f->pick.name[f->pick.arc[f->longest].target], f->pick.arc[f->longest].usecs);
	return tp_said(f->c);
}

static tp_status
lay_out_flow(flow_chart *f, tp_error *err)
{
	const tp_memory *mem = f->c->mem;
	uint32_t   *source = tp_alloc_array(mem, f->pick.arcs, sizeof(uint32_t));
	uint32_t   *target = tp_alloc_array(mem, f->pick.arcs, sizeof(uint32_t));
	uint8_t    *kind = tp_alloc_array(mem, f->pick.states, 1);
	double		room = f->c->width - 32;
	uint32_t	most;

	if (source == NULL || target == NULL || kind == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < f->pick.arcs; i++)
	{
		source[i] = f->pick.arc[i].source;
		target[i] = f->pick.arc[i].target;
		f->loops |= source[i] == target[i];
	}
	for (uint32_t i = 0; i < f->pick.states; i++)
	{
		if (f->pick.kind[i] == TP_STATE_MET)
			f->most = fmax(f->most, f->pick.met[i]);
		kind[i] = f->pick.kind[i] == TP_STATE_START ? 0 : f->pick.kind[i] == TP_STATE_END ? 2 : 1;
	}
	most = (uint32_t) fmax(1, fmin(6, floor(room / 160)));
	f->width = fmin(200, room / most - 18);
	f->g.nodes = f->pick.states;
	f->g.arcs = f->pick.arcs;
	f->g.source = source;
	f->g.target = target;
	return tp_layers_make(mem, &f->g, kind, most, f->width, 16, f->c->width - 16, err);
}

tp_status
tp_draw_flow(tp_canvas *c, const tp_flow_view *v, int top, tp_error *err)
{
	flow_chart	f = {.c = c, .top = 72};
	tp_legend	l = {c, 16, 48};
	double	   *x,
			   *y,
				drawn = 0;
	tp_status	status = tp_flow_choose(c->mem, v, top, &f.pick, err);

	if (status != TP_OK)
		return status;
	if (f.pick.arcs == 0)
	{
		tp_nothing(c, "A flow of no journeys", "There is nothing to draw: the flow has no transitions.");
		return TP_OK;
	}
	status = lay_out_flow(&f, err);
	x = tp_alloc_array(c->mem, (size_t) f.g.layers + 2, sizeof(double));
	y = tp_alloc_array(c->mem, (size_t) f.g.layers + 2, sizeof(double));
	if (status == TP_OK && (x == NULL || y == NULL))
		return tp_fail_memory(err);
	if (status != TP_OK)
		return status;
	f.longest = longest_arc(&f.pick);
	if (c->width < 600)
		f.top += 17;
	tp_picture(c, f.top + PITCH * (f.g.layers - 1) + NODE_HEIGHT + 20, tp_label_of("What follows what"), describe_flow(&f));
	for (uint32_t i = 0; i < f.pick.arcs; i++)
		drawn += f.pick.arc[i].count;
	tp_heading(c, f.pick.arcs < f.pick.all ? tp_say(c, c->width < 480 ? "%d of %d: %p of all moves" : "The %d commonest of %d transitions: %p of all moves", (long long) f.pick.arcs,
													(long long) f.pick.all, f.pick.moves > 0 ? drawn / f.pick.moves : 1) :
			   tp_say(c, f.pick.all == 1 ? "%d transition" : "All %d transitions", (long long) f.pick.all));
	tp_legend_add(&l, TP_KEY_LINE, 0, "onward");
	tp_legend_add(&l, TP_KEY_LINE, 1, "back, upwards");
	tp_legend_add(&l, TP_KEY_LINE, 2, "again");
	tp_legend_add(&l, TP_KEY_HEAT, 4, "often met");
	if (f.longest != UINT32_MAX)
		tp_legend_add(&l, TP_KEY_BOLD, 0, "most time passes");
	for (uint32_t i = f.pick.arcs; i-- > 0;)
		draw_arc(&f, i, x, y);
	for (uint32_t i = 0; i < f.pick.states; i++)
		draw_node(&f, i);
	for (uint32_t i = 0; i < f.pick.arcs; i++)
		label_arc(&f, i, x, y);
	return TP_OK;
}
