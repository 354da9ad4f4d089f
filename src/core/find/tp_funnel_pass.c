/*
 * tp_funnel_pass.c
 *	  One pass over contacts whose order is known.
 *
 * A chain of k steps can only be continued the better the later it started, so one start a level is
 * enough: the latest. A pass over n contacts and s steps costs O(n + matches).
 *
 * A greedy search that keeps the first start, or one state for all starts, loses chains: on A B (long
 * pause) A B C the second A gets further.
 */
#include "find/tp_funnel_pass.h"

#define POLL_EVERY 65536

static void
poll(const tp_funnel_view *v)
{
	if (v->f != NULL)
		tp_interrupted(&v->f->at.globs.mem);
}

/* The time between two contacts, whichever is the earlier. */
static inline uint64_t
apart(int64_t a, int64_t b)
{
	return a > b ? (uint64_t) a - (uint64_t) b : (uint64_t) b - (uint64_t) a;
}

static uint64_t
reverse_steps(uint64_t mask, uint32_t steps)
{
	uint64_t	out = 0;

	for (mask &= low_bits(steps); mask != 0; mask &= mask - 1)
		out |= UINT64_C(1) << (steps - 1 - (uint32_t) __builtin_ctzll(mask));
	return out;
}

/*
 * Plain and strict_once: start[k] is the time of the latest start of a chain of k steps, and of one of
 * none it is now. Within one contact the levels are taken upwards, so that it may take several steps,
 * or downwards, so that it cannot.
 *
 * Which contacts match and which of them get a chain further is as good as random, so neither is
 * branched on: the contacts of a block that match are gathered first, and levels change by selection.
 */
#define BLOCK 256

/* The contacts from x on that match a step or an exit, as they are passed; returns how many. */
static inline uint32_t
gather(const tp_funnel_view *v, size_t x, uint32_t n, bool backward, bool exits, uint16_t hit[BLOCK])
{
	uint32_t	hits = 0;

	for (uint32_t k = 0; k < n; k++)
	{
		size_t		i = backward ? v->n - 1 - (x + k) : x + k;

		hit[hits] = (uint16_t) k;
		hits += word_at(v, i) != 0 || (exits && is_exit(v, i));
	}
	return hits;
}

/*
 * Whether nothing tells the order of contacts at one instant that differ. Nearly no two are at one, so only the
 * time and the first contact of it are kept up; what else is known is of instant `met`.
 */
typedef struct ties
{
	int64_t		time;
	size_t		first;
	int64_t		met;
	bool		differ;
	bool		open;
} ties;

#define NO_TIES {.time = INT64_MIN, .met = INT64_MIN}

static bool
is_open(const tp_journey *j, size_t i)
{
	int64_t		id;

	return j == NULL || !tp_journey_id(j, (uint32_t) i, &id) || id < 0;
}

/* Contact i is of the same instant as the first, and differs from it or not; are there ties? */
static __attribute__((noinline)) bool
meet(ties *s, const tp_journey *j, size_t i, bool differs)
{
	if (s->met != s->time)
	{
		s->met = s->time;
		s->differ = false;
		s->open = is_open(j, s->first);
	}
	s->differ |= differs;
	s->open = s->open || is_open(j, i);
	return s->differ && s->open;
}

