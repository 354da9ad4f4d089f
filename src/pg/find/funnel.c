/*
 * funnel.c
 *	  Funnels over journeys in SQL.
 */
#include "find/funnel.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/rows.h"

/* Is argument n what it was? Compared as it comes, packed or not. */
static inline bool
same_argument(FunctionCallInfo fcinfo, int n, const struct varlena *kept)
{
	struct varlena *v;

	if (n < 0)
		return true;
	v = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(n));
	return VARSIZE_ANY_EXHDR(v) == VARSIZE_ANY_EXHDR(kept) &&
		memcmp(VARDATA_ANY(v), VARDATA_ANY(kept), VARSIZE_ANY_EXHDR(v)) == 0;
}

/* A copy of argument n with a whole header. */
static struct varlena *
keep_argument(FunctionCallInfo fcinfo, int n)
{
	return n < 0 ? NULL : PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(n));
}

/* The elements of a text[] setting as C strings. */
static char **
get_strings(struct varlena *v, const char *name, int *n)
{
	ArrayType  *array = (ArrayType *) v;
	Datum	   *elements;
	bool	   *nulls;
	char	  **out;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be one-dimensional", name),
				 errhint("Write an array of text, such as '{web/cart,web/checkout}'.")));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, n);
	out = palloc(sizeof(char *) * (*n + 1));
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must not hold NULL", name),
					 errhint("Remove it with array_remove(%s, NULL).", name)));
		out[i] = TextDatumGetCString(elements[i]);
	}
	return out;
}

static unsigned
get_modes(struct varlena *v)
{
	unsigned	modes = 0;
	int			n;
	char	  **names = get_strings(v, "modes", &n);
	tp_error	err;

	for (int i = 0; i < n; i++)
	{
		unsigned	mode;

		if (tp_funnel_mode_parse(names[i], strlen(names[i]), &mode, &err) != TP_OK)
			tp_raise(&err);
		modes |= mode;
	}
	return modes;
}

/* Compile the settings; everything is of the current context, which is the site's. */
static void
compile(FunctionCallInfo fcinfo, const tp_funnel_args *args, tp_funnel_site *site)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	int64_t		within;
	char	  **steps,
			  **exits = NULL;
	int			n_steps,
				n_exits = 0;
	StringInfoData text;
	tp_error	err;

	site->steps = keep_argument(fcinfo, args->steps);
	site->modes = keep_argument(fcinfo, args->modes);
	site->exits = keep_argument(fcinfo, args->exits);
	site->within = *PG_GETARG_INTERVAL_P(args->within);
	within = tp_interval_usecs(&site->within, "within");
	steps = get_strings(site->steps, "steps", &n_steps);
	if (site->exits != NULL)
		exits = get_strings(site->exits, "exits", &n_exits);
	tp_funnel_init(&site->funnel, &mem, within, site->modes != NULL ? get_modes(site->modes) : 0);
	initStringInfo(&text);
	for (int i = 0; i < n_steps; i++)
	{
		if (tp_funnel_add_step(&site->funnel, steps[i], &err) != TP_OK)
			tp_raise(&err);
		appendBinaryStringInfo(&text, steps[i], strlen(steps[i]) + 1);
	}
	for (int i = 0; i < n_exits; i++)
	{
		if (tp_funnel_add_exit(&site->funnel, exits[i], &err) != TP_OK)
			tp_raise(&err);
		appendBinaryStringInfo(&text, exits[i], strlen(exits[i]) + 1);
	}
	if (tp_funnel_ready(&site->funnel, &err) != TP_OK)
		tp_raise(&err);
	site->settings = (tp_funnel_settings) {
		.within = within, .modes = site->funnel.modes, .steps = site->funnel.steps,
		.exits = site->funnel.exits, .text = text.data, .text_len = text.len
	};
}

static void
check_settings(FunctionCallInfo fcinfo, const tp_funnel_args *args)
{
	if (PG_ARGISNULL(args->steps))
		tp_null_setting("steps");
	if (PG_ARGISNULL(args->within))
		tp_null_setting("within");
	if (args->modes >= 0 && PG_ARGISNULL(args->modes))
		tp_null_setting("modes");
	if (args->exits >= 0 && PG_ARGISNULL(args->exits))
		tp_null_setting("exits");
}

