/*
 * tp_core.c
 *	  Errors and buffers.
 */
#include "base/tp_core.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

tp_status
tp_fail(tp_error *err, tp_status status, const char *hint, const char *format, ...)
{
	va_list		args;

	err->status = status;
	err->detail[0] = '\0';
	snprintf(err->hint, sizeof(err->hint), "%s", hint != NULL ? hint : "");
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	return status;
}

void
tp_detail(tp_error *err, const char *format, ...)
{
	va_list		args;

	va_start(args, format);
	vsnprintf(err->detail, sizeof(err->detail), format, args);
	va_end(args);
}

tp_status
tp_fail_memory(tp_error *err)
{
	return tp_fail(err, TP_NO_MEMORY, NULL, "out of memory");
}

tp_status
tp_fail_interrupted(tp_error *err)
{
	return tp_fail(err, TP_INTERRUPTED, NULL, "interrupted");
}

bool
tp_grow(const tp_memory *mem, void **array, uint32_t *room, uint64_t n, size_t size)
{
	uint64_t	want = *room < 8 ? 8 : *room;
	void	   *grown;

	if (n <= *room)
		return true;
	while (want < n)
		want *= 2;
	if (want > UINT32_MAX || want > SIZE_MAX / 2 / size)
		return false;
	grown = *array == NULL ? tp_alloc(mem, want * size) : tp_resize(mem, *array, want * size);
	if (grown == NULL)
		return false;
	*array = grown;
	*room = (uint32_t) want;
	return true;
}

const char *
tp_not_finite(double v)
{
	return isnan(v) ? "NaN" : v < 0 ? "-infinity" : "infinity";
}

void
tp_buffer_init(tp_buffer *b, const tp_memory *mem)
{
	memset(b, 0, sizeof(*b));
	b->mem = mem;
}

bool
tp_buffer_grow(tp_buffer *b, size_t more)
{
	size_t		size = b->size < 32 ? 64 : 2 * b->size;
	char	   *data;

	if (b->failed || more > SIZE_MAX / 4 - b->len)
	{
		b->failed = true;
		return false;
	}
	if (size - b->len < more)
		size = b->len + more;
	data = b->data == NULL ? tp_alloc(b->mem, size) : tp_resize(b->mem, b->data, size);
	if (data == NULL)
	{
		b->failed = true;
		return false;
	}
	b->data = data;
	b->size = size;
	return true;
}

void
tp_buffer_release(tp_buffer *b)
{
	tp_release(b->mem, b->data);
	b->data = NULL;
	b->len = b->size = 0;
}
