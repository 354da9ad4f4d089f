-- Pictures, pages, and texts that others draw.
SET search_path = public, tp;

CREATE TABLE chart_journeys AS
SELECT c AS customer, journey_agg(touchpoint((ARRAY['web', 'app', 'hall'])[1 + (c * n) % 3], (ARRAY['cart', 'pay', 'wait', 'help'])[1 + (c + n * n) % 4],
       (ARRAY['buy', 'use'])[1 + n / 4]), timestamptz '2026-01-01 08:00Z' + (c % 5) * interval '1 day' + n * interval '7 hours',
       nullif((c * n + n) % 6, 0)::float8, nullif((c + n) % 5, 0)::float8) AS j
  FROM generate_series(1, 40) AS c, generate_series(1, 3 + c % 5) AS n
 GROUP BY c;

-- What every picture is: one <svg> with its name and what it says, no script, no address, as wide as asked.
CREATE FUNCTION pg_temp.about(svg text, wide integer DEFAULT 960, OUT whole boolean, OUT harmless boolean, OUT title text, OUT description text) LANGUAGE sql
RETURN (svg ~ format('^<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%s" height="[0-9]+" ', wide) AND svg ~ '</svg>$',
        replace(svg, 'http://www.w3.org/2000/svg', '') !~* '<script|<image|<foreignObject|href|url\(|@import|@font|[ ]on[a-z]+=|://',
        (regexp_match(svg, '<title>([^<]*)</title>'))[1], left((regexp_match(svg, '<desc>([^<]*)</desc>'))[1], 150));

SELECT p.* FROM chart_journeys, pg_temp.about(journey_svg(j, 3)) AS p WHERE customer = 3;
SELECT p.* FROM chart_journeys, pg_temp.about(journey_svg(j, width => 320), 320) AS p WHERE customer = 4;
SELECT p.* FROM pg_temp.about(journey_svg('{}')) AS p;
SELECT p.* FROM pg_temp.about(journey_svg('{web/cart@2026-01-05T10:00:00Z}')) AS p;
SELECT p.* FROM (SELECT journey_map_agg(j, 'touchpoint', 3) AS m FROM chart_journeys) AS s, pg_temp.about(journey_map_svg(m, 3)) AS p;
SELECT p.* FROM (SELECT flow_agg(j, 'touchpoint') AS f FROM chart_journeys) AS s, pg_temp.about(flow_svg(f)) AS p;
SELECT p.* FROM (SELECT funnel_agg(j, '{web/*,app/*,hall/*}', '7 days') AS f FROM chart_journeys) AS s, pg_temp.about(funnel_svg(f)) AS p;
SELECT p.* FROM (SELECT retention_agg(j, 'day', 4, '*', '*', 'UTC') AS r FROM chart_journeys) AS s, pg_temp.about(retention_svg(r)) AS p;
SELECT p.* FROM (SELECT level_flow_agg(j, 'touchpoint', 3, NULL, 4) AS l FROM chart_journeys) AS s, pg_temp.about(sankey_svg(l)) AS p;
SELECT p.* FROM pg_temp.about(quadrant_svg('{a,b,c,d,e}', '{1,1,2,2,NULL}', '{1,2,1,2,5}')) AS p;
SELECT p.* FROM pg_temp.about(frontier_svg('{sms,hall,web}', '{1,9,4}', '{5,20,3}')) AS p;
SELECT p.* FROM (SELECT control_svg(array_agg('w' || n), array_agg((CASE n WHEN 20 THEN 50 ELSE n % 3 END)::float8)) AS svg FROM generate_series(1, 24) AS n) AS s, pg_temp.about(svg) AS p;

-- Nothing to draw
SELECT p.* FROM (VALUES (journey_map_svg('{}', 3)), (flow_svg('{}')), (funnel_svg('{}')), (retention_svg('{}')), (sankey_svg('{}')),
    (quadrant_svg('{}', '{}', '{}')), (quadrant_svg('{a}', '{NULL}', '{1}')), (frontier_svg('{}', '{}', '{}')), (control_svg('{}', '{}'))) AS v (svg),
    pg_temp.about(svg) AS p;
