/*
 * test_whole.c
 *	  Conditions on properties, limits on the whole of a match, values held throughout: against a search
 *	  that tries every way to lay the steps on the contacts.
 */
#include "walks.h"

#include "find/tp_pattern.h"
#include "journey/tp_property_set.h"

#define CONTACTS 10
#define STEPS 4

static check_random r = {20260401};
static tp_error err;

/* A property of a contact: 0 absent, 1 "x", 2 "xy", 3 the number 1, 4 the number 2, 5 true, 6 false. */
#define VALUES 7
static const tp_property values[VALUES] = {
	{.kind = TP_PROPERTY_ABSENT}, {.kind = TP_PROPERTY_STRING, .text = "x", .len = 1},
	{.kind = TP_PROPERTY_STRING, .text = "xy", .len = 2}, {.kind = TP_PROPERTY_NUMBER, .number = 1},
	{.kind = TP_PROPERTY_NUMBER, .number = 2}, {.kind = TP_PROPERTY_BOOLEAN, .truth = true},
	{.kind = TP_PROPERTY_BOOLEAN, .truth = false}
};

typedef struct trial
{
	int			n;
	int			time[CONTACTS];	/* minutes */
	char		letter[CONTACTS];
	int			score[CONTACTS];	/* 0 = unknown */
	int			p[CONTACTS];	/* places in values */
	int			q[CONTACTS];
} trial;

/* Conditions in words, and by the table of values: bit v where value v of p meets it. */
static const struct
{
	const char *text;
	unsigned	met;
}			conditions[] = {
	{"p", 0x7E}, {"not p", 0x01}, {"p = \"x\"", 0x02}, {"p <> \"x\"", 0x04}, {"p > \"x\"", 0x04}, {"p >= \"x\"", 0x06},
	{"p < \"xy\"", 0x02}, {"p ~ \"x*\"", 0x06}, {"p ~ \"*y\"", 0x04}, {"p ~ \"\\*\"", 0}, {"p = 1", 0x08}, {"p <> 1", 0x10},
	{"p >= 1.5", 0x10}, {"p < 2", 0x08}, {"p = true", 0x20}, {"p <> true", 0x40}, {"p = false", 0x40}, {"p = \"1\"", 0}
};

#define CONDITIONS ((int) (sizeof(conditions) / sizeof(conditions[0])))

typedef struct step
{
	char		letter[2];		/* alternatives, '*' = any */
	int			condition;		/* -1 = none */
	int			score_below;	/* 0 = none */
	bool		again;			/* + */
	bool		next;			/* => in front */
	int			most;			/* minutes in front, -1 = any */
} step;

typedef struct plan
{
	int			n;
	step		step[STEPS];
	int			within;			/* minutes, -1 = any */
	bool		hold_p;
	bool		hold_q;
} plan;

static void
random_plan(plan *x)
{
	memset(x, 0, sizeof(*x));
	x->n = 1 + (int) check_below(&r, STEPS);
	x->within = check_below(&r, 2) ? (int) check_below(&r, 12) : -1;
	x->hold_p = check_below(&r, 2);
	x->hold_q = check_below(&r, 3) == 0;
	for (int k = 0; k < x->n; k++)
	{
		step	   *s = &x->step[k];

		for (int a = 0; a < 2; a++)
			s->letter[a] = check_below(&r, 4) == 0 ? '*' : (char) ('a' + check_below(&r, 3));
		if (check_below(&r, 2))
			s->letter[1] = s->letter[0];
		s->condition = check_below(&r, 4) == 0 ? (int) check_below(&r, CONDITIONS) : -1;
		s->score_below = check_below(&r, 5) == 0 ? 1 + (int) check_below(&r, 4) : 0;
		s->again = check_below(&r, 5) == 0;
		s->next = check_below(&r, 4) == 0;
		s->most = check_below(&r, 4) == 0 ? (int) check_below(&r, 5) : -1;
	}
}

static void
write_plan(char *out, size_t size, const plan *x)
{
	size_t		at = 0;

#define SAY(...) at += (size_t) snprintf(out + at, size - at, __VA_ARGS__)
	for (int k = 0; k < x->n; k++)
	{
		const step *s = &x->step[k];

		if (k > 0 && s->next)
			SAY(" => ");
		else if (k > 0 && s->most >= 0)
			SAY(" -[<= %d min]-> ", s->most);
		else if (k > 0)
			SAY(" -> ");
		if (s->letter[0] == s->letter[1])
			SAY("%c", s->letter[0]);
		else
			SAY("(%c | %c)", s->letter[0], s->letter[1]);
		if (s->condition >= 0 && s->score_below > 0)
			SAY("[%s, score < %d]", conditions[s->condition].text, s->score_below);
		else if (s->condition >= 0)
			SAY("[%s]", conditions[s->condition].text);
		else if (s->score_below > 0)
			SAY("[score < %d]", s->score_below);
		if (s->again)
			SAY("+");
	}
	if (x->hold_p || x->hold_q)
		SAY(" hold %s", x->hold_p && x->hold_q ? "q, p" : x->hold_p ? "p" : "q");
	if (x->within >= 0)
		SAY(" within %d min", x->within);
#undef SAY
}

