/*
 * tp_text.c
 *	  Reading and writing numbers, times and durations.
 */
#include "base/tp_text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TIME_HINT "Write times as 2026-01-05T10:00:00Z, or with an offset such as +08:00."
#define DURATION_HINT "Write durations as PT3M, PT48H or P2DT1.5S: days, hours, minutes and seconds."

tp_excerpt
tp_excerpt_of(const char *s, size_t len)
{
	tp_excerpt	e;
	size_t		limit = sizeof(e.text) - 4;
	size_t		n = len <= limit ? len : tp_host_clip(s, len, limit);

	for (size_t i = 0; i < n; i++)
		e.text[i] = ((unsigned char) s[i] < 0x20 || s[i] == 0x7f) ? '?' : s[i];
	memcpy(e.text + n, n < len ? "..." : "", n < len ? 4 : 1);
	return e;
}

void
tp_scan_init(tp_scan *s, const char *type, const char *text, size_t len, tp_error *err)
{
	s->type = type;
	s->start = s->at = text;
	s->end = text + len;
	s->err = err;
}

static inline bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void
tp_scan_blanks(tp_scan *s)
{
	while (s->at < s->end && is_blank(*s->at))
		s->at++;
}

bool
tp_scan_take(tp_scan *s, const char *word)
{
	tp_scan_blanks(s);
	if (!tp_scan_skip(s, word))
		return false;
	tp_scan_blanks(s);
	return true;
}

tp_status
tp_scan_word(tp_scan *s, const char *word, const char *hint)
{
	return tp_scan_take(s, word) ? TP_OK : tp_scan_fail(s, TP_BAD_TEXT, hint, "Expected \"%s\"", word);
}

tp_status
tp_scan_end(tp_scan *s, const char *hint)
{
	tp_scan_blanks(s);
	if (s->at < s->end)
		return tp_scan_fail(s, TP_BAD_TEXT, hint, "Unexpected text behind the closing brace");
	return TP_OK;
}

bool
tp_scan_open(tp_scan *s, const char *hint, tp_status *status)
{
	*status = tp_scan_word(s, "{", hint);
	if (*status != TP_OK || !tp_scan_skip(s, "}"))
		return *status == TP_OK;
	*status = tp_scan_end(s, hint);
	return false;
}

bool
tp_scan_form(tp_scan *s, const char *type, const char *text, size_t len, const char *hint, tp_error *err, tp_status *status)
{
	tp_scan_init(s, type, text, len, err);
	return tp_scan_open(s, hint, status);
}

tp_status
tp_scan_close(tp_scan *s, const char *hint)
{
	tp_status	status = tp_scan_word(s, "}", hint);

	return status == TP_OK ? tp_scan_end(s, hint) : status;
}

bool
tp_scan_more(tp_scan *s, const tp_memory *mem, size_t i, const char *hint, tp_status *status)
{
	*status = TP_OK;
	tp_scan_blanks(s);
	if (tp_scan_skip(s, "}"))
		return false;
	if (tp_stop_at(mem, i))
		*status = tp_fail_interrupted(s->err);
	else if (i > 0)
		*status = tp_scan_word(s, ",", hint);
	return *status == TP_OK;
}

tp_status
tp_scan_separator(tp_scan *s, const char *hint, bool *more)
{
	*more = tp_scan_peek(s) == ',';
	if (!*more && tp_scan_peek(s) != '}')
		return tp_scan_fail(s, TP_BAD_TEXT, hint, "Expected , or }");
	s->at++;
	return TP_OK;
}

int
tp_word_parse(const char *const *words, size_t n, const char *text, size_t len, tp_error *err,
			  const char *what, const char *hint)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0)
			return (int) i;
	tp_fail(err, TP_BAD_ARGUMENT, hint, "unknown %s: \"%s\"", what, tp_excerpt_of(text, len).text);
	return -1;
}

/* People count characters. */
size_t
tp_scan_place(const tp_scan *s, const char *to)
{
	size_t		place = 1;

	for (const char *at = s->start; at < to; place++)
		at += (unsigned char) *at < 0x80 ? 1 : tp_host_char(at, (size_t) (to - at));
	return place;
}

