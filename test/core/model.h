/*
 * model.h
 *	  A journey as anybody would write it down first: an array of contacts, sorted by qsort, merged
 *	  by looking, and the bytes its image should take by the words of docs/format.md.
 */
#ifndef TP_MODEL_H
#define TP_MODEL_H

#include "check.h"

#include "journey/tp_journey.h"

typedef struct model_contact
{
	char		channel[256];	/* "" = absent */
	char		label[256];
	char		stage[256];
	tp_contact	c;				/* code is not used */
} model_contact;

extern void model_set(model_contact *m, const char *channel, const char *label, const char *stage);
extern int	model_compare(const void *a, const void *b);

/* Sort and merge by id; the number that stays, or -1 where ids contradict each other. */
extern int	model_settle(model_contact *m, int n);

/* The form bytes and the size of the image of settled contacts. */
extern size_t model_image(const model_contact *m, int n, uint8_t forms[TP_COLUMNS]);

/* Are these the forms of j's columns? */
extern bool model_same_forms(const tp_journey *j, const uint8_t forms[TP_COLUMNS]);

/* The text of settled contacts, to be freed. */
extern char *model_text(const model_contact *m, int n);

/* Contacts of all shapes: see model.c. At most room; about one in two_ids_in has an id of another. */
extern int	model_random(check_random *r, model_contact *m, int room);

extern void model_shuffle(check_random *r, model_contact *m, int n);
extern void model_add(tp_builder *b, const model_contact *m, int n);

/* The image of what is added, in memory of check_memory; NULL and err where it fails. */
extern uint8_t *model_finish(const tp_builder *b, size_t *size, tp_error *err);

/* Builder, contacts in the order given, image. */
extern uint8_t *model_encode(const model_contact *m, int n, size_t *size, tp_error *err);

#endif							/* TP_MODEL_H */
