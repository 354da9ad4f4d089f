/*
 * test_retention.c
 *	  Who comes back against lists of customers looked through one by one; calendars whose periods come again.
 */
#include "walks.h"

#include "flow/tp_retention.h"
#include "text_state.h"

static tp_error err;

#define PERIODS 400
#define BEGIN INT64_C(820540800000000)	/* 2026-01-01 */

/* Runs of random length; now and then the period before comes again. */
typedef struct cuts
{
	int64_t		from[PERIODS + 1];
	int			period[PERIODS];
	int			runs;
	tp_calendar calendar;
} cuts;

static void
cut(check_random *r, cuts *c)
{
	int64_t		t = BEGIN - (int64_t) check_below(r, 100) * TP_USECS_PER_SECOND;
	int			last = 0;

	tp_calendar_init(&c->calendar, &check_memory);
	for (c->runs = 0; c->runs < PERIODS && t < BEGIN + TP_USECS_PER_HOUR; c->runs++)
	{
		int			period = c->runs == 0 ? 0 : last > 0 && check_below(r, 6) == 0 ? last - 1 : c->period[c->runs - 1] + 1;

		last = period > last ? period : last;
		c->from[c->runs] = t;
		c->period[c->runs] = period;
		CHECK(tp_calendar_add(&c->calendar, t, BEGIN + 1000 * period, &err) == TP_OK);
		t += 1 + (int64_t) check_below(r, 20) * TP_USECS_PER_SECOND * (check_below(r, 3) == 0 ? 9 : 1);
	}
	c->from[c->runs] = t > BEGIN + TP_USECS_PER_HOUR ? t : BEGIN + TP_USECS_PER_HOUR;
	CHECK(tp_calendar_finish(&c->calendar, c->from[c->runs], &err) == TP_OK);
}

static int
period_of(const cuts *c, int64_t t)
{
	int			run = 0;

	while (c->from[run + 1] <= t)
		run++;
	return c->period[run];
}

static void
test_calendar(void)
{
	check_random r = {1};

	for (int n = 0; n < 300; n++)
	{
		cuts		c;

		cut(&r, &c);
		for (int i = 0; i < 200; i++)
		{
			int64_t		t = c.from[0] + (int64_t) (check_next(&r) % (uint64_t) (c.from[c.runs] - c.from[0]));

			t = i < c.runs ? c.from[i] : t;
			CHECK(c.calendar.start[tp_calendar_period(&c.calendar, t)] == BEGIN + 1000 * period_of(&c, t));
		}
		tp_calendar_release(&c.calendar);
	}
}

/* What one customer did, told the long way; count[a + 1][b + 1] in retention, count[a][b] else. */
typedef struct counted
{
	uint64_t	count[PERIODS + 1][PERIODS + 2];
} counted;

static bool
meets(const walk *w, const tp_touchpoint *entries, uint32_t i, const char *channel)
{
	const tp_touchpoint *t = &entries[tp_journey_code(&w->j, i)];

	return channel == NULL || (t->channel_len == strlen(channel) && memcmp(t->channel, channel, t->channel_len) == 0);
}

static void
count_slowly(counted *x, const walk *w, const cuts *c, const tp_returns_settings *s, const char *first, const char *again)
{
	tp_touchpoint entries[64];
	int			active[PERIODS] = {0};
	int			cohort = -1,
				latest = -1,
				before = -1,
				n = 0;

	CHECK(tp_journey_dictionary(&w->j, entries, &err) == TP_OK);
	for (uint32_t i = 0; i < w->j.count; i++)
	{
		int64_t		t = tp_journey_time(&w->j, i);

		if (t < s->low || t > s->high)
			continue;
		if (s->kind != TP_RETENTION)
			active[period_of(c, t)] |= meets(w, entries, i, first);
		else if (cohort >= 0)
			active[period_of(c, t)] |= meets(w, entries, i, again);
		else if (meets(w, entries, i, first))
			cohort = period_of(c, t);
	}
	if (s->kind == TP_RETENTION && cohort >= 0)
		x->count[cohort][0]++;
	for (int p = 0; p < PERIODS; p++)
	{
		if (!active[p])
			continue;
		n++;
		if (s->kind == TP_RETENTION && p >= cohort && !s->or_after && p - cohort <= (int) s->periods)
			x->count[cohort][p - cohort + 1]++;
		latest = p;
		if (s->kind == TP_LIFECYCLE)
			x->count[p][(before < 0 ? TP_NEW : before == p - 1 ? TP_RETURNING : TP_RESURRECTING) + 1]++;
		before = p;
	}
	if (s->kind == TP_RETENTION && s->or_after && latest >= cohort && cohort >= 0)
		x->count[cohort][(latest - cohort < (int) s->periods ? latest - cohort : (int) s->periods) + 1]++;
	if (s->kind == TP_STICKINESS && n > 0)
		x->count[n][1]++;
}

