/*
 * text_state.c
 *	  Growing states that lie in their text form.
 */
#include "base/text_state.h"

#include "utils/memutils.h"

#define WIRE_VERSION 1
#define LEAST_SIZE 16			/* so that a state can be written over by a pointer to the open one */

static void *
new_core(const tp_text_state *type, const tp_memory *mem)
{
	void	   *core = palloc0(type->open.size);

	type->open.init(core, mem);
	return core;
}

tp_status
tp_text_state_merge(const tp_text_state *type, void *core, const void *image, size_t size, tp_error *err)
{
	const char *text = image;
	tp_status	status;

	if (size == 0 || text[size - 1] != '\0')
		return tp_fail(err, TP_CORRUPT, "The stored value is damaged, or a later release wrote it.",
					   "not a %s", type->name);
	status = type->read(core, text, strlen(text), err);
	if (status == TP_BAD_TEXT)
		status = err->status = TP_CORRUPT;
	return status;
}

tp_status
tp_text_state_encode(const tp_text_state *type, const void *core, tp_buffer *out, tp_error *err)
{
	size_t		at = out->len;

	type->write(core, out);
	do
		tp_buffer_byte(out, '\0');
	while (!out->failed && out->len - at < LEAST_SIZE);
	if (!out->failed && out->len > MaxAllocSize)
		return tp_fail(err, TP_PAST_LIMIT, "Take a coarser part, a longer period or fewer of them.",
					   "the state of an aggregate is too large: %zu bytes", out->len);
	return out->failed ? tp_fail_memory(err) : TP_OK;
}

Datum
tp_text_state_in(FunctionCallInfo fcinfo, const tp_text_state *type)
{
	const char *text = PG_GETARG_CSTRING(0);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	void	   *core = new_core(type, &mem);
	tp_error	err;

	if (type->read(core, text, strlen(text), &err) != TP_OK)
	{
		tp_report(&err, fcinfo->context);
		PG_RETURN_NULL();
	}
	return tp_flat_datum(core, &type->open);
}

/* The text in a state, which ends with a zero. */
static const char *
text_of(Datum d, const tp_text_state *type)
{
	struct varlena *flat = PG_DETOAST_DATUM_PACKED(d);
	const char *text = VARDATA_ANY(flat);
	size_t		size = VARSIZE_ANY_EXHDR(flat);

	if (size == 0 || text[size - 1] != '\0')
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("not a %s", type->name),
						errhint("The stored value is damaged, or a later release wrote it.")));
	return text;
}

Datum
tp_text_state_out(FunctionCallInfo fcinfo, const tp_text_state *type)
{
	PG_RETURN_CSTRING(pstrdup(text_of(PG_GETARG_DATUM(0), type)));
}

Datum
tp_text_state_recv(FunctionCallInfo fcinfo, const tp_text_state *type)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	void	   *core = new_core(type, &mem);
	const char *text;
	size_t		size;
	tp_error	err;

	tp_expect_version(message, WIRE_VERSION, type->name);
	size = (size_t) (message->len - message->cursor);
	text = tp_host_from_utf8(pq_getmsgbytes(message, (int) size), size, &size);
	text = pnstrdup(text, size);
	if (type->read(core, text, strlen(text), &err) != TP_OK)
	{
		err.status = TP_BAD_BINARY;
		tp_raise(&err);
	}
	return tp_flat_datum(core, &type->open);
}

Datum
tp_text_state_send(FunctionCallInfo fcinfo, const tp_text_state *type)
{
	const char *text = text_of(PG_GETARG_DATUM(0), type);
	size_t		len;
	const char *utf8 = tp_host_to_utf8(text, strlen(text), &len);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, WIRE_VERSION);
	pq_sendbytes(&out, utf8, (int) len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

void *
tp_text_state_get(FunctionCallInfo fcinfo, const tp_text_state *type)
{
	tp_memory  *mem = palloc(sizeof(tp_memory));
	struct varlena *flat;
	void	   *core;
	tp_error	err;

	if (PG_ARGISNULL(0))
		return NULL;
	core = tp_open_core(PG_GETARG_DATUM(0), &type->open);
	if (core != NULL)
		return core;
	*mem = tp_pg_memory(CurrentMemoryContext);
	flat = PG_GETARG_VARLENA_PP(0);
	core = new_core(type, mem);
	tp_check(type->open.merge(core, VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &err), &err);
	return core;
}
