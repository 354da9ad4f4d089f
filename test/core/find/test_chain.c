/*
 * test_chain.c
 *	  Funnels against a search over all chains, in all orders of contacts at one instant that ids leave open, on
 *	  random journeys: every mode, exits, exclusions, values held, as of then; and over rows.
 */
#include "walks.h"

#include "find/tp_funnel.h"
#include "journey/tp_property_set.h"

#define CONTACTS 7
#define STEPS 4
#define ORDERS_MAX 150

static int	examined,
			tied_ones;

CHECK_STREAM(chance, 20260719)

typedef struct contact
{
	int			position;
	int64_t		time;
	uint64_t	mask;
	uint64_t	excluded;		/* bit k: not behind k steps of a chain that goes on */
	bool		exit;
	bool		told;
	int			value;			/* of the property held, 0 = none */
} contact;

typedef struct result
{
	int			reached;
	int			p[STEPS];		/* places in the order searched */
	int64_t		started;
	int64_t		ended;
	int			position[STEPS];
} result;

typedef struct trial
{
	int			n;
	int			steps;
	int64_t		within;
	unsigned	modes;
	int64_t		as_of;
	bool		holds;
	contact		all[CONTACTS];
	/* the order searched */
	int			m;
	contact		at[CONTACTS];
	int			first;			/* only chains that begin at this position; -1 = all */
	result		best;
	const tp_chain *found;
	bool		is_there;		/* found is one of the chains */
} trial;

/* May the contact at place q take step k + 1 behind p[0..k-1]? Spelled out rule by rule. */
static bool
may_follow(const trial *t, const int *p, int k, int q)
{
	int			last = p[k - 1];
	bool		reuse = !(t->modes & (TP_STRICT_ONCE | TP_STRICT_INCREASE));
	const contact *c = &t->at[q];

	if (q < last || (q == last && !reuse) || !(c->mask >> k & 1) || c->exit)
		return false;
	if (c->time - t->at[p[0]].time > t->within)
		return false;
	if (t->modes & TP_STRICT_INCREASE && c->time == t->at[last].time)
		return false;
	for (int i = last + 1; i < q; i++)
		if (t->at[i].exit || t->at[i].excluded >> k & 1 || t->modes & TP_STRICT_ORDER)
			return false;
	if (t->modes & TP_STRICT_DEDUPLICATION)
	{
		for (int i = last; i < q; i++)
		{
			bool		can = t->at[i].mask >> k & 1 && !(t->modes & TP_STRICT_INCREASE && t->at[i].time == t->at[last].time);

			if (i == last ? reuse && can : can || (t->at[i].mask & ((UINT64_C(1) << k) - 1)) != 0)
				return false;
		}
	}
	return true;
}

static int
compare_members(const result *a, const result *b)
{
	for (int i = 0; i < a->reached; i++)
		if (a->position[i] != b->position[i])
			return a->position[i] < b->position[i] ? -1 : 1;
	return 0;
}

static void
offer(trial *t, const int *p, int k, const int *members)
{
	result		r = {.reached = k, .started = t->at[p[0]].time, .ended = t->at[p[k - 1]].time};
	result	   *b = &t->best;
	bool		same = t->found != NULL && (int) t->found->reached == k;

	memcpy(r.p, p, (size_t) k * sizeof(int));
	for (int i = 0; i < k; i++)
	{
		r.position[i] = t->at[members[i]].position;
		same = same && (int) t->found->position[i] == r.position[i];
	}
	t->is_there |= same;
	if (k > b->reached || (k == b->reached && (r.started < b->started || (r.started == b->started &&
		(r.ended < b->ended || (r.ended == b->ended && compare_members(&r, b) < 0))))))
		*b = r;
}

static void
search(trial *t, int *p, int k)
{
	offer(t, p, k, p);
	if (k == t->steps)
		return;
	for (int q = p[k - 1]; q < t->m; q++)
	{
		if (may_follow(t, p, k, q))
		{
			p[k] = q;
			search(t, p, k + 1);
		}
	}
}

