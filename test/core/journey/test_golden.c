/*
 * test_golden.c
 *	  The bytes that each release wrote: they are read for ever, and the text they were written from
 *	  still leads to the newest of them.
 *
 * A line of test/golden/VERSION.txt is a type, the image in hexadecimal and the text, with tabs
 * between; # begins a comment. Images are of a little-endian server. "x 300 TEXT" in place of a text
 * of a journey stands for {TEXT} with # in it replaced by 0 to 299, for what is too long to write.
 *
 * With an argument: read lines of type and text from standard input, write golden lines.
 */
#include "check.h"

#include <ctype.h>

#include "model.h"

#define NEWEST "../../test/golden/0.2.0.txt"
#define FILES "../../test/golden/0.1.0.txt", NEWEST

static tp_error err;

static char *
expand(const char *text)
{
	char	   *out = NULL;
	size_t		size;
	FILE	   *f;
	int			n,
				skip;

	if (sscanf(text, "x %d %n", &n, &skip) != 1)
		return strdup(text);
	f = open_memstream(&out, &size);
	fputc('{', f);
	for (int i = 0; i < n; i++)
	{
		fputs(i ? ", " : "", f);
		for (const char *s = text + skip; *s != '\0'; s++)
		{
			if (*s == '#')
				fprintf(f, "%d", i);
			else if (*s == '%')	/* seconds of a time */
				fprintf(f, "%02d:%02d:%02d", i / 3600, i / 60 % 60, i % 60);
			else
				fputc(*s, f);
		}
	}
	fputc('}', f);
	fclose(f);
	return out;
}

/* The stored form of each type, as docs/format.md has it. */
static bool
image_of(const char *type, const char *text, uint8_t **image, size_t *size)
{
	uint8_t		entry[TP_ENTRY_MAX];
	tp_contact	c;

	if (strcmp(type, "touchpoint") == 0)
	{
		if (tp_touchpoint_parse(text, strlen(text), entry, &err) != TP_OK)
			return false;
		*size = TP_TOUCHPOINT_HEAD + tp_entry_size(entry);
		*image = calloc(1, *size);
		(*image)[0] = TP_TOUCHPOINT_VERSION;
		memcpy(*image + TP_TOUCHPOINT_HEAD, entry, tp_entry_size(entry));
	}
	else if (strcmp(type, "contact_record") == 0)
	{
		tp_buffer  *properties = check_properties();

		if (tp_contact_parse(text, strlen(text), &c, entry, properties, &err) != TP_OK)
			return false;
		*size = tp_contact_image_size(&c, entry, tp_properties_of(&c, properties));
		*image = calloc(1, *size);
		tp_contact_image(*image, &c, entry, tp_properties_of(&c, properties));
	}
	else
	{
		tp_builder	b;

		tp_builder_init(&b, &check_memory);
		*image = tp_journey_parse(&b, text, strlen(text), &err) == TP_OK ? model_finish(&b, size, &err) : NULL;
		tp_builder_release(&b);
	}
	return *image != NULL;
}

static char *
text_of(const char *type, const uint8_t *image, size_t size)
{
	tp_buffer	b;

	tp_buffer_init(&b, &check_memory);
	if (strcmp(type, "touchpoint") == 0)
	{
		tp_touchpoint t = tp_entry_view(image + TP_TOUCHPOINT_HEAD);

		CHECK(size > TP_TOUCHPOINT_HEAD && image[0] == 1 && image[1] == 0);
		CHECK(tp_entry_is_valid(image + TP_TOUCHPOINT_HEAD, size - TP_TOUCHPOINT_HEAD));
		tp_touchpoint_write(&b, &t);
	}
	else if (strcmp(type, "contact_record") == 0)
	{
		const uint8_t *entry,
				   *properties;
		tp_contact	c;
		tp_touchpoint t;

		CHECK(tp_contact_open(image, size, &c, &entry, &properties));
		CHECK(tp_entry_is_valid(entry, tp_entry_size(entry)));
		t = tp_entry_view(entry);
		tp_contact_write(&b, &c, &t, properties);
	}
	else
	{
		tp_journey	j;

		CHECK(tp_journey_open(&j, image, size, &err) == TP_OK);
		CHECK(tp_journey_write(&b, &j, &err) == TP_OK);
	}
	tp_buffer_byte(&b, '\0');
	return b.data;
}

