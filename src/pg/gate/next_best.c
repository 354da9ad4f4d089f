/*
 * next_best.c
 *	  What would it bring to make this contact now?
 */
#include "gate/gate.h"

#include <math.h>

#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/site.h"
#include "base/tp_array.h"
#include "base/tp_sort.h"
#include "flow/flow.h"

#include "gate/tp_outlook.h"

/* What lasts from call to call: the policy and the flow as they were last given, read and solved. */
typedef struct best_cache
{
	tp_policy_cache policy;
	MemoryContext context;		/* of image and what outlook points to */
	Size		size;
	char	   *image;			/* NULL where there is none */
	tp_flow_view flow;
	tp_outlook	outlook;
} best_cache;

/* A candidate and what is said of it. */
typedef struct candidate
{
	int			position;
	bool		isnull;
	Datum		touchpoint;
	bool		allowed;
	const char *reason;
	int64_t		next_at;
	double		p;				/* NaN: not known, as in all below */
	double		value;
	double		cost;
	double		net;
} candidate;

static void
make_cache(FunctionCallInfo fcinfo, void *site)
{
	best_cache *cache = site;

	(void) fcinfo;
	tp_policy_cache_init(&cache->policy);
	cache->context = AllocSetContextCreate(CurrentMemoryContext, "touchpoint flow of next_best_contacts",
										   ALLOCSET_SMALL_SIZES);
}

/* The flow in d, solved. */
static const tp_outlook *
get_outlook(best_cache *cache, Datum d)
{
	struct varlena *flat = PG_DETOAST_DATUM_PACKED(d);
	MemoryContext before;
	tp_memory	mem = tp_pg_memory(cache->context);
	tp_error	err;

	if (cache->image != NULL && cache->size == VARSIZE_ANY_EXHDR(flat) &&
		memcmp(cache->image, VARDATA_ANY(flat), cache->size) == 0)
		return &cache->outlook;
	cache->image = NULL;		/* stays so when solving fails */
	MemoryContextReset(cache->context);
	before = MemoryContextSwitchTo(cache->context);
	cache->size = VARSIZE_ANY_EXHDR(flat);
	{
		char	   *image = MemoryContextAllocHuge(cache->context, cache->size + 1);

		memcpy(image, VARDATA_ANY(flat), cache->size);
		if (tp_flow_open(&cache->flow, &mem, image, cache->size, &err) != TP_OK ||
			tp_outlook_make(&cache->outlook, &mem, &cache->flow, &err) != TP_OK)
			tp_raise(&err);
		cache->image = image;
	}
	MemoryContextSwitchTo(before);
	return &cache->outlook;
}

static double
get_value(FunctionCallInfo fcinfo)
{
	double		value;

	if (PG_ARGISNULL(6))
		tp_null_setting("value");
	value = PG_GETARG_FLOAT8(6);
	if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value must be finite, not %s", tp_not_finite(value))));
	return value;
}

/* The costs of n candidates; NULL where none are given. */
static double *
get_costs(FunctionCallInfo fcinfo, int n)
{
	double	   *costs;
	int			length;
	bool		has_null;

	if (PG_ARGISNULL(7))
		return NULL;
	costs = tp_numbers_of(PG_GETARG_ARRAYTYPE_P(7), "costs", &length, &has_null);
	if (length != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("costs must be as many as candidates, %d, not %d", n, length),
				 errhint("Write NULL for a cost that is not known, or leave costs out where contacts cost nothing.")));
	for (int i = 0; i < n; i++)
		if (costs[i] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("costs must not be negative, as costs[%d] is", i + 1)));
	return costs;
}

static candidate *
get_candidates(ArrayType *array, int *n)
{
	Datum	   *values;
	bool	   *nulls;
	int16		size;
	bool		by_value;
	char		align;
	candidate  *all;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &size, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), size, by_value, align, &values, &nulls, n);
	all = palloc0(mul_size(sizeof(candidate), *n + 1));
	for (int i = 0; i < *n; i++)
	{
		all[i].position = i;
		all[i].isnull = nulls[i];
		all[i].touchpoint = values[i];
		all[i].next_at = TP_NEVER;
		all[i].p = all[i].value = all[i].net = (double) NAN;
	}
	return all;
}

/* Higher first, what is not known last. */
static int
compare_known(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return (a < b) - (a > b);
}

static int
best_first(const void *a, const void *b)
{
	const candidate *x = a,
			   *y = b;
	int			order = y->allowed - x->allowed;

	if (order == 0)
		order = compare_known(x->net, y->net);
	if (order == 0)
		order = compare_known(x->p, y->p);
	return order != 0 ? order : x->position - y->position;
}

