/*
 * live_trigger.c
 *	  Keeping journeys current: the trigger function of live journeys.
 *
 * Exact under concurrency means: whatever commits, each row of the target is what journey_agg makes
 * of the source's rows of its key. The target's row is the lock of its key.
 *
 * An INSERT merges its new rows into the target's rows, in the order of keys. Merging commutes, so
 * nothing else need be known of what others do.
 *
 * An UPDATE, DELETE or TRUNCATE locks the rows of the keys at stake, in the same order, and then
 * makes their journeys anew with a snapshot taken behind the locks. Whoever changed such a key has
 * either committed, and is seen, or has yet to come for the lock, and will bring his change along.
 * Under REPEATABLE READ the server refuses rows changed since with 40001; for that the rows are
 * written even when nothing changed.
 *
 * One trap: journeys made anew by the same transaction while an INSERT statement was under way (by
 * ON CONFLICT DO UPDATE, MERGE, a data-modifying WITH, a user's trigger) hold its rows already, and
 * merging would count them twice. Command numbers tell: then the keys are made anew again.
 */
#include "gate/live.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

/* Statements of more rows are planned for their size, others with a plan that is kept. */
#define SMALL_STATEMENT 1000

/* The plans that a session keeps for a trigger, good for one state of its surroundings. */
typedef enum live_plan
{
	PLAN_APPEND,
	PLAN_KEYS,
	PLAN_LOCK,
	PLAN_REMOVE,
	LIVE_PLANS
} live_plan;

typedef struct live_plans
{
	Oid			trigger;		/* hash key */
	char	   *state;			/* what the plans were made for */
	SPIPlanPtr	plan[LIVE_PLANS];
} live_plans;

static HTAB *plans_of_trigger = NULL;

/* When the current transaction last made journeys of a target anew. */
typedef struct made_anew
{
	Oid			target;			/* hash key */
	CommandId	command;
} made_anew;

static HTAB *made_anew_of_target = NULL;

/* One call of the trigger function. */
typedef struct live_call
{
	TriggerData *data;
	live_def	def;
	Oid			home;
	Oid			source;
	Oid			target;
	live_words	words;
	bool		has_words;
	live_plans *plans;
} live_call;

static void
forget_made_anew(XactEvent event, void *arg)
{
	HASH_SEQ_STATUS scan;
	made_anew  *m;

	(void) event;
	(void) arg;
	if (made_anew_of_target == NULL || hash_get_num_entries(made_anew_of_target) == 0)
		return;
	hash_seq_init(&scan, made_anew_of_target);
	while ((m = hash_seq_search(&scan)) != NULL)
		hash_search(made_anew_of_target, &m->target, HASH_REMOVE, NULL);
}

static HTAB *
make_table(const char *name, Size size)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(Oid);
	control.entrysize = size;
	return hash_create(name, 16, &control, HASH_ELEM | HASH_BLOBS);
}

void
live_note_anew(Oid target)
{
	made_anew  *m;

	if (made_anew_of_target == NULL)
	{
		made_anew_of_target = make_table("touchpoint journeys made anew", sizeof(made_anew));
		RegisterXactCallback(forget_made_anew, NULL);
	}
	m = hash_search(made_anew_of_target, &target, HASH_ENTER, NULL);
	m->command = GetCurrentCommandId(false);
}

/* Were journeys of target made anew since the statement that fires us began? */
static bool
made_anew_meanwhile(Oid target)
{
	made_anew  *m = made_anew_of_target == NULL ? NULL : hash_search(made_anew_of_target, &target, HASH_FIND, NULL);

	return m != NULL && m->command > GetActiveSnapshot()->curcid;
}

/* Is there a trigger of the same journeys on this table, as their source? */
static bool
is_source(Oid table, const live_def *d, Oid function)
{
	Relation	rel = table_open(table, AccessShareLock);
	bool		found = false;

	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers && !found; i++)
		if (rel->trigdesc->triggers[i].tgfoid == function)
		{
			live_def	other;

			live_read_args(&rel->trigdesc->triggers[i], &other);
			found = !other.is_part && live_same_target(&other, d);
		}
	table_close(rel, AccessShareLock);
	return found;
}

/* The ancestor whose journeys these are; invalid for a partition that was detached. */
static Oid
find_source(Oid part, const live_def *d, Oid function)
{
	Relation	inherits = table_open(InheritsRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *parents = NIL;
	Oid			found = InvalidOid;
	ListCell   *cell;

	check_stack_depth();
	ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(part));
	scan = systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		if (!((Form_pg_inherits) GETSTRUCT(tuple))->inhdetachpending)
			parents = lappend_oid(parents, ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent);
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
	foreach(cell, parents)
	{
		if (is_source(lfirst_oid(cell), d, function))
			return lfirst_oid(cell);
		found = find_source(lfirst_oid(cell), d, function);
		if (OidIsValid(found))
			return found;
	}
	return InvalidOid;
}

