/*
 * tp_conformance.c
 *	  Laying a journey along a plan; rules.
 */
#include "flow/tp_conformance.h"

#define WORD 64
#define TABLE_MAX ((size_t) 1 << 30)

/* Words of bits, one bit a step: which steps does each entry meet? */
static tp_status
meet_steps(const tp_memory *mem, const tp_journey *j, const tp_touchpoint *entries, const tp_glob *plan,
		   uint32_t steps, size_t words, uint64_t *meets, tp_error *err)
{
	size_t		tried = 0;

	memset(meets, 0, j->entries * words * sizeof(uint64_t));
	for (uint32_t s = 0; s < steps; s++)
		for (uint32_t e = 0; e < j->entries; e++)
		{
			if (tp_glob_matches(&plan[s], &entries[e]))
				meets[e * words + s / WORD] |= UINT64_C(1) << s % WORD;
			/* a glob full of wildcards takes up to 100 microseconds */
			if (tried++ % 256 == 255 && tp_interrupted(mem))
				return tp_fail_interrupted(err);
		}
	return TP_OK;
}

/*
 * The table of longest common subsequences, 64 steps a word: a bit is 0 where one step more makes
 * one met more (H. Hyyrö, "Bit-parallel LCS-length computation revisited", AWOCA 2004). Row i + 1
 * is that of the first i + 1 contacts; row 0 is all ones.
 */
static tp_status
fill_table(const tp_memory *mem, const tp_journey *j, size_t words, const uint64_t *meets, uint64_t *row,
		   tp_error *err)
{
	memset(row, 0xFF, words * sizeof(uint64_t));
	for (uint32_t i = 0; i < j->count; i++, row += words)
	{
		uint32_t	code = tp_journey_code(j, i);
		uint64_t	carry = 0;

		if (code >= j->entries)
			return tp_fail(err, TP_CORRUPT, "The stored value is damaged.",
						   "not a journey: a code without touchpoint");
		for (size_t w = 0; w < words; w++)
		{
			uint64_t	match = row[w] & meets[code * words + w];
			uint64_t	sum = row[w] + match;
			uint64_t	full = sum + carry;

			carry = sum < match || full < sum;
			row[words + w] = full | (row[w] - match);
		}
		if (tp_stop_at(mem, i))
			return tp_fail_interrupted(err);
	}
	return TP_OK;
}

/* Back from the end: what is met at all is met by the earliest contact that can. */
static uint32_t
trace_back(const uint64_t *table, size_t words, uint32_t contacts, uint32_t steps, bool *taken, bool *met)
{
	uint32_t	i = contacts;
	uint32_t	s = steps;
	uint32_t	n = 0;

	while (i > 0 && s > 0)
	{
		size_t		word = (s - 1) / WORD;
		uint64_t	bit = UINT64_C(1) << (s - 1) % WORD;

		if (table[i * words + word] & bit)
			s--;
		else if (!(table[(i - 1) * words + word] & bit))
			i--;
		else
		{
			taken[--s] = true;
			met[--i] = true;
			n++;
		}
	}
	return n;
}

tp_status
tp_conform(const tp_memory *mem, const tp_journey *j, const tp_touchpoint *entries, const tp_glob *plan,
		   uint32_t steps, bool *taken, bool *met, double *fitness, tp_error *err)
{
	size_t		words = ((size_t) steps + WORD - 1) / WORD;
	uint64_t   *meets,
			   *table;
	tp_status	status;

	memset(taken, 0, steps);
	memset(met, 0, j->count);
	*fitness = j->count + steps == 0 ? 1 : 0;
	if (j->count == 0 || steps == 0)
		return TP_OK;
	if (words > TABLE_MAX / sizeof(uint64_t) / ((size_t) j->count + 1) ||
		words > TABLE_MAX / sizeof(uint64_t) / j->entries)
		return tp_fail(err, TP_PAST_LIMIT, "Look at one case, or one year, at a time.",
					   "%u contacts against a plan of %u steps are too many", (unsigned) j->count, (unsigned) steps);
	meets = tp_alloc_array(mem, j->entries * words, sizeof(uint64_t));
	table = tp_alloc_array(mem, ((size_t) j->count + 1) * words, sizeof(uint64_t));
	if (meets == NULL || table == NULL)
		status = tp_fail_memory(err);
	else
	{
		status = meet_steps(mem, j, entries, plan, steps, words, meets, err);
		if (status == TP_OK)
			status = fill_table(mem, j, words, meets, table, err);
	}
	if (status == TP_OK)
		*fitness = 2.0 * trace_back(table, words, j->count, steps, taken, met) / ((double) j->count + steps);
	tp_release(mem, meets);
	tp_release(mem, table);
	return status;
}

static const char *const rules[] = {
	"absent", "starts", "ends", "response", "precedence", "succession", "responded_existence"
};

tp_status
tp_rule_parse(const char *text, size_t len, tp_rule *rule, tp_error *err)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strlen(rules[i]) == len && memcmp(rules[i], text, len) == 0)
		{
			*rule = (tp_rule) i;
			return TP_OK;
		}
	return tp_fail(err, TP_BAD_ARGUMENT,
				   "Valid rules are absent, starts, ends, response, precedence, succession and responded_existence.",
				   "unknown rule: \"%s\"", tp_excerpt_of(text, len).text);
}

const char *
tp_rule_name(tp_rule rule)
{
	return rules[rule];
}

static bool
any(const tp_journey *j, const bool *which)
{
	for (uint32_t i = 0; i < j->count; i++)
		if (which[tp_journey_code(j, i)])
			return true;
	return false;
}

static bool
responds(const tp_journey *j, const bool *a, const bool *b)
{
	bool		later = false;

	for (uint32_t i = j->count; i-- > 0;)
	{
		uint32_t	code = tp_journey_code(j, i);

		if (a[code] && !later)
			return false;
		later |= b[code];
	}
	return true;
}

static bool
precedes(const tp_journey *j, const bool *a, const bool *b)
{
	bool		earlier = false;

	for (uint32_t i = 0; i < j->count; i++)
	{
		uint32_t	code = tp_journey_code(j, i);

		if (b[code] && !earlier)
			return false;
		earlier |= a[code];
	}
	return true;
}

bool
tp_rule_holds(const tp_journey *j, tp_rule rule, const bool *a, const bool *b)
{
	switch (rule)
	{
		case TP_RULE_ABSENT:
			return !any(j, a);
		case TP_RULE_STARTS:
			return j->count > 0 && a[tp_journey_code(j, 0)];
		case TP_RULE_ENDS:
			return j->count > 0 && a[tp_journey_code(j, j->count - 1)];
		case TP_RULE_RESPONSE:
			return responds(j, a, b);
		case TP_RULE_PRECEDENCE:
			return precedes(j, a, b);
		case TP_RULE_SUCCESSION:
			return responds(j, a, b) && precedes(j, a, b);
		case TP_RULE_RESPONDED_EXISTENCE:
			return !any(j, a) || any(j, b);
	}
	return false;
}
