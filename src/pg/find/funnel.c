/*
 * funnel.c
 *	  Funnels over journeys in SQL.
 */
#include "find/funnel.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/compare.h"
#include "base/rows.h"
#include "base/site.h"
#include "find/pattern.h"

/* Is argument n what it was? */
static inline bool
same_argument(FunctionCallInfo fcinfo, int n, const struct varlena *kept)
{
	return n < 0 || tp_same_bytes(PG_GETARG_DATUM(n), PointerGetDatum(kept));
}

/* A copy of argument n with a whole header. */
static struct varlena *
keep_argument(FunctionCallInfo fcinfo, int n)
{
	return n < 0 ? NULL : PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(n));
}

/* The elements of a text[] setting as C strings. */
static char **
get_strings(struct varlena *v, const char *name, bool null_is_none, int *n)
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
		if (nulls[i] && null_is_none)
		{
			out[i] = NULL;
			continue;
		}
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must not hold NULL", name),
					 errhint("Remove it with array_remove(%s, NULL).", name)));
		out[i] = TextDatumGetCString(elements[i]);
	}
	return out;
}

unsigned
tp_get_funnel_modes(struct varlena *v, bool excludes)
{
	unsigned	modes = 0;
	int			n;
	char	  **names = get_strings(v, "modes", false, &n);
	tp_error	err;

	for (int i = 0; i < n; i++)
	{
		unsigned	mode;

		if (tp_funnel_mode_parse(names[i], strlen(names[i]), &mode, &err) != TP_OK)
			tp_raise(&err);
		modes |= mode;
	}
	if (tp_funnel_settle_modes(&modes, excludes, &err) != TP_OK)
		tp_raise(&err);
	return modes;
}

typedef tp_status (*add_string) (tp_funnel *, const char *, tp_error *);

/* Add n strings to a funnel, and to text, NULL as nothing. */
static void
add_each(tp_funnel *f, char **strings, int n, add_string add, StringInfo text)
{
	tp_error	err;

	for (int i = 0; i < n; i++)
	{
		if (add(f, strings[i], &err) != TP_OK)
			tp_raise(&err);
		if (strings[i] != NULL)
			appendBinaryStringInfo(text, strings[i], strlen(strings[i]) + 1);
		else
			appendStringInfoChar(text, '\0');
	}
}

/* The same of an array. */
static void
add_strings(tp_funnel *f, struct varlena *v, const char *name, bool null_is_none, add_string add, StringInfo text)
{
	int			n;
	char	  **strings = get_strings(v, name, null_is_none, &n);

	add_each(f, strings, n, add, text);
}

static void
add_steps(tp_funnel *f, struct varlena *v, bool chain, StringInfo text)
{
	char	  **steps;
	int			n;
	tp_error	err;

	if (!chain)
	{
		add_strings(f, v, "steps", false, tp_funnel_add_step, text);
		return;
	}
	if (tp_datum_steps(PointerGetDatum(v), &steps, &n, &err) != TP_OK)
		tp_raise(&err);
	add_each(f, steps, n, tp_funnel_add_step, text);
}

/* Compile the settings; everything is of the current context, which is the site's. */
static void
compile(FunctionCallInfo fcinfo, const tp_funnel_args *args, tp_funnel_site *site)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_funnel  *f = &site->funnel;
	int64_t		within;
	StringInfoData text;
	unsigned	modes = TP_STRICT_ONCE;
	tp_error	err;

	site->steps = keep_argument(fcinfo, args->steps);
	site->modes = keep_argument(fcinfo, args->modes);
	site->exits = keep_argument(fcinfo, args->exits);
	site->excluded = keep_argument(fcinfo, args->excluded);
	site->hold = keep_argument(fcinfo, args->hold);
	site->within = *PG_GETARG_INTERVAL_P(args->within);
	within = tp_interval_usecs(&site->within, "within");
	if (site->modes != NULL)
		modes = tp_get_funnel_modes(site->modes, false);
	tp_funnel_init(f, &mem, within, modes);
	initStringInfo(&text);
	add_steps(f, site->steps, args->chain, &text);
	if (site->exits != NULL)
		add_strings(f, site->exits, "exits", false, tp_funnel_add_exit, &text);
	if (site->excluded != NULL)
		add_strings(f, site->excluded, "excluded", true, tp_funnel_add_excluded, &text);
	if (site->hold != NULL)
		add_strings(f, site->hold, "hold", false, tp_funnel_add_hold, &text);
	if (tp_funnel_ready(f, &err) != TP_OK)
		tp_raise(&err);
	if (f->excludes)
		tp_get_funnel_modes(site->modes, true);
	site->settings = (tp_funnel_settings) {
		.within = within, .modes = modes, .steps = f->steps, .exits = f->exits, .more = args->as_of >= 0,
		.excluded = f->excluded, .held = site->hold == NULL ? 0 : tp_funnel_holds(f), .as_of = TP_AS_OF_END,
		.text = text.data, .text_len = text.len
	};
}

