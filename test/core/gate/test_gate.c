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
	tp_window	window = {.from = from, .to = to, .days = TP_EVERY_DAY};
	tp_zone		zone = {look, &s};
	tp_shuts	shuts;
	int64_t		begin = s.at - 2 * DAY;
	int64_t		next = INT64_MAX;
	bool		right = true;
	tp_error	err;

	CHECK(tp_shut_windows(&check_memory, &window, 1, &shuts, &err) == TP_OK);
	for (int64_t t = begin + 4 * DAY; t >= begin; t -= TP_USECS_PER_MINUTE)
	{
		int64_t		local = t + (t < s.at ? s.before : s.after);
		int64_t		day = ((local % DAY) + DAY) % DAY;
		bool		quiet = from < to ? day >= from && day < to : day >= from || day < to;

		if (!quiet)
			next = t;
		if (next != INT64_MAX)
		{
			tp_clock	clock = {0, 0, 0};
			int64_t		open;

			CHECK(tp_open_from(&shuts, &zone, &clock, "", 0, t, &check_memory, &open, &err) == TP_OK);
			right &= open == next;
		}
	}
	CHECK(right);
	tp_shuts_release(&check_memory, &shuts);
}

static void
check_period(shift s, tp_per per, int64_t t, int64_t from, int64_t until)
{
	tp_zone		zone = {look, &s};
	int64_t		got_from,
				got_until;

	tp_period(&zone, per, t, &got_from, &got_until);
	CHECK_INT(got_from, from);
	CHECK_INT(got_until, until);
}

static void
check_periods(void)
{
	static const shift utc = {0, 0, 0};
	/* a minute into the 11th of January, a Tuesday, the clocks go back to 23:01 */
	static const shift back = {0, 10 * DAY + TP_USECS_PER_MINUTE, -HOUR};
	/* a day left out at the date line */
	static const shift line = {-10 * HOUR, 10 * HOUR, 14 * HOUR};
	/* a day twice */
	static const shift twice = {14 * HOUR, 10 * HOUR, -10 * HOUR};

	for (int64_t t = 10 * DAY; t < 11 * DAY + HOUR; t += TP_USECS_PER_MINUTE)
		check_period(back, TP_PER_DAY, t, 10 * DAY, 11 * DAY + HOUR);
	check_period(back, TP_PER_DAY, 10 * DAY - 1, 9 * DAY, 10 * DAY);
	check_period(back, TP_PER_WEEK, 10 * DAY + HOUR / 2, 9 * DAY, 16 * DAY + HOUR);
	check_period(back, TP_PER_MONTH, 10 * DAY + HOUR / 2, 0, 31 * DAY + HOUR);
	check_period(line, TP_PER_DAY, 9 * HOUR, -14 * HOUR, 10 * HOUR);
	check_period(line, TP_PER_DAY, 10 * HOUR, 10 * HOUR, 34 * HOUR);
	check_period(twice, TP_PER_DAY, 11 * HOUR, -14 * HOUR, 34 * HOUR);
	check_period(utc, TP_PER_WEEK, -5 * DAY, -5 * DAY, 2 * DAY);
	check_period(utc, TP_PER_WEEK, -5 * DAY - 1, -12 * DAY, -5 * DAY);
	check_period(utc, TP_PER_MONTH, TP_TIME_MIN, TP_TIME_MIN, TP_TIME_MIN + 7 * DAY);
	check_period(utc, TP_PER_MONTH, TP_TIME_END - 1, TP_TIME_END - 31 * DAY, TP_TIME_END);
}

