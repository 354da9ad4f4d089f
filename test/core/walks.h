/*
 * walks.h
 *	  Small journeys for the tests of what is made of many: random walks over few touchpoints.
 */
#ifndef TP_WALKS_H
#define TP_WALKS_H

#include "check.h"

#include "journey/tp_journey.h"

typedef struct walk
{
	uint8_t    *image;			/* to be freed */
	tp_journey	j;
} walk;

/* From text; the process ends where that is none. */
static inline walk
walk_of(const char *text)
{
	walk		w;
	tp_builder	b;
	tp_buffer	out;
	tp_error	err;

	tp_builder_init(&b, &check_memory);
	tp_buffer_init(&out, &check_memory);
	if (tp_journey_parse(&b, text, strlen(text), &err) != TP_OK ||
		tp_builder_finish(&b, &check_memory, &out, &err) != TP_OK ||
		tp_journey_open(&w.j, out.data, out.len, &err) != TP_OK)
	{
		printf("%s: %s\n", text, err.message);
		exit(1);
	}
	tp_builder_release(&b);
	w.image = (uint8_t *) out.data;
	return w;
}

/* The journey of what is added to b, which is released; image, to be released, holds it. */
static inline tp_journey
walk_built(tp_builder *b, tp_buffer *image)
{
	tp_journey	j;
	tp_error	err;

	tp_buffer_init(image, &check_memory);
	CHECK(tp_builder_finish(b, &check_memory, image, &err) == TP_OK);
	tp_builder_release(b);
	CHECK(tp_journey_open(&j, image->data, image->len, &err) == TP_OK);
	return j;
}

/* A contact with a score, unless that is 0. */
static inline tp_contact
walk_contact(int64_t time, int64_t id, double score)
{
	return (tp_contact) {.time = time, .has = TP_HAS_ID | (score != 0 ? TP_HAS_SCORE : 0), .id = id, .score = score};
}

/* n contacts at most different touchpoints: some without channel, some with a stage. */
static inline walk
walk_random(check_random *r, uint32_t n, uint32_t different)
{
	size_t		size = 80 * (size_t) n + 16;
	char	   *text = malloc(size);
	char	   *at = text;
	walk		w;
	uint32_t	second = check_below(r, 60);

	*at++ = '{';
	for (uint32_t i = 0; i < n; i++)
	{
		uint32_t	t = check_below(r, different);

		second += check_below(r, 3);
		at += snprintf(at, 80, "%s%s%s%cl%u@2026-01-01T%02u:%02u:%02uZ", i > 0 ? "," : "", t % 5 == 4 ? "use:" : "",
					   t % 3 == 0 ? "" : t % 3 == 1 ? "web" : "app", t % 3 == 0 ? 'x' : '/', t / 3, second / 3600 % 24,
					   second / 60 % 60, second % 60);
	}
	strcpy(at, "}");
	w = walk_of(text);
	free(text);
	return w;
}

#endif							/* TP_WALKS_H */
