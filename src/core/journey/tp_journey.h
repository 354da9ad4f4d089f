/*
 * tp_journey.h
 *	  The contact records of one customer, or of one case, in order: format, reading, building.
 *
 * One image per value: equal journeys are equal bytes. The image is in the server's byte order and
 * holds no OID, pointer or enum of anybody's; docs/format.md draws it.
 *
 * Version 2, which is what is written. A long head, 24 bytes:
 *
 *	offset 0	u8	version = 2
 *	offset 1	u8	flags: 1 = summary, 2 = entries carry a stage, 4 = short head, 8 = narrow entries,
 *					16 = shared channels, 32 = properties; others must be zero
 *	offset 2	u16	entries in the dictionary
 *	offset 4	u32	contacts
 *	offset 8	u8	x 8, the form of each column, in the order of tp_column
 *	offset 16	i64	time of the first contact
 *
 * or, where there is no summary and neither contacts nor entries pass 255, a short one of 14 to 21:
 *
 *	offset 2	u8	entries in the dictionary
 *	offset 3	u8	contacts
 *	offset 4	i64	time of the first contact
 *	offset 12	u8	which columns are there besides times, bits by tp_column
 *	offset 13	u8	the form of times and of each column that is there
 *
 * Summary, 72 bytes, where columns and dictionary, or the properties, take at least TP_SUMMARY_FROM bytes:
 *
 *	offset 24	i64	time of the last contact
 *	offset 32	f64	sum of scores
 *	offset 40	f64	lowest score
 *	offset 48	f64	highest score
 *	offset 56	f64	score of the last scored contact
 *	offset 64	f64	total cost
 *	offset 72	f64	total value
 *	offset 80	u32	scored contacts
 *	offset 84	u32	position of the last lowest score, from 0
 *	offset 88	u32	position of the last highest score
 *	offset 92	u32	position of the last scored contact
 *
 * Then the columns in the order of tp_column, behind the times the codes (absent, u8 or u16 by the
 * size of the dictionary); where the flag says so the properties (tp_properties.h); and at the end the
 * dictionary, in touchpoint order, in the shape that tp_dictionary_shape tells of.
 *
 * A column's form byte: low three bits the tp_form, bit 3 for ids alone, high four bits the decimal
 * scale of a number or the unit of a time or duration. A form is the one of fewest bytes, the lower
 * where two are equal; scale is the least, unit the coarsest, that loses nothing.
 *
 *	absent		nobody has it; times: all equal the first
 *	constant	everybody has the same: 8 bytes
 *	1, 2, 4		integers of that many bytes: number * 10^scale; time and duration / unit
 *	8			numbers: float8; others: integers of 8 bytes
 *	real		numbers: float4
 *	3, 6		others: integers of that many bytes
 *
 * Unknown is the least signed integer (id, number), NaN (real and number of 8 bytes), the greatest
 * unsigned integer (duration, id from a base), 0 (initiator, which is of 1 byte or constant). Bit 3 of
 * the ids' form: in a column of 8 bytes, a bitmap of known ids follows them; in narrower ones, the least
 * id stands before them, i64, and they count from it without sign.
 *
 * Version 1, which release 0.1.0 wrote: the long head whatever the size, a summary where the image
 * without it takes TP_SUMMARY_FROM bytes, none of the forms and flags from 3, 4 on, ids as they are.
 */
#ifndef TP_JOURNEY_H
#define TP_JOURNEY_H

#include "journey/tp_contact_record.h"
#include "base/tp_core.h"
#include "journey/tp_touchpoint.h"

#define TP_JOURNEY_VERSION	2
#define TP_JOURNEY_VERSION_1 1
#define TP_FLAG_SUMMARY		0x01
#define TP_FLAG_STAGES		0x02
#define TP_FLAG_SHORT		0x04
#define TP_FLAG_NARROW		0x08
#define TP_FLAG_SHARED		0x10
#define TP_FLAG_PROPERTIES	0x20
#define TP_HEAD_SIZE		24
#define TP_SHORT_HEAD		14	/* with the form of times; a byte more for each column */
#define TP_SHORT_MAX		255	/* contacts and entries */
#define TP_SUMMARY_SIZE		72
#define TP_HEADER_MAX		(TP_HEAD_SIZE + TP_SUMMARY_SIZE)
#define TP_SUMMARY_FROM		512