/* What there is by as_of; NULL = all, and infinity leaves nothing out either. */
static void
set_as_of(FunctionCallInfo fcinfo, const tp_funnel_args *args, tp_funnel_site *site)
{
	if (args->as_of < 0)
		return;
	site->funnel.as_of = PG_ARGISNULL(args->as_of) ? TP_AS_OF_END : PG_GETARG_TIMESTAMPTZ(args->as_of);
	site->settings.as_of = site->funnel.as_of;
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
	if (args->excluded >= 0 && PG_ARGISNULL(args->excluded))
		tp_null_setting("excluded");
	if (args->hold >= 0 && PG_ARGISNULL(args->hold))
		tp_null_setting("hold");
}

void
tp_make_funnel(FunctionCallInfo fcinfo, const tp_funnel_args *args, tp_funnel_site *site)
{
	check_settings(fcinfo, args);
	compile(fcinfo, args, site);
	set_as_of(fcinfo, args, site);
}

static bool
is_constant(FunctionCallInfo fcinfo, int n)
{
	return n < 0 || tp_is_constant(fcinfo, n);
}

tp_funnel_site *
tp_get_funnel(FunctionCallInfo fcinfo, const tp_funnel_args *args)
{
	tp_funnel_site *site = fcinfo->flinfo->fn_extra;
	MemoryContext before;

	if (likely(site != NULL && site->constant))
	{
		set_as_of(fcinfo, args, site);
		return site;
	}
	check_settings(fcinfo, args);
	if (likely(site != NULL))
	{
		if (likely(memcmp(&site->within, PG_GETARG_INTERVAL_P(args->within), sizeof(Interval)) == 0 &&
				   same_argument(fcinfo, args->steps, site->steps) &&
				   same_argument(fcinfo, args->modes, site->modes) &&
				   same_argument(fcinfo, args->exits, site->exits) &&
				   same_argument(fcinfo, args->excluded, site->excluded) &&
				   same_argument(fcinfo, args->hold, site->hold)))
		{
			set_as_of(fcinfo, args, site);
			return site;
		}
	}
	site = tp_site_begin(fcinfo, sizeof(tp_funnel_site), "touchpoint funnel", &before);
	compile(fcinfo, args, site);
	site->constant = is_constant(fcinfo, args->steps) && is_constant(fcinfo, args->within) &&
		is_constant(fcinfo, args->modes) && is_constant(fcinfo, args->exits) &&
		is_constant(fcinfo, args->excluded) && is_constant(fcinfo, args->hold);
	tp_site_kept(fcinfo, site, before);
	set_as_of(fcinfo, args, site);
	return site;
}

/* How many of the steps up to this one the journey in argument 0 reaches. */
static uint32_t
reached(FunctionCallInfo fcinfo, tp_funnel_site *site, uint32_t step)
{
	tp_journey	j;
	uint32_t	n;
	tp_error	err;

	PG_GETARG_JOURNEY(0, &j);
	tp_check(tp_funnel_reached(&site->funnel, &j, step, &n, &err), &err);
	return n;
}

/* window_funnel(journey, steps, within, modes) */
PG_FUNCTION_INFO_V1(journey_window_funnel);
Datum
journey_window_funnel(PG_FUNCTION_ARGS)
{
	static const tp_funnel_args args = {1, 2, 3, -1, -1, -1, -1, false};
	tp_funnel_site *site = tp_get_funnel(fcinfo, &args);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) reached(fcinfo, site, site->funnel.steps));
}

static Datum
reaches(FunctionCallInfo fcinfo, const tp_funnel_args *args, int64 step)
{
	tp_funnel_site *site = tp_get_funnel(fcinfo, args);

	if (PG_ARGISNULL(3))
		tp_null_setting("step");
	if (step < 1 || step > site->funnel.steps)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step is out of range: %lld", (long long) step),
				 errhint("Steps count from 1 to the number of steps, here %u.", site->funnel.steps)));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(reached(fcinfo, site, (uint32_t) step) >= (uint32_t) step);
}

/* reaches_step(journey, steps, within, step, modes) */
PG_FUNCTION_INFO_V1(journey_reaches_step);
Datum
journey_reaches_step(PG_FUNCTION_ARGS)
{
	static const tp_funnel_args args = {1, 2, 4, -1, -1, -1, -1, false};

	return reaches(fcinfo, &args, PG_ARGISNULL(3) ? 0 : PG_GETARG_INT32(3));
}

