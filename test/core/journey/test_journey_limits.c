/*
 * test_journey_limits.c
 *	  Journeys at their edges: widths of columns, sizes of dictionaries, the summary's threshold;
 *	  hostile bytes, no memory, too much of it.
 */
#include "check.h"

#include <time.h>

#include <float.h>

#include "model.h"
#include "journey/tp_wire.h"
#include "passage.h"

static tp_error err;

/* The form byte that a column of these contacts takes, which must read back. */
static int
form_of(model_contact *m, int n, tp_column column)
{
	size_t		size = 0;
	uint8_t    *image = model_encode(m, n, &size, &err);
	uint8_t		forms[TP_COLUMNS];
	tp_journey	j;
	int			form;

	CHECK(image != NULL && tp_journey_open(&j, image, size, &err) == TP_OK);
	CHECK_INT(size, model_image(m, n, forms));
	CHECK(model_same_forms(&j, forms));
	for (int i = 0; i < n; i++)
	{
		tp_contact	c;

		tp_journey_contact(&j, (uint32_t) i, &c);
		CHECK(c.has == m[i].c.has && c.time == m[i].c.time);
		CHECK(!(c.has & TP_HAS_SCORE) || c.score == m[i].c.score);
		CHECK(!(c.has & TP_HAS_ID) || c.id == m[i].c.id);
		CHECK(!(c.has & TP_HAS_DURATION) || c.duration == m[i].c.duration);
	}
	form = column == TP_ID ? j.id_form : j.form[column] | j.scale[column] << 4;
	free(image);
	return form;
}

#define FORM(form, scale) ((form) | (scale) << 4)