static char *
hex_of(const uint8_t *image, size_t size)
{
	char	   *hex = malloc(2 * size + 1);

	for (size_t i = 0; i < size; i++)
		sprintf(hex + 2 * i, "%02x", image[i]);
	hex[2 * size] = '\0';
	return hex;
}

/* What an older release wrote is equal to what this one writes of the same text, and becomes it. */
static void
check_renewed(const uint8_t *image, size_t size, const char *text)
{
	tp_journey	old,
				new;
	uint8_t    *own = NULL;
	size_t		own_size = 0;
	tp_buffer	out;
	int			order = 1;

	tp_buffer_init(&out, &check_memory);
	CHECK(image_of("journey", text, &own, &own_size));
	CHECK(own_size <= size);
	CHECK(tp_journey_open(&old, image, size, &err) == TP_OK && tp_journey_open(&new, own, own_size, &err) == TP_OK);
	CHECK(old.version < new.version);
	CHECK(tp_journey_compare(&check_memory, &old, &new, &order, &err) == TP_OK && order == 0);
	CHECK(tp_journey_renew(&check_memory, &old, &out, &err) == TP_OK);
	CHECK(out.len == own_size && memcmp(out.data, own, own_size) == 0);
	out.len = 0;
	CHECK(tp_journey_renew(&check_memory, &new, &out, &err) == TP_OK);
	CHECK(out.len == own_size && memcmp(out.data, own, own_size) == 0);
	tp_buffer_release(&out);
	free(own);
}

static void
check_line(char *line, bool newest)
{
	const char *type = strtok(line, "\t"),
			   *hex = strtok(NULL, "\t"),
			   *given = strtok(NULL, "\n");
	char	   *text,
			   *back;
	size_t		size = strlen(hex) / 2,
				own_size = 0;
	uint8_t    *image = malloc(size),
			   *own = NULL;

	CHECK(given != NULL);
	text = expand(given);
	for (size_t i = 0; i < size; i++)
	{
		unsigned	byte = 0;

		CHECK(sscanf(hex + 2 * i, "%2x", &byte) == 1);
		image[i] = (uint8_t) byte;
	}
	back = text_of(type, image, size);
	CHECK_TEXT(back, text);
	if (newest)
	{
		char	   *own_hex;

		CHECK(image_of(type, text, &own, &own_size));
		own_hex = hex_of(own, own_size);
		CHECK_TEXT(own_hex, hex);
		free(own_hex);
	}
	else if (strcmp(type, "journey") == 0)
		check_renewed(image, size, text);
	free(back);
	free(own);
	free(image);
	free(text);
}

/* Summaries and states are for test_golden_summaries.c. */
static bool
is_ours(const char *line)
{
	size_t		len = strcspn(line, "\t");

	return len == strlen("journey") ? strncmp(line, "journey", len) == 0 :
		len == strlen("touchpoint") ? strncmp(line, "touchpoint", len) == 0 :
		len == strlen("contact_record") && strncmp(line, "contact_record", len) == 0;
}

