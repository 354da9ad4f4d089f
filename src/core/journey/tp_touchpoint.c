/*
 * tp_touchpoint.c
 *	  Touchpoints and globs.
 */
#include "journey/tp_touchpoint.h"

#include "base/tp_sort.h"

#define WILDCARD '\1'
#define SPECIALS ":/,@\"\\{}*"
#define TOUCHPOINT_HINT \
	"Write [stage:][channel/]label, such as web/checkout; a part with any of : / , @ \" \\ { } * goes in double quotes."
#define GLOB_HINT \
	"Write [stage:][channel/]label with * for any run of characters, such as web/*; a part with any of : / , @ \" \\ { } goes in double quotes."

size_t
tp_touchpoint_entry(const tp_touchpoint *t, uint8_t entry[TP_ENTRY_MAX])
{
	uint8_t    *to = entry + TP_ENTRY_HEAD;

	entry[0] = t->channel_len;
	entry[1] = t->label_len;
	entry[2] = t->stage_len;
	if (t->channel_len > 0)
		tp_copy_short(to, t->channel, t->channel_len);
	to += t->channel_len;
	tp_copy_short(to, t->label, t->label_len);
	to += t->label_len;
	if (t->stage_len > 0)
		tp_copy_short(to, t->stage, t->stage_len);
	return tp_entry_size(entry);
}

static bool
is_control(char c)
{
	return (unsigned char) c < 0x20 || c == 0x7f;
}

static const char *
find_control(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (is_control(s[i]))
			return s + i;
	return NULL;
}

static tp_status
check_part(const char *name, const char *s, size_t len, tp_error *err)
{
	const char *control;

	if (len == 0)
		return tp_fail(err, TP_BAD_ARGUMENT, "Use NULL for a channel or stage that is absent; a label is required.",
					   "the %s of a touchpoint must not be empty", name);
	if (len > TP_PART_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "A part of a touchpoint has at most 255 bytes.",
					   "the %s of a touchpoint is too long: %zu bytes", name, len);
	control = find_control(s, len);
	if (control != NULL)
		return tp_fail(err, TP_BAD_ARGUMENT, "Leave out line breaks, tabs and other control characters.",
					   "the %s of a touchpoint holds control character 0x%02X: \"%s\"", name,
					   (unsigned) (unsigned char) *control, tp_excerpt_of(s, len).text);
	return TP_OK;
}

tp_status
tp_touchpoint_make(const char *channel, size_t channel_len, const char *label, size_t label_len,
				   const char *stage, size_t stage_len, uint8_t entry[TP_ENTRY_MAX], tp_error *err)
{
	tp_touchpoint t;

	if ((channel != NULL && check_part("channel", channel, channel_len, err) != TP_OK) ||
		check_part("label", label, label_len, err) != TP_OK ||
		(stage != NULL && check_part("stage", stage, stage_len, err) != TP_OK))
		return err->status;
	t.channel = channel;
	t.channel_len = (uint8_t) (channel != NULL ? channel_len : 0);
	t.label = label;
	t.label_len = (uint8_t) label_len;
	t.stage = stage;
	t.stage_len = (uint8_t) (stage != NULL ? stage_len : 0);
	tp_touchpoint_entry(&t, entry);
	return TP_OK;
}

bool
tp_entry_is_valid(const uint8_t *entry, size_t size)
{
	return size >= TP_ENTRY_HEAD + 1 && entry[1] > 0 && tp_entry_size(entry) == size &&
		find_control((const char *) entry + TP_ENTRY_HEAD, size - TP_ENTRY_HEAD) == NULL;
}

/* One part as read: its bytes, with '\1' for each wildcard. */
typedef struct part_text
{
	char		text[2 * TP_PART_MAX + 1];
	size_t		len;
	size_t		bytes;			/* of text that is not wildcard */
	bool		quoted;
} part_text;

static tp_status
part_add(tp_scan *s, part_text *part, char c, bool wildcard)
{
	if (!wildcard && is_control(c))
		return tp_scan_fail(s, TP_BAD_TEXT, "Leave out line breaks, tabs and other control characters.",
							"Control character 0x%02X", (unsigned) (unsigned char) c);
	if (!wildcard && ++part->bytes > TP_PART_MAX)
		return tp_scan_fail(s, TP_PAST_LIMIT, "A part of a touchpoint has at most 255 bytes.",
							"The part is too long");
	if (wildcard && part->len > 0 && part->text[part->len - 1] == WILDCARD)
		return TP_OK;
	part->text[part->len++] = wildcard ? WILDCARD : c;
	return TP_OK;
}

