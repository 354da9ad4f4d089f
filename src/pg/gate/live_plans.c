/*
 * live_plans.c
 *	  What a session remembers of a trigger of live journeys: what it keeps, and the plans.
 *
 * All of it is good until the server says that one of the tables has changed, in whatever way, or a
 * schema or an operator was renamed. It is then read anew; what was remembered of triggers that are
 * gone is freed when the next one fires.
 */
#include "gate/live.h"

#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* A few dozen at most, the latest first. */
static live_kept *all_kept = NULL;
static bool any_stale = false;

/* Counts what the server said, to notice what it says while we read. */
static uint64 changes = 0;

/* ---- what is stale ---- */

static void
forget_table(Datum arg, Oid table)
{
	(void) arg;
	changes++;
	for (live_kept *k = all_kept; k != NULL; k = k->next)
		if (table == InvalidOid || table == k->table || table == k->source || table == k->target)
		{
			k->trigger = InvalidOid;
			any_stale = true;
		}
}

static void
forget_all(Datum arg, int cache, uint32 hash)
{
	(void) cache;
	(void) hash;
	forget_table(arg, InvalidOid);
}

static void
listen(void)
{
	static bool listening = false;

	if (listening)
		return;
	CacheRegisterRelcacheCallback(forget_table, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, forget_all, (Datum) 0);
	CacheRegisterSyscacheCallback(OPEROID, forget_all, (Datum) 0);
	listening = true;
}

/* Free what is stale and not in use. */
static void
sweep(void)
{
	live_kept **link = &all_kept;

	any_stale = false;
	while (*link != NULL)
	{
		live_kept  *k = *link;

		if (OidIsValid(k->trigger) || k->users > 0)
		{
			any_stale |= !OidIsValid(k->trigger);
			link = &k->next;
			continue;
		}
		*link = k->next;
		for (int i = 0; i < LIVE_PLANS; i++)
			if (k->plan[i] != NULL)
				SPI_freeplan(k->plan[i]);
		MemoryContextDelete(k->context);
	}
}

/* ---- what a trigger keeps ---- */

static void
no_such_table(const Trigger *trigger, Relation table, const live_trigger_says *says)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("the table of journeys \"%s.%s\" does not exist", says->schema, says->table),
			 errdetail("Table \"%s\" has triggers that keep it current.", RelationGetRelationName(table)),
			 errhint("If it was renamed, rename it back; if it is gone for good, drop the triggers that keep it: DROP TRIGGER %s ON %s, and so on.",
					 quote_identifier(trigger->tgname), live_table_name(RelationGetRelid(table)))));
}

/*
 * Whose rights do it: the owner's, of source and journeys, who wrote the definition. Others could
 * name his table in triggers of theirs.
 */
static Oid
common_owner(Oid source, Oid target)
{
	Oid			owner = live_owner(target);

	if (live_owner(source) != owner)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("%s and %s belong to different roles", live_table_name(target), live_table_name(source)),
				 errdetail("Journeys are kept with the rights of the owner of both."),
				 errhint("Give one of them to the other's owner by ALTER TABLE ... OWNER TO, or drop the triggers that keep journeys.")));
	return owner;
}

/* Fill in what the trigger keeps; false on a partition that was detached. */
static bool
fill(live_kept *k, const Trigger *trigger, Relation table, Oid function)
{
	live_trigger_says says;

	if (!live_read_trigger(trigger, &says))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" of %s does not say which journeys to keep", trigger->tgname,
						live_table_name(RelationGetRelid(table))),
				 errhint("Let maintain_journeys() make the triggers.")));
	if (!OidIsValid(says.target))
		no_such_table(trigger, table, &says);
	k->table = RelationGetRelid(table);
	k->target = says.target;
	k->source = says.is_part ? live_find_ancestor(k->table, k->target, function) : k->table;
	if (!OidIsValid(k->source))
		return false;
	k->title = psprintf("%s, kept in %s", live_table_name(k->source), live_table_name(k->target));
	if (says.of_0_1_0)
	{
		char	  **args = palloc(sizeof(char *) * (trigger->tgnargs + 1));
		Trigger		copy = *trigger;

		/* its own live as long as the statement */
		for (int i = 0; i < trigger->tgnargs; i++)
			args[i] = pstrdup(trigger->tgargs[i]);
		copy.tgargs = args;
		(void) live_read_trigger(&copy, &says);
		k->def = says.def;
		return true;
	}
	if (!live_read_definition(k->target, &k->def))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s does not say how its journeys are kept", live_table_name(k->target)),
				 errdetail("Its constraint \"%s\" was dropped.", LIVE_CONSTRAINT),
				 errhint("Call maintain_journeys() for %s once more, with the same arguments.", live_table_name(k->source))));
	k->owner = common_owner(k->source, k->target);
	return true;
}

/* What is remembered of a trigger; NULL on a partition that was detached. */
live_kept *
live_use(const Trigger *trigger, Relation table, Oid function)
{
	live_kept  *k;

	listen();
	if (any_stale)
		sweep();
	for (k = all_kept; k != NULL; k = k->next)
		if (k->trigger == trigger->tgoid)
			break;
	/* above a partition, tables may have come and gone without a word */
	if (k != NULL && k->source != k->table && live_find_ancestor(k->table, k->target, function) != k->source)
	{
		k->trigger = InvalidOid;
		any_stale = true;
	}
	if (k != NULL && !OidIsValid(k->trigger))
		k = NULL;
	if (k == NULL)
	{
		uint64		before = changes;
		MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "touchpoint live journeys", ALLOCSET_SMALL_SIZES);
		MemoryContext old = MemoryContextSwitchTo(context);
		bool		attached;

		k = palloc0(sizeof(live_kept));
		k->context = context;
		attached = fill(k, trigger, table, function);
		MemoryContextSwitchTo(old);
		if (!attached)
		{
			MemoryContextDelete(context);
			return NULL;
		}
		MemoryContextSetParent(context, TopMemoryContext);
		k->trigger = changes == before ? trigger->tgoid : InvalidOid;
		any_stale |= changes != before;
		k->next = all_kept;
		all_kept = k;
	}
	k->users++;
	return k;
}

void
live_release(live_kept *k)
{
	k->users--;
}

/* The words for its statements, needed only where no plan is kept. */
const live_words *
live_kept_words(live_kept *k, Oid home)
{
	if (!k->has_words)
	{
		MemoryContext old = MemoryContextSwitchTo(k->context);

		live_words_init(&k->words, &k->def, home, k->source, live_table_name(k->target));
		k->has_words = true;
		MemoryContextSwitchTo(old);
	}
	return &k->words;
}
