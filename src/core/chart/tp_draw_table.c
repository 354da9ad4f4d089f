/*
 * tp_draw_table.c
 *	  Pictures that are tables: the bars of a funnel, the heat of retention, the lanes of a blueprint.
 */
#include "chart/tp_pictures.h"

#include <math.h>

#define FUNNEL_ROW 54.0
#define COHORTS_MAX 60
#define PERIODS_MAX 36

static tp_status
check_count(int64_t count, tp_error *err)
{
	if (count >= 0)
		return TP_OK;
	return tp_fail(err, TP_BAD_ARGUMENT, "A count is 0 or more.", "a negative count: %lld", (long long) count);
}

static tp_status
check_share(double share, tp_error *err)
{
	char		number[TP_NUMBER_SIZE];

	if (isnan(share) || (share >= 0 && share <= 1))
		return TP_OK;
	tp_host_number(share, number);
	return tp_fail(err, TP_BAD_ARGUMENT, "A share goes from 0 to 1.", "no such share: %s", number);
}

static tp_status
check_bar(const tp_funnel_bar *bar, tp_error *err)
{
	tp_status	status = check_count(bar->entered, err);

	if (status == TP_OK)
		status = check_count(bar->converted, err);
	if (status == TP_OK)
		status = check_share(bar->conversion, err);
	if (status == TP_OK)
		status = check_share(bar->ci_low, err);
	return status == TP_OK ? check_share(bar->ci_high, err) : status;
}

static void
funnel_row(tp_canvas *c, const tp_funnel_bar *bar, uint32_t i, uint32_t n, int64_t most, double left, double width)
{
	double		y = 62 + i * FUNNEL_ROW;
	double		full = most > 0 ? width * fmin(1, (double) bar->entered / (double) most) : 0;
	double		x;

	tp_text(c, "tp-t", TP_START, left, y + 12, TP_TEXT_SIZE, c->width - 2 * left, tp_say(c, "%d. %L", (long long) i + 1, bar->step));
	tp_say(c, "%L: %d reached it", bar->step, (long long) bar->entered);
	if (!isnan(bar->conversion) && i + 1 < n)
		tp_say_more(c, ", %d of them (%p) the next step", (long long) bar->converted, bar->conversion);
	if (!isnan(bar->ci_low) && !isnan(bar->ci_high) && i + 1 < n)
		tp_say_more(c, ", 95 %% sure of %p to %p", bar->ci_low, bar->ci_high);
	if (bar->median >= 0)
		tp_say_more(c, ", median time from the step before %u", bar->median);
	if (bar->open > 0)
		tp_say_more(c, ", %d still have time", (long long) bar->open);
	tp_rect(c, "tp-h4", left, y + 18, fmax(full, 1), 18, 2, tp_said(c));
	if (i + 1 < n && bar->converted > 0 && bar->entered > 0)
		tp_rect(c, "tp-f0", left, y + 32, full * fmin(1, (double) bar->converted / (double) bar->entered), 4, 0,
				tp_say(c, "%d reached the next step", (long long) bar->converted));
	if (i + 1 < n && !isnan(bar->ci_low) && !isnan(bar->ci_high) && full > 4)
	{
		double		from = left + full * bar->ci_low,
					to = left + full * bar->ci_high;

		tp_line(c, "tp-s7 tp-line", from, y + 34, to, y + 34);
		tp_line(c, "tp-s7 tp-line", from, y + 29, from, y + 39);
		tp_line(c, "tp-s7 tp-line", to, y + 29, to, y + 39);
	}
	tp_say(c, "%d", (long long) bar->entered);
	if (most > 0 && i > 0)
		tp_say_more(c, " (%p of all)", (double) bar->entered / (double) most);
	if (bar->median >= 0)
		tp_say_more(c, ", after %u", bar->median);
	if (bar->open > 0)
		tp_say_more(c, ", %d open", (long long) bar->open);
	x = left + full + 8;
	tp_text(c, "tp-m", TP_START, x, y + 31, TP_SMALL_SIZE, c->width - x - 8, tp_said(c));
}

