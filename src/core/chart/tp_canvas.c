/*
 * tp_canvas.c
 *	  Writing well-formed SVG, and the words on it.
 */
#include "chart/tp_canvas.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "chart/tp_palette.h"

#define BOLD 1.12				/* times as wide as regular */

tp_status
tp_canvas_init(tp_canvas *c, const tp_memory *mem, tp_buffer *out, bool ascii, int width, tp_error *err)
{
	memset(c, 0, sizeof(*c));
	if (width < TP_WIDTH_MIN || width > TP_WIDTH_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "Write the width in pixels, 320 to 4000.",
					   "a picture is %d to %d pixels wide, not %d", TP_WIDTH_MIN, TP_WIDTH_MAX, width);
	c->mem = mem;
	c->out = out;
	c->ascii = ascii;
	c->width = width;
	tp_buffer_init(&c->words, mem);
	return TP_OK;
}

void
tp_canvas_release(tp_canvas *c)
{
	tp_buffer_release(&c->words);
	tp_release(c->mem, c->taken);
	c->taken = NULL;
	c->takens = c->taken_room = 0;
}

tp_status
tp_canvas_end(tp_canvas *c, tp_error *err)
{
	bool		failed = c->words.failed;

	while (c->depth > 0)
		tp_close(c);
	tp_canvas_release(c);
	if (failed || c->out->failed)
		return tp_interrupted(c->mem) ? tp_fail_interrupted(err) : tp_fail_memory(err);
	return TP_OK;
}

static void
end_tag(tp_canvas *c)
{
	if (c->open)
		tp_buffer_byte(c->out, '>');
	c->open = false;
}

void
tp_open(tp_canvas *c, const char *name)
{
	end_tag(c);
	tp_buffer_byte(c->out, '<');
	tp_buffer_string(c->out, name);
	if (c->depth == TP_DEPTH_MAX)
	{
		c->out->failed = true;
		return;
	}
	c->stack[c->depth++] = name;
	c->open = true;
}

void
tp_close(tp_canvas *c)
{
	const char *name = c->stack[--c->depth];

	if (c->open)
	{
		tp_buffer_string(c->out, "/>");
		c->open = false;
		return;
	}
	tp_buffer_string(c->out, "</");
	tp_buffer_string(c->out, name);
	tp_buffer_byte(c->out, '>');
}

/* Bidi controls order what stands around them, so they are left out. */
static bool
is_bidi_control(uint32_t ch)
{
	return ch == 0x61c || ch == 0x200e || ch == 0x200f || (ch >= 0x202a && ch <= 0x202e) || (ch >= 0x2066 && ch <= 0x2069);
}

static void
put_escaped(tp_canvas *c, const char *s, size_t len)
{
	const char *at = s,
			   *end = s + len;

	while (at < end)
	{
		const char *from = at;
		uint32_t	ch = tp_next_char(&at, end);
		const char *as = ch == '&' ? "&amp;" : ch == '<' ? "&lt;" : ch == '>' ? "&gt;" : ch == '"' ? "&quot;" :
			ch == '\'' ? "&#39;" : ch < 0x20 || ch == 0x7f ? " " : NULL;

		if (is_bidi_control(ch))
			continue;
		if (as != NULL)
			tp_buffer_string(c->out, as);
		else if (ch < 0x80)
			tp_buffer_byte(c->out, (uint8_t) ch);
		else if (c->ascii)
		{
			char		reference[16];

			snprintf(reference, sizeof(reference), "&#x%X;", (unsigned) ch);
			tp_buffer_string(c->out, reference);
		}
		else if (ch == 0xfffd)
			tp_buffer_string(c->out, "\xef\xbf\xbd");
		else
			tp_buffer_add(c->out, from, (size_t) (at - from));
	}
}

void
tp_attr(tp_canvas *c, const char *name, const char *value)
{
	tp_buffer_byte(c->out, ' ');
	tp_buffer_string(c->out, name);
	tp_buffer_string(c->out, "=\"");
	put_escaped(c, value, strlen(value));
	tp_buffer_byte(c->out, '"');
}

/* To a hundredth of a pixel; what is no place on any paper is 0. */
static void
put_number(tp_buffer *b, double v)
{
	char		text[32];
	int64_t		hundredths = isfinite(v) && fabs(v) < 1e12 ? (int64_t) llround(v * 100) : 0;
	uint64_t	size = (uint64_t) (hundredths < 0 ? -hundredths : hundredths);

	snprintf(text, sizeof(text), size % 100 == 0 ? "%s%llu" : size % 10 == 0 ? "%s%llu.%01llu" : "%s%llu.%02llu",
			 hundredths < 0 ? "-" : "", (unsigned long long) (size / 100),
			 (unsigned long long) (size % 10 == 0 ? size % 100 / 10 : size % 100));
	tp_buffer_string(b, text);
}

