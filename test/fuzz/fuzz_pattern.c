/*
 * fuzz_pattern.c
 *	  A pattern, and a step: what can be read is written so that it reads back the same, and can be asked,
 *	  of a journey that stands behind it in a line of its own, or of one that is always the same.
 */
#include "fuzz.h"

#include "find/tp_pattern.h"

static bool
any_matches(const tp_journey *j, const tp_touchpoint *entries, const tp_glob *glob)
{
	for (uint32_t i = 0; i < j->entries; i++)
		if (tp_glob_matches(glob, &entries[i]))
			return true;
	return false;
}

/* Has the journey what it needs to match? Of properties it may have any. */
static bool
is_met(const tp_needs *needs, uint32_t at, const tp_journey *j, const tp_touchpoint *entries)
{
	const tp_need *need = &needs->need[at];

	switch (need->kind)
	{
		case TP_NEED_GLOB:
			return any_matches(j, entries, &needs->glob[need->first]);
		case TP_NEED_ALL:
			for (uint32_t child = need->first; child != 0; child = needs->need[child].next)
				if (!is_met(needs, child, j, entries))
					return false;
			return true;
		case TP_NEED_ANY:
			for (uint32_t child = need->first; child != 0; child = needs->need[child].next)
				if (is_met(needs, child, j, entries))
					return true;
			return false;
		default:
			return true;
	}
}

static void
hold_needs(const tp_needs *needs, const tp_journey *j, bool any)
{
	tp_touchpoint *entries = malloc(sizeof(tp_touchpoint) * ((size_t) j->entries + 1));
	tp_error	err;

	HOLD(tp_journey_dictionary(j, entries, &err) == TP_OK);
	HOLD(!any || is_met(needs, 0, j, entries));
	HOLD(!needs->exact || needs->properties > 0 || j->count == 0 || any == is_met(needs, 0, j, entries));
	free(entries);
}

static void
hold_pattern(const char *text, size_t len, const tp_journey *j)
{
	tp_buffer	image,
				again,
				canonical,
				twice;
	tp_error	err;
	tp_status	status;
	tp_matcher *m;
	tp_needs	needs;
	const tp_match *matches;
	uint32_t	n,
				overlapping;
	bool		any;

	tp_buffer_init(&image, &check_memory);
	tp_buffer_init(&again, &check_memory);
	tp_buffer_init(&canonical, &check_memory);
	tp_buffer_init(&twice, &check_memory);
	if ((status = tp_pattern_parse(&image, text, len, &err)) != TP_OK)
		fuzz_hold_error(status, &err);
	else
	{
		HOLD(tp_pattern_write(&canonical, (uint8_t *) image.data, image.len, &err) == TP_OK);
		tp_buffer_byte(&canonical, '\0');
		HOLD(tp_pattern_parse(&again, canonical.data, canonical.len - 1, &err) == TP_OK);
		HOLD(again.len == image.len && memcmp(again.data, image.data, image.len) == 0);
		HOLD(tp_pattern_write(&twice, (uint8_t *) again.data, again.len, &err) == TP_OK);
		HOLD(twice.len + 1 == canonical.len && memcmp(twice.data, canonical.data, twice.len) == 0);
		HOLD(tp_pattern_needs(&check_memory, (uint8_t *) image.data, image.len, &needs, &err) == TP_OK);
		m = tp_matcher_new(&check_memory, (uint8_t *) image.data, image.len, &err);
		HOLD(m != NULL);
		HOLD(tp_matcher_any(m, j, &any, &err) == TP_OK);
		HOLD(tp_matcher_all(m, j, true, &matches, &overlapping, &err) == TP_OK);
		HOLD(tp_matcher_all(m, j, false, &matches, &n, &err) == TP_OK);
		HOLD(any == (n > 0) && n <= overlapping && overlapping <= j->count);
		for (uint32_t k = 0; k < n; k++)
			HOLD(matches[k].first <= matches[k].last && matches[k].last < j->count &&
				 (k == 0 || matches[k - 1].last < matches[k].first));
		hold_needs(&needs, j, any);
		tp_matcher_release(m);
		tp_release(&check_memory, needs.need);
		tp_release(&check_memory, needs.glob);
		tp_release(&check_memory, needs.property);
	}
	tp_release(&check_memory, image.data);
	tp_release(&check_memory, again.data);
	tp_release(&check_memory, canonical.data);
	tp_release(&check_memory, twice.data);
}

/* A step alone asks the same of every contact as a pattern of it. */
static void
hold_step(const char *text, size_t len, const tp_journey *j)
{
	tp_steps	steps;
	tp_buffer	image;
	tp_error	err;
	tp_status	status;
	tp_matcher *m;
	const tp_match *matches;
	uint32_t	n,
				at = 0;

	tp_steps_init(&steps, &check_memory);
	tp_buffer_init(&image, &check_memory);
	status = tp_steps_add(&steps, text, 1, &err);
	if (status != TP_OK)
		fuzz_hold_error(status, &err);
	else
	{
		HOLD(tp_pattern_of_step(&image, text, len, &err) == TP_OK);
		m = tp_matcher_new(&check_memory, (uint8_t *) image.data, image.len, &err);
		HOLD(m != NULL);
		HOLD(tp_matcher_all(m, j, true, &matches, &n, &err) == TP_OK);
		HOLD(tp_steps_look(&steps, j, NULL, &err) == TP_OK);
		for (uint32_t i = 0; i < j->count; i++)
		{
			bool		met = *tp_steps_row(&steps, j, i) >> 1 & 1;

			HOLD(met == (at < n && matches[at].first == i && matches[at].last == i));
			at += met;
		}
		HOLD(at == n);
		tp_matcher_release(m);
	}
	tp_release(&check_memory, image.data);
	tp_steps_release(&steps);
}

