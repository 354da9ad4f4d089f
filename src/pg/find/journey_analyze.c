/*
 * journey_analyze.c
 *	  ANALYZE of journeys: the most common touchpoints, channels and values of properties.
 *
 * Counted by the Lossy Counting algorithm of G. Manku and R. Motwani, "Approximate frequency counts over
 * data streams" (VLDB 2002), as the server counts lexemes and array elements: memory stays bounded by
 * the statistics target however many touchpoints there are, and however many values a property has.
 */
#include "journey/types.h"

#include "access/detoast.h"
#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "commands/vacuum.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "find/journey_gin.h"
#include "find/journey_stats.h"

/* Longer journeys are passed over: they are few, and reading them is slow. */
#define WIDTH_MAX (1024 * 1024)

typedef struct counted_key
{
	const char *bytes;
	int			len;
} counted_key;

typedef struct counted
{
	counted_key key;
	int			frequency;
	int			delta;			/* at most so often missed */
} counted;

typedef struct counter
{
	MemoryContext context;
	HTAB	   *table;
	int64		seen;
	int			target;			/* values to keep */
	int			bucket;			/* elements after which the rare are forgotten */
} counter;

static uint32
counted_hash(const void *key, Size size)
{
	const counted_key *k = key;

	(void) size;
	return DatumGetUInt32(hash_any((const unsigned char *) k->bytes, k->len));
}

static int
counted_compare(const void *a, const void *b, Size size)
{
	const counted_key *x = a;
	const counted_key *y = b;

	(void) size;
	return x->len != y->len || memcmp(x->bytes, y->bytes, (size_t) x->len) != 0;
}

