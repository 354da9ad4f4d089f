/*
 * test_conversion_flow.c
 *	  Flows of paths to conversions: Markov's answers beside a dense solve, images beside those of each path counted as a
 *	  journey of its own.
 */
#include "stories.h"

#include "elimination.h"
#include "flow/tp_flow.h"
#include "flow/tp_markov.h"

#define STATES (CHANNELS + 3)	/* start, channels, conversion, null */

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
	eliminate(m[0], n, STATES + 1);
	return m[0][n];
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

int
main(void)
{
	test_flows(2500);
	test_orders(2500);
	test_turns(200);
	return CHECK_DONE();
}
