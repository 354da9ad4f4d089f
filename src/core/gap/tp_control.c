/*
 * tp_control.c
 *	  Control charts.
 */
#include "gap/tp_control.h"

#include <math.h>

#include "base/tp_dekker.h"
#include "base/tp_host.h"

const char *
tp_signal_name(tp_signal signal)
{
	switch (signal)
	{
		case TP_SIGNAL_BEYOND:
			return "beyond limits";
		case TP_SIGNAL_RUN:
			return "run of 8";
		case TP_SIGNAL_TREND:
			return "trend of 7";
		default:
			return NULL;
	}
}

static int
side_of(double v, double center)
{
	return (v > center) - (v < center);
}

/* Signals of a series whose points have their limits. A tie breaks a trend, the centre a run. */
static void
mark_signals(const double *v, size_t n, double center, tp_control_point *points)
{
	int			side = 0;
	int			direction = 0;
	size_t		run = 0;
	size_t		trend = 1;

	for (size_t i = 0; i < n; i++)
	{
		tp_control_point *p = &points[i];
		int			here = side_of(v[i], center);

		run = here == 0 ? 0 : here == side ? run + 1 : 1;
		side = here;
		if (i > 0)
		{
			int			turn = side_of(v[i], v[i - 1]);

			trend = turn == 0 ? 1 : turn == direction ? trend + 1 : 2;
			direction = turn;
		}
		if (p->has_limits && (v[i] < p->lower || v[i] > p->upper))
			p->signal = TP_SIGNAL_BEYOND;
		else if (run >= TP_RUN_LENGTH)
			p->signal = TP_SIGNAL_RUN;
		else if (trend >= TP_TREND_LENGTH)
			p->signal = TP_SIGNAL_TREND;
		else
			p->signal = TP_SIGNAL_NONE;
	}
}

tp_status
tp_control_values(const double *value, size_t n, double *center, tp_control_point *points, tp_error *err)
{
	tp_dd		sum = {0, 0};
	tp_dd		ranges = {0, 0};
	double		spread;

	for (size_t i = 0; i < n; i++)
	{
		sum = tp_dd_add_double(sum, value[i]);
		if (i > 0)
			ranges = tp_dd_add_double(ranges, fabs(value[i] - value[i - 1]));
	}
	*center = n > 0 ? tp_dd_value(tp_dd_divide_double(sum, (double) n)) : 0;
	spread = n > 1 ? 2.66 * tp_dd_value(tp_dd_divide_double(ranges, (double) (n - 1))) : 0;
	if (!isfinite(*center) || !isfinite(*center - spread) || !isfinite(*center + spread))
		return tp_fail(err, TP_OUT_OF_RANGE, "Scale the values down.", "the limits of the chart are out of range");
	for (size_t i = 0; i < n; i++)
	{
		points[i].has_limits = n > 1;
		points[i].lower = *center - spread;
		points[i].upper = *center + spread;
	}
	mark_signals(value, n, *center, points);
	return TP_OK;
}

static tp_status
check_counts(double successes, double trials, tp_error *err)
{
	char		part[TP_NUMBER_SIZE];
	char		whole[TP_NUMBER_SIZE];

	if (successes >= 0 && trials > 0 && successes <= trials)
		return TP_OK;
	tp_host_number(successes, part);
	tp_host_number(trials, whole);
	return tp_fail(err, TP_BAD_ARGUMENT, "Give a number of trials above 0, and of successes from 0 to it; NULL where there were none.",
				   "%s successes of %s trials cannot be", part, whole);
}

tp_status
tp_control_shares(const double *successes, const double *trials, size_t n, double *share, double *center,
				  tp_control_point *points, tp_error *err)
{
	tp_dd		part = {0, 0};
	tp_dd		whole = {0, 0};

	for (size_t i = 0; i < n; i++)
	{
		if (check_counts(successes[i], trials[i], err) != TP_OK)
			return err->status;
		part = tp_dd_add_double(part, successes[i]);
		whole = tp_dd_add_double(whole, trials[i]);
	}
	*center = n > 0 ? tp_dd_value(part) / tp_dd_value(whole) : 0;
	if (!isfinite(*center))
		return tp_fail(err, TP_OUT_OF_RANGE, "Scale the counts down.", "the sum of trials is out of range");
	for (size_t i = 0; i < n; i++)
	{
		double		spread = 3 * sqrt(*center * (1 - *center) / trials[i]);

		share[i] = successes[i] / trials[i];
		points[i].has_limits = true;
		points[i].lower = fmax(*center - spread, 0);
		points[i].upper = fmin(*center + spread, 1);
	}
	mark_signals(share, n, *center, points);
	return TP_OK;
}
