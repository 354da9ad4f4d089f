/*
 * tp_keyed.c
 *	  Contacts of many customers: rows into parts, parts into a file, and between processes.
 */
#include "journey/tp_keyed.h"

#define RUN_AT_BIRTH 256
#define RUN_LEAST 8192
#define RUN_MOST 32768
#define BITS_LEAST 3
#define NAMES_BYTES (4 * 1024 * 1024)
#define SETS_BYTES (4 * 1024 * 1024)
#define RECENT_BITS 9
#define HEAD_MAX (4 + 2 + TP_ENTRY_MAX + 6)

/* Bytes of has and the packed fields behind it. */
static inline size_t
fields_size(uint8_t has)
{
	return 1 + tp_contact_packed_size(has);
}

void
tp_keyed_init(tp_keyed *k, const tp_memory *mem, const tp_keyed_host *host, uint32_t key_size, uint32_t numbers,
			  size_t limit)
{
	*k = (tp_keyed) {.mem = *mem, .host = *host, .key_size = key_size, .numbers = numbers, .limit = limit};
	k->bits = BITS_LEAST;
	while (k->bits < TP_KEYED_BITS_MOST && limit >> k->bits > 2 * RUN_MOST)
		k->bits++;
	k->run_size = limit >> (k->bits + 1);
	k->run_size = k->run_size < RUN_LEAST ? RUN_LEAST : k->run_size > RUN_MOST ? RUN_MOST : k->run_size;
	k->parts = 1;
	k->part = &k->first;
	tp_intern_init(&k->names, &k->mem);
}

void
tp_keyed_empty_part(tp_keyed *k, tp_keyed_part *p)
{
	for (uint32_t i = 0; i < p->runs; i++)
		if (!p->run[i].borrowed)
			tp_release(&k->mem, p->run[i].bytes);
	tp_release(&k->mem, p->run);
	tp_release(&k->mem, p->open);
	*p = (tp_keyed_part) {0};
}

void
tp_keyed_release(tp_keyed *k)
{
	for (uint32_t i = 0; i < k->parts; i++)
		tp_keyed_empty_part(k, &k->part[i]);
	if (k->part != &k->first)
		tp_release(&k->mem, k->part);
	for (uint32_t i = 0; i < k->sources; i++)
		TP_RELEASE_ALL(&k->mem, k->source[i].name, k->source[i].set);
	tp_release(&k->mem, k->source);
	tp_intern_release(&k->names);
	tp_release(&k->mem, k->recent);
	if (k->sets != NULL)
		tp_set_table_release(k->sets);
	tp_release(&k->mem, k->sets);
}

/*
 * Which part a customer belongs to. All processes of a server must agree on the parts of a store, so this hash has
 * no secret; parts that are cut again, and the table of customers, go by tp_hash.
 */
static inline uint32_t
part_of(const tp_keyed *k, const uint8_t *key, size_t len)
{
	uint64_t	h = len;

	if (k->level > 0)
		return tp_hash(key, len) >> (32 - k->bits * k->level) & (k->parts - 1);
	for (; len >= 8; len -= 8, key += 8)
		h = tp_fold(tp_load_u64(key) ^ UINT64_C(0xA0761D6478BD642F), h ^ UINT64_C(0xE7037ED1A0B428DB));
	if (len > 0)
	{
		uint64_t	tail = 0;

		memcpy(&tail, key, len);
		h = tp_fold(tail ^ UINT64_C(0xA0761D6478BD642F), h ^ UINT64_C(0xE7037ED1A0B428DB));
	}
	return (uint32_t) h & (k->parts - 1);
}

/* One more run of p; NULL without memory. */
static tp_keyed_run *
new_run(tp_keyed *k, tp_keyed_part *p)
{
	if (!tp_grow(&k->mem, (void **) &p->run, &p->run_room, (uint64_t) p->runs + 1, sizeof(tp_keyed_run)))
		return NULL;
	return &p->run[p->runs++];
}

/* What p holds of this source from `bytes` on is in the file now; runs that lie there one behind the other are one. */
static tp_status
note_written(tp_keyed *k, tp_keyed_part *p, uint32_t source, uint64_t place, size_t len, tp_error *err)
{
	tp_keyed_run *run = p->runs > 0 ? &p->run[p->runs - 1] : NULL;

	if (run != NULL && run->bytes == NULL && run->source == source && run->place + run->len == place)
	{
		run->len += len;
		return TP_OK;
	}
	run = new_run(k, p);
	if (run == NULL)
		return tp_fail_memory(err);
	*run = (tp_keyed_run) {NULL, place, len, source, false};
	return TP_OK;
}

