/*
 * live_sql.c
 *	  The SQL of live journeys: definitions in trigger arguments, statements out of definitions.
 *
 * Every name is quoted, every function, operator and type of ours or of a key carries its schema,
 * and expressions were written out anew by the server when they were defined.
 */
#include "gate/live.h"

#include "access/genam.h"
#include "catalog/pg_operator.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

const char *const live_field_name[LIVE_FIELDS] = {
	"touchpoint", "occurred_at", "score", "expected", "cost", "duration", "value", "initiator", "id"
};

static const char *const field_type[LIVE_FIELDS] = {
	NULL, "pg_catalog.timestamptz", "pg_catalog.float8", "pg_catalog.float8", "pg_catalog.float8", "pg_catalog.interval",
	"pg_catalog.float8", "pg_catalog.text", "pg_catalog.int8"
};

/* Trigger arguments: role, schema and table of the target, an expression a field, keys. */
#define ROLE_SOURCE "source"
#define ROLE_PART "part"
#define ARG_ROLE 0
#define ARG_SCHEMA 1
#define ARG_TABLE 2
#define ARG_EXPR 3
#define ARG_KEYS (ARG_EXPR + LIVE_FIELDS)

char *
live_write_args(const live_def *d)
{
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "%s, %s, %s", quote_literal_cstr(d->is_part ? ROLE_PART : ROLE_SOURCE),
					 quote_literal_cstr(d->schema), quote_literal_cstr(d->table));
	for (int i = 0; i < LIVE_FIELDS; i++)
		appendStringInfo(&s, ", %s", quote_literal_cstr(d->expr[i] != NULL ? d->expr[i] : ""));
	for (int i = 0; i < d->n_keys; i++)
		appendStringInfo(&s, ", %s", quote_literal_cstr(d->keys[i]));
	return s.data;
}

void
live_read_args(const Trigger *trigger, live_def *d)
{
	char	  **args = trigger->tgargs;

	if (trigger->tgnargs <= ARG_KEYS || args[ARG_EXPR][0] == '\0' || args[ARG_EXPR + 1][0] == '\0' ||
		(strcmp(args[ARG_ROLE], ROLE_SOURCE) != 0 && strcmp(args[ARG_ROLE], ROLE_PART) != 0))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" does not say which journeys to keep", trigger->tgname),
				 errhint("Let maintain_journeys() make the triggers.")));
	d->is_part = strcmp(args[ARG_ROLE], ROLE_PART) == 0;
	d->schema = args[ARG_SCHEMA];
	d->table = args[ARG_TABLE];
	for (int i = 0; i < LIVE_FIELDS; i++)
		d->expr[i] = args[ARG_EXPR + i][0] != '\0' ? args[ARG_EXPR + i] : NULL;
	d->n_keys = trigger->tgnargs - ARG_KEYS;
	d->keys = args + ARG_KEYS;
}

bool
live_same_target(const live_def *a, const live_def *b)
{
	return strcmp(a->schema, b->schema) == 0 && strcmp(a->table, b->table) == 0;
}

bool
live_same(const live_def *a, const live_def *b)
{
	if (a->is_part != b->is_part || !live_same_target(a, b) || a->n_keys != b->n_keys)
		return false;
	for (int i = 0; i < LIVE_FIELDS; i++)
		if ((a->expr[i] == NULL) != (b->expr[i] == NULL) ||
			(a->expr[i] != NULL && strcmp(a->expr[i], b->expr[i]) != 0))
			return false;
	for (int i = 0; i < a->n_keys; i++)
		if (strcmp(a->keys[i], b->keys[i]) != 0)
			return false;
	return true;
}

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

/* Calls of our functions with the first so many fields. */
static char *
call_of(const live_words *w, const char *function, int fields)
{
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "%s.%s(", w->home, function);
	for (int i = 0; i < fields; i++)
	{
		if (i > 0)
			appendStringInfoString(&s, ", ");
		add_field(&s, w, i);
	}
	appendStringInfoChar(&s, ')');
	return s.data;
}

/* As many fields as journey_agg has forms for. */
static int
fields_given(const live_def *d)
{
	int			n = LIVE_FIELDS;

	while (d->expr[n - 1] == NULL)
		n--;
	return n <= LIVE_EXPECTED + 1 ? n : LIVE_FIELDS;
}

/* Each key as prefix k separator. */
static char *
each_key(const live_def *d, const char *prefix, const char *suffix, const char *separator)
{
	StringInfoData s;

	initStringInfo(&s);
	for (int i = 0; i < d->n_keys; i++)
		appendStringInfo(&s, "%s%s%s%s", i > 0 ? separator : "", prefix, quote_identifier(d->keys[i]), suffix);
	return s.data;
}

