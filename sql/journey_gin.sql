SET search_path = public, tp;
SET timezone = 'UTC';

-- 20,000 journeys over touchpoints of very different shares, none with the same order twice.
CREATE TABLE trip (id int PRIMARY KEY, j journey);
INSERT INTO trip
SELECT n, journey_agg(t, '2026-01-01 00:00Z'::timestamptz + k * interval '1 hour', NULL, NULL, NULL, NULL, NULL, NULL, k)
FROM generate_series(1, 20000) n, generate_series(1, 4 + n % 4) k,
     LATERAL (SELECT (h >> 8) % 1000 AS pick, h % 5 AS other FROM (SELECT ('x' || substr(md5(n || '/' || k), 1, 7))::bit(28)::int AS h) s) c,
     LATERAL (SELECT CASE WHEN pick < 500 THEN 'web/home' WHEN pick < 800 THEN 'web/product ' || other WHEN pick < 900 THEN 'use:app/open'
        WHEN pick < 960 THEN 'support/chat' WHEN pick < 990 THEN 'store/visit' WHEN pick < 998 THEN 'store/purchase'
        WHEN n % 5 = 0 THEN 'web/complaint' ELSE 'billboard' END::touchpoint AS t) l
GROUP BY n;
INSERT INTO trip VALUES (0, '{}'), (-1, NULL);
CREATE INDEX trip_j ON trip USING gin (j);
ANALYZE trip;

-- What ANALYZE keeps.
SELECT null_frac > 0 AS nulls, avg_width > 50 AS wide, n_distinct < -0.9 AS distinct, most_common_elems
FROM pg_stats WHERE tablename = 'trip' AND attname = 'j';

-- The index answers as the table does, whatever is asked.
CREATE FUNCTION same(condition text, OUT by_table bigint, OUT by_index bigint, OUT used boolean) LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = on;
    EXECUTE 'SELECT count(*) FROM trip WHERE ' || condition INTO by_table;
    SET LOCAL enable_bitmapscan = on; SET LOCAL enable_seqscan = off;
    EXECUTE 'SELECT count(*) FROM trip WHERE ' || condition INTO by_index;
    used := false;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE ' || condition LOOP
        used := used OR line LIKE '%Bitmap Index Scan on trip_j%';
    END LOOP;
END $$;
SELECT c AS condition, s.*, by_table = by_index AS same FROM unnest(ARRAY[
    $$j @> '{store/purchase}'$$, $$j @> '{web/home,store/purchase}'$$, $$j @> '{store/purchase,nowhere}'$$, $$j @> '{}'$$, $$j @> '{web/home,NULL}'$$,
    $$j @> '{app/open}'$$, $$j @> '{use:app/open,support/chat}'$$,
    $$j && '{billboard,web/complaint}'$$, $$j && '{nowhere}'$$, $$j && '{}'$$, $$j && '{NULL,billboard}'$$,
    $$j ~ 'store/*'$$, $$j ~ 'web/complaint'$$, $$j ~ 'complaint'$$, $$j ~ '*/complaint'$$, $$j ~ 'app/open'$$, $$j ~ 'use:*'$$, $$j ~ 'use:app/open'$$, $$j ~ 's*/*h*t'$$, $$j ~ 'web/product*'$$,
    $$j ~ '*oard'$$, $$j ~ 'nowhere'$$, $$j ~ '*'$$, $$j ~ '(store/purchase)*'$$, $$j ~ 'store/purchase?'$$,
    $$j ~ 'billboard | web/complaint'$$, $$j ~ '(billboard | web/complaint) -> store/purchase'$$, $$j ~ 'billboard+'$$, $$j ~ 'billboard{2}'$$,
    $$j ~ 'support/chat -> store/visit -[<= 2 hours]-> store/purchase'$$, $$j ~ '^ support/chat => web/* $'$$, $$j ~ 'billboard[score > 1]'$$,
    $$j ~ '(support/chat | (store/purchase)*) -> billboard'$$, $$j ~ 'web/home -[!web/*]-> store/purchase'$$,
    $$reaches_step(j, '{support/*,store/purchase}', '1 day', 2)$$, $$reaches_step(j, '{store/purchase}', '1 day')$$, $$reaches_step(j, '{*,*,web/complaint}', '1 day', 3, '{strict_order}')$$,
    $$reaches_step(j, '{support/*,store/purchase}', '1 day', 1, '{any_order}')$$, $$reaches_step(j, '{support/*,store/purchase}', '1 day', 2, '{any_order}')$$, $$reaches_step(j, '{store/*,store/purchase}', '1 day', 2, '{reuse}')$$,
    $$reaches_step(j, '{web/product 1,store/visit}', '1 day', step => 2)$$,
    $$j @> '{support/chat}' AND j ~ 'store/*' AND NOT j && '{billboard}'$$, $$j IS NULL$$]) c, same(c) s;

