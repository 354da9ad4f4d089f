/*
 * tp_funnel_chain.c
 *	  The chains of a funnel that begin at one contact, by every rule there is.
 */
#include "find/tp_funnel_chain.h"

#define NONE (-1)
#define POLL_EVERY 16384
#define NODES_MAX (1U << 18)
#define NUMBERS_MAX (1U << 24)	/* of all nodes of an instant */

/* A kind of contact at one instant: places from, up to `count` of them; told ones are one kind in their order. */
typedef struct kind
{
	uint32_t	from;
	uint32_t	count;
	uint32_t	stride;
} kind;

static inline uint64_t
low_bits(uint32_t n)
{
	return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

static inline uint64_t
since(int64_t t, int64_t start)
{
	return (uint64_t) t - (uint64_t) start;
}

void
tp_funnel_search_release(tp_funnel_search *s)
{
	TP_RELEASE_ALL(&s->mem, s->item, s->record, s->node, s->place);
	s->item = NULL;
	s->record = NULL;
	s->node = NULL;
	s->place = NULL;
	s->item_room = s->record_room = s->node_room = s->place_room = 0;
}

static void
work(tp_funnel_search *s, uint32_t n)
{
	s->work += n;
	if (s->work >= POLL_EVERY)
	{
		s->work = 0;
		tp_interrupted(&s->mem);
	}
}

static int32_t
take(tp_funnel_search *s, uint32_t item, int32_t parent, uint32_t level)
{
	if (!tp_grow(&s->mem, (void **) &s->record, &s->record_room, (uint64_t) s->records + 1, sizeof(tp_funnel_record)))
	{
		s->failed = true;
		return NONE;
	}
	s->record[s->records] = (tp_funnel_record) {item, parent};
	if (level > s->best)
	{
		s->best = level;
		s->best_record = (int32_t) s->records;
	}
	return (int32_t) s->records++;
}

static inline void
keep(int32_t *slot, int32_t record)
{
	if (*slot == NONE)
		*slot = record;
}

/*
 * Levels are kept twice: those whose last member is of an earlier instant, and behind them those whose last is of
 * this one. Level 0 is the chain that has yet to begin.
 *
 * Pass item i from the levels `in`, what comes of them is added to `out`; says whether anything did.
 */
static bool
pass(tp_funnel_search *s, const int32_t *in, int32_t *out, uint32_t i)
{
	const tp_funnel_item *c = &s->item[i];
	uint32_t	levels = s->steps + 1;
	bool		increase = (s->modes & TP_STRICT_INCREASE) != 0;
	bool		once = increase || (s->modes & TP_STRICT_ONCE) != 0;
	bool		alive = false;

	work(s, levels);
	for (uint32_t at = 0; at < 2 * levels; at++)
	{
		uint32_t	k = at >= levels ? at - levels : at;
		bool		takes,
					stays;

		if (in[at] == NONE)
			continue;
		if (k == 0)
		{
			takes = i == s->start;
			stays = !takes;
		}
		else
		{
			takes = k < s->steps && !c->exit && c->mask >> k & 1 && !(increase && at >= levels);
			stays = !c->exit && !(s->modes & TP_STRICT_ORDER) && !(k < 64 && c->excluded >> k & 1) &&
				!(s->modes & TP_STRICT_DEDUPLICATION && (takes || (c->mask & low_bits(k)) != 0));
		}
		if (stays)
			keep(&out[at], in[at]);
		alive |= stays;
		if (takes)
		{
			int32_t		record = in[at];
			uint32_t	level = k;

			do
			{
				bool		on = !once && level + 1 < s->steps && c->mask >> (level + 1) & 1;
				bool		passing = on && s->modes & TP_STRICT_DEDUPLICATION;

				level++;
				if (out[levels + level] != NONE && !on)
					break;
				record = take(s, i, record, level);
				if (!passing)
					keep(&out[levels + level], record);
				if (!on)
					break;
			} while (!s->failed);
			alive = true;
		}
	}
	return alive;
}

static void
clear(int32_t *levels, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		levels[k] = NONE;
}

/* Does the item matter to anyone? */
static bool
matters(const tp_funnel_search *s, uint32_t i)
{
	const tp_funnel_item *c = &s->item[i];

	return c->mask != 0 || c->excluded != 0 || c->exit || s->modes & TP_STRICT_ORDER;
}

static bool
same_kind(const tp_funnel_search *s, uint32_t a, uint32_t b)
{
	return a != s->start && b != s->start && s->item[a].mask == s->item[b].mask &&
		s->item[a].excluded == s->item[b].excluded && s->item[a].exit == s->item[b].exit;
}

/* Kinds of the items from..to that matter, in s->place; 0 where they are too many, or memory is short. */
static uint32_t
sort_kinds(tp_funnel_search *s, uint32_t from, uint32_t to, kind *kinds, uint32_t room)
{
	uint32_t	n = 0,
				used = 0;
	uint64_t	nodes = 1;

	if (!tp_grow(&s->mem, (void **) &s->place, &s->place_room, 2 * (uint64_t) (to - from), sizeof(uint32_t)))
	{
		s->failed = true;
		return 0;
	}
	memset(s->place + (to - from), 0, (to - from) * sizeof(uint32_t));
	for (uint32_t first = from; first < to; first++)
	{
		uint32_t   *done = s->place + (to - from);
		kind		k = {.from = used};

		if (done[first - from] || !matters(s, first))
			continue;
		for (uint32_t i = first; i < to; i++)
		{
			bool		is = i == first || (s->item[first].told ? s->item[i].told :
										!s->item[i].told && same_kind(s, first, i));

			if (!is || done[i - from] || !matters(s, i))
				continue;
			done[i - from] = 1;
			/* of one kind no more than can be taken, and one that is passed */
			if (s->item[first].told || k.count <= s->steps)
			{
				s->place[used++] = i;
				k.count++;
			}
		}
		work(s, to - first);
		if (n == room || nodes * (k.count + 1) > NODES_MAX)
			return 0;
		k.stride = (uint32_t) nodes;
		nodes *= k.count + 1;
		kinds[n++] = k;
	}
	if (nodes * 2 * (s->steps + 1) > NUMBERS_MAX)
		return 0;
	return n;
}

/* An instant in every order. */
static tp_status
pass_instant(tp_funnel_search *s, int32_t *levels, uint32_t from, uint32_t to, tp_error *err)
{
	kind		kinds[20];
	uint32_t	width = 2 * (s->steps + 1);
	uint32_t	n = sort_kinds(s, from, to, kinds, 20);
	uint32_t	nodes;

	if (s->failed)
		return tp_fail_memory(err);
	if (n == 0)
	{
		for (uint32_t i = from; i < to; i++)
			if (matters(s, i))
				return tp_fail(err, TP_PAST_LIMIT, "Give the contacts ids, which tell their order.",
							   "too many different contacts of a funnel stand at one instant in no order");
		return TP_OK;
	}
	nodes = kinds[n - 1].stride * (kinds[n - 1].count + 1);
	if (!tp_grow(&s->mem, (void **) &s->node, &s->node_room, (uint64_t) nodes * width, sizeof(int32_t)))
		return tp_fail_memory(err);
	clear(s->node, nodes * width);
	memcpy(s->node, levels, width * sizeof(int32_t));
	for (uint32_t v = 0; v < nodes && s->best < s->steps; v++)
	{
		for (uint32_t d = 0; d < n; d++)
		{
			uint32_t	digit = v / kinds[d].stride % (kinds[d].count + 1);

			if (digit < kinds[d].count)
				pass(s, s->node + (size_t) v * width, s->node + (size_t) (v + kinds[d].stride) * width,
					 s->place[kinds[d].from + digit]);
			if (s->failed)
				return tp_fail_memory(err);
		}
	}
	memcpy(levels, s->node + (size_t) (nodes - 1) * width, width * sizeof(int32_t));
	return TP_OK;
}

/* May steps go to contacts of from..to as a matching, since neither ids nor anything else bind their order? */
static bool
is_matching(const tp_funnel_search *s, uint32_t from, uint32_t to)
{
	if (s->modes != TP_STRICT_ONCE)
		return false;
	for (uint32_t i = from; i < to; i++)
		if (s->item[i].exit || s->item[i].excluded != 0 || (s->item[i].told && s->item[i].mask != 0))
			return false;
	return true;
}

/* Give a step a contact of from..to, other steps another if need be. Owners lie in s->place, marks behind them. */
static bool
claim(tp_funnel_search *s, uint32_t from, uint32_t to, uint32_t step, uint32_t round)
{
	uint32_t   *owner = s->place,
			   *mark = s->place + (to - from);

	work(s, to - from);
	for (uint32_t i = 0; i < to - from; i++)
	{
		if (!(s->item[from + i].mask >> step & 1) || mark[i] == round || from + i == s->start)
			continue;
		mark[i] = round;
		if (owner[i] == UINT32_MAX || claim(s, from, to, owner[i], round))
		{
			owner[i] = step;
			return true;
		}
	}
	return false;
}

/* An instant where that is so: the longest chain that enters it gets furthest. */
static tp_status
pass_matching(tp_funnel_search *s, int32_t *levels, uint32_t from, uint32_t to, tp_error *err)
{
	uint32_t	width = s->steps + 1,
				level = s->steps,
				n = to - from,
				end;
	int32_t		record;
	bool		begins = levels[0] != NONE;

	while (level > 0 && levels[level] == NONE)
		level--;
	record = levels[level];
	levels[0] = NONE;
	if (!tp_grow(&s->mem, (void **) &s->place, &s->place_room, 2 * (uint64_t) n, sizeof(uint32_t)))
		return tp_fail_memory(err);
	memset(s->place, 0xFF, n * sizeof(uint32_t));
	memset(s->place + n, 0, n * sizeof(uint32_t));
	if (begins)
	{
		record = take(s, s->start, 0, 1);
		keep(&levels[width + 1], record);
		level = 1;
	}
	for (end = level; end < s->steps && claim(s, from, to, end, end + 1);)
		end++;
	for (; level < end && !s->failed; level++)
	{
		uint32_t	i = 0;

		while (s->place[i] != level)
			i++;
		work(s, i);
		record = take(s, from + i, record, level + 1);
		keep(&levels[width + level + 1], record);
	}
	return s->failed ? tp_fail_memory(err) : TP_OK;
}

/* Is there an item of from..to whose order among the others that matter is open? */
static bool
is_tied(const tp_funnel_search *s, uint32_t from, uint32_t to)
{
	bool		open = false,
				differ = false;
	uint32_t	first = to;

	for (uint32_t i = from; i < to; i++)
	{
		if (!matters(s, i))
			continue;
		if (first == to)
			first = i;
		open |= !s->item[i].told;
		differ |= i != first && !same_kind(s, first, i);
	}
	return open && differ;
}

static tp_status
in_order(tp_funnel_search *s, tp_error *err)
{
	int32_t		levels[2][2 * (TP_FUNNEL_STEPS_MAX + 1)];
	uint32_t	width = 2 * (s->steps + 1);
	int64_t		started = s->item[s->start].time;
	uint32_t	from = s->start,
				to;
	bool		alive = true;

	while (from > 0 && s->item[from - 1].time == started)
		from--;
	clear(levels[0], width);
	levels[0][0] = 0;
	for (; from < s->n && alive && s->best < s->steps && since(s->item[from].time, started) <= s->within; from = to)
	{
		for (to = from + 1; to < s->n && s->item[to].time == s->item[from].time;)
			to++;
		if (to > from + 1 && is_tied(s, from, to))
		{
			if ((is_matching(s, from, to) ? pass_matching : pass_instant) (s, levels[0], from, to, err) != TP_OK)
				return err->status;
		}
		else
		{
			for (uint32_t i = from; i < to; i++)
			{
				if (!matters(s, i))
				{
					work(s, 1);
					continue;
				}
				clear(levels[1], width);
				pass(s, levels[0], levels[1], i);
				if (s->failed)
					return tp_fail_memory(err);
				memcpy(levels[0], levels[1], width * sizeof(int32_t));
			}
		}
		alive = false;
		for (uint32_t k = 0; k <= s->steps; k++)
		{
			keep(&levels[0][k], levels[0][s->steps + 1 + k]);
			levels[0][s->steps + 1 + k] = NONE;
			alive |= levels[0][k] != NONE;
		}
	}
	return TP_OK;
}

/* Would item x, passed by a chain of k steps, end it, and as what? */
static tp_stop
stops(const tp_funnel_search *s, const tp_funnel_item *x, uint32_t k)
{
	if (x->exit)
		return TP_STOP_EXIT;
	if (k < 64 && x->excluded >> k & 1)
		return TP_STOP_EXCLUDED;
	if (s->modes & TP_STRICT_DEDUPLICATION && (x->mask & low_bits(k)) != 0)
		return TP_STOP_REPEAT;
	if (s->modes & TP_STRICT_ORDER)
		return TP_STOP_ORDER;
	return TP_STOP_NO_CONTACT;
}

/*
 * What came behind the last member. One of its instant came behind where ids tell so, or where before all members
 * of that instant it would have ended the chain too.
 */
static tp_stop
why(tp_funnel_search *s, const tp_chain *chain, const uint32_t *member)
{
	uint32_t	level = chain->reached,
				entered = level,
				from = member[level - 1];
	int64_t		started = s->item[s->start].time,
				last = s->item[from].time;
	uint64_t	missing = s->modes & TP_ANY_ORDER ? ~chain->taken & low_bits(s->steps) : UINT64_C(1) << level;

	if (level == s->steps)
		return TP_STOP_COMPLETE;
	while (entered > 0 && s->item[member[entered - 1]].time == last)
		entered--;
	while (from > 0 && s->item[from - 1].time == last)
		from--;
	for (uint32_t i = from; i < s->n; i++)
	{
		const tp_funnel_item *x = &s->item[i];
		tp_stop		stop;
		bool		is_member = false;

		work(s, 1);
		if (since(x->time, started) > s->within)
		{
			if ((x->mask & missing) != 0 && !x->exit)
				return TP_STOP_WINDOW;
			continue;
		}
		for (uint32_t k = entered; k < level && x->time == last; k++)
			is_member |= member[k] == i;
		if (is_member)
			continue;
		stop = stops(s, x, level);
		if (stop == TP_STOP_NO_CONTACT)
			continue;
		if (x->time == last)
		{
			bool		told = x->told && s->item[member[level - 1]].told;

			if (told ? i < member[level - 1] : entered == 0 || stops(s, x, entered) == TP_STOP_NO_CONTACT)
				continue;
		}
		return stop;
	}
	return TP_STOP_NO_CONTACT;
}

/* Any order: matching steps with contacts, each contact that can be added in order of time. */
typedef struct matching
{
	uint32_t	steps;
	uint64_t	mask[TP_FUNNEL_STEPS_MAX];	/* of the contact that has each step */
	uint32_t	item[TP_FUNNEL_STEPS_MAX];
	uint64_t	taken;
} matching;

static bool
add(matching *m, uint64_t mask, uint32_t item, uint64_t *seen)
{
	uint64_t	can = mask & ~*seen & low_bits(m->steps);
	uint64_t	open = can & ~m->taken;

	if (open == 0)
	{
		while ((can = mask & ~*seen & m->taken) != 0)
		{
			uint32_t	k = (uint32_t) __builtin_ctzll(can);

			*seen |= UINT64_C(1) << k;
			if (add(m, m->mask[k], m->item[k], seen))
			{
				m->mask[k] = mask;
				m->item[k] = item;
				return true;
			}
		}
		return false;
	}
	open &= ~open + 1;
	m->mask[__builtin_ctzll(open)] = mask;
	m->item[__builtin_ctzll(open)] = item;
	m->taken |= open;
	return true;
}

/* The first exit of from..to in the order that ids tell, or to. */
static uint32_t
told_exit(const tp_funnel_search *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (s->item[i].exit && s->item[i].told)
			return i;
	return to;
}

/* Of the first instant, those whose order is told only from item `low` on. */
static void
match_from(tp_funnel_search *s, uint32_t low, tp_chain *chain, uint32_t *member)
{
	matching	m = {.steps = s->steps};
	bool		increase = (s->modes & TP_STRICT_INCREASE) != 0;
	int64_t		started = s->item[s->start].time;
	uint32_t	from = s->start,
				to;
	uint64_t	seen = 0;
	bool		ended = false;

	add(&m, s->item[s->start].mask, s->start, &seen);
	while (from > 0 && s->item[from - 1].time == started)
		from--;
	for (; from < s->n && !ended && since(s->item[from].time, started) <= s->within; from = to)
	{
		bool		first = s->item[from].time == started;
		uint32_t	exit;
		uint64_t	all = 0;

		for (to = from + 1; to < s->n && s->item[to].time == s->item[from].time;)
			to++;
		exit = told_exit(s, first ? low : from, to);
		ended = exit < to;
		for (uint32_t i = from; i < to; i++)
		{
			const tp_funnel_item *c = &s->item[i];

			work(s, 1);
			ended |= c->exit && !first;
			if (c->exit || c->mask == 0 || i == s->start || (c->told && i > exit) ||
				(first && c->told && i < low))
				continue;
			seen = 0;
			if (!increase)
				add(&m, c->mask, i, &seen);
			all |= c->mask;
		}
		seen = 0;
		/* an instant is one contact that matches what any of it does */
		if (increase && !first && all != 0)
			add(&m, all, from, &seen);
		if (m.taken == low_bits(s->steps))
			break;
	}
	chain->taken = m.taken;
	chain->reached = 0;
	for (uint32_t k = 0; k < s->steps; k++)
	{
		uint32_t	at = chain->reached;
		uint32_t	item = m.item[k];

		if (!(m.taken >> k & 1))
			continue;
		while (increase && (!(s->item[item].mask >> k & 1) || s->item[item].exit))
			item++;
		/* the one that begins it comes first of its instant */
		for (chain->reached++; at > 0 && member[at - 1] != s->start && (member[at - 1] > item || item == s->start); at--)
			member[at] = member[at - 1];
		member[at] = item;
	}
}

/*
 * Ids may tell that exits of the first instant lie between its contacts. Where none tells where the first contact
 * stands among them, it may begin behind any of these exits.
 */
static void
in_any_order(tp_funnel_search *s, tp_chain *chain, uint32_t *member)
{
	int64_t		started = s->item[s->start].time;
	uint32_t	low = s->start,
				to = s->start + 1;

	if (s->item[s->start].told)
	{
		match_from(s, s->start + 1, chain, member);
		return;
	}
	while (low > 0 && s->item[low - 1].time == started)
		low--;
	while (to < s->n && s->item[to].time == started)
		to++;
	match_from(s, low, chain, member);
	while ((low = told_exit(s, low, to)) < to)
	{
		uint32_t	other[TP_FUNNEL_STEPS_MAX];
		tp_chain	c;

		match_from(s, ++low, &c, other);
		if (c.reached < chain->reached || (c.reached == chain->reached &&
			s->item[other[c.reached - 1]].time > s->item[member[chain->reached - 1]].time))
			continue;
		chain->reached = c.reached;
		chain->taken = c.taken;
		memcpy(member, other, c.reached * sizeof(uint32_t));
	}
}

tp_status
tp_funnel_chain_from(tp_funnel_search *s, uint32_t start, tp_chain *chain, tp_error *err)
{
	uint32_t	member[TP_FUNNEL_STEPS_MAX];

	s->start = start;
	s->best = 0;
	s->records = 0;
	s->failed = false;
	if (s->modes & TP_ANY_ORDER)
		in_any_order(s, chain, member);
	else
	{
		int32_t		record;

		take(s, 0, NONE, 0);
		if (s->failed)
			return tp_fail_memory(err);
		if (in_order(s, err) != TP_OK)
			return err->status;
		chain->reached = s->best;
		record = s->best_record;
		for (uint32_t k = s->best; k-- > 0; record = s->record[record].parent)
			member[k] = s->record[record].item;
	}
	chain->entry = s->item[start].position;
	for (uint32_t k = 0; k < chain->reached; k++)
		chain->position[k] = s->item[member[k]].position;
	chain->stop = why(s, chain, member);
	return TP_OK;
}
