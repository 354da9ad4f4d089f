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

static void
flatten_into(ExpandedObjectHeader *header, void *result, Size size)
{
	tp_expanded *e = (tp_expanded *) header;

	make_image(e);
	Assert(size == e->image.len);
	memcpy(result, e->image.data, size);
}

static const ExpandedObjectMethods methods = {get_flat_size, flatten_into};

tp_expanded *
tp_new_expanded(MemoryContext parent, const tp_expanded_type *type)
{
	MemoryContext context = AllocSetContextCreate(parent, "touchpoint summary", ALLOCSET_START_SMALL_SIZES);
	tp_expanded *e = MemoryContextAllocZero(context, MAXALIGN(sizeof(tp_expanded)) + type->size);

	EOH_init_header(&e->header, &methods, context);
	e->type = type;
	e->mem = tp_pg_memory(context);
	tp_buffer_init(&e->image, &e->mem);
	e->core = (char *) e + MAXALIGN(sizeof(tp_expanded));
	type->init(e->core, &e->mem);
	return e;
}

tp_expanded *
tp_open_datum(Datum d, const tp_expanded_type *type)
{
	tp_expanded *e;

	if (!VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(d)))
		return NULL;
	e = (tp_expanded *) DatumGetEOHP(d);
	return e->header.eoh_methods == &methods && e->type == type ? e : NULL;
}

tp_expanded *
tp_open_state(FunctionCallInfo fcinfo, const tp_expanded_type *type)
{
	MemoryContext context;
	tp_expanded *e;
	tp_error	err;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (likely(!PG_ARGISNULL(0)))
	{
		e = tp_open_datum(PG_GETARG_DATUM(0), type);
		if (likely(e != NULL))
		{
			if (unlikely(e->image.len > 0))
				tp_buffer_release(&e->image);
			return e;
		}
	}
	e = tp_new_expanded(context, type);
	if (!PG_ARGISNULL(0))
	{
		struct varlena *flat = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));

		if (type->merge(e->core, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &err) != TP_OK)
			tp_raise(&err);
	}
	return e;
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
