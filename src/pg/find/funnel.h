/*
 * funnel.h
 *	  The settings of a funnel in SQL, compiled once a call site.
 */
#ifndef TP_PG_FUNNEL_H
#define TP_PG_FUNNEL_H

#include "journey/types.h"

#include "find/tp_funnel.h"
#include "find/tp_funnel_summary.h"

/* Which arguments the settings are; -1 for those that a function does not take. */
typedef struct tp_funnel_args
{
	int			steps;
	int			within;
	int			modes;
	int			exits;
	int			excluded;
	int			hold;
	int			as_of;
	bool		chain;			/* the steps are those of a journey_pattern */
} tp_funnel_args;

typedef struct tp_funnel_site
{
	MemoryContext context;
	bool		constant;		/* the arguments stay the same as long as the call site lasts */
	struct varlena *steps;		/* the arguments that funnel is of */
	struct varlena *modes;
	struct varlena *exits;
	struct varlena *excluded;
	struct varlena *hold;
	Interval	within;
	tp_funnel	funnel;
	tp_funnel_settings settings;
	TupleDesc	row;			/* what the function returns, where that is a row */
} tp_funnel_site;

/*
 * The funnel of these arguments, set to read as of what this call gives. It is kept in fn_extra, which it has for itself, and used again while
 * they stay the same; where fn_extra does not last it is compiled anew. 22023 for NULL settings, months,
 * and what tp_funnel.h refuses; 22P02 for malformed globs.
 */
extern tp_funnel_site *tp_get_funnel(FunctionCallInfo fcinfo, const tp_funnel_args *args);

/* The same in the current context, for a function that has other use for fn_extra. */
extern void tp_make_funnel(FunctionCallInfo fcinfo, const tp_funnel_args *args, tp_funnel_site *site);

/* The modes of a text[] that is not NULL, settled. */
extern unsigned tp_get_funnel_modes(struct varlena *v, bool excludes);

#endif							/* TP_PG_FUNNEL_H */
