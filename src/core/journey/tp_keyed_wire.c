/*
 * tp_keyed_wire.c
 *	  Contacts of many customers between processes of one server: merged, written, read.
 *
 *	u32	key_size, numbers, bits, parts
 *	u32	names; of each u32 tag, and its bytes, whose lengths the tag tells
 *	u32	sets of properties, and they (tp_property_set.h)
 *	u32	sources; of each u32 names, u32 sets, and u32 for each of both
 *	of each part u32 runs, of each u32 source, u64 length, and its bytes
 *
 * in the server's byte order.
 */
#include "journey/tp_keyed.h"

static void
put_u32(tp_buffer *out, uint32_t v)
{
	tp_buffer_add(out, &v, sizeof(v));
}

size_t
tp_keyed_size(const tp_keyed *k)
{
	size_t		size = 64 + 4 * (size_t) k->names.count + k->names.bytes.len + (k->sets != NULL ? k->sets->bytes.len : 0);

	for (uint32_t i = 0; i < k->sources; i++)
		size += 8 + 4 * ((size_t) k->source[i].names + k->source[i].sets);
	for (uint32_t i = 0; i < k->parts; i++)
		size += 4 + 12 * ((size_t) k->part[i].runs + 1) + k->part[i].bytes;
	return size;
}

static void
write_run(tp_buffer *out, uint32_t source, const void *bytes, size_t len)
{
	uint64_t	len64 = len;

	put_u32(out, source);
	tp_buffer_add(out, &len64, sizeof(len64));
	tp_buffer_add(out, bytes, len);
}

static tp_status
write_parts(const tp_keyed *k, tp_buffer *out, tp_error *err)
{
	tp_buffer	buffer;
	tp_status	status = TP_OK;

	tp_buffer_init(&buffer, &k->mem);
	for (uint32_t i = 0; i < k->parts && status == TP_OK; i++)
	{
		const tp_keyed_part *p = &k->part[i];

		put_u32(out, p->runs + (p->len > 0));
		for (uint32_t j = 0; j < p->runs && status == TP_OK; j++)
		{
			const uint8_t *bytes = tp_keyed_run_bytes(k, &p->run[j], &buffer);

			if (bytes == NULL)
				status = tp_fail_memory(err);
			else
				write_run(out, p->run[j].source, bytes, p->run[j].len);
		}
		if (p->len > 0)
			write_run(out, p->source, p->open, p->len);
		if (status == TP_OK && tp_interrupted(&k->mem))
			status = tp_fail_interrupted(err);
	}
	tp_buffer_release(&buffer);
	return status;
}

tp_status
tp_keyed_write(const tp_keyed *k, tp_buffer *out, tp_error *err)
{
	if (tp_buffer_reserve(out, tp_keyed_size(k)) == NULL)
		return tp_fail_memory(err);
	put_u32(out, k->key_size);
	put_u32(out, k->numbers);
	put_u32(out, k->bits);
	put_u32(out, k->parts);
	put_u32(out, k->names.count);
	for (uint32_t i = 0; i < k->names.count; i++)
	{
		put_u32(out, k->names.item[i].tag);
		tp_buffer_add(out, tp_intern_body(&k->names, i), k->names.item[i].len);
	}
	put_u32(out, k->sets != NULL ? k->sets->count : 0);
	if (k->sets != NULL)
		tp_buffer_add(out, k->sets->bytes.data, k->sets->bytes.len);
	put_u32(out, k->sources);
	for (uint32_t i = 0; i < k->sources; i++)
	{
		put_u32(out, k->source[i].names);
		put_u32(out, k->source[i].sets);
		tp_buffer_add(out, k->source[i].name, 4 * (size_t) k->source[i].names);
		tp_buffer_add(out, k->source[i].set, 4 * (size_t) k->source[i].sets);
	}
	return write_parts(k, out, err);
}

/* What is still to be read. */
typedef struct reader
{
	const uint8_t *at;
	const uint8_t *end;
	bool		failed;
} reader;

static const uint8_t *
take(reader *r, size_t n)
{
	const uint8_t *at = r->at;

	if (r->failed || (size_t) (r->end - at) < n)
	{
		r->failed = true;
		return NULL;
	}
	r->at += n;
	return at;
}

static uint32_t
take_u32(reader *r)
{
	const uint8_t *at = take(r, 4);

	return at == NULL ? 0 : tp_load_u32(at);
}

