/*
 * tp_draw_journey.c
 *	  One journey as a picture.
 */
#include "chart/tp_pictures.h"

#include <math.h>
#include <stdlib.h>

#include "score/tp_peak_end.h"

#define LANES_MAX 8
#define BINS_MAX 120
#define PLOT_HEIGHT 200.0
#define LANE_PITCH 30.0
#define BREAK_FACTOR 8			/* of the middle pause: longer ones are broken */

/* What is drawn at one place: a contact, or where there are many, a run of them. */
typedef struct place
{
	uint32_t	from;
	uint32_t	to;				/* exclusive */
	double		x;
	double		low;
	double		mean;			/* NaN where nothing is scored */
	double		high;
	double		expected;
	bool		broken;			/* the pause before it is longer than it looks */
} place;

typedef struct chart
{
	tp_canvas  *c;
	const tp_journey *j;
	tp_touchpoint *entry;
	uint8_t    *lane_of;		/* of each entry */
	tp_label	lane[LANES_MAX + 1];
	int			lanes;
	place	   *places;
	uint32_t	count;
	bool		single;			/* a place is a contact */
	bool		staged;
	tp_scores	scores;
	bool		expects;
	double		neutral;
	double		left;
	double		right;
	double		top;
	double		bottom;
	tp_axis		axis;
} chart;

static tp_label
host_label(const char *s, size_t len)
{
	tp_label	label;

	label.s = tp_host_to_utf8(s, len, &label.len);
	return label;
}

/* The text form of an entry goes into title words; channel and label as they are. */
static void
say_touchpoint(chart *h, const tp_touchpoint *t)
{
	if (t->stage_len > 0)
		tp_say_more(h->c, "%L: ", host_label(t->stage, t->stage_len));
	if (t->channel_len > 0)
		tp_say_more(h->c, "%L/", host_label(t->channel, t->channel_len));
	tp_say_more(h->c, "%L", host_label(t->label, t->label_len));
}

/* In a loop over contacts: does the host want to stop? Then the picture has failed. */
static inline bool
stop_at(const chart *h, size_t i)
{
	return tp_buffer_stop_at(h->c->out, i);
}

static bool
same_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* Channels by the contacts in them, of equals the first of the dictionary; the last lane takes the rest. */
static tp_status
make_lanes(chart *h, tp_error *err)
{
	const tp_journey *j = h->j;
	uint32_t   *contacts = tp_alloc_array(h->c->mem, j->entries, sizeof(uint32_t));
	uint32_t   *head = tp_alloc_array(h->c->mem, j->entries, sizeof(uint32_t));
	uint32_t	heads = 0;

	h->lane_of = tp_alloc_array(h->c->mem, j->entries, 1);
	if (contacts == NULL || head == NULL || h->lane_of == NULL)
		return tp_fail_memory(err);
	memset(contacts, 0, j->entries * sizeof(uint32_t));
	for (uint32_t i = 0; i < j->count && !stop_at(h, i); i++)
		contacts[tp_journey_code(j, i)]++;
	/* a dictionary is in order of channels, so those of one are neighbours */
	for (uint32_t e = 0; e < j->entries; e++)
	{
		const tp_touchpoint *t = &h->entry[e];
		const tp_touchpoint *before = heads > 0 ? &h->entry[head[heads - 1]] : NULL;

		if (before != NULL && same_bytes(before->channel, before->channel_len, t->channel, t->channel_len))
			contacts[head[heads - 1]] += contacts[e];
		else
			head[heads++] = e;
		if (t->stage_len > 0)
			h->staged = true;
	}
	memset(h->lane_of, LANES_MAX, j->entries);
	for (int lane = 0; lane < LANES_MAX && (uint32_t) lane < heads; lane++)
	{
		uint32_t	best = UINT32_MAX;

		for (uint32_t k = 0; k < heads; k++)
			if (h->lane_of[head[k]] == LANES_MAX && (best == UINT32_MAX || contacts[head[k]] > contacts[best]))
				best = head[k];
		h->lane[lane] = h->entry[best].channel_len == 0 ? tp_label_of("(no channel)") :
			host_label(h->entry[best].channel, h->entry[best].channel_len);
		for (uint32_t e = best; e < j->entries && same_bytes(h->entry[e].channel, h->entry[e].channel_len,
															 h->entry[best].channel, h->entry[best].channel_len); e++)
			h->lane_of[e] = (uint8_t) lane;
		h->lanes = lane + 1;
	}
	if (heads > LANES_MAX)
	{
		h->lane[LANES_MAX] = tp_label_of("other channels");
		h->lanes = LANES_MAX + 1;
	}
	tp_release(h->c->mem, contacts);
	tp_release(h->c->mem, head);
	return TP_OK;
}

