/*
 * tp_host.h
 *	  What the core asks of its host and cannot do as well itself: number text and encodings.
 *
 * The core declares these and never defines them: the server does in src/pg/base/host.c, the unit
 * tests in test/core/host.c.
 */
#ifndef TP_HOST_H
#define TP_HOST_H

#include <stddef.h>

#define TP_NUMBER_SIZE 32

/* The shortest decimal that reads back as v, NUL-terminated; returns its length. */
extern int	tp_host_number(double v, char out[TP_NUMBER_SIZE]);

/* How many of the first limit bytes of s make whole characters of the host's encoding. */
extern size_t tp_host_clip(const char *s, size_t len, size_t limit);

/* Bytes of the character at s, which is one of several bytes: its first has the high bit. */
extern size_t tp_host_char(const char *s, size_t len);

/* One string between UTF-8 and the host's encoding; the result lives until the host frees it. */
extern const char *tp_host_to_utf8(const char *s, size_t len, size_t *out_len);
extern const char *tp_host_from_utf8(const char *s, size_t len, size_t *out_len);

#endif							/* TP_HOST_H */
