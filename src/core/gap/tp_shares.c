/*
 * tp_shares.c
 *	  Counts that shares are made of.
 */
#include "gap/tp_shares.h"

#include <math.h>

#include "base/tp_dekker.h"
#include "base/tp_host.h"

_Static_assert(sizeof(tp_rate) == 24 && offsetof(tp_rate, count) == 8, "the image of a rate_summary");
_Static_assert(sizeof(tp_nps_summary) == 48 && offsetof(tp_nps_summary, answers) == 24, "the image of an nps_summary");

#define RATE_HINT "Write a summary as it is printed: {count=10, successes=4}."
#define NPS_HINT "Write a summary as it is printed: {count=6, detractors=1, promoters=3, detractor_to=6, promoter_from=9}."

static tp_status
too_many(const char *type, tp_error *err)
{
	return tp_fail(err, TP_OUT_OF_RANGE, "Is one of these a summary that the server wrote?",
				   "the count of %s is out of range", type);
}

void
tp_rate_init(tp_rate *r)
{
	memset((char *) r + sizeof(r->length), 0, sizeof(*r) - sizeof(r->length));
	r->version = TP_RATE_VERSION;
}

tp_status
tp_rate_merge(tp_rate *r, const tp_rate *other, tp_error *err)
{
	if (other->count > INT64_MAX - r->count)
		return too_many("a rate_summary", err);
	r->count += other->count;
	r->successes += other->successes;
	return TP_OK;
}

tp_status
tp_rate_check(const tp_rate *r, tp_status status, tp_error *err)
{
	if (r->successes >= 0 && r->successes <= r->count)
		return TP_OK;
	return tp_fail(err, status, RATE_HINT, "rate_summary has %lld successes of %lld",
				   (long long) r->successes, (long long) r->count);
}

static void
write_count(tp_buffer *b, const char *key, int64_t count)
{
	tp_buffer_string(b, key);
	tp_write_integer(b, count);
}

void
tp_rate_write(tp_buffer *b, const tp_rate *r)
{
	write_count(b, "{count=", r->count);
	if (r->count > 0)
		write_count(b, ", successes=", r->successes);
	tp_buffer_byte(b, '}');
}

/* A key, behind the comma that the key has before it, and its count. */
static tp_status
scan_count(tp_scan *s, const char *key, const char *hint, int64_t *count)
{
	if (tp_scan_word(s, key, hint) != TP_OK)
		return s->err->status;
	return tp_scan_count(s, count);
}

static bool
scan_comma(tp_scan *s)
{
	tp_scan_blanks(s);
	if (!tp_scan_skip(s, ","))
		return false;
	tp_scan_blanks(s);
	return true;
}

tp_status
tp_rate_read(tp_rate *r, const char *text, size_t len, tp_error *err)
{
	tp_scan		s;

	tp_rate_init(r);
	tp_scan_init(&s, "rate_summary", text, len, err);
	if (tp_scan_word(&s, "{", RATE_HINT) != TP_OK || scan_count(&s, "count=", RATE_HINT, &r->count) != TP_OK ||
		(scan_comma(&s) && scan_count(&s, "successes=", RATE_HINT, &r->successes) != TP_OK) ||
		tp_scan_close(&s, RATE_HINT) != TP_OK)
		return err->status;
	return tp_rate_check(r, TP_BAD_TEXT, err);
}

