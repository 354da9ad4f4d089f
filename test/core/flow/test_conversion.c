/*
 * test_conversion.c
 *	  Paths to conversions, and what is credited for them, beside slow definitions of each: random journeys with ties,
 *	  ids that tell an order and ids that tell none, lookbacks and restarts.
 */
#include "walks.h"

#include "flow/tp_flow.h"
#include "flow/tp_ledger.h"
#include "flow/tp_markov.h"

#define SECOND INT64_C(1000000)
#define CONTACTS_MAX 24
#define CHANNELS 5				/* "" is the first */
#define STATES (CHANNELS + 3)	/* start, channels, conversion, null */

static const char *const channels[CHANNELS] = {"", "a", "b", "direct", "shop"};
static tp_error err;

/* One contact as a test sees it. */
typedef struct contact
{
	int64_t		at;
	int64_t		id;
	bool		has_id;
	int			channel;
	bool		converts;
	double		value;
} contact;

typedef struct story
{
	walk		w;
	int			n;
	contact		c[CONTACTS_MAX];
} story;

/* A path: positions of its touches. */
typedef struct trail
{
	int			conversion;		/* its position, or -1 */
	int			n;
	int			touch[CONTACTS_MAX];
} trail;

static int
channel_of(const tp_touchpoint *t)
{
	for (int c = 0; c < CHANNELS; c++)
		if (t->channel_len == strlen(channels[c]) && memcmp(t->channel, channels[c], t->channel_len) == 0)
			return c;
	return -1;
}

/* Up to CONTACTS_MAX contacts within few seconds; orders convert where they brought more than 1. */
static story
random_story(check_random *r)
{
	story		s;
	char		text[CONTACTS_MAX * 90 + 16] = "{";
	size_t		at = 1;
	int			n = (int) check_below(r, CONTACTS_MAX + 1);
	unsigned	span = 1 + check_below(r, 40);
	unsigned	labels = 1 + check_below(r, 3);
	tp_touchpoint entries[CONTACTS_MAX + 1];

	for (int i = 0; i < n; i++)
	{
		int			c = (int) check_below(r, CHANNELS);

		at += (size_t) sprintf(text + at, "%s%s%s%s%u@2026-01-01T00:00:%02uZ", i > 0 ? "," : "", channels[c],
							   c > 0 ? "/" : "", c == 4 ? "order" : "l", c == 4 ? 1 : check_below(r, labels), check_below(r, span));
		if (check_below(r, 3) > 0)
			at += (size_t) sprintf(text + at, " value=%u", check_below(r, 5));
		if (check_below(r, 2) > 0)
			at += (size_t) sprintf(text + at, " id=%d", (check_below(r, 3) == 0 ? -1 : 1) * (int) (1 + (unsigned) i * 37 % 101));
	}
	strcpy(text + at, "}");
	s.w = walk_of(text);
	s.n = (int) s.w.j.count;
	CHECK(tp_journey_dictionary(&s.w.j, entries, &err) == TP_OK);
	for (int i = 0; i < s.n; i++)
	{
		contact    *c = &s.c[i];

		c->at = tp_journey_time(&s.w.j, (uint32_t) i);
		c->has_id = tp_journey_id(&s.w.j, (uint32_t) i, &c->id);
		c->channel = channel_of(&entries[tp_journey_code(&s.w.j, (uint32_t) i)]);
		c->value = tp_journey_number(&s.w.j, TP_VALUE, (uint32_t) i);
		c->converts = c->channel == 4 && c->value > 1;
	}
	return s;
}

/* Does contact i count as before conversion k? */
static bool
is_before(const story *s, int i, int k)
{
	const contact *a = &s->c[i];
	const contact *b = &s->c[k];

	if (a->at != b->at)
		return a->at < b->at;
	return i < k || !(a->has_id && b->has_id && a->id >= 0 && b->id >= 0);
}

