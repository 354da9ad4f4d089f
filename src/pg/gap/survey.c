/*
 * survey.c
 *	  Figures of survey instruments in SQL: service gaps, zone of tolerance, SERVQUAL index,
 *	  importance and performance, NPS, CSAT, Kano, consistency of channels.
 */
#include "journey/types.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/summary.h"
#include "gap/tp_survey.h"
#include "base/tp_window.h"
#include "base/usage.h"
#include "journey/tp_wire.h"

/* A tally of another aggregate has other cells. */
static void
check_cells(const tp_tally *t, int cells)
{
	if (unlikely(t->cells != cells))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this touchpoint_tally has %d cells, not %d: it is the state of another aggregate", t->cells, cells),
				 errhint("Call the aggregate rather than its parts.")));
}

TP_SUMMARY_CHECK(check_tally, touchpoint_tally, tp_tally_is_current)

static tp_tally *
new_tally(int cells)
{
	tp_tally   *t = palloc(tp_tally_size(cells));

	tp_tally_init(t, cells);
	SET_VARSIZE(t, tp_tally_size(cells));
	return t;
}

/* Argument 0 of an aggregate's step, to be changed: a tally of that many cells; NULL has counted nothing. */
static void *
get_state(FunctionCallInfo fcinfo, int cells)
{
	tp_tally   *t;

	if (unlikely(PG_ARGISNULL(0)))
		return new_tally(cells);
	t = check_tally(tp_state_for_update(fcinfo));
	check_cells(t, cells);
	return t;
}

/* A tally to read, of any number of cells. */
TP_SUMMARY_GET(get_any_tally, tally_of, tp_tally, check_tally)

static const void *
get_tally(FunctionCallInfo fcinfo, int arg, int cells)
{
	const tp_tally *t = get_any_tally(fcinfo, arg);

	check_cells(t, cells);
	return t;
}

static void
raise_count_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the count of a touchpoint_tally is out of range"),
			 errhint("Is one of these a touchpoint_tally that the server wrote?")));
}

static void
raise_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a sum, difference or product is out of range"),
			 errhint("Keep scores and weights below 1e150.")));
}

static tp_status
tally_of_text(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err)
{
	tp_tally   *t = palloc(tp_tally_size(TP_TALLY_CELLS_MAX));
	tp_status	status = tp_tally_read(t, text, len, err);

	(void) mem;
	if (status == TP_OK)
	{
		SET_VARSIZE(t, tp_tally_size(t->cells));
		*d = PointerGetDatum(t);
	}
	return status;
}

static void
send_cell(StringInfo out, const tp_cell *c)
{
	pq_sendint64(out, c->count);
	tp_send_dd(out, c->sum);
}

static tp_cell
receive_cell(StringInfo message)
{
	tp_cell		c;

	c.count = pq_getmsgint64(message);
	c.sum = tp_receive_dd(message);
	return c;
}

/* u8 version, u8 flags, u16 cells, then per cell i64 count and the sum as two float8. */
static void
send_tally(StringInfo out, const tp_tally *t)
{
	pq_sendint16(out, t->cells);
	for (int i = 0; i < t->cells; i++)
		send_cell(out, &t->cell[i]);
}

static tp_tally *
receive_tally(StringInfo message)
{
	const char *type = "touchpoint_tally";
	int			cells;
	tp_tally   *t;

	tp_receive_flags(message, 4, TP_TALLY_VERSION, 0, type);
	cells = (int) pq_getmsgint(message, 2);
	if (cells < 1 || cells > TP_TALLY_CELLS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary %s", type),
				 errdetail("There are %d cells, not 1 to %d.", cells, TP_TALLY_CELLS_MAX)));
	tp_expect_bytes(message, (size_t) cells * sizeof(tp_cell), type);
	t = new_tally(cells);
	for (int i = 0; i < cells; i++)
		t->cell[i] = receive_cell(message);
	return t;
}

TP_SUMMARY_FORMS(touchpoint_tally, tp_tally, tally_of, tally_of_text, tp_tally_write, receive_tally, tp_tally_check, flags, send_tally)

