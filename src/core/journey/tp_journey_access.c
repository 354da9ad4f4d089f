/*
 * tp_journey_access.c
 *	  Reading a journey: single fields, whole columns, sums and scores.
 */
#include "journey/tp_journey.h"
#include "journey/tp_properties.h"

#include <math.h>
#include <stdlib.h>

double
tp_journey_number(const tp_journey *j, tp_column column, uint32_t i)
{
	const uint8_t *at = j->column[column];
	double		power = tp_power10[j->scale[column]];
	int32_t		m;

	switch (j->form[column])
	{
		case TP_FORM_CONSTANT:
			return tp_load_f64(at);
		case TP_FORM_1:
			m = (int8_t) at[i];
			return m == INT8_MIN ? (double) NAN : m / power;
		case TP_FORM_2:
			m = tp_load_i16(at + 2 * (size_t) i);
			return m == INT16_MIN ? (double) NAN : m / power;
		case TP_FORM_4:
			m = tp_load_i32(at + 4 * (size_t) i);
			return m == INT32_MIN ? (double) NAN : m / power;
		case TP_FORM_8:
			return tp_load_f64(at + 8 * (size_t) i);
		case TP_FORM_REAL:
			return (double) tp_load_f32(at + 4 * (size_t) i);
		default:
			return (double) NAN;
	}
}

/* Number i of a column of whole numbers of 0 or more; false where it is the greatest of its width, which means unknown. */
static inline bool
whole_at(const uint8_t *at, uint8_t form, uint32_t i, uint64_t *v)
{
	uint64_t	unknown;

	switch (form)
	{
		case TP_FORM_1:
			*v = at[i];
			unknown = UINT8_MAX;
			break;
		case TP_FORM_2:
			*v = tp_load_u16(at + 2 * (size_t) i);
			unknown = UINT16_MAX;
			break;
		case TP_FORM_3:
			*v = tp_load_u24(at + 3 * (size_t) i);
			unknown = 0xFFFFFF;
			break;
		case TP_FORM_4:
			*v = tp_load_u32(at + 4 * (size_t) i);
			unknown = UINT32_MAX;
			break;
		case TP_FORM_6:
			*v = tp_load_u48(at + 6 * (size_t) i);
			unknown = UINT64_C(0xFFFFFFFFFFFF);
			break;
		case TP_FORM_8:
			*v = tp_load_u64(at + 8 * (size_t) i);
			unknown = UINT64_MAX;
			break;
		default:
			*v = unknown = 0;
			break;
	}
	return *v != unknown;
}

int64_t
tp_journey_duration(const tp_journey *j, uint32_t i)
{
	const uint8_t *at = j->column[TP_DURATION];
	uint64_t	v;

	if (j->form[TP_DURATION] == TP_FORM_CONSTANT)
		return tp_load_i64(at);
	return whole_at(at, j->form[TP_DURATION], i, &v) ? (int64_t) (v * (uint64_t) tp_unit_usecs[j->scale[TP_DURATION]]) : -1;
}

/* An id that counts from the least. */
static bool
based_id(const tp_journey *j, uint32_t i, int64_t *id)
{
	uint64_t	v;
	bool		known = whole_at(j->column[TP_ID], j->form[TP_ID], i, &v);

	*id = (int64_t) ((uint64_t) j->id_base + v);
	return known;
}

bool
tp_journey_id(const tp_journey *j, uint32_t i, int64_t *id)
{
	const uint8_t *at = j->column[TP_ID];

	if (j->id_based)
		return based_id(j, i, id);
	switch (j->form[TP_ID])
	{
		case TP_FORM_CONSTANT:
			*id = tp_load_i64(at);
			return true;
		case TP_FORM_1:
			*id = (int8_t) at[i];
			return *id != INT8_MIN;
		case TP_FORM_2:
			*id = tp_load_i16(at + 2 * (size_t) i);
			return *id != INT16_MIN;
		case TP_FORM_4:
			*id = tp_load_i32(at + 4 * (size_t) i);
			return *id != INT32_MIN;
		case TP_FORM_8:
			*id = tp_load_i64(at + 8 * (size_t) i);
			return j->id_bitmap == NULL || (j->id_bitmap[i / 8] >> (i % 8) & 1);
		case TP_FORM_3:
			*id = (int32_t) (tp_load_u24(at + 3 * (size_t) i) << 8) >> 8;
			return *id != -(1 << 23);
		case TP_FORM_6:
			*id = (int64_t) (tp_load_u48(at + 6 * (size_t) i) << 16) >> 16;
			return *id != -(INT64_C(1) << 47);
		default:
			return false;
	}
}

