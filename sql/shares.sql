-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT tp.rate_count(r), tp.rate(r), tp.rate_count(r OPERATOR(tp.+) r) AS twice, r OPERATOR(tp.=) r AS same, (tp.rate_change(r, r)).change,
       tp.nps_count(n), tp.nps(n), tp.nps_count(n OPERATOR(tp.+) n) AS twice, n OPERATOR(tp.=) n AS same, (tp.nps_change(n, n)).change
FROM (SELECT tp.rate_agg(x > 3) AS r, tp.nps_agg(x) AS n FROM generate_series(0, 10) x) s;

SET search_path = public, tp;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean
LANGUAGE sql AS 'SELECT abs(a - b) <= tolerance * greatest(1, abs(b))';
CREATE FUNCTION pg_temp.rate_of(successes bigint, n bigint) RETURNS rate_summary
LANGUAGE sql AS 'SELECT rate_agg(i <= successes) FROM generate_series(1, n) i';

-- R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998) 857, table I,
-- method 3.
SELECT successes, n, round(rate_ci_low(r)::numeric, 4) AS low, round(rate_ci_high(r)::numeric, 4) AS high,
       round(rate_ci_low(r)::numeric, 4) = low AND round(rate_ci_high(r)::numeric, 4) = high AS published
FROM (VALUES (81, 263, .2553, .3662), (15, 148, .0624, .1605), (0, 20, 0, .1611), (1, 29, .0061, .1718)) v (successes, n, low, high),
     pg_temp.rate_of(successes, n) r;
-- R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998)
-- 873, table II, method 10: first less second.
SELECT a, m, b, n, round((c).ci_low::numeric, 4) AS low, round((c).ci_high::numeric, 4) AS high,
       round((c).ci_low::numeric, 4) = low AND round((c).ci_high::numeric, 4) = high AS published
FROM (VALUES (56, 70, 48, 80, .0524, .3339), (9, 10, 3, 10, .1705, .8090), (6, 7, 2, 7, .0582, .8062), (5, 56, 0, 29, -.0381, .1926),
             (0, 10, 0, 20, -.1611, .2775), (0, 10, 0, 10, -.2775, .2775), (10, 10, 0, 20, .6791, 1), (10, 10, 0, 10, .6075, 1)) v (a, m, b, n, low, high),
     rate_change(pg_temp.rate_of(b, n), pg_temp.rate_of(a, m)) c;
-- Every figure by its formula, with 1.959963984540054 for the quantile.
SELECT pg_temp.near((c).change, p2 - p1) AS change, pg_temp.near((c).ratio, p2 / p1) AS ratio,
       pg_temp.near((c).odds_ratio, p2 / (1 - p2) / (p1 / (1 - p1))) AS odds,
       pg_temp.near((c).z, (p2 - p1) / sqrt(p * (1 - p) * (1 / n1 + 1 / n2))) AS z,
       round((c).z::numeric, 4) AS z_value, round((c).p_value::numeric, 4) AS p_value,
       pg_temp.near((c).ci_low, p2 - p1 - sqrt((p2 - rate_ci_low(r2)) ^ 2 + (rate_ci_high(r1) - p1) ^ 2)) AS low
FROM (SELECT rate(r1) AS p1, rate(r2) AS p2, rate(r1 + r2) AS p, rate_count(r1)::float8 AS n1, rate_count(r2)::float8 AS n2, r1, r2, rate_change(r1, r2) AS c
      FROM pg_temp.rate_of(120, 400) r1, pg_temp.rate_of(160, 410) r2) s;
SELECT pg_temp.near(rate_ci_low(r), (p + z ^ 2 / 2 / n - z * sqrt(p * (1 - p) / n + z ^ 2 / 4 / n ^ 2)) / (1 + z ^ 2 / n)) AS low,
       pg_temp.near(rate_ci_high(r), (p + z ^ 2 / 2 / n + z * sqrt(p * (1 - p) / n + z ^ 2 / 4 / n ^ 2)) / (1 + z ^ 2 / n)) AS high
FROM (SELECT r, rate(r) AS p, rate_count(r)::float8 AS n, 1.959963984540054 AS z FROM pg_temp.rate_of(120, 400) r) s;

