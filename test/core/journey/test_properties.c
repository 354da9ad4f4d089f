/*
 * test_properties.c
 *	  Properties against arrays of pairs: sets, their order and JSON, and journeys that hold them, built, merged,
 *	  written, sent, projected and damaged.
 */
#include "model.h"

#include "journey/tp_properties.h"
#include "journey/tp_wire.h"

static tp_error err;

/* A pair as anybody would write it down. */
typedef struct pair
{
	char		key[TP_KEY_MAX + 1];
	tp_property value;
	char		text[TP_STRING_MAX + 1];
} pair;

typedef struct object
{
	int			n;
	pair		pair[4];
} object;

static int
pair_order(const pair *a, const pair *b)
{
	int			c = strcmp(a->key, b->key);

	if (c != 0)
		return c;
	if (a->value.kind != b->value.kind)
		return (int) a->value.kind - (int) b->value.kind;
	if (a->value.kind == TP_PROPERTY_STRING)
		return strcmp(a->text, b->text);
	if (a->value.kind == TP_PROPERTY_NUMBER)
		return (a->value.number > b->value.number) - (a->value.number < b->value.number);
	return a->value.truth - b->value.truth;
}

static int
object_order(const object *a, const object *b)
{
	for (int i = 0; i < a->n && i < b->n; i++)
	{
		int			c = pair_order(&a->pair[i], &b->pair[i]);

		if (c != 0)
			return c;
	}
	return a->n - b->n;
}

/* Few keys and values, so that they meet again; pairs in order of keys. */
static void
random_object(check_random *r, object *o, int kinds)
{
	static const char *const keys[] = {"a", "campaign", "order", "\xe8\xae\xa2\xe5\x8d\x95", "a b", "\"\\"};
	static const char *const texts[] = {"", "spring", "o-1", "\"\\/\b\f\n\r\t\x1f", "\xe6\x98\xa5", "1", "true", "x,}"};
	static const double numbers[] = {0, 1, -1, 127, -128, 128, 32767, 32768, -32769, 2147483647, -2147483648.0,
		2147483648.0, 0.1, 19.9, 1e-300, -5e-324, 9007199254740992.0, -9007199254740992.0};

	o->n = 0;
	for (int k = 0; k < (int) (sizeof(keys) / sizeof(keys[0])) && o->n < 4; k++)
	{
		pair		p = {.value = {.kind = TP_PROPERTY_STRING}};
		int			at;

		if (check_below(r, 3) > 0)
			continue;
		strcpy(p.key, keys[k]);
		switch (check_below(r, (uint32_t) kinds))
		{
			case 0:
				strcpy(p.text, texts[check_below(r, 8)]);
				break;
			case 1:
				p.value.kind = TP_PROPERTY_NUMBER;
				p.value.number = numbers[check_below(r, 18)];
				break;
			case 2:
				p.value.kind = TP_PROPERTY_BOOLEAN;
				p.value.truth = check_below(r, 2);
				break;
			default:
				sprintf(p.text, "o-%u", check_below(r, 100000));
				break;
		}
		for (at = o->n++; at > 0 && strcmp(o->pair[at - 1].key, p.key) > 0; at--)
			o->pair[at] = o->pair[at - 1];
		o->pair[at] = p;
	}
}

/* The set of an object whose pairs come in any order; NULL where it is empty. To be freed. */
static uint8_t *
set_of(check_random *r, const object *o)
{
	tp_draft	d;
	tp_buffer	out;
	int			first = o->n > 0 ? (int) check_below(r, (uint32_t) o->n) : 0;

	tp_draft_init(&d, &check_memory);
	tp_buffer_init(&out, &check_memory);
	for (int i = 0; i <= o->n && o->n > 0; i++)
	{
		const pair *p = &o->pair[(first + i) % o->n];	/* one of them twice */
		tp_property value = p->value;

		value.text = p->text;
		value.len = (uint32_t) strlen(p->text);
		CHECK(tp_draft_add(&d, p->key, strlen(p->key), &value, TP_BAD_TEXT, &err) == TP_OK);
	}
	CHECK(tp_draft_finish(&d, &out, &err) == TP_OK);
	tp_draft_release(&d);
	CHECK((out.len == 0) == (o->n == 0));
	CHECK(out.len == 0 || (tp_set_is_valid((uint8_t *) out.data, out.len) && tp_set_size((uint8_t *) out.data) == out.len));
	if (out.len == 0)
		tp_buffer_release(&out);
	return (uint8_t *) out.data;
}

