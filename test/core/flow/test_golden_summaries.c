/*
 * test_golden_summaries.c
 *	  The bytes of summaries and of states that each release wrote: lines of test/golden/VERSION.txt as
 *	  test_golden.c has them, the image without the length that the host keeps in its first four bytes.
 *
 * With an argument: read lines of type and text from standard input, write golden lines.
 */
#include "check.h"

#include "channel/tp_points.h"
#include "flow/tp_levels.h"
#include "flow/tp_retention.h"
#include "gap/tp_journey_gaps.h"
#include "gap/tp_mean.h"
#include "gap/tp_shares.h"

#define NEWEST "../../test/golden/0.2.0.txt"
#define HOST_LENGTH 4
#define STATE_LEAST 16			/* a state in its text form is filled up to so many bytes, a zero at the least */

static tp_error err;

typedef struct bytes
{
	uint8_t    *at;
	size_t		size;
} bytes;

/* A type: an image, with the host's length, of its text; the text of an image that may be. */
typedef struct golden_type
{
	const char *name;
	tp_status	(*read) (bytes *image, const char *text);
	bool		(*write) (tp_buffer *b, const bytes *image);
} golden_type;

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

static tp_status
points_image(bytes *image, const char *text)
{
	tp_points  *p;
	tp_status	status = tp_points_read(&p, text, strlen(text), &check_memory, &err);

	if (status == TP_OK)
		*image = (bytes) {(uint8_t *) p, tp_points_size(p->room)};
	return status;
}

static bool
points_text(tp_buffer *b, const bytes *image)
{
	const tp_points *p = (const tp_points *) image->at;

	tp_points_write(b, p);
	return tp_points_is_current(p, image->size) && tp_points_check(p, TP_BAD_TEXT, &err) == TP_OK;
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
	{"touchpoint_points", points_image, points_text},
	{"touchpoint_returns", tp_returns_image, text_text},
	{"touchpoint_levels", tp_levels_image, text_text},
	{"touchpoint_gaps", tp_journey_gaps_image, text_text},
};
#define TYPES (sizeof(types) / sizeof(types[0]))

static void
print_hex(FILE *out, const bytes *image)
{
	for (size_t i = HOST_LENGTH; i < image->size; i++)
		fprintf(out, "%02x", image->at[i]);
}

static void
check_line(const golden_type *t, const char *hex, const char *text)
{
	bytes		stored = {malloc(HOST_LENGTH + strlen(hex) / 2), HOST_LENGTH},
				own = {NULL, 0};
	tp_buffer	b;

	memset(stored.at, 0, HOST_LENGTH);
	for (unsigned byte; *hex != '\0' && sscanf(hex, "%2x", &byte) == 1; hex += 2)
		stored.at[stored.size++] = (uint8_t) byte;
	tp_buffer_init(&b, &check_memory);
	CHECK(t->write(&b, &stored));
	tp_buffer_byte(&b, '\0');
	CHECK_TEXT(b.data, text);
	tp_buffer_release(&b);

	CHECK(t->read(&own, text) == TP_OK);
	CHECK(own.size == stored.size && memcmp(own.at + HOST_LENGTH, stored.at + HOST_LENGTH, own.size - HOST_LENGTH) == 0);
	free(own.at);
	free(stored.at);
}

int
main(int argc, char **argv)
{
	const uint16_t one = 1;
	FILE	   *in = argc > 1 ? stdin : fopen(NEWEST, "r");
	char	   *line = NULL;
	size_t		room = 0;
	int			seen[TYPES] = {0};

	(void) argv;
	if (*(const uint8_t *) &one != 1)
	{
		printf("%s: skipped on a big-endian machine\n", __FILE__);
		return 0;
	}
	while (in != NULL && getline(&line, &room, in) > 0)
	{
		const char *type = strtok(line, "\t\n"),
				   *second = strtok(NULL, "\t\n"),
				   *third = strtok(NULL, "\n");

		for (size_t i = 0; type != NULL && second != NULL && i < TYPES; i++)
		{
			bytes		image = {NULL, 0};

			if (strcmp(type, types[i].name) != 0)
				continue;
			seen[i]++;
			if (argc == 1)
				check_line(&types[i], second, third);
			else if (types[i].read(&image, second) != TP_OK)
				fprintf(stderr, "%s: %s\n", second, err.message);
			else
			{
				printf("%s\t", type);
				print_hex(stdout, &image);
				printf("\t%s\n", second);
			}
			free(image.at);
		}
	}
	free(line);
	if (argc > 1)
		return 0;
	for (size_t i = 0; i < TYPES; i++)
		CHECK(seen[i] > 1);
	fclose(in);
	return CHECK_DONE();
}