/* Any order: place q may take any step not taken yet. */
static void
search_matching(trial *t, int *p, int k, uint64_t taken, int q)
{
	offer(t, p, k, p);
	for (; q < t->m; q++)
	{
		const contact *c = &t->at[q];

		if (c->exit || c->time - t->at[p[0]].time > t->within)
			return;
		if (t->modes & TP_STRICT_INCREASE && c->time == t->at[p[k - 1]].time)
			continue;
		for (int s = 0; s < t->steps; s++)
		{
			if (c->mask >> s & 1 && !(taken >> s & 1))
			{
				p[k] = q;
				search_matching(t, p, k + 1, taken | UINT64_C(1) << s, q + 1);
			}
		}
	}
}

static void
search_order(trial *t)
{
	int			p[STEPS];

	for (int i = 0; i < t->m; i++)
	{
		if (t->at[i].exit || (t->first >= 0 && t->at[i].position != t->first))
			continue;
		p[0] = i;
		if (t->modes & TP_ANY_ORDER)
		{
			for (int s = 0; s < t->steps; s++)
				if (t->at[i].mask >> s & 1)
					search_matching(t, p, 1, UINT64_C(1) << s, i + 1);
		}
		else if (t->at[i].mask & 1)
			search(t, p, 1);
	}
}

/* Every order that ids leave open; place by place. */
static void
each_order(trial *t, const contact *from, int n, bool *used, int placed)
{
	if (placed == n)
	{
		t->m = n;
		search_order(t);
		return;
	}
	for (int i = 0; i < n; i++)
	{
		bool		next = !used[i];

		for (int k = 0; k < n && next; k++)
			next = used[k] || k == i || from[k].time > from[i].time ||
				(from[k].time == from[i].time && !(from[k].told && from[i].told && k < i));
		if (!next)
			continue;
		used[i] = true;
		t->at[placed] = from[i];
		each_order(t, from, n, used, placed + 1);
		used[i] = false;
	}
}

static void
search_all(trial *t)
{
	bool		is_value[3] = {false};

	t->best.reached = 0;
	t->is_there = false;
	for (int i = 0; i < t->n; i++)
		is_value[t->all[i].value] |= t->all[i].time <= t->as_of;
	/* none is tried where there is no other */
	is_value[0] = !is_value[1] && !is_value[2];
	for (int value = 0; value <= 2; value++)
	{
		contact		fit[CONTACTS];
		bool		used[CONTACTS] = {false};
		int			n = 0;

		if (!is_value[value])
			continue;
		for (int i = 0; i < t->n; i++)
			if (t->all[i].time <= t->as_of)
			{
				/* another value takes no step, but is there */
				fit[n] = t->all[i];
				if (value != 0 && fit[n].value != 0 && fit[n].value != value)
					fit[n].mask = 0;
				n++;
			}
		each_order(t, fit, n, used, 0);
	}
}

/* Why the best chain stopped, where the order is known and nothing is held. */
static tp_stop
search_why(const trial *t, const result *r)
{
	int			k = r->reached;
	int64_t		until = r->started + t->within;

	if (k == t->steps)
		return TP_STOP_COMPLETE;
	if (k == 0)
		return TP_STOP_NO_CONTACT;
	for (int i = r->position[k - 1] + 1; i < t->n && t->all[i].time <= t->as_of; i++)
	{
		const contact *c = &t->all[i];

		if (c->time > until)
		{
			if (c->mask >> k & 1 && !c->exit)
				return TP_STOP_WINDOW;
			continue;
		}
		if (c->exit)
			return TP_STOP_EXIT;
		if (c->excluded >> k & 1)
			return TP_STOP_EXCLUDED;
		if (t->modes & TP_STRICT_DEDUPLICATION && (c->mask & ((UINT64_C(1) << k) - 1)) != 0)
			return TP_STOP_REPEAT;
		if (t->modes & TP_STRICT_ORDER)
			return TP_STOP_ORDER;
	}
	return TP_STOP_NO_CONTACT;
}

