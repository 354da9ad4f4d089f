/*
 * fuzz_flow.c
 *	  Flows. The first byte says of what: text of two, with a line break between; a message; or the text
 *	  of one in a line, and damage to the image or the message made of it. What is taken leads back to
 *	  itself by text, message and merging, and adds up in either order.
 */
#include "growing.h"

#include "flow/tp_flow.h"

static jmp_buf raised;

FUZZ_GROWING(tp_flow)

FUZZ_READER(of_text, tp_flow, tp_flow_parse, true)
FUZZ_READER(of_message, tp_flow, tp_flow_receive, status == TP_BAD_BINARY || status == TP_OUT_OF_RANGE)

/* The same, and in their order. */
static void
hold_equal(const image *a, image b)
{
	HOLD(b.bytes != NULL && tp_flow_compare(a->bytes, a->size, b.bytes, b.size) == 0);
	hold_same(a, b);
}

/* All of an image that opens. */
static void
hold_flow(const image *i)
{
	static const image nothing = {(uint8_t *) "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
	TP_FLOW_HEAD};
	tp_flow_view v;
	tp_buffer	text,
				message,
				name;
	tp_flow		f;
	tp_error	err;
	tp_status	status;

	HOLD(open_image(&v, i) == TP_OK);
	tp_buffer_init(&text, &store.mem);
	tp_buffer_init(&message, &store.mem);
	tp_buffer_init(&name, &store.mem);
	for (uint32_t s = 1; s <= v.states; s++)
	{
		name.len = 0;
		tp_flow_write_state(&name, &v, s);
		HOLD(name.len > 0);
	}
	for (uint32_t k = 0; k < v.edges; k++)
	{
		tp_transition t = tp_flow_transition(&v, k);

		HOLD(t.source <= v.states && t.target >= 1 && t.target <= v.states + 2 && t.count > 0 && isfinite(t.count));
	}
	tp_flow_write(&text, &v);
	tp_buffer_byte(&text, '\0');
	HOLD(!text.failed);
	hold_equal(i, of_text(text.data, text.len - 1));
	if (fuzz_is_utf8(text.data, text.len - 1))
	{
		tp_flow_send(&message, &v);
		hold_equal(i, of_message(message.data, message.len));
	}
	tp_flow_init(&f, &store.mem);
	status = tp_flow_merge(&f, &v, &err);
	hold_equal(i, encoded(&f, status));
	hold_equal(i, sum_of(i, &nothing));
	hold_equal(i, sum_of(&nothing, i));
	tp_buffer_release(&text);
	tp_buffer_release(&message);
	tp_buffer_release(&name);
	tp_flow_close(&v, &store.mem);
}

FUZZ_SUMS(hold_flow, hold_equal)

static void
hold_pair(const image *a, const image *b)
{
	hold_sums(a, b);
	HOLD(tp_flow_compare(a->bytes, a->size, b->bytes, b->size) == -tp_flow_compare(b->bytes, b->size, a->bytes, a->size));
}

static void
texts(const char *text, size_t len)
{
	const char *line = memchr(text, '\n', len);
	size_t		first = line != NULL ? (size_t) (line - text) : len;
	char	   *one = fuzz_keep_text(&store.mem, text, first),
			   *two = fuzz_keep_text(&store.mem, text + first, len - first);
	image		a = of_text(one, first),
				b = of_text(two, len - first);

	if (a.bytes != NULL)
		hold_flow(&a);
	if (b.bytes != NULL)
		hold_flow(&b);
	if (a.bytes != NULL && b.bytes != NULL)
		hold_pair(&a, &b);
	tp_release(&store.mem, a.bytes);
	tp_release(&store.mem, b.bytes);
	tp_release(&store.mem, one);
	tp_release(&store.mem, two);
}

static void
damaged(const uint8_t *data, size_t size, bool on_the_wire)
{
	const uint8_t *line = memchr(data, '\n', size);
	size_t		len = line != NULL ? (size_t) (line - data) : size;
	char	   *text = fuzz_keep_text(&store.mem, data, len);
	image		i = of_text(text, len);
	const uint8_t *damage = data + (line != NULL ? len + 1 : len);
	size_t		n = size - (size_t) (damage - data);
	tp_flow_view v;

	if (i.bytes != NULL && on_the_wire && fuzz_is_utf8(text, len))
	{
		tp_buffer	message;
		image		sent,
					taken;

		HOLD(open_image(&v, &i) == TP_OK);
		tp_buffer_init(&message, &store.mem);
		tp_flow_send(&message, &v);
		tp_flow_close(&v, &store.mem);
		sent.size = message.len;
		sent.bytes = fuzz_damage(&store.mem, message.data, &sent.size, damage, n);
		tp_buffer_release(&message);
		taken = of_message(sent.bytes, sent.size);
		if (taken.bytes != NULL)
			hold_flow(&taken);
		tp_release(&store.mem, taken.bytes);
		tp_release(&store.mem, sent.bytes);
	}
	else if (i.bytes != NULL)
	{
		image		hurt = {NULL, i.size};

		hurt.bytes = fuzz_damage(&store.mem, i.bytes, &hurt.size, damage, n);
		if (open_image(&v, &hurt) == TP_OK)
		{
			tp_flow_close(&v, &store.mem);
			hold_flow(&hurt);
			hold_pair(&hurt, &i);
		}
		tp_release(&store.mem, hurt.bytes);
	}
	tp_release(&store.mem, i.bytes);
	tp_release(&store.mem, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	check_store_init(&store);
	check_raise_to = &raised;
	if (setjmp(raised) == 0)
	{
		image		taken;
		uint8_t    *message;

		switch (data[0] % 4)
		{
			case 0:
				texts((const char *) data + 1, size - 1);
				break;
			case 1:
				message = fuzz_keep(&store.mem, data + 1, size - 1);
				taken = of_message(message, size - 1);
				tp_release(&store.mem, message);
				if (taken.bytes != NULL)
					hold_flow(&taken);
				tp_release(&store.mem, taken.bytes);
				break;
			default:
				damaged(data + 1, size - 1, data[0] % 4 == 2);
				break;
		}
		HOLD(store.chunks == 0);
	}
	/* the host raised: what the core had out goes with the memory context */
	check_store_release(&store);
	check_raise_to = NULL;
	return 0;
}
