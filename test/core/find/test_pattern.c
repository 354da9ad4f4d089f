/*
 * test_pattern.c
 *	  Patterns: text forms, and matching against a search that spells the rules out, on random patterns
 *	  and short journeys.
 */
#include "walks.h"

#include "find/tp_pattern.h"

#define CONTACTS 8
#define NODES 64
#define CHILDREN 4

CHECK_STREAM(chance, 20260106)

/* A pattern as the search knows it; nothing here is shared with the matcher. */
typedef enum kind
{
	STEP, SEQUENCE, CHOICE, REPETITION
} kind;

typedef struct link
{
	bool		next;
	bool		has_least;
	bool		has_most;
	bool		least_strict;
	bool		most_strict;
	int			least;			/* hours */
	int			most;
	char		excluded[2];	/* letters, or 0 */
} link;

typedef struct node
{
	kind		kind;
	char		letter;			/* of a step; '*' = any */
	int			score_below;	/* condition, 0 = none */
	bool		first;			/* anchors */
	bool		last;
	int			n;
	struct node *child[CHILDREN];
	link		before[CHILDREN];
	int			least;
	int			most;			/* -1 = any */
} node;

static node nodes[NODES];
static int	n_nodes;

typedef struct trial
{
	int			n;
	int			time[CONTACTS];
	char		letter[CONTACTS];
	int			score[CONTACTS];	/* 0 = unknown */
} trial;

static node *
random_node(int depth)
{
	node	   *x = &nodes[n_nodes++];

	memset(x, 0, sizeof(*x));
	switch (depth > 0 && n_nodes < NODES - 20 ? chance(6) : 0)
	{
		case 0:
		case 1:
			x->kind = STEP;
			x->letter = chance(6) == 0 ? '*' : (char) ('a' + chance(3));
			x->score_below = chance(4) == 0 ? 1 + (int) chance(4) : 0;
			break;
		case 2:
		case 3:
			x->kind = SEQUENCE;
			x->n = 1 + (int) chance(CHILDREN - 1);
			x->first = chance(8) == 0;
			x->last = chance(8) == 0;
			for (int k = 0; k < x->n; k++)
			{
				link	   *l = &x->before[k];

				x->child[k] = random_node(depth - 1);
				l->next = chance(3) == 0;
				if (l->next || chance(2) == 0)
					continue;
				l->has_least = chance(3) == 0;
				l->least = (int) chance(3);
				l->least_strict = chance(2);
				l->has_most = chance(2) == 0;
				l->most = (int) chance(4);
				l->most_strict = chance(2);
				for (int e = 0; e < 2; e++)
					l->excluded[e] = chance(3) == 0 ? (char) ('a' + chance(3)) : '\0';
			}
			break;
		case 4:
			x->kind = CHOICE;
			x->n = 2 + (int) chance(CHILDREN - 2);
			for (int k = 0; k < x->n; k++)
				x->child[k] = random_node(depth - 1);
			break;
		default:
			x->kind = REPETITION;
			x->child[0] = random_node(depth - 1);
			x->least = (int) chance(4);
			x->most = chance(2) == 0 ? -1 : x->least + (int) chance(3);
			if (x->most == 0)
				x->most = 1;
			break;
	}
	return x;
}

static void
say(tp_buffer *b, const char *text)
{
	tp_buffer_string(b, text);
}

static void
say_number(tp_buffer *b, int n)
{
	char		text[16];

	snprintf(text, sizeof(text), "%d", n);
	say(b, text);
}