tp_status
tp_scan_fail(tp_scan *s, tp_status status, const char *hint, const char *format, ...)
{
	char		what[160];
	va_list		args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	tp_fail(s->err, status, hint, "malformed %s: \"%s\"", s->type,
			tp_excerpt_of(s->start, (size_t) (s->end - s->start)).text);
	tp_detail(s->err, "%s" TP_SCAN_PLACE "%zu.", what, tp_scan_place(s, s->at));
	return status;
}

/* Does a value end here? Values in a contact record end at a blank, a comma or a brace. */
static bool
at_value_end(const tp_scan *s)
{
	char		c = tp_scan_peek(s);

	return c == '\0' || is_blank(c) || c == ',' || c == '}';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
scan_word(const tp_scan *s, const char *word)
{
	const char *at = s->at;

	if (*at == '-' || *at == '+')
		at++;
	for (; *word != '\0'; word++, at++)
		if (at >= s->end || (*at | 0x20) != *word)
			return false;
	return true;
}

tp_status
tp_scan_number(tp_scan *s, double *v)
{
	const char *at = s->at;
	bool		digits = false;
	char	   *stop;

	if (scan_word(s, "nan") || scan_word(s, "inf"))
		return tp_scan_fail(s, TP_OUT_OF_RANGE, "Leave out what is not known.",
							"A number must be finite");
	if (*at == '-' || *at == '+')
		at++;
	for (; is_digit(*at); at++)
		digits = true;
	if (*at == '.')
		for (at++; is_digit(*at); at++)
			digits = true;
	if (digits && (*at == 'e' || *at == 'E'))
	{
		at++;
		if (*at == '-' || *at == '+')
			at++;
		digits = is_digit(*at);
		while (is_digit(*at))
			at++;
	}
	if (digits)
	{
		const char *begin = s->at;

		s->at = at;
		digits = at_value_end(s);
		s->at = begin;
	}
	if (!digits)
		return tp_scan_fail(s, TP_BAD_TEXT, "Write numbers as 4, 4.5 or 1e-3.", "Expected a number");
	errno = 0;
	*v = strtod(s->at, &stop);
	if (errno == ERANGE && (*v == 0 || isinf(*v)))
		return tp_scan_fail(s, TP_OUT_OF_RANGE, "Numbers are double precision.",
							"The number is out of range");
	*v += 0.0;					/* -0 is stored as 0 */
	s->at = at;
	return TP_OK;
}

tp_status
tp_scan_integer(tp_scan *s, int64_t *v)
{
	const char *at = s->at;
	char	   *stop;
	long long	n;

	if (*at == '-' || *at == '+')
		at++;
	if (!is_digit(*at))
		return tp_scan_fail(s, TP_BAD_TEXT, "Write ids as whole numbers.", "Expected a whole number");
	errno = 0;
	n = strtoll(s->at, &stop, 10);
	if (errno == ERANGE)
		return tp_scan_fail(s, TP_OUT_OF_RANGE, "Ids are of type bigint.",
							"The whole number is out of range");
	at = s->at;
	s->at = stop;
	if (!at_value_end(s))
	{
		s->at = at;
		return tp_scan_fail(s, TP_BAD_TEXT, "Write ids as whole numbers.", "Expected a whole number");
	}
	*v = n;
	return TP_OK;
}

/*
 * H. Hinnant, "chrono-compatible low-level date algorithms" (2013): years of 400-year eras that begin
 * on 1 March.
 */
int64_t
tp_days_from_date(int64_t year, int month, int day)
{
	int64_t		y = year - (month <= 2);
	int64_t		era = (y >= 0 ? y : y - 399) / 400;
	int64_t		year_of_era = y - era * 400;
	int64_t		day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 730425;
}

void
tp_date_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t		z = days + 730425;
	int64_t		era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t		day_of_era = z - era * 146097;
	int64_t		year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t		day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int			mp = (int) ((5 * day_of_year + 2) / 153);

	*day = (int) (day_of_year - (153 * mp + 2) / 5 + 1);
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

int
tp_days_in_month(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

/* Exactly two digits. */
static bool
scan_two(tp_scan *s, int *v)
{
	if (s->end - s->at < 2 || !is_digit(s->at[0]) || !is_digit(s->at[1]))
		return false;
	*v = (s->at[0] - '0') * 10 + (s->at[1] - '0');
	s->at += 2;
	return true;
}

static bool
scan_char(tp_scan *s, char c)
{
	if (tp_scan_peek(s) != c)
		return false;
	s->at++;
	return true;
}

/* A decimal fraction behind '.' as microseconds, rounded to the nearest. */
static bool
scan_fraction(tp_scan *s, int64_t *usecs)
{
	int			place = 0;
	bool		up = false;

	*usecs = 0;
	s->at++;
	if (!is_digit(tp_scan_peek(s)))
		return false;
	for (; is_digit(tp_scan_peek(s)); s->at++, place++)
	{
		if (place < 6)
			*usecs = *usecs * 10 + (*s->at - '0');
		else if (place == 6)
			up = *s->at >= '5';
	}
	for (; place < 6; place++)
		*usecs *= 10;
	*usecs += up;
	return true;
}

/* Z, +08, +08:00, +0800 or +08:00:15, as seconds east. */
static bool
scan_offset(tp_scan *s, int64_t *seconds)
{
	int			sign,
				hours,
				minutes = 0,
				secs = 0;

	if (scan_char(s, 'Z') || scan_char(s, 'z'))
	{
		*seconds = 0;
		return true;
	}
	if (tp_scan_peek(s) != '+' && tp_scan_peek(s) != '-')
		return false;
	sign = *s->at++ == '-' ? -1 : 1;
	if (!scan_two(s, &hours))
		return false;
	if (scan_char(s, ':'))
	{
		if (!scan_two(s, &minutes) || (scan_char(s, ':') && !scan_two(s, &secs)))
			return false;
	}
	else if (is_digit(tp_scan_peek(s)) && !scan_two(s, &minutes))
		return false;
	if (hours > 15 || minutes > 59 || secs > 59)
		return false;
	*seconds = sign * (hours * INT64_C(3600) + minutes * 60 + secs);
	return true;
}

tp_status
tp_scan_time(tp_scan *s, int64_t *t)
{
	const char *begin = s->at;
	int64_t		year = 0,
				offset,
				fraction = 0,
				days;
	int			sign = 1,
				digits = 0,
				month,
				day,
				hour,
				minute,
				second = 0;

	if (tp_scan_peek(s) == '-' || tp_scan_peek(s) == '+')
		sign = *s->at++ == '-' ? -1 : 1;
	for (; is_digit(tp_scan_peek(s)) && digits < 7; s->at++, digits++)
		year = year * 10 + (*s->at - '0');
	year *= sign;
	if (digits < 4 || !scan_char(s, '-') || !scan_two(s, &month) || !scan_char(s, '-') || !scan_two(s, &day))
	{
		s->at = begin;
		return tp_scan_fail(s, TP_BAD_TEXT, TIME_HINT, "Expected a date as year-month-day");
	}
	if (month < 1 || month > 12 || day < 1 || day > tp_days_in_month(year, month))
	{
		s->at = begin;
		return tp_scan_fail(s, TP_BAD_TEXT, TIME_HINT, "There is no such day");
	}
	if (!(scan_char(s, 'T') || scan_char(s, 't') || scan_char(s, ' ')) ||
		!scan_two(s, &hour) || !scan_char(s, ':') || !scan_two(s, &minute) ||
		(scan_char(s, ':') &&
		 (!scan_two(s, &second) || (tp_scan_peek(s) == '.' && !scan_fraction(s, &fraction)))))
		return tp_scan_fail(s, TP_BAD_TEXT, TIME_HINT, "Expected a time as hour:minute:second");
	/* 24:00:00 and the leap second :60 roll over, as the server's own input lets them */
	if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0 || fraction > 0)))
		return tp_scan_fail(s, TP_BAD_TEXT, TIME_HINT, "There is no such time of day");
	if (!scan_offset(s, &offset))
		return tp_scan_fail(s, TP_BAD_TEXT, TIME_HINT, "Expected Z or an offset from UTC");
	if (!at_value_end(s))
		return tp_scan_fail(s, TP_BAD_TEXT, TIME_HINT, "Unexpected text behind the time");
	days = tp_days_from_date(year, month, day);
	if (days >= -2500000 && days < 107000000)
	{
		__int128	v = (__int128) days * TP_USECS_PER_DAY + hour * TP_USECS_PER_HOUR +
			minute * TP_USECS_PER_MINUTE + (second - offset) * TP_USECS_PER_SECOND + fraction;

		if (v >= TP_TIME_MIN && v < TP_TIME_END)
		{
			*t = (int64_t) v;
			return TP_OK;
		}
	}
	s->at = begin;
	return tp_scan_fail(s, TP_OUT_OF_RANGE, TP_TIME_RANGE_HINT, "The time is out of range");
}

