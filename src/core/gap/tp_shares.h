/*
 * tp_shares.h
 *	  Counts that shares are made of: the summary of yes and no, and the summary of detractors, passives
 *	  and promoters. What they answer is in tp_difference.h.
 */
#ifndef TP_SHARES_H
#define TP_SHARES_H

#include "gap/tp_difference.h"

#define TP_RATE_VERSION 1

/* The stored image, in the server's byte order; the host keeps its own length in the first four bytes. */
typedef struct tp_rate
{
	TP_SUMMARY_HEAD;			/* of version TP_RATE_VERSION, flags 0 */
	int64_t		count;			/* 8: answers */
	int64_t		successes;		/* 16: those that are true */
} tp_rate;

static inline bool
tp_rate_is_current(const tp_rate *r, size_t size)
{
	return size == sizeof(tp_rate) && r->version == TP_RATE_VERSION && r->flags == 0 && r->zero == 0;
}

/* Everything but the host's length: empty. */
extern void tp_rate_init(tp_rate *r);

/* Add all of other. TP_OUT_OF_RANGE, with nothing added, past the range of counts. */
extern tp_status tp_rate_merge(tp_rate *r, const tp_rate *other, tp_error *err);

/* Could these counts be? status (TP_BAD_TEXT, TP_BAD_BINARY) if not. */
extern tp_status tp_rate_check(const tp_rate *r, tp_status status, tp_error *err);

/* {count=10, successes=4}; the empty summary is {count=0}. Back: TP_BAD_TEXT, TP_OUT_OF_RANGE. */
extern void tp_rate_write(tp_buffer *b, const tp_rate *r);
extern tp_status tp_rate_read(tp_rate *r, const char *text, size_t len, tp_error *err);

/* A total order: by count, then successes. */
extern int	tp_rate_compare(const tp_rate *a, const tp_rate *b);

#define TP_NPS_VERSION 1
#define TP_NPS_HAS_CUTS 1		/* in flags: the cuts are known; without them nothing is counted */

typedef struct tp_nps_summary
{
	TP_SUMMARY_HEAD;			/* of version TP_NPS_VERSION, flags 0 or TP_NPS_HAS_CUTS */
	double		detractor_to;	/* 8: the greatest score of a detractor */
	double		promoter_from;	/* 16: the least of a promoter */
	tp_nps		answers;		/* 24 */
} tp_nps_summary;

static inline bool
tp_nps_is_current(const tp_nps_summary *s, size_t size)
{
	return size == sizeof(tp_nps_summary) && s->version == TP_NPS_VERSION && s->flags <= TP_NPS_HAS_CUTS && s->zero == 0;
}

extern void tp_nps_init(tp_nps_summary *s);

/*
 * Set the cuts, or check that they are those set before: TP_BAD_ARGUMENT where they are not, or are none
 * (detractor_to >= promoter_from); TP_OUT_OF_RANGE for NaN and infinity.
 */
extern tp_status tp_nps_set(tp_nps_summary *s, double detractor_to, double promoter_from, tp_error *err);

/* Count a finite score by the cuts that are set. TP_OUT_OF_RANGE. */
extern tp_status tp_nps_add(tp_nps_summary *s, double score, tp_error *err);

/* Add all of other: TP_BAD_ARGUMENT where its cuts are others. */
extern tp_status tp_nps_merge(tp_nps_summary *s, const tp_nps_summary *other, tp_error *err);
extern tp_status tp_nps_check(const tp_nps_summary *s, tp_status status, tp_error *err);

/* {count=6, detractors=1, promoters=3, detractor_to=6, promoter_from=9}; without cuts {count=0}. */
extern void tp_nps_write(tp_buffer *b, const tp_nps_summary *s);
extern tp_status tp_nps_read(tp_nps_summary *s, const char *text, size_t len, tp_error *err);

static inline int64_t
tp_nps_count(const tp_nps_summary *s)
{
	return s->answers.detractors + s->answers.passives + s->answers.promoters;
}

/* A total order: by count, promoters, detractors, then the cuts. */
extern int	tp_nps_compare(const tp_nps_summary *a, const tp_nps_summary *b);

#endif							/* TP_SHARES_H */
