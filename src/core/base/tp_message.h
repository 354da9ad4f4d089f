/*
 * tp_message.h
 *	  A message in the order of the network as it is read. (tp_buffer_big of tp_core.h writes one.)
 */
#ifndef TP_MESSAGE_H
#define TP_MESSAGE_H

#include "base/tp_core.h"

typedef struct tp_message
{
	const char *type;			/* what it is said to be, for what is said of it */
	const uint8_t *start;
	const uint8_t *at;
	const uint8_t *end;
	tp_error   *err;
} tp_message;

/* TP_BAD_BINARY, and where in the message what err tells of stands. */
static inline tp_status
tp_message_refused(const tp_message *m, const uint8_t *at)
{
	tp_detail(m->err, "At byte %zu of %zu.", (size_t) (at - m->start), (size_t) (m->end - m->start));
	return m->err->status = TP_BAD_BINARY;
}

static inline tp_status
tp_message_bad(const tp_message *m, const char *what)
{
	tp_fail(m->err, TP_BAD_BINARY, "Send what the type's send function wrote.", "malformed binary %s: %s", m->type, what);
	return tp_message_refused(m, m->at);
}

/* The next bytes as a number; they must be there. */
static inline uint64_t
tp_message_take(tp_message *m, int bytes)
{
	uint64_t	v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | *m->at++;
	return v;
}

static inline double
tp_message_take_number(tp_message *m)
{
	uint64_t	bits = tp_message_take(m, 8);
	double		v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

#endif							/* TP_MESSAGE_H */
