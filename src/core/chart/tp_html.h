/*
 * tp_html.h
 *	  Pages and tables in HTML, escaped as pictures are.
 */
#ifndef TP_HTML_H
#define TP_HTML_H

#include "chart/tp_canvas.h"

/*
 * One page without anything outside of it. A part that is a picture or a table, as the house writes them, is put in as it
 * is; one that begins with "# " is a heading, with "```" what made the last one, folded away; any other is a paragraph.
 */
extern void tp_html_begin(tp_canvas *c, tp_label title);
extern void tp_html_part(tp_canvas *c, tp_label part);
extern void tp_html_end(tp_canvas *c);

/*
 * Is this whole one element, a <svg> or a <table>, of nothing but elements and attributes that pictures and tables
 * have, with the style sheet of pictures and no other? So there is no script, no address and nothing left open in it.
 */
extern bool tp_html_is_own(const tp_memory *mem, tp_label part);

#endif							/* TP_HTML_H */
