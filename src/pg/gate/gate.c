/*
 * gate.c
 *	  The contact gate in SQL.
 */
#include "gate/gate.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/rows.h"
#include "base/site.h"

/* What lasts from call to call. */
typedef struct gate_cache
{
	TupleDesc	desc;
	tp_policy_cache policy;
} gate_cache;

void
tp_policy_cache_init(tp_policy_cache *cache)
{
	cache->json = NULL;
	cache->context = AllocSetContextCreate(CurrentMemoryContext, "touchpoint contact policy", ALLOCSET_SMALL_SIZES);
}

void
tp_policy_cache_read(tp_policy_cache *cache, Jsonb *json)
{
	MemoryContext before;

	if (cache->json != NULL && VARSIZE(cache->json) == VARSIZE(json) && memcmp(cache->json, json, VARSIZE(json)) == 0)
		return;
	cache->json = NULL;			/* stays so when reading fails */
	MemoryContextReset(cache->context);
	before = MemoryContextSwitchTo(cache->context);
	tp_read_policy(json, &cache->policy);
	cache->json = palloc(VARSIZE(json));
	memcpy(cache->json, json, VARSIZE(json));
	MemoryContextSwitchTo(before);
}

int64_t
tp_get_gate_time(Datum at)
{
	int64_t		t = DatumGetTimestampTz(at);

	if (!tp_time_is_finite(t))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("at must be finite"),
				 errhint("Give the time of the contact, such as now().")));
	return t;
}

static Datum
answer(gate_cache *cache, bool allowed, const char *reason, int64_t next_at)
{
	Datum		values[3] = {BoolGetDatum(allowed), 0, 0};
	bool		nulls[3] = {false, reason == NULL, next_at == TP_NEVER};

	if (!nulls[1])
		values[1] = CStringGetTextDatum(reason);
	if (!nulls[2])
		values[2] = TimestampTzGetDatum(next_at);
	return HeapTupleGetDatum(heap_form_tuple(cache->desc, values, nulls));
}

static void
make_cache(FunctionCallInfo fcinfo, void *site)
{
	gate_cache *cache = site;

	cache->desc = tp_row_desc(fcinfo);
	tp_policy_cache_init(&cache->policy);
}

/* can_contact(journey, touchpoint, at, policy, initiator) */
PG_FUNCTION_INFO_V1(can_contact);
Datum
can_contact(PG_FUNCTION_ARGS)
{
	static const char *const missing[] = {NULL, "touchpoint is NULL", "at is NULL", "policy is NULL", "initiator is NULL"};
	gate_cache *cache = tp_site_once(fcinfo, sizeof(gate_cache), make_cache);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	const tp_policy *policy;
	tp_journey	journey;
	bool		has_journey = !PG_ARGISNULL(0);
	tp_touchpoint t;
	int64_t		at;
	tp_verdict	verdict;
	tp_error	err;

	if (!PG_ARGISNULL(4))
	{
		text	   *name = PG_GETARG_TEXT_PP(4);
		tp_initiator by = tp_get_initiator(name);

		if (by != TP_BY_COMPANY)
			return answer(cache, true, NULL, TP_NEVER);
	}
	for (int i = 1; i < 5; i++)
		if (PG_ARGISNULL(i))
			return answer(cache, false, missing[i], TP_NEVER);
	t = tp_entry_view(tp_datum_entry(PG_GETARG_DATUM(1)));
	at = tp_get_gate_time(PG_GETARG_DATUM(2));
	tp_policy_cache_read(&cache->policy, PG_GETARG_JSONB_P(3));
	policy = &cache->policy.policy;
	if (has_journey)
	{
		int64_t		reach = tp_policy_reach(policy, &t, &mem);

		/* the header of a long journey may tell that nothing in it is recent enough to matter */
		has_journey = reach > 0;
		if (has_journey)
		{
			tp_datum_journey_header(PG_GETARG_DATUM(0), &journey);
			has_journey = journey.count > 0 && tp_journey_last_at(&journey) >= tp_before(at, reach);
		}
		if (has_journey)
			PG_GETARG_JOURNEY(0, &journey);
	}
	if (tp_gate(policy, has_journey ? &journey : NULL, &t, at, &mem, &verdict, &err) != TP_OK)
		tp_raise(&err);
	if (verdict.refused_by == 0)
		return answer(cache, true, NULL, TP_NEVER);
	return answer(cache, false, tp_reason_of(cache->policy.json, &journey, &verdict), verdict.next_at);
}
