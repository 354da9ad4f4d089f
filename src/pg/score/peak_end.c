/*
 * peak_end.c
 *	  Peak-end scoring in SQL, over journeys and over plain columns.
 */
#include "journey/types.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "journey/tp_properties.h"
#include "base/rows.h"
#include "base/state.h"
#include "base/usage.h"
#include "score/tp_peak_end.h"

/* The settings neutral and peak_weight of these arguments, checked. */
static void
get_settings(FunctionCallInfo fcinfo, int neutral_arg, int weight_arg, double *neutral, double *weight)
{
	tp_error	err;

	*neutral = 0;
	*weight = 0.5;
	if (neutral_arg >= 0)
	{
		if (unlikely(PG_ARGISNULL(neutral_arg)))
			tp_null_setting("neutral");
		*neutral = PG_GETARG_FLOAT8(neutral_arg);
	}
	if (weight_arg >= 0 && weight_arg < PG_NARGS())
	{
		if (unlikely(PG_ARGISNULL(weight_arg)))
			tp_null_setting("peak_weight");
		*weight = PG_GETARG_FLOAT8(weight_arg);
	}
	if (unlikely(tp_peak_end_check(*neutral, *weight, &err) != TP_OK))
		tp_raise(&err);
}

/* NULL for what is undefined; 22003 for what overflowed. */
static Datum
float_or_null(FunctionCallInfo fcinfo, double v, const char *name)
{
	if (isnan(v))
		PG_RETURN_NULL();
	if (unlikely(isinf(v)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the %s is out of range", name),
				 errhint("Keep scores within the range of double precision.")));
	PG_RETURN_FLOAT8(v);
}

/* The scores of the journey in argument 0, and the settings behind it; false where there are none. */
static bool
get_scores(FunctionCallInfo fcinfo, int weight_arg, tp_scores *s, double *neutral, double *weight)
{
	tp_journey	j;

	get_settings(fcinfo, 1, weight_arg, neutral, weight);
	if (PG_ARGISNULL(0))
		return false;
	tp_datum_journey_header(PG_GETARG_DATUM(0), &j);
	tp_journey_peaks(&j, s);
	return s->scored > 0;
}

/* peak_end_score(journey, neutral, peak_weight) */
PG_FUNCTION_INFO_V1(journey_peak_end_score);
Datum
journey_peak_end_score(PG_FUNCTION_ARGS)
{
	tp_scores	s;
	double		neutral,
				weight;

	if (!get_scores(fcinfo, 2, &s, &neutral, &weight))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(tp_peak_end(tp_peak(&s, neutral), s.end, weight));
}

PG_FUNCTION_INFO_V1(journey_peak_score);
Datum
journey_peak_score(PG_FUNCTION_ARGS)
{
	tp_scores	s;
	double		neutral,
				weight;

	if (!get_scores(fcinfo, -1, &s, &neutral, &weight))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(tp_peak(&s, neutral));
}