/* Blanks between the words of a bare part belong to it, those at its end do not. */
static tp_status
scan_blanks_within(tp_scan *s, part_text *part, bool glob)
{
	tp_scan		behind = *s;

	tp_scan_blanks(&behind);
	if (behind.at >= behind.end ||
		(strchr(SPECIALS, *behind.at) != NULL && !(glob && (*behind.at == '"' || *behind.at == '*'))))
		s->at = behind.at;
	for (; s->at < behind.at; s->at++)
		if (part_add(s, part, *s->at, false) != TP_OK)
			return s->err->status;
	return TP_OK;
}

/*
 * Read one part, up to a special character that ends it. In a glob, quoted and bare runs and
 * wildcards may follow each other; in a touchpoint a part is quoted or bare.
 */
static tp_status
scan_part(tp_scan *s, part_text *part, bool glob)
{
	const char *hint = glob ? GLOB_HINT : TOUCHPOINT_HINT;

	part->len = part->bytes = 0;
	part->quoted = false;
	tp_scan_blanks(s);
	while (s->at < s->end)
	{
		char		c = *s->at;

		if (c == '"')
		{
			if (part->len > 0 && !glob)
				return tp_scan_fail(s, TP_BAD_TEXT, hint, "Unexpected double quote within a part");
			part->quoted = true;
			for (s->at++;; s->at++)
			{
				if (s->at >= s->end)
					return tp_scan_fail(s, TP_BAD_TEXT, hint, "The double quote is not closed");
				if (*s->at == '"')
					break;
				if (*s->at == '\\')
				{
					s->at++;
					if (s->at >= s->end || (*s->at != '"' && *s->at != '\\'))
						return tp_scan_fail(s, TP_BAD_TEXT, "Within double quotes write \\\" and \\\\.",
											"Unknown escape");
				}
				if (part_add(s, part, *s->at, false) != TP_OK)
					return s->err->status;
			}
			s->at++;
			if (glob)
				continue;
			tp_scan_blanks(s);
			break;
		}
		if (c == '*' && glob)
		{
			if (part_add(s, part, c, true) != TP_OK)
				return s->err->status;
			s->at++;
			continue;
		}
		if (strchr(SPECIALS, c) != NULL)
			break;
		if (c == ' ' || (c >= '\t' && c <= '\r'))
		{
			if (scan_blanks_within(s, part, glob) != TP_OK)
				return s->err->status;
			continue;
		}
		if (part_add(s, part, c, false) != TP_OK)
			return s->err->status;
		s->at++;
	}
	return TP_OK;
}

/*
 * Read [stage:][channel/]label into parts 0 (stage), 1 (channel) and 2 (label); given says which.
 */
static tp_status
scan_parts(tp_scan *s, part_text parts[3], bool given[3], bool glob)
{
	const char *hint = glob ? GLOB_HINT : TOUCHPOINT_HINT;
	static const char *const names[] = {"stage", "channel", "label"};
	int			level = 0;		/* the part that may still come: 0 stage, 1 channel, 2 label */

	given[0] = given[1] = given[2] = false;
	for (;;)
	{
		char		c;
		int			which;

		if (scan_part(s, &parts[2], glob) != TP_OK)
			return s->err->status;
		c = tp_scan_peek(s);
		which = c == ':' ? 0 : c == '/' ? 1 : 2;
		if (which < level)
			return tp_scan_fail(s, TP_BAD_TEXT, hint, "Unexpected \"%c\"", c);
		if (parts[2].len == 0)
			return tp_scan_fail(s, TP_BAD_TEXT, hint, "The %s is missing", names[which]);
		given[which] = true;
		if (which == 2)
			return TP_OK;
		parts[which] = parts[2];
		level = which + 1;
		s->at++;
	}
}

tp_status
tp_touchpoint_scan(tp_scan *s, uint8_t entry[TP_ENTRY_MAX])
{
	part_text	parts[3];
	bool		given[3];
	tp_touchpoint t;

	if (scan_parts(s, parts, given, false) != TP_OK)
		return s->err->status;
	t.stage = parts[0].text;
	t.stage_len = (uint8_t) (given[0] ? parts[0].len : 0);
	t.channel = parts[1].text;
	t.channel_len = (uint8_t) (given[1] ? parts[1].len : 0);
	t.label = parts[2].text;
	t.label_len = (uint8_t) parts[2].len;
	tp_touchpoint_entry(&t, entry);
	return TP_OK;
}

