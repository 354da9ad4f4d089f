/*
 * tp_wire.c
 *	  Binary send and receive of touchpoints, contact records and journeys.
 */
#include "journey/tp_wire.h"
#include "journey/tp_properties.h"

#include <math.h>

#include "base/tp_message.h"

#define WIRE_VERSION 1
#define WIRE_VERSION_PROPERTIES 2
#define PARTS_HEAD 6
#define PARTS_MIN (PARTS_HEAD + 1)
#define CONTACT_MIN (2 + 1 + 8)
#define SET_MIN (1 + 2 + 1 + 1)

static void
put_parts(tp_buffer *b, const tp_touchpoint *t)
{
	size_t		channel_len,
				label_len,
				stage_len;
	const char *channel = tp_host_to_utf8(t->channel, t->channel_len, &channel_len);
	const char *label = tp_host_to_utf8(t->label, t->label_len, &label_len);
	const char *stage = tp_host_to_utf8(t->stage, t->stage_len, &stage_len);

	tp_buffer_big(b, channel_len, 2);
	tp_buffer_big(b, label_len, 2);
	tp_buffer_big(b, stage_len, 2);
	tp_buffer_add(b, channel, channel_len);
	tp_buffer_add(b, label, label_len);
	tp_buffer_add(b, stage, stage_len);
}

static void
put_fields(tp_buffer *b, const tp_contact *c)
{
	tp_buffer_big(b, c->has, 1);
	tp_buffer_big(b, (uint64_t) c->time, 8);
	if (c->has & TP_HAS_ID)
		tp_buffer_big(b, (uint64_t) c->id, 8);
	if (c->has & TP_HAS_SCORE)
		tp_buffer_big_number(b, c->score);
	if (c->has & TP_HAS_EXPECTED)
		tp_buffer_big_number(b, c->expected);
	if (c->has & TP_HAS_COST)
		tp_buffer_big_number(b, c->cost);
	if (c->has & TP_HAS_DURATION)
		tp_buffer_big(b, (uint64_t) c->duration, 8);
	if (c->has & TP_HAS_VALUE)
		tp_buffer_big_number(b, c->value);
}

static void
put_properties(tp_buffer *b, const uint8_t *set)
{
	const uint8_t *at = set + 1;

	tp_buffer_big(b, *set, 1);
	for (uint32_t i = 0; i < *set; i++)
	{
		const char *key,
				   *text;
		size_t		len;
		tp_property value;

		at = tp_set_pair(at, &key, &len, &value);
		text = tp_host_to_utf8(key, len, &len);
		tp_buffer_big(b, len, 2);
		tp_buffer_add(b, text, len);
		switch (value.kind)
		{
			case TP_PROPERTY_STRING:
				text = tp_host_to_utf8(value.text, value.len, &len);
				tp_buffer_big(b, 1, 1);
				tp_buffer_big(b, len, 2);
				tp_buffer_add(b, text, len);
				break;
			case TP_PROPERTY_NUMBER:
				tp_buffer_big(b, 2, 1);
				tp_buffer_big_number(b, value.number);
				break;
			default:
				tp_buffer_big(b, value.truth ? 4 : 3, 1);
				break;
		}
	}
}

static void
put_head(tp_buffer *b, bool properties)
{
	tp_buffer_big(b, properties ? WIRE_VERSION_PROPERTIES : WIRE_VERSION, 1);
	tp_buffer_big(b, 0, 1);
}

void
tp_wire_write_touchpoint(tp_buffer *b, const tp_touchpoint *t)
{
	put_head(b, false);
	put_parts(b, t);
}

void
tp_wire_write_contact(tp_buffer *b, const tp_contact *c, const tp_touchpoint *t, const uint8_t *properties)
{
	put_head(b, properties != NULL);
	put_fields(b, c);
	put_parts(b, t);
	if (properties != NULL)
		put_properties(b, properties);
}

