/*
 * tp_policy.c
 *	  Putting a policy together.
 */
#include "gate/tp_policy.h"

#include "base/tp_sort.h"

void
tp_policy_init(tp_policy *policy, const tp_memory *mem)
{
	memset(policy, 0, sizeof(*policy));
	tp_ranked_globs_init(&policy->cooldowns, mem);
	tp_ranked_globs_init(&policy->exempt, mem);
	policy->mem = *mem;
}

void
tp_policy_release(tp_policy *policy)
{
	const tp_memory *mem = &policy->mem;

	tp_ranked_globs_release(&policy->cooldowns);
	tp_ranked_globs_release(&policy->exempt);
	for (uint32_t i = 0; i < policy->n_conditional; i++)
		tp_step_release(&policy->conditional[i].after);
	for (uint32_t i = 0; i < policy->n_exempt_if; i++)
		tp_step_release(&policy->exempt_if[i]);
	TP_RELEASE_ALL(mem, policy->conditional, policy->exempt_if, policy->zone, policy->calendar, policy->window,
				   policy->blackout);
	tp_shuts_release(mem, &policy->quiet);
	tp_shuts_release(mem, &policy->closed);
}

/* One more at the end of an array of *n; array is where its address lies. */
static tp_status
append(tp_policy *policy, void *array, uint32_t *room, uint32_t *n, const void *element, size_t size, tp_error *err)
{
	char	   *first;

	if (tp_reserve(&policy->mem, array, room, (size_t) *n + 1, size, err) != TP_OK)
		return err->status;
	memcpy(&first, array, sizeof(first));
	memcpy(first + size * (*n)++, element, size);
	return TP_OK;
}

tp_status
tp_policy_zone(tp_policy *policy, const tp_zone *zone, uint32_t *number, tp_error *err)
{
	for (*number = 0; *number < policy->n_zones; ++*number)
		if (policy->zone[*number].look == zone->look && policy->zone[*number].context == zone->context)
			return TP_OK;
	return append(policy, &policy->zone, &policy->zones_room, &policy->n_zones, zone, sizeof(*zone), err);
}

bool
tp_step_is_plain(const tp_step *step)
{
	for (uint32_t i = 0; i < step->n; i++)
		if (step->alternative[i].conditions != NULL)
			return false;
	return true;
}

/* Each alternative of a step without conditions, with this rank. */
static tp_status
add_globs(tp_ranked_globs *globs, const tp_step *step, int64_t rank, uint32_t tag, tp_error *err)
{
	for (uint32_t i = 0; i < step->n; i++)
		if (step->alternative[i].conditions == NULL &&
			tp_ranked_globs_add(globs, &step->alternative[i].glob, rank, tag, err) != TP_OK)
			return err->status;
	return TP_OK;
}

tp_status
tp_policy_exempt(tp_policy *policy, const tp_step *step, tp_error *err)
{
	if (add_globs(&policy->exempt, step, 1, 0, err) != TP_OK)
		return err->status;
	if (tp_step_is_plain(step))
		return TP_OK;
	return append(policy, &policy->exempt_if, &policy->exempt_if_room, &policy->n_exempt_if, step, sizeof(*step), err);
}

tp_status
tp_policy_cool(tp_policy *policy, const tp_step *after, int64_t wait, tp_error *err)
{
	tp_cooldown rule = {*after, wait, policy->n_cooldowns++};

	if (tp_step_is_plain(after))
		return add_globs(&policy->cooldowns, after, wait, rule.rule, err);
	if (wait > policy->longest_conditional)
		policy->longest_conditional = wait;
	return append(policy, &policy->conditional, &policy->conditional_room, &policy->n_conditional, &rule, sizeof(rule), err);
}

tp_status
tp_policy_quiet(tp_policy *policy, const tp_window *window, tp_error *err)
{
	return append(policy, &policy->window, &policy->windows_room, &policy->n_windows, window, sizeof(*window), err);
}

tp_status
tp_policy_blackout(tp_policy *policy, const tp_blackout *blackout, tp_error *err)
{
	return append(policy, &policy->blackout, &policy->blackouts_room, &policy->n_blackouts, blackout, sizeof(*blackout), err);
}

static void
keep_no_verdicts(const tp_step *step)
{
	for (uint32_t a = 0; a < step->n; a++)
		if (step->alternative[a].conditions != NULL)
			step->alternative[a].conditions->no_verdicts = true;
}

static int
longest_first(const void *a, const void *b)
{
	int64_t		x = ((const tp_cooldown *) a)->wait,
				y = ((const tp_cooldown *) b)->wait;

	return (x < y) - (x > y);
}

