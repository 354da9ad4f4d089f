/*
 * check.h
 *	  The smallest test harness that serves: each test_*.c is a program that checks one room.
 */
#ifndef TP_CHECK_H
#define TP_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/tp_core.h"

static int	check_passed __attribute__((unused));
static int	check_failed __attribute__((unused));

/* Count a check; where it is not good, say so in the words behind it. */
#define CHECK_OR_SAY(good, ...) \
	do { \
		if (good) \
			check_passed++; \
		else \
		{ \
			check_failed++; \
			printf("%s:%d: failed: ", __FILE__, __LINE__); \
			printf(__VA_ARGS__); \
			printf("\n"); \
		} \
	} while (0)

#define CHECK(condition) CHECK_OR_SAY(condition, "%s", #condition)

#define CHECK_NEAR(got, want, tolerance) \
	do { \
		double		got_ = (got); \
		double		want_ = (want); \
		CHECK_OR_SAY(fabs(got_ - want_) <= (tolerance), "%s = %.17g, wanted %.17g", #got, got_, want_); \
	} while (0)

#define CHECK_TEXT(got, want) \
	do { \
		const char *got_ = (got); \
		const char *want_ = (want); \
		CHECK_OR_SAY(strcmp(got_, want_) == 0, "%s = \"%s\", wanted \"%s\"", #got, got_, want_); \
	} while (0)

#define CHECK_INT(got, want) \
	do { \
		long long	got_ = (long long) (got); \
		long long	want_ = (long long) (want); \
		CHECK_OR_SAY(got_ == want_, "%s = %lld, wanted %lld", #got, got_, want_); \
	} while (0)

/* Memory from malloc, so that the sanitizers see every byte; host.c. */
extern const tp_memory check_memory;

/* What was written to b, as a string of check_memory. */
static inline char *
check_string(tp_buffer *b)
{
	tp_buffer_byte(b, '\0');
	return b->data;
}

/* A buffer for the properties of one contact at a time; host.c. */
struct tp_buffer;
extern struct tp_buffer *check_properties(void);

/*
 * A store counts what is out, and can be told to run dry: the allocation that fail_at counts down
 * to fails, and all behind it. What is still out when a host function raised is freed at once.
 * Resizing always moves, so that nobody keeps a pointer into what may move.
 */
typedef struct check_store
{
	tp_memory	mem;
	size_t		live;			/* bytes out */
	size_t		peak;			/* most bytes out at one time */
	size_t		chunks;			/* allocations out */
	long		calls;			/* allocations and resizes asked for */
	long		fail_at;		/* 0: never */
	struct check_chunk *first;
} check_store;

extern void check_store_init(check_store *store);
extern void check_store_release(check_store *store);

/* The end of a round in which memory was to run out: nothing is left out. False where it did run out. */
static inline bool
check_round_went_well(check_store *store, tp_status status)
{
	CHECK_INT(store->live, 0);
	check_store_release(store);
	CHECK(status == TP_OK || status == TP_NO_MEMORY);
	return status == TP_OK;
}

/*
 * The server raises, and does not return, when text off the wire is not of its encoding. So does
 * this host, where somebody set the jump, and aborts where nobody did.
 */
extern jmp_buf *check_raise_to;

/* A deterministic stream of random numbers: splitmix64. */
typedef struct check_random
{
	uint64_t	state;
} check_random;

extern uint64_t check_next(check_random *r);

/* A number below n. */
static inline uint32_t
check_below(check_random *r, uint32_t n)
{
	return (uint32_t) ((check_next(r) >> 32) * n >> 32);
}

/* A number below n of a linear congruential generator. */
static inline uint32_t
check_lcg(uint64_t *seed, uint32_t n)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t) (*seed >> 33) % n;
}

/* name(n): a number below n, of a stream of its own. */
#define CHECK_STREAM(name, begin) \
static uint32_t \
name(uint32_t n) \
{ \
	static uint64_t seed = begin; \
	return check_lcg(&seed, n); \
}

/* The next of xorshift64. */
static inline uint64_t
check_xorshift(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

#define CHECK_DONE() \
	(printf("%s: %d passed, %d failed\n", __FILE__, check_passed, check_failed), check_failed != 0)

#endif							/* TP_CHECK_H */
