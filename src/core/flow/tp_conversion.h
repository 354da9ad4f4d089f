/*
 * tp_conversion.h
 *	  Where a journey converts, and what came before: one path for each conversion, as ranges of its touches.
 *
 * Conversions are contacts at a step; every other contact is a touch. The path of a conversion is the touches
 * before it in journey order, and those at the same instant too unless ids put them behind it: a contact without
 * id, or with a negative one, tells no order. Touches older than lookback (to the instant, inclusive) are left out,
 * and with restart those that are not behind every conversion of an earlier instant. What is behind the last
 * conversion is the rest: a path that did not convert, cut back by the lookback from its own last touch.
 *
 * Nothing is encoded anew: a path is a range of places in one list of positions.
 */
#ifndef TP_CONVERSION_H
#define TP_CONVERSION_H

#include <math.h>

#include "journey/tp_step.h"

#define TP_NO_LOOKBACK INT64_C(-1)

typedef struct tp_cut_path
{
	uint32_t	from;			/* places in touch, up to but not with the second */
	uint32_t	to;
	uint32_t	at;				/* position of the conversion, from 0; of the rest the journey's count */
} tp_cut_path;

/*
 * What one who counts calls the touchpoints that the steps remember, so that one looked up for its steps need not be
 * looked up again. The owner knows the stamp too: an address alone may be somebody else's by now.
 */
#define TP_UNNUMBERED UINT32_MAX

typedef struct tp_numbers
{
	const void *owner;
	const void *last;			/* who asked last; who asks twice in a row becomes the owner */
	uint64_t	stamp;
	uint32_t	forgotten;		/* by the globs, then */
	uint32_t	room;
	uint32_t	rows;			/* below it, a number or TP_UNNUMBERED */
	uint32_t   *number;			/* of each row of the globs */
} tp_numbers;

typedef struct tp_cut
{
	tp_memory	mem;
	tp_steps	steps;			/* bit 0 */
	int64_t		lookback;		/* microseconds, or TP_NO_LOOKBACK */
	bool		restart;
	uint32_t	touches;		/* of the journey that was cut last */
	uint32_t	touch_room;
	uint32_t   *touch;			/* their positions */
	uint32_t	plain;			/* as many of the first are their own places, whatever journey comes */
	uint32_t	conversions;
	uint32_t	paths;			/* conversions, and the rest where there is one */
	uint32_t	path_room;
	tp_cut_path *path;
	tp_numbers	numbers;
} tp_cut;

/* step is NUL-terminated. Fails as tp_step_parse does; release it then too. */
extern tp_status tp_cut_init(tp_cut *c, const tp_memory *mem, const char *step, int64_t lookback, bool restart,
							 tp_error *err);
extern void tp_cut_release(tp_cut *c);

/* Cut j, which must be no projection; the rest only where it is asked for. Linear in its contacts. */
extern tp_status tp_cut_journey(tp_cut *c, const tp_journey *j, bool rest, tp_error *err);

/* What conversion k brought; NaN where that is not known. */
static inline double
tp_cut_value(const tp_cut *c, const tp_journey *j, uint32_t k)
{
	return j->form[TP_VALUE] == TP_FORM_ABSENT ? (double) NAN : tp_journey_number(j, TP_VALUE, c->path[k].at);
}

/* What was asked about conversions, to tell whether a row of a group asks the same. */
typedef struct tp_asked
{
	uint64_t	digest;			/* of all below; 0 = nothing was asked */
	uint64_t	step;
	int64_t		lookback;
	int64_t		half_life;		/* 0 where there is none */
	bool		restart;
	bool		whole;			/* false: only the digest is known, from an image */
} tp_asked;

extern void tp_asked_make(tp_asked *a, const char *step, size_t len, int64_t lookback, int64_t half_life, bool restart);

/* TP_BAD_ARGUMENT where they differ, naming the setting. */
extern tp_status tp_asked_check(const tp_asked *before, const tp_asked *now, tp_error *err);

#endif							/* TP_CONVERSION_H */
