-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT DISTINCT tp.optimal_spend(10, 5, 5, NULL, 20) OVER () FROM generate_series(1, 3) x;
SELECT (tp.response_curve(x, x / (1 + x))).n FROM generate_series(1::numeric, 3) x;

SET search_path = public, tp;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-9) RETURNS boolean
LANGUAGE sql AS 'SELECT abs(a - b) <= tolerance * greatest(1, abs(b))';

-- 6,000 over three channels, the first at most 2,000, the second at least 500. By Karush, Kuhn and Tucker: one marginal return
-- ceiling * half_spend / (half_spend + x)^2 where no bound holds, none below it at an upper bound, none above it at a lower one.
CREATE TABLE channel (name text, ceiling float8, half_spend float8, at_least float8, at_most float8);
INSERT INTO channel VALUES ('search', 10000, 1000, NULL, 2000), ('social', 8000, 2000, 500, NULL), ('print', 5000, 4000, NULL, NULL);
-- The rest, 4,000, over social and print: sqrt(8000 * 2000) : sqrt(5000 * 4000) = 4000 : 4472.14 as (2000 + x) : (4000 + 4000 - x),
-- so that x = 10000 * 4000 / 8472.14 - 2000 = 2721.3595.
SELECT name, round(x::numeric, 4) AS spend, round((ceiling * half_spend / (half_spend + x) ^ 2)::numeric, 6) AS marginal
FROM (SELECT *, optimal_spend(6000, ceiling, half_spend, at_least, at_most) OVER () AS x FROM channel) s;
-- the same of many sets of bounds
SELECT count(*), bool_and(total) AS adds_up, bool_and(within) AS within, bool_and(alike) AS marginal_returns
FROM (SELECT k, pg_temp.near(sum(x), b) AS total, bool_and(x >= l - 1e-6 AND x <= u + 1e-6) AS within,
             max(m) FILTER (WHERE x < u - 1e-6) <= min(m) FILTER (WHERE x > l + 1e-6) * (1 + 1e-6) AS alike
      FROM (SELECT *, c * h / (h + x) ^ 2 AS m FROM (
          SELECT k, b, c, h, l, u, optimal_spend(b, c, h, l, u) OVER (PARTITION BY k) AS x
          FROM (SELECT k, 2000 + k * 37 % 1000 AS b, 100 + (k * 7919 + i * 104729) % 900 AS c, 50 + (k * 31 + i * 17) % 700 AS h,
                       (k * 13 + i * 7) % 4 * 50 AS l, 400 + (k * 11 + i * 5) % 5 * 300 AS u FROM generate_series(1, 300) k, generate_series(1, 8) i) v) w) t
      GROUP BY k, b) q;
-- without bounds it is the form of three arguments
SELECT bool_and(optimal_spend = optimal_spend_1) AS same FROM (SELECT optimal_spend(6000, ceiling, half_spend) OVER (), optimal_spend(6000, ceiling, half_spend, NULL, NULL) OVER () AS optimal_spend_1 FROM channel) s;
-- a row that lacks ceiling or half_spend takes no part, its bounds neither; what nobody can use is left
SELECT c, optimal_spend(100, c, 10, l, NULL) OVER () FROM (VALUES (10, 20), (NULL, 500), (20, NULL)) v (c, l);
SELECT c, optimal_spend(100, c, 10, 5, 40) OVER () FROM (VALUES (10), (0), (20)) v (c);
SELECT fails(format('SELECT optimal_spend(%s) OVER () FROM generate_series(1, 2)', a))
FROM unnest('{"10, 1, 1, 6, NULL", "10, 1, 1, NULL, 4", "10, 1, 1, 4, 3", "10, 1, 1, -1, NULL", "10, 1, 1, NULL, -1", "NULL, 1, 1, 1, 1", "-1, 1, 1, NULL, NULL", "10, 1, 1, ''NaN'', 1", "10, 1, 1, 0, ''infinity''", "10, -1, 1, 0, 9", "10, 1, 0, 0, 9"}'::text[]) a;