/* A bare part ends at a special character; a value that stands alone must end there too. */
static tp_status
scan_end(tp_scan *s, const char *hint)
{
	tp_scan_blanks(s);
	if (s->at < s->end)
		return tp_scan_fail(s, TP_BAD_TEXT, hint, "Unexpected \"%s\"",
							tp_excerpt_of(s->at, (size_t) (s->end - s->at)).text);
	return TP_OK;
}

tp_status
tp_touchpoint_parse(const char *text, size_t len, uint8_t entry[TP_ENTRY_MAX], tp_error *err)
{
	tp_scan		s;

	tp_scan_init(&s, "touchpoint", text, len, err);
	return tp_touchpoint_scan(&s, entry) != TP_OK ? err->status : scan_end(&s, TOUCHPOINT_HINT);
}

static void
write_part(tp_buffer *b, const char *s, size_t len)
{
	bool		quote = s[0] == ' ' || s[len - 1] == ' ';

	for (size_t i = 0; i < len && !quote; i++)
		quote = strchr(SPECIALS, s[i]) != NULL;
	if (!quote)
	{
		tp_buffer_add(b, s, len);
		return;
	}
	tp_buffer_byte(b, '"');
	for (size_t i = 0; i < len; i++)
	{
		if (s[i] == '"' || s[i] == '\\')
			tp_buffer_byte(b, '\\');
		tp_buffer_byte(b, (uint8_t) s[i]);
	}
	tp_buffer_byte(b, '"');
}

void
tp_touchpoint_write(tp_buffer *b, const tp_touchpoint *t)
{
	if (t->stage_len > 0)
	{
		write_part(b, t->stage, t->stage_len);
		tp_buffer_byte(b, ':');
	}
	if (t->channel_len > 0)
	{
		write_part(b, t->channel, t->channel_len);
		tp_buffer_byte(b, '/');
	}
	write_part(b, t->label, t->label_len);
}

static inline int
compare_parts(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int			c = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return c != 0 ? c : (a_len > b_len) - (a_len < b_len);
}

int
tp_touchpoint_compare(const tp_touchpoint *a, const tp_touchpoint *b)
{
	int			c = compare_parts(a->channel, a->channel_len, b->channel, b->channel_len);

	if (c == 0)
		c = compare_parts(a->label, a->label_len, b->label, b->label_len);
	if (c == 0)
		c = compare_parts(a->stage, a->stage_len, b->stage, b->stage_len);
	return c;
}

typedef struct sought
{
	const tp_touchpoint *entries;
	const tp_touchpoint *t;
} sought;

static int
order_of_entry(const void *context, uint32_t i)
{
	const sought *s = context;

	return tp_touchpoint_compare(&s->entries[i], s->t);
}

bool
tp_touchpoint_find(const tp_touchpoint *entries, uint32_t n, const tp_touchpoint *t, uint32_t *at)
{
	return tp_search(0, n, order_of_entry, &(sought) {entries, t}, at);
}

static const char *const part_names[] = {"touchpoint", "channel", "label", "stage"};

bool
tp_part_key_is_valid(const char *bytes, size_t len, tp_part part)
{
	if (part != TP_PART_PROPERTY)
		return len == 0;
	return len > 0 && len <= sizeof(((tp_part_key *) NULL)->bytes) && memchr(bytes, '\0', len) == NULL;
}

bool
tp_is_aspect(const char *text, size_t len, tp_part part, const char *key, size_t key_len)
{
	size_t		prefix = strlen(TP_PROPERTIES_PREFIX);

	if (part == TP_PART_PROPERTY)
		return len == prefix + key_len && memcmp(text, TP_PROPERTIES_PREFIX, prefix) == 0 &&
			memcmp(text + prefix, key, key_len) == 0;
	return strlen(part_names[part]) == len && memcmp(part_names[part], text, len) == 0;
}

