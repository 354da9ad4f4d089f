/*
 * jsonb.c
 *	  Touchpoints, contact records and journeys as jsonb and back.
 *
 * A contact is an object with the keys touchpoint, at, id, score, expected, cost, duration, value,
 * initiator and properties, which is an object itself; a journey is an array of them; a touchpoint is a string. Numbers pass through
 * their shortest exact text, so nothing is rounded on the way.
 */
#include "journey/types.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "base/json.h"

static void
set_string(JsonbValue *v, const char *s, size_t len)
{
	v->type = jbvString;
	v->val.string.val = pnstrdup(s, len);
	v->val.string.len = (int) len;
}

static void
set_text(JsonbValue *v, tp_buffer *b)
{
	set_string(v, b->data, b->len);
	tp_buffer_release(b);
}

static void
set_numeric(JsonbValue *v, tp_buffer *b)
{
	tp_buffer_byte(b, '\0');
	v->type = jbvNumeric;
	v->val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(b->data),
														 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	tp_buffer_release(b);
}

static void
push_key(JsonbParseState **state, const char *key)
{
	JsonbValue	v;

	set_string(&v, key, strlen(key));
	pushJsonbValue(state, WJB_KEY, &v);
}

/* What was written to b, as set makes a value of it, under a key. */
static void
push_written(JsonbParseState **state, const char *key, tp_buffer *b, void (*set) (JsonbValue *v, tp_buffer *b))
{
	JsonbValue	v;

	push_key(state, key);
	set(&v, b);
	pushJsonbValue(state, WJB_VALUE, &v);
}

static void
push_number(JsonbParseState **state, tp_memory *mem, const char *key, double number)
{
	tp_buffer	b;

	tp_buffer_init(&b, mem);
	tp_write_number(&b, number);
	push_written(state, key, &b, set_numeric);
}

/* A set as an object; returns the whole when state was NULL. */
static JsonbValue *
push_set(JsonbParseState **state, const uint8_t *set)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	const uint8_t *at = set + 1;

	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	for (uint32_t i = 0; i < *set; i++)
	{
		const char *key;
		size_t		len;
		tp_property value;
		JsonbValue	v;
		tp_buffer	b;

		at = tp_set_pair(at, &key, &len, &value);
		set_string(&v, key, len);
		pushJsonbValue(state, WJB_KEY, &v);
		switch (value.kind)
		{
			case TP_PROPERTY_STRING:
				set_string(&v, value.text, value.len);
				break;
			case TP_PROPERTY_NUMBER:
				tp_buffer_init(&b, &mem);
				tp_write_number(&b, value.number);
				set_numeric(&v, &b);
				break;
			default:
				v.type = jbvBool;
				v.val.boolean = value.truth;
				break;
		}
		pushJsonbValue(state, WJB_VALUE, &v);
	}
	return pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

Datum
tp_set_jsonb(const uint8_t *set)
{
	JsonbParseState *state = NULL;

	return JsonbPGetDatum(JsonbValueToJsonb(push_set(&state, set)));
}

static void
push_contact(JsonbParseState **state, const tp_contact *c, const tp_touchpoint *t, const uint8_t *properties)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;
	JsonbValue	v;

	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	tp_buffer_init(&b, &mem);
	tp_touchpoint_write(&b, t);
	push_written(state, "touchpoint", &b, set_text);
	tp_write_time(&b, c->time);
	push_written(state, "at", &b, set_text);
	if (c->has & TP_HAS_ID)
	{
		tp_write_integer(&b, c->id);
		push_written(state, "id", &b, set_numeric);
	}
	if (c->has & TP_HAS_SCORE)
		push_number(state, &mem, "score", c->score);
	if (c->has & TP_HAS_EXPECTED)
		push_number(state, &mem, "expected", c->expected);
	if (c->has & TP_HAS_COST)
		push_number(state, &mem, "cost", c->cost);
	if (c->has & TP_HAS_DURATION)
	{
		tp_write_duration(&b, c->duration);
		push_written(state, "duration", &b, set_text);
	}
	if (c->has & TP_HAS_VALUE)
		push_number(state, &mem, "value", c->value);
	if (tp_contact_by(c) != TP_BY_NOBODY)
	{
		const char *name = tp_initiator_name(tp_contact_by(c));

		push_key(state, "initiator");
		set_string(&v, name, strlen(name));
		pushJsonbValue(state, WJB_VALUE, &v);
	}
	if (properties != NULL)
	{
		push_key(state, "properties");
		push_set(state, properties);
	}
}

