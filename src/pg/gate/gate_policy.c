/*
 * gate_policy.c
 *	  Reading a contact policy: every key known, every value one that makes sense.
 *
 * The domain contact_policy calls this for its check and the gate for its rules, so what is stored
 * and what is obeyed cannot differ.
 */
#include "gate/gate.h"

#include "common/int.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#define KEYS_HINT "A policy has the keys caps, min_gap, quiet, cooldown, blackout and exempt."
#define CAP_HINT "A cap has the key max, and within or per and timezone; it may have channel, touchpoint and initiator."
#define PER_HINT "Write \"day\", \"week\" or \"month\"; a week begins on Monday."
#define CHANNEL_WANTED "a channel of 1 to 255 bytes"
#define QUIET_HINT "Quiet hours have the keys from, to and timezone, and may have days and channel."
#define DAYS_HINT "Write the days on which it begins, such as [\"sat\", \"sun\"]."
#define BLACKOUT_HINT "A blackout has the keys from, to and timezone; from is its first day and to its last."
#define COOLDOWN_HINT "A cool-down has the keys after and wait."
#define INTERVAL_HINT "Write days, hours, minutes and seconds, such as \"7 days\" or \"4 hours\"."
#define ZONE_HINT "Write the name of a region's zone, such as \"Asia/Shanghai\" or \"UTC\"; pg_timezone_names lists them."

/* Where in the policy: "caps", then which of them, then which key of it; index -1 and NULL for none. */
typedef struct place
{
	const char *rule;
	int			index;
	const char *key;
} place;

static char *
name_of(const place *at)
{
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfoString(&s, at->rule);
	if (at->index >= 0)
		appendStringInfo(&s, "[%d]", at->index);
	if (at->key != NULL)
		appendStringInfo(&s, ".%s", at->key);
	return s.data;
}

/* A JSON value as it goes into a message. */
static char *
excerpt_of(const JsonbValue *v)
{
	switch (v->type)
	{
		case jbvNull:
			return pstrdup("null");
		case jbvBool:
			return pstrdup(v->val.boolean ? "true" : "false");
		case jbvString:
			return psprintf("\"%s\"", tp_excerpt_of(v->val.string.val, v->val.string.len).text);
		case jbvNumeric:
			{
				char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(v->val.numeric)));

				return pstrdup(tp_excerpt_of(text, strlen(text)).text);
			}
		default:
			return pstrdup(v->type == jbvBinary && JsonContainerIsArray(v->val.binary.data) ? "an array" : "an object");
	}
}

tp_noreturn static void refuse(const place *at, const JsonbValue *v, const char *wanted, const char *hint);

static void
refuse(const place *at, const JsonbValue *v, const char *wanted, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("contact policy: %s must be %s, not %s", name_of(at), wanted, excerpt_of(v)),
			 errhint("%s", hint)));
}

/* What the core said, in the words of the policy. */
tp_noreturn static void refuse_for(const place *at, const JsonbValue *v, const tp_error *err);

static void
refuse_for(const place *at, const JsonbValue *v, const tp_error *err)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("contact policy: %s must be a step, not %s", name_of(at), excerpt_of(v)),
			 errdetail_internal("%s%s%s", err->message, err->detail[0] != '\0' ? ". " : "", err->detail),
			 err->hint[0] != '\0' ? errhint("%s", err->hint) : 0));
}

static void
missing(const place *at, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("contact policy: %s is missing", name_of(at)),
			 errhint("%s", hint)));
}

static char *
get_string(const place *at, const JsonbValue *v, const char *wanted, const char *hint)
{
	if (v->type != jbvString)
		refuse(at, v, wanted, hint);
	return pnstrdup(v->val.string.val, v->val.string.len);
}

