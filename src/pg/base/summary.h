/*
 * summary.h
 *	  What the summary types share: reading images, and sums on the wire.
 *
 * A summary is the state of its own aggregate, so that it travels between parallel workers and
 * between servers as what it is. It is a plain varlena of 8-byte alignment whose image is a struct
 * of the core.
 */
#ifndef TP_SUMMARY_H
#define TP_SUMMARY_H

#include "base/forms.h"
#include "base/state.h"
#include "base/tp_dekker.h"

/* Argument n, aligned and with a whole header; the caller only reads it. */
#define TP_GETARG_IMAGE(n) ((void *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

static inline void
tp_damaged_summary(const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("not a %s of this release", type),
			 errhint("The stored value is damaged, or a later release wrote it.")));
}

/* Refuse a message that does not have exactly n bytes left: 22P03. */
static inline void
tp_expect_bytes(StringInfo message, size_t n, const char *type)
{
	size_t		left = (size_t) (message->len - message->cursor);

	if (left != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("malformed binary %s", type),
				 errdetail("There are %zu bytes left where %zu belong.", left, n)));
}

static inline void
tp_bad_version(const char *type, int version, int flags)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("malformed binary %s", type),
			 errdetail("Version %d with flags %d is none of this release.", version, flags)));
}

/*
 * The flags of a message of this version, which stand behind it: 22P03 for another version, for flags above most,
 * and where not even least bytes are there.
 */
static inline int
tp_receive_flags(StringInfo message, size_t least, int version, int most, const char *type)
{
	int			its_version,
				flags;

	if ((size_t) (message->len - message->cursor) < least)
		tp_expect_bytes(message, least, type);
	its_version = pq_getmsgbyte(message);
	flags = pq_getmsgbyte(message);
	if (its_version != version || flags > most)
		tp_bad_version(type, its_version, flags);
	return flags;
}

