/*
 * expanded.h
 *	  Summaries that grow: a value kept open for counting while it is an aggregate's state.
 *
 * The state of such an aggregate is the summary type itself, so that it travels between parallel
 * workers and between servers as what it is. Inside the aggregate it is an expanded object: the
 * core's struct, changed in place, and made an image when somebody asks for bytes.
 *
 * An expanded object of the server's kind has a memory context of its own, and a hash aggregate
 * walks all contexts below its own whenever it makes a group: the square of the groups. So ours
 * live in the aggregate's context itself, many in one, and nobody may be handed the right to
 * delete or move that. The aggregate's flat state is written over with the read-only pointer to
 * the object: the server keeps the state it holds, as after any change in place, and whoever else
 * gets to see it may read. Only the functions here know by the object's own note where its state
 * lies, and that they may change it there.
 */
#ifndef TP_EXPANDED_H
#define TP_EXPANDED_H

#include "base/state.h"
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
	void	   *state;			/* of the aggregate, which points here; NULL outside of one */
	tp_memory	mem;
	tp_buffer	image;			/* between the questions for its size and for itself */
	void	   *core;
} tp_expanded;

/*
 * Argument 0 of a transition or combine function, to be changed: the aggregate's own open state, else
 * a new one with what the argument holds, nothing where it is NULL.
 */
extern tp_expanded *tp_open_state(FunctionCallInfo fcinfo, const tp_expanded_type *type);

/* The core of an open state of this type, only to be read, for who ends an aggregate; NULL where d is flat. */
extern void *tp_open_core(Datum d, const tp_expanded_type *type);

/* A combine function: argument 0 with what argument 1 holds, either of which may be NULL. */
extern Datum tp_merge_states(FunctionCallInfo fcinfo, const tp_expanded_type *type);

/* What a transition function returns: the state as it lies in the aggregate, else a flat value. */
extern Datum tp_state_datum(tp_expanded *e);

/* The flat value of core, whose type it is, in the current context. */
extern Datum tp_flat_datum(const void *core, const tp_expanded_type *type);

/*
 * How a type is kept open whose core is called prefix, an open flow say, and prefix_view an image that was opened:
 * type is its tp_expanded_type.
 */
#define TP_EXPANDED(type, prefix) \
static void \
type##_init(void *core, const tp_memory *mem) \
{ \
	prefix##_init(core, mem); \
} \
static tp_status \
type##_merge(void *core, const void *image, size_t size, tp_error *err) \
{ \
	const tp_memory *mem = &((prefix *) core)->mem; \
	prefix##_view v; \
	tp_status	status = prefix##_open(&v, mem, image, size, err); \
	if (status == TP_OK) \
	{ \
		status = prefix##_merge(core, &v, err); \
		prefix##_close(&v, mem); \
	} \
	return status; \
} \
static tp_status \
type##_encode(const void *core, tp_buffer *out, tp_error *err) \
{ \
	return prefix##_encode(core, out, err); \
} \
static const tp_expanded_type type = {sizeof(prefix), type##_init, type##_merge, type##_encode};

/* get(datum, view): opens a flat value. */
#define TP_EXPANDED_VIEW(get, prefix) \
void \
get(Datum d, prefix##_view *v) \
{ \
	struct varlena *flat = PG_DETOAST_DATUM_PACKED(d); \
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext); \
	tp_error	err; \
	tp_check(prefix##_open(v, &mem, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &err), &err); \
}

/* Readers and writers of its forms, for forms.h. */
#define TP_EXPANDED_READER(name, type, prefix, read) \
static tp_status \
name(const tp_memory *mem, const char *form, size_t size, Datum *d, tp_error *err) \
{ \
	prefix		core; \
	tp_status	status; \
	prefix##_init(&core, mem); \
	status = read(&core, form, size, err); \
	if (status == TP_OK) \
		*d = tp_flat_datum(&core, &type); \
	return status; \
}

#define TP_EXPANDED_WRITER(name, get, prefix, write) \
static void \
name(Datum d, tp_buffer *b) \
{ \
	prefix##_view v; \
	get(d, &v); \
	write(b, &v); \
}

#endif							/* TP_EXPANDED_H */
