-- A call that lacks something and is told what. NAME, ARGS, RESULT, SYMBOL; IS: what it lacks.
CREATE FUNCTION @NAME@(@ARGS@) RETURNS @RESULT@
AS 'MODULE_PATHNAME', '@SYMBOL@_usage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @NAME@(@ARGS@) IS
    'always an error, 22023, which says what to write: @IS@';