/* The trails of a story by definition; the rest last. */
static int
trails_of(const story *s, int64_t lookback, bool restart, trail *out)
{
	int			n = 0;
	trail		rest = {.conversion = -1};

	for (int k = 0; k < s->n; k++)
	{
		trail	   *t = &out[n];

		if (!s->c[k].converts)
			continue;
		n++;
		t->conversion = k;
		t->n = 0;
		for (int i = 0; i < s->n; i++)
		{
			bool		in = !s->c[i].converts && is_before(s, i, k) && (lookback < 0 || s->c[i].at >= s->c[k].at - lookback);

			for (int l = 0; l < s->n && restart; l++)
				in = in && !(s->c[l].converts && s->c[l].at < s->c[k].at && is_before(s, i, l));
			if (in)
				t->touch[t->n++] = i;
		}
	}
	for (int i = 0; i < s->n; i++)
	{
		bool		in = !s->c[i].converts;

		for (int l = 0; l < s->n; l++)
			in = in && !(s->c[l].converts && is_before(s, i, l));
		if (in)
			rest.touch[rest.n++] = i;
	}
	if (rest.n > 0)
	{
		int64_t		last = s->c[rest.touch[rest.n - 1]].at;
		int			cut = 0;

		while (lookback >= 0 && s->c[rest.touch[cut]].at < last - lookback)
			cut++;
		rest.n -= cut;
		memmove(rest.touch, rest.touch + cut, (size_t) rest.n * sizeof(int));
		out[n++] = rest;
	}
	return n;
}

static void
check_cut(const story *s, tp_cut *cut, const trail *t, int n)
{
	CHECK(tp_cut_journey(cut, &s->w.j, true, &err) == TP_OK);
	CHECK_INT(cut->paths, n);
	for (int k = 0; k < n; k++)
	{
		const tp_cut_path *p = &cut->path[k];
		bool		same = (int) (p->to - p->from) == t[k].n;

		CHECK_INT(k < (int) cut->conversions ? (int) p->at : -1, t[k].conversion);
		for (int i = 0; i < t[k].n && same; i++)
			same = (int) cut->touch[p->from + (uint32_t) i] == t[k].touch[i];
		CHECK(same);
	}
}

static bool
is_direct(int channel)
{
	return channel == 0 || channel == 3;
}

/* The share of touch i of a trail, by definition. */
static double
share_of(const story *s, const trail *t, const tp_rule *rule, int i)
{
	int			last = t->n - 1;
	double		sum = 0;
	int64_t		end = s->c[t->conversion].at;

	switch (rule->model)
	{
		case TP_FIRST_TOUCH:
			return i == 0;
		case TP_LAST_TOUCH:
			return i == last;
		case TP_LINEAR:
			return 1.0 / t->n;
		case TP_POSITION_BASED:
			if (t->n <= 2)
				return 1.0 / t->n;
			return i == 0 || i == last ? 0.4 : 0.2 / (t->n - 2);
		case TP_TIME_DECAY:
			for (int k = 0; k < t->n; k++)
				sum += pow(0.5, (double) (end - s->c[t->touch[k]].at) / (double) rule->half_life);
			return pow(0.5, (double) (end - s->c[t->touch[i]].at) / (double) rule->half_life) / sum;
		default:
			while (last > 0 && is_direct(s->c[t->touch[last]].channel))
				last--;
			return i == (is_direct(s->c[t->touch[last]].channel) ? t->n - 1 : last);
	}
}

/* Sums by channel, that of no contact behind them. */
typedef struct sums
{
	double		conversions[CHANNELS + 1];
	double		value[CHANNELS + 1];
} sums;

static void
add_share(sums *sum, int which, double share, double value)
{
	sum->conversions[which] += share;
	sum->value[which] += isnan(value) ? 0 : value * share;
}

static void
credit_by_hand(const story *s, const trail *t, int n, const tp_rule *rule, bool shapley, sums *sum)
{
	for (int k = 0; k < n && t[k].conversion >= 0; k++)
	{
		double		value = s->c[t[k].conversion].value;
		bool		met[CHANNELS] = {false};
		int			different = 0;

		for (int i = 0; i < t[k].n; i++)
		{
			int			c = s->c[t[k].touch[i]].channel;

			different += !met[c];
			met[c] = true;
			if (!shapley)
				add_share(sum, c, share_of(s, &t[k], rule, i), value);
		}
		for (int c = 0; c < CHANNELS && shapley; c++)
			if (met[c])
				add_share(sum, c, 1.0 / different, value);
		if (t[k].n == 0)
			add_share(sum, CHANNELS, 1, value);
	}
}

