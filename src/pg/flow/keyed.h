/*
 * keyed.h
 *	  Keyed aggregates: from rows of many customers, without journeys in between.
 *
 * Where an aggregate takes journeys, its keyed form takes customer and contact record, and is what the aggregate is
 * over journey_agg(contact) grouped by customer. Its state is internal, as it must be for memory that it may give
 * up for a file; so Citus gathers rows for it, and there the two queries one in the other stay the way to write it.
 */
#ifndef TP_PG_KEYED_H
#define TP_PG_KEYED_H

#include "journey/tp_keyed.h"
#include "journey/types.h"

#define TP_KEYED_ARGS_MAX 8

/* What a keyed aggregate stands for. */
typedef struct tp_keyed_spec
{
	PGFunction	init;			/* input function of the plain aggregate's state, for '{}' */
	PGFunction	step;			/* its transition function */
	PGFunction	final;			/* its final function; NULL where the state is the answer */
	const char *args;			/* behind the journey: t = varlena, i = interval, v = by value, n = a number of each customer */
	const char *names[TP_KEYED_NUMBERS_MAX];	/* of those numbers */
	tp_keyed_shape shape;		/* that its journeys need to have: none that sums a column takes a plain one */
} tp_keyed_spec;

typedef enum tp_key_type
{
	TP_KEY_BIGINT,
	TP_KEY_TEXT,
	TP_KEY_UUID
} tp_key_type;

/* Transition function: (state, customer, contact, args). */
extern Datum tp_keyed_step(FunctionCallInfo fcinfo, const tp_keyed_spec *spec, tp_key_type type);

/* The others; specs are all that a state can be of, and spec one whose answer is of the same type. */
extern Datum tp_keyed_combine(FunctionCallInfo fcinfo);
extern Datum tp_keyed_serialize(FunctionCallInfo fcinfo, const tp_keyed_spec *specs);
extern Datum tp_keyed_deserialize(FunctionCallInfo fcinfo, const tp_keyed_spec *specs, int n);
extern Datum tp_keyed_final(FunctionCallInfo fcinfo, const tp_keyed_spec *spec);

/* Support function of the combine function: its cost. */
extern Datum tp_keyed_support(FunctionCallInfo fcinfo);

#endif							/* TP_PG_KEYED_H */