tp_status
tp_scan_duration(tp_scan *s, int64_t *usecs)
{
	static const char units[] = "WDHMS";
	static const int64_t unit_usecs[] = {7 * TP_USECS_PER_DAY, TP_USECS_PER_DAY, TP_USECS_PER_HOUR,
	TP_USECS_PER_MINUTE, TP_USECS_PER_SECOND};
	const char *begin = s->at;
	int			next = 0;		/* the first unit that may still come */
	bool		timed = false,
				any = false;
	__int128	total = 0;

	if (tp_scan_peek(s) == '-')
		return tp_scan_fail(s, TP_BAD_ARGUMENT, DURATION_HINT, "A duration must not be negative");
	if (!(scan_char(s, 'P') || scan_char(s, 'p')))
		return tp_scan_fail(s, TP_BAD_TEXT, DURATION_HINT, "Expected a duration");
	while (!at_value_end(s))
	{
		const char *word = s->at;
		int64_t		fraction = 0;
		__int128	n = 0;
		bool		fractional = false;
		const char *unit;

		if (!timed && (scan_char(s, 'T') || scan_char(s, 't')))
		{
			timed = true;
			next = next < 2 ? 2 : next;
			any = false;
			continue;
		}
		if (tp_scan_peek(s) == '-')
			return tp_scan_fail(s, TP_BAD_ARGUMENT, DURATION_HINT, "A duration must not be negative");
		if (!is_digit(tp_scan_peek(s)))
			return tp_scan_fail(s, TP_BAD_TEXT, DURATION_HINT, "Expected a number in the duration");
		for (; is_digit(tp_scan_peek(s)); s->at++)
			if (n < INT64_MAX)
				n = n * 10 + (*s->at - '0');
		if (tp_scan_peek(s) == '.')
		{
			fractional = true;
			if (!scan_fraction(s, &fraction))
				return tp_scan_fail(s, TP_BAD_TEXT, DURATION_HINT, "Expected digits behind the point");
		}
		unit = memchr(units, tp_scan_peek(s) & ~0x20, sizeof(units) - 1);
		if (!timed && unit == NULL && (tp_scan_peek(s) & ~0x20) == 'Y')
			unit = units + 3;
		if (!timed && unit == units + 3)
		{
			s->at = word;
			return tp_scan_fail(s, TP_BAD_ARGUMENT, DURATION_HINT,
								"Months and years are of no fixed length");
		}
		if (unit == NULL || unit - units < next || (unit - units >= 2) != timed ||
			(fractional && unit - units != 4))
		{
			s->at = word;
			return tp_scan_fail(s, TP_BAD_TEXT, DURATION_HINT, "Unexpected part of a duration");
		}
		s->at++;
		next = (int) (unit - units) + 1;
		any = true;
		total += (n > INT64_MAX ? INT64_MAX : n) * unit_usecs[unit - units] + fraction;
		if (total > INT64_MAX)
			total = (__int128) INT64_MAX + 1;
	}
	if (!any)
		return tp_scan_fail(s, TP_BAD_TEXT, DURATION_HINT, "The duration says nothing");
	if (total > INT64_MAX)
	{
		s->at = begin;
		return tp_scan_fail(s, TP_OUT_OF_RANGE, "Durations go up to about 292,000 years.",
							"The duration is out of range");
	}
	*usecs = (int64_t) total;
	return TP_OK;
}