static void
check_number_widths(model_contact *m)
{
	static const struct
	{
		double		low,
					high;
		int			form;
	}			numbers[] = {
		{0, 127, FORM(TP_FORM_1, 0)}, {-127, 0, FORM(TP_FORM_1, 0)}, {0, 128, FORM(TP_FORM_2, 0)},
		{-128, 0, FORM(TP_FORM_2, 0)}, {0, 32767, FORM(TP_FORM_2, 0)}, {-32767, 0, FORM(TP_FORM_2, 0)},
		{0, 32768, FORM(TP_FORM_4, 0)}, {-32768, 0, FORM(TP_FORM_4, 0)}, {0, 2147483647, FORM(TP_FORM_4, 0)},
		{-2147483647, 0, FORM(TP_FORM_4, 0)}, {0, 2147483648.0, FORM(TP_FORM_REAL, 0)},
		{-2147483648.0, 0, FORM(TP_FORM_REAL, 0)}, {0, 2147483649.0, FORM(TP_FORM_8, 0)},
		{0, (double) FLT_MAX, FORM(TP_FORM_REAL, 0)}, {0.25, (double) 0.1F, FORM(TP_FORM_REAL, 0)},
		{0, 0x1p-149, FORM(TP_FORM_REAL, 0)}, {0, 0x1p-150, FORM(TP_FORM_8, 0)}, {0.1, (double) 0.1F, FORM(TP_FORM_8, 0)}, {1, 12.7, FORM(TP_FORM_1, 1)}, {1, 12.8, FORM(TP_FORM_2, 1)},
		{-12.7, 1.5, FORM(TP_FORM_1, 1)}, {1.27, 0, FORM(TP_FORM_1, 2)}, {1e-15, 1.27e-13, FORM(TP_FORM_1, 15)},
		{1e-15, 1.28e-13, FORM(TP_FORM_2, 15)}, {1e-16, 1, FORM(TP_FORM_8, 0)},
		{0.1, 214748364.7, FORM(TP_FORM_4, 1)}, {0.1, 214748364.8, FORM(TP_FORM_8, 0)},
		{1e-15, 1, FORM(TP_FORM_8, 0)}, {1e-6, 2147.483647, FORM(TP_FORM_4, 6)},
		{0.5, 1.0 / 3, FORM(TP_FORM_8, 0)}, {0.1, 0.30000000000000004, FORM(TP_FORM_8, 0)},
		{0, 5e-324, FORM(TP_FORM_8, 0)}, {-1e308, 1e308, FORM(TP_FORM_8, 0)}
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
	{
		for (int unknown = 0; unknown < 2; unknown++)
		{
			m[0].c.has = m[1].c.has = TP_HAS_SCORE;
			m[0].c.score = numbers[i].low;
			m[1].c.score = numbers[i].high;
			CHECK_INT(form_of(m, 2 + unknown, TP_SCORE), numbers[i].form);
		}
	}
}

static void
check_id_widths(model_contact *m)
{
	static const struct
	{
		int64_t		low,
					high;
		int			form;
	}			ids[] = {
		{0, 127, TP_FORM_1}, {-127, 1, TP_FORM_1}, {0, 128, TP_FORM_2}, {-128, 1, TP_FORM_2}, {0, 32767, TP_FORM_2},
		{0, 32768, TP_FORM_3}, {-32768, 0, TP_FORM_3}, {0, 0x7FFFFF, TP_FORM_3}, {-0x800000, 0, TP_FORM_4},
		{0, INT32_MAX, TP_FORM_4}, {INT32_MIN, 0, TP_FORM_6}, {0, INT64_C(2147483648), TP_FORM_6},
		{-INT64_C(0x7FFFFFFFFFFF), 0, TP_FORM_6}, {0, INT64_C(0x800000000000), TP_FORM_8}, {INT64_MIN, INT64_MAX, TP_FORM_8}
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
	{
		m[0].c.has = m[1].c.has = TP_HAS_ID;
		m[0].c.id = ids[i].low;
		m[1].c.id = ids[i].high;
		CHECK_INT(form_of(m, 2, TP_ID), ids[i].form);
		/* of twenty, most of them unknown, it may pay to count from the least: as the model has it */
		form_of(m, 20, TP_ID);
	}
}

static void
check_time_widths(model_contact *m)
{
	static const struct
	{
		int64_t		span;
		int			form;
	}			times[] = {
		{0, TP_FORM_ABSENT}, {1, FORM(TP_FORM_1, 0)}, {255, FORM(TP_FORM_1, 0)}, {256, FORM(TP_FORM_2, 0)},
		{65535, FORM(TP_FORM_2, 0)}, {65536, FORM(TP_FORM_3, 0)}, {16777215, FORM(TP_FORM_3, 0)},
		{16777217, FORM(TP_FORM_4, 0)}, {1000, FORM(TP_FORM_1, 1)},
		{255000, FORM(TP_FORM_1, 1)}, {256000, FORM(TP_FORM_2, 1)}, {1000000, FORM(TP_FORM_1, 2)},
		{60000000, FORM(TP_FORM_1, 3)}, {61000000, FORM(TP_FORM_1, 2)}, {INT64_C(3600000000), FORM(TP_FORM_1, 4)},
		{INT64_C(86400000000), FORM(TP_FORM_1, 5)}, {INT64_C(86400000000) * 255, FORM(TP_FORM_1, 5)},
		{INT64_C(86400000000) * 256, FORM(TP_FORM_2, 5)}, {INT64_C(4294967295), FORM(TP_FORM_4, 0)},
		{INT64_C(4294967297), FORM(TP_FORM_6, 0)}, {INT64_C(0xFFFFFFFFFFFF), FORM(TP_FORM_6, 0)},
		{INT64_C(0x1000000000001), FORM(TP_FORM_8, 0)}, {INT64_C(4294967295) * 1000, FORM(TP_FORM_4, 1)}
	};

	m[0].c.has = m[1].c.has = 0;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
	{
		m[1].c.time = times[i].span;
		CHECK_INT(form_of(m, 2, TP_TIME), times[i].form);
	}
	m[0].c.time = TP_TIME_MIN;
	m[1].c.time = TP_TIME_END - 1;
	CHECK_INT(form_of(m, 2, TP_TIME), FORM(TP_FORM_8, 0));
}

static void
check_duration_widths(model_contact *m)
{
	static const struct
	{
		int64_t		greatest;
		int			form;
	}			durations[] = {
		{0, FORM(TP_FORM_1, 5)}, {254, FORM(TP_FORM_1, 0)}, {255, FORM(TP_FORM_2, 0)}, {65534, FORM(TP_FORM_2, 0)},
		{65535, FORM(TP_FORM_3, 0)}, {16777214, FORM(TP_FORM_3, 0)}, {16777215, FORM(TP_FORM_4, 0)},
		{INT64_C(4294967294), FORM(TP_FORM_4, 0)}, {INT64_C(4294967295), FORM(TP_FORM_6, 0)},
		{INT64_C(0xFFFFFFFFFFFE), FORM(TP_FORM_6, 0)}, {INT64_C(0xFFFFFFFFFFFF), FORM(TP_FORM_8, 0)},
		{INT64_MAX, FORM(TP_FORM_8, 0)}, {180000000, FORM(TP_FORM_1, 3)}, {INT64_C(255) * 60000000, FORM(TP_FORM_2, 3)},
		{INT64_C(3600000000), FORM(TP_FORM_1, 4)}, {INT64_C(86400000000), FORM(TP_FORM_1, 5)}
	};

	m[0].c.time = 0;
	m[1].c.time = 1;
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++)
	{
		m[0].c.has = m[1].c.has = TP_HAS_DURATION;
		m[0].c.duration = 0;
		m[1].c.duration = durations[i].greatest;
		CHECK_INT(form_of(m, 2, TP_DURATION), durations[i].form);
		CHECK_INT(form_of(m, 3, TP_DURATION), durations[i].form);
	}
}

/* A constant from eight bytes on; then an equal number of bytes goes to the lower form. */
static void
check_constant_widths(model_contact *m)
{
	for (int n = 1; n <= 16; n++)
	{
		for (int i = 0; i < n; i++)
		{
			m[i].c.has = TP_HAS_SCORE | TP_HAS_VALUE | TP_HAS_DURATION | 2 << TP_BY_SHIFT;
			m[i].c.score = 4;
			m[i].c.value = 1.0 / 3;
			m[i].c.duration = 1000;
		}
		CHECK_INT(form_of(m, n, TP_SCORE), n < 8 ? TP_FORM_1 : TP_FORM_CONSTANT);
		CHECK_INT(form_of(m, n, TP_DURATION), n < 8 ? FORM(TP_FORM_1, 1) : TP_FORM_CONSTANT);
		CHECK_INT(form_of(m, n, TP_INITIATOR), n < 8 ? TP_FORM_1 : TP_FORM_CONSTANT);
		CHECK_INT(form_of(m, n, TP_VALUE), TP_FORM_CONSTANT);
	}
}

static void
check_widths(void)
{
	model_contact m[20];

	for (int i = 0; i < 20; i++)
	{
		model_set(&m[i], "", "a", "");
		m[i].c.time = i;
	}
	check_number_widths(m);
	check_id_widths(m);
	check_time_widths(m);
	check_duration_widths(m);
	check_constant_widths(m);
}

/* A constant column sums as its decimals would. */
static void
check_constant_sums(void)
{
	for (int n = 1; n <= 30; n++)
	{
		model_contact m[30];
		size_t		size = 0;
		uint8_t    *image;
		tp_journey	j;
		double		sum = 0;
		tp_scores	scores;
		char		text[32];

		for (int i = 0; i < n; i++)
		{
			model_set(&m[i], "", "a", "");
			m[i].c.time = i;
			m[i].c.has = TP_HAS_COST | TP_HAS_SCORE;
			m[i].c.cost = m[i].c.score = 0.1;
		}
		image = model_encode(m, n, &size, &err);
		CHECK(image != NULL && tp_journey_open(&j, image, size, &err) == TP_OK);
		snprintf(text, sizeof(text), "%d.%d", n / 10, n % 10);
		CHECK(tp_journey_total(&j, TP_COST, &sum) && sum == strtod(text, NULL));
		tp_journey_scores(&j, &scores);
		CHECK(scores.sum == strtod(text, NULL));
		free(image);
	}
}

/* Contacts with n different touchpoints; the labels as short as may be. */
static size_t
many_touchpoints(char *text, size_t size, int n, const char *suffix)
{
	size_t		len = 0;

	for (int i = 0; i < n; i++)
		len += (size_t) snprintf(text + len, size - len, "%s%x@2026-01-05T10:00Z%s", i ? "," : "{", (unsigned) i, suffix);
	return len + (size_t) snprintf(text + len, size - len, "}");
}

static void
check_dictionaries(void)
{
	static const int sizes[] = {1, 2, 255, 256, 257, 4096, 65535, 65536};
	size_t		room = 65536 * 30;
	char	   *text = malloc(room);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
	{
		uint32_t	n = (uint32_t) sizes[i];
		size_t		len = many_touchpoints(text, room, (int) n, ""),
					size = 0;
		tp_builder	b;
		uint8_t    *image;
		tp_journey	j;
		tp_touchpoint *entries;
		bool	   *seen = calloc(n, 1);

		tp_builder_init(&b, &check_memory);
		if (n > TP_DICTIONARY_MAX)
		{
			CHECK(tp_journey_parse(&b, text, len, &err) == TP_PAST_LIMIT);
			CHECK(err.status == TP_PAST_LIMIT && strstr(err.message, "65535") != NULL && err.hint[0] != '\0');
			tp_builder_release(&b);
			free(seen);
			continue;
		}
		CHECK(tp_journey_parse(&b, text, len, &err) == TP_OK);
		image = model_finish(&b, &size, &err);
		CHECK(image != NULL && tp_journey_open(&j, image, size, &err) == TP_OK);
		CHECK_INT(j.entries, n);
		CHECK_INT(j.code_width, n == 1 ? 0 : n <= 256 ? 1 : 2);
		entries = malloc(sizeof(tp_touchpoint) * (n + 1));
		CHECK(tp_journey_dictionary(&j, entries, &err) == TP_OK);
		for (uint32_t k = 0; k < n; k++)
		{
			char		label[16] = "";
			unsigned	v = 0;

			memcpy(label, entries[tp_journey_code(&j, k)].label, entries[tp_journey_code(&j, k)].label_len);
			CHECK(sscanf(label, "%x", &v) == 1 && v < n && !seen[v]);
			seen[v < n ? v : 0] = true;
		}
		free(entries);
		free(image);
		free(seen);
		tp_builder_release(&b);
	}
	free(text);
}

/* One byte below and at the size that takes a summary; and the limit of contacts. */
static void
check_thresholds(void)
{
	for (int label = 200; label < 256; label++)
	{
		model_contact m[2];
		char		name[256];
		size_t		size = 0;
		uint8_t    *image;

		memset(name, 'x', sizeof(name));
		name[label] = '\0';
		model_set(&m[0], "", name, "");
		model_set(&m[1], name, "y", "");
		/* 24 of a long head, or 14 of a short one, + 2 codes + 2 + label + 2 + label + 1 + 8 of time */
		m[1].c.time = INT64_C(0x1000000000001);
		image = model_encode(m, 2, &size, &err);
		CHECK(image != NULL);
		CHECK_INT(size, 2 + 16 + 5 + 2 * label + (24 + 2 + 16 + 5 + 2 * label >= 512 ? 24 + 72 : 14));
		CHECK_INT(image[1], size >= 512 ? TP_FLAG_SUMMARY : TP_FLAG_SHORT);
		free(image);
	}
	for (int n = 470; n < 500; n++)
	{
		model_contact *m = calloc((size_t) n, sizeof(*m));
		size_t		size = 0;
		uint8_t    *image;
		tp_journey	j;

		for (int i = 0; i < n; i++)
		{
			model_set(&m[i], "", "abc", "");
			m[i].c.has = TP_HAS_SCORE;
			m[i].c.score = i % 100;
		}
		image = model_encode(m, n, &size, &err);
		CHECK(image != NULL && tp_journey_open(&j, image, size, &err) == TP_OK);
		/* 24 + n + 4 */
		CHECK(tp_journey_has_summary(&j) == (n >= 512 - 28));
		free(image);
		free(m);
	}
	{
		tp_builder	b;
		tp_contact	c = {.time = 0};
		uint8_t		entry[TP_ENTRY_MAX] = {0, 1, 0, 'a'};

		tp_builder_init(&b, &check_memory);
		b.count = TP_CONTACTS_MAX - 1;
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_OK);
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_PAST_LIMIT);
		CHECK(err.status == TP_PAST_LIMIT && err.hint[0] != '\0' && strstr(err.message, "16777215") != NULL);
		tp_builder_release(&b);
	}
}

