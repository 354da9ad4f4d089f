/*
 * test_journey.c
 *	  Journeys against the model: image, fields, sums, scores, order, text, binary form; whatever the
 *	  order of insertion.
 */
#include "check.h"

#include "model.h"
#include "journey/tp_wire.h"
#include "refused.h"

#define ROOM 1500

static tp_error err;

static int
sign(int v)
{
	return (v > 0) - (v < 0);
}

static bool
view_is(const tp_touchpoint *t, const model_contact *m)
{
	return t->channel_len == strlen(m->channel) && memcmp(t->channel, m->channel, t->channel_len) == 0 &&
		t->label_len == strlen(m->label) && memcmp(t->label, m->label, t->label_len) == 0 &&
		t->stage_len == strlen(m->stage) && memcmp(t->stage, m->stage, t->stage_len) == 0;
}

static bool
fields_are(const tp_contact *c, const tp_contact *want)
{
	return c->has == want->has && c->time == want->time &&
		(!(c->has & TP_HAS_ID) || c->id == want->id) &&
		(!(c->has & TP_HAS_SCORE) || (c->score == want->score && !(c->score == 0 && signbit(c->score)))) &&
		(!(c->has & TP_HAS_EXPECTED) || c->expected == want->expected) &&
		(!(c->has & TP_HAS_COST) || c->cost == want->cost) &&
		(!(c->has & TP_HAS_DURATION) || c->duration == want->duration) &&
		(!(c->has & TP_HAS_VALUE) || c->value == want->value);
}

/* Sum against long double, within the rounding of one addition. */
static void
check_total(const tp_journey *j, const model_contact *m, int n, tp_column column)
{
	long double sum = 0,
				size = 0;
	double		got;
	int			any = 0;

	for (int i = 0; i < n; i++)
	{
		double		v = column == TP_COST ? m[i].c.cost : m[i].c.value;

		if (!(m[i].c.has & (column == TP_COST ? TP_HAS_COST : TP_HAS_VALUE)))
			continue;
		any++;
		sum += v;
		size += fabsl(v);
	}
	CHECK(tp_journey_total(j, column, &got) == (any > 0));
	if (any > 0 && size < 1e308L)
		CHECK_NEAR(got, (double) sum, 1e-15 * (double) size);
}

static void
check_scores(const tp_journey *j, const model_contact *m, int n)
{
	tp_scores	got,
				want = {0};
	long double sum = 0,
				size = 0;

	for (int i = 0; i < n; i++)
	{
		double		v = m[i].c.score;

		if (!(m[i].c.has & TP_HAS_SCORE))
			continue;
		if (want.scored++ == 0)
			want.lowest = want.highest = v;
		if (v <= want.lowest)
			want.lowest = v, want.lowest_at = (uint32_t) i;
		if (v >= want.highest)
			want.highest = v, want.highest_at = (uint32_t) i;
		want.end = v;
		want.end_at = (uint32_t) i;
		sum += v;
		size += fabsl(v);
	}
	memset(&got, 0xAA, sizeof(got));
	tp_journey_scores(j, &got);
	CHECK_INT(got.scored, want.scored);
	if (want.scored == 0)
		return;
	CHECK(got.lowest == want.lowest && got.highest == want.highest && got.end == want.end);
	CHECK(got.lowest_at == want.lowest_at && got.highest_at == want.highest_at && got.end_at == want.end_at);
	if (size < 1e308L)
		CHECK_NEAR(got.sum, (double) sum, 1e-15 * (double) size);
}

/* Header and columns must tell the same, to the last bit. */
static void
check_header(const tp_journey *j)
{
	tp_journey	bare = *j,
				head;
	tp_scores	a,
				b;
	double		x = -1,
				y = -1;

	CHECK(tp_journey_open_head(&head, j->image, j->size < TP_HEADER_MAX ? j->size : TP_HEADER_MAX, &err) == TP_OK);
	CHECK(head.count == j->count && head.entries == j->entries && head.first_at == j->first_at);
	CHECK(tp_journey_has_summary(j) == (j->size >= TP_SUMMARY_FROM + TP_SUMMARY_SIZE));
	if (!tp_journey_has_summary(j))
		return;
	bare.flags &= (uint8_t) ~TP_FLAG_SUMMARY;
	CHECK(tp_journey_last_at(&head) == tp_journey_last_at(&bare));
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	tp_journey_scores(&head, &a);
	tp_journey_scores(&bare, &b);
	CHECK(a.scored == b.scored);
	if (a.scored > 0)
	{
		CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	}
	for (int column = TP_COST; column <= TP_VALUE; column += TP_VALUE - TP_COST)
	{
		CHECK(tp_journey_total(&head, (tp_column) column, &x) == tp_journey_total(&bare, (tp_column) column, &y));
		CHECK(memcmp(&x, &y, sizeof(x)) == 0);
	}
}

