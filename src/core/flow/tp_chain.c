/*
 * tp_chain.c
 *	  Answers of an absorbing chain, by taking out its states.
 *
 * A removal effect needs the chain reduced to the start and one set of states. Doing that for each
 * set anew would cost a whole solution a set; instead the sets are halved again and again, and
 * each half starts from what the other half's states left: all of n sets cost as much as two or
 * three solutions.
 */
#include "flow/tp_chain.h"

#include <math.h>

#include "flow/tp_reduction.h"

/* Steps to itself are left out of arcs: they cost steps but lead nowhere. */
static bool
graph_of_chain(tp_graph *g, const tp_memory *mem, const tp_chain *chain, const bool *dead)
{
	if (!tp_graph_init(g, mem, chain->n))
		return false;
	for (uint32_t i = 0; i < chain->n; i++)
		g->node[i].label = i;
	for (size_t i = 0; i < chain->steps;)
	{
		uint32_t	from = chain->step[i].from;
		tp_node	   *node = &g->node[from];
		double		most = 0,
					total = 0;
		size_t		end = i;

		for (; end < chain->steps && chain->step[end].from == from; end++)
			most = fmax(most, chain->step[end].weight);
		for (size_t k = i; k < end; k++)
			total += chain->step[k].weight / most;
		node->reward = 1;
		for (; i < end; i++)
		{
			uint32_t	to = chain->step[i].to;
			double		p = chain->step[i].weight / most / total;

			if (to == TP_CHAIN_GOOD)
				node->good += p;
			else if (to == TP_CHAIN_BAD || dead[to])
				node->bad += p;
			else if (to != from && !tp_graph_arc(g, node, to, p))
				return false;
		}
	}
	return true;
}

/*
 * Which states reach no end (dead), and which may get into one of those (lost, never ending), by
 * walking the steps against their direction.
 */
static tp_status
find_dead(const tp_memory *mem, const tp_chain *chain, bool *dead, bool *lost, tp_error *err)
{
	size_t	   *first = tp_alloc_array(mem, (size_t) chain->n + 2, sizeof(size_t));
	uint32_t   *from = tp_alloc_array(mem, chain->steps + 1, sizeof(uint32_t));
	uint32_t   *queue = tp_alloc_array(mem, (size_t) chain->n + 1, sizeof(uint32_t));
	size_t		tail = 0;

	if (first == NULL || from == NULL || queue == NULL)
	{
		tp_release(mem, first);
		tp_release(mem, from);
		tp_release(mem, queue);
		return tp_fail_memory(err);
	}
	memset(first, 0, ((size_t) chain->n + 2) * sizeof(size_t));
	for (size_t i = 0; i < chain->steps; i++)
		if (chain->step[i].to < TP_CHAIN_BAD)
			first[chain->step[i].to + 2]++;
	for (size_t i = 2; i < (size_t) chain->n + 2; i++)
		first[i] += first[i - 1];
	for (size_t i = 0; i < chain->steps; i++)
		if (chain->step[i].to < TP_CHAIN_BAD)
			from[first[chain->step[i].to + 1]++] = chain->step[i].from;

	memset(dead, true, chain->n);
	for (size_t i = 0; i < chain->steps; i++)
		if (chain->step[i].to >= TP_CHAIN_BAD && dead[chain->step[i].from])
		{
			dead[chain->step[i].from] = false;
			queue[tail++] = chain->step[i].from;
		}
	for (size_t head = 0; head < tail; head++)
		for (size_t k = first[queue[head]]; k < first[queue[head] + 1]; k++)
			if (dead[from[k]])
			{
				dead[from[k]] = false;
				queue[tail++] = from[k];
			}
	tail = 0;
	for (uint32_t i = 0; i < chain->n; i++)
	{
		lost[i] = dead[i];
		if (dead[i])
			queue[tail++] = i;
	}
	for (size_t head = 0; head < tail; head++)
		for (size_t k = first[queue[head]]; k < first[queue[head] + 1]; k++)
			if (!lost[from[k]])
			{
				lost[from[k]] = true;
				queue[tail++] = from[k];
			}
	tp_release(mem, first);
	tp_release(mem, from);
	tp_release(mem, queue);
	return TP_OK;
}

/* The graph of a chain without its dead states; lost may be NULL. */
static tp_status
live_graph(tp_graph *g, const tp_memory *mem, const tp_chain *chain, bool *dead, bool *lost, tp_error *err)
{
	tp_status	status = find_dead(mem, chain, dead, lost, err);

	if (status != TP_OK)
		return status;
	if (!graph_of_chain(g, mem, chain, dead))
		return tp_fail_memory(err);
	/* a dead state stands alone and ends badly at once */
	for (uint32_t i = 0; i < chain->n; i++)
		if (dead[i])
		{
			g->node[i].arcs = 0;
			g->node[i].bad = 1;
		}
	return TP_OK;
}

/* From the last state that went back to the first. */
static void
substitute(const tp_reduction *r, double *p_good, double *steps)
{
	const tp_graph *g = r->g;

	for (uint32_t i = r->drop; i-- > 0;)
	{
		const double *row = r->matrix + i * r->width;
		double		good = row[r->rows];
		double		reward = row[r->rows + 2];

		for (uint32_t k = i + 1; k < r->rows; k++)
			if (row[k] != 0)
			{
				good += row[k] * p_good[r->row_state[k]];
				reward += row[k] * steps[r->row_state[k]];
			}
		p_good[r->row_state[i]] = good / r->out[i];
		steps[r->row_state[i]] = reward / r->out[i];
	}
	for (uint32_t i = r->gone; i-- > 0;)
	{
		const tp_node *node = &g->node[r->order[i]];
		double		out = tp_graph_out(node);
		double		good = node->good;
		double		reward = node->reward;

		for (uint32_t k = 0; k < node->arcs; k++)
		{
			good += node->arc[k].weight * p_good[node->arc[k].to];
			reward += node->arc[k].weight * steps[node->arc[k].to];
		}
		p_good[r->order[i]] = good / out;
		steps[r->order[i]] = reward / out;
	}
}