/* The server's own interval input, less what depends on IntervalStyle and what has no fixed length. */
static int64
get_interval(const place *at, const JsonbValue *v, int64 least)
{
	char	   *text = get_string(at, v, "an interval in text", INTERVAL_HINT);
	char		work[256];
	char	   *field[MAXDATEFIELDS];
	int			ftype[MAXDATEFIELDS];
	int			n;
	int			dtype;
	int			failed;
	struct pg_itm_in itm = {0};
	Interval	span;
	int64		usecs;

	if (strchr(text, '-') != NULL)
		refuse(at, v, "an interval without a minus sign", INTERVAL_HINT);
	if (strspn(text, "0123456789. ") == strlen(text))
		refuse(at, v, "an interval with its unit", INTERVAL_HINT);
	failed = ParseDateTime(text, work, sizeof(work), field, ftype, MAXDATEFIELDS, &n);
	if (failed == 0)
		failed = DecodeInterval(field, ftype, n, INTERVAL_FULL_RANGE, &dtype, &itm);
	if (failed == DTERR_BAD_FORMAT)
		failed = DecodeISO8601Interval(text, &dtype, &itm);
	if (failed != 0 || dtype != DTK_DELTA || itmin2interval(&itm, &span) != 0)
		refuse(at, v, "an interval", INTERVAL_HINT);
	if (span.month != 0)
		refuse(at, v, "an interval without months and years, which have no fixed length",
			   "Write days, such as \"30 days\".");
	if (pg_mul_s64_overflow(span.day, USECS_PER_DAY, &usecs) || pg_add_s64_overflow(usecs, span.time, &usecs))
		refuse(at, v, "an interval of at most 292,000 years", INTERVAL_HINT);
	if (usecs < least)
		refuse(at, v, least > 0 ? "an interval above zero" : "an interval of zero or more", INTERVAL_HINT);
	return usecs;
}

static int64
get_max(const place *at, const JsonbValue *v)
{
	static const char *const wanted = "a whole number from 1 to 2147483647";
	static const char *const hint = "To forbid a channel altogether, withdraw consent for it.";
	Datum		number;

	if (v->type != jbvNumeric)
		refuse(at, v, wanted, hint);
	number = NumericGetDatum(v->val.numeric);
	if (numeric_is_nan(v->val.numeric) || numeric_is_inf(v->val.numeric) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, number, NumericGetDatum(int64_to_numeric(1)))) ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, number, NumericGetDatum(int64_to_numeric(PG_INT32_MAX)))) ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq, number, DirectFunctionCall1(numeric_floor, number))))
		refuse(at, v, wanted, hint);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, number));
}

/* A step that lives in home. */
static void
get_step(const place *at, const JsonbValue *v, bool plain, MemoryContext home, tp_step *step)
{
	char	   *text = get_string(at, v, "a step in text", "Write a step over touchpoints, such as \"*/receipt\" or \"sms/* | app/push\".");
	tp_memory	mem = tp_pg_memory(home);
	tp_error	err;

	if (tp_step_make(&mem, text, strlen(text), plain, step, &err) != TP_OK)
		refuse_for(at, v, &err);
}

/* How an end of quiet hours or of a blackout is written. */
typedef struct end_form
{
	bool		(*read) (const char *text, size_t len, int64_t *v);
	const char *what;
	const char *what_text;
	const char *hint;
} end_form;

static const end_form time_of_day = {tp_time_of_day, "a time of day", "a time of day in text", "Write hours and minutes, such as \"21:00\"."};
static const end_form date = {tp_date, "a date", "a date in text", "Write year, month and day, such as \"2026-12-24\"."};

static int64_t
get_end(const place *at, const JsonbValue *v, const end_form *form)
{
	char	   *text = get_string(at, v, form->what_text, form->hint);
	int64_t		end;

	if (!form->read(text, strlen(text), &end))
		refuse(at, v, form->what, form->hint);
	return end;
}

/*
 * Names with digits would be taken as POSIX rules, whose signs are not what people mean by "UTC+8",
 * and which are made up on the spot for any misspelling. Those of the zone files are few.
 */
