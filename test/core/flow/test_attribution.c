/*
 * test_attribution.c
 *	  Credit by rule on printed examples and by definition; ledgers against sums by hand.
 */
#include "walks.h"

#include "flow/tp_effect.h"
#include "flow/tp_ledger.h"

static tp_error err;

#define DAY(d) "2026-01-" d "T00:00:00Z"

static void
check_credits(const char *text, tp_model model, int64_t lookback, const double *want)
{
	walk		w = walk_of(text);
	double		credit[16];
	tp_touchpoint entries[16];
	bool		direct[16];
	double		sum = 0;

	CHECK(tp_journey_dictionary(&w.j, entries, &err) == TP_OK);
	for (uint32_t i = 0; i < w.j.entries; i++)
		direct[i] = tp_is_direct(&entries[i], TP_PART_CHANNEL);
	CHECK(tp_attribute(&check_memory, &w.j, &TP_RULE(model), lookback, direct, credit, &err) == TP_OK);
	for (uint32_t i = 0; i < w.j.count; i++)
	{
		CHECK_NEAR(credit[i], want[i], 1e-15);
		sum += credit[i];
	}
	CHECK_NEAR(sum, w.j.count > 0 ? 1 : 0, 1e-15);
	free(w.image);
}

static void
test_models(void)
{
	const char *three = "{x/a@" DAY("01") ",direct/b@" DAY("08") ",c@" DAY("15") "}";
	const char *five = "{a@" DAY("01") ",a@" DAY("02") ",a@" DAY("03") ",a@" DAY("04") ",a@" DAY("05") "}";
	const char *two = "{a@" DAY("01") ",b@" DAY("02") "}";
	const char *one = "{a@" DAY("01") "}";

	check_credits(three, TP_FIRST_TOUCH, -1, (double[]) {1, 0, 0});
	check_credits(three, TP_LAST_TOUCH, -1, (double[]) {0, 0, 1});
	check_credits(three, TP_LINEAR, -1, (double[]) {1 / 3., 1 / 3., 1 / 3.});
	check_credits(three, TP_POSITION_BASED, -1, (double[]) {.4, .2, .4});
	check_credits(five, TP_POSITION_BASED, -1, (double[]) {.4, .2 / 3, .2 / 3, .2 / 3, .4});
	check_credits(two, TP_POSITION_BASED, -1, (double[]) {.5, .5});
	check_credits(one, TP_POSITION_BASED, -1, (double[]) {1});
	check_credits(three, TP_TIME_DECAY, -1, (double[]) {1 / 7., 2 / 7., 4 / 7.});
	check_credits(three, TP_LAST_NON_DIRECT, -1, (double[]) {1, 0, 0});
	check_credits(two, TP_LAST_NON_DIRECT, -1, (double[]) {0, 1});
	/* the bound counts */
	check_credits(three, TP_LINEAR, 7 * TP_USECS_PER_DAY, (double[]) {0, .5, .5});
	check_credits(three, TP_LINEAR, 7 * TP_USECS_PER_DAY - 1, (double[]) {0, 0, 1});
	check_credits(three, TP_FIRST_TOUCH, 7 * TP_USECS_PER_DAY, (double[]) {0, 1, 0});
	check_credits(three, TP_LAST_NON_DIRECT, 7 * TP_USECS_PER_DAY, (double[]) {0, 0, 1});
	check_credits(five, TP_POSITION_BASED, TP_USECS_PER_DAY, (double[]) {0, 0, 0, .5, .5});
	check_credits(three, TP_LINEAR, 0, (double[]) {0, 0, 1});
	check_credits(three, TP_LINEAR, INT64_MAX, (double[]) {1 / 3., 1 / 3., 1 / 3.});
	/* far away counts as nothing, not as NaN */
	check_credits("{a@-4713-11-24T00:00:00Z,a@294276-12-31T00:00:00Z}", TP_TIME_DECAY, -1, (double[]) {0, 1});
	for (int m = TP_FIRST_TOUCH; m <= TP_LAST_NON_DIRECT; m++)
	{
		tp_model	model;
		const char *name = tp_model_name((tp_model) m);

		check_credits("{}", (tp_model) m, -1, NULL);
		CHECK(tp_model_parse(name, strlen(name), &model, &err) == TP_OK && model == (tp_model) m);
	}
	{
		tp_model	model;

		CHECK(tp_model_parse("last", 4, &model, &err) == TP_BAD_ARGUMENT);
		CHECK(strstr(err.hint, "last_non_direct") != NULL);
	}
}

typedef struct image
{
	uint8_t    *data;
	size_t		size;
} image;

