/*
 * tp_drivers.c
 *	  Sums of products, and relative weights from them.
 */
#include "gap/tp_drivers.h"

#include "base/tp_jacobi.h"

#define LAYOUT(member, at) \
	_Static_assert(offsetof(tp_drivers, member) == (at), "driver_summary: " #member " has moved")

LAYOUT(length, 0);
LAYOUT(version, 4);
LAYOUT(flags, 5);
LAYOUT(drivers, 6);
LAYOUT(count, 8);
LAYOUT(sums, 16);

#define TEXT_HINT "Write a driver_summary as it is printed: {count=2, drivers=1, sums=3, 5, products=5, 8, 13}; the empty one is {count=0}."

/* Below this share of a driver's variance left over by the drivers before it, it adds nothing. */
#define COLLINEAR 1e-12

/* Below this eigenvalue of the drivers' correlations, some driver repeats the others together. */
#define SINGULAR 1e-13

#define AT_SUMS offsetof(tp_drivers_open, sums)
_Static_assert(AT_SUMS == 16, "an open driver_summary has changed its head");

void
tp_drivers_init(tp_drivers *d, int k, int parts)
{
	memset((char *) d + sizeof(d->length), 0, tp_drivers_long_size(k, parts) - sizeof(d->length));
	d->version = parts > 2 ? TP_DRIVERS_LONG : TP_DRIVERS_VERSION;
	d->flags = (uint8_t) (parts > 2 ? parts : 0);
	d->drivers = (uint16_t) k;
}

bool
tp_drivers_is_current(const void *image, size_t size)
{
	const tp_drivers *d = image;
	const tp_drivers_open *o = image;

	if (size < offsetof(tp_drivers, sums) || d->drivers > TP_DRIVERS_MAX)
		return false;
	if (d->version == TP_DRIVERS_OPEN)
		return size >= sizeof(tp_drivers_open) && d->flags == 0 && d->drivers > 0 &&
			o->sums.sums == tp_drivers_sums(d->drivers) && size == tp_drivers_open_size(o);
	if (d->version == TP_DRIVERS_LONG ? d->flags <= 2 || d->flags > TP_EXACT_PARTS_MAX || d->drivers == 0 :
		d->version != TP_DRIVERS_VERSION || d->flags != 0)
		return false;
	return size == tp_drivers_long_size(d->drivers, tp_drivers_parts(d));
}

tp_status
tp_drivers_check_number(int k, tp_error *err)
{
	if (k < 1)
		return tp_fail(err, TP_BAD_ARGUMENT, "Pass the drivers of each row as one array.",
					   "there must be at least one driver");
	if (k > TP_DRIVERS_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Leave out drivers, or merge those that ask the same.",
					   "there are %d drivers, more than %d", k, TP_DRIVERS_MAX);
	return TP_OK;
}

tp_status
tp_drivers_mismatch(int drivers, int k, tp_error *err)
{
	return tp_fail(err, TP_BAD_ARGUMENT, "Every row must have the same drivers in the same places; use NULL for an answer that is missing.",
				   "there are %d drivers where there were %d", k, drivers);
}

static inline int
variables(const tp_drivers *d)
{
	return d->drivers == 0 ? 0 : d->drivers + 1;
}

/* Where products start: behind the sums. Row i of the triangle starts with (i, i). */
static inline size_t
product_at(int m, int i, int j)
{
	return (size_t) (m + i * m - i * (i - 1) / 2 + (j - i));
}

static inline tp_status
in_words(tp_status status, tp_error *err)
{
	return status == TP_OUT_OF_RANGE ? TP_SUMS_OUT_OF_RANGE("Scores", "driver_summary", err) : status;
}

tp_status
tp_drivers_begin(tp_drivers_open **d, int k, const void *image, const tp_memory *mem, tp_error *err)
{
	*d = tp_alloc(mem, AT_SUMS + tp_exact_bytes(tp_drivers_sums(k), TP_EXACT_WORDS));
	if (*d == NULL)
		return tp_fail_memory(err);
	memset(*d, 0, AT_SUMS);
	(*d)->version = TP_DRIVERS_OPEN;
	(*d)->drivers = (uint16_t) k;
	tp_exact_init(&(*d)->sums, tp_drivers_sums(k));
	return tp_drivers_merge(d, image, mem, err);
}

static inline tp_status
add_term(tp_drivers_open **d, const void *keep, size_t i, tp_term t, const tp_memory *mem, tp_error *err)
{
	tp_status	status = TP_OK;

	while (status == TP_OK && !tp_exact_add(&(*d)->sums, i, t))
		status = tp_exact_make_room((void **) d, keep, AT_SUMS, &t, NULL, mem, err);
	return in_words(status, err);
}

static tp_status
add_anything(tp_drivers_open **d, const void *keep, double outcome, const double *drivers, const tp_memory *mem, tp_error *err)
{
	int			m = (*d)->drivers + 1;
	size_t		product = (size_t) m;

	for (int i = 0; i < m; i++)
	{
		double		x = i == 0 ? outcome : drivers[i - 1];

		if (add_term(d, keep, (size_t) i, tp_term_of(x), mem, err) != TP_OK)
			return err->status;
		for (int j = i; j < m; j++)
			if (add_term(d, keep, product++, tp_term_product(x, j == 0 ? outcome : drivers[j - 1]), mem, err) != TP_OK)
				return err->status;
	}
	return TP_OK;
}

/* A row that tp_usual takes into w, four words a sum; is one of them full then? */
static bool
add_usual(uint64_t *w, int m, const uint64_t *v, const int *at, const uint64_t *sign)
{
	uint64_t   *product = w + m * TP_EXACT_WORDS;
	bool		full = false;

	for (int i = 0; i < m; i++)
	{
		full |= tp_is_full(tp_add_wide(w + i * TP_EXACT_WORDS, v[i], TP_USUAL_PLACE(at[i]), sign[i]));
		for (int j = i; j < m; j++, product += TP_EXACT_WORDS)
			full |= tp_is_full(tp_add_wide(product, (tp_wide) v[i] * v[j], TP_USUAL_PLACE(at[i] + at[j]),
										   sign[i] ^ sign[j]));
	}
	return full;
}

/* The same for one that tp_is_near takes. */
static bool
add_near(uint64_t *w, int m, const int64_t *v)
{
	uint64_t   *product = w + m * TP_EXACT_WORDS;
	bool		full = false;

	for (int i = 0; i < m; i++)
	{
		full |= tp_is_full(tp_add_near(w + i * TP_EXACT_WORDS, v[i]));
		for (int j = i; j < m; j++, product += TP_EXACT_WORDS)
			full |= tp_is_full(tp_add_near_product(product, v[i], v[j], 0));
	}
	return full;
}

tp_status
tp_drivers_add(tp_drivers_open **d, double outcome, const double *drivers, const tp_memory *mem, tp_error *err)
{
	int			m = (*d)->drivers + 1;
	int64_t		whole[TP_DRIVERS_MAX + 1];
	uint64_t	v[TP_DRIVERS_MAX + 1],
				sign[TP_DRIVERS_MAX + 1];
	int			at[TP_DRIVERS_MAX + 1];
	bool		near = tp_exact_is_small(&(*d)->sums) && tp_is_near(outcome, &whole[0]);
	bool		usual = tp_exact_is_small(&(*d)->sums);
	bool		full;

	if (tp_unlikely(!tp_count_one(&(*d)->count)))
		return TP_COUNT_OUT_OF_RANGE("driver_summary", err);
	for (int i = 1; i < m && near; i++)
		near = tp_is_near(drivers[i - 1], &whole[i]);
	for (int i = 0; i < m && usual && !near; i++)
		usual = tp_usual(i == 0 ? outcome : drivers[i - 1], &v[i], &at[i], &sign[i]);
	if (!usual)
		return add_anything(d, *d, outcome, drivers, mem, err);
	full = near ? add_near((*d)->sums.word, m, whole) : add_usual((*d)->sums.word, m, v, at, sign);
	if (tp_unlikely(full))
		return in_words(tp_exact_make_room((void **) d, *d, AT_SUMS, NULL, NULL, mem, err), err);
	return TP_OK;
}

tp_status
tp_drivers_merge(tp_drivers_open **d, const void *image, const tp_memory *mem, tp_error *err)
{
	const tp_drivers *other = image;
	const tp_drivers_open *open = image;
	const void *keep = *d;
	tp_status	status = TP_OK;

	if (other->drivers == 0)
		return TP_OK;
	if (other->drivers != (*d)->drivers)
		return tp_drivers_mismatch((*d)->drivers, other->drivers, err);
	if (other->count > INT64_MAX - (*d)->count)
		return TP_COUNT_OUT_OF_RANGE("driver_summary", err);
	if (tp_drivers_is_open(image))
		while (status == TP_OK && !tp_exact_merge(&(*d)->sums, &open->sums))
			status = tp_exact_make_room((void **) d, keep, AT_SUMS, NULL, &open->sums, mem, err);
	else
		for (size_t i = 0, n = tp_drivers_sums(other->drivers); i < n && status == TP_OK; i++)
			status = tp_exact_add_parts((void **) d, keep, AT_SUMS, i, tp_drivers_sum(other, i), tp_drivers_parts(other), 1,
										mem, err);
	(*d)->count += other->count;
	return in_words(status, err);
}

tp_status
tp_drivers_close(tp_drivers **image, size_t *size, const tp_drivers_open *d, const tp_memory *mem, tp_error *err)
{
	size_t		n = tp_drivers_sums(d->drivers);
	int			parts = 2;

	for (size_t i = 0; i < n; i++)
	{
		int			needed = tp_exact_count(&d->sums, i);

		parts = needed > parts ? needed : parts;
	}
	*size = tp_drivers_long_size(d->drivers, parts);
	*image = tp_alloc(mem, *size);
	if (*image == NULL)
		return tp_fail_memory(err);
	tp_drivers_init(*image, d->drivers, parts);
	(*image)->count = d->count;
	for (size_t i = 0; i < n; i++)
	{
		tp_exact_parts(&d->sums, i, tp_drivers_sum(*image, i), parts);
		if (!isfinite(*tp_drivers_sum(*image, i)))
		{
			tp_release(mem, *image);
			return TP_SUMS_OUT_OF_RANGE("Scores", "driver_summary", err);
		}
	}
	return TP_OK;
}

void
tp_drivers_round(tp_drivers *to, const tp_drivers *from)
{
	tp_drivers_init(to, from->drivers, 2);
	to->count = from->count;
	for (size_t i = 0, n = tp_drivers_sums(from->drivers); i < n; i++)
		memcpy(&to->sums[i], tp_drivers_sum(from, i), sizeof(tp_dd));
}

static inline tp_dd
dd_at(const tp_drivers *d, size_t i)
{
	return (tp_dd) {tp_drivers_sum(d, i)[0], tp_drivers_sum(d, i)[1]};
}

tp_status
tp_drivers_check(const tp_drivers *d, tp_status status, tp_error *err)
{
	int			m = variables(d);
	int			parts = tp_drivers_parts(d);
	bool		good = d->drivers == 0 ? d->count == 0 : d->count > 0;
	bool		longest = parts == 2;

	for (size_t i = 0, n = tp_drivers_sums(d->drivers); i < n; i++)
	{
		good = good && tp_parts_are_normal(tp_drivers_sum(d, i), parts);
		longest |= tp_drivers_sum(d, i)[parts - 1] != 0;
	}
	for (int i = 0; i < m; i++)
	{
		tp_dd		square = dd_at(d, product_at(m, i, i));
		double		root = sqrt(square.hi);

		good = good && longest && tp_dd_is_plausible(d->count, dd_at(d, (size_t) i), square);
		for (int j = i + 1; j < m; j++)
		{
			double		other = sqrt(dd_at(d, product_at(m, j, j)).hi);

			/* what is too small to be squared can still be seen in a product */
			good = good && fabs(dd_at(d, product_at(m, i, j)).hi) <=
				root * other * (1 + 1e-9) + (double) d->count * 1e-150 * (1 + root + other);
		}
	}
	return good ? TP_OK : TP_SUMS_IMPOSSIBLE("driver_summary", "counts or sums that no rows", status, err);
}

void
tp_drivers_write(tp_buffer *b, const tp_drivers *d)
{
	int			m = variables(d);

	tp_buffer_string(b, "{count=");
	tp_write_integer(b, d->count);
	if (m > 0)
	{
		tp_buffer_string(b, ", drivers=");
		tp_write_integer(b, d->drivers);
		for (size_t i = 0, n = tp_drivers_sums(d->drivers); i < n; i++)
		{
			tp_buffer_string(b, i == 0 ? ", sums=" : i == (size_t) m ? ", products=" : ", ");
			tp_parts_write(b, tp_drivers_sum(d, i), tp_drivers_parts(d));
		}
	}
	tp_buffer_byte(b, '}');
}

/* The sums into d, or, d being NULL, over them; *parts is raised to the most that one takes. */
static tp_status
read_sums(tp_scan *s, tp_drivers *d, int k, int *parts)
{
	tp_status	status;

	for (size_t i = 0, n = tp_drivers_sums(k); i < n; i++)
	{
		double		part[TP_EXACT_PARTS_MAX];
		int			count;

		if ((status = tp_scan_word(s, ",", TEXT_HINT)) != TP_OK ||
			(i == 0 && (status = tp_scan_word(s, "sums=", TEXT_HINT)) != TP_OK) ||
			(i == k + (size_t) 1 && (status = tp_scan_word(s, "products=", TEXT_HINT)) != TP_OK) ||
			(status = tp_parts_scan(s, part, TP_EXACT_PARTS_MAX, &count)) != TP_OK)
			return status;
		if (d != NULL)
			memcpy(tp_drivers_sum(d, i), part, (size_t) *parts * sizeof(double));
		else
			*parts = count > *parts ? count : *parts;
	}
	return TP_OK;
}

tp_status
tp_drivers_read(tp_drivers **d, const char *text, size_t len, const tp_memory *mem, tp_error *err)
{
	tp_scan		s,
				sums;
	tp_status	status;
	int64_t		count,
				k = 0;
	int			parts = 2;

	*d = NULL;
	tp_scan_init(&s, "driver_summary", text, len, err);
	if ((status = tp_scan_word(&s, "{", TEXT_HINT)) != TP_OK ||
		(status = tp_scan_word(&s, "count=", TEXT_HINT)) != TP_OK ||
		(status = tp_scan_count(&s, &count)) != TP_OK)
		return status;
	if (count > 0)
	{
		if ((status = tp_scan_word(&s, ",", TEXT_HINT)) != TP_OK ||
			(status = tp_scan_word(&s, "drivers=", TEXT_HINT)) != TP_OK ||
			(status = tp_scan_count(&s, &k)) != TP_OK)
			return status;
		if (k < 1 || k > TP_DRIVERS_MAX)
			return tp_scan_fail(&s, TP_BAD_TEXT, TEXT_HINT, "There are 1 to %d drivers", TP_DRIVERS_MAX);
	}
	sums = s;
	if ((status = read_sums(&sums, NULL, (int) k, &parts)) != TP_OK)
		return status;
	*d = tp_alloc(mem, tp_drivers_long_size((int) k, parts));
	if (*d == NULL)
		return tp_fail_memory(err);
	tp_drivers_init(*d, (int) k, parts);
	(*d)->count = count;
	if ((status = read_sums(&s, *d, (int) k, &parts)) == TP_OK &&
		(status = tp_scan_word(&s, "}", TEXT_HINT)) == TP_OK &&
		(status = tp_scan_end(&s, TEXT_HINT)) == TP_OK &&
		(status = tp_drivers_check(*d, TP_BAD_TEXT, err)) == TP_OK)
		return TP_OK;
	tp_release(mem, *d);
	*d = NULL;
	return status;
}

int
tp_drivers_compare(const tp_drivers *a, const tp_drivers *b)
{
	if (a->drivers != b->drivers)
		return a->drivers < b->drivers ? -1 : 1;
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (size_t i = 0, n = tp_drivers_sums(a->drivers); i < n; i++)
	{
		int			c = tp_parts_compare(tp_drivers_sum(a, i), tp_drivers_parts(a), tp_drivers_sum(b, i),
										 tp_drivers_parts(b));

		if (c != 0)
			return c;
	}
	return 0;
}

bool
tp_drivers_mean(const tp_drivers *d, int i, double *v)
{
	if (d->count == 0)
		return false;
	*v = tp_dd_value(tp_dd_divide_double(d->sums[i], (double) d->count));
	return true;
}

/* The sum of squared deviations of variable i; 0 where it has no variance. */
static double
deviations(const tp_drivers *d, int i)
{
	return tp_dd_deviations(d->count, d->sums[i], d->sums[product_at(variables(d), i, i)]);
}

/* Of variables i <= j with those deviations. The order of operations gives +-1 for multiples. */
static double
correlation(const tp_drivers *d, int i, int j, double deviations_i, double deviations_j)
{
	tp_dd		mean = tp_dd_divide_double(d->sums[i], (double) d->count);
	tp_dd		product = d->sums[product_at(variables(d), i, j)];
	double		r = tp_dd_value(tp_dd_subtract(product, tp_dd_multiply(mean, d->sums[j])));

	r = r / deviations_i * (sqrt(deviations_i) / sqrt(deviations_j));
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

bool
tp_drivers_correlation(const tp_drivers *d, int i, double *v)
{
	double		outcome,
				driver;

	if (d->count < 2)
		return false;
	outcome = deviations(d, 0);
	driver = deviations(d, i);
	if (outcome == 0 || driver == 0)
		return false;
	*v = correlation(d, 0, i, outcome, driver);
	return true;
}

/*
 * A. L. Cholesky's factorisation of the drivers' correlations, in scratch: the pivot of driver i is the share
 * of its variance that the drivers before it leave over. Returns the first driver, from 1, that
 * they leave nothing, or 0.
 */
static int
collinear_driver(int k, const double *r, double *scratch)
{
	for (int i = 0; i < k; i++)
		for (int j = 0; j <= i; j++)
		{
			double		v = r[i * k + j];

			for (int l = 0; l < j; l++)
				v -= scratch[i * k + l] * scratch[j * k + l];
			if (i == j && !(v > COLLINEAR))
				return i + 1;
			scratch[i * k + j] = i == j ? sqrt(v) : v / scratch[j * k + j];
		}
	return 0;
}

/* The driver, from 1, that has most part in an eigenvector of no variance, or 0 if none has. */
static int
singular_driver(int k, const double *eigen, const double *v)
{
	int			culprit = 0;

	for (int l = 0; l < k; l++)
	{
		if (eigen[l * k + l] > SINGULAR)
			continue;
		culprit = 1;
		for (int i = 1; i < k; i++)
			if (fabs(v[i * k + l]) > fabs(v[(culprit - 1) * k + l]))
				culprit = i + 1;
	}
	return culprit;
}

/*
 * R = V D V'; L = V D^(1/2) V' are the correlations of the drivers with their closest orthogonal
 * counterparts, beta = V D^(-1/2) V' r the counterparts' regression weights on the outcome; the
 * weight of driver i is the sum over l of L(i,l)^2 beta(l)^2.
 */
static void
johnson(int k, const double *eigen, const double *v, const double *outcome, double *beta, double *weights)
{
	for (int i = 0; i < k; i++)
		beta[i] = weights[i] = 0;
	for (int l = 0; l < k; l++)
	{
		double		along = 0;

		for (int i = 0; i < k; i++)
			along += v[i * k + l] * outcome[i];
		along /= sqrt(eigen[l * k + l]);
		for (int i = 0; i < k; i++)
			beta[i] += v[i * k + l] * along;
	}
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
		{
			double		c = 0;

			for (int l = 0; l < k; l++)
				c += v[i * k + l] * sqrt(eigen[l * k + l]) * v[j * k + l];
			weights[i] += c * c * beta[j] * beta[j];
		}
}

tp_status
tp_drivers_weights(const tp_drivers *d, const tp_memory *mem, double *weights,
				   double *r_squared, bool *known, tp_error *err)
{
	int			k = d->drivers;
	double		deviation[TP_DRIVERS_MAX + 1];
	double		outcome[TP_DRIVERS_MAX];
	double		beta[TP_DRIVERS_MAX];
	double	   *r,
			   *v;
	int			culprit;
	tp_status	status = TP_OK;

	*known = false;
	if (d->count <= k)
		return TP_OK;
	for (int i = 0; i <= k; i++)
		deviation[i] = deviations(d, i);
	if (deviation[0] == 0)
		return TP_OK;
	for (int i = 1; i <= k; i++)
		if (deviation[i] == 0)
			return tp_fail(err, TP_BAD_ARGUMENT, "Leave this driver out: what never varies decides nothing.",
						   "driver %d is the same on every row", i);

	r = tp_alloc_array(mem, (size_t) k * k * 2, sizeof(double));
	if (r == NULL)
		return tp_fail_memory(err);
	v = r + k * k;
	for (int i = 0; i < k; i++)
	{
		outcome[i] = correlation(d, 0, i + 1, deviation[0], deviation[i + 1]);
		for (int j = i; j < k; j++)
			r[i * k + j] = r[j * k + i] = i == j ? 1 : correlation(d, i + 1, j + 1, deviation[i + 1], deviation[j + 1]);
	}
	culprit = collinear_driver(k, r, v);
	if (culprit != 0)
		status = tp_fail(err, TP_BAD_ARGUMENT, "Leave this driver out, or one of those that it repeats.",
						 "driver %d is a linear combination of the drivers before it", culprit);
	else if (!tp_jacobi(k, r, v))
		status = tp_fail(err, TP_OUT_OF_RANGE, NULL, "the correlations of the drivers have no eigenvalues");
	else if ((culprit = singular_driver(k, r, v)) != 0)
		status = tp_fail(err, TP_BAD_ARGUMENT, "Leave this driver out, or one of those that it repeats.",
						 "driver %d is a linear combination of the other drivers", culprit);
	else
	{
		johnson(k, r, v, outcome, beta, weights);
		*r_squared = 0;
		for (int i = 0; i < k; i++)
			*r_squared += weights[i];
		*known = true;
	}
	tp_release(mem, r);
	return status;
}
