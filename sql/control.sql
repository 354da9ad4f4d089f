-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT x, (tp.control_chart(x) OVER (ORDER BY x)).center, (tp.control_chart(x, 5) OVER (ORDER BY x)).center AS share, tp.false_discovery(x / 5) OVER () AS q FROM unnest('{1,2}'::float8[]) x;
SELECT tp.group_difference_agg(g, x) FROM (VALUES ('a', 1), ('a', 2), ('b', 5), ('b', 6)) v (g, x);

SET search_path = public, tp;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean
LANGUAGE sql AS 'SELECT abs(a - b) <= tolerance * greatest(1, abs(b))';

-- Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate" (1995), section 3.2: of these 15 four are rejected at .05.
CREATE TABLE test (id int, p float8);
INSERT INTO test SELECT ord, p FROM unnest('{.0001,.0004,.0019,.0095,.0201,.0278,.0298,.0344,.0459,.3240,.4262,.5719,.6528,.7590,1.000}'::float8[]) WITH ORDINALITY u (p, ord);
SELECT count(*) FILTER (WHERE q <= .05) AS rejected FROM (SELECT false_discovery(p) OVER () AS q FROM test) s;
-- by its definition: the least p * m / rank over this and all greater ones
SELECT bool_and(pg_temp.near(q, d)) AS defined, bool_and(q2 = q) AS any_order
FROM (SELECT id, false_discovery(p) OVER () AS q, false_discovery(p) OVER (ORDER BY -id ROWS CURRENT ROW) AS q2 FROM test) a
JOIN (SELECT t.id, (SELECT least(1, min(u.p * 15 / u.rank)) FROM (SELECT p, rank() OVER (ORDER BY p) FROM test) u WHERE u.p >= t.p) AS d FROM test t) b USING (id);
-- NULL is no test; ties share; one test; none
SELECT p, false_discovery(p) OVER () FROM (VALUES (0.01), (NULL), (0.01), (0.5), (0), (1)) v (p) ORDER BY p;
SELECT false_discovery(0.03) OVER (), false_discovery(NULL) OVER ();
SELECT g, p, false_discovery(p) OVER (PARTITION BY g) FROM (VALUES (1, 0.02), (1, 0.04), (2, 0.02)) v (g, p) ORDER BY g, p;
SELECT fails(format('SELECT false_discovery(%s) OVER ()', p)) FROM unnest('{-0.1, 1.1, "''NaN''", "''infinity''"}'::text[]) p;

-- D. C. Montgomery, Introduction to Statistical Quality Control, example 6.5, costs of mortgage applications: centre 300.5,
-- mean moving range 7.79, limits 279.78 and 321.22, in control.
CREATE TABLE cost AS SELECT week, x FROM unnest('{310,288,297,298,307,303,294,297,308,306,294,299,297,299,314,295,293,306,301,304}'::float8[]) WITH ORDINALITY u (x, week);
SELECT DISTINCT (c).center, round((c).lower::numeric, 2) AS lower, round((c).upper::numeric, 2) AS upper, (c).signal FROM (SELECT control_chart(x) OVER (ORDER BY week) AS c FROM cost) s;
SELECT bool_and(pg_temp.near((c).upper, m + 2.66 * r)) AS upper, bool_and(pg_temp.near((c).lower, m - 2.66 * r)) AS lower
FROM (SELECT control_chart(x) OVER (ORDER BY week) AS c FROM cost) s,
     (SELECT avg(x) AS m, avg(abs(d)) AS r FROM (SELECT x, x - lag(x) OVER (ORDER BY week) AS d FROM cost) t) u;
-- Example 7.1, cans of frozen orange juice, 50 a sample: centre .2313, limits .0524 and .4102, samples 15 and 23 beyond.
CREATE TABLE can AS SELECT sample, d FROM unnest('{12,15,8,10,4,7,16,9,14,10,5,6,17,12,22,8,10,5,13,11,20,18,24,15,9,12,7,13,9,6}'::float8[]) WITH ORDINALITY u (d, sample);
SELECT round((c).center::numeric, 4) AS center, round((c).lower::numeric, 4) AS lower, round((c).upper::numeric, 4) AS upper, (c).signal, array_agg(sample ORDER BY sample) AS samples
FROM (SELECT sample, control_chart(d, 50) OVER (ORDER BY sample) AS c FROM can) s GROUP BY 1, 2, 3, 4 ORDER BY 4;
-- limits by each row's own trials
SELECT n, round((c).center::numeric, 6) AS center, pg_temp.near((c).upper, least(1, p + 3 * sqrt(p * (1 - p) / n))) AS upper, pg_temp.near((c).lower, greatest(0, p - 3 * sqrt(p * (1 - p) / n))) AS lower, (c).signal
FROM (SELECT n, control_chart(x, n) OVER (ORDER BY n) AS c, sum(x) OVER () / sum(n) OVER () AS p FROM (VALUES (3::float8, 10::float8), (20, 100), (300, 1000)) v (x, n)) s;

