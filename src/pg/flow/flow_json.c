/*
 * flow_json.c
 *	  Flows as jsonb and back.
 *
 * {"part": "channel", "order": 1, "ends": "conversion", "value": 99, "transitions": [
 *	{"source": "(start)", "target": ["web"], "count": 3},
 *	{"source": ["web"], "target": ["app"], "count": 2, "usecs": 180000000}, ...]}
 *
 * A state is an array of its parts, null being an absent one; the start and the ends are strings.
 * usecs is the total of microseconds between; "no_contact", behind value unless it is 0, as much of it as conversions
 * without contact brought. A sum that double precision does not hold is an array
 * of two numbers that add up to it. {} is the flow that has counted nothing.
 */
#include "flow/flow.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "base/json.h"

#define SHAPE_HINT "Write {\"part\": \"channel\", \"order\": 1, \"ends\": \"end\", \"transitions\": [{\"source\": \"(start)\", \"target\": [\"web\"], \"count\": 1}]}."

static void
push_string(JsonbParseState **state, JsonbIteratorToken as, const char *s, size_t len)
{
	JsonbValue	v;

	v.type = jbvString;
	v.val.string.val = pnstrdup(s, len);
	v.val.string.len = (int) len;
	pushJsonbValue(state, as, &v);
}

static void
push_key(JsonbParseState **state, const char *key)
{
	push_string(state, WJB_KEY, key, strlen(key));
}

static void
push_number(JsonbParseState **state, JsonbIteratorToken as, double number)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	JsonbValue	v;
	tp_buffer	b;

	tp_buffer_init(&b, &mem);
	tp_write_number(&b, number);
	tp_buffer_byte(&b, '\0');
	v.type = jbvNumeric;
	v.val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(b.data),
														 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	tp_buffer_release(&b);
	pushJsonbValue(state, as, &v);
}

static void
push_sum(JsonbParseState **state, const char *key, tp_dd sum)
{
	push_key(state, key);
	if (sum.lo == 0)
	{
		push_number(state, WJB_VALUE, sum.hi);
		return;
	}
	pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	push_number(state, WJB_ELEM, sum.hi);
	push_number(state, WJB_ELEM, sum.lo);
	pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

static void
push_state(JsonbParseState **state, const char *key, const tp_flow_view *v, uint32_t which)
{
	uint32_t	tuple[TP_FLOW_ORDER_MAX];
	uint32_t	n;

	push_key(state, key);
	if (which == 0 || which > v->states)
	{
		const char *name = which == 0 ? "(start)" : v->ends == TP_ENDS_END ? "(end)" :
			which == v->states + 1 ? "(conversion)" : "(null)";

		push_string(state, WJB_VALUE, name, strlen(name));
		return;
	}
	n = tp_flow_state(v, which, tuple);
	pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	for (uint32_t i = 0; i < n; i++)
		if (v->symbol[tuple[i]].label_len == 0)
		{
			JsonbValue	none = {.type = jbvNull};

			pushJsonbValue(state, WJB_ELEM, &none);
		}
		else
		{
			tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
			tp_buffer	b;

			tp_buffer_init(&b, &mem);
			tp_flow_write_symbol(&b, v, tuple[i]);
			push_string(state, WJB_ELEM, b.data, b.len);
			tp_buffer_release(&b);
		}
	pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

PG_FUNCTION_INFO_V1(journey_flow_to_jsonb);
Datum
journey_flow_to_jsonb(PG_FUNCTION_ARGS)
{
	JsonbParseState *state = NULL;
	tp_flow_view v;

	tp_datum_flow(PG_GETARG_DATUM(0), &v);
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	if (v.part > 0)
	{
		const char *part = tp_part_name((tp_part) (v.part - 1));
		char	   *whole = psprintf("%s%.*s", part, (int) v.key.len, v.key.bytes);

		push_key(&state, "part");
		push_string(&state, WJB_VALUE, whole, strlen(whole));
		push_key(&state, "order");
		push_number(&state, WJB_VALUE, v.order);
		push_key(&state, "ends");
		if (v.ends == TP_ENDS_CONVERSION)
		{
			push_string(&state, WJB_VALUE, "conversion", 10);
			push_sum(&state, "value", v.value);
			if (v.no_contact.hi != 0)
				push_sum(&state, "no_contact", v.no_contact);
		}
		else
			push_string(&state, WJB_VALUE, "end", 3);
		push_key(&state, "transitions");
		pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
		for (uint32_t i = 0; i < v.edges; i++)
		{
			tp_transition t = tp_flow_transition(&v, i);

			CHECK_FOR_INTERRUPTS();
			pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
			push_state(&state, "source", &v, t.source);
			push_state(&state, "target", &v, t.target);
			push_key(&state, "count");
			push_number(&state, WJB_VALUE, t.count);
			if (t.usecs.hi != 0)
				push_sum(&state, "usecs", t.usecs);
			pushJsonbValue(&state, WJB_END_OBJECT, NULL);
		}
		pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	}
	PG_RETURN_JSONB_P(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

TP_JSON(journey_flow)

static void
bad_shape(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("not a journey_flow: %s", what),
			 errhint(SHAPE_HINT)));
}

/* The value of key, or NULL. */
static JsonbValue *
get(JsonbContainer *object, const char *key, enum jbvType type)
{
	JsonbValue *v = getKeyJsonValueFromContainer(object, key, (int) strlen(key), NULL);

	if (v != NULL && v->type != type)
		bad_shape(psprintf("\"%s\" is of another type", key));
	return v;
}

static void
check_keys(JsonbContainer *object, const char *const *known)
{
	JsonbIterator *it = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue	v;

	token = JsonbIteratorNext(&it, &v, true);
	if (token != WJB_BEGIN_OBJECT)
		bad_shape("an object is missing");
	while ((token = JsonbIteratorNext(&it, &v, true)) == WJB_KEY)
	{
		int			i = 0;

		while (known[i] != NULL && !(strlen(known[i]) == (size_t) v.val.string.len &&
									 memcmp(known[i], v.val.string.val, v.val.string.len) == 0))
			i++;
		if (known[i] == NULL)
			bad_shape(psprintf("unknown key \"%s\"", tp_excerpt_of(v.val.string.val, (size_t) v.val.string.len).text));
		JsonbIteratorNext(&it, &v, true);
	}
}

static double
number_of(const JsonbValue *v)
{
	if (v->type != jbvNumeric)
		bad_shape("a number is missing");
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, NumericGetDatum(v->val.numeric))) + 0.0;
}

