/*
 * fuzz_image.c
 *	  Damaged images: opening them and walking their dictionary refuses, or every code that is in
 *	  range, and every field, can be read in bounds. Nothing is said of what is read.
 */
#include "fuzz.h"

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
	if (status == TP_OK && j.count <= 10000000 / (j.entries + 1))
	{
		tp_touchpoint *entries = malloc(sizeof(*entries) * (j.entries + 1));

		status = tp_journey_dictionary(&j, entries, &err);
		if (status == TP_OK)
		{
			uint64_t	sink = 0;
			tp_scores	scores;
			double		total;

			for (uint32_t i = 0; i < j.entries; i++)
			{
				tp_buffer	b;

				tp_buffer_init(&b, &check_memory);
				tp_touchpoint_write(&b, &entries[i]);
				tp_buffer_release(&b);
			}
			for (uint32_t i = 0; i < j.count; i++)
			{
				tp_contact	c;

				tp_journey_contact(&j, i, &c);
				sink += c.code < j.entries ? entries[c.code].label_len : 0;
			}
			tp_journey_scores(&j, &scores);
			tp_journey_total(&j, TP_VALUE, &total);
			HOLD(sink <= UINT64_C(255) * j.count);
			tp_journey_search(&j, 0);
			if (j.count > 0)
				tp_journey_last_at(&j);
		}
		free(entries);
	}
	if (status != TP_OK)
	{
		HOLD(status == TP_CORRUPT);
		fuzz_hold_error(status, &err);
	}
	free(image);
	return 0;
}
