-- A function in C. NAME, ARGS, RESULT; SYMBOL; HOW: volatility, strictness, costs; TYPES, IS: what the comment is on and says.
CREATE FUNCTION @NAME@(@ARGS@) RETURNS @RESULT@
AS 'MODULE_PATHNAME', '@SYMBOL@' LANGUAGE C @HOW@;
COMMENT ON FUNCTION @NAME@(@TYPES@) IS
    '@IS@';