-- Signals: each point that completes or continues one; the centre breaks a run, a tie a trend.
CREATE FUNCTION pg_temp.signals(float8[]) RETURNS TABLE (center float8, signals text) LANGUAGE sql AS $$
SELECT min((c).center), string_agg(CASE (c).signal WHEN 'beyond limits' THEN 'B' WHEN 'run of 8' THEN 'R' WHEN 'trend of 7' THEN 'T' ELSE '.' END, '' ORDER BY i)
FROM (SELECT i, control_chart(x) OVER (ORDER BY i) AS c FROM unnest($1) WITH ORDINALITY u (x, i)) s $$;
SELECT what, center, signals FROM (VALUES
    ('nine above, nine below', '{1,3,1,3,1,3,1,3,1,-1,-3,-1,-3,-1,-3,-1,-3,-1}'::float8[]),
    ('seven above', '{1,3,1,3,1,3,1,-1,-3,-1,-3,-1,-3,-1}'), ('broken on the centre', '{1,3,1,3,1,0,3,1,3,-1,-3,-1,-3,-1,0,-3,-1,-3}'),
    ('seven rise', '{4,-4,4,-3,-2,-1,0,1,2,3,-4,4,-4}'), ('six rise', '{4,-4,4,-2,-1,0,1,2,3,-4,4,-5}'), ('a tie', '{4,-4,4,-3,-2,-1,0,0,1,2,-4,4,-2}'),
    ('one far out', '{0,1,0,1,0,1,20,0,1,0,1,0}')) v (what, x), pg_temp.signals(x);
-- NULL is passed over and gets NULL; one point has no limits; no point
SELECT i, control_chart(x) OVER (ORDER BY i), control_chart(x, 10) OVER (ORDER BY i) FROM (VALUES (1, 3), (2, NULL), (3, 5)) v (i, x) ORDER BY i;
SELECT control_chart(3) OVER (), control_chart(3, NULL) OVER (), control_chart(NULL) OVER (), control_chart(3, 4) OVER ();
SELECT fails(format('SELECT control_chart(%s) OVER ()', x)) FROM unnest('{"''NaN''", "''infinity''", "1, 0", "-1, 5", "6, 5", "0, 0", "1, ''NaN''", "''infinity'', 1", "1, -1"}'::text[]) x;
SELECT fails('SELECT control_chart(x) OVER () FROM (VALUES (1.7e308), (-1.7e308)) v (x)'), fails('SELECT control_chart(1, 1.7e308) OVER () FROM generate_series(1, 3)');
-- the frame does not matter
SELECT bool_and(a = b) FROM (SELECT control_chart(x) OVER (ORDER BY week) AS a, control_chart(x) OVER (ORDER BY week ROWS CURRENT ROW) AS b FROM cost) s;

-- One-way analysis of variance. Wikipedia's example of three groups of six: F = 9.3, p = .0024 of 2 and 15 degrees of freedom.
CREATE TABLE fed (g text, x float8);
INSERT INTO fed SELECT 'a', unnest('{6,8,4,5,3,4}'::float8[]) UNION ALL SELECT 'b', unnest('{8,12,9,11,6,8}'::float8[]) UNION ALL SELECT 'c', unnest('{13,9,11,8,7,12}'::float8[]);
SELECT (d).groups, (d).n, round((d).f::numeric, 1) AS f, (d).df1, (d).df2, round((d).p_value::numeric, 4) AS p_value, round((d).eta_squared::numeric, 6) AS eta_squared FROM (SELECT group_difference_agg(g, x) AS d FROM fed) s;
SELECT pg_temp.near((d).f, between_ss / 2 / (within_ss / 15)) AS f, pg_temp.near((d).eta_squared, 1 - consistency) AS eta
FROM (SELECT group_difference_agg(g, x) AS d, channel_consistency(g, x) AS consistency FROM fed) s,
     (SELECT sum(n * (m - 8) ^ 2) AS between_ss, sum(ss) AS within_ss FROM (SELECT count(*) AS n, avg(x) AS m, var_pop(x) * count(*) AS ss FROM fed GROUP BY g) t) u;
-- F of two groups is the square of t with a common variance; equal counts make Welch's t that one
SELECT pg_temp.near((group_difference_agg(g, x)).f, (mean_change(mean_agg(x) FILTER (WHERE g = 'a'), mean_agg(x) FILTER (WHERE g = 'b'))).t ^ 2) AS f FROM fed WHERE g < 'c';
SELECT what, d FROM (
    SELECT 1 AS o, 'nothing' AS what, group_difference_agg('a', NULL) AS d UNION ALL SELECT 2, 'one group', group_difference_agg('a', x) FROM fed
    UNION ALL SELECT 3, 'one each', group_difference_agg(x::text, x) FROM generate_series(1, 3) x UNION ALL SELECT 4, 'all alike', group_difference_agg(x::text, 5) FROM generate_series(1, 3) x
    UNION ALL SELECT 5, 'apart', group_difference_agg((x % 2)::text, x % 2) FROM generate_series(1, 6) x UNION ALL SELECT 6, 'passed over', group_difference_agg(g, x) FROM (VALUES ('a', 1), (NULL, 2), ('a', NULL), ('b', 4), ('b', 6)) v (g, x)) s ORDER BY o;
SELECT fails('SELECT group_difference_agg(''a'', ''NaN'')'), fails('SELECT group_difference_agg(''a'', 1e200)');
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
CREATE TABLE many WITH (parallel_workers = 2) AS SELECT (i % 7)::text AS g, (i * 7919 % 41)::float8 AS x FROM generate_series(1, 30000) i;
ANALYZE many;
SELECT plan_has('SELECT group_difference_agg(g, x) FROM many', 'Partial Aggregate') AS parallel;
CREATE TABLE parallel AS SELECT group_difference_agg(g, x) AS d FROM many;
SET max_parallel_workers_per_gather = 0;
SELECT group_difference_agg(g, x) = (SELECT d FROM parallel) AS same FROM many;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
DROP TABLE test, cost, can, fed, many, parallel;
