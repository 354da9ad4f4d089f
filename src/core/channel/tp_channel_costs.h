/*
 * tp_channel_costs.h
 *	  What each channel of a journey cost, brought in and took.
 */
#ifndef TP_CHANNEL_COSTS_H
#define TP_CHANNEL_COSTS_H

#include "journey/tp_journey.h"

/* Sums over contacts that know the field, in contact order; NaN where none does. */
typedef struct tp_channel_cost
{
	int64_t		contacts;
	double		cost;
	double		value;
	double		seconds;
} tp_channel_cost;

/*
 * costs[k] for the channel whose class (tp_part_classes) is k, with 0 contacts where k is no class,
 * and costs[j->entries] for contacts without a channel. TP_OUT_OF_RANGE when a sum overflows.
 */
extern tp_status tp_channel_costs(const tp_memory *mem, const tp_journey *j,
								  const uint16_t *class_of, tp_channel_cost *costs, tp_error *err);

#endif							/* TP_CHANNEL_COSTS_H */
