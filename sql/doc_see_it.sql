SET search_path = public, tp;
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE TABLE shop_journey AS
SELECT c AS customer,
       journey_agg((ARRAY['find:search/brand', 'find:ad/spring', 'buy:web/cart', 'buy:web/checkout', 'use:app/first login', 'use:app/order', 'help:call centre/menu', 'help:call centre/agent'])
                       [CASE n WHEN 1 THEN 1 + c % 2 WHEN 2 THEN 3 WHEN 3 THEN 3 + c * 7 % 5 % 2 ELSE 4 + (c * n + n) % 5 END]::touchpoint,
                   timestamptz '2026-01-05 09:00Z' + c % 9 * interval '3 days' + n * n * interval '11 hours' + c * interval '7 minutes',
                   (1 + (c * 3 + n * 2 + c * n % 2) % 5)::float8, CASE WHEN (c + n) % 3 > 0 THEN (3 + n % 2)::float8 END) AS j
  FROM generate_series(1, 40) AS c, generate_series(1, 3 + c % 6) AS n
 GROUP BY c;
\pset tuples_only on
\pset format unaligned
SELECT journey_svg(j, 3, 760) FROM shop_journey WHERE customer = 11;
SELECT journey_map_svg(journey_map_agg(j, 'touchpoint', 3), 3, 760) FROM shop_journey;
SELECT flow_svg(flow_agg(j, 'touchpoint'), 14, 760) FROM shop_journey;
SELECT sankey_svg(level_flow_agg(j, 'touchpoint', 3, NULL, 4), 760, 420) FROM shop_journey;
SELECT funnel_svg(funnel_agg(j, '{find:*, buy:web/cart, buy:web/checkout, use:*}', '30 days'), 760) FROM shop_journey;
SELECT retention_svg(retention_agg(j, 'week', 4, '*', '*', 'UTC'), 760) FROM shop_journey;
SELECT quadrant_svg('{price,speed,friendliness,opening hours,parking}', '{0.8,0.9,0.6,0.3,0.2}', '{3.1,2.2,4.4,3.9,2.4}', 760);
SELECT frontier_svg('{sms,web,call centre,hall}', '{0.03,0.1,4.4,5.2}', '{3,9,14,31}', 760);
SELECT control_svg('{Mon,Tue,Wed,Thu,Fri,Sat,Sun,Mon 2,Tue 2,Wed 2}', '{3.4,3.5,3.3,3.4,3.6,3.5,3.4,3.5,2.2,3.4}', 760);
SELECT journey_mermaid(j, 1, 5) FROM shop_journey WHERE customer = 6;
SELECT flow_dot(flow_agg(j, 'channel'), 3) FROM shop_journey;
SELECT length(html_report('Our shop', ARRAY['# Customers', 'All of January.', journey_map_svg(journey_map_agg(j, 'touchpoint', 3), 3),
           html_table('SELECT customer, contact_count(j) AS contacts FROM shop_journey ORDER BY 2 DESC, 1 LIMIT 5')])) > 5000 AS made
  FROM shop_journey;
DROP TABLE shop_journey;
