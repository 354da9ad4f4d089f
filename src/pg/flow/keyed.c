/*
 * keyed.c
 *	  Keyed aggregates: the store of rows in the server's memory and files, and the plain aggregate over it.
 */
#include "flow/keyed.h"

#include "access/transam.h"
#include "nodes/execnodes.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "storage/buffile.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/uuid.h"

#include "base/compare.h"
#include "base/state.h"

#define STATE_VERSION 1
#define LEAST_HELD 65536		/* bytes: less than this is not worth a file */
#define FIRST_ARG 3				/* of a keyed transition function, behind state, customer and contact */

/* The settings: every argument behind the contact but numbers of customers. */
typedef struct settings
{
	Datum		value[TP_KEYED_ARGS_MAX];
	bool		isnull[TP_KEYED_ARGS_MAX];
} settings;

typedef struct keyed_state
{
	tp_keyed	rows;
	const tp_keyed_spec *spec;
	MemoryContext context;
	settings	set;
	size_t		limit;
	BufFile    *file;
	int			end_file;		/* where the file ends */
	off_t		end_offset;
} keyed_state;

static const uint32_t key_sizes[] = {
	[TP_KEY_BIGINT] = 8,
	[TP_KEY_TEXT] = TP_KEY_VARIES,
	[TP_KEY_UUID] = UUID_LEN
};

static bool
is_full(void *context, size_t held)
{
	keyed_state *s = context;

	if (held < Min(s->limit / 2, LEAST_HELD))
		return false;
	return held >= s->limit || MemoryContextMemAllocated(s->context, true) > s->limit;
}

static uint64_t
write_rows(void *context, const void *bytes, size_t n)
{
	keyed_state *s = context;
	uint64_t	place;

	CHECK_FOR_INTERRUPTS();
	if (s->file == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(s->context);

		s->file = BufFileCreateTemp(false);
		MemoryContextSwitchTo(before);
	}
	if (BufFileSeek(s->file, s->end_file, s->end_offset, SEEK_SET) != 0)
		ereport(ERROR, (errcode_for_file_access(), errmsg("could not seek in temporary file: %m")));
	BufFileTell(s->file, &s->end_file, &s->end_offset);
	place = (uint64_t) s->end_file << 32 | (uint64_t) s->end_offset;
	BufFileWrite(s->file, unconstify(void *, bytes), n);
	BufFileTell(s->file, &s->end_file, &s->end_offset);
	return place;
}

static void
read_rows(void *context, uint64_t place, void *to, size_t n)
{
	keyed_state *s = context;

	CHECK_FOR_INTERRUPTS();
	if (s->file == NULL || BufFileSeek(s->file, (int) (place >> 32), (off_t) (place & PG_UINT32_MAX), SEEK_SET) != 0)
		ereport(ERROR, (errcode_for_file_access(), errmsg("could not seek in temporary file: %m")));
	if (BufFileRead(s->file, to, n) != n)
		ereport(ERROR, (errcode_for_file_access(), errmsg("could not read from temporary file: %m")));
}

/* The end of a group, or of the query; where that fails the server closes the file. */
static void
close_file(Datum state)
{
	keyed_state *s = (keyed_state *) DatumGetPointer(state);

	if (s->file != NULL)
		BufFileClose(s->file);
	s->file = NULL;
}

static bool
same_value(char kind, Datum a, bool a_null, Datum b, bool b_null)
{
	if (a_null || b_null)
		return a_null == b_null;
	switch (kind)
	{
		case 't':
			return tp_same_bytes(a, b);
		case 'i':
			return memcmp(DatumGetIntervalP(a), DatumGetIntervalP(b), sizeof(Interval)) == 0;
		default:
			return a == b;
	}
}

static Datum
copy_value(char kind, Datum d)
{
	Interval   *i;

	switch (kind)
	{
		case 't':
			return PointerGetDatum(PG_DETOAST_DATUM_COPY(d));
		case 'i':
			i = palloc(sizeof(Interval));
			*i = *DatumGetIntervalP(d);
			return IntervalPGetDatum(i);
		default:
			return d;
	}
}

