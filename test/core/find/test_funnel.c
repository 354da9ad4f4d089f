/*
 * test_funnel.c
 *	  Funnels against a search over all chains, on random journeys, in every mode.
 */
#include "check.h"

#include "find/tp_funnel.h"
#include "find/tp_funnel_rows.h"
#include "find/tp_funnel_summary.h"

#define CONTACTS 12
#define STEPS 5

static uint64_t seed = 20260105;

static uint32_t
chance(uint32_t n)
{
	return check_lcg(&seed, n);
}

/* What the search works on. Labels are letters; a step matches a set of them. */
typedef struct trial
{
	int			n;
	int			steps;
	int64_t		within;
	unsigned	modes;
	int64_t		time[64];
	bool		matches[CONTACTS][STEPS + 1];
	bool		exit[CONTACTS];
	/* the best so far */
	int			reached;
	int			best[STEPS];
} trial;

/* May contact q take step k + 1 behind p[0..k-1]? Spelled out rule by rule. */
static bool
may_follow(const trial *t, const int *p, int k, int q)
{
	int			last = p[k - 1];

	if (q < last || !t->matches[q][k] || t->exit[q])
		return false;
	if (t->time[q] - t->time[p[0]] > t->within)
		return false;
	if ((t->modes & TP_STRICT_ONCE) && q == last)
		return false;
	if ((t->modes & TP_STRICT_INCREASE) && t->time[q] == t->time[last])
		return false;
	for (int i = last + 1; i < q; i++)
		if (t->exit[i])
			return false;
	if ((t->modes & TP_STRICT_ORDER) && q > last + 1)
		return false;
	if (t->modes & TP_STRICT_DEDUPLICATION)
	{
		for (int i = last + 1; i <= q; i++)
			for (int s = 0; s < k; s++)
				if (t->matches[i][s])
					return false;
		/* an earlier contact that could have taken it makes this a second match */
		for (int i = last; i < q; i++)
			if (t->matches[i][k] && !((t->modes & TP_STRICT_ONCE) && i == last) &&
				!((t->modes & TP_STRICT_INCREASE) && t->time[i] == t->time[last]))
				return false;
	}
	return true;
}

static bool
earlier(const int *a, const int *b, int n)
{
	if (a[0] != b[0])
		return a[0] < b[0];
	if (a[n - 1] != b[n - 1])
		return a[n - 1] < b[n - 1];
	for (int i = 0; i < n; i++)
		if (a[i] != b[i])
			return a[i] < b[i];
	return false;
}

static void
search(trial *t, int *p, int k)
{
	if (k > t->reached || (k == t->reached && earlier(p, t->best, k)))
	{
		t->reached = k;
		memcpy(t->best, p, (size_t) k * sizeof(int));
	}
	if (k == t->steps)
		return;
	for (int q = p[k - 1]; q < t->n; q++)
	{
		if (may_follow(t, p, k, q))
		{
			p[k] = q;
			search(t, p, k + 1);
		}
	}
}

static void
search_all(trial *t)
{
	int			p[STEPS];

	t->reached = 0;
	for (int i = 0; i < t->n; i++)
	{
		if (t->matches[i][0] && !t->exit[i])
		{
			p[0] = i;
			search(t, p, 1);
		}
	}
}

static tp_stop
search_why(const trial *t)
{
	int			k = t->reached;

	if (k == t->steps)
		return TP_STOP_COMPLETE;
	if (k == 0)
		return TP_STOP_NO_CONTACT;
	for (int i = t->best[k - 1] + 1; i < t->n; i++)
	{
		bool		inside = t->time[i] <= t->time[t->best[0]] + t->within;

		if (!inside && t->matches[i][k] && !t->exit[i])
			return TP_STOP_WINDOW;
		if (!inside)
			continue;
		if (t->exit[i])
			return TP_STOP_EXIT;
		if (t->modes & TP_STRICT_DEDUPLICATION)
			for (int s = 0; s < k; s++)
				if (t->matches[i][s])
					return TP_STOP_REPEAT;
		if (t->modes & TP_STRICT_ORDER)
			return TP_STOP_ORDER;
	}
	return TP_STOP_NO_CONTACT;
}