#define FROM_HEADER(name, result) \
PG_FUNCTION_INFO_V1(journey_##name); \
Datum \
journey_##name(PG_FUNCTION_ARGS) \
{ \
	tp_journey	j; \
	tp_scores	s; \
	tp_datum_journey_header(PG_GETARG_DATUM(0), &j); \
	tp_journey_peaks(&j, &s); \
	if (s.scored == 0) \
		PG_RETURN_NULL(); \
	PG_RETURN_FLOAT8(result); \
}

FROM_HEADER(max_score, s.highest)
FROM_HEADER(min_score, s.lowest)
FROM_HEADER(end_score, s.end)

PG_FUNCTION_INFO_V1(journey_scored_count);
Datum
journey_scored_count(PG_FUNCTION_ARGS)
{
	tp_journey	j;
	tp_scores	s;

	tp_datum_journey_header(PG_GETARG_DATUM(0), &j);
	tp_journey_peaks(&j, &s);
	PG_RETURN_INT32((int32) s.scored);
}

PG_FUNCTION_INFO_V1(journey_mean_score);
Datum
journey_mean_score(PG_FUNCTION_ARGS)
{
	tp_journey	j;
	tp_scores	s;
	tp_score_summary all;

	tp_datum_journey_header(PG_GETARG_DATUM(0), &j);
	tp_journey_scores(&j, &s);
	if (s.scored == 0)
		PG_RETURN_NULL();
	if (isfinite(s.sum))
		PG_RETURN_FLOAT8(s.sum / s.scored);
	PG_GETARG_JOURNEY(0, &j);
	tp_score_summarize(&j, 0, 0.5, &all);
	PG_RETURN_FLOAT8(all.mean);
}

PG_FUNCTION_INFO_V1(journey_start_score);
Datum
journey_start_score(PG_FUNCTION_ARGS)
{
	tp_journey	j;

	PG_GETARG_JOURNEY(0, &j);
	for (uint32_t i = 0; i < j.count; i++)
	{
		double		v = tp_journey_number(&j, TP_SCORE, i);

		if (!isnan(v))
			PG_RETURN_FLOAT8(v);
	}
	PG_RETURN_NULL();
}

#define FROM_COLUMNS(name, result, what) \
PG_FUNCTION_INFO_V1(journey_##name); \
Datum \
journey_##name(PG_FUNCTION_ARGS) \
{ \
	tp_journey	j; \
	PG_GETARG_JOURNEY(0, &j); \
	return float_or_null(fcinfo, result, what); \
}

FROM_COLUMNS(score_stddev, tp_score_stddev(&j), "standard deviation")
FROM_COLUMNS(score_trend, tp_score_trend(&j), "trend")
FROM_COLUMNS(time_weighted_score, tp_time_weighted_score(&j), "time-weighted score")

PG_FUNCTION_INFO_V1(journey_peak_end_gap);
Datum
journey_peak_end_gap(PG_FUNCTION_ARGS)
{
	tp_journey	j;
	double		neutral,
				weight;

	get_settings(fcinfo, -1, 1, &neutral, &weight);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	return float_or_null(fcinfo, tp_peak_end_gap(&j, weight), "gap");
}

/*
 * A row of a summary that lacks nothing, as the server formed it: the next one differs from it in its numbers
 * alone, which lie one behind the other.
 */
static struct
{
	Oid			type;			/* InvalidOid: none yet */
	size_t		size;
	size_t		at;				/* of the count; the numbers are 8 behind it */
	_Alignas(MAXIMUM_ALIGNOF) char row[128];
} mould;

static void
make_mould(Datum row, const double *numbers)
{
	HeapTupleHeader tuple = DatumGetHeapTupleHeader(row);
	size_t		size = VARSIZE(tuple);

	if (size > sizeof(mould.row) || size != tuple->t_hoff + 10 * sizeof(double) ||
		memcmp((char *) tuple + tuple->t_hoff + 8, numbers, 9 * sizeof(double)) != 0)
		return;
	memcpy(mould.row, tuple, size);
	mould.size = size;
	mould.at = tuple->t_hoff;
	mould.type = HeapTupleHeaderGetTypeId(tuple);
}

static Datum
cast_row(uint32_t scored, const double *numbers)
{
	char	   *row = palloc(mould.size);

	memcpy(row, mould.row, mould.size);
	memcpy(row + mould.at, &scored, sizeof(scored));
	memcpy(row + mould.at + 8, numbers, 9 * sizeof(double));
	return PointerGetDatum(row);
}

static Datum
summary_row(FunctionCallInfo fcinfo, const tp_score_summary *s)
{
	const double numbers[] = {s->start, s->highest, s->lowest, s->peak, s->end, s->mean, s->stddev, s->trend,
	s->peak_end};
	Datum		values[10];
	bool		nulls[10];
	Datum		row;
	bool		whole = s->scored > 0;

	for (int i = 0; i < 9; i++)
		whole &= isfinite(numbers[i]) != 0;
	if (likely(whole && mould.type == tp_result_desc(fcinfo)->tdtypeid))
		return cast_row(s->scored, numbers);
	values[0] = Int32GetDatum((int32) s->scored);
	nulls[0] = false;
	for (int i = 0; i < 9; i++)
	{
		nulls[i + 1] = s->scored == 0 || isnan(numbers[i]);
		if (!nulls[i + 1] && isinf(numbers[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("the summary of scores is out of range"),
					 errhint("Keep scores within the range of double precision.")));
		values[i + 1] = nulls[i + 1] ? (Datum) 0 : Float8GetDatum(numbers[i]);
	}
	row = tp_row(fcinfo, values, nulls);
	if (whole)
		make_mould(row, numbers);
	return row;
}

/*
 * The row that was made last, with the bytes it was made of. The server calls a function once for each field that is
 * asked of its result, (score_summary(j, 3)).trend and .mean, on one value: comparing it costs less than
 * summarizing it again.
 */
#define REMEMBERED 1024

static struct
{
	size_t		size;			/* 0: nothing yet */
	double		neutral;
	double		weight;
	Oid			type;
	size_t		row_size;
	_Alignas(MAXIMUM_ALIGNOF) char row[256];
	char		image[REMEMBERED];
} last;

static void
remember(const struct varlena *journey, double neutral, double weight, Datum row)
{
	size_t		size = VARSIZE_ANY_EXHDR(journey);
	size_t		row_size = VARSIZE(DatumGetPointer(row));

	last.size = 0;
	if (size > sizeof(last.image) || row_size > sizeof(last.row))
		return;
	memcpy(last.image, VARDATA_ANY(journey), size);
	memcpy(last.row, DatumGetPointer(row), row_size);
	last.neutral = neutral;
	last.weight = weight;
	last.type = HeapTupleHeaderGetTypeId(DatumGetHeapTupleHeader(row));
	last.row_size = row_size;
	last.size = size;
}

/* score_summary(journey, neutral, peak_weight) */
PG_FUNCTION_INFO_V1(journey_score_summary);
Datum
journey_score_summary(PG_FUNCTION_ARGS)
{
	struct varlena *v;
	tp_journey	j;
	tp_score_summary s;
	double		neutral,
				weight;
	Datum		row;

	get_settings(fcinfo, 1, 2, &neutral, &weight);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	v = PG_GETARG_VARLENA_PP(0);
	if (last.size == VARSIZE_ANY_EXHDR(v) && last.neutral == neutral && last.weight == weight &&
		last.type == tp_result_desc(fcinfo)->tdtypeid && memcmp(last.image, VARDATA_ANY(v), last.size) == 0)
	{
		char	   *copy = palloc(last.row_size);

		memcpy(copy, last.row, last.row_size);
		PG_RETURN_DATUM(PointerGetDatum(copy));
	}
	tp_datum_journey(PointerGetDatum(v), &j);
	tp_score_summarize(&j, neutral, weight, &s);
	row = summary_row(fcinfo, &s);
	remember(v, neutral, weight, row);
	PG_RETURN_DATUM(row);
}

/* adjust_scores(journey, step, delta, lowest, highest) */
PG_FUNCTION_INFO_V1(journey_adjust_scores);
Datum
journey_adjust_scores(PG_FUNCTION_ARGS)
{
	double		delta = PG_GETARG_FLOAT8(2);
	double		lowest = PG_GETARG_FLOAT8(3);
	double		highest = PG_GETARG_FLOAT8(4);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	j;
	tp_touchpoint *entries;
	tp_contact *c;
	tp_steps   *step = tp_get_steps(fcinfo, 1, 1);
	tp_buffer	out;
	tp_error	err;

	tp_check_finite(delta, "delta");
	tp_check_finite(lowest, "lowest");
	tp_check_finite(highest, "highest");
	if (lowest > highest)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lowest must not be greater than highest: %g > %g", lowest, highest),
				 errhint("Give the ends of your scale, such as 1 and 5.")));
	PG_GETARG_JOURNEY(0, &j);
	if (tp_steps_look(step, &j, NULL, &err) != TP_OK)
		tp_raise(&err);
	entries = tp_dictionary(&j);
	c = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(tp_contact) * ((Size) j.count + 1));
	if (tp_journey_contacts(&mem, &j, c, &err) != TP_OK)
		tp_raise(&err);
	for (uint32_t i = 0; i < j.count; i++)
		if ((c[i].has & TP_HAS_SCORE) && *tp_steps_row(step, &j, i) & 1)
			c[i].score = fmin(fmax(c[i].score + delta, lowest), highest) + 0.0;
	tp_varlena_begin(&out, &mem);
	if (tp_journey_encode(&mem, c, j.count, entries, j.entries, tp_sets(&j), tp_journey_sets(&j), &out, &err) != TP_OK)
		tp_raise(&err);
	return tp_varlena_end(&out);
}

