/*
 * tp_journey_identity.c
 *	  Contacts as the rows that they came from.
 */
#include "journey/tp_journey_identity.h"

#include <stdlib.h>

#include "base/tp_sha256.h"

#define POLL_EVERY 65536

int64_t
tp_contact_id(const void *key, size_t len)
{
	return (int64_t) (tp_sha256_head(key, len) & INT64_MAX) + INT64_MIN;
}

static int
compare_ids(const void *a, const void *b)
{
	int64_t		x = *(const int64_t *) a,
				y = *(const int64_t *) b;

	return (x > y) - (x < y);
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

/* The contacts of j and its dictionary; both are NULL or to be released by the caller. */
static tp_status
take_apart(const tp_memory *mem, const tp_journey *j, tp_contact **contacts, tp_touchpoint **entries, tp_error *err)
{
	tp_status	status;

	*contacts = tp_alloc_array(mem, (size_t) j->count + 1, sizeof(tp_contact));
	*entries = tp_alloc_array(mem, (size_t) j->entries + 1, sizeof(tp_touchpoint));
	if (*contacts == NULL || *entries == NULL)
		return tp_fail_memory(err);
	status = tp_journey_dictionary(j, *entries, err);
	if (status == TP_OK)
		tp_journey_contacts(j, *contacts);
	return status;
}

tp_status
tp_journey_without(const tp_memory *mem, const tp_journey *j, int64_t *ids, size_t n, tp_buffer *out, tp_error *err)
{
	tp_contact *c;
	tp_touchpoint *entries;
	uint32_t	kept = 0;
	tp_status	status = take_apart(mem, j, &c, &entries, err);

	if (status == TP_OK && n > 1)
		qsort(ids, n, sizeof(int64_t), compare_ids);
	for (uint32_t i = 0; i < j->count && status == TP_OK; i++)
	{
		if (i % POLL_EVERY == POLL_EVERY - 1 && tp_interrupted(mem))
			status = TP_INTERRUPTED;
		if (!(c[i].has & TP_HAS_ID) || !is_among(ids, n, c[i].id))
			c[kept++] = c[i];
	}
	if (status == TP_OK)
		status = tp_journey_encode(mem, c, kept, entries, j->entries, out, err);
	tp_release(mem, c);
	tp_release(mem, entries);
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

/* Take the contacts of b out of a; both are in order, and have codes of one dictionary. */
static tp_status
subtract(const tp_memory *mem, tp_contact *a, uint32_t *count, const tp_contact *b, uint32_t nb)
{
	uint32_t	kept = 0,
				k = 0;

	for (uint32_t i = 0; i < *count; i++)
	{
		int			order = 1;

		if (i % POLL_EVERY == POLL_EVERY - 1 && tp_interrupted(mem))
			return TP_INTERRUPTED;
		while (k < nb && (order = tp_contact_compare_coded(&b[k], &a[i])) < 0)
			k++;
		if (k < nb && order == 0)
			k++;
		else
			a[kept++] = a[i];
	}
	*count = kept;
	return TP_OK;
}

tp_status
tp_journey_difference(const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer *out, tp_error *err)
{
	tp_contact *ca,
			   *cb = NULL;
	tp_touchpoint *ea,
			   *eb = NULL;
	uint16_t   *code = NULL;
	uint32_t	count = a->count,
				nb = 0;
	tp_status	status = take_apart(mem, a, &ca, &ea, err);

	if (status == TP_OK)
		status = take_apart(mem, b, &cb, &eb, err);
	if (status == TP_OK && (code = tp_alloc_array(mem, (size_t) b->entries + 1, sizeof(uint16_t))) == NULL)
		status = tp_fail_memory(err);
	if (status == TP_OK)
	{
		translate(ea, a->entries, eb, b->entries, code);
		/* a's dictionary is in order as b's is, so what is left of b stays in order */
		for (uint32_t i = 0; i < b->count; i++)
		{
			cb[nb] = cb[i];
			cb[nb].code = code[cb[i].code];
			nb += cb[nb].code != TP_NO_CLASS;
		}
		status = subtract(mem, ca, &count, cb, nb);
	}
	if (status == TP_OK)
		status = tp_journey_encode(mem, ca, count, ea, a->entries, out, err);
	tp_release(mem, code);
	tp_release(mem, ca);
	tp_release(mem, ea);
	tp_release(mem, cb);
	tp_release(mem, eb);
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
