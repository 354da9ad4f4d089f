/*
 * tp_ledger.c
 *	  Adding up credits and paths.
 */
#include "flow/tp_ledger.h"
#include "flow/tp_flow.h"

#include "base/tp_sort.h"

#include <math.h>

/* The tag of the key of no contact; of a part it has 24 bits. */
#define NO_CONTACT UINT32_C(0x40000000)

#define TEXT_HINT "Write a ledger as it is printed: {of=linear, part=channel, values=no, sums={{1, 0, web}}}."

/* The greatest count of a path, far past what can be counted: all there can be add up to a finite number. */
#define PATHS_MAX 1e200

/* More journeys than there will be, and few enough for an exact test of them to take no longer than a moment. */
#define JOURNEYS_MAX 1099511627776.0

void
tp_ledger_init(tp_ledger *t, const tp_memory *mem)
{
	*t = (tp_ledger) {.mem = *mem};
	tp_intern_init(&t->keys, mem);
	tp_buffer_init(&t->path, &t->mem);
}

void
tp_ledger_release(tp_ledger *t)
{
	tp_intern_release(&t->keys);
	TP_RELEASE_ALL(&t->mem, t->sum, t->map, t->times, t->credit, t->entry, t->direct);
	tp_buffer_release(&t->path);
}

tp_status
tp_ledger_ask(tp_ledger *t, int kind, const tp_aspect *aspect, const tp_asked *asked, tp_error *err)
{
	bool		same_part = t->part == aspect->part + 1 && tp_same_part_key(&t->key, &aspect->key);

	if (t->kind == kind && same_part)
		return tp_asked_check(&t->asked, asked, err);
	if (t->kind == TP_LEDGER_NOTHING)
	{
		t->kind = (uint8_t) kind;
		t->part = (uint8_t) (aspect->part + 1);
		t->key = aspect->key;
		t->asked = *asked;
		return TP_OK;
	}
	return tp_fail(err, TP_BAD_ARGUMENT, "It is a setting: pass a constant.", "%s must be the same on every row of a group",
				   same_part ? "model" : "part");
}

tp_status
tp_ledger_set(tp_ledger *t, int kind, const tp_aspect *aspect, tp_error *err)
{
	return tp_ledger_ask(t, kind, aspect, &(tp_asked) {0}, err);
}

tp_status
tp_ledger_out_of_range(tp_error *err)
{
	return tp_fail(err, TP_OUT_OF_RANGE, "Keep sums within the range of double precision.",
				   "the sum of credits is out of range");
}

/* Sums for every key that is numbered now. */
static inline tp_status
fit_sums(tp_ledger *t, tp_error *err)
{
	if (tp_likely(t->sums == t->keys.count))
		return TP_OK;
	if (tp_reserve(&t->mem, &t->sum, &t->room, t->keys.count, sizeof(tp_entered), err) != TP_OK)
		return err->status;
	memset(t->sum + t->sums, 0, (t->keys.count - t->sums) * sizeof(tp_entered));
	t->sums = t->keys.count;
	return TP_OK;
}

tp_status
tp_ledger_number_parts(tp_ledger *t, const tp_journey *j, tp_error *err)
{
	if (tp_reserve(&t->mem, &t->map, &t->map_room, j->entries, sizeof(uint32_t), err) != TP_OK ||
		tp_intern_dictionary(&t->keys, j, (tp_part) (t->part - 1), t->map, err) != TP_OK)
		return err->status;
	return fit_sums(t, err);
}

tp_status
tp_ledger_no_contact(tp_ledger *t, uint32_t *key, tp_error *err)
{
	if (tp_intern_number(&t->keys, NO_CONTACT, "", 0, key, err) != TP_OK)
		return err->status;
	return fit_sums(t, err);
}

static tp_status
corrupt(tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: a code without touchpoint");
}