static void
keep_settings(const tp_keyed_spec *spec, const settings *from, settings *to)
{
	for (int i = 0; spec->args[i] != '\0'; i++)
	{
		to->isnull[i] = from->isnull[i];
		to->value[i] = from->isnull[i] || spec->args[i] == 'n' ? (Datum) 0 : copy_value(spec->args[i], from->value[i]);
	}
}

static bool
same_settings(const tp_keyed_spec *spec, const settings *a, const settings *b)
{
	for (int i = 0; spec->args[i] != '\0'; i++)
		if (spec->args[i] != 'n' && !same_value(spec->args[i], a->value[i], a->isnull[i], b->value[i], b->isnull[i]))
			return false;
	return true;
}

static void
get_settings(FunctionCallInfo fcinfo, const tp_keyed_spec *spec, settings *out)
{
	for (int i = 0; spec->args[i] != '\0'; i++)
	{
		out->value[i] = PG_GETARG_DATUM(FIRST_ARG + i);
		out->isnull[i] = PG_ARGISNULL(FIRST_ARG + i);
	}
}

typedef struct plain
{
	const tp_keyed_spec *spec;
	WindowAggState guise;		/* for functions that ask for the context of an aggregate's state */
	MemoryContext context;		/* of the state */
	MemoryContext step_context;
	FmgrInfo	step;
	uint32		steps;
	union
	{
		FunctionCallInfoBaseData call;
		char		room[SizeForFunctionCallInfo(TP_KEYED_ARGS_MAX + 2)];
	}			u;
} plain;

/*
 * In context, with nothing counted. Its call site says that arguments are constants, so that nothing is compared
 * again for each journey.
 */
static plain *
plain_begin(FunctionCallInfo fcinfo, const tp_keyed_spec *spec, const settings *set, MemoryContext context)
{
	MemoryContext before = MemoryContextSwitchTo(context);
	plain	   *p = palloc0(sizeof(plain));
	FuncExpr   *site = makeNode(FuncExpr);
	int			n = (int) strlen(spec->args);

	NodeSetTag(&p->guise, T_WindowAggState);
	p->guise.curaggcontext = context;
	p->spec = spec;
	p->context = context;
	p->step_context = AllocSetContextCreate(context, "touchpoint keyed step", ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < n + 2; i++)
		site->args = lappend(site->args, makeNode(Const));
	p->step.fn_addr = spec->step;
	p->step.fn_nargs = (short) (n + 2);
	p->step.fn_mcxt = context;
	p->step.fn_expr = (Node *) site;
	InitFunctionCallInfoData(p->u.call, &p->step, n + 2, fcinfo->fncollation, (Node *) &p->guise, NULL);
	p->u.call.args[0].value = DirectFunctionCall1(spec->init, CStringGetDatum("{}"));
	for (int i = 0; i < n; i++)
	{
		p->u.call.args[i + 2].value = set->value[i];
		p->u.call.args[i + 2].isnull = set->isnull[i];
	}
	MemoryContextSwitchTo(before);
	return p;
}

/* One journey, or only the settings where it is NULL. */
static void
plain_step(plain *p, struct varlena *journey)
{
	MemoryContext before = MemoryContextSwitchTo(p->step_context);
	struct varlena *old = (struct varlena *) DatumGetPointer(p->u.call.args[0].value);
	struct varlena *new;

	p->u.call.args[1].value = PointerGetDatum(journey);
	p->u.call.args[1].isnull = journey == NULL;
	p->u.call.isnull = false;
	new = (struct varlena *) DatumGetPointer(FunctionCallInvoke(&p->u.call));
	if (new != old)
	{
		MemoryContextSwitchTo(p->context);
		p->u.call.args[0].value = PointerGetDatum(PG_DETOAST_DATUM_COPY(PointerGetDatum(new)));
		pfree(old);
	}
	MemoryContextSwitchTo(before);
	if (++p->steps % 16 == 0 || journey == NULL || VARSIZE(journey) > 1024)
		MemoryContextReset(p->step_context);
}

