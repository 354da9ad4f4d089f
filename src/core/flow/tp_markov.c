/*
 * tp_markov.c
 *	  From a flow to a chain, and from the chain's answers to credit.
 */
#include "flow/tp_markov.h"

#include <math.h>

#include "flow/tp_chain.h"

/*
 * Transitions come in order of their source, as the chain wants its steps. Where no_contact is not NULL, the
 * conversions straight from the start are counted in it and left out.
 */
static tp_status
chain_of_flow(const tp_memory *mem, const tp_flow_view *v, double *no_contact, tp_chain *chain, tp_error *err)
{
	uint32_t	n = 0;
	tp_chain_step *step = tp_alloc_array(mem, (size_t) v->edges + 1, sizeof(tp_chain_step));

	if (step == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < v->edges; i++)
	{
		tp_transition t = tp_flow_transition(v, i);

		if (no_contact != NULL && t.source == 0 && t.target == v->states + 1)
		{
			*no_contact = t.count;
			continue;
		}
		step[n].from = t.source;
		step[n].to = t.target <= v->states ? t.target : t.target == v->states + 1 ? TP_CHAIN_GOOD : TP_CHAIN_BAD;
		step[n++].weight = t.count;
	}
	*chain = (tp_chain) {v->states + 1, n, step};
	return TP_OK;
}

tp_status
tp_markov_absorption(const tp_memory *mem, const tp_flow_view *v, double *expected_steps,
					 double *p_conversion, tp_error *err)
{
	tp_chain	chain;
	tp_status	status = chain_of_flow(mem, v, NULL, &chain, err);

	if (status != TP_OK)
		return status;
	status = tp_chain_solve(mem, &chain, p_conversion, expected_steps, err);
	for (uint32_t i = 0; i <= v->states && v->ends != TP_ENDS_CONVERSION; i++)
		p_conversion[i] = (double) NAN;
	tp_release(mem, (void *) chain.step);
	return status;
}

/* Which states hold each symbol: member[first[s]] to member[first[s + 1] - 1]. */
static tp_status
states_of_symbols(const tp_memory *mem, const tp_flow_view *v, size_t **first, uint32_t **member, tp_error *err)
{
	size_t		all = (size_t) v->states * (v->order > 0 ? v->order : 1);
	uint32_t   *last = tp_alloc_array(mem, (size_t) v->symbols + 1, sizeof(uint32_t));

	*first = tp_alloc_array(mem, (size_t) v->symbols + 2, sizeof(size_t));
	*member = tp_alloc_array(mem, all + 1, sizeof(uint32_t));
	if (last == NULL || *first == NULL || *member == NULL)
	{
		tp_release(mem, last);
		return tp_fail_memory(err);
	}
	memset(*first, 0, ((size_t) v->symbols + 2) * sizeof(size_t));
	/* once to count, once to write; a state that holds a symbol twice counts once */
	for (int write = 0; write < 2; write++)
	{
		memset(last, 0, (size_t) v->symbols * sizeof(uint32_t));
		for (uint32_t s = 1; s <= v->states; s++)
		{
			uint32_t	tuple[TP_FLOW_ORDER_MAX];
			uint32_t	n = tp_flow_state(v, s, tuple);

			for (uint32_t i = 0; i < n; i++)
			{
				if (last[tuple[i]] == s)
					continue;
				last[tuple[i]] = s;
				if (write)
					(*member)[(*first)[tuple[i] + 1]++] = s;
				else
					(*first)[tuple[i] + 2]++;
			}
		}
		for (size_t i = 2; write == 0 && i < (size_t) v->symbols + 2; i++)
			(*first)[i] += (*first)[i - 1];
	}
	tp_release(mem, last);
	return TP_OK;
}

tp_status
tp_markov_attribution(const tp_memory *mem, const tp_flow_view *v, double *removal_effect,
					  double *conversions, double *value, double *no_contact, tp_error *err)
{
	tp_chain	chain;
	size_t	   *first = NULL;
	uint32_t   *member = NULL;
	tp_dd		converted = {0, 0},
				total = {0, 0};
	tp_status	status;
	double		brought;

	*no_contact = 0;
	if (v->part > 0 && v->ends != TP_ENDS_CONVERSION)
		return tp_fail(err, TP_BAD_ARGUMENT,
					   "Build it with flow_agg(journey, part, conversion, lookback, restart), or with the numbers of conversions and nulls.",
					   "the flow does not tell conversions from other ends");
	status = chain_of_flow(mem, v, no_contact, &chain, err);
	if (status != TP_OK)
		return status;
	status = states_of_symbols(mem, v, &first, &member, err);
	if (status == TP_OK)
		status = tp_chain_removal(mem, &chain, v->symbols, first, member, removal_effect, err);
	if (status == TP_OK)
	{
		for (size_t i = 0; i < chain.steps; i++)
			if (chain.step[i].to == TP_CHAIN_GOOD)
				converted = tp_dd_add_double(converted, chain.step[i].weight);
		brought = tp_dd_value(tp_dd_subtract(v->value, v->no_contact));
		for (uint32_t i = 0; i < v->symbols; i++)
			total = tp_dd_add_double(total, removal_effect[i]);
		for (uint32_t i = 0; i < v->symbols; i++)
		{
			double		share = removal_effect[i] / tp_dd_value(total);

			conversions[i] = tp_dd_value(converted) * share;
			value[i] = brought * share;
		}
	}
	tp_release(mem, first);
	tp_release(mem, member);
	tp_release(mem, (void *) chain.step);
	return status;
}