static void
check_ledger(const tp_ledger *t, const sums *want)
{
	tp_buffer	b,
				text;
	tp_ledger_view v;
	tp_ledger	again;
	bool		seen[CHANNELS + 1] = {false};

	tp_buffer_init(&b, &check_memory);
	tp_buffer_init(&text, &check_memory);
	CHECK(tp_ledger_encode(t, &b, &err) == TP_OK);
	CHECK(tp_ledger_open(&v, &check_memory, b.data, b.len, &err) == TP_OK);
	CHECK(tp_ledger_sort(&check_memory, &v, &err) == TP_OK);
	for (uint32_t i = 0; i < v.keys; i++)
	{
		tp_touchpoint part = {.channel_len = 0};
		int			c = CHANNELS;

		if (v.key[i].size > 0)
		{
			part = tp_entry_view(v.key[i].entries);
			part.channel = part.label;
			part.channel_len = part.label_len;
			c = channel_of(&part);
		}
		else
			CHECK_INT(i, v.keys - 1);
		seen[c] = true;
		CHECK_NEAR(tp_dd_value(v.key[i].conversions), want->conversions[c], 1e-9);
		CHECK_NEAR(tp_dd_value(v.key[i].value), want->value[c], 1e-9);
	}
	for (int c = 0; c <= CHANNELS; c++)
		CHECK(seen[c] == (want->conversions[c] > 0));
	tp_release(&check_memory, v.key);

	/* and through its text */
	CHECK(tp_ledger_open(&v, &check_memory, b.data, b.len, &err) == TP_OK);
	tp_ledger_write(&text, &v);
	tp_release(&check_memory, v.key);
	tp_buffer_byte(&text, '\0');
	tp_ledger_init(&again, &check_memory);
	CHECK(tp_ledger_parse(&again, text.data, text.len - 1, &err) == TP_OK);
	text.len = 0;
	CHECK(tp_ledger_encode(&again, &text, &err) == TP_OK);
	CHECK(text.len == b.len && memcmp(text.data, b.data, b.len) == 0);
	tp_ledger_release(&again);
	tp_buffer_release(&b);
	tp_buffer_release(&text);
}

static const tp_aspect by_channel = {.part = TP_PART_CHANNEL};

static void
begin_cut(tp_cut *cut, tp_asked *asked, check_random *r, int64_t *lookback, bool *restart)
{
	const char *step = "shop/*[value > 1]";

	*lookback = check_below(r, 2) ? -1 : (int64_t) check_below(r, 12) * SECOND;
	*restart = check_below(r, 2);
	CHECK(tp_cut_init(cut, &check_memory, step, *lookback, *restart, &err) == TP_OK);
	tp_asked_make(asked, step, strlen(step), *lookback, SECOND, *restart);
}

static void
test_credits(int rounds)
{
	check_random r = {41};

	for (int round = 0; round < rounds; round++)
	{
		int			kind = 1 + (int) check_below(&r, TP_LEDGER_SHAPLEY);
		tp_rule		rule = TP_RULE((tp_model) (kind - 1));
		int64_t		lookback;
		bool		restart;
		sums		want = {{0}, {0}};
		tp_asked	asked;
		tp_cut		cut;
		tp_ledger	t;

		rule.half_life = SECOND;
		begin_cut(&cut, &asked, &r, &lookback, &restart);
		tp_ledger_init(&t, &check_memory);
		CHECK(tp_ledger_ask(&t, kind, &by_channel, &asked, &err) == TP_OK);
		for (int i = 0; i < 12; i++)
		{
			story		s = random_story(&r);
			trail		trails[CONTACTS_MAX + 1];
			int			n = trails_of(&s, lookback, restart, trails);

			check_cut(&s, &cut, trails, n);
			credit_by_hand(&s, trails, n, &rule, kind == TP_LEDGER_SHAPLEY, &want);
			CHECK(tp_ledger_conversions(&t, &s.w.j, &s.w.j, &cut, &rule, &err) == TP_OK);
			free(s.w.image);
		}
		check_ledger(&t, &want);
		tp_ledger_release(&t);
		tp_cut_release(&cut);
	}
}