static bool
meets(const trial *t, const step *s, int i)
{
	return (s->letter[0] == '*' || s->letter[1] == '*' || s->letter[0] == t->letter[i] || s->letter[1] == t->letter[i]) &&
		(s->condition < 0 || conditions[s->condition].met >> t->p[i] & 1) &&
		(s->score_below == 0 || (t->score[i] != 0 && t->score[i] < s->score_below));
}

/* May these contacts stand together? Zero is absent and fits any. */
static bool
hold_one(const int *v, unsigned taken)
{
	int			seen = 0;

	for (int i = 0; i < CONTACTS; i++)
	{
		if (!(taken >> i & 1) || v[i] == 0)
			continue;
		if (seen != 0 && v[i] != seen)
			return false;
		seen = v[i];
	}
	return true;
}

/* Lay step k at contact i and all behind it; best is the earliest end found. */
static void
lay(const trial *t, const plan *x, int k, int i, unsigned taken, int first, int *best)
{
	const step *s = &x->step[k];

	if (!meets(t, s, i))
		return;
	taken |= 1U << i;
	if (s->again && i + 1 < t->n)
		lay(t, x, k, i + 1, taken, first, best);
	if (k + 1 == x->n)
	{
		if ((x->within < 0 || t->time[i] - t->time[first] <= x->within) &&
			(!x->hold_p || hold_one(t->p, taken)) && (!x->hold_q || hold_one(t->q, taken)) && i < *best)
			*best = i;
		return;
	}
	for (int p = i + 1; p < t->n; p++)
	{
		const step *to = &x->step[k + 1];

		if (to->next ? p == i + 1 : to->most < 0 || t->time[p] - t->time[i] <= to->most)
			lay(t, x, k + 1, p, taken, first, best);
	}
}

/* The properties p and q of contact i, added to out; false where it has neither. */
static bool
make_properties(tp_buffer *out, const trial *t, int i)
{
	tp_draft	d;
	bool		any = t->p[i] != 0 || t->q[i] != 0;

	tp_draft_init(&d, &check_memory);
	if (t->p[i] != 0)
		CHECK(tp_draft_add(&d, "p", 1, &values[t->p[i]], TP_BAD_TEXT, &err) == TP_OK);
	if (t->q[i] != 0)
		CHECK(tp_draft_add(&d, "q", 1, &values[t->q[i]], TP_BAD_TEXT, &err) == TP_OK);
	if (any)
		CHECK(tp_draft_finish(&d, out, &err) == TP_OK);
	tp_draft_release(&d);
	return any;
}

static tp_journey
make_journey(tp_buffer *image, const trial *t)
{
	tp_builder	b;
	uint8_t		entry[TP_ENTRY_MAX];
	tp_buffer	set;

	tp_builder_init(&b, &check_memory);
	for (int i = 0; i < t->n; i++)
	{
		tp_contact	c = walk_contact(t->time[i] * TP_USECS_PER_MINUTE, i + 1, t->score[i]);

		CHECK(tp_touchpoint_make("web", 3, &t->letter[i], 1, NULL, 0, entry, &err) == TP_OK);
		tp_buffer_init(&set, &check_memory);
		CHECK(tp_builder_add(&b, entry, &c, make_properties(&set, t, i) ? (const uint8_t *) set.data : NULL, &err) == TP_OK);
		tp_buffer_release(&set);
	}
	return walk_built(&b, image);
}

static void
random_contacts(trial *t)
{
	int			at = 0;

	memset(t, 0, sizeof(*t));
	t->n = (int) check_below(&r, CONTACTS + 1);
	for (int i = 0; i < t->n; i++)
	{
		at += (int) check_below(&r, 4);
		t->time[i] = at;
		t->letter[i] = (char) ('a' + check_below(&r, 3));
		t->score[i] = (int) check_below(&r, 5);
		t->p[i] = check_below(&r, 2) ? (int) check_below(&r, VALUES) : 0;
		t->q[i] = check_below(&r, 2) ? (int) check_below(&r, 4) : 0;
	}
}

