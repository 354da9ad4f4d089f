SET search_path = public, tp;
SET timezone = 'UTC'; SET client_min_messages = warning;
-- From rows of many customers, without journeys in between: each aggregate by customer is what the two queries give, one
-- in the other, with whatever type of key, in memory, from files, in parallel, in groups.
CREATE TABLE hit (n int, customer bigint, name text, uid uuid, c contact_record, w float8, g int);
-- ties in time, ids that come twice, properties, values that do not add up exactly, contacts that are NULL, customers that are NULL
INSERT INTO hit SELECT n, k, 'customer ' || k, md5(k::text)::uuid, CASE WHEN r % 50 <> 7 THEN
        contact_record(touchpoint((ARRAY['web', 'app', 'store', NULL])[1 + r % 4], (ARRAY['cart', 'checkout', 'home', 'help', 'order'])[1 + r / 4 % 5], CASE WHEN r % 9 = 0 THEN 'use' END),
            '2026-01-05 00:00Z'::timestamptz + r / 20 % 2500 * interval '1 hour', CASE WHEN r % 3 > 0 THEN r % 11 / 2.0 END, CASE WHEN r % 7 > 0 THEN r % 5 END, CASE WHEN r % 6 = 0 THEN r % 13 / 10.0 END,
            CASE WHEN r % 7 = 0 THEN r % 30 * interval '1 minute' END, CASE WHEN r / 9 % 5 > 1 THEN r % 17 / 10.0 - 0.3 END, (ARRAY['company', 'customer', NULL])[1 + r % 3], CASE WHEN r % 2 = 0 THEN n END,
            CASE WHEN r % 8 = 0 THEN jsonb_build_object('campaign', 'c' || r / 8 % 3, 'n', r % 4) END) END,
        CASE WHEN k % 6 > 0 THEN k % 5 / 4.0 END, k % 3
    FROM (SELECT n, r, CASE WHEN n % 31 > 0 THEN r / 50 % 30 * (r / 50 % 30) + n % 40 - 3 END AS k FROM (SELECT n, ('x' || left(md5(n::text), 8))::bit(32)::bigint & 1073741823 AS r FROM generate_series(1, 6000) n) AS m) AS l;
INSERT INTO hit SELECT * FROM hit WHERE n % 10 = 4 AND id(c) IS NOT NULL;
ANALYZE hit;

CREATE TEMP TABLE call (n int, plain text);
INSERT INTO call SELECT row_number() OVER (), plain FROM unnest(ARRAY[
    'flow_agg(J, ''channel'')', 'flow_agg(J, ''properties.campaign'')', 'flow_agg(J, ''touchpoint'', W, 1, W)', 'flow_agg(J, ''label'', ''order'', ''9 days'', true)',
    'funnel_agg(J, ''{web/*,app/*,order}'', ''20 days'')', 'funnel_agg(J, ''{web/*,app/*,order}'', ''20 days'', ''{any_order}'', ''{store/help}'')', 'funnel_agg(J, ''{web/*,app/*}'', ''20 days'', ''{}'', ''{}'', ''2026-02-01Z'')',
    'funnel_agg(J, ''{web/*,app/*,order}'', ''20 days'', ''{}'', ''{}'', NULL, ''{store/*,store/*}'', ''{}'')',
    'attribution_agg(J, ''time_decay'', ''channel'', W)', 'attribution_agg(J, ''linear'', ''touchpoint'', ''order'', ''30 days'', NULL, false)', 'shapley_attribution(J, ''label'', 60 * W, NULL)', 'shapley_attribution(J, ''channel'', ''order[value > 0]'', NULL, true)',
    'retention_agg(J, ''week'', 5, ''*'', ''app/*'', ''Europe/Berlin'')', 'retention_agg(J, ''day'', 3, ''web/*'', ''*'', ''UTC'', ''2026-02-01Z'')', 'retention_agg(J, ''month'', 2, ''*'', ''*'', ''UTC'', NULL, true)',
    'level_flow_agg(J, ''channel'', 4, ''web/*'', 3)', 'journey_map_agg(J, ''touchpoint'', 3)', 'journey_gap_agg(J, ''channel'')']) AS plain;
SELECT count(*) AS overloads FROM pg_proc p JOIN pg_aggregate ON aggfnoid = p.oid WHERE aggcombinefn = 'keyed_combine'::regproc;

