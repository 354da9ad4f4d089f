/*
 * tp_exact.c
 *	  Sums without rounding: room for them, merging, and what they are as doubles.
 */
#include "base/tp_exact.h"

void
tp_exact_init(tp_exact *x, size_t sums)
{
	memset(x, 0, tp_exact_bytes(sums, TP_EXACT_WORDS));
	x->first = TP_EXACT_FIRST;
	x->words = TP_EXACT_WORDS;
	x->sums = (uint32_t) sums;
}

static inline int
highest_bit(tp_wide m)
{
	uint64_t	high = (uint64_t) (m >> 64);

	return high != 0 ? 127 - __builtin_clzll(high) : 63 - __builtin_clzll((uint64_t) m);
}

/* w += (or -=) m << place; the bits have room there. */
static void
add_words(uint64_t *w, int words, tp_wide m, int place, bool negative)
{
	int			at = place / 64;
	int			shift = place % 64;
	uint64_t	piece[3] = {(uint64_t) m << shift, (uint64_t) (m >> 1 >> (63 - shift)),
		shift == 0 ? 0 : (uint64_t) (m >> (128 - shift))};
	uint64_t	carry = 0;

	for (int i = 0; at + i < words && (i < 3 || carry); i++)
	{
		uint64_t	p = i < 3 ? piece[i] : 0;
		tp_wide		sum = negative ? (tp_wide) w[at + i] - p - carry : (tp_wide) w[at + i] + p + carry;

		w[at + i] = (uint64_t) sum;
		carry = (uint64_t) (sum >> 64) & 1;
	}
}

bool
tp_exact_add_anywhere(tp_exact *x, size_t i, tp_term t)
{
	uint64_t   *w = &x->word[i * x->words];
	int			place = t.at - 64 * x->first;

	if (t.m == 0)
		return true;
	if (place < 0 || place + highest_bit(t.m) >= 64 * x->words - 3)
		return false;
	add_words(w, x->words, t.m, place, t.negative);
	if (!tp_is_full(w[x->words - 1]))
		return true;
	add_words(w, x->words, t.m, place, !t.negative);
	return false;
}

/* Word k of sum i, k counted from 2^0: what lies below is 0, above the sign. */
static inline uint64_t
word_at(const tp_exact *x, size_t i, int k)
{
	k -= x->first;
	if (k < 0)
		return 0;
	if (k >= x->words)
		return tp_exact_is_negative(x, i) ? UINT64_MAX : 0;
	return x->word[i * x->words + k];
}

/* The words of sum i that matter: from the lowest that is not 0, and one for the sign. */
static void
extent(const tp_exact *x, size_t i, int *low, int *high)
{
	const uint64_t *w = &x->word[i * x->words];
	uint64_t	sign = tp_exact_is_negative(x, i) ? UINT64_MAX : 0;

	*low = 0;
	*high = x->words - 1;
	while (*low < *high && w[*low] == 0)
		++*low;
	while (*high > *low && w[*high] == sign && !tp_is_full(w[*high - 1]) && w[*high - 1] >> 63 == sign >> 63)
		--*high;
	*low += x->first;
	*high += x->first;
}

bool
tp_exact_merge(tp_exact *x, const tp_exact *other)
{
	int			low,
				high;

	/* both halves: nothing is added before it is known that all can be */
	for (size_t i = 0; i < x->sums; i++)
	{
		tp_wide		carry = 0;
		uint64_t	top = 0;

		extent(other, i, &low, &high);
		if (low < x->first || high >= x->first + x->words)
			return false;
		for (int k = x->first; k < x->first + x->words; k++)
		{
			carry += (tp_wide) word_at(x, i, k) + word_at(other, i, k);
			top = (uint64_t) carry;
			carry >>= 64;
		}
		if (tp_is_full(top))
			return false;
	}
	for (size_t i = 0; i < x->sums; i++)
	{
		uint64_t   *w = &x->word[i * x->words];
		tp_wide		carry = 0;

		for (int k = 0; k < x->words; k++)
		{
			carry += (tp_wide) w[k] + word_at(other, i, k + x->first);
			w[k] = (uint64_t) carry;
			carry >>= 64;
		}
	}
	return true;
}

