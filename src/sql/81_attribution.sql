-- Attribution: who gets the credit.

CREATE TYPE touchpoint_contact_credit AS ("position" integer, part text, credit float8);
COMMENT ON TYPE touchpoint_contact_credit IS 'share of one contact in what a journey brought, 0 to 1';

CREATE TYPE touchpoint_credit AS (part text, conversions float8, value float8);
COMMENT ON TYPE touchpoint_credit IS 'what a touchpoint, channel, label, stage or value of a property is credited with; value is NULL where none is known';

CREATE FUNCTION attribution(journey, model text, part text DEFAULT 'channel', half_life interval DEFAULT '7 days', lookback interval DEFAULT NULL) RETURNS SETOF touchpoint_contact_credit
AS 'MODULE_PATHNAME', 'journey_attribution' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10 ROWS 10 SUPPORT contacts_support;
COMMENT ON FUNCTION attribution(journey, model text, part text, half_life interval, lookback interval) IS
    'a row a contact, position from 1, credits adding up to 1; model is first_touch, last_touch, linear, position_based (40/20/40), time_decay (half as much every half_life before the last contact) or last_non_direct (direct: part absent, "(none)" or "direct"; the last contact if all are); contacts more than lookback before the last get 0; 22023 for NULL or unknown settings, half_life of 0, months and negatives';

CREATE FUNCTION markov_attribution(journey_flow) RETURNS TABLE(part text, removal_effect float8, conversions float8, value float8)
AS 'MODULE_PATHNAME', 'journey_flow_markov' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 20;
COMMENT ON FUNCTION markov_attribution(journey_flow) IS
    'the share of conversions that would be lost without each part (0 to 1, solved exactly), and conversions and value in proportion to it; NULL where nothing converts; of order k, without a part every way into a state that holds it ends in (null); 22023 for a flow built without conversions';

CREATE FUNCTION absorption(journey_flow) RETURNS TABLE(state text, expected_steps float8, p_conversion float8)
AS 'MODULE_PATHNAME', 'journey_flow_absorption' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 20;
COMMENT ON FUNCTION absorption(journey_flow) IS
    'of (start) and each state: expected number of steps to an end (NULL where some way never ends), probability to convert (NULL for a flow built without conversions)';

-- Sums over journeys

-- include parts/io.sql TYPE="touchpoint_ledger" IN="22P02 malformed" SEND="a version and the text form"

-- include parts/type.sql TYPE="touchpoint_ledger"
COMMENT ON TYPE touchpoint_ledger IS
    'state of attribution_agg, shapley_attribution, path_entropy and conversion_effect_agg, as it goes between servers';

CREATE FUNCTION touchpoint_ledger_merge(touchpoint_ledger, touchpoint_ledger) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_ledger_merge(touchpoint_ledger, touchpoint_ledger) IS
    'combine function of attribution_agg, shapley_attribution, path_entropy and conversion_effect_agg';

CREATE FUNCTION touchpoint_ledger_credits(touchpoint_ledger) RETURNS touchpoint_credit[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION touchpoint_ledger_credits(touchpoint_ledger) IS
    'final function of attribution_agg and shapley_attribution';

CREATE FUNCTION attribution_agg_row(touchpoint_ledger, journey, text, text, float8) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attribution_agg_row(touchpoint_ledger, journey, text, text, float8) IS
    'transition function of attribution_agg';

CREATE AGGREGATE attribution_agg(journey, model text, part text, weight float8) (
    SFUNC = attribution_agg_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = touchpoint_ledger_credits,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE attribution_agg(journey, model text, part text, weight float8) IS
    'attribution summed by part, in order of parts: conversions = sum of weight * credit, value = sum of weight * credit * total_value(journey), NULL where no journey has any; half-life 7 days, no lookback; rows with NULL journey or weight and empty journeys count nothing, count(weight) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL, changing or unknown settings, 22003 for NaN and infinity';

CREATE FUNCTION shapley_attribution_row(touchpoint_ledger, journey, text, float8, float8) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION shapley_attribution_row(touchpoint_ledger, journey, text, float8, float8) IS
    'transition function of shapley_attribution';

CREATE AGGREGATE shapley_attribution(journey, part text, conversions float8, value float8) (
    SFUNC = shapley_attribution_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = touchpoint_ledger_credits,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE shapley_attribution(journey, part text, conversions float8, value float8) IS
    'conversions and value of each journey in equal shares to the different parts it met, summed by part, in order of parts; value is NULL where none is known, other NULL numbers count as 0; rows with NULL journey and empty journeys count nothing, count(*) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL or changing part and negative conversions, 22003 for NaN and infinity';

CREATE FUNCTION path_entropy_row(touchpoint_ledger, journey, text) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION path_entropy_row(touchpoint_ledger, journey, text) IS
    'transition function of path_entropy';

CREATE FUNCTION path_entropy_final(touchpoint_ledger) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION path_entropy_final(touchpoint_ledger) IS
    'final function of path_entropy';

CREATE AGGREGATE path_entropy(journey, part text) (
    SFUNC = path_entropy_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = path_entropy_final,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE path_entropy(journey, part text) IS
    'how differently customers go: -sum p ln p over the shares of different paths, in nats; 0 where all go the same way, NULL without journeys; 22023 for NULL or changing part';
