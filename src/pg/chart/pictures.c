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
