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
COMMENT ON TYPE journey_pattern IS 'contacts in order, such as web/cart -[<= 7 days, !support/*]-> */purchase: -> later, => the very next, limits of time and exclusions in brackets, ^ $ first and last contact, ( | ), + ? {m,n}, conditions such as [score < 3, campaign = "spring", not agent]; behind it within 1 hour and hold order';

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
    'does some run of contacts match the pattern? Time grows with contacts times pattern, whatever the pattern, and with the different values of what it holds';

CREATE FUNCTION match_count(journey, journey_pattern, overlapping boolean DEFAULT false) RETURNS integer
AS 'MODULE_PATHNAME', 'journey_match_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION match_count(journey, journey_pattern, overlapping boolean) IS
    'number of matches: leftmost start, its earliest end, not overlapping; overlapping counts every contact that begins a match; 54000 as for ~';

CREATE FUNCTION matches(journey, journey_pattern, overlapping boolean DEFAULT false) RETURNS SETOF journey
AS 'MODULE_PATHNAME', 'journey_match_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 2;
COMMENT ON FUNCTION matches(journey, journey_pattern, overlapping boolean) IS
    'the matches in order, each a journey from its first contact to its last with all between; overlapping gives one of every contact that begins a match, with its earliest end; 54000 as for ~';

CREATE FUNCTION first_match(journey, journey_pattern) RETURNS journey
AS 'MODULE_PATHNAME', 'journey_first_match' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION first_match(journey, journey_pattern) IS
    'the first of matches(); NULL where nothing matches; 54000 as for ~';
