-- A keyed form of an aggregate and its step by one type of customer. KEY: the type; MORE: what the comment says besides; the others as in keyed.sql.
CREATE FUNCTION keyed_@NAME@(internal, @KEY@, contact_record, @TYPES@) RETURNS internal
AS 'MODULE_PATHNAME', 'keyed_@SYMBOL@_@KEY@' LANGUAGE C @HOW@ PARALLEL SAFE;
COMMENT ON FUNCTION keyed_@NAME@(internal, @KEY@, contact_record, @TYPES@) IS 'transition function of @NAME@ by customer';
CREATE AGGREGATE @NAME@(customer @KEY@, contact_record, @ARGS@) (
    SFUNC = keyed_@NAME@, STYPE = internal, SSPACE = 10000, FINALFUNC = @FINAL@, COMBINEFUNC = keyed_combine,
    SERIALFUNC = keyed_serialize, DESERIALFUNC = keyed_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @NAME@(customer @KEY@, contact_record, @ARGS@) IS
    '@IS@@MORE@';
