/*
 * tp_pattern_needs.c
 *	  What a journey must pass through to match a pattern: what an index can answer.
 */
#include "find/tp_pattern.h"

typedef struct collector
{
	const tp_memory *mem;
	tp_needs   *out;
	uint32_t	need_room;
	uint32_t	glob_room;
	uint32_t	property_room;
	bool		failed;
} collector;

static uint32_t
add_need(collector *c, tp_need_kind kind, uint32_t first)
{
	tp_needs   *out = c->out;

	if (c->failed || !tp_grow(c->mem, (void **) &out->need, &c->need_room, out->count + 1, sizeof(tp_need)))
	{
		c->failed = true;
		return 0;
	}
	out->need[out->count] = (tp_need) {kind, first, 0};
	return out->count++;
}

/* A step: its glob, and all the values that it asks of properties. */
static uint32_t
collect_step(collector *c, tp_image *i)
{
	tp_needs   *out = c->out;
	uint32_t	conditions,
				first,
				last;
	bool		more = false,
				any;

	if (!tp_grow(c->mem, (void **) &out->glob, &c->glob_room, (uint64_t) out->globs + 1, sizeof(tp_glob)))
	{
		c->failed = true;
		return 0;
	}
	tp_image_glob(i, &out->glob[out->globs]);
	any = tp_glob_is_any(&out->glob[out->globs]);
	first = last = add_need(c, TP_NEED_GLOB, out->globs++);
	conditions = tp_image_u8(i);
	out->exact &= conditions == 0;
	for (; conditions > 0 && !i->bad && !c->failed; conditions--)
	{
		tp_condition one;
		uint32_t	leaf;

		tp_image_condition(i, &one);
		if (i->bad || one.field != TP_FIELD_PROPERTY || one.op != TP_OP_EQ)
		{
			out->narrow = true;
			continue;
		}
		if (!tp_grow(c->mem, (void **) &out->property, &c->property_room, (uint64_t) out->properties + 1,
					 sizeof(tp_condition)))
		{
			c->failed = true;
			return 0;
		}
		out->property[out->properties] = one;
		leaf = add_need(c, TP_NEED_PROPERTY, out->properties++);
		if (c->failed)
			return 0;
		/* a contact that has a property is a contact: that there is any need not be asked */
		if (any && !more)
			first = leaf;
		else
			out->need[last].next = leaf;
		last = leaf;
		more = true;
	}
	return more ? add_need(c, TP_NEED_ALL, first) : first;
}

/* The need of a node, read to its end; 0 for none. */
static uint32_t
collect(collector *c, tp_image *i)
{
	uint8_t		kind = tp_image_u8(i);
	uint32_t	first = 0,
				last = 0,
				n;
	bool		nothing = false;

	switch (kind)
	{
		case TP_NODE_STEP:
		case TP_NODE_MORE:
			return collect_step(c, i);
		case TP_NODE_REPETITION:
			n = tp_image_u16(i);
			tp_image_u16(i);
			c->out->exact &= n == 1;
			first = collect(c, i);
			return n > 0 ? first : 0;
		case TP_NODE_SEQUENCE:
		case TP_NODE_CHOICE:
			if (kind == TP_NODE_SEQUENCE)
			{
				c->out->exact = false;
				tp_image_u8(i);
			}
			n = tp_image_u16(i);
			for (uint32_t k = 0; k < n && !i->bad && !c->failed; k++)
			{
				uint32_t	child;

				if (kind == TP_NODE_SEQUENCE && k > 0)
				{
					tp_connector link;
					tp_glob		unused;

					tp_image_connector(i, &link);
					c->out->narrow |= link.limits != 0 || link.exclusions > 0;
					for (uint32_t x = 0; x < link.exclusions && !i->bad; x++)
						tp_image_glob(i, &unused);
				}
				child = collect(c, i);
				nothing |= child == 0;
				if (child == 0 || c->failed)
					continue;
				if (first == 0)
					first = child;
				else
					c->out->need[last].next = child;
				last = child;
			}
			if (first == 0 || (nothing && kind == TP_NODE_CHOICE))
				return 0;
			return add_need(c, kind == TP_NODE_CHOICE ? TP_NEED_ANY : TP_NEED_ALL, first);
		default:
			i->bad = true;
			return 0;
	}
}

tp_status
tp_pattern_needs(const tp_memory *mem, const uint8_t *image, size_t size, tp_needs *out, tp_error *err)
{
	collector	c = {.mem = mem, .out = out};
	tp_image	i;
	tp_whole	whole;
	uint32_t	root;

	memset(out, 0, sizeof(*out));
	out->exact = true;
	add_need(&c, TP_NEED_NOTHING, 0);
	if (!tp_image_open(&i, image, size))
		return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey pattern");
	tp_image_whole(&i, &whole);
	out->exact = whole.within < 0 && whole.holds == 0;
	root = collect(&c, &i);
	if (c.failed)
		return tp_fail_memory(err);
	if (i.bad)
		return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey pattern");
	if (root != 0)
		out->need[0] = out->need[root];
	else
		out->exact = false;
	return TP_OK;
}
