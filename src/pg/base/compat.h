/*
 * compat.h
 *	  The one place that knows how server versions differ.
 */
#ifndef TP_COMPAT_H
#define TP_COMPAT_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/datetime.h"

#if PG_VERSION_NUM < 150000
#error "touchpoint needs PostgreSQL 15 or later"
#endif

/* Soft errors came with 16: before it, ereturn raises. */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#else
struct Node;
#define ereturn(context, dummy_value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy_value; \
	} while (0)
#define errsave(context, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
	} while (0)
#define SOFT_ERROR_OCCURRED(context) (false)
#endif

/* A function that does not return: a prefix since 18. */
#if PG_VERSION_NUM >= 180000
#define tp_noreturn pg_noreturn
#else
#define tp_noreturn pg_attribute_noreturn()
#endif

/* Varlena macros moved out of postgres.h in 16. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* make_range takes a soft-error context since 16. */
#if PG_VERSION_NUM >= 160000
#define tp_make_range(type, lower, upper, empty) make_range(type, lower, upper, empty, NULL)
#else
#define tp_make_range(type, lower, upper, empty) make_range(type, lower, upper, empty)
#endif

/* Infinite intervals came with 17. */
#if PG_VERSION_NUM >= 170000
#define TP_INTERVAL_IS_INFINITE(i) INTERVAL_NOT_FINITE(i)
#else
#define TP_INTERVAL_IS_INFINITE(i) false
#endif

/* What an abbreviation of a time zone, in small letters, stands for: a type of utils/datetime.h. */
static inline int
tp_timezone_abbreviation(char *low, int *offset, pg_tz **tz)
{
#if PG_VERSION_NUM >= 160000
	DateTimeErrorExtra extra;
	int			type = UNKNOWN_FIELD;

	return DecodeTimezoneAbbrev(0, low, &type, offset, tz, &extra) == 0 ? type : UNKNOWN_FIELD;
#else
	return DecodeTimezoneAbbrev(0, low, offset, tz);
#endif
}

/* Where ANALYZE keeps the statistics target of a column. */
#if PG_VERSION_NUM >= 170000
#define TP_STATISTICS_TARGET(stats) ((stats)->attstattarget)
#else
#define TP_STATISTICS_TARGET(stats) ((stats)->attr->attstattarget)
#endif

/* A pause that ANALYZE may take: since 18 it says who asks. */
#if PG_VERSION_NUM >= 180000
#define TP_VACUUM_DELAY() vacuum_delay_point(true)
#else
#define TP_VACUUM_DELAY() vacuum_delay_point()
#endif

/* Is it his, or that of a role whose rights he has? May he make objects there? */
#if PG_VERSION_NUM >= 160000
#define tp_owns_table(table, role) object_ownercheck(RelationRelationId, table, role)
#define tp_may_create_in(schema, role) (object_aclcheck(NamespaceRelationId, schema, role, ACL_CREATE) == ACLCHECK_OK)
#else
#define tp_owns_table(table, role) pg_class_ownercheck(table, role)
#define tp_may_create_in(schema, role) (pg_namespace_aclcheck(schema, role, ACL_CREATE) == ACLCHECK_OK)
#endif

#endif							/* TP_COMPAT_H */