/* Which forms the golden journeys do not show. */
static void
check_cover(void)
{
	static const uint8_t forms[TP_COLUMNS] = {0xFD, 0xFF, 0x7F, 0x7F, 0x7F, 0xFF, 0x7F, 0x07};
	uint8_t		seen[TP_COLUMNS] = {0};
	uint8_t		flags = 0;
	bool		based = false;
	FILE	   *in = fopen(NEWEST, "r");
	char	   *line = NULL;
	size_t		room = 0;

	while (in != NULL && getline(&line, &room, in) > 0)
	{
		uint8_t    *image;
		size_t		size = 0;
		tp_journey	j;

		if (strncmp(line, "journey\t", 8) != 0)
			continue;
		image = malloc(strlen(line) / 2);
		for (unsigned byte; sscanf(line + 8 + 2 * size, "%2x", &byte) == 1; size++)
			image[size] = (uint8_t) byte;
		CHECK(tp_journey_open(&j, image, size, &err) == TP_OK);
		for (int c = 0; c < TP_COLUMNS; c++)
			seen[c] |= (uint8_t) (1 << j.form[c]);
		flags |= j.flags;
		based |= j.id_based;
		free(image);
	}
	for (int c = 0; c < TP_COLUMNS; c++)
		CHECK_INT(seen[c], forms[c]);
	CHECK(flags == 0x3F && based);
	free(line);
	if (in != NULL)
		fclose(in);
}

/* The worked example of docs/format.md, so that the page cannot lie. */
static void
check_page(void)
{
	FILE	   *in = fopen("../../docs/format.md", "r");
	char	   *line = NULL,
				hex[1024] = "",
				text[1024] = "";
	size_t		room = 0;
	bool		within = false;
	uint8_t    *image = NULL;
	size_t		size = 0;
	char	   *own;

	CHECK(in != NULL);
	while (in != NULL && getline(&line, &room, in) > 0)
	{
		if (strncmp(line, "<!-- example", 12) == 0)
			within = true;
		else if (strncmp(line, "<!-- end", 8) == 0)
			within = false;
		else if (within && line[0] == '{')
		{
			line[strcspn(line, "\n")] = '\0';
			snprintf(text, sizeof(text), "%s", line);
		}
		else if (within && isdigit((unsigned char) line[0]))
		{
			/* offset, bytes, two blanks, words */
			char	   *at = strchr(line, ' ');
			char	   *end;

			while (*at == ' ')
				at++;
			end = strstr(at, "  ");
			for (; at < (end != NULL ? end : at + strlen(at)) && at[0] != '\n' && strlen(hex) < sizeof(hex) - 2; at++)
				if (isxdigit((unsigned char) *at))
					strncat(hex, at, 1);
		}
	}
	CHECK(image_of("journey", text, &image, &size));
	own = hex_of(image, image != NULL ? size : 0);
	CHECK_TEXT(hex, own);
	free(own);
	free(image);
	free(line);
	if (in != NULL)
		fclose(in);
}

int
main(int argc, char **argv)
{
	static const char *const files[] = {FILES};
	const uint16_t one = 1;
	char	   *line = NULL;
	size_t		room = 0;
	int			n = 0;

	(void) argv;
	if (*(const uint8_t *) &one != 1)
	{
		printf("%s: skipped on a big-endian machine\n", __FILE__);
		return 0;
	}
	if (argc > 1)
	{
		while (getline(&line, &room, stdin) > 0)
		{
			const char *type,
					   *given;
			uint8_t    *image;
			size_t		size;
			char	   *hex,
					   *text;

			if (line[0] == '#' || line[0] == '\n')
			{
				fputs(line, stdout);
				continue;
			}
			type = strtok(line, "\t");
			given = strtok(NULL, "\n");
			text = expand(given);
			if (!image_of(type, text, &image, &size))
			{
				fprintf(stderr, "%s: %s\n", text, err.message);
				return 1;
			}
			hex = hex_of(image, size);
			printf("%s\t%s\t%s\n", type, hex, given);
			free(hex);
			free(image);
			free(text);
		}
		free(line);
		return 0;
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
	{
		FILE	   *in = fopen(files[i], "r");

		CHECK(in != NULL);
		while (in != NULL && getline(&line, &room, in) > 0)
		{
			if (line[0] == '#' || line[0] == '\n' || !is_ours(line))
				continue;
			check_line(line, strcmp(files[i], NEWEST) == 0);
			n++;
		}
		if (in != NULL)
			fclose(in);
	}
	CHECK(n >= 20);
	check_cover();
	check_page();
	free(line);
	return CHECK_DONE();
}