PG_FUNCTION_INFO_V1(touchpoint_to_jsonb);
Datum
touchpoint_to_jsonb(PG_FUNCTION_ARGS)
{
	tp_touchpoint t = tp_entry_view(tp_datum_entry(PG_GETARG_DATUM(0)));
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;
	JsonbValue	v;

	tp_buffer_init(&b, &mem);
	tp_touchpoint_write(&b, &t);
	set_text(&v, &b);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(&v));
}

PG_FUNCTION_INFO_V1(contact_record_to_jsonb);
Datum
contact_record_to_jsonb(PG_FUNCTION_ARGS)
{
	JsonbParseState *state = NULL;
	const uint8_t *entry,
			   *properties;
	tp_touchpoint t;
	tp_contact	c;

	tp_datum_contact(PG_GETARG_DATUM(0), &c, &entry, &properties);
	t = tp_entry_view(entry);
	push_contact(&state, &c, &t, properties);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

/*
 * The elements of a jsonb array take at most JENTRY_OFFLENMASK bytes. A contact takes 56 or more,
 * with its entry in the array: header, entries of two keys and values, "at", "touchpoint", 20 bytes
 * of time and one of touchpoint. The tree from which the server builds jsonb takes more than ten
 * times as much, so it is better not to begin.
 */
#define JSON_CONTACTS_MAX (JENTRY_OFFLENMASK / 56)

PG_FUNCTION_INFO_V1(journey_to_jsonb);
Datum
journey_to_jsonb(PG_FUNCTION_ARGS)
{
	JsonbParseState *state = NULL;
	tp_journey	j;
	tp_touchpoint *entries;
	const uint8_t **sets;

	PG_GETARG_JOURNEY(0, &j);
	if (j.count > JSON_CONTACTS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the journey is too large for jsonb: %u contacts", j.count),
				 errhint("Cut it, as slice() and sessionize() do.")));
	entries = tp_dictionary(&j);
	sets = tp_sets(&j);
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (uint32_t i = 0; i < j.count; i++)
	{
		tp_contact	c;

		CHECK_FOR_INTERRUPTS();
		tp_journey_contact(&j, i, &c);
		push_contact(&state, &c, &entries[c.code], c.set != 0 ? sets[c.set - 1] : NULL);
		pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	}
	PG_RETURN_JSONB_P(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)));
}

TP_JSON(touchpoint)
TP_JSON(contact_record)
TP_JSON(journey)

#define KEYS_HINT "Valid keys are touchpoint, at, id, score, expected, cost, duration, value, initiator and properties."

static const char *
json_type(const JsonbValue *v)
{
	switch (v->type)
	{
		case jbvNull:
			return "null";
		case jbvString:
			return "a string";
		case jbvNumeric:
			return "a number";
		case jbvBool:
			return "a boolean";
		default:
			return "an array or object";
	}
}

static void
wrong_type(const char *key, const char *wanted, const JsonbValue *v)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" of a contact must be a JSON %s, not %s", key, wanted, json_type(v)),
			 errhint("Write {\"touchpoint\": \"web/checkout\", \"at\": \"2026-01-05T10:00:00Z\", \"score\": 4}.")));
}

/* Stand before the digits of a JSON number, which are read as those of the text forms are. */
static void
scan_numeric(tp_scan *s, const JsonbValue *v, const char *key, tp_error *err)
{
	char	   *text;

	if (v->type != jbvNumeric)
		wrong_type(key, "number", v);
	text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(v->val.numeric)));
	tp_scan_init(s, key, text, strlen(text), err);
}

