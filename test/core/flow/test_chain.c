/*
 * test_chain.c
 *	  Absorbing chains: printed examples, closed forms, and random chains against a second solver.
 */
#include "check.h"

#include "flow/tp_chain.h"

#define CHAIN(steps_, n_) ((tp_chain) {(n_), sizeof(steps_) / sizeof(steps_[0]), (steps_)})
#define GOOD TP_CHAIN_GOOD
#define BAD TP_CHAIN_BAD

static tp_error err;

/* C. Grinstead, J. Snell, Introduction to Probability, example 11.13: a walk on 0 to 4. */
static void
test_walk(void)
{
	static const tp_chain_step steps[] = {
		{0, 1, 1},
		{1, BAD, 1}, {1, 2, 1}, {2, 1, 1}, {2, 3, 1}, {3, 2, 1}, {3, GOOD, 1},
	};
	tp_chain	chain = CHAIN(steps, 4);
	double		p[4],
				h[4];

	CHECK(tp_chain_solve(&check_memory, &chain, p, h, &err) == TP_OK);
	CHECK_NEAR(p[1], 0.25, 1e-15);
	CHECK_NEAR(p[2], 0.5, 1e-15);
	CHECK_NEAR(p[3], 0.75, 1e-15);
	CHECK_NEAR(h[1], 3, 1e-14);
	CHECK_NEAR(h[2], 4, 1e-14);
	CHECK_NEAR(h[3], 3, 1e-14);
	CHECK_NEAR(h[0], 4, 1e-14);
}

/* Steps to itself cost steps; a state that leads nowhere ends badly and never. */
static void
test_loops_and_dead_ends(void)
{
	static const tp_chain_step steps[] = {
		{0, 1, 2}, {0, 2, 1}, {0, 3, 1},
		{1, 1, 3}, {1, GOOD, 1},
		{2, 4, 1},
		{3, GOOD, 1}, {3, BAD, 1},
		{4, 2, 1},
	};
	tp_chain	chain = CHAIN(steps, 5);
	static const size_t first[] = {0, 1, 2, 3};
	static const uint32_t member[] = {1, 2, 3};
	double		p[5],
				h[5],
				effect[3];

	CHECK(tp_chain_solve(&check_memory, &chain, p, h, &err) == TP_OK);
	CHECK_NEAR(p[0], 0.5 + 0.125, 1e-15);
	CHECK_NEAR(p[1], 1, 1e-15);
	CHECK(p[2] == 0 && p[4] == 0);
	CHECK_NEAR(h[1], 4, 1e-14);
	CHECK_NEAR(h[3], 1, 1e-15);
	CHECK(isnan(h[0]) && isnan(h[2]) && isnan(h[4]));
	CHECK(tp_chain_removal(&check_memory, &chain, 3, first, member, effect, &err) == TP_OK);
	CHECK_NEAR(effect[0], 0.8, 1e-15);
	CHECK(effect[1] == 0);
	CHECK_NEAR(effect[2], 0.2, 1e-15);
}

/* A chain that goes round n times on average before it ends: nothing is lost. */
static void
test_nearly_endless(void)
{
	static const tp_chain_step steps[] = {
		{0, 1, 1},
		{1, 2, 1e12}, {1, GOOD, 1},
		{2, 1, 1e12}, {2, BAD, 3},
	};
	tp_chain	chain = CHAIN(steps, 3);
	double		p[3],
				h[3];

	CHECK(tp_chain_solve(&check_memory, &chain, p, h, &err) == TP_OK);
	/* p1 = (1 + 1e12 p2) / (1e12 + 1), p2 = 1e12 p1 / (1e12 + 3); steps likewise */
	CHECK_NEAR(p[1], (1e12 + 3) / (4e12 + 3), 1e-16);
	CHECK_NEAR(h[1] / ((2e24 + 7e12 + 3) / (4e12 + 3)), 1, 1e-15);
}

static uint64_t seed = 1;

static double
uniform(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double) (seed >> 11) / 9007199254740992.0;
}

/* Probability to end well avoiding set, by iterating until nothing changes. */
static double
iterate(const tp_chain *chain, const bool *avoid)
{
	double	   *x = calloc(chain->n, sizeof(double));
	double	   *total = calloc(chain->n, sizeof(double));
	double	   *next = malloc(chain->n * sizeof(double));
	double		start;

	for (size_t i = 0; i < chain->steps; i++)
		total[chain->step[i].from] += chain->step[i].weight;
	for (int round = 0; round < 4000; round++)
	{
		for (uint32_t i = 0; i < chain->n; i++)
			next[i] = 0;
		for (size_t i = 0; i < chain->steps; i++)
		{
			const tp_chain_step *s = &chain->step[i];

			if (s->to == GOOD)
				next[s->from] += s->weight / total[s->from];
			else if (s->to != BAD && !avoid[s->to])
				next[s->from] += s->weight / total[s->from] * x[s->to];
		}
		memcpy(x, next, chain->n * sizeof(double));
	}
	start = x[0];
	free(x);
	free(total);
	free(next);
	return start;
}

