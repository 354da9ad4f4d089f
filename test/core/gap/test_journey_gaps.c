/*
 * test_journey_gaps.c
 *	  Gaps of journeys by part, which adds many pairs together where it can: byte for byte what each pair added
 *	  by itself makes, for scores of every form, negative and unknown ones, however states are split.
 */
#include "check.h"

#include "gap/tp_journey_gaps.h"

static tp_error err;

#define PARTS 5

/* A score of one of many kinds; NaN for none. */
static double
random_score(check_random *r, int kind)
{
	int			m = (int) check_below(r, 256) - 128;

	if (check_below(r, 5) == 0)
		return NAN;
	switch (kind)
	{
		case 0:
			return check_below(r, 50) / 10.0;
		case 1:
			return m;
		case 2:
			return m / 100.0;
		case 3:
			return (float) m / 7;
		case 4:
			return m / 7.0;
		case 5:
			return m * 1e12;
		case 6:
			return m * 1e-30;
		case 7:
			return (int) check_below(r, 20001) / 100.0 - 100;
		default:
			return check_below(r, 3) == 0 ? 0 : check_below(r, 2) == 0 ? m / 1e5 : m * 1e4;
	}
}

static void
add_pair(tp_gap_open **g, double expected, double score)
{
	tp_gap_open *old = *g;

	CHECK(tp_gap_add(g, expected, score, &check_memory, &err) == TP_OK);
	if (*g != old)
		free(old);
}

/* A journey of n contacts in image; its pairs are added to want one by one. */
static void
random_journey(check_random *r, int kind, uint32_t n, tp_gap_open **want, tp_buffer *image, tp_journey *j)
{
	tp_builder	b;
	int			other = check_below(r, 3) == 0 ? (int) check_below(r, 9) : kind;

	tp_builder_init(&b, &check_memory);
	for (uint32_t i = 0; i < n; i++)
	{
		uint32_t	part = check_below(r, PARTS);
		uint8_t		entry[] = {1, 2, 0, 'c', 'l', (uint8_t) ('a' + part)};
		tp_contact	c = {.time = (int64_t) i * 1000000};
		double		score = random_score(r, kind);
		double		expected = random_score(r, other);

		if (!isnan(score))
			c.has |= TP_HAS_SCORE;
		if (!isnan(expected))
			c.has |= TP_HAS_EXPECTED;
		c.score = isnan(score) ? 0 : score;
		c.expected = isnan(expected) ? 0 : expected;
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_OK);
		if (!isnan(score) && !isnan(expected))
			add_pair(&want[part], expected, score);
	}
	tp_buffer_init(image, &check_memory);
	CHECK(tp_builder_finish(&b, &check_memory, image, &err) == TP_OK);
	tp_builder_release(&b);
	CHECK(tp_journey_open(j, image->data, image->len, &err) == TP_OK);
}

static void
same_summary(const tp_journey_gaps *g, uint32_t part, const tp_gap_open *want)
{
	void	   *got,
			   *one;
	size_t		got_size,
				one_size;

	CHECK(tp_journey_gaps_close(g, part, &got, &got_size, &check_memory, &err) == TP_OK);
	CHECK(tp_gap_close(&one, &one_size, want, &check_memory, &err) == TP_OK);
	CHECK(got_size == one_size && memcmp((char *) got + 4, (char *) one + 4, one_size - 4) == 0);
	free(got);
	free(one);
}

