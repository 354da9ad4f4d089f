/*
 * tp_journey_columns.c
 *	  The columns of a journey's image: which form each takes, and writing it. The layout is drawn in
 *	  tp_journey.h.
 */
#include "journey/tp_journey_columns.h"

#include <float.h>
#include <math.h>

#define COARSEST_UNIT 5			/* days, in tp_unit_usecs */

static void
take_form(tp_column_plan *plan, tp_column column, tp_form form, size_t n, bool constant)
{
	plan->form = (uint8_t) form;
	plan->bytes = tp_form_width[column][form] * n;
	if (constant && plan->bytes >= 8)
	{
		plan->form = TP_FORM_CONSTANT;
		plan->bytes = 8;
		plan->scale = 0;
	}
}

static inline bool
is_real(double v)
{
	/* beyond what a float holds, converting is not defined */
	return v >= -(double) FLT_MAX && v <= (double) FLT_MAX && (double) (float) v == v;
}

/* v holds n numbers, NaN where unknown; not all are. */
static void
plan_numbers(tp_column_plan *plan, const double *v, size_t n)
{
	int			scale = 0;
	bool		fits = true,
				real = true,
				unknown = false,
				constant = true;
	double		first = NAN;
	int64_t		low = 0,
				high = 0;

	for (size_t i = 0; i < n; i++)
	{
		int32_t		m = 0;

		if (isnan(v[i]))
		{
			unknown = true;
			continue;
		}
		if (isnan(first))
			first = v[i];
		constant &= v[i] == first;
		if (!fits)
			continue;
		while (!tp_fits_scale(v[i], scale, &m))
		{
			/* what fitted a lesser scale is ten times as large at the next */
			low *= 10;
			high *= 10;
			fits = ++scale <= TP_GREATEST_SCALE && low >= -INT32_MAX && high <= INT32_MAX;
			if (!fits)
				break;
		}
		if (fits)
		{
			low = m < low ? m : low;
			high = m > high ? m : high;
		}
	}
	for (size_t i = 0; i < n && !fits && real; i++)
		real = isnan(v[i]) || is_real(v[i]);
	plan->scale = (uint8_t) (fits ? scale : 0);
	take_form(plan, TP_SCORE, !fits ? (real ? TP_FORM_REAL : TP_FORM_8) : low >= -INT8_MAX && high <= INT8_MAX ? TP_FORM_1 :
			  low >= -INT16_MAX && high <= INT16_MAX ? TP_FORM_2 : TP_FORM_4, n, constant && !unknown);
}

static void
write_numbers(uint8_t *to, const tp_column_plan *plan, const double *v, size_t n)
{
	double		power = tp_power10[plan->scale];

	switch (plan->form)
	{
		case TP_FORM_CONSTANT:
			tp_store_f64(to, v[0]);
			break;
		case TP_FORM_1:
			for (size_t i = 0; i < n; i++)
				to[i] = (uint8_t) (isnan(v[i]) ? INT8_MIN : (int8_t) tp_nearest(v[i] * power));
			break;
		case TP_FORM_2:
			for (size_t i = 0; i < n; i++)
				tp_store_i16(to + 2 * i, isnan(v[i]) ? INT16_MIN : (int16_t) tp_nearest(v[i] * power));
			break;
		case TP_FORM_4:
			for (size_t i = 0; i < n; i++)
				tp_store_i32(to + 4 * i, isnan(v[i]) ? INT32_MIN : tp_nearest(v[i] * power));
			break;
		case TP_FORM_REAL:
			for (size_t i = 0; i < n; i++)
				tp_store_f32(to + 4 * i, isnan(v[i]) ? NAN : (float) v[i]);
			break;
		default:
			for (size_t i = 0; i < n; i++)
				tp_store_f64(to + 8 * i, isnan(v[i]) ? (double) NAN : v[i]);
			break;
	}
}

static tp_form
form_of_unsigned(uint64_t greatest)
{
	return greatest <= UINT8_MAX ? TP_FORM_1 : greatest <= UINT16_MAX ? TP_FORM_2 : greatest <= 0xFFFFFF ? TP_FORM_3 :
		greatest <= UINT32_MAX ? TP_FORM_4 : greatest <= UINT64_C(0xFFFFFFFFFFFF) ? TP_FORM_6 : TP_FORM_8;
}