static void
write_link(tp_buffer *b, const link *l)
{
	const char *comma = "";

	if (l->next)
		say(b, "=>");
	else if (!l->has_least && !l->has_most && !l->excluded[0] && !l->excluded[1])
		say(b, chance(2) ? " -> " : " ->");
	else
	{
		say(b, " -[");
		if (l->has_most)
		{
			say(b, l->most_strict ? "<" : "<= ");
			say_number(b, l->most);
			say(b, chance(2) ? "h" : " hours");
			comma = ",";
		}
		for (int e = 0; e < 2; e++)
		{
			if (!l->excluded[e])
				continue;
			say(b, comma);
			say(b, "!web/");
			tp_buffer_byte(b, (uint8_t) l->excluded[e]);
			comma = " , ";
		}
		if (l->has_least)
		{
			say(b, comma);
			say(b, l->least_strict ? ">" : ">=");
			say_number(b, 60 * l->least);
			say(b, "min");
		}
		say(b, "]->");
	}
}

/* The text of a pattern, with more parentheses than needed. */
static void
write_pattern(tp_buffer *b, const node *x)
{
	switch (x->kind)
	{
		case STEP:
			say(b, x->score_below ? "web/" : "");
			tp_buffer_byte(b, (uint8_t) x->letter);
			if (x->score_below)
			{
				say(b, "[score<");
				say_number(b, x->score_below);
				say(b, "]");
			}
			break;
		case SEQUENCE:
			say(b, x->first ? "(^" : "(");
			for (int k = 0; k < x->n; k++)
			{
				if (k > 0)
				{
					say(b, " ");
					write_link(b, &x->before[k]);
				}
				write_pattern(b, x->child[k]);
			}
			say(b, x->last ? "$)" : ")");
			break;
		case CHOICE:
			say(b, "(");
			for (int k = 0; k < x->n; k++)
			{
				say(b, k > 0 ? "|" : "");
				write_pattern(b, x->child[k]);
			}
			say(b, " )");
			break;
		case REPETITION:
			say(b, "(");
			write_pattern(b, x->child[0]);
			say(b, ")");
			if (x->least == 0 && x->most < 0 && chance(2))
				say(b, "*");
			else if (x->least == 1 && x->most < 0 && chance(2))
				say(b, "+");
			else if (x->least == 0 && x->most == 1 && chance(2))
				say(b, "?");
			else
			{
				say(b, "{");
				say_number(b, x->least);
				if (x->most < 0)
					say(b, ",");
				else if (x->most != x->least)
				{
					say(b, " , ");
					say_number(b, x->most);
				}
				say(b, "}");
			}
			break;
	}
}

/*
 * Where a node that must begin behind contact `prev`, joined by `l` (prev < 0: at contact `start`), may
 * end: a set of contacts. Forward, by trying everything.
 */
typedef struct entry
{
	int			prev;
	int			start;
	link		l;
} entry;

static bool
may_enter(const trial *t, const entry *e, int p)
{
	int			hours;

	if (e->prev < 0)
		return p == e->start;
	if (p <= e->prev || (e->l.next && p != e->prev + 1))
		return false;
	hours = t->time[p] - t->time[e->prev];
	if (e->l.has_least && (e->l.least_strict ? hours <= e->l.least : hours < e->l.least))
		return false;
	if (e->l.has_most && (e->l.most_strict ? hours >= e->l.most : hours > e->l.most))
		return false;
	for (int i = e->prev + 1; i < p; i++)
		for (int x = 0; x < 2; x++)
			if (e->l.excluded[x] && t->letter[i] == e->l.excluded[x])
				return false;
	return true;
}

static bool
may_be_empty(const node *x)
{
	bool		all = true,
				any = false;

	for (int k = 0; k < x->n; k++)
	{
		bool		one = may_be_empty(x->child[k]);

		all &= one;
		any |= one;
	}
	switch (x->kind)
	{
		case SEQUENCE:
			return all && !x->first && !x->last;
		case CHOICE:
			return any;
		case REPETITION:
			return x->least == 0 || may_be_empty(x->child[0]);
		default:
			return false;
	}
}

static unsigned ends(const trial *t, const node *x, entry e, bool at_first);

