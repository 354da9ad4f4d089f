/*
 * tp_step_parse.c
 *	  Parsing steps: globs, alternatives, conditions; alone and as steps of a pattern.
 */
#include "journey/tp_step.h"

#include "journey/tp_contact_record.h"

#define STEP_HINT \
	"Write a step such as web/cart, web/*[score < 3] or (store/* | app/*)[value > 0]; a label that holds any of ( ) [ ] { } | ? + ^ $ , or an arrow goes in double quotes."
#define PLAIN_HINT \
	"Write globs such as web/* with | between; a label that holds any of ( ) [ ] { } | ? + ^ $ , or an arrow goes in double quotes."
#define CONDITION_HINT \
	"Write conditions such as score < 3, duration >= 5 min, by = customer, campaign = \"spring\", order ~ \"o-*\", agent or not agent, with commas between; a property that is called like a field is properties.score."
#define VALUE_HINT "Write numbers as 4.5, strings as \"spring\" in double quotes, and true or false."
#define DURATION_HINT "Write durations such as 30 min, 1.5 hours or 7 days; months are of no fixed length."
#define LIMIT_HINT \
	"Groups nest up to 100 deep, a step has up to 10000 alternatives and 255 conditions, and its text up to 1 MB."

#define WORD_MAX 4096

/* Conditions of a group are written out for each alternative, so an image may outgrow its text. */
#define IMAGE_MAX (8 * 1024 * 1024)

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
	size_t		len = strlen(what);

	tp_scan_blanks(&p->s);
	if ((size_t) (p->s.end - p->s.at) < len || memcmp(p->s.at, what, len) != 0)
		return false;
	p->s.at += len;
	return true;
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

/* A run of small letters. */
static size_t
scan_letters(tp_parser *p, char *name, size_t size)
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
		scan_letters(p, name, sizeof(name));
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

bool
tp_parse_op(tp_parser *p, tp_op *op)
{
	static const struct
	{
		const char *text;
		tp_op		op;
	}			ops[] = {{"<=", TP_OP_LE}, {">=", TP_OP_GE}, {"<>", TP_OP_NE}, {"!=", TP_OP_NE},
	{"<", TP_OP_LT}, {">", TP_OP_GT}, {"=", TP_OP_EQ}, {"~", TP_OP_LIKE}};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
	{
		if (tp_parse_take(p, ops[i].text))
		{
			*op = ops[i].op;
			return true;
		}
	}
	return false;
}

/* A number up to a blank, a comma or a bracket. */
static tp_status
parse_number(tp_parser *p, const char *what, const char *hint, double *v)
{
	char		text[64];
	size_t		n = 0;
	tp_scan		s;
	tp_error	unused;

	tp_scan_blanks(&p->s);
	while (n + 1 < sizeof(text) && p->s.at + n < p->s.end && !is_blank(p->s.at[n]) && strchr(",]", p->s.at[n]) == NULL)
	{
		text[n] = p->s.at[n];
		n++;
	}
	text[n] = '\0';
	tp_scan_init(&s, "number", text, n, &unused);
	if (tp_scan_number(&s, v) != TP_OK || s.at != s.end)
		return tp_parse_expected(p, what, hint);
	p->s.at += n;
	return TP_OK;
}

/* What stands between double quotes, with \" and \\; of a glob * becomes \1, and \* is a star. */
static tp_status
parse_string(tp_parser *p, char *out, size_t room, size_t *len, bool glob, const char *too_long)
{
	const char *start = p->s.at;

	*len = 0;
	for (p->s.at++; *p->s.at != '"'; p->s.at++)
	{
		char		c = *p->s.at;

		if (p->s.at >= p->s.end)
		{
			p->s.at = start;
			return tp_parse_expected(p, "a string that is closed by a double quote", VALUE_HINT);
		}
		if (c == '\\')
		{
			c = *++p->s.at;
			if (c != '"' && c != '\\' && !(glob && c == '*'))
			{
				p->s.at--;
				return tp_parse_expected(p, glob ? "\\\", \\\\ or \\*" : "\\\" or \\\\", "A backslash in double quotes is written twice.");
			}
		}
		else if (glob && c == '*')
			c = '\1';
		else if (glob && c == '\1')
			return tp_parse_expected(p, "no control characters in a glob", VALUE_HINT);
		if (*len == room)
		{
			p->s.at = start;
			return tp_parse_expected(p, too_long, VALUE_HINT);
		}
		if (!(c == '\1' && glob && *len > 0 && out[*len - 1] == '\1'))
			out[(*len)++] = c;
	}
	p->s.at++;
	return TP_OK;
}

