/*
 * live_table.c
 *	  The table of journeys, its definition and the triggers, made.
 *
 * Tables, constraints and triggers are made by SQL that the server checks as if the caller had typed
 * it; no row is read or written here but for one statement, which the caller runs as the owner.
 */
#include "gate/live.h"

#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/* The events whose triggers keep journeys. */
static const struct
{
	const char *name;
	const char *suffix;
	const char *tables;
	int16		type;
}			events[] = {
	{"INSERT", "insert", "REFERENCING NEW TABLE AS " LIVE_NEW, TRIGGER_TYPE_INSERT},
	{"UPDATE", "update", "REFERENCING OLD TABLE AS " LIVE_OLD " NEW TABLE AS " LIVE_NEW, TRIGGER_TYPE_UPDATE},
	{"DELETE", "delete", "REFERENCING OLD TABLE AS " LIVE_OLD, TRIGGER_TYPE_DELETE},
	{"TRUNCATE", "truncate", "", TRIGGER_TYPE_TRUNCATE},
};

/* ---- the table ---- */

/* A column of the target as the source has it: name, type, collation. */
static void
add_key_column(StringInfo s, Relation source, const char *key)
{
	Form_pg_attribute column = TupleDescAttr(RelationGetDescr(source), get_attnum(RelationGetRelid(source), key) - 1);

	appendStringInfo(s, "%s %s", quote_identifier(key),
					 format_type_extended(column->atttypid, column->atttypmod,
										  FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY));
	if (OidIsValid(column->attcollation) && column->attcollation != get_typcollation(column->atttypid))
		appendStringInfo(s, " COLLATE %s", generate_collation_name(column->attcollation));
	appendStringInfoString(s, " NOT NULL, ");
}

/*
 * What is made beside the source belongs to whom the source belongs to. He makes it himself where he may, so
 * that his default privileges hold for it and not those of whoever calls; else it is given to him.
 */
static void
make_for_owner(Relation source, const char *kind, const char *name, const char *quoted, const char *sql, const char *comment)
{
	Oid			owner = source->rd_rel->relowner;
	bool		himself = source->rd_rel->relpersistence != RELPERSISTENCE_TEMP &&
		tp_may_create_in(RelationGetNamespace(source), owner);
	live_place	from;

	live_enter(&from, himself ? owner : InvalidOid, NULL);
	live_run(sql);
	live_leave(&from);
	live_run(psprintf("COMMENT ON %s %s IS %s", kind, quoted, quote_literal_cstr(comment)));
	if (live_owner(get_relname_relid(name, RelationGetNamespace(source))) != owner)
		live_run(psprintf("ALTER %s %s OWNER TO %s", kind, quoted, quote_identifier(GetUserNameFromId(owner, false))));
}

/*
 * Make the table of journeys. Those of a period are mostly short, and rewritten often: as long as a page holds
 * one, it costs less in its row than out of line, in WAL as in time.
 */
Oid
live_make_target(Relation source, const char *name, const live_words *w)
{
	char		persistence = source->rd_rel->relpersistence;
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "CREATE %sTABLE %s (",
					 persistence == RELPERSISTENCE_UNLOGGED ? "UNLOGGED " :
					 persistence == RELPERSISTENCE_TEMP ? "TEMPORARY " : "", w->target);
	for (int i = 0; i < w->def->n_keys; i++)
		add_key_column(&s, source, w->def->keys[i]);
	if (w->def->by_period)
		appendStringInfoString(&s, LIVE_PERIOD " pg_catalog.timestamptz NOT NULL, ");
	appendStringInfo(&s, LIVE_JOURNEY " %s.journey NOT NULL, PRIMARY KEY (%s))", w->home, w->keys);
	if (w->def->by_period)
		appendStringInfo(&s, " WITH (toast_tuple_target = %d)", (int) TOAST_TUPLE_TARGET_MAIN);
	make_for_owner(source, "TABLE", name, w->target, s.data,
				   psprintf("journeys of %s by %s, kept current by triggers; see maintain_journeys", w->source, w->keys));
	if (w->def->by_period)
		live_run(psprintf("COMMENT ON COLUMN %s." LIVE_PERIOD " IS %s", w->target,
						  quote_literal_cstr(psprintf("when the %s of UTC begins in which the journey's contacts happened",
													  tp_period_names[w->def->period]))));
	return get_relname_relid(name, RelationGetNamespace(source));
}