/* Elements k and on of a sequence; begun: one of this sequence has been matched, ending at e.prev. */
static unsigned
sequence_ends(const trial *t, const node *x, int k, entry e, bool begun, bool at_first)
{
	unsigned	found = 0;
	entry		into = e;
	unsigned	inner;

	if (k == x->n)
		return begun && (!x->last || e.prev == t->n - 1) ? 1U << e.prev : 0;
	if (begun)
		into.l = x->before[k];
	inner = ends(t, x->child[k], into, at_first && !begun);
	for (int p = 0; p < t->n; p++)
		if (inner >> p & 1)
			found |= sequence_ends(t, x, k + 1, (entry) {.prev = p}, true, at_first);
	if (may_be_empty(x->child[k]))
		found |= sequence_ends(t, x, k + 1, e, begun, at_first);
	return found;
}

static unsigned
ends(const trial *t, const node *x, entry e, bool at_first)
{
	unsigned	found = 0;

	switch (x->kind)
	{
		case STEP:
			for (int p = 0; p < t->n; p++)
				if (may_enter(t, &e, p) && (!at_first || p == 0) && (x->letter == '*' || x->letter == t->letter[p]) &&
					(!x->score_below || (t->score[p] != 0 && t->score[p] < x->score_below)))
					found |= 1U << p;
			break;
		case SEQUENCE:
			return sequence_ends(t, x, 0, e, false, at_first || x->first);
		case CHOICE:
			for (int k = 0; k < x->n; k++)
				found |= ends(t, x->child[k], e, at_first);
			break;
		case REPETITION:
			{
				unsigned	now = ends(t, x->child[0], e, at_first);

				for (int times = 1; now != 0 && (x->most < 0 || times <= x->most); times++)
				{
					unsigned	then = 0;

					if (times >= x->least || may_be_empty(x->child[0]))
						found |= now;
					for (int p = 0; p < t->n; p++)
						if (now >> p & 1)
							then |= ends(t, x->child[0], (entry) {.prev = p, .l = {.next = true}}, false);
					now = then;
				}
				break;
			}
	}
	return found;
}

/* Matches: leftmost, earliest end, not overlapping. */
static int
search(const trial *t, const node *x, tp_match *out)
{
	int			n = 0;

	for (int start = 0; start < t->n; start++)
	{
		unsigned	found = ends(t, x, (entry) {.prev = -1, .start = start}, false);

		if (found == 0)
			continue;
		out[n].first = (uint32_t) start;
		out[n].last = (uint32_t) __builtin_ctz(found);
		start = (int) out[n++].last;
	}
	return n;
}

static tp_journey
make_journey(tp_buffer *image, const trial *t)
{
	tp_builder	b;
	tp_error	err;
	uint8_t		entry[TP_ENTRY_MAX];

	tp_builder_init(&b, &check_memory);
	for (int i = 0; i < t->n; i++)
	{
		tp_contact	c = walk_contact(t->time[i] * TP_USECS_PER_HOUR, i + 1, t->score[i]);

		CHECK(tp_touchpoint_make("web", 3, &t->letter[i], 1, NULL, 0, entry, &err) == TP_OK);
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_OK);
	}
	return walk_built(&b, image);
}

static tp_status
parse(tp_buffer *image, const char *text, tp_error *err)
{
	tp_buffer_init(image, &check_memory);
	return tp_pattern_parse(image, text, strlen(text), err);
}

/* text -> image -> canonical text -> the same image -> the same text */
static bool
round_trip(const char *text, tp_buffer *image, tp_buffer *canonical)
{
	tp_buffer	again,
				text_again;
	tp_error	err;
	bool		same;

	if (parse(image, text, &err) != TP_OK)
	{
		printf("%s: %s %s\n", text, err.message, err.detail);
		return false;
	}
	tp_buffer_init(canonical, &check_memory);
	if (tp_pattern_write(canonical, (uint8_t *) image->data, image->len, &err) != TP_OK)
		return false;
	tp_buffer_byte(canonical, '\0');
	tp_buffer_init(&text_again, &check_memory);
	same = parse(&again, canonical->data, &err) == TP_OK && again.len == image->len &&
		memcmp(again.data, image->data, image->len) == 0 &&
		tp_pattern_write(&text_again, (uint8_t *) again.data, again.len, &err) == TP_OK &&
		text_again.len + 1 == canonical->len && memcmp(text_again.data, canonical->data, text_again.len) == 0;
	tp_buffer_release(&again);
	tp_buffer_release(&text_again);
	return same;
}

