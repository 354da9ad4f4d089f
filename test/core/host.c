/*
 * host.c
 *	  A host for the core without a server: malloc, and number text by libc.
 */
#include "check.h"

int
tp_host_number(double v, char out[TP_NUMBER_SIZE])
{
	for (int digits = 1; digits < 17; digits++)
	{
		int			n = snprintf(out, TP_NUMBER_SIZE, "%.*g", digits, v);

		if (strtod(out, NULL) == v)
			return n;
	}
	return snprintf(out, TP_NUMBER_SIZE, "%.17g", v);
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
