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

/* Contacts or caps looked at between two polls. */
#define POLL_EVERY 16384

/* What of a kind is not known yet, and what is not needed of one that was met later. */
#define NOT_ASKED	(-1)
#define PASSED		(-2)

/* Not asked, no, yes. */
#define EXEMPT_UNKNOWN 0
#define EXEMPT_NOT 1
#define EXEMPT_YES 2

/* What caps count: the contacts of one channel or of all, of one initiator or of the company and nobody. */
#define STREAMS 8

/*
 * The places of the contacts that some caps count, and these caps, max and within both rising: a cap
 * that allows no more within less time than another never refuses alone. Behind them caps of the calendar, of each
 * period the lowest.
 */
typedef struct stream
{
	tp_buffer	places;
	uint32_t	n;
	uint32_t	caps;
	uint32_t	periods;
	const tp_cap **cap;			/* caps + periods */
	const tp_cap *held;			/* who held last, the first to be asked again */
} stream;

/* A day, week or month. */
typedef struct period
{
	int64_t		from;
	int64_t		until;
} period;

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
	uint8_t    *exempt;			/* each entry: by steps without conditions, one of EXEMPT_… */
	uint8_t    *kind_exempt;	/* each kind: by steps with conditions, likewise */
	uint32_t	kind_exempt_room;
	tp_clock   *clock;			/* each zone */
	period	   *period;			/* each calendar, where u was last */
	uint32_t	next;			/* the first contact not met */
	int64_t		cooled;			/* cool-downs hold until then */
	uint32_t	cooled_by;		/* for so long after this contact */
	int64_t		cooled_for;
	int64_t		gapped;			/* min_gap holds until then */
	int64_t		last_at;		/* counted from this time */
	unsigned	work;
	const tp_cap **caps;		/* of all streams */
	stream		streams[STREAMS];
	step_stream *own;
	uint32_t	owns;
} gate;

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

/* The stream that counts what the cap counts; the company's and unknown are one. */
static inline uint32_t
stream_of(const tp_cap *cap)
{
	return 2 * (cap->by == TP_BY_COMPANY ? TP_BY_NOBODY : cap->by) + (cap->channel_len > 0);
}

/* How far back a cap looks from `at`. */
static int64_t
reach_of(const tp_cap *cap)
{
	return cap->within > 0 ? cap->within : tp_per_longest(cap->per);
}

/* Does a cap of the stream refuse whenever this one, of no smaller max, does? */
static bool
is_implied(const stream *s, const tp_cap *cap, bool *lowest)
{
	const tp_cap *last = s->caps > 0 ? s->cap[s->caps - 1] : NULL;

	if (cap->within > 0)
		return last != NULL && cap->within <= last->within;
	if (*lowest)
		return true;
	*lowest = true;
	return false;
}

/* A stream for each cap at a step of its own. */
static tp_status
make_own(gate *g, tp_error *err)
{
	if (g->owns == 0)
		return TP_OK;
	g->own = tp_alloc_array(g->mem, g->owns, sizeof(step_stream));
	if (g->own == NULL)
		return tp_fail_memory(err);
	memset(g->own, 0, g->owns * sizeof(step_stream));
	g->owns = 0;
	return TP_OK;
}

static void
assign_own(gate *g, const tp_cap *cap)
{
	step_stream *own = &g->own[g->owns++];

	own->cap = cap;
	own->s.cap = &own->cap;
	own->s.caps = cap->within > 0;
	own->s.periods = cap->within == 0;
	tp_buffer_init(&own->s.places, g->mem);
	tp_step_forget(&cap->at);
}

