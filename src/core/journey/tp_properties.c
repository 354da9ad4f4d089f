/*
 * tp_properties.c
 *	  The properties within the image of a journey: finding, reading, planning and writing them.
 *
 * Opening looks at nothing but the frame, so whoever reads checks each offset against it: a damaged image
 * gives absent values, and TP_CORRUPT where all of a set is asked for.
 */
#include "journey/tp_properties.h"

#include <stdlib.h>

#define WIDTH_BITS 0x03
#define CODE_SHIFT 2
#define SINGLE 0x10

static inline uint32_t
load(const uint8_t *at, uint8_t width, uint32_t i)
{
	switch (width)
	{
		case 1:
			return at[i];
		case 2:
			return tp_load_u16(at + 2 * (size_t) i);
		default:
			return tp_load_u32(at + 4 * (size_t) i);
	}
}

static inline void
store(uint8_t *at, uint8_t width, size_t i, uint32_t v)
{
	switch (width)
	{
		case 1:
			at[i] = (uint8_t) v;
			break;
		case 2:
			tp_store_u16(at + 2 * i, (uint16_t) v);
			break;
		default:
			tp_store_u32(at + 4 * i, v);
			break;
	}
}

size_t
tp_property_block_open(tp_journey *j, size_t offset)
{
	tp_property_block *b = &j->properties;
	const uint8_t *at = j->image + offset;
	size_t		left = j->size - offset,
				size,
				need;
	uint8_t		head;

	if (left < 1 || ((head = at[0]) & ~(WIDTH_BITS | 3 << CODE_SHIFT | SINGLE)) != 0 || (head & WIDTH_BITS) == 3)
		return SIZE_MAX;
	b->width = (uint8_t) (1 << (head & WIDTH_BITS));
	b->code_width = (uint8_t) (1 << (head >> CODE_SHIFT & 3) >> 1);
	b->single = (head & SINGLE) != 0;
	need = 1 + (size_t) b->width * (b->single ? 3 : 4);
	if (left < need || (size = load(at + 1, b->width, 0)) > left || size < need)
		return SIZE_MAX;
	b->keys = load(at + 1, b->width, 1);
	b->pairs = load(at + 1, b->width, 2);
	b->sets = b->single ? b->pairs : load(at + 1, b->width, 3);
	b->end = at + size;
	b->key_end = at + need;
	b->key_first = b->key_end + (size_t) b->width * b->keys;
	b->value_end = b->key_first + (size_t) b->width * b->keys;
	b->set_end = b->value_end + (size_t) b->width * b->pairs;
	need += (size_t) b->width * (2 * (size_t) b->keys + b->pairs + (b->single ? 0 : b->sets));
	if (b->keys == 0 || b->pairs < b->keys || b->sets == 0 || b->sets > j->count || need > size)
		return SIZE_MAX;
	b->key_bytes = at + need;
	need += load(b->key_end, b->width, b->keys - 1);
	b->list = at + need;
	if (!b->single)
		need += (size_t) b->width * load(b->set_end, b->width, b->sets - 1);
	b->values = at + need;
	need += load(b->value_end, b->width, b->pairs - 1);
	b->codes = b->end;
	if (need != size)
		return SIZE_MAX;
	return offset + size + (size_t) b->code_width * j->count;
}

/* Run i of an array of ends, which must not pass the last of n. */
static inline bool
run(const uint8_t *ends, uint8_t width, uint32_t i, uint32_t n, uint32_t *from, uint32_t *to)
{
	*from = i > 0 ? load(ends, width, i - 1) : 0;
	*to = load(ends, width, i);
	return *from <= *to && *to <= load(ends, width, n - 1);
}

static bool
key_at(const tp_property_block *b, uint32_t key, const char **bytes, size_t *len)
{
	uint32_t	from,
				to;

	if (!run(b->key_end, b->width, key, b->keys, &from, &to))
		return false;
	*bytes = (const char *) b->key_bytes + from;
	*len = to - from;
	return true;
}

