/*
 * model_pictures.c
 *	  Pictures of a contact model: its blueprint, its panorama. The model is asked by SQL. A view runs its functions as
 *	  whoever reads it, and a superuser may draw another's model: so it is read as the view's owner.
 */
#include "journey/types.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "chart/chart.h"
#include "gate/live.h"

/* A field as a label that outlives the query. */
static tp_label
field(HeapTuple row, TupleDesc desc, int column, MemoryContext keep)
{
	char	   *text = SPI_getvalue(row, desc, column);
	MemoryContext before;
	tp_label	label = {"", 0};

	if (text == NULL)
		return label;
	before = MemoryContextSwitchTo(keep);
	text = pstrdup(text);
	label.s = tp_host_to_utf8(text, strlen(text), &label.len);
	MemoryContextSwitchTo(before);
	return label;
}

/* Who owns these views of a model, which the caller may read. */
static Oid
owner_of_views(const char *schema, const char *const *view, int n)
{
	Oid			home = LookupExplicitNamespace(schema, false);
	Oid			owner = InvalidOid;

	for (int i = 0; i < n; i++)
	{
		Oid			oid = get_relname_relid(view[i], home);
		HeapTuple	tuple;
		Oid			its;

		if (!OidIsValid(oid))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("schema \"%s\" has no view %s", schema, view[i]),
					 errhint("Name the schema of a contact model, as create_contact_model() makes one.")));
		if (pg_class_aclcheck(oid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_VIEW, view[i]);
		tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for relation %u", oid);
		its = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
		if (OidIsValid(owner) && its != owner)
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("the views of schema \"%s\" have different owners", schema)));
		owner = its;
	}
	return owner;
}

/* Rows of (group, head, note, fails, cell...), read only and as the owner. */
static tp_lane_row *
ask(Oid owner, const char *query, int cells, uint32_t *n)
{
	MemoryContext keep = CurrentMemoryContext;
	tp_lane_row *rows;
	live_place	from;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	live_enter(&from, owner, NULL);
	if (SPI_execute(query, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "the model's views cannot be read");
	*n = (uint32_t) SPI_processed;
	rows = MemoryContextAllocZero(keep, sizeof(tp_lane_row) * (Size) Max(*n, 1));
	for (uint32_t i = 0; i < *n; i++)
	{
		HeapTuple	row = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		char	   *fails = SPI_getvalue(row, desc, 4);

		rows[i].group = field(row, desc, 1, keep);
		rows[i].head = field(row, desc, 2, keep);
		rows[i].note = field(row, desc, 3, keep);
		rows[i].fails = fails == NULL ? 0 : atoi(fails);
		for (int k = 0; k < cells; k++)
			rows[i].cell[k] = field(row, desc, 5 + k, keep);
	}
	live_leave(&from);
	SPI_finish();
	return rows;
}

static const char *const blueprint_query =
"SELECT b.blueprint, b.step, CASE WHEN s.scored > 0 THEN 'score ' || round(s.mean::numeric, 1) END, b.fail_points,"
" b.physical_evidence, b.customer, b.frontstage, b.backstage, b.support"
" FROM %s.service_blueprint b LEFT JOIN (SELECT v.touchpoint, avg(v.score) AS mean, count(v.score) AS scored"
" FROM %s.valid_contacts v GROUP BY v.touchpoint) s ON s.touchpoint = b.touchpoint ORDER BY b.blueprint, b.ordinal";

static const char *const panorama_query =
"SELECT NULL, p.zone, CASE WHEN p.mean_score IS NOT NULL THEN 'score ' || round(p.mean_score::numeric, 1) END, 0,"
" p.customer, p.employee, p.environment, p.facility FROM %s.service_panorama p ORDER BY p.zone";

/* blueprint_svg(schema, width) */
PG_FUNCTION_INFO_V1(blueprint_svg);
Datum
blueprint_svg(PG_FUNCTION_ARGS)
{
	static const char *const lanes[] = {"evidence", "customer", "frontstage", "backstage", "support"};
	static const char *const lines[] = {NULL, "line of interaction", "line of visibility", "line of internal interaction", NULL};
	static const char *const views[] = {"service_blueprint", "valid_contacts"};
	const char *schema = NameStr(*PG_GETARG_NAME(0));
	const char *quoted = quote_identifier(schema);
	uint32_t	n;
	tp_lane_row *rows;
	tp_sheet	s;

	tp_sheet_begin(&s, PG_GETARG_INT32(1));
	rows = ask(owner_of_views(schema, views, 2), psprintf(blueprint_query, quoted, quoted), 5, &n);
	return tp_sheet_end(&s, tp_draw_lanes(&s.canvas, "The service blueprint", "There is nothing to draw: no blueprint has a step.",
										  lanes, 5, lines, rows, n, &s.err));
}

/* panorama_svg(schema, width) */
PG_FUNCTION_INFO_V1(panorama_svg);
Datum
panorama_svg(PG_FUNCTION_ARGS)
{
	static const char *const lanes[] = {"customer", "employee", "environment", "facility"};
	static const char *const lines[] = {NULL, NULL, NULL, NULL};
	static const char *const views[] = {"service_panorama"};
	const char *schema = NameStr(*PG_GETARG_NAME(0));
	uint32_t	n;
	tp_lane_row *rows;
	tp_sheet	s;

	tp_sheet_begin(&s, PG_GETARG_INT32(1));
	rows = ask(owner_of_views(schema, views, 1), psprintf(panorama_query, quote_identifier(schema)), 4, &n);
	return tp_sheet_end(&s, tp_draw_lanes(&s.canvas, "The place where the service happens",
										  "There is nothing to draw: no touchpoint has a zone or a carrier.",
										  lanes, 4, lines, rows, n, &s.err));
}
