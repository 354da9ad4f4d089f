/*
 * journey.c
 *	  The type journey in SQL: input and output, order, building from a path, merging.
 */
#include "journey/types.h"

#include "common/int.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/compare.h"
#include "base/forms.h"
#include "base/usage.h"
#include "journey/tp_wire.h"

PG_FUNCTION_INFO_V1(journey_in);
Datum
journey_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_builder	b;
	tp_error	err;
	Datum		d;

	tp_builder_init(&b, &mem);
	if (tp_journey_parse(&b, text, strlen(text), &err) != TP_OK)
	{
		tp_builder_release(&b);
		tp_report(&err, fcinfo->context);
		PG_RETURN_NULL();
	}
	if (!tp_builder_datum(&b, &d, fcinfo->context))
		PG_RETURN_NULL();
	tp_builder_release(&b);
	return d;
}

#define WRITER(name, write) \
static void \
name(Datum d, tp_buffer *b) \
{ \
	tp_journey	j; \
	tp_error	err; \
	tp_datum_journey(d, &j); \
	tp_check(write(b, &j, &err), &err); \
}

WRITER(write_journey, tp_journey_write)
WRITER(send_journey, tp_wire_write_journey)

static tp_status
receive_journey(const tp_memory *mem, const char *message, size_t size, Datum *d, tp_error *err)
{
	tp_buffer	b;
	tp_status	status;

	tp_varlena_begin(&b, mem);
	status = tp_wire_read_journey(mem, message, size, &b, err);
	if (status == TP_OK)
		*d = tp_varlena_end(&b);
	return status;
}

TP_OUT(journey, write_journey)
TP_RECV(journey, receive_journey)
TP_SEND(journey, send_journey)

/*
 * Images of version 2 are equal where their bytes are, and so are those of version 1; between the two
 * values are compared. What a journey was written by is its first byte.
 */
static uint8_t
version_of(Datum d)
{
	struct varlena *v = (struct varlena *) DatumGetPointer(d);

	uint8_t		version;

	if (VARATT_IS_EXTERNAL(v) || VARATT_IS_COMPRESSED(v))
		v = PG_DETOAST_DATUM_SLICE(d, 0, 1);
	version = VARSIZE_ANY_EXHDR(v) > 0 ? *(const uint8_t *) VARDATA_ANY(v) : 0;
	tp_free_copy(v, d);
	return version;
}

static bool
journey_same(Datum a, Datum b)
{
	if (likely(version_of(a) == version_of(b)))
		return tp_same_bytes(a, b);
	return tp_order(tp_compare_journeys, a, b) == 0;
}

/* The image as this release writes it; *made where it is a copy. */
static struct varlena *
newest_image(Datum d, bool *made)
{
	struct varlena *v = PG_DETOAST_DATUM_PACKED(d);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	j;
	tp_buffer	b;
	tp_error	err;

	*made = (Pointer) v != DatumGetPointer(d);
	if (likely(VARSIZE_ANY_EXHDR(v) > 0 && *(const uint8_t *) VARDATA_ANY(v) == TP_JOURNEY_VERSION))
		return v;
	tp_datum_journey(PointerGetDatum(v), &j);
	tp_varlena_begin(&b, &mem);
	if (tp_journey_renew(&mem, &j, &b, &err) != TP_OK)
		tp_raise(&err);
	tp_free_copy(v, d);
	*made = true;
	return (struct varlena *) DatumGetPointer(tp_varlena_end(&b));
}

TP_ORDERING(journey, journey_same, tp_compare_journeys)

/* Hashes are those of the newest image, whichever was stored. */
PG_FUNCTION_INFO_V1(journey_hash);
Datum
journey_hash(PG_FUNCTION_ARGS)
{
	bool		made;
	struct varlena *v = newest_image(PG_GETARG_DATUM(0), &made);
	Datum		hash = hash_any((unsigned char *) VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v));

	if (made)
		pfree(v);
	return hash;
}

