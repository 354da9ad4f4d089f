-- A type as json, which is what row_to_json, to_json, to_jsonb and json_agg ask for. TYPE; IS: what the comments say.
CREATE FUNCTION @TYPE@_to_json(@TYPE@) RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @TYPE@_to_json(@TYPE@) IS
    '@IS@; 54000 where it is too large for jsonb';
CREATE CAST (@TYPE@ AS json) WITH FUNCTION @TYPE@_to_json(@TYPE@);
COMMENT ON CAST (@TYPE@ AS json) IS '@IS@; row_to_json, to_jsonb and json_agg go by it';
