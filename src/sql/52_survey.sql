-- Figures of published survey instruments.

-- States of the aggregates below: counts and sums, and the same by channel. They travel between
-- parallel workers and between servers; nobody else needs them.

-- include parts/io.sql TYPE="touchpoint_tally" IN="22P02 malformed, 22003 a number out of range" SEND="big-endian"

-- include parts/plain.sql TYPE="touchpoint_tally"
COMMENT ON TYPE touchpoint_tally IS 'state of aggregates: a few counts, each with a sum';

-- include parts/function.sql NAME="touchpoint_tally_merge" ARGS="touchpoint_tally, touchpoint_tally" RESULT="touchpoint_tally" SYMBOL="touchpoint_tally_merge" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_tally, touchpoint_tally" IS="combine step: counts and sums of both; errors: 22003 a sum out of range"

-- include parts/io.sql TYPE="touchpoint_channels" IN="22P02 malformed, 22003 a number out of range, 54000 more than 65535 channels" SEND="big-endian, channels in UTF-8"

-- include parts/summary.sql TYPE="touchpoint_channels"
COMMENT ON TYPE touchpoint_channels IS 'state of channel_consistency: a count and a sum of scores by channel';

-- Service gaps

CREATE TYPE service_gap AS (
    knowledge float8,
    standards float8,
    delivery float8,
    communication float8,
    perception float8,
    customer float8
);
COMMENT ON TYPE service_gap IS
    'the gaps model of service quality, on the user''s scale, negative = shortfall: customer = knowledge + standards + delivery + perception; communication explains the expectation';
-- columns service_gap
--   knowledge: understood - expected: does the company know what is expected?
--   standards: specified - understood: do its standards say what it knows?
--   delivery: delivered - specified: does it keep its standards?
--   communication: delivered - promised: does it keep its promises?
--   perception: perceived - delivered: does the customer see what was delivered?
--   customer: perceived - expected: the gap that the customer feels

CREATE TYPE service_gap_means AS (
    knowledge float8,
    standards float8,
    delivery float8,
    communication float8,
    perception float8,
    customer float8,
    n_expected bigint,
    n_understood bigint,
    n_specified bigint,
    n_delivered bigint,
    n_promised bigint,
    n_perceived bigint
);
COMMENT ON TYPE service_gap_means IS
    'the gaps model of service quality between the means of six measures, and how many answers each mean rests on';
-- columns service_gap_means
--   knowledge: mean understood - mean expected
--   standards: mean specified - mean understood
--   delivery: mean delivered - mean specified
--   communication: mean delivered - mean promised
--   perception: mean perceived - mean delivered
--   customer: mean perceived - mean expected
--   n_expected: answers on what was expected
--   n_understood: answers on what the company takes to be expected
--   n_specified: answers on what its standards specify
--   n_delivered: answers on what was delivered
--   n_promised: answers on what was promised
--   n_perceived: answers on what was perceived

-- include parts/function.sql NAME="service_gaps" ARGS="expected float8, understood float8, specified float8, delivered float8, promised float8, perceived float8" RESULT="service_gap" SYMBOL="service_gaps" HOW="IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE" TYPES="float8, float8, float8, float8, float8, float8" IS="the gaps of one service; a gap is NULL where either of its measures is; errors: 22003 NaN, infinity or overflow"

-- include parts/function.sql NAME="service_gap_accum" ARGS="touchpoint_tally, expected float8, understood float8, specified float8, delivered float8, promised float8, perceived float8" RESULT="touchpoint_tally" SYMBOL="service_gap_accum" HOW="IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE" TYPES="touchpoint_tally, float8, float8, float8, float8, float8, float8" IS="step of service_gap_agg; errors: 22003 NaN, infinity or overflow"
-- include parts/getter.sql NAME="service_gap_final" TYPE="touchpoint_tally" RESULT="service_gap_means" SYMBOL="service_gap_final" IS="result of service_gap_agg"

-- include parts/aggregate.sql NAME="service_gap_agg" ARGS="expected float8, understood float8, specified float8, delivered float8, promised float8, perceived float8" STEP="service_gap_accum" TYPE="touchpoint_tally" SPACE="192" INIT="{0, 0, 0, 0, 0, 0}" FINAL="service_gap_final" MERGE="touchpoint_tally_merge"
COMMENT ON AGGREGATE service_gap_agg(float8, float8, float8, float8, float8, float8) IS
    'gaps between the means of each measure''s own answers, since customers, managers, standards and audits seldom share a row; a NULL is passed over, n_expected to n_perceived count the others; errors: 22003 NaN, infinity or overflow';