void
tp_attr_number(tp_canvas *c, const char *name, double v)
{
	tp_buffer_byte(c->out, ' ');
	tp_buffer_string(c->out, name);
	tp_buffer_string(c->out, "=\"");
	put_number(c->out, v);
	tp_buffer_byte(c->out, '"');
}

void
tp_chars(tp_canvas *c, tp_label text)
{
	end_tag(c);
	put_escaped(c, text.s, text.len);
}

static void
titled(tp_canvas *c, const char *name, tp_label text)
{
	tp_open(c, name);
	tp_chars(c, text);
	tp_close(c);
}

void
tp_end_titled(tp_canvas *c, tp_label title)
{
	if (title.len > 0)
		titled(c, "title", title);
	else
		tp_attr(c, "aria-hidden", "true");
	tp_close(c);
}

void
tp_picture(tp_canvas *c, double height, tp_label title, tp_label desc)
{
	char		box[64];

	c->height = ceil(height);
	snprintf(box, sizeof(box), "0 0 %.0f %.0f", c->width, c->height);
	tp_open(c, "svg");
	tp_attr(c, "xmlns", "http://www.w3.org/2000/svg");
	tp_attr(c, "role", "img");
	tp_attr_number(c, "width", c->width);
	tp_attr_number(c, "height", c->height);
	tp_attr(c, "viewBox", box);
	tp_attr(c, "class", "tp");
	titled(c, "title", title);
	titled(c, "desc", desc);
	tp_open(c, "style");
	end_tag(c);
	tp_palette_style(c->out);
	tp_close(c);
	tp_rect(c, "tp-bg", 0, 0, c->width, c->height, 0, TP_NO_TITLE);
}

void
tp_rect(tp_canvas *c, const char *class, double x, double y, double w, double h, double round, tp_label title)
{
	tp_open(c, "rect");
	tp_attr(c, "class", class);
	tp_attr_number(c, "x", x);
	tp_attr_number(c, "y", y);
	tp_attr_number(c, "width", w > 0 ? w : 0);
	tp_attr_number(c, "height", h > 0 ? h : 0);
	if (round > 0)
		tp_attr_number(c, "rx", round);
	tp_end_titled(c, title);
}

void
tp_line(tp_canvas *c, const char *class, double x1, double y1, double x2, double y2)
{
	double		from[2] = {x1, y1},
				to[2] = {x2, y2};

	tp_path(c, class);
	tp_to(c, 'M', from, 2);
	tp_to(c, 'L', to, 2);
	tp_path_end(c, TP_NO_TITLE);
}

void
tp_circle(tp_canvas *c, const char *class, double x, double y, double r, tp_label title)
{
	tp_open(c, "circle");
	tp_attr(c, "class", class);
	tp_attr_number(c, "cx", x);
	tp_attr_number(c, "cy", y);
	tp_attr_number(c, "r", r);
	tp_end_titled(c, title);
}

void
tp_path(tp_canvas *c, const char *class)
{
	tp_open(c, "path");
	tp_attr(c, "class", class);
	tp_buffer_string(c->out, " d=\"");
}

void
tp_to(tp_canvas *c, char letter, const double *numbers, int n)
{
	tp_buffer_byte(c->out, (uint8_t) letter);
	for (int i = 0; i < n; i++)
	{
		if (i > 0)
			tp_buffer_byte(c->out, ' ');
		put_number(c->out, numbers[i]);
	}
}

void
tp_to_point(tp_canvas *c, char letter, double x, double y)
{
	double		point[2] = {x, y};

	tp_to(c, letter, point, 2);
}

void
tp_path_end(tp_canvas *c, tp_label title)
{
	tp_buffer_byte(c->out, '"');
	tp_end_titled(c, title);
}

void
tp_curve(tp_canvas *c, const void *chart, uint32_t n, bool expected, tp_curve_point point, const char *title)
{
	char		letter = 'M';

	tp_path(c, expected ? "tp-l tp-s3 tp-line tp-dash" : "tp-l tp-s0 tp-line");
	for (uint32_t i = 0; i < n; i++)
	{
		double		x,
					y;

		if (!point(chart, i, expected, &x, &y))
			continue;
		tp_to_point(c, letter, x, y);
		letter = 'L';
	}
	tp_path_end(c, tp_label_of(title));
}

