/*
 * fuzz_image.c
 *	  Damaged images: opening them and walking their dictionary refuses, or everything can be read in
 *	  bounds. Nothing is said of what is read.
 */
#include "fuzz.h"

#include "journey/tp_properties.h"

/* Every field, and everything that is made of them. */
static void
read_all(const tp_journey *j, const tp_touchpoint *entries)
{
	check_store store;
	tp_buffer	b;
	tp_builder	builder;
	tp_scores	scores;
	double		total;
	tp_error	err;
	int			order;

	for (uint32_t i = 0; i < j->count; i++)
	{
		tp_contact	c;

		tp_journey_contact(j, i, &c);
		HOLD(c.code < j->entries && entries[c.code].label_len > 0);
	}
	tp_journey_scores(j, &scores);
	HOLD(scores.scored <= j->count);
	tp_journey_total(j, TP_VALUE, &total);
	tp_journey_search(j, 0);
	if (j->count > 0)
		tp_journey_last_at(j);
	check_store_init(&store);
	tp_buffer_init(&b, &store.mem);
	HOLD(tp_journey_write(&b, j, &err) == TP_OK);
	b.len = 0;
	HOLD(tp_wire_write_journey(&b, j, &err) == TP_OK);
	HOLD(tp_journey_compare(&store.mem, j, j, &order, &err) == TP_OK && order == 0);
	tp_builder_init(&builder, &store.mem);
	HOLD(tp_builder_add_journey(&builder, j, &err) == TP_OK);
	b.len = 0;
	tp_builder_finish(&builder, &store.mem, &b, &err);
	tp_builder_release(&builder);
	tp_buffer_release(&b);
	HOLD(store.chunks == 0);
}

/* Properties, whether they can be or not; TP_CORRUPT where they cannot. */
static tp_status
read_properties(const tp_journey *j)
{
	tp_buffer	bytes,
				scratch = {.mem = &check_memory};
	const uint8_t **sets;
	tp_journey	projected;
	tp_error	err;
	tp_status	status;

	for (uint32_t pair = 0; pair < j->properties.pairs && pair < 1000; pair++)
	{
		const char *key;
		size_t		len;
		tp_property value,
					found;

		if (!tp_journey_pair(j, pair, &key, &len, &value))
			continue;
		for (uint32_t i = 0; i < j->count && i < 1000; i++)
			tp_journey_property(j, tp_journey_find_key(j, key, len), i, &found);
		if (tp_journey_project(j, key, len, &projected, &scratch, &err) == TP_OK)
			for (uint32_t i = 0; i < j->count; i++)
				HOLD(tp_journey_code(&projected, i) < projected.entries);
	}
	tp_buffer_release(&scratch);
	status = tp_journey_set_views(&check_memory, j, &bytes, &sets, &err);
	if (status == TP_OK)
	{
		free(sets);
		tp_buffer_release(&bytes);
	}
	return status == TP_PAST_LIMIT ? TP_CORRUPT : status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t    *image = fuzz_bytes(data, size);
	tp_journey	j;
	tp_error	err;
	tp_status	status = tp_journey_open_head(&j, image, size, &err);

	if (status == TP_OK && tp_journey_has_summary(&j))
	{
		tp_scores	scores;
		double		total;

		tp_journey_scores(&j, &scores);
		tp_journey_last_at(&j);
		tp_journey_total(&j, TP_COST, &total);
	}
	status = tp_journey_open(&j, image, size, &err);
	if (status == TP_OK && j.count <= 100000 && j.entries <= 20000)
	{
		tp_touchpoint *entries = malloc(sizeof(*entries) * (j.entries + 1));

		status = tp_journey_dictionary(&j, entries, &err);
		if (status == TP_OK)
			status = read_properties(&j);
		if (status == TP_OK)
			read_all(&j, entries);
		free(entries);
	}
	if (status != TP_OK)
		HOLD(status == TP_CORRUPT);
	free(image);
	return 0;
}
