/*
 * live.c
 *	  maintain_journeys, rebuild_journeys, verify_journeys, stop_maintaining_journeys.
 *
 * All of it runs with the caller's rights: tables and triggers are made, locked and dropped by SQL
 * that the server checks as if the caller had typed it.
 */
#include "gate/live.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_func.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* The events whose triggers keep journeys. */
static const struct
{
	const char *name;
	const char *suffix;
	const char *tables;
}			events[] = {
	{"INSERT", "insert", "REFERENCING NEW TABLE AS " LIVE_NEW},
	{"UPDATE", "update", "REFERENCING OLD TABLE AS " LIVE_OLD " NEW TABLE AS " LIVE_NEW},
	{"DELETE", "delete", "REFERENCING OLD TABLE AS " LIVE_OLD},
	{"TRUNCATE", "truncate", ""},
};

static Oid
extension_schema(FunctionCallInfo fcinfo)
{
	return get_func_namespace(fcinfo->flinfo->fn_oid);
}

static Oid
trigger_function(Oid home)
{
	return LookupFuncName(list_make2(makeString(get_namespace_name(home)), makeString(LIVE_TRIGGER_FUNCTION)),
						  0, NULL, false);
}

static Oid
our_type(Oid home, const char *name)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name), ObjectIdGetDatum(home));
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

static void
bad_argument(const char *name, const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s %s", name, what),
			 errhint("%s", hint)));
}

/* ---- definitions ---- */

static void
in_expression(void *arg)
{
	errcontext("expression for %s", (const char *) arg);
}

/* The one expression that the text is, as the grammar sees it. */
static Node *
parse_expression(const char *text, const char *name)
{
	/* the line break keeps a comment from swallowing the parenthesis */
	List	   *statements = raw_parser(psprintf("SELECT (%s\n)", text), RAW_PARSE_DEFAULT);
	Node	   *statement = list_length(statements) == 1 ? linitial_node(RawStmt, statements)->stmt : NULL;
	SelectStmt *select = statement != NULL && IsA(statement, SelectStmt) ? (SelectStmt *) statement : NULL;

	if (select == NULL || select->op != SETOP_NONE || list_length(select->targetList) != 1 ||
		select->distinctClause != NIL || select->intoClause != NULL || select->fromClause != NIL ||
		select->whereClause != NULL || select->groupClause != NIL || select->havingClause != NULL ||
		select->windowClause != NIL || select->valuesLists != NIL || select->sortClause != NIL ||
		select->limitOffset != NULL || select->limitCount != NULL || select->lockingClause != NIL ||
		select->withClause != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("%s is not an expression: %s", name, text),
				 errhint("Write an expression over the source's columns, such as channel || '/' || label.")));
	return linitial_node(ResTarget, select->targetList)->val;
}

/* Does the function tell what time it is? */
static bool
is_clock(Oid function, void *context)
{
	(void) context;
	return function == F_NOW || function == F_TRANSACTION_TIMESTAMP || function == F_STATEMENT_TIMESTAMP ||
		function == F_AGE_TIMESTAMP || function == F_AGE_TIMESTAMPTZ;
}

/* Would it give another value tomorrow, or to somebody else, whatever the settings? */
static bool
is_fleeting(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return IsA(node, SQLValueFunction) || check_functions_in_node(node, is_clock, context) ||
		expression_tree_walker(node, is_fleeting, context);
}

/*
 * Check an expression over the source's columns and write it out anew, every name with its schema,
 * so that it means the same under any search_path. The caller's own decides now.
 */
static Node *
read_expression(Relation source, const char *text, live_field field, Oid type)
{
	const char *name = live_field_name[field];
	ErrorContextCallback context = {.previous = error_context_stack,.callback = in_expression,.arg = unconstify(char *, name)};
	ParseState *pstate = make_parsestate(NULL);
	ParseNamespaceItem *item;
	Node	   *expression;
	Bitmapset  *columns = NULL;
	int			column = -1;

	error_context_stack = &context;
	item = addRangeTableEntryForRelation(pstate, source, AccessShareLock, NULL, false, true);
	addNSItemToQuery(pstate, item, true, true, true);
	expression = transformExpr(pstate, parse_expression(text, name), EXPR_KIND_OTHER);
	assign_expr_collations(pstate, expression);
	if (pstate->p_hasSubLinks || pstate->p_hasAggs || pstate->p_hasWindowFuncs || pstate->p_hasTargetSRFs)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s must not hold a subquery, aggregate, window or set-returning function", name),
				 errhint("An expression makes one value of one row of the source.")));
	if (contain_volatile_functions(expression) || is_fleeting(expression, NULL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("%s must not depend on when or by whom it is asked for", name),
				 errhint("A rebuild could not get the same value again: store it in a column.")));
	pull_varattnos(expression, 1, &columns);
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		AttrNumber	attno = column + FirstLowInvalidHeapAttributeNumber;

		if (attno <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s must not use system columns or whole rows", name),
					 errhint("Name the columns that it takes.")));
