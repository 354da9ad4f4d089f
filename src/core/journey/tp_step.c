/*
 * tp_step.c
 *	  Asking steps: do the contacts of a journey meet their globs and conditions?
 */
#include "journey/tp_step.h"

#include <math.h>

/* Contacts asked one by one between two looks at whether the host wants to stop. */
#define POLL_EVERY 4096

static bool
compares(double a, tp_op op, double b)
{
	switch (op)
	{
		case TP_OP_LT:
			return a < b;
		case TP_OP_LE:
			return a <= b;
		case TP_OP_EQ:
			return a == b;
		case TP_OP_NE:
			return a != b;
		case TP_OP_GE:
			return a >= b;
		case TP_OP_GT:
			return a > b;
		default:
			return false;
	}
}

static double
compare_strings(const tp_property *a, const tp_property *b)
{
	uint32_t	len = a->len < b->len ? a->len : b->len;
	int			c = len > 0 ? memcmp(a->text, b->text, len) : 0;

	return c != 0 ? c : (double) a->len - b->len;
}

bool
tp_condition_meets(const tp_condition *c, const tp_property *p)
{
	tp_op		op = (tp_op) c->op;

	if (p->kind == TP_PROPERTY_ABSENT || op >= TP_OP_THERE)
		return (p->kind == TP_PROPERTY_ABSENT) == (op == TP_OP_MISSING);
	if (p->kind != c->value.kind)
		return false;
	switch (p->kind)
	{
		case TP_PROPERTY_STRING:
			if (op == TP_OP_LIKE)
				return tp_wildcard_matches(c->value.text, c->value.len, p->text, p->len);
			return compares(compare_strings(p, &c->value), op, 0);
		case TP_PROPERTY_NUMBER:
			return compares(p->number, op, c->value.number);
		case TP_PROPERTY_BOOLEAN:
			return compares(p->truth, op, c->value.truth);
		default:
			return false;
	}
}

/* A condition on a field: one that is not known is only missing. */
static bool
field_meets(const tp_condition *c, const tp_journey *j, uint32_t i)
{
	tp_op		op = (tp_op) c->op;
	double		v = (double) NAN;
	int64_t		n;

	switch ((tp_field) c->field)
	{
		case TP_FIELD_SCORE:
			v = tp_journey_number(j, TP_SCORE, i);
			break;
		case TP_FIELD_EXPECTED:
			v = tp_journey_number(j, TP_EXPECTED, i);
			break;
		case TP_FIELD_GAP:
			v = tp_journey_number(j, TP_SCORE, i) - tp_journey_number(j, TP_EXPECTED, i);
			break;
		case TP_FIELD_COST:
			v = tp_journey_number(j, TP_COST, i);
			break;
		case TP_FIELD_VALUE:
			v = tp_journey_number(j, TP_VALUE, i);
			break;
		case TP_FIELD_DURATION:
			n = tp_journey_duration(j, i);
			if (n < 0 || op >= TP_OP_THERE)
				return (n < 0) == (op == TP_OP_MISSING);
			return compares((n > c->whole) - (n < c->whole), op, 0);
		case TP_FIELD_BY:
			n = tp_journey_by(j, i);
			if (n == TP_BY_NOBODY || op >= TP_OP_THERE)
				return (n == TP_BY_NOBODY) == (op == TP_OP_MISSING);
			return (n == c->whole) == (op == TP_OP_EQ);
		case TP_FIELD_PROPERTY:
			return false;
	}
	if (isnan(v) || op >= TP_OP_THERE)
		return isnan(v) == (op == TP_OP_MISSING);
	return compares(v, op, c->value.number);
}

tp_status
tp_conditions_read(const tp_memory *mem, tp_image *i, tp_conditions **out, tp_error *err)
{
	tp_image	end = *i;
	tp_image	at;
	uint32_t	n = tp_image_pass_conditions(&end);
	size_t		size = (size_t) (end.at - i->at);
	tp_conditions *c;

	*out = NULL;
	if (end.bad)
		return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a step");
	if (n == 0)
	{
		*i = end;
		return TP_OK;
	}
	c = tp_alloc(mem, sizeof(tp_conditions));
	if (c == NULL)
		return tp_fail_memory(err);
	*c = (tp_conditions) {.mem = *mem};
	c->bytes = tp_alloc(mem, size);
	c->condition = tp_alloc_array(mem, n, sizeof(tp_condition));
	c->key = tp_alloc_array(mem, n, sizeof(uint32_t));
	if (c->bytes == NULL || c->condition == NULL || c->key == NULL)
	{
		tp_conditions_release(c);
		return tp_fail_memory(err);
	}
	memcpy(c->bytes, i->at, size);
	/* fields first: they cost no look at properties */
	for (int properties = 0; properties <= 1; properties++)
	{
		at = (tp_image) {c->bytes + 1, c->bytes + size, false};
		for (uint32_t k = 0; k < n; k++)
		{
			tp_condition one;

			tp_image_condition(&at, &one);
			if ((one.field == TP_FIELD_PROPERTY) == (properties == 1))
				c->condition[c->n++] = one;
		}
		if (!properties)
			c->fields = c->n;
	}
	*i = end;
	*out = c;
	return TP_OK;
}

