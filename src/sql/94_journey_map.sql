-- The map of many journeys.

CREATE TYPE touchpoint_map_step AS (
    "position" integer, part text, stage text, customers bigint, mean float8, ci_low float8, ci_high float8,
    expected float8, peaks bigint, ends bigint, mean_position float8
);
COMMENT ON TYPE touchpoint_map_step IS
    'a part of many journeys in their typical order: position from 1, stage (of touchpoints), customers = journeys that pass it, mean of their mean scores there with a 95 % interval (Student''s t), mean of what they expected, how many had their peak and their end there, mean place within the journey from 0 (first contact) to 1 (last), 0.5 for an only contact';

-- include parts/io.sql TYPE="touchpoint_map" IN="22P02 malformed, 22003 sums out of range" SEND="a version and the text form in UTF-8"

-- include parts/type.sql TYPE="touchpoint_map"
COMMENT ON TYPE touchpoint_map IS 'state of journey_map_agg, as it goes between servers: settings and exact sums a part; {} is neutral';

CREATE FUNCTION touchpoint_map_combine(touchpoint_map, touchpoint_map) RETURNS touchpoint_map
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_map_combine(touchpoint_map, touchpoint_map) IS 'combine function of journey_map_agg; 22023 for states of different settings';

CREATE FUNCTION touchpoint_map_rows(touchpoint_map) RETURNS touchpoint_map_step[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION touchpoint_map_rows(touchpoint_map) IS 'final function of journey_map_agg; NULL for {}';

CREATE FUNCTION journey_map_agg_row(touchpoint_map, journey, text, float8) RETURNS touchpoint_map
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_map_agg_row(touchpoint_map, journey, text, float8) IS 'transition function of journey_map_agg';
CREATE AGGREGATE journey_map_agg(journey, part text, neutral float8) (
    SFUNC = journey_map_agg_row, STYPE = touchpoint_map, SSPACE = 8192, INITCOND = '{}', FINALFUNC = touchpoint_map_rows,
    COMBINEFUNC = touchpoint_map_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_map_agg(journey, part text, neutral float8) IS
    'a row a touchpoint, channel, label, stage or value of a property in the typical order of many journeys, by mean place within the journey, ties by part, with mean score and interval, expectation, peaks (scores furthest from neutral) and ends (last scores); contacts that lack the part count nowhere; NULL journeys are passed over, no rows give NULL; 22023 for NULL, changing or unknown settings, 22003 for a neutral of NaN or infinity and sums out of range';

CREATE FUNCTION journey_map_svg(touchpoint_map_step[], neutral float8, width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION journey_map_svg(touchpoint_map_step[], neutral float8, width integer) IS
    'what journey_map_agg gives as SVG: touchpoints down the page in their typical order, the curve of mean scores with its 95 % interval, what was expected, customers, peaks and ends; the 60 that most pass; width in px; 22023 for a width outside 320 to 4000 and negative counts, 22003 for a neutral of NaN or infinity';
