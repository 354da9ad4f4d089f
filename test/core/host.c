/*
 * host.c
 *	  A host for the core without a server: malloc, and number text by libc.
 */
#include "check.h"

#include "journey/tp_wire.h"

jmp_buf    *check_raise_to;

/* As the server writes it: the fewest digits that read back, an exponent below 1e-4 and from 1e15. */
int
tp_host_number(double v, char out[TP_NUMBER_SIZE])
{
	int			digits = 1,
				exponent;

	if (!isfinite(v))			/* of a damaged image */
		return snprintf(out, TP_NUMBER_SIZE, "%f", v);
	while (snprintf(out, TP_NUMBER_SIZE, "%.*e", digits - 1, v), strtod(out, NULL) != v && digits < 17)
		digits++;
	exponent = atoi(strchr(out, 'e') + 1);
	if (exponent >= -4 && exponent < 15)
		return snprintf(out, TP_NUMBER_SIZE, "%.*f", digits - 1 > exponent ? digits - 1 - exponent : 0, v);
	return (int) strlen(out);
}

/* UTF-8: back off to the start of a character. */
size_t
tp_host_clip(const char *s, size_t len, size_t limit)
{
	size_t		n = len < limit ? len : limit;

	while (n > 0 && n < len && ((unsigned char) s[n] & 0xC0) == 0x80)
		n--;
	return n;
}

size_t
tp_host_char(const char *s, size_t len)
{
	size_t		n = 1;

	while (n < len && ((unsigned char) s[n] & 0xC0) == 0x80)
		n++;
	return n;
}

const char *
tp_host_to_utf8(const char *s, size_t len, size_t *out_len)
{
	*out_len = len;
	return s;
}

/* Bytes of the well-formed character at s, or 0: Unicode 15, table 3-7. */
static size_t
utf8_length(const unsigned char *s, size_t len)
{
	size_t		n = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;

	if (n == 0 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
		(s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;
	return n;
}

const char *
tp_host_from_utf8(const char *s, size_t len, size_t *out_len)
{
	for (size_t at = 0; at < len;)
	{
		size_t		n = utf8_length((const unsigned char *) s + at, len - at);

		if (n == 0 || s[at] == '\0')
		{
			if (check_raise_to == NULL)
			{
				printf("text off the wire is not UTF-8, and nobody expected it\n");
				abort();
			}
			longjmp(*check_raise_to, 1);
		}
		at += n;
	}
	*out_len = len;
	return s;
}

static void *
check_alloc(void *context, size_t size)
{
	(void) context;
	return malloc(size > 0 ? size : 1);
}

static void *
check_resize(void *context, void *chunk, size_t size)
{
	(void) context;
	return realloc(chunk, size);
}

static void
check_release(void *context, void *chunk)
{
	(void) context;
	free(chunk);
}

const tp_memory check_memory = {check_alloc, check_resize, check_release, NULL, NULL};

tp_buffer *
check_properties(void)
{
	static tp_buffer b = {.mem = &check_memory};

	return &b;
}

typedef struct check_chunk
{
	struct check_chunk *next;
	struct check_chunk *before;
	size_t		size;
	size_t		unused;			/* keeps what follows aligned to 16 */
} check_chunk;

static void *
store_alloc(void *context, size_t size)
{
	check_store *store = context;
	check_chunk *chunk;

	store->calls++;
	if (store->fail_at > 0 && store->calls >= store->fail_at)
		return NULL;
	chunk = malloc(sizeof(check_chunk) + size);
	if (chunk == NULL)
		return NULL;
	chunk->size = size;
	chunk->before = NULL;
	chunk->next = store->first;
	if (store->first != NULL)
		store->first->before = chunk;
	store->first = chunk;
	store->chunks++;
	store->live += size;
	if (store->live > store->peak)
		store->peak = store->live;
	return chunk + 1;
}

static void
store_release(void *context, void *memory)
{
	check_store *store = context;
	check_chunk *chunk = (check_chunk *) memory - 1;

	if (chunk->before != NULL)
		chunk->before->next = chunk->next;
	else
		store->first = chunk->next;
	if (chunk->next != NULL)
		chunk->next->before = chunk->before;
	store->live -= chunk->size;
	store->chunks--;
	free(chunk);
}

static void *
store_resize(void *context, void *memory, size_t size)
{
	check_chunk *old = (check_chunk *) memory - 1;
	void	   *moved = store_alloc(context, size);

	if (moved == NULL)
		return NULL;
	memcpy(moved, memory, old->size < size ? old->size : size);
	store_release(context, memory);
	return moved;
}

void
check_store_init(check_store *store)
{
	memset(store, 0, sizeof(*store));
	store->mem.alloc = store_alloc;
	store->mem.resize = store_resize;
	store->mem.release = store_release;
	store->mem.context = store;
}

void
check_store_release(check_store *store)
{
	while (store->first != NULL)
		store_release(store, store->first + 1);
}

uint64_t
check_next(check_random *r)
{
	uint64_t	z = r->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}
