/*
 * tp_map.c
 *	  Summing up many journeys for their map.
 */
#include "chart/tp_map.h"

#include <math.h>

#include "base/tp_sort.h"
#include "score/tp_peak_end.h"

#define TEXT_HINT "Only what a touchpoint_map printed reads back."

static const char *const kind_name[TP_MAP_KINDS] = {"places=", "scores=", "expected=", "peaks=", "ends="};

void
tp_map_init(tp_map *m, const tp_memory *mem)
{
	memset(m, 0, sizeof(*m));
	m->mem = *mem;
	for (int k = 0; k < TP_MAP_KINDS; k++)
		tp_journey_gaps_init(&m->gaps[k], mem);
}

void
tp_map_release(tp_map *m)
{
	for (int k = 0; k < TP_MAP_KINDS; k++)
		tp_journey_gaps_release(&m->gaps[k]);
}

static tp_status
set_neutral(tp_map *m, double neutral, tp_error *err)
{
	if (!isfinite(neutral))
		return tp_fail(err, TP_OUT_OF_RANGE, "Write the score that is neither good nor bad, such as 3.", "neutral must be finite, not %s",
					   tp_not_finite(neutral));
	if (m->set && m->neutral != neutral)
		return tp_fail(err, TP_BAD_ARGUMENT, "It is a setting: pass a constant.", "neutral must be the same on every row of a group");
	m->set = true;
	m->neutral = neutral + 0.0;
	return TP_OK;
}

tp_status
tp_map_set(tp_map *m, const tp_aspect *aspect, double neutral, tp_error *err)
{
	for (int k = 0; k < TP_MAP_KINDS; k++)
		if (tp_journey_gaps_set(&m->gaps[k], aspect, err) != TP_OK)
			return err->status;
	return set_neutral(m, neutral, err);
}

/* What one journey has at one part. */
typedef struct passed
{
	uint32_t	contacts;
	uint32_t	scored;
	uint32_t	expecting;
	uint32_t	code;			/* one of the part's */
	double		place;
	double		score;			/* means so far */
	double		expected;
} passed;

static tp_status
add_passed(tp_map *m, const tp_journey *j, const passed *p, tp_error *err)
{
	if (tp_journey_gaps_pair(&m->gaps[TP_MAP_PLACES], j, p->code, 0, p->place, err) != TP_OK)
		return err->status;
	if (p->scored > 0 && tp_journey_gaps_pair(&m->gaps[TP_MAP_SCORES], j, p->code, 0, p->score, err) != TP_OK)
		return err->status;
	if (p->expecting > 0 && tp_journey_gaps_pair(&m->gaps[TP_MAP_EXPECTED], j, p->code, 0, p->expected, err) != TP_OK)
		return err->status;
	return TP_OK;
}

static tp_status
add_moments(tp_map *m, const tp_journey *j, const uint16_t *class_of, tp_error *err)
{
	tp_scores	s;
	uint32_t	peak;

	tp_journey_scores(j, &s);
	if (s.scored == 0)
		return TP_OK;
	peak = tp_journey_code(j, tp_peak_is_highest(&s, m->neutral) ? s.highest_at : s.lowest_at);
	if (class_of[peak] != TP_NO_CLASS && tp_journey_gaps_pair(&m->gaps[TP_MAP_PEAKS], j, peak, 0, 0, err) != TP_OK)
		return err->status;
	peak = tp_journey_code(j, s.end_at);
	if (class_of[peak] != TP_NO_CLASS)
		return tp_journey_gaps_pair(&m->gaps[TP_MAP_ENDS], j, peak, 0, 0, err);
	return TP_OK;
}

/* The mean of n values, of which v is the last: it cannot overflow. */
static inline double
mean_with(double mean, double v, uint32_t n)
{
	return n == 1 ? v : mean + (v / n - mean / n);
}

