/*
 * conversion.h
 *	  Conversions as they are asked for in SQL, made ready once a call site.
 */
#ifndef TP_PG_CONVERSION_H
#define TP_PG_CONVERSION_H

#include "journey/types.h"

#include "flow/tp_attribution.h"

/* Which arguments they are; half_life is -1 where a function takes none. */
typedef struct tp_conversion_args
{
	int			conversion;
	int			lookback;
	int			half_life;
	int			restart;
} tp_conversion_args;

/* What they were, and what was made of them. */
typedef struct tp_conversion_site
{
	MemoryContext context;
	bool		constant;		/* the arguments stay the same as long as the call site lasts */
	struct varlena *step;
	bool		given[2];		/* lookback, half_life */
	Interval	interval[2];
	bool		restart;
	int64_t		half_life;		/* microseconds */
	tp_asked	asked;
	tp_cut		cut;
} tp_conversion_site;

/*
 * The conversions of these arguments. They are kept in fn_extra, which they have for themselves, and used again
 * while the arguments stay the same; where fn_extra does not last they are made anew. 22023 for NULL conversion and
 * restart, months, negatives, a half_life of 0; 42601 for malformed steps, 22P02 for malformed globs in them.
 */
extern tp_conversion_site *tp_get_conversion(FunctionCallInfo fcinfo, const tp_conversion_args *args);

/* Microseconds of argument n: TP_NO_LOOKBACK where it is NULL; greater than zero, seven days where it is NULL. */
extern int64_t tp_get_lookback(FunctionCallInfo fcinfo, int n);
extern int64_t tp_get_half_life(FunctionCallInfo fcinfo, int n);

/* cut, for conversions as in the text at argument n; everything is of the current context. */
extern void tp_get_cut(FunctionCallInfo fcinfo, int n, int64_t lookback, bool restart, tp_cut *cut);

/* The attribution model at argument n: NULL and unknown names are 22023. */
extern tp_model tp_get_model(FunctionCallInfo fcinfo, int n);

/* Is a ledger of this kind one of credits by the model that t names? */
extern bool tp_is_model(const text *t, int kind);

#endif							/* TP_PG_CONVERSION_H */
