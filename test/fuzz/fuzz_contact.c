/*
 * fuzz_contact.c
 *	  Text of a contact record: what is taken is written and read back to the same bytes.
 */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text = fuzz_text(data, size);
	tp_buffer	properties = {.mem = &check_memory},
				again_properties = {.mem = &check_memory};
	uint8_t		entry[TP_ENTRY_MAX],
				again_entry[TP_ENTRY_MAX];
	tp_contact	c,
				again;
	tp_error	err;
	tp_status	status = tp_contact_parse(text, size, &c, entry, &properties, &err);

	if (status != TP_OK)
		fuzz_hold_error(status, &err);
	else
	{
		tp_touchpoint t = tp_entry_view(entry);
		tp_contact	checked = c;
		const uint8_t *set = tp_properties_of(&c, &properties);
		uint8_t		packed[TP_FIELDS_MAX],
					again_packed[TP_FIELDS_MAX];
		tp_buffer	b;

		HOLD(tp_contact_check(&checked, TP_BAD_ARGUMENT, &err) == TP_OK);
		tp_buffer_init(&b, &check_memory);
		tp_contact_write(&b, &c, &t, set);
		HOLD(b.len <= TP_TOUCHPOINT_TEXT_MAX + TP_CONTACT_TEXT_MAX + (set != NULL ? TP_SET_TEXT_MAX(tp_set_size(set)) : 0));
		tp_buffer_byte(&b, '\0');
		HOLD(tp_contact_parse(b.data, b.len - 1, &again, again_entry, &again_properties, &err) == TP_OK);
		HOLD(tp_set_compare(set, tp_properties_of(&again, &again_properties)) == 0);
		HOLD(set == NULL || tp_set_is_valid(set, properties.len));
		HOLD(memcmp(entry, again_entry, tp_entry_size(entry)) == 0 && c.has == again.has);
		HOLD(tp_contact_pack(&c, packed) == tp_contact_pack(&again, again_packed));
		HOLD(memcmp(packed, again_packed, tp_contact_packed_size(c.has)) == 0);
		HOLD(tp_contact_compare_head(&c, &again) == 0 && tp_contact_compare_tail(&c, &again) == 0);
		tp_buffer_release(&b);
	}
	tp_buffer_release(&properties);
	tp_buffer_release(&again_properties);
	free(text);
	return 0;
}
