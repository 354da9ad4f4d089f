/*
 * live_anew.c
 *	  What the current transaction has made anew.
 *
 * Journeys that were made anew while an INSERT statement was under way (by ON CONFLICT DO UPDATE,
 * MERGE, a data-modifying WITH, a user's trigger) hold its rows already: merging them in would count
 * them twice. When that was is told by command numbers. One that a rollback took back stays noted,
 * which costs making anew what could have been merged, and changes nothing.
 */
#include "gate/live.h"

#include "access/xact.h"
#include "utils/hsearch.h"
#include "utils/snapmgr.h"

typedef struct made_anew
{
	Oid			target;			/* hash key */
	CommandId	command;		/* of the last time */
} made_anew;

static HTAB *made_anew_of_target = NULL;

static void
forget(XactEvent event, void *arg)
{
	HASH_SEQ_STATUS scan;
	made_anew  *m;

	(void) event;
	(void) arg;
	if (hash_get_num_entries(made_anew_of_target) == 0)
		return;
	hash_seq_init(&scan, made_anew_of_target);
	while ((m = hash_seq_search(&scan)) != NULL)
		hash_search(made_anew_of_target, &m->target, HASH_REMOVE, NULL);
}

/* Remember that journeys of target were made anew from the source by what has run so far. */
void
live_note_anew(Oid target)
{
	made_anew  *m;

	if (made_anew_of_target == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid),.entrysize = sizeof(made_anew)};

		made_anew_of_target = hash_create("touchpoint journeys made anew", 16, &control, HASH_ELEM | HASH_BLOBS);
		RegisterXactCallback(forget, NULL);
	}
	m = hash_search(made_anew_of_target, &target, HASH_ENTER, NULL);
	m->command = GetCurrentCommandId(false);
}

/* Were journeys of target made anew since the statement that fires us began? */
bool
live_anew_meanwhile(Oid target)
{
	made_anew  *m = made_anew_of_target == NULL ? NULL : hash_search(made_anew_of_target, &target, HASH_FIND, NULL);

	return m != NULL && m->command > GetActiveSnapshot()->curcid;
}
