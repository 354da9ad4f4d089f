/*
 * tp_conformance.c
 *	  Laying a journey along a plan; rules.
 */
#include "flow/tp_conformance.h"

#define WORD 64
#define TABLE_MAX ((size_t) 1 << 30)

/*
 * The table of longest common subsequences, 64 steps a word: a bit is 0 where one step more makes
 * one met more (H. Hyyrö, "Bit-parallel LCS-length computation revisited", AWOCA 2004). Row i + 1
 * is that of the first i + 1 contacts; row 0 is all ones.
 */
static tp_status
fill_table(const tp_memory *mem, const tp_journey *j, size_t words, tp_steps *plan, uint64_t *row, tp_error *err)
{
	memset(row, 0xFF, words * sizeof(uint64_t));
	for (uint32_t i = 0; i < j->count; i++, row += words)
	{
		uint32_t	code = tp_journey_code(j, i);
		const uint64_t *meets;
		uint64_t	carry = 0;

		if (code >= j->entries)
			return tp_fail(err, TP_CORRUPT, "The stored value is damaged.",
						   "not a journey: a code without touchpoint");
		meets = tp_steps_row(plan, j, i);
		for (size_t w = 0; w < words; w++)
		{
			uint64_t	match = row[w] & meets[w];
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
tp_conform(const tp_memory *mem, const tp_journey *j, tp_steps *plan, uint32_t steps, bool *taken, bool *met,
		   double *fitness, tp_error *err)
{
	size_t		words = ((size_t) steps + WORD - 1) / WORD;
	uint64_t   *table;
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
	if (tp_steps_look(plan, j, NULL, err) != TP_OK)
		return err->status;
	table = tp_alloc_array(mem, ((size_t) j->count + 1) * words, sizeof(uint64_t));
	if (table == NULL)
		return tp_fail_memory(err);
	status = fill_table(mem, j, words, plan, table, err);
	if (status == TP_OK)
		*fitness = 2.0 * trace_back(table, words, j->count, steps, taken, met) / ((double) j->count + steps);
	tp_release(mem, table);
	return status;
}

static const char *const rules[] = {
	"absent", "starts", "ends", "response", "precedence", "succession", "responded_existence"
};

TP_WORD_PARSE(tp_rule_parse, tp_rule, rules, sizeof(rules) / sizeof(rules[0]), "rule",
			  "Valid rules are absent, starts, ends, response, precedence, succession and responded_existence.")

const char *
tp_rule_name(tp_rule rule)
{
	return rules[rule];
}

#define IS_A 1
#define IS_B 2

static unsigned
which(tp_steps *steps, const tp_journey *j, uint32_t i)
{
	return (unsigned) *tp_steps_row(steps, j, i);
}

static bool
any(const tp_journey *j, tp_steps *steps, unsigned is)
{
	for (uint32_t i = 0; i < j->count; i++)
		if (which(steps, j, i) & is)
			return true;
	return false;
}

static bool
responds(const tp_journey *j, tp_steps *steps)
{
	bool		later = false;

	for (uint32_t i = j->count; i-- > 0;)
	{
		unsigned	is = which(steps, j, i);

		if (is & IS_A && !later)
			return false;
		later |= (is & IS_B) != 0;
	}
	return true;
}

static bool
precedes(const tp_journey *j, tp_steps *steps)
{
	bool		earlier = false;

	for (uint32_t i = 0; i < j->count; i++)
	{
		unsigned	is = which(steps, j, i);

		if (is & IS_B && !earlier)
			return false;
		earlier |= (is & IS_A) != 0;
	}
	return true;
}

tp_status
tp_rule_holds(const tp_journey *j, tp_rule rule, tp_steps *steps, bool *holds, tp_error *err)
{
	*holds = false;
	if (tp_steps_look(steps, j, NULL, err) != TP_OK)
		return err->status;
	switch (rule)
	{
		case TP_RULE_ABSENT:
			*holds = !any(j, steps, IS_A);
			break;
		case TP_RULE_STARTS:
			*holds = j->count > 0 && which(steps, j, 0) & IS_A;
			break;
		case TP_RULE_ENDS:
			*holds = j->count > 0 && which(steps, j, j->count - 1) & IS_A;
			break;
		case TP_RULE_RESPONSE:
			*holds = responds(j, steps);
			break;
		case TP_RULE_PRECEDENCE:
			*holds = precedes(j, steps);
			break;
		case TP_RULE_SUCCESSION:
			*holds = responds(j, steps) && precedes(j, steps);
			break;
		case TP_RULE_RESPONDED_EXISTENCE:
			*holds = !any(j, steps, IS_A) || any(j, steps, IS_B);
			break;
	}
	return TP_OK;
}
