/*
 * test_touchpoint.c
 *	  Touchpoints, their order and text, parts, globs.
 */
#include "check.h"

#include "journey/tp_journey.h"
#include "journey/tp_touchpoint.h"

static tp_error err;
static uint8_t entry[TP_ENTRY_MAX];
static tp_glob glob;

#define MAKE(channel, label, stage) \
	make(channel, label, stage)

static tp_status
make(const char *channel, const char *label, const char *stage)
{
	memset(&err, 0, sizeof(err));
	return tp_touchpoint_make(channel, channel ? strlen(channel) : 0, label, strlen(label),
							  stage, stage ? strlen(stage) : 0, entry, &err);
}

static tp_status
parse(const char *text)
{
	memset(&err, 0, sizeof(err));
	return tp_touchpoint_parse(text, strlen(text), entry, &err);
}

static tp_status
parse_glob(const char *text)
{
	memset(&err, 0, sizeof(err));
	memset(&glob, 0xAA, sizeof(glob));	/* what the parser leaves alone must not matter */
	return tp_glob_parse(text, strlen(text), &glob, &err);
}

static const char *
take_text(tp_buffer *b)
{
	static char text[4096];

	CHECK(!b->failed && b->len < sizeof(text));
	if (b->len > 0)
		memcpy(text, b->data, b->len);
	text[b->len] = '\0';
	tp_buffer_release(b);
	return text;
}

static const char *
written(void)
{
	tp_touchpoint t = tp_entry_view(entry);
	tp_buffer	b;

	tp_buffer_init(&b, &check_memory);
	tp_touchpoint_write(&b, &t);
	return take_text(&b);
}

static const char *
glob_written(void)
{
	tp_buffer	b;

	tp_buffer_init(&b, &check_memory);
	tp_glob_write(&b, &glob);
	return take_text(&b);
}

static bool
parts_are(const char *channel, const char *label, const char *stage)
{
	tp_touchpoint t = tp_entry_view(entry);

	return t.channel_len == strlen(channel) && memcmp(t.channel, channel, t.channel_len) == 0 &&
		t.label_len == strlen(label) && memcmp(t.label, label, t.label_len) == 0 &&
		t.stage_len == strlen(stage) && memcmp(t.stage, stage, t.stage_len) == 0;
}

static bool
has_words(tp_status status)
{
	return err.status == status && err.message[0] != '\0' && err.hint[0] != '\0';
}

