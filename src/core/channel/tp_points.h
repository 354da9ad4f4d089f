/*
 * tp_points.h
 *	  Points of spend and response: the state of response_curve.
 */
#ifndef TP_POINTS_H
#define TP_POINTS_H

#include "base/tp_core.h"

#define TP_POINTS_VERSION 1
#define TP_POINTS_MAX (UINT32_C(1) << 25)	/* half a gigabyte */

/* The image, in the server's byte order, with room to spare while it is a state; points in order of arrival. */
typedef struct tp_points
{
	TP_SUMMARY_HEAD;			/* of version TP_POINTS_VERSION, flags 0 */
	uint32_t	count;			/* 8 */
	uint32_t	room;			/* 12: for so many points */
	double		xy[];			/* 16: spend and response of each */
} tp_points;

static inline size_t
tp_points_size(uint32_t room)
{
	return offsetof(tp_points, xy) + (size_t) room * 2 * sizeof(double);
}

static inline bool
tp_points_is_current(const tp_points *p, size_t size)
{
	return size >= offsetof(tp_points, xy) && p->version == TP_POINTS_VERSION && p->flags == 0 && p->zero == 0 &&
		p->room <= TP_POINTS_MAX && p->count <= p->room && size == tp_points_size(p->room);
}

/* Fill tp_points_size(room) bytes but for the host's length: no points. */
extern void tp_points_init(tp_points *p, uint32_t room);

/*
 * Room in *p for n points more, in memory of mem, the old image left to its owner. TP_PAST_LIMIT, TP_NO_MEMORY.
 */
extern tp_status tp_points_reserve(tp_points **p, uint32_t n, const tp_memory *mem, tp_error *err);

/* Could it be: finite numbers, none of them negative spend? status if not. */
extern tp_status tp_points_check(const tp_points *p, tp_status status, tp_error *err);

/* {1 10, 2 15}, and back in memory of mem. TP_BAD_TEXT, TP_OUT_OF_RANGE, TP_PAST_LIMIT. */
extern void tp_points_write(tp_buffer *b, const tp_points *p);
extern tp_status tp_points_read(tp_points **p, const char *text, size_t len, const tp_memory *mem, tp_error *err);

#endif							/* TP_POINTS_H */