/* P(conversion) from the start, without the channel `gone` (-1: with all), by Gauss's elimination. */
static double
solve_without(double count[STATES][STATES], int gone)
{
	double		m[STATES][STATES + 1];
	int			n = CHANNELS + 1;

	for (int i = 0; i < n; i++)
	{
		double		all = 0;

		for (int k = 0; k < STATES; k++)
			all += count[i][k];
		for (int k = 0; k < n; k++)
			m[i][k] = (i == k) - (all > 0 && k - 1 != gone ? count[i][k] / all : 0);
		m[i][n] = all > 0 ? count[i][CHANNELS + 1] / all : 0;
	}
	for (int i = 0; i < n; i++)
	{
		int			pivot = i;

		for (int k = i + 1; k < n; k++)
			if (fabs(m[k][i]) > fabs(m[pivot][i]))
				pivot = k;
		for (int c = 0; c <= n; c++)
		{
			double		swap = m[i][c];

			m[i][c] = m[pivot][c];
			m[pivot][c] = swap;
		}
		for (int k = 0; k < n; k++)
			for (int c = n; c >= i && k != i; c--)
				m[k][c] -= m[k][i] / m[i][i] * m[i][c];
	}
	return m[0][n] / m[0][0];
}

static void
count_by_hand(const story *s, const trail *t, int n, double count[STATES][STATES], sums *no_contact, double *value)
{
	for (int k = 0; k < n; k++)
	{
		bool		converted = t[k].conversion >= 0;
		double		v = converted && !isnan(s->c[t[k].conversion].value) ? s->c[t[k].conversion].value : 0;
		int			state = 0;

		if (converted && t[k].n == 0)
		{
			add_share(no_contact, 0, 1, v);
			continue;
		}
		*value += v;
		for (int i = 0; i < t[k].n; i++)
		{
			int			next = s->c[t[k].touch[i]].channel + 1;

			count[state][next]++;
			state = next;
		}
		count[state][converted ? CHANNELS + 1 : CHANNELS + 2]++;
	}
}

/* Encode, merge into a flow that was sent and received, and look. */
static void
open_flow(const tp_flow *f, tp_buffer *b, tp_flow_view *v)
{
	tp_buffer	wire;
	tp_flow		again;

	tp_buffer_init(b, &check_memory);
	tp_buffer_init(&wire, &check_memory);
	CHECK(tp_flow_encode(f, b, &err) == TP_OK);
	CHECK(tp_flow_open(v, &check_memory, b->data, b->len, &err) == TP_OK);
	for (int form = 0; form < 3; form++)
	{
		wire.len = 0;
		tp_flow_init(&again, &check_memory);
		if (form == 0)
		{
			tp_flow_send(&wire, v);
			CHECK(tp_flow_receive(&again, wire.data, wire.len, &err) == TP_OK);
		}
		else if (form == 1)
		{
			tp_flow_write(&wire, v);
			tp_buffer_byte(&wire, '\0');
			CHECK(tp_flow_parse(&again, wire.data, wire.len - 1, &err) == TP_OK);
		}
		else
			CHECK(tp_flow_merge(&again, v, &err) == TP_OK);
		wire.len = 0;
		CHECK(tp_flow_encode(&again, &wire, &err) == TP_OK);
		CHECK(wire.len == b->len && memcmp(wire.data, b->data, b->len) == 0);
		tp_flow_release(&again);
	}
	tp_buffer_release(&wire);
}

