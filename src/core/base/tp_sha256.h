/*
 * tp_sha256.h
 *	  SHA-256 as FIPS 180-4 defines it: names for keys that must be the same everywhere and for ever.
 */
#ifndef TP_SHA256_H
#define TP_SHA256_H

#include "base/tp_core.h"

/* The first eight bytes of the digest of len bytes, the first the highest. */
extern uint64_t tp_sha256_head(const void *bytes, size_t len);

#endif							/* TP_SHA256_H */
