-- Paths step by step: from each contact to the next, level by level.

CREATE TYPE touchpoint_level AS (level integer, source text, target text, count bigint, median_time interval);
COMMENT ON TYPE touchpoint_level IS
    'journeys that went from source (their contact number level from the start) to target (the next; (end) where there is none), and the median time between, within 1 %';

-- include parts/io.sql TYPE="touchpoint_levels" IN="22P02 malformed" SEND="a version and the text form in UTF-8"

-- include parts/type.sql TYPE="touchpoint_levels"
COMMENT ON TYPE touchpoint_levels IS
    'state of level_flow_agg, as it goes between servers: settings, and at each level journeys from part to part with a histogram of the microseconds between; {} is neutral';

-- include parts/function.sql NAME="touchpoint_levels_combine" ARGS="touchpoint_levels, touchpoint_levels" RESULT="touchpoint_levels" SYMBOL="touchpoint_levels_combine" HOW="IMMUTABLE PARALLEL SAFE" TYPES="touchpoint_levels, touchpoint_levels" IS="combine function of level_flow_agg; 22023 for states of different settings"

-- include parts/function.sql NAME="touchpoint_levels_rows" ARGS="touchpoint_levels" RESULT="touchpoint_level[]" SYMBOL="touchpoint_levels_rows" HOW="IMMUTABLE PARALLEL SAFE COST 1000" TYPES="touchpoint_levels" IS="final function of level_flow_agg; NULL for {}"

-- include parts/growing.sql NAME="level_flow_agg" ARGS="journey, part text, levels integer, start text, top integer" STEP="level_flow_agg_row" TYPES="journey, text, integer, text, integer" SYMBOL="level_flow_agg_row" HOW="IMMUTABLE" TYPE="touchpoint_levels" SPACE="4096" END=" FINALFUNC = touchpoint_levels_rows," MERGE="touchpoint_levels_combine"
COMMENT ON AGGREGATE level_flow_agg(journey, part text, levels integer, start text, top integer) IS
    'a row a level, source and target of paths step by step: level k goes from the k-th contact to the next, counted from the first contact at the step start (NULL: the first of all; journeys without one count nothing), repeats staying; the k-th contacts keep their top most frequent parts, the others are (other), an absent part is (none); unnest() it; NULL journeys are passed over, count(...) counts the others; no rows give NULL; 22023 for NULL (but the start), changing or unknown settings, levels outside 1 to 1000, top below 1, 42601 for a malformed step';
