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
#define WHOLE_HINT "Behind a pattern write within 1 hour, hold order, or both."
#define SIZE_HINT \
	"Groups nest up to 100 deep, repetitions go up to 1000, and a pattern with its repetitions written out has up to 10000 steps."

/* An image of so many bytes writes out as a text that can be read again, whatever it holds. */
#define IMAGE_SURE (TP_PATTERN_TEXT_MAX / 8)

static bool
parse_count(tp_parser *p, uint32_t *v)
{
	tp_scan_blanks(&p->s);
	if (*p->s.at < '0' || *p->s.at > '9')
		return false;
	for (*v = 0; *p->s.at >= '0' && *p->s.at <= '9'; p->s.at++)
		*v = *v > 100000 ? *v : *v * 10 + (uint32_t) (*p->s.at - '0');
	return true;
}

/* {m}, {m,}, {m,n}, {,n}, behind the opening brace */
static tp_status
parse_counts(tp_parser *p, uint32_t *least, uint32_t *most)
{
	bool		given = parse_count(p, least);
	bool		open = false;	/* {m,} */

	if (!given)
		*least = 0;
	*most = *least;
	if (tp_parse_take(p, ","))
	{
		if (!parse_count(p, most))
		{
			if (!given)
				return tp_parse_expected(p, "a number of times", PATTERN_HINT);
			*most = TP_REPEAT_ANY;
			open = true;
		}
	}
	else if (!given)
		return tp_parse_expected(p, "a number of times", PATTERN_HINT);
	if (!tp_parse_take(p, "}"))
		return tp_parse_expected(p, "}", "Write {2}, {2,} or {2,5}.");
	if ((*most > TP_PATTERN_REPEAT_MAX && !open) || *least > TP_PATTERN_REPEAT_MAX)
		return tp_parse_past_limit(p, "a repetition goes past 1000");
	if (*most == 0 || *least > *most)
		return tp_parse_expected(p, "a repetition of at least once, the lesser number first", "Write {2}, {2,} or {2,5}.");
	return TP_OK;
}

/* The repetition behind an element, whose node begins at `at`. */
static tp_status
parse_repetition(tp_parser *p, size_t at, uint32_t *steps)
{
	uint32_t	least = 1,
				most = TP_REPEAT_ANY;
	uint8_t		head[5] = {TP_NODE_REPETITION};
	char		c = tp_parse_peek(p);

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
		return tp_parse_past_limit(p, "it has more than 10000 steps");
	if (least == 1 && most == 1)
		return TP_OK;
	tp_store_u16(head + 1, (uint16_t) least);
	tp_store_u16(head + 3, (uint16_t) most);
	return tp_put_before(p->out, at, head, sizeof(head)) ? TP_OK : tp_fail_memory(p->err);
}

static tp_status parse_choice(tp_parser *p, uint32_t *steps);

static tp_status
parse_element(tp_parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;

	if (tp_parse_peek(p) == '(')
	{
		if (tp_parse_group(p, TP_PATTERN_DEPTH_MAX, parse_choice, steps, "->, =>, -[, | or )", PATTERN_HINT) != TP_OK)
			return p->err->status;
		p->word = false;
		if (tp_parse_group_conditions(p, at) != TP_OK)
			return p->err->status;
	}
	else
	{
		*steps = 1;
		if (tp_parse_step(p, "a step, such as web/cart", PATTERN_HINT) != TP_OK)
			return p->err->status;
	}
	return parse_repetition(p, at, steps);
}

/* The limits of -[ limit, limit ]->, behind the opening bracket. */
static tp_status
parse_limits(tp_parser *p)
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

		if (tp_parse_take(p, "!"))
		{
			if (++c.exclusions > UINT16_MAX)
				status = tp_parse_past_limit(p, "a connector has more than 65535 exclusions");
			else
			{
				p->out = &globs;
				status = tp_parse_glob(p, "a glob to exclude", PATTERN_HINT);
				p->out = out;
			}
			continue;
		}
		at = p->s.at;
		if (!tp_parse_op(p, &op) || op == TP_OP_EQ || op == TP_OP_NE || op == TP_OP_LIKE)
		{
			p->s.at = at;
			status = tp_parse_expected(p, "<, <=, >, >= or !", LIMIT_HINT);
		}
		else if ((status = tp_parse_span(p, &usecs)) != TP_OK)
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
	} while (status == TP_OK && tp_parse_take(p, ","));
	if (status == TP_OK && !tp_parse_take(p, "]"))
		status = tp_parse_expected(p, ", or ]", LIMIT_HINT);
	if (status == TP_OK && !tp_parse_take(p, "->"))
		status = tp_parse_expected(p, "-> behind the limits", LIMIT_HINT);
	if (status == TP_OK)
	{
		tp_buffer_byte(out, 0);
		tp_buffer_byte(out, c.limits);
		if (c.limits & TP_LIMIT_LEAST)
			tp_put_i64(out, c.least);
		if (c.limits & TP_LIMIT_MOST)
			tp_put_i64(out, c.most);
		tp_put_u16(out, (uint16_t) c.exclusions);
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
parse_connector(tp_parser *p, bool *any)
{
	static const uint8_t later[4] = {0},
				next[4] = {1};

	*any = true;
	if (tp_parse_take(p, "->"))
		tp_buffer_add(p->out, later, sizeof(later));
	else if (tp_parse_take(p, "=>"))
		tp_buffer_add(p->out, next, sizeof(next));
	else if (tp_parse_take(p, "-["))
		return parse_limits(p);
	else
		*any = false;
	return TP_OK;
}

static tp_status
parse_sequence(tp_parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;
	uint8_t		head[4] = {TP_NODE_SEQUENCE};
	uint32_t	n = 1;
	bool		more = true;

	if (tp_parse_take(p, "^"))
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
			return tp_parse_past_limit(p, "it has more than 10000 steps");
	}
	if (tp_parse_take(p, "$"))
		head[1] |= TP_ANCHOR_LAST;
	if (n == 1 && head[1] == 0)
		return TP_OK;
	tp_store_u16(head + 2, (uint16_t) n);
	return tp_put_before(p->out, at, head, sizeof(head)) ? TP_OK : tp_fail_memory(p->err);
}

