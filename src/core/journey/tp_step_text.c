/*
 * tp_step_text.c
 *	  Reading the image of a step, and its canonical text form.
 */
#include "journey/tp_step.h"

#include "journey/tp_contact_record.h"

const char *const tp_field_names[] = {"score", "expected", "gap", "cost", "duration", "value", "by"};

uint8_t
tp_image_u8(tp_image *i)
{
	return tp_image_has(i, 1) ? *i->at++ : 0;
}

#define IMAGE_NUMBER(name, type, load) \
type \
name(tp_image *i) \
{ \
	if (!tp_image_has(i, sizeof(type))) \
		return 0; \
	i->at += sizeof(type); \
	return load(i->at - sizeof(type)); \
}

IMAGE_NUMBER(tp_image_u16, uint16_t, tp_load_u16)
IMAGE_NUMBER(tp_image_i64, int64_t, tp_load_i64)

static void
image_part(tp_image *i, tp_glob_part *part, bool given)
{
	part->given = given;
	part->literal = false;
	part->len = 0;
	if (!given)
		return;
	part->len = tp_image_u16(i);
	if (part->len > sizeof(part->text) || !tp_image_has(i, part->len))
	{
		i->bad = true;
		part->len = 0;
		return;
	}
	memcpy(part->text, i->at, part->len);
	part->literal = memchr(part->text, '\1', part->len) == NULL;
	i->at += part->len;
}

void
tp_image_glob(tp_image *i, tp_glob *glob)
{
	uint8_t		given = tp_image_u8(i);

	image_part(i, &glob->channel, given & 1);
	image_part(i, &glob->label, given & 2);
	image_part(i, &glob->stage, given & 4);
}

static const char *
image_bytes(tp_image *i, size_t n)
{
	if (!tp_image_has(i, n))
		return NULL;
	i->at += n;
	return (const char *) i->at - n;
}

static void
image_value(tp_image *i, tp_condition *c)
{
	c->value.kind = (tp_property_kind) tp_image_u8(i);
	switch (c->value.kind)
	{
		case TP_PROPERTY_STRING:
			c->value.len = tp_image_u16(i);
			c->value.text = image_bytes(i, c->value.len);
			break;
		case TP_PROPERTY_NUMBER:
			c->whole = tp_image_i64(i);
			memcpy(&c->value.number, &c->whole, sizeof(double));
			break;
		case TP_PROPERTY_BOOLEAN:
			c->value.truth = tp_image_u8(i) != 0;
			i->bad |= c->op != TP_OP_EQ && c->op != TP_OP_NE;
			break;
		default:
			i->bad = true;
			break;
	}
	i->bad |= c->op == TP_OP_LIKE && c->value.kind != TP_PROPERTY_STRING;
}

void
tp_image_condition(tp_image *i, tp_condition *c)
{
	memset(c, 0, sizeof(*c));
	c->field = tp_image_u8(i);
	c->op = tp_image_u8(i);
	if (c->field > TP_FIELD_PROPERTY || c->op > TP_OP_MISSING ||
		(c->field != TP_FIELD_PROPERTY && c->op == TP_OP_LIKE))
		i->bad = true;
	if (c->field == TP_FIELD_PROPERTY)
	{
		c->key_len = tp_image_u8(i);
		c->key = image_bytes(i, c->key_len);
		i->bad |= c->key_len == 0 || c->key_len > TP_KEY_MAX;
	}
	if (i->bad || c->op >= TP_OP_THERE)
		return;
	if (c->field == TP_FIELD_PROPERTY)
		image_value(i, c);
	else
	{
		c->whole = tp_image_i64(i);
		memcpy(&c->value.number, &c->whole, sizeof(double));
		i->bad |= c->field == TP_FIELD_BY &&
			(c->whole <= 0 || c->whole > TP_BY_THIRD_PARTY || (c->op != TP_OP_EQ && c->op != TP_OP_NE));
	}
}

uint32_t
tp_image_pass_conditions(tp_image *i)
{
	uint32_t	n = tp_image_u8(i);
	tp_condition unused;

	for (uint32_t k = 0; k < n && !i->bad; k++)
		tp_image_condition(i, &unused);
	return n;
}

