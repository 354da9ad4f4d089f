/*
 * live_sql.c
 *	  The SQL of live journeys: statements out of definitions.
 *
 * Every name is quoted, every function, operator and type of ours or of a key carries its schema,
 * and expressions were written out anew by the server when they were defined.
 */
#include "gate/live.h"

#include "access/htup_details.h"
#include "catalog/pg_operator.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "flow/calendar.h"

static const char *const field_type[LIVE_FIELDS] = {
	NULL, "pg_catalog.timestamptz", "pg_catalog.float8", "pg_catalog.float8", "pg_catalog.float8", "pg_catalog.interval",
	"pg_catalog.float8", "pg_catalog.text", "pg_catalog.int8", "pg_catalog.jsonb"
};

char *
live_table_name(Oid table)
{
	char	   *name = get_rel_name(table);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", table)));
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), name);
}

/* CAST((expression) AS type) */
static void
add_field(StringInfo s, const live_words *w, int field)
{
	if (w->def->expr[field] != NULL)
		appendStringInfo(s, "CAST((%s) AS ", w->def->expr[field]);
	else
		appendStringInfoString(s, "CAST(NULL AS ");
	if (field == LIVE_TOUCHPOINT)
		appendStringInfo(s, "%s.touchpoint)", w->home);
	else
		appendStringInfo(s, "%s)", field_type[field]);
}

/* The first so many fields, or columns that hold them. */
static char *
all_of(const live_words *w, int fields, const char *column_of)
{
	StringInfoData s;

	initStringInfo(&s);
	for (int i = 0; i < fields; i++)
	{
		appendStringInfoString(&s, i > 0 ? ", " : "");
		if (column_of != NULL)
			appendStringInfo(&s, "%s." LIVE_FIELD, column_of, i);
		else
			add_field(&s, w, i);
	}
	return s.data;
}

/* Fields as columns of such names. */
static void
add_column(StringInfo s, const live_words *w, int field)
{
	appendStringInfoString(s, ", ");
	add_field(s, w, field);
	appendStringInfo(s, " AS " LIVE_FIELD, field);
}

/* All fields; where the last is not given, those that 0.1.0 had, whose functions may be all there are. */
static int
all_fields(const live_def *d)
{
	return d->expr[LIVE_PROPERTIES] != NULL ? LIVE_FIELDS : LIVE_FIELDS_OF_0_1_0;
}

/* As many fields as journey_agg has forms for. */
static int
fields_given(const live_def *d)
{
	int			n = LIVE_FIELDS;

	while (d->expr[n - 1] == NULL)
		n--;
	return n <= LIVE_EXPECTED + 1 ? n : all_fields(d);
}

/* Each key as prefix k suffix. */
static char *
each_key(const live_def *d, const char *prefix, const char *suffix, const char *separator)
{
	StringInfoData s;

	initStringInfo(&s);
	for (int i = 0; i < d->n_keys; i++)
		appendStringInfo(&s, "%s%s%s%s", i > 0 ? separator : "", prefix, quote_identifier(d->keys[i]), suffix);
	return s.data;
}

/* The same with the period, where journeys are kept by period. */
static char *
each_column(const live_def *d, const char *prefix, const char *suffix, const char *separator)
{
	char	   *keys = each_key(d, prefix, suffix, separator);

	return d->by_period ? psprintf("%s%s%s" LIVE_PERIOD "%s", keys, separator, prefix, suffix) : keys;
}

/* The period that a time is in: its beginning. Of UTC, so that no settings and no rules of zones move it. */
static char *
period_of(const live_def *d, const char *time)
{
	return psprintf("pg_catalog.date_trunc('%s', %s, 'UTC')", tp_period_names[d->period], time);
}

