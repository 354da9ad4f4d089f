-- What one value of a type says of itself. NAME, TYPE, RESULT; SYMBOL: the function in C; IS: what the comment says.
CREATE FUNCTION @NAME@(@TYPE@) RETURNS @RESULT@
AS 'MODULE_PATHNAME', '@SYMBOL@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @NAME@(@TYPE@) IS
    '@IS@';
