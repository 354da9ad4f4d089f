/*
 * test_conversion.c
 *	  Paths to conversions, and what is credited for them, beside slow definitions of each: random journeys with ties,
 *	  ids that tell an order and ids that tell none, lookbacks and restarts.
 */
#include "stories.h"

#include "flow/tp_flow.h"
#include "flow/tp_ledger.h"
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
		if (check_round_went_well(&store, status))
			break;
	}
	CHECK(fail > 10 && fail < 1000);
	free(w.image);
}

int
main(void)
{
	test_credits(2500);
	test_shapley(300);
	test_settings();
	test_memory();
	return CHECK_DONE();
}
