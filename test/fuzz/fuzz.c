/*
 * fuzz.c
 *	  What the fuzz targets share.
 */
#include "fuzz.h"

#include "journey/tp_properties.h"
#include "score/tp_peak_end.h"

char *
fuzz_text(const uint8_t *data, size_t size)
{
	char	   *text = malloc(size + 1);

	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	/* the server's text holds no NUL */
	for (size_t i = 0; i < size; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	return text;
}

uint8_t *
fuzz_bytes(const uint8_t *data, size_t size)
{
	uint8_t    *bytes = malloc(size > 0 ? size : 1);

	if (size > 0)
		memcpy(bytes, data, size);
	return bytes;
}

bool
fuzz_is_utf8(const char *s, size_t len)
{
	jmp_buf		raised;
	jmp_buf    *before = check_raise_to;
	volatile bool good = false;

	check_raise_to = &raised;
	if (setjmp(raised) == 0)
	{
		size_t		unused;

		tp_host_from_utf8(s, len, &unused);
		good = true;
	}
	check_raise_to = before;
	return good;
}

uint8_t *
fuzz_keep(const tp_memory *mem, const void *bytes, size_t size)
{
	uint8_t    *copy = tp_alloc(mem, size);

	if (size > 0)
		memcpy(copy, bytes, size);
	return copy;
}

char *
fuzz_keep_text(const tp_memory *mem, const void *bytes, size_t size)
{
	char	   *copy = tp_alloc(mem, size + 1);

	for (size_t i = 0; i < size; i++)
		copy[i] = ((const char *) bytes)[i] == '\0' ? ' ' : ((const char *) bytes)[i];
	copy[size] = '\0';
	return copy;
}

uint8_t *
fuzz_damage(const tp_memory *mem, const void *bytes, size_t *size, const uint8_t *damage, size_t n)
{
	uint8_t    *copy = fuzz_keep(mem, bytes, *size);

	for (; n >= 4; damage += 4, n -= 4)
	{
		size_t		at = (size_t) damage[0] << 8 | damage[1];
		uint8_t    *cut;

		if (*size == 0)
			break;
		if (damage[2] > 0x80)
		{
			/* a number of four bytes, so that counts can be told anything */
			uint32_t	v = (uint32_t) (int8_t) damage[3];

			at %= *size;
			if (*size - at >= sizeof(v))
				memcpy(copy + at, &v, sizeof(v));
		}
		else if (at < 0x8000)
			copy[at % *size] = damage[3];
		else
		{
			*size = at % (*size + 1);
			cut = fuzz_keep(mem, copy, *size);
			tp_release(mem, copy);
			copy = cut;
		}
	}
	return copy;
}

void
fuzz_hold_error(tp_status status, const tp_error *err)
{
	HOLD(status >= TP_BAD_TEXT && status <= TP_CORRUPT && status != TP_NO_MEMORY);
	HOLD(err->status == status);
	HOLD(err->message[0] != '\0' && err->hint[0] != '\0');
	for (const char *s = err->message; *s != '\0'; s++)
		HOLD((unsigned char) *s >= 0x20 && *s != 0x7f);
}

static void
hold_order(const tp_journey *j, const tp_touchpoint *entries, const tp_contact *c)
{
	for (uint32_t i = 1; i < j->entries; i++)
		HOLD(tp_touchpoint_compare(&entries[i - 1], &entries[i]) < 0);
	for (uint32_t i = 1; i < j->count; i++)
	{
		int			order = tp_contact_compare_head(&c[i - 1], &c[i]);

		if (order == 0)
			order = (int) c[i - 1].code - (int) c[i].code;
		if (order == 0)
			order = tp_contact_compare_tail(&c[i - 1], &c[i]);
		if (order == 0)
			order = (int) c[i - 1].set - (int) c[i].set;
		HOLD(order <= 0);
	}
}

/* Sets: in order, each used, each the one that its pairs say. */
static void
hold_sets(const tp_journey *j, const tp_contact *c)
{
	tp_buffer	bytes;
	const uint8_t **sets;
	bool	   *used = calloc(tp_journey_sets(j) + 1, 1);
	tp_error	err;

	HOLD(tp_journey_set_views(&check_memory, j, &bytes, &sets, &err) == TP_OK);
	for (uint32_t i = 0; i < j->count; i++)
		used[c[i].set] = true;
	for (uint32_t s = 1; s <= tp_journey_sets(j); s++)
	{
		const uint8_t *at = sets[s - 1] + 1;

		HOLD(used[s] && (s == 1 || tp_set_compare(sets[s - 2], sets[s - 1]) < 0));
		for (uint32_t k = 0; k < *sets[s - 1]; k++)
		{
			const char *key;
			size_t		len;
			tp_property value,
						found;

			at = tp_set_pair(at, &key, &len, &value);
			tp_journey_set_property(j, s, tp_journey_find_key(j, key, len), &found);
			HOLD(tp_property_compare(&value, &found) == 0);
		}
	}
	free(used);
	free(sets);
	tp_buffer_release(&bytes);
}

void
fuzz_hold_journey(const uint8_t *image, size_t size)
{
	tp_error	err;
	tp_journey	j,
				bare;
	tp_touchpoint *entries;
	tp_contact *c;
	bool	   *used;
	tp_scores	scores = {0},
				again = {0};
	tp_score_summary summary;
	double		sum;
	uint16_t   *classes;
	int			order;

	HOLD(tp_journey_open(&j, image, size, &err) == TP_OK);
	HOLD(j.version == TP_JOURNEY_VERSION);
	HOLD(tp_journey_has_summary(&j) == (size >= TP_SUMMARY_FROM + TP_SUMMARY_SIZE) || tp_journey_sets(&j) > 0);
	entries = malloc(sizeof(*entries) * (j.entries + 1));
	c = malloc(sizeof(*c) * ((size_t) j.count + 1));
	classes = malloc(sizeof(*classes) * (j.entries + 1));
	used = calloc(j.entries + 1, 1);
	HOLD(tp_journey_dictionary(&j, entries, &err) == TP_OK);
	if (tp_journey_contacts(&check_memory, &j, c, &err) != TP_OK)
		abort();
	for (uint32_t i = 0; i < j.count; i++)
	{
		tp_contact	checked = c[i];

		HOLD(c[i].code < j.entries && tp_journey_code(&j, i) == c[i].code && tp_journey_time(&j, i) == c[i].time);
		HOLD(tp_contact_check(&checked, TP_BAD_ARGUMENT, &err) == TP_OK);
		used[c[i].code] = true;
	}
	for (uint32_t i = 0; i < j.entries; i++)
		HOLD(used[i]);
	hold_order(&j, entries, c);
	hold_sets(&j, c);
	if (j.count > 0)
	{
		HOLD(tp_journey_last_at(&j) == c[j.count - 1].time);
		HOLD(tp_journey_search(&j, j.first_at) == 0);
	}
	bare = j;
	bare.flags &= (uint8_t) ~TP_FLAG_SUMMARY;
	tp_journey_scores(&j, &scores);
	tp_journey_scores(&bare, &again);
	HOLD(scores.scored == again.scored);
	HOLD(scores.scored == 0 || (scores.lowest <= scores.end && scores.end <= scores.highest &&
								scores.lowest == again.lowest && scores.highest == again.highest &&
								scores.lowest_at == again.lowest_at && scores.highest_at == again.highest_at));
	tp_journey_total(&j, TP_COST, &sum);
	tp_journey_total(&j, TP_VALUE, &sum);
	tp_score_summarize(&j, 3, 0.5, &summary);
	HOLD(summary.scored == scores.scored);
	tp_time_weighted_score(&j);
	tp_peak_end_gap(&j, 0.5);
	for (int part = TP_PART_TOUCHPOINT; part <= TP_PART_STAGE; part++)
		HOLD(tp_part_classes(&check_memory, entries, j.entries, (tp_part) part, classes, &err) == TP_OK || j.count == 0);
	HOLD(tp_journey_compare(&check_memory, &j, &j, &order, &err) == TP_OK && order == 0);
	free(entries);
	free(c);
	free(classes);
	free(used);
}

uint64_t
fuzz_word(fuzz_source *s)
{
	uint64_t	v = 0;
	size_t		n = (size_t) (s->end - s->at) < 8 ? (size_t) (s->end - s->at) : 8;

	if (n > 0)
		memcpy(&v, s->at, n);
	s->at += n;
	return v;
}

double
fuzz_number(fuzz_source *s)
{
	uint64_t	bits = fuzz_word(s);
	double		v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}
