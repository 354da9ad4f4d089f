/*
 * live_run.c
 *	  As whom, and under which settings, the SQL of live journeys runs.
 *
 * Expressions of a definition call functions that the tables' owner chose, so they run with his
 * rights and no others, whoever calls or writes: as REINDEX and REFRESH MATERIALIZED VIEW do, in a
 * security-restricted operation, out of which no role can be set, no deferred trigger queued and
 * nothing left behind in the session. As for referential integrity, no policy of row security
 * stands between the owner and his tables, FORCE or not.
 *
 * Whether the caller may ask for it is for the callers of live_enter to check, before they do.
 */
#include "gate/live.h"

#include "catalog/namespace.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

/*
 * Everything that changes what SQL says or how a value is read or written, at its boot value. Zone
 * and order of dates are the definition's.
 */
static const struct
{
	const char *name;
	const char *value;
}			settings[] = {
	{"search_path", "pg_catalog, pg_temp"},
	{"row_security", "off"},
	/* how SQL is read and written */
	{"standard_conforming_strings", "on"},
	{"backslash_quote", "safe_encoding"},
	{"quote_all_identifiers", "off"},
	{"transform_null_equals", "off"},
	/* how values are read and written */
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "UTC"},
	{"timezone_abbreviations", "Default"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
	{"array_nulls", "on"},
	{"xmlbinary", "base64"},
	{"xmloption", "content"},
	{"lc_monetary", "C"},
	{"lc_numeric", "C"},
	{"lc_time", "C"},
	{"default_text_search_config", "pg_catalog.simple"},
};

/* Setting costs more than looking, and most are as they should be. */
static void
set(const char *name, const char *value)
{
	const char *now = GetConfigOption(name, false, false);

	if (now == NULL || strcmp(now, value) != 0)
		(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/*
 * From here on SQL means what the definition meant, and is run by owner; with none given, by whoever
 * runs it now. An error takes both back, with the transaction or subtransaction that it ends.
 */
void
live_enter(live_place *from, Oid owner, const live_def *d)
{
	GetUserIdAndSecContext(&from->user, &from->security);
	if (OidIsValid(owner))
		SetUserIdAndSecContext(owner, from->security | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION |
							   SECURITY_NOFORCE_RLS);
	from->level = NewGUCNestLevel();
	for (int i = 0; i < (int) lengthof(settings); i++)
	{
		const char *value = settings[i].value;

		if (d != NULL && strcmp(settings[i].name, "TimeZone") == 0)
			value = d->timezone;
		else if (d != NULL && strcmp(settings[i].name, "DateStyle") == 0)
			value = d->datestyle;
		if (value != NULL)
			set(settings[i].name, value);
	}
}

/*
 * From here on SQL is read by owner, under the settings and the search_path of whoever calls: reading a
 * constant of a domain runs the domain's checks, and whose types a table has is its owner's choice.
 */
void
live_read_as(live_place *from, Oid owner)
{
	List	   *path = fetch_search_path(false);
	StringInfoData s;
	ListCell   *cell;

	/* "$user" is the caller */
	initStringInfo(&s);
	foreach(cell, path)
	{
		char	   *name = get_namespace_name(lfirst_oid(cell));

		if (name != NULL)
			appendStringInfo(&s, "%s%s", s.len > 0 ? ", " : "", quote_identifier(name));
	}
	GetUserIdAndSecContext(&from->user, &from->security);
	from->level = NewGUCNestLevel();
	if (owner == from->user)
		return;
	SetUserIdAndSecContext(owner, from->security | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	set("search_path", s.data);
}

void
live_leave(const live_place *from)
{
	AtEOXact_GUC(true, from->level);
	SetUserIdAndSecContext(from->user, from->security);
}

/* ISO dates, read in the order that the session reads them. */
char *
live_date_order(void)
{
	return psprintf("ISO, %s", DateOrder == DATEORDER_YMD ? "YMD" : DateOrder == DATEORDER_DMY ? "DMY" : "MDY");
}

void
live_check_spi(int code)
{
	if (code < 0)
		elog(ERROR, "SPI error in live journeys: %s", SPI_result_code_string(code));
}

void
live_run(const char *sql)
{
	live_check_spi(SPI_execute(sql, false, 0));
}

/* Run with the newest snapshot, also where the transaction has an older one. */
void
live_run_newest(const char *sql)
{
	SPIPlanPtr	plan = SPI_prepare(sql, 0, NULL);

	if (plan == NULL)
		live_check_spi(SPI_result);
	live_check_spi(SPI_execute_snapshot(plan, NULL, NULL, GetLatestSnapshot(), InvalidSnapshot, false, true, 0));
	SPI_freeplan(plan);
}

/* The one number that the last query answered with. */
int64
live_answer(void)
{
	bool		isnull;

	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}
