/*
 * fuzz.h
 *	  What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput; it aborts when
 *	  something that must hold does not. See Makefile for how they are built and run.
 */
#ifndef TP_FUZZ_H
#define TP_FUZZ_H

#include "check.h"
#include "journey/tp_wire.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLD(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* A copy of its very size, and a NUL behind it where it is text: whoever reads further is seen. */
extern char *fuzz_text(const uint8_t *data, size_t size);
extern uint8_t *fuzz_bytes(const uint8_t *data, size_t size);

/* The same of mem, for what must not be lost when the host raises. */
extern char *fuzz_keep_text(const tp_memory *mem, const void *bytes, size_t size);
extern uint8_t *fuzz_keep(const tp_memory *mem, const void *bytes, size_t size);

/* Numbers off a message, in the order of this machine; 0 behind its end. */
typedef struct fuzz_source
{
	const uint8_t *at;
	const uint8_t *end;
} fuzz_source;

extern uint64_t fuzz_word(fuzz_source *s);
extern double fuzz_number(fuzz_source *s);

/* A server takes no text that is not of its encoding. */
extern bool fuzz_is_utf8(const char *s, size_t len);

/*
 * A copy of *size bytes, damaged by orders of four bytes each: a byte or a number set somewhere, or
 * the end cut off. What the fuzzer changes so is an image that was whole, and reaches further than
 * bytes made up.
 */
extern uint8_t *fuzz_damage(const tp_memory *mem, const void *bytes, size_t *size, const uint8_t *damage, size_t n);

/* Every failure has a status, words, and advice. */
extern void fuzz_hold_error(tp_status status, const tp_error *err);

/* Every accessor of a journey of ours: in bounds, and as the types say. */
extern void fuzz_hold_journey(const uint8_t *image, size_t size);

#endif							/* TP_FUZZ_H */