static double
get_number(const JsonbValue *v, const char *key)
{
	tp_scan		s;
	tp_error	err;
	double		number;

	scan_numeric(&s, v, key, &err);
	if (tp_scan_number(&s, &number) != TP_OK)
		tp_raise(&err);
	return number;
}

/* bigint: 22023 where it is no whole number, 22003 where it is too large. */
static int64_t
get_id(const JsonbValue *v)
{
	tp_scan		s;
	tp_error	err;
	char	   *point;
	int64_t		id;

	scan_numeric(&s, v, "id", &err);
	point = strchr((char *) s.start, '.');
	if (point != NULL && point[1 + strspn(point + 1, "0")] == '\0')
		*point = '\0';
	tp_scan_init(&s, "id", s.start, strlen(s.start), &err);
	if (tp_scan_integer(&s, &id) != TP_OK)
	{
		if (err.status == TP_BAD_TEXT)
			err.status = TP_BAD_ARGUMENT;
		tp_raise(&err);
	}
	return id;
}

/* A string, NUL-terminated, to scan. */
static void
scan_string(tp_scan *s, const JsonbValue *v, const char *key, const char *type, tp_error *err)
{
	if (v->type != jbvString)
		wrong_type(key, "string", v);
	tp_scan_init(s, type, pnstrdup(v->val.string.val, v->val.string.len), (size_t) v->val.string.len, err);
}

static bool
is_key(const JsonbValue *key, const char *name)
{
	return key->val.string.len == (int) strlen(name) &&
		memcmp(key->val.string.val, name, strlen(name)) == 0;
}

#define SET_HINT "Properties are flat: strings, numbers and booleans, such as {\"campaign\": \"spring\", \"amount\": 19.9}."

/* As the text form has it: nothing is rounded that was a whole number. */
static double
get_property_number(const JsonbValue *v, const JsonbValue *key)
{
	tp_scan		s;
	tp_error	err;
	double		number;

	scan_numeric(&s, v, "property", &err);
	if (tp_is_past_exact(s.at, (size_t) (s.end - s.at)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the property \"%s\" is out of range: %s",
						tp_excerpt_of(key->val.string.val, (size_t) key->val.string.len).text, tp_excerpt_of(s.at, (size_t) (s.end - s.at)).text),
				 errhint(TP_EXACT_HINT)));
	if (tp_scan_number(&s, &number) != TP_OK)
		tp_raise(&err);
	return number;
}

void
tp_jsonb_set(JsonbContainer *object, tp_buffer *out)
{
	JsonbIterator *it = JsonbIteratorInit(object);
	JsonbValue	key,
				v;
	tp_draft	d;
	tp_error	err;

	if (JsonbIteratorNext(&it, &v, false) != WJB_BEGIN_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the properties of a contact must be a JSON object"),
				 errhint(SET_HINT)));
	tp_draft_init(&d, out->mem);
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		tp_property value = {.kind = TP_PROPERTY_ABSENT};

		JsonbIteratorNext(&it, &v, true);
		switch (v.type)
		{
			case jbvNull:
				continue;
			case jbvString:
				value.kind = TP_PROPERTY_STRING;
				value.text = v.val.string.val;
				value.len = (uint32_t) v.val.string.len;
				break;
			case jbvNumeric:
				value.kind = TP_PROPERTY_NUMBER;
				value.number = get_property_number(&v, &key);
				break;
			case jbvBool:
				value.kind = TP_PROPERTY_BOOLEAN;
				value.truth = v.val.boolean;
				break;
			default:
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("the property \"%s\" must not be an object or an array",
								tp_excerpt_of(key.val.string.val, (size_t) key.val.string.len).text),
						 errhint(SET_HINT)));
		}
		if (tp_draft_add(&d, key.val.string.val, (size_t) key.val.string.len, &value, TP_BAD_ARGUMENT, &err) != TP_OK)
			tp_raise(&err);
	}
	if (tp_draft_finish(&d, out, &err) != TP_OK)
		tp_raise(&err);
	tp_draft_release(&d);
}

/* The properties within the object of a contact: the set is all that the buffer holds afterwards. */
static void
read_properties(const JsonbValue *v, tp_contact *c, tp_buffer *properties)
{
	if (v->type != jbvBinary || !JsonContainerIsObject(v->val.binary.data))
		wrong_type("properties", "object", v);
	tp_jsonb_set(v->val.binary.data, properties);
	c->set = properties->len > 0;
}

