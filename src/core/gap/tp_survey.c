/*
 * tp_survey.c
 *	  Counts and sums, and the survey figures made from them.
 */
#include "gap/tp_survey.h"

#include "base/tp_binomial.h"

#define LAYOUT(type, member, at) \
	_Static_assert(offsetof(type, member) == (at), #type ": " #member " has moved")

LAYOUT(tp_tally, length, 0);
LAYOUT(tp_tally, version, 4);
LAYOUT(tp_tally, flags, 5);
LAYOUT(tp_tally, cells, 6);
LAYOUT(tp_tally, cell, 8);
LAYOUT(tp_channels, channels, 6);
LAYOUT(tp_channels, size, 8);
LAYOUT(tp_channels, used, 12);
LAYOUT(tp_channels, squares, 16);
LAYOUT(tp_channel, len, 24);
LAYOUT(tp_channel, name, 28);
_Static_assert(sizeof(tp_cell) == 24, "a cell has changed its size");
_Static_assert(sizeof(tp_channels) == 32, "the channels' header has changed its size");

#define STATE_HINT "Pass the state of an aggregate on as the server wrote it."

void
tp_tally_init(tp_tally *t, int cells)
{
	memset((char *) t + sizeof(t->length), 0, tp_tally_size(cells) - sizeof(t->length));
	t->version = TP_TALLY_VERSION;
	t->cells = (uint16_t) cells;
}

bool
tp_cell_merge(tp_cell *to, const tp_cell *from)
{
	if (from->count > INT64_MAX - to->count)
		return false;
	to->count += from->count;
	to->sum = tp_dd_add(to->sum, from->sum);
	return isfinite(to->sum.hi);
}

bool
tp_tally_merge(tp_tally *t, const tp_tally *other)
{
	bool		good = true;

	for (int i = 0; i < t->cells; i++)
		good = tp_cell_merge(&t->cell[i], &other->cell[i]) && good;
	return good;
}

bool
tp_cell_mean(const tp_cell *c, double *v)
{
	if (c->count == 0)
		return false;
	*v = tp_dd_value(tp_dd_divide_double(c->sum, (double) c->count));
	return true;
}

static bool
cell_is_good(const tp_cell *c)
{
	return c->count >= 0 && tp_dd_is_normal(c->sum) && (c->count > 0 || c->sum.hi == 0);
}

tp_status
tp_tally_check(const tp_tally *t, tp_status status, tp_error *err)
{
	for (int i = 0; i < t->cells; i++)
		if (!cell_is_good(&t->cell[i]))
			return tp_fail(err, status, STATE_HINT,
						   "touchpoint_tally holds counts or sums that no rows can have");
	return TP_OK;
}

static void
cell_write(tp_buffer *b, const tp_cell *c)
{
	tp_write_integer(b, c->count);
	if (c->sum.hi != 0)
	{
		tp_buffer_byte(b, ' ');
		tp_dd_write(b, c->sum);
	}
}

static tp_status
cell_scan(tp_scan *s, tp_cell *c)
{
	tp_status	status = tp_scan_count(s, &c->count);

	c->sum = tp_dd_of(0);
	if (status == TP_OK && tp_scan_peek(s) != ',' && tp_scan_peek(s) != '}')
		status = tp_dd_scan(s, &c->sum);
	return status;
}

void
tp_tally_write(tp_buffer *b, const tp_tally *t)
{
	for (int i = 0; i < t->cells; i++)
	{
		tp_buffer_string(b, i == 0 ? "{" : ", ");
		cell_write(b, &t->cell[i]);
	}
	tp_buffer_byte(b, '}');
}

tp_status
tp_tally_read(tp_tally *t, const char *text, size_t len, tp_error *err)
{
	tp_scan		s;
	tp_status	status;
	int			n = 0;

	tp_tally_init(t, TP_TALLY_CELLS_MAX);
	tp_scan_init(&s, "touchpoint_tally", text, len, err);
	if ((status = tp_scan_word(&s, "{", STATE_HINT)) != TP_OK)
		return status;
	do
	{
		if (n == TP_TALLY_CELLS_MAX)
			return tp_scan_fail(&s, TP_BAD_TEXT, STATE_HINT, "There are at most %d cells", TP_TALLY_CELLS_MAX);
		if (n > 0)
			s.at++;
		if ((status = cell_scan(&s, &t->cell[n++])) != TP_OK)
			return status;
	} while (tp_scan_peek(&s) == ',');
	t->cells = (uint16_t) n;
	if ((status = tp_scan_word(&s, "}", STATE_HINT)) != TP_OK ||
		(status = tp_scan_end(&s, STATE_HINT)) != TP_OK)
		return status;
	return tp_tally_check(t, TP_BAD_TEXT, err);
}

bool
tp_service_gaps(const double measure[TP_MEASURES], const bool has[TP_MEASURES],
				double gap[TP_SERVICE_GAPS], bool known[TP_SERVICE_GAPS])
{
	static const struct
	{
		tp_measure	of;
		tp_measure	less;
	}			gaps[TP_SERVICE_GAPS] = {
		{TP_MEASURE_UNDERSTOOD, TP_MEASURE_EXPECTED},	/* knowledge */
		{TP_MEASURE_SPECIFIED, TP_MEASURE_UNDERSTOOD},	/* standards */
		{TP_MEASURE_DELIVERED, TP_MEASURE_SPECIFIED},	/* delivery */
		{TP_MEASURE_DELIVERED, TP_MEASURE_PROMISED},	/* communication */
		{TP_MEASURE_PERCEIVED, TP_MEASURE_DELIVERED},	/* perception */
		{TP_MEASURE_PERCEIVED, TP_MEASURE_EXPECTED},	/* customer */
	};
	bool		good = true;

	for (int i = 0; i < TP_SERVICE_GAPS; i++)
	{
		known[i] = has[gaps[i].of] && has[gaps[i].less];
		gap[i] = known[i] ? measure[gaps[i].of] - measure[gaps[i].less] : 0;
		good = good && isfinite(gap[i]);
	}
	return good;
}

const char *
tp_tolerance_verdict(double adequate, double desired, double perceived)
{
	return perceived < adequate ? "below" : perceived > desired ? "above" : "within";
}

const char *
tp_quadrant(double importance, double performance, double importance_cut, double performance_cut)
{
	if (importance >= importance_cut)
		return performance >= performance_cut ? "keep up the good work" : "concentrate here";
	return performance >= performance_cut ? "possible overkill" : "low priority";
}

const char	tp_kano_letters[TP_KANO_CATEGORIES + 1] = "MOAIRQ";

static const char *const kano_answers[] = {"like", "expect", "neutral", "accept", "dislike"};

#define KANO_ANSWERS 5

/* The answer's place on Kano's scale, or -1; ASCII case does not matter. */
static int
kano_answer(const char *text, size_t len)
{
	for (int i = 0; i < KANO_ANSWERS; i++)
	{
		size_t		at = 0;

		while (at < len && kano_answers[i][at] != '\0' && (text[at] | 0x20) == kano_answers[i][at])
			at++;
		if (at == len && kano_answers[i][at] == '\0')
			return i;
	}
	return -1;
}

tp_status
tp_kano_category(const char *functional, size_t functional_len, const char *dysfunctional,
				 size_t dysfunctional_len, tp_kano *category, tp_error *err)
{
	/* functional answer by row, dysfunctional by column */
	static const char table[KANO_ANSWERS][KANO_ANSWERS + 1] = {"QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"};
	int			f = kano_answer(functional, functional_len);
	int			d = kano_answer(dysfunctional, dysfunctional_len);

	if (f < 0 || d < 0)
		return tp_fail(err, TP_BAD_ARGUMENT, "Answers are like, expect, neutral, accept and dislike.",
					   "unknown %s answer \"%s\"", f < 0 ? "functional" : "dysfunctional",
					   (f < 0 ? tp_excerpt_of(functional, functional_len) :
						tp_excerpt_of(dysfunctional, dysfunctional_len)).text);
	*category = (tp_kano) (strchr(tp_kano_letters, table[f][d]) - tp_kano_letters);
	return TP_OK;
}

static inline size_t
padded(size_t n)
{
	return (n + 7) & ~(size_t) 7;
}

static inline size_t
entry_size(size_t len)
{
	return padded(offsetof(tp_channel, name) + len);
}

/* Where the directory keeps the offset of entry i. */
static inline char *
directory_at(const tp_channels *c, int i)
{
	return (char *) c + c->size - (size_t) (i + 1) * sizeof(uint32_t);
}

static inline tp_channel *
entry_at(const tp_channels *c, int i)
{
	return (tp_channel *) ((char *) c + tp_load_u32(directory_at(c, i)));
}

void
tp_channels_init(tp_channels *c, size_t size)
{
	memset((char *) c + sizeof(c->length), 0, size - sizeof(c->length));
	c->version = TP_CHANNELS_VERSION;
	c->size = (uint32_t) size;
	c->used = sizeof(tp_channels);
}

size_t
tp_channels_grown(const tp_channels *c, size_t len)
{
	size_t		limit = (size_t) 256 * 1024 * 1024;
	size_t		least;

	if (c->channels == TP_CHANNELS_MAX || len > limit)
		return 0;
	least = c->used + entry_size(len) + padded(((size_t) c->channels + 1) * sizeof(uint32_t));
	if (least > limit)
		return 0;
	return padded(least + least / 2 + 64);
}

tp_status
tp_channels_past_limit(tp_error *err)
{
	return tp_fail(err, TP_PAST_LIMIT, "Is this a column of channels or groups? Pass a column with few different values.",
				   "there are more than %d channels or groups, or their names are too long", TP_CHANNELS_MAX);
}

void
tp_channels_copy(tp_channels *to, size_t size, const tp_channels *from)
{
	size_t		directory = (size_t) from->channels * sizeof(uint32_t);

	tp_channels_init(to, size);
	to->channels = from->channels;
	to->used = from->used;
	to->squares = from->squares;
	memcpy((char *) to + sizeof(tp_channels), (const char *) from + sizeof(tp_channels),
		   from->used - sizeof(tp_channels));
	memcpy((char *) to + size - directory, (const char *) from + from->size - directory, directory);
}

static int
compare_names(const tp_channel *e, const char *name, size_t len)
{
	size_t		shorter = e->len < len ? e->len : len;
	int			c = shorter == 0 ? 0 : memcmp(e->name, name, shorter);

	return c != 0 ? c : e->len < len ? -1 : e->len > len;
}

tp_channel *
tp_channels_entry(tp_channels *c, const char *name, size_t len)
{
	int			low = 0;
	int			high = c->channels;
	size_t		directory;
	tp_channel *e;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = compare_names(entry_at(c, middle), name, len);

		if (order == 0)
			return entry_at(c, middle);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	directory = ((size_t) c->channels + 1) * sizeof(uint32_t);
	if (c->channels == TP_CHANNELS_MAX || len > c->size || entry_size(len) + directory > c->size - c->used)
		return NULL;
	memmove(directory_at(c, c->channels), directory_at(c, c->channels - 1),
			(size_t) (c->channels - low) * sizeof(uint32_t));
	tp_store_u32(directory_at(c, low), c->used);
	c->channels++;
	e = entry_at(c, low);
	memset(e, 0, entry_size(len));
	e->len = (uint32_t) len;
	if (len > 0)
		memcpy(e->name, name, len);
	c->used += (uint32_t) entry_size(len);
	return e;
}

const tp_channel *
tp_channels_at(const tp_channels *c, int i)
{
	return entry_at(c, i);
}

tp_status
tp_channels_check(const tp_channels *c, tp_status status, tp_error *err)
{
	bool		good = tp_dd_is_normal(c->squares) && c->squares.hi >= 0;

	for (int i = 0; i < c->channels && good; i++)
	{
		const tp_cell *cell = &entry_at(c, i)->cell;

		good = tp_dd_is_plausible(cell->count, cell->sum, c->squares);
	}
	if (good)
		return TP_OK;
	return tp_fail(err, status, STATE_HINT, "touchpoint_channels holds sums that no scores can have");
}

tp_status
tp_channel_consistency(const tp_channels *c, double *v, bool *known, tp_error *err)
{
	tp_cell		all = {0};
	tp_dd		within = c->squares;
	double		total,
				share;

	*known = false;
	for (int i = 0; i < c->channels; i++)
	{
		const tp_cell *cell = &entry_at(c, i)->cell;

		if (cell->count == 0)
			continue;
		if (__builtin_add_overflow(all.count, cell->count, &all.count))
			return tp_fail(err, TP_OUT_OF_RANGE, STATE_HINT, "there are more scores than can be counted");
		all.sum = tp_dd_add(all.sum, cell->sum);
		within = tp_dd_subtract(within, tp_dd_multiply(cell->sum, tp_dd_divide_double(cell->sum, (double) cell->count)));
	}
	if (all.count < 2)
		return TP_OK;
	total = tp_dd_deviations(all.count, all.sum, c->squares);
	if (total == 0)
		return TP_OK;
	share = tp_dd_value(within) / total;
	*v = share > 1 ? 1 : share > 1e-15 ? share : 0;
	*known = true;
	return TP_OK;
}

tp_status
tp_channels_difference(const tp_channels *c, tp_group_difference *d, tp_error *err)
{
	double		within,
				df1,
				df2;

	*d = (tp_group_difference) {0};
	if (tp_channel_consistency(c, &within, &d->has_eta, err) != TP_OK)
		return err->status;
	for (int i = 0; i < c->channels; i++)
	{
		d->n += entry_at(c, i)->cell.count;
		d->groups += entry_at(c, i)->cell.count > 0;
	}
	df1 = (double) (d->groups - 1);
	df2 = (double) (d->n - d->groups);
	d->eta_squared = d->has_eta ? 1 - within : 0;
	d->has_f = d->has_eta && within > 0 && df1 > 0 && df2 > 0;
	if (d->has_f)
	{
		d->f = d->eta_squared / df1 / (within / df2);
		d->p_value = tp_f_tail(d->f, df1, df2);
	}
	return TP_OK;
}

void
tp_channels_write(tp_buffer *b, const tp_channels *c)
{
	tp_buffer_byte(b, '{');
	tp_dd_write(b, c->squares);
	for (int i = 0; i < c->channels; i++)
	{
		const tp_channel *e = entry_at(c, i);

		tp_buffer_string(b, ", \"");
		for (uint32_t at = 0; at < e->len; at++)
		{
			if (e->name[at] == '"' || e->name[at] == '\\')
				tp_buffer_byte(b, '\\');
			tp_buffer_byte(b, (uint8_t) e->name[at]);
		}
		tp_buffer_string(b, "\" ");
		cell_write(b, &e->cell);
	}
	tp_buffer_byte(b, '}');
}

tp_status
tp_channels_append(tp_channels **c, const char *name, size_t len, tp_cell cell,
				   const tp_memory *mem, tp_status status, tp_error *err)
{
	int			n = (*c)->channels;
	tp_channel *e;

	if (!cell_is_good(&cell) || (n > 0 && compare_names(entry_at(*c, n - 1), name, len) >= 0))
		return tp_fail(err, status, STATE_HINT, "touchpoint_channels holds channels that no rows can have");
	e = tp_channels_entry(*c, name, len);
	if (e == NULL)
	{
		size_t		size = tp_channels_grown(*c, len);
		tp_channels *larger;

		if (size == 0)
			return tp_channels_past_limit(err);
		larger = tp_alloc(mem, size);
		if (larger == NULL)
			return tp_fail_memory(err);
		tp_channels_copy(larger, size, *c);
		tp_release(mem, *c);
		*c = larger;
		e = tp_channels_entry(*c, name, len);
	}
	e->cell = cell;
	return TP_OK;
}

/* A name in double quotes, with \ before what it must not end at. */
static tp_status
scan_name(tp_scan *s, tp_buffer *name)
{
	name->len = 0;
	if (tp_scan_peek(s) != '"')
		return tp_scan_fail(s, TP_BAD_TEXT, STATE_HINT, "Expected a channel in double quotes");
	for (s->at++; s->at < s->end && *s->at != '"'; s->at++)
	{
		if (*s->at == '\\' && s->end - s->at > 1)
			s->at++;
		tp_buffer_byte(name, (uint8_t) *s->at);
	}
	if (s->at >= s->end)
		return tp_scan_fail(s, TP_BAD_TEXT, STATE_HINT, "The double quote is not closed");
	s->at++;
	tp_scan_blanks(s);
	return TP_OK;
}

tp_status
tp_channels_read(tp_channels **c, const char *text, size_t len, const tp_memory *mem, tp_error *err)
{
	tp_scan		s;
	tp_status	status;
	tp_buffer	name;

	*c = tp_alloc(mem, sizeof(tp_channels));
	if (*c == NULL)
		return tp_fail_memory(err);
	tp_channels_init(*c, sizeof(tp_channels));
	tp_buffer_init(&name, mem);
	tp_scan_init(&s, "touchpoint_channels", text, len, err);
	if ((status = tp_scan_word(&s, "{", STATE_HINT)) == TP_OK &&
		(status = tp_dd_scan(&s, &(*c)->squares)) == TP_OK &&
		(*c)->squares.hi < 0)
		status = tp_scan_fail(&s, TP_BAD_TEXT, STATE_HINT, "A sum of squares must not be negative");
	for (size_t i = 0; status == TP_OK && tp_scan_peek(&s) == ','; i++)
	{
		tp_cell		cell;

		if (tp_stop_at(mem, i))
		{
			status = tp_fail_interrupted(err);
			break;
		}
		s.at++;
		tp_scan_blanks(&s);
		if ((status = scan_name(&s, &name)) == TP_OK && (status = cell_scan(&s, &cell)) == TP_OK)
			status = name.failed ? tp_fail_memory(err) :
				tp_channels_append(c, name.data, name.len, cell, mem, TP_BAD_TEXT, err);
	}
	if (status == TP_OK && (status = tp_scan_word(&s, "}", STATE_HINT)) == TP_OK &&
		(status = tp_scan_end(&s, STATE_HINT)) == TP_OK)
		status = tp_channels_check(*c, TP_BAD_TEXT, err);
	tp_buffer_release(&name);
	if (status != TP_OK)
	{
		tp_release(mem, *c);
		*c = NULL;
	}
	return status;
}