static bool
is_open(const trial *t, const result *r, tp_stop stop)
{
	return t->as_of != TP_AS_OF_END && r->started + t->within > t->as_of &&
		(stop == TP_STOP_NO_CONTACT || stop == TP_STOP_WINDOW);
}

static tp_journey
make_journey(tp_buffer *image, const trial *t, const char *letters)
{
	tp_builder	b;
	tp_error	err;
	uint8_t		entry[TP_ENTRY_MAX];

	tp_builder_init(&b, &check_memory);
	for (int i = 0; i < t->n; i++)
	{
		/* a negative id sorts and tells no order */
		tp_contact	c = {.time = t->all[i].time, .has = TP_HAS_ID, .id = t->all[i].told ? i : i - 100};
		tp_buffer	set;

		tp_buffer_init(&set, &check_memory);
		if (t->all[i].value != 0)
		{
			tp_property v = {.kind = TP_PROPERTY_NUMBER, .number = t->all[i].value};
			tp_draft	d;

			tp_draft_init(&d, &check_memory);
			CHECK(tp_draft_add(&d, "o", 1, &v, TP_BAD_TEXT, &err) == TP_OK);
			CHECK(tp_draft_finish(&d, &set, &err) == TP_OK);
			tp_draft_release(&d);
		}
		CHECK(tp_touchpoint_make("web", 3, &letters[i], 1, NULL, 0, entry, &err) == TP_OK);
		CHECK(tp_builder_add(&b, entry, &c, t->all[i].value != 0 ? (const uint8_t *) set.data : NULL, &err) == TP_OK);
		if (set.data != NULL)
			tp_buffer_release(&set);
	}
	return walk_built(&b, image);
}

static void
print_trial(const trial *t, const char *what)
{
	printf("  %s: modes %u within %d steps %d as of %d holds %d:", what, t->modes, (int) t->within, t->steps,
		   t->as_of == TP_AS_OF_END ? -1 : (int) t->as_of, t->holds);
	for (int i = 0; i < t->n; i++)
		printf(" %d:%x%s%s/%x/%d", (int) t->all[i].time, (unsigned) t->all[i].mask, t->all[i].exit ? "x" : "",
			   t->all[i].told ? "" : "?", (unsigned) t->all[i].excluded, t->all[i].value);
	printf("; wanted %d %d..%d\n", t->best.reached, (int) t->best.started, (int) t->best.ended);
}

/* Where each start is known, of the longest the one that is open wins. */
static void
check_open(trial *t, const tp_chain *chain)
{
	result		want = {.reached = 0};
	bool		open = false;

	for (t->first = 0; t->first < t->n; t->first++)
	{
		bool		is;

		search_all(t);
		if (t->best.reached == 0)
			continue;
		is = is_open(t, &t->best, search_why(t, &t->best));
		if (t->best.reached > want.reached || (t->best.reached == want.reached && is && !open))
		{
			want = t->best;
			open = is;
		}
	}
	t->first = -1;
	t->best = want;
	if ((int) chain->reached != want.reached || chain->open != open ||
		(want.reached > 0 && (chain->started != want.started || chain->stop != search_why(t, &want))))
	{
		CHECK(false);
		print_trial(t, "open");
	}
}

static void
check_entries(trial *t, tp_funnel *f, const tp_journey *j)
{
	tp_chain   *chains;
	uint32_t	n,
				at = 0;
	tp_error	err;
	bool		right = true;

	CHECK(tp_funnel_entries(f, j, &chains, &n, &err) == TP_OK);
	t->found = NULL;
	for (t->first = 0; t->first < t->n; t->first++)
	{
		search_all(t);
		if (t->best.reached == 0)
			continue;
		right = right && at < n && (int) chains[at].reached == t->best.reached &&
			chains[at].started == t->best.started &&
			/* of several values an open chain wins, whenever it ends */
			((t->holds && t->as_of != TP_AS_OF_END) || chains[at].ended == t->best.ended);
		at++;
	}
	t->first = -1;
	CHECK(right && at == n);
	if (!right || at != n)
		print_trial(t, "entries");
	tp_release(&check_memory, chains);
}

