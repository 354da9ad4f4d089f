/*
 * test_golden_points.c
 *	  Golden images of the state of response_curve.
 */
#include "golden.h"

#include "channel/tp_points.h"

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

static const golden_type types[] = {{"touchpoint_points", points_image, points_text}};

int
main(int argc, char **argv)
{
	(void) argv;
	golden_main(types, 1, argc > 1);
	return argc > 1 ? 0 : CHECK_DONE();
}