tp_status
tp_draw_funnel(tp_canvas *c, const tp_funnel_bar *bars, uint32_t n, tp_error *err)
{
	tp_legend	l = {c, 16, 48};
	double		width = c->width - 32 - fmin(230, c->width * 0.45);

	if (n > 64)
		return tp_fail(err, TP_BAD_ARGUMENT, "A funnel has 1 to 64 steps.", "a funnel of %u steps cannot be drawn", n);
	if (n == 0)
	{
		tp_nothing(c, "A funnel of nobody", "There is nothing to draw: there are no steps.");
		return TP_OK;
	}
	for (uint32_t i = 0; i < n; i++)
		if (check_bar(&bars[i], err) != TP_OK)
			return err->status;
	tp_say(c, n == 1 ? "%d step. %d entered, %d reached the last step" : "%d steps. %d entered, %d reached the last step", (long long) n, (long long) bars[0].entered, (long long) bars[n - 1].entered);
	if (bars[0].entered > 0)
		tp_say_more(c, ", %p of them", (double) bars[n - 1].entered / (double) bars[0].entered);
	tp_say_more(c, ".");
	for (uint32_t i = 0; i + 1 < n; i++)
		if (!isnan(bars[i].conversion))
			tp_say_more(c, " From %L to %L: %p.", bars[i].step, bars[i + 1].step, bars[i].conversion);
	tp_picture(c, 62 + n * FUNNEL_ROW + 8, tp_label_of("How far they get"), tp_said(c));
	if (bars[0].entered > 0)
		tp_heading(c, tp_say(c, "%p of %d reach the last step", (double) bars[n - 1].entered / (double) bars[0].entered,
							 (long long) bars[0].entered));
	else
		tp_heading(c, tp_label_of("Nobody entered"));
	tp_legend_add(&l, TP_KEY_SQUARE, 0, "reached the next step");
	if (!isnan(bars[0].ci_low))
		tp_legend_add(&l, TP_KEY_LINE, 7, "95 % sure");
	for (uint32_t i = 0; i < n; i++)
		funnel_row(c, &bars[i], i, n, bars[0].entered, 16, width);
	return TP_OK;
}

typedef struct heat_map
{
	tp_canvas  *c;
	int64_t		cohort[COHORTS_MAX];
	int64_t		entered[COHORTS_MAX];
	uint32_t	cohorts;
	uint32_t	all_cohorts;
	int32_t		periods;		/* columns 0 ... periods - 1 */
	int32_t		all_periods;
	double		left;
	double		top;
	double		cell;
	bool		hours;			/* cohorts are less than a day */
} heat_map;

/*
 * A period of days begins at midnight of a zone that the rows do not tell. The date there is that of the nearest midnight
 * in UTC, taken so that zones of 10 hours west to 13 hours east come out right: clocks of 11 hours west show as those of 13 east.
 */
static tp_label
say_cohort(const heat_map *h, int64_t cohort)
{
	if (h->hours)
		return tp_say(h->c, "%t", cohort);
	return tp_say(h->c, "%D", cohort < INT64_MAX - TP_USECS_PER_DAY ? cohort + 14 * (TP_USECS_PER_DAY / 24) - 1 : cohort);
}

