/*
 * test_levels.c
 *	  Paths step by step against lists of pairs counted one by one; medians against sorted times.
 */
#include "walks.h"

#include "flow/tp_levels.h"
#include "text_state.h"

static tp_error err;

#define WALKS 50
#define PARTS_MAX 40

/* The k-th contacts of all walks: part and time, from the first one on. */
typedef struct path
{
	int			n;
	char		part[16][24];
	int64_t		at[16];
} path;

static void
read_path(path *p, const walk *w, tp_part part, uint32_t first)
{
	tp_touchpoint entries[64];

	CHECK(tp_journey_dictionary(&w->j, entries, &err) == TP_OK);
	p->n = 0;
	for (uint32_t i = first; i < w->j.count && p->n < 16; i++, p->n++)
	{
		const tp_touchpoint *t = &entries[tp_journey_code(&w->j, i)];
		size_t		len;
		const char *s = tp_touchpoint_part(t, part, &len);

		snprintf(p->part[p->n], sizeof(p->part[0]), "%.*s", len > 0 ? (int) len : 6, len > 0 ? s : "(none)");
		p->at[p->n] = tp_journey_time(&w->j, i);
	}
}

/* Is a part among the top of place k, told by counting all others that come before it? */
static bool
is_kept(const path *p, int k, const char *part, uint32_t top)
{
	uint32_t	before = 0;
	char		seen[PARTS_MAX][24];
	int			n_seen = 0;
	int			own = 0;

	for (int i = 0; i < WALKS; i++)
		own += p[i].n > k && strcmp(p[i].part[k], part) == 0;
	for (int i = 0; i < WALKS; i++)
	{
		int			count = 0;
		bool		known = false;

		if (p[i].n <= k)
			continue;
		for (int s = 0; s < n_seen; s++)
			known |= strcmp(seen[s], p[i].part[k]) == 0;
		if (known)
			continue;
		strcpy(seen[n_seen++], p[i].part[k]);
		for (int o = 0; o < WALKS; o++)
			count += p[o].n > k && strcmp(p[o].part[k], p[i].part[k]) == 0;
		before += count > own || (count == own && strcmp(p[i].part[k], part) < 0);
	}
	return before < top;
}

