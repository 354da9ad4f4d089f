/*
 * test_gate_zones.c
 *	  The gate in nineteen time zones, against a simulator that walks from quarter to quarter of an hour.
 *
 * Where the clocks of a zone stand is asked of the C library, so that they are those of the machine; one
 * that has no zones runs all of it in UTC. Contacts, windows, waits and shifts of the clocks fall on quarters.
 */
#include "check.h"

#include <time.h>

#include "gate/tp_gate.h"

#define QUARTER (15 * TP_USECS_PER_MINUTE)
#define A_DAY 96				/* quarters */
#define BACK (40 * A_DAY)		/* looked back from the first moment */
#define AHEAD (50 * A_DAY)		/* walked from it at most */
#define RANGE (BACK + AHEAD)
#define ROUNDS 20000
#define EPOCH INT64_C(946684800)	/* 2000-01-01 in the seconds of the C library */

#define MAX_CONTACTS 14
#define MAX_RULES 4

static const char *const zone_names[] = {
	"UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Europe/London", "Asia/Kathmandu", "Asia/Kolkata",
	"Australia/Lord_Howe", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "Pacific/Chatham", "Asia/Tehran",
	"America/Havana", "Africa/Casablanca", "America/Asuncion", "Asia/Beirut", "Antarctica/Troll", "Pacific/Kiritimati"};

#define ZONES (sizeof(zone_names) / sizeof(char *))
#define SHIFTS_MAX 256

/* Offsets of a zone from late in 2011, before Apia left out a day, to 2027; the last stays. */
typedef struct shifts
{
	int			n;
	int64_t		at[SHIFTS_MAX];
	int64_t		offset[SHIFTS_MAX];
	/* what its clocks show at each quarter of this round: local time, and the latest date so far */
	bool		shown;
	int64_t		local[RANGE];
	int64_t		date[RANGE];
} shifts;

static shifts zones[ZONES];

static int64_t
libc_offset(int64_t t)
{
	time_t		seconds = (time_t) (t / TP_USECS_PER_SECOND + EPOCH);
	struct tm	local;

	localtime_r(&seconds, &local);
	return (int64_t) local.tm_gmtoff * TP_USECS_PER_SECOND;
}

static void
read_zones(void)
{
	int64_t		from = tp_days_from_date(2011, 11, 10) * TP_USECS_PER_DAY;
	int64_t		to = tp_days_from_date(2027, 1, 1) * TP_USECS_PER_DAY;
	int			shifted = 0;

	for (uint32_t z = 0; z < ZONES; z++)
	{
		shifts	   *s = &zones[z];

		setenv("TZ", zone_names[z], 1);
		tzset();
		s->at[s->n] = INT64_MIN;
		s->offset[s->n++] = libc_offset(from);
		for (int64_t t = from; t < to; t += 32 * QUARTER)
		{
			int64_t		low = t,
						high = t + 32 * QUARTER;

			if (libc_offset(high) == s->offset[s->n - 1])
				continue;
			/* high is behind the shift, low is not */
			while (high - low > TP_USECS_PER_SECOND)
			{
				int64_t		middle = low + (high - low) / 2 / TP_USECS_PER_SECOND * TP_USECS_PER_SECOND;

				if (libc_offset(middle) == s->offset[s->n - 1])
					low = middle;
				else
					high = middle;
			}
			CHECK(high % QUARTER == 0);
			s->at[s->n] = high;
			s->offset[s->n++] = libc_offset(high);
			shifted++;
		}
	}
	printf("%s: %d shifts of clocks\n", __FILE__, shifted);
}

static void
look(const void *context, int64_t t, int64_t *offset, int64_t *until)
{
	const shifts *s = context;
	int			i = s->n - 1;

	while (s->at[i] > t)
		i--;
	*offset = s->offset[i];
	*until = i + 1 < s->n ? s->at[i + 1] : INT64_MAX;
}

/* The quarters of this round begin at `begin`. */
static void
show(shifts *s, int64_t begin)
{
	int			i = 0;
	int64_t		latest = INT64_MIN;

	if (s->shown)
		return;
	s->shown = true;
	for (int k = 0; k < RANGE; k++)
	{
		int64_t		t = begin + k * QUARTER;
		int64_t		day;

		while (i + 1 < s->n && s->at[i + 1] <= t)
			i++;
		s->local[k] = t + s->offset[i];
		day = s->local[k] / TP_USECS_PER_DAY;	/* after 2000, so never negative */
		latest = day > latest ? day : latest;
		s->date[k] = latest;
	}
}

