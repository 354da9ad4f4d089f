/*
 * tp_outlook.c
 *	  From a journey's last contacts to a state of the flow.
 */
#include "gate/tp_outlook.h"

#include <math.h>

#include "base/tp_sort.h"
#include "flow/tp_markov.h"

tp_status
tp_outlook_make(tp_outlook *o, const tp_memory *mem, const tp_flow_view *flow, tp_error *err)
{
	double	   *steps;
	tp_status	status;

	*o = (tp_outlook) {*mem, flow, NULL};
	if (flow->part == TP_PART_PROPERTY + 1)
		return tp_fail(err, TP_BAD_ARGUMENT, "Build the flow by touchpoint, channel, label or stage.",
					   "a contact to be made has no properties yet");
	if (flow->part > 0 && flow->ends != TP_ENDS_CONVERSION)
		return tp_fail(err, TP_BAD_ARGUMENT, "Build it with flow_agg(journey, part, conversions, nulls, value).",
					   "the flow does not tell conversions from other ends");
	if (flow->edges == 0)
		return TP_OK;
	o->p = tp_alloc_array(mem, (size_t) flow->states + 1, sizeof(double));
	steps = tp_alloc_array(mem, (size_t) flow->states + 1, sizeof(double));
	if (o->p == NULL || steps == NULL)
		status = tp_fail_memory(err);
	else
		status = tp_markov_absorption(mem, flow, steps, o->p, err);
	tp_release(mem, steps);
	return status;
}

void
tp_outlook_release(tp_outlook *o)
{
	tp_release(&o->mem, o->p);
	o->p = NULL;
}

/* The symbol of t's part; false where the flow has not met it. */
static bool
find_symbol(const tp_flow_view *v, const tp_touchpoint *t, uint32_t *symbol)
{
	tp_touchpoint part = *t;

	if (v->part != TP_PART_TOUCHPOINT + 1)
	{
		size_t		len;

		/* other parts stand as labels */
		part.label = tp_touchpoint_part(t, (tp_part) (v->part - 1), &len);
		part.label_len = (uint8_t) len;
		part.channel_len = part.stage_len = 0;
	}
	return tp_touchpoint_find(v->symbol, v->symbols, &part, symbol);
}

/* A state as it is looked for: its symbols. */
typedef struct sought_state
{
	const tp_flow_view *v;
	const uint32_t *tuple;
	uint32_t	n;
} sought_state;

/* States rise, shorter ones first. */
static int
order_of_state(const void *sought, uint32_t state)
{
	const sought_state *s = sought;
	uint32_t	there[TP_FLOW_ORDER_MAX];
	uint32_t	length = tp_flow_state(s->v, state, there);
	int			order = 0;

	for (uint32_t i = 0; i < s->n && order == 0; i++)
		order = i >= length ? -1 : (there[i] > s->tuple[i]) - (there[i] < s->tuple[i]);
	return order == 0 && length > s->n ? 1 : order;
}

/* The state of n symbols, 0 the start; false where the flow was never there. */
static bool
find_state(const tp_flow_view *v, const uint32_t *tuple, uint32_t n, uint32_t *state)
{
	*state = 0;
	return n == 0 || tp_search(1, v->states + 1, order_of_state, &(sought_state) {v, tuple, n}, state);
}

double
tp_outlook_after(const tp_outlook *o, const tp_journey *journey, const tp_touchpoint *entries, uint32_t n,
				 const tp_touchpoint *t)
{
	const tp_flow_view *v = o->flow;
	uint32_t	tuple[TP_FLOW_ORDER_MAX];
	uint32_t	before,
				length = 0,
				state;

	if (o->p == NULL)
		return (double) NAN;
	before = v->order - (t != NULL);
	if (before > n)
		before = n;
	for (uint32_t i = n - before; i < n; i++)
		if (!find_symbol(v, &entries[tp_journey_code(journey, i)], &tuple[length++]))
			return (double) NAN;
	if (t != NULL && !find_symbol(v, t, &tuple[length++]))
		return (double) NAN;
	return find_state(v, tuple, length, &state) ? o->p[state] : (double) NAN;
}