/* Raise what the plain aggregate finds wrong with settings, or with others after them. */
static void
check_settings(FunctionCallInfo fcinfo, const tp_keyed_spec *spec, const settings *first, const settings *others)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "touchpoint settings", ALLOCSET_DEFAULT_SIZES);
	plain	   *p = plain_begin(fcinfo, spec, first, context);

	plain_step(p, NULL);
	for (int i = 0; others != NULL && spec->args[i] != '\0'; i++)
	{
		p->u.call.args[i + 2].value = others->value[i];
		p->u.call.args[i + 2].isnull = others->isnull[i];
	}
	if (others != NULL)
	{
		/* arguments of another call site */
		p->step.fn_extra = NULL;
		plain_step(p, NULL);
	}
	MemoryContextDelete(context);
}

/* A state with no rows; one that spills where an aggregate's group has an end that we are told of. */
static keyed_state *
new_state(FunctionCallInfo fcinfo, const tp_keyed_spec *spec, uint32_t key_size, const settings *set)
{
	MemoryContext context = tp_aggregate_context(fcinfo);
	MemoryContext before = MemoryContextSwitchTo(context);
	keyed_state *s = palloc0(sizeof(keyed_state));
	tp_memory	mem = tp_pg_memory(context);
	tp_keyed_host host = {is_full, write_rows, read_rows, s};
	uint32_t	numbers = 0;

	for (const char *a = spec->args; *a != '\0'; a++)
		numbers += *a == 'n';
	s->spec = spec;
	s->context = context;
	s->limit = get_hash_memory_limit();
	keep_settings(spec, set, &s->set);
	if (AggCheckCallContext(fcinfo, NULL) == AGG_CONTEXT_AGGREGATE)
		AggRegisterCallback(fcinfo, close_file, PointerGetDatum(s));
	else
		host.full = NULL;
	tp_keyed_init(&s->rows, &mem, &host, key_size, numbers, s->limit);
	MemoryContextSwitchTo(before);
	return s;
}

/* Customers are grouped by the bytes of a key, as GROUP BY does where equal texts are equal bytes. */
static void
check_collation(Oid collation)
{
	if (OidIsValid(collation) && !get_collation_isdeterministic(collation))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("customers cannot be told apart by a nondeterministic collation"),
				 errhint("Write customer COLLATE \"C\", or lower(customer) COLLATE \"C\", whichever of them are one.")));
}

/*
 * Keys are compared as bytes. So the customer's own collation is asked, whatever those of settings make of the call's; and a
 * type that becomes text without being told to, as citext does, may have another equality.
 */
static void
check_text_customers(FunctionCallInfo fcinfo)
{
	const Aggref *call = AggGetAggref(fcinfo);
	const Node *customer;
	const RelabelType *relabel;

	if (call == NULL || list_length(call->args) != PG_NARGS() - 1)
	{
		check_collation(PG_GET_COLLATION());
		return;
	}
	customer = (const Node *) ((TargetEntry *) linitial(call->args))->expr;
	check_collation(exprCollation(customer));
	relabel = IsA(customer, RelabelType) ? (const RelabelType *) customer : NULL;
	if (relabel != NULL && relabel->relabelformat == COERCE_IMPLICIT_CAST &&
		relabel->resultcollid == exprCollation((Node *) relabel->arg) &&
		getBaseType(exprType((Node *) relabel->arg)) >= FirstNormalObjectId)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("customers of type %s cannot be told apart as text", format_type_be(exprType((Node *) relabel->arg))),
				 errhint("Write customer::text, or lower(customer::text), whichever of them are one.")));
}

/* In fn_extra: settings are constants of the plan, or not. */
static char constant_mark,
			varying_mark;

/*
 * The executor tells a transition function its call, though not by fn_expr, which has parameters for arguments. Who
 * calls it in another way (a window, a wrapper of the aggregate) has another number of them, or no call.
 */
static void *
mark_of_call(FunctionCallInfo fcinfo, const tp_keyed_spec *spec)
{
	const Aggref *call = AggGetAggref(fcinfo);

	if (call == NULL || list_length(call->args) != PG_NARGS() - 1)
		return &varying_mark;
	for (int i = 0; spec->args[i] != '\0'; i++)
		if (spec->args[i] != 'n' && !IsA(((TargetEntry *) list_nth(call->args, FIRST_ARG - 1 + i))->expr, Const))
			return &varying_mark;
	return &constant_mark;
}