static tp_journey
make_journey(tp_buffer *image, const trial *t, const char *letters)
{
	tp_builder	b;
	tp_journey	j;
	tp_error	err;
	uint8_t		entry[TP_ENTRY_MAX];

	tp_builder_init(&b, &check_memory);
	for (int i = 0; i < t->n; i++)
	{
		/* ids keep contacts of one time in the order given */
		tp_contact	c = {.time = t->time[i], .has = TP_HAS_ID, .id = i + 1};

		CHECK(tp_touchpoint_make("web", 3, &letters[i], 1, NULL, 0, entry, &err) == TP_OK);
		CHECK(tp_builder_add(&b, entry, &c, NULL, &err) == TP_OK);
	}
	tp_buffer_init(image, &check_memory);
	CHECK(tp_builder_finish(&b, &check_memory, image, &err) == TP_OK);
	tp_builder_release(&b);
	CHECK(tp_journey_open(&j, image->data, image->len, &err) == TP_OK);
	return j;
}

static void
compare(const trial *t, tp_funnel *f, const tp_journey *j, const char *letters, const char *steps)
{
	tp_chain	chain;
	tp_error	err;
	uint32_t	reached;
	bool		same;

	CHECK(tp_funnel_reached(f, j, (uint32_t) t->steps, &reached, &err) == TP_OK);
	CHECK(tp_funnel_trace(f, j, &chain, &err) == TP_OK);
	same = (int) reached == t->reached && (int) chain.reached == t->reached && chain.stop == search_why(t);
	for (int k = 0; k < t->reached && same; k++)
		same = (int) chain.position[k] == t->best[k];
	CHECK(same);
	if (!same)
	{
		printf("  modes %u within %d %.*s steps %s times", t->modes, (int) t->within, t->n, letters, steps);
		for (int i = 0; i < t->n; i++)
			printf(" %d%s", (int) t->time[i], t->exit[i] ? "x" : "");
		printf(": %d, wanted %d; %d %s, wanted %s;", (int) reached, t->reached, (int) chain.reached,
			   tp_stop_name(chain.stop), tp_stop_name(search_why(t)));
		for (int k = 0; k < t->reached; k++)
			printf(" %d/%d", (int) chain.position[k], t->best[k]);
		printf("\n");
	}
	for (int k = 1; k <= t->steps; k++)
	{
		tp_funnel_reached(f, j, (uint32_t) k, &reached, &err);
		CHECK(((int) reached >= k) == (t->reached >= k));
	}
}