-- D. M. Bates, D. G. Watts, Nonlinear Regression Analysis (1988), puromycin, treated: the same curve, by name of Michaelis and
-- Menten, fits with 212.7 and 0.06412.
CREATE TABLE puromycin AS SELECT * FROM unnest('{.02,.02,.06,.06,.11,.11,.22,.22,.56,.56,1.10,1.10}'::float8[], '{76,47,97,107,123,139,159,152,191,201,207,200}'::float8[]) u (x, y);
SELECT round((r).ceiling::numeric, 1) AS ceiling, round((r).half_spend::numeric, 5) AS half_spend, round((r).r_squared::numeric, 4) AS r_squared, (r).n FROM (SELECT response_curve(x, y) AS r FROM puromycin) s;
-- it is the least: nothing near is less, and r_squared is by its definition
SELECT bool_and(best <= other) AS least, bool_and(pg_temp.near(r2, 1 - best / total)) AS r_squared
FROM (SELECT a, b, (r).r_squared AS r2, sum((y - (r).ceiling * x / ((r).half_spend + x)) ^ 2) AS best,
             sum((y - a * (r).ceiling * x / (b * (r).half_spend + x)) ^ 2) AS other, var_pop(y) * count(*) AS total
      FROM puromycin, (SELECT response_curve(x, y) AS r FROM puromycin) s, (VALUES (1.001, 1), (.999, 1), (1, 1.001), (1, .999), (1.001, 1.001), (.999, .999)) v (a, b) GROUP BY a, b, r) q;
-- what it was made from; order and NULLs do not matter
SELECT pg_temp.near((r).ceiling, 500) AS ceiling, pg_temp.near((r).half_spend, 40) AS half_spend, pg_temp.near((r).r_squared, 1) AS r_squared, (r).n
FROM (SELECT response_curve(x, 500.0 * x / (40 + x)) AS r FROM generate_series(10, 200, 10) x) s;
SELECT a = b AS any_order, (c).n FROM (SELECT response_curve(x, y ORDER BY x, y) AS a, response_curve(x, y ORDER BY -y) AS b, response_curve(CASE WHEN y > 150 THEN x END, y) AS c FROM puromycin) s;
-- no curve: too few, one spend, a straight line, nothing rises, nothing at all
SELECT what, response_curve(x, y) FROM (VALUES ('two', 1, 2), ('two', 2, 3), ('one spend', 1, 2), ('one spend', 1, 3), ('one spend', 1, 4), ('line', 1, 1), ('line', 2, 2), ('line', 3, 3),
    ('falls', 1, 3), ('falls', 2, 2), ('falls', 3, 1), ('none', NULL, 1), ('flat', 1, 5), ('flat', 2, 5), ('flat', 3, 5)) v (what, x, y) GROUP BY what ORDER BY what;
SELECT response_curve(1, 1) FROM generate_series(1, 0);
SELECT fails(format('SELECT response_curve(%s)', a)) FROM unnest('{"-1, 1", "''NaN'', 1", "1, ''infinity''"}'::text[]) a;

-- Its state.
SELECT response_curve_accum(response_curve_accum('{}', 1, 10), 2.5, -3), touchpoint_points_merge('{1 2}', '{3 4, 5 6}'), ' { 1 2,3 4 } '::touchpoint_points;
SELECT fails(format('SELECT %L::touchpoint_points', t)) FROM unnest('{"", "{", "{1}", "{1 2,}", "{1 2} x", "{-1 2}", "{1 NaN}", "{1 2 3}", "{1 1e999}"}'::text[]) t;
SELECT encode(touchpoint_points_send('{1 10, 2 15}'), 'hex');
CREATE TABLE received (p touchpoint_points);
SELECT receive('received', set_byte(m, i, (get_byte(m, i) + step) % 256)) AS result, i < 6 AS head, count(*) > 0 AS any
FROM touchpoint_points_send('{1 10, 2 15}') m, generate_series(0, length(m) - 1) i, unnest(ARRAY[1, 128]) step GROUP BY 1, 2 ORDER BY 1, 2;
SELECT receive('received', substr(m, 1, n)) AS result, count(*) FROM touchpoint_points_send('{1 10, 2 15}') m, generate_series(0, length(m) - 1) n GROUP BY 1;
SELECT bool_and(touchpoint_points_send(p) = touchpoint_points_send(p::text::touchpoint_points)) AS sound FROM received;
CREATE TABLE many WITH (parallel_workers = 2) AS SELECT (i * 7919 % 997)::float8 AS x, (i * 7919 % 997) * 300.0::float8 / (90 + i * 7919 % 997) + i * 31 % 17 AS y FROM generate_series(1, 20000) i;
ANALYZE many;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT response_curve(x, y) FROM many', 'Partial Aggregate') AS parallel;
CREATE TABLE parallel AS SELECT response_curve(x, y) AS r FROM many;
SET max_parallel_workers_per_gather = 0;
SELECT response_curve(x, y) = (SELECT r FROM parallel) AS same FROM many;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
DROP TABLE channel, puromycin, received, many, parallel;
