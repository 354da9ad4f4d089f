/*
 * pictures.c
 *	  Pictures of journeys, of flows and of arrays of numbers.
 */
#include "journey/types.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "base/tp_array.h"
#include "chart/chart.h"
#include "flow/flow.h"

void
tp_sheet_begin(tp_sheet *s, int width)
{
	s->mem = tp_pg_memory(CurrentMemoryContext);
	tp_varlena_begin(&s->out, &s->mem);
	if (tp_canvas_init(&s->canvas, &s->mem, &s->out, GetDatabaseEncoding() != PG_UTF8, width, &s->err) != TP_OK)
		tp_raise(&s->err);
}

Datum
tp_sheet_end(tp_sheet *s, tp_status status)
{
	if (status == TP_OK)
		status = tp_canvas_end(&s->canvas, &s->err);
	if (status != TP_OK)
		tp_raise(&s->err);
	return tp_varlena_end(&s->out);
}

tp_label
tp_text_label(const struct varlena *t)
{
	tp_label	label;

	label.s = tp_host_to_utf8(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), &label.len);
	return label;
}

Datum
tp_utf8_text(const char *s, size_t len)
{
	const char *text = tp_host_from_utf8(s, len, &len);

	return PointerGetDatum(cstring_to_text_with_len(text, (int) len));
}

tp_label *
tp_labels_of(ArrayType *array, const char *name, int *n)
{
	Datum	   *texts;
	bool	   *nulls;
	tp_label   *labels;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be one-dimensional", name)));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &texts, &nulls, n);
	labels = palloc(sizeof(tp_label) * (Size) Max(*n, 1));
	for (int i = 0; i < *n; i++)
		labels[i] = nulls[i] ? tp_label_of("(none)") : tp_text_label(DatumGetTextPP(texts[i]));
	return labels;
}

/* journey_svg(journey, neutral, width): neutral may be NULL, the others may not. */
PG_FUNCTION_INFO_V1(journey_svg);
Datum
journey_svg(PG_FUNCTION_ARGS)
{
	double		neutral = PG_ARGISNULL(1) ? NAN : PG_GETARG_FLOAT8(1);
	tp_sheet	s;
	tp_journey	j;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(2))
		tp_null_setting("width");
	if (!PG_ARGISNULL(1))
		tp_check_finite(neutral, "neutral");
	PG_GETARG_JOURNEY(0, &j);
	tp_sheet_begin(&s, PG_GETARG_INT32(2));
	return tp_sheet_end(&s, tp_draw_journey(&s.canvas, &j, neutral, &s.err));
}

/*
 * Three arrays of equal length, (labels, x, y), without the points of which a number is NULL. 22023 for other
 * lengths.
 */
typedef struct points
{
	tp_label   *labels;
	double	   *x;
	double	   *y;
	uint32_t	n;
} points;

static void
get_points(FunctionCallInfo fcinfo, const char *x_name, const char *y_name, points *p)
{
	int			labels,
				xs,
				ys;
	bool		has_null;

	p->labels = tp_labels_of(PG_GETARG_ARRAYTYPE_P(0), "labels", &labels);
	p->x = tp_numbers_of(PG_GETARG_ARRAYTYPE_P(1), x_name, &xs, &has_null);
	ys = xs;
	p->y = p->x;
	if (y_name != NULL)
		p->y = tp_numbers_of(PG_GETARG_ARRAYTYPE_P(2), y_name, &ys, &has_null);
	if (labels != xs || xs != ys)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 y_name == NULL ? errmsg("labels and %s must be equally long, not %d and %d", x_name, labels, xs) :
				 errmsg("labels, %s and %s must be equally long, not %d, %d and %d", x_name, y_name, labels, xs, ys),
				 errhint("Build them with array_agg() over the same rows, in the same order.")));
	p->n = 0;
	for (int i = 0; i < labels; i++)
	{
		if (isnan(p->x[i]) || isnan(p->y[i]))
			continue;
		p->labels[p->n] = p->labels[i];
		p->x[p->n] = p->x[i];
		p->y[p->n] = p->y[i];
		p->n++;
	}
}

typedef tp_status (*plane_drawer) (tp_canvas *c, const tp_label *labels, const double *x, const double *y, uint32_t n, tp_error *err);

static Datum
draw_plane(FunctionCallInfo fcinfo, const char *x_name, const char *y_name, plane_drawer draw)
{
	tp_sheet	s;
	points		p;

	get_points(fcinfo, x_name, y_name, &p);
	tp_sheet_begin(&s, PG_GETARG_INT32(3));
	return tp_sheet_end(&s, draw(&s.canvas, p.labels, p.x, p.y, p.n, &s.err));
}

/* quadrant_svg(labels, importance, performance, width), frontier_svg(labels, cost, effect, width) */
TP_FUNCTION(quadrant_svg, draw_plane(fcinfo, "importance", "performance", tp_draw_quadrant))
TP_FUNCTION(frontier_svg, draw_plane(fcinfo, "cost", "effect", tp_draw_frontier))

/* control_svg(labels, values, width) */
PG_FUNCTION_INFO_V1(control_svg);
Datum
control_svg(PG_FUNCTION_ARGS)
{
	tp_sheet	s;
	points		p;

	get_points(fcinfo, "values", NULL, &p);
	tp_sheet_begin(&s, PG_GETARG_INT32(2));
	return tp_sheet_end(&s, tp_draw_control(&s.canvas, p.labels, p.x, p.n, &s.err));
}

/* flow_svg(journey_flow, top, width) */
PG_FUNCTION_INFO_V1(flow_svg);
Datum
flow_svg(PG_FUNCTION_ARGS)
{
	tp_sheet	s;
	tp_flow_view v;

	tp_datum_flow(PG_GETARG_DATUM(0), &v);
	tp_sheet_begin(&s, PG_GETARG_INT32(2));
	return tp_sheet_end(&s, tp_draw_flow(&s.canvas, &v, PG_GETARG_INT32(1), &s.err));
}

typedef tp_status (*flow_writer) (const tp_memory *mem, tp_buffer *out, const tp_flow_view *v, int top, tp_error *err);

static Datum
flow_words(FunctionCallInfo fcinfo, flow_writer write)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;
	tp_flow_view v;
	tp_error	err;

	tp_datum_flow(PG_GETARG_DATUM(0), &v);
	tp_buffer_init(&b, &mem);
	tp_check(write(&mem, &b, &v, PG_GETARG_INT32(1), &err), &err);
	return tp_utf8_text(b.data, b.len);
}

/* flow_mermaid(journey_flow, top), flow_dot(journey_flow, top) */
TP_FUNCTION(flow_mermaid, flow_words(fcinfo, tp_flow_text_mermaid))
TP_FUNCTION(flow_dot, flow_words(fcinfo, tp_flow_text_dot))

/* journey_mermaid(journey, low, high) */
PG_FUNCTION_INFO_V1(journey_mermaid);
Datum
journey_mermaid(PG_FUNCTION_ARGS)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	b;
	tp_journey	j;
	tp_error	err;

	PG_GETARG_JOURNEY(0, &j);
	tp_buffer_init(&b, &mem);
	tp_check(tp_journey_text_mermaid(&mem, &b, &j, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), &err), &err);
	return tp_utf8_text(b.data, b.len);
}
