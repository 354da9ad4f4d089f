/*
 * tp_reduction.c
 *	  State reduction: sparse first, dense at the end.
 */
#include "flow/tp_reduction.h"

#define BLOCK 32				/* states that go from the dense matrix at once */
#define DENSE_MIN 8
#define DENSE_MAX 32768			/* a matrix of more rows does not fit anywhere */

void
tp_graph_release(tp_graph *g)
{
	for (uint32_t i = 0; g->node != NULL && i < g->n; i++)
	{
		tp_release(g->mem, g->node[i].arc);
		tp_release(g->mem, g->node[i].in);
	}
	tp_release(g->mem, g->node);
	g->node = NULL;
}

bool
tp_graph_init(tp_graph *g, const tp_memory *mem, uint32_t n)
{
	g->mem = mem;
	g->n = n;
	g->node = tp_alloc_array(mem, (size_t) n + 1, sizeof(tp_node));
	if (g->node == NULL)
		return false;
	memset(g->node, 0, ((size_t) n + 1) * sizeof(tp_node));
	return true;
}

bool
tp_graph_arc(tp_graph *g, tp_node *from, uint32_t to, double weight)
{
	void	   *array = from->arc;

	if (from->arcs == from->room && !tp_grow(g->mem, &array, &from->room, from->arcs + 1, sizeof(tp_arc)))
		return false;
	from->arc = array;
	from->arc[from->arcs++] = (tp_arc) {to, weight};
	return true;
}

static inline bool
add_in(tp_graph *g, tp_node *to, uint32_t from)
{
	void	   *array = to->in;

	if (to->ins == to->in_room && !tp_grow(g->mem, &array, &to->in_room, to->ins + 1, sizeof(uint32_t)))
		return false;
	to->in = array;
	to->in[to->ins++] = from;
	to->living_ins++;
	return true;
}

static inline uint64_t
cost_of(const tp_node *node)
{
	return (uint64_t) node->living_ins * node->arcs;
}

static bool
push(tp_reduction *r, uint32_t state)
{
	tp_candidate	c = {cost_of(&r->g->node[state]), state};
	size_t		at;

	if (r->keep != NULL && r->keep[state])
		return true;
	if (r->heap_count == r->heap_room)
	{
		size_t		room = r->heap_room < 64 ? 64 : r->heap_room * 2;
		tp_candidate  *heap = r->heap == NULL ? tp_alloc_array(r->g->mem, room, sizeof(tp_candidate)) :
			tp_resize(r->g->mem, r->heap, room * sizeof(tp_candidate));

		if (heap == NULL)
			return false;
		r->heap = heap;
		r->heap_room = room;
	}
	at = r->heap_count++;
	while (at > 0)
	{
		tp_candidate  *up = &r->heap[(at - 1) / 2];

		if (up->cost < c.cost || (up->cost == c.cost && up->state <= c.state))
			break;
		r->heap[at] = *up;
		at = (at - 1) / 2;
	}
	r->heap[at] = c;
	return true;
}

static tp_candidate
pop(tp_reduction *r)
{
	tp_candidate	top = r->heap[0];
	tp_candidate	last = r->heap[--r->heap_count];
	size_t		at = 0;

	for (;;)
	{
		size_t		down = 2 * at + 1;

		if (down >= r->heap_count)
			break;
		if (down + 1 < r->heap_count &&
			(r->heap[down + 1].cost < r->heap[down].cost ||
			 (r->heap[down + 1].cost == r->heap[down].cost && r->heap[down + 1].state < r->heap[down].state)))
			down++;
		if (last.cost < r->heap[down].cost || (last.cost == r->heap[down].cost && last.state <= r->heap[down].state))
			break;
		r->heap[at] = r->heap[down];
		at = down;
	}
	r->heap[at] = last;
	return top;
}

double
tp_graph_out(const tp_node *node)
{
	double		out = node->good + node->bad;

	for (uint32_t i = 0; i < node->arcs; i++)
		out += node->arc[i].weight;
	return out;
}

/* Lead what comes from i into s, which goes, on to where s leads. */
static bool
lead_on(tp_reduction *r, uint32_t i, uint32_t s, double out)
{
	tp_graph	   *g = r->g;
	tp_node	   *from = &g->node[i];
	const tp_node *through = &g->node[s];
	uint32_t	at;
	double		share;

	for (uint32_t k = 0; k < from->arcs; k++)
		r->place[from->arc[k].to] = k + 1;
	at = r->place[s] - 1;
	share = from->arc[at].weight / out;
	r->place[s] = 0;
	from->arc[at] = from->arc[--from->arcs];
	if (at < from->arcs)
		r->place[from->arc[at].to] = at + 1;
	r->arcs--;
	for (uint32_t k = 0; k < through->arcs; k++)
	{
		uint32_t	to = through->arc[k].to;
		double		weight = share * through->arc[k].weight;

		if (to == i)
			continue;
		if (r->place[to] > 0)
			from->arc[r->place[to] - 1].weight += weight;
		else
		{
			if (!tp_graph_arc(g, from, to, weight) || !add_in(g, &g->node[to], i))
				return false;
			r->place[to] = from->arcs;
			r->arcs++;
		}
	}
	from->good += share * through->good;
	from->bad += share * through->bad;
	from->reward += share * through->reward;
	for (uint32_t k = 0; k < from->arcs; k++)
		r->place[from->arc[k].to] = 0;
	return true;
}

