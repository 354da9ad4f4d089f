/*
 * ledger.c
 *	  The type touchpoint_ledger in SQL, and what its aggregates share.
 */
#include "flow/ledger.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#define WIRE_VERSION 1

static void
init_ledger(void *core, const tp_memory *mem)
{
	tp_ledger_init(core, mem);
}

static tp_status
merge_ledger(void *core, const void *image, size_t size, tp_error *err)
{
	tp_ledger   *t = core;
	tp_ledger_view v;
	tp_status	status = tp_ledger_open(&v, &t->mem, image, size, err);

	if (status == TP_OK)
	{
		status = tp_ledger_merge(t, &v, err);
		tp_release(&t->mem, v.key);
	}
	return status;
}

static tp_status
encode_ledger(const void *core, tp_buffer *out, tp_error *err)
{
	return tp_ledger_encode(core, out, err);
}

static const tp_expanded_type ledger_type = {sizeof(tp_ledger), init_ledger, merge_ledger, encode_ledger};

tp_ledger *
tp_ledger_state(FunctionCallInfo fcinfo, tp_expanded **e)
{
	*e = tp_open_state(fcinfo, &ledger_type);
	return (*e)->core;
}

void
tp_get_ledger(FunctionCallInfo fcinfo, tp_ledger_view *v)
{
	struct varlena *flat = PG_GETARG_VARLENA_PP(0);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;

	if (tp_ledger_open(v, &mem, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &err) != TP_OK)
		tp_raise(&err);
}

static bool
read_text(const char *text, struct Node *escontext, int status, Datum *d)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_ledger	t;
	tp_error	err;

	tp_ledger_init(&t, &mem);
	if (tp_ledger_parse(&t, text, strlen(text), &err) != TP_OK)
	{
		if (status != TP_OK)
			err.status = (tp_status) status;
		tp_report(&err, escontext);
		return false;
	}
	*d = tp_flat_datum(&t, &ledger_type);
	return true;
}

static void
write_text(FunctionCallInfo fcinfo, tp_buffer *b, const tp_memory *mem)
{
	tp_ledger_view v;

	tp_get_ledger(fcinfo, &v);
	tp_buffer_init(b, mem);
	tp_ledger_write(b, &v);
	tp_buffer_byte(b, '\0');
	if (b->failed)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
}

PG_FUNCTION_INFO_V1(touchpoint_ledger_in);
Datum
touchpoint_ledger_in(PG_FUNCTION_ARGS)
{
	Datum		d;

	if (!read_text(PG_GETARG_CSTRING(0), fcinfo->context, TP_OK, &d))
		PG_RETURN_NULL();
	return d;
}

PG_FUNCTION_INFO_V1(touchpoint_ledger_out);
Datum
touchpoint_ledger_out(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;

	write_text(fcinfo, &b, &mem);
	PG_RETURN_CSTRING(b.data);
}

/* u8 version, text form */
PG_FUNCTION_INFO_V1(touchpoint_ledger_recv);
Datum
touchpoint_ledger_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version = message->cursor < message->len ? pq_getmsgbyte(message) : 0;
	char	   *text;
	int			size;
	Datum		d;

	if (version != WIRE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary touchpoint_ledger: unknown version %d", version),
				 errhint("Send what the type's send function wrote.")));
	text = pq_getmsgtext(message, message->len - message->cursor, &size);
	read_text(text, NULL, TP_BAD_BINARY, &d);
	return d;
}

PG_FUNCTION_INFO_V1(touchpoint_ledger_send);
Datum
touchpoint_ledger_send(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	StringInfoData out;
	tp_buffer	b;

	write_text(fcinfo, &b, &mem);
	pq_begintypsend(&out);
	pq_sendbyte(&out, WIRE_VERSION);
	pq_sendtext(&out, b.data, (int) b.len - 1);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* Combine function: the state and one more ledger. */
PG_FUNCTION_INFO_V1(touchpoint_ledger_merge);
Datum
touchpoint_ledger_merge(PG_FUNCTION_ARGS)
{
	struct varlena *flat;
	tp_expanded *e;
	tp_error	err;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		return PG_GETARG_DATUM(0);
	}
	flat = PG_GETARG_VARLENA_PP(1);
	e = tp_open_state(fcinfo, &ledger_type);
	if (merge_ledger(e->core, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &err) != TP_OK)
		tp_raise(&err);
	return tp_state_datum(e);
}
