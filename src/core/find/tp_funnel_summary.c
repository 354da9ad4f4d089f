/*
 * tp_funnel_summary.c
 *	  Adding up journeys in a funnel.
 */
#include "find/tp_funnel_summary.h"

#include "base/tp_sketch.h"

_Static_assert(sizeof(tp_funnel_summary) == 32, "the image begins with 32 bytes");
_Static_assert(offsetof(tp_funnel_summary, steps) == 6, "steps");
_Static_assert(offsetof(tp_funnel_summary, text_size) == 12, "text_size");
_Static_assert(offsetof(tp_funnel_summary, buckets) == 16, "buckets");
_Static_assert(offsetof(tp_funnel_summary, within) == 24, "within");
_Static_assert(sizeof(tp_funnel_bucket) == 32, "a bucket has 32 bytes");
_Static_assert(offsetof(tp_funnel_bucket, high) - offsetof(tp_funnel_bucket, count) == offsetof(tp_bucket, high), "and is one of a sketch");

#define SUMMARY_HINT "Only what a funnel_summary printed reads back."
#define BUCKETS_AT_BIRTH 8
#define TEXT_MAX (1024 * 1024)

tp_funnel_summary *
tp_funnel_summary_new(const tp_memory *mem, const tp_funnel_settings *settings)
{
	uint32_t	steps = settings != NULL ? settings->steps : 0;
	size_t		text_size = settings != NULL ? (settings->text_len + 7) / 8 * 8 : 0;
	uint32_t	room = steps > 1 ? BUCKETS_AT_BIRTH : 0;
	uint32_t	words = steps + (settings != NULL && settings->more ? 2 : 0);
	size_t		size = sizeof(tp_funnel_summary) + words * sizeof(uint64_t) + text_size +
	room * sizeof(tp_funnel_bucket);
	tp_funnel_summary *s = tp_alloc(mem, size);

	if (s == NULL)
		return NULL;
	memset(s, 0, size);
	s->version = TP_FUNNEL_SUMMARY_VERSION;
	s->room = room;
	if (settings == NULL)
		return s;
	s->steps = (uint8_t) steps;
	s->exits = (uint8_t) settings->exits;
	s->modes = (uint8_t) settings->modes;
	s->within = settings->within;
	s->text_size = (uint32_t) text_size;
	if (settings->more)
	{
		s->flags = TP_FUNNEL_MORE;
		s->excluded = (uint8_t) settings->excluded;
		s->held = (uint8_t) settings->held;
		s->reached[steps + 1] = (uint64_t) settings->as_of;
	}
	memcpy((char *) (s->reached + words), settings->text, settings->text_len);
	return s;
}

bool
tp_funnel_summary_is_current(const tp_funnel_summary *s, size_t size)
{
	return size >= sizeof(tp_funnel_summary) && s->version == TP_FUNNEL_SUMMARY_VERSION && s->flags <= TP_FUNNEL_MORE && (s->flags == 0 || s->steps > 0) &&
		s->steps <= TP_FUNNEL_STEPS_MAX && s->buckets <= s->room && tp_funnel_summary_size(s) == size;
}

tp_funnel_settings
tp_funnel_summary_settings(const tp_funnel_summary *s)
{
	tp_funnel_settings out = {
		.within = s->within, .modes = s->modes, .steps = s->steps, .exits = s->exits,
		.more = s->flags & TP_FUNNEL_MORE, .excluded = s->excluded, .held = s->held, .as_of = TP_AS_OF_END,
		.text = tp_funnel_summary_text(s)
	};

	if (out.more)
		out.as_of = (int64_t) s->reached[s->steps + 1];
	for (uint32_t i = 0; i < (uint32_t) s->steps + s->exits + s->excluded + s->held; i++)
		out.text_len += strlen(out.text + out.text_len) + 1;
	return out;
}

