/*
 * tp_funnel_summary.h
 *	  What many journeys did in one funnel: how many reached each step, and how long it took them.
 *
 * A summary is the state of funnel_agg and travels as it is. It names its own settings, for journeys
 * of different funnels must never be added up. One without settings is neutral.
 *
 * Times from step to step go into the buckets of a sketch (tp_sketch.h), one a step.
 *
 * The image, of 8-byte alignment:
 *
 *	offset 0	4 bytes of the caller's (the server's length word)
 *	offset 4	u8 version = 1, u8 flags (1 = more), u8 steps, u8 exits
 *	offset 8	u8 modes, u8 excluded, u8 held, u8 zero, u32 bytes of text
 *	offset 16	u32 buckets, u32 buckets there is room for
 *	offset 24	i64 within
 *	offset 32	u64 reached, one a step
 *	behind		where there is more: u64 open, i64 as of
 *	behind		text: each step, exit, excluded contact, held property, NUL-terminated; zeros up to 8-byte alignment
 *	behind		buckets in order of step and place, and room for more, zero
 */
#ifndef TP_FUNNEL_SUMMARY_H
#define TP_FUNNEL_SUMMARY_H

#include "find/tp_funnel.h"

#define TP_FUNNEL_SUMMARY_VERSION 1

typedef struct tp_funnel_bucket
{
	uint64_t	key;			/* step (from 0) << 16 | place by tp_sketch_place */
	uint64_t	count;
	int64_t		low;
	int64_t		high;
} tp_funnel_bucket;

typedef struct tp_funnel_summary
{
	uint32_t	caller;
	uint8_t		version;
	uint8_t		flags;
	uint8_t		steps;			/* 0 = neutral */
	uint8_t		exits;
	uint8_t		modes;
	uint8_t		excluded;
	uint8_t		held;
	uint8_t		zero;
	uint32_t	text_size;		/* padding included */
	uint32_t	buckets;
	uint32_t	room;
	int64_t		within;
	uint64_t	reached[];
} tp_funnel_summary;

/* How many words of counts there are: one a step, and where there is more two. */
#define TP_FUNNEL_MORE 1

static inline uint32_t
tp_funnel_summary_words(const tp_funnel_summary *s)
{
	return s->steps + (s->flags & TP_FUNNEL_MORE ? 2 : 0);
}

static inline size_t
tp_funnel_summary_size(const tp_funnel_summary *s)
{
	return sizeof(tp_funnel_summary) + tp_funnel_summary_words(s) * sizeof(uint64_t) + s->text_size +
		s->room * sizeof(tp_funnel_bucket);
}

static inline const char *
tp_funnel_summary_text(const tp_funnel_summary *s)
{
	return (const char *) (s->reached + tp_funnel_summary_words(s));
}

static inline tp_funnel_bucket *
tp_funnel_summary_buckets(const tp_funnel_summary *s)
{
	return (tp_funnel_bucket *) ((uintptr_t) tp_funnel_summary_text(s) + s->text_size);
}

/* The settings of a summary as they are given: NUL-terminated globs, steps first. */
typedef struct tp_funnel_settings
{
	int64_t		within;
	unsigned	modes;
	uint32_t	steps;
	uint32_t	exits;
	bool		more;			/* as_of, excluded or held may be given */
	uint32_t	excluded;		/* those that are nothing are empty */
	uint32_t	held;
	int64_t		as_of;
	const char *text;
	size_t		text_len;
} tp_funnel_settings;

/* A summary of no journeys, allocated from mem; NULL settings make the neutral one. NULL = no memory. */
extern tp_funnel_summary *tp_funnel_summary_new(const tp_memory *mem, const tp_funnel_settings *settings);

/* Is this an image of this release, size bytes long? */
extern bool tp_funnel_summary_is_current(const tp_funnel_summary *s, size_t size);

/* The name of the setting in which they differ, or NULL. */
extern const char *tp_funnel_summary_differs(const tp_funnel_summary *s, const tp_funnel_settings *settings);
extern tp_funnel_settings tp_funnel_summary_settings(const tp_funnel_summary *s);

/*
 * Can s count that many journeys more? Nobody reaches a step without the one before it, so the first
 * tells for all. Ask before adding or merging: TP_OUT_OF_RANGE.
 */
extern tp_status tp_funnel_summary_check_room(const tp_funnel_summary *s, uint64_t journeys, tp_error *err);

/*
 * Count a chain: reached steps at these times. The result is s, or a copy with more room, of mem,
 * where a new bucket needed it; NULL = no memory.
 */
extern tp_funnel_summary *tp_funnel_summary_add(const tp_memory *mem, tp_funnel_summary *s, uint32_t reached,
												const int64_t *times);

/* Count a chain whose window still runs, in a summary that has more. */
static inline void
tp_funnel_summary_add_open(tp_funnel_summary *s)
{
	s->reached[s->steps]++;
}

/* Chains whose window still runs. */
static inline uint64_t
tp_funnel_summary_open(const tp_funnel_summary *s)
{
	return s->flags & TP_FUNNEL_MORE ? s->reached[s->steps] : 0;
}

/* Add other, of the same settings, to s; result as above. */
extern tp_funnel_summary *tp_funnel_summary_merge(const tp_memory *mem, tp_funnel_summary *s,
												  const tp_funnel_summary *other);

/* The median time from the step before to this one (from 0), -1 where nobody took it. */
extern int64_t tp_funnel_summary_median(const tp_funnel_summary *s, uint32_t step);

/* The text form, and back. Fails with TP_BAD_TEXT, TP_PAST_LIMIT and what tp_glob_parse finds. */
extern void tp_funnel_summary_write(tp_buffer *b, const tp_funnel_summary *s);
extern tp_status tp_funnel_summary_read(const tp_memory *mem, const char *text, size_t len,
										tp_funnel_summary **out, tp_error *err);

#endif							/* TP_FUNNEL_SUMMARY_H */
