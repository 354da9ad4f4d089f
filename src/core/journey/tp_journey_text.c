/*
 * tp_journey_text.c
 *	  The text form of a journey: {contact, contact, ...}.
 */
#include "journey/tp_journey.h"
#include "journey/tp_properties.h"

#define JOURNEY_HINT "Write {contact, contact, ...}, such as {web/search@2026-01-05T10:00:00Z, web/checkout@2026-01-05T10:05:00Z score=4}."

/* Contacts between two looks at whether the host wants to stop. */
#define POLL_EVERY 4096

/* Contacts with commas between, and the brace behind them. */
static tp_status
scan_contacts(tp_scan *s, tp_builder *b, tp_buffer *properties)
{
	bool		more = true;

	for (uint32_t n = 1; more; n++)
	{
		tp_contact	c;
		uint8_t		entry[TP_ENTRY_MAX];

		if (tp_contact_scan(s, &c, entry, properties) != TP_OK ||
			tp_builder_add(b, entry, &c, tp_properties_of(&c, properties), s->err) != TP_OK)
			return s->err->status;
		if (n % POLL_EVERY == 0 && tp_interrupted(&b->mem))
			return TP_INTERRUPTED;
		if (tp_scan_separator(s, JOURNEY_HINT, &more) != TP_OK)
			return s->err->status;
	}
	return TP_OK;
}

tp_status
tp_journey_parse(tp_builder *b, const char *text, size_t len, tp_error *err)
{
	tp_scan		s;

	tp_scan_init(&s, "journey", text, len, err);
	tp_scan_blanks(&s);
	if (tp_scan_peek(&s) != '{')
		return tp_scan_fail(&s, TP_BAD_TEXT, JOURNEY_HINT, "Expected {");
	s.at++;
	tp_scan_blanks(&s);
	if (tp_scan_peek(&s) == '}')
		s.at++;
	else
	{
		tp_buffer	properties;
		tp_status	status;

		tp_buffer_init(&properties, &b->mem);
		status = scan_contacts(&s, b, &properties);
		tp_buffer_release(&properties);
		if (status != TP_OK)
			return status;
	}
	tp_scan_blanks(&s);
	if (s.at < s.end)
		return tp_scan_fail(&s, TP_BAD_TEXT, JOURNEY_HINT, "Unexpected text behind }");
	return TP_OK;
}

tp_status
tp_journey_write(tp_buffer *b, const tp_journey *j, tp_error *err)
{
	tp_journey_whole w;
	tp_status	status = tp_journey_whole_of(&w, b->mem, j, err);

	tp_buffer_byte(b, '{');
	for (uint32_t i = 0; i < j->count && status == TP_OK; i++)
	{
		tp_contact	c;

		if (i > 0)
			tp_buffer_add(b, ", ", 2);
		tp_journey_contact(j, i, &c);
		tp_contact_write(b, &c, &w.entries[c.code], c.set != 0 ? w.sets[c.set - 1] : NULL);
		if (i % POLL_EVERY == POLL_EVERY - 1 && tp_interrupted(b->mem))
			status = TP_INTERRUPTED;
	}
	tp_buffer_byte(b, '}');
	tp_journey_whole_release(&w);
	if (status == TP_OK && b->failed)
		status = tp_fail_memory(err);
	return status;
}