static void
random_trial(void)
{
	tp_buffer	text,
				image,
				canonical;
	const node *x;
	tp_matcher *m;
	tp_error	err;

	n_nodes = 0;
	x = random_node(4);
	tp_buffer_init(&text, &check_memory);
	write_pattern(&text, x);
	tp_buffer_byte(&text, '\0');
	CHECK(round_trip(text.data, &image, &canonical));
	m = tp_matcher_new(&check_memory, (uint8_t *) image.data, image.len, &err);
	CHECK(m != NULL);
	for (int k = 0; k < 6 && m != NULL; k++)
	{
		trial		t = {.n = (int) chance(CONTACTS + 1)};
		tp_match	want[CONTACTS];
		const tp_match *got;
		uint32_t	n;
		int			wanted,
					at = 0;
		bool		any,
					same;
		tp_buffer	journey;
		tp_journey	j;

		for (int i = 0; i < t.n; i++)
		{
			at += (int) chance(3);
			t.time[i] = at;
			t.letter[i] = (char) ('a' + chance(3));
			t.score[i] = (int) chance(5);
		}
		j = make_journey(&journey, &t);
		wanted = search(&t, x, want);
		CHECK(tp_matcher_any(m, &j, &any, &err) == TP_OK);
		CHECK(tp_matcher_all(m, &j, false, &got, &n, &err) == TP_OK);
		same = any == (wanted > 0) && (int) n == wanted;
		for (int i = 0; i < wanted && same; i++)
			same = want[i].first == got[i].first && want[i].last == got[i].last;
		CHECK(same);
		if (!same)
		{
			printf("  %s on", canonical.data);
			for (int i = 0; i < t.n; i++)
				printf(" %c@%d:%d", t.letter[i], t.time[i], t.score[i]);
			printf(": any %d, %d matches, wanted %d\n", any, (int) n, wanted);
		}
		tp_buffer_release(&journey);
	}
	if (m != NULL)
		tp_matcher_release(m);
	tp_buffer_release(&text);
	tp_buffer_release(&image);
	tp_buffer_release(&canonical);
}

