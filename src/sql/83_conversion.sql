-- Conversions: what came before the sale.

CREATE FUNCTION conversion_paths(journey, conversion text, lookback interval DEFAULT NULL, restart boolean DEFAULT false) RETURNS TABLE(conversion integer, converted boolean, converted_at timestamptz, value float8, path journey)
AS 'MODULE_PATHNAME', 'journey_conversion_paths' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10 ROWS 2;
COMMENT ON FUNCTION conversion_paths(journey, conversion text, lookback interval, restart boolean) IS
    'for each conversion, a contact at the step of that name, the contacts before it that are none themselves, no older than lookback; at the same instant they count as before unless ids, which are not negative, put them behind; with restart only those behind the conversions of an earlier instant; what is behind the last conversion comes last, not converted, cut back by the lookback from its last contact: WHERE conversion = 1 is one row a journey that has contacts; 22023 for NULL settings, months and negatives, 42601 for a malformed step';

CREATE FUNCTION attribution_agg_row(touchpoint_ledger, journey, text, text, text, interval, interval, boolean) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME', 'attribution_agg_conversions_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attribution_agg_row(touchpoint_ledger, journey, text, text, text, interval, interval, boolean) IS
    'transition function of attribution_agg';
CREATE AGGREGATE attribution_agg(journey, model text, part text, conversion text, lookback interval, half_life interval, restart boolean) (
    SFUNC = attribution_agg_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = touchpoint_ledger_credits,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE attribution_agg(journey, model text, part text, conversion text, lookback interval, half_life interval, restart boolean) IS
    'attribution for conversions summed by part, in order of parts: conversions = sum of credit, value = sum of credit * value of the conversion, NULL where none is known; (no contact), last, has those that nothing came before; lookback NULL = none, half_life NULL = 7 days; rows with NULL journey count nothing, count(journey) are the others; 22023 for NULL, changing or unknown settings, 42601 for a malformed step';

CREATE FUNCTION shapley_attribution_row(touchpoint_ledger, journey, text, text, interval, boolean) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME', 'shapley_conversions_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION shapley_attribution_row(touchpoint_ledger, journey, text, text, interval, boolean) IS
    'transition function of shapley_attribution';
CREATE AGGREGATE shapley_attribution(journey, part text, conversion text, lookback interval, restart boolean) (
    SFUNC = shapley_attribution_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = touchpoint_ledger_credits,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE shapley_attribution(journey, part text, conversion text, lookback interval, restart boolean) IS
    'each conversion and its value in equal shares to the different parts on the path to it (conversion_paths), summed by part, in order of parts; (no contact), last, has those that nothing came before; value NULL where none is known; lookback NULL = none; rows with NULL journey count nothing, count(journey) are the others; 22023 for NULL or changing settings, 42601 for a malformed step';

CREATE FUNCTION flow_agg_row(journey_flow, journey, text, text, interval, boolean) RETURNS journey_flow
AS 'MODULE_PATHNAME', 'flow_agg_conversions_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_agg_row(journey_flow, journey, text, text, interval, boolean) IS 'transition function of flow_agg';
CREATE AGGREGATE flow_agg(journey, part text, conversion text, lookback interval, restart boolean) (
    SFUNC = flow_agg_row, STYPE = journey_flow, SSPACE = 4096, INITCOND = '{}', COMBINEFUNC = journey_flow_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE flow_agg(journey, part text, conversion text, lookback interval, restart boolean) IS
    'what follows what on the paths of conversion_paths: each conversion ends one in (conversion) and brings its value, from (start) straight where nothing came before; the rest ends in (null); lookback NULL = none; rows with NULL journey and empty journeys count nothing, count(*) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL or changing settings, 42601 for a malformed step';

CREATE FUNCTION flow_agg_k_row(journey_flow, journey, text, integer, text, interval, boolean) RETURNS journey_flow
AS 'MODULE_PATHNAME', 'flow_agg_k_conversions_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_agg_k_row(journey_flow, journey, text, integer, text, interval, boolean) IS 'transition function of flow_agg_k';
CREATE AGGREGATE flow_agg_k(journey, part text, k integer, conversion text, lookback interval, restart boolean) (
    SFUNC = flow_agg_k_row, STYPE = journey_flow, SSPACE = 4096, INITCOND = '{}', COMBINEFUNC = journey_flow_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE flow_agg_k(journey, part text, k integer, conversion text, lookback interval, restart boolean) IS
    'what follows the last k contacts on the paths of conversion_paths: each conversion ends one in (conversion) and brings its value, from (start) straight where nothing came before; the rest ends in (null); lookback NULL = none; rows with NULL journey and empty journeys count nothing, count(*) FILTER (WHERE contact_count(j) > 0) are the others; 22023 for NULL or changing settings and k outside 1 to 32, 42601 for a malformed step';
