/*
 * tp_properties.c
 *	  Reading the properties of contacts out of a journey.
 */
#include "journey/tp_properties.h"

uint32_t
tp_journey_find_key(const tp_journey *j, const char *key, size_t len)
{
	(void) j;
	(void) key;
	(void) len;
	return TP_NO_KEY;
}

uint32_t
tp_journey_sets(const tp_journey *j)
{
	(void) j;
	return 0;
}

uint32_t
tp_journey_set_of(const tp_journey *j, uint32_t i)
{
	(void) j;
	(void) i;
	return 0;
}

void
tp_journey_set_property(const tp_journey *j, uint32_t set, uint32_t key, tp_property *out)
{
	(void) j;
	(void) set;
	(void) key;
	out->kind = TP_PROPERTY_ABSENT;
}

void
tp_journey_property(const tp_journey *j, uint32_t key, uint32_t i, tp_property *out)
{
	tp_journey_set_property(j, tp_journey_set_of(j, i), key, out);
}
