/*
 * fuzz_wire.c
 *	  Messages: the first byte says of which type, the rest is the message. What is taken is written
 *	  and read back to the same value. Memory stays within eight times the message.
 */
#include "fuzz.h"

static void
touchpoint(const uint8_t *message, size_t size, check_store *store)
{
	uint8_t		entry[TP_ENTRY_MAX],
				again[TP_ENTRY_MAX];
	tp_error	err;
	tp_status	status = tp_wire_read_touchpoint(message, size, entry, &err);
	tp_touchpoint t = tp_entry_view(entry);
	tp_buffer	b;

	if (status != TP_OK)
	{
		HOLD(status == TP_BAD_BINARY);
		fuzz_hold_error(status, &err);
		return;
	}
	HOLD(tp_entry_is_valid(entry, tp_entry_size(entry)));
	tp_buffer_init(&b, &store->mem);
	tp_wire_write_touchpoint(&b, &t);
	HOLD(b.len == size && memcmp(b.data, message, size) == 0);
	HOLD(tp_wire_read_touchpoint(b.data, b.len, again, &err) == TP_OK);
	HOLD(memcmp(entry, again, tp_entry_size(entry)) == 0);
	tp_buffer_release(&b);
}

static void
contact(const uint8_t *message, size_t size, check_store *store)
{
	uint8_t		entry[TP_ENTRY_MAX],
				again_entry[TP_ENTRY_MAX],
				packed[TP_FIELDS_MAX],
				again_packed[TP_FIELDS_MAX];
	tp_contact	c,
				again;
	tp_error	err;
	tp_buffer	properties = {.mem = &store->mem},
				again_properties = {.mem = &store->mem};
	tp_status	status = tp_wire_read_contact(message, size, &c, entry, &properties, &err);
	tp_touchpoint t;
	tp_buffer	b;

	if (status != TP_OK)
	{
		HOLD(status == TP_BAD_BINARY);
		fuzz_hold_error(status, &err);
		tp_buffer_release(&properties);
		return;
	}
	t = tp_entry_view(entry);
	tp_buffer_init(&b, &store->mem);
	tp_wire_write_contact(&b, &c, &t, tp_properties_of(&c, &properties));
	HOLD(b.len == size);
	HOLD(tp_wire_read_contact(b.data, b.len, &again, again_entry, &again_properties, &err) == TP_OK);
	HOLD(tp_set_compare(tp_properties_of(&c, &properties), tp_properties_of(&again, &again_properties)) == 0);
	tp_buffer_release(&properties);
	tp_buffer_release(&again_properties);
	HOLD(memcmp(entry, again_entry, tp_entry_size(entry)) == 0 && c.has == again.has);
	tp_contact_pack(&c, packed);
	tp_contact_pack(&again, again_packed);
	HOLD(memcmp(packed, again_packed, tp_contact_packed_size(c.has)) == 0);
	tp_buffer_release(&b);
}

static void
journey(const uint8_t *message, size_t size, check_store *store)
{
	tp_buffer	out,
				written,
				again;
	tp_journey	j;
	tp_error	err;
	tp_status	status;
	uint8_t    *image;

	tp_buffer_init(&out, &store->mem);
	status = tp_wire_read_journey(&store->mem, message, size, &out, &err);
	HOLD(store->peak <= 8 * size + 65536);
	if (status != TP_OK)
	{
		HOLD(status == TP_BAD_BINARY);
		fuzz_hold_error(status, &err);
		tp_buffer_release(&out);
		return;
	}
	image = fuzz_bytes((const uint8_t *) out.data, out.len);
	fuzz_hold_journey(image, out.len);
	HOLD(tp_journey_open(&j, image, out.len, &err) == TP_OK);
	tp_buffer_init(&written, &store->mem);
	HOLD(tp_wire_write_journey(&written, &j, &err) == TP_OK);
	HOLD(written.len == size);
	tp_buffer_init(&again, &store->mem);
	HOLD(tp_wire_read_journey(&store->mem, written.data, written.len, &again, &err) == TP_OK);
	HOLD(again.len == out.len && memcmp(again.data, image, out.len) == 0);
	free(image);
	tp_buffer_release(&again);
	tp_buffer_release(&written);
	tp_buffer_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static jmp_buf raised;
	static uint8_t *message;
	static check_store store;

	if (size == 0)
		return 0;
	message = fuzz_bytes(data + 1, size - 1);
	check_store_init(&store);
	check_raise_to = &raised;
	if (setjmp(raised) == 0)
	{
		switch (data[0] % 3)
		{
			case 0:
				touchpoint(message, size - 1, &store);
				break;
			case 1:
				contact(message, size - 1, &store);
				break;
			default:
				journey(message, size - 1, &store);
				break;
		}
		HOLD(store.chunks == 0);
	}
	/* the host raised: what the core had out goes with the memory context */
	check_store_release(&store);
	free(message);
	return 0;
}
