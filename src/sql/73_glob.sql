-- Globs and chains as typed constants: what asks for text needs a collation, and a foreign server is not sent such.

-- include parts/io.sql TYPE="touchpoint_glob" IN="22P02 a malformed glob, 42601 conditions and signs that cannot belong to one, 54000 past 10,000 alternatives or 1 MB" SEND="a version and the canonical text in UTF-8"

-- include parts/type.sql TYPE="touchpoint_glob"
COMMENT ON TYPE touchpoint_glob IS 'which touchpoints: web/*, checkout, use:*, */*complaint*, with | between alternatives; parts left out are unconstrained, * is any run within a part';

-- include parts/order.sql TYPE="touchpoint_glob" ORDER="by text, bytewise"

-- include parts/assigned.sql TYPE="touchpoint_glob"

-- include parts/function.sql NAME="touchpoint_matches" ARGS="touchpoint, touchpoint_glob" RESULT="boolean" SYMBOL="touchpoint_matches_glob" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint, touchpoint_glob" IS="implementation of ~ operator"

CREATE OPERATOR ~ (LEFTARG = touchpoint, RIGHTARG = touchpoint_glob, FUNCTION = touchpoint_matches,
    RESTRICT = touchpoint_matches_sel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR ~ (touchpoint, touchpoint_glob) IS
    'matches a glob, as ~ text does; this form is sent to foreign servers, and what is malformed fails where it is written';

CREATE FUNCTION reaches_step(journey, journey_pattern, within interval, step bigint) RETURNS boolean
AS 'MODULE_PATHNAME', 'journey_reaches_chain_step' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20 SUPPORT reaches_step_support;
COMMENT ON FUNCTION reaches_step(journey, journey_pattern, within interval, step bigint) IS
    'reaches_step of the steps of a chain, such as web/cart -> */purchase[value > 0] written as a journey_pattern, without modes; this form is sent to foreign servers; 22023 for any other pattern, NULL settings, more than 64 steps, a window of zero or less or with months, and a step that is not there';
