/*
 * tp_drivers.h
 *	  What drives an outcome: sums of products of an outcome and its drivers, and the drivers'
 *	  relative weights.
 *
 * J. W. Johnson, "A heuristic method for estimating the relative weight of predictor variables in
 * multiple regression", Multivariate Behavioral Research 35 (2000).
 */
#ifndef TP_DRIVERS_H
#define TP_DRIVERS_H

#include "base/tp_near.h"
#include "base/tp_dekker.h"

#define TP_DRIVERS_VERSION 1
#define TP_DRIVERS_LONG 2		/* the version where some sum takes more than two doubles */
#define TP_DRIVERS_OPEN 129		/* what stands there while a summary is being added to */
#define TP_DRIVERS_MAX 64

/*
 * The stored image, in the server's byte order; the host keeps its own length in the first four
 * bytes. Equal summaries have equal bytes. With k drivers there are m = k + 1 variables, the outcome
 * first: m sums, then the m * (m + 1) / 2 sums of products in the order (0,0) (0,1) ... (0,k)
 * (1,1) ... (k,k). The empty summary has no drivers and no sums.
 *
 * Sums are exact, as the doubles of tp_exact.h: the same rows make the same bytes in any order, however they
 * were split and merged. (Release 0.1.0 rounded sums to two doubles; what it stored is read as it is.)
 * Version TP_DRIVERS_LONG has in flags how many doubles each sum takes: 3 and more.
 */
typedef struct tp_drivers
{
	uint32_t	length;			/* 0: the host's varlena header */
	uint8_t		version;		/* 4: TP_DRIVERS_VERSION */
	uint8_t		flags;			/* 5: 0 */
	uint16_t	drivers;		/* 6: k; 0 in the empty summary alone */
	int64_t		count;			/* 8: rows */
	tp_dd		sums[];			/* 16 */
} tp_drivers;

/* How many sums and products k drivers have, and the bytes of the image that holds them. */
static inline size_t
tp_drivers_sums(int k)
{
	size_t		m = (size_t) k + 1;

	return k == 0 ? 0 : m + m * (m + 1) / 2;
}

static inline size_t
tp_drivers_size(int k)
{
	return offsetof(tp_drivers, sums) + tp_drivers_sums(k) * sizeof(tp_dd);
}

/*
 * While rows are added, the head is followed by exact sums. No value of SQL looks so: a function that
 * meets it, as the state of an aggregate, takes it for what it stands for.
 */
typedef struct tp_drivers_open
{
	uint32_t	length;			/* 0: the host's varlena header */
	uint8_t		version;		/* 4: TP_DRIVERS_OPEN */
	uint8_t		flags;			/* 5: 0 */
	uint16_t	drivers;		/* 6 */
	int64_t		count;			/* 8 */
	tp_exact	sums;			/* 16: in the order of the image */
} tp_drivers_open;

TP_EXACT_OPEN(tp_drivers, tp_drivers, TP_DRIVERS_OPEN)

/* How many doubles each sum of an image that is not open takes, the first of sum i, and the image's size. */
static inline int
tp_drivers_parts(const tp_drivers *d)
{
	return d->version == TP_DRIVERS_LONG ? d->flags : 2;
}

static inline double *
tp_drivers_sum(const tp_drivers *d, size_t i)
{
	return (double *) ((char *) d + offsetof(tp_drivers, sums)) + i * (size_t) tp_drivers_parts(d);
}

static inline size_t
tp_drivers_long_size(int k, int parts)
{
	return offsetof(tp_drivers, sums) + tp_drivers_sums(k) * (size_t) parts * sizeof(double);
}

/* Is the image, of size bytes, one that this release reads? */
extern bool tp_drivers_is_current(const void *image, size_t size);

/* Fill tp_drivers_long_size(k, parts) bytes, but for the host's length: no rows yet. */
extern void tp_drivers_init(tp_drivers *d, int k, int parts);

/* TP_BAD_ARGUMENT or TP_PAST_LIMIT unless k is a number of drivers. */
extern tp_status tp_drivers_check_number(int k, tp_error *err);

/*
 * Ready for rows of k drivers, with all rows of image (of as many drivers, or empty) in it; and back. Both in memory of
 * mem, and without the host's length. TP_NO_MEMORY; TP_OUT_OF_RANGE when a sum leaves the range of double
 * precision.
 */
extern tp_status tp_drivers_begin(tp_drivers_open **d, int k, const void *image, const tp_memory *mem, tp_error *err);
extern tp_status tp_drivers_close(tp_drivers **image, size_t *size, const tp_drivers_open *d, const tp_memory *mem,
								  tp_error *err);

/*
 * Add a row of finite numbers: drivers of them; *d moves where it needs room, the old one left to its
 * owner. TP_OUT_OF_RANGE.
 */
extern tp_status tp_drivers_add(tp_drivers_open **d, double outcome, const double *drivers, const tp_memory *mem,
								tp_error *err);

/* Add the rows of an image, open or not, which has as many drivers, else TP_BAD_ARGUMENT. TP_OUT_OF_RANGE. */
extern tp_status tp_drivers_merge(tp_drivers_open **d, const void *image, const tp_memory *mem, tp_error *err);

/* An image that is not open, its sums cut to twice double precision into tp_drivers_size(drivers) bytes. */
extern void tp_drivers_round(tp_drivers *to, const tp_drivers *from);

/* TP_BAD_ARGUMENT: k drivers where there were others. */
extern tp_status tp_drivers_mismatch(int drivers, int k, tp_error *err);

/* Could these counts and sums come from rows? status if not. */
extern tp_status tp_drivers_check(const tp_drivers *d, tp_status status, tp_error *err);

/* {count=2, drivers=1, sums=3, 5, products=5, 8, 13}; the empty summary is {count=0}. */
extern void tp_drivers_write(tp_buffer *b, const tp_drivers *d);

/* Back, bit for bit, into memory of mem. TP_BAD_TEXT, TP_OUT_OF_RANGE, TP_NO_MEMORY. */
extern tp_status tp_drivers_read(tp_drivers **d, const char *text, size_t len, const tp_memory *mem,
								 tp_error *err);

/* A total order, 0 when all bytes are equal: by drivers, count, then the sums. */
extern int	tp_drivers_compare(const tp_drivers *a, const tp_drivers *b);

/* What follows asks images of TP_DRIVERS_VERSION. */

/* The mean of driver i = 1 .. k, of the outcome where i = 0; false without rows. */
extern bool tp_drivers_mean(const tp_drivers *d, int i, double *v);

/* The correlation of driver i = 1 .. k with the outcome; false where either has no variance. */
extern bool tp_drivers_correlation(const tp_drivers *d, int i, double *v);

/*
 * Relative weights of the k drivers into weights; they sum to R squared. known says whether there
 * is an answer: not with k or fewer rows, nor for an outcome without variance. TP_BAD_ARGUMENT, naming
 * the driver, when one has no variance or is a linear combination of those before it; TP_NO_MEMORY.
 */
extern tp_status tp_drivers_weights(const tp_drivers *d, const tp_memory *mem, double *weights,
									double *r_squared, bool *known, tp_error *err);

#endif							/* TP_DRIVERS_H */
