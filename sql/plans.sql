SET search_path = public, tp;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET jit = off;

-- The same bytes whatever the plan. 50,000 contacts of 700 customers over 20 days, some rows twice (one id), in three orders
SELECT setseed(.3);
CREATE TABLE plans_contact AS
SELECT customer, touchpoint('c' || floor(random() * 5), 'l' || floor(random() * 40)) AS t, '2026-01-01 00:00:00+00'::timestamptz + floor(random() * 20 * 1440) * interval '1 min' AS at, CASE WHEN random() < .8 THEN floor(random() * 50) / 10 END AS score, CASE WHEN random() < .3 THEN 3.5 END AS expected,
    CASE WHEN random() < .5 THEN floor(random() * 900) * interval '1 s' END AS duration, random() AS value, (ARRAY['company', 'customer', NULL])[ceil(random() * 3)] AS initiator, i AS id
FROM (SELECT i, floor(700 * random() * random())::int AS customer FROM generate_series(1, 50000) i) x;
INSERT INTO plans_contact SELECT * FROM plans_contact WHERE id % 50 = 0;
CREATE TABLE plans_shuffled AS SELECT * FROM plans_contact ORDER BY hashint8(id), value;
CREATE TABLE plans_clustered AS SELECT * FROM plans_contact ORDER BY customer, at DESC, id DESC;
CREATE TABLE plans_day AS SELECT customer, journey_agg(t, at, score, expected, NULL, duration, value, initiator, id) AS j FROM plans_contact GROUP BY customer, at::date;
ANALYZE plans_contact, plans_shuffled, plans_clustered, plans_day;

CREATE FUNCTION pg_temp.node(q text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE p jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON, COSTS OFF) ' || q INTO p;
    RETURN (SELECT string_agg(DISTINCT concat_ws(' ', n->>'Strategy', n->>'Partial Mode', n->>'Node Type'), ', ' ORDER BY concat_ws(' ', n->>'Strategy', n->>'Partial Mode', n->>'Node Type'))
        FROM jsonb_path_query(p, 'strict $.**{1 to 30} ? (exists(@."Node Type"))') n WHERE n->>'Node Type' ~ 'Aggregate|Gather');
END $$;
CREATE FUNCTION pg_temp.run(q text, OUT nodes text, OUT result text) LANGUAGE plpgsql AS $$ BEGIN nodes := pg_temp.node(q); EXECUTE q INTO result; END $$;
CREATE TEMP TABLE question (n int, q text);
INSERT INTO question VALUES
    (1, 'SELECT md5(string_agg(customer || md5(journey_send(j)), '''' ORDER BY customer)) FROM (SELECT customer, journey_agg(t, at, score, expected, NULL, duration, value, initiator, id) AS j FROM %s GROUP BY customer) x'),
    (2, 'SELECT md5(string_agg(customer || md5(journey_send(j)), '''' ORDER BY customer)) FROM (SELECT customer, journey_agg(contact_record(t, at, score, expected, NULL, duration, value, initiator, id)) AS j FROM %s GROUP BY customer) x'),
    (3, 'SELECT md5(string_agg(customer || ''='' || s, '','' ORDER BY customer)) FROM (SELECT customer, peak_end_score(score, at, 3) AS s FROM %s GROUP BY customer) x'),
    (4, 'SELECT md5(string_agg(customer || ''='' || s, '','' ORDER BY customer)) FROM (SELECT customer, peak_end_score(score, at, 2.5, .25) AS s FROM %s GROUP BY customer) x'),
    (5, 'SELECT md5(string_agg(customer || ''='' || s::text, '','' ORDER BY customer)) FROM (SELECT customer, score_summary(score, at, 3) AS s FROM %s GROUP BY customer) x'),
    (6, 'SELECT md5(journey_send(journey_agg(t, at, score))) FROM %s'),
    -- sums are exact: of tenths, of any mantissa, of numbers far apart
    (7, 'SELECT md5(string_agg(customer || md5(gap_summary_send(g)) || g::text, '','' ORDER BY customer)) FROM (SELECT customer, gap_agg(score, value) AS g FROM %s GROUP BY customer) x'),
    (8, 'SELECT md5(gap_agg(score, value * 1e9)::text || gap_agg(value * power(10, mod(id, 60) - 30), value)::text) FROM %s'),
    (9, 'SELECT md5(string_agg(customer || md5(driver_summary_send(d)) || d::text, '','' ORDER BY customer)) FROM (SELECT customer, driver_agg(value, ARRAY[score, sin(id), power(2, mod(id, 90))]) AS d FROM %s GROUP BY customer) x'),
    (10, 'SELECT md5(score_summary(value, at, 3)::text || score_summary(value * power(10, mod(id, 30)), at, 3, .25)::text) FROM %s'),
    (11, 'SELECT md5(rollup(g)::text) FROM (SELECT customer, gap_agg(score, value) AS g FROM %s GROUP BY customer) x');