/* The caps about t, each to its stream; how far back they look. */
static tp_status
assign_caps(gate *g, const tp_touchpoint *t, int64_t *reach, tp_error *err)
{
	const tp_policy *policy = g->policy;
	uint32_t	n[STREAMS] = {0};
	const tp_cap **at;
	bool	   *lowest;			/* of a calendar and stream, is there a cap? */

	*reach = 0;
	if (policy->n_caps == 0)
		return TP_OK;
	g->caps = tp_alloc_array(g->mem, policy->n_caps, sizeof(tp_cap *));
	lowest = tp_alloc_array(g->mem, (size_t) STREAMS * (policy->n_calendars + 1), sizeof(bool));
	if (g->caps == NULL || lowest == NULL)
	{
		tp_release(g->mem, lowest);
		return tp_fail_memory(err);
	}
	memset(lowest, 0, (size_t) STREAMS * (policy->n_calendars + 1));
	for (uint32_t i = 0; i < policy->n_caps; i++)
		if (!tp_cap_is_about(&policy->caps[i], t))
			continue;
		else if (policy->caps[i].at.n > 0)
			g->owns++;
		else
			n[stream_of(&policy->caps[i])]++;
	if (make_own(g, err) != TP_OK)
	{
		tp_release(g->mem, lowest);
		return err->status;
	}
	at = g->caps;
	for (int i = 0; i < STREAMS; i++)
	{
		g->streams[i].cap = at;
		at += n[i];
	}
	/* first those within a time, then those of the calendar, which stand behind them */
	for (int calendar = 0; calendar <= 1; calendar++)
		for (uint32_t i = 0; i < policy->n_caps; i++)
		{
			const tp_cap *cap = &policy->caps[i];
			stream	   *s = &g->streams[stream_of(cap)];

			if ((cap->within == 0) != (calendar == 1) || !tp_cap_is_about(cap, t))
				continue;
			if (cap->at.n > 0)
				assign_own(g, cap);
			else if (is_implied(s, cap, &lowest[STREAMS * cap->calendar + stream_of(cap)]))
				continue;
			else if (calendar == 1)
				s->cap[s->caps + s->periods++] = cap;
			else
			{
				if (s->caps > 0 && cap->max == s->cap[s->caps - 1]->max)
					s->caps--;
				s->cap[s->caps++] = cap;
			}
			if (reach_of(cap) > *reach)
				*reach = reach_of(cap);
		}
	tp_release(g->mem, lowest);
	return TP_OK;
}

/* Contact i, by `by`, goes to the streams that count it. */
static void
meet(gate *g, uint32_t i, tp_initiator by)
{
	for (uint32_t k = 0; k < STREAMS; k++)
	{
		stream	   *s = &g->streams[k];

		if (s->caps + s->periods == 0 || !tp_cap_counts((tp_initiator) (k / 2), by) ||
			(k % 2 == 1 && !g->same_channel[tp_journey_code(g->journey, i)]))
			continue;
		tp_buffer_add(&s->places, &i, sizeof(i));
		s->n++;
	}
	for (uint32_t k = 0; k < g->owns; k++)
	{
		const tp_cap *cap = g->own[k].cap;
		const tp_touchpoint *met = &g->entries[tp_journey_code(g->journey, i)];

		if (tp_cap_counts(cap->by, by) && tp_cap_is_about(cap, met) && tp_step_met(&cap->at, g->journey, i, met))
		{
			tp_buffer_add(&g->own[k].s.places, &i, sizeof(i));
			g->own[k].s.n++;
		}
	}
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
		tp_reserve(g->mem, &g->kind_wait, &g->kinds_room, g->kinds.count, sizeof(int64_t), err) != TP_OK ||
		tp_reserve(g->mem, &g->kind_exempt, &g->kind_exempt_room, g->kinds.count, sizeof(uint8_t), err) != TP_OK)
		return err->status;
	if (*kind == kinds)
	{
		g->kind_wait[*kind] = NOT_ASKED;
		g->kind_exempt[*kind] = EXEMPT_UNKNOWN;
	}
	return TP_OK;
}

/* Is contact i exempt by a step with conditions? */
static tp_status
exempt_by_conditions(gate *g, uint32_t i, bool *exempt, tp_error *err)
{
	const tp_policy *policy = g->policy;
	const tp_touchpoint *met = &g->entries[tp_journey_code(g->journey, i)];
	uint32_t	kind = 0;

	if (policy->n_exempt_if > TP_FEW_CONDITIONAL)
	{
		if (kind_of(g, i, &kind, err) != TP_OK)
			return err->status;
		*exempt = g->kind_exempt[kind] == EXEMPT_YES;
		if (g->kind_exempt[kind] != EXEMPT_UNKNOWN)
			return TP_OK;
	}
	*exempt = false;
	for (uint32_t k = 0; k < policy->n_exempt_if && !*exempt; k++)
	{
		*exempt = tp_step_met(&policy->exempt_if[k], g->journey, i, met);
		if (polled(g, 1))
			return tp_fail_interrupted(err);
	}
	if (policy->n_exempt_if > TP_FEW_CONDITIONAL)
		g->kind_exempt[kind] = *exempt ? EXEMPT_YES : EXEMPT_NOT;
	return TP_OK;
}

