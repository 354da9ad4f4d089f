/*
 * tp_pattern_text.c
 *	  Reading the image of a pattern, and its canonical text form.
 */
#include "find/tp_pattern.h"

bool
tp_image_open(tp_image *i, const uint8_t *image, size_t size)
{
	i->at = image + TP_PATTERN_HEAD;
	i->end = image + size;
	i->bad = size <= TP_PATTERN_HEAD || image[0] != TP_PATTERN_VERSION || image[1] != 0;
	return !i->bad;
}

static bool
has(tp_image *i, size_t n)
{
	if (!i->bad && (size_t) (i->end - i->at) < n)
		i->bad = true;
	return !i->bad;
}

uint8_t
tp_image_u8(tp_image *i)
{
	return has(i, 1) ? *i->at++ : 0;
}

uint16_t
tp_image_u16(tp_image *i)
{
	if (!has(i, 2))
		return 0;
	i->at += 2;
	return tp_load_u16(i->at - 2);
}

int64_t
tp_image_i64(tp_image *i)
{
	if (!has(i, 8))
		return 0;
	i->at += 8;
	return tp_load_i64(i->at - 8);
}

static void
image_part(tp_image *i, tp_glob_part *part, bool given)
{
	part->given = given;
	part->literal = false;
	part->len = 0;
	if (!given)
		return;
	part->len = tp_image_u16(i);
	if (part->len > sizeof(part->text) || !has(i, part->len))
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

void
tp_image_connector(tp_image *i, tp_connector *c)
{
	c->next = tp_image_u8(i) != 0;
	c->limits = tp_image_u8(i);
	c->least = c->limits & TP_LIMIT_LEAST ? tp_image_i64(i) : 0;
	c->most = c->limits & TP_LIMIT_MOST ? tp_image_i64(i) : 0;
	c->exclusions = tp_image_u16(i);
}

/* In the largest unit that divides it. */
static void
write_duration(tp_buffer *b, int64_t usecs)
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

static const char *const op_names[] = {" < ", " <= ", " = ", " <> ", " >= ", " > "};

/* Would these bytes of a part end a word, or look like an arrow or the bracket of one? */
static bool
needs_quotes(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == ' ' || strchr("()|[]{}+?^$,:/@\"\\*", s[i]) != NULL ||
			((s[i] == '-' || s[i] == '=') && (i + 1 == len || s[i + 1] == '>')))
			return true;
	return false;
}

/*
 * A glob in a pattern: parts in double quotes where they need them, which is oftener than tp_glob_write knows.
 */
static void
write_part(tp_buffer *b, const tp_glob_part *part, char separator)
{
	if (!part->given)
		return;
	for (size_t from = 0; from < part->len;)
	{
		const char *star = memchr(part->text + from, '\1', part->len - from);
		size_t		to = star != NULL ? (size_t) (star - part->text) : part->len;
		bool		quote = needs_quotes(part->text + from, to - from);

		if (quote)
			tp_buffer_byte(b, '"');
		for (size_t i = from; i < to; i++)
		{
			if (part->text[i] == '"' || part->text[i] == '\\')
				tp_buffer_byte(b, '\\');
			tp_buffer_byte(b, (uint8_t) part->text[i]);
		}
		if (quote)
			tp_buffer_byte(b, '"');
		if (star != NULL)
			tp_buffer_byte(b, '*');
		from = to + 1;
	}
	if (separator != '\0')
		tp_buffer_byte(b, (uint8_t) separator);
}

static void
write_glob(tp_buffer *b, tp_image *i)
{
	tp_glob		glob;

	tp_image_glob(i, &glob);
	write_part(b, &glob.stage, ':');
	write_part(b, &glob.channel, '/');
	write_part(b, &glob.label, '\0');
}

/* Returns whether the step ends with a word. */
static bool
write_step(tp_buffer *b, tp_image *i)
{
	uint8_t		conditions;

	write_glob(b, i);
	conditions = tp_image_u8(i);
	for (uint8_t k = 0; k < conditions && !i->bad; k++)
	{
		uint8_t		field = tp_image_u8(i);
		uint8_t		op = tp_image_u8(i);
		int64_t		v = tp_image_i64(i);

		if (field > TP_FIELD_BY || op > TP_OP_GT)
		{
			i->bad = true;
			break;
		}
		tp_buffer_string(b, k == 0 ? "[" : ", ");
		tp_buffer_string(b, tp_field_names[field]);
		tp_buffer_string(b, op_names[op]);
		if (field == TP_FIELD_BY)
		{
			const char *name = v > 0 && v <= TP_BY_THIRD_PARTY ? tp_initiator_name((tp_initiator) v) : NULL;

			tp_buffer_string(b, name != NULL ? name : "");
			i->bad |= name == NULL;
		}
		else if (field == TP_FIELD_DURATION)
			write_duration(b, v);
		else
		{
			double		number;

			memcpy(&number, &v, sizeof(number));
			tp_write_number(b, number);
		}
	}
	if (conditions > 0)
		tp_buffer_byte(b, ']');
	return conditions == 0;
}

