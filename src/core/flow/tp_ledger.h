/*
 * tp_ledger.h
 *	  Credits by part, counts of paths, and of journeys by part: the state of attribution_agg,
 *	  shapley_attribution, path_entropy and conversion_effect_agg.
 *
 * A ledger adds up two numbers for each key. A key is one part of a touchpoint, or for path_entropy
 * a whole path of them: entries one behind the other, in which a part other than the whole
 * touchpoint stands as a label and an absent one as three zero lengths.
 *
 * One image per value, in the server's byte order:
 *
 *	offset 0	u8	version = 1
 *	offset 1	u8	flags: 1 = conversions were asked for
 *	offset 2	u8	kind: 0 = nothing set yet, else what is counted (tp_ledger_kind)
 *	offset 3	u8	part: 0 = nothing set yet, else tp_part + 1
 *	offset 4	u8	1 = some value was known
 *	offset 5	u8	length of the property's key, 0 where the part is none
 *	offset 6	u8	x 2, zero
 *	offset 8	u32	keys
 *	offset 12	u32	zero
 *	offset 16		keys in bytewise order: f64 x 2 sum of conversions and what rounding it left,
 *					f64 x 2 the same of values, u32 length, bytes
 *	behind			the property's key; where conversions were asked for, u64 what (tp_asked)
 *
 * A key of no bytes, in credits, is that of conversions that nothing came before.
 */
#ifndef TP_LEDGER_H
#define TP_LEDGER_H

#include "flow/tp_attribution.h"
#include "base/tp_dekker.h"
#include "journey/tp_intern.h"

#define TP_LEDGER_VERSION	1
#define TP_LEDGER_HEAD		16
#define TP_LEDGER_RECORD		36

/* What is counted: credit by tp_model + 1, or one of these. */
typedef enum tp_ledger_kind
{
	TP_LEDGER_NOTHING = 0,
	TP_LEDGER_SHAPLEY = TP_LAST_NON_DIRECT + 2,
	TP_LEDGER_PATHS,
	TP_LEDGER_EFFECT			/* journeys, and those of them that converted; the absent part stands for all */
} tp_ledger_kind;

#define TP_LEDGER_LAST TP_LEDGER_EFFECT

typedef struct tp_entered
{
	tp_dd		conversions;
	tp_dd		value;
	uint64_t	met;			/* the last journey that had it */
} tp_entered;

typedef struct tp_ledger
{
	tp_memory	mem;
	uint8_t		kind;
	uint8_t		part;
	bool		valued;
	tp_part_key key;			/* of the property that is the part */
	tp_asked	asked;
	tp_intern	keys;			/* of one part: tag and bytes; of paths: tag 0 and entries */
	tp_entered *sum;			/* of each key */
	uint32_t	sums;
	uint32_t	room;
	uint64_t	journeys;
	uint32_t   *map;			/* scratch: keys of a journey's dictionary */
	uint32_t	map_room;
	uint32_t   *times;			/* scratch: contacts of each entry */
	uint32_t	times_room;
	double	   *credit;			/* scratch: of each contact */
	uint32_t	credit_room;
	tp_touchpoint *entry;		/* scratch: a journey's dictionary */
	uint32_t	entry_room;
	bool	   *direct;			/* scratch: of each entry */
	uint32_t	direct_room;
	tp_buffer	path;			/* scratch */
} tp_ledger;

extern void tp_ledger_init(tp_ledger *t, const tp_memory *mem);
extern void tp_ledger_release(tp_ledger *t);

/* Set what is counted, or check that it is what was set before: TP_BAD_ARGUMENT. */
extern tp_status tp_ledger_set(tp_ledger *t, int kind, const tp_aspect *aspect, tp_error *err);

/* The same for who asks for conversions. */
extern tp_status tp_ledger_ask(tp_ledger *t, int kind, const tp_aspect *aspect, const tp_asked *asked, tp_error *err);

/*
 * Weight times the credit of each part by the model that is set; value is weight times the journey's. Here and
 * below j is a projection (tp_journey_project) where the part is a property.
 */
