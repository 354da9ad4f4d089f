/*
 * tp_keyed_each.c
 *	  Contacts of many customers: part by part to journeys.
 */
#include "journey/tp_keyed.h"

#include <math.h>

#include "base/tp_sort.h"
#include "journey/tp_journey_layout.h"

#define LEVEL_MOST 3			/* times that parts are cut again, by other bits of a hash each time */
#define NONE UINT32_MAX
#define FEW_NAMES 256
#define PLAIN_MOST 65535		/* contacts of a plain image: far from every limit of an image */

_Static_assert(LEVEL_MOST * TP_KEYED_BITS_MOST <= 32, "a hash has 32 bits to cut parts by");

/* A row of a part, and the next one of its customer. */
typedef struct ref
{
	const uint8_t *at;
	uint32_t	next;
	uint32_t	span;
} ref;

/* Where rows lie one behind the other. */
typedef struct span
{
	const uint8_t *end;
	uint32_t	source;
} span;

typedef struct customer
{
	const uint8_t *key;
	size_t		key_len;
	uint32_t	hash;
	uint32_t	first;
	uint32_t	last;
	uint32_t	count;
} customer;

/* Which place a touchpoint has in the journey that is being built, where its stamp is that journey's. */
typedef struct local_name
{
	uint32_t	stamp;
	uint16_t	place;
} local_name;

typedef struct closing
{
	const tp_memory *mem;
	const tp_keyed *k;
	tp_keyed_shape shape;
	size_t		head;
	const char *const *number_names;
	tp_keyed_taker take;
	void	   *context;

	uint32_t   *rank;			/* of each name, in touchpoint order */
	tp_touchpoint *ranked;		/* by rank; NULL where there are more names than FEW_NAMES */
	local_name *local;
	uint32_t	stamp;

	span	   *spans;
	uint32_t	n_spans;
	uint32_t	span_room;
	ref		   *rows;
	uint32_t	n_rows;
	uint32_t	row_room;
	customer   *customers;
	uint32_t	n_customers;
	uint32_t	customer_room;
	uint32_t   *slot;			/* customer + 1, or 0 */
	uint32_t	slots;

	tp_contact *contacts;
	uint32_t	contact_room;
	uint64_t   *order;			/* of the names of a journey: rank, and behind it as it was met */
	uint32_t	order_room;
	uint32_t   *names;			/* of a journey, as they are met */
	uint32_t	name_room;
	uint16_t   *place;			/* of each of them in touchpoint order */
	uint32_t	place_room;
	tp_touchpoint *entries;
	uint32_t	entry_room;
	const uint8_t **sets;
	uint32_t	set_room;
	tp_buffer	image;
} closing;

static tp_status
rank_names(closing *s, tp_error *err)
{
	const tp_intern *t = &s->k->names;
	tp_ranked_symbol *ranked = tp_alloc_array(s->mem, (size_t) t->count + 1, sizeof(tp_ranked_symbol));

	s->rank = tp_alloc_array(s->mem, (size_t) t->count + 1, sizeof(uint32_t));
	s->local = tp_alloc_array(s->mem, (size_t) t->count + 1, sizeof(local_name));
	if (ranked == NULL || s->rank == NULL || s->local == NULL)
	{
		tp_release(s->mem, ranked);
		return tp_fail_memory(err);
	}
	memset(s->local, 0, t->count * sizeof(local_name));
	for (uint32_t i = 0; i < t->count; i++)
		ranked[i] = (tp_ranked_symbol) {tp_part_view(t->item[i].tag, tp_intern_body(t, i)), i};
	if (tp_sort_items(s->mem, ranked, t->count, sizeof(tp_ranked_symbol), tp_ranked_symbol_compare, err) != TP_OK)
	{
		tp_release(s->mem, ranked);
		return err->status;
	}
	for (uint32_t i = 0; i < t->count; i++)
		s->rank[ranked[i].symbol] = i;
	if (t->count <= FEW_NAMES)
	{
		s->ranked = tp_alloc_array(s->mem, (size_t) t->count + 1, sizeof(tp_touchpoint));
		for (uint32_t i = 0; i < t->count && s->ranked != NULL; i++)
			s->ranked[i] = ranked[i].t;
	}
	tp_release(s->mem, ranked);
	return t->count <= FEW_NAMES && s->ranked == NULL ? tp_fail_memory(err) : TP_OK;
}

