/*
 * fuzz_pattern.c
 *	  A pattern, and a step: what can be read is written so that it reads back the same, and can be asked.
 */
#include "fuzz.h"

#include "find/tp_pattern.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char contacts[] = "{a@2026-01-01T00:00:00Z score=1 by=customer,web/b@2026-01-01T00:00:00Z,web/a@2026-01-01T01:00:00Z "
		"score=4 duration=PT5M,use:web/a@2026-01-02T00:00:00Z value=0,b@2026-01-03T00:00:00Z score=2 expected=3}";
	char	   *text = fuzz_text(data, size);
	tp_builder	b;
	tp_buffer	bytes;
	tp_journey	j;
	tp_error	err;

	tp_builder_init(&b, &check_memory);
	tp_buffer_init(&bytes, &check_memory);
	HOLD(tp_journey_parse(&b, contacts, sizeof(contacts) - 1, &err) == TP_OK);
	HOLD(tp_builder_finish(&b, &check_memory, &bytes, &err) == TP_OK);
	HOLD(tp_journey_open(&j, bytes.data, bytes.len, &err) == TP_OK);
	hold_pattern(text, size, &j);
	hold_step(text, size, &j);
	tp_builder_release(&b);
	tp_release(&check_memory, bytes.data);
	free(text);
	return 0;
}