bool
tp_is_reserved_name(const char *name, size_t len)
{
	static const char *const others[] = {"not", "id", "occurred_at", "initiator", "touchpoint"};

	for (int i = 0; i < TP_FIELD_PROPERTY; i++)
		if (strlen(tp_field_names[i]) == len && memcmp(tp_field_names[i], name, len) == 0)
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strlen(others[i]) == len && memcmp(others[i], name, len) == 0)
			return true;
	return len >= 11 && memcmp(name, "properties.", 11) == 0;
}

/* The bytes of a bare name, 0 where there is none. */
static size_t
bare_name(tp_parser *p)
{
	size_t		n = 0;

	tp_scan_blanks(&p->s);
	if (tp_begins_name(tp_scan_peek(&p->s)))
		for (n = 1; tp_continues_name(p->s.at[n]);)
			n++;
	return n;
}

static bool
is_name(const char *s, size_t n, const char *name)
{
	return strlen(name) == n && memcmp(s, name, n) == 0;
}

/* A field or a property by its name. */
tp_status
tp_parse_key(tp_parser *p, char key[TP_KEY_MAX], uint8_t *len, tp_field *field)
{
	static const char *const unasked[] = {"id", "occurred_at", "initiator", "touchpoint"};
	size_t		n = bare_name(p);
	size_t		quoted = 0;

	*field = TP_FIELD_PROPERTY;
	*len = 0;
	if (n == 0 && tp_scan_peek(&p->s) != '"')
		return tp_parse_expected(p, "score, expected, gap, cost, duration, value, by or the name of a property", CONDITION_HINT);
	for (int i = 0; i < TP_FIELD_PROPERTY; i++)
	{
		if (is_name(p->s.at, n, tp_field_names[i]))
		{
			*field = (tp_field) i;
			p->s.at += n;
			return TP_OK;
		}
	}
	for (size_t i = 0; i < sizeof(unasked) / sizeof(unasked[0]); i++)
		if (is_name(p->s.at, n, unasked[i]))
			return tp_parse_expected(p, i == 2 ? "by, as the initiator is called here" : "a field that conditions ask about", CONDITION_HINT);
	if (n >= 11 && memcmp(p->s.at, "properties.", 11) == 0)
	{
		p->s.at += 11;
		n -= 11;
		if (n == 0 && *p->s.at != '"')
			return tp_parse_expected(p, "the name of a property", CONDITION_HINT);
	}
	if (n == 0)
	{
		const char *at = p->s.at;

		if (parse_string(p, key, TP_KEY_MAX, &quoted, false, "a name of at most 63 bytes") != TP_OK)
			return p->err->status;
		if (quoted == 0)
		{
			p->s.at = at;
			return tp_parse_expected(p, "the name of a property", CONDITION_HINT);
		}
		*len = (uint8_t) quoted;
		return TP_OK;
	}
	if (n > TP_KEY_MAX)
		return tp_parse_expected(p, "a name of at most 63 bytes", CONDITION_HINT);
	memcpy(key, p->s.at, n);
	*len = (uint8_t) n;
	p->s.at += n;
	return TP_OK;
}

static tp_status
parse_by(tp_parser *p)
{
	char		name[16];
	bool		quoted = tp_parse_peek(p) == '"';
	const char *at = p->s.at;
	tp_initiator by;

	p->s.at += quoted;
	scan_letters(p, name, sizeof(name));
	if (!tp_initiator_parse(name, strlen(name), &by) || (quoted && p->s.at[strlen(name)] != '"'))
	{
		p->s.at = at;
		return tp_parse_expected(p, "company, customer or third_party", CONDITION_HINT);
	}
	p->s.at += strlen(name) + quoted;
	tp_put_i64(p->out, by);
	return TP_OK;
}

