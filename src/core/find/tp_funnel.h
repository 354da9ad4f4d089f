/*
 * tp_funnel.h
 *	  Funnels: how far does a journey get along a list of steps within a window of time, and why did
 *	  it stop?
 *
 * A chain takes steps 1, 2, ... at contacts in journey order, the last of them at most `within` after
 * the first. Every contact at step 1 may start one; the longest chain wins, of equals the earliest
 * start, then the earliest end. A contact that matches an exit takes no step and ends all chains that
 * are under way. Steps and exits are written as tp_step.h reads them.
 *
 * Modes narrow what a chain may do. They stop a chain, never the search:
 *
 *	strict_order			a contact between its members, matching a step or not, stops it
 *	strict_deduplication	it takes each step at the first contact that can take it, and a contact
 *							that matches a step already taken stops it
 *	strict_increase			each member is later than the one before
 *	strict_once				one contact takes one step; else it may take several in a row
 */
#ifndef TP_FUNNEL_H
#define TP_FUNNEL_H

#include "journey/tp_step.h"

#define TP_FUNNEL_STEPS_MAX 64

#define TP_STRICT_ORDER			0x01
#define TP_STRICT_DEDUPLICATION	0x02
#define TP_STRICT_INCREASE		0x04
#define TP_STRICT_ONCE			0x08
#define TP_MODES_ALL			0x0F

/* Steps as text go into one row of 64 bits, exits into the words behind it. */
typedef struct tp_funnel
{
	tp_steps	at;
	uint64_t	within;			/* microseconds */
	uint32_t	steps;
	uint32_t	exits;
	unsigned	modes;
	uint64_t   *all;			/* scratch of at.words words */
	uint32_t	asked_room;
	uint64_t   *asked;			/* scratch: the steps of each contact and whether it is an exit, where conditions ask */
} tp_funnel;

extern tp_status tp_funnel_mode_parse(const char *text, size_t len, unsigned *mode, tp_error *err);
extern const char *tp_funnel_mode_name(unsigned mode);

/*
 * Compiling: init, the steps, the exits, ready. Text is NUL-terminated. TP_BAD_ARGUMENT without
 * steps, for a window of zero and past 64 steps or exits, TP_BAD_TEXT for a malformed glob.
 */
extern void tp_funnel_init(tp_funnel *f, const tp_memory *mem, int64_t within, unsigned modes);
extern tp_status tp_funnel_add_step(tp_funnel *f, const char *text, tp_error *err);
extern tp_status tp_funnel_add_exit(tp_funnel *f, const char *text, tp_error *err);
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
	TP_STOP_WINDOW,				/* the next step came when the window had run out */
	TP_STOP_NO_CONTACT			/* the next step never came */
} tp_stop;

extern const char *tp_stop_name(tp_stop stop);

typedef struct tp_chain
{
	uint32_t	reached;
	tp_stop		stop;
	uint32_t	position[TP_FUNNEL_STEPS_MAX];	/* from 0 */
} tp_chain;

/* The winning chain and why it stopped; of equals the one with the earliest members. */
extern tp_status tp_funnel_trace(tp_funnel *f, const tp_journey *j, tp_chain *chain, tp_error *err);

/*
 * The steps reached by rows that are no journey: n times that do not fall, and the steps that each
 * row matches, bit 0 the first.
 */
extern uint32_t tp_funnel_rows(const tp_memory *mem, const int64_t *times, const uint64_t *masks, size_t n,
							   uint32_t steps, uint64_t within);

#endif							/* TP_FUNNEL_H */