static bool
is_posix_rule(const char *name)
{
	static const char *const files[] = {"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "GMT0", "GMT+0", "GMT-0"};

	if (strpbrk(name, "0123456789,<>") == NULL || pg_strncasecmp(name, "Etc/GMT", 7) == 0)
		return false;
	for (int i = 0; i < (int) lengthof(files); i++)
		if (pg_strcasecmp(name, files[i]) == 0)
			return false;
	return true;
}

static void
look_at_zone(const void *context, int64_t t, int64_t *offset, int64_t *until)
{
	pg_time_t	now = t / USECS_PER_SEC - (t % USECS_PER_SEC < 0 ? 1 : 0) +
		((pg_time_t) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY);
	pg_time_t	boundary;
	long int	before,
				after;
	int			before_isdst,
				after_isdst;
	int			found = pg_next_dst_boundary(&now, &before, &before_isdst, &boundary, &after, &after_isdst,
											 (const pg_tz *) context);

	*offset = found < 0 ? 0 : before * USECS_PER_SEC;
	*until = PG_INT64_MAX;
	if (found > 0)
	{
		boundary -= (pg_time_t) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
		if (boundary < PG_INT64_MAX / USECS_PER_SEC)
			*until = boundary * USECS_PER_SEC;
	}
}

/* The number of a zone in the policy. */
static uint32_t
get_zone(const place *at, const JsonbValue *v, tp_policy *policy)
{
	tp_zone		zone = {look_at_zone, NULL};
	uint32_t	number;
	tp_error	err;
	char	   *name = get_string(at, v, "the name of a time zone", ZONE_HINT);
	pg_tz	   *tz = NULL;

	if (strlen(name) < TZ_STRLEN_MAX && name[0] != '\0' && !is_posix_rule(name))
		tz = pg_tzset(name);
	if (tz == NULL || !pg_tz_acceptable(tz))
		refuse(at, v, "the name of a time zone", ZONE_HINT);
	zone.context = tz;
	if (tp_policy_zone(policy, &zone, &number, &err) != TP_OK)
		tp_raise(&err);
	return number;
}

/* A channel, in at least TP_PART_MAX bytes. */
static uint8_t
get_channel(const place *at, const JsonbValue *v, char *channel, const char *hint)
{
	char	   *name = get_string(at, v, CHANNEL_WANTED, hint);
	size_t		len = strlen(name);

	if (len < 1 || len > TP_PART_MAX)
		refuse(at, v, CHANNEL_WANTED, hint);
	memcpy(channel, name, len);
	return (uint8_t) len;
}

static tp_per
get_per(const place *at, const JsonbValue *v)
{
	static const char *const names[] = {"day", "week", "month"};
	char	   *name = get_string(at, v, "a period of the calendar", PER_HINT);

	for (int i = 0; i < (int) lengthof(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (tp_per) i;
	refuse(at, v, "a period of the calendar", PER_HINT);
}

static tp_initiator
get_initiator(const place *at, const JsonbValue *v)
{
	char	   *name = get_string(at, v, "an initiator", TP_INITIATOR_HINT);
	tp_initiator by;

	if (!tp_initiator_parse(name, strlen(name), &by))
		refuse(at, v, "an initiator", TP_INITIATOR_HINT);
	return by;
}

/* Walking: the next pair of an object, or element of an array; containers within are not entered. */
static JsonbContainer *
get_container(const place *at, const JsonbValue *v, bool array, const char *hint)
{
	if (v->type != jbvBinary || JsonContainerIsScalar(v->val.binary.data) ||
		JsonContainerIsArray(v->val.binary.data) != array)
		refuse(at, v, array ? "an array" : "an object", hint);
	return v->val.binary.data;
}

static bool
next_pair(JsonbIterator **it, char **key, JsonbValue *v)
{
	JsonbIteratorToken token = JsonbIteratorNext(it, v, true);

	if (token == WJB_BEGIN_OBJECT)
		token = JsonbIteratorNext(it, v, true);
	if (token != WJB_KEY)
		return false;
	*key = pnstrdup(v->val.string.val, v->val.string.len);
	JsonbIteratorNext(it, v, true);
	return true;
}

static void
unknown_key(const place *within, const char *key, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 within != NULL ?
			 errmsg("contact policy: %s has an unknown key \"%s\"", name_of(within), tp_excerpt_of(key, strlen(key)).text) :
			 errmsg("contact policy: unknown key \"%s\"", tp_excerpt_of(key, strlen(key)).text),
			 errhint("%s", hint)));
}

static void
read_cap(const place *at, const JsonbValue *v, tp_policy *policy, tp_cap *cap, MemoryContext kept)
{
	JsonbIterator *it = JsonbIteratorInit(get_container(at, v, false, CAP_HINT));
	JsonbValue	value;
	char	   *key;
	bool		has_max = false,
				has_within = false,
				has_per = false,
				has_zone = false;

	memset(cap, 0, sizeof(*cap));
	while (next_pair(&it, &key, &value))
	{
		place		here = {at->rule, at->index, key};

		if (strcmp(key, "max") == 0)
		{
			cap->max = get_max(&here, &value);
			has_max = true;
		}
		else if (strcmp(key, "within") == 0)
		{
			cap->within = get_interval(&here, &value, 1);
			has_within = true;
		}
		else if (strcmp(key, "per") == 0)
		{
			cap->per = get_per(&here, &value);
			has_per = true;
		}
		else if (strcmp(key, "timezone") == 0)
		{
			cap->zone = get_zone(&here, &value, policy);
			has_zone = true;
		}
		else if (strcmp(key, "channel") == 0)
			cap->channel_len = get_channel(&here, &value, cap->channel, "Leave it out to count contacts of all channels.");
		else if (strcmp(key, "touchpoint") == 0)
			get_step(&here, &value, false, kept, &cap->at);
		else if (strcmp(key, "initiator") == 0)
			cap->by = get_initiator(&here, &value);
		else
			unknown_key(at, key, CAP_HINT);
	}
	if (!has_max)
		missing(&(place) {at->rule, at->index, "max"}, CAP_HINT);
	if (has_within && (has_per || has_zone))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("contact policy: %s has both within and %s", name_of(at), has_per ? "per" : "timezone"),
				 errhint("Write within for a time that runs along, or per and timezone for a day, week or month of the calendar.")));
	if (!has_within && !has_per)
		missing(&(place) {at->rule, at->index, has_zone ? "per" : "within"}, CAP_HINT);
	if (has_per && !has_zone)
		missing(&(place) {at->rule, at->index, "timezone"}, CAP_HINT);
}