uint32_t
tp_journey_find_key(const tp_journey *j, const char *key, size_t len)
{
	const tp_property_block *b = &j->properties;
	uint32_t	low = 0,
				high = b->keys;

	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;
		const char *own;
		size_t		own_len;
		int			c;

		if (!key_at(b, middle, &own, &own_len))
			break;
		c = tp_bytes_compare(own, own_len, key, len);
		if (c == 0)
			return middle;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return TP_NO_KEY;
}

/* The shortest whole form of a number that is one, or 8. */
static size_t
number_width(double v)
{
	int32_t		m = v >= INT32_MIN && v <= INT32_MAX ? (int32_t) v : 0;

	if ((double) m != v)
		return 8;
	return m == (int8_t) m ? 1 : m == (int16_t) m ? 2 : 4;
}

static bool
value_at(const tp_property_block *b, uint32_t pair, tp_property *out)
{
	uint32_t	from,
				to;
	const uint8_t *at;

	out->kind = TP_PROPERTY_ABSENT;
	out->text = NULL;
	out->len = 0;
	if (pair >= b->pairs || !run(b->value_end, b->width, pair, b->pairs, &from, &to) || from == to)
		return false;
	at = b->values + from + 1;
	to -= from + 1;
	switch (at[-1])
	{
		case 1:
			out->kind = TP_PROPERTY_STRING;
			out->text = (const char *) at;
			out->len = to;
			return true;
		case 2:
			out->kind = TP_PROPERTY_NUMBER;
			out->number = to == 8 ? tp_load_f64(at) : to == 4 ? tp_load_i32(at) : to == 2 ? tp_load_i16(at) :
				to == 1 ? (int8_t) *at : 0;
			return to == 8 || to == 4 || to == 2 || to == 1;
		case 3:
		case 4:
			out->kind = TP_PROPERTY_BOOLEAN;
			out->truth = at[-1] == 4;
			return to == 0;
		default:
			return false;
	}
}

uint32_t
tp_journey_set_pair(const tp_journey *j, uint32_t set, uint32_t key)
{
	const tp_property_block *b = &j->properties;
	uint32_t	first,
				end,
				from,
				to;

	if (set == 0 || set > b->sets || key >= b->keys)
		return TP_NO_PAIR;
	first = load(b->key_first, b->width, key);
	end = key + 1 < b->keys ? load(b->key_first, b->width, key + 1) : b->pairs;
	if (b->single)
		return set - 1 >= first && set - 1 < end ? set - 1 : TP_NO_PAIR;
	if (!run(b->set_end, b->width, set - 1, b->sets, &from, &to))
		return TP_NO_PAIR;
	for (; from < to; from++)
	{
		uint32_t	pair = load(b->list, b->width, from);

		if (pair >= first)
			return pair < end && pair < b->pairs ? pair : TP_NO_PAIR;
	}
	return TP_NO_PAIR;
}

void
tp_journey_set_property(const tp_journey *j, uint32_t set, uint32_t key, tp_property *out)
{
	uint32_t	pair = tp_journey_set_pair(j, set, key);

	if (pair == TP_NO_PAIR || !value_at(&j->properties, pair, out))
		out->kind = TP_PROPERTY_ABSENT;
}

void
tp_journey_property(const tp_journey *j, uint32_t key, uint32_t i, tp_property *out)
{
	tp_journey_set_property(j, tp_journey_set_of(j, i), key, out);
}

bool
tp_journey_pair(const tp_journey *j, uint32_t pair, const char **key, size_t *len, tp_property *value)
{
	const tp_property_block *b = &j->properties;
	uint32_t	low = 0,
				high = b->keys;

	while (high - low > 1)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (load(b->key_first, b->width, middle) <= pair)
			low = middle;
		else
			high = middle;
	}
	return pair < b->pairs && key_at(b, low, key, len) && value_at(b, pair, value);
}

static tp_status
corrupt(tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: its properties cannot be");
}

