/*
 * tp_flow_text.c
 *	  A flow as text and on the wire.
 *
 * Text:
 *	{part=channel, order=1, ends=conversion, value=99, parts={"",app,web}, flow={start>2: 3, 2>1: 2 180000000, ...}}
 * Parts are numbered from 0 as they stand, "" is an absent part; behind a transition stand its
 * count and, where there is any, the total of microseconds between. A state of a higher order is
 * its parts' numbers joined by dots. Input takes transitions in any order, and adds up equal ones.
 * {} is the flow that has counted nothing and has no settings. Behind value stands, unless it is 0, as much of it
 * as conversions without contact brought: no_contact=40.
 *
 * Wire, big-endian, text in UTF-8:
 *	u8 version = 1, u8 flags, u8 part, u8 order, u8 ends, u32 parts, u32 states, u32 transitions,
 *	f64 x 2 value, parts as u16 length of channel, label, stage and bytes, states of an order above 1
 *	as order u32, transitions as u32 source, u32 target, f64 count, f64 x 2 microseconds; with flag 1
 *	f64 x 2 behind value, of conversions without contact
 */
#include "flow/tp_flow.h"

#include <math.h>

#include "base/tp_message.h"
#include "journey/tp_wire.h"

#define TEXT_HINT "Write a flow as it is printed: {part=channel, order=1, ends=end, parts={web}, flow={start>0: 1, 0>end: 1}}."
#define WIRE_HEAD (5 + 3 * 4 + 2 * 8)
#define WIRE_EDGE 32
#define WIRE_PART 6

static const char *const part_names[] = {"touchpoint", "channel", "label", "stage", TP_PROPERTIES_PREFIX};
static const char *const ends_names[] = {"end", "conversion"};

const char *
tp_part_name(tp_part part)
{
	return part_names[part];
}

void
tp_aspect_write(tp_buffer *b, tp_part part, const tp_part_key *key)
{
	tp_buffer_string(b, part_names[part]);
	if (part == TP_PART_PROPERTY)
		tp_json_string_write(b, key->bytes, key->len);
}

tp_status
tp_aspect_scan(tp_scan *s, const tp_memory *mem, tp_aspect *aspect, const char *hint)
{
	tp_buffer	key;
	tp_status	status;
	int			part = 0;

	memset(aspect, 0, sizeof(*aspect));
	while (part <= TP_PART_PROPERTY && strncmp(s->at, part_names[part], strlen(part_names[part])) != 0)
		part++;
	if (part > TP_PART_PROPERTY)
		return tp_scan_fail(s, TP_BAD_TEXT, hint, "Unknown part");
	s->at += strlen(part_names[part]);
	aspect->part = (tp_part) part;
	if (part != TP_PART_PROPERTY)
		return TP_OK;
	tp_buffer_init(&key, mem);
	status = tp_json_string_scan(s, &key);
	if (status == TP_OK && !tp_part_key_is_valid(key.data, key.len, TP_PART_PROPERTY))
		status = tp_scan_fail(s, TP_BAD_TEXT, hint, "Not the key of a property");
	if (status == TP_OK)
	{
		aspect->key.len = (uint8_t) key.len;
		memcpy(aspect->key.bytes, key.data, key.len);
	}
	tp_buffer_release(&key);
	return status;
}

static void
write_number_of(tp_buffer *b, const tp_flow_view *v, uint32_t state)
{
	uint32_t	tuple[TP_FLOW_ORDER_MAX];
	uint32_t	n = tp_flow_state(v, state, tuple);

	for (uint32_t i = 0; i < n; i++)
	{
		if (i > 0)
			tp_buffer_byte(b, '.');
		tp_write_integer(b, tuple[i]);
	}
}

