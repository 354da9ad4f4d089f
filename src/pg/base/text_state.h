/*
 * text_state.h
 *	  Growing states that lie in their text form.
 *
 * What such a type holds is small beside what it was counted of, and is written seldom: once a worker, once a
 * server. So its image is its canonical text, behind it a zero and what fills 16 bytes; reading it adds to an
 * open state, and is its check. Binary form: u8 version = 1, then the text in UTF-8.
 */
#ifndef TP_TEXT_STATE_H
#define TP_TEXT_STATE_H

#include "base/expanded.h"
#include "base/tp_host.h"
#include "base/forms.h"

typedef struct tp_text_state
{
	tp_expanded_type open;		/* merge and encode are tp_text_state_merge's callers */
	const char *name;
	tp_status	(*read) (void *core, const char *text, size_t len, tp_error *err);
	void		(*write) (const void *core, tp_buffer *b);
} tp_text_state;

extern tp_status tp_text_state_merge(const tp_text_state *type, void *core, const void *image, size_t size, tp_error *err);
extern tp_status tp_text_state_encode(const tp_text_state *type, const void *core, tp_buffer *out, tp_error *err);

/* Input, output, receive and send functions. */
extern Datum tp_text_state_in(FunctionCallInfo fcinfo, const tp_text_state *type);
extern Datum tp_text_state_out(FunctionCallInfo fcinfo, const tp_text_state *type);
extern Datum tp_text_state_recv(FunctionCallInfo fcinfo, const tp_text_state *type);
extern Datum tp_text_state_send(FunctionCallInfo fcinfo, const tp_text_state *type);

/* Argument 0 of a final function, only to be read: the open state, or one of what is flat; NULL where it is NULL. */
extern void *tp_text_state_get(FunctionCallInfo fcinfo, const tp_text_state *type);

/* All of these and the combine function for a SQL type, with the tp_text_state state_of_<type>. */
#define TP_TEXT_STATE(type, core_type, init_core, read_core, write_core) \
static const tp_text_state state_of_##type; \
static void \
type##_init(void *core, const tp_memory *mem) \
{ \
	init_core((core_type *) core, mem); \
} \
static tp_status \
type##_merge(void *core, const void *image, size_t size, tp_error *err) \
{ \
	return tp_text_state_merge(&state_of_##type, core, image, size, err); \
} \
static tp_status \
type##_encode(const void *core, tp_buffer *out, tp_error *err) \
{ \
	return tp_text_state_encode(&state_of_##type, core, out, err); \
} \
static tp_status \
type##_read(void *core, const char *text, size_t len, tp_error *err) \
{ \
	return read_core((core_type *) core, text, len, err); \
} \
static void \
type##_write(const void *core, tp_buffer *b) \
{ \
	write_core((const core_type *) core, b); \
} \
static const tp_text_state state_of_##type = { \
	{sizeof(core_type), type##_init, type##_merge, type##_encode}, #type, type##_read, type##_write \
}; \
TP_FORM(type, in, tp_text_state_in(fcinfo, &state_of_##type)) \
TP_FORM(type, out, tp_text_state_out(fcinfo, &state_of_##type)) \
TP_FORM(type, recv, tp_text_state_recv(fcinfo, &state_of_##type)) \
TP_FORM(type, send, tp_text_state_send(fcinfo, &state_of_##type)) \
TP_FORM(type, combine, tp_merge_states(fcinfo, &state_of_##type.open))

#endif							/* TP_TEXT_STATE_H */
