-- Touchpoints: where customer and company meet.

CREATE TYPE touchpoint;

CREATE FUNCTION touchpoint_in(cstring) RETURNS touchpoint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_in(cstring) IS 'touchpoint of its text form; 22P02 when malformed';

CREATE FUNCTION touchpoint_out(touchpoint) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_out(touchpoint) IS 'text form, the same under every setting';

CREATE FUNCTION touchpoint_recv(internal) RETURNS touchpoint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_recv(internal) IS 'touchpoint of its binary form; 22P03 when malformed';

CREATE FUNCTION touchpoint_send(touchpoint) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_send(touchpoint) IS 'binary form: big-endian, text in UTF-8';

CREATE TYPE touchpoint (
    INPUT = touchpoint_in, OUTPUT = touchpoint_out, RECEIVE = touchpoint_recv, SEND = touchpoint_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended
);
COMMENT ON TYPE touchpoint IS 'where customer and company meet: [stage:][channel/]label, each part 1 to 255 bytes, compared bytewise';

-- Order: bytewise on (channel, label, stage), absent first

CREATE FUNCTION touchpoint_eq(touchpoint, touchpoint) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_eq(touchpoint, touchpoint) IS 'implementation of = operator';
CREATE OPERATOR = (
    LEFTARG = touchpoint, RIGHTARG = touchpoint, FUNCTION = touchpoint_eq, COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (touchpoint, touchpoint) IS 'equal';

CREATE FUNCTION touchpoint_ne(touchpoint, touchpoint) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_ne(touchpoint, touchpoint) IS 'implementation of <> operator';
CREATE OPERATOR <> (
    LEFTARG = touchpoint, RIGHTARG = touchpoint, FUNCTION = touchpoint_ne, COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (touchpoint, touchpoint) IS 'not equal';

CREATE FUNCTION touchpoint_lt(touchpoint, touchpoint) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_lt(touchpoint, touchpoint) IS 'implementation of < operator';
CREATE OPERATOR < (
    LEFTARG = touchpoint, RIGHTARG = touchpoint, FUNCTION = touchpoint_lt, COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (touchpoint, touchpoint) IS 'less than';

CREATE FUNCTION touchpoint_le(touchpoint, touchpoint) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_le(touchpoint, touchpoint) IS 'implementation of <= operator';
CREATE OPERATOR <= (
    LEFTARG = touchpoint, RIGHTARG = touchpoint, FUNCTION = touchpoint_le, COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (touchpoint, touchpoint) IS 'less than or equal';

CREATE FUNCTION touchpoint_gt(touchpoint, touchpoint) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_gt(touchpoint, touchpoint) IS 'implementation of > operator';
CREATE OPERATOR > (
    LEFTARG = touchpoint, RIGHTARG = touchpoint, FUNCTION = touchpoint_gt, COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (touchpoint, touchpoint) IS 'greater than';

CREATE FUNCTION touchpoint_ge(touchpoint, touchpoint) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_ge(touchpoint, touchpoint) IS 'implementation of >= operator';
CREATE OPERATOR >= (
    LEFTARG = touchpoint, RIGHTARG = touchpoint, FUNCTION = touchpoint_ge, COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (touchpoint, touchpoint) IS 'greater than or equal';

CREATE FUNCTION touchpoint_cmp(touchpoint, touchpoint) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_cmp(touchpoint, touchpoint) IS '-1, 0 or 1: bytewise on (channel, label, stage), absent first';
CREATE FUNCTION touchpoint_hash(touchpoint) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_hash(touchpoint) IS 'hash of 32 bits';
CREATE FUNCTION touchpoint_hash_extended(touchpoint, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_hash_extended(touchpoint, bigint) IS 'hash of 64 bits with a seed';

CREATE OPERATOR CLASS touchpoint_ops DEFAULT FOR TYPE touchpoint USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 touchpoint_cmp(touchpoint, touchpoint);
COMMENT ON OPERATOR CLASS touchpoint_ops USING btree IS 'order of touchpoint';
COMMENT ON OPERATOR FAMILY touchpoint_ops USING btree IS 'order of touchpoint';
CREATE OPERATOR CLASS touchpoint_ops DEFAULT FOR TYPE touchpoint USING hash AS
    OPERATOR 1 =, FUNCTION 1 touchpoint_hash(touchpoint), FUNCTION 2 touchpoint_hash_extended(touchpoint, bigint);
COMMENT ON OPERATOR CLASS touchpoint_ops USING hash IS 'equality of touchpoint';
COMMENT ON OPERATOR FAMILY touchpoint_ops USING hash IS 'equality of touchpoint';

CREATE FUNCTION touchpoint(channel text, label text) RETURNS touchpoint
AS 'MODULE_PATHNAME', 'touchpoint_make' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint(channel text, label text) IS
    'touchpoint of raw parts, nothing to quote; NULL channel = absent; NULL label gives NULL; 22023 for empty parts and control characters, 54000 past 255 bytes';

CREATE FUNCTION touchpoint(channel text, label text, stage text) RETURNS touchpoint
AS 'MODULE_PATHNAME', 'touchpoint_make' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint(channel text, label text, stage text) IS
    'touchpoint of raw parts, nothing to quote; NULL channel or stage = absent; NULL label gives NULL; 22023 for empty parts and control characters, 54000 past 255 bytes';

CREATE FUNCTION channel(touchpoint) RETURNS text
AS 'MODULE_PATHNAME', 'touchpoint_channel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION channel(touchpoint) IS
    'the channel; NULL where absent';

CREATE FUNCTION label(touchpoint) RETURNS text
AS 'MODULE_PATHNAME', 'touchpoint_label' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION label(touchpoint) IS
    'the label';

CREATE FUNCTION stage(touchpoint) RETURNS text
AS 'MODULE_PATHNAME', 'touchpoint_stage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION stage(touchpoint) IS
    'the stage; NULL where absent';

CREATE FUNCTION touchpoint_matches(touchpoint, text) RETURNS boolean
AS 'MODULE_PATHNAME', 'touchpoint_matches' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_matches(touchpoint, text) IS
    'implementation of ~ operator; 22P02 for a malformed glob, 42601 for conditions and signs that cannot belong to one';

CREATE OPERATOR ~ (
    LEFTARG = touchpoint, RIGHTARG = text, FUNCTION = touchpoint_matches,
    RESTRICT = matchingsel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR ~ (touchpoint, text) IS
    'matches a glob: parts left out are unconstrained, * is any run within a part, as in web/*, checkout, use:*, */*complaint*; alternatives with |';

CREATE FUNCTION jsonb(touchpoint) RETURNS jsonb
AS 'MODULE_PATHNAME', 'touchpoint_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb(touchpoint) IS
    'the text form as a JSON string';

CREATE FUNCTION touchpoint(jsonb) RETURNS touchpoint
AS 'MODULE_PATHNAME', 'touchpoint_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint(jsonb) IS
    'touchpoint of a JSON string; 22023 for other JSON, 22P02 for malformed text';

CREATE CAST (touchpoint AS jsonb) WITH FUNCTION jsonb(touchpoint);
COMMENT ON CAST (touchpoint AS jsonb) IS 'the text form as a JSON string';
CREATE CAST (jsonb AS touchpoint) WITH FUNCTION touchpoint(jsonb);
COMMENT ON CAST (jsonb AS touchpoint) IS 'touchpoint of a JSON string';