/* Is contact i exempt, so that neither caps nor min_gap count it? */
static tp_status
is_exempt(gate *g, uint32_t i, bool *exempt, tp_error *err)
{
	const tp_policy *policy = g->policy;
	uint32_t	code = tp_journey_code(g->journey, i);

	*exempt = false;
	if (policy->exempt.highest > 0)
	{
		if (g->exempt[code] == EXEMPT_UNKNOWN)
		{
			int64_t		rank;

			if (!tp_ranked_globs_find(&policy->exempt, &g->entries[code], 0, g->mem, &rank))
				return tp_fail_interrupted(err);
			g->exempt[code] = rank > 0 ? EXEMPT_YES : EXEMPT_NOT;
		}
		*exempt = g->exempt[code] == EXEMPT_YES;
	}
	return *exempt || policy->n_exempt_if == 0 ? TP_OK : exempt_by_conditions(g, i, exempt, err);
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
		bool		exempt;

		if (is_exempt(g, i, &exempt, err) != TP_OK)
			return err->status;
		if (!exempt)
			meet(g, i, tp_journey_by(j, i));
		if (polled(g, 1 + g->owns))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* Cool-downs hold for so long after contact i, at t, if none does longer. */
static inline void
cool(gate *g, uint32_t i, int64_t t, int64_t wait)
{
	if (wait <= 0 || tp_after(t, wait) <= g->cooled)
		return;
	g->cooled = tp_after(t, wait);
	g->cooled_by = i;
	g->cooled_for = wait;
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
			cool(g, i, t, wait);
	}
	tp_release(g->mem, seen);
	return status;
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
		if (policy->n_conditional > TP_FEW_CONDITIONAL)
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
			cool(g, i, t, wait);
	}
	return TP_OK;
}

/* Contact i, after `at`, begins cool-downs with conditions; what its kind waits is remembered whole. */
static tp_status
cool_by_conditions(gate *g, uint32_t i, int64_t t, tp_error *err)
{
	const tp_policy *policy = g->policy;
	int64_t		wait = 0;

	if (policy->n_conditional == 0 || tp_after(t, policy->longest_conditional) <= g->cooled)
		return TP_OK;
	if (policy->n_conditional <= TP_FEW_CONDITIONAL)
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
	cool(g, i, t, wait);
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
		int64_t		until = tp_after(tp_journey_time(j, i), g->policy->min_gap);

		bool		exempt = true;

		if (until <= at)
			break;
		if (tp_cap_counts(TP_BY_NOBODY, tp_journey_by(j, i)) && is_exempt(g, i, &exempt, err) != TP_OK)
			return err->status;
		if (!exempt)
		{
			g->gapped = until;
			g->last_at = tp_journey_time(j, i);
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
		bool		exempt;

		if (t > u)
			break;
		by = tp_journey_by(j, i);
		if (is_exempt(g, i, &exempt, err) != TP_OK)
			return err->status;
		if (!exempt)
			meet(g, i, by);
		if (!exempt && g->policy->min_gap > 0 && tp_cap_counts(TP_BY_NOBODY, by))
			g->gapped = tp_after(t, g->policy->min_gap);
		if (globs->highest > 0 && tp_after(t, globs->highest) > g->cooled)
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
			cool(g, i, t, g->wait[code]);
		}
		if (cool_by_conditions(g, i, t, err) != TP_OK)
			return err->status;
		if (polled(g, 1 + g->owns))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* The day, week or month of u. */
static const period *
period_of(gate *g, uint32_t calendar, int64_t u)
{
	period	   *p = &g->period[calendar];
	const tp_calendar *c = &g->policy->calendar[calendar];

	if (u < p->from || u >= p->until)
		tp_period(&g->policy->zone[c->zone], c->per, u, &p->from, &p->until);
	return p;
}

/*
 * Until when a cap holds at u: the contact that is its max-th back must have left its window, or the period must
 * be over. Not above u where it does not hold.
 */
static inline int64_t
held_by(gate *g, const stream *s, const tp_cap *cap, int64_t u)
{
	int64_t		t;
	const period *p;

	if (cap->max > (int64_t) s->n)
		return TP_TIME_MIN;
	t = tp_journey_time(g->journey, tp_load_u32(s->places.data + (s->n - (size_t) cap->max) * sizeof(uint32_t)));
	if (cap->within > 0)
		return tp_after(t, cap->within);
	p = period_of(g, cap->calendar, u);
	return t >= p->from ? p->until : TP_TIME_MIN;
}

static inline stream *
get_stream(gate *g, uint32_t k)
{
	return k < STREAMS ? &g->streams[k] : &g->own[k - STREAMS].s;
}

/* Does a cap hold at u? If so a moment until which one does, u else. */
static tp_status
hold_by_caps(gate *g, int64_t u, int64_t *until, tp_error *err)
{
	*until = u;
	for (uint32_t k = 0; k < STREAMS + g->owns; k++)
	{
		stream	   *s = get_stream(g, k);
		int64_t		held = s->held != NULL ? held_by(g, s, s->held, u) : u;

		if (s->places.failed)
			return tp_fail_memory(err);
		for (uint32_t i = 0; i < s->caps + s->periods && held <= u; i++)
		{
			/* the others within a time allow more */
			if (i < s->caps && s->cap[i]->max > (int64_t) s->n)
			{
				i = s->caps - 1;
				continue;
			}
			held = held_by(g, s, s->cap[i], u);
			s->held = s->cap[i];
			if (polled(g, s->cap[i]->within > 0 ? 1 : 64))
				return tp_fail_interrupted(err);
		}
		if (held > *until)
			*until = held;
	}
	return TP_OK;
}

/* How many contacts the cap counts at u. */
static uint32_t
count_of(gate *g, const stream *s, const tp_cap *cap, int64_t u)
{
	uint32_t	low = 0,
				high = s->n;

	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;
		int64_t		t = tp_journey_time(g->journey, tp_load_u32(s->places.data + middle * sizeof(uint32_t)));

		if (cap->within > 0 ? tp_after(t, cap->within) > u : t >= period_of(g, cap->calendar, u)->from)
			high = middle;
		else
			low = middle + 1;
	}
	return s->n - low;
}

