/*
 * tp_journey_merge.c
 *	  Two journeys to one, without the detour over a builder's log.
 */
#include "journey/tp_journey.h"
#include "journey/tp_properties.h"

/* The union of two ordered dictionaries, and where each one's entries stand in it. */
static uint32_t
merge_dictionaries(const tp_touchpoint *a, uint32_t na, const tp_touchpoint *b, uint32_t nb,
				   tp_touchpoint *out, uint16_t *rank_a, uint16_t *rank_b)
{
	uint32_t	i = 0,
				k = 0,
				n = 0;

	while (i < na || k < nb)
	{
		int			order = i == na ? 1 : k == nb ? -1 : tp_touchpoint_compare(&a[i], &b[k]);

		out[n] = order <= 0 ? a[i] : b[k];
		if (order <= 0)
			rank_a[i++] = (uint16_t) n;
		if (order >= 0)
			rank_b[k++] = (uint16_t) n;
		n++;
	}
	return n;
}

static tp_status
decode(const tp_memory *mem, const tp_journey *j, const uint16_t *rank, tp_contact *out, tp_error *err)
{
	if (tp_journey_contacts(mem, j, out, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < j->count; i++)
		out[i].code = rank[out[i].code];
	return TP_OK;
}

/* The sets of both journeys, first a's: an array of mem, which points into the two buffers. */
static tp_status
collect_sets(const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer bytes[2],
			 const uint8_t ***sets, tp_error *err)
{
	const uint8_t **of_a,
			  **of_b = NULL;
	uint32_t	n = tp_journey_sets(a),
				m = tp_journey_sets(b);
	tp_status	status = tp_journey_set_views(mem, a, &bytes[0], &of_a, err);

	*sets = NULL;
	if (status == TP_OK)
		status = tp_journey_set_views(mem, b, &bytes[1], &of_b, err);
	if (status == TP_OK && n + m > 0)
	{
		*sets = tp_alloc_array(mem, (size_t) n + m, sizeof(uint8_t *));
		if (*sets == NULL)
			status = tp_fail_memory(err);
		for (uint32_t i = 0; i < n && status == TP_OK; i++)
			(*sets)[i] = of_a[i];
		for (uint32_t i = 0; i < m && status == TP_OK; i++)
			(*sets)[n + i] = of_b[i];
	}
	tp_release(mem, of_a);
	tp_release(mem, of_b);
	return status;
}

/* Journeys whose touchpoints together may be too many: the builder counts what is really there. */
static tp_status
merge_slowly(const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer *out, tp_error *err)
{
	tp_builder	builder;
	tp_status	status;

	tp_builder_init(&builder, mem);
	status = tp_builder_add_journey(&builder, a, err);
	if (status == TP_OK)
		status = tp_builder_add_journey(&builder, b, err);
	if (status == TP_OK)
		status = tp_builder_finish(&builder, mem, out, err);
	tp_builder_release(&builder);
	return status;
}

tp_status
tp_journey_merge(const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer *out, tp_error *err)
{
	size_t		entries = (size_t) a->entries + b->entries;
	size_t		count = (size_t) a->count + b->count;
	tp_touchpoint *views;
	uint16_t   *rank;
	tp_contact *c;
	tp_buffer	bytes[2];
	const uint8_t **sets = NULL;
	tp_status	status;

	tp_buffer_init(&bytes[0], mem);
	tp_buffer_init(&bytes[1], mem);
	if (tp_contacts_fit(count, err) != TP_OK)
		return err->status;
	if (entries > TP_DICTIONARY_MAX)
		return merge_slowly(mem, a, b, out, err);
	views = tp_alloc_array(mem, 2 * entries + 1, sizeof(tp_touchpoint));
	rank = tp_alloc_array(mem, entries + 1, sizeof(uint16_t));
	c = tp_alloc_array(mem, count + 1, sizeof(tp_contact));
	if (views == NULL || rank == NULL || c == NULL)
		status = tp_fail_memory(err);
	else if ((status = tp_journey_dictionary(a, views, err)) == TP_OK &&
			 (status = tp_journey_dictionary(b, views + a->entries, err)) == TP_OK &&
			 (status = collect_sets(mem, a, b, bytes, &sets, err)) == TP_OK)
	{
		tp_touchpoint *merged = views + entries;
		uint32_t	n = merge_dictionaries(views, a->entries, views + a->entries, b->entries, merged,
										   rank, rank + a->entries);

		if ((status = decode(mem, a, rank, c, err)) == TP_OK &&
			(status = decode(mem, b, rank + a->entries, c + a->count, err)) == TP_OK)
		{
			for (uint32_t i = a->count; i < count; i++)
				c[i].set += c[i].set != 0 ? tp_journey_sets(a) : 0;
			status = tp_journey_encode(mem, c, (uint32_t) count, merged, n, sets,
									   tp_journey_sets(a) + tp_journey_sets(b), out, err);
		}
	}
	tp_buffer_release(&bytes[0]);
	tp_buffer_release(&bytes[1]);
	tp_release(mem, sets);
	tp_release(mem, views);
	tp_release(mem, rank);
	tp_release(mem, c);
	return status;
}

tp_status
tp_journey_renew(const tp_memory *mem, const tp_journey *j, tp_buffer *out, tp_error *err)
{
	tp_touchpoint *entries;
	tp_contact *c;
	tp_status	status;

	if (j->version == TP_JOURNEY_VERSION)
	{
		tp_buffer_add(out, j->image, j->size);
		return out->failed ? tp_fail_memory(err) : TP_OK;
	}
	entries = tp_alloc_array(mem, (size_t) j->entries + 1, sizeof(tp_touchpoint));
	c = tp_alloc_array(mem, (size_t) j->count + 1, sizeof(tp_contact));
	if (entries == NULL || c == NULL)
		status = tp_fail_memory(err);
	else if ((status = tp_journey_dictionary(j, entries, err)) == TP_OK &&
			 (status = tp_journey_contacts(mem, j, c, err)) == TP_OK)
		status = tp_journey_encode(mem, c, j->count, entries, j->entries, NULL, 0, out, err);
	tp_release(mem, entries);
	tp_release(mem, c);
	return status;
}
