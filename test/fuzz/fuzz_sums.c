/*
 * fuzz_sums.c
 *	  The summaries that are structs of counts and sums: gaps, drivers, tallies, channels. The first byte
 *	  says of which, and whether text of two follows, with a line break between, or numbers as a message
 *	  has them, of two likewise. What is taken leads back to itself by text, adds up in either order to what
 *	  can be read again, and every figure made of it is a number in its range or none.
 */
#include "fuzz.h"

#include "gap/tp_drivers.h"
#include "gap/tp_gap.h"
#include "gap/tp_survey.h"

static check_store store;

typedef fuzz_source source;

static tp_dd
pair(source *s)
{
	double		hi = fuzz_number(s);

	return (tp_dd) {hi, fuzz_number(s)};
}

static tp_status
refused(tp_status status, const tp_error *err, bool text)
{
	if (status != TP_OK)
	{
		fuzz_hold_error(status, err);
		HOLD(text || status == TP_BAD_BINARY || status == TP_PAST_LIMIT);
	}
	return status;
}

/* A pair of numbers that a row may hold, of what there is. */
static double
row_number(source *s)
{
	double		v = fuzz_number(s);

	return isfinite(v) ? v : 0;
}

static bool
in_range(double v, double low, double high)
{
	return v >= low && v <= high;
}

/* Without the length word, which is the host's. */
static bool
same_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
	return a_size == b_size && memcmp((const char *) a + 4, (const char *) b + 4, a_size - 4) == 0;
}

static size_t
gap_size(const void *g)
{
	return tp_gap_size(tp_gap_parts(g));
}

static bool
same_gaps(const void *a, const void *b)
{
	bool		same = same_bytes(a, gap_size(a), b, gap_size(b));

	HOLD(same == (tp_gap_compare(a, b) == 0));
	HOLD(tp_gap_compare(a, b) == -tp_gap_compare(b, a));
	return same;
}

static void
hold_gap_figures(const tp_gap_summary *g)
{
	double		v,
				high;

	HOLD(tp_gap_mean_expected(g, &v) == (g->count > 0) && (g->count == 0 || isfinite(v)));
	HOLD(!tp_gap_mean_perceived(g, &v) || isfinite(v));
	HOLD(!tp_gap_mean(g, &v) || isfinite(v));
	HOLD(!tp_gap_stddev(g, &v) || (isfinite(v) && v >= 0));
	HOLD(!tp_gap_stderr(g, &v) || (isfinite(v) && v >= 0));
	HOLD(!tp_gap_t(g, &v) || !isnan(v));
	HOLD(!tp_gap_effect_size(g, &v) || !isnan(v));
	HOLD(!tp_gap_p_value(g, &v) || in_range(v, 0, 1));
	HOLD(!tp_gap_correlation(g, &v) || in_range(v, -1, 1));
	HOLD(!tp_gap_shortfall_share(g, &v) || in_range(v, 0, 1));
	HOLD(!tp_gap_limits(g, 0.95, &v, &high) || v <= high);
}

/* The sum of up to two images that are closed, closed; NULL past the range. */
static void *
gap_sum_of(const void *a, const void *b, bool open)
{
	tp_gap_open *g,
			   *other = NULL;
	tp_error	err;
	tp_status	status = tp_gap_begin(&g, a, &store.mem, &err);
	void	   *image = NULL;
	size_t		size;

	if (status == TP_OK && b != NULL && open)
		status = tp_gap_begin(&other, b, &store.mem, &err);
	if (status == TP_OK && b != NULL)
		status = tp_gap_merge(&g, open ? (const void *) other : b, &store.mem, &err);
	if (status == TP_OK)
	{
		tp_gap_summary room;

		g->length = 0;
		HOLD(tp_gap_is_current(g, tp_gap_open_size(g)));
		hold_gap_figures(tp_gap_view(g, &room));
		status = tp_gap_close(&image, &size, g, &store.mem, &err);
		HOLD(status != TP_OK || size == gap_size(image));
	}
	if (status != TP_OK)
	{
		HOLD(status == TP_OUT_OF_RANGE);
		fuzz_hold_error(status, &err);
		return NULL;
	}
	return image;
}

