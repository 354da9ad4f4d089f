/*
 * tp_keyed.h
 *	  Contacts of many customers in any order, to become their journeys one customer at a time.
 *
 * A table of growing journeys waits for memory three times a row: for the customer's place, the end of the log
 * and the dictionary. Here a row is written behind the others of its part, which the hash of its customer
 * chooses, and nothing is looked up but the touchpoint, in one dictionary for all. At the end each part is taken
 * by itself: it is small enough for the caches, and is put together there. A part that has become too large for
 * memory lies in a file, run by run, and is cut again by further bits of a hash before it is taken.
 *
 * A row is
 *
 *	key		as many bytes as keys have, or u32 length and bytes where they differ
 *	u16		place of its touchpoint in the dictionary; or KEYED_INLINE, and the entry itself; or KEYED_SET, u32
 *			number of its properties (0: they follow), and then again a place or KEYED_INLINE
 *	u8		has, and the packed fields (tp_contact_record.h)
 *	u8		only where customers have numbers: bits of those that are unknown; f64 x numbers
 *
 * Rows that came from another process keep their numbers: a run names the source that tells what they mean.
 */
#ifndef TP_KEYED_H
#define TP_KEYED_H

#include "journey/tp_intern.h"

#define TP_KEYED_NUMBERS_MAX 3
#define TP_KEY_VARIES 0

/* Where rows go when memory is full. Both may leave by a jump of the host's own. */
typedef struct tp_keyed_host
{
	bool		(*full) (void *context, size_t held);	/* must what is held go? asked before a run is begun */
	uint64_t	(*write) (void *context, const void *bytes, size_t n);	/* returns the place */
	void		(*read) (void *context, uint64_t place, void *to, size_t n);
	void	   *context;
} tp_keyed_host;

typedef struct tp_keyed_run
{
	uint8_t    *bytes;			/* NULL: in the host's file */
	uint64_t	place;
	size_t		len;
	uint32_t	source;
	bool		borrowed;		/* bytes are somebody else's */
} tp_keyed_run;

typedef struct tp_keyed_part
{
	uint8_t    *open;			/* the run that is being written */
	size_t		len;
	size_t		room;
	uint32_t	source;			/* of it */
	uint32_t	runs;
	uint32_t	run_room;
	tp_keyed_run *run;
	size_t		bytes;			/* of all runs and the open one */
} tp_keyed_part;

/* What the numbers in rows of another process mean here; source 0 is this store itself. */
typedef struct tp_keyed_source
{
	uint32_t	names;
	uint32_t	sets;
	uint32_t   *name;
	uint32_t   *set;			/* by number - 1 */
} tp_keyed_source;

typedef struct tp_keyed
{
	tp_memory	mem;
	tp_keyed_host host;
	uint32_t	key_size;		/* bytes, or TP_KEY_VARIES */
	uint32_t	numbers;		/* a customer has beside its contacts */
	size_t		limit;			/* bytes of a part that may be taken at once */
	size_t		run_size;
	uint32_t	bits;			/* parts that there will be, 1 << bits */
	uint32_t	level;			/* of cutting parts again */
	uint32_t	parts;			/* 1 at birth */
	tp_keyed_part *part;
	tp_keyed_part first;
	size_t		held;			/* bytes in memory */
	tp_intern	names;
	tp_recent  *recent;			/* NULL until it pays */
	tp_set_table *sets;			/* NULL until a contact has properties */
	tp_keyed_source *source;
	uint32_t	sources;
	uint32_t	source_room;
} tp_keyed;

/* It holds pointers into itself, so it must not be moved. limit is what host.full goes by, about. */
extern void tp_keyed_init(tp_keyed *k, const tp_memory *mem, const tp_keyed_host *host, uint32_t key_size,
						  uint32_t numbers, size_t limit);

/*
 * Add a contact of a customer: has and the packed fields of one that has passed tp_contact_check, as they stand in a
 * contact record; entry and properties as in tp_builder_add; number has k->numbers values of which the bits of
 * unknown are not known. The TP_KEYED_BEFORE bytes before the entry may be read, as in a contact record.
 */
