/*
 * tp_journey_layout.c
 *	  Writing the image of a journey. The layout is drawn in tp_journey.h.
 */
#include "journey/tp_journey_layout.h"
#include "journey/tp_properties.h"

#include <float.h>
#include <math.h>

#define COARSEST_UNIT 5			/* days, in tp_unit_usecs */

/* How a column is to be written. */
typedef struct column_plan
{
	uint8_t		form;
	uint8_t		scale;
	bool		bitmap;			/* ids: of known ones */
	bool		based;			/* ids: they count from base */
	int64_t		base;
	size_t		bytes;
} column_plan;

static void
take_form(column_plan *plan, tp_column column, tp_form form, size_t n, bool constant)
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
plan_numbers(column_plan *plan, const double *v, size_t n)
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
write_numbers(uint8_t *to, const column_plan *plan, const double *v, size_t n)
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
plan_times(column_plan *plan, uint64_t *v, size_t n)
{
	memset(plan, 0, sizeof(*plan));
	if (v[n - 1] == 0)
		return;
	plan->scale = coarsen(v, n);
	take_form(plan, TP_TIME, form_of_unsigned(v[n - 1]), n, false);
}

/* v are durations, UINT64_MAX where unknown; they become units. */
static void
plan_durations(column_plan *plan, uint64_t *v, size_t n)
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
write_unsigned(uint8_t *to, const column_plan *plan, const uint64_t *v, size_t n)
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
plan_ids(column_plan *plan, const tp_contact *c, size_t n)
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
			*plan = (column_plan) {.form = (uint8_t) form, .based = true, .base = low, .bytes = bytes};
	}
}

/* Ids that count from the least, which stands before them. */
static void
write_based_ids(uint8_t *to, const column_plan *plan, const tp_contact *c, size_t n)
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
write_ids(uint8_t *to, const column_plan *plan, const tp_contact *c, size_t n)
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
plan_initiators(column_plan *plan, const tp_contact *c, size_t n)
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

static tp_status
too_large(tp_error *err)
{
	return tp_fail(err, TP_PAST_LIMIT, "Keep one journey a case, or a year, instead of one for all time.",
				   "the journey is too large: its text form would pass 512 MB");
}

/*
 * Does the text form stay within its limit? Counts it, which is only worth it for journeys that
 * may pass it.
 */
static tp_status
check_text_size(const tp_memory *mem, const tp_contact *c, size_t n, const tp_touchpoint *entries,
				const uint8_t *const *sets, tp_error *err)
{
	tp_buffer	b;
	size_t		total = 2;
	tp_status	status = TP_OK;

	tp_buffer_init(&b, mem);
	for (size_t i = 0; i < n && status == TP_OK; i++)
	{
		b.len = 0;
		tp_contact_write(&b, &c[i], &entries[c[i].code], c[i].set != 0 ? sets[c[i].set - 1] : NULL);
		total += b.len + (i > 0 ? 2 : 0);
		if (b.failed)
			status = tp_fail_memory(err);
		else if (total > TP_TEXT_MAX)
			status = too_large(err);
		else if (tp_stop_at(mem, i))
			status = tp_fail_interrupted(err);
	}
	tp_buffer_release(&b);
	return status;
}

static void
write_summary(uint8_t *image, size_t size, const tp_contact *c, size_t n)
{
	tp_journey	j;
	tp_scores	scores;
	tp_error	unused;
	double		total;

	memset(image + TP_HEAD_SIZE, 0, TP_SUMMARY_SIZE);
	tp_store_i64(image + AT_LAST, c[n - 1].time);
	tp_journey_open(&j, image, size, &unused);
	j.flags &= (uint8_t) ~TP_FLAG_SUMMARY;	/* ask the columns, not what is being written */
	tp_journey_scores(&j, &scores);
	if (scores.scored > 0)
	{
		tp_store_f64(image + AT_SUM, scores.sum);
		tp_store_f64(image + AT_LOWEST, scores.lowest);
		tp_store_f64(image + AT_HIGHEST, scores.highest);
		tp_store_f64(image + AT_END, scores.end);
		tp_store_u32(image + AT_SCORED, scores.scored);
		tp_store_u32(image + AT_LOWEST_AT, scores.lowest_at);
		tp_store_u32(image + AT_HIGHEST_AT, scores.highest_at);
		tp_store_u32(image + AT_END_AT, scores.end_at);
	}
	if (tp_journey_total(&j, TP_COST, &total))
		tp_store_f64(image + AT_TOTAL_COST, total);
	if (tp_journey_total(&j, TP_VALUE, &total))
		tp_store_f64(image + AT_TOTAL_VALUE, total);
}

