/*
 * tp_chain.c
 *	  Absorbing chains by state reduction: sparse first, dense at the end.
 *
 * A removal effect needs the chain reduced to the start and one set of states. Doing that for each
 * set anew would cost a whole solution a set; instead the sets are halved again and again, and
 * each half starts from what the other half's states left: all of n sets cost as much as two or
 * three solutions.
 */
#include "tp_chain.h"

#include <math.h>

#define BLOCK 32				/* states eliminated from the dense matrix at once */
#define DENSE_MIN 8
#define DENSE_MAX 32768			/* a matrix of more rows does not fit anywhere */
#define EXTRAS 3				/* behind the states of a dense row: good, bad, reward */

typedef struct arc
{
	uint32_t	to;
	double		weight;
} arc;

/*
 * One state. Weights are shares of its steps, those to itself included, so they add up to less
 * than 1 where it has any; reward is then 1: the expected number of steps h satisfies
 * out * h = reward + sum of weight * h[to], out being the sum of weights to others and to the ends.
 */
typedef struct node
{
	arc		   *arc;
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
} node;

typedef struct graph
{
	const tp_memory *mem;
	uint32_t	n;
	node	   *node;
} graph;

typedef struct candidate
{
	uint64_t	cost;
	uint32_t	state;
} candidate;

/* A reduction under way. */
typedef struct reduction
{
	graph	   *g;
	const bool *keep;			/* NULL: none */
	uint32_t	alive;
	uint64_t	arcs;			/* between living states */
	uint32_t   *place;			/* of a state in the row at hand, + 1 */
	candidate  *heap;
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
} reduction;

static void
graph_release(graph *g)
{
	for (uint32_t i = 0; g->node != NULL && i < g->n; i++)
	{
		tp_release(g->mem, g->node[i].arc);
		tp_release(g->mem, g->node[i].in);
	}
	tp_release(g->mem, g->node);
	g->node = NULL;
}

static bool
graph_init(graph *g, const tp_memory *mem, uint32_t n)
{
	g->mem = mem;
	g->n = n;
	g->node = tp_alloc_array(mem, (size_t) n + 1, sizeof(node));
	if (g->node == NULL)
		return false;
	memset(g->node, 0, ((size_t) n + 1) * sizeof(node));
	return true;
}

static bool
more_room(const tp_memory *mem, void **array, uint32_t *room, uint32_t n, size_t size)
{
	uint32_t	more = *room < 4 ? 4 : *room;
	void	   *new;

	if (n <= *room)
		return true;
	while (more < n)
		more = more > UINT32_MAX / 2 ? UINT32_MAX : more * 2;
	new = *array == NULL ? tp_alloc_array(mem, more, size) : tp_resize(mem, *array, more * size);
	if (new == NULL)
		return false;
	*array = new;
	*room = more;
	return true;
}

static inline bool
add_arc(graph *g, node *from, uint32_t to, double weight)
{
	void	   *array = from->arc;

	if (from->arcs == from->room && !more_room(g->mem, &array, &from->room, from->arcs + 1, sizeof(arc)))
		return false;
	from->arc = array;
	from->arc[from->arcs++] = (arc) {to, weight};
	return true;
}

static inline bool
add_in(graph *g, node *to, uint32_t from)
{
	void	   *array = to->in;

	if (to->ins == to->in_room && !more_room(g->mem, &array, &to->in_room, to->ins + 1, sizeof(uint32_t)))
		return false;
	to->in = array;
	to->in[to->ins++] = from;
	to->living_ins++;
	return true;
}

/* Steps to itself are left out of arcs: they cost steps but lead nowhere. */
static bool
graph_of_chain(graph *g, const tp_memory *mem, const tp_chain *chain, const bool *dead)
{
	if (!graph_init(g, mem, chain->n))
		return false;
	for (uint32_t i = 0; i < chain->n; i++)
		g->node[i].label = i;
	for (size_t i = 0; i < chain->steps;)
	{
		uint32_t	from = chain->step[i].from;
		node	   *node = &g->node[from];
		double		total = 0;
		size_t		end = i;

		for (; end < chain->steps && chain->step[end].from == from; end++)
			total += chain->step[end].weight;
		node->reward = 1;
		for (; i < end; i++)
		{
			uint32_t	to = chain->step[i].to;
			double		p = chain->step[i].weight / total;

			if (to == TP_CHAIN_GOOD)
				node->good += p;
			else if (to == TP_CHAIN_BAD || dead[to])
				node->bad += p;
			else if (to != from && !add_arc(g, node, to, p))
				return false;
		}
	}
	return true;
}