static const live_words *
get_words(live_call *call)
{
	if (!call->has_words)
		live_words_init(&call->words, &call->def, call->home, call->source);
	call->has_words = true;
	return &call->words;
}

/* The plans kept for this trigger; none when a name that they speak of means something else now. */
static void
get_plans(live_call *call)
{
	Oid			oid = call->data->tg_trigger->tgoid;
	StringInfoData state;
	bool		found;

	initStringInfo(&state);
	appendStringInfo(&state, "%u %u %s %s %s", call->source, call->target, live_table_name(call->source),
					 get_namespace_name(call->home), live_write_args(&call->def));
	if (plans_of_trigger == NULL)
		plans_of_trigger = make_table("touchpoint live journeys", sizeof(live_plans));
	call->plans = hash_search(plans_of_trigger, &oid, HASH_ENTER, &found);
	if (!found)
	{
		memset(call->plans, 0, sizeof(live_plans));
		call->plans->trigger = oid;
	}
	else if (call->plans->state != NULL && strcmp(call->plans->state, state.data) == 0)
		return;
	for (int i = 0; i < LIVE_PLANS; i++)
		if (call->plans->plan[i] != NULL)
		{
			SPI_freeplan(call->plans->plan[i]);
			call->plans->plan[i] = NULL;
		}
	if (call->plans->state != NULL)
		pfree(call->plans->state);
	call->plans->state = NULL;
	call->plans->state = MemoryContextStrdup(TopMemoryContext, state.data);
}

static void
check_spi(int code)
{
	if (code < 0)
		elog(ERROR, "SPI error in live journeys: %s", SPI_result_code_string(code));
}

static void
run(const char *sql)
{
	check_spi(SPI_execute(sql, false, 0));
}

/* Run a statement with the plan that is kept for it, which is made when first needed. */
static void
run_kept(live_call *call, live_plan which, char *(*sql) (const live_words *))
{
	SPIPlanPtr *plan = &call->plans->plan[which];

	if (*plan == NULL)
	{
		SPIPlanPtr	made = SPI_prepare(sql(get_words(call)), 0, NULL);

		if (made == NULL)
			check_spi(SPI_result);
		check_spi(SPI_keepplan(made));
		*plan = made;
	}
	check_spi(SPI_execute_plan(*plan, NULL, NULL, false, 0));
}

static char *
inserted_keys_sql(const live_words *w)
{
	return live_changed_keys_sql(w, LIVE_NEW);
}

static char *
deleted_keys_sql(const live_words *w)
{
	return live_changed_keys_sql(w, LIVE_OLD);
}

/* Make the rows of the last query a table by the name of LIVE_KEYS. */
static void
register_keys(void)
{
	SPITupleTable *rows = SPI_tuptable;
	EphemeralNamedRelation enr = palloc0(sizeof(EphemeralNamedRelationData));
	Tuplestorestate *store = tuplestore_begin_heap(false, false, work_mem);

	for (uint64 i = 0; i < rows->numvals; i++)
		tuplestore_puttuple(store, rows->vals[i]);
	enr->md.name = LIVE_KEYS;
	enr->md.reliddesc = InvalidOid;
	enr->md.tupdesc = CreateTupleDescCopy(rows->tupdesc);
	enr->md.enrtype = ENR_NAMED_TUPLESTORE;
	enr->md.enrtuples = (double) rows->numvals;
	enr->reldata = store;
	SPI_freetuptable(rows);
	check_spi(SPI_register_relation(enr));
}

/* Run with the newest snapshot, also where the transaction has an older one. */
static void
run_newest(const char *sql)
{
	SPIPlanPtr	plan = SPI_prepare(sql, 0, NULL);

	if (plan == NULL)
		check_spi(SPI_result);
	check_spi(SPI_execute_snapshot(plan, NULL, NULL, GetLatestSnapshot(), InvalidSnapshot, false, true, 0));
	SPI_freeplan(plan);
}

/*
 * Make anew the journeys of the keys that the last query found. The statement that reads the source
 * is planned each time: a plan made while the table was small would read all of it ever after. It
 * reads with the newest snapshot, for what is locked is settled, whatever the transaction may see.
 */
static void
make_anew(live_call *call)
{
	if (SPI_processed == 0)
		return;
	register_keys();
	run_kept(call, PLAN_LOCK, live_lock_sql);
	run_newest(live_put_sql(get_words(call)));
	if (SPI_processed > 0)
		run_kept(call, PLAN_REMOVE, live_remove_sql);
	live_note_anew(call->target);
}