/* Is it a key with a number? Then that is taken, and null passed over. */
static bool
read_figure(const JsonbValue *key, const JsonbValue *v, tp_contact *c)
{
	static const char *const names[] = {"score", "expected", "cost", "value"};
	static const uint8_t bits[] = {TP_HAS_SCORE, TP_HAS_EXPECTED, TP_HAS_COST, TP_HAS_VALUE};
	double	   *const to[] = {&c->score, &c->expected, &c->cost, &c->value};

	for (int i = 0; i < 4; i++)
	{
		if (!is_key(key, names[i]))
			continue;
		if (v->type != jbvNull)
		{
			*to[i] = get_number(v, names[i]);
			c->has |= bits[i];
		}
		return true;
	}
	return false;
}

/* A string that scan reads to its end. */
static void
read_whole(const JsonbValue *v, const char *key, const char *type, tp_status (*scan) (tp_scan *, int64_t *),
		   int64_t *to, const char *hint)
{
	tp_scan		s;
	tp_error	err;

	scan_string(&s, v, key, type, &err);
	if (scan(&s, to) != TP_OK)
		tp_raise(&err);
	if (s.at < s.end)
	{
		tp_scan_fail(&s, TP_BAD_TEXT, hint, "Unexpected text behind the %s", type);
		tp_raise(&err);
	}
}

/* One pair of a contact's object, NULL left out; false where no contact has such a key. */
static bool
read_field(const JsonbValue *key, JsonbValue *v, tp_contact *c, uint8_t entry[TP_ENTRY_MAX], tp_buffer *properties,
		   bool *placed, bool *timed)
{
	bool		given = v->type != jbvNull;
	tp_scan		s;
	tp_error	err;

	if (read_figure(key, v, c))
		return true;
	if (is_key(key, "touchpoint"))
	{
		if (!given)
			return true;
		scan_string(&s, v, "touchpoint", "touchpoint", &err);
		if (tp_touchpoint_parse(s.start, (size_t) (s.end - s.start), entry, &err) != TP_OK)
			tp_raise(&err);
		*placed = true;
	}
	else if (is_key(key, "at"))
	{
		if (!given)
			return true;
		read_whole(v, "at", "time", tp_scan_time, &c->time, "Write times as 2026-01-05T10:00:00Z.");
		*timed = true;
	}
	else if (is_key(key, "duration"))
	{
		if (!given)
			return true;
		read_whole(v, "duration", "duration", tp_scan_duration, &c->duration, "Write durations as PT3M or PT48H.");
		c->has |= TP_HAS_DURATION;
	}
	else if (is_key(key, "id"))
	{
		if (!given)
			return true;
		c->id = get_id(v);
		c->has |= TP_HAS_ID;
	}
	else if (is_key(key, "initiator"))
	{
		if (!given)
			return true;
		if (v->type != jbvString)
			wrong_type("initiator", "string", v);
		c->has |= (uint8_t) (tp_get_initiator(cstring_to_text_with_len(v->val.string.val, v->val.string.len))
							 << TP_BY_SHIFT);
	}
	else if (is_key(key, "properties"))
	{
		if (given)
			read_properties(v, c, properties);
	}
	else
		return false;
	return true;
}

/* Read one object; the iterator stands behind its beginning. */
static void
read_contact(JsonbIterator **it, tp_contact *c, uint8_t entry[TP_ENTRY_MAX], tp_buffer *properties)
{
	bool		placed = false,
				timed = false;
	JsonbValue	key,
				v;
	tp_error	err;

	c->has = 0;
	c->set = 0;
	properties->len = 0;
	while (JsonbIteratorNext(it, &key, true) == WJB_KEY)
	{
		JsonbIteratorNext(it, &v, true);
		if (!read_field(&key, &v, c, entry, properties, &placed, &timed))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("unknown key of a contact: \"%s\"",
							tp_excerpt_of(key.val.string.val, (size_t) key.val.string.len).text),
					 errhint(KEYS_HINT)));
	}
	if (!placed || !timed)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a contact needs \"%s\"", placed ? "at" : "touchpoint"),
				 errhint(KEYS_HINT)));
	if (tp_contact_check(c, TP_BAD_ARGUMENT, &err) != TP_OK)
		tp_raise(&err);
}

