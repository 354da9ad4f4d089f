/*
 * growing.h
 *	  What the targets of the types share that grow with what is counted: their images, and sums of these.
 */
#ifndef TP_FUZZ_GROWING_H
#define TP_FUZZ_GROWING_H

#include "fuzz.h"

static check_store store;

typedef struct image
{
	uint8_t    *bytes;			/* NULL: refused */
	size_t		size;
} image;

static void
hold_same(const image *a, image b)
{
	HOLD(b.bytes != NULL && a->size == b.size && memcmp(a->bytes, b.bytes, b.size) == 0);
	tp_release(&store.mem, b.bytes);
}

/*
 * For the type that the core calls prefix: encoded(core, status), its image at its very size, where the core is
 * released; open_image(view, image), which may refuse it as corrupt; sum_of(a, b), where b may be NULL.
 */
#define FUZZ_GROWING(prefix) \
static image \
encoded(prefix *core, tp_status status) \
{ \
	image		i = {NULL, 0}; \
	tp_error	err; \
	tp_buffer	b; \
	if (status == TP_OK) \
	{ \
		tp_buffer_init(&b, &store.mem); \
		HOLD(prefix##_encode(core, &b, &err) == TP_OK); \
		i.bytes = fuzz_keep(&store.mem, b.data, b.len); \
		i.size = b.len; \
		tp_buffer_release(&b); \
	} \
	prefix##_release(core); \
	return i; \
} \
static tp_status \
open_image(prefix##_view *v, const image *i) \
{ \
	tp_error	err; \
	tp_status	status = prefix##_open(v, &store.mem, i->bytes, i->size, &err); \
	HOLD(status == TP_OK || status == TP_CORRUPT); \
	if (status != TP_OK) \
		fuzz_hold_error(status, &err); \
	return status; \
} \
static tp_status \
add_image(prefix *core, const image *i, tp_error *err) \
{ \
	prefix##_view v; \
	tp_status	status; \
	HOLD(open_image(&v, i) == TP_OK); \
	status = prefix##_merge(core, &v, err); \
	prefix##_close(&v, &store.mem); \
	return status; \
} \
static image \
sum_of(const image *a, const image *b) \
{ \
	prefix		core; \
	tp_error	err; \
	tp_status	status; \
	prefix##_init(&core, &store.mem); \
	status = add_image(&core, a, &err); \
	if (status == TP_OK && b != NULL) \
		status = add_image(&core, b, &err); \
	if (status != TP_OK) \
		fuzz_hold_error(status, &err); \
	return encoded(&core, status); \
}

/* hold_sums(a, b): their sum is the same in both orders, or refused in both; hold looks at an image, same frees b. */
#define FUZZ_SUMS(hold, same) \
static void \
hold_sums(const image *a, const image *b) \
{ \
	image		ab = sum_of(a, b), \
				ba = sum_of(b, a); \
	HOLD((ab.bytes == NULL) == (ba.bytes == NULL)); \
	if (ab.bytes != NULL) \
	{ \
		hold(&ab); \
		same(&ab, ba); \
	} \
	tp_release(&store.mem, ab.bytes); \
}

/* name(bytes, size): the image of what read makes of bytes, in memory of their order; fails with statuses that expected says. */
#define FUZZ_READER(name, prefix, read, expected) \
static image \
name(const void *bytes, size_t size) \
{ \
	size_t		before = store.live; \
	prefix		core; \
	tp_error	err; \
	tp_status	status; \
	store.peak = before; \
	prefix##_init(&core, &store.mem); \
	status = read(&core, bytes, size, &err); \
	HOLD(store.peak - before <= 64 * size + 65536); \
	if (status != TP_OK) \
	{ \
		HOLD(expected); \
		fuzz_hold_error(status, &err); \
	} \
	return encoded(&core, status); \
}

#endif							/* TP_FUZZ_GROWING_H */
