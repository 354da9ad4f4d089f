/*
 * tp_funnel_chain.h
 *	  The chains of a funnel that begin at one contact, by every rule there is.
 *
 * What tp_funnel.c knows no shorter way for comes here: contacts at one instant whose order nothing tells,
 * modes that stop a chain, exclusions, and steps in any order.
 *
 * Contacts at one instant may stand in any order that keeps those with ids of zero and more in theirs. So an
 * instant is searched as a lattice: a node is how many of each kind of contact have been passed, and holds the
 * levels at which a chain can be by then. Contacts of equal bits are of one kind.
 */
#ifndef TP_FUNNEL_CHAIN_H
#define TP_FUNNEL_CHAIN_H

#include "find/tp_funnel.h"

typedef struct tp_funnel_item
{
	int64_t		time;
	uint64_t	mask;			/* steps it matches */
	uint64_t	excluded;		/* bit k: it must not lie behind a chain of k steps that goes on */
	uint32_t	position;
	bool		exit;
	bool		told;			/* an id tells its order among those of its instant */
} tp_funnel_item;

typedef struct tp_funnel_record
{
	uint32_t	item;
	int32_t		parent;
} tp_funnel_record;

/* Items in order of time; the rest is scratch, to be zero at first. */
typedef struct tp_funnel_search
{
	tp_memory	mem;
	uint32_t	steps;
	unsigned	modes;
	uint64_t	within;
	tp_funnel_item *item;
	uint32_t	n;
	uint32_t	item_room;
	tp_funnel_record *record;
	uint32_t	records;
	uint32_t	record_room;
	int32_t    *node;
	uint32_t	node_room;
	uint32_t   *place;
	uint32_t	place_room;
	uint32_t	start;
	uint32_t	best;
	int32_t		best_record;
	uint32_t	work;
	bool		failed;
} tp_funnel_search;

extern void tp_funnel_search_release(tp_funnel_search *s);

/* May a chain begin at item i? */
static inline bool
tp_funnel_begins(const tp_funnel_search *s, uint32_t i)
{
	return !s->item[i].exit && (s->modes & TP_ANY_ORDER ? s->item[i].mask != 0 : (s->item[i].mask & 1) != 0);
}

/*
 * The longest chain from item `start`, of equals the one that ends first, and why it stopped. TP_PAST_LIMIT where
 * too many different contacts stand at one instant in no order.
 */
extern tp_status tp_funnel_chain_from(tp_funnel_search *s, uint32_t start, tp_chain *chain, tp_error *err);

#endif							/* TP_FUNNEL_CHAIN_H */
