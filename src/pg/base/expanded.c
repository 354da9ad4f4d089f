/*
 * expanded.c
 *	  Summaries that grow, as expanded objects.
 */
#include "base/expanded.h"

#include "utils/memutils.h"

/* Make the image of what core holds now, behind a varlena header. */
static void
make_image(tp_expanded *e)
{
	tp_error	err;

	if (e->image.len > 0)
		return;
	tp_varlena_begin(&e->image, &e->mem);
	if (e->type->encode(e->core, &e->image, &err) != TP_OK)
		tp_raise(&err);
	tp_varlena_end(&e->image);
}

static Size
get_flat_size(ExpandedObjectHeader *header)
{
	tp_expanded *e = (tp_expanded *) header;

	make_image(e);
	return e->image.len;
}

/* The image goes at once: at the end of a million groups there are a million states to read. */
static void
flatten_into(ExpandedObjectHeader *header, void *result, Size size)
{
	tp_expanded *e = (tp_expanded *) header;

	make_image(e);
	Assert(size == e->image.len);
	memcpy(result, e->image.data, size);
	tp_buffer_release(&e->image);
}

static const ExpandedObjectMethods methods = {get_flat_size, flatten_into};

/* An object with nothing in it. */
static tp_expanded *
new_object(MemoryContext context, const tp_expanded_type *type)
{
	tp_expanded *e = MemoryContextAllocZero(context, MAXALIGN(sizeof(tp_expanded)) + type->size);

	EOH_init_header(&e->header, &methods, context);
	e->type = type;
	e->mem = tp_pg_memory(context);
	tp_buffer_init(&e->image, &e->mem);
	e->core = (char *) e + MAXALIGN(sizeof(tp_expanded));
	type->init(e->core, &e->mem);
	return e;
}

/* The object that state points to, where it is the state of that object. */
static tp_expanded *
object_of(void *state, const tp_expanded_type *type)
{
	tp_expanded *e;

	if (!VARATT_IS_EXTERNAL_EXPANDED_RO(state))
		return NULL;
	e = (tp_expanded *) DatumGetEOHP(PointerGetDatum(state));
	return e->header.eoh_methods == &methods && e->type == type && e->state == state ? e : NULL;
}

/* What the flat value d holds, also in e. */
static void
merge_flat(tp_expanded *e, Datum d)
{
	struct varlena *flat = PG_DETOAST_DATUM_PACKED(d);
	tp_error	err;

	if (e->type->merge(e->core, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &err) != TP_OK)
		tp_raise(&err);
}

tp_expanded *
tp_open_state(FunctionCallInfo fcinfo, const tp_expanded_type *type)
{
	MemoryContext context;
	tp_expanded *e;
	void	   *state;

	if (PG_ARGISNULL(0))
		return new_object(CurrentMemoryContext, type);
	state = DatumGetPointer(PG_GETARG_DATUM(0));
	if (likely(AggCheckCallContext(fcinfo, &context)))
	{
		e = object_of(state, type);
		if (likely(e != NULL))
		{
			if (unlikely(e->image.len > 0))
				tp_buffer_release(&e->image);
			return e;
		}
		if (!VARATT_IS_EXTENDED(state) && VARSIZE(state) >= EXPANDED_POINTER_SIZE)
		{
			e = new_object(context, type);
			merge_flat(e, PointerGetDatum(state));
			e->state = state;
			memcpy(state, e->header.eoh_ro_ptr, EXPANDED_POINTER_SIZE);
			return e;
		}
	}
	e = new_object(CurrentMemoryContext, type);
	merge_flat(e, PointerGetDatum(state));
	return e;
}

void *
tp_open_core(Datum d, const tp_expanded_type *type)
{
	tp_expanded *e;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(d)))
		return NULL;
	e = (tp_expanded *) DatumGetEOHP(d);
	return e->header.eoh_methods == &methods && e->type == type ? e->core : NULL;
}

Datum
tp_merge_states(FunctionCallInfo fcinfo, const tp_expanded_type *type)
{
	struct varlena *flat;
	tp_expanded *e;
	tp_error	err;

	TP_RETURN_STATE_ALONE();
	flat = PG_GETARG_VARLENA_PP(1);
	e = tp_open_state(fcinfo, type);
	tp_check(type->merge(e->core, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &err), &err);
	return tp_state_datum(e);
}

Datum
tp_state_datum(tp_expanded *e)
{
	if (likely(e->state != NULL))
		return PointerGetDatum(e->state);
	return tp_flat_datum(e->core, e->type);
}

Datum
tp_flat_datum(const void *core, const tp_expanded_type *type)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;
	tp_error	err;

	tp_varlena_begin(&b, &mem);
	if (type->encode(core, &b, &err) != TP_OK)
		tp_raise(&err);
	return tp_varlena_end(&b);
}