static const char *const channels[] = {"sms", "app"};
static const char *const labels[] = {"offer", "receipt"};
static const char *const steps[] = {"", "*/offer", "sms/*", "app/receipt"};

typedef struct contact
{
	int			at;				/* the quarter */
	int			channel;
	int			label;
	tp_initiator by;
} contact;

typedef struct rules
{
	uint32_t	caps,
				windows,
				cooldowns,
				blackouts,
				exempt;
	tp_cap		cap[MAX_RULES];
	int			cap_step[MAX_RULES];
	int			cap_channel[MAX_RULES];	/* -1: all */
	int			window_channel[MAX_RULES];
	int			window_zone[MAX_RULES];
	int			cap_zone[MAX_RULES];
	int			blackout_zone[MAX_RULES];
	tp_window	window[MAX_RULES];
	int			after[MAX_RULES];
	int			wait[MAX_RULES];		/* quarters */
	int			min_gap;
	tp_blackout blackout[MAX_RULES];
} rules;

static bool
at_step(int step, int channel, int label)
{
	return step == 0 || (step == 1 ? label == 0 : step == 2 ? channel == 0 : channel == 1 && label == 1);
}

static bool
is_exempt(const rules *r, int label)
{
	return r->exempt && label == 1;
}

/* The days, weeks or months since some time, of a date. */
static int64_t
period_of(tp_per per, int64_t date)
{
	int64_t		year;
	int			month,
				day;

	if (per == TP_PER_DAY)
		return date;
	if (per == TP_PER_WEEK)
		return (date + 5) / 7;
	tp_date_from_days(date, &year, &month, &day);
	return year * 12 + month;
}

static bool
company(tp_initiator by)
{
	return by == TP_BY_NOBODY || by == TP_BY_COMPANY;
}

/* How many contacts the cap counts at quarter u; of contacts after `seen` nothing is known. */
static int
plain_count(const rules *r, uint32_t k, const contact *c, int n, int u, int seen)
{
	const tp_cap *cap = &r->cap[k];
	int			count = 0;

	for (int i = 0; i < n; i++)
	{
		const int64_t *date = zones[r->cap_zone[k]].date;

		if (c[i].at > u || c[i].at > seen || is_exempt(r, c[i].label) ||
			(r->cap_channel[k] >= 0 && r->cap_channel[k] != c[i].channel) ||
			!at_step(r->cap_step[k], c[i].channel, c[i].label) ||
			(company(cap->by) ? !company(c[i].by) : c[i].by != cap->by))
			continue;
		if (cap->within > 0 ? c[i].at > u - cap->within / QUARTER :
			period_of(cap->per, date[c[i].at]) == period_of(cap->per, date[u]))
			count++;
	}
	return count;
}

static bool
plain_cap(const rules *r, uint32_t k, const contact *c, int n, int channel, int label, int u, int seen)
{
	return (r->cap_channel[k] < 0 || r->cap_channel[k] == channel) && at_step(r->cap_step[k], channel, label) &&
		!is_exempt(r, label) && plain_count(r, k, c, n, u, seen) >= r->cap[k].max;
}

static bool
plain_window(const rules *r, uint32_t k, int channel, int u)
{
	const tp_window *w = &r->window[k];
	int64_t		local = zones[r->window_zone[k]].local[u];
	int64_t		time = local % TP_USECS_PER_DAY;
	int			day = (int) ((local / TP_USECS_PER_DAY + 5) % 7);
	bool		today = (w->days & 1 << day) != 0;
	bool		yesterday = (w->days & 1 << (day + 6) % 7) != 0;

	if (r->window_channel[k] >= 0 && r->window_channel[k] != channel)
		return false;
	if (w->from < w->to)
		return today && time >= w->from && time < w->to;
	return (today && time >= w->from) || (yesterday && time < w->to);
}

static bool
plain_blackout(const rules *r, uint32_t k, int u)
{
	int64_t		day = zones[r->blackout_zone[k]].local[u] / TP_USECS_PER_DAY;

	return day >= r->blackout[k].first && day <= r->blackout[k].last;
}

