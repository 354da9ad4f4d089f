/*
 * tp_retention.c
 *	  Calendars, and counting who comes back.
 */
#include "flow/tp_retention.h"

#include "base/tp_dekker.h"
#include "base/tp_sort.h"
#include "journey/tp_intern.h"
#include "journey/tp_property_set.h"

#define TEXT_HINT "Only what a touchpoint_returns printed reads back."

const char *const tp_period_names[TP_PERIODS] = {"hour", "day", "week", "month", "quarter", "year"};
static const char *const kind_names[] = {"", "retention", "lifecycle", "stickiness"};

TP_WORD_PARSE(tp_period_parse, tp_period, tp_period_names, TP_PERIODS, "period",
			  "Valid periods are hour, day, week, month, quarter and year.")

void
tp_calendar_init(tp_calendar *c, const tp_memory *mem)
{
	memset(c, 0, sizeof(*c));
	c->mem = *mem;
}

void
tp_calendar_release(tp_calendar *c)
{
	TP_RELEASE_ALL(&c->mem, c->from, c->label, c->period, c->start, c->bucket);
}

tp_status
tp_calendar_add(tp_calendar *c, int64_t from, int64_t start, tp_error *err)
{
	uint32_t	room = c->run_room;

	if (c->runs > 0 && c->label[c->runs - 1] == start)
		return TP_OK;
	if (!tp_grow(&c->mem, (void **) &c->from, &room, (uint64_t) c->runs + 2, sizeof(int64_t)) ||
		!tp_grow(&c->mem, (void **) &c->label, &c->run_room, (uint64_t) c->runs + 2, sizeof(int64_t)))
		return tp_fail_memory(err);
	c->from[c->runs] = from;
	c->label[c->runs++] = start;
	return TP_OK;
}

static uint32_t
place_of(const int64_t *start, uint32_t n, int64_t label)
{
	uint32_t	low = 0;

	while (n - low > 1)
	{
		uint32_t	middle = low + (n - low) / 2;

		if (start[middle] <= label)
			low = middle;
		else
			n = middle;
	}
	return low;
}

