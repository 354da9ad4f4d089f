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
#define LIMIT_HINT \
	"Groups nest up to 100 deep, a step has up to 10000 alternatives and 255 conditions, and its text up to 1 MB."

/* Conditions of a group are written out for each alternative, so an image may outgrow its text. */
#define IMAGE_MAX (8 * 1024 * 1024)

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
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
	tp_parse_letters(p, name, sizeof(name));
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
	const char *at = p->s.at;

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
	/* it would be taken for its neighbour, which a property may be */
	if (tp_is_past_exact(at, (size_t) (p->s.at - at)))
	{
		p->s.at = at;
		return tp_scan_fail(&p->s, TP_OUT_OF_RANGE, TP_EXACT_HINT, "A number past 2^53");
	}
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
	size_t		word = bare_name(p);	/* passes blanks, so not beside what reads the cursor */

	if (is_name(p->s.at, word, "not"))
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
	if (tp_parse_group(p, TP_STEP_DEPTH_MAX, parse_alternatives, steps,
					   p->plain ? "| or )" : "|, ) or conditions in [ ]", p->word_hint) != TP_OK)
		return p->err->status;
	return tp_parse_group_conditions(p, at);
}

static tp_status
parse_alternatives(tp_parser *p, uint32_t *steps)
{
	size_t		at = p->out->len;
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
	return tp_parse_put_choice(p, at, n);
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
