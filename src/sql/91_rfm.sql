-- Recency, frequency and monetary value of customers.

CREATE TYPE touchpoint_rfm AS (recency interval, frequency bigint, monetary float8);
COMMENT ON TYPE touchpoint_rfm IS
    'time since the last contact with value > 0, the number of those, and the sum of all values, refunds included';

CREATE FUNCTION rfm(journey, as_of timestamptz) RETURNS touchpoint_rfm
AS 'MODULE_PATHNAME', 'journey_rfm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION rfm(journey, as_of timestamptz) IS
    'recency (days of 24 hours) and frequency of the contacts with value > 0 at or before as_of, and the sum of all values until then, refunds included; without any: NULL, 0, 0; 22003 for an infinite as_of and on overflow';

CREATE TYPE touchpoint_rfm_score AS (r integer, f integer, m integer);
COMMENT ON TYPE touchpoint_rfm_score IS
    'recency, frequency and monetary scores, 5 the best fifth, 1 the worst';

CREATE FUNCTION rfm_score(recency interval, frequency float8, monetary float8) RETURNS touchpoint_rfm_score
AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION rfm_score(recency interval, frequency float8, monetary float8) IS
    'scores 1 to 5 within the partition: one more than the quantiles (type 7 at .2, .4, .6, .8) that a value is better than, for recency smaller, else greater; so all-equal values score 1; a row with a NULL takes no part and gets NULL; 22023 for months and negative recency, 22003 for NaN and infinity';
