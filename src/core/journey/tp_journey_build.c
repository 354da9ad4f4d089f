/*
 * tp_journey_build.c
 *	  From contacts in any order to a journey: the builder, merging by id.
 */
#include "journey/tp_journey.h"
#include "journey/tp_journey_layout.h"
#include "journey/tp_properties.h"

#include <stdlib.h>

#include "base/tp_sort.h"

_Static_assert(TP_DICTIONARY_MAX <= TP_LOG_WITH_SET, "codes are below what marks a set");

/* Bytes that log and dictionary take at first: a few contacts. */
_Static_assert(sizeof(tp_builder) <= 256, "a state of its own size class");
#define LOG_AT_BIRTH 240
#define DICTIONARY_AT_BIRTH 112

void
tp_builder_init(tp_builder *b, const tp_memory *mem)
{
	*b = (tp_builder) {.mem = *mem};
	b->log.mem = &b->mem;
	b->dictionary.mem = &b->mem;
	b->offset = b->few_offset;
	b->slot = b->few_slot;
	b->room = TP_FEW_ENTRIES;
	tp_buffer_reserve(&b->log, LOG_AT_BIRTH);
	tp_buffer_reserve(&b->dictionary, DICTIONARY_AT_BIRTH);
}

void
tp_builder_release(tp_builder *b)
{
	tp_buffer_release(&b->log);
	tp_buffer_release(&b->dictionary);
	if (b->sets != NULL)
	{
		tp_set_table_release(b->sets);
		tp_release(&b->mem, b->sets);
	}
	if (b->offset != b->few_offset)
		tp_release(&b->mem, b->offset);
}

static inline const uint8_t *
entry_at(const tp_builder *b, uint32_t i)
{
	return (const uint8_t *) b->dictionary.data + b->offset[i];
}

/* Most entries are of eight to sixteen bytes: two loads, no call. The heads hold the lengths. */
static inline bool
same_entry(const uint8_t *a, const uint8_t *b, size_t size)
{
	if (tp_load_u32(a) != tp_load_u32(b))
		return false;
	if (size < 8 || size > 16)
		return memcmp(a, b, size) == 0;
	return tp_load_u64(a) == tp_load_u64(b) && tp_load_u64(a + size - 8) == tp_load_u64(b + size - 8);
}

static void
take_slot(tp_builder *b, uint32_t i, uint32_t hash)
{
	uint32_t	mask = 2 * b->room - 1;
	uint32_t	at = hash & mask;

	while (b->slot[at] != 0)
		at = (at + 1) & mask;
	b->slot[at] = (uint16_t) (i + 1);
}

/* Twice the entries; the table stays at most half full. */
static bool
grow_dictionary(tp_builder *b)
{
	uint32_t	room = 2 * b->room;
	uint32_t   *memory = tp_alloc_array(&b->mem, room, sizeof(uint32_t) + 2 * sizeof(uint16_t));

	if (memory == NULL)
		return false;
	memcpy(memory, b->offset, b->entries * sizeof(uint32_t));
	if (b->offset != b->few_offset)
		tp_release(&b->mem, b->offset);
	b->offset = memory;
	b->slot = (uint16_t *) (memory + room);
	b->room = room;
	memset(b->slot, 0, 2 * room * sizeof(uint16_t));
	for (uint32_t i = 0; i < b->entries; i++)
		take_slot(b, i, tp_hash(entry_at(b, i), tp_entry_size(entry_at(b, i))));
	return true;
}

static tp_status
add_entry(tp_builder *b, const uint8_t *entry, size_t size, uint32_t hash, uint32_t *code, tp_error *err)
{
	char	   *to;

	if (b->entries >= TP_DICTIONARY_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Take what varies, such as an order number, out of the label.",
					   "a journey passes through at most %d different touchpoints", TP_DICTIONARY_MAX);
	if (b->entries == b->room && !grow_dictionary(b))
		return tp_fail_memory(err);
	to = tp_buffer_reserve(&b->dictionary, size);
	if (to == NULL)
		return tp_fail_memory(err);
	tp_copy_short(to, entry, size);
	b->offset[b->entries] = (uint32_t) b->dictionary.len;
	b->dictionary.len += size;
	*code = b->entries++;
	take_slot(b, *code, hash);
	return TP_OK;
}

