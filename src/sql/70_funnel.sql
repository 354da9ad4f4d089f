-- Funnels: how far journeys get along a list of steps, and why they stop.

CREATE TYPE touchpoint_funnel AS (
    reached integer, step_times timestamptz[], positions integer[], outcome text, stop_reason text
);
COMMENT ON TYPE touchpoint_funnel IS
    'a journey in a funnel: steps reached (0 = never entered), times and positions (from 1) of the winning chain, outcome converted, dropped, exited or open, stop reason complete, exit, order, repeat, window or no such contact';

CREATE TYPE touchpoint_funnel_step AS (
    step integer, touchpoint text, entered bigint, converted bigint, drop_off bigint,
    step_conversion float8, overall_conversion float8, median_time interval
);
COMMENT ON TYPE touchpoint_funnel_step IS
    'a step of many journeys'' funnel: entered = journeys that reached it, converted = those of them that reached the next (at the last step: all), drop_off = entered - converted, step_conversion = converted / entered, overall_conversion = entered / entered of step 1, median_time from the step before, within 1 %';

CREATE FUNCTION window_funnel(journey, steps text[], within interval, modes text[] DEFAULT '{}') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_window_funnel' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION window_funnel(journey, steps text[], within interval, modes text[]) IS
    'number of steps (such as web/cart or (store/* | app/*)[value > 0], in order) that the longest chain reaches within the window, inclusive; 0 = never entered; modes strict_order, strict_deduplication, strict_increase, strict_once; 22023 for NULL settings, no steps or more than 64, a window of zero or less or with months, an unknown mode; 42601 for a malformed step, 22P02 for a malformed glob in it';

CREATE FUNCTION funnel(journey, steps text[], within interval, modes text[] DEFAULT '{}', as_of timestamptz DEFAULT NULL, exits text[] DEFAULT '{}') RETURNS touchpoint_funnel
AS 'MODULE_PATHNAME', 'journey_funnel' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel(journey, steps text[], within interval, modes text[], as_of timestamptz, exits text[]) IS
    'the winning chain (longest, then earliest start, then earliest end) and why it stopped; exits are steps whose contacts take no other and end a chain; open = not stopped and the window still runs at as_of; errors as window_funnel';

CREATE FUNCTION reaches_step(journey, steps text[], within interval, step integer DEFAULT 1, modes text[] DEFAULT '{}') RETURNS boolean
AS 'MODULE_PATHNAME', 'journey_reaches_step' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION reaches_step(journey, steps text[], within interval, step integer, modes text[]) IS
    'does window_funnel reach this step, from 1? Uses a GIN index on the journey; errors as window_funnel, and 22023 for a step that is not there';

-- What many journeys did: the state of funnel_agg.

-- include parts/io.sql TYPE="funnel_summary" IN="22P02 malformed" SEND="a version and the text form in UTF-8"

CREATE TYPE funnel_summary (
    INPUT = funnel_summary_in, OUTPUT = funnel_summary_out, RECEIVE = funnel_summary_recv, SEND = funnel_summary_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain
);
COMMENT ON TYPE funnel_summary IS 'state of funnel_agg: journeys that reached each step of one funnel and a histogram of the times between; {} is neutral';

CREATE FUNCTION funnel_summary_combine(funnel_summary, funnel_summary) RETURNS funnel_summary
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_combine(funnel_summary, funnel_summary) IS 'combine function of funnel_agg; 22023 for summaries of different funnels';

CREATE FUNCTION funnel_summary_steps(funnel_summary) RETURNS touchpoint_funnel_step[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_steps(funnel_summary) IS 'final function of funnel_agg; NULL for {}';

CREATE FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval) RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_journey' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval) IS 'transition function of funnel_agg';
CREATE AGGREGATE funnel_agg(journey, steps text[], within interval) (
    SFUNC = funnel_summary_journey, STYPE = funnel_summary, SSPACE = 512, INITCOND = '{}', FINALFUNC = funnel_summary_steps,
    COMBINEFUNC = funnel_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_agg(journey, steps text[], within interval) IS
    'a row a step of all journeys in one funnel, cumulative: unnest() it; NULL journeys are passed over, count(j) counts the others; no rows give NULL; 22023 for settings that differ within a group; other errors as window_funnel';

CREATE FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval, text[], text[]) RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_journey' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval, text[], text[]) IS 'transition function of funnel_agg';
CREATE AGGREGATE funnel_agg(journey, steps text[], within interval, modes text[], exits text[]) (
    SFUNC = funnel_summary_journey, STYPE = funnel_summary, SSPACE = 512, INITCOND = '{}', FINALFUNC = funnel_summary_steps,
    COMBINEFUNC = funnel_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_agg(journey, steps text[], within interval, modes text[], exits text[]) IS
    'a row a step of all journeys in one funnel with modes and exits as funnel() takes them, cumulative: unnest() it; NULL journeys are passed over, count(j) counts the others; no rows give NULL; 22023 for settings that differ within a group; other errors as window_funnel';

-- Over plain rows: one group is one customer, rows come in any order.

CREATE FUNCTION window_funnel_row(internal, interval, timestamptz, VARIADIC boolean[]) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION window_funnel_row(internal, interval, timestamptz, boolean[]) IS 'transition function of window_funnel';

-- include parts/partial.sql NAME="window_funnel" OF="window_funnel"

CREATE FUNCTION window_funnel_final(internal) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION window_funnel_final(internal) IS 'final function of window_funnel';

CREATE AGGREGATE window_funnel(within interval, at timestamptz, VARIADIC conditions boolean[]) (
    SFUNC = window_funnel_row, STYPE = internal, SSPACE = 160, FINALFUNC = window_funnel_final,
    COMBINEFUNC = window_funnel_combine, SERIALFUNC = window_funnel_serialize, DESERIALFUNC = window_funnel_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE window_funnel(within interval, at timestamptz, VARIADIC conditions boolean[]) IS
    'number of conditions, in order, that rows of one group reach within the window, inclusive; rows come in any order, equal times sort by the lowest condition; NULL is not met; rows without time are passed over, count(at) counts the others; none other give NULL; 22023 for a window of zero or less or with months, more than 64 conditions, and settings that differ within a group; 22003 for infinite times';
