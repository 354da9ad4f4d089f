/*
 * chart.h
 *	  A picture in SQL: begun, drawn by the core, ended as text.
 */
#ifndef TP_PG_CHART_H
#define TP_PG_CHART_H

#include "base/tp_pg.h"

#include "utils/array.h"

#include "chart/tp_pictures.h"

typedef struct tp_sheet
{
	tp_memory	mem;
	tp_buffer	out;
	tp_canvas	canvas;
	tp_error	err;
} tp_sheet;

/* A sheet in the current context; 22023 unless 320 <= width <= 4000. */
extern void tp_sheet_begin(tp_sheet *s, int width);

/* The text of what was drawn; raises what drawing failed by. */
extern Datum tp_sheet_end(tp_sheet *s, tp_status status);

/* A text of the server's as a label. */
extern tp_label tp_text_label(const struct varlena *t);

/* UTF-8 as a text of the server's; characters that its encoding lacks are 22P05. */
extern Datum tp_utf8_text(const char *s, size_t len);

/* A text[] of one dimension as labels, NULL as "(none)"; name is what an error calls it. */
extern tp_label *tp_labels_of(ArrayType *array, const char *name, int *n);

#endif							/* TP_PG_CHART_H */