-- Zone of tolerance

CREATE TYPE touchpoint_tolerance AS (
    adequacy float8,
    superiority float8,
    width float8,
    verdict text
);
COMMENT ON TYPE touchpoint_tolerance IS 'where a service lies against the zone of tolerance';
-- columns touchpoint_tolerance
--   adequacy: perceived - adequate
--   superiority: perceived - desired
--   width: desired - adequate, >= 0
--   verdict: below, within (both ends included) or above

-- include parts/function.sql NAME="tolerance_zone" ARGS="adequate float8, desired float8, perceived float8" RESULT="touchpoint_tolerance" SYMBOL="tolerance_zone" HOW="IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE" TYPES="float8, float8, float8" IS="zone of tolerance between the least adequate and the desired level; a field is NULL where a level it needs is; errors: 22023 desired below adequate, 22003 NaN or infinity"

-- SERVQUAL index

-- include parts/function.sql NAME="servqual_accum" ARGS="touchpoint_tally, gap float8, weight float8" RESULT="touchpoint_tally" SYMBOL="servqual_accum" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_tally, float8, float8" IS="step of servqual_index; errors: 22023 a negative weight, 22003 NaN, infinity or overflow"
-- include parts/getter.sql NAME="servqual_final" TYPE="touchpoint_tally" RESULT="float8" SYMBOL="servqual_final" IS="result of servqual_index"

-- include parts/aggregate.sql NAME="servqual_index" ARGS="gap float8, weight float8" STEP="servqual_accum" TYPE="touchpoint_tally" SPACE="96" INIT="{0, 0}" FINAL="servqual_final" MERGE="touchpoint_tally_merge"
COMMENT ON AGGREGATE servqual_index(float8, float8) IS
    'weighted mean of gaps, sum(weight * gap) / sum(weight), weights on any scale >= 0; a NULL gap drops out with its weight, a NULL weight with its gap, count(gap * weight) counts the others; NULL where the weights sum to 0; errors: 22023 a negative weight, 22003 NaN, infinity or overflow';

-- Importance and performance

-- include parts/function.sql NAME="ipa_quadrant" ARGS="importance float8, performance float8, importance_cut float8, performance_cut float8" RESULT="text" SYMBOL="ipa_quadrant" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="float8, float8, float8, float8" IS="quadrant of importance and performance: concentrate here, keep up the good work, low priority or possible overkill; on the line is high; errors: 22003 NaN or infinity"

-- include parts/function.sql NAME="ipa_quadrant" ARGS="importance float8, performance float8" RESULT="text" SYMBOL="ipa_quadrant_window" HOW="WINDOW IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE" TYPES="float8, float8" IS="window function: quadrant of importance and performance, cut at the means of the whole partition''s rows that have both; NULL for a row without both; errors: 22003 NaN or infinity"

-- Net promoter score

-- include parts/function.sql NAME="nps_accum" ARGS="touchpoint_tally, score float8" RESULT="touchpoint_tally" SYMBOL="nps_accum" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_tally, float8" IS="step of nps; errors: 22023 a score outside [0,10], 22003 NaN or infinity"
-- include parts/getter.sql NAME="nps_final" TYPE="touchpoint_tally" RESULT="float8" SYMBOL="nps_final" IS="result of nps"

-- include parts/aggregate.sql NAME="nps" ARGS="score float8" STEP="nps_accum" TYPE="touchpoint_tally" SPACE="128" INIT="{0, 0, 0}" FINAL="nps_final" MERGE="touchpoint_tally_merge"
COMMENT ON AGGREGATE nps(float8) IS
    'net promoter score in [-100,100]: percent of scores from 9 less percent up to 6, on 0 to 10; NULLs are passed over, nps_count(nps_agg(score)) counts the others, with the interval; NULL without scores; errors: 22023 a score outside [0,10], 22003 NaN or infinity';

-- Customer satisfaction score

-- include parts/function.sql NAME="csat_accum" ARGS="touchpoint_tally, score float8, satisfied_from float8" RESULT="touchpoint_tally" SYMBOL="csat_accum" HOW="IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE" TYPES="touchpoint_tally, float8, float8" IS="step of csat; errors: 22023 satisfied_from NULL or changing, 22003 NaN or infinity"
-- include parts/function.sql NAME="csat_merge" ARGS="touchpoint_tally, touchpoint_tally" RESULT="touchpoint_tally" SYMBOL="csat_merge" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_tally, touchpoint_tally" IS="combine step of csat; errors: 22023 satisfied_from changing"
-- include parts/getter.sql NAME="csat_final" TYPE="touchpoint_tally" RESULT="float8" SYMBOL="csat_final" IS="result of csat"