/* All that a text goes through, and questions of what it has become, in one store. */
static tp_status
whole_way(check_store *store, const char *text)
{
	passage		p;
	tp_status	status;
	uint16_t	class_of[64];
	tp_touchpoint entries[64];
	int			order;

	memset(&err, 0, sizeof(err));
	status = pass_through(&p, &store->mem, text, strlen(text), &err);
	if (status == TP_OK)
		CHECK(p.back.len == p.out.len && memcmp(p.back.data, p.out.data, p.out.len) == 0);
	if (status == TP_OK)
		status = tp_journey_compare(&store->mem, &p.j, &p.j, &order, &err);
	if (status == TP_OK)
		status = tp_journey_dictionary(&p.j, entries, &err);
	if (status == TP_OK)
		status = tp_part_classes(&store->mem, entries, p.j.entries, TP_PART_LABEL, class_of, &err);
	passage_release(&p);
	return status;
}

static void
check_no_memory(void)
{
	char		text[8192] = "{";
	check_store store;
	long		calls;

	/* out of order, with ids out of order, more touchpoints than are searched one by one */
	for (int i = 0; i < 40; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
				 "%sc%d/l%d@2026-01-%02dT10:%02d:00Z score=%d.5 cost=%d duration=PT%dM id=%d", i ? ", " : "", i % 3, i % 20,
				 31 - i % 31, i % 60, i % 7, i, i, 100 - i);
	strcat(text, "}");
	check_store_init(&store);
	CHECK(whole_way(&store, text) == TP_OK);
	CHECK(store.chunks == 0 && store.live == 0);
	calls = store.calls;
	CHECK(calls > 30);
	for (long fail_at = 1; fail_at <= calls; fail_at++)
	{
		check_store_init(&store);
		store.fail_at = fail_at;
		CHECK(whole_way(&store, text) == TP_NO_MEMORY && err.status == TP_NO_MEMORY);
		CHECK(store.chunks == 0 && store.live == 0);
	}
}

