-- Contacts as the rows that they came from: ids of any key, corrections, erasure.

-- include parts/function.sql NAME="contact_id" ARGS="text" RESULT="bigint" SYMBOL="contact_id_text" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="text" IS="id for a key that is no integer: the first 64 bits of SHA-256 of its bytes in UTF-8, the highest of them set, so always negative; never changes; tells no order of contacts; pseudonymous, not anonymous: whoever knows the key knows the id"

-- include parts/function.sql NAME="contact_id" ARGS="uuid" RESULT="bigint" SYMBOL="contact_id_uuid" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="uuid" IS="contact_id() of the text form, in small letters with hyphens: always negative; never changes; tells no order of contacts; pseudonymous, not anonymous"

-- include parts/function.sql NAME="remove_contacts" ARGS="journey, ids bigint[]" RESULT="journey" SYMBOL="remove_contacts" HOW="IMMUTABLE PARALLEL SAFE COST 10" TYPES="journey, ids bigint[]" IS="the journey without the contacts that bear one of these ids; contacts without id stay, ids that nobody bears do nothing; 22023 for ids that are NULL, hold NULL or have several dimensions"

-- include parts/function.sql NAME="replace_contacts" ARGS="journey, journey" RESULT="journey" SYMBOL="replace_contacts" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey, journey" IS="the second''s contacts instead of those of the first with the same id, whatever changed of them, touchpoint and time included; all others of both are merged, so that contacts without id are added each time"

-- include parts/function.sql NAME="journey_difference" ARGS="journey, journey" RESULT="journey" SYMBOL="journey_difference" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey, journey" IS="implementation of - operator"

CREATE OPERATOR - (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_difference);
COMMENT ON OPERATOR - (journey, journey) IS
    'bag difference: each contact of the second takes out one of the first that is equal to it in every field; (a || b) - b = a where no id stands in both; by id alone: remove_contacts()';

-- include parts/function.sql NAME="tied_contacts" ARGS="journey" RESULT="integer" SYMBOL="tied_contacts" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey" IS="number of contacts that share their instant with another and bear no id from 0 on, which would tell their place there; 0 = the order is known"
