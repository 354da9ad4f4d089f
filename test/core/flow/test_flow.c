/*
 * test_flow.c
 *	  Flows against lists of transitions counted one by one; forms, merging, damage.
 */
#include "walks.h"

#include "flow/tp_flow.h"
#include "flow/tp_markov.h"

static tp_error err;

typedef struct image
{
	uint8_t    *data;
	size_t		size;
} image;

static image
encode(const tp_flow *f)
{
	tp_buffer	b;
	tp_flow_view v;

	tp_buffer_init(&b, &check_memory);
	CHECK(tp_flow_encode(f, &b, &err) == TP_OK);
	CHECK(tp_flow_open(&v, &check_memory, b.data, b.len, &err) == TP_OK);
	tp_flow_close(&v, &check_memory);
	return (image) {(uint8_t *) b.data, b.len};
}

static bool
same(image a, image b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* The parts of contacts from to to - 1, as a flow names a state; (start) and the ends by themselves. */
static void
name_of(const walk *w, const tp_touchpoint *entries, tp_part part, uint32_t from, uint32_t to, tp_buffer *b)
{
	for (uint32_t i = from; i < to; i++)
	{
		const tp_touchpoint *t = &entries[tp_journey_code(&w->j, i)];
		size_t		len;
		const char *s = tp_touchpoint_part(t, part, &len);

		if (i > from)
			tp_buffer_string(b, " > ");
		if (part == TP_PART_TOUCHPOINT)
			tp_touchpoint_write(b, t);
		else
			tp_buffer_add(b, len > 0 ? s : "(none)", len > 0 ? len : 6);
	}
	tp_buffer_byte(b, '\0');
}

typedef struct counted
{
	char	   *source;			/* NULL: start */
	char	   *target;			/* or "!0", "!1" */
	double		count;
	double		usecs;
} counted;

static void
count_one(counted *list, int *n, const char *source, const char *target, double count, double usecs)
{
	for (int i = 0; i < *n; i++)
		if ((source == NULL) == (list[i].source == NULL) &&
			(source == NULL || strcmp(source, list[i].source) == 0) && strcmp(target, list[i].target) == 0)
		{
			list[i].count += count;
			list[i].usecs += usecs;
			return;
		}
	list[*n].source = source != NULL ? strcpy(malloc(strlen(source) + 1), source) : NULL;
	list[*n].target = strcpy(malloc(strlen(target) + 1), target);
	list[*n].count = count;
	list[(*n)++].usecs = usecs;
}

static void
count_walk(counted *list, int *n, const walk *w, tp_part part, uint32_t order, double conversions, double nulls,
		   bool weighted)
{
	tp_touchpoint entries[64];
	tp_buffer	source,
				target;
	double		weight = weighted ? conversions + nulls : 1;

	if (w->j.count == 0 || weight == 0)
		return;
	CHECK(tp_journey_dictionary(&w->j, entries, &err) == TP_OK);
	tp_buffer_init(&source, &check_memory);
	tp_buffer_init(&target, &check_memory);
	for (uint32_t i = 0; i <= w->j.count; i++)
	{
		source.len = target.len = 0;
		name_of(w, entries, part, i > order ? i - order : 0, i, &source);
		if (i == w->j.count)
		{
			if (!weighted || conversions > 0)
				count_one(list, n, source.data, "!0", weighted ? conversions : 1, 0);
			if (weighted && nulls > 0)
				count_one(list, n, source.data, "!1", nulls, 0);
			break;
		}
		name_of(w, entries, part, i + 1 > order ? i + 1 - order : 0, i + 1, &target);
		count_one(list, n, i > 0 ? source.data : NULL, target.data, weight,
				  i > 0 ? weight * (double) (tp_journey_time(&w->j, i) - tp_journey_time(&w->j, i - 1)) : 0);
	}
	tp_buffer_release(&source);
	tp_buffer_release(&target);
}

static void
check_list(image im, const counted *list, int n, bool exact)
{
	tp_flow_view v;
	tp_buffer	b;

	CHECK(tp_flow_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
	CHECK_INT(v.edges, n);
	tp_buffer_init(&b, &check_memory);
	for (uint32_t i = 0; i < v.edges; i++)
	{
		tp_transition t = tp_flow_transition(&v, i);
		const char *source = NULL;
		const char *target;
		size_t		at;
		bool		found = false;

		b.len = 0;
		if (t.source > 0)
			tp_flow_write_state(&b, &v, t.source);
		tp_buffer_byte(&b, '\0');
		at = b.len;
		if (t.target <= v.states)
			tp_flow_write_state(&b, &v, t.target);
		else
			tp_buffer_string(&b, t.target == v.states + 1 ? "!0" : "!1");
		tp_buffer_byte(&b, '\0');
		if (t.source > 0)
			source = b.data;
		target = b.data + at;
		for (int k = 0; k < n && !found; k++)
			if ((source == NULL) == (list[k].source == NULL) &&
				(source == NULL || strcmp(source, list[k].source) == 0) && strcmp(target, list[k].target) == 0)
			{
				found = true;
				CHECK_NEAR(t.count, list[k].count, exact ? 0 : 1e-12 * t.count);
				CHECK_NEAR(tp_dd_value(t.usecs), list[k].usecs, exact ? 0 : 1e-12 * t.usecs.hi);
			}
		CHECK(found);
	}
	tp_buffer_release(&b);
	tp_flow_close(&v, &check_memory);
}

static image
text_and_back(image im)
{
	tp_flow		f;
	tp_flow_view v;
	tp_buffer	b;
	image		back;

	CHECK(tp_flow_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
	tp_buffer_init(&b, &check_memory);
	tp_flow_write(&b, &v);
	tp_buffer_byte(&b, '\0');
	tp_flow_init(&f, &check_memory);
	CHECK(tp_flow_parse(&f, b.data, b.len - 1, &err) == TP_OK);
	back = encode(&f);
	tp_flow_release(&f);
	tp_flow_close(&v, &check_memory);
	tp_buffer_release(&b);
	return back;
}

static image
wire_of(image im)
{
	tp_flow_view v;
	tp_buffer	b;

	CHECK(tp_flow_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
	tp_buffer_init(&b, &check_memory);
	tp_flow_send(&b, &v);
	tp_flow_close(&v, &check_memory);
	return (image) {(uint8_t *) b.data, b.len};
}

static image
of_wire(image wire)
{
	tp_flow		f;
	image		im = {NULL, 0};

	tp_flow_init(&f, &check_memory);
	if (tp_flow_receive(&f, wire.data, wire.size, &err) == TP_OK)
		im = encode(&f);
	tp_flow_release(&f);
	return im;
}

/* Is what came off the wire refused, or a flow like any other? Text of no encoding raises. */
static bool
refused_or_flow(image wire)
{
	check_store store;
	jmp_buf		raised;
	volatile bool good = true;

	check_store_init(&store);
	check_raise_to = &raised;
	if (setjmp(raised) == 0)
	{
		tp_flow		f;
		tp_flow_view v;
		tp_buffer	b;

		tp_flow_init(&f, &store.mem);
		tp_buffer_init(&b, &store.mem);
		if (tp_flow_receive(&f, wire.data, wire.size, &err) != TP_OK)
			good = err.status == TP_BAD_BINARY || err.status == TP_OUT_OF_RANGE;
		else
			good = tp_flow_encode(&f, &b, &err) == TP_OK &&
				tp_flow_open(&v, &store.mem, b.data, b.len, &err) == TP_OK;
		good = good && store.peak < 64 * wire.size + 4096;
	}
	check_raise_to = NULL;
	check_store_release(&store);
	return good;
}

/* Damage at every byte: refused, or a flow like any other. */
static void
check_damage(check_random *r, image im)
{
	image		wire = wire_of(im);

	for (int round = 0; round < 60; round++)
	{
		image		hurt = {malloc(im.size), im.size - (round % 5 == 0 ? check_below(r, (uint32_t) im.size) : 0)};
		image		sent = {malloc(wire.size), wire.size - (round % 5 == 0 ? check_below(r, (uint32_t) wire.size) : 0)};
		tp_flow_view v;
		double		h[200],
					p[200];

		memcpy(hurt.data, im.data, hurt.size);
		memcpy(sent.data, wire.data, sent.size);
		if (hurt.size > 0)
			hurt.data[check_below(r, (uint32_t) hurt.size)] ^= (uint8_t) (1 << check_below(r, 8));
		if (sent.size > 0)
			sent.data[check_below(r, (uint32_t) sent.size)] ^= (uint8_t) (1 << check_below(r, 8));
		if (tp_flow_open(&v, &check_memory, hurt.data, hurt.size, &err) == TP_OK)
		{
			if (v.states < 199)
				CHECK(tp_markov_absorption(&check_memory, &v, h, p, &err) == TP_OK);
			tp_flow_close(&v, &check_memory);
		}
		else
			CHECK(err.status == TP_CORRUPT);
		CHECK(refused_or_flow(sent));
		free(hurt.data);
		free(sent.data);
	}
	free(wire.data);
}

/* The flow of im from its halves, either way round. */
static void
check_halves(image im, const tp_flow *halves)
{
	for (int i = 0; i < 2; i++)
	{
		image		half = encode(&halves[i]);
		image		other = encode(&halves[1 - i]);
		image		merged;
		tp_flow		g;
		tp_flow_view v;

		tp_flow_init(&g, &check_memory);
		CHECK(tp_flow_open(&v, &check_memory, half.data, half.size, &err) == TP_OK);
		CHECK(tp_flow_merge(&g, &v, &err) == TP_OK);
		tp_flow_close(&v, &check_memory);
		CHECK(tp_flow_open(&v, &check_memory, other.data, other.size, &err) == TP_OK);
		CHECK(tp_flow_merge(&g, &v, &err) == TP_OK);
		tp_flow_close(&v, &check_memory);
		merged = encode(&g);
		CHECK(same(im, merged));
		tp_flow_release(&g);
		free(half.data);
		free(other.data);
		free(merged.data);
	}
}

static void
test_random(void)
{
	check_random r = {3};
	double		largest = 0;

	for (int round = 0; round < 300; round++)
	{
		tp_part		part = (tp_part) check_below(&r, 4);
		uint32_t	order = round % 3 == 0 ? 1 : 1 + check_below(&r, 4);
		bool		weighted = check_below(&r, 2);
		bool		whole = check_below(&r, 2);
		tp_flow_ends ends = weighted ? TP_ENDS_CONVERSION : TP_ENDS_END;
		tp_flow		f,
					halves[2];
		counted    *list = calloc(4000, sizeof(counted));
		int			n = 0;
		image		im,
					text,
					wire,
					back;

		tp_flow_init(&f, &check_memory);
		tp_flow_init(&halves[0], &check_memory);
		tp_flow_init(&halves[1], &check_memory);
		for (int i = 0; i < 3; i++)
			CHECK(tp_flow_set(i == 0 ? &f : &halves[i - 1], &(tp_aspect) {.part = part}, (int) order, ends, &err) == TP_OK);
		for (int k = 0; k < 20; k++)
		{
			walk		w = walk_random(&r, check_below(&r, 12), 1 + check_below(&r, 14));
			double		c = whole ? check_below(&r, 4) : check_below(&r, 100) / 8.0;
			double		z = whole ? check_below(&r, 3) : check_below(&r, 100) / 8.0;
			tp_flow    *half = &halves[k % 2];

			if (weighted)
			{
				CHECK(tp_flow_add_weighted(&f, &w.j, c, z, c - 1.5, &err) == TP_OK);
				CHECK(tp_flow_add_weighted(half, &w.j, c, z, c - 1.5, &err) == TP_OK);
			}
			else
			{
				CHECK(tp_flow_add(&f, &w.j, &err) == TP_OK);
				CHECK(tp_flow_add(half, &w.j, &err) == TP_OK);
			}
			count_walk(list, &n, &w, part, order, c, z, weighted);
			free(w.image);
		}
		im = encode(&f);
		largest = im.size > largest ? (double) im.size : largest;
		check_list(im, list, n, true);	/* eighths are exact too */

		check_halves(im, halves);
		text = text_and_back(im);
		CHECK(same(im, text));
		wire = wire_of(im);
		back = of_wire(wire);
		CHECK(back.data != NULL && same(im, back));
		if (round % 10 == 0)
			check_damage(&r, im);
		for (int i = 0; i < n; i++)
		{
			free(list[i].source);
			free(list[i].target);
		}
		free(list);
		free(im.data);
		free(text.data);
		free(wire.data);
		free(back.data);
		tp_flow_release(&f);
		tp_flow_release(&halves[0]);
		tp_flow_release(&halves[1]);
	}
	CHECK(largest > 2000);
}

/* More symbols than the square of cells takes: the hash behind it counts the same. */
static void
test_many_symbols(void)
{
	enum {N = 700};
	char		text[N * 40 + 8];
	char	   *at = text;
	tp_flow		f;
	image		im;
	tp_flow_view v;
	walk		w;

	*at++ = '{';
	for (int i = 0; i < N; i++)
		at += sprintf(at, "%sl%d@2026-01-01T%02d:%02d:%02dZ", i > 0 ? "," : "", i, i / 3600, i / 60 % 60, i % 60);
	strcpy(at, "}");
	w = walk_of(text);
	tp_flow_init(&f, &check_memory);
	CHECK(tp_flow_set(&f, &(tp_aspect) {.part = TP_PART_LABEL}, 1, TP_ENDS_END, &err) == TP_OK);
	for (int i = 0; i < 3; i++)
		CHECK(tp_flow_add(&f, &w.j, &err) == TP_OK);
	im = encode(&f);
	CHECK(tp_flow_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
	CHECK_INT(v.edges, N + 1);
	for (uint32_t i = 0; i < v.edges; i++)
		CHECK(tp_flow_transition(&v, i).count == 3);
	tp_flow_close(&v, &check_memory);
	tp_flow_release(&f);
	free(im.data);
	free(w.image);
}

/* Times past 2^53 and 2^63 microseconds, counts past 2^32: still exact. */
static void
test_large(void)
{
	walk		w = walk_of("{a@-4713-11-24T00:00:00Z,b@294276-12-31T23:59:59Z}");
	tp_flow		f;
	image		im;
	tp_flow_view v;

	tp_flow_init(&f, &check_memory);
	CHECK(tp_flow_set(&f, &(tp_aspect) {.part = TP_PART_LABEL}, 1, TP_ENDS_CONVERSION, &err) == TP_OK);
	CHECK(tp_flow_add_weighted(&f, &w.j, 3, 4, 1e300, &err) == TP_OK);
	CHECK(tp_flow_add_weighted(&f, &w.j, 4294967296.0, 0, 1, &err) == TP_OK);
	CHECK(tp_flow_add_weighted(&f, &w.j, 9007199254740993.0, 0, -1e300, &err) == TP_OK);
	im = encode(&f);
	CHECK(tp_flow_open(&v, &check_memory, im.data, im.size, &err) == TP_OK);
	{
		tp_transition t = tp_flow_transition(&v, 1);
		double		usecs = (double) ((uint64_t) tp_journey_time(&w.j, 1) - (uint64_t) tp_journey_time(&w.j, 0));
		double		times = 7.0 + 4294967296.0 + 9007199254740992.0;

		CHECK(usecs > 9223372036854775808.0);
		CHECK(t.source == 1 && t.target == 2);
		CHECK_NEAR(t.count / times, 1, 1e-15);
		CHECK_NEAR(tp_dd_value(tp_dd_divide_double(t.usecs, t.count)) / usecs, 1, 1e-15);
	}
	CHECK_NEAR(tp_dd_value(v.value), 1, 0);
	tp_flow_close(&v, &check_memory);
	tp_flow_release(&f);
	free(im.data);
	free(w.image);
}

static void
test_refusals(void)
{
	static const char *const bad[] = {
		"", "{", "{}x", "{part=channel}", "{part=color, order=1, ends=end, parts={}, flow={}}",
		"{part=label, order=0, ends=end, parts={}, flow={}}",
		"{part=label, order=33, ends=end, parts={}, flow={}}",
		"{part=label, order=1, ends=end, value=1, parts={}, flow={}}",
		"{part=label, order=1, ends=end, parts={web/a}, flow={start>0: 1}}",
		"{part=touchpoint, order=1, ends=end, parts={\"\"}, flow={start>0: 1}}",
		"{part=label, order=1, ends=end, parts={a}, flow={start>1: 1}}",
		"{part=label, order=1, ends=end, parts={a}, flow={start>0: 0}}",
		"{part=label, order=1, ends=end, parts={a}, flow={start>0: -1}}",
		"{part=label, order=1, ends=end, parts={a}, flow={start>0: 1 5}}",
		"{part=label, order=1, ends=end, parts={a}, flow={0>end: 1 5}}",
		"{part=label, order=1, ends=end, parts={a}, flow={0>null: 1}}",
		"{part=label, order=1, ends=end, parts={a}, flow={0>0.0: 1}}",
		"{part=label, order=2, ends=end, parts={a,b}, flow={0>1: 1}}",
		"{part=label, order=2, ends=end, parts={a,b}, flow={0.1>0.1: 1}}",
		"{part=label, order=1, ends=end, parts={a}, flow={start>99999999999999999999: 1}}",
	};
	walk		w = walk_of("{a@2026-01-01T00:00:00Z}");
	tp_flow		f;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		tp_flow_init(&f, &check_memory);
		CHECK(tp_flow_parse(&f, bad[i], strlen(bad[i]), &err) == TP_BAD_TEXT);
		tp_flow_release(&f);
	}
	tp_flow_init(&f, &check_memory);
	CHECK(tp_flow_set(&f, &(tp_aspect) {.part = TP_PART_LABEL}, 0, TP_ENDS_END, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_flow_set(&f, &(tp_aspect) {.part = TP_PART_LABEL}, 1, TP_ENDS_CONVERSION, &err) == TP_OK);
	CHECK(tp_flow_set(&f, &(tp_aspect) {.part = TP_PART_STAGE}, 1, TP_ENDS_CONVERSION, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_flow_set(&f, &(tp_aspect) {.part = TP_PART_LABEL}, 2, TP_ENDS_CONVERSION, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_flow_set(&f, &(tp_aspect) {.part = TP_PART_LABEL}, 1, TP_ENDS_END, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_flow_add_weighted(&f, &w.j, -1, 0, 0, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_flow_add_weighted(&f, &w.j, 1, -1, 0, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_flow_add_weighted(&f, &w.j, NAN, 0, 0, &err) == TP_OUT_OF_RANGE);
	CHECK(tp_flow_add_weighted(&f, &w.j, 0, INFINITY, 0, &err) == TP_OUT_OF_RANGE);
	CHECK(tp_flow_add_weighted(&f, &w.j, 1, 0, NAN, &err) == TP_OUT_OF_RANGE);
	tp_flow_release(&f);
	free(w.image);
}

/*
 * Images of version 1 on a little-endian machine, as the layout in tp_flow.h has them: what was
 * stored must be read for ever.
 */
static void
test_golden(void)
{
	static const struct
	{
		const char *text;
		const char *hex;
	}			golden[] = {
		{"{}",
		"0100000000000000" "00000000" "00000000" "00000000" "00000000" "0000000000000000" "0000000000000000"},
		{"{part=channel, order=1, ends=conversion, value=2.5, parts={\"\",web}, flow={start>1: 3, 0>null: 1, 1>0: 1 1000000, 1>conversion: 2}}",
		"0100020101000000" "02000000" "02000000" "04000000" "00000000" "0000000000000440" "0000000000000000"
		"00000000" "02000000" "0000000000000840" "0000000000000000" "0000000000000000"
		"01000000" "04000000" "000000000000f03f" "0000000000000000" "0000000000000000"
		"02000000" "01000000" "000000000000f03f" "0000000080842e41" "0000000000000000"
		"02000000" "03000000" "0000000000000040" "0000000000000000" "0000000000000000"
		"000000" "000300" "776562"},
		{"{part=touchpoint, order=2, ends=end, parts={a,web/b}, flow={start>0: 2, 0>0.1: 2 7, 0.1>end: 2}}",
		"0100010200000000" "02000000" "02000000" "03000000" "00000000" "0000000000000000" "0000000000000000"
		"00000000" "01000000" "0000000000000040" "0000000000000000" "0000000000000000"
		"01000000" "02000000" "0000000000000040" "0000000000001c40" "0000000000000000"
		"02000000" "03000000" "0000000000000040" "0000000000000000" "0000000000000000"
		"00000000ffffffff" "0000000001000000"
		"000100" "61" "030100" "77656262"},
	};
	static const uint16_t one = 1;

	if (*(const uint8_t *) &one != 1)
		return;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
	{
		size_t		size = strlen(golden[i].hex) / 2;
		uint8_t    *stored = malloc(size);
		tp_flow		f;
		tp_flow_view v;
		tp_buffer	b;
		image		im;

		for (size_t k = 0; k < size; k++)
		{
			char		two[3] = {golden[i].hex[2 * k], golden[i].hex[2 * k + 1], '\0'};

			stored[k] = (uint8_t) strtoul(two, NULL, 16);
		}
		CHECK(tp_flow_open(&v, &check_memory, stored, size, &err) == TP_OK);
		tp_buffer_init(&b, &check_memory);
		tp_flow_write(&b, &v);
		tp_buffer_byte(&b, '\0');
		CHECK_TEXT(b.data, golden[i].text);
		tp_flow_close(&v, &check_memory);
		tp_flow_init(&f, &check_memory);
		CHECK(tp_flow_parse(&f, golden[i].text, strlen(golden[i].text), &err) == TP_OK);
		im = encode(&f);
		CHECK(same(im, (image) {stored, size}));
		tp_flow_release(&f);
		tp_buffer_release(&b);
		free(im.data);
		free(stored);
	}
}

/* Memory may run out anywhere. */
static void
test_no_memory(void)
{
	check_random r = {5};
	walk		w[6];
	long		fail;

	for (int i = 0; i < 6; i++)
		w[i] = walk_random(&r, 10, 12);
	for (fail = 1;; fail++)
	{
		check_store store;
		tp_flow		f;
		tp_buffer	b;
		tp_status	status;

		check_store_init(&store);
		store.fail_at = fail;
		tp_flow_init(&f, &store.mem);
		tp_buffer_init(&b, &store.mem);
		status = tp_flow_set(&f, &(tp_aspect) {.part = TP_PART_TOUCHPOINT}, 2, TP_ENDS_CONVERSION, &err);
		for (int i = 0; i < 6 && status == TP_OK; i++)
			status = tp_flow_add_weighted(&f, &w[i].j, 1, i / 2.0, 1, &err);
		if (status == TP_OK)
			status = tp_flow_encode(&f, &b, &err);
		if (status == TP_OK)
		{
			tp_flow_view v;
			double		effect[64],
						conversions[64],
						value[64],
						no_contact;

			status = tp_flow_open(&v, &store.mem, b.data, b.len, &err);
			if (status == TP_OK)
				status = tp_markov_attribution(&store.mem, &v, effect, conversions, value, &no_contact, &err);
			tp_flow_close(&v, &store.mem);
		}
		tp_flow_release(&f);
		tp_buffer_release(&b);
		if (check_round_went_well(&store, status))
			break;
	}
	CHECK(fail > 30);
	for (int i = 0; i < 6; i++)
		free(w[i].image);
}

int
main(void)
{
	test_random();
	test_many_symbols();
	test_large();
	test_refusals();
	test_golden();
	test_no_memory();
	return CHECK_DONE();
}