static double
seconds_since(clock_t begin)
{
	return (double) (clock() - begin) / CLOCKS_PER_SEC;
}

/* Peak of memory while text, or a message, becomes a journey; what comes of it is status. */
static void
check_bound(const char *name, const char *input, size_t len, bool binary, tp_status want)
{
	check_store store;
	tp_buffer	out;
	clock_t		begin = clock();
	tp_status	status;

	memset(&err, 0, sizeof(err));
	check_store_init(&store);
	tp_buffer_init(&out, &store.mem);
	if (binary)
		status = tp_wire_read_journey(&store.mem, input, len, &out, &err);
	else
	{
		tp_builder	b;

		tp_builder_init(&b, &store.mem);
		status = tp_journey_parse(&b, input, len, &err);
		if (status == TP_OK)
			status = tp_builder_finish(&b, &store.mem, &out, &err);
		tp_builder_release(&b);
	}
	CHECK_INT(status, want);
	if (status != TP_OK)
		CHECK(err.status == status && err.message[0] != '\0' && err.hint[0] != '\0');
	if (getenv("TP_CHECK_VERBOSE"))
		printf("%-44s %9zu bytes, peak %10zu = %5.2f x, %.2f s\n", name, len, store.peak,
			   (double) store.peak / (double) len, seconds_since(begin));
	if (store.peak > 8 * len + 65536)
		printf("%s: %zu bytes took %zu, %zu more than allowed\n", name, len, store.peak, store.peak - 8 * len - 65536);
	CHECK(store.peak <= 8 * len + 65536);
	CHECK(seconds_since(begin) < 20);
	tp_buffer_release(&out);
	CHECK(store.chunks == 0);
}