static void
hold_gap(const void *g)
{
	tp_gap_summary room;
	void	   *again;
	tp_error	err;
	tp_buffer	b;
	size_t		size;

	HOLD(tp_gap_is_current(g, gap_size(g)) && !tp_gap_is_open(g));
	HOLD(tp_gap_check(g, TP_BAD_BINARY, &err) == TP_OK);
	tp_buffer_init(&b, &store.mem);
	tp_gap_write(&b, g);
	tp_buffer_byte(&b, '\0');
	HOLD(tp_gap_read(&again, &size, b.data, b.len - 1, &store.mem, &err) == TP_OK && size == gap_size(again));
	HOLD(same_gaps(g, again));
	again = gap_sum_of(g, NULL, false);
	HOLD(again != NULL && same_gaps(g, again));
	hold_gap_figures(tp_gap_view(g, &room));
}

static void
hold_gap_change(const void *a, const void *b)
{
	tp_gap_summary x,
				y;
	tp_gap_change c = tp_gap_compare_means(tp_gap_view(a, &x), tp_gap_view(b, &y), 0.9);

	HOLD(!c.has_change || isfinite(c.change));
	HOLD(!c.has_stderr || (c.has_change && isfinite(c.std_error) && c.std_error >= 0));
	HOLD(!c.has_t || (c.has_stderr && !isnan(c.t) && c.df > 0 && in_range(c.p_value, 0, 1) && c.low <= c.high));
}

static void *
take_gap(source *s, bool text)
{
	tp_gap_summary *g;
	void	   *image;
	tp_error	err;
	size_t		size;
	int			parts;

	if (text)
	{
		refused(tp_gap_read(&image, &size, (const char *) s->at, (size_t) (s->end - s->at), &store.mem, &err), &err, true);
		return image;
	}
	parts = s->at < s->end ? *s->at++ % TP_EXACT_PARTS_MAX + 1 : 2;
	parts = parts < 2 ? 2 : parts;
	size = tp_gap_size(parts);
	g = tp_alloc(&store.mem, size);
	memset(g, 0, size);
	g->version = parts > 2 ? TP_GAP_LONG : TP_GAP_VERSION;
	g->flags = (uint8_t) (parts > 2 ? parts : 0);
	HOLD(tp_gap_is_current(g, size));
	g->count = (int64_t) fuzz_word(s);
	g->shortfalls = (int64_t) fuzz_word(s);
	for (int i = 0; i < TP_GAP_SUMS * parts; i++)
		tp_gap_sum(g, 0)[i] = fuzz_number(s);
	return refused(tp_gap_check(g, TP_BAD_BINARY, &err), &err, false) == TP_OK ? g : NULL;
}

/* Pairs of y added to a, and in the opposite order. */
static void
hold_gap_order(const void *a, source *y)
{
	double		v[8];
	tp_gap_open *up,
			   *down;
	tp_error	err;
	tp_status	status;
	void	   *x,
			   *z;
	size_t		size;

	for (int i = 0; i < 8; i++)
		v[i] = row_number(y);
	HOLD(tp_gap_begin(&up, a, &store.mem, &err) == TP_OK && tp_gap_begin(&down, a, &store.mem, &err) == TP_OK);
	for (int i = 0; i < 4; i++)
	{
		status = tp_gap_add(&up, v[2 * i], v[2 * i + 1], &store.mem, &err);
		if (status == TP_OK)
			status = tp_gap_add(&down, v[6 - 2 * i], v[7 - 2 * i], &store.mem, &err);
		if (status != TP_OK)
		{
			HOLD(status == TP_OUT_OF_RANGE);
			fuzz_hold_error(status, &err);
			return;
		}
	}
	status = tp_gap_close(&x, &size, up, &store.mem, &err);
	HOLD(status == tp_gap_close(&z, &size, down, &store.mem, &err));
	if (status != TP_OK)
		return;
	HOLD(same_gaps(x, z));
	hold_gap(x);
}