tp_status
tp_wire_write_journey(tp_buffer *b, const tp_journey *j, tp_error *err)
{
	uint32_t	n_sets = tp_journey_sets(j);
	tp_journey_whole w;
	tp_status	status = tp_journey_whole_of(&w, b->mem, j, err);

	put_head(b, n_sets > 0);
	tp_buffer_big(b, j->count, 4);
	tp_buffer_big(b, j->entries, 2);
	if (n_sets > 0)
		tp_buffer_big(b, n_sets, 4);
	for (uint32_t i = 0; i < j->entries && status == TP_OK; i++)
		put_parts(b, &w.entries[i]);
	for (uint32_t i = 0; i < n_sets && status == TP_OK; i++)
		put_properties(b, w.sets[i]);
	for (uint32_t i = 0; i < j->count && status == TP_OK; i++)
	{
		tp_contact	c;

		tp_journey_contact(j, i, &c);
		tp_buffer_big(b, c.code, 2);
		if (n_sets > 0)
			tp_buffer_big(b, c.set, 4);
		put_fields(b, &c);
		if (tp_stop_at(b->mem, i))
			status = TP_INTERRUPTED;
	}
	tp_journey_whole_release(&w);
	if (status == TP_OK && b->failed)
		status = tp_fail_memory(err);
	return status;
}

/* A message being read. */
typedef struct reader
{
	bool		properties;		/* of version 2 */
	tp_message	m;
} reader;

static inline bool
get(reader *r, int bytes, uint64_t *v)
{
	bool		there = r->m.end - r->m.at >= bytes;

	*v = there ? tp_message_take(&r->m, bytes) : 0;
	return there;
}

static inline bool
get_number(reader *r, double *v)
{
	uint64_t	bits;

	if (!get(r, 8, &bits))
		return false;
	memcpy(v, &bits, sizeof(bits));
	return true;
}

static tp_status
get_head(reader *r, const char *type, const void *message, size_t size, tp_error *err)
{
	uint64_t	v;

	r->m.type = type;
	r->m.start = r->m.at = message;
	r->m.end = r->m.start + size;
	r->m.err = err;
	if (!get(r, 1, &v) || (v != WIRE_VERSION && (v != WIRE_VERSION_PROPERTIES || strcmp(type, "touchpoint") == 0)))
		return tp_message_bad(&r->m, "unknown version");
	r->properties = v == WIRE_VERSION_PROPERTIES;
	if (!get(r, 1, &v) || v != 0)
		return tp_message_bad(&r->m, "unknown flags");
	return TP_OK;
}

static tp_status
get_parts(reader *r, uint8_t entry[TP_ENTRY_MAX])
{
	const uint8_t *from = r->m.at;
	uint64_t	len[3];
	const char *part[3];
	size_t		part_len[3];

	for (int i = 0; i < 3; i++)
		if (!get(r, 2, &len[i]))
			return tp_message_bad(&r->m, "the message ends within a touchpoint");
	if ((uint64_t) (r->m.end - r->m.at) < len[0] + len[1] + len[2])
		return tp_message_bad(&r->m, "the message ends within a touchpoint");
	for (int i = 0; i < 3; i++)
	{
		part[i] = NULL;
		part_len[i] = 0;
		if (len[i] > 0 || i == 1)
			part[i] = tp_host_from_utf8((const char *) r->m.at, len[i], &part_len[i]);
		r->m.at += len[i];
	}
	if (tp_touchpoint_make(part[0], part_len[0], part[1], part_len[1], part[2], part_len[2], entry, r->m.err) != TP_OK)
		return tp_message_refused(&r->m, from);
	return TP_OK;
}

