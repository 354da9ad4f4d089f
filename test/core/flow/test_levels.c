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

/* Places are at most 1/64 wide, rise, and hold what is in them. */
static void
test_places(void)
{
	static tp_board board;
	check_random r = {9};
	uint32_t	n;

	tp_board_clear(&board);
	for (int i = 0; i < 100000; i++)
	{
		int64_t		v = (int64_t) (check_next(&r) >> (1 + check_below(&r, 62)));

		CHECK(tp_sketch_place(v) <= tp_sketch_place(v + (v < INT64_MAX)));
		tp_board_add(&board, 1, v, v);
	}
	n = tp_board_close(&board);
	for (uint32_t i = 0; i < n; i++)
		CHECK(board.bucket[i].high - board.bucket[i].low <= board.bucket[i].low / 64 &&
			  (i == 0 || board.bucket[i - 1].high < board.bucket[i].low));
}

#define LONG_WALKS 9000
#define LONG_CONTACTS 5
#define LABELS 4

/* A walk whose times lie from microseconds to months apart; some are the same. */
static tp_journey
long_walk(check_random *r, uint32_t n, char label[LONG_CONTACTS], int64_t at[LONG_CONTACTS], tp_buffer *image)
{
	tp_builder	b;
	int64_t		now = 1000;

	tp_builder_init(&b, &check_memory);
	for (uint32_t i = 0; i < n; i++)
	{
		/* one label takes most, so that its edge is crowded and others have a few */
		uint32_t	l = check_below(r, 8) > 0 ? check_below(r, 4) == 0 : check_below(r, LABELS);
		uint8_t		entry[] = {1, 1, 0, (uint8_t) ('c' + l % 2), (uint8_t) ('a' + l)};
		tp_contact	c = {.time = now};

		label[i] = (char) ('a' + l);
		at[i] = now;
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_OK);
		now += 1 + (int64_t) (check_next(r) >> (22 + check_below(r, 38)));
	}
	return walk_built(&b, image);
}

/* What the walks say, in the order of the text form: one time after the other, and a run of equal edges is an edge. */
typedef struct plain_time
{
	uint32_t	level;
	char		source;
	char		target;			/* 0: the end */
	int64_t		took;
} plain_time;

static int
compare_plain(const void *a, const void *b)
{
	const plain_time *t[2] = {a, b};
	int64_t		key[2][4];

	for (int i = 0; i < 2; i++)
		memcpy(key[i], (int64_t[]) {t[i]->level, t[i]->source, t[i]->target, t[i]->took}, sizeof(key[i]));
	for (int k = 0; k < 4; k++)
		if (key[0][k] != key[1][k])
			return key[0][k] < key[1][k] ? -1 : 1;
	return 0;
}

/* Buckets of the times of one edge, which are sorted. */
static void
plain_buckets(tp_buffer *b, const plain_time *t, uint32_t n)
{
	char		words[80];

	for (uint32_t i = 0, to = 0; i < n; i = to)
	{
		while (to < n && tp_sketch_place(t[to].took) == tp_sketch_place(t[i].took))
			to++;
		snprintf(words, sizeof(words), "%s%lld:%lld:%u", i > 0 ? " " : "", (long long) t[i].took,
				 (long long) t[to - 1].took, to - i);
		tp_buffer_string(b, words);
	}
}

static char *
plain_text(plain_time *t, uint32_t n, const char *settings, const char *labels)
{
	tp_buffer	b;
	char		words[80];

	qsort(t, n, sizeof(*t), compare_plain);
	tp_buffer_init(&b, &check_memory);
	tp_buffer_string(&b, settings);
	for (uint32_t i = 0, to = 0; i < n; i = to)
	{
		while (to < n && t[to].level == t[i].level && t[to].source == t[i].source && t[to].target == t[i].target)
			to++;
		snprintf(words, sizeof(words), "%s%u:%d:%d:%u [", i > 0 ? ", " : "", t[i].level, (int) (strchr(labels, t[i].source) - labels),
				 t[i].target == 0 ? -1 : (int) (strchr(labels, t[i].target) - labels), to - i);
		tp_buffer_string(&b, words);
		if (t[i].target != 0)
			plain_buckets(&b, t + i, to - i);
		tp_buffer_string(&b, "]");
	}
	tp_buffer_string(&b, "}}");
	tp_buffer_byte(&b, '\0');
	return b.data;
}

/* The medians of rows that keep all names, against the times in order. */
static void
check_medians(const tp_levels *l, const plain_time *t, uint32_t n)
{
	tp_level_row *rows;
	char	  **name;
	uint32_t	rows_n,
				seen = 0;

	CHECK(tp_levels_rows(l, &rows, &rows_n, &name, &err) == TP_OK);
	for (uint32_t i = 0; i < rows_n; i++)
	{
		char		target = rows[i].target < 0 ? 0 : name[rows[i].target][0];
		uint32_t	from = 0,
					to;

		while (from < n && !(t[from].level == rows[i].level && t[from].source == name[rows[i].source][0] && t[from].target == target))
			from++;
		for (to = from; to < n && t[to].level == t[from].level && t[to].source == t[from].source && t[to].target == t[from].target;)
			to++;
		CHECK_INT(rows[i].count, to - from);
		seen += to - from;
		if (target != 0)
		{
			int64_t		median = (t[from + (to - from - 1) / 2].took + t[from + (to - from) / 2].took) / 2;

			CHECK(llabs((long long) (rows[i].median - median)) <= median / 100);
		}
	}
	CHECK_INT(seen, n);
	free(name[0]);
	free(name);
	free(rows);
}

