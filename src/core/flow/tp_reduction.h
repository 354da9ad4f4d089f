/*
 * tp_reduction.h
 *	  Taking states out of a chain, one after the other; tp_chain.h says how and why.
 */
#ifndef TP_REDUCTION_H
#define TP_REDUCTION_H

#include "base/tp_core.h"

#define TP_DENSE_EXTRAS 3		/* behind the states of a dense row: good, bad, reward */

typedef struct tp_arc
{
	uint32_t	to;
	double		weight;
} tp_arc;

/*
 * One state. Weights are shares of its steps, those to itself included, so they add up to less
 * than 1 where it has any; reward is then 1: the expected number of steps h satisfies
 * out * h = reward + sum of weight * h[to], out being the sum of weights to others and to the ends.
 */
typedef struct tp_node
{
	tp_arc	   *arc;
	uint32_t	arcs;
	uint32_t	room;
	uint32_t   *in;				/* states with an arc to this one; those eliminated stay in it */
	uint32_t	ins;
	uint32_t	in_room;
	uint32_t	living_ins;
	uint32_t	label;			/* its number in the caller's chain */
	bool		gone;
	double		good;
	double		bad;
	double		reward;
} tp_node;

typedef struct tp_graph
{
	const tp_memory *mem;
	uint32_t	n;
	tp_node	   *node;
} tp_graph;

typedef struct tp_candidate
{
	uint64_t	cost;
	uint32_t	state;
} tp_candidate;

/* A reduction under way. */
typedef struct tp_reduction
{
	tp_graph   *g;
	const bool *keep;			/* NULL: none */
	uint32_t	alive;
	uint64_t	arcs;			/* between living states */
	uint32_t   *place;			/* of a state in the row at hand, + 1 */
	tp_candidate *heap;
	size_t		heap_count;
	size_t		heap_room;
	uint32_t   *order;			/* states as they went */
	uint32_t	gone;
	/* the dense rest */
	uint32_t	rows;
	uint32_t	drop;			/* rows that go, the first */
	size_t		width;
	uint32_t   *row_state;
	double	   *matrix;
	double	   *out;			/* of each row that went */
	tp_error   *err;
} tp_reduction;

extern bool tp_graph_init(tp_graph *g, const tp_memory *mem, uint32_t n);
extern bool tp_graph_copy(tp_graph *copy, const tp_graph *g);
extern void tp_graph_release(tp_graph *g);

/* Lead from from to to. False without memory, as all that answer bool here. */
extern bool tp_graph_arc(tp_graph *g, tp_node *from, uint32_t to, double weight);

/* The weight of all that leaves node. */
extern double tp_graph_out(const tp_node *node);

/*
 * Take every state out of g but those of keep (NULL: all); g is used up. States that went while
 * the chain was sparse are order[0] to order[gone - 1], their arcs as they were when they went;
 * those that went from the matrix are its first drop rows, likewise. Release r even after failure,
 * having set r->g before.
 */
extern tp_status tp_reduce(tp_reduction *r, tp_graph *g, const bool *keep, tp_error *err);
extern void tp_reduction_release(tp_reduction *r);

/* What is left, as a graph of its own. */
extern bool tp_graph_rest(tp_graph *rest, const tp_reduction *r);

#endif							/* TP_REDUCTION_H */