void
live_words_init(live_words *w, const live_def *d, Oid home, Oid source)
{
	StringInfoData order;

	w->def = d;
	w->home = quote_identifier(get_namespace_name(home));
	w->target = quote_qualified_identifier(d->schema, d->table);
	w->source = live_table_name(source);
	w->keys = each_key(d, "", "", ", ");
	w->known = each_key(d, "", " IS NOT NULL", " AND ");
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
					 errhint("Keys are names of columns.")));
		type = lookup_type_cache(get_atttype(source, column), TYPECACHE_EQ_OPR | TYPECACHE_LT_OPR);
		if (!OidIsValid(type->eq_opr) || !OidIsValid(type->lt_opr))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_FUNCTION),
					 errmsg("column \"%s\" of %s cannot be a key: its type has no order", d->keys[i], w->source),
					 errhint("A key is a column that could be a primary key.")));
		w->equal[i] = type->eq_opr;
		appendStringInfo(&order, "%s%d", i > 0 ? ", " : "", i + 1);
	}
	w->order = order.data;
	w->aggregate = call_of(w, "journey_agg", fields_given(d));
	w->contact = call_of(w, "contact_record", LIVE_FIELDS);
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

/* Keys and journeys of some rows. Keys with a NULL, and those without any contact, have none. */
static char *
journeys_of(const live_words *w, const char *rows)
{
	return psprintf("SELECT %s, %s AS " LIVE_JOURNEY " FROM %s WHERE %s GROUP BY %s HAVING %s IS NOT NULL",
					w->keys, w->aggregate, rows, w->known, w->order, w->aggregate);
}

/* Merge the new rows in. Merging commutes, so that only the target's rows need be locked. */
char *
live_append_sql(const live_words *w)
{
	return psprintf("INSERT INTO %s AS t (%s, " LIVE_JOURNEY ") %s ORDER BY %s "
					"ON CONFLICT (%s) DO UPDATE SET " LIVE_JOURNEY " = t." LIVE_JOURNEY " OPERATOR(%s.||) EXCLUDED." LIVE_JOURNEY,
					w->target, w->keys, journeys_of(w, LIVE_NEW), w->order, w->keys, w->home);
}

/* The keys at stake where rows came or went. */
char *
live_changed_keys_sql(const live_words *w, const char *from)
{
	return psprintf("SELECT DISTINCT %s FROM %s WHERE %s", w->keys, from, w->known);
}

/* The keys at stake where rows were updated: those whose bag of contacts is another. */
char *
live_updated_keys_sql(const live_words *w)
{
	char	   *rows = psprintf("SELECT %s, %s AS " LIVE_CONTACT " FROM ", w->keys, w->contact);

	return psprintf("SELECT DISTINCT %s FROM ((%s" LIVE_OLD " EXCEPT ALL %s" LIVE_NEW ") UNION ALL "
					"(%s" LIVE_NEW " EXCEPT ALL %s" LIVE_OLD ")) d WHERE %s AND " LIVE_CONTACT " IS NOT NULL",
					w->keys, rows, rows, rows, rows, w->known);
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
 * Make the journeys of the keys at stake anew. Rows are written even where nothing changed: a
 * transaction with an older snapshot must run into them. Answers with a row when some are empty.
 */
char *
live_put_sql(const live_words *w)
{
	char	   *rows = psprintf("(SELECT s.* FROM " LIVE_KEYS " a JOIN %s s ON %s) s", w->source, keys_equal(w, "a", "s"));

	return psprintf("WITH fresh AS (%s), put AS ("
					"UPDATE %s t SET " LIVE_JOURNEY " = COALESCE(f." LIVE_JOURNEY ", CAST('{}' AS %s.journey)) "
					"FROM (SELECT %s, fresh." LIVE_JOURNEY " FROM " LIVE_KEYS " a LEFT JOIN fresh ON %s) f WHERE %s "
					"RETURNING t." LIVE_JOURNEY ") "
					"SELECT FROM put WHERE %s.contact_count(" LIVE_JOURNEY ") OPERATOR(pg_catalog.=) 0 LIMIT 1",
					journeys_of(w, rows), w->target, w->home, each_key(w->def, "a.", "", ", "),
					keys_equal(w, "a", "fresh"), keys_equal(w, "t", "f"), w->home);
}

/* Remove rows that hold no contact. */
char *
live_remove_sql(const live_words *w)
{
	return psprintf("DELETE FROM %s t USING " LIVE_KEYS " a WHERE %s AND %s.contact_count(t." LIVE_JOURNEY ") OPERATOR(pg_catalog.=) 0",
					w->target, keys_equal(w, "t", "a"), w->home);
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
					journeys_of(w, w->source), w->target, keys_equal(w, "f", "t"), w->target, w->keys, w->keys, w->order,
					w->keys, w->home);
}

/* How many keys' journeys are other than a rebuild would make them. */
char *
live_verify_sql(const live_words *w)
{
	return psprintf("SELECT pg_catalog.count(*) FROM (%s) s FULL JOIN %s t ON %s "
					"WHERE s." LIVE_JOURNEY " IS NULL OR t." LIVE_JOURNEY " IS NULL OR s." LIVE_JOURNEY " OPERATOR(%s.<>) t." LIVE_JOURNEY,
					journeys_of(w, w->source), w->target, keys_equal(w, "s", "t"), w->home);
}

int
live_settings_begin(void)
{
	int			level = NewGUCNestLevel();

	set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	set_config_option("row_security", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

void
live_settings_end(int level)
{
	AtEOXact_GUC(true, level);
}
