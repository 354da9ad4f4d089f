/*
 * test_chart.c
 *	  The drawing room: well-formed whatever is drawn, measured, contrasting; and the pictures fed with noise.
 */
#include "check.h"

#include "chart/tp_html.h"
#include "chart/tp_palette.h"
#include "chart/tp_pictures.h"

/* Contrast of two colours (W3C, WCAG 2.1). */
static double
luminance(const char *colour)
{
	static const double weight[3] = {0.2126, 0.7152, 0.0722};
	double		sum = 0;

	for (int i = 0; i < 3; i++)
	{
		char		hex[3] = {colour[1 + 2 * i], colour[2 + 2 * i], '\0'};
		double		v = (double) strtol(hex, NULL, 16) / 255;

		sum += weight[i] * (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double
contrast(const char *a, const char *b)
{
	double		x = luminance(a),
				y = luminance(b);

	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static void
check_colours(void)
{
	for (int dark = 0; dark < 2; dark++)
	{
		const char *paper = tp_colour("paper", 0, dark);
		const char *text = tp_colour("text", 0, dark);

		CHECK(contrast(text, paper) >= 7 && contrast(tp_colour("muted", 0, dark), paper) >= 4.5);
		CHECK(contrast(tp_colour("muted", 0, dark), tp_colour("band", 0, dark)) >= 4.5);
		for (int i = 0; i < TP_HUES; i++)
			CHECK(contrast(tp_colour("hue", i, dark), paper) >= 4.5);
		for (int i = 0; i < TP_HEATS; i++)
			CHECK(contrast(text, tp_colour("heat", i, dark)) >= 4.5);
	}
	CHECK(tp_colour("nothing", 0, false) == NULL);
}

/* A small XML parser: elements nest and close, attributes are quoted, characters are such that XML holds. */
static bool
is_well_formed(const char *s, size_t len)
{
	const char *at = s,
			   *end = s + len;
	char		stack[TP_DEPTH_MAX + 1][16];
	int			depth = 0;
	bool		any = false;

	while (at < end)
	{
		if (*at == '<')
		{
			bool		closing = at[1] == '/';
			size_t		n = 0;

			at += closing ? 2 : 1;
			while (at + n < end && at[n] >= 'a' && at[n] <= 'z')
				n++;
			if (n == 0 || n > 15 || (depth == 0 && any))
				return false;
			if (closing)
			{
				if (depth == 0 || strlen(stack[--depth]) != n || memcmp(stack[depth], at, n) != 0 || at[n] != '>')
					return false;
				any |= depth == 0;
				at += n + 1;
				continue;
			}
			memcpy(stack[depth], at, n);
			stack[depth][n] = '\0';
			at += n;
			while (at < end && *at == ' ')
			{
				while (at < end && *at != '=')
					at++;
				if (end - at < 2 || at[1] != '"')
					return false;
				for (at += 2; at < end && *at != '"'; at++)
					if (*at == '<')
						return false;
				at++;
			}
			if (at + 1 < end && at[0] == '/' && at[1] == '>')
				at += 2;
			else if (at < end && *at == '>' && depth < TP_DEPTH_MAX)
			{
				depth++;
				at++;
			}
			else
				return false;
		}
		else if (*at == '&')
		{
			const char *semicolon = memchr(at, ';', (size_t) (end - at));

			if (semicolon == NULL || semicolon - at > 10 || (at[1] == '#' && at[2] == '0'))
				return false;
			at = semicolon + 1;
		}
		else
		{
			const char *from = at;
			uint32_t	ch = tp_next_char(&at, end);

			if (depth == 0 || ch < 0x20 || ch == '>' || (ch == 0xfffd && memcmp(from, "\xef\xbf\xbd", 3) != 0))
				return false;
		}
	}
	return depth == 0 && any;
}

static void
check_measures(void)
{
	bool		cut;
	tp_label	family = tp_label_of("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 ab");

	CHECK_NEAR(tp_measure(tp_label_of(""), 12), 0, 0);
	CHECK(tp_measure(tp_label_of("WWW"), 12) > tp_measure(tp_label_of("iii"), 12));
	CHECK_NEAR(tp_measure(tp_label_of("\xe9\x95\xbf"), 10), 10.4, 1e-9);
	CHECK_NEAR(tp_measure(tp_label_of("e\xcc\x81"), 10), tp_measure(tp_label_of("e"), 10), 1e-9);
	CHECK_INT(tp_fit(tp_label_of("cart"), 12, 100, &cut), 4);
	CHECK(!cut);
	CHECK_INT(tp_fit(tp_label_of("a long label"), 10, 35, &cut), 4);
	CHECK(cut);
	/* what is joined stays together: three emoji and joiners, or nothing of them */
	CHECK_INT(tp_fit(family, 10, 25, &cut), 0);
	CHECK(cut);
	CHECK_INT(tp_fit(tp_label_of("ab"), 10, 1, &cut), 0);
	for (double room = 0; room < 300; room += 7)
	{
		static const char text[] = "stage:channel/\xe7\xad\x89\xe5\x80\x99\xe5\x8c\xba and e\xcc\x81\xcc\x81 more \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d";
		size_t		n = tp_fit(tp_label_of(text), 12, room, &cut);

		CHECK(n <= strlen(text) && (n == 0 || tp_measure((tp_label) {text, n}, 12) + (cut ? 12 : 0) <= room));
	}
}

static void
check_axes(void)
{
	tp_axis		a = tp_axis_of(1, 5, 4, 200, 0);
	static const double odd[][2] = {{0, 0}, {-3, -3}, {1e-300, 2e-300}, {-1.7e308, 1.7e308}, {1e15, 1e15 + 1}, {0.1, 0.3}, {5e-324, 1e308}};

	CHECK_NEAR(a.low, 1, 0);
	CHECK_NEAR(a.high, 5, 0);
	CHECK_NEAR(tp_axis_at(&a, 3), 100, 1e-9);
	a = tp_axis_of(0.1, 0.4, 3, 0, 1);
	CHECK_INT(a.ticks, 4);
	CHECK_NEAR(tp_axis_tick(&a, 2), 0.3, 0);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
	{
		a = tp_axis_of(odd[i][0], odd[i][1], 5, 0, 100);
		CHECK(a.ticks >= 2 && a.ticks <= 101 && a.low <= odd[i][0] && a.high >= odd[i][1]);
		CHECK(tp_axis_at(&a, odd[i][0]) >= 0 && tp_axis_at(&a, odd[i][1]) <= 100);
	}
}

/* A label of what labels should not have in them. */
static tp_label
nasty(check_random *r, char room[300])
{
	static const char *const piece[] = {"<script>", "]]>", "&#0;", "\"'", "\xe7\xad\x89", "\xf0\x9f\x91\xa9\xe2\x80\x8d", "\xe2\x80\xae", "\x01", "\xff",
	"\xed\xa0\x80", "\xef\xbf\xbf", "</svg>", " ", "a", "\xc3", "\xe2\x81\xa6", "<!--", "e\xcc\x81", "\xd7\xa9"};
	size_t		len = 0;

	for (uint32_t n = check_below(r, 20); n > 0; n--)
	{
		const char *p = piece[check_below(r, sizeof(piece) / sizeof(piece[0]))];

		memcpy(room + len, p, strlen(p));
		len += strlen(p);
	}
	return (tp_label) {room, len};
}

static double
number(check_random *r)
{
	static const double odd[] = {0, -0.0, 1, -1, 1e308, -1e308, 5e-324, 1e-300, 3, 4.5};

	return check_below(r, 3) > 0 ? check_below(r, 100) / 10.0 : odd[check_below(r, sizeof(odd) / sizeof(odd[0]))];
}

#define MANY 40
static char words[2 * MANY][300];

/* One picture of noise; what it says is well-formed, the same again, and a part that a page takes. */
static tp_status
draw_noise(tp_canvas *c, uint64_t seed, tp_error *err)
{
	check_random r = {seed};
	uint32_t	n = check_below(&r, MANY);
	tp_label	labels[2 * MANY];
	double		x[MANY],
				y[MANY];
	tp_map_step steps[MANY];
	tp_funnel_bar bars[MANY];
	tp_retention_cell cells[MANY];
	tp_sankey_link links[MANY];
	tp_lane_row rows[MANY];
	static const char *const lanes[] = {"a", "b", "c", "d", "e"};
	static const char *const lines[] = {"x", NULL, "y", NULL, NULL};

	for (int i = 0; i < 2 * MANY; i++)
		labels[i] = nasty(&r, words[i]);
	for (uint32_t i = 0; i < MANY; i++)
	{
		x[i] = number(&r);
		y[i] = number(&r);
		steps[i] = (tp_map_step) {labels[i], check_below(&r, 3) ? labels[check_below(&r, 4)] : TP_NO_TITLE, check_below(&r, 9), number(&r), number(&r), number(&r), check_below(&r, 2) ? NAN : number(&r), 1, 2, number(&r)};
		bars[i] = (tp_funnel_bar) {labels[i], check_below(&r, 9), check_below(&r, 9), (int64_t) check_below(&r, 3) - 1, check_below(&r, 9) / 8.0, 0.1, 0.9, (int64_t) check_next(&r) >> check_below(&r, 60)};
		cells[i] = (tp_retention_cell) {(int64_t) check_below(&r, 5) * TP_USECS_PER_DAY, (int32_t) check_below(&r, 50) - 2, 9, check_below(&r, 9), check_below(&r, 9) / 8.0, 0, 1, check_below(&r, 2)};
		links[i] = (tp_sankey_link) {(int32_t) check_below(&r, 6), labels[check_below(&r, 9)], labels[check_below(&r, 9)], check_below(&r, 9), -1};
		rows[i] = (tp_lane_row) {labels[check_below(&r, 4)], labels[i], labels[check_below(&r, 9)], {labels[i], labels[MANY + i], labels[0], labels[1], labels[2]}, (int) check_below(&r, 3)};
	}
	switch (check_below(&r, 8))
	{
		case 0:
			return tp_draw_map(c, steps, n, 3, err);
		case 1:
			return tp_draw_funnel(c, bars, n, err);
		case 2:
			return tp_draw_retention(c, cells, n, err);
		case 3:
			return tp_draw_sankey(c, links, n, 540, err);
		case 4:
			return tp_draw_quadrant(c, labels, x, y, n, err);
		case 5:
			return tp_draw_frontier(c, labels, x, y, n, err);
		case 6:
			return tp_draw_control(c, labels, x, n, err);
		default:
			return tp_draw_lanes(c, "t", "nothing", lanes, 5, lines, rows, n, err);
	}
}

static void
check_noise(uint64_t seed)
{
	tp_buffer	out[2];
	tp_status	status[2];
	tp_error	err;

	for (int again = 0; again < 2; again++)
	{
		tp_canvas	c;

		tp_buffer_init(&out[again], &check_memory);
		CHECK(tp_canvas_init(&c, &check_memory, &out[again], seed % 5 == 0, seed % 2 ? 320 : 960, &err) == TP_OK);
		status[again] = draw_noise(&c, seed, &err);
		if (status[again] == TP_OK)
			status[again] = tp_canvas_end(&c, &err);
		else
			tp_canvas_release(&c);
	}
	CHECK(status[0] == status[1] && (status[0] == TP_OK || status[0] == TP_OUT_OF_RANGE));
	if (status[0] == TP_OK)
	{
		CHECK(out[0].len == out[1].len && memcmp(out[0].data, out[1].data, out[0].len) == 0);
		CHECK(is_well_formed(out[0].data, out[0].len));
		CHECK(tp_html_is_own(&check_memory, (tp_label) {out[0].data, out[0].len}));
	}
	tp_buffer_release(&out[0]);
	tp_buffer_release(&out[1]);
}

static void
check_page(void)
{
	static const char *const bad[] = {"<svg></svg>x", "<svg onload=\"x\"></svg>", "<svg ><script></script></svg>", "<svg class=\"a></svg>", "<table>", "<table></tr>",
	"<svg ><style>*{}</style></svg>", "<table><tr></table></tr>", "<svg class='a'/>", "<svg /><svg />", "<table><td href=\"x\"></td></table>", "text", "", "<tablex></tablex>",
	"<table><title/></table>", "<table><svg class=\"a\"></svg></table>", "<table><tr><td><table></table></td></tr></table>", "<table><tr><td/></tr></table>",
	"<svg class=\"a\"><title><g/></title></svg>", "<svg class=\"a\"><title/></svg>", "<svg class=\"a\"><style/></svg>", "<svg class=\"a\"><table></table></svg>", "<svg class=\"a\"><svg class=\"a\"></svg></svg>", "<tr></tr>"};
	tp_buffer	sheet;
	tp_canvas	c;
	tp_buffer	out;
	tp_error	err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!tp_html_is_own(&check_memory, tp_label_of(bad[i])));
	/* the style sheet, and rules behind it that a browser would read as a part of it */
	tp_buffer_init(&sheet, &check_memory);
	for (int more = 0; more < 2; more++)
	{
		sheet.len = 0;
		tp_buffer_string(&sheet, "<svg class=\"a\"><style>");
		tp_palette_style(&sheet);
		tp_buffer_string(&sheet, more ? "<g/>*{display:none}</style></svg>" : "</style></svg>");
		CHECK(tp_html_is_own(&check_memory, (tp_label) {sheet.data, sheet.len}) == !more);
	}
	tp_buffer_release(&sheet);
	CHECK(tp_html_is_own(&check_memory, tp_label_of("<table><tr><td class=\"n\">1 &lt; 2</td></tr></table>")));
	tp_buffer_init(&out, &check_memory);
	CHECK(tp_canvas_init(&c, &check_memory, &out, false, 319, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_canvas_init(&c, &check_memory, &out, false, 4001, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_canvas_init(&c, &check_memory, &out, true, 400, &err) == TP_OK);
	CHECK_TEXT(tp_said(&c).s, "");
	tp_say(&c, "%v %v %g %p %u %u %u", 1234.56, 0.30000000000000004, 0.1, 0.125, (int64_t) 90061 * TP_USECS_PER_SECOND, (int64_t) 0,
		   -(int64_t) 61 * TP_USECS_PER_SECOND);
	tp_buffer_byte(&c.words, '\0');
	CHECK_TEXT(c.words.data, "1235 0.3 0.1 12.5 % 1 d 1 h 0 s -1 min 1 s");
	tp_open(&c, "p");
	tp_chars(&c, tp_label_of("\xe7\xad\x89\xe2\x80\xae<"));
	CHECK(tp_canvas_end(&c, &err) == TP_OK);
	tp_buffer_byte(&out, '\0');
	CHECK_TEXT(out.data, "<p>&#x7B49;&lt;</p>");
	tp_buffer_release(&out);
}

int
main(void)
{
	check_colours();
	check_measures();
	check_axes();
	check_page();
	for (uint64_t seed = 1; seed <= 2000; seed++)
		check_noise(seed);
	return CHECK_DONE();
}
