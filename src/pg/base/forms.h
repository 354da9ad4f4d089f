/*
 * forms.h
 *	  The text and binary forms of a type: its input, output, receive and send function.
 *
 * A type says how its value is read of bytes and how it is written to a buffer; what is the same for
 * all of them, fetching the argument, reporting, ending the buffer, is here.
 */
#ifndef TP_FORMS_H
#define TP_FORMS_H

#include "base/tp_pg.h"

#include "libpq/pqformat.h"

/* The datum of a form, in the current context, whose memory mem is. */
typedef tp_status (*tp_form_reader) (const tp_memory *mem, const char *form, size_t size, Datum *d, tp_error *err);

/* Add the form of d to b. */
typedef void (*tp_form_writer) (Datum d, tp_buffer *b);

/* The C string that b holds. */
static inline char *
tp_buffer_cstring(tp_buffer *b)
{
	tp_buffer_byte(b, '\0');
	if (b->failed)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	return b->data;
}

/* The text that write makes of d, in the current context; *len without its final zero. */
static inline char *
tp_form_text(Datum d, tp_form_writer write, size_t *len)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;

	tp_buffer_init(&b, &mem);
	write(d, &b);
	*len = b.len;
	return tp_buffer_cstring(&b);
}

static inline Datum
tp_form_in(FunctionCallInfo fcinfo, tp_form_reader read)
{
	const char *text = PG_GETARG_CSTRING(0);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;
	Datum		d;

	if (read(&mem, text, strlen(text), &d, &err) != TP_OK)
	{
		tp_report(&err, fcinfo->context);
		PG_RETURN_NULL();
	}
	return d;
}

static inline Datum
tp_form_out(FunctionCallInfo fcinfo, tp_form_writer write)
{
	size_t		len;

	PG_RETURN_CSTRING(tp_form_text(PG_GETARG_DATUM(0), write, &len));
}

/* The whole message is the form. */
static inline Datum
tp_form_recv(FunctionCallInfo fcinfo, tp_form_reader read)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			size = message->len - message->cursor;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;
	Datum		d;

	if (read(&mem, pq_getmsgbytes(message, size), (size_t) size, &d, &err) != TP_OK)
		tp_raise(&err);
	return d;
}

static inline Datum
tp_form_send(FunctionCallInfo fcinfo, tp_form_writer write)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;

	tp_varlena_begin(&b, &mem);
	write(PG_GETARG_DATUM(0), &b);
	return tp_varlena_end(&b);
}

/* Take the version, a byte, from the head of a message: 22P03 unless it is this one. */
static inline void
tp_expect_version(StringInfo message, int version, const char *type)
{
	int			its = message->cursor < message->len ? pq_getmsgbyte(message) : 0;

	if (its != version)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary %s: unknown version %d", type, its),
				 errhint("Send what the type's send function wrote.")));
}

/* The datum of a text that came as a binary form: what is wrong with it is 22P03. */
static inline Datum
tp_form_received(const char *text, tp_form_reader read)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;
	Datum		d;

	if (read(&mem, text, strlen(text), &d, &err) != TP_OK)
	{
		err.status = TP_BAD_BINARY;
		tp_raise(&err);
	}
	return d;
}

/* For types whose binary form is u8 version and the text in UTF-8. */
static inline Datum
tp_form_send_text(FunctionCallInfo fcinfo, tp_form_writer write, int version)
{
	size_t		len;
	const char *text = tp_form_text(PG_GETARG_DATUM(0), write, &len);
	const char *utf8 = tp_host_to_utf8(text, len, &len);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, version);
	pq_sendbytes(&out, utf8, (int) len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* For the same types: what malformed text says is no help to who sends bytes. */
static inline Datum
tp_form_recv_text(FunctionCallInfo fcinfo, tp_form_reader read, int version, const char *type)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			found = message->cursor < message->len ? pq_getmsgbyte(message) : -1;
	size_t		len = (size_t) (message->len - message->cursor);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	const char *text;
	tp_error	err;
	Datum		d;

	if (found != version)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary %s: unknown version", type),
				 errhint("Send what the type's send function wrote.")));
	text = tp_host_from_utf8(pq_getmsgbytes(message, (int) len), len, &len);
	if (memchr(text, '\0', len) != NULL || read(&mem, pnstrdup(text, len), len, &d, &err) != TP_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary %s", type),
				 errhint("Send what the type's send function wrote.")));
	return d;
}

#define TP_FORM(type, name, call) TP_FUNCTION(type##_##name, call)

#define TP_IN(type, read) TP_FORM(type, in, tp_form_in(fcinfo, read))
#define TP_OUT(type, write) TP_FORM(type, out, tp_form_out(fcinfo, write))
#define TP_RECV(type, read) TP_FORM(type, recv, tp_form_recv(fcinfo, read))
#define TP_SEND(type, write) TP_FORM(type, send, tp_form_send(fcinfo, write))

#endif							/* TP_FORMS_H */
