/*
 * funnel_agg.c
 *	  Funnels as aggregates: funnel_agg over journeys, window_funnel over plain rows.
 */
#include "find/funnel.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "base/forms.h"
#include "base/state.h"
#include "base/tp_normal.h"
#include "find/tp_funnel_rows.h"
#include "gap/tp_difference.h"
#include "journey/tp_wire.h"

/* Wire form: u8 version = 1, then the text form in UTF-8. */
#define WIRE_VERSION 1

static tp_funnel_summary *
check_summary(struct varlena *v)
{
	tp_funnel_summary *s = (tp_funnel_summary *) v;

	if (unlikely(!tp_funnel_summary_is_current(s, VARSIZE(v))))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("not a funnel_summary of this release"),
				 errhint("The stored value is damaged, or a later release wrote it.")));
	return s;
}

static Datum
summary_datum(tp_funnel_summary *s)
{
	if (s == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	if (tp_funnel_summary_size(s) > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("the funnel summary is too large")));
	SET_VARSIZE(s, tp_funnel_summary_size(s));
	return PointerGetDatum(s);
}

static tp_status
parse_summary(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err)
{
	tp_funnel_summary *s;
	tp_status	status = tp_funnel_summary_read(mem, text, len, &s, err);

	if (status == TP_OK)
		*d = summary_datum(s);
	return status;
}

static void
write_summary(Datum d, tp_buffer *b)
{
	tp_funnel_summary_write(b, check_summary(PG_DETOAST_DATUM(d)));
}

TP_IN(funnel_summary, parse_summary)
TP_OUT(funnel_summary, write_summary)

PG_FUNCTION_INFO_V1(funnel_summary_recv);
Datum
funnel_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	size_t		len;
	const char *text;
	int			version = message->cursor < message->len ? pq_getmsgbyte(message) : -1;

	if (version != WIRE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary funnel_summary: unknown version")));
	len = (size_t) (message->len - message->cursor);
	text = tp_host_from_utf8(pq_getmsgbytes(message, (int) len), len, &len);
	return tp_form_received(pnstrdup(text, len), parse_summary);
}

TP_FORM(funnel_summary, send, tp_form_send_text(fcinfo, write_summary, WIRE_VERSION))

static tp_funnel_summary *
state_for_update(FunctionCallInfo fcinfo)
{
	return check_summary(tp_state_for_update(fcinfo));
}

/* funnel_agg's transition: (funnel_summary, journey, steps, within [, modes, exits [, as_of [, excluded, hold]]]) */
PG_FUNCTION_INFO_V1(funnel_summary_journey);
Datum
funnel_summary_journey(PG_FUNCTION_ARGS)
{
	int			n = PG_NARGS();
	tp_funnel_args args = {2, 3, n > 4 ? 4 : -1, n > 4 ? 5 : -1, n > 7 ? 7 : -1, n > 7 ? 8 : -1, n > 6 ? 6 : -1, false};
	tp_funnel_site *site = tp_get_funnel(fcinfo, &args);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_funnel_summary *s = PG_ARGISNULL(0) ? tp_funnel_summary_new(&mem, NULL) : state_for_update(fcinfo);
	int64_t		times[TP_FUNNEL_STEPS_MAX];
	tp_journey	j;
	tp_chain	chain;
	tp_error	err;

	if (s != NULL && s->steps == 0)
		s = tp_funnel_summary_new(&mem, &site->settings);
	else if (s != NULL)
	{
		const char *differs = tp_funnel_summary_differs(s, &site->settings);

		if (unlikely(differs != NULL))
			tp_changed_setting(differs, "a group");
	}
	if (s == NULL || PG_ARGISNULL(1))
		return summary_datum(s);
	PG_GETARG_JOURNEY(1, &j);
	if (tp_funnel_trace(&site->funnel, &j, &chain, &err) != TP_OK ||
		tp_funnel_summary_check_room(s, 1, &err) != TP_OK)
		tp_raise(&err);
	if (chain.runs)
	{
		tp_funnel_summary_add_open(s);
		return summary_datum(s);
	}
	for (uint32_t k = 0; k < chain.reached; k++)
		times[k] = tp_journey_time(&j, chain.position[k]);
	return summary_datum(tp_funnel_summary_add(&mem, s, chain.reached, times));
}

