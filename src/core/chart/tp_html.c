/*
 * tp_html.c
 *	  Pages in HTML.
 */
#include "chart/tp_html.h"

#include "chart/tp_palette.h"

static void
literal(tp_canvas *c, const char *s)
{
	tp_buffer_string(c->out, s);
}

static void
style(tp_canvas *c)
{
	literal(c, "<style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui,-apple-system,Roboto,Arial,sans-serif;"
			"max-width:1000px;margin:0 auto;padding:16px;overflow-wrap:anywhere}"
			"svg.tp{display:block;max-width:100%;height:auto;margin:16px 0}.tp-wide{overflow-x:auto}"
			"table{border-collapse:collapse;margin:16px 0;font-size:13px}th,td{padding:4px 10px;text-align:left;"
			"vertical-align:top;border-bottom:1px solid}td.n{text-align:right;font-variant-numeric:tabular-nums}"
			"pre{font-size:12px;padding:10px;white-space:pre-wrap}details{margin:8px 0}h1{font-size:24px}h2{font-size:18px;margin-top:36px}");
	for (int dark = 0; dark < 2; dark++)
	{
		literal(c, dark ? "@media screen and (prefers-color-scheme:dark){" : "");
		literal(c, "body{background:");
		literal(c, tp_colour("paper", 0, dark));
		literal(c, ";color:");
		literal(c, tp_colour("text", 0, dark));
		literal(c, "}th,td{border-color:");
		literal(c, tp_colour("line", 0, dark));
		literal(c, "}pre{background:");
		literal(c, tp_colour("band", 0, dark));
		literal(c, dark ? "}}" : "}");
	}
	literal(c, "@page{size:A4;margin:14mm}@media print{body{max-width:none;padding:0}svg.tp,table,pre{break-inside:avoid}h2{break-after:avoid}}</style>");
}

void
tp_html_begin(tp_canvas *c, tp_label title)
{
	literal(c, "<!DOCTYPE html>\n<html><head><meta charset=\"UTF-8\"/><meta name=\"viewport\" content=\"width=device-width\"/>"
			"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>");
	tp_open(c, "title");
	tp_chars(c, title);
	tp_close(c);
	style(c);
	literal(c, "</head><body>\n");
	tp_open(c, "h1");
	tp_chars(c, title);
	tp_close(c);
	literal(c, "\n");
}

static bool
begins(tp_label part, const char *with)
{
	size_t		len = strlen(with);

	return part.len >= len && memcmp(part.s, with, len) == 0;
}

/* Those that hold text hold no elements: a browser would read these by other rules, and not find the end. */
typedef struct own_element
{
	const char *name;
	bool		text;			/* it holds text, or elements */
	bool		empty;			/* it may end where it begins */
} own_element;

static const own_element svg_elements[] = {{"svg", false, false}, {"title", true, false}, {"desc", true, false},
{"style", true, false}, {"g", false, true}, {"rect", false, true}, {"path", false, true}, {"circle", false, true},
{"text", false, false}, {NULL, false, false}};
static const own_element table_elements[] = {{"table", false, false}, {"thead", false, false}, {"tbody", false, true},
{"tr", false, true}, {"th", true, false}, {"td", true, false}, {NULL, false, false}};
static const char *const own_attributes[] = {"class", "x", "y", "width", "height", "rx", "cx", "cy", "r", "d", "font-size",
"text-anchor", "stroke-width", "xmlns", "role", "viewBox", "aria-hidden", NULL};

static bool
is_word(const char *word, const char *s, size_t len)
{
	return strlen(word) == len && memcmp(word, s, len) == 0;
}

static const own_element *
own_element_of(const own_element *e, const char *s, size_t len)
{
	while (e->name != NULL && !is_word(e->name, s, len))
		e++;
	return e->name == NULL ? NULL : e;
}

static bool
is_own_attribute(const char *s, size_t len)
{
	const char *const *a = own_attributes;

	while (*a != NULL && !is_word(*a, s, len))
		a++;
	return *a != NULL;
}