/* Key and value of a pair, as a set holds them. */
static bool
add_pair(const tp_journey *j, uint32_t pair, tp_buffer *out)
{
	const char *key;
	size_t		len;
	tp_property value;
	uint8_t		head[3];

	if (!tp_journey_pair(j, pair, &key, &len, &value) || len > TP_KEY_MAX)
		return false;
	tp_buffer_byte(out, (uint8_t) len);
	tp_buffer_add(out, key, len);
	switch (value.kind)
	{
		case TP_PROPERTY_STRING:
			if (value.len > TP_STRING_MAX)
				return false;
			head[0] = 1;
			tp_store_u16(head + 1, (uint16_t) value.len);
			tp_buffer_add(out, head, 3);
			tp_buffer_add(out, value.text, value.len);
			break;
		case TP_PROPERTY_NUMBER:
			tp_buffer_byte(out, 2);
			tp_buffer_add(out, &value.number, 8);
			break;
		default:
			tp_buffer_byte(out, value.truth ? 4 : 3);
			break;
	}
	return true;
}

tp_status
tp_journey_set(const tp_journey *j, uint32_t set, tp_buffer *out, tp_error *err)
{
	const tp_property_block *b = &j->properties;
	size_t		at = out->len;
	uint32_t	from = set - 1,
				to = set;

	if (set == 0 || set > b->sets ||
		(!b->single && !run(b->set_end, b->width, set - 1, b->sets, &from, &to)) || to - from > TP_KEYS_MAX)
		return corrupt(err);
	tp_buffer_byte(out, (uint8_t) (to - from));
	for (; from < to; from++)
		if (!add_pair(j, b->single ? from : load(b->list, b->width, from), out))
			return corrupt(err);
	if (out->failed)
		return tp_fail_memory(err);
	return tp_set_is_valid((const uint8_t *) out->data + at, out->len - at) ? TP_OK : corrupt(err);
}

/* Does every code of a contact name a set? */
static bool
codes_are_in_range(const tp_journey *j)
{
	const tp_property_block *b = &j->properties;

	for (uint32_t i = 0; i < j->count && b->code_width > 0; i++)
		if (load(b->codes, b->code_width, i) > b->sets)
			return false;
	return true;
}

tp_status
tp_journey_set_views(const tp_memory *mem, const tp_journey *j, tp_buffer *bytes, const uint8_t ***sets, tp_error *err)
{
	uint32_t	n = j->properties.sets;
	tp_status	status = TP_OK;
	const uint8_t *at;

	tp_buffer_init(bytes, mem);
	*sets = NULL;
	if (n == 0)
		return TP_OK;
	if (!codes_are_in_range(j))
		return corrupt(err);
	for (uint32_t set = 1; set <= n && status == TP_OK; set++)
	{
		status = tp_journey_set(j, set, bytes, err);
		/* an image may name one long set very often */
		if (status == TP_OK && bytes->len > 2 * TP_IMAGE_MAX)
			status = tp_fail(err, TP_PAST_LIMIT, "Keep one journey a case, or a year, instead of one for all time.",
							 "the properties of the journey are too large");
		if (set % 65536 == 0 && status == TP_OK && tp_interrupted(mem))
			status = TP_INTERRUPTED;
	}
	if (status == TP_OK && (*sets = tp_alloc_array(mem, n, sizeof(uint8_t *))) == NULL)
		status = tp_fail_memory(err);
	if (status != TP_OK)
	{
		tp_buffer_release(bytes);
		return status;
	}
	at = (const uint8_t *) bytes->data;
	for (uint32_t i = 0; i < n; i++)
	{
		(*sets)[i] = at;
		at += tp_set_size(at);
	}
	return TP_OK;
}

tp_status
tp_journey_whole_of(tp_journey_whole *w, const tp_memory *mem, const tp_journey *j, tp_error *err)
{
	w->sets = NULL;
	tp_buffer_init(&w->bytes, mem);
	w->entries = tp_alloc_array(mem, (size_t) j->entries + 1, sizeof(tp_touchpoint));
	if (w->entries == NULL)
		return tp_fail_memory(err);
	if (tp_journey_dictionary(j, w->entries, err) != TP_OK)
		return err->status;
	return tp_journey_set_views(mem, j, &w->bytes, &w->sets, err);
}

