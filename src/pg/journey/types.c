/*
 * types.c
 *	  Between datums and the core.
 */
#include "journey/types.h"

#include "common/int.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "base/rows.h"
#include "journey/tp_properties.h"

const uint8_t *
tp_datum_entry(Datum d)
{
	struct varlena *v = PG_DETOAST_DATUM_PACKED(d);
	const uint8_t *at = (const uint8_t *) VARDATA_ANY(v);
	size_t		size = VARSIZE_ANY_EXHDR(v);

	if (size < TP_TOUCHPOINT_HEAD + TP_ENTRY_HEAD || at[0] != TP_TOUCHPOINT_VERSION || at[1] != 0 ||
		tp_entry_size(at + TP_TOUCHPOINT_HEAD) != size - TP_TOUCHPOINT_HEAD)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("not a touchpoint"),
						errhint("The stored value is damaged.")));
	return at + TP_TOUCHPOINT_HEAD;
}

Datum
tp_entry_datum(const uint8_t *entry)
{
	size_t		size = tp_entry_size(entry);
	struct varlena *v = palloc(VARHDRSZ + TP_TOUCHPOINT_HEAD + size);
	uint8_t    *at = (uint8_t *) VARDATA(v);

	SET_VARSIZE(v, VARHDRSZ + TP_TOUCHPOINT_HEAD + size);
	at[0] = TP_TOUCHPOINT_VERSION;
	at[1] = 0;
	tp_copy_short(at + TP_TOUCHPOINT_HEAD, entry, size);
	return PointerGetDatum(v);
}

Datum
tp_view_datum(const tp_touchpoint *t)
{
	uint8_t		entry[TP_ENTRY_MAX];

	tp_touchpoint_entry(t, entry);
	return tp_entry_datum(entry);
}

void
tp_datum_contact(Datum d, tp_contact *c, const uint8_t **entry, const uint8_t **properties)
{
	struct varlena *v = PG_DETOAST_DATUM_PACKED(d);

	if (unlikely(!tp_contact_open((const uint8_t *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), c, entry, properties)))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("not a contact record"),
						errhint("The stored value is damaged.")));
}

Datum
tp_contact_datum(const tp_contact *c, const uint8_t *entry, const uint8_t *properties)
{
	size_t		size = VARHDRSZ + tp_contact_image_size(c, entry, properties);
	struct varlena *v = palloc(size);

	SET_VARSIZE(v, size);
	tp_contact_image((uint8_t *) VARDATA(v), c, entry, properties);
	return PointerGetDatum(v);
}

void
tp_datum_journey(Datum d, tp_journey *j)
{
	struct varlena *v;
	tp_error	err;

	tp_read_ahead(d);
	v = PG_DETOAST_DATUM_PACKED(d);
	if (unlikely(tp_journey_open(j, VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), &err) != TP_OK))
		tp_raise(&err);
}

void
tp_datum_journey_header(Datum d, tp_journey *j)
{
	struct varlena *v = (struct varlena *) DatumGetPointer(d);
	tp_error	err;

	if (VARATT_IS_EXTERNAL(v) || VARATT_IS_COMPRESSED(v))
	{
		struct varlena *slice;

		tp_read_ahead(d);
		slice = PG_DETOAST_DATUM_SLICE(d, 0, TP_HEADER_MAX);
		if (tp_journey_open_head(j, VARDATA_ANY(slice), VARSIZE_ANY_EXHDR(slice), &err) == TP_OK &&
			tp_journey_has_summary(j))
			return;
	}
	tp_datum_journey(d, j);
}

tp_touchpoint *
tp_dictionary(const tp_journey *j)
{
	tp_touchpoint *entries = palloc(sizeof(tp_touchpoint) * (j->entries + 1));
	tp_error	err;

	if (tp_journey_dictionary(j, entries, &err) != TP_OK)
		tp_raise(&err);
	return entries;
}

uint16_t *
tp_classes(const tp_journey *j, const tp_touchpoint *entries, tp_part part)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	uint16_t   *class_of = palloc(sizeof(uint16_t) * (j->entries + 1));
	tp_error	err;

	if (tp_part_classes(&mem, entries, j->entries, part, class_of, &err) != TP_OK)
		tp_raise(&err);
	return class_of;
}

bool
tp_builder_datum(const tp_builder *b, Datum *d, struct Node *escontext)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	out;
	tp_error	err;

	tp_varlena_begin(&out, &mem);
	if (tp_builder_finish(b, &mem, &out, &err) != TP_OK)
	{
		tp_report(&err, escontext);
		return false;
	}
	*d = tp_varlena_end(&out);
	return true;
}