/* n states with about degree steps each, sets of one to three states that overlap. */
static void
test_random(uint32_t n, double degree)
{
	tp_chain_step *steps = malloc(sizeof(tp_chain_step) * n * (n + 2));
	size_t	   *first = malloc(sizeof(size_t) * (n + 1));
	uint32_t   *member = malloc(sizeof(uint32_t) * 3 * n);
	double	   *effect = malloc(sizeof(double) * n);
	double	   *p = malloc(sizeof(double) * n);
	double	   *h = malloc(sizeof(double) * n);
	bool	   *avoid = calloc(n, sizeof(bool));
	tp_chain	chain = {n, 0, steps};
	uint32_t	groups = 0;
	size_t		members = 0;
	double		all;

	for (uint32_t i = 0; i < n; i++)
	{
		for (uint32_t to = 1; to < n; to++)
			if (uniform() < degree / n)
				steps[chain.steps++] = (tp_chain_step) {i, to, 1 + floor(9 * uniform())};
		if (uniform() < 0.5)
			steps[chain.steps++] = (tp_chain_step) {i, GOOD, 1 + floor(3 * uniform())};
		steps[chain.steps++] = (tp_chain_step) {i, BAD, 1 + floor(3 * uniform())};
	}
	for (uint32_t s = 1; s < n; s++)
	{
		first[groups++] = members;
		member[members++] = s;
		if (s + 1 < n && s % 3 == 0)
			member[members++] = s + 1;
		if (s + 5 < n && s % 2 == 0)
			member[members++] = s + 5;
	}
	first[groups] = members;
	CHECK(tp_chain_solve(&check_memory, &chain, p, h, &err) == TP_OK);
	CHECK(tp_chain_removal(&check_memory, &chain, groups, first, member, effect, &err) == TP_OK);
	all = iterate(&chain, avoid);
	CHECK_NEAR(p[0], all, 1e-14);
	for (uint32_t g = 0; g < groups; g++)
	{
		double		without;

		for (size_t i = first[g]; i < first[g + 1]; i++)
			avoid[member[i]] = true;
		without = iterate(&chain, avoid);
		for (size_t i = first[g]; i < first[g + 1]; i++)
			avoid[member[i]] = false;
		if (all > 0)
			CHECK_NEAR(effect[g], 1 - without / all, 1e-13);
		else
			CHECK(isnan(effect[g]));
	}
	free(steps);
	free(first);
	free(member);
	free(effect);
	free(p);
	free(h);
	free(avoid);
}

/* Weights whose sum nobody can hold are shares all the same. */
static void
test_huge_weights(void)
{
	static const tp_chain_step steps[] = {{0, 1, 1}, {1, GOOD, 1.5e308}, {1, BAD, 0.5e308}};
	tp_chain	chain = CHAIN(steps, 2);
	double		p[2],
				h[2];

	CHECK(tp_chain_solve(&check_memory, &chain, p, h, &err) == TP_OK);
	CHECK_NEAR(p[0], 0.75, 1e-15);
	CHECK_NEAR(h[0], 2, 1e-15);
}

/* Nothing converts: no share of nothing. */
static void
test_no_conversion(void)
{
	static const tp_chain_step steps[] = {{0, 1, 1}, {1, BAD, 1}};
	tp_chain	chain = CHAIN(steps, 2);
	static const size_t first[] = {0, 1};
	static const uint32_t member[] = {1};
	double		effect[1];

	CHECK(tp_chain_removal(&check_memory, &chain, 1, first, member, effect, &err) == TP_OK);
	CHECK(isnan(effect[0]));
	CHECK(tp_chain_removal(&check_memory, &chain, 0, first, member, effect, &err) == TP_OK);
}

int
main(void)
{
	test_walk();
	test_loops_and_dead_ends();
	test_nearly_endless();
	for (uint32_t n = 2; n < 40; n += 7)
		for (double degree = 1; degree < 20; degree *= 2)
			test_random(n, degree);
	test_random(60, 3);
	test_random(70, 70);
	test_huge_weights();
	test_no_conversion();
	return CHECK_DONE();
}