PG_FUNCTION_INFO_V1(funnel_summary_combine);
Datum
funnel_summary_combine(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_funnel_summary *s,
			   *other;
	tp_funnel_settings settings;
	const char *differs;
	tp_error	err;

	TP_RETURN_STATE_ALONE();
	other = check_summary(PG_DETOAST_DATUM(PG_GETARG_DATUM(1)));
	s = PG_ARGISNULL(0) ? NULL : state_for_update(fcinfo);
	if (s == NULL || s->steps == 0)
		return summary_datum(check_summary(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1))));
	if (other->steps == 0)
		return PointerGetDatum(s);
	settings = tp_funnel_summary_settings(other);
	differs = tp_funnel_summary_differs(s, &settings);
	if (differs != NULL)
		tp_changed_setting(differs, "a group");
	if (tp_funnel_summary_check_room(s, Max(other->reached[0], tp_funnel_summary_open(other)), &err) != TP_OK)
		tp_raise(&err);
	return summary_datum(tp_funnel_summary_merge(&mem, s, other));
}

/* The row type of an array of rows, told by the function alone, for a call may not know. */
static TupleDesc
element_row_type(FunctionCallInfo fcinfo, Oid *element)
{
	*element = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	if (!OidIsValid(*element))
		elog(ERROR, "return type must be an array of rows");
	return lookup_rowtype_tupdesc_copy(*element, -1);
}

PG_FUNCTION_INFO_V1(funnel_summary_steps);
Datum
funnel_summary_steps(PG_FUNCTION_ARGS)
{
	tp_funnel_summary *s;
	const char *glob;
	TupleDesc	desc;
	Oid			element;
	Datum	   *rows;
	double		z = tp_normal_quantile(0.95);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = check_summary(PG_DETOAST_DATUM(PG_GETARG_DATUM(0)));
	if (s->steps == 0)
		PG_RETURN_NULL();
	desc = element_row_type(fcinfo, &element);
	rows = palloc(sizeof(Datum) * s->steps);
	glob = tp_funnel_summary_text(s);
	for (uint32_t k = 0; k < s->steps; k++)
	{
		uint64_t	entered = s->reached[k];
		uint64_t	converted = k + 1U < s->steps ? s->reached[k + 1] : entered;
		int64_t		median = tp_funnel_summary_median(s, k);
		Datum		values[11];
		bool		nulls[11] = {false};
		double		low = 0,
					high = 0;

		values[0] = Int32GetDatum((int32) k + 1);
		values[1] = s->modes & TP_ANY_ORDER ? CStringGetTextDatum(psprintf("(any %u)", k + 1)) : CStringGetTextDatum(glob);
		values[2] = Int64GetDatum((int64) entered);
		values[3] = Int64GetDatum((int64) converted);
		values[4] = Int64GetDatum((int64) (entered - converted));
		nulls[5] = entered == 0;
		values[5] = nulls[5] ? (Datum) 0 : Float8GetDatum((double) converted / (double) entered);
		nulls[6] = s->reached[0] == 0;
		values[6] = nulls[6] ? (Datum) 0 : Float8GetDatum((double) entered / (double) s->reached[0]);
		nulls[7] = median < 0;
		values[7] = nulls[7] ? (Datum) 0 : tp_usecs_interval(median);
		values[8] = Int64GetDatum((int64) tp_funnel_summary_open(s));
		if (entered > 0)
			tp_wilson((double) converted, (double) entered, z, &low, &high);
		nulls[9] = nulls[10] = entered == 0;
		values[9] = Float8GetDatum(low);
		values[10] = Float8GetDatum(high);
		/* the row type of 0.1.0 ends before open */
		rows[k] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
		glob += strlen(glob) + 1;
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(rows, s->steps, element, -1, false, TYPALIGN_DOUBLE));
}