static int
compare_codes(const void *a, const void *b)
{
	return (int) *(const uint16_t *) a - (int) *(const uint16_t *) b;
}

static int
compare_sets(const void *a, const void *b)
{
	uint32_t	x = *(const uint32_t *) a,
				y = *(const uint32_t *) b;

	return (x > y) - (x < y);
}

const uint8_t **
tp_sets(const tp_journey *j)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	bytes;
	const uint8_t **sets;
	tp_error	err;

	if (tp_journey_set_views(&mem, j, &bytes, &sets, &err) != TP_OK)
		tp_raise(&err);
	return sets;
}

/* The sets of j that n contacts have, to which they point afterwards; so few contacts copy few sets. */
static const uint8_t **
sets_of(const tp_journey *j, tp_contact *c, uint32_t n, uint32_t *n_sets)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	uint32_t   *used;
	const uint8_t **sets;
	tp_error	err;

	*n_sets = 0;
	if (tp_journey_sets(j) == 0)
		return NULL;
	used = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32_t) * ((Size) n + 1));
	for (uint32_t i = 0; i < n; i++)
		used[i] = c[i].set;
	qsort(used, n, sizeof(uint32_t), compare_sets);
	for (uint32_t i = 0; i < n; i++)
		if (used[i] != 0 && (*n_sets == 0 || used[i] != used[*n_sets - 1]))
			used[(*n_sets)++] = used[i];
	sets = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint8_t *) * ((Size) *n_sets + 1));
	for (uint32_t i = 0; i < *n_sets; i++)
	{
		tp_buffer	one;

		tp_buffer_init(&one, &mem);
		if (tp_journey_set(j, used[i], &one, &err) != TP_OK)
			tp_raise(&err);
		sets[i] = (const uint8_t *) one.data;
	}
	for (uint32_t i = 0; i < n; i++)
		if (c[i].set != 0)
			c[i].set = (uint32_t) ((uint32_t *) bsearch(&c[i].set, used, *n_sets, sizeof(uint32_t), compare_sets) - used) + 1;
	return sets;
}

/* The journey of n contacts of j, whose codes point into its dictionary. */
static Datum
encode_some(const tp_journey *j, const tp_touchpoint *entries, tp_contact *c, uint32_t n)
{
	uint32_t	n_entries = j->entries;
	uint32_t	n_sets;
	const uint8_t **sets = sets_of(j, c, n, &n_sets);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	out;
	tp_error	err;

	/* few of many touchpoints: leave the others out before anybody walks over them */
	if (n < n_entries / 8)
	{
		uint16_t   *code = palloc(sizeof(uint16_t) * (n + 1));
		tp_touchpoint *used = palloc(sizeof(tp_touchpoint) * (n + 1));
		uint32_t	m = 0;

		for (uint32_t i = 0; i < n; i++)
			code[i] = c[i].code;
		qsort(code, n, sizeof(uint16_t), compare_codes);
		for (uint32_t i = 0; i < n; i++)
			if (i == 0 || code[i] != code[m - 1])
				code[m++] = code[i];
		for (uint32_t i = 0; i < m; i++)
			used[i] = entries[code[i]];
		for (uint32_t i = 0; i < n; i++)
			c[i].code = (uint16_t) ((uint16_t *) bsearch(&c[i].code, code, m, sizeof(uint16_t), compare_codes) - code);
		entries = used;
		n_entries = m;
	}
	tp_varlena_begin(&out, &mem);
	if (tp_journey_encode(&mem, c, n, entries, n_entries, sets, n_sets, &out, &err) != TP_OK)
		tp_raise(&err);
	pfree(c);
	return tp_varlena_end(&out);
}

Datum
tp_select(const tp_journey *j, const bool *keep)
{
	tp_contact *c = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(tp_contact) * ((Size) j->count + 1));
	uint32_t	n = 0;

	for (uint32_t i = 0; i < j->count; i++)
	{
		if (keep[i])
			tp_journey_contact(j, i, &c[n++]);
		TP_CHECK_AT(i);
	}
	return encode_some(j, tp_dictionary(j), c, n);
}

Datum
tp_run_datum(const tp_journey *j, uint32_t from, uint32_t to)
{
	return tp_run_of(j, tp_dictionary(j), from, to);
}

