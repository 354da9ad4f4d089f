/*
 * tp_measure.c
 *	  How wide a text is, without its font; scales with round ticks.
 *
 * Advance widths by class of character, in hundredths of the size. They are those of the wider of the
 * usual fonts without serifs, so that what is measured here fits whichever a browser takes.
 */
#include "chart/tp_canvas.h"

#include <math.h>

uint32_t
tp_next_char(const char **at, const char *end)
{
	const uint8_t *s = (const uint8_t *) *at;
	size_t		left = (size_t) (end - *at);
	uint32_t	ch = s[0];
	size_t		n = ch < 0x80 ? 1 : ch < 0xc2 ? 0 : ch < 0xe0 ? 2 : ch < 0xf0 ? 3 : ch < 0xf5 ? 4 : 0;

	if (n == 1)
	{
		*at += 1;
		return ch;
	}
	if (n == 0 || n > left)
	{
		*at += 1;
		return 0xfffd;
	}
	ch &= 0xffu >> (n + 1);
	for (size_t i = 1; i < n; i++)
	{
		if ((s[i] & 0xc0) != 0x80)
		{
			*at += 1;
			return 0xfffd;
		}
		ch = ch << 6 | (s[i] & 0x3f);
	}
	*at += n;
	if ((n == 3 && ch < 0x800) || (n == 4 && (ch < 0x10000 || ch > 0x10ffff)) || (ch >= 0xd800 && ch <= 0xdfff) ||
		ch == 0xfffe || ch == 0xffff)
		return 0xfffd;
	return ch;
}

typedef struct range
{
	uint32_t	first;
	uint32_t	last;
	uint8_t		width;
} range;

/* In order; what is in none is 100. */
static const range ranges[] = {
	{0x0080, 0x009f, 0}, {0x00a0, 0x00bf, 70}, {0x00c0, 0x00de, 82}, {0x00df, 0x00ff, 70}, {0x0100, 0x02af, 84},
	{0x02b0, 0x02ff, 60}, {0x0300, 0x036f, 0}, {0x0370, 0x03ff, 84}, {0x0400, 0x0482, 90}, {0x0483, 0x0489, 0},
	{0x048a, 0x052f, 95}, {0x0530, 0x058f, 90}, {0x0590, 0x05bd, 0}, {0x05be, 0x05ff, 72}, {0x0600, 0x061a, 70},
	{0x061b, 0x064a, 82}, {0x064b, 0x065f, 0}, {0x0660, 0x07ff, 82}, {0x0e00, 0x0e7f, 72}, {0x1e00, 0x1fff, 86},
	{0x200b, 0x200f, 0}, {0x2010, 0x2027, 100}, {0x2028, 0x202e, 0}, {0x2060, 0x206f, 0}, {0x20d0, 0x20ff, 0},
	{0x2190, 0x21ff, 100}, {0x2600, 0x27bf, 140}, {0x2e80, 0xa4cf, 104}, {0xac00, 0xd7ff, 104}, {0xf900, 0xfaff, 104},
	{0xfe00, 0xfe0f, 0}, {0xfe20, 0xfe2f, 0}, {0xfe30, 0xfe4f, 104}, {0xff00, 0xff60, 104}, {0xffe0, 0xffe6, 104},
	{0x1f000, 0x1faff, 140}, {0x20000, 0x3ffff, 104}, {0xe0000, 0xe0fff, 0},
};

/* ASCII from the blank on: the widest of DejaVu Sans, Verdana, Arial. */
static const uint8_t ascii_width[96] = {
	36, 42, 47, 84, 65, 98, 80, 30, 46, 46, 65, 84, 37, 46, 37, 46,
	65, 65, 65, 65, 65, 65, 65, 65, 65, 65, 46, 46, 84, 84, 84, 56,
	102, 70, 70, 73, 78, 66, 61, 79, 77, 43, 46, 70, 58, 88, 77, 80,
	67, 80, 71, 70, 65, 76, 70, 101, 70, 65, 70, 46, 46, 46, 84, 65,
	50, 63, 65, 57, 65, 63, 38, 65, 65, 30, 36, 62, 30, 99, 65, 63,
	65, 65, 44, 54, 41, 65, 62, 84, 61, 62, 55, 65, 46, 65, 84, 0
};

static double
char_width(uint32_t ch)
{
	int			low = 0,
				high = (int) (sizeof(ranges) / sizeof(ranges[0])) - 1;

	if (ch < 0x80)
		return ch < 0x20 ? 36 : ascii_width[ch - 0x20];
	while (low <= high)
	{
		int			middle = (low + high) / 2;

		if (ch < ranges[middle].first)
			high = middle - 1;
		else if (ch > ranges[middle].last)
			low = middle + 1;
		else
			return ranges[middle].width;
	}
	return 108;
}

double
tp_measure(tp_label text, double size)
{
	const char *at = text.s;
	double		sum = 0;

	while (at < text.s + text.len)
		sum += char_width(tp_next_char(&at, text.s + text.len));
	return sum * size / 100;
}

size_t
tp_fit(tp_label text, double size, double room, bool *cut)
{
	const char *at = text.s,
			   *end = text.s + text.len;
	double		sum = 0;
	size_t		fits = 0,
				before = 0;
	int			bases = 0;
	bool		joined = false;

	*cut = false;
	while (at < end)
	{
		const char *from = at;
		uint32_t	ch = tp_next_char(&at, end);
		double		width = char_width(ch) * size / 100;

		/* a character that begins something new is where the text before it may end */
		if (width > 0 && !joined)
		{
			before = (size_t) (from - text.s);
			if (sum + size <= room && bases > 0)
				fits = before;
			bases++;
		}
		joined = ch == 0x200d;
		sum += width;
		if (sum > room)
		{
			*cut = true;
			return fits;
		}
	}
	return text.len;
}

tp_axis
tp_axis_of(double low, double high, int wanted, double from, double to)
{
	tp_axis		a = {low, high, 1, 2, from, to};
	double		span,
				power,
				lead;

	if (!(high > low))
	{
		double		room = low == 0 ? 1 : fabs(low) * 0.5;

		low = low - room;
		high = high + room;
	}
	span = high / wanted - low / wanted;
	if (!isfinite(span) || span < 1e-290)
	{
		/* at the end of what numbers hold: two ticks, unrounded */
		a.low = low;
		a.high = high;
		a.step = high - low;
		return a;
	}
	power = pow(10, floor(log10(span)));
	lead = span / power;
	a.step = (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
	a.low = floor(low / a.step) * a.step;
	a.high = ceil(high / a.step) * a.step;
	a.ticks = (int) fmin(100, round(a.high / a.step - a.low / a.step)) + 1;
	return a;
}

double
tp_axis_tick(const tp_axis *a, int i)
{
	double		v = a->low + i * a->step;

	if (i == a->ticks - 1)
		v = a->high;
	if (a->step >= 1)
		return v;
	/* as the decimal that is meant: 0.3, not 0.30000000000000004 */
	return 1 / a->step < 1e15 ? round(v / a->step) / round(1 / a->step) : v;
}

double
tp_axis_at(const tp_axis *a, double v)
{
	double		share = (v / 2 - a->low / 2) / (a->high / 2 - a->low / 2);

	if (!(share > 0))
		share = 0;
	return a->from + (a->to - a->from) * (share > 1 ? 1 : share);
}