/* The matches of both kinds, as the search has them. */
static void
check_matches(tp_matcher *m, const tp_journey *j, const trial *t, const plan *x, const char *text)
{
	tp_match	want[2][CONTACTS];
	uint32_t	wanted[2] = {0, 0};
	bool		any;

	for (int i = 0; i < t->n; i++)
	{
		int			best = CONTACTS;

		lay(t, x, 0, i, 0, i, &best);
		if (best == CONTACTS)
			continue;
		want[1][wanted[1]++] = (tp_match) {(uint32_t) i, (uint32_t) best};
		if (wanted[0] == 0 || want[0][wanted[0] - 1].last < (uint32_t) i)
			want[0][wanted[0]++] = (tp_match) {(uint32_t) i, (uint32_t) best};
	}
	CHECK(tp_matcher_any(m, j, &any, &err) == TP_OK && any == (wanted[0] > 0));
	for (int overlapping = 0; overlapping <= 1; overlapping++)
	{
		const tp_match *got;
		uint32_t	n;
		bool		same;

		CHECK(tp_matcher_all(m, j, overlapping, &got, &n, &err) == TP_OK);
		same = n == wanted[overlapping];
		for (uint32_t i = 0; i < n && same; i++)
			same = got[i].first == want[overlapping][i].first && got[i].last == want[overlapping][i].last;
		CHECK(same);
		if (!same)
			printf("  %s: %u matches, wanted %u\n", text, (unsigned) n, (unsigned) wanted[overlapping]);
	}
}

/* A step alone is met by the contacts that the table says, in a set of steps beside others. */
static void
check_step(const tp_journey *j, const trial *t, const step *s)
{
	plan		alone = {.n = 1, .within = -1};
	char		text[200];
	tp_steps	steps;
	uint64_t	all[2];

	alone.step[0] = *s;
	alone.step[0].again = false;
	write_plan(text, sizeof(text), &alone);
	tp_steps_init(&steps, &check_memory);
	CHECK(tp_steps_add(&steps, "web/a", 3, &err) == TP_OK);
	CHECK(tp_steps_add(&steps, text, 70, &err) == TP_OK);
	CHECK(tp_steps_look(&steps, j, all, &err) == TP_OK);
	for (int i = 0; i < t->n; i++)
	{
		const uint64_t *row = tp_steps_row(&steps, j, (uint32_t) i);

		CHECK(row[0] == (uint64_t) (t->letter[i] == 'a') << 3 && row[1] == (uint64_t) meets(t, s, i) << 6);
		CHECK((row[0] & ~all[0]) == 0 && (row[1] & ~all[1]) == 0);
	}
	tp_steps_release(&steps);
}

/* What an index is asked for is there wherever the pattern matches. */
static bool
is_needed(const tp_needs *needs, uint32_t at, const trial *t)
{
	const tp_need *need = &needs->need[at];
	bool		all = true,
				any = false;

	switch (need->kind)
	{
		case TP_NEED_NOTHING:
			return true;
		case TP_NEED_GLOB:
			for (int i = 0; i < t->n; i++)
			{
				tp_touchpoint web = {.channel = "web", .channel_len = 3, .label = &t->letter[i], .label_len = 1};

				any |= tp_glob_matches(&needs->glob[need->first], &web);
			}
			return any;
		case TP_NEED_PROPERTY:
			CHECK(needs->property[need->first].op == TP_OP_EQ && needs->property[need->first].key_len == 1);
			for (int i = 0; i < t->n; i++)
				any |= tp_condition_meets(&needs->property[need->first], &values[t->p[i]]);
			return any;
		default:
			for (uint32_t child = need->first; child != 0; child = needs->need[child].next)
			{
				bool		one = is_needed(needs, child, t);

				all &= one;
				any |= one;
			}
			return need->kind == TP_NEED_ALL ? all : any;
	}
}

static void
random_trial(void)
{
	plan		x;
	char		text[800];
	tp_buffer	image;
	tp_matcher *m;
	tp_needs	needs;

	random_plan(&x);
	write_plan(text, sizeof(text), &x);
	tp_buffer_init(&image, &check_memory);
	CHECK(tp_pattern_parse(&image, text, strlen(text), &err) == TP_OK);
	CHECK(tp_pattern_needs(&check_memory, (uint8_t *) image.data, image.len, &needs, &err) == TP_OK);
	m = tp_matcher_new(&check_memory, (uint8_t *) image.data, image.len, &err);
	CHECK(m != NULL);
	for (int k = 0; k < 4 && m != NULL; k++)
	{
		trial		t;
		tp_buffer	bytes;
		tp_journey	j;
		bool		any;

		random_contacts(&t);
		j = make_journey(&bytes, &t);
		check_matches(m, &j, &t, &x, text);
		check_step(&j, &t, &x.step[0]);
		CHECK(tp_matcher_any(m, &j, &any, &err) == TP_OK && (!any || is_needed(&needs, 0, &t)));
		CHECK(!needs.exact || any == is_needed(&needs, 0, &t));
		tp_buffer_release(&bytes);
	}
	tp_matcher_release(m);
	tp_release(&check_memory, needs.need);
	tp_release(&check_memory, needs.glob);
	tp_release(&check_memory, needs.property);
	tp_buffer_release(&image);
}

int
main(void)
{
	for (int i = 0; i < 20000; i++)
		random_trial();
	return CHECK_DONE();
}
