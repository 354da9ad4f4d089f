/*
 * journey_gin.c
 *	  GIN operator class on journeys: @>, && and ~.
 *
 * The keys are the touchpoints that a journey passes through, in touchpoint order, which is by channel
 * first. A glob is a partial match: keys of one channel, or of one channel and label, stand together, and
 * where a glob says nothing of either all keys are looked at, of which there are few.
 */
#include "pattern.h"

#include "access/gin.h"
#include "access/stratnum.h"
#include "utils/array.h"

#define STRATEGY_CONTAINS 1
#define STRATEGY_OVERLAPS 2
#define STRATEGY_MATCHES 3

/* What consistent and comparePartial need of a key of a pattern. */
typedef struct query_key
{
	const tp_glob *glob;
	const tp_needs *needs;
} query_key;

/* extractValue: the dictionary. */
PG_FUNCTION_INFO_V1(journey_gin_keys);
Datum
journey_gin_keys(PG_FUNCTION_ARGS)
{
	int32	   *n = (int32 *) PG_GETARG_POINTER(1);
	tp_journey	j;
	tp_touchpoint *entries;
	Datum	   *keys;

	PG_GETARG_JOURNEY(0, &j);
	*n = (int32) j.entries;
	entries = tp_dictionary(&j);
	keys = palloc(sizeof(Datum) * (j.entries + 1));
	for (uint32_t i = 0; i < j.entries; i++)
		keys[i] = tp_view_datum(&entries[i]);
	PG_RETURN_POINTER(keys);
}

/* The touchpoints of an array; a NULL in @> is passed by nobody, in && by nobody either. */
static Datum *
array_keys(Datum d, bool all, int32 *n, int32 *mode)
{
	ArrayIterator rows = array_create_iterator(DatumGetArrayTypeP(d), 0, NULL);
	Datum	   *keys = palloc(sizeof(Datum));
	int			room = 1;
	Datum		element;
	bool		isnull,
				any = false,
				null = false;

	*n = 0;
	while (array_iterate(rows, &element, &isnull))
	{
		any = true;
		null |= isnull;
		if (isnull)
			continue;
		if (*n == room)
			keys = repalloc(keys, sizeof(Datum) * (room *= 2));
		keys[(*n)++] = element;
	}
	if (all && null)
		*n = 0;					/* nobody */
	else if (all && !any)
		*mode = GIN_SEARCH_MODE_ALL;
	return keys;
}

/* The bytes of a part before its first wildcard; *whole where there is none. */
static size_t
literal_prefix(const tp_glob_part *part, bool *whole)
{
	const char *star = part->given ? memchr(part->text, '\1', part->len) : part->text;

	*whole = part->given && star == NULL;
	return star != NULL ? (size_t) (star - part->text) : part->len;
}

/* The least key that a glob may match: its literal beginning. */
static Datum
least_key(const tp_glob *glob, bool *partial)
{
	tp_touchpoint t = {.channel = glob->channel.text, .label = glob->label.text, .stage = glob->stage.text};
	bool		channel_whole,
				label_whole,
				stage_whole;

	t.channel_len = (uint8_t) literal_prefix(&glob->channel, &channel_whole);
	t.label_len = (uint8_t) literal_prefix(&glob->label, &label_whole);
	t.stage_len = (uint8_t) literal_prefix(&glob->stage, &stage_whole);
	*partial = !channel_whole || !label_whole || !stage_whole;
	if (!channel_whole)
		t.label_len = 0;
	if (!channel_whole || !label_whole)
		t.stage_len = 0;
	return tp_view_datum(&t);
}

/* Let the leaves of a tree of needs name keys; a glob that no leaf names gets none. */
static int32
number_keys(tp_needs *needs, uint32_t at, const tp_glob **globs, int32 n)
{
	tp_need    *need = &needs->need[at];

	if (need->kind == TP_NEED_GLOB)
	{
		globs[n] = &needs->glob[need->first];
		need->first = (uint32_t) n;
		return n + 1;
	}
	for (uint32_t child = need->kind == TP_NEED_NOTHING ? 0 : need->first; child != 0; child = needs->need[child].next)
		n = number_keys(needs, child, globs, n);
	return n;
}

static Datum *
pattern_keys(Datum pattern, int32 *n, bool **partial, Pointer **extra, int32 *mode)
{
	tp_needs   *needs = palloc(sizeof(tp_needs));
	const tp_glob **globs;
	Datum	   *keys;

	tp_datum_needs(pattern, needs);
	globs = palloc(sizeof(tp_glob *) * (needs->globs + 1));
	*n = number_keys(needs, 0, globs, 0);
	if (*n == 0)
		*mode = GIN_SEARCH_MODE_ALL;
	keys = palloc(sizeof(Datum) * (*n + 1));
	*partial = palloc(sizeof(bool) * (*n + 1));
	*extra = palloc(sizeof(Pointer) * (*n + 1));
	for (int32 i = 0; i < *n; i++)
	{
		query_key  *k = palloc(sizeof(query_key));

		k->glob = globs[i];
		k->needs = needs;
		(*extra)[i] = (Pointer) k;
		keys[i] = least_key(globs[i], &(*partial)[i]);
	}
	return keys;
}

