/*
 * tp_pictures.h
 *	  The pictures: each takes plain rows and a canvas that was begun, and leaves a whole <svg>.
 *
 * Numbers that are not known are NaN. A picture of nothing says so. Titles of marks and the description say
 * in words what is drawn. The same input gives the same bytes.
 */
#ifndef TP_PICTURES_H
#define TP_PICTURES_H

#include "chart/tp_canvas.h"
#include "flow/tp_flow.h"
#include "journey/tp_journey.h"

/*
 * One journey: scores as a curve, what was expected dashed, gaps shaded, peak and end marked, stages as bands,
 * channels as lanes. Distance grows with time; what is far longer than the usual pause is broken. Without neutral
 * (NaN) lowest and highest score stand for the peak.
 */
extern tp_status tp_draw_journey(tp_canvas *c, const tp_journey *j, double neutral, tp_error *err);

/*
 * Mermaid's user-journey text in UTF-8: stages as sections, scores from low to high as 1 to 5. TP_BAD_ARGUMENT unless
 * low < high, TP_OUT_OF_RANGE unless both are finite.
 */
extern tp_status tp_journey_text_mermaid(const tp_memory *mem, tp_buffer *out, const tp_journey *j, double low, double high,
										 tp_error *err);

/* A part of many journeys, in its typical place. */
typedef struct tp_map_step
{
	tp_label	part;
	tp_label	stage;			/* of no length where there is none */
	int64_t		customers;
	double		mean;
	double		ci_low;
	double		ci_high;
	double		expected;
	int64_t		peaks;
	int64_t		ends;
	double		mean_position;
} tp_map_step;

/* TP_OUT_OF_RANGE for a neutral that is not finite. */
extern tp_status tp_draw_map(tp_canvas *c, const tp_map_step *steps, uint32_t n, double neutral, tp_error *err);

/* The commonest transitions of a flow, drawn in layers. TP_BAD_ARGUMENT unless 1 <= top <= 100. */
#define TP_FLOW_TOP_MAX 100
extern tp_status tp_draw_flow(tp_canvas *c, const tp_flow_view *v, int top, tp_error *err);
extern tp_status tp_flow_text_mermaid(const tp_memory *mem, tp_buffer *out, const tp_flow_view *v, int top, tp_error *err);
extern tp_status tp_flow_text_dot(const tp_memory *mem, tp_buffer *out, const tp_flow_view *v, int top, tp_error *err);

/* A step of a funnel. */
typedef struct tp_funnel_bar
{
	tp_label	step;
	int64_t		entered;
	int64_t		converted;
	int64_t		open;			/* -1 where not known */
	double		conversion;		/* to the next step; NaN where nobody entered */
	double		ci_low;
	double		ci_high;
	int64_t		median;			/* microseconds from the step before, -1 where not known */
} tp_funnel_bar;

extern tp_status tp_draw_funnel(tp_canvas *c, const tp_funnel_bar *bars, uint32_t n, tp_error *err);

/* A cohort in a period. */
typedef struct tp_retention_cell
{
	int64_t		cohort;
	int32_t		period;
	int64_t		entered;
	int64_t		returned;
	double		share;
	double		ci_low;
	double		ci_high;
	bool		complete;
} tp_retention_cell;

extern tp_status tp_draw_retention(tp_canvas *c, const tp_retention_cell *cells, uint32_t n, tp_error *err);

/* Journeys from a part at a level to a part at the next. */
typedef struct tp_sankey_link
{
	int32_t		level;
	tp_label	source;
	tp_label	target;
	int64_t		count;
	int64_t		median;			/* microseconds, -1 where not known */
} tp_sankey_link;

/* TP_BAD_ARGUMENT unless 200 <= height <= 4000, for negative counts and more than 10,000 links. */
extern tp_status tp_draw_sankey(tp_canvas *c, const tp_sankey_link *links, uint32_t n, int height, tp_error *err);

/* Importance and performance, with cuts at their means. */
extern tp_status tp_draw_quadrant(tp_canvas *c, const tp_label *labels, const double *importance, const double *performance,
								  uint32_t n, tp_error *err);

/* Cost and effect, with the efficient line. */
extern tp_status tp_draw_frontier(tp_canvas *c, const tp_label *labels, const double *cost, const double *effect, uint32_t n,
								  tp_error *err);

/* A series with its centre, its limits and its signals (tp_control_values). */
extern tp_status tp_draw_control(tp_canvas *c, const tp_label *labels, const double *values, uint32_t n, tp_error *err);

/* A table of lanes: of a service blueprint, a panorama. */
typedef struct tp_lane_row
{
	tp_label	group;			/* a heading where it changes */
	tp_label	head;
	tp_label	note;			/* beside the head */
	tp_label	cell[5];
	int			fails;
} tp_lane_row;

extern tp_status tp_draw_lanes(tp_canvas *c, const char *title, const char *empty, const char *const *lanes, int lane_count,
							   const char *const *lines, const tp_lane_row *rows, uint32_t n, tp_error *err);

/* A row of a legend from x on, a line or a mark and its words; returns where the next may begin. */
typedef enum tp_key
{
	TP_KEY_LINE,
	TP_KEY_DASH,
	TP_KEY_DOTS,
	TP_KEY_DOT,
	TP_KEY_RING,
	TP_KEY_SQUARE,
	TP_KEY_AREA,
	TP_KEY_HEAT,
	TP_KEY_BOLD
} tp_key;

typedef struct tp_legend
{
	tp_canvas  *canvas;
	double		x;
	double		y;
} tp_legend;

extern void tp_legend_add(tp_legend *l, tp_key key, int hue, const char *words);

/* Lines of a grid with their figures left of it, or below it. The room is that of the figures left of it, in px. */
extern double tp_grid_room(tp_canvas *c, const tp_axis *axis);
extern void tp_grid_across(tp_canvas *c, const tp_axis *axis, double left, double right);
extern void tp_grid_down(tp_canvas *c, const tp_axis *axis, double top, double bottom);

#endif							/* TP_PICTURES_H */