void
tp_conditions_release(tp_conditions *c)
{
	tp_memory	mem;

	if (c == NULL)
		return;
	mem = c->mem;
	tp_release(&mem, c->bytes);
	tp_release(&mem, c->condition);
	tp_release(&mem, c->key);
	tp_release(&mem, c->verdict);
	tp_release(&mem, c);
}

/* Find the keys of this journey, and forget what was said of the sets of the last. */
static void
look(tp_conditions *c, const tp_journey *j)
{
	uint32_t	sets = tp_journey_sets(j);

	c->looked = true;
	c->never = false;
	for (uint32_t k = c->fields; k < c->n; k++)
	{
		const tp_condition *one = &c->condition[k];

		c->key[k] = tp_journey_find_key(j, one->key, one->key_len);
		c->never |= c->key[k] == TP_NO_KEY && one->op != TP_OP_MISSING;
	}
	if (c->never || c->no_verdicts)
		return;
	/* without memory for them, contacts of the last sets are asked anew each time */
	tp_grow(&c->mem, (void **) &c->verdict, &c->verdict_room, (uint64_t) sets + 1, 1);
	if (c->verdict_room > 0)
		memset(c->verdict, 0, sets < c->verdict_room ? (size_t) sets + 1 : c->verdict_room);
}

static bool
set_meets(const tp_conditions *c, const tp_journey *j, uint32_t set)
{
	for (uint32_t k = c->fields; k < c->n; k++)
	{
		tp_property p = {.kind = TP_PROPERTY_ABSENT};

		if (set != 0 && c->key[k] != TP_NO_KEY)
			tp_journey_set_property(j, set, c->key[k], &p);
		if (!tp_condition_meets(&c->condition[k], &p))
			return false;
	}
	return true;
}

bool
tp_conditions_ask(tp_conditions *c, const tp_journey *j, uint32_t i)
{
	uint32_t	set;
	bool		met;

	if (c->fields < c->n)
	{
		if (!c->looked)
			look(c, j);
		if (c->never)
			return false;
	}
	for (uint32_t k = 0; k < c->fields; k++)
		if (!field_meets(&c->condition[k], j, i))
			return false;
	if (c->fields == c->n)
		return true;
	set = tp_journey_set_of(j, i);
	if (set < c->verdict_room && c->verdict[set] != 0)
		return c->verdict[set] == 2;
	/* a glob on a long string may take a while */
	tp_interrupted(&c->mem);
	met = set_meets(c, j, set);
	if (set < c->verdict_room)
		c->verdict[set] = met ? 2 : 1;
	return met;
}

static tp_status
damaged(tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a step");
}

tp_status
tp_step_read(const tp_memory *mem, const uint8_t *nodes, size_t size, tp_step *out, tp_error *err)
{
	tp_image	i = {nodes, nodes + size, false};
	uint64_t	pending = 1;

	*out = (tp_step) {.mem = *mem};
	for (; pending > 0; pending--)
	{
		uint8_t		kind = tp_image_u8(&i);
		tp_alternative *a;

		if (kind == TP_NODE_CHOICE)
		{
			pending += tp_image_u16(&i);
			continue;
		}
		if (kind != TP_NODE_STEP && kind != TP_NODE_MORE)
			return damaged(err);
		if (!tp_grow(mem, (void **) &out->alternative, &out->room, (uint64_t) out->n + 1, sizeof(tp_alternative)))
			return tp_fail_memory(err);
		a = &out->alternative[out->n];
		tp_image_glob(&i, &a->glob);
		if (tp_conditions_read(mem, &i, &a->conditions, err) != TP_OK)
			return err->status;
		out->n++;
	}
	return i.bad || i.at != i.end ? damaged(err) : TP_OK;
}

tp_status
tp_step_make(const tp_memory *mem, const char *text, size_t len, bool plain, tp_step *out, tp_error *err)
{
	tp_buffer	nodes;
	tp_status	status;

	*out = (tp_step) {.mem = *mem};
	tp_buffer_init(&nodes, mem);
	status = tp_step_parse(&nodes, text, len, plain, err);
	if (status == TP_OK)
		status = tp_step_read(mem, (const uint8_t *) nodes.data, nodes.len, out, err);
	tp_release(mem, nodes.data);
	return status;
}

void
tp_step_release(tp_step *s)
{
	for (uint32_t k = 0; k < s->n; k++)
		tp_conditions_release(s->alternative[k].conditions);
	tp_release(&s->mem, s->alternative);
	s->alternative = NULL;
	s->n = s->room = 0;
}