/* Pattern, and its canonical text. */
static void
texts(void)
{
	static const char *const pairs[][2] = {
		{"web/cart", "web/cart"},
		{" ( web/cart ) ", "web/cart"},
		{"a->b", NULL},
		{"web/product* -> web/cart -[<= 30 min]-> web/checkout", "web/product* -> web/cart -[<= 30 min]-> web/checkout"},
		{"(store/*|app/*)=>*/purchase-[ ! support/* ]->*/complaint[score<3]$", NULL},
		{"(store/*|app/*)=>*/purchase -[ ! support/* ]->*/complaint[score<3]$",
		"(store/* | app/*) => */purchase -[!support/*]-> */complaint[score < 3] $"},
		{"\"Create Fine\" => \"Send Fine\"", "\"Create Fine\" => \"Send Fine\""},
		{"\"Create\"", "Create"},
		{"^a+ -> (b)* -> c? -> (a[score>1])* -> d{2} -> e{2,} -> f{2,5} -> g{0,1}|h{1,1} $",
		"^ a+ -> (b)* -> c? -> a[score > 1]* -> d{2} -> e{2,} -> f{2,5} -> g? | h $"},
		{"((a+)?)*", "((a+)?)*"},
		{"(a|b)|(c|d)", "(a | b) | (c | d)"},
		{"(a -> b) -> c", "(a -> b) -> c"},
		{"a -[<7 days,<=7 days,>1 hour,> 90 min,!x,!y*]-> b", "a -[> 90 min, < 7 days, !x, !y*]-> b"},
		{"a -[<= 1 week 1.5 days]-> b", "a -[<= 204 hours]-> b"},
		{"a -[<= 0 s]-> b -[<= 1500 ms]-> c -[<= 0.000001 s]-> d", "a -[<= 0 s]-> b -[<= 1500 ms]-> c -[<= 1 us]-> d"},
		{"a[gap<=-0.5,by=customer,duration>=5 min,cost<>0,value!=7e0,expected=4]",
		"a[gap <= -0.5, by = customer, duration >= 5 min, cost <> 0, value <> 7, expected = 4]"},
		{"use:app/\"push (new)\" -> \"a-\" -> \"x->y\" -> a=b", "use:app/\"push (new)\" -> \"a-\" -> \"x->y\" -> a=b"},
		{"\"a*b\"*", "\"a*b\"*"},
		{"a[score, not by,agent,not agent]", "a[score, not by, agent, not agent]"},
		{"a [campaign=\"spring\" ,amount>=1e2,ok = true, ok<>false]",
		"a[campaign = \"spring\", amount >= 100, ok = true, ok <> false]"},
		{"a[properties.score < 3, properties.x = 1, \"x\" = 2, \"score\" = 3, properties.\"a b\" = 4, \"not\"]",
		"a[properties.score < 3, x = 1, x = 2, properties.score = 3, \"a b\" = 4, properties.not]"},
		{"a[properties.properties.x, \"properties.y\"]", "a[properties.properties.x, properties.properties.y]"},
		{"a[s ~ \"x**\\*y\\\"\", s = \"*\\\\\", 满意度 = \"很好\"]", "a[s ~ \"x*\\*y\\\"\", s = \"*\\\\\", 满意度 = \"很好\"]"},
		{"(a | b[score < 3])[x]", "a[x] | b[score < 3, x]"},
		{"((a | b)[x = 1] | c)[y] -> (d)[z]* -> (e|f) [by = customer]+",
		"((a[x = 1, y] | b[x = 1, y]) | c[y]) -> d[z]* -> (e[by = customer] | f[by = customer])+"},
		{"a -> b within 90 min", "a -> b within 90 min"},
		{"a -> b hold order", "a -> b hold order"},
		{"a | b $ hold order,agent within 1 day", "a | b $ within 1 day hold order, agent"},
		{"a hold \"order id\" , properties.score", "a hold \"order id\", properties.score"},
		{"within -> hold within 0 s", "within -> hold within 0 s"},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
	{
		tp_buffer	image,
					canonical;
		tp_error	err;

		if (pairs[i][1] == NULL)
		{
			CHECK(parse(&image, pairs[i][0], &err) == TP_BAD_PATTERN);
			tp_buffer_release(&image);
			continue;
		}
		CHECK(round_trip(pairs[i][0], &image, &canonical));
		CHECK_TEXT(canonical.data, pairs[i][1]);
		tp_buffer_release(&image);
		tp_buffer_release(&canonical);
	}
}

static const struct
{
	const char *text;
	tp_status	status;
	const char *detail;
}			refused[] = {
	{"", TP_BAD_PATTERN, "Expected a step, such as web/cart, at character 1."},
	{"a ->", TP_BAD_PATTERN, "Expected a step, such as web/cart, at character 5."},
	{"-> a", TP_BAD_PATTERN, "Expected a step, such as web/cart, at character 1."},
	{"a b", TP_BAD_PATTERN, "Expected ->, =>, -[, |, within, hold or the end, at character 3."},
	{"(a", TP_BAD_PATTERN, "Expected ->, =>, -[, | or ), at character 3."},
	{"a)", TP_BAD_PATTERN, "Expected ->, =>, -[, |, within, hold or the end, at character 2."},
	{"a-> b", TP_BAD_PATTERN, "Expected a blank before the arrow, at character 2."},
	{"a-[<= 1 day]-> b", TP_BAD_PATTERN, "Expected a blank before -[, at character 2."},
	{"a -[]-> b", TP_BAD_PATTERN, "Expected <, <=, >, >= or !, at character 5."},
	{"a -[<= 7]-> b", TP_BAD_PATTERN, "Expected a unit of time: us, ms, s, min, hours, days or weeks, at character 9."},
	{"a -[<= 1 month]-> b", TP_BAD_PATTERN, "Expected a unit of time: us, ms, s, min, hours, days or weeks, at character 10."},
	{"a -[<= 1 day] b", TP_BAD_PATTERN, "Expected -> behind the limits, at character 15."},
	{"a -[= 1 day]-> b", TP_BAD_PATTERN, "Expected <, <=, >, >= or !, at character 5."},
	{"a -[<= 0.0000001 s]-> b", TP_BAD_PATTERN, NULL},
	{"a -[<= 99999999999999999999 s]-> b", TP_BAD_PATTERN, NULL},
	{"a -[<= 9999999999999999 s]-> b", TP_BAD_PATTERN, NULL},
	{"a[score ! 3]", TP_BAD_PATTERN, "Expected <, <=, =, <>, >= or >, at character 9."},
	{"a[mood ! 3]", TP_BAD_PATTERN, "Expected <, <=, =, <>, >=, > or ~, at character 8."},
	{"a[3 < mood]", TP_BAD_PATTERN, "Expected score, expected, gap, cost, duration, value, by or the name of a property, at character 3."},
	{"a[mood = good]", TP_BAD_PATTERN, "Expected a number, a string in double quotes, true or false, at character 10."},
	{"a[mood < true]", TP_BAD_PATTERN, "Expected a number or a string in double quotes, at character 10."},
	{"a[mood ~ 3]", TP_BAD_PATTERN, "Expected a glob in double quotes, at character 10."},
	{"a[score ~ \"3\"]", TP_BAD_PATTERN, "Expected <, <=, =, <>, >= or >, at character 9."},
	{"a[score = \"x\"]", TP_BAD_PATTERN, "Expected a number, at character 11."},
	{"a[duration = \"x\"]", TP_BAD_PATTERN, "Expected a duration, at character 14."},
	{"a[by > 3]", TP_BAD_PATTERN, "Expected =, <> or a comma, at character 6."},
	{"a[not mood = 3]", TP_BAD_PATTERN, "Expected , or ], at character 12."},
	{"a[not = 3]", TP_BAD_PATTERN, "Expected the name of what must not be there behind \"not\", at character 7."},
	{"a[id = 3]", TP_BAD_PATTERN, "Expected a field that conditions ask about, at character 3."},
	{"a[initiator = \"customer\"]", TP_BAD_PATTERN, "Expected by, as the initiator is called here, at character 3."},
	{"a[properties. = 3]", TP_BAD_PATTERN, "Expected the name of a property, at character 15."},
	{"a[\"\" = 3]", TP_BAD_PATTERN, "Expected the name of a property, at character 3."},
	{"a[x = \"y]", TP_BAD_PATTERN, "Expected a string that is closed by a double quote, at character 7."},
	{"a[x = \"\\y\"]", TP_BAD_PATTERN, "Expected \\\" or \\\\, at character 8."},
	{"a[x]b", TP_BAD_PATTERN, "Expected ->, =>, -[, |, within, hold or the end, at character 5."},
	{"(a -> b)[x]", TP_BAD_PATTERN, "Expected no conditions behind more than alternatives of one step, at character 9."},
	{"(a+ | b)[x]", TP_BAD_PATTERN, "Expected no conditions behind more than alternatives of one step, at character 9."},
	{"a within", TP_BAD_PATTERN, "Expected a duration, at character 9."},
	{"a within 1 hour within 2 hours", TP_BAD_PATTERN, "Expected within only once, at character 17."},
	{"a hold", TP_BAD_PATTERN, NULL},
	{"a hold score", TP_BAD_PATTERN, "Expected the name of a property, at character 8."},
	{"a hold v, w, x, y, z", TP_BAD_PATTERN, "Expected no more than 4 properties to hold, at character 20."},
	{"a within 1 hour -> b", TP_BAD_PATTERN, "Expected ->, =>, -[, |, within, hold or the end, at character 17."},
	{"办理:营业厅/等候区 排队", TP_BAD_PATTERN, "Expected ->, =>, -[, |, within, hold or the end, at character 12."},
	{"营业厅//等候区", TP_BAD_PATTERN, "Unexpected \"/\", at character 5."},
	{"营业厅[满意度 = 很好]", TP_BAD_PATTERN, "Expected a number, a string in double quotes, true or false, at character 11."},
	{"a[score < nan]", TP_BAD_PATTERN, "Expected a number, at character 11."},
	{"a[score < 1e999]", TP_BAD_PATTERN, "Expected a number, at character 11."},
	{"a[by < customer]", TP_BAD_PATTERN, "Expected =, <> or a comma, at character 6."},
	{"a[by = me]", TP_BAD_PATTERN, "Expected company, customer or third_party, at character 8."},
	{"a[score < 3", TP_BAD_PATTERN, "Expected , or ], at character 12."},
	{"a//b", TP_BAD_PATTERN, NULL},
	{"\"a", TP_BAD_PATTERN, NULL},
	{"a{0}", TP_BAD_PATTERN, NULL},
	{"a{3,2}", TP_BAD_PATTERN, NULL},
	{"a{2", TP_BAD_PATTERN, NULL},
	{"a{}", TP_BAD_PATTERN, NULL},
	{"a+?", TP_BAD_PATTERN, "Expected ->, =>, -[, |, within, hold or the end, at character 3."},
	{"a{1001}", TP_PAST_LIMIT, NULL},
	{"a{99999999999}", TP_PAST_LIMIT, NULL},
	{"(a{1000}){11}", TP_PAST_LIMIT, NULL},
};

static void
refusals(void)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
	{
		tp_buffer	image;
		tp_error	err;

		CHECK(parse(&image, refused[i].text, &err) == refused[i].status);
		if (refused[i].detail != NULL)
			CHECK_TEXT(err.detail, refused[i].detail);
		tp_buffer_release(&image);
	}
}

