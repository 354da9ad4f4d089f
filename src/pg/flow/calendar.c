/*
 * calendar.c
 *	  Periods of a time zone: calendars made of the server's own date_trunc, kept for the session.
 *
 * Between two changes of a zone's offset its clock runs as any other, so its periods begin where simple
 * reckoning has them; which period a run of time belongs to is asked of the server, once a run.
 */
#include "flow/calendar.h"

#include "parser/scansup.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#define RUNS_MAX 4000000
#define PADDING 64
#define SITES 4

#define EPOCH_SECONDS ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (pg_time_t) SECS_PER_DAY)

typedef struct calendar_site
{
	MemoryContext context;		/* NULL: free */
	tp_period	period;
	size_t		len;
	char		zone[TZ_STRLEN_MAX + 1];
	pg_tz	   *tz;
	int64_t		low;
	int64_t		high;
	tp_memory	mem;
	tp_calendar calendar;
} calendar_site;

static calendar_site *sites[SITES];
static int	latest;

int64_t
tp_period_usecs(tp_period period)
{
	static const int hours[] = {1, 24, 7 * 24, 31 * 24, 92 * 24, 366 * 24};

	return hours[period] * USECS_PER_HOUR;
}

/* The zone as date_trunc finds it: an abbreviation, else a name. NULL where it knows neither. */
static pg_tz *
find_zone(const char *zone, size_t len)
{
	char	   *name = pnstrdup(zone, len);
	pg_tz	   *tz = NULL;
	int			offset;

	if (len <= TZ_STRLEN_MAX)
	{
		char	   *low = downcase_truncate_identifier(name, (int) len, false);
		int			type = tp_timezone_abbreviation(low, &offset, &tz);

		if (type == TZ || type == DTZ)
			tz = pg_tzset_offset(-offset);
		else if (type != DYNTZ)
			tz = pg_tzset(name);
		pfree(low);
	}
	pfree(name);
	return tz;
}

static pg_tz *
get_zone(const char *zone, size_t len)
{
	pg_tz	   *tz = find_zone(zone, len);

	if (tz == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" not recognized", tp_excerpt_of(zone, len).text),
				 errhint("Write a name such as Europe/Berlin; SELECT name FROM pg_timezone_names lists them.")));
	return tz;
}

static bool
is_zone(const calendar_site *site, const char *zone, size_t len)
{
	return site != NULL && site->len == len && memcmp(site->zone, zone, len) == 0;
}

static void
forget(int i)
{
	MemoryContext context = sites[i]->context;

	sites[i] = NULL;
	MemoryContextDelete(context);
}

void
tp_check_zone(const char *zone, size_t len)
{
	pg_tz	   *tz = get_zone(zone, len);

	for (int i = 0; i < SITES; i++)
		if (is_zone(sites[i], zone, len) && sites[i]->tz != tz)
			forget(i);
}

static int64_t
floor_to(int64_t t, int64_t origin, int64_t unit)
{
	int64_t		rest = (t - origin) % unit;

	return t - (rest < 0 ? rest + unit : rest);
}

/* The next beginning of a period behind local, on a clock that nobody turns. */
static int64_t
next_local(tp_period period, int64_t local)
{
	int			y,
				m,
				d;
	int64_t		days;

	switch (period)
	{
		case TP_PERIOD_HOUR:
			return floor_to(local, 0, USECS_PER_HOUR) + USECS_PER_HOUR;
		case TP_PERIOD_DAY:
			return floor_to(local, 0, USECS_PER_DAY) + USECS_PER_DAY;
		case TP_PERIOD_WEEK:
			return floor_to(local, 2 * USECS_PER_DAY, 7 * USECS_PER_DAY) + 7 * USECS_PER_DAY;
		default:
			break;
	}
	j2date((int) (floor_to(local, 0, USECS_PER_DAY) / USECS_PER_DAY) + POSTGRES_EPOCH_JDATE, &y, &m, &d);
	m = period == TP_PERIOD_MONTH ? m + 1 : period == TP_PERIOD_QUARTER ? (m - 1) / 3 * 3 + 4 : 13;
	if (m > 12)
	{
		m = 1;
		y++;
	}
	days = date2j(y, m, 1) - POSTGRES_EPOCH_JDATE;
	return days > TP_TIME_END / USECS_PER_DAY ? TP_TIME_END + 2 * USECS_PER_DAY : days * USECS_PER_DAY;
}