static void
write_connector(tp_buffer *b, tp_image *i)
{
	tp_connector c;
	const char *comma = "";

	tp_image_connector(i, &c);
	if (c.next || (c.limits == 0 && c.exclusions == 0))
	{
		tp_buffer_string(b, c.next ? " => " : " -> ");
		return;
	}
	tp_buffer_string(b, " -[");
	if (c.limits & TP_LIMIT_LEAST)
	{
		tp_buffer_string(b, c.limits & TP_LIMIT_LEAST_STRICT ? "> " : ">= ");
		write_duration(b, c.least);
		comma = ", ";
	}
	if (c.limits & TP_LIMIT_MOST)
	{
		tp_buffer_string(b, comma);
		tp_buffer_string(b, c.limits & TP_LIMIT_MOST_STRICT ? "< " : "<= ");
		write_duration(b, c.most);
		comma = ", ";
	}
	for (uint32_t k = 0; k < c.exclusions && !i->bad; k++)
	{
		tp_buffer_string(b, comma);
		tp_buffer_byte(b, '!');
		write_glob(b, i);
		comma = ", ";
	}
	tp_buffer_string(b, "]-> ");
}

static void write_node(tp_buffer *b, tp_image *i, int depth);

/* A node in a place where only some kinds stand without parentheses; returns whether it ends with a word. */
static bool
write_child(tp_buffer *b, tp_image *i, int depth, unsigned bare)
{
	uint8_t		kind = has(i, 1) ? *i->at : 0;

	if (bare >> kind & 1)
	{
		if (kind == TP_NODE_STEP)
		{
			i->at++;
			return write_step(b, i);
		}
		write_node(b, i, depth);
		return false;
	}
	tp_buffer_byte(b, '(');
	write_node(b, i, depth);
	tp_buffer_byte(b, ')');
	return false;
}

#define BARE(kind) (1U << (kind))

static void
write_repetition(tp_buffer *b, tp_image *i, int depth)
{
	uint16_t	least = tp_image_u16(i);
	uint16_t	most = tp_image_u16(i);
	/* a * would become a part of the word */
	bool		star = least == 0 && most == TP_REPEAT_ANY;
	size_t		at = b->len;

	if (write_child(b, i, depth, BARE(TP_NODE_STEP)) && star && tp_buffer_reserve(b, 2) != NULL)
	{
		memmove(b->data + at + 1, b->data + at, b->len - at);
		b->data[at] = '(';
		b->len++;
		tp_buffer_byte(b, ')');
	}
	if (most == TP_REPEAT_ANY && least <= 1)
		tp_buffer_byte(b, least == 0 ? '*' : '+');
	else if (least == 0 && most == 1)
		tp_buffer_byte(b, '?');
	else
	{
		tp_buffer_byte(b, '{');
		tp_write_integer(b, least);
		if (most != least)
			tp_buffer_byte(b, ',');
		if (most != least && most != TP_REPEAT_ANY)
			tp_write_integer(b, most);
		tp_buffer_byte(b, '}');
	}
}

static void
write_node(tp_buffer *b, tp_image *i, int depth)
{
	uint8_t		kind = tp_image_u8(i);
	uint8_t		anchors = 0;
	uint16_t	n;

	if (depth > 3 * TP_PATTERN_DEPTH_MAX + 3)
		i->bad = true;
	if (i->bad)
		return;
	switch (kind)
	{
		case TP_NODE_STEP:
			write_step(b, i);
			break;
		case TP_NODE_SEQUENCE:
			anchors = tp_image_u8(i);
			n = tp_image_u16(i);
			if (anchors & TP_ANCHOR_FIRST)
				tp_buffer_string(b, "^ ");
			for (uint16_t k = 0; k < n && !i->bad; k++)
			{
				if (k > 0)
					write_connector(b, i);
				write_child(b, i, depth + 1, BARE(TP_NODE_STEP) | BARE(TP_NODE_REPETITION));
			}
			if (anchors & TP_ANCHOR_LAST)
				tp_buffer_string(b, " $");
			break;
		case TP_NODE_CHOICE:
			n = tp_image_u16(i);
			for (uint16_t k = 0; k < n && !i->bad; k++)
			{
				if (k > 0)
					tp_buffer_string(b, " | ");
				write_child(b, i, depth + 1, BARE(TP_NODE_STEP) | BARE(TP_NODE_REPETITION) | BARE(TP_NODE_SEQUENCE));
			}
			break;
		case TP_NODE_REPETITION:
			write_repetition(b, i, depth + 1);
			break;
		default:
			i->bad = true;
			break;
	}
}

tp_status
tp_pattern_write(tp_buffer *b, const uint8_t *image, size_t size, tp_error *err)
{
	tp_image	i;

	if (tp_image_open(&i, image, size))
		write_node(b, &i, 0);
	if (i.bad || i.at != i.end)
		return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey pattern");
	return b->failed ? tp_fail_memory(err) : TP_OK;
}
