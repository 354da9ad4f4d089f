-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT 'web/a'::tp.touchpoint OPERATOR(tp.~) 'web/*'::tp.touchpoint_glob AS matches,
       tp.reaches_step('{a@2026-01-01T00:00:00Z,b@2026-01-01T01:00:00Z}', 'a -> b'::tp.journey_pattern, '1 hour', 2) AS reaches;

SET search_path = public, tp;
SET timezone = 'UTC';

-- Canonical text, which reads back as the same value.
CREATE TABLE glob (id serial, input text, g touchpoint_glob);
INSERT INTO glob (input, g) SELECT t, t::touchpoint_glob FROM unnest(ARRAY['web/*', '*', 'checkout', 'use:*', '*/*complaint*', ' ( web/* )|"app"/*', 'use:app/push notification', 'web/**a', '"a*b"/"c"', 'a|(b|c)', '办理:营业厅/等候*', '"->"|"a|b"']) t;
SELECT input, g, g::text::touchpoint_glob = g AND touchpoint_glob_hash(g) = touchpoint_glob_hash(g::text::touchpoint_glob) AS same FROM glob ORDER BY id;
SELECT 'a | b'::touchpoint_glob = '( a )|"b"', 'a'::touchpoint_glob < 'b', 'a'::touchpoint_glob >= 'b', touchpoint_glob_cmp('b', 'a'), 'a'::touchpoint_glob <> 'a';
SELECT count(DISTINCT g), min(g::text COLLATE "C") FROM (TABLE glob UNION ALL TABLE glob) x;
SELECT touchpoint_glob_send('web/*|等');
-- a version and the text: good; nothing, no text, versions that are none, a zero, no UTF-8, no glob, a condition, a pattern
CREATE TABLE received (g touchpoint_glob);
SELECT receive('received', b) FROM unnest(ARRAY['\x017765622f2a', '\x', '\x01', '\x0061', '\x0261', '\x0161005b', '\x01ff', '\x01612f2f62', '\x01615b73636f72653c335d', '\x0161202d3e2062']::bytea[]) b;

-- 22P02 of a malformed glob, 42601 of what is more than one, as the operator over text says when it runs.
SELECT g, (f).state, (f).message, (f).detail, (f).hint, f IS NOT DISTINCT FROM failure(format('SELECT ''a''::touchpoint ~ %L::text', g)) AS as_text
FROM unnest(ARRAY['', 'a//b', 'a[score < 3]', 'a -> b', 'a+', '(a', 'a|', '"a']) g, failure('touchpoint_glob', g) f;
SELECT (f).state, (f).message FROM failure('touchpoint_glob', repeat('a|', 10000) || 'a') f;

