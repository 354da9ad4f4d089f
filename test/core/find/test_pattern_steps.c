/*
 * test_pattern_steps.c
 *	  Globs as a type of their own, and the steps of chains.
 */
#include "check.h"

#include "find/tp_pattern.h"

/* The steps with / between, or what is wrong. */
static bool
steps_are(const char *pattern, const char *want)
{
	tp_buffer	image,
				steps;
	tp_error	err;
	uint32_t	n;
	bool		same;

	tp_buffer_init(&image, &check_memory);
	tp_buffer_init(&steps, &check_memory);
	if (tp_pattern_parse(&image, pattern, strlen(pattern), &err) != TP_OK)
	{
		printf("%s: %s\n", pattern, err.detail);
		same = false;
	}
	else if (tp_pattern_steps(&steps, (const uint8_t *) image.data, image.len, &n, &err) != TP_OK)
		same = err.status == TP_BAD_ARGUMENT && want == NULL;
	else
	{
		for (size_t i = 0; i + 1 < steps.len; i++)
			if (steps.data[i] == '\0')
				steps.data[i] = ';';
		same = want != NULL && strcmp(steps.data, want) == 0;
	}
	tp_release(&check_memory, image.data);
	tp_release(&check_memory, steps.data);
	return same;
}

static void
chains(void)
{
	CHECK(steps_are("a", "a"));
	CHECK(steps_are("a | b", "a | b"));
	CHECK(steps_are("a -> b ->c", "a;b;c"));
	CHECK(steps_are("(a | (b | c))[score < 3] -> web/*[value > 0, not x]", "a[score < 3] | (b[score < 3] | c[score < 3]);web/*[value > 0, not x]"));
	CHECK(steps_are("((a)) -> \"a b\" -> use:\"x -> y\"", "a;\"a b\";use:\"x -> y\""));
	CHECK(steps_are("^ a", NULL) && steps_are("a $", NULL) && steps_are("a => b", NULL) && steps_are("a -> b => c", NULL));
	CHECK(steps_are("a -[<= 1 h]-> b", NULL) && steps_are("a -[!c]-> b", NULL) && steps_are("a+", NULL) && steps_are("a -> b?", NULL));
	CHECK(steps_are("a -> (b -> c)", NULL) && steps_are("a -> (b | c -> d)", NULL) && steps_are("(a | b+)", NULL));
	CHECK(steps_are("a -> b within 1 day", NULL) && steps_are("a -> b hold x", NULL));
}

static void
globs_are(const char *text, const char *want)
{
	tp_buffer	image,
				canonical;
	tp_error	err;

	tp_buffer_init(&image, &check_memory);
	tp_buffer_init(&canonical, &check_memory);
	CHECK(tp_pattern_of_globs(&image, text, strlen(text), &err) == TP_OK);
	CHECK(tp_pattern_write(&canonical, (const uint8_t *) image.data, image.len, &err) == TP_OK);
	CHECK(canonical.len == strlen(want) && memcmp(canonical.data, want, canonical.len) == 0);
	tp_buffer_release(&image);
	tp_buffer_release(&canonical);
}

static tp_status
globs_fail(const char *text)
{
	tp_buffer	image;
	tp_error	err;
	tp_status	status;

	tp_buffer_init(&image, &check_memory);
	status = tp_pattern_of_globs(&image, text, strlen(text), &err);
	tp_release(&check_memory, image.data);
	return status;
}

/* Words in quotes where they stand bare: read, but too long to be read again. */
static void
long_globs(void)
{
	size_t		n = 0;
	char	   *text = malloc(TP_STEP_TEXT_MAX + 1);

	for (int i = 0; i < 4093 && n + 256 < TP_STEP_TEXT_MAX; i++)
	{
		memset(text + n, 'x', 255);
		text[n + 1] = ' ';
		n += 255;
		text[n++] = '|';
	}
	text[n - 1] = '\0';
	CHECK(globs_fail(text) == TP_PAST_LIMIT);
	text[1000 * 256 - 1] = '\0';
	CHECK(globs_fail(text) == TP_OK);
	free(text);
}

int
main(void)
{
	chains();
	globs_are("web/*", "web/*");
	globs_are(" ( web/* ) | use:app/push notification|*/*x**", "web/* | use:app/\"push notification\" | */*x*");
	CHECK(globs_fail("") == TP_BAD_TEXT && globs_fail("a//b") == TP_BAD_TEXT);
	CHECK(globs_fail("a[score < 3]") == TP_BAD_PATTERN && globs_fail("a -> b") == TP_BAD_PATTERN && globs_fail("a+") == TP_BAD_PATTERN);
	long_globs();
	return CHECK_DONE();
}
