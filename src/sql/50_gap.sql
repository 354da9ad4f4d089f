-- Gaps between what was expected and what was perceived.

-- include parts/io.sql TYPE="gap_summary" IN="22P02 malformed, 22003 a number out of range" SEND="big-endian"

-- include parts/plain.sql TYPE="gap_summary"
COMMENT ON TYPE gap_summary IS
    'pairs of expected and perceived, summed: what the gap functions need of any number of pairs in 104 bytes, 144 where sums take more; exact, so that order and merging with + or rollup change nothing';

-- include parts/order.sql TYPE="gap_summary" ORDER="by count, shortfalls, then sums: for sorting, no judgement"

-- Building and merging

-- include parts/function.sql NAME="gap_summary_accum" ARGS="gap_summary, expected float8, perceived float8" RESULT="gap_summary" SYMBOL="gap_summary_step" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="gap_summary, float8, float8" IS="the summary with one more pair; errors: 22003 NaN, infinity, or sums out of range"

-- include parts/merge.sql TYPE="gap_summary" ERRORS="22003 sums out of range" BOTH="the pairs of both" OF="gap_agg"

-- include parts/aggregate.sql NAME="gap_agg" ARGS="expected float8, perceived float8" STEP="gap_summary_accum" TYPE="gap_summary" SPACE="256" INIT="{count=0}" FINAL="gap_summary_final" MERGE="gap_summary_merge"
COMMENT ON AGGREGATE gap_agg(float8, float8) IS
    'summary of pairs on one scale; a row with either NULL is passed over, count(*) - gap_count(...) says how many; no pairs give the empty summary; errors: 22003 NaN, infinity, or sums out of range';

-- include parts/aggregate.sql NAME="rollup" ARGS="gap_summary" STEP="gap_summary_merge" TYPE="gap_summary" SPACE="256" INIT="{count=0}" FINAL="gap_summary_final" MERGE="gap_summary_merge"
COMMENT ON AGGREGATE rollup(gap_summary) IS
    'one summary of many: of days, partitions, servers; NULLs are passed over, count(...) counts the others; errors: 22003 sums out of range';

-- include parts/function.sql NAME="journey_gap" ARGS="journey" RESULT="gap_summary" SYMBOL="journey_gap" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey" IS="summary of the contacts that have both score and expected; errors: 22003 sums out of range"

-- Figures

-- include parts/getter.sql NAME="gap_count" TYPE="gap_summary" RESULT="bigint" SYMBOL="gap_count" IS="number of pairs, 0 in the empty summary"

-- include parts/getter.sql NAME="mean_expected" TYPE="gap_summary" RESULT="float8" SYMBOL="mean_expected" IS="mean of expected, on the user''s scale; NULL without pairs"

-- include parts/getter.sql NAME="mean_perceived" TYPE="gap_summary" RESULT="float8" SYMBOL="mean_perceived" IS="mean of perceived, on the user''s scale; NULL without pairs"

-- include parts/getter.sql NAME="mean_gap" TYPE="gap_summary" RESULT="float8" SYMBOL="mean_gap" IS="mean of perceived - expected, on the user''s scale: negative is a shortfall; NULL without pairs"

-- include parts/getter.sql NAME="gap_stddev" TYPE="gap_summary" RESULT="float8" SYMBOL="gap_stddev" IS="sample standard deviation of the gaps, >= 0; NULL below two pairs"

-- include parts/getter.sql NAME="gap_stderr" TYPE="gap_summary" RESULT="float8" SYMBOL="gap_stderr" IS="standard error of the mean gap, >= 0; NULL below two pairs"

-- include parts/getter.sql NAME="gap_t" TYPE="gap_summary" RESULT="float8" SYMBOL="gap_t" IS="paired t statistic: mean gap / standard error, with gap_count - 1 degrees of freedom; NULL below two pairs or without variance"

-- include parts/function.sql NAME="gap_p_value" ARGS="gap_summary" RESULT="float8" SYMBOL="gap_p_value" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="gap_summary" IS="probability in [0,1] of a mean gap this far from 0, either way, if there were none (two-sided, Student); NULL below two pairs or without variance"

-- include parts/function.sql NAME="gap_ci_low" ARGS="gap_summary, level float8 DEFAULT 0.95" RESULT="float8" SYMBOL="gap_ci_low" HOW="IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10" TYPES="gap_summary, float8" IS="lower confidence limit of the mean gap (Student); NULL below two pairs; errors: 22023 level NULL or outside (0,1)"

-- include parts/function.sql NAME="gap_ci_high" ARGS="gap_summary, level float8 DEFAULT 0.95" RESULT="float8" SYMBOL="gap_ci_high" HOW="IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10" TYPES="gap_summary, float8" IS="upper confidence limit of the mean gap (Student); NULL below two pairs; errors: 22023 level NULL or outside (0,1)"

-- include parts/getter.sql NAME="gap_effect_size" TYPE="gap_summary" RESULT="float8" SYMBOL="gap_effect_size" IS="Cohen''s d_z: mean gap / standard deviation of the gaps; NULL below two pairs or without variance"

-- include parts/getter.sql NAME="gap_correlation" TYPE="gap_summary" RESULT="float8" SYMBOL="gap_correlation" IS="Pearson correlation in [-1,1] of expected and perceived; NULL below two pairs or where either has no variance"

-- include parts/getter.sql NAME="gap_shortfall_share" TYPE="gap_summary" RESULT="float8" SYMBOL="gap_shortfall_share" IS="share in [0,1] of the pairs with perceived < expected; NULL without pairs"

CREATE TYPE touchpoint_gap_change AS (
    change float8,
    stderr float8,
    t float8,
    df float8,
    p_value float8,
    ci_low float8,
    ci_high float8
);
COMMENT ON TYPE touchpoint_gap_change IS 'how a mean, or a mean gap, changed, and whether that is more than noise';
-- columns touchpoint_gap_change
--   change: mean after less mean before
--   stderr: standard error of the change
--   t: Welch's t statistic
--   df: Satterthwaite's degrees of freedom
--   p_value: two-sided, in [0,1]
--   ci_low: lower confidence limit of the change
--   ci_high: upper confidence limit of the change

-- include parts/function.sql NAME="gap_change" ARGS="before gap_summary, after gap_summary, level float8 DEFAULT 0.95" RESULT="touchpoint_gap_change" SYMBOL="gap_change" HOW="IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20" TYPES="gap_summary, gap_summary, float8" IS="did the mean gap change? Welch''s test; change is NULL where either has no pairs, stderr below two pairs, the rest too without variance; errors: 22023 level NULL or outside (0,1)"