static void
check_text(void)
{
	static const struct
	{
		const char *text;
		const char *channel,
				   *label,
				   *stage;
		const char *canonical;
	}			good[] = {
		{"billboard", "", "billboard", "", "billboard"},
		{"web/checkout", "web", "checkout", "", "web/checkout"},
		{"use:app/push notification", "app", "push notification", "use", "use:app/push notification"},
		{"use:checkout", "", "checkout", "use", "use:checkout"},
		{"\xe5\x8a\x9e\xe7\x90\x86:\xe8\x90\xa5\xe4\xb8\x9a\xe5\x8e\x85/\xe7\xad\x89\xe5\x80\x99\xe5\x8c\xba",
			"\xe8\x90\xa5\xe4\xb8\x9a\xe5\x8e\x85", "\xe7\xad\x89\xe5\x80\x99\xe5\x8c\xba", "\xe5\x8a\x9e\xe7\x90\x86",
		"\xe5\x8a\x9e\xe7\x90\x86:\xe8\x90\xa5\xe4\xb8\x9a\xe5\x8e\x85/\xe7\xad\x89\xe5\x80\x99\xe5\x8c\xba"},
		{"  use :\n web\t/  check out \r\n", "web", "check out", "use", "use:web/check out"},
		{"\"a/b\"", "", "a/b", "", "\"a/b\""},
		{"\"plain\"", "", "plain", "", "plain"},
		{"\" a\" : \"b \"/\" \"", "b ", " ", " a", "\" a\":\"b \"/\" \""},
		{"\"a\\\"b\\\\c\"", "", "a\"b\\c", "", "\"a\\\"b\\\\c\""},
		{"\"{\"/\"}\"", "{", "}", "", "\"{\"/\"}\""},
		{"\"*\"", "", "*", "", "\"*\""},
		{"\":\"", "", ":", "", "\":\""},
		{"\",\"/\"@\"", ",", "@", "", "\",\"/\"@\""},
		{"a=b score=4", "", "a=b score=4", "", "a=b score=4"},
		{"()[]<>|+?^$#%&'~`", "", "()[]<>|+?^$#%&'~`", "", "()[]<>|+?^$#%&'~`"}
	};
	static const struct
	{
		const char *text;
		const char *detail;
		int			at;
	}			bad[] = {
		{"", "The label is missing", 1}, {"   ", "The label is missing", 4}, {"/", "The channel is missing", 1},
		{":", "The stage is missing", 1}, {"web/", "The label is missing", 5}, {"use:", "The label is missing", 5},
		{"use:/x", "The channel is missing", 5}, {"a/b/c", "Unexpected \"/\"", 4}, {"a/b:c", "Unexpected \":\"", 4},
		{"a:b:c", "Unexpected \":\"", 4}, {"\"\"", "The label is missing", 3}, {"\"a", "not closed", 3},
		{"\"a\\n\"", "Unknown escape", 4}, {"\"a\\", "Unknown escape", 4}, {"a\"b\"", "Unexpected double quote", 2},
		{"\"a\"b", "Unexpected \"", 4}, {"\"a\" \"b\"", "Unexpected \"", 5}, {"a*", "Unexpected \"", 2},
		{"a@b", "Unexpected \"", 2}, {"a,b", "Unexpected \"", 2}, {"{a}", "The label is missing", 1},
		{"a}", "Unexpected \"", 2}, {"a\\b", "Unexpected \"", 2}, {"a\x01" "b", "Control character 0x01", 2},
		{"a\tb", "Control character 0x09", 2}, {"a \n b", "Control character 0x0A", 3},
		{"a\x7f", "Control character 0x7F", 2}, {"\"a\nb\"", "Control character 0x0A", 3},
		{"\"a\"\xe5\x8a\x9e", "Unexpected \"", 4}
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		CHECK(parse(good[i].text) == TP_OK);
		CHECK(parts_are(good[i].channel, good[i].label, good[i].stage));
		CHECK_TEXT(written(), good[i].canonical);
		CHECK(tp_entry_is_valid(entry, tp_entry_size(entry)));
		CHECK(!tp_entry_is_valid(entry, tp_entry_size(entry) - 1));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		char		at[32];

		CHECK(parse(bad[i].text) == TP_BAD_TEXT && has_words(TP_BAD_TEXT));
		snprintf(at, sizeof(at), "at character %d.", bad[i].at);
		if (strstr(err.detail, bad[i].detail) == NULL || strstr(err.detail, at) == NULL)
			printf("%s: %s\n", bad[i].text, err.detail);
		CHECK(strstr(err.detail, bad[i].detail) != NULL && strstr(err.detail, at) != NULL);
		CHECK(strstr(err.message, "malformed touchpoint") != NULL);
	}
}

static void
check_length(void)
{
	char		part[300],
				text[2000];

	memset(part, 'x', sizeof(part));
	part[255] = '\0';
	CHECK(MAKE(part, part, part) == TP_OK);
	CHECK_INT(tp_entry_size(entry), TP_ENTRY_MAX);
	snprintf(text, sizeof(text), "%s:%s/%s", part, part, part);
	CHECK_TEXT(written(), text);
	CHECK(parse(text) == TP_OK && parts_are(part, part, part));
	snprintf(text, sizeof(text), "  %s   :  %s   /%s   ", part, part, part);
	CHECK(parse(text) == TP_OK && parts_are(part, part, part));

	memset(part, '"', 255);
	CHECK(MAKE(part, part, part) == TP_OK);
	CHECK_INT(strlen(written()), TP_TOUCHPOINT_TEXT_MAX);
	snprintf(text, sizeof(text), "%s", written());
	CHECK(parse(text) == TP_OK && parts_are(part, part, part));

	memset(part, 'x', sizeof(part));
	part[256] = '\0';
	CHECK(MAKE(NULL, part, NULL) == TP_PAST_LIMIT && has_words(TP_PAST_LIMIT));
	CHECK(MAKE(part, "a", NULL) == TP_PAST_LIMIT && strstr(err.message, "channel") != NULL);
	CHECK(MAKE(NULL, "a", part) == TP_PAST_LIMIT && strstr(err.message, "stage") != NULL);
	CHECK(parse(part) == TP_PAST_LIMIT && has_words(TP_PAST_LIMIT) && strstr(err.detail, "character 256.") != NULL);
	snprintf(text, sizeof(text), "\"%s\"", part);
	CHECK(parse(text) == TP_PAST_LIMIT);
	snprintf(text, sizeof(text), "a/%s*", part);
	CHECK(parse_glob(text) == TP_PAST_LIMIT && has_words(TP_PAST_LIMIT));
}

