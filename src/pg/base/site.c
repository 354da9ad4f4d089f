/*
 * site.c
 *	  What a function keeps from call to call.
 */
#include "base/site.h"

#include "utils/memutils.h"

void *
tp_site_begin(FunctionCallInfo fcinfo, Size size, const char *name, MemoryContext *before)
{
	MemoryContext *kept = fcinfo->flinfo->fn_extra;
	MemoryContext context;
	MemoryContext *site;

	if (kept != NULL)
	{
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(*kept);
	}
	context = AllocSetContextCreateInternal(CurrentMemoryContext, name, ALLOCSET_SMALL_SIZES);
	*before = MemoryContextSwitchTo(context);
	site = palloc0(size);
	*site = context;
	return site;
}

void
tp_site_kept(FunctionCallInfo fcinfo, void *site, MemoryContext before)
{
	MemoryContextSwitchTo(before);
	MemoryContextSetParent(*(MemoryContext *) site, fcinfo->flinfo->fn_mcxt);
	fcinfo->flinfo->fn_extra = site;
}

void *
tp_site_once(FunctionCallInfo fcinfo, Size size, void (*make) (FunctionCallInfo fcinfo, void *site))
{
	void	   *site = fcinfo->flinfo->fn_extra;

	if (site == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		site = palloc0(size);
		make(fcinfo, site);
		MemoryContextSwitchTo(before);
		fcinfo->flinfo->fn_extra = site;
	}
	return site;
}
