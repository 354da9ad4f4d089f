/*
 * contact_record.c
 *	  The type contact_record in SQL.
 */
#include "journey/types.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "base/compare.h"
#include "base/forms.h"
#include "journey/tp_wire.h"

/* A contact of a datum, whose parts point into it. */
typedef struct parts
{
	tp_contact	c;
	const uint8_t *entry;
	const uint8_t *properties;	/* NULL where it has none */
} parts;

static parts
parts_of(Datum d)
{
	parts		p;

	tp_datum_contact(d, &p.c, &p.entry, &p.properties);
	return p;
}

#define READER(name, read) \
static tp_status \
name(const tp_memory *mem, const char *form, size_t size, Datum *d, tp_error *err) \
{ \
	uint8_t		entry[TP_ENTRY_MAX]; \
	tp_contact	c; \
	tp_buffer	properties; \
	tp_status	status; \
	tp_buffer_init(&properties, mem); \
	status = read(form, size, &c, entry, &properties, err); \
	if (status == TP_OK) \
		*d = tp_contact_datum(&c, entry, tp_properties_of(&c, &properties)); \
	return status; \
}

READER(parse_contact, tp_contact_parse)
READER(receive_contact, tp_wire_read_contact)

#define WRITER(name, write) \
static void \
name(Datum d, tp_buffer *b) \
{ \
	parts		p = parts_of(d); \
	tp_touchpoint t = tp_entry_view(p.entry); \
	write(b, &p.c, &t, p.properties); \
}

WRITER(write_contact, tp_contact_write)
WRITER(send_contact, tp_wire_write_contact)

TP_IN(contact_record, parse_contact)
TP_OUT(contact_record, write_contact)
TP_RECV(contact_record, receive_contact)
TP_SEND(contact_record, send_contact)

static uint8_t
get_number(FunctionCallInfo fcinfo, int arg, uint8_t bit, double *v)
{
	if (PG_ARGISNULL(arg))
		return 0;
	*v = PG_GETARG_FLOAT8(arg);
	return bit;
}

tp_initiator
tp_get_initiator(const text *t)
{
	tp_initiator by;

	if (!tp_initiator_parse(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), &by))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown initiator: \"%s\"", tp_excerpt_of(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t)).text),
				 errhint(TP_INITIATOR_HINT)));
	return by;
}

void
tp_get_fields(FunctionCallInfo fcinfo, int time, int nargs, tp_contact *c)
{
	tp_error	err;

	c->time = PG_GETARG_TIMESTAMPTZ(time);
	c->has = 0;
	c->set = 0;
	if (nargs > 1)
		c->has |= get_number(fcinfo, time + 1, TP_HAS_SCORE, &c->score);
	if (nargs > 2)
		c->has |= get_number(fcinfo, time + 2, TP_HAS_EXPECTED, &c->expected);
	if (nargs > 3)
	{
		c->has |= get_number(fcinfo, time + 3, TP_HAS_COST, &c->cost);
		if (!PG_ARGISNULL(time + 4))
		{
			c->duration = tp_interval_usecs(PG_GETARG_INTERVAL_P(time + 4), "the duration of a contact");
			c->has |= TP_HAS_DURATION;
		}
		c->has |= get_number(fcinfo, time + 5, TP_HAS_VALUE, &c->value);
		if (!PG_ARGISNULL(time + 6))
			c->has |= (uint8_t) (tp_get_initiator(PG_GETARG_TEXT_PP(time + 6)) << TP_BY_SHIFT);
		if (!PG_ARGISNULL(time + 7))
		{
			c->id = PG_GETARG_INT64(time + 7);
			c->has |= TP_HAS_ID;
		}
	}
	if (unlikely(tp_contact_check(c, TP_BAD_ARGUMENT, &err) != TP_OK))
		tp_raise(&err);
}

const uint8_t *
tp_get_properties(FunctionCallInfo fcinfo, int arg, tp_contact *c)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	Jsonb	   *jsonb;
	tp_buffer	out;

	c->set = 0;
	if (PG_ARGISNULL(arg))
		return NULL;
	jsonb = PG_GETARG_JSONB_P(arg);
	tp_buffer_init(&out, &mem);
	tp_jsonb_set(&jsonb->root, &out);
	c->set = out.len > 0;
	return tp_properties_of(c, &out);
}