static tp_status
get_fields(reader *r, tp_contact *c)
{
	const uint8_t *from = r->m.at;
	uint64_t	v;

	if (!get(r, 1, &v))
		return tp_message_bad(&r->m, "the message ends within a contact");
	c->has = (uint8_t) v;
	c->set = 0;
	if ((size_t) (r->m.end - r->m.at) < tp_contact_packed_size(c->has))
		return tp_message_bad(&r->m, "the message ends within a contact");
	get(r, 8, &v);
	c->time = (int64_t) v;
	if (c->has & TP_HAS_ID)
	{
		get(r, 8, &v);
		c->id = (int64_t) v;
	}
	if (c->has & TP_HAS_SCORE)
		get_number(r, &c->score);
	if (c->has & TP_HAS_EXPECTED)
		get_number(r, &c->expected);
	if (c->has & TP_HAS_COST)
		get_number(r, &c->cost);
	if (c->has & TP_HAS_DURATION)
	{
		get(r, 8, &v);
		c->duration = (int64_t) v;
	}
	if (c->has & TP_HAS_VALUE)
		get_number(r, &c->value);
	if (tp_contact_check(c, TP_BAD_BINARY, r->m.err) != TP_OK)
		return tp_message_refused(&r->m, from);
	return TP_OK;
}

/* A length of two bytes and a string of so many, in the host's encoding. */
static bool
get_string(reader *r, const char **s, size_t *len)
{
	uint64_t	n;

	if (!get(r, 2, &n) || (uint64_t) (r->m.end - r->m.at) < n)
		return false;
	*s = n > 0 ? tp_host_from_utf8((const char *) r->m.at, n, len) : (const char *) r->m.at;
	*len = n > 0 ? *len : 0;
	r->m.at += n;
	return true;
}

static tp_status
get_pair(reader *r, tp_draft *d)
{
	const uint8_t *from = r->m.at;
	const char *key,
			   *text;
	size_t		len,
				text_len;
	tp_property value = {.kind = TP_PROPERTY_ABSENT};
	uint64_t	kind;
	uint32_t	before = d->count;

	if (!get_string(r, &key, &len) || !get(r, 1, &kind))
		return tp_message_bad(&r->m, "the message ends within properties");
	switch (kind)
	{
		case 1:
			if (!get_string(r, &text, &text_len))
				return tp_message_bad(&r->m, "the message ends within properties");
			value = (tp_property) {.kind = TP_PROPERTY_STRING, .text = text, .len = (uint32_t) text_len};
			break;
		case 2:
			if (r->m.end - r->m.at < 8)
				return tp_message_bad(&r->m, "the message ends within properties");
			value.kind = TP_PROPERTY_NUMBER;
			get_number(r, &value.number);
			break;
		case 3:
		case 4:
			value.kind = TP_PROPERTY_BOOLEAN;
			value.truth = kind == 4;
			break;
		default:
			return tp_message_bad(&r->m, "unknown kind of a property");
	}
	if (memchr(key, '\0', len) != NULL || (kind == 1 && memchr(text, '\0', text_len) != NULL))
		return tp_message_bad(&r->m, "a property holds the character of code 0");
	if (tp_draft_add(d, key, len, &value, TP_BAD_BINARY, r->m.err) != TP_OK)
		return r->m.err->status == TP_NO_MEMORY ? TP_NO_MEMORY : tp_message_refused(&r->m, from);
	return d->count > before ? TP_OK : tp_message_bad(&r->m, "a property stands twice");
}

/* Properties, whose set is added to out. */
static tp_status
get_properties(reader *r, tp_buffer *out)
{
	tp_draft	d;
	uint64_t	n;
	tp_status	status = TP_OK;

	if (!get(r, 1, &n))
		return tp_message_bad(&r->m, "the message ends within properties");
	if (n == 0)
		return tp_message_bad(&r->m, "there are no properties");
	tp_draft_init(&d, out->mem);
	for (; n > 0 && status == TP_OK; n--)
		status = get_pair(r, &d);
	if (status == TP_OK)
		status = tp_draft_finish(&d, out, r->m.err);
	tp_draft_release(&d);
	return status;
}

