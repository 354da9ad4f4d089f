/*
 * tp_core.h
 *	  What every room of the core shares: verdicts, memory, buffers, the host.
 *
 * The core is plain C11. It includes nothing of the server, takes memory only from its caller or
 * from a tp_memory that the caller hands in, never jumps, and answers with a tp_status; the words
 * of a failure are left in a tp_error.
 */
#ifndef TP_CORE_H
#define TP_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if UINTPTR_MAX < UINT64_MAX || !defined(__SIZEOF_INT128__)
#error "touchpoint needs a 64-bit machine, and a compiler with __int128 (gcc or clang)"
#define TP_NOT_64_BIT
#define __int128 long long		/* so that this is the only error */
#pragma GCC diagnostic ignored "-Wshift-count-overflow"
#endif

typedef enum tp_status
{
	TP_OK = 0,
	TP_BAD_TEXT,				/* malformed text, 22P02 */
	TP_BAD_BINARY,				/* malformed binary, 22P03 */
	TP_BAD_PATTERN,				/* malformed journey pattern, 42601 */
	TP_OUT_OF_RANGE,			/* a number or time nobody can hold, 22003 */
	TP_BAD_ARGUMENT,			/* a question that makes no sense, 22023 */
	TP_PAST_LIMIT,				/* more than the format carries, 54000 */
	TP_NO_MEMORY,				/* the allocator said no, 53200 */
	TP_CORRUPT,					/* a stored image that no release wrote, XX001 */
	TP_INTERRUPTED				/* the host asked to stop */
} tp_status;

#define TP_MESSAGE_SIZE 320

/* Why something failed: what happened, and what to write instead. */
typedef struct tp_error
{
	tp_status	status;
	char		message[TP_MESSAGE_SIZE];
	char		detail[TP_MESSAGE_SIZE];
	char		hint[TP_MESSAGE_SIZE];
} tp_error;

#if defined(__GNUC__)
#define tp_printf_like(f, a) __attribute__((format(printf, f, a)))
#define tp_likely(x) __builtin_expect((x) != 0, 1)
#define tp_unlikely(x) __builtin_expect((x) != 0, 0)
#define tp_prefetch(p) __builtin_prefetch(p)
#else
#define tp_printf_like(f, a)
#define tp_likely(x) (x)
#define tp_unlikely(x) (x)
#define tp_prefetch(p) ((void) (p))
#endif

/* Fill err and return status. A NULL hint leaves the hint empty. */
extern tp_status tp_fail(tp_error *err, tp_status status, const char *hint, const char *format, ...)
			tp_printf_like(4, 5);
extern void tp_detail(tp_error *err, const char *format, ...) tp_printf_like(2, 3);
extern tp_status tp_fail_memory(tp_error *err);
extern tp_status tp_fail_interrupted(tp_error *err);

/* What a message calls a number that is not finite: NaN, infinity or -infinity. */
extern const char *tp_not_finite(double v);

/* Memory as the caller gives it. alloc and resize return NULL when there is none. */
typedef struct tp_memory
{
	void	   *(*alloc) (void *context, size_t size);
	void	   *(*resize) (void *context, void *chunk, size_t size);
	void		(*release) (void *context, void *chunk);
	bool		(*interrupted) (void *context); /* polled in long loops; may be NULL */
	void	   *context;
} tp_memory;

static inline void *
tp_alloc(const tp_memory *mem, size_t size)
{
	return mem->alloc(mem->context, size);
}

/* n elements of size each, or NULL when the product overflows or there is no memory. */
static inline void *
tp_alloc_array(const tp_memory *mem, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / 2 / size)
		return NULL;
	return mem->alloc(mem->context, n * size);
}

/* That memory with all bytes set to byte, or NULL. */
static inline void *
tp_alloc_filled(const tp_memory *mem, size_t n, size_t size, int byte)
{
	void	   *chunk = tp_alloc_array(mem, n, size);

	return chunk != NULL ? memset(chunk, byte, n * size) : NULL;
}

static inline void *
tp_resize(const tp_memory *mem, void *chunk, size_t size)
{
	return mem->resize(mem->context, chunk, size);
}

static inline void
tp_release(const tp_memory *mem, void *chunk)
{
	if (chunk != NULL)
		mem->release(mem->context, chunk);
}

/*
 * What most images of summaries begin with. 0: the host's varlena header, 0 in the core; 4: the version; 5: flags;
 * 6: 0.
 */
#define TP_SUMMARY_HEAD \
	uint32_t	length; \
	uint8_t		version; \
	uint8_t		flags; \
	uint16_t	zero

