/*
 * tp_globs.c
 *	  Which of several globs match each touchpoint of a dictionary.
 */
#include "journey/tp_globs.h"

/* More touchpoints, or more words of rows, than this are forgotten and begun anew. */
#define ROWS_MAX 16384
#define WORDS_MAX (1024 * 1024)
#define KEYS_MAX (4 * 1024 * 1024)

/* Globs tried between two looks at whether the host wants to stop; a slow one takes up to 100 microseconds. */
#define POLL_EVERY 256

void
tp_globs_init(tp_globs *s, const tp_memory *mem)
{
	memset(s, 0, sizeof(*s));
	s->mem = *mem;
	s->words = 1;
	tp_buffer_init(&s->keys, &s->mem);
}

void
tp_globs_release(tp_globs *s)
{
	tp_release(&s->mem, s->globs);
	tp_release(&s->mem, s->bit);
	tp_release(&s->mem, s->slot);
	tp_release(&s->mem, s->recent);
	tp_release(&s->mem, s->row);
	tp_release(&s->mem, s->row_of);
	tp_release(&s->mem, s->word_of);
	if (s->keys.data != NULL)
		tp_buffer_release(&s->keys);
}

tp_status
tp_globs_add(tp_globs *s, const tp_glob *glob, uint32_t bit, tp_error *err)
{
	uint32_t	room = s->room;

	if (!tp_grow(&s->mem, (void **) &s->globs, &room, s->count + 1, sizeof(tp_glob)))
		return tp_fail_memory(err);
	if (!tp_grow(&s->mem, (void **) &s->bit, &s->room, s->count + 1, sizeof(uint32_t)))
		return tp_fail_memory(err);
	s->globs[s->count] = *glob;
	s->bit[s->count++] = bit;
	s->any += tp_glob_is_any(glob);
	if (bit / 64 + 1 > s->words)
		s->words = bit / 64 + 1;
	return TP_OK;
}

bool
tp_globs_touch(tp_globs *s, const tp_touchpoint *t)
{
	for (uint32_t g = 0; g < s->count; g++)
	{
		if (tp_glob_matches(&s->globs[g], t))
			return true;
		if (++s->tried % POLL_EVERY == 0)
			tp_interrupted(&s->mem);
	}
	return false;
}

static void
forget(tp_globs *s)
{
	if (s->slots > 0)
		memset(s->slot, 0, s->slots * sizeof(tp_globs_slot));
	if (s->recent != NULL)
		memset(s->recent, 0xFF, sizeof(tp_globs_recent) << TP_GLOBS_RECENT_BITS);
	s->rows = 0;
	s->keys.len = 0;
	s->forgotten++;
}

/* Keys of one length in dictionaries of different shapes are different keys. */
#define SHAPED(len, head) ((len) | (uint32_t) (head) << 16)
#define LENGTH(key_len) ((key_len) & 0xFFFF)

/*
 * A key in three words: all of it where it has no more than 24 bytes. It has at least 2. Lengths are as
 * good as random, so those of 8 to 24 bytes are not told apart by branching: the second word of a key of
 * less than 16 overlaps the first.
 */
typedef struct key_words
{
	uint64_t	first;
	uint64_t	second;
	uint64_t	last;
} key_words;

static inline key_words
words_of_key(const uint8_t *key, uint32_t len)
{
	key_words	w;

	if (tp_likely(len >= 8))
	{
		w.first = tp_load_u64(key);
		w.second = tp_load_u64(key + (len < 16 ? len - 8 : 8));
		w.last = tp_load_u64(key + len - 8);
	}
	else if (len >= 4)
	{
		w.first = tp_load_u32(key);
		w.second = w.last = tp_load_u32(key + len - 4);
	}
	else
	{
		w.first = tp_load_u16(key);
		w.second = w.last = key[len - 1];
	}
	return w;
}

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t	h = (a ^ UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93) +
	(b ^ (b >> 32)) * UINT64_C(0xA0761D6478BD642F);

	return h ^ (h >> 32);
}