/* Each entry gets as many shares as it has contacts. */
static tp_status
attribute_linear(tp_ledger *t, const tp_journey *j, double weight, double value, tp_error *err)
{
	if (tp_ledger_number_parts(t, j, err) != TP_OK ||
		tp_reserve(&t->mem, &t->times, &t->times_room, j->entries, sizeof(uint32_t), err) != TP_OK)
		return err->status;
	memset(t->times, 0, j->entries * sizeof(uint32_t));
	for (uint32_t i = 0; i < j->count; i++)
	{
		uint32_t	code = tp_journey_code(j, i);

		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		t->times[code]++;
	}
	for (uint32_t i = 0; i < j->entries; i++)
	{
		double		share = (double) t->times[i] / j->count;

		if (tp_ledger_add(t, t->map[i], weight * share, value * share, err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

/* All to the contact at position. */
static tp_status
attribute_one(tp_ledger *t, const tp_journey *j, uint32_t position, double weight, double value, tp_error *err)
{
	uint32_t	code = tp_journey_code(j, position);
	uint32_t	key;

	if (tp_unlikely(code >= j->entries))
		return corrupt(err);
	if (tp_intern_entry(&t->keys, j, (tp_part) (t->part - 1), code, &key, err) != TP_OK || fit_sums(t, err) != TP_OK)
		return err->status;
	return tp_ledger_add(t, key, weight, value, err);
}

static tp_status
attribute_each(tp_ledger *t, const tp_journey *j, tp_model model, double weight, double value, tp_error *err)
{
	if (tp_ledger_number_parts(t, j, err) != TP_OK ||
		tp_reserve(&t->mem, &t->credit, &t->credit_room, j->count, sizeof(double), err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < j->count; i++)
		if (tp_unlikely(tp_journey_code(j, i) >= j->entries))
			return corrupt(err);
	if (tp_attribute(&t->mem, j, &TP_RULE(model), TP_NO_LOOKBACK, NULL, t->credit, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < j->count; i++)
	{
		if (t->credit[i] != 0 &&
			tp_ledger_add(t, t->map[tp_journey_code(j, i)], weight * t->credit[i], value * t->credit[i], err) != TP_OK)
			return err->status;
		if (tp_stop_at(&t->mem, i))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* The last contact that is not direct, or the last. */
static tp_status
last_non_direct(tp_ledger *t, const tp_journey *j, uint32_t *position, tp_error *err)
{
	if (tp_reserve(&t->mem, &t->entry, &t->entry_room, j->entries, sizeof(tp_touchpoint), err) != TP_OK ||
		tp_journey_dictionary(j, t->entry, err) != TP_OK)
		return err->status;
	for (*position = j->count; (*position)-- > 0;)
	{
		uint32_t	code = tp_journey_code(j, *position);

		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		if (!tp_is_direct(&t->entry[code], (tp_part) (t->part - 1)))
			return TP_OK;
	}
	*position = j->count - 1;
	return TP_OK;
}

tp_status
tp_ledger_attribute(tp_ledger *t, const tp_journey *j, double weight, tp_error *err)
{
	tp_model	model = (tp_model) (t->kind - 1);
	uint32_t	position = 0;
	double		value = 0;

	if (!isfinite(weight))
		return tp_fail(err, TP_OUT_OF_RANGE, "Use NULL for what is not known.", "weight must be finite, not %s",
					   isnan(weight) ? "NaN" : "infinity");
	if (j->count == 0)
		return TP_OK;
	if (j->form[TP_VALUE] != TP_FORM_ABSENT && tp_journey_total(j, TP_VALUE, &value))
	{
		t->valued = true;
		value *= weight;
		if (!isfinite(value))
			return tp_ledger_out_of_range(err);
	}
	switch (model)
	{
		case TP_LINEAR:
			return attribute_linear(t, j, weight, value, err);
		case TP_FIRST_TOUCH:
			return attribute_one(t, j, 0, weight, value, err);
		case TP_LAST_TOUCH:
			return attribute_one(t, j, j->count - 1, weight, value, err);
		case TP_LAST_NON_DIRECT:
			if (last_non_direct(t, j, &position, err) != TP_OK)
				return err->status;
			return attribute_one(t, j, position, weight, value, err);
		default:
			return attribute_each(t, j, model, weight, value, err);
	}
}

tp_status
tp_ledger_shapley(tp_ledger *t, const tp_journey *j, double conversions, double value, bool valued, tp_error *err)
{
	uint32_t	different = 0;

	if (!isfinite(conversions) || !isfinite(value))
		return tp_fail(err, TP_OUT_OF_RANGE, "Use NULL for what is not known.", "%s must be finite, not %s",
					   !isfinite(conversions) ? "conversions" : "value",
					   isnan(!isfinite(conversions) ? conversions : value) ? "NaN" : "infinity");
	if (conversions < 0)
		return tp_fail(err, TP_BAD_ARGUMENT, "Give the number of journeys that took this path, 0 or more.",
					   "conversions must not be negative: %g", conversions);
	t->valued |= valued;
	if (j->count == 0)
		return TP_OK;
	if (tp_ledger_number_parts(t, j, err) != TP_OK)
		return err->status;
	t->journeys++;
	for (uint32_t i = 0; i < j->entries; i++)
		if (t->sum[t->map[i]].met != t->journeys)
		{
			t->sum[t->map[i]].met = t->journeys;
			t->map[different++] = t->map[i];
		}
	for (uint32_t i = 0; i < different; i++)
		if (tp_ledger_add(t, t->map[i], conversions / different, value / different, err) != TP_OK)
			return err->status;
	return TP_OK;
}

tp_status
tp_ledger_path(tp_ledger *t, const tp_journey *j, tp_error *err)
{
	uint32_t	key;

	if (tp_reserve(&t->mem, &t->entry, &t->entry_room, j->entries, sizeof(tp_touchpoint), err) != TP_OK ||
		tp_journey_dictionary(j, t->entry, err) != TP_OK)
		return err->status;
	t->path.len = 0;
	for (uint32_t i = 0; i < j->count; i++)
	{
		uint32_t	code = tp_journey_code(j, i);

		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		if (t->part == TP_PART_TOUCHPOINT + 1)
		{
			uint8_t		bytes[TP_ENTRY_MAX];

			tp_buffer_add(&t->path, bytes, tp_touchpoint_entry(&t->entry[code], bytes));
		}
		else
		{
			size_t		len;
			const char *s = tp_touchpoint_part(&t->entry[code], (tp_part) (t->part - 1), &len);
			uint8_t		head[TP_ENTRY_HEAD] = {0, (uint8_t) len, 0};

			tp_buffer_add(&t->path, head, sizeof(head));
			tp_buffer_add(&t->path, s, len);
		}
		if (tp_stop_at(&t->mem, i))
			return tp_fail_interrupted(err);
	}
	if (t->path.failed)
		return tp_fail_memory(err);
	if (tp_intern_number(&t->keys, 0, t->path.data, t->path.len, &key, err) != TP_OK || fit_sums(t, err) != TP_OK)
		return err->status;
	return tp_ledger_add(t, key, 1, 0, err);
}

tp_status
tp_ledger_effect(tp_ledger *t, const tp_journey *j, bool converted, tp_error *err)
{
	uint32_t	all;

	if (tp_intern_number(&t->keys, 0, "", 0, &all, err) != TP_OK || tp_ledger_number_parts(t, j, err) != TP_OK)
		return err->status;
	t->journeys++;
	t->sum[all].met = t->journeys;
	for (uint32_t i = 0; i < j->entries; i++)
	{
		tp_entered *part = &t->sum[t->map[i]];

		if (part->met == t->journeys)
			continue;
		part->met = t->journeys;
		if (tp_ledger_add(t, t->map[i], 1, converted, err) != TP_OK)
			return err->status;
	}
	return tp_ledger_add(t, all, 1, converted, err);
}

/* A key as a run of entries, to sort; head is the tag of a single part. */
typedef struct record
{
	uint8_t		head[TP_ENTRY_HEAD];
	uint8_t		head_size;
	const uint8_t *body;
	size_t		len;
	uint32_t	at;
} record;

/* Byte by byte over head and body; that of no contact has neither. */
static int
compare_records(const void *a, const void *b)
{
	const record *x = a;
	const record *y = b;
	int			c = memcmp(x->head, y->head, x->head_size < y->head_size ? x->head_size : y->head_size);

	if (x->head_size != y->head_size)
		return (x->head_size > y->head_size) - (x->head_size < y->head_size);
	if (c == 0)
		c = memcmp(x->body, y->body, x->len < y->len ? x->len : y->len);
	return c != 0 ? c : (x->len > y->len) - (x->len < y->len);
}

static void
put_u32(tp_buffer *b, uint32_t v)
{
	tp_buffer_add(b, &v, sizeof(v));
}

static void
put_dd(tp_buffer *b, tp_dd v)
{
	tp_buffer_add(b, &v.hi, sizeof(v.hi));
	tp_buffer_add(b, &v.lo, sizeof(v.lo));
}

/* What was numbered and never credited stands in no image: where conversions are asked for, that may be. */
static bool
is_credited(const tp_ledger *t, uint32_t key)
{
	return t->asked.digest == 0 || (key < t->sums && t->sum[key].conversions.hi != 0);
}

tp_status
tp_ledger_encode(const tp_ledger *t, tp_buffer *out, tp_error *err)
{
	size_t		size = TP_LEDGER_HEAD + t->keys.bytes.len + (size_t) t->keys.count * (TP_LEDGER_RECORD + TP_ENTRY_HEAD) + 8;
	uint32_t	n = 0;
	record	   *r;

	if (size > TP_IMAGE_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Group by a coarser part.", "too many different paths: %zu bytes", size);
	r = tp_alloc_array(&t->mem, (size_t) t->keys.count + 1, sizeof(record));
	if (r == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < t->keys.count; i++)
	{
		uint32_t	tag = t->keys.item[i].tag;

		if (is_credited(t, i))
			r[n++] = (record) {{(uint8_t) tag, (uint8_t) (tag >> 8), (uint8_t) (tag >> 16)},
				t->kind == TP_LEDGER_PATHS || tag == NO_CONTACT ? 0 : TP_ENTRY_HEAD, tp_intern_body(&t->keys, i),
				t->keys.item[i].len, i};
	}
	if (tp_sort_items(&t->mem, r, n, sizeof(record), compare_records, err) != TP_OK)
	{
		tp_release(&t->mem, r);
		return err->status;
	}
	tp_buffer_reserve(out, size);
	tp_buffer_add(out, (const uint8_t[8]) {TP_LEDGER_VERSION, t->asked.digest != 0, t->kind, t->part, t->valued, t->key.len}, 8);
	put_u32(out, n);
	put_u32(out, 0);
	for (uint32_t i = 0; i < n; i++)
	{
		put_dd(out, t->sum[r[i].at].conversions);
		put_dd(out, t->sum[r[i].at].value);
		put_u32(out, (uint32_t) (r[i].head_size + r[i].len));
		tp_buffer_add(out, r[i].head, r[i].head_size);
		tp_buffer_add(out, r[i].body, r[i].len);
	}
	tp_buffer_add(out, t->key.bytes, t->key.len);
	if (t->asked.digest != 0)
		tp_buffer_add(out, &t->asked.digest, sizeof(t->asked.digest));
	tp_release(&t->mem, r);
	return out->failed ? tp_fail_memory(err) : TP_OK;
}

/* Could they be sums of this kind? Of paths and journeys there are counts, of anything else also what was taken away. */
static bool
is_sum(int kind, tp_dd conversions, tp_dd value)
{
	if (kind == TP_LEDGER_PATHS)
		return conversions.hi > 0 && conversions.hi <= PATHS_MAX && value.hi == 0;
	if (kind == TP_LEDGER_EFFECT)
		return conversions.hi >= 1 && conversions.hi <= JOURNEYS_MAX && value.hi >= 0 && value.hi <= conversions.hi &&
			conversions.hi == floor(conversions.hi) && value.hi == floor(value.hi);
	return isfinite(conversions.hi) && isfinite(value.hi);
}

static tp_status
bad(tp_error *err, const char *what)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged, or a later release wrote it.",
				   "not a touchpoint_ledger: %s", what);
}

/* A run of entries, each of them a part that can be; of one unless paths are counted. */
static bool
is_key(const tp_ledger_view *v, const uint8_t *at, size_t size)
{
	const uint8_t *end = at + size;
	size_t		n = 0;

	for (; at < end; n++)
	{
		size_t		len;

		if (end - at < TP_ENTRY_HEAD || (size_t) (end - at) < (len = tp_entry_size(at)))
			return false;
		if (v->part == TP_PART_TOUCHPOINT + 1 && !(v->kind == TP_LEDGER_EFFECT && len == TP_ENTRY_HEAD) ? !tp_entry_is_valid(at, len) :
			at[0] > 0 || at[2] > 0 || (at[1] > 0 && !tp_entry_is_valid(at, len)))
			return false;
		at += len;
	}
	return v->kind == TP_LEDGER_PATHS || n == 1 || (n == 0 && v->asked != 0);
}

static int
compare_keys(const void *a, const void *b)
{
	const tp_ledger_key *x = a;
	const tp_ledger_key *y = b;
	int			c = memcmp(x->entries, y->entries, x->size < y->size ? x->size : y->size);

	return c != 0 ? c : (x->size > y->size) - (x->size < y->size);
}

static tp_status
read_keys(tp_ledger_view *v, const uint8_t *at, const uint8_t *end, tp_error *err)
{
	for (uint32_t i = 0; i < v->keys; i++)
	{
		tp_ledger_key *key = &v->key[i];

		if (end - at < TP_LEDGER_RECORD)
			return bad(err, "shorter than its keys");
		key->conversions = (tp_dd) {tp_load_f64(at), tp_load_f64(at + 8)};
		key->value = (tp_dd) {tp_load_f64(at + 16), tp_load_f64(at + 24)};
		key->size = tp_load_u32(at + 32);
		key->entries = at += TP_LEDGER_RECORD;
		if ((size_t) (end - at) < key->size)
			return bad(err, "shorter than its keys");
		if (!is_key(v, at, key->size))
			return bad(err, "a malformed key");
		if (i > 0 && compare_keys(key - 1, key) >= 0)
			return bad(err, "keys out of order");
		if (!tp_dd_is_normal(key->conversions) || !tp_dd_is_normal(key->value) ||
			!is_sum(v->kind, key->conversions, key->value) || (v->asked != 0 && !(key->conversions.hi > 0)))
			return bad(err, "a sum that is none");
		at += key->size;
	}
	if (end - at != v->part_key.len + (v->asked != 0 ? 8 : 0) ||
		!tp_part_key_is_valid((const char *) at, v->part_key.len, v->part == 0 ? TP_PART_TOUCHPOINT : (tp_part) (v->part - 1)))
		return bad(err, "longer than its keys");
	memcpy(v->part_key.bytes, at, v->part_key.len);
	return TP_OK;
}

tp_status
tp_ledger_open(tp_ledger_view *v, const tp_memory *mem, const void *image, size_t size, tp_error *err)
{
	const uint8_t *at = image;
	tp_status	status;

	v->key = NULL;
	if (size < TP_LEDGER_HEAD)
		return bad(err, "too short");
	if (at[0] != TP_LEDGER_VERSION || at[1] > 1)
		return bad(err, "unknown version or flags");
	v->asked = at[1] == 1 && size >= TP_LEDGER_HEAD + 8 ? tp_load_u64(at + size - 8) : 0;
	if ((v->asked != 0) != (at[1] == 1) || (v->asked != 0 && (at[2] == 0 || at[2] == TP_LEDGER_PATHS)))
		return bad(err, "conversions of nothing");
	v->kind = at[2];
	v->part = at[3];
	v->valued = at[4] == 1;
	memset(&v->part_key, 0, sizeof(v->part_key));
	v->part_key.len = at[5] <= TP_KEY_MAX ? at[5] : 0;
	v->keys = tp_load_u32(at + 8);
	if (v->kind > TP_LEDGER_LAST || v->part > TP_PART_PROPERTY + 1 || (v->kind == 0) != (v->part == 0) || at[4] > 1 ||
		(at[5] != 0) != (v->part == TP_PART_PROPERTY + 1) || at[5] > TP_KEY_MAX || at[6] != 0 || at[7] != 0 || tp_load_u32(at + 12) != 0 || (v->kind == 0 && v->keys > 0))
		return bad(err, "unknown settings");
	if (v->keys > (size - TP_LEDGER_HEAD) / TP_LEDGER_RECORD)
		return bad(err, "shorter than its keys");
	v->key = tp_alloc_array(mem, (size_t) v->keys + 1, sizeof(tp_ledger_key));
	if (v->key == NULL)
		return tp_fail_memory(err);
	status = read_keys(v, at + TP_LEDGER_HEAD, at + size, err);
	if (status != TP_OK)
	{
		tp_release(mem, v->key);
		v->key = NULL;
	}
	return status;
}

/* The number of a key of entries. */
static tp_status
number_key(tp_ledger *t, const uint8_t *entries, size_t size, uint32_t *key, tp_error *err)
{
	tp_status	status;

	if (t->kind == TP_LEDGER_PATHS || size == 0)
		status = tp_intern_number(&t->keys, t->kind == TP_LEDGER_PATHS ? 0 : NO_CONTACT, entries, size, key, err);
	else
		status = tp_intern_number(&t->keys, TP_TAG(entries[0], entries[1], entries[2]), entries + TP_ENTRY_HEAD,
								  size - TP_ENTRY_HEAD, key, err);
	return status == TP_OK ? fit_sums(t, err) : status;
}

static tp_status
add_key(tp_ledger *t, const uint8_t *entries, size_t size, tp_dd conversions, tp_dd value, tp_error *err)
{
	uint32_t	key;

	if (number_key(t, entries, size, &key, err) != TP_OK)
		return err->status;
	t->sum[key].conversions = tp_dd_add(t->sum[key].conversions, conversions);
	t->sum[key].value = tp_dd_add(t->sum[key].value, value);
	if (!is_sum(t->kind, t->sum[key].conversions, t->sum[key].value))
		return tp_ledger_out_of_range(err);
	return TP_OK;
}

tp_status
tp_ledger_merge(tp_ledger *t, const tp_ledger_view *v, tp_error *err)
{
	tp_aspect	aspect;

	if (v->kind == TP_LEDGER_NOTHING)
		return TP_OK;
	aspect = (tp_aspect) {(tp_part) (v->part - 1), v->part_key};
	if (tp_ledger_ask(t, v->kind, &aspect, &(tp_asked) {.digest = v->asked}, err) != TP_OK)
		return err->status;
	t->valued |= v->valued;
	for (uint32_t i = 0; i < v->keys; i++)
		if (add_key(t, v->key[i].entries, v->key[i].size, v->key[i].conversions, v->key[i].value, err) != TP_OK)
			return err->status;
	return TP_OK;
}

static const char *
kind_name(int kind)
{
	switch (kind)
	{
		case TP_LEDGER_SHAPLEY:
			return "shapley";
		case TP_LEDGER_PATHS:
			return "paths";
		case TP_LEDGER_EFFECT:
			return "effect";
		default:
			return tp_model_name((tp_model) (kind - 1));
	}
}

void
tp_ledger_write(tp_buffer *b, const tp_ledger_view *v)
{
	if (v->kind == TP_LEDGER_NOTHING)
	{
		tp_buffer_string(b, "{}");
		return;
	}
	tp_buffer_string(b, "{of=");
	tp_buffer_string(b, kind_name(v->kind));
	tp_buffer_string(b, ", part=");
	tp_aspect_write(b, (tp_part) (v->part - 1), &v->part_key);
	if (v->asked != 0)
	{
		tp_buffer_string(b, ", conversions=");
		for (int shift = 60; shift >= 0; shift -= 4)
			tp_buffer_byte(b, "0123456789abcdef"[v->asked >> shift & 15]);
	}
	tp_buffer_string(b, v->valued ? ", values=yes, sums={" : ", values=no, sums={");
	for (uint32_t i = 0; i < v->keys; i++)
	{
		const tp_ledger_key *key = &v->key[i];

		tp_buffer_string(b, i > 0 ? ", {" : "{");
		tp_dd_write(b, key->conversions);
		tp_buffer_string(b, ", ");
		tp_dd_write(b, key->value);
		for (const uint8_t *at = key->entries; at < key->entries + key->size; at += tp_entry_size(at))
		{
			tp_touchpoint t = tp_entry_view(at);

			tp_buffer_string(b, ",");
			if (t.label_len > 0)
				tp_touchpoint_write(b, &t);
			else
				tp_buffer_string(b, "\"\"");
		}
		tp_buffer_byte(b, '}');
	}
	tp_buffer_string(b, "}}");
}

/* {conversions, value, part, part, ...} */
static tp_status
scan_key(tp_scan *s, tp_ledger *t)
{
	tp_dd		conversions,
				value;

	if (tp_scan_word(s, "{", TEXT_HINT) != TP_OK || tp_dd_scan(s, &conversions) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_dd_scan(s, &value) != TP_OK)
		return s->err->status;
	t->path.len = 0;
	for (size_t i = 0; tp_scan_peek(s) != '}'; i++)
	{
		uint8_t		entry[TP_ENTRY_MAX] = {0};

		if (tp_stop_at(&t->mem, i))
			return tp_fail_interrupted(s->err);
		if (tp_scan_word(s, ",", TEXT_HINT) != TP_OK)
			return s->err->status;
		if (s->end - s->at >= 2 && memcmp(s->at, "\"\"", 2) == 0)
			s->at += 2;
		else if (tp_touchpoint_scan(s, entry) != TP_OK)
			return s->err->status;
		if (t->part == TP_PART_TOUCHPOINT + 1 ? entry[1] == 0 && t->kind != TP_LEDGER_EFFECT : entry[0] > 0 || entry[2] > 0)
			return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Not a %s", tp_part_name((tp_part) (t->part - 1)));
		if (t->kind != TP_LEDGER_PATHS && t->path.len > 0)
			return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "More than one %s", tp_part_name((tp_part) (t->part - 1)));
		tp_buffer_add(&t->path, entry, tp_entry_size(entry));
		tp_scan_blanks(s);
	}
	if (t->kind != TP_LEDGER_PATHS && t->path.len == 0 && t->asked.digest == 0)
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "The %s is missing", tp_part_name((tp_part) (t->part - 1)));
	if (t->path.failed)
		return tp_fail_memory(s->err);
	if (!is_sum(t->kind, conversions, value))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "These can be no counts of %s", kind_name(t->kind));
	s->at++;
	if (t->asked.digest != 0 && !(conversions.hi > 0))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "A part that is credited with no conversion stands in no ledger of conversions");
	return add_key(t, (const uint8_t *) t->path.data, t->path.len, conversions, value, s->err);
}

/* 16 digits behind conversions=; 0 where there is no such word. */
static tp_status
scan_asked(tp_scan *s, int kind, tp_asked *asked)
{
	static const char digits[] = "0123456789abcdef";

	memset(asked, 0, sizeof(*asked));
	if (!tp_scan_skip(s, "conversions="))
		return TP_OK;
	for (int i = 0; i < 16; i++)
	{
		const char *digit = tp_scan_peek(s) == '\0' ? NULL : strchr(digits, tp_scan_peek(s));

		if (digit == NULL)
			return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Expected 16 digits");
		asked->digest = asked->digest << 4 | (uint64_t) (digit - digits);
		s->at++;
	}
	if (asked->digest == 0 || kind == TP_LEDGER_PATHS)
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Conversions of nothing");
	return tp_scan_word(s, ",", TEXT_HINT);
}

tp_status
tp_ledger_parse(tp_ledger *t, const char *text, size_t len, tp_error *err)
{
	tp_scan		s;
	int			kind = 0;
	tp_aspect	aspect;
	tp_asked	asked;
	tp_status	status;

	if (!tp_scan_form(&s, "touchpoint_ledger", text, len, TEXT_HINT, err, &status))
		return status;
	if (tp_scan_word(&s, "of=", TEXT_HINT) != TP_OK)
		return err->status;
	while (++kind <= TP_LEDGER_LAST && !tp_scan_skip(&s, kind_name(kind)))
		;
	if (kind > TP_LEDGER_LAST)
		return tp_scan_fail(&s, TP_BAD_TEXT, TEXT_HINT, "Unknown kind");
	if (tp_scan_word(&s, ",", TEXT_HINT) != TP_OK || tp_scan_word(&s, "part=", TEXT_HINT) != TP_OK)
		return err->status;
	if (tp_aspect_scan(&s, &t->mem, &aspect, TEXT_HINT) != TP_OK)
		return err->status;
	if (tp_scan_word(&s, ",", TEXT_HINT) != TP_OK)
		return err->status;
	tp_scan_blanks(&s);
	if (scan_asked(&s, kind, &asked) != TP_OK || tp_scan_word(&s, "values=", TEXT_HINT) != TP_OK)
		return err->status;
	t->valued = tp_scan_skip(&s, "yes");
	if (!t->valued && !tp_scan_skip(&s, "no"))
		return tp_scan_fail(&s, TP_BAD_TEXT, TEXT_HINT, "Expected yes or no");
	if (tp_ledger_ask(t, kind, &aspect, &asked, err) != TP_OK || tp_scan_word(&s, ",", TEXT_HINT) != TP_OK ||
		tp_scan_word(&s, "sums=", TEXT_HINT) != TP_OK || tp_scan_word(&s, "{", TEXT_HINT) != TP_OK)
		return err->status;
	for (size_t i = 0; tp_scan_more(&s, &t->mem, i, TEXT_HINT, &status); i++)
		if (scan_key(&s, t) != TP_OK)
			return err->status;
	return status == TP_OK ? tp_scan_close(&s, TEXT_HINT) : status;
}

static int
compare_parts(const void *a, const void *b)
{
	const tp_ledger_key *k = a;
	const tp_ledger_key *l = b;
	tp_touchpoint x,
				y;

	if (k->size == 0 || l->size == 0)
		return (k->size == 0) - (l->size == 0);
	x = tp_entry_view(k->entries);
	y = tp_entry_view(l->entries);
	return tp_touchpoint_compare(&x, &y);
}

tp_status
tp_ledger_sort(const tp_memory *mem, tp_ledger_view *v, tp_error *err)
{
	return tp_sort_items(mem, v->key, v->keys, sizeof(tp_ledger_key), compare_parts, err);
}

double
tp_ledger_entropy(const tp_ledger_view *v)
{
	tp_dd		all = {0, 0},
				sum = {0, 0};

	for (uint32_t i = 0; i < v->keys; i++)
		all = tp_dd_add(all, v->key[i].conversions);
	if (v->keys == 0 || !(all.hi > 0))
		return (double) NAN;
	for (uint32_t i = 0; i < v->keys; i++)
	{
		double		p = v->key[i].conversions.hi / all.hi;

		if (p > 0)
			sum = tp_dd_add_double(sum, -p * log(p));
	}
	return tp_dd_value(sum) + 0.0;
}