static inline bool
is_constant_call(FunctionCallInfo fcinfo, const tp_keyed_spec *spec)
{
	if (unlikely(fcinfo->flinfo->fn_extra == NULL))
		fcinfo->flinfo->fn_extra = mark_of_call(fcinfo, spec);
	return fcinfo->flinfo->fn_extra == &constant_mark;
}

/* The state of a row, which is checked against the rows before. */
static keyed_state *
get_state(FunctionCallInfo fcinfo, const tp_keyed_spec *spec, tp_key_type type)
{
	keyed_state *s;
	settings	set;

	if (likely(!PG_ARGISNULL(0)))
	{
		s = (keyed_state *) PG_GETARG_POINTER(0);
		if (likely(is_constant_call(fcinfo, spec)))
			return s;
		get_settings(fcinfo, spec, &set);
		if (unlikely(!same_settings(spec, &s->set, &set)))
			check_settings(fcinfo, spec, &s->set, &set);
		return s;
	}
	get_settings(fcinfo, spec, &set);
	check_settings(fcinfo, spec, &set, NULL);
	if (type == TP_KEY_TEXT)
		check_text_customers(fcinfo);
	return new_state(fcinfo, spec, key_sizes[type], &set);
}

/* The numbers of this row's customer. */
static uint8_t
get_numbers(FunctionCallInfo fcinfo, const tp_keyed_spec *spec, double *number)
{
	uint8_t		unknown = 0;

	for (int i = 0, n = 0; spec->args[i] != '\0'; i++)
	{
		if (spec->args[i] != 'n')
			continue;
		number[n] = PG_ARGISNULL(FIRST_ARG + i) ? 0 : PG_GETARG_FLOAT8(FIRST_ARG + i) + 0.0;
		unknown |= (uint8_t) (PG_ARGISNULL(FIRST_ARG + i) << n);
		n++;
	}
	return unknown;
}

Datum
tp_keyed_step(FunctionCallInfo fcinfo, const tp_keyed_spec *spec, tp_key_type type)
{
	keyed_state *s;
	const void *key;
	size_t		key_len = key_sizes[type];
	int64		bigint;
	text	   *t;
	struct varlena *contact;
	const uint8_t *image,
			   *entry,
			   *properties;
	double		number[TP_KEYED_NUMBERS_MAX];
	uint8_t		unknown = 0;
	tp_error	err;

	if (unlikely(PG_ARGISNULL(1)))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		return PG_GETARG_DATUM(0);
	}
	s = get_state(fcinfo, spec, type);
	if (unlikely(PG_ARGISNULL(2)))
		PG_RETURN_POINTER(s);
	contact = PG_GETARG_VARLENA_PP(2);
	image = (const uint8_t *) VARDATA_ANY(contact);
	if (unlikely(!tp_contact_parts(image, VARSIZE_ANY_EXHDR(contact), &entry, &properties)))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("not a contact record"),
						errhint("The stored value is damaged.")));
	switch (type)
	{
		case TP_KEY_BIGINT:
			bigint = PG_GETARG_INT64(1);
			key = &bigint;
			break;
		case TP_KEY_UUID:
			key = PG_GETARG_UUID_P(1)->data;
			break;
		default:
			t = PG_GETARG_TEXT_PP(1);
			key = VARDATA_ANY(t);
			key_len = VARSIZE_ANY_EXHDR(t);
	}
	if (s->rows.numbers > 0)
		unknown = get_numbers(fcinfo, spec, number);
	if (unlikely(tp_keyed_add(&s->rows, key, key_len, entry, image + 2, properties, number, unknown, &err) != TP_OK))
		tp_raise(&err);
	PG_RETURN_POINTER(s);
}