tp_status
tp_calendar_finish(tp_calendar *c, int64_t end, tp_error *err)
{
	uint64_t	span = (uint64_t) end - (uint64_t) c->from[0];
	uint64_t	buckets;
	uint32_t	run = 0;

	c->from[c->runs] = end;
	while (c->shift < 62 && (span >> c->shift) > 2 * (uint64_t) c->runs)
		c->shift++;
	buckets = (span >> c->shift) + 1;
	c->period = tp_alloc_array(&c->mem, c->runs, sizeof(uint32_t));
	c->start = tp_alloc_array(&c->mem, (size_t) c->runs + 1, sizeof(int64_t));
	c->bucket = tp_alloc_array(&c->mem, buckets, sizeof(uint32_t));
	if (c->period == NULL || c->start == NULL || c->bucket == NULL)
		return tp_fail_memory(err);
	memcpy(c->start, c->label, c->runs * sizeof(int64_t));
	if (tp_sort_items(&c->mem, c->start, c->runs, sizeof(int64_t), tp_compare_i64, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < c->runs; i++)
		if (i == 0 || c->start[i] != c->start[c->periods - 1])
			c->start[c->periods++] = c->start[i];
	c->start[c->periods] = end;
	for (uint32_t i = 0; i < c->runs; i++)
		c->period[i] = place_of(c->start, c->periods, c->label[i]);
	for (uint64_t i = 0; i < buckets; i++)
	{
		while (run + 1 < c->runs && (uint64_t) c->from[run + 1] - (uint64_t) c->from[0] <= i << c->shift)
			run++;
		c->bucket[i] = run;
	}
	return TP_OK;
}

void
tp_returns_init(tp_returns *r, const tp_memory *mem)
{
	memset(r, 0, sizeof(*r));
	r->mem = *mem;
	r->first_seen = INT64_MAX;
	r->last_seen = INT64_MIN;
	tp_counts_init(&r->counts, mem);
}

void
tp_returns_release(tp_returns *r)
{
	for (int i = 0; i < 3; i++)
		tp_release(&r->mem, (void *) (uintptr_t) r->settings.text[i]);
	tp_counts_release(&r->counts);
	tp_release(&r->mem, r->active);
}

static bool
same_text(const tp_returns_settings *a, const tp_returns_settings *b, int i)
{
	return a->len[i] == b->len[i] && (a->len[i] == 0 || memcmp(a->text[i], b->text[i], a->len[i]) == 0);
}

/* The name of the setting in which they differ, or NULL. */
static const char *
differs(const tp_returns_settings *a, const tp_returns_settings *b)
{
	if (tp_likely(a->kind == b->kind && a->period == b->period && a->periods == b->periods &&
				  a->or_after == b->or_after && a->low == b->low && a->high == b->high &&
				  same_text(a, b, 0) && same_text(a, b, 1) && same_text(a, b, 2)))
		return NULL;
	return a->kind != b->kind ? "what is counted" : a->period != b->period ? "period" :
		a->periods != b->periods ? "periods" : a->or_after != b->or_after ? "or_after" :
		!same_text(a, b, 2) ? "timezone" : !same_text(a, b, 1) ? "again" :
		!same_text(a, b, 0) ? (a->kind == TP_RETENTION ? "first" : "step") :
		a->kind == TP_STICKINESS ? "span" : "as_of";
}

tp_status
tp_returns_set(tp_returns *r, const tp_returns_settings *settings, tp_error *err)
{
	const char *changed;

	if (r->settings.kind != TP_RETURNS_NOTHING)
	{
		changed = differs(&r->settings, settings);
		if (tp_likely(changed == NULL))
			return TP_OK;
		return tp_fail(err, TP_BAD_ARGUMENT, "It is a setting: pass a constant.",
					   "%s must be the same on every row of a group", changed);
	}
	if (settings->periods > TP_PERIODS_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Take fewer or longer periods.",
					   "there are at most %d periods behind a cohort's, not %u", TP_PERIODS_MAX, settings->periods);
	for (int i = 0; i < 3; i++)
	{
		char	   *copy = tp_alloc(&r->mem, settings->len[i] + 1);

		if (copy == NULL)
			return tp_fail_memory(err);
		if (settings->len[i] > 0)
			memcpy(copy, settings->text[i], settings->len[i]);
		copy[settings->len[i]] = '\0';
		tp_release(&r->mem, (void *) (uintptr_t) r->settings.text[i]);
		r->settings.text[i] = copy;
		r->settings.len[i] = settings->len[i];
	}
	r->settings.period = settings->period;
	r->settings.periods = settings->periods;
	r->settings.or_after = settings->or_after;
	r->settings.low = settings->low;
	r->settings.high = settings->high;
	r->settings.kind = settings->kind;
	return TP_OK;
}

/* Does contact i meet the step of a bit? any: that all do is known. */
static inline bool
meets(tp_steps *steps, const tp_journey *j, uint32_t i, unsigned bit, bool any)
{
	return any || (*tp_steps_row(steps, j, i) >> bit & 1) != 0;
}

/*
 * The periods, each once and rising, in which contacts from the i-th on that meet the step of a bit lie, up
 * to the time that settings say.
 */
static tp_status
find_active(tp_returns *r, const tp_journey *j, const tp_calendar *c, tp_steps *steps, uint32_t i, unsigned bit,
			uint32_t *n, tp_error *err)
{
	bool		sticky = r->settings.kind == TP_STICKINESS;
	bool		any = tp_steps_are_any(steps);
	bool		falls = false;
	int64_t		until = INT64_MIN;	/* contacts before it are in the period met last */

	*n = 0;
	for (; i < j->count; i++)
	{
		int64_t		t = tp_journey_time(j, i);
		uint32_t	run,
					period;

		if (tp_stop_at(&r->mem, i))
			return tp_fail_interrupted(err);
		if (t > r->settings.high)
			break;
		if ((t < until && !sticky) || t < r->settings.low || !meets(steps, j, i, bit, any))
			continue;
		if (sticky)
		{
			r->first_seen = t < r->first_seen ? t : r->first_seen;
			r->last_seen = t > r->last_seen ? t : r->last_seen;
		}
		run = tp_calendar_run(c, t);
		until = c->from[run + 1];
		period = c->period[run];
		if (*n > 0 && r->active[*n - 1] == period)
			continue;
		falls |= *n > 0 && r->active[*n - 1] > period;
		if (tp_unlikely(*n == r->active_room) &&
			tp_reserve(&r->mem, &r->active, &r->active_room, (size_t) *n + 1, sizeof(uint32_t), err) != TP_OK)
			return err->status;
		r->active[(*n)++] = period;
	}
	if (tp_unlikely(falls))
	{
		uint32_t	all = *n;

		if (tp_sort_items(&r->mem, r->active, all, sizeof(uint32_t), tp_compare_u32, err) != TP_OK)
			return err->status;
		*n = 0;
		for (uint32_t k = 0; k < all; k++)
			if (*n == 0 || r->active[*n - 1] != r->active[k])
				r->active[(*n)++] = r->active[k];
	}
	return TP_OK;
}

static inline tp_status
count_one(tp_returns *r, int64_t a, int64_t b, tp_error *err)
{
	return tp_counts_add(&r->counts, a, b, 1, err);
}

static tp_status
add_retention(tp_returns *r, const tp_journey *j, const tp_calendar *c, tp_steps *steps, tp_error *err)
{
	uint32_t	first = 0;
	uint32_t	cohort,
				n;
	int64_t		start;

	while (first < j->count && !meets(steps, j, first, 0, tp_steps_are_any(steps)))
	{
		if (tp_stop_at(&r->mem, first))
			return tp_fail_interrupted(err);
		first++;
	}
	if (first == j->count || tp_journey_time(j, first) > r->settings.high)
		return TP_OK;
	cohort = tp_calendar_period(c, tp_journey_time(j, first));
	start = c->start[cohort];
	if (count_one(r, start, TP_ENTERED, err) != TP_OK ||
		find_active(r, j, c, steps, first + 1, 1, &n, err) != TP_OK)
		return err->status;
	if (r->settings.or_after)
	{
		uint32_t	behind;

		if (n == 0 || r->active[n - 1] < cohort)
			return TP_OK;
		behind = r->active[n - 1] - cohort;
		return count_one(r, start, behind < r->settings.periods ? behind : r->settings.periods, err);
	}
	for (uint32_t i = 0; i < n && (r->active[i] < cohort || r->active[i] - cohort <= r->settings.periods); i++)
		if (r->active[i] >= cohort && count_one(r, start, r->active[i] - cohort, err) != TP_OK)
			return err->status;
	return TP_OK;
}

tp_status
tp_returns_add(tp_returns *r, const tp_journey *j, const tp_calendar *c, tp_steps *steps, tp_error *err)
{
	uint64_t	all = 1;
	uint32_t	n;

	if (j->count == 0)
		return TP_OK;
	if (r->settings.high == INT64_MAX && r->settings.kind != TP_STICKINESS)
	{
		int64_t		last = tp_journey_last_at(j);

		r->last_seen = last > r->last_seen ? last : r->last_seen;
	}
	if (!tp_steps_are_any(steps) && tp_steps_look(steps, j, &all, err) != TP_OK)
		return err->status;
	if ((all & 1) == 0)
		return TP_OK;
	if (r->settings.kind == TP_RETENTION)
		return add_retention(r, j, c, steps, err);
	if (find_active(r, j, c, steps, 0, 0, &n, err) != TP_OK)
		return err->status;
	if (r->settings.kind == TP_STICKINESS)
		return n > 0 ? count_one(r, n, 0, err) : TP_OK;
	for (uint32_t i = 0; i < n; i++)
		if (count_one(r, c->start[r->active[i]],
					  i == 0 ? TP_NEW : r->active[i - 1] + 1 == r->active[i] ? TP_RETURNING : TP_RESURRECTING, err) != TP_OK)
			return err->status;
	return TP_OK;
}

/* An end of what counts, or of what was seen: none where it is open. */
static void
write_end(tp_buffer *b, const char *name, int64_t t, int64_t open)
{
	tp_buffer_string(b, name);
	if (t == open)
		tp_buffer_string(b, "none");
	else
		tp_write_integer(b, t);
}

void
tp_returns_write(const tp_returns *r, tp_buffer *b)
{
	static const char *const names[] = {", steps=", ", ", ", timezone="};
	const tp_returns_settings *s = &r->settings;
	tp_counted *items;
	tp_error	err;

	if (s->kind == TP_RETURNS_NOTHING)
	{
		tp_buffer_string(b, "{}");
		return;
	}
	tp_buffer_string(b, "{of=");
	tp_buffer_string(b, kind_names[s->kind]);
	tp_buffer_string(b, ", period=");
	tp_buffer_string(b, tp_period_names[s->period]);
	tp_buffer_string(b, ", periods=");
	tp_write_integer(b, s->periods);
	tp_buffer_string(b, s->or_after ? ", or_after=yes" : ", or_after=no");
	write_end(b, ", from=", s->low, INT64_MIN);
	write_end(b, ", to=", s->high, INT64_MAX);
	for (int i = 0; i < 3; i++)
	{
		tp_buffer_string(b, names[i]);
		tp_json_string_write(b, s->text[i], s->len[i]);
	}
	write_end(b, ", first=", r->first_seen, INT64_MAX);
	write_end(b, ", last=", r->last_seen, INT64_MIN);
	tp_buffer_string(b, ", counts={");
	if (tp_counts_sorted(&r->counts, &items, &err) != TP_OK)
	{
		b->failed = true;
		return;
	}
	for (uint32_t i = 0; i < r->counts.count && !tp_buffer_stop_at(b, i); i++)
	{
		const int64_t v[] = {items[i].a, items[i].b, (int64_t) items[i].count};

		for (int k = 0; k < 3; k++)
		{
			tp_buffer_string(b, k > 0 ? ":" : i > 0 ? "," : "");
			tp_write_integer(b, v[k]);
		}
	}
	tp_release(&r->mem, items);
	tp_buffer_string(b, "}}");
}

static tp_status
scan_end_of(tp_scan *s, const char *name, int64_t open, int64_t *t)
{
	if (tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, name, TEXT_HINT) != TP_OK)
		return s->err->status;
	*t = open;
	return tp_scan_skip(s, "none") ? TP_OK : tp_counts_scan(s, TEXT_HINT, TP_TIME_MIN - 1, TP_TIME_END, t);
}

