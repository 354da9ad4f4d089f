/*
 * tp_mean.c
 *	  The summary of numbers whose mean is asked.
 */
#include "gap/tp_mean.h"

#include <math.h>

_Static_assert(offsetof(tp_mean, count) == 8 && offsetof(tp_mean, sum) == 16, "the image of a mean_summary");

#define AT_SUMS offsetof(tp_mean_open, sums)
#define TEXT_HINT "Write a summary as it is printed: {count=2, sum=9, squares=41}."

enum
{
	SUM, SQUARES
};

bool
tp_mean_is_current(const void *image, size_t size)
{
	const tp_mean *m = image;

	if (size < offsetof(tp_mean, sum) || m->zero != 0)
		return false;
	if (m->version == TP_MEAN_OPEN)
		return tp_mean_is_ready(image, size);
	return m->version == TP_MEAN_VERSION && m->parts >= 1 && m->parts <= TP_EXACT_PARTS_MAX &&
		size == tp_mean_size(m->parts);
}

static inline tp_status
in_words(tp_status status, tp_error *err)
{
	return status == TP_OUT_OF_RANGE ? TP_SUMS_OUT_OF_RANGE("Numbers", "mean_summary", err) : status;
}

tp_status
tp_mean_begin(tp_mean_open **m, const void *image, const tp_memory *mem, tp_error *err)
{
	tp_mean_open *fresh = tp_alloc(mem, AT_SUMS + tp_exact_bytes(TP_MEAN_SUMS, TP_EXACT_WORDS));

	*m = fresh;
	if (fresh == NULL)
		return tp_fail_memory(err);
	memset(fresh, 0, AT_SUMS);
	fresh->version = TP_MEAN_OPEN;
	tp_exact_init(&fresh->sums, TP_MEAN_SUMS);
	if (image != NULL && tp_mean_merge(m, image, mem, err) != TP_OK)
	{
		tp_release(mem, *m);
		return err->status;
	}
	if (*m != fresh)
		tp_release(mem, fresh);
	return TP_OK;
}

/* Numbers of unusual size, and sums that have grown. */
static tp_status
add_anything(tp_mean_open **m, double v, const tp_memory *mem, tp_error *err)
{
	const void *keep = *m;
	const tp_term term[TP_MEAN_SUMS] = {tp_term_of(v), tp_term_product(v, v)};

	for (size_t i = SUM; i <= SQUARES; i++)
		while (!tp_exact_add(&(*m)->sums, i, term[i]))
		{
			tp_status	grown = tp_exact_make_room((void **) m, keep, AT_SUMS, &term[i], NULL, mem, err);

			if (grown != TP_OK)
				return in_words(grown, err);
		}
	return TP_OK;
}

tp_status
tp_mean_add(tp_mean_open **m, double v, const tp_memory *mem, tp_error *err)
{
	uint64_t	digits,
				sign;
	int			at;
	uint64_t   *w = (*m)->sums.word;
	bool		full;

	if (tp_mean_add_quickly(*m, v))
		return TP_OK;
	if (tp_unlikely(!tp_count_one(&(*m)->count)))
		return TP_COUNT_OUT_OF_RANGE("mean_summary", err);
	if (tp_unlikely(!tp_usual(v, &digits, &at, &sign) || !tp_exact_is_small(&(*m)->sums)))
		return add_anything(m, v, mem, err);
	full = tp_is_full(tp_add_wide(w, digits, TP_USUAL_PLACE(at), sign));
	full |= tp_is_full(tp_add_wide(w + TP_EXACT_WORDS, (tp_wide) digits * digits, TP_USUAL_PLACE(2 * at), 0));
	if (tp_unlikely(full))
		return in_words(tp_exact_make_room((void **) m, *m, AT_SUMS, NULL, NULL, mem, err), err);
	return TP_OK;
}

tp_status
tp_mean_merge(tp_mean_open **m, const void *image, const tp_memory *mem, tp_error *err)
{
	const tp_mean *closed = image;
	const tp_mean_open *open = image;
	const void *keep = *m;
	tp_status	status = TP_OK;

	if (closed->count > INT64_MAX - (*m)->count)
		return TP_COUNT_OUT_OF_RANGE("mean_summary", err);
	if (tp_mean_is_open(image))
	{
		while (status == TP_OK && !tp_exact_merge(&(*m)->sums, &open->sums))
			status = tp_exact_make_room((void **) m, keep, AT_SUMS, NULL, &open->sums, mem, err);
	}
	else
		for (size_t i = SUM; i <= SQUARES && status == TP_OK; i++)
			status = tp_exact_add_parts((void **) m, keep, AT_SUMS, i, &closed->sum[i * closed->parts], closed->parts, 1,
										mem, err);
	(*m)->count += closed->count;
	return in_words(status, err);
}

static tp_mean *
new_image(int parts, int64_t count, size_t *size, const tp_memory *mem)
{
	tp_mean    *m;

	*size = tp_mean_size(parts);
	m = tp_alloc(mem, *size);
	if (m != NULL)
	{
		memset(m, 0, *size);
		m->version = TP_MEAN_VERSION;
		m->parts = (uint8_t) parts;
		m->count = count;
	}
	return m;
}