/* What the gate says of c; all but its reason is made in scratch, which is reset. */
static void
ask_gate(candidate *c, const tp_policy_cache *policy, const tp_journey *journey, int64_t at, MemoryContext scratch)
{
	MemoryContext before = MemoryContextSwitchTo(scratch);
	tp_memory	mem = tp_pg_memory(scratch);
	tp_touchpoint t = tp_entry_view(tp_datum_entry(c->touchpoint));
	tp_verdict	verdict;
	tp_error	err;

	if (tp_gate(&policy->policy, journey, &t, at, &mem, &verdict, &err) != TP_OK)
		tp_raise(&err);
	c->allowed = verdict.refused_by == 0;
	if (!c->allowed)
	{
		c->reason = MemoryContextStrdup(before, tp_reason_of(policy->json, journey, &verdict));
		c->next_at = verdict.next_at;
	}
	MemoryContextSwitchTo(before);
	MemoryContextReset(scratch);
}

static void
put_row(ReturnSetInfo *result, const candidate *c)
{
	double		numbers[4] = {c->p, c->value, c->cost, c->net};
	Datum		values[8] = {c->touchpoint, BoolGetDatum(c->allowed)};
	bool		nulls[8] = {c->isnull, false, c->reason == NULL, c->next_at == TP_NEVER};

	if (c->reason != NULL)
		values[2] = CStringGetTextDatum(c->reason);
	values[3] = TimestampTzGetDatum(c->next_at);
	for (int i = 0; i < 4; i++)
	{
		nulls[4 + i] = isnan(numbers[i]);
		values[4 + i] = Float8GetDatum(numbers[i]);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* 22003 where value or net pass what a number holds. */
static double
finite_or_unknown(double v)
{
	if (isinf(v))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the expected value of a contact is out of range"),
				 errhint("Give a smaller value, or smaller costs.")));
	return v;
}

/* next_best_contacts(journey, flow, part, policy, at, candidates, value, costs) */
PG_FUNCTION_INFO_V1(next_best_contacts);
Datum
next_best_contacts(PG_FUNCTION_ARGS)
{
	best_cache *cache = tp_site_once(fcinfo, sizeof(best_cache), make_cache);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_aspect	part = tp_get_part(fcinfo, 2);
	double		value = get_value(fcinfo);
	const tp_outlook *outlook = NULL;
	tp_touchpoint *entries = NULL;
	tp_journey	journey;
	bool		has_journey = !PG_ARGISNULL(0);
	const char *unable = PG_ARGISNULL(3) ? "policy is NULL" : PG_ARGISNULL(4) ? "at is NULL" : NULL;
	int64_t		at = PG_ARGISNULL(4) ? 0 : tp_get_gate_time(PG_GETARG_DATUM(4));
	uint32_t	met = 0;
	double		without = (double) NAN;
	candidate  *all;
	double	   *costs;
	int			n;
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "touchpoint gate", ALLOCSET_DEFAULT_SIZES);
	tp_error	err;

	InitMaterializedSRF(fcinfo, 0);
	if (!PG_ARGISNULL(3))
		tp_policy_cache_read(&cache->policy, PG_GETARG_JSONB_P(3));
	if (!PG_ARGISNULL(1))
	{
		outlook = get_outlook(cache, PG_GETARG_DATUM(1));
		if (cache->flow.part > 0 && !tp_is_part(PG_GETARG_TEXT_PP(2), (tp_part) (cache->flow.part - 1), &cache->flow.key))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("part must be that of the flow, %s, not %s", tp_part_name((tp_part) (cache->flow.part - 1)),
							tp_part_name(part.part)),
					 errhint("Name the part that flow_agg was given.")));
	}
	if (PG_ARGISNULL(5))
		return (Datum) 0;
	all = get_candidates(PG_GETARG_ARRAYTYPE_P(5), &n);
	costs = get_costs(fcinfo, n);
	if (has_journey)
	{
		PG_GETARG_JOURNEY(0, &journey);
		entries = tp_dictionary(&journey);
		met = at == PG_INT64_MAX ? journey.count : tp_journey_search(&journey, at + 1);
	}
	if (outlook != NULL && !PG_ARGISNULL(4))
		without = tp_outlook_after(outlook, has_journey ? &journey : NULL, entries, met, NULL);
	for (int i = 0; i < n; i++)
	{
		candidate  *c = &all[i];
		tp_touchpoint t;

		CHECK_FOR_INTERRUPTS();
		c->cost = costs != NULL ? costs[i] : 0;
		c->reason = c->isnull ? "touchpoint is NULL" : unable;
		if (c->isnull)
			continue;
		if (c->reason == NULL)
			ask_gate(c, &cache->policy, has_journey ? &journey : NULL, at, scratch);
		if (outlook == NULL || PG_ARGISNULL(4))
			continue;
		t = tp_entry_view(tp_datum_entry(c->touchpoint));
		c->p = tp_outlook_after(outlook, has_journey ? &journey : NULL, entries, met, &t);
		c->value = finite_or_unknown((c->p - without) * value);
		c->net = finite_or_unknown(c->value - c->cost);
	}
	if (tp_sort_items(&mem, all, (size_t) n, sizeof(candidate), best_first, &err) != TP_OK)
		tp_raise(&err);
	for (int i = 0; i < n; i++)
		put_row(result, &all[i]);
	return (Datum) 0;
}
