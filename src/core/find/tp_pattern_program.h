/*
 * tp_pattern_program.h
 *	  A pattern compiled to a straight program: tp_pattern_compile.c writes it, tp_pattern_match.c runs it.
 *
 * The journey is read from its last contact to its first, and the pattern backwards with it. What is
 * carried along is the earliest end of a match, so one pass tells for every contact whether a match
 * starts there and where it ends the earliest; leftmost matches that do not overlap are then read off.
 *
 * The program has a slot an instruction. At each contact it is run once from top to bottom: a slot holds
 * the earliest end of what matches from here on, or NEVER. Slot 0 is the end of the pattern, where the
 * end is here. Connectors remember from contact to contact what their slot held: without limits the
 * least end, else a queue. There is no backtracking; contacts times program is all it costs.
 */
#ifndef TP_PATTERN_PROGRAM_H
#define TP_PATTERN_PROGRAM_H

#include "find/tp_pattern.h"

#define NEVER UINT32_MAX

typedef enum op
{
	OP_STEP,					/* slot[a] where the contact matches atom b */
	OP_JOIN,					/* the lesser of slot[a] and slot[b] */
	OP_QUERY,					/* what connector a lets through */
	OP_FIRST,					/* slot[a] at the first contact */
	OP_LAST						/* slot[a] at the last contact */
} op;

typedef struct instruction
{
	uint32_t	op;
	uint32_t	a;
	uint32_t	b;
} instruction;

/* A step of the pattern: a glob, and conditions, NULL where there are none. */
typedef struct atom
{
	uint32_t	bit;			/* of its glob */
	tp_conditions *conditions;
} atom;

/* Globs of which none may lie between. */
typedef struct exclusion
{
	uint32_t	first;			/* bits: this one and those behind it */
	uint32_t	count;
	uint32_t	asked_at;
	bool		hit;
} exclusion;

typedef struct token
{
	int64_t		time;
	uint32_t	end;
} token;

typedef struct queue
{
	token	   *token;
	uint32_t	head;
	uint32_t	tail;
	uint32_t	room;
} queue;

typedef enum link
{
	LINK_LATER,					/* no limits of time */
	LINK_NEXT,
	LINK_TIMED
} link;

typedef struct connector
{
	link		kind;
	uint32_t	feed;			/* slot */
	uint32_t	exclusion;		/* what must not lie between, NEVER = anything may */
	uint64_t	least;			/* microseconds between, inclusive */
	uint64_t	most;
	bool		impossible;
	uint32_t	end;			/* LATER, NEXT; TIMED without most: of those that are far enough */
	uint32_t	at;				/* NEXT: the contact that end is of */
	queue		near;			/* TIMED: not yet far enough */
	queue		far;			/* far enough: ends rise from head to tail, times fall */
} connector;

typedef struct holder holder;

struct tp_matcher
{
	tp_memory	mem;
	uint8_t    *image;
	tp_globs	globs;
	uint32_t	bits;
	instruction *program;
	uint32_t	instructions;
	uint32_t	instructions_room;
	uint32_t   *slot;
	connector  *connector;
	uint32_t	connectors;
	uint32_t	connectors_room;
	atom	   *atom;
	uint32_t	atoms;
	uint32_t	atoms_room;
	exclusion  *exclusion;
	uint32_t	exclusions;
	uint32_t	exclusions_room;
	uint32_t	result;			/* the slot of the whole */
	bool		timed;
	uint32_t	chain;			/* steps of a pattern that is nothing but step -> step -> step, else 0 */
	uint64_t   *must;			/* bits that some contact must have, globs.words of them */
	uint64_t   *all;			/* scratch */
	uint64_t	tokens;
	tp_match   *match;
	uint32_t	match_room;
	tp_whole	whole;
	holder	   *holder;			/* NULL where nothing is held */
	uint64_t   *blank;			/* the row of a contact that does not fit what is held */
	uint32_t   *ends;			/* of a match that starts at each contact, over all values held */
	uint32_t	ends_room;
};

/* Holding: tp_pattern_hold.c. */
extern holder *holder_new(tp_matcher *m, tp_error *err);
extern void holder_release(holder *h);

/* Look at the properties of the first n contacts of j; *any where some contact has one of those held. */
extern tp_status holder_look(holder *h, const tp_journey *j, uint32_t n, bool *any, tp_error *err);

/* The first, then the next values to be held; false behind the last, and without memory. */
extern bool holder_first(holder *h);
extern bool holder_next(holder *h);
extern bool holder_failed(const holder *h);

/* Does contact i fit the values that are held now? */
extern bool holder_fits(const holder *h, const tp_journey *j, uint32_t i);

#endif							/* TP_PATTERN_PROGRAM_H */