/*
 * Thousands of times on one edge, so that they wait, go into buckets and wait again: written at any time between,
 * read into a state that goes on, counted in pieces or from a step on.
 */
static void
test_many(void)
{
	static plain_time plain[LONG_WALKS * LONG_CONTACTS];
	check_random r = {11};
	tp_aspect	aspect = {TP_PART_LABEL, {0, ""}};
	const char *settings = "{part=label, levels=3, top=9, start=none, parts={a,b,c,d}, flow={";
	tp_levels	whole;
	tp_levels	piece;
	const tp_spread *most = &(const tp_spread) {0};
	char	   *text;
	uint32_t	n = 0;

	tp_levels_init(&whole, &check_memory);
	tp_levels_init(&piece, &check_memory);
	CHECK(tp_levels_set(&whole, &aspect, 3, 9, NULL, 0, &err) == TP_OK);
	CHECK(tp_levels_set(&piece, &aspect, 3, 9, NULL, 0, &err) == TP_OK);
	for (uint32_t w = 0; w < LONG_WALKS; w++)
	{
		char		label[LONG_CONTACTS];
		int64_t		at[LONG_CONTACTS];
		uint32_t	contacts = 1 + check_below(&r, LONG_CONTACTS);
		tp_buffer	image;
		tp_journey	j = long_walk(&r, contacts, label, at, &image);

		CHECK(tp_levels_add(&whole, &j, 0, &err) == TP_OK);
		CHECK(tp_levels_add(&piece, &j, 0, &err) == TP_OK);
		tp_buffer_release(&image);
		for (uint32_t k = 1; k <= 3 && k <= contacts; k++)
			plain[n++] = (plain_time) {k, label[k - 1], k < contacts ? label[k] : 0, k < contacts ? at[k] - at[k - 1] : 0};
		if (check_below(&r, 500) == 0)
		{
			/* what was counted so far goes on in a state that read it, and is looked at in the other */
			text = text_of(&piece);
			tp_levels_release(&piece);
			tp_levels_init(&piece, &check_memory);
			CHECK(tp_levels_read(&piece, text, strlen(text), &err) == TP_OK);
			free(text);
			free(text_of(&whole));
		}
	}
	CHECK(whole.waiting != NULL);
	for (uint32_t e = 0; e < whole.edges.count; e++)
		if (whole.times[e].count > most->count)
			most = &whole.times[e];
	CHECK(most->buckets > 0 && most->count > 2048);
	text = text_of(&piece);
	for (int i = 0; i < 2; i++)
	{
		char	   *want = plain_text(plain, n, settings, "abcd");
		char	   *got = text_of(i == 0 ? &whole : &piece);

		CHECK(strcmp(got, want) == 0);
		free(want);
		free(got);
		check_medians(i == 0 ? &whole : &piece, plain, n);
	}
	/* every walk twice, the second time as text: each time of the plain list twice too */
	CHECK(tp_levels_read(&whole, text, strlen(text), &err) == TP_OK);
	free(text);
	text = text_of(&whole);
	tp_levels_release(&piece);
	tp_levels_init(&piece, &check_memory);
	CHECK(tp_levels_read(&piece, text, strlen(text), &err) == TP_OK);
	CHECK_INT(piece.edges.count, whole.edges.count);
	for (uint32_t e = 0; e < piece.edges.count; e++)
		for (uint32_t i = 0; i < piece.times[e].buckets; i++)
			CHECK(piece.times[e].bucket[i].count % 2 == 0);
	free(text);
	tp_levels_release(&whole);
	tp_levels_release(&piece);
}

/* From a step on: the same as whoever finds the first contact by himself, for any part, and where most are forgotten. */
static void
test_start(void)
{
	check_random r = {17};

	for (int n = 0; n < 40; n++)
	{
		tp_aspect	aspect = {(tp_part) (n % 4), {0, ""}};
		const char *start = n % 3 == 0 ? "web/*" : n % 3 == 1 ? "(*/l1 | use:*)" : "*";
		uint32_t	different = n < 38 ? 12 : 60000;
		tp_steps	steps;
		tp_levels	l[2];
		char	   *text[2];

		tp_steps_init(&steps, &check_memory);
		CHECK(tp_steps_add(&steps, start, 0, &err) == TP_OK);
		for (int i = 0; i < 2; i++)
		{
			tp_levels_init(&l[i], &check_memory);
			CHECK(tp_levels_set(&l[i], &aspect, 4, 3, start, strlen(start), &err) == TP_OK);
		}
		for (int i = 0; i < (n < 38 ? 200 : 6000); i++)
		{
			walk		w = walk_random(&r, check_below(&r, 9), different);
			tp_touchpoint entries[16];
			uint32_t	first = 0;

			CHECK(tp_journey_dictionary(&w.j, entries, &err) == TP_OK);
			while (first < w.j.count && !tp_globs_touch(&steps.globs, &entries[tp_journey_code(&w.j, first)]))
				first++;
			CHECK(tp_levels_add(&l[0], &w.j, first, &err) == TP_OK);
			CHECK(tp_levels_add_from(&l[1], &steps, &w.j, &err) == TP_OK);
			free(w.image);
		}
		for (int i = 0; i < 2; i++)
			text[i] = text_of(&l[i]);
		CHECK(strcmp(text[0], text[1]) == 0);
		for (int i = 0; i < 2; i++)
		{
			free(text[i]);
			tp_levels_release(&l[i]);
		}
		tp_steps_release(&steps);
	}
}

int
main(void)
{
	test_places();
	test_random();
	test_many();
	test_start();
	return CHECK_DONE();
}
