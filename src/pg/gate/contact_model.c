/*
 * contact_model.c
 *	  What drop_contact_model() must not ask with the caller's rights.
 */
#include "gate/live.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/*
 * contact_model_filled(contacts regclass): is there any row? Looked at as the table's owner, who may
 * have put policies, foreign tables or whatever else in the way that runs code.
 */
PG_FUNCTION_INFO_V1(contact_model_filled);
Datum
contact_model_filled(PG_FUNCTION_ARGS)
{
	Oid			table = PG_GETARG_OID(0);
	Relation	rel = try_table_open(table, AccessShareLock);
	char		kind = rel != NULL ? rel->rd_rel->relkind : '\0';
	bool		filled;
	live_place	from;

	if (rel == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", table)));
	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("%s is not a table", live_table_name(table)),
				 errhint("The contacts of a contact model are in a table.")));
	if (!tp_owns_table(table, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, RelationGetRelationName(rel));
	live_check_spi(SPI_connect());
	live_enter(&from, rel->rd_rel->relowner, NULL);
	live_run(psprintf("SELECT FROM %s LIMIT 1", live_table_name(table)));
	filled = SPI_processed > 0;
	live_leave(&from);
	live_check_spi(SPI_finish());
	table_close(rel, NoLock);
	PG_RETURN_BOOL(filled);
}