/* The least of the width means unknown. */
static tp_form
form_of_signed(int64_t low, int64_t high)
{
	return low >= -INT8_MAX && high <= INT8_MAX ? TP_FORM_1 : low >= -INT16_MAX && high <= INT16_MAX ? TP_FORM_2 :
		low >= -0x7FFFFF && high <= 0x7FFFFF ? TP_FORM_3 : low >= -INT32_MAX && high <= INT32_MAX ? TP_FORM_4 :
		low >= -INT64_C(0x7FFFFFFFFFFF) && high <= INT64_C(0x7FFFFFFFFFFF) ? TP_FORM_6 : TP_FORM_8;
}

/* By constants, which the compiler turns into multiplications. */
static inline uint64_t
in_units(uint64_t usecs, int unit)
{
	switch (unit)
	{
		case 1:
			return usecs / 1000;
		case 2:
			return usecs / TP_USECS_PER_SECOND;
		case 3:
			return usecs / TP_USECS_PER_MINUTE;
		case 4:
			return usecs / TP_USECS_PER_HOUR;
		case 5:
			return usecs / TP_USECS_PER_DAY;
		default:
			return usecs;
	}
}

/*
 * v holds n counts of microseconds, UINT64_MAX where unknown. Divides them by the coarsest unit
 * that loses nothing.
 */
static uint8_t
coarsen(uint64_t *v, size_t n)
{
	int			unit = COARSEST_UNIT;

	for (size_t i = 0; i < n && unit > 0; i++)
		while (v[i] != UINT64_MAX && in_units(v[i], unit) * (uint64_t) tp_unit_usecs[unit] != v[i])
			unit--;
	if (unit > 0)
		for (size_t i = 0; i < n; i++)
			if (v[i] != UINT64_MAX)
				v[i] = in_units(v[i], unit);
	return (uint8_t) unit;
}

/* v are offsets of times, which rise, in microseconds; they become units. */
static void
plan_times(tp_column_plan *plan, uint64_t *v, size_t n)
{
	memset(plan, 0, sizeof(*plan));
	if (v[n - 1] == 0)
		return;
	plan->scale = coarsen(v, n);
	take_form(plan, TP_TIME, form_of_unsigned(v[n - 1]), n, false);
}

/* v are durations, UINT64_MAX where unknown; they become units. */
static void
plan_durations(tp_column_plan *plan, uint64_t *v, size_t n)
{
	uint64_t	greatest = 0;
	bool		unknown = false,
				constant = true;

	plan->scale = coarsen(v, n);
	for (size_t i = 0; i < n; i++)
	{
		if (v[i] == UINT64_MAX)
			unknown = true;
		else if (v[i] > greatest)
			greatest = v[i];
		constant &= v[i] == v[0];
	}
	/* the greatest of a width means unknown */
	take_form(plan, TP_DURATION, form_of_unsigned(greatest + 1), n, constant && !unknown);
}

static void
write_unsigned(uint8_t *to, const tp_column_plan *plan, const uint64_t *v, size_t n)
{
	switch (plan->form)
	{
		case TP_FORM_ABSENT:
			break;
		case TP_FORM_CONSTANT:
			tp_store_u64(to, v[0]);
			break;
		case TP_FORM_1:
			for (size_t i = 0; i < n; i++)
				to[i] = (uint8_t) v[i];
			break;
		case TP_FORM_2:
			for (size_t i = 0; i < n; i++)
				tp_store_u16(to + 2 * i, (uint16_t) v[i]);
			break;
		case TP_FORM_4:
			for (size_t i = 0; i < n; i++)
				tp_store_u32(to + 4 * i, (uint32_t) v[i]);
			break;
		case TP_FORM_3:
			for (size_t i = 0; i < n; i++)
				tp_store_u24(to + 3 * i, (uint32_t) v[i]);
			break;
		case TP_FORM_6:
			for (size_t i = 0; i < n; i++)
				tp_store_u48(to + 6 * i, v[i]);
			break;
		default:
			memcpy(to, v, 8 * n);
			break;
	}
}

