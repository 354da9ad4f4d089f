/*
 * tp_attribution.h
 *	  Who gets the credit for a journey's end: rules of thumb, contact by contact.
 */
#ifndef TP_ATTRIBUTION_H
#define TP_ATTRIBUTION_H

#include "flow/tp_conversion.h"

typedef enum tp_model
{
	TP_FIRST_TOUCH,
	TP_LAST_TOUCH,
	TP_LINEAR,
	TP_POSITION_BASED,			/* ends to the first and the last, the rest spread between */
	TP_TIME_DECAY,				/* in proportion to 2^(-time before the last contact / half-life) */
	TP_LAST_NON_DIRECT			/* the last contact if all are direct */
} tp_model;

#define TP_HALF_LIFE (7 * TP_USECS_PER_DAY)

/* How credit is shared out along a path. */
typedef struct tp_rule
{
	tp_model	model;
	int64_t		half_life;		/* > 0, of TP_TIME_DECAY */
	double		ends[2];		/* of TP_POSITION_BASED: neither negative, their sum at most 1 */
} tp_rule;

#define TP_RULE(m) ((tp_rule) {(m), TP_HALF_LIFE, {0.4, 0.4}})

/* TP_BAD_ARGUMENT for an unknown name, the hint listing the known. */
extern tp_status tp_model_parse(const char *text, size_t len, tp_model *model, tp_error *err);
extern const char *tp_model_name(tp_model model);

/* What each contact between the ends of n > 2 gets by TP_POSITION_BASED. */
extern double tp_between(const tp_rule *rule, uint32_t n);

/* TP_BAD_ARGUMENT for what ends cannot be. */
extern tp_status tp_ends_check(const double ends[2], tp_error *err);

/*
 * Is this part of t direct: absent, "(none)", or in any case of letters "direct", "(direct)", "direct entry",
 * "none" or "typed/bookmarked"?
 */
extern bool tp_is_direct(const tp_touchpoint *t, tp_part part);

/*
 * The shares of contacts touch[from] to touch[to - 1] of j, which are no less than one: credit[0] and so on. They
 * add up to 1. direct, for TP_LAST_NON_DIRECT, tells of each entry of the dictionary whether it is direct. Half-lives
 * count from the last of them, which shares credit as counting from any later instant does.
 */
extern tp_status tp_attribute_path(const tp_memory *mem, const tp_journey *j, const tp_rule *rule, const uint32_t *touch,
								   uint32_t from, uint32_t to, const bool *direct, double *credit, tp_error *err);

/*
 * The share of each contact of a whole journey; they add up to 1 unless there is no contact. Contacts more than
 * lookback microseconds before the last get 0.
 */
extern tp_status tp_attribute(const tp_memory *mem, const tp_journey *j, const tp_rule *rule, int64_t lookback,
							  const bool *direct, double *credit, tp_error *err);

#endif							/* TP_ATTRIBUTION_H */
