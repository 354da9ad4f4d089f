/*
 * tp_flow_image.c
 *	  The image of a flow: writing it in its one order, checking it, names in it.
 */
#include "flow/tp_flow.h"
#include "base/tp_sort.h"

#define NO_CONTACT_SIZE 16

/* What is sorted: a key and where it comes from. */
typedef struct ranked
{
	uint64_t	key;
	uint32_t	at;
} ranked;

static int
compare_ranked(const void *a, const void *b)
{
	uint64_t	x = ((const ranked *) a)->key;
	uint64_t	y = ((const ranked *) b)->key;

	return (x > y) - (x < y);
}

/* A state to sort: its symbols by rank, short ones filled up; sorting hands over no context. */
typedef struct ranked_state
{
	uint32_t	order;
	uint32_t	at;
	uint32_t	symbol[];
} ranked_state;

/* Nothing comes before every symbol: shorter first. */
static int
compare_tuples(const uint32_t *a, const uint32_t *b, uint32_t order)
{
	for (uint32_t i = 0; i < order; i++)
		if (a[i] != b[i])
			return a[i] + 1 < b[i] + 1 ? -1 : 1;
	return 0;
}

static int
compare_states(const void *a, const void *b)
{
	const ranked_state *x = a;
	const ranked_state *y = b;

	return compare_tuples(x->symbol, y->symbol, x->order);
}

/* Scratch of one encoding; each piece may be NULL. */
typedef struct encoding
{
	const tp_flow *f;
	tp_ranked_symbol *symbol;
	uint32_t   *symbol_rank;
	char	   *state;			/* of ranked_state */
	uint32_t   *state_rank;
	ranked	   *edge;
	uint32_t	symbols;
	uint32_t	states;
} encoding;

static void
encoding_release(encoding *e)
{
	const tp_memory *mem = &e->f->mem;

	tp_release(mem, e->symbol);
	tp_release(mem, e->symbol_rank);
	tp_release(mem, e->state);
	tp_release(mem, e->state_rank);
	tp_release(mem, e->edge);
}

