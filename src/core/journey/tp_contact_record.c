/*
 * tp_contact_record.c
 *	  Contact records: packing, checks, order, text.
 */
#include "journey/tp_contact_record.h"

#include <math.h>

#define CONTACT_HINT \
	"Write touchpoint@time [key=value ...], such as web/checkout@2026-01-05T10:00:00Z score=4."
#define KEYS_HINT "Valid keys are score, expected, cost, duration, value, by, id and properties."

/* The next eight bytes, where the contact has the value that v points to. */
static inline uint8_t *
put(uint8_t *at, bool has, const void *v)
{
	if (has)
		memcpy(at, v, 8);
	return has ? at + 8 : at;
}

size_t
tp_contact_pack(const tp_contact *c, uint8_t *to)
{
	uint8_t    *at = put(to, true, &c->time);

	at = put(at, c->has & TP_HAS_ID, &c->id);
	at = put(at, c->has & TP_HAS_SCORE, &c->score);
	at = put(at, c->has & TP_HAS_EXPECTED, &c->expected);
	at = put(at, c->has & TP_HAS_COST, &c->cost);
	at = put(at, c->has & TP_HAS_DURATION, &c->duration);
	at = put(at, c->has & TP_HAS_VALUE, &c->value);
	return (size_t) (at - to);
}

static inline const uint8_t *
take(const uint8_t *at, bool has, void *v)
{
	if (has)
		memcpy(v, at, 8);
	return has ? at + 8 : at;
}

size_t
tp_contact_unpack(tp_contact *c, uint8_t has, const uint8_t *from)
{
	const uint8_t *at = take(from, true, &c->time);

	c->has = has;
	c->set = 0;
	at = take(at, has & TP_HAS_ID, &c->id);
	at = take(at, has & TP_HAS_SCORE, &c->score);
	at = take(at, has & TP_HAS_EXPECTED, &c->expected);
	at = take(at, has & TP_HAS_COST, &c->cost);
	at = take(at, has & TP_HAS_DURATION, &c->duration);
	at = take(at, has & TP_HAS_VALUE, &c->value);
	return (size_t) (at - from);
}

static tp_status
check_number(const char *name, double *v, tp_error *err)
{
	if (!isfinite(*v))
		return tp_fail(err, TP_OUT_OF_RANGE, "Use NULL for what is not known.",
					   "the %s of a contact must be finite, not %s", name, tp_not_finite(*v));
	*v += 0.0;					/* -0 becomes 0 */
	return TP_OK;
}

tp_status
tp_contact_check(tp_contact *c, tp_status bad, tp_error *err)
{
	if (!tp_time_is_finite(c->time))
	{
		if (c->time == INT64_MIN || c->time == INT64_MAX)
			return tp_fail(err, TP_OUT_OF_RANGE, "A contact happened at some moment: leave out rows without one.",
						   "the time of a contact must be finite, not %s", c->time < 0 ? "-infinity" : "infinity");
		return tp_fail(err, TP_OUT_OF_RANGE, TP_TIME_RANGE_HINT,
					   "the time of a contact is out of range: %lld microseconds from 2000-01-01", (long long) c->time);
	}
	if (((c->has & TP_HAS_SCORE) && check_number("score", &c->score, err) != TP_OK) ||
		((c->has & TP_HAS_EXPECTED) && check_number("expected score", &c->expected, err) != TP_OK) ||
		((c->has & TP_HAS_COST) && check_number("cost", &c->cost, err) != TP_OK) ||
		((c->has & TP_HAS_VALUE) && check_number("value", &c->value, err) != TP_OK))
		return err->status;
	if ((c->has & TP_HAS_COST) && c->cost < 0)
		return tp_fail(err, bad, "Book what came in, such as a refund of costs, as value.",
					   "the cost of a contact must not be negative: %.15g", c->cost);
	if ((c->has & TP_HAS_DURATION) && c->duration < 0)
		return tp_fail(err, bad, "Write the time of the start as the contact's time.",
					   "the duration of a contact must not be negative: %lld microseconds", (long long) c->duration);
	return TP_OK;
}

static const char *const initiator_names[] = {NULL, "company", "customer", "third_party"};

bool
tp_initiator_parse(const char *text, size_t len, tp_initiator *by)
{
	for (int i = TP_BY_COMPANY; i <= TP_BY_THIRD_PARTY; i++)
	{
		if (strlen(initiator_names[i]) == len && memcmp(text, initiator_names[i], len) == 0)
		{
			*by = (tp_initiator) i;
			return true;
		}
	}
	return false;
}

const char *
tp_initiator_name(tp_initiator by)
{
	return initiator_names[by];
}

static int
compare_field(bool a_has, bool b_has, double a, double b)
{
	if (!a_has || !b_has)
		return a_has - b_has;
	return (a > b) - (a < b);
}

static int
compare_whole(bool a_has, bool b_has, int64_t a, int64_t b)
{
	if (!a_has || !b_has)
		return a_has - b_has;
	return (a > b) - (a < b);
}