void
live_words_init(live_words *w, const live_def *d, Oid home, Oid source, const char *target)
{
	StringInfoData order,
				time;

	w->def = d;
	w->home = quote_identifier(get_namespace_name(home));
	w->target = target;
	w->source = live_table_name(source);
	initStringInfo(&time);
	add_field(&time, w, LIVE_OCCURRED_AT);
	w->time = time.data;
	w->keys = each_column(d, "", "", ", ");
	w->keys_alone = each_key(d, "", "", ", ");
	w->keys_of_row = w->keys_alone;
	w->known = each_key(d, "", " IS NOT NULL", " AND ");
	if (d->by_period)
	{
		w->keys_of_row = psprintf("%s, %s AS " LIVE_PERIOD, w->keys_alone, period_of(d, w->time));
		w->known = psprintf("%s AND %s IS NOT NULL", w->known, w->time);
	}
	initStringInfo(&order);
	w->equal = palloc(sizeof(Oid) * d->n_keys);
	for (int i = 0; i < d->n_keys; i++)
	{
		AttrNumber	column = get_attnum(source, d->keys[i]);
		TypeCacheEntry *type;

		if (column == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of %s does not exist", d->keys[i], w->source),
					 errhint("If it was renamed, rename it back, or stop_maintaining_journeys() and keep other journeys by its new name.")));
		type = lookup_type_cache(get_atttype(source, column), TYPECACHE_EQ_OPR | TYPECACHE_LT_OPR);
		if (!OidIsValid(type->eq_opr) || !OidIsValid(type->lt_opr))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_FUNCTION),
					 errmsg("column \"%s\" of %s cannot be a key: its type has no order", d->keys[i], w->source),
					 errhint("A key is a column that could be a primary key.")));
		w->equal[i] = type->eq_opr;
		appendStringInfo(&order, "%s%d", i > 0 ? ", " : "", i + 1);
	}
	if (d->by_period)
		appendStringInfo(&order, ", %d", d->n_keys + 1);
	w->order = order.data;
	w->aggregate = psprintf("%s.journey_agg(%s)", w->home, all_of(w, fields_given(d), NULL));
	w->contact = psprintf("%s.contact_record(%s)", w->home, all_of(w, all_fields(d), NULL));
}

/* a.k = b.k of all keys */
static char *
keys_equal(const live_words *w, const char *a, const char *b)
{
	StringInfoData s;

	initStringInfo(&s);
	for (int i = 0; i < w->def->n_keys; i++)
	{
		const char *key = quote_identifier(w->def->keys[i]);
		char	   *schema;
		HeapTuple	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(w->equal[i]));

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for operator %u", w->equal[i]);
		schema = get_namespace_name(((Form_pg_operator) GETSTRUCT(tuple))->oprnamespace);
		appendStringInfo(&s, "%s%s.%s OPERATOR(%s.%s) %s.%s", i > 0 ? " AND " : "", a, key, quote_identifier(schema),
						 NameStr(((Form_pg_operator) GETSTRUCT(tuple))->oprname), b, key);
		ReleaseSysCache(tuple);
	}
	return s.data;
}

/* The same, and the periods, of two tables that have both. */
static char *
columns_equal(const live_words *w, const char *a, const char *b)
{
	char	   *keys = keys_equal(w, a, b);

	return w->def->by_period ? psprintf("%s AND %s." LIVE_PERIOD " OPERATOR(pg_catalog.=) %s." LIVE_PERIOD, keys, a, b) : keys;
}

/* A time that no part of the period lies behind; the last years that there are have none. */
static char *
end_of_period(const live_def *d, const char *start)
{
	return psprintf("CASE WHEN %s OPERATOR(pg_catalog.<) CAST('294000-01-01 00:00:00+00' AS pg_catalog.timestamptz) "
					"THEN %s OPERATOR(pg_catalog.+) CAST('%d hours' AS pg_catalog.interval) "
					"ELSE CAST('infinity' AS pg_catalog.timestamptz) END",
					start, start, (int) (tp_period_usecs(d->period) / USECS_PER_HOUR));
}

/* Keys and journeys of some rows. Keys with a NULL, and those without any contact, have none. */
static char *
journeys_of(const live_words *w, const char *rows)
{
	return psprintf("SELECT %s, %s AS " LIVE_JOURNEY " FROM %s WHERE %s GROUP BY %s HAVING %s IS NOT NULL",
					w->keys_of_row, w->aggregate, rows, w->known, w->order, w->aggregate);
}

/* Does nothing, but for the server finding out whether keys are unique. */
char *
live_check_keys_sql(const live_words *w)
{
	return psprintf("INSERT INTO %s (%s, " LIVE_JOURNEY ") SELECT %s, " LIVE_JOURNEY " FROM %s WHERE false ON CONFLICT (%s) DO NOTHING",
					w->target, w->keys, w->keys, w->target, w->keys);
}

/* Merge the new rows in. Merging commutes, so that only the target's rows need be locked. */
char *
live_append_sql(const live_words *w)
{
	return psprintf("INSERT INTO %s AS t (%s, " LIVE_JOURNEY ") %s ORDER BY %s "
					"ON CONFLICT (%s) DO UPDATE SET " LIVE_JOURNEY " = t." LIVE_JOURNEY " OPERATOR(%s.||) EXCLUDED." LIVE_JOURNEY,
					w->target, w->keys, journeys_of(w, LIVE_NEW), w->order, w->keys, w->home);
}

/* The keys at stake where rows came. */
char *
live_inserted_keys_sql(const live_words *w)
{
	return psprintf("SELECT DISTINCT %s FROM " LIVE_NEW " WHERE %s", w->keys_of_row, w->known);
}