/* Release these chunks of mem. */
#define TP_RELEASE_ALL(mem, ...) \
	tp_release_all(mem, (void *const[]) {__VA_ARGS__}, sizeof((void *const[]) {__VA_ARGS__}) / sizeof(void *))

static inline void
tp_release_all(const tp_memory *mem, void *const *chunks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		tp_release(mem, chunks[i]);
}

/* Make room for n elements of size each in an array that grows by doubling; false = no memory. */
extern bool tp_grow(const tp_memory *mem, void **array, uint32_t *room, uint64_t n, size_t size);

static inline bool
tp_interrupted(const tp_memory *mem)
{
	return mem->interrupted != NULL && mem->interrupted(mem->context);
}

/*
 * In a loop over contacts or rows, at place i: does the host want to stop? Asked now and then, which
 * costs nothing and is soon enough for whatever takes up to a microsecond a round.
 */
#define TP_POLL_EVERY 16384

static inline bool
tp_stop_at(const tp_memory *mem, size_t i)
{
	return tp_unlikely(i % TP_POLL_EVERY == TP_POLL_EVERY - 1) && tp_interrupted(mem);
}

/* The same where rounds are of unlike length: every so much work since the last look, which *done counts. */
static inline bool
tp_stop_after(const tp_memory *mem, size_t *done, size_t work, size_t every)
{
	*done += work;
	if (tp_likely(*done < every))
		return false;
	*done = 0;
	return tp_interrupted(mem);
}

/* A growing run of bytes: text output, images, logs. */
typedef struct tp_buffer
{
	const tp_memory *mem;
	char	   *data;
	size_t		len;
	size_t		size;
	bool		failed;			/* an allocation failed: contents are not to be used */
} tp_buffer;

extern void tp_buffer_init(tp_buffer *b, const tp_memory *mem);
extern bool tp_buffer_grow(tp_buffer *b, size_t more);
extern void tp_buffer_release(tp_buffer *b);

static inline char *
tp_buffer_reserve(tp_buffer *b, size_t more)
{
	if (tp_unlikely(b->failed || b->size - b->len < more) && !tp_buffer_grow(b, more))
		return NULL;
	return b->data + b->len;
}

static inline void
tp_buffer_add(tp_buffer *b, const void *bytes, size_t n)
{
	/* of nothing not even a place: that of an empty buffer is NULL */
	char	   *to = n > 0 ? tp_buffer_reserve(b, n) : NULL;

	if (to != NULL)
	{
		memcpy(to, bytes, n);
		b->len += n;
	}
}

static inline void
tp_buffer_byte(tp_buffer *b, uint8_t byte)
{
	tp_buffer_add(b, &byte, 1);
}

static inline void
tp_buffer_string(tp_buffer *b, const char *s)
{
	tp_buffer_add(b, s, strlen(s));
}

/* The low bytes of v, and a double, in the order of the network. */
static inline void
tp_buffer_big(tp_buffer *b, uint64_t v, int bytes)
{
	uint8_t		big[8];

	for (int i = 0; i < bytes; i++)
		big[i] = (uint8_t) (v >> (8 * (bytes - 1 - i)));
	tp_buffer_add(b, big, (size_t) bytes);
}

static inline void
tp_buffer_big_number(tp_buffer *b, double v)
{
	uint64_t	bits;

	memcpy(&bits, &v, sizeof(bits));
	tp_buffer_big(b, bits, 8);
}

/* As tp_stop_at where a buffer is written, which has failed then. */
static inline bool
tp_buffer_stop_at(tp_buffer *b, size_t i)
{
	if (tp_stop_at(b->mem, i))
		b->failed = true;
	return b->failed;
}

/* Unaligned loads and stores of stored integers; images are in the server's byte order. */
#define TP_LOAD_STORE(name, type) \
static inline type tp_load_##name(const void *p) { type v; memcpy(&v, p, sizeof v); return v; } \
static inline void tp_store_##name(void *p, type v) { memcpy(p, &v, sizeof v); }

TP_LOAD_STORE(u16, uint16_t)
TP_LOAD_STORE(i16, int16_t)
TP_LOAD_STORE(u32, uint32_t)
TP_LOAD_STORE(i32, int32_t)
TP_LOAD_STORE(u64, uint64_t)
TP_LOAD_STORE(i64, int64_t)
TP_LOAD_STORE(f64, double)
TP_LOAD_STORE(f32, float)