static inline uint64_t
hash_key(const uint8_t *key, uint32_t len, const key_words *w)
{
	uint64_t	h = mix(w->first, w->second * 3 + w->last);

	if (tp_unlikely(len > 24))
		for (uint32_t i = 16; i + 8 < len; i += 8)
			h = mix(h, tp_load_u64(key + i));
	return h;
}

/* Room for n more touchpoints, so that no row moves while a dictionary is looked at. */
static tp_status
prepare(tp_globs *s, uint32_t n, tp_error *err)
{
	uint32_t	words_room = s->rows_room;

	if (s->rows + n > ROWS_MAX || ((uint64_t) s->rows + n) * s->words > WORDS_MAX || s->keys.len > KEYS_MAX)
		forget(s);
	if (!tp_grow(&s->mem, (void **) &s->row_of, &s->codes_room, (uint64_t) n + 1, sizeof(uint32_t)) ||
		!tp_grow(&s->mem, (void **) &s->word_of, &s->words_room, (uint64_t) n + 1, sizeof(uint64_t)) ||
		!tp_grow(&s->mem, (void **) &s->row, &words_room, ((uint64_t) s->rows + n) * s->words, sizeof(uint64_t)))
		return tp_fail_memory(err);
	s->rows_room = words_room;
	if (s->slots < 2 * (s->rows + n))
	{
		uint32_t	slots = s->slots < 64 ? 64 : s->slots;
		tp_globs_slot *grown;

		while (slots < 3 * (s->rows + n))
			slots *= 2;
		grown = tp_alloc_array(&s->mem, slots, sizeof(tp_globs_slot));
		if (grown == NULL)
			return tp_fail_memory(err);
		memset(grown, 0, slots * sizeof(tp_globs_slot));
		for (uint32_t i = 0; i < s->slots; i++)
		{
			const tp_globs_slot *old = &s->slot[i];
			key_words	w;
			uint32_t	at;

			if (old->key_len == 0)
				continue;
			w = (key_words) {old->first, old->second, old->last};
			at = (uint32_t) hash_key((const uint8_t *) s->keys.data + old->key, LENGTH(old->key_len), &w) & (slots - 1);
			while (grown[at].key_len != 0)
				at = (at + 1) & (slots - 1);
			grown[at] = *old;
		}
		tp_release(&s->mem, s->slot);
		s->slot = grown;
		s->slots = slots;
	}
	return TP_OK;
}

/* A touchpoint that is met for the first time: try every glob on it. */
static bool
remember(tp_globs *s, tp_globs_slot *slot, const key_words *w, const uint8_t *key, uint32_t len, uint32_t head)
{
	uint64_t   *row = s->row + (size_t) s->rows * s->words;
	tp_touchpoint t;

	t.channel_len = head == 1 ? key[0] & 15 : key[0];
	t.label_len = head == 1 ? key[0] >> 4 : key[1];
	t.stage_len = head == 3 ? key[2] : 0;
	t.channel = (const char *) key + head;
	t.label = t.channel + t.channel_len;
	t.stage = t.label + t.label_len;
	memset(row, 0, s->words * sizeof(uint64_t));
	for (uint32_t g = 0; g < s->count; g++)
	{
		if (tp_glob_matches(&s->globs[g], &t))
			row[s->bit[g] / 64] |= UINT64_C(1) << (s->bit[g] % 64);
		if (++s->tried % POLL_EVERY == 0)
			tp_interrupted(&s->mem);
	}
	slot->first = w->first;
	slot->second = w->second;
	slot->last = w->last;
	slot->word = row[0];
	slot->key = (uint32_t) s->keys.len;
	slot->key_len = SHAPED(len, head);
	slot->row = s->rows++ * s->words;
	tp_buffer_add(&s->keys, key, len);
	return !s->keys.failed;
}