static void
read_cooldown(const place *at, const JsonbValue *v, tp_policy *policy, MemoryContext kept)
{
	JsonbIterator *it = JsonbIteratorInit(get_container(at, v, false, COOLDOWN_HINT));
	JsonbValue	value;
	char	   *key;
	tp_step		after = {.n = 0};
	int64		wait = 0;
	tp_error	err;
	bool		has_after = false,
				has_wait = false;

	while (next_pair(&it, &key, &value))
	{
		place		here = {at->rule, at->index, key};

		if (strcmp(key, "after") == 0)
		{
			get_step(&here, &value, false, kept, &after);
			has_after = true;
		}
		else if (strcmp(key, "wait") == 0)
		{
			wait = get_interval(&here, &value, 1);
			has_wait = true;
		}
		else
			unknown_key(at, key, COOLDOWN_HINT);
	}
	if (!has_after)
		missing(&(place) {at->rule, at->index, "after"}, COOLDOWN_HINT);
	if (!has_wait)
		missing(&(place) {at->rule, at->index, "wait"}, COOLDOWN_HINT);
	if (tp_policy_cool(policy, &after, wait, &err) != TP_OK)
		tp_raise(&err);
	if (tp_step_is_plain(&after))
		tp_step_release(&after);
}

/* A set of days. */
static uint8_t
get_days(const place *at, const JsonbValue *v)
{
	static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	JsonbContainer *array = get_container(at, v, true, DAYS_HINT);
	uint32_t	n = JsonContainerSize(array);
	uint8_t		days = 0;

	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("contact policy: %s names no day", name_of(at)),
				 errhint("Leave it out for every day.")));
	for (uint32_t i = 0; i < n; i++)
	{
		JsonbValue *one = getIthJsonbValueFromContainer(array, i);
		char	   *name = get_string(at, one, "days of mon, tue, wed, thu, fri, sat and sun", DAYS_HINT);
		int			day = 0;

		while (day < 7 && strcmp(name, names[day]) != 0)
			day++;
		if (day == 7)
			refuse(at, one, "days of mon, tue, wed, thu, fri, sat and sun", DAYS_HINT);
		days |= (uint8_t) (1 << day);
		pfree(one);
		CHECK_FOR_INTERRUPTS();
	}
	return days;
}

