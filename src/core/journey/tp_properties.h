/*
 * tp_properties.h
 *	  What else is known of a contact: a flat object of strings, numbers and booleans, by key.
 *
 * A journey holds each different set of properties once, and a contact names its set, so whoever asks
 * the same of every contact asks it of every set and remembers the answers. Sets in turn share their
 * pairs of key and value: each different pair is there once.
 *
 * In the image, all numbers of the least width of 1, 2 and 4 bytes that holds the size of the block:
 *
 *	u8		bits 0-1: the width (0, 1, 2 for 1, 2, 4 bytes); bits 2-3: bytes of a contact's code (0 to 3 for
 *			0, 1, 2, 4); bit 4: set n is pair n, for every set is one pair; the others are 0
 *	number	bytes of the block, from its first to before the codes
 *	number	keys, pairs; unless bit 4: sets
 *	number	end of each key among the keys' bytes
 *	number	first pair of each key
 *	number	end of each pair's value among the values
 *	number	unless bit 4: end of each set in the list
 *			the keys' bytes
 *	number	unless bit 4: the list: the pairs of each set, from 0, rising
 *			values: u8 1 = string and its bytes, 2 = number as the shortest of i8, i16, i32 and f64 that holds it,
 *			3 = false, 4 = true
 *
 * and behind the block the codes: the set of each contact from 1, 0 = none; no bytes where all have the
 * first. Keys, pairs and sets are in order (tp_property_set.h), and there are no others than contacts have.
 */
#ifndef TP_PROPERTIES_H
#define TP_PROPERTIES_H

#include "journey/tp_journey.h"
#include "journey/tp_property_set.h"

/* The number of a key in j, or TP_NO_KEY where no contact has it. */
#define TP_NO_KEY UINT32_MAX
extern uint32_t tp_journey_find_key(const tp_journey *j, const char *key, size_t len);

/* Different sets of properties; contact i has that of tp_journey_set_of, from 1, 0 = none. */
static inline uint32_t
tp_journey_sets(const tp_journey *j)
{
	return j->properties.sets;
}

/* The value of a key in a set, or at contact i; absent where key is TP_NO_KEY. */
extern void tp_journey_set_property(const tp_journey *j, uint32_t set, uint32_t key, tp_property *out);
extern void tp_journey_property(const tp_journey *j, uint32_t key, uint32_t i, tp_property *out);

/* The pair of a key in a set, from 0; TP_NO_PAIR where there is none. Equal values are equal pairs. */
#define TP_NO_PAIR UINT32_MAX
extern uint32_t tp_journey_set_pair(const tp_journey *j, uint32_t set, uint32_t key);

/* Key and value of pair number pair; false where the image is damaged. */
extern bool tp_journey_pair(const tp_journey *j, uint32_t pair, const char **key, size_t *len, tp_property *value);

/*
 * Every set by itself, set n in (*sets)[n - 1]: an array that points into bytes, both of mem. TP_CORRUPT where
 * the image is damaged. Where there are none *sets is NULL.
 */
extern tp_status tp_journey_set_views(const tp_memory *mem, const tp_journey *j, tp_buffer *bytes,
									  const uint8_t ***sets, tp_error *err);

/* A journey's dictionary and all of its sets, for who writes all of it. To be released also where it failed. */
typedef struct tp_journey_whole
{
	tp_touchpoint *entries;
	const uint8_t **sets;
	tp_buffer	bytes;			/* what sets may point into */
} tp_journey_whole;

extern tp_status tp_journey_whole_of(tp_journey_whole *w, const tp_memory *mem, const tp_journey *j, tp_error *err);
extern void tp_journey_whole_release(tp_journey_whole *w);

/* One set by itself, added to out. */
extern tp_status tp_journey_set(const tp_journey *j, uint32_t set, tp_buffer *out, tp_error *err);

/*
 * A journey whose touchpoints are the values of one property, as labels, and an empty label where a contact
 * has none: whatever asks for the part TP_PART_PROPERTY or TP_PART_LABEL is answered by it. Everything else
 * is j's; codes and dictionary lie in scratch, which is made anew. Fails with TP_PAST_LIMIT for more than 65,534
 * values and TP_BAD_ARGUMENT for a value that is no label: control characters, more than 255 bytes.
 */
extern tp_status tp_journey_project(const tp_journey *j, const char *key, size_t len, tp_journey *out,
									tp_buffer *scratch, tp_error *err);

/* For tp_journey_open.c and tp_journey_layout.c: where the block at offset ends; planning and writing one. */
extern size_t tp_property_block_open(tp_journey *j, size_t offset);

typedef struct tp_property_plan
{
	size_t		block;			/* bytes without codes */
	size_t		codes;			/* bytes of them */
	size_t		longest;		/* set, in bytes */
	uint8_t		width;
	uint8_t		code_width;
	bool		single;
	uint32_t	pairs;
	uint32_t	keys;
	uint32_t	listed;			/* pairs of all sets */
	uint32_t   *list;			/* they, set by set */
	const uint8_t **pair;		/* each different pair, as it stands in a set */
} tp_property_plan;

extern tp_status tp_property_plan_make(const tp_memory *mem, tp_property_plan *plan, const tp_contact *c, size_t n,
									   const uint8_t *const *sets, uint32_t n_sets, tp_error *err);
extern void tp_property_plan_write(const tp_property_plan *plan, uint8_t *at, const tp_contact *c, size_t n,
								   const uint8_t *const *sets, uint32_t n_sets);
extern void tp_property_plan_release(const tp_memory *mem, tp_property_plan *plan);

#endif							/* TP_PROPERTIES_H */
