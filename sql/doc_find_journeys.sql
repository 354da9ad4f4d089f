SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

CREATE TABLE contact (customer_id int, touchpoint touchpoint, occurred_at timestamptz, score float8);
INSERT INTO contact
SELECT c, touchpoint, '2026-01-01 00:00Z'::timestamptz + (c % 20) * interval '1 day' + hours * interval '1 hour', score
FROM generate_series(1, 3000) AS c,
     LATERAL (VALUES ('web/product lamp'::touchpoint, 0, NULL),
                     ('web/cart', CASE WHEN c % 5 < 3 THEN 2 + c % 48 END, NULL),
                     ('support/chat', CASE WHEN c % 7 = 0 THEN 60 + c % 30 END, 1 + c % 5),
                     ('web/checkout', CASE WHEN c % 3 = 0 THEN 30 + c % 300 END, 3 + c % 3),
                     ('app/unsubscribe', CASE WHEN c % 11 = 0 THEN 20 END, NULL),
                     ('store/purchase', CASE WHEN c % 6 = 0 THEN 100 + c % 250 END, 4),
                     ('support/complaint', CASE WHEN c % 35 = 0 THEN 120 + c % 90 END, 1)) AS v (touchpoint, hours, score)
WHERE hours IS NOT NULL;

CREATE TABLE journeys AS
SELECT customer_id, journey_agg(touchpoint, occurred_at, score) AS journey FROM contact GROUP BY customer_id;
SELECT reached, count(*)
FROM (SELECT window_funnel(journey, '{web/product*,web/cart,web/checkout,store/purchase}', '14 days') AS reached FROM journeys) AS f
GROUP BY reached ORDER BY reached;
SELECT step, touchpoint, entered, converted, drop_off, round(step_conversion::numeric, 2) AS step_conversion,
       round(conversion_ci_low::numeric, 2) AS low, round(conversion_ci_high::numeric, 2) AS high,
       round(overall_conversion::numeric, 2) AS overall, date_trunc('hour', median_time) AS median_time
FROM (SELECT funnel_agg(journey, '{web/product*,web/cart,web/checkout,store/purchase}', '14 days') AS f FROM journeys) AS a, unnest(f);
SELECT funnel_svg(funnel_agg(journey, '{web/product*,web/cart,web/checkout,store/purchase}', '14 days'), 760) FROM journeys \g (format=unaligned tuples_only=on)
SELECT f.reached, f.outcome, f.stop_reason, count(*)
FROM journeys, funnel(journey, '{web/product*,web/cart,web/checkout,store/purchase}', '14 days',
                      as_of => '2026-02-01 00:00Z', exits => '{*/unsubscribe}') AS f
GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC;

SELECT customer_id, f.positions, f.step_times[f.reached] AS last_step, f.outcome, f.stop_reason
FROM journeys, funnel(journey, '{web/product*,web/cart,web/checkout,store/purchase}', '14 days', exits => '{*/unsubscribe}') AS f
WHERE customer_id IN (5, 6, 22, 42) ORDER BY customer_id;
CREATE TABLE truth (path text, steps text, plain int, strict_order int, strict_deduplication int, strict_increase int, reuse int);
INSERT INTO truth VALUES
    ('ABC',  'ABC', 3, 3, 3, 3, 3),    -- nothing in the way
    ('AxBC', 'ABC', 3, 1, 3, 3, 3),    -- something else between
    ('ACBC', 'ABC', 3, 1, 3, 3, 3),    -- a later step too early
    ('AABC', 'ABC', 3, 3, 3, 3, 3),    -- the second start does as well
    ('ABBC', 'ABC', 3, 2, 2, 3, 3),    -- a step again
    ('ABAC', 'ABC', 3, 2, 2, 3, 3),    -- the first step again
    ('AxAB', 'AB',  2, 2, 2, 2, 2),    -- a mode stops a chain, not the search
    ('A',    'AA',  1, 1, 1, 1, 2);    -- one contact for two steps

SELECT t.*,
       (window_funnel(j, s, '1 day'), window_funnel(j, s, '1 day', '{strict_order}'), window_funnel(j, s, '1 day', '{strict_deduplication}'),
        window_funnel(j, s, '1 day', '{strict_increase}'), window_funnel(j, s, '1 day', '{reuse}'))
       = (plain, strict_order, strict_deduplication, strict_increase, reuse) AS holds
FROM truth AS t, string_to_array(steps, NULL) AS s, journey(string_to_array(path, NULL)::touchpoint[]) AS j;
SELECT reached, count(*)
FROM (SELECT window_funnel('14 days', occurred_at, touchpoint ~ 'web/product*', touchpoint = 'web/cart',
                           touchpoint = 'web/checkout', touchpoint = 'store/purchase') AS reached
      FROM contact GROUP BY customer_id) AS f
GROUP BY reached ORDER BY reached;
SELECT count(*) FROM journeys
WHERE journey ~ 'web/cart -[<= 7 days]-> support/chat[score <= 2] -[!store/purchase]-> */complaint';

SELECT customer_id, variant(first_match(journey, 'web/cart -> support/chat[score <= 2] -> */complaint')) AS run,
       match_count(journey, '*') AS contacts
FROM journeys WHERE journey ~ 'web/cart -> support/chat[score <= 2] -> */complaint' ORDER BY customer_id LIMIT 2;
CREATE TABLE segment (name text PRIMARY KEY, pattern journey_pattern);
INSERT INTO segment VALUES
    ('bought at once', '^ web/product* => web/cart => web/checkout'),
    ('needed help',    'web/cart -> support/chat -> web/checkout'),
    ('came back',      'web/cart -[> 7 days]-> web/checkout'),
    ('let down',       'support/chat[score <= 2] -[<= 3 days]-> */complaint');
SELECT name, pattern, count(*) FROM segment JOIN journeys ON journey ~ pattern GROUP BY name ORDER BY name;
CREATE INDEX journeys_touchpoints ON journeys USING gin (journey);
ANALYZE journeys;
EXPLAIN (COSTS OFF) SELECT count(*) FROM journeys WHERE journey ~ 'support/chat[score <= 2] -> support/complaint';

EXPLAIN (COSTS OFF) SELECT count(*) FROM journeys WHERE reaches_step(journey, '{support/*,*/complaint}', '7 days', 2);
DROP TABLE contact, journeys, segment, truth;