void
tp_write_number(tp_buffer *b, double v)
{
	char	   *to = tp_buffer_reserve(b, TP_NUMBER_SIZE);

	if (to != NULL)
		b->len += (size_t) tp_host_number(v, to);
}

void
tp_write_integer(tp_buffer *b, int64_t v)
{
	char		digits[24];
	int			n = 0;
	uint64_t	u = v < 0 ? 0 - (uint64_t) v : (uint64_t) v;

	do
		digits[sizeof(digits) - ++n] = (char) ('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		digits[sizeof(digits) - ++n] = '-';
	tp_buffer_add(b, digits + sizeof(digits) - n, (size_t) n);
}

static char *
put_padded(char *to, int v, int width)
{
	for (int i = width; i-- > 0; v /= 10)
		to[i] = (char) ('0' + v % 10);
	return to + width;
}

/* ".5" for half a second, nothing for none. */
static char *
put_fraction(char *to, int usecs)
{
	if (usecs == 0)
		return to;
	*to++ = '.';
	to = put_padded(to, usecs, 6);
	while (to[-1] == '0')
		to--;
	return to;
}

void
tp_write_time(tp_buffer *b, int64_t t)
{
	char	   *begin = tp_buffer_reserve(b, 48);
	char	   *to = begin;
	int64_t		days = t / TP_USECS_PER_DAY;
	int64_t		usecs = t % TP_USECS_PER_DAY;
	int64_t		year;
	int			month,
				day;

	if (begin == NULL)
		return;
	if (usecs < 0)
	{
		usecs += TP_USECS_PER_DAY;
		days--;
	}
	tp_date_from_days(days, &year, &month, &day);
	if (year < 0)
		*to++ = '-';
	else if (year > 9999)
		*to++ = '+';
	if (year < 0)
		year = -year;
	to = put_padded(to, (int) year, year > 99999 ? 6 : year > 9999 ? 5 : 4);
	*to++ = '-';
	to = put_padded(to, month, 2);
	*to++ = '-';
	to = put_padded(to, day, 2);
	*to++ = 'T';
	to = put_padded(to, (int) (usecs / TP_USECS_PER_HOUR), 2);
	*to++ = ':';
	to = put_padded(to, (int) (usecs / TP_USECS_PER_MINUTE % 60), 2);
	*to++ = ':';
	to = put_padded(to, (int) (usecs / TP_USECS_PER_SECOND % 60), 2);
	to = put_fraction(to, (int) (usecs % TP_USECS_PER_SECOND));
	*to++ = 'Z';
	b->len += (size_t) (to - begin);
}

void
tp_write_duration(tp_buffer *b, int64_t usecs)
{
	int64_t		hours = usecs / TP_USECS_PER_HOUR;
	int			minutes = (int) (usecs / TP_USECS_PER_MINUTE % 60);
	int			seconds = (int) (usecs / TP_USECS_PER_SECOND % 60);
	int			fraction = (int) (usecs % TP_USECS_PER_SECOND);

	tp_buffer_string(b, "PT");
	if (hours > 0)
	{
		tp_write_integer(b, hours);
		tp_buffer_byte(b, 'H');
	}
	if (minutes > 0)
	{
		tp_write_integer(b, minutes);
		tp_buffer_byte(b, 'M');
	}
	if (seconds > 0 || fraction > 0 || usecs == 0)
	{
		char		text[16];
		char	   *to = put_fraction(text, fraction);

		tp_write_integer(b, seconds);
		tp_buffer_add(b, text, (size_t) (to - text));
		tp_buffer_byte(b, 'S');
	}
}