tp_funnel_site *
tp_get_funnel(FunctionCallInfo fcinfo, const tp_funnel_args *args)
{
	tp_funnel_site *site = fcinfo->flinfo->fn_extra;
	MemoryContext context,
				before;

	if (!PG_ARGISNULL(args->steps - 1))
		tp_prefetch_journey(PG_GETARG_DATUM(args->steps - 1));
	if (likely(site != NULL && site->constant))
		return site;
	check_settings(fcinfo, args);
	if (likely(site != NULL))
	{
		if (likely(memcmp(&site->within, PG_GETARG_INTERVAL_P(args->within), sizeof(Interval)) == 0 &&
				   same_argument(fcinfo, args->steps, site->steps) &&
				   same_argument(fcinfo, args->modes, site->modes) &&
				   same_argument(fcinfo, args->exits, site->exits)))
			return site;
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(site->context);
	}
	context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "touchpoint funnel", ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(context);
	site = palloc0(sizeof(tp_funnel_site));
	site->context = context;
	compile(fcinfo, args, site);
	site->constant = tp_is_constant(fcinfo, args->steps) && tp_is_constant(fcinfo, args->within) &&
		(args->modes < 0 || tp_is_constant(fcinfo, args->modes)) &&
		(args->exits < 0 || tp_is_constant(fcinfo, args->exits));
	MemoryContextSwitchTo(before);
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/* window_funnel(journey, steps, within, modes) */
PG_FUNCTION_INFO_V1(journey_window_funnel);
Datum
journey_window_funnel(PG_FUNCTION_ARGS)
{
	static const tp_funnel_args args = {1, 2, 3, -1};
	tp_funnel_site *site = tp_get_funnel(fcinfo, &args);
	tp_journey	j;
	uint32_t	reached;
	tp_error	err;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	if (tp_funnel_reached(&site->funnel, &j, site->funnel.steps, &reached, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_INT32((int32) reached);
}

/* reaches_step(journey, steps, within, step, modes) */
PG_FUNCTION_INFO_V1(journey_reaches_step);
Datum
journey_reaches_step(PG_FUNCTION_ARGS)
{
	static const tp_funnel_args args = {1, 2, 4, -1};
	tp_funnel_site *site = tp_get_funnel(fcinfo, &args);
	tp_journey	j;
	int32		step;
	uint32_t	reached;
	tp_error	err;

	if (PG_ARGISNULL(3))
		tp_null_setting("step");
	step = PG_GETARG_INT32(3);
	if (step < 1 || step > (int32) site->funnel.steps)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step is out of range: %d", step),
				 errhint("Steps count from 1 to the number of steps, here %u.", site->funnel.steps)));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	if (tp_funnel_reached(&site->funnel, &j, (uint32_t) step, &reached, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_BOOL(reached >= (uint32_t) step);
}

static TupleDesc
row_type(FunctionCallInfo fcinfo, tp_funnel_site *site)
{
	if (site->row == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(site->context);

		site->row = tp_row_desc(fcinfo);
		MemoryContextSwitchTo(before);
	}
	return site->row;
}

/* Does the window of the chain that starts at this time still run? */
static bool
still_runs(const tp_funnel *f, int64_t started, TimestampTz as_of)
{
	return as_of <= started || (uint64_t) as_of - (uint64_t) started <= f->within;
}

/* funnel(journey, steps, within, modes, as_of, exits) */
PG_FUNCTION_INFO_V1(journey_funnel);
Datum
journey_funnel(PG_FUNCTION_ARGS)
{
	static const tp_funnel_args args = {1, 2, 3, 5};
	tp_funnel_site *site = tp_get_funnel(fcinfo, &args);
	tp_journey	j;
	tp_chain	chain;
	Datum		times[TP_FUNNEL_STEPS_MAX],
				positions[TP_FUNNEL_STEPS_MAX],
				values[5];
	bool		nulls[5] = {false};
	const char *outcome = "dropped";
	tp_error	err;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	if (tp_funnel_trace(&site->funnel, &j, &chain, &err) != TP_OK)
		tp_raise(&err);
	for (uint32_t k = 0; k < chain.reached; k++)
	{
		times[k] = TimestampTzGetDatum(tp_journey_time(&j, chain.position[k]));
		positions[k] = Int32GetDatum((int32) chain.position[k] + 1);
	}
	if (chain.stop == TP_STOP_COMPLETE)
		outcome = "converted";
	else if (chain.stop == TP_STOP_EXIT)
		outcome = "exited";
	else if ((chain.stop == TP_STOP_NO_CONTACT || chain.stop == TP_STOP_WINDOW) && chain.reached > 0 &&
			 !PG_ARGISNULL(4) && still_runs(&site->funnel, DatumGetTimestampTz(times[0]), PG_GETARG_TIMESTAMPTZ(4)))
		outcome = "open";
	values[0] = Int32GetDatum((int32) chain.reached);
	values[1] = PointerGetDatum(construct_array(times, (int) chain.reached, TIMESTAMPTZOID, 8, true, TYPALIGN_DOUBLE));
	values[2] = PointerGetDatum(construct_array(positions, (int) chain.reached, INT4OID, 4, true, TYPALIGN_INT));
	values[3] = CStringGetTextDatum(outcome);
	values[4] = CStringGetTextDatum(tp_stop_name(chain.stop));
	return HeapTupleGetDatum(heap_form_tuple(row_type(fcinfo, site), values, nulls));
}