/* moments_of_truth(journey, neutral): start, highest, lowest, peak, end. */
typedef struct moments_state
{
	tp_journey	j;
	tp_touchpoint *entries;
	uint32_t	at[5];
} moments_state;

static void
begin_moments(FunctionCallInfo fcinfo, FuncCallContext *call, void *data)
{
	moments_state *state = data;
	tp_journey *j = &state->j;
	tp_scores	s;
	double		neutral,
				weight;

	get_settings(fcinfo, 1, -1, &neutral, &weight);
	if (PG_ARGISNULL(0))
		return;
	tp_datum_journey(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))), j);
	tp_journey_scores(j, &s);
	if (s.scored == 0)
		return;
	while (isnan(tp_journey_number(j, TP_SCORE, state->at[0])))
		state->at[0]++;
	state->at[1] = s.highest_at;
	state->at[2] = s.lowest_at;
	state->at[3] = tp_peak_is_highest(&s, neutral) ? s.highest_at : s.lowest_at;
	state->at[4] = s.end_at;
	state->entries = tp_dictionary(j);
	call->tuple_desc = tp_row_desc(fcinfo);
	call->max_calls = lengthof(state->at);
}

static Datum
next_moment(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	static const char *const names[] = {"start", "highest", "lowest", "peak", "end"};
	moments_state *state = context;
	uint32_t	at;
	Datum		values[5];
	bool		nulls[5] = {false};

	at = state->at[call->call_cntr];
	values[0] = CStringGetTextDatum(names[call->call_cntr]);
	values[1] = Int32GetDatum((int32) at + 1);
	values[2] = tp_view_datum(&state->entries[tp_journey_code(&state->j, at)]);
	values[3] = TimestampTzGetDatum(tp_journey_time(&state->j, at));
	values[4] = Float8GetDatum(tp_journey_number(&state->j, TP_SCORE, at));
	return tp_next_row(fcinfo, call, values, nulls);
}

