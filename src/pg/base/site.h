/*
 * site.h
 *	  What a function keeps from call to call in fn_extra, which it has for itself: what it has made ready of
 *	  arguments that mostly stay the same.
 */
#ifndef TP_SITE_H
#define TP_SITE_H

#include "base/tp_pg.h"

/*
 * Begin to make it anew, where arguments have changed or at the first call: size zeroed bytes, whose first member is
 * the memory context of all that is kept, called name. That is the current one until tp_site_kept, and what was kept
 * before is gone; where making it fails, nothing is kept.
 */
extern void *tp_site_begin(FunctionCallInfo fcinfo, Size size, const char *name, MemoryContext *before);
extern void tp_site_kept(FunctionCallInfo fcinfo, void *site, MemoryContext before);

/* What is kept for good: size zeroed bytes, completed by make at the first call, with the function's memory as the current one. */
extern void *tp_site_once(FunctionCallInfo fcinfo, Size size, void (*make) (FunctionCallInfo fcinfo, void *site));

#endif							/* TP_SITE_H */
