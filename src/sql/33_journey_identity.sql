-- Contacts as the rows that they came from: ids of any key, corrections, erasure.

CREATE FUNCTION contact_id(text) RETURNS bigint
AS 'MODULE_PATHNAME', 'contact_id_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION contact_id(text) IS
    'id for a key that is no integer: the first 64 bits of SHA-256 of its bytes in UTF-8, the highest of them set, so always negative; never changes; tells no order of contacts; pseudonymous, not anonymous: whoever knows the key knows the id';

CREATE FUNCTION contact_id(uuid) RETURNS bigint
AS 'MODULE_PATHNAME', 'contact_id_uuid' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION contact_id(uuid) IS
    'contact_id() of the text form, in small letters with hyphens: always negative; never changes; tells no order of contacts; pseudonymous, not anonymous';

CREATE FUNCTION remove_contacts(journey, ids bigint[]) RETURNS journey
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION remove_contacts(journey, ids bigint[]) IS
    'the journey without the contacts that bear one of these ids; contacts without id stay, ids that nobody bears do nothing; 22023 for ids that are NULL, hold NULL or have several dimensions';

CREATE FUNCTION replace_contacts(journey, journey) RETURNS journey
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION replace_contacts(journey, journey) IS
    'the second''s contacts instead of those of the first with the same id, whatever changed of them, touchpoint and time included; all others of both are merged, so that contacts without id are added each time';

CREATE FUNCTION journey_difference(journey, journey) RETURNS journey
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION journey_difference(journey, journey) IS
    'implementation of - operator';

CREATE OPERATOR - (LEFTARG = journey, RIGHTARG = journey, FUNCTION = journey_difference);
COMMENT ON OPERATOR - (journey, journey) IS
    'bag difference: each contact of the second takes out one of the first that is equal to it in every field; (a || b) - b = a where no id stands in both; by id alone: remove_contacts()';

CREATE FUNCTION tied_contacts(journey) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION tied_contacts(journey) IS
    'number of contacts that share their instant with another and bear no id from 0 on, which would tell their place there; 0 = the order is known';