/* Which cap refuses at u: the one that holds longest, of these the lowest, then the first. */
static tp_status
name_cap(gate *g, int64_t u, tp_verdict *verdict, tp_error *err)
{
	const tp_cap *best = NULL;
	const stream *of = NULL;
	int64_t		longest = u;

	for (uint32_t k = 0; k < STREAMS + g->owns; k++)
	{
		stream	   *s = get_stream(g, k);

		for (uint32_t i = 0; i < s->caps + s->periods; i++)
		{
			const tp_cap *cap = s->cap[i];
			int64_t		until = held_by(g, s, cap, u);

			if (polled(g, cap->within > 0 ? 1 : 64))
				return tp_fail_interrupted(err);
			if (until < longest || until <= u)
				continue;
			if (until > longest || cap->max < best->max || (cap->max == best->max && cap->rule < best->rule))
			{
				longest = until;
				best = cap;
				of = s;
			}
		}
	}
	if (best != NULL)
	{
		verdict->cap = best->rule;
		verdict->counted = count_of(g, of, best, u);
	}
	return TP_OK;
}

/* Which cool-down it is that holds. */
static tp_status
name_cooldown(gate *g, tp_verdict *verdict, tp_error *err)
{
	const tp_policy *policy = g->policy;
	const tp_touchpoint *met = &g->entries[tp_journey_code(g->journey, g->cooled_by)];

	verdict->cooled_by = g->cooled_by;
	verdict->cooldown = tp_ranked_globs_tag(&policy->cooldowns, met, g->cooled_for, g->mem);
	for (uint32_t k = 0; k < policy->n_conditional; k++)
	{
		const tp_cooldown *rule = &policy->conditional[k];

		if (rule->wait == g->cooled_for && rule->rule < verdict->cooldown &&
			tp_step_met(&rule->after, g->journey, g->cooled_by, met))
			verdict->cooldown = rule->rule;
		if (polled(g, 1))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* Which window, and which dates, hold at u. */
static tp_status
name_shut(gate *g, const tp_touchpoint *t, int64_t u, unsigned by, tp_verdict *verdict, tp_error *err)
{
	const tp_policy *policy = g->policy;

	for (uint32_t i = 0; i < policy->n_windows && (by & TP_BY_QUIET) != 0; i++)
	{
		const tp_window *w = &policy->window[i];

		if (polled(g, 1))
			return tp_fail_interrupted(err);
		if (w->channel_len > 0 && (w->channel_len != t->channel_len || memcmp(w->channel, t->channel, w->channel_len) != 0))
			continue;
		verdict->quiet = i;
		verdict->quiet_local = tp_local(&policy->zone[w->zone], &g->clock[w->zone], u);
		if (tp_window_holds(w, verdict->quiet_local))
			break;
	}
	for (uint32_t i = 0; i < policy->n_blackouts && (by & TP_BY_BLACKOUT) != 0; i++)
	{
		const tp_blackout *b = &policy->blackout[i];

		if (polled(g, 1))
			return tp_fail_interrupted(err);
		verdict->blackout = i;
		verdict->blackout_local = tp_local(&policy->zone[b->zone], &g->clock[b->zone], u);
		if (verdict->blackout_local >= b->first * TP_USECS_PER_DAY && verdict->blackout_local < (b->last + 1) * TP_USECS_PER_DAY)
			break;
	}
	return TP_OK;
}

/* What there is to say of the rules that refuse at u. */
static tp_status
name_rules(gate *g, const tp_touchpoint *t, int64_t u, unsigned by, tp_verdict *verdict, tp_error *err)
{
	verdict->last_at = g->last_at;
	if (((by & TP_BY_CAP) != 0 && name_cap(g, u, verdict, err) != TP_OK) ||
		((by & TP_BY_COOLDOWN) != 0 && name_cooldown(g, verdict, err) != TP_OK))
		return err->status;
	return name_shut(g, t, u, by, verdict, err);
}

/* The first moment from u on that every rule allows, and which did not allow u. */
static tp_status
settle(gate *g, const tp_touchpoint *t, int64_t u, tp_verdict *verdict, tp_error *err)
{
	const tp_policy *policy = g->policy;

	for (bool first = true;; first = false)
	{
		int64_t		next = u;
		int64_t		open;
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
		/* what is shut by the clock is asked last: it takes longer, and it seldom holds longest */
		if (policy->closed.n > 0 && (first || by == 0))
		{
			if (tp_open_from(&policy->closed, policy->zone, g->clock, "", 0, u, g->mem, &open, err) != TP_OK)
				return err->status;
			HOLD(open, TP_BY_BLACKOUT);
		}
		if (policy->quiet.n > 0 && (first || by == 0))
		{
			if (tp_open_from(&policy->quiet, policy->zone, g->clock, t->channel, t->channel_len, u, g->mem, &open, err) != TP_OK)
				return err->status;
			HOLD(open, TP_BY_QUIET);
		}
#undef HOLD

		if (first)
		{
			verdict->refused_by = by;
			if (by != 0 && name_rules(g, t, u, by, verdict, err) != TP_OK)
				return err->status;
		}
		if (by == 0 || next >= TP_TIME_END)
		{
			verdict->next_at = by == 0 ? u : TP_NEVER;
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
	g->exempt = tp_alloc_array(g->mem, j->entries, sizeof(uint8_t));
	g->period = tp_alloc_array(g->mem, (size_t) g->policy->n_calendars + 1, sizeof(period));
	if (g->entries == NULL || g->same_channel == NULL || g->exempt == NULL || g->period == NULL)
		return tp_fail_memory(err);
	memset(g->exempt, EXEMPT_UNKNOWN, j->entries);
	memset(g->period, 0, g->policy->n_calendars * sizeof(period));
	for (uint32_t k = 0; k < g->policy->n_exempt_if; k++)
		tp_step_forget(&g->policy->exempt_if[k]);
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
	g.clock = tp_alloc_array(mem, (size_t) policy->n_zones + 1, sizeof(tp_clock));
	if (g.clock == NULL)
		return tp_fail_memory(err);
	memset(g.clock, 0, policy->n_zones * sizeof(tp_clock));
	if (reach > 0 && journey != NULL && journey->count > 0 && tp_journey_last_at(journey) >= tp_before(at, reach))
	{
		g.journey = journey;
		status = open_gate(&g, t, at, err);
	}
	if (status == TP_OK)
		status = settle(&g, t, at, verdict, err);
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
	tp_release(mem, g.exempt);
	tp_release(mem, g.kind_exempt);
	tp_release(mem, g.clock);
	tp_release(mem, g.period);
	tp_intern_release(&g.kinds);
	return status;
}
