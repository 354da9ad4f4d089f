/*
 * test_points.c
 *	  Points of spend and response: growing, text, what cannot be.
 */
#include "check.h"

#include "channel/tp_points.h"

static tp_error err;

int
main(void)
{
	tp_points  *p,
			   *back,
			   *old;
	tp_buffer	text;
	static const char *const bad[] = {"", "{", "{1}", "{1 2,}", "{1 2} x", "{-1 2}", "{1 nan}", "{1 2 3}", "{,}"};

	CHECK(tp_points_read(&p, "{}", 2, &check_memory, &err) == TP_OK && p->count == 0);
	for (uint32_t i = 0; i < 1000; i++)
	{
		old = p;
		CHECK(tp_points_reserve(&p, 1, &check_memory, &err) == TP_OK && p->room > i);
		if (p != old)
			free(old);
		p->xy[2 * p->count] = i / 3.0;
		p->xy[2 * p->count++ + 1] = -1.0 * i;
	}
	CHECK(tp_points_check(p, TP_BAD_BINARY, &err) == TP_OK && tp_points_is_current(p, tp_points_size(p->room)));
	tp_buffer_init(&text, &check_memory);
	tp_points_write(&text, p);
	tp_buffer_byte(&text, '\0');
	CHECK(tp_points_read(&back, text.data, text.len - 1, &check_memory, &err) == TP_OK && back->count == 1000);
	CHECK(memcmp(p->xy, back->xy, 2000 * sizeof(double)) == 0 || p->xy[1] == 0);
	for (int i = 2; i < 2000; i++)
		CHECK(p->xy[i] == back->xy[i]);
	tp_buffer_release(&text);
	back->count = back->room = TP_POINTS_MAX;
	old = back;
	CHECK(tp_points_reserve(&back, 1, &check_memory, &err) == TP_PAST_LIMIT && back == old);
	free(back);
	free(p);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK(tp_points_read(&p, bad[i], strlen(bad[i]), &check_memory, &err) != TP_OK && p == NULL);
	return CHECK_DONE();
}
