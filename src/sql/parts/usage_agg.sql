-- The same of an aggregate. NAME, ARGS, TYPE, INIT, MERGE: its state; FINAL: FINALFUNC or nothing; IS: what it lacks.
CREATE FUNCTION @NAME@_usage(@TYPE@, @ARGS@) RETURNS @TYPE@
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @NAME@_usage(@TYPE@, @ARGS@) IS
    'transition function of @NAME@ without all that it needs: always an error';
CREATE AGGREGATE @NAME@(@ARGS@) (
    SFUNC = @NAME@_usage, STYPE = @TYPE@, INITCOND = '@INIT@', @FINAL@ COMBINEFUNC = @MERGE@, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @NAME@(@ARGS@) IS
    'always an error, 22023, which says what to write: @IS@';
