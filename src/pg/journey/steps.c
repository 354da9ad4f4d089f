/*
 * steps.c
 *	  Steps given as text arguments, compiled once a call site.
 */
#include "journey/types.h"

#include "utils/builtins.h"

#include "base/compare.h"
#include "base/site.h"

#define STEPS_MAX 2

typedef struct steps_site
{
	MemoryContext context;
	bool		constant;		/* the texts stay the same as long as the call site lasts */
	struct varlena *text[STEPS_MAX];
	tp_steps	steps;
} steps_site;

/* The core reads up to a NUL. */
void
tp_add_step(tp_steps *steps, const struct varlena *text, uint32_t bit)
{
	char	   *s = text_to_cstring(text);
	tp_error	err;

	if (tp_steps_add(steps, s, bit, &err) != TP_OK)
		tp_raise(&err);
	pfree(s);
}

tp_steps *
tp_get_steps(FunctionCallInfo fcinfo, int first, int n)
{
	steps_site *site = fcinfo->flinfo->fn_extra;
	MemoryContext before;
	tp_memory	mem;
	bool		same = site != NULL;

	Assert(n <= STEPS_MAX);
	if (likely(site != NULL && site->constant))
		return &site->steps;
	for (int i = 0; i < n && same; i++)
		same = site->text[i] != NULL && tp_same_bytes(PointerGetDatum(site->text[i]), PG_GETARG_DATUM(first + i));
	if (same && (n == STEPS_MAX || site->text[n] == NULL))
		return &site->steps;
	site = tp_site_begin(fcinfo, sizeof(steps_site), "touchpoint steps", &before);
	site->constant = true;
	mem = tp_pg_memory(site->context);
	tp_steps_init(&site->steps, &mem);
	for (int i = 0; i < n; i++)
	{
		site->text[i] = (struct varlena *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(first + i));
		tp_add_step(&site->steps, site->text[i], (uint32_t) i);
		site->constant &= tp_is_constant(fcinfo, first + i);
	}
	tp_site_kept(fcinfo, site, before);
	return &site->steps;
}
