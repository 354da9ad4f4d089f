/*
 * tp_difference.c
 *	  Is the difference real?
 */
#include "gap/tp_difference.h"

#include <math.h>

#include "base/tp_binomial.h"
#include "base/tp_normal.h"
#include "base/tp_sort.h"

void
tp_wilson(double successes, double n, double z, double *low, double *high)
{
	double		failures = n - successes;
	double		zz = z * z;
	double		middle = successes + zz / 2;
	double		spread = z * sqrt(successes / n * failures + zz / 4);

	/* at 0 and at 1 one limit is exact; elsewhere rounding must not take it past them */
	*low = successes == 0 ? 0 : fmax((middle - spread) / (n + zz), 0);
	*high = failures == 0 ? 1 : fmin((middle + spread) / (n + zz), 1);
}

tp_rate_change
tp_compare_rates(int64_t before, int64_t n_before, int64_t after, int64_t n_after, double level)
{
	tp_rate_change r = {0};
	double		n1 = (double) n_before;
	double		n2 = (double) n_after;
	double		z = tp_normal_quantile(level);
	double		p1,
				p2,
				pooled,
				low1,
				high1,
				low2,
				high2,
				high_unused;

	if (n_before == 0 || n_after == 0)
		return r;
	p1 = (double) before / n1;
	p2 = (double) after / n2;
	r.has_change = true;
	r.change = p2 - p1;
	r.has_ratio = before > 0;
	r.ratio = r.has_ratio ? p2 / p1 : 0;
	if (!tp_odds_ratio(after, n_after - after, before, n_before - before, z, &r.odds_ratio, &low1, &high_unused))
	{
		/* nobody or everybody on both sides: with a half in each cell there is an answer still */
		double		a = (double) after + 0.5,
					b = (double) (n_after - after) + 0.5,
					c = (double) before + 0.5,
					d = (double) (n_before - before) + 0.5;

		r.odds_ratio = a / b * (d / c);
	}
	pooled = ((double) before + (double) after) / (n1 + n2);
	if ((before > 0 || after > 0) && (before < n_before || after < n_after))
	{
		r.has_z = true;
		r.z = r.change / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
		r.p_value = tp_normal_tails(r.z);
	}
	tp_wilson((double) before, n1, z, &low1, &high1);
	tp_wilson((double) after, n2, z, &low2, &high2);
	r.low = r.change - hypot(p2 - low2, high1 - p1);
	r.high = r.change + hypot(high2 - p2, p1 - low1);
	return r;
}

bool
tp_odds_ratio(int64_t a, int64_t b, int64_t c, int64_t d, double z, double *ratio, double *low, double *high)
{
	double		half = a == 0 || b == 0 || c == 0 || d == 0 ? 0.5 : 0;
	double		x = (double) a + half,
				y = (double) b + half,
				u = (double) c + half,
				v = (double) d + half;
	double		spread;

	if ((a == 0 && b == 0) || (c == 0 && d == 0) || (a == 0 && c == 0) || (b == 0 && d == 0))
		return false;
	spread = exp(z * sqrt(1 / x + 1 / y + 1 / u + 1 / v));
	*ratio = x / y * (v / u);
	*low = *ratio / spread;
	*high = *ratio * spread;
	return true;
}

/* One table's margins, and the probability of x in its first cell. */
typedef struct margins
{
	double		marked;			/* a + b */
	double		others;			/* c + d */
	double		drawn;			/* a + c */
	int64_t		least;			/* of the first cell */
	int64_t		most;
} margins;

static double
density(const margins *m, int64_t x)
{
	return tp_hypergeometric_density((double) x, m->marked, m->others, m->drawn);
}

/* All from x outwards, where terms only fall: by the ratio of neighbours until they add nothing. */
static double
tail(const margins *m, int64_t x, int step)
{
	double		term = density(m, x);
	double		sum = 0;

	while (x >= m->least && x <= m->most)
	{
		double		v = (double) x;

		sum += term;
		if (term <= sum * 1e-18)
			break;
		if (step < 0)
			term *= v * (m->others - m->drawn + v) / ((m->marked - v + 1) * (m->drawn - v + 1));
		else
			term *= (m->marked - v) * (m->drawn - v) / ((v + 1) * (m->others - m->drawn + v + 1));
		x += step;
	}
	return sum;
}

