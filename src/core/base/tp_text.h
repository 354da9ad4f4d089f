/*
 * tp_text.h
 *	  The pieces of every text form: excerpts for messages, a cursor over input, numbers, times, durations.
 *
 * Nothing here looks at a setting or at the locale: what is written by one server reads back bit
 * for bit on any other. Input is NUL-terminated at its end.
 */
#ifndef TP_TEXT_H
#define TP_TEXT_H

#include "base/tp_core.h"
#include "base/tp_host.h"

/* A value as it goes into a message: clipped at a character boundary, control bytes as '?'. */
#define TP_EXCERPT_SIZE 72
typedef struct tp_excerpt
{
	char		text[TP_EXCERPT_SIZE];
} tp_excerpt;

extern tp_excerpt tp_excerpt_of(const char *s, size_t len);

/* Times are microseconds since 2000-01-01 00:00 UTC, as the server keeps timestamptz. */
#define TP_USECS_PER_SECOND	INT64_C(1000000)
#define TP_USECS_PER_MINUTE	(60 * TP_USECS_PER_SECOND)
#define TP_USECS_PER_HOUR	(60 * TP_USECS_PER_MINUTE)
#define TP_USECS_PER_DAY	(24 * TP_USECS_PER_HOUR)
#define TP_TIME_MIN			INT64_C(-211813488000000000)	/* 4714-11-24 BC */
#define TP_TIME_END			INT64_C(9223371331200000000)	/* 294277-01-01, exclusive */
#define TP_TIME_RANGE_HINT	"Times go from 4714-11-24 BC to 294276-12-31."

static inline bool
tp_time_is_finite(int64_t t)
{
	return t >= TP_TIME_MIN && t < TP_TIME_END;
}

typedef struct tp_scan
{
	const char *type;			/* what is being read, for messages */
	const char *start;
	const char *at;
	const char *end;			/* *end == '\0' */
	tp_error   *err;
} tp_scan;

extern void tp_scan_init(tp_scan *s, const char *type, const char *text, size_t len, tp_error *err);
extern void tp_scan_blanks(tp_scan *s);

/* The byte at the cursor, or '\0' at the end. */
static inline char
tp_scan_peek(const tp_scan *s)
{
	return s->at < s->end ? *s->at : '\0';
}

/* Go past word if it is next. */
static inline bool
tp_scan_skip(tp_scan *s, const char *word)
{
	size_t		len = strlen(word);

	if ((size_t) (s->end - s->at) < len || memcmp(s->at, word, len) != 0)
		return false;
	s->at += len;
	return true;
}

/* The same with blanks around it, which are passed in any case before it. */
extern bool tp_scan_take(tp_scan *s, const char *word);

/* That word: TP_BAD_TEXT with the hint unless it is next. tp_scan_end wants nothing but blanks before the end. */
extern tp_status tp_scan_word(tp_scan *s, const char *word, const char *hint);
extern tp_status tp_scan_end(tp_scan *s, const char *hint);

/*
 * The brace before the body of a text form. False where there is no body: status is TP_OK for {} and nothing else,
 * or tells what is wrong. tp_scan_form is tp_scan_init and that. tp_scan_close wants the brace behind the body, and then the end.
 */
extern bool tp_scan_open(tp_scan *s, const char *hint, tp_status *status);
extern bool tp_scan_form(tp_scan *s, const char *type, const char *text, size_t len, const char *hint, tp_error *err,
						 tp_status *status);
extern tp_status tp_scan_close(tp_scan *s, const char *hint);

/*
 * In a loop over a list in braces, of which the first is behind the cursor: is there an element i, which now begins?
 * False behind the last and its brace, and where status tells what is wrong.
 */
extern bool tp_scan_more(tp_scan *s, const tp_memory *mem, size_t i, const char *hint, tp_status *status);

/* What stands at the cursor behind an element of a list in braces: a comma, or the brace, behind which there is no more. */
extern tp_status tp_scan_separator(tp_scan *s, const char *hint, bool *more);

/* Which of n words a text is; -1 and TP_BAD_ARGUMENT, unknown what, if none. */
extern int	tp_word_parse(const char *const *words, size_t n, const char *text, size_t len, tp_error *err,
						  const char *what, const char *hint);

/* parse(text, len, &value, err): the same as an enumeration. */
#define TP_WORD_PARSE(parse, type, words, n, what, hint) \
tp_status \
parse(const char *text, size_t len, type *value, tp_error *err) \
{ \
	int			i = tp_word_parse(words, n, text, len, err, what, hint); \
	if (i < 0) \
		return err->status; \
	*value = (type) i; \
	return TP_OK; \
}

/* Malformed at the cursor: the message names the type and the input, the detail the character, from 1. */
#define TP_SCAN_PLACE ", at character "
extern tp_status tp_scan_fail(tp_scan *s, tp_status status, const char *hint, const char *format, ...)
			tp_printf_like(4, 5);

/* The place of a byte of the text, in characters from 1. */
extern size_t tp_scan_place(const tp_scan *s, const char *to);

/* A decimal number: TP_BAD_TEXT unless it is one, TP_OUT_OF_RANGE for NaN, infinity and overflow. */
extern tp_status tp_scan_number(tp_scan *s, double *v);
extern tp_status tp_scan_integer(tp_scan *s, int64_t *v);

/* Days since 2000-01-01 of a proleptic Gregorian date, and back. */
extern int64_t tp_days_from_date(int64_t year, int month, int day);
extern void tp_date_from_days(int64_t days, int64_t *year, int *month, int *day);
extern int	tp_days_in_month(int64_t year, int month);

/* ISO 8601 date and time with Z or an offset. */
extern tp_status tp_scan_time(tp_scan *s, int64_t *t);

/*
 * ISO 8601 duration of weeks, days (of 24 hours), hours, minutes and seconds. Months, years and
 * negatives can be read but make no sense: TP_BAD_ARGUMENT.
 */
extern tp_status tp_scan_duration(tp_scan *s, int64_t *usecs);

extern void tp_write_number(tp_buffer *b, double v);
extern void tp_write_integer(tp_buffer *b, int64_t v);
extern void tp_write_time(tp_buffer *b, int64_t t);
extern void tp_write_duration(tp_buffer *b, int64_t usecs);

#endif							/* TP_TEXT_H */
