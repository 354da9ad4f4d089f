/*
 * tp_draw_plane.c
 *	  Points on a plane, with what divides it: importance and performance, cost and effect; and a control chart.
 */
#include "chart/tp_pictures.h"

#include <math.h>

#include "channel/tp_channel.h"
#include "gap/tp_control.h"

#define PLANE_MARKS 1000
#define LIMIT_ROOM 100.0			/* right of a control chart, for what its lines are */

typedef struct plane
{
	tp_canvas  *c;
	tp_axis		x;
	tp_axis		y;
	double		left;
	double		right;
	double		top;
	double		bottom;
} plane;

/* A plane around known values, with a grid and the axes' names; false where there are none. */
static bool
set_plane(plane *p, const double *x, const double *y, uint32_t n, double height)
{
	double		bound[4] = {INFINITY, -INFINITY, INFINITY, -INFINITY};

	for (uint32_t i = 0; i < n; i++)
	{
		if (isnan(x[i]) || isnan(y[i]))
			continue;
		bound[0] = fmin(bound[0], x[i]);
		bound[1] = fmax(bound[1], x[i]);
		bound[2] = fmin(bound[2], y[i]);
		bound[3] = fmax(bound[3], y[i]);
	}
	if (!(bound[0] <= bound[1]))
		return false;
	p->top = 64;
	p->bottom = p->top + height;
	p->y = tp_axis_of(bound[2], bound[3], 5, p->bottom - 12, p->top + 12);
	p->left = fmax(64, tp_grid_room(p->c, &p->y));
	p->right = p->c->width - 24;
	p->x = tp_axis_of(bound[0], bound[1], p->c->width < 480 ? 3 : 6, p->left + 12, p->right - 12);
	return true;
}

static void
draw_plane(const plane *p, const char *x_name, const char *y_name)
{
	tp_grid_across(p->c, &p->y, p->left, p->right);
	tp_grid_down(p->c, &p->x, p->top, p->bottom);
	tp_text(p->c, "tp-m tp-b", TP_END, p->right, p->bottom + 34, TP_TEXT_SIZE, p->right - p->left, tp_label_of(x_name));
	tp_text(p->c, "tp-m tp-b", TP_START, 16, p->top - 8, TP_TEXT_SIZE, p->c->width / 2, tp_label_of(y_name));
}

/* The name of a point beside it, on the first side that is free. */
static void
name_point(tp_canvas *c, double x, double y, tp_label name)
{
	static const struct
	{
		int			dx,
					dy;
		tp_anchor	anchor;
	}			side[] = {{9, 4, TP_START}, {-9, 4, TP_END}, {0, -10, TP_MIDDLE}, {0, 20, TP_MIDDLE},
	{7, -7, TP_START}, {-7, -7, TP_END}, {7, 16, TP_START}, {-7, 16, TP_END}, {12, -20, TP_START}, {-12, -20, TP_END}, {12, 29, TP_START}, {-12, 29, TP_END}};
	double		width = fmin(tp_measure(name, TP_TEXT_SIZE), 180);

	for (size_t k = 0; k < sizeof(side) / sizeof(side[0]); k++)
	{
		tp_box		box = tp_text_box(side[k].anchor, x + side[k].dx, y + side[k].dy, TP_TEXT_SIZE, width);

		if (tp_is_free(c, box))
		{
			tp_text(c, "tp-t", side[k].anchor, x + side[k].dx, y + side[k].dy, TP_TEXT_SIZE, 180, name);
			return;
		}
	}
}

static void
take_point(tp_canvas *c, double x, double y)
{
	tp_take(c, (tp_box) {x - 6, y - 6, x + 6, y + 6});
}

static double
mean_of(const double *v, const double *with, uint32_t n)
{
	double		mean = 0;
	uint32_t	count = 0;

	for (uint32_t i = 0; i < n; i++)
		if (!isnan(v[i]) && !isnan(with[i]))
		{
			count++;
			mean += v[i] / count - mean / count;
		}
	return mean;
}

static const char *const quadrant_name[4] = {"concentrate here", "keep up the good work", "low priority", "possible overkill"};

static int
quadrant_of(double importance, double performance, double importance_cut, double performance_cut)
{
	return (importance >= importance_cut ? 0 : 2) + (performance >= performance_cut ? 1 : 0);
}