TP_ROWS(journey_moments_of_truth, moments_state, begin_moments, next_moment)

/*
 * Aggregates over plain columns. Settings are checked on every row, also on those that are passed
 * over, so that a wrong call never depends on the data.
 */
static inline void
check_same(double neutral, double weight, const tp_peak_end_state *s)
{
	if (unlikely(neutral != s->neutral))
		tp_changed_setting("neutral", "a group");
	if (unlikely(weight != s->weight))
		tp_changed_setting("peak_weight", "a group");
}

/* Are the settings of arguments 3 and 4 those of s, which were checked? */
static inline bool
settings_are(FunctionCallInfo fcinfo, const tp_peak_end_state *s)
{
	return !PG_ARGISNULL(3) && PG_GETARG_FLOAT8(3) == s->neutral &&
		(PG_NARGS() > 4 ? !PG_ARGISNULL(4) && PG_GETARG_FLOAT8(4) == s->weight : s->weight == 0.5);
}

/* A row's score and time; false where it is passed over. */
static inline bool
get_row(FunctionCallInfo fcinfo, double *score, int64_t *at)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	*score = PG_GETARG_FLOAT8(1) + 0.0;
	*at = PG_GETARG_TIMESTAMPTZ(2);
	if (unlikely(!isfinite(*score)))
		tp_check_finite(*score, "score");
	if (unlikely(!tp_time_is_finite(*at)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("occurred_at must be finite, not %s", *at < 0 ? "-infinity" : "infinity"),
				 errhint("Leave out rows without a time.")));
	return true;
}

/* The state of a group before its first scored row. */
#define NEVER PG_INT64_MIN