/* The keys at stake where rows went. */
char *
live_deleted_keys_sql(const live_words *w)
{
	return psprintf("SELECT DISTINCT %s FROM " LIVE_OLD " WHERE %s", w->keys_of_row, w->known);
}

/* The keys at stake where rows were updated: those whose bag of contacts is another. */
char *
live_updated_keys_sql(const live_words *w)
{
	char	   *rows = psprintf("SELECT %s, %s AS " LIVE_CONTACT " FROM ", w->keys_of_row, w->contact);

	return psprintf("SELECT DISTINCT %s FROM ((%s" LIVE_OLD " EXCEPT ALL %s" LIVE_NEW ") UNION ALL "
					"(%s" LIVE_NEW " EXCEPT ALL %s" LIVE_OLD ")) d WHERE %s AND " LIVE_CONTACT " IS NOT NULL",
					w->keys, rows, rows, rows, rows, each_column(w->def, "", " IS NOT NULL", " AND "));
}

char *
live_all_keys_sql(const live_words *w)
{
	return psprintf("SELECT %s FROM %s", w->keys, w->target);
}

/* Lock the rows of the keys at stake, always in the same order; a key without a row gets one. */
char *
live_lock_sql(const live_words *w)
{
	return psprintf("INSERT INTO %s AS t (%s, " LIVE_JOURNEY ") SELECT %s, CAST('{}' AS %s.journey) FROM " LIVE_KEYS " ORDER BY %s "
					"ON CONFLICT (%s) DO UPDATE SET " LIVE_JOURNEY " = EXCLUDED." LIVE_JOURNEY " WHERE false",
					w->target, w->keys, w->keys, w->home, w->order, w->keys);
}

/*
 * Does a row of x, which has the time as a column, belong to the key and period of a row of a? The range is for an
 * index to find; the period itself decides.
 */
static char *
of_key(const live_words *w)
{
	char	   *keys = keys_equal(w, "a", "x");
	char	   *time = psprintf("x." LIVE_FIELD, LIVE_OCCURRED_AT);

	if (!w->def->by_period)
		return keys;
	return psprintf("%s AND a." LIVE_PERIOD " OPERATOR(pg_catalog.=) %s AND %s OPERATOR(pg_catalog.>=) a." LIVE_PERIOD
					" AND %s OPERATOR(pg_catalog.<) %s",
					keys, period_of(w->def, time), time, time, end_of_period(w->def, "a." LIVE_PERIOD));
}

/*
 * Make the journeys of the keys at stake anew. Rows are written even where nothing changed: a
 * transaction with an older snapshot must run into them. Answers with a row when some are empty.
 * Nobody knows how many rows two or three keys have between them: nothing is joined with what they have.
 */
char *
live_put_sql(const live_words *w)
{
	int			fields = fields_given(w->def);
	StringInfoData columns;

	initStringInfo(&columns);
	appendStringInfoString(&columns, w->keys_alone);
	for (int i = 0; i < fields; i++)
		add_column(&columns, w, i);
	return psprintf("WITH put AS (UPDATE %s t SET " LIVE_JOURNEY " = f." LIVE_JOURNEY " FROM ("
					"SELECT %s, COALESCE(%s.journey_agg(%s), CAST('{}' AS %s.journey)) AS " LIVE_JOURNEY
					" FROM " LIVE_KEYS " a LEFT JOIN (SELECT %s FROM %s s) x ON %s GROUP BY %s) f WHERE %s "
					"RETURNING t." LIVE_JOURNEY ") "
					"SELECT FROM put WHERE %s.contact_count(" LIVE_JOURNEY ") OPERATOR(pg_catalog.=) 0 LIMIT 1",
					w->target, each_column(w->def, "a.", "", ", "), w->home, all_of(w, fields, "x"), w->home,
					columns.data, w->source, of_key(w), w->order, columns_equal(w, "t", "f"), w->home);
}

/* Remove rows that hold no contact. */
char *
live_remove_sql(const live_words *w)
{
	return psprintf("DELETE FROM %s t USING " LIVE_KEYS " a WHERE %s AND %s.contact_count(t." LIVE_JOURNEY ") OPERATOR(pg_catalog.=) 0",
					w->target, columns_equal(w, "t", "a"), w->home);
}

