/*
 * tp_journey_gaps.c
 *	  The gaps of all contacts of many journeys, by part.
 */
#include "gap/tp_journey_gaps.h"

#include <math.h>

#include "base/tp_sort.h"
#include "journey/tp_property_set.h"

#define TEXT_HINT "Only what a touchpoint_gaps printed reads back."

static const char *const part_names[] = {"touchpoint", "channel", "label", "stage", TP_PROPERTIES_PREFIX};

void
tp_journey_gaps_init(tp_journey_gaps *g, const tp_memory *mem)
{
	*g = (tp_journey_gaps) {.mem = *mem};
	tp_intern_init(&g->parts, mem);
}

void
tp_journey_gaps_release(tp_journey_gaps *g)
{
	for (uint32_t i = 0; i < g->gaps; i++)
		tp_release(&g->mem, g->gap[i]);
	tp_release(&g->mem, g->gap);
	tp_release(&g->mem, g->near);
	tp_release(&g->mem, g->whole);
	tp_release(&g->mem, g->map);
	tp_intern_release(&g->parts);
}

tp_status
tp_journey_gaps_set(tp_journey_gaps *g, const tp_aspect *aspect, tp_error *err)
{
	if (g->part == 0)
	{
		g->part = (uint8_t) (aspect->part + 1);
		g->key = aspect->key;
		return TP_OK;
	}
	if (g->part == aspect->part + 1 && tp_same_part_key(&g->key, &aspect->key))
		return TP_OK;
	return tp_fail(err, TP_BAD_ARGUMENT, "It is a setting: pass a constant.",
				   "part must be the same on every row of a group");
}

/* Sums for every part that is numbered now. */
static tp_status
fit_gaps(tp_journey_gaps *g, tp_error *err)
{
	tp_gap_summary nothing = {0};

	if (!tp_grow(&g->mem, (void **) &g->gap, &g->gap_room, g->parts.count, sizeof(tp_gap_open *)) ||
		!tp_grow(&g->mem, (void **) &g->near, &g->near_room, g->parts.count, sizeof(tp_gap_near)))
		return tp_fail_memory(err);
	tp_gap_init(&nothing);
	for (; g->gaps < g->parts.count; g->gaps++)
	{
		if (tp_gap_begin(&g->gap[g->gaps], &nothing, &g->mem, err) != TP_OK)
			return err->status;
		memset(&g->near[g->gaps], 0, sizeof(tp_gap_near));
	}
	return TP_OK;
}

/* What moved, gap[part], has left the old one behind. */
static inline void
release_moved(tp_journey_gaps *g, uint32_t part, tp_gap_open *before)
{
	if (tp_unlikely(g->gap[part] != before))
		tp_release(&g->mem, before);
}

static tp_status
add_far(tp_journey_gaps *g, uint32_t part, double expected, double score, tp_error *err)
{
	tp_gap_open *before = g->gap[part];
	tp_status	status;

	if (isnan(score) || isnan(expected))
		return TP_OK;
	status = tp_gap_add(&g->gap[part], expected, score, &g->mem, err);
	release_moved(g, part, before);
	return status;
}

tp_status
tp_journey_gaps_close(const tp_journey_gaps *g, uint32_t part, void **image, size_t *size, const tp_memory *mem,
					  tp_error *err)
{
	/* what a state counted is the same before and behind it, so whoever reads may do it */
	tp_journey_gaps *own = (tp_journey_gaps *) (uintptr_t) g;
	tp_gap_open *before = g->gap[part];

	if (g->near[part].count > 0)
	{
		tp_status	status = tp_gap_settle(&own->gap[part], &own->near[part], &g->mem, err);

		release_moved(own, part, before);
		if (status != TP_OK)
			return status;
	}
	return tp_gap_close(image, size, g->gap[part], mem, err);
}

/* Contacts after which a table of what bytes stand for is worth its 6 kB. */
#define WHOLE_FROM 1000
#define SCALES 3
#define NOT_NEAR INT64_MIN

static tp_status
make_whole(tp_journey_gaps *g, tp_error *err)
{
	g->whole = tp_alloc_array(&g->mem, SCALES * 256, sizeof(int64_t));
	if (g->whole == NULL)
		return tp_fail_memory(err);
	for (int scale = 0; scale < SCALES; scale++)
		for (int m = INT8_MIN; m <= INT8_MAX; m++)
		{
			int64_t    *to = &g->whole[256 * scale + (uint8_t) m];

			if (!tp_is_near(m / tp_power10[scale], to))
				*to = NOT_NEAR;
		}
	return TP_OK;
}

static tp_status
corrupt(tp_error *err)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: a code without touchpoint");
}

static inline bool
is_of_bytes(const tp_journey *j, tp_column column)
{
	return j->form[column] == TP_FORM_1 && j->scale[column] < SCALES;
}

