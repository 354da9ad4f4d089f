-- Shares and net promoter scores that know how far they can be trusted, and what became of them.

-- include parts/io.sql TYPE="rate_summary" IN="22P02 malformed, 22003 a number out of range" SEND="big-endian"

-- include parts/plain.sql TYPE="rate_summary"
COMMENT ON TYPE rate_summary IS
    'how many answers there were and how many of them were true, in 24 bytes; merged with + or rollup';

-- include parts/order.sql TYPE="rate_summary" ORDER="by count, then successes: for sorting, no judgement"

CREATE FUNCTION rate_summary_accum(rate_summary, boolean) RETURNS rate_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_summary_accum(rate_summary, boolean) IS 'the summary with one more answer';

-- include parts/merge.sql TYPE="rate_summary" ERRORS="22003 a count out of range" BOTH="the answers of both" OF="rate_agg"

-- include parts/aggregate.sql NAME="rate_agg" ARGS="boolean" STEP="rate_summary_accum" TYPE="rate_summary" SPACE="24" INIT="{count=0}" FINAL="rate_summary_final" MERGE="rate_summary_merge"
COMMENT ON AGGREGATE rate_agg(boolean) IS
    'summary of yes and no; NULL is passed over, and count(*) - rate_count(rate_agg(x)) says how often; one row a customer, for fifty contacts of one customer are not fifty answers; no rows give the empty summary';

-- include parts/aggregate.sql NAME="rollup" ARGS="rate_summary" STEP="rate_summary_merge" TYPE="rate_summary" SPACE="24" INIT="{count=0}" FINAL="rate_summary_final" MERGE="rate_summary_merge"
COMMENT ON AGGREGATE rollup(rate_summary) IS
    'one summary of many: of days, partitions, servers; NULLs are passed over, count(...) counts the others; errors: 22003 a count out of range';

-- include parts/getter.sql NAME="rate_count" TYPE="rate_summary" RESULT="bigint" SYMBOL="rate_count" IS="number of answers, 0 in the empty summary"
-- include parts/getter.sql NAME="rate" TYPE="rate_summary" RESULT="float8" SYMBOL="rate_value" IS="share of true answers, in [0,1]; NULL without answers"

