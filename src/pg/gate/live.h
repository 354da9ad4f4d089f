/*
 * live.h
 *	  Journeys that are kept current: what is kept, by whose leave, and the SQL that keeps it.
 *
 * live.c				the SQL functions
 * live_definition.c	what is kept: said by the table of journeys itself
 * live_expression.c	expressions over the source's columns, checked and written out
 * live_catalog.c		which triggers and which source belong to a table of journeys
 * live_table.c			the table of journeys, and triggers, made
 * live_distributed.c	tables whose rows lie elsewhere
 * live_run.c			as whom, and under which settings, SQL runs
 * live_sql.c			the statements
 * live_plans.c			what a session remembers of a trigger
 * live_anew.c			what the transaction made anew
 * live_trigger.c		the trigger function
 */
#ifndef TP_LIVE_H
#define TP_LIVE_H

#include "base/compat.h"

#include "flow/tp_retention.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/relcache.h"
#include "utils/reltrigger.h"

/* What a contact is made of, in the order of contact_record's arguments. */
typedef enum live_field
{
	LIVE_TOUCHPOINT,
	LIVE_OCCURRED_AT,
	LIVE_SCORE,
	LIVE_EXPECTED,
	LIVE_COST,
	LIVE_DURATION,
	LIVE_VALUE,
	LIVE_INITIATOR,
	LIVE_ID,
	LIVE_PROPERTIES,
	LIVE_FIELDS
} live_field;

/* Of 0.1.0, whose functions and triggers know the first so many. */
#define LIVE_FIELDS_OF_0_1_0 (LIVE_ID + 1)

extern const char *const live_field_name[LIVE_FIELDS];

/*
 * A definition. Names are as in the catalog, unquoted; expressions are SQL that needs no search_path
 * and is read under the settings of live_run.c, with the zone and the order of dates of whoever
 * wrote it.
 */
typedef struct live_def
{
	char	   *expr[LIVE_FIELDS];	/* NULL: not given */
	int			n_keys;
	char	  **keys;
	char	   *timezone;		/* NULL in definitions of 0.1.0: the session's */
	char	   *datestyle;
	bool		by_period;		/* one journey a key and period, and not one a key? */
	tp_period	period;			/* of UTC */
} live_def;

/* The names that transition tables, and the table of keys at stake, have in the SQL below. */
#define LIVE_OLD	"touchpoint_old"
#define LIVE_NEW	"touchpoint_new"
#define LIVE_KEYS	"touchpoint_keys"
#define LIVE_JOURNEY "journey"
#define LIVE_CONTACT "touchpoint_contact"
#define LIVE_FIELD "touchpoint_contact_%d"
#define LIVE_PERIOD "period_start"
#define LIVE_WHOLE "_whole"
#define LIVE_TRIGGER_FUNCTION "keep_journeys"
#define LIVE_CONSTRAINT "kept_journeys"

/* ---- live_definition.c ---- */

extern char *live_definition_text(const live_def *d);
extern bool live_read_definition(Oid target, live_def *d);
extern bool live_same(const live_def *a, const live_def *b);

/* What a trigger says. */
typedef struct live_trigger_says
{
	bool		is_part;		/* on a partition or child of the source, not on the source */
	Oid			target;			/* invalid: a trigger of 0.1.0 whose table is not there */
	bool		of_0_1_0;		/* the definition stands in its arguments: def, schema, table */
	live_def	def;
	char	   *schema;
	char	   *table;
} live_trigger_says;

extern bool live_read_trigger(const Trigger *trigger, live_trigger_says *says);
extern char *live_trigger_arguments(bool is_part);

/* ---- live_expression.c ---- */

extern Node *live_read_expression(Relation source, const char *text, live_field field, Oid type);
extern void live_read_keys(ArrayType *array, Relation source, live_def *d);

/* ---- live_catalog.c ---- */

/* A trigger that keeps journeys in a table. */
typedef struct live_trigger
{
	Oid			oid;
	Oid			table;
	char	   *name;
	int16		type;
	live_trigger_says says;
} live_trigger;

extern Oid	live_trigger_function(Oid home);
extern Oid	live_owner(Oid table);
extern List *live_find_triggers(Oid home, Oid target);
extern Oid	live_find_source(Oid home, Oid target, live_def *d);
extern Oid	live_find_ancestor(Oid part, Oid target, Oid function);

