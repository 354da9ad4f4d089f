/*
 * fuzz_answers.c
 *	  The summaries of answers: shares, net promoter scores, means, and points of a curve. The first byte says
 *	  of which, and whether text of two follows, with a line break between, or numbers as a message has them.
 *	  What is taken leads back to itself by text, adds up in either order, and answers with numbers in their
 *	  range or none.
 */
#include "fuzz.h"

#include "channel/tp_channel.h"
#include "channel/tp_points.h"
#include "gap/tp_mean.h"
#include "gap/tp_shares.h"

static check_store store;

/* One of the two values, as it comes. */
typedef struct source
{
	const char *bytes;
	size_t		size;
	bool		text;
	fuzz_source numbers;
} source;

/* Is it taken? What is not says why. */
static bool
taken(tp_status status, const tp_error *err)
{
	if (status != TP_OK)
		fuzz_hold_error(status, err);
	return status == TP_OK;
}

/* Equal but for the length word, which is the host's. */
static bool
same_bytes(const void *a, const void *b, size_t size)
{
	return memcmp((const char *) a + 4, (const char *) b + 4, size - 4) == 0;
}

static bool
in_order(double low, double v, double high)
{
	return low <= v && v <= high;
}

static char *
text_of(void (*write) (tp_buffer *, const void *), const void *image, size_t *len)
{
	tp_buffer	b;
	char	   *text;

	tp_buffer_init(&b, &store.mem);
	write(&b, image);
	HOLD(!b.failed);
	text = fuzz_keep_text(&store.mem, b.data, b.len);
	*len = b.len;
	return text;
}

static bool
take_rate(tp_rate *r, source *s)
{
	tp_error	err;

	r->length = 0;
	if (s->text)
		return taken(tp_rate_read(r, s->bytes, s->size, &err), &err);
	tp_rate_init(r);
	r->count = (int64_t) fuzz_word(&s->numbers);
	r->successes = (int64_t) fuzz_word(&s->numbers);
	return taken(tp_rate_check(r, TP_BAD_BINARY, &err), &err);
}

static void
write_rate(tp_buffer *b, const void *r)
{
	tp_rate_write(b, r);
}

static void
rates(source *x, source *y)
{
	tp_rate		a,
				b,
				ab,
				ba;
	tp_rate_change c;
	tp_error	err;
	size_t		len;
	const char *text;
	double		low,
				high;
	tp_status	status;

	if (!take_rate(&a, x) || !take_rate(&b, y))
		return;
	ab.length = 0;
	text = text_of(write_rate, &a, &len);
	HOLD(tp_rate_read(&ab, text, len, &err) == TP_OK && same_bytes(&a, &ab, sizeof(a)));
	HOLD(same_bytes(&a, &b, sizeof(a)) == (tp_rate_compare(&a, &b) == 0));
	c = tp_compare_rates(a.successes, a.count, b.successes, b.count, 0.95);
	HOLD(!c.has_change || (in_order(c.low, c.change, c.high) && c.low >= -1 && c.high <= 1 && c.odds_ratio > 0));
	HOLD(!c.has_z || in_order(0, c.p_value, 1));
	if (a.count > 0)
	{
		tp_wilson((double) a.successes, (double) a.count, 1.96, &low, &high);
		HOLD(in_order(0, low, high) && high <= 1);
	}
	ab = a;
	ba = b;
	status = tp_rate_merge(&ab, &b, &err);
	HOLD(status == tp_rate_merge(&ba, &a, &err));
	HOLD(status == TP_OUT_OF_RANGE || (same_bytes(&ab, &ba, sizeof(ab)) && tp_rate_check(&ab, TP_BAD_TEXT, &err) == TP_OK));
}

static bool
take_nps(tp_nps_summary *s, source *from)
{
	tp_error	err;

	s->length = 0;
	if (from->text)
		return taken(tp_nps_read(s, from->bytes, from->size, &err), &err);
	tp_nps_init(s);
	s->flags = fuzz_word(&from->numbers) % 2 ? TP_NPS_HAS_CUTS : 0;
	s->detractor_to = fuzz_number(&from->numbers);
	s->promoter_from = fuzz_number(&from->numbers);
	s->answers.detractors = (int64_t) fuzz_word(&from->numbers);
	s->answers.passives = (int64_t) fuzz_word(&from->numbers);
	s->answers.promoters = (int64_t) fuzz_word(&from->numbers);
	return taken(tp_nps_check(s, TP_BAD_BINARY, &err), &err);
}