/* The symbols that transitions name, in order. */
static tp_status
rank_symbols(encoding *e, tp_error *err)
{
	const tp_flow *f = e->f;
	const tp_memory *mem = &f->mem;

	e->symbol = tp_alloc_array(mem, (size_t) f->symbols.count + 1, sizeof(tp_ranked_symbol));
	e->symbol_rank = tp_alloc_array(mem, (size_t) f->symbols.count + 1, sizeof(uint32_t));
	if (e->symbol == NULL || e->symbol_rank == NULL)
		return tp_fail_memory(err);
	memset(e->symbol_rank, 0, (size_t) f->symbols.count * sizeof(uint32_t));
	for (uint32_t i = 0; i < f->edges; i++)
	{
		if (f->edge[i].step >= 2)
			e->symbol_rank[f->edge[i].step - 2] = 1;
		if (f->order == 1 && f->edge[i].source > 0)
			e->symbol_rank[f->edge[i].source - 1] = 1;
	}
	if (f->order > 1)
		for (size_t i = 0; i < f->states.bytes.len / 4; i++)
			e->symbol_rank[tp_load_u32(f->states.bytes.data + 4 * i)] = 1;
	for (uint32_t i = 0; i < f->symbols.count; i++)
		if (e->symbol_rank[i])
			e->symbol[e->symbols++] = (tp_ranked_symbol) {
				tp_part_view(f->symbols.item[i].tag, tp_intern_body(&f->symbols, i)), i};
	if (tp_sort_items(mem, e->symbol, e->symbols, sizeof(tp_ranked_symbol), tp_ranked_symbol_compare, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < e->symbols; i++)
		e->symbol_rank[e->symbol[i].symbol] = i;
	return TP_OK;
}

static tp_status
rank_states(encoding *e, tp_error *err)
{
	const tp_flow *f = e->f;
	size_t		size = sizeof(ranked_state) + f->order * sizeof(uint32_t);

	if (f->order <= 1)
	{
		e->states = e->symbols;
		return TP_OK;
	}
	e->states = f->states.count;
	e->state = tp_alloc_array(&f->mem, (size_t) e->states + 1, size);
	e->state_rank = tp_alloc_array(&f->mem, (size_t) e->states + 1, sizeof(uint32_t));
	if (e->state == NULL || e->state_rank == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < e->states; i++)
	{
		ranked_state *s = (ranked_state *) (e->state + i * size);
		const uint8_t *body = tp_intern_body(&f->states, i);
		size_t		n = f->states.item[i].len / 4;

		s->order = f->order;
		s->at = i;
		for (size_t k = 0; k < f->order; k++)
			s->symbol[k] = k < n ? e->symbol_rank[tp_load_u32(body + 4 * k)] : TP_FLOW_NOTHING;
	}
	if (tp_sort_items(&f->mem, e->state, e->states, size, compare_states, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < e->states; i++)
		e->state_rank[((ranked_state *) (e->state + i * size))->at] = i;
	return TP_OK;
}

/* The image's number of an in-memory state that is not the start. */
static inline uint32_t
state_number(const encoding *e, uint32_t state)
{
	return 1 + (e->f->order == 1 ? e->symbol_rank[state - 1] : e->state_rank[state - 1]);
}

static tp_status
rank_edges(encoding *e, tp_error *err)
{
	const tp_flow *f = e->f;

	e->edge = tp_alloc_array(&f->mem, (size_t) f->edges + 1, sizeof(ranked));
	if (e->edge == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < f->edges; i++)
	{
		const tp_flow_edge *edge = &f->edge[i];
		uint64_t	source = edge->source == 0 ? 0 : state_number(e, edge->source);
		uint64_t	target = edge->step < 2 ? e->states + 1 + edge->step : state_number(e, edge->target);

		e->edge[i] = (ranked) {source << 32 | target, i};
	}
	return tp_sort_items(&f->mem, e->edge, f->edges, sizeof(ranked), compare_ranked, err);
}

static void
put_u32(tp_buffer *b, uint32_t v)
{
	tp_buffer_add(b, &v, sizeof(v));
}

static void
put_f64(tp_buffer *b, double v)
{
	tp_buffer_add(b, &v, sizeof(v));
}

static void
write_image(const encoding *e, tp_buffer *out)
{
	const tp_flow *f = e->f;
	const uint8_t head[8] = {TP_FLOW_VERSION, f->no_contact.hi != 0, f->part, f->order, f->ends, f->key.len};

	tp_buffer_add(out, head, sizeof(head));
	put_u32(out, e->symbols);
	put_u32(out, e->states);
	put_u32(out, f->edges);
	put_u32(out, 0);
	put_f64(out, f->value.hi);
	put_f64(out, f->value.lo);
	for (uint32_t i = 0; i < f->edges; i++)
	{
		uint32_t	at = e->edge[i].at;
		double		count = (double) f->edge[at].count;
		int64_t		usecs = f->edge[at].usecs;
		tp_dd		sum = tp_two_sum((double) (usecs >> 32) * 4294967296.0, (double) (usecs & UINT32_MAX));

		if (at < f->excess_count)
		{
			count = tp_dd_value(tp_dd_add_double(f->excess[at].count, count));
			sum = tp_dd_add(sum, f->excess[at].usecs);
		}
		if (tp_buffer_stop_at(out, i))
			return;
		put_u32(out, (uint32_t) (e->edge[i].key >> 32));
		put_u32(out, (uint32_t) e->edge[i].key);
		put_f64(out, count);
		put_f64(out, sum.hi);
		put_f64(out, sum.lo);
	}
	if (f->order > 1)
		for (uint32_t i = 0; i < e->states; i++)
			tp_buffer_add(out, e->state + i * (sizeof(ranked_state) + f->order * sizeof(uint32_t)) +
						  sizeof(ranked_state), f->order * sizeof(uint32_t));
	for (uint32_t i = 0; i < e->symbols; i++)
	{
		uint8_t		entry[TP_ENTRY_MAX];

		tp_buffer_add(out, entry, tp_touchpoint_entry(&e->symbol[i].t, entry));
	}
	tp_buffer_add(out, f->key.bytes, f->key.len);
	if (f->no_contact.hi != 0)
	{
		put_f64(out, f->no_contact.hi);
		put_f64(out, f->no_contact.lo);
	}
}

tp_status
tp_flow_encode(const tp_flow *f, tp_buffer *out, tp_error *err)
{
	encoding	e = {.f = f};
	size_t		size = TP_FLOW_HEAD + (size_t) f->edges * TP_FLOW_EDGE +
		(size_t) f->states.count * f->order * 4 + f->symbols.bytes.len + (size_t) f->symbols.count * TP_ENTRY_HEAD +
		f->key.len + NO_CONTACT_SIZE;
	tp_status	status = TP_OK;

	if (size > TP_IMAGE_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Group by a coarser part, or take a smaller k.",
					   "a flow of %u transitions is too large: %zu bytes", (unsigned) f->edges, size);
	if (rank_symbols(&e, err) != TP_OK || rank_states(&e, err) != TP_OK || rank_edges(&e, err) != TP_OK)
		status = err->status;
	else
	{
		tp_buffer_reserve(out, size);
		write_image(&e, out);
		if (out->failed)
			status = tp_fail_memory(err);
	}
	encoding_release(&e);
	return status;
}

static tp_status
bad(tp_error *err, const char *what)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged, or a later release wrote it.",
				   "not a journey_flow: %s", what);
}

