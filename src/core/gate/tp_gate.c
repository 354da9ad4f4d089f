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

#include "gate/tp_caps.h"

/* Contacts or caps looked at between two polls. */

/* What of a kind is not known yet, and what is not needed of one that was met later. */
#define NOT_ASKED	(-1)
#define PASSED		(-2)

/* Not asked, no, yes. */
#define EXEMPT_UNKNOWN 0
#define EXEMPT_NOT 1
#define EXEMPT_YES 2

typedef struct gate
{
	const tp_policy *policy;
	const tp_journey *journey;	/* NULL: nothing in it matters */
	const tp_memory *mem;
	tp_touchpoint *entries;
	int64_t    *wait;			/* each entry: its longest cool-down, -1 where nobody asked; from `at` on */
	tp_intern	kinds;			/* of contacts, as steps see them */
	int64_t    *kind_wait;		/* each kind: its longest cool-down with conditions, or one of the above */
	uint32_t	kinds_room;
	uint8_t    *exempt;			/* each entry: by steps without conditions, one of EXEMPT_… */
	uint8_t    *kind_exempt;	/* each kind: by steps with conditions, likewise */
	uint32_t	kind_exempt_room;
	tp_clock   *clock;			/* each zone */
	uint32_t	next;			/* the first contact not met */
	int64_t		cooled;			/* cool-downs hold until then */
	uint32_t	cooled_by;		/* for so long after this contact */
	int64_t		cooled_for;
	int64_t		gapped;			/* min_gap holds until then */
	int64_t		last_at;		/* counted from this time */
	size_t		work;			/* since the last poll */
	tp_caps		caps;
} gate;

/* Asks the host from time to time whether to go on. */
static inline bool
polled(gate *g, size_t work)
{
	return tp_stop_after(g->mem, &g->work, work, TP_POLL_EVERY);
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
			tp_caps_meet(&g->caps, i, tp_journey_by(j, i));
		if (polled(g, 1 + g->caps.owns))
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
			tp_caps_meet(&g->caps, i, by);
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
		if (polled(g, 1 + g->caps.owns))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* Which cap it is that refuses at u, and how many contacts it counts. */
static tp_status
name_cap(gate *g, int64_t u, tp_verdict *verdict, tp_error *err)
{
	const tp_cap *cap;

	if (tp_caps_longest(&g->caps, u, &cap, err) != TP_OK)
		return err->status;
	verdict->cap = cap->rule;
	for (uint32_t i = tp_journey_search(g->journey, tp_caps_since(&g->caps, cap, u)); i < g->next; i++)
	{
		bool		exempt;

		if (polled(g, 1))
			return tp_fail_interrupted(err);
		if (!tp_caps_counts(&g->caps, cap, i))
			continue;
		if (is_exempt(g, i, &exempt, err) != TP_OK)
			return err->status;
		verdict->counted += !exempt;
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
	verdict->counted = 0;
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

			if (meet_up_to(g, u, err) != TP_OK || tp_caps_hold(&g->caps, u, &until, err) != TP_OK)
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
	g->exempt = tp_alloc_array(g->mem, j->entries, sizeof(uint8_t));
	if (g->entries == NULL || g->exempt == NULL)
		return tp_fail_memory(err);
	memset(g->exempt, EXEMPT_UNKNOWN, j->entries);
	for (uint32_t k = 0; k < g->policy->n_exempt_if; k++)
		tp_step_forget(&g->policy->exempt_if[k]);
	if (tp_journey_dictionary(j, g->entries, err) != TP_OK ||
		tp_caps_begin(&g->caps, g->policy, j, g->entries, t, g->mem, &reach, err) != TP_OK)
		return err->status;
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
	tp_caps_release(&g.caps);
	tp_release(mem, g.entries);
	tp_release(mem, g.wait);
	tp_release(mem, g.kind_wait);
	tp_release(mem, g.exempt);
	tp_release(mem, g.kind_exempt);
	tp_release(mem, g.clock);
	tp_intern_release(&g.kinds);
	return status;
}
