-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT round(tp.r_squared(d)::numeric, 10) AS r2, tp.r_squared(d OPERATOR(tp.+) d) - tp.r_squared(d) < 1e-9 AS twice, d OPERATOR(tp.=) d AS same
FROM (SELECT tp.driver_agg(y, ARRAY[x]) AS d FROM (VALUES (1, 1), (2, 3), (4, 4)) v (y, x)) s;
SELECT driver, mean FROM tp.driver_table('{count=3, drivers=1, sums=7, 8, products=21, 23, 26}', '{x}');

SET search_path = public, tp;

CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean
LANGUAGE sql AS 'SELECT abs(a - b) <= tolerance * greatest(1, abs(b))';

-- Motor Trend 1974. The R package rwa prints raw .2284797 .2221469 .2321744 .0963886, percent 29.32274 28.50999
-- 29.79691 12.37037, R squared .7791896.
CREATE TABLE car (mpg float8, cyl float8, disp float8, hp float8, gear float8);
INSERT INTO car VALUES
    (21, 6, 160, 110, 4), (21, 6, 160, 110, 4), (22.8, 4, 108, 93, 4), (21.4, 6, 258, 110, 3),
    (18.7, 8, 360, 175, 3), (18.1, 6, 225, 105, 3), (14.3, 8, 360, 245, 3), (24.4, 4, 146.7, 62, 4),
    (22.8, 4, 140.8, 95, 4), (19.2, 6, 167.6, 123, 4), (17.8, 6, 167.6, 123, 4), (16.4, 8, 275.8, 180, 3),
    (17.3, 8, 275.8, 180, 3), (15.2, 8, 275.8, 180, 3), (10.4, 8, 472, 205, 3), (10.4, 8, 460, 215, 3),
    (14.7, 8, 440, 230, 3), (32.4, 4, 78.7, 66, 4), (30.4, 4, 75.7, 52, 4), (33.9, 4, 71.1, 65, 4),
    (21.5, 4, 120.1, 97, 3), (15.5, 8, 318, 150, 3), (15.2, 8, 304, 150, 3), (13.3, 8, 350, 245, 3),
    (19.2, 8, 400, 175, 3), (27.3, 4, 79, 66, 4), (26, 4, 120.3, 91, 5), (30.4, 4, 95.1, 113, 5),
    (15.8, 8, 351, 264, 5), (19.7, 6, 145, 175, 5), (15, 8, 301, 335, 5), (21.4, 4, 121, 109, 4);
SELECT driver, round(weight::numeric, 7) AS weight, round(percent::numeric, 5) AS percent,
       round(correlation::numeric, 7) AS correlation, mean
FROM driver_table((SELECT driver_agg(mpg, ARRAY[cyl, disp, hp, gear]) FROM car), '{cyl,disp,hp,gear}');
SELECT round(r_squared(d)::numeric, 7) AS r_squared, pg_temp.near(r_squared(d), (SELECT sum(w) FROM unnest(relative_weights(d)) w)) AS sum,
       pg_temp.near(100, (SELECT sum(w) FROM unnest(relative_importance(d)) w)) AS percent
FROM (SELECT driver_agg(mpg, ARRAY[cyl, disp, hp, gear]) AS d FROM car) s;
SELECT pg_temp.near(c[1], corr(mpg, cyl)) AND pg_temp.near(c[2], corr(mpg, disp)) AND pg_temp.near(c[3], corr(mpg, hp)) AND
       pg_temp.near(c[4], corr(mpg, gear)) AS correlations
FROM car, (SELECT driver_correlations(driver_agg(mpg, ARRAY[cyl, disp, hp, gear])) AS c FROM car) s GROUP BY c;

