-- Touchpoints: where customer and company meet.

-- include parts/io.sql TYPE="touchpoint" IN="22P02 malformed, 54000 a part past 255 bytes" SEND="big-endian, text in UTF-8"

-- include parts/type.sql TYPE="touchpoint"
COMMENT ON TYPE touchpoint IS 'where customer and company meet: [stage:][channel/]label, each part 1 to 255 bytes, compared bytewise';

-- include parts/order.sql TYPE="touchpoint" ORDER="bytewise on (channel, label, stage), absent first"

-- include parts/function.sql NAME="touchpoint" ARGS="channel text, label text" RESULT="touchpoint" SYMBOL="touchpoint_make" HOW="IMMUTABLE PARALLEL SAFE" TYPES="channel text, label text" IS="touchpoint of raw parts, nothing to quote; NULL channel = absent; NULL label gives NULL; 22023 for empty parts and control characters, 54000 past 255 bytes"

-- include parts/function.sql NAME="touchpoint" ARGS="channel text, label text, stage text" RESULT="touchpoint" SYMBOL="touchpoint_make" HOW="IMMUTABLE PARALLEL SAFE" TYPES="channel text, label text, stage text" IS="touchpoint of raw parts, nothing to quote; NULL channel or stage = absent; NULL label gives NULL; 22023 for empty parts and control characters, 54000 past 255 bytes"

-- include parts/getter.sql NAME="channel" TYPE="touchpoint" RESULT="text" SYMBOL="touchpoint_channel" IS="the channel; NULL where absent"

-- include parts/getter.sql NAME="label" TYPE="touchpoint" RESULT="text" SYMBOL="touchpoint_label" IS="the label"

-- include parts/getter.sql NAME="stage" TYPE="touchpoint" RESULT="text" SYMBOL="touchpoint_stage" IS="the stage; NULL where absent"

-- include parts/function.sql NAME="touchpoint_matches" ARGS="touchpoint, text" RESULT="boolean" SYMBOL="touchpoint_matches" HOW="IMMUTABLE STRICT PARALLEL SAFE" TYPES="touchpoint, text" IS="implementation of ~ operator; 22P02 for a malformed glob, 42601 for conditions and signs that cannot belong to one"

-- include parts/function.sql NAME="touchpoint_matches_sel" ARGS="internal, oid, internal, integer" RESULT="float8" SYMBOL="touchpoint_matches_sel" HOW="STABLE STRICT PARALLEL SAFE" TYPES="internal, oid, internal, integer" IS="restriction selectivity of touchpoint ~ text and touchpoint ~ touchpoint_glob"

CREATE OPERATOR ~ (
    LEFTARG = touchpoint, RIGHTARG = text, FUNCTION = touchpoint_matches,
    RESTRICT = touchpoint_matches_sel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR ~ (touchpoint, text) IS
    'matches a glob: parts left out are unconstrained, * is any run within a part, as in web/*, checkout, use:*, */*complaint*; alternatives with |';

-- include parts/getter.sql NAME="jsonb" TYPE="touchpoint" RESULT="jsonb" SYMBOL="touchpoint_to_jsonb" IS="the text form as a JSON string"

-- include parts/getter.sql NAME="touchpoint" TYPE="jsonb" RESULT="touchpoint" SYMBOL="touchpoint_from_jsonb" IS="touchpoint of a JSON string; 22023 for other JSON, 22P02 for malformed text"

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
