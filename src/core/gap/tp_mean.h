/*
 * tp_mean.h
 *	  The summary of numbers whose mean is asked: their count, sum and sum of squares.
 */
#ifndef TP_MEAN_H
#define TP_MEAN_H

#include "gap/tp_gap.h"

#define TP_MEAN_VERSION 1
#define TP_MEAN_OPEN 129		/* what stands there while a summary is being added to */

/*
 * The stored image, in the server's byte order; the host keeps its own length in the first four bytes.
 * The two sums are exact, as the doubles of tp_exact.h, so many each as the longer one takes, 1 or more: the
 * same numbers make the same bytes in any order, however they were split and merged.
 */
typedef struct tp_mean
{
	uint32_t	length;			/* 0: the host's varlena header */
	uint8_t		version;		/* 4: TP_MEAN_VERSION */
	uint8_t		parts;			/* 5: doubles of each sum */
	uint16_t	zero;			/* 6: 0 */
	int64_t		count;			/* 8 */
	double		sum[];			/* 16: of the numbers; behind them of their squares */
} tp_mean;

/* While numbers are added, the head is followed by exact sums. No value of SQL looks so, but a state. */
typedef struct tp_mean_open
{
	uint32_t	length;			/* 0: the host's varlena header */
	uint8_t		version;		/* 4: TP_MEAN_OPEN */
	uint8_t		parts;			/* 5: 0 */
	uint16_t	zero;			/* 6: 0 */
	int64_t		count;			/* 8 */
	tp_exact	sums;			/* 16 */
} tp_mean_open;

#define TP_MEAN_SUMS 2

TP_EXACT_OPEN(tp_mean, tp_mean, TP_MEAN_OPEN)

static inline size_t
tp_mean_size(int parts)
{
	return offsetof(tp_mean, sum) + TP_MEAN_SUMS * (size_t) parts * sizeof(double);
}

/* Is an image of size bytes one with exact sums? */
static inline bool
tp_mean_is_ready(const void *image, size_t size)
{
	const tp_mean_open *m = image;

	return size >= sizeof(tp_mean_open) && m->version == TP_MEAN_OPEN && m->parts == 0 && m->zero == 0 &&
		size == tp_mean_open_size(m);
}

/* Add a number where that takes no more than one that tp_is_near takes: false, with nothing added, where it does. */
static inline bool
tp_mean_add_quickly(tp_mean_open *m, double v)
{
	uint64_t   *w = m->sums.word;
	int64_t		whole;

	if (tp_unlikely(!tp_exact_is_small(&m->sums) || !tp_is_near(v, &whole) ||
					(tp_near_room(w) | tp_near_room(w + TP_EXACT_WORDS)) >= TP_NEAR_FULL || m->count == INT64_MAX))
		return false;
	m->count++;
	tp_add_near(w, whole);
	tp_add_near_product(w + TP_EXACT_WORDS, whole, whole, 0);
	return true;
}

/* Is the image, of size bytes, one that this release reads? Content is for tp_mean_check. */
extern bool tp_mean_is_current(const void *image, size_t size);

/*
 * An image, or nothing where it is NULL, made ready to be added to, and back; both in memory of mem, without
 * the host's length. TP_NO_MEMORY; TP_OUT_OF_RANGE when a sum leaves the range of double precision.
 */
extern tp_status tp_mean_begin(tp_mean_open **m, const void *image, const tp_memory *mem, tp_error *err);
extern tp_status tp_mean_close(void **image, size_t *size, const tp_mean_open *m, const tp_memory *mem, tp_error *err);

/* Add a finite number, or all of an image, open or not: *m moves where it needs room, the old one left to its owner. */
extern tp_status tp_mean_add(tp_mean_open **m, double v, const tp_memory *mem, tp_error *err);
extern tp_status tp_mean_merge(tp_mean_open **m, const void *image, const tp_memory *mem, tp_error *err);

/*
 * An image of any kind as gaps from an expectation of 0, in *room, for what a gap_summary answers: mean,
 * standard deviation, limits, Welch's test.
 */
extern const tp_gap_summary *tp_mean_view(const void *image, tp_gap_summary *room);

/* Could this count and these sums come from numbers? status (TP_BAD_TEXT, TP_BAD_BINARY) if not. Not open. */
extern tp_status tp_mean_check(const void *image, tp_status status, tp_error *err);

/* {count=2, sum=9, squares=41}; the empty summary is {count=0}. Not open. Back, bit for bit, in memory of mem. */
extern void tp_mean_write(tp_buffer *b, const void *image);
extern tp_status tp_mean_read(void **image, size_t *size, const char *text, size_t len, const tp_memory *mem,
							  tp_error *err);

/* A total order, 0 when all bytes are equal: by count, sum, sum of squares. Not open. */
extern int	tp_mean_compare(const void *a, const void *b);

#endif							/* TP_MEAN_H */