static bool
same_value(const tp_property *v, const pair *p)
{
	return v->kind == p->value.kind &&
		(v->kind != TP_PROPERTY_STRING || (v->len == strlen(p->text) && memcmp(v->text, p->text, v->len) == 0)) &&
		(v->kind != TP_PROPERTY_NUMBER || v->number == p->value.number) &&
		(v->kind != TP_PROPERTY_BOOLEAN || v->truth == p->value.truth);
}

/* Order, finding, JSON there and back, and that no byte of a set is trusted. */
static void
check_sets(void)
{
	check_random r = {1};

	for (int i = 0; i < 3000; i++)
	{
		object		a,
					b;
		uint8_t    *x,
				   *y;
		int			want;
		tp_property value;

		random_object(&r, &a, 4);
		random_object(&r, &b, 4);
		x = set_of(&r, &a);
		y = set_of(&r, &b);
		want = object_order(&a, &b);
		CHECK_INT((tp_set_compare(x, y) > 0) - (tp_set_compare(x, y) < 0), (want > 0) - (want < 0));
		CHECK((tp_set_compare(x, y) == 0) == (x == y || (x != NULL && y != NULL && tp_set_size(x) == tp_set_size(y) &&
														 memcmp(x, y, tp_set_size(x)) == 0)));
		for (int k = 0; k < a.n; k++)
		{
			tp_set_find(x, a.pair[k].key, strlen(a.pair[k].key), &value);
			CHECK(same_value(&value, &a.pair[k]));
		}
		tp_set_find(x, "nobody", 6, &value);
		CHECK(value.kind == TP_PROPERTY_ABSENT);
		if (x != NULL)
		{
			size_t		size = tp_set_size(x);
			tp_buffer	text,
						again;
			tp_scan		s;

			tp_buffer_init(&text, &check_memory);
			tp_buffer_init(&again, &check_memory);
			tp_set_write(&text, x);
			CHECK(text.len <= TP_SET_TEXT_MAX(size));
			tp_buffer_byte(&text, '\0');
			tp_scan_init(&s, "properties", text.data, text.len - 1, &err);
			CHECK(tp_set_scan(&s, &again) == TP_OK && s.at == s.end);
			CHECK(again.len == size && memcmp(again.data, x, size) == 0);
			for (size_t n = 0; n < size; n++)
			{
				uint8_t    *cut = malloc(n > 0 ? n : 1);

				memcpy(cut, x, n);
				CHECK(tp_set_length(cut, n) == 0);
				free(cut);
			}
			for (int k = 0; k < 20; k++)
			{
				uint8_t    *copy = malloc(size);

				memcpy(copy, x, size);
				copy[check_below(&r, (uint32_t) size)] = (uint8_t) check_next(&r);
				if (tp_set_is_valid(copy, size))
					CHECK(tp_set_size(copy) == size);
				free(copy);
			}
			tp_buffer_release(&text);
			tp_buffer_release(&again);
		}
		free(x);
		free(y);
	}
}