/* The code of entry, which is added when it is new. */
static tp_status
find_entry(tp_builder *b, const uint8_t *entry, uint32_t *code, tp_error *err)
{
	size_t		size = tp_entry_size(entry);
	uint32_t	hash = tp_hash(entry, size);
	uint32_t	mask = 2 * b->room - 1;

	for (uint32_t at = hash & mask; b->slot[at] != 0; at = (at + 1) & mask)
	{
		if (same_entry(entry_at(b, b->slot[at] - 1u), entry, size))
		{
			*code = b->slot[at] - 1u;
			return TP_OK;
		}
	}
	return add_entry(b, entry, size, hash, code, err);
}

/* So many contacts, before one of them is read. */
tp_status
tp_contacts_fit(uint64_t count, tp_error *err)
{
	if (tp_likely(count <= TP_CONTACTS_MAX))
		return TP_OK;
	return tp_fail(err, TP_PAST_LIMIT, "Keep one journey a case, or a year, instead of one for all time.",
				   "a journey has at most %d contacts", TP_CONTACTS_MAX);
}

static tp_status
add_coded(tp_builder *b, uint32_t code, const tp_contact *c, uint32_t set, tp_error *err)
{
	uint8_t    *at = (uint8_t *) tp_buffer_reserve(&b->log, TP_LOG_SET + 3 + TP_FIELDS_MAX);

	if (tp_unlikely(b->count >= TP_CONTACTS_MAX))
		return tp_contacts_fit((uint64_t) b->count + 1, err);
	if (tp_unlikely(at == NULL))
		return tp_fail_memory(err);
	if (set != 0)
	{
		tp_store_u16(at, TP_LOG_WITH_SET);
		tp_store_u32(at + 2, set);
		at += TP_LOG_SET;
		b->log.len += TP_LOG_SET;
	}
	tp_store_u16(at, (uint16_t) code);
	at[2] = c->has;
	b->log.len += 3 + tp_contact_pack(c, at + 3);
	b->count++;
	return TP_OK;
}

/* The contact at a place of the log, its set one of the builder's; returns the place behind it. */
static inline const uint8_t *
take_logged(const uint8_t *at, tp_contact *c)
{
	uint32_t	set = 0;
	uint16_t	code = tp_load_u16(at);

	if (tp_unlikely(code == TP_LOG_WITH_SET))
	{
		set = tp_load_u32(at + 2);
		at += TP_LOG_SET;
		code = tp_load_u16(at);
	}
	at += 3 + tp_contact_unpack(c, at[2], at + 3);
	c->code = code;
	c->set = set;
	return at;
}

/* The builder's number of a set of properties. */
static tp_status
find_set(tp_builder *b, const uint8_t *properties, uint32_t *set, tp_error *err)
{
	if (b->sets == NULL)
	{
		b->sets = tp_alloc(&b->mem, sizeof(tp_set_table));
		if (b->sets == NULL)
			return tp_fail_memory(err);
		tp_set_table_init(b->sets, &b->mem);
	}
	return tp_set_table_number(b->sets, properties, set, err);
}

tp_status
tp_builder_add(tp_builder *b, const uint8_t *entry, const tp_contact *c, const uint8_t *properties, tp_error *err)
{
	uint32_t	code,
				set = 0;

	if (find_entry(b, entry, &code, err) != TP_OK)
		return err->status;
	if (properties != NULL && find_set(b, properties, &set, err) != TP_OK)
		return err->status;
	return add_coded(b, code, c, set, err);
}

/* The builder's number of each of n sets, in number[1] to number[n]; number[0] is 0, for none. */
static tp_status
map_sets(tp_builder *b, const uint8_t *const *sets, uint32_t n, uint32_t **number, tp_error *err)
{
	*number = tp_alloc_array(&b->mem, (size_t) n + 1, sizeof(uint32_t));
	if (*number == NULL)
		return tp_fail_memory(err);
	(*number)[0] = 0;
	for (uint32_t i = 0; i < n; i++)
		if (find_set(b, sets[i], &(*number)[i + 1], err) != TP_OK)
			return err->status;
	return TP_OK;
}