#define TP_CONTACTS_MAX		16777215
#define TP_DICTIONARY_MAX	65535
#define TP_IMAGE_MAX		((size_t) 0x3FFFFFFF - 8)
#define TP_TEXT_MAX			((size_t) 512 * 1024 * 1024)

typedef enum tp_column
{
	TP_TIME,
	TP_ID,
	TP_SCORE,
	TP_EXPECTED,
	TP_COST,
	TP_DURATION,
	TP_VALUE,
	TP_INITIATOR,
	TP_COLUMNS
} tp_column;

typedef enum tp_form
{
	TP_FORM_ABSENT,
	TP_FORM_CONSTANT,
	TP_FORM_1,
	TP_FORM_2,
	TP_FORM_4,
	TP_FORM_8,
	TP_FORM_3,					/* times, durations, ids */
	TP_FORM_6,
	TP_FORM_REAL = 6			/* numbers */
} tp_form;

#define TP_FORM_BITMAP 0x08		/* ids of 8 bytes */
#define TP_FORM_BASE 0x08		/* ids of fewer */

/* The properties within an image; see tp_properties.h. */
typedef struct tp_property_block
{
	uint32_t	keys;
	uint32_t	pairs;
	uint32_t	sets;			/* 0 where there are no properties */
	uint8_t		width;			/* of numbers in it: 1, 2 or 4 */
	uint8_t		code_width;		/* of a contact's set: 0 (all have the first), 1, 2 or 4 */
	bool		single;			/* set n is pair n */
	const uint8_t *key_end;		/* of each key, in key_bytes */
	const uint8_t *key_first;	/* first pair of each key */
	const uint8_t *value_end;	/* of each pair, in values */
	const uint8_t *set_end;		/* of each set, in list */
	const uint8_t *list;		/* pairs of sets */
	const uint8_t *key_bytes;
	const uint8_t *values;
	const uint8_t *end;
	const uint8_t *codes;
} tp_property_block;

/* A journey as it lies in its image; nothing is copied. */
typedef struct tp_journey
{
	const uint8_t *image;
	size_t		size;
	uint32_t	count;
	uint32_t	entries;		/* touchpoints in the dictionary */
	uint8_t		flags;
	uint8_t		version;
	uint8_t		code_width;		/* 0, 1 or 2 */
	uint8_t		form[TP_COLUMNS];	/* a tp_form */
	uint8_t		scale[TP_COLUMNS];	/* decimal scale or unit */
	int64_t		first_at;
	const uint8_t *column[TP_COLUMNS];
	const uint8_t *codes;
	const uint8_t *id_bitmap;	/* or NULL */
	uint8_t		id_form;		/* the whole form byte of ids */
	bool		id_based;		/* ids count from id_base */
	int64_t		id_base;
	const uint8_t *dictionary;
	const uint8_t *dictionary_end;
	bool		projected;		/* labels are values of a property; see tp_journey_project */
	tp_property_block properties;
} tp_journey;

/* Microseconds of a unit; 10^scale. */
extern const int64_t tp_unit_usecs[16];
extern const double tp_power10[16];
#define TP_GREATEST_SCALE 15

/* The integer nearest to v, whose size is below 2^31; what libm's rint gives, but inline. */
static inline int32_t
tp_nearest(double v)
{
	return (int32_t) (v < 0 ? v - 0.5 : v + 0.5);
}

/* Is v an integer of 32 bits over 10^scale, to the last bit? The least such integer means unknown. */
static inline bool
tp_fits_scale(double v, int scale, int32_t *m)
{
	double		scaled = v * tp_power10[scale];

	if (!(scaled > -2147483647.25 && scaled < 2147483647.25))
		return false;
	*m = tp_nearest(scaled);
	return *m / tp_power10[scale] == v;
}

/* Look into an image. TP_CORRUPT when it is none; O(1), so the dictionary is not walked. */
extern tp_status tp_journey_open(tp_journey *j, const void *image, size_t size, tp_error *err);

