/*
 * state.c
 *	  Where an aggregate's state lives.
 */
#include "base/state.h"

#include "utils/lsyscache.h"

static const char *
function_name(FunctionCallInfo fcinfo)
{
	char	   *name = get_func_name(fcinfo->flinfo->fn_oid);

	return name != NULL ? name : "it";
}

MemoryContext
tp_aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s is a part of an aggregate and cannot be called by itself", function_name(fcinfo)),
				 errhint("Call the aggregate; the function's comment says which.")));
	return context;
}

void *
tp_copy_state(FunctionCallInfo fcinfo)
{
	if (unlikely(PG_ARGISNULL(0)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the state of %s must not be NULL", function_name(fcinfo)),
				 errhint("Call the aggregate; the function's comment says which. One declared over it needs an INITCOND.")));
	return PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
}