extern tp_status tp_ledger_attribute(tp_ledger *t, const tp_journey *j, double weight, tp_error *err);

/*
 * Shapley values of the game whose worth of a set of parts is what journeys through no other part
 * brought: each journey's conversions and value in equal shares to the different parts it met. K.
 * Zhao, S. Mahboobi, S. Bagheri, "Shapley Value Methods for Attribution Modeling", arXiv 1804.05327.
 * valued: is value known?
 */
extern tp_status tp_ledger_shapley(tp_ledger *t, const tp_journey *j, double conversions, double value, bool valued,
								  tp_error *err);

/*
 * What cut finds in j: each conversion is 1, and its value, shared out over its path by the rule, whose model is the
 * one set, or as tp_ledger_shapley does. A conversion without a path has a key of its own. parts is j, or its projection.
 */
extern tp_status tp_ledger_conversions(tp_ledger *t, const tp_journey *j, const tp_journey *parts, tp_cut *cut,
									   const tp_rule *rule, tp_error *err);

/* Count the path of j. */
extern tp_status tp_ledger_path(tp_ledger *t, const tp_journey *j, tp_error *err);

/* Count j, once for each part that it passes, and whether it converted. */
extern tp_status tp_ledger_effect(tp_ledger *t, const tp_journey *j, bool converted, tp_error *err);

extern tp_status tp_ledger_encode(const tp_ledger *t, tp_buffer *out, tp_error *err);

/* A ledger as it lies in its image. */
typedef struct tp_ledger_key
{
	const uint8_t *entries;
	size_t		size;
	tp_dd		conversions;
	tp_dd		value;
} tp_ledger_key;

typedef struct tp_ledger_view
{
	uint8_t		kind;
	uint8_t		part;
	bool		valued;
	tp_part_key part_key;
	uint64_t	asked;			/* tp_asked.digest */
	uint32_t	keys;
	tp_ledger_key *key;			/* allocated */
} tp_ledger_view;

/* Look into an image, all of which is checked; TP_CORRUPT. Close the view. */
extern tp_status tp_ledger_open(tp_ledger_view *v, const tp_memory *mem, const void *image, size_t size, tp_error *err);

static inline void
tp_ledger_close(tp_ledger_view *v, const tp_memory *mem)
{
	tp_release(mem, v->key);
}

/* Everything in v also in t. TP_BAD_ARGUMENT where they count different things. */
extern tp_status tp_ledger_merge(tp_ledger *t, const tp_ledger_view *v, tp_error *err);

/* Text; reading adds to t, which must be fresh. */
extern void tp_ledger_write(tp_buffer *b, const tp_ledger_view *v);
extern tp_status tp_ledger_parse(tp_ledger *t, const char *text, size_t len, tp_error *err);

/* Keys in the order of their parts instead of their bytes; that of no contact comes last. */
extern tp_status tp_ledger_sort(const tp_memory *mem, tp_ledger_view *v, tp_error *err);

/* For who adds to a ledger: the number of no contact, of each part in j's dictionary (map), and a sum more. */
extern tp_status tp_ledger_no_contact(tp_ledger *t, uint32_t *key, tp_error *err);
extern tp_status tp_ledger_number_parts(tp_ledger *t, const tp_journey *j, tp_error *err);
extern tp_status tp_ledger_out_of_range(tp_error *err);

static inline tp_status
tp_ledger_add(tp_ledger *t, uint32_t key, double conversions, double value, tp_error *err)
{
	tp_entered *sum = &t->sum[key];

	sum->conversions = tp_dd_add_double(sum->conversions, conversions);
	if (value != 0)
		sum->value = tp_dd_add_double(sum->value, value);
	if (tp_unlikely(!isfinite(sum->conversions.hi) || !isfinite(sum->value.hi)))
		return tp_ledger_out_of_range(err);
	return TP_OK;
}

/* -sum p ln p over the keys, p being a key's share of all conversions; NaN where there are none. */
extern double tp_ledger_entropy(const tp_ledger_view *v);

#endif							/* TP_LEDGER_H */
