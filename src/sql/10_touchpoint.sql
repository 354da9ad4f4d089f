-- Touchpoints: where customer and company meet.

-- include parts/io.sql TYPE="touchpoint" IN="22P02 malformed, 54000 a part past 255 bytes" SEND="big-endian, text in UTF-8"

-- include parts/type.sql TYPE="touchpoint"
COMMENT ON TYPE touchpoint IS 'where customer and company meet: [stage:][channel/]label, each part 1 to 255 bytes, compared bytewise';

-- include parts/order.sql TYPE="touchpoint" ORDER="bytewise on (channel, label, stage), absent first"

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

CREATE FUNCTION touchpoint_matches_sel(internal, oid, internal, integer) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_matches_sel(internal, oid, internal, integer) IS 'restriction selectivity of touchpoint ~ text';

CREATE OPERATOR ~ (
    LEFTARG = touchpoint, RIGHTARG = text, FUNCTION = touchpoint_matches,
    RESTRICT = touchpoint_matches_sel, JOIN = matchingjoinsel
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

-- include parts/json.sql TYPE="touchpoint" IS="the text form as a JSON string"

-- Where text stands

-- include parts/assigned.sql TYPE="touchpoint"

CREATE FUNCTION text(touchpoint) RETURNS text
AS 'MODULE_PATHNAME', 'touchpoint_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION text(touchpoint) IS
    'the text form, for LIKE, ILIKE, lower, string_agg and indexes on it';

-- include parts/equals_text.sql NAME="eq" SIGN="=" NEGATOR="<>" RESTRICT="eqsel" JOIN="eqjoinsel" IS="equal"

-- include parts/equals_text.sql NAME="ne" SIGN="<>" NEGATOR="=" RESTRICT="neqsel" JOIN="neqjoinsel" IS="not equal"

-- include parts/extreme.sql NAME="min" TYPE="touchpoint" STEP="smaller" SIGN="<" IS="the first in order: bytewise on (channel, label, stage), absent first"

-- include parts/extreme.sql NAME="max" TYPE="touchpoint" STEP="larger" SIGN=">" IS="the last in order: bytewise on (channel, label, stage), absent first"