/* Shortest labels, n of them: of one, two and three characters that need no quotes. */
static const char *
short_label(uint32_t i)
{
	static const char bare[] = "!#$%&'()+-.0123456789;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz|~";
	static char label[8];
	uint32_t	base = sizeof(bare) - 1;
	int			n = 0;

	for (i++; i > 0; i = (i - 1) / base)
		label[n++] = bare[(i - 1) % base];
	label[n] = '\0';
	return label;
}

static void
put_big(char **at, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*(*at)++ = (char) (v >> (8 * (bytes - 1 - i)));
}

/*
 * A message of n contacts over n_entries touchpoints, shortest of all. Times are as wide as they
 * get; contacts at one time are not in touchpoint order, so that they are sorted again.
 */
static size_t
make_message(char *message, uint32_t n, uint32_t n_entries, bool backwards, uint8_t has)
{
	char	   *at = message;

	put_big(&at, 1, 1);
	put_big(&at, 0, 1);
	put_big(&at, n, 4);
	put_big(&at, n_entries, 2);
	for (uint32_t i = 0; i < n_entries; i++)
	{
		const char *label = short_label(backwards ? n_entries - 1 - i : i);

		put_big(&at, 0, 2);
		put_big(&at, strlen(label), 2);
		put_big(&at, 0, 2);
		memcpy(at, label, strlen(label));
		at += strlen(label);
	}
	for (uint32_t i = 0; i < n; i++)
	{
		put_big(&at, i % n_entries, 2);
		put_big(&at, has, 1);
		put_big(&at, i < n / 2 ? 0 : UINT64_C(0x700000000001), 8);
		for (int bit = 1; bit < 0x40; bit <<= 1)
			if (has & bit)
				put_big(&at, bit == TP_HAS_ID ? i : bit == TP_HAS_DURATION ? 7 : UINT64_C(0x3FD5555555555555), 8);
	}
	return (size_t) (at - message);
}