static tp_status
too_many(uint32_t n, tp_error *err)
{
	if (n <= PLANE_MARKS)
		return TP_OK;
	return tp_fail(err, TP_BAD_ARGUMENT, "Draw the ones that matter, with ORDER BY and LIMIT.",
				   "a picture holds at most %d points, not %u", PLANE_MARKS, n);
}

static tp_label
describe_quadrants(tp_canvas *c, const tp_label *labels, const double *importance, const double *performance, uint32_t n,
				   double x_cut, double y_cut)
{
	tp_say(c, "Performance from left to right, importance from bottom to top, cut at their means %v and %v.", x_cut, y_cut);
	for (int q = 0; q < 4; q++)
	{
		int			listed = 0;

		for (uint32_t i = 0; i < n; i++)
			if (!isnan(importance[i]) && !isnan(performance[i]) && quadrant_of(importance[i], performance[i], y_cut, x_cut) == q)
			{
				if (listed++ < 8)
					tp_say_more(c, listed == 1 ? " %s: %L" : "%s%L", listed == 1 ? quadrant_name[q] : ", ", labels[i]);
			}
		if (listed > 8)
			tp_say_more(c, " and %d more", (long long) listed - 8);
		if (listed > 0)
			tp_say_more(c, ".");
	}
	return tp_said(c);
}

/* Do known points differ in it? */
static bool
differ(const double *v, const double *with, uint32_t n)
{
	double		first = NAN;

	for (uint32_t i = 0; i < n; i++)
	{
		if (isnan(v[i]) || isnan(with[i]))
			continue;
		if (isnan(first))
			first = v[i];
		if (v[i] != first)
			return true;
	}
	return false;
}

/* Why means divide nothing, or NULL where they do. */
static const char *
undivided(const double *importance, const double *performance, uint32_t n)
{
	bool		by_importance = differ(importance, performance, n),
				by_performance = differ(performance, importance, n);

	if (by_importance && by_performance)
		return NULL;
	return by_importance ? "Nothing divides them: all have the same performance" :
		by_performance ? "Nothing divides them: all have the same importance" : "Nothing divides them: all points are equal";
}

static void
name_quadrants(const plane *p, double x)
{
	tp_canvas  *c = p->c;

	for (int q = 0; q < 4; q++)
	{
		bool		right = q % 2 == 1;
		double		room = right ? p->right - x : x - p->left;
		double		at_y = q < 2 ? p->top + 15 : p->bottom - 6;
		tp_anchor	anchor = right ? TP_END : TP_START;
		double		at_x = right ? p->right - 6 : p->left + 6;
		double		width = tp_measure(tp_label_of(quadrant_name[q]), TP_SMALL_SIZE);

		if (width < room - 10 && tp_is_free(c, tp_text_box(anchor, at_x, at_y, TP_SMALL_SIZE, width)))
			tp_text(c, "tp-m tp-b", anchor, at_x, at_y, TP_SMALL_SIZE, room, tp_label_of(quadrant_name[q]));
	}
}

static void
quadrant_point(const plane *p, tp_label label, double importance, double performance, int q)
{
	double		x = tp_axis_at(&p->x, performance),
				y = tp_axis_at(&p->y, importance);

	tp_say(p->c, "%L: importance %v, performance %v", label, importance, performance);
	if (q >= 0)
		tp_say_more(p->c, ": %s", quadrant_name[q]);
	tp_circle(p->c, q == 0 ? "tp-f1 tp-dot" : q == 1 ? "tp-f2 tp-dot" : "tp-f7 tp-dot", x, y, 5, tp_said(p->c));
	name_point(p->c, x, y, label);
}

