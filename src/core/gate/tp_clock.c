/*
 * tp_clock.c
 *	  Days and hours by the clocks of a zone.
 */
#include "gate/tp_clock.h"

#include "base/tp_sort.h"

#define WEEK (7 * TP_USECS_PER_DAY)

/* 2000-01-01 was a Saturday, the sixth day of its week. */
#define SATURDAY 5

/* From 2100 on all happens again after 400 years: 146,097 days, which are whole weeks. */
#define REPEATS_FROM (36525 * TP_USECS_PER_DAY)
#define REPEATS_AFTER (146097 * TP_USECS_PER_DAY)

/* Shifts of the clocks passed, or groups asked, between two polls. */
#define POLL_EVERY 4096

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
floor_mod(int64_t a, int64_t b)
{
	return a % b < 0 ? a % b + b : a % b;
}

static bool
two_digits(const char **at, const char *end, int64_t *v)
{
	const char *p = *at;

	if (end - p < 1 || p[0] < '0' || p[0] > '9')
		return false;
	*v = *p++ - '0';
	if (p < end && *p >= '0' && *p <= '9')
		*v = *v * 10 + (*p++ - '0');
	*at = p;
	return true;
}

bool
tp_time_of_day(const char *text, size_t len, int64_t *usecs)
{
	const char *at = text;
	const char *end = text + len;
	const char *from;
	int64_t		v[3] = {0, 0, 0};

	for (int i = 0; i < 3; i++)
	{
		if (i > 0)
		{
			if (i == 2 && at == end)
				break;
			if (at == end || *at++ != ':')
				return false;
		}
		from = at;
		if (!two_digits(&at, end, &v[i]) || (i > 0 && at - from != 2))
			return false;
	}
	if (at != end || v[1] > 59 || v[2] > 59)
		return false;
	*usecs = v[0] * TP_USECS_PER_HOUR + v[1] * TP_USECS_PER_MINUTE + v[2] * TP_USECS_PER_SECOND;
	return *usecs <= TP_USECS_PER_DAY;
}

