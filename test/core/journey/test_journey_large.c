/*
 * test_journey_large.c
 *	  Journeys that are long: the host asks to stop, the text form would pass its limit. And contacts
 *	  chosen from one, as filters choose them.
 */
#include "check.h"

#include "model.h"
#include "journey/tp_wire.h"
#include "passage.h"

static tp_error err;

/* A host that asks to stop at a certain poll. */
static long polls_seen;
static long polls_stop;

static bool
stop_at_poll(void *context)
{
	(void) context;
	return ++polls_seen == polls_stop;
}

/* Stop at poll number stop_at, or never with 0; what came of it. */
static tp_status
whole_way(const char *text, size_t len, long stop_at)
{
	check_store store;
	passage		p;
	tp_status	status;

	check_store_init(&store);
	store.mem.interrupted = stop_at_poll;
	polls_seen = 0;
	polls_stop = stop_at;
	status = pass_through(&p, &store.mem, text, len, &err);
	passage_release(&p);
	CHECK(store.chunks == 0);
	return status;
}

static void
check_interrupts(void)
{
	size_t		room = 4000000,
				len = 0;
	char	   *text = malloc(room);
	long		polls;

	for (int i = 0; i < 70000; i++)
		len += (size_t) snprintf(text + len, room - len, "%ca@%04d-01-05T10:00:%02dZ", i ? ',' : '{', 1000 + i * 7919 % 9000, i % 60);
	len += (size_t) snprintf(text + len, room - len, "}");
	CHECK(whole_way(text, len, 0) == TP_OK);
	polls = polls_seen;
	CHECK(polls > 30);
	for (long stop_at = 1; stop_at <= polls; stop_at += 1 + polls / 24)
		CHECK(whole_way(text, len, stop_at) == TP_INTERRUPTED);
	CHECK(whole_way(text, len, polls) == TP_INTERRUPTED);
	free(text);
}

/* A journey whose image is small and whose text would pass 512 MB. */
static void
check_text_limit(void)
{
	model_contact m;
	tp_builder	b;
	size_t		size = 0;
	uint8_t    *image;
	int			n;

	memset(&m, 0, sizeof(m));
	memset(m.channel, '"', 255);
	memset(m.label, '\\', 255);
	memset(m.stage, '"', 255);
	/* 1,538 bytes of touchpoint, @ and 20 of time, and two between */
	n = (int) ((TP_TEXT_MAX - 2 + 2) / (1538 + 21 + 2));
	tp_builder_init(&b, &check_memory);
	for (int i = 0; i <= n; i++)
		model_add(&b, &m, 1);
	image = model_finish(&b, &size, &err);
	CHECK(image == NULL && err.status == TP_PAST_LIMIT && strstr(err.message, "512 MB") != NULL && err.hint[0] != '\0');
	free(image);
	tp_builder_release(&b);
}

/* Every other contact of random journeys: the touchpoints that nobody has any more are left out. */
static void
check_selection(void)
{
	enum
	{
		ROOM = 300
	};
	model_contact *m = malloc(sizeof(*m) * ROOM);
	check_random r = {13};

	for (int i = 0; i < 500; i++)
	{
		int			n = model_random(&r, m, ROOM),
					kept = 0;
		size_t		size = 0,
					want_size = 0;
		uint8_t    *image = model_encode(m, n, &size, &err),
				   *want;
		tp_journey	j;
		tp_touchpoint *entries;
		tp_contact *c;
		tp_buffer	out;

		n = model_settle(m, n);
		CHECK((n < 0) == (image == NULL));
		if (image == NULL)
			continue;
		CHECK(tp_journey_open(&j, image, size, &err) == TP_OK);
		entries = malloc(sizeof(*entries) * (j.entries + 1));
		c = malloc(sizeof(*c) * (j.count + 1));
		CHECK(tp_journey_dictionary(&j, entries, &err) == TP_OK);
		for (int k = 0; k < n; k++)
		{
			if (check_below(&r, 3))
				continue;
			tp_journey_contact(&j, (uint32_t) k, &c[kept]);
			m[kept++] = m[k];
		}
		want = model_encode(m, kept, &want_size, &err);
		tp_buffer_init(&out, &check_memory);
		tp_buffer_add(&out, "head", 4);
		CHECK(tp_journey_encode(&check_memory, c, (uint32_t) kept, entries, j.entries, NULL, 0, &out, &err) == TP_OK);
		CHECK(out.len == want_size + 4 && memcmp(out.data, "head", 4) == 0 && memcmp(out.data + 4, want, want_size) == 0);
		tp_buffer_release(&out);
		free(want);
		free(entries);
		free(c);
		free(image);
	}
	free(m);
}

int
main(void)
{
	check_selection();
	check_interrupts();
	check_text_limit();
	return CHECK_DONE();
}
