/*
 * tp_pattern.c
 *	  The text form of patterns: parsing into an image, and back.
 */
#include "find/tp_pattern.h"

#define PATTERN_HINT \
	"Write steps such as web/cart joined by -> (later), => (the very next contact) or -[<= 7 days, !support/*]->."
#define WORD_HINT \
	"A word ends at a blank or any of ( ) | [ ] { } + ? ^ $ , and a label that holds these goes in double quotes."
#define LIMIT_HINT "Write limits such as <= 7 days, > 1 hour or !support/*, with commas between."
#define CONDITION_HINT \
	"Write conditions such as score < 3, duration >= 5 min or by = customer, on score, expected, gap, cost, duration, value, by."
#define DURATION_HINT "Write durations such as 30 min, 1.5 hours or 7 days; months are of no fixed length."

#define WORD_MAX 4096

typedef struct parser
{
	tp_scan		s;
	tp_buffer  *out;
	tp_error   *err;
	int			depth;
	bool		word;			/* the element just read ended with a bare word */
} parser;

static void
put_u16(tp_buffer *b, uint16_t v)
{
	tp_buffer_add(b, &v, sizeof(v));
}

static void
put_i64(tp_buffer *b, int64_t v)
{
	tp_buffer_add(b, &v, sizeof(v));
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
peek(parser *p)
{
	tp_scan_blanks(&p->s);
	return tp_scan_peek(&p->s);
}

/* Is this what comes next? If so, pass it. */
static bool
take(parser *p, const char *what)
{
	size_t		len = strlen(what);

	tp_scan_blanks(&p->s);
	if ((size_t) (p->s.end - p->s.at) < len || memcmp(p->s.at, what, len) != 0)
		return false;
	p->s.at += len;
	return true;
}

static tp_status
expected(parser *p, const char *what, const char *hint)
{
	tp_scan_blanks(&p->s);
	return tp_scan_fail(&p->s, TP_BAD_PATTERN, hint, "Expected %s", what);
}

static tp_status
past_limit(parser *p, const char *what)
{
	return tp_fail(p->err, TP_PAST_LIMIT,
				   "Groups nest up to 100 deep, repetitions go up to 1000, and a pattern with its repetitions written out has up to 10000 steps.",
				   "journey pattern is too large: %s", what);
}

static void
put_glob_part(tp_buffer *b, const tp_glob_part *part)
{
	if (!part->given)
		return;
	put_u16(b, part->len);
	tp_buffer_add(b, part->text, part->len);
}

static void
put_glob(tp_buffer *b, const tp_glob *glob)
{
	tp_buffer_byte(b, (uint8_t) (glob->channel.given | glob->label.given << 1 | glob->stage.given << 2));
	put_glob_part(b, &glob->channel);
	put_glob_part(b, &glob->label);
	put_glob_part(b, &glob->stage);
}

/*
 * A glob: from here to a blank or a special character outside double quotes. An arrow that touches a
 * word is taken for a slip of the pen rather than for a part of it.
 */
static tp_status
parse_glob(parser *p, const char *what)
{
	char		word[WORD_MAX + 1];
	const char *start;
	const char *at;
	bool		quoted = false;
	tp_glob		glob;

	tp_scan_blanks(&p->s);
	start = at = p->s.at;
	for (; at < p->s.end; at++)
	{
		if (quoted && *at == '\\' && at + 1 < p->s.end)
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (!quoted)
		{
			if (is_blank(*at) || strchr("()|[]{}+?^$,", *at) != NULL)
				break;
			if (at > start && at + 1 < p->s.end && at[1] == '>' && (*at == '-' || *at == '='))
			{
				p->s.at = at;
				return expected(p, "a blank before the arrow", WORD_HINT);
			}
			if (*at == '-' && at + 1 < p->s.end && at[1] == '[' && at > start)
			{
				p->s.at = at;
				return expected(p, "a blank before -[", WORD_HINT);
			}
		}
	}
	if (at == start || (start[0] == '-' && start[1] == '[') ||
		((start[0] == '-' || start[0] == '=') && start[1] == '>'))
		return expected(p, what, PATTERN_HINT);
	if (at - start > WORD_MAX)
		return past_limit(p, "a word is longer than 4096 bytes");
	memcpy(word, start, (size_t) (at - start));
	word[at - start] = '\0';
	if (tp_glob_parse(word, (size_t) (at - start), &glob, p->err) != TP_OK)
	{
		/* keep what is wrong with the glob, say where in the pattern */
		char		hint[TP_MESSAGE_SIZE];

		memcpy(hint, p->err->hint, sizeof(hint));
		if (p->err->status != TP_BAD_TEXT)
			return p->err->status;
		tp_scan_fail(&p->s, TP_BAD_PATTERN, hint, "Expected a glob, not \"%s\"", tp_excerpt_of(word, strlen(word)).text);
		return TP_BAD_PATTERN;
	}
	put_glob(p->out, &glob);
	p->s.at = at;
	return TP_OK;
}

/* A run of letters, as it is compared. */
static size_t
scan_name(parser *p, char *name, size_t size)
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

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* v += digit * factor, within limits. */
static bool
add_product(int64_t *v, int64_t digit, int64_t factor)
{
	if (digit > (INT64_MAX - *v) / factor)
		return false;
	*v += digit * factor;
	return true;
}

/* One or more amounts such as 1 day 12 hours; exact to the microsecond. */
static tp_status
parse_duration(parser *p, int64_t *usecs)
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
			return expected(p, "a duration", DURATION_HINT);
		for (; is_digit(*p->s.at); p->s.at++)
		{
			if (whole > (INT64_MAX - 9) / 10)
				return expected(p, "a shorter duration", DURATION_HINT);
			whole = whole * 10 + (*p->s.at - '0');
		}
		if (*p->s.at == '.')
		{
			fraction = ++p->s.at;
			while (is_digit(*p->s.at))
				p->s.at++;
		}
		scan_name(p, name, sizeof(name));
		for (u = units; u->name != NULL && strcmp(u->name, name) != 0;)
			u++;
		if (u->name == NULL)
			return expected(p, "a unit of time: us, ms, s, min, hours, days or weeks", DURATION_HINT);
		if (!add_product(usecs, whole, u->usecs))
			return expected(p, "a shorter duration", DURATION_HINT);
		for (int64_t place = u->usecs; fraction != NULL && is_digit(*fraction); fraction++)
		{
			if (*fraction != '0' && (place < 10 || place % 10 != 0))
				return expected(p, "no more than whole microseconds", DURATION_HINT);
			place /= 10;
			if (!add_product(usecs, *fraction - '0', place > 0 ? place : 1))
				return expected(p, "a shorter duration", DURATION_HINT);
		}
		p->s.at += strlen(name);
	} while (is_digit(peek(p)));
	return TP_OK;
}