SELECT journey_svg(NULL) IS NULL AND funnel_svg(NULL) IS NULL AND flow_svg(NULL) IS NULL AND html_report(NULL, '{}') IS NULL AS null_in_null_out;

-- The same bytes again, whatever the names
SELECT bool_and(journey_svg(j, 3) = journey_svg(j::text::journey, 3)) AS same FROM chart_journeys;
SELECT svg ~ '<b>|<script|]]>' AS broken, svg ~ '&lt;b&gt;&amp;]]&gt;&quot;&#39;' AS escaped, svg ~ repeat('长', 85) AS whole_in_title, svg ~ '长…' AS cut
  FROM (SELECT journey_svg(journey_agg(touchpoint('web', v, NULL), timestamptz '2026-01-01' + n * interval '1 hour', n), 3) AS svg
          FROM (VALUES (1, '<b>&]]>"'''), (2, repeat('长', 85)), (3, '<script>alert(1)</script>')) AS w (n, v)) AS s;

-- The map's rows beside plain SQL
WITH passed AS (
    SELECT customer, c.touchpoint::text AS part, avg((c.position - 1)::float8 / (contact_count(j) - 1)) AS place, avg(c.score) AS score, avg(c.expected) AS expected
      FROM chart_journeys, contacts(j) AS c GROUP BY customer, c.touchpoint
), moment AS (
    SELECT m.touchpoint::text AS part, count(*) FILTER (WHERE m.moment = 'peak') AS peaks, count(*) FILTER (WHERE m.moment = 'end') AS ends
      FROM chart_journeys, moments_of_truth(j, 3) AS m GROUP BY 1
), plain AS (
    SELECT part, count(*) AS customers, avg(score) AS mean, avg(expected) AS expected, coalesce(max(peaks), 0) AS peaks, coalesce(max(ends), 0) AS ends, avg(place) AS place,
           stddev_samp(score) / sqrt(count(score)) AS stderr, gap_ci_low(gap_agg(0, score)) AS low
      FROM passed LEFT JOIN moment USING (part) GROUP BY part
)
SELECT count(*) AS rows, bool_and(m.customers = p.customers AND m.peaks = p.peaks AND m.ends = p.ends AND abs(m.mean - p.mean) < 1e-12
           AND abs(m.expected - p.expected) < 1e-12 AND abs(m.mean_position - p.place) < 1e-12 AND abs(m.ci_low - p.low) < 1e-9
           AND m.stage = stage(m.part::touchpoint)) AS same,
       bool_and(m.position = r) AS in_order
  FROM (SELECT m.*, row_number() OVER (ORDER BY m.mean_position, m.part::touchpoint) AS r
          FROM (SELECT journey_map_agg(j, 'touchpoint', 3) AS map FROM chart_journeys) AS s, unnest(map) AS m) AS m
  FULL JOIN plain AS p USING (part);
SELECT m.position, m.part, m.stage, m.customers, m.peaks, m.ends FROM (SELECT journey_map_agg(j, 'channel', 3) AS map FROM chart_journeys) AS s, unnest(map) AS m;
SELECT journey_map_agg(j, 'touchpoint', 3) FROM chart_journeys WHERE false;
SELECT journey_map_agg(NULL::journey, 'touchpoint', 3);
SELECT journey_map_agg(j, NULL, 3) FROM chart_journeys;
SELECT journey_map_agg(j, 'place', 3) FROM chart_journeys;
SELECT journey_map_agg(j, 'channel', NULL) FROM chart_journeys;
SELECT journey_map_agg(j, 'channel', customer) FROM chart_journeys;
SELECT journey_map_agg(j, 'channel', 'NaN') FROM chart_journeys;

-- Its state, by text and in parts
SELECT touchpoint_map_rows(touchpoint_map_combine(a, b)) = whole AS in_parts, touchpoint_map_combine('{}', a)::text = a::text AS neutral,
       touchpoint_map_rows(a::text::touchpoint_map) = touchpoint_map_rows(a) AS through_text, left(a::text, 60) AS begins
  FROM (SELECT journey_map_agg_row(journey_map_agg_row('{}', (SELECT j FROM chart_journeys WHERE customer = 1), 'touchpoint', 3),
                                   (SELECT j FROM chart_journeys WHERE customer = 2), 'touchpoint', 3) AS a,
               journey_map_agg_row('{}', (SELECT j FROM chart_journeys WHERE customer = 3), 'touchpoint', 3) AS b,
               (SELECT journey_map_agg(j, 'touchpoint', 3) FROM chart_journeys WHERE customer <= 3) AS whole) AS s;
