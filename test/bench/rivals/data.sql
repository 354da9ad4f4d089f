-- The rows of one data set: in mean 10 contacts of each of :customers customers in half a year, 40 touchpoints in 8
-- channels, Zipf; three customers of ten place one order, anywhere in their journey; a fifth of the contacts is without score.
--   :form = measured: times in microseconds, scores as real gives them; decimal: whole seconds, one decimal.
-- No customer has two contacts at one instant, since engines differ in what they make of that. The rows stand twice, in the
-- order of their arrival and clustered by customer.
\set ON_ERROR_STOP on
SET search_path = public, tp;
SET client_min_messages = warning;
SET synchronous_commit = off;
SET work_mem = '1GB';
SET maintenance_work_mem = '1GB';
SET jit = off;
DROP TABLE IF EXISTS contact_arrival, contact_clustered, stored_journey, touchpoint_code;
SELECT :'form' = 'measured' AS measured \gset
\if :measured
\set number real
\set micro 'floor(random() * 1000000)'
\set rounded ''
\else
\set number float8
\set micro 0
\set rounded '::numeric(3,1)'
\endif

CREATE TABLE touchpoint_code AS
SELECT k, channel || '/' || label AS name, touchpoint(channel, label) AS touchpoint, channel
FROM (SELECT k, (ARRAY['web','app','call','mail','store','sms','chat','ad'])[1 + k % 8] AS channel,
             substr(md5(k::text), 1, 6 + k % 6) AS label
      FROM generate_series(0, 39) AS k
      UNION ALL VALUES (40, 'web', 'order')) AS t;

SELECT setseed(0.5);
CREATE UNLOGGED TABLE contact_clustered AS
WITH zipf AS (
    SELECT array_agg(upto ORDER BY k) AS upto
    FROM (SELECT k, (sum(1.0 / (k + 1)) OVER (ORDER BY k) / sum(1.0 / (k + 1)) OVER ())::float8 AS upto
          FROM generate_series(0, 39) AS k) AS weight),
name AS (SELECT array_agg(touchpoint ORDER BY k) AS touchpoints FROM touchpoint_code),
customer AS (
    SELECT c, n, CASE WHEN random() < 0.3 THEN 1 + floor(random() * n) END AS ordered
    FROM (SELECT c, 1 + c * 7919::bigint % 19 AS n FROM generate_series(1, :customers) AS c) AS s),
drawn AS (
    SELECT c::bigint AS customer,
           timestamptz '2026-01-01Z' + floor(random() * 15552000) * interval '1 second' + :micro * interval '1 microsecond' AS occurred_at,
           CASE WHEN i = ordered THEN 40 ELSE width_bucket(random(), (SELECT upto FROM zipf)) END AS k,
           CASE WHEN random() < 0.8 THEN (1 + 4 * random()):: numeric :rounded :: :number END AS score,
           (3 + 2 * random()):: numeric :rounded :: :number AS expected
    FROM customer, generate_series(1, n) AS i)
SELECT customer, occurred_at, (SELECT touchpoints FROM name)[1 + k] AS touchpoint, score, expected
FROM (SELECT DISTINCT ON (customer, occurred_at) * FROM drawn ORDER BY customer, occurred_at) AS d;

CREATE UNLOGGED TABLE contact_arrival AS SELECT * FROM contact_clustered ORDER BY occurred_at, customer;
CREATE INDEX ON contact_clustered (customer, occurred_at);
CREATE UNLOGGED TABLE stored_journey AS
SELECT customer, journey_agg(touchpoint, occurred_at, score, expected, NULL, NULL, NULL, NULL, id) AS j
FROM (SELECT *, row_number() OVER () AS id FROM contact_clustered) AS c GROUP BY customer;
ANALYZE contact_arrival, contact_clustered, stored_journey;
VACUUM FREEZE contact_arrival, contact_clustered, stored_journey;