static bool
parse_op(parser *p, tp_op *op)
{
	static const struct
	{
		const char *text;
		tp_op		op;
	}			ops[] = {{"<=", TP_OP_LE}, {">=", TP_OP_GE}, {"<>", TP_OP_NE}, {"!=", TP_OP_NE},
	{"<", TP_OP_LT}, {">", TP_OP_GT}, {"=", TP_OP_EQ}};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
	{
		if (take(p, ops[i].text))
		{
			*op = ops[i].op;
			return true;
		}
	}
	return false;
}

const char *const tp_field_names[] = {"score", "expected", "gap", "cost", "duration", "value", "by"};

/* A number up to a blank, a comma or a bracket. */
static tp_status
parse_number(parser *p, double *v)
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
		return expected(p, "a number", CONDITION_HINT);
	p->s.at += n;
	return TP_OK;
}

/* [score < 3, by = customer], behind the opening bracket */
static tp_status
parse_conditions(parser *p)
{
	size_t		count_at = p->out->len - 1;
	int			n = 0;

	do
	{
		char		name[16];
		const char *at;
		int			field = 0;
		tp_op		op;
		int64_t		usecs;
		double		number;

		scan_name(p, name, sizeof(name));
		while (field < 7 && strcmp(tp_field_names[field], name) != 0)
			field++;
		if (field == 7)
			return expected(p, "score, expected, gap, cost, duration, value or by", CONDITION_HINT);
		p->s.at += strlen(name);
		tp_scan_blanks(&p->s);
		at = p->s.at;
		if (!parse_op(p, &op) || (field == TP_FIELD_BY && op != TP_OP_EQ && op != TP_OP_NE))
		{
			p->s.at = at;
			return expected(p, field == TP_FIELD_BY ? "= or <>" : "<, <=, =, <>, >= or >", CONDITION_HINT);
		}
		if (++n > 255)
			return past_limit(p, "a step has more than 255 conditions");
		tp_buffer_byte(p->out, (uint8_t) field);
		tp_buffer_byte(p->out, (uint8_t) op);
		if (field == TP_FIELD_BY)
		{
			tp_initiator by;

			scan_name(p, name, sizeof(name));
			if (!tp_initiator_parse(name, strlen(name), &by))
				return expected(p, "company, customer or third_party", CONDITION_HINT);
			p->s.at += strlen(name);
			put_i64(p->out, by);
		}
		else if (field == TP_FIELD_DURATION)
		{
			if (parse_duration(p, &usecs) != TP_OK)
				return p->err->status;
			put_i64(p->out, usecs);
		}
		else
		{
			if (parse_number(p, &number) != TP_OK)
				return p->err->status;
			tp_buffer_add(p->out, &number, sizeof(number));
		}
	} while (take(p, ","));
	if (!take(p, "]"))
		return expected(p, ", or ]", CONDITION_HINT);
	if (!p->out->failed)
		p->out->data[count_at] = (char) n;
	return TP_OK;
}