static size_t
name_length(const char *s, const char *end)
{
	size_t		n = 0;

	while (s + n < end && ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') || s[n] == '-'))
		n++;
	return n;
}

/* Behind the attributes of a tag, at its / or >; NULL where one is not ours. */
static const char *
own_attributes_end(const char *at, const char *end)
{
	while (at < end && *at == ' ')
	{
		size_t		n = name_length(++at, end);

		if (!is_own_attribute(at, n))
			return NULL;
		at += n;
		if (end - at < 2 || at[0] != '=' || at[1] != '"')
			return NULL;
		for (at += 2; at < end && *at != '"'; at++)
			if (*at == '<' || *at == '>')
				return NULL;
		if (at == end)
			return NULL;
		at++;
	}
	return at;
}

typedef struct own_reader
{
	const own_element *elements;	/* of a picture or of a table */
	const own_element *stack[TP_DEPTH_MAX];
	int			depth;
	const char *end;
	tp_buffer	sheet;
} own_reader;

/* Behind a tag; NULL where it is none of ours, or not there. */
static const char *
own_tag_end(own_reader *r, const char *at)
{
	bool		closing = r->end - at > 1 && at[1] == '/';
	size_t		n;
	const own_element *e;

	at += closing ? 2 : 1;
	n = name_length(at, r->end);
	e = own_element_of(r->elements, at, n);
	if (e == NULL)
		return NULL;
	at += n;
	if (closing)
		return r->depth > 0 && r->stack[--r->depth] == e && at < r->end && *at == '>' ? at + 1 : NULL;
	if ((r->depth == 0) != (e == r->elements) || (r->depth > 0 && r->stack[r->depth - 1]->text) || r->depth == TP_DEPTH_MAX)
		return NULL;
	at = own_attributes_end(at, r->end);
	if (at == NULL || at == r->end)
		return NULL;
	if (*at == '/')
		return e->empty && r->end - at > 1 && at[1] == '>' ? at + 2 : NULL;
	if (*at++ != '>')
		return NULL;
	r->stack[r->depth++] = e;
	if (strcmp(e->name, "style") != 0)
		return at;
	if ((size_t) (r->end - at) <= r->sheet.len || memcmp(at, r->sheet.data, r->sheet.len) != 0 || at[r->sheet.len] != '<')
		return NULL;
	return at + r->sheet.len;
}

bool
tp_html_is_own(const tp_memory *mem, tp_label part)
{
	own_reader	r = {.elements = begins(part, "<svg ") ? svg_elements : table_elements, .end = part.s + part.len};
	const char *at = part.s;
	bool		own = begins(part, "<svg ") || begins(part, "<table");

	if (!own)
		return false;
	tp_buffer_init(&r.sheet, mem);
	tp_palette_style(&r.sheet);
	own = !r.sheet.failed;
	while (own && at < r.end)
	{
		if (*at != '<')
			at++;
		else
			own = (at = own_tag_end(&r, at)) != NULL && (r.depth > 0 || at == r.end);
	}
	tp_buffer_release(&r.sheet);
	return own && r.depth == 0;
}

/* Where all that is written is ASCII, only that is put in as it is. */
static bool
is_writable(const tp_canvas *c, tp_label part)
{
	for (size_t i = 0; c->ascii && i < part.len; i++)
		if ((unsigned char) part.s[i] >= 0x80)
			return false;
	return true;
}

static void
element(tp_canvas *c, const char *name, tp_label text)
{
	tp_open(c, name);
	tp_chars(c, text);
	tp_close(c);
}

/* Lines and all, which tp_chars would take for blanks. */
static void
preformatted(tp_canvas *c, tp_label text)
{
	literal(c, "<details><summary>The SQL</summary><pre>");
	while (text.len > 0)
	{
		const char *line = memchr(text.s, '\n', text.len);
		size_t		len = line == NULL ? text.len : (size_t) (line - text.s);

		tp_chars(c, (tp_label) {text.s, len});
		if (line != NULL)
			tp_buffer_byte(c->out, '\n');
		len += line != NULL;
		text = (tp_label) {text.s + len, text.len - len};
	}
	literal(c, "</pre></details>");
}

void
tp_html_part(tp_canvas *c, tp_label part)
{
	if (is_writable(c, part) && tp_html_is_own(c->mem, part))
	{
		bool		table = begins(part, "<table");

		literal(c, table ? "<div class=\"tp-wide\">" : "");
		tp_buffer_add(c->out, part.s, part.len);
		literal(c, table ? "</div>" : "");
	}
	else if (begins(part, "# "))
		element(c, "h2", (tp_label) {part.s + 2, part.len - 2});
	else if (begins(part, "```"))
		preformatted(c, (tp_label) {part.s + 3, part.len - 3});
	else
		element(c, "p", part);
	literal(c, "\n");
}

void
tp_html_end(tp_canvas *c)
{
	literal(c, "</body></html>\n");
}