SELECT touchpoint_map_combine(journey_map_agg_row('{}', '{}', 'channel', 3), journey_map_agg_row('{}', '{}', 'channel', 2));
SELECT touchpoint_map_combine(journey_map_agg_row('{}', '{}', 'channel', 3), journey_map_agg_row('{}', '{}', 'label', 3));
SELECT '{neutral=3}'::touchpoint_map;
SELECT '{neutral=3, places={part="channel", gaps={}}, scores={part="label", gaps={}}, expected={}, peaks={}, ends={}}'::touchpoint_map;

-- Texts that others draw
SELECT flow_mermaid(f, 3) AS mermaid, flow_dot(f, 3) AS dot FROM (SELECT flow_agg('{"a\"b"/"c\\d"@2026-01-01T00:00:00Z, x/"[y];{z}|#"@2026-01-01T01:00:00Z}'::journey, 'touchpoint') AS f) AS s;
SELECT journey_mermaid('{"buy: now":web/"a; b # c"@2026-01-01T00:00:00Z score=1, use:app/pay@2026-01-02T00:00:00Z score=3, use:app/pay@2026-01-03T00:00:00Z, help@2026-01-04T00:00:00Z score=9}', 1, 5);
SELECT journey_mermaid('{}', 5, 5);
SELECT journey_mermaid('{}', 1, 'infinity');

-- Arguments out of range
SELECT journey_svg('{}', 3, 319);
SELECT journey_svg('{}', 3, 4001);
SELECT journey_svg('{}', 3, NULL);
SELECT journey_svg('{}', 'infinity');
SELECT journey_map_svg('{}', 'NaN');
SELECT flow_svg('{}', 0);
SELECT flow_svg('{}', 101);
SELECT sankey_svg('{}', 960, 100);
SELECT sankey_svg(ARRAY[(1, 'a', 'b', -1, NULL)::touchpoint_level]);
SELECT quadrant_svg('{a,b}', '{1}', '{1,2}');
SELECT quadrant_svg('{a}', '{Infinity}', '{1}');
SELECT control_svg('{{a},{b}}', '{1,2}');
SELECT control_svg(array_agg(n::text), array_agg(n::float8)) FROM generate_series(1, 1001) AS n;

-- Pages: what pictures and tables are made of stands as it is, all else is text
SELECT regexp_replace(html_report('A & B', ARRAY['# One <i>', 'Some <script>alert(1)</script> text', NULL, E'```SELECT 1\n  < 2', html_table('SELECT 1 AS a, ''<b>'' AS "<c>"'),
       '<svg onload="alert(1)"></svg>', '<table><tr><td><img src="x"/></td></tr></table>', '<table><tr></table>', '<svg class="a"><style>*{}</style></svg>', '<svg ']), '<style>.*?</style>', '') AS page;
SELECT html_report('x', ARRAY[svg]) LIKE '%' || svg || '%' AS whole FROM (SELECT journey_svg(j, 3) AS svg FROM chart_journeys WHERE customer = 1) AS s;
-- what looks like a picture or a table, and would hide what stands behind it, or show rules of its own, is text
SELECT html_report('x', ARRAY[part]) LIKE '%<p>&lt;%' AS is_text, part
  FROM (VALUES ('<table><title/></table>'), ('<table><style/></table>'), ('<table><tr><td><table></table></td></tr></table>'), ('<svg class="a"><title><g/></title></svg>'),
        ('<svg class="a"><svg class="a"></svg></svg>'), ('<table><svg class="a"></svg></table>'), ('<svg class="a"><path d="><script>"/></svg>')) AS v (part);
SELECT html_report('x', ARRAY[replace(svg, '</style>', '<g/>*{display:none}</style>')]) LIKE '%<p>&lt;svg%' AS is_text FROM (SELECT journey_svg('{}') AS svg) AS s;