static tp_status
parse_choice(tp_parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;
	uint32_t	n = 1;

	if (parse_sequence(p, steps) != TP_OK)
		return p->err->status;
	while (tp_parse_take(p, "|"))
	{
		uint32_t	also;

		if (parse_sequence(p, &also) != TP_OK)
			return p->err->status;
		*steps += also;
		n++;
		if (*steps > TP_PATTERN_STEPS_MAX)
			return tp_parse_past_limit(p, "it has more than 10000 steps");
	}
	return tp_parse_put_choice(p, at, n);
}

/*
 * Conditions of a group are written out for each of its steps, so an image may say more than its text did;
 * what is stored must read back.
 */
static tp_status
check_size(tp_parser *p, size_t from)
{
	tp_buffer	text;
	tp_status	status = TP_OK;

	if (p->out->failed || p->out->len - from <= IMAGE_SURE)
		return TP_OK;
	tp_buffer_init(&text, p->out->mem);
	if (tp_pattern_write(&text, (const uint8_t *) p->out->data + from, p->out->len - from, p->err) != TP_OK)
		status = p->err->status;
	else if (text.len > TP_PATTERN_TEXT_MAX)
		status = tp_parse_past_limit(p, "written out it is longer than 1 MB");
	tp_release(text.mem, text.data);
	return status;
}

/* within 1 hour, hold order, agent: in any order, each once. */
static tp_status
parse_whole(tp_parser *p, size_t at)
{
	int64_t		within = -1;
	tp_buffer	holds;
	uint8_t		n = 0;
	tp_status	status = TP_OK;

	tp_buffer_init(&holds, p->out->mem);
	while (status == TP_OK)
	{
		const char *word = p->s.at;

		if (tp_parse_take_word(p, "within"))
		{
			if (within >= 0)
			{
				p->s.at = word;
				status = tp_parse_expected(p, "within only once", WHOLE_HINT);
			}
			else
				status = tp_parse_span(p, &within);
		}
		else if (tp_parse_take_word(p, "hold"))
		{
			do
			{
				char		key[TP_KEY_MAX];
				uint8_t		len;
				tp_field	field;

				tp_scan_blanks(&p->s);
				word = p->s.at;
				status = tp_parse_key(p, key, &len, &field);
				if (status == TP_OK && (field != TP_FIELD_PROPERTY || ++n > TP_HOLD_MAX))
				{
					p->s.at = word;
					status = field != TP_FIELD_PROPERTY ?
						tp_parse_expected(p, "the name of a property", "hold is about properties; one that is called like a field is properties.score.") :
						tp_parse_expected(p, "no more than 4 properties to hold", WHOLE_HINT);
				}
				tp_buffer_byte(&holds, len);
				tp_buffer_add(&holds, key, len);
			} while (status == TP_OK && tp_parse_take(p, ","));
		}
		else
			break;
	}
	if (status == TP_OK && (within >= 0 || n > 0))
	{
		uint8_t		head[11] = {TP_NODE_WHOLE, within >= 0, n};
		size_t		size = within >= 0 ? 11 : 3;

		tp_store_i64(head + 3, within);
		if (holds.failed || !tp_put_before(p->out, at, head, size) ||
			(n > 0 && !tp_put_before(p->out, at + size, holds.data, holds.len)))
			status = tp_fail_memory(p->err);
	}
	tp_release(holds.mem, holds.data);
	return status;
}

tp_status
tp_pattern_parse(tp_buffer *out, const char *text, size_t len, tp_error *err)
{
	tp_parser	p = {.out = out, .err = err, .word_hint = WORD_HINT, .limit_hint = SIZE_HINT};
	size_t		from = out->len;
	uint32_t	steps;

	tp_scan_init(&p.s, "journey pattern", text, len, err);
	if (len > TP_PATTERN_TEXT_MAX)
		return tp_parse_past_limit(&p, "its text is longer than 1 MB");
	tp_buffer_byte(out, TP_PATTERN_VERSION);
	tp_buffer_byte(out, 0);
	if (parse_choice(&p, &steps) != TP_OK || parse_whole(&p, from + TP_PATTERN_HEAD) != TP_OK)
		return err->status;
	tp_scan_blanks(&p.s);
	if (p.s.at < p.s.end)
		return tp_parse_expected(&p, "->, =>, -[, |, within, hold or the end", PATTERN_HINT);
	if (check_size(&p, from) != TP_OK)
		return err->status;
	return out->failed ? tp_fail_memory(err) : TP_OK;
}

tp_status
tp_pattern_of_step(tp_buffer *out, const char *text, size_t len, tp_error *err)
{
	tp_buffer_byte(out, TP_PATTERN_VERSION);
	tp_buffer_byte(out, 0);
	return tp_step_parse(out, text, len, false, err);
}
