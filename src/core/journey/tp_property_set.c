/*
 * tp_property_set.c
 *	  Sets of properties: making them, order, bytes, tables of them.
 */
#include "journey/tp_property_set.h"

#include <math.h>

enum
{
	KIND_STRING = 1,
	KIND_NUMBER = 2,
	KIND_FALSE = 3,
	KIND_TRUE = 4
};

void
tp_draft_init(tp_draft *d, const tp_memory *mem)
{
	tp_buffer_init(&d->bytes, mem);
	d->count = 0;
}

void
tp_draft_release(tp_draft *d)
{
	tp_buffer_release(&d->bytes);
}

const uint8_t *
tp_set_pair(const uint8_t *at, const char **key, size_t *len, tp_property *value)
{
	*len = *at++;
	*key = (const char *) at;
	at += *len;
	value->text = NULL;
	value->len = 0;
	value->number = 0;
	value->truth = false;
	switch (*at++)
	{
		case KIND_STRING:
			value->kind = TP_PROPERTY_STRING;
			value->len = tp_load_u16(at);
			value->text = (const char *) at + 2;
			return at + 2 + value->len;
		case KIND_NUMBER:
			value->kind = TP_PROPERTY_NUMBER;
			value->number = tp_load_f64(at);
			return at + 8;
		case KIND_FALSE:
			value->kind = TP_PROPERTY_BOOLEAN;
			return at;
		default:
			value->kind = TP_PROPERTY_BOOLEAN;
			value->truth = true;
			return at;
	}
}

int
tp_bytes_compare(const void *a, size_t a_len, const void *b, size_t b_len)
{
	size_t		n = a_len < b_len ? a_len : b_len;
	int			c = n > 0 ? memcmp(a, b, n) : 0;

	return c != 0 ? c : (a_len > b_len) - (a_len < b_len);
}

int
tp_property_compare(const tp_property *a, const tp_property *b)
{
	if (a->kind != b->kind)
		return (int) a->kind - (int) b->kind;
	switch (a->kind)
	{
		case TP_PROPERTY_STRING:
			return tp_bytes_compare(a->text, a->len, b->text, b->len);
		case TP_PROPERTY_NUMBER:
			return (a->number > b->number) - (a->number < b->number);
		case TP_PROPERTY_BOOLEAN:
			return a->truth - b->truth;
		default:
			return 0;
	}
}

int
tp_set_pairs_compare(const uint8_t **a, const uint8_t **b, bool *same_key)
{
	const char *key_a,
			   *key_b;
	size_t		len_a,
				len_b;
	tp_property va,
				vb;
	int			c;

	*a = tp_set_pair(*a, &key_a, &len_a, &va);
	*b = tp_set_pair(*b, &key_b, &len_b, &vb);
	c = tp_bytes_compare(key_a, len_a, key_b, len_b);
	*same_key = c == 0;
	return c != 0 ? c : tp_property_compare(&va, &vb);
}

