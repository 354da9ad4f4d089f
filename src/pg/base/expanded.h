/*
 * expanded.h
 *	  Summaries that grow: a value kept open for counting while it is an aggregate's state.
 *
 * The state of such an aggregate is the summary type itself, so that it travels between parallel
 * workers and between servers as what it is. Inside the aggregate it is an expanded object: the
 * core's struct in a memory context of its own, changed in place, and made an image when somebody
 * asks for bytes.
 */
#ifndef TP_EXPANDED_H
#define TP_EXPANDED_H

#include "base/tp_pg.h"

#include "utils/expandeddatum.h"

/* How a type is kept open. */
typedef struct tp_expanded_type
{
	Size		size;			/* of the core's struct */
	void		(*init) (void *core, const tp_memory *mem);
	tp_status	(*merge) (void *core, const void *image, size_t size, tp_error *err);
	tp_status	(*encode) (const void *core, tp_buffer *out, tp_error *err);
} tp_expanded_type;

typedef struct tp_expanded
{
	ExpandedObjectHeader header;
	const tp_expanded_type *type;
	tp_memory	mem;
	tp_buffer	image;			/* empty, or what core holds */
	void	   *core;
} tp_expanded;

/*
 * Argument 0 of a transition or combine function, to be changed: the aggregate's own open state, or
 * a new one with what the flat argument holds. Raises outside of an aggregate.
 */
extern tp_expanded *tp_open_state(FunctionCallInfo fcinfo, const tp_expanded_type *type);

/* A new one with nothing in it, in the current context. */
extern tp_expanded *tp_new_expanded(MemoryContext parent, const tp_expanded_type *type);

/* What a transition function returns. */
static inline Datum
tp_state_datum(tp_expanded *e)
{
	return EOHPGetRWDatum(&e->header);
}

/* The flat value of core, whose type it is, in the current context. */
extern Datum tp_flat_datum(const void *core, const tp_expanded_type *type);

/* The open state in d where it is one of type that may be changed, else NULL. */
extern tp_expanded *tp_open_datum(Datum d, const tp_expanded_type *type);

#endif							/* TP_EXPANDED_H */