static tp_status
get_end(const reader *r)
{
	return r->m.at == r->m.end ? TP_OK : tp_message_bad(&r->m, "bytes are left behind its end");
}

tp_status
tp_wire_read_touchpoint(const void *message, size_t size, uint8_t entry[TP_ENTRY_MAX], tp_error *err)
{
	reader		r;

	if (get_head(&r, "touchpoint", message, size, err) != TP_OK || get_parts(&r, entry) != TP_OK)
		return err->status;
	return get_end(&r);
}

tp_status
tp_wire_read_contact(const void *message, size_t size, tp_contact *c, uint8_t entry[TP_ENTRY_MAX],
					 tp_buffer *properties, tp_error *err)
{
	reader		r;

	if (get_head(&r, "contact_record", message, size, err) != TP_OK || get_fields(&r, c) != TP_OK ||
		get_parts(&r, entry) != TP_OK)
		return err->status;
	if (r.properties)
	{
		properties->len = 0;
		if (get_properties(&r, properties) != TP_OK)
			return err->status;
		c->set = 1;
	}
	return get_end(&r);
}

/* Touchpoints as read: bytes of entries, and views of them once all are there. */
static tp_status
read_dictionary(reader *r, const tp_memory *mem, uint32_t n, tp_buffer *bytes, tp_touchpoint **entries)
{
	size_t		at = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		uint8_t		entry[TP_ENTRY_MAX];

		if (get_parts(r, entry) != TP_OK)
			return TP_BAD_BINARY;
		tp_buffer_add(bytes, entry, tp_entry_size(entry));
	}
	*entries = bytes->failed ? NULL : tp_alloc_array(mem, n + 1, sizeof(tp_touchpoint));
	if (*entries == NULL)
		return tp_fail_memory(r->m.err);
	for (uint32_t i = 0; i < n; i++)
	{
		const uint8_t *entry = (const uint8_t *) bytes->data + at;

		(*entries)[i] = tp_entry_view(entry);
		at += tp_entry_size(entry);
	}
	return TP_OK;
}

/*
 * Contacts in the order of time, id and score, which is the same in any encoding. What ties beyond
 * that is sorted again, for touchpoints sort by their bytes in the encoding at hand.
 */
static tp_status
read_contacts(reader *r, const tp_memory *mem, tp_contact *c, uint32_t n, uint32_t n_entries, uint8_t *used,
			  uint32_t n_sets, uint8_t *used_sets)
{
	for (uint32_t i = 0; i < n; i++)
	{
		uint64_t	code,
					set = 0;

		if (!get(r, 2, &code))
			return tp_message_bad(&r->m, "the message ends within a contact");
		if (code >= n_entries)
			return tp_message_bad(&r->m, "a contact names a touchpoint that is not there");
		if (r->properties && (!get(r, 4, &set) || set > n_sets))
			return tp_message_bad(&r->m, "a contact names properties that are not there");
		if (get_fields(r, &c[i]) != TP_OK)
			return TP_BAD_BINARY;
		c[i].code = (uint16_t) code;
		c[i].set = (uint32_t) set;
		used[code] = 1;
		if (set > 0)
			used_sets[set - 1] = 1;
		if (i > 0 && tp_contact_compare_head(&c[i - 1], &c[i]) > 0)
			return tp_message_bad(&r->m, "contacts are out of order");
		if (i > 0 && (c[i].has & c[i - 1].has & TP_HAS_ID) && c[i].id == c[i - 1].id && c[i].time == c[i - 1].time)
			return tp_message_bad(&r->m, "an id stands twice");
		if (tp_stop_at(mem, i))
			return TP_INTERRUPTED;
	}
	for (uint32_t i = 0; i < n_entries; i++)
		if (!used[i])
			return tp_message_bad(&r->m, "a touchpoint is not used");
	for (uint32_t i = 0; i < n_sets; i++)
		if (!used_sets[i])
			return tp_message_bad(&r->m, "properties are not used");
	return TP_OK;
}