PG_FUNCTION_INFO_V1(peak_end_score_row);
Datum
peak_end_score_row(PG_FUNCTION_ARGS)
{
	tp_peak_end_state *s;
	double		neutral,
				weight = 0.5,
				score;
	int64_t		at;

	if (likely(!PG_ARGISNULL(0)))
	{
		s = (tp_peak_end_state *) PG_GETARG_POINTER(0);
		if (unlikely(PG_ARGISNULL(3)))
			tp_null_setting("neutral");
		neutral = PG_GETARG_FLOAT8(3);
		if (PG_NARGS() > 4)
		{
			if (unlikely(PG_ARGISNULL(4)))
				tp_null_setting("peak_weight");
			weight = PG_GETARG_FLOAT8(4);
		}
		check_same(neutral, weight, s);
	}
	else
	{
		get_settings(fcinfo, 3, 4, &neutral, &weight);
		s = MemoryContextAlloc(tp_aggregate_context(fcinfo), sizeof(tp_peak_end_state));
		s->neutral = neutral;
		s->weight = weight;
		s->end_at = NEVER;
	}
	if (get_row(fcinfo, &score, &at))
	{
		if (s->end_at == NEVER)
			tp_peak_end_first(s, score, at);
		else
		{
			tp_peak_end_offer_peak(s, score, at);
			tp_peak_end_offer_end(s, score, at);
		}
	}
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(peak_end_score_combine);
Datum
peak_end_score_combine(PG_FUNCTION_ARGS)
{
	tp_peak_end_state *s,
			   *o;

	TP_RETURN_STATE_ALONE();
	o = (tp_peak_end_state *) PG_GETARG_POINTER(1);
	if (PG_ARGISNULL(0))
	{
		s = MemoryContextAlloc(tp_aggregate_context(fcinfo), sizeof(tp_peak_end_state));
		*s = *o;
		PG_RETURN_POINTER(s);
	}
	s = (tp_peak_end_state *) PG_GETARG_POINTER(0);
	check_same(o->neutral, o->weight, s);
	if (o->end_at != NEVER)
	{
		if (s->end_at == NEVER)
			*s = *o;
		else
		{
			tp_peak_end_offer_peak(s, o->peak, o->peak_at);
			tp_peak_end_offer_end(s, o->end, o->end_at);
		}
	}
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(peak_end_score_final);
Datum
peak_end_score_final(PG_FUNCTION_ARGS)
{
	tp_peak_end_state *s;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (tp_peak_end_state *) PG_GETARG_POINTER(0);
	if (s->end_at == NEVER)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(tp_peak_end(s->peak, s->end, s->weight));
}

PG_FUNCTION_INFO_V1(score_summary_row);
Datum
score_summary_row(PG_FUNCTION_ARGS)
{
	tp_summary_state *s = PG_ARGISNULL(0) ? NULL : (tp_summary_state *) PG_GETARG_POINTER(0);
	double		neutral,
				weight,
				score;
	int64_t		at;

	if (unlikely(s == NULL || !settings_are(fcinfo, &s->pe)))
	{
		get_settings(fcinfo, 3, 4, &neutral, &weight);
		if (s != NULL)
			check_same(neutral, weight, &s->pe);
		else
		{
			s = MemoryContextAlloc(tp_aggregate_context(fcinfo), sizeof(tp_summary_state));
			tp_summary_init(s, neutral, weight);
		}
	}
	if (get_row(fcinfo, &score, &at))
	{
		tp_memory	mem = tp_pg_memory(GetMemoryChunkContext(s));
		tp_error	err;

		tp_check(tp_summary_add(s, score, at, &mem, &err), &err);
	}
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(score_summary_combine);
Datum
score_summary_combine(PG_FUNCTION_ARGS)
{
	tp_summary_state *s,
			   *o;
	tp_memory	mem;
	tp_error	err;

	TP_RETURN_STATE_ALONE();
	o = (tp_summary_state *) PG_GETARG_POINTER(1);
	if (PG_ARGISNULL(0))
	{
		s = MemoryContextAlloc(tp_aggregate_context(fcinfo), sizeof(tp_summary_state));
		tp_summary_init(s, o->pe.neutral, o->pe.weight);
	}
	else
	{
		s = (tp_summary_state *) PG_GETARG_POINTER(0);
		check_same(o->pe.neutral, o->pe.weight, &s->pe);
	}
	mem = tp_pg_memory(GetMemoryChunkContext(s));
	tp_check(tp_summary_merge(s, o, &mem, &err), &err);
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(score_summary_final);
Datum
score_summary_final(PG_FUNCTION_ARGS)
{
	tp_score_summary s = {0};

	if (!PG_ARGISNULL(0))
	{
		tp_summary_state *state = (tp_summary_state *) PG_GETARG_POINTER(0);
		tp_memory	mem = tp_pg_memory(GetMemoryChunkContext(state));
		tp_error	err;

		tp_check(tp_summary_finish(state, &s, &mem, &err), &err);
	}
	return summary_row(fcinfo, &s);
}

/* States go between processes of one server as they are; behind the second kind, its far sums. */
static Datum
state_bytes(const void *state, size_t size, const tp_exact *far)
{
	size_t		more = far != NULL ? tp_exact_size(far) : 0;
	bytea	   *out = palloc(VARHDRSZ + size + more);

	SET_VARSIZE(out, VARHDRSZ + size + more);
	memcpy(VARDATA(out), state, size);
	if (far != NULL)
		memcpy(VARDATA(out) + size, far, more);
	PG_RETURN_BYTEA_P(out);
}

/* The first size bytes of what state_bytes made, whose length is then *all. */
static void *
bytes_state(FunctionCallInfo fcinfo, size_t size, size_t *all)
{
	bytea	   *in = PG_GETARG_BYTEA_PP(0);
	void	   *state;

	tp_aggregate_context(fcinfo);
	*all = VARSIZE_ANY_EXHDR(in);
	state = palloc(Max(size, *all));
	memcpy(state, VARDATA_ANY(in), *all);
	return state;
}

tp_noreturn static void
bad_state(size_t size)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("malformed partial score: %zu bytes", size)));
}

PG_FUNCTION_INFO_V1(peak_end_score_serialize);
Datum
peak_end_score_serialize(PG_FUNCTION_ARGS)
{
	tp_aggregate_context(fcinfo);
	return state_bytes(PG_GETARG_POINTER(0), sizeof(tp_peak_end_state), NULL);
}

PG_FUNCTION_INFO_V1(peak_end_score_deserialize);
Datum
peak_end_score_deserialize(PG_FUNCTION_ARGS)
{
	size_t		size;
	void	   *state = bytes_state(fcinfo, sizeof(tp_peak_end_state), &size);

	if (size != sizeof(tp_peak_end_state))
		bad_state(size);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(score_summary_serialize);
Datum
score_summary_serialize(PG_FUNCTION_ARGS)
{
	tp_summary_state *s = (tp_summary_state *) PG_GETARG_POINTER(0);

	tp_aggregate_context(fcinfo);
	return state_bytes(s, sizeof(*s), s->far);
}

PG_FUNCTION_INFO_V1(score_summary_deserialize);
Datum
score_summary_deserialize(PG_FUNCTION_ARGS)
{
	size_t		size;
	tp_summary_state *s = bytes_state(fcinfo, sizeof(tp_summary_state), &size);

	if (size < sizeof(*s) || (size > sizeof(*s) && size < sizeof(*s) + sizeof(tp_exact)))
		bad_state(size);
	s->far = size > sizeof(*s) ? (tp_exact *) (s + 1) : NULL;
	if (s->far != NULL && (s->far->sums != TP_SUMMARY_SUMS || s->far->words > TP_EXACT_WORDS_MAX ||
						   sizeof(*s) + tp_exact_size(s->far) != size))
		bad_state(size);
	PG_RETURN_POINTER(s);
}

#define NEUTRAL_HINT(call) "Say which score is neither good nor bad: " call " on a scale from 1 to 5."

TP_USAGE(peak_end_score, "peak_end_score() must be given neutral", NEUTRAL_HINT("peak_end_score(j, 3)"))
TP_USAGE(peak_score, "peak_score() must be given neutral", NEUTRAL_HINT("peak_score(j, 3)"))
TP_USAGE(score_summary, "score_summary() must be given neutral", NEUTRAL_HINT("score_summary(j, 3)"))
