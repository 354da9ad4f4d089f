/*
 * live.h
 *	  Journeys that are kept current: what is kept, and the SQL that keeps it.
 *
 * Everything that is known about live journeys stands in the arguments of their triggers, so it is
 * dumped and restored as text and there is no catalog of ours.
 */
#ifndef TP_LIVE_H
#define TP_LIVE_H

#include "base/compat.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
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
	LIVE_FIELDS
} live_field;

extern const char *const live_field_name[LIVE_FIELDS];

/* Names are as in the catalog, unquoted; expressions are SQL that needs no search_path. */
typedef struct live_def
{
	bool		is_part;		/* on a partition or child of the source, not on the source */
	char	   *schema;			/* of the target */
	char	   *table;
	char	   *expr[LIVE_FIELDS];	/* NULL: not given */
	int			n_keys;
	char	  **keys;
} live_def;

/* The names that transition tables, and the table of keys at stake, have in the SQL below. */
#define LIVE_OLD	"touchpoint_old"
#define LIVE_NEW	"touchpoint_new"
#define LIVE_KEYS	"touchpoint_keys"
#define LIVE_JOURNEY "journey"
#define LIVE_CONTACT "touchpoint_contact"
#define LIVE_TRIGGER_FUNCTION "keep_journeys"

/* The trigger arguments of d, quoted and separated by commas; and a trigger's definition back. */
extern char *live_write_args(const live_def *d);
extern void live_read_args(const Trigger *trigger, live_def *d);
extern bool live_same_target(const live_def *a, const live_def *b);
extern bool live_same(const live_def *a, const live_def *b);

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
	const char *keys;			/* k1, k2 */
	const char *order;			/* 1, 2 */
	const char *known;			/* k1 IS NOT NULL AND k2 IS NOT NULL */
	const char *aggregate;
	const char *contact;
	Oid		   *equal;			/* operator of each key */
} live_words;

extern void live_words_init(live_words *w, const live_def *d, Oid home, Oid source);

/* The statements; what each does is told with its text. */
extern char *live_append_sql(const live_words *w);
extern char *live_changed_keys_sql(const live_words *w, const char *from);
extern char *live_updated_keys_sql(const live_words *w);
extern char *live_all_keys_sql(const live_words *w);
extern char *live_lock_sql(const live_words *w);
extern char *live_put_sql(const live_words *w);
extern char *live_remove_sql(const live_words *w);
extern char *live_rebuild_sql(const live_words *w);
extern char *live_verify_sql(const live_words *w);

/* schema.name of a table, quoted. */
extern char *live_table_name(Oid table);

/* SQL runs with a search_path of pg_catalog alone, and fails where row security would hide rows. */
extern int	live_settings_begin(void);
extern void live_settings_end(int level);

/* Remember that journeys of target were made anew from the source by what has run so far. */
extern void live_note_anew(Oid target);

#endif							/* TP_LIVE_H */
