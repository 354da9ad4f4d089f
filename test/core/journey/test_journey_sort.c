/*
 * test_journey_sort.c
 *	  Contacts put in order, against what order means; and merges that would pass the limit, which fail before a
 *	  contact is read.
 */
#include "check.h"

#include "journey/tp_journey.h"
#include "journey/tp_journey_layout.h"

static tp_error err;
static uint64_t seed = 1;

static uint64_t
next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* What does not depend on the order. */
static uint64_t
sum_of(const tp_contact *c, uint32_t n)
{
	uint64_t	sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += ((uint64_t) c[i].time ^ (uint64_t) c[i].id << 7) * UINT64_C(0x9E3779B97F4A7C15) ^ c[i].code;
	return sum;
}

static void
sorts(uint32_t n, uint64_t times, int64_t unit, int64_t first, uint32_t run)
{
	tp_contact *c = calloc(n, sizeof(tp_contact));
	uint64_t	sum;
	uint32_t	falls = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		c[i].time = (int64_t) ((uint64_t) first + (run > 0 ? i % run : next() % times) * (uint64_t) unit);
		c[i].has = next() % 3 > 0 ? TP_HAS_ID : 0;
		c[i].id = c[i].has ? (int64_t) (next() % 50) : 0;
		c[i].code = (uint16_t) (next() % 7);
	}
	sum = sum_of(c, n);
	CHECK(tp_contacts_sort(&check_memory, c, n, &err) == TP_OK);
	for (uint32_t i = 1; i < n; i++)
		falls += tp_contact_compare_coded(&c[i - 1], &c[i]) > 0;
	CHECK_INT(falls, 0);
	CHECK(sum == sum_of(c, n));
	free(c);
}

/* An image of n contacts that are all alike, so that every column is constant and the count may be any. */
static tp_status
open_alike(uint8_t *image, size_t *size, uint32_t n, tp_journey *j)
{
	tp_builder	b;
	tp_buffer	out;
	uint8_t		entry[TP_ENTRY_MAX];
	tp_contact	c = {.time = 5};

	if (tp_touchpoint_parse("web/a", 5, entry, &err) != TP_OK)
		return err.status;
	tp_builder_init(&b, &check_memory);
	tp_buffer_init(&out, &check_memory);
	for (int i = 0; i < 400; i++)
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_OK);
	CHECK(tp_builder_finish(&b, &check_memory, &out, &err) == TP_OK);
	*size = out.len;
	memcpy(image, out.data, out.len);
	memcpy(image + AT_COUNT, &n, sizeof(n));
	tp_builder_release(&b);
	tp_buffer_release(&out);
	return tp_journey_open(j, image, *size, &err);
}

static size_t asked;

static void *
counting_alloc(void *context, size_t size)
{
	(void) context;
	asked += size;
	return check_memory.alloc(check_memory.context, size);
}

static void
limits(void)
{
	uint8_t		image[256],
				other[256];
	size_t		size;
	tp_journey	few,
				many;
	tp_builder	b,
				more;
	tp_buffer	out;
	tp_memory	counting = check_memory;

	counting.alloc = counting_alloc;
	CHECK(open_alike(image, &size, TP_CONTACTS_MAX - 399, &many) == TP_OK);
	CHECK(open_alike(other, &size, 400, &few) == TP_OK);
	CHECK_INT(few.count + many.count, TP_CONTACTS_MAX + 1);
	tp_buffer_init(&out, &counting);
	CHECK(tp_journey_merge(&counting, &many, &few, &out, &err) == TP_PAST_LIMIT);
	CHECK(tp_journey_merge(&counting, &few, &many, &out, &err) == TP_PAST_LIMIT);
	CHECK_INT(asked, 0);
	tp_builder_init(&b, &counting);
	CHECK(tp_builder_add_journey(&b, &few, &err) == TP_OK);
	asked = 0;
	CHECK(tp_builder_add_journey(&b, &many, &err) == TP_PAST_LIMIT);
	CHECK_TEXT(err.message, "a journey has at most 16777215 contacts");
	tp_builder_init(&more, &check_memory);
	more.count = TP_CONTACTS_MAX - 399;
	CHECK(tp_builder_add_builder(&b, &more, &err) == TP_PAST_LIMIT);
	CHECK_INT(asked, 0);
	CHECK_INT(b.count, 400);
	tp_builder_release(&b);
	tp_builder_release(&more);
}

int
main(void)
{
	static const uint32_t counts[] = {2, 24, 25, 1023, 1024, 5000};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
	{
		sorts(counts[i], 1, 1, 7, 0);
		sorts(counts[i], 10, 1, -5, 0);
		sorts(counts[i], 3000, 1000000, 0, 0);
		sorts(counts[i], UINT64_C(1) << 40, 1, 0, 0);
		sorts(counts[i], UINT64_C(1) << 41, 1, 0, 0);
		sorts(counts[i], UINT64_C(1) << 12, INT64_C(1) << 51, INT64_MIN, 0);
		sorts(counts[i], (uint64_t) TP_TIME_END - (uint64_t) TP_TIME_MIN, 1, TP_TIME_MIN, 0);
		sorts(counts[i], 0, 1, 0, counts[i]);
		sorts(counts[i], 0, 1000, 0, 1 + counts[i] / 3);
	}
	limits();
	return CHECK_DONE();
}
