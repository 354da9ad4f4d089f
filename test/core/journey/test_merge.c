/*
 * test_merge.c
 *	  Two journeys merged are the journey that a builder makes of both, byte for byte, or its error.
 */
#include "check.h"

#include "journey/tp_journey.h"

static void
any_journey(check_random *r, uint32_t most, uint32_t labels, bool ids, tp_buffer *image, tp_journey *j)
{
	tp_builder	b;
	tp_error	err;
	uint32_t	n = check_below(r, most + 1);

	tp_builder_init(&b, &check_memory);
	for (uint32_t i = 0; i < n; i++)
	{
		char		text[16];
		uint8_t		entry[TP_ENTRY_MAX];
		tp_contact	c;

		memset(&c, 0, sizeof(c));
		c.time = (int64_t) check_below(r, 2 * most) * TP_USECS_PER_HOUR;
		c.id = check_below(r, 5) == 0 ? (int64_t) check_next(r) : (int64_t) check_below(r, 100 * most) - 50;
		c.score = check_below(r, 5);
		c.value = check_below(r, 1000) / 100.0;
		c.has = (uint8_t) ((ids && check_below(r, 4) > 0 ? TP_HAS_ID : 0) | (check_below(r, 2) ? TP_HAS_SCORE : 0) |
						   (check_below(r, 3) ? 0 : TP_HAS_VALUE) | check_below(r, 4) << TP_BY_SHIFT);
		snprintf(text, sizeof(text), "c/%u", check_below(r, labels));
		CHECK(tp_touchpoint_parse(text, strlen(text), entry, &err) == TP_OK);
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_OK);
	}
	tp_buffer_init(image, &check_memory);
	if (tp_builder_finish(&b, &check_memory, image, &err) != TP_OK)
	{
		/* an id on two times: without contacts, then */
		tp_builder_release(&b);
		tp_buffer_release(image);
		tp_builder_init(&b, &check_memory);
		tp_buffer_init(image, &check_memory);
		CHECK(tp_builder_finish(&b, &check_memory, image, &err) == TP_OK);
	}
	tp_builder_release(&b);
	CHECK(tp_journey_open(j, image->data, image->len, &err) == TP_OK);
}

static int	merged;
static int	refused;

static void
compare(const tp_journey *a, const tp_journey *b)
{
	tp_builder	builder;
	tp_buffer	slow,
				fast;
	tp_error	slow_err,
				fast_err;
	tp_status	wanted,
				got;

	tp_builder_init(&builder, &check_memory);
	tp_buffer_init(&slow, &check_memory);
	tp_buffer_init(&fast, &check_memory);
	CHECK(tp_builder_add_journey(&builder, a, &slow_err) == TP_OK);
	CHECK(tp_builder_add_journey(&builder, b, &slow_err) == TP_OK);
	wanted = tp_builder_finish(&builder, &check_memory, &slow, &slow_err);
	got = tp_journey_merge(&check_memory, a, b, &fast, &fast_err);
	CHECK(got == wanted);
	if (wanted == TP_OK)
	{
		merged++;
		CHECK(slow.len == fast.len && memcmp(slow.data, fast.data, slow.len) == 0);
	}
	else
	{
		refused++;
		CHECK_TEXT(fast_err.message, slow_err.message);
	}
	tp_builder_release(&builder);
	tp_buffer_release(&slow);
	tp_buffer_release(&fast);
}

int
main(void)
{
	check_random r = {42};

	for (int round = 0; round < 3000; round++)
	{
		uint32_t	most = round % 100 == 0 ? 3000 : 1 + check_below(&r, 150);
		uint32_t	labels = 1 + check_below(&r, round % 10 == 0 ? 400 : 8);
		bool		ids = round % 3 > 0;
		tp_buffer	x,
					y;
		tp_journey	a,
					b;

		any_journey(&r, most, labels, ids, &x, &a);
		any_journey(&r, most, labels, ids, &y, &b);
		compare(&a, &b);
		compare(&b, &a);
		compare(&a, &a);
		tp_buffer_release(&x);
		tp_buffer_release(&y);
	}
	CHECK(merged > 1000 && refused > 100);
	return CHECK_DONE();
}
