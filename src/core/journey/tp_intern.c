/*
 * tp_intern.c
 *	  Numbering byte strings by open addressing, at most two thirds full.
 */
#include "journey/tp_intern.h"

_Static_assert(TP_SHORT_HEAD + 1 >= 15, "number_recent reads up to 15 bytes before the bytes of an entry");

void
tp_intern_init(tp_intern *t, const tp_memory *mem)
{
	*t = (tp_intern) {.mem = *mem};
	tp_buffer_init(&t->bytes, &t->mem);
}

void
tp_intern_release(tp_intern *t)
{
	TP_RELEASE_ALL(&t->mem, t->slot, t->item, t->recent);
	tp_buffer_release(&t->bytes);
	t->recent = NULL;
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
	if (tp_stop_at(&t->mem, t->count))
		return tp_fail_interrupted(err);
	if ((size_t) t->count * 3 >= (size_t) t->slots * 2 && rehash(t, err) != TP_OK)
		return err->status;
	if (tp_reserve(&t->mem, &t->item, &t->room, (size_t) t->count + 1, sizeof(tp_interned), err) != TP_OK)
		return err->status;
	/* one byte at least, so that an absent part has a place too */
	if (tp_buffer_reserve(&t->bytes, len > 0 ? len : 1) == NULL)
		return tp_fail_memory(err);
	t->item[t->count] = (tp_interned) {hash, tag, t->bytes.len, len};
	tp_buffer_add(&t->bytes, body, len);
	at = hash & (t->slots - 1);
	while (t->slot[at] != 0)
		at = (at + 1) & (t->slots - 1);
	*number = t->count++;
	t->slot[at] = t->count;
	return TP_OK;
}

