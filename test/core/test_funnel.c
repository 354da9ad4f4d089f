/*
 * test_funnel.c
 *	  Funnels against a search over all chains, on random journeys, in every mode.
 */
#include "check.h"

#include "tp_funnel.h"

#define CONTACTS 12
#define STEPS 5

static uint64_t seed = 20260105;

static uint32_t
chance(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t) (seed >> 33) % n;
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
		CHECK(tp_builder_add(&b, entry, &c, &err) == TP_OK);
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

int
main(void)
{
	examples();
	refusals();
	for (int i = 0; i < 25000; i++)
		random_trial();
	for (int i = 0; i < 25000; i++)
		random_rows();
	return CHECK_DONE();
}
