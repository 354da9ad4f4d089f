/*
 * journey_sel.c
 *	  What share of journeys pass through touchpoints, match a pattern or reach a step: for the planner.
 */
#include "find/pattern.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

#include "find/journey_gin.h"
#include "find/journey_stats.h"

/*
 * Without statistics: the share of one touchpoint, of a label with a wildcard, of a whole channel or
 * stage, of channels with a wildcard, and of a pattern that is not known.
 */
#define DEFAULT_TOUCHPOINT 0.005
#define DEFAULT_LABELS 0.02
#define DEFAULT_CHANNEL 0.1
#define DEFAULT_CHANNELS 0.2
#define DEFAULT_PATTERN 0.01

/* The same without statistics of properties: the share that has one value of one. */
#define DEFAULT_PROPERTY 0.05

/*
 * Of journeys that pass through all of a pattern's touchpoints, the share in which they come in its order;
 * and the share in which conditions, limits of time and exclusions hold.
 */
#define IN_ORDER 0.5
#define NARROWED 0.5

#define OPERATOR_MATCHES 3

/* The statistics of a column of journeys. */
typedef struct column_stats
{
	bool		known;
	double		nulls;
	bool		has_touchpoints;
	AttStatsSlot touchpoints;
	bool		has_channels;
	AttStatsSlot channels;
	bool		has_properties;
	AttStatsSlot properties;
	double		rest;			/* share of a touchpoint that is not among the most common */
	double		other_value;	/* share of a property's value that is not */
} column_stats;

static void
open_stats(column_stats *s, VariableStatData *var)
{
	AttStatsSlot rest;

	memset(s, 0, sizeof(*s));
	s->rest = DEFAULT_TOUCHPOINT;
	s->other_value = DEFAULT_PROPERTY;
	if (!HeapTupleIsValid(var->statsTuple))
		return;
	s->known = true;
	s->nulls = ((Form_pg_statistic) GETSTRUCT(var->statsTuple))->stanullfrac;
	/* behind the frequencies of the values stand the least and the greatest */
	s->has_touchpoints = get_attstatsslot(&s->touchpoints, var->statsTuple, STATISTIC_KIND_MCELEM, InvalidOid,
										  ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS) &&
		s->touchpoints.nnumbers == s->touchpoints.nvalues + 2;
	s->has_channels = get_attstatsslot(&s->channels, var->statsTuple, TP_STATISTIC_KIND_CHANNELS, InvalidOid,
									   ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS) &&
		s->channels.nnumbers == s->channels.nvalues + 2;
	s->has_properties = get_attstatsslot(&s->properties, var->statsTuple, TP_STATISTIC_KIND_PROPERTIES, InvalidOid,
										 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS) &&
		s->properties.nnumbers == s->properties.nvalues + 2;
	/* what looks otherwise was not written by us */
	if (!s->has_touchpoints)
		s->touchpoints.nvalues = 0;
	if (!s->has_properties)
		s->properties.nvalues = 0;
	if (get_attstatsslot(&rest, var->statsTuple, TP_STATISTIC_KIND_REST, InvalidOid, ATTSTATSSLOT_NUMBERS))
	{
		s->rest = rest.numbers[0];
		if (rest.nnumbers > 1)
			s->other_value = rest.numbers[1];
		free_attstatsslot(&rest);
	}
}

static void
close_stats(column_stats *s)
{
	free_attstatsslot(&s->touchpoints);
	free_attstatsslot(&s->channels);
	free_attstatsslot(&s->properties);
}

/* The number that slot has for the value that order finds among its sorted values; rest for any other. */
static double
number_of(const AttStatsSlot *slot, int (*order) (Datum value, const uint8_t *entry), const uint8_t *entry, double rest)
{
	int			low = 0,
				high = slot->nvalues;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		int			c = order(slot->values[middle], entry);

		if (c == 0)
			return slot->numbers[middle];
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return rest;
}

static int
order_of_touchpoint(Datum value, const uint8_t *entry)
{
	tp_touchpoint v = tp_entry_view(tp_datum_entry(value));
	tp_touchpoint t = tp_entry_view(entry);

	return tp_touchpoint_compare(&v, &t);
}

static int
order_of_bytes(Datum value, const uint8_t *entry)
{
	const bytea *v = DatumGetByteaPP(value);

	return tp_bytes_compare(VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), entry, tp_entry_size(entry));
}

static double
touchpoint_share(const column_stats *s, const uint8_t *entry)
{
	return number_of(&s->touchpoints, order_of_touchpoint, entry, s->rest);
}