tp_status
tp_draw_quadrant(tp_canvas *c, const tp_label *labels, const double *importance, const double *performance, uint32_t n,
				 tp_error *err)
{
	plane		p = {.c = c};
	double		x_cut = mean_of(performance, importance, n),
				y_cut = mean_of(importance, performance, n);
	double		x,
				y;
	const char *why = undivided(importance, performance, n);

	if (too_many(n, err) != TP_OK)
		return TP_BAD_ARGUMENT;
	if (!set_plane(&p, performance, importance, n, fmin(460, c->width * 0.75)))
	{
		tp_nothing(c, "Importance and performance", "There is nothing to draw: no point has both an importance and a performance.");
		return TP_OK;
	}
	x = tp_axis_at(&p.x, x_cut);
	y = tp_axis_at(&p.y, y_cut);
	tp_picture(c, p.bottom + 44, tp_label_of("Importance and performance"),
			   why == NULL ? describe_quadrants(c, labels, importance, performance, n, x_cut, y_cut) :
			   tp_say(c, "%s. Mean importance %v, mean performance %v.", why, y_cut, x_cut));
	tp_heading(c, tp_label_of(why == NULL ? "Importance and performance" : why));
	if (why == NULL)
	{
		tp_rect(c, "tp-a1", p.left, p.top, x - p.left, y - p.top, 0, tp_label_of(quadrant_name[0]));
		tp_rect(c, "tp-a2", x, p.top, p.right - x, y - p.top, 0, tp_label_of(quadrant_name[1]));
	}
	draw_plane(&p, "performance", "importance");
	if (why == NULL)
	{
		tp_line(c, "tp-x", x, p.top, x, p.bottom);
		tp_line(c, "tp-x", p.left, y, p.right, y);
	}
	for (uint32_t i = 0; i < n; i++)
		if (!isnan(importance[i]) && !isnan(performance[i]))
			take_point(c, tp_axis_at(&p.x, performance[i]), tp_axis_at(&p.y, importance[i]));
	if (why == NULL)
		name_quadrants(&p, x);
	for (uint32_t i = 0; i < n; i++)
		if (!isnan(importance[i]) && !isnan(performance[i]))
			quadrant_point(&p, labels[i], importance[i], performance[i],
						   why == NULL ? quadrant_of(importance[i], performance[i], y_cut, x_cut) : -1);
	return TP_OK;
}

static const char *
status_name(tp_frontier_status status)
{
	return status == TP_EFFICIENT ? "efficient" : status == TP_DOMINATED ? "dominated" : "extendedly dominated";
}

/* The efficient ones in order of cost, as the line that joins them. */
static void
draw_frontier_line(const plane *p, const double *cost, const double *effect, const tp_frontier_point *point, uint32_t n)
{
	double		after = -INFINITY;
	bool		begun = false;

	tp_path(p->c, "tp-l tp-s2 tp-line");
	for (;;)
	{
		uint32_t	next = UINT32_MAX;

		for (uint32_t i = 0; i < n; i++)
			if (!isnan(cost[i]) && !isnan(effect[i]) && point[i].status == TP_EFFICIENT && cost[i] > after &&
				(next == UINT32_MAX || cost[i] < cost[next]))
				next = i;
		if (next == UINT32_MAX)
			break;
		tp_to_point(p->c, begun ? 'L' : 'M', tp_axis_at(&p->x, cost[next]), tp_axis_at(&p->y, effect[next]));
		begun = true;
		after = cost[next];
	}
	tp_path_end(p->c, tp_label_of("the efficient line: no other brings more for less"));
}