static inline uint64_t
cost_of(const node *node)
{
	return (uint64_t) node->living_ins * node->arcs;
}

static bool
push(reduction *r, uint32_t state)
{
	candidate	c = {cost_of(&r->g->node[state]), state};
	size_t		at;

	if (r->keep != NULL && r->keep[state])
		return true;
	if (r->heap_count == r->heap_room)
	{
		size_t		room = r->heap_room < 64 ? 64 : r->heap_room * 2;
		candidate  *heap = r->heap == NULL ? tp_alloc_array(r->g->mem, room, sizeof(candidate)) :
			tp_resize(r->g->mem, r->heap, room * sizeof(candidate));

		if (heap == NULL)
			return false;
		r->heap = heap;
		r->heap_room = room;
	}
	at = r->heap_count++;
	while (at > 0)
	{
		candidate  *up = &r->heap[(at - 1) / 2];

		if (up->cost < c.cost || (up->cost == c.cost && up->state <= c.state))
			break;
		r->heap[at] = *up;
		at = (at - 1) / 2;
	}
	r->heap[at] = c;
	return true;
}

static candidate
pop(reduction *r)
{
	candidate	top = r->heap[0];
	candidate	last = r->heap[--r->heap_count];
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

static double
out_of(const node *node)
{
	double		out = node->good + node->bad;

	for (uint32_t i = 0; i < node->arcs; i++)
		out += node->arc[i].weight;
	return out;
}

/* Lead what comes from i into s, which goes, on to where s leads. */
static bool
lead_on(reduction *r, uint32_t i, uint32_t s, double out)
{
	graph	   *g = r->g;
	node	   *from = &g->node[i];
	const node *through = &g->node[s];
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
			if (!add_arc(g, from, to, weight) || !add_in(g, &g->node[to], i))
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
eliminate(reduction *r, uint32_t s)
{
	graph	   *g = r->g;
	node	   *through = &g->node[s];
	double		out = out_of(through);

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
has_filled_up(const reduction *r)
{
	return r->alive >= DENSE_MIN && r->alive <= DENSE_MAX &&
		r->arcs * 4 >= (uint64_t) r->alive * r->alive;
}

static tp_status
reduce_sparse(reduction *r)
{
	graph	   *g = r->g;

	for (uint32_t i = 0; i < g->n; i++)
	{
		const node *from = &g->node[i];

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
		candidate	c = pop(r);

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
make_dense(reduction *r)
{
	graph	   *g = r->g;
	uint32_t	at = 0;

	r->rows = r->alive;
	r->width = (size_t) r->rows + EXTRAS;
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
		const node *from = &g->node[r->row_state[i]];
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
lead_on_dense(const reduction *r, double *row, uint32_t first, uint32_t n)
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
reduce_dense(reduction *r)
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
static tp_status
reduce(reduction *r, graph *g, const bool *keep, tp_error *err)
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

static void
reduction_release(reduction *r)
{
	const tp_memory *mem = r->g->mem;

	tp_release(mem, r->place);
	tp_release(mem, r->heap);
	tp_release(mem, r->order);
	tp_release(mem, r->row_state);
	tp_release(mem, r->matrix);
	tp_release(mem, r->out);
}

/* What a reduction left, as a graph of its own. */
static bool
graph_of_rest(graph *rest, const reduction *r)
{
	graph	   *g = r->g;
	uint32_t	n = 0;

	for (uint32_t i = 0; i < g->n; i++)
		n += r->keep[i];
	if (!graph_init(rest, g->mem, n))
		return false;
	n = 0;
	for (uint32_t i = 0; i < g->n; i++)
		if (r->keep[i])
			r->place[i] = n++;
	for (uint32_t i = 0; i < g->n && r->matrix == NULL; i++)
		if (r->keep[i])
		{
			const node *from = &g->node[i];
			node	   *to = &rest->node[r->place[i]];

			to->label = from->label;
			to->good = from->good;
			to->bad = from->bad;
			to->reward = from->reward;
			for (uint32_t k = 0; k < from->arcs; k++)
				if (!add_arc(rest, to, r->place[from->arc[k].to], from->arc[k].weight))
					return false;
		}
	for (uint32_t i = r->drop; i < r->rows && r->matrix != NULL; i++)
	{
		const double *row = r->matrix + i * r->width;
		node	   *to = &rest->node[r->place[r->row_state[i]]];

		to->label = g->node[r->row_state[i]].label;
		for (uint32_t k = r->drop; k < r->rows; k++)
			if (row[k] != 0 && k != i && !add_arc(rest, to, r->place[r->row_state[k]], row[k]))
				return false;
		to->good = row[r->rows];
		to->bad = row[r->rows + 1];
		to->reward = row[r->rows + 2];
	}
	return true;
}

static bool
graph_copy(graph *copy, const graph *g)
{
	if (!graph_init(copy, g->mem, g->n))
		return false;
	for (uint32_t i = 0; i < g->n; i++)
	{
		const node *from = &g->node[i];
		node	   *to = &copy->node[i];
		void	   *array = NULL;

		if (from->arcs > 0 && !more_room(g->mem, &array, &to->room, from->arcs, sizeof(arc)))
			return false;
		to->arc = array;
		to->arcs = from->arcs;
		if (from->arcs > 0)
			memcpy(to->arc, from->arc, from->arcs * sizeof(arc));
		to->label = from->label;
		to->good = from->good;
		to->bad = from->bad;
		to->reward = from->reward;
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
live_graph(graph *g, const tp_memory *mem, const tp_chain *chain, bool *dead, bool *lost, tp_error *err)
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
substitute(const reduction *r, double *p_good, double *steps)
{
	const graph *g = r->g;

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
		const node *node = &g->node[r->order[i]];
		double		out = out_of(node);
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
	graph		g = {.mem = mem};
	reduction	r = {.g = &g};
	tp_status	status;

	if (dead == NULL)
		return tp_fail_memory(err);
	status = live_graph(&g, mem, chain, dead, lost, err);
	if (status == TP_OK)
		status = reduce(&r, &g, NULL, err);
	if (status == TP_OK)
	{
		substitute(&r, p_good, expected_steps);
		for (uint32_t i = 0; i < chain->n; i++)
			if (lost[i])
				expected_steps[i] = NAN;
	}
	reduction_release(&r);
	graph_release(&g);
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
measure(removal *m, graph *g, uint32_t set)
{
	double		past = g->node[0].good;
	bool	   *keep = tp_alloc_array(g->mem, (size_t) g->n + 1, sizeof(bool));
	reduction	r = {.g = g};
	tp_status	status;

	if (keep == NULL)
		return tp_fail_memory(m->err);
	memset(keep, false, g->n);
	keep[0] = true;
	g->node[0].good = 0;
	status = reduce(&r, g, keep, m->err);
	if (status == TP_OK)
	{
		double		through = r.matrix != NULL ? r.matrix[r.drop * r.width + r.rows] : g->node[0].good;

		m->effect[set] = past + through > 0 ? through / (past + through) : (double) NAN;
	}
	reduction_release(&r);
	tp_release(g->mem, keep);
	return status;
}

/* Sets from low to high; g holds the start and their states, and is used up. */
static tp_status
remove_each(removal *m, graph *g, uint32_t low, uint32_t high)
{
	uint32_t	bound[3] = {low, low + (high - low) / 2, high};
	tp_status	status = TP_OK;

	if (high - low == 1)
		return measure(m, g, low);
	for (int half = 0; half < 2 && status == TP_OK; half++)
	{
		graph		copy = {.mem = g->mem};
		graph		rest = {.mem = g->mem};
		reduction	r = {.g = &copy};
		bool	   *keep = tp_alloc_array(g->mem, (size_t) g->n + 1, sizeof(bool));

		m->round++;
		for (size_t i = m->first[bound[half]]; i < m->first[bound[half + 1]]; i++)
			m->mark[m->member[i]] = m->round;
		if (keep == NULL || !graph_copy(&copy, g))
			status = tp_fail_memory(m->err);
		else
		{
			for (uint32_t i = 0; i < g->n; i++)
				keep[i] = g->node[i].label == 0 || m->mark[g->node[i].label] == m->round;
			status = reduce(&r, &copy, keep, m->err);
		}
		if (status == TP_OK && !graph_of_rest(&rest, &r))
			status = tp_fail_memory(m->err);
		reduction_release(&r);
		graph_release(&copy);
		tp_release(g->mem, keep);
		if (status == TP_OK)
			status = remove_each(m, &rest, bound[half], bound[half + 1]);
		graph_release(&rest);
	}
	return status;
}

tp_status
tp_chain_removal(const tp_memory *mem, const tp_chain *chain, uint32_t groups, const size_t *first,
				 const uint32_t *member, double *effect, tp_error *err)
{
	bool	   *dead = tp_alloc_array(mem, 2 * (size_t) chain->n + 2, sizeof(bool));
	graph		g = {.mem = mem};
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
	graph_release(&g);
	tp_release(mem, m.mark);
	tp_release(mem, dead);
	return status;
}
