/*
 * tp_intern.h
 *	  Numbering byte strings: the parts of touchpoints that a summary has met, and paths of them.
 *
 * A string is a tag of 32 bits and a body. A part of a touchpoint has its three lengths for a tag
 * and its bytes for a body, as they lie in a journey's dictionary, so that nothing is copied to
 * look one up.
 */
#ifndef TP_INTERN_H
#define TP_INTERN_H

#include "journey/tp_journey.h"

typedef struct tp_interned
{
	uint32_t	hash;
	uint32_t	tag;
	size_t		offset;			/* of the body in bytes */
	size_t		len;
} tp_interned;

/*
 * Where parts of up to 16 bytes were found lately, whole: the last 8 bytes and those before. A part has its
 * place and the one beside it; whoever meets others in both is looked up by hash as ever.
 */
typedef struct tp_recent
{
	uint64_t	last;
	uint64_t	before;
	uint32_t	tag;
	uint32_t	number;
} tp_recent;

#define TP_RECENT_BITS 10

typedef struct tp_intern
{
	tp_memory	mem;
	uint32_t	count;
	uint32_t	room;
	uint32_t	slots;			/* a power of two, or 0 at birth */
	uint32_t   *slot;			/* item + 1, or 0 */
	tp_interned *item;
	tp_buffer	bytes;
	tp_recent  *recent;			/* NULL until it pays */
	uint32_t	looked_up;		/* entries of dictionaries, until then */
} tp_intern;

/* At most this many strings, so that a number plus a few fits into 32 bits. */
#define TP_INTERN_MAX 0x3FFFFFFF

extern void tp_intern_init(tp_intern *t, const tp_memory *mem);
extern void tp_intern_release(tp_intern *t);

/* Number a string that tp_intern_find did not find. TP_PAST_LIMIT or TP_NO_MEMORY. */
extern tp_status tp_intern_add(tp_intern *t, uint32_t hash, uint32_t tag, const void *body, size_t len,
							   uint32_t *number, tp_error *err);

static inline const uint8_t *
tp_intern_body(const tp_intern *t, uint32_t number)
{
	return (const uint8_t *) t->bytes.data + t->item[number].offset;
}

static inline uint32_t
tp_intern_hash(uint32_t tag, const void *body, size_t len)
{
	return (uint32_t) tp_fold(tp_hash(body, len) ^ (uint64_t) tag << 32, UINT64_C(0x9E3779B97F4A7C15));
}

static inline bool
tp_same_body(const uint8_t *a, const uint8_t *b, size_t len)
{
	if (len > 32)
		return memcmp(a, b, len) == 0;
	if (len >= 8)
	{
		for (size_t i = 0; i + 8 < len; i += 8)
			if (tp_load_u64(a + i) != tp_load_u64(b + i))
				return false;
		return tp_load_u64(a + len - 8) == tp_load_u64(b + len - 8);
	}
	if (len >= 4)
		return tp_load_u32(a) == tp_load_u32(b) && tp_load_u32(a + len - 4) == tp_load_u32(b + len - 4);
	for (size_t i = 0; i < len; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static inline bool
tp_intern_find(const tp_intern *t, uint32_t hash, uint32_t tag, const void *body, size_t len, uint32_t *number)
{
	if (t->slots == 0)
		return false;
	for (uint32_t at = hash & (t->slots - 1); t->slot[at] != 0; at = (at + 1) & (t->slots - 1))
	{
		const tp_interned *item = &t->item[t->slot[at] - 1];

		if (item->hash == hash && item->tag == tag && item->len == len &&
			tp_same_body((const uint8_t *) t->bytes.data + item->offset, body, len))
		{
			*number = t->slot[at] - 1;
			return true;
		}
	}
	return false;
}

/* The number of a string, given one if it is new. */
static inline tp_status
tp_intern_number(tp_intern *t, uint32_t tag, const void *body, size_t len, uint32_t *number, tp_error *err)
{
	uint32_t	hash = tp_intern_hash(tag, body, len);

	if (tp_likely(tp_intern_find(t, hash, tag, body, len, number)))
		return TP_OK;
	return tp_intern_add(t, hash, tag, body, len, number, err);
}

/*
 * A part as a string: a whole touchpoint has the tag of its lengths, any other part stands as a
 * label; an absent part has tag 0 and no body.
 */
#define TP_TAG(channel_len, label_len, stage_len) \
	((uint32_t) (channel_len) | (uint32_t) (label_len) << 8 | (uint32_t) (stage_len) << 16)

/* A string that is a part, as the touchpoint that writes and compares like it. */
static inline tp_touchpoint
tp_part_view(uint32_t tag, const uint8_t *body)
{
	tp_touchpoint t;

	t.channel_len = (uint8_t) tag;
	t.label_len = (uint8_t) (tag >> 8);
	t.stage_len = (uint8_t) (tag >> 16);
	t.channel = (const char *) body;
	t.label = t.channel + t.channel_len;
	t.stage = t.label + t.label_len;
	return t;
}

/*
 * Number the part of each touchpoint in j's dictionary; map has room for j->entries. Fails with
 * TP_CORRUPT where the dictionary runs out of the image.
 */
extern tp_status tp_intern_dictionary(tp_intern *t, const tp_journey *j, tp_part part, uint32_t *map,
									  tp_error *err);

/* The same for one entry of the dictionary. */
extern tp_status tp_intern_entry(tp_intern *t, const tp_journey *j, tp_part part, uint32_t code,
								 uint32_t *number, tp_error *err);

/* Room for at least n elements of size bytes in *array, which has *room of them. */
extern tp_status tp_reserve(const tp_memory *mem, void *array, uint32_t *room, size_t n, size_t size,
							tp_error *err);

/* A symbol to be sorted: its touchpoint, and its number. */
typedef struct tp_ranked_symbol
{
	tp_touchpoint t;
	uint32_t	symbol;
} tp_ranked_symbol;

extern int	tp_ranked_symbol_compare(const void *a, const void *b);

#endif							/* TP_INTERN_H */