static void
fill_place(chart *h, place *p, uint32_t from, uint32_t to)
{
	double		sum = 0,
				expected_sum = 0;
	uint32_t	scored = 0,
				expected = 0;

	p->from = from;
	p->to = to;
	p->low = p->high = p->mean = p->expected = NAN;
	for (uint32_t i = from; i < to && !stop_at(h, i); i++)
	{
		double		s = tp_journey_number(h->j, TP_SCORE, i);
		double		e = tp_journey_number(h->j, TP_EXPECTED, i);

		if (!isnan(s))
		{
			p->low = scored == 0 ? s : fmin(p->low, s);
			p->high = scored == 0 ? s : fmax(p->high, s);
			scored++;
			sum += (s - sum) / scored;
		}
		if (!isnan(e))
		{
			expected++;
			expected_sum += (e - expected_sum) / expected;
		}
	}
	if (scored > 0)
		p->mean = to - from == 1 ? p->low : fmin(p->high, fmax(p->low, sum));
	if (expected > 0)
	{
		p->expected = expected_sum;
		h->expects = true;
	}
}

static int
compare_doubles(const void *a, const void *b)
{
	double		x = *(const double *) a,
				y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Where contacts stand: a least distance, and what their pauses take, the longest broken. */
static tp_status
place_singly(chart *h, tp_error *err)
{
	uint32_t	n = h->j->count;
	double		room = h->right - h->left - 24;
	double		least = fmin(60, 0.75 * room / (n > 1 ? n - 1 : 1));
	double		cap = INFINITY,
				total = 0,
				x = h->left + 12;
	double	   *pause = tp_alloc_array(h->c->mem, n, sizeof(double));
	uint32_t	k = 0;

	if (pause == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 1; i < n; i++)
	{
		pause[k] = (double) (tp_journey_time(h->j, i) - tp_journey_time(h->j, i - 1));
		k += pause[k] > 0;
	}
	if (k > 2)
	{
		qsort(pause, k, sizeof(double), compare_doubles);
		cap = BREAK_FACTOR * pause[k / 2];
	}
	for (uint32_t i = 0; i < k; i++)
		total += fmin(pause[i], cap);
	for (uint32_t i = 0; i < n; i++)
	{
		double		p = i == 0 ? 0 : (double) (tp_journey_time(h->j, i) - tp_journey_time(h->j, i - 1));

		if (i > 0)
			x += least + (total > 0 ? (room - least * (n - 1)) * (fmin(p, cap) / total) : (room - least * (n - 1)) / (n - 1));
		fill_place(h, &h->places[i], i, i + 1);
		h->places[i].x = n == 1 ? (h->left + h->right) / 2 : x;
		h->places[i].broken = p > cap;
	}
	h->count = n;
	tp_release(h->c->mem, pause);
	return TP_OK;
}

/* Many contacts: as many runs of equal time as there is room for, those with nothing in them left out. */
static void
place_binned(chart *h, uint32_t bins)
{
	double		first = (double) h->j->first_at,
				span = (double) tp_journey_last_at(h->j) - first;
	uint32_t	from = 0;

	for (uint32_t bin = 0; bin < bins; bin++)
	{
		uint32_t	to = bin == bins - 1 || !(span > 0) ? h->j->count :
			tp_journey_search(h->j, (int64_t) (first + span * (bin + 1) / bins));

		if (to > from)
		{
			place	   *p = &h->places[h->count++];

			fill_place(h, p, from, to);
			p->x = h->left + 12 + (h->right - h->left - 24) * (bin + 0.5) / bins;
			p->broken = false;
		}
		from = to;
	}
}

static tp_status
make_places(chart *h, tp_error *err)
{
	uint32_t	bins = (uint32_t) fmin(BINS_MAX, (h->right - h->left) / 6);

	h->single = h->j->count <= bins;
	h->places = tp_alloc_array(h->c->mem, h->single ? h->j->count : bins, sizeof(place));
	if (h->places == NULL)
		return tp_fail_memory(err);
	if (h->single)
		return place_singly(h, err);
	place_binned(h, bins);
	return TP_OK;
}

static void
make_axis(chart *h)
{
	double		low = INFINITY,
				high = -INFINITY;

	for (uint32_t k = 0; k < h->count; k++)
	{
		const place *p = &h->places[k];

		if (!isnan(p->mean))
		{
			low = fmin(low, p->low);
			high = fmax(high, p->high);
		}
		if (!isnan(p->expected))
		{
			low = fmin(low, p->expected);
			high = fmax(high, p->expected);
		}
	}
	if (!isnan(h->neutral) && low <= high)
	{
		low = fmin(low, h->neutral);
		high = fmax(high, h->neutral);
	}
	h->axis = tp_axis_of(low, high, 4, h->bottom - 12, h->top + 12);
}

/* Runs of one stage, with its name where there is room. */
static void
draw_stages(chart *h)
{
	bool		odd = false;

	for (uint32_t k = 0; k < h->count;)
	{
		const tp_touchpoint *t = &h->entry[tp_journey_code(h->j, h->places[k].from)];
		uint32_t	to = k + 1;
		double		left,
					right;
		tp_label	name = t->stage_len == 0 ? tp_label_of("(no stage)") : host_label(t->stage, t->stage_len);

		while (to < h->count)
		{
			const tp_touchpoint *u = &h->entry[tp_journey_code(h->j, h->places[to].from)];

			if (!same_bytes(t->stage, t->stage_len, u->stage, u->stage_len))
				break;
			to++;
		}
		left = k == 0 ? h->left : (h->places[k - 1].x + h->places[k].x) / 2;
		right = to == h->count ? h->right : (h->places[to - 1].x + h->places[to].x) / 2;
		tp_rect(h->c, odd ? "tp-bg" : "tp-band", left, h->top - 20, right - left,
				h->bottom - h->top + 32 + h->lanes * LANE_PITCH, 0, name);
		tp_text(h->c, "tp-m tp-b", TP_START, left + 5, h->top - 6, TP_SMALL_SIZE, right - left - 10, name);
		odd = !odd;
		k = to;
	}
}

/* Where both are known, what lies between them. */
static void
draw_gaps(chart *h)
{
	for (uint32_t k = 0; k < h->count; k++)
	{
		const place *p = &h->places[k];
		double		y,
					expected_y;

		if (isnan(p->mean) || isnan(p->expected) || p->mean == p->expected)
			continue;
		y = tp_axis_at(&h->axis, p->mean);
		expected_y = tp_axis_at(&h->axis, p->expected);
		tp_rect(h->c, tp_hue_class('a', p->mean < p->expected ? 1 : 2), p->x - 6, fmin(y, expected_y), 12, fabs(y - expected_y), 0,
				tp_say(h->c, "score %g, expected %g, gap %v", p->mean, p->expected, p->mean - p->expected));
	}
}

static bool
place_at(const void *chart_of, uint32_t k, bool expected, double *x, double *y)
{
	const chart *h = chart_of;
	const place *p = &h->places[k];
	double		v = expected ? p->expected : p->mean;

	*x = p->x;
	*y = tp_axis_at(&h->axis, v);
	return !isnan(v);
}

static tp_label
say_place(chart *h, const place *p)
{
	const tp_journey *j = h->j;
	double		duration = (double) tp_journey_duration(j, p->from);
	double		cost = tp_journey_number(j, TP_COST, p->from);

	if (p->to - p->from > 1)
	{
		tp_say(h->c, "%d contacts from %t to %t UTC", (long long) (p->to - p->from), tp_journey_time(j, p->from),
			   tp_journey_time(j, p->to - 1));
		if (!isnan(p->mean))
			tp_say_more(h->c, ", scores %v to %v, mean %v", p->low, p->high, p->mean);
		return tp_said(h->c);
	}
	tp_say(h->c, "%d. ", (long long) p->from + 1);
	say_touchpoint(h, &h->entry[tp_journey_code(j, p->from)]);
	tp_say_more(h->c, ", %t UTC", tp_journey_time(j, p->from));
	if (!isnan(p->mean))
		tp_say_more(h->c, ", score %g", p->mean);
	if (!isnan(p->expected))
		tp_say_more(h->c, ", expected %g", p->expected);
	if (duration >= 0)
		tp_say_more(h->c, ", took %u", (int64_t) duration);
	if (!isnan(cost))
		tp_say_more(h->c, ", cost %g", cost);
	return tp_said(h->c);
}

static void
draw_band(chart *h)
{
	for (uint32_t k = 0; k < h->count; k++)
	{
		const place *p = &h->places[k];

		if (!isnan(p->mean))
			tp_rect(h->c, "tp-a0", p->x - 2, tp_axis_at(&h->axis, p->high) - 1, 4,
					tp_axis_at(&h->axis, p->low) - tp_axis_at(&h->axis, p->high) + 2, 0, say_place(h, p));
	}
}

static const place *
place_of(const chart *h, uint32_t contact)
{
	for (uint32_t k = 0; k < h->count; k++)
		if (contact < h->places[k].to)
			return &h->places[k];
	return &h->places[h->count - 1];
}

/* A moment of truth: a sign around its mark, its name where there is room. */
static void
draw_moment(chart *h, const char *name, uint32_t contact, double score, bool square)
{
	const place *p = place_of(h, contact);
	double		y = tp_axis_at(&h->axis, score);
	tp_label	words;
	double		width;

	if (square)
	{
		tp_open(h->c, "rect");
		tp_attr(h->c, "class", "tp-s5 tp-ring");
		tp_attr_number(h->c, "x", p->x - 8);
		tp_attr_number(h->c, "y", y - 8);
		tp_attr_number(h->c, "width", 16);
		tp_attr_number(h->c, "height", 16);
		tp_end_titled(h->c, tp_say(h->c, "%s: score %g", name, score));
	}
	else
		tp_circle(h->c, "tp-s5 tp-ring", p->x, y, 10, tp_say(h->c, "%s: score %g", name, score));
	words = tp_say(h->c, "%s %v", name, score);
	width = tp_measure(words, TP_TEXT_SIZE);
	for (int side = 0; side < 6; side++)
	{
		static const int up[6] = {-18, 24, -18, 24, 0, 0};
		static const tp_anchor anchors[6] = {TP_MIDDLE, TP_MIDDLE, TP_END, TP_END, TP_START, TP_END};
		static const int aside[6] = {0, 0, 8, 8, 14, -14};
		tp_anchor	anchor = anchors[side];
		double		x = p->x + aside[side];
		tp_box		box = tp_text_box(anchor, x, y + 4 + up[side], TP_TEXT_SIZE, width);

		if (box.left > h->left && box.right < h->right && tp_is_free(h->c, box))
		{
			tp_text(h->c, "tp-t tp-b tp-halo", anchor, x, y + 4 + up[side], TP_TEXT_SIZE, 1e9, words);
			return;
		}
	}
}

static void
draw_scores(chart *h)
{
	tp_canvas  *c = h->c;
	bool		peak_high = !isnan(h->neutral) && tp_peak_is_highest(&h->scores, h->neutral);

	if (!isnan(h->neutral))
	{
		double		y = tp_axis_at(&h->axis, h->neutral);

		tp_line(c, "tp-s7 tp-line tp-dots", h->left, y, h->right, y);
	}
	if (h->single)
		draw_gaps(h);
	else
		draw_band(h);
	if (h->expects)
		tp_curve(h->c, h, h->count, true, place_at, "what was expected");
	if (h->scores.scored == 0)
		return;
	tp_curve(h->c, h, h->count, false, place_at, "scores, from contact to contact");
	for (uint32_t k = 0; h->single && k < h->count; k++)
		if (!isnan(h->places[k].mean))
		{
			double		y = tp_axis_at(&h->axis, h->places[k].mean);

			tp_circle(c, "tp-f0 tp-dot", h->places[k].x, y, 5, say_place(h, &h->places[k]));
			tp_take(c, (tp_box) {h->places[k].x - 4, y - 4, h->places[k].x + 4, y + 4});
		}
	if (!isnan(h->neutral) && (peak_high ? h->scores.highest_at : h->scores.lowest_at) == h->scores.end_at)
	{
		draw_moment(h, "peak and end", h->scores.end_at, h->scores.end, false);
		return;
	}
	if (!isnan(h->neutral))
		draw_moment(h, "peak", peak_high ? h->scores.highest_at : h->scores.lowest_at,
					peak_high ? h->scores.highest : h->scores.lowest, false);
	else
	{
		draw_moment(h, "highest", h->scores.highest_at, h->scores.highest, false);
		draw_moment(h, "lowest", h->scores.lowest_at, h->scores.lowest, false);
	}
	draw_moment(h, "end", h->scores.end_at, h->scores.end, true);
}

/* How far a label may go: to the next mark in its lane. */
static double
room_in_lane(const chart *h, uint32_t k)
{
	int			lane = h->lane_of[tp_journey_code(h->j, h->places[k].from)];

	for (uint32_t next = k + 1; next < h->count; next++)
		if (h->lane_of[tp_journey_code(h->j, h->places[next].from)] == lane)
			return h->places[next].x - h->places[k].x - 18;
	return h->right - h->places[k].x - 10;
}

/* The label of a contact: right of its mark as far as there is room, or whole at its left. */
static void
label_contact(const chart *h, uint32_t k, double y)
{
	const place *p = &h->places[k];
	const tp_touchpoint *t = &h->entry[tp_journey_code(h->j, p->from)];
	tp_label	label = host_label(t->label, t->label_len);
	double		width = tp_measure(label, TP_SMALL_SIZE),
				room = room_in_lane(h, k),
				from = h->left;
	int			lane = h->lane_of[tp_journey_code(h->j, p->from)];

	if (width > room)
		for (uint32_t before = k; before-- > 0 && from == h->left;)
			if (h->lane_of[tp_journey_code(h->j, h->places[before].from)] == lane)
				from = h->places[before].x + 8;
	if (width > room && p->x - 8 - width > from && tp_is_free(h->c, tp_text_box(TP_END, p->x - 8, y, TP_SMALL_SIZE, width)))
		tp_text(h->c, "tp-t", TP_END, p->x - 8, y, TP_SMALL_SIZE, 1e9, label);
	else
		tp_text(h->c, "tp-t", TP_START, p->x + 8, y, TP_SMALL_SIZE, room, label);
}

static void
draw_lanes(chart *h)
{
	tp_canvas  *c = h->c;
	double		top = h->bottom + 12;

	for (int lane = 0; lane < h->lanes; lane++)
	{
		double		y = top + LANE_PITCH * (lane + 0.5);

		tp_line(c, "tp-g", h->left, y, h->right, y);
		tp_text(c, "tp-t", TP_END, h->left - 10, y + 4, TP_TEXT_SIZE, h->left - 22, h->lane[lane]);
	}
	for (uint32_t k = 0; k < h->count; k++)
	{
		const place *p = &h->places[k];
		uint32_t	in[LANES_MAX + 1] = {0};

		for (uint32_t i = p->from; i < p->to && !stop_at(h, i); i++)
			in[h->lane_of[tp_journey_code(h->j, i)]]++;
		for (int lane = 0; lane < h->lanes; lane++)
		{
			double		y = top + LANE_PITCH * (lane + 0.5);

			if (in[lane] == 0)
				continue;
			if (h->single)
			{
				tp_circle(c, tp_hue_class('f', lane), p->x, y, 5, say_place(h, p));
				label_contact(h, k, y - 4);
			}
			else
			{
				double		high = fmin(24, 4 + 20.0 * in[lane] / (p->to - p->from));

				tp_rect(c, tp_hue_class('f', lane), p->x - 1.5, y - high / 2, 3, high, 0,
						tp_say(c, "%d contacts by %L, %D to %D", (long long) in[lane], h->lane[lane],
							   tp_journey_time(h->j, p->from), tp_journey_time(h->j, p->to - 1)));
			}
		}
	}
}

/* Dates below the lanes, as far as there is room; pauses that are broken. */
static void
draw_times(chart *h)
{
	tp_canvas  *c = h->c;
	double		y = h->bottom + 12 + h->lanes * LANE_PITCH + 16;
	double		free_from = h->left;
	double		last_width;

	for (uint32_t k = 0; k < h->count; k++)
	{
		double		x = h->places[k].x;
		double		half;

		if (h->places[k].broken)
		{
			double		middle = (h->places[k - 1].x + x) / 2;

			tp_line(c, "tp-x", middle - 5, y - 9, middle - 1, y - 19);
			tp_line(c, "tp-x", middle + 1, y - 9, middle + 5, y - 19);
		}
		last_width = tp_measure(tp_say(c, "%D", tp_journey_time(h->j, h->places[h->count - 1].from)), TP_SMALL_SIZE);
		half = tp_measure(tp_say(c, "%D", tp_journey_time(h->j, h->places[k].from)), TP_SMALL_SIZE) / 2;
		if (k > 0 && tp_journey_time(h->j, h->places[k].from) / TP_USECS_PER_DAY ==
			tp_journey_time(h->j, h->places[k - 1].from) / TP_USECS_PER_DAY)
			continue;
		x = fmin(fmax(x, h->left + half), h->right - half);
		if (x - half < free_from ||
			(k < h->count - 1 && x + half > h->right - last_width - 8 && h->places[h->count - 1].x - h->places[k].x > 1))
			continue;
		tp_text(c, "tp-m", TP_MIDDLE, x, y, TP_SMALL_SIZE, 1e9, tp_said(c));
		free_from = x + half + 10;
	}
}

static void
draw_legend(chart *h)
{
	tp_legend	l = {h->c, 16, 48};

	if (h->scores.scored > 0)
	{
		tp_legend_add(&l, TP_KEY_LINE, 0, "score");
		if (!h->single)
			tp_legend_add(&l, TP_KEY_AREA, 0, "lowest to highest");
		tp_legend_add(&l, TP_KEY_RING, 5, isnan(h->neutral) ? "highest, lowest" : "peak");
		if (!isnan(h->neutral))
			tp_legend_add(&l, TP_KEY_DOTS, 7, "neutral");
	}
	if (h->expects)
	{
		tp_legend_add(&l, TP_KEY_DASH, 3, "expected");
		if (h->single && h->scores.scored > 0)
		{
			tp_legend_add(&l, TP_KEY_AREA, 1, "less than expected");
			tp_legend_add(&l, TP_KEY_AREA, 2, "more");
		}
	}
}

static tp_label
describe(chart *h)
{
	const tp_journey *j = h->j;
	uint32_t	missed = 0;

	tp_say(h->c, "%d %s from %t to %t UTC at %d %s.", (long long) j->count, j->count == 1 ? "contact" : "contacts",
		   j->first_at, tp_journey_last_at(j), (long long) j->entries, j->entries == 1 ? "touchpoint" : "touchpoints");
	if (h->scores.scored == 0)
	{
		tp_say_more(h->c, " No contact has a score.");
		return tp_said(h->c);
	}
	tp_say_more(h->c, " Scores go from %g, at ", h->scores.lowest);
	say_touchpoint(h, &h->entry[tp_journey_code(j, h->scores.lowest_at)]);
	tp_say_more(h->c, ", to %g, at ", h->scores.highest);
	say_touchpoint(h, &h->entry[tp_journey_code(j, h->scores.highest_at)]);
	tp_say_more(h->c, ". The end is %g.", h->scores.end);
	for (uint32_t i = 0; i < j->count && !stop_at(h, i); i++)
		missed += tp_journey_number(j, TP_SCORE, i) < tp_journey_number(j, TP_EXPECTED, i);
	if (h->expects)
		tp_say_more(h->c, " %d of the scores fall short of what was expected.", (long long) missed);
	tp_say_more(h->c, " Distance grows with the pause between contacts; the longest pauses are broken.");
	return tp_said(h->c);
}

/* How many contacts, and when; of those of one day the date stands below, and a narrow picture has no room for two. */
static tp_label
say_span(chart *h)
{
	int64_t		first = h->j->first_at,
				last = tp_journey_last_at(h->j);

	if (h->j->count == 1)
		return tp_say(h->c, "1 contact, %D", first);
	tp_say(h->c, "%d contacts", (long long) h->j->count);
	if (first == last)
		tp_say_more(h->c, " at the same time");
	else if ((uint64_t) last - (uint64_t) first < TP_USECS_PER_DAY || (h->c->width < 420 && last < INT64_MAX / 2 && first > INT64_MIN / 2))
		tp_say_more(h->c, " within %u", last - first);
	else
		tp_say_more(h->c, ", %D to %D", first, last);
	return tp_said(h->c);
}

static double
legend_rows(const chart *h)
{
	return h->c->width < 720 ? (h->c->width < 420 ? 3 : 2) : 1;
}

static tp_status
lay_out(chart *h, tp_error *err)
{
	tp_status	status = make_lanes(h, err);
	double		gutter = 40;
	bool		plotted;

	if (status != TP_OK)
		return status;
	for (int lane = 0; lane < h->lanes; lane++)
		gutter = fmax(gutter, tp_measure(h->lane[lane], TP_TEXT_SIZE) + 24);
	h->left = fmin(gutter, h->c->width * 0.25);
	h->right = h->c->width - 16;
	h->top = 48 + 17 * legend_rows(h) + 8 + (h->staged ? 16 : 0);
	status = make_places(h, err);
	if (status != TP_OK)
		return status;
	plotted = h->scores.scored > 0 || h->expects;
	h->bottom = h->top + (plotted ? PLOT_HEIGHT : 4);
	make_axis(h);
	if (plotted && tp_grid_room(h->c, &h->axis) > h->left)
	{
		h->left = fmin(tp_grid_room(h->c, &h->axis), h->c->width * 0.4);
		tp_release(h->c->mem, h->places);
		h->places = NULL;
		h->count = 0;
		status = make_places(h, err);
	}
	h->staged &= h->single;
	return status;
}

tp_status
tp_draw_journey(tp_canvas *c, const tp_journey *j, double neutral, tp_error *err)
{
	chart		h = {.c = c, .j = j, .neutral = neutral};
	tp_status	status;

	if (isinf(neutral))
		return tp_fail(err, TP_OUT_OF_RANGE, "Write the score that is neither good nor bad, such as 3.", "neutral must be finite");
	if (j->count == 0)
	{
		tp_nothing(c, "A journey without contacts", "There is nothing to draw: this journey has no contacts.");
		return TP_OK;
	}
	h.entry = tp_alloc_array(c->mem, j->entries, sizeof(tp_touchpoint));
	if (h.entry == NULL)
		return tp_fail_memory(err);
	status = tp_journey_dictionary(j, h.entry, err);
	if (status != TP_OK)
		return status;
	tp_journey_scores(j, &h.scores);
	status = lay_out(&h, err);
	if (status != TP_OK)
		return status;
	tp_picture(c, h.bottom + 12 + h.lanes * LANE_PITCH + 28, tp_label_of("A customer's journey"), describe(&h));
	tp_heading(c, say_span(&h));
	draw_legend(&h);
	if (h.staged)
		draw_stages(&h);
	if (h.scores.scored > 0 || h.expects)
	{
		tp_grid_across(c, &h.axis, h.left, h.right);
		draw_scores(&h);
	}
	draw_lanes(&h);
	draw_times(&h);
	tp_release(c->mem, h.entry);
	tp_release(c->mem, h.lane_of);
	tp_release(c->mem, h.places);
	return TP_OK;
}
