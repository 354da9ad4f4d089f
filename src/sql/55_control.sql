-- Signal and noise: many tests at once, groups, series.

CREATE FUNCTION false_discovery(p_value float8) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION false_discovery(float8) IS
'window: the q-value of a test among all tests of the partition, in [0,1]: of the tests with q at most .05, 5 in 100 are expected to be none (Benjamini and Hochberg); NULL p-values stay NULL and are no tests; 22023 outside [0,1], 22003 on NaN or infinity';

CREATE TYPE touchpoint_control AS (center float8, lower float8, upper float8, signal text);
COMMENT ON TYPE touchpoint_control IS 'one point of a control chart';
-- columns touchpoint_control
--   center: mean of the series, or share of all successes in all trials
--   lower: lower limit of what noise alone does; NULL for a series of one
--   upper: upper limit of it
--   signal: the first of: beyond limits; run of 8 (eighth or later in a row on one side of the centre); trend of 7 (seventh or later in a row that rises or falls); NULL for noise

CREATE FUNCTION control_chart(value float8) RETURNS touchpoint_control
    AS 'MODULE_PATHNAME', 'control_chart_values' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION control_chart(float8) IS
'window: is this point of the series, in the order of the window, more than noise? XmR chart: limits are the mean -+ 2.66 times the mean moving range; a value on the centre breaks a run, a tie a trend; NULL values are passed over and get NULL; 22003 on NaN, infinity or limits out of range';

CREATE FUNCTION control_chart(successes float8, trials float8) RETURNS touchpoint_control
    AS 'MODULE_PATHNAME', 'control_chart_shares' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION control_chart(float8, float8) IS
'window: the same of shares, with limits by each row''s own trials (p chart): the share of all, -+ 3 standard errors, within [0,1]; of trials in the tens of thousands it signals everywhere, so chart the shares as values then; a row with either NULL is passed over and gets NULL; 22023 unless 0 <= successes <= trials and trials > 0, 22003 on NaN, infinity or sums out of range';

CREATE TYPE touchpoint_group_difference AS (
    groups bigint, n bigint, f float8, df1 float8, df2 float8, p_value float8, eta_squared float8
);
COMMENT ON TYPE touchpoint_group_difference IS 'one-way analysis of variance: do the means of groups differ at all?';
-- columns touchpoint_group_difference
--   groups: groups with values
--   n: rows with group and value
--   f: variance between groups over variance within; NULL where there is none within
--   df1: groups - 1
--   df2: n - groups
--   p_value: in [0,1]: how often noise alone does as much
--   eta_squared: share of the variance that lies between groups, in [0,1]: 1 - channel_consistency

CREATE FUNCTION group_difference_accum(touchpoint_channels, grp text, value float8) RETURNS touchpoint_channels
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION group_difference_accum(touchpoint_channels, text, float8) IS
    'step of group_difference_agg; errors: 22003 NaN, infinity or overflow, 54000 more than 65535 groups';
CREATE FUNCTION group_difference_final(touchpoint_channels) RETURNS touchpoint_group_difference
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION group_difference_final(touchpoint_channels) IS 'result of group_difference_agg';

-- include parts/aggregate.sql NAME="group_difference_agg" ARGS="grp text, value float8" STEP="group_difference_accum" TYPE="touchpoint_channels" SPACE="512" INIT="{0}" FINAL="group_difference_final" MERGE="channel_consistency_merge"
COMMENT ON AGGREGATE group_difference_agg(text, float8) IS
    'do these channels, segments, months differ at all? F of one-way analysis of variance; one row a customer; rows with either NULL are passed over, n counts the others; f and p_value are NULL below two groups, where no group has two values, or without variance within one; errors: 22003 NaN, infinity or overflow, 54000 more than 65535 groups';
