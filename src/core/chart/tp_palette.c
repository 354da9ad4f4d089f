/*
 * tp_palette.c
 *	  Colours: eight hues that remain apart for who sees no red, no green or no blue.
 *
 * Each has a contrast of 4.5 to 1 and more against the paper (W3C, WCAG 2.1, 1.4.3), and any two are 20 and more
 * apart in CIE L*a*b* under protanopia, deuteranopia and tritanopia as G. M. Machado, M. M. Oliveira and L. A. F.
 * Fernandes model them (IEEE TVCG 15, 2009). The unit test computes the contrasts anew.
 */
#include "chart/tp_palette.h"

#include <stdio.h>

#include "chart/tp_canvas.h"

static const char *const hue[2][TP_HUES] = {
	{"#001ce5", "#ba08be", "#12824a", "#827400", "#68131d", "#56047f", "#674201", "#3d4650"},
	{"#5a79f9", "#d25882", "#61ff97", "#f5da0a", "#c7910b", "#a376c6", "#eb444f", "#c9d1d9"}
};

static const char *const heat[2][TP_HEATS] = {
	{"#f4f6fb", "#e3e9fb", "#cfdafa", "#bacafa", "#a4b8fb", "#8da6fb", "#7e9afc"},
	{"#171c26", "#1c2540", "#21305c", "#253a78", "#2a4590", "#2e4ea4", "#3257b4"}
};

static const struct
{
	const char *role;
	const char *colour[2];
}			other[] = {
	{"paper", {"#ffffff", "#12161c"}},
	{"text", {"#17202b", "#eef2f6"}},
	{"muted", {"#525d6b", "#a9b4c0"}},
	{"line", {"#d5dae1", "#333c48"}},
	{"axis", {"#7d8794", "#76828f"}},
	{"band", {"#f3f5f8", "#1b212a"}},
};

const char *
tp_colour(const char *role, int i, bool dark)
{
	if (strcmp(role, "hue") == 0)
		return hue[dark][(unsigned) i % TP_HUES];
	if (strcmp(role, "heat") == 0)
		return heat[dark][(unsigned) i % TP_HEATS];
	for (size_t k = 0; k < sizeof(other) / sizeof(other[0]); k++)
		if (strcmp(role, other[k].role) == 0)
			return other[k].colour[dark];
	return NULL;
}

static void
rules(tp_buffer *out, bool dark)
{
	char		rule[160];

#define RULE(...) (snprintf(rule, sizeof(rule), __VA_ARGS__), tp_buffer_string(out, rule))
	RULE(".tp-bg{fill:%s}.tp-t{fill:%s}", tp_colour("paper", 0, dark), tp_colour("text", 0, dark));
	RULE(".tp-m{fill:%s}.tp-g{stroke:%s}", tp_colour("muted", 0, dark), tp_colour("line", 0, dark));
	RULE(".tp-x{stroke:%s}.tp-band{fill:%s}", tp_colour("axis", 0, dark), tp_colour("band", 0, dark));
	RULE(".tp-halo{stroke:%s}", tp_colour("paper", 0, dark));
	RULE(".tp-dot{stroke:%s}.tp-n{stroke:%s}.tp-n{fill:%s}", tp_colour("paper", 0, dark), tp_colour("axis", 0, dark),
		 tp_colour("band", 0, dark));
	for (int i = 0; i < TP_HUES; i++)
	{
		const char *h = hue[dark][i];

		RULE(".tp-f%d{fill:%s}.tp-s%d{stroke:%s}.tp-a%d{fill:%s}", i, h, i, h, i, h);
	}
	for (int i = 0; i < TP_HEATS; i++)
		RULE(".tp-h%d{fill:%s}", i, heat[dark][i]);
#undef RULE
}

void
tp_palette_style(tp_buffer *out)
{
	tp_buffer_string(out, ".tp text{font-family:system-ui,-apple-system,Roboto,Arial,sans-serif;white-space:pre}.tp-b{font-weight:600}"
					 ".tp-l{fill:none;stroke-linejoin:round}.tp-g,.tp-x{stroke-width:1}"
					 ".tp-line{stroke-width:2}.tp-halo{paint-order:stroke;stroke-width:4;stroke-linejoin:round}.tp-dash{stroke-dasharray:6 4}.tp-dots{stroke-dasharray:2 4}"
					 ".tp-dot{stroke-width:1.5}.tp-ring{fill:none;stroke-width:2}.tp-r{fill:none;stroke-opacity:.18}.tp-r:hover{stroke-opacity:.45}.tp-flow{stroke-opacity:.45}.tp-flow:hover{stroke-opacity:.8}");
	for (int i = 0; i < TP_HUES; i++)
	{
		char		rule[64];

		snprintf(rule, sizeof(rule), ".tp-a%d{fill-opacity:.16}", i);
		tp_buffer_string(out, rule);
	}
	rules(out, false);
	tp_buffer_string(out, "@media screen and (prefers-color-scheme:dark){");
	rules(out, true);
	tp_buffer_byte(out, '}');
}

const char *
tp_hue_class(char kind, int i)
{
	static const char *const filled[TP_HUES] = {"tp-f0", "tp-f1", "tp-f2", "tp-f3", "tp-f4", "tp-f5", "tp-f6", "tp-f7"};
	static const char *const stroked[TP_HUES] = {"tp-s0", "tp-s1", "tp-s2", "tp-s3", "tp-s4", "tp-s5", "tp-s6", "tp-s7"};
	static const char *const tinted[TP_HUES] = {"tp-a0", "tp-a1", "tp-a2", "tp-a3", "tp-a4", "tp-a5", "tp-a6", "tp-a7"};
	static const char *const hot[TP_HEATS] = {"tp-h0", "tp-h1", "tp-h2", "tp-h3", "tp-h4", "tp-h5", "tp-h6"};

	if (kind == 'h')
		return hot[(unsigned) i % TP_HEATS];
	return (kind == 's' ? stroked : kind == 'a' ? tinted : filled)[(unsigned) i % TP_HUES];
}
