/*
 * tp_intern.c
 *	  Numbering byte strings by open addressing, at most two thirds full.
 */
#include "tp_intern.h"

void
tp_intern_init(tp_intern *t, const tp_memory *mem)
{
	memset(t, 0, sizeof(*t));
	t->mem = *mem;
	tp_buffer_init(&t->bytes, &t->mem);
}

void
tp_intern_release(tp_intern *t)
{
	tp_release(&t->mem, t->slot);
	tp_release(&t->mem, t->item);
	tp_buffer_release(&t->bytes);
	t->slot = NULL;
	t->item = NULL;
	t->count = t->room = t->slots = 0;
}

tp_status
tp_reserve(const tp_memory *mem, void *array, uint32_t *room, size_t n, size_t size, tp_error *err)
{
	void	   *old;
	void	   *new;
	size_t		more = *room < 8 ? 8 : *room;

	if (n <= *room)
		return TP_OK;
	while (more < n)
		more *= 2;
	if (more > UINT32_MAX || more > SIZE_MAX / 4 / size)
		return tp_fail_memory(err);
	memcpy(&old, array, sizeof(old));
	new = old == NULL ? tp_alloc(mem, more * size) : tp_resize(mem, old, more * size);
	if (new == NULL)
		return tp_fail_memory(err);
	memcpy(array, &new, sizeof(new));
	*room = (uint32_t) more;
	return TP_OK;
}

static tp_status
rehash(tp_intern *t, tp_error *err)
{
	uint32_t	slots = t->slots == 0 ? 16 : t->slots * 2;
	uint32_t   *slot = tp_alloc_array(&t->mem, slots, sizeof(uint32_t));

	if (slot == NULL)
		return tp_fail_memory(err);
	memset(slot, 0, slots * sizeof(uint32_t));
	for (uint32_t i = 0; i < t->count; i++)
	{
		uint32_t	at = t->item[i].hash & (slots - 1);

		while (slot[at] != 0)
			at = (at + 1) & (slots - 1);
		slot[at] = i + 1;
	}
	tp_release(&t->mem, t->slot);
	t->slot = slot;
	t->slots = slots;
	return TP_OK;
}

tp_status
tp_intern_add(tp_intern *t, uint32_t hash, uint32_t tag, const void *body, size_t len, uint32_t *number,
			  tp_error *err)
{
	uint32_t	at;

	if (t->count >= TP_INTERN_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Group by a coarser part.", "too many different paths or touchpoints");
	if ((size_t) t->count * 3 >= (size_t) t->slots * 2 && rehash(t, err) != TP_OK)
		return err->status;
	if (tp_reserve(&t->mem, &t->item, &t->room, (size_t) t->count + 1, sizeof(tp_interned), err) != TP_OK)
		return err->status;
	t->item[t->count] = (tp_interned) {hash, tag, t->bytes.len, len};
	tp_buffer_add(&t->bytes, body, len);
	if (t->bytes.failed)
		return tp_fail_memory(err);
	at = hash & (t->slots - 1);
	while (t->slot[at] != 0)
		at = (at + 1) & (t->slots - 1);
	*number = t->count++;
	t->slot[at] = t->count;
	return TP_OK;
}

/* Where the entry at `at` lies and what it holds; NULL when it runs over the end. */
static inline const uint8_t *
next_entry(const uint8_t *at, const uint8_t *end, bool stages, tp_part part, uint32_t *tag,
		   const uint8_t **body, size_t *len)
{
	size_t		head = stages ? 3 : 2;
	uint32_t	channel,
				label,
				stage;

	if (tp_unlikely((size_t) (end - at) < head))
		return NULL;
	channel = at[0];
	label = at[1];
	stage = stages ? at[2] : 0;
	at += head;
	if (tp_unlikely((size_t) (end - at) < channel + label + stage))
		return NULL;
	switch (part)
	{
		case TP_PART_CHANNEL:
			*body = at;
			*len = channel;
			break;
		case TP_PART_LABEL:
			*body = at + channel;
			*len = label;
			break;
		case TP_PART_STAGE:
			*body = at + channel + label;
			*len = stage;
			break;
		default:
			*body = at;
			*len = channel + label + stage;
			*tag = TP_TAG(channel, label, stage);
			return at + *len;
	}
	*tag = TP_TAG(0, *len, 0);
	return at + channel + label + stage;
}

static tp_status
corrupt(tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.",
				   "not a journey: shorter than its dictionary");
}

tp_status
tp_intern_dictionary(tp_intern *t, const tp_journey *j, tp_part part, uint32_t *map, tp_error *err)
{
	const uint8_t *at = j->dictionary;
	const uint8_t *end = j->image + j->size;
	bool		stages = (j->flags & TP_FLAG_STAGES) != 0;
	const uint8_t *last = NULL;
	uint32_t	last_tag = 0;

	for (uint32_t i = 0; i < j->entries; i++)
	{
		const uint8_t *body;
		uint32_t	tag;
		size_t		len;

		at = next_entry(at, end, stages, part, &tag, &body, &len);
		if (tp_unlikely(at == NULL))
			return corrupt(err);
		/* entries are in order of their channels, so the same often follows the same */
		if (last != NULL && tag == last_tag && tp_same_body(last, body, len))
			map[i] = map[i - 1];
		else if (tp_intern_number(t, tag, body, len, &map[i], err) != TP_OK)
			return err->status;
		last = body;
		last_tag = tag;
	}
	return TP_OK;
}

tp_status
tp_intern_entry(tp_intern *t, const tp_journey *j, tp_part part, uint32_t code, uint32_t *number,
				tp_error *err)
{
	const uint8_t *at = j->dictionary;
	const uint8_t *end = j->image + j->size;
	bool		stages = (j->flags & TP_FLAG_STAGES) != 0;
	const uint8_t *body = at;
	uint32_t	tag = 0;
	size_t		len = 0;

	for (uint32_t i = 0; i <= code; i++)
	{
		at = next_entry(at, end, stages, part, &tag, &body, &len);
		if (tp_unlikely(at == NULL))
			return corrupt(err);
	}
	return tp_intern_number(t, tag, body, len, number, err);
}