/* ---- the view of whole journeys ---- */

/* A target whose view would have a name that the server cuts off. */
void
live_check_whole_name(const char *name)
{
	if (strlen(name) + strlen(LIVE_WHOLE) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("the name of view \"%s" LIVE_WHOLE "\" is too long", name),
				 errdetail("With a period such a view is made beside the table of journeys."),
				 errhint("Give a target of at most %d bytes.", (int) (NAMEDATALEN - 1 - strlen(LIVE_WHOLE)))));
}

/* Does the view read the table? */
static bool
reads(Oid view, Oid table)
{
	live_run(psprintf("SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass "
					  "AND d.objid = r.oid WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = %u AND r.ev_class = %u",
					  table, view));
	return SPI_processed > 0;
}

/*
 * Make the view of whole journeys where it is not there. One of the owner's that reads the table is taken for
 * it, whatever else he lets it do; anything else of that name is in the way.
 */
void
live_make_whole(Relation source, Oid target, const char *name, const live_words *w)
{
	char	   *whole = psprintf("%s" LIVE_WHOLE, name);
	char	   *quoted = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(source)), whole);
	Oid			there = get_relname_relid(whole, RelationGetNamespace(source));

	if (!OidIsValid(there))
		make_for_owner(source, "VIEW", whole, quoted,
					   live_view_sql(w, source->rd_rel->relpersistence == RELPERSISTENCE_TEMP ? "TEMPORARY VIEW" : "VIEW", quoted),
					   psprintf("whole journeys by %s: those of %s of all periods in one; see maintain_journeys",
								w->keys_alone, w->target));
	else if (get_rel_relkind(there) != RELKIND_VIEW || live_owner(there) != source->rd_rel->relowner || !reads(there, target))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE),
				 errmsg("%s exists and is not the view of whole journeys in %s", quoted, w->target),
				 errdetail("That view would belong to the owner of %s and read it.", w->target),
				 errhint("Rename or drop it, or give another target.")));
}

/* Does the table ask for a beginning of a period in every row? */
static bool
period_by_itself(Oid target)
{
	AttrNumber	column = get_attnum(target, LIVE_PERIOD);
	HeapTuple	tuple = column <= 0 ? NULL : SearchSysCache2(ATTNUM, ObjectIdGetDatum(target), Int16GetDatum(column));
	bool		asked = false;

	if (HeapTupleIsValid(tuple))
	{
		asked = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull && !((Form_pg_attribute) GETSTRUCT(tuple))->atthasdef;
		ReleaseSysCache(tuple);
	}
	return asked;
}

