/*
 * tp_property_set.h
 *	  The properties of one contact: a flat object of strings, numbers and booleans, in bytes.
 *
 * A set is
 *
 *	u8	properties, 1 to 64
 *	and for each, in order of the keys' bytes:
 *	u8	length of the key, 1 to 63; the key
 *	u8	1 = string: u16 length, at most 1023, and the string
 *		2 = number: f64, finite, no greater than 2^53 in size, 0 never negative
 *		3 = false, 4 = true
 *
 * and tells its own length. It is unaligned, in the server's byte order, text in the database encoding.
 * A contact without properties has no set, never an empty one, so equal properties are equal bytes.
 */
#ifndef TP_PROPERTY_SET_H
#define TP_PROPERTY_SET_H

#include "base/tp_core.h"
#include "base/tp_text.h"

#define TP_KEY_MAX 63			/* bytes */
#define TP_STRING_MAX 1023		/* bytes */
#define TP_KEYS_MAX 64			/* of one contact */
#define TP_EXACT_MAX 9007199254740992.0 /* 2^53 */
#define TP_EXACT_HINT "Give numbers past 2^53, such as long keys, as strings."
#define TP_SET_MAX (1 + TP_KEYS_MAX * (1 + TP_KEY_MAX + 1 + 2 + TP_STRING_MAX))

typedef enum tp_property_kind
{
	TP_PROPERTY_ABSENT,
	TP_PROPERTY_STRING,
	TP_PROPERTY_NUMBER,
	TP_PROPERTY_BOOLEAN
} tp_property_kind;

/* One value; text is a view, not NUL-terminated. */
typedef struct tp_property
{
	tp_property_kind kind;
	double		number;
	bool		truth;
	const char *text;
	uint32_t	len;
} tp_property;

/* A set as it is made: pairs come in any order, the same pair twice is one. */
typedef struct tp_draft
{
	tp_buffer	bytes;			/* pairs as they came */
	uint32_t	count;
	uint32_t	offset[TP_KEYS_MAX];	/* of each pair, in order of keys */
} tp_draft;

extern void tp_draft_init(tp_draft *d, const tp_memory *mem);
extern void tp_draft_release(tp_draft *d);

/*
 * Add a pair. Fails with TP_PAST_LIMIT for keys and strings too long and too many, TP_OUT_OF_RANGE for
 * numbers that are not finite or past 2^53, bad for an empty key and a key with two values.
 */
extern tp_status tp_draft_add(tp_draft *d, const char *key, size_t len, const tp_property *value, tp_status bad,
							  tp_error *err);

/* The set, added to out; nothing where there is no pair. */
extern tp_status tp_draft_finish(const tp_draft *d, tp_buffer *out, tp_error *err);

/* Step from pair to pair: at begins at set + 1. */
extern const uint8_t *tp_set_pair(const uint8_t *at, const char **key, size_t *len, tp_property *value);

/* The order of two pairs, by key and then by value; a and b go behind them. */
extern int	tp_set_pairs_compare(const uint8_t **a, const uint8_t **b, bool *same_key);
extern size_t tp_set_size(const uint8_t *set);

/* The length of the set that size bytes begin with, all of it checked; 0 where they begin with none. */
extern size_t tp_set_length(const uint8_t *set, size_t size);

/* Is this a set, whole and nothing else, of size bytes? */
extern bool tp_set_is_valid(const uint8_t *set, size_t size);

/*
 * A total order: pair by pair, by key bytewise, then strings (bytewise) before numbers before booleans
 * (false first), then the one with fewer pairs. None (NULL) comes first. 0 only for equal sets.
 */
extern int	tp_set_compare(const uint8_t *a, const uint8_t *b);
extern int	tp_bytes_compare(const void *a, size_t a_len, const void *b, size_t b_len);
extern int	tp_property_compare(const tp_property *a, const tp_property *b);

/* The value of a key, absent where there is none or set is NULL. */
extern void tp_set_find(const uint8_t *set, const char *key, size_t len, tp_property *value);

/*
 * Is the decimal number in text more than 2^53 in size? Digits tell: what is little more than that is 2^53 once it
 * is double precision.
 */
extern bool tp_is_past_exact(const char *text, size_t len);

/* Read and write a JSON object; reading adds the set to out, or nothing for {}. */
extern tp_status tp_set_scan(tp_scan *s, tp_buffer *out);
extern void tp_set_write(tp_buffer *b, const uint8_t *set);

/* A JSON string: at the cursor, its bytes added to out; and written. */
extern tp_status tp_json_string_scan(tp_scan *s, tp_buffer *out);
extern void tp_json_string_write(tp_buffer *b, const char *s, size_t len);

/* The text of one value: a string as it is, a number in its shortest exact form, true or false. */
extern void tp_property_write(tp_buffer *b, const tp_property *value);

/* At most this many bytes of JSON for a set of size bytes: every byte of a string may take six. */
#define TP_SET_TEXT_MAX(size) (6 * (size) + 32 * TP_KEYS_MAX)

/* Different sets, numbered from 1 as they come. */
typedef struct tp_set_table
{
	tp_memory	mem;
	tp_buffer	bytes;
	uint32_t	count;
	uint32_t	room;
	uint32_t	slots;			/* a power of two, or 0 at birth */
	size_t	   *offset;
	uint32_t   *slot;			/* number, or 0 */
} tp_set_table;

extern void tp_set_table_init(tp_set_table *t, const tp_memory *mem);
extern void tp_set_table_release(tp_set_table *t);
extern tp_status tp_set_table_number(tp_set_table *t, const uint8_t *set, uint32_t *number, tp_error *err);

static inline const uint8_t *
tp_set_table_at(const tp_set_table *t, uint32_t number)
{
	return (const uint8_t *) t->bytes.data + t->offset[number - 1];
}

#endif							/* TP_PROPERTY_SET_H */
