/*
 * journey_agg.c
 *	  journey_agg and rollup: from rows, or from journeys, in any order to one journey.
 *
 * The state is a tp_builder: it packs contacts into a log as they come and sorts at the end, so no
 * ORDER BY is needed and partial states combine by appending.
 */
#include "journey/types.h"

#include "libpq/pqformat.h"
#include "utils/memutils.h"

#include "base/state.h"

#define STATE_VERSION 2

/* The builder in argument 0, made in the aggregate's context when it is NULL. */
static tp_builder *
get_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	tp_memory	mem;
	tp_builder *b;

	if (!PG_ARGISNULL(0))
		return (tp_builder *) PG_GETARG_POINTER(0);
	context = tp_aggregate_context(fcinfo);
	b = MemoryContextAlloc(context, sizeof(tp_builder));
	mem = tp_pg_memory(context);
	tp_builder_init(b, &mem);
	return b;
}

static Datum
no_row(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return PG_GETARG_DATUM(0);
}

/* (touchpoint, timestamptz [, score [, expected [, cost, duration, value, initiator, id [, properties]]]]) */
PG_FUNCTION_INFO_V1(journey_agg_row);
Datum
journey_agg_row(PG_FUNCTION_ARGS)
{
	tp_builder *b;
	tp_contact	c;
	const uint8_t *properties = NULL;
	tp_error	err;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return no_row(fcinfo);
	tp_get_fields(fcinfo, 2, Min(PG_NARGS() - 2, 8), &c);
	if (PG_NARGS() > 10)
		properties = tp_get_properties(fcinfo, 10, &c);
	b = get_state(fcinfo);
	if (unlikely(tp_builder_add(b, tp_datum_entry(PG_GETARG_DATUM(1)), &c, properties, &err) != TP_OK))
		tp_raise(&err);
	PG_RETURN_POINTER(b);
}

PG_FUNCTION_INFO_V1(journey_agg_contact);
Datum
journey_agg_contact(PG_FUNCTION_ARGS)
{
	tp_builder *b;
	tp_contact	c;
	const uint8_t *entry,
			   *properties;
	tp_error	err;

	if (PG_ARGISNULL(1))
		return no_row(fcinfo);
	tp_datum_contact(PG_GETARG_DATUM(1), &c, &entry, &properties);
	b = get_state(fcinfo);
	if (unlikely(tp_builder_add(b, entry, &c, properties, &err) != TP_OK))
		tp_raise(&err);
	PG_RETURN_POINTER(b);
}

