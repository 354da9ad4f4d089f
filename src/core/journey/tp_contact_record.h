/*
 * tp_contact_record.h
 *	  One meeting of customer and company: touchpoint@time [key=value ...].
 */
#ifndef TP_CONTACT_RECORD_H
#define TP_CONTACT_RECORD_H

#include "base/tp_core.h"
#include "base/tp_text.h"
#include "journey/tp_property_set.h"
#include "journey/tp_touchpoint.h"

typedef enum tp_initiator
{
	TP_BY_NOBODY,				/* not known */
	TP_BY_COMPANY,
	TP_BY_CUSTOMER,
	TP_BY_THIRD_PARTY
} tp_initiator;

/* Which fields are known; the initiator's value takes the two highest bits. */
#define TP_HAS_ID			0x01
#define TP_HAS_SCORE		0x02
#define TP_HAS_EXPECTED		0x04
#define TP_HAS_COST			0x08
#define TP_HAS_DURATION		0x10
#define TP_HAS_VALUE		0x20
#define TP_BY_SHIFT			6

/*
 * A contact without its touchpoint and its properties: where many stand together, code is its place in
 * their dictionary and set in their table of properties; where it stands alone, entry and set of
 * properties (tp_property_set.h, NULL = none) go beside it. What has does not name is not to be read.
 */
typedef struct tp_contact
{
	int64_t		time;
	uint8_t		has;
	uint16_t	code;
	uint32_t	set;			/* of properties, from 1, in a table that stands beside; 0 = none */
	int64_t		id;
	double		score;
	double		expected;
	double		cost;
	int64_t		duration;		/* microseconds */
	double		value;
} tp_contact;

static inline tp_initiator
tp_contact_by(const tp_contact *c)
{
	return (tp_initiator) (c->has >> TP_BY_SHIFT);
}

/*
 * The stored contact record:
 *
 *	offset 0	u8	version = 1
 *	offset 1	u8	flags = 0
 *	offset 2	u8	has, as above
 *	offset 3	i64	time
 *	offset 11		id i64, score f64, expected f64, cost f64, duration i64, value f64: those in has
 *	behind			entry of the touchpoint
 *	behind			version 2 only: set of properties (tp_property_set.h)
 *
 * A contact without properties is of version 1, so what release 0.1.0 stored is what this one stores.
 */
#define TP_CONTACT_VERSION 1
#define TP_CONTACT_VERSION_PROPERTIES 2
#define TP_CONTACT_HEAD 3
#define TP_FIELDS_MAX (8 + 6 * 8)	/* time and the six fields */
#define TP_CONTACT_MAX (TP_CONTACT_HEAD + TP_FIELDS_MAX + TP_ENTRY_MAX)

/* Time and known fields, packed; returns the bytes written or read. */
extern size_t tp_contact_pack(const tp_contact *c, uint8_t *to);
extern size_t tp_contact_unpack(tp_contact *c, uint8_t has, const uint8_t *from);

static inline size_t
tp_contact_packed_size(uint8_t has)
{
	/* how many of six bits are set: of three, and three */
	static const uint8_t fields[8] = {0, 1, 1, 2, 1, 2, 2, 3};

	return 8 * ((size_t) 1 + fields[has & 7] + fields[has >> 3 & 7]);
}

/*
 * Is c one that may be stored? Finite time and numbers, cost and duration not negative. Sets -0 to
 * 0. Fails with TP_OUT_OF_RANGE or bad, which is TP_BAD_ARGUMENT or TP_BAD_TEXT by whose words
 * they are.
 */
extern tp_status tp_contact_check(tp_contact *c, tp_status bad, tp_error *err);

/* "company", "customer", "third_party", and back; false when it is none of them. */
extern bool tp_initiator_parse(const char *text, size_t len, tp_initiator *by);
extern const char *tp_initiator_name(tp_initiator by);	/* NULL for TP_BY_NOBODY */
#define TP_INITIATOR_HINT "Valid initiators are company, customer and third_party."

/* (time, id, score) and, behind the touchpoint, (expected, cost, duration, value, initiator). */
extern int	tp_contact_compare_head(const tp_contact *a, const tp_contact *b);
extern int	tp_contact_compare_tail(const tp_contact *a, const tp_contact *b);

/*
 * Read the text form; scanning stops behind it, at a comma, a brace or the end. The set of properties, if
 * there is one, becomes all that the buffer holds, and c->set is 1.
 */
extern tp_status tp_contact_scan(tp_scan *s, tp_contact *c, uint8_t entry[TP_ENTRY_MAX], tp_buffer *properties);
extern tp_status tp_contact_parse(const char *text, size_t len, tp_contact *c, uint8_t entry[TP_ENTRY_MAX],
								  tp_buffer *properties, tp_error *err);

/* properties is a set or NULL. */
extern void tp_contact_write(tp_buffer *b, const tp_contact *c, const tp_touchpoint *t, const uint8_t *properties);

/* The set that a scan has left in its buffer, or NULL. */
static inline const uint8_t *
tp_properties_of(const tp_contact *c, const tp_buffer *properties)
{
	return c->set != 0 ? (const uint8_t *) properties->data : NULL;
}

/*
 * The stored form: at is where it begins, which has room for tp_contact_image_size bytes. Reading
 * checks what it needs to be safe; false when the image is none.
 */
extern size_t tp_contact_image_size(const tp_contact *c, const uint8_t *entry, const uint8_t *properties);
extern void tp_contact_image(uint8_t *at, const tp_contact *c, const uint8_t *entry, const uint8_t *properties);
extern bool tp_contact_open(const uint8_t *at, size_t size, tp_contact *c, const uint8_t **entry,
							const uint8_t **properties);

/* The same without unpacking: has stands at offset 2, the packed fields behind it. */
extern bool tp_contact_parts(const uint8_t *at, size_t size, const uint8_t **entry, const uint8_t **properties);

/* At most this many bytes of text behind the touchpoint, properties apart. */
#define TP_CONTACT_TEXT_MAX 256

#endif							/* TP_CONTACT_RECORD_H */
