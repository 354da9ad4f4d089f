-- Flows: what follows what, how often and how soon.

-- include parts/io.sql TYPE="journey_flow" IN="22P02 malformed" SEND="big-endian, text in UTF-8"

-- include parts/type.sql TYPE="journey_flow"
COMMENT ON TYPE journey_flow IS
    'transitions of many journeys between touchpoints, channels, labels, stages or values of a property, with counts and times; merge with + or rollup';

-- include parts/order.sql TYPE="journey_flow" ORDER="by settings, size, then bytes: for sorting, no judgement"

-- include parts/function.sql NAME="jsonb" ARGS="journey_flow" RESULT="jsonb" SYMBOL="journey_flow_to_jsonb" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 100" TYPES="journey_flow" IS="object of part, order, ends, value and transitions, each with source, target, count and usecs (total of microseconds between); a state is an array of parts, null where absent"

-- include parts/function.sql NAME="journey_flow" ARGS="jsonb" RESULT="journey_flow" SYMBOL="journey_flow_from_jsonb" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 100" TYPES="jsonb" IS="journey_flow of its JSON form; 22023 for unknown keys and for what no journeys can have, 22P02 for malformed touchpoints in it"

CREATE CAST (journey_flow AS jsonb) WITH FUNCTION jsonb(journey_flow);
COMMENT ON CAST (journey_flow AS jsonb) IS 'object of settings and transitions';
CREATE CAST (jsonb AS journey_flow) WITH FUNCTION journey_flow(jsonb);
COMMENT ON CAST (jsonb AS journey_flow) IS 'journey_flow of its JSON form';

-- include parts/json.sql TYPE="journey_flow" IS="object of settings and transitions"

-- Counting and merging

-- include parts/function.sql NAME="journey_flow_add" ARGS="journey_flow, journey_flow" RESULT="journey_flow" SYMBOL="journey_flow_add" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey_flow, journey_flow" IS="implementation of + operator"

CREATE OPERATOR + (LEFTARG = journey_flow, RIGHTARG = journey_flow, FUNCTION = journey_flow_add, COMMUTATOR = +);
COMMENT ON OPERATOR + (journey_flow, journey_flow) IS
    'the journeys of both; 22023 for flows of different part, k or ends';

-- include parts/function.sql NAME="journey_flow_merge" ARGS="journey_flow, journey_flow" RESULT="journey_flow" SYMBOL="journey_flow_merge" HOW="IMMUTABLE PARALLEL SAFE" TYPES="journey_flow, journey_flow" IS="combine function of flow_agg and flow_agg_k, transition function of rollup"

-- include parts/growing.sql NAME="flow_agg" ARGS="journey, part text" STEP="flow_agg_row" TYPES="journey, text" SYMBOL="flow_agg_row" HOW="IMMUTABLE" TYPE="journey_flow" SPACE="4096" END="" MERGE="journey_flow_merge"
COMMENT ON AGGREGATE flow_agg(journey, part text) IS
    'what follows what, from (start) to (end), by part touchpoint, channel, label, stage or properties.KEY; rows with NULL journey and empty journeys count nothing, count(*) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL or changing part';

-- include parts/growing.sql NAME="flow_agg" ARGS="journey, part text, conversions float8, nulls float8, value float8" STEP="flow_agg_weighted_row" TYPES="journey, text, float8, float8, float8" SYMBOL="flow_agg_weighted_row" HOW="IMMUTABLE" TYPE="journey_flow" SPACE="4096" END="" MERGE="journey_flow_merge"
COMMENT ON AGGREGATE flow_agg(journey, part text, conversions float8, nulls float8, value float8) IS
    'what follows what, from (start) to (conversion) or (null): weighs each journey by conversions + nulls, which it ended in so often, and adds up value: path tables as they are; NULL numbers count as 0; rows with NULL journey and empty journeys count nothing, count(*) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL or changing settings and negative counts, 22003 for NaN and infinity';

-- include parts/growing.sql NAME="flow_agg_k" ARGS="journey, part text, k integer" STEP="flow_agg_k_row" TYPES="journey, text, integer" SYMBOL="flow_agg_k_row" HOW="IMMUTABLE" TYPE="journey_flow" SPACE="4096" END="" MERGE="journey_flow_merge"
COMMENT ON AGGREGATE flow_agg_k(journey, part text, k integer) IS
    'what follows the last k contacts, from (start) to (end); rows with NULL journey and empty journeys count nothing, count(*) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL or changing settings and k outside 1 to 32';

-- include parts/growing.sql NAME="flow_agg_k" ARGS="journey, part text, k integer, conversions float8, nulls float8, value float8" STEP="flow_agg_k_weighted_row" TYPES="journey, text, integer, float8, float8, float8" SYMBOL="flow_agg_k_weighted_row" HOW="IMMUTABLE" TYPE="journey_flow" SPACE="4096" END="" MERGE="journey_flow_merge"
COMMENT ON AGGREGATE flow_agg_k(journey, part text, k integer, conversions float8, nulls float8, value float8) IS
    'what follows the last k contacts, from (start) to (conversion) or (null): weighs each journey by conversions + nulls, which it ended in so often, and adds up value: path tables as they are; NULL numbers count as 0; rows with NULL journey and empty journeys count nothing, count(*) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL or changing settings and negative counts, k outside 1 to 32, 22003 for NaN and infinity';

CREATE AGGREGATE rollup(journey_flow) (
    SFUNC = journey_flow_merge, STYPE = journey_flow, SSPACE = 4096, INITCOND = '{}', COMBINEFUNC = journey_flow_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(journey_flow) IS
    'the journeys of all flows; NULL is passed over, count(...) counts the others; no rows give the flow {} that has counted nothing; 22023 for flows of different part, k or ends';

CREATE FUNCTION transitions(journey_flow) RETURNS TABLE(source text, target text, count float8, probability float8, mean_time interval)
AS 'MODULE_PATHNAME', 'journey_flow_transitions' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 50;
COMMENT ON FUNCTION transitions(journey_flow) IS
    'from state to state, in order: how often, its share of all that follows source, mean time from contact to contact (NULL from (start) and to the ends; a median needs every time: percentile_cont over times_between, or level_flow_agg); an absent part is (none), a state of order k its parts joined by " > "; 22003 where the mean time is no interval';

-- include parts/usage_agg.sql NAME="flow_agg" ARGS="journey" TYPE="journey_flow" INIT="{}" FINAL="" MERGE="journey_flow_merge" IS="part"
