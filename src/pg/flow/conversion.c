/*
 * conversion.c
 *	  Conversions in SQL: the paths that led to them, and what many journeys credit for them.
 */
#include "flow/conversion.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/compare.h"
#include "base/expanded.h"
#include "base/rows.h"
#include "base/site.h"
#include "flow/flow.h"
#include "flow/ledger.h"

int64_t
tp_get_lookback(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? TP_NO_LOOKBACK : tp_interval_usecs(PG_GETARG_INTERVAL_P(n), "lookback");
}

int64_t
tp_get_half_life(FunctionCallInfo fcinfo, int n)
{
	int64_t		usecs;

	if (PG_ARGISNULL(n))
		return TP_HALF_LIFE;
	usecs = tp_interval_usecs(PG_GETARG_INTERVAL_P(n), "half_life");
	if (usecs == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("half_life must be greater than zero"),
				 errhint("Write after what time a contact counts half, such as '7 days'.")));
	return usecs;
}

void
tp_get_cut(FunctionCallInfo fcinfo, int n, int64_t lookback, bool restart, tp_cut *cut)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	char	   *step;
	tp_error	err;

	if (PG_ARGISNULL(n))
		tp_null_setting("conversion");
	step = text_to_cstring(PG_GETARG_TEXT_PP(n));
	if (tp_cut_init(cut, &mem, step, lookback, restart, &err) != TP_OK)
		tp_raise(&err);
}

static bool
same_interval(FunctionCallInfo fcinfo, int n, bool given, const Interval *kept)
{
	const Interval *i;

	if (n < 0)
		return true;
	if (PG_ARGISNULL(n) || !given)
		return PG_ARGISNULL(n) != given;
	i = PG_GETARG_INTERVAL_P(n);
	return i->month == kept->month && i->day == kept->day && i->time == kept->time;
}

static bool
same_conversion(FunctionCallInfo fcinfo, const tp_conversion_args *args, const tp_conversion_site *site)
{
	return !PG_ARGISNULL(args->conversion) && !PG_ARGISNULL(args->restart) &&
		site->restart == PG_GETARG_BOOL(args->restart) &&
		same_interval(fcinfo, args->lookback, site->given[0], &site->interval[0]) &&
		same_interval(fcinfo, args->half_life, site->given[1], &site->interval[1]) &&
		tp_same_bytes(PG_GETARG_DATUM(args->conversion), PointerGetDatum(site->step));
}

static void
keep_interval(FunctionCallInfo fcinfo, int n, bool *given, Interval *kept)
{
	*given = n >= 0 && !PG_ARGISNULL(n);
	if (*given)
		*kept = *PG_GETARG_INTERVAL_P(n);
}

/* Everything is of the current context, which is the site's. */
static void
make_site(FunctionCallInfo fcinfo, const tp_conversion_args *args, tp_conversion_site *site)
{
	int64_t		lookback = tp_get_lookback(fcinfo, args->lookback);

	if (PG_ARGISNULL(args->restart))
		tp_null_setting("restart");
	site->restart = PG_GETARG_BOOL(args->restart);
	site->half_life = args->half_life < 0 ? 0 : tp_get_half_life(fcinfo, args->half_life);
	keep_interval(fcinfo, args->lookback, &site->given[0], &site->interval[0]);
	keep_interval(fcinfo, args->half_life, &site->given[1], &site->interval[1]);
	tp_get_cut(fcinfo, args->conversion, lookback, site->restart, &site->cut);
	site->step = PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(args->conversion));
	tp_asked_make(&site->asked, VARDATA(site->step), VARSIZE(site->step) - VARHDRSZ, lookback, site->half_life,
				  site->restart);
	site->constant = tp_is_constant(fcinfo, args->conversion) && tp_is_constant(fcinfo, args->lookback) &&
		tp_is_constant(fcinfo, args->restart) && (args->half_life < 0 || tp_is_constant(fcinfo, args->half_life));
}

tp_conversion_site *
tp_get_conversion(FunctionCallInfo fcinfo, const tp_conversion_args *args)
{
	tp_conversion_site *site = fcinfo->flinfo->fn_extra;
	MemoryContext before;

	if (likely(site != NULL && (site->constant || same_conversion(fcinfo, args, site))))
		return site;
	site = tp_site_begin(fcinfo, sizeof(tp_conversion_site), "touchpoint conversions", &before);
	make_site(fcinfo, args, site);
	tp_site_kept(fcinfo, site, before);
	return site;
}

/* conversion_paths(journey, conversion, lookback, restart) */
typedef struct paths_state
{
	tp_journey	j;
	tp_touchpoint *entries;
	tp_cut		cut;
} paths_state;

static void
paths_begin(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	paths_state *state = context;
	tp_error	err;

	if (PG_ARGISNULL(3))
		tp_null_setting("restart");
	tp_get_cut(fcinfo, 1, tp_get_lookback(fcinfo, 2), PG_GETARG_BOOL(3), &state->cut);
	if (PG_ARGISNULL(0))
		return;
	tp_datum_journey(tp_rows_of(fcinfo, call), &state->j);
	state->entries = tp_dictionary(&state->j);
	if (tp_cut_journey(&state->cut, &state->j, true, &err) != TP_OK)
		tp_raise(&err);
	call->max_calls = state->cut.paths;
}