tp_initiator
tp_journey_by(const tp_journey *j, uint32_t i)
{
	switch (j->form[TP_INITIATOR])
	{
		case TP_FORM_ABSENT:
			return TP_BY_NOBODY;
		case TP_FORM_CONSTANT:
			return (tp_initiator) (tp_load_u64(j->column[TP_INITIATOR]) & 3);
		default:
			return (tp_initiator) (j->column[TP_INITIATOR][i] & 3);
	}
}

void
tp_journey_contact(const tp_journey *j, uint32_t i, tp_contact *c)
{
	c->time = tp_journey_time(j, i);
	c->code = (uint16_t) tp_journey_code(j, i);
	c->has = (uint8_t) (tp_journey_by(j, i) << TP_BY_SHIFT);
	c->set = tp_journey_set_of(j, i);
	if (tp_journey_id(j, i, &c->id))
		c->has |= TP_HAS_ID;
	if (j->form[TP_SCORE] != TP_FORM_ABSENT && !isnan(c->score = tp_journey_number(j, TP_SCORE, i)))
		c->has |= TP_HAS_SCORE;
	if (j->form[TP_EXPECTED] != TP_FORM_ABSENT && !isnan(c->expected = tp_journey_number(j, TP_EXPECTED, i)))
		c->has |= TP_HAS_EXPECTED;
	if (j->form[TP_COST] != TP_FORM_ABSENT && !isnan(c->cost = tp_journey_number(j, TP_COST, i)))
		c->has |= TP_HAS_COST;
	if (j->form[TP_VALUE] != TP_FORM_ABSENT && !isnan(c->value = tp_journey_number(j, TP_VALUE, i)))
		c->has |= TP_HAS_VALUE;
	if (j->form[TP_DURATION] != TP_FORM_ABSENT && (c->duration = tp_journey_duration(j, i)) >= 0)
		c->has |= TP_HAS_DURATION;
}

