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

tp_status
tp_model_parse(const char *text, size_t len, tp_model *model, tp_error *err)
{
	int			i = tp_word_parse(names, MODELS, text, len, err, "attribution model",
								  "Valid models are first_touch, last_touch, linear, position_based, time_decay and last_non_direct.");

	if (i < 0)
		return err->status;
	*model = (tp_model) i;
	return TP_OK;
}

const char *
tp_model_name(tp_model model)
{
	return names[model];
}

bool
tp_is_direct(const tp_touchpoint *t, tp_part part)
{
	size_t		len;
	const char *s = tp_touchpoint_part(t, part, &len);

	if (part == TP_PART_TOUCHPOINT && (t->channel_len > 0 || t->stage_len > 0))
		return false;
	return len == 0 || (len == 6 && (memcmp(s, "direct", 6) == 0 || memcmp(s, "(none)", 6) == 0));
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
tp_attribute(const tp_memory *mem, const tp_journey *j, tp_model model, int64_t half_life, int64_t lookback,
			 const bool *direct, double *credit, tp_error *err)
{
	uint32_t	n = j->count;
	uint32_t	from;
	uint32_t	counted;
	double		sum = 0;
	int64_t		last;

	if (n == 0)
		return TP_OK;
	from = first_counted(j, lookback);
	counted = n - from;
	for (uint32_t i = 0; i < n; i++)
		credit[i] = 0;
	switch (model)
	{
		case TP_FIRST_TOUCH:
			credit[from] = 1;
			break;
		case TP_LAST_TOUCH:
			credit[n - 1] = 1;
			break;
		case TP_LINEAR:
			for (uint32_t i = from; i < n; i++)
				credit[i] = 1.0 / counted;
			break;
		case TP_POSITION_BASED:
			if (counted <= 2)
			{
				for (uint32_t i = from; i < n; i++)
					credit[i] = 1.0 / counted;
				break;
			}
			credit[from] = credit[n - 1] = 0.4;
			for (uint32_t i = from + 1; i < n - 1; i++)
				credit[i] = 0.2 / (counted - 2);
			break;
		case TP_TIME_DECAY:
			last = tp_journey_last_at(j);
			for (uint32_t i = from; i < n; i++)
			{
				uint64_t	before = (uint64_t) last - (uint64_t) tp_journey_time(j, i);

				credit[i] = exp2(-(double) before / (double) half_life);
				sum += credit[i];
				if (tp_stop_at(mem, i))
					return tp_fail_interrupted(err);
			}
			for (uint32_t i = from; i < n; i++)
				credit[i] /= sum;
			break;
		case TP_LAST_NON_DIRECT:
			for (uint32_t i = n; i-- > from;)
				if (!direct[tp_journey_code(j, i)])
				{
					credit[i] = 1;
					return TP_OK;
				}
			credit[n - 1] = 1;
			break;
	}
	return TP_OK;
}
