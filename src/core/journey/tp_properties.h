/*
 * tp_properties.h
 *	  What else is known of a contact: a flat object of strings, numbers and booleans, by key.
 *
 * A journey holds each different set of properties once, and a contact names its set, so whoever asks
 * the same of every contact asks it of every set and remembers the answers.
 */
#ifndef TP_PROPERTIES_H
#define TP_PROPERTIES_H

#include "journey/tp_journey.h"

typedef enum tp_property_kind
{
	TP_PROPERTY_ABSENT,
	TP_PROPERTY_STRING,
	TP_PROPERTY_NUMBER,
	TP_PROPERTY_BOOLEAN
} tp_property_kind;

/* One value; text is a view into the image, not NUL-terminated. */
typedef struct tp_property
{
	tp_property_kind kind;
	double		number;
	bool		truth;
	const char *text;
	uint32_t	len;
} tp_property;

/* The number of a key in j, or TP_NO_KEY where no contact has it. */
#define TP_NO_KEY UINT32_MAX
extern uint32_t tp_journey_find_key(const tp_journey *j, const char *key, size_t len);

/* Different sets of properties, and the one of contact i: from 1, 0 where it has none. */
extern uint32_t tp_journey_sets(const tp_journey *j);
extern uint32_t tp_journey_set_of(const tp_journey *j, uint32_t i);

/* The value of a key in a set, or at contact i; absent where key is TP_NO_KEY. */
extern void tp_journey_set_property(const tp_journey *j, uint32_t set, uint32_t key, tp_property *out);
extern void tp_journey_property(const tp_journey *j, uint32_t key, uint32_t i, tp_property *out);

#endif							/* TP_PROPERTIES_H */
