-- Merging summaries, and the end of their aggregates. TYPE; ERRORS, BOTH: what the comments say of +; OF: the aggregate.
CREATE FUNCTION @TYPE@_merge(@TYPE@, @TYPE@) RETURNS @TYPE@
    AS 'MODULE_PATHNAME', '@TYPE@_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @TYPE@_merge(@TYPE@, @TYPE@) IS
    'implementation of + operator; errors: @ERRORS@';

CREATE OPERATOR + (LEFTARG = @TYPE@, RIGHTARG = @TYPE@, FUNCTION = @TYPE@_merge, COMMUTATOR = +
);
COMMENT ON OPERATOR + (@TYPE@, @TYPE@) IS '@BOTH@';

CREATE FUNCTION @TYPE@_final(@TYPE@) RETURNS @TYPE@
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @TYPE@_final(@TYPE@) IS
    'final function of @OF@ and rollup: the summary as it is stored; errors: 22003 sums out of range';
