/*
 * test_spread.c
 *	  Sketches that are added to much, against values sorted and bucketed one by one.
 */
#include "check.h"

#include "base/tp_sort.h"
#include "base/tp_spread.h"

static tp_error err;

#define VALUES 6000

/* The buckets of n values, which are sorted here. */
static uint32_t
bucket_all(int64_t *v, uint32_t n, tp_bucket *out)
{
	uint32_t	buckets = 0;

	qsort(v, n, sizeof(*v), tp_compare_i64);
	for (uint32_t i = 0; i < n; i++)
	{
		if (i == 0 || tp_sketch_place(v[i]) != tp_sketch_place(v[i - 1]))
			out[buckets++] = (tp_bucket) {0, v[i], v[i]};
		out[buckets - 1].count++;
		out[buckets - 1].high = v[i];
	}
	return buckets;
}

static void
check_board(tp_board *b, const tp_bucket *want, uint32_t n)
{
	CHECK_INT(tp_board_close(b), n);
	CHECK(memcmp(b->bucket, want, n * sizeof(tp_bucket)) == 0);
}

/* Of values far and near, few and many, what two spreads hold together and each by itself. */
static void
test_random(void)
{
	static int64_t v[3][VALUES];
	static tp_bucket want[VALUES];
	static tp_board board;
	check_random r = {5};

	for (int round = 0; round < 150; round++)
	{
		uint32_t	n = check_below(&r, round % 3 == 0 ? 20 : round % 3 == 1 ? 1200 : VALUES);
		uint32_t	least = 1 + check_below(&r, 30);
		uint32_t	wide = check_below(&r, 2) ? 33 : 3;
		uint32_t	of[2] = {0, 0};
		tp_spread	s[2] = {{0}, {0}};

		for (uint32_t i = 0; i < n; i++)
		{
			uint32_t	k = check_below(&r, 10) == 0;

			v[2][i] = (int64_t) (check_next(&r) >> (least + check_below(&r, wide)));
			v[k][of[k]++] = v[2][i];
			CHECK(tp_spread_add(&check_memory, &s[k], v[2][i], &err) == TP_OK);
		}
		for (int k = 0; k < 2; k++)
		{
			CHECK_INT(s[k].count, of[k]);
			tp_board_clear(&board);
			tp_board_add_spread(&board, &s[k]);
			check_board(&board, want, bucket_all(v[k], of[k], want));
		}
		tp_board_clear(&board);
		tp_board_add_spread(&board, &s[0]);
		tp_board_add_spread(&board, &s[1]);
		CHECK(tp_spread_take(&check_memory, &s[0], &board, n, &err) == TP_OK);
		CHECK_INT(s[0].values, 0);
		tp_board_clear(&board);
		tp_board_add_spread(&board, &s[0]);
		check_board(&board, want, bucket_all(v[2], n, want));
		tp_spread_release(&check_memory, &s[0]);
		tp_spread_release(&check_memory, &s[1]);
	}
}

/* What a spread takes grows with what differs: a million of one value are as small as two thousand. */
static void
test_memory(void)
{
	check_store store;
	tp_spread	s = {0};
	size_t		small = 0;

	check_store_init(&store);
	for (uint32_t i = 0; i < 1000000; i++)
	{
		if (tp_spread_add(&store.mem, &s, 7, &err) != TP_OK)
			CHECK(false);
		if (i == 2000)
			small = store.live;
	}
	CHECK_INT(s.count, 1000000);
	CHECK(store.live == small && small < 8192);
	tp_spread_release(&store.mem, &s);
	CHECK_INT(store.live, 0);
	check_store_release(&store);
}

/* The ends of what there is. */
static void
test_ends(void)
{
	static tp_board board;
	const int64_t v[] = {0, 127, 128, 129, INT64_MAX, INT64_MAX - 1};
	const tp_bucket want[] = {{1, 0, 0}, {1, 127, 127}, {2, 128, 129}, {2, INT64_MAX - 1, INT64_MAX}};

	tp_board_clear(&board);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		tp_board_add(&board, 1, v[i], v[i]);
	CHECK_INT(tp_sketch_place(INT64_MAX), TP_PLACES - 1);
	check_board(&board, want, 4);
	CHECK_INT(tp_sketch_median(board.bucket, sizeof(tp_bucket), 4), 128);
}

int
main(void)
{
	test_ends();
	test_random();
	test_memory();
	return CHECK_DONE();
}
