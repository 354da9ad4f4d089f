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

static const char *const own_elements[] = {"svg", "title", "desc", "style", "g", "rect", "path", "circle", "text",
"table", "thead", "tbody", "tr", "th", "td", NULL};
static const char *const own_attributes[] = {"class", "x", "y", "width", "height", "rx", "cx", "cy", "r", "d", "font-size",
"text-anchor", "stroke-width", "xmlns", "role", "viewBox", "aria-hidden", NULL};

static const char *
one_of(const char *const *words, const char *s, size_t len)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == len && memcmp(*words, s, len) == 0)
			return *words;
	return NULL;
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

		if (one_of(own_attributes, at, n) == NULL)
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

bool
tp_html_is_own(const tp_memory *mem, tp_label part)
{
	const char *stack[TP_DEPTH_MAX];
	const char *at = part.s,
			   *end = part.s + part.len;
	tp_buffer	sheet;
	int			depth = 0;
	bool		own = begins(part, "<svg ") || begins(part, "<table");

	tp_buffer_init(&sheet, mem);
	tp_palette_style(&sheet);
	own &= !sheet.failed;
	while (own && at < end)
	{
		bool		closing;
		const char *name;

		if (*at != '<')
		{
			own = depth > 0;
			at++;
			continue;
		}
		closing = end - at > 1 && at[1] == '/';
		at += closing ? 2 : 1;
		name = one_of(own_elements, at, name_length(at, end));
		if (name == NULL)
			own = false;
		else if (closing)
		{
			at += strlen(name);
			own = depth > 0 && strcmp(stack[--depth], name) == 0 && at < end && *at++ == '>' && (depth > 0 || at == end);
		}
		else
		{
			at = own_attributes_end(at + strlen(name), end);
			own = at != NULL && at < end && depth < TP_DEPTH_MAX;
			if (own && end - at > 1 && at[0] == '/' && at[1] == '>')
				at += 2;
			else if (own && *at++ == '>')
				stack[depth++] = name;
			else
				own = false;
			if (own && strcmp(name, "style") == 0)
			{
				own = (size_t) (end - at) > sheet.len && memcmp(at, sheet.data, sheet.len) == 0 && at[sheet.len] == '<';
				at += own ? sheet.len : 0;
			}
		}
	}
	tp_buffer_release(&sheet);
	return own && depth == 0;
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
	if (tp_html_is_own(c->mem, part))
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
