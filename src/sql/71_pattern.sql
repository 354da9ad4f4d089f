-- Patterns of contacts.

-- include parts/io.sql TYPE="journey_pattern" IN="42601 malformed, 54000 past 10,000 steps with repetitions written out" SEND="a version and the canonical text in UTF-8"

-- include parts/type.sql TYPE="journey_pattern"
COMMENT ON TYPE journey_pattern IS 'contacts in order, such as web/cart -[<= 7 days, !support/*]-> */purchase: -> later, => the very next, limits of time and exclusions in brackets, ^ $ first and last contact, ( | ), + ? {m,n}, conditions such as [score < 3, campaign = "spring", not agent]; behind it within 1 hour and hold order';

-- include parts/order.sql TYPE="journey_pattern" ORDER="by text, bytewise"

-- include parts/assigned.sql TYPE="journey_pattern"

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