/* In order of how long they hold, so that the first that a contact meets tells. */
static tp_status
finish_conditional(tp_policy *policy, const tp_memory *mem, tp_error *err)
{
	for (uint32_t k = 0; k < policy->n_conditional && policy->n_conditional > TP_FEW_CONDITIONAL; k++)
		keep_no_verdicts(&policy->conditional[k].after);
	for (uint32_t k = 0; k < policy->n_exempt_if && policy->n_exempt_if > TP_FEW_CONDITIONAL; k++)
		keep_no_verdicts(&policy->exempt_if[k]);
	return policy->n_conditional < 2 ? TP_OK :
		tp_sort_items(mem, policy->conditional, policy->n_conditional, sizeof(tp_cooldown), longest_first, err);
}

/* Number the periods that caps are about: a unit of a zone is one, however many caps there are. */
static tp_status
finish_calendars(tp_policy *policy, const tp_memory *mem, tp_error *err)
{
	uint32_t	kinds = (TP_PER_MONTH + 1) * policy->n_zones;
	uint32_t   *number = tp_alloc_array(mem, (size_t) kinds + 1, sizeof(uint32_t));

	policy->calendar = tp_alloc_array(&policy->mem, (size_t) kinds + 1, sizeof(tp_calendar));
	if (number == NULL || policy->calendar == NULL)
	{
		tp_release(mem, number);
		return tp_fail_memory(err);
	}
	memset(number, 0, kinds * sizeof(uint32_t));
	for (uint32_t i = 0; i < policy->n_caps; i++)
	{
		tp_cap	   *cap = &policy->caps[i];
		uint32_t	kind = (uint32_t) cap->per * policy->n_zones + cap->zone;

		cap->rule = i;
		if (cap->within > 0)
			continue;
		if (number[kind] == 0)
		{
			policy->calendar[policy->n_calendars++] = (tp_calendar) {cap->per, cap->zone};
			number[kind] = policy->n_calendars;
		}
		cap->calendar = number[kind] - 1;
	}
	tp_release(mem, number);
	return TP_OK;
}

static tp_status
sort_caps(tp_policy *policy, const tp_memory *mem, tp_error *err)
{
	uint32_t	n = policy->n_caps;
	double	   *keys = tp_alloc_array(mem, n, sizeof(double));
	uint32_t   *order = tp_alloc_array(mem, n, sizeof(uint32_t));
	tp_cap	   *sorted = tp_alloc_array(mem, n, sizeof(tp_cap));
	tp_status	status;

	if (keys == NULL || order == NULL || sorted == NULL)
		status = tp_fail_memory(err);
	else
	{
		for (uint32_t i = 0; i < n; i++)
			keys[i] = (double) policy->caps[i].max;
		tp_sort_start(order, n);
		status = tp_sort_rows(mem, keys, 1, false, order, n, err);
		for (uint32_t i = 0; i < n && status == TP_OK; i++)
			sorted[i] = policy->caps[order[i]];
		if (status == TP_OK)
			memcpy(policy->caps, sorted, n * sizeof(tp_cap));
	}
	tp_release(mem, keys);
	tp_release(mem, order);
	tp_release(mem, sorted);
	return status;
}

tp_status
tp_policy_finish(tp_policy *policy, const tp_memory *mem, tp_error *err)
{
	if (finish_conditional(policy, mem, err) != TP_OK || finish_calendars(policy, mem, err) != TP_OK ||
		(policy->n_windows > 0 && tp_shut_windows(&policy->mem, policy->window, policy->n_windows, &policy->quiet, err) != TP_OK) ||
		(policy->n_blackouts > 0 && tp_shut_dates(&policy->mem, policy->blackout, policy->n_blackouts, &policy->closed, err) != TP_OK))
		return err->status;
	return policy->n_caps < 2 ? TP_OK : sort_caps(policy, mem, err);
}

bool
tp_policy_exempts(const tp_policy *policy, const tp_touchpoint *t, const tp_memory *mem)
{
	int64_t		rank;

	tp_ranked_globs_find(&policy->exempt, t, 0, mem, &rank);
	return rank > 0;
}

bool
tp_cap_is_about(const tp_cap *cap, const tp_touchpoint *t)
{
	return (cap->channel_len == 0 ||
			(cap->channel_len == t->channel_len && memcmp(cap->channel, t->channel, cap->channel_len) == 0)) &&
		(cap->at.n == 0 || tp_step_touches(&cap->at, t));
}

int64_t
tp_policy_reach(const tp_policy *policy, const tp_touchpoint *t, const tp_memory *mem)
{
	int64_t		reach = policy->min_gap;

	if (tp_policy_exempts(policy, t, mem))
		return 0;
	for (uint32_t i = 0; i < policy->n_caps; i++)
	{
		const tp_cap *cap = &policy->caps[i];
		int64_t		back = cap->within > 0 ? cap->within : tp_per_longest(cap->per);

		if (back > reach && tp_cap_is_about(cap, t))
			reach = back;
	}
	if (policy->longest_conditional > reach)
		reach = policy->longest_conditional;
	return policy->cooldowns.highest > reach ? policy->cooldowns.highest : reach;
}