/* The combine step of every aggregate whose cells just add up. */
PG_FUNCTION_INFO_V1(touchpoint_tally_merge);
Datum
touchpoint_tally_merge(PG_FUNCTION_ARGS)
{
	const tp_tally *other = get_any_tally(fcinfo, 1);
	tp_tally   *t = get_state(fcinfo, other->cells);

	if (!tp_tally_merge(t, other))
		raise_overflow();
	PG_RETURN_POINTER(t);
}

/* Service gaps */

static Datum
service_gap_row(FunctionCallInfo fcinfo, const double *measure, const bool *has, const tp_service_state *counts)
{
	double		gap[TP_SERVICE_GAPS];
	bool		known[TP_SERVICE_GAPS];
	Datum		values[TP_SERVICE_GAPS + TP_MEASURES];
	bool		nulls[TP_SERVICE_GAPS + TP_MEASURES] = {false};

	if (!tp_service_gaps(measure, has, gap, known))
		raise_overflow();
	for (int i = 0; i < TP_SERVICE_GAPS; i++)
	{
		values[i] = Float8GetDatum(gap[i]);
		nulls[i] = !known[i];
	}
	for (int i = 0; counts != NULL && i < TP_MEASURES; i++)
		values[TP_SERVICE_GAPS + i] = Int64GetDatum(counts->measure[i].count);
	return tp_row(fcinfo, values, nulls);
}

static const char *const measure_names[TP_MEASURES] = {
	"expected", "understood", "specified", "delivered", "promised", "perceived"
};

/* service_gaps(expected, understood, specified, delivered, promised, perceived) */
PG_FUNCTION_INFO_V1(service_gaps);
Datum
service_gaps(PG_FUNCTION_ARGS)
{
	double		measure[TP_MEASURES];
	bool		has[TP_MEASURES];

	for (int i = 0; i < TP_MEASURES; i++)
	{
		has[i] = !PG_ARGISNULL(i);
		measure[i] = has[i] ? PG_GETARG_FLOAT8(i) : 0;
		tp_check_finite(measure[i], measure_names[i]);
	}
	return service_gap_row(fcinfo, measure, has, NULL);
}

PG_FUNCTION_INFO_V1(service_gap_accum);
Datum
service_gap_accum(PG_FUNCTION_ARGS)
{
	tp_service_state *t = get_state(fcinfo, TP_CELLS_OF(tp_service_state));

	for (int i = 0; i < TP_MEASURES; i++)
		if (!PG_ARGISNULL(i + 1))
		{
			double		v = PG_GETARG_FLOAT8(i + 1);

			tp_check_finite(v, measure_names[i]);
			if (!tp_cell_add(&t->measure[i], tp_dd_of(v)))
				raise_overflow();
		}
	PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(service_gap_final);
Datum
service_gap_final(PG_FUNCTION_ARGS)
{
	const tp_service_state *t = get_tally(fcinfo, 0, TP_CELLS_OF(tp_service_state));
	double		measure[TP_MEASURES] = {0};
	bool		has[TP_MEASURES];

	for (int i = 0; i < TP_MEASURES; i++)
		has[i] = tp_cell_mean(&t->measure[i], &measure[i]);
	return service_gap_row(fcinfo, measure, has, t);
}

/* perceived - of, 22003 when that overflows. */
static double
difference(double perceived, double of)
{
	double		v = perceived - of;

	if (!isfinite(v))
		raise_overflow();
	return v;
}

/* tolerance_zone(adequate, desired, perceived) */
PG_FUNCTION_INFO_V1(tolerance_zone);
Datum
tolerance_zone(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"adequate", "desired", "perceived"};
	double		v[3];
	bool		has[3];
	Datum		values[4] = {0};
	bool		nulls[4];

	for (int i = 0; i < 3; i++)
	{
		has[i] = !PG_ARGISNULL(i);
		v[i] = has[i] ? PG_GETARG_FLOAT8(i) : 0;
		tp_check_finite(v[i], names[i]);
	}
	if (has[0] && has[1] && v[1] < v[0])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("desired (%g) must not be below adequate (%g)", v[1], v[0]),
				 errhint("Arguments are adequate, desired, perceived, in this order.")));
	nulls[0] = !has[0] || !has[2];
	nulls[1] = !has[1] || !has[2];
	nulls[2] = !has[0] || !has[1];
	nulls[3] = nulls[0] || nulls[1];
	if (!nulls[0])
		values[0] = Float8GetDatum(difference(v[2], v[0]));
	if (!nulls[1])
		values[1] = Float8GetDatum(difference(v[2], v[1]));
	if (!nulls[2])
		values[2] = Float8GetDatum(difference(v[1], v[0]));
	if (!nulls[3])
		values[3] = CStringGetTextDatum(tp_tolerance_verdict(v[0], v[1], v[2]));
	return tp_row(fcinfo, values, nulls);
}

