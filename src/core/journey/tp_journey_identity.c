/*
 * tp_journey_identity.c
 *	  Contacts as the rows that they came from.
 */
#include "journey/tp_journey_identity.h"

#include "base/tp_sha256.h"
#include "base/tp_sort.h"
#include "journey/tp_properties.h"
#include "journey/tp_property_set.h"

int64_t
tp_contact_id(const void *key, size_t len)
{
	return (int64_t) (tp_sha256_head(key, len) & INT64_MAX) + INT64_MIN;
}

static bool
is_among(const int64_t *ids, size_t n, int64_t id)
{
	size_t		low = 0,
				high = n;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && ids[low] == id;
}

/* A journey taken apart: its contacts, its dictionary, its sets of properties. */
typedef struct parts
{
	tp_contact *contacts;
	tp_touchpoint *entries;
	const uint8_t **sets;
	uint32_t	n_sets;
	tp_buffer	bytes;			/* what sets may point into */
} parts;

static tp_status
take_apart(const tp_memory *mem, const tp_journey *j, parts *p, tp_error *err)
{
	memset(p, 0, sizeof(*p));
	tp_buffer_init(&p->bytes, mem);
	p->n_sets = tp_journey_sets(j);
	p->contacts = tp_alloc_array(mem, (size_t) j->count + 1, sizeof(tp_contact));
	p->entries = tp_alloc_array(mem, (size_t) j->entries + 1, sizeof(tp_touchpoint));
	if (p->contacts == NULL || p->entries == NULL)
		return tp_fail_memory(err);
	if (tp_journey_dictionary(j, p->entries, err) != TP_OK ||
		tp_journey_set_views(mem, j, &p->bytes, &p->sets, err) != TP_OK ||
		tp_journey_contacts(mem, j, p->contacts, err) != TP_OK)
		return err->status;
	return TP_OK;
}

static void
release_parts(const tp_memory *mem, parts *p)
{
	tp_release(mem, p->contacts);
	tp_release(mem, p->entries);
	tp_release(mem, p->sets);
	tp_buffer_release(&p->bytes);
}

tp_status
tp_journey_without(const tp_memory *mem, const tp_journey *j, int64_t *ids, size_t n, tp_buffer *out, tp_error *err)
{
	parts		p = {0};
	uint32_t	kept = 0;
	tp_status	status = tp_sort_items(mem, ids, n, sizeof(int64_t), tp_compare_i64, err);

	if (status == TP_OK)
		status = take_apart(mem, j, &p, err);
	for (uint32_t i = 0; i < j->count && status == TP_OK; i++)
	{
		const tp_contact *c = &p.contacts[i];

		if (!(c->has & TP_HAS_ID) || !is_among(ids, n, c->id))
			p.contacts[kept++] = *c;
		if (tp_stop_at(mem, i))
			status = tp_fail_interrupted(err);
	}
	if (status == TP_OK)
		status = tp_journey_encode(mem, p.contacts, kept, p.entries, j->entries, p.sets, p.n_sets, out, err);
	release_parts(mem, &p);
	return status;
}

tp_status
tp_journey_replace(const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer *out, tp_error *err)
{
	int64_t    *ids = tp_alloc_array(mem, (size_t) b->count + 1, sizeof(int64_t));
	size_t		n = 0;
	tp_buffer	rest;
	tp_journey	others;
	tp_status	status;

	if (ids == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < b->count; i++)
		n += tp_journey_id(b, i, &ids[n]);
	tp_buffer_init(&rest, mem);
	status = tp_journey_without(mem, a, ids, n, &rest, err);
	tp_release(mem, ids);
	if (status == TP_OK && (status = tp_journey_open(&others, rest.data, rest.len, err)) == TP_OK)
		status = tp_journey_merge(mem, &others, b, out, err);
	tp_buffer_release(&rest);
	return status;
}

