/*
 * touchpoint.c
 *	  The type touchpoint in SQL.
 */
#include "journey/types.h"

#include "utils/builtins.h"

#include "base/compare.h"
#include "base/forms.h"
#include "base/site.h"
#include "journey/tp_wire.h"

#define READER(name, read) \
static tp_status \
name(const tp_memory *mem, const char *form, size_t size, Datum *d, tp_error *err) \
{ \
	uint8_t		entry[TP_ENTRY_MAX]; \
	tp_status	status = read(form, size, entry, err); \
	(void) mem; \
	if (status == TP_OK) \
		*d = tp_entry_datum(entry); \
	return status; \
}

READER(parse_touchpoint, tp_touchpoint_parse)
READER(receive_touchpoint, tp_wire_read_touchpoint)

#define WRITER(name, write) \
static void \
name(Datum d, tp_buffer *b) \
{ \
	tp_touchpoint t = tp_entry_view(tp_datum_entry(d)); \
	write(b, &t); \
}

WRITER(write_touchpoint, tp_touchpoint_write)
WRITER(send_touchpoint, tp_wire_write_touchpoint)

TP_IN(touchpoint, parse_touchpoint)
TP_OUT(touchpoint, write_touchpoint)
TP_RECV(touchpoint, receive_touchpoint)
TP_SEND(touchpoint, send_touchpoint)

/* touchpoint(channel, label [, stage]) */
PG_FUNCTION_INFO_V1(touchpoint_make);
Datum
touchpoint_make(PG_FUNCTION_ARGS)
{
	const char *part[3] = {NULL, NULL, NULL};
	size_t		len[3] = {0, 0, 0};
	uint8_t		entry[TP_ENTRY_MAX];
	tp_error	err;

	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	for (int i = 0; i < PG_NARGS(); i++)
	{
		if (!PG_ARGISNULL(i))
		{
			text	   *t = PG_GETARG_TEXT_PP(i);

			part[i] = VARDATA_ANY(t);
			len[i] = VARSIZE_ANY_EXHDR(t);
		}
	}
	if (tp_touchpoint_make(part[0], len[0], part[1], len[1], part[2], len[2], entry, &err) != TP_OK)
		tp_raise(&err);
	return tp_entry_datum(entry);
}

static Datum
touchpoint_part(FunctionCallInfo fcinfo, tp_part part)
{
	tp_touchpoint t = tp_entry_view(tp_datum_entry(PG_GETARG_DATUM(0)));

	return tp_part_datum(&t, part, &fcinfo->isnull);
}

TP_FUNCTION(touchpoint_channel, touchpoint_part(fcinfo, TP_PART_CHANNEL))
TP_FUNCTION(touchpoint_label, touchpoint_part(fcinfo, TP_PART_LABEL))
TP_FUNCTION(touchpoint_stage, touchpoint_part(fcinfo, TP_PART_STAGE))

PG_FUNCTION_INFO_V1(touchpoint_text);
Datum
touchpoint_text(PG_FUNCTION_ARGS)
{
	return touchpoint_part(fcinfo, TP_PART_TOUCHPOINT);
}

/* Globs that were compiled before, and the text they were compiled from. */
typedef struct glob_cache
{
	MemoryContext context;
	tp_step		globs;
	size_t		len;
	const char *text;
} glob_cache;

static glob_cache *
make_globs(FunctionCallInfo fcinfo, const text *pattern)
{
	MemoryContext before;
	glob_cache *cache = tp_site_begin(fcinfo, sizeof(glob_cache), "touchpoint glob", &before);
	tp_memory	mem = tp_pg_memory(cache->context);
	char	   *s = text_to_cstring(pattern);
	tp_error	err;

	cache->len = VARSIZE_ANY_EXHDR(pattern);
	cache->text = s;
	/* a touchpoint is no contact: nothing that conditions could ask about */
	if (tp_step_make(&mem, s, cache->len, true, &cache->globs, &err) != TP_OK)
		tp_raise(&err);
	tp_site_kept(fcinfo, cache, before);
	return cache;
}

/* touchpoint ~ globs; they are compiled once while they stay the same. */
PG_FUNCTION_INFO_V1(touchpoint_matches);
Datum
touchpoint_matches(PG_FUNCTION_ARGS)
{
	tp_touchpoint t = tp_entry_view(tp_datum_entry(PG_GETARG_DATUM(0)));
	text	   *pattern = PG_GETARG_TEXT_PP(1);
	size_t		len = VARSIZE_ANY_EXHDR(pattern);
	glob_cache *cache = fcinfo->flinfo->fn_extra;

	if (cache == NULL || cache->len != len || memcmp(cache->text, VARDATA_ANY(pattern), len) != 0)
		cache = make_globs(fcinfo, pattern);
	PG_RETURN_BOOL(tp_step_touches(&cache->globs, &t));
}

static int
touchpoint_order(Datum a, Datum b)
{
	tp_touchpoint x = tp_entry_view(tp_datum_entry(a));
	tp_touchpoint y = tp_entry_view(tp_datum_entry(b));
	int			c = tp_touchpoint_compare(&x, &y);

	return (c > 0) - (c < 0);
}

TP_ORDER(touchpoint, touchpoint_order)

/* What min and max keep. */
PG_FUNCTION_INFO_V1(touchpoint_smaller);
Datum
touchpoint_smaller(PG_FUNCTION_ARGS)
{
	Datum		a = PG_GETARG_DATUM(0);
	Datum		b = PG_GETARG_DATUM(1);

	PG_RETURN_DATUM(touchpoint_order(a, b) <= 0 ? a : b);
}

PG_FUNCTION_INFO_V1(touchpoint_larger);
Datum
touchpoint_larger(PG_FUNCTION_ARGS)
{
	Datum		a = PG_GETARG_DATUM(0);
	Datum		b = PG_GETARG_DATUM(1);

	PG_RETURN_DATUM(touchpoint_order(a, b) >= 0 ? a : b);
}