#ifdef ATTRIBUTE_GENERATED_VIRTUAL
		if (TupleDescAttr(RelationGetDescr(source), attno - 1)->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s must not use the virtual generated column \"%s\"", name,
							NameStr(TupleDescAttr(RelationGetDescr(source), attno - 1)->attname)),
					 errhint("Write what it is generated of, or make it STORED.")));
#endif
	}
	if (coerce_to_target_type(pstate, copyObject(expression), exprType(expression), type, -1,
							  COERCION_EXPLICIT, COERCE_EXPLICIT_CAST, -1) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("%s is of type %s, which cannot be cast to %s", name,
						format_type_be(exprType(expression)), format_type_be(type)),
				 errhint("Write an expression of type %s.", format_type_be(type))));
	free_parsestate(pstate);
	error_context_stack = context.previous;
	return expression;
}

static void
read_keys(ArrayType *array, Relation source, live_def *d)
{
	Datum	   *elements;
	bool	   *nulls;

	if (ARR_NDIM(array) > 1)
		bad_argument("key", "must have one dimension", "Write it as {customer}.");
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &d->n_keys);
	if (d->n_keys == 0)
		bad_argument("key", "must name at least one column", "Write it as {customer}.");
	if (d->n_keys >= INDEX_MAX_KEYS)
		bad_argument("key", "names too many columns", "A key has at most 31 columns.");
	d->keys = palloc(sizeof(char *) * d->n_keys);
	for (int i = 0; i < d->n_keys; i++)
	{
		AttrNumber	column;

		if (nulls[i])
			bad_argument("key", "must not hold NULL", "Name columns of the source.");
		d->keys[i] = TextDatumGetCString(elements[i]);
		column = get_attnum(RelationGetRelid(source), d->keys[i]);
		if (column <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of \"%s\" does not exist", d->keys[i], RelationGetRelationName(source)),
					 errhint("key holds names of columns as they are in the catalog, without quotes.")));
#ifdef ATTRIBUTE_GENERATED_VIRTUAL
		if (TupleDescAttr(RelationGetDescr(source), column - 1)->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL)
			bad_argument("key", "must not hold a virtual generated column", "Make it STORED.");
#endif
		if (strcmp(d->keys[i], LIVE_JOURNEY) == 0 || strcmp(d->keys[i], LIVE_CONTACT) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_COLUMN),
					 errmsg("a key column must not be called \"%s\"", d->keys[i]),
					 errhint("The table of journeys has a column of that name: rename the source's.")));
		for (int k = 0; k < i; k++)
			if (strcmp(d->keys[i], d->keys[k]) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_DUPLICATE_COLUMN),
						 errmsg("key names column \"%s\" twice", d->keys[i])));
	}
}

/* ---- tables ---- */

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

static void
create_target(Relation source, const live_words *w)
{
	char		persistence = source->rd_rel->relpersistence;
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "CREATE %sTABLE %s (",
					 persistence == RELPERSISTENCE_UNLOGGED ? "UNLOGGED " :
					 persistence == RELPERSISTENCE_TEMP ? "TEMPORARY " : "", w->target);
	for (int i = 0; i < w->def->n_keys; i++)
		add_key_column(&s, source, w->def->keys[i]);
	appendStringInfo(&s, LIVE_JOURNEY " %s.journey NOT NULL, PRIMARY KEY (%s))", w->home, w->keys);
	run(s.data);
	run(psprintf("COMMENT ON TABLE %s IS %s", w->target,
				 quote_literal_cstr(psprintf("journeys of %s by %s, kept current by triggers; see maintain_journeys",
											 w->source, w->keys))));
}