static tp_status
read_names(tp_keyed *k, reader *r, tp_error *err)
{
	uint32_t	n = take_u32(r);

	for (uint32_t i = 0; i < n && !r->failed; i++)
	{
		uint32_t	tag = take_u32(r),
					number;
		size_t		len = (tag & 255) + (tag >> 8 & 255) + (tag >> 16 & 255);
		const uint8_t *body = take(r, len);

		if (body == NULL || tag >> 24 != 0 || (tag >> 8 & 255) == 0)
			return tp_keyed_damaged(err);
		if (tp_intern_number(&k->names, tag, body, len, &number, err) != TP_OK)
			return err->status;
		if (number != i)
			return tp_keyed_damaged(err);
	}
	return TP_OK;
}

static tp_status
read_sets(tp_keyed *k, reader *r, tp_error *err)
{
	uint32_t	n = take_u32(r);

	if (n == 0)
		return TP_OK;
	k->sets = tp_alloc(&k->mem, sizeof(tp_set_table));
	if (k->sets == NULL)
		return tp_fail_memory(err);
	tp_set_table_init(k->sets, &k->mem);
	for (uint32_t i = 0; i < n; i++)
	{
		size_t		size = r->failed ? 0 : tp_set_length(r->at, (size_t) (r->end - r->at));
		uint32_t	number;

		if (size == 0)
			return tp_keyed_damaged(err);
		if (tp_set_table_number(k->sets, take(r, size), &number, err) != TP_OK)
			return err->status;
		if (number != i + 1)
			return tp_keyed_damaged(err);
	}
	return TP_OK;
}

/* A copy of n numbers, which are looked at where they are used. */
static tp_status
read_numbers(const tp_keyed *k, reader *r, uint32_t n, uint32_t **out, tp_error *err)
{
	const uint8_t *at = take(r, 4 * (size_t) n);

	*out = at == NULL ? NULL : tp_alloc_array(&k->mem, (size_t) n + 1, sizeof(uint32_t));
	if (*out == NULL)
		return at == NULL ? tp_keyed_damaged(err) : tp_fail_memory(err);
	memcpy(*out, at, 4 * (size_t) n);
	return TP_OK;
}

static tp_status
add_source(tp_keyed *k, uint32_t names, uint32_t sets, tp_keyed_source **source, tp_error *err)
{
	if (!tp_grow(&k->mem, (void **) &k->source, &k->source_room, (uint64_t) k->sources + 1, sizeof(tp_keyed_source)))
		return tp_fail_memory(err);
	*source = &k->source[k->sources++];
	**source = (tp_keyed_source) {names, sets, NULL, NULL};
	return TP_OK;
}