static void
gaps(source *x, source *y, bool text)
{
	void	   *a = take_gap(x, text),
			   *b = a != NULL ? take_gap(y, text) : NULL;

	if (a != NULL)
		hold_gap(a);
	if (b != NULL)
	{
		void	   *ab = gap_sum_of(a, b, false),
				   *ba = gap_sum_of(b, a, true);

		hold_gap(b);
		hold_gap_change(a, b);
		HOLD((ab == NULL) == (ba == NULL));
		if (ab != NULL)
		{
			HOLD(same_gaps(ab, ba));
			hold_gap(ab);
		}
	}
	if (a != NULL)
		hold_gap_order(a, y);
}

static size_t
drivers_size(const tp_drivers *d)
{
	return tp_drivers_long_size(d->drivers, tp_drivers_parts(d));
}

static bool
same_drivers(const tp_drivers *a, const tp_drivers *b)
{
	bool		same = same_bytes(a, drivers_size(a), b, drivers_size(b));

	HOLD(same == (tp_drivers_compare(a, b) == 0));
	HOLD(tp_drivers_compare(a, b) == -tp_drivers_compare(b, a));
	return same;
}

static tp_drivers *
drivers_sum_of(const tp_drivers *a, const tp_drivers *b, bool open)
{
	tp_drivers_open *d,
			   *other = NULL;
	tp_drivers *image = NULL;
	tp_error	err;
	tp_status	status = tp_drivers_begin(&d, a->drivers, a, &store.mem, &err);
	size_t		size;

	if (status == TP_OK && b != NULL && open)
		status = tp_drivers_begin(&other, b->drivers, b, &store.mem, &err);
	if (status == TP_OK && b != NULL)
		status = tp_drivers_merge(&d, open ? (const void *) other : b, &store.mem, &err);
	if (status == TP_OK)
	{
		HOLD(tp_drivers_is_current(d, tp_drivers_open_size(d)));
		status = tp_drivers_close(&image, &size, d, &store.mem, &err);
		HOLD(status != TP_OK || size == drivers_size(image));
	}
	if (status == TP_OK)
		return image;
	HOLD(status == TP_OUT_OF_RANGE || status == TP_BAD_ARGUMENT);
	fuzz_hold_error(status, &err);
	return NULL;
}

static void
hold_drivers_figures(const tp_drivers *exact)
{
	tp_drivers *d = tp_alloc(&store.mem, tp_drivers_size(exact->drivers));
	double		weights[TP_DRIVERS_MAX],
				r_squared,
				v;
	bool		known;
	tp_error	err;
	tp_status	status;

	tp_drivers_round(d, exact);
	for (int i = 0; i <= d->drivers && d->drivers > 0; i++)
	{
		HOLD(tp_drivers_mean(d, i, &v) && isfinite(v));
		HOLD(i == 0 || !tp_drivers_correlation(d, i, &v) || in_range(v, -1, 1));
	}
	status = tp_drivers_weights(d, &store.mem, weights, &r_squared, &known, &err);
	HOLD(status == TP_OK || status == TP_BAD_ARGUMENT || status == TP_OUT_OF_RANGE);
	if (status == TP_OK && known)
	{
		HOLD(isfinite(r_squared) && r_squared >= 0);
		for (int i = 0; i < d->drivers; i++)
			HOLD(weights[i] >= 0 && weights[i] <= r_squared);
	}
}

static void
hold_drivers(const tp_drivers *d)
{
	tp_drivers *again;
	tp_error	err;
	tp_buffer	b;

	HOLD(tp_drivers_is_current(d, drivers_size(d)) && !tp_drivers_is_open(d));
	HOLD(tp_drivers_check(d, TP_BAD_BINARY, &err) == TP_OK);
	tp_buffer_init(&b, &store.mem);
	tp_drivers_write(&b, d);
	tp_buffer_byte(&b, '\0');
	HOLD(tp_drivers_read(&again, b.data, b.len - 1, &store.mem, &err) == TP_OK);
	HOLD(same_drivers(d, again));
	if (d->drivers > 0)
	{
		again = drivers_sum_of(d, NULL, false);
		HOLD(again != NULL && same_drivers(d, again));
	}
	hold_drivers_figures(d);
}