static unsigned
plain_refused_by(const rules *r, const contact *c, int n, int channel, int label, int u)
{
	unsigned	by = 0;

	for (uint32_t k = 0; k < r->caps; k++)
		if (plain_cap(r, k, c, n, channel, label, u, u))
			by |= TP_BY_CAP;
	for (int i = 0; i < n && !is_exempt(r, label); i++)
	{
		if (c[i].at > u)
			break;
		if (c[i].at > u - r->min_gap && company(c[i].by) && !is_exempt(r, c[i].label))
			by |= TP_BY_MIN_GAP;
		for (uint32_t k = 0; k < r->cooldowns; k++)
			if (c[i].at > u - r->wait[k] && at_step(r->after[k], c[i].channel, c[i].label))
				by |= TP_BY_COOLDOWN;
	}
	for (uint32_t k = 0; k < r->windows; k++)
		if (plain_window(r, k, channel, u))
			by |= TP_BY_QUIET;
	for (uint32_t k = 0; k < r->blackouts; k++)
		if (plain_blackout(r, k, u))
			by |= TP_BY_BLACKOUT;
	return by;
}

static int
random_channel(check_random *r, char *name, uint8_t *len)
{
	int			channel = (int) check_below(r, 3) - 1;

	*len = channel < 0 ? 0 : 3;
	if (channel >= 0)
		memcpy(name, channels[channel], 3);
	return channel;
}

static int
random_zone(check_random *r, int64_t begin)
{
	int			zone = (int) check_below(r, ZONES);

	show(&zones[zone], begin);
	return zone;
}

static void
random_rules(check_random *r, rules *p, int64_t begin)
{
	memset(p, 0, sizeof(*p));
	p->caps = check_below(r, MAX_RULES + 1);
	for (uint32_t k = 0; k < p->caps; k++)
	{
		p->cap[k].max = 1 + check_below(r, 4);
		p->cap[k].by = check_below(r, 2) == 0 ? TP_BY_NOBODY : (tp_initiator) check_below(r, 4);
		p->cap_channel[k] = random_channel(r, p->cap[k].channel, &p->cap[k].channel_len);
		p->cap_step[k] = check_below(r, 3) == 0 ? (int) check_below(r, 4) : 0;
		if (check_below(r, 2) == 0)
			p->cap[k].within = (1 + check_below(r, 8 * A_DAY)) * QUARTER;
		else
		{
			p->cap[k].per = (tp_per) check_below(r, 3);
			p->cap_zone[k] = random_zone(r, begin);
		}
	}
	p->windows = check_below(r, MAX_RULES);
	for (uint32_t k = 0; k < p->windows; k++)
	{
		tp_window  *w = &p->window[k];

		w->days = check_below(r, 2) == 0 ? TP_EVERY_DAY : (uint8_t) (1 + check_below(r, TP_EVERY_DAY));
		w->from = check_below(r, A_DAY) * QUARTER;
		w->to = (check_below(r, A_DAY) + 1) * QUARTER;
		if (w->from == w->to)
			w->from = 0;
		p->window_channel[k] = random_channel(r, w->channel, &w->channel_len);
		p->window_zone[k] = random_zone(r, begin);
	}
	p->cooldowns = check_below(r, 3);
	for (uint32_t k = 0; k < p->cooldowns; k++)
	{
		p->after[k] = (int) check_below(r, 4);
		p->wait[k] = 1 + (int) check_below(r, 5 * A_DAY);
	}
	p->min_gap = check_below(r, 2) == 0 ? 0 : (int) check_below(r, A_DAY);
	p->blackouts = check_below(r, 3);
	for (uint32_t k = 0; k < p->blackouts; k++)
	{
		p->blackout[k].first = (begin + BACK * QUARTER) / TP_USECS_PER_DAY + check_below(r, 12) - 3;
		p->blackout[k].last = p->blackout[k].first + check_below(r, 4);
		p->blackout_zone[k] = random_zone(r, begin);
	}
	p->exempt = check_below(r, 3) == 0;
}

static void
hand_over_zone(tp_policy *policy, int zone, uint32_t *number)
{
	tp_zone		z = {look, &zones[zone]};
	tp_error	err;

	CHECK(tp_policy_zone(policy, &z, number, &err) == TP_OK);
}

