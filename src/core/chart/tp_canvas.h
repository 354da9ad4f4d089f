/*
 * tp_canvas.h
 *	  Paper and pen: a picture as SVG that is well-formed whatever is drawn on it.
 *
 * Elements are opened and closed by calls that keep a stack, attributes and characters are escaped where
 * they are written, and a character that XML cannot hold becomes U+FFFD: so there is no way to write
 * what an XML parser refuses. No picture has a script, an outside reference, a font file or an id.
 *
 * Labels are UTF-8 here. Where the host's encoding is another one, what is not ASCII is written as character
 * references, and the picture is text in any encoding.
 */
#ifndef TP_CANVAS_H
#define TP_CANVAS_H

#include "base/tp_text.h"

#define TP_WIDTH_MIN 320
#define TP_WIDTH_MAX 4000
#define TP_HUES 8
#define TP_HEATS 7				/* steps of a heat map, 0 the palest */
#define TP_DEPTH_MAX 16

/* A run of UTF-8, not NUL-terminated. */
typedef struct tp_label
{
	const char *s;
	size_t		len;
} tp_label;

static inline tp_label
tp_label_of(const char *s)
{
	return (tp_label) {s, strlen(s)};
}

static inline bool
tp_same_label(tp_label a, tp_label b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

typedef struct tp_box
{
	double		left;
	double		top;
	double		right;
	double		bottom;
} tp_box;

typedef struct tp_canvas
{
	const tp_memory *mem;
	tp_buffer  *out;
	bool		ascii;			/* write characters beyond ASCII as references */
	bool		open;			/* the tag of the last element still takes attributes */
	int			depth;
	const char *stack[TP_DEPTH_MAX];
	tp_buffer	words;			/* scratch of tp_say */
	double		width;
	double		height;
	tp_box	   *taken;			/* where text and marks are, for labels that look for room */
	uint32_t	takens;
	uint32_t	taken_room;
} tp_canvas;

/* mem is for scratch, out takes the picture. TP_BAD_ARGUMENT unless 320 <= width <= 4000. */
extern tp_status tp_canvas_init(tp_canvas *c, const tp_memory *mem, tp_buffer *out, bool ascii, int width, tp_error *err);
extern void tp_canvas_release(tp_canvas *c);

/* TP_NO_MEMORY or TP_INTERRUPTED where something failed underway, after what was allocated is released. */
extern tp_status tp_canvas_end(tp_canvas *c, tp_error *err);

/* Elements. Names of elements and attributes are the house's own; values and characters may be anything. */
extern void tp_open(tp_canvas *c, const char *name);
extern void tp_attr(tp_canvas *c, const char *name, const char *value);
extern void tp_attr_number(tp_canvas *c, const char *name, double v);
extern void tp_chars(tp_canvas *c, tp_label text);
extern void tp_close(tp_canvas *c);

/* The <svg> with what it is called and what it says; the paper behind it. height is rounded up. */
extern void tp_picture(tp_canvas *c, double height, tp_label title, tp_label desc);

/*
 * Words out of pieces: %s a C string, %L a tp_label, %d a long long, %g a double in full, %v a double to three
 * places that count, %p a share in percent, %t an int64_t time, %D its day, %u an int64_t of microseconds as people
 * say it. They last until the next call.
 */
extern tp_label tp_say(tp_canvas *c, const char *format, ...);
extern void tp_say_more(tp_canvas *c, const char *format, ...);
extern tp_label tp_said(const tp_canvas *c);

/* Where a mark is told of: <title> inside the element that is open, which is closed then. */
extern void tp_end_titled(tp_canvas *c, tp_label title);

/* Plain marks. A title of no length means decoration: lines of a grid, grounds of a band. */
extern void tp_rect(tp_canvas *c, const char *class, double x, double y, double w, double h, double round, tp_label title);
extern void tp_line(tp_canvas *c, const char *class, double x1, double y1, double x2, double y2);
extern void tp_circle(tp_canvas *c, const char *class, double x, double y, double r, tp_label title);

/* A path is opened, drawn with letters and points, and closed. */
extern void tp_path(tp_canvas *c, const char *class);
extern void tp_to(tp_canvas *c, char letter, const double *numbers, int n);
extern void tp_to_point(tp_canvas *c, char letter, double x, double y);
extern void tp_path_end(tp_canvas *c, tp_label title);

/*
 * The curve of scores, or of what was expected, through n points: point says where number i lies, or false where nothing
 * is known of it.
 */
typedef bool (*tp_curve_point) (const void *chart, uint32_t i, bool expected, double *x, double *y);

extern void tp_curve(tp_canvas *c, const void *chart, uint32_t n, bool expected, tp_curve_point point, const char *title);

#define TP_NO_TITLE ((tp_label) {"", 0})

/* Advance width of a text in px, rather too wide than too narrow. */
extern double tp_measure(tp_label text, double size);

/*
 * How many bytes of text fit into room px, an ellipsis included where it is cut; *cut says so. A base and what
 * combines with it stay together.
 */
extern size_t tp_fit(tp_label text, double size, double room, bool *cut);

typedef enum tp_anchor
{
	TP_START,
	TP_MIDDLE,
	TP_END
} tp_anchor;

#define TP_TEXT_SIZE 12.0
#define TP_SMALL_SIZE 11.0
#define TP_HEAD_SIZE_PX 15.0

/*
 * A line of text whose baseline is y, cut to room px and then with the whole in its title; nothing where not even
 * two characters fit. Returns the width it takes.
 */
extern double tp_text(tp_canvas *c, const char *class, tp_anchor anchor, double x, double y, double size, double room,
					  tp_label text);

/* As tp_text over as many lines as there are, at most lines; returns how many were written. */
extern int	tp_text_lines(tp_canvas *c, const char *class, double x, double y, double size, double pitch, double room,
						  int lines, tp_label text);
extern int	tp_count_lines(tp_label text, double size, double room, int lines);

/* Room for labels: what is taken, and is this box free? */
extern void tp_take(tp_canvas *c, tp_box box);
extern bool tp_is_free(const tp_canvas *c, tp_box box);
extern tp_box tp_text_box(tp_anchor anchor, double x, double y, double size, double width);

/* Characters: the next of UTF-8, U+FFFD for what is none and for what XML cannot hold. */
extern uint32_t tp_next_char(const char **at, const char *end);

/* A scale with round ticks: 1, 2 or 5 times a power of ten apart, about wanted of them. */
typedef struct tp_axis
{
	double		low;			/* of the first tick */
	double		high;			/* of the last */
	double		step;
	int			ticks;
	double		from;			/* px of low */
	double		to;				/* px of high */
} tp_axis;

extern tp_axis tp_axis_of(double low, double high, int wanted, double from, double to);
extern double tp_axis_tick(const tp_axis *axis, int i);
extern double tp_axis_at(const tp_axis *axis, double v);

/* Colours as #rrggbb: of hue or heat i, of text and paper, in the light or in the dark; for who checks them. */
extern const char *tp_colour(const char *role, int i, bool dark);

/* Classes of hue i: "tp-f2" filled, "tp-s2" stroked, "tp-a2" tinted; of heat i "tp-h3". */
extern const char *tp_hue_class(char kind, int i);

/* A picture that says that there is nothing to draw. */
extern void tp_nothing(tp_canvas *c, const char *title, const char *why);

/* What a picture is called, at its top left. */
extern void tp_heading(tp_canvas *c, tp_label text);

#endif							/* TP_CANVAS_H */