-- How EXPLAIN shows it: patterns are checked again, touchpoints alone are not.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE j @> '{store/purchase}';
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE j ~ 'support/* -[<= 7 days]-> store/purchase';
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE reaches_step(j, '{support/*,"store/purchase"}', '7 days', 2);
-- the steps behind the one asked for are not needed
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE reaches_step(j, '{support/*,"store/purchase"}', '7 days', 1);
-- what is not constant, or wrong, is left to the call
PREPARE by_steps(text[]) AS SELECT count(*) FROM trip WHERE reaches_step(j, $1, '1 day', 2);
SET plan_cache_mode = force_custom_plan;
EXPLAIN (COSTS OFF) EXECUTE by_steps('{support/*,store/purchase}');
SET plan_cache_mode = force_generic_plan;
RESET enable_seqscan;
EXPLAIN (COSTS OFF) EXECUTE by_steps('{support/*,store/purchase}');
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE reaches_step(j, '{a//b}', '1 day');
RESET plan_cache_mode;

-- Estimates: within three times of the truth for a touchpoint, on shares from a half to a thousandth.
CREATE FUNCTION estimate(condition text, source text DEFAULT 'trip') RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM %s WHERE %s', source, condition) INTO plan;
    RETURN plan -> 0 -> 'Plan' -> 'Plan Rows';
END $$;
SELECT count(*) AS touchpoints, bool_and(e / n BETWEEN 1 / 3.0 AND 3) AS within_three_times
FROM (SELECT t, count(DISTINCT id) AS n FROM trip, unnest(path(j)::touchpoint[]) t GROUP BY t) s, estimate(format('j @> %L', ARRAY[t])) e;
SELECT c AS condition, e / greatest(n, 1) BETWEEN 1 / 3.0 AND 3 AS within_three_times
FROM unnest(ARRAY[$$j @> '{web/home,store/visit}'$$, $$j && '{store/purchase,billboard}'$$, $$j ~ 'store/*'$$, $$j ~ 'web/*'$$, $$j ~ '*/visit'$$, $$j ~ 'web/product*'$$,
    $$j ~ 'support/* -> store/*'$$, $$reaches_step(j, '{support/*,store/*}', '1 day', 2)$$, $$j ~ '*'$$, $$NOT j ~ 'web/*'$$]) c, estimate(c) e,
    LATERAL (SELECT by_table AS n FROM same(c)) t;
-- what every journey meets, most of them meet
SELECT c AS condition, e / n >= 0.5 AS most
FROM unnest(ARRAY[$$j ~ '*'$$, $$j ~ '^ *'$$, $$j ~ '* $'$$, $$j ~ '*?'$$, $$j ~ '* | web/home'$$, $$reaches_step(j, '{*}', '1 day', 1)$$]) c, estimate(c) e, (SELECT count(*) AS n FROM trip) t;
SELECT estimate($$j @> '{nowhere}'$$) <= 3 AS rare, estimate($$j @> NULL$$) <= 1 AS none;
-- and the plan follows them
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE j @> '{billboard}';
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE j @> '{web/home}';
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE j ~ 'web/complaint -> store/*';
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE j ~ 'web/* -> web/*';

-- Without statistics: the share goes by what is asked, from all to one touchpoint.
CREATE TABLE unknown (j journey, t touchpoint) WITH (autovacuum_enabled = off);
INSERT INTO unknown SELECT j, 'web/home' FROM trip;
CREATE FUNCTION share(condition text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    part json;
    whole json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) SELECT FROM unknown WHERE ' || condition INTO part;
    EXECUTE 'EXPLAIN (FORMAT json) SELECT FROM unknown' INTO whole;
    RETURN trunc((part -> 0 -> 'Plan' ->> 'Plan Rows')::numeric / (whole -> 0 -> 'Plan' ->> 'Plan Rows')::numeric + 0.002, 2);