int
tp_set_compare(const uint8_t *a, const uint8_t *b)
{
	uint32_t	n,
				m;

	if (a == b || a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	n = *a++;
	m = *b++;
	for (uint32_t i = 0; i < n && i < m; i++)
	{
		bool		same_key;
		int			c = tp_set_pairs_compare(&a, &b, &same_key);

		if (c != 0)
			return c;
	}
	return (n > m) - (n < m);
}

size_t
tp_set_size(const uint8_t *set)
{
	const uint8_t *at = set + 1;

	for (uint32_t i = 0; i < *set; i++)
	{
		const char *key;
		size_t		len;
		tp_property value;

		at = tp_set_pair(at, &key, &len, &value);
	}
	return (size_t) (at - set);
}

/* A number that a set may hold. */
static bool
number_is_valid(double v)
{
	return isfinite(v) && fabs(v) <= TP_EXACT_MAX && !(v == 0 && signbit(v));
}

size_t
tp_set_length(const uint8_t *set, size_t size)
{
	const uint8_t *at = set + 1;
	const uint8_t *end = set + size;
	const char *last = NULL;
	size_t		last_len = 0;

	if (size < 1 || *set < 1 || *set > TP_KEYS_MAX)
		return 0;
	for (uint32_t i = 0; i < *set; i++)
	{
		size_t		len;
		const char *key;

		if (at == end || (len = *at) < 1 || len > TP_KEY_MAX || (size_t) (end - at) < 1 + len + 1)
			return 0;
		key = (const char *) at + 1;
		if (last != NULL && tp_bytes_compare(last, last_len, key, len) >= 0)
			return 0;
		last = key;
		last_len = len;
		at += 1 + len;
		switch (*at++)
		{
			case KIND_STRING:
				if (end - at < 2 || tp_load_u16(at) > TP_STRING_MAX || end - at < 2 + tp_load_u16(at) ||
					memchr(at + 2, '\0', tp_load_u16(at)) != NULL)
					return 0;
				at += 2 + tp_load_u16(at);
				break;
			case KIND_NUMBER:
				if (end - at < 8 || !number_is_valid(tp_load_f64(at)))
					return 0;
				at += 8;
				break;
			case KIND_FALSE:
			case KIND_TRUE:
				break;
			default:
				return 0;
		}
		if (memchr(key, '\0', len) != NULL)
			return 0;
	}
	return (size_t) (at - set);
}

bool
tp_set_is_valid(const uint8_t *set, size_t size)
{
	return size > 0 && tp_set_length(set, size) == size;
}

void
tp_set_find(const uint8_t *set, const char *key, size_t len, tp_property *value)
{
	const uint8_t *at = set;

	for (uint32_t n = set != NULL ? *at++ : 0; n > 0; n--)
	{
		const char *own;
		size_t		own_len;

		at = tp_set_pair(at, &own, &own_len, value);
		if (own_len == len && memcmp(own, key, len) == 0)
			return;
	}
	value->kind = TP_PROPERTY_ABSENT;
}

static tp_status
check_pair(const char *key, size_t len, const tp_property *value, tp_status bad, tp_error *err)
{
	if (len == 0)
		return tp_fail(err, bad, "Give each property a name.", "the key of a property must not be empty");
	if (len > TP_KEY_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Shorten the key.",
					   "the key of a property is too long: %zu bytes, at most %d: \"%s\"", len, TP_KEY_MAX,
					   tp_excerpt_of(key, len).text);
	if (value->kind == TP_PROPERTY_STRING && value->len > TP_STRING_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Keep long texts in a table, and their key here.",
					   "the property \"%s\" is too long: %u bytes, at most %d", tp_excerpt_of(key, len).text,
					   value->len, TP_STRING_MAX);
	if (value->kind == TP_PROPERTY_NUMBER && !isfinite(value->number))
		return tp_fail(err, TP_OUT_OF_RANGE, "Leave out what is not known.",
					   "the property \"%s\" must be finite, not %s", tp_excerpt_of(key, len).text,
					   tp_not_finite(value->number));
	if (value->kind == TP_PROPERTY_NUMBER && fabs(value->number) > TP_EXACT_MAX)
		return tp_fail(err, TP_OUT_OF_RANGE, TP_EXACT_HINT,
					   "the property \"%s\" is out of range: %.17g", tp_excerpt_of(key, len).text, value->number);
	return TP_OK;
}

tp_status
tp_draft_add(tp_draft *d, const char *key, size_t len, const tp_property *value, tp_status bad, tp_error *err)
{
	uint32_t	low = 0,
				high = d->count;
	uint8_t		head[3];

	if (check_pair(key, len, value, bad, err) != TP_OK)
		return err->status;
	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;
		const char *own;
		size_t		own_len;
		tp_property own_value;
		int			c;

		tp_set_pair((const uint8_t *) d->bytes.data + d->offset[middle], &own, &own_len, &own_value);
		c = tp_bytes_compare(own, own_len, key, len);
		if (c == 0 && tp_property_compare(&own_value, value) == 0)
			return TP_OK;
		if (c == 0)
			return tp_fail(err, bad, "Give each property one value.", "the property \"%s\" has two values",
						   tp_excerpt_of(key, len).text);
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (d->count == TP_KEYS_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Keep the properties that you ask for, and the rest in a table.",
					   "a contact has at most %d properties", TP_KEYS_MAX);
	memmove(d->offset + low + 1, d->offset + low, (d->count - low) * sizeof(uint32_t));
	d->offset[low] = (uint32_t) d->bytes.len;
	d->count++;
	tp_buffer_byte(&d->bytes, (uint8_t) len);
	tp_buffer_add(&d->bytes, key, len);
	switch (value->kind)
	{
		case TP_PROPERTY_STRING:
			head[0] = KIND_STRING;
			tp_store_u16(head + 1, (uint16_t) value->len);
			tp_buffer_add(&d->bytes, head, 3);
			tp_buffer_add(&d->bytes, value->text, value->len);
			break;
		case TP_PROPERTY_NUMBER:
			{
				double		number = value->number + 0.0;	/* -0 is stored as 0 */

				tp_buffer_byte(&d->bytes, KIND_NUMBER);
				tp_buffer_add(&d->bytes, &number, sizeof(number));
			}
			break;
		default:
			tp_buffer_byte(&d->bytes, value->truth ? KIND_TRUE : KIND_FALSE);
			break;
	}
	return d->bytes.failed ? tp_fail_memory(err) : TP_OK;
}

tp_status
tp_draft_finish(const tp_draft *d, tp_buffer *out, tp_error *err)
{
	if (d->count == 0)
		return TP_OK;
	tp_buffer_byte(out, (uint8_t) d->count);
	for (uint32_t i = 0; i < d->count; i++)
	{
		const uint8_t *at = (const uint8_t *) d->bytes.data + d->offset[i];
		const char *key;
		size_t		len;
		tp_property value;

		tp_buffer_add(out, at, (size_t) (tp_set_pair(at, &key, &len, &value) - at));
	}
	return out->failed ? tp_fail_memory(err) : TP_OK;
}

void
tp_set_table_init(tp_set_table *t, const tp_memory *mem)
{
	*t = (tp_set_table) {.mem = *mem};
	tp_buffer_init(&t->bytes, &t->mem);
}

void
tp_set_table_release(tp_set_table *t)
{
	tp_buffer_release(&t->bytes);
	tp_release(&t->mem, t->offset);
	tp_release(&t->mem, t->slot);
}

static tp_status
grow_table(tp_set_table *t, tp_error *err)
{
	uint32_t	slots = t->slots == 0 ? 16 : 2 * t->slots;
	uint32_t   *slot = tp_alloc_array(&t->mem, slots, sizeof(uint32_t));

	if (slot == NULL)
		return tp_fail_memory(err);
	memset(slot, 0, slots * sizeof(uint32_t));
	for (uint32_t number = 1; number <= t->count; number++)
	{
		const uint8_t *set = tp_set_table_at(t, number);
		uint32_t	at = tp_hash(set, tp_set_size(set)) & (slots - 1);

		while (slot[at] != 0)
			at = (at + 1) & (slots - 1);
		slot[at] = number;
	}
	tp_release(&t->mem, t->slot);
	t->slot = slot;
	t->slots = slots;
	return TP_OK;
}

tp_status
tp_set_table_number(tp_set_table *t, const uint8_t *set, uint32_t *number, tp_error *err)
{
	size_t		size = tp_set_size(set);
	uint32_t	hash = tp_hash(set, size);
	uint32_t	at;

	if (t->slots < 2 * (t->count + 1) && grow_table(t, err) != TP_OK)
		return err->status;
	for (at = hash & (t->slots - 1); t->slot[at] != 0; at = (at + 1) & (t->slots - 1))
	{
		const uint8_t *own = tp_set_table_at(t, t->slot[at]);
		size_t		left = t->bytes.len - (size_t) (own - (const uint8_t *) t->bytes.data);

		/* sets tell their length, so one is never the beginning of another */
		if (size <= left && memcmp(own, set, size) == 0)
		{
			*number = t->slot[at];
			return TP_OK;
		}
	}
	if (!tp_grow(&t->mem, (void **) &t->offset, &t->room, (uint64_t) t->count + 1, sizeof(size_t)))
		return tp_fail_memory(err);
	t->offset[t->count] = t->bytes.len;
	tp_buffer_add(&t->bytes, set, size);
	if (t->bytes.failed)
		return tp_fail_memory(err);
	*number = t->slot[at] = ++t->count;
	return TP_OK;
}
