/*
 * tp_ledger_conversion.c
 *	  Credit for conversions, added up path by path without a row a contact.
 */
#include "flow/tp_ledger.h"

/* One journey being credited. */
typedef struct crediting
{
	tp_ledger  *t;
	const tp_journey *parts;
	const tp_cut *cut;
	const tp_rule *rule;
	uint32_t	from;			/* t->times counts the touches of each entry from here */
	uint32_t	to;				/* to here */
	uint32_t	looked;			/* touches before it were looked at, */
	uint32_t	met;			/* of which this is the last that is not direct; touches where there is none */
	size_t		steps;			/* for polls */
} crediting;

static inline uint32_t
code_of(const crediting *c, uint32_t place)
{
	return tp_journey_code(c->parts, c->cut->touch[place]);
}

/* Count the touches of each entry between from and to. Bounds mostly rise, so touches come and go once. */
static void
slide(crediting *c, uint32_t from, uint32_t to)
{
	uint32_t   *times = c->t->times;

	if (from >= c->to || to <= c->from)
	{
		for (; c->from < c->to; c->from++)
			times[code_of(c, c->from)]--;
		c->from = c->to = from;
	}
	while (c->to < to)
		times[code_of(c, c->to++)]++;
	while (c->from < from)
		times[code_of(c, c->from++)]--;
	while (c->to > to)
		times[code_of(c, --c->to)]--;
	while (c->from > from)
		times[code_of(c, --c->from)]++;
}

static inline tp_status
poll(crediting *c, tp_error *err)
{
	return tp_stop_at(&c->t->mem, c->steps++) ? tp_fail_interrupted(err) : TP_OK;
}