static inline void
pass_loose_in(const tp_funnel_view *v, tp_funnel_pass *p, bool backward, bool once, bool exits)
{
	int64_t		start[TP_FUNNEL_STEPS_MAX + 1];
	uint64_t	live = 0;		/* bit k - 1: start[k] is one */
	uint64_t	steps = low_bits(p->steps);
	uint32_t	best = 0;
	ties		tie = NO_TIES;

	for (uint32_t k = 0; k <= p->steps; k++)
		start[k] = 0;
	for (size_t x = 0; x < v->n; x += BLOCK)
	{
		uint16_t	hit[BLOCK];
		uint32_t	hits = gather(v, x, v->n - x < BLOCK ? (uint32_t) (v->n - x) : BLOCK, backward, exits, hit);

		for (uint32_t h = 0; h < hits; h++)
		{
			size_t		i = backward ? v->n - 1 - (x + hit[h]) : x + hit[h];
			uint64_t	mask = word_at(v, i);
			int64_t		t = time_at(v, i);

			if (tp_unlikely(t == tie.time) && meet(&tie, v->j, i, mask != word_at(v, tie.first) ||
												   (exits && is_exit(v, i) != is_exit(v, tie.first))))
			{
				p->tied = true;
				return;
			}
			if (t != tie.time)
				tie.first = i;
			tie.time = t;
			if (exits && is_exit(v, i))
			{
				live = 0;
				continue;
			}
			if (backward)
				mask = reverse_steps(mask, p->steps);
			start[0] = t;
			for (mask &= steps; mask != 0;)
			{
				uint32_t	k = once ? 63 - (uint32_t) __builtin_clzll(mask) : (uint32_t) __builtin_ctzll(mask);
				uint64_t	bit = UINT64_C(1) << k;
				uint64_t	took = backward ? (uint64_t) start[k] - (uint64_t) t : (uint64_t) t - (uint64_t) start[k];
				bool		ok = ((live << 1 | 1) & bit) != 0 && took <= p->within;

				mask ^= bit;
				start[k + 1] = ok ? start[k] : start[k + 1];
				live |= ok ? bit : 0;
				best = ok && k >= best ? k + 1 : best;
				if (backward && ok && k + 1 == p->steps)
					p->last_full = i;
			}
			if (!backward && best >= p->enough)
			{
				p->best = best;
				return;
			}
		}
		if (x % POLL_EVERY == 0)
			poll(v);
	}
	p->best = best;
}

/*
 * What nearly every question comes to: plain, forward, no exits in sight, a dictionary of up to 256. The
 * same as pass_loose_in, with all that does not change kept out of the loops.
 */
uint32_t
tp_funnel_run_plain(const tp_funnel *f, const tp_journey *j, uint32_t enough, bool *tied)
{
	int64_t		start[TP_FUNNEL_STEPS_MAX + 1];
	const uint64_t *word_of = f->at.globs.word_of;
	uint64_t	within = f->within;
	uint64_t	live = 1;		/* bit k: start[k] is one */
	uint32_t	best = 0;
	ties		tie = NO_TIES;

	for (uint32_t k = 0; k <= f->steps; k++)
		start[k] = 0;
	for (uint32_t x = 0; x < j->count; x += BLOCK)
	{
		uint32_t	n = j->count - x < BLOCK ? j->count - x : BLOCK;
		const uint8_t *codes = j->codes + x;
		uint16_t	hit[BLOCK];
		uint32_t	hits = 0;

		for (uint32_t k = 0; k < n; k++)
		{
			hit[hits] = (uint16_t) k;
			hits += word_of[codes[k]] != 0;
		}
		for (uint32_t h = 0; h < hits; h++)
		{
			uint64_t	mask = word_of[codes[hit[h]]];
			int64_t		t = tp_journey_time(j, x + hit[h]);

			if (tp_unlikely(t == tie.time) &&
				meet(&tie, j, x + hit[h], mask != word_of[j->codes[tie.first]]))
			{
				*tied = true;
				return best;
			}
			if (t != tie.time)
				tie.first = x + hit[h];
			tie.time = t;
			start[0] = t;
			do
			{
				uint32_t	k = 63 - (uint32_t) __builtin_clzll(mask);
				bool		ok = (live >> k & 1) & ((uint64_t) t - (uint64_t) start[k] <= within);

				start[k + 1] = ok ? start[k] : start[k + 1];
				live |= (uint64_t) ok << 1 << k;
				best = ok && k >= best ? k + 1 : best;
				mask ^= UINT64_C(1) << k;
			} while (mask != 0);
			if (best >= enough)
				return best;
		}
		if (x % POLL_EVERY == 0)
			tp_interrupted(&f->at.globs.mem);
	}
	return best;
}

static void
pass_loose(const tp_funnel_view *v, tp_funnel_pass *p)
{
	bool		once = (p->modes & TP_STRICT_ONCE) != 0;

	if (p->backward)
		pass_loose_in(v, p, true, once, v->exits);
	else if (!once)
		pass_loose_in(v, p, false, false, v->exits);
	else if (v->exits)
		pass_loose_in(v, p, false, true, true);
	else
		pass_loose_in(v, p, false, true, false);
}

