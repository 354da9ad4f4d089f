/*
 * tp_chain.h
 *	  Absorbing Markov chains, solved exactly: where they end, after how many steps, and what is
 *	  lost when states are taken out.
 *
 * Nothing is simulated or iterated. States are eliminated one after the other; what went through
 * an eliminated state goes on in a straight line:
 *	w[i][j] += w[i][s] * w[s][j] / sum of w[s][k], k != s
 * This is the state reduction of W. Grassmann, M. Taksar, D. Heyman, "Regenerative analysis and
 * steady state distributions for Markov chains", Operations Research 33 (1985) 1107-1116: no number
 * is ever subtracted from another, so every answer is good to almost all its digits, however nearly
 * the chain keeps going round. (C. O'Cinneide, Numerische Mathematik 65 (1993) 109-120, proves it.)
 *
 * While the chain is sparse the state that makes fewest new transitions goes first (H. Markowitz,
 * Management Science 3 (1957) 255-269); when what is left has filled up, it goes on as a dense
 * matrix. Answers depend on the order of states, so callers put them in one.
 */
#ifndef TP_CHAIN_H
#define TP_CHAIN_H

#include "base/tp_core.h"

#define TP_CHAIN_GOOD UINT32_MAX		/* the end that is asked for: conversion */
#define TP_CHAIN_BAD (UINT32_MAX - 1)	/* the other end */

typedef struct tp_chain_step
{
	uint32_t	from;
	uint32_t	to;				/* a state or an end */
	double		weight;			/* of what goes this way, greater than 0 */
} tp_chain_step;

/* States 0 to n - 1 (0 is where everything starts, and nothing comes back to it) and their steps. */
typedef struct tp_chain
{
	uint32_t	n;
	size_t		steps;
	const tp_chain_step *step;	/* in order of from */
} tp_chain;

/*
 * For each state the probability to end well, and the expected number of steps to any end: NaN
 * where some way never ends. A state that reaches no end ends well with probability 0.
 */
extern tp_status tp_chain_solve(const tp_memory *mem, const tp_chain *chain, double *p_good,
								double *expected_steps, tp_error *err);

/*
 * For each of groups sets of states, the share of what ends well from state 0 that passes through
 * the set: 1 - P(good when every way into the set ends badly) / P(good). NaN where P(good) is 0.
 * member[first[g]] to member[first[g + 1] - 1] are the states of set g; sets may overlap.
 */
extern tp_status tp_chain_removal(const tp_memory *mem, const tp_chain *chain, uint32_t groups,
								  const size_t *first, const uint32_t *member, double *effect, tp_error *err);

#endif							/* TP_CHAIN_H */
