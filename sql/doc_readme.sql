\set home :DBNAME
SET client_min_messages = warning;
DROP DATABASE IF EXISTS touchpoint_readme;
CREATE DATABASE touchpoint_readme TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
\c touchpoint_readme
SET timezone = 'UTC'; SET datestyle = 'ISO';
CREATE SCHEMA touchpoint;
CREATE EXTENSION touchpoint SCHEMA touchpoint;
SET search_path = public, touchpoint;

CREATE TABLE contact (customer_id int, touchpoint touchpoint, occurred_at timestamptz, score float8, value float8);
INSERT INTO contact VALUES
    (1, 'web/search',     '2026-01-05 10:00+00', 4, NULL),
    (1, 'web/checkout',   '2026-01-05 10:07+00', 2, NULL),
    (1, 'store/pickup',   '2026-01-06 16:30+00', 5, 79.90),
    (2, 'web/checkout',   '2026-01-05 19:20+00', 4, 24.50),
    (2, 'call/complaint', '2026-01-07 09:00+00', 1, NULL);

-- What they remember on a scale from 1 to 5, whose middle is 3, beside the mean:
SELECT customer_id, peak_end_score(score, occurred_at, 3), avg(score) AS mean
FROM contact GROUP BY customer_id ORDER BY customer_id;

-- The whole journey of each, as one value:
CREATE TABLE customer_journey AS
SELECT customer_id, journey_agg(contact_record(touchpoint, occurred_at, score => score, value => value)) AS j
FROM contact GROUP BY customer_id;
SELECT customer_id, contact_count(j) AS contacts, variant(j), peak_end_score(j, neutral => 3), total_value(j)
FROM customer_journey ORDER BY customer_id;
\c :"home"
DROP DATABASE touchpoint_readme;
