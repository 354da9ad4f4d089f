/*
 * tp_sequence.h
 *	  Journeys as sequences: how far apart are two of them?
 *
 * Both measures work on 64 rows of the classical table at once and go down it block by block, so
 * that 10,000 against 10,000 contacts take some milliseconds and only one number a column is kept.
 */
#ifndef TP_SEQUENCE_H
#define TP_SEQUENCE_H

#include "journey/tp_intern.h"

/* The part of each contact, as t numbers it; out has room for j->count. */
extern tp_status tp_sequence_of(tp_intern *t, const tp_journey *j, tp_part part, uint32_t *out, tp_error *err);

/*
 * Least number of contacts to insert, delete or replace to make one the other. Symbols are below
 * symbols. G. Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic
 * programming", Journal of the ACM 46 (1999) 395-415, as H. Hyyrö, "A bit-vector algorithm for
 * computing Levenshtein and Damerau edit distances", Nordic Journal of Computing 10 (2003) 29-39.
 */
extern tp_status tp_edit_distance(const tp_memory *mem, const uint32_t *a, uint32_t a_len,
								  const uint32_t *b, uint32_t b_len, uint32_t symbols,
								  uint32_t *distance, tp_error *err);

/*
 * Length of the longest sequence that both hold in order, with gaps. H. Hyyrö, "Bit-parallel
 * LCS-length computation revisited", AWOCA 2004, 16-27.
 */
extern tp_status tp_lcs_length(const tp_memory *mem, const uint32_t *a, uint32_t a_len,
							   const uint32_t *b, uint32_t b_len, uint32_t symbols,
							   uint32_t *length, tp_error *err);

#endif							/* TP_SEQUENCE_H */