-- No answer: nothing asked, nobody and everybody, one side empty.
SELECT rate_agg(NULL::boolean), rate_count(rate_agg(NULL)), rate(rate_agg(NULL)), rate_ci_low(rate_agg(NULL)), rate_ci_high(rate_agg(NULL)) FROM generate_series(1, 3);
SELECT rate_change('{count=0}', '{count=3, successes=1}') AS empty, rate_change('{count=3, successes=1}', '{count=0}') AS empty_after;
SELECT before, after, (c).change, (c).ratio, (c).odds_ratio, (c).z, round((c).p_value::numeric, 12) AS p_value, round((c).ci_low::numeric, 4) AS low, round((c).ci_high::numeric, 4) AS high
FROM (VALUES (0, 0), (0, 5), (5, 0), (10, 10), (10, 5)) v (before, after), rate_change(pg_temp.rate_of(before, 10), pg_temp.rate_of(after, 10)) c;
SELECT rate_change(NULL, '{count=0}'), rate_change('{count=0}', NULL), rate_count(NULL), rate(NULL::rate_summary), rate_ci_low(NULL);
-- How many were passed over.
SELECT count(*) - rate_count(rate_agg(x)) AS passed_over FROM (VALUES (true), (NULL), (false), (NULL)) v (x);

-- Net promoter scores: every figure against plain SQL.
CREATE TABLE answer AS SELECT i AS id, (i * 7919 % 21 / 2.0)::float8 AS score, i % 4 AS channel FROM generate_series(1, 3000) i;
SELECT channel, nps_count(n) = count AS n, pg_temp.near(nps(n), 100 * (plus - minus)) AS nps,
       pg_temp.near(nps_ci_low(n), 100 * (plus - minus - 1.959963984540054 * sqrt((plus + minus - (plus - minus) ^ 2) / (count - 1)))) AS low,
       pg_temp.near(nps_ci_high(n), 100 * (plus - minus + 1.959963984540054 * sqrt((plus + minus - (plus - minus) ^ 2) / (count - 1)))) AS high,
       pg_temp.near(nps(n), nps) AS as_nps
FROM (SELECT channel, nps_agg(score) AS n, count(*)::float8 AS count, avg((score >= 9)::int)::float8 AS plus, avg((score <= 6)::int)::float8 AS minus, nps(score)
      FROM answer GROUP BY channel) s ORDER BY channel;
SELECT pg_temp.near((c).change, nps(b) - nps(a)) AS change, pg_temp.near((c).z, (c).change / (c).stderr) AS z,
       pg_temp.near((c).stderr, sqrt(((nps_ci_high(a) - nps(a)) ^ 2 + (nps_ci_high(b) - nps(b)) ^ 2)) / 1.959963984540054) AS stderr,
       pg_temp.near((c).ci_high - (c).change, 1.959963984540054 * (c).stderr) AS high, (c).p_value BETWEEN 0 AND 1 AS p
FROM (SELECT a, b, nps_change(a, b) AS c
      FROM (SELECT nps_agg(score) FILTER (WHERE channel < 2) AS a, nps_agg(score) FILTER (WHERE channel >= 2) AS b FROM answer) s) t;
-- 6.5 is a passive; other scales are cut elsewhere; a score with a fraction meets the cuts as it is
SELECT nps_agg(x) FROM (VALUES (6), (6.5), (8.9), (9)) v (x);
SELECT nps_agg(x, 2, 4), nps(nps_agg(x, 2, 4)), nps_agg(x, -1.5, 1.5) FROM generate_series(1, 5) x;
SELECT nps_agg(NULL), nps_agg(NULL, 6, 9), nps(nps_agg(NULL)), nps_ci_low(nps_agg(NULL)), nps_count(nps_agg(NULL)) FROM generate_series(1, 2);
SELECT nps_agg(3, 2, 4) FROM generate_series(1, 0);
SELECT nps(n), nps_ci_low(n), nps_ci_high(n), nps_change(n, n), nps_change('{count=0}', n), nps_change(NULL, n)
FROM (SELECT nps_agg(9) AS n FROM generate_series(1, 5)) s;
SELECT nps_ci_low(n), nps_change(n, n) FROM (SELECT nps_agg(9) AS n) s;
SELECT nps(n), nps_ci_low(n), nps_ci_high(n) FROM (SELECT nps_agg(x) AS n FROM (VALUES (10), (10), (0)) v (x)) s;