static inline size_t
code_width_of(uint32_t n_entries)
{
	return n_entries <= 1 ? 0 : n_entries <= 256 ? 1 : 2;
}

/* Memory for one column of any kind. */
typedef union column_values
{
	double	   *number;
	uint64_t   *whole;
	void	   *memory;
} column_values;

/* How each column is to be written; adds the bytes of all to size. */
static tp_status
plan_columns(const tp_memory *mem, column_plan *plan, column_values v, const tp_contact *c, size_t n, size_t *size,
			 tp_error *err)
{
	static const uint8_t has_bit[TP_COLUMNS] = {0, TP_HAS_ID, TP_HAS_SCORE, TP_HAS_EXPECTED, TP_HAS_COST,
	TP_HAS_DURATION, TP_HAS_VALUE, 3 << TP_BY_SHIFT};
	uint8_t		any = 0;

	for (size_t i = 0; i < n; i++)
		any |= c[i].has;
	for (int column = 0; column < TP_COLUMNS && n > 0; column++)
	{
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

static void
write_column(uint8_t *at, tp_column column, const column_plan *p, column_values v, const tp_contact *c, size_t n)
{
	switch (column)
	{
		case TP_TIME:
		case TP_DURATION:
			gather_unsigned(v.whole, c, n, column);
			if (p->form != TP_FORM_CONSTANT)
				for (size_t i = 0; i < n; i++)
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
			gather_numbers(v.number, c, n, column);
			write_numbers(at, p, v.number, n);
			break;
	}
}

static void
write_codes(uint8_t *at, size_t code_width, const tp_contact *c, size_t n)
{
	if (code_width == 1)
		for (size_t i = 0; i < n; i++)
			at[i] = (uint8_t) c[i].code;
	else if (code_width == 2)
		for (size_t i = 0; i < n; i++)
			tp_store_u16(at + 2 * i, c[i].code);
}

/* Places of entries: i of n, and the end of the run of those with its channel, of at most 256. */
static uint32_t
run_end(const tp_touchpoint *entries, uint32_t i, uint32_t n)
{
	uint32_t	end = i + 1;

	while (end < n && end - i < 256 && entries[end].channel_len == entries[i].channel_len &&
		   memcmp(entries[end].channel, entries[i].channel, entries[i].channel_len) == 0)
		end++;
	return end;
}

/* What the dictionary takes, in which shape, and the longest entry of it, which bounds the text form. */
static size_t
plan_dictionary(const tp_touchpoint *entries, uint32_t n_entries, uint8_t *flags, size_t *longest)
{
	size_t		bytes = 0,
				shared = 0,
				head;
	bool		narrow = true;

	*longest = 0;
	for (uint32_t i = 0; i < n_entries; i++)
	{
		const tp_touchpoint *t = &entries[i];
		size_t		size = (size_t) t->channel_len + t->label_len + t->stage_len;

		if (t->stage_len > 0)
			*flags |= TP_FLAG_STAGES;
		narrow &= t->channel_len <= 15 && t->label_len <= 15;
		bytes += size;
		*longest = size > *longest ? size : *longest;
	}
	narrow &= !(*flags & TP_FLAG_STAGES);
	head = narrow ? 1 : *flags & TP_FLAG_STAGES ? 3 : 2;
	*longest += 3;
	shared = bytes + (*flags & TP_FLAG_STAGES ? 2 : 1) * (size_t) n_entries;
	bytes += head * n_entries;
	for (uint32_t i = 0, end; i < n_entries; i = end)
	{
		end = run_end(entries, i, n_entries);
		shared = shared + 2 - (size_t) (end - i - 1) * entries[i].channel_len;
	}
	if (n_entries > 0 && 8 * shared <= 7 * bytes)
	{
		*flags |= TP_FLAG_SHARED;
		return shared;
	}
	if (narrow)
		*flags |= n_entries > 0 ? TP_FLAG_NARROW : 0;
	return bytes;
}

static uint8_t *
write_bytes(uint8_t *at, const char *bytes, size_t n)
{
	memcpy(at, bytes, n);
	return at + n;
}

static void
write_dictionary(uint8_t *at, const tp_touchpoint *entries, uint32_t n_entries, uint8_t flags)
{
	uint32_t	end = 0;

	for (uint32_t i = 0; i < n_entries; i++)
	{
		const tp_touchpoint *t = &entries[i];

		if (flags & TP_FLAG_NARROW)
			*at++ = (uint8_t) (t->channel_len | t->label_len << 4);
		else if (flags & TP_FLAG_SHARED)
		{
			if (i == end)
			{
				end = run_end(entries, i, n_entries);
				*at++ = t->channel_len;
				*at++ = (uint8_t) (end - i - 1);
				at = write_bytes(at, t->channel, t->channel_len);
			}
			*at++ = t->label_len;
		}
		else
		{
			*at++ = t->channel_len;
			*at++ = t->label_len;
		}
		if (flags & TP_FLAG_STAGES)
			*at++ = t->stage_len;
		if (!(flags & TP_FLAG_SHARED))
			at = write_bytes(at, t->channel, t->channel_len);
		at = write_bytes(at, t->label, t->label_len);
		at = write_bytes(at, t->stage, t->stage_len);
	}
}

static uint8_t
form_byte(const column_plan *p)
{
	return (uint8_t) (p->form | (p->bitmap ? TP_FORM_BITMAP : 0) | (p->based ? TP_FORM_BASE : 0) | p->scale << 4);
}

/* The head, short or long; returns where the columns begin. */
static uint8_t *
write_head(uint8_t *image, uint8_t flags, const column_plan *plan, const tp_contact *c, uint32_t count, uint32_t n_entries)
{
	int64_t		first = count > 0 ? c[0].time : 0;
	uint8_t    *at = image + TP_SHORT_HEAD;

	image[AT_VERSION] = TP_JOURNEY_VERSION;
	image[AT_FLAGS] = flags;
	if (flags & TP_FLAG_SHORT)
	{
		image[AT_SHORT_ENTRIES] = (uint8_t) n_entries;
		image[AT_SHORT_COUNT] = (uint8_t) count;
		tp_store_i64(image + AT_SHORT_FIRST, first);
		image[AT_SHORT_MASK] = 0;
		image[AT_SHORT_FORMS] = form_byte(&plan[TP_TIME]);
		for (int column = TP_TIME + 1; column < TP_COLUMNS; column++)
		{
			if (plan[column].form == TP_FORM_ABSENT)
				continue;
			image[AT_SHORT_MASK] |= (uint8_t) (1 << column);
			*at++ = form_byte(&plan[column]);
		}
		return at;
	}
	tp_store_u16(image + AT_ENTRIES, (uint16_t) n_entries);
	tp_store_u32(image + AT_COUNT, count);
	tp_store_i64(image + AT_FIRST, first);
	for (int column = 0; column < TP_COLUMNS; column++)
		image[AT_FORMS + column] = form_byte(&plan[column]);
	return image + (flags & TP_FLAG_SUMMARY ? TP_HEADER_MAX : TP_HEAD_SIZE);
}

static void
write_image(uint8_t *image, size_t size, uint8_t flags, const column_plan *plan, column_values v, const tp_contact *c,
			uint32_t count, const tp_touchpoint *entries, uint32_t n_entries, const tp_property_plan *properties,
			const uint8_t *const *sets, uint32_t n_sets)
{
	size_t		n = count;
	size_t		code_width = code_width_of(n_entries);
	uint8_t    *at = write_head(image, flags, plan, c, count, n_entries);

	for (int column = 0; column < TP_COLUMNS; column++)
	{
		if (plan[column].form != TP_FORM_ABSENT)
			write_column(at, (tp_column) column, &plan[column], v, c, n);
		at += plan[column].bytes;
		if (column == TP_TIME)
		{
			write_codes(at, code_width, c, n);
			at += code_width * n;
		}
	}
	if (n_sets > 0)
	{
		tp_property_plan_write(properties, at, c, n, sets, n_sets);
		at += properties->block + properties->codes;
	}
	write_dictionary(at, entries, n_entries, flags);
	if (flags & TP_FLAG_SUMMARY)
		write_summary(image, size, c, n);
}

/* The size of the image, its flags, and whether it and its text stay within their limits. */
static tp_status
plan_image(const tp_memory *mem, const tp_contact *c, uint32_t count, const tp_touchpoint *entries, uint32_t n_entries,
		   const uint8_t *const *sets, uint32_t n_sets, const column_plan *plan, const tp_property_plan *properties,
		   size_t columns, uint8_t *flags, size_t *size, tp_error *err)
{
	size_t		n = count,
				longest_entry,
				with_properties = properties->block + properties->codes,
				text = 8 + TP_CONTACT_TEXT_MAX;

	*size = code_width_of(n_entries) * n + columns + plan_dictionary(entries, n_entries, flags, &longest_entry);
	if (TP_HEAD_SIZE + *size >= TP_SUMMARY_FROM || with_properties >= TP_SUMMARY_FROM)
	{
		*flags |= TP_FLAG_SUMMARY;
		*size += TP_HEADER_MAX;
	}
	else if (count <= TP_SHORT_MAX && n_entries <= TP_SHORT_MAX)
	{
		*flags |= TP_FLAG_SHORT;
		*size += TP_SHORT_HEAD;
		for (int column = TP_TIME + 1; column < TP_COLUMNS; column++)
			*size += plan[column].form != TP_FORM_ABSENT;
	}
	else
		*size += TP_HEAD_SIZE;
	*size += with_properties;
	text += 2 * longest_entry + (n_sets > 0 ? TP_SET_TEXT_MAX(properties->longest) : 0);
	if (*size > TP_IMAGE_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Keep one journey a case, or a year, instead of one for all time.",
					   "the journey is too large: %zu bytes", *size);
	if (n * text > TP_TEXT_MAX)
		return check_text_size(mem, c, n, entries, sets, err);
	return TP_OK;
}

tp_status
tp_journey_layout(const tp_memory *mem, const tp_contact *c, uint32_t count,
				  const tp_touchpoint *entries, uint32_t n_entries, const uint8_t *const *sets, uint32_t n_sets,
				  tp_buffer *out, tp_error *err)
{
	size_t		n = count;
	size_t		size,
				columns = 0;
	uint8_t		flags = n_sets > 0 ? TP_FLAG_PROPERTIES : 0;
	column_plan plan[TP_COLUMNS];
	tp_property_plan properties = {0};
	column_values v;
	uint8_t    *image;
	tp_status	status;

	memset(plan, 0, sizeof(plan));
	if (n_sets > 0 && tp_property_plan_make(mem, &properties, c, n, sets, n_sets, err) != TP_OK)
		return err->status;
	v.memory = tp_alloc_array(mem, n + 1, sizeof(double));
	if (v.memory == NULL)
	{
		tp_property_plan_release(mem, &properties);
		return tp_fail_memory(err);
	}
	status = plan_columns(mem, plan, v, c, n, &columns, err);
	if (status == TP_OK)
		status = plan_image(mem, c, count, entries, n_entries, sets, n_sets, plan, &properties, columns, &flags, &size,
							err);
	if (status == TP_OK && (image = (uint8_t *) tp_buffer_reserve(out, size)) == NULL)
		status = tp_fail_memory(err);
	/* a column takes some milliseconds a million contacts, to be planned or written */
	if (status == TP_OK && n > TP_POLL_EVERY && tp_interrupted(mem))
		status = tp_fail_interrupted(err);
	if (status == TP_OK)
	{
		write_image(image, size, flags, plan, v, c, count, entries, n_entries, &properties, sets, n_sets);
		out->len += size;
	}
	tp_release(mem, v.memory);
	tp_property_plan_release(mem, &properties);
	return status;
}