PG_FUNCTION_INFO_V1(touchpoint_from_jsonb);
Datum
touchpoint_from_jsonb(PG_FUNCTION_ARGS)
{
	Jsonb	   *jsonb = PG_GETARG_JSONB_P(0);
	uint8_t		entry[TP_ENTRY_MAX];
	JsonbValue	v;
	tp_error	err;
	char	   *text;

	if (!JB_ROOT_IS_SCALAR(jsonb) || !JsonbExtractScalar(&jsonb->root, &v) || v.type != jbvString)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a touchpoint must be a JSON string"),
				 errhint("Write \"web/checkout\".")));
	text = pnstrdup(v.val.string.val, v.val.string.len);
	if (tp_touchpoint_parse(text, strlen(text), entry, &err) != TP_OK)
		tp_raise(&err);
	return tp_entry_datum(entry);
}

PG_FUNCTION_INFO_V1(contact_record_from_jsonb);
Datum
contact_record_from_jsonb(PG_FUNCTION_ARGS)
{
	JsonbIterator *it = JsonbIteratorInit(&PG_GETARG_JSONB_P(0)->root);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	uint8_t		entry[TP_ENTRY_MAX];
	tp_buffer	properties;
	tp_contact	c;
	JsonbValue	v;

	tp_buffer_init(&properties, &mem);
	if (JsonbIteratorNext(&it, &v, false) != WJB_BEGIN_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a contact record must be a JSON object"),
				 errhint(KEYS_HINT)));
	read_contact(&it, &c, entry, &properties);
	return tp_contact_datum(&c, entry, tp_properties_of(&c, &properties));
}

/* Which contact of the array an error is about. */
static void
contact_context(void *number)
{
	errcontext("contact %u of the array", *(const uint32_t *) number);
}

PG_FUNCTION_INFO_V1(journey_from_jsonb);
Datum
journey_from_jsonb(PG_FUNCTION_ARGS)
{
	Jsonb	   *jsonb = PG_GETARG_JSONB_P(0);
	JsonbIterator *it = JsonbIteratorInit(&jsonb->root);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	MemoryContext each = AllocSetContextCreate(CurrentMemoryContext, "journey from jsonb", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before;
	ErrorContextCallback context = {error_context_stack, contact_context, NULL};
	uint32_t	number = 1;
	JsonbIteratorToken token;
	JsonbValue	v;
	tp_builder	b;
	tp_buffer	properties;
	tp_error	err;
	Datum		d;

	tp_buffer_init(&properties, &mem);
	if (JsonbIteratorNext(&it, &v, false) != WJB_BEGIN_ARRAY || v.val.array.rawScalar)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a journey must be a JSON array"),
				 errhint("Write an array of contacts, each an object.")));
	tp_builder_init(&b, &mem);
	context.arg = &number;
	error_context_stack = &context;
	/* nested containers are entered, so the iterator must outlive the context that is reset */
	while ((token = JsonbIteratorNext(&it, &v, false)) == WJB_BEGIN_OBJECT)
	{
		uint8_t		entry[TP_ENTRY_MAX];
		tp_contact	c;

		CHECK_FOR_INTERRUPTS();
		before = MemoryContextSwitchTo(each);
		read_contact(&it, &c, entry, &properties);
		MemoryContextSwitchTo(before);
		MemoryContextReset(each);
		if (tp_builder_add(&b, entry, &c, tp_properties_of(&c, &properties), &err) != TP_OK)
			tp_raise(&err);
		number++;
	}
	if (token != WJB_END_ARRAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a journey must hold JSON objects only"),
				 errhint("Write an array of contacts, each an object.")));
	error_context_stack = context.previous;
	MemoryContextDelete(each);
	tp_builder_datum(&b, &d, NULL);
	return d;
}
