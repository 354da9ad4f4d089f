SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';
-- What drivers, ORMs and JSON servers do without being told of these types.

-- Text is taken where it is stored: parameters and columns of text and varchar, in arrays too
CREATE TABLE met (id integer PRIMARY KEY, touchpoint touchpoint, record contact_record, j journey, pattern journey_pattern, path touchpoint[]);
PREPARE write(integer, varchar, varchar, text, varchar, text[]) AS INSERT INTO met VALUES ($1, $2, $3, $4, $5, $6);
EXECUTE write(1, 'web/a', 'web/a@2026-01-05T10:00:00Z score=4', '{web/a@2026-01-05T10:00:00Z score=4 properties={"k":"v"}, app/b@2026-01-06T10:00:00Z}', 'web/* -> app/b', '{web/a,app/b}');
INSERT INTO met SELECT 2, t, t || '@2026-01-05T10:00:00Z', format('{%s@2026-01-05T10:00:00Z}', t)::varchar, t, string_to_array(t, '|')::varchar[] FROM (VALUES ('use:app/b')) v (t);
UPDATE met SET touchpoint = v.t FROM (VALUES (2, 'app/c'::varchar)) v (id, t) WHERE v.id = met.id;
TABLE met ORDER BY id;
-- not elsewhere: nothing is taken for a journey by itself
SELECT fails(q) FROM unnest(ARRAY['UPDATE met SET touchpoint = ''web/check/out''::text', 'UPDATE met SET j = ''{web/a}''::text', 'SELECT contact_count(''{}''::text)', 'UPDATE met SET touchpoint = ''web/a''::char(9)', 'UPDATE met SET path = ''{web/check/out}''::text[]']) q;
-- explicit casts are as they were
SELECT 'web/a'::text::touchpoint, 'web/a'::char(9)::touchpoint, touchpoint('web/a'::text), '{}'::varchar::journey, journey('{}'::text), 'a -> b'::text::journey_pattern, 'web/*'::varchar::touchpoint_glob;

-- Compared with text, which drivers send when they are not told otherwise
SELECT touchpoint = 'app/c'::text AS eq, 'app/c'::varchar = touchpoint AS qe, touchpoint <> 'app/c'::varchar AS ne, 'app/c'::text <> touchpoint AS en, touchpoint = ' app / c '::text AS blanks, touchpoint = NULL::text AS nothing, touchpoint IN ('app/c'::text, 'x'::varchar) AS one_of, touchpoint = ANY ('{app/c,x}'::text[]) AS any_of, touchpoint = 'app/c' AS literal
FROM met ORDER BY id;
SELECT fails('SELECT touchpoint = ''web/check/out''::text FROM met');
CREATE TABLE many AS SELECT i, touchpoint('c' || i % 20, 'l' || i % 1000) AS t, format('c%s/l%s', i % 20, i % 1000) AS plain FROM generate_series(1, 20000) i;
CREATE INDEX ON many (t);
ANALYZE many;
PREPARE find(varchar) AS SELECT count(*) FROM many WHERE t = $1;
SET plan_cache_mode = force_generic_plan;
SELECT plan_has('EXECUTE find(''c1/l1'')', 'Index Cond: .t = .*touchpoint') AS indexed;
EXECUTE find('c1/l1');
RESET plan_cache_mode;
-- joins hash or merge, as those of touchpoints do
SET enable_nestloop = off;
SELECT plan_has('SELECT count(*) FROM many a JOIN many b ON a.plain = b.t', '(Hash|Merge) Join') AS joined;
RESET enable_nestloop;
SELECT count(*), sum((a.t = b.plain)::int) AS equal, sum((a.t <> b.plain)::int) AS unequal, sum((a.plain = b.plain)::int) AS as_text FROM many a, many b WHERE a.i <= 40 AND b.i BETWEEN 990 AND 1020;

-- As text: LIKE, ILIKE, lower, string_agg, and indexes for them
SELECT text(touchpoint), text(touchpoint) LIKE 'web/%' AS web, text(touchpoint) ILIKE 'WEB/%' AS any_case, text(NULL::touchpoint) IS NULL AS none FROM met ORDER BY id;
SELECT string_agg(text(touchpoint), ', ' ORDER BY touchpoint) FROM met;
SELECT count(*), bool_and(text(t) = t::text AND text(t) = plain) AS same FROM many;
SELECT text('s:"a:b"/"c,d"'::touchpoint), text('plain');
CREATE INDEX many_text ON many (text(t) text_pattern_ops);
ANALYZE many;
SELECT plan_has('SELECT * FROM many WHERE text(t) LIKE ''c7/l1%''', 'Index Scan (on|using) many_text') AS indexed, count(*) = (SELECT count(*) FROM many WHERE plain LIKE 'c7/l1%') AS same FROM many WHERE text(t) LIKE 'c7/l1%';

