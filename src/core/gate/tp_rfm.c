/*
 * tp_rfm.c
 *	  Recency, frequency and monetary value.
 */
#include "gate/tp_rfm.h"

#include <math.h>

void
tp_rfm_of(const tp_journey *j, int64_t as_of, tp_rfm *out)
{
	double		lost = 0;

	out->frequency = 0;
	out->last_at = 0;
	out->monetary = 0;
	if (j->form[TP_VALUE] == TP_FORM_ABSENT)
		return;
	for (uint32_t i = 0; i < j->count && tp_journey_time(j, i) <= as_of; i++)
	{
		double		v = tp_journey_number(j, TP_VALUE, i);
		double		sum = out->monetary + v;

		if (isnan(v))
			continue;
		if (v > 0)
		{
			out->frequency++;
			out->last_at = tp_journey_time(j, i);
		}
		/* Neumaier's sum: refunds take away what they gave back, to the last digit or nearly so */
		lost += fabs(out->monetary) >= fabs(v) ? (out->monetary - sum) + v : (v - sum) + out->monetary;
		out->monetary = sum;
	}
	if (isfinite(out->monetary))
		out->monetary += lost;
}

void
tp_quintiles(const double *sorted, size_t n, double cuts[4])
{
	for (int k = 1; k <= 4; k++)
	{
		size_t		low = (n - 1) / 5 * k + (n - 1) % 5 * k / 5;
		double		part = (double) ((n - 1) % 5 * k % 5) / 5;
		double		a = sorted[low];
		double		b = sorted[low + 1 < n ? low + 1 : low];

		cuts[k - 1] = isfinite(b - a) ? a + part * (b - a) : a * (1 - part) + b * part;
	}
}

int
tp_quintile_score(const double cuts[4], double x, bool less_is_better)
{
	int			score = 1;

	for (int k = 0; k < 4; k++)
		score += less_is_better ? x < cuts[k] : x > cuts[k];
	return score;
}