static tp_drivers *
take_drivers(source *s, bool text)
{
	tp_drivers *d = NULL;
	tp_error	err;
	int			k,
				parts;

	if (text)
	{
		refused(tp_drivers_read(&d, (const char *) s->at, (size_t) (s->end - s->at), &store.mem, &err), &err, true);
		return d;
	}
	k = s->at < s->end ? *s->at++ % (TP_DRIVERS_MAX + 1) : 0;
	parts = s->at < s->end ? *s->at++ % TP_EXACT_PARTS_MAX + 1 : 2;
	parts = parts < 2 || k == 0 ? 2 : parts;
	d = tp_alloc(&store.mem, tp_drivers_long_size(k, parts));
	d->length = 0;
	tp_drivers_init(d, k, parts);
	HOLD(tp_drivers_is_current(d, drivers_size(d)));
	d->count = (int64_t) fuzz_word(s);
	for (size_t i = 0; i < tp_drivers_sums(k) * (size_t) parts; i++)
		tp_drivers_sum(d, 0)[i] = fuzz_number(s);
	return refused(tp_drivers_check(d, TP_BAD_BINARY, &err), &err, false) == TP_OK ? d : NULL;
}

/* Rows of y added to a, and in the opposite order. */
static void
hold_drivers_order(const tp_drivers *a, source *y)
{
	double		v[3][TP_DRIVERS_MAX + 1];
	tp_drivers_open *up,
			   *down;
	tp_drivers *x,
			   *z;
	tp_error	err;
	tp_status	status;
	size_t		size;

	for (int r = 0; r < 3; r++)
		for (int i = 0; i <= a->drivers; i++)
			v[r][i] = row_number(y);
	HOLD(tp_drivers_begin(&up, a->drivers, a, &store.mem, &err) == TP_OK);
	HOLD(tp_drivers_begin(&down, a->drivers, a, &store.mem, &err) == TP_OK);
	for (int r = 0; r < 3; r++)
	{
		status = tp_drivers_add(&up, v[r][0], v[r] + 1, &store.mem, &err);
		if (status == TP_OK)
			status = tp_drivers_add(&down, v[2 - r][0], v[2 - r] + 1, &store.mem, &err);
		if (status != TP_OK)
		{
			HOLD(status == TP_OUT_OF_RANGE);
			fuzz_hold_error(status, &err);
			return;
		}
	}
	status = tp_drivers_close(&x, &size, up, &store.mem, &err);
	HOLD(status == tp_drivers_close(&z, &size, down, &store.mem, &err));
	if (status != TP_OK)
		return;
	HOLD(same_drivers(x, z));
	hold_drivers(x);
}

static void
drivers(source *x, source *y, bool text)
{
	tp_drivers *a = take_drivers(x, text),
			   *b = a != NULL ? take_drivers(y, text) : NULL;

	if (a != NULL)
		hold_drivers(a);
	if (b != NULL)
		hold_drivers(b);
	if (b != NULL && a->drivers > 0 && b->drivers > 0)
	{
		tp_drivers *ab = drivers_sum_of(a, b, false),
				   *ba = drivers_sum_of(b, a, true);

		HOLD((ab == NULL) == (ba == NULL));
		if (ab != NULL)
		{
			HOLD(same_drivers(ab, ba));
			hold_drivers(ab);
		}
	}
	if (a != NULL && a->drivers > 0)
		hold_drivers_order(a, y);
}

typedef union tally
{
	tp_tally	t;
	char		room[sizeof(tp_tally) + TP_TALLY_CELLS_MAX * sizeof(tp_cell)];
} tally;

