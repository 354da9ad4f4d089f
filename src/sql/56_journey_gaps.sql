-- The gaps of all contacts of many journeys, by part.

CREATE TYPE touchpoint_gap_by AS (part text, gap gap_summary);
COMMENT ON TYPE touchpoint_gap_by IS 'the gaps of all contacts at a touchpoint, channel, label, stage or value of a property; part is NULL for contacts that lack it';

-- include parts/io.sql TYPE="touchpoint_gaps" IN="22P02 malformed, 22003 sums out of range" SEND="a version and the text form in UTF-8"

-- include parts/type.sql TYPE="touchpoint_gaps"
COMMENT ON TYPE touchpoint_gaps IS 'state of journey_gap_agg, as it goes between servers: a gap_summary a part; {} is neutral';

-- include parts/function.sql NAME="touchpoint_gaps_combine" ARGS="touchpoint_gaps, touchpoint_gaps" RESULT="touchpoint_gaps" SYMBOL="touchpoint_gaps_combine" HOW="IMMUTABLE PARALLEL SAFE" TYPES="touchpoint_gaps, touchpoint_gaps" IS="combine function of journey_gap_agg; 22023 for states of different parts"

-- include parts/function.sql NAME="touchpoint_gaps_rows" ARGS="touchpoint_gaps" RESULT="touchpoint_gap_by[]" SYMBOL="touchpoint_gaps_rows" HOW="IMMUTABLE PARALLEL SAFE COST 100" TYPES="touchpoint_gaps" IS="final function of journey_gap_agg; NULL for {}"

-- include parts/growing.sql NAME="journey_gap_agg" ARGS="journey, part text" STEP="journey_gap_agg_row" TYPES="journey, text" SYMBOL="journey_gap_agg_row" HOW="IMMUTABLE" TYPE="touchpoint_gaps" SPACE="4096" END=" FINALFUNC = touchpoint_gaps_rows," MERGE="touchpoint_gaps_combine"
COMMENT ON AGGREGATE journey_gap_agg(journey, part text) IS
    'a row a part, in order, with the gap_summary of all its contacts that have both score and expected: what gap_agg says over contacts(journey), grouped, without making rows of them; unnest() it; NULL journeys are passed over, count(...) counts the others; no rows give NULL; 22023 for NULL, changing or unknown part, 22003 where sums leave the range of double precision';
