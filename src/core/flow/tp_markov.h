/*
 * tp_markov.h
 *	  A flow as an absorbing Markov chain: where its states end, and who moves them there.
 */
#ifndef TP_MARKOV_H
#define TP_MARKOV_H

#include "flow/tp_flow.h"

/*
 * For the start and each state (v->states + 1 numbers, by the image's number): the expected number
 * of steps to an end, NaN where some way never ends, and the probability to convert, NaN where the
 * flow counts no conversions. C. Grinstead, J. Snell, Introduction to Probability (1997), 11.2.
 */
extern tp_status tp_markov_absorption(const tp_memory *mem, const tp_flow_view *v, double *expected_steps,
									  double *p_conversion, tp_error *err);

/*
 * For each symbol its removal effect 1 - P(conversion without it) / P(conversion), and the shares of
 * all conversions and of the total value in proportion to it: E. Anderl, I. Becker, F. von
 * Wangenheim, J. Schumann, "Mapping the customer journey", International Journal of Research in
 * Marketing 33 (2016) 457-474. Without a symbol every way into a state that holds it ends in null.
 * All NaN where nothing converts. A conversion straight from the start is nobody's: *no_contact counts those (0 where
 * there are none), they stand in no chain, and parts share the rest. TP_BAD_ARGUMENT for a flow that counts no conversions.
 */
extern tp_status tp_markov_attribution(const tp_memory *mem, const tp_flow_view *v, double *removal_effect,
									   double *conversions, double *value, double *no_contact, tp_error *err);

#endif							/* TP_MARKOV_H */