/* true or false, and no other word; -1 where it is neither. */
static int
parse_truth(tp_parser *p)
{
	size_t		n = bare_name(p);
	int			truth = is_name(p->s.at, n, "true") ? 1 : is_name(p->s.at, n, "false") ? 0 : -1;

	if (truth >= 0)
		p->s.at += n;
	return truth;
}

/* The value that a property is compared with. */
static tp_status
parse_value(tp_parser *p, tp_op op)
{
	char		c = tp_parse_peek(p);
	int			truth;
	double		number;

	if (c == '"')
	{
		char		string[TP_STRING_MAX];
		size_t		len;

		if (parse_string(p, string, sizeof(string), &len, op == TP_OP_LIKE, "a string of at most 1023 bytes") != TP_OK)
			return p->err->status;
		tp_buffer_byte(p->out, TP_PROPERTY_STRING);
		tp_put_u16(p->out, (uint16_t) len);
		tp_buffer_add(p->out, string, len);
		return TP_OK;
	}
	if (op == TP_OP_LIKE)
		return tp_parse_expected(p, "a glob in double quotes", CONDITION_HINT);
	if (op == TP_OP_EQ || op == TP_OP_NE)
	{
		if ((truth = parse_truth(p)) >= 0)
		{
			tp_buffer_byte(p->out, TP_PROPERTY_BOOLEAN);
			tp_buffer_byte(p->out, (uint8_t) truth);
			return TP_OK;
		}
		if (parse_number(p, "a number, a string in double quotes, true or false", VALUE_HINT, &number) != TP_OK)
			return p->err->status;
	}
	else if (parse_number(p, "a number or a string in double quotes", VALUE_HINT, &number) != TP_OK)
		return p->err->status;
	tp_buffer_byte(p->out, TP_PROPERTY_NUMBER);
	tp_buffer_add(p->out, &number, sizeof(number));
	return TP_OK;
}

/* An operator that can stand behind this field. */
static bool
parse_field_op(tp_parser *p, tp_field field, tp_op *op)
{
	return tp_parse_op(p, op) && (field != TP_FIELD_BY || *op == TP_OP_EQ || *op == TP_OP_NE) &&
		(field == TP_FIELD_PROPERTY || *op != TP_OP_LIKE);
}

/* What is compared, and how: *more where TP_NODE_STEP cannot hold it. */
static tp_status
parse_condition(tp_parser *p, bool *more)
{
	char		key[TP_KEY_MAX];
	uint8_t		key_len;
	tp_field	field;
	tp_op		op;
	const char *at;
	bool		missing = false;
	int64_t		usecs;
	double		number;

	if (is_name(p->s.at, bare_name(p), "not"))
	{
		p->s.at += 3;
		missing = tp_begins_name(tp_parse_peek(p)) || tp_scan_peek(&p->s) == '"';
		if (!missing)
			return tp_parse_expected(p, "the name of what must not be there behind \"not\"", CONDITION_HINT);
	}
	if (tp_parse_key(p, key, &key_len, &field) != TP_OK)
		return p->err->status;
	tp_scan_blanks(&p->s);
	at = p->s.at;
	if (missing || strchr(",]", *at) != NULL)
	{
		if (*at == '\0' || strchr(",]", *at) == NULL)
			return tp_parse_expected(p, ", or ]", CONDITION_HINT);
		op = missing ? TP_OP_MISSING : TP_OP_THERE;
	}
	else if (!parse_field_op(p, field, &op))
	{
		p->s.at = at;
		return tp_parse_expected(p, field == TP_FIELD_BY ? "=, <> or a comma" : field == TP_FIELD_PROPERTY ?
								 "<, <=, =, <>, >=, > or ~" : "<, <=, =, <>, >= or >", CONDITION_HINT);
	}
	*more |= field == TP_FIELD_PROPERTY || op > TP_OP_GT;
	tp_buffer_byte(p->out, (uint8_t) field);
	tp_buffer_byte(p->out, (uint8_t) op);
	if (field == TP_FIELD_PROPERTY)
	{
		tp_buffer_byte(p->out, key_len);
		tp_buffer_add(p->out, key, key_len);
	}
	if (op >= TP_OP_THERE)
		return TP_OK;
	if (field == TP_FIELD_PROPERTY)
		return parse_value(p, op);
	if (field == TP_FIELD_BY)
		return parse_by(p);
	if (field == TP_FIELD_DURATION)
	{
		if (tp_parse_span(p, &usecs) != TP_OK)
			return p->err->status;
		tp_put_i64(p->out, usecs);
		return TP_OK;
	}
	if (parse_number(p, "a number", CONDITION_HINT, &number) != TP_OK)
		return p->err->status;
	tp_buffer_add(p->out, &number, sizeof(number));
	return TP_OK;
}