#define TP_KEYED_BEFORE 12
extern tp_status tp_keyed_add(tp_keyed *k, const void *key, size_t key_len, const uint8_t *entry,
							  const uint8_t *fields, const uint8_t *properties, const double *number,
							  uint8_t unknown, tp_error *err);

/* Add all rows of another store of the same kind, which is left as it is. */
extern tp_status tp_keyed_merge(tp_keyed *k, const tp_keyed *other, tp_error *err);

/* For a message of another process: the bytes of a store, and a store that borrows them. */
extern size_t tp_keyed_size(const tp_keyed *k);
extern tp_status tp_keyed_write(const tp_keyed *k, tp_buffer *out, tp_error *err);
extern tp_status tp_keyed_read(tp_keyed *k, const uint8_t *at, size_t size, tp_error *err);

/* What is asked of a journey's image. */
typedef enum tp_keyed_shape
{
	TP_KEYED_CANONICAL,			/* the one image of its value, as journey_agg gives it */
	TP_KEYED_PLAIN,				/* any image of its contacts; a column's sum may be rounded otherwise */
	TP_KEYED_BARE				/* any image of their touchpoints and times, and of their properties */
} tp_keyed_shape;

/*
 * Every customer once, in no order: take gets the image of its journey in a buffer whose first bytes, `head` of
 * them, are its own, and the customer's numbers. Scratch is of mem. What take and the building of a journey fail
 * with ends it; TP_BAD_ARGUMENT where rows of one customer differ in numbers, which are called names. The store is
 * left as it is.
 */
typedef tp_status (*tp_keyed_taker) (void *context, tp_buffer *image, const double *number, uint8_t unknown,
									 tp_error *err);
extern tp_status tp_keyed_each(const tp_keyed *k, const tp_memory *mem, tp_keyed_shape shape, size_t head,
							   const char *const *names, tp_keyed_taker take, void *context, tp_error *err);

extern void tp_keyed_release(tp_keyed *k);

/* For tp_keyed_each.c and tp_keyed_wire.c alone. */

#define TP_KEYED_SPLIT_AT 65536		/* bytes of the one part that a store begins with */
#define TP_KEYED_BITS_MOST 8		/* of a hash, that choose among parts */
#define KEYED_INLINE 65535
#define KEYED_SET 65534
#define KEYED_NAMES_MAX 65534

typedef struct tp_keyed_row
{
	const uint8_t *key;
	size_t		key_len;
	const uint8_t *entry;		/* NULL: name says */
	uint32_t	name;
	const uint8_t *properties;	/* NULL: none */
	const uint8_t *has;			/* and the packed fields behind */
	const uint8_t *numbers;
} tp_keyed_row;

/* The row at a place before end; returns the place behind it, NULL where the bytes are none. */
extern const uint8_t *tp_keyed_row_at(const tp_keyed *k, uint32_t source, const uint8_t *at, const uint8_t *end,
									  tp_keyed_row *row);

/* The key alone, for who walks many rows; returns as above. */
extern const uint8_t *tp_keyed_key_at(const tp_keyed *k, const uint8_t *at, const uint8_t *end, const uint8_t **key,
									  size_t *key_len);

extern tp_status tp_keyed_damaged(tp_error *err);
extern void tp_keyed_empty_part(tp_keyed *k, tp_keyed_part *p);

/* Bytes of a run, read into buffer where they lie in the file. */
extern const uint8_t *tp_keyed_run_bytes(const tp_keyed *k, const tp_keyed_run *run, tp_buffer *buffer);

/* 1 << k->bits parts with nothing in them; rows of a part of another store of the same kind into them. */
extern tp_status tp_keyed_begin_parts(tp_keyed *k, tp_error *err);
extern tp_status tp_keyed_put_part(tp_keyed *k, const tp_keyed *from, const tp_keyed_part *p, uint32_t first_source,
								   tp_error *err);

/* From one part to all that there will be. */
extern tp_status tp_keyed_split(tp_keyed *k, tp_error *err);

/* Add the bytes of a run as they are; where memory is full all goes to the file first. */
extern tp_status tp_keyed_put_run(tp_keyed *k, tp_keyed_part *p, uint32_t source, const uint8_t *bytes, size_t n,
								  tp_error *err);

#endif							/* TP_KEYED_H */
