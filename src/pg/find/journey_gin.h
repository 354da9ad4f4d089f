/*
 * journey_gin.h
 *	  The keys of the GIN operator class on journeys that are no touchpoints.
 */
#ifndef TP_JOURNEY_GIN_H
#define TP_JOURNEY_GIN_H

#include "journey/types.h"

#include "journey/tp_properties.h"

/*
 * The key of a property and its value. It is the same for values that are the same, and but for strings of more
 * than 200 bytes, of which it holds a hash, different for values that differ: so whoever finds it looks again.
 */
extern Datum tp_property_gin_key(const char *key, size_t len, const tp_property *value);

#endif							/* TP_JOURNEY_GIN_H */