-- Wrong questions.
SELECT fails(format('SELECT rate_ci_low(rate_agg(x > 2), %s), 1 FROM generate_series(1, 9) x', level))
FROM unnest('{0, 1, -0.5, 95, "NULL", ''NaN'', ''infinity''}'::text[]) level;
SELECT fails(q) FROM unnest(ARRAY['SELECT rate_change(''{count=0}'', ''{count=0}'', 95)', 'SELECT rate_ci_high(NULL, NULL)', 'SELECT nps_change(NULL, NULL, 1)', 'SELECT nps_ci_high(''{count=0}'', 0)']) q;
SELECT fails(format('SELECT nps_agg(%s)', args))
FROM unnest('{"-1", "10.5", "''NaN''", "''infinity''", "1, 6, 6", "1, 9, 6", "1, NULL, 9", "1, 6, NULL", "1, ''NaN'', 9", "1, 6, ''infinity''", "''NaN'', 6, 9", "NULL, 9, 6"}'::text[]) args;
SELECT fails('SELECT nps_agg(x, x, 9) FROM generate_series(1, 2) x'), fails('SELECT nps_agg(x, 1, x + 2) FROM generate_series(1, 2) x'),
       fails('SELECT nps_agg(3) + nps_agg(3, 2, 4)'), fails('SELECT rollup(n) FROM (SELECT nps_agg(3) AS n UNION ALL SELECT nps_agg(3, 6, 8)) s');

-- Text.
SELECT rate_agg(x > 2), nps_agg(x, 1.5, 3) FROM generate_series(1, 4) x;
SELECT ' { count=3 , successes=1 } '::rate_summary, '{count=0,successes=0}'::rate_summary = '{count=0}' AS empty, '{count=3,detractors=1,promoters=1,detractor_to=-0,promoter_from=9}'::nps_summary;
SELECT fails(format('SELECT %L::rate_summary', t))
FROM unnest(ARRAY['', '{}', '{count=-1}', 'count=0', '{count=0} x', '{count=1, successes=2}', '{count=0, successes=1}', '{count=99999999999999999999}', '{count=1, successes=1, }', '{successes=1}']) t;
SELECT fails(format('SELECT %L::nps_summary', t))
FROM unnest(ARRAY['', '{}', '{count=1}', '{count=1, detractors=1, promoters=1, detractor_to=6, promoter_from=9}', '{count=1, detractors=0, promoters=0, detractor_to=9, promoter_from=6}',
    '{count=1, detractors=2, promoters=0, detractor_to=6, promoter_from=9}', '{count=1, detractors=0, promoters=0, detractor_to=NaN, promoter_from=9}', '{count=1, detractors=0, promoters=0}']) t;

-- Binary: golden values of release 0.2, and what comes in from outside.
SELECT encode(rate_summary_send(r), 'hex') FROM pg_temp.rate_of(2, 5) r;
SELECT encode(nps_summary_send(nps_agg(x)), 'hex') FROM generate_series(0, 10) x;
SELECT encode(nps_summary_send('{count=0}'), 'hex');
CREATE TABLE received_rate (r rate_summary);
CREATE TABLE received_nps (n nps_summary);
WITH golden AS (SELECT rate_summary_send('{count=5, successes=2}') AS m)
SELECT receive('received_rate', set_byte(m, i, (get_byte(m, i) + step) % 256)) AS result, i < 2 AS head, count(*) > 0 AS any
FROM golden, generate_series(0, length(m) - 1) i, unnest(ARRAY[1, 128]) step GROUP BY 1, 2 ORDER BY 1, 2;
WITH golden AS (SELECT nps_summary_send(nps_agg(x)) AS m FROM generate_series(0, 10) x)
SELECT receive('received_nps', set_byte(m, i, (get_byte(m, i) + step) % 256)) AS result, i < 2 AS head, count(*) > 0 AS any
FROM golden, generate_series(0, length(m) - 1) i, unnest(ARRAY[1, 128]) step GROUP BY 1, 2 ORDER BY 1, 2;
SELECT receive('received_rate', substr(m, 1, n)) AS result, count(*) FROM rate_summary_send('{count=5, successes=2}') m, generate_series(0, length(m) - 1) n GROUP BY 1
UNION ALL SELECT receive('received_rate', m || '\x00'), 1 FROM rate_summary_send('{count=5, successes=2}') m;
SELECT receive('received_nps', substr(m, 1, n)) AS result, count(*) FROM nps_summary_send('{count=0}') m, generate_series(0, length(m) - 1) n GROUP BY 1;
SELECT bool_and(r = r::text::rate_summary) AS sound, bool_and(rate(r) BETWEEN 0 AND 1) AS rate FROM received_rate;
SELECT bool_and(n = n::text::nps_summary) AS sound, bool_and(nps(n) BETWEEN -100 AND 100) AS nps FROM received_nps;

