/*
 * test_sequence.c
 *	  Bit-parallel distances against the classical tables.
 */
#include "walks.h"

#include "flow/tp_sequence.h"

static tp_error err;

static uint32_t
table(const uint32_t *a, uint32_t n, const uint32_t *b, uint32_t m, bool lcs)
{
	uint32_t   *row = malloc(sizeof(uint32_t) * (m + 1));
	uint32_t	result;

	for (uint32_t j = 0; j <= m; j++)
		row[j] = lcs ? 0 : j;
	for (uint32_t i = 1; i <= n; i++)
	{
		uint32_t	corner = row[0];

		row[0] = lcs ? 0 : i;
		for (uint32_t j = 1; j <= m; j++)
		{
			uint32_t	above = row[j];

			if (lcs)
				row[j] = a[i - 1] == b[j - 1] ? corner + 1 : above > row[j - 1] ? above : row[j - 1];
			else
			{
				uint32_t	best = corner + (a[i - 1] != b[j - 1]);

				if (above + 1 < best)
					best = above + 1;
				if (row[j - 1] + 1 < best)
					best = row[j - 1] + 1;
				row[j] = best;
			}
			corner = above;
		}
	}
	result = row[m];
	free(row);
	return result;
}

static void
test_random(void)
{
	check_random r = {7};

	for (int round = 0; round < 3000; round++)
	{
		uint32_t	symbols = 1 + check_below(&r, round % 2 ? 3 : 40);
		uint32_t	n = check_below(&r, round % 10 == 0 ? 400 : 140);
		uint32_t	m = check_below(&r, round % 10 == 0 ? 400 : 140);
		uint32_t   *a = malloc(sizeof(uint32_t) * (n + 1));
		uint32_t   *b = malloc(sizeof(uint32_t) * (m + 1));
		uint32_t	d,
					l;

		for (uint32_t i = 0; i < n; i++)
			a[i] = check_below(&r, symbols);
		for (uint32_t i = 0; i < m; i++)
			b[i] = round % 3 == 0 && i < n ? a[check_below(&r, 20) == 0 ? check_below(&r, n) : i] : check_below(&r, symbols);
		CHECK(tp_edit_distance(&check_memory, a, n, b, m, symbols, &d, &err) == TP_OK);
		CHECK_INT(d, table(a, n, b, m, false));
		CHECK(tp_lcs_length(&check_memory, a, n, b, m, symbols, &l, &err) == TP_OK);
		CHECK_INT(l, table(a, n, b, m, true));
		CHECK(tp_edit_distance(&check_memory, b, m, a, n, symbols, &l, &err) == TP_OK);
		CHECK_INT(l, d);
		free(a);
		free(b);
	}
}

/* Parts of two journeys are one alphabet. */
static void
test_parts(void)
{
	walk		w = walk_of("{web/a@2026-01-01T00:00:00Z,app/b@2026-01-01T00:00:01Z,c@2026-01-01T00:00:02Z}");
	walk		v = walk_of("{app/a@2026-01-01T00:00:00Z,web/b@2026-01-01T00:00:01Z,use:c@2026-01-01T00:00:02Z}");
	uint32_t	x[3],
				y[3];

	for (int part = TP_PART_TOUCHPOINT; part <= TP_PART_STAGE; part++)
	{
		static const bool same[4][3] = {{0, 0, 0}, {0, 0, 1}, {1, 1, 1}, {1, 1, 0}};
		tp_intern	t;

		tp_intern_init(&t, &check_memory);
		CHECK(tp_sequence_of(&t, &w.j, (tp_part) part, x, &err) == TP_OK);
		CHECK(tp_sequence_of(&t, &v.j, (tp_part) part, y, &err) == TP_OK);
		for (int i = 0; i < 3; i++)
			CHECK_INT(x[i] == y[i], same[part][i]);
		tp_intern_release(&t);
	}
	free(w.image);
	free(v.image);
}

int
main(void)
{
	test_random();
	test_parts();
	return CHECK_DONE();
}
