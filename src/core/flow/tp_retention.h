/*
 * tp_retention.h
 *	  Coming back: in which periods customers were active, and what many of them did.
 *
 * The core knows no time zones: its host cuts time into periods and hands over a calendar.
 */
#ifndef TP_RETENTION_H
#define TP_RETENTION_H

#include "flow/tp_counts.h"
#include "journey/tp_step.h"

typedef enum tp_period
{
	TP_PERIOD_HOUR,
	TP_PERIOD_DAY,
	TP_PERIOD_WEEK,
	TP_PERIOD_MONTH,
	TP_PERIOD_QUARTER,
	TP_PERIOD_YEAR,
	TP_PERIODS
} tp_period;

#define TP_PERIODS_MAX 10000	/* behind the cohort's, or in a row of them */

extern const char *const tp_period_names[TP_PERIODS];
extern tp_status tp_period_parse(const char *text, size_t len, tp_period *period, tp_error *err);

/*
 * Which period each time is in. Runs of time, one behind the other, lie each within one period; a period
 * has mostly one, but where clocks are turned back over midnight it may come again.
 */
typedef struct tp_calendar
{
	tp_memory	mem;
	uint32_t	runs;
	uint32_t	run_room;
	uint32_t	periods;
	int64_t    *from;			/* of each run, rising; from[runs] is behind the last */
	int64_t    *label;			/* of each run, the beginning of its period; start once all are added */
	uint32_t   *period;			/* of each run, its place in start */
	int64_t    *start;			/* of each period, rising; start[periods] is that behind the last */
	uint32_t   *bucket;			/* the run at each multiple of 2^shift from from[0] on */
	int			shift;
} tp_calendar;

extern void tp_calendar_init(tp_calendar *c, const tp_memory *mem);
extern void tp_calendar_release(tp_calendar *c);

/* A run from this time on, in the period that begins at start; one behind the other. TP_NO_MEMORY. */
extern tp_status tp_calendar_add(tp_calendar *c, int64_t from, int64_t start, tp_error *err);

/* The last run ends here, and so does its period. */
extern tp_status tp_calendar_finish(tp_calendar *c, int64_t end, tp_error *err);

/* The run that t is in, which must lie in the calendar; its period. */
static inline uint32_t
tp_calendar_run(const tp_calendar *c, int64_t t)
{
	uint32_t	run = c->bucket[((uint64_t) t - (uint64_t) c->from[0]) >> c->shift];

	while (c->from[run + 1] <= t)
		run++;
	return run;
}

static inline uint32_t
tp_calendar_period(const tp_calendar *c, int64_t t)
{
	return c->period[tp_calendar_run(c, t)];
}

/* What is counted. */
typedef enum tp_returns_kind
{
	TP_RETURNS_NOTHING,			/* nothing yet */
	TP_RETENTION,
	TP_LIFECYCLE,
	TP_STICKINESS
} tp_returns_kind;

typedef struct tp_returns_settings
{
	tp_returns_kind kind;
	tp_period	period;
	uint32_t	periods;		/* retention: behind the cohort's */
	bool		or_after;		/* retention: a return counts for all periods before, too */
	int64_t		low;			/* contacts from here to there count; INT64_MIN and INT64_MAX: all */
	int64_t		high;
	const char *text[3];		/* two steps, of which the second is "" but for retention, and the zone */
	size_t		len[3];
} tp_returns_settings;

/* Under each beginning of a period: of a cohort its size, its returns by period; in a lifecycle. */
#define TP_ENTERED -1
#define TP_NEW 0
#define TP_RETURNING 1
#define TP_RESURRECTING 2

/* A count being made: the state of retention_agg, lifecycle_agg and stickiness_agg. */
typedef struct tp_returns
{
	tp_memory	mem;
	tp_returns_settings settings;	/* texts are its own */
	int64_t		first_seen;		/* stickiness: of active contacts; INT64_MAX: none */
	int64_t		last_seen;		/* the same; else, where high is open, of all; INT64_MIN: none */
	tp_counts	counts;			/* stickiness: customers by (periods, 0) */
	uint32_t   *active;			/* scratch: periods of one customer */
	uint32_t	active_room;
} tp_returns;

extern void tp_returns_init(tp_returns *r, const tp_memory *mem);
extern void tp_returns_release(tp_returns *r);

/*
 * Set what is counted, or check that it is what was set before. TP_BAD_ARGUMENT; TP_PAST_LIMIT for more
 * than TP_PERIODS_MAX periods.
 */
extern tp_status tp_returns_set(tp_returns *r, const tp_returns_settings *settings, tp_error *err);

/*
 * Count a customer, whose contacts the calendar must cover. Steps have bit 0 for the step (retention: the
 * first), bit 1 for retention's again.
 */
extern tp_status tp_returns_add(tp_returns *r, const tp_journey *j, const tp_calendar *c, tp_steps *steps, tp_error *err);

/* The text form. Reading adds what it says. TP_BAD_TEXT, TP_BAD_ARGUMENT for another setting. */
extern void tp_returns_write(const tp_returns *r, tp_buffer *b);
extern tp_status tp_returns_read(tp_returns *r, const char *text, size_t len, tp_error *err);

#endif							/* TP_RETENTION_H */