/* The pairs of j where both are of a byte. Who is without one is as good as random, and so adds nothing instead. */
static tp_status
add_bytes(tp_journey_gaps *g, const tp_journey *j, tp_error *err)
{
	const int8_t *score = (const int8_t *) j->column[TP_SCORE];
	const int8_t *expected = (const int8_t *) j->column[TP_EXPECTED];
	const int64_t *whole_score = g->whole + 256 * j->scale[TP_SCORE];
	const int64_t *whole_expected = g->whole + 256 * j->scale[TP_EXPECTED];

	for (uint32_t i = 0; i < j->count; i++)
	{
		uint32_t	code = tp_journey_code(j, i);
		int64_t		known = -(int64_t) ((score[i] != INT8_MIN) & (expected[i] != INT8_MIN));
		int64_t		e = whole_expected[(uint8_t) expected[i]] & known;
		int64_t		p = whole_score[(uint8_t) score[i]] & known;

		if (tp_stop_at(&g->mem, i))
			return tp_fail_interrupted(err);
		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		if (tp_likely(e != NOT_NEAR && p != NOT_NEAR))
			tp_gap_add_near(&g->near[g->map[code]], e, p, -known);
		else if (add_far(g, g->map[code], expected[i] / tp_power10[j->scale[TP_EXPECTED]],
						 score[i] / tp_power10[j->scale[TP_SCORE]], err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

static tp_status
add_pairs(tp_journey_gaps *g, const tp_journey *j, tp_error *err)
{
	for (uint32_t i = 0; i < j->count; i++)
	{
		uint32_t	code = tp_journey_code(j, i);
		double		score = tp_journey_number(j, TP_SCORE, i);
		double		expected = tp_journey_number(j, TP_EXPECTED, i);
		int64_t		e,
					p;

		if (tp_stop_at(&g->mem, i))
			return tp_fail_interrupted(err);
		if (tp_unlikely(code >= j->entries))
			return corrupt(err);
		if (tp_is_near(expected, &e) && tp_is_near(score, &p))
			tp_gap_add_near(&g->near[g->map[code]], e, p, 1);
		else if (add_far(g, g->map[code], expected, score, err) != TP_OK)
			return err->status;
	}
	return TP_OK;
}

tp_status
tp_journey_gaps_add(tp_journey_gaps *g, const tp_journey *j, tp_error *err)
{
	if (j->count == 0)
		return TP_OK;
	if (tp_unlikely(j->entries > g->map_room) &&
		tp_reserve(&g->mem, &g->map, &g->map_room, j->entries, sizeof(uint32_t), err) != TP_OK)
		return err->status;
	if (tp_intern_dictionary(&g->parts, j, (tp_part) (g->part - 1), g->map, err) != TP_OK ||
		(tp_unlikely(g->gaps != g->parts.count) && fit_gaps(g, err) != TP_OK))
		return err->status;
	if (j->form[TP_SCORE] == TP_FORM_ABSENT || j->form[TP_EXPECTED] == TP_FORM_ABSENT)
		return TP_OK;
	if (g->whole != NULL && is_of_bytes(j, TP_SCORE) && is_of_bytes(j, TP_EXPECTED))
		return add_bytes(g, j, err);
	if (g->whole == NULL)
	{
		g->looked_at += j->count;
		if (g->looked_at >= WHOLE_FROM && make_whole(g, err) != TP_OK)
			return err->status;
	}
	return add_pairs(g, j, err);
}

tp_status
tp_journey_gaps_pair(tp_journey_gaps *g, const tp_journey *j, uint32_t code, double expected, double score, tp_error *err)
{
	uint32_t	part;

	if (tp_intern_entry(&g->parts, j, (tp_part) (g->part - 1), code, &part, err) != TP_OK || fit_gaps(g, err) != TP_OK)
		return err->status;
	return add_far(g, part, expected, score, err);
}

static int
compare_parts(const void *a, const void *b)
{
	return tp_touchpoint_compare(&((const tp_gap_part *) a)->part, &((const tp_gap_part *) b)->part);
}

tp_status
tp_journey_gaps_sorted(const tp_journey_gaps *g, tp_gap_part **parts, tp_error *err)
{
	*parts = tp_alloc_array(&g->mem, (size_t) g->parts.count + 1, sizeof(tp_gap_part));
	if (*parts == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < g->parts.count; i++)
		(*parts)[i] = (tp_gap_part) {tp_part_view(g->parts.item[i].tag, tp_intern_body(&g->parts, i)), i};
	if (tp_sort_items(&g->mem, *parts, g->parts.count, sizeof(tp_gap_part), compare_parts, err) == TP_OK)
		return TP_OK;
	tp_release(&g->mem, *parts);
	*parts = NULL;
	return err->status;
}

static tp_status
write_gap(const tp_journey_gaps *g, const tp_gap_part *part, tp_buffer *b, tp_error *err)
{
	void	   *image;
	size_t		size;

	if (tp_journey_gaps_close(g, part->number, &image, &size, &g->mem, err) != TP_OK)
		return err->status;
	if (part->part.label_len > 0)
		tp_touchpoint_write(b, &part->part);
	else
		tp_buffer_string(b, "\"\"");
	tp_buffer_byte(b, ' ');
	tp_gap_write(b, image);
	tp_release(&g->mem, image);
	return TP_OK;
}

void
tp_journey_gaps_write(const tp_journey_gaps *g, tp_buffer *b)
{
	char		name[sizeof(TP_PROPERTIES_PREFIX) + sizeof(g->key.bytes)];
	size_t		len;
	tp_gap_part *parts;
	tp_error	err;

	if (g->part == 0)
	{
		tp_buffer_string(b, "{}");
		return;
	}
	len = strlen(part_names[g->part - 1]);
	memcpy(name, part_names[g->part - 1], len);
	memcpy(name + len, g->key.bytes, g->key.len);
	tp_buffer_string(b, "{part=");
	tp_json_string_write(b, name, len + g->key.len);
	tp_buffer_string(b, ", gaps={");
	if (tp_journey_gaps_sorted(g, &parts, &err) != TP_OK)
	{
		b->failed = true;
		return;
	}
	for (uint32_t i = 0; i < g->parts.count && !tp_buffer_stop_at(b, i); i++)
	{
		tp_buffer_string(b, i > 0 ? ", " : "");
		if (write_gap(g, &parts[i], b, &err) != TP_OK)
			b->failed = true;
	}
	tp_release(&g->mem, parts);
	tp_buffer_string(b, "}}");
}

/* One part and its summary. */
static tp_status
scan_gap(tp_scan *s, tp_journey_gaps *g)
{
	uint8_t		entry[TP_ENTRY_MAX] = {0};
	const char *close;
	char	   *text;
	void	   *image = NULL;
	size_t		size;
	uint32_t	part;
	tp_gap_open *before;
	tp_status	status;

	if (!tp_scan_skip(s, "\"\"") && tp_touchpoint_scan(s, entry) != TP_OK)
		return s->err->status;
	if (g->part == TP_PART_TOUCHPOINT + 1 ? entry[1] == 0 : entry[0] > 0 || entry[2] > 0)
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Not a %s", part_names[g->part - 1]);
	tp_scan_blanks(s);
	close = tp_scan_peek(s) == '{' ? memchr(s->at, '}', (size_t) (s->end - s->at)) : NULL;
	if (close == NULL)
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Expected a gap_summary");
	if (tp_intern_number(&g->parts, TP_TAG(entry[0], entry[1], entry[2]), entry + TP_ENTRY_HEAD,
						 tp_entry_size(entry) - TP_ENTRY_HEAD, &part, s->err) != TP_OK ||
		(g->gaps != g->parts.count && fit_gaps(g, s->err) != TP_OK))
		return s->err->status;
	size = (size_t) (close + 1 - s->at);
	text = tp_alloc(&g->mem, size + 1);
	if (text == NULL)
		return tp_fail_memory(s->err);
	memcpy(text, s->at, size);
	text[size] = '\0';
	s->at = close + 1;
	before = g->gap[part];
	status = tp_gap_read(&image, &size, text, strlen(text), &g->mem, s->err);
	if (status == TP_OK)
		status = tp_gap_merge(&g->gap[part], image, &g->mem, s->err);
	release_moved(g, part, before);
	tp_release(&g->mem, image);
	tp_release(&g->mem, text);
	return status;
}

static tp_status
scan_part(tp_scan *s, tp_journey_gaps *g)
{
	tp_buffer	name;
	tp_aspect	aspect;
	tp_status	status;

	tp_buffer_init(&name, &g->mem);
	status = tp_json_string_scan(s, &name);
	if (status == TP_OK && (name.len == 0 || tp_part_parse(name.data, name.len, &aspect, s->err) != TP_OK ||
							!tp_part_key_is_valid(aspect.key.bytes, aspect.key.len, aspect.part)))
		status = tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Unknown part");
	tp_buffer_release(&name);
	return status == TP_OK ? tp_journey_gaps_set(g, &aspect, s->err) : status;
}

tp_status
tp_journey_gaps_read(tp_journey_gaps *g, const char *text, size_t len, tp_error *err)
{
	tp_scan		s;
	tp_status	status;

	if (!tp_scan_form(&s, "touchpoint_gaps", text, len, TEXT_HINT, err, &status))
		return status;
	if (tp_scan_word(&s, "part=", TEXT_HINT) != TP_OK || scan_part(&s, g) != TP_OK ||
		tp_scan_word(&s, ",", TEXT_HINT) != TP_OK || tp_scan_word(&s, "gaps=", TEXT_HINT) != TP_OK ||
		tp_scan_word(&s, "{", TEXT_HINT) != TP_OK)
		return err->status;
	for (size_t i = 0; tp_scan_more(&s, &g->mem, i, TEXT_HINT, &status); i++)
		if (scan_gap(&s, g) != TP_OK)
			return err->status;
	return status == TP_OK ? tp_scan_close(&s, TEXT_HINT) : status;
}