void
tp_flow_write(tp_buffer *b, const tp_flow_view *v)
{
	if (v->part == 0)
	{
		tp_buffer_string(b, "{}");
		return;
	}
	tp_buffer_string(b, "{part=");
	tp_aspect_write(b, (tp_part) (v->part - 1), &v->key);
	tp_buffer_string(b, ", order=");
	tp_write_integer(b, v->order);
	tp_buffer_string(b, ", ends=");
	tp_buffer_string(b, ends_names[v->ends]);
	if (v->ends == TP_ENDS_CONVERSION)
	{
		tp_buffer_string(b, ", value=");
		tp_dd_write(b, v->value);
	}
	if (v->no_contact.hi != 0)
	{
		tp_buffer_string(b, ", no_contact=");
		tp_dd_write(b, v->no_contact);
	}
	tp_buffer_string(b, ", parts={");
	for (uint32_t i = 0; i < v->symbols; i++)
	{
		if (i > 0)
			tp_buffer_byte(b, ',');
		if (v->symbol[i].label_len > 0)
			tp_touchpoint_write(b, &v->symbol[i]);
		else
			tp_buffer_string(b, "\"\"");
	}
	tp_buffer_string(b, "}, flow={");
	for (uint32_t i = 0; i < v->edges; i++)
	{
		tp_transition t = tp_flow_transition(v, i);

		if (tp_buffer_stop_at(b, i))
			return;
		if (i > 0)
			tp_buffer_string(b, ", ");
		if (t.source == 0)
			tp_buffer_string(b, "start");
		else
			write_number_of(b, v, t.source);
		tp_buffer_byte(b, '>');
		if (t.target <= v->states)
			write_number_of(b, v, t.target);
		else
			tp_buffer_string(b, t.target > v->states + 1 ? "null" : ends_names[v->ends]);
		tp_buffer_string(b, ": ");
		tp_write_number(b, t.count);
		if (t.usecs.hi != 0)
		{
			tp_buffer_byte(b, ' ');
			tp_dd_write(b, t.usecs);
		}
	}
	tp_buffer_string(b, "}}");
}

/* One of n names. */
static tp_status
scan_name(tp_scan *s, const char *const *names, int n, int *which)
{
	for (*which = 0; *which < n; ++*which)
		if (tp_scan_skip(s, names[*which]))
			return TP_OK;
	return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Unknown setting");
}

/* parts={...}: the number of each as f has it. */
static tp_status
scan_parts(tp_scan *s, tp_flow *f, uint32_t **number, uint32_t *parts)
{
	uint32_t	room = 0;
	tp_status	status;

	if (tp_scan_word(s, "{", TEXT_HINT) != TP_OK)
		return s->err->status;
	for (; tp_scan_more(s, &f->mem, *parts, TEXT_HINT, &status); ++*parts)
	{
		uint8_t		entry[TP_ENTRY_MAX] = {0};
		tp_touchpoint t;

		if (!tp_scan_skip(s, "\"\"") && tp_touchpoint_scan(s, entry) != TP_OK)
			return s->err->status;
		t = tp_entry_view(entry);
		if (f->part == TP_PART_TOUCHPOINT + 1 ? t.label_len == 0 : t.channel_len > 0 || t.stage_len > 0)
			return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Not a %s", part_names[f->part - 1]);
		if (tp_reserve(&f->mem, number, &room, (size_t) *parts + 1, sizeof(uint32_t), s->err) != TP_OK ||
			tp_intern_number(&f->symbols, TP_TAG(entry[0], entry[1], entry[2]), t.channel,
							 tp_entry_size(entry) - TP_ENTRY_HEAD, &(*number)[*parts], s->err) != TP_OK)
			return s->err->status;
	}
	return status;
}

/* A state: parts by number, joined by dots. */
static tp_status
scan_state(tp_scan *s, const tp_flow *f, const uint32_t *number, uint32_t parts,
		   uint32_t tuple[TP_FLOW_ORDER_MAX], uint32_t *n)
{
	for (*n = 0;;)
	{
		uint64_t	at = 0;
		const char *begin = s->at;

		for (; tp_scan_peek(s) >= '0' && tp_scan_peek(s) <= '9' && at < parts; s->at++)
			at = at * 10 + (uint64_t) (*s->at - '0');
		if (s->at == begin || at >= parts || *n >= f->order)
			return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Expected the number of a part, from 0");
		tuple[(*n)++] = number[at];
		if (!tp_scan_skip(s, "."))
			return TP_OK;
	}
}