static void
hand_over(rules *p, tp_policy *policy, tp_cap *caps)
{
	tp_error	err;

	tp_policy_init(policy, &check_memory);
	policy->caps = caps;
	policy->n_caps = p->caps;
	policy->min_gap = p->min_gap * QUARTER;
	for (uint32_t k = 0; k < p->caps; k++)
	{
		caps[k] = p->cap[k];
		if (p->cap_step[k] > 0)
			CHECK(tp_step_make(&check_memory, steps[p->cap_step[k]], strlen(steps[p->cap_step[k]]), false, &caps[k].at, &err) == TP_OK);
		if (caps[k].within == 0)
			hand_over_zone(policy, p->cap_zone[k], &caps[k].zone);
	}
	for (uint32_t k = 0; k < p->windows; k++)
	{
		hand_over_zone(policy, p->window_zone[k], &p->window[k].zone);
		CHECK(tp_policy_quiet(policy, &p->window[k], &err) == TP_OK);
	}
	for (uint32_t k = 0; k < p->blackouts; k++)
	{
		hand_over_zone(policy, p->blackout_zone[k], &p->blackout[k].zone);
		CHECK(tp_policy_blackout(policy, &p->blackout[k], &err) == TP_OK);
	}
	for (uint32_t k = 0; k < p->cooldowns + p->exempt; k++)
	{
		const char *text = k == p->cooldowns ? "*/receipt" : p->after[k] == 0 ? "*" : steps[p->after[k]];
		tp_step		step;

		CHECK(tp_step_make(&check_memory, text, strlen(text), false, &step, &err) == TP_OK);
		CHECK((k == p->cooldowns ? tp_policy_exempt(policy, &step, &err) :
			   tp_policy_cool(policy, &step, p->wait[k] * QUARTER, &err)) == TP_OK);
		tp_step_release(&step);
	}
	CHECK(tp_policy_finish(policy, &check_memory, &err) == TP_OK);
}

/* How long a cap holds with what is known at u. */
static int
plain_hold(const rules *r, uint32_t k, const contact *c, int n, int channel, int label, int u)
{
	int			v = u;

	while (v < RANGE && plain_cap(r, k, c, n, channel, label, v, u))
		v++;
	return v;
}

static bool
names_right(const rules *r, const contact *c, int n, int channel, int label, int u, int64_t begin, const tp_verdict *v)
{
	bool		right = true;

	if ((v->refused_by & TP_BY_CAP) != 0)
	{
		int			hold = plain_hold(r, v->cap, c, n, channel, label, u);

		right &= hold > u && (int) v->counted == plain_count(r, v->cap, c, n, u, u);
		for (uint32_t k = 0; k < r->caps; k++)
			right &= plain_hold(r, k, c, n, channel, label, u) <= hold;
	}
	if ((v->refused_by & TP_BY_COOLDOWN) != 0)
	{
		const contact *met = &c[v->cooled_by];
		int			hold = met->at + r->wait[v->cooldown];

		right &= hold > u && met->at <= u && at_step(r->after[v->cooldown], met->channel, met->label);
		for (int i = 0; i < n; i++)
			for (uint32_t k = 0; k < r->cooldowns; k++)
				if (c[i].at <= u && at_step(r->after[k], c[i].channel, c[i].label))
					right &= c[i].at + r->wait[k] <= hold;
	}
	if ((v->refused_by & TP_BY_MIN_GAP) != 0)
	{
		int			last = -1;

		for (int i = 0; i < n; i++)
			if (c[i].at <= u && company(c[i].by) && !is_exempt(r, c[i].label))
				last = c[i].at;
		right &= v->last_at == begin + last * QUARTER;
	}
	if ((v->refused_by & TP_BY_QUIET) != 0)
	{
		right &= plain_window(r, v->quiet, channel, u) && v->quiet_local == zones[r->window_zone[v->quiet]].local[u];
		for (uint32_t k = 0; k < v->quiet; k++)
			right &= !plain_window(r, k, channel, u);
	}
	if ((v->refused_by & TP_BY_BLACKOUT) != 0)
	{
		right &= plain_blackout(r, v->blackout, u) &&
			v->blackout_local == zones[r->blackout_zone[v->blackout]].local[u];
		for (uint32_t k = 0; k < v->blackout; k++)
			right &= !plain_blackout(r, k, u);
	}
	return right;
}

