/*
 * tp_draw_map.c
 *	  The map of many journeys: a touchpoint a row, down the page in their typical order.
 *
 * Down rather than across, so that names can be read however many there are and however narrow the page.
 */
#include "chart/tp_pictures.h"

#include <math.h>

#define ROWS_MAX 60
#define ROW 26.0
#define STAGES_FROM 640		/* px of width that leave room for a column of stages */

typedef struct map_chart
{
	tp_canvas  *c;
	const tp_map_step *step;
	uint32_t	n;
	double		neutral;
	double		left;			/* of the curve */
	double		right;
	double		bars;			/* left of the counts */
	double		bars_width;
	double		top;
	tp_axis		axis;
	bool		expects;
	int64_t		most;
	const double *y;			/* of each row */
	bool		stages;
	double		stage_width;	/* of their column; 0 where there is no room for one */
} map_chart;

static void
map_axis(map_chart *m)
{
	double		low = m->neutral,
				high = m->neutral;

	for (uint32_t i = 0; i < m->n; i++)
	{
		const tp_map_step *s = &m->step[i];
		double		v[4] = {s->mean, s->ci_low, s->ci_high, s->expected};

		for (int k = 0; k < 4; k++)
			if (isfinite(v[k]))
			{
				low = fmin(low, v[k]);
				high = fmax(high, v[k]);
			}
		m->expects |= !isnan(s->expected);
		if (s->customers > m->most)
			m->most = s->customers;
	}
	m->axis = tp_axis_of(low, high, (m->right - m->left) < 300 ? 3 : 5, m->left + 10, m->right - 10);
}

static tp_label
say_step(map_chart *m, uint32_t i)
{
	const tp_map_step *s = &m->step[i];

	tp_say(m->c, "%L: %d customers", s->part, (long long) s->customers);
	if (!isnan(s->mean))
		tp_say_more(m->c, ", mean score %v", s->mean);
	if (!isnan(s->ci_low) && !isnan(s->ci_high))
		tp_say_more(m->c, " (95 %% sure of %v to %v)", s->ci_low, s->ci_high);
	if (!isnan(s->expected))
		tp_say_more(m->c, ", expected %v", s->expected);
	tp_say_more(m->c, ", peak of %d and end of %d of them", (long long) s->peaks, (long long) s->ends);
	return tp_said(m->c);
}

static bool
step_at(const void *chart, uint32_t i, bool expected, double *x, double *y)
{
	const map_chart *m = chart;
	double		v = expected ? m->step[i].expected : m->step[i].mean;

	*x = tp_axis_at(&m->axis, v);
	*y = m->y[i];
	return !isnan(v);
}

/* A count as a bar with its figure behind it. */
static void
map_bar(map_chart *m, int which, double y, int64_t count, const char *what)
{
	double		x = m->bars + which * m->bars_width;
	double		room = m->bars_width - 8;
	tp_label	figure = tp_say(m->c, "%d", (long long) count);
	double		width = tp_measure(figure, TP_SMALL_SIZE) + 4;
	double		bar = m->most > 0 ? fmax(0, room - width) * ((double) count / (double) m->most) : 0;

	if (bar > 0)
		tp_rect(m->c, tp_hue_class('f', which == 0 ? 7 : 5), x, y - 5, fmax(bar, 1), 10, 0,
				tp_say(m->c, "%d %s", (long long) count, what));
	tp_text(m->c, "tp-t", TP_START, x + bar + 4, y + 4, TP_SMALL_SIZE, room, tp_say(m->c, "%d", (long long) count));
}

/* The row begins a run of touchpoints of one stage. */
static bool
begins_stage(const map_chart *m, uint32_t i)
{
	return m->stages && (i == 0 || !tp_same_label(m->step[i].stage, m->step[i - 1].stage));
}

/* What is left of a touchpoint's name where its stage is written before it. */
static tp_label
name_in_stage(const map_chart *m, uint32_t i)
{
	tp_label	part = m->step[i].part,
				stage = m->step[i].stage;

	if (m->stage_width > 0 && stage.len > 0 && part.len > stage.len + 1 && memcmp(part.s, stage.s, stage.len) == 0 && part.s[stage.len] == ':')
		return (tp_label) {part.s + stage.len + 1, part.len - stage.len - 1};
	return part;
}