/* reaches_step(journey, journey_pattern, within, step) */
PG_FUNCTION_INFO_V1(journey_reaches_chain_step);
Datum
journey_reaches_chain_step(PG_FUNCTION_ARGS)
{
	static const tp_funnel_args args = {1, 2, -1, -1, -1, -1, -1, true};

	return reaches(fcinfo, &args, PG_ARGISNULL(3) ? 0 : PG_GETARG_INT64(3));
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

/* What became of a chain, from values[0] on: reached, step_times, positions, outcome, stop_reason. */
static void
chain_values(const tp_journey *j, const tp_chain *chain, Datum *values)
{
	Datum		times[TP_FUNNEL_STEPS_MAX],
				positions[TP_FUNNEL_STEPS_MAX];
	const char *outcome = chain->open ? "open" : "dropped";

	for (uint32_t k = 0; k < chain->reached; k++)
	{
		times[k] = TimestampTzGetDatum(tp_journey_time(j, chain->position[k]));
		positions[k] = Int32GetDatum((int32) chain->position[k] + 1);
	}
	if (chain->stop == TP_STOP_COMPLETE)
		outcome = "converted";
	else if (chain->stop == TP_STOP_EXIT)
		outcome = "exited";
	values[0] = Int32GetDatum((int32) chain->reached);
	values[1] = PointerGetDatum(construct_array(times, (int) chain->reached, TIMESTAMPTZOID, 8, true, TYPALIGN_DOUBLE));
	values[2] = PointerGetDatum(construct_array(positions, (int) chain->reached, INT4OID, 4, true, TYPALIGN_INT));
	values[3] = CStringGetTextDatum(outcome);
	values[4] = CStringGetTextDatum(tp_stop_name(chain->stop));
}

/* funnel(journey, steps, within, modes, as_of, exits, excluded, hold); 0.1.0 had no excluded and hold */
PG_FUNCTION_INFO_V1(journey_funnel);
Datum
journey_funnel(PG_FUNCTION_ARGS)
{
	tp_funnel_args args = {1, 2, 3, 5, PG_NARGS() > 6 ? 6 : -1, PG_NARGS() > 6 ? 7 : -1, 4, false};
	tp_funnel_site *site = tp_get_funnel(fcinfo, &args);
	tp_journey	j;
	tp_chain	chain;
	Datum		values[5];
	bool		nulls[5] = {false};
	tp_error	err;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	if (tp_funnel_trace(&site->funnel, &j, &chain, &err) != TP_OK)
		tp_raise(&err);
	chain_values(&j, &chain, values);
	return HeapTupleGetDatum(heap_form_tuple(row_type(fcinfo, site), values, nulls));
}

/* funnel_entries(journey, steps, within, modes, as_of, exits, excluded, hold) */
typedef struct entry_rows
{
	Datum		(*values)[6];
} entry_rows;

static void
begin_entries(FunctionCallInfo fcinfo, FuncCallContext *call, void *state)
{
	static const tp_funnel_args args = {1, 2, 3, 5, 6, 7, 4, false};
	entry_rows *rows = state;
	tp_funnel_site site = {.context = CurrentMemoryContext};
	tp_journey	j;
	tp_chain   *chains;
	uint32_t	n;
	tp_error	err;

	tp_make_funnel(fcinfo, &args, &site);
	call->tuple_desc = tp_row_desc(fcinfo);
	if (PG_ARGISNULL(0))
		return;
	PG_GETARG_JOURNEY(0, &j);
	if (tp_funnel_entries(&site.funnel, &j, &chains, &n, &err) != TP_OK)
		tp_raise(&err);
	rows->values = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum[6]) * ((Size) n + 1));
	for (uint32_t i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		rows->values[i][0] = TimestampTzGetDatum(chains[i].started);
		chain_values(&j, &chains[i], rows->values[i] + 1);
	}
	if (chains != NULL)
		pfree(chains);
	tp_funnel_release(&site.funnel);
	call->max_calls = n;
}

PG_FUNCTION_INFO_V1(journey_funnel_entries);
Datum
journey_funnel_entries(PG_FUNCTION_ARGS)
{
	FuncCallContext *call = tp_rows(fcinfo, sizeof(entry_rows), begin_entries);
	bool		nulls[6] = {false};

	if (call == NULL)
		PG_RETURN_NULL();
	return tp_next_row(fcinfo, call, ((entry_rows *) call->user_fctx)->values[call->call_cntr], nulls);
}