static int
random_contacts(check_random *r, contact *c, int64_t begin, tp_buffer *image, tp_journey *j)
{
	tp_touchpoint entries[4];
	tp_contact	contacts[MAX_CONTACTS];
	int			n = (int) check_below(r, MAX_CONTACTS + 1);
	int			at = BACK - 20 * A_DAY;
	tp_error	err;

	/* the dictionary is in order: app before sms, offer before receipt */
	for (int i = 0; i < 4; i++)
		entries[i] = (tp_touchpoint) {channels[1 - i / 2], labels[i % 2], "", 3, (uint8_t) strlen(labels[i % 2]), 0};
	memset(contacts, 0, sizeof(contacts));
	for (int i = 0; i < n; i++)
	{
		at += (int) check_below(r, check_below(r, 3) == 0 ? 6 * A_DAY : A_DAY / 2);
		c[i] = (contact) {at, (int) check_below(r, 2), (int) check_below(r, 2), (tp_initiator) check_below(r, 4)};
		contacts[i].code = (uint16_t) (2 * (1 - c[i].channel) + c[i].label);
		contacts[i].time = begin + at * QUARTER;
		contacts[i].has = (uint8_t) (c[i].by << TP_BY_SHIFT);
	}
	/* those of one time stand in some order of the journey's; ask it */
	tp_buffer_init(image, &check_memory);
	CHECK(tp_journey_encode(&check_memory, contacts, (uint32_t) n, entries, 4, NULL, 0, image, &err) == TP_OK);
	CHECK(tp_journey_open(j, image->data, image->len, &err) == TP_OK);
	CHECK(tp_journey_dictionary(j, entries, &err) == TP_OK);
	for (int i = 0; i < n; i++)
	{
		const tp_touchpoint *t = &entries[tp_journey_code(j, (uint32_t) i)];

		c[i] = (contact) {(int) ((tp_journey_time(j, (uint32_t) i) - begin) / QUARTER), t->channel[0] == 'a',
			t->label[0] == 'r', tp_journey_by(j, (uint32_t) i)};
	}
	return n;
}

int
main(void)
{
	check_random r = {20260402};
	int			refused = 0,
				allowed = 0,
				beyond = 0,
				wrong = 0,
				misnamed = 0;

	read_zones();
	for (int round = 0; round < ROUNDS; round++)
	{
		/* half of them near a shift of clocks somewhere */
		const shifts *near = &zones[check_below(&r, ZONES)];
		int64_t		first = tp_days_from_date(2011, 12, 22) * TP_USECS_PER_DAY + check_below(&r, 14 * 365 * A_DAY) * QUARTER;
		int64_t		begin;
		contact		c[MAX_CONTACTS];
		rules		p;
		tp_cap		caps[MAX_RULES];
		tp_policy	policy;
		tp_buffer	image;
		tp_journey	j;
		int			n,
					channel = (int) check_below(&r, 2),
					label = (int) check_below(&r, 2),
					u = BACK + (int) check_below(&r, 2 * A_DAY),
					next;
		unsigned	by;
		tp_touchpoint t = {channels[channel], labels[label], "", 3, (uint8_t) strlen(labels[label]), 0};
		tp_verdict	v = {.refused_by = 0};
		tp_error	err;

		if (near->n > 3 && check_below(&r, 2) == 0)
			first = near->at[1 + check_below(&r, (uint32_t) near->n - 1)] - A_DAY * QUARTER;
		begin = first - BACK * QUARTER;
		for (uint32_t z = 0; z < ZONES; z++)
			zones[z].shown = false;
		show(&zones[0], begin);
		n = random_contacts(&r, c, begin, &image, &j);
		random_rules(&r, &p, begin);
		hand_over(&p, &policy, caps);
		by = plain_refused_by(&p, c, n, channel, label, u);
		CHECK(tp_gate(&policy, &j, &t, begin + u * QUARTER, &check_memory, &v, &err) == TP_OK);
		for (next = u; next < RANGE && plain_refused_by(&p, c, n, channel, label, next) != 0;)
			next++;
		refused += by != 0;
		allowed += by == 0;
		beyond += next == RANGE;
		if (v.refused_by != by || (by != 0 && (next < RANGE ? v.next_at != begin + next * QUARTER :
											   v.next_at < begin + (int64_t) RANGE * QUARTER)))
		{
			printf("round %d: by %x instead of %x, next %d instead of %d\n", round, v.refused_by, by,
				   v.next_at == TP_NEVER ? -1 : (int) ((v.next_at - begin) / QUARTER), next);
			wrong++;
		}
		else if (!names_right(&p, c, n, channel, label, u, begin, &v))
			misnamed++;
		for (uint32_t k = 0; k < p.caps; k++)
			if (caps[k].at.n > 0)
				tp_step_release(&caps[k].at);
		tp_policy_release(&policy);
		tp_buffer_release(&image);
	}
	CHECK_INT(wrong, 0);
	CHECK_INT(misnamed, 0);
	printf("%s: %d refused, %d allowed, %d not within %d days\n", __FILE__, refused, allowed, beyond, AHEAD / A_DAY);
	CHECK(refused > 5000 && allowed > 3000 && beyond < refused / 3);
	return CHECK_DONE();
}