/* Symbols: in order, each a part that can be. */
static tp_status
check_symbols(tp_flow_view *v, const tp_memory *mem, const uint8_t *at, tp_error *err)
{
	const uint8_t *end = v->image + v->size - (v->no_contact.hi != 0 ? NO_CONTACT_SIZE : 0);

	for (uint32_t i = 0; i < v->symbols; i++)
	{
		tp_touchpoint *t = &v->symbol[i];
		size_t		size;

		if (end - at < TP_ENTRY_HEAD || (size_t) (end - at) < (size = tp_entry_size(at)))
			return bad(err, "shorter than its parts");
		*t = tp_entry_view(at);
		if (v->part == TP_PART_TOUCHPOINT + 1 ? !tp_entry_is_valid(at, size) :
			t->channel_len > 0 || t->stage_len > 0 || (t->label_len > 0 && !tp_entry_is_valid(at, size)))
			return bad(err, "a malformed part");
		if (i > 0 && tp_touchpoint_compare(t - 1, t) >= 0)
			return bad(err, "parts out of order");
		if (tp_stop_at(mem, i))
			return tp_fail_interrupted(err);
		at += size;
	}
	if (end - at != v->key.len || !tp_part_key_is_valid((const char *) at, v->key.len, (tp_part) (v->part - 1)))
		return bad(err, "longer than its parts");
	memcpy(v->key.bytes, at, v->key.len);
	return TP_OK;
}