static tp_status
add_contacts(tp_map *m, const tp_journey *j, passed *at, const uint16_t *class_of, tp_error *err)
{
	for (uint32_t i = 0; i < j->count; i++)
	{
		uint32_t	code = tp_journey_code(j, i);
		double		score = tp_journey_number(j, TP_SCORE, i),
					expected = tp_journey_number(j, TP_EXPECTED, i);
		passed	   *p;

		if (tp_stop_at(&m->mem, i))
			return tp_fail_interrupted(err);
		if (code >= j->entries)
			return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: a code without touchpoint");
		if (class_of[code] == TP_NO_CLASS)
			continue;
		p = &at[class_of[code]];
		p->code = code;
		p->contacts++;
		p->place = mean_with(p->place, j->count == 1 ? 0.5 : (double) i / (j->count - 1), p->contacts);
		if (!isnan(score))
			p->score = mean_with(p->score, score, ++p->scored);
		if (!isnan(expected))
			p->expected = mean_with(p->expected, expected, ++p->expecting);
	}
	for (uint32_t e = 0; e < j->entries; e++)
		if (at[e].contacts > 0 && add_passed(m, j, &at[e], err) != TP_OK)
			return err->status;
	return add_moments(m, j, class_of, err);
}

tp_status
tp_map_add(tp_map *m, const tp_journey *j, tp_error *err)
{
	tp_touchpoint *entry;
	uint16_t   *class_of;
	passed	   *at;
	tp_status	status;
	int			part = m->gaps[0].part - 1;

	if (j->count == 0)
		return TP_OK;
	entry = tp_alloc_array(&m->mem, j->entries, sizeof(tp_touchpoint));
	class_of = tp_alloc_array(&m->mem, j->entries, sizeof(uint16_t));
	at = tp_alloc_array(&m->mem, j->entries, sizeof(passed));
	if (entry == NULL || class_of == NULL || at == NULL)
		status = tp_fail_memory(err);
	else
	{
		memset(at, 0, j->entries * sizeof(passed));
		status = tp_journey_dictionary(j, entry, err);
		if (status == TP_OK)
			status = tp_part_classes(&m->mem, entry, j->entries, part == TP_PART_PROPERTY ? TP_PART_LABEL : (tp_part) part,
									 class_of, err);
		if (status == TP_OK)
			status = add_contacts(m, j, at, class_of, err);
	}
	tp_release(&m->mem, entry);
	tp_release(&m->mem, class_of);
	tp_release(&m->mem, at);
	return status;
}

void
tp_map_write(const tp_map *m, tp_buffer *b)
{
	if (!m->set)
	{
		tp_buffer_string(b, "{}");
		return;
	}
	tp_buffer_string(b, "{neutral=");
	tp_write_number(b, m->neutral);
	for (int k = 0; k < TP_MAP_KINDS; k++)
	{
		tp_buffer_string(b, ", ");
		tp_buffer_string(b, kind_name[k]);
		tp_journey_gaps_write(&m->gaps[k], b);
	}
	tp_buffer_byte(b, '}');
}

/* The end of the braces that begin at s: those within quotes do not count. NULL where there is none. */
static const char *
end_of_braces(const char *s, const char *end)
{
	int			depth = 0;
	bool		quoted = false;

	for (; s < end; s++)
	{
		if (*s == '\\' && s + 1 < end)
			s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (!quoted && *s == '{')
			depth++;
		else if (!quoted && *s == '}' && --depth == 0)
			return s + 1;
		if (depth == 0)
			return NULL;
	}
	return NULL;
}

static tp_status
scan_kind(tp_scan *s, tp_map *m, int k)
{
	const char *end;
	char	   *text;
	size_t		len;
	tp_status	status;

	if (tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, kind_name[k], TEXT_HINT) != TP_OK)
		return s->err->status;
	tp_scan_blanks(s);
	end = end_of_braces(s->at, s->end);
	if (end == NULL)
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Expected the sums of a part");
	len = (size_t) (end - s->at);
	text = tp_alloc(&m->mem, len + 1);
	if (text == NULL)
		return tp_fail_memory(s->err);
	memcpy(text, s->at, len);
	text[len] = '\0';
	status = tp_journey_gaps_read(&m->gaps[k], text, len, s->err);
	tp_release(&m->mem, text);
	s->at = end;
	if (status == TP_OK && (m->gaps[k].part == 0 || m->gaps[k].part != m->gaps[0].part ||
							!tp_same_part_key(&m->gaps[k].key, &m->gaps[0].key)))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Sums of different parts");
	return status;
}