/* SERVQUAL index. Strict. */
PG_FUNCTION_INFO_V1(servqual_accum);
Datum
servqual_accum(PG_FUNCTION_ARGS)
{
	tp_servqual_state *t = get_state(fcinfo, TP_CELLS_OF(tp_servqual_state));
	double		gap = PG_GETARG_FLOAT8(1);
	double		weight = PG_GETARG_FLOAT8(2);

	tp_check_finite(gap, "gap");
	tp_check_finite(weight, "weight");
	if (weight < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight must not be negative, not %g", weight),
				 errhint("A weight says how much a gap counts: 0 leaves it out.")));
	if (!tp_cell_add(&t->weighted, tp_two_product(gap, weight)) || !tp_cell_add(&t->weights, tp_dd_of(weight)))
		raise_overflow();
	PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(servqual_final);
Datum
servqual_final(PG_FUNCTION_ARGS)
{
	const tp_servqual_state *t = get_tally(fcinfo, 0, TP_CELLS_OF(tp_servqual_state));

	if (t->weights.sum.hi == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(tp_dd_value(tp_dd_divide_double(t->weighted.sum, tp_dd_value(t->weights.sum))));
}

/* Importance and performance. */

/* ipa_quadrant(importance, performance, importance_cut, performance_cut) */
PG_FUNCTION_INFO_V1(ipa_quadrant);
Datum
ipa_quadrant(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"importance", "performance", "importance_cut", "performance_cut"};
	double		v[4];

	for (int i = 0; i < 4; i++)
	{
		v[i] = PG_GETARG_FLOAT8(i);
		tp_check_finite(v[i], names[i]);
	}
	PG_RETURN_DATUM(CStringGetTextDatum(tp_quadrant(v[0], v[1], v[2], v[3])));
}

/* What the window form keeps for a partition: the quadrant of each row, NULL without both numbers. */
typedef struct quadrants
{
	bool		computed;
	const char **of_row;
} quadrants;

static void
take_coordinate(tp_partition *p, void *context, int argno, int64 row, Datum value, bool isnull)
{
	static const char *const names[] = {"importance", "performance"};
	double	   *values = context;

	values[row * p->nargs + argno] = tp_taken_number(value, isnull, names[argno]);
}

/* Cut at the means of the rows that have both. */
static void
find_quadrants(FunctionCallInfo fcinfo, quadrants *q)
{
	tp_partition p;
	double	   *values;
	tp_dd		sum[2] = {{0, 0}, {0, 0}};
	double		cut[2] = {0, 0};
	int64		n = 0;

	tp_partition_begin(&p, fcinfo, q, 2);
	q->of_row = tp_huge(p.kept, p.rows, sizeof(char *));
	values = tp_huge(p.work, p.rows, 2 * sizeof(double));
	tp_partition_read(&p, take_coordinate, values);
	for (int64 row = 0; row < p.rows; row++)
	{
		if (isnan(values[2 * row]) || isnan(values[2 * row + 1]))
			continue;
		for (int i = 0; i < 2; i++)
			sum[i] = tp_dd_add_double(sum[i], values[2 * row + i]);
		n++;
	}
	for (int i = 0; i < 2 && n > 0; i++)
	{
		if (!isfinite(sum[i].hi))
			raise_overflow();
		cut[i] = tp_dd_value(tp_dd_divide_double(sum[i], (double) n));
	}
	for (int64 row = 0; row < p.rows; row++)
	{
		double		importance = values[2 * row];
		double		performance = values[2 * row + 1];

		q->of_row[row] = isnan(importance) || isnan(performance) ? NULL
			: tp_quadrant(importance, performance, cut[0], cut[1]);
	}
	tp_partition_end(&p);
	q->computed = true;
}