void
tp_journey_whole_release(tp_journey_whole *w)
{
	TP_RELEASE_ALL(w->bytes.mem, w->entries, w->sets);
	tp_buffer_release(&w->bytes);
}

/* A value as the entry of a projected journey; an empty string is none. */
static tp_status
add_label(tp_buffer *out, const tp_property *value, const char *key, size_t key_len, tp_error *err)
{
	size_t		at = out->len,
				len;
	const char *text;

	tp_buffer_add(out, "\0", 2);
	tp_property_write(out, value);
	if (out->failed)
		return tp_fail_memory(err);
	text = out->data + at + 2;
	len = out->len - at - 2;
	if (len > TP_PART_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "Group by a shorter property.",
					   "the property \"%s\" is too long for a part: %zu bytes, at most %d", tp_excerpt_of(key, key_len).text,
					   len, TP_PART_MAX);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char) text[i] < 0x20 || text[i] == 0x7F)
			return tp_fail(err, TP_BAD_ARGUMENT, "Take it out where the contacts come from.",
						   "the property \"%s\" holds a control character, so it is no part: \"%s\"",
						   tp_excerpt_of(key, key_len).text, tp_excerpt_of(text, len).text);
	out->data[at + 1] = (char) len;
	return TP_OK;
}

/* Room before a dictionary, for who looks at the bytes before an entry (tp_intern.c). */
#define BEFORE 16

tp_status
tp_journey_project(const tp_journey *j, const char *key, size_t len, tp_journey *out, tp_buffer *scratch, tp_error *err)
{
	uint32_t	k = tp_journey_find_key(j, key, len),
				first = 0,
				n = 0;
	size_t		codes,
				dictionary;
	uint8_t    *code;
	uint32_t	none = 0;		/* 1 where a contact has no value: then code 0 is that */

	if (k != TP_NO_KEY)
	{
		first = load(j->properties.key_first, j->properties.width, k);
		n = (k + 1 < j->properties.keys ? load(j->properties.key_first, j->properties.width, k + 1) :
			 j->properties.pairs) - first;
	}
	if (first > j->properties.pairs || n > j->properties.pairs)
		return corrupt(err);
	if (n >= TP_DICTIONARY_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Group by a coarser property.",
					   "a journey has at most %d different values of a property as a part", TP_DICTIONARY_MAX - 1);
	*out = *j;
	out->projected = true;
	out->flags &= (uint8_t) ~(TP_FLAG_STAGES | TP_FLAG_NARROW | TP_FLAG_SHARED);
	for (uint32_t i = 0; i < j->count && none == 0; i++)
		none = tp_journey_set_pair(j, tp_journey_set_of(j, i), k) == TP_NO_PAIR;
	out->entries = n + none;
	out->code_width = out->entries <= 1 ? 0 : out->entries <= 256 ? 1 : 2;
	scratch->len = 0;
	codes = BEFORE;
	dictionary = codes + (size_t) j->count * out->code_width + BEFORE;
	if (tp_buffer_reserve(scratch, dictionary) == NULL)
		return tp_fail_memory(err);
	memset(scratch->data, 0, dictionary);
	code = (uint8_t *) scratch->data + codes;
	for (uint32_t i = 0; i < j->count && out->code_width > 0; i++)
	{
		uint32_t	pair = tp_journey_set_pair(j, tp_journey_set_of(j, i), k);

		store(code, out->code_width, i, pair == TP_NO_PAIR ? 0 : pair - first + none);
	}
	scratch->len = dictionary;
	if (none)
		tp_buffer_add(scratch, "\0", 2);
	for (uint32_t i = 0; i < n; i++)
	{
		tp_property value;

		if (!value_at(&j->properties, first + i, &value))
			return corrupt(err);
		if (add_label(scratch, &value, key, len, err) != TP_OK)
			return err->status;
	}
	if (scratch->failed)
		return tp_fail_memory(err);
	out->codes = (const uint8_t *) scratch->data + codes;
	out->dictionary = (const uint8_t *) scratch->data + dictionary;
	out->dictionary_end = (const uint8_t *) scratch->data + scratch->len;
	return TP_OK;
}

