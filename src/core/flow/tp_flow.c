/*
 * tp_flow.c
 *	  Counting transitions, journey by journey, and merging flows.
 */
#include "flow/tp_flow.h"

#include <math.h>

/* Symbols that a square of cells takes, ends included; past it a hash finds transitions. */
#define STRIDE_MAX 256

/* Weights up to this are counted as whole numbers, so that 2^32 of them fit. */
#define WHOLE_MAX 4294967296.0

#define STEP_END 0
#define STEP_NULL 1
#define STEP_SYMBOL 2

void
tp_flow_init(tp_flow *f, const tp_memory *mem)
{
	*f = (tp_flow) {.mem = *mem};
	tp_intern_init(&f->symbols, mem);
	tp_intern_init(&f->states, mem);
}

void
tp_flow_release(tp_flow *f)
{
	tp_intern_release(&f->symbols);
	tp_intern_release(&f->states);
	TP_RELEASE_ALL(&f->mem, f->edge, f->excess, f->cell, f->map);
}

tp_status
tp_flow_set(tp_flow *f, const tp_aspect *aspect, int order, tp_flow_ends ends, tp_error *err)
{
	const char *changed;

	if (tp_flow_is_set(f, aspect, order, ends))
		return TP_OK;
	if (order < 1 || order > TP_FLOW_ORDER_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "1 looks at the last contact, 2 at the last two, and so on.",
					   "k must lie between 1 and %d, not %d", TP_FLOW_ORDER_MAX, order);
	if (f->part == 0)
	{
		f->part = (uint8_t) (aspect->part + 1);
		f->key = aspect->key;
		f->order = (uint8_t) order;
		f->ends = (uint8_t) ends;
		return TP_OK;
	}
	changed = f->part != aspect->part + 1 || !tp_same_part_key(&f->key, &aspect->key) ? "part" : f->order != order ? "k" : "the way journeys end";
	return tp_fail(err, TP_BAD_ARGUMENT, "It is a setting: pass a constant.",
				   "%s must be the same on every row of a group", changed);
}

static inline uint32_t
hash_step(uint32_t source, uint32_t step)
{
	return (uint32_t) tp_fold((uint64_t) source << 32 | step, UINT64_C(0x9E3779B97F4A7C15));
}

/* The cell of (source, step), empty or taken by it. */
static inline uint32_t *
find_cell(const tp_flow *f, uint32_t source, uint32_t step)
{
	uint32_t	at;

	if (f->stride > 0)
		return &f->cell[source * f->stride + step];
	at = hash_step(source, step) & (f->slots - 1);
	while (f->cell[at] != 0 &&
		   (f->edge[f->cell[at] - 1].source != source || f->edge[f->cell[at] - 1].step != step))
		at = (at + 1) & (f->slots - 1);
	return &f->cell[at];
}

/* Make cells anew, as a square of stride, or with stride 0 as a hash of slots. */
static tp_status
make_cells(tp_flow *f, uint32_t stride, uint32_t slots, tp_error *err)
{
	size_t		n = stride > 0 ? (size_t) stride * stride : slots;
	uint32_t   *cell = tp_alloc_filled(&f->mem, n, sizeof(uint32_t), 0);

	if (cell == NULL)
		return tp_fail_memory(err);
	tp_release(&f->mem, f->cell);
	f->cell = cell;
	f->stride = stride;
	f->slots = slots;
	for (uint32_t i = 0; i < f->edges; i++)
		*find_cell(f, f->edge[i].source, f->edge[i].step) = i + 1;
	return TP_OK;
}

/* Cells for every symbol that is numbered now. */
static tp_status
fit_cells(tp_flow *f, tp_error *err)
{
	uint32_t	needed = f->symbols.count + STEP_SYMBOL;
	uint32_t	n = 4;

	if (f->order == 1 && needed <= STRIDE_MAX)
	{
		while (n < needed)
			n *= 2;
		return make_cells(f, n, 0, err);
	}
	n = 64;
	while (n / 2 < f->edges)
		n *= 2;
	return make_cells(f, 0, n, err);
}

static inline bool
cells_fit(const tp_flow *f)
{
	return f->stride > 0 ? f->symbols.count + STEP_SYMBOL <= f->stride : f->slots > 0;
}