/* extractQuery */
PG_FUNCTION_INFO_V1(journey_gin_query);
Datum
journey_gin_query(PG_FUNCTION_ARGS)
{
	int32	   *n = (int32 *) PG_GETARG_POINTER(1);
	StrategyNumber strategy = PG_GETARG_UINT16(2);
	bool	  **partial = (bool **) PG_GETARG_POINTER(3);
	Pointer   **extra = (Pointer **) PG_GETARG_POINTER(4);
	int32	   *mode = (int32 *) PG_GETARG_POINTER(6);

	switch (strategy)
	{
		case STRATEGY_CONTAINS:
			PG_RETURN_POINTER(array_keys(PG_GETARG_DATUM(0), true, n, mode));
		case STRATEGY_OVERLAPS:
			PG_RETURN_POINTER(array_keys(PG_GETARG_DATUM(0), false, n, mode));
		case STRATEGY_MATCHES:
			PG_RETURN_POINTER(pattern_keys(PG_GETARG_DATUM(0), n, partial, extra, mode));
		default:
			elog(ERROR, "unknown strategy number: %d", strategy);
	}
	PG_RETURN_NULL();
}

static bool
begins_with(const char *s, size_t len, const char *prefix, size_t prefix_len)
{
	return len >= prefix_len && memcmp(s, prefix, prefix_len) == 0;
}

/* comparePartial: 0 a match, -1 none but go on, 1 none will follow. Keys come in touchpoint order. */
PG_FUNCTION_INFO_V1(journey_gin_compare_partial);
Datum
journey_gin_compare_partial(PG_FUNCTION_ARGS)
{
	const query_key *k = (const query_key *) PG_GETARG_POINTER(3);
	const tp_glob *glob = k->glob;
	tp_touchpoint t = tp_entry_view(tp_datum_entry(PG_GETARG_DATUM(1)));
	bool		whole;
	size_t		prefix = literal_prefix(&glob->channel, &whole);

	if (glob->channel.given && !begins_with(t.channel, t.channel_len, glob->channel.text, prefix))
		PG_RETURN_INT32(1);
	if (whole)
	{
		if (t.channel_len != prefix)
			PG_RETURN_INT32(1);
		prefix = literal_prefix(&glob->label, &whole);
		if (glob->label.given && !begins_with(t.label, t.label_len, glob->label.text, prefix))
			PG_RETURN_INT32(1);
	}
	PG_RETURN_INT32(tp_glob_matches(glob, &t) ? 0 : -1);
}

/* A need, asked of keys that are there, are not, or may be. */
static GinTernaryValue
evaluate(const tp_needs *needs, uint32_t at, const GinTernaryValue *check)
{
	const tp_need *need = &needs->need[at];
	GinTernaryValue result;

	switch (need->kind)
	{
		case TP_NEED_GLOB:
			return check[need->first];
		case TP_NEED_ALL:
			result = GIN_TRUE;
			for (uint32_t child = need->first; child != 0 && result != GIN_FALSE; child = needs->need[child].next)
			{
				GinTernaryValue one = evaluate(needs, child, check);

				if (one != GIN_TRUE)
					result = one;
			}
			return result;
		case TP_NEED_ANY:
			result = GIN_FALSE;
			for (uint32_t child = need->first; child != 0 && result != GIN_TRUE; child = needs->need[child].next)
			{
				GinTernaryValue one = evaluate(needs, child, check);

				if (one != GIN_FALSE)
					result = one;
			}
			return result;
		case TP_NEED_NOTHING:
			break;
	}
	return GIN_TRUE;
}

static GinTernaryValue
answer(const GinTernaryValue *check, StrategyNumber strategy, int32 n, const Pointer *extra, bool *recheck)
{
	GinTernaryValue result = strategy == STRATEGY_OVERLAPS ? GIN_FALSE : GIN_TRUE;

	*recheck = false;
	if (strategy == STRATEGY_MATCHES)
	{
		const tp_needs *needs;

		*recheck = true;
		if (n == 0)
			return GIN_TRUE;
		needs = ((const query_key *) extra[0])->needs;
		*recheck = !needs->exact;
		return evaluate(needs, 0, check);
	}
	for (int32 i = 0; i < n; i++)
	{
		if (strategy == STRATEGY_OVERLAPS)
		{
			if (check[i] == GIN_TRUE)
				return GIN_TRUE;
			if (check[i] == GIN_MAYBE)
				result = GIN_MAYBE;
		}
		else
		{
			if (check[i] == GIN_FALSE)
				return GIN_FALSE;
			if (check[i] == GIN_MAYBE)
				result = GIN_MAYBE;
		}
	}
	return result;
}

PG_FUNCTION_INFO_V1(journey_gin_consistent);
Datum
journey_gin_consistent(PG_FUNCTION_ARGS)
{
	/* a bool is a ternary value that never may be */
	const GinTernaryValue *check = (const GinTernaryValue *) PG_GETARG_POINTER(0);
	bool	   *recheck = (bool *) PG_GETARG_POINTER(5);

	PG_RETURN_BOOL(answer(check, PG_GETARG_UINT16(1), PG_GETARG_INT32(3), (Pointer *) PG_GETARG_POINTER(4),
						  recheck) != GIN_FALSE);
}

PG_FUNCTION_INFO_V1(journey_gin_triconsistent);
Datum
journey_gin_triconsistent(PG_FUNCTION_ARGS)
{
	const GinTernaryValue *check = (const GinTernaryValue *) PG_GETARG_POINTER(0);
	bool		recheck;
	GinTernaryValue result = answer(check, PG_GETARG_UINT16(1), PG_GETARG_INT32(3),
									(Pointer *) PG_GETARG_POINTER(4), &recheck);

	PG_RETURN_GIN_TERNARY_VALUE(result == GIN_TRUE && recheck ? GIN_MAYBE : result);
}
