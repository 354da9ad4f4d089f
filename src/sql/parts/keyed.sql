-- The keyed forms of an aggregate and their steps. NAME; ARGS, TYPES: behind customer and contact, with names and without; SYMBOL: of the steps; HOW: their volatility; FINAL; IS: what the comment says.
CREATE FUNCTION keyed_@NAME@(internal, bigint, contact_record, @TYPES@) RETURNS internal
AS 'MODULE_PATHNAME', 'keyed_@SYMBOL@_bigint' LANGUAGE C @HOW@ PARALLEL SAFE;
COMMENT ON FUNCTION keyed_@NAME@(internal, bigint, contact_record, @TYPES@) IS 'transition function of @NAME@ by customer';
CREATE AGGREGATE @NAME@(customer bigint, contact_record, @ARGS@) (
    SFUNC = keyed_@NAME@, STYPE = internal, SSPACE = 10000, FINALFUNC = @FINAL@, COMBINEFUNC = keyed_combine,
    SERIALFUNC = keyed_serialize, DESERIALFUNC = keyed_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @NAME@(customer bigint, contact_record, @ARGS@) IS
    '@IS@';
CREATE FUNCTION keyed_@NAME@(internal, text, contact_record, @TYPES@) RETURNS internal
AS 'MODULE_PATHNAME', 'keyed_@SYMBOL@_text' LANGUAGE C @HOW@ PARALLEL SAFE;
COMMENT ON FUNCTION keyed_@NAME@(internal, text, contact_record, @TYPES@) IS 'transition function of @NAME@ by customer';
CREATE AGGREGATE @NAME@(customer text, contact_record, @ARGS@) (
    SFUNC = keyed_@NAME@, STYPE = internal, SSPACE = 10000, FINALFUNC = @FINAL@, COMBINEFUNC = keyed_combine,
    SERIALFUNC = keyed_serialize, DESERIALFUNC = keyed_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @NAME@(customer text, contact_record, @ARGS@) IS
    '@IS@; texts are told apart by their bytes, 0A000 for a nondeterministic collation';
CREATE FUNCTION keyed_@NAME@(internal, uuid, contact_record, @TYPES@) RETURNS internal
AS 'MODULE_PATHNAME', 'keyed_@SYMBOL@_uuid' LANGUAGE C @HOW@ PARALLEL SAFE;
COMMENT ON FUNCTION keyed_@NAME@(internal, uuid, contact_record, @TYPES@) IS 'transition function of @NAME@ by customer';
CREATE AGGREGATE @NAME@(customer uuid, contact_record, @ARGS@) (
    SFUNC = keyed_@NAME@, STYPE = internal, SSPACE = 10000, FINALFUNC = @FINAL@, COMBINEFUNC = keyed_combine,
    SERIALFUNC = keyed_serialize, DESERIALFUNC = keyed_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @NAME@(customer uuid, contact_record, @ARGS@) IS
    '@IS@';