/* One journey of few letters and few times, and one funnel over it in all sixteen modes. */
static void
random_trial(void)
{
	trial		t;
	char		letters[CONTACTS];
	char		steps[4 * STEPS + 1] = "";
	int64_t		at = 0;
	uint32_t	kinds = 2 + chance(4);
	tp_buffer	image;
	tp_journey	j;
	int			want[STEPS][2];
	char		exit_letter = chance(3) == 0 ? (char) ('a' + chance(kinds)) : '-';

	t.n = (int) chance(CONTACTS + 1);
	t.steps = 1 + (int) chance(STEPS);
	t.within = 1 + chance(12);
	for (int i = 0; i < t.n; i++)
	{
		at += chance(4) == 0 ? chance(5) : chance(2);
		t.time[i] = at;
		letters[i] = (char) ('a' + chance(kinds));
	}
	for (int k = 0; k < t.steps; k++)
	{
		/* a letter, any touchpoint, or (by '*') every touchpoint of a channel that nobody has */
		want[k][0] = (int) chance(kinds + 1);
		want[k][1] = want[k][0] == (int) kinds;
		strncat(steps, (char[]) {(char) (want[k][1] ? '*' : 'a' + want[k][0]), '\0'}, 1);
	}
	for (int i = 0; i < t.n; i++)
	{
		for (int k = 0; k < t.steps; k++)
			t.matches[i][k] = want[k][1] || letters[i] == 'a' + want[k][0];
		t.exit[i] = letters[i] == exit_letter;
	}
	j = make_journey(&image, &t, letters);
	for (t.modes = 0; t.modes <= TP_MODES_ALL; t.modes++)
	{
		tp_funnel	f;
		tp_error	err;

		tp_funnel_init(&f, &check_memory, t.within, t.modes);
		for (int k = 0; k < t.steps; k++)
		{
			char		glob[] = {'w', 'e', 'b', '/', steps[k], '\0'};

			CHECK(tp_funnel_add_step(&f, glob, &err) == TP_OK);
		}
		if (exit_letter != '-')
		{
			char		glob[] = {exit_letter, '\0'};

			CHECK(tp_funnel_add_exit(&f, glob, &err) == TP_OK);
		}
		CHECK(tp_funnel_ready(&f, &err) == TP_OK);
		search_all(&t);
		compare(&t, &f, &j, letters, steps);
		tp_funnel_release(&f);
	}
	tp_buffer_release(&image);
}

/* Rows that are no journey, plain mode, any number of conditions a row. */
static void
random_rows(void)
{
	trial		t = {.modes = 0};
	int64_t		times[CONTACTS];
	uint64_t	masks[CONTACTS];
	int64_t		at = -5;

	t.n = (int) chance(CONTACTS + 1);
	t.steps = 1 + (int) chance(STEPS);
	t.within = 1 + chance(12);
	for (int i = 0; i < t.n; i++)
	{
		at += chance(3);
		times[i] = t.time[i] = at;
		masks[i] = chance(1U << t.steps) & chance(1U << t.steps);
		for (int k = 0; k < t.steps; k++)
			t.matches[i][k] = masks[i] >> k & 1;
	}
	search_all(&t);
	CHECK((int) tp_funnel_rows(&check_memory, times, masks, (size_t) t.n, (uint32_t) t.steps,
							   (uint64_t) t.within) == t.reached);
}

/* Letters a second apart, each of steps one letter. */
static uint32_t
reached_by(const char *letters, const char *steps, int64_t within, unsigned modes)
{
	trial		t = {.n = (int) strlen(letters)};
	tp_buffer	image;
	tp_journey	j;
	tp_funnel	f;
	tp_error	err;
	uint32_t	reached;

	for (int i = 0; i < t.n; i++)
		t.time[i] = i;
	j = make_journey(&image, &t, letters);
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
	CHECK(reached_by("A", "AA", 100, 0) == 2);
	CHECK(reached_by("A", "AA", 100, TP_STRICT_ONCE) == 1);
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
		tp_row_log *one = tp_row_log_new(&check_memory, 5, steps);
		tp_row_log *two = tp_row_log_new(&check_memory, 5, steps);
		tp_row_log *sorted = tp_row_log_new(&check_memory, 5, steps);
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
		/* the median by sorting */
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
		/* any one byte changed or cut off is refused or reads as a summary, but never more */
		for (int i = 0; i < 40; i++)
		{
			char	   *changed = malloc(a.len);

			memcpy(changed, a.data, a.len);
			changed[chance((uint32_t) a.len - 1)] = (char) (32 + chance(95));
			if (tp_funnel_summary_read(&check_memory, changed, a.len - 1, &back, &err) == TP_OK)
			{
				CHECK(tp_funnel_summary_is_current(back, tp_funnel_summary_size(back)));
				free(back);
			}
			free(changed);
		}
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
	for (int i = 0; i < 25000; i++)
		random_trial();
	for (int i = 0; i < 25000; i++)
		random_rows();
	return CHECK_DONE();
}
