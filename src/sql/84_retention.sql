-- Coming back: in which periods customers are active, and how many come again.

CREATE FUNCTION active_periods(journey, period text, step text DEFAULT '*', timezone text DEFAULT 'UTC') RETURNS SETOF timestamptz
AS 'MODULE_PATHNAME', 'journey_active_periods' LANGUAGE C STABLE PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION active_periods(journey, period text, step text, timezone text) IS
    'the beginnings of the periods (hour, day, week from Monday, month, quarter or year of the time zone, as date_trunc cuts them) in which a contact meets the step, each once, in order; 22023 for NULL or unknown settings, 42601 for a malformed step';

CREATE TYPE touchpoint_retention AS (
    cohort timestamptz, period integer, entered bigint, returned bigint, share float8, ci_low float8, ci_high float8, complete boolean
);
COMMENT ON TYPE touchpoint_retention IS
    'of the customers who entered in the period that begins at cohort, those who returned so many periods later: share = returned / entered with its 95 % interval (Wilson), both NULL where the period was not over yet (complete is false)';

CREATE TYPE touchpoint_lifecycle AS (period_start timestamptz, new bigint, "returning" bigint, resurrecting bigint, dormant bigint);
COMMENT ON TYPE touchpoint_lifecycle IS
    'customers of a period: active first ever (new), in the period before too (returning), before but not in that one (resurrecting), and in the period before but not in this one (dormant)';

CREATE TYPE touchpoint_stickiness AS (active_periods integer, customers bigint);
COMMENT ON TYPE touchpoint_stickiness IS 'customers who were active in so many periods';

-- What many journeys did: the state of the three aggregates.

-- include parts/io.sql TYPE="touchpoint_returns" IN="22P02 malformed" SEND="a version and the text form in UTF-8"

-- include parts/type.sql TYPE="touchpoint_returns"
COMMENT ON TYPE touchpoint_returns IS
    'state of retention_agg, lifecycle_agg and stickiness_agg, as it goes between servers: settings, and customers by period; times are microseconds from 2000-01-01 UTC; {} is neutral';

-- include parts/function.sql NAME="touchpoint_returns_combine" ARGS="touchpoint_returns, touchpoint_returns" RESULT="touchpoint_returns" SYMBOL="touchpoint_returns_combine" HOW="IMMUTABLE PARALLEL SAFE" TYPES="touchpoint_returns, touchpoint_returns" IS="combine function of retention_agg, lifecycle_agg and stickiness_agg; 22023 for states of different settings"

-- include parts/function.sql NAME="touchpoint_returns_retention" ARGS="touchpoint_returns" RESULT="touchpoint_retention[]" SYMBOL="touchpoint_returns_retention" HOW="STABLE PARALLEL SAFE COST 1000" TYPES="touchpoint_returns" IS="final function of retention_agg; NULL for {}"

-- include parts/growing.sql NAME="retention_agg" ARGS="journey, period text, periods integer, first text, again text, timezone text" STEP="retention_agg_row" TYPES="journey, text, integer, text, text, text" SYMBOL="retention_agg_row" HOW="STABLE" TYPE="touchpoint_returns" SPACE="1024" END=" FINALFUNC = touchpoint_returns_retention," MERGE="touchpoint_returns_combine"
COMMENT ON AGGREGATE retention_agg(journey, period text, periods integer, first text, again text, timezone text) IS
    'a row a cohort and period from 0 to periods: of the customers whose first contact at step first is in the cohort''s period, those with one at step again so many periods later (in period 0: behind the first); unnest() it; up to the last contact that there is: a period that begins after it has no row, one that ends after it is not complete; NULL journeys are passed over, count(...) counts the others; no rows give NULL; 22023 for NULL, changing or unknown settings, 54000 for more than 10,000 periods, 42601 for a malformed step';

-- include parts/growing.sql NAME="retention_agg" ARGS="journey, period text, periods integer, first text, again text, timezone text, as_of timestamptz" STEP="retention_agg_row" TYPES="journey, text, integer, text, text, text, timestamptz" SYMBOL="retention_agg_row" HOW="STABLE" TYPE="touchpoint_returns" SPACE="1024" END=" FINALFUNC = touchpoint_returns_retention," MERGE="touchpoint_returns_combine"
COMMENT ON AGGREGATE retention_agg(journey, period text, periods integer, first text, again text, timezone text, as_of timestamptz) IS
    'retention_agg as of then: later contacts are not there (NULL: the last contact that there is); 22003 for infinity, other errors as retention_agg';

