/*
 * keyed_aggs.c
 *	  Which aggregates have keyed forms, and the functions that SQL calls for them.
 *
 * The plain aggregates live in every neighbourhood, so their functions are named here as SQL names them: by symbol.
 */
#include "flow/keyed.h"

#define DECLARED(name) extern Datum name(PG_FUNCTION_ARGS)

DECLARED(journey_flow_in);
DECLARED(flow_agg_row);
DECLARED(flow_agg_weighted_row);
DECLARED(flow_agg_conversions_row);
DECLARED(funnel_summary_in);
DECLARED(funnel_summary_journey);
DECLARED(funnel_summary_steps);
DECLARED(touchpoint_ledger_in);
DECLARED(touchpoint_ledger_credits);
DECLARED(attribution_agg_row);
DECLARED(attribution_agg_conversions_row);
DECLARED(shapley_attribution_row);
DECLARED(shapley_conversions_row);
DECLARED(touchpoint_returns_in);
DECLARED(retention_agg_row);
DECLARED(touchpoint_returns_retention);
DECLARED(touchpoint_levels_in);
DECLARED(level_flow_agg_row);
DECLARED(touchpoint_levels_rows);
DECLARED(touchpoint_map_in);
DECLARED(journey_map_agg_row);
DECLARED(touchpoint_map_rows);
DECLARED(touchpoint_gaps_in);
DECLARED(journey_gap_agg_row);
DECLARED(touchpoint_gaps_rows);

/* Overloads of one aggregate are numbered in the order of the install script. */
enum
{
	FLOW_1,
	FLOW_2,
	FLOW_3,
	FUNNEL_1,
	FUNNEL_2,
	FUNNEL_3,
	FUNNEL_4,
	ATTRIBUTION_1,
	ATTRIBUTION_2,
	SHAPLEY_1,
	SHAPLEY_2,
	RETENTION_1,
	RETENTION_2,
	RETENTION_3,
	LEVELS_1,
	MAP_1,
	GAPS_1,
	SPECS
};

#define FLOW(step, ...) {journey_flow_in, step, NULL, __VA_ARGS__}
#define FUNNEL(args) {funnel_summary_in, funnel_summary_journey, funnel_summary_steps, args, {NULL}, TP_KEYED_PLAIN}
#define CREDITS(step, ...) {touchpoint_ledger_in, step, touchpoint_ledger_credits, __VA_ARGS__}
#define RETENTION(args) {touchpoint_returns_in, retention_agg_row, touchpoint_returns_retention, args, {NULL}, TP_KEYED_PLAIN}

static const tp_keyed_spec specs[SPECS] = {
	/* part */
	[FLOW_1] = FLOW(flow_agg_row, "t", {NULL}, TP_KEYED_BARE),
	/* part, conversions, nulls, value */
	[FLOW_2] = FLOW(flow_agg_weighted_row, "tnnn", {"conversions", "nulls", "value"}, TP_KEYED_BARE),
	/* part, conversion, lookback, restart */
	[FLOW_3] = FLOW(flow_agg_conversions_row, "ttiv", {NULL}, TP_KEYED_PLAIN),
	/* steps, within, modes, exits, as_of, excluded, hold */
	[FUNNEL_1] = FUNNEL("ti"),
	[FUNNEL_2] = FUNNEL("titt"),
	[FUNNEL_3] = FUNNEL("tittv"),
	[FUNNEL_4] = FUNNEL("tittvtt"),
	/* model, part, weight */
	[ATTRIBUTION_1] = CREDITS(attribution_agg_row, "ttn", {"weight"}, TP_KEYED_CANONICAL),
	/* model, part, conversion, lookback, half_life, restart */
	[ATTRIBUTION_2] = CREDITS(attribution_agg_conversions_row, "tttiiv", {NULL}, TP_KEYED_PLAIN),
	/* part, conversions, value */
	[SHAPLEY_1] = CREDITS(shapley_attribution_row, "tnn", {"conversions", "value"}, TP_KEYED_BARE),
	/* part, conversion, lookback, restart */
	[SHAPLEY_2] = CREDITS(shapley_conversions_row, "ttiv", {NULL}, TP_KEYED_PLAIN),
	/* period, periods, first, again, timezone, as_of, or_after */
	[RETENTION_1] = RETENTION("tvttt"),
	[RETENTION_2] = RETENTION("tvtttv"),
	[RETENTION_3] = RETENTION("tvtttvv"),
	/* part, levels, start, top */
	[LEVELS_1] = {touchpoint_levels_in, level_flow_agg_row, touchpoint_levels_rows, "tvtv", {NULL}, TP_KEYED_PLAIN},
	/* part, neutral */
	[MAP_1] = {touchpoint_map_in, journey_map_agg_row, touchpoint_map_rows, "tv", {NULL}, TP_KEYED_CANONICAL},
	/* part */
	[GAPS_1] = {touchpoint_gaps_in, journey_gap_agg_row, touchpoint_gaps_rows, "t", {NULL}, TP_KEYED_CANONICAL},
};

#define KEYED(name, spec) \
TP_FUNCTION(keyed_##name##_bigint, tp_keyed_step(fcinfo, &specs[spec], TP_KEY_BIGINT)) \
TP_FUNCTION(keyed_##name##_text, tp_keyed_step(fcinfo, &specs[spec], TP_KEY_TEXT)) \
TP_FUNCTION(keyed_##name##_uuid, tp_keyed_step(fcinfo, &specs[spec], TP_KEY_UUID))

KEYED(flow_1, FLOW_1)
KEYED(flow_2, FLOW_2)
KEYED(flow_3, FLOW_3)
KEYED(funnel_1, FUNNEL_1)
KEYED(funnel_2, FUNNEL_2)
KEYED(funnel_3, FUNNEL_3)
KEYED(funnel_4, FUNNEL_4)
KEYED(attribution_1, ATTRIBUTION_1)
KEYED(attribution_2, ATTRIBUTION_2)
KEYED(shapley_1, SHAPLEY_1)
KEYED(shapley_2, SHAPLEY_2)
KEYED(retention_1, RETENTION_1)
KEYED(retention_2, RETENTION_2)
KEYED(retention_3, RETENTION_3)
KEYED(levels_1, LEVELS_1)
KEYED(map_1, MAP_1)
KEYED(gaps_1, GAPS_1)

TP_FUNCTION(keyed_support, tp_keyed_support(fcinfo))
TP_FUNCTION(keyed_combine, tp_keyed_combine(fcinfo))
TP_FUNCTION(keyed_serialize, tp_keyed_serialize(fcinfo, specs))
TP_FUNCTION(keyed_deserialize, tp_keyed_deserialize(fcinfo, specs, SPECS))

/* Final functions, one a type of answers. */
TP_FUNCTION(keyed_flow, tp_keyed_final(fcinfo, &specs[FLOW_1]))
TP_FUNCTION(keyed_funnel, tp_keyed_final(fcinfo, &specs[FUNNEL_1]))
TP_FUNCTION(keyed_credits, tp_keyed_final(fcinfo, &specs[ATTRIBUTION_1]))
TP_FUNCTION(keyed_retention, tp_keyed_final(fcinfo, &specs[RETENTION_1]))
TP_FUNCTION(keyed_levels, tp_keyed_final(fcinfo, &specs[LEVELS_1]))
TP_FUNCTION(keyed_map, tp_keyed_final(fcinfo, &specs[MAP_1]))
TP_FUNCTION(keyed_gaps, tp_keyed_final(fcinfo, &specs[GAPS_1]))