Datum
tp_run_of(const tp_journey *j, const tp_touchpoint *entries, uint32_t from, uint32_t to)
{
	uint32_t	n = to > from ? to - from : 0;
	tp_contact *c = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(tp_contact) * ((Size) n + 1));

	for (uint32_t i = 0; i < n; i++)
	{
		tp_journey_contact(j, from + i, &c[i]);
		TP_CHECK_AT(i);
	}
	return encode_some(j, entries, c, n);
}

Datum
tp_contacts_of(const tp_journey *j, const tp_touchpoint *entries, const uint32_t *position, uint32_t n)
{
	tp_contact *c = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(tp_contact) * ((Size) n + 1));

	for (uint32_t i = 0; i < n; i++)
	{
		tp_journey_contact(j, position[i], &c[i]);
		TP_CHECK_AT(i);
	}
	return encode_some(j, entries, c, n);
}

TP_GET_SETTING(tp_get_part, tp_aspect, "part", tp_part_parse)

void
tp_project_journey(tp_journey *j, const tp_part_key *key)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_memory  *keep;
	tp_buffer	scratch;
	tp_journey	whole = *j;
	tp_error	err;

	keep = palloc(sizeof(tp_memory));
	*keep = mem;
	tp_buffer_init(&scratch, keep);
	if (tp_journey_project(&whole, key->bytes, key->len, j, &scratch, &err) != TP_OK)
		tp_raise(&err);
}

Datum
tp_part_datum(const tp_touchpoint *t, tp_part part, bool *isnull)
{
	size_t		len;
	const char *s;

	if (part == TP_PART_TOUCHPOINT)
	{
		tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
		tp_buffer	b;

		tp_varlena_begin(&b, &mem);
		tp_touchpoint_write(&b, t);
		*isnull = false;
		return tp_varlena_end(&b);
	}
	s = tp_touchpoint_part(t, part, &len);
	*isnull = len == 0;
	return *isnull ? (Datum) 0 : PointerGetDatum(cstring_to_text_with_len(s, (int) len));
}

int64_t
tp_interval_usecs(const Interval *i, const char *name)
{
	int64		usecs;

	if (TP_INTERVAL_IS_INFINITE(i))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be finite", name),
				 errhint("Write an interval of days, hours, minutes and seconds.")));
	if (i->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not hold months or years: %d months", name, i->month),
				 errhint("Months are of no fixed length: write days, such as '30 days'.")));
	if (pg_mul_s64_overflow(i->day, USECS_PER_DAY, &usecs) || pg_add_s64_overflow(usecs, i->time, &usecs))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is out of range", name),
				 errhint("Intervals go up to about 292,000 years.")));
	if (usecs < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative: %s", name,
						DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(i)))),
				 errhint("Write how long it takes, such as '3 minutes'.")));
	return usecs;
}

Datum
tp_usecs_interval(int64_t usecs)
{
	Interval   *i = palloc0(sizeof(Interval));

	i->day = (int32) (usecs / USECS_PER_DAY);
	i->time = usecs % USECS_PER_DAY;
	return IntervalPGetDatum(i);
}

bool
tp_is_constant(FunctionCallInfo fcinfo, int n)
{
	Node	   *call = fcinfo->flinfo->fn_expr;
	List	   *args = NIL;

	if (call != NULL && IsA(call, FuncExpr))
		args = ((FuncExpr *) call)->args;
	else if (call != NULL && IsA(call, OpExpr))
		args = ((OpExpr *) call)->args;
	return n < list_length(args) && IsA(list_nth(args, n), Const);
}

TupleDesc
tp_result_desc(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		fcinfo->flinfo->fn_extra = tp_row_desc(fcinfo);
		MemoryContextSwitchTo(before);
	}
	return (TupleDesc) fcinfo->flinfo->fn_extra;
}

Datum
tp_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	return HeapTupleGetDatum(heap_form_tuple(tp_result_desc(fcinfo), values, nulls));
}

Datum
tp_join_journeys(FunctionCallInfo fcinfo, tp_joiner join)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	a,
				b;
	tp_buffer	out;
	tp_error	err;

	PG_GETARG_JOURNEY(0, &a);
	PG_GETARG_JOURNEY(1, &b);
	tp_varlena_begin(&out, &mem);
	tp_check(join(&mem, &a, &b, &out, &err), &err);
	return tp_varlena_end(&out);
}

int
tp_compare_journeys(Datum a, Datum b)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_journey	x,
				y;
	tp_error	err;
	int			order = 0;

	tp_datum_journey(a, &x);
	tp_datum_journey(b, &y);
	if (tp_journey_compare(&mem, &x, &y, &order, &err) != TP_OK)
		tp_raise(&err);
	return order;
}
