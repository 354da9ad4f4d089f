/*
 * tp_funnel.c
 *	  Compiling a funnel, and what it finds in a journey.
 *
 * A pass (tp_funnel_pass.c) answers where the order of contacts is known and nothing special is asked, else
 * every start is searched by itself (tp_funnel_chain.c).
 */
#include "find/tp_funnel.h"

#include "base/tp_sort.h"
#include "find/tp_funnel_chain.h"
#include "find/tp_funnel_pass.h"
#include "find/tp_pattern_program.h"

/* What the dictionary cannot tell: the steps that each contact takes, and behind them whether it is an exit. */
static tp_status
ask_conditions(tp_funnel_view *v, tp_funnel *f, const tp_journey *j, tp_error *err)
{
	if (!tp_grow(&f->at.globs.mem, (void **) &f->asked, &f->asked_room, 2 * (uint64_t) v->n, sizeof(uint64_t)))
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < v->n; i++)
	{
		const uint64_t *row = tp_steps_row(&f->at, j, i);

		f->asked[i] = row[0];
		if (f->exits > 0)
			f->asked[v->n + i] = row[1];
	}
	v->masks = f->asked;
	return TP_OK;
}

/* How many contacts there were by then. */
static size_t
count_by(const tp_journey *j, int64_t as_of)
{
	uint32_t	low = 0,
				high = j->count;

	if (as_of == TP_AS_OF_END)
		return high;
	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (tp_journey_time(j, middle) <= as_of)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Does a pass know all that is asked, ties apart? */
static bool
is_simple(const tp_funnel *f, bool exits)
{
	return !(f->modes & (TP_STRICT_ORDER | TP_STRICT_DEDUPLICATION | TP_ANY_ORDER)) && !f->excludes &&
		f->held == NULL && !(f->modes & TP_STRICT_INCREASE && exits);
}

/* A journey as a view, and the most steps that its touchpoints could get to. */
static tp_status
look(tp_funnel_view *v, tp_funnel *f, const tp_journey *j, uint32_t *most, tp_error *err)
{
	*most = 0;
	if (tp_steps_look(&f->at, j, f->all, err) != TP_OK)
		return err->status;
	if (f->modes & TP_ANY_ORDER)
		*most = (uint32_t) __builtin_popcountll(f->all[0]);
	else
		*most = ~f->all[0] == 0 ? 64 : (uint32_t) __builtin_ctzll(~f->all[0]);
	v->f = f;
	v->j = j;
	v->masks = NULL;
	v->n = count_by(j, f->as_of);
	v->exits = f->exits > 0 && f->all[1] != 0;
	if (v->n == 0)
		*most = 0;
	if (*most == 0 || f->at.tests == 0 || !is_simple(f, v->exits))
		return TP_OK;
	return ask_conditions(v, f, j, err);
}

static tp_funnel_search *
get_search(tp_funnel *f, tp_error *err)
{
	if (f->search == NULL)
	{
		f->search = tp_alloc(&f->at.globs.mem, sizeof(tp_funnel_search));
		if (f->search == NULL)
		{
			tp_fail_memory(err);
			return NULL;
		}
		memset(f->search, 0, sizeof(tp_funnel_search));
		f->search->mem = f->at.globs.mem;
	}
	f->search->steps = f->steps;
	f->search->modes = f->modes;
	f->search->within = f->within;
	return f->search;
}

/* The contacts that fit what is held now, as items. */
static tp_status
gather_items(tp_funnel *f, const tp_funnel_view *v, bool held, tp_error *err)
{
	tp_funnel_search *s = get_search(f, err);
	const tp_memory *mem = &f->at.globs.mem;

	if (s == NULL)
		return err->status;
	if (!tp_grow(mem, (void **) &s->item, &s->item_room, v->n + 1, sizeof(tp_funnel_item)))
		return tp_fail_memory(err);
	s->n = 0;
	for (uint32_t i = 0; i < v->n; i++)
	{
		const uint64_t *row;
		int64_t		id;

		if (i % 65536 == 65535)
			tp_interrupted(mem);
		if (held && !holder_fits(f->held->holder, v->j, i))
			continue;
		row = tp_steps_row(&f->at, v->j, i);
		s->item[s->n++] = (tp_funnel_item) {
			.time = tp_journey_time(v->j, i), .mask = row[0], .position = i, .exit = f->exits > 0 && row[1] != 0,
			.excluded = f->excludes ? row[2] : 0, .told = tp_journey_id(v->j, i, &id) && id >= 0
		};
	}
	return TP_OK;
}

static void
complete(const tp_funnel *f, const tp_journey *j, tp_chain *chain)
{
	uint64_t	by;

	chain->open = chain->runs = false;
	if (chain->reached == 0)
		return;
	chain->started = tp_journey_time(j, chain->position[0]);
	chain->ended = tp_journey_time(j, chain->position[chain->reached - 1]);
	by = (uint64_t) f->as_of - (uint64_t) chain->started;
	chain->runs = f->as_of != TP_AS_OF_END && by < f->within;
	chain->open = chain->runs && (chain->stop == TP_STOP_NO_CONTACT || chain->stop == TP_STOP_WINDOW);
}

static bool
is_better(const tp_chain *a, const tp_chain *b)
{
	if (a->reached != b->reached)
		return a->reached > b->reached;
	if (a->open != b->open)
		return a->open;
	if (a->started != b->started)
		return a->started < b->started;
	return a->ended < b->ended;
}

/* What is done with the chain of each start; false = no more of this choice. */
typedef bool (*visitor) (void *state, const tp_chain *chain);

static tp_status
visit_starts(tp_funnel *f, const tp_funnel_view *v, visitor visit, void *state, bool held, tp_error *err)
{
	tp_funnel_search *s;

	if (gather_items(f, v, held, err) != TP_OK)
		return err->status;
	s = f->search;
	for (uint32_t i = 0; i < s->n; i++)
	{
		tp_chain	chain;

		if (i % 65536 == 65535)
			tp_interrupted(&s->mem);
		if (!tp_funnel_begins(s, i))
			continue;
		if (tp_funnel_chain_from(s, i, &chain, err) != TP_OK)
			return err->status;
		complete(f, v->j, &chain);
		if (!visit(state, &chain))
			break;
	}
	return TP_OK;
}

/* Every start, by every choice of what is held. */
static tp_status
visit_all(tp_funnel *f, const tp_funnel_view *v, visitor visit, void *state, tp_error *err)
{
	bool		any = false;

	if (f->held != NULL && holder_look(f->held->holder, v->j, (uint32_t) v->n, &any, err) != TP_OK)
		return err->status;
	if (!any)
		return visit_starts(f, v, visit, state, false, err);
	for (bool more = holder_first(f->held->holder); more; more = holder_next(f->held->holder))
		if (visit_starts(f, v, visit, state, true, err) != TP_OK)
			return err->status;
	return holder_failed(f->held->holder) ? tp_fail_memory(err) : TP_OK;
}

typedef struct winner
{
	tp_chain   *chain;
	uint32_t	enough;			/* no longer chain is asked for */
	uint32_t	steps;
} winner;

static bool
visit_longest(void *state, const tp_chain *chain)
{
	winner	   *w = state;

	if (chain->reached > w->chain->reached)
		*w->chain = *chain;
	return w->chain->reached < w->enough;
}

static bool
visit_winner(void *state, const tp_chain *chain)
{
	winner	   *w = state;

	if (is_better(chain, w->chain))
		*w->chain = *chain;
	return w->chain->reached < w->steps || chain->started <= w->chain->started;
}

static __attribute__((noinline)) tp_status
search_reached(tp_funnel *f, const tp_funnel_view *v, uint32_t enough, uint32_t *reached, tp_error *err)
{
	tp_chain	chain;
	winner		w = {.chain = &chain, .enough = enough};

	chain.reached = 0;
	if (visit_all(f, v, visit_longest, &w, err) != TP_OK)
		return err->status;
	*reached = chain.reached;
	return TP_OK;
}

tp_status
tp_funnel_reached(tp_funnel *f, const tp_journey *j, uint32_t enough, uint32_t *reached, tp_error *err)
{
	tp_funnel_pass p = {.steps = f->steps, .enough = enough, .modes = f->modes, .within = f->within};
	tp_funnel_view v;
	uint32_t	most;

	*reached = 0;
	if (look(&v, f, j, &most, err) != TP_OK)
		return err->status;
	if (most < enough)
		p.enough = enough = most;
	*reached = enough;
	if (enough == 0 || (enough == 1 && !v.exits && f->at.tests == 0 && v.n == j->count))
		return TP_OK;
	if (is_simple(f, v.exits))
	{
		if (f->modes == TP_STRICT_ONCE && !v.exits && v.masks == NULL && j->code_width == 1 && v.n == j->count)
			*reached = tp_funnel_run_plain(f, j, enough, &p.tied);
		else
		{
			tp_funnel_run(&v, &p);
			*reached = p.best;
		}
		if (!p.tied)
			return TP_OK;
	}
	return search_reached(f, &v, enough, reached, err);
}

/* By two passes: the longest chain, then backward its earliest start. False where that does not do. */
static bool
trace_simply(tp_funnel *f, const tp_funnel_view *v, tp_chain *chain)
{
	tp_funnel_pass p = {.steps = f->steps, .enough = f->steps + 1, .modes = f->modes, .within = f->within};

	if (!is_simple(f, v->exits))
		return false;
	tp_funnel_run(v, &p);
	if (p.tied || (f->as_of != TP_AS_OF_END && p.best < f->steps))
		return false;
	chain->reached = p.best;
	if (p.best > 0)
	{
		/* backward, as many steps: the last contact that completes them is the earliest start */
		p.steps = p.best;
		p.enough = 0;
		p.backward = true;
		tp_funnel_run(v, &p);
		if (p.tied)
			return false;
		tp_funnel_follow(v, f, (uint32_t) p.last_full, chain);
	}
	chain->stop = tp_funnel_why(v, f, chain);
	return true;
}

tp_status
tp_funnel_trace(tp_funnel *f, const tp_journey *j, tp_chain *chain, tp_error *err)
{
	tp_funnel_view v;
	uint32_t	most;
	winner		w = {.chain = chain, .steps = f->steps};

	chain->reached = 0;
	chain->stop = TP_STOP_NO_CONTACT;
	chain->open = chain->runs = false;
	if (look(&v, f, j, &most, err) != TP_OK)
		return err->status;
	if (most == 0)
		return TP_OK;
	if (!trace_simply(f, &v, chain))
	{
		chain->reached = 0;
		return visit_all(f, &v, visit_winner, &w, err);
	}
	complete(f, j, chain);
	return TP_OK;
}

typedef struct entry_list
{
	const tp_memory *mem;
	tp_chain   *chain;
	uint32_t	n;
	uint32_t	room;
	bool		failed;
} entry_list;

static bool
visit_entry(void *state, const tp_chain *chain)
{
	entry_list *l = state;

	if (!tp_grow(l->mem, (void **) &l->chain, &l->room, (uint64_t) l->n + 1, sizeof(tp_chain)))
	{
		l->failed = true;
		return false;
	}
	l->chain[l->n++] = *chain;
	return true;
}

/* By their first contact, the better first. */
static int
compare_entries(const void *a, const void *b)
{
	const tp_chain *x = a,
			   *y = b;

	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return is_better(x, y) ? -1 : is_better(y, x) ? 1 : 0;
}

tp_status
tp_funnel_entries(tp_funnel *f, const tp_journey *j, tp_chain **chains, uint32_t *n, tp_error *err)
{
	entry_list	l = {.mem = &f->at.globs.mem};
	tp_funnel_view v;
	uint32_t	most,
				kept = 0;
	tp_status	status;

	*chains = NULL;
	*n = 0;
	if (look(&v, f, j, &most, err) != TP_OK)
		return err->status;
	if (most == 0)
		return TP_OK;
	status = visit_all(f, &v, visit_entry, &l, err);
	if (status == TP_OK && l.failed)
		status = tp_fail_memory(err);
	if (status == TP_OK && f->held != NULL && l.n > 1)
		status = tp_sort_items(l.mem, l.chain, l.n, sizeof(tp_chain), compare_entries, err);
	if (status != TP_OK)
	{
		tp_release(l.mem, l.chain);
		return status;
	}
	for (uint32_t i = 0; i < l.n; i++)
		if (kept == 0 || l.chain[kept - 1].entry != l.chain[i].entry)
			l.chain[kept++] = l.chain[i];
	*chains = l.chain;
	*n = kept;
	return TP_OK;
}

tp_status
tp_funnel_rows(const tp_memory *mem, const int64_t *times, const uint64_t *masks, size_t n, uint32_t steps,
			   uint64_t within, unsigned modes, uint32_t *reached, tp_error *err)
{
	tp_funnel_pass p = {.steps = steps, .enough = steps, .modes = modes, .within = within};
	tp_funnel_view v = {.times = times, .masks = masks, .n = n};
	tp_funnel_search s = {.mem = *mem, .steps = steps, .modes = modes, .within = within};
	tp_status	status = TP_OK;

	tp_interrupted(mem);
	if (!(modes & (TP_STRICT_ORDER | TP_STRICT_DEDUPLICATION | TP_ANY_ORDER)))
	{
		tp_funnel_run(&v, &p);
		*reached = p.best;
		if (!p.tied)
			return TP_OK;
	}
	*reached = 0;
	if (n > UINT32_MAX || !tp_grow(mem, (void **) &s.item, &s.item_room, n + 1, sizeof(tp_funnel_item)))
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < n; i++)
		s.item[s.n++] = (tp_funnel_item) {.time = times[i], .mask = masks[i], .position = i};
	for (uint32_t i = 0; i < s.n && *reached < steps && status == TP_OK; i++)
	{
		tp_chain	chain;

		if (!tp_funnel_begins(&s, i))
			continue;
		status = tp_funnel_chain_from(&s, i, &chain, err);
		if (status == TP_OK && chain.reached > *reached)
			*reached = chain.reached;
	}
	tp_funnel_search_release(&s);
	return status;
}

