-- Journeys: the contact records of one customer, or of one case, in order.

-- include parts/io.sql TYPE="journey" IN="22P02 malformed, 22003 a number or time out of range, 22023 one id on different touchpoints or times, 54000 past a limit" SEND="big-endian, text in UTF-8"

CREATE TYPE journey (
    INPUT = journey_in, OUTPUT = journey_out, RECEIVE = journey_recv, SEND = journey_send,
    INTERNALLENGTH = VARIABLE, STORAGE = external
);
COMMENT ON TYPE journey IS 'the contact records of one customer or case, in order: {contact, contact, ...}, at most 16,777,215';

-- include parts/order.sql TYPE="journey" ORDER="contact by contact, the shorter first"

-- include parts/function.sql NAME="journey" ARGS="path touchpoint[], started timestamptz DEFAULT '1970-01-01 00:00:00+00', step interval DEFAULT '1 second'" RESULT="journey" SYMBOL="journey_from_path" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="path touchpoint[], started timestamptz, step interval" IS="journey of a bare path, a contact every step from started; 22023 for NULL elements and steps of zero or less"

-- include parts/function.sql NAME="journey_merge" ARGS="journey, journey" RESULT="journey" SYMBOL="journey_merge" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey, journey" IS="implementation of || operator"

CREATE OPERATOR || (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_merge, COMMUTATOR = ||);
COMMENT ON OPERATOR || (journey, journey) IS
    'merge; the same id counts once, the greater in contact order staying, so that a score corrected downwards does not land: replace_contacts() is for corrections; 22023 for one id on different touchpoints or times';

-- include parts/function.sql NAME="journey_add" ARGS="journey, contact_record" RESULT="journey" SYMBOL="journey_add" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey, contact_record" IS="implementation of || operator"

CREATE OPERATOR || (LEFTARG = journey, RIGHTARG = contact_record, FUNCTION = journey_add);
COMMENT ON OPERATOR || (journey, contact_record) IS
    'add a contact, as a merge with a journey of it alone: of the same id the greater in contact order stays';

-- include parts/function.sql NAME="journey_contains" ARGS="journey, touchpoint[]" RESULT="boolean" SYMBOL="journey_contains" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey, touchpoint[]" IS="implementation of @> operator"

CREATE OPERATOR @> (
    LEFTARG = journey, RIGHTARG = touchpoint[], FUNCTION = journey_contains, RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR @> (journey, touchpoint[]) IS 'passes through all of these touchpoints';

-- include parts/function.sql NAME="journey_overlaps" ARGS="journey, touchpoint[]" RESULT="boolean" SYMBOL="journey_overlaps" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey, touchpoint[]" IS="implementation of && operator"

CREATE OPERATOR && (
    LEFTARG = journey, RIGHTARG = touchpoint[], FUNCTION = journey_overlaps, RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR && (journey, touchpoint[]) IS 'passes through any of these touchpoints';

-- include parts/function.sql NAME="jsonb" ARGS="journey" RESULT="jsonb" SYMBOL="journey_to_jsonb" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 100" TYPES="journey" IS="array of contacts, each an object"

-- include parts/function.sql NAME="journey" ARGS="jsonb" RESULT="journey" SYMBOL="journey_from_jsonb" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 100" TYPES="jsonb" IS="journey of a JSON array of contacts; 22023 for an unknown or missing key or a value that makes no sense, 22P02 for malformed text in it"

CREATE CAST (journey AS jsonb) WITH FUNCTION jsonb(journey);
COMMENT ON CAST (journey AS jsonb) IS 'array of contacts, each an object';
CREATE CAST (jsonb AS journey) WITH FUNCTION journey(jsonb);
COMMENT ON CAST (jsonb AS journey) IS 'journey of a JSON array of contacts';

-- include parts/json.sql TYPE="journey" IS="array of contacts, each an object"

-- include parts/assigned.sql TYPE="journey"

-- include parts/usage.sql NAME="journey" ARGS="text[]" RESULT="journey" SYMBOL="journey_of_text" IS="touchpoints, text[] cast to touchpoint[]"