/* A table that is there already must be one that could have been made here. */
static void
check_target(Oid target, Relation source, const live_words *w, Oid journey)
{
	char		kind = get_rel_relkind(target);

	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("%s is not a table", w->target),
				 errhint("Give a name that is free in the schema of %s.", w->source)));
	for (int i = 0; i <= w->def->n_keys; i++)
	{
		const char *name = i < w->def->n_keys ? w->def->keys[i] : LIVE_JOURNEY;
		Oid			type = i < w->def->n_keys ?
		get_atttype(RelationGetRelid(source), get_attnum(RelationGetRelid(source), name)) : journey;
		AttrNumber	column = get_attnum(target, name);

		if (column <= 0 || get_atttype(target, column) != type)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_TABLE),
					 errmsg("table %s exists and is not one of journeys by %s", w->target, w->keys),
					 errdetail("It has no column \"%s\" of type %s.", name, format_type_be(type)),
					 errhint("Give a name that is free in the schema of %s.", w->source)));
	}
	/* the server finds out whether keys are unique */
	run(psprintf("INSERT INTO %s (%s, " LIVE_JOURNEY ") SELECT %s, " LIVE_JOURNEY " FROM %s WHERE false ON CONFLICT (%s) DO NOTHING",
				 w->target, w->keys, w->keys, w->target, w->keys));
}

/* ---- triggers ---- */

typedef struct live_trigger
{
	Oid			oid;
	Oid			table;
	char	   *name;
	int16		type;
	live_def	def;
} live_trigger;

/* A row of pg_trigger as the relation cache would hold it, as far as definitions go. */
static void
read_trigger(Relation triggers, HeapTuple tuple, Trigger *t)
{
	Form_pg_trigger row = (Form_pg_trigger) GETSTRUCT(tuple);
	bool		isnull;
	bytea	   *args = DatumGetByteaPP(heap_getattr(tuple, Anum_pg_trigger_tgargs, RelationGetDescr(triggers), &isnull));
	char	   *at = memcpy(palloc(VARSIZE_ANY_EXHDR(args) + 1), VARDATA_ANY(args), VARSIZE_ANY_EXHDR(args));

	memset(t, 0, sizeof(*t));
	t->tgname = pstrdup(NameStr(row->tgname));
	t->tgnargs = row->tgnargs;
	t->tgargs = palloc(sizeof(char *) * (row->tgnargs + 1));
	for (int i = 0; i < row->tgnargs; i++)
	{
		t->tgargs[i] = at;
		at += strlen(at) + 1;
	}
}

/* The triggers that keep journeys in this table, wherever they are. */
static List *
find_triggers(Oid home, const char *schema, const char *table)
{
	Relation	triggers = table_open(TriggerRelationId, AccessShareLock);
	Oid			function = trigger_function(home);
	live_def	wanted = {.schema = unconstify(char *, schema),.table = unconstify(char *, table)};
	List	   *found = NIL;
	SysScanDesc scan;
	HeapTuple	tuple;

	scan = systable_beginscan(triggers, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_trigger row = (Form_pg_trigger) GETSTRUCT(tuple);
		live_trigger *one;
		Trigger		t;

		if (row->tgfoid != function)
			continue;
		one = palloc0(sizeof(live_trigger));
		read_trigger(triggers, tuple, &t);
		live_read_args(&t, &one->def);
		if (!live_same_target(&one->def, &wanted))
			continue;
		one->oid = row->oid;
		one->table = row->tgrelid;
		one->name = t.tgname;
		one->type = row->tgtype;
		found = lappend(found, one);
	}
	systable_endscan(scan);
	table_close(triggers, AccessShareLock);
	return found;
}

static bool
is_for_event(int16 type, int event)
{
	switch (event)
	{
		case 0:
			return TRIGGER_FOR_INSERT(type);
		case 1:
			return TRIGGER_FOR_UPDATE(type);
		case 2:
			return TRIGGER_FOR_DELETE(type);
		default:
			return TRIGGER_FOR_TRUNCATE(type);
	}
}

/* Dropping the target must name the triggers, or drop them: they fail without it. */
static void
depend_on_target(Oid trigger, Oid target)
{
	ObjectAddress depender;
	ObjectAddress referenced;

	ObjectAddressSet(depender, TriggerRelationId, trigger);
	ObjectAddressSet(referenced, RelationRelationId, target);
	deleteDependencyRecordsForSpecific(TriggerRelationId, trigger, DEPENDENCY_NORMAL, RelationRelationId, target);
	recordDependencyOn(&depender, &referenced, DEPENDENCY_NORMAL);
}