const char *
tp_funnel_summary_differs(const tp_funnel_summary *s, const tp_funnel_settings *settings)
{
	static const char *const names[] = {"steps", "exits", "excluded", "hold"};
	const uint32_t own[] = {s->steps, s->exits, s->excluded, s->held};
	const uint32_t given[] = {settings->steps, settings->exits, settings->excluded, settings->held};
	bool		more = s->flags & TP_FUNNEL_MORE;
	int64_t		as_of = more ? (int64_t) s->reached[s->steps + 1] : TP_AS_OF_END;
	const char *text = tp_funnel_summary_text(s);
	size_t		at = 0;

	if (s->within != settings->within)
		return "within";
	if (s->modes != settings->modes)
		return "modes";
	if (more != settings->more || as_of != (settings->more ? settings->as_of : TP_AS_OF_END))
		return "as_of";
	if (tp_likely(memcmp(own, given, sizeof(own)) == 0 && s->text_size == (settings->text_len + 7) / 8 * 8 &&
				  memcmp(text, settings->text, settings->text_len) == 0))
		return NULL;
	for (uint32_t k = 0; k < 4; k++)
	{
		size_t		from = at;

		if (own[k] != given[k])
			return names[k];
		for (uint32_t i = 0; i < own[k]; i++)
			at += strlen(settings->text + at) + 1;
		if (at > s->text_size || memcmp(text + from, settings->text + from, at - from) != 0)
			return names[k];
	}
	return NULL;
}

tp_status
tp_funnel_summary_check_room(const tp_funnel_summary *s, uint64_t journeys, tp_error *err)
{
	uint64_t	most = s->steps == 0 ? 0 : s->reached[0];

	if (tp_funnel_summary_open(s) > most)
		most = tp_funnel_summary_open(s);
	if (most <= INT64_MAX && journeys <= INT64_MAX - most)
		return TP_OK;
	return tp_fail(err, TP_OUT_OF_RANGE, "Is one of these a funnel_summary that the server wrote?",
				   "the number of journeys in a funnel is out of range");
}

