/*
 * test_journey_sort.c
 *	  Contacts in order, by whatever way their number and times choose, are those in the order of all pairs.
 */
#include "check.h"

#include "journey/tp_journey_layout.h"

static tp_error err;

/* One draw of contacts: this many, times so far apart, of which one in `whole` is no whole second (0: all are). */
static void
check_draw(check_random *r, uint32_t n, uint64_t span, uint32_t whole, uint32_t scores)
{
	tp_contact *c = malloc(sizeof(tp_contact) * n);
	uint64_t	sum = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		uint64_t	at = span == UINT64_MAX ? check_next(r) : check_next(r) % span;

		if (whole == 0 || check_below(r, whole) > 0)
			at -= at % TP_USECS_PER_SECOND;
		c[i] = (tp_contact) {.time = (int64_t) (at + (uint64_t) INT64_MIN / 2 * (span != UINT64_MAX)),
			.has = check_below(r, 2) > 0 ? TP_HAS_SCORE : 0, .code = (uint16_t) check_below(r, 3), .set = i};
		c[i].score = check_below(r, scores);
	}
	CHECK(tp_contacts_sort(&check_memory, c, n, &err) == TP_OK);
	for (uint32_t i = 0; i < n; i++)
	{
		if (i > 0)
			CHECK(tp_contact_compare_coded(&c[i - 1], &c[i]) < 0);
		sum += c[i].set;
	}
	/* each of them once */
	CHECK_INT(sum, (uint64_t) n * (n - 1) / 2);
	free(c);
}

int
main(void)
{
	static const uint64_t spans[] = {1, 5, 1000 * TP_USECS_PER_SECOND, UINT64_C(40000) * TP_USECS_PER_SECOND * 1000, UINT64_C(1) << 62, UINT64_MAX};
	static const uint32_t sizes[] = {1, 2, 24, 25, 199, 200, 201, 1000, 5000, 40000};
	check_random r = {3};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (size_t j = 0; j < sizeof(spans) / sizeof(spans[0]); j++)
			for (uint32_t whole = 0; whole < 3; whole++)
			{
				check_draw(&r, sizes[i], spans[j], whole, 1);
				check_draw(&r, sizes[i], spans[j], whole, 4);
			}
	return CHECK_DONE();
}