END $$;
SELECT c AS condition, share(c)
FROM unnest(ARRAY[$$j ~ '*'$$, $$j ~ '^ *'$$, $$j ~ '* $'$$, $$j ~ '*?'$$, $$j ~ 'web/home?'$$, $$j ~ '*[score < 3]'$$, $$j ~ '* -[<= 1 day]-> *'$$,
    $$j ~ 'web/*'$$, $$j ~ 'use:*'$$, $$j ~ 'w*/*'$$, $$j ~ '*/ho*'$$, $$j ~ 'web/home'$$, $$j ~ 'web/* -> store/*'$$, $$j ~ 'web/* | store/*'$$, $$NOT j ~ '*'$$,
    $$j @> '{}'$$, $$j && '{}'$$, $$j @> '{web/home}'$$, $$j && '{web/home}'$$,
    $$reaches_step(j, '{*,*}', '1 day', 2)$$, $$reaches_step(j, '{web/*}', '1 day', 1)$$, $$reaches_step(j, '{web/home}', '1 day', 1)$$,
    $$t ~ '*'$$, $$t ~ 'web/*'$$, $$t ~ 'w*/*'$$, $$t ~ '*/ho*'$$, $$t ~ 'web/home'$$]) c;
ANALYZE unknown (t);
SELECT c AS condition, share(c) FROM unnest(ARRAY[$$t ~ '*'$$, $$t ~ 'web/*'$$, $$t ~ 'store/*'$$]) c;
DROP TABLE unknown;

-- An expression index on journeys made on the fly, a domain over them, and one column among others.
CREATE DOMAIN checked AS journey CHECK (contact_count(VALUE) < 100);
CREATE TABLE other (id int, j checked);
INSERT INTO other SELECT id, j FROM trip;
CREATE INDEX other_j ON other USING gin ((j::journey));
ANALYZE other;
SELECT array_length(most_common_elems::text::text[], 1) > 5 AS elements FROM pg_stats WHERE tablename = 'other' AND attname = 'j';
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM other WHERE j::journey @> '{billboard}';
SELECT (SELECT count(*) FROM other WHERE j::journey @> '{billboard}') = (SELECT count(*) FROM trip WHERE j @> '{billboard}') AS same;
RESET enable_seqscan;

-- More wildcards than are worth a scan of keys each: every journey is looked at instead.
SELECT same(format('j ~ %L', string_agg('*/c' || n || '*', ' | ') || ' | s*/visit | (store/*)+')) FROM (VALUES (62), (63), (200)) v (most), generate_series(1, most) n GROUP BY most ORDER BY most;

-- Entries come and go: pending list, vacuum, page splits with many keys.
CREATE TABLE busy (id int, j journey) WITH (autovacuum_enabled = off);
CREATE INDEX busy_j ON busy USING gin (j) WITH (fastupdate = on);
INSERT INTO busy SELECT n, journey(ARRAY[touchpoint('web', 'page ' || n % 3000), touchpoint('web', repeat('x', n % 255 + 1)), 'store/purchase'])
FROM generate_series(1, 9000) n;
SET enable_seqscan = off;
SELECT count(*) FROM busy WHERE j ~ 'web/"page 1"*';
SELECT gin_clean_pending_list('busy_j') > 0 AS cleaned;
SELECT count(*) FROM busy WHERE j ~ 'web/"page 1"*';
DELETE FROM busy WHERE id % 3 = 0;
VACUUM busy;
SELECT count(*) FROM busy WHERE j ~ 'web/"page 1"*';
UPDATE busy SET j = j || journey('{use:app/open}', '2026-02-01 00:00Z') WHERE id % 10 = 1;
SELECT count(*), count(*) = (SELECT count(*) FROM busy b WHERE id % 10 = 1) AS same FROM busy WHERE j @> '{use:app/open}';
RESET enable_seqscan;

-- With the schema off the search path.
SET search_path = public;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM trip WHERE tp.reaches_step(j, '{billboard,store/*}', '1 day', 2);
SELECT count(*) > 0 AS found FROM trip WHERE j OPERATOR(tp.@>) '{billboard}';
RESET enable_seqscan;