static tp_status
read_sources(tp_keyed *k, reader *r, tp_error *err)
{
	uint32_t	n = take_u32(r);

	for (uint32_t i = 0; i < n && !r->failed; i++)
	{
		tp_keyed_source *source;
		uint32_t	names = take_u32(r),
					sets = take_u32(r);

		if (add_source(k, names, sets, &source, err) != TP_OK ||
			read_numbers(k, r, names, &source->name, err) != TP_OK ||
			read_numbers(k, r, sets, &source->set, err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

static tp_status
read_part(tp_keyed *k, reader *r, tp_keyed_part *p, tp_error *err)
{
	uint32_t	runs = take_u32(r);

	for (uint32_t i = 0; i < runs; i++)
	{
		uint32_t	source = take_u32(r);
		const uint8_t *len = take(r, 8);
		const uint8_t *bytes = len == NULL ? NULL : take(r, tp_load_u64(len));

		if (bytes == NULL || source > k->sources)
			return tp_keyed_damaged(err);
		if (!tp_grow(&k->mem, (void **) &p->run, &p->run_room, (uint64_t) p->runs + 1, sizeof(tp_keyed_run)))
			return tp_fail_memory(err);
		p->run[p->runs++] = (tp_keyed_run) {(uint8_t *) bytes, 0, tp_load_u64(len), source, true};
		p->bytes += tp_load_u64(len);
	}
	return TP_OK;
}

tp_status
tp_keyed_read(tp_keyed *k, const uint8_t *at, size_t size, tp_error *err)
{
	reader		r = {at, at + size, false};
	uint32_t	key_size = take_u32(&r),
				numbers = take_u32(&r),
				bits = take_u32(&r),
				parts = take_u32(&r);

	if (r.failed || key_size != k->key_size || numbers != k->numbers || bits > TP_KEYED_BITS_MOST ||
		(parts != 1 && parts != 1U << bits))
		return tp_keyed_damaged(err);
	k->bits = bits;
	if (parts > 1 && tp_keyed_begin_parts(k, err) != TP_OK)
		return err->status;
	if (read_names(k, &r, err) != TP_OK || read_sets(k, &r, err) != TP_OK || read_sources(k, &r, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < parts; i++)
		if (read_part(k, &r, &k->part[i], err) != TP_OK)
			return err->status;
	return r.failed || r.at != r.end ? tp_keyed_damaged(err) : TP_OK;
}

/* The numbers that other's names and sets have in k, as a source. */
static tp_status
map_own(tp_keyed *k, const tp_keyed *other, tp_error *err)
{
	uint32_t	sets = other->sets != NULL ? other->sets->count : 0;
	tp_keyed_source *source;

	if (add_source(k, other->names.count, sets, &source, err) != TP_OK)
		return err->status;
	source->name = tp_alloc_array(&k->mem, (size_t) source->names + 1, sizeof(uint32_t));
	source->set = tp_alloc_array(&k->mem, (size_t) sets + 1, sizeof(uint32_t));
	if (source->name == NULL || source->set == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < source->names; i++)
	{
		const tp_interned *item = &other->names.item[i];

		if (tp_intern_number(&k->names, item->tag, tp_intern_body(&other->names, i), item->len, &source->name[i],
							 err) != TP_OK)
			return err->status;
	}
	if (sets > 0 && k->sets == NULL)
	{
		k->sets = tp_alloc(&k->mem, sizeof(tp_set_table));
		if (k->sets == NULL)
			return tp_fail_memory(err);
		tp_set_table_init(k->sets, &k->mem);
	}
	for (uint32_t i = 0; i < sets; i++)
		if (tp_set_table_number(k->sets, tp_set_table_at(other->sets, i + 1), &source->set[i], err) != TP_OK)
			return err->status;
	return TP_OK;
}

/* A source of other's, whose own numbers are those of source `own` here. */
static tp_status
map_source(tp_keyed *k, uint32_t own, const tp_keyed_source *from, tp_error *err)
{
	tp_keyed_source *source;
	const tp_keyed_source *names;

	if (add_source(k, from->names, from->sets, &source, err) != TP_OK)
		return err->status;
	names = &k->source[own];
	source->name = tp_alloc_array(&k->mem, (size_t) from->names + 1, sizeof(uint32_t));
	source->set = tp_alloc_array(&k->mem, (size_t) from->sets + 1, sizeof(uint32_t));
	if (source->name == NULL || source->set == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < from->names; i++)
		source->name[i] = from->name[i] < names->names ? names->name[from->name[i]] : UINT32_MAX;
	for (uint32_t i = 0; i < from->sets; i++)
		source->set[i] = from->set[i] - 1 < names->sets ? names->set[from->set[i] - 1] : UINT32_MAX;
	return TP_OK;
}

/* The runs of one part behind those of another. */
static tp_status
append_part(tp_keyed *k, tp_keyed_part *p, const tp_keyed *other, const tp_keyed_part *from, uint32_t first_source,
			tp_error *err)
{
	tp_buffer	buffer;
	tp_status	status = TP_OK;

	tp_buffer_init(&buffer, &k->mem);
	for (uint32_t i = 0; i < from->runs && status == TP_OK; i++)
	{
		const uint8_t *bytes = tp_keyed_run_bytes(other, &from->run[i], &buffer);

		status = bytes == NULL ? tp_fail_memory(err) :
			tp_keyed_put_run(k, p, first_source + from->run[i].source, bytes, from->run[i].len, err);
		if (status == TP_OK && tp_interrupted(&k->mem))
			status = tp_fail_interrupted(err);
	}
	if (status == TP_OK && from->len > 0)
		status = tp_keyed_put_run(k, p, first_source + from->source, from->open, from->len, err);
	tp_buffer_release(&buffer);
	return status;
}

tp_status
tp_keyed_merge(tp_keyed *k, const tp_keyed *other, tp_error *err)
{
	uint32_t	own = k->sources;
	bool		alike = k->bits == other->bits;

	if (map_own(k, other, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < other->sources; i++)
		if (map_source(k, own, &other->source[i], err) != TP_OK)
			return err->status;
	if (k->parts == 1 && (other->parts > 1 || k->first.bytes + other->first.bytes > TP_KEYED_SPLIT_AT) &&
		tp_keyed_split(k, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < other->parts; i++)
	{
		tp_status	status;

		if (k->parts == other->parts && (alike || k->parts == 1))
			status = append_part(k, &k->part[i], other, &other->part[i], own + 1, err);
		else
			status = tp_keyed_put_part(k, other, &other->part[i], own + 1, err);
		if (status != TP_OK)
			return status;
	}
	return TP_OK;
}