/* A pair of a set, and its place in the list. */
typedef struct listed
{
	const uint8_t *pair;
	uint32_t	place;
} listed;

static int
compare_pairs(const uint8_t *a, const uint8_t *b, bool *same_key)
{
	return tp_set_pairs_compare(&a, &b, same_key);
}

static int
compare_listed(const void *a, const void *b)
{
	bool		unused;

	return compare_pairs(((const listed *) a)->pair, ((const listed *) b)->pair, &unused);
}

/* Bytes of a value in the block. */
static size_t
value_size(const tp_property *v)
{
	return 1 + (v->kind == TP_PROPERTY_STRING ? v->len : v->kind == TP_PROPERTY_NUMBER ? number_width(v->number) : 0);
}

/* Number the different pairs in order. */
static void
number_pairs(tp_property_plan *plan, listed *l, size_t *key_bytes, size_t *value_bytes)
{
	qsort(l, plan->listed, sizeof(listed), compare_listed);
	*key_bytes = *value_bytes = 0;
	for (uint32_t i = 0; i < plan->listed; i++)
	{
		bool		same_key = false;
		const char *key;
		size_t		len;
		tp_property value;

		if (i > 0 && compare_pairs(l[i - 1].pair, l[i].pair, &same_key) == 0)
		{
			plan->list[l[i].place] = plan->pairs - 1;
			continue;
		}
		tp_set_pair(l[i].pair, &key, &len, &value);
		if (!same_key)
		{
			plan->keys++;
			*key_bytes += len;
		}
		*value_bytes += value_size(&value);
		plan->pair[plan->pairs] = l[i].pair;
		plan->list[l[i].place] = plan->pairs++;
	}
}

tp_status
tp_property_plan_make(const tp_memory *mem, tp_property_plan *plan, const tp_contact *c, size_t n,
					  const uint8_t *const *sets, uint32_t n_sets, tp_error *err)
{
	listed	   *l;
	size_t		total = 0,
				key_bytes,
				value_bytes,
				fixed,
				numbers;
	bool		all = true;
	uint32_t	place = 0;

	memset(plan, 0, sizeof(*plan));
	for (uint32_t s = 0; s < n_sets; s++)
		total += *sets[s];
	if (total > UINT32_MAX / 2)
		return tp_fail(err, TP_PAST_LIMIT, "Keep one journey a case, or a year, instead of one for all time.",
					   "the properties of the journey are too large");
	plan->listed = (uint32_t) total;
	plan->list = tp_alloc_array(mem, total, sizeof(uint32_t));
	plan->pair = tp_alloc_array(mem, total, sizeof(uint8_t *));
	l = tp_alloc_array(mem, total, sizeof(listed));
	if (plan->list == NULL || plan->pair == NULL || l == NULL)
	{
		tp_release(mem, l);
		tp_property_plan_release(mem, plan);
		return tp_fail_memory(err);
	}
	for (uint32_t s = 0; s < n_sets; s++)
	{
		const uint8_t *at = sets[s] + 1;

		for (uint32_t k = 0; k < *sets[s]; k++)
		{
			const char *key;
			size_t		len;
			tp_property value;

			l[place] = (listed) {at, place};
			place++;
			at = tp_set_pair(at, &key, &len, &value);
		}
		if ((size_t) (at - sets[s]) > plan->longest)
			plan->longest = (size_t) (at - sets[s]);
	}
	number_pairs(plan, l, &key_bytes, &value_bytes);
	tp_release(mem, l);

	plan->single = plan->listed == n_sets;
	fixed = 1 + key_bytes + value_bytes;
	numbers = (plan->single ? 3 : 4) + 2 * (size_t) plan->keys + plan->pairs +
		(plan->single ? 0 : (size_t) n_sets + plan->listed);
	plan->width = fixed + numbers <= UINT8_MAX ? 1 : fixed + 2 * numbers <= UINT16_MAX ? 2 : 4;
	plan->block = fixed + plan->width * numbers;
	for (size_t i = 0; i < n && all; i++)
		all = c[i].set != 0;
	plan->code_width = all && n_sets == 1 ? 0 : n_sets <= UINT8_MAX ? 1 : n_sets <= UINT16_MAX ? 2 : 4;
	plan->codes = plan->code_width * n;
	return TP_OK;
}