static bool
eliminate(tp_reduction *r, uint32_t s)
{
	tp_graph	   *g = r->g;
	tp_node	   *through = &g->node[s];
	double		out = tp_graph_out(through);

	through->gone = true;
	r->order[r->gone++] = s;
	r->alive--;
	for (uint32_t k = 0; k < through->ins; k++)
		if (!g->node[through->in[k]].gone && !lead_on(r, through->in[k], s, out))
			return false;
	r->arcs -= through->arcs;
	for (uint32_t k = 0; k < through->arcs; k++)
		g->node[through->arc[k].to].living_ins--;
	for (uint32_t k = 0; k < through->ins; k++)
		if (!g->node[through->in[k]].gone && !push(r, through->in[k]))
			return false;
	for (uint32_t k = 0; k < through->arcs; k++)
		if (!push(r, through->arc[k].to))
			return false;
	return true;
}

static inline bool
has_filled_up(const tp_reduction *r)
{
	return r->alive >= DENSE_MIN && r->alive <= DENSE_MAX &&
		r->arcs * 4 >= (uint64_t) r->alive * r->alive;
}

static tp_status
reduce_sparse(tp_reduction *r)
{
	tp_graph	   *g = r->g;

	for (uint32_t i = 0; i < g->n; i++)
	{
		const tp_node *from = &g->node[i];

		r->arcs += from->arcs;
		for (uint32_t k = 0; k < from->arcs && !has_filled_up(r); k++)
			if (!add_in(g, &g->node[from->arc[k].to], i))
				return tp_fail_memory(r->err);
	}
	if (has_filled_up(r))
		return TP_OK;
	for (uint32_t i = 0; i < g->n; i++)
		if (!push(r, i))
			return tp_fail_memory(r->err);
	while (r->heap_count > 0 && !has_filled_up(r))
	{
		tp_candidate	c = pop(r);

		if (g->node[c.state].gone || c.cost != cost_of(&g->node[c.state]))
			continue;
		if (!eliminate(r, c.state))
			return tp_fail_memory(r->err);
		if (r->gone % 64 == 0 && tp_interrupted(g->mem))
			return TP_INTERRUPTED;
	}
	return TP_OK;
}

/* Rows that go first, then those that stay; each weight at its place. */
static tp_status
make_dense(tp_reduction *r)
{
	tp_graph	   *g = r->g;
	uint32_t	at = 0;

	r->rows = r->alive;
	r->width = (size_t) r->rows + TP_DENSE_EXTRAS;
	r->row_state = tp_alloc_array(g->mem, (size_t) r->rows + 1, sizeof(uint32_t));
	r->out = tp_alloc_array(g->mem, (size_t) r->rows + 1, sizeof(double));
	r->matrix = tp_alloc_array(g->mem, (size_t) r->rows * r->width + 1, sizeof(double));
	if (r->row_state == NULL || r->out == NULL || r->matrix == NULL)
		return tp_fail_memory(r->err);
	memset(r->matrix, 0, (size_t) r->rows * r->width * sizeof(double));
	for (int stays = 0; stays < 2; stays++)
	{
		for (uint32_t i = 0; i < g->n; i++)
			if (!g->node[i].gone && (r->keep != NULL && r->keep[i]) == (stays == 1))
			{
				r->place[i] = at;
				r->row_state[at++] = i;
			}
		if (stays == 0)
			r->drop = at;
	}
	for (uint32_t i = 0; i < r->rows; i++)
	{
		const tp_node *from = &g->node[r->row_state[i]];
		double	   *row = r->matrix + i * r->width;

		for (uint32_t k = 0; k < from->arcs; k++)
			row[r->place[from->arc[k].to]] = from->arc[k].weight;
		row[r->rows] = from->good;
		row[r->rows + 1] = from->bad;
		row[r->rows + 2] = from->reward;
	}
	return TP_OK;
}

/* row[c] += f[0] * pivot[c] + ..., n pivots, each width behind the last. */
static void
add_rows(double *restrict row, const double *restrict pivot, size_t width, const double *f, uint32_t n, size_t from)
{
	uint32_t	t = 0;

	for (; t + 4 <= n; t += 4)
	{
		const double *a = pivot + t * width;
		const double *b = a + width;
		const double *c = b + width;
		const double *d = c + width;
		double		fa = f[t],
					fb = f[t + 1],
					fc = f[t + 2],
					fd = f[t + 3];

		if (fa == 0 && fb == 0 && fc == 0 && fd == 0)
			continue;
		for (size_t k = from; k < width; k++)
			row[k] += (fa * a[k] + fb * b[k]) + (fc * c[k] + fd * d[k]);
	}
	for (; t < n; t++)
	{
		const double *a = pivot + t * width;
		double		fa = f[t];

		if (fa == 0)
			continue;
		for (size_t k = from; k < width; k++)
			row[k] += fa * a[k];
	}
}