-- The first and the last
SELECT min(t), max(t), min(t) = (SELECT t FROM many ORDER BY t LIMIT 1) AS first, max(t) = (SELECT t FROM many ORDER BY t DESC LIMIT 1) AS last FROM many;
SELECT min(t), max(t) FROM unnest('{b,NULL,a/b,"é",s:a}'::touchpoint[]) t;
SELECT min(t) IS NULL AND max(t) IS NULL AS none FROM many WHERE false;
SELECT count(*) AS groups, bool_and(low = first AND high = last) AS same FROM (SELECT i % 7, min(t) AS low, max(t) AS high, (array_agg(t ORDER BY t))[1] AS first, (array_agg(t ORDER BY t DESC))[1] AS last FROM many GROUP BY 1) g;
SELECT min(t) OVER w AS low, max(t) OVER w AS high FROM unnest('{b,c,a}'::touchpoint[]) WITH ORDINALITY u (t, i) WINDOW w AS (ORDER BY i ROWS 1 PRECEDING);
SELECT plan_has('SELECT min(t) FROM many', 'Index Only Scan using') AS first, plan_has('SELECT max(t) FROM many', 'Index Only Scan Backward') AS last;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET enable_indexscan = off; SET enable_indexonlyscan = off;
SELECT plan_has('SELECT max(t) FROM many', 'Partial Aggregate') AS parallel;
SELECT min(t), max(t) FROM many;
RESET ALL;
SET search_path = public, tp; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';
-- those of the server's own types are found as before
SELECT min(x), max(x), min('a'), max(y) FROM (VALUES ('a', 1), ('b', 2)) v (x, y);

-- JSON: rows show objects and arrays, not the text of values
SELECT row_to_json(met) FROM met ORDER BY id;
SELECT to_jsonb(met) FROM met ORDER BY id;
SELECT bool_and(touchpoint::json::jsonb = touchpoint::jsonb AND record::json::jsonb = record::jsonb AND j::json::jsonb = j::jsonb AND to_jsonb(j) = j::jsonb AND to_jsonb(path)->0 = path[1]::jsonb) AS same FROM met;
SELECT json_agg(record), jsonb_agg(j), json_build_object('t', min(touchpoint)), jsonb_object_agg(id, record) FROM met;
SELECT flow_agg(j, 'channel')::json::jsonb = flow_agg(j, 'channel')::jsonb AS same, to_json(flow_agg(j, 'channel')) FROM met;
SELECT (to_jsonb(met)->'j')::journey = j AS back, (to_jsonb(met)->'record')::contact_record = record AS record FROM met;
SELECT '{}'::journey::json, NULL::journey::json IS NULL AS none, to_json('"a:b"/"c\"d"'::touchpoint);
-- without the schema on the search_path
SET search_path = public;
SELECT tp.text(tp.min(t)), tp.max(t) OPERATOR(tp.=) 'c9/l989'::text AS last, to_json(tp.max(t)) FROM many;
SELECT row_to_json(met)->'j'->0->>'touchpoint' AS touchpoint FROM met ORDER BY id;
DROP TABLE met, many;

-- Calls that lack something say what: one line, and the call that it gives works
SET search_path = public, tp;
CREATE TEMP TABLE c AS SELECT '{web/a@2026-01-05T10:00:00Z score=4, web/b@2026-01-05T11:00:00Z score=2}'::journey AS j, 4 AS score, '2026-01-05T10:00:00Z'::timestamptz AS a, '2026-01-05T11:00:00Z'::timestamptz AS b;
SELECT q AS query, fails(format('SELECT %s FROM c', q)) FROM unnest(ARRAY['peak_end_score(j)', 'peak_score(j)', 'score_summary(j)', 'flow_agg(j)', 'markov_attribution(flow_agg(j))', 'attribution_agg(j, ''linear'', ''channel'')', 'csat(score)', 'csat(score) OVER ()', 'slice(j, a, b)', 'slice(j, ''2026-01-01'', ''2026-02-01'')', 'journey(ARRAY[''web/a''])', 'journey(path(j))', 'window_funnel(j, ''{web/a}'', ''7 days'', ''{strict}'')']) q;
SELECT peak_end_score(j, 3), peak_score(j, 3), (score_summary(j, 3)).scored, slice(j, tstzrange(a, b)) FROM c;
SELECT journey(ARRAY['web/a', 'app/b']::touchpoint[]), journey(path(j)::touchpoint[]) FROM c;
SELECT csat(score, 4), cardinality(attribution_agg(j, 'linear', 'channel', 1)) AS all_did, cardinality(attribution_agg(j, 'linear', 'channel', 'web/order', NULL, NULL, false)) AS none_did, flow_agg(j, 'channel') = flow_agg(j, 'channel') AS flow FROM c;
-- NULL journeys have nothing to tell, as everywhere; what was written before means what it did
SELECT peak_end_score(NULL::journey) IS NULL AS f, flow_agg(NULL::journey) = '{}' AS a, journey('{}') = '{}' AS literal, journey('{web/a}', '2026-01-05 10:00+00') AS path, journey('{web/a}'::touchpoint[]) = journey('{web/a}', started => 'epoch') AS same, slice('{}', '[2026-01-01,2026-02-01)') AS slice;
-- a parameter of no type could be anything as an argument, so it is cast
SELECT fails('PREPARE one AS SELECT journey($1)');
PREPARE one AS SELECT $1::journey;
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'one';