-- By another way: correlations by corr(), their root and its inverse by Denman and Beavers' iteration.
\set weights `echo "$PG_ABS_SRCDIR"`/test/realdata/weights.psql
\set ECHO none
\i :weights
\set ECHO all
SELECT bool_and(pg_temp.near(w[i], v[i], 1e-12)) AS same
FROM (SELECT pg_temp.weights(ARRAY[[1, corr(cyl, disp), corr(cyl, hp), corr(cyl, gear)],
                                   [corr(disp, cyl), 1, corr(disp, hp), corr(disp, gear)],
                                   [corr(hp, cyl), corr(hp, disp), 1, corr(hp, gear)],
                                   [corr(gear, cyl), corr(gear, disp), corr(gear, hp), 1]],
                             ARRAY[corr(mpg, cyl), corr(mpg, disp), corr(mpg, hp), corr(mpg, gear)]) AS w,
             relative_weights(driver_agg(mpg, ARRAY[cyl, disp, hp, gear])) AS v
      FROM car) s, generate_series(1, 4) i;
-- One driver: R squared of the simple regression.
SELECT pg_temp.near((relative_weights(driver_agg(mpg, ARRAY[hp])))[1], regr_r2(mpg, hp)) AS one FROM car;
-- Drivers without correlation among each other: their squared correlations.
SELECT pg_temp.near(w[1], corr(y, a) ^ 2) AS a, pg_temp.near(w[2], corr(y, b) ^ 2) AS b
FROM (SELECT i % 2 AS a, i / 2 % 2 AS b, i * i % 7 AS y FROM generate_series(0, 27) i) v,
     (SELECT relative_weights(driver_agg(i * i % 7, ARRAY[i % 2, i / 2 % 2])) AS w FROM generate_series(0, 27) i) s GROUP BY w;

-- The order of drivers, offsets and units do not matter.
SELECT pg_temp.near(a[1], b[4]) AND pg_temp.near(a[4], b[1]) AND pg_temp.near(a[2], c[2], 1e-9) AND pg_temp.near(a[3], c[3], 1e-9) AS same
FROM (SELECT relative_weights(driver_agg(mpg, ARRAY[cyl, disp, hp, gear])) AS a,
             relative_weights(driver_agg(mpg, ARRAY[gear, hp, disp, cyl])) AS b,
             relative_weights(driver_agg(1e6 - mpg, ARRAY[cyl + 1e7, 1000 * disp, -hp, gear / 9])) AS c FROM car) s;

-- Merging; whole numbers are summed exactly, so even the bytes agree.
CREATE TABLE part AS
SELECT cyl, driver_agg(10 * mpg, ARRAY[round(disp), hp, gear]) AS d FROM car GROUP BY cyl;
SELECT rollup(d) = (SELECT driver_agg(10 * mpg, ARRAY[round(disp), hp, gear]) FROM car) AS rollup FROM part;
SELECT a.d + b.d = b.d + a.d AS commutes, a.d + '{count=0}' = a.d AS neutral, '{count=0}' + a.d = a.d AS neutral_too
FROM part a, part b WHERE a.cyl = 4 AND b.cyl = 8;
SELECT rollup(d) FROM part WHERE false;
SELECT count(DISTINCT d), count(*) FROM (SELECT d FROM part UNION ALL SELECT d FROM part) s;
SELECT a.d < b.d OR a.d > b.d, a.d <= a.d, a.d >= a.d, a.d <> b.d FROM part a, part b WHERE a.cyl = 4 AND b.cyl = 8;
SELECT array_agg(cyl ORDER BY d) FROM part;
SELECT bool_and(driver_summary_hash(d)::bigint & 4294967295 = driver_summary_hash_extended(d, 0) & 4294967295) AS same_low_half FROM part;
CREATE TABLE serial AS SELECT driver_agg(i % 11, ARRAY[i % 7, i % 5, i % 3]) AS d FROM generate_series(1, 20000) i;
CREATE TABLE many WITH (parallel_workers = 2) AS SELECT i FROM generate_series(1, 20000) i;
ANALYZE many;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT driver_agg(i % 11, ARRAY[i % 7, i % 5, i % 3]) FROM many', 'Partial Aggregate') AS parallel;
SELECT driver_agg(i % 11, ARRAY[i % 7, i % 5, i % 3]) = (SELECT d FROM serial) AS same FROM many;
RESET max_parallel_workers_per_gather;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
SELECT bool_and(w = d) AS running FROM (
    SELECT driver_agg(i % 11, ARRAY[i % 7, i % 5]) OVER (ORDER BY i) AS w,
           (SELECT driver_agg(b.i % 11, ARRAY[b.i % 7, b.i % 5]) FROM many b WHERE b.i <= a.i) AS d
    FROM many a WHERE i <= 60) s;

