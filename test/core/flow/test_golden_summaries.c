/*
 * test_golden_summaries.c
 *	  Golden images of the summaries of gap and the states of flow.
 *
 * With an argument: read lines of type and text from standard input, write golden lines.
 */
#include "golden.h"

#include "flow/tp_levels.h"
#include "flow/tp_retention.h"
#include "gap/tp_journey_gaps.h"
#include "gap/tp_mean.h"
#include "gap/tp_shares.h"

#define STATE_LEAST 16			/* a state in its text form is filled up to so many bytes, a zero at the least */

/* An image that is one struct. */
#define FIXED(type, check_version) \
static tp_status \
type##_image(bytes *image, const char *text) \
{ \
	image->size = sizeof(type); \
	image->at = calloc(1, sizeof(type)); \
	return type##_read((type *) image->at, text, strlen(text), &err); \
} \
static bool \
type##_text(tp_buffer *b, const bytes *image) \
{ \
	type##_write(b, (const type *) image->at); \
	return check_version((const type *) image->at, image->size) && type##_check((const type *) image->at, TP_BAD_TEXT, &err) == TP_OK; \
}

#define tp_nps_summary_read tp_nps_read
#define tp_nps_summary_write tp_nps_write
#define tp_nps_summary_check tp_nps_check
FIXED(tp_rate, tp_rate_is_current)
FIXED(tp_nps_summary, tp_nps_is_current)

static tp_status
mean_image(bytes *image, const char *text)
{
	return tp_mean_read((void **) &image->at, &image->size, text, strlen(text), &check_memory, &err);
}

static bool
mean_text(tp_buffer *b, const bytes *image)
{
	bool		good = tp_mean_is_current(image->at, image->size) && tp_mean_check(image->at, TP_BAD_TEXT, &err) == TP_OK;

	tp_mean_write(b, image->at);
	return good;
}

/* States that lie in their text form: what is read and written again is the image. */
static tp_status
fill(bytes *image, tp_buffer *b, tp_status status)
{
	image->size = HOST_LENGTH + (b->len + 1 > STATE_LEAST ? b->len + 1 : STATE_LEAST);
	image->at = calloc(1, image->size);
	memcpy(image->at + HOST_LENGTH, b->data, b->len);
	tp_buffer_release(b);
	return status;
}

#define IN_TEXT(type) \
static tp_status \
type##_image(bytes *image, const char *text) \
{ \
	type		core; \
	tp_buffer	b; \
	tp_status	status; \
\
	tp_buffer_init(&b, &check_memory); \
	type##_init(&core, &check_memory); \
	status = type##_read(&core, text, strlen(text), &err); \
	type##_write(&core, &b); \
	type##_release(&core); \
	return fill(image, &b, status); \
}

static bool
text_text(tp_buffer *b, const bytes *image)
{
	tp_buffer_string(b, (const char *) image->at + HOST_LENGTH);
	return image->at[image->size - 1] == '\0';
}

IN_TEXT(tp_returns)
IN_TEXT(tp_levels)
IN_TEXT(tp_journey_gaps)

static const golden_type types[] = {
	{"rate_summary", tp_rate_image, tp_rate_text},
	{"nps_summary", tp_nps_summary_image, tp_nps_summary_text},
	{"mean_summary", mean_image, mean_text},
	{"touchpoint_returns", tp_returns_image, text_text},
	{"touchpoint_levels", tp_levels_image, text_text},
	{"touchpoint_gaps", tp_journey_gaps_image, text_text},
};

int
main(int argc, char **argv)
{
	(void) argv;
	golden_main(types, sizeof(types) / sizeof(types[0]), argc > 1);
	return argc > 1 ? 0 : CHECK_DONE();
}
