/*
 * tp_gate.c
 *	  The contact gate.
 *
 * A contact holds the gate for a while: each cool-down that matches it until its time plus the wait,
 * of which only the longest counts; min_gap likewise; a cap until the max-th contact back, of those
 * that it counts, is out of its window. So a rule is no list of contacts: it is one moment until
 * which the contacts met so far hold. The first allowed moment is then a fixpoint: u goes from hold
 * to hold, and contacts are met as u comes to them, each once.
 */
#include "gate/tp_gate.h"

#include "base/tp_sort.h"

/* Contacts or caps looked at between two polls. */
#define POLL_EVERY 16384

/* Up to so many cool-downs with conditions, asking them of a contact is less work than to tell its kind. */
#define FEW_CONDITIONAL 4

/* What of a kind is not known yet, and what is not needed of one that was met later. */
#define NOT_ASKED	(-1)
#define PASSED		(-2)

/* What caps count: the contacts of one channel or of all, of one initiator or of the company and nobody. */
#define STREAMS 8

/*
 * The places of the contacts that some caps count, and these caps, max and within both rising: a cap
 * that allows no more within less time than another never refuses alone.
 */
typedef struct stream
{
	tp_buffer	places;
	uint32_t	n;
	uint32_t	caps;
	const tp_cap **cap;
	const tp_cap *held;			/* who held last, the first to be asked again */
} stream;

/* A cap about a step counts contacts that no other cap does, so it has a stream of its own. */
typedef struct step_stream
{
	const tp_cap *cap;			/* s.cap points here */
	stream		s;
} step_stream;

typedef struct gate
{
	const tp_policy *policy;
	const tp_journey *journey;	/* NULL: nothing in it matters */
	const tp_memory *mem;
	tp_touchpoint *entries;
	bool	   *same_channel;	/* each entry: of the channel of the contact that is asked for */
	int64_t    *wait;			/* each entry: its longest cool-down, -1 where nobody asked; from `at` on */
	tp_intern	kinds;			/* of contacts, as steps see them */
	int64_t    *kind_wait;		/* each kind: its longest cool-down with conditions, or one of the above */
	uint32_t	kinds_room;
	uint32_t	next;			/* the first contact not met */
	int64_t		cooled;			/* cool-downs hold until then */
	int64_t		gapped;			/* min_gap holds until then */
	unsigned	work;
	const tp_cap **caps;		/* of all streams */
	stream		streams[STREAMS];
	step_stream *own;
	uint32_t	owns;
} gate;

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

void
tp_policy_init(tp_policy *policy, const tp_memory *mem)
{
	memset(policy, 0, sizeof(*policy));
	tp_ranked_globs_init(&policy->cooldowns, mem);
	tp_ranked_globs_init(&policy->exempt, mem);
	policy->mem = *mem;
}

void
tp_policy_release(tp_policy *policy)
{
	tp_ranked_globs_release(&policy->cooldowns);
	tp_ranked_globs_release(&policy->exempt);
	for (uint32_t i = 0; i < policy->n_conditional; i++)
		tp_step_release(&policy->conditional[i].after);
	tp_release(&policy->mem, policy->conditional);
}

bool
tp_step_is_plain(const tp_step *step)
{
	for (uint32_t i = 0; i < step->n; i++)
		if (step->alternative[i].conditions != NULL)
			return false;
	return true;
}

/* Each alternative of a step without conditions, with this rank. */
static tp_status
add_globs(tp_ranked_globs *globs, const tp_step *step, int64_t rank, tp_error *err)
{
	for (uint32_t i = 0; i < step->n; i++)
		if (tp_ranked_globs_add(globs, &step->alternative[i].glob, rank, err) != TP_OK)
			return err->status;
	return TP_OK;
}

tp_status
tp_policy_exempt(tp_policy *policy, const tp_step *step, tp_error *err)
{
	return add_globs(&policy->exempt, step, 1, err);
}

