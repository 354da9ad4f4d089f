/*
 * html.c
 *	  Pages and tables. A table asks by SQL, as the caller, and writes nothing.
 */
#include "journey/types.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/plancache.h"

#include "chart/chart.h"
#include "chart/tp_html.h"

#define TABLE_ROWS_MAX 10000

/* html_report(title, parts) */
PG_FUNCTION_INFO_V1(html_report);
Datum
html_report(PG_FUNCTION_ARGS)
{
	tp_sheet	s;
	int			n;
	Datum	   *parts;
	bool	   *nulls;
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);

	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("parts must be one-dimensional")));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &parts, &nulls, &n);
	tp_sheet_begin(&s, TP_WIDTH_MIN);
	tp_html_begin(&s.canvas, tp_text_label(PG_GETARG_TEXT_PP(0)));
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!nulls[i])
			tp_html_part(&s.canvas, tp_text_label(DatumGetTextPP(parts[i])));
	}
	tp_html_end(&s.canvas);
	return tp_sheet_end(&s, TP_OK);
}

static bool
is_figure(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID || type == FLOAT4OID || type == FLOAT8OID || type == NUMERICOID;
}

static void
table_cell(tp_canvas *c, const char *name, bool figure, const char *text)
{
	size_t		len;
	const char *utf8 = tp_host_to_utf8(text, strlen(text), &len);

	tp_open(c, name);
	if (figure)
		tp_attr(c, "class", "n");
	tp_chars(c, (tp_label) {utf8, len});
	tp_close(c);
}

static void
write_table(tp_canvas *c)
{
	TupleDesc	desc = SPI_tuptable->tupdesc;

	tp_open(c, "table");
	tp_open(c, "thead");
	tp_open(c, "tr");
	for (int k = 0; k < desc->natts; k++)
		table_cell(c, "th", false, NameStr(TupleDescAttr(desc, k)->attname));
	tp_close(c);
	tp_close(c);
	tp_open(c, "tbody");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		CHECK_FOR_INTERRUPTS();
		tp_open(c, "tr");
		for (int k = 0; k < desc->natts; k++)
		{
			char	   *text = SPI_getvalue(SPI_tuptable->vals[i], desc, k + 1);

			table_cell(c, "td", is_figure(TupleDescAttr(desc, k)->atttypid), text == NULL ? "" : text);
			if (text != NULL)
				pfree(text);
		}
		tp_close(c);
	}
	tp_close(c);
	tp_close(c);
}

static void
refuse_query(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a table is made of one query that gives rows"),
			 errhint("Write one SELECT, VALUES or TABLE.")));
}

/* One query that gives rows and changes none; what a function of it does the transaction refuses. */
static void
check_query(SPIPlanPtr plan)
{
	ListCell   *cell;
	CachedPlanSource *source;

	if (!SPI_is_cursor_plan(plan))
		refuse_query();
	source = linitial_node(CachedPlanSource, SPI_plan_get_plan_sources(plan));
	foreach(cell, source->query_list)
	{
		Query	   *query = lfirst_node(Query, cell);

		if (query->commandType == CMD_UTILITY)
			refuse_query();
		if (query->commandType != CMD_SELECT || query->hasModifyingCTE || query->rowMarks != NIL)
			ereport(ERROR,
					(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
					 errmsg("the query of a table may not change or lock rows"),
					 errhint("Change them by a statement of its own, and write a SELECT here.")));
	}
}

/* Run a query that gives rows, in a transaction that is read only meanwhile. */
static void
ask_read_only(const char *query)
{
	SPIPlanPtr	plan = SPI_prepare(query, 0, NULL);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	check_query(plan);
	if (SPI_execute_plan(plan, NULL, NULL, true, TABLE_ROWS_MAX + 1) < 0)
		elog(ERROR, "SPI_execute_plan failed");
	if (SPI_tuptable == NULL)
		refuse_query();
	if (SPI_processed > TABLE_ROWS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a table holds at most %d rows", TABLE_ROWS_MAX),
				 errhint("Say LIMIT in the query.")));
}

/*
 * html_table(query). A read-only plan refuses what writes by itself; that the transaction is read only refuses
 * what writes in a function that the query calls.
 */
PG_FUNCTION_INFO_V1(html_table);
Datum
html_table(PG_FUNCTION_ARGS)
{
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	bool		read_only = XactReadOnly;
	tp_sheet	s;

	tp_sheet_begin(&s, TP_WIDTH_MIN);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	XactReadOnly = true;
	PG_TRY();
	{
		ask_read_only(query);
		write_table(&s.canvas);
	}
	PG_FINALLY();
	{
		XactReadOnly = read_only;
	}
	PG_END_TRY();
	SPI_finish();
	return tp_sheet_end(&s, TP_OK);
}
