/*
 * check.h
 *	  The smallest test harness that serves: each test_*.c is a program that checks one room.
 */
#ifndef TP_CHECK_H
#define TP_CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tp_core.h"

static int	check_passed;
static int	check_failed;

#define CHECK(condition) \
	do { \
		if (condition) \
			check_passed++; \
		else \
		{ \
			check_failed++; \
			printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
		} \
	} while (0)

#define CHECK_NEAR(got, want, tolerance) \
	do { \
		double		got_ = (got); \
		double		want_ = (want); \
		if (fabs(got_ - want_) <= (tolerance)) \
			check_passed++; \
		else \
		{ \
			check_failed++; \
			printf("%s:%d: failed: %s = %.17g, wanted %.17g\n", __FILE__, __LINE__, #got, got_, want_); \
		} \
	} while (0)

#define CHECK_TEXT(got, want) \
	do { \
		const char *got_ = (got); \
		const char *want_ = (want); \
		if (strcmp(got_, want_) == 0) \
			check_passed++; \
		else \
		{ \
			check_failed++; \
			printf("%s:%d: failed: %s = \"%s\", wanted \"%s\"\n", __FILE__, __LINE__, #got, got_, want_); \
		} \
	} while (0)

/* Memory from malloc, so that the sanitizers see every byte; host.c. */
extern const tp_memory check_memory;

#define CHECK_DONE() \
	(printf("%s: %d passed, %d failed\n", __FILE__, check_passed, check_failed), check_failed != 0)

#endif							/* TP_CHECK_H */