/* [score < 3, by = customer], behind the opening bracket; *n of them. */
static tp_status
parse_conditions(tp_parser *p, uint32_t *n, bool *more)
{
	*n = 0;
	do
	{
		if (++*n > 255)
			return tp_parse_past_limit(p, "a step has more than 255 conditions");
		if (parse_condition(p, more) != TP_OK)
			return p->err->status;
	} while (tp_parse_take(p, ","));
	if (!tp_parse_take(p, "]"))
		return tp_parse_expected(p, ", or ]", CONDITION_HINT);
	return TP_OK;
}

static tp_status
refuse_conditions(tp_parser *p)
{
	return tp_parse_expected(p, "no conditions: a touchpoint has nothing that they could be about",
							 "Write conditions where contacts are chosen, as in keep() or a journey pattern.");
}

tp_status
tp_parse_step(tp_parser *p, const char *what, const char *hint)
{
	size_t		at = p->out->len,
				count_at;
	uint32_t	n;
	bool		more = false;

	tp_buffer_byte(p->out, TP_NODE_STEP);
	if (tp_parse_glob(p, what, hint) != TP_OK)
		return p->err->status;
	count_at = p->out->len;
	tp_buffer_byte(p->out, 0);
	p->word = true;
	if (tp_parse_peek(p) != '[')
		return TP_OK;
	if (p->plain)
		return refuse_conditions(p);
	p->s.at++;
	p->word = false;
	if (parse_conditions(p, &n, &more) != TP_OK)
		return p->err->status;
	if (!p->out->failed)
	{
		p->out->data[at] = more ? TP_NODE_MORE : TP_NODE_STEP;
		p->out->data[count_at] = (char) n;
	}
	return TP_OK;
}

/* Copy the nodes of a group, each step with n conditions more. */
static tp_status
add_to_steps(tp_parser *p, tp_image *i, tp_buffer *to, const tp_buffer *conditions, uint32_t n, bool more)
{
	uint32_t	pending = 1;

	while (pending > 0 && !i->bad)
	{
		uint8_t		kind = tp_image_u8(i);
		const uint8_t *glob = i->at;
		const uint8_t *own;
		uint32_t	count;
		tp_glob		unused;

		pending--;
		if (kind == TP_NODE_CHOICE)
		{
			count = tp_image_u16(i);
			tp_buffer_byte(to, kind);
			tp_put_u16(to, (uint16_t) count);
			pending += count;
			continue;
		}
		if (kind != TP_NODE_STEP && kind != TP_NODE_MORE)
			return tp_parse_expected(p, "no conditions behind more than alternatives of one step", p->word_hint);
		tp_image_glob(i, &unused);
		own = i->at + 1;
		count = tp_image_pass_conditions(i);
		if (count + n > 255)
			return tp_parse_past_limit(p, "a step has more than 255 conditions");
		tp_buffer_byte(to, more ? TP_NODE_MORE : kind);
		tp_buffer_add(to, glob, (size_t) (own - 1 - glob));
		tp_buffer_byte(to, (uint8_t) (count + n));
		tp_buffer_add(to, own, (size_t) (i->at - own));
		tp_buffer_add(to, conditions->data, conditions->len);
		if (to->len > IMAGE_MAX)
			return tp_parse_past_limit(p, "its conditions written out take more than 8 MB");
	}
	return TP_OK;
}