/* The state behind step from source. */
static tp_status
next_state(tp_flow *f, uint32_t source, uint32_t step, uint32_t *target, tp_error *err)
{
	uint32_t	tuple[TP_FLOW_ORDER_MAX];
	uint32_t	n = 0;

	if (step < STEP_SYMBOL)
	{
		*target = 0;
		return TP_OK;
	}
	if (f->order == 1)
	{
		*target = step - STEP_SYMBOL + 1;
		return TP_OK;
	}
	if (source > 0)
	{
		const tp_interned *item = &f->states.item[source - 1];
		uint32_t	skip;

		n = (uint32_t) (item->len / 4);
		skip = n == f->order ? 1 : 0;
		n -= skip;
		memcpy(tuple, tp_intern_body(&f->states, source - 1) + 4 * skip, (size_t) n * 4);
	}
	tuple[n++] = step - STEP_SYMBOL;
	if (tp_intern_number(&f->states, 0, tuple, (size_t) n * 4, target, err) != TP_OK)
		return err->status;
	++*target;
	return TP_OK;
}

static tp_status
add_edge(tp_flow *f, uint32_t source, uint32_t step, uint32_t *edge, tp_error *err)
{
	uint32_t	target;

	if (f->edges >= TP_INTERN_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Group by a coarser part, or take a smaller k.",
					   "a flow has too many different transitions");
	if (next_state(f, source, step, &target, err) != TP_OK ||
		tp_reserve(&f->mem, &f->edge, &f->edge_room, (size_t) f->edges + 1, sizeof(tp_flow_edge), err) != TP_OK)
		return err->status;
	f->edge[f->edges] = (tp_flow_edge) {source, step, target, 0, 0, 0};
	*edge = f->edges++;
	if (f->stride == 0 && f->edges > f->slots / 2)
		return fit_cells(f, err);
	*find_cell(f, source, step) = f->edges;
	return TP_OK;
}

static inline tp_status
find_edge(tp_flow *f, uint32_t source, uint32_t step, uint32_t *edge, tp_error *err)
{
	uint32_t	cell = *find_cell(f, source, step);

	if (tp_unlikely(cell == 0))
		return add_edge(f, source, step, edge, err);
	*edge = cell - 1;
	return TP_OK;
}

/* Add to a transition what its whole numbers do not take. */
static tp_status
add_excess(tp_flow *f, uint32_t edge, double count, tp_dd usecs, tp_error *err)
{
	tp_flow_excess *e;

	if (edge >= f->excess_count)
	{
		if (tp_reserve(&f->mem, &f->excess, &f->excess_room, f->edges, sizeof(tp_flow_excess), err) != TP_OK)
			return err->status;
		memset(f->excess + f->excess_count, 0, (f->edges - f->excess_count) * sizeof(tp_flow_excess));
		f->excess_count = f->edges;
	}
	e = &f->excess[edge];
	e->count = tp_dd_add_double(e->count, count);
	e->usecs = tp_dd_add(e->usecs, usecs);
	if (!(e->count.hi <= TP_FLOW_COUNT_MAX) || !tp_dd_is_normal(e->count) || !tp_dd_is_normal(e->usecs))
		return tp_fail(err, TP_OUT_OF_RANGE, "Keep counts below 1e200.", "the counts of a flow are out of range");
	return TP_OK;
}

static inline tp_dd
dd_of_u64(uint64_t v)
{
	return tp_two_sum((double) (v >> 32) * 4294967296.0, (double) (v & UINT32_MAX));
}

/* weight times from source to the end of step, usecs apart. */
static inline tp_status
count_whole(tp_flow *f, uint32_t edge, uint64_t weight, uint64_t usecs, tp_error *err)
{
	tp_flow_edge *e = &f->edge[edge];
	int64_t		product,
				sum;

	e->count += weight;
	if (tp_likely(usecs <= INT64_MAX &&
				  !__builtin_mul_overflow((int64_t) usecs, (int64_t) weight, &product) &&
				  !__builtin_add_overflow(e->usecs, product, &sum)))
	{
		e->usecs = sum;
		return TP_OK;
	}
	/* both factors in halves, so that every product is exact */
	return add_excess(f, edge, 0,
					  tp_dd_add(tp_two_product((double) (usecs >> 32) * 4294967296.0, (double) weight),
								tp_two_product((double) (usecs & UINT32_MAX), (double) weight)), err);
}

