-- Key drivers of an outcome.

-- include parts/io.sql TYPE="driver_summary" IN="22P02 malformed, 22003 a number out of range" SEND="big-endian"

-- include parts/summary.sql TYPE="driver_summary"
COMMENT ON TYPE driver_summary IS
    'an outcome and up to 64 drivers of it, summed: means, correlations and relative weights of any number of rows; merge with + or rollup';

-- include parts/order.sql TYPE="driver_summary" ORDER="by count, drivers, then sums: for sorting, no judgement"

-- Building and merging

CREATE FUNCTION driver_summary_accum(driver_summary, outcome float8, drivers float8[]) RETURNS driver_summary
    AS 'MODULE_PATHNAME', 'driver_summary_step' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION driver_summary_accum(driver_summary, float8, float8[]) IS
    'the summary with one more row; errors: 22003 NaN, infinity, or sums out of range, 22023 another number of drivers, 54000 more than 64';

-- include parts/merge.sql TYPE="driver_summary" ERRORS="22023 another number of drivers, 22003 sums out of range" BOTH="the rows of both" OF="driver_agg"

-- include parts/aggregate.sql NAME="driver_agg" ARGS="outcome float8, drivers float8[]" STEP="driver_summary_accum" TYPE="driver_summary" SPACE="1024" INIT="{count=0}" FINAL="driver_summary_final" MERGE="driver_summary_merge"
COMMENT ON AGGREGATE driver_agg(float8, float8[]) IS
    'summary of an outcome and 1 to 64 drivers of it; a row with any NULL is passed over, and count(*) FILTER (WHERE outcome IS NULL OR drivers IS NULL OR array_position(drivers, NULL) > 0) says how many; errors: 22023 arrays of unequal length, 54000 more than 64 drivers, 22003 NaN, infinity, or sums out of range';

-- include parts/aggregate.sql NAME="rollup" ARGS="driver_summary" STEP="driver_summary_merge" TYPE="driver_summary" SPACE="1024" INIT="{count=0}" FINAL="driver_summary_final" MERGE="driver_summary_merge"
COMMENT ON AGGREGATE rollup(driver_summary) IS
    'one summary of many: of days, partitions, servers; NULLs are passed over, count(...) counts the others; errors: 22023 unequal numbers of drivers, 22003 sums out of range';

-- Figures

CREATE FUNCTION relative_weights(driver_summary) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION relative_weights(driver_summary) IS
    'Johnson''s relative weights, >= 0, one a driver; they sum to R squared; NULL with no more rows than drivers or an outcome without variance; errors: 22023 a driver without variance, or a linear combination of others';

CREATE FUNCTION relative_importance(driver_summary) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION relative_importance(driver_summary) IS
    'relative weights in percent of their sum; NULL and errors as relative_weights, NULL also where that sum is 0';

CREATE FUNCTION driver_correlations(driver_summary) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION driver_correlations(driver_summary) IS
    'Pearson correlation in [-1,1] of each driver with the outcome, NULL where either has no variance; NULL below two rows';

CREATE FUNCTION r_squared(driver_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION r_squared(driver_summary) IS
    'share in [0,1] of the outcome''s variance that the drivers explain together; NULL and errors as relative_weights';

CREATE FUNCTION driver_table(driver_summary, names text[])
    RETURNS TABLE (driver text, weight float8, percent float8, correlation float8, mean float8)
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 ROWS 8;
COMMENT ON FUNCTION driver_table(driver_summary, text[]) IS
    'a row a driver, in the order of the array: relative weight, its percent, correlation with the outcome, mean; errors: 22023 names NULL or not one a driver, and as relative_weights';