/* The zone's offset from UTC at t, and the time from which it is another. */
static int64_t
offset_at(pg_tz *tz, int64_t t, int64_t *until)
{
	pg_time_t	at = (pg_time_t) (floor_to(t, 0, USECS_PER_SEC) / USECS_PER_SEC) + EPOCH_SECONDS;
	pg_time_t	boundary = 0;
	long int	before,
				after;
	int			is_dst,
				was_dst;
	int			found = pg_next_dst_boundary(&at, &before, &is_dst, &boundary, &after, &was_dst, tz);

	if (found < 0)
		elog(ERROR, "could not find the offset of a time zone");
	*until = TP_TIME_END;
	if (found > 0 && boundary - EPOCH_SECONDS < TP_TIME_END / USECS_PER_SEC)
		*until = (boundary - EPOCH_SECONDS) * USECS_PER_SEC;
	return before * (int64_t) USECS_PER_SEC;
}

/* Fill in the site's calendar, from low on until every period up to that of high has ended. */
static void
make_runs(calendar_site *site, int64_t low, int64_t high)
{
	Datum		units = CStringGetTextDatum(tp_period_names[site->period]);
	Datum		zone = PointerGetDatum(cstring_to_text_with_len(site->zone, (int) site->len));
	int64_t		until = low;
	int64_t		offset = 0;
	int64_t		t = low;
	int64_t		next;
	tp_error	err;

	for (size_t i = 0; t <= high; i++, t = next)
	{
		int64_t		start = t;

		TP_CHECK_AT(i);
		if (t >= until)
			offset = offset_at(site->tz, t, &until);
		next = next_local(site->period, t + offset) - offset;
		if (site->period != TP_PERIOD_HOUR || floor_to(t + offset, 0, USECS_PER_HOUR) != t + offset)
			start = DatumGetTimestampTz(DirectFunctionCall3(timestamptz_trunc_zone, units, TimestampTzGetDatum(t), zone));
		tp_check(tp_calendar_add(&site->calendar, t, start, &err), &err);
		next = Min(next, Min(until, TP_TIME_END));
	}
	tp_check(tp_calendar_finish(&site->calendar, t, &err), &err);
	site->low = low;
	site->high = t - 1;
}

static calendar_site *
make_site(tp_period period, const char *zone, size_t len, int64_t low, int64_t high)
{
	pg_tz	   *tz = get_zone(zone, len);
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "touchpoint calendar", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);
	calendar_site *site = palloc0(sizeof(calendar_site));

	site->context = context;
	site->period = period;
	site->len = len;
	site->tz = tz;
	memcpy(site->zone, zone, len);
	site->mem = tp_pg_memory(context);
	tp_calendar_init(&site->calendar, &site->mem);
	make_runs(site, low, high);
	MemoryContextSwitchTo(before);
	MemoryContextSetParent(context, TopMemoryContext);
	return site;
}

/* How far to go beyond what is asked for, so that what comes next is there too. */
static void
widen(tp_period period, const calendar_site *old, int64_t *low, int64_t *high)
{
	const int64_t year = 400 * USECS_PER_DAY;
	int64_t		unit = tp_period_usecs(period);
	int64_t		l = *low,
				h = *high;

	if (old != NULL)
	{
		int64_t		more = old->high / 2 - old->low / 2;

		l = l < old->low ? (l > TP_TIME_MIN + more ? l - more : TP_TIME_MIN) : old->low;
		h = h > old->high ? (h < TP_TIME_END - more ? h + more : TP_TIME_END) : old->high;
	}
	l = l > TP_TIME_MIN + year + PADDING * unit ? l - PADDING * unit : Min(*low, TP_TIME_MIN + year);
	h = h < TP_TIME_END - year - PADDING * unit ? h + PADDING * unit : Max(*high, TP_TIME_END - year);
	if ((uint64_t) h - (uint64_t) l > RUNS_MAX * (uint64_t) (unit / 2))
		return;
	*low = l;
	*high = h;
}

const tp_calendar *
tp_get_calendar(tp_period period, const char *zone, size_t len, int64_t low, int64_t high)
{
	int			at = latest;
	calendar_site *site = sites[at];

	for (int i = 0; i < SITES && !(is_zone(site, zone, len) && site->period == period); i++)
		site = sites[at = i];
	if (!is_zone(site, zone, len) || site->period != period)
	{
		site = NULL;
		at = (latest + 1) % SITES;
	}
	if (likely(site != NULL && low >= site->low && high <= site->high))
	{
		latest = at;
		return &site->calendar;
	}
	if (((uint64_t) high - (uint64_t) low) / (uint64_t) tp_period_usecs(period) > RUNS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("contacts of one customer lie more than %d periods apart", RUNS_MAX),
				 errhint("Look for contacts with a mistaken time, or take a longer period than %s.", tp_period_names[period])));
	widen(period, site, &low, &high);
	site = make_site(period, zone, len, low, high);
	if (sites[at] != NULL)
		forget(at);
	sites[at] = site;
	latest = at;
	return &site->calendar;
}
