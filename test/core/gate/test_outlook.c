/*
 * test_outlook.c
 *	  Probabilities of journeys and candidates, against a dense solution made from the journeys themselves.
 */
#include "check.h"

#include "elimination.h"
#include "gate/tp_outlook.h"

#define LABELS 5
#define STATES_MAX 200			/* of up to 3 labels, and the start */
#define LENGTH_MAX 12

static const char *const names[] = {"a/x", "a/y", "b/x", "b/z", "q"};

/* The channel of each, for flows by channel; what has none is one too. */
static const int channel_of[] = {0, 0, 1, 1, 2};

typedef struct path
{
	int			n;
	int			label[LENGTH_MAX];
} path;

static void
make_journey(const path *p, tp_buffer *image, tp_journey *j)
{
	tp_builder	b;
	char		text[LENGTH_MAX * 40 + 3] = "{";
	tp_error	err;

	for (int i = 0; i < p->n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s@2026-01-%02dT00:00:00Z", i > 0 ? ", " : "",
				 names[p->label[i]], i + 1);
	strcat(text, "}");
	tp_builder_init(&b, &check_memory);
	tp_buffer_init(image, &check_memory);
	CHECK(tp_journey_parse(&b, text, strlen(text), &err) == TP_OK);
	CHECK(tp_builder_finish(&b, &check_memory, image, &err) == TP_OK);
	CHECK(tp_journey_open(j, image->data, image->len, &err) == TP_OK);
	tp_builder_release(&b);
}

/* The chain made by hand: a state is the number whose digits, to the base LABELS + 1, are its last labels + 1. */
typedef struct plain_chain
{
	int			order;
	bool		by_channel;
	int			states;
	int			name[STATES_MAX];
	double		step[STATES_MAX][STATES_MAX];
	double		good[STATES_MAX];
	double		bad[STATES_MAX];
} plain_chain;

static int
next_name(const plain_chain *c, int name, int label)
{
	int			modulus = 1;

	for (int i = 0; i < c->order; i++)
		modulus *= LABELS + 1;
	return (name * (LABELS + 1) + (c->by_channel ? channel_of[label] : label) + 1) % modulus;
}

static int
find_name(plain_chain *c, int name, bool make)
{
	for (int i = 0; i < c->states; i++)
		if (c->name[i] == name)
			return i;
	if (!make)
		return -1;
	c->name[c->states] = name;
	return c->states++;
}

static void
count_path(plain_chain *c, const path *p, double conversions, double nulls)
{
	int			state = find_name(c, 0, true);

	for (int i = 0; i < p->n; i++)
	{
		int			next = find_name(c, next_name(c, c->name[state], p->label[i]), true);

		c->step[state][next] += conversions + nulls;
		state = next;
	}
	c->good[state] += conversions;
	c->bad[state] += nulls;
}

/* p = P p + good by elimination with pivots. */
static void
solve_densely(const plain_chain *c, double *p)
{
	static double m[STATES_MAX][STATES_MAX + 1];
	int			n = c->states;

	for (int i = 0; i < n; i++)
	{
		double		total = c->good[i] + c->bad[i];

		for (int k = 0; k < n; k++)
			total += c->step[i][k];
		for (int k = 0; k < n; k++)
			m[i][k] = (i == k) - c->step[i][k] / total;
		m[i][n] = c->good[i] / total;
	}
	eliminate(m[0], n, STATES_MAX + 1);
	for (int i = 0; i < n; i++)
		p[i] = m[i][n];
}

static path
random_path(check_random *r, int longest)
{
	path		p = {.n = (int) check_below(r, (uint32_t) longest + 1)};

	for (int i = 0; i < p.n; i++)
		p.label[i] = (int) check_below(r, check_below(r, 3) == 0 ? LABELS : 3);
	return p;
}

/* Journeys asked with every candidate and without; how many were known. */
static int
compare_answers(check_random *r, const tp_outlook *o, plain_chain *c, const double *p)
{
	int			known = 0;

	for (int round = 0; round < 20; round++)
	{
		path		q = random_path(r, 6);
		uint32_t	n = check_below(r, (uint32_t) q.n + 1);
		int			name = 0;
		tp_buffer	image;
		tp_journey	j;
		tp_touchpoint entries[LABELS];
		tp_error	err;

		make_journey(&q, &image, &j);
		CHECK(tp_journey_dictionary(&j, entries, &err) == TP_OK);
		for (uint32_t i = 0; i < n; i++)
			name = next_name(c, name, q.label[i]);
		for (int label = -1; label < LABELS; label++)
		{
			int			state = find_name(c, label < 0 ? name : next_name(c, name, label), false);
			uint8_t		entry[TP_ENTRY_MAX];
			tp_touchpoint t;
			double		got;

			if (label >= 0)
			{
				CHECK(tp_touchpoint_parse(names[label], strlen(names[label]), entry, &err) == TP_OK);
				t = tp_entry_view(entry);
			}
			got = tp_outlook_after(o, &j, entries, n, label < 0 ? NULL : &t);
			if (state < 0)
				CHECK(isnan(got));
			else
			{
				CHECK_NEAR(got, p[state], 1e-12);
				known++;
			}
		}
		tp_buffer_release(&image);
	}
	return known;
}

static void
check_flows(void)
{
	check_random r = {20260401};
	int			known = 0;

	for (int round = 0; round < 300; round++)
	{
		static plain_chain c;
		static double p[STATES_MAX];
		tp_aspect	aspect = {.part = TP_PART_TOUCHPOINT};
		tp_flow		flow;
		tp_flow_view view;
		tp_outlook	outlook;
		tp_buffer	bytes;
		tp_error	err;

		memset(&c, 0, sizeof(c));
		c.order = 1 + round % 3;
		c.by_channel = check_below(&r, 3) == 0;
		if (c.by_channel)
			aspect.part = TP_PART_CHANNEL;
		tp_flow_init(&flow, &check_memory);
		CHECK(tp_flow_set(&flow, &aspect, c.order, TP_ENDS_CONVERSION, &err) == TP_OK);
		for (uint32_t i = 1 + check_below(&r, 25); i > 0; i--)
		{
			path		q = random_path(&r, LENGTH_MAX);
			double		conversions = check_below(&r, 3);
			double		nulls = check_below(&r, 4) + (conversions == 0);
			tp_buffer	image;
			tp_journey	j;

			if (q.n == 0)
				continue;
			make_journey(&q, &image, &j);
			CHECK(tp_flow_add_weighted(&flow, &j, conversions, nulls, 0, &err) == TP_OK);
			count_path(&c, &q, conversions, nulls);
			tp_buffer_release(&image);
		}
		tp_buffer_init(&bytes, &check_memory);
		CHECK(tp_flow_encode(&flow, &bytes, &err) == TP_OK);
		CHECK(tp_flow_open(&view, &check_memory, bytes.data, bytes.len, &err) == TP_OK);
		CHECK(tp_outlook_make(&outlook, &check_memory, &view, &err) == TP_OK);
		solve_densely(&c, p);
		known += compare_answers(&r, &outlook, &c, p);
		tp_outlook_release(&outlook);
		tp_flow_close(&view, &check_memory);
		tp_buffer_release(&bytes);
		tp_flow_release(&flow);
	}
	CHECK(known > 5000);
}

int
main(void)
{
	check_flows();
	return CHECK_DONE();
}