static void
check_reading(const tp_journey *j, const model_contact *m, int n)
{
	tp_touchpoint *entries = malloc(sizeof(tp_touchpoint) * (j->entries + 1));
	tp_contact *contacts = malloc(sizeof(tp_contact) * ((size_t) n + 1));
	bool	   *used = calloc(j->entries + 1, 1);

	CHECK(tp_journey_dictionary(j, entries, &err) == TP_OK);
	for (uint32_t i = 1; i < j->entries; i++)
		CHECK(tp_touchpoint_compare(&entries[i - 1], &entries[i]) < 0);
	CHECK(tp_journey_contacts(&check_memory, j, contacts, &err) == TP_OK);
	for (int i = 0; i < n; i++)
	{
		CHECK(fields_are(&contacts[i], &m[i].c));
		CHECK(contacts[i].code < j->entries && tp_journey_code(j, (uint32_t) i) == contacts[i].code);
		CHECK(view_is(&entries[contacts[i].code], &m[i]));
		CHECK(tp_journey_time(j, (uint32_t) i) == m[i].c.time);
		used[contacts[i].code] = true;
	}
	for (uint32_t i = 0; i < j->entries; i++)
		CHECK(used[i]);
	for (int column = TP_SCORE; column <= TP_VALUE; column++)
	{
		if (column == TP_DURATION)
			continue;
		for (int i = 0; i < n; i++)
		{
			static const uint8_t bit[TP_COLUMNS] = {0, 0, TP_HAS_SCORE, TP_HAS_EXPECTED, TP_HAS_COST, 0, TP_HAS_VALUE, 0};
			double		want = column == TP_SCORE ? m[i].c.score : column == TP_EXPECTED ? m[i].c.expected :
				column == TP_COST ? m[i].c.cost : m[i].c.value;

			double		got = tp_journey_number(j, (tp_column) column, (uint32_t) i);

			CHECK(m[i].c.has & bit[column] ? got == want : isnan(got));
		}
	}
	if (n > 0)
		CHECK(tp_journey_last_at(j) == m[n - 1].c.time);
	for (int i = 0; i < n; i += 1 + n / 7)
	{
		uint32_t	at = 0;

		while (at < (uint32_t) n && m[at].c.time < m[i].c.time)
			at++;
		CHECK_INT(tp_journey_search(j, m[i].c.time), at);
	}
	CHECK_INT(tp_journey_search(j, INT64_MAX), n);
	CHECK_INT(tp_journey_search(j, INT64_MIN), 0);
	free(entries);
	free(contacts);
	free(used);
}

/* Text and binary form, there and back. */
static void
check_forms(const tp_journey *j, const model_contact *m, int n)
{
	char	   *want = model_text(m, n);
	tp_builder	b;
	tp_buffer	text,
				out;
	uint8_t    *again;
	size_t		size;

	tp_buffer_init(&text, &check_memory);
	CHECK(tp_journey_write(&text, j, &err) == TP_OK);
	tp_buffer_byte(&text, '\0');
	CHECK_TEXT(text.data, want);
	tp_builder_init(&b, &check_memory);
	CHECK(tp_journey_parse(&b, text.data, text.len - 1, &err) == TP_OK);
	again = model_finish(&b, &size, &err);
	CHECK(again != NULL && size == j->size && memcmp(again, j->image, size) == 0);
	free(again);
	tp_builder_release(&b);
	free(want);

	text.len = 0;
	tp_buffer_init(&out, &check_memory);
	CHECK(tp_wire_write_journey(&text, j, &err) == TP_OK);
	if (memmem(text.data, text.len, "\xff\xfe", 2) == NULL)	/* which is not UTF-8 */
	{
		CHECK(tp_wire_read_journey(&check_memory, text.data, text.len, &out, &err) == TP_OK);
		CHECK(out.len == j->size && memcmp(out.data, j->image, out.len) == 0);
	}
	tp_buffer_release(&text);
	tp_buffer_release(&out);
}

