/*
 * tp_flow.h
 *	  What follows what: directly-follows counts of many journeys, with the time between.
 *
 * A flow is a chain of states. Of order 1 a state is a part of a touchpoint; of order k it is the
 * last k parts met, fewer at the beginning of a journey. A journey steps from the start through
 * its states to an end: (end), or (conversion) and (null), weighed by how often it ended so.
 *
 * One image per value. The image is in the server's byte order:
 *
 *	offset 0	u8	version = 1
 *	offset 1	u8	flags: 1 = conversions without contact brought a value
 *	offset 2	u8	part: 0 = nothing set yet, else tp_part + 1; 5 = a property
 *	offset 3	u8	order, 1 to 32; 0 = nothing set yet
 *	offset 4	u8	ends: 0 = (end), 1 = (conversion) and (null)
 *	offset 5	u8	length of the property's key, 0 where the part is none
 *	offset 6	u8	x 2, zero
 *	offset 8	u32	symbols: different parts
 *	offset 12	u32	states
 *	offset 16	u32	transitions
 *	offset 20	u32	zero
 *	offset 24	f64	x 2, total value, and what rounding it left
 *	offset 40		transitions, 32 bytes each, in order of source and target:
 *					u32 source: 0 = start, else state + 1
 *					u32 target: state + 1, or states + 1 = (end) or (conversion), states + 2 = (null)
 *					f64 count; f64 x 2 total microseconds between, and what rounding it left
 *
 * Then, where order > 1, the states: order times u32 symbol, 0xFFFFFFFF behind the last, in order;
 * of order 1 state i is symbol i. At the end the symbols as touchpoint entries, in order; a part
 * other than the whole touchpoint stands as a label, an absent one as three zero lengths; behind them the
 * property's key; with flag 1 f64 x 2, as much of the total value as conversions without contact brought.
 *
 * Counts that are whole numbers up to 2^53 and times up to 2^106 microseconds are exact, in any
 * order of rows. Other counts are added up in twice double precision and rounded once an image, so
 * they may differ in the last place by the images that were merged.
 */
#ifndef TP_FLOW_H
#define TP_FLOW_H

#include "base/tp_dekker.h"
#include "flow/tp_conversion.h"
#include "journey/tp_intern.h"

#define TP_FLOW_VERSION		1
#define TP_FLOW_HEAD		40
#define TP_FLOW_EDGE		32
#define TP_FLOW_ORDER_MAX	32
#define TP_FLOW_COUNT_MAX	1e200	/* of a transition; all there can be add up to a finite number */
#define TP_FLOW_NOTHING		UINT32_MAX	/* behind the last symbol of a short state */

typedef enum tp_flow_ends
{
	TP_ENDS_END,				/* journeys just end */
	TP_ENDS_CONVERSION			/* they end in conversion or in null */
} tp_flow_ends;

/* A transition while it is counted; state 0 is the start. */
typedef struct tp_flow_edge
{
	uint32_t	source;
	uint32_t	step;			/* 0 = end or conversion, 1 = null, else symbol + 2 */
	uint32_t	target;			/* state, 0 where step is an end */
	uint32_t	unused;
	uint64_t	count;
	int64_t		usecs;
} tp_flow_edge;

/* What a transition's whole numbers do not hold. */
typedef struct tp_flow_excess
{
	tp_dd		count;
	tp_dd		usecs;
} tp_flow_excess;

/* A flow being counted. Small at birth; no allocation once every transition has been met. */
typedef struct tp_flow
{
	tp_memory	mem;
	uint8_t		part;			/* as in the image */
	uint8_t		order;
	uint8_t		ends;
	tp_part_key key;
	tp_asked	asked;			/* not in the image */
	tp_dd		value;
	tp_dd		no_contact;		/* of it, of conversions that nothing came before */
	tp_intern	symbols;
	tp_intern	states;			/* order > 1: body is an array of u32 symbols; state 0 is not in it */
	tp_flow_edge *edge;
	uint32_t	edges;
	uint32_t	edge_room;
	tp_flow_excess *excess;		/* of edge i; shorter than edges where none is needed */
	uint32_t	excess_count;
	uint32_t	excess_room;
	uint32_t	stride;			/* order 1, few symbols: cell[source * stride + step] */
	uint32_t	slots;			/* else a hash of (source, step); a power of two */
	uint32_t   *cell;			/* edge + 1, or 0 */
	uint32_t   *map;			/* from a journey's codes to symbols */
	uint32_t	map_room;
	const void *cut;			/* the last whose numbers are this flow's symbols, */
	uint64_t	stamp;			/* if it still has this stamp */
} tp_flow;

extern void tp_flow_init(tp_flow *f, const tp_memory *mem);
extern void tp_flow_release(tp_flow *f);

/*
 * Set what is counted, or check that it is what was set before. TP_BAD_ARGUMENT for another
 * setting and for an order outside 1 to 32.
 */
extern tp_status tp_flow_set(tp_flow *f, const tp_aspect *aspect, int order, tp_flow_ends ends, tp_error *err);

static inline bool
tp_flow_is_set(const tp_flow *f, const tp_aspect *aspect, int order, tp_flow_ends ends)
{
	return f->part == (uint8_t) aspect->part + 1 && f->order == order && f->ends == ends &&
		(aspect->part != TP_PART_PROPERTY || tp_same_part_key(&f->key, &aspect->key));
}

