/*
 * tp_step.h
 *	  Steps: which contacts are meant. One grammar wherever contacts are chosen, and each step of a pattern.
 *
 *	step		alternative { | alternative }
 *	alternative	( glob or ( step ) ) [ '[' condition { , condition } ']' ]
 *	condition	field op value; [not] field; property op value; [not] property; property ~ "glob"
 *	field		score, expected, gap, cost, duration, value or by
 *	property	a bare name, "any name" in double quotes, or properties.name
 *	op			< <= = <> >= >
 *	value		of a property a number, a "string", true or false
 *
 * A condition on what the contact lacks is not met, whatever the operator; only `not name` is, which says
 * that it is not there. A property of another kind than the value is not met either: numbers compare as
 * numbers, strings bytewise, true and false are only equal or not. Conditions behind parentheses are those
 * of each alternative within.
 *
 * A step is kept as nodes of the image of a pattern (find/tp_pattern.h):
 *
 *	step		u8 1, glob, u8 conditions, each u8 field, u8 op (up to >), 8 bytes value (f64, or i64)
 *	choice		u8 3, u16 branches, nodes
 *	more		u8 5, as step, but where a condition is none of these: u8 field, u8 op, and
 *				behind field 7, a property, u8 length and bytes of its key;
 *				then the value, but for 7 (is there) and 8 (is not): 8 bytes of a field, of a property
 *				u8 kind and (1) u16 length and bytes, (2) f64, (3) u8 truth; a glob (6) has \1 for a wildcard
 *	glob		u8 parts given (1 channel, 2 label, 4 stage), each u16 length, bytes with \1 for a wildcard
 */
#ifndef TP_STEP_H
#define TP_STEP_H

#include "journey/tp_globs.h"
#include "journey/tp_properties.h"

typedef enum tp_node_kind
{
	TP_NODE_STEP = 1,
	TP_NODE_SEQUENCE,
	TP_NODE_CHOICE,
	TP_NODE_REPETITION,
	TP_NODE_MORE,				/* a step with conditions that TP_NODE_STEP cannot hold */
	TP_NODE_WHOLE				/* what is asked of a match as a whole; only the root */
} tp_node_kind;

typedef enum tp_field
{
	TP_FIELD_SCORE,
	TP_FIELD_EXPECTED,
	TP_FIELD_GAP,
	TP_FIELD_COST,
	TP_FIELD_DURATION,
	TP_FIELD_VALUE,
	TP_FIELD_BY,
	TP_FIELD_PROPERTY
} tp_field;

typedef enum tp_op
{
	TP_OP_LT,
	TP_OP_LE,
	TP_OP_EQ,
	TP_OP_NE,
	TP_OP_GE,
	TP_OP_GT,
	TP_OP_LIKE,
	TP_OP_THERE,
	TP_OP_MISSING
} tp_op;

extern const char *const tp_field_names[];	/* but of TP_FIELD_PROPERTY */

#define TP_KEY_MAX 63			/* bytes of the name of a property */
#define TP_STRING_MAX 1023		/* bytes of a property that is a string */
#define TP_STEP_DEPTH_MAX 100
#define TP_STEP_ALTERNATIVES_MAX 10000
#define TP_STEP_TEXT_MAX (1024 * 1024)

/* A condition as it is read; text and key point into the image. */
typedef struct tp_condition
{
	uint8_t		field;			/* a tp_field */
	uint8_t		op;				/* a tp_op */
	uint8_t		key_len;
	const char *key;			/* of a property */
	int64_t		whole;			/* duration, initiator */
	tp_property value;			/* what a property is compared with; number is that of the other fields too */
} tp_condition;

/* Does a property, which may be absent, meet a condition on it? */
extern bool tp_condition_meets(const tp_condition *c, const tp_property *p);

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

static inline bool
tp_image_has(tp_image *i, size_t n)
{
	if (!i->bad && (size_t) (i->end - i->at) < n)
		i->bad = true;
	return !i->bad;
}

extern uint8_t tp_image_u8(tp_image *i);
extern uint16_t tp_image_u16(tp_image *i);
extern int64_t tp_image_i64(tp_image *i);
extern void tp_image_glob(tp_image *i, tp_glob *glob);
extern void tp_image_condition(tp_image *i, tp_condition *c);

