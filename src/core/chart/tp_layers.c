/*
 * tp_layers.c
 *	  Placing a graph in layers.
 */
#include "chart/tp_layers.h"

#include <math.h>

#define SWEEPS 10
#define PULLS 8
#define GAP 26.0

typedef struct work
{
	const tp_memory *mem;
	tp_layers  *g;
	uint32_t	room;			/* items there is memory for */
	uint32_t   *order;			/* items of each layer, layer by layer */
	uint32_t   *begin;			/* of each layer in order */
	uint32_t   *upper;			/* neighbours of links between layers next to each other */
	uint32_t   *lower;
	uint32_t	links;
	double	   *wish;
	double		width;
	double		left;
	double		right;
} work;

/* Can b be reached from a by arcs that go down? */
static bool
reaches(const tp_layers *g, uint32_t a, uint32_t b, uint32_t until, uint8_t *seen, uint32_t *stack)
{
	uint32_t	n = 0;

	memset(seen, 0, g->nodes);
	stack[n++] = a;
	seen[a] = 1;
	while (n > 0)
	{
		uint32_t	node = stack[--n];

		if (node == b)
			return true;
		for (uint32_t i = 0; i < until; i++)
			if (!g->way[i].up && !g->way[i].loop && g->source[i] == node && !seen[g->target[i]])
			{
				seen[g->target[i]] = 1;
				stack[n++] = g->target[i];
			}
	}
	return false;
}

static tp_status
break_circles(const tp_memory *mem, tp_layers *g, tp_error *err)
{
	uint8_t    *seen = tp_alloc_array(mem, g->nodes, 1);
	uint32_t   *stack = tp_alloc_array(mem, g->nodes, sizeof(uint32_t));

	if (seen == NULL || stack == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < g->arcs; i++)
	{
		g->way[i] = (tp_arc_way) {.loop = g->source[i] == g->target[i]};
		if (!g->way[i].loop)
			g->way[i].up = reaches(g, g->target[i], g->source[i], i, seen, stack);
	}
	tp_release(mem, seen);
	tp_release(mem, stack);
	return TP_OK;
}

/* The node to be placed next: none of what leads down to it is unplaced. Of several the first. */
static uint32_t
next_node(const tp_layers *g, const uint8_t *placed)
{
	for (uint32_t node = 0; node < g->nodes; node++)
	{
		bool		ready = !placed[node];

		for (uint32_t i = 0; i < g->arcs && ready; i++)
			if (!g->way[i].loop && (g->way[i].up ? g->source[i] : g->target[i]) == node)
				ready = placed[g->way[i].up ? g->target[i] : g->source[i]];
		if (ready)
			return node;
	}
	return UINT32_MAX;
}

/* kind: 0 first layer, 1 between, 2 last layer. */
static tp_status
find_layers(const tp_memory *mem, tp_layers *g, const uint8_t *kind, uint32_t most, tp_error *err)
{
	uint8_t    *placed = tp_alloc_array(mem, g->nodes, 1);
	uint32_t   *filled = tp_alloc_array(mem, (size_t) g->nodes + 2, sizeof(uint32_t));
	bool		starts = false;

	if (placed == NULL || filled == NULL)
		return tp_fail_memory(err);
	memset(placed, 0, g->nodes);
	memset(filled, 0, ((size_t) g->nodes + 2) * sizeof(uint32_t));
	for (uint32_t i = 0; i < g->nodes; i++)
		starts |= kind[i] == 0;
	g->layers = 1;
	for (uint32_t done = 0; done < g->nodes; done++)
	{
		uint32_t	node = next_node(g, placed);
		uint32_t	layer;

		layer = kind[node] == 0 || !starts ? 0 : 1;
		for (uint32_t i = 0; i < g->arcs; i++)
		{
			uint32_t	upper = g->way[i].up ? g->target[i] : g->source[i],
						lower = g->way[i].up ? g->source[i] : g->target[i];

			if (!g->way[i].loop && lower == node && g->layer[upper] + 1 > layer)
				layer = g->layer[upper] + 1;
		}
		while (kind[node] == 1 && filled[layer] >= most)
			layer++;
		filled[layer]++;
		g->layer[node] = layer;
		placed[node] = 1;
		if (layer + 1 > g->layers)
			g->layers = layer + 1;
	}
	for (uint32_t i = 0; i < g->nodes; i++)
		if (kind[i] == 2)
			g->layer[i] = g->layers;
	for (uint32_t i = 0; i < g->nodes; i++)
		if (g->layer[i] + 1 > g->layers)
			g->layers = g->layer[i] + 1;
	tp_release(mem, placed);
	tp_release(mem, filled);
	return TP_OK;
}