tp_status
tp_policy_cool(tp_policy *policy, const tp_step *after, int64_t wait, tp_error *err)
{
	if (tp_step_is_plain(after))
		return add_globs(&policy->cooldowns, after, wait, err);
	if (!tp_grow(&policy->mem, (void **) &policy->conditional, &policy->conditional_room,
				 (uint64_t) policy->n_conditional + 1, sizeof(tp_cooldown)))
		return tp_fail_memory(err);
	policy->conditional[policy->n_conditional++] = (tp_cooldown) {*after, wait};
	if (wait > policy->longest_conditional)
		policy->longest_conditional = wait;
	return TP_OK;
}

static int
longest_first(const void *a, const void *b)
{
	int64_t		x = ((const tp_cooldown *) a)->wait,
				y = ((const tp_cooldown *) b)->wait;

	return (x < y) - (x > y);
}

/* In order of how long they hold, so that the first that a contact meets tells. */
static tp_status
finish_conditional(tp_policy *policy, const tp_memory *mem, tp_error *err)
{
	for (uint32_t k = 0; k < policy->n_conditional && policy->n_conditional > FEW_CONDITIONAL; k++)
	{
		const tp_step *after = &policy->conditional[k].after;

		for (uint32_t a = 0; a < after->n; a++)
			if (after->alternative[a].conditions != NULL)
				after->alternative[a].conditions->no_verdicts = true;
	}
	return policy->n_conditional < 2 ? TP_OK :
		tp_sort_items(mem, policy->conditional, policy->n_conditional, sizeof(tp_cooldown), longest_first, err);
}

tp_status
tp_policy_finish(tp_policy *policy, const tp_memory *mem, tp_error *err)
{
	uint32_t	n = policy->n_caps;
	double	   *keys;
	uint32_t   *order;
	tp_cap	   *sorted;
	tp_status	status;

	if (finish_conditional(policy, mem, err) != TP_OK)
		return err->status;
	if (n < 2)
		return TP_OK;
	keys = tp_alloc_array(mem, n, sizeof(double));
	order = tp_alloc_array(mem, n, sizeof(uint32_t));
	sorted = tp_alloc_array(mem, n, sizeof(tp_cap));
	if (keys == NULL || order == NULL || sorted == NULL)
		status = tp_fail_memory(err);
	else
	{
		for (uint32_t i = 0; i < n; i++)
			keys[i] = (double) policy->caps[i].max;
		tp_sort_start(order, n);
		status = tp_sort_rows(mem, keys, 1, false, order, n, err);
		for (uint32_t i = 0; i < n && status == TP_OK; i++)
			sorted[i] = policy->caps[order[i]];
		if (status == TP_OK)
			memcpy(policy->caps, sorted, n * sizeof(tp_cap));
	}
	tp_release(mem, keys);
	tp_release(mem, order);
	tp_release(mem, sorted);
	return status;
}