/* Pass the conditions of a step, behind its glob; how many there were. */
extern uint32_t tp_image_pass_conditions(tp_image *i);

/* The bytes of a bare name, and names that stand for something else than a property. */
static inline bool
tp_begins_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char) c >= 0x80;
}

static inline bool
tp_continues_name(char c)
{
	return tp_begins_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

extern bool tp_is_reserved_name(const char *name, size_t len);

/* Text forms of what an image holds; tp_write_step returns whether the step ends with a word. */
extern void tp_write_span(tp_buffer *b, int64_t usecs);
extern void tp_write_key(tp_buffer *b, const char *key, size_t len);
extern void tp_write_glob(tp_buffer *b, tp_image *i);
extern bool tp_write_step(tp_buffer *b, tp_image *i);

/* Parsing, for whoever has steps in a grammar of its own. */
typedef struct tp_parser
{
	tp_scan		s;
	tp_buffer  *out;			/* nodes are added to it */
	tp_error   *err;
	const char *word_hint;		/* what is said of a sign where it cannot belong */
	const char *limit_hint;
	bool		alone;			/* a step alone: blanks between words belong to the label, and a malformed
								 * glob is TP_BAD_TEXT rather than TP_BAD_PATTERN */
	bool		plain;			/* conditions are refused */
	bool		word;			/* the element just read ended with a bare word */
	int			depth;
} tp_parser;

extern char tp_parse_peek(tp_parser *p);	/* the byte behind blanks, which are passed */
extern bool tp_parse_take(tp_parser *p, const char *what);
extern bool tp_parse_take_word(tp_parser *p, const char *word);	/* where a blank or the end follows it */
extern tp_status tp_parse_expected(tp_parser *p, const char *what, const char *hint);
extern tp_status tp_parse_past_limit(tp_parser *p, const char *what);
extern size_t tp_parse_letters(tp_parser *p, char *name, size_t size);	/* a run of small ones, not passed */
extern bool tp_parse_op(tp_parser *p, tp_op *op);
extern tp_status tp_parse_span(tp_parser *p, int64_t *usecs);
extern tp_status tp_parse_key(tp_parser *p, char key[TP_KEY_MAX], uint8_t *len, tp_field *field);
extern tp_status tp_parse_glob(tp_parser *p, const char *what, const char *hint);
extern tp_status tp_parse_step(tp_parser *p, const char *what, const char *hint);

/* Makes a choice of the n elements whose nodes begin at `at`; one alone stays what it is. */
extern tp_status tp_parse_put_choice(tp_parser *p, size_t at, uint32_t n);

/* What stands in parentheses, of which the first is next, no deeper than deepest; inside reads it. */
typedef tp_status (*tp_group_parser) (tp_parser *p, uint32_t *steps);

extern tp_status tp_parse_group(tp_parser *p, int deepest, tp_group_parser inside, uint32_t *steps, const char *expected,
								const char *hint);

/*
 * Conditions behind the parentheses whose nodes begin at `at`: where some stand here, they are added to each
 * step of it. Anything but steps and choices of them is refused.
 */
extern tp_status tp_parse_group_conditions(tp_parser *p, size_t at);

extern void tp_put_u16(tp_buffer *b, uint16_t v);
extern void tp_put_i64(tp_buffer *b, int64_t v);
extern void tp_put_glob(tp_buffer *b, const tp_glob *glob);
extern bool tp_put_before(tp_buffer *b, size_t at, const void *bytes, size_t n);

/*
 * Parse a step that stands alone and add its nodes to out; text is NUL-terminated. TP_BAD_PATTERN says
 * where and what was expected, TP_BAD_TEXT of a malformed glob, TP_PAST_LIMIT for more than the limits above.
 * plain refuses conditions: for who has touchpoints and no contacts.
 */
extern tp_status tp_step_parse(tp_buffer *out, const char *text, size_t len, bool plain, tp_error *err);

/* The conditions of one alternative, ready to be asked. What they found of a journey is kept until the next. */
typedef struct tp_conditions
{
	tp_memory	mem;
	uint8_t    *bytes;			/* what key and text point into */
	tp_condition *condition;	/* those on properties last */
	uint32_t	n;
	uint32_t	fields;			/* of these on fields */
	bool		looked;			/* key and verdict are of this journey */
	bool		never;			/* no contact of it can meet them */
	uint32_t   *key;			/* of each condition, where it is on a property */
	bool		no_verdicts;	/* none are kept: who asks many steps pays for as many as there are sets */
	uint8_t    *verdict;		/* of each property set: 0 not asked, 1 not met, 2 met */
	uint32_t	verdict_room;
	uint32_t	asked_at;		/* the contact, from 1, that ok is about */
	bool		ok;
} tp_conditions;

/* Read those of a step behind its glob. *out is NULL where there are none. */
extern tp_status tp_conditions_read(const tp_memory *mem, tp_image *i, tp_conditions **out, tp_error *err);
extern void tp_conditions_release(tp_conditions *c);

/* Before the first contact of each journey. */
static inline void
tp_conditions_forget(tp_conditions *c)
{
	c->looked = false;
	c->asked_at = 0;
}

extern bool tp_conditions_ask(tp_conditions *c, const tp_journey *j, uint32_t i);

/* Does contact i meet all? */
static inline bool
tp_conditions_met(tp_conditions *c, const tp_journey *j, uint32_t i)
{
	if (c->asked_at != i + 1)
	{
		c->asked_at = i + 1;
		c->ok = tp_conditions_ask(c, j, i);
	}
	return c->ok;
}

/* A step ready to be asked of one contact. */
typedef struct tp_alternative
{
	tp_glob		glob;
	tp_conditions *conditions;	/* or NULL */
} tp_alternative;

typedef struct tp_step
{
	tp_memory	mem;
	uint32_t	n;
	uint32_t	room;
	tp_alternative *alternative;
} tp_step;

extern tp_status tp_step_read(const tp_memory *mem, const uint8_t *nodes, size_t size, tp_step *out, tp_error *err);
extern tp_status tp_step_make(const tp_memory *mem, const char *text, size_t len, bool plain, tp_step *out,
							  tp_error *err);
extern void tp_step_release(tp_step *s);

/* May a contact at t meet it, conditions apart? */
extern bool tp_step_touches(const tp_step *s, const tp_touchpoint *t);

/* Before the first contact of each journey; does contact i, which is at t, meet it? */
extern void tp_step_forget(const tp_step *s);
extern bool tp_step_met(const tp_step *s, const tp_journey *j, uint32_t i, const tp_touchpoint *t);

/*
 * Several steps at once, told by bits. What their globs say is looked up in the dictionary, as tp_globs does;
 * only contacts at a glob with conditions are asked one by one.
 */
typedef struct tp_steps_test
{
	tp_glob		glob;
	uint32_t	candidate;		/* the bit of it */
	uint32_t	bit;			/* of the step */
	tp_conditions *conditions;
} tp_steps_test;

typedef struct tp_steps
{
	tp_globs	globs;			/* a bit a step, or a candidate's behind them */
	uint32_t	words;			/* of the bits of steps */
	uint32_t	tests;
	uint32_t	test_room;
	tp_steps_test *test;
	uint64_t   *all;			/* scratch: globs.words words */
	uint64_t   *row;			/* scratch: words */
} tp_steps;

extern void tp_steps_init(tp_steps *s, const tp_memory *mem);
extern tp_status tp_steps_add(tp_steps *s, const char *text, uint32_t bit, tp_error *err);
extern void tp_steps_release(tp_steps *s);

/*
 * Look at the dictionary of j, once all steps are added. Afterwards tp_steps_row gives the bits of each contact,
 * until the next look; all is what they could be at most, of s->words words, or NULL.
 */
extern tp_status tp_steps_look(tp_steps *s, const tp_journey *j, uint64_t *all, tp_error *err);

extern const uint64_t *tp_steps_ask(tp_steps *s, const tp_journey *j, uint32_t i, const uint64_t *row);

/* Does every contact meet every step? Then there is nothing to look at. */
static inline bool
tp_steps_are_any(const tp_steps *s)
{
	return s->tests == 0 && s->globs.any == s->globs.count;
}

/* The bits of contact i, of s->words words, until the next is asked for. */
static inline const uint64_t *
tp_steps_row(tp_steps *s, const tp_journey *j, uint32_t i)
{
	const uint64_t *row = tp_globs_row(&s->globs, tp_journey_code(j, i));

	return s->tests == 0 ? row : tp_steps_ask(s, j, i, row);
}

#endif							/* TP_STEP_H */