#define COMPARE(how, field, bit) \
	how((a->has & (bit)) != 0, (b->has & (bit)) != 0, \
		a->has & (bit) ? a->field : 0, b->has & (bit) ? b->field : 0)

int
tp_contact_compare_head(const tp_contact *a, const tp_contact *b)
{
	int			c = (a->time > b->time) - (a->time < b->time);

	if (c == 0)
		c = COMPARE(compare_whole, id, TP_HAS_ID);
	if (c == 0)
		c = COMPARE(compare_field, score, TP_HAS_SCORE);
	return c;
}

int
tp_contact_compare_tail(const tp_contact *a, const tp_contact *b)
{
	int			c = COMPARE(compare_field, expected, TP_HAS_EXPECTED);

	if (c == 0)
		c = COMPARE(compare_field, cost, TP_HAS_COST);
	if (c == 0)
		c = COMPARE(compare_whole, duration, TP_HAS_DURATION);
	if (c == 0)
		c = COMPARE(compare_field, value, TP_HAS_VALUE);
	if (c == 0)
		c = (int) tp_contact_by(a) - (int) tp_contact_by(b);
	return c;
}

/* The key at the cursor and its '=': 'b' stands for by. */
static uint8_t
scan_key(tp_scan *s, bool *by)
{
	static const struct
	{
		const char *name;
		uint8_t		bit;
	}			keys[] = {{"score=", TP_HAS_SCORE}, {"expected=", TP_HAS_EXPECTED}, {"cost=", TP_HAS_COST},
	{"duration=", TP_HAS_DURATION}, {"value=", TP_HAS_VALUE}, {"id=", TP_HAS_ID}};

	*by = s->end - s->at >= 3 && memcmp(s->at, "by=", 3) == 0;
	if (*by)
	{
		s->at += 3;
		return 3 << TP_BY_SHIFT;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
	{
		size_t		len = strlen(keys[i].name);

		if ((size_t) (s->end - s->at) >= len && memcmp(s->at, keys[i].name, len) == 0)
		{
			s->at += len;
			return keys[i].bit;
		}
	}
	return 0;
}

static tp_status
scan_initiator(tp_scan *s, tp_contact *c)
{
	size_t		len = strcspn(s->at, " \t\n\v\f\r,}");
	tp_initiator by;

	if (!tp_initiator_parse(s->at, len, &by))
		return tp_scan_fail(s, TP_BAD_TEXT, TP_INITIATOR_HINT, "Unknown initiator");
	s->at += len;
	c->has |= (uint8_t) (by << TP_BY_SHIFT);
	return TP_OK;
}

/* Read properties= at the cursor. */
static tp_status
scan_properties(tp_scan *s, bool *given, tp_contact *c, tp_buffer *properties)
{
	const char *word = s->at;

	s->at += strlen("properties=");
	if (*given)
	{
		s->at = word;
		return tp_scan_fail(s, TP_BAD_TEXT, "Give each key once.", "The key stands twice");
	}
	*given = true;
	properties->len = 0;
	if (tp_set_scan(s, properties) != TP_OK)
		return s->err->status;
	c->set = properties->len > 0;
	return TP_OK;
}

tp_status
tp_contact_scan(tp_scan *s, tp_contact *c, uint8_t entry[TP_ENTRY_MAX], tp_buffer *properties)
{
	bool		given = false;

	c->has = 0;
	c->set = 0;
	if (tp_touchpoint_scan(s, entry) != TP_OK)
		return s->err->status;
	if (tp_scan_peek(s) != '@')
		return tp_scan_fail(s, TP_BAD_TEXT, CONTACT_HINT, "Expected @ and a time behind the touchpoint");
	s->at++;
	tp_scan_blanks(s);
	if (tp_scan_time(s, &c->time) != TP_OK)
		return s->err->status;
	for (;;)
	{
		const char *word;
		uint8_t		bit;
		bool		by;
		tp_status	status;

		tp_scan_blanks(s);
		if (s->at >= s->end || *s->at == ',' || *s->at == '}')
			return TP_OK;
		word = s->at;
		if (s->end - s->at >= 11 && memcmp(s->at, "properties=", 11) == 0)
		{
			if (scan_properties(s, &given, c, properties) != TP_OK)
				return s->err->status;
			continue;
		}
		bit = scan_key(s, &by);
		if (bit == 0)
			return tp_scan_fail(s, TP_BAD_TEXT, KEYS_HINT, "Expected key=value with a known key");
		if (c->has & bit)
		{
			s->at = word;
			return tp_scan_fail(s, TP_BAD_TEXT, "Give each key once.", "The key stands twice");
		}
		word = s->at;
		if (by)
			status = scan_initiator(s, c);
		else
		{
			switch (bit)
			{
				case TP_HAS_ID:
					status = tp_scan_integer(s, &c->id);
					break;
				case TP_HAS_DURATION:
					status = tp_scan_duration(s, &c->duration);
					if (status == TP_BAD_ARGUMENT)
						status = s->err->status = TP_BAD_TEXT;
					break;
				case TP_HAS_SCORE:
					status = tp_scan_number(s, &c->score);
					break;
				case TP_HAS_EXPECTED:
					status = tp_scan_number(s, &c->expected);
					break;
				case TP_HAS_COST:
					status = tp_scan_number(s, &c->cost);
					break;
				default:
					status = tp_scan_number(s, &c->value);
					break;
			}
			c->has |= bit;
		}
		if (status != TP_OK)
			return status;
		if (bit == TP_HAS_COST && c->cost < 0)
		{
			s->at = word;
			return tp_scan_fail(s, TP_BAD_TEXT, "Book what came in, such as a refund of costs, as value.",
								"A cost must not be negative");
		}
	}
}

tp_status
tp_contact_parse(const char *text, size_t len, tp_contact *c, uint8_t entry[TP_ENTRY_MAX], tp_buffer *properties,
				 tp_error *err)
{
	tp_scan		s;

	tp_scan_init(&s, "contact_record", text, len, err);
	if (tp_contact_scan(&s, c, entry, properties) != TP_OK)
		return err->status;
	if (s.at < s.end)
		return tp_scan_fail(&s, TP_BAD_TEXT, CONTACT_HINT, "Unexpected \"%c\"", *s.at);
	return TP_OK;
}

static void
write_field(tp_buffer *b, const tp_contact *c, uint8_t bit, const char *key, double v)
{
	if (c->has & bit)
	{
		tp_buffer_string(b, key);
		tp_write_number(b, v);
	}
}

void
tp_contact_write(tp_buffer *b, const tp_contact *c, const tp_touchpoint *t, const uint8_t *properties)
{
	tp_touchpoint_write(b, t);
	tp_buffer_byte(b, '@');
	tp_write_time(b, c->time);
	write_field(b, c, TP_HAS_SCORE, " score=", c->score);
	write_field(b, c, TP_HAS_EXPECTED, " expected=", c->expected);
	write_field(b, c, TP_HAS_COST, " cost=", c->cost);
	if (c->has & TP_HAS_DURATION)
	{
		tp_buffer_string(b, " duration=");
		tp_write_duration(b, c->duration);
	}
	write_field(b, c, TP_HAS_VALUE, " value=", c->value);
	if (tp_contact_by(c) != TP_BY_NOBODY)
	{
		tp_buffer_string(b, " by=");
		tp_buffer_string(b, tp_initiator_name(tp_contact_by(c)));
	}
	if (c->has & TP_HAS_ID)
	{
		tp_buffer_string(b, " id=");
		tp_write_integer(b, c->id);
	}
	if (properties != NULL)
	{
		tp_buffer_string(b, " properties=");
		tp_set_write(b, properties);
	}
}

size_t
tp_contact_image_size(const tp_contact *c, const uint8_t *entry, const uint8_t *properties)
{
	return TP_CONTACT_HEAD + tp_contact_packed_size(c->has) + tp_entry_size(entry) +
		(properties != NULL ? tp_set_size(properties) : 0);
}

void
tp_contact_image(uint8_t *at, const tp_contact *c, const uint8_t *entry, const uint8_t *properties)
{
	at[0] = properties != NULL ? TP_CONTACT_VERSION_PROPERTIES : TP_CONTACT_VERSION;
	at[1] = 0;
	at[2] = c->has;
	at += TP_CONTACT_HEAD + tp_contact_pack(c, at + TP_CONTACT_HEAD);
	tp_copy_short(at, entry, tp_entry_size(entry));
	if (properties != NULL)
		memcpy(at + tp_entry_size(entry), properties, tp_set_size(properties));
}

bool
tp_contact_parts(const uint8_t *at, size_t size, const uint8_t **entry, const uint8_t **properties)
{
	size_t		head,
				entry_size;

	if (size < TP_CONTACT_HEAD || at[0] < TP_CONTACT_VERSION || at[0] > TP_CONTACT_VERSION_PROPERTIES || at[1] != 0)
		return false;
	head = TP_CONTACT_HEAD + tp_contact_packed_size(at[2]);
	if (size < head + TP_ENTRY_HEAD || at[head + 1] == 0)
		return false;
	entry_size = tp_entry_size(at + head);
	if (at[0] == TP_CONTACT_VERSION ? entry_size != size - head :
		entry_size >= size - head || !tp_set_is_valid(at + head + entry_size, size - head - entry_size))
		return false;
	*entry = at + head;
	*properties = at[0] == TP_CONTACT_VERSION ? NULL : at + head + entry_size;
	return true;
}

bool
tp_contact_open(const uint8_t *at, size_t size, tp_contact *c, const uint8_t **entry, const uint8_t **properties)
{
	if (!tp_contact_parts(at, size, entry, properties))
		return false;
	tp_contact_unpack(c, at[2], at + TP_CONTACT_HEAD);
	c->code = 0;
	c->set = *properties != NULL;
	return true;
}
