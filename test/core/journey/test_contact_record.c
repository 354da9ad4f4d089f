/*
 * test_contact_record.c
 *	  Contact records: packing, checks, order, text, and the binary form of one.
 */
#include "check.h"

#include <float.h>

#include "journey/tp_contact_record.h"
#include "journey/tp_wire.h"
#include "refused.h"

static tp_error err;
static tp_contact contact;
static uint8_t entry[TP_ENTRY_MAX];

static tp_status
parse(const char *text)
{
	memset(&err, 0, sizeof(err));
	memset(&contact, 0xAA, sizeof(contact));
	return tp_contact_parse(text, strlen(text), &contact, entry, check_properties(), &err);
}

static const char *
written(const tp_contact *c)
{
	static char text[4096];
	tp_touchpoint t = tp_entry_view(entry);
	tp_buffer	b;

	tp_buffer_init(&b, &check_memory);
	tp_contact_write(&b, c, &t, NULL);
	CHECK(!b.failed && b.len < sizeof(text));
	memcpy(text, b.data, b.len);
	text[b.len] = '\0';
	tp_buffer_release(&b);
	return text;
}

static void
check_text(void)
{
	static const char *const canonical[] = {
		"web/checkout@2026-01-05T10:00:00Z score=4 expected=5 cost=1.25 duration=PT3M value=99 by=customer id=17",
		"billboard@2000-01-01T00:00:00Z",
		"\"a@b\"@-0043-03-15T12:00:00Z by=third_party",
		"use:app/push notification@2026-01-05T10:00:00.5Z value=-99.5",
		"x@1999-12-31T23:59:59.999999Z score=0.1 id=-9223372036854775808",
		"x@1999-12-31T23:59:59.999999Z cost=5e-324 duration=PT2562047788H54.775807S by=company id=0"
	};
	static const struct
	{
		const char *text;
		const char *canonical;
	}			same[] = {
		{" x @ 2026-01-05T18:00:00+08:00\tid=1  by=company value=1 duration=P1D cost=2 expected=3 score=4 ",
		"x@2026-01-05T10:00:00Z score=4 expected=3 cost=2 duration=PT24H value=1 by=company id=1"},
		{"x@2026-01-05T10:00:00Z score=-0 cost=-0.0 value=-0e5", "x@2026-01-05T10:00:00Z score=0 cost=0 value=0"},
		{"x@2026-01-05T10:00:00Z score=1e2 id=+5", "x@2026-01-05T10:00:00Z score=100 id=5"}
	};

	for (size_t i = 0; i < sizeof(canonical) / sizeof(canonical[0]); i++)
	{
		CHECK(parse(canonical[i]) == TP_OK);
		CHECK_TEXT(written(&contact), canonical[i]);
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
	{
		CHECK(parse(same[i].text) == TP_OK);
		CHECK_TEXT(written(&contact), same[i].canonical);
	}
}

static void
check_refused(void)
{
	static const refused_text bad[] = {
		{"", TP_BAD_TEXT, "label is missing", 1},
		{"x", TP_BAD_TEXT, "Expected @", 2},
		{"x@", TP_BAD_TEXT, "date", 3},
		{"@2026-01-05T10:00:00Z", TP_BAD_TEXT, "label is missing", 1},
		{"x@2026-01-05T10:00:00", TP_BAD_TEXT, "Z or an offset", 22},
		{"x@infinity", TP_BAD_TEXT, "date", 3},
		{"x@+300000-01-01T00:00:00Z", TP_OUT_OF_RANGE, "out of range", 3},
		{"x@2026-01-05T10:00:00Z scor=4", TP_BAD_TEXT, "known key", 24},
		{"x@2026-01-05T10:00:00Z score", TP_BAD_TEXT, "known key", 24},
		{"x@2026-01-05T10:00:00Z Score=4", TP_BAD_TEXT, "known key", 24},
		{"x@2026-01-05T10:00:00Z score =4", TP_BAD_TEXT, "known key", 24},
		{"x@2026-01-05T10:00:00Z score= 4", TP_BAD_TEXT, "number", 30},
		{"x@2026-01-05T10:00:00Z score=4 score=4", TP_BAD_TEXT, "twice", 32},
		{"x@2026-01-05T10:00:00Z by=company by=customer", TP_BAD_TEXT, "twice", 35},
		{"x@2026-01-05T10:00:00Z score=NaN", TP_OUT_OF_RANGE, "finite", 30},
		{"x@2026-01-05T10:00:00Z value=-Infinity", TP_OUT_OF_RANGE, "finite", 30},
		{"x@2026-01-05T10:00:00Z score=1e999", TP_OUT_OF_RANGE, "out of range", 30},
		{"x@2026-01-05T10:00:00Z score=4x", TP_BAD_TEXT, "number", 30},
		{"x@2026-01-05T10:00:00Z cost=-1", TP_BAD_TEXT, "negative", 29},
		{"x@2026-01-05T10:00:00Z cost=-5e-324", TP_BAD_TEXT, "negative", 29},
		{"x@2026-01-05T10:00:00Z duration=-PT1S", TP_BAD_TEXT, "negative", 33},
		{"x@2026-01-05T10:00:00Z duration=P1M", TP_BAD_TEXT, "no fixed length", 34},
		{"x@2026-01-05T10:00:00Z duration=PT5 score=4", TP_BAD_TEXT, "part of a duration", 35},
		{"x@2026-01-05T10:00:00Z by=nobody", TP_BAD_TEXT, "initiator", 27},
		{"x@2026-01-05T10:00:00Z by=", TP_BAD_TEXT, "initiator", 27},
		{"x@2026-01-05T10:00:00Z by=customers", TP_BAD_TEXT, "initiator", 27},
		{"x@2026-01-05T10:00:00Z id=1.5", TP_BAD_TEXT, "whole number", 27},
		{"x@2026-01-05T10:00:00Z id=9223372036854775808", TP_OUT_OF_RANGE, "out of range", 27},
		{"x@2026-01-05T10:00:00Z, y@2026-01-05T10:00:00Z", TP_BAD_TEXT, "Unexpected \",\"", 23},
		{"x@2026-01-05T10:00:00Z}", TP_BAD_TEXT, "Unexpected \"}\"", 23}
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_refusal(&bad[i], parse(bad[i].text), &err, "malformed contact_record");
}

static void
check_checks(void)
{
	static const struct
	{
		uint8_t		has;
		double		v;
		tp_status	status;
	}			cases[] = {
		{TP_HAS_SCORE, NAN, TP_OUT_OF_RANGE}, {TP_HAS_EXPECTED, INFINITY, TP_OUT_OF_RANGE},
		{TP_HAS_COST, -INFINITY, TP_OUT_OF_RANGE}, {TP_HAS_VALUE, NAN, TP_OUT_OF_RANGE},
		{TP_HAS_COST, -1, TP_BAD_ARGUMENT}, {TP_HAS_COST, -DBL_MIN, TP_BAD_ARGUMENT},
		{TP_HAS_DURATION, -1, TP_BAD_ARGUMENT}, {TP_HAS_DURATION, 0, TP_OK}, {TP_HAS_COST, DBL_MAX, TP_OK},
		{TP_HAS_VALUE, -DBL_MAX, TP_OK}, {TP_HAS_SCORE, -5, TP_OK}, {0, NAN, TP_OK}, {TP_HAS_ID, -7, TP_OK}
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		tp_contact	c = {.has = cases[i].has, .score = cases[i].v, .expected = cases[i].v, .cost = cases[i].v,
		.value = cases[i].v};

		c.duration = isfinite(cases[i].v) && fabs(cases[i].v) < 100 ? (int64_t) cases[i].v : 0;
		memset(&err, 0, sizeof(err));
		CHECK(tp_contact_check(&c, TP_BAD_ARGUMENT, &err) == cases[i].status);
		CHECK(cases[i].status == TP_OK || (err.message[0] != '\0' && err.hint[0] != '\0'));
	}
	{
		tp_contact	c = {.time = TP_TIME_END};

		CHECK(tp_contact_check(&c, TP_BAD_ARGUMENT, &err) == TP_OUT_OF_RANGE);
		c.time = TP_TIME_MIN - 1;
		CHECK(tp_contact_check(&c, TP_BAD_ARGUMENT, &err) == TP_OUT_OF_RANGE);
		c.time = INT64_MIN;		/* the server's -infinity */
		CHECK(tp_contact_check(&c, TP_BAD_ARGUMENT, &err) == TP_OUT_OF_RANGE);
		c = (tp_contact) {.has = TP_HAS_SCORE | TP_HAS_COST, .score = -0.0, .cost = -0.0};
		CHECK(tp_contact_check(&c, TP_BAD_ARGUMENT, &err) == TP_OK && !signbit(c.score) && !signbit(c.cost));
		c.cost = -1;
		CHECK(tp_contact_check(&c, TP_BAD_TEXT, &err) == TP_BAD_TEXT);
	}
	for (int by = TP_BY_COMPANY; by <= TP_BY_THIRD_PARTY; by++)
	{
		const char *name = tp_initiator_name((tp_initiator) by);
		tp_initiator back;

		CHECK(tp_initiator_parse(name, strlen(name), &back) && (int) back == by);
		CHECK(!tp_initiator_parse(name, strlen(name) - 1, &back));
	}
	CHECK(tp_initiator_name(TP_BY_NOBODY) == NULL);
}

static void
random_contact(check_random *r, tp_contact *c)
{
	static const double numbers[] = {0, 1, -1, 4.5, 1e300, -1e300, 5e-324, 0.1, DBL_MAX};

	memset(c, 0, sizeof(*c));
	c->has = (uint8_t) check_next(r);
	c->time = (int64_t) check_below(r, 3) - 1;
	c->id = check_below(r, 2) ? INT64_MIN : (int64_t) check_below(r, 3);
	c->score = numbers[check_below(r, 9)];
	c->expected = numbers[check_below(r, 9)];
	c->cost = fabs(numbers[check_below(r, 9)]);
	c->duration = check_below(r, 3);
	c->value = numbers[check_below(r, 9)];
}

/* What a contact is sorted by, with the least of each field for what is not known. */
static void
sort_keys(const tp_contact *c, long double *key)
{
	const long double least = -(long double) INFINITY;

	key[0] = c->time;
	key[1] = c->has & TP_HAS_ID ? (long double) c->id : least;
	key[2] = c->has & TP_HAS_SCORE ? c->score : least;
	key[3] = c->has & TP_HAS_EXPECTED ? c->expected : least;
	key[4] = c->has & TP_HAS_COST ? c->cost : least;
	key[5] = c->has & TP_HAS_DURATION ? c->duration : least;
	key[6] = c->has & TP_HAS_VALUE ? c->value : least;
	key[7] = c->has >> 6;
}

/* What order says of a and b, field by field. */
static int
naive_order(const tp_contact *a, const tp_contact *b)
{
	long double x[8],
				y[8];

	sort_keys(a, x);
	sort_keys(b, y);
	for (int i = 0; i < 8; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

static void
check_order(void)
{
	check_random r = {8};

	for (int i = 0; i < 50000; i++)
	{
		tp_contact	a,
					b;
		int			c;

		random_contact(&r, &a);
		b = a;
		if (check_below(&r, 2))
			b.has ^= (uint8_t) (1 << check_below(&r, 8));
		else
		{
			tp_contact	other;

			random_contact(&r, &other);
			switch (check_below(&r, 8))
			{
				case 0: b.time = other.time; break;
				case 1: b.id = other.id; break;
				case 2: b.score = other.score; break;
				case 3: b.expected = other.expected; break;
				case 4: b.cost = other.cost; break;
				case 5: b.duration = other.duration; break;
				case 6: b.value = other.value; break;
				default: b = other; break;
			}
		}
		c = tp_contact_compare_head(&a, &b);
		if (c == 0)
			c = tp_contact_compare_tail(&a, &b);
		CHECK_INT((c > 0) - (c < 0), naive_order(&a, &b));
	}
}

static bool
same_known(const tp_contact *a, const tp_contact *b)
{
	return a->has == b->has && naive_order(a, b) == 0;
}

static void
check_packing(void)
{
	check_random r = {9};

	CHECK(tp_touchpoint_make("web", 3, "checkout", 8, "use", 3, entry, &err) == TP_OK);
	for (int i = 0; i < 20000; i++)
	{
		uint8_t		packed[TP_FIELDS_MAX],
					back_entry[TP_ENTRY_MAX];
		tp_contact	c,
					back;
		tp_touchpoint t = tp_entry_view(entry);
		tp_buffer	b;
		size_t		size;

		random_contact(&r, &c);
		size = tp_contact_packed_size(c.has);
		CHECK_INT(size, 8 + 8 * __builtin_popcount(c.has & 0x3F));
		CHECK(tp_contact_pack(&c, packed) == size);
		CHECK(tp_contact_unpack(&back, c.has, packed) == size && same_known(&c, &back));
		CHECK(strlen(written(&c)) <= strlen("use:web/checkout") + TP_CONTACT_TEXT_MAX);
		CHECK(parse(written(&c)) == TP_OK && same_known(&c, &contact));

		tp_buffer_init(&b, &check_memory);
		tp_wire_write_contact(&b, &c, &t, NULL);
		CHECK_INT(b.len, 3 + size + 6 + 14);
		CHECK(tp_wire_read_contact(b.data, b.len, &back, back_entry, check_properties(), &err) == TP_OK && same_known(&c, &back));
		CHECK(memcmp(entry, back_entry, tp_entry_size(entry)) == 0);
		/* every message cut short, and one with a byte too many */
		if (i < 200)
		{
			for (size_t n = 0; n < b.len; n++)
			{
				char	   *cut = malloc(n + 1);

				memset(&err, 0, sizeof(err));
				memcpy(cut, b.data, n);
				cut = realloc(cut, n > 0 ? n : 1);
				CHECK(tp_wire_read_contact(cut, n, &back, back_entry, check_properties(), &err) == TP_BAD_BINARY);
				CHECK(err.status == TP_BAD_BINARY && err.message[0] != '\0' && err.hint[0] != '\0');
				free(cut);
			}
			tp_buffer_byte(&b, 0);
			CHECK(tp_wire_read_contact(b.data, b.len, &back, back_entry, check_properties(), &err) == TP_BAD_BINARY);
		}
		tp_buffer_release(&b);
	}
}

/* The binary forms byte by byte, and what they refuse. */
static void
check_wire(void)
{
	static const uint8_t good[] = {1, 0, 0x42, 0, 0, 0, 0, 0, 0, 1, 0, 0x40, 0x10, 0, 0, 0, 0, 0, 0,
	0, 1, 0, 2, 0, 0, 'w', 'a', 'b'};
	static const struct
	{
		int			at;
		uint8_t		byte;
	}			bad[] = {{0, 0}, {0, 2}, {1, 1}, {1, 0x80}, {3, 0x80}, {11, 0x7F}, {20, 2}, {22, 0},
	{22, 3}, {24, 1}, {25, 1}, {26, 0x7F}};
	static const uint8_t touchpoint[] = {1, 0, 0, 1, 0, 2, 0, 1, 'w', 'a', 'b', 's'};
	uint8_t		message[sizeof(good)];
	tp_contact	c;
	jmp_buf		raised;

	CHECK(tp_wire_read_contact(good, sizeof(good), &c, entry, check_properties(), &err) == TP_OK);
	CHECK_TEXT(written(&c), "w/ab@2000-01-01T00:00:00.000256Z score=4 by=company");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		memcpy(message, good, sizeof(good));
		message[bad[i].at] = bad[i].byte;
		if (bad[i].at == 11)
			message[12] = 0xF0;	/* infinity */
		memset(&err, 0, sizeof(err));
		CHECK(tp_wire_read_contact(message, sizeof(message), &c, entry, check_properties(), &err) == TP_BAD_BINARY);
		CHECK(err.status == TP_BAD_BINARY && err.message[0] != '\0' && err.hint[0] != '\0');
	}
	/* what a check refuses is told with its place: the fields, the touchpoint */
	memcpy(message, good, sizeof(good));
	message[11] = 0x7F;
	message[12] = 0xF8;
	CHECK(tp_wire_read_contact(message, sizeof(message), &c, entry, check_properties(), &err) == TP_BAD_BINARY);
	CHECK_TEXT(err.message, "the score of a contact must be finite, not NaN");
	CHECK_TEXT(err.detail, "At byte 2 of 28.");
	memcpy(message, good, sizeof(good));
	message[26] = '\n';
	CHECK(tp_wire_read_contact(message, sizeof(message), &c, entry, check_properties(), &err) == TP_BAD_BINARY);
	CHECK_TEXT(err.detail, "At byte 19 of 28.");
	/* a negative zero is stored as zero */
	memcpy(message, good, sizeof(good));
	message[11] = 0x80;
	message[12] = 0;
	CHECK(tp_wire_read_contact(message, sizeof(message), &c, entry, check_properties(), &err) == TP_OK && !signbit(c.score));
	/* the host raises for what is no text */
	message[25] = 0xFF;
	check_raise_to = &raised;
	if (setjmp(raised) == 0)
	{
		tp_wire_read_contact(message, sizeof(message), &c, entry, check_properties(), &err);
		CHECK(!"raised");
	}
	check_raise_to = NULL;

	CHECK(tp_wire_read_touchpoint(touchpoint, sizeof(touchpoint), entry, &err) == TP_OK);
	{
		tp_touchpoint t = tp_entry_view(entry);
		tp_buffer	b;

		tp_buffer_init(&b, &check_memory);
		tp_wire_write_touchpoint(&b, &t);
		CHECK(b.len == sizeof(touchpoint) && memcmp(b.data, touchpoint, b.len) == 0);
		tp_buffer_release(&b);
	}
	for (size_t n = 0; n < sizeof(touchpoint); n++)
		CHECK(tp_wire_read_touchpoint(touchpoint, n, entry, &err) == TP_BAD_BINARY);
}

int
main(void)
{
	check_text();
	check_refused();
	check_checks();
	check_order();
	check_packing();
	check_wire();
	return CHECK_DONE();
}
