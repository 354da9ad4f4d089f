/*
 * fuzz_page.c
 *	  Any bytes as names in pictures, and as a part of a page: what comes out is made of nothing but what the house
 *	  writes, and what is not stays text.
 */
#include "fuzz.h"

#include "chart/tp_html.h"
#include "chart/tp_pictures.h"

static check_store store;

static void
hold_picture(tp_label name, int width)
{
	static const double v[3] = {1, 2, 5};
	tp_label	names[3] = {name, name, name};
	tp_canvas	c;
	tp_buffer	out;
	tp_error	err;

	tp_buffer_init(&out, &store.mem);
	HOLD(tp_canvas_init(&c, &store.mem, &out, width % 2 == 0, width, &err) == TP_OK);
	HOLD(tp_draw_quadrant(&c, names, v, v, 3, &err) == TP_OK && tp_canvas_end(&c, &err) == TP_OK);
	HOLD(tp_html_is_own(&store.mem, (tp_label) {out.data, out.len}));
	tp_buffer_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t    *bytes;
	tp_label	part;
	tp_canvas	c;
	tp_buffer	out;
	tp_error	err;

	check_store_init(&store);
	bytes = fuzz_keep(&store.mem, data, size);
	part = (tp_label) {(const char *) bytes, size};
	hold_picture(part, 320 + (size > 0 ? data[0] : 0));
	tp_buffer_init(&out, &store.mem);
	HOLD(tp_canvas_init(&c, &store.mem, &out, false, 320, &err) == TP_OK);
	tp_html_part(&c, part);
	HOLD(tp_canvas_end(&c, &err) == TP_OK);
	/* what is taken as it is stands whole, all else has no element of its own */
	if (!tp_html_is_own(&store.mem, part))
		for (size_t i = 0; i + 1 < out.len; i++)
			if (out.data[i] == '<')
				HOLD(strchr("pdsh/", out.data[i + 1]) != NULL);
	tp_buffer_release(&out);
	tp_release(&store.mem, bytes);
	HOLD(store.chunks == 0);
	return 0;
}