tp_status
tp_journey_contacts(const tp_memory *mem, const tp_journey *j, tp_contact *out, tp_error *err)
{
	for (uint32_t i = 0; i < j->count; i++)
	{
		tp_journey_contact(j, i, &out[i]);
		if (tp_stop_at(mem, i))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* n times v: in integers where v is one of few decimals, so that twelve times 0.1 are 1.2. */
static double
times(double v, size_t n)
{
	int32_t		m;

	for (int scale = 0; scale <= TP_GREATEST_SCALE; scale++)
		if (tp_fits_scale(v, scale, &m))
			return (double) (m * (int64_t) n) / tp_power10[scale];
	return v * (double) n;
}

/* A number as it stands in a column, 0 for an unknown one: which are unknown cannot be predicted, so nothing branches on it. */
static inline double
known_real(const uint8_t *at)
{
	uint32_t	bits = tp_load_u32(at);
	float		v;

	bits = (bits & INT32_MAX) > 0x7F800000 ? 0 : bits;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

static inline double
known_float(const uint8_t *at)
{
	uint64_t	bits = tp_load_u64(at);
	double		v;

	bits = (bits & INT64_MAX) > UINT64_C(0x7FF0000000000000) ? 0 : bits;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* T. Ogita, S. Rump, S. Oishi, "Accurate sum and dot product" (2005). */
typedef struct accurate_sum
{
	double		high;
	double		low;
} accurate_sum;

static inline void
sum_add(accurate_sum *s, double v)
{
	double		t = s->high + v;
	double		back = t - s->high;

	s->low += (s->high - (t - back)) + (v - back);
	s->high = t;
}

static inline double
sum_of(const accurate_sum *s)
{
	return isfinite(s->high) ? s->high + s->low : s->high;
}

/* Exact for integers, accurate for others. */
bool
tp_journey_total(const tp_journey *j, tp_column column, double *sum)
{
	const uint8_t *at = j->column[column];
	double		power = tp_power10[j->scale[column]];
	int64_t		whole = 0;
	accurate_sum accurate = {0, 0};
	size_t		n = j->count;
	bool		real = j->form[column] == TP_FORM_REAL;

	if (j->form[column] == TP_FORM_ABSENT)
		return false;
	if (tp_journey_has_summary(j) && (column == TP_COST || column == TP_VALUE))
	{
		*sum = tp_load_f64(j->image + (column == TP_COST ? 64 : 72));
		return true;
	}
	switch (j->form[column])
	{
		case TP_FORM_CONSTANT:
			*sum = times(tp_load_f64(at), n);
			return true;
		case TP_FORM_1:
			for (size_t i = 0; i < n; i++)
				whole += (int8_t) at[i] == INT8_MIN ? 0 : (int8_t) at[i];
			break;
		case TP_FORM_2:
			for (size_t i = 0; i < n; i++)
				whole += tp_load_i16(at + 2 * i) == INT16_MIN ? 0 : tp_load_i16(at + 2 * i);
			break;
		case TP_FORM_4:
			for (size_t i = 0; i < n; i++)
				whole += tp_load_i32(at + 4 * i) == INT32_MIN ? 0 : tp_load_i32(at + 4 * i);
			break;
		default:
			for (size_t i = 0; i < n; i++)
				sum_add(&accurate, real ? known_real(at + 4 * i) : known_float(at + 8 * i));
			*sum = sum_of(&accurate);
			return true;
	}
	*sum = (double) whole / power;
	return true;
}

/*
 * Lowest, highest and last of n integers m(i), with their sum. Which score comes next cannot be
 * predicted, so nothing branches on it: value and place make one key, of which the least or the
 * greatest is kept. Unknown is the least integer; less that plus one, without sign, it is the
 * greatest, and so is neither the lowest nor the highest of any.
 */
#define SCAN_SCORES(bits, value, also) \
	do { \
		const int64_t unknown = INT##bits##_MIN; \
		uint64_t	low = UINT64_MAX, \
					high = 0; \
		uint32_t	strangers = 0, \
					last = 0; \
		for (uint32_t i = 0; i < n; i++) \
		{ \
			int64_t		v = m(i); \
			uint64_t	low_key = (uint64_t) (uint##bits##_t) (v - unknown - 1) << 32 | (UINT32_MAX - i); \
			uint64_t	high_key = (uint64_t) (v - unknown) << 32 | i; \
			low = low_key < low ? low_key : low; \
			high = high_key > high ? high_key : high; \
			whole += v; \
			strangers += v == unknown; \
			last = v == unknown ? last : i; \
			also(i); \
		} \
		out->scored = n - strangers; \
		if (out->scored == 0) \
			return; \
		out->lowest_at = UINT32_MAX - (uint32_t) low; \
		out->highest_at = (uint32_t) high; \
		out->end_at = last; \
		out->lowest = value((int64_t) (low >> 32) + unknown + 1); \
		out->highest = value((int64_t) (high >> 32) + unknown); \
		out->end = value(m(last)); \
		whole -= strangers * unknown; \
	} while (0)

/* A float4 as an integer of the same order, and back; unknown is the least integer. */
static inline int32_t
order_of_real(const uint8_t *at)
{
	int32_t		bits = tp_load_i32(at);

	return (bits & INT32_MAX) > 0x7f800000 ? INT32_MIN : bits ^ ((bits >> 31) & INT32_MAX);
}

static inline double
real_of_order(int64_t order)
{
	int32_t		bits = (int32_t) order ^ (((int32_t) order >> 31) & INT32_MAX);
	float		v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* The same of float8; scored is 0 before. */
static void
scan_floats(const uint8_t *at, uint32_t n, tp_scores *out)
{
	for (uint32_t i = 0; i < n; i++)
	{
		double		v = tp_load_f64(at + 8 * (size_t) i);

		if (isnan(v))
			continue;
		if (out->scored++ == 0)
			out->lowest = out->highest = v;
		if (v <= out->lowest)
		{
			out->lowest = v;
			out->lowest_at = i;
		}
		if (v >= out->highest)
		{
			out->highest = v;
			out->highest_at = i;
		}
		out->end = v;
		out->end_at = i;
	}
}

static inline void
scan_scores(const tp_journey *j, tp_scores *out, bool summed)
{
	const uint8_t *at = j->column[TP_SCORE];
	double		power = tp_power10[j->scale[TP_SCORE]];
	uint32_t	n = j->count;
	int64_t		whole = 0;

	out->sum = NAN;
	if (tp_journey_has_summary(j))
	{
		out->sum = tp_load_f64(j->image + 32);
		out->lowest = tp_load_f64(j->image + 40);
		out->highest = tp_load_f64(j->image + 48);
		out->end = tp_load_f64(j->image + 56);
		out->scored = tp_load_u32(j->image + 80);
		out->lowest_at = tp_load_u32(j->image + 84);
		out->highest_at = tp_load_u32(j->image + 88);
		out->end_at = tp_load_u32(j->image + 92);
		return;
	}
	out->scored = 0;
#define decimal(v) ((double) (v) / power)
#define nothing(i) ((void) 0)
	switch (j->form[TP_SCORE])
	{
		case TP_FORM_ABSENT:
			return;
		case TP_FORM_CONSTANT:
			out->scored = n;
			out->lowest_at = out->highest_at = out->end_at = n - 1;
			out->lowest = out->highest = out->end = tp_load_f64(at);
			return;
		case TP_FORM_1:
#define m(i) ((int8_t) at[i])
			SCAN_SCORES(8, decimal, nothing);
#undef m
			break;
		case TP_FORM_2:
#define m(i) tp_load_i16(at + 2 * (size_t) (i))
			SCAN_SCORES(16, decimal, nothing);
#undef m
			break;
		case TP_FORM_4:
#define m(i) tp_load_i32(at + 4 * (size_t) (i))
			SCAN_SCORES(32, decimal, nothing);
#undef m
			break;
		case TP_FORM_REAL:
#define m(i) order_of_real(at + 4 * (size_t) (i))
#define add(i) sum_add(&sum, known_real(at + 4 * (size_t) (i)))
			if (summed)
			{
				accurate_sum sum = {0, 0};

				SCAN_SCORES(32, real_of_order, add);
				out->sum = sum_of(&sum);
			}
			else
				SCAN_SCORES(32, real_of_order, nothing);
#undef add
#undef m
			return;
		default:
			scan_floats(at, n, out);
			return;
	}
#undef decimal
#undef nothing
	out->sum = (double) whole / power;
}

void
tp_journey_peaks(const tp_journey *j, tp_scores *out)
{
	scan_scores(j, out, false);
}

void
tp_journey_scores(const tp_journey *j, tp_scores *out)
{
	scan_scores(j, out, true);
	if (out->scored > 0 && isnan(out->sum) && !tp_journey_has_summary(j))
		tp_journey_total(j, TP_SCORE, &out->sum);
}

uint32_t
tp_journey_search(const tp_journey *j, int64_t t)
{
	uint32_t	low = 0,
				high = j->count;

	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (tp_journey_time(j, middle) < t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Every set of properties of both journeys, for comparing them. */
typedef struct both_sets
{
	tp_buffer	bytes_a;
	tp_buffer	bytes_b;
	const uint8_t **a;
	const uint8_t **b;
} both_sets;

static tp_status
get_both_sets(const tp_memory *mem, const tp_journey *a, const tp_journey *b, both_sets *s, tp_error *err)
{
	tp_buffer_init(&s->bytes_b, mem);
	s->b = NULL;
	if (tp_journey_set_views(mem, a, &s->bytes_a, &s->a, err) != TP_OK)
		return err->status;
	return tp_journey_set_views(mem, b, &s->bytes_b, &s->b, err);
}

static void
release_both_sets(const tp_memory *mem, both_sets *s)
{
	tp_release(mem, s->a);
	tp_release(mem, s->b);
	tp_buffer_release(&s->bytes_a);
	tp_buffer_release(&s->bytes_b);
}

static const uint8_t *
set_or_none(const uint8_t **sets, const tp_contact *c)
{
	return c->set != 0 ? sets[c->set - 1] : NULL;
}

tp_status
tp_journey_compare(const tp_memory *mem, const tp_journey *a, const tp_journey *b, int *order, tp_error *err)
{
	tp_touchpoint *x,
			   *y;
	both_sets	sets;
	uint32_t	n = a->count < b->count ? a->count : b->count;
	int			c = 0;
	tp_status	status = TP_OK;

	*order = 0;
	if (a->size == b->size && memcmp(a->image, b->image, a->size) == 0)
		return TP_OK;
	x = tp_alloc_array(mem, (size_t) a->entries + b->entries + 1, sizeof(tp_touchpoint));
	if (x == NULL)
		return tp_fail_memory(err);
	y = x + a->entries;
	if (tp_journey_dictionary(a, x, err) != TP_OK || tp_journey_dictionary(b, y, err) != TP_OK)
	{
		tp_release(mem, x);
		return err->status;
	}
	status = get_both_sets(mem, a, b, &sets, err);
	for (uint32_t i = 0; i < n && c == 0 && status == TP_OK; i++)
	{
		tp_contact	ca,
					cb;

		tp_journey_contact(a, i, &ca);
		tp_journey_contact(b, i, &cb);
		c = tp_contact_compare_head(&ca, &cb);
		if (c == 0)
			c = tp_touchpoint_compare(&x[ca.code], &y[cb.code]);
		if (c == 0)
			c = tp_contact_compare_tail(&ca, &cb);
		if (c == 0 && (ca.set | cb.set) != 0)
			c = tp_set_compare(set_or_none(sets.a, &ca), set_or_none(sets.b, &cb));
		if (tp_stop_at(mem, i))
			status = tp_fail_interrupted(err);
	}
	if (c == 0)
		c = (a->count > b->count) - (a->count < b->count);
	*order = (c > 0) - (c < 0);
	release_both_sets(mem, &sets);
	tp_release(mem, x);
	return status;
}
