SET search_path = public, tp;

-- Six journeys of three channels, one contact without channel, one journey empty, one NULL.
CREATE TABLE walk (id int, j journey);
INSERT INTO walk VALUES
    (1, '{web/a@2026-01-05T10:00:00Z, app/b@2026-01-05T10:01:00Z, web/a@2026-01-05T10:03:00Z}'),
    (2, '{web/a@2026-01-05T10:00:00Z, app/b@2026-01-05T10:03:00Z}'),
    (3, '{store/c@2026-01-05T10:00:00Z, use:d@2026-01-06T10:00:00Z, store/c@2026-01-08T10:00:00Z}'),
    (4, '{web/a@2026-01-05T10:00:00Z, web/a@2026-01-05T10:00:10Z}'),
    (5, '{}'),
    (6, NULL),
    (7, '{(start)/(end)@2026-01-05T10:00:00Z}');

SELECT t.* FROM (SELECT flow_agg(j, 'channel') AS f FROM walk) AS w, transitions(f) AS t;

-- The same by hand, without the channel that is called as the start: pairs of neighbours, ends added.
CREATE VIEW pairs AS
WITH step AS (
    SELECT w.id, position, coalesce(channel, '(none)') AS state, occurred_at,
           lag(coalesce(channel, '(none)')) OVER o AS before, lag(occurred_at) OVER o AS at_before,
           lead(position) OVER o IS NULL AS last
      FROM walk w, contacts(j) WHERE w.id < 7 WINDOW o AS (PARTITION BY w.id ORDER BY position)
), pair AS (
    SELECT coalesce(before, '(start)') AS source, state AS target, occurred_at - at_before AS between FROM step
    UNION ALL
    SELECT state, '(end)', NULL FROM step WHERE last
)
SELECT source, target, count(*)::float8 AS count,
       count(*) / sum(count(*)) OVER (PARTITION BY source)::float8 AS probability, avg(between) AS mean_time
  FROM pair GROUP BY source, target;

SELECT count(*), count(*) FILTER (WHERE t IS NOT DISTINCT FROM p) AS same
  FROM (SELECT t.* FROM (SELECT flow_agg(j, 'channel') AS f FROM walk WHERE id < 7) AS w, transitions(f) AS t) AS t
  FULL JOIN pairs AS p USING (source, target);

-- By other parts
SELECT t.source, t.target, t.count FROM (SELECT flow_agg(j, 'touchpoint') AS f FROM walk) AS w, transitions(f) AS t;
SELECT t.source, t.target, t.count FROM (SELECT flow_agg(j, 'stage') AS f FROM walk) AS w, transitions(f) AS t;

-- One image: any order of rows, any way of merging
SELECT a = b AS order_of_rows, a = c AS merged, a = d AS rolled_up, journey_flow_cmp(a, d) AS cmp,
       journey_flow_hash(a) = journey_flow_hash(d) AS hash,
       journey_flow_hash_extended(a, 1) = journey_flow_hash_extended(c, 1) AS hash_extended
  FROM (SELECT flow_agg(j, 'channel') AS a FROM walk) AS one,
       (SELECT flow_agg(j, 'channel') AS b FROM (SELECT j FROM walk ORDER BY id DESC LIMIT 99) AS r) AS two,
       (SELECT (SELECT flow_agg(j, 'channel') FROM walk WHERE id <= 3) + (SELECT flow_agg(j, 'channel') FROM walk WHERE id > 3) AS c) AS three,
       (SELECT rollup(f) AS d FROM (SELECT flow_agg(j, 'channel') AS f FROM walk GROUP BY id UNION ALL SELECT NULL) AS r) AS four;
SELECT flow_agg(j, 'channel') FROM walk WHERE false;
SELECT rollup(NULL::journey_flow);
SELECT flow_agg(j, 'label') FROM walk WHERE id = 6;