/* Where the entry at `at` lies and what it holds; NULL when it runs over the end. */
static inline const uint8_t *
next_entry(const uint8_t *at, const uint8_t *end, uint32_t head, tp_part part, uint32_t *tag,
		   const uint8_t **body, size_t *len)
{
	uint32_t	channel,
				label,
				stage;

	if (tp_unlikely((size_t) (end - at) < head))
		return NULL;
	channel = head == 1 ? at[0] & 15U : at[0];
	label = head == 1 ? at[0] >> 4 : at[1];
	stage = head == 3 ? at[2] : 0;
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
		case TP_PART_PROPERTY:
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

/* Lookups after which a table of recent ones is worth its 24 kB. */
#define RECENT_FROM 4000

static tp_status
make_recent(tp_intern *t, tp_error *err)
{
	/* no part has this tag */
	t->recent = tp_alloc_filled(&t->mem, (size_t) 1 << TP_RECENT_BITS, sizeof(tp_recent), 0xFF);
	return t->recent != NULL ? TP_OK : tp_fail_memory(err);
}

/* Who is not in the first of his two places takes it, and who stood there the one beside it. */
static tp_status
find_beside(tp_intern *t, tp_recent *r, tp_recent now, const uint8_t *body, size_t len, uint32_t *number, tp_error *err)
{
	tp_recent  *other = t->recent + ((r - t->recent) ^ 1);

	if (other->last == now.last && other->before == now.before && other->tag == now.tag)
	{
		*number = other->number;
		return TP_OK;
	}
	if (tp_intern_number(t, now.tag, body, len, number, err) != TP_OK)
		return err->status;
	now.number = *number;
	*other = *r;
	*r = now;
	return TP_OK;
}

/*
 * As tp_intern_number, for a body within a journey's image: what lies before it may be read, for the
 * image's head and that of the entry are as long as the 15 bytes that one byte does not fill.
 */
static inline tp_status
number_recent(tp_intern *t, uint32_t tag, const uint8_t *body, size_t len, uint32_t *number, tp_error *err)
{
	uint64_t	last,
				before;
	tp_recent  *r;

	if (tp_unlikely(len == 0 || len > 16))
		return tp_intern_number(t, tag, body, len, number, err);
	tp_two_words(body + len, len, &last, &before);
	r = &t->recent[tp_place_of_words(last, before, tag, TP_RECENT_BITS)];
	if (tp_likely(((r->last ^ last) | (r->before ^ before) | (r->tag ^ tag)) == 0))
	{
		*number = r->number;
		return TP_OK;
	}
	return find_beside(t, r, (tp_recent) {last, before, tag, 0}, body, len, number, err);
}

/* The part of an entry as a string: a whole touchpoint is spelled out, for its channel may stand apart. */
static const uint8_t *
spell_out(const tp_touchpoint *t, tp_part part, uint8_t spelled[TP_ENTRY_MAX], uint32_t *tag, size_t *len)
{
	const char *s;

	if (part == TP_PART_TOUCHPOINT)
	{
		*len = tp_touchpoint_entry(t, spelled) - TP_ENTRY_HEAD;
		*tag = TP_TAG(t->channel_len, t->label_len, t->stage_len);
		return spelled + TP_ENTRY_HEAD;
	}
	s = tp_touchpoint_part(t, part, len);
	*tag = TP_TAG(0, *len, 0);
	return (const uint8_t *) s;
}

/* The same as below where entries of one channel share it. */
static tp_status
number_shared(tp_intern *t, const tp_journey *j, tp_part part, uint32_t *map, tp_error *err)
{
	tp_entries	e;
	const uint8_t *channel = NULL;

	tp_entries_begin(&e, j);
	for (uint32_t i = 0; i < j->entries; i++)
	{
		uint8_t		spelled[TP_ENTRY_MAX];
		const uint8_t *body;
		tp_touchpoint touchpoint;
		uint32_t	tag;
		size_t		len;

		if (!tp_entries_next(&e, &touchpoint))
			return corrupt(err);
		if (part == TP_PART_CHANNEL && channel == e.channel)
		{
			map[i] = map[i - 1];
			continue;
		}
		channel = e.channel;
		body = spell_out(&touchpoint, part, spelled, &tag, &len);
		if (tp_intern_number(t, tag, body, len, &map[i], err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

/* Inline, so that the compiler makes loops of their own where part, head and recent are known. */
static inline tp_status
number_entries(tp_intern *t, const tp_journey *j, tp_part part, uint32_t head, bool recent, uint32_t *map, tp_error *err)
{
	const uint8_t *at = j->dictionary;
	const uint8_t *end = j->dictionary_end;
	const uint8_t *last = NULL;
	uint32_t	last_tag = 0;

	for (uint32_t i = 0; i < j->entries; i++)
	{
		const uint8_t *body;
		uint32_t	tag;
		size_t		len;

		at = next_entry(at, end, head, part, &tag, &body, &len);
		if (tp_unlikely(at == NULL))
			return corrupt(err);
		/* entries are in order of their channels, so the same often follows the same */
		if (part != TP_PART_TOUCHPOINT && last != NULL && tag == last_tag && tp_same_body(last, body, len))
			map[i] = map[i - 1];
		else if (tp_unlikely((recent ? number_recent(t, tag, body, len, &map[i], err) :
							  tp_intern_number(t, tag, body, len, &map[i], err)) != TP_OK))
			return err->status;
		last = body;
		last_tag = tag;
	}
	return TP_OK;
}

tp_status
tp_intern_dictionary(tp_intern *t, const tp_journey *j, tp_part part, uint32_t *map, tp_error *err)
{
	uint32_t	head = tp_entry_head(j);

	if (tp_unlikely(j->flags & TP_FLAG_SHARED))
		return number_shared(t, j, part, map, err);
	if (tp_likely(t->recent != NULL))
		return head == 1 && part == TP_PART_TOUCHPOINT ? number_entries(t, j, TP_PART_TOUCHPOINT, 1, true, map, err) :
			head == 1 && part == TP_PART_CHANNEL ? number_entries(t, j, TP_PART_CHANNEL, 1, true, map, err) :
			number_entries(t, j, part, head, true, map, err);
	if (number_entries(t, j, part, head, false, map, err) != TP_OK)
		return err->status;
	t->looked_up += j->entries;
	return t->looked_up >= RECENT_FROM ? make_recent(t, err) : TP_OK;
}

tp_status
tp_intern_entry(tp_intern *t, const tp_journey *j, tp_part part, uint32_t code, uint32_t *number,
				tp_error *err)
{
	const uint8_t *at = j->dictionary;
	const uint8_t *end = j->dictionary_end;
	uint32_t	head = tp_entry_head(j);
	const uint8_t *body = at;
	uint32_t	tag = 0;
	size_t		len = 0;

	if (tp_unlikely(j->flags & TP_FLAG_SHARED))
	{
		uint8_t		spelled[TP_ENTRY_MAX];
		tp_touchpoint touchpoint;
		tp_entries	e;

		tp_entries_begin(&e, j);
		for (uint32_t i = 0; i <= code; i++)
			if (!tp_entries_next(&e, &touchpoint))
				return corrupt(err);
		body = spell_out(&touchpoint, part, spelled, &tag, &len);
		return tp_intern_number(t, tag, body, len, number, err);
	}
	for (uint32_t i = 0; i <= code; i++)
	{
		at = next_entry(at, end, head, part, &tag, &body, &len);
		if (tp_unlikely(at == NULL))
			return corrupt(err);
	}
	return tp_intern_number(t, tag, body, len, number, err);
}

int
tp_ranked_symbol_compare(const void *a, const void *b)
{
	return tp_touchpoint_compare(&((const tp_ranked_symbol *) a)->t, &((const tp_ranked_symbol *) b)->t);
}
