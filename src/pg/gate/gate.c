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
	tp_policy_cache policy;		/* what is too large for the session; of no context until there is one */
} gate_cache;

/*
 * The policies that this session was last asked about: expressions of a function forget what they know
 * with each transaction, and a gate asked once a transaction would read its policies anew each time.
 */
#define KEPT_POLICIES 16
#define KEPT_SIZE 8192

static tp_policy_cache *kept[KEPT_POLICIES];	/* the last asked first; NULL behind the last */

void
tp_policy_cache_init(tp_policy_cache *cache)
{
	cache->json = NULL;
	cache->context = AllocSetContextCreate(CurrentMemoryContext, "touchpoint contact policy", ALLOCSET_SMALL_SIZES);
}

static bool
is_of(const tp_policy_cache *cache, const Jsonb *json)
{
	return cache->json != NULL && VARSIZE(cache->json) == VARSIZE(json) &&
		memcmp(cache->json, json, VARSIZE(json)) == 0;
}

void
tp_policy_cache_read(tp_policy_cache *cache, Jsonb *json)
{
	MemoryContext before;

	if (is_of(cache, json))
		return;
	cache->json = NULL;			/* stays so when reading fails */
	MemoryContextReset(cache->context);
	before = MemoryContextSwitchTo(cache->context);
	tp_read_policy(json, &cache->policy);
	cache->json = palloc(VARSIZE(json));
	memcpy(cache->json, json, VARSIZE(json));
	MemoryContextSwitchTo(before);
}

bool
tp_policy_is_kept(const Jsonb *json)
{
	for (int i = 0; i < KEPT_POLICIES && kept[i] != NULL; i++)
		if (is_of(kept[i], json))
			return true;
	return false;
}

static const tp_policy_cache *
keep_policy(Jsonb *json)
{
	tp_policy_cache *cache;
	int			i = 0;

	while (i < KEPT_POLICIES - 1 && kept[i] != NULL && !is_of(kept[i], json))
		i++;
	if (kept[i] == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(TopMemoryContext);

		cache = palloc(sizeof(tp_policy_cache));
		tp_policy_cache_init(cache);
		kept[i] = cache;
		MemoryContextSwitchTo(before);
	}
	cache = kept[i];
	tp_policy_cache_read(cache, json);
	memmove(&kept[1], &kept[0], (size_t) i * sizeof(kept[0]));
	kept[0] = cache;
	return cache;
}

static const tp_policy_cache *
read_large(tp_policy_cache *cache, Jsonb *json, MemoryContext context)
{
	if (cache->context == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(context);

		tp_policy_cache_init(cache);
		MemoryContextSwitchTo(before);
	}
	tp_policy_cache_read(cache, json);
	return cache;
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
	((gate_cache *) site)->desc = tp_row_desc(fcinfo);
}

/* can_contact(journey, touchpoint, at, policy, initiator) */
PG_FUNCTION_INFO_V1(can_contact);
Datum
can_contact(PG_FUNCTION_ARGS)
{
	static const char *const missing[] = {NULL, "touchpoint is NULL", "at is NULL", "policy is NULL", "initiator is NULL"};
	gate_cache *cache = tp_site_once(fcinfo, sizeof(gate_cache), make_cache);
	const tp_policy_cache *read;
	Jsonb	   *json;
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
	json = PG_GETARG_JSONB_P(3);
	if (VARSIZE(json) <= KEPT_SIZE)
		read = keep_policy(json);
	else
		read = read_large(&cache->policy, json, fcinfo->flinfo->fn_mcxt);
	policy = &read->policy;
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
	return answer(cache, false, tp_reason_of(read->json, &journey, &verdict), verdict.next_at);
}
