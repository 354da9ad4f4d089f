/*
 * tp_layers.h
 *	  Placing a graph in layers, so that most arrows go down, and few cross.
 *
 * K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system structures", IEEE SMC 11
 * (1981): arcs are taken by weight, and one that would close a circle goes up; layers by the longest way down, none
 * wider than there is room; long arcs pass the layers between at places of their own; sweeps to and fro put each at the
 * mean place of its neighbours, and the order with the fewest crossings is kept.
 */
#ifndef TP_LAYERS_H
#define TP_LAYERS_H

#include "base/tp_core.h"

typedef struct tp_arc_way
{
	bool		up;				/* from source up to target */
	bool		loop;
	uint32_t	first;			/* of the places between, from the upper end down */
	uint32_t	places;
} tp_arc_way;

typedef struct tp_layers
{
	uint32_t	nodes;
	uint32_t	arcs;
	const uint32_t *source;
	const uint32_t *target;
	uint32_t	items;			/* nodes, then places of long arcs */
	uint32_t	layers;
	uint32_t   *layer;			/* of each item */
	uint32_t   *place;			/* of each item, within its layer */
	double	   *x;				/* of each item, its middle */
	tp_arc_way *way;
} tp_layers;

/*
 * Arcs come by weight, falling. A node's kind is 0 for the first layer, 1 for between, 2 for the last one. A layer holds
 * at most most nodes of kind 1, each width wide, between left and right. TP_PAST_LIMIT where arcs pass more than 32
 * layers on average.
 */
extern tp_status tp_layers_make(const tp_memory *mem, tp_layers *g, const uint8_t *kind, uint32_t most, double width,
								double left, double right, tp_error *err);

#endif							/* TP_LAYERS_H */