tp_status
tp_draw_frontier(tp_canvas *c, const tp_label *labels, const double *cost, const double *effect, uint32_t n, tp_error *err)
{
	plane		p = {.c = c};
	tp_frontier_point *point = tp_alloc_array(c->mem, n + 1, sizeof(tp_frontier_point));
	tp_status	status;
	bool		any = false;

	if (point == NULL)
		return tp_fail_memory(err);
	status = too_many(n, err);
	if (status == TP_OK)
		status = tp_cost_effectiveness(c->mem, cost, effect, n, point, err);
	if (status != TP_OK || !set_plane(&p, cost, effect, n, fmin(420, c->width * 0.7)))
	{
		if (status == TP_OK)
			tp_nothing(c, "Cost and effect", "There is nothing to draw: no point has both a cost and an effect.");
		tp_release(c->mem, point);
		return status;
	}
	tp_say(c, "Cost from left to right, effect from bottom to top. On the efficient line: ");
	for (uint32_t i = 0; i < n; i++)
		if (!isnan(cost[i]) && !isnan(effect[i]) && point[i].status == TP_EFFICIENT)
		{
			tp_say_more(c, any ? ", %L" : "%L", labels[i]);
			any = true;
		}
	tp_say_more(c, ".");
	tp_picture(c, p.bottom + 44, tp_label_of("Cost and effect"), tp_said(c));
	tp_heading(c, tp_label_of("Cost and effect: what is worth keeping"));
	draw_plane(&p, "cost", "effect");
	draw_frontier_line(&p, cost, effect, point, n);
	for (uint32_t i = 0; i < n; i++)
		if (!isnan(cost[i]) && !isnan(effect[i]))
			take_point(c, tp_axis_at(&p.x, cost[i]), tp_axis_at(&p.y, effect[i]));
	for (int on = 1; on >= 0; on--)
		for (uint32_t i = 0; i < n; i++)
			if (!isnan(cost[i]) && !isnan(effect[i]) && (point[i].status == TP_EFFICIENT) == on)
				name_point(c, tp_axis_at(&p.x, cost[i]), tp_axis_at(&p.y, effect[i]), labels[i]);
	for (int on = 0; on < 2; on++)
		for (uint32_t i = 0; i < n; i++)
			if (!isnan(cost[i]) && !isnan(effect[i]) && (point[i].status == TP_EFFICIENT) == on)
				tp_circle(c, on ? "tp-f2 tp-dot" : "tp-s7 tp-ring", tp_axis_at(&p.x, cost[i]), tp_axis_at(&p.y, effect[i]), on ? 6 : 5,
						  tp_say(c, "%L: cost %v, effect %v, %s", labels[i], cost[i], effect[i], status_name(point[i].status)));
	tp_release(c->mem, point);
	return TP_OK;
}

typedef struct control_chart
{
	const tp_label *labels;
	const double *values;
	const tp_control_point *point;
	uint32_t	n;
	double		center;
} control_chart;

static void
draw_control_points(const plane *p, const control_chart *k, const double *xs)
{
	tp_canvas  *c = p->c;
	double		free_from = p->left;

	for (uint32_t i = 0; i < k->n; i++)
	{
		const char *signal = tp_signal_name(k->point[i].signal);
		double		y = tp_axis_at(&p->y, k->values[i]);
		double		half = tp_measure(k->labels[i], TP_SMALL_SIZE) / 2;

		tp_say(c, "%L: %g", k->labels[i], k->values[i]);
		if (signal != NULL)
			tp_say_more(c, ", %s", signal);
		if (signal != NULL)
		{
			tp_path(c, "tp-f1 tp-dot");
			tp_to_point(c, 'M', xs[i], y - 7);
			tp_to_point(c, 'L', xs[i] + 7, y);
			tp_to_point(c, 'L', xs[i], y + 7);
			tp_to_point(c, 'L', xs[i] - 7, y);
			tp_path_end(c, tp_said(c));
		}
		else
			tp_circle(c, "tp-f0 tp-dot", xs[i], y, k->n > 200 ? 3 : 5, tp_said(c));
		half = fmin(half, 60);
		if (xs[i] - half >= free_from && xs[i] + half <= p->c->width - 8)
		{
			tp_text(c, "tp-m", TP_MIDDLE, xs[i], p->bottom + 18, TP_SMALL_SIZE, 120, k->labels[i]);
			free_from = xs[i] + half + 10;
		}
	}
}

static void
draw_limits(const plane *p, const control_chart *k)
{
	const char *const name[3] = {"centre %v", "upper %v", "lower %v"};
	double		v[3] = {k->center, k->point[0].upper, k->point[0].lower};

	for (int i = 0; i < 3; i++)
	{
		double		y;

		if (i > 0 && !k->point[0].has_limits)
			continue;
		y = tp_axis_at(&p->y, v[i]);
		tp_line(p->c, i == 0 ? "tp-s7 tp-line" : "tp-s7 tp-line tp-dash", p->left, y, p->right, y);
		if (tp_is_free(p->c, tp_text_box(TP_START, p->right + 10, y + 4, TP_SMALL_SIZE, LIMIT_ROOM - 16)))
			tp_text(p->c, "tp-m", TP_START, p->right + 10, y + 4, TP_SMALL_SIZE, LIMIT_ROOM - 12, tp_say(p->c, name[i], v[i]));
	}
}

static bool
all_equal(const double *values, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
		if (values[i] != values[0])
			return false;
	return true;
}

