/*
 * live_expression.c
 *	  Keys and expressions over the source's columns: checked, and read for good.
 *
 * They are read under the settings and the search_path of whoever defines; names are settled then.
 * Nothing is evaluated here, so nobody's functions run.
 */
#include "gate/live.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"

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

/*
 * Does the function tell of the time, the session or the server? Those of the server's own that are
 * stable and take nothing do, unless they are lists of nothing.
 */
static bool
is_of_the_moment(Oid function, void *context)
{
	(void) context;
	if (function == F_AGE_TIMESTAMP || function == F_AGE_TIMESTAMPTZ || function == F_CURRENT_SETTING_TEXT ||
		function == F_CURRENT_SETTING_TEXT_BOOL || function == F_CURRENT_SCHEMAS)
		return true;
	return function < FirstGenbkiObjectId && get_func_nargs(function) == 0 &&
		func_volatile(function) == PROVOLATILE_STABLE &&
		get_func_rettype(function) != JSONOID && get_func_rettype(function) != JSONBOID;
}

/* Would it give another value tomorrow, or to somebody else, whatever the settings? */
static bool
is_fleeting(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return IsA(node, SQLValueFunction) || check_functions_in_node(node, is_of_the_moment, context) ||
		expression_tree_walker(node, is_fleeting, context);
}

/* The operator of a comparison, unless it is the server's own. */
static bool
is_foreign(Node *comparison, Oid *operator)
{
	HeapTuple	tuple;
	bool		foreign;

	if (!IsA(comparison, OpExpr) && !IsA(comparison, NullIfExpr) && !IsA(comparison, DistinctExpr))
		return false;
	*operator = ((OpExpr *) comparison)->opno;
	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(*operator));
	foreign = HeapTupleIsValid(tuple) && ((Form_pg_operator) GETSTRUCT(tuple))->oprnamespace != PG_CATALOG_NAMESPACE;
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return foreign;
}

/*
 * Is there a comparison that SQL has no place in to name its operator? Read again, it would be one of
 * the server's.
 */
static bool
has_nameless(Node *node, void *operator)
{
	if (node == NULL)
		return false;
	if ((IsA(node, NullIfExpr) || IsA(node, DistinctExpr)) && is_foreign(node, operator))
		return true;
	if (IsA(node, CaseExpr) && ((CaseExpr *) node)->arg != NULL)
	{
		ListCell   *cell;

		foreach(cell, ((CaseExpr *) node)->args)
			if (is_foreign((Node *) lfirst_node(CaseWhen, cell)->expr, operator))
				return true;
	}
	return expression_tree_walker(node, has_nameless, operator);
}

static void
check_operators(Node *expression, const char *name)
{
	Oid			operator;

	if (has_nameless(expression, &operator))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s must not compare by %s where the operator has no name: in CASE x WHEN, NULLIF or IS DISTINCT FROM",
						name, format_operator_qualified(operator)),
				 errhint("Name it, as in CASE WHEN a OPERATOR(schema.=) b THEN ...")));
}

/*
 * Check an expression over the source's columns and write it out anew, every name with its schema,
 * so that it means the same under any search_path. The caller's own decides now.
 */
Node *
live_read_expression(Relation source, const char *text, live_field field, Oid type)
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
	check_operators(expression, name);
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
bad_key(const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("key %s", what),
			 errhint("%s", hint)));
}

/* Does the table of journeys, or a statement of ours, have a column of this name? */
static bool
is_ours(const char *name, bool by_period)
{
	for (int i = 0; i < LIVE_FIELDS; i++)
		if (strcmp(name, psprintf(LIVE_FIELD, i)) == 0)
			return true;
	return strcmp(name, LIVE_JOURNEY) == 0 || strcmp(name, LIVE_CONTACT) == 0 || (by_period && strcmp(name, LIVE_PERIOD) == 0);
}

/* The columns that array names. */
void
live_read_keys(ArrayType *array, Relation source, live_def *d)
{
	Datum	   *elements;
	bool	   *nulls;

	if (ARR_NDIM(array) > 1)
		bad_key("must have one dimension", "Write it as {customer}.");
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &d->n_keys);
	if (d->n_keys == 0)
		bad_key("must name at least one column", "Write it as {customer}.");
	if (d->n_keys >= INDEX_MAX_KEYS)
		bad_key("names too many columns", "A key has at most 31 columns.");
	d->keys = palloc(sizeof(char *) * d->n_keys);
	for (int i = 0; i < d->n_keys; i++)
	{
		AttrNumber	column;

		if (nulls[i])
			bad_key("must not hold NULL", "Name columns of the source.");
		d->keys[i] = TextDatumGetCString(elements[i]);
		column = get_attnum(RelationGetRelid(source), d->keys[i]);
		if (column <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of \"%s\" does not exist", d->keys[i], RelationGetRelationName(source)),
					 errhint("key holds names of columns as they are in the catalog, without quotes.")));
#ifdef ATTRIBUTE_GENERATED_VIRTUAL
		if (TupleDescAttr(RelationGetDescr(source), column - 1)->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL)
			bad_key("must not hold a virtual generated column", "Make it STORED.");
#endif
		if (is_ours(d->keys[i], d->by_period))
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
