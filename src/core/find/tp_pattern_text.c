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

void
tp_image_whole(tp_image *i, tp_whole *w)
{
	memset(w, 0, sizeof(*w));
	w->within = -1;
	if (!tp_image_has(i, 1) || *i->at != TP_NODE_WHOLE)
		return;
	i->at++;
	if (tp_image_u8(i) != 0)
	{
		w->holds = tp_image_u8(i);
		w->within = tp_image_i64(i);
	}
	else
		w->holds = tp_image_u8(i);
	if (w->holds > TP_HOLD_MAX || w->within < -1)
		i->bad = true;
	for (uint32_t k = 0; k < w->holds && !i->bad; k++)
	{
		w->key_len[k] = tp_image_u8(i);
		w->key[k] = (const char *) i->at;
		if (w->key_len[k] == 0 || w->key_len[k] > TP_KEY_MAX || !tp_image_has(i, w->key_len[k]))
			i->bad = true;
		else
			i->at += w->key_len[k];
	}
	if (i->bad)
		w->holds = 0;
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
		tp_write_span(b, c.least);
		comma = ", ";
	}
	if (c.limits & TP_LIMIT_MOST)
	{
		tp_buffer_string(b, comma);
		tp_buffer_string(b, c.limits & TP_LIMIT_MOST_STRICT ? "< " : "<= ");
		tp_write_span(b, c.most);
		comma = ", ";
	}
	for (uint32_t k = 0; k < c.exclusions && !i->bad; k++)
	{
		tp_buffer_string(b, comma);
		tp_buffer_byte(b, '!');
		tp_write_glob(b, i);
		comma = ", ";
	}
	tp_buffer_string(b, "]-> ");
}

static void write_node(tp_buffer *b, tp_image *i, int depth);

/* A node in a place where only some kinds stand without parentheses; returns whether it ends with a word. */
static bool
write_child(tp_buffer *b, tp_image *i, int depth, unsigned bare)
{
	uint8_t		kind = tp_image_has(i, 1) ? *i->at : 0;

	if (kind < 32 && bare >> kind & 1)
	{
		if (kind == TP_NODE_STEP || kind == TP_NODE_MORE)
		{
			i->at++;
			return tp_write_step(b, i);
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
#define BARE_STEP (BARE(TP_NODE_STEP) | BARE(TP_NODE_MORE))

static void
write_repetition(tp_buffer *b, tp_image *i, int depth)
{
	uint16_t	least = tp_image_u16(i);
	uint16_t	most = tp_image_u16(i);
	/* a * would become a part of the word */
	bool		star = least == 0 && most == TP_REPEAT_ANY;
	size_t		at = b->len;

	if (write_child(b, i, depth, BARE_STEP) && star && tp_buffer_reserve(b, 2) != NULL)
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
		case TP_NODE_MORE:
			tp_write_step(b, i);
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
				write_child(b, i, depth + 1, BARE_STEP | BARE(TP_NODE_REPETITION));
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
				write_child(b, i, depth + 1, BARE_STEP | BARE(TP_NODE_REPETITION) | BARE(TP_NODE_SEQUENCE));
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

static void
write_whole(tp_buffer *b, const tp_whole *w)
{
	if (w->within >= 0)
	{
		tp_buffer_string(b, " within ");
		tp_write_span(b, w->within);
	}
	for (uint32_t k = 0; k < w->holds; k++)
	{
		tp_buffer_string(b, k == 0 ? " hold " : ", ");
		tp_write_key(b, w->key[k], w->key_len[k]);
	}
}

tp_status
tp_pattern_write(tp_buffer *b, const uint8_t *image, size_t size, tp_error *err)
{
	tp_image	i;
	tp_whole	whole;

	if (tp_image_open(&i, image, size))
	{
		tp_image_whole(&i, &whole);
		write_node(b, &i, 0);
		if (!i.bad)
			write_whole(b, &whole);
	}
	if (i.bad || i.at != i.end)
		return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey pattern");
	return b->failed ? tp_fail_memory(err) : TP_OK;
}
