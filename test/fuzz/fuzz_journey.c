/*
 * fuzz_journey.c
 *	  Text of a journey: its image holds together, and text and message lead back to it. Memory
 *	  stays within eight times the text.
 */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text = fuzz_text(data, size);
	check_store store;
	tp_builder	b;
	tp_buffer	out,
				written,
				again;
	tp_journey	j;
	tp_error	err;
	tp_status	status;

	check_store_init(&store);
	tp_builder_init(&b, &store.mem);
	tp_buffer_init(&out, &store.mem);
	status = tp_journey_parse(&b, text, size, &err);
	if (status == TP_OK)
		status = tp_builder_finish(&b, &store.mem, &out, &err);
	tp_builder_release(&b);
	HOLD(store.peak <= 8 * size + 65536);
	if (status != TP_OK)
		fuzz_hold_error(status, &err);
	else
	{
		uint8_t    *image = fuzz_bytes((const uint8_t *) out.data, out.len);

		fuzz_hold_journey(image, out.len);
		HOLD(tp_journey_open(&j, image, out.len, &err) == TP_OK);
		tp_buffer_init(&written, &store.mem);
		HOLD(tp_journey_write(&written, &j, &err) == TP_OK);
		tp_buffer_byte(&written, '\0');
		tp_builder_init(&b, &store.mem);
		HOLD(tp_journey_parse(&b, written.data, written.len - 1, &err) == TP_OK);
		tp_buffer_init(&again, &store.mem);
		HOLD(tp_builder_finish(&b, &store.mem, &again, &err) == TP_OK);
		tp_builder_release(&b);
		HOLD(again.len == out.len && memcmp(again.data, image, out.len) == 0);
		tp_buffer_release(&again);
		tp_buffer_release(&written);
		free(image);
	}
	tp_buffer_release(&out);
	HOLD(store.chunks == 0);
	free(text);
	return 0;
}