/* Room from word low to high, one to spare above, with what x has; 0 words past the limit. */
static void
make_room(const tp_exact *x, int low, int high, int *first, int *words)
{
	int			last = x->first + x->words - 1;

	*first = low < x->first ? low : x->first;
	*words = (high > last ? high : last) - *first + 1;
	if (*words > TP_EXACT_WORDS_MAX || *first < -17 || *first + *words > 19)
		*words = 0;
}

static inline int
word_of(int bit)
{
	return bit >= 0 ? bit / 64 : -((63 - bit) / 64);
}

void
tp_exact_room(const tp_exact *x, tp_term t, int *first, int *words)
{
	int			low = word_of(t.at);
	int			high = word_of(t.at + highest_bit(t.m) + 3);
	int			last = x->first + x->words - 1;

	/* it was refused for want of room above where it would have fitted otherwise */
	if (low >= x->first && high <= last)
		high = last + 1;
	make_room(x, low, high, first, words);
}

void
tp_exact_room_for(const tp_exact *x, const tp_exact *other, int *first, int *words)
{
	int			low = x->first;
	int			high = x->first + x->words - 1;
	bool		grows = false;

	for (size_t i = 0; i < x->sums; i++)
	{
		int			from,
					to;

		extent(other, i, &from, &to);
		grows |= from < low || to > high;
		low = from < low ? from : low;
		high = to > high ? to : high;
	}
	make_room(x, low, grows ? high : high + 1, first, words);
}

void
tp_exact_copy(tp_exact *to, int first, int words, const tp_exact *from)
{
	to->first = (int16_t) first;
	to->words = (uint16_t) words;
	to->sums = from->sums;
	for (size_t i = 0; i < from->sums; i++)
		for (int k = 0; k < words; k++)
			to->word[i * words + k] = word_at(from, i, first + k);
}

tp_status
tp_exact_make_room(void **image, const void *keep, size_t at, const tp_term *t, const tp_exact *other,
				   const tp_memory *mem, tp_error *err)
{
	const tp_exact *x = (const tp_exact *) ((char *) *image + at);
	int			first,
				words;
	char	   *larger;

	if (t != NULL)
		tp_exact_room(x, *t, &first, &words);
	else if (other != NULL)
		tp_exact_room_for(x, other, &first, &words);
	else
		make_room(x, x->first, x->first + x->words, &first, &words);
	if (words == 0)
		return TP_OUT_OF_RANGE;
	larger = tp_alloc(mem, at + tp_exact_bytes(x->sums, (size_t) words));
	if (larger == NULL)
		return tp_fail_memory(err);
	memcpy(larger, *image, at);
	tp_exact_copy((tp_exact *) (larger + at), first, words, x);
	if (*image != keep)
		tp_release(mem, *image);
	*image = larger;
	return TP_OK;
}

tp_status
tp_exact_add_parts(void **image, const void *keep, size_t at, size_t i, const double *part, int n, int sign,
				   const tp_memory *mem, tp_error *err)
{
	for (int k = 0; k < n; k++)
	{
		tp_term		t = tp_term_of(sign * part[k]);

		while (!tp_exact_add((tp_exact *) ((char *) *image + at), i, t))
		{
			tp_status	status = tp_exact_make_room(image, keep, at, &t, NULL, mem, err);

			if (status != TP_OK)
				return status;
		}
	}
	return TP_OK;
}

static void
negate_words(uint64_t *w, int words)
{
	uint64_t	carry = 1;

	for (int k = 0; k < words; k++)
	{
		w[k] = ~w[k] + carry;
		carry &= w[k] == 0;
	}
}