void
tp_property_plan_release(const tp_memory *mem, tp_property_plan *plan)
{
	tp_release(mem, plan->list);
	tp_release(mem, plan->pair);
	plan->list = NULL;
	plan->pair = NULL;
}

static uint8_t *
write_value(uint8_t *at, const tp_property *v)
{
	switch (v->kind)
	{
		case TP_PROPERTY_STRING:
			*at++ = 1;
			memcpy(at, v->text, v->len);
			return at + v->len;
		case TP_PROPERTY_NUMBER:
			*at++ = 2;
			switch (number_width(v->number))
			{
				case 1:
					*at = (uint8_t) (int8_t) v->number;
					return at + 1;
				case 2:
					tp_store_i16(at, (int16_t) v->number);
					return at + 2;
				case 4:
					tp_store_i32(at, (int32_t) v->number);
					return at + 4;
				default:
					tp_store_f64(at, v->number);
					return at + 8;
			}
		default:
			*at++ = v->truth ? 4 : 3;
			return at;
	}
}

void
tp_property_plan_write(const tp_property_plan *plan, uint8_t *at, const tp_contact *c, size_t n,
					   const uint8_t *const *sets, uint32_t n_sets)
{
	uint8_t		w = plan->width;
	uint8_t    *key_end,
			   *key_first,
			   *value_end,
			   *set_end,
			   *key_bytes,
			   *values,
			   *codes = at + plan->block;
	uint32_t	key = 0,
				key_len = 0,
				listed_end = 0;
	size_t		values_at = 0;

	at[0] = (uint8_t) ((w >> 1) | (plan->code_width == 4 ? 3 : plan->code_width) << CODE_SHIFT | (plan->single ? SINGLE : 0));
	store(at + 1, w, 0, (uint32_t) plan->block);
	store(at + 1, w, 1, plan->keys);
	store(at + 1, w, 2, plan->pairs);
	if (!plan->single)
		store(at + 1, w, 3, n_sets);
	key_end = at + 1 + (size_t) w * (plan->single ? 3 : 4);
	key_first = key_end + (size_t) w * plan->keys;
	value_end = key_first + (size_t) w * plan->keys;
	set_end = value_end + (size_t) w * plan->pairs;
	key_bytes = set_end + (plan->single ? 0 : (size_t) w * n_sets);
	for (uint32_t p = 0; p < plan->pairs; p++)
	{
		const char *bytes;
		size_t		len;
		tp_property value;
		bool		same_key = false;

		tp_set_pair(plan->pair[p], &bytes, &len, &value);
		if (p > 0)
			compare_pairs(plan->pair[p - 1], plan->pair[p], &same_key);
		if (!same_key)
		{
			memcpy(key_bytes + key_len, bytes, len);
			key_len += (uint32_t) len;
			store(key_end, w, key, key_len);
			store(key_first, w, key, p);
			key++;
		}
	}
	values = key_bytes + key_len;
	if (!plan->single)
	{
		for (uint32_t s = 0; s < n_sets; s++)
			store(set_end, w, s, listed_end += *sets[s]);
		for (uint32_t i = 0; i < plan->listed; i++)
			store(values, w, i, plan->list[i]);
		values += (size_t) w * plan->listed;
	}
	for (uint32_t p = 0; p < plan->pairs; p++)
	{
		const char *bytes;
		size_t		len;
		tp_property value;

		tp_set_pair(plan->pair[p], &bytes, &len, &value);
		values_at = (size_t) (write_value(values + values_at, &value) - values);
		store(value_end, w, p, (uint32_t) values_at);
	}
	for (size_t i = 0; i < n && plan->code_width > 0; i++)
		store(codes, plan->code_width, i, c[i].set);
}