/* Ten megabytes of nothing. */
static void
check_bounds_of_nothing(char *text)
{
	memset(text, '{', 10000000);
	text[10000000] = '\0';
	check_bound("open braces", text, 10000000, false, TP_BAD_TEXT);
	memset(text, ' ', 10000000);
	check_bound("blanks", text, 10000000, false, TP_BAD_TEXT);
	text[0] = '{';
	check_bound("blanks in a brace", text, 10000000, false, TP_BAD_TEXT);
	text[1] = 'a';
	check_bound("blanks behind a label", text, 10000000, false, TP_BAD_TEXT);
	text[9999999] = 'b';
	check_bound("blanks within a label", text, 10000000, false, TP_PAST_LIMIT);
	memset(text + 1, '*', 9999999);
	check_bound("stars", text, 10000000, false, TP_BAD_TEXT);
	memset(text + 1, '"', 9999999);
	check_bound("quotes", text, 10000000, false, TP_BAD_TEXT);
	memset(text + 1, 'a', 9999999);
	check_bound("one label", text, 10000000, false, TP_PAST_LIMIT);
	strcpy(text, "{a@2026-01-05T10:00Z score=");
	memset(text + strlen(text), '7', 10000000 - strlen(text));
	text[10000000] = '\0';
	check_bound("one number", text, 10000000, false, TP_OUT_OF_RANGE);
	text[27] = '.';
	text[9999999] = '}';
	check_bound("one fraction", text, 10000000, false, TP_OK);
	memcpy(text + 21, "id=777", 6);
	text[27] = '7';
	check_bound("one id", text, 10000000, false, TP_OUT_OF_RANGE);
	memcpy(text + 21, "duration=PT", 11);
	check_bound("one duration", text, 10000000, false, TP_BAD_TEXT);
	text[9999998] = 'S';
	check_bound("one long duration", text, 10000000, false, TP_OUT_OF_RANGE);
}

static void
check_bounds_of_contacts(char *text)
{
	size_t		len;

	/* minimal contacts: one touchpoint, times equal, falling, far apart */
	for (int shape = 0; shape < 3; shape++)
	{
		len = 0;
		for (int i = 0; len < 10000000; i++)
		{
			if (shape == 0)
				len += (size_t) sprintf(text + len, "%ca@2026-01-05T10:00Z", i ? ',' : '{');
			else
				len += (size_t) sprintf(text + len, "%c%c@%04d-01-05T10:00Z", i ? ',' : '{', shape == 1 ? 'a' : 'a' + i % 26,
										9999 - i % 9999);
		}
		len += (size_t) sprintf(text + len, "}");
		check_bound(shape == 0 ? "minimal contacts, equal" : shape == 1 ? "minimal contacts, falling" :
					"minimal contacts, two bytes", text, len, false, TP_OK);
	}
	/* ordinary contacts */
	len = 0;
	for (int i = 0; len < 5000000; i++)
		len += (size_t) sprintf(text + len, "%cweb/page %d@2026-01-05T10:%02d:%02dZ score=%d.5 cost=0.%d id=%d", i ? ',' : '{',
								i % 40, i / 60 % 60, i % 60, i % 5, i % 7 + 1, i);
	len += (size_t) sprintf(text + len, "}");
	check_bound("ordinary contacts", text, len, false, TP_OK);
	/* the same id ten thousand times, then on two touchpoints */
	len = 0;
	for (int i = 0; i < 100000; i++)
		len += (size_t) sprintf(text + len, "%ca@2026-01-05T10:00Z id=1", i ? ',' : '{');
	check_bound("one id again and again", text, len + (size_t) sprintf(text + len, "}"), false, TP_OK);
	check_bound("one id on two touchpoints", text,
				len + (size_t) sprintf(text + len, ",b@2026-01-05T10:00Z id=1}"), false, TP_BAD_ARGUMENT);
}