static tp_status
corrupt(tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: a code without touchpoint");
}

/* All steps between contacts; *last is the state behind the last contact. */
static tp_status
count_steps(tp_flow *f, const tp_journey *j, bool whole, double weight, uint32_t *last, tp_error *err)
{
	uint64_t	n = whole ? (uint64_t) weight : 0;
	uint32_t	state = 0;
	int64_t		before = 0;

	for (uint32_t i = 0; i < j->count; i++)
	{
		uint32_t	code = tp_journey_code(j, i);
		int64_t		at = tp_journey_time(j, i);
		uint64_t	usecs = i == 0 ? 0 : (uint64_t) at - (uint64_t) before;
		uint32_t	edge;

		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		if (find_edge(f, state, f->map[code] + STEP_SYMBOL, &edge, err) != TP_OK)
			return err->status;
		state = f->order == 1 ? f->map[code] + 1 : f->edge[edge].target;
		if (tp_likely(whole))
		{
			if (tp_unlikely(count_whole(f, edge, n, usecs, err) != TP_OK))
				return err->status;
		}
		else
		{
			tp_dd		between = tp_dd_multiply(dd_of_u64(usecs), tp_dd_of(weight));

			if (add_excess(f, edge, weight, between, err) != TP_OK)
				return err->status;
		}
		before = at;
		if (tp_stop_at(&f->mem, i))
			return TP_INTERRUPTED;
	}
	*last = state;
	return TP_OK;
}

static tp_status
count_end(tp_flow *f, uint32_t state, uint32_t step, bool whole, double weight, tp_error *err)
{
	uint32_t	edge;

	if (weight == 0)
		return TP_OK;
	if (find_edge(f, state, step, &edge, err) != TP_OK)
		return err->status;
	if (whole)
		return count_whole(f, edge, (uint64_t) weight, 0, err);
	return add_excess(f, edge, weight, tp_dd_of(0), err);
}

/* Number the parts of j's touchpoints, and have a cell for each. */
static inline tp_status
number_parts(tp_flow *f, const tp_journey *j, tp_error *err)
{
	if (tp_unlikely(j->entries > f->map_room) &&
		tp_reserve(&f->mem, &f->map, &f->map_room, j->entries, sizeof(uint32_t), err) != TP_OK)
		return err->status;
	if (tp_intern_dictionary(&f->symbols, j, (tp_part) (f->part - 1), f->map, err) != TP_OK)
		return err->status;
	if (tp_unlikely(!cells_fit(f)))
		return fit_cells(f, err);
	return TP_OK;
}

tp_status
tp_flow_add(tp_flow *f, const tp_journey *j, tp_error *err)
{
	uint32_t	last;

	if (j->count == 0)
		return TP_OK;
	if (number_parts(f, j, err) != TP_OK || count_steps(f, j, true, 1, &last, err) != TP_OK)
		return err->status;
	return count_end(f, last, STEP_END, true, 1, err);
}

tp_status
tp_flow_ask(tp_flow *f, const tp_asked *asked, tp_error *err)
{
	if (tp_likely(f->asked.digest == asked->digest))
		return TP_OK;
	if (f->asked.digest != 0)
		return tp_asked_check(&f->asked, asked, err);
	f->asked = *asked;
	return TP_OK;
}

static tp_status
value_out_of_range(tp_error *err)
{
	return tp_fail(err, TP_OUT_OF_RANGE, "Keep sums within the range of double precision.",
				   "the total value is out of range");
}