static void
keep_inserted(live_call *call)
{
	bool		small = tuplestore_tuple_count(call->data->tg_newtable) <= SMALL_STATEMENT;

	if (made_anew_meanwhile(call->target))
	{
		run_kept(call, PLAN_KEYS, inserted_keys_sql);
		make_anew(call);
	}
	else if (small)
		run_kept(call, PLAN_APPEND, live_append_sql);
	else
		run(live_append_sql(get_words(call)));
}

static void
keep_updated(live_call *call)
{
	if (tuplestore_tuple_count(call->data->tg_newtable) <= SMALL_STATEMENT)
		run_kept(call, PLAN_KEYS, live_updated_keys_sql);
	else
		run(live_updated_keys_sql(get_words(call)));
	make_anew(call);
}

static void
keep_deleted(live_call *call)
{
	run_kept(call, PLAN_KEYS, deleted_keys_sql);
	make_anew(call);
}

/*
 * Nobody sees what was in a truncated table, so all keys are at stake, as the newest snapshot shows
 * them: like the truncation itself, which no snapshot holds back. When the source itself was
 * truncated it is locked, with all its partitions, and there are no journeys; but children of the
 * old kind stay as they are after TRUNCATE ONLY.
 */
static void
keep_truncated(live_call *call)
{
	if (!call->def.is_part &&
		(get_rel_relkind(call->source) == RELKIND_PARTITIONED_TABLE || !has_subclass(call->source)))
	{
		run_newest(psprintf("DELETE FROM %s", get_words(call)->target));
		live_note_anew(call->target);
		return;
	}
	run_newest(live_all_keys_sql(get_words(call)));
	make_anew(call);
}

/* Does the event have rows, under the names that our SQL has for them? */
static bool
has_rows(const TriggerData *data, bool old, bool new)
{
	const Trigger *t = data->tg_trigger;
	int64		rows = 0;

	if ((old && (t->tgoldtable == NULL || strcmp(t->tgoldtable, LIVE_OLD) != 0)) ||
		(new && (t->tgnewtable == NULL || strcmp(t->tgnewtable, LIVE_NEW) != 0)))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" lacks its transition tables", t->tgname),
				 errhint("Let maintain_journeys() make the triggers.")));
	if (old && data->tg_oldtable != NULL)
		rows += tuplestore_tuple_count(data->tg_oldtable);
	if (new && data->tg_newtable != NULL)
		rows += tuplestore_tuple_count(data->tg_newtable);
	return rows > 0;
}

PG_FUNCTION_INFO_V1(keep_journeys);
Datum
keep_journeys(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	live_call	call = {0};
	Oid			schema;
	int			level;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(data->tg_event) || TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("keep_journeys() is for triggers after a statement"),
				 errhint("Let maintain_journeys() make the triggers.")));
	if (!TRIGGER_FIRED_BY_TRUNCATE(data->tg_event) &&
		!has_rows(data, !TRIGGER_FIRED_BY_INSERT(data->tg_event), !TRIGGER_FIRED_BY_DELETE(data->tg_event)))
		PG_RETURN_POINTER(NULL);
	live_read_args(data->tg_trigger, &call.def);
	call.data = data;
	call.source = RelationGetRelid(data->tg_relation);
	if (call.def.is_part)
		call.source = find_source(call.source, &call.def, fcinfo->flinfo->fn_oid);
	if (!OidIsValid(call.source))
		PG_RETURN_POINTER(NULL);	/* detached: its rows are in nobody's journeys */
	schema = get_namespace_oid(call.def.schema, true);
	call.target = OidIsValid(schema) ? get_relname_relid(call.def.table, schema) : InvalidOid;
	if (!OidIsValid(call.target))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the table of journeys \"%s.%s\" does not exist", call.def.schema, call.def.table),
				 errdetail("Table \"%s\" has triggers that keep it current.", RelationGetRelationName(data->tg_relation)),
				 errhint("If it was renamed, rename it back; if it is gone for good, drop the triggers that keep it: DROP TRIGGER %s ON %s, and so on.",
						 quote_identifier(data->tg_trigger->tgname), live_table_name(RelationGetRelid(data->tg_relation)))));
	call.home = get_func_namespace(fcinfo->flinfo->fn_oid);

	level = live_settings_begin();
	check_spi(SPI_connect());
	check_spi(SPI_register_trigger_data(data));
	get_plans(&call);
	if (TRIGGER_FIRED_BY_INSERT(data->tg_event))
		keep_inserted(&call);
	else if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
		keep_updated(&call);
	else if (TRIGGER_FIRED_BY_DELETE(data->tg_event))
		keep_deleted(&call);
	else
		keep_truncated(&call);
	check_spi(SPI_finish());
	live_settings_end(level);
	PG_RETURN_POINTER(NULL);
}