-- Tables: one query, nothing written, as the caller
SELECT html_table('VALUES (1, NULL::text), (2, ''x'')');
CREATE TABLE chart_log (n integer);
CREATE FUNCTION chart_writes() RETURNS integer LANGUAGE sql VOLATILE AS 'INSERT INTO chart_log VALUES (1) RETURNING n';
SELECT html_table('INSERT INTO chart_log VALUES (1)');
SELECT html_table('INSERT INTO chart_log VALUES (1) RETURNING n');
SELECT html_table('WITH w AS (DELETE FROM chart_log RETURNING n) SELECT n FROM w');
SELECT html_table('SELECT chart_writes()');
SELECT html_table('SELECT 1; SELECT 2');
SELECT html_table('SELECT n FROM generate_series(1, 10001) AS n');
SELECT html_table('DROP TABLE chart_log');
SELECT html_table('SELECT n FROM chart_log FOR UPDATE');
SELECT html_table('SHOW work_mem');
SELECT html_table('EXPLAIN SELECT 1');
SELECT html_table('SELECT set_config(''transaction_read_only'', ''off'', true)');
INSERT INTO chart_log VALUES (7) RETURNING n AS still_writes;
CREATE ROLE regress_chart_reader;
GRANT USAGE ON SCHEMA tp TO regress_chart_reader;
SET ROLE regress_chart_reader;
SELECT html_table('SELECT n FROM chart_log');
RESET ROLE;
REVOKE USAGE ON SCHEMA tp FROM regress_chart_reader;
DROP ROLE regress_chart_reader;

-- What no aggregate gives is refused, not drawn
SELECT journey_map_svg(ARRAY[ROW(1, 'a', NULL, -5, 2, 1, 3, NULL, 1, 2, 0.5)::touchpoint_map_step], 3);
SELECT funnel_svg(ARRAY[ROW(1, 'a', -5, 0, 0, 0.5, 0.5, NULL, 0, 0, 1)::touchpoint_funnel_step]);
SELECT funnel_svg(ARRAY[ROW(1, 'a', 5, 50, 0, 10, 0.5, NULL, 0, 0, 1)::touchpoint_funnel_step]);
SELECT retention_svg(ARRAY[ROW('2026-01-01Z', 0, 1, -1, 0.5, 0, 1, true)::touchpoint_retention]);
SELECT retention_svg(ARRAY[ROW('2026-01-01Z', 0, 1, 1, 1e300, 0, 1, true)::touchpoint_retention]);

-- Where nothing can be told, pictures say so
SELECT regexp_matches(svg, '</style>.*?<text[^>]*>([^<]*)<') AS heading
  FROM (VALUES (quadrant_svg('{a,b}', '{1,1}', '{2,2}')), (quadrant_svg('{a,b,c}', '{0.1,0.1,0.1}', '{1,2,3}')), (quadrant_svg('{a,b,c}', '{1,2,3}', '{0.1,0.1,0.1}')),
        (quadrant_svg('{a,b}', '{1,2}', '{2,3}')), (control_svg('{a}', '{1}')), (control_svg('{a,b}', '{1,1}')),
        (journey_svg('{web/cart@2026-01-05T10:00Z score=2, app/login@2026-01-05T11:30Z score=4}')),
        (journey_svg('{web/cart@2026-01-05T10:00Z score=2, app/login@2026-01-05T10:00Z score=4}'))) AS v (svg);
SELECT flow_mermaid('{}'), flow_dot('{}');

-- Periods beyond those drawn are told; a narrow picture numbers what it has room for
SELECT regexp_matches(retention_svg(array_agg(ROW('2026-01-01Z', p, 100, 50, 0.5, 0, 1, true)::touchpoint_retention), width), '>(the first[^<]*)<.*>(\d+)</text><text[^>]*>2026')
  FROM generate_series(0, 59) AS p, (VALUES (375), (960)) AS v (width) GROUP BY width ORDER BY width;

