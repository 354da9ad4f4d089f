/*
 * tp_journey_layout.h
 *	  The layout of an image: its offsets, and writing it of contacts that are in order and merged.
 *	  For tp_journey_open.c, tp_journey_layout.c, _columns.c, _sort.c and tp_journey_build.c alone: everybody else calls
 *	  tp_journey_open and tp_journey_encode.
 */
#ifndef TP_JOURNEY_LAYOUT_H
#define TP_JOURNEY_LAYOUT_H

#include "journey/tp_journey.h"

/* Every offset of the head and the summary, so that no edit moves one unnoticed. */
enum
{
	AT_VERSION = 0,
	AT_FLAGS = 1,
	AT_ENTRIES = 2,
	AT_COUNT = 4,
	AT_FORMS = 8,
	AT_FIRST = 16,
	AT_LAST = 24,
	AT_SUM = 32,
	AT_LOWEST = 40,
	AT_HIGHEST = 48,
	AT_END = 56,
	AT_TOTAL_COST = 64,
	AT_TOTAL_VALUE = 72,
	AT_SCORED = 80,
	AT_LOWEST_AT = 84,
	AT_HIGHEST_AT = 88,
	AT_END_AT = 92,

	/* of a short head */
	AT_SHORT_ENTRIES = 2,
	AT_SHORT_COUNT = 3,
	AT_SHORT_FIRST = 4,
	AT_SHORT_MASK = 12,
	AT_SHORT_FORMS = 13
};

_Static_assert(AT_SHORT_FORMS + 1 == TP_SHORT_HEAD, "a short head has the form of times");
_Static_assert(AT_SHORT_FIRST + 8 == AT_SHORT_MASK, "the first time stands whole in a short head");

_Static_assert(AT_FORMS + TP_COLUMNS == AT_FIRST, "one form byte a column");
_Static_assert(AT_FIRST + 8 == TP_HEAD_SIZE, "the head ends with the first time");
_Static_assert(AT_END_AT + 4 == TP_HEADER_MAX, "the summary ends with the last position");
_Static_assert(TP_HEADER_MAX <= 96, "what most questions ask fits in 96 bytes");
_Static_assert(TP_COLUMNS == 8, "eight columns");

/* Bytes a contact of a column in this form; constants have none. */
extern const uint8_t tp_form_width[TP_COLUMNS][8];

/*
 * Codes point into entries, which are in touchpoint order and all used; sets likewise into sets, in order
 * and all used. Fails with TP_PAST_LIMIT
 * when the image or its text form grows too large, and TP_NO_MEMORY.
 */
extern tp_status tp_journey_layout(const tp_memory *mem, const tp_contact *contacts, uint32_t count,
								   const tp_touchpoint *entries, uint32_t n_entries,
								   const uint8_t *const *sets, uint32_t n_sets,
								   tp_buffer *out, tp_error *err);

/* Put n contacts in their order. Scratch is 16 bytes a contact. Fails with TP_NO_MEMORY and TP_INTERRUPTED. */
extern tp_status tp_contacts_sort(const tp_memory *mem, tp_contact *c, uint32_t n, tp_error *err);

#endif							/* TP_JOURNEY_LAYOUT_H */
