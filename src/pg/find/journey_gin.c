/*
 * journey_gin.c
 *	  GIN operator class on journeys: @>, && and ~.
 *
 * The keys are the touchpoints that a journey passes through, in touchpoint order, which is by channel
 * first. A touchpoint with a stage has a second key, whose stage is STAGED, so that a glob of a channel and
 * a label asks for two whole keys. Every other glob is a partial match: keys of one channel stand together,
 * and where a glob says nothing of the channel all keys are looked at, of which there are few.
 *
 * A pair of a property and its value is a key too: its channel is PROPERTY and the property's key, its label a
 * letter for the kind and the value. No glob matches it. A step that asks for a value asks for that key. An index
 * that 0.1.0 built has none, and need not: neither have its journeys, and one that is written since brings its own.
 */
#include "find/journey_gin.h"
#include "find/pattern.h"

#include "access/gin.h"
#include "access/stratnum.h"
#include "common/hashfn.h"
#include "utils/array.h"

/* Stands for any stage; no touchpoint has it, for control characters are refused. */
#define STAGED "\1"

/* Begins the channel of a property's key, for the same reason. */
#define PROPERTY '\2'

/* Sorts before any label, for the same reason. */
#define NO_LABEL "\1"

#define STRATEGY_CONTAINS 1
#define STRATEGY_OVERLAPS 2
#define STRATEGY_MATCHES 3

/* Globs with wildcards beyond these go unasked: each is a scan of keys that cannot be stopped on the way. */
#define PARTIAL_MAX 64

/* What consistent and comparePartial need of a key of a pattern. */
typedef struct query_key
{
	const tp_glob *glob;
	const tp_needs *needs;
} query_key;

/* Strings of more bytes are hashed. */
#define VALUE_MAX 200

Datum
tp_property_gin_key(const char *key, size_t len, const tp_property *value)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	char		channel[1 + TP_KEY_MAX];
	tp_buffer	label;
	tp_touchpoint t;
	Datum		made;

	channel[0] = PROPERTY;
	memcpy(channel + 1, key, len);
	tp_buffer_init(&label, &mem);
	if (value->kind == TP_PROPERTY_STRING && value->len > VALUE_MAX)
	{
		char		hash[24];

		/* of the server's own, which is the same for ever: it lasts in the index */
		snprintf(hash, sizeof(hash), "h" UINT64_FORMAT,
				 DatumGetUInt64(hash_any_extended((const unsigned char *) value->text, (int) value->len, 0)));
		tp_buffer_string(&label, hash);
	}
	else
	{
		tp_property one = *value;

		if (one.kind == TP_PROPERTY_NUMBER)
			one.number += 0.0;	/* -0 is 0 */
		tp_buffer_byte(&label, one.kind == TP_PROPERTY_STRING ? 's' : one.kind == TP_PROPERTY_NUMBER ? 'n' : 'b');
		tp_property_write(&label, &one);
	}
	if (label.failed)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	t = (tp_touchpoint) {
		.channel = channel, .channel_len = (uint8_t) (1 + len), .label = label.data, .label_len = (uint8_t) label.len,
		.stage = label.data
	};
	made = tp_view_datum(&t);
	tp_buffer_release(&label);
	return made;
}

/* extractValue: the dictionary, and the pairs of properties. */
PG_FUNCTION_INFO_V1(journey_gin_keys);
Datum
journey_gin_keys(PG_FUNCTION_ARGS)
{
	int32	   *n = (int32 *) PG_GETARG_POINTER(1);
	tp_journey	j;
	tp_touchpoint *entries;
	Datum	   *keys;

	PG_GETARG_JOURNEY(0, &j);
	entries = tp_dictionary(&j);
	keys = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * (2 * (Size) j.entries + j.properties.pairs + 1));
	*n = 0;
	for (uint32_t i = 0; i < j.entries; i++)
	{
		keys[(*n)++] = tp_view_datum(&entries[i]);
		if (entries[i].stage_len > 0)
		{
			entries[i].stage = STAGED;
			entries[i].stage_len = 1;
			keys[(*n)++] = tp_view_datum(&entries[i]);
		}
	}
	for (uint32_t i = 0; i < j.properties.pairs; i++)
	{
		const char *key;
		size_t		len;
		tp_property value;

		if (tp_journey_pair(&j, i, &key, &len, &value) && len <= TP_KEY_MAX)
			keys[(*n)++] = tp_property_gin_key(key, len, &value);
	}
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
	if (!channel_whole || t.label_len == 0)
	{
		t.label = NO_LABEL;
		t.label_len = 1;
	}
	if (!channel_whole || !label_whole)
		t.stage_len = 0;
	return tp_view_datum(&t);
}

/* A glob of a literal channel and label, and any stage or none: two keys will do. */
static bool
is_pair(const tp_glob *glob)
{
	return glob->channel.given && glob->channel.literal && glob->label.given && glob->label.literal &&
		!glob->stage.given;
}