static tp_status
scan_name(tp_scan *s, const char *const *names, int from, int to, int *which)
{
	for (*which = from; *which < to; ++*which)
		if (tp_scan_skip(s, names[*which]))
			return TP_OK;
	return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Unknown name");
}

/* The settings; texts go to text, each with a NUL behind it. */
static tp_status
scan_settings(tp_scan *s, tp_returns_settings *out, tp_buffer *text)
{
	static const char *const names[] = {"steps=", "", "timezone="};
	size_t		at[3];
	int			kind,
				period;
	int64_t		periods;

	if (tp_scan_word(s, "of=", TEXT_HINT) != TP_OK || scan_name(s, kind_names, 1, 4, &kind) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "period=", TEXT_HINT) != TP_OK ||
		scan_name(s, tp_period_names, 0, TP_PERIODS, &period) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "periods=", TEXT_HINT) != TP_OK ||
		tp_counts_scan(s, TEXT_HINT, 0, kind == TP_RETENTION ? TP_PERIODS_MAX : 0, &periods) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "or_after=", TEXT_HINT) != TP_OK)
		return s->err->status;
	out->or_after = tp_scan_skip(s, "yes");
	if (!out->or_after && tp_scan_word(s, "no", TEXT_HINT) != TP_OK)
		return s->err->status;
	if (scan_end_of(s, "from=", INT64_MIN, &out->low) != TP_OK || scan_end_of(s, "to=", INT64_MAX, &out->high) != TP_OK)
		return s->err->status;
	for (int i = 0; i < 3; i++)
	{
		if (tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, names[i], TEXT_HINT) != TP_OK)
			return s->err->status;
		tp_scan_blanks(s);
		at[i] = text->len;
		if (tp_json_string_scan(s, text) != TP_OK)
			return s->err->status;
		out->len[i] = text->len - at[i];
		tp_buffer_byte(text, '\0');
	}
	if (text->failed)
		return tp_fail_memory(s->err);
	for (int i = 0; i < 3; i++)
		out->text[i] = text->data + at[i];
	out->kind = (tp_returns_kind) kind;
	out->period = (tp_period) period;
	out->periods = (uint32_t) periods;
	if ((out->or_after && kind != TP_RETENTION) || (kind != TP_STICKINESS && out->low != INT64_MIN) ||
		(kind != TP_RETENTION) != (out->len[1] == 0))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "No such settings");
	return TP_OK;
}