/* Different touchpoints, as short as they get, in text and in a message. */
static void
check_bounds_of_touchpoints(char *text)
{
	static const uint32_t counts[] = {9, 100, 1000, 4097, 8193, 16385, 32769, 40000, 50000, 65535};
	char		name[64];

	for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++)
	{
		size_t		len = 0;

		for (uint32_t i = 0; i < counts[k]; i++)
			len += (size_t) sprintf(text + len, "%c%s@%04d-01-05T10:00Z", i ? ',' : '{', short_label(i), 9999 - (int) i % 9999);
		len += (size_t) sprintf(text + len, "}");
		snprintf(name, sizeof(name), "%u touchpoints", counts[k]);
		check_bound(name, text, len, false, TP_OK);
		snprintf(name, sizeof(name), "message of %u touchpoints", counts[k]);
		check_bound(name, text, make_message(text, counts[k], counts[k], false, 0), true, TP_OK);
		snprintf(name, sizeof(name), "message of %u touchpoints, backwards", counts[k]);
		check_bound(name, text, make_message(text, counts[k], counts[k], true, 0), true, TP_OK);
		snprintf(name, sizeof(name), "message of %u contacts", 10 * counts[k]);
		check_bound(name, text, make_message(text, 10 * counts[k], 257 > counts[k] ? 1 : 257, true, 0), true, TP_OK);
		check_bound("the same with ids", text, make_message(text, 5 * counts[k], 257 > counts[k] ? 1 : 257, true, 1), true,
					TP_OK);
		check_bound("the same with all fields", text,
					make_message(text, 2 * counts[k], 257 > counts[k] ? 1 : 257, true, 0xFF), true, TP_OK);
	}
	check_bound("message of a million contacts", text, make_message(text, 1048577, 2, true, 0), true, TP_OK);
}

static void
check_bounds(void)
{
	char	   *text = malloc(12000000 + 1);

	check_bounds_of_nothing(text);
	check_bounds_of_contacts(text);
	check_bounds_of_touchpoints(text);
	free(text);
}