-- Text, binary and jsonb forms, lossless
CREATE TABLE flow AS
SELECT 1 AS id, flow_agg(j, 'channel') AS f FROM walk
UNION ALL SELECT 2, flow_agg(j, 'touchpoint', id, 0.1, 0.3) FROM walk
UNION ALL SELECT 3, flow_agg_k(j, 'label', 3) FROM walk
UNION ALL SELECT 4, flow_agg_k(j, 'stage', 2, 1, id, 1e300) FROM walk
UNION ALL SELECT 5, '{}';
SELECT id, f FROM flow ORDER BY id;
SELECT id, f = f::text::journey_flow AS text, f = f::jsonb::journey_flow AS jsonb, f = f + '{}' AS sum FROM flow ORDER BY id;
SELECT f::jsonb FROM flow WHERE id IN (1, 3, 5) ORDER BY id;
SELECT count(DISTINCT f) FROM (SELECT f FROM flow UNION ALL SELECT f::text::journey_flow FROM flow) AS twice;
SELECT encode(journey_flow_send('{part=channel, order=1, ends=conversion, value=2.5, parts={"",web}, flow={start>1: 3, 1>0: 1 1000000, 1>conversion: 2, 0>null: 1}}'), 'hex');
-- what comes in from outside: every byte turned, every length, and bytes behind the end
CREATE TABLE received (f journey_flow, l touchpoint_ledger);
CREATE TABLE message AS
SELECT 'f' AS col, journey_flow_send('{part=channel, order=2, ends=conversion, value=2.5, parts={"",web}, flow={start>1: 3, 1>1.0: 1 1000000, 1>conversion: 2, 1.0>null: 1}}') AS m
UNION ALL SELECT 'l', touchpoint_ledger_send('{of=paths, part=label, values=no, sums={{1, 0,a,b}}}');
SELECT col, receive(format('received (%I)', col), m) FROM message ORDER BY col;
SELECT count(*) FROM received WHERE f = '{part=channel, order=2, ends=conversion, value=2.5, parts={"",web}, flow={start>1: 3, 1>1.0: 1 1000000, 1>conversion: 2, 1.0>null: 1}}' OR l::text = '{of=paths, part=label, values=no, sums={{1, 0,a,b}}}';
TRUNCATE received;
SELECT col, result, count(*) > 0 AS any FROM message, generate_series(0, length(m) - 1) AS i, unnest(ARRAY[1, 128]) AS step,
       receive(format('received (%I)', col), set_byte(m, i, (get_byte(m, i) + step) % 256)) AS result GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) > 10 AS some, bool_and(f = f::text::journey_flow) AS flows, bool_and(l::text = l::text::touchpoint_ledger::text) AS ledgers FROM received;
SELECT col, result, count(*) > 0 AS any FROM message, generate_series(0, length(m) - 1) AS n, receive(format('received (%I)', col), substr(m, 1, n)) AS result GROUP BY 1, 2
UNION ALL SELECT col, receive(format('received (%I)', col), m || '\x00'), NULL FROM message ORDER BY 1, 2, 3;
-- four billion parts, and no bytes for them
SELECT receive('received (f)', '\x0100020100ffffffffffffffff0000000000000000000000000000000000000000');
DROP TABLE received, message;
-- any order, equal transitions add up, parts that nobody had go
SELECT '{part=label, order=1, ends=end, parts={x,b,a}, flow={2>end: 1, start>2: 0.5, start>2: 0.5, start>1: 1, 1>end: 1}}'::journey_flow;
SELECT '{"part": "label", "order": 1, "ends": "end", "transitions": [{"source": ["a"], "target": "(end)", "count": 2}, {"source": "(start)", "target": ["a"], "count": 2}]}'::jsonb::journey_flow;

-- Weighed paths: counts of conversions and nulls; NULL counts as 0; a path of no weight is none
CREATE TABLE path (path touchpoint[], conversions float8, nulls float8, value float8);
INSERT INTO path VALUES ('{ga}', 2, 1, 20), ('{mailing}', 1, NULL, 5), ('{ga,mailing}', 1, 0, NULL), ('{tv}', 0, NULL, 1), ('{}', 5, 5, 5);
SELECT t.* FROM (SELECT flow_agg(journey(path), 'label', conversions, nulls, value) AS f FROM path) AS w, transitions(f) AS t;
SELECT flow_agg(journey(path), 'label', conversions, nulls, value) FROM path;

-- Of order 2, states are the last two
SELECT t.* FROM (SELECT flow_agg_k(j, 'channel', 2) AS f FROM walk WHERE id < 7) AS w, transitions(f) AS t;
SELECT flow_agg_k(j, 'channel', 1) = flow_agg(j, 'channel') AS order_one,
       flow_agg_k(j, 'channel', 1, 1, 0, 2) = flow_agg(j, 'channel', 1, 0, 2) AS weighed FROM walk;

-- Absorbing chains: the walk on 0 to 4 of Grinstead & Snell, 11.2: steps 3 4 3, absorption in 4 .25 .5 .75
SELECT a.* FROM absorption('{part=label, order=1, ends=conversion, value=0, parts={1,2,3}, flow={start>1: 1, 0>null: 1, 0>1: 1, 1>0: 1, 1>2: 1, 2>1: 1, 2>conversion: 1}}') AS a;
-- a state that leads nowhere never ends and converts with probability 0; self-loops cost steps
SELECT a.* FROM absorption('{part=label, order=1, ends=conversion, value=0, parts={a,b,c}, flow={start>0: 1, start>2: 1, 0>0: 3, 0>conversion: 1, 2>1: 1, 1>2: 1}}') AS a;
SELECT a.* FROM (SELECT flow_agg(j, 'channel') AS f FROM walk WHERE id < 7) AS w, absorption(f) AS a;
SELECT count(*) FROM absorption('{}');
SELECT count(*) FROM transitions('{}');

-- Parallel equals serial
CREATE TABLE many AS SELECT i, journey((SELECT array_agg(touchpoint('c' || (i * 7 + k * k) % 5, 'l' || (i + k) % 9)) FROM generate_series(1, 1 + i % 9) k)) AS j
  FROM generate_series(1, 3000) i;
