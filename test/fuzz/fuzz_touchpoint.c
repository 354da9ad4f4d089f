/*
 * fuzz_touchpoint.c
 *	  Text of a touchpoint: what is taken is written and read back to the same bytes.
 */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text = fuzz_text(data, size);
	uint8_t		entry[TP_ENTRY_MAX],
				again[TP_ENTRY_MAX];
	tp_error	err;
	tp_status	status = tp_touchpoint_parse(text, size, entry, &err);

	if (status != TP_OK)
		fuzz_hold_error(status, &err);
	else
	{
		tp_touchpoint t = tp_entry_view(entry),
					other;
		tp_buffer	b;
		tp_glob		glob;

		HOLD(tp_entry_is_valid(entry, tp_entry_size(entry)));
		tp_buffer_init(&b, &check_memory);
		tp_touchpoint_write(&b, &t);
		HOLD(b.len <= TP_TOUCHPOINT_TEXT_MAX);
		tp_buffer_byte(&b, '\0');
		HOLD(tp_touchpoint_parse(b.data, b.len - 1, again, &err) == TP_OK);
		HOLD(memcmp(entry, again, tp_entry_size(entry)) == 0);
		/* its text is a glob that matches it */
		HOLD(tp_glob_parse(b.data, b.len - 1, &glob, &err) == TP_OK && tp_glob_matches(&glob, &t));
		other = tp_entry_view(again);
		HOLD(tp_touchpoint_compare(&t, &other) == 0);
		tp_buffer_release(&b);
	}
	free(text);
	return 0;
}