static tp_status
scan_transition(tp_scan *s, tp_flow *f, const uint32_t *number, uint32_t parts)
{
	uint32_t	source[TP_FLOW_ORDER_MAX],
				target[TP_FLOW_ORDER_MAX];
	uint32_t	n = 0,
				m = 0,
				skip;
	int			end = 0;
	double		count;
	tp_dd		usecs = {0, 0};

	if (!tp_scan_skip(s, "start") && scan_state(s, f, number, parts, source, &n) != TP_OK)
		return s->err->status;
	if (!tp_scan_skip(s, ">"))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Expected \">\"");
	if (tp_scan_skip(s, ends_names[f->ends]))
		end = 1;
	else if (f->ends == TP_ENDS_CONVERSION && tp_scan_skip(s, "null"))
		end = 2;
	else if (scan_state(s, f, number, parts, target, &m) != TP_OK)
		return s->err->status;
	skip = n == f->order ? 1 : 0;
	if (end == 0 && (m != n - skip + 1 || memcmp(source + skip, target, (n - skip) * sizeof(uint32_t)) != 0))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "A state must end in the last parts of the one before");
	if (tp_scan_word(s, ":", TEXT_HINT) != TP_OK || tp_scan_number(s, &count) != TP_OK)
		return s->err->status;
	tp_scan_blanks(s);
	if (tp_scan_peek(s) != ',' && tp_scan_peek(s) != '}' && tp_dd_scan(s, &usecs) != TP_OK)
		return s->err->status;
	if (!(count > 0) || usecs.hi < 0 || (usecs.hi > 0 && (n == 0 || end > 0)))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "A count or time that no journeys can have");
	return tp_flow_add_transition(f, source, n, end > 0 ? 0 : target[m - 1], end, count, usecs, s->err);
}

static tp_status
scan_no_contact(tp_scan *s, tp_flow *f)
{
	tp_scan_blanks(s);
	if (!tp_scan_skip(s, "no_contact="))
		return TP_OK;
	if (tp_dd_scan(s, &f->no_contact) != TP_OK)
		return s->err->status;
	return tp_scan_word(s, ",", TEXT_HINT);
}

static tp_status
scan_flow(tp_scan *s, tp_flow *f, uint32_t **number)
{
	uint32_t	parts = 0;
	int			ends;
	tp_aspect	aspect;
	int64_t		order;
	tp_status	status;

	if (!tp_scan_open(s, TEXT_HINT, &status))
		return status;
	if (tp_scan_word(s, "part=", TEXT_HINT) != TP_OK || tp_aspect_scan(s, &f->mem, &aspect, TEXT_HINT) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "order=", TEXT_HINT) != TP_OK ||
		tp_scan_count(s, &order) != TP_OK || tp_scan_word(s, ",", TEXT_HINT) != TP_OK ||
		tp_scan_word(s, "ends=", TEXT_HINT) != TP_OK || scan_name(s, ends_names, 2, &ends) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK)
		return s->err->status;
	if (order < 1 || order > TP_FLOW_ORDER_MAX)
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "The order must lie between 1 and %d", TP_FLOW_ORDER_MAX);
	if (tp_flow_set(f, &aspect, (int) order, (tp_flow_ends) ends, s->err) != TP_OK ||
		(ends == TP_ENDS_CONVERSION &&
		 (tp_scan_word(s, "value=", TEXT_HINT) != TP_OK || tp_dd_scan(s, &f->value) != TP_OK ||
		  tp_scan_word(s, ",", TEXT_HINT) != TP_OK || scan_no_contact(s, f) != TP_OK)) ||
		tp_scan_word(s, "parts=", TEXT_HINT) != TP_OK || scan_parts(s, f, number, &parts) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "flow=", TEXT_HINT) != TP_OK ||
		tp_scan_word(s, "{", TEXT_HINT) != TP_OK)
		return s->err->status;
	for (size_t i = 0; tp_scan_more(s, &f->mem, i, TEXT_HINT, &status); i++)
		if (scan_transition(s, f, *number, parts) != TP_OK)
			return s->err->status;
	return status == TP_OK ? tp_scan_close(s, TEXT_HINT) : status;
}