tp_status
tp_parse_group_conditions(tp_parser *p, size_t at)
{
	tp_buffer  *out = p->out;
	tp_buffer	conditions,
				nodes;
	const char *here;
	uint32_t	n;
	bool		more = false;
	tp_status	status;

	if (tp_parse_peek(p) != '[')
		return TP_OK;
	if (p->plain)
		return refuse_conditions(p);
	here = p->s.at++;
	tp_buffer_init(&conditions, out->mem);
	tp_buffer_init(&nodes, out->mem);
	p->out = &conditions;
	status = parse_conditions(p, &n, &more);
	p->out = out;
	if (status == TP_OK && !conditions.failed && !out->failed)
	{
		tp_image	i = {(const uint8_t *) out->data + at, (const uint8_t *) out->data + out->len, false};
		const char *behind = p->s.at;

		p->s.at = here;
		status = add_to_steps(p, &i, &nodes, &conditions, n, more);
		p->s.at = behind;
		out->len = at;
		tp_buffer_add(out, nodes.data, nodes.len);
	}
	if (status == TP_OK && (conditions.failed || nodes.failed || out->failed))
		status = tp_fail_memory(p->err);
	tp_release(out->mem, conditions.data);
	tp_release(out->mem, nodes.data);
	return status;
}

static tp_status parse_alternatives(tp_parser *p, uint32_t *steps);

static tp_status
parse_alternative(tp_parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;

	if (tp_parse_peek(p) != '(')
	{
		*steps = 1;
		return tp_parse_step(p, "a step, such as web/cart", p->word_hint);
	}
	p->s.at++;
	if (++p->depth > TP_STEP_DEPTH_MAX)
		return tp_parse_past_limit(p, "it nests too deep");
	if (parse_alternatives(p, steps) != TP_OK)
		return p->err->status;
	p->depth--;
	if (!tp_parse_take(p, ")"))
		return tp_parse_expected(p, p->plain ? "| or )" : "|, ) or conditions in [ ]", p->word_hint);
	return tp_parse_group_conditions(p, at);
}

static tp_status
parse_alternatives(tp_parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;
	uint8_t		head[3] = {TP_NODE_CHOICE};
	uint32_t	n = 1,
				also;

	if (parse_alternative(p, steps) != TP_OK)
		return p->err->status;
	for (; tp_parse_take(p, "|"); n++)
	{
		if (parse_alternative(p, &also) != TP_OK)
			return p->err->status;
		*steps += also;
		if (*steps > TP_STEP_ALTERNATIVES_MAX)
			return tp_parse_past_limit(p, "it has more than 10000 alternatives");
	}
	if (n == 1)
		return TP_OK;
	tp_store_u16(head + 1, (uint16_t) n);
	return tp_put_before(p->out, at, head, sizeof(head)) ? TP_OK : tp_fail_memory(p->err);
}

tp_status
tp_step_parse(tp_buffer *out, const char *text, size_t len, bool plain, tp_error *err)
{
	tp_parser	p = {.out = out, .err = err, .word_hint = plain ? PLAIN_HINT : STEP_HINT,
	.limit_hint = LIMIT_HINT, .alone = true, .plain = plain};
	uint32_t	steps;

	tp_scan_init(&p.s, plain ? "glob" : "step", text, len, err);
	if (len > TP_STEP_TEXT_MAX)
		return tp_parse_past_limit(&p, "its text is longer than 1 MB");
	if (parse_alternatives(&p, &steps) != TP_OK)
		return err->status;
	tp_scan_blanks(&p.s);
	if (p.s.at < p.s.end)
		return tp_parse_expected(&p, plain ? "| or the end" : "|, conditions in [ ] or the end", p.word_hint);
	return out->failed ? tp_fail_memory(err) : TP_OK;
}
