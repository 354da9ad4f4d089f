/*
 * tp_gate.c
 *	  The contact gate.
 *
 * The journey is read once, from as far back as the policy reaches: each rule keeps the times that
 * it counts. The first allowed moment is then a fixpoint: every rule names the first moment from u
 * on that it allows, no moment before the latest of these can be allowed by all, so that is the
 * next u.
 */
#include "gate/tp_gate.h"

/* What a rule counted: times in order, and how many of them have come. */
typedef struct times
{
	tp_buffer	list;
	size_t		n;
	size_t		come;
} times;

static inline int64_t
time_at(const times *x, size_t i)
{
	return tp_load_i64(x->list.data + i * sizeof(int64_t));
}

static inline void
add_time(times *x, int64_t t)
{
	tp_buffer_add(&x->list, &t, sizeof(t));
	x->n++;
}

static inline int64_t
later(int64_t t, int64_t by)
{
	return t > TP_NEVER - by ? TP_NEVER : t + by;
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

static bool
is_exempt(const tp_policy *policy, const tp_touchpoint *t)
{
	for (uint32_t i = 0; i < policy->n_exempt; i++)
		if (tp_step_touches(&policy->exempt[i], t))
			return true;
	return false;
}

static bool
cap_is_about(const tp_cap *cap, const tp_touchpoint *t)
{
	return (cap->channel_len == 0 ||
			(cap->channel_len == t->channel_len && memcmp(cap->channel, t->channel, cap->channel_len) == 0)) &&
		(cap->at.n == 0 || tp_step_touches(&cap->at, t));
}

static inline bool
by_company(tp_initiator by)
{
	return by == TP_BY_COMPANY || by == TP_BY_NOBODY;
}

static inline bool
cap_counts(const tp_cap *cap, const tp_journey *j, uint32_t i, const tp_touchpoint *met, tp_initiator by)
{
	return cap_is_about(cap, met) && (cap->by == TP_BY_NOBODY ? by_company(by) : by == cap->by) &&
		(cap->at.n == 0 || tp_step_met(&cap->at, j, i, met));
}

int64_t
tp_policy_reach(const tp_policy *policy, const tp_touchpoint *t)
{
	int64_t		reach = policy->min_gap;

	if (is_exempt(policy, t))
		return 0;
	for (uint32_t i = 0; i < policy->n_caps; i++)
		if (cap_is_about(&policy->caps[i], t) && policy->caps[i].within > reach)
			reach = policy->caps[i].within;
	for (uint32_t i = 0; i < policy->n_cooldowns; i++)
		if (policy->cooldowns[i].wait > reach)
			reach = policy->cooldowns[i].wait;
	return reach;
}

/* The time of day at t, with that offset of local time. */
static int64_t
time_of_day(int64_t t, int64_t offset)
{
	int64_t		day = (t % TP_USECS_PER_DAY + offset) % TP_USECS_PER_DAY;

	return day < 0 ? day + TP_USECS_PER_DAY : day;
}

/* Local time runs straight between shifts of the zone's clocks, so each stretch is looked at alone. */
int64_t
tp_quiet_end(const tp_policy *policy, int64_t t)
{
	int64_t		from = policy->quiet_from;
	int64_t		to = policy->quiet_to;

	while (t < TP_TIME_END)
	{
		int64_t		offset,
					until,
					day,
					end;

		policy->zone.look(policy->zone.context, t, &offset, &until);
		day = time_of_day(t, offset);
		if (from < to ? day < from || day >= to : day < from && day >= to)
			return t;
		end = later(t, day < to ? to - day : to - day + TP_USECS_PER_DAY);
		if (end < until)
			return end;
		t = until;
	}
	return TP_NEVER;
}

/* The first moment from u on with fewer than max of these in (moment - within, moment]. u only grows. */
static int64_t
below(times *x, int64_t max, int64_t within, int64_t u)
{
	for (;;)
	{
		int64_t		expires;

		while (x->come < x->n && time_at(x, x->come) <= u)
			x->come++;
		if ((uint64_t) max > x->come)
			return u;
		expires = later(time_at(x, x->come - (size_t) max), within);
		if (expires <= u)
			return u;
		u = expires;
	}
}

/* The first moment from u on that every rule allows; *refused_by says which did not allow u. */
static tp_status
settle(const tp_policy *policy, bool exempt, const tp_touchpoint *t, times *counted, int64_t u,
	   const tp_memory *mem, unsigned *refused_by, int64_t *next_at, tp_error *err)
{
	for (bool first = true;; first = false)
	{
		int64_t		next = u;
		unsigned	by = 0;

#define HOLD(moment, rule) \
		do { \
			int64_t		moment_ = (moment); \
			if (moment_ > u) \
				by |= (rule); \
			if (moment_ > next) \
				next = moment_; \
		} while (0)

		if (!exempt)
		{
			times	   *x = counted;

			for (uint32_t i = 0; i < policy->n_caps; i++, x++)
				if (cap_is_about(&policy->caps[i], t))
					HOLD(below(x, policy->caps[i].max, policy->caps[i].within, u), TP_BY_CAP);
			for (uint32_t i = 0; i < policy->n_cooldowns; i++, x++)
				HOLD(below(x, 1, policy->cooldowns[i].wait, u), TP_BY_COOLDOWN);
			HOLD(below(x, 1, policy->min_gap, u), TP_BY_MIN_GAP);
		}
		if (policy->quiet)
			HOLD(tp_quiet_end(policy, u), TP_BY_QUIET);
#undef HOLD

		if (first)
			*refused_by = by;
		if (by == 0 || next >= TP_TIME_END)
		{
			*next_at = by == 0 ? u : TP_NEVER;
			return TP_OK;
		}
		u = next;
		if (tp_interrupted(mem))
			return tp_fail(err, TP_INTERRUPTED, NULL, "interrupted");
	}
}

/* What each rule counts among the contacts from `from` on: caps, cooldowns, min_gap. */
static tp_status
count_contacts(const tp_policy *policy, const tp_journey *j, const tp_touchpoint *t, int64_t from,
			   const tp_touchpoint *entries, times *counted, tp_error *err)
{
	uint32_t	rules = policy->n_caps + policy->n_cooldowns + 1;

	for (uint32_t k = 0; k < policy->n_caps; k++)
		tp_step_forget(&policy->caps[k].at);
	for (uint32_t k = 0; k < policy->n_cooldowns; k++)
		tp_step_forget(&policy->cooldowns[k].after);
	for (uint32_t i = tp_journey_search(j, from); i < j->count; i++)
	{
		const tp_touchpoint *met = &entries[tp_journey_code(j, i)];
		tp_initiator by = tp_journey_by(j, i);
		int64_t		at = tp_journey_time(j, i);
		times	   *x = counted;

		for (uint32_t k = 0; k < policy->n_caps; k++, x++)
			if (cap_is_about(&policy->caps[k], t) && cap_counts(&policy->caps[k], j, i, met, by))
				add_time(x, at);
		for (uint32_t k = 0; k < policy->n_cooldowns; k++, x++)
			if (tp_step_met(&policy->cooldowns[k].after, j, i, met))
				add_time(x, at);
		if (policy->min_gap > 0 && by_company(by))
			add_time(x, at);
	}
	for (uint32_t i = 0; i < rules; i++)
		if (counted[i].list.failed)
			return tp_fail_memory(err);
	return TP_OK;
}

tp_status
tp_gate(const tp_policy *policy, const tp_journey *journey, const tp_touchpoint *t, int64_t at,
		const tp_memory *mem, tp_verdict *verdict, tp_error *err)
{
	uint32_t	rules = policy->n_caps + policy->n_cooldowns + 1;
	bool		exempt = is_exempt(policy, t);
	int64_t		reach = tp_policy_reach(policy, t);
	int64_t		from = at < TP_TIME_MIN + reach ? TP_TIME_MIN : at - reach;
	tp_touchpoint *entries = NULL;
	times	   *counted = tp_alloc_array(mem, rules, sizeof(times));
	tp_status	status = TP_OK;

	if (counted == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < rules; i++)
	{
		tp_buffer_init(&counted[i].list, mem);
		counted[i].n = 0;
		counted[i].come = 0;
	}
	if (reach > 0 && journey != NULL && journey->count > 0 && tp_journey_last_at(journey) >= from)
	{
		entries = tp_alloc_array(mem, journey->entries, sizeof(tp_touchpoint));
		if (entries == NULL)
			status = tp_fail_memory(err);
		else if ((status = tp_journey_dictionary(journey, entries, err)) == TP_OK)
			status = count_contacts(policy, journey, t, from, entries, counted, err);
	}
	if (status == TP_OK)
		status = settle(policy, exempt, t, counted, at, mem, &verdict->refused_by, &verdict->next_at, err);
	for (uint32_t i = 0; i < rules; i++)
		tp_buffer_release(&counted[i].list);
	tp_release(mem, counted);
	tp_release(mem, entries);
	return status;
}
