/*
 * live_distributed.c
 *	  Tables whose rows lie on other servers: Citus says in a catalog of its own which they are.
 */
#include "gate/live.h"

#include "access/genam.h"
#include "access/skey.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#define CITUS_CATALOG "pg_dist_partition"
#define CITUS_COLUMN "logicalrelid"

/* Nobody but a superuser puts a table into pg_catalog. */
static bool
is_distributed(Oid table)
{
	Oid			catalog = get_relname_relid(CITUS_CATALOG, PG_CATALOG_NAMESPACE);
	AttrNumber	column = OidIsValid(catalog) ? get_attnum(catalog, CITUS_COLUMN) : InvalidAttrNumber;
	ScanKeyData key;
	SysScanDesc scan;
	Relation	rel;
	bool		found;

	if (column <= 0 || get_rel_relkind(catalog) != RELKIND_RELATION || get_atttype(catalog, column) != REGCLASSOID)
		return false;
	rel = table_open(catalog, AccessShareLock);
	ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

void
live_check_one_server(Oid table)
{
	if (is_distributed(table))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("journeys of %s cannot be kept current", live_table_name(table)),
				 errdetail("It is distributed over servers, and triggers are not."),
				 errhint("Keep a distributed table of journeys beside it, and run INSERT ... SELECT of rollup(j) or journey_agg() by the distribution column from time to time.")));
}
