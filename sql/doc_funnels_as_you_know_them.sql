SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

CREATE TABLE visitor (name text, journey journey);
INSERT INTO visitor VALUES
    ('straight', '{app/view@2026-01-01T10:00:00Z, app/cart@2026-01-01T11:00:00Z, app/pay@2026-01-01T12:00:00Z}'),
    ('help',     '{app/view@2026-01-02T10:00:00Z, app/help@2026-01-02T10:30:00Z, app/cart@2026-01-02T11:00:00Z, app/pay@2026-01-02T12:00:00Z}'),
    ('backward', '{app/pay@2026-01-03T10:00:00Z, app/cart@2026-01-03T11:00:00Z, app/view@2026-01-03T12:00:00Z}'),
    ('twice',    '{app/view@2026-01-04T10:00:00Z, app/view@2026-01-06T10:00:00Z, app/cart@2026-01-06T11:00:00Z, app/pay@2026-01-06T12:00:00Z}'),
    ('orders',   '{app/view@2026-01-07T10:00:00Z, app/cart@2026-01-07T11:00:00Z properties={"order":"o-1"}, app/pay@2026-01-07T12:00:00Z properties={"order":"o-2"}}');
SELECT name, window_funnel(journey, steps, '1 day') AS sequential, window_funnel(journey, steps, '1 day', '{strict_order}') AS strict_order,
       window_funnel(journey, steps, '1 day', '{any_order}') AS any_order
FROM visitor, (VALUES ('{app/view,app/cart,app/pay}'::text[])) AS s (steps) ORDER BY name;
SELECT window_funnel(j, '{app/*,app/view}', '1 day') AS one_each, window_funnel(j, '{app/*,app/view}', '1 day', '{reuse}') AS reuse,
       window_funnel(t, '{app/cart,app/pay}', '1 day') AS cart_pay, window_funnel(t, '{app/pay,app/cart}', '1 day') AS pay_cart
FROM (VALUES ('{app/view@2026-01-01T10:00:00Z}'::journey, '{app/cart@2026-01-01T10:00:00Z, app/pay@2026-01-01T10:00:00Z}'::journey)) AS v (j, t);
SELECT name, window_funnel('1 day', c.occurred_at, ARRAY['any_order'], c.touchpoint = 'app/view', c.touchpoint = 'app/cart', c.touchpoint = 'app/pay') AS any_order
FROM visitor, contacts(journey) AS c GROUP BY name ORDER BY name;
SELECT entered_at, reached, outcome, stop_reason FROM visitor, funnel_entries(journey, '{app/view,app/cart,app/pay}', '1 day') WHERE name = 'twice';
SELECT entered_at::date AS day, count(*) AS entered, count(*) FILTER (WHERE outcome = 'converted') AS converted
FROM visitor, funnel_entries(journey, '{app/view,app/cart,app/pay}', '1 day', as_of => '2026-01-07 10:30Z')
WHERE entered_at + interval '1 day' <= '2026-01-07 10:30Z' GROUP BY day ORDER BY day;
SELECT step, touchpoint, entered, converted, open, round(step_conversion::numeric, 2) AS step_conversion,
       round(conversion_ci_low::numeric, 2) AS low, round(conversion_ci_high::numeric, 2) AS high
FROM (SELECT funnel_agg(journey, '{app/view,app/cart,app/pay}', '1 day', '{}', '{}', '2026-01-07 10:30Z') AS f FROM visitor) AS a, unnest(f);
SELECT funnel_svg(funnel_agg(journey, '{app/view,app/cart,app/pay}', '1 day', '{}', '{}', '2026-01-07 10:30Z'), 760) FROM visitor \g (format=unaligned tuples_only=on)
SELECT name, (funnel(journey, steps, '1 day')).reached AS plain, (funnel(journey, steps, '1 day', excluded => ARRAY['app/help', NULL])).stop_reason AS excluded,
       (funnel(journey, steps, '1 day', exits => '{app/help}')).outcome AS exits, (funnel(journey, steps, '1 day', hold => '{order}')).reached AS held
FROM visitor, (VALUES ('{app/view,app/cart,app/pay}'::text[])) AS s (steps) WHERE name IN ('help', 'orders') ORDER BY name;