static tp_status
check_states(const tp_flow_view *v, const tp_memory *mem, tp_error *err)
{
	for (uint32_t s = 1; s <= v->states; s++)
	{
		uint32_t	tuple[2][TP_FLOW_ORDER_MAX];
		uint32_t	n = 0;

		for (uint32_t i = 0; i < v->order; i++)
		{
			uint32_t	symbol = tp_load_u32(v->state + 4 * ((size_t) (s - 1) * v->order + i));

			tuple[1][i] = symbol;
			if (symbol == TP_FLOW_NOTHING ? i == 0 : symbol >= v->symbols || n < i)
				return bad(err, "a malformed state");
			n += symbol != TP_FLOW_NOTHING;
		}
		if (s > 1)
		{
			memcpy(tuple[0], v->state + 4 * (size_t) (s - 2) * v->order, 4 * (size_t) v->order);
			if (compare_tuples(tuple[0], tuple[1], v->order) >= 0)
				return bad(err, "states out of order");
		}
		if (tp_stop_at(mem, s))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* Does target follow from source, as the last order symbols? */
static bool
follows(const tp_flow_view *v, uint32_t source, uint32_t target)
{
	uint32_t	from[TP_FLOW_ORDER_MAX],
				to[TP_FLOW_ORDER_MAX];
	uint32_t	n = source > 0 ? tp_flow_state(v, source, from) : 0;
	uint32_t	m = tp_flow_state(v, target, to);
	uint32_t	skip = n == v->order ? 1 : 0;

	return m == n - skip + 1 && memcmp(from + skip, to, (n - skip) * sizeof(uint32_t)) == 0;
}

/* Transitions: in order, counted, naming every state and symbol. seen has states + 1 zero bytes. */
static tp_status
check_edges(const tp_flow_view *v, const tp_memory *mem, uint8_t *seen, tp_error *err)
{
	uint32_t	last_target = v->states + (v->ends == TP_ENDS_CONVERSION ? 2 : 1);
	uint64_t	before = 0;

	for (uint32_t i = 0; i < v->edges; i++)
	{
		tp_transition t = tp_flow_transition(v, i);
		uint64_t	key = (uint64_t) t.source << 32 | t.target;

		if (t.source > v->states || t.target < 1 || t.target > last_target)
			return bad(err, "a transition between unknown states");
		if (key <= before)
			return bad(err, "transitions out of order");
		if (!(t.count > 0 && t.count <= TP_FLOW_COUNT_MAX) || !tp_dd_is_normal(t.usecs) || t.usecs.hi < 0)
			return bad(err, "a count or time that no journeys can have");
		if (t.usecs.hi != 0 && (t.source == 0 || t.target > v->states))
			return bad(err, "a time before the start or after the end");
		if (v->state != NULL && t.target <= v->states && !follows(v, t.source, t.target))
			return bad(err, "a state that does not follow from the one before");
		seen[t.source] = 1;
		if (t.target <= v->states)
			seen[t.target] = 1;
		if (tp_stop_at(mem, i))
			return tp_fail_interrupted(err);
		before = key;
	}
	for (uint32_t s = 1; s <= v->states; s++)
		if (!seen[s])
			return bad(err, "a state that nobody was in");
	return TP_OK;
}

/* Every symbol stands in a state. seen has symbols zero bytes. */
static tp_status
check_use(const tp_flow_view *v, uint8_t *seen, tp_error *err)
{
	for (uint32_t s = 1; s <= v->states && v->state != NULL; s++)
	{
		uint32_t	tuple[TP_FLOW_ORDER_MAX];
		uint32_t	n = tp_flow_state(v, s, tuple);

		for (uint32_t i = 0; i < n; i++)
			seen[tuple[i]] = 1;
	}
	for (uint32_t i = 0; i < v->symbols && v->state != NULL; i++)
		if (!seen[i])
			return bad(err, "a part that nobody had");
	return TP_OK;
}

static tp_status
check_head(const tp_flow_view *v, tp_error *err)
{
	const uint8_t *at = v->image;

	if ((at[5] != 0) != (v->part == TP_PART_PROPERTY + 1) || at[5] > TP_KEY_MAX || at[6] != 0 || at[7] != 0 || tp_load_u32(at + 20) != 0 || v->part > TP_PART_PROPERTY + 1 ||
		v->order > TP_FLOW_ORDER_MAX || v->ends > TP_ENDS_CONVERSION || (v->part == 0) != (v->order == 0))
		return bad(err, "unknown settings");
	if (!tp_dd_is_normal(v->no_contact) || (v->no_contact.hi != 0) != (at[1] == 1) || (at[1] == 1 && v->ends != TP_ENDS_CONVERSION))
		return bad(err, "a value without conversions");
	if (!tp_dd_is_normal(v->value) || (v->ends != TP_ENDS_CONVERSION && v->value.hi != 0))
		return bad(err, "a value that no journeys can have");
	if (v->order <= 1 && v->states != v->symbols)
		return bad(err, "states that are no parts");
	if (v->part == 0 && (v->ends != 0 || v->edges != 0 || v->states != 0))
		return bad(err, "transitions of nothing");
	return TP_OK;
}

tp_status
tp_flow_open(tp_flow_view *v, const tp_memory *mem, const void *image, size_t size, tp_error *err)
{
	const uint8_t *at = image;
	uint64_t	rest;
	uint8_t    *seen;
	tp_status	status;

	v->symbol = NULL;
	if (size < TP_FLOW_HEAD)
		return bad(err, "too short");
	if (at[0] != TP_FLOW_VERSION || at[1] > 1 || (at[1] == 1 && size < TP_FLOW_HEAD + NO_CONTACT_SIZE))
		return bad(err, "unknown version or flags");
	v->image = at;
	v->size = size;
	v->part = at[2];
	v->order = at[3];
	v->ends = at[4];
	memset(&v->key, 0, sizeof(v->key));
	v->key.len = at[5] <= TP_KEY_MAX ? at[5] : 0;
	v->symbols = tp_load_u32(at + 8);
	v->states = tp_load_u32(at + 12);
	v->edges = tp_load_u32(at + 16);
	v->value = (tp_dd) {tp_load_f64(at + 24), tp_load_f64(at + 32)};
	v->no_contact = (tp_dd) {0, 0};
	if (at[1] == 1)
		v->no_contact = (tp_dd) {tp_load_f64(at + size - 16), tp_load_f64(at + size - 8)};
	if (check_head(v, err) != TP_OK)
		return err->status;
	/* every count against the bytes that are there, before anything is allocated */
	rest = size - TP_FLOW_HEAD - (at[1] == 1 ? NO_CONTACT_SIZE : 0);
	if (v->edges > rest / TP_FLOW_EDGE)
		return bad(err, "shorter than its transitions");
	rest -= (uint64_t) v->edges * TP_FLOW_EDGE;
	v->edge = at + TP_FLOW_HEAD;
	v->state = NULL;
	at = v->edge + (size_t) v->edges * TP_FLOW_EDGE;
	if (v->order > 1)
	{
		if (v->states > rest / (4 * (uint64_t) v->order))
			return bad(err, "shorter than its states");
		rest -= (uint64_t) v->states * v->order * 4;
		v->state = at;
		at += (size_t) v->states * v->order * 4;
	}
	if (v->symbols > rest / TP_ENTRY_HEAD)
		return bad(err, "shorter than its parts");

	v->symbol = tp_alloc_array(mem, (size_t) v->symbols + 1, sizeof(tp_touchpoint));
	seen = tp_alloc_array(mem, (size_t) v->states + v->symbols + 2, 1);
	if (v->symbol == NULL || seen == NULL)
		status = tp_fail_memory(err);
	else
	{
		memset(seen, 0, (size_t) v->states + v->symbols + 2);
		status = check_symbols(v, mem, at, err);
		if (status == TP_OK && v->state != NULL)
			status = check_states(v, mem, err);
		if (status == TP_OK)
			status = check_edges(v, mem, seen, err);
		if (status == TP_OK)
			status = check_use(v, seen + v->states + 1, err);
	}
	tp_release(mem, seen);
	if (status != TP_OK)
		tp_flow_close(v, mem);
	return status;
}

/* By settings, size, then bytes: for sorting, no judgement. */
int
tp_flow_compare(const void *a, size_t a_size, const void *b, size_t b_size)
{
	size_t		head = a_size < b_size ? a_size : b_size;
	int			c = memcmp(a, b, head < 8 ? head : 8);

	if (c == 0)
		c = (a_size > b_size) - (a_size < b_size);
	if (c == 0)
		c = memcmp(a, b, a_size);
	return (c > 0) - (c < 0);
}

void
tp_flow_write_symbol(tp_buffer *b, const tp_flow_view *v, uint32_t symbol)
{
	const tp_touchpoint *t = &v->symbol[symbol];

	if (v->part == TP_PART_TOUCHPOINT + 1)
		tp_touchpoint_write(b, t);
	else if (t->label_len > 0)
		tp_buffer_add(b, t->label, t->label_len);
	else
		tp_buffer_string(b, "(none)");
}

void
tp_flow_write_state(tp_buffer *b, const tp_flow_view *v, uint32_t state)
{
	uint32_t	tuple[TP_FLOW_ORDER_MAX];
	uint32_t	n = tp_flow_state(v, state, tuple);

	for (uint32_t i = 0; i < n; i++)
	{
		if (i > 0)
			tp_buffer_add(b, " > ", 3);
		tp_flow_write_symbol(b, v, tuple[i]);
	}
}