-- Both ways of a call over some rows, as text, which is lossless. With numbers of a customer, those of any of its rows.
CREATE FUNCTION pg_temp.keyed(plain text, key text, rows text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
    EXECUTE format('SELECT (%s)::text FROM %s AS r', replace(replace(plain, 'J,', key || ', c,'), 'W', 'w'), rows) INTO STRICT answer;
    RETURN coalesce(answer, 'NULL');
END $$;
CREATE FUNCTION pg_temp.two_level(plain text, key text, rows text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
    EXECUTE format('SELECT (%1$s)::text FROM (SELECT journey_agg(c) AS j, min(w) AS w FROM %2$s AS r WHERE %3$I IS NOT NULL GROUP BY %3$I) AS x', replace(replace(plain, 'J,', 'j,'), 'W', 'w'), rows, key) INTO STRICT answer;
    RETURN coalesce(answer, 'NULL');
END $$;
CREATE TEMP TABLE expected AS SELECT n, plain, key, pg_temp.two_level(plain, key, 'hit') AS answer FROM call, unnest('{customer,name,uid}'::text[]) AS key;
SELECT count(*) AS calls, count(DISTINCT answer) AS answers, min(length(answer)) > 30 AS say_something FROM expected;
SELECT plain, key FROM expected WHERE answer <> pg_temp.keyed(plain, key, 'hit') ORDER BY n, key;
-- in the order of customers, and against it
SELECT plain, key FROM expected WHERE answer <> pg_temp.keyed(plain, key, '(SELECT * FROM hit ORDER BY customer, n DESC)') ORDER BY n, key;

-- From files: more rows than work_mem has room for. Every row many times over, as another customer each time.
CREATE TABLE many AS SELECT customer + 1000000 * i AS customer, name || i AS name, md5(uid::text || i)::uuid AS uid, c, w, g FROM hit, generate_series(1, 4) i;
ANALYZE many;
CREATE FUNCTION pg_temp.blocks_written(plain text, key text, rows text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE format('EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT json) SELECT %s FROM %s', replace(replace(plain, 'J,', key || ', c,'), 'W', 'w'), rows) INTO STRICT plan;
    RETURN plan->0->'Plan'->>'Temp Written Blocks';
END $$;
CREATE TEMP TABLE expected_many AS SELECT n, plain, key, pg_temp.two_level(plain, key, 'many') AS answer FROM call, unnest('{customer,name,uid}'::text[]) AS key WHERE n % 3 = CASE key WHEN 'name' THEN 0 WHEN 'uid' THEN 1 ELSE 2 END;
SET hash_mem_multiplier = 1;
SET work_mem = '64MB';
SELECT pg_temp.blocks_written('flow_agg(J, ''channel'')', 'name', 'many') AS written;
SET work_mem = '64kB';
SELECT pg_temp.blocks_written('flow_agg(J, ''channel'')', 'name', 'many') > 250 AS written;
SELECT plain, key FROM expected_many WHERE answer <> pg_temp.keyed(plain, key, 'many') ORDER BY n, key;
-- two at once, and in groups
SELECT flow_agg(customer, c, 'channel')::text = (SELECT answer FROM expected WHERE n = 1 AND key = 'customer') AS flow, journey_gap_agg(uid, c, 'channel')::text = (SELECT answer FROM expected WHERE n = 18 AND key = 'uid') AS gaps FROM hit;
SELECT plain FROM call WHERE pg_temp.keyed('string_agg(a, '','' ORDER BY g)', '', format('(SELECT g, (%s)::text AS a FROM many WHERE g IS NOT NULL GROUP BY g)', replace(replace(plain, 'J,', 'customer, c,'), 'W', 'w')))
    <> pg_temp.keyed('string_agg(a, '','' ORDER BY g)', '', format('(SELECT g, (%s)::text AS a FROM (SELECT g, journey_agg(c) AS j, min(w) AS w FROM many WHERE customer IS NOT NULL GROUP BY g, customer) AS y GROUP BY g)', replace(replace(plain, 'J,', 'j,'), 'W', 'w'))) ORDER BY n;
-- one customer that is more than memory
SELECT flow_agg(1, contact_record(touchpoint('web', 'l' || n % 5), '2026-01-01Z'::timestamptz + n * interval '1 s', n % 5), 'label')::text = (SELECT flow_agg(j, 'label')::text FROM (SELECT journey_agg(touchpoint('web', 'l' || n % 5), '2026-01-01Z'::timestamptz + n * interval '1 s', n % 5) AS j FROM generate_series(1, 60000) n) x) AS same FROM generate_series(1, 60000) n;
-- touchpoints and properties of which there are more than any dictionary keeps, keys of 100 kB
CREATE TABLE odd AS SELECT n % 900 AS customer, CASE WHEN n % 100 = 7 THEN repeat('k', 100000) || n % 90 END AS name, n AS w, contact_record(touchpoint('web', 'label ' || repeat('x', 200) || n), '2026-01-01Z'::timestamptz + n * 977 % 1000 * interval '1 s', n % 5, properties => CASE WHEN n % 2 = 0 THEN jsonb_build_object('order', repeat('o', 300) || n, 'k', n % 3) END) AS c FROM generate_series(1, 32000) n;
SELECT key, plain FROM unnest('{customer,name}'::text[]) key, unnest('{"journey_gap_agg(J, ''channel'')","flow_agg(J, ''properties.k'')","level_flow_agg(J, ''touchpoint'', 2, NULL, 3)"}'::text[]) plain WHERE pg_temp.keyed(plain, key, 'odd') <> pg_temp.two_level(plain, key, 'odd');
SET work_mem = '1GB';
SELECT plain FROM unnest('{"journey_gap_agg(J, ''channel'')","flow_agg(J, ''properties.k'')"}'::text[]) plain WHERE pg_temp.keyed(plain, 'customer', 'odd') <> pg_temp.two_level(plain, 'customer', 'odd');
-- what fails leaves no file
SET work_mem = '64kB';
SET temp_file_limit = '256kB';
SELECT flow_agg(name, c, 'channel') FROM many;
RESET temp_file_limit;
SELECT flow_agg(name, c, 'channel'), max(name)::int FROM many;
SELECT count(*) AS files FROM pg_ls_tmpdir();
-- a cursor that is closed before its end
BEGIN;
DECLARE half CURSOR FOR SELECT g, flow_agg(name, c, 'channel') FROM many GROUP BY g ORDER BY g;
MOVE 1 FROM half;
COMMIT;
SELECT count(*) AS files FROM pg_ls_tmpdir();

-- In parallel: in memory, and with files
RESET work_mem; RESET hash_mem_multiplier;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 10; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; SET cpu_operator_cost = 0; SET cpu_tuple_cost = 1;
ALTER TABLE hit SET (parallel_workers = 2); ALTER TABLE many SET (parallel_workers = 2); ALTER TABLE odd SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) SELECT flow_agg(customer, c, 'channel') FROM hit;
-- of a table that the planner takes for one of a hundred million rows no worker could send its share
BEGIN;
UPDATE pg_class SET reltuples = relpages * 1e6 WHERE oid = 'hit'::regclass;
EXPLAIN (COSTS OFF) SELECT flow_agg(customer, c, 'channel') FROM hit;
ROLLBACK;
SELECT plain, key FROM expected WHERE answer <> pg_temp.keyed(plain, key, 'hit') ORDER BY n, key;
SELECT plain, key FROM expected_many WHERE answer <> pg_temp.keyed(plain, key, 'many') ORDER BY n, key;
SET work_mem = '64kB';
SELECT plain, key FROM expected_many WHERE answer <> pg_temp.keyed(plain, key, 'many') ORDER BY n, key;
SET parallel_leader_participation = off;
SELECT plain, key FROM expected_many WHERE answer <> pg_temp.keyed(plain, key, 'many') AND n < 4 ORDER BY n, key;
SELECT plain FROM unnest('{"journey_gap_agg(J, ''channel'')","flow_agg(J, ''properties.k'')"}'::text[]) plain WHERE pg_temp.keyed(plain, 'customer', 'odd') <> pg_temp.two_level(plain, 'customer', 'odd');
-- settings that differ between the workers' rows
SELECT flow_agg(customer, c, CASE WHEN n % 2 = 0 THEN 'channel' ELSE 'label' END) FROM hit;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather; RESET cpu_operator_cost; RESET cpu_tuple_cost; RESET parallel_leader_participation; RESET work_mem;

-- Over frames that move, asked again and again
SELECT count(*) AS frames, count(*) FILTER (WHERE a <> b) AS differ FROM (SELECT (flow_agg(customer, c, 'channel') OVER w)::text AS a, (SELECT flow_agg(j, 'channel')::text FROM (SELECT journey_agg(i.c) AS j FROM hit i WHERE i.customer IS NOT NULL AND i.n > o.n - 40 AND i.n <= o.n AND i.n <= 300 GROUP BY i.customer) x) AS b
    FROM hit o WHERE n <= 300 WINDOW w AS (ORDER BY n RANGE BETWEEN 39 PRECEDING AND CURRENT ROW)) s;

-- No rows, no customers, no contacts
SELECT plain, pg_temp.keyed(plain, 'customer', '(SELECT * FROM hit WHERE false)') = pg_temp.two_level(plain, 'customer', '(SELECT * FROM hit WHERE false)') AS no_rows,
    pg_temp.keyed(plain, 'name', '(SELECT * FROM hit WHERE customer IS NULL)') = pg_temp.two_level(plain, 'name', '(SELECT * FROM hit WHERE customer IS NULL)') AS no_customers,
    pg_temp.keyed(plain, 'uid', '(SELECT n, uid, NULL::contact_record AS c, w FROM hit)') = pg_temp.two_level(plain, 'uid', '(SELECT n, uid, NULL::contact_record AS c, w FROM hit)') AS no_contacts FROM call ORDER BY n;
SELECT flow_agg(NULL::text, c, 'nothing of the kind') FROM hit;

-- Settings are checked as the plain aggregates do; numbers are a customer's
SELECT flow_agg(customer, c, NULL) FROM hit;
SELECT flow_agg(customer, c, 'place') FROM hit;
SELECT flow_agg(customer, c, CASE WHEN n < 5000 THEN 'channel' ELSE 'label' END) FROM hit;
SELECT flow_agg(customer, c, CASE WHEN n < 5000 THEN 'channel' END) FROM hit;
SELECT flow_agg(customer, c, CASE WHEN n < 5000 THEN 'channel' ELSE 'channel' END) = flow_agg(customer, c, 'channel') AS same FROM hit;
SELECT funnel_agg(customer, c, '{web/*,(}', '1 day') FROM hit;
SELECT funnel_agg(customer, c, '{web/*,app/*}', CASE WHEN n < 5000 THEN interval '1 day' ELSE interval '2 days' END) FROM hit;
SELECT funnel_agg(customer, c, '{web/*,app/*}', CASE WHEN n < 5000 THEN interval '1 day' ELSE interval '24 hours' END)::text = funnel_agg(customer, c, '{web/*,app/*}', '1 day')::text AS same FROM hit;
SELECT attribution_agg(customer, c, 'guess', 'channel', 1) FROM hit;
SELECT attribution_agg(customer, c, 'linear', 'channel', 'order', '1 month', NULL, false) FROM hit;
SELECT retention_agg(customer, c, 'fortnight', 3, '*', '*', 'UTC') FROM hit;
SELECT level_flow_agg(customer, c, 'channel', 0, NULL, 3) FROM hit;
SELECT journey_map_agg(customer, c, 'channel', 'NaN') FROM hit;
SELECT journey_gap_agg(customer, c, NULL) FROM hit;
SELECT flow_agg(1, contact_record('web/a', '2026-01-01Z'::timestamptz + n * interval '1 s'), 'channel', n, 0, 0) FROM generate_series(1, 2) n;
SELECT attribution_agg('anna', contact_record('web/a', '2026-01-01Z'::timestamptz + n * interval '1 s'), 'linear', 'channel', CASE WHEN n > 1 THEN 1 END) FROM generate_series(1, 2) n;
SELECT flow_agg(1, contact_record('web/a', '2026-01-01Z'), 'channel', -1, 0, 0);
SELECT flow_agg(1, contact_record('web/a', '2026-01-01Z'), 'channel', 'Infinity', 0, 0);
-- what no journey can be
SELECT flow_agg(1, contact_record('web/a', '2026-01-01Z'::timestamptz + n * interval '1 s', id => 5), 'channel') FROM generate_series(1, 2) n;
-- texts that a nondeterministic collation takes for one are not told apart by bytes
CREATE COLLATION keyed_nd (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT flow_agg(name COLLATE keyed_nd, c, 'channel') FROM hit;
SELECT flow_agg(name COLLATE "C", c, 'channel') = flow_agg(name, c, 'channel') AS same FROM hit;
-- ... whatever collation the settings bring, and no more are those of a type that is taken for text unasked
CREATE TABLE loose AS SELECT name COLLATE keyed_nd AS name, c, 'channel' COLLATE "C" AS part FROM hit;
SELECT flow_agg(name, c, part) FROM loose;
SELECT flow_agg(name, c, 'channel' COLLATE "C") FROM loose;
CREATE TYPE keyed_ci;
SET client_min_messages = warning;
CREATE FUNCTION keyed_ci_in(cstring) RETURNS keyed_ci LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION keyed_ci_out(keyed_ci) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE keyed_ci (INPUT = keyed_ci_in, OUTPUT = keyed_ci_out, LIKE = text, COLLATABLE = true);
CREATE CAST (keyed_ci AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (text AS keyed_ci) WITHOUT FUNCTION;
CREATE TABLE likened AS SELECT name::text::keyed_ci AS name, c FROM hit;
SELECT flow_agg(name, c, 'channel') FROM likened;
SELECT flow_agg(name::text, c, 'channel') = (SELECT flow_agg(name, c, 'channel') FROM hit) AS same, flow_agg(name::text COLLATE "C", c, 'channel') = (SELECT flow_agg(name, c, 'channel') FROM hit) AS this_too FROM likened;
DROP TABLE loose, likened;
DROP TYPE keyed_ci CASCADE;
RESET client_min_messages;
DROP COLLATION keyed_nd;

DROP TABLE hit, many, odd;
