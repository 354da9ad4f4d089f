/*
 * tp_marks.c
 *	  What several pictures have: legends and grids.
 */
#include "chart/tp_pictures.h"

#include <math.h>

void
tp_legend_add(tp_legend *l, tp_key key, int hue, const char *words)
{
	tp_canvas  *c = l->canvas;
	double		width = 26 + tp_measure(tp_label_of(words), TP_SMALL_SIZE);
	double		y;
	char		class[40];

	if (l->x > 16 && l->x + width > c->width - 16)
	{
		l->x = 16;
		l->y += 17;
	}
	y = l->y - 4;
	switch (key)
	{
		case TP_KEY_LINE:
		case TP_KEY_DASH:
		case TP_KEY_DOTS:
			strcpy(class, tp_hue_class('s', hue));
			strcat(class, key == TP_KEY_LINE ? " tp-line" : key == TP_KEY_DASH ? " tp-line tp-dash" : " tp-line tp-dots");
			tp_line(c, class, l->x, y, l->x + 20, y);
			break;
		case TP_KEY_DOT:
			tp_circle(c, tp_hue_class('f', hue), l->x + 10, y, 4, tp_label_of(words));
			break;
		case TP_KEY_RING:
			strcpy(class, tp_hue_class('s', hue));
			strcat(class, " tp-ring");
			tp_circle(c, class, l->x + 10, y, 5, tp_label_of(words));
			break;
		case TP_KEY_SQUARE:
			tp_rect(c, tp_hue_class('f', hue), l->x + 5, y - 5, 10, 10, 0, tp_label_of(words));
			break;
		case TP_KEY_AREA:
		case TP_KEY_HEAT:
			tp_rect(c, tp_hue_class(key == TP_KEY_AREA ? 'a' : 'h', hue), l->x, y - 6, 20, 12, 0, tp_label_of(words));
			break;
		case TP_KEY_BOLD:
			tp_text(c, "tp-t tp-b", TP_START, l->x, l->y, TP_SMALL_SIZE, 24, tp_label_of("1 h"));
			break;
	}
	tp_text(c, "tp-m", TP_START, l->x + 25, l->y, TP_SMALL_SIZE, c->width - l->x - 30, tp_label_of(words));
	l->x += width + 14;
}

double
tp_grid_room(tp_canvas *c, const tp_axis *axis)
{
	double		room = 0;

	for (int i = 0; i < axis->ticks; i++)
		room = fmax(room, tp_measure(tp_say(c, "%g", tp_axis_tick(axis, i)), TP_SMALL_SIZE));
	return room + 10;
}

void
tp_grid_across(tp_canvas *c, const tp_axis *axis, double left, double right)
{
	for (int i = 0; i < axis->ticks; i++)
	{
		double		y = tp_axis_at(axis, tp_axis_tick(axis, i));

		tp_line(c, "tp-g", left, y, right, y);
		tp_text(c, "tp-m", TP_END, left - 6, y + 4, TP_SMALL_SIZE, left - 8, tp_say(c, "%g", tp_axis_tick(axis, i)));
	}
}

void
tp_grid_down(tp_canvas *c, const tp_axis *axis, double top, double bottom)
{
	double		free_from = -1e9;

	for (int i = 0; i < axis->ticks; i++)
	{
		double		x = tp_axis_at(axis, tp_axis_tick(axis, i));
		tp_label	figure = tp_say(c, "%g", tp_axis_tick(axis, i));
		double		half = tp_measure(figure, TP_SMALL_SIZE) / 2;

		tp_line(c, "tp-g", x, top, x, bottom);
		if (x - half > free_from && x + half < c->width - 2)
		{
			tp_text(c, "tp-m", TP_MIDDLE, x, bottom + 15, TP_SMALL_SIZE, 1e9, figure);
			free_from = x + half + 6;
		}
	}
}