/* The last cohorts and the first periods; cells come in order of cohort. */
static void
measure_heat(heat_map *h, const tp_retention_cell *cells, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
	{
		uint32_t	k = 0;

		while (k < h->cohorts && h->cohort[k] != cells[i].cohort)
			k++;
		if (k == h->cohorts && h->cohorts == COHORTS_MAX)
		{
			memmove(h->cohort, h->cohort + 1, sizeof(int64_t) * (COHORTS_MAX - 1));
			memmove(h->entered, h->entered + 1, sizeof(int64_t) * (COHORTS_MAX - 1));
			h->cohorts--;
			k--;
		}
		if (k == h->cohorts)
		{
			h->cohort[h->cohorts] = cells[i].cohort;
			h->hours |= k > 0 && (uint64_t) cells[i].cohort - (uint64_t) h->cohort[k - 1] < TP_USECS_PER_DAY / 2;
			h->entered[h->cohorts++] = cells[i].entered;
			h->all_cohorts++;
		}
		if (cells[i].period >= h->all_periods && cells[i].period < INT32_MAX)
			h->all_periods = cells[i].period + 1;
		if (cells[i].period >= h->periods && cells[i].period < PERIODS_MAX)
			h->periods = cells[i].period + 1;
	}
}

static void
heat_cell(heat_map *h, const tp_retention_cell *cell)
{
	tp_canvas  *c = h->c;
	double		x = h->left + cell->period * h->cell,
				y;
	uint32_t	k = 0;
	int			heat = isnan(cell->share) ? 0 : (int) fmin(TP_HEATS - 1, fmax(0, cell->share * TP_HEATS));
	tp_label	figure;

	while (k < h->cohorts && h->cohort[k] != cell->cohort)
		k++;
	if (k == h->cohorts || cell->period < 0 || cell->period >= h->periods)
		return;
	y = h->top + 24.0 * k;
	say_cohort(h, cell->cohort);
	tp_say_more(c, ", period %d: %d of %d came back", (long long) cell->period, (long long) cell->returned, (long long) cell->entered);
	if (!isnan(cell->share))
		tp_say_more(c, ", %p", cell->share);
	if (!isnan(cell->ci_low) && !isnan(cell->ci_high))
		tp_say_more(c, " (95 %% sure of %p to %p)", cell->ci_low, cell->ci_high);
	if (!cell->complete)
		tp_say_more(c, "; the period is not over");
	tp_rect(c, tp_hue_class('h', heat), x, y, h->cell - 2, 22, 2, tp_said(c));
	if (isnan(cell->share) && cell->complete)
		return;
	figure = isnan(cell->share) ? tp_label_of("*") : tp_say(c, "%d", (long long) llround(100 * cell->share));
	if (tp_measure(figure, TP_SMALL_SIZE) <= h->cell - 4)
		tp_text(c, "tp-t", TP_MIDDLE, x + h->cell / 2 - 1, y + 15, TP_SMALL_SIZE, h->cell - 3, figure);
}

static tp_label
describe_heat(const heat_map *h, const tp_retention_cell *cells, uint32_t n)
{
	tp_say(h->c, h->cohorts == 1 ? "%d cohort over" : "%d cohorts over", (long long) h->cohorts);
	tp_say_more(h->c, h->periods == 1 ? " %d period" : " %d periods", (long long) h->periods);
	if (h->all_cohorts > h->cohorts || h->all_periods > h->periods)
		tp_say_more(h->c, ", the last and the first of %d and %d", (long long) h->all_cohorts, (long long) h->all_periods);
	tp_say_more(h->c, "; each cell is the share that came back, in percent.");
	for (int32_t period = 0; period < h->periods && period < 12; period++)
	{
		double		entered = 0,
					returned = 0;

		for (uint32_t i = 0; i < n; i++)
			if (cells[i].period == period && cells[i].complete && !isnan(cells[i].share))
			{
				entered += (double) cells[i].entered;
				returned += (double) cells[i].returned;
			}
		if (entered > 0)
			tp_say_more(h->c, " Period %d: %p.", (long long) period, returned / entered);
	}
	return tp_said(h->c);
}