/* The codes of b's touchpoints in a's dictionary, TP_NO_CLASS where a has none such. */
static void
translate(const tp_touchpoint *a, uint32_t na, const tp_touchpoint *b, uint32_t nb, uint16_t *code)
{
	for (uint32_t i = 0, k = 0; k < nb; k++)
	{
		int			order = -1;

		while (i < na && (order = tp_touchpoint_compare(&a[i], &b[k])) < 0)
			i++;
		code[k] = i < na && order == 0 ? (uint16_t) i : TP_NO_CLASS;
	}
}

/* The numbers of b's sets among a's, from 1, 0 where a has none such; both are in order. */
static void
translate_sets(const parts *a, const parts *b, uint32_t *number)
{
	for (uint32_t i = 0, k = 0; k < b->n_sets; k++)
	{
		int			order = -1;

		while (i < a->n_sets && (order = tp_set_compare(a->sets[i], b->sets[k])) < 0)
			i++;
		number[k] = i < a->n_sets && order == 0 ? i + 1 : 0;
	}
}

/* Take the contacts of b out of a; both are in order, and have codes and sets of one dictionary. */
static tp_status
subtract(const tp_memory *mem, tp_contact *a, uint32_t *count, const tp_contact *b, uint32_t nb, tp_error *err)
{
	uint32_t	kept = 0,
				k = 0;

	for (uint32_t i = 0; i < *count; i++)
	{
		int			order = 1;

		while (k < nb && (order = tp_contact_compare_coded(&b[k], &a[i])) < 0)
			k++;
		if (k < nb && order == 0)
			k++;
		else
			a[kept++] = a[i];
		if (tp_stop_at(mem, i))
			return tp_fail_interrupted(err);
	}
	*count = kept;
	return TP_OK;
}

tp_status
tp_journey_difference(const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer *out, tp_error *err)
{
	parts		pa = {0},
				pb = {0};
	uint16_t   *code = NULL;
	uint32_t   *number = NULL;
	uint32_t	count = a->count,
				nb = 0;
	tp_status	status = take_apart(mem, a, &pa, err);

	if (status == TP_OK)
		status = take_apart(mem, b, &pb, err);
	if (status == TP_OK)
	{
		code = tp_alloc_array(mem, (size_t) b->entries + 1, sizeof(uint16_t));
		number = tp_alloc_array(mem, (size_t) pb.n_sets + 1, sizeof(uint32_t));
		if (code == NULL || number == NULL)
			status = tp_fail_memory(err);
	}
	if (status == TP_OK)
	{
		translate(pa.entries, a->entries, pb.entries, b->entries, code);
		translate_sets(&pa, &pb, number);
		/* a's dictionary is in order as b's is, so what is left of b stays in order */
		for (uint32_t i = 0; i < b->count; i++)
		{
			tp_contact	c = pb.contacts[i];
			uint32_t	set = c.set;

			c.code = code[c.code];
			c.set = set > 0 ? number[set - 1] : 0;
			if (c.code != TP_NO_CLASS && (set == 0 || c.set > 0))
				pb.contacts[nb++] = c;
		}
		status = subtract(mem, pa.contacts, &count, pb.contacts, nb, err);
	}
	if (status == TP_OK)
		status = tp_journey_encode(mem, pa.contacts, count, pa.entries, a->entries, pa.sets, pa.n_sets, out, err);
	tp_release(mem, code);
	tp_release(mem, number);
	release_parts(mem, &pa);
	release_parts(mem, &pb);
	return status;
}

uint32_t
tp_journey_tied(const tp_journey *j)
{
	uint32_t	tied = 0;

	for (uint32_t from = 0, to; from < j->count; from = to)
	{
		int64_t		at = tp_journey_time(j, from),
					id;

		for (to = from + 1; to < j->count && tp_journey_time(j, to) == at;)
			to++;
		for (uint32_t i = from; i < to && to - from > 1; i++)
			tied += !tp_journey_id(j, i, &id) || id < 0;
	}
	return tied;
}
