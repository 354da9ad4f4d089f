-- Journeys: the contact records of one customer, or of one case, in order.

-- include parts/io.sql TYPE="journey" IN="22P02 malformed, 22003 a number or time out of range, 22023 one id on different touchpoints or times, 54000 past a limit" SEND="big-endian, text in UTF-8"

CREATE TYPE journey (
    INPUT = journey_in, OUTPUT = journey_out, RECEIVE = journey_recv, SEND = journey_send,
    INTERNALLENGTH = VARIABLE, STORAGE = external
);
COMMENT ON TYPE journey IS 'the contact records of one customer or case, in order: {contact, contact, ...}, at most 16,777,215';

-- include parts/order.sql TYPE="journey" ORDER="contact by contact, the shorter first"

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
    'merge; the same id counts once, the greater in contact order staying, so that a score corrected downwards does not land: replace_contacts() is for corrections; 22023 for one id on different touchpoints or times';

CREATE FUNCTION journey_add(journey, contact_record) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION journey_add(journey, contact_record) IS
    'implementation of || operator';

CREATE OPERATOR || (LEFTARG = journey, RIGHTARG = contact_record, FUNCTION = journey_add);
COMMENT ON OPERATOR || (journey, contact_record) IS
    'add a contact, as a merge with a journey of it alone: of the same id the greater in contact order stays';

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

-- include parts/json.sql TYPE="journey" IS="array of contacts, each an object"

-- include parts/assigned.sql TYPE="journey"

-- include parts/usage.sql NAME="journey" ARGS="text[]" RESULT="journey" SYMBOL="journey_of_text" IS="touchpoints, text[] cast to touchpoint[]"