static image
encode(const tp_ledger *t)
{
	tp_buffer	b;

	tp_buffer_init(&b, &check_memory);
	CHECK(tp_ledger_encode(t, &b, &err) == TP_OK);
	return (image) {(uint8_t *) b.data, b.len};
}

static bool
same(image a, image b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Add one journey as kind says. */
static tp_status
add(tp_ledger *t, int kind, const tp_journey *j, double weight)
{
	if (kind == TP_LEDGER_PATHS)
		return tp_ledger_path(t, j, &err);
	if (kind == TP_LEDGER_EFFECT)
		return tp_ledger_effect(t, j, weight > .5, &err);
	if (kind == TP_LEDGER_SHAPLEY)
		return tp_ledger_shapley(t, j, weight, weight * 2, true, &err);
	return tp_ledger_attribute(t, j, weight, &err);
}

/* What each channel should have got, contact by contact. */
static void
add_by_hand(double sum[4], int kind, const walk *w, double weight)
{
	static const char *const channels[] = {"", "app", "web"};
	tp_touchpoint entries[32];
	bool		direct[32];
	double	   *credit = malloc(sizeof(double) * (w->j.count + 1));
	bool		met[3] = {false};
	int			different = 0;

	CHECK(tp_journey_dictionary(&w->j, entries, &err) == TP_OK);
	for (uint32_t i = 0; i < w->j.entries; i++)
		direct[i] = tp_is_direct(&entries[i], TP_PART_CHANNEL);
	if (kind < TP_LEDGER_SHAPLEY)
		CHECK(tp_attribute(&check_memory, &w->j, &TP_RULE((tp_model) (kind - 1)), -1, direct, credit, &err) == TP_OK);
	for (uint32_t i = 0; i < w->j.count; i++)
		for (int c = 0; c < 3; c++)
			if (entries[tp_journey_code(&w->j, i)].channel_len == strlen(channels[c]) &&
				memcmp(entries[tp_journey_code(&w->j, i)].channel, channels[c], strlen(channels[c])) == 0)
			{
				if (kind < TP_LEDGER_SHAPLEY)
					sum[c] += weight * credit[i];
				different += !met[c];
				met[c] = true;
			}
	for (int c = 0; c < 3 && kind == TP_LEDGER_SHAPLEY; c++)
		sum[c] += met[c] ? weight / different : 0;
	/* of journeys the absent part counts all */
	for (int c = 0; c < 3 && kind == TP_LEDGER_EFFECT; c++)
		sum[c] += met[c] || c == 0;
	free(credit);
}

static void
check_view(image im, int kind, const double sum[4])
{
	static const char *const channels[] = {"", "app", "web"};
	tp_ledger_view v;

	CHECK(tp_ledger_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
	CHECK(tp_ledger_sort(&check_memory, &v, &err) == TP_OK);
	for (uint32_t i = 0; i < v.keys && kind != TP_LEDGER_PATHS; i++)
	{
		tp_touchpoint t = tp_entry_view(v.key[i].entries);

		for (int c = 0; c < 3; c++)
			if (t.label_len == strlen(channels[c]) && memcmp(t.label, channels[c], t.label_len) == 0)
				CHECK_NEAR(tp_dd_value(v.key[i].conversions), sum[c], 1e-12);
	}
	tp_release(&check_memory, v.key);
}

static void
check_damage(check_random *r, image im)
{
	for (int round = 0; round < 60; round++)
	{
		image		hurt = {malloc(im.size), im.size - (round % 5 == 0 ? check_below(r, (uint32_t) im.size) : 0)};
		tp_ledger_view v;

		memcpy(hurt.data, im.data, hurt.size);
		if (hurt.size > 0)
			hurt.data[check_below(r, (uint32_t) hurt.size)] ^= (uint8_t) (1 << check_below(r, 8));
		if (tp_ledger_open(&v, &check_memory, hurt.data, hurt.size, &err) == TP_OK)
			tp_release(&check_memory, v.key);
		else
			CHECK(err.status == TP_CORRUPT);
		free(hurt.data);
	}
}

static void
test_ledgers(void)
{
	check_random r = {17};

	for (int round = 0; round < 200; round++)
	{
		int			kind = 1 + check_below(&r, TP_LEDGER_LAST);
		tp_part		part = kind == TP_LEDGER_PATHS ? (tp_part) check_below(&r, 4) : TP_PART_CHANNEL;
		tp_ledger	t,
					half[2],
					back;
		double		sum[4] = {0};
		image		im,
					other;
		tp_ledger_view v;
		tp_buffer	b;

		tp_ledger_init(&t, &check_memory);
		CHECK(tp_ledger_set(&t, kind, &(tp_aspect) {.part = part}, &err) == TP_OK);
		for (int i = 0; i < 2; i++)
		{
			tp_ledger_init(&half[i], &check_memory);
			CHECK(tp_ledger_set(&half[i], kind, &(tp_aspect) {.part = part}, &err) == TP_OK);
		}
		for (int k = 0; k < 20; k++)
		{
			walk		w = walk_random(&r, check_below(&r, 9), 1 + check_below(&r, 10));
			double		weight = check_below(&r, 5) / 4.0;

			CHECK(add(&t, kind, &w.j, weight) == TP_OK);
			CHECK(add(&half[k % 2], kind, &w.j, weight) == TP_OK);
			add_by_hand(sum, kind, &w, weight);
			free(w.image);
		}
		im = encode(&t);
		check_view(im, kind, sum);

		/* text and back */
		CHECK(tp_ledger_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
		tp_buffer_init(&b, &check_memory);
		tp_ledger_write(&b, &v);
		tp_buffer_byte(&b, '\0');
		tp_ledger_init(&back, &check_memory);
		CHECK(tp_ledger_parse(&back, b.data, b.len - 1, &err) == TP_OK);
		other = encode(&back);
		CHECK(same(im, other));
		tp_release(&check_memory, v.key);
		tp_ledger_release(&back);
		tp_buffer_release(&b);
		free(other.data);

		/* from halves: whole credits give the same image */
		tp_ledger_init(&back, &check_memory);
		for (int i = 0; i < 2; i++)
		{
			image		part_of = encode(&half[i]);

			CHECK(tp_ledger_open(&v, &check_memory, part_of.data, part_of.size, &err) == TP_OK);
			CHECK(tp_ledger_merge(&back, &v, &err) == TP_OK);
			tp_release(&check_memory, v.key);
			free(part_of.data);
			tp_ledger_release(&half[i]);
		}
		other = encode(&back);
		check_view(other, kind, sum);
		if (kind >= TP_LEDGER_PATHS || kind == TP_FIRST_TOUCH + 1 || kind == TP_LAST_TOUCH + 1)
			CHECK(same(im, other));
		check_damage(&r, im);
		tp_ledger_release(&back);
		tp_ledger_release(&t);
		free(other.data);
		free(im.data);
	}
}

/* The lady tasting tea, as journeys: Fisher's p is 34/70; a part that all pass has no figures and is no test. */
static void
test_effects(void)
{
	tp_ledger	t;
	tp_ledger_view v;
	tp_effect	e[8];
	uint32_t	all;
	const char *text = "{of=effect, part=channel, values=no, sums={{8, 4,\"\"}, {4, 3,milk}, {4, 1,tea}, {8, 4,hall}}}";

	tp_ledger_init(&t, &check_memory);
	CHECK(tp_ledger_parse(&t, text, strlen(text), &err) == TP_OK);
	{
		image		im = encode(&t);

		CHECK(tp_ledger_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
		CHECK(tp_ledger_sort(&check_memory, &v, &err) == TP_OK);
		CHECK(tp_effects(&v, &check_memory, e, &all, &err) == TP_OK);
		CHECK_INT(all, 0);
		CHECK_INT(e[1].with, 8);
		CHECK(!e[1].known);
		for (int i = 2; i < 4; i++)
		{
			CHECK_INT(e[i].with, 4);
			CHECK_INT(e[i].without_converted, i == 2 ? 1 : 3);
			CHECK_NEAR(e[i].odds_ratio, i == 2 ? 9 : 1 / 9.0, 1e-14);
			CHECK_NEAR(e[i].p_value, 34 / 70.0, 1e-14);
			CHECK_NEAR(e[i].q_value, 34 / 70.0, 1e-14);
		}
		/* more of a part than of all */
		v.key[2].conversions.hi = 9;
		CHECK(tp_effects(&v, &check_memory, e, &all, &err) == TP_BAD_ARGUMENT);
		v.kind = TP_LINEAR + 1;
		CHECK(tp_effects(&v, &check_memory, e, &all, &err) == TP_BAD_ARGUMENT);
		tp_release(&check_memory, v.key);
		free(im.data);
	}
	tp_ledger_release(&t);
}

/* Three of one path and one of another: entropy of (3/4, 1/4), by hand. */
static void
test_entropy(void)
{
	tp_ledger	t;
	tp_ledger_view v;
	image		im;

	tp_ledger_init(&t, &check_memory);
	CHECK(tp_ledger_set(&t, TP_LEDGER_PATHS, &(tp_aspect) {.part = TP_PART_LABEL}, &err) == TP_OK);
	im = encode(&t);
	CHECK(tp_ledger_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
	CHECK(isnan(tp_ledger_entropy(&v)));
	tp_release(&check_memory, v.key);
	free(im.data);
	for (int i = 0; i < 4; i++)
	{
		walk		w = walk_of(i < 3 ? "{a@" DAY("01") ",b@" DAY("02") "}" : "{b@" DAY("01") ",a@" DAY("02") "}");

		CHECK(tp_ledger_path(&t, &w.j, &err) == TP_OK);
		free(w.image);
	}
	im = encode(&t);
	CHECK(tp_ledger_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
	CHECK_NEAR(tp_ledger_entropy(&v), 0.5623351446188083, 1e-15);
	tp_release(&check_memory, v.key);
	free(im.data);
	tp_ledger_release(&t);
}

/* An image of version 1 on a little-endian machine, as the layout in tp_ledger.h has it. */
static void
test_golden(void)
{
	static const char text[] = "{of=linear, part=channel, values=yes, sums={{1, 2.5,\"\"}, {3, 0,web}}}";
	static const char hex[] = "0100030201000000" "02000000" "00000000"
		"000000000000f03f" "0000000000000000" "0000000000000440" "0000000000000000" "03000000" "000000"
		"0000000000000840" "0000000000000000" "0000000000000000" "0000000000000000" "06000000" "000300776562";
	static const uint16_t one = 1;
	uint8_t		stored[sizeof(hex) / 2];
	tp_ledger	t;
	tp_ledger_view v;
	tp_buffer	b;
	image		im;

	if (*(const uint8_t *) &one != 1)
		return;
	for (size_t k = 0; k < sizeof(stored); k++)
	{
		char		two[3] = {hex[2 * k], hex[2 * k + 1], '\0'};

		stored[k] = (uint8_t) strtoul(two, NULL, 16);
	}
	CHECK(tp_ledger_open(&v, &check_memory, stored, sizeof(stored), &err) == TP_OK);
	tp_buffer_init(&b, &check_memory);
	tp_ledger_write(&b, &v);
	tp_buffer_byte(&b, '\0');
	CHECK_TEXT(b.data, text);
	tp_release(&check_memory, v.key);
	tp_ledger_init(&t, &check_memory);
	CHECK(tp_ledger_parse(&t, text, strlen(text), &err) == TP_OK);
	im = encode(&t);
	CHECK(same(im, (image) {stored, sizeof(stored)}));
	tp_ledger_release(&t);
	tp_buffer_release(&b);
	free(im.data);
}

static void
test_refusals(void)
{
	static const char *const bad[] = {
		"", "{", "{of=sums}", "{of=linear, part=color, values=no, sums={}}", "{of=linear, part=label, values=maybe, sums={}}",
		"{of=linear, part=label, values=no, sums={{1, 0}}}", "{of=linear, part=label, values=no, sums={{1, 0, a, b}}}",
		"{of=linear, part=label, values=no, sums={{1, 0, web/a}}}", "{of=linear, part=touchpoint, values=no, sums={{1, 0, \"\"}}}",
		"{of=linear, part=label, values=no, sums={{1 1, 0, a}}}", "{of=linear, part=label, values=no, sums={}} x",
	};
	tp_ledger	t;
	walk		w = walk_of("{a@" DAY("01") " value=1e308}");

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		tp_ledger_init(&t, &check_memory);
		CHECK(tp_ledger_parse(&t, bad[i], strlen(bad[i]), &err) == TP_BAD_TEXT);
		tp_ledger_release(&t);
	}
	tp_ledger_init(&t, &check_memory);
	CHECK(tp_ledger_set(&t, TP_LINEAR + 1, &(tp_aspect) {.part = TP_PART_LABEL}, &err) == TP_OK);
	CHECK(tp_ledger_set(&t, TP_LINEAR + 1, &(tp_aspect) {.part = TP_PART_STAGE}, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_ledger_set(&t, TP_LEDGER_PATHS, &(tp_aspect) {.part = TP_PART_LABEL}, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_ledger_attribute(&t, &w.j, NAN, &err) == TP_OUT_OF_RANGE);
	CHECK(tp_ledger_attribute(&t, &w.j, 10, &err) == TP_OUT_OF_RANGE);
	CHECK(tp_ledger_shapley(&t, &w.j, -1, 0, true, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_ledger_shapley(&t, &w.j, 1, INFINITY, true, &err) == TP_OUT_OF_RANGE);
	tp_ledger_release(&t);
	free(w.image);
}

int
main(void)
{
	test_models();
	test_ledgers();
	test_effects();
	test_entropy();
	test_golden();
	test_refusals();
	return CHECK_DONE();
}
