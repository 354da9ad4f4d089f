-- Contact records: one meeting of customer and company.

-- include parts/io.sql TYPE="contact_record" IN="22P02 malformed, 22003 a number or time out of range" SEND="big-endian, text in UTF-8"

CREATE TYPE contact_record (
    INPUT = contact_record_in, OUTPUT = contact_record_out, RECEIVE = contact_record_recv, SEND = contact_record_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended
);
COMMENT ON TYPE contact_record IS 'one meeting of customer and company: touchpoint@time [score= expected= cost= duration= value= by= id=]';

-- include parts/order.sql TYPE="contact_record" ORDER="occurred_at, id, score (NULL first each), touchpoint, expected, cost, duration, value, initiator"

CREATE FUNCTION contact_record(touchpoint touchpoint, occurred_at timestamptz, score float8 DEFAULT NULL, expected float8 DEFAULT NULL, cost float8 DEFAULT NULL, duration interval DEFAULT NULL, value float8 DEFAULT NULL, initiator text DEFAULT NULL, id bigint DEFAULT NULL, properties jsonb DEFAULT NULL) RETURNS contact_record
AS 'MODULE_PATHNAME', 'contact_record_make' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION contact_record(touchpoint touchpoint, occurred_at timestamptz, score float8, expected float8, cost float8, duration interval, value float8, initiator text, id bigint, properties jsonb) IS
    'contact record of its fields; NULL without touchpoint or time; properties are a flat object, of which null is left out; 22003 for NaN, infinity and properties past 2^53, 22023 for a negative cost or duration, months in a duration, an unknown initiator and nested properties, 54000 for more than 64 properties, keys past 63 bytes and strings past 1,023';

CREATE FUNCTION touchpoint(contact_record) RETURNS touchpoint
AS 'MODULE_PATHNAME', 'contact_record_touchpoint' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint(contact_record) IS
    'where it took place';

CREATE FUNCTION occurred_at(contact_record) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'contact_record_occurred_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION occurred_at(contact_record) IS
    'when it began';

CREATE FUNCTION score(contact_record) RETURNS float8
AS 'MODULE_PATHNAME', 'contact_record_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score(contact_record) IS
    'what the customer experienced, on the user''s scale; NULL where not known';

CREATE FUNCTION expected(contact_record) RETURNS float8
AS 'MODULE_PATHNAME', 'contact_record_expected' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION expected(contact_record) IS
    'what the customer expected, on the same scale; NULL where not known';

CREATE FUNCTION cost(contact_record) RETURNS float8
AS 'MODULE_PATHNAME', 'contact_record_cost' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cost(contact_record) IS
    'what it cost the company, 0 or more; NULL where not known';

CREATE FUNCTION duration(contact_record) RETURNS interval
AS 'MODULE_PATHNAME', 'contact_record_duration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION duration(contact_record) IS
    'how long it took, in days of 24 hours; NULL where not known';

CREATE FUNCTION value(contact_record) RETURNS float8
AS 'MODULE_PATHNAME', 'contact_record_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION value(contact_record) IS
    'what it brought in, negative for a refund; NULL where not known';

CREATE FUNCTION initiator(contact_record) RETURNS text
AS 'MODULE_PATHNAME', 'contact_record_initiator' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION initiator(contact_record) IS
    'who started it: company, customer or third_party; NULL where not known';

CREATE FUNCTION id(contact_record) RETURNS bigint
AS 'MODULE_PATHNAME', 'contact_record_id' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION id(contact_record) IS
    'key of the source row; NULL where there is none';

CREATE FUNCTION gap(contact_record) RETURNS float8
AS 'MODULE_PATHNAME', 'contact_record_gap' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap(contact_record) IS
    'score - expected: negative is a shortfall; NULL where either is; 22003 on overflow';

CREATE FUNCTION properties(contact_record) RETURNS jsonb
AS 'MODULE_PATHNAME', 'contact_record_properties' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION properties(contact_record) IS
    'what else is known of it, a flat object; NULL where nothing is';

CREATE FUNCTION property(contact_record, key text) RETURNS text
AS 'MODULE_PATHNAME', 'contact_record_property' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION property(contact_record, key text) IS
    'one of its properties as text: a string as it is, a number in its shortest exact form, true or false; NULL where it has none of this key';

CREATE FUNCTION jsonb(contact_record) RETURNS jsonb
AS 'MODULE_PATHNAME', 'contact_record_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb(contact_record) IS
    'object with the keys touchpoint, at, id, score, expected, cost, duration, value, initiator: those that are known';

CREATE FUNCTION contact_record(jsonb) RETURNS contact_record
AS 'MODULE_PATHNAME', 'contact_record_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record(jsonb) IS
    'contact record of a JSON object; 22023 for an unknown or missing key or a value that makes no sense, 22P02 for malformed text in it';

CREATE CAST (contact_record AS jsonb) WITH FUNCTION jsonb(contact_record);
COMMENT ON CAST (contact_record AS jsonb) IS 'object of the fields that are known';
CREATE CAST (jsonb AS contact_record) WITH FUNCTION contact_record(jsonb);
COMMENT ON CAST (jsonb AS contact_record) IS 'contact record of a JSON object';

