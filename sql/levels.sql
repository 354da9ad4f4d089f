SET search_path = public, tp;
SET timezone = 'UTC'; SET client_min_messages = warning; SET intervalstyle = 'postgres';
-- By hand
CREATE TEMP TABLE few (k int, j journey);
INSERT INTO few VALUES (1, '{web/a@2026-01-05T10:00:00Z, web/b@2026-01-05T10:00:10Z, app/c@2026-01-05T10:01:00Z}'), (2, '{web/a@2026-01-05T10:00:00Z}'), (3, '{app/b@2026-01-05T10:00:00Z, x@2026-01-05T10:00:40Z}'), (4, '{}'), (5, NULL);
SELECT * FROM unnest((SELECT level_flow_agg(j, 'channel', 2, NULL, 9) FROM few));
SELECT * FROM unnest((SELECT level_flow_agg(j, 'label', 3, '*/b', 1) FROM few));
SELECT * FROM unnest((SELECT level_flow_agg(j, 'channel', 1, NULL, 1) FROM few));
SELECT * FROM unnest((SELECT level_flow_agg(j, 'touchpoint', 1, 'call/*', 1) FROM few));
SELECT level_flow_agg(j, 'channel', 2, NULL, 9) FROM few WHERE false;

-- Plain SQL beside it: walks over nine touchpoints with properties
CREATE TABLE many_levels AS
SELECT k, journey_agg(touchpoint((ARRAY['web', 'app', NULL])[1 + h % 3], 'l' || h / 3 % 3, CASE WHEN h % 5 = 0 THEN 'use' END), '2026-01-01'::timestamptz + i * interval '1 day' + h % 80000 * interval '1 second', NULL, NULL, NULL, NULL, NULL, NULL, NULL, CASE WHEN h % 4 > 0 THEN jsonb_build_object('p', h / 7 % 4) END) AS j
FROM generate_series(1, 600) AS k, LATERAL generate_series(1, k % 7) AS i, LATERAL (SELECT abs(hashtext(k || ':' || i)::bigint) % 1000000 AS h) h GROUP BY k;
CREATE FUNCTION pg_temp.plain(p text, levels int, start text, top int) RETURNS TABLE (level int, source text, target text, count bigint, median float8) LANGUAGE sql AS $$
    WITH contact AS (SELECT k, row_number() OVER (PARTITION BY k ORDER BY c.position) AS nth, occurred_at AS at, coalesce(CASE p WHEN 'channel' THEN channel(c.touchpoint) WHEN 'label' THEN label(c.touchpoint) WHEN 'stage' THEN stage(c.touchpoint) WHEN 'touchpoint' THEN c.touchpoint::text ELSE c.properties ->> 'p' END, '(none)') COLLATE "C" AS part
        FROM many_levels, contacts(j) WITH ORDINALITY AS c WHERE start IS NULL OR c.position >= (SELECT min(position) FROM contacts(j) AS f WHERE f.touchpoint ~ start)),
    place AS (SELECT nth, part, row_number() OVER (PARTITION BY nth ORDER BY count(*) DESC, part) <= top AS kept FROM contact GROUP BY 1, 2),
    step AS (SELECT a.nth, CASE WHEN pa.kept THEN a.part ELSE '(other)' END AS source, CASE WHEN b.k IS NULL THEN '(end)' WHEN pb.kept THEN b.part ELSE '(other)' END AS target, extract(epoch FROM b.at - a.at)::float8 AS took
        FROM contact a JOIN place pa USING (nth, part) LEFT JOIN contact b ON b.k = a.k AND b.nth = a.nth + 1 LEFT JOIN place pb ON pb.nth = b.nth AND pb.part = b.part)
    SELECT nth, source, target, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FROM step WHERE nth <= levels GROUP BY 1, 2, 3 $$;
CREATE TEMP TABLE asked AS SELECT row_number() OVER () AS nth, * FROM (VALUES ('channel'), ('label'), ('stage'), ('touchpoint'), ('properties.p')) v(p), (VALUES (1), (4), (9)) w(levels), (VALUES (NULL), ('web/*'), ('use:*')) x(start), (VALUES (1), (2), (20)) y(top);
CREATE TEMP TABLE ours AS SELECT a.nth, o.* FROM asked a, LATERAL (SELECT level_flow_agg(j, a.p, a.levels, a.start, a.top) AS r FROM many_levels) r, unnest(r) WITH ORDINALITY AS o;
CREATE TEMP TABLE theirs AS SELECT a.nth, t.* FROM asked a, pg_temp.plain(a.p, a.levels, a.start, a.top) AS t;
SELECT count(*), count(*) FILTER (WHERE o.count IS DISTINCT FROM t.count) AS differ, count(*) FILTER (WHERE abs(extract(epoch FROM o.median_time)::float8 - t.median) > 0.01 * t.median OR (o.median_time IS NULL) <> (t.median IS NULL)) AS "medians off by 1 %"
FROM ours o FULL JOIN theirs t ON (o.nth, o.level, o.source, o.target) = (t.nth, t.level, t.source, t.target);
-- Each level hands on what it got
SELECT count(*) AS "levels that lose journeys" FROM (SELECT nth, level + 1 AS level, target AS part, sum(count) AS n FROM ours WHERE target <> '(end)' GROUP BY 1, 2, 3) a FULL JOIN (SELECT nth, level, source AS part, sum(count) AS n FROM ours WHERE level > 1 GROUP BY 1, 2, 3) b USING (nth, level, part) JOIN asked USING (nth) WHERE a.n IS DISTINCT FROM b.n AND level <= levels;
SELECT count(*) AS "out of order" FROM (SELECT *, lag((level, source COLLATE "C")) OVER (PARTITION BY nth ORDER BY ordinality) AS before FROM ours WHERE source <> '(other)') x WHERE before > (level, source COLLATE "C");

