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
CREATE FUNCTION estimate(condition text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) SELECT FROM trip WHERE ' || condition INTO plan;
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

DROP TABLE trip, other, busy;
DROP DOMAIN checked;
DROP FUNCTION same, estimate;