tp_status
tp_flow_parse(tp_flow *f, const char *text, size_t len, tp_error *err)
{
	uint32_t   *number = NULL;
	tp_scan		s;
	tp_status	status;

	tp_scan_init(&s, "journey_flow", text, len, err);
	status = scan_flow(&s, f, &number);
	tp_release(&f->mem, number);
	return status;
}

void
tp_flow_send(tp_buffer *b, const tp_flow_view *v)
{
	tp_buffer_big(b, TP_FLOW_VERSION, 1);
	tp_buffer_big(b, v->no_contact.hi != 0, 1);
	tp_buffer_big(b, v->part, 1);
	tp_buffer_big(b, v->order, 1);
	tp_buffer_big(b, v->ends, 1);
	tp_buffer_big(b, v->symbols, 4);
	tp_buffer_big(b, v->states, 4);
	tp_buffer_big(b, v->edges, 4);
	tp_buffer_big_number(b, v->value.hi);
	tp_buffer_big_number(b, v->value.lo);
	if (v->no_contact.hi != 0)
	{
		tp_buffer_big_number(b, v->no_contact.hi);
		tp_buffer_big_number(b, v->no_contact.lo);
	}
	if (v->part == TP_PART_PROPERTY + 1)
	{
		size_t		len;
		const char *key = tp_host_to_utf8(v->key.bytes, v->key.len, &len);

		tp_buffer_big(b, len, 2);
		tp_buffer_add(b, key, len);
	}
	for (uint32_t i = 0; i < v->symbols; i++)
	{
		const tp_touchpoint *t = &v->symbol[i];
		size_t		len[3];
		const char *part[3];

		part[0] = tp_host_to_utf8(t->channel, t->channel_len, &len[0]);
		part[1] = tp_host_to_utf8(t->label, t->label_len, &len[1]);
		part[2] = tp_host_to_utf8(t->stage, t->stage_len, &len[2]);
		for (int p = 0; p < 3; p++)
			tp_buffer_big(b, len[p], 2);
		for (int p = 0; p < 3; p++)
			tp_buffer_add(b, part[p], len[p]);
	}
	for (size_t i = 0; v->state != NULL && i < (size_t) v->states * v->order; i++)
		tp_buffer_big(b, tp_load_u32(v->state + 4 * i), 4);
	for (uint32_t i = 0; i < v->edges; i++)
	{
		tp_transition t = tp_flow_transition(v, i);

		if (tp_buffer_stop_at(b, i))
			return;
		tp_buffer_big(b, t.source, 4);
		tp_buffer_big(b, t.target, 4);
		tp_buffer_big_number(b, t.count);
		tp_buffer_big_number(b, t.usecs.hi);
		tp_buffer_big_number(b, t.usecs.lo);
	}
}

static tp_status
take_part(tp_message *r, tp_flow *f, uint32_t *number)
{
	uint8_t		entry[TP_ENTRY_MAX] = {0};
	size_t		len[3],
				text_len[3] = {0};
	const char *text[3] = {NULL};
	uint32_t	count = f->symbols.count;

	if (r->end - r->at < WIRE_PART)
		return tp_message_bad(r, "the message ends within a part");
	for (int i = 0; i < 3; i++)
		len[i] = (size_t) tp_message_take(r, 2);
	if ((size_t) (r->end - r->at) < len[0] + len[1] + len[2])
		return tp_message_bad(r, "the message ends within a part");
	for (int i = 0; i < 3; i++)
	{
		if (len[i] > 0)
			text[i] = tp_host_from_utf8((const char *) r->at, len[i], &text_len[i]);
		r->at += len[i];
	}
	if (f->part == TP_PART_TOUCHPOINT + 1 ? len[1] == 0 : len[0] > 0 || len[2] > 0)
		return tp_message_bad(r, "a part of another kind");
	if (len[1] > 0 && tp_touchpoint_make(text[0], text_len[0], text[1], text_len[1], text[2], text_len[2],
										 entry, r->err) != TP_OK)
		return tp_message_bad(r, "a malformed part");
	if (tp_intern_number(&f->symbols, TP_TAG(entry[0], entry[1], entry[2]), entry + TP_ENTRY_HEAD,
						 tp_entry_size(entry) - TP_ENTRY_HEAD, number, r->err) != TP_OK)
		return r->err->status;
	return f->symbols.count > count ? TP_OK : tp_message_bad(r, "a part that comes twice");
}