-- No answer: NULL.
SELECT what, relative_weights(d) AS w, relative_importance(d) AS i, r_squared(d) AS r2, driver_correlations(d) AS c,
       (SELECT count(*) FROM driver_table(d, '{a,b}')) AS rows
FROM (
    SELECT 'no rows' AS what, driver_agg(y, x) AS d FROM (SELECT 1, ARRAY[1, 2]::float8[] WHERE false) v (y, x)
    UNION ALL SELECT 'NULLs', driver_agg(y, x) FROM (VALUES (NULL, '{1,2}'::float8[]), (1, NULL), (1, '{1,NULL}')) v (y, x)
    UNION ALL SELECT 'one row', driver_agg(1, '{1,2}')
    UNION ALL SELECT 'two rows', driver_agg(x, ARRAY[x, -x]) FROM generate_series(1, 2) x
    UNION ALL SELECT 'flat outcome', driver_agg(0.1, ARRAY[x, x * x]) FROM generate_series(1, 9) x
) s ORDER BY what;
SELECT relative_weights(NULL), r_squared(NULL), driver_correlations(NULL);
SELECT * FROM driver_table(NULL, '{a}');
SELECT driver, weight, percent, correlation, mean FROM driver_table((SELECT driver_agg(x, ARRAY[x, 5]) FROM generate_series(1, 2) x), '{a,b}');
-- an outcome that has nothing to do with them: weights of 0, and no percent of it
SELECT w, relative_importance(d), r_squared(d) FROM (
    SELECT relative_weights(d) AS w, d FROM (SELECT driver_agg(y, ARRAY[x]) AS d FROM (VALUES (1, 1), (2, 1), (1, 2), (2, 2)) v (y, x)) s) t;

-- Wrong questions.
SELECT fails(q) FROM unnest(ARRAY[
    'SELECT driver_agg(1, ''{}'')',
    'SELECT driver_agg(1, ''{{1,2},{3,4}}'')',
    'SELECT driver_agg(x, array_fill(x::float8, ARRAY[x])) FROM generate_series(1, 2) x',
    'SELECT driver_agg(1, array_fill(1::float8, ARRAY[65]))',
    'SELECT driver_agg(''NaN'', ''{1}'')',
    'SELECT driver_agg(1, ''{1,infinity}'')',
    'SELECT driver_agg(1, ''{1,1e200}'')',
    'SELECT driver_agg(1, ''{1,2}'') + driver_agg(1, ''{1}'')',
    'SELECT relative_weights(driver_agg(x % 3, ARRAY[x, 5, x * x])) FROM generate_series(1, 9) x',
    'SELECT r_squared(driver_agg(x % 3, ARRAY[x, x * x, 2 * x + 0.1 * x * x])) FROM generate_series(1, 99) x',
    'SELECT relative_importance(driver_agg(x % 3, ARRAY[x, x])) FROM generate_series(1, 9) x',
    'SELECT * FROM driver_table((SELECT driver_agg(x % 3, ARRAY[x, x * x]) FROM generate_series(1, 9) x), ''{a}'')',
    'SELECT * FROM driver_table((SELECT driver_agg(x % 3, ARRAY[x, x * x]) FROM generate_series(1, 9) x), NULL)',
    'SELECT * FROM driver_table((SELECT driver_agg(x % 3, ARRAY[x, x]) FROM generate_series(1, 9) x), ''{a,b}'')']) q;