static bool
same_tallies(const tp_tally *a, const tp_tally *b)
{
	return a->cells == b->cells && memcmp((const char *) a + 4, (const char *) b + 4, tp_tally_size(a->cells) - 4) == 0;
}

static void
hold_tally(const tp_tally *t)
{
	tally		again;
	tp_error	err;
	tp_buffer	b;

	HOLD(tp_tally_is_current(t, tp_tally_size(t->cells)));
	tp_buffer_init(&b, &store.mem);
	tp_tally_write(&b, t);
	tp_buffer_byte(&b, '\0');
	HOLD(tp_tally_read(&again.t, b.data, b.len - 1, &err) == TP_OK);
	HOLD(same_tallies(t, &again.t));
	tp_buffer_release(&b);
	for (int i = 0; i < t->cells; i++)
	{
		double		v;

		HOLD(tp_cell_mean(&t->cell[i], &v) == (t->cell[i].count > 0));
		HOLD(t->cell[i].count == 0 || isfinite(v));
	}
}

static tp_status
take_tally(tally *t, source *s, bool text)
{
	tp_error	err;
	int			cells;

	if (text)
		return refused(tp_tally_read(&t->t, (const char *) s->at, (size_t) (s->end - s->at), &err), &err, true);
	cells = s->at < s->end ? *s->at++ % TP_TALLY_CELLS_MAX + 1 : 1;
	tp_tally_init(&t->t, cells);
	for (int i = 0; i < cells; i++)
	{
		t->t.cell[i].count = (int64_t) fuzz_word(s);
		t->t.cell[i].sum = pair(s);
	}
	return refused(tp_tally_check(&t->t, TP_BAD_BINARY, &err), &err, false);
}

static void
tallies(source *x, source *y, bool text)
{
	tally		a,
				b,
				ab,
				ba;
	tp_error	err;

	if (take_tally(&a, x, text) != TP_OK)
		return;
	hold_tally(&a.t);
	if (take_tally(&b, y, text) == TP_OK && a.t.cells == b.t.cells)
	{
		bool		good;

		ab = a;
		ba = b;
		good = tp_tally_merge(&ab.t, &b.t);
		HOLD(good == tp_tally_merge(&ba.t, &a.t));
		if (good)
		{
			HOLD(tp_tally_check(&ab.t, TP_BAD_TEXT, &err) == TP_OK);
			HOLD(same_tallies(&ab.t, &ba.t));
			hold_tally(&ab.t);
		}
	}
	for (int i = 0; i < 4; i++)
	{
		if (!tp_cell_add(&a.t.cell[i % a.t.cells], tp_two_product(row_number(y), row_number(y))))
			return;
		HOLD(tp_tally_check(&a.t, TP_BAD_TEXT, &err) == TP_OK);
		hold_tally(&a.t);
	}
}

static void
hold_channels(const tp_channels *c)
{
	tp_channels *again;
	tp_error	err;
	tp_buffer	b,
				twice;
	double		v;
	bool		known;
	tp_status	status;

	HOLD(tp_channels_is_current(c, c->size));
	tp_buffer_init(&b, &store.mem);
	tp_buffer_init(&twice, &store.mem);
	tp_channels_write(&b, c);
	tp_buffer_byte(&b, '\0');
	HOLD(tp_channels_read(&again, b.data, b.len - 1, &store.mem, &err) == TP_OK);
	tp_channels_write(&twice, again);
	tp_buffer_byte(&twice, '\0');
	HOLD(b.len == twice.len && memcmp(b.data, twice.data, b.len) == 0);
	HOLD(again->channels == c->channels);
	for (int i = 0; i < c->channels; i++)
	{
		const tp_channel *e = tp_channels_at(c, i),
				   *f = tp_channels_at(again, i);

		HOLD(e->len == f->len && (e->len == 0 || memcmp(e->name, f->name, e->len) == 0));
		HOLD(memcmp(&e->cell, &f->cell, sizeof(e->cell)) == 0);
		HOLD(tp_channels_entry(again, e->name, e->len) == f);
	}
	tp_release(&store.mem, again);
	tp_buffer_release(&b);
	tp_buffer_release(&twice);
	status = tp_channel_consistency(c, &v, &known, &err);
	HOLD(status == TP_OK ? !known || in_range(v, 0, 1) : status == TP_OUT_OF_RANGE);
}