static tp_status
scan_counts(tp_scan *s, tp_returns *r)
{
	const tp_returns_settings *of = &r->settings;
	bool		sticky = of->kind == TP_STICKINESS;

	for (bool first = true; tp_scan_peek(s) != '}'; first = false)
	{
		int64_t		a,
					b,
					n;

		if ((!first && tp_scan_word(s, ",", TEXT_HINT) != TP_OK) ||
			tp_counts_scan(s, TEXT_HINT, sticky ? 1 : TP_TIME_MIN - 366 * TP_USECS_PER_DAY, sticky ? UINT32_MAX : TP_TIME_END, &a) != TP_OK ||
			tp_scan_word(s, ":", TEXT_HINT) != TP_OK ||
			tp_counts_scan(s, TEXT_HINT, of->kind == TP_RETENTION ? TP_ENTERED : 0,
					   of->kind == TP_RETENTION ? of->periods : sticky ? 0 : TP_RESURRECTING, &b) != TP_OK ||
			tp_scan_word(s, ":", TEXT_HINT) != TP_OK || tp_counts_scan(s, TEXT_HINT, 1, INT64_MAX, &n) != TP_OK)
			return s->err->status;
		if (tp_counts_add(&r->counts, a, b, (uint64_t) n, s->err) != TP_OK)
			return s->err->status;
	}
	s->at++;
	return TP_OK;
}