/* Globs of a type of their own are what the operator over text reads, and read back from what they are written as. */
static void
hold_globs(const char *text, size_t len, const tp_journey *j)
{
	tp_buffer	image,
				again,
				canonical;
	tp_step		plain,
				stored;
	tp_error	err;
	tp_status	status = tp_step_make(&check_memory, text, len, true, &plain, &err);
	tp_touchpoint *entries;

	tp_buffer_init(&image, &check_memory);
	tp_buffer_init(&again, &check_memory);
	tp_buffer_init(&canonical, &check_memory);
	if (status != TP_OK)
		HOLD(tp_pattern_of_globs(&image, text, len, &err) == status);
	else
	{
		HOLD(tp_pattern_of_globs(&image, text, len, &err) == TP_OK);
		HOLD(tp_pattern_write(&canonical, (uint8_t *) image.data, image.len, &err) == TP_OK);
		tp_buffer_byte(&canonical, '\0');
		HOLD(tp_pattern_of_globs(&again, canonical.data, canonical.len - 1, &err) == TP_OK);
		HOLD(again.len == image.len && memcmp(again.data, image.data, image.len) == 0);
		HOLD(tp_step_read(&check_memory, (uint8_t *) image.data + TP_PATTERN_HEAD, image.len - TP_PATTERN_HEAD, &stored, &err) == TP_OK);
		entries = malloc(sizeof(tp_touchpoint) * ((size_t) j->entries + 1));
		HOLD(tp_journey_dictionary(j, entries, &err) == TP_OK);
		for (uint32_t i = 0; i < j->entries; i++)
			HOLD(tp_step_touches(&plain, &entries[i]) == tp_step_touches(&stored, &entries[i]));
		free(entries);
		tp_step_release(&stored);
		tp_step_release(&plain);
	}
	tp_release(&check_memory, image.data);
	tp_release(&check_memory, again.data);
	tp_release(&check_memory, canonical.data);
}

/* The steps of a chain, joined again, are the pattern. */
static void
hold_chain(const char *text, size_t len)
{
	tp_buffer	image,
				steps,
				joined,
				again;
	tp_error	err;
	uint32_t	n;
	const char *at;

	tp_buffer_init(&image, &check_memory);
	tp_buffer_init(&steps, &check_memory);
	tp_buffer_init(&joined, &check_memory);
	tp_buffer_init(&again, &check_memory);
	if (tp_pattern_parse(&image, text, len, &err) == TP_OK)
	{
		tp_status	status = tp_pattern_steps(&steps, (uint8_t *) image.data, image.len, &n, &err);

		if (status != TP_OK)
			fuzz_hold_error(status, &err);
		else
		{
			at = steps.data;
			for (uint32_t k = 0; k < n; k++, at += strlen(at) + 1)
			{
				tp_buffer_string(&joined, k > 0 ? " -> " : "");
				tp_buffer_string(&joined, n > 1 ? "(" : "");
				tp_buffer_string(&joined, at);
				tp_buffer_string(&joined, n > 1 ? ")" : "");
			}
			HOLD(at == steps.data + steps.len);
			tp_buffer_byte(&joined, '\0');
			HOLD(tp_pattern_parse(&again, joined.data, joined.len - 1, &err) == TP_OK);
			HOLD(again.len == image.len && memcmp(again.data, image.data, image.len) == 0);
		}
	}
	tp_release(&check_memory, image.data);
	tp_release(&check_memory, steps.data);
	tp_release(&check_memory, joined.data);
	tp_release(&check_memory, again.data);
}

/* The journey of text, its image at its very size; false when it is none. */
static bool
make_journey(const char *text, size_t len, uint8_t **image, tp_journey *j)
{
	tp_builder	b;
	tp_buffer	bytes;
	tp_error	err;
	bool		good;

	tp_builder_init(&b, &check_memory);
	tp_buffer_init(&bytes, &check_memory);
	good = tp_journey_parse(&b, text, len, &err) == TP_OK && tp_builder_finish(&b, &check_memory, &bytes, &err) == TP_OK;
	if (good)
	{
		*image = fuzz_bytes((const uint8_t *) bytes.data, bytes.len);
		HOLD(tp_journey_open(j, *image, bytes.len, &err) == TP_OK);
	}
	tp_builder_release(&b);
	tp_release(&check_memory, bytes.data);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char contacts[] = "{a@2026-01-01T00:00:00Z score=1 by=customer,web/b@2026-01-01T00:00:00Z,web/a@2026-01-01T01:00:00Z "
		"score=4 duration=PT5M,use:web/a@2026-01-02T00:00:00Z value=0,b@2026-01-03T00:00:00Z score=2 expected=3}";
	size_t		len = 0;
	char	   *text,
			   *rest;
	uint8_t    *image;
	tp_journey	j;

	while (len < size && !(data[len] == '\n' && len + 1 < size && data[len + 1] == '{'))
		len++;
	text = fuzz_text(data, len);
	rest = fuzz_text(data + len, size - len);
	if (make_journey(rest, size - len, &image, &j) || make_journey(contacts, sizeof(contacts) - 1, &image, &j))
	{
		hold_pattern(text, len, &j);
		hold_step(text, len, &j);
		hold_globs(text, len, &j);
		hold_chain(text, len);
		free(image);
	}
	free(text);
	free(rest);
	return 0;
}
