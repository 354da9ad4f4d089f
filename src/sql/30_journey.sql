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