PG_FUNCTION_INFO_V1(journey_hash_extended);
Datum
journey_hash_extended(PG_FUNCTION_ARGS)
{
	bool		made;
	struct varlena *v = newest_image(PG_GETARG_DATUM(0), &made);
	Datum		hash = hash_any_extended((unsigned char *) VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v),
										 PG_GETARG_INT64(1));

	if (made)
		pfree(v);
	return hash;
}

/* journey(path touchpoint[], started, step): a contact every step. */
PG_FUNCTION_INFO_V1(journey_from_path);
Datum
journey_from_path(PG_FUNCTION_ARGS)
{
	ArrayType  *path = PG_GETARG_ARRAYTYPE_P(0);
	int64_t		step = tp_interval_usecs(PG_GETARG_INTERVAL_P(2), "step");
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	ArrayIterator rows;
	Datum		element;
	bool		isnull;
	tp_builder	b;
	tp_contact	c = {.time = PG_GETARG_TIMESTAMPTZ(1)};
	tp_error	err;
	Datum		d;

	if (step == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step must be greater than zero"),
				 errhint("Write how far contacts stand apart, such as '1 second'.")));
	if (ARR_NDIM(path) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a path must be one-dimensional"),
				 errhint("Write an array of touchpoints, such as '{web/search,web/checkout}'.")));
	tp_builder_init(&b, &mem);
	rows = array_create_iterator(path, 0, NULL);
	while (array_iterate(rows, &element, &isnull))
	{
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a path must not hold NULL"),
					 errhint("Remove it with array_remove(path, NULL).")));
		if (tp_contact_check(&c, TP_BAD_ARGUMENT, &err) != TP_OK ||
			tp_builder_add(&b, tp_datum_entry(element), &c, NULL, &err) != TP_OK)
			tp_raise(&err);
		if (pg_add_s64_overflow(c.time, step, &c.time))
			c.time = PG_INT64_MAX - 1;	/* past every time, and not infinite */
		TP_CHECK_AT(b.count);
	}
	tp_builder_datum(&b, &d, NULL);
	return d;
}

/* journey || journey */
TP_FUNCTION(journey_merge, tp_join_journeys(fcinfo, tp_journey_merge))

/* journey || contact_record */
PG_FUNCTION_INFO_V1(journey_add);
Datum
journey_add(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_builder	builder;
	tp_journey	a;
	tp_contact	c;
	const uint8_t *entry,
			   *properties;
	tp_error	err;
	Datum		d;

	PG_GETARG_JOURNEY(0, &a);
	tp_datum_contact(PG_GETARG_DATUM(1), &c, &entry, &properties);
	tp_builder_init(&builder, &mem);
	if (tp_builder_add_journey(&builder, &a, &err) != TP_OK ||
		tp_builder_add(&builder, entry, &c, properties, &err) != TP_OK)
		tp_raise(&err);
	tp_builder_datum(&builder, &d, NULL);
	tp_builder_release(&builder);
	return d;
}

/* Does j pass through all, or any, of an array of touchpoints? A NULL is none that it passes. */
static bool
passes(FunctionCallInfo fcinfo, bool all)
{
	ArrayIterator rows = array_create_iterator(PG_GETARG_ARRAYTYPE_P(1), 0, NULL);
	tp_touchpoint *entries;
	tp_journey	j;
	Datum		element;
	bool		isnull;
	size_t		n = 0;

	PG_GETARG_JOURNEY(0, &j);
	entries = tp_dictionary(&j);
	while (array_iterate(rows, &element, &isnull))
	{
		tp_touchpoint t;
		uint32_t	at;

		if (!isnull)
			t = tp_entry_view(tp_datum_entry(element));
		if ((!isnull && tp_touchpoint_find(entries, j.entries, &t, &at)) != all)
			return !all;
		TP_CHECK_AT(n);
		n++;
	}
	return all;
}

PG_FUNCTION_INFO_V1(journey_contains);
Datum
journey_contains(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(passes(fcinfo, true));
}

PG_FUNCTION_INFO_V1(journey_overlaps);
Datum
journey_overlaps(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(passes(fcinfo, false));
}

TP_USAGE(journey_of_text, "a journey is made of touchpoints, not of text",
		 "Write journey(ARRAY['web/a', 'app/b']::touchpoint[]).")