/* Every way to come to the same journey: shuffled, from two builders, from journeys of parts. */
static void
check_ways(check_random *r, model_contact *m, int n, const uint8_t *image, size_t size)
{
	int			cut = (int) check_below(r, (uint32_t) n + 1);
	tp_builder	b,
				other;
	uint8_t    *again,
			   *part;
	size_t		again_size,
				part_size;
	tp_journey	j;

	model_shuffle(r, m, n);
	again = model_encode(m, n, &again_size, &err);
	CHECK(again != NULL && again_size == size && memcmp(again, image, size) == 0);
	free(again);

	tp_builder_init(&b, &check_memory);
	tp_builder_init(&other, &check_memory);
	model_add(&b, m, cut);
	model_add(&other, m + cut, n - cut);
	CHECK(tp_builder_add_builder(&b, &other, &err) == TP_OK);
	again = model_finish(&b, &again_size, &err);
	CHECK(again != NULL && again_size == size && memcmp(again, image, size) == 0);
	free(again);
	tp_builder_release(&b);
	tp_builder_release(&other);

	tp_builder_init(&b, &check_memory);
	for (int half = 1; half >= 0; half--)
	{
		part = half ? model_encode(m + cut, n - cut, &part_size, &err) : model_encode(m, cut, &part_size, &err);
		CHECK(part != NULL && tp_journey_open(&j, part, part_size, &err) == TP_OK);
		CHECK(tp_builder_add_journey(&b, &j, &err) == TP_OK);
		free(part);
	}
	again = model_finish(&b, &again_size, &err);
	CHECK(again != NULL && again_size == size && memcmp(again, image, size) == 0);
	free(again);
	tp_builder_release(&b);
}

/* One journey in every respect; m is in the order of insertion and is settled here. */
static void
check_journey(check_random *r, model_contact *m, int n)
{
	model_contact *given = malloc(sizeof(*m) * ((size_t) n + 1));
	uint8_t		forms[TP_COLUMNS];
	size_t		size = 0;
	uint8_t    *image;
	tp_journey	j;
	int			kept;

	memcpy(given, m, sizeof(*m) * (size_t) n);
	image = model_encode(m, n, &size, &err);
	kept = model_settle(m, n);
	if (kept < 0)
	{
		CHECK(image == NULL && err.status == TP_BAD_ARGUMENT && err.hint[0] != '\0');
		free(given);
		return;
	}
	CHECK(image != NULL);
	if (image == NULL)
	{
		printf("%s\n", err.message);
		free(given);
		return;
	}
	CHECK_INT(size, model_image(m, kept, forms));
	CHECK(tp_journey_open(&j, image, size, &err) == TP_OK);
	CHECK(model_same_forms(&j, forms));
	CHECK_INT(j.count, kept);
	check_reading(&j, m, kept);
	check_scores(&j, m, kept);
	check_total(&j, m, kept, TP_COST);
	check_total(&j, m, kept, TP_VALUE);
	check_header(&j);
	check_forms(&j, m, kept);
	check_ways(r, given, n, image, size);
	free(image);
	free(given);
}

static void
check_random_journeys(void)
{
	model_contact *m = malloc(sizeof(*m) * ROOM);
	check_random r = {10};

	for (int i = 0; i < 6000; i++)
	{
		int			n = model_random(&r, m, i % 50 == 0 ? ROOM : 200);

		check_journey(&r, m, n);
	}
	free(m);
}

/* The order of journeys is the order of their contacts, and equal only where the bytes are. */
static void
check_order(void)
{
	enum
	{
		N = 60
	};
	static model_contact m[N][4];
	static int	counts[N];
	uint8_t    *images[N];
	size_t		sizes[N];
	tp_journey	j[N];
	check_random r = {11};

	for (int i = 0; i < N; i++)
	{
		counts[i] = (int) check_below(&r, 4);
		for (int k = 0; k < counts[i]; k++)
		{
			model_set(&m[i][k], check_below(&r, 2) ? "w" : "", check_below(&r, 2) ? "a" : "b", "");
			m[i][k].c.time = check_below(&r, 2);
			m[i][k].c.has = (uint8_t) (check_below(&r, 2) ? TP_HAS_SCORE : check_below(&r, 2) ? TP_HAS_VALUE : 0);
			m[i][k].c.score = check_below(&r, 2);
			m[i][k].c.value = check_below(&r, 2) - 0.5;
		}
		images[i] = model_encode(m[i], counts[i], &sizes[i], &err);
		counts[i] = model_settle(m[i], counts[i]);
		CHECK(tp_journey_open(&j[i], images[i], sizes[i], &err) == TP_OK);
	}
	for (int i = 0; i < N; i++)
		for (int k = 0; k < N; k++)
		{
			int			want = 0,
						got = 99;

			for (int at = 0; want == 0 && at < counts[i] && at < counts[k]; at++)
				want = sign(model_compare(&m[i][at], &m[k][at]));
			if (want == 0)
				want = sign(counts[i] - counts[k]);
			CHECK(tp_journey_compare(&check_memory, &j[i], &j[k], &got, &err) == TP_OK);
			CHECK_INT(got, want);
			CHECK((got == 0) == (sizes[i] == sizes[k] && memcmp(images[i], images[k], sizes[i]) == 0));
		}
	for (int i = 0; i < N; i++)
		free(images[i]);
}