/*
 * Look at the first bytes of an image, at most TP_HEADER_MAX of them. Only count, entries, flags,
 * forms, first_at and the summary may be asked afterwards.
 */
extern tp_status tp_journey_open_head(tp_journey *j, const void *image, size_t size, tp_error *err);

/*
 * Entries of a dictionary are, one behind the other,
 *
 *	plain	u8 length of channel, u8 length of label, with stages u8 length of stage; channel, label, stage
 *	narrow	u8 length of channel + 16 * length of label; channel, label. Neither passes 15, there are no stages
 *	shared	for entries of one channel, at most 256 together: u8 length of channel, u8 entries - 1, channel;
 *			then for each u8 length of label, with stages u8 length of stage; label, stage
 *
 * Narrow where that can be, else plain; but shared where that takes at most 7/8 as many bytes.
 */
typedef struct tp_entries
{
	const uint8_t *at;
	const uint8_t *end;
	uint32_t	head;			/* bytes before an entry's parts: 1, 2 or 3; shared: of plain */
	bool		shared;
	uint32_t	left;			/* shared: entries of this channel that are still to come */
	uint8_t		channel_len;
	const uint8_t *channel;
} tp_entries;

static inline uint32_t
tp_entry_head(const tp_journey *j)
{
	return j->flags & TP_FLAG_NARROW ? 1 : j->flags & TP_FLAG_STAGES ? 3 : 2;
}

extern void tp_entries_begin(tp_entries *e, const tp_journey *j);

/* The next entry as a view into the image; false where the image ends before it does. */
extern bool tp_entries_next_shared(tp_entries *e, tp_touchpoint *t);

static inline bool
tp_entries_next(tp_entries *e, tp_touchpoint *t)
{
	const uint8_t *at = e->at;
	size_t		left = (size_t) (e->end - at);

	if (e->shared)
		return tp_entries_next_shared(e, t);
	if (tp_unlikely(left < e->head))
		return false;
	t->channel_len = e->head == 1 ? at[0] & 15 : at[0];
	t->label_len = e->head == 1 ? at[0] >> 4 : at[1];
	t->stage_len = e->head == 3 ? at[2] : 0;
	t->channel = (const char *) at + e->head;
	t->label = t->channel + t->channel_len;
	t->stage = t->label + t->label_len;
	if (tp_unlikely(left < (size_t) e->head + t->channel_len + t->label_len + t->stage_len))
		return false;
	e->at = (const uint8_t *) t->stage + t->stage_len;
	return true;
}

static inline bool
tp_journey_has_summary(const tp_journey *j)
{
	return (j->flags & TP_FLAG_SUMMARY) != 0;
}

/*
 * The dictionary as views into the image, in touchpoint order; out has room for j->entries. Where it
 * is TP_OK, every code of the journey is a place in it.
 */
extern tp_status tp_journey_dictionary(const tp_journey *j, tp_touchpoint *out, tp_error *err);

/* Code (place in the dictionary) and time of contact i. */
static inline uint32_t
tp_journey_code(const tp_journey *j, uint32_t i)
{
	switch (j->code_width)
	{
		case 1:
			return j->codes[i];
		case 2:
			return tp_load_u16(j->codes + 2 * (size_t) i);
		default:
			return 0;
	}
}

static inline int64_t
tp_journey_time(const tp_journey *j, uint32_t i)
{
	const uint8_t *at = j->column[TP_TIME];
	uint64_t	offset;

	switch (j->form[TP_TIME])
	{
		case TP_FORM_1:
			offset = at[i];
			break;
		case TP_FORM_2:
			offset = tp_load_u16(at + 2 * (size_t) i);
			break;
		case TP_FORM_4:
			offset = tp_load_u32(at + 4 * (size_t) i);
			break;
		case TP_FORM_8:
			offset = tp_load_u64(at + 8 * (size_t) i);
			break;
		case TP_FORM_3:
			offset = tp_load_u24(at + 3 * (size_t) i);
			break;
		case TP_FORM_6:
			offset = tp_load_u48(at + 6 * (size_t) i);
			break;
		default:
			return j->first_at;
	}
	/* unsigned, for the whole range of times is wider than a signed integer */
	return (int64_t) ((uint64_t) j->first_at + offset * (uint64_t) tp_unit_usecs[j->scale[TP_TIME]]);
}