static void
plan_ids(tp_column_plan *plan, const tp_contact *c, size_t n)
{
	int64_t		low = INT64_MAX,
				high = INT64_MIN;
	bool		unknown = false,
				constant = true;
	uint64_t	spread;

	plan->scale = 0;
	for (size_t i = 0; i < n; i++)
	{
		if (!(c[i].has & TP_HAS_ID))
		{
			unknown = true;
			continue;
		}
		low = c[i].id < low ? c[i].id : low;
		high = c[i].id > high ? c[i].id : high;
		constant &= (c[0].has & TP_HAS_ID) && c[i].id == c[0].id;
	}
	take_form(plan, TP_ID, form_of_signed(low, high), n, constant && !unknown);
	plan->bitmap = plan->form == TP_FORM_8 && unknown;
	if (plan->bitmap)
		plan->bytes += (n + 7) / 8;
	spread = (uint64_t) high - (uint64_t) low;
	if (plan->form != TP_FORM_CONSTANT && spread < UINT64_C(0xFFFFFFFFFFFF))
	{
		/* the greatest of the width means unknown */
		tp_form		form = form_of_unsigned(spread + 1);
		size_t		bytes = 8 + tp_form_width[TP_ID][form] * n;

		if (bytes < plan->bytes)
			*plan = (tp_column_plan) {.form = (uint8_t) form, .based = true, .base = low, .bytes = bytes};
	}
}

/* Ids that count from the least, which stands before them. */
static void
write_based_ids(uint8_t *to, const tp_column_plan *plan, const tp_contact *c, size_t n)
{
	tp_store_i64(to, plan->base);
	to += 8;
	for (size_t i = 0; i < n; i++)
	{
		uint64_t	v = c[i].has & TP_HAS_ID ? (uint64_t) c[i].id - (uint64_t) plan->base : UINT64_MAX;

		switch (plan->form)
		{
			case TP_FORM_1:
				to[i] = (uint8_t) v;
				break;
			case TP_FORM_2:
				tp_store_u16(to + 2 * i, (uint16_t) v);
				break;
			case TP_FORM_3:
				tp_store_u24(to + 3 * i, (uint32_t) v);
				break;
			case TP_FORM_4:
				tp_store_u32(to + 4 * i, (uint32_t) v);
				break;
			default:
				tp_store_u48(to + 6 * i, v);
				break;
		}
	}
}

static void
write_ids(uint8_t *to, const tp_column_plan *plan, const tp_contact *c, size_t n)
{
	uint8_t    *bitmap = to + 8 * n;

	if (plan->based)
	{
		write_based_ids(to, plan, c, n);
		return;
	}
	switch (plan->form)
	{
		case TP_FORM_CONSTANT:
			tp_store_i64(to, c[0].id);
			break;
		case TP_FORM_1:
			for (size_t i = 0; i < n; i++)
				to[i] = (uint8_t) (c[i].has & TP_HAS_ID ? (int8_t) c[i].id : INT8_MIN);
			break;
		case TP_FORM_2:
			for (size_t i = 0; i < n; i++)
				tp_store_i16(to + 2 * i, c[i].has & TP_HAS_ID ? (int16_t) c[i].id : INT16_MIN);
			break;
		case TP_FORM_3:
			for (size_t i = 0; i < n; i++)
				tp_store_u24(to + 3 * i, c[i].has & TP_HAS_ID ? (uint32_t) c[i].id : 0x800000);
			break;
		case TP_FORM_4:
			for (size_t i = 0; i < n; i++)
				tp_store_i32(to + 4 * i, c[i].has & TP_HAS_ID ? (int32_t) c[i].id : INT32_MIN);
			break;
		case TP_FORM_6:
			for (size_t i = 0; i < n; i++)
				tp_store_u48(to + 6 * i, c[i].has & TP_HAS_ID ? (uint64_t) c[i].id : UINT64_C(0x800000000000));
			break;
		default:
			if (plan->bitmap)
				memset(bitmap, 0, (n + 7) / 8);
			for (size_t i = 0; i < n; i++)
			{
				bool		known = (c[i].has & TP_HAS_ID) != 0;

				tp_store_i64(to + 8 * i, known ? c[i].id : INT64_MIN);
				if (plan->bitmap && known)
					bitmap[i / 8] |= (uint8_t) (1 << (i % 8));
			}
			break;
	}
}

static void
plan_initiators(tp_column_plan *plan, const tp_contact *c, size_t n)
{
	bool		constant = true;

	plan->scale = 0;
	for (size_t i = 0; i < n; i++)
		constant &= c[i].has >> TP_BY_SHIFT == c[0].has >> TP_BY_SHIFT;
	take_form(plan, TP_INITIATOR, TP_FORM_1, n, constant);
}

