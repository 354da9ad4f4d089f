/*
 * live_trigger.c
 *	  Keeping journeys current: the trigger function of live journeys.
 *
 * Exact under concurrency means: whatever commits, each row of the target is what journey_agg makes
 * of the source's rows of its key. The target's row is the lock of its key. Where journeys are kept by
 * period, a key is a key and a period: each row of the source is of one, and may go from one to another.
 *
 * An INSERT merges its new rows into the target's rows, in the order of keys. Merging commutes, so
 * nothing else need be known of what others do. Journeys that the same transaction made anew in the
 * meantime are the exception (live_anew.c): those are made anew again.
 *
 * An UPDATE, DELETE or TRUNCATE locks the rows of the keys at stake, in the same order, and then
 * makes their journeys anew with a snapshot taken behind the locks. Whoever changed such a key has
 * either committed, and is seen, or has yet to come for the lock, and will bring his change along.
 * Under REPEATABLE READ the server refuses rows changed since with 40001; for that the rows are
 * written even when nothing changed.
 */
#include "gate/live.h"

#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

/* Statements of more rows are planned for their size, others with a plan that is kept. */
#define SMALL_STATEMENT 1000

/* One call of the trigger function. */
typedef struct live_call
{
	TriggerData *data;
	Oid			home;
	live_kept  *kept;
} live_call;

static const live_words *
words(live_call *call)
{
	return live_kept_words(call->kept, call->home);
}

/* Run a statement with the plan that is kept for it, which is made when first needed. */
static void
run_kept(live_call *call, live_plan which, char *(*sql) (const live_words *))
{
	if (call->kept->plan[which] == NULL)
	{
		SPIPlanPtr	made = SPI_prepare(sql(words(call)), 0, NULL);

		if (made == NULL)
			live_check_spi(SPI_result);
		live_check_spi(SPI_keepplan(made));
		call->kept->plan[which] = made;
	}
	live_check_spi(SPI_execute_plan(call->kept->plan[which], NULL, NULL, false, 0));
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
	live_check_spi(SPI_register_relation(enr));
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
	run_kept(call, LIVE_PLAN_LOCK, live_lock_sql);
	live_run_newest(live_put_sql(words(call)));
	if (SPI_processed > 0)
		run_kept(call, LIVE_PLAN_REMOVE, live_remove_sql);
	live_note_anew(call->kept->target);
}

static void
keep_inserted(live_call *call)
{
	if (live_anew_meanwhile(call->kept->target))
	{
		run_kept(call, LIVE_PLAN_KEYS, live_inserted_keys_sql);
		make_anew(call);
	}
	else if (tuplestore_tuple_count(call->data->tg_newtable) <= SMALL_STATEMENT)
		run_kept(call, LIVE_PLAN_APPEND, live_append_sql);
	else
		live_run(live_append_sql(words(call)));
}

static void
keep_updated(live_call *call)
{
	if (tuplestore_tuple_count(call->data->tg_newtable) <= SMALL_STATEMENT)
		run_kept(call, LIVE_PLAN_KEYS, live_updated_keys_sql);
	else
		live_run(live_updated_keys_sql(words(call)));
	make_anew(call);
}

static void
keep_deleted(live_call *call)
{
	run_kept(call, LIVE_PLAN_KEYS, live_deleted_keys_sql);
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
	live_kept  *kept = call->kept;

	if (kept->table == kept->source &&
		(get_rel_relkind(kept->source) == RELKIND_PARTITIONED_TABLE || !has_subclass(kept->source)))
	{
		live_run_newest(psprintf("DELETE FROM %s", words(call)->target));
		live_note_anew(kept->target);
		return;
	}
	live_run_newest(live_all_keys_sql(words(call)));
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

static void
in_journeys(void *arg)
{
	errcontext("journeys of %s", (const char *) arg);
}

/* Do what the event asks for, as the owner of the tables. */
static void
keep(live_call *call)
{
	TriggerEvent event = call->data->tg_event;
	ErrorContextCallback context = {.previous = error_context_stack,.callback = in_journeys,.arg = call->kept->title};
	live_place	from;

	error_context_stack = &context;
	live_enter(&from, call->kept->owner, &call->kept->def);
	live_check_spi(SPI_connect());
	live_check_spi(SPI_register_trigger_data(call->data));
	if (TRIGGER_FIRED_BY_INSERT(event))
		keep_inserted(call);
	else if (TRIGGER_FIRED_BY_UPDATE(event))
		keep_updated(call);
	else if (TRIGGER_FIRED_BY_DELETE(event))
		keep_deleted(call);
	else
		keep_truncated(call);
	live_check_spi(SPI_finish());
	live_leave(&from);
	error_context_stack = context.previous;
}

PG_FUNCTION_INFO_V1(keep_journeys);
Datum
keep_journeys(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	live_call	call = {0};

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(data->tg_event) || TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("keep_journeys() is for triggers after a statement"),
				 errhint("Let maintain_journeys() make the triggers.")));
	if (!TRIGGER_FIRED_BY_TRUNCATE(data->tg_event) &&
		!has_rows(data, !TRIGGER_FIRED_BY_INSERT(data->tg_event), !TRIGGER_FIRED_BY_DELETE(data->tg_event)))
		PG_RETURN_POINTER(NULL);
	call.data = data;
	call.home = get_func_namespace(fcinfo->flinfo->fn_oid);
	call.kept = live_use(data->tg_trigger, data->tg_relation, fcinfo->flinfo->fn_oid);
	if (call.kept == NULL)
		PG_RETURN_POINTER(NULL);	/* detached: its rows are in nobody's journeys */
	PG_TRY();
	{
		keep(&call);
	}
	PG_FINALLY();
	{
		live_release(call.kept);
	}
	PG_END_TRY();
	PG_RETURN_POINTER(NULL);
}