/*
 * strict_increase: as above, but a level that was reached at this very time is asked for what it was
 * before.
 */
static void
pass_increase(const tp_funnel_view *v, tp_funnel_pass *p)
{
	int64_t		start[TP_FUNNEL_STEPS_MAX],
				before[TP_FUNNEL_STEPS_MAX],
				changed[TP_FUNNEL_STEPS_MAX];
	uint64_t	live = 0,
				live_before = 0;
	uint64_t	steps = low_bits(p->steps);

	for (size_t x = 0; x < v->n; x++)
	{
		size_t		i = p->backward ? v->n - 1 - x : x;
		uint64_t	mask = word_at(v, i);
		int64_t		t;

		if (x % POLL_EVERY == POLL_EVERY - 1)
			poll(v);
		if (is_exit(v, i))
		{
			live = 0;
			continue;
		}
		if (p->backward)
			mask = reverse_steps(mask, p->steps);
		t = time_at(v, i);
		for (mask &= steps & (live << 1 | 1); mask != 0;)
		{
			uint32_t	k = 63 - (uint32_t) __builtin_clzll(mask);
			uint64_t	bit = UINT64_C(1) << k;
			int64_t		from = t;

			mask ^= bit;
			if (k > 0)
			{
				bool		now = changed[k - 1] == t;

				if (!((now ? live_before : live) >> (k - 1) & 1))
					continue;
				from = now ? before[k - 1] : start[k - 1];
				if (apart(t, from) > p->within)
					continue;
			}
			if (!(live & bit) || changed[k] != t)
			{
				before[k] = start[k];
				live_before = (live_before & ~bit) | (live & bit);
				changed[k] = t;
			}
			start[k] = from;
			live |= bit;
			if (k >= p->best)
				p->best = k + 1;
			if (k + 1 == p->steps)
				p->last_full = i;
		}
		if (!p->backward && p->best >= p->enough)
			return;
	}
}

void
tp_funnel_run(const tp_funnel_view *v, tp_funnel_pass *p)
{
	p->best = 0;
	p->last_full = 0;
	p->tied = false;
	if (p->enough == 0)
		p->enough = p->steps;
	if (p->modes & TP_STRICT_INCREASE)
		pass_increase(v, p);
	else
		pass_loose(v, p);
}

void
tp_funnel_follow(const tp_funnel_view *v, const tp_funnel *f, uint32_t start, tp_chain *chain)
{
	bool		increase = (f->modes & TP_STRICT_INCREASE) != 0;
	bool		once = increase || (f->modes & TP_STRICT_ONCE) != 0;
	uint32_t	level = 0;
	int64_t		last = 0;

	for (uint32_t i = start; level < chain->reached; i++)
	{
		uint64_t	mask = word_at(v, i);

		if (!(mask >> level & 1) || (increase && level > 0 && time_at(v, i) == last))
			continue;
		last = time_at(v, i);
		do
			chain->position[level++] = i;
		while (!once && level < chain->reached && mask >> level & 1);
	}
}

tp_stop
tp_funnel_why(const tp_funnel_view *v, const tp_funnel *f, const tp_chain *chain)
{
	uint32_t	level = chain->reached;
	int64_t		started;

	if (level == f->steps)
		return TP_STOP_COMPLETE;
	if (level == 0)
		return TP_STOP_NO_CONTACT;
	started = time_at(v, chain->position[0]);
	for (size_t i = chain->position[level - 1] + 1; i < v->n; i++)
	{
		uint64_t	mask = word_at(v, i);
		int64_t		t = time_at(v, i);

		if (i % POLL_EVERY == 0)
			tp_interrupted(&f->at.globs.mem);
		if (apart(t, started) > f->within)
		{
			if (mask >> level & 1 && !is_exit(v, i))
				return TP_STOP_WINDOW;
		}
		else if (is_exit(v, i))
			return TP_STOP_EXIT;
	}
	return TP_STOP_NO_CONTACT;
}

