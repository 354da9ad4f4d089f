/*
 * tp_pattern_match.c
 *	  Running the program of a pattern over a journey.
 */
#include "find/tp_pattern_program.h"

/* Tokens that all connectors together may hold. */
#define TOKENS_MAX (16 * 1024 * 1024)

/* Steps of the program between two looks at whether the host wants to stop. */
#define POLL_EVERY (1024 * 1024)

static inline bool
has_bit(const uint64_t *row, uint32_t bit)
{
	return row[bit / 64] >> (bit % 64) & 1;
}

/* Of the n bits from first on. */
static bool
has_any_bit(const uint64_t *row, uint32_t first, uint32_t n)
{
	uint32_t	last = first + n - 1;
	uint64_t	from = UINT64_MAX << (first % 64);
	uint64_t	to = UINT64_MAX >> (63 - last % 64);

	if (first / 64 == last / 64)
		return (row[first / 64] & from & to) != 0;
	if ((row[first / 64] & from) != 0)
		return true;
	for (uint32_t w = first / 64 + 1; w < last / 64; w++)
		if (row[w] != 0)
			return true;
	return (row[last / 64] & to) != 0;
}

static bool
push(tp_matcher *m, queue *q, int64_t time, uint32_t end)
{
	if (q->tail == q->room)
	{
		if (q->head > q->room / 2)
		{
			memmove(q->token, q->token + q->head, (q->tail - q->head) * sizeof(token));
			q->tail -= q->head;
			q->head = 0;
		}
		else
		{
			uint32_t	before = q->room;

			if (m->tokens >= TOKENS_MAX ||
				!tp_grow(&m->mem, (void **) &q->token, &q->room, q->tail + 1, sizeof(token)))
				return false;
			m->tokens += q->room - before;
		}
	}
	q->token[q->tail++] = (token) {time, end};
	return true;
}

/* Put a token that is far enough where it belongs: whoever is nearer and ends no later outdoes it. */
static bool
push_far(tp_matcher *m, connector *c, int64_t time, uint32_t end)
{
	queue	   *q = &c->far;

	if (c->most == UINT64_MAX)
	{
		c->end = end < c->end ? end : c->end;
		return true;
	}
	while (q->tail > q->head && q->token[q->tail - 1].end >= end)
		q->tail--;
	return push(m, q, time, end);
}

static inline void
clear(connector *c)
{
	c->end = NEVER;
	c->near.head = c->near.tail = 0;
	c->far.head = c->far.tail = 0;
}

/* The earliest end that a timed connector lets through to a contact at t. */
static uint32_t
query_timed(tp_matcher *m, connector *c, int64_t t, bool *ok)
{
	queue	   *near = &c->near,
			   *far = &c->far;

	while (near->head < near->tail && (uint64_t) near->token[near->head].time - (uint64_t) t >= c->least)
	{
		const token k = near->token[near->head++];

		*ok &= push_far(m, c, k.time, k.end);
	}
	if (c->most == UINT64_MAX)
		return c->end;
	while (far->head < far->tail && (uint64_t) far->token[far->head].time - (uint64_t) t > c->most)
		far->head++;
	return far->head < far->tail ? far->token[far->head].end : NEVER;
}

static bool
stands_between(exclusion *e, const uint64_t *row, uint32_t i)
{
	if (e->asked_at != i + 1)
	{
		e->asked_at = i + 1;
		e->hit = has_any_bit(row, e->first, e->count);
	}
	return e->hit;
}

/* What a connector does behind contact i: forget what i stands in the way of, remember what i leads to. */
static inline bool
settle(tp_matcher *m, connector *c, const uint64_t *row, uint32_t i, int64_t t)
{
	uint32_t	end = m->slot[c->feed];

	if (c->kind == LINK_NEXT)
	{
		if (end != NEVER)
		{
			c->end = end;
			c->at = i;
		}
		return true;
	}
	if (c->exclusion != NEVER && stands_between(&m->exclusion[c->exclusion], row, i))
		clear(c);
	if (end == NEVER || c->impossible)
		return true;
	if (c->kind == LINK_LATER)
	{
		c->end = end < c->end ? end : c->end;
		return true;
	}
	if (c->least == 0)
		return push_far(m, c, t, end);
	/* of one time the earliest end will do */
	if (c->near.tail > c->near.head && c->near.token[c->near.tail - 1].time == t)
	{
		token	   *last = &c->near.token[c->near.tail - 1];

		last->end = end < last->end ? end : last->end;
		return true;
	}
	return push(m, &c->near, t, end);
}

