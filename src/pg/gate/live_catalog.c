/*
 * live_catalog.c
 *	  Which triggers and which source belong to a table of journeys.
 *
 * Anybody may make a trigger on a table of his own that names somebody else's table of journeys. So
 * only those on tables of the same owner count, and those on what inherits from such a source: he
 * who attached it let its rows in. A trigger that makes no sense is passed over here; it fails the
 * statements on its own table, and no others.
 */
#include "gate/live.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* The extension's trigger function. */
Oid
live_trigger_function(Oid home)
{
	return LookupFuncName(list_make2(makeString(get_namespace_name(home)), makeString(LIVE_TRIGGER_FUNCTION)),
						  0, NULL, false);
}

/* Whose is it? Nobody's when it is gone. */
Oid
live_owner(Oid table)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/* A row of pg_trigger as the relation cache would hold it, as far as definitions go. */
static void
read_row(Relation triggers, HeapTuple tuple, Trigger *t)
{
	Form_pg_trigger row = (Form_pg_trigger) GETSTRUCT(tuple);
	bool		isnull;
	bytea	   *args = DatumGetByteaPP(heap_getattr(tuple, Anum_pg_trigger_tgargs, RelationGetDescr(triggers), &isnull));
	char	   *at = memcpy(palloc0(VARSIZE_ANY_EXHDR(args) + 1), VARDATA_ANY(args), VARSIZE_ANY_EXHDR(args));
	Datum		condition = heap_getattr(tuple, Anum_pg_trigger_tgqual, RelationGetDescr(triggers), &isnull);

	memset(t, 0, sizeof(*t));
	t->tgname = pstrdup(NameStr(row->tgname));
	t->tgqual = isnull ? NULL : TextDatumGetCString(condition);
	t->tgnargs = row->tgnargs;
	t->tgargs = palloc(sizeof(char *) * (row->tgnargs + 1));
	for (int i = 0; i < row->tgnargs; i++)
	{
		t->tgargs[i] = at;
		at += strlen(at) + 1;
	}
}

/* The trigger of this number, if it keeps journeys in target. */
static live_trigger *
read_trigger(Relation triggers, Oid oid, Oid function, Oid target)
{
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	live_trigger *found = NULL;

	ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	scan = systable_beginscan(triggers, TriggerOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple) && ((Form_pg_trigger) GETSTRUCT(tuple))->tgfoid == function)
	{
		Form_pg_trigger row = (Form_pg_trigger) GETSTRUCT(tuple);
		live_trigger *one = palloc0(sizeof(live_trigger));
		Trigger		t;

		read_row(triggers, tuple, &t);
		if (live_read_trigger(&t, &one->says) && one->says.target == target)
		{
			one->oid = row->oid;
			one->table = row->tgrelid;
			one->name = t.tgname;
			one->type = row->tgtype;
			found = one;
		}
	}
	systable_endscan(scan);
	return found;
}

/* The triggers that depend on an object and keep journeys in target, whosever they are. */
static List *
triggers_of(Oid class, Oid object, Oid function, Oid target)
{
	Relation	depends = table_open(DependRelationId, AccessShareLock);
	Relation	triggers = table_open(TriggerRelationId, AccessShareLock);
	List	   *seen = NIL;
	List	   *found = NIL;
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(class));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
	scan = systable_beginscan(depends, DependReferenceIndexId, true, NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);
		live_trigger *one;

		CHECK_FOR_INTERRUPTS();
		if (row->classid != TriggerRelationId || list_member_oid(seen, row->objid))
			continue;
		one = read_trigger(triggers, row->objid, function, target);
		if (one == NULL)
			continue;
		seen = lappend_oid(seen, row->objid);
		found = lappend(found, one);
	}
	systable_endscan(scan);
	table_close(triggers, AccessShareLock);
	table_close(depends, AccessShareLock);
	return found;
}

/*
 * The triggers that keep journeys in target and count: those that depend on it; while target says
 * nothing of itself, any that name it, because those of 0.1.0 did so as text.
 */
List *
live_find_triggers(Oid home, Oid target)
{
	Oid			function = live_trigger_function(home);
	Oid			owner = live_owner(target);
	live_def	d;
	List	   *all = live_read_definition(target, &d) ? triggers_of(RelationRelationId, target, function, target) :
		triggers_of(ProcedureRelationId, function, function, target);
	List	   *let_in = NIL;
	List	   *found = NIL;
	ListCell   *cell;

	foreach(cell, all)
	{
		live_trigger *t = lfirst(cell);

		if (!t->says.is_part && live_owner(t->table) == owner)
			let_in = list_concat_unique_oid(let_in, find_all_inheritors(t->table, NoLock, NULL));
	}
	foreach(cell, all)
	{
		live_trigger *t = lfirst(cell);

		if (live_owner(t->table) == owner || list_member_oid(let_in, t->table))
			found = lappend(found, t);
	}
	return found;
}

static void
two_sources(Oid target, Oid one, Oid other)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("two tables have triggers that keep journeys in %s", live_table_name(target)),
			 errdetail("They are %s and %s.", live_table_name(one), live_table_name(other)),
			 errhint("Drop the triggers of the one that is not their source.")));
}

/* The source, and what is kept of it, of a table of live journeys. */
Oid
live_find_source(Oid home, Oid target, live_def *d)
{
	bool		defined = live_read_definition(target, d);
	Oid			owner = live_owner(target);
	Oid			source = InvalidOid;
	ListCell   *cell;

	if (!OidIsValid(owner))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", target)));
	foreach(cell, live_find_triggers(home, target))
	{
		live_trigger *t = lfirst(cell);

		if (t->says.is_part || live_owner(t->table) != owner || t->table == source)
			continue;
		if (OidIsValid(source))
			two_sources(target, source, t->table);
		source = t->table;
	}
	if (!OidIsValid(source))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("nobody keeps journeys in %s", live_table_name(target)),
				 errhint("maintain_journeys() makes such tables; they and their source must belong to the same role.")));
	if (!defined)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s does not say how its journeys are kept", live_table_name(target)),
				 errdetail("Its triggers were made by touchpoint 0.1.0, or its constraint \"%s\" was dropped.", LIVE_CONSTRAINT),
				 errhint("Call maintain_journeys() for %s once more, with the same arguments.", live_table_name(source))));
	return source;
}

/* Is there a trigger on this table that keeps journeys in target, as their source? */
static bool
is_source(Oid table, Oid target, Oid function)
{
	Relation	rel = table_open(table, AccessShareLock);
	TriggerDesc *triggers = CopyTriggerDesc(rel->trigdesc); /* the cache may let go of its own while we look up names */
	bool		found = false;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers && !found; i++)
	{
		live_trigger_says says;

		found = triggers->triggers[i].tgfoid == function && live_read_trigger(&triggers->triggers[i], &says) &&
			!says.is_part && says.target == target;
	}
	table_close(rel, AccessShareLock);
	return found;
}

/* The ancestor whose journeys these are; invalid for a partition that was detached. */
Oid
live_find_ancestor(Oid part, Oid target, Oid function)
{
	Relation	inherits = table_open(InheritsRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *parents = NIL;
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
		Oid			found = is_source(lfirst_oid(cell), target, function) ? lfirst_oid(cell) :
			live_find_ancestor(lfirst_oid(cell), target, function);

		if (OidIsValid(found))
			return found;
	}
	return InvalidOid;
}