ALTER TABLE many SET (parallel_workers = 2);
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT i % 3 AS g, flow_agg(j, 'touchpoint') AS f, flow_agg_k(j, 'channel', 2, i, i % 7, i) AS k FROM many GROUP BY 1;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT flow_agg(j, 'touchpoint') FROM many;
SELECT count(*) FROM serial JOIN (SELECT i % 3 AS g, flow_agg(j, 'touchpoint') AS f, flow_agg_k(j, 'channel', 2, i, i % 7, i) AS k FROM many GROUP BY 1) AS p USING (g, f, k);
SELECT rollup(f) = (SELECT flow_agg(j, 'touchpoint') FROM many) AS same FROM serial;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- Counts that are no whole numbers add up as well, however many and however split: 30,000 times .1 is 3,000
SELECT g AS splits, rollup(f) FROM (
    SELECT g, flow_agg(journey('{web/a}'::touchpoint[]), 'channel', 0.1, 0, 0) AS f
      FROM generate_series(1, 30000) AS i, unnest('{1,7,100}'::int[]) AS g GROUP BY g, i % g
) AS part GROUP BY g ORDER BY g;

-- As a window aggregate the state is asked again and again
SELECT id, (SELECT sum(count) FROM transitions(f) WHERE source = '(start)') AS journeys
  FROM (SELECT id, flow_agg(j, 'channel') OVER (ORDER BY id) AS f FROM walk) AS w ORDER BY id;

-- What is refused
SELECT fails(q) FROM unnest(ARRAY[
    $q$SELECT flow_agg(j, NULL) FROM walk$q$,
    $q$SELECT flow_agg(j, 'color') FROM walk$q$,
    $q$SELECT flow_agg(j, CASE WHEN id > 2 THEN 'label' ELSE 'channel' END) FROM walk$q$,
    $q$SELECT flow_agg_k(j, 'label', 0) FROM walk$q$,
    $q$SELECT flow_agg_k(j, 'label', 33) FROM walk$q$,
    $q$SELECT flow_agg_k(j, 'label', NULL) FROM walk$q$,
    $q$SELECT flow_agg_k(j, 'label', id) FROM walk WHERE id < 3$q$,
    $q$SELECT flow_agg(j, 'label', -1, 0, 0) FROM walk$q$,
    $q$SELECT flow_agg(j, 'label', 0, -2, 0) FROM walk$q$,
    $q$SELECT flow_agg(j, 'label', 'NaN', 0, 0) FROM walk$q$,
    $q$SELECT flow_agg(j, 'label', 1, 'infinity', 0) FROM walk$q$,
    $q$SELECT flow_agg(j, 'label', 1, 0, '-infinity') FROM walk$q$,
    $q$SELECT flow_agg(j, 'label', 1e308, 1e308, 0) FROM walk$q$,
    $q$SELECT flow_agg(j, 'label', 1e201, 0, 0) FROM walk$q$,
    $q$SELECT markov_attribution('{part=label, order=1, ends=conversion, value=0, parts={a}, flow={start>0: 1, 0>conversion: 1e308, 0>null: 1e308}}')$q$,
    $q$SELECT a.f + b.f FROM flow a, flow b WHERE a.id = 1 AND b.id = 2$q$,
    $q$SELECT flow_agg(j, 'label') + flow_agg(j, 'label', 1, 0, 0) FROM walk$q$,
    $q$SELECT flow_agg(j, 'label') + flow_agg_k(j, 'label', 2) FROM walk$q$,
    $q$SELECT '{part=label}'::journey_flow$q$,
    $q$SELECT '{part=label, order=1, ends=end, parts={a}, flow={start>1: 1}}'::journey_flow$q$,
    $q$SELECT '[]'::jsonb::journey_flow$q$,
    $q$SELECT '{"part": "label", "color": 1}'::jsonb::journey_flow$q$,
    $q$SELECT '{"part": "label", "order": 1, "ends": "end", "transitions": [{"source": "(start)", "target": ["a", "b"], "count": 2}]}'::jsonb::journey_flow$q$,
    $q$SELECT '{"part": "label", "order": 1, "ends": "end", "transitions": [{"source": "(start)", "target": ["a"], "count": 0}]}'::jsonb::journey_flow$q$,
    $q$SELECT '{"part": "label", "order": 1, "ends": "end", "transitions": [{"source": "(start)", "target": "a", "count": 1}]}'::jsonb::journey_flow$q$
]) AS q;

-- With the extension's schema off the path
SET search_path = public;
SELECT t.source, t.target, t.count FROM (SELECT tp.flow_agg(j, 'channel') AS f FROM walk WHERE id < 3) AS w, tp.transitions(f) AS t;
SELECT f OPERATOR(tp.+) f OPERATOR(tp.=) (SELECT tp.rollup(f) FROM (SELECT f UNION ALL SELECT f) AS r) AS doubled FROM flow ORDER BY id;

DROP VIEW pairs;
DROP TABLE walk, flow, path, many, serial;