/*
 * What release 1 wrote for a pattern of every node stays readable. Stored bytes are in the machine's
 * own order; these are a little-endian one's.
 */
static void
golden(void)
{
	const uint16_t one = 1;
	static const uint8_t image[] = {
		1, 0,
		3, 2, 0,				/* choice of two */
		2, 1, 2, 0,				/* ^ sequence of two */
		1, 3, 3, 0, 'w', 'e', 'b', 4, 0, 'c', 'a', 'r', 't', 0,
		0, 5, 16, 14, 0, 0, 0, 0, 0, 0, 0, 202, 154, 59, 0, 0, 0, 0, 1, 0, 2, 1, 0, 'x',
		4, 2, 0, 255, 255, 1, 2, 2, 0, 'b', 1, 0,	/* 1 in a part is a wildcard */
		1, 4 + 2, 1, 0, 1, 1, 0, 's', 1, 0, 0, 0, 0, 0, 0, 0, 0, 8, 64
	};
	tp_buffer	b;
	tp_error	err;

	if (*(const uint8_t *) &one == 0)
		return;
	tp_buffer_init(&b, &check_memory);
	CHECK(tp_pattern_write(&b, image, sizeof(image), &err) == TP_OK);
	tp_buffer_byte(&b, '\0');
	CHECK_TEXT(b.data, "^ web/cart -[>= 3600 us, <= 1000 s, !x]-> b*{2,} | s:*[score < 3]");
	tp_buffer_release(&b);
}

