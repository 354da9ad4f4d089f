-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT tp.mean_count(m), tp.mean(m), tp.mean_count(m OPERATOR(tp.+) m) AS twice, m OPERATOR(tp.=) m AS same, (tp.mean_change(m, m)).change, tp.mean_count(tp.rollup(m))
FROM (SELECT tp.mean_agg(x) AS m FROM generate_series(0, 10) x) s GROUP BY m;

SET search_path = public, tp;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean
LANGUAGE sql AS 'SELECT abs(a - b) <= tolerance * greatest(1, abs(b))';
CREATE FUNCTION pg_temp.mean_of(float8[]) RETURNS mean_summary LANGUAGE sql AS 'SELECT mean_agg(x) FROM unnest($1) x';

-- Student, "The probable error of a mean" (1908), hours of sleep gained by two drugs, as two groups: R's t.test(extra ~ group)
-- prints t = -1.8608, df = 17.776, p-value = 0.07939, -3.3654832 0.2054832, means 0.75 and 2.33.
SELECT mean(a), mean(b), round((c).t::numeric, 4) AS t, round((c).df::numeric, 3) AS df, round((c).p_value::numeric, 5) AS p_value,
       round((c).ci_low::numeric, 7) AS low, round((c).ci_high::numeric, 7) AS high
FROM (SELECT a, b, mean_change(b, a) AS c
      FROM pg_temp.mean_of('{0.7,-1.6,-0.2,-1.2,-0.1,3.4,3.7,0.8,0,2}') a, pg_temp.mean_of('{1.9,0.8,1.1,0.1,-0.1,4.4,5.5,1.6,4.6,3.4}') b) s;
-- Wikipedia, "Welch's t-test", example 1: means 20.8 and 23.0, variances 7.9 and 3.8, t = -2.46, 25.0 degrees of freedom, P = .021.
SELECT round(mean(a)::numeric, 1) AS a, round(mean(b)::numeric, 1) AS b, round((mean_stddev(a) ^ 2)::numeric, 1) AS va, round((mean_stddev(b) ^ 2)::numeric, 1) AS vb,
       round((c).t::numeric, 2) AS t, round((c).df::numeric, 1) AS df, round((c).p_value::numeric, 3) AS p_value
FROM (SELECT a, b, mean_change(b, a) AS c
      FROM pg_temp.mean_of('{27.5,21.0,19.0,23.6,17.0,17.9,16.9,20.1,21.9,22.6,23.1,19.6,19.0,21.7,21.4}') a,
           pg_temp.mean_of('{27.1,22.0,20.8,23.4,23.4,23.5,25.8,22.0,24.8,20.2,21.9,22.1,22.9,20.5,24.4}') b) s;

-- Every figure against plain SQL over the same rows.
CREATE TABLE answer AS SELECT i AS id, i % 7 AS channel, CASE WHEN i % 31 <> 0 THEN 1 + i * 104729 % 41 / 10.0 END::float8 AS score FROM generate_series(1, 6000) i;
SELECT channel, mean_count(m) = n AS n, pg_temp.near(mean(m), avg) AS mean, pg_temp.near(mean_stddev(m), s) AS s,
       pg_temp.near(mean_ci_low(m), gap_ci_low(g)) AS low, pg_temp.near(mean_ci_high(m, 0.5), gap_ci_high(g, 0.5)) AS high, passed_over
FROM (SELECT channel, mean_agg(score) AS m, count(score) AS n, avg(score), stddev_samp(score) AS s, gap_agg(0, score) AS g, count(*) - mean_count(mean_agg(score)) AS passed_over
      FROM answer GROUP BY channel) q ORDER BY channel;
-- Student's quantiles have a closed form at 1 and 2 degrees of freedom.
SELECT pg_temp.near(mean_ci_high(m) - mean(m), tan(pi() / 2 * 0.95) * mean_stddev(m) / sqrt(2)) AS one FROM pg_temp.mean_of('{1,4}') m;
SELECT pg_temp.near(mean_ci_high(m, 0.9) - mean(m), 0.9 * sqrt(2 / (1 - 0.9 ^ 2)) * mean_stddev(m) / sqrt(3)) AS two FROM pg_temp.mean_of('{1,4,9}') m;

