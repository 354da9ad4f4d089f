/*
 * tp_touchpoint.h
 *	  Where customer and company meet: [stage:][channel/]label, and globs over it.
 */
#ifndef TP_TOUCHPOINT_H
#define TP_TOUCHPOINT_H

#include "base/tp_core.h"
#include "base/tp_text.h"

#define TP_PART_MAX 255			/* bytes */

/*
 * An entry is a touchpoint in bytes, as stored values and dictionaries hold it:
 *
 *	offset 0	u8	length of channel, 0 = absent
 *	offset 1	u8	length of label, at least 1
 *	offset 2	u8	length of stage, 0 = absent
 *	offset 3		channel, label, stage
 */
#define TP_ENTRY_HEAD 3
#define TP_ENTRY_MAX (TP_ENTRY_HEAD + 3 * TP_PART_MAX)

/* The stored touchpoint: u8 version = 1, u8 flags = 0, entry. */
#define TP_TOUCHPOINT_VERSION 1
#define TP_TOUCHPOINT_HEAD 2

/* Which part of a touchpoint a question is about. */
typedef enum tp_part
{
	TP_PART_TOUCHPOINT,			/* the whole, in text form */
	TP_PART_CHANNEL,
	TP_PART_LABEL,
	TP_PART_STAGE,
	TP_PART_PROPERTY			/* the value of a property, in a journey projected on it as its labels */
} tp_part;

/* A part as it is asked for: properties come with their key. */
typedef struct tp_part_key
{
	uint8_t		len;			/* 0 unless the part is a property */
	char		bytes[63];
} tp_part_key;

static inline bool
tp_same_part_key(const tp_part_key *a, const tp_part_key *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

typedef struct tp_aspect
{
	tp_part		part;
	tp_part_key key;
} tp_aspect;

/* A view of one touchpoint; parts are not NUL-terminated. */
typedef struct tp_touchpoint
{
	const char *channel;
	const char *label;
	const char *stage;
	uint8_t		channel_len;	/* 0 = absent */
	uint8_t		label_len;
	uint8_t		stage_len;		/* 0 = absent */
} tp_touchpoint;

static inline size_t
tp_entry_size(const uint8_t *entry)
{
	return TP_ENTRY_HEAD + (size_t) entry[0] + entry[1] + entry[2];
}

static inline tp_touchpoint
tp_entry_view(const uint8_t *entry)
{
	tp_touchpoint t;

	t.channel_len = entry[0];
	t.label_len = entry[1];
	t.stage_len = entry[2];
	t.channel = (const char *) entry + TP_ENTRY_HEAD;
	t.label = t.channel + t.channel_len;
	t.stage = t.label + t.label_len;
	return t;
}

/* One part of t; len is 0 where it is absent. TP_PART_TOUCHPOINT has no single run of bytes. */
static inline const char *
tp_touchpoint_part(const tp_touchpoint *t, tp_part part, size_t *len)
{
	switch (part)
	{
		case TP_PART_CHANNEL:
			*len = t->channel_len;
			return t->channel;
		case TP_PART_STAGE:
			*len = t->stage_len;
			return t->stage;
		default:
			*len = t->label_len;
			return t->label;
	}
}

/* The entry of t; returns its size. */
extern size_t tp_touchpoint_entry(const tp_touchpoint *t, uint8_t entry[TP_ENTRY_MAX]);

/*
 * Make an entry of raw parts; a NULL channel or stage is absent. TP_BAD_ARGUMENT for an empty part
 * and control characters, TP_PAST_LIMIT for a part of more than 255 bytes.
 */
extern tp_status tp_touchpoint_make(const char *channel, size_t channel_len, const char *label, size_t label_len,
									const char *stage, size_t stage_len,
									uint8_t entry[TP_ENTRY_MAX], tp_error *err);

/* Is this an entry, whole and nothing else, of size bytes? */
extern bool tp_entry_is_valid(const uint8_t *entry, size_t size);

/* Read the text form; scanning stops behind the label. Fails with TP_BAD_TEXT or TP_PAST_LIMIT. */
extern tp_status tp_touchpoint_scan(tp_scan *s, uint8_t entry[TP_ENTRY_MAX]);
extern tp_status tp_touchpoint_parse(const char *text, size_t len, uint8_t entry[TP_ENTRY_MAX], tp_error *err);
extern void tp_touchpoint_write(tp_buffer *b, const tp_touchpoint *t);

/* At most this many bytes of text: every byte quoted and escaped. */
#define TP_TOUCHPOINT_TEXT_MAX (3 * (2 * TP_PART_MAX + 2) + 2)

/* Bytewise on (channel, label, stage), absent first; a shorter part before its extensions. */
extern int	tp_touchpoint_compare(const tp_touchpoint *a, const tp_touchpoint *b);

/* Where t stands among n touchpoints that rise; false where it is none of them. */
extern bool tp_touchpoint_find(const tp_touchpoint *entries, uint32_t n, const tp_touchpoint *t, uint32_t *at);

/* "touchpoint", "channel", "label", "stage" or "properties.KEY"; TP_BAD_ARGUMENT lists them. */
extern tp_status tp_part_parse(const char *text, size_t len, tp_aspect *aspect, tp_error *err);

/* Is this the key that a part of this kind has: none, or of a property 1 to 63 bytes without a NUL? */
extern bool tp_part_key_is_valid(const char *bytes, size_t len, tp_part part);

/* Is text the name of this aspect? */
extern bool tp_is_aspect(const char *text, size_t len, tp_part part, const char *key, size_t key_len);
#define TP_PROPERTIES_PREFIX "properties."

/* A compiled glob. A part left out matches anything; text holds '\1' for a wildcard. */
typedef struct tp_glob_part
{
	bool		given;
	bool		literal;		/* no wildcard in it */
	uint16_t	len;
	char		text[2 * TP_PART_MAX + 1];
} tp_glob_part;

typedef struct tp_glob
{
	tp_glob_part channel;
	tp_glob_part label;
	tp_glob_part stage;
} tp_glob;

static inline bool
tp_glob_part_is_any(const tp_glob_part *part)
{
	return !part->given || (part->len == 1 && part->text[0] == '\1');
}

/* Channel and stage are there or not: that a glob gives them, if only as *, is asking for something. */
static inline bool
tp_glob_is_any(const tp_glob *glob)
{
	return !glob->channel.given && tp_glob_part_is_any(&glob->label) && !glob->stage.given;
}

/* Read a glob; scanning stops behind it. Fails with TP_BAD_TEXT or TP_PAST_LIMIT. */
extern tp_status tp_glob_scan(tp_scan *s, tp_glob *glob);
extern tp_status tp_glob_parse(const char *text, size_t len, tp_glob *glob, tp_error *err);
extern void tp_glob_write(tp_buffer *b, const tp_glob *glob);

/* The same where other bytes need quotes: write writes what stands between wildcards. */
typedef void (*tp_literal_writer) (tp_buffer *b, const char *s, size_t len);

extern void tp_glob_write_by(tp_buffer *b, const tp_glob *glob, tp_literal_writer write);

/* Bytes against a pattern with '\1' for a wildcard, which matches any run of characters, or none. */
extern bool tp_wildcard_matches(const char *pattern, size_t pattern_len, const char *s, size_t len);
extern bool tp_glob_matches(const tp_glob *glob, const tp_touchpoint *t);

#endif							/* TP_TOUCHPOINT_H */