/* Windows that leave no gap but where clocks differ for once, and those that leave none at all. */
static void
check_seldom_open(void)
{
	static const shift utc = {0, 0, 0};
	static const shift once = {0, 90000 * DAY, -HOUR};
	tp_zone		zones[] = {{look, &utc}, {look, &once}};
	tp_window	windows[] = {
		{.from = 0, .to = 12 * HOUR, .days = TP_EVERY_DAY}, {.from = 12 * HOUR, .to = DAY, .zone = 1, .days = TP_EVERY_DAY}};
	tp_clock	clocks[2] = {{0, 0, 0}, {0, 0, 0}};
	tp_shuts	shuts;
	int64_t		open;
	tp_error	err;

	CHECK(tp_shut_windows(&check_memory, windows, 2, &shuts, &err) == TP_OK);
	CHECK(tp_open_from(&shuts, zones, clocks, "", 0, 1000, &check_memory, &open, &err) == TP_OK);
	CHECK_INT(open, 90000 * DAY + 12 * HOUR);
	tp_shuts_release(&check_memory, &shuts);
	windows[1].from = 11 * HOUR;
	windows[0].to = 13 * HOUR;
	CHECK(tp_shut_windows(&check_memory, windows, 2, &shuts, &err) == TP_OK);
	CHECK(tp_open_from(&shuts, zones, clocks, "", 0, 1000, &check_memory, &open, &err) == TP_OK);
	CHECK(open == TP_NEVER);
	tp_shuts_release(&check_memory, &shuts);
}

static void
check_dates(void)
{
	int64_t		day;

	CHECK(tp_date("2000-01-01", 10, &day) && day == 0);
	CHECK(tp_date("1999-12-31", 10, &day) && day == -1);
	CHECK(tp_date("2024-02-29", 10, &day) && !tp_date("2023-02-29", 10, &day));
	CHECK(!tp_date("2024-2-29", 9, &day) && !tp_date("2024-00-10", 10, &day) && !tp_date("2024-13-10", 10, &day));
	CHECK(!tp_date("2024/02/29", 10, &day) && !tp_date("", 0, &day) && !tp_date("2024-02-290", 11, &day));
}

static tp_verdict
ask(const tp_policy *p, const char *journey, const char *touchpoint, int64_t at)
{
	tp_builder	b;
	tp_buffer	image;
	tp_journey	j;
	uint8_t		entry[TP_ENTRY_MAX];
	tp_touchpoint t;
	tp_verdict	v = {.refused_by = 0};
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

	tp_policy_init(&p, &check_memory);
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
	CHECK(tp_policy_reach(&p, &(tp_touchpoint) {"", "a", "", 0, 1, 0}, &check_memory) == INT64_MAX);
	CHECK(ask(&p, twice, "sms/a", TP_TIME_MIN).refused_by == 0);
}

/*
 * The rules as tp_gate.h states them, asked of every hour by looking at every contact: what the gate
 * must say, however it goes about it.
 */
#define MAX_CONTACTS 40
#define MAX_RULES 12

typedef struct plain_contact
{
	uint32_t	touchpoint;
	int64_t		at;
	tp_initiator by;
	int			score;			/* 0: none */
} plain_contact;

/* A step: a glob, or a glob and another with a condition, or none. */
typedef struct plain_step
{
	bool		given;
	tp_glob		glob;
	bool		either;			/* glob | other[score < below] */
	tp_glob		other;
	int			below;			/* 0: no condition */
	char		text[80];
} plain_step;

typedef struct plain_policy
{
	uint32_t	n_caps;
	uint32_t	n_cooldowns;
	uint32_t	n_exempt;
	tp_cap		caps[MAX_RULES];
	plain_step	at[MAX_RULES];	/* of each cap */
	plain_step	after[MAX_RULES];
	int64_t		wait[MAX_RULES];
	plain_step	exempt[MAX_RULES];
	int64_t		min_gap;
	bool		quiet;
	int64_t		quiet_from;
	int64_t		quiet_to;
} plain_policy;

static const char *const plain_touchpoints[] = {
	"sms/offer", "sms/receipt", "s:sms/offer", "app/offer", "app/complaint", "t:app/receipt", "offer", "s:receipt"};
static const char *const plain_globs[] = {
	"*", "sms/*", "*/offer", "offer", "app/complaint", "s:sms/offer", "s:*", "*:*/*", "*/receipt", "t:app/re*",
	"*:sms/o*r", "a*/*e*", "nobody/nothing", "sms/offer", "*/o*"};