/* To three places that count, in the decimal that reads back. */
static double
rounded(double v)
{
	double		scale;
	int			places;

	if (v == 0 || !isfinite(v))
		return v;
	places = 2 - (int) floor(log10(fabs(v)));
	if (places > 15 || places < -300)
		return v;
	if (places <= 0)
		return fabs(v) < 1e15 ? round(v) : v;
	scale = pow(10, places);
	return round(v * scale) / scale;
}

static void
say_number(tp_buffer *b, double v)
{
	if (isfinite(v))
		tp_write_number(b, v);
	else
		tp_buffer_string(b, tp_not_finite(v));
}

static void
say_time(tp_buffer *b, int64_t t, bool day)
{
	char	   *at;
	size_t		from = b->len;

	if (!tp_time_is_finite(t))
	{
		tp_buffer_string(b, t < 0 ? "-infinity" : "infinity");
		return;
	}
	tp_write_time(b, t);
	if (b->failed || (at = memchr(b->data + from, 'T', b->len - from)) == NULL)
		return;
	if (day)
		b->len = (size_t) (at - b->data);
	else
	{
		*at = ' ';
		if ((size_t) (b->data + b->len - at) > 6)
			b->len = (size_t) (at - b->data) + 6;	/* to the minute */
	}
}

/* The two greatest units: "3 d 4 h", "12 min 5 s". */
static void
say_duration(tp_buffer *b, int64_t usecs)
{
	static const struct
	{
		int64_t		size;
		const char *name;
	}			unit[] = {{TP_USECS_PER_DAY, " d"}, {TP_USECS_PER_HOUR, " h"}, {TP_USECS_PER_MINUTE, " min"}, {TP_USECS_PER_SECOND, " s"}};
	bool		begun = false;

	if (usecs < 0)
		tp_buffer_byte(b, '-');
	for (int i = 0; i < 4; i++)
	{
		uint64_t	left = usecs < 0 ? -(uint64_t) usecs : (uint64_t) usecs;
		uint64_t	n;

		for (int k = 0; k < i; k++)
			left %= (uint64_t) unit[k].size;
		n = left / (uint64_t) unit[i].size;
		if (n > 0 || (i == 3 && !begun))
		{
			if (begun)
				tp_buffer_byte(b, ' ');
			tp_write_integer(b, (int64_t) n);
			tp_buffer_string(b, unit[i].name);
			if (begun)
				return;
			begun = true;
		}
		else if (begun)
			return;
	}
}

static void
say(tp_canvas *c, const char *format, va_list args)
{
	tp_buffer  *b = &c->words;

	for (const char *at = format; *at != '\0'; at++)
	{
		tp_label	label;

		if (*at != '%')
		{
			tp_buffer_byte(b, (uint8_t) *at);
			continue;
		}
		switch (*++at)
		{
			case 's':
				tp_buffer_string(b, va_arg(args, const char *));
				break;
			case 'L':
				label = va_arg(args, tp_label);
				tp_buffer_add(b, label.s, label.len);
				break;
			case 'd':
				tp_write_integer(b, va_arg(args, long long));
				break;
			case 'g':
				say_number(b, va_arg(args, double));
				break;
			case 'v':
				say_number(b, rounded(va_arg(args, double)) + 0.0);
				break;
			case 'p':
				say_number(b, rounded(100 * va_arg(args, double)));
				tp_buffer_string(b, " %");
				break;
			case 't':
				say_time(b, va_arg(args, int64_t), false);
				break;
			case 'D':
				say_time(b, va_arg(args, int64_t), true);
				break;
			case 'u':
				say_duration(b, va_arg(args, int64_t));
				break;
			default:
				tp_buffer_byte(b, '%');
		}
	}
}

tp_label
tp_say(tp_canvas *c, const char *format,...)
{
	va_list		args;

	c->words.len = 0;
	va_start(args, format);
	say(c, format, args);
	va_end(args);
	return tp_said(c);
}

void
tp_say_more(tp_canvas *c, const char *format,...)
{
	va_list		args;

	va_start(args, format);
	say(c, format, args);
	va_end(args);
}

tp_label
tp_said(const tp_canvas *c)
{
	return (tp_label) {c->words.data == NULL ? "" : c->words.data, c->words.failed ? 0 : c->words.len};
}

