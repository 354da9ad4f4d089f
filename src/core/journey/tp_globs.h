/*
 * tp_globs.h
 *	  Several globs at once: which of them match each touchpoint of a journey's dictionary.
 *
 * Contacts name their touchpoint by a code, so a glob need only look at the dictionary; and the
 * dictionaries of many journeys name the same few touchpoints, so what was found for one is
 * remembered under its bytes.
 */
#ifndef TP_GLOBS_H
#define TP_GLOBS_H

#include "journey/tp_journey.h"

/* What is remembered of one touchpoint: up to 24 bytes of it lie in the slot itself. */
typedef struct tp_globs_slot
{
	uint64_t	first;			/* the first 8 bytes, the next 8 and the last 8 */
	uint64_t	second;
	uint64_t	last;
	uint64_t	word;			/* the first of its row */
	uint32_t	key;			/* where all its bytes begin */
	uint32_t	key_len;		/* 0 where the slot is free */
	uint32_t	row;
} tp_globs_slot;

/*
 * Where narrow entries of up to 16 bytes behind their head were found lately, whole: the last 8 bytes and those
 * before. An entry has its place and the one beside it.
 */
typedef struct tp_globs_recent
{
	uint64_t	last;
	uint64_t	before;
	uint64_t	word;
	uint32_t	row;
	uint32_t	head;			/* UINT32_MAX where the place is free */
} tp_globs_recent;

#define TP_GLOBS_RECENT_BITS 10

typedef struct tp_globs
{
	tp_memory	mem;
	uint32_t	count;
	uint32_t	room;
	tp_glob    *globs;
	uint32_t   *bit;			/* of each glob in a row */
	uint32_t	words;			/* of a row */
	uint32_t	slots;			/* a power of two */
	uint32_t	rows;			/* remembered */
	uint32_t	rows_room;
	uint32_t	tried;			/* globs on touchpoints so far */
	uint32_t	forgotten;		/* how often all that was remembered was forgotten */
	tp_globs_slot *slot;
	tp_globs_recent *recent;	/* NULL until it pays */
	uint32_t	looked_up;		/* entries, until then */
	uint32_t	any;			/* globs that every touchpoint matches */
	uint64_t   *row;
	tp_buffer	keys;
	uint32_t	codes_room;
	uint32_t   *row_of;			/* the row of each code of the journey last looked at, times words */
	uint32_t	words_room;
	uint64_t   *word_of;		/* the first word of it */
} tp_globs;

extern void tp_globs_init(tp_globs *s, const tp_memory *mem);
extern void tp_globs_release(tp_globs *s);

/* Add a glob whose matches are told by this bit of a row; rows may not have been asked for yet. */
extern tp_status tp_globs_add(tp_globs *s, const tp_glob *glob, uint32_t bit, tp_error *err);

/*
 * Look at the dictionary of j. Afterwards tp_globs_row gives the row of each code, until the next
 * look; all is the union of them, of s->words words, or NULL.
 */
extern tp_status tp_globs_look(tp_globs *s, const tp_journey *j, uint64_t *all, tp_error *err);

/* Does any glob match t? For who remembers that of each touchpoint himself. */
extern bool tp_globs_touch(tp_globs *s, const tp_touchpoint *t);

static inline const uint64_t *
tp_globs_row(const tp_globs *s, uint32_t code)
{
	return s->row + s->row_of[code];
}

#endif							/* TP_GLOBS_H */
