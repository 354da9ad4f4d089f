/*
 * tp_near.c
 *	  Sums of many pairs of whole numbers: putting them together, and into exact sums.
 */
#include "base/tp_near.h"

static void
merge_square(tp_near_square *s, const tp_near_square *o)
{
	s->low += o->low;
	s->high += o->high + (s->low < o->low);
}

void
tp_near_merge(tp_near *n, const tp_near *m)
{
	n->a += m->a;
	n->b += m->b;
	merge_square(&n->aa, &m->aa);
	merge_square(&n->bb, &m->bb);
	merge_square(&n->ab, &m->ab);
}

/* The image whose sums are settled, and how it gets room. */
typedef struct target
{
	void	  **image;
	const void *keep;
	size_t		at;
	const tp_memory *mem;
	tp_error   *err;
} target;

static tp_status
settle_term(const target *to, size_t i, tp_term t)
{
	tp_status	status = TP_OK;

	while (status == TP_OK && !tp_exact_add((tp_exact *) ((char *) *to->image + to->at), i, t))
		status = tp_exact_make_room(to->image, to->keep, to->at, &t, NULL, to->mem, to->err);
	return status;
}

static tp_status
settle_sum(const target *to, size_t i, __int128 sum, int bit)
{
	return settle_term(to, i, (tp_term) {sum < 0 ? -(tp_wide) sum : (tp_wide) sum, bit, sum < 0});
}

/* It takes two terms. */
static tp_status
settle_square(const target *to, size_t i, const tp_near_square *s, int bit)
{
	bool		negative = s->high < 0;
	tp_wide		low = negative ? -s->low : s->low;
	uint64_t	high = negative ? ~(uint64_t) s->high + (s->low == 0) : (uint64_t) s->high;
	tp_status	status = settle_term(to, i, (tp_term) {low, bit, negative});

	return status != TP_OK || high == 0 ? status : settle_term(to, i, (tp_term) {high, bit + 128, negative});
}

tp_status
tp_near_settle(void **image, const void *keep, size_t at, tp_near *n, int bit_a, int bit_b, int twice,
			   const tp_memory *mem, tp_error *err)
{
	const target to = {image, keep, at, mem, err};
	tp_status	status;

	if ((status = settle_sum(&to, 0, n->a, bit_a)) != TP_OK ||
		(status = settle_sum(&to, 1, n->b, bit_b)) != TP_OK ||
		(status = settle_square(&to, 2, &n->aa, 2 * bit_a)) != TP_OK ||
		(status = settle_square(&to, 3, &n->bb, 2 * bit_b)) != TP_OK ||
		(status = settle_square(&to, 4, &n->ab, bit_a + bit_b + twice)) != TP_OK)
		return status;
	memset(n, 0, sizeof(*n));
	return TP_OK;
}

bool
tp_near_deviations(tp_near_sum a, tp_near_sum b, const tp_near_square *products, int64_t count, double *v)
{
	int			room = 126 - (64 - __builtin_clzll((uint64_t) count | 1));
	__int128	p = (__int128) products->low;

	/* both terms within 2^126 */
	if (a != (int64_t) a || b != (int64_t) b || products->high != (int64_t) (p >> 127) || (tp_wide) ((p >> room) + 1) > 1)
		return false;
	*v = (double) (p * count - (__int128) (int64_t) a * (int64_t) b);
	return true;
}