/* The table of customers twice as large, or as it begins. */
static tp_status
grow_slots(closing *s, tp_error *err)
{
	uint32_t	slots = s->slots == 0 ? 1024 : 2 * s->slots;

	tp_release(s->mem, s->slot);
	s->slot = tp_alloc_array(s->mem, slots, sizeof(uint32_t));
	if (s->slot == NULL)
		return tp_fail_memory(err);
	memset(s->slot, 0, slots * sizeof(uint32_t));
	s->slots = slots;
	for (uint32_t i = 0; i < s->n_customers; i++)
	{
		uint32_t	at = s->customers[i].hash & (slots - 1);

		while (s->slot[at] != 0)
			at = (at + 1) & (slots - 1);
		s->slot[at] = i + 1;
	}
	return TP_OK;
}

static inline bool
same_key(const uint8_t *a, const uint8_t *b, size_t len)
{
	return len == 8 ? tp_load_u64(a) == tp_load_u64(b) : memcmp(a, b, len) == 0;
}

/* The customer of a key, made where it is new; NULL without memory. */
static inline customer *
find_customer(closing *s, const uint8_t *key, size_t len, tp_error *err)
{
	uint32_t	hash = tp_hash(key, len);
	uint32_t	at = hash & (s->slots - 1);
	customer   *c;

	for (; s->slot[at] != 0; at = (at + 1) & (s->slots - 1))
	{
		c = &s->customers[s->slot[at] - 1];
		if (c->hash == hash && c->key_len == len && same_key(c->key, key, len))
			return c;
	}
	if (tp_unlikely(s->n_customers >= s->slots / 4))
	{
		if (grow_slots(s, err) != TP_OK)
			return NULL;
		for (at = hash & (s->slots - 1); s->slot[at] != 0;)
			at = (at + 1) & (s->slots - 1);
	}
	if (tp_reserve(s->mem, &s->customers, &s->customer_room, (size_t) s->n_customers + 1, sizeof(customer),
				   err) != TP_OK)
		return NULL;
	c = &s->customers[s->n_customers++];
	s->slot[at] = s->n_customers;
	*c = (customer) {key, len, hash, NONE, NONE, 0};
	return c;
}

/* Bring rows of one customer together. */
static tp_status
collect(closing *s, uint32_t source, const uint8_t *at, size_t size, tp_error *err)
{
	const uint8_t *end = at + size;

	if (tp_reserve(s->mem, &s->spans, &s->span_room, (size_t) s->n_spans + 1, sizeof(span), err) != TP_OK)
		return err->status;
	s->spans[s->n_spans++] = (span) {end, source};
	for (size_t i = 0; at < end; i++)
	{
		const uint8_t *key;
		size_t		key_len;
		const uint8_t *next = tp_keyed_key_at(s->k, at, end, &key, &key_len);
		customer   *c;

		if (tp_unlikely(next == NULL))
			return tp_keyed_damaged(err);
		if (tp_unlikely(s->n_rows == s->row_room) &&
			tp_reserve(s->mem, &s->rows, &s->row_room, (size_t) s->n_rows + 1, sizeof(ref), err) != TP_OK)
			return err->status;
		c = find_customer(s, key, key_len, err);
		if (tp_unlikely(c == NULL))
			return err->status;
		s->rows[s->n_rows] = (ref) {at, NONE, s->n_spans - 1};
		if (c->count++ == 0)
			c->first = s->n_rows;
		else
			s->rows[c->last].next = s->n_rows;
		c->last = s->n_rows++;
		if (tp_stop_at(s->mem, i))
			return tp_fail_interrupted(err);
		at = next;
	}
	return TP_OK;
}

static inline bool
take_row(const closing *s, uint32_t i, tp_keyed_row *row, tp_contact *c)
{
	const span *where = &s->spans[s->rows[i].span];

	if (tp_unlikely(tp_keyed_row_at(s->k, where->source, s->rows[i].at, where->end, row) == NULL))
		return false;
	tp_contact_unpack(c, *row->has, row->has + 1);
	return true;
}