static double
channel_share(const column_stats *s, const tp_glob_part *channel)
{
	if (!s->has_channels)
		return 1;
	for (int i = 0; i < s->channels.nvalues; i++)
	{
		text	   *t = DatumGetTextPP(s->channels.values[i]);

		if (VARSIZE_ANY_EXHDR(t) == channel->len && memcmp(VARDATA_ANY(t), channel->text, channel->len) == 0)
			return s->channels.numbers[i];
	}
	return s->rest;
}

/* The share of journeys with a contact that has this value of this property. */
static double
property_share(const column_stats *s, const tp_condition *c)
{
	Datum		d = tp_property_gin_key(c->key, c->key_len, &c->value);

	return number_of(&s->properties, order_of_bytes, tp_datum_entry(d), s->other_value);
}

/* What a glob lets through that nothing is known of: as much as its tightest part does. */
static double
default_share(const tp_glob *glob)
{
	double		share = 1;

	if (!tp_glob_part_is_any(&glob->label))
		share = glob->label.literal ? DEFAULT_TOUCHPOINT : DEFAULT_LABELS;
	if (glob->channel.given && !tp_glob_part_is_any(&glob->channel))
		share = Min(share, glob->channel.literal ? DEFAULT_CHANNEL : DEFAULT_CHANNELS);
	if (glob->stage.given && !tp_glob_part_is_any(&glob->stage))
		share = Min(share, glob->stage.literal ? DEFAULT_CHANNEL : DEFAULT_CHANNELS);
	return share;
}

/*
 * The share of journeys with a contact that matches a glob: of one channel as it was counted, else of the
 * touchpoints that match, taken as independent, but no more than their channel's.
 */
static double
glob_share(const column_stats *s, const tp_glob *glob)
{
	bool		one_channel = glob->channel.given && glob->channel.literal;
	double		none = 1;
	double		share;

	if (one_channel && tp_glob_part_is_any(&glob->label) && !glob->stage.given && s->has_channels)
		return channel_share(s, &glob->channel);
	if (tp_glob_is_any(glob))
		return 1;
	if (!s->has_touchpoints)
		return default_share(glob);
	for (int i = 0; i < s->touchpoints.nvalues; i++)
	{
		tp_touchpoint t = tp_entry_view(tp_datum_entry(s->touchpoints.values[i]));

		CHECK_FOR_INTERRUPTS();
		if (tp_glob_matches(glob, &t))
			none *= 1 - s->touchpoints.numbers[i];
	}
	share = none < 1 ? 1 - none : s->rest;
	if (one_channel)
		share = Min(share, channel_share(s, &glob->channel));
	return share;
}

/* The share of journeys that have what a pattern needs. */
static double
needs_share(const column_stats *s, const tp_needs *needs, uint32_t at)
{
	const tp_need *need = &needs->need[at];
	double		share = 1;

	switch (need->kind)
	{
		case TP_NEED_NOTHING:
			return 1;
		case TP_NEED_PROPERTY:
			return property_share(s, &needs->property[need->first]);
		case TP_NEED_GLOB:
			return glob_share(s, &needs->glob[need->first]);
		case TP_NEED_ALL:
			for (uint32_t child = need->first; child != 0; child = needs->need[child].next)
				share *= needs_share(s, needs, child);
			return share;
		case TP_NEED_ANY:
			for (uint32_t child = need->first; child != 0; child = needs->need[child].next)
				share *= 1 - needs_share(s, needs, child);
			return 1 - share;
	}
	return share;
}

/*
 * The share of journeys that match. That all contacts come in order is asked only of those that not
 * every journey has: a pattern that every journey meets, such as ^ *, is met.
 */
static double
pattern_share(const column_stats *s, const tp_needs *needs)
{
	double		share = needs_share(s, needs, 0);
	bool		ordered = false;

	for (uint32_t i = 0; i < needs->globs; i++)
		ordered |= !tp_glob_is_any(&needs->glob[i]);
	if (ordered && needs->need[0].kind != TP_NEED_NOTHING && !needs->exact)
		share *= IN_ORDER;
	else if (needs->narrow)
		share *= NARROWED;
	return share;
}

static double
array_share(const column_stats *s, Datum d, bool all)
{
	ArrayIterator rows = array_create_iterator(DatumGetArrayTypeP(d), 0, NULL);
	double		share = 1;
	Datum		element;
	bool		isnull;

	while (array_iterate(rows, &element, &isnull))
	{
		double		one = isnull ? 0 : touchpoint_share(s, tp_datum_entry(element));

		CHECK_FOR_INTERRUPTS();
		share *= all ? one : 1 - one;
	}
	return all ? share : 1 - share;
}