/* The place of key among the buckets, there or not. */
static uint32_t
find_bucket(const tp_funnel_bucket *bucket, uint32_t n, uint64_t key)
{
	uint32_t	low = 0;

	while (low < n)
	{
		uint32_t	middle = low + (n - low) / 2;

		if (bucket[middle].key < key)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* Count what is in b. */
static tp_funnel_summary *
add_bucket(const tp_memory *mem, tp_funnel_summary *s, const tp_funnel_bucket *b)
{
	tp_funnel_bucket *bucket = tp_funnel_summary_buckets(s);
	uint32_t	at = find_bucket(bucket, s->buckets, b->key);

	if (at < s->buckets && bucket[at].key == b->key)
	{
		bucket[at].count += b->count;
		if (b->low < bucket[at].low)
			bucket[at].low = b->low;
		if (b->high > bucket[at].high)
			bucket[at].high = b->high;
		return s;
	}
	if (s->buckets == s->room)
	{
		size_t		size = tp_funnel_summary_size(s);
		uint32_t	more = s->room < BUCKETS_AT_BIRTH ? BUCKETS_AT_BIRTH : s->room;
		tp_funnel_summary *grown = tp_alloc(mem, size + more * sizeof(tp_funnel_bucket));

		if (grown == NULL)
			return NULL;
		memcpy(grown, s, size);
		memset((char *) grown + size, 0, more * sizeof(tp_funnel_bucket));
		s = grown;
		s->room += more;
		bucket = tp_funnel_summary_buckets(s);
	}
	memmove(&bucket[at + 1], &bucket[at], (s->buckets - at) * sizeof(tp_funnel_bucket));
	bucket[at] = *b;
	s->buckets++;
	return s;
}

tp_funnel_summary *
tp_funnel_summary_add(const tp_memory *mem, tp_funnel_summary *s, uint32_t reached, const int64_t *times)
{
	for (uint32_t k = 0; k < reached && s != NULL; k++)
	{
		s->reached[k]++;
		if (k > 0)
		{
			int64_t		took = times[k] - times[k - 1];
			tp_funnel_bucket b = {(uint64_t) k << 16 | (uint64_t) tp_sketch_place(took), 1, took, took};

			s = add_bucket(mem, s, &b);
		}
	}
	return s;
}

tp_funnel_summary *
tp_funnel_summary_merge(const tp_memory *mem, tp_funnel_summary *s, const tp_funnel_summary *other)
{
	const tp_funnel_bucket *bucket = tp_funnel_summary_buckets(other);

	for (uint32_t k = 0; k < other->steps; k++)
		s->reached[k] += other->reached[k];
	if (s->flags & TP_FUNNEL_MORE)
		s->reached[s->steps] += tp_funnel_summary_open(other);
	for (uint32_t i = 0; i < other->buckets && s != NULL; i++)
		s = add_bucket(mem, s, &bucket[i]);
	return s;
}

int64_t
tp_funnel_summary_median(const tp_funnel_summary *s, uint32_t step)
{
	const tp_funnel_bucket *bucket = tp_funnel_summary_buckets(s);
	uint32_t	from = find_bucket(bucket, s->buckets, (uint64_t) step << 16);
	uint32_t	n = find_bucket(bucket, s->buckets, ((uint64_t) step + 1) << 16) - from;

	return tp_sketch_median(&bucket[from].count, sizeof(tp_funnel_bucket), n);
}

static void
write_strings(tp_buffer *b, const char **text, uint32_t n)
{
	tp_buffer_byte(b, '[');
	for (uint32_t i = 0; i < n; i++)
	{
		tp_buffer_string(b, i > 0 ? ",\"" : "\"");
		for (; **text != '\0'; ++*text)
		{
			if (**text == '"' || **text == '\\')
				tp_buffer_byte(b, '\\');
			tp_buffer_byte(b, (uint8_t) **text);
		}
		++*text;
		tp_buffer_byte(b, '"');
	}
	tp_buffer_byte(b, ']');
}

void
tp_funnel_summary_write(tp_buffer *b, const tp_funnel_summary *s)
{
	const tp_funnel_bucket *bucket = tp_funnel_summary_buckets(s);
	const char *text = tp_funnel_summary_text(s);

	tp_buffer_byte(b, '{');
	if (s->steps > 0)
	{
		tp_buffer_string(b, "within ");
		tp_write_integer(b, s->within);
		tp_buffer_string(b, " modes ");
		tp_write_integer(b, s->modes);
		tp_buffer_string(b, " steps ");
		write_strings(b, &text, s->steps);
		tp_buffer_string(b, " exits ");
		write_strings(b, &text, s->exits);
		if (s->flags & TP_FUNNEL_MORE)
		{
			tp_buffer_string(b, " excluded ");
			write_strings(b, &text, s->excluded);
			tp_buffer_string(b, " hold ");
			write_strings(b, &text, s->held);
			tp_buffer_string(b, " as_of ");
			tp_write_integer(b, (int64_t) s->reached[s->steps + 1]);
			tp_buffer_string(b, " open ");
			tp_write_integer(b, (int64_t) s->reached[s->steps]);
		}
		tp_buffer_string(b, " reached [");
		for (uint32_t k = 0; k < s->steps; k++)
		{
			if (k > 0)
				tp_buffer_byte(b, ',');
			tp_write_integer(b, (int64_t) s->reached[k]);
		}
		tp_buffer_string(b, "] times [");
		for (uint32_t i = 0; i < s->buckets; i++)
		{
			const int64_t v[] = {(int64_t) (bucket[i].key >> 16) + 1, (int64_t) bucket[i].count,
			bucket[i].low, bucket[i].high};

			for (int k = 0; k < 4; k++)
			{
				if (k > 0 || i > 0)
					tp_buffer_byte(b, k > 0 ? ':' : ',');
				tp_write_integer(b, v[k]);
			}
		}
		tp_buffer_byte(b, ']');
	}
	tp_buffer_byte(b, '}');
}

/* This word, blanks around it. */
static tp_status
expect(tp_scan *s, const char *word)
{
	return tp_scan_take(s, word) ? TP_OK : tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Expected %s", word);
}

/* A whole number of at most limit; numbers here end at any other byte. */
static tp_status
scan_count(tp_scan *s, uint64_t limit, int64_t *v)
{
	uint64_t	n = 0;
	const char *at = s->at;

	while (at < s->end && *at >= '0' && *at <= '9' && n <= limit)
		n = n <= INT64_MAX / 10 ? n * 10 + (uint64_t) (*at++ - '0') : UINT64_MAX;
	if (at == s->at || n > limit)
		return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Expected a number of at most %llu",
							(unsigned long long) limit);
	s->at = at;
	*v = (int64_t) n;
	return TP_OK;
}

static bool
scan_byte(tp_scan *s, char c)
{
	if (tp_scan_peek(s) != c || s->at >= s->end)
		return false;
	s->at++;
	return true;
}

typedef enum strings
{
	STEPS,
	STEPS_OR_NOTHING,
	NAMES
} strings;

/* ["glob","glob"], each added to text with a NUL behind it. */
static tp_status
scan_strings(tp_scan *s, tp_buffer *text, strings kind, uint32_t *n)
{
	*n = 0;
	if (expect(s, "[") != TP_OK)
		return s->err->status;
	while (!scan_byte(s, ']'))
	{
		tp_step		step;
		tp_status	status;
		size_t		from = text->len;

		if (*n == TP_FUNNEL_STEPS_MAX)
			return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Expected at most 64 globs");
		if (*n > 0 && expect(s, ",") != TP_OK)
			return s->err->status;
		/* what stands in the quotes is the glob, blanks and all */
		tp_scan_blanks(s);
		if (!scan_byte(s, '"'))
			return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Expected a glob in double quotes");
		while (s->at < s->end && *s->at != '"' && text->len < TEXT_MAX)
		{
			if (*s->at == '\\' && s->at + 1 < s->end)
				s->at++;
			tp_buffer_byte(text, (uint8_t) *s->at++);
		}
		if (!scan_byte(s, '"'))
			return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Expected a closing double quote");
		tp_buffer_byte(text, '\0');
		if (text->failed)
			return tp_fail_memory(s->err);
		++*n;
		if (kind == NAMES)
		{
			size_t		len = text->len - from - 1;

			if (len == 0 || len > TP_KEY_MAX || *n > TP_FUNNEL_HOLDS_MAX)
				return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Expected at most 4 names of properties");
			continue;
		}
		if (kind == STEPS_OR_NOTHING && text->len - from == 1)
			continue;
		status = tp_step_make(text->mem, text->data + from, text->len - from - 1, false, &step, s->err);
		tp_step_release(&step);
		if (status != TP_OK)
			return status;
	}
	return TP_OK;
}

static tp_status
scan_reached(tp_scan *s, tp_funnel_summary *out)
{
	int64_t		limit = INT64_MAX;

	if (expect(s, "reached") != TP_OK || expect(s, "[") != TP_OK)
		return s->err->status;
	for (uint32_t k = 0; k < out->steps; k++)
	{
		if (k > 0 && expect(s, ",") != TP_OK)
			return s->err->status;
		if (scan_count(s, (uint64_t) limit, &limit) != TP_OK)
			return s->err->status;
		out->reached[k] = (uint64_t) limit;
	}
	return expect(s, "]");
}

static tp_status
scan_times(tp_scan *s, const tp_memory *mem, tp_funnel_summary **out)
{
	uint64_t	counted[TP_FUNNEL_STEPS_MAX] = {0};
	tp_funnel_summary *sum = *out;
	uint64_t	last = 0;

	if (expect(s, "times") != TP_OK || expect(s, "[") != TP_OK)
		return s->err->status;
	for (uint32_t n = 0; !scan_byte(s, ']'); n++)
	{
		int64_t		step,
					count,
					low,
					high;
		tp_funnel_bucket b;

		if ((n > 0 && expect(s, ",") != TP_OK) ||
			scan_count(s, sum->steps, &step) != TP_OK || expect(s, ":") != TP_OK ||
			scan_count(s, INT64_MAX, &count) != TP_OK || expect(s, ":") != TP_OK ||
			scan_count(s, INT64_MAX, &low) != TP_OK || expect(s, ":") != TP_OK ||
			scan_count(s, INT64_MAX, &high) != TP_OK)
			return s->err->status;
		if (step < 2 || count == 0 || low > high || tp_sketch_place(low) != tp_sketch_place(high) ||
			(count == 1 && low != high))
			return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "No times are kept like this");
		b = (tp_funnel_bucket) {(uint64_t) (step - 1) << 16 | (uint64_t) tp_sketch_place(low), (uint64_t) count, low, high};
		if (b.key <= last)
			return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Times are out of order");
		last = b.key;
		counted[step - 1] += b.count;
		if (counted[step - 1] > sum->reached[step - 1])
			return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "There are more times than journeys");
		*out = add_bucket(mem, sum, &b);
		if (*out == NULL)
			return tp_fail_memory(s->err);
		if (*out != sum)
			tp_release(mem, sum);
		sum = *out;
	}
	for (uint32_t k = 1; k < sum->steps; k++)
		if (counted[k] != sum->reached[k])
			return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "There are fewer times than journeys");
	return TP_OK;
}