/* steps is the row as steps see it: blank for a contact that must not take one. */
static inline uint32_t
step_contact(tp_matcher *m, const tp_journey *j, const uint64_t *row, const uint64_t *steps, uint32_t i, int64_t t,
			 bool *ok)
{
	uint32_t   *slot = m->slot;
	const instruction *program = m->program;

	slot[0] = i;
	for (uint32_t k = 0; k < m->instructions; k++)
	{
		const instruction *in = &program[k];
		uint32_t	v = NEVER;

		switch ((op) in->op)
		{
			case OP_STEP:
				v = slot[in->a];
				if (v != NEVER)
				{
					atom	   *a = &m->atom[in->b];

					if (!has_bit(steps, a->bit) || (a->conditions != NULL && !tp_conditions_met(a->conditions, j, i)))
						v = NEVER;
				}
				break;
			case OP_JOIN:
				v = slot[in->a] < slot[in->b] ? slot[in->a] : slot[in->b];
				break;
			case OP_QUERY:
				{
					connector  *c = &m->connector[in->a];

					if (c->kind == LINK_LATER)
						v = c->end;
					else if (c->kind == LINK_NEXT)
						v = c->at == i + 1 ? c->end : NEVER;
					else
						v = query_timed(m, c, t, ok);
				}
				break;
			case OP_FIRST:
				v = i == 0 ? slot[in->a] : NEVER;
				break;
			case OP_LAST:
				v = i + 1 == j->count ? slot[in->a] : NEVER;
				break;
		}
		slot[k + 1] = v;
	}
	for (uint32_t k = 0; k < m->connectors; k++)
		*ok &= settle(m, &m->connector[k], row, i, t);
	return slot[m->result];
}

static void
reset(tp_matcher *m)
{
	for (uint32_t k = 0; k < m->connectors; k++)
	{
		m->connector[k].at = NEVER;
		clear(&m->connector[k]);
	}
	for (uint32_t k = 0; k < m->exclusions; k++)
		m->exclusion[k].asked_at = 0;
}

/* Look at the touchpoints first: most journeys lack one that every match has. */
static tp_status
look(tp_matcher *m, const tp_journey *j, bool *possible, tp_error *err)
{
	*possible = false;
	if (tp_globs_look(&m->globs, j, m->all, err) != TP_OK)
		return err->status;
	for (uint32_t k = 0; k < m->atoms; k++)
		if (m->atom[k].conditions != NULL)
			tp_conditions_forget(m->atom[k].conditions);
	*possible = true;
	for (uint32_t w = 0; w < m->globs.words; w++)
		*possible &= (m->must[w] & ~m->all[w]) == 0;
	return TP_OK;
}

static bool
is_blank_row(const tp_matcher *m, const uint64_t *row)
{
	for (uint32_t w = 0; w < m->globs.words; w++)
		if (row[w] != 0)
			return false;
	return true;
}

/* Does a match from contact i to contact end take no longer than it may? */
static inline bool
is_within(const tp_matcher *m, const tp_journey *j, uint32_t i, uint32_t end)
{
	return m->whole.within < 0 ||
		(uint64_t) tp_journey_time(j, end) - (uint64_t) tp_journey_time(j, i) <= (uint64_t) m->whole.within;
}

/*
 * Run over the journey, leaving matches from the last start to the first; only the first found if any. Of
 * each start the earliest end is known, so a limit on the whole is asked of that. hold: contacts that do not
 * fit what is held take no step, and earliest ends go to m->ends.
 */
static tp_status
run(tp_matcher *m, const tp_journey *j, bool any, bool hold, uint32_t *n, tp_error *err)
{
	uint64_t	done = 0;
	bool		ok = true;

	*n = 0;
	reset(m);
	for (uint32_t i = j->count; i-- > 0;)
	{
		const uint64_t *row = tp_globs_row(&m->globs, tp_journey_code(j, i));
		const uint64_t *steps = row;
		uint32_t	end;

		/* a contact's bits are looked through twice, as a whole and by exclusion */
		done += m->instructions + 2 * m->globs.words;
		if (done > POLL_EVERY)
		{
			done = 0;
			tp_interrupted(&m->mem);
		}
		if (is_blank_row(m, row))
			continue;
		if (tp_unlikely(hold) && !holder_fits(m->holder, j, i))
			steps = m->blank;
		end = step_contact(m, j, row, steps, i, m->timed ? tp_journey_time(j, i) : 0, &ok);
		if (!ok)
		{
			if (m->tokens >= TOKENS_MAX)
				return tp_fail(err, TP_PAST_LIMIT, "Give the connectors an upper limit, such as <= 7 days, or use fewer of them.",
							   "matching takes too much memory");
			return tp_fail_memory(err);
		}
		if (end == NEVER || !is_within(m, j, i, end))
			continue;
		*n += 1;
		if (any)
			return TP_OK;
		if (hold)
		{
			m->ends[i] = end < m->ends[i] ? end : m->ends[i];
			continue;
		}
		if (!tp_grow(&m->mem, (void **) &m->match, &m->match_room, *n, sizeof(tp_match)))
			return tp_fail_memory(err);
		m->match[*n - 1] = (tp_match) {i, end};
	}
	return TP_OK;
}