static void
compare(const tp_returns *r, const counted *x)
{
	uint64_t	theirs = 0,
				ours = 0;
	bool		same = true;

	for (int a = 0; a <= PERIODS; a++)
		for (int b = 0; b < PERIODS + 2; b++)
			theirs += x->count[a][b] > 0;
	for (uint32_t i = 0; i < r->counts.count; i++)
	{
		const tp_counted *c = &r->counts.item[i];
		int64_t		a = r->settings.kind == TP_STICKINESS ? c->a : (c->a - BEGIN) / 1000;

		same &= a >= 0 && a <= PERIODS && c->b >= -1 && c->b <= PERIODS && x->count[a][c->b + 1] == c->count;
		ours++;
	}
	CHECK(same);
	CHECK_INT(ours, theirs);
}

TEXT_STATE(tp_returns)

#define WALKS 60

static void
test_random(void)
{
	static const char *const globs[] = {"*", "web/*", "app/*"};
	static const char *const channels[] = {NULL, "web", "app"};
	static counted x;
	check_random r = {7};

	for (int n = 0; n < 900; n++)
	{
		int			first = (int) check_below(&r, 3),
					again = (int) check_below(&r, 3);
		tp_returns_settings s = {.kind = (tp_returns_kind) (1 + n % 3), .period = TP_PERIOD_DAY, .low = INT64_MIN, .high = INT64_MAX,
			.text = {globs[first], globs[again], "UTC"}, .len = {strlen(globs[first]), strlen(globs[again]), 3}};
		tp_returns	part[3];
		tp_steps	steps;
		cuts		c;

		if (check_below(&r, 2) == 0)
			s.high = BEGIN + (int64_t) check_below(&r, 60) * TP_USECS_PER_SECOND;
		if (s.kind == TP_STICKINESS && check_below(&r, 2) == 0)
			s.low = BEGIN + (int64_t) check_below(&r, 40) * TP_USECS_PER_SECOND;
		if (s.kind == TP_RETENTION)
		{
			s.periods = check_below(&r, 12);
			s.or_after = check_below(&r, 2) == 0;
		}
		else
		{
			s.text[1] = "";
			s.len[1] = 0;
		}
		cut(&r, &c);
		memset(&x, 0, sizeof(x));
		tp_steps_init(&steps, &check_memory);
		CHECK(tp_steps_add(&steps, globs[first], 0, &err) == TP_OK);
		if (s.kind == TP_RETENTION)
			CHECK(tp_steps_add(&steps, globs[again], 1, &err) == TP_OK);
		for (int i = 0; i < 3; i++)
		{
			tp_returns_init(&part[i], &check_memory);
			CHECK(tp_returns_set(&part[i], &s, &err) == TP_OK);
		}
		for (int i = 0; i < WALKS; i++)
		{
			walk		w = walk_random(&r, check_below(&r, 14), 9);

			CHECK(tp_returns_add(&part[0], &w.j, &c.calendar, &steps, &err) == TP_OK);
			CHECK(tp_returns_add(&part[1 + i % 2], &w.j, &c.calendar, &steps, &err) == TP_OK);
			count_slowly(&x, &w, &c, &s, channels[first], channels[again]);
			free(w.image);
		}
		compare(&part[0], &x);
		/* in parts, and through text */
		check_merged(part);
		tp_steps_release(&steps);
		tp_calendar_release(&c.calendar);
	}
}

static void
test_no_memory(void)
{
	walk		w = walk_of("{web/a@2026-01-01T00:00:01Z, app/b@2026-01-01T00:00:30Z, web/a@2026-01-01T00:05:00Z}");
	int			fail;

	for (fail = 1;; fail++)
	{
		check_store store;
		tp_returns	r,
					back;
		tp_calendar c;
		tp_steps	steps;
		tp_buffer	b;
		tp_returns_settings s = {.kind = TP_RETENTION, .periods = 9, .low = INT64_MIN, .high = INT64_MAX, .text = {"*", "*", "UTC"}, .len = {1, 1, 3}};
		tp_status	status = TP_OK;

		check_store_init(&store);
		store.fail_at = fail;
		tp_calendar_init(&c, &store.mem);
		tp_returns_init(&r, &store.mem);
		tp_returns_init(&back, &store.mem);
		tp_steps_init(&steps, &store.mem);
		tp_buffer_init(&b, &store.mem);
		for (int i = 0; i < 40 && status == TP_OK; i++)
			status = tp_calendar_add(&c, BEGIN + i * 10 * TP_USECS_PER_SECOND, BEGIN + i, &err);
		if (status == TP_OK)
			status = tp_calendar_finish(&c, BEGIN + TP_USECS_PER_HOUR, &err);
		for (uint32_t i = 0; i < 2 && status == TP_OK; i++)
			status = tp_steps_add(&steps, "*", i, &err);
		if (status == TP_OK)
			status = tp_returns_set(&r, &s, &err);
		if (status == TP_OK)
			status = tp_returns_add(&r, &w.j, &c, &steps, &err);
		if (status == TP_OK)
		{
			tp_returns_write(&r, &b);
			tp_buffer_byte(&b, '\0');
			status = b.failed ? TP_NO_MEMORY : tp_returns_read(&back, b.data, strlen(b.data), &err);
		}
		tp_steps_release(&steps);
		tp_buffer_release(&b);
		tp_returns_release(&r);
		tp_returns_release(&back);
		tp_calendar_release(&c);
		if (check_round_went_well(&store, status))
			break;
	}
	CHECK(fail > 15);
	free(w.image);
}

int
main(void)
{
	test_calendar();
	test_random();
	test_no_memory();
	return CHECK_DONE();
}
