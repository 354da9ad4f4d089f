/*
 * live.c
 *	  maintain_journeys, rebuild_journeys, verify_journeys, stop_maintaining_journeys.
 *
 * Each first finds out whether the caller may ask for it, with his own rights; tables and triggers
 * are then made and dropped as if he had typed it, and what evaluates an expression runs as the
 * owner of the tables (live_run.c).
 */
#include "gate/live.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/rls.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "base/tp_pg.h"

#define PERIOD_ARGUMENT (3 + LIVE_FIELDS)

static Oid
extension_schema(FunctionCallInfo fcinfo)
{
	return get_func_namespace(fcinfo->flinfo->fn_oid);
}

static Oid
our_type(Oid home, const char *name)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name), ObjectIdGetDatum(home));
}

/* ---- may he? ---- */

static void
check_owner(Oid table)
{
	if (!OidIsValid(live_owner(table)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", table)));
	if (!tp_owns_table(table, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(table));
}

/* Its owner, or he who may read all of it and from whom no policy hides a row. */
static void
check_reader(Oid table)
{
	AclResult	result;

	if (!OidIsValid(live_owner(table)) || tp_owns_table(table, GetUserId()))
	{
		check_owner(table);
		return;
	}
	result = pg_class_aclcheck(table, GetUserId(), ACL_SELECT);
	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_TABLE, get_rel_name(table));
	(void) check_enable_rls(table, InvalidOid, false);
}

/* ---- the opening that rebuild, verify and stop have in common ---- */

typedef struct live_opened
{
	Oid			source;
	Oid			target;
	live_def	def;
	live_words	words;
	live_place	from;
} live_opened;

typedef enum live_right
{
	LIVE_RIGHT_READ,			/* whoever may read both tables */
	LIVE_RIGHT_OWN,				/* whoever may do what their owner may */
} live_right;

/*
 * Find what keeps the journeys that the first argument names, and see whether the caller may do what
 * he asks for. From here on SQL runs as the owner of them and their source. To change them the source
 * is locked against writers; to look at them it is not.
 */
static void
open_journeys(live_opened *o, FunctionCallInfo fcinfo, live_right right)
{
	Oid			home = extension_schema(fcinfo);
	live_place	plain;

	o->target = PG_GETARG_OID(0);
	live_check_spi(SPI_connect());
	live_enter(&plain, InvalidOid, NULL);
	if (right == LIVE_RIGHT_OWN)
		check_owner(o->target);
	else
		check_reader(o->target);
	o->source = live_find_source(home, o->target, &o->def);
	if (right == LIVE_RIGHT_OWN)
	{
		LockRelationOid(o->source, ShareRowExclusiveLock);
		(void) find_all_inheritors(o->source, ShareRowExclusiveLock, NULL);
		/* what is locked may have become another's, or nobody's, while we waited */
		check_owner(o->target);
		if (live_find_source(home, o->target, &o->def) != o->source)
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("the source of %s has become another", live_table_name(o->target)),
					 errhint("Try again.")));
	}
	else
		check_reader(o->source);
	live_leave(&plain);
	live_enter(&o->from, live_owner(o->target), &o->def);
	live_words_init(&o->words, &o->def, home, o->source, live_table_name(o->target));
}

static void
close_journeys(const live_opened *o)
{
	live_leave(&o->from);
	live_check_spi(SPI_finish());
}

/* Must one id be looked for in two periods, as whoever makes a journey of one would find it? */
static bool
may_conflict_between(const live_def *d)
{
	return d->by_period && d->expr[LIVE_ID] != NULL;
}

/* Make all journeys anew, with the newest snapshot: the source is locked, what others did is committed. */
static int64
rebuild(const live_words *w, Oid target)
{
	int64		rows;

	live_run_newest(live_rebuild_sql(w));
	rows = live_answer();
	if (may_conflict_between(w->def))
		live_run_newest(live_whole_sql(w));
	live_note_anew(target);
	return rows;
}

/* ---- maintain ---- */

static void
bad_argument(const char *name, const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s %s", name, what),
			 errhint("%s", hint)));
}

/* A partition or child whose triggers cannot see the rows. */
static void
check_parts(List *parts)
{
	ListCell   *cell;

	foreach(cell, parts)
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE)
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("journeys of %s cannot be kept current", live_table_name(lfirst_oid(cell))),
					 errdetail("It is a foreign table, whose rows triggers do not see."),
					 errhint("Keep journeys on the server that has the rows.")));
}