double
tp_text(tp_canvas *c, const char *class, tp_anchor anchor, double x, double y, double size, double room, tp_label text)
{
	double		wide = strstr(class, "tp-b") != NULL ? size * BOLD : size;
	bool		cut;
	size_t		n = tp_fit(text, wide, room, &cut);
	double		width;

	if (n == 0)
		return 0;
	width = tp_measure((tp_label) {text.s, n}, wide) + (cut ? size : 0);
	tp_open(c, "text");
	tp_attr(c, "class", class);
	tp_attr_number(c, "x", x);
	tp_attr_number(c, "y", y);
	tp_attr_number(c, "font-size", size);
	if (anchor != TP_START)
		tp_attr(c, "text-anchor", anchor == TP_MIDDLE ? "middle" : "end");
	if (cut)
		titled(c, "title", text);
	tp_chars(c, (tp_label) {text.s, n});
	if (cut)
		tp_chars(c, tp_label_of("\xe2\x80\xa6"));
	tp_close(c);
	tp_take(c, tp_text_box(anchor, x, y, size, width));
	return width;
}

/* Where a line of text that may go on breaks: behind its last blank, semicolon or character that fits. */
static size_t
line_end(tp_label text, double size, double room)
{
	bool		cut;
	size_t		n = tp_fit(text, size, room + size, &cut);	/* the ellipsis is not there */

	if (!cut && tp_measure(text, size) <= room)
		return text.len;
	if (!cut)
		n = tp_fit(text, size, room, &cut);
	for (size_t i = n; i > n / 2; i--)
		if (text.s[i - 1] == ' ' || text.s[i - 1] == '/' || text.s[i - 1] == ':')
			return i;
	return n;
}

static tp_label
trimmed(tp_label text)
{
	while (text.len > 0 && text.s[0] == ' ')
		text.s++, text.len--;
	return text;
}

int
tp_count_lines(tp_label text, double size, double room, int lines)
{
	int			n = 0;

	for (text = trimmed(text); text.len > 0 && n < lines; n++)
	{
		size_t		end = line_end(text, size, room);

		if (end == 0)
			break;
		text = trimmed((tp_label) {text.s + end, text.len - end});
	}
	return n;
}

int
tp_text_lines(tp_canvas *c, const char *class, double x, double y, double size, double pitch, double room, int lines,
			  tp_label text)
{
	int			n = 0;

	for (text = trimmed(text); text.len > 0 && n < lines; n++)
	{
		size_t		end = n == lines - 1 ? text.len : line_end(text, size, room);
		tp_label	line = {text.s, end};

		if (end == 0)
			break;
		while (line.len > 0 && line.s[line.len - 1] == ' ')
			line.len--;
		tp_text(c, class, TP_START, x, y + n * pitch, size, n == lines - 1 ? room : room + size, line);
		text = trimmed((tp_label) {text.s + end, text.len - end});
	}
	return n;
}

tp_box
tp_text_box(tp_anchor anchor, double x, double y, double size, double width)
{
	double		left = anchor == TP_START ? x : anchor == TP_MIDDLE ? x - width / 2 : x - width;

	return (tp_box) {left - 1, y - size, left + width + 1, y + size * 0.35};
}

void
tp_take(tp_canvas *c, tp_box box)
{
	if (!tp_grow(c->mem, (void **) &c->taken, &c->taken_room, (uint64_t) c->takens + 1, sizeof(tp_box)))
	{
		c->words.failed = true;
		return;
	}
	c->taken[c->takens++] = box;
}

bool
tp_is_free(const tp_canvas *c, tp_box box)
{
	if (box.left < 0 || box.top < 0 || box.right > c->width || box.bottom > c->height)
		return false;
	for (uint32_t i = 0; i < c->takens; i++)
		if (box.left < c->taken[i].right && c->taken[i].left < box.right &&
			box.top < c->taken[i].bottom && c->taken[i].top < box.bottom)
			return false;
	return true;
}

void
tp_heading(tp_canvas *c, tp_label text)
{
	tp_text(c, "tp-t tp-b", TP_START, 16, 26, TP_HEAD_SIZE_PX, c->width - 32, text);
}

void
tp_nothing(tp_canvas *c, const char *title, const char *why)
{
	tp_picture(c, 96, tp_label_of(title), tp_label_of(why));
	tp_heading(c, tp_label_of(title));
	tp_text_lines(c, "tp-m", 16, 56, TP_TEXT_SIZE, 17, c->width - 32, 2, tp_label_of(why));
}