-- what a singular matrix still answers
SELECT driver_correlations(driver_agg(x, ARRAY[x, 5, -2 * x])) FROM generate_series(1, 9) x;
-- 64 drivers are the most
SELECT array_length(relative_weights(driver_agg(x % 13, (SELECT array_agg(hashint4(x * 100 + i) % 1000) FROM generate_series(1, 64) i)::float8[])), 1)
FROM generate_series(1, 300) x;

-- Text.
SELECT d FROM part WHERE cyl = 6;
SET extra_float_digits = -15;
SELECT bool_and(d = d::text::driver_summary AND driver_summary_send(d) = driver_summary_send(d::text::driver_summary)) AS bits
FROM (SELECT driver_agg(mpg / 3, ARRAY[hp / 7, disp / 11]) AS d FROM car GROUP BY cyl) s;
RESET extra_float_digits;
SELECT fails(format('SELECT %L::driver_summary', t))
FROM unnest(ARRAY['', '{count=1}', '{count=0, drivers=1}', '{count=1, drivers=0}', '{count=1, drivers=65}', '{count=1, drivers=1, sums=1, 2}',
    '{count=1, drivers=1, sums=1, 2, products=1, 2, -4}', '{count=1, drivers=1, sums=1, 2, products=1, 2, 4, 5}']) t;

-- Binary: golden values of release 0.1, and what comes in from outside.
SELECT encode(driver_summary_send('{count=0}'), 'hex');
SELECT encode(driver_summary_send(driver_agg(y, ARRAY[x])), 'hex') FROM (VALUES (0.1, 3), (0.7, -1.5)) v (y, x);
CREATE TABLE received (d driver_summary);
WITH golden AS (SELECT driver_summary_send(driver_agg(y, ARRAY[x])) AS m FROM (VALUES (0.1, 3), (0.7, -1.5)) v (y, x))
SELECT receive('received', set_byte(m, i, (get_byte(m, i) + step) % 256)) AS result, i < 4 AS head, count(*) > 0 AS any
FROM golden, generate_series(0, length(m) - 1) i, unnest(ARRAY[1, 128]) step GROUP BY 1, 2 ORDER BY 1, 2;
WITH golden AS (SELECT driver_summary_send(driver_agg(y, ARRAY[x])) AS m FROM (VALUES (0.1, 3), (0.7, -1.5)) v (y, x))
SELECT receive('received', substr(m, 1, n)) AS result, count(*) FROM golden, generate_series(0, length(m) - 1) n GROUP BY 1
UNION ALL SELECT receive('received', m || '\x00'), 1 FROM golden
UNION ALL SELECT receive('received', '\x0100ffff0000000000000001'), 1;
SELECT count(*) > 20 AS some, bool_and(d = d::text::driver_summary) AS sound FROM received;

-- A value wide enough to be stored out of line.
CREATE TABLE wide AS
SELECT driver_agg(x % 13, (SELECT array_agg(hashint4(x * 100 + i) / 7.0) FROM generate_series(1, 64) i)::float8[]) AS d FROM generate_series(1, 70) x;
SELECT pg_column_size(d) > 2000 AS wide, d = d::text::driver_summary AS same, d + d <> d AS differs FROM wide;
-- The greatest count takes no more.
SELECT fails(format('SELECT %s FROM (VALUES (''{count=9223372036854775807, drivers=1, sums=0, 0, products=0, 0, 0}''::driver_summary)) v (d)', q))
FROM unnest(ARRAY['driver_summary_accum(d, 1, ''{2}'')', 'd + d']) q;
-- What is too small to be squared is seen in a product with what is large.
SELECT d, d::text::driver_summary = d AS same FROM (SELECT driver_agg(1e136, '{1e-170}') AS d) s;
DROP TABLE car, part, serial, many, received, wide;
