/*
 * tp_gap.c
 *	  The summary of pairs of expected and perceived.
 */
#include "gap/tp_gap.h"

#include "base/tp_student.h"

#define LAYOUT(member, at) \
	_Static_assert(offsetof(tp_gap_summary, member) == (at), "gap_summary: " #member " has moved")

LAYOUT(length, 0);
LAYOUT(version, 4);
LAYOUT(flags, 5);
LAYOUT(zero, 6);
LAYOUT(count, 8);
LAYOUT(shortfalls, 16);
LAYOUT(expected, 24);
LAYOUT(perceived, 40);
LAYOUT(expected_sq, 56);
LAYOUT(perceived_sq, 72);
LAYOUT(gap_sq, 88);
_Static_assert(sizeof(tp_gap_summary) == 104, "gap_summary has changed its size");

#define TEXT_HINT "Write a gap_summary as it is printed: {count=2, shortfalls=1, expected=9, ...}; the empty one is {count=0}."

_Static_assert(offsetof(tp_gap_open, sums) == 24, "an open gap_summary has changed its head");

/* The sums, in the order of the image, of the text form and of comparison. */
static const char *const keys[TP_GAP_SUMS] = {"expected=", "perceived=", "expected_sq=", "perceived_sq=", "gap_sq="};

enum
{
	EXPECTED, PERCEIVED, EXPECTED_SQ, PERCEIVED_SQ, GAP_SQ,
	PRODUCTS = GAP_SQ			/* of an open one: twice the products, expected_sq + perceived_sq - gap_sq */
};

#define HEAD offsetof(tp_gap_summary, expected)
#define AT_SUMS offsetof(tp_gap_open, sums)

void
tp_gap_init(tp_gap_summary *g)
{
	memset((char *) g + sizeof(g->length), 0, sizeof(*g) - sizeof(g->length));
	g->version = TP_GAP_VERSION;
}

/* A head without pairs for sums of so many doubles. */
static void
init_head(tp_gap_summary *g, int parts)
{
	memset((char *) g + sizeof(g->length), 0, HEAD - sizeof(g->length));
	g->version = parts > 2 ? TP_GAP_LONG : TP_GAP_VERSION;
	g->flags = (uint8_t) (parts > 2 ? parts : 0);
}

bool
tp_gap_is_current(const void *image, size_t size)
{
	const tp_gap_summary *g = image;

	if (size < HEAD || g->zero != 0)
		return false;
	if (g->version == TP_GAP_OPEN)
		return tp_gap_is_ready(image, size);
	if (g->version == TP_GAP_LONG)
		return g->flags > 2 && g->flags <= TP_EXACT_PARTS_MAX && size == tp_gap_size(g->flags);
	return g->version == TP_GAP_VERSION && g->flags == 0 && size == sizeof(tp_gap_summary);
}

static inline tp_status
in_words(tp_status status, tp_error *err)
{
	return status == TP_OUT_OF_RANGE ? TP_SUMS_OUT_OF_RANGE("Scores", "gap_summary", err) : status;
}

tp_status
tp_gap_begin(tp_gap_open **g, const void *image, const tp_memory *mem, tp_error *err)
{
	*g = tp_alloc(mem, AT_SUMS + tp_exact_bytes(TP_GAP_SUMS, TP_EXACT_WORDS));
	if (*g == NULL)
		return tp_fail_memory(err);
	memset(*g, 0, AT_SUMS);
	(*g)->version = TP_GAP_OPEN;
	tp_exact_init(&(*g)->sums, TP_GAP_SUMS);
	return tp_gap_merge(g, image, mem, err);
}

static tp_status
add_term(tp_gap_open **g, const void *keep, size_t i, tp_term t, const tp_memory *mem, tp_error *err)
{
	while (!tp_exact_add(&(*g)->sums, i, t))
	{
		tp_status	status = tp_exact_make_room((void **) g, keep, AT_SUMS, &t, NULL, mem, err);

		if (status != TP_OK)
			return in_words(status, err);
	}
	return TP_OK;
}

static tp_status
add_anything(tp_gap_open **g, const void *keep, double expected, double perceived, const tp_memory *mem, tp_error *err)
{
	tp_term		term[TP_GAP_SUMS];

	term[EXPECTED] = tp_term_of(expected);
	term[PERCEIVED] = tp_term_of(perceived);
	term[EXPECTED_SQ] = tp_term_product(expected, expected);
	term[PERCEIVED_SQ] = tp_term_product(perceived, perceived);
	term[PRODUCTS] = tp_term_product(expected, perceived);
	term[PRODUCTS].at++;
	for (size_t i = 0; i < TP_GAP_SUMS; i++)
		if (add_term(g, keep, i, term[i], mem, err) != TP_OK)
			return err->status;
	return TP_OK;
}

/* Numbers that tp_usual takes into w, four words a sum; is one of them full then? */
static bool
add_usual(uint64_t *w, const uint64_t m[2], const int at[2], const uint64_t sign[2])
{
	bool		full;

	full = tp_is_full(tp_add_wide(w + EXPECTED * TP_EXACT_WORDS, m[0], TP_USUAL_PLACE(at[0]), sign[0]));
	full |= tp_is_full(tp_add_wide(w + PERCEIVED * TP_EXACT_WORDS, m[1], TP_USUAL_PLACE(at[1]), sign[1]));
	full |= tp_is_full(tp_add_wide(w + EXPECTED_SQ * TP_EXACT_WORDS, (tp_wide) m[0] * m[0], TP_USUAL_PLACE(2 * at[0]), 0));
	full |= tp_is_full(tp_add_wide(w + PERCEIVED_SQ * TP_EXACT_WORDS, (tp_wide) m[1] * m[1], TP_USUAL_PLACE(2 * at[1]), 0));
	return full | tp_is_full(tp_add_wide(w + PRODUCTS * TP_EXACT_WORDS, (tp_wide) m[0] * m[1],
										 TP_USUAL_PLACE(at[0] + at[1] + 1), sign[0] ^ sign[1]));
}

/*
 * The gaps' squares are derived from the other sums, which are exact: a common offset of both scales,
 * however large, costs nothing.
 */
tp_status
tp_gap_add(tp_gap_open **g, double expected, double perceived, const tp_memory *mem, tp_error *err)
{
	uint64_t	m[2],
				sign[2];
	int			at[2];

	if (tp_gap_add_quickly(*g, expected, perceived))
		return TP_OK;
	if (tp_unlikely(!tp_count_one(&(*g)->count)))
		return TP_COUNT_OUT_OF_RANGE("gap_summary", err);
	(*g)->shortfalls += perceived < expected;
	if (!tp_exact_is_small(&(*g)->sums) || !tp_usual(expected, &m[0], &at[0], &sign[0]) ||
		!tp_usual(perceived, &m[1], &at[1], &sign[1]))
		return add_anything(g, *g, expected, perceived, mem, err);
	if (tp_unlikely(add_usual((*g)->sums.word, m, at, sign)))
		return in_words(tp_exact_make_room((void **) g, *g, AT_SUMS, NULL, NULL, mem, err), err);
	return TP_OK;
}

tp_status
tp_gap_settle(tp_gap_open **g, tp_gap_near *n, const tp_memory *mem, tp_error *err)
{
	tp_status	status;

	if (n->count > INT64_MAX - (*g)->count)
		return TP_COUNT_OUT_OF_RANGE("gap_summary", err);
	(*g)->count += n->count;
	(*g)->shortfalls += n->shortfalls;
	status = tp_near_settle((void **) g, *g, AT_SUMS, &n->sums, TP_NEAR_BIT, TP_NEAR_BIT, 1, mem, err);
	n->count = n->shortfalls = 0;
	return in_words(status, err);
}

static tp_status
merge_closed(tp_gap_open **g, const void *keep, const void *image, const tp_memory *mem, tp_error *err)
{
	int			n = tp_gap_parts(image);
	tp_status	status = TP_OK;

	for (size_t i = 0; i < TP_GAP_SUMS && status == TP_OK; i++)
	{
		status = tp_exact_add_parts((void **) g, keep, AT_SUMS, i, tp_gap_sum(image, i), n, i == GAP_SQ ? -1 : 1, mem, err);
		if (status == TP_OK && (i == EXPECTED_SQ || i == PERCEIVED_SQ))
			status = tp_exact_add_parts((void **) g, keep, AT_SUMS, PRODUCTS, tp_gap_sum(image, i), n, 1, mem, err);
	}
	return status;
}

tp_status
tp_gap_merge(tp_gap_open **g, const void *image, const tp_memory *mem, tp_error *err)
{
	const tp_gap_summary *other = image;
	const void *keep = *g;
	tp_status	status = TP_OK;

	if (other->count == 0)
		return TP_OK;
	if (other->count > INT64_MAX - (*g)->count)
		return TP_COUNT_OUT_OF_RANGE("gap_summary", err);
	if (!tp_gap_is_open(image))
		status = merge_closed(g, *g, image, mem, err);
	else
		while (status == TP_OK && !tp_exact_merge(&(*g)->sums, &((const tp_gap_open *) image)->sums))
			status = tp_exact_make_room((void **) g, keep, AT_SUMS, NULL, &((const tp_gap_open *) image)->sums, mem, err);
	(*g)->count += other->count;
	(*g)->shortfalls += other->shortfalls;
	return in_words(status, err);
}

/* The sums of g with the gaps' squares in the place of products, with room that nothing overflows. */
static tp_exact *
gap_sums(const tp_gap_open *g, tp_exact *to)
{
	tp_exact_copy(to, g->sums.first, g->sums.words + 1, &g->sums);
	tp_exact_negate(to, GAP_SQ);
	tp_exact_add_sum(to, GAP_SQ, EXPECTED_SQ);
	tp_exact_add_sum(to, GAP_SQ, PERCEIVED_SQ);
	/* of numbers too small to be squared, rounding alone can be left */
	if (tp_exact_is_negative(to, GAP_SQ))
		memset(&to->word[GAP_SQ * to->words], 0, to->words * sizeof(uint64_t));
	return to;
}

#define SUMS_SIZE (sizeof(tp_exact) + TP_GAP_SUMS * (TP_EXACT_WORDS_MAX + 1) * sizeof(uint64_t))

tp_status
tp_gap_close(void **image, size_t *size, const tp_gap_open *g, const tp_memory *mem, tp_error *err)
{
	_Alignas(tp_exact) char bytes[SUMS_SIZE];
	const tp_exact *x = gap_sums(g, (tp_exact *) bytes);
	tp_gap_summary *to;
	int			parts = 2;

	for (size_t i = 0; i < TP_GAP_SUMS; i++)
	{
		int			n = tp_exact_count(x, i);

		parts = n > parts ? n : parts;
	}
	*size = tp_gap_size(parts);
	*image = to = tp_alloc(mem, *size);
	if (to == NULL)
		return tp_fail_memory(err);
	init_head(to, parts);
	to->count = g->count;
	to->shortfalls = g->shortfalls;
	for (size_t i = 0; i < TP_GAP_SUMS; i++)
	{
		tp_exact_parts(x, i, tp_gap_sum(to, i), parts);
		if (!isfinite(*tp_gap_sum(to, i)))
		{
			tp_release(mem, to);
			return TP_SUMS_OUT_OF_RANGE("Scores", "gap_summary", err);
		}
	}
	return TP_OK;
}

const tp_gap_summary *
tp_gap_view(const void *image, tp_gap_summary *room)
{
	const tp_gap_summary *g = image;
	_Alignas(tp_exact) char bytes[SUMS_SIZE];

	if (g->version == TP_GAP_VERSION)
		return g;
	tp_gap_init(room);
	room->count = g->count;
	room->shortfalls = g->shortfalls;
	if (tp_gap_is_open(image))
		gap_sums(image, (tp_exact *) bytes);
	for (size_t i = 0; i < TP_GAP_SUMS; i++)
		if (tp_gap_is_open(image))
			tp_exact_parts((tp_exact *) bytes, i, tp_gap_sum(room, i), 2);
		else
			memcpy(tp_gap_sum(room, i), tp_gap_sum(image, i), 2 * sizeof(double));
	return room;
}

tp_status
tp_gap_check(const void *image, tp_status status, tp_error *err)
{
	tp_gap_summary room;
	const tp_gap_summary *g = tp_gap_view(image, &room);
	int			parts = tp_gap_parts(image);
	bool		good = g->count >= 0 && g->shortfalls >= 0 && g->shortfalls <= g->count;
	bool		longest = parts == 2;

	for (size_t i = 0; i < TP_GAP_SUMS; i++)
	{
		const double *sum = tp_gap_sum(image, i);

		good = good && tp_parts_are_normal(sum, parts) && (g->count > 0 || sum[0] == 0);
		longest |= sum[parts - 1] != 0;
	}
	good = good && longest && tp_dd_is_plausible(g->count, g->expected, g->expected_sq) &&
		tp_dd_is_plausible(g->count, g->perceived, g->perceived_sq) &&
		tp_dd_is_plausible(g->count, tp_dd_subtract(g->perceived, g->expected), g->gap_sq);
	return good ? TP_OK : TP_SUMS_IMPOSSIBLE("gap_summary", "counts or sums that no pairs", status, err);
}

void
tp_gap_write(tp_buffer *b, const void *image)
{
	const tp_gap_summary *g = image;

	tp_buffer_string(b, "{count=");
	tp_write_integer(b, g->count);
	if (g->count > 0)
	{
		tp_buffer_string(b, ", shortfalls=");
		tp_write_integer(b, g->shortfalls);
		for (size_t i = 0; i < TP_GAP_SUMS; i++)
		{
			tp_buffer_string(b, ", ");
			tp_buffer_string(b, keys[i]);
			tp_parts_write(b, tp_gap_sum(g, i), tp_gap_parts(g));
		}
	}
	tp_buffer_byte(b, '}');
}

static tp_status
read_parts(tp_scan *s, int64_t *count, int64_t *shortfalls, double sum[TP_GAP_SUMS][TP_EXACT_PARTS_MAX], int *parts)
{
	tp_status	status;

	*parts = 2;
	if ((status = tp_scan_word(s, "{", TEXT_HINT)) != TP_OK ||
		(status = tp_scan_word(s, "count=", TEXT_HINT)) != TP_OK ||
		(status = tp_scan_count(s, count)) != TP_OK)
		return status;
	if (*count > 0)
	{
		if ((status = tp_scan_word(s, ",", TEXT_HINT)) != TP_OK ||
			(status = tp_scan_word(s, "shortfalls=", TEXT_HINT)) != TP_OK ||
			(status = tp_scan_count(s, shortfalls)) != TP_OK)
			return status;
		for (size_t i = 0; i < TP_GAP_SUMS; i++)
		{
			int			n;

			if ((status = tp_scan_word(s, ",", TEXT_HINT)) != TP_OK ||
				(status = tp_scan_word(s, keys[i], TEXT_HINT)) != TP_OK ||
				(status = tp_parts_scan(s, sum[i], TP_EXACT_PARTS_MAX, &n)) != TP_OK)
				return status;
			*parts = n > *parts ? n : *parts;
		}
	}
	return tp_scan_close(s, TEXT_HINT);
}

tp_status
tp_gap_read(void **image, size_t *size, const char *text, size_t len, const tp_memory *mem, tp_error *err)
{
	double		sum[TP_GAP_SUMS][TP_EXACT_PARTS_MAX] = {{0}};
	int64_t		count = 0,
				shortfalls = 0;
	int			parts;
	tp_scan		s;
	tp_gap_summary *g;
	tp_status	status;

	*image = NULL;
	tp_scan_init(&s, "gap_summary", text, len, err);
	if ((status = read_parts(&s, &count, &shortfalls, sum, &parts)) != TP_OK)
		return status;
	*size = tp_gap_size(parts);
	g = tp_alloc(mem, *size);
	if (g == NULL)
		return tp_fail_memory(err);
	init_head(g, parts);
	g->count = count;
	g->shortfalls = shortfalls;
	for (size_t i = 0; i < TP_GAP_SUMS; i++)
		memcpy(tp_gap_sum(g, i), sum[i], (size_t) parts * sizeof(double));
	status = tp_gap_check(g, TP_BAD_TEXT, err);
	if (status == TP_OK)
		*image = g;
	else
		tp_release(mem, g);
	return status;
}

int
tp_gap_compare(const void *x, const void *y)
{
	const tp_gap_summary *a = x;
	const tp_gap_summary *b = y;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	if (a->shortfalls != b->shortfalls)
		return a->shortfalls < b->shortfalls ? -1 : 1;
	for (size_t i = 0; i < TP_GAP_SUMS; i++)
	{
		int			c = tp_parts_compare(tp_gap_sum(a, i), tp_gap_parts(a), tp_gap_sum(b, i), tp_gap_parts(b));

		if (c != 0)
			return c;
	}
	return 0;
}

static bool
mean_of(const tp_gap_summary *g, tp_dd sum, double *v)
{
	if (g->count == 0)
		return false;
	*v = tp_dd_value(tp_dd_divide_double(sum, (double) g->count));
	return true;
}

static inline tp_dd
gap_sum(const tp_gap_summary *g)
{
	return tp_dd_subtract(g->perceived, g->expected);
}

/* Sum of squared deviations of the gaps. */
static double
gap_deviations(const tp_gap_summary *g)
{
	return tp_dd_deviations(g->count, gap_sum(g), g->gap_sq);
}

bool
tp_gap_mean_expected(const tp_gap_summary *g, double *v)
{
	return mean_of(g, g->expected, v);
}

bool
tp_gap_mean_perceived(const tp_gap_summary *g, double *v)
{
	return mean_of(g, g->perceived, v);
}

bool
tp_gap_mean(const tp_gap_summary *g, double *v)
{
	return mean_of(g, gap_sum(g), v);
}

bool
tp_gap_stddev(const tp_gap_summary *g, double *v)
{
	if (g->count < 2)
		return false;
	*v = sqrt(gap_deviations(g) / (double) (g->count - 1));
	return true;
}

bool
tp_gap_stderr(const tp_gap_summary *g, double *v)
{
	if (!tp_gap_stddev(g, v))
		return false;
	*v /= sqrt((double) g->count);
	return true;
}

bool
tp_gap_effect_size(const tp_gap_summary *g, double *v)
{
	double		mean,
				stddev;

	if (!tp_gap_stddev(g, &stddev) || stddev == 0 || !tp_gap_mean(g, &mean))
		return false;
	*v = mean / stddev;
	return true;
}

bool
tp_gap_t(const tp_gap_summary *g, double *v)
{
	if (!tp_gap_effect_size(g, v))
		return false;
	*v *= sqrt((double) g->count);
	return true;
}

bool
tp_gap_p_value(const tp_gap_summary *g, double *v)
{
	double		t;

	if (!tp_gap_t(g, &t))
		return false;
	*v = tp_student_tails(t, (double) (g->count - 1));
	return true;
}

bool
tp_gap_correlation(const tp_gap_summary *g, double *v)
{
	double		ee,
				pp,
				r;

	if (g->count < 2)
		return false;
	ee = tp_dd_deviations(g->count, g->expected, g->expected_sq);
	pp = tp_dd_deviations(g->count, g->perceived, g->perceived_sq);
	if (ee == 0 || pp == 0)
		return false;

	/* cov(e, p) = (var(e) + var(p) - var(p - e)) / 2; the order of operations keeps it in range */
	r = (ee + pp - gap_deviations(g)) / 2 / ee * (sqrt(ee) / sqrt(pp));
	*v = r > 1 ? 1 : r < -1 ? -1 : r;
	return true;
}

bool
tp_gap_shortfall_share(const tp_gap_summary *g, double *v)
{
	if (g->count == 0)
		return false;
	*v = (double) g->shortfalls / (double) g->count;
	return true;
}

bool
tp_gap_limits(const tp_gap_summary *g, double level, double *low, double *high)
{
	double		mean,
				std_error,
				margin;

	if (!tp_gap_mean(g, &mean) || !tp_gap_stderr(g, &std_error))
		return false;
	margin = tp_student_quantile(level, (double) (g->count - 1)) * std_error;
	*low = mean - margin;
	*high = mean + margin;
	return true;
}

tp_status
tp_check_level(double level, tp_error *err)
{
	char		text[TP_NUMBER_SIZE + 1];

	if (level > 0 && level < 1)
		return TP_OK;
	text[tp_host_number(level, text)] = '\0';
	return tp_fail(err, TP_BAD_ARGUMENT, "Write 95 percent as 0.95.",
				   "level must lie between 0 and 1, not %s", text);
}

tp_gap_change
tp_gap_compare_means(const tp_gap_summary *before, const tp_gap_summary *after, double level)
{
	tp_gap_change c = {0};
	double		mean_before,
				mean_after,
				before_sq,
				after_sq,
				larger,
				b,
				a,
				margin;

	c.has_change = tp_gap_mean(before, &mean_before) && tp_gap_mean(after, &mean_after);
	if (!c.has_change)
		return c;
	c.change = mean_after - mean_before;
	c.has_stderr = tp_gap_stderr(before, &before_sq) && tp_gap_stderr(after, &after_sq);
	if (!c.has_stderr)
		return c;
	c.std_error = hypot(before_sq, after_sq);
	c.has_t = c.std_error > 0;
	if (!c.has_t)
		return c;
	c.t = c.change / c.std_error;

	/* (a + b)^2 / (a^2 / (m - 1) + b^2 / (n - 1)) with the squared standard errors, scaled */
	larger = fmax(before_sq, after_sq);
	b = (before_sq / larger) * (before_sq / larger);
	a = (after_sq / larger) * (after_sq / larger);
	c.df = (a + b) * (a + b) / (a * a / (double) (after->count - 1) + b * b / (double) (before->count - 1));
	c.p_value = tp_student_tails(c.t, c.df);
	margin = tp_student_quantile(level, c.df) * c.std_error;
	c.low = c.change - margin;
	c.high = c.change + margin;
	return c;
}