/* The entry of a shared channel as a key of the plain shape. */
static const uint8_t *
spell_out(tp_entries *e, uint8_t key[TP_ENTRY_MAX], uint32_t *len)
{
	tp_touchpoint t;
	uint8_t    *at = key;

	if (!tp_entries_next(e, &t))
		return NULL;
	*at++ = t.channel_len;
	*at++ = t.label_len;
	if (e->head == 3)
		*at++ = t.stage_len;
	tp_copy_short(at, t.channel, t.channel_len);
	at += t.channel_len;
	tp_copy_short(at, t.label, t.label_len);
	at += t.label_len;
	tp_copy_short(at, t.stage, t.stage_len);
	*len = (uint32_t) (at + t.stage_len - key);
	return key;
}

/* The slot of a key, made if it is new. NULL where there is no memory. */
static const tp_globs_slot *
slot_of(tp_globs *s, const uint8_t *key, uint32_t len, uint32_t head)
{
	key_words	w = words_of_key(key, len);
	uint32_t	shaped = SHAPED(len, head);
	uint32_t	place = (uint32_t) hash_key(key, len, &w) & (s->slots - 1);

	for (;; place = (place + 1) & (s->slots - 1))
	{
		tp_globs_slot *slot = &s->slot[place];

		if (tp_likely(((slot->first ^ w.first) | (slot->second ^ w.second) | (slot->last ^ w.last) |
					   (slot->key_len ^ shaped)) == 0) &&
			(len <= 24 || memcmp(s->keys.data + slot->key, key, len) == 0))
			return slot;
		if (slot->key_len == 0)
			return remember(s, slot, &w, key, len, head) ? slot : NULL;
	}
}

static tp_status
too_short(tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: shorter than its dictionary");
}

static inline void
take(tp_globs *s, uint32_t code, uint32_t row, uint64_t word, uint64_t *all)
{
	s->row_of[code] = row;
	s->word_of[code] = word;
	if (tp_unlikely(s->words > 1) && all != NULL)
		for (uint32_t w = 1; w < s->words; w++)
			all[w] |= s->row[row + w];
}

/* Any dictionary. */
static tp_status
look_anywhere(tp_globs *s, const tp_journey *j, uint64_t *all, uint64_t *united, tp_error *err)
{
	const uint8_t *at = j->dictionary;
	const uint8_t *end = j->dictionary_end;
	uint32_t	head = tp_entry_head(j);
	tp_entries	shared = {.shared = false};
	uint8_t		spelled[TP_ENTRY_MAX];

	if (j->flags & TP_FLAG_SHARED)
		tp_entries_begin(&shared, j);
	for (uint32_t code = 0; code < j->entries; code++)
	{
		const uint8_t *key = at;
		const tp_globs_slot *slot;
		uint32_t	len = 0;

		if (shared.shared)
			key = spell_out(&shared, spelled, &len);
		else if (tp_unlikely(end - at < (ptrdiff_t) head + 1))
			key = NULL;
		else
		{
			len = head + (head == 1 ? (at[0] & 15U) + (at[0] >> 4) : (uint32_t) at[0] + at[1] + (head == 3 ? at[2] : 0));
			if (tp_unlikely(end - at < (ptrdiff_t) len))
				key = NULL;
		}
		if (tp_unlikely(key == NULL || len < 2))
			return too_short(err);
		slot = slot_of(s, key, len, head);
		if (slot == NULL)
			return tp_fail_memory(err);
		take(s, code, slot->row, slot->word, all);
		*united |= slot->word;
		at += len;
	}
	return TP_OK;
}

/* An entry that is in neither of its two places: it takes the first, who stood there the one beside it. */
static bool
find_recent(tp_globs *s, tp_globs_recent *r, tp_globs_recent now, const uint8_t *key, uint32_t len)
{
	tp_globs_recent *other = s->recent + ((r - s->recent) ^ 1);
	const tp_globs_slot *slot = slot_of(s, key, len, 1);

	if (slot == NULL)
		return false;
	now.row = slot->row;
	now.word = slot->word;
	*other = *r;
	*r = now;
	return true;
}