PG_FUNCTION_INFO_V1(ipa_quadrant_window);
Datum
ipa_quadrant_window(PG_FUNCTION_ARGS)
{
	bool		first;
	quadrants  *q = tp_partition_state(fcinfo, sizeof(quadrants), &first);
	const char *quadrant;

	if (first)
		find_quadrants(fcinfo, q);
	quadrant = q->of_row[WinGetCurrentPosition(PG_WINDOW_OBJECT())];
	if (quadrant == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(CStringGetTextDatum(quadrant));
}

/* Net promoter score. Strict. */
PG_FUNCTION_INFO_V1(nps_accum);
Datum
nps_accum(PG_FUNCTION_ARGS)
{
	tp_nps_state *t = get_state(fcinfo, TP_CELLS_OF(tp_nps_state));
	double		score = PG_GETARG_FLOAT8(1);

	tp_check_finite(score, "score");
	if (score < 0 || score > 10)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a net promoter score is asked on 0 to 10, not %g", score),
				 errhint("Rescale other scales, or ask csat for the share of satisfied answers.")));
	if (!tp_count_one(&(score >= 9 ? &t->promoters : score > 6 ? &t->passives : &t->detractors)->count))
		raise_count_overflow();
	PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(nps_final);
Datum
nps_final(PG_FUNCTION_ARGS)
{
	const tp_nps_state *t = get_tally(fcinfo, 0, TP_CELLS_OF(tp_nps_state));
	double		n = (double) t->promoters.count + (double) t->passives.count + (double) t->detractors.count;

	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(100 * ((double) t->promoters.count - (double) t->detractors.count) / n);
}

/* Customer satisfaction: the setting is a part of the state, for it must not change within a group. */
static void
set_satisfied_from(tp_csat_state *t, double v)
{
	tp_cell    *setting = &t->setting;

	if (setting->count != 0 && setting->sum.hi != v)
		tp_changed_setting("satisfied_from", "a group");
	setting->count = 1;
	setting->sum = tp_dd_of(v + 0.0);
}

