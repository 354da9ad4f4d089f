/*
 * tp_journey_identity.h
 *	  Contacts as the rows that they came from: their ids, and what is corrected, taken out, or known of
 *	  their order by them.
 */
#ifndef TP_JOURNEY_IDENTITY_H
#define TP_JOURNEY_IDENTITY_H

#include "journey/tp_journey.h"

/*
 * An id for a key that is no integer: the first 64 bits of the SHA-256 of its bytes, the highest of
 * them set, so that it is negative. It is stored in journeys, so it never changes.
 */
extern int64_t tp_contact_id(const void *key, size_t len);

/*
 * The image without the contacts that bear one of n ids. The ids are rearranged; they may hold one
 * more than once, and ones that nobody bears. Bytes are added to out, as in all that follow.
 */
extern tp_status tp_journey_without(const tp_memory *mem, const tp_journey *j, int64_t *ids, size_t n,
									tp_buffer *out, tp_error *err);

/*
 * The contacts of b instead of those of a that bear an id of b's, and the others of a. Nothing of
 * the old ones counts, so touchpoints and times may be other ones.
 */
extern tp_status tp_journey_replace(const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer *out,
									tp_error *err);

/* The contacts of a without one for each of b that is equal to it in every field. */
extern tp_status tp_journey_difference(const tp_memory *mem, const tp_journey *a, const tp_journey *b,
									   tp_buffer *out, tp_error *err);

/*
 * How many contacts share their instant with another and bear no id that tells their place there.
 * Ids from 0 on tell it: they are taken to rise in the order of things. Negative ones do not.
 */
extern uint32_t tp_journey_tied(const tp_journey *j);

#endif							/* TP_JOURNEY_IDENTITY_H */