static tp_status
parse_step(parser *p, uint32_t *steps)
{
	tp_buffer_byte(p->out, TP_NODE_STEP);
	if (parse_glob(p, "a step, such as web/cart") != TP_OK)
		return p->err->status;
	tp_buffer_byte(p->out, 0);
	p->word = true;
	if (tp_scan_peek(&p->s) == '[')
	{
		p->s.at++;
		p->word = false;
		if (parse_conditions(p) != TP_OK)
			return p->err->status;
	}
	*steps = 1;
	return TP_OK;
}

/* Bytes before what stands behind `at` in the image. */
static bool
insert(parser *p, size_t at, const void *bytes, size_t n)
{
	if (tp_buffer_reserve(p->out, n) == NULL)
		return false;
	memmove(p->out->data + at + n, p->out->data + at, p->out->len - at);
	memcpy(p->out->data + at, bytes, n);
	p->out->len += n;
	return true;
}

static bool
parse_count(parser *p, uint32_t *v)
{
	tp_scan_blanks(&p->s);
	if (!is_digit(*p->s.at))
		return false;
	for (*v = 0; is_digit(*p->s.at); p->s.at++)
		*v = *v > 100000 ? *v : *v * 10 + (uint32_t) (*p->s.at - '0');
	return true;
}

/* {m}, {m,}, {m,n}, {,n}, behind the opening brace */
static tp_status
parse_counts(parser *p, uint32_t *least, uint32_t *most)
{
	bool		given = parse_count(p, least);
	bool		open = false;	/* {m,} */

	if (!given)
		*least = 0;
	*most = *least;
	if (take(p, ","))
	{
		if (!parse_count(p, most))
		{
			if (!given)
				return expected(p, "a number of times", PATTERN_HINT);
			*most = TP_REPEAT_ANY;
			open = true;
		}
	}
	else if (!given)
		return expected(p, "a number of times", PATTERN_HINT);
	if (!take(p, "}"))
		return expected(p, "}", "Write {2}, {2,} or {2,5}.");
	if ((*most > TP_PATTERN_REPEAT_MAX && !open) || *least > TP_PATTERN_REPEAT_MAX)
		return past_limit(p, "a repetition goes past 1000");
	if (*most == 0 || *least > *most)
		return expected(p, "a repetition of at least once, the lesser number first", "Write {2}, {2,} or {2,5}.");
	return TP_OK;
}