/* A time, which may be negative. */
static tp_status
scan_time(tp_scan *s, int64_t *v)
{
	bool		negative = tp_scan_peek(s) == '-';

	if (negative)
		s->at++;
	if (scan_count(s, (uint64_t) INT64_MAX + negative, v) != TP_OK)
		return s->err->status;
	if (negative)
		*v = (int64_t) (0 - (uint64_t) *v);
	return TP_OK;
}

/* What only a summary that has more says, behind its exits. */
static tp_status
scan_more(tp_scan *s, tp_buffer *text, tp_funnel_settings *settings, int64_t *open)
{
	tp_scan_blanks(s);
	if (tp_scan_peek(s) != 'e')
		return TP_OK;
	settings->more = true;
	if (expect(s, "excluded") != TP_OK || scan_strings(s, text, STEPS_OR_NOTHING, &settings->excluded) != TP_OK ||
		expect(s, "hold") != TP_OK || scan_strings(s, text, NAMES, &settings->held) != TP_OK ||
		expect(s, "as_of") != TP_OK || scan_time(s, &settings->as_of) != TP_OK ||
		expect(s, "open") != TP_OK || scan_count(s, INT64_MAX, open) != TP_OK)
		return s->err->status;
	if (settings->excluded > 0 && settings->excluded + 1 != settings->steps)
		return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Expected one excluded for each pair of steps");
	return TP_OK;
}

