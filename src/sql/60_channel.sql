
-- Channels: ranking, fronts, weights, budgets. Window functions see their whole partition, whatever
-- the frame and, but for equal points on the frontier of cost_effectiveness, the order.

-- include parts/function.sql NAME="topsis" ARGS="criteria float8[], weights float8[], directions text[]" RESULT="float8" SYMBOL="topsis" HOW="WINDOW IMMUTABLE PARALLEL SAFE" TYPES="float8[], float8[], text[]" IS="window: closeness to the ideal row, 0 to 1 (TOPSIS, vector normalisation), over the partition; directions min or max for each criterion, weights any scale; NULL for a row that lacks a criterion, or where rows do not differ; 22023 on bad weights or directions, or criteria of another length; 22003 on NaN or infinity"

CREATE FUNCTION channel_score(cost float8, efficiency float8, ease float8,
                              convenience float8 DEFAULT NULL, weights float8[] DEFAULT NULL)
    RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION channel_score(float8, float8, float8, float8, float8[]) IS
'window: TOPSIS closeness, 0 to 1, on low cost, high efficiency, ease and convenience; convenience is not used where NULL on every row of the partition; weights one for each criterion used, NULL is equal; NULL for a row that lacks a criterion, or where rows do not differ; 22023 on bad weights, 22003 on NaN or infinity';

CREATE FUNCTION channel_rank(cost float8, efficiency float8, ease float8,
                             convenience float8 DEFAULT NULL, weights float8[] DEFAULT NULL)
    RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION channel_rank(float8, float8, float8, float8, float8[]) IS
'window: competition rank of channel_score, 1 is best, ties share; rows that lack a criterion share the last rank; errors as channel_score';

-- include parts/function.sql NAME="pareto_efficient" ARGS="criteria float8[], directions text[]" RESULT="boolean" SYMBOL="pareto_efficient" HOW="WINDOW IMMUTABLE PARALLEL SAFE" TYPES="float8[], text[]" IS="window: is no other row of the partition at least as good in every criterion and better in one? directions min or max for each criterion; NULL for a row that lacks a criterion; 22023 on bad directions or criteria of another length, 22003 on NaN or infinity"

-- include parts/function.sql NAME="entropy_weights" ARGS="criteria float8[]" RESULT="float8[]" SYMBOL="entropy_weights" HOW="WINDOW IMMUTABLE PARALLEL SAFE" TYPES="float8[]" IS="window: objective weights of the criteria, adding up to 1, the same on each row of the partition that has all criteria, NULL on others; a constant criterion weighs 0, all weigh alike where none tells rows apart; 22023 on a negative criterion or criteria of another length, 22003 on NaN or infinity"

CREATE TYPE touchpoint_frontier AS (
    status text, incremental_cost float8, incremental_effect float8, icer float8);
COMMENT ON TYPE touchpoint_frontier IS
'place on the efficiency frontier: status efficient, dominated or extendedly dominated; what an efficient row costs and brings more than the efficient row before it, and cost over effect; these are NULL for the cheapest efficient row and for dominated ones';

-- include parts/function.sql NAME="cost_effectiveness" ARGS="cost float8, effect float8" RESULT="touchpoint_frontier" SYMBOL="cost_effectiveness" HOW="WINDOW IMMUTABLE PARALLEL SAFE" TYPES="float8, float8" IS="window: the row''s place on the efficiency frontier of the partition; of rows with the same cost and effect the first in the order of the window stays, the others are dominated; NULL for a row that lacks either; 22003 on NaN or infinity, or an increment out of range"

-- include parts/function.sql NAME="optimal_spend" ARGS="budget float8, ceiling float8, half_spend float8" RESULT="float8" SYMBOL="optimal_spend" HOW="WINDOW IMMUTABLE PARALLEL SAFE" TYPES="float8, float8, float8" IS="window: the row''s part of the budget, in its unit, where channels bring ceiling * x / (half_spend + x) and the total is to be greatest; adds up to the budget over the partition, or is 0 everywhere where every ceiling is 0; NULL for a row that lacks ceiling or half_spend; 22023 on a NULL, changing or negative budget, a negative ceiling or a half_spend not above 0; 22003 on NaN or infinity"

-- include parts/function.sql NAME="ahp_weights" ARGS="float8[]" RESULT="float8[]" SYMBOL="ahp_weights" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 20" TYPES="float8[]" IS="weights of criteria, adding up to 1, from a matrix of pairwise comparisons (AHP, principal eigenvector); 22023 unless it is square, positive and reciprocal to 1 %; 22003 on NaN or infinity"

-- include parts/function.sql NAME="ahp_consistency" ARGS="float8[]" RESULT="float8" SYMBOL="ahp_consistency" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 20" TYPES="float8[]" IS="consistency ratio of a matrix of pairwise comparisons: 0 is consistent, above 0.1 asks for another look; errors as ahp_weights"

-- include parts/function.sql NAME="cost_per" ARGS="cost float8, n float8" RESULT="float8" SYMBOL="cost_per" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="float8, float8" IS="cost / n, in money for one; NULL where n is 0; 22003 on NaN, infinity or overflow"

-- include parts/function.sql NAME="cpm" ARGS="cost float8, impressions float8" RESULT="float8" SYMBOL="cpm" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="float8, float8" IS="cost of a thousand impressions; NULL where there are none; 22003 on NaN, infinity or overflow"

-- include parts/function.sql NAME="roas" ARGS="value float8, cost float8" RESULT="float8" SYMBOL="roas" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="float8, float8" IS="return on advertising spend, value / cost; NULL where cost is 0; 22003 on NaN, infinity or overflow"

-- include parts/function.sql NAME="roi" ARGS="value float8, cost float8" RESULT="float8" SYMBOL="roi" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="float8, float8" IS="return on investment, (value - cost) / cost; NULL where cost is 0; 22003 on NaN, infinity or overflow"

-- include parts/function.sql NAME="channel_costs" ARGS="journey" RESULT="TABLE(channel text, contacts bigint, cost float8, value float8, seconds float8)" SYMBOL="channel_costs" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 4" TYPES="journey" IS="contacts, total cost, value and seconds of each channel in a journey; channel is NULL for contacts without one, a total where no contact knows it; 22003 when a total is out of range"