static void
check_make(void)
{
	CHECK(MAKE("web", "checkout", "use") == TP_OK && parts_are("web", "checkout", "use"));
	CHECK(MAKE(NULL, "a/b", NULL) == TP_OK && parts_are("", "a/b", ""));
	CHECK_TEXT(written(), "\"a/b\"");
	CHECK(MAKE(NULL, "", NULL) == TP_BAD_ARGUMENT && has_words(TP_BAD_ARGUMENT));
	CHECK(MAKE("", "a", NULL) == TP_BAD_ARGUMENT && strstr(err.message, "channel") != NULL);
	CHECK(MAKE(NULL, "a", "") == TP_BAD_ARGUMENT && strstr(err.message, "stage") != NULL);
	CHECK(MAKE(NULL, "a\tb", NULL) == TP_BAD_ARGUMENT && strstr(err.message, "0x09") != NULL);
	CHECK(tp_touchpoint_make(NULL, 0, "a\0b", 3, NULL, 0, entry, &err) == TP_BAD_ARGUMENT);
	CHECK(strstr(err.message, "0x00") != NULL);
	CHECK(MAKE(NULL, "\x7f", NULL) == TP_BAD_ARGUMENT);
}

static int
sign(int v)
{
	return (v > 0) - (v < 0);
}

/* The order by another route: parts joined by 0, which is below whatever a part holds. */
static void
check_order(void)
{
	enum
	{
		N = 200
	};
	static uint8_t entries[N][TP_ENTRY_MAX];
	static char keys[N][64];
	static const char *const pool[] = {"a", "ab", "a b", "abc", "b", "B", "\xc3\xa9", "!", " ", "\xff"};
	check_random r = {4};

	for (int i = 0; i < N; i++)
	{
		const char *part[3];

		for (int p = 0; p < 3; p++)
			part[p] = check_below(&r, 3) == 0 && p != 1 ? NULL : pool[check_below(&r, 10)];
		CHECK(MAKE(part[0], part[1], part[2]) == TP_OK);
		memcpy(entries[i], entry, TP_ENTRY_MAX);
		snprintf(keys[i], sizeof(keys[i]), "%s\x01%s\x01%s", part[0] ? part[0] : "", part[1], part[2] ? part[2] : "");
	}
	for (int i = 0; i < N; i++)
		for (int k = 0; k < N; k++)
		{
			tp_touchpoint a = tp_entry_view(entries[i]),
						b = tp_entry_view(entries[k]);
			int			c = tp_touchpoint_compare(&a, &b);

			CHECK(sign(c) == sign(strcmp(keys[i], keys[k])));
			CHECK((c == 0) == (tp_entry_size(entries[i]) == tp_entry_size(entries[k]) &&
							   memcmp(entries[i], entries[k], tp_entry_size(entries[i])) == 0));
		}
}

/* Random parts of all bytes that may be: made, written, read, the same. */
static void
check_round_trip(void)
{
	check_random r = {5};

	for (int i = 0; i < 20000; i++)
	{
		char		part[3][256];
		uint8_t		before[TP_ENTRY_MAX];
		char		text[2048];

		for (int p = 0; p < 3; p++)
		{
			int			len = 1 + (int) check_below(&r, i % 100 == 0 ? 255 : 8);

			for (int at = 0; at < len; at++)
			{
				static const char often[] = ":/,@\"\\{}* ab";

				do
					part[p][at] = check_below(&r, 2) ? often[check_below(&r, 12)] : (char) check_below(&r, 256);
				while ((unsigned char) part[p][at] < 0x20 || part[p][at] == 0x7f);
			}
			part[p][len] = '\0';
		}
		CHECK(MAKE(i % 2 ? part[0] : NULL, part[1], i % 3 ? part[2] : NULL) == TP_OK);
		memcpy(before, entry, tp_entry_size(entry));
		snprintf(text, sizeof(text), "%s", written());
		CHECK(strlen(text) <= TP_TOUCHPOINT_TEXT_MAX);
		CHECK(parse(text) == TP_OK);
		CHECK(memcmp(before, entry, tp_entry_size(before)) == 0);
		CHECK_TEXT(written(), text);
		/* and the text is a glob that matches it, and nothing else with one part more */
		CHECK(parse_glob(text) == TP_OK);
		{
			tp_touchpoint t = tp_entry_view(before);

			CHECK(tp_glob_matches(&glob, &t));
			t.label_len--;
			CHECK(t.label_len == 0 || !tp_glob_matches(&glob, &t));
		}
	}
}