tp_status
tp_chain_solve(const tp_memory *mem, const tp_chain *chain, double *p_good, double *expected_steps, tp_error *err)
{
	bool	   *dead = tp_alloc_array(mem, 2 * (size_t) chain->n + 2, sizeof(bool));
	bool	   *lost = dead + chain->n + 1;
	tp_graph		g = {.mem = mem};
	tp_reduction	r = {.g = &g};
	tp_status	status;

	if (dead == NULL)
		return tp_fail_memory(err);
	status = live_graph(&g, mem, chain, dead, lost, err);
	if (status == TP_OK)
		status = tp_reduce(&r, &g, NULL, err);
	if (status == TP_OK)
	{
		substitute(&r, p_good, expected_steps);
		for (uint32_t i = 0; i < chain->n; i++)
			if (lost[i])
				expected_steps[i] = NAN;
	}
	tp_reduction_release(&r);
	tp_graph_release(&g);
	tp_release(mem, dead);
	return status;
}

/* The sets of a removal. */
typedef struct removal
{
	const size_t *first;
	const uint32_t *member;
	uint32_t   *mark;			/* of each state of the caller's chain: the last round it was kept in */
	uint32_t	round;
	double	   *effect;
	tp_error   *err;
} removal;

/* g holds the start and one set: what comes to its end through the set, against all that does. */
static tp_status
measure(removal *m, tp_graph *g, uint32_t set)
{
	double		past = g->node[0].good;
	bool	   *keep = tp_alloc_array(g->mem, (size_t) g->n + 1, sizeof(bool));
	tp_reduction	r = {.g = g};
	tp_status	status;

	if (keep == NULL)
		return tp_fail_memory(m->err);
	memset(keep, false, g->n);
	keep[0] = true;
	g->node[0].good = 0;
	status = tp_reduce(&r, g, keep, m->err);
	if (status == TP_OK)
	{
		double		through = r.matrix != NULL ? r.matrix[r.drop * r.width + r.rows] : g->node[0].good;

		m->effect[set] = past + through > 0 ? through / (past + through) : (double) NAN;
	}
	tp_reduction_release(&r);
	tp_release(g->mem, keep);
	return status;
}

/* Sets from low to high; g holds the start and their states, and is used up. */
static tp_status
remove_each(removal *m, tp_graph *g, uint32_t low, uint32_t high)
{
	uint32_t	bound[3] = {low, low + (high - low) / 2, high};
	tp_status	status = TP_OK;

	if (high - low == 1)
		return measure(m, g, low);
	for (int half = 0; half < 2 && status == TP_OK; half++)
	{
		tp_graph		copy = {.mem = g->mem};
		tp_graph		rest = {.mem = g->mem};
		tp_reduction	r = {.g = &copy};
		bool	   *keep = tp_alloc_array(g->mem, (size_t) g->n + 1, sizeof(bool));

		m->round++;
		for (size_t i = m->first[bound[half]]; i < m->first[bound[half + 1]]; i++)
			m->mark[m->member[i]] = m->round;
		if (keep == NULL || !tp_graph_copy(&copy, g))
			status = tp_fail_memory(m->err);
		else
		{
			for (uint32_t i = 0; i < g->n; i++)
				keep[i] = g->node[i].label == 0 || m->mark[g->node[i].label] == m->round;
			status = tp_reduce(&r, &copy, keep, m->err);
		}
		if (status == TP_OK && !tp_graph_rest(&rest, &r))
			status = tp_fail_memory(m->err);
		tp_reduction_release(&r);
		tp_graph_release(&copy);
		tp_release(g->mem, keep);
		if (status == TP_OK)
			status = remove_each(m, &rest, bound[half], bound[half + 1]);
		tp_graph_release(&rest);
	}
	return status;
}

tp_status
tp_chain_removal(const tp_memory *mem, const tp_chain *chain, uint32_t groups, const size_t *first,
				 const uint32_t *member, double *effect, tp_error *err)
{
	bool	   *dead = tp_alloc_array(mem, 2 * (size_t) chain->n + 2, sizeof(bool));
	tp_graph		g = {.mem = mem};
	removal		m = {.first = first, .member = member, .effect = effect, .err = err};
	tp_status	status;

	if (groups == 0)
	{
		tp_release(mem, dead);
		return TP_OK;
	}
	m.mark = tp_alloc_array(mem, (size_t) chain->n + 1, sizeof(uint32_t));
	if (dead == NULL || m.mark == NULL)
		status = tp_fail_memory(err);
	else
	{
		memset(m.mark, 0, ((size_t) chain->n + 1) * sizeof(uint32_t));
		status = live_graph(&g, mem, chain, dead, dead + chain->n + 1, err);
	}
	if (status == TP_OK)
		status = remove_each(&m, &g, 0, groups);
	tp_graph_release(&g);
	tp_release(mem, m.mark);
	tp_release(mem, dead);
	return status;
}
