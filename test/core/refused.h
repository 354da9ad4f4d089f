/*
 * refused.h
 *	  Texts that no value has, and what is said of them.
 */
#ifndef TP_REFUSED_H
#define TP_REFUSED_H

#include "check.h"

typedef struct refused_text
{
	const char *text;
	tp_status	status;
	const char *detail;			/* a part of it */
	int			at;				/* the character that it names, from 1 */
} refused_text;

/* What reading it came to; message is a part of what is said of all texts. */
static inline void
check_refusal(const refused_text *want, tp_status status, const tp_error *err, const char *message)
{
	char		at[32];
	bool		told;

	snprintf(at, sizeof(at), "at character %d.", want->at);
	told = strstr(err->detail, want->detail) != NULL && strstr(err->detail, at) != NULL;
	CHECK(status == want->status && err->status == want->status);
	CHECK_OR_SAY(told, "%s: %s", want->text, err->detail);
	CHECK(strstr(err->message, message) != NULL && err->hint[0] != '\0');
}

#endif							/* TP_REFUSED_H */
