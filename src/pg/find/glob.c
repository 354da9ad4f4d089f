/*
 * glob.c
 *	  The type touchpoint_glob in SQL: globs that are read when they are written down, and sent to other servers.
 */
#include "find/pattern.h"

#include "utils/memutils.h"

#include "base/compare.h"
#include "base/forms.h"

static tp_status
parse_globs(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err)
{
	return tp_pattern_datum(mem, tp_pattern_of_globs, text, len, d, err);
}

TP_IN(touchpoint_glob, parse_globs)
TP_OUT(touchpoint_glob, tp_write_pattern)
TP_FORM(touchpoint_glob, recv, tp_form_recv_text(fcinfo, parse_globs, TP_PATTERN_WIRE, "touchpoint_glob"))
TP_FORM(touchpoint_glob, send, tp_form_send_text(fcinfo, tp_write_pattern, TP_PATTERN_WIRE))
TP_ORDER(touchpoint_glob, tp_pattern_order)

tp_status
tp_datum_globs(Datum globs, tp_step *step, tp_error *err)
{
	struct varlena *v = PG_DETOAST_DATUM_PACKED(globs);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_image	i;

	if (!tp_image_open(&i, (const uint8_t *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v)))
		return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a touchpoint glob");
	return tp_step_read(&mem, i.at, (size_t) (i.end - i.at), step, err);
}

/* Globs made ready, and the bytes they were made from. */
typedef struct glob_site
{
	MemoryContext context;
	bool		constant;		/* they stay the same as long as the call site lasts */
	struct varlena *globs;
	tp_step		step;
} glob_site;

static const tp_step *
get_globs(FunctionCallInfo fcinfo)
{
	glob_site  *site = fcinfo->flinfo->fn_extra;
	MemoryContext context,
				before;
	tp_error	err;

	if (likely(site != NULL && site->constant))
		return &site->step;
	if (site != NULL)
	{
		if (tp_same_bytes(PG_GETARG_DATUM(1), PointerGetDatum(site->globs)))
			return &site->step;
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(site->context);
	}
	context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "touchpoint glob", ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(context);
	site = palloc(sizeof(glob_site));
	site->context = context;
	site->constant = tp_is_constant(fcinfo, 1);
	site->globs = PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1));
	if (tp_datum_globs(PointerGetDatum(site->globs), &site->step, &err) != TP_OK)
		tp_raise(&err);
	MemoryContextSwitchTo(before);
	fcinfo->flinfo->fn_extra = site;
	return &site->step;
}

/* touchpoint ~ touchpoint_glob */
PG_FUNCTION_INFO_V1(touchpoint_matches_glob);
Datum
touchpoint_matches_glob(PG_FUNCTION_ARGS)
{
	const tp_step *globs = get_globs(fcinfo);
	tp_touchpoint t = tp_entry_view(tp_datum_entry(PG_GETARG_DATUM(0)));

	PG_RETURN_BOOL(tp_step_touches(globs, &t));
}
