/*
 * journey_identity.c
 *	  Ids of contacts in SQL: made of keys, taken out, corrected, asked for their order.
 */
#include "journey/types.h"

#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

#include "base/tp_array.h"
#include "base/tp_host.h"
#include "journey/tp_journey_identity.h"

/* contact_id(text): of the bytes in UTF-8, so that databases of every encoding agree. */
PG_FUNCTION_INFO_V1(contact_id_text);
Datum
contact_id_text(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	size_t		len;
	const char *utf8 = tp_host_to_utf8(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), &len);

	PG_RETURN_INT64(tp_contact_id(utf8, len));
}

/* contact_id(uuid): of its text form, so that a source which has the key as text gives the same id. */
PG_FUNCTION_INFO_V1(contact_id_uuid);
Datum
contact_id_uuid(PG_FUNCTION_ARGS)
{
	char	   *key = DatumGetCString(DirectFunctionCall1(uuid_out, PG_GETARG_DATUM(0)));

	PG_RETURN_INT64(tp_contact_id(key, strlen(key)));
}

/* A bigint[] of one dimension, or empty, without NULL, in memory of its own. */
static int64 *
ids_of(ArrayType *array, size_t *n)
{
	int64	   *ids;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("ids must be one-dimensional"),
				 errhint("Write an array of ids, such as '{17,18}'.")));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("ids must not hold NULL"),
				 errdetail("A contact without id cannot be named by one."),
				 errhint("Remove it with array_remove(ids, NULL); journey - journey takes out contacts without id.")));
	*n = (size_t) ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	ids = palloc(*n * sizeof(int64) + 1);
	memcpy(ids, ARR_DATA_PTR(array), *n * sizeof(int64));
	return ids;
}

/* remove_contacts(journey, ids): not strict, since NULL ids would leave NULL of the journey in silence. */
PG_FUNCTION_INFO_V1(remove_contacts);
Datum
remove_contacts(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	int64	   *ids;
	size_t		n;
	tp_journey	j;
	tp_buffer	out;
	tp_error	err;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("ids must not be NULL"),
				 errhint("array_agg() of no rows is NULL: write coalesce(array_agg(id), '{}').")));
	ids = ids_of(PG_GETARG_ARRAYTYPE_P(1), &n);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_GETARG_JOURNEY(0, &j);
	tp_varlena_begin(&out, &mem);
	tp_check(tp_journey_without(&mem, &j, ids, n, &out, &err), &err);
	return tp_varlena_end(&out);
}

TP_FUNCTION(replace_contacts, tp_join_journeys(fcinfo, tp_journey_replace))

/* journey - journey */
TP_FUNCTION(journey_difference, tp_join_journeys(fcinfo, tp_journey_difference))

PG_FUNCTION_INFO_V1(tied_contacts);
Datum
tied_contacts(PG_FUNCTION_ARGS)
{
	tp_journey	j;

	PG_GETARG_JOURNEY(0, &j);
	PG_RETURN_INT32((int32) tp_journey_tied(&j));
}