-- include parts/limits.sql NAME="rate" TYPE="rate_summary" OF="the share, in [0,1]" METHOD="Wilson" NONE="without answers"
CREATE TYPE touchpoint_rate_change AS (
    change float8, ratio float8, odds_ratio float8, z float8, p_value float8, ci_low float8, ci_high float8
);
COMMENT ON TYPE touchpoint_rate_change IS 'how a share changed, and whether that is more than noise; where p_value and interval disagree, the interval decides';
-- columns touchpoint_rate_change
--   change: share after less share before, in [-1,1]
--   ratio: share after over share before; NULL where that is 0
--   odds_ratio: odds after over odds before; a half is added to each count where one is 0
--   z: two-proportion z of the pooled share; NULL where that is 0 or 1
--   p_value: two-sided, in [0,1]
--   ci_low: lower confidence limit of the change (Newcombe's hybrid score interval)
--   ci_high: upper confidence limit of the change

CREATE FUNCTION rate_change(before rate_summary, after rate_summary, level float8 DEFAULT 0.95) RETURNS touchpoint_rate_change
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION rate_change(rate_summary, rate_summary, float8) IS
    'did the share change? Newcombe''s method 10 and the pooled z; all NULL where either side has no answers; errors: 22023 level NULL or outside (0,1)';

-- Net promoter scores

-- include parts/io.sql TYPE="nps_summary" IN="22P02 malformed, 22003 a number out of range" SEND="big-endian"

-- include parts/plain.sql TYPE="nps_summary"
COMMENT ON TYPE nps_summary IS
    'how many detractors, passives and promoters there were, and where scores were cut, in 48 bytes; merged with + or rollup';

-- include parts/order.sql TYPE="nps_summary" ORDER="by count, promoters, detractors, then cuts: for sorting, no judgement"

CREATE FUNCTION nps_summary_accum(nps_summary, score float8) RETURNS nps_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_summary_accum(nps_summary, float8) IS
    'the summary with one more answer on 0 to 10; errors as nps_agg';
CREATE FUNCTION nps_summary_accum(nps_summary, score float8, detractor_to float8, promoter_from float8) RETURNS nps_summary
    AS 'MODULE_PATHNAME', 'nps_summary_accum_cut' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_summary_accum(nps_summary, float8, float8, float8) IS
    'the summary with one more answer on a scale cut elsewhere; errors as nps_agg';

-- include parts/merge.sql TYPE="nps_summary" ERRORS="22023 other cuts, 22003 a count out of range" BOTH="the answers of both, which must have been cut alike" OF="nps_agg"

-- include parts/aggregate.sql NAME="nps_agg" ARGS="score float8" STEP="nps_summary_accum" TYPE="nps_summary" SPACE="48" INIT="{count=0}" FINAL="nps_summary_final" MERGE="nps_summary_merge"
COMMENT ON AGGREGATE nps_agg(float8) IS
    'summary of answers on 0 to 10: 6 or less are detractors, 9 or more promoters, all between, a 6.5 too, passives; NULL is passed over, and count(*) - nps_count(...) says how often; one row a customer; no rows give the empty summary; errors: 22023 outside 0 to 10, 22003 NaN and infinity';

-- include parts/aggregate.sql NAME="nps_agg" ARGS="score float8, detractor_to float8, promoter_from float8" STEP="nps_summary_accum" TYPE="nps_summary" SPACE="48" INIT="{count=0}" FINAL="nps_summary_final" MERGE="nps_summary_merge"
COMMENT ON AGGREGATE nps_agg(float8, float8, float8) IS
    'summary of answers on any scale: detractor_to or less are detractors, promoter_from or more promoters, all between passives; NULL scores are passed over; errors: 22023 cuts NULL, not the same on every row, or detractor_to not below promoter_from, 22003 NaN and infinity';

-- include parts/aggregate.sql NAME="rollup" ARGS="nps_summary" STEP="nps_summary_merge" TYPE="nps_summary" SPACE="48" INIT="{count=0}" FINAL="nps_summary_final" MERGE="nps_summary_merge"
COMMENT ON AGGREGATE rollup(nps_summary) IS
    'one summary of many: of days, partitions, servers; NULLs are passed over, count(...) counts the others; errors: 22023 other cuts, 22003 a count out of range';

-- include parts/getter.sql NAME="nps_count" TYPE="nps_summary" RESULT="bigint" SYMBOL="nps_count" IS="number of answers, 0 in the empty summary"
-- include parts/getter.sql NAME="nps" TYPE="nps_summary" RESULT="float8" SYMBOL="nps_value" IS="net promoter score: percent of promoters less percent of detractors, -100 to 100; NULL without answers"

-- include parts/limits.sql NAME="nps" TYPE="nps_summary" OF="the net promoter score, in points, within -100 to 100" METHOD="normal" NONE="below two answers or where all are alike"
CREATE TYPE touchpoint_nps_change AS (
    change float8, stderr float8, z float8, p_value float8, ci_low float8, ci_high float8
);
COMMENT ON TYPE touchpoint_nps_change IS 'how a net promoter score changed, in points, and whether that is more than noise';
-- columns touchpoint_nps_change
--   change: points after less points before, -200 to 200
--   stderr: standard error of the change, in points
--   z: change / stderr
--   p_value: two-sided, in [0,1]
--   ci_low: lower confidence limit of the change
--   ci_high: upper confidence limit of the change

CREATE FUNCTION nps_change(before nps_summary, after nps_summary, level float8 DEFAULT 0.95) RETURNS touchpoint_nps_change
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION nps_change(nps_summary, nps_summary, float8) IS
    'did the net promoter score change? change is NULL where either side has no answers, stderr below two, the rest too where none varies; errors: 22023 level NULL or outside (0,1)';