static Datum
next_path(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	paths_state *state = context;
	const tp_cut_path *p;
	uint32_t	k;
	double		value;
	Datum		values[5];
	bool		nulls[5] = {false};

	k = (uint32_t) call->call_cntr;
	p = &state->cut.path[k];
	values[0] = Int32GetDatum((int32) k + 1);
	values[1] = BoolGetDatum(k < state->cut.conversions);
	values[2] = values[3] = (Datum) 0;
	nulls[2] = nulls[3] = k >= state->cut.conversions;
	if (!nulls[2])
	{
		values[2] = TimestampTzGetDatum(tp_journey_time(&state->j, p->at));
		value = tp_cut_value(&state->cut, &state->j, k);
		nulls[3] = isnan(value);
		values[3] = Float8GetDatum(value);
	}
	values[4] = tp_contacts_of(&state->j, state->entries, state->cut.touch + p->from, p->to - p->from);
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_conversion_paths, paths_state, paths_begin, next_path)

/* A journey that is asked for parts: whole for its steps, projected for its parts. */
static inline const tp_journey *
parts_of(const tp_journey *j, tp_part part, const tp_part_key *key, tp_journey *projection)
{
	if (likely(part != TP_PART_PROPERTY))
		return j;
	*projection = *j;
	tp_project(projection, part, key);
	return projection;
}

/* (state, journey [, model], part, then the conversion): one row into a ledger of a model where it is given. */
static Datum
ledger_row(FunctionCallInfo fcinfo, int model_arg, int part_arg, const tp_conversion_args *args)
{
	tp_conversion_site *site = tp_get_conversion(fcinfo, args);
	tp_expanded *e;
	tp_ledger  *t = tp_ledger_state(fcinfo, &e);
	tp_rule		rule;
	tp_journey	j,
				projection;
	tp_error	err;

	if (unlikely(t->asked.digest != site->asked.digest || PG_ARGISNULL(part_arg) ||
				 !tp_is_part(PG_GETARG_TEXT_PP(part_arg), (tp_part) (t->part - 1), &t->key) ||
				 (model_arg < 0 ? t->kind != TP_LEDGER_SHAPLEY :
				  PG_ARGISNULL(model_arg) || !tp_is_model(PG_GETARG_TEXT_PP(model_arg), t->kind))))
	{
		int			kind = model_arg < 0 ? TP_LEDGER_SHAPLEY : (int) tp_get_model(fcinfo, model_arg) + 1;
		tp_aspect	aspect = tp_get_part(fcinfo, part_arg);

		if (tp_ledger_ask(t, kind, &aspect, &site->asked, &err) != TP_OK)
			tp_raise(&err);
	}
	if (likely(!PG_ARGISNULL(1)))
	{
		PG_GETARG_JOURNEY(1, &j);
		rule = TP_RULE((tp_model) (t->kind - 1));
		rule.half_life = site->half_life;
		if (unlikely(tp_ledger_conversions(t, &j, parts_of(&j, (tp_part) (t->part - 1), &t->key, &projection),
										   &site->cut, &rule, &err) != TP_OK))
			tp_raise(&err);
	}
	return tp_state_datum(e);
}

/* (state, journey, model, part, conversion, lookback, half_life, restart) */
PG_FUNCTION_INFO_V1(attribution_agg_conversions_row);
Datum
attribution_agg_conversions_row(PG_FUNCTION_ARGS)
{
	return ledger_row(fcinfo, 2, 3, &(tp_conversion_args) {4, 5, 6, 7});
}

/* (state, journey, part, conversion, lookback, restart) */
PG_FUNCTION_INFO_V1(shapley_conversions_row);
Datum
shapley_conversions_row(PG_FUNCTION_ARGS)
{
	return ledger_row(fcinfo, -1, 2, &(tp_conversion_args) {3, 4, -1, 5});
}

/* (state, journey, part [, k], conversion, lookback, restart) */
static Datum
flow_row(FunctionCallInfo fcinfo, int k_arg, const tp_conversion_args *args)
{
	tp_conversion_site *site = tp_get_conversion(fcinfo, args);
	tp_expanded *e;
	tp_flow    *f = tp_flow_state_of(fcinfo, k_arg, TP_ENDS_CONVERSION, &e);
	tp_journey	j,
				projection;
	tp_error	err;

	if (unlikely(tp_flow_ask(f, &site->asked, &err) != TP_OK))
		tp_raise(&err);
	if (likely(!PG_ARGISNULL(1)))
	{
		PG_GETARG_JOURNEY(1, &j);
		if (unlikely(tp_flow_add_conversions(f, &j, parts_of(&j, (tp_part) (f->part - 1), &f->key, &projection),
											 &site->cut, &err) != TP_OK))
			tp_raise(&err);
	}
	return tp_state_datum(e);
}

PG_FUNCTION_INFO_V1(flow_agg_conversions_row);
Datum
flow_agg_conversions_row(PG_FUNCTION_ARGS)
{
	return flow_row(fcinfo, 0, &(tp_conversion_args) {3, 4, -1, 5});
}

PG_FUNCTION_INFO_V1(flow_agg_k_conversions_row);
Datum
flow_agg_k_conversions_row(PG_FUNCTION_ARGS)
{
	return flow_row(fcinfo, 3, &(tp_conversion_args) {4, 5, -1, 6});
}