bool
tp_date(const char *text, size_t len, int64_t *day)
{
	static const char form[] = "0000-00-00";
	int			v[3] = {0, 0, 0};
	int			part = 0;

	if (len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < len; i++)
	{
		if (form[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
		if (form[i] == '-')
			part++;
		else
			v[part] = v[part] * 10 + (text[i] - '0');
	}
	if (v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > tp_days_in_month(v[0], v[1]))
		return false;
	*day = tp_days_from_date(v[0], v[1], v[2]);
	return true;
}

static inline const tp_clock *
clock_at(const tp_zone *zone, tp_clock *clock, int64_t t)
{
	if (t < clock->from || t >= clock->until)
	{
		zone->look(zone->context, t, &clock->offset, &clock->until);
		clock->from = t;
	}
	return clock;
}

int64_t
tp_local(const tp_zone *zone, tp_clock *clock, int64_t t)
{
	return t + clock_at(zone, clock, t)->offset;
}

/* A date that is on the clocks twice, at the date line, makes a day of two. */
int64_t
tp_per_longest(tp_per per)
{
	return (per == TP_PER_DAY ? 3 : per == TP_PER_WEEK ? 9 : 33) * TP_USECS_PER_DAY;
}

/* The first moment from t on at which the clocks have come to this day. */
static int64_t
reaches(const tp_zone *zone, int64_t t, int64_t day)
{
	if (day > TP_TIME_END / TP_USECS_PER_DAY)
		return TP_NEVER;
	while (t < TP_TIME_END)
	{
		int64_t		offset,
					until,
					begins;

		zone->look(zone->context, t, &offset, &until);
		begins = day * TP_USECS_PER_DAY - offset;
		if (begins < t)
			begins = t;
		if (begins < until)
			return begins;
		t = until;
	}
	return TP_NEVER;
}

void
tp_period(const tp_zone *zone, tp_per per, int64_t t, int64_t *from, int64_t *until)
{
	int64_t		earlier = tp_before(t, tp_per_longest(per));
	int64_t		today = INT64_MIN;
	int64_t		first,
				next,
				year;
	int			month,
				day;

	/* the latest date that was on the clocks by t */
	for (int64_t s = earlier; s <= t;)
	{
		int64_t		offset,
					end,
					date;

		zone->look(zone->context, s, &offset, &end);
		date = floor_div((end > t ? t : end - 1) + offset, TP_USECS_PER_DAY);
		if (date > today)
			today = date;
		s = end > t ? t + 1 : end;
	}
	switch (per)
	{
		case TP_PER_DAY:
			first = today;
			next = today + 1;
			break;
		case TP_PER_WEEK:
			first = today - floor_mod(today + SATURDAY, 7);
			next = first + 7;
			break;
		default:
			tp_date_from_days(today, &year, &month, &day);
			first = today - day + 1;
			next = first + tp_days_in_month(year, month);
	}
	*from = reaches(zone, earlier, first);
	*until = reaches(zone, t, next);
}

bool
tp_window_holds(const tp_window *w, int64_t local)
{
	int64_t		time = floor_mod(local, TP_USECS_PER_DAY);
	unsigned	today = (unsigned) floor_mod(floor_div(local, TP_USECS_PER_DAY) + SATURDAY, 7);

	if ((w->days >> today & 1) != 0 && time >= w->from && (time < w->to || w->from > w->to))
		return true;
	return w->from > w->to && (w->days >> (today + 6) % 7 & 1) != 0 && time < w->to;
}

/* What is put together: a span of the group of rules that are asked together. */
typedef struct piece
{
	uint32_t	group;
	tp_span		span;
} piece;

static int
compare_pieces(const void *a, const void *b)
{
	const piece *x = a,
			   *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->span.from > y->span.from) - (x->span.from < y->span.from);
}

/* Sort the pieces and join those that touch; out->shut has its n groups, whose zones and windows are set. */
static tp_status
join_pieces(const tp_memory *mem, piece *pieces, size_t n, tp_shuts *out, tp_error *err)
{
	size_t		spans = 0;

	if (tp_sort_items(mem, pieces, n, sizeof(piece), compare_pieces, err) != TP_OK)
		return err->status;
	for (size_t i = 0; i < n; i++)
	{
		tp_shut    *shut = &out->shut[pieces[i].group];
		tp_span    *last = shut->spans > 0 ? &out->span[spans - 1] : NULL;

		if (last != NULL && pieces[i].span.from <= last->to)
		{
			if (pieces[i].span.to > last->to)
				last->to = pieces[i].span.to;
			continue;
		}
		if (last == NULL)
			shut->span = &out->span[spans];
		out->span[spans++] = pieces[i].span;
		shut->spans++;
	}
	return TP_OK;
}

static tp_status
shuts_begin(const tp_memory *mem, uint32_t n, size_t spans, piece **pieces, tp_shuts *out, tp_error *err)
{
	*out = (tp_shuts) {NULL, 0, NULL};
	*pieces = tp_alloc_array(mem, spans + 1, sizeof(piece));
	out->shut = tp_alloc_array(mem, (size_t) n + 1, sizeof(tp_shut));
	out->span = tp_alloc_array(mem, spans + 1, sizeof(tp_span));
	return *pieces != NULL && out->shut != NULL && out->span != NULL ? TP_OK : tp_fail_memory(err);
}

void
tp_shuts_release(const tp_memory *mem, tp_shuts *shuts)
{
	tp_release(mem, shuts->shut);
	tp_release(mem, shuts->span);
	*shuts = (tp_shuts) {NULL, 0, NULL};
}

static int
compare_windows(const void *a, const void *b)
{
	const tp_window *x = *(const tp_window *const *) a,
			   *y = *(const tp_window *const *) b;

	if (x->zone != y->zone)
		return x->zone < y->zone ? -1 : 1;
	if (x->channel_len != y->channel_len)
		return x->channel_len < y->channel_len ? -1 : 1;
	return memcmp(x->channel, y->channel, x->channel_len);
}

/* The window in pieces of the week, behind n others. */
static size_t
cut_window(const tp_window *w, uint32_t group, piece *pieces, size_t n)
{
	for (int day = 0; day < 7; day++)
	{
		int64_t		from = day * TP_USECS_PER_DAY + w->from;
		int64_t		to = day * TP_USECS_PER_DAY + w->to + (w->from > w->to ? TP_USECS_PER_DAY : 0);

		if ((w->days >> day & 1) == 0)
			continue;
		if (from < WEEK)
			pieces[n++] = (piece) {group, {from, to < WEEK ? to : WEEK}};
		if (to > WEEK)
			pieces[n++] = (piece) {group, {from < WEEK ? 0 : from - WEEK, to - WEEK}};
	}
	return n;
}

/* Join the pieces, unless something failed before, and release them. */
static tp_status
shuts_end(const tp_memory *mem, tp_status status, piece *pieces, size_t n, tp_shuts *out, tp_error *err)
{
	if (status == TP_OK)
		status = join_pieces(mem, pieces, n, out, err);
	tp_release(mem, pieces);
	return status;
}

tp_status
tp_shut_windows(const tp_memory *mem, const tp_window *window, uint32_t n, tp_shuts *out, tp_error *err)
{
	const tp_window **order = tp_alloc_array(mem, (size_t) n + 1, sizeof(tp_window *));
	piece	   *pieces = NULL;
	size_t		cut = 0;
	tp_status	status = shuts_begin(mem, n, 8 * (size_t) n, &pieces, out, err);

	if (order == NULL)
		status = tp_fail_memory(err);
	for (uint32_t i = 0; i < n && status == TP_OK; i++)
		order[i] = &window[i];
	if (status == TP_OK)
		status = tp_sort_items(mem, order, n, sizeof(tp_window *), compare_windows, err);
	for (uint32_t i = 0; i < n && status == TP_OK; i++)
	{
		if (i == 0 || compare_windows(&order[i - 1], &order[i]) != 0)
			out->shut[out->n++] = (tp_shut) {order[i]->zone, order[i], NULL, 0};
		cut = cut_window(order[i], out->n - 1, pieces, cut);
	}
	status = shuts_end(mem, status, pieces, cut, out, err);
	tp_release(mem, order);
	return status;
}

static int
compare_zones(const void *a, const void *b)
{
	uint32_t	x = ((const tp_blackout *) a)->zone,
				y = ((const tp_blackout *) b)->zone;

	return (x > y) - (x < y);
}

tp_status
tp_shut_dates(const tp_memory *mem, const tp_blackout *blackout, uint32_t n, tp_shuts *out, tp_error *err)
{
	tp_blackout *order = tp_alloc_array(mem, (size_t) n + 1, sizeof(tp_blackout));
	piece	   *pieces = NULL;
	tp_status	status = shuts_begin(mem, n, n, &pieces, out, err);

	if (order == NULL)
		status = tp_fail_memory(err);
	if (status == TP_OK && n > 0)
		memcpy(order, blackout, n * sizeof(tp_blackout));
	if (status == TP_OK)
		status = tp_sort_items(mem, order, n, sizeof(tp_blackout), compare_zones, err);
	for (uint32_t i = 0; i < n && status == TP_OK; i++)
	{
		if (i == 0 || order[i - 1].zone != order[i].zone)
			out->shut[out->n++] = (tp_shut) {order[i].zone, NULL, NULL, 0};
		pieces[i] = (piece) {out->n - 1, {order[i].first * TP_USECS_PER_DAY, (order[i].last + 1) * TP_USECS_PER_DAY}};
	}
	status = shuts_end(mem, status, pieces, n, out, err);
	tp_release(mem, order);
	return status;
}

/* Until when t is shut, looking no further than the clocks run straight; t where it is open. */
static int64_t
held(const tp_shut *shut, const tp_clock *clock, int64_t t)
{
	int64_t		local = t + clock->offset;
	uint32_t	low = 0,
				high = shut->spans;
	int64_t		end;

	if (shut->window != NULL)
		local = floor_mod(local + SATURDAY * TP_USECS_PER_DAY, WEEK);
	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (shut->span[middle].from <= local)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || shut->span[low - 1].to <= local)
		return t;
	end = tp_after(t, shut->span[low - 1].to - local);
	return end < clock->until ? end : clock->until;
}

