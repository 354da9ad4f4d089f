-- Attribution: who gets the credit.

CREATE TYPE touchpoint_contact_credit AS ("position" integer, part text, credit float8, conversion integer, value float8);
COMMENT ON TYPE touchpoint_contact_credit IS
    'share of one contact in a conversion, 0 to 1, and in its value; conversion and value are NULL where it is a share in what a whole journey brought';

CREATE TYPE touchpoint_credit AS (part text, conversions float8, value float8);
COMMENT ON TYPE touchpoint_credit IS 'what a touchpoint, channel, label, stage or value of a property is credited with; value is NULL where none is known';

CREATE FUNCTION attribution(journey, model text, part text DEFAULT 'channel', half_life interval DEFAULT '7 days', lookback interval DEFAULT NULL, conversion text DEFAULT NULL, ends float8[] DEFAULT NULL, restart boolean DEFAULT false) RETURNS SETOF touchpoint_contact_credit
AS 'MODULE_PATHNAME', 'journey_attribution' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10 ROWS 10 SUPPORT contacts_support;
COMMENT ON FUNCTION attribution(journey, model text, part text, half_life interval, lookback interval, conversion text, ends float8[], restart boolean) IS
    'who gets the credit: for each conversion, a contact at the step of that name, a row for each contact on the path to it (conversion_paths), credits adding up to 1 and value being as much of what the conversion brought, NULL where that is not known; (no contact), without position, where nothing came before; model is first_touch, last_touch, linear, position_based (ends to the first and last, 0.4 each unless given; of two in proportion), time_decay (half as much every half_life before) or last_non_direct (direct: part absent, "(none)", or in any case of letters "direct", "(direct)", "direct entry", "none", "typed/bookmarked"; the last contact if all are); without conversion a row a contact of the whole journey, credited for its end, 0 more than lookback before its last contact; 22023 for NULL or unknown settings, half_life of 0, months and negatives, ends other than two shares; 42601 for a malformed step';

-- include parts/function.sql NAME="markov_attribution" ARGS="journey_flow" RESULT="TABLE(part text, removal_effect float8, conversions float8, value float8)" SYMBOL="journey_flow_markov" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 20" TYPES="journey_flow" IS="the share of conversions that would be lost without each part (0 to 1, solved exactly), and conversions and value in proportion to it; NULL where nothing converts; conversions that nothing came before are a row (no contact) of their own, without removal effect, and parts share the rest; of order k, without a part every way into a state that holds it ends in (null); 22023 for a flow built without conversions"

-- include parts/function.sql NAME="absorption" ARGS="journey_flow" RESULT="TABLE(state text, expected_steps float8, p_conversion float8)" SYMBOL="journey_flow_absorption" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 20" TYPES="journey_flow" IS="of (start) and each state: expected number of steps to an end (NULL where some way never ends), probability to convert (NULL for a flow built without conversions)"

-- Sums over journeys

-- include parts/io.sql TYPE="touchpoint_ledger" IN="22P02 malformed" SEND="a version and the text form"

-- include parts/type.sql TYPE="touchpoint_ledger"
COMMENT ON TYPE touchpoint_ledger IS
    'state of attribution_agg, shapley_attribution, path_entropy and conversion_effect_agg, as it goes between servers';

-- include parts/function.sql NAME="touchpoint_ledger_merge" ARGS="touchpoint_ledger, touchpoint_ledger" RESULT="touchpoint_ledger" SYMBOL="touchpoint_ledger_merge" HOW="IMMUTABLE PARALLEL SAFE" TYPES="touchpoint_ledger, touchpoint_ledger" IS="combine function of attribution_agg, shapley_attribution, path_entropy and conversion_effect_agg"

-- include parts/function.sql NAME="touchpoint_ledger_credits" ARGS="touchpoint_ledger" RESULT="touchpoint_credit[]" SYMBOL="touchpoint_ledger_credits" HOW="IMMUTABLE PARALLEL SAFE COST 100" TYPES="touchpoint_ledger" IS="final function of attribution_agg and shapley_attribution"

-- include parts/growing.sql NAME="attribution_agg" ARGS="journey, model text, part text, weight float8" STEP="attribution_agg_row" TYPES="journey, text, text, float8" SYMBOL="attribution_agg_row" HOW="IMMUTABLE" TYPE="touchpoint_ledger" SPACE="2048" END=" FINALFUNC = touchpoint_ledger_credits," MERGE="touchpoint_ledger_merge"
COMMENT ON AGGREGATE attribution_agg(journey, model text, part text, weight float8) IS
    'attribution summed by part, in order of parts: conversions = sum of weight * credit, value = sum of weight * credit * total_value(journey), NULL where no journey has any; half-life 7 days, no lookback; rows with NULL journey or weight and empty journeys count nothing, count(weight) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL, changing or unknown settings, 22003 for NaN and infinity';

-- include parts/growing.sql NAME="shapley_attribution" ARGS="journey, part text, conversions float8, value float8" STEP="shapley_attribution_row" TYPES="journey, text, float8, float8" SYMBOL="shapley_attribution_row" HOW="IMMUTABLE" TYPE="touchpoint_ledger" SPACE="2048" END=" FINALFUNC = touchpoint_ledger_credits," MERGE="touchpoint_ledger_merge"
COMMENT ON AGGREGATE shapley_attribution(journey, part text, conversions float8, value float8) IS
    'conversions and value of each journey in equal shares to the different parts it met, summed by part, in order of parts; value is NULL where none is known, other NULL numbers count as 0; rows with NULL journey and empty journeys count nothing, count(*) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL or changing part and negative conversions, 22003 for NaN and infinity';

-- include parts/function.sql NAME="path_entropy_row" ARGS="touchpoint_ledger, journey, text" RESULT="touchpoint_ledger" SYMBOL="path_entropy_row" HOW="IMMUTABLE PARALLEL SAFE" TYPES="touchpoint_ledger, journey, text" IS="transition function of path_entropy"

-- include parts/function.sql NAME="path_entropy_final" ARGS="touchpoint_ledger" RESULT="float8" SYMBOL="path_entropy_final" HOW="IMMUTABLE PARALLEL SAFE" TYPES="touchpoint_ledger" IS="final function of path_entropy"

CREATE AGGREGATE path_entropy(journey, part text) (
    SFUNC = path_entropy_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = path_entropy_final,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE path_entropy(journey, part text) IS
    'how differently customers go: -sum p ln p over the shares of different paths, in nats; 0 where all go the same way; rows with NULL journey count nothing, count(j) are the others, and an empty journey is a way too; NULL without journeys; 22023 for NULL or changing part';

-- include parts/usage_agg.sql NAME="attribution_agg" ARGS="journey, text, text" TYPE="touchpoint_ledger" INIT="{}" FINAL="FINALFUNC = touchpoint_ledger_credits," MERGE="touchpoint_ledger_merge" IS="weight, or the step that is a conversion"
