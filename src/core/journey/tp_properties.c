/*
 * tp_properties.c
 *	  Properties of contacts, of which journeys hold none yet. Weak, so that a test may lend them some.
 */
#include "journey/tp_properties.h"

#define LENT __attribute__((weak))

LENT uint32_t
tp_journey_find_key(const tp_journey *j, const char *key, size_t len)
{
	(void) j;
	(void) key;
	(void) len;
	return TP_NO_KEY;
}

LENT uint32_t
tp_journey_sets(const tp_journey *j)
{
	(void) j;
	return 0;
}

LENT uint32_t
tp_journey_set_of(const tp_journey *j, uint32_t i)
{
	(void) j;
	(void) i;
	return 0;
}

LENT void
tp_journey_set_property(const tp_journey *j, uint32_t set, uint32_t key, tp_property *out)
{
	(void) j;
	(void) set;
	(void) key;
	memset(out, 0, sizeof(*out));
}

LENT void
tp_journey_property(const tp_journey *j, uint32_t key, uint32_t i, tp_property *out)
{
	tp_journey_set_property(j, tp_journey_set_of(j, i), key, out);
}