#define N_TOUCHPOINTS (sizeof(plain_touchpoints) / sizeof(char *))
#define N_GLOBS (sizeof(plain_globs) / sizeof(char *))

static const tp_touchpoint *
plain_touchpoint(uint32_t i)
{
	static uint8_t entries[N_TOUCHPOINTS][TP_ENTRY_MAX];
	static tp_touchpoint views[N_TOUCHPOINTS];

	if (views[i].label_len == 0)
	{
		tp_error	err;

		CHECK(tp_touchpoint_parse(plain_touchpoints[i], strlen(plain_touchpoints[i]), entries[i], &err) == TP_OK);
		views[i] = tp_entry_view(entries[i]);
	}
	return &views[i];
}

static bool
plain_met(const plain_step *s, const tp_touchpoint *t, int score)
{
	bool		met = s->below == 0 || (score > 0 && score < s->below);

	if (!s->either)
		return met && tp_glob_matches(&s->glob, t);
	return tp_glob_matches(&s->glob, t) || (met && tp_glob_matches(&s->other, t));
}

static bool
plain_touches(const plain_step *s, const tp_touchpoint *t)
{
	return !s->given || tp_glob_matches(&s->glob, t) || (s->either && tp_glob_matches(&s->other, t));
}

static bool
plain_channel(const tp_cap *cap, const tp_touchpoint *t)
{
	return cap->channel_len == 0 ||
		(cap->channel_len == t->channel_len && memcmp(cap->channel, t->channel, t->channel_len) == 0);
}

static bool
plain_company(const plain_contact *c)
{
	return c->by == TP_BY_COMPANY || c->by == TP_BY_NOBODY;
}

static bool
plain_exempt(const plain_policy *p, const plain_contact *c)
{
	for (uint32_t k = 0; k < p->n_exempt; k++)
		if (plain_met(&p->exempt[k], plain_touchpoint(c->touchpoint), c->score))
			return true;
	return false;
}

/* The rules that refuse a contact at touchpoint t and time u. */
static unsigned
plain_refused_by(const plain_policy *p, const plain_contact *contacts, uint32_t n, uint32_t touchpoint, int64_t u)
{
	const tp_touchpoint *t = plain_touchpoint(touchpoint);
	unsigned	by = 0;
	bool		exempt = false;
	int64_t		hour = ((u % DAY) + DAY) % DAY;

	for (uint32_t k = 0; k < p->n_exempt; k++)
		exempt |= plain_met(&p->exempt[k], t, 0);
	for (uint32_t k = 0; k < p->n_caps && !exempt; k++)
	{
		int64_t		counted = 0;

		for (uint32_t i = 0; i < n; i++)
		{
			const tp_touchpoint *met = plain_touchpoint(contacts[i].touchpoint);

			if (contacts[i].at <= u && contacts[i].at > u - p->caps[k].within && plain_channel(&p->caps[k], met) &&
				(p->caps[k].by <= TP_BY_COMPANY ? plain_company(&contacts[i]) : contacts[i].by == p->caps[k].by) &&
				!plain_exempt(p, &contacts[i]) &&
				(!p->at[k].given || plain_met(&p->at[k], met, contacts[i].score)))
				counted++;
		}
		if (plain_channel(&p->caps[k], t) && plain_touches(&p->at[k], t) && counted >= p->caps[k].max)
			by |= TP_BY_CAP;
	}
	for (uint32_t i = 0; i < n && !exempt; i++)
	{
		const tp_touchpoint *met = plain_touchpoint(contacts[i].touchpoint);

		if (contacts[i].at > u)
			continue;
		for (uint32_t k = 0; k < p->n_cooldowns; k++)
			if (contacts[i].at > u - p->wait[k] && plain_met(&p->after[k], met, contacts[i].score))
				by |= TP_BY_COOLDOWN;
		if (plain_company(&contacts[i]) && contacts[i].at > u - p->min_gap && !plain_exempt(p, &contacts[i]))
			by |= TP_BY_MIN_GAP;
	}
	if (p->quiet && (p->quiet_from < p->quiet_to ? hour >= p->quiet_from && hour < p->quiet_to :
					 hour >= p->quiet_from || hour < p->quiet_to))
		by |= TP_BY_QUIET;
	return by;
}

