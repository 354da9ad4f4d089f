/*
 * tp_pattern_match.c
 *	  Running the program of a pattern over a journey.
 */
#include "find/tp_pattern_program.h"

#include <math.h>

/* Tokens that all connectors together may hold. */
#define TOKENS_MAX (16 * 1024 * 1024)

/* Steps of the program between two looks at whether the host wants to stop. */
#define POLL_EVERY (1024 * 1024)

static inline bool
has_bit(const uint64_t *row, uint32_t bit)
{
	return row[bit / 64] >> (bit % 64) & 1;
}

static bool
compares(double a, tp_op op, double b)
{
	switch (op)
	{
		case TP_OP_LT:
			return a < b;
		case TP_OP_LE:
			return a <= b;
		case TP_OP_EQ:
			return a == b;
		case TP_OP_NE:
			return a != b;
		case TP_OP_GE:
			return a >= b;
		case TP_OP_GT:
			return a > b;
	}
	return false;
}

/* Does contact i meet a condition? An unknown field meets none. */
static bool
meets(const tp_journey *j, uint32_t i, const uint8_t *condition)
{
	tp_field	field = (tp_field) condition[0];
	tp_op		op = (tp_op) condition[1];
	int64_t		whole = tp_load_i64(condition + 2);
	double		number = tp_load_f64(condition + 2);
	double		v = (double) NAN;
	int64_t		n = 0;

	switch (field)
	{
		case TP_FIELD_SCORE:
			v = tp_journey_number(j, TP_SCORE, i);
			break;
		case TP_FIELD_EXPECTED:
			v = tp_journey_number(j, TP_EXPECTED, i);
			break;
		case TP_FIELD_GAP:
			v = tp_journey_number(j, TP_SCORE, i) - tp_journey_number(j, TP_EXPECTED, i);
			break;
		case TP_FIELD_COST:
			v = tp_journey_number(j, TP_COST, i);
			break;
		case TP_FIELD_VALUE:
			v = tp_journey_number(j, TP_VALUE, i);
			break;
		case TP_FIELD_DURATION:
			n = tp_journey_duration(j, i);
			if (n < 0)
				return false;
			return op == TP_OP_LT ? n < whole : op == TP_OP_LE ? n <= whole : op == TP_OP_EQ ? n == whole :
				op == TP_OP_NE ? n != whole : op == TP_OP_GE ? n >= whole : n > whole;
		case TP_FIELD_BY:
			n = tp_journey_by(j, i);
			return n != TP_BY_NOBODY && (n == whole) == (op == TP_OP_EQ);
	}
	return !isnan(v) && compares(v, op, number);
}

static bool
conditions_met(const tp_journey *j, uint32_t i, atom *a)
{
	if (a->asked_at != i + 1)
	{
		a->asked_at = i + 1;
		a->ok = true;
		for (uint32_t k = 0; k < a->conditions && a->ok; k++)
			a->ok = meets(j, i, a->condition + 10 * k);
	}
	return a->ok;
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
		e->hit = false;
		for (uint32_t k = 0; k < e->count && !e->hit; k++)
			e->hit = has_bit(row, e->first + k);
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

static inline uint32_t
step_contact(tp_matcher *m, const tp_journey *j, const uint64_t *row, uint32_t i, int64_t t, bool *ok)
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

					if (!has_bit(row, a->bit) || (a->conditions > 0 && !conditions_met(j, i, a)))
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
	for (uint32_t k = 0; k < m->atoms; k++)
		m->atom[k].asked_at = 0;
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

/* Run over the journey, leaving matches from the last start to the first; only the first found if any. */
static tp_status
run(tp_matcher *m, const tp_journey *j, bool any, uint32_t *n, tp_error *err)
{
	uint64_t	done = 0;
	bool		ok = true;

	*n = 0;
	reset(m);
	for (uint32_t i = j->count; i-- > 0;)
	{
		const uint64_t *row = tp_globs_row(&m->globs, tp_journey_code(j, i));
		uint32_t	end;

		done += m->instructions + 1;
		if (done > POLL_EVERY)
		{
			done = 0;
			tp_interrupted(&m->mem);
		}
		if (is_blank_row(m, row))
			continue;
		end = step_contact(m, j, row, i, m->timed ? tp_journey_time(j, i) : 0, &ok);
		if (!ok)
		{
			if (m->tokens >= TOKENS_MAX)
				return tp_fail(err, TP_PAST_LIMIT, "Give the connectors an upper limit, such as <= 7 days, or use fewer of them.",
							   "matching takes too much memory");
			return tp_fail_memory(err);
		}
		if (end == NEVER)
			continue;
		if (any)
		{
			*n = 1;
			return TP_OK;
		}
		if (!tp_grow(&m->mem, (void **) &m->match, &m->match_room, *n + 1, sizeof(tp_match)))
			return tp_fail_memory(err);
		m->match[(*n)++] = (tp_match) {i, end};
	}
	return TP_OK;
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
	if (run(m, j, true, &n, err) != TP_OK)
		return err->status;
	*any = n > 0;
	return TP_OK;
}

tp_status
tp_matcher_all(tp_matcher *m, const tp_journey *j, const tp_match **matches, uint32_t *n, tp_error *err)
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
	if (run(m, j, false, &found, err) != TP_OK)
		return err->status;
	for (uint32_t a = 0, b = found; a + 1 < b; a++)
	{
		tp_match	swap = m->match[a];

		m->match[a] = m->match[--b];
		m->match[b] = swap;
	}
	for (uint32_t k = 0; k < found; k++)
		if (kept == 0 || m->match[k].first > m->match[kept - 1].last)
			m->match[kept++] = m->match[k];
	*matches = m->match;
	*n = kept;
	return TP_OK;
}