Datum
tp_keyed_combine(FunctionCallInfo fcinfo)
{
	keyed_state *s,
			   *other;
	tp_error	err;

	tp_aggregate_context(fcinfo);
	TP_RETURN_STATE_ALONE();
	other = (keyed_state *) PG_GETARG_POINTER(1);
	if (PG_ARGISNULL(0))
		s = new_state(fcinfo, other->spec, other->rows.key_size, &other->set);
	else
		s = (keyed_state *) PG_GETARG_POINTER(0);
	if (!same_settings(s->spec, &s->set, &other->set))
		check_settings(fcinfo, s->spec, &s->set, &other->set);
	if (tp_keyed_merge(&s->rows, &other->rows, &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_POINTER(s);
}

static void
write_settings(tp_buffer *out, const tp_keyed_spec *spec, const settings *set)
{
	for (int i = 0; spec->args[i] != '\0'; i++)
	{
		uint32		len = spec->args[i] == 'i' ? sizeof(Interval) : sizeof(Datum);
		const void *bytes = &set->value[i];

		tp_buffer_byte(out, set->isnull[i]);
		if (set->isnull[i] || spec->args[i] == 'n')
			continue;
		if (spec->args[i] == 't')
			len = VARSIZE_ANY(DatumGetPointer(set->value[i]));
		if (spec->args[i] != 'v')
			bytes = DatumGetPointer(set->value[i]);
		tp_buffer_add(out, &len, sizeof(len));
		tp_buffer_add(out, bytes, len);
	}
}

/* u8 version, u8 which aggregate, u8 size of keys, settings (u8 null, u32 length, bytes), rows (tp_keyed_wire.c) */
Datum
tp_keyed_serialize(FunctionCallInfo fcinfo, const tp_keyed_spec *specs)
{
	keyed_state *s;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_buffer	out;
	tp_error	err;

	tp_aggregate_context(fcinfo);
	s = (keyed_state *) PG_GETARG_POINTER(0);
	tp_varlena_begin(&out, &mem);
	tp_buffer_byte(&out, STATE_VERSION);
	tp_buffer_byte(&out, (uint8_t) (s->spec - specs));
	tp_buffer_byte(&out, (uint8_t) s->rows.key_size);
	write_settings(&out, s->spec, &s->set);
	if (out.len + tp_keyed_size(&s->rows) > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the rows of a parallel worker are too many for a keyed aggregate: %zu bytes",
						tp_keyed_size(&s->rows)),
				 errhint("SET max_parallel_workers_per_gather = 0: without workers there is no such limit.")));
	if (tp_keyed_write(&s->rows, &out, &err) != TP_OK)
		tp_raise(&err);
	return tp_varlena_end(&out);
}

static void
bad_state(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("malformed partial state of a keyed aggregate")));
}

static const uint8_t *
read_settings(const uint8_t *at, const uint8_t *end, const tp_keyed_spec *spec, settings *set)
{
	for (int i = 0; spec->args[i] != '\0'; i++)
	{
		uint32		len;
		char	   *copy;

		if (at >= end)
			bad_state();
		set->isnull[i] = *at++ != 0;
		set->value[i] = (Datum) 0;
		if (set->isnull[i] || spec->args[i] == 'n')
			continue;
		if (end - at < 4)
			bad_state();
		memcpy(&len, at, 4);
		at += 4;
		if ((size_t) (end - at) < len || len < 4)
			bad_state();
		copy = palloc(len);
		memcpy(copy, at, len);
		at += len;
		if (spec->args[i] == 't' ? VARATT_IS_EXTENDED(copy) || VARSIZE(copy) != len :
			len != (spec->args[i] == 'i' ? sizeof(Interval) : sizeof(Datum)))
			bad_state();
		if (spec->args[i] == 'v')
			memcpy(&set->value[i], copy, sizeof(Datum));
		else
			set->value[i] = PointerGetDatum(copy);
	}
	return at;
}

/* Rows stay where they are, in the message: the state lives as long as that, which is until it is combined. */
Datum
tp_keyed_deserialize(FunctionCallInfo fcinfo, const tp_keyed_spec *specs, int n)
{
	bytea	   *message = PG_GETARG_BYTEA_PP(0);
	const uint8_t *at = (const uint8_t *) VARDATA_ANY(message);
	const uint8_t *end = at + VARSIZE_ANY_EXHDR(message);
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	tp_keyed_host host = {NULL, write_rows, read_rows, NULL};
	keyed_state *s;
	uint32_t	numbers = 0;
	tp_error	err;

	tp_aggregate_context(fcinfo);
	if (end - at < 3 || at[0] != STATE_VERSION || at[1] >= n || (at[2] != 0 && at[2] != 8 && at[2] != UUID_LEN))
		bad_state();
	s = palloc0(sizeof(keyed_state));
	s->spec = &specs[at[1]];
	s->context = CurrentMemoryContext;
	for (const char *a = s->spec->args; *a != '\0'; a++)
		numbers += *a == 'n';
	host.context = s;
	tp_keyed_init(&s->rows, &mem, &host, at[2], numbers, get_hash_memory_limit());
	at = read_settings(at + 3, end, s->spec, &s->set);
	if (tp_keyed_read(&s->rows, at, (size_t) (end - at), &err) != TP_OK)
		tp_raise(&err);
	PG_RETURN_POINTER(s);
}