static inline int64_t
tp_journey_last_at(const tp_journey *j)
{
	if (tp_journey_has_summary(j))
		return tp_load_i64(j->image + 24);
	return tp_journey_time(j, j->count - 1);
}

/* A number (score, expected, cost, value) of contact i: NaN where unknown. */
extern double tp_journey_number(const tp_journey *j, tp_column column, uint32_t i);

/* Duration of contact i in microseconds, -1 where unknown; id, false where unknown; who began it. */
extern int64_t tp_journey_duration(const tp_journey *j, uint32_t i);
extern bool tp_journey_id(const tp_journey *j, uint32_t i, int64_t *id);
extern tp_initiator tp_journey_by(const tp_journey *j, uint32_t i);

/* The set of properties of contact i, from 1; 0 = none. */
static inline uint32_t
tp_journey_set_of(const tp_journey *j, uint32_t i)
{
	uint32_t	set;

	if (j->properties.sets == 0)
		return 0;
	switch (j->properties.code_width)
	{
		case 0:
			return 1;
		case 1:
			set = j->properties.codes[i];
			break;
		case 2:
			set = tp_load_u16(j->properties.codes + 2 * (size_t) i);
			break;
		default:
			set = tp_load_u32(j->properties.codes + 4 * (size_t) i);
			break;
	}
	return set <= j->properties.sets ? set : 0;
}

/* Contact i whole; its set is one of the journey's. */
extern void tp_journey_contact(const tp_journey *j, uint32_t i, tp_contact *c);

/* What the summary holds, from the summary or from the columns. */
typedef struct tp_scores
{
	uint32_t	scored;			/* where it is 0 the rest means nothing */
	uint32_t	lowest_at;		/* positions from 0, of equals the last */
	uint32_t	highest_at;
	uint32_t	end_at;
	double		sum;
	double		lowest;
	double		highest;
	double		end;
} tp_scores;

extern void tp_journey_scores(const tp_journey *j, tp_scores *out);

/* The same, but the sum may be NaN where it does not come along for nothing. */
extern void tp_journey_peaks(const tp_journey *j, tp_scores *out);

/* Sum of a column of numbers, false where nobody has one. Exact where the column is integers. */
extern bool tp_journey_total(const tp_journey *j, tp_column column, double *sum);

/* The first contact at or after t (count when none), by binary search. */
extern uint32_t tp_journey_search(const tp_journey *j, int64_t t);

/*
 * -1, 0 or 1: contact by contact, then the shorter first. 0 only for equal journeys, which are equal
 * images where both are of one version.
 */
extern tp_status tp_journey_compare(const tp_memory *mem, const tp_journey *a, const tp_journey *b, int *order,
									tp_error *err);

/*
 * An image of version 1 as this release writes it, added to out: for who looks at bytes. An image of
 * version 2 is copied.
 */
extern tp_status tp_journey_renew(const tp_memory *mem, const tp_journey *j, tp_buffer *out, tp_error *err);

/*
 * For each of n entries the place of the first entry with the same part, TP_NO_CLASS where the
 * part is absent: contacts are the same to a question about part when their classes are.
 */
#define TP_NO_CLASS UINT16_MAX
extern tp_status tp_part_classes(const tp_memory *mem, const tp_touchpoint *entries, uint32_t n, tp_part part,
								 uint16_t *class_of, tp_error *err);

/* Text and wire forms; see tp_journey_text.c and tp_journey_wire.c. */
struct tp_builder;
extern tp_status tp_journey_parse(struct tp_builder *b, const char *text, size_t len, tp_error *err);
extern tp_status tp_journey_write(tp_buffer *b, const tp_journey *j, tp_error *err);

/*
 * Building. A tp_builder takes contacts in any order and packs them into a log; finish sorts them,
 * merges those with one id and writes the image. It is small at birth: some 600 bytes with the
 * first contact. It holds pointers into itself, so it must not be moved.
 */