static void
counter_init(counter *c, const char *name, int target)
{
	HASHCTL		ctl = {
		.keysize = sizeof(counted_key), .entrysize = sizeof(counted), .hash = counted_hash,
		.match = counted_compare, .hcxt = CurrentMemoryContext
	};

	c->context = CurrentMemoryContext;
	c->target = target;
	c->bucket = (target + 10) * 1000 / 7;
	c->seen = 0;
	c->table = hash_create(name, target, &ctl, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

static void
counter_prune(counter *c)
{
	HASH_SEQ_STATUS scan;
	counted    *e;
	int			bucket = (int) (c->seen / c->bucket);

	hash_seq_init(&scan, c->table);
	while ((e = hash_seq_search(&scan)) != NULL)
	{
		if (e->frequency + e->delta <= bucket)
		{
			char	   *bytes = (char *) e->key.bytes;

			hash_search(c->table, &e->key, HASH_REMOVE, NULL);
			pfree(bytes);
		}
	}
}

static void
count(counter *c, const char *bytes, int len)
{
	counted_key key = {bytes, len};
	counted    *e = hash_search(c->table, &key, HASH_FIND, NULL);

	if (e == NULL)
	{
		char	   *copy = MemoryContextAlloc(c->context, (Size) len);

		memcpy(copy, bytes, (size_t) len);
		key.bytes = copy;
		e = hash_search(c->table, &key, HASH_ENTER, NULL);
		e->frequency = 0;
		e->delta = (int) (c->seen / c->bucket);
	}
	e->frequency++;
	if (++c->seen % c->bucket == 0)
		counter_prune(c);
}

static int
by_frequency(const void *a, const void *b)
{
	const counted *x = *(counted *const *) a;
	const counted *y = *(counted *const *) b;

	return (y->frequency > x->frequency) - (y->frequency < x->frequency);
}

static int
by_touchpoint(const void *a, const void *b)
{
	tp_touchpoint x = tp_entry_view((const uint8_t *) (*(counted *const *) a)->key.bytes);
	tp_touchpoint y = tp_entry_view((const uint8_t *) (*(counted *const *) b)->key.bytes);

	return tp_touchpoint_compare(&x, &y);
}

static int
by_bytes(const void *a, const void *b)
{
	const counted_key *x = &(*(counted *const *) a)->key;
	const counted_key *y = &(*(counted *const *) b)->key;
	int			c = memcmp(x->bytes, y->bytes, (size_t) Min(x->len, y->len));

	return c != 0 ? c : (x->len > y->len) - (x->len < y->len);
}

/* How a slot of pg_statistic is to look. */
typedef struct slot_type
{
	int16		kind;
	Oid			value_type;
	Oid			equality;
	Oid			collation;
	int			(*order) (const void *a, const void *b);
	Datum		(*value) (const counted_key *key);
} slot_type;

static Datum
touchpoint_value(const counted_key *key)
{
	return tp_entry_datum((const uint8_t *) key->bytes);
}

/* Text and bytea look the same. */
static Datum
bytes_value(const counted_key *key)
{
	return PointerGetDatum(cstring_to_text_with_len(key->bytes, key->len));
}

/*
 * The most common of what was counted in `journeys` journeys, into slot number `at`; false where none is.
 * A count may be short of the truth by the number of times that the rare were forgotten, so it has to be
 * well above that. *rest is the likely share of one that is not kept.
 */
static bool
fill_slot(VacAttrStats *stats, int at, counter *c, int journeys, const slot_type *type, float4 *rest)
{
	HASH_SEQ_STATUS scan;
	counted    *e;
	counted   **kept = palloc(sizeof(counted *) * (Size) (hash_get_num_entries(c->table) + 1));
	int			n = 0;
	int64		cutoff = 2 * (c->seen / c->bucket);
	MemoryContext before;
	Datum	   *values;
	float4	   *frequencies;

	hash_seq_init(&scan, c->table);
	while ((e = hash_seq_search(&scan)) != NULL)
		if (e->frequency > cutoff)
			kept[n++] = e;
	qsort(kept, (size_t) n, sizeof(counted *), by_frequency);
	/* rarer than any seen, or than the rarest that is kept */
	*rest = (float4) (n <= c->target ? 1 : kept[c->target - 1]->frequency) / (2 * (float4) journeys);
	n = Min(n, c->target);
	if (n == 0)
		return false;
	before = MemoryContextSwitchTo(stats->anl_context);
	values = palloc(sizeof(Datum) * (Size) n);
	frequencies = palloc(sizeof(float4) * (Size) (n + 2));
	frequencies[n] = (float4) kept[n - 1]->frequency / (float4) journeys;
	frequencies[n + 1] = (float4) kept[0]->frequency / (float4) journeys;
	qsort(kept, (size_t) n, sizeof(counted *), type->order);
	for (int i = 0; i < n; i++)
	{
		values[i] = type->value(&kept[i]->key);
		frequencies[i] = (float4) kept[i]->frequency / (float4) journeys;
	}
	MemoryContextSwitchTo(before);
	stats->stakind[at] = type->kind;
	stats->staop[at] = type->equality;
	stats->stacoll[at] = type->collation;
	stats->stanumbers[at] = frequencies;
	stats->numnumbers[at] = n + 2;
	stats->stavalues[at] = values;
	stats->numvalues[at] = n;
	stats->statypid[at] = type->value_type;
	stats->statyplen[at] = -1;
	stats->statypbyval[at] = false;
	stats->statypalign[at] = TYPALIGN_INT;
	return true;
}

/* Count the touchpoints of a journey, and its channels, each once. */
static void
count_journey(const tp_journey *j, counter *touchpoints, counter *channels)
{
	tp_touchpoint *entries = tp_dictionary(j);

	for (uint32_t i = 0; i < j->entries; i++)
	{
		const tp_touchpoint *t = &entries[i];
		uint8_t		entry[TP_ENTRY_MAX];

		count(touchpoints, (const char *) entry, (int) tp_touchpoint_entry(t, entry));
		/* the dictionary is in order of channels */
		if (t->channel_len > 0 &&
			(i == 0 || t->channel_len != t[-1].channel_len || memcmp(t->channel, t[-1].channel, t->channel_len) != 0))
			count(channels, t->channel, t->channel_len);
	}
	pfree(entries);
}

/* Count what a journey has of properties and values, each pair once. */
static void
count_properties(const tp_journey *j, counter *properties)
{
	for (uint32_t i = 0; i < j->properties.pairs; i++)
	{
		const char *key;
		size_t		len;
		tp_property value;

		if (tp_journey_pair(j, i, &key, &len, &value) && len <= TP_KEY_MAX)
		{
			Datum		d = tp_property_gin_key(key, len, &value);
			const uint8_t *entry = tp_datum_entry(d);

			count(properties, (const char *) entry, (int) tp_entry_size(entry));
			pfree(DatumGetPointer(d));
		}
	}
}

/* The type of this name in the schema of another, which may be a domain. */
Oid
tp_sibling_type(Oid type, const char *name)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(getBaseType(type)));
	Oid			schema;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	ReleaseSysCache(tuple);
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name), ObjectIdGetDatum(schema));
}

