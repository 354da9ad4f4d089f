/*
 * tp_properties.h
 *	  Properties of contacts: what else is known of one, by key.
 *
 * A journey keeps a dictionary of keys and one of property sets; a contact names its set. So a question
 * about properties is asked once a set, not once a contact.
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

typedef struct tp_property
{
	tp_property_kind kind;
	double		number;
	bool		truth;
	const char *text;			/* of a string; not NUL-terminated */
	uint32_t	len;
} tp_property;

#define TP_NO_KEY UINT32_MAX

/* The place of a key among those of j, TP_NO_KEY where no contact has it. */
extern uint32_t tp_journey_find_key(const tp_journey *j, const char *key, size_t len);

/* How many different property sets j has; they count from 1. */
extern uint32_t tp_journey_sets(const tp_journey *j);

/* The property set of contact i, 0 where it has no properties. */
extern uint32_t tp_journey_set_of(const tp_journey *j, uint32_t i);

/* What a set, or contact i, says of a key; absent for set 0 and for TP_NO_KEY. */
extern void tp_journey_set_property(const tp_journey *j, uint32_t set, uint32_t key, tp_property *out);
extern void tp_journey_property(const tp_journey *j, uint32_t key, uint32_t i, tp_property *out);

#endif							/* TP_PROPERTIES_H */