/* Fill v with one column of numbers, NaN where unknown. */
static void
gather_numbers(double *v, const tp_contact *c, size_t n, tp_column column)
{
	switch (column)
	{
		case TP_SCORE:
			for (size_t i = 0; i < n; i++)
				v[i] = c[i].has & TP_HAS_SCORE ? c[i].score : (double) NAN;
			break;
		case TP_EXPECTED:
			for (size_t i = 0; i < n; i++)
				v[i] = c[i].has & TP_HAS_EXPECTED ? c[i].expected : (double) NAN;
			break;
		case TP_COST:
			for (size_t i = 0; i < n; i++)
				v[i] = c[i].has & TP_HAS_COST ? c[i].cost : (double) NAN;
			break;
		default:
			for (size_t i = 0; i < n; i++)
				v[i] = c[i].has & TP_HAS_VALUE ? c[i].value : (double) NAN;
			break;
	}
}

static void
gather_unsigned(uint64_t *v, const tp_contact *c, size_t n, tp_column column)
{
	if (column == TP_TIME)
		for (size_t i = 0; i < n; i++)
			v[i] = (uint64_t) c[i].time - (uint64_t) c[0].time;
	else
		for (size_t i = 0; i < n; i++)
			v[i] = c[i].has & TP_HAS_DURATION ? (uint64_t) c[i].duration : UINT64_MAX;
}

static inline tp_column_values
place_of(tp_column_values v, int column, size_t n)
{
	if (n <= TP_COLUMNS_KEPT)
		v.number += (size_t) column * n;
	return v;
}

tp_status
tp_plan_columns(const tp_memory *mem, tp_column_plan *plan, tp_column_values room, const tp_contact *c, size_t n, size_t *size,
				tp_error *err)
{
	static const uint8_t has_bit[TP_COLUMNS] = {0, TP_HAS_ID, TP_HAS_SCORE, TP_HAS_EXPECTED, TP_HAS_COST,
	TP_HAS_DURATION, TP_HAS_VALUE, 3 << TP_BY_SHIFT};
	uint8_t		any = 0;

	for (size_t i = 0; i < n; i++)
		any |= c[i].has;
	for (int column = 0; column < TP_COLUMNS && n > 0; column++)
	{
		tp_column_values v = place_of(room, column, n);

		if (column != TP_TIME && !(any & has_bit[column]))
			continue;
		/* a column takes some milliseconds a million contacts */
		if (n > TP_POLL_EVERY && tp_interrupted(mem))
			return tp_fail_interrupted(err);
		switch (column)
		{
			case TP_TIME:
				gather_unsigned(v.whole, c, n, TP_TIME);
				plan_times(&plan[column], v.whole, n);
				break;
			case TP_ID:
				plan_ids(&plan[column], c, n);
				break;
			case TP_DURATION:
				gather_unsigned(v.whole, c, n, TP_DURATION);
				plan_durations(&plan[column], v.whole, n);
				break;
			case TP_INITIATOR:
				plan_initiators(&plan[column], c, n);
				break;
			default:
				gather_numbers(v.number, c, n, (tp_column) column);
				plan_numbers(&plan[column], v.number, n);
				break;
		}
		*size += plan[column].bytes;
	}
	return TP_OK;
}

void
tp_write_column(uint8_t *at, tp_column column, const tp_column_plan *p, tp_column_values room, const tp_contact *c, size_t n)
{
	tp_column_values v = place_of(room, column, n);
	bool		kept = n <= TP_COLUMNS_KEPT;

	switch (column)
	{
		case TP_TIME:
		case TP_DURATION:
			/* a constant is written in microseconds, which planning made units of */
			if (!kept || p->form == TP_FORM_CONSTANT)
				gather_unsigned(v.whole, c, n, column);
			for (size_t i = 0; i < n && !kept && p->form != TP_FORM_CONSTANT; i++)
				if (v.whole[i] != UINT64_MAX)
					v.whole[i] = in_units(v.whole[i], p->scale);
			write_unsigned(at, p, v.whole, n);
			break;
		case TP_ID:
			write_ids(at, p, c, n);
			break;
		case TP_INITIATOR:
			if (p->form == TP_FORM_CONSTANT)
				tp_store_u64(at, c[0].has >> TP_BY_SHIFT);
			else
				for (size_t i = 0; i < n; i++)
					at[i] = c[i].has >> TP_BY_SHIFT;
			break;
		default:
			if (!kept)
				gather_numbers(v.number, c, n, column);
			write_numbers(at, p, v.number, n);
			break;
	}
}