/* Places for long arcs in the layers that they pass, and all links between neighbouring layers. */
static tp_status
add_places(work *w, tp_error *err)
{
	tp_layers  *g = w->g;
	uint32_t	n = g->nodes;

	g->items = g->nodes;
	for (uint32_t i = 0; i < g->arcs; i++)
	{
		uint32_t	upper = g->way[i].up ? g->target[i] : g->source[i],
					lower = g->way[i].up ? g->source[i] : g->target[i],
					before = upper;

		g->way[i].first = n;
		g->way[i].places = 0;
		if (g->way[i].loop)
			continue;
		for (uint32_t layer = g->layer[upper] + 1; layer < g->layer[lower]; layer++)
		{
			if (n == w->room)
				return tp_fail(err, TP_PAST_LIMIT, "Draw fewer transitions: the argument top.", "too many long transitions to draw");
			g->layer[n] = layer;
			w->upper[w->links] = before;
			w->lower[w->links++] = n;
			before = n++;
			g->way[i].places++;
		}
		w->upper[w->links] = before;
		w->lower[w->links++] = lower;
	}
	g->items = n;
	return TP_OK;
}

static void
fill_order(work *w)
{
	tp_layers  *g = w->g;
	uint32_t	n = 0;

	for (uint32_t layer = 0; layer < g->layers; layer++)
	{
		w->begin[layer] = n;
		for (uint32_t i = 0; i < g->items; i++)
			if (g->layer[i] == layer)
			{
				g->place[i] = n - w->begin[layer];
				w->order[n++] = i;
			}
	}
	w->begin[g->layers] = n;
}

/* Sort a layer by wish, by insertion: stable, and layers are small. */
static void
sort_layer(work *w, uint32_t layer)
{
	for (uint32_t i = w->begin[layer] + 1; i < w->begin[layer + 1]; i++)
	{
		uint32_t	item = w->order[i],
					k = i;

		for (; k > w->begin[layer] && w->wish[w->order[k - 1]] > w->wish[item]; k--)
			w->order[k] = w->order[k - 1];
		w->order[k] = item;
	}
	for (uint32_t i = w->begin[layer]; i < w->begin[layer + 1]; i++)
		w->g->place[w->order[i]] = i - w->begin[layer];
}

static void
sweep(work *w, bool down)
{
	tp_layers  *g = w->g;

	for (uint32_t step = 1; step < g->layers; step++)
	{
		uint32_t	layer = down ? step : g->layers - 1 - step;

		for (uint32_t i = w->begin[layer]; i < w->begin[layer + 1]; i++)
		{
			uint32_t	item = w->order[i],
						count = 0;
			double		sum = 0;

			for (uint32_t k = 0; k < w->links; k++)
				if ((down ? w->lower[k] : w->upper[k]) == item)
				{
					sum += g->place[down ? w->upper[k] : w->lower[k]];
					count++;
				}
			w->wish[item] = count > 0 ? sum / count : g->place[item];
		}
		sort_layer(w, layer);
	}
}

static uint64_t
count_crossings(const work *w)
{
	const tp_layers *g = w->g;
	uint64_t	n = 0;

	for (uint32_t i = 0; i < w->links; i++)
		for (uint32_t k = i + 1; k < w->links; k++)
			if (g->layer[w->upper[i]] == g->layer[w->upper[k]] &&
				((g->place[w->upper[i]] < g->place[w->upper[k]] && g->place[w->lower[i]] > g->place[w->lower[k]]) ||
				 (g->place[w->upper[i]] > g->place[w->upper[k]] && g->place[w->lower[i]] < g->place[w->lower[k]])))
				n++;
	return n;
}

static tp_status
reduce_crossings(work *w, tp_error *err)
{
	tp_layers  *g = w->g;
	uint32_t   *best = tp_alloc_array(w->mem, g->items, sizeof(uint32_t));
	uint64_t	least = UINT64_MAX;

	if (best == NULL)
		return tp_fail_memory(err);
	for (int i = 0; i <= SWEEPS; i++)
	{
		uint64_t	n = w->links <= 2000 ? count_crossings(w) : 0;

		if (tp_interrupted(w->mem))
			return tp_fail_interrupted(err);
		if (n < least)
		{
			least = n;
			memcpy(best, g->place, g->items * sizeof(uint32_t));
		}
		if (i < SWEEPS)
			sweep(w, i % 2 == 0);
	}
	for (uint32_t i = 0; i < g->items; i++)
		w->wish[i] = best[i];
	for (uint32_t layer = 0; layer < g->layers; layer++)
		sort_layer(w, layer);
	tp_release(w->mem, best);
	return TP_OK;
}