-- No answer: no numbers, one, all alike.
SELECT mean_agg(NULL), mean_count(mean_agg(NULL)), mean(mean_agg(NULL)), mean_stddev(mean_agg(NULL)), mean_ci_low(mean_agg(NULL)) FROM generate_series(1, 3);
SELECT mean(m), mean_stddev(m), mean_ci_low(m), mean_change(m, m), mean_change('{count=0}', m), mean_change(NULL, m) FROM pg_temp.mean_of('{3}') m;
SELECT mean(m), mean_stddev(m), mean_ci_low(m), mean_ci_high(m), mean_change(m, m) FROM pg_temp.mean_of('{0.1,0.1,0.1}') m;
SELECT mean_count(NULL), mean(NULL::mean_summary), mean_ci_low(NULL);

-- Wrong questions.
SELECT fails(format('SELECT mean_ci_low(mean_agg(x), %s) FROM generate_series(1, 9) x', level)) FROM unnest('{0, 1, -0.5, 95, "NULL", ''NaN'', ''infinity''}'::text[]) level;
SELECT fails(q) FROM unnest(ARRAY['SELECT mean_change(''{count=0}'', ''{count=0}'', 95)', 'SELECT mean_ci_high(NULL, NULL)', 'SELECT mean_agg(''NaN'')', 'SELECT mean_agg(''-infinity'')', 'SELECT mean_agg(1e200)', 'SELECT mean_agg(1.3e154) FROM generate_series(1, 2)']) q;

-- Sums are exact: large offsets, all sizes, any order and any split, the same bytes.
SELECT pg_temp.near(mean_stddev(mean_agg(score + 1e9)), mean_stddev(mean_agg(score)), 1e-6) AS offset_costs_nothing FROM answer;
CREATE TABLE odd AS SELECT i AS id, (CASE i % 5 WHEN 0 THEN 1e100 WHEN 1 THEN -1e100 WHEN 2 THEN 1e-200 WHEN 3 THEN 0.1 ELSE i / 3.0 END)::float8 AS x FROM generate_series(1, 1000) i;
SELECT mean_agg(x ORDER BY id) = mean_agg(x ORDER BY -id) AS order, mean(mean_agg(x)) = (200 * 1e-200 + (SELECT sum(x) FROM odd WHERE id % 5 > 2)) / 1000 OR pg_temp.near(mean(mean_agg(x)), (SELECT sum(x) FROM odd WHERE id % 5 > 2) / 1000) AS sum FROM odd;
SELECT rollup(m) = (SELECT mean_agg(x) FROM odd) AS splits FROM (SELECT mean_agg(x) AS m FROM odd GROUP BY id % 17) s;
SELECT mean_agg(1) + mean_agg(2) = mean_agg(2) + mean_agg(1) AS commutes, mean_agg(1) + '{count=0}' = mean_agg(1) AS neutral, mean_agg(1) + NULL IS NULL AS null_is_null;
SELECT mean_count(m), mean_count(m + m), mean_count(m) FROM (SELECT mean_agg(x) AS m FROM odd) s;

-- Text.
SELECT mean_agg(x) FROM (VALUES (3), (4.5)) v (x);
SELECT mean_agg(x) FROM (VALUES (0.1), (0.2)) v (x);
SET extra_float_digits = -15;
SELECT bool_and(m = m::text::mean_summary) AS text, bool_and(mean_summary_send(m) = mean_summary_send(m::text::mean_summary)) AS bits FROM (SELECT mean_agg(x / 7) AS m FROM odd GROUP BY id % 50) s;
RESET extra_float_digits;
SELECT ' { count=2 , sum=3, squares=5 } '::mean_summary = mean_agg(x) AS blanks FROM generate_series(1, 2) x;
SELECT fails(format('SELECT %L::mean_summary', t))
FROM unnest(ARRAY['', '{}', '{count=1}', '{count=-1}', 'count=0', '{count=0} x', '{count=0, sum=0, squares=0}', '{count=1, sum=1 2, squares=1}', '{count=1, sum=NaN, squares=1}', '{count=1, sum=1e999, squares=1}', '{count=2, sum=3, squares=1}', '{count=1, sum=1, squares=-1}', '{count=1, sum=1, squares=1, }']) t;