static tp_status
credit_linear(crediting *c, const tp_cut_path *p, double value, tp_error *err)
{
	tp_ledger  *t = c->t;
	uint32_t	n = p->to - p->from;

	if (n <= c->parts->entries)
	{
		for (uint32_t i = p->from; i < p->to; i++)
			if (tp_ledger_add(t, t->map[code_of(c, i)], 1.0 / n, value / n, err) != TP_OK || poll(c, err) != TP_OK)
				return err->status;
		return TP_OK;
	}
	slide(c, p->from, p->to);
	for (uint32_t code = 0; code < c->parts->entries; code++)
	{
		double		share = (double) t->times[code] / n;

		if (share > 0 && tp_ledger_add(t, t->map[code], share, value * share, err) != TP_OK)
			return err->status;
		if (poll(c, err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

/* As credit_each, where a path is longer than the dictionary: entry by entry. */
static tp_status
credit_ends(crediting *c, const tp_cut_path *p, double value, tp_error *err)
{
	tp_ledger  *t = c->t;
	const tp_rule *rule = c->rule;
	uint32_t	end[2] = {code_of(c, p->from), code_of(c, p->to - 1)};
	double		left = tp_between(rule, p->to - p->from);

	slide(c, p->from, p->to);
	for (uint32_t code = 0; code < c->parts->entries; code++)
	{
		double		share = left * (t->times[code] - (code == end[0]) - (code == end[1])) +
			(code == end[0] ? rule->ends[0] : 0) + (code == end[1] ? rule->ends[1] : 0);

		if ((share > 0 && tp_ledger_add(t, t->map[code], share, value * share, err) != TP_OK) || poll(c, err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

/* Have this entry's part stand in this path; *different counts the parts that do. */
static inline void
meet(tp_ledger *t, uint32_t key, uint32_t *met, uint32_t *different)
{
	if (t->sum[key].met != t->journeys)
	{
		t->sum[key].met = t->journeys;
		met[(*different)++] = key;
	}
}

static tp_status
credit_shapley(crediting *c, const tp_cut_path *p, double value, tp_error *err)
{
	tp_ledger  *t = c->t;
	uint32_t   *met = t->map + c->parts->entries;
	uint32_t	different = 0;

	t->journeys++;
	if (p->to - p->from <= c->parts->entries)
		for (uint32_t i = p->from; i < p->to; i++)
			meet(t, t->map[code_of(c, i)], met, &different);
	else
	{
		slide(c, p->from, p->to);
		for (uint32_t code = 0; code < c->parts->entries; code++)
			if (t->times[code] > 0)
				meet(t, t->map[code], met, &different);
	}
	for (uint32_t i = 0; i < different; i++)
		if (tp_ledger_add(t, met[i], 1.0 / different, value / different, err) != TP_OK || poll(c, err) != TP_OK)
			return err->status;
	return TP_OK;
}

/* The place of the last touch of p that is not direct, of the last where all are. */
static uint32_t
last_non_direct(crediting *c, const tp_cut_path *p)
{
	const bool *direct = c->t->direct;

	if (p->to < c->looked)
	{
		c->looked = p->from;
		c->met = c->cut->touches;
	}
	for (; c->looked < p->to; c->looked++)
		if (!direct[code_of(c, c->looked)])
			c->met = c->looked;
	return c->met >= p->from && c->met < p->to ? c->met : p->to - 1;
}

static tp_status
credit_each(crediting *c, const tp_cut_path *p, double value, tp_error *err)
{
	tp_ledger  *t = c->t;
	uint32_t	n = p->to - p->from;

	if (tp_reserve(&t->mem, &t->credit, &t->credit_room, n, sizeof(double), err) != TP_OK ||
		tp_attribute_path(&t->mem, c->parts, c->rule, c->cut->touch, p->from, p->to, NULL, t->credit, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < n; i++)
		if ((t->credit[i] != 0 &&
			 tp_ledger_add(t, t->map[code_of(c, p->from + i)], t->credit[i], value * t->credit[i], err) != TP_OK) ||
			poll(c, err) != TP_OK)
			return err->status;
	return TP_OK;
}

static inline tp_status
credit_path(crediting *c, const tp_cut_path *p, double value, tp_error *err)
{
	tp_ledger  *t = c->t;
	uint32_t	one = p->from;

	if (t->kind == TP_LEDGER_SHAPLEY)
		return credit_shapley(c, p, value, err);
	switch (c->rule->model)
	{
		case TP_LINEAR:
			return credit_linear(c, p, value, err);
		case TP_FIRST_TOUCH:
			break;
		case TP_LAST_TOUCH:
			one = p->to - 1;
			break;
		case TP_LAST_NON_DIRECT:
			one = last_non_direct(c, p);
			break;
		default:
			if (c->rule->model == TP_POSITION_BASED && p->to - p->from > c->parts->entries && p->to - p->from > 2)
				return credit_ends(c, p, value, err);
			return credit_each(c, p, value, err);
	}
	return tp_ledger_add(t, t->map[code_of(c, one)], 1, value, err);
}

/* Scratch of one journey: keys of entries, room for as many more behind them, counts, and what is direct. */
static tp_status
prepare(tp_ledger *t, const tp_journey *parts, const tp_rule *rule, tp_error *err)
{
	if (tp_reserve(&t->mem, &t->map, &t->map_room, 2 * (size_t) parts->entries, sizeof(uint32_t), err) != TP_OK ||
		tp_ledger_number_parts(t, parts, err) != TP_OK ||
		tp_reserve(&t->mem, &t->times, &t->times_room, parts->entries, sizeof(uint32_t), err) != TP_OK)
		return err->status;
	memset(t->times, 0, parts->entries * sizeof(uint32_t));
	if (t->kind == TP_LEDGER_SHAPLEY || rule->model != TP_LAST_NON_DIRECT)
		return TP_OK;
	if (tp_reserve(&t->mem, &t->entry, &t->entry_room, parts->entries, sizeof(tp_touchpoint), err) != TP_OK ||
		tp_reserve(&t->mem, &t->direct, &t->direct_room, parts->entries, sizeof(bool), err) != TP_OK ||
		tp_journey_dictionary(parts, t->entry, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < parts->entries; i++)
		t->direct[i] = tp_is_direct(&t->entry[i], (tp_part) (t->part - 1));
	return TP_OK;
}

tp_status
tp_ledger_conversions(tp_ledger *t, const tp_journey *j, const tp_journey *parts, tp_cut *cut, const tp_rule *rule,
					  tp_error *err)
{
	crediting	c = {.t = t, .parts = parts, .cut = cut, .rule = rule};
	uint32_t	no_contact;

	if (tp_cut_journey(cut, j, false, err) != TP_OK)
		return err->status;
	if (cut->conversions == 0)
		return TP_OK;
	if (prepare(t, parts, rule, err) != TP_OK)
		return err->status;
	c.met = cut->touches;
	for (uint32_t i = 0; parts != j && i < cut->touches; i++)
		if (tp_unlikely(code_of(&c, i) >= parts->entries))
			return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: a code without touchpoint");
	for (uint32_t k = 0; k < cut->conversions; k++)
	{
		const tp_cut_path *p = &cut->path[k];
		double		value = tp_cut_value(cut, j, k);

		if (isnan(value))
			value = 0;
		else
			t->valued = true;
		if (p->from < p->to)
		{
			if (credit_path(&c, p, value, err) != TP_OK)
				return err->status;
		}
		else if (tp_ledger_no_contact(t, &no_contact, err) != TP_OK ||
				 tp_ledger_add(t, no_contact, 1, value, err) != TP_OK)
			return err->status;
		if (poll(&c, err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}