void
tp_exact_negate(tp_exact *x, size_t i)
{
	negate_words(&x->word[i * x->words], x->words);
}

void
tp_exact_add_sum(tp_exact *x, size_t i, size_t j)
{
	uint64_t   *w = &x->word[i * x->words];
	const uint64_t *v = &x->word[j * x->words];
	tp_wide		carry = 0;

	for (int k = 0; k < x->words; k++)
	{
		carry += (tp_wide) w[k] + v[k];
		w[k] = (uint64_t) carry;
		carry >>= 64;
	}
}

/* Is bit `bit` (from the lowest word) of w set? */
static inline bool
bit_at(const uint64_t *w, int bit)
{
	return w[bit / 64] >> (bit % 64) & 1;
}

static int
highest_of(const uint64_t *w, int words)
{
	while (words > 0 && w[words - 1] == 0)
		words--;
	return words == 0 ? -1 : 64 * words - 1 - __builtin_clzll(w[words - 1]);
}

static bool
any_below(const uint64_t *w, int bit)
{
	for (int k = 0; k < bit / 64; k++)
		if (w[k] != 0)
			return true;
	return bit % 64 != 0 && (w[bit / 64] & ((UINT64_C(1) << bit % 64) - 1)) != 0;
}

/* w as a magnitude; was it negative? */
static bool
take_sign(uint64_t *w, int words)
{
	if (!(w[words - 1] >> 63))
		return false;
	negate_words(w, words);
	return true;
}

/*
 * Take from w, a number at 2^(64 * first), its nearest double, ties to even: w keeps what is left,
 * as a magnitude, and *negative its sign. 0 where w is 0; infinity leaves nothing.
 */
static double
take_double(uint64_t *w, int words, int first, bool *negative)
{
	int			top = highest_of(w, words);
	int			low = top - 52;
	int			least = TP_LOWEST_BIT - 64 * first;
	uint64_t	m = 0;
	double		v;
	bool		sign = *negative;

	if (top < 0)
		return 0;
	low = low < least ? least : low;
	low = low < 0 ? 0 : low;
	m = w[low / 64] >> (low % 64);
	if (low % 64 > 0 && low / 64 + 1 < words)
		m |= w[low / 64 + 1] << (64 - low % 64);
	m &= (UINT64_C(1) << 53) - 1;
	if (low > 0 && bit_at(w, low - 1) && ((m & 1) || any_below(w, low - 1)))
	{
		/* up: what is left is the negative of what is missing */
		m++;
		add_words(w, words, m, low, true);
		negate_words(w, words);
		*negative = !sign;
	}
	else
		add_words(w, words, m, low, true);
	v = ldexp((double) m, low + 64 * first);
	if (!isfinite(v))
		memset(w, 0, (size_t) words * sizeof(uint64_t));
	return sign ? -v : v;
}

/* The parts of words, which are changed: up to n into part (which may be NULL); their number. */
static int
take_parts(uint64_t *w, int words, int first, double *part, int n)
{
	bool		negative = take_sign(w, words);
	int			count = 0;
	double		v;

	while (count < n && (v = take_double(w, words, first, &negative)) != 0)
	{
		if (part != NULL)
			part[count] = v;
		count++;
	}
	for (int k = count; k < n && part != NULL; k++)
		part[k] = 0;
	return count;
}

int
tp_exact_parts(const tp_exact *x, size_t i, double *part, int n)
{
	uint64_t	w[TP_EXACT_WORDS_MAX + 1];

	memcpy(w, &x->word[i * x->words], x->words * sizeof(uint64_t));
	return take_parts(w, x->words, x->first, part, n);
}

int
tp_exact_count(const tp_exact *x, size_t i)
{
	return tp_exact_parts(x, i, NULL, TP_EXACT_PARTS_MAX);
}