/* ---- live_sql.c ---- */

/*
 * The words that all statements share: target and source quoted, the schema of the extension, the
 * equality of keys as operators of each key's own type.
 */
typedef struct live_words
{
	const live_def *def;
	const char *home;			/* quoted schema of the extension */
	const char *target;
	const char *source;
	const char *keys;			/* k1, k2, and the beginning of the period where there are any */
	const char *keys_of_row;	/* the same of a row of the source */
	const char *keys_alone;		/* k1, k2 */
	const char *order;			/* 1, 2 */
	const char *known;			/* of a row of the source: k1 IS NOT NULL AND k2 IS NOT NULL */
	const char *time;			/* of a row of the source */
	const char *aggregate;
	const char *contact;
	Oid		   *equal;			/* operator of each key */
} live_words;

extern void live_words_init(live_words *w, const live_def *d, Oid home, Oid source,
							const char *target);

/* The statements; what each does is told with its text. */
extern char *live_check_keys_sql(const live_words *w);
extern char *live_append_sql(const live_words *w);
extern char *live_inserted_keys_sql(const live_words *w);
extern char *live_deleted_keys_sql(const live_words *w);
extern char *live_updated_keys_sql(const live_words *w);
extern char *live_all_keys_sql(const live_words *w);
extern char *live_lock_sql(const live_words *w);
extern char *live_put_sql(const live_words *w);
extern char *live_remove_sql(const live_words *w);
extern char *live_rebuild_sql(const live_words *w);
extern char *live_verify_sql(const live_words *w);
extern char *live_verify_conflicts_sql(const live_words *w);
extern char *live_whole_sql(const live_words *w);
extern char *live_view_sql(const live_words *w, const char *kind, const char *view);

/* schema.name of a table, quoted. */
extern char *live_table_name(Oid table);

/* ---- live_distributed.c ---- */

/* 0A000 for a table that is distributed over servers, on which no trigger works. */
extern void live_check_one_server(Oid table);

/* ---- live_table.c ---- */

extern Oid	live_make_target(Relation source, const char *name, const live_words *w);
extern void live_check_target(Oid target, Relation source, const live_words *w, Oid journey);
extern void live_check_whole_name(const char *name);
extern void live_make_whole(Relation source, Oid target, const char *name, const live_words *w);
extern bool live_write_definition(Oid target, const live_def *d);
extern void live_drop_definition(Oid target);
extern bool live_make_triggers(Oid table, Oid target, bool is_part, List *existing, const char *home);

/* ---- live_run.c ---- */

/* Where we came from. */
typedef struct live_place
{
	Oid			user;
	int			security;
	int			level;			/* of settings */
} live_place;

extern void live_enter(live_place *from, Oid owner, const live_def *d);
extern void live_read_as(live_place *from, Oid owner);
extern void live_leave(const live_place *from);
extern char *live_date_order(void);

extern void live_check_spi(int code);
extern void live_run(const char *sql);
extern void live_run_newest(const char *sql);
extern int64 live_answer(void);

/* ---- live_plans.c ---- */

typedef enum live_plan
{
	LIVE_PLAN_APPEND,
	LIVE_PLAN_KEYS,
	LIVE_PLAN_LOCK,
	LIVE_PLAN_REMOVE,
	LIVE_PLANS
} live_plan;

/* A trigger, what it keeps, and the plans that keep it. */
typedef struct live_kept live_kept;

extern live_kept *live_use(const Trigger *trigger, Relation table, Oid function);
extern void live_release(live_kept *kept);

struct live_kept
{
	Oid			trigger;		/* invalid once it is stale: not to be found any more */
	Oid			table;			/* that the trigger stands on */
	Oid			source;
	Oid			target;
	char	   *title;			/* both, for messages */
	Oid			owner;			/* whose rights do it; invalid: the writer's */
	live_def	def;
	live_words	words;
	bool		has_words;
	void	   *plan[LIVE_PLANS];
	int			users;			/* calls that are under way */
	MemoryContext context;
	live_kept  *next;
};

extern const live_words *live_kept_words(live_kept *kept, Oid home);

/* ---- live_anew.c ---- */

extern void live_note_anew(Oid target);
extern bool live_anew_meanwhile(Oid target);

#endif							/* TP_LIVE_H */