-- Properties: a value that a step asks for is a key; anything else about one is looked at.
SET search_path = public, tp;
CREATE TABLE kept (id int PRIMARY KEY, j journey) WITH (autovacuum_enabled = off);
CREATE FUNCTION h(VARIADIC text[]) RETURNS int LANGUAGE sql IMMUTABLE AS $$SELECT ('x' || substr(md5(array_to_string($1, '/')), 1, 7))::bit(28)::int$$;
INSERT INTO kept
SELECT n, journey_agg(contact_record(('{web/cart,web/home,use:app/open,billboard}'::touchpoint[])[1 + h('t', n::text, k::text) % 4],
    '2026-01-01 00:00Z'::timestamptz + k * interval '1 hour', score => h('s', n::text, k::text) % 5, id => k,
    properties => CASE WHEN n % 3 > 0 THEN jsonb_strip_nulls(jsonb_build_object(
        'campaign', (ARRAY['"spring"', '"autumn"', '""', '"1"', '1', '1.0', '0', '-0', '0.5', '5e-1', '1e3', 'true', 'false', '"true"', 'null',
            '"春"', format('"%s"', repeat('x', 300)), format('"%s"', repeat('x', 301)), '12345678.9', '-2'])[1 + h('c', n::text, k::text) % 20]::jsonb,
        'agent', (ARRAY['"a"', '7', 'null', '"web"', '"cart"'])[1 + h('a', n::text, k::text) % 5]::jsonb,
        'rare', CASE WHEN h('r', n::text, k::text) % 400 = 0 THEN '"one"'::jsonb END)) END))
FROM generate_series(1, 3000) n, generate_series(1, 1 + n % 4) k GROUP BY n;
INSERT INTO kept VALUES (0, '{}'), (-1, NULL);
CREATE INDEX kept_j ON kept USING gin (j);
ANALYZE kept;
CREATE FUNCTION kept_ids(condition text, by_index boolean, OUT ids int[], OUT plan text) LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    EXECUTE format('SET LOCAL enable_bitmapscan = %s', by_index);
    EXECUTE format('SET LOCAL enable_seqscan = %s', NOT by_index);
    EXECUTE 'SELECT array_agg(id ORDER BY id) FROM kept WHERE ' || condition INTO ids;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT FROM kept WHERE ' || condition LOOP
        plan := concat_ws(E'\n', plan, line);
    END LOOP;
END $$;
-- the model: jsonb's own equality over the contacts
CREATE FUNCTION has(key text, v jsonb, t touchpoint DEFAULT NULL) RETURNS int[] LANGUAGE sql AS $$
    SELECT array_agg(DISTINCT id ORDER BY id) FROM kept, contacts(kept.j) c(p, touchpoint, ch, l, s, o, sc, e, g, co, d, va, i, cid, properties)
    WHERE c.properties -> key = v AND (t IS NULL OR c.touchpoint = t)$$;
SELECT condition, cardinality(i.ids) AS found, i.ids = t.ids AS same, i.ids = has(key, v, at) AS model, i.plan LIKE '%Bitmap Index Scan on kept_j%' AS used
FROM (VALUES ('campaign', '"spring"'::jsonb, NULL::touchpoint), ('campaign', '""', NULL), ('campaign', '"1"', NULL), ('campaign', '1', NULL), ('campaign', '0', NULL), ('campaign', '0.5', NULL),
    ('campaign', '1000', NULL), ('campaign', 'true', NULL), ('campaign', 'false', NULL), ('campaign', '"true"', NULL), ('campaign', '"春"', NULL), ('campaign', '12345678.9', NULL), ('campaign', '-2', NULL),
    ('agent', '7', 'web/cart'), ('agent', '"cart"', 'web/home'), ('rare', '"one"', NULL), ('rare', '"one"', 'billboard')) v (key, v, at),
    format('j ~ %L', format('%s[%s = %s]', coalesce(at::text, '*'), key, v)) condition, kept_ids(condition, true) i, kept_ids(condition, false) t;