/*
 * Count a journey that ends. The empty journey counts nothing. Where the part is a property, j is a projection on
 * it (tp_journey_project).
 */
extern tp_status tp_flow_add(tp_flow *f, const tp_journey *j, tp_error *err);

/*
 * Count a journey that was made conversions + nulls times. TP_BAD_ARGUMENT for a negative number,
 * TP_OUT_OF_RANGE for NaN, infinity and sums past double precision.
 */
extern tp_status tp_flow_add_weighted(tp_flow *f, const tp_journey *j, double conversions, double nulls,
									  double value, tp_error *err);

/* Remember what conversions are asked for, or check that it is what was asked before: TP_BAD_ARGUMENT. */
extern tp_status tp_flow_ask(tp_flow *f, const tp_asked *asked, tp_error *err);

/*
 * Count what cut finds in j: each conversion ends a path in conversion and brings its value, the rest ends in null. A
 * conversion without a path goes from the start to its end. parts is j, or its projection where the part is a property.
 */
extern tp_status tp_flow_add_conversions(tp_flow *f, const tp_journey *j, const tp_journey *parts, tp_cut *cut,
										 tp_error *err);

/* A transition between states by their symbols; n = 0 is the start. end: 0 none, 1 first, 2 null. */
extern tp_status tp_flow_add_transition(tp_flow *f, const uint32_t *source, uint32_t n, uint32_t symbol, int end,
										double count, tp_dd usecs, tp_error *err);

/* Bytes of the image, added to out. */
extern tp_status tp_flow_encode(const tp_flow *f, tp_buffer *out, tp_error *err);

/* A flow as it lies in its image. */
typedef struct tp_flow_view
{
	const uint8_t *image;
	size_t		size;
	uint8_t		part;
	uint8_t		order;
	uint8_t		ends;
	tp_part_key key;
	uint32_t	symbols;
	uint32_t	states;
	uint32_t	edges;
	tp_dd		value;
	tp_dd		no_contact;
	const uint8_t *edge;
	const uint8_t *state;		/* NULL for order 1 */
	tp_touchpoint *symbol;		/* allocated */
} tp_flow_view;

typedef struct tp_transition
{
	uint32_t	source;
	uint32_t	target;
	double		count;
	tp_dd		usecs;
} tp_transition;

/* Look into an image, all of which is checked; fails with TP_CORRUPT. Release the view's symbols. */
extern tp_status tp_flow_open(tp_flow_view *v, const tp_memory *mem, const void *image, size_t size, tp_error *err);

static inline void
tp_flow_close(tp_flow_view *v, const tp_memory *mem)
{
	tp_release(mem, v->symbol);
	v->symbol = NULL;
}

static inline tp_transition
tp_flow_transition(const tp_flow_view *v, uint32_t i)
{
	const uint8_t *at = v->edge + (size_t) i * TP_FLOW_EDGE;

	return (tp_transition) {tp_load_u32(at), tp_load_u32(at + 4), tp_load_f64(at + 8),
		{tp_load_f64(at + 16), tp_load_f64(at + 24)}};
}

/* Symbols of a state (not the start), from 1 up to v->order of them. */
static inline uint32_t
tp_flow_state(const tp_flow_view *v, uint32_t state, uint32_t out[TP_FLOW_ORDER_MAX])
{
	uint32_t	n = 0;

	if (v->state == NULL)
	{
		out[0] = state - 1;
		return 1;
	}
	for (; n < v->order; n++)
	{
		out[n] = tp_load_u32(v->state + 4 * ((size_t) (state - 1) * v->order + n));
		if (out[n] == TP_FLOW_NOTHING)
			break;
	}
	return n;
}

/* A symbol's name, (none) where the part is absent; a state's, its symbols joined by " > ". */
extern void tp_flow_write_symbol(tp_buffer *b, const tp_flow_view *v, uint32_t symbol);
extern void tp_flow_write_state(tp_buffer *b, const tp_flow_view *v, uint32_t state);

/* Everything that v counted, also in f. TP_BAD_ARGUMENT where they count different things. */
extern tp_status tp_flow_merge(tp_flow *f, const tp_flow_view *v, tp_error *err);

/* -1, 0 or 1: a total order for sorting, 0 only for equal images. */
extern int	tp_flow_compare(const void *a, size_t a_size, const void *b, size_t b_size);

/* Text and wire forms; tp_flow_text.c. Reading adds to f, which must be fresh. */
extern void tp_flow_write(tp_buffer *b, const tp_flow_view *v);
extern tp_status tp_flow_parse(tp_flow *f, const char *text, size_t len, tp_error *err);
extern void tp_flow_send(tp_buffer *b, const tp_flow_view *v);
extern tp_status tp_flow_receive(tp_flow *f, const void *message, size_t size, tp_error *err);

/* Name of a tp_part, of a property what stands before its key; and of ends in text and jsonb. */
extern const char *tp_part_name(tp_part part);

/*
 * A part in text forms: its name, and behind properties. the key as a JSON string. Reading fills an aspect;
 * mem is for scratch.
 */
extern void tp_aspect_write(tp_buffer *b, tp_part part, const tp_part_key *key);
extern tp_status tp_aspect_scan(tp_scan *s, const tp_memory *mem, tp_aspect *aspect, const char *hint);

#endif							/* TP_FLOW_H */