/* Messages that claim what they do not hold, or hold what write would not have written. */
static void
check_messages(void)
{
	static const struct
	{
		const char *bytes;
		size_t		size;
	}			bad[] = {
		{"", 0}, {"\1", 1}, {"\3\0\0\0\0\0\0\0", 8}, {"\2\0\0\0\0\0\0\0\0\0\0\0", 12}, {"\1\1\0\0\0\0\0\0", 8}, {"\1\0\0\0\0\0\0", 7},
		/* two billion contacts and sixteen million in twenty bytes */
		{"\1\0\x7f\xff\xff\xff\xff\xff\0\0\0\1\0\0" "a\0\0\0\0\0", 20},
		{"\1\0\0\xff\xff\xff\xff\xff\0\0\0\1\0\0" "a\0\0\0\0\0", 20},
		{"\1\0\0\0\0\1\xff\xff\0\0\0\1\0\0" "a\0\0\0\0\0", 20},
		/* bytes behind its end */
		{"\1\0\0\0\0\0\0\0x", 9},
		/* a touchpoint nobody uses */
		{"\1\0\0\0\0\0\0\1\0\0\0\1\0\0" "a", 15},
		/* a contact without touchpoints */
		{"\1\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 19},
		/* a code past the dictionary */
		{"\1\0\0\0\0\1\0\1\0\0\0\1\0\0" "a\0\1\0\0\0\0\0\0\0\0\0", 26},
		/* contacts out of order */
		{"\1\0\0\0\0\2\0\1\0\0\0\1\0\0" "a\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 37},
		/* an id twice, on one time and on two */
		{"\1\0\0\0\0\2\0\1\0\0\0\1\0\0" "a\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 53},
		{"\1\0\0\0\0\2\0\1\0\0\0\1\0\0" "a\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1", 53},
		/* a touchpoint twice */
		{"\1\0\0\0\0\2\0\2\0\0\0\1\0\0" "a\0\0\0\1\0\0" "a\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0", 44},
		/* the server's infinity as a time */
		{"\1\0\0\0\0\1\0\1\0\0\0\1\0\0" "a\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 26}
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		check_store store;
		tp_buffer	out;
		char	   *exact = malloc(bad[i].size + 1);

		memcpy(exact, bad[i].bytes, bad[i].size);
		exact = realloc(exact, bad[i].size > 0 ? bad[i].size : 1);
		check_store_init(&store);
		tp_buffer_init(&out, &store.mem);
		memset(&err, 0, sizeof(err));
		CHECK_INT(tp_wire_read_journey(&store.mem, exact, bad[i].size, &out, &err), TP_BAD_BINARY);
		CHECK(err.status == TP_BAD_BINARY && err.message[0] != '\0' && err.hint[0] != '\0');
		CHECK(store.peak < 2048);
		tp_buffer_release(&out);
		CHECK(store.chunks == 0);
		free(exact);
	}
}

/* A head that says what cannot be, and every image cut short. */
static void
check_damage(void)
{
	const char *text = "{s:c/a@2026-01-05T10:00:00Z score=4.5 id=1, c/b@2026-01-05T11:00:00.001Z value=1e300 duration=PT1M by=company id=99999999999, d@2026-01-06T00:00:00Z}";
	tp_builder	b;
	size_t		size = 0;
	uint8_t    *image,
			   *copy;
	tp_journey	j;
	tp_touchpoint entries[3];

	tp_builder_init(&b, &check_memory);
	CHECK(tp_journey_parse(&b, text, strlen(text), &err) == TP_OK);
	image = model_finish(&b, &size, &err);
	tp_builder_release(&b);
	CHECK(image != NULL);
	for (size_t n = 0; n < size; n++)
	{
		copy = malloc(n > 0 ? n : 1);
		memcpy(copy, image, n);
		CHECK((tp_journey_open(&j, copy, n, &err) == TP_OK ? tp_journey_dictionary(&j, entries, &err) : err.status) == TP_CORRUPT);
		CHECK(err.hint[0] != '\0');
		free(copy);
	}
	/* a short head: version, flags, counts, a column of times that is named twice, forms that are none */
	CHECK(image[1] == (TP_FLAG_SHORT | TP_FLAG_STAGES));
	copy = malloc(size);
	for (int at = 0; at < 18; at++)
	{
		static const uint8_t never[18] = {3, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 7, 0xFF, 7};

		memcpy(copy, image, size);
		copy[at] = never[at];
		if (at < 4 || at == 12 || at == 14 || at == 15 || at == 17)
			CHECK((tp_journey_open(&j, copy, size, &err) == TP_OK ? tp_journey_dictionary(&j, entries, &err) : TP_CORRUPT) ==
				  TP_CORRUPT);
	}
	CHECK(tp_journey_open(&j, image, size, &err) == TP_OK);
	/* codes past the dictionary */
	for (int i = 0; i < 3; i++)
	{
		memcpy(copy, image, size);
		CHECK(copy[j.codes - image + i] < 3);
		copy[j.codes - image + i] = 3;
		CHECK(tp_journey_open(&j, copy, size, &err) == TP_OK);
		CHECK(tp_journey_dictionary(&j, entries, &err) == TP_CORRUPT);
		CHECK(tp_journey_open(&j, image, size, &err) == TP_OK);
	}
	/* a version that is to come */
	memcpy(copy, image, size);
	copy[0] = 3;
	CHECK(tp_journey_open(&j, copy, size, &err) == TP_CORRUPT && strstr(err.message, "version 3") != NULL);
	free(copy);
	free(image);
}

int
main(void)
{
	check_widths();
	check_constant_sums();
	check_dictionaries();
	check_thresholds();
	check_no_memory();
	check_messages();
	check_damage();
	check_bounds();
	return CHECK_DONE();
}