/* check(image): the image, or XX001 where it is none that this release knows. */
#define TP_SUMMARY_CHECK(check, type, is_current) \
static void * \
check(const void *image) \
{ \
	if (unlikely(!is_current(image, VARSIZE(image)))) \
		tp_damaged_summary(#type); \
	return unconstify(void *, image); \
}

/* get(fcinfo, arg): argument arg of this type, and image_of(datum), only to be read. */
#define TP_SUMMARY_GET(get, image_of, image_type, check) \
static const image_type * \
image_of(Datum d) \
{ \
	return check(PG_DETOAST_DATUM(d)); \
} \
static const image_type * \
get(FunctionCallInfo fcinfo, int arg) \
{ \
	return image_of(PG_GETARG_DATUM(arg)); \
}

/*
 * The forms of a type: read(mem, text, len, &datum, err) makes a datum and receive(message) an image that
 * check(image, status, err) has yet to find whole, image_of(datum) is its image as it is stored, write(buffer, image)
 * its text, send_rest(message, image) what goes behind the version and the second byte, which most types keep for
 * flags.
 */
#define TP_SUMMARY_FORMS(type, image_type, image_of, read, write, receive, check, second, send_rest) \
static void \
type##_to_text(Datum d, tp_buffer *b) \
{ \
	write(b, image_of(d)); \
} \
static Datum \
type##_message(const image_type *image) \
{ \
	StringInfoData out; \
	pq_begintypsend(&out); \
	pq_sendbyte(&out, image->version); \
	pq_sendbyte(&out, image->second); \
	send_rest(&out, image); \
	PG_RETURN_BYTEA_P(pq_endtypsend(&out)); \
} \
static Datum \
type##_received(image_type *image) \
{ \
	tp_error	err; \
	tp_check(check(image, TP_BAD_BINARY, &err), &err); \
	PG_RETURN_POINTER(image); \
} \
TP_IN(type, read) \
TP_OUT(type, type##_to_text) \
TP_FORM(type, recv, type##_received(receive((StringInfo) PG_GETARG_POINTER(0)))) \
TP_FORM(type, send, type##_message(image_of(PG_GETARG_DATUM(0))))

/* The total order of a type: compare(image, image). */
#define TP_SUMMARY_ORDER(type, image_of, compare) \
static int \
type##_order(Datum a, Datum b) \
{ \
	return compare(image_of(a), image_of(b)); \
} \
TP_ORDER(type, type##_order)

/*
 * Of a type whose images are all of one size, and the combine step that merge(image, image, err) makes: new_image() is
 * one that init(image) made empty, of_text its reader for TP_SUMMARY_FORMS, by read(image, text, len, err).
 */
#define TP_FIXED_SUMMARY(image_type, new_image, init, of_text, read_image) \
static image_type * \
new_image(void) \
{ \
	image_type *image = palloc(sizeof(image_type)); \
	init(image); \
	SET_VARSIZE(image, sizeof(image_type)); \
	return image; \
} \
static tp_status \
of_text(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err) \
{ \
	image_type *image = new_image(); \
	(void) mem; \
	*d = PointerGetDatum(image); \
	return read_image(image, text, len, err); \
}

#define TP_FIXED_COMBINE(name, check, get, merge) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	void	   *image = check(tp_state_for_update(fcinfo)); \
	tp_error	err; \
	tp_check(merge(image, get(fcinfo, 1), &err), &err); \
	PG_RETURN_POINTER(image); \
}

/*
 * For a state that is kept open while rows are added, which the core calls prefix_open: close(open) is the image as
 * it is stored, closed(datum) that of any value; state_datum(fcinfo, open) is what a step returns: inside an
 * aggregate the state stays open, and its final function closes it. Where it is argument 0 itself, get_state found
 * that aggregate.
 */
#define TP_OPEN_SUMMARY(prefix, image_type, check, close, closed, state_datum) \
static image_type * \
close(const prefix##_open *open) \
{ \
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext); \
	image_type *image; \
	size_t		size; \
	tp_error	err; \
	tp_check(prefix##_close(&image, &size, open, &mem, &err), &err); \
	SET_VARSIZE(image, size); \
	return image; \
} \
static const image_type * \
closed(Datum d) \
{ \
	const void *image = check(PG_DETOAST_DATUM(d)); \
	return prefix##_is_open(image) ? close(image) : image; \
} \
static Datum \
state_datum(FunctionCallInfo fcinfo, prefix##_open *open) \
{ \
	if (likely((Pointer) open == DatumGetPointer(PG_GETARG_DATUM(0)))) \
		PG_RETURN_POINTER(open); \
	if (unlikely(!tp_in_aggregate(fcinfo))) \
		PG_RETURN_POINTER(close(open)); \
	SET_VARSIZE(open, prefix##_open_size(open)); \
	PG_RETURN_POINTER(open); \
}

/* begin(image): the open state of what image holds; get_state(fcinfo): argument 0 of a step, open, to be added to. */
#define TP_BEGIN_SUMMARY(prefix, check, begin, get_state) \
static prefix##_open * \
begin(const void *image) \
{ \
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext); \
	prefix##_open *open; \
	tp_error	err; \
	tp_check(prefix##_begin(&open, image, &mem, &err), &err); \
	SET_VARSIZE(open, prefix##_open_size(open)); \
	return open; \
} \
static prefix##_open * \
get_state(FunctionCallInfo fcinfo) \
{ \
	void	   *image = tp_state_for_update(fcinfo); \
	return likely(prefix##_is_ready(image, VARSIZE(image))) ? image : begin(check(image)); \
}

/*
 * of_text: the reader of a type's text, for TP_SUMMARY_FORMS, of one that makes an image of *size bytes, or of one
 * that makes an image which says itself how large it is.
 */
#define TP_SUMMARY_OF_TEXT(of_text, read) \
static tp_status \
of_text(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err) \
{ \
	void	   *image; \
	size_t		size; \
	tp_status	status = read(&image, &size, text, len, mem, err); \
	if (status == TP_OK) \
	{ \
		SET_VARSIZE(image, size); \
		*d = PointerGetDatum(image); \
	} \
	return status; \
}

#define TP_SIZED_SUMMARY_OF_TEXT(of_text, image_type, read, size_of) \
static tp_status \
of_text(const tp_memory *mem, const char *text, size_t len, Datum *d, tp_error *err) \
{ \
	image_type *image; \
	tp_status	status = read(&image, text, len, mem, err); \
	if (status == TP_OK) \
	{ \
		SET_VARSIZE(image, size_of(image)); \
		*d = PointerGetDatum(image); \
	} \
	return status; \
}

/* So many float8 that are there, as tp_expect_bytes has found. */
static inline void
tp_receive_numbers(StringInfo message, double *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = pq_getmsgfloat8(message);
}

static inline void
tp_send_numbers(StringInfo out, const double *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pq_sendfloat8(out, from[i]);
}

static inline void
tp_send_dd(StringInfo out, tp_dd a)
{
	pq_sendfloat8(out, a.hi);
	pq_sendfloat8(out, a.lo);
}

static inline tp_dd
tp_receive_dd(StringInfo message)
{
	double		hi = pq_getmsgfloat8(message);

	return (tp_dd) {hi, pq_getmsgfloat8(message)};
}

#endif							/* TP_SUMMARY_H */