-- Both forms of ~ say the same.
CREATE TABLE met AS SELECT i AS id, touchpoint((ARRAY[NULL, 'web', 'app', '营业厅'])[1 + i % 4], (ARRAY['a', 'b c', 'a*b', 'complaint', '等候'])[1 + i % 5], (ARRAY[NULL, 'use'])[1 + i % 2]) AS t FROM generate_series(1, 40) i;
SELECT count(*), count(*) FILTER (WHERE t ~ input) AS text, count(*) FILTER (WHERE t ~ g) AS glob, count(*) FILTER (WHERE (t ~ input) <> (t ~ g)) AS differ FROM met, glob;
-- a glob from each row, and one that comes and goes
SELECT id, array_agg(t ~ g ORDER BY g::text COLLATE "C") FROM met, (VALUES ('web/*'::touchpoint_glob), ('app/*'), (NULL)) v (g) WHERE id < 4 GROUP BY id ORDER BY id;
-- a bare literal, and a parameter of no type, are text as ever
EXPLAIN (VERBOSE, COSTS OFF) SELECT FROM met WHERE t ~ 'web/*';
EXPLAIN (VERBOSE, COSTS OFF) SELECT FROM met WHERE t ~ 'web/*'::touchpoint_glob;
PREPARE untyped AS SELECT count(*) FROM met WHERE t ~ $1;
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'untyped';
DEALLOCATE untyped;
-- and both are as selective
CREATE TABLE visit AS SELECT touchpoint((ARRAY['web', 'app'])[1 + i % 2], 'label ' || i % 10) AS t FROM generate_series(1, 1000) i;
ANALYZE visit;
CREATE FUNCTION pg_temp.estimated(condition text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM visit WHERE %s', condition) INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> 'Plan Rows')::int;
END $$;
SELECT g, pg_temp.estimated(format('t ~ %L', g)) AS text, pg_temp.estimated(format('t ~ %L::touchpoint_glob', g)) AS glob, (SELECT count(*) FROM visit WHERE t ~ g) AS rows
FROM unnest(ARRAY['web/*', 'label 3', 'app/label 1|web/label 2', 'nowhere', '*']) g;
-- an operator of somebody else's over the estimator, which it was not made for
CREATE FUNCTION pg_temp.no(touchpoint, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR pg_temp.~~~ (LEFTARG = touchpoint, RIGHTARG = int, FUNCTION = pg_temp.no, RESTRICT = touchpoint_matches_sel);
SELECT count(*) FROM visit WHERE t OPERATOR(pg_temp.~~~) 7;

-- The steps of a chain: what reaches_step says of them as text[].
CREATE TABLE walk AS SELECT n AS id, journey_agg(touchpoint((ARRAY['web', 'app'])[1 + h % 2], (ARRAY['a', 'b', 'c'])[1 + (h >> 4) % 3]), '2026-01-01Z'::timestamptz + k * interval '1 hour', 1 + h % 5) AS j
FROM generate_series(1, 400) n, generate_series(1, 6) k, LATERAL (SELECT ('x' || substr(md5(n || '/' || k), 1, 7))::bit(28)::int AS h) x GROUP BY n;
INSERT INTO walk VALUES (0, '{}'), (-1, NULL);
SELECT p, within, step, count(*) FILTER (WHERE reaches_step(j, p, within, step)) AS chain, count(*) FILTER (WHERE reaches_step(j, steps, within, step::int)) AS steps,
       count(*) FILTER (WHERE reaches_step(j, p, within, step) IS DISTINCT FROM reaches_step(j, steps, within, step::int)) AS differ
FROM (VALUES ('a'::journey_pattern, '{a}'::text[]), ('web/a -> app/b', '{web/a,app/b}'), ('web/* -> (app/a | app/b)[score < 3] -> c', '{web/*,(app/a | app/b)[score < 3],c}'), ('a -> a -> a', '{a,a,a}')) v (p, steps),
     unnest('{2 hours,5 hours}'::interval[]) within, generate_series(1, array_length(steps, 1)::bigint) step, walk GROUP BY 1, 2, 3 ORDER BY p, within, step;
SELECT reaches_step(NULL, 'a -> b'::journey_pattern, '1 day', 1) IS NULL AS null, reaches_step('{}', 'a'::journey_pattern, '1 day', step => 1) AS named;
-- what was called before, without types, still is
SELECT reaches_step('{a@2026-01-01T00:00:00Z}', '{a,b}', '1 day') AS three, reaches_step('{a@2026-01-01T00:00:00Z}', '{a,b}', '1 day', 2) AS four, reaches_step('{a@2026-01-01T00:00:00Z}', '{a,b}', '1 day', 1, '{strict_order}') AS five;
SELECT fails(format('SELECT reaches_step(''{}'', %s, 1)', a))
FROM unnest(ARRAY['''^ a''::journey_pattern, ''1 day''', '''a => b''::journey_pattern, ''1 day''', '''a -[< 1 hour]-> b''::journey_pattern, ''1 day''', '''a -> b+''::journey_pattern, ''1 day''', '''a -> b within 1 day''::journey_pattern, ''1 day''',
    '''(a -> b) | c''::journey_pattern, ''1 day''', 'NULL::journey_pattern, ''1 day''', '''a''::journey_pattern, NULL', '''a''::journey_pattern, ''0''', '''a''::journey_pattern, ''1 month''', '(''a'' || repeat('' -> a'', 64))::journey_pattern, ''1 day''']) a;
SELECT fails(format('SELECT reaches_step(''{}'', ''a -> b''::journey_pattern, ''1 day'', %s)', step)) FROM unnest('{0,3,-1,4294967297,9223372036854775807,NULL}'::bigint[]) s, LATERAL (SELECT coalesce(s::text, 'NULL') || '::bigint' AS step) x;

-- The index answers it, as it answers the form over text[].
CREATE INDEX ON walk USING gin (j);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM walk WHERE reaches_step(j, 'web/a -> app/b'::journey_pattern, '2 hours', 2);
EXPLAIN (COSTS OFF) SELECT count(*) FROM walk WHERE reaches_step(j, 'web/a -> app/b'::journey_pattern, '2 hours', 1);
SELECT count(*) FROM walk WHERE reaches_step(j, 'web/a -> app/b'::journey_pattern, '2 hours', 2);
RESET enable_seqscan;
SELECT count(*) FROM walk WHERE reaches_step(j, 'web/a -> app/b'::journey_pattern, '2 hours', 2);
DROP TABLE glob, received, met, visit, walk;