/* What stands below the title: how to read it, and what is not there. */
static void
heat_note(const heat_map *h, bool open)
{
	tp_canvas  *c = h->c;

	tp_say(c, h->cell < 18 ? "by period, the darker the more" : "by period after the first");
	if (open && tp_measure(tp_label_of("*"), TP_SMALL_SIZE) <= h->cell - 4)
		tp_say_more(c, "; * = not over yet");
	tp_text(c, "tp-m", TP_START, 16, 48, TP_SMALL_SIZE, c->width - 32, tp_said(c));
	if (h->all_cohorts == h->cohorts && h->all_periods <= h->periods)
		return;
	tp_say(c, h->all_periods > h->periods ? "the first %d of %d periods" : "", (long long) h->periods, (long long) h->all_periods);
	if (h->all_cohorts > h->cohorts)
		tp_say_more(c, h->all_periods > h->periods ? ", the last %d of %d cohorts" : "the last %d of %d cohorts", (long long) h->cohorts,
					(long long) h->all_cohorts);
	tp_text(c, "tp-m", TP_START, 16, 65, TP_SMALL_SIZE, c->width - 32, tp_said(c));
}

/* The numbers of periods, as far as there is room. */
static void
heat_periods(const heat_map *h)
{
	double		free_from = h->left;

	for (int32_t p = 0; p < h->periods; p++)
	{
		tp_label	figure = tp_say(h->c, "%d", (long long) p);
		double		middle = h->left + h->cell * (p + 0.5) - 1,
					half = fmin(tp_measure(figure, TP_SMALL_SIZE), fmax(h->cell, 16)) / 2;

		if (middle - half < free_from - 1 || middle + half > h->c->width)
			continue;
		tp_text(h->c, "tp-m", TP_MIDDLE, middle, h->top - 8, TP_SMALL_SIZE, 2 * half + 1, figure);
		free_from = middle + half + (h->cell < 18 ? 4 : 0);
	}
}

static tp_status
check_cell(const tp_retention_cell *cell, tp_error *err)
{
	tp_status	status = check_count(cell->entered, err);

	if (status == TP_OK)
		status = check_count(cell->returned, err);
	return status == TP_OK ? check_share(cell->share, err) : status;
}

tp_status
tp_draw_retention(tp_canvas *c, const tp_retention_cell *cells, uint32_t n, tp_error *err)
{
	heat_map	h = {.c = c};
	double		figures;
	bool		open = false;

	if (n > 100000)
		return tp_fail(err, TP_BAD_ARGUMENT, "Take longer periods, or fewer of them.", "%u cells of retention cannot be drawn", n);
	for (uint32_t i = 0; i < n; i++)
		if (check_cell(&cells[i], err) != TP_OK)
			return err->status;
	measure_heat(&h, cells, n);
	if (h.cohorts == 0 || h.periods == 0)
	{
		tp_nothing(c, "Who comes back", "There is nothing to draw: nobody entered.");
		return TP_OK;
	}
	figures = c->width < 480 ? 0 : 76;
	h.left = 16 + (h.hours ? 112 : 82) + figures;
	h.cell = fmin(60, (c->width - 16 - h.left) / h.periods);
	h.top = h.all_cohorts > h.cohorts || h.all_periods > h.periods ? 99 : 82;
	for (uint32_t i = 0; i < n; i++)
		open |= !cells[i].complete;
	tp_picture(c, h.top + 24.0 * h.cohorts + 14, tp_label_of("Who comes back"), describe_heat(&h, cells, n));
	tp_heading(c, tp_label_of("Who comes back, in percent"));
	heat_note(&h, open);
	tp_text(c, "tp-m tp-b", TP_START, 16, h.top - 8, TP_SMALL_SIZE, 78, tp_label_of("cohort"));
	if (figures > 0)
		tp_text(c, "tp-m tp-b", TP_END, h.left - 10, h.top - 8, TP_SMALL_SIZE, figures, tp_label_of("entered"));
	heat_periods(&h);
	for (uint32_t k = 0; k < h.cohorts; k++)
	{
		tp_text(c, "tp-t", TP_START, 16, h.top + 24.0 * k + 15, TP_SMALL_SIZE, h.hours ? 110 : 80, say_cohort(&h, h.cohort[k]));
		if (figures > 0)
			tp_text(c, "tp-m", TP_END, h.left - 10, h.top + 24.0 * k + 15, TP_SMALL_SIZE, figures - 4,
					tp_say(c, "%d", (long long) h.entered[k]));
	}
	for (uint32_t i = 0; i < n; i++)
		heat_cell(&h, &cells[i]);
	return TP_OK;
}