typedef enum question
{
	PASSES_ALL,
	PASSES_ANY,
	MATCHES
} question;

static double
estimate(const column_stats *s, Datum d, question q)
{
	tp_needs	needs;

	if (q != MATCHES)
		return array_share(s, d, q == PASSES_ALL);
	tp_datum_needs(d, &needs);
	return pattern_share(s, &needs);
}

/* Restriction selectivity of journey op something. */
static Datum
selectivity(FunctionCallInfo fcinfo, question q)
{
	PlannerInfo *root = (PlannerInfo *) PG_GETARG_POINTER(0);
	List	   *args = (List *) PG_GETARG_POINTER(2);
	int			varRelid = PG_GETARG_INT32(3);
	VariableStatData var;
	Node	   *other;
	bool		on_left;
	column_stats s;
	double		share = q == MATCHES ? DEFAULT_PATTERN : DEFAULT_TOUCHPOINT;

	if (!get_restriction_variable(root, args, varRelid, &var, &other, &on_left))
		PG_RETURN_FLOAT8(share);
	if (on_left && IsA(other, Const))
	{
		if (((Const *) other)->constisnull)
			share = 0;
		else
		{
			open_stats(&s, &var);
			share = estimate(&s, ((Const *) other)->constvalue, q) * (1 - s.nulls);
			close_stats(&s);
		}
	}
	ReleaseVariableStats(var);
	CLAMP_PROBABILITY(share);
	PG_RETURN_FLOAT8(share);
}

TP_FUNCTION(journey_contains_sel, selectivity(fcinfo, PASSES_ALL))
TP_FUNCTION(journey_overlaps_sel, selectivity(fcinfo, PASSES_ANY))
TP_FUNCTION(journey_matches_sel, selectivity(fcinfo, MATCHES))

/* The globs of a constant behind touchpoint ~, text or touchpoint_glob; false where it is neither, or malformed. */
static bool
constant_globs(const VariableStatData *var, const Node *other, tp_step *globs)
{
	const Const *c = (const Const *) other;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	unused;

	if (!IsA(other, Const) || c->constisnull)
		return false;
	if (c->consttype == TEXTOID)
	{
		char	   *written = TextDatumGetCString(c->constvalue);

		/* what is malformed is told when it runs */
		return tp_step_make(&mem, written, strlen(written), true, globs, &unused) == TP_OK;
	}
	return c->consttype == tp_sibling_type(getBaseType(var->vartype), "touchpoint_glob") &&
		tp_datum_globs(c->constvalue, globs, &unused) == TP_OK;
}

/*
 * Restriction selectivity of touchpoint ~ text and ~ touchpoint_glob: the values that statistics know are tried,
 * and what is not known goes by the glob.
 */
PG_FUNCTION_INFO_V1(touchpoint_matches_sel);
Datum
touchpoint_matches_sel(PG_FUNCTION_ARGS)
{
	PlannerInfo *root = (PlannerInfo *) PG_GETARG_POINTER(0);
	List	   *args = (List *) PG_GETARG_POINTER(2);
	int			varRelid = PG_GETARG_INT32(3);
	double		unknown = DEFAULT_PATTERN;
	VariableStatData var;
	Node	   *other;
	bool		on_left;
	tp_step		globs;

	if (get_restriction_variable(root, args, varRelid, &var, &other, &on_left))
	{
		if (on_left && constant_globs(&var, other, &globs))
		{
			unknown = 0;
			for (uint32_t i = 0; i < globs.n; i++)
				unknown += default_share(&globs.alternative[i].glob);
		}
		ReleaseVariableStats(var);
	}
	PG_RETURN_FLOAT8(generic_restriction_selectivity(root, PG_GETARG_OID(1), PG_GET_COLLATION(), args, varRelid,
													 Min(unknown, 1)));
}

/*
 * May a chain reach steps without those before? With any_order it may, so a journey need not pass all of them; modes
 * that are no constant may be it.
 */
static bool
may_skip(List *args, int wanted, int steps)
{
	Const	   *modes;
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	if (wanted == steps)
		return false;
	if (list_length(args) < 5 || !IsA(list_nth(args, 4), Const))
		return true;
	modes = (Const *) list_nth(args, 4);
	if (modes->constisnull)
		return true;
	deconstruct_array(DatumGetArrayTypeP(modes->constvalue), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i] && strcmp(TextDatumGetCString(elements[i]), "any_order") == 0)
			return true;
	return false;
}