static void
check_flow(const tp_flow *f, double count[STATES][STATES], const sums *no_contact, double value)
{
	double		effect[CHANNELS],
				conversions[CHANNELS],
				credited[CHANNELS];
	double		want[CHANNELS];
	double		none,
				all = 0,
				converted = 0;
	double		with = solve_without(count, -1);
	tp_buffer	b;
	tp_flow_view v;

	open_flow(f, &b, &v);
	CHECK(tp_markov_attribution(&check_memory, &v, effect, conversions, credited, &none, &err) == TP_OK);
	CHECK_NEAR(none, no_contact->conversions[0], 0);
	CHECK_NEAR(tp_dd_value(v.no_contact), no_contact->value[0], 1e-9);
	CHECK_NEAR(tp_dd_value(tp_dd_subtract(v.value, v.no_contact)), value, 1e-9);
	for (int c = 0; c < CHANNELS; c++)
	{
		want[c] = 1 - solve_without(count, c) / with;
		all += want[c];
		converted += count[c + 1][CHANNELS + 1];
	}
	for (uint32_t i = 0; i < v.symbols; i++)
	{
		tp_touchpoint t = v.symbol[i];
		int			c;

		t.channel = t.label;
		t.channel_len = t.label_len;
		c = channel_of(&t);
		CHECK(with > 0 ? fabs(effect[i] - want[c]) < 1e-9 : isnan(effect[i]));
		if (with > 0)
		{
			CHECK_NEAR(conversions[i], converted * want[c] / all, 1e-9);
			CHECK_NEAR(credited[i], value * want[c] / all, 1e-9);
		}
	}
	tp_flow_close(&v, &check_memory);
	tp_buffer_release(&b);
}

static void
test_flows(int rounds)
{
	check_random r = {42};

	for (int round = 0; round < rounds; round++)
	{
		int64_t		lookback;
		bool		restart;
		double		count[STATES][STATES] = {{0}};
		double		value = 0;
		sums		no_contact = {{0}, {0}};
		int			stories = 1 + (int) check_below(&r, 12);
		tp_asked	asked;
		tp_cut		cut;
		tp_flow		f;

		begin_cut(&cut, &asked, &r, &lookback, &restart);
		tp_flow_init(&f, &check_memory);
		CHECK(tp_flow_set(&f, &by_channel, 1, TP_ENDS_CONVERSION, &err) == TP_OK);
		for (int i = 0; i < stories; i++)
		{
			story		s = random_story(&r);
			trail		trails[CONTACTS_MAX + 1];
			int			n = trails_of(&s, lookback, restart, trails);

			count_by_hand(&s, trails, n, count, &no_contact, &value);
			CHECK(tp_flow_add_conversions(&f, &s.w.j, &s.w.j, &cut, &err) == TP_OK);
			free(s.w.image);
		}
		check_flow(&f, count, &no_contact, value);
		tp_flow_release(&f);
		tp_cut_release(&cut);
	}
}