/*
 * memcpy for few bytes. Where a compiler knows that a size is small, it may put a string instruction in its place,
 * which takes longer to begin than to copy a label.
 */
static inline void
tp_copy_short(void *to, const void *from, size_t n)
{
	uint8_t    *t = to;
	const uint8_t *f = from;

	if (n >= 8)
	{
		for (size_t i = 0; i + 8 < n; i += 8)
			tp_store_u64(t + i, tp_load_u64(f + i));
		tp_store_u64(t + n - 8, tp_load_u64(f + n - 8));
	}
	else if (n >= 4)
	{
		uint32_t	last = tp_load_u32(f + n - 4);

		tp_store_u32(t, tp_load_u32(f));
		tp_store_u32(t + n - 4, last);
	}
	else if (n > 0)
	{
		t[0] = f[0];
		t[n / 2] = f[n / 2];
		t[n - 1] = f[n - 1];
	}
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define TP_BIG_ENDIAN 1
#else
#define TP_BIG_ENDIAN 0
#endif

/* Integers of three and six bytes. Loads look at one and two bytes more, which must be there. */
static inline uint32_t
tp_load_u24(const void *p)
{
	return TP_BIG_ENDIAN ? tp_load_u32(p) >> 8 : tp_load_u32(p) & 0xFFFFFF;
}

static inline uint64_t
tp_load_u48(const void *p)
{
	return TP_BIG_ENDIAN ? tp_load_u64(p) >> 16 : tp_load_u64(p) & UINT64_C(0xFFFFFFFFFFFF);
}

#define TP_STORE_NARROW(name, type, bytes) \
static inline void tp_store_##name(void *p, type v) { v <<= TP_BIG_ENDIAN ? 8 * (sizeof v - bytes) : 0; memcpy(p, &v, bytes); }

TP_STORE_NARROW(u24, uint32_t, 3)
TP_STORE_NARROW(u48, uint64_t, 6)

/*
 * A hash for tables that live as long as a call, sixteen bytes at a time by multiplying and folding
 * (W. Yi, "wyhash"). Where the code was loaded is its secret, so that nobody can choose bytes that
 * meet in one slot; so it is for nothing that lasts or that anybody sees.
 */
static inline uint64_t
tp_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128) a * b;

	return (uint64_t) product ^ (uint64_t) (product >> 64);
}

static inline uint32_t
tp_hash(const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	uint64_t	secret = (uint64_t) (uintptr_t) &tp_fail_memory * UINT64_C(0x9E3779B97F4A7C15);
	uint64_t	h = secret ^ size * UINT64_C(0xD6E8FEB86659FD93);
	uint64_t	tail[2] = {0, 0};

	for (; size >= 16; size -= 16, at += 16)
		h = tp_fold(tp_load_u64(at) ^ secret, tp_load_u64(at + 8) ^ h);
	if (size >= 8)
	{
		tail[0] = tp_load_u64(at);
		tail[1] = tp_load_u64(at + size - 8);
	}
	else if (size >= 4)
	{
		tail[0] = tp_load_u32(at);
		tail[1] = tp_load_u32(at + size - 4);
	}
	else if (size > 0)
		tail[0] = (uint64_t) at[0] << 16 | (uint64_t) at[size / 2] << 8 | at[size - 1];
	h = tp_fold(tail[0] ^ secret, tail[1] ^ h);
	return (uint32_t) (h ^ h >> 32);
}

/*
 * The len bytes before end, 1 to 16 of them, as two words: the last 8, and those before. All 16 bytes before end may be
 * read. Lengths are as good as random, so nothing branches on them.
 */
static inline void
tp_two_words(const uint8_t *end, size_t len, uint64_t *last, uint64_t *before)
{
	uint64_t	x = tp_load_u64(end - 8);
	uint64_t	y = tp_load_u64(end - 16);
	size_t		x_spare = 64 - 8 * (len < 8 ? len : 8);
	size_t		y_spare = (128 - 8 * len) % 64;

	*last = TP_BIG_ENDIAN ? x & UINT64_MAX >> x_spare : x >> x_spare;
	*before = (TP_BIG_ENDIAN ? y & UINT64_MAX >> y_spare : y >> y_spare) & (len > 8 ? UINT64_MAX : 0);
}

/* Where they have their place, with a tag, among 1 << bits. */
static inline size_t
tp_place_of_words(uint64_t last, uint64_t before, uint32_t tag, unsigned bits)
{
	return ((last ^ before * UINT64_C(0xD6E8FEB86659FD93) ^ tag) * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - bits);
}

#endif							/* TP_CORE_H */