/* contact_record(touchpoint, occurred_at, score, expected, cost, duration, value, initiator, id [, properties]) */
PG_FUNCTION_INFO_V1(contact_record_make);
Datum
contact_record_make(PG_FUNCTION_ARGS)
{
	tp_contact	c;
	const uint8_t *properties = NULL;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	tp_get_fields(fcinfo, 1, Min(PG_NARGS() - 1, 8), &c);
	if (PG_NARGS() > 9)
		properties = tp_get_properties(fcinfo, 9, &c);
	return tp_contact_datum(&c, tp_datum_entry(PG_GETARG_DATUM(0)), properties);
}

PG_FUNCTION_INFO_V1(contact_record_properties);
Datum
contact_record_properties(PG_FUNCTION_ARGS)
{
	parts		p = parts_of(PG_GETARG_DATUM(0));

	if (p.properties == NULL)
		PG_RETURN_NULL();
	return tp_set_jsonb(p.properties);
}

/* property(contact_record, key): its text. */
PG_FUNCTION_INFO_V1(contact_record_property);
Datum
contact_record_property(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(1);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_property value;
	tp_buffer	b;

	tp_set_find(parts_of(PG_GETARG_DATUM(0)).properties, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), &value);
	if (value.kind == TP_PROPERTY_ABSENT)
		PG_RETURN_NULL();
	tp_varlena_begin(&b, &mem);
	tp_property_write(&b, &value);
	return tp_varlena_end(&b);
}

PG_FUNCTION_INFO_V1(contact_record_touchpoint);
Datum
contact_record_touchpoint(PG_FUNCTION_ARGS)
{
	return tp_entry_datum(parts_of(PG_GETARG_DATUM(0)).entry);
}

PG_FUNCTION_INFO_V1(contact_record_occurred_at);
Datum
contact_record_occurred_at(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(parts_of(PG_GETARG_DATUM(0)).c.time);
}

#define FIELD(name, bit, result) \
PG_FUNCTION_INFO_V1(contact_record_##name); \
Datum \
contact_record_##name(PG_FUNCTION_ARGS) \
{ \
	tp_contact	c = parts_of(PG_GETARG_DATUM(0)).c; \
	if (!(c.has & (bit))) \
		PG_RETURN_NULL(); \
	return result; \
}

FIELD(id, TP_HAS_ID, Int64GetDatum(c.id))
FIELD(score, TP_HAS_SCORE, Float8GetDatum(c.score))
FIELD(expected, TP_HAS_EXPECTED, Float8GetDatum(c.expected))
FIELD(cost, TP_HAS_COST, Float8GetDatum(c.cost))
FIELD(duration, TP_HAS_DURATION, tp_usecs_interval(c.duration))
FIELD(value, TP_HAS_VALUE, Float8GetDatum(c.value))
FIELD(initiator, 3 << TP_BY_SHIFT, CStringGetTextDatum(tp_initiator_name(tp_contact_by(&c))))

/* Perceived less expected: negative is a shortfall. */
PG_FUNCTION_INFO_V1(contact_record_gap);
Datum
contact_record_gap(PG_FUNCTION_ARGS)
{
	tp_contact	c = parts_of(PG_GETARG_DATUM(0)).c;

	if (!(c.has & TP_HAS_SCORE) || !(c.has & TP_HAS_EXPECTED))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(tp_gap(c.score, c.expected));
}

double
tp_gap(double score, double expected)
{
	double		gap = score - expected;

	if (unlikely(isinf(gap)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the gap is out of range: %g - %g", score, expected),
				 errhint("Keep scores within the range of double precision.")));
	return gap;
}

static int
contact_record_order(Datum a, Datum b)
{
	parts		x = parts_of(a);
	parts		y = parts_of(b);
	int			c = tp_contact_compare_head(&x.c, &y.c);

	if (c == 0)
	{
		tp_touchpoint t = tp_entry_view(x.entry);
		tp_touchpoint u = tp_entry_view(y.entry);

		c = tp_touchpoint_compare(&t, &u);
	}
	if (c == 0)
		c = tp_contact_compare_tail(&x.c, &y.c);
	if (c == 0)
		c = tp_set_compare(x.properties, y.properties);
	return (c > 0) - (c < 0);
}

TP_ORDER(contact_record, contact_record_order)