/* The repetition behind an element, whose node begins at `at`. */
static tp_status
parse_repetition(parser *p, size_t at, uint32_t *steps)
{
	uint32_t	least = 1,
				most = TP_REPEAT_ANY;
	uint8_t		head[5] = {TP_NODE_REPETITION};
	char		c = peek(p);

	if (c == '*' && !p->word)
		least = 0;
	else if (c == '?')
	{
		least = 0;
		most = 1;
	}
	else if (c != '+' && c != '{')
		return TP_OK;
	p->s.at++;
	if (c == '{' && parse_counts(p, &least, &most) != TP_OK)
		return p->err->status;
	*steps *= most != TP_REPEAT_ANY ? most : least > 1 ? least : 1;
	if (*steps > TP_PATTERN_STEPS_MAX)
		return past_limit(p, "it has more than 10000 steps");
	if (least == 1 && most == 1)
		return TP_OK;
	tp_store_u16(head + 1, (uint16_t) least);
	tp_store_u16(head + 3, (uint16_t) most);
	return insert(p, at, head, sizeof(head)) ? TP_OK : tp_fail_memory(p->err);
}

static tp_status parse_choice(parser *p, uint32_t *steps);

static tp_status
parse_element(parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;

	if (peek(p) == '(')
	{
		p->s.at++;
		if (++p->depth > TP_PATTERN_DEPTH_MAX)
			return past_limit(p, "it nests too deep");
		if (parse_choice(p, steps) != TP_OK)
			return p->err->status;
		p->depth--;
		if (!take(p, ")"))
			return expected(p, "->, =>, -[, | or )", PATTERN_HINT);
		p->word = false;
	}
	else if (parse_step(p, steps) != TP_OK)
		return p->err->status;
	return parse_repetition(p, at, steps);
}

/* The limits of -[ limit, limit ]->, behind the opening bracket. */
static tp_status
parse_limits(parser *p)
{
	tp_connector c = {0};
	tp_buffer	globs;
	tp_buffer  *out = p->out;
	tp_status	status = TP_OK;

	tp_buffer_init(&globs, out->mem);
	do
	{
		const char *at;
		tp_op		op;
		int64_t		usecs;

		if (take(p, "!"))
		{
			if (++c.exclusions > UINT16_MAX)
				status = past_limit(p, "a connector has more than 65535 exclusions");
			else
			{
				p->out = &globs;
				status = parse_glob(p, "a glob to exclude");
				p->out = out;
			}
			continue;
		}
		at = p->s.at;
		if (!parse_op(p, &op) || op == TP_OP_EQ || op == TP_OP_NE)
		{
			p->s.at = at;
			status = expected(p, "<, <=, >, >= or !", LIMIT_HINT);
		}
		else if ((status = parse_duration(p, &usecs)) != TP_OK)
			break;
		else if (op == TP_OP_LT || op == TP_OP_LE)
		{
			bool		strict = op == TP_OP_LT;

			if (!(c.limits & TP_LIMIT_MOST) || usecs < c.most ||
				(usecs == c.most && strict && !(c.limits & TP_LIMIT_MOST_STRICT)))
			{
				c.limits = (uint8_t) ((c.limits & ~TP_LIMIT_MOST_STRICT) | TP_LIMIT_MOST | (strict ? TP_LIMIT_MOST_STRICT : 0));
				c.most = usecs;
			}
		}
		else
		{
			bool		strict = op == TP_OP_GT;

			if (!(c.limits & TP_LIMIT_LEAST) || usecs > c.least ||
				(usecs == c.least && strict && !(c.limits & TP_LIMIT_LEAST_STRICT)))
			{
				c.limits = (uint8_t) ((c.limits & ~TP_LIMIT_LEAST_STRICT) | TP_LIMIT_LEAST | (strict ? TP_LIMIT_LEAST_STRICT : 0));
				c.least = usecs;
			}
		}
	} while (status == TP_OK && take(p, ","));
	if (status == TP_OK && !take(p, "]"))
		status = expected(p, ", or ]", LIMIT_HINT);
	if (status == TP_OK && !take(p, "->"))
		status = expected(p, "-> behind the limits", LIMIT_HINT);
	if (status == TP_OK)
	{
		tp_buffer_byte(out, 0);
		tp_buffer_byte(out, c.limits);
		if (c.limits & TP_LIMIT_LEAST)
			put_i64(out, c.least);
		if (c.limits & TP_LIMIT_MOST)
			put_i64(out, c.most);
		put_u16(out, (uint16_t) c.exclusions);
		tp_buffer_add(out, globs.data, globs.len);
		if (globs.failed)
			status = tp_fail_memory(p->err);
	}
	if (globs.data != NULL)
		tp_buffer_release(&globs);
	return status;
}

