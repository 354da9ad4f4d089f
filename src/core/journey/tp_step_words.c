/*
 * tp_step_words.c
 *	  Parsing the words that steps and patterns are made of: signs, globs, durations.
 */
#include "journey/tp_step.h"

#define DURATION_HINT "Write durations such as 30 min, 1.5 hours or 7 days; months are of no fixed length."

#define WORD_MAX 4096

void
tp_put_u16(tp_buffer *b, uint16_t v)
{
	tp_buffer_add(b, &v, sizeof(v));
}

void
tp_put_i64(tp_buffer *b, int64_t v)
{
	tp_buffer_add(b, &v, sizeof(v));
}

static void
put_glob_part(tp_buffer *b, const tp_glob_part *part)
{
	if (!part->given)
		return;
	tp_put_u16(b, part->len);
	tp_buffer_add(b, part->text, part->len);
}

void
tp_put_glob(tp_buffer *b, const tp_glob *glob)
{
	tp_buffer_byte(b, (uint8_t) (glob->channel.given | glob->label.given << 1 | glob->stage.given << 2));
	put_glob_part(b, &glob->channel);
	put_glob_part(b, &glob->label);
	put_glob_part(b, &glob->stage);
}

bool
tp_put_before(tp_buffer *b, size_t at, const void *bytes, size_t n)
{
	if (tp_buffer_reserve(b, n) == NULL)
		return false;
	memmove(b->data + at + n, b->data + at, b->len - at);
	memcpy(b->data + at, bytes, n);
	b->len += n;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Does a sign of the grammar stand here? An arrow is one where it does not end a word. */
static bool
is_sign(const char *at)
{
	return *at == '\0' || strchr("()|[]{}+?^$,", *at) != NULL ||
		((*at == '-' || *at == '=') && at[1] == '>') || (*at == '-' && at[1] == '[');
}

char
tp_parse_peek(tp_parser *p)
{
	tp_scan_blanks(&p->s);
	return tp_scan_peek(&p->s);
}

/* Is this what comes next? If so, pass it. */
bool
tp_parse_take(tp_parser *p, const char *what)
{
	tp_scan_blanks(&p->s);
	return tp_scan_skip(&p->s, what);
}

tp_status
tp_parse_put_choice(tp_parser *p, size_t at, uint32_t n)
{
	uint8_t		head[3] = {TP_NODE_CHOICE};

	if (n == 1)
		return TP_OK;
	tp_store_u16(head + 1, (uint16_t) n);
	return tp_put_before(p->out, at, head, sizeof(head)) ? TP_OK : tp_fail_memory(p->err);
}

tp_status
tp_parse_group(tp_parser *p, int deepest, tp_group_parser inside, uint32_t *steps, const char *expected, const char *hint)
{
	p->s.at++;
	if (++p->depth > deepest)
		return tp_parse_past_limit(p, "it nests too deep");
	if (inside(p, steps) != TP_OK)
		return p->err->status;
	p->depth--;
	return tp_parse_take(p, ")") ? TP_OK : tp_parse_expected(p, expected, hint);
}

bool
tp_parse_take_word(tp_parser *p, const char *word)
{
	const char *at;

	tp_scan_blanks(&p->s);
	at = p->s.at;
	if (!tp_parse_take(p, word))
		return false;
	if (p->s.at == p->s.end || is_blank(*p->s.at))
		return true;
	p->s.at = at;
	return false;
}

tp_status
tp_parse_expected(tp_parser *p, const char *what, const char *hint)
{
	tp_scan_blanks(&p->s);
	return tp_scan_fail(&p->s, TP_BAD_PATTERN, hint, "Expected %s", what);
}

tp_status
tp_parse_past_limit(tp_parser *p, const char *what)
{
	return tp_fail(p->err, TP_PAST_LIMIT, p->limit_hint, "%s is too large: %s", p->s.type, what);
}

/*
 * The end of the word at the cursor: a blank or a sign outside double quotes. Where the step stands alone,
 * blanks between words belong to the label, as they do in a glob. An arrow that touches a word is taken for a
 * slip of the pen rather than for a part of it.
 */
static tp_status
find_word_end(tp_parser *p, const char **end)
{
	const char *start = p->s.at;
	const char *at = start;
	bool		quoted = false;

	*end = start;
	for (; at < p->s.end; at++)
	{
		if (quoted && *at == '\\' && at + 1 < p->s.end)
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (is_blank(*at))
		{
			const char *behind = at;

			while (behind < p->s.end && is_blank(*behind))
				behind++;
			if (!p->alone || behind == p->s.end || is_sign(behind))
				break;
			at = behind - 1;
		}
		else if (is_sign(at))
		{
			if (at > start && (*at == '-' || *at == '='))
			{
				p->s.at = at;
				return tp_parse_expected(p, at[1] == '[' ? "a blank before -[" : "a blank before the arrow", p->word_hint);
			}
			break;
		}
	}
	*end = at;
	return TP_OK;
}

static bool
is_all_blank(const tp_scan *s)
{
	for (const char *at = s->start; at < s->end; at++)
		if (!is_blank(*at))
			return false;
	return true;
}

tp_status
tp_parse_glob(tp_parser *p, const char *what, const char *hint)
{
	char		word[WORD_MAX + 1];
	const char *end;
	size_t		len;
	tp_glob		glob;
	tp_scan		s;

	tp_scan_blanks(&p->s);
	if (find_word_end(p, &end) != TP_OK)
		return p->err->status;
	len = (size_t) (end - p->s.at);
	if (len == 0 && !(p->alone && is_all_blank(&p->s)))
		return tp_parse_expected(p, what, hint);
	if (len > WORD_MAX)
		return tp_parse_past_limit(p, "a word is longer than 4096 bytes");
	memcpy(word, p->s.at, len);
	word[len] = '\0';
	tp_scan_init(&s, "glob", word, len, p->err);
	if (tp_glob_scan(&s, &glob) == TP_OK)
	{
		tp_scan_blanks(&s);
		if (s.at < s.end)
			tp_scan_fail(&s, TP_BAD_TEXT, p->word_hint, "Unexpected \"%s\"",
						 tp_excerpt_of(s.at, (size_t) (s.end - s.at)).text);
		else
		{
			tp_put_glob(p->out, &glob);
			p->s.at = end;
			return TP_OK;
		}
	}
	/* keep what is wrong with the glob, say where in the whole text */
	{
		tp_status	status = p->err->status;
		char		what_is_wrong[TP_MESSAGE_SIZE],
					how_to_write[TP_MESSAGE_SIZE];
		char	   *where;

		memcpy(what_is_wrong, p->err->detail, sizeof(what_is_wrong));
		memcpy(how_to_write, p->err->hint, sizeof(how_to_write));
		if ((where = strstr(what_is_wrong, TP_SCAN_PLACE)) != NULL)
			*where = '\0';
		/* a sign cut the word short: then that is what is wrong */
		if (status == TP_BAD_TEXT && s.at == s.end && end < p->s.end && !is_blank(*end))
		{
			status = TP_BAD_PATTERN;
			memcpy(how_to_write, p->word_hint, strlen(p->word_hint) + 1);
		}
		p->s.at += s.at - word;
		s = p->s;
		if (p->alone && status != TP_BAD_PATTERN)
			s.type = "glob";
		else if (status == TP_BAD_TEXT)
			status = TP_BAD_PATTERN;
		return tp_scan_fail(&s, status, how_to_write, "%s", what_is_wrong);
	}
}

typedef struct unit
{
	const char *name;
	int64_t		usecs;
} unit;

static const unit units[] = {
	{"us", 1}, {"microsecond", 1}, {"microseconds", 1},
	{"ms", 1000}, {"millisecond", 1000}, {"milliseconds", 1000},
	{"s", TP_USECS_PER_SECOND}, {"sec", TP_USECS_PER_SECOND}, {"secs", TP_USECS_PER_SECOND},
	{"second", TP_USECS_PER_SECOND}, {"seconds", TP_USECS_PER_SECOND},
	{"min", TP_USECS_PER_MINUTE}, {"mins", TP_USECS_PER_MINUTE},
	{"minute", TP_USECS_PER_MINUTE}, {"minutes", TP_USECS_PER_MINUTE},
	{"h", TP_USECS_PER_HOUR}, {"hour", TP_USECS_PER_HOUR}, {"hours", TP_USECS_PER_HOUR},
	{"d", TP_USECS_PER_DAY}, {"day", TP_USECS_PER_DAY}, {"days", TP_USECS_PER_DAY},
	{"week", 7 * TP_USECS_PER_DAY}, {"weeks", 7 * TP_USECS_PER_DAY},
	{NULL, 0}
};

/* v += digit * factor, within limits. */
static bool
add_product(int64_t *v, int64_t digit, int64_t factor)
{
	if (digit > (INT64_MAX - *v) / factor)
		return false;
	*v += digit * factor;
	return true;
}

size_t
tp_parse_letters(tp_parser *p, char *name, size_t size)
{
	size_t		n = 0;

	tp_scan_blanks(&p->s);
	while (n + 1 < size && p->s.at + n < p->s.end &&
		   ((p->s.at[n] >= 'a' && p->s.at[n] <= 'z') || p->s.at[n] == '_'))
	{
		name[n] = p->s.at[n];
		n++;
	}
	name[n] = '\0';
	return n;
}

/* One or more amounts such as 1 day 12 hours; exact to the microsecond. */
tp_status
tp_parse_span(tp_parser *p, int64_t *usecs)
{
	*usecs = 0;
	do
	{
		const char *digits,
				   *fraction = NULL;
		char		name[16];
		const unit *u;
		int64_t		whole = 0;

		tp_scan_blanks(&p->s);
		digits = p->s.at;
		if (!is_digit(*digits))
			return tp_parse_expected(p, "a duration", DURATION_HINT);
		for (; is_digit(*p->s.at); p->s.at++)
		{
			if (whole > (INT64_MAX - 9) / 10)
				return tp_parse_expected(p, "a shorter duration", DURATION_HINT);
			whole = whole * 10 + (*p->s.at - '0');
		}
		if (*p->s.at == '.')
		{
			fraction = ++p->s.at;
			while (is_digit(*p->s.at))
				p->s.at++;
		}
		tp_parse_letters(p, name, sizeof(name));
		for (u = units; u->name != NULL && strcmp(u->name, name) != 0;)
			u++;
		if (u->name == NULL)
			return tp_parse_expected(p, "a unit of time: us, ms, s, min, hours, days or weeks", DURATION_HINT);
		if (!add_product(usecs, whole, u->usecs))
			return tp_parse_expected(p, "a shorter duration", DURATION_HINT);
		for (int64_t place = u->usecs; fraction != NULL && is_digit(*fraction); fraction++)
		{
			if (*fraction != '0' && (place < 10 || place % 10 != 0))
				return tp_parse_expected(p, "no more than whole microseconds", DURATION_HINT);
			place /= 10;
			if (!add_product(usecs, *fraction - '0', place > 0 ? place : 1))
				return tp_parse_expected(p, "a shorter duration", DURATION_HINT);
		}
		p->s.at += strlen(name);
	} while (is_digit(tp_parse_peek(p)));
	return TP_OK;
}