static void
check_source(Oid source)
{
	char		kind = get_rel_relkind(source);

	check_owner(source);
	if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE)
	{
		live_check_one_server(source);
		return;
	}
	check_parts(list_make1_oid(source));
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("%s is not a table", live_table_name(source)),
			 errhint("Journeys are kept of the rows of a table or of a partitioned table.")));
}

/* The source, locked against writers and against change, with all that inherits from it. */
static List *
lock_source(Oid source)
{
	List	   *parts;

	check_source(source);
	LockRelationOid(source, ShareRowExclusiveLock);
	check_source(source);
	parts = find_all_inheritors(source, ShareRowExclusiveLock, NULL);
	check_parts(parts);
	return parts;
}

static TP_GET_SETTING(get_period, tp_period, "period", tp_period_parse)

/* What the caller wants, his texts read under his own settings and written out under fixed ones. */
static void
read_definition(FunctionCallInfo fcinfo, Relation source, live_def *d)
{
	Oid			home = extension_schema(fcinfo);
	const Oid	type[LIVE_FIELDS] = {our_type(home, "touchpoint"), TIMESTAMPTZOID, FLOAT8OID, FLOAT8OID,
	FLOAT8OID, INTERVALOID, FLOAT8OID, TEXTOID, INT8OID, JSONBOID};
	Node	   *expression[LIVE_FIELDS] = {NULL};
	List	   *context = deparse_context_for(RelationGetRelationName(source), RelationGetRelid(source));
	live_place	from;

	/* the function of 0.1.0 has fewer arguments */
	d->by_period = PG_NARGS() > PERIOD_ARGUMENT && !PG_ARGISNULL(PERIOD_ARGUMENT);
	if (d->by_period)
		d->period = get_period(fcinfo, PERIOD_ARGUMENT);
	live_read_keys(PG_GETARG_ARRAYTYPE_P(2), source, d);
	d->timezone = pstrdup(GetConfigOption("TimeZone", false, false));
	d->datestyle = live_date_order();
	live_read_as(&from, source->rd_rel->relowner);
	for (int i = 0; i < LIVE_FIELDS && 3 + i < PG_NARGS(); i++)
		if (!PG_ARGISNULL(3 + i))
			expression[i] = live_read_expression(source, text_to_cstring(PG_GETARG_TEXT_PP(3 + i)), i, type[i]);
	live_leave(&from);
	live_enter(&from, InvalidOid, NULL);
	for (int i = 0; i < LIVE_FIELDS; i++)
		if (expression[i] != NULL)
			d->expr[i] = deparse_expression(expression[i], context, false, false);
	live_leave(&from);
}

static void
kept_otherwise(const char *target, const live_trigger *t)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("%s holds journeys that are kept in another way", target),
			 errdetail("Trigger \"%s\" of %s keeps them.", t->name, live_table_name(t->table)),
			 errhint("Call stop_maintaining_journeys(%s) first.", quote_literal_cstr(target))));
}

static void
drop_trigger(const live_trigger *t)
{
	live_run(psprintf("DROP TRIGGER %s ON %s", quote_identifier(t->name), live_table_name(t->table)));
}

/*
 * The triggers that keep what d says in target already. Those of 0.1.0 make place for ours; any that
 * keep something else are in the way.
 */
static List *
take_up_triggers(Oid home, Oid target, live_def *d, Oid source, List *parts)
{
	List	   *kept = NIL;
	live_def	said;
	bool		says = live_read_definition(target, &said);
	ListCell   *cell;

	foreach(cell, live_find_triggers(home, target))
	{
		live_trigger *t = lfirst(cell);

		if (!list_member_oid(parts, t->table) || t->says.is_part != (t->table != source) ||
			(t->says.of_0_1_0 && !live_same(&t->says.def, d)) ||
			(!t->says.of_0_1_0 && says && !live_same(&said, d)))
			kept_otherwise(live_table_name(target), t);
		if (t->says.of_0_1_0)
			drop_trigger(t);
		else
			kept = lappend(kept, t);
	}
	if (says && kept != NIL)
		*d = said;				/* with the zone of whoever said it */
	return kept;
}