#define TP_FEW_ENTRIES 8

/* In the log, in place of a code: a set of properties, u32, comes first. No code is as great. */
#define TP_LOG_WITH_SET UINT16_MAX
#define TP_LOG_SET 6

typedef struct tp_builder
{
	tp_memory	mem;
	uint32_t	count;
	uint32_t	entries;
	tp_buffer	log;			/* per contact: u16 code, u8 has, packed fields; before those of one with
								 * properties u16 TP_LOG_WITH_SET, u32 set */
	tp_buffer	dictionary;		/* entries as they came */
	uint32_t   *offset;			/* of each entry in dictionary */
	uint16_t   *slot;			/* hash table: entry + 1, or 0 */
	uint32_t	room;			/* entries that offset can take; half the slots */
	tp_set_table *sets;			/* NULL until a contact has properties */
	uint32_t	few_offset[TP_FEW_ENTRIES];
	uint16_t	few_slot[2 * TP_FEW_ENTRIES];
} tp_builder;

extern void tp_builder_init(tp_builder *b, const tp_memory *mem);

/*
 * Add a contact at the touchpoint of entry, with a set of properties or NULL. The contact must have
 * passed tp_contact_check.
 */
extern tp_status tp_builder_add(tp_builder *b, const uint8_t *entry, const tp_contact *c, const uint8_t *properties,
								tp_error *err);

/* Add all contacts of a journey, or all of another builder, which is left as it is. */
extern tp_status tp_builder_add_journey(tp_builder *b, const tp_journey *j, tp_error *err);
extern tp_status tp_builder_add_builder(tp_builder *b, const tp_builder *other, tp_error *err);

/*
 * The journey of all contacts added. One id on different touchpoints or times is TP_BAD_ARGUMENT;
 * the same id again on the same ones counts once, the greater contact staying. The builder can go
 * on. Scratch and image are of mem; release what is left in out.
 */
extern tp_status tp_builder_finish(const tp_builder *b, const tp_memory *mem, tp_buffer *out, tp_error *err);
extern void tp_builder_release(tp_builder *b);

/*
 * An image of contacts whose codes point into entries, which are in touchpoint order. Sorts and
 * merges as above unless the contacts rise in time; entries that nobody uses are left out. The
 * contacts are rearranged. Bytes are added to out behind what it holds. A contact's set is one of n_sets
 * sets of properties, from 1, which stand in any order and may repeat; where n_sets is 0 no contact has any.
 */
extern tp_status tp_journey_encode(const tp_memory *mem, tp_contact *contacts, uint32_t count,
								   const tp_touchpoint *entries, uint32_t n_entries,
								   const uint8_t *const *sets, uint32_t n_sets,
								   tp_buffer *out, tp_error *err);

/* The same where entries are in any order, and are put in order; TP_BAD_ARGUMENT when two are the same. */
extern tp_status tp_journey_encode_unranked(const tp_memory *mem, tp_contact *contacts, uint32_t count,
											tp_touchpoint *entries, uint32_t n_entries,
											const uint8_t *const *sets, uint32_t n_sets,
											tp_buffer *out, tp_error *err);

/* May a journey be made of so many contacts? Asked before any of them is read. TP_PAST_LIMIT. */
extern tp_status tp_contacts_fit(uint64_t count, tp_error *err);

/* The image of two journeys' contacts together, as tp_builder_finish would write it. */
extern tp_status tp_journey_merge(const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer *out,
								  tp_error *err);

/* The order of contacts whose codes and sets are places in one dictionary, which is in order. */
static inline int
tp_contact_compare_coded(const tp_contact *a, const tp_contact *b)
{
	int			c = tp_contact_compare_head(a, b);

	if (c == 0)
		c = (int) a->code - (int) b->code;
	if (c == 0)
		c = tp_contact_compare_tail(a, b);
	return c != 0 ? c : (a->set > b->set) - (a->set < b->set);
}

/* All contacts of a journey, codes pointing into its dictionary, sets into its sets. */
extern tp_status tp_journey_contacts(const tp_memory *mem, const tp_journey *j, tp_contact *out, tp_error *err);

#endif							/* TP_JOURNEY_H */