tp_dd
tp_exact_dd(const tp_exact *x, size_t i)
{
	double		part[2];

	tp_exact_parts(x, i, part, 2);
	return (tp_dd) {part[0], part[1]};
}

/* to += a * b, or less it, of magnitudes; to has room. */
static void
add_product(uint64_t *to, int words, const uint64_t *a, int n, const uint64_t *b, int m, bool negative)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < m && a[i] != 0; k++)
			if (b[k] != 0)
				add_words(to, words, (tp_wide) a[i] * b[k], 64 * (i + k), negative);
}

tp_dd
tp_exact_deviations(const tp_exact *x, int64_t n, size_t i, size_t j, size_t ij)
{
	uint64_t	a[TP_EXACT_WORDS_MAX],
				b[TP_EXACT_WORDS_MAX],
				c[TP_EXACT_WORDS_MAX],
				sum[2 * TP_EXACT_WORDS_MAX + 2];
	int			words = x->words;
	int			wide = 2 * words + 2;
	uint64_t	count = (uint64_t) n;
	double		part[2];
	bool		negative;

	memset(sum, 0, (size_t) wide * sizeof(uint64_t));
	memcpy(a, &x->word[i * words], words * sizeof(uint64_t));
	memcpy(b, &x->word[j * words], words * sizeof(uint64_t));
	memcpy(c, &x->word[ij * words], words * sizeof(uint64_t));
	negative = take_sign(a, words);
	negative ^= take_sign(b, words);
	add_product(sum, wide, a, words, b, words, !negative);
	negative = take_sign(c, words);
	/* sum is at 2^(128 * first), sum[ij] at 2^(64 * first), and first is never above 0 */
	add_product(sum - x->first, wide + x->first, c, words, &count, 1, negative);
	take_parts(sum, wide, 2 * x->first, part, 2);
	return (tp_dd) {part[0], part[1]};
}

/*
 * Is a what rounding a + b + more gives, more being smaller than b by far? Where b is just half of a's last
 * place, the sign of more decides.
 */
static bool
is_rounded(double a, double b, double more)
{
	if (more == 0)
		return a + b == a;
	b = nextafter(b, (more < 0) == (b < 0) ? 2 * b : 0);
	return a + b == a;
}

bool
tp_parts_are_normal(const double *part, int n)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(part[i]) || (part[i] == 0 && signbit(part[i])) ||
			(i > 0 && part[i] != 0 &&
			 (part[i - 1] == 0 || !is_rounded(part[i - 1], part[i], i + 1 < n ? part[i + 1] : 0))))
			return false;
	return true;
}

void
tp_parts_write(tp_buffer *b, const double *part, int n)
{
	tp_write_number(b, part[0]);
	for (int i = 1; i < n && part[i] != 0; i++)
	{
		tp_buffer_byte(b, ' ');
		tp_write_number(b, part[i]);
	}
}

tp_status
tp_parts_scan(tp_scan *s, double *part, int n, int *count)
{
	tp_status	status = TP_OK;

	memset(part, 0, (size_t) n * sizeof(double));
	for (*count = 0; *count < n && status == TP_OK; ++*count)
	{
		tp_scan_blanks(s);
		if (*count > 0 && (tp_scan_peek(s) == ',' || tp_scan_peek(s) == '}'))
			break;
		status = tp_scan_number(s, &part[*count]);
	}
	tp_scan_blanks(s);
	while (*count > 1 && part[*count - 1] == 0 && !signbit(part[*count - 1]))
		--*count;
	if (status == TP_OK && !tp_parts_are_normal(part, *count))
		return tp_scan_fail(s, TP_BAD_TEXT, "Sums are written by the server: pass them on as they are.",
							"Each further part of a sum must be what rounding left of it");
	return status;
}

int
tp_parts_compare(const double *a, int n, const double *b, int m)
{
	for (int i = 0; i < n || i < m; i++)
	{
		double		x = i < n ? a[i] : 0;
		double		y = i < m ? b[i] : 0;

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}