static char *
trigger_name(const live_def *d, int event)
{
	char	   *whole = psprintf("%s.%s", d->schema, d->table);
	uint32		hash = hash_bytes((unsigned char *) whole, (int) strlen(whole));

	return psprintf("keep_%.*s_%08x_%s", pg_mbcliplen(d->table, (int) strlen(d->table), NAMEDATALEN - 1 - 24), d->table,
					hash, events[event].suffix);
}

/* Make the triggers that this table lacks; does it lack any? */
static bool
create_triggers(Oid table, const live_def *d, List *existing, const live_words *w, Oid target)
{
	bool		created = false;

	for (int event = 0; event < (int) lengthof(events); event++)
	{
		char	   *name = trigger_name(d, event);
		Oid			trigger = InvalidOid;
		ListCell   *cell;

		foreach(cell, existing)
		{
			live_trigger *t = lfirst(cell);

			if (t->table == table && is_for_event(t->type, event))
				trigger = t->oid;
		}
		if (!OidIsValid(trigger))
		{
			run(psprintf("CREATE TRIGGER %s AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION %s." LIVE_TRIGGER_FUNCTION "(%s)",
						 quote_identifier(name), events[event].name, live_table_name(table),
						 events[event].tables, w->home, live_write_args(d)));
			trigger = get_trigger_oid(table, name, false);
			created = true;
		}
		depend_on_target(trigger, target);
	}
	return created;
}

/* ---- the functions ---- */

/* Run with the newest snapshot, for the source is locked and all that others did is committed. */
static uint64
rebuild(const live_words *w, Oid target)
{
	SPIPlanPtr	plan = SPI_prepare(live_rebuild_sql(w), 0, NULL);
	bool		isnull;
	uint64		rows;

	if (plan == NULL)
		check_spi(SPI_result);
	check_spi(SPI_execute_snapshot(plan, NULL, NULL, GetLatestSnapshot(), InvalidSnapshot, false, true, 0));
	rows = (uint64) DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	live_note_anew(target);
	return rows;
}

static void
lock_source(const char *source)
{
	run(psprintf("LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", source));
}

/* The source, and what is said of it, of a table of live journeys. */
static Oid
find_source(Oid home, Oid target, live_def *d)
{
	List	   *triggers;
	ListCell   *cell;

	if (get_rel_name(target) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", target)));
	triggers = find_triggers(home, get_namespace_name(get_rel_namespace(target)), get_rel_name(target));
	foreach(cell, triggers)
	{
		live_trigger *t = lfirst(cell);

		if (!t->def.is_part)
		{
			*d = t->def;
			return t->table;
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("nobody keeps journeys in %s", live_table_name(target)),
			 errhint("maintain_journeys() makes such tables; the name must be the one that it was given.")));
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

/* maintain_journeys(source, target, key, touchpoint, occurred_at, score, ..., id) */
PG_FUNCTION_INFO_V1(maintain_journeys);
Datum
maintain_journeys(PG_FUNCTION_ARGS)
{
	static const char *const needed[] = {"source", "target", "key", "touchpoint", "occurred_at"};
	const Oid	type[LIVE_FIELDS] = {our_type(extension_schema(fcinfo), "touchpoint"), TIMESTAMPTZOID, FLOAT8OID, FLOAT8OID,
	FLOAT8OID, INTERVALOID, FLOAT8OID, TEXTOID, INT8OID};
	Oid			home = extension_schema(fcinfo);
	Node	   *expression[LIVE_FIELDS] = {NULL};
	live_def	d = {0};
	live_words	w;
	Oid			source_oid,
				target;
	Relation	source;
	List	   *parts,
			   *existing,
			   *context;
	ListCell   *cell;
	bool		changed = false;
	int			level;

	for (int i = 0; i < 5; i++)
		if (PG_ARGISNULL(i))
			bad_argument(needed[i], "must not be NULL", "Only score and what follows it may be left out.");
	source_oid = PG_GETARG_OID(0);
	d.table = pstrdup(NameStr(*PG_GETARG_NAME(1)));
	if (d.table[0] == '\0')
		bad_argument("target", "must not be empty", "Give a name for the table of journeys.");
	if (get_rel_relkind(source_oid) != RELKIND_RELATION && get_rel_relkind(source_oid) != RELKIND_PARTITIONED_TABLE)
	{
		check_parts(list_make1_oid(source_oid));
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("%s is not a table", live_table_name(source_oid)),
				 errhint("Journeys are kept of the rows of a table or of a partitioned table.")));
	}
	d.schema = get_namespace_name(get_rel_namespace(source_oid));

	check_spi(SPI_connect());
	lock_source(live_table_name(source_oid));
	parts = find_all_inheritors(source_oid, NoLock, NULL);
	check_parts(parts);

	source = table_open(source_oid, NoLock);
	read_keys(PG_GETARG_ARRAYTYPE_P(2), source, &d);
	for (int i = 0; i < LIVE_FIELDS; i++)
		if (!PG_ARGISNULL(3 + i))
			expression[i] = read_expression(source, text_to_cstring(PG_GETARG_TEXT_PP(3 + i)), i, type[i]);
	level = live_settings_begin();
	context = deparse_context_for(RelationGetRelationName(source), source_oid);
	for (int i = 0; i < LIVE_FIELDS; i++)
		if (expression[i] != NULL)
			d.expr[i] = deparse_expression(expression[i], context, false, false);

	live_words_init(&w, &d, home, source_oid);
	existing = find_triggers(home, d.schema, d.table);
	foreach(cell, existing)
	{
		live_trigger *t = lfirst(cell);

		d.is_part = t->table != source_oid;
		if (!live_same(&t->def, &d) || !list_member_oid(parts, t->table))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_IN_USE),
					 errmsg("%s holds journeys that are kept in another way", w.target),
					 errdetail("Trigger \"%s\" of %s keeps them.", t->name, live_table_name(t->table)),
					 errhint("Call stop_maintaining_journeys(%s) first.", quote_literal_cstr(w.target))));
	}
	d.is_part = false;

	target = get_relname_relid(d.table, get_rel_namespace(source_oid));
	if (OidIsValid(target))
		check_target(target, source, &w, our_type(home, "journey"));
	else
	{
		create_target(source, &w);
		target = get_relname_relid(d.table, get_rel_namespace(source_oid));
	}
	table_close(source, NoLock);
	foreach(cell, parts)
	{
		d.is_part = lfirst_oid(cell) != source_oid;
		changed |= create_triggers(lfirst_oid(cell), &d, existing, &w, target);
	}
	if (changed)
		rebuild(&w, target);
	live_settings_end(level);
	check_spi(SPI_finish());
	PG_RETURN_OID(target);
}

