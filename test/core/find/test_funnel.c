/*
 * test_funnel.c
 *	  Funnels by example, their summaries, rows on their way into them.
 */
#include "check.h"

#include "find/tp_funnel.h"
#include "find/tp_funnel_rows.h"
#include "find/tp_funnel_summary.h"

CHECK_STREAM(chance, 20260105)

/* Letters a second apart, each of steps one letter. */
static uint32_t
reached_by(const char *letters, const char *steps, int64_t within, unsigned modes)
{
	tp_builder	b;
	tp_buffer	image;
	tp_journey	j;
	tp_funnel	f;
	tp_error	err;
	uint8_t		entry[TP_ENTRY_MAX];
	uint32_t	reached;

	tp_builder_init(&b, &check_memory);
	for (int i = 0; letters[i] != '\0'; i++)
	{
		tp_contact	c = {.time = i};

		CHECK(tp_touchpoint_make("web", 3, &letters[i], 1, NULL, 0, entry, &err) == TP_OK);
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_OK);
	}
	tp_buffer_init(&image, &check_memory);
	CHECK(tp_builder_finish(&b, &check_memory, &image, &err) == TP_OK);
	tp_builder_release(&b);
	CHECK(tp_journey_open(&j, image.data, image.len, &err) == TP_OK);
	CHECK(tp_funnel_settle_modes(&modes, false, &err) == TP_OK);
	tp_funnel_init(&f, &check_memory, within, modes);
	for (const char *s = steps; *s != '\0'; s++)
	{
		char		glob[] = {*s, '\0'};

		CHECK(tp_funnel_add_step(&f, glob, &err) == TP_OK);
	}
	CHECK(tp_funnel_ready(&f, &err) == TP_OK);
	CHECK(tp_funnel_reached(&f, &j, f.steps, &reached, &err) == TP_OK);
	tp_funnel_release(&f);
	tp_buffer_release(&image);
	return reached;
}

static void
examples(void)
{
	CHECK(reached_by("ABCD", "ABCD", 100, 0) == 4);
	CHECK(reached_by("ABDC", "ABCD", 100, 0) == 3);
	CHECK(reached_by("ABDC", "ABCD", 100, TP_STRICT_ORDER) == 2);
	CHECK(reached_by("AABC", "ABCD", 100, 0) == 3);
	CHECK(reached_by("ABBC", "ABC", 100, TP_STRICT_DEDUPLICATION) == 2);
	CHECK(reached_by("ABDCABCD", "ABCD", 100, TP_STRICT_ORDER) == 4);
	CHECK(reached_by("AxxxxxAB", "AB", 2, 0) == 2);
	CHECK(reached_by("BCD", "ABCD", 100, 0) == 0);
	CHECK(reached_by("", "A", 100, 0) == 0);
	/* the window is inclusive */
	CHECK(reached_by("AxxB", "AB", 3, 0) == 2);
	CHECK(reached_by("AxxB", "AB", 2, 0) == 1);
	/* one contact, two steps */
	CHECK(reached_by("A", "AA", 100, 0) == 1);
	CHECK(reached_by("A", "AA", 100, TP_REUSE) == 2);
	CHECK(reached_by("A", "AA", 100, TP_STRICT_ONCE) == 1);
	/* {A,A,B} in any order needs two A */
	CHECK(reached_by("BA", "AAB", 100, TP_ANY_ORDER) == 2);
	CHECK(reached_by("ABA", "AAB", 100, TP_ANY_ORDER) == 3);
	CHECK(reached_by("CBxA", "ABC", 3, TP_ANY_ORDER) == 3);
	CHECK(reached_by("CBxA", "ABC", 2, TP_ANY_ORDER) == 2);
	CHECK(reached_by("AA", "AA", 100, TP_STRICT_ONCE) == 2);
	/* 64 steps */
	CHECK(reached_by("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
					 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 100, TP_STRICT_ONCE) == 64);
}