/* The query of a pattern while its keys are collected. */
typedef struct query_keys
{
	tp_needs   *needs;
	Datum	   *keys;
	bool	   *partial;
	Pointer    *extra;
	int32		n;
} query_keys;

/* In the leaf of a glob: the place of its key, and whether the next one is its key too. */
#define PAIR 0x80000000U

/* Let the leaves of a tree of needs name keys; what no leaf names gets none. */
static void
add_keys(query_keys *q, uint32_t at)
{
	tp_need    *need = &q->needs->need[at];

	if (need->kind == TP_NEED_GLOB)
	{
		const tp_glob *glob = &q->needs->glob[need->first];
		bool		pair = is_pair(glob);

		need->first = (uint32_t) q->n | (pair ? PAIR : 0);
		for (int staged = 0; staged <= pair; staged++)
		{
			query_key  *k = palloc(sizeof(query_key));

			k->glob = glob;
			k->needs = q->needs;
			q->extra[q->n] = (Pointer) k;
			q->partial[q->n] = false;
			if (pair)
			{
				tp_touchpoint t = {
					.channel = glob->channel.text, .channel_len = (uint8_t) glob->channel.len,
					.label = glob->label.text, .label_len = (uint8_t) glob->label.len,
					.stage = STAGED, .stage_len = (uint8_t) staged
				};

				q->keys[q->n] = tp_view_datum(&t);
			}
			else
				q->keys[q->n] = least_key(glob, &q->partial[q->n]);
			q->n++;
		}
		return;
	}
	if (need->kind == TP_NEED_PROPERTY)
	{
		const tp_condition *c = &q->needs->property[need->first];
		query_key  *k = palloc(sizeof(query_key));

		k->glob = NULL;			/* a whole key is never compared with one */
		k->needs = q->needs;
		need->first = (uint32_t) q->n;
		q->extra[q->n] = (Pointer) k;
		q->partial[q->n] = false;
		q->keys[q->n++] = tp_property_gin_key(c->key, c->key_len, &c->value);
		return;
	}
	if (need->kind == TP_NEED_NOTHING)
		return;
	for (uint32_t child = need->first; child != 0; child = q->needs->need[child].next)
		add_keys(q, child);
}

static Datum *
pattern_keys(Datum pattern, int32 *n, bool **partial, Pointer **extra, int32 *mode)
{
	query_keys	q = {.needs = palloc(sizeof(tp_needs))};
	Size		room;
	int			partials = 0;

	tp_datum_needs(pattern, q.needs);
	room = 2 * (Size) q.needs->globs + q.needs->properties + 1;
	q.keys = palloc(sizeof(Datum) * room);
	q.partial = palloc(sizeof(bool) * room);
	q.extra = palloc(sizeof(Pointer) * room);
	add_keys(&q, 0);
	if (q.n == 0)
		*mode = GIN_SEARCH_MODE_ALL;
	for (int32 i = 0; i < q.n; i++)
		partials += q.partial[i];
	if (partials > PARTIAL_MAX)
	{
		q.n = 0;
		*mode = GIN_SEARCH_MODE_ALL;
	}
	*n = q.n;
	*partial = q.partial;
	*extra = q.extra;
	return q.keys;
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

	if (t.channel_len > 0 && t.channel[0] == PROPERTY)
		PG_RETURN_INT32(-1);
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
static GinTernaryValue evaluate(const tp_needs *needs, uint32_t at, const GinTernaryValue *check);

/* What need's children come to: one that is decided decides, else one that is not neutral. */
static GinTernaryValue
evaluate_children(const tp_needs *needs, const tp_need *need, const GinTernaryValue *check, GinTernaryValue neutral)
{
	GinTernaryValue decided = neutral == GIN_TRUE ? GIN_FALSE : GIN_TRUE;
	GinTernaryValue result = neutral;

	for (uint32_t child = need->first; child != 0 && result != decided; child = needs->need[child].next)
	{
		GinTernaryValue one = evaluate(needs, child, check);

		if (one != neutral)
			result = one;
	}
	return result;
}

static GinTernaryValue
evaluate(const tp_needs *needs, uint32_t at, const GinTernaryValue *check)
{
	const tp_need *need = &needs->need[at];
	GinTernaryValue result;

	switch (need->kind)
	{
		case TP_NEED_GLOB:
			result = check[need->first & ~PAIR];
			if (need->first & PAIR && result != GIN_TRUE)
			{
				GinTernaryValue staged = check[(need->first & ~PAIR) + 1];

				result = staged != GIN_FALSE ? staged : result;
			}
			return result;
		case TP_NEED_ALL:
			return evaluate_children(needs, need, check, GIN_TRUE);
		case TP_NEED_ANY:
			return evaluate_children(needs, need, check, GIN_FALSE);
		case TP_NEED_PROPERTY:
			return check[need->first];
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
