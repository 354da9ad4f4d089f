/*
 * passage.h
 *	  All that the text of a journey goes through, in one memory that may run dry or ask to stop.
 */
#ifndef TP_PASSAGE_H
#define TP_PASSAGE_H

#include "check.h"

#include "journey/tp_journey.h"
#include "journey/tp_wire.h"

typedef struct passage
{
	tp_builder	b;
	tp_builder	other;
	tp_buffer	out;			/* the image */
	tp_buffer	written;		/* its message */
	tp_buffer	back;			/* and what that is read as */
	tp_journey	j;
} passage;

/* The first failure is the answer. To be released in any case. */
static inline tp_status
pass_through(passage *p, const tp_memory *mem, const char *text, size_t len, tp_error *err)
{
	tp_status	status;

	tp_buffer_init(&p->out, mem);
	tp_buffer_init(&p->written, mem);
	tp_buffer_init(&p->back, mem);
	tp_builder_init(&p->b, mem);
	tp_builder_init(&p->other, mem);
	status = tp_journey_parse(&p->b, text, len, err);
	if (status == TP_OK)
		status = tp_builder_add_builder(&p->other, &p->b, err);
	if (status == TP_OK)
		status = tp_builder_finish(&p->other, mem, &p->out, err);
	if (status == TP_OK)
		status = tp_journey_open(&p->j, p->out.data, p->out.len, err);
	if (status == TP_OK)
		status = tp_builder_add_journey(&p->b, &p->j, err);
	if (status == TP_OK)
		status = tp_journey_write(&p->written, &p->j, err);
	p->written.len = 0;
	if (status == TP_OK)
		status = tp_wire_write_journey(&p->written, &p->j, err);
	if (status == TP_OK)
		status = tp_wire_read_journey(mem, p->written.data, p->written.len, &p->back, err);
	return status;
}

static inline void
passage_release(passage *p)
{
	tp_builder_release(&p->b);
	tp_builder_release(&p->other);
	tp_buffer_release(&p->out);
	tp_buffer_release(&p->written);
	tp_buffer_release(&p->back);
}

#endif							/* TP_PASSAGE_H */
