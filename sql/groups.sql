SET search_path = public, tp;
SET timezone = 'UTC'; SET client_min_messages = warning;
-- Every aggregate in every way that the server may run it: with many groups, sorted, hashed, in parallel and in parts,
-- with DISTINCT and FILTER, over moving frames. The numbers are whole, so that sums are exact in any order.
CREATE TABLE grouped (k int, g int, j journey, t touchpoint, at timestamptz, x float8, s text, b boolean, d driver_summary, f journey_flow) PARTITION BY HASH (k);
CREATE TABLE grouped_0 PARTITION OF grouped FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE grouped_1 PARTITION OF grouped FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO grouped
SELECT k, k % 100, journey_agg(t, at, x), min(t::text)::touchpoint, min(at), k / 7 % 5 + 1, (ARRAY['like', 'expect', 'neutral', 'accept', 'dislike'])[k / 7 % 5 + 1], k / 100 % 3 = 0, driver_agg(x, ARRAY[k % 7, i]), NULL
FROM (SELECT k, i, touchpoint((ARRAY['web', 'app', 'shop'])[(k * 7 + i * i) % 3 + 1], 'l' || (k + i) % 4) AS t, '2026-01-01 00:00+00'::timestamptz + k * interval '1 hour' + i * interval '1 minute' AS at, (k + i) % 5 + 1 AS x FROM generate_series(1, 1500) k, generate_series(1, 1 + k % 3) i) c GROUP BY k;
UPDATE grouped SET f = (SELECT flow_agg(i.j, 'label') FROM (SELECT grouped.j OFFSET 0) AS i);
CREATE INDEX ON grouped (g);
ANALYZE grouped;
CREATE TEMP TABLE call (aggregate regprocedure, call text);
INSERT INTO call VALUES
    ('journey_agg(contact_record)', 'journey_agg(contact_record(t, at, x, id => k))'), ('journey_agg(touchpoint,timestamptz)', 'journey_agg(t, at)'), ('journey_agg(touchpoint,timestamptz,float8)', 'journey_agg(t, at, x)'), ('journey_agg(touchpoint,timestamptz,float8,float8)', 'journey_agg(t, at, x, 5)'),
    ('journey_agg(touchpoint,timestamptz,float8,float8,float8,interval,float8,text,bigint)', 'journey_agg(t, at, x, 5, 1, ''1 minute'', x, ''customer'', k)'),
    ('journey_agg(touchpoint,timestamptz,float8,float8,float8,interval,float8,text,bigint,jsonb)', 'journey_agg(t, at, x, 5, 1, ''1 minute'', x, ''customer'', k, jsonb_build_object(''n'', k % 3))'), ('rollup(journey)', 'rollup(j)'),
    ('peak_end_score(float8,timestamptz,float8)', 'peak_end_score(x, at, 3)'), ('peak_end_score(float8,timestamptz,float8,float8)', 'peak_end_score(x, at, 3, 0.25)'), ('score_summary(float8,timestamptz,float8)', 'score_summary(x, at, 3)'), ('score_summary(float8,timestamptz,float8,float8)', 'score_summary(x, at, 3, 0.25)'),
    ('gap_agg(float8,float8)', 'gap_agg(5, x)'), ('rollup(gap_summary)', 'rollup(journey_gap(adjust_scores(j, ''*'', 1, 0, 9)))'), ('driver_agg(float8,float8[])', 'driver_agg(x, ARRAY[k % 7, k % 3])'), ('rollup(driver_summary)', 'rollup(d)'),
    ('service_gap_agg(float8,float8,float8,float8,float8,float8)', 'service_gap_agg(x, 5, 4, 3, 2, k % 2)'), ('servqual_index(float8,float8)', 'servqual_index(x - 5, k % 4)'), ('nps(float8)', 'nps(2 * x)'), ('csat(float8,float8)', 'csat(x, 4)'), ('kano_agg(text,text)', 'kano_agg(s, ''dislike'')'), ('channel_consistency(text,float8)', 'channel_consistency(channel(t), x)'),
    ('media_fit_agg(boolean,boolean)', 'media_fit_agg(b, x > 2)'), ('funnel_agg(journey,text[],interval)', 'funnel_agg(j, ''{web/*,app/*}'', ''1 day'')'), ('funnel_agg(journey,text[],interval,text[],text[])', 'funnel_agg(j, ''{web/*,app/*}'', ''1 day'', ''{}'', ''{shop/*}'')'), ('funnel_agg(journey,text[],interval,text[],text[],timestamp with time zone)', 'funnel_agg(j, ''{web/*,app/*}'', ''1 day'', ''{}'', ''{}'', ''2026-03-01Z'')'), ('funnel_agg(journey,text[],interval,text[],text[],timestamp with time zone,text[],text[])', 'funnel_agg(j, ''{web/*,app/*}'', ''1 day'', ''{}'', ''{}'', NULL, ''{shop/*}'', ''{order}'')'), ('window_funnel(interval,timestamp with time zone,text[],boolean[])', 'window_funnel(''9 days'', at, ARRAY[''any_order''], t ~ ''web/*'', t ~ ''app/*'')'), ('window_funnel(interval,timestamptz,boolean[])', 'window_funnel(''9 days'', at, t ~ ''web/*'', t ~ ''app/*'')'),
    ('flow_agg(journey,text)', 'flow_agg(j, ''channel'')'), ('flow_agg(journey,text,float8,float8,float8)', 'flow_agg(j, ''channel'', k % 2, 1, x)'), ('flow_agg_k(journey,text,int)', 'flow_agg_k(j, ''touchpoint'', 2)'), ('flow_agg_k(journey,text,int,float8,float8,float8)', 'flow_agg_k(j, ''touchpoint'', 2, k % 2, 1, x)'), ('rollup(journey_flow)', 'rollup(f)'),
    ('flow_agg(journey,text,text,interval,boolean)', 'flow_agg(j, ''channel'', ''web/*'', ''5 days'', false)'), ('flow_agg_k(journey,text,int,text,interval,boolean)', 'flow_agg_k(j, ''touchpoint'', 2, ''web/*'', NULL, true)'),
    ('attribution_agg(journey,text,text,text,interval,interval,boolean)', 'attribution_agg(j, ''linear'', ''channel'', ''web/*'', NULL, NULL, false)'), ('shapley_attribution(journey,text,text,interval,boolean)', 'shapley_attribution(j, ''label'', ''web/*'', NULL, false)'),
    ('attribution_agg(journey,text,text,float8)', 'attribution_agg(j, ''first_touch'', ''channel'', x)'), ('shapley_attribution(journey,text,float8,float8)', 'shapley_attribution(j, ''label'', 60 * x, 60)'), ('conversion_effect_agg(journey,text,boolean)', 'conversion_effect_agg(j, ''touchpoint'', k % 3 = 0)'), ('rate_agg(boolean)', 'rate_agg(k % 3 = 0)'), ('rollup(rate_summary)', 'rollup((''{count='' || k || '', successes=1}'')::rate_summary)'),
    ('mean_agg(float8)', 'mean_agg(x / 7)'), ('rollup(mean_summary)', 'rollup((''{count=1, sum='' || k || '', squares='' || k * k || ''}'')::mean_summary)'), ('nps_agg(float8)', 'nps_agg(k % 11)'), ('nps_agg(float8,float8,float8)', 'nps_agg(x, 2, 4)'),
    ('rollup(nps_summary)', 'rollup((''{count='' || k || '', detractors=1, promoters=0, detractor_to=6, promoter_from=9}'')::nps_summary)'), ('group_difference_agg(text,float8)', 'group_difference_agg((k % 3)::text, x)'), ('response_curve(float8,float8)', 'response_curve(k % 20, k % 20 / (3.0 + k % 20) + k % 3)'),
    ('path_entropy(journey,text)', 'path_entropy(j, ''channel'')'), ('min(touchpoint)', 'min(t)'), ('max(touchpoint)', 'max(t)'),
    ('retention_agg(journey,text,int,text,text,text)', 'retention_agg(j, ''day'', 3, ''*'', ''app/*'', ''Europe/Berlin'')'), ('retention_agg(journey,text,int,text,text,text,timestamptz)', 'retention_agg(j, ''day'', 3, ''*'', ''*'', ''UTC'', ''2026-02-01 00:00+00'')'),
    ('retention_agg(journey,text,int,text,text,text,timestamptz,boolean)', 'retention_agg(j, ''month'', 3, ''*'', ''*'', ''UTC'', NULL, true)'), ('lifecycle_agg(journey,text,text,text)', 'lifecycle_agg(j, ''week'', ''web/*'', ''Europe/Berlin'')'), ('lifecycle_agg(journey,text,text,text,timestamptz)', 'lifecycle_agg(j, ''week'', ''*'', ''UTC'', ''2026-02-01 00:00+00'')'),
    ('stickiness_agg(journey,text,text,text,tstzrange)', 'stickiness_agg(j, ''month'', ''*'', ''UTC'', ''[2026-01-01, 2026-03-01)'')'), ('journey_map_agg(journey,text,float8)', 'journey_map_agg(j, ''touchpoint'', 3)'), ('level_flow_agg(journey,text,int,text,int)', 'level_flow_agg(j, ''touchpoint'', 2, NULL, 4)'), ('journey_gap_agg(journey,text)', 'journey_gap_agg(j, ''channel'')'),
    -- by customer; those of text and uuid differ in the key alone, and are called below
    ('flow_agg(bigint,contact_record,text)', 'flow_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''channel'')'),
    ('flow_agg(bigint,contact_record,text,float8,float8,float8)', 'flow_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''channel'', k % 2, 1, k % 3)'),
    ('flow_agg(bigint,contact_record,text,text,interval,boolean)', 'flow_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''channel'', ''web/*'', ''5 days'', false)'),
    ('funnel_agg(bigint,contact_record,text[],interval)', 'funnel_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''{web/*,app/*}'', ''1 day'')'),
    ('funnel_agg(bigint,contact_record,text[],interval,text[],text[])', 'funnel_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''{web/*,app/*}'', ''9 days'', ''{}'', ''{shop/*}'')'),
    ('funnel_agg(bigint,contact_record,text[],interval,text[],text[],timestamptz)', 'funnel_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''{web/*,app/*}'', ''9 days'', ''{}'', ''{}'', ''2026-02-01Z'')'),
    ('funnel_agg(bigint,contact_record,text[],interval,text[],text[],timestamptz,text[],text[])', 'funnel_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''{web/*,app/*}'', ''9 days'', ''{}'', ''{}'', NULL, ''{shop/*}'', ''{order}'')'),
    ('attribution_agg(bigint,contact_record,text,text,float8)', 'attribution_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''first_touch'', ''channel'', k % 5)'),
    ('attribution_agg(bigint,contact_record,text,text,text,interval,interval,boolean)', 'attribution_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''linear'', ''channel'', ''web/*'', NULL, NULL, false)'),
    ('shapley_attribution(bigint,contact_record,text,float8,float8)', 'shapley_attribution(k % 90, contact_record(t, at, x, 5, value => k % 7), ''label'', 60 * (k % 5), 60)'),
    ('shapley_attribution(bigint,contact_record,text,text,interval,boolean)', 'shapley_attribution(k % 90, contact_record(t, at, x, 5, value => k % 7), ''label'', ''web/*'', NULL, false)'),
    ('retention_agg(bigint,contact_record,text,int,text,text,text)', 'retention_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''day'', 3, ''*'', ''app/*'', ''Europe/Berlin'')'),
    ('retention_agg(bigint,contact_record,text,int,text,text,text,timestamptz)', 'retention_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''day'', 3, ''*'', ''*'', ''UTC'', ''2026-02-01 00:00+00'')'),
    ('retention_agg(bigint,contact_record,text,int,text,text,text,timestamptz,boolean)', 'retention_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''month'', 3, ''*'', ''*'', ''UTC'', NULL, true)'),
    ('level_flow_agg(bigint,contact_record,text,int,text,int)', 'level_flow_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''touchpoint'', 2, NULL, 4)'),
    ('journey_map_agg(bigint,contact_record,text,float8)', 'journey_map_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''touchpoint'', 3)'),
    ('journey_gap_agg(bigint,contact_record,text)', 'journey_gap_agg(k % 90, contact_record(t, at, x, 5, value => k % 7), ''channel'')');