static void
write_nps(tp_buffer *b, const void *s)
{
	tp_nps_write(b, s);
}

static void
scores(source *x, source *y)
{
	tp_nps_summary a,
				b,
				ab,
				ba;
	tp_nps_change c;
	tp_error	err;
	size_t		len;
	const char *text;
	double		v,
				low,
				high;
	tp_status	status;

	if (!take_nps(&a, x) || !take_nps(&b, y))
		return;
	ab.length = 0;
	text = text_of(write_nps, &a, &len);
	HOLD(tp_nps_read(&ab, text, len, &err) == TP_OK && same_bytes(&a, &ab, sizeof(a)));
	HOLD(same_bytes(&a, &b, sizeof(a)) == (tp_nps_compare(&a, &b) == 0));
	HOLD(tp_nps_value(&a.answers, &v) == (tp_nps_count(&a) > 0) && (tp_nps_count(&a) == 0 || in_order(-100, v, 100)));
	HOLD(!tp_nps_limits(&a.answers, 0.95, &low, &high) || (in_order(-100, low, v) && in_order(v, high, 100)));
	c = tp_compare_nps(&a.answers, &b.answers, 0.95);
	HOLD(!c.has_z || (c.std_error > 0 && in_order(0, c.p_value, 1) && in_order(c.low, c.change, c.high)));
	ab = a;
	ba = b;
	status = tp_nps_merge(&ab, &b, &err);
	HOLD(status == tp_nps_merge(&ba, &a, &err));
	HOLD(status != TP_OK || (same_bytes(&ab, &ba, sizeof(ab)) && tp_nps_check(&ab, TP_BAD_TEXT, &err) == TP_OK));
	if (a.flags == TP_NPS_HAS_CUTS && tp_nps_add(&a, fuzz_number(&y->numbers), &err) == TP_OK)
		HOLD(tp_nps_check(&a, TP_BAD_TEXT, &err) == TP_OK);
}

static tp_mean *
take_mean(source *s)
{
	tp_mean    *m;
	void	   *image;
	size_t		size;
	tp_error	err;
	int			parts;

	if (s->text)
		return taken(tp_mean_read(&image, &size, s->bytes, s->size, &store.mem, &err), &err) ? image : NULL;
	parts = (int) (fuzz_word(&s->numbers) % TP_EXACT_PARTS_MAX) + 1;
	m = tp_alloc(&store.mem, tp_mean_size(parts));
	memset(m, 0, tp_mean_size(parts));
	m->version = TP_MEAN_VERSION;
	m->parts = (uint8_t) parts;
	m->count = (int64_t) fuzz_word(&s->numbers);
	for (int i = 0; i < TP_MEAN_SUMS * parts; i++)
		m->sum[i] = fuzz_number(&s->numbers);
	return taken(tp_mean_check(m, TP_BAD_BINARY, &err), &err) ? m : NULL;
}

static void
write_mean(tp_buffer *b, const void *m)
{
	tp_mean_write(b, m);
}

/* b and a finite number added to a, closed; NULL out of range. */
static tp_mean *
mean_sum(const tp_mean *a, const tp_mean *b, double v, bool number_first)
{
	tp_mean_open *m;
	void	   *image = NULL;
	size_t		size;
	tp_error	err;
	tp_status	status = tp_mean_begin(&m, a, &store.mem, &err);

	if (status == TP_OK && number_first)
		status = tp_mean_add(&m, v, &store.mem, &err);
	if (status == TP_OK)
		status = tp_mean_merge(&m, b, &store.mem, &err);
	if (status == TP_OK && !number_first)
		status = tp_mean_add(&m, v, &store.mem, &err);
	if (status == TP_OK)
		status = tp_mean_close(&image, &size, m, &store.mem, &err);
	HOLD(status == TP_OK || status == TP_OUT_OF_RANGE);
	return taken(status, &err) ? image : NULL;
}

static bool
same_means(const tp_mean *a, const tp_mean *b)
{
	bool		same = a->parts == b->parts && same_bytes(a, b, tp_mean_size(a->parts));

	HOLD(same == (tp_mean_compare(a, b) == 0));
	return same;
}