tp_status
tp_builder_add_journey(tp_builder *b, const tp_journey *j, tp_error *err)
{
	uint32_t   *code;
	uint32_t   *set = NULL;
	tp_journey_whole w;
	tp_status	status;

	if (tp_contacts_fit((uint64_t) b->count + j->count, err) != TP_OK)
		return err->status;
	code = tp_alloc_array(&b->mem, j->entries + 1, sizeof(uint32_t));
	status = tp_journey_whole_of(&w, &b->mem, j, err);
	if (status == TP_OK && code == NULL)
		status = tp_fail_memory(err);
	if (status == TP_OK)
		status = map_sets(b, w.sets, tp_journey_sets(j), &set, err);
	for (uint32_t i = 0; i < j->entries && status == TP_OK; i++)
	{
		uint8_t		entry[TP_ENTRY_MAX];

		tp_touchpoint_entry(&w.entries[i], entry);
		status = find_entry(b, entry, &code[i], err);
	}
	for (uint32_t i = 0; i < j->count && status == TP_OK; i++)
	{
		tp_contact	c;

		tp_journey_contact(j, i, &c);
		status = add_coded(b, code[c.code], &c, set[c.set], err);
		if (tp_stop_at(&b->mem, i))
			status = TP_INTERRUPTED;
	}
	tp_journey_whole_release(&w);
	TP_RELEASE_ALL(&b->mem, set, code);
	return status;
}

tp_status
tp_builder_add_builder(tp_builder *b, const tp_builder *other, tp_error *err)
{
	const uint8_t *at = (const uint8_t *) other->log.data;
	uint32_t	n_sets = other->sets != NULL ? other->sets->count : 0;
	uint32_t   *code;
	const uint8_t **sets;
	uint32_t   *set = NULL;
	tp_status	status;

	if (tp_contacts_fit((uint64_t) b->count + other->count, err) != TP_OK)
		return err->status;
	code = tp_alloc_array(&b->mem, other->entries + 1, sizeof(uint32_t));
	sets = tp_alloc_array(&b->mem, (size_t) n_sets + 1, sizeof(uint8_t *));
	status = code == NULL || sets == NULL ? tp_fail_memory(err) : TP_OK;
	if (status == TP_OK)
	{
		for (uint32_t i = 0; i < n_sets; i++)
			sets[i] = tp_set_table_at(other->sets, i + 1);
		status = map_sets(b, sets, n_sets, &set, err);
	}
	for (uint32_t i = 0; i < other->entries && status == TP_OK; i++)
		status = find_entry(b, entry_at(other, i), &code[i], err);
	for (uint32_t i = 0; i < other->count && status == TP_OK; i++)
	{
		tp_contact	c;

		at = take_logged(at, &c);
		status = add_coded(b, code[c.code], &c, set[c.set], err);
		if (tp_stop_at(&b->mem, i))
			status = TP_INTERRUPTED;
	}
	tp_release(&b->mem, set);
	tp_release(&b->mem, sets);
	tp_release(&b->mem, code);
	return status;
}

static tp_status
id_conflict(tp_error *err, int64_t id, const char *what)
{
	return tp_fail(err, TP_BAD_ARGUMENT, "Make ids unique per customer across sources, or leave them out; a corrected contact goes in by replace_contacts().",
				   "id %lld stands on two different %s", (long long) id, what);
}

/*
 * Bring equal ids together, by their bytes from the last on, passing over bytes that are the same in
 * all: ids of one customer differ in few. The ids are in x or in y afterwards; NULL where the host
 * wants to stop.
 */
static int64_t *
group_ids(const tp_memory *mem, int64_t *x, int64_t *y, uint32_t n)
{
	uint64_t	differ = 0;

	if (n < 64)
	{
		qsort(x, n, sizeof(int64_t), tp_compare_i64);
		return x;
	}
	for (uint32_t i = 1; i < n; i++)
		differ |= (uint64_t) x[i] ^ (uint64_t) x[0];
	for (int shift = 0; shift < 64; shift += 8)
	{
		uint32_t	at[256] = {0};
		uint32_t	sum = 0;
		int64_t    *swap = x;

		if ((differ >> shift & 0xFF) == 0)
			continue;
		for (uint32_t i = 0; i < n; i++)
			at[(uint64_t) x[i] >> shift & 0xFF]++;
		for (int i = 0; i < 256; i++)
		{
			uint32_t	here = at[i];

			at[i] = sum;
			sum += here;
		}
		for (uint32_t i = 0; i < n; i++)
			y[at[(uint64_t) x[i] >> shift & 0xFF]++] = x[i];
		if (tp_interrupted(mem))
			return NULL;
		x = y;
		y = swap;
	}
	return x;
}