-- Figures of an axis are whole, the last contact has its label, a name keeps its hue from level to level
SELECT regexp_matches(journey_svg('{web/cart@2026-01-05T10:00Z score=-1000000, web/last@2026-01-09T11:30Z score=1000000}'), '(-1000000|last)</text>', 'g');
SELECT regexp_matches(frontier_svg('{a,b}', '{1,2}', '{-10000000,20000000}'), '(-?\d0000000)</text>', 'g');
SELECT count(DISTINCT hue[1]) AS hues_of_b
  FROM regexp_matches(sankey_svg(ARRAY[ROW(1, 'a', 'b', 5, NULL), ROW(1, 'b', 'a', 4, NULL), ROW(2, 'b', 'b', 5, NULL), ROW(2, 'a', 'b', 1, NULL)]::touchpoint_level[]), '<rect class="(tp-f\d)"[^>]*><title>\d. b: ', 'g') AS m (hue);

-- Words that Mermaid keeps for itself
SELECT journey_mermaid('{x/Title page@2026-01-01T00:00Z score=3, x/section@2026-01-02T00:00Z score=5}', 1, 5);

-- The model
SELECT create_contact_model('chart_model') \g /dev/null
SELECT p.* FROM pg_temp.about(blueprint_svg('chart_model')) AS p;
SELECT p.* FROM pg_temp.about(panorama_svg('chart_model', 400), 400) AS p;
INSERT INTO chart_model.blueprint_steps (ordinal, name) VALUES (1, 'Wait <here>');
INSERT INTO chart_model.blueprint_elements (step_id, lane, text, fail_point) SELECT step_id, 'customer', 'waits', true FROM chart_model.blueprint_steps;
SELECT p.* FROM pg_temp.about(blueprint_svg('chart_model')) AS p;
\set VERBOSITY terse
SELECT blueprint_svg('no such model');
-- another's views are read as their owner, whoever draws
SET client_min_messages = warning;
CREATE ROLE regress_drawn;
GRANT USAGE ON SCHEMA tp TO regress_drawn;
CREATE SCHEMA drawn AUTHORIZATION regress_drawn;
CREATE FUNCTION drawn.who() RETURNS text LANGUAGE sql AS 'SELECT current_user::text';
CREATE VIEW drawn.service_panorama AS SELECT drawn.who() AS zone, NULL::float8 AS mean_score, 'a' AS customer, 'b' AS employee, 'c' AS environment, 'd' AS facility;
ALTER FUNCTION drawn.who() OWNER TO regress_drawn;
ALTER VIEW drawn.service_panorama OWNER TO regress_drawn;
SELECT panorama_svg('drawn') ~ 'regress_drawn' AS "drawn as its owner";
SET ROLE regress_drawn;
SELECT panorama_svg('drawn') ~ 'regress_drawn' AS "and by its owner";
SELECT panorama_svg('chart_model');
RESET ROLE;
DROP SCHEMA drawn CASCADE;
REVOKE USAGE ON SCHEMA tp FROM regress_drawn;
DROP ROLE regress_drawn;
RESET client_min_messages;
-- days are those of the zone that the cohorts were made for, hours those of UTC
SELECT zone, regexp_matches(retention_svg(retention_agg(journey, period, 3, '*', '*', zone)), '>(2026[^<,]*)<') AS cohort
FROM (SELECT zone, period, journey_agg('a/b'::touchpoint, '2026-01-07 12:30'::timestamp AT TIME ZONE zone) AS journey
      FROM (VALUES ('Pacific/Auckland', 'day'), ('Pacific/Honolulu', 'day'), ('Asia/Kathmandu', 'week'), ('Europe/Berlin', 'month')) AS z (zone, period)
      GROUP BY zone, period) AS s GROUP BY zone ORDER BY zone;
SELECT regexp_matches(retention_svg(retention_agg(journey, 'hour', 3, '*', '*', 'UTC')), '>(2026[^<,]*)<', 'g') AS cohort
FROM (SELECT journey_agg('a/b'::touchpoint, timestamptz '2026-01-07 00:30Z' + h * interval '1 hour') AS journey FROM generate_series(11, 12) AS h GROUP BY h) AS s;
SET client_min_messages = warning;
DROP SCHEMA chart_model CASCADE;
DROP TABLE chart_journeys, chart_log;
DROP FUNCTION chart_writes();