static int
compare_counts(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

int
tp_rate_compare(const tp_rate *a, const tp_rate *b)
{
	int			c = compare_counts(a->count, b->count);

	return c != 0 ? c : compare_counts(a->successes, b->successes);
}

void
tp_nps_init(tp_nps_summary *s)
{
	memset((char *) s + sizeof(s->length), 0, sizeof(*s) - sizeof(s->length));
	s->version = TP_NPS_VERSION;
}

static tp_status
check_cuts(double detractor_to, double promoter_from, tp_error *err)
{
	char		low[TP_NUMBER_SIZE + 1];
	char		high[TP_NUMBER_SIZE + 1];

	for (int i = 0; i < 2; i++)
	{
		double		v = i == 0 ? detractor_to : promoter_from;

		if (!isfinite(v))
			return tp_fail(err, TP_OUT_OF_RANGE, "Write the cuts of the scale, such as 6 and 9.", "%s must be finite, not %s",
						   i == 0 ? "detractor_to" : "promoter_from", tp_not_finite(v));
	}
	if (detractor_to < promoter_from)
		return TP_OK;
	low[tp_host_number(detractor_to, low)] = '\0';
	high[tp_host_number(promoter_from, high)] = '\0';
	return tp_fail(err, TP_BAD_ARGUMENT, "Detractors score detractor_to or less, promoters promoter_from or more: 6 and 9 on 0 to 10.",
				   "detractor_to (%s) must be below promoter_from (%s)", low, high);
}

tp_status
tp_nps_set(tp_nps_summary *s, double detractor_to, double promoter_from, tp_error *err)
{
	if (tp_likely(s->flags == TP_NPS_HAS_CUTS && s->detractor_to == detractor_to && s->promoter_from == promoter_from))
		return TP_OK;
	if (check_cuts(detractor_to, promoter_from, err) != TP_OK)
		return err->status;
	if (s->flags == TP_NPS_HAS_CUTS)
		return tp_fail(err, TP_BAD_ARGUMENT, "Scores cut at different places are no one net promoter score.",
					   "%s must be the same on every row of a group",
					   s->detractor_to != detractor_to ? "detractor_to" : "promoter_from");
	s->flags = TP_NPS_HAS_CUTS;
	s->detractor_to = detractor_to + 0.0;
	s->promoter_from = promoter_from + 0.0;
	return TP_OK;
}

tp_status
tp_nps_add(tp_nps_summary *s, double score, tp_error *err)
{
	if (tp_unlikely(tp_nps_count(s) == INT64_MAX))
		return too_many("an nps_summary", err);
	if (score <= s->detractor_to)
		s->answers.detractors++;
	else if (score >= s->promoter_from)
		s->answers.promoters++;
	else
		s->answers.passives++;
	return TP_OK;
}

tp_status
tp_nps_merge(tp_nps_summary *s, const tp_nps_summary *other, tp_error *err)
{
	if (other->flags != TP_NPS_HAS_CUTS)
		return TP_OK;
	if (tp_nps_set(s, other->detractor_to, other->promoter_from, err) != TP_OK)
		return err->status;
	if (tp_nps_count(other) > INT64_MAX - tp_nps_count(s))
		return too_many("an nps_summary", err);
	s->answers.detractors += other->answers.detractors;
	s->answers.passives += other->answers.passives;
	s->answers.promoters += other->answers.promoters;
	return TP_OK;
}

tp_status
tp_nps_check(const tp_nps_summary *s, tp_status status, tp_error *err)
{
	int64_t		count;
	bool		good = s->answers.detractors >= 0 && s->answers.passives >= 0 && s->answers.promoters >= 0 &&
		!__builtin_add_overflow(s->answers.detractors, s->answers.passives, &count) &&
		!__builtin_add_overflow(count, s->answers.promoters, &count);

	if (s->flags == TP_NPS_HAS_CUTS)
		good = good && isfinite(s->detractor_to) && isfinite(s->promoter_from) && s->detractor_to < s->promoter_from &&
			!(s->detractor_to == 0 && signbit(s->detractor_to)) && !(s->promoter_from == 0 && signbit(s->promoter_from));
	else
		good = good && count == 0 && tp_load_u64(&s->detractor_to) == 0 && tp_load_u64(&s->promoter_from) == 0;
	if (good)
		return TP_OK;
	return tp_fail(err, status, NPS_HINT, "nps_summary holds counts or cuts that no answers can have");
}

static void
write_cut(tp_buffer *b, const char *key, double cut)
{
	tp_buffer_string(b, key);
	tp_dd_write(b, (tp_dd) {cut, 0});
}

void
tp_nps_write(tp_buffer *b, const tp_nps_summary *s)
{
	write_count(b, "{count=", tp_nps_count(s));
	if (s->flags == TP_NPS_HAS_CUTS)
	{
		write_count(b, ", detractors=", s->answers.detractors);
		write_count(b, ", promoters=", s->answers.promoters);
		write_cut(b, ", detractor_to=", s->detractor_to);
		write_cut(b, ", promoter_from=", s->promoter_from);
	}
	tp_buffer_byte(b, '}');
}

static tp_status
scan_cut(tp_scan *s, const char *key, double *cut)
{
	if (tp_scan_word(s, ",", NPS_HINT) != TP_OK || tp_scan_word(s, key, NPS_HINT) != TP_OK ||
		tp_scan_number(s, cut) != TP_OK)
		return s->err->status;
	*cut += 0.0;
	return TP_OK;
}

tp_status
tp_nps_read(tp_nps_summary *s, const char *text, size_t len, tp_error *err)
{
	int64_t		count;
	tp_nps	   *n = &s->answers;
	tp_scan		scan;

	tp_nps_init(s);
	tp_scan_init(&scan, "nps_summary", text, len, err);
	if (tp_scan_word(&scan, "{", NPS_HINT) != TP_OK || scan_count(&scan, "count=", NPS_HINT, &count) != TP_OK)
		return err->status;
	if (scan_comma(&scan))
	{
		s->flags = TP_NPS_HAS_CUTS;
		if (scan_count(&scan, "detractors=", NPS_HINT, &n->detractors) != TP_OK ||
			tp_scan_word(&scan, ",", NPS_HINT) != TP_OK ||
			scan_count(&scan, "promoters=", NPS_HINT, &n->promoters) != TP_OK ||
			scan_cut(&scan, "detractor_to=", &s->detractor_to) != TP_OK ||
			scan_cut(&scan, "promoter_from=", &s->promoter_from) != TP_OK)
			return err->status;
	}
	if (tp_scan_close(&scan, NPS_HINT) != TP_OK)
		return err->status;
	/* what is left of count are passives; of fewer than the others' count, too few of them */
	n->passives = n->detractors <= count ? count - n->detractors - n->promoters : -1;
	return tp_nps_check(s, TP_BAD_TEXT, err);
}

int
tp_nps_compare(const tp_nps_summary *a, const tp_nps_summary *b)
{
	int			c = compare_counts(tp_nps_count(a), tp_nps_count(b));

	c = c != 0 ? c : compare_counts(a->answers.promoters, b->answers.promoters);
	c = c != 0 ? c : compare_counts(a->answers.detractors, b->answers.detractors);
	c = c != 0 ? c : a->flags - b->flags;
	c = c != 0 ? c : (a->detractor_to > b->detractor_to) - (a->detractor_to < b->detractor_to);
	return c != 0 ? c : (a->promoter_from > b->promoter_from) - (a->promoter_from < b->promoter_from);
}
