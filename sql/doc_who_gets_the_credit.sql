SET search_path = public, tp;
SET extra_float_digits = 0;    -- shorter figures on this page
SET timezone = 'UTC'; SET datestyle = 'ISO';

CREATE TABLE contact (customer text, touchpoint touchpoint, at timestamptz, value float8);
INSERT INTO contact VALUES
    ('Ada',  'social/post',    '2026-01-02 09:00Z', NULL), ('Ada',  'search/ad',      '2026-03-01 09:00Z', NULL),
    ('Ada',  'email/offer',    '2026-03-08 09:00Z', NULL), ('Ada',  'direct/site',    '2026-03-15 09:00Z', NULL),
    ('Ada',  'shop/order',     '2026-03-15 09:20Z',   90), ('Ada',  'support/ticket', '2026-03-20 11:00Z', NULL),
    ('Ben',  'search/ad',      '2026-03-02 10:00Z', NULL), ('Ben',  'shop/order',     '2026-03-02 10:30Z',  100),
    ('Ben',  'shop/order',     '2026-03-03 08:00Z',   40), ('Ben',  'email/offer',    '2026-03-05 10:00Z', NULL),
    ('Ben',  'shop/order',     '2026-03-06 10:00Z',   10), ('Ben',  'support/ticket', '2026-03-09 10:00Z', NULL),
    ('Cleo', 'social/post',    '2026-03-04 12:00Z', NULL), ('Cleo', 'search/ad',      '2026-03-10 12:00Z', NULL),
    ('Dan',  'social/post',    '2026-03-05 15:00Z', NULL), ('Dan',  'email/offer',    '2026-03-12 15:00Z', NULL),
    ('Dan',  'direct/site',    '2026-03-13 15:00Z', NULL), ('Dan',  'shop/order',     '2026-03-13 15:10Z',   60),
    ('Eva',  'email/offer',    '2026-03-07 18:00Z', NULL);

CREATE VIEW customer AS
SELECT customer, discard(journey_agg(contact_record(touchpoint, at, value => value)), 'support/*') AS journey
FROM contact GROUP BY customer;
SELECT customer, conversion AS no, converted, value, variant(path, 'channel') AS path
FROM customer, conversion_paths(journey, 'shop/order', lookback => '30 days') ORDER BY customer, no;
SELECT position, part AS channel, round(credit::numeric, 3) AS credit, round(value::numeric, 2) AS value
FROM customer, attribution(journey, 'time_decay', lookback => '30 days', conversion => 'shop/order') WHERE customer = 'Ada';
CREATE VIEW by_order AS
SELECT model, u.part AS channel, u.conversions, u.value
FROM unnest('{first_touch,last_touch,linear}'::text[]) AS model,
     LATERAL (SELECT attribution_agg(journey, model, 'channel', 'shop/order', '30 days', NULL, true) AS credits FROM customer) AS a, unnest(credits) AS u;

SELECT channel, round(coalesce(sum(conversions) FILTER (WHERE model = 'first_touch'), 0)::numeric, 2) AS first,
       round(coalesce(sum(conversions) FILTER (WHERE model = 'last_touch'), 0)::numeric, 2) AS last,
       round(coalesce(sum(conversions) FILTER (WHERE model = 'linear'), 0)::numeric, 2) AS linear,
       round(coalesce(sum(value) FILTER (WHERE model = 'linear'), 0)::numeric, 2) AS linear_value
FROM by_order GROUP BY channel ORDER BY channel;
SELECT part AS channel, round(s.conversions::numeric, 2) AS by_share, round(m.removal_effect::numeric, 3) AS lost_without, round(m.conversions::numeric, 2) AS orders, round(m.value::numeric, 2) AS value
FROM markov_attribution((SELECT flow_agg(journey, 'channel', 'shop/order', '30 days', true) FROM customer)) AS m
FULL JOIN unnest((SELECT shapley_attribution(journey, 'channel', 'shop/order', '30 days', true) FROM customer)) AS s USING (part)
ORDER BY removal_effect IS NULL, part;
SELECT flow_svg(flow_agg(journey, 'channel', 'shop/order', '30 days', true), 20, 760) FROM customer \g (format=unaligned tuples_only=on)
CREATE TABLE path (path touchpoint[], bought float8, left_us float8, revenue float8);
INSERT INTO path VALUES
    ('{direct/site}', 40, 160, 3600),
    ('{search/ad,direct/site}', 60, 90, 5400),
    ('{social/post,search/ad,direct/site}', 45, 55, 4950),
    ('{social/post,social/post}', 0, 220, 0),
    ('{search/ad,email/offer,direct/site}', 50, 25, 6000),
    ('{social/post,search/ad,email/offer}', 30, 20, 3300),
    ('{email/offer}', 15, 85, 900);