/* Lead what row has into the n pivots from first on. */
static void
lead_on_dense(const tp_reduction *r, double *row, uint32_t first, uint32_t n)
{
	const double *pivot = r->matrix + first * r->width;
	double		f[BLOCK];

	for (uint32_t t = 0; t < n; t++)
	{
		f[t] = row[first + t] / r->out[first + t];
		row[first + t] = 0;
		for (uint32_t u = t + 1; u < n && f[t] != 0; u++)
			row[first + u] += f[t] * pivot[t * r->width + first + u];
	}
	add_rows(row, pivot, r->width, f, n, first + n);
}

static tp_status
reduce_dense(tp_reduction *r)
{
	for (uint32_t first = 0; first < r->drop; first += BLOCK)
	{
		uint32_t	n = r->drop - first < BLOCK ? r->drop - first : BLOCK;

		for (uint32_t t = 0; t < n; t++)
		{
			double	   *row = r->matrix + (first + t) * r->width;
			double		out = 0;

			lead_on_dense(r, row, first, t);
			row[first + t] = 0;
			for (size_t k = first + t + 1; k < r->width - 1; k++)
				out += row[k];
			r->out[first + t] = out;
		}
		for (uint32_t i = first + n; i < r->rows; i++)
			lead_on_dense(r, r->matrix + i * r->width, first, n);
		if (tp_interrupted(r->g->mem))
			return TP_INTERRUPTED;
	}
	return TP_OK;
}

/* Eliminate every state of g but those of keep; g is used up. */
tp_status
tp_reduce(tp_reduction *r, tp_graph *g, const bool *keep, tp_error *err)
{
	tp_status	status;

	memset(r, 0, sizeof(*r));
	r->g = g;
	r->keep = keep;
	r->alive = g->n;
	r->err = err;
	r->place = tp_alloc_array(g->mem, (size_t) g->n + 1, sizeof(uint32_t));
	r->order = tp_alloc_array(g->mem, (size_t) g->n + 1, sizeof(uint32_t));
	if (r->place == NULL || r->order == NULL)
		return tp_fail_memory(err);
	memset(r->place, 0, ((size_t) g->n + 1) * sizeof(uint32_t));
	status = reduce_sparse(r);
	if (status == TP_OK && has_filled_up(r))
	{
		status = make_dense(r);
		if (status == TP_OK)
			status = reduce_dense(r);
	}
	return status;
}

void
tp_reduction_release(tp_reduction *r)
{
	TP_RELEASE_ALL(r->g->mem, r->place, r->heap, r->order, r->row_state, r->matrix, r->out);
}

/* What a tp_reduction left, as a graph of its own. */
bool
tp_graph_rest(tp_graph *rest, const tp_reduction *r)
{
	tp_graph	   *g = r->g;
	uint32_t	n = 0;

	for (uint32_t i = 0; i < g->n; i++)
		n += r->keep[i];
	if (!tp_graph_init(rest, g->mem, n))
		return false;
	n = 0;
	for (uint32_t i = 0; i < g->n; i++)
		if (r->keep[i])
			r->place[i] = n++;
	for (uint32_t i = 0; i < g->n && r->matrix == NULL; i++)
		if (r->keep[i])
		{
			const tp_node *from = &g->node[i];
			tp_node	   *to = &rest->node[r->place[i]];

			to->label = from->label;
			to->good = from->good;
			to->bad = from->bad;
			to->reward = from->reward;
			for (uint32_t k = 0; k < from->arcs; k++)
				if (!tp_graph_arc(rest, to, r->place[from->arc[k].to], from->arc[k].weight))
					return false;
		}
	for (uint32_t i = r->drop; i < r->rows && r->matrix != NULL; i++)
	{
		const double *row = r->matrix + i * r->width;
		tp_node	   *to = &rest->node[r->place[r->row_state[i]]];

		to->label = g->node[r->row_state[i]].label;
		for (uint32_t k = r->drop; k < r->rows; k++)
			if (row[k] != 0 && k != i && !tp_graph_arc(rest, to, r->place[r->row_state[k]], row[k]))
				return false;
		to->good = row[r->rows];
		to->bad = row[r->rows + 1];
		to->reward = row[r->rows + 2];
	}
	return true;
}

bool
tp_graph_copy(tp_graph *copy, const tp_graph *g)
{
	if (!tp_graph_init(copy, g->mem, g->n))
		return false;
	for (uint32_t i = 0; i < g->n; i++)
	{
		const tp_node *from = &g->node[i];
		tp_node	   *to = &copy->node[i];
		void	   *array = NULL;

		if (from->arcs > 0 && !tp_grow(g->mem, &array, &to->room, from->arcs, sizeof(tp_arc)))
			return false;
		to->arc = array;
		to->arcs = from->arcs;
		if (from->arcs > 0)
			memcpy(to->arc, from->arc, from->arcs * sizeof(tp_arc));
		to->label = from->label;
		to->good = from->good;
		to->bad = from->bad;
		to->reward = from->reward;
	}
	return true;
}
