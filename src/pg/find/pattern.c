/*
 * pattern.c
 *	  The type journey_pattern in SQL, and matching.
 */
#include "find/pattern.h"

#include "utils/memutils.h"

#include "base/compare.h"
#include "base/forms.h"
#include "base/rows.h"

tp_status
tp_pattern_datum(const tp_memory *mem, tp_pattern_parser parse, const char *text, size_t len, Datum *d, tp_error *err)
{
	tp_buffer	b,
				image;
	tp_status	status;

	tp_buffer_init(&image, mem);
	status = parse(&image, text, len, err);
	if (status != TP_OK)
		return status;
	tp_varlena_begin(&b, mem);
	tp_buffer_add(&b, image.data, image.len);
	tp_buffer_release(&image);
	*d = tp_varlena_end(&b);
	return TP_OK;
}

static tp_status
parse_pattern(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err)
{
	return tp_pattern_datum(mem, tp_pattern_parse, text, len, d, err);
}

bool
tp_step_pattern_datum(const char *step, Datum *d)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	unused;

	return tp_pattern_datum(&mem, tp_pattern_of_step, step, strlen(step), d, &unused) == TP_OK;
}

tp_status
tp_datum_steps(Datum pattern, char ***steps, int *n, tp_error *err)
{
	struct varlena *v = PG_DETOAST_DATUM_PACKED(pattern);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	text;
	uint32_t	count;
	char	   *at;

	tp_buffer_init(&text, &mem);
	if (tp_pattern_steps(&text, (const uint8_t *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), &count, err) != TP_OK)
		return err->status;
	*steps = palloc(sizeof(char *) * (count + 1));
	*n = (int) count;
	at = text.data;
	for (uint32_t i = 0; i < count; i++)
	{
		(*steps)[i] = at;
		at += strlen(at) + 1;
	}
	return TP_OK;
}

void
tp_datum_needs(Datum pattern, tp_needs *needs)
{
	struct varlena *v = PG_DETOAST_DATUM_PACKED(pattern);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_error	err;

	if (tp_pattern_needs(&mem, (const uint8_t *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), needs, &err) != TP_OK)
		tp_raise(&err);
}

void
tp_write_pattern(Datum d, tp_buffer *b)
{
	struct varlena *v = PG_DETOAST_DATUM_PACKED(d);
	tp_error	err;

	if (tp_pattern_write(b, (const uint8_t *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), &err) != TP_OK)
		tp_raise(&err);
}

TP_IN(journey_pattern, parse_pattern)
TP_OUT(journey_pattern, tp_write_pattern)

TP_FORM(journey_pattern, recv, tp_form_recv_text(fcinfo, parse_pattern, TP_PATTERN_WIRE, "journey_pattern"))
TP_FORM(journey_pattern, send, tp_form_send_text(fcinfo, tp_write_pattern, TP_PATTERN_WIRE))

int
tp_pattern_order(Datum a, Datum b)
{
	size_t		len;
	char	   *x = tp_form_text(a, tp_write_pattern, &len);
	char	   *y = tp_form_text(b, tp_write_pattern, &len);
	int			c = strcmp(x, y);

	pfree(x);
	pfree(y);
	return (c > 0) - (c < 0);
}

TP_ORDER(journey_pattern, tp_pattern_order)

/* A pattern made ready, and the bytes it was made from. */
typedef struct pattern_site
{
	MemoryContext context;
	bool		constant;		/* the pattern stays the same as long as the call site lasts */
	tp_matcher *matcher;
	size_t		size;
	const char *image;
} pattern_site;

static pattern_site *
make_site(MemoryContext parent, const struct varlena *pattern)
{
	MemoryContext context = AllocSetContextCreate(parent, "touchpoint pattern", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);
	tp_memory	mem = tp_pg_memory(context);
	pattern_site *site = palloc0(sizeof(pattern_site));
	char	   *image;
	tp_error	err;

	site->context = context;
	site->size = VARSIZE_ANY_EXHDR(pattern);
	image = palloc(site->size);
	memcpy(image, VARDATA_ANY(pattern), site->size);
	site->image = image;
	site->matcher = tp_matcher_new(&mem, (const uint8_t *) image, site->size, &err);
	if (site->matcher == NULL)
		tp_raise(&err);
	MemoryContextSwitchTo(before);
	return site;
}