PG_FUNCTION_INFO_V1(csat_accum);
Datum
csat_accum(PG_FUNCTION_ARGS)
{
	tp_csat_state *t = get_state(fcinfo, TP_CELLS_OF(tp_csat_state));

	if (PG_ARGISNULL(2))
		tp_null_setting("satisfied_from");
	tp_check_finite(PG_GETARG_FLOAT8(2), "satisfied_from");
	set_satisfied_from(t, PG_GETARG_FLOAT8(2));
	if (!PG_ARGISNULL(1))
	{
		tp_check_finite(PG_GETARG_FLOAT8(1), "score");
		if (!tp_count_one(&t->answers.count) || !tp_count_if(&t->satisfied.count, PG_GETARG_FLOAT8(1) >= PG_GETARG_FLOAT8(2)))
			raise_count_overflow();
	}
	PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(csat_merge);
Datum
csat_merge(PG_FUNCTION_ARGS)
{
	tp_csat_state *t = get_state(fcinfo, TP_CELLS_OF(tp_csat_state));
	const tp_csat_state *other = get_tally(fcinfo, 1, TP_CELLS_OF(tp_csat_state));

	if (other->setting.count != 0)
		set_satisfied_from(t, other->setting.sum.hi);
	if (!tp_cell_merge(&t->answers, &other->answers) || !tp_cell_merge(&t->satisfied, &other->satisfied))
		raise_overflow();
	PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(csat_final);
Datum
csat_final(PG_FUNCTION_ARGS)
{
	const tp_csat_state *t = get_tally(fcinfo, 0, TP_CELLS_OF(tp_csat_state));

	if (t->answers.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(100 * (double) t->satisfied.count / (double) t->answers.count);
}

/* Kano. Strict. */
PG_FUNCTION_INFO_V1(kano_accum);
Datum
kano_accum(PG_FUNCTION_ARGS)
{
	tp_kano_state *t = get_state(fcinfo, TP_CELLS_OF(tp_kano_state));
	text	   *functional = PG_GETARG_TEXT_PP(1);
	text	   *dysfunctional = PG_GETARG_TEXT_PP(2);
	tp_kano		category;
	tp_error	err;

	if (tp_kano_category(VARDATA_ANY(functional), VARSIZE_ANY_EXHDR(functional),
						 VARDATA_ANY(dysfunctional), VARSIZE_ANY_EXHDR(dysfunctional),
						 &category, &err) != TP_OK)
		tp_raise(&err);
	if (!tp_count_one(&t->category[category].count))
		raise_count_overflow();
	PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(kano_final);
Datum
kano_final(PG_FUNCTION_ARGS)
{
	const tp_kano_state *t = get_tally(fcinfo, 0, TP_CELLS_OF(tp_kano_state));
	const tp_cell *cell = t->category;
	double		sum = 0;
	int			mode = 0;
	Datum		values[3 + TP_KANO_CATEGORIES] = {0};
	bool		nulls[3 + TP_KANO_CATEGORIES] = {false};

	for (int i = 0; i < TP_KANO_CATEGORIES; i++)
	{
		if (cell[i].count > cell[mode].count)
			mode = i;
		values[3 + i] = Int64GetDatum(cell[i].count);
	}
	for (int i = TP_KANO_M; i <= TP_KANO_I; i++)
		sum += (double) cell[i].count;
	nulls[0] = cell[mode].count == 0;
	nulls[1] = nulls[2] = sum == 0;
	if (!nulls[0])
		values[0] = PointerGetDatum(cstring_to_text_with_len(&tp_kano_letters[mode], 1));
	if (!nulls[1])
	{
		values[1] = Float8GetDatum(((double) cell[TP_KANO_A].count + (double) cell[TP_KANO_O].count) / sum);
		values[2] = Float8GetDatum(-((double) cell[TP_KANO_O].count + (double) cell[TP_KANO_M].count) / sum);
	}
	return tp_row(fcinfo, values, nulls);
}

/* Consistency of channels. */

TP_SUMMARY_CHECK(check_channels, touchpoint_channels, tp_channels_is_current)

static const tp_channels *
channels_of(Datum d)
{
	return check_channels(PG_DETOAST_DATUM(d));
}

#define SIZE_OF(channels) ((channels)->size)

TP_SIZED_SUMMARY_OF_TEXT(channels_of_text, tp_channels, tp_channels_read, SIZE_OF)

/*
 * u8 version, u8 flags, u16 channels, sum of squares as two float8, then per channel i32 length,
 * the channel in UTF-8, i64 count, sum as two float8.
 */
static void
send_channels(StringInfo out, const tp_channels *c)
{
	pq_sendint16(out, c->channels);
	tp_send_dd(out, c->squares);
	for (int i = 0; i < c->channels; i++)
	{
		const tp_channel *e = tp_channels_at(c, i);
		size_t		len;
		const char *name = tp_host_to_utf8(e->name, e->len, &len);

		pq_sendint32(out, (uint32) len);
		pq_sendbytes(out, name, (int) len);
		send_cell(out, &e->cell);
	}
}

static tp_channels *
receive_channels(StringInfo message)
{
	const char *type = "touchpoint_channels";
	const int	head = 4 + (int) sizeof(tp_dd);
	const int	tail = (int) sizeof(tp_cell);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	int			n;
	tp_channels *c;
	tp_error	err;

	tp_receive_flags(message, (size_t) head, TP_CHANNELS_VERSION, 0, type);
	n = (int) pq_getmsgint(message, 2);
	c = palloc(sizeof(tp_channels));
	tp_channels_init(c, sizeof(tp_channels));
	c->squares = tp_receive_dd(message);
	if (!tp_dd_is_normal(c->squares) || c->squares.hi < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary %s", type),
				 errdetail("No scores have this sum of squares.")));
	for (int i = 0; i < n; i++)
	{
		int			left = message->len - message->cursor - (int) sizeof(int32) - tail;
		int			len;
		const char *bytes;
		const char *name;
		size_t		name_len;
		tp_cell		cell;

		if (left < 0)
			tp_expect_bytes(message, sizeof(int32) + tail, type);
		len = (int) pq_getmsgint(message, 4);
		if (len < 0 || len > left)
			tp_expect_bytes(message, (size_t) (uint32) len + tail, type);
		bytes = pq_getmsgbytes(message, len);
		name = len == 0 ? "" : tp_host_from_utf8(bytes, (size_t) len, &name_len);
		cell = receive_cell(message);
		if (tp_channels_append(&c, name, len == 0 ? 0 : name_len, cell, &mem, TP_BAD_BINARY, &err) != TP_OK)
			tp_raise(&err);
	}
	tp_expect_bytes(message, 0, type);
	SET_VARSIZE(c, c->size);
	return c;
}

TP_SUMMARY_FORMS(touchpoint_channels, tp_channels, channels_of, channels_of_text, tp_channels_write, receive_channels, tp_channels_check, flags, send_channels)

/* The entry of a channel in *c, which moves to a larger image where it has no room. */
static tp_channel *
make_entry(tp_channels **c, const char *name, size_t len)
{
	tp_channel *e = tp_channels_entry(*c, name, len);

	if (e == NULL)
	{
		size_t		size = tp_channels_grown(*c, len);
		tp_channels *larger;

		if (size == 0)
		{
			tp_error	err;

			tp_channels_past_limit(&err);
			tp_raise(&err);
		}
		larger = palloc(size);
		tp_channels_copy(larger, size, *c);
		SET_VARSIZE(larger, size);
		*c = larger;
		e = tp_channels_entry(larger, name, len);
	}
	return e;
}

/* A step of (touchpoint_channels, channel or group, a number that its caller knows as what): strict. */
static Datum
count_in_channel(FunctionCallInfo fcinfo, const char *what)
{
	tp_channels *c = tp_state_for_update(fcinfo);
	text	   *channel = PG_GETARG_TEXT_PP(1);
	double		v = PG_GETARG_FLOAT8(2);
	tp_channel *e;

	check_channels(c);
	tp_check_finite(v, what);
	e = make_entry(&c, VARDATA_ANY(channel), VARSIZE_ANY_EXHDR(channel));
	e->cell.sum = tp_dd_add_double(e->cell.sum, v);
	c->squares = tp_dd_add_alike(c->squares, tp_two_square(v));
	if (unlikely(!tp_count_one(&e->cell.count) || !isfinite(c->squares.hi)))
		raise_overflow();
	PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(channel_consistency_accum);
Datum
channel_consistency_accum(PG_FUNCTION_ARGS)
{
	return count_in_channel(fcinfo, "score");
}

PG_FUNCTION_INFO_V1(group_difference_accum);
Datum
group_difference_accum(PG_FUNCTION_ARGS)
{
	return count_in_channel(fcinfo, "value");
}

PG_FUNCTION_INFO_V1(channel_consistency_merge);
Datum
channel_consistency_merge(PG_FUNCTION_ARGS)
{
	tp_channels *c = tp_state_for_update(fcinfo);
	const tp_channels *other = check_channels(TP_GETARG_IMAGE(1));

	check_channels(c);
	for (int i = 0; i < other->channels; i++)
	{
		const tp_channel *from = tp_channels_at(other, i);

		if (!tp_cell_merge(&make_entry(&c, from->name, from->len)->cell, &from->cell))
			raise_overflow();
	}
	c->squares = tp_dd_add(c->squares, other->squares);
	if (!isfinite(c->squares.hi))
		raise_overflow();
	PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(channel_consistency_final);
Datum
channel_consistency_final(PG_FUNCTION_ARGS)
{
	double		v;
	bool		known;
	tp_error	err;

	if (tp_channel_consistency(check_channels(TP_GETARG_IMAGE(0)), &v, &known, &err) != TP_OK)
		tp_raise(&err);
	if (!known)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(v);
}

PG_FUNCTION_INFO_V1(group_difference_final);
Datum
group_difference_final(PG_FUNCTION_ARGS)
{
	tp_group_difference d;
	Datum		values[7];
	bool		nulls[7] = {false};
	tp_error	err;

	tp_check(tp_channels_difference(check_channels(TP_GETARG_IMAGE(0)), &d, &err), &err);
	values[0] = Int64GetDatum(d.groups);
	values[1] = Int64GetDatum(d.n);
	values[2] = Float8GetDatum(d.f);
	values[3] = Float8GetDatum((double) d.groups - 1);
	values[4] = Float8GetDatum((double) (d.n - d.groups));
	values[5] = Float8GetDatum(d.p_value);
	values[6] = Float8GetDatum(d.eta_squared);
	nulls[2] = nulls[5] = !d.has_f;
	nulls[3] = d.groups == 0;
	nulls[4] = d.groups == 0;
	nulls[6] = !d.has_eta;
	return tp_row(fcinfo, values, nulls);
}

TP_USAGE(csat, "csat() must be given satisfied_from",
		 "Say from which score on a customer is satisfied: csat(score, 4) on a scale from 1 to 5.")
