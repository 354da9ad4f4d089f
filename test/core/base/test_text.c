/*
 * test_text.c
 *	  Numbers, whole numbers, times and durations in text.
 */
#include "check.h"

#include <float.h>
#include <time.h>

#include "base/tp_text.h"

#define SECONDS TP_USECS_PER_SECOND

static tp_error err;

/* What a reader made of text: its status, and how far it came. */
#define READER(name, type, scan) \
static tp_status \
name(const char *text, type *v) \
{ \
	tp_scan		s; \
	tp_status	status; \
	memset(&err, 0, sizeof(err)); \
	tp_scan_init(&s, "thing", text, strlen(text), &err); \
	status = scan(&s, v); \
	if (status == TP_OK) \
		CHECK(s.at == s.end || strchr(" ,}\t", *s.at) != NULL); \
	else \
	{ \
		CHECK(err.status == status); \
		CHECK(err.message[0] != '\0' && err.detail[0] != '\0' && err.hint[0] != '\0'); \
	} \
	return status; \
}

READER(read_number, double, tp_scan_number)
READER(read_integer, int64_t, tp_scan_integer)
READER(read_time, int64_t, tp_scan_time)
READER(read_duration, int64_t, tp_scan_duration)

static const char *
written(void (*write) (tp_buffer *b, int64_t v), int64_t v)
{
	static char text[64];
	tp_buffer	b;

	tp_buffer_init(&b, &check_memory);
	write(&b, v);
	CHECK(b.len < sizeof(text));
	memcpy(text, b.data, b.len);
	text[b.len] = '\0';
	tp_buffer_release(&b);
	return text;
}

static bool
detail_says(const char *what)
{
	return strstr(err.detail, what) != NULL;
}

static void
check_numbers(void)
{
	static const struct
	{
		const char *text;
		double		v;
	}			good[] = {
		{"0", 0}, {"4", 4}, {"+4", 4}, {"-4.5", -4.5}, {".5", .5}, {"5.", 5}, {"1e-3", .001}, {"1E+3", 1000},
		{"007", 7}, {"1.7976931348623157e308", DBL_MAX}, {"-1.7976931348623157e308", -DBL_MAX},
		{"5e-324", 4.9406564584124654e-324}, {"2.2250738585072014e-308", DBL_MIN},
		{"9007199254740993", 9007199254740992.0}, {"0.1,", .1}, {"3}", 3}, {"3 x", 3}
	};
	static const char *const malformed[] = {"", "x", "-", "+", ".", "e5", "1e", "1e+", "0x10", "1_000", "1,5x" + 1,
	"4;", "1.2.3", "--1", "1e5.5", "(1)", "four"};
	static const char *const beyond[] = {"nan", "NaN", "-nan", "inf", "Infinity", "-INF", "1e309", "-1e309",
	"1e99999999999999999999", "1e-400"};
	check_random r = {1};
	double		v;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		CHECK(read_number(good[i].text, &v) == TP_OK);
		CHECK(v == good[i].v);
	}
	CHECK(read_number("-0", &v) == TP_OK && !signbit(v));
	CHECK(read_number("-0.0e5", &v) == TP_OK && !signbit(v));
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		CHECK(read_number(malformed[i], &v) == TP_BAD_TEXT);
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++)
		CHECK(read_number(beyond[i], &v) == TP_OUT_OF_RANGE);

	/* any double, written and read */
	for (int i = 0; i < 20000; i++)
	{
		uint64_t	bits = check_next(&r);
		tp_buffer	b;
		double		back;

		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		tp_buffer_init(&b, &check_memory);
		tp_write_number(&b, v);
		tp_buffer_byte(&b, '\0');
		CHECK(read_number(b.data, &back) == TP_OK && back == v);
		tp_buffer_release(&b);
	}
}

static void
check_integers(void)
{
	static const int64_t values[] = {0, 1, -1, 9, 10, 127, -128, INT64_MAX, INT64_MIN, INT64_MIN + 1};
	char		want[32];
	int64_t		v;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
	{
		snprintf(want, sizeof(want), "%lld", (long long) values[i]);
		CHECK_TEXT(written(tp_write_integer, values[i]), want);
		CHECK(read_integer(want, &v) == TP_OK && v == values[i]);
	}
	CHECK(read_integer("+17 ", &v) == TP_OK && v == 17);
	CHECK(read_integer("9223372036854775808", &v) == TP_OUT_OF_RANGE);
	CHECK(read_integer("-9223372036854775809", &v) == TP_OUT_OF_RANGE);
	CHECK(read_integer("", &v) == TP_BAD_TEXT);
	CHECK(read_integer("1.5", &v) == TP_BAD_TEXT && detail_says("character 1."));
	CHECK(read_integer("0x1", &v) == TP_BAD_TEXT);
	CHECK(read_integer("- 1", &v) == TP_BAD_TEXT);
	CHECK(read_integer("1e3", &v) == TP_BAD_TEXT);
}

