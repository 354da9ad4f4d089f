/*
 * tp_funnel.c
 *	  Compiling a funnel, and the longest chain of a journey through it.
 *
 * A chain of k steps can only be continued the better the later it started, so one start a level is
 * enough: the latest. A pass over n contacts and s steps costs O(n + matches), whatever the modes.
 *
 * A greedy search that keeps the first start, or one state for all starts, loses chains: on A B (long
 * pause) A B C the second A gets further.
 */
#include "find/tp_funnel.h"

#define POLL_EVERY 65536

/* Contacts as a pass sees them: those of a journey, or rows. */
typedef struct view
{
	const tp_funnel *f;
	const tp_journey *j;		/* NULL for rows */
	const int64_t *times;
	const uint64_t *masks;		/* NULL where the dictionary tells */
	size_t		n;
	bool		exits;			/* there may be some */
} view;

/* The steps that contact i matches. */
static inline uint64_t
word_at(const view *v, size_t i)
{
	return v->masks == NULL ? v->f->at.globs.word_of[tp_journey_code(v->j, (uint32_t) i)] : v->masks[i];
}

static inline int64_t
time_at(const view *v, size_t i)
{
	return v->j != NULL ? tp_journey_time(v->j, (uint32_t) i) : v->times[i];
}

static inline bool
is_exit(const view *v, size_t i)
{
	if (!v->exits)
		return false;
	if (v->masks != NULL)
		return v->masks[v->n + i] != 0;
	return tp_globs_row(&v->f->at.globs, tp_journey_code(v->j, (uint32_t) i))[1] != 0;
}

static void
poll(const view *v)
{
	if (v->f != NULL)
		tp_interrupted(&v->f->at.globs.mem);
}

