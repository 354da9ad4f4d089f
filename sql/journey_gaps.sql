SET search_path = public, tp;
SET timezone = 'UTC'; SET client_min_messages = warning;
SELECT * FROM unnest((SELECT journey_gap_agg(j, 'channel') FROM (VALUES ('{web/a@2026-01-05T10:00:00Z score=3 expected=4, b@2026-01-05T10:00:10Z score=3.5 expected=1, c@2026-01-05T10:01:00Z}'::journey), ('{app/a@2026-01-05T10:00:00Z score=1}'), (NULL), ('{}')) v(j)));
SELECT part, gap_count(gap) AS n, mean_gap(gap), gap_shortfall_share(gap) AS short FROM unnest((SELECT journey_gap_agg(j, 'touchpoint') FROM (VALUES ('{web/a@2026-01-05T10:00:00Z score=3 expected=4, web/a@2026-01-05T10:00:10Z score=3.5 expected=1}'::journey)) v(j)));
SELECT journey_gap_agg(j, 'channel') FROM (VALUES ('{}'::journey)) v(j) WHERE false;
SELECT journey_gap_agg(j, 'channel') FROM (VALUES ('{}'::journey)) v(j);
-- Byte for byte what gap_agg says over the contacts
CREATE TABLE many_gaps AS
SELECT k, journey_agg(touchpoint((ARRAY['web', 'app', NULL])[1 + h % 3], 'l' || h / 3 % 3, CASE WHEN h % 5 = 0 THEN 'use' END), '2026-01-01'::timestamptz + i * interval '1 hour', CASE WHEN h % 4 > 0 AND h % 3 < 2 THEN h * pi() * power(10, h % 40 - 20) END, CASE WHEN h % 7 > 0 THEN h / 3.0 END, NULL, NULL, NULL, NULL, NULL, CASE WHEN h % 6 > 0 THEN jsonb_build_object('p', h / 7 % 4) END) AS j
FROM generate_series(1, 500) AS k, generate_series(1, 9) AS i, LATERAL (SELECT abs(hashtext(k || ':' || i)::bigint) % 1000000 AS h) h GROUP BY k;
SELECT p, count(*), count(*) FILTER (WHERE o.gap IS DISTINCT FROM t.gap OR gap_summary_send(o.gap) <> gap_summary_send(t.gap)) AS differ
FROM (SELECT p, coalesce(u.part, '(none)') AS part, u.gap FROM unnest('{touchpoint,channel,label,stage,properties.p}'::text[]) AS p, LATERAL (SELECT journey_gap_agg(j, p) AS r FROM many_gaps) r, unnest(r) AS u) AS o
FULL JOIN (SELECT p, coalesce(CASE p WHEN 'channel' THEN channel(c.touchpoint) WHEN 'label' THEN label(c.touchpoint) WHEN 'stage' THEN stage(c.touchpoint) WHEN 'touchpoint' THEN c.touchpoint::text ELSE c.properties ->> 'p' END, '(none)') AS part, gap_agg(expected, score) AS gap FROM many_gaps, contacts(j) AS c, unnest('{touchpoint,channel,label,stage,properties.p}'::text[]) AS p GROUP BY 1, 2) AS t USING (p, part)
GROUP BY p ORDER BY p;
-- In parallel to the same bytes
ALTER TABLE many_gaps SET (parallel_workers = 2);
CREATE TEMP TABLE alone AS SELECT journey_gap_agg(j, 'touchpoint') AS r FROM many_gaps;
SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET max_parallel_workers_per_gather = 2;
CREATE TEMP TABLE together AS SELECT journey_gap_agg(j, 'touchpoint') AS r FROM many_gaps;
SELECT a.r = t.r AS same, a.r::text = t.r::text AS same_text FROM alone a, together t;
DROP TABLE many_gaps;
CREATE FUNCTION pg_temp.outcome(q text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text;
BEGIN
    EXECUTE q; RETURN 'no error';
EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS message = MESSAGE_TEXT; RETURN concat_ws(' | ', SQLSTATE, message);
END $$;
SELECT q, pg_temp.outcome(format('SELECT journey_gap_agg(j, %s) FROM (VALUES (1, ''{a@2026-01-05T10:00:00Z score=2 expected=1}''::journey), (2, NULL), (3, ''{a@2026-01-05T10:00:00Z score=1e200 expected=1}'')) v(k, j)', q)) FROM unnest(ARRAY['NULL', '''colour''', 'CASE WHEN k < 2 THEN ''label'' ELSE ''stage'' END', '''label''']) AS q;
SELECT s::text = s::text::touchpoint_gaps::text AS same, s FROM unnest(ARRAY[journey_gap_agg_row('{}', '{web/a@2026-01-05T10:00:00Z score=3 expected=4}', 'touchpoint'), journey_gap_agg_row('{}', '{web/a@2026-01-05T10:00:00Z score=0.1 expected=1e20 properties={"note":"x"}}', 'properties.note'), '{}']) AS s;
SELECT touchpoint_gaps_combine('{part="label", gaps={a {count=1, shortfalls=1, expected=4, perceived=3, expected_sq=16, perceived_sq=9, gap_sq=1}, "" {count=0}}}', '{part="label", gaps={a {count=1, shortfalls=1, expected=4, perceived=3, expected_sq=16, perceived_sq=9, gap_sq=1}, b {count=0}}}');
SELECT l, pg_temp.outcome(format('SELECT %L::touchpoint_gaps', l)) FROM unnest(ARRAY['', '{', '{part=label}', '{part="colour", gaps={}}', '{part="label", gaps={a}}', '{part="label", gaps={a {count=-1}}}', '{part="label", gaps={web/a {count=0}}}', '{part="touchpoint", gaps={"" {count=0}}}', '{part="label", gaps={a {count=0}}', '{part="properties.", gaps={}}']) AS l;
