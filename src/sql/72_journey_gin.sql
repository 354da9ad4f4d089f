-- An index on journeys, and what the planner knows of them.

CREATE FUNCTION journey_typanalyze(internal) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_typanalyze(internal) IS
    'ANALYZE of journeys: the most common touchpoints and channels, by the statistics target of the column';
ALTER TYPE journey SET (ANALYZE = journey_typanalyze);

CREATE FUNCTION journey_contains_sel(internal, oid, internal, integer) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_contains_sel(internal, oid, internal, integer) IS 'restriction selectivity of journey @> touchpoint[]';
ALTER OPERATOR @> (journey, touchpoint[]) SET (RESTRICT = journey_contains_sel);

CREATE FUNCTION journey_overlaps_sel(internal, oid, internal, integer) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_overlaps_sel(internal, oid, internal, integer) IS 'restriction selectivity of journey && touchpoint[]';
ALTER OPERATOR && (journey, touchpoint[]) SET (RESTRICT = journey_overlaps_sel);

CREATE FUNCTION journey_matches_sel(internal, oid, internal, integer) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_matches_sel(internal, oid, internal, integer) IS 'restriction selectivity of journey ~ journey_pattern';
ALTER OPERATOR ~ (journey, journey_pattern) SET (RESTRICT = journey_matches_sel);

CREATE FUNCTION journey_gin_keys(journey, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_keys(journey, internal) IS 'GIN keys of a journey: the touchpoints it passes through, and the values of its properties';

CREATE FUNCTION journey_gin_query(journey, internal, smallint, internal, internal, internal, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_query(journey, internal, smallint, internal, internal, internal, internal) IS 'GIN keys of what is asked of a journey';

CREATE FUNCTION journey_gin_consistent(internal, smallint, journey, integer, internal, internal, internal, internal) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_consistent(internal, smallint, journey, integer, internal, internal, internal, internal) IS 'GIN consistent function of journeys';

CREATE FUNCTION journey_gin_compare_partial(touchpoint, touchpoint, smallint, internal) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_compare_partial(touchpoint, touchpoint, smallint, internal) IS 'does a GIN key match a glob?';

CREATE FUNCTION journey_gin_triconsistent(internal, smallint, journey, integer, internal, internal, internal) RETURNS "char"
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_triconsistent(internal, smallint, journey, integer, internal, internal, internal) IS 'GIN ternary consistent function of journeys';

CREATE OPERATOR CLASS journey_gin_ops DEFAULT FOR TYPE journey USING gin AS
    OPERATOR 1 @> (journey, touchpoint[]),
    OPERATOR 2 && (journey, touchpoint[]),
    OPERATOR 3 ~ (journey, journey_pattern),
    FUNCTION 1 touchpoint_cmp(touchpoint, touchpoint),
    FUNCTION 2 journey_gin_keys(journey, internal),
    FUNCTION 3 journey_gin_query(journey, internal, smallint, internal, internal, internal, internal),
    FUNCTION 4 journey_gin_consistent(internal, smallint, journey, integer, internal, internal, internal, internal),
    FUNCTION 5 journey_gin_compare_partial(touchpoint, touchpoint, smallint, internal),
    FUNCTION 6 journey_gin_triconsistent(internal, smallint, journey, integer, internal, internal, internal),
    STORAGE touchpoint;
COMMENT ON OPERATOR CLASS journey_gin_ops USING gin IS
    'touchpoints that journeys pass through and values of their properties: for @>, &&, ~ and reaches_step()';
COMMENT ON OPERATOR FAMILY journey_gin_ops USING gin IS
    'touchpoints that journeys pass through and values of their properties: for @>, &&, ~ and reaches_step()';

CREATE FUNCTION reaches_step_support(internal) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_reaches_step_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION reaches_step_support(internal) IS
    'planner support for reaches_step(): its steps as index conditions, and how many journeys pass through them';
ALTER FUNCTION reaches_step(journey, text[], interval, integer, text[]) SUPPORT reaches_step_support;