-- one number in many forms is one key, and a long string is the one that was asked for
SELECT v, cardinality(ids) AS found, ids = (SELECT ids FROM kept_ids(format('j ~ ''*[campaign = %s]''', same_as), false)) AS same
FROM (VALUES ('1', '1.0'), ('1.00', '1'), ('1e0', '1'), ('1e3', '1000'), ('-0', '0'), ('0.0', '-0'), ('5e-1', '0.5')) v (v, same_as), kept_ids(format('j ~ ''*[campaign = %s]''', v), true);
SELECT n, ids = has('campaign', to_jsonb(repeat('x', n))) AS same, cardinality(ids) > 0 AS found FROM (VALUES (300), (301)) v (n), kept_ids(format('j ~ ''*[campaign = "%s"]''', repeat('x', n)), true);
SELECT ids AS nobody FROM kept_ids(format('j ~ ''*[campaign = "%s"]''', repeat('x', 302)), true);
-- 400 patterns by chance: =, which has a key, among what has none, in sequences, choices and repetitions
CREATE FUNCTION random_step(seed text) RETURNS text LANGUAGE sql AS $$
    SELECT (ARRAY['*', 'web/*', 'web/cart', 'app/open', '*oard', 'use:*'])[1 + h(seed, 'g') % 6] || coalesce('[' || nullif(concat_ws(', ',
        (ARRAY['campaign = "spring"', 'campaign = 1', 'campaign = 1.0', 'campaign = true', 'campaign = "1"', 'campaign = -0', 'campaign = "春"'])[1 + h(seed, 'c') % 9],
        (ARRAY['agent = "a"', 'agent = 7', 'agent <> 7', 'agent ~ "ca*"', 'agent', 'not agent', 'agent < 8', 'agent = "web"'])[1 + h(seed, 'a') % 14],
        (ARRAY['rare = "one"', 'rare <> "one"', 'not rare', 'score > 2', 'not campaign'])[1 + h(seed, 'r') % 16]), '') || ']', '')$$;
