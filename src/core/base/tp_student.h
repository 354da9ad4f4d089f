/*
 * tp_student.h
 *	  Student's t distribution ("Student", "The probable error of a mean", Biometrika 6, 1908).
 */
#ifndef TP_STUDENT_H
#define TP_STUDENT_H

/*
 * Both tails: the probability that |T| >= |t| with df > 0 degrees of freedom, whole or not.
 * Relative error below 1e-12, far into the tails and for df from 1 to beyond 1e9.
 */
extern double tp_student_tails(double t, double df);

/*
 * The t with P(|T| <= t) = level, for 0 < level < 1 and df > 0: the factor of a confidence
 * interval. Relative error below 1e-12 as far as 1 - level has the digits.
 */
extern double tp_student_quantile(double level, double df);

#endif							/* TP_STUDENT_H */