/* Make all journeys anew, writing only what differs; answers with their number. */
char *
live_rebuild_sql(const live_words *w)
{
	return psprintf("WITH fresh AS MATERIALIZED (%s), "
					"gone AS (DELETE FROM %s t WHERE NOT EXISTS (SELECT FROM fresh f WHERE %s)), "
					"put AS (INSERT INTO %s AS t (%s, " LIVE_JOURNEY ") SELECT %s, " LIVE_JOURNEY " FROM fresh ORDER BY %s "
					"ON CONFLICT (%s) DO UPDATE SET " LIVE_JOURNEY " = EXCLUDED." LIVE_JOURNEY
					" WHERE t." LIVE_JOURNEY " OPERATOR(%s.<>) EXCLUDED." LIVE_JOURNEY ") "
					"SELECT pg_catalog.count(*) FROM fresh",
					journeys_of(w, w->source), w->target, columns_equal(w, "f", "t"), w->target, w->keys, w->keys, w->order,
					w->keys, w->home);
}

/* How many keys' journeys are other than a rebuild of some rows would make them. */
static char *
verify_sql(const live_words *w, const char *rows)
{
	return psprintf("SELECT pg_catalog.count(*) FROM (%s) s FULL JOIN %s t ON %s "
					"WHERE s." LIVE_JOURNEY " IS NULL OR t." LIVE_JOURNEY " IS NULL OR s." LIVE_JOURNEY " OPERATOR(%s.<>) t." LIVE_JOURNEY,
					journeys_of(w, rows), w->target, columns_equal(w, "s", "t"), w->home);
}

char *
live_verify_sql(const live_words *w)
{
	return verify_sql(w, w->source);
}

/*
 * The same where rows conflict on an id, of which no journey can be made, or no whole one: what they are in
 * counts as wrong and is then left out on either side.
 */
char *
live_verify_conflicts_sql(const live_words *w)
{
	const live_def *d = w->def;
	StringInfoData contact;
	char	   *clear = psprintf("NOT EXISTS (SELECT FROM conflicts c WHERE %s", keys_equal(w, "c", "s"));
	char	   *without = d->by_period ?
		psprintf("(SELECT s.* FROM %s s CROSS JOIN LATERAL (SELECT %s AS " LIVE_CONTACT ") p WHERE %s AND c." LIVE_PERIOD
				 " OPERATOR(pg_catalog.=) p." LIVE_CONTACT ")) s", w->source, period_of(d, w->time), clear) :
		psprintf("(SELECT * FROM %s s WHERE %s)) s", w->source, clear);
	live_words	rest = *w;

	rest.target = psprintf("(SELECT * FROM %s t WHERE NOT EXISTS (SELECT FROM conflicts c WHERE %s))",
						   w->target, columns_equal(w, "c", "t"));
	initStringInfo(&contact);
	add_column(&contact, w, LIVE_TOUCHPOINT);
	add_column(&contact, w, LIVE_OCCURRED_AT);
	add_column(&contact, w, LIVE_ID);
	return psprintf("WITH conflicts AS MATERIALIZED (SELECT DISTINCT %s%s FROM ("
					"SELECT %s, " LIVE_FIELD ", pg_catalog.count(*) OVER (PARTITION BY %s, " LIVE_FIELD ") AS " LIVE_CONTACT
					" FROM (SELECT DISTINCT %s%s FROM %s WHERE %s) d "
					"WHERE " LIVE_FIELD " IS NOT NULL AND " LIVE_FIELD " IS NOT NULL AND " LIVE_FIELD " IS NOT NULL) d "
					"WHERE " LIVE_CONTACT " OPERATOR(pg_catalog.>) 1) "
					"SELECT (SELECT pg_catalog.count(*) FROM conflicts) OPERATOR(pg_catalog.+) (%s)",
					w->keys_alone, d->by_period ? psprintf(", %s AS " LIVE_PERIOD, period_of(d, psprintf(LIVE_FIELD, LIVE_OCCURRED_AT))) : "",
					w->keys_alone, LIVE_OCCURRED_AT, w->keys_alone, LIVE_ID, w->keys_alone, contact.data, w->source, w->known,
					LIVE_TOUCHPOINT, LIVE_OCCURRED_AT, LIVE_ID, verify_sql(&rest, without));
}

/* Whole journeys of what is kept by period, of many rows each: does one id stand in two of them? */
char *
live_whole_sql(const live_words *w)
{
	return psprintf("SELECT pg_catalog.count(*) FROM (SELECT FROM %s GROUP BY %s "
					"HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1 AND %s.rollup(" LIVE_JOURNEY ") IS NOT NULL) w",
					w->target, w->keys_alone, w->home);
}

/* The view of whole journeys, which its readers read with their own rights. */
char *
live_view_sql(const live_words *w, const char *kind, const char *view)
{
	return psprintf("CREATE %s %s WITH (security_invoker = true) AS SELECT %s, %s.rollup(" LIVE_JOURNEY ") AS " LIVE_JOURNEY
					" FROM %s GROUP BY %s", kind, view, w->keys_alone, w->home, w->target, w->keys_alone);
}