static void
check_known_times(void)
{
	static const struct
	{
		const char *text;
		int64_t		v;
	}			known[] = {
		{"2000-01-01T00:00:00Z", 0},
		{"1970-01-01T00:00:00Z", -946684800 * SECONDS},
		{"1999-12-31T23:59:59.999999Z", -1},
		{"2000-02-29T00:00:00Z", 59 * TP_USECS_PER_DAY},
		{"2000-03-01T00:00:00Z", 60 * TP_USECS_PER_DAY},
		{"2001-09-09T01:46:40Z", (INT64_C(1000000000) - 946684800) * SECONDS},
		{"2038-01-19T03:14:07Z", (INT64_C(2147483647) - 946684800) * SECONDS},
		{"2026-01-05T10:00:00.5Z", (INT64_C(1767607200) - 946684800) * SECONDS + 500000},
		/* the Julian day 0 at noon is 24 November 4714 BC, proleptic Gregorian */
		{"-4713-11-24T00:00:00Z", TP_TIME_MIN},
		{"0000-01-01T00:00:00Z", INT64_C(-730485) * TP_USECS_PER_DAY},
		{"0000-02-29T00:00:00Z", INT64_C(-730426) * TP_USECS_PER_DAY},
		{"0001-01-01T00:00:00Z", INT64_C(-730119) * TP_USECS_PER_DAY},
		{"-0001-12-31T00:00:00Z", INT64_C(-730486) * TP_USECS_PER_DAY},
		{"9999-12-31T23:59:59.999999Z", INT64_C(252455615999999999)},
		{"+10000-01-01T00:00:00Z", INT64_C(252455616000000000)},
		{"+294276-12-31T23:59:59.999999Z", TP_TIME_END - 1}
	};
	static const char *const same[] = {"2026-01-05T10:00:00Z", "2026-01-05 10:00:00Z", "2026-01-05t10:00:00z",
		"2026-01-05T10:00Z", "2026-01-05T18:00:00+08:00", "2026-01-05T18:00+08", "2026-01-05T18:00+0800",
		"2026-01-05T04:30:00-05:30", "2026-01-05T10:00:15+00:00:15", "+2026-01-05T10:00:00.000000Z",
		"2026-01-05T10:00:00.0000004999Z", "2026-01-05T09:59:59.9999995Z", "2026-01-05T09:59:60Z",
	"002026-01-05T10:00:00Z"};
	int64_t		v;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		CHECK_TEXT(written(tp_write_time, known[i].v), known[i].text);
		CHECK(read_time(known[i].text, &v) == TP_OK && v == known[i].v);
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
	{
		CHECK(read_time(same[i], &v) == TP_OK);
		CHECK_INT(v, (INT64_C(1767607200) - 946684800) * SECONDS);
	}
	CHECK(read_time("2026-01-04T24:00:00Z", &v) == TP_OK);
	CHECK_TEXT(written(tp_write_time, v), "2026-01-05T00:00:00Z");
	CHECK(read_time("-4713-11-24T00:30:00+00:30", &v) == TP_OK && v == TP_TIME_MIN);
}

