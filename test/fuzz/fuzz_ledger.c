/*
 * fuzz_ledger.c
 *	  Ledgers of credits and paths. The first byte says of what: text of two, with a line break between,
 *	  or the text of one in a line and damage to the image made of it. What is taken leads back to itself by
 *	  text and by merging, and adds up in either order.
 */
#include "growing.h"

#include "flow/tp_effect.h"

FUZZ_GROWING(tp_ledger)

FUZZ_READER(of_text, tp_ledger, tp_ledger_parse, true)

static void
hold_effects(const tp_ledger_view *v)
{
	tp_effect  *e = tp_alloc_array(&store.mem, (size_t) v->keys + 1, sizeof(*e));
	uint32_t	all = 0;
	tp_error	err;
	tp_status	status = tp_effects(v, &store.mem, e, &all, &err);

	HOLD(status == TP_OK || status == TP_BAD_ARGUMENT);
	if (status != TP_OK)
		fuzz_hold_error(status, &err);
	for (uint32_t i = 0; i < v->keys && status == TP_OK; i++)
		HOLD(!e[i].known || (i != all && e[i].low <= e[i].odds_ratio && e[i].odds_ratio <= e[i].high && e[i].p_value >= 0 &&
							 e[i].p_value <= e[i].q_value && e[i].q_value <= 1));
	tp_release(&store.mem, e);
}

static void
hold_ledger(const image *i)
{
	tp_ledger_view v;
	tp_buffer	text;
	double		entropy;
	tp_error	err;

	HOLD(open_image(&v, i) == TP_OK);
	tp_buffer_init(&text, &store.mem);
	tp_ledger_write(&text, &v);
	tp_buffer_byte(&text, '\0');
	HOLD(!text.failed);
	hold_same(i, of_text(text.data, text.len - 1));
	hold_same(i, sum_of(i, NULL));
	tp_buffer_release(&text);
	if (v.kind == TP_LEDGER_PATHS)
	{
		entropy = tp_ledger_entropy(&v);
		HOLD(isnan(entropy) ? v.keys == 0 : entropy >= 0 && entropy <= log(v.keys) + 1e-9);
	}
	else
		HOLD(tp_ledger_sort(&store.mem, &v, &err) == TP_OK);
	hold_effects(&v);
	tp_ledger_close(&v, &store.mem);
}

FUZZ_SUMS(hold_ledger, hold_same)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line;
	size_t		len;
	char	   *one,
			   *two;
	image		a,
				b = {NULL, 0};
	tp_ledger_view v;

	if (size == 0)
		return 0;
	check_store_init(&store);
	line = memchr(data + 1, '\n', size - 1);
	len = line != NULL ? (size_t) (line - data - 1) : size - 1;
	one = fuzz_keep_text(&store.mem, data + 1, len);
	two = fuzz_keep_text(&store.mem, data + 1 + len, size - 1 - len);
	a = of_text(one, len);
	if (a.bytes != NULL)
		hold_ledger(&a);
	if (a.bytes != NULL && data[0] % 2 == 0)
		b = of_text(two, size - 1 - len);
	else if (a.bytes != NULL)
	{
		b.size = a.size;
		b.bytes = fuzz_damage(&store.mem, a.bytes, &b.size, line != NULL ? line + 1 : data + size,
							  line != NULL ? size - 2 - len : 0);
		if (open_image(&v, &b) == TP_OK)
			tp_ledger_close(&v, &store.mem);
		else
		{
			tp_release(&store.mem, b.bytes);
			b.bytes = NULL;
		}
	}
	if (b.bytes != NULL)
	{
		hold_ledger(&b);
		hold_sums(&a, &b);
	}
	tp_release(&store.mem, a.bytes);
	tp_release(&store.mem, b.bytes);
	tp_release(&store.mem, one);
	tp_release(&store.mem, two);
	HOLD(store.chunks == 0);
	return 0;
}