-- What it is asked of
CREATE FUNCTION pg_temp.outcome(q text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text; hint text;
BEGIN
    EXECUTE q; RETURN 'no error';
EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT; RETURN concat_ws(' | ', SQLSTATE, message, nullif(hint, ''));
END $$;
SELECT q, pg_temp.outcome(format('SELECT level_flow_agg(j, %s) FROM few', q)) FROM unnest(ARRAY['NULL, 2, NULL, 9', '''channel'', NULL, NULL, 9', '''channel'', 2, NULL, NULL', '''colour'', 2, NULL, 9', '''channel'', 0, NULL, 9', '''channel'', 1001, NULL, 9', '''channel'', 2, NULL, 0', '''channel'', 2, NULL, -1', '''channel'', 2, ''a['', 9', '''channel'', 1000, NULL, 2147483647',
    'CASE k WHEN 1 THEN ''channel'' ELSE ''label'' END, 2, NULL, 9', '''channel'', k, NULL, 9', '''channel'', 2, NULL, k', '''channel'', 2, k::text, 9', '''channel'', 2, CASE k WHEN 1 THEN ''*'' END, 9']) AS q;
-- The state
CREATE TEMP TABLE state AS SELECT k, level_flow_agg_row('{}', j, p, 2, '*', 3) AS s FROM few, unnest(ARRAY['channel', 'touchpoint', 'properties.a"b']) AS p;
SELECT s FROM state WHERE k IN (1, 2);
SELECT count(*), count(*) FILTER (WHERE s::text <> s::text::touchpoint_levels::text) AS differ FROM state;
SELECT touchpoint_levels_combine('{part=channel, levels=2, top=3, start=none, parts={app, web}, flow={1:1:0:2 [504:507:2]}}', '{part=channel, levels=2, top=3, start=none, parts={web,app}, flow={1:0:1:1 [505:505:1],2:0:-1:4 []}}');
SELECT l, pg_temp.outcome(format('SELECT %L::touchpoint_levels', l)) FROM unnest(ARRAY['', '{', '{part=colour}', '{part=channel, levels=0, top=3, start=none, parts={}, flow={}}', '{part=channel, levels=2, top=3, start=none, parts={web}, flow={1:0:1:1 [5:5:1]}}', '{part=channel, levels=2, top=3, start=none, parts={web}, flow={3:0:0:1 [5:5:1]}}',
    '{part=channel, levels=2, top=3, start=none, parts={web}, flow={1:0:0:2 [5:5:1]}}', '{part=channel, levels=2, top=3, start=none, parts={web}, flow={1:0:-1:1 [5:5:1]}}', '{part=channel, levels=2, top=3, start=none, parts={web}, flow={1:0:0:2 [500:600:2]}}', '{part=channel, levels=2, top=3, start=none, parts={web/a}, flow={}}', '{part=touchpoint, levels=2, top=3, start=none, parts={""}, flow={}}']) AS l;
SELECT pg_temp.outcome($$SELECT touchpoint_levels_combine('{part=channel, levels=2, top=3, start=none, parts={web}, flow={1:0:-1:9223372036854775807 []}}', '{part=channel, levels=2, top=3, start=none, parts={web}, flow={1:0:-1:1 []}}')$$);
SELECT pg_temp.outcome($$SELECT touchpoint_levels_combine('{part=channel, levels=2, top=3, start=none, parts={}, flow={}}', '{part=channel, levels=2, top=3, start="*", parts={}, flow={}}')$$);
-- In parallel to the same bytes
ALTER TABLE many_levels SET (parallel_workers = 2);
CREATE TEMP TABLE alone AS SELECT level_flow_agg(j, 'touchpoint', 5, NULL, 4) AS r FROM many_levels;
SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET max_parallel_workers_per_gather = 2;
CREATE TEMP TABLE together AS SELECT level_flow_agg(j, 'touchpoint', 5, NULL, 4) AS r FROM many_levels;
SELECT a.r::text = t.r::text AS same FROM alone a, together t;
DROP TABLE many_levels;