/* The symbols of state, of which there are n; number is as in the message. */
static tp_status
take_state(tp_message *r, const tp_flow *f, const uint8_t *states, uint32_t state, const uint32_t *number,
		   uint32_t parts, uint32_t tuple[TP_FLOW_ORDER_MAX], uint32_t *n)
{
	tp_message	at = {.at = states + (size_t) (state - 1) * f->order * 4};

	if (f->order == 1)
	{
		tuple[0] = number[state - 1];
		*n = 1;
		return TP_OK;
	}
	for (*n = 0; *n < f->order; ++*n)
	{
		uint64_t	symbol = tp_message_take(&at, 4);

		if (symbol == TP_FLOW_NOTHING && *n > 0)
			break;
		if (symbol >= parts)
			return tp_message_bad(r, "a malformed state");
		tuple[*n] = number[symbol];
	}
	return TP_OK;
}

static tp_status
take_transition(tp_message *r, tp_flow *f, const uint8_t *states, uint32_t n_states, const uint32_t *number,
				uint32_t parts)
{
	uint32_t	source = (uint32_t) tp_message_take(r, 4);
	uint32_t	target = (uint32_t) tp_message_take(r, 4);
	double		count = tp_message_take_number(r);
	tp_dd		usecs;
	uint32_t	from[TP_FLOW_ORDER_MAX],
				to[TP_FLOW_ORDER_MAX];
	uint32_t	n = 0,
				m = 0,
				skip,
				edges = f->edges;
	int			end = target > n_states ? (int) (target - n_states) : 0;

	usecs.hi = tp_message_take_number(r);
	usecs.lo = tp_message_take_number(r);
	if (source > n_states || target < 1 || target - 1 > (uint64_t) n_states + (f->ends == TP_ENDS_CONVERSION))
		return tp_message_bad(r, "a transition between unknown states");
	if (!(count > 0 && isfinite(count)) || !tp_dd_is_normal(usecs) || usecs.hi < 0 ||
		(usecs.hi != 0 && (source == 0 || end > 0)))
		return tp_message_bad(r, "a count or time that no journeys can have");
	if ((source > 0 && take_state(r, f, states, source, number, parts, from, &n) != TP_OK) ||
		(end == 0 && take_state(r, f, states, target, number, parts, to, &m) != TP_OK))
		return r->err->status;
	skip = n == f->order ? 1 : 0;
	if (end == 0 && (m != n - skip + 1 || memcmp(from + skip, to, (n - skip) * sizeof(uint32_t)) != 0))
		return tp_message_bad(r, "a state that does not follow from the one before");
	if (tp_flow_add_transition(f, from, n, end > 0 ? 0 : to[m - 1], end, count, usecs, r->err) != TP_OK)
		return r->err->status;
	return f->edges > edges ? TP_OK : tp_message_bad(r, "a transition that comes twice");
}

/* The key of a property: u16 length, and its bytes. */
static tp_status
take_key(tp_message *r, tp_part_key *key)
{
	size_t		len,
				own_len = 0;
	const char *own = NULL;

	if (r->end - r->at < 2)
		return tp_message_bad(r, "the message ends within a key");
	len = (size_t) tp_message_take(r, 2);
	if ((size_t) (r->end - r->at) < len)
		return tp_message_bad(r, "the message ends within a key");
	if (len > 0)
		own = tp_host_from_utf8((const char *) r->at, len, &own_len);
	if (!tp_part_key_is_valid(own, own_len, TP_PART_PROPERTY))
		return tp_message_bad(r, "not the key of a property");
	key->len = (uint8_t) own_len;
	memcpy(key->bytes, own, own_len);
	r->at += len;
	return TP_OK;
}