static void
compute(VacAttrStatsP stats, AnalyzeAttrFetchFunc fetch, int rows, double total_rows)
{
	slot_type	touchpoint_slot = {STATISTIC_KIND_MCELEM, InvalidOid, InvalidOid, InvalidOid, by_touchpoint, touchpoint_value};
	slot_type	property_slot = {
		TP_STATISTIC_KIND_PROPERTIES, BYTEAOID, ByteaEqualOperator, InvalidOid, by_bytes, bytes_value
	};
	slot_type	channel_slot = {TP_STATISTIC_KIND_CHANNELS, TEXTOID, TextEqualOperator, C_COLLATION_OID, by_bytes, bytes_value};
	int			target = TP_STATISTICS_TARGET(stats) * 10;
	counter		touchpoints,
				channels,
				properties;
	float4		rest[3];
	int			nulls = 0,
				journeys = 0,
				at = 0;
	double		width = 0;

	(void) total_rows;
	counter_init(&touchpoints, "common touchpoints", target);
	counter_init(&channels, "common channels", target);
	counter_init(&properties, "common values of properties", target);
	for (int i = 0; i < rows; i++)
	{
		bool		isnull;
		Datum		d = fetch(stats, i, &isnull);
		struct varlena *v;
		tp_journey	j;

		TP_VACUUM_DELAY();
		if (isnull)
		{
			nulls++;
			continue;
		}
		width += VARSIZE_ANY(DatumGetPointer(d));
		if (toast_raw_datum_size(d) > WIDTH_MAX)
			continue;
		journeys++;
		v = PG_DETOAST_DATUM_PACKED(d);
		tp_datum_journey(PointerGetDatum(v), &j);
		count_journey(&j, &touchpoints, &channels);
		count_properties(&j, &properties);
		if ((Pointer) v != DatumGetPointer(d))
			pfree(v);
	}
	if (rows == 0)
		return;
	stats->stats_valid = true;
	stats->stanullfrac = (float4) nulls / (float4) rows;
	stats->stawidth = nulls < rows ? (int32) (width / (rows - nulls)) : 0;
	/* times make journeys differ */
	stats->stadistinct = -1.0F * (1.0F - stats->stanullfrac);
	if (journeys == 0)
		return;
	touchpoint_slot.value_type = tp_sibling_type(stats->attrtypid, "touchpoint");
	if (OidIsValid(touchpoint_slot.value_type))
	{
		touchpoint_slot.equality = lookup_type_cache(touchpoint_slot.value_type, TYPECACHE_EQ_OPR)->eq_opr;
		if (fill_slot(stats, at, &touchpoints, journeys, &touchpoint_slot, &rest[0]))
			at++;
		if (fill_slot(stats, at, &properties, journeys, &property_slot, &rest[1]))
			at++;
		stats->stakind[at] = TP_STATISTIC_KIND_REST;
		stats->stanumbers[at] = MemoryContextAlloc(stats->anl_context, 2 * sizeof(float4));
		memcpy(stats->stanumbers[at], rest, 2 * sizeof(float4));
		stats->numnumbers[at] = 2;
		at++;
	}
	fill_slot(stats, at, &channels, journeys, &channel_slot, &rest[2]);
}

/* typanalyze */
PG_FUNCTION_INFO_V1(journey_typanalyze);
Datum
journey_typanalyze(PG_FUNCTION_ARGS)
{
	VacAttrStats *stats = (VacAttrStats *) PG_GETARG_POINTER(0);

	if (TP_STATISTICS_TARGET(stats) < 0)
		TP_STATISTICS_TARGET(stats) = default_statistics_target;
	stats->compute_stats = compute;
	stats->minrows = 300 * TP_STATISTICS_TARGET(stats);
	PG_RETURN_BOOL(true);
}
