/*
 * host.c
 *	  The server as the core's host: the module itself, memory, number text, reports.
 */
#include "base/tp_pg.h"

#include "base/tp_host.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "touchpoint", .version = "0.2.0");
#else
PG_MODULE_MAGIC;
#endif

int
tp_host_number(double v, char out[TP_NUMBER_SIZE])
{
	return double_to_shortest_decimal_buf(v, out);
}

size_t
tp_host_clip(const char *s, size_t len, size_t limit)
{
	return (size_t) pg_mbcliplen(s, (int) Min(len, (size_t) 1024), (int) limit);
}

size_t
tp_host_char(const char *s, size_t len)
{
	size_t		n = (size_t) pg_encoding_mblen(GetDatabaseEncoding(), s);

	return n < len ? n : len;
}

/*
 * A database in SQL_ASCII knows bytes, not characters: they pass as they are, as the server's own text
 * does there, so that whatever can be stored can be sent and received.
 */
const char *
tp_host_to_utf8(const char *s, size_t len, size_t *out_len)
{
	const char *utf8;

	if (len == 0 || GetDatabaseEncoding() == PG_SQL_ASCII)
	{
		*out_len = len;
		return s;
	}
	utf8 = pg_server_to_any(s, (int) len, PG_UTF8);
	*out_len = utf8 == s ? len : strlen(utf8);
	return utf8;
}

const char *
tp_host_from_utf8(const char *s, size_t len, size_t *out_len)
{
	const char *text = pg_any_to_server(s, (int) len, GetDatabaseEncoding() == PG_SQL_ASCII ? PG_SQL_ASCII : PG_UTF8);

	*out_len = text == s ? len : strlen(text);
	return text;
}

static void *
host_alloc(void *context, size_t size)
{
	if (size > MaxAllocHugeSize)
		return NULL;
	return MemoryContextAllocExtended((MemoryContext) context, size,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
}

static void *
host_resize(void *context, void *chunk, size_t size)
{
	(void) context;
	if (size > MaxAllocHugeSize)
		return NULL;
	return repalloc_huge(chunk, size);
}

static void
host_release(void *context, void *chunk)
{
	(void) context;
	pfree(chunk);
}

static bool
host_interrupted(void *context)
{
	(void) context;
	CHECK_FOR_INTERRUPTS();
	return false;
}

tp_memory
tp_pg_memory(MemoryContext context)
{
	tp_memory	mem = {host_alloc, host_resize, host_release, host_interrupted, context};

	return mem;
}

void
tp_varlena_begin(tp_buffer *b, const tp_memory *mem)
{
	tp_buffer_init(b, mem);
	if (tp_buffer_reserve(b, 256) != NULL)
		b->len = VARHDRSZ;
}

Datum
tp_varlena_end(tp_buffer *b)
{
	if (b->failed)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	if (b->len > MaxAllocSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("the value is too large: %zu bytes", b->len)));
	SET_VARSIZE(b->data, b->len);
	return PointerGetDatum(b->data);
}

static int
sqlstate_of(tp_status status)
{
	switch (status)
	{
		case TP_BAD_TEXT:
			return ERRCODE_INVALID_TEXT_REPRESENTATION;
		case TP_BAD_BINARY:
			return ERRCODE_INVALID_BINARY_REPRESENTATION;
		case TP_BAD_PATTERN:
			return ERRCODE_SYNTAX_ERROR;
		case TP_OUT_OF_RANGE:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		case TP_BAD_ARGUMENT:
			return ERRCODE_INVALID_PARAMETER_VALUE;
		case TP_PAST_LIMIT:
			return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		case TP_NO_MEMORY:
			return ERRCODE_OUT_OF_MEMORY;
		case TP_CORRUPT:
			return ERRCODE_DATA_CORRUPTED;
		case TP_OK:
		case TP_INTERRUPTED:
			break;
	}
	return ERRCODE_INTERNAL_ERROR;
}

void
tp_report(const tp_error *err, struct Node *escontext)
{
	errsave(escontext,
			(errcode(sqlstate_of(err->status)),
			 errmsg_internal("%s", err->message),
			 err->detail[0] != '\0' ? errdetail_internal("%s", err->detail) : 0,
			 err->hint[0] != '\0' ? errhint("%s", err->hint) : 0));
}

void
tp_raise(const tp_error *err)
{
	tp_report(err, NULL);
	pg_unreachable();
}

void
tp_null_setting(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must not be NULL", name),
			 errhint("It is a setting, not data: give it a value.")));
}

void
tp_changed_setting(const char *name, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must be the same on every row of %s", name, what),
			 errhint("It is a setting: pass a constant.")));
}

void
tp_raise_not_finite(double v, const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s must be finite, not %s", name, tp_not_finite(v)),
			 errhint("Use NULL for what is not known.")));
}
