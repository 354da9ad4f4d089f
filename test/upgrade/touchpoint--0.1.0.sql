-- The install script of release 0.1.0, as it went out. It never changes.
\echo Use "CREATE EXTENSION touchpoint" to load this file. \quit

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
    'implementation of ~ operator; 22P02 for a malformed glob';

CREATE OPERATOR ~ (
    LEFTARG = touchpoint, RIGHTARG = text, FUNCTION = touchpoint_matches,
    RESTRICT = matchingsel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR ~ (touchpoint, text) IS
    'matches a glob: parts left out are unconstrained, * is any run within a part, as in web/*, checkout, use:*, */*complaint*';

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

CREATE FUNCTION contact_record(touchpoint touchpoint, occurred_at timestamptz, score float8 DEFAULT NULL, expected float8 DEFAULT NULL, cost float8 DEFAULT NULL, duration interval DEFAULT NULL, value float8 DEFAULT NULL, initiator text DEFAULT NULL, id bigint DEFAULT NULL) RETURNS contact_record
AS 'MODULE_PATHNAME', 'contact_record_make' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION contact_record(touchpoint touchpoint, occurred_at timestamptz, score float8, expected float8, cost float8, duration interval, value float8, initiator text, id bigint) IS
    'contact record of its fields; NULL without touchpoint or time; 22003 for NaN and infinity, 22023 for a negative cost or duration, months in a duration, an unknown initiator';

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

-- Journeys: the contact records of one customer, or of one case, in order.

CREATE TYPE journey;

CREATE FUNCTION journey_in(cstring) RETURNS journey AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_in(cstring) IS 'journey of its text form; 22P02 when malformed';

CREATE FUNCTION journey_out(journey) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_out(journey) IS 'text form, the same under every setting';

CREATE FUNCTION journey_recv(internal) RETURNS journey AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_recv(internal) IS 'journey of its binary form; 22P03 when malformed';

CREATE FUNCTION journey_send(journey) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_send(journey) IS 'binary form: big-endian, text in UTF-8';

CREATE TYPE journey (
    INPUT = journey_in, OUTPUT = journey_out, RECEIVE = journey_recv, SEND = journey_send,
    INTERNALLENGTH = VARIABLE, STORAGE = external
);
COMMENT ON TYPE journey IS 'the contact records of one customer or case, in order: {contact, contact, ...}, at most 16,777,215';

-- Order: contact by contact, the shorter first

CREATE FUNCTION journey_eq(journey, journey) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_eq(journey, journey) IS 'implementation of = operator';
CREATE OPERATOR = (
    LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_eq, COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (journey, journey) IS 'equal';

CREATE FUNCTION journey_ne(journey, journey) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_ne(journey, journey) IS 'implementation of <> operator';
CREATE OPERATOR <> (
    LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_ne, COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (journey, journey) IS 'not equal';

CREATE FUNCTION journey_lt(journey, journey) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_lt(journey, journey) IS 'implementation of < operator';
CREATE OPERATOR < (
    LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_lt, COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (journey, journey) IS 'less than';

CREATE FUNCTION journey_le(journey, journey) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_le(journey, journey) IS 'implementation of <= operator';
CREATE OPERATOR <= (
    LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_le, COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (journey, journey) IS 'less than or equal';

CREATE FUNCTION journey_gt(journey, journey) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gt(journey, journey) IS 'implementation of > operator';
CREATE OPERATOR > (
    LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_gt, COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (journey, journey) IS 'greater than';

CREATE FUNCTION journey_ge(journey, journey) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_ge(journey, journey) IS 'implementation of >= operator';
CREATE OPERATOR >= (
    LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_ge, COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (journey, journey) IS 'greater than or equal';

CREATE FUNCTION journey_cmp(journey, journey) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_cmp(journey, journey) IS '-1, 0 or 1: contact by contact, the shorter first';
CREATE FUNCTION journey_hash(journey) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_hash(journey) IS 'hash of 32 bits';
CREATE FUNCTION journey_hash_extended(journey, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_hash_extended(journey, bigint) IS 'hash of 64 bits with a seed';

CREATE OPERATOR CLASS journey_ops DEFAULT FOR TYPE journey USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 journey_cmp(journey, journey);
COMMENT ON OPERATOR CLASS journey_ops USING btree IS 'order of journey';
COMMENT ON OPERATOR FAMILY journey_ops USING btree IS 'order of journey';
CREATE OPERATOR CLASS journey_ops DEFAULT FOR TYPE journey USING hash AS
    OPERATOR 1 =, FUNCTION 1 journey_hash(journey), FUNCTION 2 journey_hash_extended(journey, bigint);
COMMENT ON OPERATOR CLASS journey_ops USING hash IS 'equality of journey';
COMMENT ON OPERATOR FAMILY journey_ops USING hash IS 'equality of journey';

CREATE FUNCTION journey(path touchpoint[], started timestamptz DEFAULT '1970-01-01 00:00:00+00', step interval DEFAULT '1 second') RETURNS journey
AS 'MODULE_PATHNAME', 'journey_from_path' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION journey(path touchpoint[], started timestamptz, step interval) IS
    'journey of a bare path, a contact every step from started; 22023 for NULL elements and steps of zero or less';

CREATE FUNCTION journey_merge(journey, journey) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION journey_merge(journey, journey) IS
    'implementation of || operator';

CREATE OPERATOR || (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_merge, COMMUTATOR = ||);
COMMENT ON OPERATOR || (journey, journey) IS
    'merge; the same id counts once, the greater contact staying; 22023 for one id on different touchpoints or times';

CREATE FUNCTION journey_add(journey, contact_record) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION journey_add(journey, contact_record) IS
    'implementation of || operator';

CREATE OPERATOR || (LEFTARG = journey, RIGHTARG = contact_record, FUNCTION = journey_add);
COMMENT ON OPERATOR || (journey, contact_record) IS 'add a contact, as a merge with a journey of it alone';

CREATE FUNCTION journey_contains(journey, touchpoint[]) RETURNS boolean
AS 'MODULE_PATHNAME', 'journey_contains' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION journey_contains(journey, touchpoint[]) IS
    'implementation of @> operator';

CREATE OPERATOR @> (
    LEFTARG = journey, RIGHTARG = touchpoint[], FUNCTION = journey_contains, RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR @> (journey, touchpoint[]) IS 'passes through all of these touchpoints';

CREATE FUNCTION journey_overlaps(journey, touchpoint[]) RETURNS boolean
AS 'MODULE_PATHNAME', 'journey_overlaps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION journey_overlaps(journey, touchpoint[]) IS
    'implementation of && operator';

CREATE OPERATOR && (
    LEFTARG = journey, RIGHTARG = touchpoint[], FUNCTION = journey_overlaps, RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR && (journey, touchpoint[]) IS 'passes through any of these touchpoints';

CREATE FUNCTION jsonb(journey) RETURNS jsonb
AS 'MODULE_PATHNAME', 'journey_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION jsonb(journey) IS
    'array of contacts, each an object';

CREATE FUNCTION journey(jsonb) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION journey(jsonb) IS
    'journey of a JSON array of contacts; 22023 for an unknown or missing key or a value that makes no sense, 22P02 for malformed text in it';

CREATE CAST (journey AS jsonb) WITH FUNCTION jsonb(journey);
COMMENT ON CAST (journey AS jsonb) IS 'array of contacts, each an object';
CREATE CAST (jsonb AS journey) WITH FUNCTION journey(jsonb);
COMMENT ON CAST (jsonb AS journey) IS 'journey of a JSON array of contacts';

-- From rows, or from journeys, to one journey: in any order, in parallel, no ORDER BY needed.

CREATE FUNCTION journey_agg_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_combine(internal, internal) IS 'combine function of journey_agg and rollup';

CREATE FUNCTION journey_agg_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_serialize(internal) IS 'serial function of journey_agg and rollup';

CREATE FUNCTION journey_agg_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_deserialize(bytea, internal) IS 'deserial function of journey_agg and rollup';

CREATE FUNCTION journey_agg_final(internal) RETURNS journey
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_final(internal) IS 'final function of journey_agg and rollup';

CREATE FUNCTION journey_agg_contact(internal, contact_record) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_contact' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_contact(internal, contact_record) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(contact_record) (
    SFUNC = journey_agg_contact, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(contact_record) IS
    'journey of contact records in any order; NULL is passed over, no rows give NULL; the same id counts once; 22023 for one id on different touchpoints or times';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz) IS
    'journey of touchpoints and times: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz, score float8) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, score float8) IS
    'journey of touchpoints, times and scores: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL; 22003 for NaN and infinity';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8) IS
    'journey of touchpoints, times, scores and expected scores: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL; 22003 for NaN and infinity';

CREATE FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) IS 'transition function of journey_agg';
CREATE AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) (
    SFUNC = journey_agg_row, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint) IS
    'journey of touchpoints, times, scores, expected scores, costs, durations, values, initiators and ids: rows in any order; those with NULL touchpoint or time are passed over, no rows give NULL; the same id counts once; 22003 for NaN and infinity, 22023 for one id on different touchpoints or times and for what contact_record() refuses';

CREATE FUNCTION rollup_journey(internal, journey) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_agg_journey' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rollup_journey(internal, journey) IS 'transition function of rollup';
CREATE AGGREGATE rollup(journey) (
    SFUNC = rollup_journey, STYPE = internal, SSPACE = 1000, FINALFUNC = journey_agg_final, COMBINEFUNC = journey_agg_combine,
    SERIALFUNC = journey_agg_serialize, DESERIALFUNC = journey_agg_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(journey) IS
    'merge of journeys in any order, as ||; NULL is passed over, no rows give NULL; 22023 for one id on different touchpoints or times';

-- Asking a journey, and cutting journeys out of it.

CREATE FUNCTION contacts_support(internal) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_contacts_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contacts_support(internal) IS
    'planner support for contacts()';

CREATE FUNCTION contacts(journey) RETURNS TABLE("position" integer, touchpoint touchpoint, channel text, label text, stage text, occurred_at timestamptz, score float8, expected float8, gap float8, cost float8, duration interval, value float8, initiator text, id bigint)
AS 'MODULE_PATHNAME', 'journey_contacts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10 SUPPORT contacts_support;
COMMENT ON FUNCTION contacts(journey) IS
    'its contacts as rows in order, position from 1; 22003 where a gap overflows';

CREATE FUNCTION contact_count(journey) RETURNS integer
AS 'MODULE_PATHNAME', 'journey_contact_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION contact_count(journey) IS
    'number of contacts';

CREATE FUNCTION first_at(journey) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'journey_first_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION first_at(journey) IS
    'time of the first contact; NULL for the empty journey';

CREATE FUNCTION last_at(journey) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'journey_last_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION last_at(journey) IS
    'time of the last contact; NULL for the empty journey';

CREATE FUNCTION span(journey) RETURNS tstzrange
AS 'MODULE_PATHNAME', 'journey_span' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION span(journey) IS
    '[first_at, last_at]; empty for the empty journey';

CREATE FUNCTION total_cost(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_total_cost' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total_cost(journey) IS
    'sum of known costs; NULL where none is known; 22003 on overflow';

CREATE FUNCTION total_value(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_total_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total_value(journey) IS
    'sum of known values; NULL where none is known; 22003 on overflow';

CREATE FUNCTION throughput_time(journey) RETURNS interval
AS 'MODULE_PATHNAME', 'journey_throughput_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION throughput_time(journey) IS
    'from the first start to the last end, in days of 24 hours; an unknown duration is 0; NULL for the empty journey';

CREATE FUNCTION processing_time(journey) RETURNS interval
AS 'MODULE_PATHNAME', 'journey_processing_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION processing_time(journey) IS
    'sum of known durations; NULL where none is known';

CREATE FUNCTION idle_time(journey) RETURNS interval
AS 'MODULE_PATHNAME', 'journey_idle_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION idle_time(journey) IS
    'throughput time less the union of busy intervals; NULL for the empty journey';

CREATE FUNCTION path(journey, part text DEFAULT 'touchpoint') RETURNS text[]
AS 'MODULE_PATHNAME', 'journey_path' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION path(journey, part text) IS
    'one element a contact: its touchpoint, channel, label or stage, NULL where it lacks one; 22023 for a part that is not touchpoint, channel, label or stage';

CREATE FUNCTION variant(journey, part text DEFAULT 'touchpoint', collapse boolean DEFAULT false) RETURNS text
AS 'MODULE_PATHNAME', 'journey_variant' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION variant(journey, part text, collapse boolean) IS
    'the path as text, " > " between and (none) for a part that a contact lacks; collapse drops adjacent repeats; 22023 for a part that is not touchpoint, channel, label or stage';

CREATE FUNCTION slice(journey, tstzrange) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_slice' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION slice(journey, tstzrange) IS
    'the contacts within the range';

CREATE FUNCTION keep(journey, glob text) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_keep' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION keep(journey, glob text) IS
    'the contacts whose touchpoint matches; 22P02 for a malformed glob';

CREATE FUNCTION discard(journey, glob text) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_discard' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION discard(journey, glob text) IS
    'the contacts whose touchpoint does not match; 22P02 for a malformed glob';

CREATE FUNCTION collapse_repeats(journey, part text) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_collapse_repeats' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION collapse_repeats(journey, part text) IS
    'without contacts at the same part as the one before; 22023 for a part that is not touchpoint, channel, label or stage';

CREATE FUNCTION first_occurrences(journey, part text) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_first_occurrences' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_occurrences(journey, part text) IS
    'the first contact at each part; 22023 for a part that is not touchpoint, channel, label or stage';

CREATE FUNCTION sessionize(journey, max_gap interval) RETURNS SETOF journey
AS 'MODULE_PATHNAME', 'journey_sessionize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 3;
COMMENT ON FUNCTION sessionize(journey, max_gap interval) IS
    'journeys cut where the pause from start to start exceeds max_gap; 22023 for months and negatives';

-- Peak-end scoring: what a customer remembers.

CREATE TYPE touchpoint_score_summary AS (
    scored integer, start_score float8, highest float8, lowest float8, peak float8, end_score float8,
    mean float8, stddev float8, trend float8, peak_end float8
);
COMMENT ON TYPE touchpoint_score_summary IS
    'scores of one journey: number of scored contacts, first, highest, lowest, peak and last score, mean, sample standard deviation, slope a day, peak-end score';

CREATE FUNCTION peak_end_score(journey, neutral float8, peak_weight float8 DEFAULT 0.5) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_peak_end_score' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION peak_end_score(journey, neutral float8, peak_weight float8) IS
    'peak_weight * peak + (1 - peak_weight) * end, on the scale of scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); NULL without scores; 22023 for NULL settings and a weight outside [0,1]';

CREATE FUNCTION peak_score(journey, neutral float8) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_peak_score' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION peak_score(journey, neutral float8) IS
    'the score furthest from neutral, of equals the later; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); NULL without scores; 22023 for NULL neutral';

CREATE FUNCTION max_score(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_max_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION max_score(journey) IS
    'the highest score; NULL without scores';

CREATE FUNCTION min_score(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_min_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION min_score(journey) IS
    'the lowest score; NULL without scores';

CREATE FUNCTION start_score(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_start_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION start_score(journey) IS
    'the first score; NULL without scores';

CREATE FUNCTION end_score(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_end_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION end_score(journey) IS
    'the last score; NULL without scores';

CREATE FUNCTION mean_score(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_mean_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_score(journey) IS
    'mean of scores; NULL without scores';

CREATE FUNCTION score_stddev(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_score_stddev' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION score_stddev(journey) IS
    'sample standard deviation of scores; NULL below two';

CREATE FUNCTION score_trend(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_score_trend' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION score_trend(journey) IS
    'least-squares slope of score on time, per day; NULL below two distinct times';

CREATE FUNCTION time_weighted_score(journey) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_time_weighted_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION time_weighted_score(journey) IS
    'sum of duration * score / sum of duration over contacts with both; NULL where no time is known';

CREATE FUNCTION scored_count(journey) RETURNS integer
AS 'MODULE_PATHNAME', 'journey_scored_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scored_count(journey) IS
    'number of scored contacts';

CREATE FUNCTION score_summary(journey, neutral float8, peak_weight float8 DEFAULT 0.5) RETURNS touchpoint_score_summary
AS 'MODULE_PATHNAME', 'journey_score_summary' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION score_summary(journey, neutral float8, peak_weight float8) IS
    'all scores at once: scored is 0 and the rest NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1]';

CREATE FUNCTION peak_end_gap(journey, peak_weight float8 DEFAULT 0.5) RETURNS float8
AS 'MODULE_PATHNAME', 'journey_peak_end_gap' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION peak_end_gap(journey, peak_weight float8) IS
    'peak-end score of score - expected with neutral 0: negative is a remembered shortfall; NULL without contacts that have both; 22023 for NULL settings and a weight outside [0,1]';

CREATE FUNCTION adjust_scores(journey, glob text, delta float8, lowest float8, highest float8) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_adjust_scores' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION adjust_scores(journey, glob text, delta float8, lowest float8, highest float8) IS
    'what if: scores at matching touchpoints plus delta, kept within lowest and highest; 22P02 for a malformed glob, 22023 for lowest > highest, 22003 for NaN and infinity';

CREATE FUNCTION moments_of_truth(journey, neutral float8) RETURNS TABLE(moment text, "position" integer, touchpoint touchpoint, occurred_at timestamptz, score float8)
AS 'MODULE_PATHNAME', 'journey_moments_of_truth' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10 ROWS 5;
COMMENT ON FUNCTION moments_of_truth(journey, neutral float8) IS
    'the contacts that made the memory: start, highest, lowest, peak, end; of equals the later; no rows without scores; 22023 for NULL neutral';

CREATE FUNCTION peak_end_score_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION peak_end_score_combine(internal, internal) IS 'combine function of peak_end_score';

CREATE FUNCTION peak_end_score_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION peak_end_score_serialize(internal) IS 'serial function of peak_end_score';

CREATE FUNCTION peak_end_score_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION peak_end_score_deserialize(bytea, internal) IS 'deserial function of peak_end_score';

CREATE FUNCTION peak_end_score_final(internal) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION peak_end_score_final(internal) IS 'final function of peak_end_score';

CREATE FUNCTION peak_end_score_row(internal, float8, timestamptz, float8) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION peak_end_score_row(internal, float8, timestamptz, float8) IS 'transition function of peak_end_score';
CREATE AGGREGATE peak_end_score(score float8, occurred_at timestamptz, neutral float8) (
    SFUNC = peak_end_score_row, STYPE = internal, SSPACE = 64, FINALFUNC = peak_end_score_final, COMBINEFUNC = peak_end_score_combine,
    SERIALFUNC = peak_end_score_serialize, DESERIALFUNC = peak_end_score_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE peak_end_score(score float8, occurred_at timestamptz, neutral float8) IS
    'peak-end score of rows in any order, on the scale of scores; at one instant the greater score comes later; NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1], or that differ within a group; 22003 for NaN and infinity';

CREATE FUNCTION peak_end_score_row(internal, float8, timestamptz, float8, float8) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION peak_end_score_row(internal, float8, timestamptz, float8, float8) IS 'transition function of peak_end_score';
CREATE AGGREGATE peak_end_score(score float8, occurred_at timestamptz, neutral float8, peak_weight float8) (
    SFUNC = peak_end_score_row, STYPE = internal, SSPACE = 64, FINALFUNC = peak_end_score_final, COMBINEFUNC = peak_end_score_combine,
    SERIALFUNC = peak_end_score_serialize, DESERIALFUNC = peak_end_score_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE peak_end_score(score float8, occurred_at timestamptz, neutral float8, peak_weight float8) IS
    'peak-end score of rows in any order, on the scale of scores; at one instant the greater score comes later; NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1], or that differ within a group; 22003 for NaN and infinity';

CREATE FUNCTION score_summary_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION score_summary_combine(internal, internal) IS 'combine function of score_summary';

CREATE FUNCTION score_summary_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score_summary_serialize(internal) IS 'serial function of score_summary';

CREATE FUNCTION score_summary_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score_summary_deserialize(bytea, internal) IS 'deserial function of score_summary';

CREATE FUNCTION score_summary_final(internal) RETURNS touchpoint_score_summary
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION score_summary_final(internal) IS 'final function of score_summary';

CREATE FUNCTION score_summary_row(internal, float8, timestamptz, float8) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION score_summary_row(internal, float8, timestamptz, float8) IS 'transition function of score_summary';
CREATE AGGREGATE score_summary(score float8, occurred_at timestamptz, neutral float8) (
    SFUNC = score_summary_row, STYPE = internal, SSPACE = 136, FINALFUNC = score_summary_final, COMBINEFUNC = score_summary_combine,
    SERIALFUNC = score_summary_serialize, DESERIALFUNC = score_summary_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE score_summary(score float8, occurred_at timestamptz, neutral float8) IS
    'all scores of rows in any order at once; at one instant the greater score comes later; scored is 0 and the rest NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1], or that differ within a group; 22003 for NaN and infinity';

CREATE FUNCTION score_summary_row(internal, float8, timestamptz, float8, float8) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION score_summary_row(internal, float8, timestamptz, float8, float8) IS 'transition function of score_summary';
CREATE AGGREGATE score_summary(score float8, occurred_at timestamptz, neutral float8, peak_weight float8) (
    SFUNC = score_summary_row, STYPE = internal, SSPACE = 136, FINALFUNC = score_summary_final, COMBINEFUNC = score_summary_combine,
    SERIALFUNC = score_summary_serialize, DESERIALFUNC = score_summary_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE score_summary(score float8, occurred_at timestamptz, neutral float8, peak_weight float8) IS
    'all scores of rows in any order at once; at one instant the greater score comes later; scored is 0 and the rest NULL without scores; neutral is the point of the scale that is neither good nor bad (3 on 1 to 5, 5 on 0 to 10); 22023 for NULL settings and a weight outside [0,1], or that differ within a group; 22003 for NaN and infinity';

-- Gaps between what was expected and what was perceived.

CREATE TYPE gap_summary;

CREATE FUNCTION gap_summary_in(cstring) RETURNS gap_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_out(gap_summary) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_recv(internal) RETURNS gap_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_send(gap_summary) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION gap_summary_in(cstring) IS 'text input of gap_summary; errors: 22P02 malformed, 22003 a number out of range';
COMMENT ON FUNCTION gap_summary_out(gap_summary) IS 'text output of gap_summary, lossless under any setting';
COMMENT ON FUNCTION gap_summary_recv(internal) IS 'binary input of gap_summary; errors: 22P03 malformed';
COMMENT ON FUNCTION gap_summary_send(gap_summary) IS 'binary output of gap_summary, big-endian';

CREATE TYPE gap_summary (
    INPUT = gap_summary_in,
    OUTPUT = gap_summary_out,
    RECEIVE = gap_summary_recv,
    SEND = gap_summary_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = plain
);
COMMENT ON TYPE gap_summary IS
    'pairs of expected and perceived, summed: what the gap functions need of any number of pairs in 104 bytes; merge with + or rollup';

-- Comparison

CREATE FUNCTION gap_summary_eq(gap_summary, gap_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_ne(gap_summary, gap_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_lt(gap_summary, gap_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_le(gap_summary, gap_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_gt(gap_summary, gap_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_ge(gap_summary, gap_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_cmp(gap_summary, gap_summary) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_hash(gap_summary) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION gap_summary_hash_extended(gap_summary, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION gap_summary_eq(gap_summary, gap_summary) IS 'implementation of = operator';
COMMENT ON FUNCTION gap_summary_ne(gap_summary, gap_summary) IS 'implementation of <> operator';
COMMENT ON FUNCTION gap_summary_lt(gap_summary, gap_summary) IS 'implementation of < operator';
COMMENT ON FUNCTION gap_summary_le(gap_summary, gap_summary) IS 'implementation of <= operator';
COMMENT ON FUNCTION gap_summary_gt(gap_summary, gap_summary) IS 'implementation of > operator';
COMMENT ON FUNCTION gap_summary_ge(gap_summary, gap_summary) IS 'implementation of >= operator';
COMMENT ON FUNCTION gap_summary_cmp(gap_summary, gap_summary) IS 'less-equal-greater of two summaries';
COMMENT ON FUNCTION gap_summary_hash(gap_summary) IS 'hash of a summary';
COMMENT ON FUNCTION gap_summary_hash_extended(gap_summary, bigint) IS 'hash of a summary with a seed';

CREATE OPERATOR = (
    LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR <> (
    LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR < (
    LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR <= (
    LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR > (
    LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR >= (
    LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR = (gap_summary, gap_summary) IS 'the same counts and sums';
COMMENT ON OPERATOR <> (gap_summary, gap_summary) IS 'other counts or sums';
COMMENT ON OPERATOR < (gap_summary, gap_summary) IS 'by count, shortfalls, then sums: an order for sorting, no judgement';
COMMENT ON OPERATOR <= (gap_summary, gap_summary) IS 'by count, shortfalls, then sums';
COMMENT ON OPERATOR > (gap_summary, gap_summary) IS 'by count, shortfalls, then sums';
COMMENT ON OPERATOR >= (gap_summary, gap_summary) IS 'by count, shortfalls, then sums';

CREATE OPERATOR CLASS gap_summary_ops DEFAULT FOR TYPE gap_summary USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 gap_summary_cmp(gap_summary, gap_summary);
CREATE OPERATOR CLASS gap_summary_ops DEFAULT FOR TYPE gap_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 gap_summary_hash(gap_summary),
    FUNCTION 2 gap_summary_hash_extended(gap_summary, bigint);

COMMENT ON OPERATOR CLASS gap_summary_ops USING btree IS 'sorting and uniqueness of gap_summary';
COMMENT ON OPERATOR CLASS gap_summary_ops USING hash IS 'hashing of gap_summary';
COMMENT ON OPERATOR FAMILY gap_summary_ops USING btree IS 'sorting and uniqueness of gap_summary';
COMMENT ON OPERATOR FAMILY gap_summary_ops USING hash IS 'hashing of gap_summary';

-- Building and merging

CREATE FUNCTION gap_summary_accum(gap_summary, expected float8, perceived float8) RETURNS gap_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, float8) IS
    'the summary with one more pair; errors: 22003 NaN, infinity, or sums out of range';

CREATE FUNCTION gap_summary_merge(gap_summary, gap_summary) RETURNS gap_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_summary_merge(gap_summary, gap_summary) IS
    'implementation of + operator; errors: 22003 sums out of range';

CREATE OPERATOR + (
    LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_merge, COMMUTATOR = +
);
COMMENT ON OPERATOR + (gap_summary, gap_summary) IS 'the pairs of both';

CREATE AGGREGATE gap_agg(expected float8, perceived float8) (
    SFUNC = gap_summary_accum,
    STYPE = gap_summary,
    SSPACE = 128,
    INITCOND = '{count=0}',
    COMBINEFUNC = gap_summary_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg(float8, float8) IS
    'summary of pairs on one scale; a row with either NULL is passed over; no pairs give the empty summary; errors: 22003 NaN, infinity, or sums out of range';

CREATE AGGREGATE rollup(gap_summary) (
    SFUNC = gap_summary_merge,
    STYPE = gap_summary,
    SSPACE = 128,
    INITCOND = '{count=0}',
    COMBINEFUNC = gap_summary_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(gap_summary) IS
    'one summary of many: of days, partitions, servers; NULLs are passed over; errors: 22003 sums out of range';

CREATE FUNCTION journey_gap(journey) RETURNS gap_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION journey_gap(journey) IS
    'summary of the contacts that have both score and expected; errors: 22003 sums out of range';

-- Figures

CREATE FUNCTION gap_count(gap_summary) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_count(gap_summary) IS 'number of pairs, 0 in the empty summary';

CREATE FUNCTION mean_expected(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_expected(gap_summary) IS 'mean of expected, on the user''s scale; NULL without pairs';

CREATE FUNCTION mean_perceived(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_perceived(gap_summary) IS 'mean of perceived, on the user''s scale; NULL without pairs';

CREATE FUNCTION mean_gap(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_gap(gap_summary) IS
    'mean of perceived - expected, on the user''s scale: negative is a shortfall; NULL without pairs';

CREATE FUNCTION gap_stddev(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_stddev(gap_summary) IS
    'sample standard deviation of the gaps, >= 0; NULL below two pairs';

CREATE FUNCTION gap_stderr(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_stderr(gap_summary) IS
    'standard error of the mean gap, >= 0; NULL below two pairs';

CREATE FUNCTION gap_t(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_t(gap_summary) IS
    'paired t statistic: mean gap / standard error, with gap_count - 1 degrees of freedom; NULL below two pairs or without variance';

CREATE FUNCTION gap_p_value(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION gap_p_value(gap_summary) IS
    'probability in [0,1] of a mean gap this far from 0, either way, if there were none (two-sided, Student); NULL below two pairs or without variance';

CREATE FUNCTION gap_ci_low(gap_summary, level float8 DEFAULT 0.95) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION gap_ci_low(gap_summary, float8) IS
    'lower confidence limit of the mean gap (Student); NULL below two pairs; errors: 22023 level NULL or outside (0,1)';

CREATE FUNCTION gap_ci_high(gap_summary, level float8 DEFAULT 0.95) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION gap_ci_high(gap_summary, float8) IS
    'upper confidence limit of the mean gap (Student); NULL below two pairs; errors: 22023 level NULL or outside (0,1)';

CREATE FUNCTION gap_effect_size(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_effect_size(gap_summary) IS
    'Cohen''s d_z: mean gap / standard deviation of the gaps; NULL below two pairs or without variance';

CREATE FUNCTION gap_correlation(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_correlation(gap_summary) IS
    'Pearson correlation in [-1,1] of expected and perceived; NULL below two pairs or where either has no variance';

CREATE FUNCTION gap_shortfall_share(gap_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_shortfall_share(gap_summary) IS
    'share in [0,1] of the pairs with perceived < expected; NULL without pairs';

CREATE TYPE touchpoint_gap_change AS (
    change float8,
    stderr float8,
    t float8,
    df float8,
    p_value float8,
    ci_low float8,
    ci_high float8
);
COMMENT ON TYPE touchpoint_gap_change IS 'how a mean gap changed, and whether that is more than noise';
COMMENT ON COLUMN touchpoint_gap_change.change IS 'mean gap after less mean gap before';
COMMENT ON COLUMN touchpoint_gap_change.stderr IS 'standard error of the change';
COMMENT ON COLUMN touchpoint_gap_change.t IS 'Welch''s t statistic';
COMMENT ON COLUMN touchpoint_gap_change.df IS 'Satterthwaite''s degrees of freedom';
COMMENT ON COLUMN touchpoint_gap_change.p_value IS 'two-sided, in [0,1]';
COMMENT ON COLUMN touchpoint_gap_change.ci_low IS 'lower confidence limit of the change';
COMMENT ON COLUMN touchpoint_gap_change.ci_high IS 'upper confidence limit of the change';

CREATE FUNCTION gap_change(before gap_summary, after gap_summary, level float8 DEFAULT 0.95)
    RETURNS touchpoint_gap_change
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION gap_change(gap_summary, gap_summary, float8) IS
    'did the mean gap change? Welch''s test; change is NULL where either has no pairs, stderr below two pairs, the rest too without variance; errors: 22023 level NULL or outside (0,1)';
-- Key drivers of an outcome.

CREATE TYPE driver_summary;

CREATE FUNCTION driver_summary_in(cstring) RETURNS driver_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_out(driver_summary) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_recv(internal) RETURNS driver_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_send(driver_summary) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_in(cstring) IS 'text input of driver_summary; errors: 22P02 malformed, 22003 a number out of range';
COMMENT ON FUNCTION driver_summary_out(driver_summary) IS 'text output of driver_summary, lossless under any setting';
COMMENT ON FUNCTION driver_summary_recv(internal) IS 'binary input of driver_summary; errors: 22P03 malformed';
COMMENT ON FUNCTION driver_summary_send(driver_summary) IS 'binary output of driver_summary, big-endian';

CREATE TYPE driver_summary (
    INPUT = driver_summary_in,
    OUTPUT = driver_summary_out,
    RECEIVE = driver_summary_recv,
    SEND = driver_summary_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE driver_summary IS
    'an outcome and up to 64 drivers of it, summed: means, correlations and relative weights of any number of rows; merge with + or rollup';

-- Comparison

CREATE FUNCTION driver_summary_eq(driver_summary, driver_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_ne(driver_summary, driver_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_lt(driver_summary, driver_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_le(driver_summary, driver_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_gt(driver_summary, driver_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_ge(driver_summary, driver_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_cmp(driver_summary, driver_summary) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_hash(driver_summary) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION driver_summary_hash_extended(driver_summary, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_eq(driver_summary, driver_summary) IS 'implementation of = operator';
COMMENT ON FUNCTION driver_summary_ne(driver_summary, driver_summary) IS 'implementation of <> operator';
COMMENT ON FUNCTION driver_summary_lt(driver_summary, driver_summary) IS 'implementation of < operator';
COMMENT ON FUNCTION driver_summary_le(driver_summary, driver_summary) IS 'implementation of <= operator';
COMMENT ON FUNCTION driver_summary_gt(driver_summary, driver_summary) IS 'implementation of > operator';
COMMENT ON FUNCTION driver_summary_ge(driver_summary, driver_summary) IS 'implementation of >= operator';
COMMENT ON FUNCTION driver_summary_cmp(driver_summary, driver_summary) IS 'less-equal-greater of two summaries';
COMMENT ON FUNCTION driver_summary_hash(driver_summary) IS 'hash of a summary';
COMMENT ON FUNCTION driver_summary_hash_extended(driver_summary, bigint) IS 'hash of a summary with a seed';

CREATE OPERATOR = (
    LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR <> (
    LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR < (
    LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR <= (
    LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR > (
    LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR >= (
    LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR = (driver_summary, driver_summary) IS 'the same counts and sums';
COMMENT ON OPERATOR <> (driver_summary, driver_summary) IS 'other counts or sums';
COMMENT ON OPERATOR < (driver_summary, driver_summary) IS 'by drivers, count, then sums: an order for sorting, no judgement';
COMMENT ON OPERATOR <= (driver_summary, driver_summary) IS 'by drivers, count, then sums';
COMMENT ON OPERATOR > (driver_summary, driver_summary) IS 'by drivers, count, then sums';
COMMENT ON OPERATOR >= (driver_summary, driver_summary) IS 'by drivers, count, then sums';

CREATE OPERATOR CLASS driver_summary_ops DEFAULT FOR TYPE driver_summary USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 driver_summary_cmp(driver_summary, driver_summary);
CREATE OPERATOR CLASS driver_summary_ops DEFAULT FOR TYPE driver_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 driver_summary_hash(driver_summary),
    FUNCTION 2 driver_summary_hash_extended(driver_summary, bigint);

COMMENT ON OPERATOR CLASS driver_summary_ops USING btree IS 'sorting and uniqueness of driver_summary';
COMMENT ON OPERATOR CLASS driver_summary_ops USING hash IS 'hashing of driver_summary';
COMMENT ON OPERATOR FAMILY driver_summary_ops USING btree IS 'sorting and uniqueness of driver_summary';
COMMENT ON OPERATOR FAMILY driver_summary_ops USING hash IS 'hashing of driver_summary';

-- Building and merging

CREATE FUNCTION driver_summary_accum(driver_summary, outcome float8, drivers float8[]) RETURNS driver_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION driver_summary_accum(driver_summary, float8, float8[]) IS
    'the summary with one more row; errors: 22003 NaN, infinity, or sums out of range, 22023 another number of drivers, 54000 more than 64';

CREATE FUNCTION driver_summary_merge(driver_summary, driver_summary) RETURNS driver_summary
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION driver_summary_merge(driver_summary, driver_summary) IS
    'implementation of + operator; errors: 22023 another number of drivers, 22003 sums out of range';

CREATE OPERATOR + (
    LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_merge, COMMUTATOR = +
);
COMMENT ON OPERATOR + (driver_summary, driver_summary) IS 'the rows of both';

CREATE AGGREGATE driver_agg(outcome float8, drivers float8[]) (
    SFUNC = driver_summary_accum,
    STYPE = driver_summary,
    SSPACE = 512,
    INITCOND = '{count=0}',
    COMBINEFUNC = driver_summary_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE driver_agg(float8, float8[]) IS
    'summary of an outcome and 1 to 64 drivers of it; a row with any NULL is passed over; errors: 22023 arrays of unequal length, 54000 more than 64 drivers, 22003 NaN, infinity, or sums out of range';

CREATE AGGREGATE rollup(driver_summary) (
    SFUNC = driver_summary_merge,
    STYPE = driver_summary,
    SSPACE = 512,
    INITCOND = '{count=0}',
    COMBINEFUNC = driver_summary_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(driver_summary) IS
    'one summary of many: of days, partitions, servers; NULLs are passed over; errors: 22023 unequal numbers of drivers, 22003 sums out of range';

-- Figures

CREATE FUNCTION relative_weights(driver_summary) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION relative_weights(driver_summary) IS
    'Johnson''s relative weights, >= 0, one a driver; they sum to R squared; NULL with no more rows than drivers or an outcome without variance; errors: 22023 a driver without variance, or a linear combination of others';

CREATE FUNCTION relative_importance(driver_summary) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION relative_importance(driver_summary) IS
    'relative weights in percent of their sum; NULL and errors as relative_weights, NULL also where that sum is 0';

CREATE FUNCTION driver_correlations(driver_summary) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION driver_correlations(driver_summary) IS
    'Pearson correlation in [-1,1] of each driver with the outcome, NULL where either has no variance; NULL below two rows';

CREATE FUNCTION r_squared(driver_summary) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION r_squared(driver_summary) IS
    'share in [0,1] of the outcome''s variance that the drivers explain together; NULL and errors as relative_weights';

CREATE FUNCTION driver_table(driver_summary, names text[])
    RETURNS TABLE (driver text, weight float8, percent float8, correlation float8, mean float8)
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 ROWS 8;
COMMENT ON FUNCTION driver_table(driver_summary, text[]) IS
    'a row a driver, in the order of the array: relative weight, its percent, correlation with the outcome, mean; errors: 22023 names NULL or not one a driver, and as relative_weights';
-- Figures of published survey instruments.

-- States of the aggregates below: counts and sums, and the same by channel. They travel between
-- parallel workers and between servers; nobody else needs them.

CREATE TYPE touchpoint_tally;

CREATE FUNCTION touchpoint_tally_in(cstring) RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION touchpoint_tally_out(touchpoint_tally) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION touchpoint_tally_recv(internal) RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION touchpoint_tally_send(touchpoint_tally) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION touchpoint_tally_in(cstring) IS 'text input of touchpoint_tally; errors: 22P02 malformed, 22003 a number out of range';
COMMENT ON FUNCTION touchpoint_tally_out(touchpoint_tally) IS 'text output of touchpoint_tally, lossless under any setting';
COMMENT ON FUNCTION touchpoint_tally_recv(internal) IS 'binary input of touchpoint_tally; errors: 22P03 malformed';
COMMENT ON FUNCTION touchpoint_tally_send(touchpoint_tally) IS 'binary output of touchpoint_tally, big-endian';

CREATE TYPE touchpoint_tally (
    INPUT = touchpoint_tally_in,
    OUTPUT = touchpoint_tally_out,
    RECEIVE = touchpoint_tally_recv,
    SEND = touchpoint_tally_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = plain
);
COMMENT ON TYPE touchpoint_tally IS 'state of aggregates: a few counts, each with a sum';

CREATE FUNCTION touchpoint_tally_merge(touchpoint_tally, touchpoint_tally) RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_tally_merge(touchpoint_tally, touchpoint_tally) IS
    'combine step: counts and sums of both; errors: 22003 a sum out of range';

CREATE TYPE touchpoint_channels;

CREATE FUNCTION touchpoint_channels_in(cstring) RETURNS touchpoint_channels
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION touchpoint_channels_out(touchpoint_channels) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION touchpoint_channels_recv(internal) RETURNS touchpoint_channels
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION touchpoint_channels_send(touchpoint_channels) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION touchpoint_channels_in(cstring) IS 'text input of touchpoint_channels; errors: 22P02 malformed, 22003 a number out of range, 54000 more than 65535 channels';
COMMENT ON FUNCTION touchpoint_channels_out(touchpoint_channels) IS 'text output of touchpoint_channels, lossless under any setting';
COMMENT ON FUNCTION touchpoint_channels_recv(internal) IS 'binary input of touchpoint_channels; errors: 22P03 malformed';
COMMENT ON FUNCTION touchpoint_channels_send(touchpoint_channels) IS 'binary output of touchpoint_channels, big-endian, channels in UTF-8';

CREATE TYPE touchpoint_channels (
    INPUT = touchpoint_channels_in,
    OUTPUT = touchpoint_channels_out,
    RECEIVE = touchpoint_channels_recv,
    SEND = touchpoint_channels_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE touchpoint_channels IS 'state of channel_consistency: a count and a sum of scores by channel';

-- Service gaps

CREATE TYPE service_gap AS (
    knowledge float8,
    standards float8,
    delivery float8,
    communication float8,
    perception float8,
    customer float8
);
COMMENT ON TYPE service_gap IS
    'the gaps model of service quality, on the user''s scale, negative = shortfall: customer = knowledge + standards + delivery + perception; communication explains the expectation';
COMMENT ON COLUMN service_gap.knowledge IS 'understood - expected: does the company know what is expected?';
COMMENT ON COLUMN service_gap.standards IS 'specified - understood: do its standards say what it knows?';
COMMENT ON COLUMN service_gap.delivery IS 'delivered - specified: does it keep its standards?';
COMMENT ON COLUMN service_gap.communication IS 'delivered - promised: does it keep its promises?';
COMMENT ON COLUMN service_gap.perception IS 'perceived - delivered: does the customer see what was delivered?';
COMMENT ON COLUMN service_gap.customer IS 'perceived - expected: the gap that the customer feels';

CREATE TYPE service_gap_means AS (
    knowledge float8,
    standards float8,
    delivery float8,
    communication float8,
    perception float8,
    customer float8,
    n_expected bigint,
    n_understood bigint,
    n_specified bigint,
    n_delivered bigint,
    n_promised bigint,
    n_perceived bigint
);
COMMENT ON TYPE service_gap_means IS
    'the gaps model of service quality between the means of six measures, and how many answers each mean rests on';
COMMENT ON COLUMN service_gap_means.knowledge IS 'mean understood - mean expected';
COMMENT ON COLUMN service_gap_means.standards IS 'mean specified - mean understood';
COMMENT ON COLUMN service_gap_means.delivery IS 'mean delivered - mean specified';
COMMENT ON COLUMN service_gap_means.communication IS 'mean delivered - mean promised';
COMMENT ON COLUMN service_gap_means.perception IS 'mean perceived - mean delivered';
COMMENT ON COLUMN service_gap_means.customer IS 'mean perceived - mean expected';
COMMENT ON COLUMN service_gap_means.n_expected IS 'answers on what was expected';
COMMENT ON COLUMN service_gap_means.n_understood IS 'answers on what the company takes to be expected';
COMMENT ON COLUMN service_gap_means.n_specified IS 'answers on what its standards specify';
COMMENT ON COLUMN service_gap_means.n_delivered IS 'answers on what was delivered';
COMMENT ON COLUMN service_gap_means.n_promised IS 'answers on what was promised';
COMMENT ON COLUMN service_gap_means.n_perceived IS 'answers on what was perceived';

CREATE FUNCTION service_gaps(expected float8, understood float8, specified float8, delivered float8, promised float8, perceived float8)
    RETURNS service_gap
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION service_gaps(float8, float8, float8, float8, float8, float8) IS
    'the gaps of one service; a gap is NULL where either of its measures is; errors: 22003 NaN, infinity or overflow';

CREATE FUNCTION service_gap_accum(touchpoint_tally, expected float8, understood float8, specified float8, delivered float8, promised float8, perceived float8)
    RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION service_gap_accum(touchpoint_tally, float8, float8, float8, float8, float8, float8) IS
    'step of service_gap_agg; errors: 22003 NaN, infinity or overflow';
CREATE FUNCTION service_gap_final(touchpoint_tally) RETURNS service_gap_means
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION service_gap_final(touchpoint_tally) IS 'result of service_gap_agg';

CREATE AGGREGATE service_gap_agg(expected float8, understood float8, specified float8, delivered float8, promised float8, perceived float8) (
    SFUNC = service_gap_accum,
    STYPE = touchpoint_tally,
    SSPACE = 192,
    INITCOND = '{0, 0, 0, 0, 0, 0}',
    FINALFUNC = service_gap_final,
    COMBINEFUNC = touchpoint_tally_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_gap_agg(float8, float8, float8, float8, float8, float8) IS
    'gaps between the means of each measure''s own answers, since customers, managers, standards and audits seldom share a row; errors: 22003 NaN, infinity or overflow';

-- Zone of tolerance

CREATE TYPE touchpoint_tolerance AS (
    adequacy float8,
    superiority float8,
    width float8,
    verdict text
);
COMMENT ON TYPE touchpoint_tolerance IS 'where a service lies against the zone of tolerance';
COMMENT ON COLUMN touchpoint_tolerance.adequacy IS 'perceived - adequate';
COMMENT ON COLUMN touchpoint_tolerance.superiority IS 'perceived - desired';
COMMENT ON COLUMN touchpoint_tolerance.width IS 'desired - adequate, >= 0';
COMMENT ON COLUMN touchpoint_tolerance.verdict IS 'below, within (both ends included) or above';

CREATE FUNCTION tolerance_zone(adequate float8, desired float8, perceived float8) RETURNS touchpoint_tolerance
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION tolerance_zone(float8, float8, float8) IS
    'zone of tolerance between the least adequate and the desired level; a field is NULL where a level it needs is; errors: 22023 desired below adequate, 22003 NaN or infinity';

-- SERVQUAL index

CREATE FUNCTION servqual_accum(touchpoint_tally, gap float8, weight float8) RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION servqual_accum(touchpoint_tally, float8, float8) IS
    'step of servqual_index; errors: 22023 a negative weight, 22003 NaN, infinity or overflow';
CREATE FUNCTION servqual_final(touchpoint_tally) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION servqual_final(touchpoint_tally) IS 'result of servqual_index';

CREATE AGGREGATE servqual_index(gap float8, weight float8) (
    SFUNC = servqual_accum,
    STYPE = touchpoint_tally,
    SSPACE = 96,
    INITCOND = '{0, 0}',
    FINALFUNC = servqual_final,
    COMBINEFUNC = touchpoint_tally_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE servqual_index(float8, float8) IS
    'weighted mean of gaps, sum(weight * gap) / sum(weight), weights on any scale >= 0; a NULL gap drops out with its weight, a NULL weight with its gap; NULL where the weights sum to 0; errors: 22023 a negative weight, 22003 NaN, infinity or overflow';

-- Importance and performance

CREATE FUNCTION ipa_quadrant(importance float8, performance float8, importance_cut float8, performance_cut float8)
    RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ipa_quadrant(float8, float8, float8, float8) IS
    'quadrant of importance and performance: concentrate here, keep up the good work, low priority or possible overkill; on the line is high; errors: 22003 NaN or infinity';

CREATE FUNCTION ipa_quadrant(importance float8, performance float8) RETURNS text
    AS 'MODULE_PATHNAME', 'ipa_quadrant_window' LANGUAGE C WINDOW IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION ipa_quadrant(float8, float8) IS
    'window function: quadrant of importance and performance, cut at the means of the whole partition''s rows that have both; NULL for a row without both; errors: 22003 NaN or infinity';

-- Net promoter score

CREATE FUNCTION nps_accum(touchpoint_tally, score float8) RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_accum(touchpoint_tally, float8) IS
    'step of nps; errors: 22023 a score outside [0,10], 22003 NaN or infinity';
CREATE FUNCTION nps_final(touchpoint_tally) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_final(touchpoint_tally) IS 'result of nps';

CREATE AGGREGATE nps(score float8) (
    SFUNC = nps_accum,
    STYPE = touchpoint_tally,
    SSPACE = 128,
    INITCOND = '{0, 0, 0}',
    FINALFUNC = nps_final,
    COMBINEFUNC = touchpoint_tally_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(float8) IS
    'net promoter score in [-100,100]: percent of scores from 9 less percent up to 6, on 0 to 10; NULLs are passed over, NULL without scores; errors: 22023 a score outside [0,10], 22003 NaN or infinity';

-- Customer satisfaction score

CREATE FUNCTION csat_accum(touchpoint_tally, score float8, satisfied_from float8) RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION csat_accum(touchpoint_tally, float8, float8) IS
    'step of csat; errors: 22023 satisfied_from NULL or changing, 22003 NaN or infinity';
CREATE FUNCTION csat_merge(touchpoint_tally, touchpoint_tally) RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_merge(touchpoint_tally, touchpoint_tally) IS
    'combine step of csat; errors: 22023 satisfied_from changing';
CREATE FUNCTION csat_final(touchpoint_tally) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_final(touchpoint_tally) IS 'result of csat';

CREATE AGGREGATE csat(score float8, satisfied_from float8) (
    SFUNC = csat_accum,
    STYPE = touchpoint_tally,
    SSPACE = 128,
    INITCOND = '{0, 0, 0}',
    FINALFUNC = csat_final,
    COMBINEFUNC = csat_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(float8, float8) IS
    'customer satisfaction score in [0,100]: percent of scores >= satisfied_from; NULL scores are passed over, NULL without scores; errors: 22023 satisfied_from NULL or changing within a group, 22003 NaN or infinity';

-- Kano

CREATE TYPE touchpoint_kano AS (
    category text,
    better float8,
    worse float8,
    m bigint,
    o bigint,
    a bigint,
    i bigint,
    r bigint,
    q bigint
);
COMMENT ON TYPE touchpoint_kano IS 'what a feature is to customers, after Kano';
COMMENT ON COLUMN touchpoint_kano.category IS 'the most frequent category, of equals the first of M, O, A, I, R, Q';
COMMENT ON COLUMN touchpoint_kano.better IS '(A + O) / (A + O + M + I), in [0,1]: what having it can win';
COMMENT ON COLUMN touchpoint_kano.worse IS '-(O + M) / (A + O + M + I), in [-1,0]: what lacking it can lose';
COMMENT ON COLUMN touchpoint_kano.m IS 'answers: must-be';
COMMENT ON COLUMN touchpoint_kano.o IS 'answers: one-dimensional';
COMMENT ON COLUMN touchpoint_kano.a IS 'answers: attractive';
COMMENT ON COLUMN touchpoint_kano.i IS 'answers: indifferent';
COMMENT ON COLUMN touchpoint_kano.r IS 'answers: reverse';
COMMENT ON COLUMN touchpoint_kano.q IS 'answers: questionable';

CREATE FUNCTION kano_accum(touchpoint_tally, functional text, dysfunctional text) RETURNS touchpoint_tally
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kano_accum(touchpoint_tally, text, text) IS
    'step of kano_agg; errors: 22023 an unknown answer';
CREATE FUNCTION kano_final(touchpoint_tally) RETURNS touchpoint_kano
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kano_final(touchpoint_tally) IS 'result of kano_agg';

CREATE AGGREGATE kano_agg(functional text, dysfunctional text) (
    SFUNC = kano_accum,
    STYPE = touchpoint_tally,
    SSPACE = 192,
    INITCOND = '{0, 0, 0, 0, 0, 0}',
    FINALFUNC = kano_final,
    COMBINEFUNC = touchpoint_tally_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE kano_agg(text, text) IS
    'Kano category of a feature from answers to having it (functional) and lacking it (dysfunctional): like, expect, neutral, accept, dislike in any case of letters; a row with either NULL is passed over; errors: 22023 an unknown answer';

-- Consistency of channels

CREATE FUNCTION channel_consistency_accum(touchpoint_channels, channel text, score float8) RETURNS touchpoint_channels
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION channel_consistency_accum(touchpoint_channels, text, float8) IS
    'step of channel_consistency; errors: 22003 NaN, infinity or overflow, 54000 more than 65535 channels';
CREATE FUNCTION channel_consistency_merge(touchpoint_channels, touchpoint_channels) RETURNS touchpoint_channels
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION channel_consistency_merge(touchpoint_channels, touchpoint_channels) IS
    'combine step of channel_consistency; errors: 22003 a sum out of range, 54000 more than 65535 channels';
CREATE FUNCTION channel_consistency_final(touchpoint_channels) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION channel_consistency_final(touchpoint_channels) IS 'result of channel_consistency';

CREATE AGGREGATE channel_consistency(channel text, score float8) (
    SFUNC = channel_consistency_accum,
    STYPE = touchpoint_channels,
    SSPACE = 512,
    INITCOND = '{0}',
    FINALFUNC = channel_consistency_final,
    COMBINEFUNC = channel_consistency_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE channel_consistency(text, float8) IS
    'level of experience across channels, in [0,1]: 1 less the share of the scores'' variance that lies between channels (eta squared); 1 = the same in every channel; a row with either NULL is passed over; NULL without variance; errors: 22003 NaN, infinity or overflow, 54000 more than 65535 channels';

-- Channels: ranking, fronts, weights, budgets. Window functions see their whole partition, whatever
-- the frame and, but for equal points on the frontier of cost_effectiveness, the order.

CREATE FUNCTION topsis(criteria float8[], weights float8[], directions text[]) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION topsis(float8[], float8[], text[]) IS
'window: closeness to the ideal row, 0 to 1 (TOPSIS, vector normalisation), over the partition; directions min or max for each criterion, weights any scale; NULL for a row that lacks a criterion, or where rows do not differ; 22023 on bad weights or directions, or criteria of another length; 22003 on NaN or infinity';

CREATE FUNCTION channel_score(cost float8, efficiency float8, ease float8,
                              convenience float8 DEFAULT NULL, weights float8[] DEFAULT NULL)
    RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION channel_score(float8, float8, float8, float8, float8[]) IS
'window: TOPSIS closeness, 0 to 1, on low cost, high efficiency, ease and convenience; convenience is not used where NULL on every row of the partition; weights one for each criterion used, NULL is equal; NULL for a row that lacks a criterion, or where rows do not differ; 22023 on bad weights, 22003 on NaN or infinity';

CREATE FUNCTION channel_rank(cost float8, efficiency float8, ease float8,
                             convenience float8 DEFAULT NULL, weights float8[] DEFAULT NULL)
    RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION channel_rank(float8, float8, float8, float8, float8[]) IS
'window: competition rank of channel_score, 1 is best, ties share; rows that lack a criterion share the last rank; errors as channel_score';

CREATE FUNCTION pareto_efficient(criteria float8[], directions text[]) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION pareto_efficient(float8[], text[]) IS
'window: is no other row of the partition at least as good in every criterion and better in one? directions min or max for each criterion; NULL for a row that lacks a criterion; 22023 on bad directions or criteria of another length, 22003 on NaN or infinity';

CREATE FUNCTION entropy_weights(criteria float8[]) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION entropy_weights(float8[]) IS
'window: objective weights of the criteria, adding up to 1, the same on each row of the partition that has all criteria, NULL on others; a constant criterion weighs 0, all weigh alike where none tells rows apart; 22023 on a negative criterion or criteria of another length, 22003 on NaN or infinity';

CREATE TYPE touchpoint_frontier AS (
    status text, incremental_cost float8, incremental_effect float8, icer float8);
COMMENT ON TYPE touchpoint_frontier IS
'place on the efficiency frontier: status efficient, dominated or extendedly dominated; what an efficient row costs and brings more than the efficient row before it, and cost over effect; these are NULL for the cheapest efficient row and for dominated ones';

CREATE FUNCTION cost_effectiveness(cost float8, effect float8) RETURNS touchpoint_frontier
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cost_effectiveness(float8, float8) IS
'window: the row''s place on the efficiency frontier of the partition; of rows with the same cost and effect the first in the order of the window stays, the others are dominated; NULL for a row that lacks either; 22003 on NaN or infinity, or an increment out of range';

CREATE FUNCTION optimal_spend(budget float8, ceiling float8, half_spend float8) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION optimal_spend(float8, float8, float8) IS
'window: the row''s part of the budget, in its unit, where channels bring ceiling * x / (half_spend + x) and the total is to be greatest; adds up to the budget over the partition, or is 0 everywhere where every ceiling is 0; NULL for a row that lacks ceiling or half_spend; 22023 on a NULL, changing or negative budget, a negative ceiling or a half_spend not above 0; 22003 on NaN or infinity';

CREATE FUNCTION ahp_weights(float8[]) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ahp_weights(float8[]) IS
'weights of criteria, adding up to 1, from a matrix of pairwise comparisons (AHP, principal eigenvector); 22023 unless it is square, positive and reciprocal to 1 %; 22003 on NaN or infinity';

CREATE FUNCTION ahp_consistency(float8[]) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ahp_consistency(float8[]) IS
'consistency ratio of a matrix of pairwise comparisons: 0 is consistent, above 0.1 asks for another look; errors as ahp_weights';

CREATE FUNCTION cost_per(cost float8, n float8) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cost_per(float8, float8) IS
'cost / n, in money for one; NULL where n is 0; 22003 on NaN, infinity or overflow';

CREATE FUNCTION cpm(cost float8, impressions float8) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cpm(float8, float8) IS
'cost of a thousand impressions; NULL where there are none; 22003 on NaN, infinity or overflow';

CREATE FUNCTION roas(value float8, cost float8) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION roas(float8, float8) IS
'return on advertising spend, value / cost; NULL where cost is 0; 22003 on NaN, infinity or overflow';

CREATE FUNCTION roi(value float8, cost float8) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION roi(float8, float8) IS
'return on investment, (value - cost) / cost; NULL where cost is 0; 22003 on NaN, infinity or overflow';

CREATE FUNCTION channel_costs(journey)
    RETURNS TABLE(channel text, contacts bigint, cost float8, value float8, seconds float8)
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 4;
COMMENT ON FUNCTION channel_costs(journey) IS
'contacts, total cost, value and seconds of each channel in a journey; channel is NULL for contacts without one, a total where no contact knows it; 22003 when a total is out of range';

-- Media and audience.

CREATE TYPE touchpoint_media_fit AS (
    relation text, target bigint, audience bigint, overlap bigint,
    coverage float8, composition float8, jaccard float8, affinity_index float8);
COMMENT ON TYPE touchpoint_media_fit IS
'fit of a medium''s audience to a target: relation disjoint, partial, medium_within_target, target_within_medium or identical; people in each and in both; overlap / target, overlap / audience, overlap / either, each 0 to 1, and 100 * composition / share of the target in all; NULL where the denominator is 0';

CREATE FUNCTION media_fit_add(bigint[], boolean, boolean) RETURNS bigint[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION media_fit_add(bigint[], boolean, boolean) IS
'transition of media_fit_agg: counts in both, in the target only, in the audience only, in neither; 22023 on another state';

CREATE FUNCTION media_fit_merge(bigint[], bigint[]) RETURNS bigint[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION media_fit_merge(bigint[], bigint[]) IS
'combination of two states of media_fit_agg; 22023 on another state';

CREATE FUNCTION media_fit_result(bigint[]) RETURNS touchpoint_media_fit
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION media_fit_result(bigint[]) IS
'result of media_fit_agg from its state; NULL where nobody was counted; 22023 on another state';

CREATE AGGREGATE media_fit_agg(in_target boolean, in_audience boolean) (
    SFUNC = media_fit_add, STYPE = bigint[], INITCOND = '{0,0,0,0}',
    FINALFUNC = media_fit_result, COMBINEFUNC = media_fit_merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE media_fit_agg(boolean, boolean) IS
'does the medium''s audience meet the target? over the universe, a person a row; rows with NULL in either are passed over; NULL without rows';

CREATE FUNCTION reach(ratings float8[]) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION reach(float8[]) IS
'share of the audience, 0 to 1, that meets at least one of vehicles with these ratings, taken as independent (Sainsbury); NULL if an element is; 22023 for a rating outside 0 to 1, 22003 on NaN or infinity';

CREATE FUNCTION frequency_distribution(rating float8, insertions integer,
                                       duplication float8 DEFAULT NULL) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION frequency_distribution(float8, integer, float8) IS
'shares of the audience, adding up to 1, that meet 0, 1, ... of the insertions; element 1 is no exposure; binomial where duplication is NULL or 0, else beta-binomial with it as the correlation between two insertions, 0 to 1; 22023 for a share outside 0 to 1 or negative insertions, 54000 for more than a million, 22003 on NaN or infinity';

CREATE FUNCTION effective_reach(float8[], at_least integer DEFAULT 3) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION effective_reach(float8[], integer) IS
'share of the audience, 0 to 1, that meets at_least insertions, from a frequency_distribution; NULL if an element is; 22023 for negative at_least or an element outside 0 to 1, 22003 on NaN or infinity';
-- Funnels: how far journeys get along a list of steps, and why they stop.

CREATE TYPE touchpoint_funnel AS (
    reached integer, step_times timestamptz[], positions integer[], outcome text, stop_reason text
);
COMMENT ON TYPE touchpoint_funnel IS
    'a journey in a funnel: steps reached (0 = never entered), times and positions (from 1) of the winning chain, outcome converted, dropped, exited or open, stop reason complete, exit, order, repeat, window or no such contact';

CREATE TYPE touchpoint_funnel_step AS (
    step integer, touchpoint text, entered bigint, converted bigint, drop_off bigint,
    step_conversion float8, overall_conversion float8, median_time interval
);
COMMENT ON TYPE touchpoint_funnel_step IS
    'a step of many journeys'' funnel: entered = journeys that reached it, converted = those of them that reached the next (at the last step: all), drop_off = entered - converted, step_conversion = converted / entered, overall_conversion = entered / entered of step 1, median_time from the step before, within 1 %';

CREATE FUNCTION window_funnel(journey, steps text[], within interval, modes text[] DEFAULT '{}') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_window_funnel' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION window_funnel(journey, steps text[], within interval, modes text[]) IS
    'number of steps (globs, in order) that the longest chain reaches within the window, inclusive; 0 = never entered; modes strict_order, strict_deduplication, strict_increase, strict_once; 22023 for NULL settings, no steps or more than 64, a window of zero or less or with months, an unknown mode; 22P02 for a malformed glob';

CREATE FUNCTION funnel(journey, steps text[], within interval, modes text[] DEFAULT '{}', as_of timestamptz DEFAULT NULL, exits text[] DEFAULT '{}') RETURNS touchpoint_funnel
AS 'MODULE_PATHNAME', 'journey_funnel' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel(journey, steps text[], within interval, modes text[], as_of timestamptz, exits text[]) IS
    'the winning chain (longest, then earliest start, then earliest end) and why it stopped; exits are globs of contacts that take no step and end a chain; open = not stopped and the window still runs at as_of; errors as window_funnel';

CREATE FUNCTION reaches_step(journey, steps text[], within interval, step integer DEFAULT 1, modes text[] DEFAULT '{}') RETURNS boolean
AS 'MODULE_PATHNAME', 'journey_reaches_step' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION reaches_step(journey, steps text[], within interval, step integer, modes text[]) IS
    'does window_funnel reach this step, from 1? Uses a GIN index on the journey; errors as window_funnel, and 22023 for a step that is not there';

-- What many journeys did: the state of funnel_agg.

CREATE TYPE funnel_summary;

CREATE FUNCTION funnel_summary_in(cstring) RETURNS funnel_summary AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_in(cstring) IS 'funnel_summary of its text form; 22P02 when malformed';

CREATE FUNCTION funnel_summary_out(funnel_summary) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_out(funnel_summary) IS 'text form, lossless and the same under every setting';

CREATE FUNCTION funnel_summary_recv(internal) RETURNS funnel_summary AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_recv(internal) IS 'funnel_summary of its binary form; 22P03 when malformed';

CREATE FUNCTION funnel_summary_send(funnel_summary) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_send(funnel_summary) IS 'binary form: a version and the text form in UTF-8';

CREATE TYPE funnel_summary (
    INPUT = funnel_summary_in, OUTPUT = funnel_summary_out, RECEIVE = funnel_summary_recv, SEND = funnel_summary_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain
);
COMMENT ON TYPE funnel_summary IS 'state of funnel_agg: journeys that reached each step of one funnel and a histogram of the times between; {} is neutral';

CREATE FUNCTION funnel_summary_combine(funnel_summary, funnel_summary) RETURNS funnel_summary
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_combine(funnel_summary, funnel_summary) IS 'combine function of funnel_agg; 22023 for summaries of different funnels';

CREATE FUNCTION funnel_summary_steps(funnel_summary) RETURNS touchpoint_funnel_step[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION funnel_summary_steps(funnel_summary) IS 'final function of funnel_agg; NULL for {}';

CREATE FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval) RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_journey' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval) IS 'transition function of funnel_agg';
CREATE AGGREGATE funnel_agg(journey, steps text[], within interval) (
    SFUNC = funnel_summary_journey, STYPE = funnel_summary, SSPACE = 512, INITCOND = '{}', FINALFUNC = funnel_summary_steps,
    COMBINEFUNC = funnel_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_agg(journey, steps text[], within interval) IS
    'a row a step of all journeys in one funnel, cumulative: unnest() it; NULL journeys are passed over, no rows give NULL; 22023 for settings that differ within a group; other errors as window_funnel';

CREATE FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval, text[], text[]) RETURNS funnel_summary
AS 'MODULE_PATHNAME', 'funnel_summary_journey' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 40;
COMMENT ON FUNCTION funnel_summary_journey(funnel_summary, journey, text[], interval, text[], text[]) IS 'transition function of funnel_agg';
CREATE AGGREGATE funnel_agg(journey, steps text[], within interval, modes text[], exits text[]) (
    SFUNC = funnel_summary_journey, STYPE = funnel_summary, SSPACE = 512, INITCOND = '{}', FINALFUNC = funnel_summary_steps,
    COMBINEFUNC = funnel_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_agg(journey, steps text[], within interval, modes text[], exits text[]) IS
    'a row a step of all journeys in one funnel with modes and exits as funnel() takes them, cumulative: unnest() it; NULL journeys are passed over, no rows give NULL; 22023 for settings that differ within a group; other errors as window_funnel';

-- Over plain rows: one group is one customer, rows come in any order.

CREATE FUNCTION window_funnel_row(internal, interval, timestamptz, VARIADIC boolean[]) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION window_funnel_row(internal, interval, timestamptz, boolean[]) IS 'transition function of window_funnel';

CREATE FUNCTION window_funnel_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION window_funnel_combine(internal, internal) IS 'combine function of window_funnel';

CREATE FUNCTION window_funnel_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION window_funnel_serialize(internal) IS 'serial function of window_funnel';

CREATE FUNCTION window_funnel_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION window_funnel_deserialize(bytea, internal) IS 'deserial function of window_funnel';

CREATE FUNCTION window_funnel_final(internal) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION window_funnel_final(internal) IS 'final function of window_funnel';

CREATE AGGREGATE window_funnel(within interval, at timestamptz, VARIADIC conditions boolean[]) (
    SFUNC = window_funnel_row, STYPE = internal, SSPACE = 160, FINALFUNC = window_funnel_final,
    COMBINEFUNC = window_funnel_combine, SERIALFUNC = window_funnel_serialize, DESERIALFUNC = window_funnel_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE window_funnel(within interval, at timestamptz, VARIADIC conditions boolean[]) IS
    'number of conditions, in order, that rows of one group reach within the window, inclusive; rows come in any order, equal times sort by the lowest condition; NULL is not met; rows without time are passed over, none other give NULL; 22023 for a window of zero or less or with months, more than 64 conditions, and settings that differ within a group; 22003 for infinite times';
-- Patterns of contacts.

CREATE TYPE journey_pattern;

CREATE FUNCTION journey_pattern_in(cstring) RETURNS journey_pattern AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_in(cstring) IS 'journey_pattern of its text form; 42601 when malformed, 54000 past 10,000 steps with repetitions written out';

CREATE FUNCTION journey_pattern_out(journey_pattern) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_out(journey_pattern) IS 'canonical text form, the same under every setting';

CREATE FUNCTION journey_pattern_recv(internal) RETURNS journey_pattern AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_recv(internal) IS 'journey_pattern of its binary form; 22P03 when malformed';

CREATE FUNCTION journey_pattern_send(journey_pattern) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_send(journey_pattern) IS 'binary form: a version and the canonical text in UTF-8';

CREATE TYPE journey_pattern (
    INPUT = journey_pattern_in, OUTPUT = journey_pattern_out, RECEIVE = journey_pattern_recv, SEND = journey_pattern_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended
);
COMMENT ON TYPE journey_pattern IS 'contacts in order, such as web/cart -[<= 7 days, !support/*]-> */purchase: -> later, => the very next, limits of time and exclusions in brackets, ^ $ first and last contact, ( | ), + ? {m,n}, conditions such as [score < 3]';

-- Order: by text, bytewise

CREATE FUNCTION journey_pattern_eq(journey_pattern, journey_pattern) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_eq(journey_pattern, journey_pattern) IS 'implementation of = operator';
CREATE OPERATOR = (
    LEFTARG = journey_pattern, RIGHTARG = journey_pattern, FUNCTION = journey_pattern_eq, COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (journey_pattern, journey_pattern) IS 'equal';

CREATE FUNCTION journey_pattern_ne(journey_pattern, journey_pattern) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_ne(journey_pattern, journey_pattern) IS 'implementation of <> operator';
CREATE OPERATOR <> (
    LEFTARG = journey_pattern, RIGHTARG = journey_pattern, FUNCTION = journey_pattern_ne, COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (journey_pattern, journey_pattern) IS 'not equal';

CREATE FUNCTION journey_pattern_lt(journey_pattern, journey_pattern) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_lt(journey_pattern, journey_pattern) IS 'implementation of < operator';
CREATE OPERATOR < (
    LEFTARG = journey_pattern, RIGHTARG = journey_pattern, FUNCTION = journey_pattern_lt, COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (journey_pattern, journey_pattern) IS 'less than';

CREATE FUNCTION journey_pattern_le(journey_pattern, journey_pattern) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_le(journey_pattern, journey_pattern) IS 'implementation of <= operator';
CREATE OPERATOR <= (
    LEFTARG = journey_pattern, RIGHTARG = journey_pattern, FUNCTION = journey_pattern_le, COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (journey_pattern, journey_pattern) IS 'less than or equal';

CREATE FUNCTION journey_pattern_gt(journey_pattern, journey_pattern) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_gt(journey_pattern, journey_pattern) IS 'implementation of > operator';
CREATE OPERATOR > (
    LEFTARG = journey_pattern, RIGHTARG = journey_pattern, FUNCTION = journey_pattern_gt, COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (journey_pattern, journey_pattern) IS 'greater than';

CREATE FUNCTION journey_pattern_ge(journey_pattern, journey_pattern) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_ge(journey_pattern, journey_pattern) IS 'implementation of >= operator';
CREATE OPERATOR >= (
    LEFTARG = journey_pattern, RIGHTARG = journey_pattern, FUNCTION = journey_pattern_ge, COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (journey_pattern, journey_pattern) IS 'greater than or equal';

CREATE FUNCTION journey_pattern_cmp(journey_pattern, journey_pattern) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_cmp(journey_pattern, journey_pattern) IS '-1, 0 or 1: by text, bytewise';
CREATE FUNCTION journey_pattern_hash(journey_pattern) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_hash(journey_pattern) IS 'hash of 32 bits';
CREATE FUNCTION journey_pattern_hash_extended(journey_pattern, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_pattern_hash_extended(journey_pattern, bigint) IS 'hash of 64 bits with a seed';

CREATE OPERATOR CLASS journey_pattern_ops DEFAULT FOR TYPE journey_pattern USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 journey_pattern_cmp(journey_pattern, journey_pattern);
COMMENT ON OPERATOR CLASS journey_pattern_ops USING btree IS 'order of journey_pattern';
COMMENT ON OPERATOR FAMILY journey_pattern_ops USING btree IS 'order of journey_pattern';
CREATE OPERATOR CLASS journey_pattern_ops DEFAULT FOR TYPE journey_pattern USING hash AS
    OPERATOR 1 =, FUNCTION 1 journey_pattern_hash(journey_pattern), FUNCTION 2 journey_pattern_hash_extended(journey_pattern, bigint);
COMMENT ON OPERATOR CLASS journey_pattern_ops USING hash IS 'equality of journey_pattern';
COMMENT ON OPERATOR FAMILY journey_pattern_ops USING hash IS 'equality of journey_pattern';

-- Matching

CREATE FUNCTION journey_matches(journey, journey_pattern) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;
COMMENT ON FUNCTION journey_matches(journey, journey_pattern) IS
    'implementation of ~ operator; 54000 where limits of time make it keep too much';

CREATE OPERATOR ~ (
    LEFTARG = journey, RIGHTARG = journey_pattern, FUNCTION = journey_matches,
    RESTRICT = matchingsel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR ~ (journey, journey_pattern) IS
    'does some run of contacts match the pattern? Time grows with contacts times pattern, whatever the pattern';

CREATE FUNCTION match_count(journey, journey_pattern) RETURNS integer
AS 'MODULE_PATHNAME', 'journey_match_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION match_count(journey, journey_pattern) IS
    'number of matches: leftmost start, its earliest end, not overlapping; 54000 as for ~';

CREATE FUNCTION matches(journey, journey_pattern) RETURNS SETOF journey
AS 'MODULE_PATHNAME', 'journey_match_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 2;
COMMENT ON FUNCTION matches(journey, journey_pattern) IS
    'the matches in order, each a journey from its first contact to its last with all between; 54000 as for ~';

CREATE FUNCTION first_match(journey, journey_pattern) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_first_match' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION first_match(journey, journey_pattern) IS
    'the first of matches(); NULL where nothing matches; 54000 as for ~';
-- An index on journeys, and what the planner knows of them.

CREATE FUNCTION journey_typanalyze(internal) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_typanalyze(internal) IS
    'ANALYZE of journeys: the most common touchpoints and channels, by the statistics target of the column';
ALTER TYPE journey SET (ANALYZE = journey_typanalyze);

CREATE FUNCTION journey_contains_sel(internal, oid, internal, integer) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_contains_sel(internal, oid, internal, integer) IS 'restriction selectivity of journey @> touchpoint[]';
ALTER OPERATOR @> (journey, touchpoint[]) SET (RESTRICT = journey_contains_sel);

CREATE FUNCTION journey_overlaps_sel(internal, oid, internal, integer) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_overlaps_sel(internal, oid, internal, integer) IS 'restriction selectivity of journey && touchpoint[]';
ALTER OPERATOR && (journey, touchpoint[]) SET (RESTRICT = journey_overlaps_sel);

CREATE FUNCTION journey_matches_sel(internal, oid, internal, integer) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_matches_sel(internal, oid, internal, integer) IS 'restriction selectivity of journey ~ journey_pattern';
ALTER OPERATOR ~ (journey, journey_pattern) SET (RESTRICT = journey_matches_sel);

CREATE FUNCTION journey_gin_keys(journey, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_keys(journey, internal) IS 'GIN keys of a journey: the touchpoints it passes through';

CREATE FUNCTION journey_gin_query(journey, internal, smallint, internal, internal, internal, internal) RETURNS internal
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_query(journey, internal, smallint, internal, internal, internal, internal) IS 'GIN keys of what is asked of a journey';

CREATE FUNCTION journey_gin_consistent(internal, smallint, journey, integer, internal, internal, internal, internal) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_consistent(internal, smallint, journey, integer, internal, internal, internal, internal) IS 'GIN consistent function of journeys';

CREATE FUNCTION journey_gin_compare_partial(touchpoint, touchpoint, smallint, internal) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_compare_partial(touchpoint, touchpoint, smallint, internal) IS 'does a GIN key match a glob?';

CREATE FUNCTION journey_gin_triconsistent(internal, smallint, journey, integer, internal, internal, internal) RETURNS "char"
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_gin_triconsistent(internal, smallint, journey, integer, internal, internal, internal) IS 'GIN ternary consistent function of journeys';

CREATE OPERATOR CLASS journey_gin_ops DEFAULT FOR TYPE journey USING gin AS
    OPERATOR 1 @> (journey, touchpoint[]),
    OPERATOR 2 && (journey, touchpoint[]),
    OPERATOR 3 ~ (journey, journey_pattern),
    FUNCTION 1 touchpoint_cmp(touchpoint, touchpoint),
    FUNCTION 2 journey_gin_keys(journey, internal),
    FUNCTION 3 journey_gin_query(journey, internal, smallint, internal, internal, internal, internal),
    FUNCTION 4 journey_gin_consistent(internal, smallint, journey, integer, internal, internal, internal, internal),
    FUNCTION 5 journey_gin_compare_partial(touchpoint, touchpoint, smallint, internal),
    FUNCTION 6 journey_gin_triconsistent(internal, smallint, journey, integer, internal, internal, internal),
    STORAGE touchpoint;
COMMENT ON OPERATOR CLASS journey_gin_ops USING gin IS
    'touchpoints that journeys pass through: for @>, &&, ~ and reaches_step()';
COMMENT ON OPERATOR FAMILY journey_gin_ops USING gin IS
    'touchpoints that journeys pass through: for @>, &&, ~ and reaches_step()';

CREATE FUNCTION reaches_step_support(internal) RETURNS internal
AS 'MODULE_PATHNAME', 'journey_reaches_step_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION reaches_step_support(internal) IS
    'planner support for reaches_step(): its steps as index conditions, and how many journeys pass through them';
ALTER FUNCTION reaches_step(journey, text[], interval, integer, text[]) SUPPORT reaches_step_support;
-- Flows: what follows what, how often and how soon.

CREATE TYPE journey_flow;

CREATE FUNCTION journey_flow_in(cstring) RETURNS journey_flow AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_in(cstring) IS 'journey_flow of its text form; 22P02 when malformed';

CREATE FUNCTION journey_flow_out(journey_flow) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_out(journey_flow) IS 'text form, lossless under any setting';

CREATE FUNCTION journey_flow_recv(internal) RETURNS journey_flow AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_recv(internal) IS 'journey_flow of its binary form; 22P03 when malformed';

CREATE FUNCTION journey_flow_send(journey_flow) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_send(journey_flow) IS 'binary form: big-endian, text in UTF-8';

CREATE TYPE journey_flow (
    INPUT = journey_flow_in, OUTPUT = journey_flow_out, RECEIVE = journey_flow_recv, SEND = journey_flow_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended
);
COMMENT ON TYPE journey_flow IS
    'transitions of many journeys between touchpoints, channels, labels or stages, with counts and times; merge with + or rollup';

-- Order: settings, size, bytes: for sorting, no judgement

CREATE FUNCTION journey_flow_eq(journey_flow, journey_flow) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_eq(journey_flow, journey_flow) IS 'implementation of = operator';
CREATE OPERATOR = (
    LEFTARG = journey_flow, RIGHTARG = journey_flow, FUNCTION = journey_flow_eq, COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (journey_flow, journey_flow) IS 'equal';

CREATE FUNCTION journey_flow_ne(journey_flow, journey_flow) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_ne(journey_flow, journey_flow) IS 'implementation of <> operator';
CREATE OPERATOR <> (
    LEFTARG = journey_flow, RIGHTARG = journey_flow, FUNCTION = journey_flow_ne, COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (journey_flow, journey_flow) IS 'not equal';

CREATE FUNCTION journey_flow_lt(journey_flow, journey_flow) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_lt(journey_flow, journey_flow) IS 'implementation of < operator';
CREATE OPERATOR < (
    LEFTARG = journey_flow, RIGHTARG = journey_flow, FUNCTION = journey_flow_lt, COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (journey_flow, journey_flow) IS 'less than';

CREATE FUNCTION journey_flow_le(journey_flow, journey_flow) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_le(journey_flow, journey_flow) IS 'implementation of <= operator';
CREATE OPERATOR <= (
    LEFTARG = journey_flow, RIGHTARG = journey_flow, FUNCTION = journey_flow_le, COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (journey_flow, journey_flow) IS 'less than or equal';

CREATE FUNCTION journey_flow_gt(journey_flow, journey_flow) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_gt(journey_flow, journey_flow) IS 'implementation of > operator';
CREATE OPERATOR > (
    LEFTARG = journey_flow, RIGHTARG = journey_flow, FUNCTION = journey_flow_gt, COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (journey_flow, journey_flow) IS 'greater than';

CREATE FUNCTION journey_flow_ge(journey_flow, journey_flow) RETURNS boolean AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_ge(journey_flow, journey_flow) IS 'implementation of >= operator';
CREATE OPERATOR >= (
    LEFTARG = journey_flow, RIGHTARG = journey_flow, FUNCTION = journey_flow_ge, COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (journey_flow, journey_flow) IS 'greater than or equal';

CREATE FUNCTION journey_flow_cmp(journey_flow, journey_flow) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_cmp(journey_flow, journey_flow) IS '-1, 0 or 1: an order for sorting, no judgement';
CREATE FUNCTION journey_flow_hash(journey_flow) RETURNS integer AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_hash(journey_flow) IS 'hash of 32 bits';
CREATE FUNCTION journey_flow_hash_extended(journey_flow, bigint) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_hash_extended(journey_flow, bigint) IS 'hash of 64 bits with a seed';

CREATE OPERATOR CLASS journey_flow_ops DEFAULT FOR TYPE journey_flow USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 journey_flow_cmp(journey_flow, journey_flow);
COMMENT ON OPERATOR CLASS journey_flow_ops USING btree IS 'order of journey_flow';
COMMENT ON OPERATOR FAMILY journey_flow_ops USING btree IS 'order of journey_flow';
CREATE OPERATOR CLASS journey_flow_ops DEFAULT FOR TYPE journey_flow USING hash AS
    OPERATOR 1 =, FUNCTION 1 journey_flow_hash(journey_flow), FUNCTION 2 journey_flow_hash_extended(journey_flow, bigint);
COMMENT ON OPERATOR CLASS journey_flow_ops USING hash IS 'equality of journey_flow';
COMMENT ON OPERATOR FAMILY journey_flow_ops USING hash IS 'equality of journey_flow';


CREATE FUNCTION jsonb(journey_flow) RETURNS jsonb
AS 'MODULE_PATHNAME', 'journey_flow_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION jsonb(journey_flow) IS
    'object of part, order, ends, value and transitions, each with source, target, count and usecs (total of microseconds between); a state is an array of parts, null where absent';

CREATE FUNCTION journey_flow(jsonb) RETURNS journey_flow
AS 'MODULE_PATHNAME', 'journey_flow_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION journey_flow(jsonb) IS
    'journey_flow of its JSON form; 22023 for unknown keys and for what no journeys can have, 22P02 for malformed touchpoints in it';

CREATE CAST (journey_flow AS jsonb) WITH FUNCTION jsonb(journey_flow);
COMMENT ON CAST (journey_flow AS jsonb) IS 'object of settings and transitions';
CREATE CAST (jsonb AS journey_flow) WITH FUNCTION journey_flow(jsonb);
COMMENT ON CAST (jsonb AS journey_flow) IS 'journey_flow of its JSON form';

-- Counting and merging

CREATE FUNCTION journey_flow_add(journey_flow, journey_flow) RETURNS journey_flow
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION journey_flow_add(journey_flow, journey_flow) IS
    'implementation of + operator';

CREATE OPERATOR + (LEFTARG = journey_flow, RIGHTARG = journey_flow, FUNCTION = journey_flow_add, COMMUTATOR = +);
COMMENT ON OPERATOR + (journey_flow, journey_flow) IS
    'the journeys of both; 22023 for flows of different part, k or ends';

CREATE FUNCTION journey_flow_merge(journey_flow, journey_flow) RETURNS journey_flow
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION journey_flow_merge(journey_flow, journey_flow) IS
    'combine function of flow_agg and flow_agg_k, transition function of rollup';

CREATE FUNCTION flow_agg_row(journey_flow, journey, text) RETURNS journey_flow
AS 'MODULE_PATHNAME', 'flow_agg_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_agg_row(journey_flow, journey, text) IS 'transition function of flow_agg';
CREATE AGGREGATE flow_agg(journey, part text) (
    SFUNC = flow_agg_row, STYPE = journey_flow, SSPACE = 4096, INITCOND = '{}', COMBINEFUNC = journey_flow_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE flow_agg(journey, part text) IS
    'what follows what, from (start) to (end), by part touchpoint, channel, label or stage; rows with NULL journey and empty journeys count nothing; 22023 for NULL or changing part';

CREATE FUNCTION flow_agg_weighted_row(journey_flow, journey, text, float8, float8, float8) RETURNS journey_flow
AS 'MODULE_PATHNAME', 'flow_agg_weighted_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_agg_weighted_row(journey_flow, journey, text, float8, float8, float8) IS 'transition function of flow_agg';
CREATE AGGREGATE flow_agg(journey, part text, conversions float8, nulls float8, value float8) (
    SFUNC = flow_agg_weighted_row, STYPE = journey_flow, SSPACE = 4096, INITCOND = '{}', COMBINEFUNC = journey_flow_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE flow_agg(journey, part text, conversions float8, nulls float8, value float8) IS
    'what follows what, from (start) to (conversion) or (null): weighs each journey by conversions + nulls, which it ended in so often, and adds up value: path tables as they are; NULL numbers count as 0; rows with NULL journey and empty journeys count nothing; 22023 for NULL or changing settings and negative counts, 22003 for NaN and infinity';

CREATE FUNCTION flow_agg_k_row(journey_flow, journey, text, integer) RETURNS journey_flow
AS 'MODULE_PATHNAME', 'flow_agg_k_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_agg_k_row(journey_flow, journey, text, integer) IS 'transition function of flow_agg_k';
CREATE AGGREGATE flow_agg_k(journey, part text, k integer) (
    SFUNC = flow_agg_k_row, STYPE = journey_flow, SSPACE = 4096, INITCOND = '{}', COMBINEFUNC = journey_flow_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE flow_agg_k(journey, part text, k integer) IS
    'what follows the last k contacts, from (start) to (end); rows with NULL journey and empty journeys count nothing; 22023 for NULL or changing settings and k outside 1 to 32';

CREATE FUNCTION flow_agg_k_weighted_row(journey_flow, journey, text, integer, float8, float8, float8) RETURNS journey_flow
AS 'MODULE_PATHNAME', 'flow_agg_k_weighted_row' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_agg_k_weighted_row(journey_flow, journey, text, integer, float8, float8, float8) IS 'transition function of flow_agg_k';
CREATE AGGREGATE flow_agg_k(journey, part text, k integer, conversions float8, nulls float8, value float8) (
    SFUNC = flow_agg_k_weighted_row, STYPE = journey_flow, SSPACE = 4096, INITCOND = '{}', COMBINEFUNC = journey_flow_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE flow_agg_k(journey, part text, k integer, conversions float8, nulls float8, value float8) IS
    'what follows the last k contacts, from (start) to (conversion) or (null): weighs each journey by conversions + nulls, which it ended in so often, and adds up value: path tables as they are; NULL numbers count as 0; rows with NULL journey and empty journeys count nothing; 22023 for NULL or changing settings and negative counts, k outside 1 to 32, 22003 for NaN and infinity';

CREATE AGGREGATE rollup(journey_flow) (
    SFUNC = journey_flow_merge, STYPE = journey_flow, SSPACE = 4096, INITCOND = '{}', COMBINEFUNC = journey_flow_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(journey_flow) IS
    'the journeys of all flows; NULL is passed over; no rows give the flow {} that has counted nothing; 22023 for flows of different part, k or ends';

CREATE FUNCTION transitions(journey_flow) RETURNS TABLE(source text, target text, count float8, probability float8, mean_time interval)
AS 'MODULE_PATHNAME', 'journey_flow_transitions' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 50;
COMMENT ON FUNCTION transitions(journey_flow) IS
    'from state to state, in order: how often, its share of all that follows source, mean time from contact to contact (NULL from (start) and to the ends); an absent part is (none), a state of order k its parts joined by " > "; 22003 where the mean time is no interval';
-- Attribution: who gets the credit.

CREATE TYPE touchpoint_contact_credit AS ("position" integer, part text, credit float8);
COMMENT ON TYPE touchpoint_contact_credit IS 'share of one contact in what a journey brought, 0 to 1';

CREATE TYPE touchpoint_credit AS (part text, conversions float8, value float8);
COMMENT ON TYPE touchpoint_credit IS 'what a touchpoint, channel, label or stage is credited with; value is NULL where none is known';

CREATE FUNCTION attribution(journey, model text, part text DEFAULT 'channel', half_life interval DEFAULT '7 days', lookback interval DEFAULT NULL) RETURNS SETOF touchpoint_contact_credit
AS 'MODULE_PATHNAME', 'journey_attribution' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10 ROWS 10 SUPPORT contacts_support;
COMMENT ON FUNCTION attribution(journey, model text, part text, half_life interval, lookback interval) IS
    'a row a contact, position from 1, credits adding up to 1; model is first_touch, last_touch, linear, position_based (40/20/40), time_decay (half as much every half_life before the last contact) or last_non_direct (direct: part absent, "(none)" or "direct"; the last contact if all are); contacts more than lookback before the last get 0; 22023 for NULL or unknown settings, half_life of 0, months and negatives';

CREATE FUNCTION markov_attribution(journey_flow) RETURNS TABLE(part text, removal_effect float8, conversions float8, value float8)
AS 'MODULE_PATHNAME', 'journey_flow_markov' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 20;
COMMENT ON FUNCTION markov_attribution(journey_flow) IS
    'the share of conversions that would be lost without each part (0 to 1, solved exactly), and conversions and value in proportion to it; NULL where nothing converts; of order k, without a part every way into a state that holds it ends in (null); 22023 for a flow built without conversions';

CREATE FUNCTION absorption(journey_flow) RETURNS TABLE(state text, expected_steps float8, p_conversion float8)
AS 'MODULE_PATHNAME', 'journey_flow_absorption' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 20;
COMMENT ON FUNCTION absorption(journey_flow) IS
    'of (start) and each state: expected number of steps to an end (NULL where some way never ends), probability to convert (NULL for a flow built without conversions)';

-- Sums over journeys

CREATE TYPE touchpoint_ledger;

CREATE FUNCTION touchpoint_ledger_in(cstring) RETURNS touchpoint_ledger AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_ledger_in(cstring) IS 'touchpoint_ledger of its text form; 22P02 when malformed';

CREATE FUNCTION touchpoint_ledger_out(touchpoint_ledger) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_ledger_out(touchpoint_ledger) IS 'text form, lossless under any setting';

CREATE FUNCTION touchpoint_ledger_recv(internal) RETURNS touchpoint_ledger AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_ledger_recv(internal) IS 'touchpoint_ledger of its binary form; 22P03 when malformed';

CREATE FUNCTION touchpoint_ledger_send(touchpoint_ledger) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_ledger_send(touchpoint_ledger) IS 'binary form: a version and the text form';

CREATE TYPE touchpoint_ledger (
    INPUT = touchpoint_ledger_in, OUTPUT = touchpoint_ledger_out, RECEIVE = touchpoint_ledger_recv, SEND = touchpoint_ledger_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended
);
COMMENT ON TYPE touchpoint_ledger IS
    'state of attribution_agg, shapley_attribution and path_entropy, as it goes between servers';

CREATE FUNCTION touchpoint_ledger_merge(touchpoint_ledger, touchpoint_ledger) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION touchpoint_ledger_merge(touchpoint_ledger, touchpoint_ledger) IS
    'combine function of attribution_agg, shapley_attribution and path_entropy';

CREATE FUNCTION touchpoint_ledger_credits(touchpoint_ledger) RETURNS touchpoint_credit[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION touchpoint_ledger_credits(touchpoint_ledger) IS
    'final function of attribution_agg and shapley_attribution';

CREATE FUNCTION attribution_agg_row(touchpoint_ledger, journey, text, text, float8) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION attribution_agg_row(touchpoint_ledger, journey, text, text, float8) IS
    'transition function of attribution_agg';

CREATE AGGREGATE attribution_agg(journey, model text, part text, weight float8) (
    SFUNC = attribution_agg_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = touchpoint_ledger_credits,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE attribution_agg(journey, model text, part text, weight float8) IS
    'attribution summed by part, in order of parts: conversions = sum of weight * credit, value = sum of weight * credit * total_value(journey), NULL where no journey has any; half-life 7 days, no lookback; rows with NULL journey or weight and empty journeys count nothing; 22023 for NULL, changing or unknown settings, 22003 for NaN and infinity';

CREATE FUNCTION shapley_attribution_row(touchpoint_ledger, journey, text, float8, float8) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION shapley_attribution_row(touchpoint_ledger, journey, text, float8, float8) IS
    'transition function of shapley_attribution';

CREATE AGGREGATE shapley_attribution(journey, part text, conversions float8, value float8) (
    SFUNC = shapley_attribution_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = touchpoint_ledger_credits,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE shapley_attribution(journey, part text, conversions float8, value float8) IS
    'conversions and value of each journey in equal shares to the different parts it met, summed by part, in order of parts; value is NULL where none is known, other NULL numbers count as 0; rows with NULL journey and empty journeys count nothing; 22023 for NULL or changing part and negative conversions, 22003 for NaN and infinity';

CREATE FUNCTION path_entropy_row(touchpoint_ledger, journey, text) RETURNS touchpoint_ledger
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION path_entropy_row(touchpoint_ledger, journey, text) IS
    'transition function of path_entropy';

CREATE FUNCTION path_entropy_final(touchpoint_ledger) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION path_entropy_final(touchpoint_ledger) IS
    'final function of path_entropy';

CREATE AGGREGATE path_entropy(journey, part text) (
    SFUNC = path_entropy_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = path_entropy_final,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE path_entropy(journey, part text) IS
    'how differently customers go: -sum p ln p over the shares of different paths, in nats; 0 where all go the same way, NULL without journeys; 22023 for NULL or changing part';
-- Sequences compared; planned against actual.

CREATE FUNCTION edit_distance(journey, journey, part text DEFAULT 'touchpoint') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_edit_distance' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION edit_distance(journey, journey, part text) IS
    'least number of contacts to insert, delete or replace to make one path the other (Levenshtein), by touchpoint, channel, label or stage; NULL for a NULL journey; 22023 for NULL or unknown part';

CREATE FUNCTION lcs_length(journey, journey, part text DEFAULT 'touchpoint') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_lcs_length' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION lcs_length(journey, journey, part text) IS
    'contacts of the longest path that both follow in order, with gaps; NULL for a NULL journey; 22023 for NULL or unknown part';

CREATE FUNCTION similarity(journey, journey, part text DEFAULT 'touchpoint') RETURNS float8
AS 'MODULE_PATHNAME', 'journey_similarity' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION similarity(journey, journey, part text) IS
    '1 - edit_distance / contacts of the longer: 0 to 1, 1 for two empty journeys; NULL for a NULL journey; 22023 for NULL or unknown part';

CREATE TYPE touchpoint_conformance AS (fitness float8, missing text[], unplanned text[]);
COMMENT ON TYPE touchpoint_conformance IS
    'a journey against a plan: fitness 0 to 1, steps not taken as the plan writes them, contacts not planned';

CREATE FUNCTION conformance(journey, plan text[]) RETURNS touchpoint_conformance
AS 'MODULE_PATHNAME', 'journey_conformance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION conformance(journey, plan text[]) IS
    'a journey against a plan of globs in order: fitness = 2 * contacts that meet a step / (contacts + steps), 1 where there is neither; of several ways as good the earlier steps count as taken, each by the earliest contact; 22P02 for a malformed glob, 22023 for NULL in plan, 54000 where contacts * steps / 8 passes 1 GB';

CREATE FUNCTION check_rule(journey, rule text, a text, b text DEFAULT NULL) RETURNS boolean
AS 'MODULE_PATHNAME', 'journey_check_rule' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION check_rule(journey, rule text, a text, b text) IS
    'does the journey keep to rule, a and b being globs: absent (no a), starts, ends (the first, the last contact is a), response (each a has a b later), precedence (each b has an a earlier), succession (both), responded_existence (with an a there is a b); NULL for a NULL journey; 22023 for NULL or unknown rule, NULL a, and b missing or given to a rule of one, 22P02 for a malformed glob';

CREATE FUNCTION rework_count(journey, part text DEFAULT 'touchpoint') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_rework_count' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION rework_count(journey, part text) IS
    'contacts less different touchpoints, channels, labels or stages; NULL for a NULL journey; 22023 for NULL or unknown part';

CREATE FUNCTION self_loop_count(journey, part text DEFAULT 'touchpoint') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_self_loop_count' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION self_loop_count(journey, part text) IS
    'contacts at the same touchpoint, channel, label or stage as the contact before; NULL for a NULL journey; 22023 for NULL or unknown part';
-- The contact gate: may the company contact this customer now?

CREATE FUNCTION contact_policy_check(jsonb) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION contact_policy_check(jsonb) IS
    'true for a contact policy; anything else is 22023, saying which key is wrong and what to write';

CREATE DOMAIN contact_policy AS jsonb CONSTRAINT contact_policy_check CHECK (contact_policy_check(VALUE));
COMMENT ON DOMAIN contact_policy IS
    'rules for the contacts that the company starts: {"caps": [{"max", "within", "channel", "initiator"}], "min_gap", "quiet": {"from", "to", "timezone"}, "cooldown": [{"after", "wait"}], "exempt": [globs]}';
COMMENT ON CONSTRAINT contact_policy_check ON DOMAIN contact_policy IS
    'known keys; caps of at least 1; intervals of days, hours, minutes and seconds; quiet hours with their time zone; globs that can be read';

CREATE TYPE touchpoint_verdict AS (allowed boolean, reason text, next_allowed_at timestamptz);
COMMENT ON TYPE touchpoint_verdict IS
    'may we? If not: the rules that refuse, of cap, min_gap, quiet hours, cooldown, or the argument that is NULL; and the first time that would be allowed, NULL when there is none';

CREATE FUNCTION can_contact(journey, touchpoint touchpoint, at timestamptz, policy contact_policy, initiator text DEFAULT 'company')
RETURNS touchpoint_verdict
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION can_contact(journey, touchpoint touchpoint, at timestamptz, policy contact_policy, initiator text) IS
    'may the company contact this customer at this touchpoint and time? Contacts that customers and third parties start are always allowed; NULL journey = no contacts, any other NULL = not allowed; contacts after at do not count at it; exempt touchpoints are free of caps, min_gap and cooldown, never of quiet hours; next_allowed_at takes the journey as it is; 22023 for an unknown initiator, 22003 for an infinite time';
-- Recency, frequency and monetary value of customers.

CREATE TYPE touchpoint_rfm AS (recency interval, frequency bigint, monetary float8);
COMMENT ON TYPE touchpoint_rfm IS
    'of the contacts with value > 0: time since the last, their number, the sum of their values';

CREATE FUNCTION rfm(journey, as_of timestamptz) RETURNS touchpoint_rfm
AS 'MODULE_PATHNAME', 'journey_rfm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION rfm(journey, as_of timestamptz) IS
    'recency (days of 24 hours), frequency and monetary value of the contacts with value > 0 at or before as_of; without any: NULL, 0, 0; 22003 for an infinite as_of and on overflow';

CREATE TYPE touchpoint_rfm_score AS (r integer, f integer, m integer);
COMMENT ON TYPE touchpoint_rfm_score IS
    'recency, frequency and monetary scores, 5 the best fifth, 1 the worst';

CREATE FUNCTION rfm_score(recency interval, frequency float8, monetary float8) RETURNS touchpoint_rfm_score
AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION rfm_score(recency interval, frequency float8, monetary float8) IS
    'scores 1 to 5 within the partition: one more than the quantiles (type 7 at .2, .4, .6, .8) that a value is better than, for recency smaller, else greater; so all-equal values score 1; a row with a NULL takes no part and gets NULL; 22023 for months and negative recency, 22003 for NaN and infinity';
-- Live journeys: one journey a key, kept current by triggers.

CREATE FUNCTION keep_journeys() RETURNS trigger
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION keep_journeys() IS
    'what the triggers of maintain_journeys() call; runs with the rights of whoever writes';

CREATE FUNCTION maintain_journeys(source regclass, target name, key text[], touchpoint text, occurred_at text, score text DEFAULT NULL, expected text DEFAULT NULL, cost text DEFAULT NULL, duration text DEFAULT NULL, value text DEFAULT NULL, initiator text DEFAULT NULL, id text DEFAULT NULL)
RETURNS regclass
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION maintain_journeys(source regclass, target name, key text[], touchpoint text, occurred_at text, score text, expected text, cost text, duration text, value text, initiator text, id text) IS
    'make table target (key columns, journey) in the schema of source and keep it equal to journey_agg by key, by statement-level triggers on source and its present partitions; key holds names of columns, the other texts are SQL expressions over the columns of a row; a second call adds what is missing; 22023 for NULL, 42601 for what is no expression, 42703 for an unknown column, 42P07 for another table of that name, 55006 for journeys kept in another way';

CREATE FUNCTION rebuild_journeys(target regclass) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION rebuild_journeys(target regclass) IS
    'make all journeys of a kept table anew, with writers of the source locked out; number of rows in it then; 42704 for a table that is not kept';

CREATE FUNCTION verify_journeys(target regclass) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION verify_journeys(target regclass) IS
    'number of keys whose stored journey is other than a rebuild would make it, 0 when all is well; locks nobody out; 42704 for a table that is not kept';

CREATE FUNCTION stop_maintaining_journeys(target regclass) RETURNS void
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION stop_maintaining_journeys(target regclass) IS
    'drop the triggers that keep the table; the table stays as it is; 42704 for a table that is not kept';
-- The reference model: its tables, as text that create_contact_model() runs in the new schema.
--
-- The text runs with the new schema alone on the search_path, so its own names stand bare; names
-- of the extension carry its schema. @model@ is the new schema's name, quoted, for function bodies
-- that are looked at only when they run; $model$ quotes those bodies.

CREATE FUNCTION contact_model_tables() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
CREATE TABLE settings (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    scale_low float8 NOT NULL,
    scale_high float8 NOT NULL,
    neutral float8 NOT NULL,
    theme_limit integer NOT NULL DEFAULT 7 CHECK (theme_limit > 0),
    CHECK (scale_low < scale_high AND neutral BETWEEN scale_low AND scale_high)
);

CREATE TABLE channels (
    channel text PRIMARY KEY,
    unit_cost float8 CHECK (unit_cost >= 0),
    fixed_cost float8 NOT NULL DEFAULT 0 CHECK (fixed_cost >= 0),
    efficiency float8 CHECK (efficiency BETWEEN 0 AND 1),
    ease float8,
    convenience float8,
    controllable boolean NOT NULL DEFAULT true,
    strengths text[] NOT NULL DEFAULT '{}'
        CHECK (strengths <@ '{awareness,image,trust,purchase,loyalty}')
);

CREATE TABLE stages (
    stage text PRIMARY KEY,
    ordinal integer NOT NULL UNIQUE,
    leaves boolean NOT NULL DEFAULT false
);

CREATE TABLE audiences (
    audience text PRIMARY KEY,
    relation text CHECK (relation IN ('prospect', 'customer', 'former', 'competitor')),
    profile jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(profile) = 'object'),
    description text
);

CREATE TABLE stage_cards (
    stage text NOT NULL REFERENCES stages ON UPDATE CASCADE,
    audience text NOT NULL REFERENCES audiences ON UPDATE CASCADE,
    core_need text,
    management_support text,
    front_line text,
    PRIMARY KEY (stage, audience)
);

CREATE TABLE goals (
    goal text PRIMARY KEY,
    strength text CHECK (strength IN ('awareness', 'image', 'trust', 'purchase', 'loyalty')),
    description text
);

CREATE TABLE products (
    product text PRIMARY KEY,
    price float8,
    description text
);

CREATE TABLE places (
    place text PRIMARY KEY,
    part_of text REFERENCES places ON UPDATE CASCADE,
    address text
);

CREATE TABLE employees (
    employee_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    role text,
    department text,
    partner text
);

CREATE TABLE touchpoints (
    touchpoint text PRIMARY KEY,
    channel text REFERENCES channels ON UPDATE CASCADE,
    label text NOT NULL,
    stage text REFERENCES stages ON UPDATE CASCADE,
    parent text REFERENCES touchpoints ON UPDATE CASCADE CHECK (parent <> touchpoint),
    kind text CHECK (kind IN ('physical', 'digital', 'interpersonal', 'event')),
    method text CHECK (method IN ('advertising', 'public relations', 'personnel', 'meeting', 'delegated',
        'correspondence', 'alliance', 'intercept')),
    hard_or_soft text CHECK (hard_or_soft IN ('hard', 'soft')),
    intent text CHECK (intent IN ('arranged', 'spontaneous')),
    active_or_passive text CHECK (active_or_passive IN ('active', 'passive')),
    initiator text CHECK (initiator IN ('company', 'customer', 'third_party')),
    mode text CHECK (mode IN ('regular', 'ad_hoc')),
    area text CHECK (area IN ('marketing', 'product', 'service', 'brand')),
    business_phase text CHECK (business_phase IN ('research', 'procurement', 'production', 'sales', 'service')),
    brand_level text CHECK (brand_level IN ('promise', 'encounter', 'habit')),
    zone text,
    carrier text CHECK (carrier IN ('customer', 'employee', 'environment', 'facility')),
    direction text NOT NULL DEFAULT 'one_way' CHECK (direction IN ('one_way', 'two_way')),
    designed_as text CHECK (designed_as IN ('peak', 'end')),
    goal text REFERENCES goals ON UPDATE CASCADE,
    content text,
    owner_id bigint REFERENCES employees,
    catalogued boolean NOT NULL DEFAULT true
);
CREATE INDEX touchpoints_channel ON touchpoints (channel);
CREATE INDEX touchpoints_stage ON touchpoints (stage);

CREATE TABLE customers (
    customer_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    name text,
    relation text NOT NULL DEFAULT 'prospect'
        CHECK (relation IN ('prospect', 'customer', 'former', 'competitor')),
    relation_since timestamptz NOT NULL DEFAULT now(),
    profile jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(profile) = 'object'),
    needs text,
    preferred_channel text REFERENCES channels ON UPDATE CASCADE,
    owner_id bigint REFERENCES employees,
    referred_by bigint REFERENCES customers,
    referral_confirmed boolean,
    contact_calls bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE INDEX customers_referred_by ON customers (referred_by) WHERE referred_by IS NOT NULL;

CREATE TABLE cases (
    case_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    product text REFERENCES products ON UPDATE CASCADE,
    kind text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz,
    closed_at timestamptz,
    outcome text,
    CHECK (closed_at >= opened_at)
);
CREATE INDEX cases_customer ON cases (customer_id);

CREATE TABLE contact_plans (
    plan_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    goal text NOT NULL REFERENCES goals ON UPDATE CASCADE,
    product text REFERENCES products ON UPDATE CASCADE,
    audience text REFERENCES audiences ON UPDATE CASCADE,
    touchpoint text NOT NULL REFERENCES touchpoints ON UPDATE CASCADE,
    during tstzrange NOT NULL,
    every interval CHECK (every > '0'::interval),
    place text REFERENCES places ON UPDATE CASCADE,
    content text,
    theme text,
    owner_id bigint REFERENCES employees,
    budget float8 CHECK (budget >= 0),
    mode text NOT NULL DEFAULT 'regular' CHECK (mode IN ('regular', 'ad_hoc')),
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE contacts (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    occurred_at timestamptz NOT NULL CHECK (isfinite(occurred_at)),
    customer_id bigint NOT NULL REFERENCES customers,
    touchpoint text NOT NULL REFERENCES touchpoints ON UPDATE CASCADE,
    score float8 CHECK (abs(score) < 'Infinity'),
    expected float8 CHECK (abs(expected) < 'Infinity'),
    cost float8 CHECK (cost >= 0 AND cost < 'Infinity'),
    duration interval CHECK (duration >= '0'::interval AND extract(year FROM duration) = 0
        AND extract(month FROM duration) = 0),
    value float8 CHECK (abs(value) < 'Infinity'),
    initiator text NOT NULL DEFAULT 'company' CHECK (initiator IN ('company', 'customer', 'third_party')),
    case_id bigint REFERENCES cases,
    plan_id bigint REFERENCES contact_plans,
    product text REFERENCES products ON UPDATE CASCADE,
    employee_id bigint REFERENCES employees,
    place text REFERENCES places ON UPDATE CASCADE,
    purpose text,
    goal text REFERENCES goals ON UPDATE CASCADE,
    content text,
    theme text,
    feedback text,
    feedback_verdict text CHECK (feedback_verdict IN ('true', 'false', 'unclear')),
    evaluation text,
    incentive text,
    goal_reached boolean,
    result text,
    PRIMARY KEY (occurred_at, id)
);
CREATE INDEX contacts_customer ON contacts (customer_id, occurred_at);
CREATE INDEX contacts_touchpoint ON contacts (touchpoint, occurred_at);
CREATE INDEX contacts_case ON contacts (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX contacts_plan ON contacts (plan_id) WHERE plan_id IS NOT NULL;

CREATE TABLE mass_contacts (
    mass_contact_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    touchpoint text NOT NULL REFERENCES touchpoints ON UPDATE CASCADE,
    audience text REFERENCES audiences ON UPDATE CASCADE,
    period tstzrange NOT NULL,
    impressions bigint NOT NULL CHECK (impressions >= 0),
    responses bigint CHECK (responses >= 0),
    cost float8 CHECK (cost >= 0),
    theme text
);

CREATE TABLE evaluations (
    evaluation_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    customer_id bigint REFERENCES customers,
    case_id bigint REFERENCES cases,
    touchpoint text REFERENCES touchpoints ON UPDATE CASCADE,
    place text REFERENCES places ON UPDATE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    measure text NOT NULL,
    respondent text NOT NULL DEFAULT 'customer',
    score float8 CHECK (abs(score) < 'Infinity'),
    expected float8 CHECK (abs(expected) < 'Infinity')
);
CREATE INDEX evaluations_touchpoint ON evaluations (touchpoint, at);
CREATE INDEX evaluations_customer ON evaluations (customer_id);

CREATE TABLE service_standards (
    standard_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    touchpoint text NOT NULL REFERENCES touchpoints ON UPDATE CASCADE,
    measure text NOT NULL,
    target float8 NOT NULL,
    better text NOT NULL DEFAULT 'higher' CHECK (better IN ('higher', 'lower')),
    document text,
    UNIQUE (touchpoint, measure)
);

CREATE TABLE departure_reasons (
    reason text PRIMARY KEY,
    avoidable boolean NOT NULL,
    description text
);
INSERT INTO departure_reasons VALUES
    ('death', false, 'the customer died, or the company was dissolved'),
    ('relocation', false, 'the customer moved out of reach'),
    ('new relationship', true, 'the customer took up with somebody else: a friend, a relative, a partner'),
    ('competition', true, 'a competitor offered more, or the same for less'),
    ('product', true, 'the product did not do what it should'),
    ('staff', true, 'how staff treated the customer');

CREATE TABLE departures (
    departure_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    product text REFERENCES products ON UPDATE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL REFERENCES departure_reasons ON UPDATE CASCADE,
    employee_id bigint REFERENCES employees,
    remark text
);
CREATE INDEX departures_customer ON departures (customer_id);

CREATE TABLE blueprint_steps (
    step_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    blueprint text NOT NULL DEFAULT 'service',
    ordinal integer NOT NULL,
    name text NOT NULL,
    touchpoint text REFERENCES touchpoints ON UPDATE CASCADE,
    UNIQUE (blueprint, ordinal)
);

CREATE TABLE blueprint_elements (
    element_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    step_id bigint NOT NULL REFERENCES blueprint_steps ON DELETE CASCADE,
    lane text NOT NULL CHECK (lane IN ('physical_evidence', 'customer', 'frontstage', 'backstage', 'support')),
    actor text,
    text text NOT NULL,
    fail_point boolean NOT NULL DEFAULT false
);
CREATE INDEX blueprint_elements_step ON blueprint_elements (step_id);

CREATE TABLE consents (
    consent_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    channel text REFERENCES channels ON UPDATE CASCADE,
    purpose text,
    product text REFERENCES products ON UPDATE CASCADE,
    during tstzrange NOT NULL DEFAULT tstzrange(now(), NULL),
    granted boolean NOT NULL DEFAULT true,
    source text
);
CREATE INDEX consents_customer ON consents (customer_id);

CREATE TABLE policies (
    policy text PRIMARY KEY,
    channel text REFERENCES channels ON UPDATE CASCADE,
    rule jsonb NOT NULL DEFAULT '{}' CONSTRAINT policies_rule_check CHECK (@extschema@.contact_policy_check(rule)),
    transactional text[] NOT NULL DEFAULT '{service,contract,delivery,payment,safety,complaint}',
    active boolean NOT NULL DEFAULT true
);
INSERT INTO policies (policy) VALUES ('default');

CREATE TABLE refusals (
    refusal_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    refused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    customer_id bigint NOT NULL,
    touchpoint text NOT NULL,
    occurred_at timestamptz NOT NULL,
    purpose text,
    plan_id bigint,
    employee_id bigint,
    reason text NOT NULL,
    next_allowed_at timestamptz
);
CREATE INDEX refusals_customer ON refusals (customer_id, refused_at);

CREATE TABLE follow_up_rules (
    rule_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    touchpoint text NOT NULL DEFAULT '*' CONSTRAINT follow_up_rules_touchpoint_check
        CHECK (@extschema@.touchpoint(NULL, 'any') OPERATOR(@extschema@.~) touchpoint IS NOT NULL),
    wait interval NOT NULL,
    base text NOT NULL DEFAULT 'contact' CHECK (base IN ('contact', 'case_end')),
    channel text REFERENCES channels ON UPDATE CASCADE,
    purpose text,
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE follow_ups (
    follow_up_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    rule_id bigint REFERENCES follow_up_rules,
    case_id bigint REFERENCES cases,
    contact_at timestamptz,
    contact_id bigint,
    due_at timestamptz NOT NULL,
    channel text REFERENCES channels ON UPDATE CASCADE,
    purpose text,
    done_at timestamptz,
    done_contact_id bigint
);
CREATE INDEX follow_ups_due_at ON follow_ups (due_at) WHERE done_at IS NULL;
CREATE INDEX follow_ups_customer ON follow_ups (customer_id);
CREATE UNIQUE INDEX follow_ups_case_rule ON follow_ups (case_id, rule_id) WHERE contact_id IS NULL AND rule_id IS NOT NULL;

CREATE TABLE improvements (
    improvement_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    finding text NOT NULL,
    touchpoint text NOT NULL REFERENCES touchpoints ON UPDATE CASCADE,
    action text,
    owner_id bigint REFERENCES employees,
    done_at timestamptz,
    cost float8 CHECK (cost >= 0),
    value_realised float8
);

-- A touchpoint is its text and its parts; whichever are given make the other.
CREATE FUNCTION touchpoints_key() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    t @extschema@.touchpoint;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.touchpoint = OLD.touchpoint OR NEW.label IS NOT NULL THEN
        t := @extschema@.touchpoint(NEW.channel, NEW.label, NEW.stage);
        IF TG_OP = 'INSERT' AND NEW.touchpoint::@extschema@.touchpoint::text <> t::text THEN
            RAISE EXCEPTION 'touchpoint "%" is not made of its channel, label and stage: "%"', NEW.touchpoint, t
                USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave out the touchpoint, or its parts.';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.label IS NULL OR TG_OP = 'UPDATE' AND NEW.touchpoint <> OLD.touchpoint THEN
        t := NEW.touchpoint::@extschema@.touchpoint;
        NEW.channel := @extschema@.channel(t);
        NEW.label := @extschema@.label(t);
        NEW.stage := @extschema@.stage(t);
    END IF;
    NEW.touchpoint := t::text;
    RETURN NEW;
END $model$;
COMMENT ON FUNCTION touchpoints_key() IS 'keeps the text of a touchpoint and its parts the same';
CREATE TRIGGER touchpoints_key BEFORE INSERT OR UPDATE OF touchpoint, channel, label, stage ON touchpoints
    FOR EACH ROW EXECUTE FUNCTION touchpoints_key();
COMMENT ON TRIGGER touchpoints_key ON touchpoints IS 'text from parts, or parts from text';

CREATE FUNCTION customers_relation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    NEW.relation_since := now();
    RETURN NEW;
END $model$;
COMMENT ON FUNCTION customers_relation() IS 'dates a change of relation';
CREATE TRIGGER customers_relation BEFORE UPDATE OF relation ON customers FOR EACH ROW
    WHEN (NEW.relation <> OLD.relation AND NEW.relation_since = OLD.relation_since)
    EXECUTE FUNCTION customers_relation();
COMMENT ON TRIGGER customers_relation ON customers IS 'a new relation counts from now unless relation_since says otherwise';
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_tables() IS 'the tables of create_contact_model(), as SQL text';
-- The reference model: asking leave, recording contacts, scheduling follow-ups. See 93_model_tables.sql.

CREATE FUNCTION contact_model_record() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
CREATE FUNCTION may_contact(customer_id bigint, touchpoint text, at timestamptz DEFAULT clock_timestamp(),
    purpose text DEFAULT NULL, product text DEFAULT NULL, plan_id bigint DEFAULT NULL,
    OUT allowed boolean, OUT reason text, OUT next_allowed_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_touchpoint @extschema@.touchpoint := touchpoint::@extschema@.touchpoint;
    v_at timestamptz := at;
    v_area text;
    v_channel text;
    v_purpose text;
    v_product text := product;
    v_marketing boolean;
    v_granted boolean;
    v_refused boolean;
    v_journey @extschema@.journey;
    v_rules jsonb[];
    v_verdict @extschema@.touchpoint_verdict;
    v_rule jsonb;
    v_last timestamptz;
    v_moved boolean;
    v_running boolean;
    v_planned text;
    v_reasons text[] := '{}';
BEGIN
    allowed := false;
    IF may_contact.customer_id IS NULL OR v_touchpoint IS NULL OR v_at IS NULL OR NOT isfinite(v_at) THEN
        RAISE EXCEPTION 'customer, touchpoint and time of a contact must be given'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT t.area, t.channel INTO v_area, v_channel
        FROM @model@.touchpoints t WHERE t.touchpoint = v_touchpoint::text AND t.catalogued;
    IF NOT FOUND THEN
        v_channel := @extschema@.channel(v_touchpoint);
        IF v_channel IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.channels c WHERE c.channel = v_channel) THEN
            reason := 'channel not in the catalogue';
        ELSE
            reason := 'touchpoint not in the catalogue';
        END IF;
        RETURN;
    END IF;
    SELECT j.journey INTO v_journey FROM @model@.journeys j WHERE j.customer_id = may_contact.customer_id;
    IF NOT FOUND AND NOT EXISTS (SELECT FROM @model@.customers c WHERE c.customer_id = may_contact.customer_id) THEN
        reason := 'unknown customer';
        RETURN;
    END IF;

    IF may_contact.plan_id IS NOT NULL THEN
        SELECT p.product, p.active AND p.during @> v_at INTO v_planned, v_running
            FROM @model@.contact_plans p WHERE p.plan_id = may_contact.plan_id;
        v_product := coalesce(v_product, v_planned);
        IF v_running IS NOT TRUE THEN
            v_reasons := v_reasons || 'plan not running'::text;
        END IF;
    END IF;

    -- Consent: a contact is marketing unless its purpose is known to be something else.
    v_purpose := coalesce(may_contact.purpose, v_area, 'marketing');
    SELECT array_agg(p.rule ORDER BY p.policy), v_area IS NOT DISTINCT FROM 'marketing' OR v_purpose = 'marketing'
            OR NOT coalesce(bool_or(v_purpose = ANY (p.transactional)), false)
        INTO v_rules, v_marketing
        FROM @model@.policies p WHERE p.active AND (p.channel IS NULL OR p.channel = v_channel);
    IF v_marketing AND NOT EXISTS (
            SELECT FROM unnest(v_rules) AS r(rule), jsonb_array_elements_text(r.rule -> 'exempt') AS g(glob)
            WHERE v_touchpoint OPERATOR(@extschema@.~) g.glob) THEN
        SELECT bool_or(c.granted), bool_or(NOT c.granted) INTO v_granted, v_refused
            FROM @model@.consents c
            WHERE c.customer_id = may_contact.customer_id AND c.during @> v_at
                AND (c.channel IS NULL OR c.channel = v_channel)
                AND (c.purpose IS NULL OR c.purpose IN (v_purpose, 'marketing'))
                AND (c.product IS NULL OR c.product = v_product);
        IF coalesce(v_refused, false) THEN
            v_reasons := v_reasons || 'opted out'::text;
        ELSIF NOT coalesce(v_granted, false) THEN
            v_reasons := v_reasons || 'no consent'::text;
        END IF;
    END IF;

    -- Policies: all that apply must agree, and so they must on the next time.
    IF v_rules IS NOT NULL THEN
        FOREACH v_rule IN ARRAY v_rules LOOP
            v_verdict := @extschema@.can_contact(v_journey, v_touchpoint, v_at, v_rule::@extschema@.contact_policy);
            IF NOT v_verdict.allowed THEN
                IF NOT v_verdict.reason = ANY (v_reasons) THEN
                    v_reasons := v_reasons || v_verdict.reason;
                END IF;
                next_allowed_at := greatest(next_allowed_at, v_verdict.next_allowed_at);
            END IF;
        END LOOP;
        -- A contact that is put before others must not break a promise that they kept.
        v_last := @extschema@.last_at(v_journey);
        IF v_last > v_at THEN
            FOREACH v_rule IN ARRAY v_rules LOOP
                IF EXISTS (
                        SELECT FROM @extschema@.contacts(@extschema@.slice(v_journey, tstzrange(v_at, NULL, '()'))) AS c,
                            LATERAL (SELECT @extschema@.slice(v_journey, tstzrange(NULL, c.occurred_at, '()')) AS j) AS b
                        WHERE coalesce(c.initiator, 'company') = 'company'
                            AND (@extschema@.can_contact(b.j, c.touchpoint, c.occurred_at,
                                (v_rule - 'quiet')::@extschema@.contact_policy)).allowed
                            AND NOT (@extschema@.can_contact(
                                b.j OPERATOR(@extschema@.||) @extschema@.contact_record(v_touchpoint, v_at, initiator => 'company'),
                                c.touchpoint, c.occurred_at, (v_rule - 'quiet')::@extschema@.contact_policy)).allowed) THEN
                    v_reasons := v_reasons || 'too close before a later contact'::text;
                    EXIT;
                END IF;
            END LOOP;
        END IF;
        IF next_allowed_at IS NOT NULL THEN
            FOR round IN 1 .. 32 LOOP
                v_moved := false;
                FOREACH v_rule IN ARRAY v_rules LOOP
                    v_verdict := @extschema@.can_contact(v_journey, v_touchpoint, next_allowed_at,
                        v_rule::@extschema@.contact_policy);
                    IF NOT v_verdict.allowed THEN
                        next_allowed_at := v_verdict.next_allowed_at;
                        v_moved := true;
                    END IF;
                END LOOP;
                EXIT WHEN NOT v_moved OR next_allowed_at IS NULL;
            END LOOP;
            IF v_moved THEN
                next_allowed_at := NULL;
            END IF;
        END IF;
    END IF;
    -- No time helps against a missing consent, and one before the last contact is not looked into.
    IF v_reasons && '{opted out,no consent,plan not running}'::text[] OR next_allowed_at < v_last THEN
        next_allowed_at := NULL;
    END IF;
    allowed := v_reasons = '{}';
    reason := nullif(array_to_string(v_reasons, ', '), '');
END $model$;
COMMENT ON FUNCTION may_contact(bigint, text, timestamptz, text, text, bigint) IS
    'may the company contact this customer at this touchpoint and time, for this purpose? Consent, the plan and all active policies must agree; looks only, record_contact() asks again under the customer''s lock';

CREATE FUNCTION schedule_case_follow_ups(case_id bigint) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_ids bigint[];
BEGIN
    WITH due AS (
        SELECT k.case_id, k.customer_id, r.rule_id, r.channel, r.purpose, 
            (coalesce(k.closed_at, k.ends_at) AT TIME ZONE 'UTC' + r.wait) AT TIME ZONE 'UTC' AS due_at
        FROM @model@.cases k JOIN @model@.follow_up_rules r ON r.base = 'case_end' AND r.active
        WHERE k.case_id = schedule_case_follow_ups.case_id AND coalesce(k.closed_at, k.ends_at) IS NOT NULL
            AND EXISTS (SELECT FROM @model@.contacts c WHERE c.case_id = k.case_id
                AND c.touchpoint::@extschema@.touchpoint OPERATOR(@extschema@.~) r.touchpoint)
    ), written AS (
        INSERT INTO @model@.follow_ups AS f (customer_id, rule_id, case_id, due_at, channel, purpose)
        SELECT customer_id, rule_id, case_id, due_at, channel, purpose FROM due
        ON CONFLICT (case_id, rule_id) WHERE contact_id IS NULL AND rule_id IS NOT NULL
            DO UPDATE SET due_at = excluded.due_at WHERE f.done_at IS NULL AND f.due_at <> excluded.due_at
        RETURNING f.follow_up_id
    )
    SELECT coalesce(array_agg(follow_up_id), '{}') INTO v_ids FROM written;
    RETURN v_ids;
END $model$;
COMMENT ON FUNCTION schedule_case_follow_ups(bigint) IS
    'writes the follow-ups that are due some time after a case ends, or moves the open ones when its end has moved; returns those written or moved';

CREATE FUNCTION cases_follow_ups() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    PERFORM @model@.schedule_case_follow_ups(NEW.case_id);
    RETURN NULL;
END $model$;
COMMENT ON FUNCTION cases_follow_ups() IS 'schedules follow-ups when the end of a case changes';
CREATE TRIGGER cases_follow_ups AFTER UPDATE OF ends_at, closed_at ON cases
    FOR EACH ROW EXECUTE FUNCTION cases_follow_ups();
COMMENT ON TRIGGER cases_follow_ups ON cases IS 'follow-ups go by the end of the case';

CREATE FUNCTION record_contact(customer_id bigint, touchpoint text, occurred_at timestamptz DEFAULT NULL,
    score float8 DEFAULT NULL, expected float8 DEFAULT NULL, cost float8 DEFAULT NULL, duration interval DEFAULT NULL,
    value float8 DEFAULT NULL, initiator text DEFAULT 'company', purpose text DEFAULT NULL, goal text DEFAULT NULL,
    content text DEFAULT NULL, theme text DEFAULT NULL, product text DEFAULT NULL, plan_id bigint DEFAULT NULL,
    case_id bigint DEFAULT NULL, employee_id bigint DEFAULT NULL, place text DEFAULT NULL, feedback text DEFAULT NULL,
    feedback_verdict text DEFAULT NULL, evaluation text DEFAULT NULL, incentive text DEFAULT NULL,
    goal_reached boolean DEFAULT NULL, result text DEFAULT NULL, follow_up_id bigint DEFAULT NULL,
    OUT recorded boolean, OUT reason text, OUT next_allowed_at timestamptz, OUT contact_at timestamptz,
    OUT contact_id bigint, OUT refusal_id bigint, OUT follow_ups bigint[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_touchpoint @extschema@.touchpoint := touchpoint::@extschema@.touchpoint;
    v_key text;
    v_now timestamptz;
    v_at timestamptz := occurred_at;
    v_initiator text := initiator;
    v_gated boolean;
    v_plan @model@.contact_plans%ROWTYPE;
    v_product text := product;
    v_rule_done bigint;
    v_allowed boolean := true;
    v_unknown text[] := '{}';
BEGIN
    IF record_contact.customer_id IS NULL OR v_touchpoint IS NULL OR NOT isfinite(v_at) THEN
        RAISE EXCEPTION 'customer, touchpoint and a finite time of a contact must be given'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    v_key := v_touchpoint::text;
    -- Whoever types a complaint in, the customer started it.
    IF record_contact.purpose = 'complaint' OR @extschema@.label(v_touchpoint) = 'complaint' THEN
        v_initiator := 'customer';
    END IF;
    IF v_initiator IS NULL OR v_initiator NOT IN ('company', 'customer', 'third_party') THEN
        RAISE EXCEPTION 'unknown initiator "%"', v_initiator
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write company, customer or third_party.';
    END IF;
    v_gated := v_initiator = 'company';

    -- One call a customer at a time: an update, so that a transaction with an older snapshot is
    -- told that it cannot know (40001), where a lock alone would let it count without the newest.
    UPDATE @model@.customers c SET contact_calls = c.contact_calls + 1 WHERE c.customer_id = record_contact.customer_id;
    IF NOT FOUND THEN
        v_allowed := false;
        reason := 'unknown customer';
    END IF;
    v_now := clock_timestamp();
    v_at := coalesce(v_at, v_now);

    IF v_allowed AND v_at > v_now THEN
        IF v_gated THEN
            v_allowed := false;
            reason := 'in the future';
        ELSE
            v_at := v_now;
            reason := 'the time was in the future: recorded as now';
        END IF;
    END IF;
    -- What a customer starts is not lost to a wrong word beside it: that is left out, and said.
    IF v_allowed AND NOT v_gated THEN
        IF record_contact.case_id IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.cases k
                WHERE k.case_id = record_contact.case_id AND k.customer_id = record_contact.customer_id) THEN
            record_contact.case_id := NULL;
            v_unknown := v_unknown || 'case'::text;
        END IF;
        IF record_contact.plan_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM @model@.contact_plans p WHERE p.plan_id = record_contact.plan_id) THEN
            record_contact.plan_id := NULL;
            v_unknown := v_unknown || 'plan'::text;
        END IF;
        IF v_product IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.products p WHERE p.product = v_product) THEN
            v_product := NULL;
            v_unknown := v_unknown || 'product'::text;
        END IF;
        IF record_contact.employee_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM @model@.employees e WHERE e.employee_id = record_contact.employee_id) THEN
            record_contact.employee_id := NULL;
            v_unknown := v_unknown || 'employee'::text;
        END IF;
        IF record_contact.place IS NOT NULL
                AND NOT EXISTS (SELECT FROM @model@.places p WHERE p.place = record_contact.place) THEN
            record_contact.place := NULL;
            v_unknown := v_unknown || 'place'::text;
        END IF;
        IF record_contact.goal IS NOT NULL
                AND NOT EXISTS (SELECT FROM @model@.goals g WHERE g.goal = record_contact.goal) THEN
            record_contact.goal := NULL;
            v_unknown := v_unknown || 'goal'::text;
        END IF;
        IF record_contact.follow_up_id IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.follow_ups f
                WHERE f.follow_up_id = record_contact.follow_up_id AND f.customer_id = record_contact.customer_id
                    AND f.done_at IS NULL) THEN
            record_contact.follow_up_id := NULL;
            v_unknown := v_unknown || 'open follow-up'::text;
        END IF;
        IF v_unknown <> '{}' THEN
            reason := concat_ws('; ', reason, 'unknown ' || array_to_string(v_unknown, ', ') || ': recorded without');
        END IF;
    END IF;
    IF record_contact.plan_id IS NOT NULL THEN
        SELECT * INTO v_plan FROM @model@.contact_plans p WHERE p.plan_id = record_contact.plan_id;
        v_product := coalesce(v_product, v_plan.product);
    END IF;
    IF v_allowed AND v_gated AND record_contact.case_id IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.cases k
            WHERE k.case_id = record_contact.case_id AND k.customer_id = record_contact.customer_id) THEN
        v_allowed := false;
        reason := 'not a case of this customer';
    END IF;
    IF v_allowed AND v_gated THEN
        SELECT m.allowed, m.reason, m.next_allowed_at INTO v_allowed, reason, next_allowed_at
            FROM @model@.may_contact(record_contact.customer_id, v_key, v_at, record_contact.purpose, v_product,
                record_contact.plan_id) m;
    END IF;
    follow_ups := '{}';
    IF NOT v_allowed THEN
        recorded := false;
        INSERT INTO @model@.refusals AS r
                (customer_id, touchpoint, occurred_at, purpose, plan_id, employee_id, reason, next_allowed_at)
            VALUES (record_contact.customer_id, v_key, v_at, record_contact.purpose, record_contact.plan_id,
                record_contact.employee_id, record_contact.reason, record_contact.next_allowed_at)
            RETURNING r.refusal_id INTO refusal_id;
        RETURN;
    END IF;

    -- What customers start is recorded wherever it was: such a touchpoint waits to be catalogued.
    IF NOT v_gated AND NOT EXISTS (SELECT FROM @model@.touchpoints t WHERE t.touchpoint = v_key) THEN
        INSERT INTO @model@.channels (channel, controllable)
            SELECT n, false FROM @extschema@.channel(v_touchpoint) n WHERE n IS NOT NULL ON CONFLICT DO NOTHING;
        -- Somebody else's new stage may take the place that was free: then take the next.
        WHILE @extschema@.stage(v_touchpoint) IS NOT NULL AND NOT EXISTS (
                SELECT FROM @model@.stages s WHERE s.stage = @extschema@.stage(v_touchpoint)) LOOP
            INSERT INTO @model@.stages (stage, ordinal)
                SELECT @extschema@.stage(v_touchpoint), coalesce(max(s.ordinal), 0) + 1 FROM @model@.stages s
                ON CONFLICT DO NOTHING;
        END LOOP;
        INSERT INTO @model@.touchpoints (touchpoint, initiator, catalogued)
            VALUES (v_key, v_initiator, false) ON CONFLICT DO NOTHING;
    END IF;

    INSERT INTO @model@.contacts AS c
            (occurred_at, customer_id, touchpoint, score, expected, cost, duration, value, initiator, case_id, plan_id,
             product, employee_id, place, purpose, goal, content, theme, feedback, feedback_verdict, evaluation,
             incentive, goal_reached, result)
        VALUES (v_at, record_contact.customer_id, v_key, record_contact.score, record_contact.expected,
            coalesce(record_contact.cost, (SELECT k.unit_cost FROM @model@.channels k
                WHERE k.channel = @extschema@.channel(v_touchpoint))),
            record_contact.duration, record_contact.value, v_initiator, record_contact.case_id, record_contact.plan_id,
            v_product, record_contact.employee_id,
            coalesce(record_contact.place, v_plan.place), record_contact.purpose,
            coalesce(record_contact.goal, v_plan.goal), coalesce(record_contact.content, v_plan.content),
            coalesce(record_contact.theme, v_plan.theme), record_contact.feedback, record_contact.feedback_verdict,
            record_contact.evaluation, record_contact.incentive, record_contact.goal_reached, record_contact.result)
        RETURNING c.occurred_at, c.id INTO contact_at, contact_id;
    recorded := true;

    IF record_contact.follow_up_id IS NOT NULL THEN
        UPDATE @model@.follow_ups f SET done_at = v_at, done_contact_id = record_contact.contact_id
            WHERE f.follow_up_id = record_contact.follow_up_id AND f.customer_id = record_contact.customer_id
                AND f.done_at IS NULL
            RETURNING f.rule_id INTO v_rule_done;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'customer % has no open follow-up %', record_contact.customer_id, record_contact.follow_up_id
                USING ERRCODE = 'invalid_parameter_value', HINT = 'View follow_ups_due lists the open ones.';
        END IF;
    END IF;
    -- A follow-up that is done asks for no other by the same rule: it would never end.
    WITH written AS (
        INSERT INTO @model@.follow_ups AS f (customer_id, rule_id, case_id, contact_at, contact_id, due_at, channel, purpose)
        SELECT record_contact.customer_id, r.rule_id, record_contact.case_id, contact_at, contact_id,
            (v_at AT TIME ZONE 'UTC' + coalesce(record_contact.duration, '0') + r.wait) AT TIME ZONE 'UTC', r.channel, r.purpose
        FROM @model@.follow_up_rules r
        WHERE r.active AND r.base = 'contact' AND r.rule_id IS DISTINCT FROM v_rule_done
            AND v_touchpoint OPERATOR(@extschema@.~) r.touchpoint
        ORDER BY r.rule_id
        RETURNING f.follow_up_id
    )
    SELECT coalesce(array_agg(w.follow_up_id), '{}') INTO follow_ups FROM written w;
    IF record_contact.case_id IS NOT NULL THEN
        follow_ups := follow_ups || @model@.schedule_case_follow_ups(record_contact.case_id);
    END IF;
END $model$;
COMMENT ON FUNCTION record_contact(bigint, text, timestamptz, float8, float8, float8, interval, float8, text, text, text, text,
    text, text, bigint, bigint, bigint, text, text, text, text, text, boolean, text, bigint) IS
    'records a contact and schedules its follow-ups, or refuses it, writes down the refusal and says why and when it would be allowed; what customers and third parties start, and every complaint, is always recorded, if need be without what is unknown, as reason then says; without a time it is now; takes the customer''s lock until the transaction ends';
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_record() IS 'the contact gate of create_contact_model(), as SQL text';
-- The reference model: its views. See 93_model_tables.sql for how the text is run.

CREATE FUNCTION contact_model_views() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
CREATE VIEW judged_contacts AS
SELECT c.*,
    CASE WHEN u.relation = 'former' AND c.occurred_at >= coalesce(
            (SELECT max(d.at) FROM departures d WHERE d.customer_id = u.customer_id), u.relation_since)
        THEN 'no longer a customer' END AS customer_reason,
    CASE WHEN g.goal IS NULL THEN 'no goal'
        WHEN g.strength IS NOT NULL AND NOT coalesce(g.strength = ANY (h.strengths), true) THEN 'channel does not fit the goal'
        WHEN p.plan_id IS NOT NULL AND h.channel IS DISTINCT FROM pt.channel THEN 'channel is not the plan''s'
        WHEN coalesce(c.content, p.content, t.content) IS NULL THEN 'no content'
        WHEN c.theme <> p.theme THEN 'theme is not the plan''s'
    END AS goal_reason,
    CASE WHEN t.direction <> 'two_way' THEN NULL
        WHEN c.feedback_verdict = 'false' THEN 'feedback judged false'
        WHEN c.feedback IS NULL AND c.score IS NULL THEN 'no feedback'
    END AS feedback_reason
FROM contacts c
    JOIN customers u ON u.customer_id = c.customer_id
    JOIN touchpoints t ON t.touchpoint = c.touchpoint
    LEFT JOIN channels h ON h.channel = t.channel
    LEFT JOIN contact_plans p ON p.plan_id = c.plan_id
    LEFT JOIN touchpoints pt ON pt.touchpoint = p.touchpoint
    LEFT JOIN goals g ON g.goal = coalesce(c.goal, p.goal, t.goal);
COMMENT ON VIEW judged_contacts IS 'every contact, with the reasons why it does not count';

CREATE VIEW contact_validity AS
SELECT c.occurred_at, c.id, c.customer_id, c.touchpoint,
    c.customer_reason IS NULL AS customer_ok, c.customer_reason,
    c.goal_reason IS NULL AS goal_ok, c.goal_reason,
    c.feedback_reason IS NULL AS feedback_ok, c.feedback_reason,
    c.customer_reason IS NULL AND c.goal_reason IS NULL AND c.feedback_reason IS NULL AS valid
FROM judged_contacts c;
COMMENT ON VIEW contact_validity IS
    'does a contact count? Three tests, each with its reason: it met an existing or potential customer; it had a goal, and a channel and content that fit; where the touchpoint is two-way, it brought feedback that is not judged false';

CREATE VIEW valid_contacts AS
WITH expectations AS NOT MATERIALIZED (
    SELECT e.touchpoint, e.customer_id, e.at, e.evaluation_id,
        CASE WHEN e.measure = 'expected' THEN e.score ELSE e.expected END AS expected
    FROM evaluations e
    WHERE CASE WHEN e.measure = 'expected' THEN e.score ELSE e.expected END IS NOT NULL
)
SELECT c.id, c.occurred_at, c.customer_id, c.touchpoint, c.score, c.expected, c.cost, c.duration, c.value, c.initiator, c.case_id,
    c.plan_id, c.product, c.employee_id, c.place, c.purpose, c.goal, c.content, c.theme, c.feedback, c.feedback_verdict,
    c.evaluation, c.incentive, c.goal_reached, c.result, coalesce(c.expected,
    (SELECT e.expected FROM expectations e
        WHERE e.touchpoint = c.touchpoint AND e.customer_id = c.customer_id AND e.at <= c.occurred_at
        ORDER BY e.at DESC, e.evaluation_id DESC LIMIT 1),
    (SELECT e.expected FROM expectations e
        WHERE e.touchpoint = c.touchpoint AND e.customer_id IS NULL AND e.at <= c.occurred_at
        ORDER BY e.at DESC, e.evaluation_id DESC LIMIT 1),
    (SELECT e.expected FROM expectations e
        WHERE e.touchpoint = c.touchpoint AND e.at <= c.occurred_at
        ORDER BY e.at DESC, e.evaluation_id DESC LIMIT 1),
    (SELECT e.expected FROM expectations e
        WHERE e.touchpoint = c.touchpoint
        ORDER BY e.at DESC, e.evaluation_id DESC LIMIT 1)) AS expected_or_evaluated
FROM judged_contacts c
WHERE c.customer_reason IS NULL AND c.goal_reason IS NULL AND c.feedback_reason IS NULL;
COMMENT ON VIEW valid_contacts IS
    'the contacts that count; expected_or_evaluated falls back to the latest expectation that was evaluated at this touchpoint before the contact: this customer''s own, else that of a survey without customers, else anybody''s; where none was before, to the latest of all';

CREATE VIEW customer_scores AS
SELECT c.customer_id, (c.s).*
FROM (
    SELECT v.customer_id, @extschema@.score_summary(v.score, v.occurred_at, (SELECT neutral FROM settings)) AS s
    FROM valid_contacts v GROUP BY v.customer_id
) c;
COMMENT ON VIEW customer_scores IS 'what each customer remembers: peak-end and all other scores over the contacts that count';

CREATE VIEW touchpoint_gaps AS
SELECT g.touchpoint, g.contacts, @extschema@.gap_count(g.s) AS pairs, @extschema@.mean_expected(g.s) AS expected,
    @extschema@.mean_perceived(g.s) AS perceived, @extschema@.mean_gap(g.s) AS gap,
    @extschema@.gap_ci_low(g.s) AS gap_low, @extschema@.gap_ci_high(g.s) AS gap_high,
    @extschema@.gap_p_value(g.s) AS p_value, @extschema@.gap_shortfall_share(g.s) AS shortfall_share
FROM (
    SELECT touchpoint, count(*) AS contacts, @extschema@.gap_agg(expected_or_evaluated, score) AS s
    FROM valid_contacts GROUP BY touchpoint
) g;
COMMENT ON VIEW touchpoint_gaps IS
    'experience less expectation at each touchpoint, negative is a shortfall; where a contact has no expectation, the latest evaluated one stands in';

CREATE VIEW service_gap_model AS
SELECT r.gap, r.value, r.n, r.owner
FROM (
    SELECT @extschema@.service_gap_agg(
        CASE measure WHEN 'expected' THEN score WHEN 'perceived' THEN expected END, CASE WHEN measure = 'understood' THEN score END,
        CASE WHEN measure = 'specified' THEN score END, CASE WHEN measure = 'delivered' THEN score END,
        CASE WHEN measure = 'promised' THEN score END, CASE WHEN measure = 'perceived' THEN score END) AS m
    FROM evaluations
) a, LATERAL (VALUES
    (1, 'knowledge', (a.m).knowledge, least((a.m).n_understood, (a.m).n_expected), 'strategy'),
    (2, 'standards', (a.m).standards, least((a.m).n_specified, (a.m).n_understood), 'process'),
    (3, 'delivery', (a.m).delivery, least((a.m).n_delivered, (a.m).n_specified), 'people'),
    (4, 'communication', (a.m).communication, least((a.m).n_delivered, (a.m).n_promised), 'marketing'),
    (5, 'customer', (a.m).customer, least((a.m).n_perceived, (a.m).n_expected), 'all of them')
) r(ordinal, gap, value, n, owner)
ORDER BY r.ordinal;
COMMENT ON VIEW service_gap_model IS
    'the five gaps out of evaluations whose measure is expected, understood, specified, delivered, promised or perceived (with what was expected beside it, if asked together); n is the number of evaluations on the thinner side, owner who closes the gap';

CREATE VIEW channel_ranking AS
SELECT r.channel, r.contacts, r.goals_reached, r.cost_per_contact, r.efficiency, r.measured, r.ease, r.convenience,
    @extschema@.channel_score(r.cost_per_contact, r.efficiency, r.ease, r.convenience) OVER () AS score,
    @extschema@.channel_rank(r.cost_per_contact, r.efficiency, r.ease, r.convenience) OVER () AS rank
FROM (
    SELECT h.channel, s.contacts, s.goals_reached, s.contacts >= 30 AS measured, h.ease, h.convenience,
        CASE WHEN s.contacts > 0 THEN (s.cost + h.fixed_cost * s.months) / s.contacts ELSE h.unit_cost END AS cost_per_contact,
        CASE WHEN s.contacts >= 30 THEN s.goals_reached::float8 / s.contacts ELSE h.efficiency END AS efficiency
    FROM channels h, LATERAL (
        SELECT count(*) AS contacts, coalesce(sum(coalesce(c.cost, h.unit_cost, 0)), 0) AS cost,
            count(*) FILTER (WHERE c.goal_reached AND c.customer_reason IS NULL AND c.goal_reason IS NULL
                AND c.feedback_reason IS NULL) AS goals_reached,
            count(DISTINCT date_trunc('month', c.occurred_at, 'UTC')) AS months
        FROM judged_contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint
        WHERE t.channel = h.channel
    ) s
) r;
COMMENT ON VIEW channel_ranking IS
    'channels by low cost, high efficiency, ease and convenience: all contacts and the fixed cost of each month with contacts are charged, goals count on contacts that count; below 30 contacts the efficiency entered by hand serves';

CREATE VIEW channel_mix AS
SELECT n.strength, coalesce(s.channels, '{}') AS channels, coalesce(s.contacts, 0) AS contacts,
    coalesce(s.impressions, 0) AS impressions, s.channels IS NOT NULL AS covered,
    coalesce(s.contacts, 0) + coalesce(s.impressions, 0) > 0 AS used
FROM unnest('{awareness,image,trust,purchase,loyalty}'::text[]) WITH ORDINALITY n(strength, ordinal)
    LEFT JOIN (
        SELECT x.strength, array_agg(h.channel ORDER BY h.channel) AS channels,
            sum(u.contacts)::bigint AS contacts, sum(u.impressions)::bigint AS impressions
        FROM channels h, unnest(h.strengths) x(strength), LATERAL (
            SELECT (SELECT count(*) FROM contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint
                    WHERE t.channel = h.channel) AS contacts,
                (SELECT coalesce(sum(m.impressions), 0) FROM mass_contacts m JOIN touchpoints t ON t.touchpoint = m.touchpoint
                    WHERE t.channel = h.channel) AS impressions
        ) u GROUP BY x.strength
    ) s ON s.strength = n.strength
ORDER BY n.ordinal;
COMMENT ON VIEW channel_mix IS 'does the mix of channels cover every strength, and is what covers it used?';

CREATE VIEW key_touchpoints AS
WITH journey AS (
    -- A customer's contacts up to each purchase; after the last one they lead to none yet.
    SELECT v.customer_id, v.touchpoint, v.occurred_at, v.score, v.value > 0 AS buys,
        count(*) FILTER (WHERE v.value > 0) OVER (PARTITION BY v.customer_id ORDER BY v.occurred_at, v.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS purchase
    FROM valid_contacts v
), path AS (
    SELECT DISTINCT customer_id, purchase, touchpoint,
        bool_or(buys) OVER (PARTITION BY customer_id, purchase) AS bought
    FROM journey
), total AS (
    SELECT count(DISTINCT (customer_id, purchase)) FILTER (WHERE bought) AS bought,
        count(DISTINCT (customer_id, purchase)) AS paths FROM path
), buyers AS (
    SELECT p.touchpoint, count(*) FILTER (WHERE p.bought) AS paths_bought, count(*) AS paths,
        count(*) FILTER (WHERE p.bought)::float8 / count(*) AS rate_with,
        (t.bought - count(*) FILTER (WHERE p.bought))::float8 / nullif(t.paths - count(*), 0) AS rate_without
    FROM path p, total t GROUP BY p.touchpoint, t.bought, t.paths
), prospects AS (
    SELECT x.touchpoint, sum(x.reached)::bigint AS reached, sum(x.responded)::bigint AS responded
    FROM (
        SELECT v.touchpoint, count(DISTINCT v.customer_id) AS reached,
            count(DISTINCT v.customer_id) FILTER (WHERE v.goal_reached OR v.feedback IS NOT NULL) AS responded
        FROM valid_contacts v JOIN customers u USING (customer_id)
        WHERE u.relation IN ('prospect', 'competitor') OR v.occurred_at < (
            SELECT min(b.occurred_at) FROM contacts b WHERE b.customer_id = v.customer_id AND b.value > 0)
        GROUP BY v.touchpoint
        UNION ALL
        SELECT m.touchpoint, m.impressions, coalesce(m.responses, 0) FROM mass_contacts m
    ) x GROUP BY x.touchpoint
)
SELECT 'buyers' AS whom, touchpoint, paths AS reached, paths_bought AS moved, rate_with AS rate,
    rate_with - rate_without AS lift,
    rank() OVER (ORDER BY paths_bought * coalesce(rate_with - rate_without, 0) DESC, paths_bought DESC) AS rank
FROM buyers
UNION ALL
SELECT 'prospects', touchpoint, reached, responded, responded::float8 / nullif(reached, 0), NULL,
    rank() OVER (ORDER BY reached DESC, responded DESC)
FROM prospects;
COMMENT ON VIEW key_touchpoints IS
    'what decides. buyers: ways to a purchase that pass the touchpoint (reached), those that end in one (moved), how much more often than ways that do not pass it (lift). prospects: people that the touchpoint carries the message to (reached) and that answered (moved)';

CREATE VIEW moments_of_truth AS
WITH moment AS (
    SELECT j.customer_id, m.moment, m.touchpoint::text AS touchpoint, m.score
    FROM (
        SELECT v.customer_id, @extschema@.journey_agg(v.touchpoint::@extschema@.touchpoint, v.occurred_at, v.score) AS journey
        FROM valid_contacts v GROUP BY v.customer_id
    ) j, @extschema@.moments_of_truth(j.journey, (SELECT neutral FROM settings)) m
    WHERE m.moment IN ('peak', 'end')
)
SELECT t.touchpoint, t.designed_as,
    count(m.moment) FILTER (WHERE m.moment = 'peak') AS peaks, count(m.moment) FILTER (WHERE m.moment = 'end') AS ends,
    avg(m.score) FILTER (WHERE m.moment = 'peak') AS peak_score, avg(m.score) FILTER (WHERE m.moment = 'end') AS end_score,
    CASE WHEN t.designed_as IS NULL THEN 'not designed'
        WHEN count(m.moment) FILTER (WHERE m.moment = t.designed_as) > 0 THEN 'as designed'
        ELSE 'not what was designed' END AS verdict
FROM touchpoints t LEFT JOIN moment m ON m.touchpoint = t.touchpoint
GROUP BY t.touchpoint, t.designed_as
HAVING t.designed_as IS NOT NULL OR count(m.moment) > 0;
COMMENT ON VIEW moments_of_truth IS
    'touchpoints that were designed as the peak or the end of the journey, and those that customers'' journeys really peak and end at';

CREATE VIEW customer_archive AS
SELECT u.customer_id, u.name, u.relation, u.needs, u.profile,
    coalesce(u.preferred_channel, f.channel) AS preferred_channel, l.last_contact_at, l.last_touchpoint,
    l.contacts, r.recency, r.frequency, r.monetary, s.peak_end,
    r.frequency > 1 AS repurchases,
    coalesce(a.recommended, 0) AS recommended, coalesce(a.confirmed, 0) AS recommendations_confirmed,
    CASE WHEN a.confirmed > 0 THEN 'advocate' WHEN a.recommended > 0 THEN 'recommends'
        WHEN r.frequency > 1 THEN 'repurchases' WHEN r.frequency = 1 THEN 'bought once'
        ELSE 'no purchase yet' END AS value_step
FROM customers u
    LEFT JOIN LATERAL (
        SELECT c.occurred_at AS last_contact_at, c.touchpoint AS last_touchpoint,
            (SELECT count(*) FROM contacts n WHERE n.customer_id = u.customer_id) AS contacts
        FROM contacts c WHERE c.customer_id = u.customer_id ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1
    ) l ON true
    LEFT JOIN LATERAL (
        SELECT now() - max(c.occurred_at) AS recency, count(*) AS frequency, coalesce(sum(c.value), 0) AS monetary
        FROM contacts c WHERE c.customer_id = u.customer_id AND c.value > 0
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT t.channel FROM contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint
        WHERE c.customer_id = u.customer_id AND c.initiator = 'customer' AND t.channel IS NOT NULL
        GROUP BY t.channel ORDER BY count(*) DESC, max(c.occurred_at) DESC LIMIT 1
    ) f ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS recommended, count(*) FILTER (WHERE x.referral_confirmed) AS confirmed
        FROM customers x WHERE x.referred_by = u.customer_id
    ) a ON true
    LEFT JOIN customer_scores s ON s.customer_id = u.customer_id;
COMMENT ON VIEW customer_archive IS
    'a customer a row: needs, the channel they prefer or choose most, last contact, recency, frequency and money of purchases, what they remember, and their value: repurchase, recommendation (confirmed or not), advocacy';
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_views() IS 'the analytical views of create_contact_model(), as SQL text';
-- The reference model: views to manage by, and the card for the front line.

CREATE FUNCTION contact_model_management() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
CREATE VIEW plan_vs_actual AS
SELECT p.plan_id, p.name, p.mode,
    CASE WHEN p.every IS NOT NULL AND isfinite(lower(p.during)) THEN
        floor(extract(epoch FROM least(now(), upper(p.during)) - lower(p.during)) / extract(epoch FROM p.every))::bigint + 1
        END AS rounds_planned,
    coalesce(s.contacts, 0) AS contacts, s.right_customer, s.right_touchpoint, s.right_channel, s.right_time,
    s.right_product, coalesce(s.as_planned, 0) AS as_planned, s.goals_reached, p.budget, coalesce(s.cost, 0) AS cost,
    p.budget - coalesce(s.cost, 0) AS budget_left, coalesce(r.refused, 0) AS refused
FROM contact_plans p
    LEFT JOIN (
        SELECT x.plan_id, count(*) AS contacts, count(*) FILTER (WHERE x.rc) AS right_customer,
            count(*) FILTER (WHERE x.rt) AS right_touchpoint, count(*) FILTER (WHERE x.rh) AS right_channel,
            count(*) FILTER (WHERE x.ra) AS right_time, count(*) FILTER (WHERE x.rp) AS right_product,
            count(*) FILTER (WHERE x.rc AND x.rt AND x.rh AND x.ra AND x.rp) AS as_planned,
            count(*) FILTER (WHERE x.goal_reached) AS goals_reached, sum(x.cost) AS cost
        FROM (
            SELECT c.plan_id, coalesce(c.cost, h.unit_cost) AS cost, c.goal_reached,
                a.audience IS NULL OR coalesce(u.relation = a.relation, true) AND u.profile @> a.profile AS rc,
                c.touchpoint = q.touchpoint AS rt, t.channel IS NOT DISTINCT FROM qt.channel AS rh,
                q.during @> c.occurred_at AS ra, q.product IS NULL OR coalesce(c.product = q.product, false) AS rp
            FROM contacts c JOIN contact_plans q USING (plan_id)
                JOIN customers u ON u.customer_id = c.customer_id
                JOIN touchpoints t ON t.touchpoint = c.touchpoint
                JOIN touchpoints qt ON qt.touchpoint = q.touchpoint
                LEFT JOIN channels h ON h.channel = t.channel
                LEFT JOIN audiences a ON a.audience = q.audience
        ) x GROUP BY x.plan_id
    ) s ON s.plan_id = p.plan_id
    LEFT JOIN (SELECT f.plan_id, count(*) AS refused FROM refusals f GROUP BY f.plan_id) r ON r.plan_id = p.plan_id;
COMMENT ON VIEW plan_vs_actual IS
    'each plan against the contacts made for it: right customer, touchpoint, channel, time and product, all five (as_planned), goals reached, cost within budget, contacts refused; rounds_planned counts the beats of a regular plan so far';

CREATE VIEW standard_breaches AS
SELECT s.standard_id, s.touchpoint, s.measure, s.target, s.better, s.document, m.source, m.at, m.customer_id,
    m.contact_id, m.employee_id, m.value AS measured, m.value - s.target AS difference
FROM service_standards s, LATERAL (
    SELECT 'contact' AS source, c.occurred_at AS at, c.customer_id, c.id AS contact_id, c.employee_id,
        CASE s.measure WHEN 'score' THEN c.score WHEN 'cost' THEN c.cost WHEN 'value' THEN c.value
            WHEN 'gap' THEN c.score - c.expected
            WHEN 'duration' THEN extract(epoch FROM c.duration)::float8 END AS value
    FROM contacts c WHERE c.touchpoint = s.touchpoint AND s.measure IN ('score', 'cost', 'value', 'gap', 'duration')
        AND (s.measure NOT IN ('score', 'gap') OR EXISTS (
            SELECT FROM contact_validity v WHERE v.occurred_at = c.occurred_at AND v.id = c.id AND v.valid))
    UNION ALL
    SELECT 'evaluation' AS source, e.at, e.customer_id, NULL::bigint AS contact_id, NULL::bigint AS employee_id, e.score AS value
    FROM evaluations e WHERE e.touchpoint = s.touchpoint AND e.measure = s.measure
) m
WHERE CASE s.better WHEN 'higher' THEN m.value < s.target ELSE m.value > s.target END;
COMMENT ON VIEW standard_breaches IS
    'contacts (measures score and gap of those that count; cost, value, and duration in seconds) and evaluations (any other measure) that miss a service standard';

CREATE VIEW improvement_effect AS
SELECT i.improvement_id, i.finding, i.touchpoint, i.action, i.done_at, i.cost, i.value_realised,
    @extschema@.roi(i.value_realised, i.cost) AS roi,
    @extschema@.gap_count(e.before) AS pairs_before, @extschema@.gap_count(e.after) AS pairs_after,
    @extschema@.mean_gap(e.before) AS gap_before, @extschema@.mean_gap(e.after) AS gap_after,
    (x.change).change, (x.change).p_value, (x.change).ci_low, (x.change).ci_high
FROM improvements i
    LEFT JOIN LATERAL (
        SELECT @extschema@.gap_agg(v.expected_or_evaluated, v.score) FILTER (WHERE v.occurred_at < i.done_at) AS before,
            @extschema@.gap_agg(v.expected_or_evaluated, v.score) FILTER (WHERE v.occurred_at >= i.done_at) AS after
        FROM valid_contacts v WHERE v.touchpoint = i.touchpoint
    ) e ON true
    LEFT JOIN LATERAL (SELECT @extschema@.gap_change(e.before, e.after) AS change) x ON true;
COMMENT ON VIEW improvement_effect IS
    'did it help? The gap at the touchpoint before and after an improvement was done, the change with its p-value and interval, and the return on its cost';

CREATE VIEW follow_ups_due AS
SELECT f.follow_up_id, f.due_at, now() - f.due_at AS overdue, f.customer_id, u.name,
    coalesce(f.channel, u.preferred_channel) AS channel, f.purpose, f.case_id, f.contact_at, f.contact_id,
    c.touchpoint AS after_touchpoint, c.score AS after_score
FROM follow_ups f JOIN customers u USING (customer_id)
    LEFT JOIN contacts c ON c.occurred_at = f.contact_at AND c.id = f.contact_id
WHERE f.done_at IS NULL AND f.due_at <= now() AND NOT EXISTS (
    SELECT FROM departures d WHERE d.customer_id = f.customer_id AND d.product IS NULL AND d.at >= coalesce(f.contact_at, d.at)
        AND u.relation = 'former')
ORDER BY f.due_at, f.follow_up_id;
COMMENT ON VIEW follow_ups_due IS 'follow-ups that are due by now and not done, of customers who have not left since; the longest overdue first';

CREATE VIEW theme_consistency AS
SELECT CASE WHEN grouping(x.product) = 1 THEN 'company' ELSE 'product' END AS scope, x.product,
    count(DISTINCT x.theme) AS themes, array_agg(DISTINCT x.theme ORDER BY x.theme) AS list, sum(x.shown)::bigint AS shown,
    count(DISTINCT x.theme) > (SELECT theme_limit FROM settings) AS too_many
FROM (
    SELECT c.product, c.theme, 1::bigint AS shown FROM contacts c WHERE c.theme IS NOT NULL AND c.initiator = 'company'
    UNION ALL
    SELECT p.product, p.theme, 0 AS shown FROM contact_plans p WHERE p.theme IS NOT NULL AND p.active
    UNION ALL
    SELECT NULL::text AS product, m.theme, m.impressions AS shown FROM mass_contacts m WHERE m.theme IS NOT NULL
) x
GROUP BY GROUPING SETS ((), (x.product))
HAVING grouping(x.product) = 1 OR x.product IS NOT NULL;
COMMENT ON VIEW theme_consistency IS
    'the themes that customers are shown, for the company and each product; too_many above settings.theme_limit';

CREATE VIEW churn_reasons AS
SELECT r.reason, r.avoidable, count(d.departure_id) AS departures,
    count(d.departure_id)::float8 / nullif(sum(count(d.departure_id)) OVER (), 0) AS share,
    count(d.departure_id) FILTER (WHERE d.product IS NULL) AS left_for_good,
    array_agg(DISTINCT d.product ORDER BY d.product) FILTER (WHERE d.product IS NOT NULL) AS products,
    array_agg(DISTINCT d.employee_id ORDER BY d.employee_id) FILTER (WHERE d.employee_id IS NOT NULL) AS employees,
    avg(l.score) AS last_score
FROM departure_reasons r LEFT JOIN departures d ON d.reason = r.reason
    LEFT JOIN LATERAL (
        SELECT c.score FROM contacts c
        WHERE c.customer_id = d.customer_id AND c.occurred_at <= d.at AND c.score IS NOT NULL
        ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1
    ) l ON true
GROUP BY r.reason, r.avoidable;
COMMENT ON VIEW churn_reasons IS 'why customers leave: departures by reason, their share, the products and employees named, and the mean last score before they left';

CREATE VIEW service_blueprint AS
SELECT s.blueprint, s.ordinal, s.name AS step, s.touchpoint,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'physical_evidence') AS physical_evidence,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'customer') AS customer,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'frontstage') AS frontstage,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'backstage') AS backstage,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'support') AS support,
    count(*) FILTER (WHERE e.fail_point) AS fail_points
FROM blueprint_steps s LEFT JOIN (
    SELECT b.element_id, b.step_id, b.lane, b.fail_point,
        coalesce(b.actor || ': ', '') || b.text || CASE WHEN b.fail_point THEN ' (!)' ELSE '' END AS line
    FROM blueprint_elements b
) e ON e.step_id = s.step_id
GROUP BY s.step_id
ORDER BY s.blueprint, s.ordinal;
COMMENT ON VIEW service_blueprint IS 'the service blueprint: a step a row, a lane a column; (!) marks where it may fail';

CREATE VIEW service_panorama AS
SELECT coalesce(t.zone, '(none)') AS zone,
    string_agg(t.line, '; ' ORDER BY t.line) FILTER (WHERE t.carrier = 'customer') AS customer,
    string_agg(t.line, '; ' ORDER BY t.line) FILTER (WHERE t.carrier = 'employee') AS employee,
    string_agg(t.line, '; ' ORDER BY t.line) FILTER (WHERE t.carrier = 'environment') AS environment,
    string_agg(t.line, '; ' ORDER BY t.line) FILTER (WHERE t.carrier = 'facility') AS facility,
    count(*) AS touchpoints, sum(t.contacts)::bigint AS contacts, sum(t.total) / nullif(sum(t.scored), 0) AS mean_score
FROM (
    SELECT p.zone, p.carrier, coalesce(s.contacts, 0) AS contacts, s.total, s.scored,
        p.label || CASE WHEN s.scored > 0 THEN ' ' || round((s.total / s.scored)::numeric, 1) ELSE '' END AS line
    FROM touchpoints p LEFT JOIN (
        SELECT v.touchpoint, count(*) AS contacts, sum(v.score) AS total, count(v.score) AS scored
        FROM valid_contacts v GROUP BY v.touchpoint
    ) s ON s.touchpoint = p.touchpoint
    WHERE p.zone IS NOT NULL OR p.carrier IS NOT NULL
) t GROUP BY t.zone;
COMMENT ON VIEW service_panorama IS 'the place where the service happens: a zone a row, what carries the experience a column, each touchpoint with its mean score';

CREATE VIEW consent_status AS
SELECT u.customer_id, c.channel, c.purpose, c.product, c.granted AND NOT o.opted_out AS allowed,
    CASE WHEN NOT c.granted THEN 'opted out' WHEN o.opted_out THEN 'overruled by an opt-out' ELSE 'granted' END AS status,
    lower(c.during) AS since, upper(c.during) AS until, c.source
FROM customers u JOIN consents c ON c.customer_id = u.customer_id AND c.during @> now(), LATERAL (
    SELECT EXISTS (SELECT FROM consents x
        WHERE x.customer_id = c.customer_id AND NOT x.granted AND x.during @> now()
            AND (x.channel IS NULL OR x.channel = c.channel) AND (x.purpose IS NULL OR x.purpose IN (c.purpose, 'marketing'))
            AND (x.product IS NULL OR x.product = c.product)) AS opted_out
) o;
COMMENT ON VIEW consent_status IS 'consents that hold now, by channel, purpose and product (NULL = any); an opt-out overrules every consent that it covers';

CREATE FUNCTION customer_card(customer bigint) RETURNS jsonb LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT jsonb_build_object(
        'customer', jsonb_build_object('id', u.customer_id, 'name', u.name, 'relation', u.relation, 'needs', u.needs,
            'profile', u.profile, 'owner', (SELECT e.name FROM employees e WHERE e.employee_id = u.owner_id)),
        'preferred_channel', a.preferred_channel,
        'last_contact', jsonb_build_object('at', a.last_contact_at, 'touchpoint', a.last_touchpoint),
        'value', jsonb_build_object('step', a.value_step, 'purchases', a.frequency, 'money', a.monetary,
            'recommended', a.recommended, 'confirmed', a.recommendations_confirmed),
        'remembers', a.peak_end,
        'products_held', (SELECT coalesce(jsonb_agg(p.product ORDER BY p.product), '[]') FROM (
            SELECT c.product FROM contacts c
            WHERE c.customer_id = u.customer_id AND c.value > 0 AND c.product IS NOT NULL
            GROUP BY c.product
            HAVING NOT EXISTS (SELECT FROM departures d WHERE d.customer_id = u.customer_id
                AND (d.product = c.product OR d.product IS NULL) AND d.at >= max(c.occurred_at))) p),
        'open_cases', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.case_id, 'kind', k.kind, 'product', k.product,
                'opened_at', k.opened_at, 'ends_at', k.ends_at) ORDER BY k.opened_at, k.case_id), '[]')
            FROM cases k WHERE k.customer_id = u.customer_id AND k.closed_at IS NULL),
        'consent', (SELECT coalesce(jsonb_agg(jsonb_build_object('channel', s.channel, 'purpose', s.purpose,
                'product', s.product, 'status', s.status) ORDER BY s.channel, s.purpose, s.product, s.status), '[]')
            FROM consent_status s WHERE s.customer_id = u.customer_id),
        'offers', (SELECT coalesce(jsonb_agg(DISTINCT p.product), '[]')
            FROM contact_plans p LEFT JOIN audiences g ON g.audience = p.audience
            WHERE p.active AND p.during @> now() AND p.product IS NOT NULL
                AND (g.audience IS NULL OR coalesce(u.relation = g.relation, true) AND u.profile @> g.profile)),
        'follow_ups_due', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.follow_up_id, 'due_at', f.due_at,
                'purpose', f.purpose) ORDER BY f.due_at, f.follow_up_id), '[]')
            FROM follow_ups_due f WHERE f.customer_id = u.customer_id))
    FROM customers u JOIN customer_archive a ON a.customer_id = u.customer_id
    WHERE u.customer_id = customer_card.customer;
END;
COMMENT ON FUNCTION customer_card(bigint) IS
    'what the front line sees of a customer: profile, last contact, value, products held, open cases, consent, products of running plans whose audience fits, follow-ups due; NULL for an unknown customer';
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_management() IS 'the management views of create_contact_model(), as SQL text';
-- The reference model: made and dropped.

CREATE FUNCTION contact_model_comments() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $text$
settings|how this model is set: one row
settings.one|there is one row
settings.scale_low|lowest score
settings.scale_high|highest score
settings.neutral|the score that is neither good nor bad
settings.theme_limit|more themes than this blur the message
channels|ways to meet customers
channels.channel|name, as in touchpoints
channels.unit_cost|cost of a contact whose cost is not recorded
channels.fixed_cost|cost a month, however many contacts
channels.efficiency|goals reached a contact, as estimated; measured from 30 contacts on
channels.ease|how easy it is for staff, the higher the easier
channels.convenience|how convenient it is to customers, the higher the better
channels.controllable|does the company decide what happens there?
channels.strengths|what it is good for: awareness, image, trust, purchase, loyalty
stages|stages of the customer's way, in order
stages.stage|name, as in touchpoints
stages.ordinal|its place in the order
stages.leaves|does a customer leave the way here (quit, complain)?
audiences|whom plans address
audiences.audience|name
audiences.relation|relation of its customers, NULL = any
audiences.profile|its customers' profiles contain this
audiences.description|who they are
stage_cards|what a stage takes for an audience
stage_cards.stage|the stage
stage_cards.audience|the audience
stage_cards.core_need|what customers need most there
stage_cards.management_support|what management has to provide
stage_cards.front_line|what the front line has to do
goals|what contacts are for
goals.goal|name
goals.strength|the strength that a channel needs to reach it, NULL = any channel will do
goals.description|when it counts as reached
products|what is sold
products.product|name
products.price|list price
products.description|what it is
places|where contacts happen
places.place|name
places.part_of|the place that it is in
places.address|where it is
employees|who meets customers, or stands behind those who do
employees.employee_id|key
employees.name|name
employees.role|role
employees.department|department
employees.partner|the partner company they work for, NULL = ours
touchpoints|where customers and company meet, with the classes that they fall into
touchpoints.touchpoint|[stage:][channel/]label, made of the parts, or the parts of it
touchpoints.channel|the channel, NULL = none
touchpoints.label|the label
touchpoints.stage|the stage of the way, NULL = any
touchpoints.parent|the touchpoint that it is a part of
touchpoints.kind|physical, digital, interpersonal or event
touchpoints.method|advertising, public relations, personnel, meeting, delegated, correspondence, alliance or intercept
touchpoints.hard_or_soft|hard (things) or soft (behaviour)
touchpoints.intent|arranged or spontaneous
touchpoints.active_or_passive|does the company act, or wait to be met?
touchpoints.initiator|who usually starts it
touchpoints.mode|regular or ad_hoc
touchpoints.area|marketing, product, service or brand; marketing needs consent
touchpoints.business_phase|research, procurement, production, sales or service
touchpoints.brand_level|promise, encounter or habit
touchpoints.zone|zone of the place, for the panorama
touchpoints.carrier|what carries the experience: customer, employee, environment or facility
touchpoints.direction|two_way touchpoints should bring feedback
touchpoints.designed_as|designed to be the peak or the end of the journey
touchpoints.goal|what it is for, where contact and plan do not say
touchpoints.content|what is conveyed, where contact and plan do not say
touchpoints.owner_id|who answers for it
touchpoints.catalogued|false: customers found it, nobody has described it yet; the company does not contact here
customers|existing and potential customers
customers.customer_id|key
customers.name|name
customers.relation|prospect, customer, former, or competitor (a competitor's customer)
customers.relation_since|when the relation became what it is
customers.profile|what is known of them, matched by audiences
customers.needs|what they need
customers.preferred_channel|the channel they asked for
customers.owner_id|who looks after them
customers.referred_by|the customer who recommended us
customers.referral_confirmed|did they confirm the recommendation?
customers.contact_calls|calls of record_contact(), whose update is the customer's lock
cases|what a customer has going on: a purchase, a handover, a repair, a complaint
cases.case_id|key
cases.customer_id|the customer
cases.product|the product
cases.kind|purchase, handover, repair, complaint, ...
cases.opened_at|when it was opened
cases.ends_at|when it is due to end
cases.closed_at|when it was closed, NULL = open
cases.outcome|how it ended
contact_plans|contacts that are planned
contact_plans.plan_id|key
contact_plans.name|name
contact_plans.goal|what for
contact_plans.product|which product, NULL = any
contact_plans.audience|whom, NULL = everybody
contact_plans.touchpoint|where
contact_plans.during|when
contact_plans.every|the beat of a regular plan
contact_plans.place|at which place
contact_plans.content|what is conveyed
contact_plans.theme|under which theme
contact_plans.owner_id|who answers for it
contact_plans.budget|what it may cost
contact_plans.mode|regular or ad_hoc
contact_plans.active|is it carried out?
contacts|the contact record: one meeting of a customer and the company
contacts.id|key, with occurred_at, so that the table can be partitioned by time
contacts.occurred_at|when it began
contacts.customer_id|whom
contacts.touchpoint|where
contacts.score|what the customer experienced
contacts.expected|what the customer expected, on the same scale
contacts.cost|what it cost
contacts.duration|how long it took
contacts.value|what it brought in; a purchase where above 0
contacts.initiator|who started it: company, customer or third_party
contacts.case_id|the case that it belongs to
contacts.plan_id|the plan that it carries out
contacts.product|the product that it was about
contacts.employee_id|who met the customer
contacts.place|where it took place
contacts.purpose|what for: decides whether it needs consent; complaint is always recorded
contacts.goal|the goal, where it is not the plan's or the touchpoint's
contacts.content|what was conveyed
contacts.theme|under which theme
contacts.feedback|what the customer said
contacts.feedback_verdict|is the feedback true, false or unclear?
contacts.evaluation|how staff judge the contact
contacts.incentive|what the customer was offered for it
contacts.goal_reached|did it reach its goal?
contacts.result|what came of it
journeys|each customer's contacts as one journey, kept current by triggers
journeys.customer_id|the customer
journeys.journey|their contacts
mass_contacts|contacts with an audience, not with a known customer: advertising, events
mass_contacts.mass_contact_id|key
mass_contacts.touchpoint|where
mass_contacts.audience|whom
mass_contacts.period|when
mass_contacts.impressions|how often it was seen
mass_contacts.responses|how often it was answered
mass_contacts.cost|what it cost
mass_contacts.theme|under which theme
evaluations|what surveys, audits and managers say
evaluations.evaluation_id|key
evaluations.customer_id|the customer, NULL = not of one customer
evaluations.case_id|the case
evaluations.touchpoint|the touchpoint
evaluations.place|the place
evaluations.at|when
evaluations.measure|what was measured; expected, understood, specified, delivered, promised and perceived make the five gaps
evaluations.respondent|who says so: customer, manager, audit, ...
evaluations.score|the measured score
evaluations.expected|what was expected of it
service_standards|what service has to be like
service_standards.standard_id|key
service_standards.touchpoint|where
service_standards.measure|score, gap, cost, value or duration (seconds) of contacts, or a measure of evaluations
service_standards.target|the value to meet
service_standards.better|higher or lower: what keeps the standard
service_standards.document|where it is written
departure_reasons|why customers leave
departure_reasons.reason|name
departure_reasons.avoidable|could the company have kept them?
departure_reasons.description|what falls under it
departures|customers who left, or gave up a product
departures.departure_id|key
departures.customer_id|who
departures.product|which product, NULL = left for good
departures.at|when
departures.reason|why
departures.employee_id|the employee named, if any
departures.remark|what they said
blueprint_steps|steps of a service, in order
blueprint_steps.step_id|key
blueprint_steps.blueprint|the service
blueprint_steps.ordinal|its place in the order
blueprint_steps.name|name
blueprint_steps.touchpoint|where customer and company meet in this step
blueprint_elements|what happens in a step, lane by lane
blueprint_elements.element_id|key
blueprint_elements.step_id|the step
blueprint_elements.lane|physical_evidence, customer, frontstage, backstage or support
blueprint_elements.actor|who does it
blueprint_elements.text|what is seen or done
blueprint_elements.fail_point|may it fail here?
consents|what customers agreed to, and opted out of
consents.consent_id|key
consents.customer_id|who
consents.channel|for this channel, NULL = any
consents.purpose|for this purpose, NULL = any; marketing covers all that needs consent
consents.product|for contacts about this product, NULL = any
consents.during|from when to when
consents.granted|false: an opt-out, which overrules consents
consents.source|where and how it was given
policies|rules for the contacts that the company starts; all that apply must agree
policies.policy|name
policies.channel|for this channel, NULL = every channel
policies.rule|a contact_policy: caps, min_gap, quiet, cooldown, exempt
policies.transactional|purposes that need no consent
policies.active|is it in force?
refusals|contacts that were asked for and refused
refusals.refusal_id|key
refusals.refused_at|when it was refused
refusals.customer_id|whom, known or not
refusals.touchpoint|where, catalogued or not
refusals.occurred_at|the time that was asked for
refusals.purpose|what for
refusals.plan_id|for which plan
refusals.employee_id|who asked
refusals.reason|why it was refused
refusals.next_allowed_at|when it would have been allowed
follow_up_rules|what is followed up, and when
follow_up_rules.rule_id|key
follow_up_rules.touchpoint|contacts at touchpoints that match this glob
follow_up_rules.wait|how long after
follow_up_rules.base|after the contact, or the case_end
follow_up_rules.channel|by which channel
follow_up_rules.purpose|what for
follow_up_rules.active|is it in force?
follow_ups|what is to be followed up
follow_ups.follow_up_id|key
follow_ups.customer_id|whom
follow_ups.rule_id|by which rule
follow_ups.case_id|in which case
follow_ups.contact_at|after which contact: its time
follow_ups.contact_id|after which contact: its id
follow_ups.due_at|when
follow_ups.channel|by which channel
follow_ups.purpose|what for
follow_ups.done_at|when it was done, NULL = open
follow_ups.done_contact_id|the contact that did it
improvements|what was found and what was done about it
improvements.improvement_id|key
improvements.finding|what was found
improvements.touchpoint|where
improvements.action|what was done
improvements.owner_id|by whom
improvements.done_at|when it was done
improvements.cost|what it cost
improvements.value_realised|what it brought in
channel_mix.channels|the channels that have this strength
channel_mix.contacts|contacts in them
channel_mix.covered|has any channel this strength?
channel_mix.impressions|mass contacts in them
channel_mix.strength|awareness, image, trust, purchase or loyalty
channel_mix.used|has any contact gone through them?
channel_ranking.contacts|all contacts, whether they count or not
channel_ranking.cost_per_contact|cost of all contacts and the fixed cost of each month with contacts, a contact; without contacts the unit cost
channel_ranking.efficiency|goals reached a contact, or the estimate below 30 contacts
channel_ranking.goals_reached|goals reached by contacts that count
channel_ranking.measured|is the efficiency measured?
channel_ranking.rank|1 is the best
channel_ranking.score|closeness to the best of all, 0 to 1
churn_reasons.departures|how often it was named
churn_reasons.employees|employees named with it
churn_reasons.last_score|mean of the last scores before the departures
churn_reasons.left_for_good|departures of customers, not only from a product
churn_reasons.products|products that were given up for it
churn_reasons.reason|the reason
churn_reasons.share|share of all departures
consent_status.allowed|may marketing go this way now?
consent_status.since|from when it holds
consent_status.status|granted, opted out, or overruled by an opt-out
consent_status.until|until when it holds, NULL = no end
contact_validity.customer_ok|did it meet an existing or potential customer?
contact_validity.customer_reason|why not
contact_validity.feedback_ok|did it bring feedback where the touchpoint is two-way?
contact_validity.feedback_reason|why not
contact_validity.goal_ok|had it a goal, and a channel and content that fit?
contact_validity.goal_reason|why not
contact_validity.valid|does it count: all three?
customer_archive.contacts|number of contacts
customer_archive.frequency|number of purchases
customer_archive.last_contact_at|when the last contact was
customer_archive.last_touchpoint|where it was
customer_archive.monetary|money of all purchases
customer_archive.peak_end|what they remember
customer_archive.preferred_channel|the channel they asked for, else the one that they choose most
customer_archive.recency|time since the last purchase
customer_archive.recommendations_confirmed|how many of the recommended confirmed it
customer_archive.recommended|customers they recommended us to
customer_archive.repurchases|did they buy again?
customer_archive.value_step|no purchase yet, bought once, repurchases, recommends, advocate
customer_scores.end_score|score of the last scored contact
customer_scores.highest|highest score
customer_scores.lowest|lowest score
customer_scores.mean|mean score
customer_scores.peak|score furthest from neutral, of equals the later
customer_scores.peak_end|half peak, half end
customer_scores.scored|number of scored contacts
customer_scores.start_score|score of the first scored contact
customer_scores.stddev|sample standard deviation of scores
customer_scores.trend|slope of scores a day
follow_ups_due.after_score|score of the contact to follow up
follow_ups_due.after_touchpoint|where that contact was
follow_ups_due.overdue|for how long it has been due
improvement_effect.change|gap after less gap before
improvement_effect.ci_high|upper bound of the change, 95 %
improvement_effect.ci_low|lower bound of the change, 95 %
improvement_effect.gap_after|mean gap since it was done
improvement_effect.gap_before|mean gap before
improvement_effect.p_value|how probable such a change is by chance
improvement_effect.pairs_after|contacts with score and expectation since
improvement_effect.pairs_before|contacts with score and expectation before
improvement_effect.roi|value realised less cost, over cost
judged_contacts.customer_reason|why it met nobody who is or may become a customer
judged_contacts.feedback_reason|why it brought no feedback that counts
judged_contacts.goal_reason|why goal, channel and content do not fit
key_touchpoints.lift|rate less the rate of ways that do not pass it; buyers only
key_touchpoints.moved|ways that end in a purchase; people that answered
key_touchpoints.rank|1 decides most
key_touchpoints.rate|moved over reached
key_touchpoints.reached|ways to a purchase that pass it; people that it reached
key_touchpoints.whom|buyers or prospects
moments_of_truth.end_score|mean score where it was the end
moments_of_truth.ends|journeys that end here
moments_of_truth.peak_score|mean score where it was the peak
moments_of_truth.peaks|journeys that peak here
moments_of_truth.verdict|as designed, not what was designed, or not designed
plan_vs_actual.as_planned|contacts that are right in all five
plan_vs_actual.budget_left|budget less cost
plan_vs_actual.contacts|contacts made for the plan
plan_vs_actual.cost|what they cost
plan_vs_actual.goals_reached|contacts that reached the goal
plan_vs_actual.refused|contacts for the plan that were refused
plan_vs_actual.right_channel|contacts in the planned channel
plan_vs_actual.right_customer|contacts with the planned audience
plan_vs_actual.right_product|contacts about the planned product
plan_vs_actual.right_time|contacts at the planned time
plan_vs_actual.right_touchpoint|contacts at the planned touchpoint
plan_vs_actual.rounds_planned|beats of a regular plan so far
service_blueprint.step|the step
service_blueprint.backstage|what staff do out of sight
service_blueprint.customer|what the customer does
service_blueprint.fail_points|number of places where it may fail
service_blueprint.frontstage|what staff do in sight
service_blueprint.physical_evidence|what the customer sees
service_blueprint.support|what holds it all up
service_gap_model.gap|knowledge, standards, delivery, communication or customer
service_gap_model.n|evaluations on the thinner side
service_gap_model.owner|who closes it
service_gap_model.value|difference of the means, negative is a shortfall
service_panorama.contacts|contacts that count in this zone
service_panorama.customer|touchpoints carried by customers
service_panorama.employee|touchpoints carried by employees
service_panorama.environment|touchpoints carried by the surroundings
service_panorama.facility|touchpoints carried by facilities
service_panorama.mean_score|mean score in this zone
service_panorama.touchpoints|number of touchpoints
standard_breaches.contact_id|the contact
standard_breaches.customer_id|the customer
standard_breaches.difference|measured less target
standard_breaches.measured|what it was
standard_breaches.source|contact or evaluation
theme_consistency.list|the themes
theme_consistency.scope|company, or product
theme_consistency.shown|how often themes were shown
theme_consistency.themes|number of themes
theme_consistency.too_many|more than settings.theme_limit?
touchpoint_gaps.contacts|contacts that count
touchpoint_gaps.expected|mean expectation
touchpoint_gaps.gap|mean of experience less expectation, negative is a shortfall
touchpoint_gaps.gap_high|upper bound of the gap, 95 %
touchpoint_gaps.gap_low|lower bound of the gap, 95 %
touchpoint_gaps.p_value|how probable such a gap is by chance
touchpoint_gaps.pairs|contacts with score and expectation
touchpoint_gaps.perceived|mean experience
touchpoint_gaps.shortfall_share|share of contacts below what was expected
valid_contacts.expected_or_evaluated|what the customer expected, or the latest expectation evaluated
$text$ $sql$;
COMMENT ON FUNCTION contact_model_comments() IS 'what create_contact_model() writes on tables and columns: name|comment a line';

CREATE FUNCTION create_contact_model(schema name, scale_low float8 DEFAULT 1, scale_high float8 DEFAULT 5, neutral float8 DEFAULT 3)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    owner oid;
    home oid;
    tag text := '$model$';
    n integer := 0;
    part text;
    line text;
BEGIN
    IF schema IS NULL OR schema = '' THEN
        RAISE EXCEPTION 'a contact model needs the name of a schema' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF scale_low IS NULL OR scale_high IS NULL OR neutral IS NULL
        OR NOT (abs(scale_low) < 'Infinity' AND abs(scale_high) < 'Infinity'
            AND scale_low < scale_high AND neutral BETWEEN scale_low AND scale_high) THEN
        RAISE EXCEPTION 'scale from % to % with neutral % cannot be', scale_low, scale_high, neutral
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Give scale_low < scale_high, and a neutral between them.';
    END IF;

    SELECT s.oid, s.nspowner INTO home, owner FROM pg_namespace s WHERE s.nspname = schema;
    IF home IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
    ELSE
        IF EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home AND p.proname = 'record_contact') THEN
            RAISE EXCEPTION 'schema "%" holds a contact model already', schema
                USING ERRCODE = 'duplicate_schema',
                    HINT = 'Choose another schema, or drop this model with drop_contact_model().';
        END IF;
        IF NOT pg_has_role(owner, 'USAGE') THEN
            RAISE EXCEPTION 'must be owner of schema "%"', schema
                USING ERRCODE = 'insufficient_privilege', HINT = 'Choose a schema that does not exist yet.';
        END IF;
        IF EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = home)
            OR EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = home)
            OR EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home)
            OR EXISTS (SELECT FROM pg_operator o WHERE o.oprnamespace = home) THEN
            RAISE EXCEPTION 'schema "%" is not empty', schema
                USING ERRCODE = 'duplicate_schema', HINT = 'Choose an empty schema, or one that does not exist yet.';
        END IF;
    END IF;

    -- A name may hold anything: let no function body end at it.
    WHILE strpos(quote_ident(schema), tag) > 0 LOOP
        n := n + 1;
        tag := format('$model%s$', n);
    END LOOP;
    PERFORM set_config('search_path', quote_ident(schema) || ', pg_temp', true);
    EXECUTE @extschema@.contact_model_tables();
    EXECUTE 'INSERT INTO settings (scale_low, scale_high, neutral) VALUES ($1, $2, $3)' USING scale_low, scale_high, neutral;
    PERFORM @extschema@.maintain_journeys(format('%I.contacts', schema)::regclass, 'journeys', '{customer_id}',
        'touchpoint::@extschema@.touchpoint', 'occurred_at', 'score', 'expected', 'cost', 'duration', 'value', 'initiator', 'id');
    FOREACH part IN ARRAY ARRAY[@extschema@.contact_model_record(), @extschema@.contact_model_views(),
            @extschema@.contact_model_management()] LOOP
        EXECUTE replace(replace(part, '$model$', tag), '@model@', quote_ident(schema));
    END LOOP;
    FOR line IN SELECT l FROM string_to_table(@extschema@.contact_model_comments(), E'\n') l WHERE l <> '' LOOP
        EXECUTE format('COMMENT ON %s %s IS %L', CASE WHEN strpos(split_part(line, '|', 1), '.') > 0 THEN 'COLUMN' ELSE 'TABLE' END,
            split_part(line, '|', 1), split_part(line, '|', 2));
    END LOOP;
    -- Columns that views only pass on mean what they mean in their table.
    FOR line IN
        SELECT DISTINCT ON (v.oid, a.attnum) format('COMMENT ON COLUMN %I.%I IS %L', v.relname, a.attname, d.description)
        FROM pg_class v JOIN pg_namespace s ON s.oid = v.relnamespace AND s.nspname = schema
            JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0 AND col_description(v.oid, a.attnum) IS NULL
            JOIN pg_attribute b ON b.attname = a.attname AND b.attnum > 0
            JOIN pg_class t ON t.oid = b.attrelid AND t.relnamespace = s.oid AND t.relkind = 'r'
            JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = t.oid AND d.objsubid = b.attnum
        WHERE v.relkind = 'v'
        ORDER BY v.oid, a.attnum, t.relname <> 'contacts', t.relname
    LOOP
        EXECUTE line;
    END LOOP;
END $fn$;
COMMENT ON FUNCTION create_contact_model(name, float8, float8, float8) IS
    'builds the reference model in a new schema, or an empty one of the caller: tables, views, functions and triggers that are the caller''s own; neutral is the point of the scale that is neither good nor bad';

CREATE FUNCTION drop_contact_model(schema name, even_with_contacts boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    home oid;
    has boolean;
    tables text[];
    views constant text[] := '{judged_contacts,contact_validity,valid_contacts,customer_scores,touchpoint_gaps,service_gap_model,channel_ranking,channel_mix,key_touchpoints,moments_of_truth,customer_archive,plan_vs_actual,standard_breaches,improvement_effect,follow_ups_due,theme_consistency,churn_reasons,service_blueprint,service_panorama,consent_status}';
    functions constant text[] := '{customer_card,record_contact,may_contact,schedule_case_follow_ups,cases_follow_ups,customers_relation,touchpoints_key}';
    list text;
BEGIN
    SELECT s.oid INTO home FROM pg_namespace s WHERE s.nspname = schema;
    IF home IS NULL OR to_regclass(format('%I.contacts', schema)) IS NULL
        OR NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home AND p.proname = 'record_contact') THEN
        RAISE EXCEPTION 'there is no contact model in schema "%"', schema
            USING ERRCODE = 'invalid_parameter_value', HINT = 'create_contact_model() makes one.';
    END IF;
    EXECUTE format('LOCK TABLE %I.contacts IN ACCESS EXCLUSIVE MODE', schema);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.contacts)', schema) INTO has;
    IF has AND even_with_contacts IS NOT TRUE THEN
        RAISE EXCEPTION 'the contact model in schema "%" holds contacts', schema
            USING ERRCODE = 'object_in_use', HINT = 'To drop it with all of them, add even_with_contacts => true.';
    END IF;

    -- One statement a kind, since they depend on each other; what somebody built on them stops it.
    SELECT array_agg(DISTINCT split_part(l, '|', 1)) INTO tables
        FROM string_to_table(@extschema@.contact_model_comments(), E'\n') l
        WHERE l <> '' AND strpos(split_part(l, '|', 1), '.') = 0;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO list
        FROM pg_proc p WHERE p.pronamespace = home AND p.proname = 'customer_card';
    IF list IS NOT NULL THEN
        EXECUTE 'DROP FUNCTION ' || list;
    END IF;
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list
        FROM pg_class c WHERE c.relnamespace = home AND c.relkind = 'v' AND c.relname = ANY (views);
    IF list IS NOT NULL THEN
        EXECUTE 'DROP VIEW ' || list;
    END IF;
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list
        FROM pg_class c WHERE c.relnamespace = home AND c.relkind IN ('r', 'p') AND c.relname = ANY (tables);
    EXECUTE 'DROP TABLE ' || list;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO list
        FROM pg_proc p WHERE p.pronamespace = home AND p.proname = ANY (functions);
    EXECUTE 'DROP FUNCTION ' || list;
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = home)
        AND NOT EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = home)
        AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home) THEN
        EXECUTE format('DROP SCHEMA %I', schema);
    END IF;
END $fn$;
COMMENT ON FUNCTION drop_contact_model(name, boolean) IS
    'drops the reference model of a schema, and the schema if nothing else is in it; refuses while there are contacts unless told otherwise, and while anything else depends on it';