static void
check_part_names(void)
{
	tp_aspect	part;
	char		key[80];

	CHECK(tp_part_parse("touchpoint", 10, &part, &err) == TP_OK && part.part == TP_PART_TOUCHPOINT);
	CHECK(tp_part_parse("channel", 7, &part, &err) == TP_OK && part.part == TP_PART_CHANNEL);
	CHECK(tp_part_parse("label", 5, &part, &err) == TP_OK && part.part == TP_PART_LABEL);
	CHECK(tp_part_parse("stage", 5, &part, &err) == TP_OK && part.part == TP_PART_STAGE);
	CHECK(tp_part_parse("Stage", 5, &part, &err) == TP_BAD_ARGUMENT && has_words(TP_BAD_ARGUMENT));
	CHECK(tp_part_parse("", 0, &part, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_part_parse("properties.a b", 14, &part, &err) == TP_OK && part.part == TP_PART_PROPERTY &&
		  part.key.len == 3 && memcmp(part.key.bytes, "a b", 3) == 0);
	CHECK(tp_is_aspect("properties.a b", 14, TP_PART_PROPERTY, "a b", 3));
	CHECK(!tp_is_aspect("properties.a", 12, TP_PART_PROPERTY, "a b", 3) && !tp_is_aspect("label", 5, TP_PART_STAGE, NULL, 0));
	CHECK(tp_part_parse("properties", 10, &part, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_part_parse("properties.", 11, &part, &err) == TP_BAD_ARGUMENT);
	memset(key, 'k', sizeof(key));
	memcpy(key, "properties.", 11);
	CHECK(tp_part_parse(key, 11 + 63, &part, &err) == TP_OK && part.key.len == 63);
	CHECK(tp_part_parse(key, 11 + 64, &part, &err) == TP_PAST_LIMIT && has_words(TP_PAST_LIMIT));
	CHECK(tp_part_parse("labels", 6, &part, &err) == TP_BAD_ARGUMENT && strstr(err.hint, "channel") != NULL);
}

static bool
matches(const char *pattern, const char *text)
{
	tp_touchpoint t;

	CHECK(parse_glob(pattern) == TP_OK);
	CHECK(parse(text) == TP_OK);
	t = tp_entry_view(entry);
	return tp_glob_matches(&glob, &t);
}

/* Matching by the definition: try every way to share the text out. */
static bool
naive_match(const char *pattern, const char *s)
{
	if (*pattern == '\0')
		return *s == '\0';
	if (*pattern == '*')
		return naive_match(pattern + 1, s) || (*s != '\0' && naive_match(pattern, s + 1));
	return *pattern == *s && naive_match(pattern + 1, s + 1);
}

static void
check_globs(void)
{
	static const struct
	{
		const char *text;
		const char *canonical;
	}			good[] = {
		{"web/*", "web/*"}, {"checkout", "checkout"}, {"use:*", "use:*"}, {"*/*complaint*", "*/*complaint*"},
		{"**", "*"}, {" a * / b ", "\"a \"*/b"}, {"\"a\"\"b\"", "ab"}, {"\"*\"", "\"*\""}, {"\"*\"*", "\"*\"*"},
		{"a\"*\"b", "\"a*b\""}, {"\"\"*", "*"}, {"a b*c d", "a b*c d"}, {"*\" \"*", "*\" \"*"},
		{"s:c/\"l\\\"\"", "s:c/\"l\\\"\""}
	};
	static const char *const bad[] = {"", "/", "a/", ":a", "a/b/c", "a:b:c", "\"a", "a,b", "a}", "a@b", "\"\"",
	"a\tb", "*\t*", "\x01", "\"a\\x\""};
	check_random r = {6};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		char		text[64];

		CHECK(parse_glob(good[i].text) == TP_OK);
		CHECK_TEXT(glob_written(), good[i].canonical);
		snprintf(text, sizeof(text), "%s", glob_written());
		CHECK(parse_glob(text) == TP_OK);
		CHECK_TEXT(glob_written(), good[i].canonical);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		bool		control = strchr(bad[i], '\t') != NULL;

		if (parse_glob(bad[i]) != TP_BAD_TEXT && !control)
			printf("glob taken: %s\n", bad[i]);
		CHECK(control || has_words(TP_BAD_TEXT));
	}

	CHECK(matches("web/*", "web/checkout") && matches("web/*", "use:web/x") && !matches("web/*", "app/checkout"));
	CHECK(!matches("web/*", "checkout"));
	CHECK(matches("checkout", "checkout") && matches("checkout", "web/checkout") && matches("checkout", "a:b/checkout"));
	CHECK(matches("use:*", "use:x") && matches("use:*", "use:web/x") && !matches("use:*", "web/x"));
	CHECK(matches("*/*complaint*", "web/a complaint form") && !matches("*/*complaint*", "complaint"));
	CHECK(matches("*:*/*", "a:b/c") && !matches("*:*/*", "b/c") && !matches("*:*/*", "a:c"));
	CHECK(matches("*", "anything") && matches("*a*", "a") && !matches("*aa*", "a"));
	CHECK(!matches("Checkout", "checkout"));
	CHECK(matches("\"*\"", "\"*\"") && !matches("\"*\"", "x"));
	CHECK(matches("a*b*c", "aXbbYc") && !matches("a*b*c", "aXcYb"));

	for (int i = 0; i < 20000; i++)
	{
		char		pattern[12],
					text[12];
		int			n = 1 + (int) check_below(&r, 8),
					m = 1 + (int) check_below(&r, 10);

		for (int k = 0; k < n; k++)
			pattern[k] = "ab*"[check_below(&r, 3)];
		pattern[n] = '\0';
		for (int k = 0; k < m; k++)
			text[k] = "ab"[check_below(&r, 2)];
		text[m] = '\0';
		CHECK(matches(pattern, text) == naive_match(pattern, text));
	}

	/* the longest glob there is, and the slowest text: no blow-up */
	{
		char		pattern[600],
					text[256];

		for (int k = 0; k < 254; k++)
			memcpy(pattern + 2 * k, "*a", 2);
		memcpy(pattern + 508, "*b*", 4);
		memset(text, 'a', 255);
		text[255] = '\0';
		for (int i = 0; i < 1000; i++)
			CHECK(!matches(pattern, text));
		text[254] = 'b';
		CHECK(matches(pattern, text));
		CHECK_INT(strlen(glob_written()), 511);
	}
}

/* Classes of parts against a look at every pair. */
static void
check_classes(void)
{
	static uint8_t bytes[300][TP_ENTRY_MAX];
	static tp_touchpoint views[300];
	static uint16_t class_of[300];
	static const char *const pool[] = {"a", "b", "c", "aa", "ab"};
	check_random r = {7};

	for (uint32_t n = 0; n <= 300; n += n < 20 ? 1 : 140)
	{
		for (uint32_t i = 0; i < n; i++)
		{
			char		label[16];

			snprintf(label, sizeof(label), "%u", check_below(&r, 2 * n));
			CHECK(MAKE(check_below(&r, 3) ? pool[check_below(&r, 5)] : NULL, label,
					   check_below(&r, 3) ? pool[check_below(&r, 5)] : NULL) == TP_OK);
			memcpy(bytes[i], entry, TP_ENTRY_MAX);
			views[i] = tp_entry_view(bytes[i]);
		}
		for (int part = TP_PART_TOUCHPOINT; part <= TP_PART_STAGE; part++)
		{
			CHECK(tp_part_classes(&check_memory, views, n, (tp_part) part, class_of, &err) == TP_OK);
			for (uint32_t i = 0; i < n; i++)
			{
				size_t		len,
							other_len;
				const char *s = tp_touchpoint_part(&views[i], (tp_part) part, &len);
				uint32_t	first = 0;

				if (part == TP_PART_TOUCHPOINT)
				{
					CHECK(class_of[i] == i);
					continue;
				}
				if (len == 0)
				{
					CHECK(class_of[i] == TP_NO_CLASS);
					continue;
				}
				for (;; first++)
				{
					const char *other = tp_touchpoint_part(&views[first], (tp_part) part, &other_len);

					if (len == other_len && memcmp(s, other, len) == 0)
						break;
				}
				CHECK(class_of[i] == first);
			}
		}
	}
}

int
main(void)
{
	check_text();
	check_length();
	check_make();
	check_order();
	check_round_trip();
	check_part_names();
	check_globs();
	check_classes();
	return CHECK_DONE();
}
