SET search_path = public, tp;
SET extra_float_digits = 0;    -- shorter figures on this page

CREATE TABLE path (path touchpoint[], bought float8, left_us float8, revenue float8);
INSERT INTO path VALUES
    ('{direct/site}', 40, 160, 3600),
    ('{search/ad,direct/site}', 60, 90, 5400),
    ('{social/post,search/ad,direct/site}', 45, 55, 4950),
    ('{social/post,social/post}', 0, 220, 0),
    ('{search/ad,email/offer,direct/site}', 50, 25, 6000),
    ('{social/post,search/ad,email/offer}', 30, 20, 3300),
    ('{email/offer}', 15, 85, 900);
SELECT position, part AS channel, round(credit::numeric, 3) AS credit
FROM attribution('{search/ad@2026-03-01T09:00:00Z,email/offer@2026-03-08T09:00:00Z,direct/site@2026-03-15T09:00:00Z}', 'time_decay');
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
SELECT part AS channel, round(m1.conversions::numeric, 1) AS last_contact, round(m2.conversions::numeric, 1) AS last_two
FROM flow, markov_attribution(f) AS m1
JOIN (SELECT m.* FROM (SELECT flow_agg_k(journey(path), 'channel', 2, bought, left_us, revenue) AS f FROM path) AS f, markov_attribution(f) AS m) AS m2 USING (part);
SELECT round(sum(conversions)::numeric, 6) AS bought
FROM (SELECT rollup(f) AS f FROM (SELECT flow_agg(journey(path), 'channel', bought, left_us, revenue) AS f FROM path GROUP BY cardinality(path)) AS monthly) AS year,
     markov_attribution(f);
DROP VIEW by_rule;
DROP TABLE path, flow;
