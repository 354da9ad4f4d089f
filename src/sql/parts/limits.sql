-- The confidence limits of what a summary says. NAME, TYPE; OF: what they are limits of, METHOD; NONE: where there are none.
CREATE FUNCTION @NAME@_ci_low(@TYPE@, level float8 DEFAULT 0.95) RETURNS float8
    AS 'MODULE_PATHNAME', '@NAME@_ci_low' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @NAME@_ci_low(@TYPE@, float8) IS
    'lower confidence limit of @OF@ (@METHOD@); NULL @NONE@; errors: 22023 level NULL or outside (0,1)';

CREATE FUNCTION @NAME@_ci_high(@TYPE@, level float8 DEFAULT 0.95) RETURNS float8
    AS 'MODULE_PATHNAME', '@NAME@_ci_high' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @NAME@_ci_high(@TYPE@, float8) IS
    'upper confidence limit of @OF@ (@METHOD@); NULL @NONE@; errors: 22023 level NULL or outside (0,1)';