/* Nobody returns who has not entered. */
static tp_status
check_returns(const tp_returns *r, tp_scan *s)
{
	tp_counted *items;
	uint64_t	entered = 0,
				returned = 0;
	bool		sound = true;

	if (r->settings.kind != TP_RETENTION)
		return TP_OK;
	if (tp_counts_sorted(&r->counts, &items, s->err) != TP_OK)
		return s->err->status;
	for (uint32_t i = 0; i < r->counts.count && sound; i++)
	{
		if (items[i].b == TP_ENTERED)
			entered = items[i].count;
		returned = items[i].b == TP_ENTERED ? 0 : (r->settings.or_after ? returned : 0) + items[i].count;
		sound = returned <= entered && (items[i].b == TP_ENTERED || (i > 0 && items[i].a == items[i - 1].a));
	}
	tp_release(&r->mem, items);
	return sound ? TP_OK : tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "More have returned than entered");
}

static tp_status
scan_returns(tp_scan *s, tp_returns *r, tp_buffer *text)
{
	tp_returns_settings settings = {0};
	int64_t		first,
				last;
	tp_status	status;

	if (!tp_scan_open(s, TEXT_HINT, &status))
		return status;
	if (scan_settings(s, &settings, text) != TP_OK || tp_returns_set(r, &settings, s->err) != TP_OK ||
		scan_end_of(s, "first=", INT64_MAX, &first) != TP_OK || scan_end_of(s, "last=", INT64_MIN, &last) != TP_OK ||
		tp_scan_word(s, ",", TEXT_HINT) != TP_OK || tp_scan_word(s, "counts=", TEXT_HINT) != TP_OK ||
		tp_scan_word(s, "{", TEXT_HINT) != TP_OK || scan_counts(s, r) != TP_OK || check_returns(r, s) != TP_OK)
		return s->err->status;
	if (settings.kind == TP_STICKINESS ? (first == INT64_MAX) != (last == INT64_MIN) || (first < INT64_MAX && first > last) :
		first != INT64_MAX || (settings.high < INT64_MAX && last != INT64_MIN))
		return tp_scan_fail(s, TP_BAD_TEXT, TEXT_HINT, "Nobody was seen then");
	r->first_seen = first < r->first_seen ? first : r->first_seen;
	r->last_seen = last > r->last_seen ? last : r->last_seen;
	return tp_scan_close(s, TEXT_HINT);
}

tp_status
tp_returns_read(tp_returns *r, const char *text, size_t len, tp_error *err)
{
	tp_buffer	texts;
	tp_scan		s;
	tp_status	status;

	tp_buffer_init(&texts, &r->mem);
	tp_scan_init(&s, "touchpoint_returns", text, len, err);
	status = scan_returns(&s, r, &texts);
	tp_buffer_release(&texts);
	return status;
}