/* A connector into the image; *any tells whether there was one. */
static tp_status
parse_connector(parser *p, bool *any)
{
	static const uint8_t later[4] = {0},
				next[4] = {1};

	*any = true;
	if (take(p, "->"))
		tp_buffer_add(p->out, later, sizeof(later));
	else if (take(p, "=>"))
		tp_buffer_add(p->out, next, sizeof(next));
	else if (take(p, "-["))
		return parse_limits(p);
	else
		*any = false;
	return TP_OK;
}

static tp_status
parse_sequence(parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;
	uint8_t		head[4] = {TP_NODE_SEQUENCE};
	uint32_t	n = 1;
	bool		more = true;

	if (take(p, "^"))
		head[1] |= TP_ANCHOR_FIRST;
	if (parse_element(p, steps) != TP_OK || parse_connector(p, &more) != TP_OK)
		return p->err->status;
	while (more)
	{
		uint32_t	also;

		if (parse_element(p, &also) != TP_OK || parse_connector(p, &more) != TP_OK)
			return p->err->status;
		*steps += also;
		n++;
		if (*steps > TP_PATTERN_STEPS_MAX)
			return past_limit(p, "it has more than 10000 steps");
	}
	if (take(p, "$"))
		head[1] |= TP_ANCHOR_LAST;
	if (n == 1 && head[1] == 0)
		return TP_OK;
	tp_store_u16(head + 2, (uint16_t) n);
	return insert(p, at, head, sizeof(head)) ? TP_OK : tp_fail_memory(p->err);
}

static tp_status
parse_choice(parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;
	uint8_t		head[3] = {TP_NODE_CHOICE};
	uint32_t	n = 1;

	if (parse_sequence(p, steps) != TP_OK)
		return p->err->status;
	while (take(p, "|"))
	{
		uint32_t	also;

		if (parse_sequence(p, &also) != TP_OK)
			return p->err->status;
		*steps += also;
		n++;
		if (*steps > TP_PATTERN_STEPS_MAX)
			return past_limit(p, "it has more than 10000 steps");
	}
	if (n == 1)
		return TP_OK;
	tp_store_u16(head + 1, (uint16_t) n);
	return insert(p, at, head, sizeof(head)) ? TP_OK : tp_fail_memory(p->err);
}

tp_status
tp_pattern_parse(tp_buffer *out, const char *text, size_t len, tp_error *err)
{
	parser		p = {.out = out, .err = err};
	uint32_t	steps;

	tp_scan_init(&p.s, "journey pattern", text, len, err);
	if (len > TP_PATTERN_TEXT_MAX)
		return past_limit(&p, "its text is longer than 1 MB");
	tp_buffer_byte(out, TP_PATTERN_VERSION);
	tp_buffer_byte(out, 0);
	if (parse_choice(&p, &steps) != TP_OK)
		return err->status;
	tp_scan_blanks(&p.s);
	if (p.s.at < p.s.end)
		return expected(&p, "->, =>, -[, | or the end", PATTERN_HINT);
	return out->failed ? tp_fail_memory(err) : TP_OK;
}

void
tp_pattern_of_glob(tp_buffer *out, const tp_glob *glob)
{
	tp_buffer_byte(out, TP_PATTERN_VERSION);
	tp_buffer_byte(out, 0);
	tp_buffer_byte(out, TP_NODE_STEP);
	put_glob(out, glob);
	tp_buffer_byte(out, 0);
}