CREATE FUNCTION random_pattern(seed text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE h(seed, 'form') % 7
        WHEN 0 THEN a
        WHEN 1 THEN a || ' -> ' || b
        WHEN 2 THEN a || ' | ' || b
        WHEN 3 THEN '(' || a || ' | ' || b || ') -> ' || c
        WHEN 4 THEN '(' || a || ')* -> ' || b
        WHEN 5 THEN a || '+ => (' || b || ')? -> ' || c
        ELSE '(' || a || ' -> ' || b || ' | ' || c || ') within 2 hours' END
    FROM random_step(seed || 'a') a, random_step(seed || 'b') b, random_step(seed || 'c') c$$;
SELECT count(*) AS patterns, count(*) FILTER (WHERE pattern LIKE '% = %') > 200 AS many_with_values, count(*) FILTER (WHERE cardinality(i.ids) > 0) > 200 AS many_found,
    count(*) FILTER (WHERE i.plan LIKE '%Bitmap Index Scan on kept_j%') AS by_index,
    coalesce(string_agg(pattern, E'\n') FILTER (WHERE i.ids IS DISTINCT FROM t.ids), 'none') AS differ
FROM generate_series(1, 400) n, random_pattern(n::text) pattern, kept_ids(format('j ~ %L', pattern), true) i, kept_ids(format('j ~ %L', pattern), false) t;
SELECT count(*) AS calls, bool_and(i.ids IS NOT DISTINCT FROM t.ids) AS same, bool_and(i.plan LIKE '%Bitmap Index Scan on kept_j%') AS used
FROM generate_series(1, 60) n, format('reaches_step(j, %L, ''2 hours'', 2)', ARRAY[random_step(n || 'x'), random_step(n || 'y')]) call, kept_ids(call, true) i, kept_ids(call, false) t;
-- the index looks up the value: of the journeys that it fetches all match, though all have a contact
CREATE FUNCTION fetched(pattern journey_pattern) RETURNS TABLE (rows bigint, removed bigint) LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    SET LOCAL enable_seqscan = off;
    EXECUTE format('EXPLAIN (ANALYZE, TIMING off, FORMAT json) SELECT FROM kept WHERE j ~ %L', pattern) INTO plan;
    RETURN QUERY SELECT (plan -> 0 -> 'Plan' ->> 'Actual Rows')::numeric::bigint, (plan -> 0 -> 'Plan' ->> 'Rows Removed by Index Recheck')::bigint;
END $$;
SELECT p, rows = cardinality(has('rare', '"one"')) AS all_found, removed FROM unnest('{"*[rare = \"one\"]","*[rare = \"one\", rare]","*[rare = \"two\"]"}'::text[]) p, fetched(p::journey_pattern);
-- what is written after the index was made is found, what is gone is not
UPDATE kept SET j = j || journey_agg FROM (SELECT journey_agg(contact_record('web/late', '2026-02-01 00:00Z', id => 99, properties => '{"rare": "late"}'))) l WHERE id IN (3, 6);
SELECT ids FROM kept_ids($$j ~ 'web/late[rare = "late"]'$$, true);
UPDATE kept SET j = remove_contacts(j, '{99}') WHERE id = 3;
SELECT ids FROM kept_ids($$j ~ '*[rare = "late"]'$$, true);
-- Estimates follow the data: from a value that a quarter have to one that a single journey has.
ANALYZE kept;
SELECT count(*) AS pairs, min(n) AS least, max(n) > 500 AS many, bool_and(e / n BETWEEN 1 / 3.0 AND 3) AS within_three_times
FROM (SELECT key, value, count(DISTINCT id) AS n FROM kept, contacts(kept.j) c(p, touchpoint, ch, l, s, o, sc, e, g, co, d, va, i, cid, properties), jsonb_each(properties) GROUP BY key, value) pair,
    estimate(format('j ~ %L', format('*[%s = %s]', key, value)), 'kept') e;
SELECT c AS condition, e / n BETWEEN 1 / 3.0 AND 3 AS within_three_times
FROM unnest(ARRAY[$$j ~ 'web/cart[agent = "a"]'$$, $$j ~ '*[agent = "a"] | *[agent = 7]'$$, $$j ~ '*[campaign = "spring", agent = 7]'$$, $$NOT j ~ '*[agent = 7]'$$, $$reaches_step(j, '{"*[agent = 7]"}', '1 day', 1)$$]) c,
    estimate(c, 'kept') e, LATERAL (SELECT cardinality(ids) AS n FROM kept_ids(c, false)) t;
SELECT estimate($$j ~ '*[campaign = "nowhere"]'$$, 'kept') <= 3 AS value_that_nobody_has, estimate($$j ~ '*[nothing = 1]'$$, 'kept') <= 3 AS key_that_nobody_has,
    estimate($$j ~ '*[campaign = "spring"]'$$) <= 3 AS no_properties_at_all;
-- the one among many values of its own each does not push out the common ones, and what is kept is bounded
CREATE TABLE orders (j journey) WITH (autovacuum_enabled = off);
INSERT INTO orders SELECT journey_agg(contact_record('web/order', '2026-01-01 00:00Z', id => k, properties => jsonb_build_object('order', 'o-' || n * 10 + k, 'campaign', CASE WHEN n % 4 = 0 THEN 'spring' ELSE 'autumn' END)))
FROM generate_series(1, 4000) n, generate_series(1, 3) k GROUP BY n;
ALTER TABLE orders ALTER j SET STATISTICS 10;
ANALYZE orders;
SELECT estimate($$j ~ '*[order = "o-10"]'$$, 'orders') <= 4 AS one, estimate($$j ~ '*[campaign = "spring"]'$$, 'orders') BETWEEN 900 AND 1100 AS a_quarter, estimate($$j ~ '*[campaign = "autumn"]'$$, 'orders') BETWEEN 2800 AND 3200 AS the_others;
SELECT count(*) AS slots, bool_and(cardinality(numbers) <= 102) AS bounded FROM pg_statistic, LATERAL (VALUES (stakind1, stanumbers1), (stakind2, stanumbers2), (stakind3, stanumbers3), (stakind4, stanumbers4)) v (kind, numbers)
WHERE starelid = 'orders'::regclass AND kind = 20919;
-- without statistics a value lets fewer through than its glob does, and an estimate says so
TRUNCATE orders;
INSERT INTO orders SELECT j FROM kept;
DELETE FROM pg_statistic WHERE starelid = 'orders'::regclass;
SELECT condition, round((estimate(condition, 'orders') / estimate('true', 'orders'))::numeric, 2) AS share FROM unnest(ARRAY[$$j ~ '*[campaign = "spring"]'$$, $$j ~ '*[campaign <> "spring"]'$$, $$j ~ '*[campaign = "spring"] | *[campaign = 1]'$$, $$reaches_step(j, '{"*[campaign = 1]"}', '1 day', 1)$$]) condition;
SET search_path = public;

DROP TABLE trip, other, busy, kept, orders;
DROP DOMAIN checked;
DROP FUNCTION same, estimate, h, kept_ids, has, random_step, random_pattern, fetched;
