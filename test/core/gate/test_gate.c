/*
 * test_gate.c
 *	  The contact gate without a server; zones made by hand.
 */
#include "check.h"

#include "gate/tp_gate.h"

#define HOUR TP_USECS_PER_HOUR
#define DAY TP_USECS_PER_DAY

/* Clocks: offset before, shift at, offset after. */
typedef struct shift
{
	int64_t		before;
	int64_t		at;
	int64_t		after;
} shift;

static void
look(const void *context, int64_t t, int64_t *offset, int64_t *until)
{
	const shift *s = context;

	*offset = t < s->at ? s->before : s->after;
	*until = t < s->at ? s->at : INT64_MAX;
}

static void
check_times_of_day(void)
{
	int64_t		v;

	CHECK(tp_time_of_day("21:00", 5, &v) && v == 21 * HOUR);
	CHECK(tp_time_of_day("9:30", 4, &v) && v == 9 * HOUR + HOUR / 2);
	CHECK(tp_time_of_day("24:00", 5, &v) && v == DAY);
	CHECK(tp_time_of_day("00:00:01", 8, &v) && v == TP_USECS_PER_SECOND);
	CHECK(!tp_time_of_day("", 0, &v));
	CHECK(!tp_time_of_day("9", 1, &v));
	CHECK(!tp_time_of_day("9:", 2, &v));
	CHECK(!tp_time_of_day("9:3", 3, &v));
	CHECK(!tp_time_of_day("24:01", 5, &v));
	CHECK(!tp_time_of_day("12:60", 5, &v));
	CHECK(!tp_time_of_day("12:00:60", 8, &v));
	CHECK(!tp_time_of_day("12:00:", 6, &v));
	CHECK(!tp_time_of_day("12:00:00 ", 9, &v));
	CHECK(!tp_time_of_day("-1:00", 5, &v));
	CHECK(!tp_time_of_day("123:00", 6, &v));
}

/* Every minute of four days around a shift, against the definition. */
static void
check_quiet(int64_t from, int64_t to, shift s)
{
	tp_policy	p;
	int64_t		begin = s.at - 2 * DAY;
	int64_t		next = INT64_MAX;
	bool		right = true;

	memset(&p, 0, sizeof(p));
	p.quiet = true;
	p.quiet_from = from;
	p.quiet_to = to;
	p.zone.look = look;
	p.zone.context = &s;
	for (int64_t t = begin + 4 * DAY; t >= begin; t -= TP_USECS_PER_MINUTE)
	{
		int64_t		local = t + (t < s.at ? s.before : s.after);
		int64_t		day = ((local % DAY) + DAY) % DAY;
		bool		quiet = from < to ? day >= from && day < to : day >= from || day < to;

		if (!quiet)
			next = t;
		if (next != INT64_MAX && tp_quiet_end(&p, t) != next)
			right = false;
	}
	CHECK(right);
}

static tp_verdict
ask(const tp_policy *p, const char *journey, const char *touchpoint, int64_t at)
{
	tp_builder	b;
	tp_buffer	image;
	tp_journey	j;
	uint8_t		entry[TP_ENTRY_MAX];
	tp_touchpoint t;
	tp_verdict	v = {0, 0};
	tp_error	err;

	tp_builder_init(&b, &check_memory);
	tp_buffer_init(&image, &check_memory);
	CHECK(tp_journey_parse(&b, journey, strlen(journey), &err) == TP_OK);
	CHECK(tp_builder_finish(&b, &check_memory, &image, &err) == TP_OK);
	CHECK(tp_journey_open(&j, image.data, image.len, &err) == TP_OK);
	CHECK(tp_touchpoint_parse(touchpoint, strlen(touchpoint), entry, &err) == TP_OK);
	t = tp_entry_view(entry);
	CHECK(tp_gate(p, &j, &t, at, &check_memory, &v, &err) == TP_OK);
	tp_buffer_release(&image);
	tp_builder_release(&b);
	return v;
}

static void
check_rules(void)
{
	static const char *const twice = "{sms/a@2000-01-01T00:00:00Z by=company, app/b@2000-01-01T01:00:00Z}";
	tp_cap		cap;
	tp_policy	p;
	tp_verdict	v;

	memset(&p, 0, sizeof(p));
	memset(&cap, 0, sizeof(cap));
	cap.max = 2;
	cap.within = DAY;
	p.caps = &cap;
	CHECK(ask(&p, twice, "sms/a", HOUR).refused_by == 0);
	p.n_caps = 1;
	v = ask(&p, twice, "sms/a", HOUR);
	CHECK(v.refused_by == TP_BY_CAP && v.next_at == DAY);
	CHECK(ask(&p, twice, "sms/a", HOUR - 1).refused_by == 0);
	CHECK(ask(&p, twice, "sms/a", DAY).refused_by == 0);
	CHECK(ask(&p, "{}", "sms/a", HOUR).refused_by == 0);
	p.min_gap = 2 * DAY;
	v = ask(&p, twice, "sms/a", HOUR);
	CHECK(v.refused_by == (TP_BY_CAP | TP_BY_MIN_GAP) && v.next_at == HOUR + 2 * DAY);
	p.min_gap = INT64_MAX;
	v = ask(&p, twice, "sms/a", HOUR);
	CHECK(v.refused_by == (TP_BY_CAP | TP_BY_MIN_GAP) && v.next_at == TP_NEVER);
	cap.within = INT64_MAX;
	CHECK(tp_policy_reach(&p, &(tp_touchpoint) {"", "a", "", 0, 1, 0}) == INT64_MAX);
	CHECK(ask(&p, twice, "sms/a", TP_TIME_MIN).refused_by == 0);
}

int
main(void)
{
	static const shift shifts[] = {{-5 * HOUR, 1000 * DAY + 7 * HOUR, -4 * HOUR},
	{-4 * HOUR, 1000 * DAY + 6 * HOUR, -5 * HOUR},
	{8 * HOUR, -700 * DAY, 8 * HOUR},
	{-10 * HOUR, 10 * HOUR, 14 * HOUR}};	/* a day left out at the date line */

	check_times_of_day();
	for (int i = 0; i < 4; i++)
	{
		check_quiet(21 * HOUR, 9 * HOUR, shifts[i]);
		check_quiet(21 * HOUR, 2 * HOUR + HOUR / 2, shifts[i]);
		check_quiet(HOUR + HOUR / 2, 9 * HOUR, shifts[i]);
		check_quiet(0, HOUR + HOUR / 2, shifts[i]);
		check_quiet(2 * HOUR, 2 * HOUR - TP_USECS_PER_MINUTE, shifts[i]);
	}
	check_rules();
	return CHECK_DONE();
}
