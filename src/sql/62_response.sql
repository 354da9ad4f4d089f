-- Budgets with bounds, and the curves that they are split by.

-- include parts/function.sql NAME="optimal_spend" ARGS="budget float8, ceiling float8, half_spend float8, at_least float8, at_most float8" RESULT="float8" SYMBOL="optimal_spend_within" HOW="WINDOW IMMUTABLE PARALLEL SAFE" TYPES="float8, float8, float8, float8, float8" IS="window: as optimal_spend of three arguments, with at least at_least and at most at_most for the row, in the unit of the budget, NULL for no bound; what no channel below its bound can use, for its ceiling is 0, stays unspent; 22023 also on at_least above at_most or negative, on bounds that add up to more or to less than the budget; 22003 on NaN or infinity"

-- include parts/io.sql TYPE="touchpoint_points" IN="22P02 malformed, 22003 a number out of range, 54000 too many points" SEND="big-endian"

-- include parts/summary.sql TYPE="touchpoint_points"
COMMENT ON TYPE touchpoint_points IS 'state of response_curve: spend and response of each period';

-- include parts/function.sql NAME="touchpoint_points_merge" ARGS="touchpoint_points, touchpoint_points" RESULT="touchpoint_points" SYMBOL="touchpoint_points_merge" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_points, touchpoint_points" IS="combine step of response_curve; errors: 54000 more than 33554432 points"
-- include parts/function.sql NAME="response_curve_accum" ARGS="touchpoint_points, spend float8, response float8" RESULT="touchpoint_points" SYMBOL="response_curve_accum" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_points, float8, float8" IS="step of response_curve; errors: 22023 negative spend, 22003 NaN or infinity, 54000 more than 33554432 points"

CREATE TYPE touchpoint_response AS (ceiling float8, half_spend float8, r_squared float8, n bigint);
COMMENT ON TYPE touchpoint_response IS 'the curve ceiling * spend / (half_spend + spend) that fits best';
-- columns touchpoint_response
--   ceiling: what the channel brings at most, > 0
--   half_spend: the spend that brings half of it, > 0
--   r_squared: 1 less the share of the responses' variance that the curve leaves
--   n: periods with both spend and response

-- include parts/function.sql NAME="response_curve_final" ARGS="touchpoint_points" RESULT="touchpoint_response" SYMBOL="response_curve_final" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 1000" TYPES="touchpoint_points" IS="result of response_curve"

-- include parts/aggregate.sql NAME="response_curve" ARGS="spend float8, response float8" STEP="response_curve_accum" TYPE="touchpoint_points" SPACE="256" INIT="{}" FINAL="response_curve_final" MERGE="touchpoint_points_merge"
COMMENT ON AGGREGATE response_curve(float8, float8) IS
    'the curve of least squares through spend and response of one channel, a period a row, for optimal_spend; rows with either NULL are passed over, n counts the others; ceiling, half_spend and r_squared are NULL below three periods or two different spends, and where no curve is finite and positive: responses that rise in a straight line, or not at all; errors: 22023 negative spend, 22003 NaN or infinity, 54000 more than 33554432 periods';
