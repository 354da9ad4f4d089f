/*
 * tp_pattern.h
 *	  Patterns of contacts: parsing, text form, matching, what a journey must pass through to match.
 *
 *	whole		pattern [ within duration ] [ hold property { , property } ]
 *	pattern		alternative { | alternative }
 *	alternative	[^] element { connector element } [$]
 *	element		step or ( pattern ), then one of + ? {m} {m,} {m,n} or, behind ) or ], * if need be
 *	step		as in tp_step.h, conditions behind ( alternatives ) too
 *	connector	->  or  =>  or  -[ limit { , limit } ]->
 *	limit		< <= > >= duration, or !glob
 *
 * A pattern matches contacts in journey order, each step one of its own. `->` is any later contact, `=>`
 * the very next one. A limit holds between the contacts on both sides of its connector, the one before
 * and the one behind; no contact strictly between them may match an excluded glob. The iterations of
 * a repetition follow each other like `=>`. An element that is left out takes the connector in front of it
 * along, or the one behind it where it is the first of its alternative. ^ is the first contact of the
 * journey, $ the last. A match has at least one contact. `within` limits the time from its first contact to
 * its last; `hold` asks that the contacts at its steps have one value of a property, those that have one.
 *
 * The stored pattern is its tree in preorder, integers in the server's byte order:
 *
 *	u8 version = 1, u8 flags = 0, node
 *	whole		u8 6, u8 within is given, u8 holds, i64 within where given, holds, each u8 length, bytes;
 *				then the node that it is about: only in front of all others, and left out where it asks nothing
 *	step, more	as in tp_step.h
 *	sequence	u8 2, u8 anchors (1 = ^, 2 = $), u16 elements, node { connector node }
 *	choice		u8 3, u16 branches, nodes
 *	repetition	u8 4, u16 least, u16 most (65535 = any), node
 *	connector	u8 kind (0 later, 1 next), u8 limits, i64 least and i64 most where given, u16 exclusions, globs
 *
 * What 0.1.0 wrote has no node 5 or 6. Equal canonical text is equal bytes.
 */
#ifndef TP_PATTERN_H
#define TP_PATTERN_H

#include "journey/tp_step.h"

#define TP_PATTERN_VERSION 1
#define TP_PATTERN_HEAD 2
#define TP_PATTERN_DEPTH_MAX 100
#define TP_PATTERN_REPEAT_MAX 1000
#define TP_PATTERN_STEPS_MAX 10000	/* repetitions written out */
#define TP_PATTERN_TEXT_MAX (1024 * 1024)
#define TP_REPEAT_ANY 65535

#define TP_ANCHOR_FIRST 1
#define TP_ANCHOR_LAST 2

#define TP_LIMIT_LEAST 1		/* a least time is given */
#define TP_LIMIT_LEAST_STRICT 2	/* > rather than >= */
#define TP_LIMIT_MOST 4
#define TP_LIMIT_MOST_STRICT 8

typedef struct tp_connector
{
	bool		next;
	uint8_t		limits;
	int64_t		least;
	int64_t		most;
	uint32_t	exclusions;
} tp_connector;

/*
 * Parse text, which is NUL-terminated, and add the image to out. TP_BAD_PATTERN says where and what was
 * expected; TP_PAST_LIMIT for more than the limits above.
 */
extern tp_status tp_pattern_parse(tp_buffer *out, const char *text, size_t len, tp_error *err);

/* The image of the pattern of one step, as it is written alone. Fails as tp_step_parse does. */
extern tp_status tp_pattern_of_step(tp_buffer *out, const char *text, size_t len, tp_error *err);

/*
 * The image of globs with | between: a pattern of one step that has no conditions. Fails as tp_step_parse does where
 * it is plain, and with TP_PAST_LIMIT where the canonical text would be too long to be read.
 */
extern tp_status tp_pattern_of_globs(tp_buffer *out, const char *text, size_t len, tp_error *err);

/*
 * The steps of a chain: a pattern that asks for contacts at steps, each later than the one before, and for nothing
 * else. Their canonical texts are added to b, a NUL behind each. TP_BAD_ARGUMENT for any other pattern.
 */
extern tp_status tp_pattern_steps(tp_buffer *b, const uint8_t *image, size_t size, uint32_t *n, tp_error *err);

/* The canonical text form of an image. */
extern tp_status tp_pattern_write(tp_buffer *b, const uint8_t *image, size_t size, tp_error *err);

/* What is asked of a match as a whole. */
#define TP_HOLD_MAX 4

typedef struct tp_whole
{
	int64_t		within;			/* from its first contact to its last, -1 = any time */
	uint32_t	holds;
	uint8_t		key_len[TP_HOLD_MAX];
	const char *key[TP_HOLD_MAX];	/* in the image */
} tp_whole;

/* Reading an image, whose nodes are read by tp_step.h too. */
extern bool tp_image_open(tp_image *i, const uint8_t *image, size_t size);
extern void tp_image_whole(tp_image *i, tp_whole *w);	/* only behind open */
extern void tp_image_connector(tp_image *i, tp_connector *c);	/* its exclusions follow as globs */

/* A pattern made ready to match. */
typedef struct tp_matcher tp_matcher;

/* NULL and *err on failure. The image need not outlive the matcher. */
extern tp_matcher *tp_matcher_new(const tp_memory *mem, const uint8_t *image, size_t size, tp_error *err);
extern void tp_matcher_release(tp_matcher *m);

/* Does any run of contacts match? */
extern tp_status tp_matcher_any(tp_matcher *m, const tp_journey *j, bool *any, tp_error *err);

typedef struct tp_match
{
	uint32_t	first;			/* positions from 0 */
	uint32_t	last;
} tp_match;

/*
 * The matches in order: leftmost start, its earliest end, not overlapping; or, overlapping, one of each
 * contact that begins one. They stay in the matcher until the next question.
 */
extern tp_status tp_matcher_all(tp_matcher *m, const tp_journey *j, bool overlapping, const tp_match **matches,
								uint32_t *n, tp_error *err);

/*
 * What a journey must have: a tree. A leaf is a glob that some contact must match, or a value that some
 * contact must have of a property; TP_NEED_NOTHING asks for nothing. Exact where this is all that the pattern
 * asks; narrow where it asks for more than these in an order: other conditions, limits of time, exclusions.
 */
typedef enum tp_need_kind
{
	TP_NEED_NOTHING,
	TP_NEED_GLOB,
	TP_NEED_ALL,
	TP_NEED_ANY,
	TP_NEED_PROPERTY
} tp_need_kind;

typedef struct tp_need
{
	tp_need_kind kind;
	uint32_t	first;			/* of TP_NEED_GLOB and _PROPERTY its place among these, else of the first child */
	uint32_t	next;			/* sibling; 0 = none, for 0 is the root */
} tp_need;

typedef struct tp_needs
{
	tp_need    *need;			/* the root is need[0] */
	uint32_t	count;
	tp_glob    *glob;
	uint32_t	globs;
	tp_condition *property;		/* equalities; key and text lie in the image */
	uint32_t	properties;
	bool		exact;
	bool		narrow;
} tp_needs;

extern tp_status tp_pattern_needs(const tp_memory *mem, const uint8_t *image, size_t size, tp_needs *out,
								  tp_error *err);

#endif							/* TP_PATTERN_H */
