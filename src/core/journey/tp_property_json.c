/*
 * tp_property_json.c
 *	  Properties as a JSON object: what the text form of a contact holds.
 *
 * RFC 8259, less what a set cannot hold: nested values, the character of code 0.
 */
#include "journey/tp_property_set.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define OBJECT_HINT "Write properties={\"campaign\":\"spring\",\"amount\":19.9,\"paid\":true}."

static void
scan_space(tp_scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

/* Four hexadecimal digits at the cursor; -1 where there are none. */
static int
scan_hex(tp_scan *s)
{
	int			v = 0;

	for (int i = 0; i < 4; i++)
	{
		char		c = tp_scan_peek(s);
		int			digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
			c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (digit < 0)
			return -1;
		v = v * 16 + digit;
		s->at++;
	}
	return v;
}

/* Behind \u: one character, of one escape or of two that are a surrogate pair. */
static tp_status
scan_unicode(tp_scan *s, tp_buffer *out)
{
	const char *from = s->at - 2;
	int			code = scan_hex(s);
	char		utf8[4];
	size_t		n,
				len;
	const char *text;

	if (code >= 0xD800 && code < 0xDC00 && s->end - s->at >= 6 && s->at[0] == '\\' && s->at[1] == 'u')
	{
		int			low;

		s->at += 2;
		low = scan_hex(s);
		code = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : -1;
	}
	if (code <= 0 || (code >= 0xD800 && code < 0xE000))
	{
		s->at = from;
		return tp_scan_fail(s, TP_BAD_TEXT, "Write \\u and four hexadecimal digits, twice for a surrogate pair; not \\u0000.",
							"The escape is no character");
	}
	n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	if (n == 1)
		utf8[0] = (char) code;
	else
	{
		for (size_t i = n - 1; i > 0; i--, code >>= 6)
			utf8[i] = (char) (0x80 | (code & 0x3F));
		utf8[0] = (char) ((0xF00 >> n & 0xF0) | code);
	}
	text = n == 1 ? utf8 : tp_host_from_utf8(utf8, n, &len);
	tp_buffer_add(out, text, n == 1 ? 1 : len);
	return TP_OK;
}

tp_status
tp_json_string_scan(tp_scan *s, tp_buffer *out)
{
	if (tp_scan_peek(s) != '"')
		return tp_scan_fail(s, TP_BAD_TEXT, OBJECT_HINT, "Expected a string in double quotes");
	s->at++;
	for (;;)
	{
		static const char names[] = "\"\\/bfnrt";
		static const char bytes[] = "\"\\/\b\f\n\r\t";
		const char *from = s->at;
		const char *name;

		while (s->at < s->end && *s->at != '"' && *s->at != '\\' && (unsigned char) *s->at >= 0x20)
		{
			/* a character of several bytes may hold a backslash in some encodings */
			s->at += (unsigned char) *s->at < 0x80 ? 1 : tp_host_char(s->at, (size_t) (s->end - s->at));
		}
		tp_buffer_add(out, from, (size_t) (s->at - from));
		if (s->at >= s->end)
			return tp_scan_fail(s, TP_BAD_TEXT, OBJECT_HINT, "The string does not end");
		if (*s->at == '"')
		{
			s->at++;
			return out->failed ? tp_fail_memory(s->err) : TP_OK;
		}
		if (*s->at != '\\')
			return tp_scan_fail(s, TP_BAD_TEXT, "Write \\n, \\t or \\u001f.", "A control character in a string");
		s->at++;
		if (tp_scan_peek(s) == 'u')
		{
			s->at++;
			if (scan_unicode(s, out) != TP_OK)
				return s->err->status;
			continue;
		}
		name = s->at < s->end ? strchr(names, *s->at) : NULL;
		if (name == NULL)
			return tp_scan_fail(s, TP_BAD_TEXT, "Valid escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u.",
								"Unknown escape");
		tp_buffer_byte(out, (uint8_t) bytes[name - names]);
		s->at++;
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
tp_is_past_exact(const char *text, size_t len)
{
	static const char limit[] = "9007199254740992";
	const char *end = text + len;
	long		whole = 0;		/* digits before the point, from the first that is not 0 */
	size_t		n = 0;
	bool		point = false;
	int			order = 0;		/* of the digits against the limit's */

	for (; text < end && *text != 'e' && *text != 'E'; text++)
	{
		char		wanted = n < sizeof(limit) - 1 ? limit[n] : '0';

		if (*text == '.')
			point = true;
		if (!is_digit(*text))
			continue;
		if (n == 0 && *text == '0')
		{
			whole -= point;
			continue;
		}
		whole += !point;
		if (order == 0)
			order = *text - wanted;
		n++;
	}
	if (text < end)
		whole += strtol(text + 1, NULL, 10);
	return n > 0 && (whole > 16 || (whole == 16 && order > 0));
}

/* JSON's own grammar of numbers, which is narrower than that of the other fields. */
static tp_status
scan_json_number(tp_scan *s, double *v)
{
	const char *at = s->at;
	bool		good;

	if (*at == '-')
		at++;
	good = is_digit(*at);
	if (*at == '0')
		at++;
	else
		while (is_digit(*at))
			at++;
	if (good && *at == '.')
		for (good = is_digit(*++at); is_digit(*at);)
			at++;
	if (good && (*at == 'e' || *at == 'E'))
	{
		at++;
		if (*at == '-' || *at == '+')
			at++;
		for (good = is_digit(*at); is_digit(*at);)
			at++;
	}
	if (!good || is_digit(*at) || *at == '.')
		return tp_scan_fail(s, TP_BAD_TEXT, OBJECT_HINT, "Expected a string, a number, true, false or null");
	errno = 0;
	*v = strtod(s->at, NULL);
	if (errno == ERANGE && (*v == 0 || isinf(*v)))
		return tp_scan_fail(s, TP_OUT_OF_RANGE, "Numbers are double precision.", "The number is out of range");
	if (tp_is_past_exact(s->at, (size_t) (at - s->at)))
		return tp_scan_fail(s, TP_OUT_OF_RANGE, TP_EXACT_HINT, "A number past 2^53");
	s->at = at;
	return TP_OK;
}

/* A value at the cursor; kind is absent for null. The bytes of a string are added to text. */
static tp_status
scan_value(tp_scan *s, tp_property *value, tp_buffer *text)
{
	size_t		from = text->len;

	value->kind = TP_PROPERTY_ABSENT;
	if (tp_scan_peek(s) == '"')
	{
		if (tp_json_string_scan(s, text) != TP_OK)
			return s->err->status;
		value->kind = TP_PROPERTY_STRING;
		value->text = text->data + from;
		value->len = (uint32_t) (text->len - from);
	}
	else if (tp_scan_peek(s) == '{' || tp_scan_peek(s) == '[')
		return tp_scan_fail(s, TP_BAD_ARGUMENT, "Properties are flat: strings, numbers and booleans.",
							"A property must not be an object or an array");
	else if (tp_scan_skip(s, "true") || tp_scan_skip(s, "false"))
	{
		value->kind = TP_PROPERTY_BOOLEAN;
		value->truth = s->at[-2] == 'u';
	}
	else if (!tp_scan_skip(s, "null"))
	{
		value->kind = TP_PROPERTY_NUMBER;
		return scan_json_number(s, &value->number);
	}
	return TP_OK;
}

static tp_status
scan_pairs(tp_scan *s, tp_draft *d, tp_buffer *text)
{
	bool		more = true;

	scan_space(s);
	if (tp_scan_peek(s) == '}')
	{
		s->at++;
		return TP_OK;
	}
	while (more)
	{
		const char *from;
		size_t		key_len;
		tp_property value;

		text->len = 0;
		scan_space(s);
		from = s->at;
		if (tp_json_string_scan(s, text) != TP_OK)
			return s->err->status;
		key_len = text->len;
		scan_space(s);
		if (tp_scan_peek(s) != ':')
			return tp_scan_fail(s, TP_BAD_TEXT, OBJECT_HINT, "Expected :");
		s->at++;
		scan_space(s);
		if (scan_value(s, &value, text) != TP_OK)
			return s->err->status;
		if (value.kind == TP_PROPERTY_STRING)
			value.text = text->data + key_len;	/* the buffer may have moved */
		if (value.kind != TP_PROPERTY_ABSENT &&
			tp_draft_add(d, text->data, key_len, &value, TP_BAD_TEXT, s->err) != TP_OK)
		{
			if (s->err->status != TP_NO_MEMORY)
				tp_detail(s->err, "At character %zu.", tp_scan_place(s, from));
			return s->err->status;
		}
		scan_space(s);
		if (tp_scan_separator(s, OBJECT_HINT, &more) != TP_OK)
			return s->err->status;
	}
	return TP_OK;
}

tp_status
tp_set_scan(tp_scan *s, tp_buffer *out)
{
	tp_draft	d;
	tp_buffer	text;
	tp_status	status;

	if (tp_scan_peek(s) != '{')
		return tp_scan_fail(s, TP_BAD_TEXT, OBJECT_HINT, "Expected a JSON object");
	s->at++;
	tp_draft_init(&d, out->mem);
	tp_buffer_init(&text, out->mem);
	status = scan_pairs(s, &d, &text);
	if (status == TP_OK)
		status = tp_draft_finish(&d, out, s->err);
	tp_draft_release(&d);
	tp_buffer_release(&text);
	return status;
}

void
tp_json_string_write(tp_buffer *b, const char *s, size_t len)
{
	static const char escape['\\' + 1] = {['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
	static const char hex[] = "0123456789abcdef";
	const char *end = s + len;

	tp_buffer_byte(b, '"');
	while (s < end)
	{
		unsigned char c = (unsigned char) *s;
		size_t		n = c < 0x80 ? 1 : tp_host_char(s, (size_t) (end - s));

		if (c < sizeof(escape) && escape[c] != '\0')
		{
			tp_buffer_byte(b, '\\');
			tp_buffer_byte(b, (uint8_t) escape[c]);
		}
		else if (c < 0x20)
		{
			tp_buffer_add(b, "\\u00", 4);
			tp_buffer_byte(b, (uint8_t) hex[c >> 4]);
			tp_buffer_byte(b, (uint8_t) hex[c & 15]);
		}
		else
			tp_buffer_add(b, s, n);
		s += n;
	}
	tp_buffer_byte(b, '"');
}

void
tp_property_write(tp_buffer *b, const tp_property *value)
{
	switch (value->kind)
	{
		case TP_PROPERTY_STRING:
			tp_buffer_add(b, value->text, value->len);
			break;
		case TP_PROPERTY_NUMBER:
			tp_write_number(b, value->number);
			break;
		case TP_PROPERTY_BOOLEAN:
			tp_buffer_string(b, value->truth ? "true" : "false");
			break;
		case TP_PROPERTY_ABSENT:
			break;
	}
}

void
tp_set_write(tp_buffer *b, const uint8_t *set)
{
	const uint8_t *at = set + 1;

	tp_buffer_byte(b, '{');
	for (uint32_t i = 0; i < *set; i++)
	{
		const char *key;
		size_t		len;
		tp_property value;

		at = tp_set_pair(at, &key, &len, &value);
		if (i > 0)
			tp_buffer_byte(b, ',');
		tp_json_string_write(b, key, len);
		tp_buffer_byte(b, ':');
		if (value.kind == TP_PROPERTY_STRING)
			tp_json_string_write(b, value.text, value.len);
		else
			tp_property_write(b, &value);
	}
	tp_buffer_byte(b, '}');
}
