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

/* The sums, in the order of the text form and of comparison. */
static const struct
{
	const char *key;
	size_t		offset;
}			sums[] = {
	{"expected=", offsetof(tp_gap_summary, expected)},
	{"perceived=", offsetof(tp_gap_summary, perceived)},
	{"expected_sq=", offsetof(tp_gap_summary, expected_sq)},
	{"perceived_sq=", offsetof(tp_gap_summary, perceived_sq)},
	{"gap_sq=", offsetof(tp_gap_summary, gap_sq)},
};

#define SUMS (sizeof(sums) / sizeof(sums[0]))

static inline tp_dd *
sum_of(tp_gap_summary *g, size_t i)
{
	return (tp_dd *) ((char *) g + sums[i].offset);
}

static inline const tp_dd *
const_sum_of(const tp_gap_summary *g, size_t i)
{
	return (const tp_dd *) ((const char *) g + sums[i].offset);
}

void
tp_gap_init(tp_gap_summary *g)
{
	memset((char *) g + sizeof(g->length), 0, sizeof(*g) - sizeof(g->length));
	g->version = TP_GAP_VERSION;
}

/* Where the squares are finite the sums are too. NaN fails every comparison. */
static inline bool
in_range(const tp_gap_summary *g)
{
	return g->expected_sq.hi <= DBL_MAX && g->perceived_sq.hi <= DBL_MAX && g->gap_sq.hi <= DBL_MAX;
}

/*
 * The gaps' squares are summed by themselves, not derived from the other sums: a common offset of
 * both scales, however large, then costs nothing.
 */
bool
tp_gap_add(tp_gap_summary *g, double expected, double perceived)
{
	tp_dd		gap = tp_two_sum(perceived, -expected);
	tp_dd		gap_sq = tp_two_square(gap.hi);

	gap_sq.lo += 2 * gap.hi * gap.lo;
	g->count++;
	g->shortfalls += perceived < expected;
	g->expected = tp_dd_add_double(g->expected, expected);
	g->perceived = tp_dd_add_double(g->perceived, perceived);
	g->expected_sq = tp_dd_add_alike(g->expected_sq, tp_two_square(expected));
	g->perceived_sq = tp_dd_add_alike(g->perceived_sq, tp_two_square(perceived));
	g->gap_sq = tp_dd_add_alike(g->gap_sq, gap_sq);
	return in_range(g);
}

bool
tp_gap_merge(tp_gap_summary *g, const tp_gap_summary *other)
{
	if (other->count == 0)
		return true;
	if (other->count > INT64_MAX - g->count)
		return false;
	g->count += other->count;
	g->shortfalls += other->shortfalls;
	for (size_t i = 0; i < SUMS; i++)
		*sum_of(g, i) = tp_dd_add(*sum_of(g, i), *const_sum_of(other, i));
	return in_range(g);
}

tp_status
tp_gap_overflow(tp_error *err)
{
	return tp_fail(err, TP_OUT_OF_RANGE, "Scores are squared and summed: keep them below 1e150.",
				   "the sums of a gap_summary are out of range");
}

tp_status
tp_gap_check(const tp_gap_summary *g, tp_status status, tp_error *err)
{
	bool		good = g->count >= 0 && g->shortfalls >= 0 && g->shortfalls <= g->count;

	for (size_t i = 0; i < SUMS; i++)
	{
		const tp_dd *sum = const_sum_of(g, i);

		good = good && tp_dd_is_normal(*sum) && (g->count > 0 || sum->hi == 0);
	}
	good = good && tp_dd_is_plausible(g->count, g->expected, g->expected_sq) &&
		tp_dd_is_plausible(g->count, g->perceived, g->perceived_sq) &&
		tp_dd_is_plausible(g->count, tp_dd_subtract(g->perceived, g->expected), g->gap_sq);
	if (good)
		return TP_OK;
	return tp_fail(err, status, "Pass summaries on as the server wrote them.",
				   "gap_summary holds counts or sums that no pairs can have");
}

void
tp_gap_write(tp_buffer *b, const tp_gap_summary *g)
{
	tp_buffer_string(b, "{count=");
	tp_write_integer(b, g->count);
	if (g->count > 0)
	{
		tp_buffer_string(b, ", shortfalls=");
		tp_write_integer(b, g->shortfalls);
		for (size_t i = 0; i < SUMS; i++)
		{
			tp_buffer_string(b, ", ");
			tp_buffer_string(b, sums[i].key);
			tp_dd_write(b, *const_sum_of(g, i));
		}
	}
	tp_buffer_byte(b, '}');
}

tp_status
tp_gap_read(tp_gap_summary *g, const char *text, size_t len, tp_error *err)
{
	tp_scan		s;
	tp_status	status;

	tp_gap_init(g);
	tp_scan_init(&s, "gap_summary", text, len, err);
	if ((status = tp_scan_word(&s, "{", TEXT_HINT)) != TP_OK ||
		(status = tp_scan_word(&s, "count=", TEXT_HINT)) != TP_OK ||
		(status = tp_scan_count(&s, &g->count)) != TP_OK)
		return status;
	if (g->count > 0)
	{
		if ((status = tp_scan_word(&s, ",", TEXT_HINT)) != TP_OK ||
			(status = tp_scan_word(&s, "shortfalls=", TEXT_HINT)) != TP_OK ||
			(status = tp_scan_count(&s, &g->shortfalls)) != TP_OK)
			return status;
		for (size_t i = 0; i < SUMS; i++)
			if ((status = tp_scan_word(&s, ",", TEXT_HINT)) != TP_OK ||
				(status = tp_scan_word(&s, sums[i].key, TEXT_HINT)) != TP_OK ||
				(status = tp_dd_scan(&s, sum_of(g, i))) != TP_OK)
				return status;
	}
	if ((status = tp_scan_word(&s, "}", TEXT_HINT)) != TP_OK ||
		(status = tp_scan_end(&s, TEXT_HINT)) != TP_OK)
		return status;
	return tp_gap_check(g, TP_BAD_TEXT, err);
}

int
tp_gap_compare(const tp_gap_summary *a, const tp_gap_summary *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	if (a->shortfalls != b->shortfalls)
		return a->shortfalls < b->shortfalls ? -1 : 1;
	for (size_t i = 0; i < SUMS; i++)
	{
		int			c = tp_dd_compare(*const_sum_of(a, i), *const_sum_of(b, i));

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