/* All steps between the touches of a path; *last is the state behind the last. */
static tp_status
count_path(tp_flow *f, const tp_journey *j, const uint32_t *touch, const tp_cut_path *p, uint32_t *last, tp_error *err)
{
	uint32_t	state = 0;
	int64_t		before = 0;

	for (uint32_t i = p->from; i < p->to; i++)
	{
		uint32_t	code = tp_journey_code(j, touch[i]);
		int64_t		at = tp_journey_time(j, touch[i]);
		uint64_t	usecs = i == p->from ? 0 : (uint64_t) at - (uint64_t) before;
		uint32_t	edge;

		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		if (find_edge(f, state, f->map[code] + STEP_SYMBOL, &edge, err) != TP_OK ||
			tp_unlikely(count_whole(f, edge, 1, usecs, err) != TP_OK))
			return err->status;
		state = f->order == 1 ? f->map[code] + 1 : f->edge[edge].target;
		before = at;
		if (tp_stop_at(&f->mem, i))
			return tp_fail_interrupted(err);
	}
	*last = state;
	return TP_OK;
}

/* The number of the state of these symbols. */
static tp_status
state_of(tp_flow *f, const uint32_t *symbols, uint32_t n, uint32_t *state, tp_error *err)
{
	*state = 0;
	if (n == 0)
		return TP_OK;
	if (f->order == 1)
	{
		*state = symbols[0] + 1;
		return TP_OK;
	}
	if (tp_intern_number(&f->states, 0, symbols, (size_t) n * 4, state, err) != TP_OK)
		return err->status;
	++*state;
	return TP_OK;
}

/* The state of touch i and those before it, of which there are enough. */
static tp_status
state_at(tp_flow *f, const tp_journey *j, const uint32_t *touch, uint32_t i, uint32_t *state, tp_error *err)
{
	uint32_t	symbols[TP_FLOW_ORDER_MAX];

	for (uint32_t k = 0; k < f->order; k++)
	{
		uint32_t	code = tp_journey_code(j, touch[i + 1 - f->order + k]);

		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		symbols[k] = f->map[code];
	}
	return state_of(f, symbols, f->order, state, err);
}

/* Do paths share touches, and may each touch be counted once for all of them, since bounds only rise? */
static bool
share_touches(const tp_cut *cut)
{
	bool		shared = false;

	for (uint32_t k = 1; k < cut->paths; k++)
	{
		if (cut->path[k].from < cut->path[k - 1].from || cut->path[k].to < cut->path[k - 1].to)
			return false;
		shared |= cut->path[k].from < cut->path[k - 1].to;
	}
	return shared;
}

/*
 * The steps from a touch to the next behind the first `order` touches of a path, where a state is the same in all
 * paths: each counts as often as there are paths that take it.
 */
