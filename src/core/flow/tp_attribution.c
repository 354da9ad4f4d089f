/*
 * tp_attribution.c
 *	  Credit by rule.
 */
#include "flow/tp_attribution.h"

#include <math.h>

static const char *const names[] = {
	"first_touch", "last_touch", "linear", "position_based", "time_decay", "last_non_direct"
};

#define MODELS (sizeof(names) / sizeof(names[0]))

TP_WORD_PARSE(tp_model_parse, tp_model, names, MODELS, "attribution model",
			  "Valid models are first_touch, last_touch, linear, position_based, time_decay and last_non_direct.")

const char *
tp_model_name(tp_model model)
{
	return names[model];
}

tp_status
tp_ends_check(const double ends[2], tp_error *err)
{
	/* what decimals leave of 1 when they are added in binary is no mistake */
	if (ends[0] >= 0 && ends[1] >= 0 && ends[0] + ends[1] <= 1 + 1e-9)
		return TP_OK;
	return tp_fail(err, TP_BAD_ARGUMENT, "Write the shares of the first and of the last contact, such as '{0.4,0.4}'.",
				   "ends must not be negative or add up to more than 1: %g, %g", ends[0], ends[1]);
}

static bool
is_word(const char *s, size_t len, const char *word)
{
	if (len != strlen(word))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((s[i] >= 'A' && s[i] <= 'Z' ? s[i] + ('a' - 'A') : s[i]) != word[i])
			return false;
	return true;
}

bool
tp_is_direct(const tp_touchpoint *t, tp_part part)
{
	static const char *const words[] = {"direct", "(direct)", "direct entry", "none", "(none)", "typed/bookmarked"};
	size_t		len;
	const char *s = tp_touchpoint_part(t, part, &len);

	if (part == TP_PART_TOUCHPOINT && t->stage_len == 0 && is_word(t->channel, t->channel_len, "typed") &&
		is_word(t->label, t->label_len, "bookmarked"))
		return true;
	if (part == TP_PART_TOUCHPOINT && (t->channel_len > 0 || t->stage_len > 0))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(s, len, words[i]))
			return true;
	return len == 0;
}

/* The position of place i: places are positions where touch is NULL. */
static inline uint32_t
position(const uint32_t *touch, uint32_t i)
{
	return touch == NULL ? i : touch[i];
}

double
tp_between(const tp_rule *rule, uint32_t n)
{
	/* as decimals have it: 0.2 is what 0.4 and 0.4 leave */
	double		left = round((1 - (rule->ends[0] + rule->ends[1])) * 1e15) / 1e15;

	return left > 0 ? left / (n - 2) : 0;
}

static void
share_by_position(const tp_rule *rule, uint32_t n, double *credit)
{
	double		ends = rule->ends[0] + rule->ends[1];

	if (n == 1)
		credit[0] = 1;
	else if (n == 2)
	{
		credit[1] = ends > 0 ? rule->ends[1] / ends : 0.5;
		credit[0] = 1 - credit[1];
	}
	else
	{
		double		between = tp_between(rule, n);

		for (uint32_t i = 1; i < n - 1; i++)
			credit[i] = between;
		credit[0] = rule->ends[0];
		credit[n - 1] = rule->ends[1];
	}
}

static tp_status
share_by_time(const tp_memory *mem, const tp_journey *j, int64_t half_life, const uint32_t *touch, uint32_t from,
			  uint32_t n, double *credit, tp_error *err)
{
	int64_t		last = tp_journey_time(j, position(touch, from + n - 1));
	double		sum = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		uint64_t	before = (uint64_t) last - (uint64_t) tp_journey_time(j, position(touch, from + i));

		credit[i] = exp2(-(double) before / (double) half_life);
		sum += credit[i];
		if (tp_stop_at(mem, i))
			return tp_fail_interrupted(err);
	}
	for (uint32_t i = 0; i < n; i++)
		credit[i] /= sum;
	return TP_OK;
}

tp_status
tp_attribute_path(const tp_memory *mem, const tp_journey *j, const tp_rule *rule, const uint32_t *touch,
				  uint32_t from, uint32_t to, const bool *direct, double *credit, tp_error *err)
{
	uint32_t	n = to - from;
	uint32_t	one = n - 1;

	switch (rule->model)
	{
		case TP_LINEAR:
			for (uint32_t i = 0; i < n; i++)
				credit[i] = 1.0 / n;
			return TP_OK;
		case TP_POSITION_BASED:
			share_by_position(rule, n, credit);
			return TP_OK;
		case TP_TIME_DECAY:
			return share_by_time(mem, j, rule->half_life, touch, from, n, credit, err);
		case TP_LAST_NON_DIRECT:
			while (one > 0 && direct[tp_journey_code(j, position(touch, from + one))])
				one--;
			if (direct[tp_journey_code(j, position(touch, from + one))])
				one = n - 1;
			break;
		case TP_FIRST_TOUCH:
			one = 0;
			break;
		case TP_LAST_TOUCH:
			break;
	}
	memset(credit, 0, n * sizeof(double));
	credit[one] = 1;
	return TP_OK;
}

/* The first contact that lies no more than lookback before the last. */
static uint32_t
first_counted(const tp_journey *j, int64_t lookback)
{
	int64_t		last = tp_journey_last_at(j);

	if (lookback < 0 || last < INT64_MIN + lookback)
		return 0;
	return tp_journey_search(j, last - lookback);
}

tp_status
tp_attribute(const tp_memory *mem, const tp_journey *j, const tp_rule *rule, int64_t lookback, const bool *direct,
			 double *credit, tp_error *err)
{
	uint32_t	from;

	if (j->count == 0)
		return TP_OK;
	from = first_counted(j, lookback);
	memset(credit, 0, from * sizeof(double));
	return tp_attribute_path(mem, j, rule, NULL, from, j->count, direct, credit + from, err);
}
