/*
 * tp_clock.h
 *	  Local time: the clocks of a zone, days, weeks and months by them, and hours and dates that are shut.
 *
 * The core knows no zones. The host shows where a zone's clocks stand at a moment, and until when they
 * stand so. Between two shifts local time runs straight, so each stretch is looked at alone.
 */
#ifndef TP_CLOCK_H
#define TP_CLOCK_H

#include "base/tp_text.h"

#define TP_NEVER INT64_MAX

/*
 * look gives the offset of local time to UTC at t, and the first moment after t with another (INT64_MAX when
 * there is none). Offsets are below a day. From the year 2100 on clocks do the same again every 400 years.
 */
typedef struct tp_zone
{
	void		(*look) (const void *context, int64_t t, int64_t *offset, int64_t *until);
	const void *context;
} tp_zone;

/* What look said last: local time is t + offset for from <= t < until. All zero at birth. */
typedef struct tp_clock
{
	int64_t		from;
	int64_t		until;
	int64_t		offset;
} tp_clock;

/* The moment so long after t, no later than never; so long before t, no earlier than all times. */
static inline int64_t
tp_after(int64_t t, int64_t by)
{
	return t > TP_NEVER - by ? TP_NEVER : t + by;
}

static inline int64_t
tp_before(int64_t t, int64_t by)
{
	return t < TP_TIME_MIN + by ? TP_TIME_MIN : t - by;
}

/* A time of day as HH:MM or HH:MM:SS, up to 24:00; false when it is none. */
extern bool tp_time_of_day(const char *text, size_t len, int64_t *usecs);

/* A date as YYYY-MM-DD, in days since 2000-01-01; false when it is none. */
extern bool tp_date(const char *text, size_t len, int64_t *day);

/* Local time at t, as microseconds since 2000-01-01 00:00 by the zone's clocks. */
extern int64_t tp_local(const tp_zone *zone, tp_clock *clock, int64_t t);

typedef enum tp_per
{
	TP_PER_DAY,
	TP_PER_WEEK,				/* from Monday */
	TP_PER_MONTH
} tp_per;

/* At most so long a period is, whatever the clocks do. */
extern int64_t tp_per_longest(tp_per per);

/*
 * The period that t lies in, [*from, *until). A day begins when its date is first on the clocks, also where
 * they go back behind midnight afterwards.
 */
extern void tp_period(const tp_zone *zone, tp_per per, int64_t t, int64_t *from, int64_t *until);

/* Hours that are shut: from <= time of day < to, where from > to until the next day's to. */
typedef struct tp_window
{
	int64_t		from;			/* microseconds of the day */
	int64_t		to;
	uint32_t	zone;			/* its number in the caller's array */
	uint8_t		days;			/* on which it begins, a set: 1 Monday to 64 Sunday */
	uint8_t		channel_len;	/* 0: for all channels */
	char		channel[255];
} tp_window;

#define TP_EVERY_DAY 0x7F

/* Dates that are shut, the first and the last and all between. */
typedef struct tp_blackout
{
	int64_t		first;			/* days since 2000-01-01 */
	int64_t		last;
	uint32_t	zone;
} tp_blackout;

extern bool tp_window_holds(const tp_window *w, int64_t local);

/* Runs of local time, of the week since Monday 00:00 or of all time, apart and in order. */
typedef struct tp_span
{
	int64_t		from;
	int64_t		to;
} tp_span;

typedef struct tp_shut
{
	uint32_t	zone;
	const tp_window *window;	/* one of those that it is made of, which tells the channel; NULL of dates */
	const tp_span *span;
	uint32_t	spans;
} tp_shut;

/* Windows, or dates, put together: those of one zone and channel are one tp_shut. */
typedef struct tp_shuts
{
	tp_shut    *shut;
	uint32_t	n;
	tp_span    *span;			/* of all */
} tp_shuts;

extern tp_status tp_shut_windows(const tp_memory *mem, const tp_window *window, uint32_t n, tp_shuts *out, tp_error *err);
extern tp_status tp_shut_dates(const tp_memory *mem, const tp_blackout *blackout, uint32_t n, tp_shuts *out, tp_error *err);
extern void tp_shuts_release(const tp_memory *mem, tp_shuts *shuts);

/*
 * The first moment from t on that is not shut on this channel, or TP_NEVER; clocks are those of the zones.
 * TP_INTERRUPTED where the host wants to stop.
 */
extern tp_status tp_open_from(const tp_shuts *shuts, const tp_zone *zone, tp_clock *clock, const char *channel,
							  uint8_t channel_len, int64_t t, const tp_memory *mem, int64_t *open, tp_error *err);

#endif							/* TP_CLOCK_H */
