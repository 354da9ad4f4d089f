/*
 * drivers.c
 *	  Key drivers of an outcome in SQL: the type driver_summary, its aggregate, relative weights.
 */
#include "journey/types.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/compare.h"
#include "base/summary.h"
#include "base/tp_array.h"
#include "gap/tp_drivers.h"

TP_SUMMARY_CHECK(check_summary, driver_summary, tp_drivers_is_current)

TP_OPEN_SUMMARY(tp_drivers, tp_drivers, check_summary, close_summary, closed, open_datum)

/* A summary for its figures. */
static const tp_drivers *
get_summary(FunctionCallInfo fcinfo, int arg)
{
	const tp_drivers *d = closed(PG_GETARG_DATUM(arg));
	tp_drivers *rounded;

	if (d->version == TP_DRIVERS_VERSION)
		return d;
	rounded = palloc(tp_drivers_size(d->drivers));
	tp_drivers_round(rounded, d);
	return rounded;
}

static size_t
size_of(const tp_drivers *d)
{
	return tp_drivers_long_size(d->drivers, tp_drivers_parts(d));
}

TP_SIZED_SUMMARY_OF_TEXT(drivers_of_text, tp_drivers, tp_drivers_read, size_of)

/*
 * u8 version, u8 flags, u16 drivers, i64 count, then the sums and the sums of products in the order
 * of the image, each as two float8, or in version 2 as many as flags says.
 */
static void
send_drivers(StringInfo out, const tp_drivers *d)
{
	pq_sendint16(out, d->drivers);
	pq_sendint64(out, d->count);
	tp_send_numbers(out, tp_drivers_sum(d, 0), tp_drivers_sums(d->drivers) * (size_t) tp_drivers_parts(d));
}

static tp_drivers *
receive_drivers(StringInfo message)
{
	const size_t head = 2 + sizeof(int16) + sizeof(int64);
	tp_drivers *d;
	int			version,
				flags,
				k,
				parts;

	if ((size_t) (message->len - message->cursor) < head)
		tp_expect_bytes(message, head, "driver_summary");
	version = pq_getmsgbyte(message);
	flags = pq_getmsgbyte(message);
	k = (int) pq_getmsgint(message, 2);
	parts = version == TP_DRIVERS_LONG ? flags : 2;
	if (version == TP_DRIVERS_LONG ? flags <= 2 || flags > TP_EXACT_PARTS_MAX || k == 0 :
		version != TP_DRIVERS_VERSION || flags != 0)
		tp_bad_version("driver_summary", version, flags);
	if (k > TP_DRIVERS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary driver_summary"),
				 errdetail("There are %d drivers, more than %d.", k, TP_DRIVERS_MAX)));
	tp_expect_bytes(message, sizeof(int64) + tp_drivers_sums(k) * (size_t) parts * sizeof(float8), "driver_summary");
	d = palloc(tp_drivers_long_size(k, parts));
	tp_drivers_init(d, k, parts);
	SET_VARSIZE(d, tp_drivers_long_size(k, parts));
	d->count = pq_getmsgint64(message);
	tp_receive_numbers(message, tp_drivers_sum(d, 0), tp_drivers_sums(k) * (size_t) parts);
	return d;
}

TP_SUMMARY_FORMS(driver_summary, tp_drivers, closed, drivers_of_text, tp_drivers_write, receive_drivers, tp_drivers_check, flags, send_drivers)
TP_SUMMARY_ORDER(driver_summary, closed, tp_drivers_compare)

/* The state image to be added to rows of k drivers. */
static tp_drivers_open *
begin(void *image, int k)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_drivers_open *d = image;
	tp_error	err;

	if (d->drivers != 0 && d->drivers != k)
	{
		tp_drivers_mismatch(d->drivers, k, &err);
		tp_raise(&err);
	}
	if (!tp_drivers_is_open(image) && tp_drivers_begin(&d, k, image, &mem, &err) != TP_OK)
		tp_raise(&err);
	return d;
}

/* The state with one more row, open; or as it was, where the row is passed over. */
static void *
add(FunctionCallInfo fcinfo)
{
	void	   *image = tp_state_for_update(fcinfo);
	double		outcome = PG_GETARG_FLOAT8(1);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	int			k;
	bool		has_null;
	const double *driver = tp_numbers_of(PG_GETARG_ARRAYTYPE_P(2), "drivers", &k, &has_null);
	tp_drivers_open *d;
	tp_error	err;

	check_summary(image);
	if (has_null)
		return image;
	if (tp_drivers_check_number(k, &err) != TP_OK)
		tp_raise(&err);
	tp_check_finite(outcome, "outcome");
	d = begin(image, k);
	if (tp_drivers_add(&d, outcome, driver, &mem, &err) != TP_OK)
		tp_raise(&err);
	return d;
}

static void *
merge(FunctionCallInfo fcinfo)
{
	void	   *image = tp_state_for_update(fcinfo);
	const tp_drivers *other = check_summary(TP_GETARG_IMAGE(1));
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_drivers_open *d;
	tp_error	err;

	check_summary(image);
	if (other->drivers == 0)
		return image;
	if (((tp_drivers *) image)->drivers == 0)
		d = begin(image, other->drivers);
	else
		d = begin(image, ((tp_drivers *) image)->drivers);
	if (tp_drivers_merge(&d, other, &mem, &err) != TP_OK)
		tp_raise(&err);
	return d;
}

