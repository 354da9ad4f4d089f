/*
 * tp_counts.c
 *	  Counts under pairs of numbers.
 */
#include "flow/tp_counts.h"

#include "base/tp_sort.h"

#define ITEMS_MAX 0x3FFFFFFF

void
tp_counts_init(tp_counts *t, const tp_memory *mem)
{
	*t = (tp_counts) {.mem = *mem};
}

void
tp_counts_release(tp_counts *t)
{
	tp_release(&t->mem, t->slot);
	tp_release(&t->mem, t->item);
}

static void
enter(tp_counts *t, uint32_t at)
{
	uint32_t	s = tp_counts_slot(t, t->item[at].a, t->item[at].b);

	while (t->slot[s] != 0)
		s = (s + 1) & (t->slots - 1);
	t->slot[s] = at + 1;
}

static tp_status
rehash(tp_counts *t, tp_error *err)
{
	uint32_t	slots = t->slots > 0 ? 2 * t->slots : 16;
	uint32_t   *slot = tp_alloc_array(&t->mem, slots, sizeof(uint32_t));

	if (slot == NULL)
		return tp_fail_memory(err);
	memset(slot, 0, slots * sizeof(uint32_t));
	tp_release(&t->mem, t->slot);
	t->slot = slot;
	t->slots = slots;
	for (uint32_t i = 0; i < t->count; i++)
		enter(t, i);
	return TP_OK;
}

tp_status
tp_counts_make(tp_counts *t, int64_t a, int64_t b, uint32_t *at, tp_error *err)
{
	if (t->count >= ITEMS_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Take a coarser part, a longer period or fewer of them.",
					   "there are too many different counts");
	if (!tp_grow(&t->mem, (void **) &t->item, &t->room, (uint64_t) t->count + 1, sizeof(tp_counted)))
		return tp_fail_memory(err);
	if ((size_t) t->count * 2 >= t->slots && rehash(t, err) != TP_OK)
		return err->status;
	t->item[t->count] = (tp_counted) {a, b, 0};
	enter(t, t->count);
	*at = t->count++;
	return TP_OK;
}

tp_status
tp_counts_overflows(tp_error *err)
{
	return tp_fail(err, TP_OUT_OF_RANGE, "Is one of the states that the server wrote?", "a count is out of range");
}

int
tp_counts_compare(const void *x, const void *y)
{
	const tp_counted *p = x;
	const tp_counted *q = y;

	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return (p->b > q->b) - (p->b < q->b);
}

tp_status
tp_counts_sorted(const tp_counts *t, tp_counted **items, tp_error *err)
{
	*items = tp_alloc_array(&t->mem, (size_t) t->count + 1, sizeof(tp_counted));
	if (*items == NULL)
		return tp_fail_memory(err);
	if (t->count > 0)
		memcpy(*items, t->item, t->count * sizeof(tp_counted));
	if (tp_sort_items(&t->mem, *items, t->count, sizeof(tp_counted), tp_counts_compare, err) != TP_OK)
	{
		tp_release(&t->mem, *items);
		return err->status;
	}
	return TP_OK;
}

tp_status
tp_counts_scan(tp_scan *s, const char *hint, int64_t least, int64_t greatest, int64_t *v)
{
	const char *at = s->at;
	bool		negative = *at == '-';
	uint64_t	n = 0;

	at += negative;
	for (; *at >= '0' && *at <= '9' && n <= (uint64_t) INT64_MAX; at++)
		n = n <= (uint64_t) INT64_MAX / 10 ? n * 10 + (uint64_t) (*at - '0') : UINT64_MAX;
	*v = n > (uint64_t) INT64_MAX ? INT64_MAX : negative ? -(int64_t) n : (int64_t) n;
	if (at == s->at + negative || n > (uint64_t) INT64_MAX || *v < least || *v > greatest)
		return tp_scan_fail(s, TP_BAD_TEXT, hint, "Expected a whole number from %lld to %lld",
							(long long) least, (long long) greatest);
	s->at = at;
	return TP_OK;
}
