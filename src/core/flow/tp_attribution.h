/*
 * tp_attribution.h
 *	  Who gets the credit for a journey's end: rules of thumb, contact by contact.
 */
#ifndef TP_ATTRIBUTION_H
#define TP_ATTRIBUTION_H

#include "journey/tp_journey.h"

typedef enum tp_model
{
	TP_FIRST_TOUCH,
	TP_LAST_TOUCH,
	TP_LINEAR,
	TP_POSITION_BASED,			/* 40 % first, 40 % last, 20 % spread between; of two ½ each */
	TP_TIME_DECAY,				/* in proportion to 2^(-time before the last contact / half-life) */
	TP_LAST_NON_DIRECT			/* the last contact if all are direct */
} tp_model;

#define TP_HALF_LIFE (7 * TP_USECS_PER_DAY)
#define TP_NO_LOOKBACK INT64_C(-1)

/* TP_BAD_ARGUMENT for an unknown name, the hint listing the known. */
extern tp_status tp_model_parse(const char *text, size_t len, tp_model *model, tp_error *err);
extern const char *tp_model_name(tp_model model);

/* Is this part of t direct: absent, "(none)" or "direct"? */
extern bool tp_is_direct(const tp_touchpoint *t, tp_part part);

/*
 * The share of each contact; they add up to 1 unless there is no contact. Contacts more than
 * lookback microseconds before the last get 0. direct, for TP_LAST_NON_DIRECT, tells of each entry
 * of the dictionary whether it is direct; half_life, for TP_TIME_DECAY, is greater than 0.
 */
extern tp_status tp_attribute(const tp_memory *mem, const tp_journey *j, tp_model model, int64_t half_life,
							  int64_t lookback, const bool *direct, double *credit, tp_error *err);

#endif							/* TP_ATTRIBUTION_H */
