-- What carries the internal state of an aggregate between workers. NAME; OF: whose.
CREATE FUNCTION @NAME@_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @NAME@_combine(internal, internal) IS 'combine function of @OF@';

CREATE FUNCTION @NAME@_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @NAME@_serialize(internal) IS 'serial function of @OF@';

CREATE FUNCTION @NAME@_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @NAME@_deserialize(bytea, internal) IS 'deserial function of @OF@';