INSERT INTO call VALUES ('flow_agg(text,contact_record,text)', 'flow_agg((k % 90)::text, contact_record(t, at, x), ''channel'')'), ('flow_agg(uuid,contact_record,text)', 'flow_agg(md5((k % 90)::text)::uuid, contact_record(t, at, x), ''channel'')');
-- an aggregate without a call: give it one; those that only say what they lack answer nothing
SELECT p.oid::regprocedure AS "not called" FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
WHERE extname = 'touchpoint' AND prokind = 'a' AND p.oid NOT IN (SELECT aggregate FROM call) AND NOT (proargtypes[1] = 'contact_record'::regtype AND proargtypes[0] <> 'bigint'::regtype) AND NOT EXISTS (SELECT FROM pg_aggregate a JOIN pg_proc t ON t.oid = aggtransfn WHERE aggfnoid = p.oid AND t.prosrc ~ '_usage$') ORDER BY 1;

CREATE FUNCTION pg_temp.text_of(query text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
    EXECUTE format('SELECT md5(string_agg(coalesce(v::text, ''NULL''), E''\n'' ORDER BY k)) FROM (' || query || ') AS x', call) INTO STRICT answer;
    RETURN answer;
END $$;
CREATE FUNCTION pg_temp.plan_of(query text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || format(query, call) LOOP plan := plan || line || E'\n'; END LOOP;
    RETURN plan;
END $$;
-- What each group is by itself
CREATE TEMP TABLE alone AS SELECT aggregate, call, pg_temp.text_of('SELECT g AS k, (SELECT %s FROM (SELECT * FROM grouped i WHERE i.g = o.g ORDER BY k) AS i) AS v FROM generate_series(0, 99) AS o(g)', call) AS answer FROM call;

DROP INDEX grouped_g_idx;

CREATE TEMP TABLE way (way text, plan text, settings text, query text);
INSERT INTO way VALUES
    ('sorted', 'GroupAggregate', 'SET enable_hashagg = off; SET enable_sort = on; SET enable_incremental_sort = off', 'SELECT g AS k, %s AS v FROM grouped GROUP BY g'),
    ('hashed', 'HashAggregate', 'SET enable_hashagg = on; SET enable_sort = off', 'SELECT g AS k, %s AS v FROM grouped GROUP BY g'),
    ('hashed and spilled', 'HashAggregate', 'SET enable_hashagg = on; SET enable_sort = off; SET work_mem = ''64kB''', 'SELECT g AS k, %s AS v FROM grouped GROUP BY g'),
    ('grouping sets', 'MixedAggregate|Hash Key: g.*Hash Key|Group Key: g', 'SET enable_hashagg = on; SET enable_sort = on', 'SELECT g AS k, v FROM (SELECT g, b, %s AS v, GROUPING(g) AS whole FROM grouped GROUP BY GROUPING SETS ((g), (b), ())) AS s WHERE whole = 0'),
    ('in parts', 'Partial HashAggregate.*Append|Append.*Partial HashAggregate', 'SET enable_partitionwise_aggregate = on; SET enable_hashagg = on; SET enable_sort = off; SET max_parallel_workers_per_gather = 0; SET cpu_operator_cost = 0', 'SELECT g AS k, %s AS v FROM grouped GROUP BY g'),
    ('in parallel', 'Gather.*Partial', 'SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; SET enable_sort = on; SET cpu_operator_cost = 0; SET cpu_tuple_cost = 1; SET parallel_tuple_cost = 0.1', 'SELECT g AS k, %s AS v FROM grouped GROUP BY g'),
    ('beside others', 'Aggregate', '', 'SELECT g AS k, v FROM (SELECT g, %1$s AS v, %1$s FILTER (WHERE b) AS other, array_agg(DISTINCT x) FROM grouped GROUP BY g) AS s');
CREATE FUNCTION pg_temp.in_way(w way, call text, OUT answer text, OUT plan text) LANGUAGE plpgsql AS $$
DECLARE setting text;
BEGIN
    FOREACH setting IN ARRAY string_to_array(w.settings, '; ') LOOP EXECUTE replace(setting, 'SET ', 'SET LOCAL '); END LOOP;
    answer := pg_temp.text_of(w.query, call);
    plan := pg_temp.plan_of(w.query, call);
    RESET ALL;
    SET search_path = public, tp; SET timezone = 'UTC';
END $$;
CREATE TEMP TABLE run AS SELECT way, aggregate, alone.answer = i.answer AS same, i.plan ~ w.plan AS planned, i.plan FROM way w, alone, pg_temp.in_way(w, call) i;
SELECT way, count(*) > 30 AND bool_and(same) AS same, bool_and(planned) AS planned FROM run GROUP BY way ORDER BY way;
SELECT way, aggregate FROM run WHERE NOT same OR NOT planned ORDER BY 1, 2;

-- DISTINCT, and frames that move: the server begins each frame anew, and no state may be left over from the one before
CREATE TEMP TABLE moving AS
SELECT aggregate, pg_temp.text_of('SELECT k, %s OVER (ORDER BY k ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) AS v FROM grouped WHERE k <= 200', call)
    = pg_temp.text_of('SELECT k, (SELECT %s FROM (SELECT * FROM grouped i WHERE i.k BETWEEN o.k - 2 AND least(o.k + 1, 200) ORDER BY i.k) AS i) AS v FROM grouped AS o WHERE k <= 200', call) AS same,
    pg_temp.text_of('SELECT k, %s OVER (ORDER BY k) AS v FROM grouped WHERE k <= 200', call)
    = pg_temp.text_of('SELECT k, (SELECT %s FROM (SELECT * FROM grouped i WHERE i.k <= o.k ORDER BY i.k) AS i) AS v FROM grouped AS o WHERE k <= 200', call) AS growing,
    pg_temp.text_of('SELECT g AS k, %s AS v FROM grouped, generate_series(1, 2) GROUP BY g', regexp_replace(call, '\(', '(DISTINCT '))
    = pg_temp.text_of('SELECT g AS k, %s AS v FROM grouped GROUP BY g', regexp_replace(call, '\(', '(DISTINCT ')) AS "distinct"
FROM call;
SELECT count(*) > 30 AND bool_and(same) AS same, bool_and(growing) AS growing, bool_and("distinct") AS "distinct" FROM moving;
SELECT * FROM moving WHERE NOT same OR NOT growing OR NOT "distinct" ORDER BY 1;

-- States live in the aggregate's own memory: the server walks every context below it at each new group, so one a group
-- would cost the square of the groups. While all groups are there, there are no more contexts for many than for few,
-- but for a few of the server's caches.
CREATE TABLE many AS SELECT k + 1500 * n AS k, j, t, at, x, s, b, d, f FROM grouped, generate_series(0, 2) AS n;
ANALYZE many;
CREATE FUNCTION pg_temp.contexts(call text, groups int, OUT contexts bigint, OUT groups_met bigint) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL enable_sort = off; SET LOCAL enable_hashagg = on; SET LOCAL work_mem = '256MB'; SET LOCAL max_parallel_workers_per_gather = 0;
    EXECUTE format('SELECT max(contexts), count(*) + 0 * count(v) FROM (SELECT k %% %s, %s AS v, (SELECT count(*) FROM pg_backend_memory_contexts) AS contexts FROM many GROUP BY 1 OFFSET 0) AS x', groups, call) INTO contexts, groups_met;
END $$;
-- once before it counts: the first call of a kind fills caches
CREATE TEMP TABLE room AS
SELECT aggregate, few.contexts AS few, many.contexts AS many, many.groups_met AS groups FROM call, pg_temp.contexts(call, 10) once, pg_temp.contexts(call, 10) few, pg_temp.contexts(call, 4500) many;
SELECT count(*) > 30 AS all_aggregates, min(groups), bool_and(few > 10) AS counted, bool_and(abs(many - few) < 20) AS no_context_a_group FROM room;
SELECT aggregate, few, many FROM room WHERE abs(many - few) >= 20 ORDER BY 1;
-- the measure measures: arrays that grow in place have a context each
CREATE AGGREGATE pg_temp.in_arrays(float8) (SFUNC = array_append, STYPE = float8[]);
SELECT (SELECT contexts FROM pg_temp.contexts('pg_temp.in_arrays(x)', 4500)) - (SELECT contexts FROM pg_temp.contexts('pg_temp.in_arrays(x)', 10)) > 4000 AS measured;

-- A frame that moves leaves nothing behind: as much memory at its 4,000th row as at its 1,000th, unlike one that grows.
CREATE FUNCTION pg_temp.used_bytes() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT sum(used_bytes) FROM pg_backend_memory_contexts); END';
CREATE FUNCTION pg_temp.left_behind(call text, frame text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE bytes bigint;
BEGIN
    EXECUTE format('SELECT max(bytes) FILTER (WHERE k = 4000) - max(bytes) FILTER (WHERE k = 1000) + 0 * count(v) FROM (SELECT k, %s OVER (ORDER BY k ROWS %s PRECEDING) AS v, CASE WHEN k IN (500, 1000, 4000) THEN pg_temp.used_bytes() END AS bytes FROM many OFFSET 0) AS x', call, frame) INTO bytes;
    RETURN bytes;
END $$;
SELECT aggregate, bytes FROM call, pg_temp.left_behind(call, '2') bytes WHERE bytes > 10000 ORDER BY 1;
SELECT pg_temp.left_behind('array_agg(k)', 'UNBOUNDED') > 10000 AS measured;
DROP TABLE grouped, many;
