/*
 * tp_points.c
 *	  Points of spend and response.
 */
#include "channel/tp_points.h"

#include <math.h>

#include "base/tp_dekker.h"

_Static_assert(offsetof(tp_points, xy) == 16, "the image of points");

#define TEXT_HINT "Write points as they are printed: {1 10, 2 15}."

void
tp_points_init(tp_points *p, uint32_t room)
{
	memset((char *) p + sizeof(p->length), 0, tp_points_size(room) - sizeof(p->length));
	p->version = TP_POINTS_VERSION;
	p->room = room;
}

tp_status
tp_points_reserve(tp_points **p, uint32_t n, const tp_memory *mem, tp_error *err)
{
	const tp_points *from = *p;
	uint64_t	needed = (uint64_t) from->count + n;
	uint64_t	room = 2 * (uint64_t) from->room > needed ? 2 * (uint64_t) from->room : needed;
	tp_points  *to;

	if (needed <= from->room)
		return TP_OK;
	if (needed > TP_POINTS_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Sum spend and response by period first.", "more than %u points", TP_POINTS_MAX);
	room = room < 8 ? 8 : room > TP_POINTS_MAX ? TP_POINTS_MAX : room;
	to = tp_alloc(mem, tp_points_size((uint32_t) room));
	if (to == NULL)
		return tp_fail_memory(err);
	tp_points_init(to, (uint32_t) room);
	to->count = from->count;
	memcpy(to->xy, from->xy, (size_t) from->count * 2 * sizeof(double));
	*p = to;
	return TP_OK;
}

tp_status
tp_points_check(const tp_points *p, tp_status status, tp_error *err)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (!isfinite(p->xy[2 * i]) || p->xy[2 * i] < 0 || !isfinite(p->xy[2 * i + 1]))
			return tp_fail(err, status, TEXT_HINT, "touchpoint_points holds a number that no point can have");
	return TP_OK;
}

void
tp_points_write(tp_buffer *b, const tp_points *p)
{
	tp_buffer_byte(b, '{');
	for (uint32_t i = 0; i < p->count && !tp_buffer_stop_at(b, i); i++)
	{
		tp_buffer_string(b, i > 0 ? ", " : "");
		tp_dd_write(b, (tp_dd) {p->xy[2 * i], 0});
		tp_buffer_byte(b, ' ');
		tp_dd_write(b, (tp_dd) {p->xy[2 * i + 1], 0});
	}
	tp_buffer_byte(b, '}');
}

static tp_status
scan_point(tp_scan *s, tp_points **p, const tp_memory *mem)
{
	tp_points  *before = *p;
	double	   *xy;

	if (tp_points_reserve(p, 1, mem, s->err) != TP_OK)
		return s->err->status;
	if (*p != before)
		tp_release(mem, before);
	xy = &(*p)->xy[2 * (*p)->count];
	tp_scan_blanks(s);
	if (tp_scan_number(s, &xy[0]) != TP_OK)
		return s->err->status;
	tp_scan_blanks(s);
	if (tp_scan_number(s, &xy[1]) != TP_OK)
		return s->err->status;
	xy[0] += 0.0;
	xy[1] += 0.0;
	(*p)->count++;
	tp_scan_blanks(s);
	return TP_OK;
}

static tp_status
scan_points(tp_scan *s, tp_points **p, const tp_memory *mem)
{
	if (tp_scan_word(s, "{", TEXT_HINT) != TP_OK)
		return s->err->status;
	while (s->at == s->end || *s->at != '}')
	{
		if (((*p)->count > 0 && tp_scan_word(s, ",", TEXT_HINT) != TP_OK) || scan_point(s, p, mem) != TP_OK)
			return s->err->status;
		if (tp_stop_at(mem, (*p)->count))
			return tp_fail_interrupted(s->err);
	}
	s->at++;
	if (tp_scan_end(s, TEXT_HINT) != TP_OK)
		return s->err->status;
	return tp_points_check(*p, TP_BAD_TEXT, s->err);
}

tp_status
tp_points_read(tp_points **p, const char *text, size_t len, const tp_memory *mem, tp_error *err)
{
	tp_scan		s;
	tp_status	status;

	*p = tp_alloc(mem, tp_points_size(8));
	if (*p == NULL)
		return tp_fail_memory(err);
	tp_points_init(*p, 8);
	tp_scan_init(&s, "touchpoint_points", text, len, err);
	status = scan_points(&s, p, mem);
	if (status != TP_OK)
	{
		tp_release(mem, *p);
		*p = NULL;
	}
	return status;
}