-- Comparison, grouping, indexes; + leaves its arguments alone.
SELECT a < b, a <= b, a = b, a <> b, a > b, a >= b FROM (SELECT '{count=5, successes=2}'::rate_summary AS a, '{count=5, successes=3}'::rate_summary AS b) s;
SELECT a < b, a <= b, a = b, a <> b, a > b, a >= b FROM (SELECT nps_agg(6) AS a, nps_agg(6, 6, 8) AS b) s;
CREATE TABLE part AS SELECT id % 13 AS day, channel, rate_agg(score > 4) AS r, nps_agg(score) AS n FROM answer GROUP BY 1, 2;
SELECT count(DISTINCT r) = count(DISTINCT r::text) AS r, count(DISTINCT n) = count(DISTINCT n::text) AS n FROM (SELECT * FROM part UNION ALL SELECT * FROM part) s;
SELECT rollup(r) = (SELECT rate_agg(score > 4) FROM answer) AS r, rollup(n) = (SELECT nps_agg(score) FROM answer) AS n FROM part;
SELECT rate_count(r), rate_count(r + r), rate_count(r), nps_count(n + n), nps_count(n) FROM part WHERE day = 0 AND channel = 0;
CREATE UNIQUE INDEX part_all ON part (r, n, day, channel);
SELECT bool_and(rate_summary_hash(r)::bigint & 4294967295 = rate_summary_hash_extended(r, 0) & 4294967295) AS r,
       bool_and(nps_summary_hash(n)::bigint & 4294967295 = nps_summary_hash_extended(n, 0) & 4294967295) AS n FROM part;

-- The plan does not matter.
CREATE TABLE many WITH (parallel_workers = 2) AS SELECT i % 2000 AS customer, i * 31 % 7 > 2 AS x, (i * 31 % 11)::float8 AS score FROM generate_series(1, 60000) i;
ANALYZE many;
CREATE TABLE serial AS SELECT rate_agg(x) AS r, nps_agg(score, 6, 9) AS n FROM many;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT rate_agg(x), nps_agg(score, 6, 9) FROM many', 'Partial Aggregate') AS parallel;
SELECT rate_agg(x) = (SELECT r FROM serial) AS r, nps_agg(score, 6, 9) = (SELECT n FROM serial) AS n FROM many;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
SELECT rollup(r) = (SELECT r FROM serial) AS r FROM (SELECT customer, rate_agg(x) AS r FROM many GROUP BY customer) s;
SELECT array_agg(rate_count(w)) FROM (SELECT rate_agg(x > 1) OVER (ORDER BY x) AS w FROM generate_series(1, 5) x) s;

-- The greatest count takes no more.
SELECT fails(format('SELECT %s FROM (VALUES (''{count=9223372036854775807, successes=0}''::rate_summary)) v (r)', q)) FROM unnest(ARRAY['rate_summary_accum(r, true)', 'r + r']) q;
SELECT fails(format('SELECT %s FROM (VALUES (''{count=9223372036854775807, detractors=0, promoters=0, detractor_to=6, promoter_from=9}''::nps_summary)) v (n)', q))
FROM unnest(ARRAY['nps_summary_accum(n, 3)', 'nps_summary_accum(n, 3, 6, 9)', 'n + n']) q;
DROP TABLE answer, received_rate, received_nps, part, many, serial;
