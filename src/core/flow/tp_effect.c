/*
 * tp_effect.c
 *	  Which parts go with conversion.
 */
#include "flow/tp_effect.h"

#include "base/tp_normal.h"
#include "gap/tp_difference.h"

static tp_status
no_journeys(tp_error *err)
{
	return tp_fail(err, TP_BAD_ARGUMENT, "Pass the states of aggregates on as the server wrote them.",
				   "touchpoint_ledger holds counts that no journeys can have");
}

/* The key of all journeys: the absent part. */
static bool
find_all(const tp_ledger_view *v, uint32_t *all)
{
	for (uint32_t i = 0; i < v->keys; i++)
		if (v->key[i].size == TP_ENTRY_HEAD)
		{
			*all = i;
			return true;
		}
	return false;
}

static bool
count_without(tp_effect *e, const tp_ledger_key *part, const tp_ledger_key *all)
{
	e->with = (int64_t) part->conversions.hi;
	e->with_converted = (int64_t) part->value.hi;
	e->without = (int64_t) all->conversions.hi - e->with;
	e->without_converted = (int64_t) all->value.hi - e->with_converted;
	return e->without_converted >= 0 && e->without_converted <= e->without;
}

/* q of those that are known, which is as many numbers as p has. */
static tp_status
adjust(const tp_memory *mem, tp_effect *effects, uint32_t n, double *p, tp_error *err)
{
	uint32_t	m = 0;

	for (uint32_t i = 0; i < n; i++)
		if (effects[i].known)
			p[m++] = effects[i].p_value;
	if (tp_false_discovery(mem, p, m, p, err) != TP_OK)
		return err->status;
	m = 0;
	for (uint32_t i = 0; i < n; i++)
		if (effects[i].known)
			effects[i].q_value = p[m++];
	return TP_OK;
}

tp_status
tp_effects(const tp_ledger_view *v, const tp_memory *mem, tp_effect *effects, uint32_t *all, tp_error *err)
{
	double		z = tp_normal_quantile(0.95);
	double	   *p;
	tp_status	status;

	if (v->kind != TP_LEDGER_EFFECT || !find_all(v, all))
		return no_journeys(err);
	for (uint32_t i = 0; i < v->keys; i++)
	{
		tp_effect  *e = &effects[i];

		if (tp_interrupted(mem))
			return tp_fail_interrupted(err);
		*e = (tp_effect) {0};
		if (!count_without(e, &v->key[i], &v->key[*all]))
			return no_journeys(err);
		if (i == *all)
			continue;
		e->known = tp_odds_ratio(e->with_converted, e->with - e->with_converted, e->without_converted,
								 e->without - e->without_converted, z, &e->odds_ratio, &e->low, &e->high);
		if (e->known)
			e->p_value = tp_fisher_exact(e->with_converted, e->with - e->with_converted, e->without_converted,
										 e->without - e->without_converted);
	}
	p = tp_alloc_array(mem, (size_t) v->keys + 1, sizeof(double));
	if (p == NULL)
		return tp_fail_memory(err);
	status = adjust(mem, effects, v->keys, p, err);
	tp_release(mem, p);
	return status;
}