/* What quiet hours and blackouts are: two ends and a zone. */
typedef struct range
{
	const end_form *form;
	const char *hint;
	int64_t		from;
	int64_t		to;
	JsonbValue	to_value;
	uint32_t	zone;
} range;

/* Both ends and the zone must be there; what else there is stands in also, unless that is NULL. */
static void
read_range(const place *at, const JsonbValue *v, tp_policy *policy, range *r, tp_window *also)
{
	JsonbIterator *it = JsonbIteratorInit(get_container(at, v, false, r->hint));
	JsonbValue	value;
	char	   *key;
	bool		has_from = false,
				has_to = false,
				has_zone = false;

	while (next_pair(&it, &key, &value))
	{
		place		here = {at->rule, at->index, key};

		if (strcmp(key, "from") == 0)
		{
			r->from = get_end(&here, &value, r->form);
			has_from = true;
		}
		else if (strcmp(key, "to") == 0)
		{
			r->to = get_end(&here, &value, r->form);
			r->to_value = value;
			has_to = true;
		}
		else if (strcmp(key, "timezone") == 0)
		{
			r->zone = get_zone(&here, &value, policy);
			has_zone = true;
		}
		else if (also != NULL && strcmp(key, "days") == 0)
			also->days = get_days(&here, &value);
		else if (also != NULL && strcmp(key, "channel") == 0)
			also->channel_len = get_channel(&here, &value, also->channel, "Leave it out for all channels.");
		else
			unknown_key(at, key, r->hint);
	}
	if (!has_from)
		missing(&(place) {at->rule, at->index, "from"}, r->hint);
	if (!has_to)
		missing(&(place) {at->rule, at->index, "to"}, r->hint);
	if (!has_zone)
		missing(&(place) {at->rule, at->index, "timezone"}, ZONE_HINT);
}

static void
read_window(const place *at, const JsonbValue *v, tp_policy *policy, MemoryContext kept)
{
	tp_window	window = {.days = TP_EVERY_DAY};
	range		r = {.form = &time_of_day, .hint = QUIET_HINT};
	tp_error	err;

	(void) kept;
	read_range(at, v, policy, &r, &window);
	window.from = r.from;
	window.to = r.to;
	window.zone = r.zone;
	/* a whole day is one, but for all that is no hours to be quiet */
	if ((window.to - window.from) % USECS_PER_DAY == 0 && (window.days == TP_EVERY_DAY || window.to <= window.from))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("contact policy: %s.from and %s.to must differ", name_of(at), name_of(at)),
				 errhint("Leave quiet out for no quiet hours; whole days are from \"00:00\" to \"24:00\" with days; to contact nobody at all, withdraw consent.")));
	tp_check(tp_policy_quiet(policy, &window, &err), &err);
}

static void
read_blackout(const place *at, const JsonbValue *v, tp_policy *policy, MemoryContext kept)
{
	range		r = {.form = &date, .hint = BLACKOUT_HINT};
	tp_error	err;

	(void) kept;
	read_range(at, v, policy, &r, NULL);
	if (r.to < r.from)
		refuse(&(place) {at->rule, at->index, "to"}, &r.to_value, "no earlier than from", BLACKOUT_HINT);
	tp_check(tp_policy_blackout(policy, &(tp_blackout) {r.from, r.to, r.zone}, &err), &err);
}

/* The next element of a rule that is an array; what reading it takes is given back at the next. */
typedef struct elements
{
	place		at;
	JsonbContainer *array;
	uint32_t	count;
	JsonbValue *value;
	MemoryContext scratch;
} elements;

static void
begin_elements(elements *e, const char *rule, const JsonbValue *v)
{
	place		at = {rule, -1, NULL};

	e->at = (place) {rule, 0, NULL};
	e->array = get_container(&at, v, true, "Write an array, [...], also for one alone.");
	e->count = JsonContainerSize(e->array);
	e->scratch = AllocSetContextCreate(CurrentMemoryContext, "touchpoint contact rule", ALLOCSET_SMALL_SIZES);
}

static bool
next_element(elements *e)
{
	MemoryContext before;

	CHECK_FOR_INTERRUPTS();
	MemoryContextReset(e->scratch);
	if ((uint32_t) e->at.index == e->count)
	{
		MemoryContextDelete(e->scratch);
		return false;
	}
	before = MemoryContextSwitchTo(e->scratch);
	e->value = getIthJsonbValueFromContainer(e->array, (uint32) e->at.index++);
	MemoryContextSwitchTo(before);
	return true;
}