static const char *const mode_names[] = {
	"strict_order", "strict_deduplication", "strict_increase", "strict_once", "any_order", "reuse"
};

tp_status
tp_funnel_mode_parse(const char *text, size_t len, unsigned *mode, tp_error *err)
{
	int			i = tp_word_parse(mode_names, 6, text, len, err, "funnel mode",
								  "Valid modes are strict_order, strict_deduplication, strict_increase, strict_once, "
								  "any_order and reuse.");

	if (i < 0)
		return err->status;
	*mode = 1U << i;
	return TP_OK;
}

tp_status
tp_funnel_settle_modes(unsigned *modes, bool excludes, tp_error *err)
{
	static const unsigned against[] = {TP_STRICT_ORDER, TP_STRICT_DEDUPLICATION, TP_REUSE};

	if ((*modes & (TP_STRICT_ONCE | TP_REUSE)) == (TP_STRICT_ONCE | TP_REUSE))
		return tp_fail(err, TP_BAD_ARGUMENT, "Remove one of them; strict_once is the default.",
					   "modes strict_once and reuse exclude each other");
	for (int i = 0; i < 3 && *modes & TP_ANY_ORDER; i++)
		if (*modes & against[i])
			return tp_fail(err, TP_BAD_ARGUMENT, "Remove one of them.", "modes any_order and %s exclude each other",
						   mode_names[__builtin_ctz(against[i])]);
	if (*modes & TP_ANY_ORDER && excludes)
		return tp_fail(err, TP_BAD_ARGUMENT,
					   "Steps in any order have nothing between one and the next; name exits, which end a chain.",
					   "mode any_order takes no excluded contacts");
	if (!(*modes & TP_REUSE))
		*modes |= TP_STRICT_ONCE;
	*modes &= TP_MODES_ALL;
	return TP_OK;
}