-- include parts/aggregate.sql NAME="csat" ARGS="score float8, satisfied_from float8" STEP="csat_accum" TYPE="touchpoint_tally" SPACE="128" INIT="{0, 0, 0}" FINAL="csat_final" MERGE="csat_merge"
COMMENT ON AGGREGATE csat(float8, float8) IS
    'customer satisfaction score in [0,100]: percent of scores >= satisfied_from; NULL scores are passed over, rate_count(rate_agg(score >= satisfied_from)) counts the others, with the interval; NULL without scores; errors: 22023 satisfied_from NULL or changing within a group, 22003 NaN or infinity';

-- Kano

CREATE TYPE touchpoint_kano AS (
    category text,
    better float8,
    worse float8,
    m bigint,
    o bigint,
    a bigint,
    i bigint,
    r bigint,
    q bigint
);
COMMENT ON TYPE touchpoint_kano IS 'what a feature is to customers, after Kano';
-- columns touchpoint_kano
--   category: the most frequent category, of equals the first of M, O, A, I, R, Q
--   better: (A + O) / (A + O + M + I), in [0,1]: what having it can win
--   worse: -(O + M) / (A + O + M + I), in [-1,0]: what lacking it can lose
--   m: answers: must-be
--   o: answers: one-dimensional
--   a: answers: attractive
--   i: answers: indifferent
--   r: answers: reverse
--   q: answers: questionable

-- include parts/function.sql NAME="kano_accum" ARGS="touchpoint_tally, functional text, dysfunctional text" RESULT="touchpoint_tally" SYMBOL="kano_accum" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_tally, text, text" IS="step of kano_agg; errors: 22023 an unknown answer"
-- include parts/getter.sql NAME="kano_final" TYPE="touchpoint_tally" RESULT="touchpoint_kano" SYMBOL="kano_final" IS="result of kano_agg"

-- include parts/aggregate.sql NAME="kano_agg" ARGS="functional text, dysfunctional text" STEP="kano_accum" TYPE="touchpoint_tally" SPACE="192" INIT="{0, 0, 0, 0, 0, 0}" FINAL="kano_final" MERGE="touchpoint_tally_merge"
COMMENT ON AGGREGATE kano_agg(text, text) IS
    'Kano category of a feature from answers to having it (functional) and lacking it (dysfunctional): like, expect, neutral, accept, dislike in any case of letters; a row with either NULL is passed over, m + o + a + i + r + q counts the others; errors: 22023 an unknown answer';

-- Consistency of channels

-- include parts/function.sql NAME="channel_consistency_accum" ARGS="touchpoint_channels, channel text, score float8" RESULT="touchpoint_channels" SYMBOL="channel_consistency_accum" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_channels, text, float8" IS="step of channel_consistency; errors: 22003 NaN, infinity or overflow, 54000 more than 65535 channels"
-- include parts/function.sql NAME="channel_consistency_merge" ARGS="touchpoint_channels, touchpoint_channels" RESULT="touchpoint_channels" SYMBOL="channel_consistency_merge" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint_channels, touchpoint_channels" IS="combine step of channel_consistency; errors: 22003 a sum out of range, 54000 more than 65535 channels"
-- include parts/getter.sql NAME="channel_consistency_final" TYPE="touchpoint_channels" RESULT="float8" SYMBOL="channel_consistency_final" IS="result of channel_consistency"

-- include parts/aggregate.sql NAME="channel_consistency" ARGS="channel text, score float8" STEP="channel_consistency_accum" TYPE="touchpoint_channels" SPACE="512" INIT="{0}" FINAL="channel_consistency_final" MERGE="channel_consistency_merge"
COMMENT ON AGGREGATE channel_consistency(text, float8) IS
    'level of experience across channels, in [0,1]: 1 less the share of the scores'' variance that lies between channels (eta squared); 1 = the same in every channel; a row with either NULL is passed over; group_difference_agg of the same says how many are left, and whether the rest is noise; NULL without variance; errors: 22003 NaN, infinity or overflow, 54000 more than 65535 channels';

-- include parts/usage_agg.sql NAME="csat" ARGS="float8" TYPE="touchpoint_tally" INIT="{0, 0, 0}" FINAL="FINALFUNC = csat_final," MERGE="csat_merge" IS="satisfied_from"