static void
read_caps(const char *rule, const JsonbValue *v, tp_policy *policy)
{
	elements	e;

	begin_elements(&e, rule, v);
	policy->caps = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(tp_cap), e.count + 1));
	while (next_element(&e))
	{
		MemoryContext before = MemoryContextSwitchTo(e.scratch);

		read_cap(&e.at, e.value, policy, &policy->caps[policy->n_caps++], before);
		MemoryContextSwitchTo(before);
	}
}

static void
read_exempt(const place *at, const JsonbValue *v, tp_policy *policy, MemoryContext kept)
{
	tp_step		step;
	tp_error	err;

	get_step(at, v, false, kept, &step);
	if (tp_policy_exempt(policy, &step, &err) != TP_OK)
		tp_raise(&err);
	if (tp_step_is_plain(&step))
		tp_step_release(&step);
}

/* Each element of an array of rules. */
static void
read_each(const char *rule, const JsonbValue *v, tp_policy *policy,
		  void (*read) (const place *at, const JsonbValue *v, tp_policy *policy, MemoryContext kept))
{
	elements	e;

	begin_elements(&e, rule, v);
	while (next_element(&e))
	{
		MemoryContext before = MemoryContextSwitchTo(e.scratch);

		read(&e.at, e.value, policy, before);
		MemoryContextSwitchTo(before);
	}
}

/* One window alone, or an array of them. */
static void
read_quiet(const place *at, const JsonbValue *v, tp_policy *policy)
{
	if (v->type == jbvBinary && JsonContainerIsArray(v->val.binary.data) && !JsonContainerIsScalar(v->val.binary.data))
		read_each(at->rule, v, policy, read_window);
	else
		read_window(at, v, policy, CurrentMemoryContext);
}

void
tp_read_policy(Jsonb *json, tp_policy *policy)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	JsonbIterator *it;
	JsonbValue	value;
	char	   *key;
	tp_error	err;

	tp_policy_init(policy, &mem);
	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("contact policy: not a JSON object"),
				 errhint(KEYS_HINT)));
	it = JsonbIteratorInit(&json->root);
	while (next_pair(&it, &key, &value))
	{
		place		at = {key, -1, NULL};

		if (strcmp(key, "caps") == 0)
			read_caps(key, &value, policy);
		else if (strcmp(key, "min_gap") == 0)
			policy->min_gap = get_interval(&at, &value, 0);
		else if (strcmp(key, "quiet") == 0)
			read_quiet(&at, &value, policy);
		else if (strcmp(key, "cooldown") == 0)
			read_each(key, &value, policy, read_cooldown);
		else if (strcmp(key, "blackout") == 0)
			read_each(key, &value, policy, read_blackout);
		else if (strcmp(key, "exempt") == 0)
			read_each(key, &value, policy, read_exempt);
		else
			unknown_key(NULL, key, KEYS_HINT);
	}
	if (tp_policy_finish(policy, &mem, &err) != TP_OK)
		tp_raise(&err);
}

PG_FUNCTION_INFO_V1(contact_policy_check);
Datum
contact_policy_check(PG_FUNCTION_ARGS)
{
	Jsonb	   *json = PG_GETARG_JSONB_P(0);
	Jsonb	   *sound = fcinfo->flinfo->fn_extra;
	tp_policy	policy;

	/* a constant policy is checked anew for each row */
	if (sound != NULL && VARSIZE(sound) == VARSIZE(json) && memcmp(sound, json, VARSIZE(json)) == 0)
		PG_RETURN_BOOL(true);
	if (tp_policy_is_kept(json))
		PG_RETURN_BOOL(true);
	tp_read_policy(json, &policy);
	if (sound != NULL)
		pfree(sound);
	fcinfo->flinfo->fn_extra = NULL;
	sound = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, VARSIZE(json));
	memcpy(sound, json, VARSIZE(json));
	fcinfo->flinfo->fn_extra = sound;
	PG_RETURN_BOOL(true);
}