/* Contacts with one id and time stand together, the greatest last: keep that one. */
static tp_status
merge_ids(const tp_memory *mem, tp_contact *c, uint32_t *count, tp_error *err)
{
	uint32_t	n = *count,
				kept = 0,
				known = 0;
	bool		rising = true;
	int64_t		last = 0;
	int64_t    *ids,
			   *grouped;
	tp_status	status = TP_OK;

	for (uint32_t i = 0; i < n; i++)
	{
		if (c[i].has & TP_HAS_ID)
		{
			if (kept > 0 && c[kept - 1].time == c[i].time && (c[kept - 1].has & TP_HAS_ID) &&
				c[kept - 1].id == c[i].id)
			{
				if (c[kept - 1].code != c[i].code)
					return id_conflict(err, c[i].id, "touchpoints");
				kept--;
				known--;
			}
			else
			{
				rising &= known == 0 || c[i].id > last;
				last = c[i].id;
			}
			known++;
		}
		c[kept++] = c[i];
		if (tp_stop_at(mem, i))
			return tp_fail_interrupted(err);
	}
	*count = kept;
	if (rising || known < 2)
		return TP_OK;
	ids = tp_alloc_array(mem, known, 2 * sizeof(int64_t));
	if (ids == NULL)
		return tp_fail_memory(err);
	known = 0;
	for (uint32_t i = 0; i < kept; i++)
		if (c[i].has & TP_HAS_ID)
			ids[known++] = c[i].id;
	grouped = group_ids(mem, ids, ids + known, known);
	if (grouped == NULL)
		status = tp_fail_interrupted(err);
	for (uint32_t i = 1; i < known && status == TP_OK; i++)
		if (grouped[i] == grouped[i - 1])
			status = id_conflict(err, grouped[i], "times");
	tp_release(mem, ids);
	return status;
}

/* Leave out entries that no contact has. used has room for n_entries. */
static uint32_t
use_entries(tp_contact *c, uint32_t count, const tp_touchpoint *entries, uint32_t n_entries, uint16_t *rank,
			tp_touchpoint *used)
{
	uint32_t	n = 0;

	for (uint32_t i = 0; i < n_entries; i++)
	{
		if (rank[i] == 0)
			continue;
		rank[i] = (uint16_t) n;
		used[n++] = entries[i];
	}
	for (uint32_t i = 0; i < count; i++)
		c[i].code = rank[c[i].code];
	return n;
}

typedef struct ranked_set
{
	const uint8_t *set;
	uint32_t	number;			/* as contacts have it */
} ranked_set;

static int
compare_ranked(const void *a, const void *b)
{
	return tp_set_compare(((const ranked_set *) a)->set, ((const ranked_set *) b)->set);
}

/*
 * Bring sets in order, each once: ordered becomes an array of mem, *n how many there are, and contacts have
 * their places in it.
 */
static tp_status
order_sets(const tp_memory *mem, tp_contact *c, uint32_t count, const uint8_t *const *sets, uint32_t *n,
		   const uint8_t ***ordered, tp_error *err)
{
	ranked_set *ranked = tp_alloc_array(mem, *n, sizeof(ranked_set));
	uint32_t   *place = tp_alloc_array(mem, (size_t) *n + 1, sizeof(uint32_t));
	uint32_t	kept = 0;

	*ordered = tp_alloc_array(mem, *n, sizeof(uint8_t *));
	if (ranked == NULL || place == NULL || *ordered == NULL)
	{
		tp_release(mem, ranked);
		tp_release(mem, place);
		return tp_fail_memory(err);
	}
	for (uint32_t i = 0; i < *n; i++)
		ranked[i] = (ranked_set) {sets[i], i + 1};
	qsort(ranked, *n, sizeof(ranked_set), compare_ranked);
	place[0] = 0;
	for (uint32_t i = 0; i < *n; i++)
	{
		if (i == 0 || tp_set_compare(ranked[i - 1].set, ranked[i].set) != 0)
			(*ordered)[kept++] = ranked[i].set;
		place[ranked[i].number] = kept;
	}
	for (uint32_t i = 0; i < count; i++)
		c[i].set = place[c[i].set];
	*n = kept;
	tp_release(mem, ranked);
	tp_release(mem, place);
	return TP_OK;
}