static void
compare(trial *t, tp_funnel *f, const tp_journey *j, bool tied)
{
	tp_chain	chain;
	tp_error	err;
	uint32_t	reached;
	bool		same;

	f->as_of = t->as_of;
	CHECK(tp_funnel_reached(f, j, (uint32_t) t->steps, &reached, &err) == TP_OK);
	CHECK(tp_funnel_trace(f, j, &chain, &err) == TP_OK);
	t->found = &chain;
	search_all(t);
	same = (int) reached == t->best.reached && (int) chain.reached == t->best.reached;
	if (t->best.reached > 0 && t->as_of == TP_AS_OF_END)
		same = same && chain.started == t->best.started && chain.ended == t->best.ended;
	same = same && (t->best.reached == 0 || t->is_there);
	if (!tied && !t->holds && !(t->modes & TP_ANY_ORDER) && t->as_of == TP_AS_OF_END)
	{
		/* members are those that come first where nothing but the window binds them */
		for (int k = 0; k < t->best.reached && !(t->modes & ~(TP_STRICT_ONCE | TP_STRICT_INCREASE)) && !f->excludes; k++)
			same = same && (int) chain.position[k] == t->best.position[k];
		same = same && chain.stop == search_why(t, &t->best);
	}
	CHECK(same);
	if (!same)
	{
		print_trial(t, "chain");
		printf("    reached %d, %d %s, there %d, wanted %s:", (int) reached, (int) chain.reached, tp_stop_name(chain.stop),
			   t->is_there, tp_stop_name(search_why(t, &t->best)));
		for (uint32_t k = 0; k < chain.reached; k++)
			printf(" %d", (int) chain.position[k]);
		printf("\n");
	}
	for (int k = 1; k <= t->steps; k++)
	{
		tp_funnel_reached(f, j, (uint32_t) k, &reached, &err);
		CHECK(((int) reached >= k) == (t->best.reached >= k));
	}
	t->found = NULL;
	if (!tied && !t->holds && !(t->modes & TP_ANY_ORDER) && t->as_of != TP_AS_OF_END)
		check_open(t, &chain);
	check_entries(t, f, j);
}

/* Times and what ids tell; how many orders there are at most, and whether there is more than one. */
static int
random_times(trial *t, bool all_open, bool *tied)
{
	int64_t		at = 0;
	int			orders = 1,
				run = 1;

	*tied = false;
	t->n = (int) chance(CONTACTS + 1);
	for (int i = 0; i < t->n; i++)
	{
		bool		again = i > 0 && chance(3) > 0;

		at += again ? 0 : 1 + chance(3);
		run = i > 0 && t->all[i].time == at && again ? run + 1 : again ? run + 1 : 1;
		t->all[i] = (contact) {.position = i, .time = at};
		t->all[i].told = !all_open && ((again && t->all[i - 1].told) || chance(2));
		if (again && !(t->all[i - 1].told))
		{
			orders *= run;
			*tied = true;
		}
		else if (again && run > 1)
			for (int k = i - run + 1; k < i; k++)
				if (!t->all[k].told)
				{
					orders *= run;
					*tied = true;
					break;
				}
	}
	return orders;
}