CREATE VIEW by_rule AS
SELECT model, u.part AS channel, u.conversions
FROM unnest('{first_touch,last_touch,linear}'::text[]) AS model,
     LATERAL (SELECT attribution_agg(journey(path), model, 'channel', bought) AS credits FROM path) AS a, unnest(credits) AS u;

SELECT channel, round(coalesce(sum(conversions) FILTER (WHERE model = 'first_touch'), 0)::numeric, 1) AS first,
       round(coalesce(sum(conversions) FILTER (WHERE model = 'last_touch'), 0)::numeric, 1) AS last,
       round(coalesce(sum(conversions) FILTER (WHERE model = 'linear'), 0)::numeric, 1) AS linear
FROM by_rule GROUP BY channel ORDER BY channel;
SELECT part AS channel, round(conversions::numeric, 1) AS bought, round(value::numeric) AS revenue
FROM unnest((SELECT shapley_attribution(journey(path), 'channel', bought, revenue) FROM path));
CREATE TABLE flow AS
SELECT flow_agg(journey(path), 'channel', bought, left_us, revenue) AS f FROM path;

SELECT source, target, count, round(probability::numeric, 3) AS probability
FROM flow, transitions(f) WHERE source IN ('(start)', 'social');
SELECT part AS channel, round(removal_effect::numeric, 3) AS removal_effect, round(conversions::numeric, 1) AS bought, round(value::numeric) AS revenue
FROM flow, markov_attribution(f);
SELECT state, round(p_conversion::numeric, 3) AS p_purchase, round(expected_steps::numeric, 2) AS steps
FROM flow, absorption(f);

-- and of those who passed it, how many bought: with n and interval
SELECT part AS channel, rate_count(r) AS customers, round(rate(r)::numeric, 3) AS bought, round(rate_ci_low(r)::numeric, 3) AS low, round(rate_ci_high(r)::numeric, 3) AS high
FROM (SELECT part, rate_agg(i <= bought) AS r FROM path, generate_series(1, (bought + left_us)::int) AS i, LATERAL (SELECT DISTINCT unnest(path(journey(path), 'channel')) AS part) AS p GROUP BY part) s ORDER BY part;
SELECT part AS channel, with_count, with_converted, without_count, without_converted, round(odds_ratio::numeric, 2) AS odds_ratio,
       round(ci_low::numeric, 2) AS low, round(ci_high::numeric, 2) AS high, round(q_value::numeric, 4) AS q
FROM unnest((SELECT conversion_effect_agg(journey(path), 'channel', i <= bought) FROM path, generate_series(1, (bought + left_us)::int) AS i)) ORDER BY odds_ratio DESC;
SELECT part AS channel, round(m1.conversions::numeric, 1) AS last_contact, round(m2.conversions::numeric, 1) AS last_two
FROM flow, markov_attribution(f) AS m1
JOIN (SELECT m.* FROM (SELECT flow_agg_k(journey(path), 'channel', 2, bought, left_us, revenue) AS f FROM path) AS f, markov_attribution(f) AS m) AS m2 USING (part);
SELECT round(sum(conversions)::numeric, 6) AS bought
FROM (SELECT rollup(f) AS f FROM (SELECT flow_agg(journey(path), 'channel', bought, left_us, revenue) AS f FROM path GROUP BY cardinality(path)) AS monthly) AS year,
     markov_attribution(f);
DROP VIEW by_rule, by_order, customer;
DROP TABLE contact, path, flow;