/* Leave out ordered sets that no contact has. */
static tp_status
use_sets(const tp_memory *mem, tp_contact *c, uint32_t count, const uint8_t **sets, uint32_t *n, tp_error *err)
{
	uint32_t   *place = tp_alloc_array(mem, (size_t) *n + 1, sizeof(uint32_t));
	uint32_t	kept = 0;

	if (place == NULL)
		return tp_fail_memory(err);
	memset(place, 0, ((size_t) *n + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < count; i++)
		place[c[i].set] = 1;
	place[0] = 0;
	for (uint32_t i = 1; i <= *n; i++)
	{
		if (place[i] == 0)
			continue;
		sets[kept++] = sets[i - 1];
		place[i] = kept;
	}
	for (uint32_t i = 0; i < count; i++)
		c[i].set = place[c[i].set];
	*n = kept;
	tp_release(mem, place);
	return TP_OK;
}

tp_status
tp_journey_encode(const tp_memory *mem, tp_contact *c, uint32_t count, const tp_touchpoint *entries,
				  uint32_t n_entries, const uint8_t *const *sets, uint32_t n_sets, tp_buffer *out, tp_error *err)
{
	bool		rising = true,
				any_id = false;
	uint16_t   *rank;
	tp_touchpoint *used = NULL;
	const uint8_t **ordered = NULL;
	uint32_t	n_used = 0;
	tp_status	status = TP_OK;

	for (uint32_t i = 0; i < count; i++)
	{
		rising &= i == 0 || c[i].time > c[i - 1].time;
		any_id |= (c[i].has & TP_HAS_ID) != 0;
		c[i].set = n_sets > 0 ? c[i].set : 0;
		if (tp_stop_at(mem, i))
			return tp_fail_interrupted(err);
	}
	if (n_sets > 0)
		status = order_sets(mem, c, count, sets, &n_sets, &ordered, err);
	if (status == TP_OK && !rising)
		status = tp_contacts_sort(mem, c, count, err);
	if (status == TP_OK && any_id)
		status = merge_ids(mem, c, &count, err);
	if (status == TP_OK && n_sets > 0)
		status = use_sets(mem, c, count, ordered, &n_sets, err);
	rank = status != TP_OK ? NULL : tp_alloc_array(mem, (size_t) n_entries + 1, sizeof(uint16_t));
	if (rank == NULL)
	{
		tp_release(mem, ordered);
		return status != TP_OK ? status : tp_fail_memory(err);
	}
	memset(rank, 0, n_entries * sizeof(uint16_t));
	for (uint32_t i = 0; i < count && status == TP_OK; i++)
	{
		rank[c[i].code] = 1;
		if (tp_stop_at(mem, i))
			status = tp_fail_interrupted(err);
	}
	for (uint32_t i = 0; i < n_entries; i++)
		n_used += rank[i];
	if (status != TP_OK)
		used = NULL;
	else if (n_used < n_entries)
	{
		used = tp_alloc_array(mem, (size_t) n_used + 1, sizeof(tp_touchpoint));
		if (used == NULL)
			status = tp_fail_memory(err);
		else
			n_entries = use_entries(c, count, entries, n_entries, rank, used);
		entries = used;
	}
	if (status == TP_OK)
		status = tp_journey_layout(mem, c, count, entries, n_entries, ordered, n_sets, out, err);
	tp_release(mem, used);
	tp_release(mem, rank);
	tp_release(mem, ordered);
	return status;
}

/* Order references to entries by touchpoint: few are inserted, many merged. */
static void
rank_entries(const tp_touchpoint *t, uint32_t *ref, uint32_t *spare, uint32_t n)
{
	if (n <= 12)
	{
		for (uint32_t i = 0; i < n; i++)
		{
			uint32_t	at = i;

			for (; at > 0 && tp_touchpoint_compare(&t[ref[at - 1]], &t[i]) > 0; at--)
				ref[at] = ref[at - 1];
			ref[at] = i;
		}
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		ref[i] = i;
	for (uint32_t width = 1; width < n; width *= 2)
	{
		for (uint32_t from = 0, to = 0; from < n; from += 2 * width)
		{
			uint32_t	a = from,
						middle = from + width < n ? from + width : n,
						b = middle,
						end = from + 2 * width < n ? from + 2 * width : n;

			while (a < middle && b < end)
				spare[to++] = tp_touchpoint_compare(&t[ref[a]], &t[ref[b]]) <= 0 ? ref[a++] : ref[b++];
			while (a < middle)
				spare[to++] = ref[a++];
			while (b < end)
				spare[to++] = ref[b++];
		}
		memcpy(ref, spare, n * sizeof(uint32_t));
	}
}

tp_status
tp_journey_encode_unranked(const tp_memory *mem, tp_contact *c, uint32_t count, tp_touchpoint *entries,
						   uint32_t n_entries, const uint8_t *const *sets, uint32_t n_sets, tp_buffer *out,
						   tp_error *err)
{
	uint32_t   *ref = tp_alloc_array(mem, (size_t) n_entries + 1, 2 * sizeof(uint32_t));
	uint32_t   *rank;
	tp_status	status = TP_OK;

	if (ref == NULL)
		return tp_fail_memory(err);
	rank = ref + n_entries;
	rank_entries(entries, ref, rank, n_entries);
	for (uint32_t i = 0; i < n_entries; i++)
	{
		rank[ref[i]] = i;
		if (i > 0 && tp_touchpoint_compare(&entries[ref[i - 1]], &entries[ref[i]]) == 0)
			status = tp_fail(err, TP_BAD_ARGUMENT, "Name each touchpoint once, and let contacts share it.",
							 "a touchpoint stands twice in the journey's dictionary");
	}
	for (uint32_t i = 0; i < count && status == TP_OK; i++)
	{
		c[i].code = (uint16_t) rank[c[i].code];
		if (tp_stop_at(mem, i))
			status = tp_fail_interrupted(err);
	}
	if (status == TP_OK && !tp_bring_home(mem, entries, sizeof(tp_touchpoint), ref, n_entries))
		status = tp_fail_interrupted(err);
	tp_release(mem, ref);
	if (status == TP_OK)
		status = tp_journey_encode(mem, c, count, entries, n_entries, sets, n_sets, out, err);
	return status;
}

tp_status
tp_builder_finish(const tp_builder *b, const tp_memory *mem, tp_buffer *out, tp_error *err)
{
	char	   *memory = tp_alloc(mem, b->count * sizeof(tp_contact) + b->entries * sizeof(tp_touchpoint) + 1);
	tp_contact *c = (tp_contact *) memory;
	tp_touchpoint *entries;
	const uint8_t *at = (const uint8_t *) b->log.data;
	uint32_t	n_sets = b->sets != NULL ? b->sets->count : 0;
	const uint8_t **sets = NULL;
	tp_status	status;

	if (memory == NULL)
		return tp_fail_memory(err);
	/* with many groups the state has long left the caches: fetch it in one go */
	for (size_t line = 0; line < b->log.len && line < 512; line += 64)
		tp_prefetch(b->log.data + line);
	for (size_t line = 0; line < b->dictionary.len && line < 256; line += 64)
		tp_prefetch(b->dictionary.data + line);
	entries = (tp_touchpoint *) (c + b->count);
	for (uint32_t i = 0; i < b->entries; i++)
		entries[i] = tp_entry_view(entry_at(b, i));
	for (uint32_t i = 0; i < b->count; i++)
	{
		at = take_logged(at, &c[i]);
		if (tp_stop_at(mem, i))
		{
			tp_release(mem, memory);
			return tp_fail_interrupted(err);
		}
	}
	if (n_sets > 0)
	{
		sets = tp_alloc_array(mem, n_sets, sizeof(uint8_t *));
		if (sets == NULL)
		{
			tp_release(mem, memory);
			return tp_fail_memory(err);
		}
		for (uint32_t i = 0; i < n_sets; i++)
			sets[i] = tp_set_table_at(b->sets, i + 1);
	}
	status = tp_journey_encode_unranked(mem, c, b->count, entries, b->entries, sets, n_sets, out, err);
	tp_release(mem, sets);
	tp_release(mem, memory);
	return status;
}
