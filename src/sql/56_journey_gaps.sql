-- The gaps of all contacts of many journeys, by part.

CREATE TYPE touchpoint_gap_by AS (part text, gap gap_summary);
COMMENT ON TYPE touchpoint_gap_by IS 'the gaps of all contacts at a touchpoint, channel, label, stage or value of a property; part is NULL for contacts that lack it';

-- include parts/io.sql TYPE="touchpoint_gaps" IN="22P02 malformed, 22003 sums out of range" SEND="a version and the text form in UTF-8"

-- include parts/type.sql TYPE="touchpoint_gaps"
COMMENT ON TYPE touchpoint_gaps IS 'state of journey_gap_agg, as it goes between servers: a gap_summary a part; {} is neutral';

CREATE FUNCTION touchpoint_gaps_combine(touchpoint_gaps, touchpoint_gaps) RETURNS touchpoint_gaps
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_gaps_combine(touchpoint_gaps, touchpoint_gaps) IS 'combine function of journey_gap_agg; 22023 for states of different parts';

CREATE FUNCTION touchpoint_gaps_rows(touchpoint_gaps) RETURNS touchpoint_gap_by[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION touchpoint_gaps_rows(touchpoint_gaps) IS 'final function of journey_gap_agg; NULL for {}';

CREATE FUNCTION journey_gap_agg_row(touchpoint_gaps, journey, text) RETURNS touchpoint_gaps
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_gap_agg_row(touchpoint_gaps, journey, text) IS 'transition function of journey_gap_agg';
CREATE AGGREGATE journey_gap_agg(journey, part text) (
    SFUNC = journey_gap_agg_row, STYPE = touchpoint_gaps, SSPACE = 4096, INITCOND = '{}', FINALFUNC = touchpoint_gaps_rows,
    COMBINEFUNC = touchpoint_gaps_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_gap_agg(journey, part text) IS
    'a row a part, in order, with the gap_summary of all its contacts that have both score and expected: what gap_agg says over contacts(journey), grouped, without making rows of them; unnest() it; NULL journeys are passed over, count(...) counts the others; no rows give NULL; 22023 for NULL, changing or unknown part, 22003 where sums leave the range of double precision';