/* A number, or two that add up; 0 without the key. */
static tp_dd
sum_of(JsonbContainer *object, const char *key)
{
	JsonbValue *v = getKeyJsonValueFromContainer(object, key, (int) strlen(key), NULL);
	tp_dd		sum = {0, 0};

	if (v == NULL)
		return sum;
	if (v->type == jbvBinary && JsonContainerIsArray(v->val.binary.data) && JsonContainerSize(v->val.binary.data) == 2)
		sum = tp_two_sum(number_of(getIthJsonbValueFromContainer(v->val.binary.data, 0)),
						 number_of(getIthJsonbValueFromContainer(v->val.binary.data, 1)));
	else
		sum.hi = number_of(v);
	if (!tp_dd_is_normal(sum))
		bad_shape("a sum out of range");
	return sum;
}

static bool
is_string(const JsonbValue *v, const char *s)
{
	return v->type == jbvString && v->val.string.len == (int) strlen(s) &&
		memcmp(v->val.string.val, s, strlen(s)) == 0;
}

/* The parts of a state, numbered by f; 0 of them for a string. */
static uint32_t
state_of(JsonbContainer *transition, const char *key, tp_flow *f, uint32_t tuple[TP_FLOW_ORDER_MAX], JsonbValue **v)
{
	uint32_t	n;

	*v = getKeyJsonValueFromContainer(transition, key, (int) strlen(key), NULL);
	if (*v == NULL || ((*v)->type != jbvString &&
					   !((*v)->type == jbvBinary && JsonContainerIsArray((*v)->val.binary.data))))
		bad_shape(psprintf("a transition without \"%s\"", key));
	if ((*v)->type == jbvString)
		return 0;
	n = JsonContainerSize((*v)->val.binary.data);
	if (n < 1 || n > f->order)
		bad_shape("a state of too many or no parts");
	for (uint32_t i = 0; i < n; i++)
	{
		JsonbValue *part = getIthJsonbValueFromContainer((*v)->val.binary.data, i);
		uint8_t		entry[TP_ENTRY_MAX] = {0};
		tp_error	err;

		if (part->type == jbvString)
		{
			char	   *text = pnstrdup(part->val.string.val, part->val.string.len);
			tp_status	status;

			if (f->part == TP_PART_TOUCHPOINT + 1)
				status = tp_touchpoint_parse(text, strlen(text), entry, &err);
			else
				status = tp_touchpoint_make(NULL, 0, text, strlen(text), NULL, 0, entry, &err);
			if (status != TP_OK)
				tp_raise(&err);
		}
		else if (part->type != jbvNull || f->part == TP_PART_TOUCHPOINT + 1)
			bad_shape("a part that is no string");
		if (tp_intern_number(&f->symbols, TP_TAG(entry[0], entry[1], entry[2]), entry + TP_ENTRY_HEAD,
							 tp_entry_size(entry) - TP_ENTRY_HEAD, &tuple[i], &err) != TP_OK)
			tp_raise(&err);
	}
	return n;
}

