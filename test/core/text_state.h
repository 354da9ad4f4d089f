/*
 * text_state.h
 *	  What the tests of states that lie in their text form share.
 */
#ifndef TP_TEST_TEXT_STATE_H
#define TP_TEST_TEXT_STATE_H

#include "check.h"

/*
 * Of the type that the core calls prefix: text_of(state), to be freed; and check_merged(part), where part[1] goes
 * through its text into part[2], which then is what part[0] is. All three are released.
 */
#define TEXT_STATE(prefix) \
static char * \
text_of(const prefix *state) \
{ \
	tp_buffer	b; \
	tp_buffer_init(&b, &check_memory); \
	prefix##_write(state, &b); \
	return check_string(&b); \
} \
static void \
check_merged(prefix part[3]) \
{ \
	tp_error	why; \
	char	   *text[3]; \
	text[1] = text_of(&part[1]); \
	CHECK(prefix##_read(&part[2], text[1], strlen(text[1]), &why) == TP_OK); \
	text[0] = text_of(&part[0]); \
	text[2] = text_of(&part[2]); \
	CHECK_TEXT(text[2], text[0]); \
	for (int i = 0; i < 3; i++) \
	{ \
		free(text[i]); \
		prefix##_release(&part[i]); \
	} \
}

#endif							/* TP_TEST_TEXT_STATE_H */