-- Binary: golden values of release 0.2, and what comes in from outside.
SELECT encode(mean_summary_send('{count=0}'), 'hex');
SELECT encode(mean_summary_send(mean_agg(x)), 'hex') FROM (VALUES (0.1), (5)) v (x);
CREATE TABLE received (m mean_summary);
WITH golden AS (SELECT mean_summary_send(mean_agg(x)) AS m FROM (VALUES (0.1), (5)) v (x))
SELECT receive('received', set_byte(m, i, (get_byte(m, i) + step) % 256)) AS result, i < 2 AS head, count(*) > 0 AS any
FROM golden, generate_series(0, length(m) - 1) i, unnest(ARRAY[1, 128]) step GROUP BY 1, 2 ORDER BY 1, 2;
WITH golden AS (SELECT mean_summary_send(mean_agg(1)) AS m)
SELECT receive('received', substr(m, 1, n)) AS result, count(*) FROM golden, generate_series(0, length(m) - 1) n GROUP BY 1
UNION ALL SELECT receive('received', m || '\x00'), 1 FROM golden;
-- negative zero, NaN, infinity
WITH golden AS (SELECT mean_summary_send(mean_agg(1)) AS m)
SELECT receive('received', overlay(m PLACING float8send(x) FROM place FOR 8)) AS result, x, place FROM golden, unnest('{-0, NaN, infinity, -infinity}'::float8[]) x, unnest('{11, 19}'::int[]) place ORDER BY place, x::text COLLATE "C";
SELECT bool_and(m = m::text::mean_summary) AS sound, bool_and(mean(m) IS DISTINCT FROM 'NaN') AS mean FROM received;

-- Comparison, grouping, indexes.
SELECT a < b, a <= b, a = b, a <> b, a > b, a >= b FROM (SELECT mean_agg(1) AS a, mean_agg(2) AS b) s;
CREATE TABLE part AS SELECT id % 13 AS day, channel, mean_agg(score) AS m FROM answer GROUP BY 1, 2;
SELECT count(DISTINCT m) = count(DISTINCT m::text) AS same FROM (SELECT * FROM part UNION ALL SELECT * FROM part) s;
CREATE UNIQUE INDEX part_m ON part (m, day, channel);
SELECT bool_and(mean_summary_hash(m)::bigint & 4294967295 = mean_summary_hash_extended(m, 0) & 4294967295) AS same_low_half FROM part;

-- The plan does not matter.
CREATE TABLE many WITH (parallel_workers = 2) AS SELECT i % 20000 AS customer, (i * 7919 % 41 / 10.0)::float8 AS x FROM generate_series(1, 60000) i;
ANALYZE many;
CREATE TABLE serial AS SELECT mean_agg(x) AS m FROM many;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT mean_agg(x) FROM many', 'Partial Aggregate') AS parallel;
SELECT mean_agg(x) = (SELECT m FROM serial) AS same FROM many;
SET max_parallel_workers_per_gather = 0;
SET enable_sort = off; SET work_mem = '64kB';
SELECT rollup(m) = (SELECT m FROM serial) AS spilled FROM (SELECT customer, mean_agg(x) AS m FROM many GROUP BY customer) s;
RESET enable_sort; RESET work_mem; RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
SELECT bool_and(w = d) AS running FROM (
    SELECT mean_agg(score) OVER (ORDER BY id) AS w, (SELECT mean_agg(b.score) FROM answer b WHERE b.id <= a.id) AS d FROM answer a WHERE id <= 200) s;
SELECT array_agg(mean_count(w)) FROM (SELECT mean_agg(x) OVER (ORDER BY x) AS w FROM generate_series(1, 5) x) s;

SELECT fails(format('SELECT %s FROM (VALUES (''{count=9223372036854775807, sum=0, squares=0}''::mean_summary)) v (m)', q)) FROM unnest(ARRAY['mean_summary_accum(m, 1)', 'm + m']) q;
DROP TABLE answer, odd, received, part, many, serial;