/* Sets of properties, each once. */
static tp_status
read_sets(reader *r, const tp_memory *mem, uint32_t n, tp_set_table *table, const uint8_t ***sets)
{
	tp_buffer	one;
	tp_status	status = TP_OK;

	tp_buffer_init(&one, mem);
	for (uint32_t i = 0; i < n && status == TP_OK; i++)
	{
		uint32_t	number = 0;

		one.len = 0;
		status = get_properties(r, &one);
		if (status == TP_OK)
			status = tp_set_table_number(table, (const uint8_t *) one.data, &number, r->m.err);
		if (status == TP_OK && number != i + 1)
			status = tp_message_bad(&r->m, "properties stand twice");
	}
	tp_buffer_release(&one);
	if (status != TP_OK || n == 0)
		return status;
	*sets = tp_alloc_array(mem, n, sizeof(uint8_t *));
	if (*sets == NULL)
		return tp_fail_memory(r->m.err);
	for (uint32_t i = 0; i < n; i++)
		(*sets)[i] = tp_set_table_at(table, i + 1);
	return TP_OK;
}

tp_status
tp_wire_read_journey(const tp_memory *mem, const void *message, size_t size, tp_buffer *out, tp_error *err)
{
	reader		r;
	uint64_t	n,
				n_entries,
				n_sets = 0;
	tp_buffer	bytes;
	tp_set_table table;
	const uint8_t **sets = NULL;
	tp_touchpoint *entries = NULL;
	tp_contact *contacts = NULL;
	uint8_t    *used = NULL;
	tp_status	status;

	if (get_head(&r, "journey", message, size, err) != TP_OK)
		return err->status;
	if (!get(&r, 4, &n) || !get(&r, 2, &n_entries) || (r.properties && !get(&r, 4, &n_sets)))
		return tp_message_bad(&r.m, "the message ends within its head");
	if (n > TP_CONTACTS_MAX || n_sets > n ||
		n * CONTACT_MIN + n_entries * PARTS_MIN + n_sets * SET_MIN > (uint64_t) (r.m.end - r.m.at))
		return tp_message_bad(&r.m, "it claims more contacts than it can hold");
	if (r.properties && n_sets == 0)
		return tp_message_bad(&r.m, "there are no properties");
	tp_buffer_init(&bytes, mem);
	tp_set_table_init(&table, mem);
	status = read_dictionary(&r, mem, (uint32_t) n_entries, &bytes, &entries);
	if (status == TP_OK)
		status = read_sets(&r, mem, (uint32_t) n_sets, &table, &sets);
	if (status == TP_OK)
	{
		used = tp_alloc(mem, n_entries + n_sets + 1);
		contacts = tp_alloc_array(mem, n + 1, sizeof(tp_contact));
		if (used == NULL || contacts == NULL)
			status = tp_fail_memory(err);
		else
		{
			memset(used, 0, n_entries + n_sets + 1);
			status = read_contacts(&r, mem, contacts, (uint32_t) n, (uint32_t) n_entries, used,
								   (uint32_t) n_sets, used + n_entries);
		}
	}
	if (status == TP_OK)
		status = get_end(&r);
	if (status == TP_OK)
		status = tp_journey_encode_unranked(mem, contacts, (uint32_t) n, entries, (uint32_t) n_entries,
											sets, (uint32_t) n_sets, out, err);
	if (status == TP_BAD_ARGUMENT)	/* a touchpoint twice, an id at two times */
		status = err->status = TP_BAD_BINARY;
	tp_release(mem, used);
	tp_release(mem, contacts);
	tp_release(mem, entries);
	tp_release(mem, sets);
	tp_set_table_release(&table);
	tp_buffer_release(&bytes);
	return status;
}
