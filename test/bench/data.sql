-- 10 M contacts of 1 M customers (:customers of them): 40 touchpoints in 8 channels, Zipf, times in
-- seconds, scores to one decimal with 20 % NULL; rows clustered by customer. Made once.
\set ON_ERROR_STOP on
SET search_path = public, tp;
SELECT to_regclass('bench_contact') IS NULL AS missing \gset
\if :missing
CREATE TABLE bench_touchpoint AS
SELECT k, touchpoint(channel, label) AS tp
FROM (SELECT k, (ARRAY['web','app','call','mail','store','sms','chat','ad'])[1 + k % 8] AS channel,
             substr(md5(k::text), 1, 6 + k % 6) AS label
      FROM generate_series(0, 39) k) t;
-- Zipf with exponent 1 over 40 touchpoints: the cumulative weights
CREATE TABLE bench_zipf AS
SELECT k, sum(1.0 / (k + 1)) OVER (ORDER BY k) / (SELECT sum(1.0 / (i + 1)) FROM generate_series(0, 39) i) AS upto
FROM generate_series(0, 39) k;
SELECT setseed(0.5);
CREATE TABLE bench_contact AS
SELECT c AS customer_id, tp AS touchpoint,
       '2026-01-01 00:00:00+00'::timestamptz + make_interval(secs => t) AS occurred_at,
       CASE WHEN s < 0.8 THEN (10 + floor(s * 50))::float8 / 10 END AS score
FROM (SELECT c, floor(random() * 15552000)::int AS t, random() AS s,
             (SELECT array_agg(tp ORDER BY b.k) FROM bench_touchpoint b) AS tps, random() AS z
      FROM (SELECT c, generate_series(1, 1 + ((c * 7919::bigint) % 19)::int) FROM generate_series(1, :customers) c) g) r,
     LATERAL (SELECT tps[1 + width_bucket(z, (SELECT array_agg(upto::float8 ORDER BY k) FROM bench_zipf))] AS tp) x;
-- arrival order within a customer is time order, as in a table that grew by the day and was clustered
CREATE TABLE bench_sorted AS SELECT * FROM bench_contact ORDER BY customer_id, occurred_at;
DROP TABLE bench_contact;
ALTER TABLE bench_sorted RENAME TO bench_contact;
CREATE INDEX bench_contact_customer ON bench_contact (customer_id);
CREATE TABLE bench_journey AS
SELECT customer_id, journey_agg(touchpoint, occurred_at, score) AS j FROM bench_contact GROUP BY customer_id;
VACUUM ANALYZE bench_contact;
VACUUM ANALYZE bench_journey;
\endif