/* maintain_journeys(source, target, key, touchpoint, occurred_at, score, ..., id, properties, period) */
PG_FUNCTION_INFO_V1(maintain_journeys);
Datum
maintain_journeys(PG_FUNCTION_ARGS)
{
	static const char *const needed[] = {"source", "target", "key", "touchpoint", "occurred_at"};
	Oid			home = extension_schema(fcinfo);
	live_def	d = {0};
	live_words	w;
	live_place	plain;
	Oid			source_oid,
				target;
	Relation	source;
	const char *name;
	List	   *parts,
			   *existing = NIL;
	ListCell   *cell;
	bool		changed = false;

	for (int i = 0; i < 5; i++)
		if (PG_ARGISNULL(i))
			bad_argument(needed[i], "must not be NULL", "Only score and what follows it may be left out.");
	source_oid = PG_GETARG_OID(0);
	name = pstrdup(NameStr(*PG_GETARG_NAME(1)));
	if (name[0] == '\0')
		bad_argument("target", "must not be empty", "Give a name for the table of journeys.");

	live_check_spi(SPI_connect());
	parts = lock_source(source_oid);
	source = table_open(source_oid, NoLock);
	read_definition(fcinfo, source, &d);
	if (d.by_period)
		live_check_whole_name(name);

	live_enter(&plain, InvalidOid, NULL);
	target = get_relname_relid(name, RelationGetNamespace(source));
	live_words_init(&w, &d, home, source_oid,
					quote_qualified_identifier(get_namespace_name(RelationGetNamespace(source)), name));
	if (OidIsValid(target))
	{
		live_check_target(target, source, &w, our_type(home, "journey"));
		live_check_one_server(target);
		existing = take_up_triggers(home, target, &d, source_oid, parts);
	}
	else
		target = live_make_target(source, name, &w);
	if (d.by_period)
		live_make_whole(source, target, name, &w);
	changed = live_write_definition(target, &d);
	foreach(cell, parts)
		changed |= live_make_triggers(lfirst_oid(cell), target, lfirst_oid(cell) != source_oid, existing, w.home);
	table_close(source, NoLock);
	live_leave(&plain);
	if (changed)
	{
		live_place	from;

		live_enter(&from, live_owner(target), &d);
		live_run(live_check_keys_sql(&w));
		rebuild(&w, target);
		live_leave(&from);
	}
	live_check_spi(SPI_finish());
	PG_RETURN_OID(target);
}

/* ---- rebuild, verify, stop ---- */

PG_FUNCTION_INFO_V1(rebuild_journeys);
Datum
rebuild_journeys(PG_FUNCTION_ARGS)
{
	live_opened o;
	int64		rows;

	open_journeys(&o, fcinfo, LIVE_RIGHT_OWN);
	rows = rebuild(&o.words, o.target);
	close_journeys(&o);
	PG_RETURN_INT64(rows);
}

/*
 * Compare, in a subtransaction: false when no journey can be made of some rows, because they conflict
 * on an id. They were written behind the triggers' back.
 */
static bool
compare(const live_opened *o, int64 *wrong)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool conflict = false;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		live_run(live_verify_sql(&o->words));
		*wrong = live_answer();
		if (may_conflict_between(&o->def))
			live_run(live_whole_sql(&o->words));
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		if (error->sqlerrcode != ERRCODE_INVALID_PARAMETER_VALUE || o->def.expr[LIVE_ID] == NULL)
			ReThrowError(error);
		FreeErrorData(error);
		conflict = true;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return !conflict;
}

PG_FUNCTION_INFO_V1(verify_journeys);
Datum
verify_journeys(PG_FUNCTION_ARGS)
{
	live_opened o;
	int64		wrong;

	open_journeys(&o, fcinfo, LIVE_RIGHT_READ);
	if (!compare(&o, &wrong))
	{
		live_run(live_verify_conflicts_sql(&o.words));
		wrong = live_answer();
	}
	close_journeys(&o);
	PG_RETURN_INT64(wrong);
}

PG_FUNCTION_INFO_V1(stop_maintaining_journeys);
Datum
stop_maintaining_journeys(PG_FUNCTION_ARGS)
{
	Oid			home = extension_schema(fcinfo);
	Oid			target = PG_GETARG_OID(0);
	List	   *triggers;
	ListCell   *cell;
	live_place	from;

	live_check_spi(SPI_connect());
	live_enter(&from, InvalidOid, NULL);
	check_owner(target);
	triggers = live_find_triggers(home, target);
	if (triggers == NIL)
		(void) live_find_source(home, target, &(live_def) {0});
	foreach(cell, triggers)
		drop_trigger(lfirst(cell));
	live_drop_definition(target);
	live_leave(&from);
	live_check_spi(SPI_finish());
	PG_RETURN_VOID();
}