/* A band for each stage in the order that the typical journey passes them; a stage that it comes back to has another. */
static void
map_stages(const map_chart *m)
{
	bool		shaded = false;

	for (uint32_t i = 0, to; i < m->n && m->stages; i = to)
	{
		double		top = m->y[i] - ROW / 2;

		for (to = i + 1; to < m->n && !begins_stage(m, to); to++)
			;
		shaded = !shaded;
		if (shaded)
			tp_rect(m->c, "tp-band", 16, top, m->c->width - 32, m->y[to - 1] + ROW / 2 - top, 0, TP_NO_TITLE);
		if (m->stage_width > 0 && m->step[i].stage.len > 0)
			tp_text(m->c, "tp-m tp-b", TP_START, 22, m->y[i] + 4, TP_SMALL_SIZE, m->stage_width - 14, m->step[i].stage);
	}
}

/* Room for names, and before them for stages. */
static void
map_gutter(map_chart *m)
{
	double		names = 60;

	for (uint32_t i = 0; i < m->n; i++)
		m->stages |= m->step[i].stage.len > 0;
	for (uint32_t i = 0; i < m->n && m->stages && m->c->width >= STAGES_FROM; i++)
		m->stage_width = fmax(m->stage_width, tp_measure(m->step[i].stage, TP_SMALL_SIZE) + 20);
	m->stage_width = fmin(m->stage_width, m->c->width * 0.12);
	for (uint32_t i = 0; i < m->n; i++)
		names = fmax(names, tp_measure(name_in_stage(m, i), TP_TEXT_SIZE) + 32);
	m->left = fmin(m->stage_width + names, m->c->width * 0.36);
}

static void
map_row(map_chart *m, uint32_t i)
{
	const tp_map_step *s = &m->step[i];
	double		y = m->y[i];

	tp_line(m->c, "tp-g", m->left, y, m->c->width - 16, y);
	tp_text(m->c, "tp-t", TP_END, m->left - 10, y + 4, TP_TEXT_SIZE, m->left - m->stage_width - 28, name_in_stage(m, i));
	if (!isnan(s->ci_low) && !isnan(s->ci_high))
	{
		double		from = tp_axis_at(&m->axis, s->ci_low),
					to = tp_axis_at(&m->axis, s->ci_high);

		tp_rect(m->c, "tp-a0", from, y - 7, fmax(2, to - from), 14, 3,
				tp_say(m->c, "95 %% sure of %v to %v", s->ci_low, s->ci_high));
	}
	map_bar(m, 0, y, s->customers, "customers");
	map_bar(m, 1, y, s->peaks, "of them had their peak here");
	map_bar(m, 2, y, s->ends, "of them had their last score here");
}

static tp_label
describe_map(map_chart *m, uint32_t all)
{
	uint32_t	best = UINT32_MAX,
				worst = UINT32_MAX;

	for (uint32_t i = 0; i < m->n; i++)
	{
		if (isnan(m->step[i].mean))
			continue;
		if (best == UINT32_MAX || m->step[i].mean > m->step[best].mean)
			best = i;
		if (worst == UINT32_MAX || m->step[i].mean < m->step[worst].mean)
			worst = i;
	}
	tp_say(m->c, all == 1 ? "%d touchpoint" : "%d touchpoints in their typical order", (long long) all);
	if (m->n < all)
		tp_say_more(m->c, ", of which the %d that most customers pass are drawn", (long long) m->n);
	if (best != UINT32_MAX)
		tp_say_more(m->c, ". Best: %L with %v; worst: %L with %v; neutral is %v", m->step[best].part, m->step[best].mean,
					m->step[worst].part, m->step[worst].mean, m->neutral);
	tp_say_more(m->c, ".");
	return tp_said(m->c);
}

/* The rows that are drawn: those of most customers, in their order. False where there is no memory. */
static bool
choose_steps(const tp_canvas *c, const tp_map_step *steps, uint32_t n, tp_map_step *chosen, uint32_t *count)
{
	uint8_t    *taken = tp_alloc_array(c->mem, n, 1);
	uint32_t	want = n < ROWS_MAX ? n : ROWS_MAX;

	if (taken == NULL)
		return false;
	memset(taken, n <= ROWS_MAX, n);
	for (uint32_t k = 0; k < want && n > ROWS_MAX; k++)
	{
		uint32_t	best = UINT32_MAX;

		for (uint32_t i = 0; i < n; i++)
			if (!taken[i] && (best == UINT32_MAX || steps[i].customers > steps[best].customers))
				best = i;
		taken[best] = 1;
	}
	*count = 0;
	for (uint32_t i = 0; i < n; i++)
		if (taken[i])
			chosen[(*count)++] = steps[i];
	tp_release(c->mem, taken);
	return true;
}