tp_status
tp_open_from(const tp_shuts *shuts, const tp_zone *zone, tp_clock *clock, const char *channel,
			 uint8_t channel_len, int64_t t, const tp_memory *mem, int64_t *open, tp_error *err)
{
	int64_t		started = t;
	int64_t		stretch = t;	/* no clock was shifted since */
	int64_t		shift = t;
	size_t		work = 0;

	for (;;)
	{
		int64_t		next = t;
		int64_t		until = TP_NEVER;
		bool		weekly = true;

		for (uint32_t i = 0; i < shuts->n && t < TP_TIME_END; i++)
		{
			const tp_shut *shut = &shuts->shut[i];
			const tp_clock *c;
			int64_t		end;

			if (++work % POLL_EVERY == 0 && tp_interrupted(mem))
				return tp_fail_interrupted(err);
			if (shut->window != NULL && shut->window->channel_len > 0 &&
				(shut->window->channel_len != channel_len || memcmp(shut->window->channel, channel, channel_len) != 0))
				continue;
			c = clock_at(&zone[shut->zone], &clock[shut->zone], t);
			weekly &= shut->window != NULL;
			if (c->until < until)
				until = c->until;
			end = held(shut, c, t);
			if (end > next)
				next = end;
		}
		if (next == t || next >= TP_TIME_END)
		{
			*open = next == t ? t : TP_NEVER;
			return TP_OK;
		}
		if (t >= shift)
		{
			stretch = t;
			shift = until;
		}
		/* a week without an opening is like any other, and so are 400 years */
		if (weekly && t - stretch >= WEEK && shift > next)
			next = shift;
		if (next >= TP_TIME_END ||
			(weekly && next - (started > REPEATS_FROM ? started : REPEATS_FROM) > REPEATS_AFTER + WEEK))
		{
			*open = TP_NEVER;
			return TP_OK;
		}
		t = next;
	}
}
