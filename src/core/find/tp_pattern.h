/*
 * tp_pattern.h
 *	  Patterns of contacts: parsing, text form, matching, what a journey must pass through to match.
 *
 *	pattern		alternative { | alternative }
 *	alternative	[^] element { connector element } [$]
 *	element		step or ( pattern ), then one of + ? {m} {m,} {m,n} or, behind ) or ], * if need be
 *	step		glob [ '[' condition { , condition } ']' ]
 *	condition	field op value; field score, expected, gap, cost, duration, value or by
 *	connector	->  or  =>  or  -[ limit { , limit } ]->
 *	limit		< <= > >= duration, or !glob
 *
 * A pattern matches contacts in journey order, each step one of its own. `->` is any later contact, `=>`
 * the very next one. A limit holds between the contacts on both sides of its connector, the one before
 * and the one behind; no contact strictly between them may match an excluded glob. The iterations of
 * a repetition follow each other like `=>`. An element that is left out takes the connector in front of it
 * along, or the one behind it where it is the first of its alternative. ^ is the first contact of the
 * journey, $ the last. A condition on a field that the contact lacks is not met. A match has at least
 * one contact.
 *
 * The stored pattern is its tree in preorder, integers in the server's byte order:
 *
 *	u8 version = 1, u8 flags = 0, node
 *	step		u8 1, glob, u8 conditions, each u8 field, u8 op, 8 bytes value (f64, or i64)
 *	sequence	u8 2, u8 anchors (1 = ^, 2 = $), u16 elements, node { connector node }
 *	choice		u8 3, u16 branches, nodes
 *	repetition	u8 4, u16 least, u16 most (65535 = any), node
 *	connector	u8 kind (0 later, 1 next), u8 limits, i64 least and i64 most where given, u16 exclusions, globs
 *	glob		u8 parts given (1 channel, 2 label, 4 stage), each u16 length, bytes with \1 for a wildcard
 *
 * Equal canonical text is equal bytes.
 */
#ifndef TP_PATTERN_H
#define TP_PATTERN_H

#include "journey/tp_globs.h"
#include "journey/tp_journey.h"

#define TP_PATTERN_VERSION 1
#define TP_PATTERN_HEAD 2
#define TP_PATTERN_DEPTH_MAX 100
#define TP_PATTERN_REPEAT_MAX 1000
#define TP_PATTERN_STEPS_MAX 10000	/* repetitions written out */
#define TP_PATTERN_TEXT_MAX (1024 * 1024)
#define TP_REPEAT_ANY 65535

typedef enum tp_node_kind
{
	TP_NODE_STEP = 1,
	TP_NODE_SEQUENCE,
	TP_NODE_CHOICE,
	TP_NODE_REPETITION
} tp_node_kind;

#define TP_ANCHOR_FIRST 1
#define TP_ANCHOR_LAST 2

typedef enum tp_field
{
	TP_FIELD_SCORE,
	TP_FIELD_EXPECTED,
	TP_FIELD_GAP,
	TP_FIELD_COST,
	TP_FIELD_DURATION,
	TP_FIELD_VALUE,
	TP_FIELD_BY
} tp_field;

extern const char *const tp_field_names[];

typedef enum tp_op
{
	TP_OP_LT,
	TP_OP_LE,
	TP_OP_EQ,
	TP_OP_NE,
	TP_OP_GE,
	TP_OP_GT
} tp_op;

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

/* The image of the pattern of one step. */
extern void tp_pattern_of_glob(tp_buffer *out, const tp_glob *glob);

/* The canonical text form of an image. */
extern tp_status tp_pattern_write(tp_buffer *b, const uint8_t *image, size_t size, tp_error *err);

/*
 * Reading an image. A cursor never passes its end: what is not there reads as zero and sets bad. Nodes
 * are read in preorder; who reads a node reads its children.
 */
typedef struct tp_image
{
	const uint8_t *at;
	const uint8_t *end;
	bool		bad;
} tp_image;

extern bool tp_image_open(tp_image *i, const uint8_t *image, size_t size);
extern uint8_t tp_image_u8(tp_image *i);
extern uint16_t tp_image_u16(tp_image *i);
extern int64_t tp_image_i64(tp_image *i);
extern void tp_image_glob(tp_image *i, tp_glob *glob);
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
 * The matches: leftmost start, its earliest end, not overlapping, in order. They stay in the matcher
 * until the next question.
 */
extern tp_status tp_matcher_all(tp_matcher *m, const tp_journey *j, const tp_match **matches, uint32_t *n,
								tp_error *err);

/*
 * What a journey must pass through: a tree of globs. A leaf is a glob that some contact must match;
 * TP_NEED_NOTHING asks for nothing. Exact where passing through is all that the pattern asks; narrow
 * where it asks for more than contacts in an order: conditions on them, limits of time, exclusions.
 */
typedef enum tp_need_kind
{
	TP_NEED_NOTHING,
	TP_NEED_GLOB,
	TP_NEED_ALL,
	TP_NEED_ANY
} tp_need_kind;

typedef struct tp_need
{
	tp_need_kind kind;
	uint32_t	first;			/* of TP_NEED_GLOB the place of the glob, else of the first child */
	uint32_t	next;			/* sibling; 0 = none, for 0 is the root */
} tp_need;

typedef struct tp_needs
{
	tp_need    *need;			/* the root is need[0] */
	uint32_t	count;
	tp_glob    *glob;
	uint32_t	globs;
	bool		exact;
	bool		narrow;
} tp_needs;

extern tp_status tp_pattern_needs(const tp_memory *mem, const uint8_t *image, size_t size, tp_needs *out,
								  tp_error *err);

#endif							/* TP_PATTERN_H */