static tp_status
scan_summary(tp_scan *s, const tp_memory *mem, tp_buffer *text, tp_funnel_summary **out)
{
	tp_funnel_settings settings = {0};
	int64_t		modes,
				open = 0;

	if (expect(s, "{") != TP_OK)
		return s->err->status;
	if (tp_scan_peek(s) == '}')
		*out = tp_funnel_summary_new(mem, NULL);
	else
	{
		if (expect(s, "within") != TP_OK || scan_count(s, INT64_MAX, &settings.within) != TP_OK ||
			expect(s, "modes") != TP_OK || scan_count(s, TP_MODES_ALL, &modes) != TP_OK ||
			expect(s, "steps") != TP_OK || scan_strings(s, text, STEPS, &settings.steps) != TP_OK ||
			expect(s, "exits") != TP_OK || scan_strings(s, text, STEPS, &settings.exits) != TP_OK ||
			scan_more(s, text, &settings, &open) != TP_OK)
			return s->err->status;
		if (settings.steps == 0 || settings.within == 0)
			return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "A funnel has steps and a window");
		settings.modes = (unsigned) modes;
		settings.text = text->data;
		settings.text_len = text->len;
		*out = tp_funnel_summary_new(mem, &settings);
	}
	if (*out == NULL)
		return tp_fail_memory(s->err);
	if (settings.more)
		(*out)->reached[settings.steps] = (uint64_t) open;
	if ((*out)->steps > 0 && (scan_reached(s, *out) != TP_OK || scan_times(s, mem, out) != TP_OK))
		return s->err->status;
	if (expect(s, "}") != TP_OK)
		return s->err->status;
	if (s->at < s->end)
		return tp_scan_fail(s, TP_BAD_TEXT, SUMMARY_HINT, "Unexpected text behind }");
	return TP_OK;
}

tp_status
tp_funnel_summary_read(const tp_memory *mem, const char *text, size_t len, tp_funnel_summary **out, tp_error *err)
{
	tp_buffer	globs;
	tp_scan		s;
	tp_status	status;

	*out = NULL;
	tp_buffer_init(&globs, mem);
	tp_scan_init(&s, "funnel_summary", text, len, err);
	status = scan_summary(&s, mem, &globs, out);
	if (globs.data != NULL)
		tp_buffer_release(&globs);
	if (status != TP_OK)
	{
		tp_release(mem, *out);
		*out = NULL;
	}
	return status;
}