/* Lanes: columns where there is room for them, else one below the other. */
#define LANE_LINES 6

typedef struct lane_table
{
	tp_canvas  *c;
	const char *const *lanes;
	const char *const *lines;	/* the line below a lane, or NULL */
	int			count;
	bool		narrow;
	double		left;
	double		column;
} lane_table;

static double
lane_row_height(const lane_table *t, const tp_lane_row *row)
{
	double		height = 0;

	for (int i = 0; i < t->count; i++)
	{
		int			lines = tp_count_lines(row->cell[i], TP_SMALL_SIZE, t->column - 16, LANE_LINES);

		if (t->narrow)
			height += lines > 0 ? 15.0 * lines + 16 : 0;
		else
			height = fmax(height, 15.0 * lines);
	}
	return t->narrow ? height + 34 : fmax(height, 34) + 18;
}

static void
lane_cells(const lane_table *t, const tp_lane_row *row, double y)
{
	tp_canvas  *c = t->c;

	for (int i = 0; i < t->count; i++)
	{
		double		x = t->narrow ? t->left : t->left + i * t->column;
		int			lines;

		if (row->cell[i].len == 0)
			continue;
		lines = tp_count_lines(row->cell[i], TP_SMALL_SIZE, t->column - 16, LANE_LINES);
		if (t->narrow)
		{
			tp_text(c, "tp-m tp-b", TP_START, x + 8, y + 12, TP_SMALL_SIZE, t->column - 16, tp_label_of(t->lanes[i]));
			y += 16;
		}
		tp_rect(c, i % 2 == 0 ? "tp-h0" : "tp-h1", x + 2, y, t->column - 4, 15.0 * lines + 5, 3,
				tp_say(c, "%s: %L", t->lanes[i], row->cell[i]));
		tp_text_lines(c, "tp-t", x + 8, y + 13, TP_SMALL_SIZE, 15, t->column - 16, LANE_LINES, row->cell[i]);
		if (t->narrow)
			y += 15.0 * lines;
	}
}

/* A step: its name and note at the left, or above. */
static double
lane_row(const lane_table *t, const tp_lane_row *row, double y)
{
	tp_canvas  *c = t->c;
	double		height = lane_row_height(t, row);
	double		room = t->narrow ? c->width - 32 - 60 : t->left - 28;

	tp_line(c, "tp-g", 16, y, c->width - 16, y);
	tp_text(c, "tp-t tp-b", TP_START, 16, y + 18, TP_TEXT_SIZE, room, row->head);
	if (row->note.len > 0)
		tp_text(c, "tp-m", t->narrow ? TP_END : TP_START, t->narrow ? c->width - 16 : 16, y + (t->narrow ? 18 : 34), TP_SMALL_SIZE,
				t->narrow ? 56 : room, row->note);
	if (row->fails > 0)
	{
		double		x = t->narrow ? c->width - 90 : t->left - 14;

		tp_path(c, "tp-f1");
		tp_to_point(c, 'M', x, y + 6);
		tp_to_point(c, 'L', x + 7, y + 19);
		tp_to_point(c, 'L', x - 7, y + 19);
		tp_path_end(c, tp_say(c, "%d places where it may fail", (long long) row->fails));
	}
	lane_cells(t, row, t->narrow ? y + 26 : y + 8);
	return y + height;
}