static tp_channels *
take_channels(source *s, bool text)
{
	tp_channels *c = NULL;
	tp_error	err;

	if (text)
	{
		refused(tp_channels_read(&c, (const char *) s->at, (size_t) (s->end - s->at), &store.mem, &err), &err, true);
		return c;
	}
	c = tp_alloc(&store.mem, sizeof(tp_channels));
	c->length = 0;
	tp_channels_init(c, sizeof(tp_channels));
	c->squares = pair(s);
	while (s->at < s->end)
	{
		size_t		len = *s->at++;
		const uint8_t *name = s->at;
		tp_cell		cell;

		len = len < (size_t) (s->end - s->at) ? len : (size_t) (s->end - s->at);
		s->at += len;
		cell.count = (int64_t) fuzz_word(s);
		cell.sum = pair(s);
		if (refused(tp_channels_append(&c, (const char *) name, len, cell, &store.mem, TP_BAD_BINARY, &err), &err, false) != TP_OK)
		{
			tp_release(&store.mem, c);
			return NULL;
		}
	}
	if (refused(tp_channels_check(c, TP_BAD_BINARY, &err), &err, false) == TP_OK)
		return c;
	tp_release(&store.mem, c);
	return NULL;
}

static void
channels(source *x, source *y, bool text)
{
	tp_channels *a = take_channels(x, text),
			   *b = a != NULL ? take_channels(y, text) : NULL;

	if (a != NULL)
		hold_channels(a);
	if (b != NULL)
	{
		hold_channels(b);
		a->squares = tp_dd_add(a->squares, b->squares);
		/* all names of b in a, with room made as the server makes it */
		for (int i = 0; i < b->channels; i++)
		{
			const tp_channel *from = tp_channels_at(b, i);
			tp_channel *e = tp_channels_entry(a, from->name, from->len);

			if (e == NULL)
			{
				size_t		size = tp_channels_grown(a, from->len);
				tp_channels *larger = tp_alloc(&store.mem, size);

				HOLD(size > a->size);
				larger->length = 0;
				tp_channels_copy(larger, size, a);
				tp_release(&store.mem, a);
				a = larger;
				e = tp_channels_entry(a, from->name, from->len);
			}
			HOLD(e != NULL);
			if (!tp_cell_merge(&e->cell, &from->cell) || !isfinite(a->squares.hi))
				break;
			hold_channels(a);
		}
	}
	tp_release(&store.mem, a);
	tp_release(&store.mem, b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line;
	bool		text;
	size_t		n;
	source		x,
				y;
	void	   *one,
			   *two;

	if (size == 0)
		return 0;
	text = data[0] / 4 % 2 == 0;
	line = memchr(data + 1, text ? '\n' : '\xFA', size - 1);
	n = line != NULL ? (size_t) (line - data - 1) : size - 1;
	check_store_init(&store);
	one = text ? (void *) fuzz_keep_text(&store.mem, data + 1, n) : fuzz_keep(&store.mem, data + 1, n);
	line = line != NULL ? line + 1 : data + 1 + n;
	two = text ? (void *) fuzz_keep_text(&store.mem, line, size - (size_t) (line - data)) :
		fuzz_keep(&store.mem, line, size - (size_t) (line - data));
	x = (source) {one, (uint8_t *) one + n};
	y = (source) {two, (uint8_t *) two + (size - (size_t) (line - data))};
	switch (data[0] % 4)
	{
		case 0:
			gaps(&x, &y, text);
			break;
		case 1:
			drivers(&x, &y, text);
			break;
		case 2:
			tallies(&x, &y, text);
			break;
		default:
			channels(&x, &y, text);
			break;
	}
	/* states that were outgrown go with the memory context */
	check_store_release(&store);
	return 0;
}