static void
draw_map(map_chart *m, uint32_t all, double height)
{
	tp_canvas  *c = m->c;
	tp_legend	l = {c, 16, 48};
	double		bottom = m->y[m->n - 1] + ROW / 2;
	double		x;

	tp_picture(c, height, tp_label_of("The map of many journeys"), describe_map(m, all));
	tp_heading(c, m->n < all ? tp_say(c, "The %d of %d touchpoints that most customers pass", (long long) m->n, (long long) all) :
			   tp_say(c, all == 1 ? "%d touchpoint" : "%d touchpoints in their typical order", (long long) all));
	tp_legend_add(&l, TP_KEY_LINE, 0, "mean score");
	tp_legend_add(&l, TP_KEY_AREA, 0, "95 % sure");
	if (m->expects)
		tp_legend_add(&l, TP_KEY_DASH, 3, "expected");
	tp_legend_add(&l, TP_KEY_DOTS, 7, "neutral");
	for (int k = 0; k < 3; k++)
		tp_text(c, "tp-m", TP_START, m->bars + k * m->bars_width, m->top - 8, TP_SMALL_SIZE, m->bars_width - 4,
				tp_label_of(k == 0 ? "customers" : k == 1 ? "peaks" : "ends"));
	map_stages(m);
	tp_grid_down(c, &m->axis, m->top, bottom);
	for (uint32_t i = 0; i < m->n; i++)
		map_row(m, i);
	x = tp_axis_at(&m->axis, m->neutral);
	tp_line(c, "tp-s7 tp-line tp-dots", x, m->top, x, bottom);
	if (m->expects)
		tp_curve(m->c, m, m->n, true, step_at, "what was expected, on average");
	tp_curve(m->c, m, m->n, false, step_at, "mean scores, from touchpoint to touchpoint");
	for (uint32_t i = 0; i < m->n; i++)
		if (!isnan(m->step[i].mean))
			tp_circle(c, "tp-f0 tp-dot", tp_axis_at(&m->axis, m->step[i].mean), m->y[i], 5, say_step(m, i));
}

tp_status
tp_draw_map(tp_canvas *c, const tp_map_step *steps, uint32_t n, double neutral, tp_error *err)
{
	map_chart	m = {.c = c, .neutral = neutral};
	tp_map_step *chosen;
	double	   *ys;
	double		y;

	if (!isfinite(neutral))
		return tp_fail(err, TP_OUT_OF_RANGE, "Write the score that is neither good nor bad, such as 3.", "neutral must be finite");
	if (n == 0)
	{
		tp_nothing(c, "A map of no journeys", "There is nothing to draw: no journey has a contact.");
		return TP_OK;
	}
	for (uint32_t i = 0; i < n; i++)
		if (steps[i].customers < 0 || steps[i].peaks < 0 || steps[i].ends < 0)
			return tp_fail(err, TP_BAD_ARGUMENT, "A count is 0 or more.", "a negative count of customers, peaks or ends at place %u", i + 1);
	chosen = tp_alloc_array(c->mem, ROWS_MAX, sizeof(tp_map_step));
	ys = tp_alloc_array(c->mem, ROWS_MAX, sizeof(double));
	if (chosen == NULL || ys == NULL || !choose_steps(c, steps, n, chosen, &m.n))
		return tp_fail_memory(err);
	m.step = chosen;
	m.y = ys;
	map_gutter(&m);
	m.bars_width = fmin(90, (c->width - m.left) * 0.16);
	m.bars = c->width - 16 - 3 * m.bars_width;
	m.right = m.bars - 12;
	m.top = c->width < 480 ? 105 : 88;
	y = m.top + 2;
	for (uint32_t i = 0; i < m.n; i++)
	{
		ys[i] = y + ROW / 2;
		y += ROW;
	}
	map_axis(&m);
	draw_map(&m, n, y + 28);
	tp_release(c->mem, chosen);
	tp_release(c->mem, ys);
	return TP_OK;
}
