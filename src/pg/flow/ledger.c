/*
 * ledger.c
 *	  The type touchpoint_ledger in SQL, and what its aggregates share.
 */
#include "flow/ledger.h"

#include "utils/builtins.h"

#include "base/forms.h"
#include "flow/flow.h"

#define WIRE_VERSION 1

TP_EXPANDED(ledger_type, tp_ledger)

tp_ledger *
tp_ledger_state(FunctionCallInfo fcinfo, tp_expanded **e)
{
	*e = tp_open_state(fcinfo, &ledger_type);
	return (*e)->core;
}

Datum
tp_ledger_row(FunctionCallInfo fcinfo, int kind, tp_ledger_counter count)
{
	tp_expanded *e;
	tp_ledger  *t = tp_ledger_state(fcinfo, &e);
	tp_journey	j;
	tp_error	err;

	if (unlikely(PG_ARGISNULL(2) || t->kind != kind ||
				 !tp_is_part(PG_GETARG_TEXT_PP(2), (tp_part) (t->part - 1), &t->key)))
	{
		tp_aspect	aspect = tp_get_part(fcinfo, 2);

		tp_check(tp_ledger_set(t, kind, &aspect, &err), &err);
	}
	if (!PG_ARGISNULL(1))
	{
		tp_get_counted(fcinfo, t->part, &t->key, &j);
		tp_check(count(fcinfo, t, &j, &err), &err);
	}
	return tp_state_datum(e);
}

static TP_EXPANDED_VIEW(get_ledger, tp_ledger)

void
tp_get_ledger(FunctionCallInfo fcinfo, tp_ledger_view *v)
{
	get_ledger(PG_GETARG_DATUM(0), v);
}

TP_EXPANDED_READER(parse_ledger, ledger_type, tp_ledger, tp_ledger_parse)
TP_EXPANDED_WRITER(write_ledger, get_ledger, tp_ledger, tp_ledger_write)
TP_IN(touchpoint_ledger, parse_ledger)
TP_OUT(touchpoint_ledger, write_ledger)

/* u8 version, text form */
PG_FUNCTION_INFO_V1(touchpoint_ledger_recv);
Datum
touchpoint_ledger_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			size;

	tp_expect_version(message, WIRE_VERSION, "touchpoint_ledger");
	return tp_form_received(pq_getmsgtext(message, message->len - message->cursor, &size), parse_ledger);
}

PG_FUNCTION_INFO_V1(touchpoint_ledger_send);
Datum
touchpoint_ledger_send(PG_FUNCTION_ARGS)
{
	size_t		len;
	const char *text = tp_form_text(PG_GETARG_DATUM(0), write_ledger, &len);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbyte(&out, WIRE_VERSION);
	pq_sendtext(&out, text, (int) len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* Combine function: the state and one more ledger. */
TP_FUNCTION(touchpoint_ledger_merge, tp_merge_states(fcinfo, &ledger_type))
