/*
 * tp_wire.h
 *	  The binary forms that go between servers: big-endian, text in UTF-8, every byte suspect.
 *
 * touchpoint:
 *	u8 version = 1, u8 flags = 0, parts
 * contact_record:
 *	u8 version = 1, u8 flags = 0, u8 has, fields, parts
 * journey:
 *	u8 version = 1, u8 flags = 0, u32 contacts, u16 touchpoints, parts of each touchpoint,
 *	per contact u16 touchpoint from 0, u8 has, fields
 *
 * A contact_record with properties, and a journey that has any, are of version 2:
 *	contact_record: u8 version = 2, u8 flags = 0, u8 has, fields, parts, properties
 *	journey: u8 version = 2, u8 flags = 0, u32 contacts, u16 touchpoints, u32 sets, parts of each touchpoint,
 *	properties of each set, per contact u16 touchpoint from 0, u32 set from 1 (0 = none), u8 has, fields
 *
 * Properties are u8 pairs, and for each u16 length of the key, key, u8 kind: 1 and u16 length and string,
 * 2 and f64, 3 = false, 4 = true. has and the order of fields are those of tp_contact_record.h; fields begin with the time. Parts
 * are u16 length of channel, u16 length of label, u16 length of stage, and their bytes.
 */
#ifndef TP_WIRE_H
#define TP_WIRE_H

#include "journey/tp_journey.h"

extern void tp_wire_write_touchpoint(tp_buffer *b, const tp_touchpoint *t);
extern void tp_wire_write_contact(tp_buffer *b, const tp_contact *c, const tp_touchpoint *t, const uint8_t *properties);
extern tp_status tp_wire_write_journey(tp_buffer *b, const tp_journey *j, tp_error *err);

/*
 * Read a whole message of size bytes. TP_BAD_BINARY for anything that write would not have written,
 * contacts out of order and touchpoints that nobody uses included; nothing is allocated that the
 * bytes at hand do not justify.
 */
extern tp_status tp_wire_read_touchpoint(const void *message, size_t size, uint8_t entry[TP_ENTRY_MAX],
										 tp_error *err);
extern tp_status tp_wire_read_contact(const void *message, size_t size, tp_contact *c,
									  uint8_t entry[TP_ENTRY_MAX], tp_buffer *properties, tp_error *err);
extern tp_status tp_wire_read_journey(const tp_memory *mem, const void *message, size_t size,
									  tp_buffer *out, tp_error *err);

#endif							/* TP_WIRE_H */