/* A table that is there already must be one that could have been made here. */
void
live_check_target(Oid target, Relation source, const live_words *w, Oid journey)
{
	char		kind = get_rel_relkind(target);

	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("%s is not a table", w->target),
				 errhint("Give a name that is free in the schema of %s.", w->source)));
	if (live_owner(target) != source->rd_rel->relowner)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("%s and %s belong to different roles", w->target, w->source),
				 errdetail("Journeys are kept with the rights of the owner of both."),
				 errhint("Give one of them to the other's owner by ALTER TABLE ... OWNER TO, or give a name that is free.")));
	for (int i = 0; i <= w->def->n_keys + w->def->by_period; i++)
	{
		const char *name = i < w->def->n_keys ? w->def->keys[i] : i == w->def->n_keys ? LIVE_JOURNEY : LIVE_PERIOD;
		Oid			type = i == w->def->n_keys ? journey : i > w->def->n_keys ? TIMESTAMPTZOID :
		get_atttype(RelationGetRelid(source), get_attnum(RelationGetRelid(source), name));
		AttrNumber	column = get_attnum(target, name);

		if (column <= 0 || get_atttype(target, column) != type)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_TABLE),
					 errmsg("table %s exists and is not one of journeys by %s", w->target, w->keys),
					 errdetail("It has no column \"%s\" of type %s.", name, format_type_be(type)),
					 errhint("Give a name that is free in the schema of %s.", w->source)));
	}
	if (!w->def->by_period && period_by_itself(target))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE),
				 errmsg("table %s exists and is not one of journeys by %s alone", w->target, w->keys),
				 errdetail("It has one journey a key and \"" LIVE_PERIOD "\"."),
				 errhint("Give the period, or a name that is free in the schema of %s.", w->source)));
	if (target == RelationGetRelid(source))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s cannot hold the journeys of itself", w->target),
				 errhint("Give a name that is free in the schema of %s.", w->source)));
}

/* Take back what a table says of itself. */
void
live_drop_definition(Oid target)
{
	if (OidIsValid(get_relation_constraint_oid(target, LIVE_CONSTRAINT, true)))
		live_run(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", live_table_name(target), LIVE_CONSTRAINT));
}

/* Let a table say how it is kept; the words are live_definition.c's. Is it news? */
bool
live_write_definition(Oid target, const live_def *d)
{
	live_def	said;

	if (live_read_definition(target, &said) && live_same(&said, d) && strcmp(said.timezone, d->timezone) == 0 &&
		strcmp(said.datestyle, d->datestyle) == 0)
		return false;
	live_drop_definition(target);
	live_run(psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (CAST(%s AS pg_catalog.jsonb) IS NOT NULL)",
					  live_table_name(target), LIVE_CONSTRAINT, quote_literal_cstr(live_definition_text(d))));
	live_run(psprintf("COMMENT ON CONSTRAINT %s ON %s IS %s", LIVE_CONSTRAINT, live_table_name(target),
					  quote_literal_cstr("how these journeys are kept; written and read by maintain_journeys()")));
	return true;
}

/* ---- triggers ---- */

/* A name that is free; the triggers of a table that has been renamed keep theirs. */
static char *
trigger_name(Oid table, Oid target, int event)
{
	char	   *of = get_rel_name(target);
	char	   *whole = psprintf("%s.%s", get_namespace_name(get_rel_namespace(target)), of);
	uint32		hash = hash_bytes((unsigned char *) whole, (int) strlen(whole));

	for (;; hash++)
	{
		char	   *name = psprintf("keep_%.*s_%08x_%s", pg_mbcliplen(of, (int) strlen(of), NAMEDATALEN - 1 - 24), of,
									hash, events[event].suffix);

		if (!OidIsValid(get_trigger_oid(table, name, true)))
			return name;
	}
}

/* Make the triggers that this table lacks; did it lack any? */
bool
live_make_triggers(Oid table, Oid target, bool is_part, List *existing, const char *home)
{
	bool		made = false;

	for (int event = 0; event < (int) lengthof(events); event++)
	{
		bool		found = false;
		ListCell   *cell;

		foreach(cell, existing)
		{
			live_trigger *t = lfirst(cell);

			found |= t->table == table && (t->type & events[event].type) != 0;
		}
		if (found)
			continue;
		live_run(psprintf("CREATE TRIGGER %s AFTER %s ON %s %s FOR EACH STATEMENT WHEN (CAST(%s AS pg_catalog.regclass) IS NOT NULL) "
						  "EXECUTE FUNCTION %s." LIVE_TRIGGER_FUNCTION "(%s)",
						  quote_identifier(trigger_name(table, target, event)), events[event].name, live_table_name(table),
						  events[event].tables, quote_literal_cstr(live_table_name(target)), home, live_trigger_arguments(is_part)));
		made = true;
	}
	return made;
}