static void
lane_heads(const lane_table *t, double y, double bottom)
{
	for (int i = 0; i < t->count; i++)
	{
		double		x = t->left + i * t->column;

		tp_text(t->c, "tp-m tp-b", TP_START, x + 8, y, TP_SMALL_SIZE, t->column - 12, tp_label_of(t->lanes[i]));
		if (t->lines[i] != NULL)
		{
			tp_open(t->c, "path");
			tp_attr(t->c, "class", "tp-l tp-s7 tp-dash");
			tp_buffer_string(t->c->out, " d=\"");
			tp_to_point(t->c, 'M', x + t->column, y - 12);
			tp_to_point(t->c, 'L', x + t->column, bottom);
			tp_path_end(t->c, tp_label_of(t->lines[i]));
			tp_text_lines(t->c, "tp-m", x + t->column + 5, bottom + 2, TP_SMALL_SIZE, 14, t->column - 10, 2, tp_label_of(t->lines[i]));
		}
	}
}

/* Where lanes stand one below the other: which they are, and what line is between them. Returns the lines written. */
static int
lane_legend(const lane_table *t, double y)
{
	tp_say(t->c, "%s", t->lanes[0]);
	for (int i = 1; i < t->count; i++)
	{
		if (t->lines[i - 1] != NULL)
			tp_say_more(t->c, " | %s |", t->lines[i - 1]);
		tp_say_more(t->c, t->lines[i - 1] != NULL ? " %s" : ", %s", t->lanes[i]);
	}
	if (y < 0)
		return tp_count_lines(tp_said(t->c), TP_SMALL_SIZE, t->c->width - 32, LANE_LINES);
	return tp_text_lines(t->c, "tp-m", 16, y, TP_SMALL_SIZE, 15, t->c->width - 32, LANE_LINES, tp_said(t->c));
}

tp_status
tp_draw_lanes(tp_canvas *c, const char *title, const char *empty, const char *const *lanes, int lane_count,
			  const char *const *lines, const tp_lane_row *rows, uint32_t n, tp_error *err)
{
	lane_table	t = {c, lanes, lines, lane_count, c->width < 720, 0, 0};
	double		y = 62,
				height;

	if (n > 1000)
		return tp_fail(err, TP_BAD_ARGUMENT, "Draw a part of it, from a schema with fewer rows.", "%u rows cannot be drawn", n);
	if (n == 0)
	{
		tp_nothing(c, title, empty);
		return TP_OK;
	}
	t.left = t.narrow ? 16 : fmin(190, c->width * 0.2);
	t.column = t.narrow ? c->width - 32 : (c->width - 16 - t.left) / lane_count;
	if (t.narrow)
		y += 15.0 * (lane_legend(&t, -1) - 1);
	height = y;
	for (uint32_t i = 0; i < n; i++)
		height += lane_row_height(&t, &rows[i]) +
			(rows[i].group.len > 0 && (i == 0 || !tp_same_label(rows[i].group, rows[i - 1].group)) ? 24 : 0);
	tp_say(c, n == 1 ? "%d row:" : "%d rows:", (long long) n);
	for (uint32_t i = 0; i < n; i++)
	{
		tp_say_more(c, i == 0 ? " %L" : ", %L", rows[i].head);
		if (rows[i].note.len > 0)
			tp_say_more(c, " (%L)", rows[i].note);
		if (rows[i].fails > 0)
			tp_say_more(c, ", may fail");
	}
	tp_say_more(c, ".");
	tp_picture(c, height + (t.narrow ? 14 : 28), tp_label_of(title), tp_said(c));
	tp_heading(c, tp_label_of(title));
	if (t.narrow)
		lane_legend(&t, 46);
	else
		lane_heads(&t, 50, height + 2);
	for (uint32_t i = 0; i < n; i++)
	{
		if (rows[i].group.len > 0 && (i == 0 || !tp_same_label(rows[i].group, rows[i - 1].group)))
		{
			tp_rect(c, "tp-band", 16, y + 2, c->width - 32, 20, 3, rows[i].group);
			tp_text(c, "tp-t tp-b", TP_START, 22, y + 16, TP_TEXT_SIZE, c->width - 44, rows[i].group);
			y += 24;
		}
		y = lane_row(&t, &rows[i], y);
	}
	return TP_OK;
}