static tp_status
take_flow(tp_message *r, tp_flow *f, uint32_t **number)
{
	uint64_t	flags,
				part,
				order,
				ends,
				parts,
				states,
				edges,
				state_bytes;
	tp_aspect	aspect = {0};
	const uint8_t *state;

	if (r->end - r->at < WIRE_HEAD)
		return tp_message_bad(r, "too short");
	if (tp_message_take(r, 1) != TP_FLOW_VERSION)
		return tp_message_bad(r, "unknown version");
	flags = tp_message_take(r, 1);
	if (flags > 1)
		return tp_message_bad(r, "unknown flags");
	part = tp_message_take(r, 1);
	order = tp_message_take(r, 1);
	ends = tp_message_take(r, 1);
	parts = tp_message_take(r, 4);
	states = tp_message_take(r, 4);
	edges = tp_message_take(r, 4);
	f->value.hi = tp_message_take_number(r);
	f->value.lo = tp_message_take_number(r);
	if (flags == 1)
	{
		if (r->end - r->at < 16)
			return tp_message_bad(r, "too short");
		f->no_contact.hi = tp_message_take_number(r);
		f->no_contact.lo = tp_message_take_number(r);
		if (!tp_dd_is_normal(f->no_contact) || f->no_contact.hi == 0 || ends != TP_ENDS_CONVERSION)
			return tp_message_bad(r, "a value without conversions");
	}
	if (part > TP_PART_PROPERTY + 1 || order > TP_FLOW_ORDER_MAX || ends > TP_ENDS_CONVERSION || (part == 0) != (order == 0) ||
		!tp_dd_is_normal(f->value) || (ends == TP_ENDS_END && f->value.hi != 0))
		return tp_message_bad(r, "unknown settings");
	if (part == 0)
		return ends == 0 && parts == 0 && states == 0 && edges == 0 && r->at == r->end ? TP_OK :
			tp_message_bad(r, "transitions of nothing");
	state_bytes = order > 1 ? states * order * 4 : 0;
	if (part == TP_PART_PROPERTY + 1 && take_key(r, &aspect.key) != TP_OK)
		return r->err->status;
	if ((order == 1 && states != parts) ||
		parts * WIRE_PART + state_bytes + edges * WIRE_EDGE > (uint64_t) (r->end - r->at))
		return tp_message_bad(r, "shorter than its counts say");
	aspect.part = (tp_part) (part - 1);
	if (tp_flow_set(f, &aspect, (int) order, (tp_flow_ends) ends, r->err) != TP_OK)
		return r->err->status;
	*number = tp_alloc_array(&f->mem, (size_t) parts + 1, sizeof(uint32_t));
	if (*number == NULL)
		return tp_fail_memory(r->err);
	for (uint64_t i = 0; i < parts; i++)
		if (take_part(r, f, &(*number)[i]) != TP_OK)
			return r->err->status;
	if ((uint64_t) (r->end - r->at) != state_bytes + edges * WIRE_EDGE)
		return tp_message_bad(r, "not as long as its counts say");
	state = r->at;
	r->at += state_bytes;
	for (uint64_t i = 0; i < edges; i++)
		if (take_transition(r, f, state, (uint32_t) states, *number, (uint32_t) parts) != TP_OK)
			return r->err->status;
	return TP_OK;
}

tp_status
tp_flow_receive(tp_flow *f, const void *message, size_t size, tp_error *err)
{
	tp_message	r = {"journey_flow", message, message, (const uint8_t *) message + size, err};
	uint32_t   *number = NULL;
	tp_status	status = take_flow(&r, f, &number);

	tp_release(&f->mem, number);
	return status;
}