static int
compare_times(const void *a, const void *b)
{
	int64_t		x = *(const int64_t *) a;
	int64_t		y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

static const char *
kept_name(const path *p, int i, int k, uint32_t top)
{
	return p[i].n <= k ? "(end)" : is_kept(p, k, p[i].part[k], top) ? p[i].part[k] : "(other)";
}

/* One row against all walks that go its way. */
static void
check_row(const path *p, const tp_level_row *row, const char *source, const char *target, uint32_t top)
{
	int64_t		times[WALKS];
	uint64_t	n = 0;
	int			k = (int) row->level - 1;

	for (int i = 0; i < WALKS; i++)
		if (p[i].n > k && strcmp(kept_name(p, i, k, top), source) == 0 && strcmp(kept_name(p, i, k + 1, top), target) == 0)
			times[n++] = p[i].n > k + 1 ? p[i].at[k + 1] - p[i].at[k] : -1;
	CHECK(n == row->count);
	if (strcmp(target, "(end)") == 0)
		CHECK(row->median == -1);
	else if (n == row->count)
	{
		int64_t		median;

		qsort(times, n, sizeof(times[0]), compare_times);
		median = (times[(n - 1) / 2] + times[n / 2]) / 2;
		CHECK(llabs((long long) (row->median - median)) <= median / 100);
	}
}

static const char *
name_of(int32_t symbol, char **name)
{
	return symbol >= 0 ? name[symbol] : symbol == TP_LEVEL_END ? "(end)" : "(other)";
}

TEXT_STATE(tp_levels)

static void
test_random(void)
{
	static path p[WALKS];
	check_random r = {3};

	for (int n = 0; n < 300; n++)
	{
		tp_aspect	aspect = {n % 3 == 0 ? TP_PART_CHANNEL : n % 3 == 1 ? TP_PART_LABEL : TP_PART_STAGE, {0, ""}};
		uint32_t	levels = 1 + check_below(&r, 6);
		uint32_t	top = 1 + check_below(&r, 4);
		tp_levels	part[3];
		tp_level_row *rows;
		char	  **name;
		uint64_t	journeys[8] = {0},
					counted[8] = {0};
		uint32_t	rows_n;

		for (int i = 0; i < 3; i++)
		{
			tp_levels_init(&part[i], &check_memory);
			CHECK(tp_levels_set(&part[i], &aspect, levels, top, "*", 1, &err) == TP_OK);
		}
		for (int i = 0; i < WALKS; i++)
		{
			walk		w = walk_random(&r, check_below(&r, 9), 12);
			uint32_t	first = check_below(&r, 3);

			read_path(&p[i], &w, aspect.part, first);
			CHECK(tp_levels_add(&part[0], &w.j, first, &err) == TP_OK);
			CHECK(tp_levels_add(&part[1 + i % 2], &w.j, first, &err) == TP_OK);
			for (uint32_t k = 0; k < levels; k++)
				journeys[k] += p[i].n > (int) k;
			free(w.image);
		}
		CHECK(tp_levels_rows(&part[0], &rows, &rows_n, &name, &err) == TP_OK);
		for (uint32_t i = 0; i < rows_n; i++)
		{
			check_row(p, &rows[i], name_of(rows[i].source, name), name_of(rows[i].target, name), top);
			counted[rows[i].level - 1] += rows[i].count;
		}
		for (uint32_t k = 0; k < levels; k++)
			CHECK(journeys[k] == counted[k]);
		if (part[0].symbols.count > 0)
			free(name[0]);
		free(name);
		free(rows);
		check_merged(part);
	}
}

/* Places are at most 1/64 wide, rise, and hold what is in them: so does what waits to be counted. */
static void
test_places(void)
{
	check_random r = {9};
	tp_counts	all;
	tp_counted *items;

	tp_counts_init(&all, &check_memory);
	for (int i = 0; i < 100000; i++)
	{
		int64_t		v = (int64_t) (check_next(&r) >> (1 + check_below(&r, 62)));

		CHECK(tp_counts_place(v) <= tp_counts_place(v + (v < INT64_MAX)));
		CHECK(tp_counts_add(&all, 1, tp_counts_place(v), 1, v, v, &err) == TP_OK);
	}
	CHECK(tp_counts_sorted(&all, &items, &err) == TP_OK);
	for (uint32_t i = 0; i < all.count; i++)
		CHECK(items[i].high - items[i].low <= items[i].low / 64 && (i == 0 || items[i - 1].high < items[i].low));
	free(items);
	tp_counts_release(&all);
}

/* So many times that they wait: the same text as of two halves. */
static void
test_waiting(void)
{
	check_random r = {11};
	tp_aspect	aspect = {TP_PART_TOUCHPOINT, {0, ""}};
	tp_levels	part[3];

	for (int i = 0; i < 3; i++)
	{
		tp_levels_init(&part[i], &check_memory);
		CHECK(tp_levels_set(&part[i], &aspect, 8, 3, NULL, 0, &err) == TP_OK);
	}
	for (int i = 0; i < 3000; i++)
	{
		walk		w = walk_random(&r, 9, 40);

		CHECK(tp_levels_add(&part[0], &w.j, 0, &err) == TP_OK);
		CHECK(tp_levels_add(&part[1 + i % 2], &w.j, 0, &err) == TP_OK);
		free(w.image);
	}
	CHECK(part[0].waiting != NULL);
	check_merged(part);
}

int
main(void)
{
	test_places();
	test_random();
	test_waiting();
	return CHECK_DONE();
}