/* A state that has not counted anything is not open. */
static Datum
state_datum(FunctionCallInfo fcinfo, void *image)
{
	return tp_drivers_is_open(image) ? open_datum(fcinfo, image) : PointerGetDatum(image);
}

/* driver_summary_accum(driver_summary, outcome, drivers): strict. */
TP_FUNCTION(driver_summary_step, state_datum(fcinfo, add(fcinfo)))

/* driver_summary_merge(driver_summary, driver_summary): +, and what rollup and parallel aggregation do. */
TP_FUNCTION(driver_summary_combine, state_datum(fcinfo, merge(fcinfo)))
TP_FUNCTION(driver_summary_final, PointerGetDatum(closed(PG_GETARG_DATUM(0))))

/* The steps of 0.1.0, whose aggregates have no final function: the state is closed after each. */
PG_FUNCTION_INFO_V1(driver_summary_accum);
Datum
driver_summary_accum(PG_FUNCTION_ARGS)
{
	void	   *image = add(fcinfo);

	PG_RETURN_POINTER(tp_drivers_is_open(image) ? close_summary(image) : image);
}

PG_FUNCTION_INFO_V1(driver_summary_merge);
Datum
driver_summary_merge(PG_FUNCTION_ARGS)
{
	void	   *image = merge(fcinfo);

	PG_RETURN_POINTER(tp_drivers_is_open(image) ? close_summary(image) : image);
}

/* The weights of d and their sum; false where there is no answer. */
static bool
solve(const tp_drivers *d, double *weights, double *r_squared)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;
	bool		known;

	if (tp_drivers_weights(d, &mem, weights, r_squared, &known, &err) != TP_OK)
		tp_raise(&err);
	return known;
}

PG_FUNCTION_INFO_V1(relative_weights);
Datum
relative_weights(PG_FUNCTION_ARGS)
{
	const tp_drivers *d = get_summary(fcinfo, 0);
	double		weights[TP_DRIVERS_MAX];
	double		r_squared;

	if (!solve(d, weights, &r_squared))
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(tp_array_of_numbers(weights, d->drivers));
}

/* Percent of what the drivers explain; where they explain nothing there is no share of it. */
PG_FUNCTION_INFO_V1(relative_importance);
Datum
relative_importance(PG_FUNCTION_ARGS)
{
	const tp_drivers *d = get_summary(fcinfo, 0);
	double		weights[TP_DRIVERS_MAX];
	double		r_squared;

	if (!solve(d, weights, &r_squared) || r_squared == 0)
		PG_RETURN_NULL();
	for (int i = 0; i < d->drivers; i++)
		weights[i] *= 100 / r_squared;
	PG_RETURN_ARRAYTYPE_P(tp_array_of_numbers(weights, d->drivers));
}

PG_FUNCTION_INFO_V1(r_squared);
Datum
r_squared(PG_FUNCTION_ARGS)
{
	double		weights[TP_DRIVERS_MAX];
	double		sum;

	if (!solve(get_summary(fcinfo, 0), weights, &sum))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sum);
}

PG_FUNCTION_INFO_V1(driver_correlations);
Datum
driver_correlations(PG_FUNCTION_ARGS)
{
	const tp_drivers *d = get_summary(fcinfo, 0);
	double		r[TP_DRIVERS_MAX];

	if (d->count < 2)
		PG_RETURN_NULL();
	for (int i = 0; i < d->drivers; i++)
		if (!tp_drivers_correlation(d, i + 1, &r[i]))
			r[i] = NAN;
	PG_RETURN_ARRAYTYPE_P(tp_array_of_numbers(r, d->drivers));
}

/* driver_table(driver_summary, names): a row a driver, in the order of the array. */
PG_FUNCTION_INFO_V1(driver_table);
Datum
driver_table(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = (ReturnSetInfo *) fcinfo->resultinfo;
	const tp_drivers *d;
	double		weights[TP_DRIVERS_MAX];
	double		r_squared = 0;
	bool		known;
	Datum	   *names;
	bool	   *name_nulls;
	int			n;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(1))
		tp_null_setting("names");
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	d = get_summary(fcinfo, 0);
	if (d->drivers == 0)
		return (Datum) 0;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &names, &name_nulls, &n);
	if (n != d->drivers)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are %d names for %d drivers", n, d->drivers),
				 errhint("Name every driver, in the order of the array given to driver_agg.")));
	known = solve(d, weights, &r_squared);
	for (int i = 0; i < n; i++)
	{
		Datum		values[5];
		bool		nulls[5];
		double		v = 0;

		values[0] = names[i];
		nulls[0] = name_nulls[i];
		values[1] = known ? Float8GetDatum(weights[i]) : (Datum) 0;
		nulls[1] = !known;
		nulls[2] = !known || r_squared == 0;
		values[2] = nulls[2] ? (Datum) 0 : Float8GetDatum(100 * weights[i] / r_squared);
		nulls[3] = !tp_drivers_correlation(d, i + 1, &v);
		values[3] = Float8GetDatum(v);
		nulls[4] = !tp_drivers_mean(d, i + 1, &v);
		values[4] = Float8GetDatum(v);
		tuplestore_putvalues(rows->setResult, rows->setDesc, values, nulls);
	}
	return (Datum) 0;
}
