/*
 * stories.h
 *	  Random journeys with conversions, and the paths to them by definition: for the tests of what is made of these.
 */
#ifndef TP_STORIES_H
#define TP_STORIES_H

#include "walks.h"

#include "flow/tp_conversion.h"

#define SECOND INT64_C(1000000)
#define CONTACTS_MAX 24
#define CHANNELS 5				/* "" is the first */

static const char *const channels[CHANNELS] = {"", "a", "b", "direct", "shop"};
static tp_error err;

/* One contact as a test sees it. */
typedef struct contact
{
	int64_t		at;
	int64_t		id;
	bool		has_id;
	int			channel;
	bool		converts;
	double		value;
} contact;

typedef struct story
{
	walk		w;
	int			n;
	contact		c[CONTACTS_MAX];
} story;

/* A path: positions of its touches. */
typedef struct trail
{
	int			conversion;		/* its position, or -1 */
	int			n;
	int			touch[CONTACTS_MAX];
} trail;

static inline int
channel_of(const tp_touchpoint *t)
{
	for (int c = 0; c < CHANNELS; c++)
		if (t->channel_len == strlen(channels[c]) && memcmp(t->channel, channels[c], t->channel_len) == 0)
			return c;
	return -1;
}

/* Up to CONTACTS_MAX contacts within few seconds; orders convert where they brought more than 1. */
static inline story
random_story(check_random *r)
{
	story		s;
	char		text[CONTACTS_MAX * 90 + 16] = "{";
	size_t		at = 1;
	int			n = (int) check_below(r, CONTACTS_MAX + 1);
	unsigned	span = 1 + check_below(r, 40);
	unsigned	labels = 1 + check_below(r, 3);
	tp_touchpoint entries[CONTACTS_MAX + 1];

	for (int i = 0; i < n; i++)
	{
		int			c = (int) check_below(r, CHANNELS);

		at += (size_t) sprintf(text + at, "%s%s%s%s%u@2026-01-01T00:00:%02uZ", i > 0 ? "," : "", channels[c],
							   c > 0 ? "/" : "", c == 4 ? "order" : "l", c == 4 ? 1 : check_below(r, labels), check_below(r, span));
		if (check_below(r, 3) > 0)
			at += (size_t) sprintf(text + at, " value=%u", check_below(r, 5));
		if (check_below(r, 2) > 0)
			at += (size_t) sprintf(text + at, " id=%d", (check_below(r, 3) == 0 ? -1 : 1) * (int) (1 + (unsigned) i * 37 % 101));
	}
	strcpy(text + at, "}");
	s.w = walk_of(text);
	s.n = (int) s.w.j.count;
	CHECK(tp_journey_dictionary(&s.w.j, entries, &err) == TP_OK);
	for (int i = 0; i < s.n; i++)
	{
		contact    *c = &s.c[i];

		c->at = tp_journey_time(&s.w.j, (uint32_t) i);
		c->has_id = tp_journey_id(&s.w.j, (uint32_t) i, &c->id);
		c->channel = channel_of(&entries[tp_journey_code(&s.w.j, (uint32_t) i)]);
		c->value = tp_journey_number(&s.w.j, TP_VALUE, (uint32_t) i);
		c->converts = c->channel == 4 && c->value > 1;
	}
	return s;
}

/* Does contact i count as before conversion k? */
static inline bool
is_before(const story *s, int i, int k)
{
	const contact *a = &s->c[i];
	const contact *b = &s->c[k];

	if (a->at != b->at)
		return a->at < b->at;
	return i < k || !(a->has_id && b->has_id && a->id >= 0 && b->id >= 0);
}

/* The trails of a story by definition; the rest last. */
static inline int
trails_of(const story *s, int64_t lookback, bool restart, trail *out)
{
	int			n = 0;
	trail		rest = {.conversion = -1};

	for (int k = 0; k < s->n; k++)
	{
		trail	   *t = &out[n];

		if (!s->c[k].converts)
			continue;
		n++;
		t->conversion = k;
		t->n = 0;
		for (int i = 0; i < s->n; i++)
		{
			bool		in = !s->c[i].converts && is_before(s, i, k) && (lookback < 0 || s->c[i].at >= s->c[k].at - lookback);

			for (int l = 0; l < s->n && restart; l++)
				in = in && !(s->c[l].converts && s->c[l].at < s->c[k].at && is_before(s, i, l));
			if (in)
				t->touch[t->n++] = i;
		}
	}
	for (int i = 0; i < s->n; i++)
	{
		bool		in = !s->c[i].converts;

		for (int l = 0; l < s->n; l++)
			in = in && !(s->c[l].converts && is_before(s, i, l));
		if (in)
			rest.touch[rest.n++] = i;
	}
	if (rest.n > 0)
	{
		int64_t		last = s->c[rest.touch[rest.n - 1]].at;
		int			cut = 0;

		while (lookback >= 0 && s->c[rest.touch[cut]].at < last - lookback)
			cut++;
		rest.n -= cut;
		memmove(rest.touch, rest.touch + cut, (size_t) rest.n * sizeof(int));
		out[n++] = rest;
	}
	return n;
}

/* Sums by channel, that of no contact behind them. */
typedef struct sums
{
	double		conversions[CHANNELS + 1];
	double		value[CHANNELS + 1];
} sums;

static inline void
add_share(sums *sum, int which, double share, double value)
{
	sum->conversions[which] += share;
	sum->value[which] += isnan(value) ? 0 : value * share;
}

static const tp_aspect by_channel = {.part = TP_PART_CHANNEL};

static inline void
begin_cut(tp_cut *cut, tp_asked *asked, check_random *r, int64_t *lookback, bool *restart)
{
	const char *step = "shop/*[value > 1]";

	*lookback = check_below(r, 2) ? -1 : (int64_t) check_below(r, 12) * SECOND;
	*restart = check_below(r, 2);
	CHECK(tp_cut_init(cut, &check_memory, step, *lookback, *restart, &err) == TP_OK);
	tp_asked_make(asked, step, strlen(step), *lookback, SECOND, *restart);
}

#endif							/* TP_STORIES_H */