static void
hold_mean(const tp_mean *m)
{
	tp_gap_summary room;
	const tp_gap_summary *g = tp_mean_view(m, &room);
	tp_error	err;
	void	   *again;
	size_t		len,
				size;
	const char *text = text_of(write_mean, m, &len);
	double		v,
				high;

	HOLD(tp_mean_is_current(m, tp_mean_size(m->parts)) && tp_mean_check(m, TP_BAD_TEXT, &err) == TP_OK);
	HOLD(tp_mean_read(&again, &size, text, len, &store.mem, &err) == TP_OK && size == tp_mean_size(m->parts) && same_means(m, again));
	HOLD(tp_gap_mean(g, &v) == (m->count > 0) && (m->count == 0 || isfinite(v)));
	HOLD(!tp_gap_stddev(g, &v) || (isfinite(v) && v >= 0));
	HOLD(!tp_gap_limits(g, 0.95, &v, &high) || v <= high);
}

static void
means(source *x, source *y)
{
	tp_mean    *a = take_mean(x),
			   *b = a != NULL ? take_mean(y) : NULL,
			   *ab,
			   *ba;
	double		v = fuzz_number(&y->numbers);

	if (b == NULL)
		return;
	hold_mean(a);
	hold_mean(b);
	v = isfinite(v) ? v : 1;
	ab = mean_sum(a, b, v, true);
	ba = mean_sum(b, a, v, false);
	HOLD((ab == NULL) == (ba == NULL));
	if (ab != NULL)
	{
		HOLD(same_means(ab, ba));
		hold_mean(ab);
	}
}

static void
write_points(tp_buffer *b, const void *p)
{
	tp_points_write(b, p);
}

static void
curves(source *x)
{
	tp_points  *p,
			   *again;
	tp_error	err;
	size_t		len;
	const char *text;
	double	   *spend,
			   *response;
	tp_response r;
	bool		found;

	if (!x->text || !taken(tp_points_read(&p, x->bytes, x->size, &store.mem, &err), &err))
		return;
	text = text_of(write_points, p, &len);
	HOLD(tp_points_is_current(p, tp_points_size(p->room)) && tp_points_check(p, TP_BAD_TEXT, &err) == TP_OK);
	HOLD(tp_points_read(&again, text, len, &store.mem, &err) == TP_OK && again->count == p->count);
	HOLD(memcmp(again->xy, p->xy, (size_t) p->count * 2 * sizeof(double)) == 0);
	spend = tp_alloc_array(&store.mem, (size_t) p->count + 1, sizeof(double));
	response = tp_alloc_array(&store.mem, (size_t) p->count + 1, sizeof(double));
	for (uint32_t i = 0; i < p->count; i++)
	{
		spend[i] = p->xy[2 * i];
		response[i] = p->xy[2 * i + 1];
	}
	HOLD(tp_response_curve(&store.mem, spend, response, p->count, &r, &found, &err) == TP_OK);
	HOLD(!found || (isfinite(r.ceiling) && r.ceiling > 0 && isfinite(r.half_spend) && r.half_spend > 0 && r.r_squared <= 1));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line;
	source		part[2];
	bool		text;

	if (size == 0)
		return 0;
	text = data[0] / 4 % 2 == 0;
	line = memchr(data + 1, text ? '\n' : '\xFA', size - 1);
	check_store_init(&store);
	for (int i = 0; i < 2; i++)
	{
		const uint8_t *from = i == 0 ? data + 1 : line != NULL ? line + 1 : data + size;
		const uint8_t *to = i == 0 && line != NULL ? line : data + size;
		size_t		n = (size_t) (to - from);

		part[i].bytes = text ? fuzz_keep_text(&store.mem, from, n) : (char *) fuzz_keep(&store.mem, from, n);
		part[i].size = n;
		part[i].text = text;
		part[i].numbers = (fuzz_source) {(const uint8_t *) part[i].bytes, (const uint8_t *) part[i].bytes + n};
	}
	switch (data[0] % 4)
	{
		case 0:
			rates(&part[0], &part[1]);
			break;
		case 1:
			scores(&part[0], &part[1]);
			break;
		case 2:
			means(&part[0], &part[1]);
			break;
		default:
			curves(&part[0]);
			break;
	}
	check_store_release(&store);
	return 0;
}