/* What is refused, and as what. */
static void
check_refusals(void)
{
	static const struct
	{
		const char *text;
		tp_status	status;
	}			cases[] = {
		{"{}", TP_OK}, {"{\"a\":null}", TP_OK}, {" {\"a\":1}", TP_BAD_TEXT}, {"{ \"a\" : 1 , \"b\" : \"x\" }", TP_OK},
		{"{\"a\":1,\"a\":1}", TP_OK}, {"{\"a\":1,\"a\":null}", TP_OK}, {"{\"a\":1,\"a\":2}", TP_BAD_TEXT},
		{"{\"a\":1,\"a\":\"1\"}", TP_BAD_TEXT}, {"{\"a\":{}}", TP_BAD_ARGUMENT}, {"{\"a\":[1]}", TP_BAD_ARGUMENT},
		{"{\"a\":NaN}", TP_BAD_TEXT}, {"{\"a\":Infinity}", TP_BAD_TEXT}, {"{\"a\":1e999}", TP_OUT_OF_RANGE},
		{"{\"a\":9007199254740992}", TP_OK}, {"{\"a\":9007199254740993}", TP_OUT_OF_RANGE},
		{"{\"a\":-9007199254740993}", TP_OUT_OF_RANGE}, {"{\"a\":9007199254740992.0}", TP_OK},
		{"{\"a\":9.007199254740992e15}", TP_OK}, {"{\"a\":9.007199254740993e+15}", TP_OUT_OF_RANGE},
		{"{\"a\":0.0000009007199254740992e22}", TP_OK}, {"{\"a\":90071992547409930e-1}", TP_OUT_OF_RANGE},
		{"{\"a\":90071992547409920e-1}", TP_OK}, {"{\"a\":1e300}", TP_OUT_OF_RANGE}, {"{\"a\":1e-300}", TP_OK},
		{"{\"\":1}", TP_BAD_TEXT}, {"{\"a\":01}", TP_BAD_TEXT}, {"{\"a\":+1}", TP_BAD_TEXT}, {"{\"a\":1.}", TP_BAD_TEXT},
		{"{\"a\":.5}", TP_BAD_TEXT}, {"{\"a\":-0}", TP_OK}, {"{\"a\":tru}", TP_BAD_TEXT}, {"{\"a\"}", TP_BAD_TEXT},
		{"{\"a\":1", TP_BAD_TEXT}, {"{\"a\":1,}", TP_BAD_TEXT}, {"{a:1}", TP_BAD_TEXT}, {"{\"a\":\"x", TP_BAD_TEXT},
		{"{\"a\":\"\\u0000\"}", TP_BAD_TEXT}, {"{\"a\":\"\\ud83d\\ude00\"}", TP_OK}, {"{\"a\":\"\\ud83d\"}", TP_BAD_TEXT},
		{"{\"a\":\"\\ude00\"}", TP_BAD_TEXT}, {"{\"a\":\"\\ud83dx\"}", TP_BAD_TEXT}, {"{\"a\":\"\\x\"}", TP_BAD_TEXT},
		{"{\"a\":\"\\u12g4\"}", TP_BAD_TEXT}, {"{\"a\":\"\n\"}", TP_BAD_TEXT}, {"[1]", TP_BAD_TEXT}, {"", TP_BAD_TEXT}
	};
	char		long_key[200],
				many[2000] = "{";
	tp_buffer	out;
	tp_scan		s;
	tp_draft	d;
	tp_property value = {.kind = TP_PROPERTY_NUMBER, .number = NAN};

	tp_buffer_init(&out, &check_memory);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		out.len = 0;
		memset(&err, 0, sizeof(err));
		tp_scan_init(&s, "properties", cases[i].text, strlen(cases[i].text), &err);
		CHECK_INT(tp_set_scan(&s, &out), cases[i].status);
		CHECK(cases[i].status == TP_OK || (err.message[0] != '\0' && err.hint[0] != '\0' && err.detail[0] != '\0'));
	}
	for (int len = 63; len <= 64; len++)
	{
		sprintf(long_key, "{\"%.*s\":1}", len, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk");
		tp_scan_init(&s, "properties", long_key, strlen(long_key), &err);
		CHECK_INT(tp_set_scan(&s, &out), len == 63 ? TP_OK : TP_PAST_LIMIT);
	}
	for (int i = 0; i < 65; i++)
	{
		sprintf(many + strlen(many), "%s\"k%d\":%d}", i ? "," : "", i, i);
		tp_scan_init(&s, "properties", many, strlen(many), &err);
		CHECK_INT(tp_set_scan(&s, &out), i < 64 ? TP_OK : TP_PAST_LIMIT);
		many[strlen(many) - 1] = '\0';
	}
	tp_draft_init(&d, &check_memory);
	CHECK(tp_draft_add(&d, "a", 1, &value, TP_BAD_ARGUMENT, &err) == TP_OUT_OF_RANGE && strstr(err.message, "NaN") != NULL);
	value.number = -0.0;
	CHECK(tp_draft_add(&d, "a", 1, &value, TP_BAD_ARGUMENT, &err) == TP_OK);
	out.len = 0;
	CHECK(tp_draft_finish(&d, &out, &err) == TP_OK && tp_set_is_valid((uint8_t *) out.data, out.len));
	value = (tp_property) {.kind = TP_PROPERTY_STRING, .text = many, .len = 1024};
	CHECK(tp_draft_add(&d, "b", 1, &value, TP_BAD_ARGUMENT, &err) == TP_PAST_LIMIT && err.hint[0] != '\0');
	value.len = 1023;
	CHECK(tp_draft_add(&d, "b", 1, &value, TP_BAD_ARGUMENT, &err) == TP_OK);
	tp_draft_release(&d);
	tp_buffer_release(&out);
}