static bool
is_exempt(const tp_policy *policy, const tp_touchpoint *t, const tp_memory *mem)
{
	int64_t		rank;

	tp_ranked_globs_find(&policy->exempt, t, 0, mem, &rank);
	return rank > 0;
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

int64_t
tp_policy_reach(const tp_policy *policy, const tp_touchpoint *t, const tp_memory *mem)
{
	int64_t		reach = policy->min_gap;

	if (is_exempt(policy, t, mem))
		return 0;
	for (uint32_t i = 0; i < policy->n_caps; i++)
		if (cap_is_about(&policy->caps[i], t) && policy->caps[i].within > reach)
			reach = policy->caps[i].within;
	if (policy->longest_conditional > reach)
		reach = policy->longest_conditional;
	return policy->cooldowns.highest > reach ? policy->cooldowns.highest : reach;
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

/* Asks the host from time to time whether to go on. */
static inline bool
polled(gate *g, unsigned work)
{
	g->work += work;
	if (tp_likely(g->work < POLL_EVERY))
		return false;
	g->work = 0;
	return tp_interrupted(g->mem);
}

/* The caps about t, each to its stream; how far back they look. */
static tp_status
assign_caps(gate *g, const tp_touchpoint *t, int64_t *reach, tp_error *err)
{
	const tp_policy *policy = g->policy;
	uint32_t	n[STREAMS] = {0};
	const tp_cap **at;

	*reach = 0;
	if (policy->n_caps == 0)
		return TP_OK;
	g->caps = tp_alloc_array(g->mem, policy->n_caps, sizeof(tp_cap *));
	if (g->caps == NULL)
		return tp_fail_memory(err);
#define STREAM_OF(cap) (2 * (cap)->by + ((cap)->channel_len > 0))
	for (uint32_t i = 0; i < policy->n_caps; i++)
		if (!cap_is_about(&policy->caps[i], t))
			continue;
		else if (policy->caps[i].at.n > 0)
			g->owns++;
		else
			n[STREAM_OF(&policy->caps[i])]++;
	if (g->owns > 0)
	{
		g->own = tp_alloc_array(g->mem, g->owns, sizeof(step_stream));
		if (g->own == NULL)
			return tp_fail_memory(err);
		memset(g->own, 0, g->owns * sizeof(step_stream));
		g->owns = 0;
	}
	at = g->caps;
	for (int i = 0; i < STREAMS; i++)
	{
		g->streams[i].cap = at;
		at += n[i];
	}
	for (uint32_t i = 0; i < policy->n_caps; i++)
	{
		const tp_cap *cap = &policy->caps[i];
		stream	   *s = &g->streams[STREAM_OF(cap)];
		const tp_cap *last = s->caps > 0 ? s->cap[s->caps - 1] : NULL;

		if (!cap_is_about(cap, t))
			continue;
		if (cap->at.n > 0)
		{
			step_stream *own = &g->own[g->owns++];

			own->cap = cap;
			own->s.cap = &own->cap;
			own->s.caps = 1;
			tp_buffer_init(&own->s.places, g->mem);
			tp_step_forget(&cap->at);
			if (cap->within > *reach)
				*reach = cap->within;
			continue;
		}
		if (last != NULL && cap->within <= last->within)
			continue;
		if (last != NULL && cap->max == last->max)
			s->caps--;
		s->cap[s->caps++] = cap;
		if (cap->within > *reach)
			*reach = cap->within;
	}
#undef STREAM_OF
	return TP_OK;
}

/* Contact i, by `by`, goes to the streams that count it. */
static void
meet(gate *g, uint32_t i, tp_initiator by)
{
	for (int k = 0; k < STREAMS; k++)
	{
		stream	   *s = &g->streams[k];
		tp_initiator of = (tp_initiator) (k / 2);

		if (s->caps == 0 || !(of == TP_BY_NOBODY ? by_company(by) : by == of) ||
			(k % 2 == 1 && !g->same_channel[tp_journey_code(g->journey, i)]))
			continue;
		tp_buffer_add(&s->places, &i, sizeof(i));
		s->n++;
	}
	for (uint32_t k = 0; k < g->owns; k++)
	{
		const tp_cap *cap = g->own[k].cap;
		const tp_touchpoint *met = &g->entries[tp_journey_code(g->journey, i)];

		if ((cap->by == TP_BY_NOBODY ? by_company(by) : by == cap->by) && cap_is_about(cap, met) &&
			tp_step_met(&cap->at, g->journey, i, met))
		{
			tp_buffer_add(&g->own[k].s.places, &i, sizeof(i));
			g->own[k].s.n++;
		}
	}
}

/* The contacts up to `at` that caps count, from so far back. */
static tp_status
meet_for_caps(gate *g, int64_t at, int64_t reach, tp_error *err)
{
	const tp_journey *j = g->journey;

	if (reach == 0)
		return TP_OK;
	for (uint32_t i = tp_journey_search(j, tp_before(at, reach)); i < g->next; i++)
	{
		meet(g, i, tp_journey_by(j, i));
		if (polled(g, 1 + g->owns))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/*
 * What cool-downs hold at `at`: backwards, so that a touchpoint is looked at once, where it was met
 * last, and only with the cool-downs that would hold longer than what was found.
 */
static tp_status
meet_for_cooldowns(gate *g, int64_t at, tp_error *err)
{
	const tp_journey *j = g->journey;
	const tp_ranked_globs *globs = &g->policy->cooldowns;
	bool	   *seen;
	tp_status	status = TP_OK;

	if (globs->highest == 0)
		return TP_OK;
	seen = tp_alloc_array(g->mem, j->entries, sizeof(bool));
	if (seen == NULL)
		return tp_fail_memory(err);
	memset(seen, 0, j->entries * sizeof(bool));
	for (uint32_t i = g->next; i-- > 0 && status == TP_OK;)
	{
		int64_t		t = tp_journey_time(j, i);
		uint32_t	code = tp_journey_code(j, i);
		/* unsigned, for the whole range of times is wider than a signed integer */
		uint64_t	above = (uint64_t) (g->cooled > at ? g->cooled : at) - (uint64_t) t;
		int64_t		wait;

		if (above >= (uint64_t) globs->highest)
			break;
		if (polled(g, 1))
			status = tp_fail_interrupted(err);
		if (seen[code] || status != TP_OK)
			continue;
		seen[code] = true;
		if (!tp_ranked_globs_find(globs, &g->entries[code], (int64_t) above, g->mem, &wait))
			status = tp_fail_interrupted(err);
		else if ((uint64_t) wait > above)
			g->cooled = later(t, wait);
	}
	tp_release(g->mem, seen);
	return status;
}

/* The kind of contact i: equal for contacts that no step tells apart. */
static tp_status
kind_of(gate *g, uint32_t i, uint32_t *kind, tp_error *err)
{
	uint8_t		key[2 + 4 + 1 + TP_FIELDS_MAX];
	uint32_t	kinds = g->kinds.count;
	tp_contact	c;

	tp_journey_contact(g->journey, i, &c);
	c.time = 0;
	c.has &= (uint8_t) ~TP_HAS_ID;
	tp_store_u16(key, c.code);
	tp_store_u32(key + 2, c.set);
	key[6] = c.has;
	if (tp_intern_number(&g->kinds, 0, key, 7 + tp_contact_pack(&c, key + 7), kind, err) != TP_OK ||
		tp_reserve(g->mem, &g->kind_wait, &g->kinds_room, g->kinds.count, sizeof(int64_t), err) != TP_OK)
		return err->status;
	if (*kind == kinds)
		g->kind_wait[*kind] = NOT_ASKED;
	return TP_OK;
}

/* The longest cool-down of those with conditions that contact i meets, if it is longer than above; else above. */
static tp_status
conditional_wait(gate *g, uint32_t i, int64_t above, int64_t *wait, tp_error *err)
{
	const tp_touchpoint *met = &g->entries[tp_journey_code(g->journey, i)];

	*wait = above;
	for (uint32_t k = 0; k < g->policy->n_conditional; k++)
	{
		const tp_cooldown *rule = &g->policy->conditional[k];

		if (rule->wait <= above)
			break;
		if (tp_step_met(&rule->after, g->journey, i, met))
		{
			*wait = rule->wait;
			break;
		}
		if (polled(g, 1))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* The same for cool-downs after a step with conditions: a kind is asked where it was met last. */
static tp_status
meet_for_conditional(gate *g, int64_t at, tp_error *err)
{
	const tp_journey *j = g->journey;
	const tp_policy *policy = g->policy;

	for (uint32_t k = 0; k < policy->n_conditional; k++)
		tp_step_forget(&policy->conditional[k].after);
	for (uint32_t i = policy->n_conditional > 0 ? g->next : 0; i-- > 0;)
	{
		int64_t		t = tp_journey_time(j, i);
		uint64_t	above = (uint64_t) (g->cooled > at ? g->cooled : at) - (uint64_t) t;
		int64_t		wait;

		if (above >= (uint64_t) policy->longest_conditional)
			break;
		if (polled(g, 1))
			return tp_fail_interrupted(err);
		if (policy->n_conditional > FEW_CONDITIONAL)
		{
			uint32_t	kind;

			if (kind_of(g, i, &kind, err) != TP_OK)
				return err->status;
			if (g->kind_wait[kind] == PASSED)
				continue;
			g->kind_wait[kind] = PASSED;
		}
		if (conditional_wait(g, i, (int64_t) above, &wait, err) != TP_OK)
			return err->status;
		if ((uint64_t) wait > above)
			g->cooled = later(t, wait);
	}
	return TP_OK;
}

/* Contact i, after `at`, begins cool-downs with conditions; what its kind waits is remembered whole. */
static tp_status
cool_by_conditions(gate *g, uint32_t i, int64_t t, tp_error *err)
{
	const tp_policy *policy = g->policy;
	int64_t		wait = 0;

	if (policy->n_conditional == 0 || later(t, policy->longest_conditional) <= g->cooled)
		return TP_OK;
	if (policy->n_conditional <= FEW_CONDITIONAL)
	{
		if (conditional_wait(g, i, 0, &wait, err) != TP_OK)
			return err->status;
	}
	else
	{
		uint32_t	kind;

		if (kind_of(g, i, &kind, err) != TP_OK ||
			(g->kind_wait[kind] < 0 && conditional_wait(g, i, 0, &g->kind_wait[kind], err) != TP_OK))
			return err->status;
		wait = g->kind_wait[kind];
	}
	if (wait > 0 && later(t, wait) > g->cooled)
		g->cooled = later(t, wait);
	return TP_OK;
}

/* What min_gap holds at `at`: the latest contact by the company tells. */
static tp_status
meet_for_min_gap(gate *g, int64_t at, tp_error *err)
{
	const tp_journey *j = g->journey;

	if (g->policy->min_gap == 0)
		return TP_OK;
	for (uint32_t i = g->next; i-- > 0;)
	{
		int64_t		until = later(tp_journey_time(j, i), g->policy->min_gap);

		if (until <= at)
			break;
		if (by_company(tp_journey_by(j, i)))
		{
			g->gapped = until;
			break;
		}
		if (polled(g, 1))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* Contacts after `at` are met as u comes to them; a touchpoint's cool-down is then needed whole. */
static tp_status
meet_up_to(gate *g, int64_t u, tp_error *err)
{
	const tp_journey *j = g->journey;
	const tp_ranked_globs *globs = &g->policy->cooldowns;

	for (; g->next < j->count; g->next++)
	{
		uint32_t	i = g->next;
		int64_t		t = tp_journey_time(j, i);
		tp_initiator by;

		if (t > u)
			break;
		by = tp_journey_by(j, i);
		meet(g, i, by);
		if (g->policy->min_gap > 0 && by_company(by))
			g->gapped = later(t, g->policy->min_gap);
		if (globs->highest > 0 && later(t, globs->highest) > g->cooled)
		{
			uint32_t	code = tp_journey_code(j, i);

			if (g->wait == NULL)
			{
				g->wait = tp_alloc_array(g->mem, j->entries, sizeof(int64_t));
				if (g->wait == NULL)
					return tp_fail_memory(err);
				memset(g->wait, -1, j->entries * sizeof(int64_t));
			}
			if (g->wait[code] < 0 && !tp_ranked_globs_find(globs, &g->entries[code], 0, g->mem, &g->wait[code]))
				return tp_fail_interrupted(err);
			if (later(t, g->wait[code]) > g->cooled)
				g->cooled = later(t, g->wait[code]);
		}
		if (cool_by_conditions(g, i, t, err) != TP_OK)
			return err->status;
		if (polled(g, 1 + g->owns))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* Until when a cap holds: the contact that is its max-th back must have left its window. */
static inline int64_t
held_by(const gate *g, const stream *s, const tp_cap *cap)
{
	uint32_t	place;

	if (cap->max > (int64_t) s->n)
		return TP_TIME_MIN;
	place = tp_load_u32(s->places.data + (s->n - (size_t) cap->max) * sizeof(uint32_t));
	return later(tp_journey_time(g->journey, place), cap->within);
}

/* Does a cap hold at u? If so a moment until which one does, u else. */
static tp_status
hold_by_caps(gate *g, int64_t u, int64_t *until, tp_error *err)
{
	*until = u;
	for (uint32_t k = 0; k < STREAMS + g->owns; k++)
	{
		stream	   *s = k < STREAMS ? &g->streams[k] : &g->own[k - STREAMS].s;
		int64_t		held = s->held != NULL ? held_by(g, s, s->held) : u;

		if (s->places.failed)
			return tp_fail_memory(err);
		for (uint32_t i = 0; i < s->caps && held <= u && s->cap[i]->max <= (int64_t) s->n; i++)
		{
			held = held_by(g, s, s->cap[i]);
			s->held = s->cap[i];
			if (polled(g, 1))
				return tp_fail_interrupted(err);
		}
		if (held > *until)
			*until = held;
	}
	return TP_OK;
}

/* The first moment from u on that every rule allows; *refused_by says which did not allow u. */
static tp_status
settle(gate *g, int64_t u, unsigned *refused_by, int64_t *next_at, tp_error *err)
{
	const tp_policy *policy = g->policy;

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

		if (g->journey != NULL)
		{
			int64_t		until;

			if (meet_up_to(g, u, err) != TP_OK || hold_by_caps(g, u, &until, err) != TP_OK)
				return err->status;
			HOLD(until, TP_BY_CAP);
			HOLD(g->cooled, TP_BY_COOLDOWN);
			HOLD(g->gapped, TP_BY_MIN_GAP);
		}
		if (policy->quiet && (first || by == 0))
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
		if (polled(g, 64))
			return tp_fail_interrupted(err);
	}
}

/* Meet the contacts up to `at`. */
static tp_status
open_gate(gate *g, const tp_touchpoint *t, int64_t at, tp_error *err)
{
	const tp_journey *j = g->journey;
	int64_t		reach;

	g->entries = tp_alloc_array(g->mem, j->entries, sizeof(tp_touchpoint));
	g->same_channel = tp_alloc_array(g->mem, j->entries, sizeof(bool));
	if (g->entries == NULL || g->same_channel == NULL)
		return tp_fail_memory(err);
	if (tp_journey_dictionary(j, g->entries, err) != TP_OK || assign_caps(g, t, &reach, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < j->entries; i++)
		g->same_channel[i] = g->entries[i].channel_len == t->channel_len &&
			memcmp(g->entries[i].channel, t->channel, t->channel_len) == 0;
	g->next = at == INT64_MAX ? j->count : tp_journey_search(j, at + 1);
	if (meet_for_caps(g, at, reach, err) != TP_OK || meet_for_cooldowns(g, at, err) != TP_OK ||
		meet_for_conditional(g, at, err) != TP_OK)
		return err->status;
	return meet_for_min_gap(g, at, err);
}

tp_status
tp_gate(const tp_policy *policy, const tp_journey *journey, const tp_touchpoint *t, int64_t at,
		const tp_memory *mem, tp_verdict *verdict, tp_error *err)
{
	gate		g;
	int64_t		reach = tp_policy_reach(policy, t, mem);
	tp_status	status = TP_OK;

	memset(&g, 0, sizeof(g));
	g.policy = policy;
	g.mem = mem;
	g.cooled = g.gapped = TP_TIME_MIN;
	tp_intern_init(&g.kinds, mem);
	for (int i = 0; i < STREAMS; i++)
		tp_buffer_init(&g.streams[i].places, mem);
	if (reach > 0 && journey != NULL && journey->count > 0 && tp_journey_last_at(journey) >= tp_before(at, reach))
	{
		g.journey = journey;
		status = open_gate(&g, t, at, err);
	}
	if (status == TP_OK)
		status = settle(&g, at, &verdict->refused_by, &verdict->next_at, err);
	for (int i = 0; i < STREAMS; i++)
		tp_buffer_release(&g.streams[i].places);
	for (uint32_t k = 0; k < g.owns; k++)
		tp_buffer_release(&g.own[k].s.places);
	tp_release(mem, g.own);
	tp_release(mem, g.caps);
	tp_release(mem, g.entries);
	tp_release(mem, g.same_channel);
	tp_release(mem, g.wait);
	tp_release(mem, g.kind_wait);
	tp_intern_release(&g.kinds);
	return status;
}