CREATE TEMP TABLE answer (n int, plan text, nodes text, result text);
SET max_parallel_workers_per_gather = 0;
SET enable_hashagg = off;
INSERT INTO answer SELECT n, 'sorted, ' || f, r.* FROM question, unnest('{contact,shuffled,clustered}'::text[]) f, pg_temp.run(format(q, 'plans_' || f)) r;
RESET enable_hashagg; SET enable_sort = off;
INSERT INTO answer SELECT n, 'hashed, ' || f, r.* FROM question, unnest('{contact,shuffled}'::text[]) f, pg_temp.run(format(q, 'plans_' || f)) r;
-- spilling
SET work_mem = '64kB'; SET hash_mem_multiplier = 1;
INSERT INTO answer SELECT n, 'hashed, spilling, ' || f, r.* FROM question, unnest('{shuffled}'::text[]) f, pg_temp.run(format(q, 'plans_' || f)) r;
RESET work_mem; RESET hash_mem_multiplier; RESET enable_sort;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
INSERT INTO answer SELECT n, 'parallel, ' || f, r.* FROM question, unnest('{contact,shuffled,clustered}'::text[]) f, pg_temp.run(format(q, 'plans_' || f)) r;
SET enable_hashagg = off;
INSERT INTO answer SELECT n, 'parallel, sorted, ' || f, r.* FROM question, unnest('{contact,shuffled}'::text[]) f, pg_temp.run(format(q, 'plans_' || f)) r;
RESET enable_hashagg; SET parallel_leader_participation = off;
INSERT INTO answer SELECT n, 'parallel, without leader', r.* FROM question, pg_temp.run(format(q, 'plans_shuffled')) r;
RESET parallel_leader_participation;
-- days rolled up, in parallel and not
INSERT INTO answer SELECT 1, 'rollup of days, parallel', r.* FROM pg_temp.run('SELECT md5(string_agg(customer || md5(journey_send(j)), '''' ORDER BY customer)) FROM (SELECT customer, rollup(j) AS j FROM plans_day GROUP BY customer) x') r;
SET max_parallel_workers_per_gather = 0;
INSERT INTO answer SELECT 1, 'rollup of days', r.* FROM pg_temp.run('SELECT md5(string_agg(customer || md5(journey_send(j)), '''' ORDER BY customer)) FROM (SELECT customer, rollup(j) AS j FROM plans_day GROUP BY customer) x') r;
INSERT INTO answer SELECT 1, 'rollup of days, latest first', r.* FROM pg_temp.run('SELECT md5(string_agg(customer || md5(journey_send(j)), '''' ORDER BY customer)) FROM (SELECT customer, rollup(j ORDER BY j DESC) AS j FROM plans_day GROUP BY customer) x') r;
SELECT n, count(*) AS plans, count(DISTINCT result) AS results, count(result) AS known FROM answer GROUP BY n ORDER BY n;
-- they are the plans that they say
SELECT plan, bool_or(nodes ~ 'Gather') AS gathers, bool_or(nodes ~ 'Partial') AS partial, CASE WHEN plan ~ 'hashed' THEN bool_or(nodes ~ 'Hashed') WHEN plan ~ 'sorted' THEN bool_and(nodes !~ 'Hashed') END AS as_named FROM answer WHERE n IN (1, 3) GROUP BY plan ORDER BY plan;
-- a partitioned table, aggregated by partition
CREATE TABLE plans_part (LIKE plans_contact) PARTITION BY RANGE (at);
CREATE TABLE plans_part1 PARTITION OF plans_part FOR VALUES FROM (MINVALUE) TO ('2026-01-08 00:00:00+00');
CREATE TABLE plans_part2 PARTITION OF plans_part FOR VALUES FROM ('2026-01-08 00:00:00+00') TO (MAXVALUE);
INSERT INTO plans_part SELECT * FROM plans_shuffled;
SET enable_partitionwise_aggregate = on;
SELECT r.nodes ~ 'Partial' AS partial, r.result = (SELECT min(result) FROM answer a WHERE a.n = q.n) AS same FROM question q, pg_temp.run(format(q.q, 'plans_part')) r ORDER BY q.n;
RESET enable_partitionwise_aggregate;

-- Errors come through workers as they are
SET max_parallel_workers_per_gather = 2;
SELECT state FROM failure($$SELECT customer, journey_agg(t, at, NULL, NULL, NULL, NULL, NULL, NULL, id % 7) FROM plans_contact GROUP BY customer$$);
SELECT state, message FROM failure($$SELECT peak_end_score(score, at, CASE WHEN id % 1000 = 0 THEN 4 ELSE 3 END) FROM plans_contact$$);
SELECT state, message FROM failure($$SELECT score_summary(score, at, 3, CASE WHEN id % 1000 = 0 THEN .4 ELSE .5 END) FROM plans_contact$$);
DROP TABLE plans_contact, plans_shuffled, plans_clustered, plans_day, plans_part;
