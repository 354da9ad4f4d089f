-- From rows of many customers, without journeys in between: where an aggregate takes a journey, its keyed form takes a
-- customer and a contact.

-- A partial state is all rows of a worker, and no message is longer than 1 GB: the support function has the planner
-- copy them where that pays.
-- include parts/function.sql NAME="keyed_support" ARGS="internal" RESULT="internal" SYMBOL="keyed_support" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="internal" IS="support function of keyed_combine: its cost, which grows with the rows of the query, and keeps plans of more than 15 million from copying them to a leader"

-- include parts/function.sql NAME="keyed_combine" ARGS="internal, internal" RESULT="internal" SYMBOL="keyed_combine" HOW="IMMUTABLE PARALLEL SAFE SUPPORT keyed_support" TYPES="internal, internal" IS="combine function of the aggregates by customer"

-- include parts/function.sql NAME="keyed_serialize" ARGS="internal" RESULT="bytea" SYMBOL="keyed_serialize" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="internal" IS="serial function of the aggregates by customer; 54000 for more than 1 GB"

-- include parts/function.sql NAME="keyed_deserialize" ARGS="bytea, internal" RESULT="internal" SYMBOL="keyed_deserialize" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="bytea, internal" IS="deserial function of the aggregates by customer"

-- include parts/function.sql NAME="keyed_flow" ARGS="internal" RESULT="journey_flow" SYMBOL="keyed_flow" HOW="IMMUTABLE PARALLEL SAFE" TYPES="internal" IS="final function of flow_agg by customer"

-- include parts/function.sql NAME="keyed_funnel" ARGS="internal" RESULT="touchpoint_funnel_step[]" SYMBOL="keyed_funnel" HOW="IMMUTABLE PARALLEL SAFE" TYPES="internal" IS="final function of funnel_agg by customer"

-- include parts/function.sql NAME="keyed_credits" ARGS="internal" RESULT="touchpoint_credit[]" SYMBOL="keyed_credits" HOW="IMMUTABLE PARALLEL SAFE" TYPES="internal" IS="final function of attribution_agg and shapley_attribution by customer"

-- include parts/function.sql NAME="keyed_retention" ARGS="internal" RESULT="touchpoint_retention[]" SYMBOL="keyed_retention" HOW="STABLE PARALLEL SAFE" TYPES="internal" IS="final function of retention_agg by customer"

-- include parts/function.sql NAME="keyed_levels" ARGS="internal" RESULT="touchpoint_level[]" SYMBOL="keyed_levels" HOW="IMMUTABLE PARALLEL SAFE" TYPES="internal" IS="final function of level_flow_agg by customer"

-- include parts/function.sql NAME="keyed_map" ARGS="internal" RESULT="touchpoint_map_step[]" SYMBOL="keyed_map" HOW="IMMUTABLE PARALLEL SAFE" TYPES="internal" IS="final function of journey_map_agg by customer"

-- include parts/function.sql NAME="keyed_gaps" ARGS="internal" RESULT="touchpoint_gap_by[]" SYMBOL="keyed_gaps" HOW="IMMUTABLE PARALLEL SAFE" TYPES="internal" IS="final function of journey_gap_agg by customer"

-- include parts/keyed.sql NAME="flow_agg" ARGS="part text" TYPES="text" SYMBOL="flow_1" HOW="IMMUTABLE" FINAL="keyed_flow" IS="flow_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="flow_agg" ARGS="part text, conversions float8, nulls float8, value float8" TYPES="text, float8, float8, float8" SYMBOL="flow_2" HOW="IMMUTABLE" FINAL="keyed_flow" IS="flow_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; a number says something of the customer: it is the same on all its rows, else 22023; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="flow_agg" ARGS="part text, conversion text, lookback interval, restart boolean" TYPES="text, text, interval, boolean" SYMBOL="flow_3" HOW="IMMUTABLE" FINAL="keyed_flow" IS="flow_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="funnel_agg" ARGS="steps text[], within interval" TYPES="text[], interval" SYMBOL="funnel_1" HOW="IMMUTABLE" FINAL="keyed_funnel" IS="funnel_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="funnel_agg" ARGS="steps text[], within interval, modes text[], exits text[]" TYPES="text[], interval, text[], text[]" SYMBOL="funnel_2" HOW="IMMUTABLE" FINAL="keyed_funnel" IS="funnel_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="funnel_agg" ARGS="steps text[], within interval, modes text[], exits text[], as_of timestamptz" TYPES="text[], interval, text[], text[], timestamptz" SYMBOL="funnel_3" HOW="IMMUTABLE" FINAL="keyed_funnel" IS="funnel_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="funnel_agg" ARGS="steps text[], within interval, modes text[], exits text[], as_of timestamptz, excluded text[], hold text[]" TYPES="text[], interval, text[], text[], timestamptz, text[], text[]" SYMBOL="funnel_4" HOW="IMMUTABLE" FINAL="keyed_funnel" IS="funnel_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="attribution_agg" ARGS="model text, part text, weight float8" TYPES="text, text, float8" SYMBOL="attribution_1" HOW="IMMUTABLE" FINAL="keyed_credits" IS="attribution_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; a number says something of the customer: it is the same on all its rows, else 22023; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="attribution_agg" ARGS="model text, part text, conversion text, lookback interval, half_life interval, restart boolean" TYPES="text, text, text, interval, interval, boolean" SYMBOL="attribution_2" HOW="IMMUTABLE" FINAL="keyed_credits" IS="attribution_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="shapley_attribution" ARGS="part text, conversions float8, value float8" TYPES="text, float8, float8" SYMBOL="shapley_1" HOW="IMMUTABLE" FINAL="keyed_credits" IS="shapley_attribution of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; a number says something of the customer: it is the same on all its rows, else 22023; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="shapley_attribution" ARGS="part text, conversion text, lookback interval, restart boolean" TYPES="text, text, interval, boolean" SYMBOL="shapley_2" HOW="IMMUTABLE" FINAL="keyed_credits" IS="shapley_attribution of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="retention_agg" ARGS="period text, periods integer, first text, again text, timezone text" TYPES="text, integer, text, text, text" SYMBOL="retention_1" HOW="STABLE" FINAL="keyed_retention" IS="retention_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="retention_agg" ARGS="period text, periods integer, first text, again text, timezone text, as_of timestamptz" TYPES="text, integer, text, text, text, timestamptz" SYMBOL="retention_2" HOW="STABLE" FINAL="keyed_retention" IS="retention_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="retention_agg" ARGS="period text, periods integer, first text, again text, timezone text, as_of timestamptz, or_after boolean" TYPES="text, integer, text, text, text, timestamptz, boolean" SYMBOL="retention_3" HOW="STABLE" FINAL="keyed_retention" IS="retention_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="level_flow_agg" ARGS="part text, levels integer, start text, top integer" TYPES="text, integer, text, integer" SYMBOL="levels_1" HOW="IMMUTABLE" FINAL="keyed_levels" IS="level_flow_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="journey_map_agg" ARGS="part text, neutral float8" TYPES="text, float8" SYMBOL="map_1" HOW="IMMUTABLE" FINAL="keyed_map" IS="journey_map_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"

-- include parts/keyed.sql NAME="journey_gap_agg" ARGS="part text" TYPES="text" SYMBOL="gaps_1" HOW="IMMUTABLE" FINAL="keyed_gaps" IS="journey_gap_agg of the journeys of journey_agg(contact) grouped by customer, without a query within the query; rows with NULL customer are passed over, and contacts that are NULL; obeys work_mem times hash_mem_multiplier and spills to temporary files; errors as there"