static tp_label
describe_control(tp_canvas *c, const control_chart *k, uint32_t signals)
{
	const tp_control_point *first = &k->point[0];

	tp_say(c, k->n == 1 ? "%d value, %L to %L. Centre %v" : "%d values, %L to %L. Centre %v", (long long) k->n, k->labels[0],
		   k->labels[k->n - 1], k->center);
	if (first->has_limits)
		tp_say_more(c, ", limits %v and %v", first->lower, first->upper);
	if (!first->has_limits)
		tp_say_more(c, ". One value tells no signal from noise.");
	else if (all_equal(k->values, k->n))
		tp_say_more(c, ". All values are equal.");
	else
		tp_say_more(c, signals == 0 ? ". No value is a signal: what differs is noise." : signals == 1 ? ". %d of them is a signal." :
					". %d of them are signals.", (long long) signals);
	return tp_said(c);
}

static void
control_heading(tp_canvas *c, const control_chart *k, uint32_t signals)
{
	if (!k->point[0].has_limits)
		tp_heading(c, tp_label_of("One value tells no signal from noise"));
	else if (all_equal(k->values, k->n))
		tp_heading(c, tp_label_of("All values are equal"));
	else if (signals == 0)
		tp_heading(c, tp_label_of("No signals, only noise"));
	else
		tp_heading(c, tp_say(c, signals == 1 ? "%d signal in %d values" : "%d signals in %d values", (long long) signals, (long long) k->n));
}

tp_status
tp_draw_control(tp_canvas *c, const tp_label *labels, const double *values, uint32_t n, tp_error *err)
{
	plane		p = {.c = c};
	control_chart k = {labels, values, NULL, n, 0};
	tp_control_point *point;
	double	   *xs,
				low,
				high;
	uint32_t	signals = 0;
	tp_legend	l = {c, 16, 48};
	tp_status	status = too_many(n, err);

	if (status != TP_OK)
		return status;
	if (n == 0)
	{
		tp_nothing(c, "A control chart", "There is nothing to draw: there are no values.");
		return TP_OK;
	}
	point = tp_alloc_array(c->mem, n, sizeof(tp_control_point));
	xs = tp_alloc_array(c->mem, n, sizeof(double));
	status = point == NULL || xs == NULL ? tp_fail_memory(err) : tp_control_values(values, n, &k.center, point, err);
	if (status != TP_OK)
	{
		tp_release(c->mem, point);
		tp_release(c->mem, xs);
		return status;
	}
	k.point = point;
	low = point[0].has_limits ? point[0].lower : values[0];
	high = point[0].has_limits ? point[0].upper : values[0];
	for (uint32_t i = 0; i < n; i++)
	{
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
		signals += point[i].signal != TP_SIGNAL_NONE;
	}
	p.top = c->width < 480 ? 82 : 66;
	p.bottom = p.top + 260;
	p.y = tp_axis_of(low, high, 5, p.bottom - 12, p.top + 12);
	p.left = fmax(64, tp_grid_room(c, &p.y));
	p.right = c->width - LIMIT_ROOM - 8;
	for (uint32_t i = 0; i < n; i++)
		xs[i] = n == 1 ? (p.left + p.right) / 2 : p.left + 12 + (p.right - p.left - 24) * i / (n - 1);
	tp_picture(c, p.bottom + 32, tp_label_of("A control chart"), describe_control(c, &k, signals));
	control_heading(c, &k, signals);
	tp_legend_add(&l, TP_KEY_DOT, 0, "noise");
	tp_legend_add(&l, TP_KEY_SQUARE, 1, "signal");
	tp_legend_add(&l, TP_KEY_DASH, 7, "limits");
	tp_grid_across(c, &p.y, p.left, p.right);
	tp_path(c, "tp-l tp-s0 tp-line");
	for (uint32_t i = 0; i < n; i++)
		tp_to_point(c, i == 0 ? 'M' : 'L', xs[i], tp_axis_at(&p.y, values[i]));
	tp_path_end(c, tp_label_of("values in order"));
	for (uint32_t i = 0; i < n; i++)
		take_point(c, xs[i], tp_axis_at(&p.y, values[i]));
	draw_limits(&p, &k);
	draw_control_points(&p, &k, xs);
	tp_release(c->mem, point);
	tp_release(c->mem, xs);
	return TP_OK;
}
