/*
 * types.h
 *	  Between datums and the core: touchpoints, contact records, journeys, intervals, rows.
 */
#ifndef TP_TYPES_H
#define TP_TYPES_H

#include "base/tp_pg.h"

#include "access/htup.h"
#include "access/tupdesc.h"
#include "utils/timestamp.h"

#include "journey/tp_step.h"

/* The entry within a touchpoint datum; what was detoasted stays in the current context. */
extern const uint8_t *tp_datum_entry(Datum d);
extern Datum tp_entry_datum(const uint8_t *entry);
extern Datum tp_view_datum(const tp_touchpoint *t);

/* The contact in a contact_record datum; entry points into it, and properties, NULL where it has none. */
extern void tp_datum_contact(Datum d, tp_contact *c, const uint8_t **entry, const uint8_t **properties);
extern Datum tp_contact_datum(const tp_contact *c, const uint8_t *entry, const uint8_t *properties);

/*
 * A contact of arguments: the time at arg, behind it nargs - 1 of score, expected, and all or none
 * of cost, duration, value, initiator, id. Raises what tp_contact_check finds.
 */
extern void tp_get_fields(FunctionCallInfo fcinfo, int arg, int nargs, tp_contact *c);

/* The set of a jsonb argument, in the current context; NULL where it is NULL or {}. Sets c->set. */
extern const uint8_t *tp_get_properties(FunctionCallInfo fcinfo, int arg, tp_contact *c);
extern tp_initiator tp_get_initiator(const text *t);

/* score - expected; 22003 when that overflows. */
extern double tp_gap(double score, double expected);

/* A whole journey, or only its header where the value lies out of line and has a summary. */
extern void tp_datum_journey(Datum d, tp_journey *j);
extern void tp_datum_journey_header(Datum d, tp_journey *j);

/*
 * Fetch ahead what lies below a datum. Tuples stand on a heap page from its end downwards, so where d lies on one
 * that is what the scan comes to next, and work on d hides the wait for it. Elsewhere it asks for lines in vain:
 * nothing is read, so no address can be a wrong one.
 */
#define TP_LINES_AHEAD 5

static inline void
tp_read_ahead(Datum d)
{
	uintptr_t	at = (uintptr_t) DatumGetPointer(d);

	for (uintptr_t line = 1; line <= TP_LINES_AHEAD; line++)
		tp_prefetch((const void *) (at - 64 * line));
}

#define PG_GETARG_JOURNEY(n, j) tp_datum_journey(PG_GETARG_DATUM(n), (j))

/* The dictionary of j, in the current context. */
extern tp_touchpoint *tp_dictionary(const tp_journey *j);

/* The class of each entry (tp_part_classes), in the current context. */
extern uint16_t *tp_classes(const tp_journey *j, const tp_touchpoint *entries, tp_part part);

/* The journey that b builds, in the current context; soft errors into escontext. False when soft. */
extern bool tp_builder_datum(const tp_builder *b, Datum *d, struct Node *escontext);

/* The journey of j's contacts that keep says. */
extern Datum tp_select(const tp_journey *j, const bool *keep);

/* The journey of j's contacts from, from + 1, ... before to; the empty one when to <= from. */
extern Datum tp_run_datum(const tp_journey *j, uint32_t from, uint32_t to);

/* The same for who cuts many runs out of one journey and has its dictionary. */
extern Datum tp_run_of(const tp_journey *j, const tp_touchpoint *entries, uint32_t from, uint32_t to);

/* The same of the n contacts at these positions, which rise. */
extern Datum tp_contacts_of(const tp_journey *j, const tp_touchpoint *entries, const uint32_t *position, uint32_t n);

/* A part's name, as a setting: NULL and unknown names are 22023. */
extern tp_aspect tp_get_part(FunctionCallInfo fcinfo, int arg);

/* Let j answer questions about a part: where it is a property, j becomes its projection (tp_properties.h). */
extern void tp_project_journey(tp_journey *j, const tp_part_key *key);

static inline void
tp_project(tp_journey *j, tp_part part, const tp_part_key *key)
{
	if (unlikely(part == TP_PART_PROPERTY))
		tp_project_journey(j, key);
}

static inline void
tp_take_part(tp_journey *j, const tp_aspect *aspect)
{
	tp_project(j, aspect->part, &aspect->key);
}

/* Is t the name of part, which for a property comes with its key? */
static inline bool
tp_is_part(const text *t, tp_part part, const tp_part_key *key)
{
	return tp_is_aspect(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), part, key->bytes, key->len);
}

/* The journey in argument 1 for a state that counts parts; part is the state's, one more than the tp_part. */
static inline void
tp_get_counted(FunctionCallInfo fcinfo, uint8_t part, const tp_part_key *key, tp_journey *j)
{
	PG_GETARG_JOURNEY(1, j);
	tp_project(j, (tp_part) (part - 1), key);
}

/* A property of each contact as text: class 0 has none, contacts of one class have equal text. */
typedef struct tp_property_parts
{
	uint32_t   *of;				/* of each contact, its class */
	Datum	   *text;			/* of each class from 1 on */
	uint32_t	classes;
} tp_property_parts;

extern void tp_property_parts_of(const tp_journey *j, const tp_part_key *key, tp_property_parts *out);

/* Properties between jsonb and the core: the set of an object, added to out (nothing for {}). */
struct JsonbContainer;
extern void tp_jsonb_set(struct JsonbContainer *object, tp_buffer *out);
extern Datum tp_set_jsonb(const uint8_t *set);

/* The sets of properties of j, in the current context; set n is [n - 1]. NULL where there are none. */
extern const uint8_t **tp_sets(const tp_journey *j);

/*
 * The steps in the n text arguments from `first` on, bit 0 and up. They are kept in fn_extra, which they have
 * for themselves, and used again while the texts stay the same; where fn_extra does not last they are read
 * anew. Malformed ones are 42601, malformed globs in them 22P02.
 */
extern tp_steps *tp_get_steps(FunctionCallInfo fcinfo, int first, int n);

/* Add the step in a text as this bit. */
extern void tp_add_step(tp_steps *steps, const struct varlena *text, uint32_t bit);

/* One part of a touchpoint as text, or as text form; *isnull where it is absent. */
extern Datum tp_part_datum(const tp_touchpoint *t, tp_part part, bool *isnull);

/* Microseconds of an interval with days of 24 hours; months and negatives are 22023. */
extern int64_t tp_interval_usecs(const Interval *i, const char *name);

/* An interval as timestamptz - timestamptz gives it. */
extern Datum tp_usecs_interval(int64_t usecs);

/*
 * Is argument n a constant of the plan? A parameter is not enough: PL/pgSQL keeps call sites from one
 * execution to the next and changes what they are given. False where the call is not known.
 */
extern bool tp_is_constant(FunctionCallInfo fcinfo, int n);

/* The row type that this function returns, looked up once a call site. */
extern TupleDesc tp_result_desc(FunctionCallInfo fcinfo);
extern Datum tp_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

/* The journey that join makes of arguments 0 and 1. */
typedef tp_status (*tp_joiner) (const tp_memory *mem, const tp_journey *a, const tp_journey *b, tp_buffer *out, tp_error *err);
extern Datum tp_join_journeys(FunctionCallInfo fcinfo, tp_joiner join);

/* -1, 0, 1 of two journeys in contact order. */
extern int	tp_compare_journeys(Datum a, Datum b);

#endif							/* TP_TYPES_H */