/* The texts of constant steps, NULL where one is NULL; 0 where there are none, or they are malformed. */
static int
constant_steps(const Const *c, char ***texts)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	tp_error	unused;

	if (c->consttype != TEXTARRAYOID)
		return tp_datum_steps(c->constvalue, texts, &n, &unused) == TP_OK ? n : 0;
	if (ARR_NDIM(DatumGetArrayTypeP(c->constvalue)) != 1)
		return 0;
	deconstruct_array(DatumGetArrayTypeP(c->constvalue), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	*texts = palloc(sizeof(char *) * ((Size) n + 1));
	for (int i = 0; i < n; i++)
		(*texts)[i] = nulls[i] ? NULL : TextDatumGetCString(elements[i]);
	return n;
}

/*
 * The patterns of the steps that a call of reaches_step needs, where they are constant and sound; what is
 * wrong with a call is told when it runs.
 */
static int
needed_steps(List *args, Datum **patterns)
{
	Const	   *steps,
			   *step;
	char	  **texts;
	int			n;
	int64		wanted;

	if (list_length(args) < 4 || !IsA(lsecond(args), Const) || !IsA(lfourth(args), Const))
		return 0;
	steps = lsecond(args);
	step = lfourth(args);
	if (steps->constisnull || step->constisnull)
		return 0;
	wanted = step->consttype == INT8OID ? DatumGetInt64(step->constvalue) : DatumGetInt32(step->constvalue);
	n = constant_steps(steps, &texts);
	if (wanted < 1 || wanted > n || (steps->consttype == TEXTARRAYOID && may_skip(args, (int) wanted, n)))
		return 0;
	*patterns = palloc(sizeof(Datum) * (Size) wanted);
	for (int i = 0; i < wanted; i++)
	{
		if (texts[i] == NULL || !tp_step_pattern_datum(texts[i], &(*patterns)[i]))
			return 0;
	}
	return (int) wanted;
}

/* reaches_step(j, ...) implies j ~ step for each step up to the one asked for. */
static List *
index_condition(SupportRequestIndexCondition *request)
{
	FuncExpr   *call;
	Oid			type,
				pattern_type,
				operator;
	Datum	   *patterns;
	int			n;
	List	   *conditions = NIL;

	if (!is_funcclause(request->node) || request->indexarg != 0)
		return NIL;
	call = (FuncExpr *) request->node;
	type = exprType(linitial(call->args));
	pattern_type = tp_sibling_type(type, "journey_pattern");
	if (!OidIsValid(pattern_type))
		return NIL;
	operator = get_opfamily_member(request->opfamily, getBaseType(type), pattern_type, OPERATOR_MATCHES);
	if (!OidIsValid(operator))
		return NIL;
	n = needed_steps(call->args, &patterns);
	for (int i = 0; i < n; i++)
	{
		Const	   *pattern = makeConst(pattern_type, -1, InvalidOid, -1, patterns[i], false, false);

		conditions = lappend(conditions, make_opclause(operator, BOOLOID, false, linitial(call->args),
													   (Expr *) pattern, InvalidOid, request->indexcollation));
	}
	request->lossy = true;
	return conditions;
}

static bool
call_selectivity(SupportRequestSelectivity *request)
{
	VariableStatData var;
	column_stats s;
	Datum	   *patterns;
	int			n;
	bool		ordered = false;

	if (request->is_join)
		return false;
	n = needed_steps(request->args, &patterns);
	if (n == 0)
		return false;
	examine_variable(request->root, linitial(request->args), request->varRelid, &var);
	open_stats(&s, &var);
	request->selectivity = 1 - s.nulls;
	for (int i = 0; i < n; i++)
	{
		tp_needs	needs;

		tp_datum_needs(patterns[i], &needs);
		request->selectivity *= needs_share(&s, &needs, 0);
		for (uint32_t k = 0; k < needs.globs; k++)
			ordered |= !tp_glob_is_any(&needs.glob[k]);
	}
	if (n > 1 && ordered)
		request->selectivity *= IN_ORDER;
	CLAMP_PROBABILITY(request->selectivity);
	close_stats(&s);
	ReleaseVariableStats(var);
	return true;
}

/* Planner support of reaches_step. */
PG_FUNCTION_INFO_V1(journey_reaches_step_support);
Datum
journey_reaches_step_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(index_condition((SupportRequestIndexCondition *) request));
	if (IsA(request, SupportRequestSelectivity) && call_selectivity((SupportRequestSelectivity *) request))
		PG_RETURN_POINTER(request);
	PG_RETURN_POINTER(NULL);
}
