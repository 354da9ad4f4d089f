/*
 * tp_pattern_steps.c
 *	  Patterns that are less than a pattern: globs alone, and the steps of a chain.
 */
#include "find/tp_pattern.h"

tp_status
tp_pattern_of_globs(tp_buffer *out, const char *text, size_t len, tp_error *err)
{
	size_t		from = out->len;
	tp_buffer	canonical;
	tp_status	status;

	tp_buffer_byte(out, TP_PATTERN_VERSION);
	tp_buffer_byte(out, 0);
	status = tp_step_parse(out, text, len, true, err);
	if (status != TP_OK)
		return status;
	/* quotes and blanks may make it longer than what was read, and what is stored must read back */
	tp_buffer_init(&canonical, out->mem);
	status = tp_pattern_write(&canonical, (const uint8_t *) out->data + from, out->len - from, err);
	if (status == TP_OK && canonical.len > TP_STEP_TEXT_MAX)
		status = tp_fail(err, TP_PAST_LIMIT, "Write fewer globs, or shorter ones, with * for what they share.",
						 "glob is too large: written out it is longer than 1 MB");
	tp_buffer_release(&canonical);
	return status;
}

/* Pass a node that is a step, or alternatives of one; false where it is more, and the cursor anywhere. */
static bool
pass_step(tp_image *i)
{
	uint32_t	pending = 1;

	while (pending > 0 && !i->bad)
	{
		uint8_t		kind = tp_image_u8(i);
		tp_glob		unused;

		pending--;
		if (kind == TP_NODE_CHOICE)
		{
			pending += tp_image_u16(i);
			continue;
		}
		if (kind != TP_NODE_STEP && kind != TP_NODE_MORE)
			return false;
		tp_image_glob(i, &unused);
		tp_image_pass_conditions(i);
	}
	return !i->bad;
}

/* The text of the step whose nodes lie there, as a pattern of it alone is written. */
static tp_status
write_step(tp_buffer *b, const uint8_t *nodes, size_t size, tp_error *err)
{
	tp_buffer	image;
	tp_status	status;

	tp_buffer_init(&image, b->mem);
	tp_buffer_byte(&image, TP_PATTERN_VERSION);
	tp_buffer_byte(&image, 0);
	tp_buffer_add(&image, nodes, size);
	status = image.failed ? tp_fail_memory(err) : tp_pattern_write(b, (const uint8_t *) image.data, image.len, err);
	tp_buffer_byte(b, '\0');
	tp_buffer_release(&image);
	return status != TP_OK ? status : b->failed ? tp_fail_memory(err) : TP_OK;
}

static tp_status
fail_chain(tp_buffer *b, const uint8_t *image, size_t size, tp_error *err)
{
	size_t		from = b->len;

	if (tp_pattern_write(b, image, size, err) != TP_OK)
		return err->status;
	return tp_fail(err, TP_BAD_ARGUMENT,
				   "Join steps by -> alone, as in web/cart -> web/checkout, and give the time as an argument; other patterns are asked with ~.",
				   "the pattern is no chain of steps: \"%s\"", tp_excerpt_of(b->data + from, b->len - from).text);
}

tp_status
tp_pattern_steps(tp_buffer *b, const uint8_t *image, size_t size, uint32_t *n, tp_error *err)
{
	tp_image	i;
	uint32_t	steps = 1;
	bool		chain;

	*n = 0;
	chain = tp_image_open(&i, image, size);
	if (chain && *i.at == TP_NODE_SEQUENCE)
	{
		i.at++;
		chain = tp_image_u8(&i) == 0;
		steps = tp_image_u16(&i);
	}
	for (uint32_t k = 0; k < steps && chain; k++)
	{
		const uint8_t *at;

		if (k > 0)
		{
			tp_connector c;

			tp_image_connector(&i, &c);
			if (c.next || c.limits != 0 || c.exclusions != 0)
				break;
		}
		at = i.at;
		if (!pass_step(&i))
			break;
		if (write_step(b, at, (size_t) (i.at - at), err) != TP_OK)
			return err->status;
		++*n;
	}
	return *n == steps && i.at == i.end ? TP_OK : fail_chain(b, image, size, err);
}