/* Of any order the image is that of each path counted as a journey of its own. */
static void
test_orders(int rounds)
{
	check_random r = {44};

	for (int round = 0; round < rounds; round++)
	{
		int			order = 1 + (int) check_below(&r, 4);
		int64_t		lookback;
		bool		restart;
		tp_asked	asked;
		tp_cut		cut;
		tp_flow		f,
					one_by_one;
		tp_buffer	a,
					b;

		begin_cut(&cut, &asked, &r, &lookback, &restart);
		tp_flow_init(&f, &check_memory);
		tp_flow_init(&one_by_one, &check_memory);
		CHECK(tp_flow_set(&f, &by_channel, order, TP_ENDS_CONVERSION, &err) == TP_OK);
		CHECK(tp_flow_set(&one_by_one, &by_channel, order, TP_ENDS_CONVERSION, &err) == TP_OK);
		for (int i = 0; i < 6; i++)
		{
			story		s = random_story(&r);
			tp_contact	all[CONTACTS_MAX];
			tp_touchpoint entries[CONTACTS_MAX + 1];

			CHECK(tp_flow_add_conversions(&f, &s.w.j, &s.w.j, &cut, &err) == TP_OK);
			CHECK(tp_journey_dictionary(&s.w.j, entries, &err) == TP_OK);
			CHECK(tp_journey_contacts(&check_memory, &s.w.j, all, &err) == TP_OK);
			for (uint32_t k = 0; k < cut.paths; k++)
			{
				const tp_cut_path *p = &cut.path[k];
				bool		converted = k < cut.conversions;
				double		value = converted && !isnan(tp_cut_value(&cut, &s.w.j, k)) ? tp_cut_value(&cut, &s.w.j, k) : 0;
				tp_contact	some[CONTACTS_MAX];
				tp_journey	path;
				tp_buffer	image;

				tp_buffer_init(&image, &check_memory);
				for (uint32_t t = p->from; t < p->to; t++)
					some[t - p->from] = all[cut.touch[t]];
				CHECK(tp_journey_encode(&check_memory, some, p->to - p->from, entries, s.w.j.entries, NULL, 0, &image, &err) == TP_OK);
				CHECK(tp_journey_open(&path, image.data, image.len, &err) == TP_OK);
				if (path.count > 0)
					CHECK(tp_flow_add_weighted(&one_by_one, &path, converted, !converted, value, &err) == TP_OK);
				else
				{
					CHECK(tp_flow_add_transition(&one_by_one, NULL, 0, 0, 1, 1, tp_dd_of(0), &err) == TP_OK);
					one_by_one.value = tp_dd_add_double(one_by_one.value, value);
					one_by_one.no_contact = tp_dd_add_double(one_by_one.no_contact, value);
				}
				tp_buffer_release(&image);
			}
			free(s.w.image);
		}
		tp_buffer_init(&a, &check_memory);
		tp_buffer_init(&b, &check_memory);
		CHECK(tp_flow_encode(&f, &a, &err) == TP_OK);
		CHECK(tp_flow_encode(&one_by_one, &b, &err) == TP_OK);
		CHECK(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
		tp_buffer_release(&a);
		tp_buffer_release(&b);
		tp_flow_release(&f);
		tp_flow_release(&one_by_one);
		tp_cut_release(&cut);
	}
}

/* Flows that take turns with one cut have the images of those that have one for themselves. */
static void
test_turns(int rounds)
{
	check_random r = {45};
	check_random turns = {46};

	for (int round = 0; round < rounds; round++)
	{
		int64_t		lookback;
		bool		restart;
		tp_asked	asked;
		tp_cut		cut,
					own[2];
		tp_flow		f[4];		/* with the cut in common, and with one of their own */
		tp_buffer	b[4];

		begin_cut(&cut, &asked, &r, &lookback, &restart);
		for (int i = 0; i < 4; i++)
		{
			if (i < 2)
				CHECK(tp_cut_init(&own[i], &check_memory, "shop/*[value > 1]", lookback, restart, &err) == TP_OK);
			tp_flow_init(&f[i], &check_memory);
			tp_buffer_init(&b[i], &check_memory);
			CHECK(tp_flow_set(&f[i], &by_channel, 1, TP_ENDS_CONVERSION, &err) == TP_OK);
		}
		for (int i = 0; i < 40; i++)
		{
			story		s = random_story(&r);
			uint32_t	who = check_below(&turns, 3) % 2;

			CHECK(tp_flow_add_conversions(&f[who], &s.w.j, &s.w.j, &cut, &err) == TP_OK);
			CHECK(tp_flow_add_conversions(&f[who + 2], &s.w.j, &s.w.j, &own[who], &err) == TP_OK);
			free(s.w.image);
		}
		for (int i = 0; i < 4; i++)
		{
			CHECK(tp_flow_encode(&f[i], &b[i], &err) == TP_OK);
			tp_flow_release(&f[i]);
		}
		for (int i = 0; i < 2; i++)
		{
			CHECK(b[i].len == b[i + 2].len && memcmp(b[i].data, b[i + 2].data, b[i].len) == 0);
			tp_buffer_release(&b[i]);
			tp_buffer_release(&b[i + 2]);
			tp_cut_release(&own[i]);
		}
		tp_cut_release(&cut);
	}
}

/* What the journeys through no other channel brought. */
static double
worth(const double brought[1 << CHANNELS], int coalition)
{
	double		sum = 0;

	for (int s = 1; s < 1 << CHANNELS; s++)
		if ((s & ~coalition) == 0)
			sum += brought[s];
	return sum;
}

/* Each channel's mean gain over all orders in which channels may join. */
static void
permute(const double brought[1 << CHANNELS], int coalition, double orders, double gain[CHANNELS])
{
	int			left = 0;

	for (int c = 0; c < CHANNELS; c++)
		left += !(coalition >> c & 1);
	for (int c = 0; c < CHANNELS; c++)
		if (!(coalition >> c & 1))
		{
			gain[c] += orders / left * (worth(brought, coalition | 1 << c) - worth(brought, coalition));
			permute(brought, coalition | 1 << c, orders / left, gain);
		}
}

static void
test_shapley(int rounds)
{
	check_random r = {43};

	for (int round = 0; round < rounds; round++)
	{
		int64_t		lookback;
		bool		restart;
		double		brought[1 << CHANNELS] = {0};
		sums		want = {{0}, {0}};
		tp_rule		rule = TP_RULE(TP_LINEAR);
		tp_asked	asked;
		tp_cut		cut;
		tp_ledger	t;

		begin_cut(&cut, &asked, &r, &lookback, &restart);
		tp_ledger_init(&t, &check_memory);
		CHECK(tp_ledger_ask(&t, TP_LEDGER_SHAPLEY, &by_channel, &asked, &err) == TP_OK);
		for (int i = 0; i < 8; i++)
		{
			story		s = random_story(&r);
			trail		trails[CONTACTS_MAX + 1];
			int			n = trails_of(&s, lookback, restart, trails);

			for (int k = 0; k < n && trails[k].conversion >= 0; k++)
			{
				int			met = 0;

				for (int p = 0; p < trails[k].n; p++)
					met |= 1 << s.c[trails[k].touch[p]].channel;
				/* values are one a conversion, so that they follow the same game */
				brought[met] += 1;
				s.c[trails[k].conversion].value = 1;
			}
			CHECK(tp_ledger_conversions(&t, &s.w.j, &s.w.j, &cut, &rule, &err) == TP_OK);
			free(s.w.image);
		}
		permute(brought, 0, 1, want.conversions);
		for (uint32_t k = 0; k < t.sums; k++)
		{
			tp_touchpoint part = tp_part_view(t.keys.item[k].tag, tp_intern_body(&t.keys, k));
			double		got = tp_dd_value(t.sum[k].conversions);

			part.channel = part.label;
			part.channel_len = part.label_len;
			if (t.keys.item[k].tag >> 24 != 0)
				CHECK_NEAR(got, brought[0], 0);
			else
				CHECK_NEAR(got, want.conversions[channel_of(&part)], 1e-9);
		}
		tp_ledger_release(&t);
		tp_cut_release(&cut);
	}
}

static void
check_ends(double first, double last, uint32_t n, const double *want)
{
	tp_rule		rule = {TP_POSITION_BASED, TP_HALF_LIFE, {first, last}};
	double		credit[8];

	CHECK(tp_ends_check(rule.ends, &err) == TP_OK);
	CHECK(tp_attribute_path(&check_memory, NULL, &rule, NULL, 0, n, NULL, credit, &err) == TP_OK);
	for (uint32_t i = 0; i < n; i++)
		CHECK_NEAR(credit[i], want[i], 1e-15);
}

static bool
direct(const char *channel, const char *label, tp_part part)
{
	uint8_t		entry[TP_ENTRY_MAX];
	tp_touchpoint t;

	CHECK(tp_touchpoint_make(channel, channel ? strlen(channel) : 0, label, strlen(label), NULL, 0, entry, &err) == TP_OK);
	t = tp_entry_view(entry);
	return tp_is_direct(&t, part);
}

static void
test_settings(void)
{
	double		bad[][2] = {{-0.1, 0.4}, {0.4, -0.1}, {0.7, 0.4}};
	tp_asked	a,
				b;

	check_ends(0.5, 0.3, 4, (double[]) {0.5, 0.1, 0.1, 0.3});
	check_ends(0.6, 0.2, 2, (double[]) {0.75, 0.25});
	check_ends(0, 0, 2, (double[]) {0.5, 0.5});
	check_ends(0, 0, 3, (double[]) {0, 1, 0});
	check_ends(0.1, 0.2, 1, (double[]) {1});
	check_ends(0.7, 0.3, 3, (double[]) {0.7, 0, 0.3});
	for (int i = 0; i < 3; i++)
		CHECK(tp_ends_check(bad[i], &err) == TP_BAD_ARGUMENT);

	CHECK(direct(NULL, "x", TP_PART_CHANNEL) && direct("direct", "x", TP_PART_CHANNEL));
	CHECK(direct("Direct", "x", TP_PART_CHANNEL) && direct("(DIRECT)", "x", TP_PART_CHANNEL));
	CHECK(direct("Direct Entry", "x", TP_PART_CHANNEL) && direct("(none)", "x", TP_PART_CHANNEL));
	CHECK(direct("NONE", "x", TP_PART_CHANNEL) && direct("Typed/Bookmarked", "x", TP_PART_CHANNEL));
	CHECK(!direct("directly", "x", TP_PART_CHANNEL) && !direct("search", "direct", TP_PART_CHANNEL));
	CHECK(direct("search", "direct", TP_PART_LABEL) && !direct("search", "direct", TP_PART_TOUCHPOINT));
	CHECK(direct(NULL, "direct", TP_PART_TOUCHPOINT) && direct("typed", "bookmarked", TP_PART_TOUCHPOINT));

	tp_asked_make(&a, "x", 1, -1, 1, false);
	for (int i = 0; i < 4; i++)
	{
		static const char *const names[] = {"conversion", "lookback", "half_life", "restart"};

		tp_asked_make(&b, i == 0 ? "y" : "x", 1, i == 1 ? 0 : -1, i == 2 ? 2 : 1, i == 3);
		CHECK(tp_asked_check(&a, &b, &err) == TP_BAD_ARGUMENT && strncmp(err.message, names[i], strlen(names[i])) == 0);
	}
	tp_asked_make(&b, "x", 1, -1, 1, false);
	CHECK(tp_asked_check(&a, &b, &err) == TP_OK);
}

/* Every allocation failing in turn leaks nothing and is told. */
static void
test_memory(void)
{
	walk		w = walk_of("{a/x@2026-01-01T00:00:00Z, shop/o@2026-01-02T00:00:00Z value=2, b/y@2026-01-02T00:00:00Z,"
							" shop/o@2026-01-03T00:00:00Z value=3, shop/o@2026-01-04T00:00:00Z value=3, c/z@2026-01-05T00:00:00Z}");
	long		fail = 1;

	for (; fail < 1000; fail++)
	{
		check_store store;
		tp_rule		rule = TP_RULE(TP_TIME_DECAY);
		tp_asked	asked;
		tp_ledger	t;
		tp_flow		f;
		tp_cut		cut;
		tp_status	status;

		check_store_init(&store);
		store.fail_at = fail;
		tp_ledger_init(&t, &store.mem);
		tp_flow_init(&f, &store.mem);
		tp_asked_make(&asked, "shop/o", 6, -1, 1, true);
		status = tp_cut_init(&cut, &store.mem, "shop/o[value > 1]", -1, true, &err);
		if (status == TP_OK)
			status = tp_ledger_ask(&t, TP_TIME_DECAY + 1, &by_channel, &asked, &err);
		if (status == TP_OK)
			status = tp_ledger_conversions(&t, &w.j, &w.j, &cut, &rule, &err);
		if (status == TP_OK)
			status = tp_flow_set(&f, &by_channel, 2, TP_ENDS_CONVERSION, &err);
		if (status == TP_OK)
			status = tp_flow_add_conversions(&f, &w.j, &w.j, &cut, &err);
		tp_ledger_release(&t);
		tp_flow_release(&f);
		tp_cut_release(&cut);
		CHECK_INT(store.live, 0);
		check_store_release(&store);
		if (status == TP_OK)
			break;
		CHECK(status == TP_NO_MEMORY);
	}
	CHECK(fail > 10 && fail < 1000);
	free(w.image);
}

int
main(void)
{
	test_credits(2500);
	test_flows(2500);
	test_orders(2500);
	test_turns(200);
	test_shapley(300);
	test_settings();
	test_memory();
	return CHECK_DONE();
}