/* Ids: what merges, what stays a bag, what is refused. */
static void
check_ids(void)
{
	static const struct
	{
		const char *text;
		const char *canonical;	/* NULL: refused */
		const char *message;
	}			cases[] = {
		{"{a@2026-01-05T10:00:00Z id=1, a@2026-01-05T10:00:00Z id=1}", "{a@2026-01-05T10:00:00Z id=1}", NULL},
		{"{a@2026-01-05T10:00:00Z score=5 id=1, a@2026-01-05T10:00:00Z score=4 value=9 id=1}",
		"{a@2026-01-05T10:00:00Z score=5 id=1}", NULL},
		{"{a@2026-01-05T10:00:00Z score=5 id=1, a@2026-01-05T10:00:00Z value=9 id=1, a@2026-01-05T10:00:00Z score=5 by=company id=1}",
		"{a@2026-01-05T10:00:00Z score=5 by=company id=1}", NULL},
		{"{a@2026-01-05T10:00:00Z, a@2026-01-05T10:00:00Z}", "{a@2026-01-05T10:00:00Z, a@2026-01-05T10:00:00Z}", NULL},
		{"{a@2026-01-05T10:00:00Z id=1, a@2026-01-05T10:00:00Z}",
		"{a@2026-01-05T10:00:00Z, a@2026-01-05T10:00:00Z id=1}", NULL},
		{"{a@2026-01-05T10:00:00Z id=1, b@2026-01-05T10:00:00Z id=1}", NULL, "id 1 stands on two different touchpoints"},
		{"{a@2026-01-05T10:00:00Z id=1, a@2026-01-05T10:00:01Z id=1}", NULL, "id 1 stands on two different times"},
		{"{a@2026-01-05T10:00:01Z id=7, b@2026-01-05T10:00:00Z id=7}", NULL, "id 7 stands on two different times"},
		{"{a@2026-01-05T10:00:00Z id=1, c@2026-01-05T10:00:00Z id=2, a@2026-01-05T10:00:01Z id=3, b@2026-01-05T10:00:02Z id=2}",
		NULL, "id 2 stands on two different times"},
		{"{}", "{}", NULL},
		{" { } ", "{}", NULL}
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		tp_builder	b;
		uint8_t    *image;
		size_t		size;

		tp_builder_init(&b, &check_memory);
		CHECK(tp_journey_parse(&b, cases[i].text, strlen(cases[i].text), &err) == TP_OK);
		image = model_finish(&b, &size, &err);
		CHECK((image != NULL) == (cases[i].canonical != NULL));
		if (image != NULL)
		{
			tp_journey	j;
			tp_buffer	text;

			CHECK(tp_journey_open(&j, image, size, &err) == TP_OK);
			tp_buffer_init(&text, &check_memory);
			CHECK(tp_journey_write(&text, &j, &err) == TP_OK);
			tp_buffer_byte(&text, '\0');
			CHECK_TEXT(text.data, cases[i].canonical);
			tp_buffer_release(&text);
		}
		else
		{
			CHECK(err.status == TP_BAD_ARGUMENT && err.hint[0] != '\0');
			CHECK_TEXT(err.message, cases[i].message);
		}
		free(image);
		tp_builder_release(&b);
	}
}

static void
check_bad_text(void)
{
	static const refused_text bad[] = {
		{"", TP_BAD_TEXT, "Expected {", 1},
		{"a@2026-01-05T10:00:00Z", TP_BAD_TEXT, "Expected {", 1},
		{"{", TP_BAD_TEXT, "label is missing", 2},
		{"{{", TP_BAD_TEXT, "label is missing", 2},
		{"{,", TP_BAD_TEXT, "label is missing", 2},
		{"{a", TP_BAD_TEXT, "Expected @", 3},
		{"{a@2026-01-05T10:00:00Z", TP_BAD_TEXT, "Expected , or }", 24},
		{"{a@2026-01-05T10:00:00Z,", TP_BAD_TEXT, "label is missing", 25},
		{"{a@2026-01-05T10:00:00Z,}", TP_BAD_TEXT, "label is missing", 25},
		{"{a@2026-01-05T10:00:00Z score=x}", TP_BAD_TEXT, "number", 31},
		{"{a@2026-01-05T10:00:00Z score=nan}", TP_OUT_OF_RANGE, "finite", 31},
		{"{a@2026-01-05T10:00:00Z}}", TP_BAD_TEXT, "behind }", 25},
		{"{a@2026-01-05T10:00:00Z} {}", TP_BAD_TEXT, "behind }", 26},
		{"{}x", TP_BAD_TEXT, "behind }", 3},
		{"{\x01}", TP_BAD_TEXT, "Control character", 2}
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		tp_builder	b;

		tp_builder_init(&b, &check_memory);
		check_refusal(&bad[i], tp_journey_parse(&b, bad[i].text, strlen(bad[i].text), &err), &err, "malformed journey");
		tp_builder_release(&b);
	}
}

int
main(void)
{
	check_ids();
	check_bad_text();
	check_order();
	check_random_journeys();
	return CHECK_DONE();
}
