-- Peak-end scoring: what a customer remembers.

CREATE TYPE touchpoint_score_summary AS (
    scored integer, start_score float8, highest float8, lowest float8, peak float8, end_score float8,
    mean float8, stddev float8, trend float8, peak_end float8
);
COMMENT ON TYPE touchpoint_score_summary IS
    'scores of one journey: number of scored contacts, first, highest, lowest, peak and last score, mean, sample standard deviation, slope a day, peak-end score';

-- include parts/function.sql NAME="peak_end_score" ARGS="journey, neutral float8, peak_weight float8 DEFAULT 0.5" RESULT="float8" SYMBOL="journey_peak_end_score" HOW="IMMUTABLE PARALLEL SAFE" TYPES="journey, neutral float8, peak_weight float8" IS="peak_weight * peak + (1 - peak_weight) * end, on the scale of scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); NULL without scores; 22023 for NULL settings and a weight outside [0,1]"

-- include parts/function.sql NAME="peak_score" ARGS="journey, neutral float8" RESULT="float8" SYMBOL="journey_peak_score" HOW="IMMUTABLE PARALLEL SAFE" TYPES="journey, neutral float8" IS="the score furthest from neutral, of equals the later; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); NULL without scores; 22023 for NULL neutral"

-- include parts/getter.sql NAME="max_score" TYPE="journey" RESULT="float8" SYMBOL="journey_max_score" IS="the highest score; NULL without scores"

-- include parts/getter.sql NAME="min_score" TYPE="journey" RESULT="float8" SYMBOL="journey_min_score" IS="the lowest score; NULL without scores"

-- include parts/getter.sql NAME="start_score" TYPE="journey" RESULT="float8" SYMBOL="journey_start_score" IS="the first score; NULL without scores"

-- include parts/getter.sql NAME="end_score" TYPE="journey" RESULT="float8" SYMBOL="journey_end_score" IS="the last score; NULL without scores"

-- include parts/getter.sql NAME="mean_score" TYPE="journey" RESULT="float8" SYMBOL="journey_mean_score" IS="mean of scores; NULL without scores"

-- include parts/function.sql NAME="score_stddev" ARGS="journey" RESULT="float8" SYMBOL="journey_score_stddev" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey" IS="sample standard deviation of scores; NULL below two"

-- include parts/function.sql NAME="score_trend" ARGS="journey" RESULT="float8" SYMBOL="journey_score_trend" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey" IS="least-squares slope of score on time, per day; NULL below two distinct times"

-- include parts/function.sql NAME="time_weighted_score" ARGS="journey" RESULT="float8" SYMBOL="journey_time_weighted_score" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey" IS="sum of duration * score / sum of duration over contacts with both; NULL where no time is known"

-- include parts/getter.sql NAME="scored_count" TYPE="journey" RESULT="integer" SYMBOL="journey_scored_count" IS="number of scored contacts"

-- include parts/function.sql NAME="score_summary" ARGS="journey, neutral float8, peak_weight float8 DEFAULT 0.5" RESULT="touchpoint_score_summary" SYMBOL="journey_score_summary" HOW="IMMUTABLE PARALLEL SAFE COST 5" TYPES="journey, neutral float8, peak_weight float8" IS="all scores at once: scored is 0 and the rest NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1]"

-- include parts/function.sql NAME="peak_end_gap" ARGS="journey, peak_weight float8 DEFAULT 0.5" RESULT="float8" SYMBOL="journey_peak_end_gap" HOW="IMMUTABLE PARALLEL SAFE COST 5" TYPES="journey, peak_weight float8" IS="peak-end score of score - expected with neutral 0: negative is a remembered shortfall; NULL without contacts that have both; 22023 for NULL settings and a weight outside [0,1]"

-- include parts/function.sql NAME="adjust_scores" ARGS="journey, step text, delta float8, lowest float8, highest float8" RESULT="journey" SYMBOL="journey_adjust_scores" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey, step text, delta float8, lowest float8, highest float8" IS="what if: scores of the contacts at a step plus delta, kept within lowest and highest; 42601 for a malformed step, 22P02 for a malformed glob in it, 22023 for lowest > highest, 22003 for NaN and infinity"

