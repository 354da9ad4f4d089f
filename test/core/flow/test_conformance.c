/*
 * test_conformance.c
 *	  Plans and rules against tables and quantifiers written out.
 */
#include "walks.h"

#include "flow/tp_conformance.h"

static tp_error err;

static const char *const globs[] = {
	"web/*", "app/*", "use:*", "xl0", "web/l0", "app/l1", "*", "*/l1", "xl1", "web/l2"
};

#define GLOBS (sizeof(globs) / sizeof(globs[0]))

/* A step of one or two globs, and whether it is met by trying them. */
typedef struct pair
{
	tp_glob		glob[2];
	char		text[64];
} pair;

static pair
random_step(check_random *r)
{
	pair		p;
	const char *a = globs[check_below(r, GLOBS)];
	const char *b = check_below(r, 4) == 0 ? globs[check_below(r, GLOBS)] : a;

	CHECK(tp_glob_parse(a, strlen(a), &p.glob[0], &err) == TP_OK);
	CHECK(tp_glob_parse(b, strlen(b), &p.glob[1], &err) == TP_OK);
	snprintf(p.text, sizeof(p.text), a == b ? "%s" : "(%s | %s)", a, b);
	return p;
}

static bool
is_met(const pair *p, const tp_touchpoint *t)
{
	return tp_glob_matches(&p->glob[0], t) || tp_glob_matches(&p->glob[1], t);
}

/* Most contacts that meet steps in order, and is the alignment one of that many? */
static void
check_plan(const walk *w, const pair *plan, uint32_t steps)
{
	uint32_t	n = w->j.count;
	tp_touchpoint *entries = malloc(sizeof(tp_touchpoint) * (w->j.entries + 1));
	uint32_t   *row = calloc(steps + 1, sizeof(uint32_t));
	bool	   *taken = malloc(steps + 1);
	bool	   *met = malloc(n + 1);
	tp_steps	compiled;
	uint32_t	at = 0,
				met_count = 0;
	double		fitness;

	CHECK(tp_journey_dictionary(&w->j, entries, &err) == TP_OK);
	for (uint32_t i = 0; i < n; i++)
	{
		uint32_t	corner = 0;

		for (uint32_t s = 1; s <= steps; s++)
		{
			uint32_t	above = row[s];

			if (is_met(&plan[s - 1], &entries[tp_journey_code(&w->j, i)]))
				row[s] = corner + 1;
			else if (row[s - 1] > row[s])
				row[s] = row[s - 1];
			if (above > row[s])
				row[s] = above;
			if (row[s - 1] > row[s])
				row[s] = row[s - 1];
			corner = above;
		}
	}
	tp_steps_init(&compiled, &check_memory);
	for (uint32_t s = 0; s < steps; s++)
		CHECK(tp_steps_add(&compiled, plan[s].text, s, &err) == TP_OK);
	CHECK(tp_conform(&check_memory, &w->j, &compiled, steps, taken, met, &fitness, &err) == TP_OK);
	tp_steps_release(&compiled);
	for (uint32_t i = 0; i < n; i++)
	{
		if (!met[i])
			continue;
		while (at < steps && !taken[at])
			at++;
		CHECK(at < steps && is_met(&plan[at], &entries[tp_journey_code(&w->j, i)]));
		at++;
		met_count++;
	}
	while (at < steps && !taken[at])
		at++;
	CHECK_INT(at, steps);
	CHECK_INT(met_count, row[steps]);
	CHECK_NEAR(fitness, n + steps == 0 ? 1 : 2.0 * row[steps] / (n + steps), 1e-15);
	free(entries);
	free(row);
	free(taken);
	free(met);
}

static void
test_plans(void)
{
	check_random r = {11};

	for (int round = 0; round < 400; round++)
	{
		walk		w = walk_random(&r, check_below(&r, round % 8 == 0 ? 200 : 20), 1 + check_below(&r, 12));
		uint32_t	steps = check_below(&r, round % 8 == 0 ? 200 : 10);
		pair	   *plan = malloc(sizeof(pair) * (steps + 1));

		for (uint32_t s = 0; s < steps; s++)
			plan[s] = random_step(&r);
		check_plan(&w, plan, steps);
		free(plan);
		free(w.image);
	}
}

/* The definitions, quantifier by quantifier. */
static bool
rule_by_definition(const bool *a, const bool *b, uint32_t n, tp_rule rule)
{
	bool		any_a = false,
				any_b = false,
				response = true,
				precedence = true;

	for (uint32_t i = 0; i < n; i++)
	{
		bool		later = false,
					earlier = false;

		any_a |= a[i];
		any_b |= b[i];
		for (uint32_t k = 0; k < n; k++)
		{
			later |= k > i && b[k];
			earlier |= k < i && a[k];
		}
		response &= !a[i] || later;
		precedence &= !b[i] || earlier;
	}
	switch (rule)
	{
		case TP_RULE_ABSENT:
			return !any_a;
		case TP_RULE_STARTS:
			return n > 0 && a[0];
		case TP_RULE_ENDS:
			return n > 0 && a[n - 1];
		case TP_RULE_RESPONSE:
			return response;
		case TP_RULE_PRECEDENCE:
			return precedence;
		case TP_RULE_SUCCESSION:
			return response && precedence;
		default:
			return !any_a || any_b;
	}
}

static void
test_rules(void)
{
	check_random r = {13};

	for (int round = 0; round < 2000; round++)
	{
		walk		w = walk_random(&r, check_below(&r, 7), 1 + check_below(&r, 8));
		tp_touchpoint entries[8];
		bool		a[8],
					b[8];
		pair		step_a = random_step(&r);
		pair		step_b = random_step(&r);
		tp_steps	steps;

		CHECK(tp_journey_dictionary(&w.j, entries, &err) == TP_OK);
		for (uint32_t i = 0; i < w.j.count; i++)
		{
			a[i] = is_met(&step_a, &entries[tp_journey_code(&w.j, i)]);
			b[i] = is_met(&step_b, &entries[tp_journey_code(&w.j, i)]);
		}
		tp_steps_init(&steps, &check_memory);
		CHECK(tp_steps_add(&steps, step_a.text, 0, &err) == TP_OK && tp_steps_add(&steps, step_b.text, 1, &err) == TP_OK);
		for (int rule = TP_RULE_ABSENT; rule <= TP_RULE_RESPONDED_EXISTENCE; rule++)
		{
			tp_rule		named;

			bool		holds;

			CHECK(tp_rule_holds(&w.j, (tp_rule) rule, &steps, &holds, &err) == TP_OK &&
				  holds == rule_by_definition(a, b, w.j.count, (tp_rule) rule));
			CHECK(tp_rule_parse(tp_rule_name((tp_rule) rule), strlen(tp_rule_name((tp_rule) rule)), &named, &err) == TP_OK &&
				  named == (tp_rule) rule);
		}
		tp_steps_release(&steps);
		free(w.image);
	}
	{
		tp_rule		rule;

		CHECK(tp_rule_parse("respond", 7, &rule, &err) == TP_BAD_ARGUMENT);
		CHECK(strstr(err.hint, "responded_existence") != NULL);
	}
}

int
main(void)
{
	test_plans();
	test_rules();
	return CHECK_DONE();
}
