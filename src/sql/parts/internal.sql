-- An aggregate with an internal state and its step. NAME, ARGS; STEP, TYPES, SYMBOL: the step; STATE, SPACE: the state, whose functions parts/partial.sql made.
CREATE FUNCTION @STEP@(internal, @TYPES@) RETURNS internal
AS 'MODULE_PATHNAME'@SYMBOL@ LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @STEP@(internal, @TYPES@) IS 'transition function of @NAME@';
CREATE AGGREGATE @NAME@(@ARGS@) (
    SFUNC = @STEP@, STYPE = internal, SSPACE = @SPACE@, FINALFUNC = @STATE@_final, COMBINEFUNC = @STATE@_combine,
    SERIALFUNC = @STATE@_serialize, DESERIALFUNC = @STATE@_deserialize, PARALLEL = SAFE
);