/* The items of a layer at their wishes, as far as each keeps its distance and all stay on the page. */
static void
spread_layer(work *w, uint32_t layer)
{
	tp_layers  *g = w->g;
	uint32_t	from = w->begin[layer],
				to = w->begin[layer + 1];
	double		taken = 0,
				gap,
				edge;

	for (uint32_t i = from; i < to; i++)
		taken += w->order[i] < g->nodes ? w->width : 0;
	gap = to - from > 1 ? fmax(0, fmin(GAP, (w->right - w->left - taken) / (to - from - 1))) : 0;
	edge = w->left;
	for (uint32_t i = from; i < to; i++)
	{
		double		half = w->order[i] < g->nodes ? w->width / 2 : 0;

		g->x[w->order[i]] = fmax(w->wish[w->order[i]], edge + half);
		edge = g->x[w->order[i]] + half + gap;
	}
	edge = w->right;
	for (uint32_t i = to; i-- > from;)
	{
		double		half = w->order[i] < g->nodes ? w->width / 2 : 0;

		g->x[w->order[i]] = fmin(g->x[w->order[i]], edge - half);
		edge = g->x[w->order[i]] - half - gap;
	}
}

/* The whole in the middle of the page. */
static void
centre(work *w)
{
	tp_layers  *g = w->g;
	double		from = INFINITY,
				to = -INFINITY;

	for (uint32_t i = 0; i < g->items; i++)
	{
		double		half = i < g->nodes ? w->width / 2 : 0;

		from = fmin(from, g->x[i] - half);
		to = fmax(to, g->x[i] + half);
	}
	for (uint32_t i = 0; i < g->items; i++)
		g->x[i] += (w->left + w->right) / 2 - (from + to) / 2;
}

static void
find_xs(work *w)
{
	tp_layers  *g = w->g;

	for (uint32_t layer = 0; layer < g->layers; layer++)
	{
		uint32_t	n = w->begin[layer + 1] - w->begin[layer];

		for (uint32_t i = 0; i < n; i++)
			w->wish[w->order[w->begin[layer] + i]] = w->left + (w->right - w->left) * (i + 0.5) / n;
		spread_layer(w, layer);
	}
	for (int pull = 0; pull < PULLS; pull++)
		for (uint32_t step = 0; step < g->layers; step++)
		{
			uint32_t	layer = pull % 2 == 0 ? step : g->layers - 1 - step;

			for (uint32_t i = w->begin[layer]; i < w->begin[layer + 1]; i++)
			{
				uint32_t	item = w->order[i];
				double		sum = 0,
							weight = 0;

				for (uint32_t k = 0; k < w->links; k++)
					if (w->upper[k] == item || w->lower[k] == item)
					{
						uint32_t	other = w->upper[k] == item ? w->lower[k] : w->upper[k];
						double		share = other >= g->nodes || item >= g->nodes ? 2 : 1;

						sum += share * g->x[other];
						weight += share;
					}
				w->wish[item] = weight > 0 ? sum / weight : g->x[item];
			}
			spread_layer(w, layer);
		}
	centre(w);
}

tp_status
tp_layers_make(const tp_memory *mem, tp_layers *g, const uint8_t *kind, uint32_t most, double width, double left, double right,
			   tp_error *err)
{
	work		w = {.mem = mem, .g = g, .width = width, .left = left, .right = right};
	size_t		room = (size_t) g->nodes + (size_t) g->arcs * 32 + 1;
	tp_status	status;

	w.room = (uint32_t) room;
	g->layer = tp_alloc_array(mem, room, sizeof(uint32_t));
	g->place = tp_alloc_array(mem, room, sizeof(uint32_t));
	g->x = tp_alloc_array(mem, room, sizeof(double));
	g->way = tp_alloc_array(mem, (size_t) g->arcs + 1, sizeof(tp_arc_way));
	w.order = tp_alloc_array(mem, room, sizeof(uint32_t));
	w.begin = tp_alloc_array(mem, (size_t) g->nodes + 3, sizeof(uint32_t));
	w.upper = tp_alloc_array(mem, room + g->arcs, sizeof(uint32_t));
	w.lower = tp_alloc_array(mem, room + g->arcs, sizeof(uint32_t));
	w.wish = tp_alloc_array(mem, room, sizeof(double));
	if (g->layer == NULL || g->place == NULL || g->x == NULL || g->way == NULL || w.order == NULL || w.begin == NULL ||
		w.upper == NULL || w.lower == NULL || w.wish == NULL)
		return tp_fail_memory(err);
	status = break_circles(mem, g, err);
	if (status == TP_OK)
		status = find_layers(mem, g, kind, most, err);
	if (status == TP_OK)
		status = add_places(&w, err);
	if (status != TP_OK)
		return status;
	fill_order(&w);
	status = reduce_crossings(&w, err);
	if (status == TP_OK)
		find_xs(&w);
	tp_release(mem, w.order);
	tp_release(mem, w.begin);
	tp_release(mem, w.upper);
	tp_release(mem, w.lower);
	tp_release(mem, w.wish);
	return status;
}
