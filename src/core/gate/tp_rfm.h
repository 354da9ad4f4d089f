/*
 * tp_rfm.h
 *	  Recency, frequency and monetary value.
 */
#ifndef TP_RFM_H
#define TP_RFM_H

#include "base/tp_core.h"
#include "journey/tp_journey.h"

/* Of the contacts with value > 0 at or before as_of, and the sum of all values until then. */
typedef struct tp_rfm
{
	uint32_t	frequency;		/* 0: there is no last_at */
	int64_t		last_at;
	double		monetary;
} tp_rfm;

extern void tp_rfm_of(const tp_journey *j, int64_t as_of, tp_rfm *out);

/* The quantiles of n > 0 sorted numbers at 1/5 ... 4/5, of type 7 (Hyndman and Fan, 1996). */
extern void tp_quintiles(const double *sorted, size_t n, double cuts[4]);

/* 1 to 5: one more than the cuts that x lies above; below them when less is better. */
extern int	tp_quintile_score(const double cuts[4], double x, bool less_is_better);

#endif							/* TP_RFM_H */