double
tp_fisher_exact(int64_t a, int64_t b, int64_t c, int64_t d)
{
	margins		m = {(double) a + (double) b, (double) c + (double) d, (double) a + (double) c, 0, 0};
	double		limit;
	int64_t		mode,
				from,
				to;
	double		p = 0;

	m.least = a + c > c + d ? a - d : 0;
	m.most = a + b < a + c ? a + b : a + c;
	if (m.least == m.most)
		return 1;
	limit = density(&m, a) * (1 + 1e-7);
	mode = (int64_t) floor((m.drawn + 1) * ((m.marked + 1) / (m.marked + m.others + 2)));
	mode = mode < m.least ? m.least : mode > m.most ? m.most : mode;
	/* likelihood rises to the mode and falls behind it: find where either side passes the limit */
	if (density(&m, mode) <= limit)
		return 1;
	for (from = m.least, to = mode; from < to;)
	{
		int64_t		middle = from + (to - from) / 2;

		if (density(&m, middle) <= limit)
			from = middle + 1;
		else
			to = middle;
	}
	if (from > m.least)
		p += tail(&m, from - 1, -1);
	for (from = mode, to = m.most + 1; from < to;)
	{
		int64_t		middle = from + (to - from) / 2;

		if (density(&m, middle) <= limit)
			to = middle;
		else
			from = middle + 1;
	}
	if (to <= m.most)
		p += tail(&m, to, 1);
	return p < 1 ? p : 1;
}

tp_status
tp_false_discovery(const tp_memory *mem, const double *p, uint32_t m, double *q, tp_error *err)
{
	uint32_t   *order = tp_alloc_array(mem, (size_t) m + 1, sizeof(*order));
	double		least = 1;
	tp_status	status;

	if (order == NULL)
		return tp_fail_memory(err);
	tp_sort_start(order, m);
	status = tp_sort_rows(mem, p, 1, false, order, m, err);
	for (uint32_t i = m; i > 0 && status == TP_OK; i--)
	{
		double		v = p[order[i - 1]] * ((double) m / i);

		least = v < least ? v : least;
		q[order[i - 1]] = least;
	}
	tp_release(mem, order);
	return status;
}

static double
answers(const tp_nps *s)
{
	return (double) s->detractors + (double) s->passives + (double) s->promoters;
}

bool
tp_nps_value(const tp_nps *s, double *points)
{
	double		n = answers(s);

	if (n == 0)
		return false;
	/* of counts that no double tells apart, rounding must not lead past the ends */
	*points = fmin(fmax(100 * ((double) s->promoters - (double) s->detractors) / n, -100), 100);
	return true;
}

bool
tp_nps_variance(const tp_nps *s, double *variance)
{
	double		n = answers(s);
	double		plus = (double) s->promoters / n;
	double		minus = (double) s->detractors / n;
	double		neutral = (double) s->passives / n;

	if (n < 2)
		return false;
	/* plus + minus - (plus - minus)^2, without its cancellation */
	*variance = (4 * plus * minus + neutral * (plus + minus)) / (n - 1);
	return true;
}

bool
tp_nps_limits(const tp_nps *s, double level, double *low, double *high)
{
	double		points,
				variance,
				half;

	if (!tp_nps_value(s, &points) || !tp_nps_variance(s, &variance) || variance == 0)
		return false;
	half = 100 * tp_normal_quantile(level) * sqrt(variance);
	*low = fmax(points - half, -100);
	*high = fmin(points + half, 100);
	return true;
}

tp_nps_change
tp_compare_nps(const tp_nps *before, const tp_nps *after, double level)
{
	tp_nps_change r = {0};
	double		first,
				second,
				variance1,
				variance2;

	if (!tp_nps_value(before, &first) || !tp_nps_value(after, &second))
		return r;
	r.has_change = true;
	r.change = second - first;
	if (!tp_nps_variance(before, &variance1) || !tp_nps_variance(after, &variance2))
		return r;
	r.has_stderr = true;
	r.std_error = 100 * sqrt(variance1 + variance2);
	if (r.std_error > 0)
	{
		double		half = tp_normal_quantile(level) * r.std_error;

		r.has_z = true;
		r.z = r.change / r.std_error;
		r.p_value = tp_normal_tails(r.z);
		r.low = fmax(r.change - half, -200);
		r.high = fmin(r.change + half, 200);
	}
	return r;
}