static void
refusals(void)
{
	tp_funnel	f;
	tp_error	err;
	unsigned	mode;

	CHECK(tp_funnel_mode_parse("strict", 6, &mode, &err) == TP_BAD_ARGUMENT);
	mode = TP_ANY_ORDER | TP_STRICT_ORDER;
	CHECK(tp_funnel_settle_modes(&mode, false, &err) == TP_BAD_ARGUMENT);
	mode = TP_ANY_ORDER | TP_STRICT_DEDUPLICATION;
	CHECK(tp_funnel_settle_modes(&mode, false, &err) == TP_BAD_ARGUMENT);
	mode = TP_ANY_ORDER | TP_REUSE;
	CHECK(tp_funnel_settle_modes(&mode, false, &err) == TP_BAD_ARGUMENT);
	mode = TP_ANY_ORDER;
	CHECK(tp_funnel_settle_modes(&mode, true, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_funnel_mode_parse("strict_once", 11, &mode, &err) == TP_OK && mode == TP_STRICT_ONCE);
	tp_funnel_init(&f, &check_memory, 1, 0);
	CHECK(tp_funnel_ready(&f, &err) == TP_BAD_ARGUMENT);
	for (int i = 0; i < 64; i++)
		CHECK(tp_funnel_add_step(&f, "a", &err) == TP_OK);
	CHECK(tp_funnel_add_step(&f, "a", &err) == TP_BAD_ARGUMENT);
	CHECK(tp_funnel_add_exit(&f, "a//b", &err) == TP_BAD_TEXT);
	tp_funnel_release(&f);
	tp_funnel_init(&f, &check_memory, 0, 0);
	CHECK(tp_funnel_add_step(&f, "a", &err) == TP_OK);
	CHECK(tp_funnel_ready(&f, &err) == TP_BAD_ARGUMENT);
	tp_funnel_release(&f);
}

/* Rows in any order, through any number of logs, give what sorted rows give. */
static void
row_logs(void)
{
	static const uint32_t widths[] = {3, 11, 25, 40};

	for (int k = 0; k < 4000; k++)
	{
		uint32_t	steps = widths[k % 4];
		uint32_t	n = chance(k % 50 == 0 ? 600 : 12);
		tp_row_log *one = tp_row_log_new(&check_memory, 5, steps, TP_STRICT_ONCE);
		tp_row_log *two = tp_row_log_new(&check_memory, 5, steps, TP_STRICT_ONCE);
		tp_row_log *sorted = tp_row_log_new(&check_memory, 5, steps, TP_STRICT_ONCE);
		tp_row_log *back;
		int64_t    *time = malloc((n + 1) * sizeof(int64_t));
		uint64_t   *mask = malloc((n + 1) * sizeof(uint64_t));
		uint32_t	a,
					b,
					c;
		tp_buffer	bytes;
		tp_error	err;

		for (uint32_t i = 0; i < n; i++)
		{
			tp_row_log *to = chance(2) ? one : two;

			time[i] = chance(20);
			mask[i] = (uint64_t) (1 + chance(7)) << chance(steps - 2);
			CHECK(tp_row_log_grow(to, &check_memory, 1));
			tp_row_log_put(to, time[i], mask[i]);
		}
		/* insertion, by the rule as it is documented */
		for (uint32_t i = 1; i < n; i++)
			for (uint32_t j = i; j > 0; j--)
			{
				int			low_a = __builtin_ctzll(mask[j - 1]),
							low_b = __builtin_ctzll(mask[j]);
				int64_t		t = time[j];
				uint64_t	m = mask[j];

				if (time[j - 1] < t || (time[j - 1] == t && (low_a < low_b || (low_a == low_b && mask[j - 1] <= m))))
					break;
				time[j] = time[j - 1];
				mask[j] = mask[j - 1];
				time[j - 1] = t;
				mask[j - 1] = m;
			}
		CHECK(tp_row_log_grow(sorted, &check_memory, n + 1));
		for (uint32_t i = 0; i < n; i++)
			tp_row_log_put(sorted, time[i], mask[i]);
		CHECK(sorted->sorted);
		CHECK(tp_row_log_merge(one, &check_memory, two));
		CHECK(tp_row_log_reached(one, &check_memory, &a, &err) == TP_OK);
		CHECK(tp_row_log_reached(sorted, &check_memory, &b, &err) == TP_OK);
		tp_buffer_init(&bytes, &check_memory);
		tp_row_log_write(&bytes, one);
		CHECK(tp_row_log_read(&check_memory, bytes.data, bytes.len, &back, &err) == TP_OK);
		CHECK(tp_row_log_reached(back, &check_memory, &c, &err) == TP_OK);
		CHECK(a == b && b == c);
		for (int k2 = 0; k2 < 3; k2++)
		{
			tp_row_log *lists[] = {one, two, sorted};

			if (lists[k2]->times != lists[k2]->birth)
				free(lists[k2]->times);
			free(lists[k2]);
		}
		if (back->times != back->birth)
			free(back->times);
		free(back);
		free(time);
		free(mask);
		tp_buffer_release(&bytes);
	}
}

/* The median by sorting, within 1 %. */
static void
check_median(const tp_funnel_summary *all, int64_t *took, int n)
{
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && took[j - 1] > took[j]; j--)
		{
			int64_t		swap = took[j];

			took[j] = took[j - 1];
			took[j - 1] = swap;
		}
	if (n > 0)
	{
		double		exact = ((double) took[(n - 1) / 2] + (double) took[n / 2]) / 2;

		CHECK_NEAR((double) tp_funnel_summary_median(all, 1) / exact, 1, 0.01);
	}
	CHECK(tp_funnel_summary_median(all, 0) == -1);
}