const char *
tp_stop_name(tp_stop stop)
{
	static const char *const names[] = {"complete", "exit", "order", "repeat", "excluded", "window", "no such contact"};

	return names[stop];
}

void
tp_funnel_init(tp_funnel *f, const tp_memory *mem, int64_t within, unsigned modes)
{
	memset(f, 0, sizeof(*f));
	tp_steps_init(&f->at, mem);
	f->within = (uint64_t) within;
	f->modes = modes;
	f->as_of = TP_AS_OF_END;
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
tp_funnel_add_excluded(tp_funnel *f, const char *text, tp_error *err)
{
	if (f->excluded + 1 >= f->steps)
		return tp_fail(err, TP_BAD_ARGUMENT,
					   "Give one element for each pair of neighbouring steps, NULL for nothing, or none at all.",
					   "there are more excluded contacts than pairs of steps");
	f->excluded++;
	if (text == NULL)
		return TP_OK;
	f->excludes = true;
	return tp_steps_add(&f->at, text, 128 + f->excluded, err);
}

tp_status
tp_funnel_add_hold(tp_funnel *f, const char *name, tp_error *err)
{
	const tp_memory *mem = &f->at.globs.mem;
	size_t		len = strlen(name);
	char	   *key;

	if (len == 0 || len > TP_KEY_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "Name a property, such as '{order}'.",
					   "the name of a held property has 1 to 63 bytes");
	if (f->held == NULL)
	{
		f->held = tp_alloc(mem, sizeof(tp_matcher));
		if (f->held == NULL)
			return tp_fail_memory(err);
		memset(f->held, 0, sizeof(tp_matcher));
		f->held->mem = *mem;
	}
	if (f->held->whole.holds == TP_HOLD_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "Join them into one property, or hold fewer.",
					   "a funnel holds at most 4 properties");
	key = tp_alloc(mem, len + 1);
	if (key == NULL)
		return tp_fail_memory(err);
	memcpy(key, name, len + 1);
	f->held->whole.key[f->held->whole.holds] = key;
	f->held->whole.key_len[f->held->whole.holds++] = (uint8_t) len;
	return TP_OK;
}

uint32_t
tp_funnel_holds(const tp_funnel *f)
{
	return f->held == NULL ? 0 : f->held->whole.holds;
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
	if (f->excluded > 0 && f->excluded + 1 != f->steps)
		return tp_fail(err, TP_BAD_ARGUMENT,
					   "Give one element for each pair of neighbouring steps, NULL for nothing, or none at all.",
					   "there are fewer excluded contacts than pairs of steps");
	if (f->held != NULL && (f->held->holder = holder_new(f->held, err)) == NULL)
		return err->status;
	f->all = tp_alloc_array(&f->at.globs.mem, f->at.words, sizeof(uint64_t));
	return f->all != NULL ? TP_OK : tp_fail_memory(err);
}

void
tp_funnel_release(tp_funnel *f)
{
	tp_memory	mem = f->at.globs.mem;

	if (f->held != NULL)
	{
		if (f->held->holder != NULL)
			holder_release(f->held->holder);
		for (uint32_t k = 0; k < f->held->whole.holds; k++)
			tp_release(&mem, (void *) (uintptr_t) f->held->whole.key[k]);
		tp_release(&mem, f->held);
	}
	if (f->search != NULL)
		tp_funnel_search_release(f->search);
	tp_release(&mem, f->search);
	tp_release(&f->at.globs.mem, f->all);
	tp_release(&f->at.globs.mem, f->asked);
	tp_steps_release(&f->at);
}