/*
 * window_funnel(within, at, VARIADIC conditions) over rows. The server makes the array of conditions
 * anew for each row, so it is read where it lies.
 */
static uint64_t
get_mask(const ArrayType *conditions, uint32_t steps)
{
	const uint8_t *value = (const uint8_t *) ARR_DATA_PTR(conditions);
	const bits8 *known = ARR_NULLBITMAP(conditions);
	uint64_t	mask = 0;

	if (likely(known == NULL))
	{
		for (uint32_t k = 0; k < steps; k++)
			mask |= (uint64_t) value[k] << k;
		return mask;
	}
	for (uint32_t k = 0; k < steps; k++)
		if (known[k / 8] >> (k % 8) & 1)
			mask |= (uint64_t) *value++ << k;
	return mask;
}

static uint32_t
count_conditions(const ArrayType *conditions)
{
	int			n = ARR_NDIM(conditions) == 0 ? 0 : ARR_DIMS(conditions)[0];

	if (ARR_NDIM(conditions) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conditions must be one-dimensional"),
				 errhint("Write one condition a step, such as touchpoint = 'web/cart', touchpoint = 'web/checkout'.")));
	if (n < 1 || n > TP_FUNNEL_STEPS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a funnel has 1 to 64 conditions, not %d", n),
				 errhint("Write one condition a step, such as touchpoint = 'web/cart', touchpoint = 'web/checkout'.")));
	return (uint32_t) n;
}

static tp_row_log *
new_log(FunctionCallInfo fcinfo, const ArrayType *conditions, unsigned modes)
{
	tp_memory	mem = tp_pg_memory(tp_aggregate_context(fcinfo));
	int64_t		within = tp_interval_usecs(PG_GETARG_INTERVAL_P(1), "within");
	tp_row_log *log;

	if (within == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("within must be greater than zero"),
				 errhint("Write how long a chain may take, such as '7 days'.")));
	log = tp_row_log_new(&mem, within, count_conditions(conditions), modes);
	if (log == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	return log;
}

static inline bool
same_within(const Interval *i, int64_t within)
{
	return i->month == 0 && !TP_INTERVAL_IS_INFINITE(i) && i->day * USECS_PER_DAY + i->time == within;
}

static inline Datum
add_row(FunctionCallInfo fcinfo, int n, unsigned modes)
{
	tp_row_log *log;
	ArrayType  *conditions;
	uint64_t	mask;
	TimestampTz at;

	if (unlikely(PG_ARGISNULL(1)))
		tp_null_setting("within");
	if (unlikely(PG_ARGISNULL(n)))
		tp_null_setting("conditions");
	conditions = PG_GETARG_ARRAYTYPE_P(n);
	if (unlikely(PG_ARGISNULL(0)))
		log = new_log(fcinfo, conditions, modes);
	else
	{
		log = (tp_row_log *) PG_GETARG_POINTER(0);
		if (unlikely(!same_within(PG_GETARG_INTERVAL_P(1), log->within)))
			tp_changed_setting("within", "a group");
		if (unlikely(modes != log->modes))
			tp_changed_setting("modes", "a group");
		if (unlikely(ARR_NDIM(conditions) != 1 || ARR_DIMS(conditions)[0] != (int) log->steps))
			tp_changed_setting("the number of conditions", "a group");
	}
	if (PG_ARGISNULL(2))
		PG_RETURN_POINTER(log);
	at = PG_GETARG_TIMESTAMPTZ(2);
	if (unlikely(!tp_time_is_finite(at)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("at must be finite"),
				 errhint("Leave out rows without a time.")));
	log->any = true;
	mask = get_mask(conditions, log->steps);
	if (mask != 0 || log->modes & TP_STRICT_ORDER)
	{
		if (unlikely(log->n == log->room))
		{
			tp_memory	mem = tp_pg_memory(tp_aggregate_context(fcinfo));

			if (!tp_row_log_grow(log, &mem, 1))
				ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
		}
		tp_row_log_put(log, at, mask);
	}
	PG_RETURN_POINTER(log);
}

