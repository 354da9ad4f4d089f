/*
 * tp_pattern_hold.c
 *	  One value of a property throughout a match: which values are tried, and who fits them.
 *
 * A match fits some choice of one value a property, and contacts without a value fit every choice. So the
 * pattern is run once a choice, over the contacts that fit it. The values of the second property are only
 * those of contacts that fit the first, and so on: there are never more choices than products of values that
 * could come together.
 */
#include "find/tp_pattern_program.h"

#include "journey/tp_intern.h"

struct holder
{
	tp_matcher *m;
	tp_intern	values;
	uint32_t	holds;
	bool		failed;
	uint32_t	sets;			/* of the journey, and one for none */
	uint32_t	set_room;
	uint32_t	seen_room;
	uint32_t	value_room[TP_HOLD_MAX];
	uint32_t   *value_of;		/* of each set and property: number of the value + 1, or 0 */
	uint32_t   *seen;			/* of each value the round that saw it, while values are collected */
	uint32_t	round;
	uint32_t   *value[TP_HOLD_MAX];	/* those to be tried, of each property */
	uint32_t	values_of[TP_HOLD_MAX];
	uint32_t	now[TP_HOLD_MAX];	/* the place of the one that is held */
};

holder *
holder_new(tp_matcher *m, tp_error *err)
{
	holder	   *h = tp_alloc(&m->mem, sizeof(holder));

	if (h == NULL)
	{
		tp_fail_memory(err);
		return NULL;
	}
	memset(h, 0, sizeof(*h));
	h->m = m;
	h->holds = m->whole.holds;
	tp_intern_init(&h->values, &m->mem);
	return h;
}

void
holder_release(holder *h)
{
	tp_memory	mem = h->m->mem;

	tp_intern_release(&h->values);
	tp_release(&mem, h->value_of);
	tp_release(&mem, h->seen);
	for (uint32_t k = 0; k < h->holds; k++)
		tp_release(&mem, h->value[k]);
	tp_release(&mem, h);
}

static tp_status
number_of(holder *h, const tp_property *p, uint32_t *number, tp_error *err)
{
	switch (p->kind)
	{
		case TP_PROPERTY_STRING:
			return tp_intern_number(&h->values, p->kind, p->text, p->len, number, err);
		case TP_PROPERTY_NUMBER:
			{
				double		v = p->number + 0.0;	/* of -0 too */

				return tp_intern_number(&h->values, p->kind, &v, sizeof(v), number, err);
			}
		default:
			{
				uint8_t		truth = p->truth;

				return tp_intern_number(&h->values, p->kind, &truth, 1, number, err);
			}
	}
}

/* Values to be tried of property k, those before it being chosen; one that stands for none where there are none. */
static bool
collect(holder *h, uint32_t k)
{
	h->values_of[k] = 0;
	h->now[k] = 0;
	h->round++;
	for (uint32_t set = 1; set < h->sets; set++)
	{
		const uint32_t *of = &h->value_of[(size_t) set * h->holds];
		bool		fits = of[k] != 0 && h->seen[of[k] - 1] != h->round;

		for (uint32_t b = 0; b < k && fits; b++)
			fits = of[b] == 0 || h->value[b][h->now[b]] == 0 || of[b] == h->value[b][h->now[b]];
		if (!fits)
			continue;
		h->seen[of[k] - 1] = h->round;
		if (!tp_grow(&h->m->mem, (void **) &h->value[k], &h->value_room[k], (uint64_t) h->values_of[k] + 1,
					 sizeof(uint32_t)))
			return false;
		h->value[k][h->values_of[k]++] = of[k];
	}
	if (h->values_of[k] > 0)
		return true;
	if (!tp_grow(&h->m->mem, (void **) &h->value[k], &h->value_room[k], 1, sizeof(uint32_t)))
		return false;
	h->value[k][h->values_of[k]++] = 0;
	return true;
}

/* Which sets the first n contacts have, so that later ones bring no values. */
static void
mark_sets(holder *h, const tp_journey *j, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
	{
		uint32_t	set = tp_journey_set_of(j, i);

		if (i % 65536 == 65535)
			tp_interrupted(&h->m->mem);
		if (set > 0 && set < h->sets)
			h->value_of[(size_t) set * h->holds] = 1;
	}
}

tp_status
holder_look(holder *h, const tp_journey *j, uint32_t n, bool *any, tp_error *err)
{
	const tp_whole *w = &h->m->whole;
	const tp_memory *mem = &h->m->mem;
	uint32_t	key[TP_HOLD_MAX];
	uint32_t	room = h->seen_room;
	bool		known = false;

	*any = false;
	for (uint32_t k = 0; k < h->holds; k++)
	{
		key[k] = tp_journey_find_key(j, w->key[k], w->key_len[k]);
		known |= key[k] != TP_NO_KEY;
	}
	if (!known)
		return TP_OK;
	h->sets = tp_journey_sets(j) + 1;
	if (!tp_grow(mem, (void **) &h->value_of, &h->set_room, (uint64_t) h->sets * h->holds, sizeof(uint32_t)))
		return tp_fail_memory(err);
	memset(h->value_of, 0, (size_t) h->sets * h->holds * sizeof(uint32_t));
	if (n < j->count)
		mark_sets(h, j, n);
	/* numbers are of this journey only */
	tp_intern_release(&h->values);
	tp_intern_init(&h->values, mem);
	for (uint32_t set = 1; set < h->sets; set++)
	{
		bool		later = n < j->count && h->value_of[(size_t) set * h->holds] == 0;

		h->value_of[(size_t) set * h->holds] = 0;
		for (uint32_t k = 0; k < h->holds && !later; k++)
		{
			tp_property p = {.kind = TP_PROPERTY_ABSENT};
			uint32_t	number = 0;

			if (key[k] != TP_NO_KEY)
				tp_journey_set_property(j, set, key[k], &p);
			if (p.kind == TP_PROPERTY_ABSENT)
				continue;
			if (number_of(h, &p, &number, err) != TP_OK)
				return err->status;
			h->value_of[(size_t) set * h->holds + k] = number + 1;
			*any = true;
		}
	}
	if (!tp_grow(mem, (void **) &h->seen, &room, (uint64_t) h->values.count + 1, sizeof(uint32_t)))
		return tp_fail_memory(err);
	h->seen_room = room;
	memset(h->seen, 0, ((size_t) h->values.count + 1) * sizeof(uint32_t));
	h->round = 0;
	return TP_OK;
}

static bool
descend(holder *h, uint32_t from)
{
	for (uint32_t k = from; k < h->holds && !h->failed; k++)
		h->failed = !collect(h, k);
	return !h->failed;
}

bool
holder_first(holder *h)
{
	return descend(h, 0);
}

bool
holder_next(holder *h)
{
	for (uint32_t k = h->holds; k-- > 0;)
		if (++h->now[k] < h->values_of[k])
			return descend(h, k + 1);
	return false;
}

bool
holder_failed(const holder *h)
{
	return h->failed;
}

bool
holder_fits(const holder *h, const tp_journey *j, uint32_t i)
{
	uint32_t	set = tp_journey_set_of(j, i);
	/* beyond the last in a damaged image */
	const uint32_t *of = &h->value_of[(size_t) (set < h->sets ? set : 0) * h->holds];

	for (uint32_t k = 0; k < h->holds; k++)
	{
		uint32_t	held = h->value[k][h->now[k]];

		if (of[k] != 0 && held != 0 && of[k] != held)
			return false;
	}
	return true;
}