static void
add_transition(tp_flow *f, JsonbContainer *transition)
{
	static const char *const keys[] = {"source", "target", "count", "usecs", NULL};
	uint32_t	source[TP_FLOW_ORDER_MAX],
				target[TP_FLOW_ORDER_MAX];
	JsonbValue *from,
			   *to,
			   *count;
	uint32_t	n,
				m,
				skip;
	tp_dd		usecs;
	int			end = 0;
	tp_error	err;

	check_keys(transition, keys);
	n = state_of(transition, "source", f, source, &from);
	m = state_of(transition, "target", f, target, &to);
	if (n == 0 && !is_string(from, "(start)"))
		bad_shape("an unknown source");
	if (m == 0)
	{
		if (is_string(to, f->ends == TP_ENDS_END ? "(end)" : "(conversion)"))
			end = 1;
		else if (f->ends == TP_ENDS_CONVERSION && is_string(to, "(null)"))
			end = 2;
		else
			bad_shape("an unknown target");
	}
	skip = n == f->order ? 1 : 0;
	if (end == 0 && (m != n - skip + 1 || memcmp(source + skip, target, (n - skip) * sizeof(uint32_t)) != 0))
		bad_shape("a state that does not end in the last parts of the one before");
	count = get(transition, "count", jbvNumeric);
	usecs = sum_of(transition, "usecs");
	if (count == NULL || !(number_of(count) > 0) || usecs.hi < 0 || (usecs.hi > 0 && (n == 0 || end > 0)))
		bad_shape("a count or time that no journeys can have");
	if (tp_flow_add_transition(f, source, n, end > 0 ? 0 : target[m - 1], end, number_of(count), usecs, &err) != TP_OK)
		tp_raise(&err);
}

PG_FUNCTION_INFO_V1(journey_flow_from_jsonb);
Datum
journey_flow_from_jsonb(PG_FUNCTION_ARGS)
{
	static const char *const keys[] = {"part", "order", "ends", "value", "no_contact", "transitions", NULL};
	Jsonb	   *jsonb = PG_GETARG_JSONB_P(0);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	JsonbValue *part,
			   *order,
			   *ends,
			   *list;
	tp_aspect	which;
	double		k;
	tp_flow		f;
	tp_error	err;

	tp_flow_init(&f, &mem);
	if (!JB_ROOT_IS_OBJECT(jsonb))
		bad_shape("an object is missing");
	if (JB_ROOT_COUNT(jsonb) == 0)
		return tp_flow_datum(&f);
	check_keys(&jsonb->root, keys);
	part = get(&jsonb->root, "part", jbvString);
	order = get(&jsonb->root, "order", jbvNumeric);
	ends = get(&jsonb->root, "ends", jbvString);
	list = get(&jsonb->root, "transitions", jbvBinary);
	if (part == NULL || order == NULL || ends == NULL || list == NULL || !JsonContainerIsArray(list->val.binary.data))
		bad_shape("it needs \"part\", \"order\", \"ends\" and \"transitions\"");
	if (!is_string(ends, "end") && !is_string(ends, "conversion"))
		bad_shape("\"ends\" is neither \"end\" nor \"conversion\"");
	k = number_of(order);
	if (k != floor(k) || k < 1 || k > TP_FLOW_ORDER_MAX)
		bad_shape("an order out of range");
	if (tp_part_parse(part->val.string.val, (size_t) part->val.string.len, &which, &err) != TP_OK ||
		tp_flow_set(&f, &which, (int) k, is_string(ends, "end") ? TP_ENDS_END : TP_ENDS_CONVERSION, &err) != TP_OK)
		tp_raise(&err);
	f.value = sum_of(&jsonb->root, "value");
	f.no_contact = sum_of(&jsonb->root, "no_contact");
	if (f.ends == TP_ENDS_END && (f.value.hi != 0 || f.no_contact.hi != 0))
		bad_shape("a value without conversions");
	for (uint32_t i = 0; i < JsonContainerSize(list->val.binary.data); i++)
	{
		JsonbValue *v = getIthJsonbValueFromContainer(list->val.binary.data, i);

		CHECK_FOR_INTERRUPTS();
		if (v->type != jbvBinary || !JsonContainerIsObject(v->val.binary.data))
			bad_shape("a transition that is no object");
		add_transition(&f, v->val.binary.data);
	}
	return tp_flow_datum(&f);
}