PG_FUNCTION_INFO_V1(window_funnel_row);
Datum
window_funnel_row(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, 3, TP_STRICT_ONCE);
}

/* Modes as they were read last, while fn_extra lasts. */
typedef struct kept_modes
{
	unsigned	modes;
	Size		size;
	char		bytes[FLEXIBLE_ARRAY_MEMBER];
} kept_modes;

/* window_funnel(within, at, modes, VARIADIC conditions) */
PG_FUNCTION_INFO_V1(window_funnel_row_modes);
Datum
window_funnel_row_modes(PG_FUNCTION_ARGS)
{
	kept_modes *kept = fcinfo->flinfo->fn_extra;
	struct varlena *v;

	if (unlikely(PG_ARGISNULL(3)))
		tp_null_setting("modes");
	v = PG_DETOAST_DATUM(PG_GETARG_DATUM(3));
	if (unlikely(kept == NULL || kept->size != VARSIZE(v) || memcmp(kept->bytes, v, kept->size) != 0))
	{
		unsigned	modes = tp_get_funnel_modes(v, false);

		if (kept != NULL)
			pfree(kept);
		fcinfo->flinfo->fn_extra = NULL;
		kept = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, offsetof(kept_modes, bytes) + VARSIZE(v));
		kept->modes = modes;
		kept->size = VARSIZE(v);
		memcpy(kept->bytes, v, kept->size);
		fcinfo->flinfo->fn_extra = kept;
	}
	return add_row(fcinfo, 4, kept->modes);
}

PG_FUNCTION_INFO_V1(window_funnel_combine);
Datum
window_funnel_combine(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(tp_aggregate_context(fcinfo));
	tp_row_log *log,
			   *other;

	TP_RETURN_STATE_ALONE();
	other = (tp_row_log *) PG_GETARG_POINTER(1);
	log = PG_ARGISNULL(0) ? tp_row_log_new(&mem, other->within, other->steps, other->modes) : (tp_row_log *) PG_GETARG_POINTER(0);
	if (log != NULL && log->within != other->within)
		tp_changed_setting("within", "a group");
	if (log != NULL && log->modes != other->modes)
		tp_changed_setting("modes", "a group");
	if (log != NULL && log->steps != other->steps)
		tp_changed_setting("the number of conditions", "a group");
	if (log == NULL || !tp_row_log_merge(log, &mem, other))
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	PG_RETURN_POINTER(log);
}

PG_FUNCTION_INFO_V1(window_funnel_final);
Datum
window_funnel_final(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	const tp_row_log *log;
	uint32_t	reached;
	tp_error	err;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	log = (const tp_row_log *) PG_GETARG_POINTER(0);
	if (!log->any)
		PG_RETURN_NULL();
	if (tp_row_log_reached(log, &mem, &reached, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_INT32((int32) reached);
}

PG_FUNCTION_INFO_V1(window_funnel_serialize);
Datum
window_funnel_serialize(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;

	tp_aggregate_context(fcinfo);
	tp_varlena_begin(&b, &mem);
	tp_row_log_write(&b, (const tp_row_log *) PG_GETARG_POINTER(0));
	return tp_varlena_end(&b);
}

PG_FUNCTION_INFO_V1(window_funnel_deserialize);
Datum
window_funnel_deserialize(PG_FUNCTION_ARGS)
{
	bytea	   *in = PG_GETARG_BYTEA_PP(0);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_row_log *log;
	tp_error	err;

	tp_aggregate_context(fcinfo);
	if (tp_row_log_read(&mem, VARDATA_ANY(in), VARSIZE_ANY_EXHDR(in), &log, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_POINTER(log);
}