static void
random_step(check_random *r, plain_step *s)
{
	const char *glob = plain_globs[check_below(r, N_GLOBS)];
	const char *other = plain_globs[check_below(r, N_GLOBS)];
	tp_error	err;

	s->given = true;
	s->below = check_below(r, 3) == 0 ? 2 + (int) check_below(r, 3) : 0;
	s->either = check_below(r, 4) == 0;
	CHECK(tp_glob_parse(glob, strlen(glob), &s->glob, &err) == TP_OK);
	CHECK(tp_glob_parse(other, strlen(other), &s->other, &err) == TP_OK);
	snprintf(s->text, sizeof(s->text), s->either ? "%s | %s" : "%s", glob, other);
	if (s->below > 0)
		snprintf(s->text + strlen(s->text), sizeof(s->text) - strlen(s->text), "[score < %d]", s->below);
}

static void
random_policy(check_random *r, plain_policy *p)
{
	memset(p, 0, sizeof(*p));
	p->n_caps = check_below(r, check_below(r, 2) == 0 ? 3 : MAX_RULES);
	for (uint32_t k = 0; k < p->n_caps; k++)
	{
		static const char *const channels[] = {"", "", "sms", "app", "web"};
		const char *channel = channels[check_below(r, 5)];

		p->caps[k].max = 1 + check_below(r, 6);
		p->caps[k].within = (1 + check_below(r, 40)) * HOUR;
		p->caps[k].by = (tp_initiator) (check_below(r, 2) == 0 ? 0 : check_below(r, 4));
		p->caps[k].channel_len = (uint8_t) strlen(channel);
		memcpy(p->caps[k].channel, channel, strlen(channel));
		if (check_below(r, 4) == 0)
			random_step(r, &p->at[k]);
	}
	p->n_cooldowns = check_below(r, check_below(r, 2) == 0 ? 3 : MAX_RULES);
	for (uint32_t k = 0; k < p->n_cooldowns; k++)
	{
		random_step(r, &p->after[k]);
		p->wait[k] = (1 + check_below(r, 30)) * HOUR;
	}
	p->n_exempt = check_below(r, 4) == 0 ? check_below(r, 8) : 0;
	for (uint32_t k = 0; k < p->n_exempt; k++)
	{
		random_step(r, &p->exempt[k]);
	}
	p->min_gap = check_below(r, 2) == 0 ? 0 : check_below(r, 12) * HOUR;
	p->quiet = check_below(r, 3) == 0;
	p->quiet_from = check_below(r, 24) * HOUR;
	p->quiet_to = (p->quiet_from + (1 + check_below(r, 23)) * HOUR) % DAY;
}

