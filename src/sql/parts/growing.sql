-- An aggregate whose state is a type that grows, and its step. NAME, ARGS; STEP, TYPES, SYMBOL, HOW: the step; TYPE, SPACE: the state; END: the final function, where there is one; MERGE.
CREATE FUNCTION @STEP@(@TYPE@, @TYPES@) RETURNS @TYPE@
AS 'MODULE_PATHNAME', '@SYMBOL@' LANGUAGE C @HOW@ PARALLEL SAFE;
COMMENT ON FUNCTION @STEP@(@TYPE@, @TYPES@) IS 'transition function of @NAME@';
CREATE AGGREGATE @NAME@(@ARGS@) (
    SFUNC = @STEP@, STYPE = @TYPE@, SSPACE = @SPACE@, INITCOND = '{}',@END@
    COMBINEFUNC = @MERGE@, PARALLEL = SAFE
);
