/*
 * calendar.h
 *	  Periods of a time zone, as the server's date_trunc cuts them.
 */
#ifndef TP_PG_CALENDAR_H
#define TP_PG_CALENDAR_H

#include "journey/types.h"

#include "flow/tp_retention.h"

/* The length of a period of this kind, at most. */
extern int64_t tp_period_usecs(tp_period period);

/* Does the server know the zone? 22023. Whoever asks anew gets what its settings say now. */
extern void tp_check_zone(const char *zone, size_t len);

/*
 * A calendar that covers the times from low to high, and all of the periods they are in. It lasts as long as
 * the session keeps it, at least until the next is asked for. 54000 where it would be too long.
 */
extern const tp_calendar *tp_get_calendar(tp_period period, const char *zone, size_t len, int64_t low, int64_t high);

#endif							/* TP_PG_CALENDAR_H */