/* The same where values are held: once for each choice of them. */
static tp_status
run_held(tp_matcher *m, const tp_journey *j, bool any, uint32_t *n, tp_error *err)
{
	bool		some;

	*n = 0;
	if (holder_look(m->holder, j, j->count, &some, err) != TP_OK)
		return err->status;
	if (!some)
		return run(m, j, any, false, n, err);
	if (!any)
	{
		if (!tp_grow(&m->mem, (void **) &m->ends, &m->ends_room, j->count, sizeof(uint32_t)))
			return tp_fail_memory(err);
		memset(m->ends, 0xFF, j->count * sizeof(uint32_t));
	}
	for (bool more = holder_first(m->holder); more; more = holder_next(m->holder))
	{
		if (run(m, j, any, true, n, err) != TP_OK)
			return err->status;
		if (any && *n > 0)
			return TP_OK;
		tp_interrupted(&m->mem);
	}
	if (holder_failed(m->holder))
		return tp_fail_memory(err);
	*n = 0;
	for (uint32_t i = any ? 0 : j->count; i-- > 0;)
	{
		if (m->ends[i] == NEVER)
			continue;
		if (!tp_grow(&m->mem, (void **) &m->match, &m->match_room, *n + 1, sizeof(tp_match)))
			return tp_fail_memory(err);
		m->match[(*n)++] = (tp_match) {i, m->ends[i]};
	}
	return TP_OK;
}

/* Does j pass through the steps of the chain? From the last contact on, each step is taken where it is first met. */
static bool
passes_chain(const tp_matcher *m, const tp_journey *j)
{
	uint32_t	taken = 0;
	uint64_t	wanted = UINT64_C(1) << m->atom[m->program[0].b].bit;

	for (uint32_t i = j->count; i-- > 0;)
	{
		if ((m->globs.word_of[tp_journey_code(j, i)] & wanted) == 0)
			continue;
		if (++taken == m->chain)
			return true;
		wanted = UINT64_C(1) << m->atom[m->program[2 * taken].b].bit;
	}
	return false;
}

static tp_status
run_any_way(tp_matcher *m, const tp_journey *j, bool any, uint32_t *n, tp_error *err)
{
	return m->holder != NULL ? run_held(m, j, any, n, err) : run(m, j, any, false, n, err);
}

tp_status
tp_matcher_any(tp_matcher *m, const tp_journey *j, bool *any, tp_error *err)
{
	uint32_t	n = 0;

	*any = false;
	if (look(m, j, any, err) != TP_OK)
		return err->status;
	if (!*any)
		return TP_OK;
	if (m->chain > 0)
	{
		*any = passes_chain(m, j);
		return TP_OK;
	}
	if (run_any_way(m, j, true, &n, err) != TP_OK)
		return err->status;
	*any = n > 0;
	return TP_OK;
}

tp_status
tp_matcher_all(tp_matcher *m, const tp_journey *j, bool overlapping, const tp_match **matches, uint32_t *n,
			   tp_error *err)
{
	uint32_t	found = 0,
				kept = 0;
	bool		possible = false;

	*n = 0;
	*matches = NULL;
	if (look(m, j, &possible, err) != TP_OK)
		return err->status;
	if (!possible)
		return TP_OK;
	if (run_any_way(m, j, false, &found, err) != TP_OK)
		return err->status;
	for (uint32_t a = 0, b = found; a + 1 < b; a++)
	{
		tp_match	swap = m->match[a];

		m->match[a] = m->match[--b];
		m->match[b] = swap;
	}
	for (uint32_t k = 0; k < found; k++)
		if (overlapping || kept == 0 || m->match[k].first > m->match[kept - 1].last)
			m->match[kept++] = m->match[k];
	*matches = m->match;
	*n = kept;
	return TP_OK;
}