static void
check_bad_times(void)
{
	static const char *const malformed[] = {"", "2026", "2026-01-05", "2026-01-05T10", "2026-01-05T10:00",
		"2026-01-05T10:00:00", "2026-01-05T10:00:00 Z", "2026-01-05T10:00:00X", "26-01-05T10:00:00Z",
		"2026-1-05T10:00:00Z", "2026-01-5T10:00:00Z", "2026-00-05T10:00:00Z", "2026-13-05T10:00:00Z",
		"2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-01-32T00:00:00Z", "2026-01-05T24:00:01Z", "2026-01-05T25:00:00Z", "2026-01-05T10:60:00Z",
		"2026-01-05T10:00:61Z", "2026-01-05T10:00:00.Z", "2026-01-05T10:00:00,5Z", "2026-01-05T10:00.5Z",
		"2026-01-05T10:00:00+16", "2026-01-05T10:00:00+1", "2026-01-05T10:00:00+08:0",
		"2026-01-05T10:00:00+08:60", "2026-01-05T10:00:00+080015", "2026-01-05T10:00:00Zscore=4", "infinity",
		"-infinity", "now", "epoch", "2026-01-05T10:00:00 UTC", "2026-01-05T10:00:00Europe/Berlin",
	"20260105T100000Z", "123456789-01-01T00:00:00Z"};
	static const char *const beyond[] = {"-4713-11-23T23:59:59.999999Z", "+294277-01-01T00:00:00Z",
	"9999999-01-01T00:00:00Z", "-9999999-01-01T00:00:00Z", "-4713-11-24T00:00:00+00:01"};
	int64_t		v;

	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		CHECK(read_time(malformed[i], &v) == TP_BAD_TEXT);
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++)
		CHECK(read_time(beyond[i], &v) == TP_OUT_OF_RANGE);
	read_time("2026-01-05T10:00:00", &v);
	CHECK(detail_says("Z or an offset") && detail_says("character 20."));
	read_time("2026-02-30T10:00:00Z", &v);
	CHECK(detail_says("no such day") && detail_says("character 1."));
}

/* Any time against the C library's calendar. */
static void
check_random_times(void)
{
	check_random r = {2};

	for (int i = 0; i < 20000; i++)
	{
		uint64_t	range = (uint64_t) TP_TIME_END - (uint64_t) TP_TIME_MIN;
		int64_t		t = i < 10000 ? (int64_t) ((uint64_t) TP_TIME_MIN + check_next(&r) % range)
			: (int64_t) (check_next(&r) % (4000 * 365 * (uint64_t) TP_USECS_PER_DAY)) - 2500 * 365 * TP_USECS_PER_DAY;
		int64_t		seconds = t / SECONDS,
					fraction = t % SECONDS,
					v;
		time_t		unix_time;
		struct tm	tm;
		char		want[64],
					tail[16] = "";
		int			year;

		if (i % 3 == 0)
			t -= fraction, fraction = 0;
		if (fraction < 0)
			fraction += SECONDS, seconds--;
		unix_time = (time_t) (seconds + 946684800);
		CHECK(gmtime_r(&unix_time, &tm) != NULL);
		year = tm.tm_year + 1900;
		if (fraction != 0)
		{
			int			n = snprintf(tail, sizeof(tail), ".%06d", (int) fraction);

			while (tail[n - 1] == '0')
				tail[--n] = '\0';
		}
		snprintf(want, sizeof(want), "%s%04d-%02d-%02dT%02d:%02d:%02d%sZ", year < 0 ? "-" : year > 9999 ? "+" : "",
				 abs(year), tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tail);
		CHECK_TEXT(written(tp_write_time, t), want);
		CHECK(read_time(want, &v) == TP_OK && v == t);
	}
}

