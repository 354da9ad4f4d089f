-- From rows, or from journeys, to one journey: in any order, in parallel, no ORDER BY needed.

CREATE FUNCTION journey_agg_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_combine(internal, internal) IS 'combine function of journey_agg and rollup';

CREATE FUNCTION journey_agg_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_serialize(internal) IS 'serial function of journey_agg and rollup';

CREATE FUNCTION journey_agg_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_deserialize(bytea, internal) IS 'deserial function of journey_agg and rollup';

CREATE FUNCTION journey_agg_final(internal) RETURNS journey
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_final(internal) IS 'final function of journey_agg and rollup';

CREATE FUNCTION journey_agg_contact(internal, contact_record) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_contact' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_contact(internal, contact_record) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(contact_record) (
    SFUNC = journey_agg_contact, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(contact_record) IS
    'journey of contact records in any order; NULL is passed over, no rows give NULL; the same id counts once; 22023 for one id on different touchpoints or times';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz) IS
    'journey of touchpoints and times: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz, score float8) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, score float8) IS
    'journey of touchpoints, times and scores: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL; 22003 for NaN and infinity';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8) IS
    'journey of touchpoints, times, scores and expected scores: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL; 22003 for NaN and infinity';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) IS
    'journey of touchpoints, times, scores, expected scores, costs, durations, values, initiators and ids: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL; the same id counts once; 22003 for NaN and infinity, 22023 for one id on different touchpoints or times and for what contact_record() refuses';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb) IS
    'journey of touchpoints, times, scores, expected scores, costs, durations, values, initiators, ids and properties: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL; the same id counts once; 22003 for NaN and infinity, 22023 for one id on different touchpoints or times and for what contact_record() refuses';

CREATE FUNCTION rollup_journey(internal, journey) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_journey' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rollup_journey(internal, journey) IS 'transition function of rollup';
CREATE AGGREGATE rollup(journey) (
    SFUNC = rollup_journey, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(journey) IS
    'merge of journeys in any order, as ||; NULL is passed over, no rows give NULL; 22023 for one id on different touchpoints or times';