static void
hand_over(const plain_policy *p, tp_policy *policy, tp_cap *caps)
{
	static const shift utc = {0, 0, 0};
	tp_error	err;

	tp_policy_init(policy, &check_memory);
	memcpy(caps, p->caps, sizeof(p->caps));
	for (uint32_t k = 0; k < p->n_caps; k++)
		if (p->at[k].given)
			CHECK(tp_step_make(&check_memory, p->at[k].text, strlen(p->at[k].text), false, &caps[k].at, &err) == TP_OK);
	policy->caps = caps;
	policy->n_caps = p->n_caps;
	for (uint32_t k = 0; k < p->n_cooldowns; k++)
	{
		tp_step		after;

		CHECK(tp_step_make(&check_memory, p->after[k].text, strlen(p->after[k].text), false, &after, &err) == TP_OK);
		CHECK(tp_policy_cool(policy, &after, p->wait[k], &err) == TP_OK);
		if (tp_step_is_plain(&after))
			tp_step_release(&after);
	}
	for (uint32_t k = 0; k < p->n_exempt; k++)
	{
		tp_step		step;

		CHECK(tp_step_make(&check_memory, p->exempt[k].text, strlen(p->exempt[k].text), false, &step, &err) == TP_OK);
		CHECK(tp_policy_exempt(policy, &step, &err) == TP_OK);
		if (tp_step_is_plain(&step))
			tp_step_release(&step);
	}
	policy->min_gap = p->min_gap;
	if (p->quiet)
	{
		tp_window	window = {.from = p->quiet_from, .to = p->quiet_to, .days = TP_EVERY_DAY};
		tp_zone		zone = {look, &utc};

		CHECK(tp_policy_zone(policy, &zone, &window.zone, &err) == TP_OK);
		CHECK(tp_policy_quiet(policy, &window, &err) == TP_OK);
	}
	CHECK(tp_policy_finish(policy, &check_memory, &err) == TP_OK);
}

static void
random_journey(check_random *r, plain_contact *contacts, uint32_t n, char *text, size_t size)
{
	int64_t		t = 0;
	size_t		len = 0;

	text[len++] = '{';
	for (uint32_t i = 0; i < n; i++)
	{
		static const char *const by[] = {"", " by=company", " by=customer", " by=third_party"};
		static const char *const scores[] = {"", " score=1", " score=2", " score=3", " score=4"};

		t += check_below(r, 3) == 0 ? check_below(r, 30) * HOUR : check_below(r, 4) * HOUR;
		contacts[i].touchpoint = check_below(r, N_TOUCHPOINTS);
		contacts[i].at = t;
		contacts[i].by = (tp_initiator) check_below(r, 4);
		contacts[i].score = (int) check_below(r, 5);
		len += (size_t) snprintf(text + len, size - len, "%s%s@2000-%02d-%02dT%02d:00:00Z%s%s", i > 0 ? ", " : "",
								 plain_touchpoints[contacts[i].touchpoint], t < 31 * DAY ? 1 : 2,
								 (int) (t / DAY % 31) + 1, (int) (t % DAY / HOUR), scores[contacts[i].score], by[contacts[i].by]);
	}
	snprintf(text + len, size - len, "}");
}

static void
check_against_definition(void)
{
	check_random r = {20260301};
	int			refused = 0;
	int			later_than_one = 0;

	for (int round = 0; round < 3000; round++)
	{
		plain_policy p;
		plain_contact contacts[MAX_CONTACTS];
		char		text[MAX_CONTACTS * 80];
		uint32_t	n = check_below(&r, MAX_CONTACTS + 1);
		tp_policy	policy;
		tp_cap		caps[MAX_RULES];

		random_policy(&r, &p);
		random_journey(&r, contacts, n, text, sizeof(text));
		hand_over(&p, &policy, caps);
		for (int asked = 0; asked < 4; asked++)
		{
			uint32_t	touchpoint = check_below(&r, N_TOUCHPOINTS);
			int64_t		last = n > 0 ? contacts[n - 1].at : 0;
			int64_t		at = check_below(&r, (uint32_t) (last / HOUR) + 40) * HOUR;
			int64_t		u = at;
			unsigned	by = plain_refused_by(&p, contacts, n, touchpoint, at);
			tp_verdict	v = ask(&policy, text, plain_touchpoints[touchpoint], at);

			while (plain_refused_by(&p, contacts, n, touchpoint, u) != 0)
				u += HOUR;
			if (v.refused_by != by || (by != 0 && v.next_at != u))
				printf("round %d: %s at %s, hour %d\n", round, text, plain_touchpoints[touchpoint], (int) (at / HOUR));
			CHECK_INT(v.refused_by, by);
			CHECK_INT(by == 0 || v.next_at == u, true);
			refused += by != 0;
			later_than_one += (by & (by - 1)) != 0;
		}
		for (uint32_t k = 0; k < p.n_caps; k++)
			if (caps[k].at.n > 0)
				tp_step_release(&caps[k].at);
		tp_policy_release(&policy);
	}
	/* the policies are neither deaf nor closed */
	CHECK(refused > 3000 && refused < 11000 && later_than_one > 1000);
}

