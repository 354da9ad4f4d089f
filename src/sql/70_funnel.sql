-- Funnels: how far journeys get along a list of steps, and why they stop.

CREATE TYPE touchpoint_funnel AS (
    reached integer, step_times timestamptz[], positions integer[], outcome text, stop_reason text
);
COMMENT ON TYPE touchpoint_funnel IS
    'a journey in a funnel: steps reached (0 = never entered), times and positions (from 1) of the winning chain, outcome converted, dropped, exited or open, stop reason complete, exit, order, repeat, excluded, window or no such contact';

CREATE TYPE touchpoint_funnel_step AS (
    step integer, touchpoint text, entered bigint, converted bigint, drop_off bigint,
    step_conversion float8, overall_conversion float8, median_time interval,
    open bigint, conversion_ci_low float8, conversion_ci_high float8
);
COMMENT ON TYPE touchpoint_funnel_step IS
    'a step of many journeys'' funnel: entered = journeys that reached it, converted = those of them that reached the next (at the last step: all), drop_off = entered - converted, step_conversion = converted / entered, overall_conversion = entered / entered of step 1, median_time from the step before, within 1 %; open = chains whose window still runs at as_of, whatever they reached, and which no other column counts; conversion_ci_low, conversion_ci_high = Wilson''s 95 % limits of step_conversion';

CREATE TYPE touchpoint_funnel_entry AS (
    entered_at timestamptz, reached integer, step_times timestamptz[], positions integer[], outcome text, stop_reason text
);
COMMENT ON TYPE touchpoint_funnel_entry IS 'the longest chain that begins at one contact: when it began, then as touchpoint_funnel';

CREATE FUNCTION window_funnel(journey, steps text[], within interval, modes text[] DEFAULT '{}') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_window_funnel' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION window_funnel(journey, steps text[], within interval, modes text[]) IS
    'number of steps (such as web/cart or (store/* | app/*)[value > 0], in order) that the longest chain reaches within the window, inclusive; 0 = never entered; one contact takes one step, and contacts at one instant whose order no id tells may be taken in either; modes strict_order, strict_deduplication, strict_increase, strict_once (the default), reuse, any_order; any_order goes with neither of strict_order, strict_deduplication, reuse (22023); 22023 for NULL settings, no steps or more than 64, a window of zero or less or with months, an unknown mode; 42601 for a malformed step, 22P02 for a malformed glob in it';

CREATE FUNCTION funnel(journey, steps text[], within interval, modes text[] DEFAULT '{}', as_of timestamptz DEFAULT NULL, exits text[] DEFAULT '{}', excluded text[] DEFAULT '{}', hold text[] DEFAULT '{}') RETURNS touchpoint_funnel
AS 'MODULE_PATHNAME', 'journey_funnel' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel(journey, steps text[], within interval, modes text[], as_of timestamptz, exits text[], excluded text[], hold text[]) IS
    'the winning chain (longest, then open, then earliest start, then earliest end) and why it stopped; later contacts than as_of are not there; exits are steps whose contacts take no other and end a chain; excluded has a step or NULL for each pair of neighbouring steps, which must not lie between them; hold names up to 4 properties of which all contacts of a chain that have one have the same value; open = not stopped and the window still runs at as_of; errors as window_funnel, and 22023 for excluded of another length or with any_order';

CREATE FUNCTION funnel_entries(journey, steps text[], within interval, modes text[] DEFAULT '{}', as_of timestamptz DEFAULT NULL, exits text[] DEFAULT '{}', excluded text[] DEFAULT '{}', hold text[] DEFAULT '{}') RETURNS SETOF touchpoint_funnel_entry
AS 'MODULE_PATHNAME', 'journey_funnel_entries' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 3;
COMMENT ON FUNCTION funnel_entries(journey, steps text[], within interval, modes text[], as_of timestamptz, exits text[], excluded text[], hold text[]) IS
    'the longest chain of each contact that can begin one, in journey order; entries may share later contacts; arguments and errors as funnel';

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

CREATE FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval, text[], text[], timestamptz) RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_journey' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval, text[], text[], timestamptz) IS 'transition function of funnel_agg';
CREATE AGGREGATE funnel_agg(journey, steps text[], within interval, modes text[], exits text[], as_of timestamptz) (
    SFUNC = funnel_summary_journey, STYPE = funnel_summary, SSPACE = 512, INITCOND = '{}', FINALFUNC = funnel_summary_steps,
    COMBINEFUNC = funnel_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_agg(journey, steps text[], within interval, modes text[], exits text[], as_of timestamptz) IS
    'as it was at as_of: later contacts are not there, chains whose window still runs are counted as open and nowhere else; NULL = all contacts, nothing open; otherwise as funnel_agg with modes and exits';

CREATE FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval, text[], text[], timestamptz, text[], text[]) RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_journey' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval, text[], text[], timestamptz, text[], text[]) IS 'transition function of funnel_agg';
CREATE AGGREGATE funnel_agg(journey, steps text[], within interval, modes text[], exits text[], as_of timestamptz, excluded text[], hold text[]) (
    SFUNC = funnel_summary_journey, STYPE = funnel_summary, SSPACE = 512, INITCOND = '{}', FINALFUNC = funnel_summary_steps,
    COMBINEFUNC = funnel_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_agg(journey, steps text[], within interval, modes text[], exits text[], as_of timestamptz, excluded text[], hold text[]) IS
    'with excluded contacts and properties held as funnel() takes them; otherwise as funnel_agg with as_of';

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
    'number of conditions, in order, that rows of one group reach within the window, inclusive; rows come in any order, rows at one time may be taken in any order, one condition each; NULL is not met; rows without time are passed over, count(at) counts the others; none other give NULL; 22023 for a window of zero or less or with months, more than 64 conditions, and settings that differ within a group; 22003 for infinite times';

CREATE FUNCTION window_funnel_row(internal, interval, timestamptz, text[], VARIADIC boolean[]) RETURNS internal
AS 'MODULE_PATHNAME', 'window_funnel_row_modes' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION window_funnel_row(internal, interval, timestamptz, text[], boolean[]) IS 'transition function of window_funnel';
CREATE AGGREGATE window_funnel(within interval, at timestamptz, modes text[], VARIADIC conditions boolean[]) (
    SFUNC = window_funnel_row, STYPE = internal, SSPACE = 160, FINALFUNC = window_funnel_final,
    COMBINEFUNC = window_funnel_combine, SERIALFUNC = window_funnel_serialize, DESERIALFUNC = window_funnel_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE window_funnel(within interval, at timestamptz, modes text[], VARIADIC conditions boolean[]) IS
    'with modes as window_funnel of a journey takes them, written ARRAY[''any_order''] since a bare literal could be a condition; strict_order counts rows that meet no condition as contacts between; otherwise as window_funnel without modes';
