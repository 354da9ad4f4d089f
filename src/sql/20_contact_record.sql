-- Contact records: one meeting of customer and company.

CREATE TYPE contact_record;

CREATE FUNCTION contact_record_in(cstring) RETURNS contact_record AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_in(cstring) IS 'contact_record of its text form; 22P02 when malformed';

CREATE FUNCTION contact_record_out(contact_record) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_out(contact_record) IS 'text form, the same under every setting';

CREATE FUNCTION contact_record_recv(internal) RETURNS contact_record AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_recv(internal) IS 'contact_record of its binary form; 22P03 when malformed';

CREATE FUNCTION contact_record_send(contact_record) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_send(contact_record) IS 'binary form: big-endian, text in UTF-8';

CREATE TYPE contact_record (
    INPUT = contact_record_in, OUTPUT = contact_record_out, RECEIVE = contact_record_recv, SEND = contact_record_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended
);
COMMENT ON TYPE contact_record IS 'one meeting of customer and company: touchpoint@time [score= expected= cost= duration= value= by= id=]';

-- Order: occurred_at, id, score (NULL first each), touchpoint, expected, cost, duration, value, initiator

CREATE FUNCTION contact_record_eq(contact_record, contact_record) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_eq(contact_record, contact_record) IS 'implementation of = operator';
CREATE OPERATOR = (
    LEFTARG = contact_record, RIGHTARG = contact_record, FUNCTION = contact_record_eq, COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (contact_record, contact_record) IS 'equal';

CREATE FUNCTION contact_record_ne(contact_record, contact_record) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_ne(contact_record, contact_record) IS 'implementation of <> operator';
CREATE OPERATOR <> (
    LEFTARG = contact_record, RIGHTARG = contact_record, FUNCTION = contact_record_ne, COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (contact_record, contact_record) IS 'not equal';

CREATE FUNCTION contact_record_lt(contact_record, contact_record) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_lt(contact_record, contact_record) IS 'implementation of < operator';
CREATE OPERATOR < (
    LEFTARG = contact_record, RIGHTARG = contact_record, FUNCTION = contact_record_lt, COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (contact_record, contact_record) IS 'less than';

CREATE FUNCTION contact_record_le(contact_record, contact_record) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_le(contact_record, contact_record) IS 'implementation of <= operator';
CREATE OPERATOR <= (
    LEFTARG = contact_record, RIGHTARG = contact_record, FUNCTION = contact_record_le, COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (contact_record, contact_record) IS 'less than or equal';

CREATE FUNCTION contact_record_gt(contact_record, contact_record) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_gt(contact_record, contact_record) IS 'implementation of > operator';
CREATE OPERATOR > (
    LEFTARG = contact_record, RIGHTARG = contact_record, FUNCTION = contact_record_gt, COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (contact_record, contact_record) IS 'greater than';

CREATE FUNCTION contact_record_ge(contact_record, contact_record) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_ge(contact_record, contact_record) IS 'implementation of >= operator';
CREATE OPERATOR >= (
    LEFTARG = contact_record, RIGHTARG = contact_record, FUNCTION = contact_record_ge, COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (contact_record, contact_record) IS 'greater than or equal';

CREATE FUNCTION contact_record_cmp(contact_record, contact_record) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_cmp(contact_record, contact_record) IS '-1, 0 or 1: occurred_at, id, score (NULL first each), touchpoint, expected, cost, duration, value, initiator';
CREATE FUNCTION contact_record_hash(contact_record) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_hash(contact_record) IS 'hash of 32 bits';
CREATE FUNCTION contact_record_hash_extended(contact_record, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_record_hash_extended(contact_record, bigint) IS 'hash of 64 bits with a seed';

CREATE OPERATOR CLASS contact_record_ops DEFAULT FOR TYPE contact_record USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 contact_record_cmp(contact_record, contact_record);
COMMENT ON OPERATOR CLASS contact_record_ops USING btree IS 'order of contact_record';
COMMENT ON OPERATOR FAMILY contact_record_ops USING btree IS 'order of contact_record';
CREATE OPERATOR CLASS contact_record_ops DEFAULT FOR TYPE contact_record USING hash AS
    OPERATOR 1 =, FUNCTION 1 contact_record_hash(contact_record), FUNCTION 2 contact_record_hash_extended(contact_record, bigint);
COMMENT ON OPERATOR CLASS contact_record_ops USING hash IS 'equality of contact_record';
COMMENT ON OPERATOR FAMILY contact_record_ops USING hash IS 'equality of contact_record';

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