static tp_status
count_shared(tp_flow *f, const tp_journey *j, const tp_cut *cut, tp_error *err)
{
	uint32_t	opened = 0,
				closed = 0;
	uint64_t	open = 0;

	for (uint32_t i = cut->path[0].from + f->order - 1; i + 1 < cut->touches; i++)
	{
		uint32_t	code = tp_journey_code(j, cut->touch[i + 1]);
		uint32_t	state,
					edge;

		for (; opened < cut->paths && cut->path[opened].from + f->order - 1 <= i; opened++)
			open += cut->path[opened].to - cut->path[opened].from > f->order;
		for (; closed < cut->paths && cut->path[closed].to <= i + 1; closed++)
			open -= cut->path[closed].to - cut->path[closed].from > f->order;
		if (tp_stop_at(&f->mem, i))
			return tp_fail_interrupted(err);
		if (open == 0)
			continue;
		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		if (state_at(f, j, cut->touch, i, &state, err) != TP_OK ||
			find_edge(f, state, f->map[code] + STEP_SYMBOL, &edge, err) != TP_OK ||
			count_whole(f, edge, open, (uint64_t) tp_journey_time(j, cut->touch[i + 1]) -
						(uint64_t) tp_journey_time(j, cut->touch[i]), err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

/* Add what a conversion brought, which nothing came before where its path is empty. */
static tp_status
add_value(tp_flow *f, double value, bool no_contact, tp_error *err)
{
	if (isnan(value))
		return TP_OK;
	f->value = tp_dd_add_double(f->value, value);
	if (no_contact)
		f->no_contact = tp_dd_add_double(f->no_contact, value);
	return tp_dd_is_normal(f->value) && tp_dd_is_normal(f->no_contact) ? TP_OK : value_out_of_range(err);
}

/* Are the numbers of cut the symbols of f? They become so where f asks twice in a row. */
static bool
owns_numbers(tp_flow *f, tp_cut *cut)
{
	tp_numbers *n = &cut->numbers;
	bool		again = n->last == f;

	if (tp_likely(n->owner == f && f->cut == cut && f->stamp == n->stamp && n->forgotten == cut->steps.globs.forgotten))
		return true;
	n->last = f;
	if (!again)
		return false;
	n->owner = f;
	f->cut = cut;
	f->stamp = ++n->stamp;
	n->forgotten = cut->steps.globs.forgotten;
	n->rows = 0;
	return true;
}

/* As number_parts, of a journey whose touchpoints the steps of cut have looked up. */
static tp_status
number_cut(tp_flow *f, const tp_journey *j, const tp_journey *parts, tp_cut *cut, tp_error *err)
{
	const uint32_t *row_of = cut->steps.globs.row_of;
	tp_numbers *n = &cut->numbers;
	uint32_t	rows = cut->steps.globs.rows * cut->steps.globs.words;
	uint32_t	code = 0;

	if (parts != j || !owns_numbers(f, cut))
		return number_parts(f, parts, err);
	if (tp_reserve(&f->mem, &f->map, &f->map_room, j->entries, sizeof(uint32_t), err) != TP_OK)
		return err->status;
	for (; code < j->entries && row_of[code] < n->rows && n->number[row_of[code]] != TP_UNNUMBERED; code++)
		f->map[code] = n->number[row_of[code]];
	if (tp_likely(code == j->entries))
		return TP_OK;
	if (number_parts(f, j, err) != TP_OK ||
		tp_reserve(&cut->mem, &n->number, &n->room, rows, sizeof(uint32_t), err) != TP_OK)
		return err->status;
	for (; n->rows < rows; n->rows++)
		n->number[n->rows] = TP_UNNUMBERED;
	for (code = 0; code < j->entries; code++)
		n->number[row_of[code]] = f->map[code];
	return TP_OK;
}

tp_status
tp_flow_add_conversions(tp_flow *f, const tp_journey *j, const tp_journey *parts, tp_cut *cut, tp_error *err)
{
	bool		shared;

	if (tp_cut_journey(cut, j, true, err) != TP_OK || number_cut(f, j, parts, cut, err) != TP_OK)
		return err->status;
	shared = share_touches(cut);
	for (uint32_t k = 0; k < cut->paths; k++)
	{
		tp_cut_path p = cut->path[k];
		bool		converted = k < cut->conversions;
		bool		cut_short = shared && p.to - p.from > f->order;
		uint32_t	last = 0;

		if (converted && add_value(f, tp_cut_value(cut, j, k), p.from == p.to, err) != TP_OK)
			return err->status;
		if (cut_short)
			p.to = p.from + f->order;
		if (count_path(f, parts, cut->touch, &p, &last, err) != TP_OK ||
			(cut_short && state_at(f, parts, cut->touch, cut->path[k].to - 1, &last, err) != TP_OK) ||
			count_end(f, last, converted ? STEP_END : STEP_NULL, true, 1, err) != TP_OK)
			return err->status;
		if (tp_stop_at(&f->mem, k))
			return tp_fail_interrupted(err);
	}
	return shared ? count_shared(f, parts, cut, err) : TP_OK;
}

static tp_status
check_count(double count, const char *name, tp_error *err)
{
	if (!isfinite(count))
		return tp_fail(err, TP_OUT_OF_RANGE, "Use NULL for what is not known.", "%s must be finite, not %s", name,
					   isnan(count) ? "NaN" : "infinity");
	if (count < 0)
		return tp_fail(err, TP_BAD_ARGUMENT, "Give the number of journeys that took this path, 0 or more.",
					   "%s must not be negative: %g", name, count);
	return TP_OK;
}

tp_status
tp_flow_add_weighted(tp_flow *f, const tp_journey *j, double conversions, double nulls, double value,
					 tp_error *err)
{
	double		weight = conversions + nulls;
	bool		whole = conversions == floor(conversions) && nulls == floor(nulls) && weight <= WHOLE_MAX;
	uint32_t	last;

	if (check_count(conversions, "conversions", err) != TP_OK || check_count(nulls, "nulls", err) != TP_OK)
		return err->status;
	if (!isfinite(value))
		return tp_fail(err, TP_OUT_OF_RANGE, "Use NULL for what is not known.", "value must be finite, not %s",
					   isnan(value) ? "NaN" : "infinity");
	if (j->count == 0)
		return TP_OK;
	f->value = tp_dd_add_double(f->value, value);
	if (!tp_dd_is_normal(f->value))
		return value_out_of_range(err);
	if (weight == 0)
		return TP_OK;
	if (number_parts(f, j, err) != TP_OK || count_steps(f, j, whole, weight, &last, err) != TP_OK ||
		count_end(f, last, STEP_END, whole, conversions, err) != TP_OK)
		return err->status;
	return count_end(f, last, STEP_NULL, whole, nulls, err);
}

tp_status
tp_flow_add_transition(tp_flow *f, const uint32_t *source, uint32_t n, uint32_t symbol, int end,
					   double count, tp_dd usecs, tp_error *err)
{
	uint32_t	state,
				edge;
	double		spare = 0;

	if (!cells_fit(f) && fit_cells(f, err) != TP_OK)
		return err->status;
	if (state_of(f, source, n, &state, err) != TP_OK ||
		find_edge(f, state, end > 0 ? (uint32_t) end - 1 : symbol + STEP_SYMBOL, &edge, err) != TP_OK)
		return err->status;
	if (count == floor(count) && count <= WHOLE_MAX)
		f->edge[edge].count += (uint64_t) count;
	else
		spare = count;
	if (spare == 0 && usecs.hi == 0)
		return TP_OK;
	return add_excess(f, edge, spare, usecs, err);
}

tp_status
tp_flow_merge(tp_flow *f, const tp_flow_view *v, tp_error *err)
{
	uint32_t   *map;
	tp_aspect	aspect;
	tp_status	status = TP_OK;

	if (v->part == 0)
		return TP_OK;
	aspect = (tp_aspect) {(tp_part) (v->part - 1), v->key};
	if (f->part != 0 && !tp_flow_is_set(f, &aspect, v->order, (tp_flow_ends) v->ends))
		return tp_fail(err, TP_BAD_ARGUMENT, "Flows add up where part, k and the way journeys end are the same.",
					   "flows of different %s do not add up",
					   f->part != v->part || !tp_same_part_key(&f->key, &v->key) ? "parts" : f->order != v->order ? "k" : "ends");
	if (tp_flow_set(f, &aspect, v->order, (tp_flow_ends) v->ends, err) != TP_OK)
		return err->status;
	map = tp_alloc_array(&f->mem, (size_t) v->symbols + 1, sizeof(uint32_t));
	if (map == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < v->symbols && status == TP_OK; i++)
	{
		const tp_touchpoint *t = &v->symbol[i];

		status = tp_intern_number(&f->symbols, TP_TAG(t->channel_len, t->label_len, t->stage_len), t->channel,
								  (size_t) t->channel_len + t->label_len + t->stage_len, &map[i], err);
	}
	for (uint32_t i = 0; i < v->edges && status == TP_OK; i++)
	{
		tp_transition t = tp_flow_transition(v, i);
		uint32_t	source[TP_FLOW_ORDER_MAX],
					target[TP_FLOW_ORDER_MAX];
		uint32_t	n = t.source > 0 ? tp_flow_state(v, t.source, source) : 0;
		uint32_t	symbol = 0;
		int			end = t.target > v->states ? (int) (t.target - v->states) : 0;

		if (end == 0)
			symbol = map[target[tp_flow_state(v, t.target, target) - 1]];
		for (uint32_t s = 0; s < n; s++)
			source[s] = map[source[s]];
		status = tp_flow_add_transition(f, source, n, symbol, end, t.count, t.usecs, err);
		if (tp_stop_at(&f->mem, i))
			status = TP_INTERRUPTED;
	}
	tp_release(&f->mem, map);
	f->value = tp_dd_add(f->value, v->value);
	f->no_contact = tp_dd_add(f->no_contact, v->no_contact);
	if (status == TP_OK && (!tp_dd_is_normal(f->value) || !tp_dd_is_normal(f->no_contact)))
		return value_out_of_range(err);
	return status;
}