/* Journeys of one kind, or of all; read in between, and the second half counted apart and read in as text. */
static void
round_of(check_random *r, int kind, uint32_t journeys)
{
	tp_gap_open *want[PARTS];
	tp_gap_summary nothing = {0};
	tp_journey_gaps g[2];
	tp_aspect	aspect = {.part = TP_PART_LABEL};
	tp_gap_part *parts;
	tp_buffer	text;

	tp_gap_init(&nothing);
	for (int p = 0; p < PARTS; p++)
		CHECK(tp_gap_begin(&want[p], &nothing, &check_memory, &err) == TP_OK);
	for (int k = 0; k < 2; k++)
	{
		tp_journey_gaps_init(&g[k], &check_memory);
		CHECK(tp_journey_gaps_set(&g[k], &aspect, &err) == TP_OK);
	}
	for (uint32_t i = 0; i < journeys; i++)
	{
		tp_buffer	image;
		tp_journey	j;

		random_journey(r, kind < 0 ? (int) check_below(r, 9) : kind, 1 + check_below(r, 40), want, &image, &j);
		CHECK(tp_journey_gaps_add(&g[i % 2], &j, &err) == TP_OK);
		tp_buffer_release(&image);
		if (check_below(r, 50) == 0)
		{
			tp_buffer_init(&text, &check_memory);
			tp_journey_gaps_write(&g[i % 2], &text);
			CHECK(!text.failed);
			tp_buffer_release(&text);
		}
	}
	tp_buffer_init(&text, &check_memory);
	tp_journey_gaps_write(&g[1], &text);
	tp_buffer_byte(&text, '\0');
	CHECK(tp_journey_gaps_read(&g[0], text.data, text.len - 1, &err) == TP_OK);
	tp_buffer_release(&text);
	CHECK(tp_journey_gaps_sorted(&g[0], &parts, &err) == TP_OK);
	CHECK_INT(g[0].parts.count, PARTS);
	for (uint32_t p = 0; p < g[0].parts.count; p++)
		same_summary(&g[0], parts[p].number, want[p]);
	free(parts);
	for (int k = 0; k < 2; k++)
		tp_journey_gaps_release(&g[k]);
	for (int p = 0; p < PARTS; p++)
		free(want[p]);
}

/* Sums that pass 128 bits, and are negative there. */
static void
test_carries(void)
{
	static const double value[] = {127.9375, -127.9375, 0x1p-56, -0x1p-56, 0, 64, -64};
	check_random r = {7};

	for (int k = 0; k < 50; k++)
	{
		tp_gap_open *g,
				   *want;
		tp_gap_summary nothing = {0};
		tp_gap_near near = {0};
		void	   *a,
				   *b;
		size_t		size,
					other;

		tp_gap_init(&nothing);
		CHECK(tp_gap_begin(&g, &nothing, &check_memory, &err) == TP_OK);
		CHECK(tp_gap_begin(&want, &nothing, &check_memory, &err) == TP_OK);
		for (int i = 0; i < 2000; i++)
		{
			double		expected = value[check_below(&r, k % 7 + 1)];
			double		perceived = value[check_below(&r, 7)];
			int64_t		e,
						p;

			add_pair(&want, expected, perceived);
			CHECK(tp_is_near(expected, &e) && tp_is_near(perceived, &p));
			tp_gap_add_near(&near, e, p, 1);
		}
		CHECK(tp_gap_settle(&g, &near, &check_memory, &err) == TP_OK);
		CHECK_INT(near.count, 0);
		CHECK(tp_gap_close(&a, &size, g, &check_memory, &err) == TP_OK);
		CHECK(tp_gap_close(&b, &other, want, &check_memory, &err) == TP_OK);
		CHECK(size == other && memcmp((char *) a + 4, (char *) b + 4, size - 4) == 0);
		free(a);
		free(b);
		free(g);
		free(want);
	}
}

static void
test_near(void)
{
	int64_t		whole;

	CHECK(tp_is_near(0.1, &whole) && tp_is_near(127.99, &whole) && tp_is_near(-0.0, &whole));
	CHECK_INT(whole, 0);
	CHECK(!tp_is_near(128, &whole) && !tp_is_near(-128, &whole) && !tp_is_near(0.01, &whole));
	CHECK(!tp_is_near(NAN, &whole) && !tp_is_near(INFINITY, &whole) && !tp_is_near(5e-324, &whole));
}

int
main(void)
{
	check_random r = {1};

	test_near();
	test_carries();
	for (int kind = -1; kind < 9; kind++)
		round_of(&r, kind, 400);
	return CHECK_DONE();
}
