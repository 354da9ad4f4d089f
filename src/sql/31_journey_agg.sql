-- From rows, or from journeys, to one journey: in any order, in parallel, no ORDER BY needed.

-- include parts/partial.sql NAME="journey_agg" OF="journey_agg and rollup"

CREATE FUNCTION journey_agg_final(internal) RETURNS journey
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_final(internal) IS 'final function of journey_agg and rollup';

-- include parts/internal.sql STEP="journey_agg_contact" TYPES="contact_record" SYMBOL=", 'journey_agg_contact'" NAME="journey_agg" ARGS="contact_record" SPACE="1000" STATE="journey_agg"
COMMENT ON AGGREGATE journey_agg(contact_record) IS
    'journey of contact records in any order; NULL is passed over, count(...) counts the others; no rows give NULL; the same id counts once, so contact_count(...) may be less; 22023 for one id on different touchpoints or times';

-- include parts/internal.sql STEP="journey_agg_row" TYPES="touchpoint, timestamptz" SYMBOL=", 'journey_agg_row'" NAME="journey_agg" ARGS="touchpoint, timestamptz" SPACE="1000" STATE="journey_agg"
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz) IS
    'journey of touchpoints and times: rows in any order; those with NULL touchpoint or time are passed over, contact_count(...) counts the others; no rows give NULL';

-- include parts/internal.sql STEP="journey_agg_row" TYPES="touchpoint, timestamptz, float8" SYMBOL=", 'journey_agg_row'" NAME="journey_agg" ARGS="touchpoint, timestamptz, score float8" SPACE="1000" STATE="journey_agg"
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, score float8) IS
    'journey of touchpoints, times and scores: rows in any order; those with NULL touchpoint or time are passed over, contact_count(...) counts the others; no rows give NULL; 22003 for NaN and infinity';

-- include parts/internal.sql STEP="journey_agg_row" TYPES="touchpoint, timestamptz, float8, float8" SYMBOL=", 'journey_agg_row'" NAME="journey_agg" ARGS="touchpoint, timestamptz, float8, float8" SPACE="1000" STATE="journey_agg"
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8) IS
    'journey of touchpoints, times, scores and expected scores: rows in any order; those with NULL touchpoint or time are passed over, contact_count(...) counts the others; no rows give NULL; 22003 for NaN and infinity';

-- include parts/internal.sql STEP="journey_agg_row" TYPES="touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint" SYMBOL=", 'journey_agg_row'" NAME="journey_agg" ARGS="touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint" SPACE="1000" STATE="journey_agg"
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) IS
    'journey of touchpoints, times, scores, expected scores, costs, durations, values, initiators and ids: rows in any order; those with NULL touchpoint or time are passed over, contact_count(...) counts the others; no rows give NULL; the same id counts once; 22003 for NaN and infinity, 22023 for one id on different touchpoints or times and for what contact_record() refuses';

-- include parts/internal.sql STEP="journey_agg_row" TYPES="touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb" SYMBOL=", 'journey_agg_row'" NAME="journey_agg" ARGS="touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb" SPACE="1000" STATE="journey_agg"
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb) IS
    'journey of touchpoints, times, scores, expected scores, costs, durations, values, initiators, ids and properties: rows in any order; those with NULL touchpoint or time are passed over, contact_count(...) counts the others; no rows give NULL; the same id counts once; 22003 for NaN and infinity, 22023 for one id on different touchpoints or times and for what contact_record() refuses';

-- include parts/internal.sql STEP="rollup_journey" TYPES="journey" SYMBOL=", 'journey_agg_journey'" NAME="rollup" ARGS="journey" SPACE="1000" STATE="journey_agg"
COMMENT ON AGGREGATE rollup(journey) IS
    'merge of journeys in any order, as ||; NULL is passed over, count(...) counts the others; no rows give NULL; 22023 for one id on different touchpoints or times';