tp_status
tp_mean_close(void **image, size_t *size, const tp_mean_open *m, const tp_memory *mem, tp_error *err)
{
	int			parts = 1;
	tp_mean    *to;

	for (size_t i = SUM; i <= SQUARES; i++)
	{
		int			needed = tp_exact_count(&m->sums, i);

		parts = needed > parts ? needed : parts;
	}
	*image = to = new_image(parts, m->count, size, mem);
	if (to == NULL)
		return tp_fail_memory(err);
	for (int i = SUM; i <= SQUARES; i++)
	{
		tp_exact_parts(&m->sums, (size_t) i, &to->sum[i * parts], parts);
		if (!isfinite(to->sum[i * parts]))
		{
			tp_release(mem, to);
			*image = NULL;
			return in_words(TP_OUT_OF_RANGE, err);
		}
	}
	return TP_OK;
}

/* The first two doubles of a sum. */
static tp_dd
sum_of(const void *image, int i)
{
	const tp_mean *m = image;
	const double *part = &m->sum[i * m->parts];

	if (tp_mean_is_open(image))
		return tp_exact_dd(&((const tp_mean_open *) image)->sums, (size_t) i);
	return (tp_dd) {part[0], m->parts > 1 ? part[1] : 0};
}

const tp_gap_summary *
tp_mean_view(const void *image, tp_gap_summary *room)
{
	memset(room, 0, sizeof(*room));
	tp_gap_init(room);
	room->count = ((const tp_mean *) image)->count;
	room->perceived = sum_of(image, SUM);
	room->perceived_sq = room->gap_sq = sum_of(image, SQUARES);
	return room;
}

tp_status
tp_mean_check(const void *image, tp_status status, tp_error *err)
{
	const tp_mean *m = image;
	const double *squares = &m->sum[m->parts];
	bool		good = m->count >= 0 && tp_parts_are_normal(m->sum, m->parts) && tp_parts_are_normal(squares, m->parts);

	if (m->parts > 1)
		good = good && (m->sum[m->parts - 1] != 0 || squares[m->parts - 1] != 0);
	good = good && (m->count > 0 || (m->sum[0] == 0 && squares[0] == 0)) &&
		tp_dd_is_plausible(m->count, sum_of(image, SUM), sum_of(image, SQUARES));
	return good ? TP_OK : TP_SUMS_IMPOSSIBLE("mean_summary", "a count or sums that no numbers", status, err);
}

void
tp_mean_write(tp_buffer *b, const void *image)
{
	static const char *const keys[] = {", sum=", ", squares="};
	const tp_mean *m = image;

	tp_buffer_string(b, "{count=");
	tp_write_integer(b, m->count);
	for (int i = SUM; i <= SQUARES && m->count > 0; i++)
	{
		tp_buffer_string(b, keys[i]);
		tp_parts_write(b, &m->sum[i * m->parts], m->parts);
	}
	tp_buffer_byte(b, '}');
}

static tp_status
scan_sum(tp_scan *s, const char *key, double part[TP_EXACT_PARTS_MAX], int *parts)
{
	int			n;

	if (tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, key, TEXT_HINT) != TP_OK ||
		tp_parts_scan(s, part, TP_EXACT_PARTS_MAX, &n) != TP_OK)
		return s->err->status;
	*parts = n > *parts ? n : *parts;
	return TP_OK;
}

tp_status
tp_mean_read(void **image, size_t *size, const char *text, size_t len, const tp_memory *mem, tp_error *err)
{
	double		sum[TP_EXACT_PARTS_MAX] = {0},
				squares[TP_EXACT_PARTS_MAX] = {0};
	int64_t		count;
	int			parts = 1;
	tp_scan		s;
	tp_mean    *m;

	*image = NULL;
	tp_scan_init(&s, "mean_summary", text, len, err);
	if (tp_scan_word(&s, "{", TEXT_HINT) != TP_OK || tp_scan_word(&s, "count=", TEXT_HINT) != TP_OK ||
		tp_scan_count(&s, &count) != TP_OK)
		return err->status;
	if (count > 0 && (scan_sum(&s, "sum=", sum, &parts) != TP_OK || scan_sum(&s, "squares=", squares, &parts) != TP_OK))
		return err->status;
	if (tp_scan_word(&s, "}", TEXT_HINT) != TP_OK || tp_scan_end(&s, TEXT_HINT) != TP_OK)
		return err->status;
	m = new_image(parts, count, size, mem);
	if (m == NULL)
		return tp_fail_memory(err);
	memcpy(m->sum, sum, (size_t) parts * sizeof(double));
	memcpy(&m->sum[parts], squares, (size_t) parts * sizeof(double));
	if (tp_mean_check(m, TP_BAD_TEXT, err) != TP_OK)
	{
		tp_release(mem, m);
		return err->status;
	}
	*image = m;
	return TP_OK;
}

int
tp_mean_compare(const void *x, const void *y)
{
	const tp_mean *a = x;
	const tp_mean *b = y;
	int			c = (a->count > b->count) - (a->count < b->count);

	for (int i = SUM; i <= SQUARES && c == 0; i++)
		c = tp_parts_compare(&a->sum[i * a->parts], a->parts, &b->sum[i * b->parts], b->parts);
	return c;
}