-- include parts/growing.sql NAME="retention_agg" ARGS="journey, period text, periods integer, first text, again text, timezone text, as_of timestamptz, or_after boolean" STEP="retention_agg_row" TYPES="journey, text, integer, text, text, text, timestamptz, boolean" SYMBOL="retention_agg_row" HOW="STABLE" TYPE="touchpoint_returns" SPACE="1024" END=" FINALFUNC = touchpoint_returns_retention," MERGE="touchpoint_returns_combine"
COMMENT ON AGGREGATE retention_agg(journey, period text, periods integer, first text, again text, timezone text, as_of timestamptz, or_after boolean) IS
    'retention_agg as of then, where or_after counts who returned in that period or any later one; errors as retention_agg';

-- include parts/function.sql NAME="touchpoint_returns_lifecycle" ARGS="touchpoint_returns" RESULT="touchpoint_lifecycle[]" SYMBOL="touchpoint_returns_lifecycle" HOW="STABLE PARALLEL SAFE COST 1000" TYPES="touchpoint_returns" IS="final function of lifecycle_agg; NULL for {}; 54000 for more than 10,000 periods"

-- include parts/growing.sql NAME="lifecycle_agg" ARGS="journey, period text, step text, timezone text" STEP="lifecycle_agg_row" TYPES="journey, text, text, text" SYMBOL="lifecycle_agg_row" HOW="STABLE" TYPE="touchpoint_returns" SPACE="1024" END=" FINALFUNC = touchpoint_returns_lifecycle," MERGE="touchpoint_returns_combine"
COMMENT ON AGGREGATE lifecycle_agg(journey, period text, step text, timezone text) IS
    'a row for every period from the first active one to that of the last contact that there is: who is new, returning, resurrecting and dormant at the step; unnest() it; in the last period dormant is provisional; NULL journeys are passed over, count(...) counts the others; no rows give NULL; 22023 for NULL, changing or unknown settings, 54000 for more than 10,000 periods, 42601 for a malformed step';

-- include parts/growing.sql NAME="lifecycle_agg" ARGS="journey, period text, step text, timezone text, as_of timestamptz" STEP="lifecycle_agg_row" TYPES="journey, text, text, text, timestamptz" SYMBOL="lifecycle_agg_row" HOW="STABLE" TYPE="touchpoint_returns" SPACE="1024" END=" FINALFUNC = touchpoint_returns_lifecycle," MERGE="touchpoint_returns_combine"
COMMENT ON AGGREGATE lifecycle_agg(journey, period text, step text, timezone text, as_of timestamptz) IS
    'lifecycle_agg as of then: later contacts are not there, and the rows go to that period (NULL: the last contact that there is); 22003 for infinity, other errors as lifecycle_agg';

-- include parts/function.sql NAME="touchpoint_returns_stickiness" ARGS="touchpoint_returns" RESULT="touchpoint_stickiness[]" SYMBOL="touchpoint_returns_stickiness" HOW="STABLE PARALLEL SAFE COST 1000" TYPES="touchpoint_returns" IS="final function of stickiness_agg; NULL for {}; 54000 for more than 10,000 periods"

-- include parts/growing.sql NAME="stickiness_agg" ARGS="journey, period text, step text, timezone text, span tstzrange" STEP="stickiness_agg_row" TYPES="journey, text, text, text, tstzrange" SYMBOL="stickiness_agg_row" HOW="STABLE" TYPE="touchpoint_returns" SPACE="1024" END=" FINALFUNC = touchpoint_returns_stickiness," MERGE="touchpoint_returns_combine"
COMMENT ON AGGREGATE stickiness_agg(journey, period text, step text, timezone text, span tstzrange) IS
    'customers by the number of periods in the span in which a contact of it meets the step, from 1 to the span''s periods; who was active in none is not counted; unnest() it; where the span is NULL or open, it goes from the first active period to the last; NULL journeys are passed over, count(...) counts the others; no rows give NULL; 22023 for NULL (but the span), changing or unknown settings, 54000 for more than 10,000 periods, 42601 for a malformed step';
