/*
 * tp_channel_costs.c
 *	  What each channel of a journey cost, brought in and took.
 */
#include "channel/tp_channel_costs.h"

#include <math.h>

static void
add_known(double *sum, double v)
{
	if (!isnan(v))
		*sum = isnan(*sum) ? v : *sum + v;
}

tp_status
tp_channel_costs(const tp_memory *mem, const tp_journey *j, const uint16_t *class_of,
				 tp_channel_cost *costs, tp_error *err)
{
	for (uint32_t k = 0; k <= j->entries; k++)
		costs[k] = (tp_channel_cost) {0, NAN, NAN, NAN};
	for (uint32_t i = 0; i < j->count; i++)
	{
		uint16_t	class = class_of[tp_journey_code(j, i)];
		tp_channel_cost *c = &costs[class == TP_NO_CLASS ? j->entries : class];
		int64_t		duration = tp_journey_duration(j, i);

		if (i % 65536 == 0 && tp_interrupted(mem))
			return TP_INTERRUPTED;
		c->contacts++;
		add_known(&c->cost, tp_journey_number(j, TP_COST, i));
		add_known(&c->value, tp_journey_number(j, TP_VALUE, i));
		add_known(&c->seconds, duration < 0 ? NAN : (double) duration);
		if (isinf(c->cost) || isinf(c->value))
			return tp_fail(err, TP_OUT_OF_RANGE, "Record money in a larger unit.",
						   "the total %s of a channel is out of range",
						   isinf(c->cost) ? "cost" : "value");
	}
	for (uint32_t k = 0; k <= j->entries; k++)
		costs[k].seconds /= 1e6;
	return TP_OK;
}