tp_status
tp_map_read(tp_map *m, const char *text, size_t len, tp_error *err)
{
	tp_scan		s;
	double		neutral;
	tp_status	status;

	if (!tp_scan_form(&s, "touchpoint_map", text, len, TEXT_HINT, err, &status))
		return status;
	if (tp_scan_word(&s, "neutral=", TEXT_HINT) != TP_OK || tp_scan_number(&s, &neutral) != TP_OK ||
		set_neutral(m, neutral, err) != TP_OK)
		return err->status;
	for (int k = 0; k < TP_MAP_KINDS; k++)
		if (scan_kind(&s, m, k) != TP_OK)
			return err->status;
	return tp_scan_close(&s, TEXT_HINT);
}

static int
compare_rows(const void *a, const void *b)
{
	const tp_map_row *x = a,
			   *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return tp_touchpoint_compare(&x->part, &y->part);
}

/* A summary as a view, closed into memory that is released by the caller. */
static tp_status
close_part(const tp_map *m, int kind, uint32_t number, void **image, const tp_gap_summary **view, tp_gap_summary *room, tp_error *err)
{
	size_t		size;

	if (tp_journey_gaps_close(&m->gaps[kind], number, image, &size, &m->mem, err) != TP_OK)
		return err->status;
	*view = tp_gap_view(*image, room);
	return TP_OK;
}

/* Take what a kind says into the rows, which are in order of part as the kind's own list is. */
static tp_status
take_kind(const tp_map *m, int kind, tp_map_row *rows, uint32_t n, tp_error *err)
{
	tp_gap_part *parts;
	uint32_t	r = 0;

	if (tp_journey_gaps_sorted(&m->gaps[kind], &parts, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < m->gaps[kind].parts.count; i++)
	{
		void	   *image;
		const tp_gap_summary *view = NULL;
		tp_gap_summary room;
		double		mean;

		while (r < n && tp_touchpoint_compare(&rows[r].part, &parts[i].part) < 0)
			r++;
		if (r == n || tp_touchpoint_compare(&rows[r].part, &parts[i].part) != 0)
			continue;
		if (close_part(m, kind, parts[i].number, &image, &view, &room, err) != TP_OK)
			return err->status;
		if (kind == TP_MAP_PEAKS)
			rows[r].peaks = (int64_t) view->count;
		else if (kind == TP_MAP_ENDS)
			rows[r].ends = (int64_t) view->count;
		else if (tp_gap_mean(view, &mean))
		{
			if (kind == TP_MAP_PLACES)
			{
				rows[r].place = mean;
				rows[r].customers = (int64_t) view->count;
			}
			else if (kind == TP_MAP_EXPECTED)
				rows[r].expected = mean;
			else
			{
				rows[r].mean = mean;
				if (!tp_gap_limits(view, 0.95, &rows[r].ci_low, &rows[r].ci_high))
					rows[r].ci_low = rows[r].ci_high = NAN;
			}
		}
		tp_release(&m->mem, image);
	}
	tp_release(&m->mem, parts);
	return TP_OK;
}

tp_status
tp_map_rows(const tp_map *m, tp_map_row **rows, uint32_t *n, tp_error *err)
{
	tp_gap_part *parts;

	*n = m->gaps[TP_MAP_PLACES].parts.count;
	*rows = tp_alloc_array(&m->mem, (size_t) *n + 1, sizeof(tp_map_row));
	if (*rows == NULL)
		return tp_fail_memory(err);
	if (tp_journey_gaps_sorted(&m->gaps[TP_MAP_PLACES], &parts, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < *n; i++)
		(*rows)[i] = (tp_map_row) {.part = parts[i].part, .mean = NAN, .ci_low = NAN, .ci_high = NAN, .expected = NAN, .place = NAN};
	tp_release(&m->mem, parts);
	for (int kind = 0; kind < TP_MAP_KINDS; kind++)
		if (take_kind(m, kind, *rows, *n, err) != TP_OK)
			return err->status;
	return tp_sort_items(&m->mem, *rows, *n, sizeof(tp_map_row), compare_rows, err);
}
