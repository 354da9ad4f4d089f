/*
 * golden.h
 *	  The bytes of summaries and of states that each release wrote: lines of test/golden/VERSION.txt as
 *	  journey/test_golden.c has them, the image without the length that the host keeps in its first four bytes.
 */
#ifndef GOLDEN_H
#define GOLDEN_H

#include "check.h"

#define NEWEST "../../test/golden/0.2.0.txt"
#define HOST_LENGTH 4
#define GOLDEN_TYPES_MAX 8

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

/* Check the golden lines of these types, or write such lines of types and texts that are read from standard input. */
static void
golden_main(const golden_type *types, size_t count, bool writes)
{
	const uint16_t one = 1;
	FILE	   *in = writes ? stdin : fopen(NEWEST, "r");
	char	   *line = NULL;
	size_t		room = 0;
	int			seen[GOLDEN_TYPES_MAX] = {0};

	if (*(const uint8_t *) &one != 1)
	{
		printf("%s: skipped on a big-endian machine\n", __FILE__);
		return;
	}
	while (in != NULL && getline(&line, &room, in) > 0)
	{
		const char *type = strtok(line, "\t\n"),
				   *second = strtok(NULL, "\t\n"),
				   *third = strtok(NULL, "\n");

		for (size_t i = 0; type != NULL && second != NULL && i < count; i++)
		{
			bytes		image = {NULL, 0};

			if (strcmp(type, types[i].name) != 0)
				continue;
			seen[i]++;
			if (!writes)
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
	if (writes)
		return;
	for (size_t i = 0; i < count; i++)
		CHECK(seen[i] > 1);
	fclose(in);
}

#endif							/* GOLDEN_H */
