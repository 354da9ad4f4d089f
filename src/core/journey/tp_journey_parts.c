/*
 * tp_journey_parts.c
 *	  Which touchpoints of a journey are the same to a question about channels, labels or stages.
 */
#include "journey/tp_journey.h"

tp_status
tp_part_classes(const tp_memory *mem, const tp_touchpoint *entries, uint32_t n, tp_part part,
				uint16_t *class_of, tp_error *err)
{
	uint32_t	slots = 8;
	uint16_t   *slot;

	if (part == TP_PART_TOUCHPOINT)
	{
		for (uint32_t i = 0; i < n; i++)
			class_of[i] = (uint16_t) i;
		return TP_OK;
	}
	while (slots < 2 * n)
		slots *= 2;
	slot = tp_alloc_array(mem, slots, sizeof(uint16_t));
	if (slot == NULL)
		return tp_fail_memory(err);
	memset(slot, 0, slots * sizeof(uint16_t));
	for (uint32_t i = 0; i < n; i++)
	{
		size_t		len,
					other_len;
		const char *s = tp_touchpoint_part(&entries[i], part, &len);
		uint32_t	at = tp_hash(s, len) & (slots - 1);

		class_of[i] = len == 0 ? TP_NO_CLASS : (uint16_t) i;
		for (; len > 0 && slot[at] != 0; at = (at + 1) & (slots - 1))
		{
			const char *other = tp_touchpoint_part(&entries[slot[at] - 1], part, &other_len);

			if (len == other_len && memcmp(s, other, len) == 0)
			{
				class_of[i] = (uint16_t) (slot[at] - 1);
				break;
			}
		}
		if (class_of[i] == i)
			slot[at] = (uint16_t) (i + 1);
	}
	tp_release(mem, slot);
	return TP_OK;
}