/* Seconds at worst: nests, many alternatives, long journeys of one touchpoint. */
static void
hostile(void)
{
	static const char *const nests[] = {
		"((a*)*)*", "a -> ((((((((a)*)*)*)*)+)+)*)* -> b", "a -> (a?){1000} => b", "(a+ => a+ => a+ => a+ => a+ => a+) => b",
		"a -> (((a)* -> (a)*)* -> ((a)* -> (a)*)*)* -> b", "a{1000} -> b", "b -> (a -[> 1 s, <= 1 hour]-> a){500} -> a -> b"
	};
	tp_buffer	alternatives;
	tp_builder	b;
	tp_buffer	journey;
	tp_journey	j;
	tp_error	err;
	uint8_t		entry[TP_ENTRY_MAX];

	tp_buffer_init(&alternatives, &check_memory);
	for (int k = 0; k < 1000; k++)
	{
		char		text[32];

		snprintf(text, sizeof(text), "%s*a%d*", k > 0 ? "|" : "(", k);
		say(&alternatives, text);
	}
	say(&alternatives, "|a) -> b");
	tp_buffer_byte(&alternatives, '\0');
	tp_builder_init(&b, &check_memory);
	for (int i = 0; i <= 10000; i++)
	{
		tp_contact	c = {.time = i * TP_USECS_PER_SECOND};

		/* the b that they wait for came too early, so nothing is ruled out by its absence */
		CHECK(tp_touchpoint_make(NULL, 0, i == 0 ? "b" : "a", 1, NULL, 0, entry, &err) == TP_OK);

		tp_builder_add(&b, entry, &c, NULL, &err);
	}
	tp_buffer_init(&journey, &check_memory);
	CHECK(tp_builder_finish(&b, &check_memory, &journey, &err) == TP_OK);
	tp_builder_release(&b);
	CHECK(tp_journey_open(&j, journey.data, journey.len, &err) == TP_OK);
	for (size_t k = 0; k <= sizeof(nests) / sizeof(nests[0]); k++)
	{
		const char *text = k < sizeof(nests) / sizeof(nests[0]) ? nests[k] : alternatives.data;
		tp_buffer	image;
		tp_matcher *m;
		const tp_match *matches;
		uint32_t	n;
		bool		any;

		CHECK(parse(&image, text, &err) == TP_OK);
		m = tp_matcher_new(&check_memory, (uint8_t *) image.data, image.len, &err);
		CHECK(m != NULL);
		CHECK(tp_matcher_any(m, &j, &any, &err) == TP_OK);
		CHECK(any == (k == 0));
		CHECK(tp_matcher_all(m, &j, false, &matches, &n, &err) == TP_OK);
		CHECK(n == (k == 0 ? 10000U : 0U));
		tp_matcher_release(m);
		tp_buffer_release(&image);
	}
	tp_buffer_release(&journey);
	tp_buffer_release(&alternatives);
}

/* Images that no parser wrote are refused, whatever is cut off or changed. */
static void
damaged(void)
{
	const char *text = "^ (a[score < 3, by = customer] | b[x, not y, z ~ \"s*\", u = true, v <> 3]+) -[<= 7 days, !x, !y]-> "
		"(c => d){2,3} $ within 1 hour hold order, agent";
	tp_buffer	image;
	tp_error	err;

	CHECK(parse(&image, text, &err) == TP_OK);
	for (size_t n = 0; n < image.len; n++)
	{
		tp_buffer	b;
		tp_matcher *m;
		uint8_t    *cut = malloc(n + 1);

		memcpy(cut, image.data, n);
		tp_buffer_init(&b, &check_memory);
		CHECK(tp_pattern_write(&b, cut, n, &err) == TP_CORRUPT);
		if (b.data != NULL)
			tp_buffer_release(&b);
		m = tp_matcher_new(&check_memory, cut, n, &err);
		if (m != NULL)
			tp_matcher_release(m);
		free(cut);
	}
	tp_buffer_release(&image);
}

int
main(void)
{
	texts();
	refusals();
	golden();
	damaged();
	for (int i = 0; i < 30000; i++)
		random_trial();
	hostile();
	return CHECK_DONE();
}