static void
check_durations(void)
{
	static const struct
	{
		const char *text;
		int64_t		v;
	}			written_so[] = {
		{"PT0S", 0}, {"PT3M", 180 * SECONDS}, {"PT48H", 172800 * SECONDS}, {"PT0.5S", 500000},
		{"PT1H0.000001S", 3600 * SECONDS + 1}, {"PT1H1M1S", 3661 * SECONDS}, {"PT59.999999S", 60 * SECONDS - 1},
		{"PT2562047788H54.775807S", INT64_MAX}
	};
	static const struct
	{
		const char *text;
		int64_t		v;
	}			read_so[] = {
		{"P2D", 172800 * SECONDS}, {"P1W", 604800 * SECONDS}, {"P1W1DT1H1M1.5S", 694861 * SECONDS + 500000},
		{"p1dt2h", 93600 * SECONDS}, {"PT90M", 5400 * SECONDS}, {"PT0000000000000000000000001S", SECONDS},
		{"PT0.0000004S", 0}, {"PT0.0000005S", 1}, {"PT1S score=4", SECONDS}, {"PT1S,", SECONDS}, {"PT1S}", SECONDS},
		{"PT9223372036854S", 9223372036854 * SECONDS}
	};
	static const char *const malformed[] = {"", "P", "PT", "P1DT", "1D", "T1H", "PT5", "PT5 score=4", "PT5,", "P5",
		"P1.5D", "PT1.5H", "PT1.S", "PT.5S", "PT1H1H", "PT1M1H", "P1DT1D", "PT1D", "P1H",
		"P1D1W", "PTT1H", "PT1HT1M", "PT+1S", "PT1X", "PT1S;", "three minutes", "PT\t5S",
	"PT5\x0bS", "PT5@", "PT5\xc3S"};
	static const char *const senseless[] = {"P1M", "P1Y", "P1Y2D", "-PT1S", "PT-1S", "P-1D"};
	static const char *const beyond[] = {"PT2562047788H54.775808S", "PT9223372036855S", "P99999999999999999999W",
	"PT99999999999999999999999999999999999999999S"};
	check_random r = {3};
	int64_t		v;

	for (size_t i = 0; i < sizeof(written_so) / sizeof(written_so[0]); i++)
	{
		CHECK_TEXT(written(tp_write_duration, written_so[i].v), written_so[i].text);
		CHECK(read_duration(written_so[i].text, &v) == TP_OK && v == written_so[i].v);
	}
	for (size_t i = 0; i < sizeof(read_so) / sizeof(read_so[0]); i++)
		CHECK(read_duration(read_so[i].text, &v) == TP_OK && v == read_so[i].v);
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		CHECK(read_duration(malformed[i], &v) == TP_BAD_TEXT);
	for (size_t i = 0; i < sizeof(senseless) / sizeof(senseless[0]); i++)
		CHECK(read_duration(senseless[i], &v) == TP_BAD_ARGUMENT);
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++)
		CHECK(read_duration(beyond[i], &v) == TP_OUT_OF_RANGE);
	read_duration("P1DT2H3X", &v);
	CHECK(detail_says("character 7."));
	read_duration("P1M", &v);
	CHECK(detail_says("no fixed length"));
	read_duration("-PT1S", &v);
	CHECK(detail_says("negative"));

	for (int i = 0; i < 20000; i++)
	{
		int64_t		t = (int64_t) (check_next(&r) >> (1 + check_below(&r, 62)));
		char		text[64];

		snprintf(text, sizeof(text), "%s", written(tp_write_duration, t));
		CHECK(read_duration(text, &v) == TP_OK && v == t);
	}
}

/* Excerpts and buffers, which every message and every text is made of. */
static void
check_pieces(void)
{
	char		long_text[256];
	check_store store;
	tp_buffer	b;

	memset(long_text, 'x', sizeof(long_text));
	CHECK_TEXT(tp_excerpt_of("short", 5).text, "short");
	CHECK_TEXT(tp_excerpt_of("a\tb\x7f", 4).text, "a?b?");
	CHECK_INT(strlen(tp_excerpt_of(long_text, 68).text), 68);
	CHECK_INT(strlen(tp_excerpt_of(long_text, 69).text), 71);
	memcpy(long_text + 67, "\xe5\x8a\x9e", 3);
	CHECK_INT(strlen(tp_excerpt_of(long_text, 256).text), 67 + 3);

	check_store_init(&store);
	tp_buffer_init(&b, &store.mem);
	for (int i = 0; i < 1000; i++)
		tp_buffer_byte(&b, (uint8_t) i);
	CHECK(b.len == 1000 && !b.failed && (uint8_t) b.data[999] == 999 % 256);
	CHECK(store.calls < 10);
	store.fail_at = store.calls + 1;
	for (int i = 0; i < 1000; i++)
		tp_buffer_byte(&b, (uint8_t) i);
	CHECK(b.failed && (uint8_t) b.data[999] == 999 % 256);
	CHECK(tp_buffer_reserve(&b, 1) == NULL);
	tp_buffer_release(&b);
	CHECK(store.chunks == 0 && store.live == 0);

	/* one big piece is not rounded up */
	check_store_init(&store);
	tp_buffer_init(&b, &store.mem);
	CHECK(tp_buffer_reserve(&b, 100001) != NULL);
	CHECK_INT(store.peak, 100001);
	CHECK(tp_buffer_reserve(&b, SIZE_MAX / 2) == NULL && b.failed);
	tp_buffer_release(&b);
}

int
main(void)
{
	check_numbers();
	check_integers();
	check_known_times();
	check_bad_times();
	check_random_times();
	check_durations();
	check_pieces();
	return CHECK_DONE();
}
