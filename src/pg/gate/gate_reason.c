/*
 * gate_reason.c
 *	  Why the gate refuses, in words.
 *
 * The limits are told as the policy writes them; times are UTC, so that the text is the same in any session.
 */
#include "gate/gate.h"

#include "utils/builtins.h"
#include "utils/numeric.h"

static const char *const day_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* What key holds in the object, or NULL. */
static JsonbValue *
get(JsonbContainer *object, const char *key)
{
	return getKeyJsonValueFromContainer(object, key, (int) strlen(key), NULL);
}

/* Rule number n under a key of the policy: of an array the n-th, of an object itself. */
static JsonbContainer *
get_rule(Jsonb *json, const char *key, uint32_t n)
{
	JsonbContainer *rules = get(&json->root, key)->val.binary.data;

	return JsonContainerIsArray(rules) ? getIthJsonbValueFromContainer(rules, n)->val.binary.data : rules;
}

/* Add "before value" where the object has the key. */
static void
add_word(StringInfo s, JsonbContainer *object, const char *before, const char *key)
{
	JsonbValue *v = get(object, key);

	if (v == NULL)
		return;
	appendStringInfoString(s, before);
	if (v->type == jbvNumeric)
		appendStringInfo(s, INT64_FORMAT, DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(v->val.numeric))));
	else
		appendStringInfoString(s, tp_excerpt_of(v->val.string.val, v->val.string.len).text);
}

static void
add_time(StringInfo s, int64_t t)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;

	tp_buffer_init(&b, &mem);
	tp_write_time(&b, t);
	appendBinaryStringInfo(s, b.data, (int) b.len);
	tp_buffer_release(&b);
}

static int64_t
day_of(int64_t local)
{
	return local / USECS_PER_DAY - (local % USECS_PER_DAY < 0);
}

static void
add_cap(StringInfo s, JsonbContainer *cap, uint32_t counted)
{
	appendStringInfoString(s, "cap");
	add_word(s, cap, " of ", "max");
	add_word(s, cap, " within ", "within");
	add_word(s, cap, " a ", "per");
	add_word(s, cap, " in ", "timezone");
	add_word(s, cap, " on ", "channel");
	add_word(s, cap, " at ", "touchpoint");
	add_word(s, cap, " by ", "initiator");
	appendStringInfo(s, ": %u counted", counted);
}

static void
add_window(StringInfo s, JsonbContainer *window, int64_t local)
{
	JsonbValue *days = get(window, "days");
	int64_t		minute = (local - day_of(local) * USECS_PER_DAY) / USECS_PER_MINUTE;

	appendStringInfoString(s, "quiet hours");
	add_word(s, window, " from ", "from");
	add_word(s, window, " to ", "to");
	for (uint32_t i = 0; days != NULL && i < JsonContainerSize(days->val.binary.data) && i < 7; i++)
	{
		JsonbValue *day = getIthJsonbValueFromContainer(days->val.binary.data, i);

		appendStringInfo(s, "%s%.*s", i == 0 ? " of " : " and ", day->val.string.len, day->val.string.val);
	}
	add_word(s, window, " in ", "timezone");
	add_word(s, window, " on ", "channel");
	appendStringInfo(s, ": %s %02d:%02d there", day_names[((day_of(local) + 5) % 7 + 7) % 7],
					 (int) (minute / 60), (int) (minute % 60));
}

static void
add_cooldown(StringInfo s, JsonbContainer *cooldown, const tp_journey *j, uint32_t contact)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	const tp_touchpoint *met = &tp_dictionary(j)[tp_journey_code(j, contact)];
	tp_buffer	b;

	tp_buffer_init(&b, &mem);
	tp_touchpoint_write(&b, met);
	appendStringInfoString(s, "cooldown");
	add_word(s, cooldown, " of ", "wait");
	add_word(s, cooldown, " after ", "after");
	appendStringInfo(s, ": %s at ", tp_excerpt_of(b.data, b.len).text);
	add_time(s, tp_journey_time(j, contact));
	tp_buffer_release(&b);
}

static void
add_blackout(StringInfo s, JsonbContainer *blackout, int64_t local)
{
	int64_t		year;
	int			month,
				day;

	tp_date_from_days(day_of(local), &year, &month, &day);
	appendStringInfoString(s, "blackout");
	add_word(s, blackout, " from ", "from");
	add_word(s, blackout, " to ", "to");
	add_word(s, blackout, " in ", "timezone");
	appendStringInfo(s, ": %04d-%02d-%02d there", (int) year, month, day);
}

char *
tp_reason_of(Jsonb *json, const tp_journey *journey, const tp_verdict *verdict)
{
	static const unsigned rules[] = {TP_BY_CAP, TP_BY_MIN_GAP, TP_BY_QUIET, TP_BY_COOLDOWN, TP_BY_BLACKOUT};
	StringInfoData s;

	initStringInfo(&s);
	for (int i = 0; i < (int) lengthof(rules); i++)
	{
		if ((verdict->refused_by & rules[i]) == 0)
			continue;
		if (s.len > 0)
			appendStringInfoString(&s, ", ");
		switch (rules[i])
		{
			case TP_BY_CAP:
				add_cap(&s, get_rule(json, "caps", verdict->cap), verdict->counted);
				break;
			case TP_BY_MIN_GAP:
				appendStringInfoString(&s, "min_gap");
				add_word(&s, &json->root, " of ", "min_gap");
				appendStringInfoString(&s, ": last contact at ");
				add_time(&s, verdict->last_at);
				break;
			case TP_BY_QUIET:
				add_window(&s, get_rule(json, "quiet", verdict->quiet), verdict->quiet_local);
				break;
			case TP_BY_COOLDOWN:
				add_cooldown(&s, get_rule(json, "cooldown", verdict->cooldown), journey, verdict->cooled_by);
				break;
			default:
				add_blackout(&s, get_rule(json, "blackout", verdict->blackout), verdict->blackout_local);
		}
	}
	return s.data;
}
