-- Means that know how far they can be trusted, and what became of them.

-- include parts/io.sql TYPE="mean_summary" IN="22P02 malformed, 22003 a number out of range" SEND="big-endian"

-- include parts/plain.sql TYPE="mean_summary"
COMMENT ON TYPE mean_summary IS
    'how many numbers there were, their sum and that of their squares, mostly in 32 bytes; exact, so that order and merging with + or rollup change nothing';

-- include parts/order.sql TYPE="mean_summary" ORDER="by count, sum, then squares: for sorting, no judgement"

CREATE FUNCTION mean_summary_accum(mean_summary, float8) RETURNS mean_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_summary_accum(mean_summary, float8) IS
    'the summary with one more number; errors: 22003 NaN, infinity, or sums out of range';

-- include parts/merge.sql TYPE="mean_summary" ERRORS="22003 sums out of range" BOTH="the numbers of both" OF="mean_agg"

-- include parts/aggregate.sql NAME="mean_agg" ARGS="float8" STEP="mean_summary_accum" TYPE="mean_summary" SPACE="96" INIT="{count=0}" FINAL="mean_summary_final" MERGE="mean_summary_merge"
COMMENT ON AGGREGATE mean_agg(float8) IS
    'summary of numbers whose mean is asked; NULL is passed over, and count(*) - mean_count(mean_agg(x)) says how often; one row a customer: take the mean of each customer first; no rows give the empty summary; errors: 22003 NaN, infinity, or sums out of range';

-- include parts/aggregate.sql NAME="rollup" ARGS="mean_summary" STEP="mean_summary_merge" TYPE="mean_summary" SPACE="96" INIT="{count=0}" FINAL="mean_summary_final" MERGE="mean_summary_merge"
COMMENT ON AGGREGATE rollup(mean_summary) IS
    'one summary of many: of days, partitions, servers; NULLs are passed over, count(...) counts the others; errors: 22003 sums out of range';

-- include parts/getter.sql NAME="mean_count" TYPE="mean_summary" RESULT="bigint" SYMBOL="mean_count" IS="how many numbers, 0 in the empty summary"
-- include parts/getter.sql NAME="mean" TYPE="mean_summary" RESULT="float8" SYMBOL="mean_value" IS="mean, in the unit of the numbers; NULL without numbers"
-- include parts/getter.sql NAME="mean_stddev" TYPE="mean_summary" RESULT="float8" SYMBOL="mean_stddev" IS="sample standard deviation, >= 0; NULL below two numbers"

-- include parts/limits.sql NAME="mean" TYPE="mean_summary" OF="the mean" METHOD="Student" NONE="below two numbers"
CREATE FUNCTION mean_change(before mean_summary, after mean_summary, level float8 DEFAULT 0.95) RETURNS touchpoint_gap_change
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION mean_change(mean_summary, mean_summary, float8) IS
    'did the mean change? Welch''s test; change is NULL where either has no numbers, stderr below two numbers, the rest too without variance; errors: 22023 level NULL or outside (0,1)';