/* A customer's journey to the plain aggregate. */
static tp_status
take_journey(void *context, tp_buffer *image, const double *number, uint8_t unknown, tp_error *err)
{
	plain	   *p = context;
	const char *args = p->spec->args;

	(void) err;
	for (int i = 0, n = 0; args[i] != '\0'; i++)
	{
		if (args[i] != 'n')
			continue;
		p->u.call.args[i + 2].value = Float8GetDatum(number[n]);
		p->u.call.args[i + 2].isnull = (unknown >> n & 1) != 0;
		n++;
	}
	SET_VARSIZE(image->data, image->len);
	plain_step(p, (struct varlena *) image->data);
	return TP_OK;
}

/* The state is only read, so that it can be asked again. */
Datum
tp_keyed_final(FunctionCallInfo fcinfo, const tp_keyed_spec *spec)
{
	MemoryContext context;
	keyed_state *s = PG_ARGISNULL(0) ? NULL : (keyed_state *) PG_GETARG_POINTER(0);
	settings	none = {{0}, {0}};
	plain	   *p;
	Datum		answer;
	tp_error	err;

	tp_aggregate_context(fcinfo);
	context = AllocSetContextCreate(CurrentMemoryContext, "touchpoint keyed", ALLOCSET_DEFAULT_SIZES);
	p = plain_begin(fcinfo, s != NULL ? s->spec : spec, s != NULL ? &s->set : &none, context);
	if (s != NULL)
	{
		tp_memory	mem = tp_pg_memory(context);

		plain_step(p, NULL);
		if (tp_keyed_each(&s->rows, &mem, s->spec->shape, VARHDRSZ, s->spec->names, take_journey, p, &err) != TP_OK)
			tp_raise(&err);
	}
	if (p->spec->final != NULL)
	{
		FmgrInfo	final = {.fn_addr = p->spec->final, .fn_oid = fcinfo->flinfo->fn_oid, .fn_nargs = 1, .fn_mcxt = context};

		InitFunctionCallInfoData(p->u.call, &final, 1, fcinfo->fncollation, (Node *) &p->guise, NULL);
		answer = FunctionCallInvoke(&p->u.call);
		if (p->u.call.isnull)
		{
			MemoryContextDelete(context);
			PG_RETURN_NULL();
		}
	}
	else
		answer = PointerGetDatum(PG_DETOAST_DATUM_COPY(p->u.call.args[0].value));
	MemoryContextDelete(context);
	return answer;
}

#define COPIED_MOST 15e6		/* rows of a query, 30 to 120 bytes each, of which one of three processes has a third */
#define COPY_NEVER 1e10

/*
 * What it costs to combine: a partial state is all rows of a process, which are copied, sent and copied again, and no
 * message is longer than 1 GB. Three processes gain a sixth to a third of the time (the leader alone closes over all
 * rows), a row that is copied takes about three operators; so a call, one of three, takes one a row of the query.
 */
Datum
tp_keyed_support(FunctionCallInfo fcinfo)
{
	Node	   *node = (Node *) PG_GETARG_POINTER(0);
	SupportRequestCost *request;
	double		rows = 0;

	if (!IsA(node, SupportRequestCost))
		PG_RETURN_POINTER(NULL);
	request = (SupportRequestCost *) node;
	for (int i = 1; request->root != NULL && i < request->root->simple_rel_array_size; i++)
	{
		const RelOptInfo *rel = request->root->simple_rel_array[i];

		if (rel != NULL && rel->reloptkind == RELOPT_BASEREL)
			rows = Max(rows, rel->rows);
	}
	request->startup = 0;
	request->per_tuple = rows > COPIED_MOST ? COPY_NEVER : rows * cpu_operator_cost;
	PG_RETURN_POINTER(request);
}