/* The journey of a customer by a builder, as journey_agg makes it: for what is past a dictionary or a limit. */
static tp_status
build_slowly(closing *s, const customer *who, tp_error *err)
{
	tp_builder	b;
	tp_status	status = TP_OK;

	tp_builder_init(&b, s->mem);
	for (uint32_t i = who->first, n = 0; i != NONE && status == TP_OK; i = s->rows[i].next, n++)
	{
		tp_keyed_row row;
		tp_contact	c;
		uint8_t		entry[TP_ENTRY_MAX];

		if (!take_row(s, i, &row, &c))
		{
			status = tp_keyed_damaged(err);
			break;
		}
		if (row.entry == NULL)
		{
			tp_touchpoint t = tp_part_view(s->k->names.item[row.name].tag, tp_intern_body(&s->k->names, row.name));

			tp_touchpoint_entry(&t, entry);
			row.entry = entry;
		}
		status = tp_builder_add(&b, row.entry, &c, row.properties, err);
		if (status == TP_OK && tp_stop_at(s->mem, n))
			status = tp_fail_interrupted(err);
	}
	if (status == TP_OK)
		status = tp_builder_finish(&b, s->mem, &s->image, err);
	tp_builder_release(&b);
	return status;
}

/* The n names of a journey in touchpoint order. */
static tp_status
order_names(closing *s, uint32_t n, tp_error *err)
{
	const tp_intern *t = &s->k->names;

	if (tp_reserve(s->mem, &s->place, &s->place_room, n, sizeof(uint16_t), err) != TP_OK ||
		tp_reserve(s->mem, &s->order, &s->order_room, n, sizeof(uint64_t), err) != TP_OK ||
		tp_reserve(s->mem, &s->entries, &s->entry_room, n, sizeof(tp_touchpoint), err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < n; i++)
	{
		uint64_t	order = (uint64_t) s->rank[s->names[i]] << 32 | i;
		uint32_t	at = i;

		if (n <= 24)
			for (; at > 0 && s->order[at - 1] > order; at--)
				s->order[at] = s->order[at - 1];
		s->order[at] = order;
	}
	if (n > 24 && tp_sort_items(s->mem, s->order, n, sizeof(uint64_t), tp_compare_u64, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < n; i++)
	{
		uint32_t	met = (uint32_t) s->order[i];
		uint32_t	name = s->names[met];

		s->place[met] = (uint16_t) i;
		s->entries[i] = tp_part_view(t->item[name].tag, tp_intern_body(t, name));
	}
	return TP_OK;
}

/* Few names at all: contacts that have ranks for codes get places in the journey's own order, *n_names of them. */
static tp_status
place_ranks(closing *s, uint32_t n, const uint64_t *met, uint32_t *n_names, tp_error *err)
{
	uint16_t	place[FEW_NAMES];
	uint32_t	places = 0;

	if (tp_reserve(s->mem, &s->entries, &s->entry_room, FEW_NAMES, sizeof(tp_touchpoint), err) != TP_OK)
		return err->status;
	for (uint32_t word = 0; word < FEW_NAMES / 64; word++)
		for (uint64_t left = met[word]; left != 0; left &= left - 1)
		{
			uint32_t	rank = 64 * word + (uint32_t) __builtin_ctzll(left);

			place[rank] = (uint16_t) places;
			s->entries[places++] = s->ranked[rank];
		}
	for (uint32_t i = 0; i < n; i++)
	{
		s->contacts[i].code = place[s->contacts[i].code];
		if (tp_stop_at(s->mem, i))
			return tp_fail_interrupted(err);
	}
	*n_names = places;
	return TP_OK;
}

/* Many: contacts that have places as they were met. */
static tp_status
place_names(closing *s, uint32_t n, uint32_t n_names, tp_error *err)
{
	if (order_names(s, n_names, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < n; i++)
		s->contacts[i].code = s->place[s->contacts[i].code];
	return TP_OK;
}

/* The place of a name among those of the journey that is being built. */
static inline tp_status
local_place(closing *s, uint32_t name, uint32_t *n_names, uint16_t *place, tp_error *err)
{
	local_name *local = &s->local[name];

	if (tp_unlikely(local->stamp != s->stamp))
	{
		if (tp_unlikely(*n_names == s->name_room) &&
			tp_reserve(s->mem, &s->names, &s->name_room, (size_t) *n_names + 1, sizeof(uint32_t), err) != TP_OK)
			return err->status;
		*local = (local_name) {s->stamp, (uint16_t) *n_names};
		s->names[(*n_names)++] = name;
	}
	*place = local->place;
	return TP_OK;
}

/* Bring contacts in order, none of which has an id that another one may have. */
static tp_status
order_contacts(const closing *s, uint32_t n, tp_error *err)
{
	const tp_contact *c = s->contacts;
	bool		rising = true;

	for (uint32_t i = 1; i < n && rising; i++)
		rising = c[i].time > c[i - 1].time;
	return rising ? TP_OK : tp_contacts_sort(s->mem, s->contacts, n, err);
}

#define WRITE_COLUMN(column, bit, type, value, unknown) \
	do { \
		if (has & (bit)) \
		{ \
			head[AT_FORMS + (column)] = TP_FORM_8; \
			for (uint32_t i = 0; i < n; i++, at += 8) \
				tp_store_##type(at, c[i].has & (bit) ? c[i].value : (unknown)); \
		} \
	} while (0)

/* A column is of 8 bytes in a plain image, and entries stand for themselves: nothing is looked at twice. */
static tp_status
write_plain(closing *s, uint32_t n, uint32_t n_names, uint8_t has, tp_error *err)
{
	const tp_contact *c = s->contacts;
	uint32_t	stages = 0,
				width = n_names <= 1 ? 0 : n_names <= 256 ? 1 : 2;
	size_t		size = TP_HEAD_SIZE + (size_t) n * (8 * TP_COLUMNS + 2) + (size_t) n_names * TP_ENTRY_HEAD;
	uint8_t    *head,
			   *at;

	for (uint32_t i = 0; i < n_names; i++)
	{
		size += (size_t) s->entries[i].channel_len + s->entries[i].label_len + s->entries[i].stage_len;
		stages |= s->entries[i].stage_len;
	}
	head = (uint8_t *) tp_buffer_reserve(&s->image, size);
	if (head == NULL)
		return tp_fail_memory(err);
	memset(head, 0, TP_HEAD_SIZE);
	head[AT_VERSION] = TP_JOURNEY_VERSION;
	head[AT_FLAGS] = stages != 0 ? TP_FLAG_STAGES : 0;
	tp_store_u16(head + AT_ENTRIES, (uint16_t) n_names);
	tp_store_u32(head + AT_COUNT, n);
	tp_store_i64(head + AT_FIRST, c[0].time);
	head[AT_FORMS + TP_TIME] = TP_FORM_8;
	at = head + TP_HEAD_SIZE;
	for (uint32_t i = 0; i < n; i++, at += 8)
		tp_store_u64(at, (uint64_t) c[i].time - (uint64_t) c[0].time);
	for (uint32_t i = 0; i < n && width > 0; i++, at += width)
	{
		if (width == 1)
			*at = (uint8_t) c[i].code;
		else
			tp_store_u16(at, c[i].code);
	}
	if (s->shape == TP_KEYED_PLAIN)
	{
		WRITE_COLUMN(TP_SCORE, TP_HAS_SCORE, f64, score, NAN);
		WRITE_COLUMN(TP_EXPECTED, TP_HAS_EXPECTED, f64, expected, NAN);
		WRITE_COLUMN(TP_COST, TP_HAS_COST, f64, cost, NAN);
		WRITE_COLUMN(TP_DURATION, TP_HAS_DURATION, i64, duration, -1);
		WRITE_COLUMN(TP_VALUE, TP_HAS_VALUE, f64, value, NAN);
		if (has >> TP_BY_SHIFT != 0)
		{
			head[AT_FORMS + TP_INITIATOR] = TP_FORM_1;
			for (uint32_t i = 0; i < n; i++)
				*at++ = (uint8_t) tp_contact_by(&c[i]);
		}
	}
	for (uint32_t i = 0; i < n_names; i++)
	{
		const tp_touchpoint *t = &s->entries[i];
		size_t		len = (size_t) t->channel_len + t->label_len + t->stage_len;

		*at++ = t->channel_len;
		*at++ = t->label_len;
		if (stages != 0)
			*at++ = t->stage_len;
		/* the parts of a name lie one behind the other */
		tp_copy_short(at, t->channel, len);
		at += len;
	}
	s->image.len += (size_t) (at - head);
	return TP_OK;
}

/*
 * The journey of a customer. Places in one dictionary for all make those of the journey's own without looking at a
 * touchpoint, so contacts go to tp_journey_encode as it wants them.
 */
static tp_status
build(closing *s, const customer *who, tp_error *err)
{
	uint32_t	n = 0,
				n_names = 0,
				n_sets = 0;
	uint64_t	met[FEW_NAMES / 64] = {0};
	uint8_t		has = 0;

	s->image.len = s->head;
	if (who->count > TP_CONTACTS_MAX)
		return build_slowly(s, who, err);
	if (tp_reserve(s->mem, &s->contacts, &s->contact_room, who->count, sizeof(tp_contact), err) != TP_OK)
		return err->status;
	if (++s->stamp == 0)
	{
		memset(s->local, 0, s->k->names.count * sizeof(local_name));
		s->stamp = 1;
	}
	for (uint32_t i = who->first; i != NONE; i = s->rows[i].next)
	{
		tp_contact *c = &s->contacts[n];
		tp_keyed_row row;

		if (tp_unlikely(!take_row(s, i, &row, c)))
			return tp_keyed_damaged(err);
		if (tp_unlikely(row.entry != NULL || n_names >= TP_DICTIONARY_MAX))
			return build_slowly(s, who, err);
		if (tp_likely(s->ranked != NULL))
		{
			uint32_t	rank = s->rank[row.name];

			c->code = (uint16_t) rank;
			met[rank / 64] |= UINT64_C(1) << rank % 64;
		}
		else if (local_place(s, row.name, &n_names, &c->code, err) != TP_OK)
			return err->status;
		if (row.properties != NULL)
		{
			if (tp_reserve(s->mem, &s->sets, &s->set_room, (size_t) n_sets + 1, sizeof(uint8_t *), err) != TP_OK)
				return err->status;
			s->sets[n_sets++] = row.properties;
			c->set = n_sets;
		}
		has |= c->has;
		if (tp_stop_at(s->mem, n++))
			return tp_fail_interrupted(err);
	}
	if ((s->ranked != NULL ? place_ranks(s, n, met, &n_names, err) : place_names(s, n, n_names, err)) != TP_OK)
		return err->status;
	if (s->shape != TP_KEYED_CANONICAL && n_sets == 0 && !(has & TP_HAS_ID) && n <= PLAIN_MOST)
		return order_contacts(s, n, err) != TP_OK ? err->status : write_plain(s, n, n_names, has, err);
	return tp_journey_encode(s->mem, s->contacts, n, s->entries, n_names, s->sets, n_sets, &s->image, err);
}

/* The numbers of a customer, which all its rows must have; those that are unknown are 0. */
static tp_status
numbers_of(closing *s, const customer *who, double *number, uint8_t *unknown, tp_error *err)
{
	size_t		size = sizeof(double) * s->k->numbers;
	bool		first = true;

	for (uint32_t i = who->first; i != NONE; i = s->rows[i].next)
	{
		tp_keyed_row row;
		tp_contact	c;

		if (!take_row(s, i, &row, &c))
			return tp_keyed_damaged(err);
		if (first)
		{
			*unknown = row.numbers[0];
			memcpy(number, row.numbers + 1, size);
			first = false;
			continue;
		}
		for (uint32_t j = 0; j < s->k->numbers; j++)
			if (((row.numbers[0] ^ *unknown) >> j & 1) != 0 ||
				memcmp(row.numbers + 1 + sizeof(double) * j, &number[j], sizeof(double)) != 0)
				return tp_fail(err, TP_BAD_ARGUMENT,
							   "It says something of the customer, so pass one value for all of its contacts.",
							   "%s must be equal on every row of a customer", s->number_names[j]);
	}
	return TP_OK;
}

/* Everybody in the part that has been collected. */
static tp_status
take_customers(closing *s, tp_error *err)
{
	for (uint32_t i = 0; i < s->n_customers; i++)
	{
		double		number[TP_KEYED_NUMBERS_MAX] = {0};
		uint8_t		unknown = 0;

		if (build(s, &s->customers[i], err) != TP_OK ||
			(s->k->numbers > 0 && numbers_of(s, &s->customers[i], number, &unknown, err) != TP_OK) ||
			s->take(s->context, &s->image, number, unknown, err) != TP_OK)
			return err->status;
		if (tp_interrupted(s->mem))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* Forget the part that was taken before. */
static void
clear(closing *s)
{
	s->n_rows = s->n_customers = s->n_spans = 0;
	if (s->slots > 0)
		memset(s->slot, 0, s->slots * sizeof(uint32_t));
}

static tp_status
take_part(closing *s, const tp_keyed_part *p, tp_error *err)
{
	size_t		stored = 0;
	tp_buffer	file;
	tp_status	status = TP_OK;

	clear(s);
	if (s->slots == 0 && grow_slots(s, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < p->runs; i++)
		stored += p->run[i].bytes == NULL ? p->run[i].len : 0;
	tp_buffer_init(&file, s->mem);
	if (stored > 0 && tp_buffer_reserve(&file, stored) == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < p->runs && status == TP_OK; i++)
	{
		const tp_keyed_run *run = &p->run[i];
		const uint8_t *bytes = run->bytes;

		if (bytes == NULL)
		{
			s->k->host.read(s->k->host.context, run->place, file.data + file.len, run->len);
			bytes = (const uint8_t *) file.data + file.len;
			file.len += run->len;
		}
		status = collect(s, run->source, bytes, run->len, err);
	}
	if (status == TP_OK && p->len > 0)
		status = collect(s, p->source, p->open, p->len, err);
	if (status == TP_OK)
		status = take_customers(s, err);
	tp_buffer_release(&file);
	return status;
}

static tp_status take_parts(closing *s, const tp_keyed *k, tp_error *err);

/* Cut a part that is too large for memory, and take what it is cut into. */
static tp_status
take_cut(closing *s, const tp_keyed *k, const tp_keyed_part *p, tp_error *err)
{
	tp_keyed	cut = *k;
	tp_status	status;

	cut.mem = *s->mem;
	cut.level++;
	cut.held = 0;
	cut.part = NULL;
	cut.parts = 0;
	status = tp_keyed_begin_parts(&cut, err);
	if (status == TP_OK)
		status = tp_keyed_put_part(&cut, k, p, 0, err);
	if (status == TP_OK)
		status = take_parts(s, &cut, err);
	for (uint32_t i = 0; i < cut.parts; i++)
		tp_keyed_empty_part(&cut, &cut.part[i]);
	tp_release(&cut.mem, cut.part);
	return status;
}

static bool
is_stored(const tp_keyed_part *p)
{
	for (uint32_t i = 0; i < p->runs; i++)
		if (p->run[i].bytes == NULL)
			return true;
	return false;
}

static tp_status
take_parts(closing *s, const tp_keyed *k, tp_error *err)
{
	for (uint32_t i = 0; i < k->parts; i++)
	{
		const tp_keyed_part *p = &k->part[i];
		tp_status	status;

		if (p->bytes == 0)
			continue;
		if (p->bytes > k->limit / 2 && k->level < LEVEL_MOST && k->parts > 1 && is_stored(p))
			status = take_cut(s, k, p, err);
		else
			status = take_part(s, p, err);
		if (status != TP_OK)
			return status;
	}
	return TP_OK;
}

tp_status
tp_keyed_each(const tp_keyed *k, const tp_memory *mem, tp_keyed_shape shape, size_t head, const char *const *names,
			  tp_keyed_taker take, void *context, tp_error *err)
{
	closing		s = {
		.mem = mem, .k = k, .shape = shape, .head = head, .number_names = names, .take = take, .context = context
	};
	tp_status	status = rank_names(&s, err);

	tp_buffer_init(&s.image, mem);
	if (status == TP_OK && tp_buffer_reserve(&s.image, head) == NULL)
		status = tp_fail_memory(err);
	if (status == TP_OK)
		status = take_parts(&s, k, err);
	TP_RELEASE_ALL(mem, s.rank, s.ranked, s.local, s.spans, s.rows, s.customers, s.slot, s.contacts, s.order,
				   s.names, s.place, s.entries, (void *) s.sets);
	tp_buffer_release(&s.image);
	return status;
}
