/*
 * test_intern.c
 *	  Parts numbered by the table of recent ones are those numbered by hash, whatever their length.
 */
#include "walks.h"

#include "journey/tp_intern.h"

static tp_error err;

/* n contacts at touchpoints whose parts have all lengths up to 20, many of them alike but for a byte. */
static walk
walk_of_lengths(check_random *r, uint32_t n)
{
	char	   *text = malloc(160 * (size_t) n + 16);
	char	   *at = text;
	walk		w;

	*at++ = '{';
	for (uint32_t i = 0; i < n; i++)
	{
		static const char letters[] = "aaaaaaaaaaaaaaaaaaaa";
		int			channel = (int) check_below(r, 21);
		int			label = 1 + (int) check_below(r, 20);
		int			stage = (int) check_below(r, 3) * 7;

		at += snprintf(at, 160, "%s%.*s%s%.*s%s%.*s%c@2026-01-01T00:%02u:%02uZ", i > 0 ? "," : "",
					   stage, letters, stage > 0 ? ":" : "", channel, letters, channel > 0 ? "/" : "",
					   label - 1, letters, 'a' + (char) check_below(r, 2), i / 60, i % 60);
	}
	strcpy(at, "}");
	w = walk_of(text);
	free(text);
	return w;
}

int
main(void)
{
	check_random r = {19};

	for (int part = TP_PART_TOUCHPOINT; part <= TP_PART_STAGE; part++)
	{
		tp_intern	t;
		uint32_t	map[64],
					number;

		tp_intern_init(&t, &check_memory);
		for (int round = 0; round < 600; round++)
		{
			walk		w = walk_of_lengths(&r, 1 + check_below(&r, 20));
			tp_touchpoint entry[64];

			CHECK(tp_intern_dictionary(&t, &w.j, (tp_part) part, map, &err) == TP_OK);
			CHECK(tp_journey_dictionary(&w.j, entry, &err) == TP_OK);
			for (uint32_t i = 0; i < w.j.entries; i++)
			{
				size_t		len;
				const char *s = tp_touchpoint_part(&entry[i], (tp_part) part, &len);
				tp_touchpoint named = tp_part_view(t.item[map[i]].tag, tp_intern_body(&t, map[i]));

				CHECK(tp_intern_entry(&t, &w.j, (tp_part) part, i, &number, &err) == TP_OK && number == map[i]);
				if (part == TP_PART_TOUCHPOINT)
					CHECK(tp_touchpoint_compare(&named, &entry[i]) == 0);
				else
					CHECK(named.label_len == len && memcmp(named.label, s, len) == 0);
			}
			free(w.image);
		}
		CHECK(t.recent != NULL);
		tp_intern_release(&t);
	}
	return CHECK_DONE();
}
