-- See channel.sh.
\set QUIET on
\pset footer off
SELECT set_config('search_path', 'public, ' || quote_ident(nspname), false) AS path
FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extname = 'touchpoint' \gset
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SELECT setseed(0.5) AS seed \gset

CREATE TEMP TABLE offer AS
SELECT i, random() * 1000 AS cost, random() AS efficiency, random() * 10 AS ease, random() AS convenience, random() AS other
FROM generate_series(1, 200000) AS i;
CREATE TEMP TABLE half_offer AS SELECT * FROM offer WHERE i <= 100000;
-- points on a curve and on a sphere: nobody dominates anybody, the front is everything
CREATE TEMP TABLE sphere AS
SELECT i, sqrt(u) AS x, sqrt((1 - u) * v) AS y, sqrt((1 - u) * (1 - v)) AS z, sqrt(1 - u) AS across
FROM (SELECT i, random() AS u, random() AS v FROM generate_series(1, 200000) AS i) AS s;
CREATE TEMP TABLE half_sphere AS SELECT * FROM sphere WHERE i <= 100000;
ANALYZE offer; ANALYZE half_offer; ANALYZE sphere; ANALYZE half_sphere;

CREATE TEMP TABLE task (id int GENERATED ALWAYS AS IDENTITY, name text, n int, statement text);
INSERT INTO task (name, n, statement)
SELECT name, n, replace(replace(statement, 'OFFER', CASE n WHEN 100 THEN 'half_offer' ELSE 'offer' END), 'SPHERE', CASE n WHEN 100 THEN 'half_sphere' ELSE 'sphere' END)
FROM (VALUES
    (1, 'rank() OVER (ORDER BY cost)', 'SELECT rank() OVER (ORDER BY cost) AS r FROM OFFER'),
    (2, 'channel_rank, 3 criteria', 'SELECT channel_rank(cost, efficiency, ease) OVER () AS r FROM OFFER'),
    (3, 'channel_rank, 4 criteria', 'SELECT channel_rank(cost, efficiency, ease, convenience) OVER () AS r FROM OFFER'),
    (4, 'topsis, 3 criteria', 'SELECT topsis(ARRAY[cost, efficiency, ease], ''{1,1,1}'', ''{min,max,max}'') OVER () AS r FROM OFFER'),
    (5, 'cost_effectiveness', 'SELECT cost_effectiveness(cost, ease) OVER () AS r FROM OFFER'),
    (6, 'cost_effectiveness, all efficient', 'SELECT cost_effectiveness(-x, across) OVER () AS r FROM SPHERE'),
    (7, 'pareto, 2 criteria', 'SELECT pareto_efficient(ARRAY[cost, ease], ''{min,max}'') OVER () AS r FROM OFFER'),
    (8, 'pareto, 2 criteria, all efficient', 'SELECT pareto_efficient(ARRAY[x, across], ''{max,max}'') OVER () AS r FROM SPHERE'),
    (9, 'pareto, 3 criteria', 'SELECT pareto_efficient(ARRAY[cost, ease, efficiency], ''{min,max,max}'') OVER () AS r FROM OFFER'),
    (10, 'pareto, 3 criteria, all efficient', 'SELECT pareto_efficient(ARRAY[x, y, z], ''{max,max,max}'') OVER () AS r FROM SPHERE'),
    (11, 'pareto, 5 criteria', 'SELECT pareto_efficient(ARRAY[cost, ease, efficiency, convenience, other], ''{min,max,max,max,max}'') OVER () AS r FROM OFFER'),
    (12, 'entropy_weights, 3 criteria', 'SELECT entropy_weights(ARRAY[cost, ease, efficiency]) OVER () AS r FROM OFFER'),
    (13, 'optimal_spend', 'SELECT optimal_spend(50000, ease, cost) OVER () AS r FROM OFFER WHERE cost > 0')
) AS t(no, name, statement), unnest(ARRAY[100, 200]) AS n ORDER BY no, n;

CREATE TEMP TABLE run (name text, to_rank float8, growth float8, ms float8);
CREATE FUNCTION pg_temp.took(asked text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
BEGIN
    EXECUTE 'SELECT count(r) FROM (' || asked || ') AS s';
    RETURN extract(epoch FROM clock_timestamp() - began) * 1000;
END $$;
-- Each task stands between what it is compared with, so that a busy machine slows all alike.
CREATE PROCEDURE pg_temp.measure(runs int) LANGUAGE plpgsql AS $$
DECLARE
    t record;
    rank_ms float8;
    ms float8;
    double_ms float8;
BEGIN
    FOR i IN 0 .. runs LOOP     -- the first warms up
        FOR t IN SELECT name, min(statement) FILTER (WHERE n = 100) AS half, min(statement) FILTER (WHERE n = 200) AS whole
                 FROM task GROUP BY name ORDER BY min(id) LOOP
            rank_ms := pg_temp.took('SELECT rank() OVER (ORDER BY cost) AS r FROM half_offer');
            ms := pg_temp.took(t.half);
            double_ms := pg_temp.took(t.whole);
            IF i > 0 THEN
                INSERT INTO run VALUES (t.name, ms / rank_ms, double_ms / ms, ms);
            END IF;
        END LOOP;
    END LOOP;
END $$;
CALL pg_temp.measure(:runs);

\echo 'One partition of 100,000 rows: time, and ratio to rank() OVER (ORDER BY cost) on the same rows;'
\echo 'growth: 200,000 rows against 100,000. Medians.'
SELECT name, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS ms,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY to_rank)::numeric, 2) AS to_rank,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY growth)::numeric, 2) AS growth
FROM run JOIN (SELECT name, min(id) AS id FROM task GROUP BY name) AS t USING (name) GROUP BY name, id ORDER BY id;