/* Any one byte changed or cut off is refused or reads as a summary, but never more. */
static void
check_changed(const tp_buffer *text)
{
	for (int i = 0; i < 40; i++)
	{
		char	   *changed = malloc(text->len);
		tp_funnel_summary *back;
		tp_error	err;

		memcpy(changed, text->data, text->len);
		changed[chance((uint32_t) text->len - 1)] = (char) (32 + chance(95));
		if (tp_funnel_summary_read(&check_memory, changed, text->len - 1, &back, &err) == TP_OK)
		{
			CHECK(tp_funnel_summary_is_current(back, tp_funnel_summary_size(back)));
			free(back);
		}
		free(changed);
	}
}

/* Sums of summaries are summaries of sums; text loses nothing; medians are within 1 %. */
static void
summaries(void)
{
	static const char text[] = "web/a\0b \"x\"\0\"c\\\\\"\0*/exit";
	const tp_funnel_settings settings = {.within = INT64_MAX, .modes = 5, .steps = 3, .exits = 1, .text = text, .text_len = sizeof(text)};

	for (int k = 0; k < 300; k++)
	{
		tp_funnel_summary *all = tp_funnel_summary_new(&check_memory, &settings);
		tp_funnel_summary *part[2] = {tp_funnel_summary_new(&check_memory, &settings), tp_funnel_summary_new(&check_memory, &settings)};
		tp_funnel_summary *back;
		int64_t		took[200];
		int			n = 0;
		tp_buffer	a,
					b;
		tp_error	err;

		for (uint32_t i = 0; i < 150; i++)
		{
			uint32_t	reached = chance(4);
			int64_t		times[3] = {-1000, 0, 0};
			int			which = (int) chance(2);
			tp_funnel_summary *grown;

			times[1] = times[0] + (int64_t) ((uint64_t) 1 << chance(50)) + chance(1000);
			times[2] = times[1] + chance(3);
			if (reached > 1)
				took[n++] = times[1] - times[0];
			grown = tp_funnel_summary_add(&check_memory, all, reached, times);
			if (grown != all)
				free(all);
			all = grown;
			grown = tp_funnel_summary_add(&check_memory, part[which], reached, times);
			if (grown != part[which])
				free(part[which]);
			part[which] = grown;
		}
		back = tp_funnel_summary_merge(&check_memory, part[0], part[1]);
		CHECK(back != NULL);
		tp_buffer_init(&a, &check_memory);
		tp_buffer_init(&b, &check_memory);
		tp_funnel_summary_write(&a, all);
		tp_funnel_summary_write(&b, back);
		CHECK(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
		if (back != part[0])
			free(part[0]);
		free(part[1]);
		free(back);
		tp_buffer_byte(&a, '\0');
		CHECK(tp_funnel_summary_read(&check_memory, a.data, a.len - 1, &back, &err) == TP_OK);
		CHECK(tp_funnel_summary_differs(back, &settings) == NULL);
		b.len = 0;
		tp_funnel_summary_write(&b, back);
		CHECK(b.len + 1 == a.len && memcmp(a.data, b.data, b.len) == 0);
		free(back);
		check_median(all, took, n);
		check_changed(&a);
		free(all);
		tp_buffer_release(&a);
		tp_buffer_release(&b);
	}
}

/* More touchpoints than are remembered, of every length, in dictionaries with and without stages. */
static void
many_touchpoints(void)
{
	tp_globs	s;
	tp_glob		glob;
	tp_error	err;
	uint64_t	all[2];

	tp_globs_init(&s, &check_memory);
	CHECK(tp_glob_parse("*7*", 3, &glob, &err) == TP_OK && tp_globs_add(&s, &glob, 0, &err) == TP_OK);
	CHECK(tp_glob_parse("late:*", 6, &glob, &err) == TP_OK && tp_globs_add(&s, &glob, 65, &err) == TP_OK);
	for (int round = 0; round < 600; round++)
	{
		tp_builder	b;
		tp_buffer	image;
		tp_journey	j;

		tp_builder_init(&b, &check_memory);
		for (int i = 0; i < 100; i++)
		{
			char		label[256];
			int			len = snprintf(label, sizeof(label), "%0*d", 1 + (int) chance(40), round * 50 + i);
			tp_contact	c = {.time = i};
			uint8_t		entry[TP_ENTRY_MAX];

			tp_touchpoint_make(round % 3 == 0 ? NULL : "w", 1, label, (size_t) len, round % 2 == 0 ? NULL : i % 2 ? "late" : "e", i % 2 ? 4 : 1, entry, &err);
			tp_builder_add(&b, entry, &c, NULL, &err);
		}
		tp_buffer_init(&image, &check_memory);
		CHECK(tp_builder_finish(&b, &check_memory, &image, &err) == TP_OK);
		tp_builder_release(&b);
		CHECK(tp_journey_open(&j, image.data, image.len, &err) == TP_OK);
		CHECK(tp_globs_look(&s, &j, all, &err) == TP_OK);
		{
			tp_touchpoint entries[128];
			uint64_t	want[2] = {0, 0};
			bool		same = true;

			CHECK(tp_journey_dictionary(&j, entries, &err) == TP_OK);
			for (uint32_t code = 0; code < j.entries; code++)
			{
				uint64_t	seven = memchr(entries[code].label, '7', entries[code].label_len) != NULL;
				uint64_t	late = entries[code].stage_len == 4;

				same &= tp_globs_row(&s, code)[0] == seven && s.word_of[code] == seven && tp_globs_row(&s, code)[1] == late << 1;
				want[0] |= seven;
				want[1] |= late << 1;
			}
			CHECK(same && want[0] == all[0] && want[1] == all[1]);
		}
		tp_buffer_release(&image);
	}
	tp_globs_release(&s);
}

int
main(void)
{
	examples();
	refusals();
	row_logs();
	summaries();
	many_touchpoints();
	return CHECK_DONE();
}