PG_FUNCTION_INFO_V1(rebuild_journeys);
Datum
rebuild_journeys(PG_FUNCTION_ARGS)
{
	Oid			home = extension_schema(fcinfo);
	Oid			target = PG_GETARG_OID(0);
	live_def	d;
	live_words	w;
	uint64		rows;
	int			level;

	check_spi(SPI_connect());
	level = live_settings_begin();
	live_words_init(&w, &d, home, find_source(home, target, &d));
	lock_source(w.source);
	rows = rebuild(&w, target);
	live_settings_end(level);
	check_spi(SPI_finish());
	PG_RETURN_INT64((int64) rows);
}

PG_FUNCTION_INFO_V1(verify_journeys);
Datum
verify_journeys(PG_FUNCTION_ARGS)
{
	Oid			home = extension_schema(fcinfo);
	Oid			target = PG_GETARG_OID(0);
	live_def	d;
	live_words	w;
	bool		isnull;
	int64		wrong;
	int			level;

	check_spi(SPI_connect());
	level = live_settings_begin();
	live_words_init(&w, &d, home, find_source(home, target, &d));
	run(live_verify_sql(&w));
	wrong = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	live_settings_end(level);
	check_spi(SPI_finish());
	PG_RETURN_INT64(wrong);
}

PG_FUNCTION_INFO_V1(stop_maintaining_journeys);
Datum
stop_maintaining_journeys(PG_FUNCTION_ARGS)
{
	Oid			home = extension_schema(fcinfo);
	Oid			target = PG_GETARG_OID(0);
	live_def	d;
	List	   *triggers;
	ListCell   *cell;
	int			level;

	check_spi(SPI_connect());
	level = live_settings_begin();
	find_source(home, target, &d);
	triggers = find_triggers(home, d.schema, d.table);
	foreach(cell, triggers)
	{
		live_trigger *t = lfirst(cell);

		run(psprintf("DROP TRIGGER %s ON %s", quote_identifier(t->name), live_table_name(t->table)));
	}
	live_settings_end(level);
	check_spi(SPI_finish());
	PG_RETURN_VOID();
}
