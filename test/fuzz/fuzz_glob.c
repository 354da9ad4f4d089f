/*
 * fuzz_glob.c
 *	  A glob in the first line, a touchpoint in the rest.
 */
#include "fuzz.h"

/*
 * A part by the definition of a wildcard, one row of a table for each byte of the glob. In UTF-8
 * no character is found within another, so bytes tell the same as characters.
 */
static bool
plain_match(const tp_glob_part *part, const char *s, size_t len)
{
	bool		row[TP_PART_MAX + 1] = {true};

	if (!part->given)
		return true;
	if (len == 0)
		return false;
	for (size_t p = 0; p < part->len; p++)
	{
		bool		before = row[0];

		if (part->text[p] == '\1')
		{
			for (size_t i = 1; i <= len; i++)
				row[i] |= row[i - 1];
			continue;
		}
		row[0] = false;
		for (size_t i = 1; i <= len; i++)
		{
			bool		keep = row[i];

			row[i] = before && s[i - 1] == part->text[p];
			before = keep;
		}
	}
	return row[len];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	size_t		len = line != NULL ? (size_t) (line - data) : size;
	char	   *text = fuzz_text(data, len);
	tp_glob		glob,
				again;
	tp_error	err;
	tp_status	status = tp_glob_parse(text, len, &glob, &err);

	if (status != TP_OK)
		fuzz_hold_error(status, &err);
	else
	{
		tp_buffer	b,
					twice;

		tp_buffer_init(&b, &check_memory);
		tp_buffer_init(&twice, &check_memory);
		tp_glob_write(&b, &glob);
		tp_buffer_byte(&b, '\0');
		HOLD(tp_glob_parse(b.data, b.len - 1, &again, &err) == TP_OK);
		tp_glob_write(&twice, &again);
		tp_buffer_byte(&twice, '\0');
		HOLD(twice.len == b.len && memcmp(twice.data, b.data, b.len) == 0);
		if (line != NULL)
		{
			char	   *rest = fuzz_text(line + 1, size - len - 1);
			uint8_t		entry[TP_ENTRY_MAX];

			if (fuzz_is_utf8(text, len) && fuzz_is_utf8(rest, size - len - 1) &&
				tp_touchpoint_parse(rest, size - len - 1, entry, &err) == TP_OK)
			{
				tp_touchpoint t = tp_entry_view(entry);
				bool		matches = tp_glob_matches(&glob, &t);

				HOLD(matches == tp_glob_matches(&again, &t));
				HOLD(matches == (plain_match(&glob.channel, t.channel, t.channel_len) &&
								 plain_match(&glob.label, t.label, t.label_len) &&
								 plain_match(&glob.stage, t.stage, t.stage_len)));
			}
			free(rest);
		}
		tp_buffer_release(&b);
		tp_buffer_release(&twice);
	}
	free(text);
	return 0;
}
