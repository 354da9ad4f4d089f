/*
 * fuzz_funnel.c
 *	  Funnel summaries, and the rows of window_funnel as they go between processes. The first byte says of
 *	  which: text of two summaries, with a line break between, or rows. What is taken leads back to itself by
 *	  text, and adds up in either order to what can be read again.
 */
#include "fuzz.h"

#include "find/tp_funnel_rows.h"
#include "find/tp_funnel_summary.h"

static check_store store;

/* The text form, NUL-terminated, into a fresh buffer. */
static void
write_text(tp_buffer *b, const tp_funnel_summary *s)
{
	tp_buffer_init(b, &store.mem);
	tp_funnel_summary_write(b, s);
	tp_buffer_byte(b, '\0');
	HOLD(!b->failed);
}

static void
hold_summary(const tp_funnel_summary *s)
{
	const tp_funnel_bucket *bucket = tp_funnel_summary_buckets(s);
	tp_funnel_settings settings = tp_funnel_summary_settings(s);
	uint64_t	times[TP_FUNNEL_STEPS_MAX] = {0};
	tp_funnel_summary *again;
	tp_buffer	text,
				twice;
	tp_error	err;

	HOLD(tp_funnel_summary_is_current(s, tp_funnel_summary_size(s)));
	HOLD(tp_funnel_summary_differs(s, &settings) == NULL);
	write_text(&text, s);
	HOLD(tp_funnel_summary_read(&store.mem, text.data, text.len - 1, &again, &err) == TP_OK);
	write_text(&twice, again);
	HOLD(text.len == twice.len && memcmp(text.data, twice.data, text.len) == 0);
	HOLD(tp_funnel_summary_differs(again, &settings) == NULL);
	tp_buffer_release(&text);
	tp_buffer_release(&twice);
	tp_release(&store.mem, again);
	for (uint32_t i = 0; i < s->buckets; i++)
	{
		HOLD(i == 0 || bucket[i - 1].key < bucket[i].key);
		HOLD(bucket[i].count > 0 && bucket[i].low >= 0 && bucket[i].low <= bucket[i].high);
		times[bucket[i].key >> 16] += bucket[i].count;
	}
	for (uint32_t k = 0; k < s->steps; k++)
	{
		int64_t		median = tp_funnel_summary_median(s, k);

		HOLD(s->reached[k] <= INT64_MAX && (k == 0 || (s->reached[k] <= s->reached[k - 1] && times[k] == s->reached[k])));
		HOLD((median < 0) == (k == 0 || s->reached[k] == 0));
	}
}

static tp_funnel_summary *
take(const char *text, size_t len)
{
	tp_funnel_summary *s;
	tp_error	err;
	tp_status	status = tp_funnel_summary_read(&store.mem, text, len, &s, &err);

	if (status == TP_OK)
		return s;
	fuzz_hold_error(status, &err);
	HOLD(s == NULL);
	return NULL;
}

static tp_funnel_summary *
copy(const tp_funnel_summary *s)
{
	return (tp_funnel_summary *) fuzz_keep(&store.mem, s, tp_funnel_summary_size(s));
}

/* As the server does it: settings, then room, then the sum, whose state may move. */
static tp_funnel_summary *
sum_of(const tp_funnel_summary *a, const tp_funnel_summary *b)
{
	tp_funnel_settings settings = tp_funnel_summary_settings(b);
	tp_funnel_summary *s,
			   *before;
	tp_error	err;
	tp_status	status;

	if (tp_funnel_summary_differs(a, &settings) != NULL)
		return NULL;
	status = tp_funnel_summary_check_room(a, b->reached[0], &err);
	if (status != TP_OK)
	{
		fuzz_hold_error(status, &err);
		return NULL;
	}
	s = before = copy(a);
	/* a merge grows as often as it must, and leaves what it outgrew to the host */
	s = tp_funnel_summary_merge(&store.mem, s, b);
	HOLD(s != NULL);
	if (s == before)
		return s;
	s = copy(s);
	return s;
}

static void
summaries(const char *text, size_t len)
{
	const char *line = memchr(text, '\n', len);
	size_t		first = line != NULL ? (size_t) (line - text) : len;
	tp_funnel_summary *a = take(fuzz_keep_text(&store.mem, text, first), first),
			   *b = take(fuzz_keep_text(&store.mem, text + first, len - first), len - first);
	tp_funnel_summary *ab,
			   *ba;
	tp_error	err;

	if (a != NULL)
		hold_summary(a);
	if (b != NULL)
		hold_summary(b);
	if (a == NULL || b == NULL || a->steps == 0 || b->steps == 0)
		return;
	ab = sum_of(a, b);
	ba = sum_of(b, a);
	HOLD((ab == NULL) == (ba == NULL));
	if (ab != NULL)
	{
		tp_buffer	x,
					y;

		hold_summary(ab);
		write_text(&x, ab);
		write_text(&y, ba);
		HOLD(x.len == y.len && memcmp(x.data, y.data, x.len) == 0);
	}
	if (tp_funnel_summary_check_room(a, 1, &err) == TP_OK)
	{
		int64_t		times[TP_FUNNEL_STEPS_MAX];

		for (uint32_t k = 0; k < a->steps; k++)
			times[k] = k == 0 ? TP_TIME_MIN : times[k - 1] + (k % 2 == 0 ? 0 : INT64_C(1) << (k < 50 ? k : 50));
		a = tp_funnel_summary_add(&store.mem, copy(a), a->steps, times);
		hold_summary(a);
	}
}

static void
rows(const uint8_t *bytes, size_t size)
{
	tp_row_log *log,
			   *again;
	tp_buffer	b;
	tp_error	err;
	uint32_t	reached;

	if (tp_row_log_read(&store.mem, fuzz_keep(&store.mem, bytes, size), size, &log, &err) != TP_OK)
		return;
	tp_buffer_init(&b, &store.mem);
	tp_row_log_write(&b, log);
	HOLD(b.len == size && memcmp(b.data, bytes, size) == 0);
	HOLD(tp_row_log_reached(log, &store.mem, &reached, &err) == TP_OK && reached <= log->steps);
	HOLD(tp_row_log_read(&store.mem, b.data, b.len, &again, &err) == TP_OK);
	HOLD(tp_row_log_merge(log, &store.mem, again));
	HOLD(tp_row_log_reached(log, &store.mem, &reached, &err) == TP_OK && reached <= log->steps);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	check_store_init(&store);
	if (data[0] % 2 == 0)
		summaries((const char *) data + 1, size - 1);
	else
		rows(data + 1, size - 1);
	/* states that were outgrown go with the memory context */
	check_store_release(&store);
	return 0;
}