/* In the largest unit that divides it. */
void
tp_write_span(tp_buffer *b, int64_t usecs)
{
	static const struct
	{
		int64_t		usecs;
		const char *one,
				   *many;
	}			in[] = {
		{TP_USECS_PER_DAY, " day", " days"}, {TP_USECS_PER_HOUR, " hour", " hours"},
		{TP_USECS_PER_MINUTE, " min", " min"}, {TP_USECS_PER_SECOND, " s", " s"}, {1000, " ms", " ms"}, {1, " us", " us"}
	};
	int			k = 0;

	if (usecs == 0)
		k = 3;
	else
		while (usecs % in[k].usecs != 0)
			k++;
	tp_write_integer(b, usecs / in[k].usecs);
	tp_buffer_string(b, usecs == in[k].usecs ? in[k].one : in[k].many);
}

static void
write_quoted(tp_buffer *b, const char *s, size_t len, bool glob)
{
	tp_buffer_byte(b, '"');
	for (size_t i = 0; i < len; i++)
	{
		if (s[i] == '"' || s[i] == '\\' || (glob && s[i] == '*'))
			tp_buffer_byte(b, '\\');
		tp_buffer_byte(b, (uint8_t) (glob && s[i] == '\1' ? '*' : s[i]));
	}
	tp_buffer_byte(b, '"');
}

/* A name as it reads back: bare where it can be, in quotes where it might be taken for something else. */
void
tp_write_key(tp_buffer *b, const char *key, size_t len)
{
	bool		bare = len > 0 && tp_begins_name(key[0]);

	for (size_t i = 1; i < len && bare; i++)
		bare = tp_continues_name(key[i]);
	if (bare && tp_is_reserved_name(key, len))
	{
		tp_buffer_string(b, "properties.");
		tp_buffer_add(b, key, len);
	}
	else if (bare)
		tp_buffer_add(b, key, len);
	else
		write_quoted(b, key, len, false);
}

/* Would these bytes of a part end a word, or look like an arrow or the bracket of one? */
static bool
needs_quotes(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == ' ' || strchr("()|[]{}+?^$,:/@\"\\*", s[i]) != NULL ||
			(s[i] == '>' && i > 0 && (s[i - 1] == '-' || s[i - 1] == '=')) ||
			((s[i] == '-' || s[i] == '=') && i + 1 == len))
			return true;
	return false;
}

static void
write_literal(tp_buffer *b, const char *s, size_t len)
{
	if (needs_quotes(s, len))
		write_quoted(b, s, len, false);
	else
		tp_buffer_add(b, s, len);
}

void
tp_write_glob(tp_buffer *b, tp_image *i)
{
	tp_glob		glob;

	tp_image_glob(i, &glob);
	tp_glob_write_by(b, &glob, write_literal);
}

static void
write_value(tp_buffer *b, const tp_condition *c)
{
	if (c->field == TP_FIELD_BY)
		tp_buffer_string(b, tp_initiator_name((tp_initiator) c->whole));
	else if (c->field == TP_FIELD_DURATION)
		tp_write_span(b, c->whole);
	else if (c->field != TP_FIELD_PROPERTY || c->value.kind == TP_PROPERTY_NUMBER)
		tp_write_number(b, c->value.number);
	else if (c->value.kind == TP_PROPERTY_STRING)
		write_quoted(b, c->value.text, c->value.len, c->op == TP_OP_LIKE);
	else
		tp_buffer_string(b, c->value.truth ? "true" : "false");
}

bool
tp_write_step(tp_buffer *b, tp_image *i)
{
	static const char *const ops[] = {" < ", " <= ", " = ", " <> ", " >= ", " > ", " ~ "};
	uint32_t	n;

	tp_write_glob(b, i);
	n = tp_image_u8(i);
	for (uint32_t k = 0; k < n; k++)
	{
		tp_condition c;

		tp_image_condition(i, &c);
		if (i->bad)
			break;
		tp_buffer_string(b, k == 0 ? "[" : ", ");
		if (c.op == TP_OP_MISSING)
			tp_buffer_string(b, "not ");
		if (c.field == TP_FIELD_PROPERTY)
			tp_write_key(b, c.key, c.key_len);
		else
			tp_buffer_string(b, tp_field_names[c.field]);
		if (c.op >= TP_OP_THERE)
			continue;
		tp_buffer_string(b, ops[c.op]);
		write_value(b, &c);
	}
	if (n > 0)
		tp_buffer_byte(b, ']');
	return n == 0;
}
