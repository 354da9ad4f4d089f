/*
 * tp_control.h
 *	  Control charts: what of a series is noise and what is a signal.
 */
#ifndef TP_CONTROL_H
#define TP_CONTROL_H

#include "base/tp_core.h"

typedef enum tp_signal
{
	TP_SIGNAL_NONE,
	TP_SIGNAL_BEYOND,			/* beyond the limits */
	TP_SIGNAL_RUN,				/* eighth or later in a row on one side of the centre */
	TP_SIGNAL_TREND				/* seventh or later in a row that rises or falls */
} tp_signal;

#define TP_RUN_LENGTH 8
#define TP_TREND_LENGTH 7

extern const char *tp_signal_name(tp_signal signal);	/* NULL for TP_SIGNAL_NONE */

typedef struct tp_control_point
{
	bool		has_limits;
	double		lower;
	double		upper;
	tp_signal	signal;			/* the first of them that it carries */
} tp_control_point;

/*
 * Individual values and moving ranges (XmR): limits are center -+ 2.66 times the mean of |x(i) - x(i-1)|
 * (3 / d2 of two, 1.128: W. A. Shewhart; D. J. Wheeler, Understanding Variation, 1993). One value has no
 * limits. TP_OUT_OF_RANGE where they overflow.
 */
extern tp_status tp_control_values(const double *value, size_t n, double *center, tp_control_point *points,
								   tp_error *err);

/*
 * Shares (p chart): center is all successes over all trials, limits center -+ 3 sqrt(center (1 -
 * center) / trials), cut at 0 and 1; share gets successes / trials. TP_BAD_ARGUMENT unless 0 <= successes <= trials and trials > 0.
 */
extern tp_status tp_control_shares(const double *successes, const double *trials, size_t n, double *share,
								   double *center, tp_control_point *points, tp_error *err);

#endif							/* TP_CONTROL_H */