tp_status
tp_part_parse(const char *text, size_t len, tp_aspect *aspect, tp_error *err)
{
	size_t		prefix = strlen(TP_PROPERTIES_PREFIX);

	memset(&aspect->key, 0, sizeof(aspect->key));
	for (int i = 0; i < 4; i++)
	{
		if (tp_is_aspect(text, len, (tp_part) i, NULL, 0))
		{
			aspect->part = (tp_part) i;
			return TP_OK;
		}
	}
	if (len > prefix && memcmp(text, TP_PROPERTIES_PREFIX, prefix) == 0)
	{
		if (len - prefix > sizeof(aspect->key.bytes))
			return tp_fail(err, TP_PAST_LIMIT, "Shorten the key.",
						   "the key of a property is too long: %zu bytes, at most %zu: \"%s\"", len - prefix,
						   sizeof(aspect->key.bytes), tp_excerpt_of(text + prefix, len - prefix).text);
		aspect->part = TP_PART_PROPERTY;
		aspect->key.len = (uint8_t) (len - prefix);
		memcpy(aspect->key.bytes, text + prefix, len - prefix);
		return TP_OK;
	}
	return tp_fail(err, TP_BAD_ARGUMENT, "Valid parts are touchpoint, channel, label, stage and properties.KEY.",
				   "unknown part: \"%s\"", tp_excerpt_of(text, len).text);
}

static void
glob_part(tp_glob_part *to, const part_text *from, bool given)
{
	to->given = given;
	if (!given)
		return;
	to->len = (uint16_t) from->len;
	memcpy(to->text, from->text, from->len);
	to->literal = memchr(from->text, WILDCARD, from->len) == NULL;
}

tp_status
tp_glob_scan(tp_scan *s, tp_glob *glob)
{
	part_text	parts[3];
	bool		given[3];

	if (scan_parts(s, parts, given, true) != TP_OK)
		return s->err->status;
	glob_part(&glob->stage, &parts[0], given[0]);
	glob_part(&glob->channel, &parts[1], given[1]);
	glob_part(&glob->label, &parts[2], given[2]);
	return TP_OK;
}

tp_status
tp_glob_parse(const char *text, size_t len, tp_glob *glob, tp_error *err)
{
	tp_scan		s;

	tp_scan_init(&s, "glob", text, len, err);
	return tp_glob_scan(&s, glob) != TP_OK ? err->status : scan_end(&s, GLOB_HINT);
}

static void
write_glob_part(tp_buffer *b, const tp_glob_part *part, tp_literal_writer write, char separator)
{
	if (!part->given)
		return;
	for (size_t from = 0; from < part->len;)
	{
		const char *star = memchr(part->text + from, WILDCARD, part->len - from);
		size_t		to = star != NULL ? (size_t) (star - part->text) : part->len;

		if (to > from)
			write(b, part->text + from, to - from);
		if (star != NULL)
			tp_buffer_byte(b, '*');
		from = to + 1;
	}
	if (separator != '\0')
		tp_buffer_byte(b, (uint8_t) separator);
}

void
tp_glob_write_by(tp_buffer *b, const tp_glob *glob, tp_literal_writer write)
{
	write_glob_part(b, &glob->stage, write, ':');
	write_glob_part(b, &glob->channel, write, '/');
	write_glob_part(b, &glob->label, write, '\0');
}

void
tp_glob_write(tp_buffer *b, const tp_glob *glob)
{
	tp_glob_write_by(b, glob, write_part);
}

/* Greedy with one step back to the latest wildcard: at most len * pattern_len steps. */
bool
tp_wildcard_matches(const char *pattern, size_t pattern_len, const char *s, size_t len)
{
	size_t		i = 0,
				p = 0,
				star = SIZE_MAX,
				mark = 0;

	while (i < len)
	{
		if (p < pattern_len && pattern[p] == WILDCARD)
		{
			star = p++;
			mark = i;
		}
		else if (p < pattern_len && pattern[p] == s[i])
		{
			p++;
			i++;
		}
		else if (star != SIZE_MAX)
		{
			/* by characters: in EUC the end of one and the beginning of the next may look like a third */
			p = star + 1;
			mark += (unsigned char) s[mark] < 0x80 ? 1 : tp_host_char(s + mark, len - mark);
			i = mark;
		}
		else
			return false;
	}
	while (p < pattern_len && pattern[p] == WILDCARD)
		p++;
	return p == pattern_len;
}

static bool
part_matches(const tp_glob_part *part, const char *s, size_t len)
{
	if (!part->given)
		return true;
	if (len == 0)
		return false;
	if (part->literal)
		return len == part->len && memcmp(part->text, s, len) == 0;
	return tp_wildcard_matches(part->text, part->len, s, len);
}

bool
tp_glob_matches(const tp_glob *glob, const tp_touchpoint *t)
{
	return part_matches(&glob->channel, t->channel, t->channel_len) &&
		part_matches(&glob->label, t->label, t->label_len) &&
		part_matches(&glob->stage, t->stage, t->stage_len);
}