static inline bool
is_recent(const tp_globs_recent *r, const tp_globs_recent *now)
{
	return ((r->last ^ now->last) | (r->before ^ now->before) | (r->head ^ now->head)) == 0;
}

/*
 * A dictionary of narrow entries: one probe for each that was met lately. What lies before an entry may be read, for
 * the image's head is as long as the 15 bytes that one byte does not fill.
 */
static tp_status
look_narrow(tp_globs *s, const tp_journey *j, uint64_t *all, uint64_t *united, tp_error *err)
{
	const uint8_t *at = j->dictionary;
	const uint8_t *end = j->dictionary_end;
	uint64_t	matched = 0;

	for (uint32_t code = 0; code < j->entries; code++)
	{
		tp_globs_recent now;
		tp_globs_recent *r;
		uint32_t	len;

		if (tp_unlikely(end - at < 2))
			return too_short(err);
		now.head = at[0];
		len = (now.head & 15) + (now.head >> 4);
		if (tp_unlikely(len == 0 || end - at < (ptrdiff_t) len + 1))
			return too_short(err);
		at += 1 + len;
		if (tp_unlikely(len > 16))
		{
			const tp_globs_slot *slot = slot_of(s, at - 1 - len, len + 1, 1);

			if (slot == NULL)
				return tp_fail_memory(err);
			take(s, code, slot->row, slot->word, all);
			matched |= slot->word;
			continue;
		}
		tp_two_words(at, len, &now.last, &now.before);
		r = &s->recent[tp_place_of_words(now.last, now.before, now.head, TP_GLOBS_RECENT_BITS)];
		if (tp_unlikely(!is_recent(r, &now)))
		{
			tp_globs_recent *other = s->recent + ((r - s->recent) ^ 1);

			if (is_recent(other, &now))
				r = other;
			else if (!find_recent(s, r, now, at - 1 - len, len + 1))
				return tp_fail_memory(err);
		}
		take(s, code, r->row, r->word, all);
		matched |= r->word;
	}
	*united = matched;
	return TP_OK;
}

/* Entries after which a table of recent ones is worth its 32 kB. */
#define RECENT_FROM 1000

static tp_status
make_recent(tp_globs *s, tp_error *err)
{
	s->recent = tp_alloc_filled(&s->mem, (size_t) 1 << TP_GLOBS_RECENT_BITS, sizeof(tp_globs_recent), 0xFF);
	return s->recent != NULL ? TP_OK : tp_fail_memory(err);
}

tp_status
tp_globs_look(tp_globs *s, const tp_journey *j, uint64_t *all, tp_error *err)
{
	uint64_t	united = 0;

	if ((tp_unlikely(s->slots < 2 * (s->rows + j->entries) || s->codes_room <= j->entries ||
					 s->rows_room < ((uint64_t) s->rows + j->entries) * s->words ||
					 s->keys.len > KEYS_MAX)) &&
		prepare(s, j->entries, err) != TP_OK)
		return err->status;
	if (tp_unlikely(s->recent == NULL))
	{
		s->looked_up += j->entries;
		if (s->looked_up >= RECENT_FROM && make_recent(s, err) != TP_OK)
			return err->status;
	}
	if (tp_unlikely(s->words > 1) && all != NULL)
		memset(all, 0, s->words * sizeof(uint64_t));
	if (tp_unlikely(s->recent == NULL || !(j->flags & TP_FLAG_NARROW) || j->projected) ?
		look_anywhere(s, j, all, &united, err) != TP_OK : look_narrow(s, j, all, &united, err) != TP_OK)
		return err->status;
	if (all != NULL)
		all[0] = united;
	return TP_OK;
}