/* A contact of the model with its object. */
typedef struct rich
{
	model_contact m;
	object		o;
	uint8_t    *set;
} rich;

static int
rich_order(const void *a, const void *b)
{
	int			c = model_compare(&((const rich *) a)->m, &((const rich *) b)->m);

	return c != 0 ? c : object_order(&((const rich *) a)->o, &((const rich *) b)->o);
}

static uint8_t *
encode(const rich *c, int n, size_t *size)
{
	tp_builder	b;
	uint8_t    *image;

	tp_builder_init(&b, &check_memory);
	for (int i = 0; i < n; i++)
	{
		uint8_t		entry[TP_ENTRY_MAX];
		const model_contact *m = &c[i].m;

		CHECK(tp_touchpoint_make(m->channel[0] ? m->channel : NULL, strlen(m->channel), m->label, strlen(m->label),
								 m->stage[0] ? m->stage : NULL, strlen(m->stage), entry, &err) == TP_OK);
		CHECK(tp_builder_add(&b, entry, &m->c, c[i].set, &err) == TP_OK);
	}
	image = model_finish(&b, size, &err);
	tp_builder_release(&b);
	return image;
}

/* Each contact has the pairs it was given, and no others; and as a part. */
static void
check_reading(const tp_journey *j, const rich *c, int n)
{
	tp_buffer	scratch;

	tp_buffer_init(&scratch, &check_memory);
	for (int i = 0; i < n; i++)
	{
		uint32_t	set = tp_journey_set_of(j, (uint32_t) i);
		tp_buffer	own;
		tp_property value;

		CHECK((set == 0) == (c[i].o.n == 0));
		for (int k = 0; k < c[i].o.n; k++)
		{
			const pair *p = &c[i].o.pair[k];
			uint32_t	key = tp_journey_find_key(j, p->key, strlen(p->key));

			CHECK(key != TP_NO_KEY);
			tp_journey_property(j, key, (uint32_t) i, &value);
			CHECK(same_value(&value, p));
		}
		if (set == 0)
			continue;
		tp_buffer_init(&own, &check_memory);
		CHECK(tp_journey_set(j, set, &own, &err) == TP_OK);
		CHECK(own.len == tp_set_size(c[i].set) && memcmp(own.data, c[i].set, own.len) == 0);
		tp_buffer_release(&own);
	}
	CHECK(tp_journey_find_key(j, "nobody", 6) == TP_NO_KEY);
	for (int once = 0; once < 2 && n > 0; once++)
	{
		const char *key = once ? "order" : "campaign";
		tp_journey	parts;
		tp_status	status = tp_journey_project(j, key, strlen(key), &parts, &scratch, &err);
		bool		control = false;
		tp_touchpoint *entries;

		for (int i = 0; i < n; i++)
			for (int k = 0; k < c[i].o.n; k++)
				control |= strcmp(c[i].o.pair[k].key, key) == 0 && strchr(c[i].o.pair[k].text, '\n') != NULL;
		CHECK_INT(status, control ? TP_BAD_ARGUMENT : TP_OK);
		if (status != TP_OK)
			continue;
		entries = malloc(sizeof(*entries) * (parts.entries + 1));
		CHECK(tp_journey_dictionary(&parts, entries, &err) == TP_OK);
		for (int i = 0; i < n; i++)
		{
			const tp_touchpoint *t = &entries[tp_journey_code(&parts, (uint32_t) i)];
			char		want[TP_STRING_MAX + 1] = "";

			for (int k = 0; k < c[i].o.n; k++)
			{
				const pair *p = &c[i].o.pair[k];

				if (strcmp(p->key, key) != 0)
					continue;
				if (p->value.kind == TP_PROPERTY_NUMBER)
					tp_host_number(p->value.number, want);
				else
					strcpy(want, p->value.kind == TP_PROPERTY_STRING ? p->text : p->value.truth ? "true" : "false");
			}
			CHECK(t->channel_len == 0 && t->label_len == strlen(want) && memcmp(t->label, want, t->label_len) == 0);
		}
		free(entries);
	}
	tp_buffer_release(&scratch);
}