static void
random_trial(int round)
{
	trial		t = {.as_of = TP_AS_OF_END, .first = -1};
	char		letters[CONTACTS + 1] = "";
	uint32_t	kinds = 2 + chance(3);
	tp_buffer	image;
	tp_journey	j;
	tp_funnel	f;
	tp_error	err;
	bool		tied,
				excludes = false;
	unsigned	modes = chance(3) == 0 ? 0 : chance(8) | (chance(3) == 0 ? TP_REUSE : 0);
	char		glob[] = "web/?";

	while (random_times(&t, false, &tied) > ORDERS_MAX || (round % 3 == 0 && tied))
		;
	if (chance(5) == 0)
		modes = TP_ANY_ORDER | (chance(3) == 0 ? TP_STRICT_INCREASE : 0);
	t.steps = 1 + (int) chance(STEPS);
	t.within = 1 + chance(9);
	t.holds = chance(4) == 0;
	if (chance(3) == 0)
		t.as_of = chance(10);
	for (int i = 0; i < t.n; i++)
	{
		letters[i] = (char) ('a' + chance(kinds));
		t.all[i].value = t.holds ? (int) chance(3) : 0;
	}
	excludes = chance(3) == 0 && !(modes & TP_ANY_ORDER) && t.steps > 1;
	CHECK(tp_funnel_settle_modes(&modes, excludes, &err) == TP_OK);
	t.modes = modes;
	tp_funnel_init(&f, &check_memory, t.within, modes);
	for (int k = 0; k < t.steps; k++)
	{
		glob[4] = (char) (chance(kinds + 1) == 0 ? '*' : 'a' + chance(kinds));
		CHECK(tp_funnel_add_step(&f, glob, &err) == TP_OK);
		for (int i = 0; i < t.n; i++)
			t.all[i].mask |= (uint64_t) (glob[4] == '*' || glob[4] == letters[i]) << k;
	}
	if (chance(4) == 0)
	{
		glob[4] = (char) ('a' + chance(kinds));
		CHECK(tp_funnel_add_exit(&f, glob, &err) == TP_OK);
		for (int i = 0; i < t.n; i++)
			t.all[i].exit = letters[i] == glob[4];
	}
	for (int k = 1; k < t.steps && excludes; k++)
	{
		bool		none = chance(3) == 0;

		glob[4] = (char) (chance(kinds + 1) == 0 ? '*' : 'a' + chance(kinds));
		CHECK(tp_funnel_add_excluded(&f, none ? NULL : glob, &err) == TP_OK);
		for (int i = 0; i < t.n && !none; i++)
			t.all[i].excluded |= (uint64_t) (glob[4] == '*' || glob[4] == letters[i]) << k;
	}
	if (t.holds)
		CHECK(tp_funnel_add_hold(&f, "o", &err) == TP_OK);
	CHECK(tp_funnel_ready(&f, &err) == TP_OK);
	j = make_journey(&image, &t, letters);
	CHECK((int) j.count == t.n);
	compare(&t, &f, &j, tied);
	examined++;
	tied_ones += tied;
	tp_funnel_release(&f);
	tp_buffer_release(&image);
}

/* Rows that are no journey: any number of conditions a row, and no order at one time. */
static void
random_rows(void)
{
	trial		t = {.as_of = TP_AS_OF_END, .first = -1};
	int64_t		times[CONTACTS];
	uint64_t	masks[CONTACTS];
	unsigned	modes = chance(3) == 0 ? 0 : chance(8) | (chance(3) == 0 ? TP_REUSE : 0);
	uint32_t	reached;
	bool		tied;
	tp_error	err;

	while (random_times(&t, true, &tied) > ORDERS_MAX)
		;
	if (chance(5) == 0)
		modes = TP_ANY_ORDER | (chance(3) == 0 ? TP_STRICT_INCREASE : 0);
	CHECK(tp_funnel_settle_modes(&modes, false, &err) == TP_OK);
	t.modes = modes;
	t.steps = 1 + (int) chance(STEPS);
	t.within = 1 + chance(9);
	for (int i = 0; i < t.n; i++)
	{
		times[i] = t.all[i].time;
		t.all[i].mask = masks[i] = chance(1U << t.steps) & chance(1U << t.steps);
	}
	search_all(&t);
	CHECK(tp_funnel_rows(&check_memory, times, masks, (size_t) t.n, (uint32_t) t.steps, (uint64_t) t.within, modes,
						 &reached, &err) == TP_OK);
	CHECK((int) reached == t.best.reached);
	if ((int) reached != t.best.reached)
	{
		print_trial(&t, "rows");
		printf("    reached %d\n", (int) reached);
	}
}

int
main(void)
{
	for (int i = 0; i < 40000; i++)
		random_trial(i);
	for (int i = 0; i < 20000; i++)
		random_rows();
	/* enough of both */
	CHECK(tied_ones > 10000 && examined - tied_ones > 10000);
	return CHECK_DONE();
}