PG_FUNCTION_INFO_V1(journey_agg_journey);
Datum
journey_agg_journey(PG_FUNCTION_ARGS)
{
	tp_builder *b;
	tp_journey	j;
	tp_error	err;

	if (PG_ARGISNULL(1))
		return no_row(fcinfo);
	PG_GETARG_JOURNEY(1, &j);
	b = get_state(fcinfo);
	if (tp_builder_add_journey(b, &j, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_POINTER(b);
}

PG_FUNCTION_INFO_V1(journey_agg_combine);
Datum
journey_agg_combine(PG_FUNCTION_ARGS)
{
	tp_builder *b;
	tp_error	err;

	if (PG_ARGISNULL(1))
		return no_row(fcinfo);
	b = get_state(fcinfo);
	if (tp_builder_add_builder(b, (tp_builder *) PG_GETARG_POINTER(1), &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_POINTER(b);
}

PG_FUNCTION_INFO_V1(journey_agg_final);
Datum
journey_agg_final(PG_FUNCTION_ARGS)
{
	Datum		d;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	tp_builder_datum((tp_builder *) PG_GETARG_POINTER(0), &d, NULL);
	return d;
}

/* u8 version, u32 contacts, u32 entries, u32 sets of properties, entries, sets, log; between processes of one server only. */
PG_FUNCTION_INFO_V1(journey_agg_serialize);
Datum
journey_agg_serialize(PG_FUNCTION_ARGS)
{
	tp_builder *b = (tp_builder *) PG_GETARG_POINTER(0);
	StringInfoData out;

	if (b->log.len + b->dictionary.len + (b->sets != NULL ? b->sets->bytes.len : 0) > MaxAllocSize - 64)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the partial journey is too large: %zu bytes", b->log.len),
				 errhint("Keep one journey a case, or a year, instead of one for all time.")));
	pq_begintypsend(&out);
	pq_sendbyte(&out, STATE_VERSION);
	pq_sendint32(&out, b->count);
	pq_sendint32(&out, b->entries);
	pq_sendint32(&out, b->sets != NULL ? b->sets->count : 0);
	pq_sendbytes(&out, b->dictionary.data, (int) b->dictionary.len);
	if (b->sets != NULL)
		pq_sendbytes(&out, b->sets->bytes.data, (int) b->sets->bytes.len);
	pq_sendbytes(&out, b->log.data, (int) b->log.len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static void
bad_state(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("malformed partial journey")));
}

/* Every byte is read through the builder's own functions, so nothing in it is taken on trust. */
PG_FUNCTION_INFO_V1(journey_agg_deserialize);
Datum
journey_agg_deserialize(PG_FUNCTION_ARGS)
{
	bytea	   *state = PG_GETARG_BYTEA_PP(0);
	const uint8_t *at = (const uint8_t *) VARDATA_ANY(state);
	const uint8_t *end = at + VARSIZE_ANY_EXHDR(state);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_builder *b = palloc(sizeof(tp_builder));
	const uint8_t **entry,
			  **set;
	uint32		count,
				entries,
				sets;
	tp_error	err;

	tp_aggregate_context(fcinfo);
	if (end - at < 13 || *at != STATE_VERSION)
		bad_state();
	memcpy(&count, at + 1, 4);
	memcpy(&entries, at + 5, 4);
	memcpy(&sets, at + 9, 4);
	count = pg_ntoh32(count);
	entries = pg_ntoh32(entries);
	sets = pg_ntoh32(sets);
	at += 13;
	if (entries > TP_DICTIONARY_MAX || sets > count)
		bad_state();
	entry = palloc(sizeof(*entry) * (entries + 1));
	for (uint32 i = 0; i < entries; i++)
	{
		if (end - at < TP_ENTRY_HEAD || (size_t) (end - at) < tp_entry_size(at) ||
			!tp_entry_is_valid(at, tp_entry_size(at)))
			bad_state();
		entry[i] = at;
		at += tp_entry_size(at);
	}
	set = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(*set) * ((Size) Min(sets, (uint32) (end - at)) + 1));
	for (uint32 i = 0; i < sets; i++)
	{
		size_t		size = tp_set_length(at, (size_t) (end - at));

		if (size == 0)
			bad_state();
		set[i] = at;
		at += size;
	}
	tp_builder_init(b, &mem);
	for (uint32 i = 0; i < count; i++)
	{
		const uint8_t *properties = NULL;
		tp_contact	c;
		uint32		code;

		if (end - at >= TP_LOG_SET && tp_load_u16(at) == TP_LOG_WITH_SET)
		{
			uint32		number = tp_load_u32(at + 2);

			if (number == 0 || number > sets)
				bad_state();
			properties = set[number - 1];
			at += TP_LOG_SET;
		}
		if (end - at < 3 || (size_t) (end - at) < 3 + tp_contact_packed_size(at[2]) ||
			(code = tp_load_u16(at)) >= entries)
			bad_state();
		at += 3 + tp_contact_unpack(&c, at[2], at + 3);
		if (tp_contact_check(&c, TP_BAD_BINARY, &err) != TP_OK ||
			tp_builder_add(b, entry[code], &c, properties, &err) != TP_OK)
			tp_raise(&err);
	}
	if (at != end)
		bad_state();
	pfree(entry);
	pfree(set);
	PG_RETURN_POINTER(b);
}
