SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 0;
CREATE TABLE event (user_id int, ts timestamptz, what text, stars int, amount numeric, campaign text);
INSERT INTO event
SELECT c, timestamptz '2026-01-05 09:00Z' + c * interval '7 hours' + n * n * interval '9 hours',
       (ARRAY['ads/spring', 'web/cart', 'web/pay', 'mail/survey', 'call/agent'])[1 + (c * c + n * (1 + c % 3)) % 5],
       CASE WHEN (c + n) % 3 > 0 THEN 1 + (c * n) % 5 END, CASE WHEN n % 2 = 0 THEN 20 + c % 9 END, 'wave ' || c % 2
FROM generate_series(1, 60) AS c, generate_series(1, 2 + c % 6) AS n;
INSERT INTO event VALUES (NULL, '2026-01-06Z', 'web/cart'), (7, NULL, 'web/cart');

SELECT view, rows_are FROM create_bi_views('dash', 'event', '{
    "customer": "user_id", "occurred_at": "ts", "touchpoint": "what", "score": "stars", "value": "amount", "properties": ["campaign"],
    "neutral": 3, "conversion": "web/pay", "lookback": "30 days", "funnel": ["ads/*", "web/cart", "web/pay"], "within": "7 days"}');
SELECT rows, used, without_customer, without_time, without_touchpoint, contacts, scored FROM dash.bi_coverage;
SELECT step, touchpoint, entered, converted, drop_off, round(ci_low::numeric, 2) AS low, round(ci_high::numeric, 2) AS high FROM dash.bi_funnel ORDER BY step;
SELECT touchpoint, customers, scored, round(mean_score::numeric, 2) AS score, round(score_low::numeric, 2) AS low, round(score_high::numeric, 2) AS high
FROM dash.bi_touchpoints ORDER BY mean_score;
CREATE ROLE dashboard LOGIN;
GRANT USAGE ON SCHEMA dash TO dashboard;
GRANT SELECT ON ALL TABLES IN SCHEMA dash TO dashboard;
CREATE SCHEMA fast;
CREATE MATERIALIZED VIEW fast.kept AS SELECT customer, journey FROM dash.bi_base;
SELECT count(*) AS views FROM create_bi_views('fast', 'fast.kept', '{"customer": "customer", "journey": "journey", "neutral": 3,
    "conversion": "web/pay", "lookback": "30 days", "funnel": ["ads/*", "web/cart", "web/pay"], "within": "7 days"}');
SELECT count(*) AS "rows that differ" FROM (TABLE dash.bi_attribution EXCEPT TABLE fast.bi_attribution) AS d;
REFRESH MATERIALIZED VIEW fast.kept;
SET client_min_messages = warning;
DROP SCHEMA dash, fast CASCADE;
DROP TABLE event;
DROP ROLE dashboard;