static void
check_ways(const tp_journey *j, const uint8_t *image, size_t size, const rich *c, int n)
{
	tp_buffer	text,
				out;
	tp_builder	b;
	uint8_t    *again,
			   *half[2];
	size_t		again_size = 0,
				half_size[2];
	tp_journey	a[2];
	bool		sendable;
	int			order = 1;

	tp_buffer_init(&text, &check_memory);
	tp_buffer_init(&out, &check_memory);
	CHECK(tp_journey_write(&text, j, &err) == TP_OK);
	tp_buffer_byte(&text, '\0');
	tp_builder_init(&b, &check_memory);
	CHECK(tp_journey_parse(&b, text.data, text.len - 1, &err) == TP_OK);
	again = model_finish(&b, &again_size, &err);
	CHECK(again_size == size && memcmp(again, image, size) == 0);
	free(again);
	tp_builder_release(&b);

	/* labels that are no UTF-8 cannot be sent: the host raises */
	sendable = memchr(text.data, 0xFF, text.len) == NULL;
	text.len = 0;
	CHECK(tp_wire_write_journey(&text, j, &err) == TP_OK);
	CHECK_INT(text.data[0], tp_journey_sets(j) > 0 ? 2 : 1);
	if (sendable)
	{
		CHECK(tp_wire_read_journey(&check_memory, text.data, text.len, &out, &err) == TP_OK);
		CHECK(out.len == size && memcmp(out.data, image, size) == 0);
	}
	for (size_t cut = 0; sendable && cut < text.len; cut += 1 + text.len / 50)
	{
		uint8_t    *message = malloc(cut + 1);
		tp_buffer	unused;

		memcpy(message, text.data, cut);
		message = realloc(message, cut > 0 ? cut : 1);
		tp_buffer_init(&unused, &check_memory);
		CHECK(tp_wire_read_journey(&check_memory, message, cut, &unused, &err) == TP_BAD_BINARY);
		tp_buffer_release(&unused);
		free(message);
	}

	for (int i = 0; i < 2; i++)
	{
		half[i] = encode(c + (i ? n / 2 : 0), i ? n - n / 2 : n / 2, &half_size[i]);
		CHECK(tp_journey_open(&a[i], half[i], half_size[i], &err) == TP_OK);
	}
	out.len = 0;
	CHECK(tp_journey_merge(&check_memory, &a[1], &a[0], &out, &err) == TP_OK);
	CHECK(out.len == size && memcmp(out.data, image, size) == 0);
	CHECK(tp_journey_compare(&check_memory, j, &a[0], &order, &err) == TP_OK);
	CHECK((order == 0) == (half_size[0] == size && memcmp(half[0], image, size) == 0));
	out.len = 0;
	tp_builder_init(&b, &check_memory);
	CHECK(tp_builder_add_journey(&b, &a[1], &err) == TP_OK && tp_builder_add_journey(&b, &a[0], &err) == TP_OK);
	CHECK(tp_builder_finish(&b, &check_memory, &out, &err) == TP_OK);
	CHECK(out.len == size && memcmp(out.data, image, size) == 0);
	tp_builder_release(&b);
	free(half[0]);
	free(half[1]);
	tp_buffer_release(&text);
	tp_buffer_release(&out);
}

/* Cut short it is refused; with bytes changed it is refused or can be read in bounds. */
static void
check_damage(check_random *r, const uint8_t *image, size_t size)
{
	for (int i = 0; i < 60; i++)
	{
		size_t		n = i < 20 ? check_below(r, (uint32_t) size) : size;
		uint8_t    *copy = malloc(n > 0 ? n : 1);
		tp_journey	j;
		tp_touchpoint *entries = NULL;
		tp_status	status;
		tp_buffer	b;

		memcpy(copy, image, n);
		for (uint32_t k = i < 20 ? 0 : 1 + check_below(r, 3); k > 0; k--)
			copy[1 + check_below(r, (uint32_t) size - 1)] = (uint8_t) check_next(r);
		status = tp_journey_open(&j, copy, n, &err);
		if (status == TP_OK)
		{
			entries = malloc(sizeof(*entries) * (j.entries + 1));
			status = tp_journey_dictionary(&j, entries, &err);
		}
		CHECK(status == TP_OK || status == TP_CORRUPT);
		CHECK(i >= 20 || status == TP_CORRUPT);
		if (status == TP_OK && j.count < 100000)
		{
			for (uint32_t k = 0; k < j.count; k++)
			{
				tp_property value;

				for (uint32_t key = 0; key < 5; key++)
					tp_journey_property(&j, key, k, &value);
			}
			tp_buffer_init(&b, &check_memory);
			status = tp_journey_write(&b, &j, &err);
			CHECK(status == TP_OK || status == TP_CORRUPT);
			tp_buffer_release(&b);
		}
		free(entries);
		free(copy);
	}
}