/* A rule more is a few bytes more, whatever the journey; so is a contact, whatever the rules. */
static void
check_memory_of_rules(void)
{
	size_t		peak[2][2];

	for (int many_rules = 0; many_rules < 2; many_rules++)
		for (int many_contacts = 0; many_contacts < 2; many_contacts++)
		{
			uint32_t	rules = many_rules ? 4000 : 40;
			uint32_t	n = many_contacts ? 20000 : 200;
			tp_touchpoint entries[] = {{"app", "a", "", 3, 1, 0}, {"sms", "b", "", 3, 1, 0}};
			tp_contact *contacts = calloc(n, sizeof(tp_contact));
			tp_cap	   *caps = calloc(rules, sizeof(tp_cap));
			check_store store;
			tp_policy	policy;
			tp_buffer	image;
			tp_journey	j;
			tp_verdict	v;
			tp_error	err;

			check_store_init(&store);
			tp_policy_init(&policy, &store.mem);
			policy.caps = caps;
			policy.n_caps = rules;
			for (uint32_t k = 0; k < rules; k++)
			{
				tp_glob		glob;
				char		text[32];

				caps[k].max = rules - k;
				caps[k].within = (int64_t) (rules - k) * 1000;
				snprintf(text, sizeof(text), k % 2 == 0 ? "a%u/*" : "x/b%u", k);
				CHECK(tp_glob_parse(text, strlen(text), &glob, &err) == TP_OK);
				CHECK(tp_ranked_globs_add(&policy.cooldowns, &glob, k + 1, k, &err) == TP_OK);
			}
			CHECK(tp_policy_finish(&policy, &store.mem, &err) == TP_OK);
			for (uint32_t i = 0; i < n; i++)
			{
				contacts[i].code = (uint16_t) (i % 2);
				contacts[i].time = i;
			}
			tp_buffer_init(&image, &check_memory);
			CHECK(tp_journey_encode(&check_memory, contacts, n, entries, 2, NULL, 0, &image, &err) == TP_OK);
			CHECK(tp_journey_open(&j, image.data, image.len, &err) == TP_OK);
			CHECK(tp_gate(&policy, &j, &entries[0], n, &store.mem, &v, &err) == TP_OK);
			CHECK(v.refused_by == TP_BY_CAP);
			peak[many_rules][many_contacts] = store.peak;
			tp_policy_release(&policy);
			CHECK(store.chunks == 0);
			tp_buffer_release(&image);
			free(contacts);
			free(caps);
		}
	CHECK(peak[1][1] < peak[1][0] + 2 * peak[0][1]);
}

int
main(void)
{
	static const shift shifts[] = {{-5 * HOUR, 1000 * DAY + 7 * HOUR, -4 * HOUR},
	{-4 * HOUR, 1000 * DAY + 6 * HOUR, -5 * HOUR},
	{8 * HOUR, -700 * DAY, 8 * HOUR},
	{-10 * HOUR, 10 * HOUR, 14 * HOUR}};	/* a day left out at the date line */

	check_times_of_day();
	check_dates();
	check_periods();
	check_seldom_open();
	for (int i = 0; i < 4; i++)
	{
		check_quiet(21 * HOUR, 9 * HOUR, shifts[i]);
		check_quiet(21 * HOUR, 2 * HOUR + HOUR / 2, shifts[i]);
		check_quiet(HOUR + HOUR / 2, 9 * HOUR, shifts[i]);
		check_quiet(0, HOUR + HOUR / 2, shifts[i]);
		check_quiet(2 * HOUR, 2 * HOUR - TP_USECS_PER_MINUTE, shifts[i]);
	}
	check_rules();
	check_against_definition();
	check_memory_of_rules();
	return CHECK_DONE();
}