/* The pattern in argument 1, made ready once while it stays the same. */
static tp_matcher *
get_matcher(FunctionCallInfo fcinfo)
{
	struct varlena *pattern;
	pattern_site *site = fcinfo->flinfo->fn_extra;

	if (likely(site != NULL && site->constant))
		return site->matcher;
	pattern = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	if (site != NULL)
	{
		if (site->size == VARSIZE_ANY_EXHDR(pattern) && memcmp(site->image, VARDATA_ANY(pattern), site->size) == 0)
			return site->matcher;
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(site->context);
	}
	site = make_site(fcinfo->flinfo->fn_mcxt, pattern);
	site->constant = tp_is_constant(fcinfo, 1);
	fcinfo->flinfo->fn_extra = site;
	return site->matcher;
}

/* journey ~ journey_pattern */
PG_FUNCTION_INFO_V1(journey_matches);
Datum
journey_matches(PG_FUNCTION_ARGS)
{
	tp_matcher *m = get_matcher(fcinfo);
	tp_journey	j;
	bool		any;
	tp_error	err;

	PG_GETARG_JOURNEY(0, &j);
	if (tp_matcher_any(m, &j, &any, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_BOOL(any);
}

/* Release 0.1.0 declared these functions without it. */
static bool
is_overlapping(FunctionCallInfo fcinfo)
{
	return PG_NARGS() > 2 && PG_GETARG_BOOL(2);
}

/* The matches in argument 0, which becomes j. */
static const tp_match *
find_all(FunctionCallInfo fcinfo, tp_journey *j, bool overlapping, uint32_t *n)
{
	tp_matcher *m = get_matcher(fcinfo);
	const tp_match *matches;
	tp_error	err;

	PG_GETARG_JOURNEY(0, j);
	if (tp_matcher_all(m, j, overlapping, &matches, n, &err) != TP_OK)
		tp_raise(&err);
	return matches;
}

PG_FUNCTION_INFO_V1(journey_match_count);
Datum
journey_match_count(PG_FUNCTION_ARGS)
{
	tp_journey	j;
	uint32_t	n;

	find_all(fcinfo, &j, is_overlapping(fcinfo), &n);
	PG_RETURN_INT32((int32) n);
}

PG_FUNCTION_INFO_V1(journey_first_match);
Datum
journey_first_match(PG_FUNCTION_ARGS)
{
	tp_journey	j;
	uint32_t	n;
	const tp_match *matches = find_all(fcinfo, &j, false, &n);

	if (n == 0)
		PG_RETURN_NULL();
	return tp_run_datum(&j, matches[0].first, matches[0].last + 1);
}

/* matches(journey, pattern): the runs of contacts that match, as journeys. */
typedef struct matches_state
{
	tp_journey	j;
	const tp_match *matches;
} matches_state;

static void
begin_matches(FunctionCallInfo fcinfo, FuncCallContext *call, void *data)
{
	matches_state *state = data;
	pattern_site *site = make_site(CurrentMemoryContext, PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1)));
	uint32_t	n;
	tp_error	err;

	tp_datum_journey(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))), &state->j);
	if (tp_matcher_all(site->matcher, &state->j, is_overlapping(fcinfo), &state->matches, &n, &err) != TP_OK)
		tp_raise(&err);
	call->max_calls = n;
}

static Datum
next_match(FunctionCallInfo fcinfo, FuncCallContext *call, void *context)
{
	matches_state *state = context;
	const tp_match *match;

	match = &state->matches[call->call_cntr];
	return tp_next_value(fcinfo, call, tp_run_datum(&state->j, match->first, match->last + 1));
}

TP_ROWS(journey_match_rows, matches_state, begin_matches, next_match)