static inline uint64_t
low_bits(uint32_t n)
{
	return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
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

/* One pass: what is asked, and how far it got. */
typedef struct pass
{
	uint32_t	steps;
	uint32_t	enough;			/* forward there is no need to look further; 0 = all steps */
	unsigned	modes;
	bool		backward;		/* last contact and last step first */
	uint64_t	within;
	uint32_t	best;
	size_t		last_full;		/* the last contact looked at that completed all steps */
} pass;

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
gather(const view *v, size_t x, uint32_t n, bool backward, bool exits, uint16_t hit[BLOCK])
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

static inline void
pass_loose_in(const view *v, pass *p, bool backward, bool once, bool exits)
{
	int64_t		start[TP_FUNNEL_STEPS_MAX + 1];
	uint64_t	live = 0;		/* bit k - 1: start[k] is one */
	uint64_t	steps = low_bits(p->steps);
	uint32_t	best = 0;

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
static uint32_t
pass_plain(const tp_funnel *f, const tp_journey *j, uint32_t enough)
{
	int64_t		start[TP_FUNNEL_STEPS_MAX + 1];
	const uint64_t *word_of = f->at.globs.word_of;
	uint64_t	within = f->within;
	uint64_t	live = 1;		/* bit k: start[k] is one */
	uint32_t	best = 0;

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

			start[0] = t;
			do
			{
				uint32_t	k = (uint32_t) __builtin_ctzll(mask);
				bool		ok = (live >> k & 1) & ((uint64_t) t - (uint64_t) start[k] <= within);

				start[k + 1] = ok ? start[k] : start[k + 1];
				live |= (uint64_t) ok << 1 << k;
				best = ok && k >= best ? k + 1 : best;
				mask &= mask - 1;
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
pass_loose(const view *v, pass *p)
{
	bool		once = (p->modes & TP_STRICT_ONCE) != 0;

	if (p->backward)
		pass_loose_in(v, p, true, once, v->exits);
	else if (once)
		pass_loose_in(v, p, false, true, v->exits);
	else if (v->exits)
		pass_loose_in(v, p, false, false, true);
	else
		pass_loose_in(v, p, false, false, false);
}

/*
 * strict_increase: as above, but a level that was reached at this very time is asked for what it was
 * before.
 */
static void
pass_increase(const view *v, pass *p)
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

/* strict_order: only chains whose last member is the contact before, or this one, go on. */
static void
pass_order(const view *v, pass *p)
{
	int64_t		starts[2][TP_FUNNEL_STEPS_MAX];
	int64_t    *now = starts[0],
			   *then = starts[1];
	uint64_t	live_then = 0;
	uint64_t	steps = low_bits(p->steps);
	bool		increase = (p->modes & TP_STRICT_INCREASE) != 0;
	bool		once = increase || (p->modes & TP_STRICT_ONCE) != 0;
	int64_t		t_then = 0;

	for (size_t x = 0; x < v->n; x++)
	{
		size_t		i = p->backward ? v->n - 1 - x : x;
		uint64_t	mask = word_at(v, i),
					live = 0;
		int64_t		t = time_at(v, i),
				   *swap;

		if (x % POLL_EVERY == POLL_EVERY - 1)
			poll(v);
		if (is_exit(v, i))
			mask = 0;
		if (p->backward)
			mask = reverse_steps(mask, p->steps);
		if (increase && t == t_then)
			live_then = 0;
		for (mask &= steps; mask != 0; mask &= mask - 1)
		{
			uint32_t	k = (uint32_t) __builtin_ctzll(mask);
			bool		found = false;

			if (k == 0)
			{
				now[0] = t;
				found = true;
			}
			else
			{
				if (live_then >> (k - 1) & 1)
				{
					now[k] = then[k - 1];
					found = true;
				}
				if (!once && live >> (k - 1) & 1 && (!found || apart(t, now[k - 1]) < apart(t, now[k])))
				{
					now[k] = now[k - 1];
					found = true;
				}
				if (!found || apart(t, now[k]) > p->within)
					continue;
			}
			live |= UINT64_C(1) << k;
			if (k >= p->best)
				p->best = k + 1;
			if (k + 1 == p->steps)
				p->last_full = i;
		}
		if (!p->backward && p->best >= p->enough)
			return;
		swap = now;
		now = then;
		then = swap;
		live_then = live;
		t_then = t;
	}
}

/*
 * strict_deduplication: a match of step 1 stops every chain that is under way, so there is only ever
 * one, and it has no choice. Forward only; chain, unless NULL, becomes the winner.
 */
static void
pass_single(const view *v, pass *p, tp_chain *chain)
{
	bool		increase = (p->modes & TP_STRICT_INCREASE) != 0;
	bool		once = increase || (p->modes & TP_STRICT_ONCE) != 0;
	uint32_t	position[TP_FUNNEL_STEPS_MAX];
	uint32_t	level = 0;		/* 0 = no chain */
	int64_t		started = 0,
				last = 0;

	for (size_t i = 0; i < v->n; i++)
	{
		uint64_t	mask = word_at(v, i);
		int64_t		t;
		bool		takes = false;

		if (i % POLL_EVERY == POLL_EVERY - 1)
			poll(v);
		if (is_exit(v, i))
		{
			level = 0;
			continue;
		}
		if (mask == 0 && (level == 0 || !(p->modes & TP_STRICT_ORDER)))
			continue;
		t = time_at(v, i);
		if (level > 0)
		{
			if (apart(t, started) > p->within || (mask & low_bits(level)) != 0)
				level = 0;
			else if (mask >> level & 1 && !(increase && t == last))
				takes = true;
			else if (p->modes & TP_STRICT_ORDER)
				level = 0;
		}
		if (level == 0 && mask & 1)
		{
			started = t;
			takes = true;
		}
		if (!takes)
			continue;
		last = t;
		do
			position[level++] = (uint32_t) i;
		while (!once && level < p->steps && mask >> level & 1);
		if (level > p->best)
		{
			p->best = level;
			if (chain != NULL)
				memcpy(chain->position, position, level * sizeof(uint32_t));
		}
		if (p->best >= p->enough)
			return;
	}
}

static void
run_pass(const view *v, pass *p)
{
	p->best = 0;
	p->last_full = 0;
	if (p->enough == 0 || p->enough > p->steps)
		p->enough = p->steps;
	if (p->modes & TP_STRICT_DEDUPLICATION)
		pass_single(v, p, NULL);
	else if (p->modes & TP_STRICT_ORDER)
		pass_order(v, p);
	else if (p->modes & TP_STRICT_INCREASE)
		pass_increase(v, p);
	else
		pass_loose(v, p);
}

/* What the dictionary cannot tell: the steps that each contact takes, and behind them whether it is an exit. */
static tp_status
ask_conditions(view *v, tp_funnel *f, const tp_journey *j, tp_error *err)
{
	if (!tp_grow(&f->at.globs.mem, (void **) &f->asked, &f->asked_room, 2 * (uint64_t) j->count, sizeof(uint64_t)))
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < j->count; i++)
	{
		const uint64_t *row = tp_steps_row(&f->at, j, i);

		f->asked[i] = row[0];
		if (f->exits > 0)
			f->asked[j->count + i] = row[1];
	}
	v->masks = f->asked;
	return TP_OK;
}

/* A journey as a view, and the most steps that its touchpoints could get to. */
static tp_status
look(view *v, tp_funnel *f, const tp_journey *j, uint32_t *most, tp_error *err)
{
	*most = 0;
	if (tp_steps_look(&f->at, j, f->all, err) != TP_OK)
		return err->status;
	*most = ~f->all[0] == 0 ? 64 : (uint32_t) __builtin_ctzll(~f->all[0]);
	v->f = f;
	v->j = j;
	v->masks = NULL;
	v->n = j->count;
	v->exits = f->exits > 0 && f->all[1] != 0;
	return f->at.tests == 0 || *most == 0 ? TP_OK : ask_conditions(v, f, j, err);
}

tp_status
tp_funnel_reached(tp_funnel *f, const tp_journey *j, uint32_t enough, uint32_t *reached, tp_error *err)
{
	pass		p = {.steps = f->steps, .enough = enough, .modes = f->modes, .within = f->within};
	view		v;
	uint32_t	most;

	*reached = 0;
	if (look(&v, f, j, &most, err) != TP_OK)
		return err->status;
	if (most < enough)
		p.enough = enough = most;
	*reached = enough;
	if (enough == 0 || (enough == 1 && !v.exits && v.masks == NULL))
		return TP_OK;
	if (f->modes == 0 && !v.exits && v.masks == NULL && j->code_width == 1)
		*reached = pass_plain(f, j, enough);
	else
	{
		run_pass(&v, &p);
		*reached = p.best;
	}
	return TP_OK;
}

uint32_t
tp_funnel_rows(const tp_memory *mem, const int64_t *times, const uint64_t *masks, size_t n, uint32_t steps,
			   uint64_t within)
{
	pass		p = {.steps = steps, .enough = steps, .within = within};
	view		v = {.times = times, .masks = masks, .n = n};

	tp_interrupted(mem);
	run_pass(&v, &p);
	return p.best;
}

/* From a start that gets to chain->reached steps: the members, each as early as can be. */
static void
follow(const view *v, const tp_funnel *f, uint32_t start, tp_chain *chain)
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

/*
 * The same under strict_order where one contact may take several steps: taking as many as it can may
 * leave the next contact without. From the first contact where the last step can be taken, mark what
 * leads there, then walk.
 */
static void
follow_adjacent(const view *v, uint32_t start, tp_chain *chain)
{
	uint32_t	reached = chain->reached;
	uint64_t	mask[TP_FUNNEL_STEPS_MAX],
				can[TP_FUNNEL_STEPS_MAX],	/* steps that contact start + d can take */
				leads[TP_FUNNEL_STEPS_MAX]; /* those of them on a way to the end */
	uint64_t	last = UINT64_C(1) << (reached - 1);
	uint32_t	end = 0,
				d = 0;

	for (;; end++)
	{
		uint64_t	grown = end == 0 ? 1 : can[end - 1] << 1;

		mask[end] = word_at(v, start + end) & low_bits(reached);
		grown &= mask[end];
		do
		{
			can[end] = grown;
			grown |= (grown << 1) & mask[end];
		} while (grown != can[end]);
		if (can[end] & last)
			break;
	}
	for (d = end;; d--)
	{
		uint64_t	grown = d == end ? last : (leads[d + 1] >> 1) & can[d];

		do
		{
			leads[d] = grown;
			grown |= (grown >> 1) & can[d];
		} while (grown != leads[d]);
		if (d == 0)
			break;
	}
	d = 0;
	chain->position[0] = start;
	for (uint32_t k = 1; k < reached; k++)
	{
		if (!(leads[d] >> k & 1))
			d++;
		chain->position[k] = start + d;
	}
}

/* What came behind the last member of a chain that is not complete. */
static tp_stop
why(const view *v, const tp_funnel *f, const tp_chain *chain)
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
		else if (f->modes & TP_STRICT_DEDUPLICATION && mask & low_bits(level))
			return TP_STOP_REPEAT;
		else if (f->modes & TP_STRICT_ORDER)
			return TP_STOP_ORDER;
	}
	return TP_STOP_NO_CONTACT;
}

tp_status
tp_funnel_trace(tp_funnel *f, const tp_journey *j, tp_chain *chain, tp_error *err)
{
	pass		p = {.steps = f->steps, .enough = f->steps, .modes = f->modes, .within = f->within};
	view		v;
	uint32_t	most;

	chain->reached = 0;
	chain->stop = TP_STOP_NO_CONTACT;
	if (look(&v, f, j, &most, err) != TP_OK)
		return err->status;
	if (most == 0)
		return TP_OK;
	if (p.enough > most)
		p.enough = most;
	if (f->modes & TP_STRICT_DEDUPLICATION)
		pass_single(&v, &p, chain);
	else
		run_pass(&v, &p);
	chain->reached = p.best;
	if (p.best > 0 && !(f->modes & TP_STRICT_DEDUPLICATION))
	{
		/* backward, as many steps: the last contact that completes them is the earliest start */
		p.steps = p.best;
		p.enough = 0;
		p.backward = true;
		run_pass(&v, &p);
		if (f->modes & TP_STRICT_ORDER && !(f->modes & (TP_STRICT_INCREASE | TP_STRICT_ONCE)))
			follow_adjacent(&v, (uint32_t) p.last_full, chain);
		else
			follow(&v, f, (uint32_t) p.last_full, chain);
	}
	chain->stop = why(&v, f, chain);
	return TP_OK;
}

static const char *const mode_names[] = {
	"strict_order", "strict_deduplication", "strict_increase", "strict_once"
};

tp_status
tp_funnel_mode_parse(const char *text, size_t len, unsigned *mode, tp_error *err)
{
	int			i = tp_word_parse(mode_names, 4, text, len, err, "funnel mode",
								  "Valid modes are strict_order, strict_deduplication, strict_increase and strict_once.");

	if (i < 0)
		return err->status;
	*mode = 1U << i;
	return TP_OK;
}

const char *
tp_funnel_mode_name(unsigned mode)
{
	return mode_names[__builtin_ctz(mode)];
}

const char *
tp_stop_name(tp_stop stop)
{
	static const char *const names[] = {"complete", "exit", "order", "repeat", "window", "no such contact"};

	return names[stop];
}

void
tp_funnel_init(tp_funnel *f, const tp_memory *mem, int64_t within, unsigned modes)
{
	memset(f, 0, sizeof(*f));
	tp_steps_init(&f->at, mem);
	f->within = (uint64_t) within;
	f->modes = modes;
}

static tp_status
add_step(tp_funnel *f, const char *text, uint32_t *count, uint32_t first_bit, const char *name, tp_error *err)
{
	if (*count == TP_FUNNEL_STEPS_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "A funnel has at most 64 steps and 64 exits.",
					   "too many %s", name);
	return tp_steps_add(&f->at, text, first_bit + (*count)++, err);
}

tp_status
tp_funnel_add_step(tp_funnel *f, const char *text, tp_error *err)
{
	return add_step(f, text, &f->steps, 0, "steps", err);
}

tp_status
tp_funnel_add_exit(tp_funnel *f, const char *text, tp_error *err)
{
	return add_step(f, text, &f->exits, 64, "exits", err);
}

tp_status
tp_funnel_ready(tp_funnel *f, tp_error *err)
{
	if (f->steps == 0)
		return tp_fail(err, TP_BAD_ARGUMENT, "Name at least one, such as '{web/product*,web/cart,web/checkout}'.",
					   "steps must not be empty");
	if (f->within == 0)
		return tp_fail(err, TP_BAD_ARGUMENT, "Write how long a chain may take, such as '7 days'.",
					   "within must be greater than zero");
	f->all = tp_alloc_array(&f->at.globs.mem, f->at.words, sizeof(uint64_t));
	return f->all != NULL ? TP_OK : tp_fail_memory(err);
}

void
tp_funnel_release(tp_funnel *f)
{
	tp_release(&f->at.globs.mem, f->all);
	tp_release(&f->at.globs.mem, f->asked);
	tp_steps_release(&f->at);
}