static void
check_journeys(void)
{
	check_random r = {7};
	model_contact *m = malloc(sizeof(*m) * 400);
	rich	   *c = malloc(sizeof(*c) * 400);

	for (int i = 0; i < 1500; i++)
	{
		int			n = model_random(&r, m, 399);
		int			kinds = 1 + (int) check_below(&r, 4);
		uint32_t	seldom = check_below(&r, 3);
		size_t		size = 0;
		uint8_t    *image;
		tp_journey	j;

		for (int k = 0; k < n; k++)
		{
			c[k].m = m[k];
			c[k].m.c.has &= (uint8_t) ~TP_HAS_ID;	/* what merges by id has a test of its own */
			c[k].o.n = 0;
			if (check_below(&r, 4) >= seldom)
				random_object(&r, &c[k].o, kinds);
			c[k].set = set_of(&r, &c[k].o);
		}
		image = encode(c, n, &size);
		CHECK(image != NULL && tp_journey_open(&j, image, size, &err) == TP_OK && j.count == (uint32_t) n);
		check_ways(&j, image, size, c, n);
		qsort(c, (size_t) n, sizeof(*c), rich_order);
		check_reading(&j, c, n);
		if (n > 0)
			check_damage(&r, image, size);
		for (int k = 0; k < n; k++)
			free(c[k].set);
		free(image);
	}
	free(m);
	free(c);
}

/* One id: the greater properties stay. A campaign of twenty costs a byte a contact and the dictionary. */
static void
check_cost(void)
{
	static const char *const texts[] = {"{a@2026-01-05Z id=1 properties={\"a\":1}, a@2026-01-05Z id=1}",
		"{a@2026-01-05T00:00Z id=1 properties={\"a\":1}, a@2026-01-05T00:00Z id=1, a@2026-01-05T00:00Z id=1 properties={\"a\":0}}"};
	char		text[4000] = "{",
				bare[4000] = "{";
	size_t		size = 0,
				bare_size = 0,
				dictionary = 0;
	tp_builder	b;
	tp_buffer	out;
	tp_journey	j;
	uint8_t    *image;

	(void) texts[0];
	tp_builder_init(&b, &check_memory);
	CHECK(tp_journey_parse(&b, texts[1], strlen(texts[1]), &err) == TP_OK);
	image = model_finish(&b, &size, &err);
	tp_builder_release(&b);
	CHECK(image != NULL && tp_journey_open(&j, image, size, &err) == TP_OK && j.count == 1);
	tp_buffer_init(&out, &check_memory);
	CHECK(tp_journey_write(&out, &j, &err) == TP_OK);
	tp_buffer_byte(&out, '\0');
	CHECK_TEXT(out.data, "{a@2026-01-05T00:00:00Z id=1 properties={\"a\":1}}");
	tp_buffer_release(&out);
	free(image);

	for (int i = 0; i < 10; i++)
	{
		sprintf(text + strlen(text), "%sweb/l%d@2026-01-05T10:0%d:00Z score=%d properties={\"campaign\":\"campaign %c\"}",
				i ? ", " : "", i % 4, i, i, "abcaacdbea"[i]);
		sprintf(bare + strlen(bare), "%sweb/l%d@2026-01-05T10:0%d:00Z score=%d", i ? ", " : "", i % 4, i, i);
	}
	strcat(text, "}");
	strcat(bare, "}");
	tp_builder_init(&b, &check_memory);
	CHECK(tp_journey_parse(&b, text, strlen(text), &err) == TP_OK);
	image = model_finish(&b, &size, &err);
	tp_builder_release(&b);
	free(image);
	tp_builder_init(&b, &check_memory);
	CHECK(tp_journey_parse(&b, bare, strlen(bare), &err) == TP_OK);
	image = model_finish(&b, &bare_size, &err);
	tp_builder_release(&b);
	free(image);
	/* head, size and counts; one key, its end and its first value; five values, their kinds and ends */
	dictionary = 1 + 3 + strlen("campaign") + 2 + 5 * (strlen("campaign a") + 2);
	CHECK_INT(size - bare_size, 10 + dictionary);
}

int
main(void)
{
	check_sets();
	check_refusals();
	check_cost();
	check_journeys();
	return CHECK_DONE();
}
