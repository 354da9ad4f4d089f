/*
 * tp_funnel.h
 *	  Funnels: how far does a journey get along a list of steps within a window of time, and why did
 *	  it stop?
 *
 * A chain takes steps 1, 2, ... at contacts in journey order, one step each, the last of them at most `within`
 * after the first. Contacts at one instant whose order no id tells may be taken in either order, and what is tied
 * with a member need not lie between. Every contact at step 1 may start a chain; the longest wins, of equals one
 * that is open, then the earliest start, then the earliest end. A contact that matches an exit takes no step and
 * ends all chains that are under way. Steps, exits and exclusions are written as tp_step.h reads them.
 *
 * Modes stop a chain, never the search:
 *
 *	strict_order			a contact between its members, matching a step or not, stops it
 *	strict_deduplication	it takes each step at the first contact that can take it, and a contact
 *							that matches a step already taken, and not the next, stops it
 *	strict_increase			each member is later than the one before
 *	reuse					one contact may take several steps in a row; else (strict_once) it takes one
 *	any_order				a chain begins at a contact of any step, and reaches the most steps that different
 *							contacts within the window can take (a matching)
 */
#ifndef TP_FUNNEL_H
#define TP_FUNNEL_H

#include "journey/tp_step.h"

#define TP_FUNNEL_STEPS_MAX 64

#define TP_STRICT_ORDER			0x01
#define TP_STRICT_DEDUPLICATION	0x02
#define TP_STRICT_INCREASE		0x04
#define TP_STRICT_ONCE			0x08	/* set unless reuse is asked for */
#define TP_ANY_ORDER			0x10
#define TP_MODES_ALL			0x1F

/* As asked for only; tp_funnel_settle_modes makes modes of what was asked. */
#define TP_REUSE				0x20

#define TP_FUNNEL_HOLDS_MAX		4
#define TP_AS_OF_END			INT64_MAX

struct tp_matcher;
struct tp_funnel_search;

/* Steps as text go into one row of 64 bits, exits into the word behind it, exclusions into the next. */
typedef struct tp_funnel
{
	tp_steps	at;
	uint64_t	within;			/* microseconds */
	uint32_t	steps;
	uint32_t	exits;
	uint32_t	excluded;		/* elements given, NULL ones too */
	bool		excludes;		/* one of them is not NULL */
	unsigned	modes;
	int64_t		as_of;			/* may be set before each question; TP_AS_OF_END = none */
	struct tp_matcher *held;	/* NULL where no property is held */
	struct tp_funnel_search *search;	/* scratch, once it is needed */
	uint64_t   *all;			/* scratch of at.words words */
	uint32_t	asked_room;
	uint64_t   *asked;			/* scratch: the steps of each contact and whether it is an exit, where conditions ask */
} tp_funnel;

extern tp_status tp_funnel_mode_parse(const char *text, size_t len, unsigned *mode, tp_error *err);

/* Modes that were asked for, one bit each, to those of a funnel. TP_BAD_ARGUMENT for what cannot go together. */
extern tp_status tp_funnel_settle_modes(unsigned *modes, bool excludes, tp_error *err);

/*
 * Compiling: init, the steps, the exits, ready. Text is NUL-terminated. TP_BAD_ARGUMENT without
 * steps, for a window of zero and past 64 steps or exits, TP_BAD_TEXT for a malformed glob.
 */
extern void tp_funnel_init(tp_funnel *f, const tp_memory *mem, int64_t within, unsigned modes);
extern tp_status tp_funnel_add_step(tp_funnel *f, const char *text, tp_error *err);
extern tp_status tp_funnel_add_exit(tp_funnel *f, const char *text, tp_error *err);
extern tp_status tp_funnel_add_excluded(tp_funnel *f, const char *text, tp_error *err);	/* NULL = nothing */
extern tp_status tp_funnel_add_hold(tp_funnel *f, const char *name, tp_error *err);
extern uint32_t tp_funnel_holds(const tp_funnel *f);
extern tp_status tp_funnel_ready(tp_funnel *f, tp_error *err);
extern void tp_funnel_release(tp_funnel *f);

/* Steps of the winning chain; looking no further once enough are reached. */
extern tp_status tp_funnel_reached(tp_funnel *f, const tp_journey *j, uint32_t enough, uint32_t *reached,
								   tp_error *err);

typedef enum tp_stop
{
	TP_STOP_COMPLETE,			/* all steps are taken */
	TP_STOP_EXIT,				/* a contact at an exit came first */
	TP_STOP_ORDER,				/* strict_order: another contact came first */
	TP_STOP_REPEAT,				/* strict_deduplication: a step came again */
	TP_STOP_EXCLUDED,			/* an excluded contact came first */
	TP_STOP_WINDOW,				/* the next step came when the window had run out */
	TP_STOP_NO_CONTACT			/* the next step never came */
} tp_stop;

extern const char *tp_stop_name(tp_stop stop);

typedef struct tp_chain
{
	uint32_t	reached;
	tp_stop		stop;
	bool		open;			/* neither complete nor stopped, and its window still runs */
	bool		runs;			/* its window still runs */
	int64_t		started;
	int64_t		ended;
	uint32_t	entry;			/* the position of its first contact */
	uint64_t	taken;			/* any_order: its steps */
	uint32_t	position[TP_FUNNEL_STEPS_MAX];	/* from 0 */
} tp_chain;

/* The winning chain and why it stopped; of equals the one with the earliest members. */
extern tp_status tp_funnel_trace(tp_funnel *f, const tp_journey *j, tp_chain *chain, tp_error *err);

/* The longest chain of each contact that can begin one, in journey order; *chains is of the caller's to release. */
extern tp_status tp_funnel_entries(tp_funnel *f, const tp_journey *j, tp_chain **chains, uint32_t *n, tp_error *err);

/*
 * The steps reached by rows that are no journey: n times that do not fall, and the steps that each
 * row matches, bit 0 the first. Nothing tells the order of rows at one time.
 */
extern tp_status tp_funnel_rows(const tp_memory *mem, const int64_t *times, const uint64_t *masks, size_t n,
								uint32_t steps, uint64_t within, unsigned modes, uint32_t *reached, tp_error *err);

#endif							/* TP_FUNNEL_H */