CREATE FUNCTION moments_of_truth(journey, neutral float8) RETURNS TABLE(moment text, "position" integer, touchpoint touchpoint, occurred_at timestamptz, score float8)
AS 'MODULE_PATHNAME', 'journey_moments_of_truth' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10 ROWS 5;
COMMENT ON FUNCTION moments_of_truth(journey, neutral float8) IS
    'the contacts that made the memory: start, highest, lowest, peak, end; of equals the later; no rows without scores; 22023 for NULL neutral';

-- include parts/partial.sql NAME="peak_end_score" OF="peak_end_score"

-- include parts/function.sql NAME="peak_end_score_final" ARGS="internal" RESULT="float8" SYMBOL="peak_end_score_final" HOW="IMMUTABLE PARALLEL SAFE" TYPES="internal" IS="final function of peak_end_score"

-- include parts/internal.sql STEP="peak_end_score_row" TYPES="float8, timestamptz, float8" SYMBOL="" NAME="peak_end_score" ARGS="score float8, occurred_at timestamptz, neutral float8" SPACE="64" STATE="peak_end_score"
COMMENT ON AGGREGATE peak_end_score(score float8, occurred_at timestamptz, neutral float8) IS
    'peak-end score of rows in any order, on the scale of scores; at one instant the greater score comes later; a row with NULL score or time is passed over, scored of score_summary counts the others; NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1], or that differ within a group; 22003 for NaN and infinity';

-- include parts/internal.sql STEP="peak_end_score_row" TYPES="float8, timestamptz, float8, float8" SYMBOL="" NAME="peak_end_score" ARGS="score float8, occurred_at timestamptz, neutral float8, peak_weight float8" SPACE="64" STATE="peak_end_score"
COMMENT ON AGGREGATE peak_end_score(score float8, occurred_at timestamptz, neutral float8, peak_weight float8) IS
    'peak-end score of rows in any order, on the scale of scores; at one instant the greater score comes later; a row with NULL score or time is passed over, scored of score_summary counts the others; NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1], or that differ within a group; 22003 for NaN and infinity';

-- include parts/partial.sql NAME="score_summary" OF="score_summary"

-- include parts/function.sql NAME="score_summary_final" ARGS="internal" RESULT="touchpoint_score_summary" SYMBOL="score_summary_final" HOW="IMMUTABLE PARALLEL SAFE" TYPES="internal" IS="final function of score_summary"

-- include parts/internal.sql STEP="score_summary_row" TYPES="float8, timestamptz, float8" SYMBOL="" NAME="score_summary" ARGS="score float8, occurred_at timestamptz, neutral float8" SPACE="288" STATE="score_summary"
COMMENT ON AGGREGATE score_summary(score float8, occurred_at timestamptz, neutral float8) IS
    'all scores of rows in any order at once; at one instant the greater score comes later; a row with NULL score or time is passed over, scored counts the others; scored is 0 and the rest NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1], or that differ within a group; 22003 for NaN and infinity';

-- include parts/internal.sql STEP="score_summary_row" TYPES="float8, timestamptz, float8, float8" SYMBOL="" NAME="score_summary" ARGS="score float8, occurred_at timestamptz, neutral float8, peak_weight float8" SPACE="288" STATE="score_summary"
COMMENT ON AGGREGATE score_summary(score float8, occurred_at timestamptz, neutral float8, peak_weight float8) IS
    'all scores of rows in any order at once; at one instant the greater score comes later; a row with NULL score or time is passed over, scored counts the others; scored is 0 and the rest NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1], or that differ within a group; 22003 for NaN and infinity';

-- Without neutral, which nobody can guess

-- include parts/usage.sql NAME="peak_end_score" ARGS="journey" RESULT="float8" SYMBOL="peak_end_score" IS="neutral"

-- include parts/usage.sql NAME="peak_score" ARGS="journey" RESULT="float8" SYMBOL="peak_score" IS="neutral"

-- include parts/usage.sql NAME="score_summary" ARGS="journey" RESULT="touchpoint_score_summary" SYMBOL="score_summary" IS="neutral"