bool
tp_step_touches(const tp_step *s, const tp_touchpoint *t)
{
	for (uint32_t k = 0; k < s->n; k++)
		if (tp_glob_matches(&s->alternative[k].glob, t))
			return true;
	return false;
}

void
tp_step_forget(const tp_step *s)
{
	for (uint32_t k = 0; k < s->n; k++)
		if (s->alternative[k].conditions != NULL)
			tp_conditions_forget(s->alternative[k].conditions);
}

bool
tp_step_met(const tp_step *s, const tp_journey *j, uint32_t i, const tp_touchpoint *t)
{
	for (uint32_t k = 0; k < s->n; k++)
	{
		const tp_alternative *a = &s->alternative[k];

		if (tp_glob_matches(&a->glob, t) && (a->conditions == NULL || tp_conditions_met(a->conditions, j, i)))
			return true;
	}
	return false;
}

void
tp_steps_init(tp_steps *s, const tp_memory *mem)
{
	memset(s, 0, sizeof(*s));
	tp_globs_init(&s->globs, mem);
	s->words = 1;
}

tp_status
tp_steps_add(tp_steps *s, const char *text, uint32_t bit, tp_error *err)
{
	const tp_memory *mem = &s->globs.mem;
	tp_step		step;
	tp_status	status = tp_step_make(mem, text, strlen(text), false, &step, err);

	if (bit / 64 + 1 > s->words)
		s->words = bit / 64 + 1;
	for (uint32_t k = 0; k < step.n && status == TP_OK; k++)
	{
		tp_alternative *a = &step.alternative[k];

		if (a->conditions == NULL)
			status = tp_globs_add(&s->globs, &a->glob, bit, err);
		else if (!tp_grow(mem, (void **) &s->test, &s->test_room, (uint64_t) s->tests + 1, sizeof(tp_steps_test)))
			status = tp_fail_memory(err);
		else
		{
			s->test[s->tests++] = (tp_steps_test) {.glob = a->glob, .bit = bit, .conditions = a->conditions};
			a->conditions = NULL;
		}
	}
	tp_step_release(&step);
	return status;
}

void
tp_steps_release(tp_steps *s)
{
	for (uint32_t k = 0; k < s->tests; k++)
		tp_conditions_release(s->test[k].conditions);
	tp_release(&s->globs.mem, s->test);
	tp_release(&s->globs.mem, s->all);
	tp_release(&s->globs.mem, s->row);
	tp_globs_release(&s->globs);
}

/* All steps are there: give the globs of alternatives with conditions the bits behind those of steps. */
static tp_status
seal(tp_steps *s, tp_error *err)
{
	for (uint32_t k = 0; k < s->tests; k++)
	{
		s->test[k].candidate = s->words * 64 + k;
		if (tp_globs_add(&s->globs, &s->test[k].glob, s->test[k].candidate, err) != TP_OK)
			return err->status;
	}
	if (s->globs.words < s->words)
		s->globs.words = s->words;
	s->all = tp_alloc_array(&s->globs.mem, s->globs.words, sizeof(uint64_t));
	s->row = tp_alloc_array(&s->globs.mem, s->words, sizeof(uint64_t));
	return s->all != NULL && s->row != NULL ? TP_OK : tp_fail_memory(err);
}

tp_status
tp_steps_look(tp_steps *s, const tp_journey *j, uint64_t *all, tp_error *err)
{
	if (tp_unlikely(s->all == NULL) && seal(s, err) != TP_OK)
		return err->status;
	if (tp_likely(s->tests == 0))
		return tp_globs_look(&s->globs, j, all, err);
	if (tp_globs_look(&s->globs, j, s->all, err) != TP_OK)
		return err->status;
	for (uint32_t k = 0; k < s->tests; k++)
	{
		const tp_steps_test *t = &s->test[k];

		tp_conditions_forget(t->conditions);
		s->all[t->bit / 64] |= (s->all[t->candidate / 64] >> (t->candidate % 64) & 1) << (t->bit % 64);
	}
	if (all != NULL)
		memcpy(all, s->all, s->words * sizeof(uint64_t));
	return TP_OK;
}

const uint64_t *
tp_steps_ask(tp_steps *s, const tp_journey *j, uint32_t i, const uint64_t *row)
{
	bool		any = false;

	for (uint32_t w = s->words; w < s->globs.words && !any; w++)
		any = row[w] != 0;
	if (!any)
		return row;
	if (i % POLL_EVERY == 0)
		tp_interrupted(&s->globs.mem);
	memcpy(s->row, row, s->words * sizeof(uint64_t));
	for (uint32_t k = 0; k < s->tests; k++)
	{
		const tp_steps_test *t = &s->test[k];

		if (row[t->candidate / 64] >> (t->candidate % 64) & 1 &&
			!(s->row[t->bit / 64] >> (t->bit % 64) & 1) &&
			tp_conditions_met(t->conditions, j, i))
			s->row[t->bit / 64] |= UINT64_C(1) << (t->bit % 64);
	}
	return s->row;
}
