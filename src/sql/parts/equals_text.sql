-- Comparison with text, which becomes a touchpoint first. The planner puts the body in place of the call, so that indexes
-- and joins are those of touchpoints. NAME, SIGN, NEGATOR, RESTRICT, JOIN, IS.
CREATE FUNCTION touchpoint_@NAME@_text(touchpoint, text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN $1 OPERATOR(@extschema@.@SIGN@) $2::@extschema@.touchpoint;
COMMENT ON FUNCTION touchpoint_@NAME@_text(touchpoint, text) IS 'implementation of @SIGN@ operator; 22P02 for text that is no touchpoint';
CREATE OPERATOR @SIGN@ (LEFTARG = touchpoint, RIGHTARG = text, FUNCTION = touchpoint_@NAME@_text, COMMUTATOR = @SIGN@, NEGATOR = @NEGATOR@,
    RESTRICT = @RESTRICT@, JOIN = @JOIN@
);
COMMENT ON OPERATOR @SIGN@ (touchpoint, text) IS '@IS@ to the touchpoint of this text form';

CREATE FUNCTION text_@NAME@_touchpoint(text, touchpoint) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN $1::@extschema@.touchpoint OPERATOR(@extschema@.@SIGN@) $2;
COMMENT ON FUNCTION text_@NAME@_touchpoint(text, touchpoint) IS 'implementation of @SIGN@ operator; 22P02 for text that is no touchpoint';
CREATE OPERATOR @SIGN@ (LEFTARG = text, RIGHTARG = touchpoint, FUNCTION = text_@NAME@_touchpoint, COMMUTATOR = @SIGN@, NEGATOR = @NEGATOR@,
    RESTRICT = @RESTRICT@, JOIN = @JOIN@
);
COMMENT ON OPERATOR @SIGN@ (text, touchpoint) IS '@IS@ to the touchpoint of this text form';