static tp_status
write_part(tp_keyed *k, tp_keyed_part *p, tp_error *err)
{
	uint32_t	n = p->runs;

	p->runs = 0;
	for (uint32_t i = 0; i < n; i++)
	{
		tp_keyed_run run = p->run[i];
		uint64_t	place;

		if (run.bytes == NULL)
		{
			p->run[p->runs++] = run;
			continue;
		}
		place = k->host.write(k->host.context, run.bytes, run.len);
		if (!run.borrowed)
		{
			tp_release(&k->mem, run.bytes);
			k->held -= run.len;
		}
		/* there is room: what was a run becomes at most one */
		if (note_written(k, p, run.source, place, run.len, err) != TP_OK)
			return err->status;
	}
	if (p->len == 0)
		return TP_OK;
	if (note_written(k, p, p->source, k->host.write(k->host.context, p->open, p->len), p->len, err) != TP_OK)
		return err->status;
	p->len = 0;
	return TP_OK;
}

/* Everything into the file; the open runs keep their memory and begin anew. */
static tp_status
write_all(tp_keyed *k, tp_error *err)
{
	for (uint32_t i = 0; i < k->parts; i++)
	{
		if (write_part(k, &k->part[i], err) != TP_OK)
			return err->status;
		if (tp_interrupted(&k->mem))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* The open run of p becomes one of its runs; nothing is open then. */
static tp_status
close_run(tp_keyed *k, tp_keyed_part *p, tp_error *err)
{
	tp_keyed_run *run;

	if (p->len > 0)
	{
		run = new_run(k, p);
		if (run == NULL)
			return tp_fail_memory(err);
		k->held -= p->room - p->len;
		*run = (tp_keyed_run) {p->open, 0, p->len, p->source, false};
	}
	else
	{
		k->held -= p->room;
		tp_release(&k->mem, p->open);
	}
	p->open = NULL;
	p->len = p->room = 0;
	return TP_OK;
}

/* Room for n bytes of this source behind what is open in p. */
static tp_status
make_room(tp_keyed *k, tp_keyed_part *p, uint32_t source, size_t n, tp_error *err)
{
	size_t		most = k->parts == 1 ? TP_KEYED_SPLIT_AT : k->run_size;
	size_t		room = p->room == 0 ? RUN_AT_BIRTH : 2 * p->room;
	uint8_t    *open;

	if (k->host.full != NULL && k->host.full(k->host.context, k->held) && write_all(k, err) != TP_OK)
		return err->status;
	if (p->source != source && p->len > 0 && close_run(k, p, err) != TP_OK)
		return err->status;
	p->source = source;
	if (p->room - p->len >= n)
		return TP_OK;
	if (p->open != NULL && p->len + n > most && close_run(k, p, err) != TP_OK)
		return err->status;
	if (p->runs > 0)
		room = most;
	room = room > most ? most : room;
	room = room < p->len + n ? p->len + n : room;
	open = p->open == NULL ? tp_alloc(&k->mem, room) : tp_resize(&k->mem, p->open, room);
	if (open == NULL)
		return tp_fail_memory(err);
	k->held += room - p->room;
	p->open = open;
	p->room = room;
	return TP_OK;
}

/* Where n bytes of this source may be written, behind what p holds; NULL where it fails. */
static inline uint8_t *
reserve(tp_keyed *k, tp_keyed_part *p, uint32_t source, size_t n, tp_error *err)
{
	if (tp_unlikely(p->room - p->len < n || p->source != source) && make_room(k, p, source, n, err) != TP_OK)
		return NULL;
	return p->open + p->len;
}

static inline void
advance(tp_keyed_part *p, size_t n)
{
	p->len += n;
	p->bytes += n;
}

/* Add a whole row as it stands, of this source, to a part. */
static tp_status
put(tp_keyed *k, tp_keyed_part *p, uint32_t source, const uint8_t *row, size_t n, tp_error *err)
{
	uint8_t    *to = reserve(k, p, source, n, err);

	if (to == NULL)
		return err->status;
	memcpy(to, row, n);
	advance(p, n);
	return TP_OK;
}

tp_status
tp_keyed_put_run(tp_keyed *k, tp_keyed_part *p, uint32_t source, const uint8_t *bytes, size_t n, tp_error *err)
{
	tp_keyed_run *run;
	uint8_t    *copy;

	if (p->room - p->len >= n && p->source == source)
		return put(k, p, source, bytes, n, err);
	if (k->host.full != NULL && k->host.full(k->host.context, k->held) && write_all(k, err) != TP_OK)
		return err->status;
	if (close_run(k, p, err) != TP_OK)
		return err->status;
	copy = tp_alloc(&k->mem, n);
	run = copy == NULL ? NULL : new_run(k, p);
	if (run == NULL)
		return tp_fail_memory(err);
	memcpy(copy, bytes, n);
	*run = (tp_keyed_run) {copy, 0, n, source, false};
	k->held += n;
	p->bytes += n;
	return TP_OK;
}

const uint8_t *
tp_keyed_run_bytes(const tp_keyed *k, const tp_keyed_run *run, tp_buffer *buffer)
{
	if (run->bytes != NULL)
		return run->bytes;
	buffer->len = 0;
	if (tp_buffer_reserve(buffer, run->len) == NULL)
		return NULL;
	k->host.read(k->host.context, run->place, buffer->data, run->len);
	return (const uint8_t *) buffer->data;
}

/* Each row of some bytes of one source into the part that its key chooses. */
static tp_status
put_rows(tp_keyed *k, uint32_t source, const uint8_t *at, size_t size, tp_error *err)
{
	const uint8_t *end = at + size;

	for (size_t i = 0; at < end; i++)
	{
		const uint8_t *key;
		size_t		key_len;
		const uint8_t *next = tp_keyed_key_at(k, at, end, &key, &key_len);

		if (next == NULL)
			return tp_keyed_damaged(err);
		if (put(k, &k->part[part_of(k, key, key_len)], source, at, (size_t) (next - at), err) != TP_OK)
			return err->status;
		if (tp_stop_at(&k->mem, i))
			return tp_fail_interrupted(err);
		at = next;
	}
	return TP_OK;
}

/* What a part of another store holds, whose sources are first_source and those behind here. */
tp_status
tp_keyed_put_part(tp_keyed *k, const tp_keyed *from, const tp_keyed_part *p, uint32_t first_source, tp_error *err)
{
	tp_buffer	buffer;
	tp_status	status = TP_OK;

	tp_buffer_init(&buffer, &k->mem);
	for (uint32_t i = 0; i < p->runs && status == TP_OK; i++)
	{
		const uint8_t *bytes = tp_keyed_run_bytes(from, &p->run[i], &buffer);

		status = bytes == NULL ? tp_fail_memory(err) :
			put_rows(k, first_source + p->run[i].source, bytes, p->run[i].len, err);
	}
	if (status == TP_OK)
		status = put_rows(k, first_source + p->source, p->open, p->len, err);
	tp_buffer_release(&buffer);
	return status;
}

tp_status
tp_keyed_begin_parts(tp_keyed *k, tp_error *err)
{
	size_t		parts = (size_t) 1 << k->bits;
	tp_keyed_part *part = tp_alloc_array(&k->mem, parts, sizeof(tp_keyed_part));

	if (part == NULL)
		return tp_fail_memory(err);
	memset(part, 0, parts * sizeof(tp_keyed_part));
	k->part = part;
	k->parts = (uint32_t) parts;
	return TP_OK;
}

static tp_status
make_recent(tp_keyed *k, tp_error *err)
{
	size_t		size = sizeof(tp_recent) << RECENT_BITS;

	k->recent = tp_alloc(&k->mem, size);
	if (k->recent == NULL)
		return tp_fail_memory(err);
	/* no name has this tag */
	memset(k->recent, 0xFF, size);
	return TP_OK;
}

tp_status
tp_keyed_split(tp_keyed *k, tp_error *err)
{
	tp_keyed_part whole = k->first;
	tp_status	status;

	k->first = (tp_keyed_part) {0};
	k->held = 0;
	status = tp_keyed_begin_parts(k, err);
	if (status == TP_OK)
		status = make_recent(k, err);
	if (status == TP_OK)
		status = tp_keyed_put_part(k, k, &whole, 0, err);
	tp_keyed_empty_part(k, &whole);
	return status;
}

/* The number of an entry in the dictionary; KEYED_INLINE where that is full. */
static tp_status
find_name(tp_keyed *k, const uint8_t *entry, uint32_t *name, tp_error *err)
{
	uint32_t	tag = TP_TAG(entry[0], entry[1], entry[2]);
	const uint8_t *body = entry + TP_ENTRY_HEAD;
	size_t		len = tp_entry_size(entry) - TP_ENTRY_HEAD;
	uint32_t	hash = tp_intern_hash(tag, body, len);

	if (tp_likely(tp_intern_find(&k->names, hash, tag, body, len, name)) && *name < KEYED_NAMES_MAX)
		return TP_OK;
	if (k->names.count >= KEYED_NAMES_MAX || k->names.bytes.len >= NAMES_BYTES)
	{
		*name = KEYED_INLINE;
		return TP_OK;
	}
	return tp_intern_add(&k->names, hash, tag, body, len, name, err);
}

_Static_assert(TP_CONTACT_HEAD + 8 + 1 >= TP_KEYED_BEFORE, "an entry stands behind a length, a contact's head and its time");

/* The same by a table of those met lately, as tp_intern_dictionary has it: a name of up to 16 bytes is two words. */
static inline tp_status
find_recent(tp_keyed *k, const uint8_t *entry, uint32_t *name, tp_error *err)
{
	uint32_t	tag = TP_TAG(entry[0], entry[1], entry[2]);
	size_t		len = tp_entry_size(entry) - TP_ENTRY_HEAD;
	const uint8_t *end = entry + TP_ENTRY_HEAD + len;
	uint64_t	last,
				before;
	tp_recent  *r;

	if (tp_unlikely(k->recent == NULL || len > 16))
		return find_name(k, entry, name, err);
	tp_two_words(end, len, &last, &before);
	r = &k->recent[tp_place_of_words(last, before, tag, RECENT_BITS)];
	if (tp_likely(r->last == last && r->before == before && r->tag == tag))
	{
		*name = r->number;
		return TP_OK;
	}
	if (find_name(k, entry, name, err) != TP_OK)
		return err->status;
	if (*name != KEYED_INLINE)
		*r = (tp_recent) {last, before, tag, *name};
	return TP_OK;
}

/* The number of a set; 0 where the table is full. */
static tp_status
find_set(tp_keyed *k, const uint8_t *properties, uint32_t *set, tp_error *err)
{
	if (k->sets == NULL)
	{
		k->sets = tp_alloc(&k->mem, sizeof(tp_set_table));
		if (k->sets == NULL)
			return tp_fail_memory(err);
		tp_set_table_init(k->sets, &k->mem);
	}
	*set = 0;
	if (k->sets->bytes.len >= SETS_BYTES)
		return TP_OK;
	return tp_set_table_number(k->sets, properties, set, err);
}

static uint8_t *
write_set(uint8_t *at, uint32_t set, const uint8_t *properties)
{
	tp_store_u16(at, KEYED_SET);
	tp_store_u32(at + 2, set);
	at += 6;
	if (set == 0)
	{
		size_t		size = tp_set_size(properties);

		memcpy(at, properties, size);
		at += size;
	}
	return at;
}

tp_status
tp_keyed_add(tp_keyed *k, const void *key, size_t key_len, const uint8_t *entry, const uint8_t *fields,
			 const uint8_t *properties, const double *number, uint8_t unknown, tp_error *err)
{
	size_t		size = HEAD_MAX + key_len + 1 + TP_FIELDS_MAX + 1 + 8 * TP_KEYED_NUMBERS_MAX;
	uint32_t	name,
				set = 0;
	tp_keyed_part *p;
	uint8_t    *from,
			   *at;

	if (find_recent(k, entry, &name, err) != TP_OK)
		return err->status;
	if (tp_unlikely(properties != NULL))
	{
		if (find_set(k, properties, &set, err) != TP_OK)
			return err->status;
		size += set == 0 ? tp_set_size(properties) : 0;
	}
	if (tp_unlikely(k->parts == 1 && k->first.bytes + size > TP_KEYED_SPLIT_AT && k->first.bytes > 0) &&
		tp_keyed_split(k, err) != TP_OK)
		return err->status;
	if (name != KEYED_INLINE)
		size -= TP_ENTRY_MAX;
	p = k->parts == 1 ? k->part : &k->part[part_of(k, key, key_len)];
	from = at = reserve(k, p, 0, size, err);
	if (tp_unlikely(from == NULL))
		return err->status;
	if (k->key_size == TP_KEY_VARIES)
	{
		tp_store_u32(at, (uint32_t) key_len);
		at += 4;
	}
	memcpy(at, key, key_len);
	at += key_len;
	if (tp_unlikely(properties != NULL))
		at = write_set(at, set, properties);
	tp_store_u16(at, (uint16_t) name);
	at += 2;
	if (tp_unlikely(name == KEYED_INLINE))
	{
		memcpy(at, entry, tp_entry_size(entry));
		at += tp_entry_size(entry);
	}
	/* nine bytes at least */
	tp_copy_short(at, fields, fields_size(*fields));
	at += fields_size(*fields);
	if (k->numbers > 0)
	{
		*at++ = unknown;
		memcpy(at, number, k->numbers * sizeof(double));
		at += k->numbers * sizeof(double);
	}
	advance(p, (size_t) (at - from));
	return TP_OK;
}

/* Steps over the key: returns the place behind it, NULL where it runs over the end. */
static inline const uint8_t *
over_key(const tp_keyed *k, const uint8_t *at, const uint8_t *end, const uint8_t **key, size_t *key_len)
{
	*key_len = k->key_size;
	if (k->key_size == TP_KEY_VARIES)
	{
		if (end - at < 4)
			return NULL;
		*key_len = tp_load_u32(at);
		at += 4;
	}
	*key = at;
	return (size_t) (end - at) < *key_len + 3 ? NULL : at + *key_len;
}

/* From has to the place behind the row. */
static inline const uint8_t *
over_fields(const tp_keyed *k, const uint8_t *at, const uint8_t *end)
{
	size_t		size;

	if (end - at < 1)
		return NULL;
	size = fields_size(*at) + (k->numbers > 0 ? 1 + 8 * k->numbers : 0);
	return (size_t) (end - at) < size ? NULL : at + size;
}

/* From the place of the touchpoint to has, where the row has properties or an entry of its own. */
static const uint8_t *
over_rare(const tp_keyed *k, uint32_t source, const uint8_t *at, const uint8_t *end, tp_keyed_row *row)
{
	if (tp_load_u16(at) == KEYED_SET)
	{
		uint32_t	set;
		size_t		size;

		if (end - at < 8)
			return NULL;
		set = tp_load_u32(at + 2);
		at += 6;
		if (set == 0)
		{
			size = tp_set_length(at, (size_t) (end - at));
			row->properties = at;
			at += size;
			if (size == 0)
				return NULL;
		}
		else
		{
			if (source > 0)
				set = set <= k->source[source - 1].sets ? k->source[source - 1].set[set - 1] : 0;
			if (set == 0 || k->sets == NULL || set > k->sets->count)
				return NULL;
			row->properties = tp_set_table_at(k->sets, set);
		}
		if (end - at < 2)
			return NULL;
	}
	row->name = tp_load_u16(at);
	at += 2;
	if (row->name != KEYED_INLINE)
		return at;
	if (end - at < TP_ENTRY_HEAD || (size_t) (end - at) < tp_entry_size(at))
		return NULL;
	row->entry = at;
	return at + tp_entry_size(at);
}

const uint8_t *
tp_keyed_row_at(const tp_keyed *k, uint32_t source, const uint8_t *at, const uint8_t *end, tp_keyed_row *row)
{
	at = over_key(k, at, end, &row->key, &row->key_len);
	if (tp_unlikely(at == NULL))
		return NULL;
	row->entry = row->properties = NULL;
	row->name = tp_load_u16(at);
	if (tp_likely(row->name < KEYED_SET))
		at += 2;
	else
		at = over_rare(k, source, at, end, row);
	if (tp_unlikely(at == NULL))
		return NULL;
	if (row->entry == NULL)
	{
		if (source > 0)
			row->name = row->name < k->source[source - 1].names ? k->source[source - 1].name[row->name] : UINT32_MAX;
		if (tp_unlikely(row->name >= k->names.count))
			return NULL;
	}
	row->has = at;
	at = over_fields(k, at, end);
	row->numbers = at == NULL ? NULL : at - 8 * k->numbers - 1;
	return at;
}

const uint8_t *
tp_keyed_key_at(const tp_keyed *k, const uint8_t *at, const uint8_t *end, const uint8_t **key, size_t *key_len)
{
	tp_keyed_row row;

	at = over_key(k, at, end, key, key_len);
	if (tp_unlikely(at == NULL))
		return NULL;
	if (tp_likely(tp_load_u16(at) < KEYED_SET))
		return over_fields(k, at + 2, end);
	/* a number of properties is looked at when they are asked for */
	if (tp_load_u16(at) == KEYED_SET && end - at >= 8 && tp_load_u32(at + 2) != 0)
	{
		at += 6;
		if (tp_load_u16(at) < KEYED_SET)
			return over_fields(k, at + 2, end);
	}
	at = over_rare(k, 0, at, end, &row);
	return at == NULL ? NULL : over_fields(k, at, end);
}

tp_status
tp_keyed_damaged(tp_error *err)
{
	return tp_fail(err, TP_BAD_BINARY, NULL, "malformed partial state of a keyed aggregate");
}
