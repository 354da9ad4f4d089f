-- Nothing needs the extension's schema on the search_path.
SET search_path = pg_catalog, pg_temp;
SELECT tp.gap_count(g), round(tp.mean_gap(g)::numeric, 10) AS mean_gap,
       tp.gap_count(g OPERATOR(tp.+) g) AS twice, g OPERATOR(tp.=) g AS same,
       (tp.gap_change(g, g)).change
FROM (SELECT tp.gap_agg(e, p) AS g FROM (VALUES (4, 3), (5, 5), (2, 4)) v (e, p)) s;
SELECT tp.gap_count(tp.rollup(g)) FROM (SELECT tp.gap_agg(1, 2) AS g UNION ALL SELECT tp.gap_agg(1, 2)) s;
SELECT tp.gap_count(tp.journey_gap('{web/a@2026-01-05T10:00:00Z score=4 expected=5}'));

SET search_path = public, tp;

-- SERVQUAL, PMC6131925 table 2: expected and perceived of five dimensions.
CREATE TABLE dimension (name text, expected float8, perceived float8);
INSERT INTO dimension VALUES
    ('tangibles', 4.44, 4.19), ('reliability', 4.49, 4.36), ('responsiveness', 4.48, 4.35),
    ('assurance', 4.50, 4.32), ('empathy', 4.56, 4.40);
SELECT name, round(mean_gap(gap_agg(expected, perceived))::numeric, 2) AS gap
FROM dimension GROUP BY name ORDER BY name;
SELECT round(mean_gap(g)::numeric, 2) AS mean_gap, round(mean_expected(g)::numeric, 3) AS expected,
       round(mean_perceived(g)::numeric, 3) AS perceived, gap_shortfall_share(g)
FROM (SELECT gap_agg(expected, perceived) AS g FROM dimension) s;

-- Every figure against plain SQL over the same rows.
CREATE TABLE answer (id int, touchpoint text, expected float8, perceived float8);
INSERT INTO answer
SELECT i, 'touchpoint ' || i % 7,
       CASE WHEN i % 31 <> 0 THEN 1 + i * 7919 % 5 END,
       CASE WHEN i % 37 <> 0 THEN 1 + i * 104729 % 41 / 10.0 END
FROM generate_series(1, 6000) i;

CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean
LANGUAGE sql AS 'SELECT abs(a - b) <= tolerance * greatest(1, abs(b))';

SELECT touchpoint,
       gap_count(g) = n AS n, pg_temp.near(mean_expected(g), e) AS e, pg_temp.near(mean_perceived(g), p) AS p,
       pg_temp.near(mean_gap(g), m) AS m, pg_temp.near(gap_stddev(g), s) AS s,
       pg_temp.near(gap_stderr(g), s / sqrt(n)) AS se, pg_temp.near(gap_t(g), m / (s / sqrt(n)), 1e-10) AS t,
       pg_temp.near(gap_effect_size(g), m / s) AS d, pg_temp.near(gap_correlation(g), r) AS r,
       pg_temp.near(gap_shortfall_share(g), short) AS short
FROM (
    SELECT touchpoint, gap_agg(expected, perceived) AS g,
           regr_count(perceived, expected) AS n, regr_avgx(perceived, expected) AS e,
           regr_avgy(perceived, expected) AS p, avg(perceived - expected) AS m,
           stddev_samp(perceived - expected) AS s, corr(perceived, expected) AS r,
           avg((perceived < expected)::int) AS short
    FROM answer GROUP BY touchpoint
) q ORDER BY touchpoint;

-- p and limits where Student's t has a closed form: 1 and 2 degrees of freedom.
SELECT pg_temp.near(gap_p_value(g), 2 / pi() * atan(1 / abs(gap_t(g)))) AS p1,
       pg_temp.near(gap_ci_high(g) - mean_gap(g), tan(pi() / 2 * 0.95) * gap_stderr(g)) AS high1,
       pg_temp.near(mean_gap(g) - gap_ci_low(g, 0.5), gap_stderr(g)) AS low1
FROM (SELECT gap_agg(e, p) AS g FROM (VALUES (1, 4), (2, 3)) v (e, p)) s;
SELECT pg_temp.near(gap_p_value(g), 1 - abs(gap_t(g)) / sqrt(gap_t(g) ^ 2 + 2)) AS p2,
       pg_temp.near(gap_ci_high(g, 0.9) - mean_gap(g), 0.9 * sqrt(2 / (1 - 0.9 ^ 2)) * gap_stderr(g)) AS high2
FROM (SELECT gap_agg(e, p) AS g FROM (VALUES (1, 4), (2, 3), (5, 3)) v (e, p)) s;
-- A limit is where the other hypothesis has p = 1 - level: shift the pairs by it and test again.
SELECT level, pg_temp.near(gap_p_value(gap_agg(expected + low, perceived)), 1 - level, 1e-11) AS low,
       pg_temp.near(gap_p_value(gap_agg(expected + high, perceived)), 1 - level, 1e-11) AS high
FROM answer, (SELECT level, gap_ci_low(g, level) AS low, gap_ci_high(g, level) AS high
              FROM (SELECT gap_agg(expected, perceived) AS g FROM answer) s,
                   (VALUES (0.05), (0.5), (0.9), (0.95), (0.999)) l (level)) limits
GROUP BY level ORDER BY level;

-- No answer: no pairs, one pair, pairs without variance.
CREATE VIEW figures AS
SELECT what, gap_count(g) AS n, mean_expected(g) AS e, mean_perceived(g) AS p, mean_gap(g) AS gap, gap_stddev(g) AS s,
       gap_stderr(g) AS se, gap_t(g) AS t, gap_p_value(g) AS pv, gap_ci_low(g) AS low, gap_ci_high(g) AS high,
       gap_effect_size(g) AS d, gap_correlation(g) AS r, gap_shortfall_share(g) AS short
FROM (
    SELECT 'no rows' AS what, gap_agg(e, p) AS g FROM (SELECT 1, 2 WHERE false) v (e, p)
    UNION ALL SELECT 'all NULL', gap_agg(e, p) FROM (VALUES (1, NULL), (NULL, 2), (NULL, NULL)) v (e, p)
    UNION ALL SELECT 'one pair', gap_agg(e, p) FROM (VALUES (1, 2), (NULL, 2)) v (e, p)
    UNION ALL SELECT 'no variance', gap_agg(0.1, 0.3) FROM generate_series(1, 1000)
    UNION ALL SELECT 'constant gap', gap_agg(i, i + 2) FROM generate_series(1, 4) i
    UNION ALL SELECT 'expected constant', gap_agg(3, i) FROM generate_series(1, 4) i
) s;
SELECT what, n, e, p, round(gap::numeric, 10) AS gap, round(s::numeric, 10) AS s, round(se::numeric, 10) AS se,
       round(t::numeric, 10) AS t, round(pv::numeric, 10) AS pv, round(low::numeric, 10) AS low,
       round(high::numeric, 10) AS high, round(d::numeric, 10) AS d, round(r::numeric, 10) AS r, short
FROM figures ORDER BY what;
SELECT gap_count(NULL), gap_t(NULL), gap_ci_low(NULL), gap_change(NULL, gap_agg(1, 2)) FROM generate_series(1, 3);

-- Did the fix work? Welch by the formula.
SELECT pg_temp.near((c).change, mb - ma) AS change, pg_temp.near((c).stderr, sqrt(va / na + vb / nb)) AS se,
       pg_temp.near((c).t, (mb - ma) / sqrt(va / na + vb / nb), 1e-11) AS t,
       pg_temp.near((c).df, (va / na + vb / nb) ^ 2 /
           ((va / na) ^ 2 / (na - 1) + (vb / nb) ^ 2 / (nb - 1)), 1e-11) AS df,
       pg_temp.near((c).ci_low + (c).ci_high, 2 * (mb - ma)) AS middle,
       (c).p_value < 0.05 AS worked, ((c).ci_low <= 0 AND (c).ci_high >= 0) AS may_be_none
FROM (
    SELECT gap_change(gap_agg(expected, perceived) FILTER (WHERE id <= 1000),
                      gap_agg(expected, perceived + id % 3 * 0.1) FILTER (WHERE id > 1000)) AS c,
           regr_count(perceived, expected) FILTER (WHERE id <= 1000) AS na,
           regr_count(perceived, expected) FILTER (WHERE id > 1000) AS nb,
           avg(perceived - expected) FILTER (WHERE id <= 1000) AS ma,
           avg(perceived + id % 3 * 0.1 - expected) FILTER (WHERE id > 1000) AS mb,
           var_samp(perceived - expected) FILTER (WHERE id <= 1000) AS va,
           var_samp(perceived + id % 3 * 0.1 - expected) FILTER (WHERE id > 1000) AS vb
    FROM answer
) s;
-- With 1..4 against 3, 5, .., 11: change 4.5, variances 5/3 and 10, so 4.5 / sqrt(29/12) with 5.5207.. degrees of freedom.
SELECT (c).change, round((c).stderr::numeric, 12) AS stderr, round((c).t::numeric, 12) AS t,
       round((c).df::numeric, 12) AS df, round((c).p_value::numeric, 12) AS p_value
FROM (SELECT gap_change(a, b) AS c
      FROM (SELECT gap_agg(0, x) AS a FROM generate_series(1, 4) x) s,
           (SELECT gap_agg(0, x) AS b FROM generate_series(3, 11, 2) x) u) w;
SELECT gap_change('{count=0}', gap_agg(1, 2)) AS none,
       gap_change(gap_agg(1, 2), gap_agg(1, 2) FILTER (WHERE x = 1)) AS one,
       gap_change(gap_agg(1, 2), gap_agg(1, 2)) AS flat
FROM generate_series(1, 3) x;

-- Wrong questions.
SELECT fails(format('SELECT gap_ci_low(gap_agg(1, x), %s) FROM generate_series(1, 9) x', level))
FROM unnest('{0, 1, -0.5, 95, "NULL", ''NaN'', ''infinity''}'::text[]) level;
SELECT fails('SELECT gap_change(gap_agg(1, 2), gap_agg(1, 2), 95)'),
       fails('SELECT gap_ci_high(NULL, NULL)');
SELECT fails(format('SELECT gap_agg(%s)', args))
FROM unnest('{"''NaN'', 1", "1, ''NaN''", "''infinity'', 1", "1, ''-infinity''", "1e308, 1", "1e308, -1e308", "1e200, 1e200"}'::text[]) args;
SELECT fails('SELECT gap_agg(1.3e154, 1.3e154) FROM generate_series(1, 2)');
SELECT gap_count(gap_agg(1e150, -1e150)) FROM generate_series(1, 9);

-- Large offsets cost nothing.
SELECT pg_temp.near(gap_stddev(gap_agg(expected + 1e9, perceived + 1e9)), gap_stddev(gap_agg(expected, perceived)), 1e-6) AS both,
       pg_temp.near(gap_stddev(gap_agg(expected, perceived + 1e9)), gap_stddev(gap_agg(expected, perceived)), 1e-6) AS one,
       pg_temp.near(gap_correlation(gap_agg(expected, perceived + 1e9)), gap_correlation(gap_agg(expected, perceived)), 1e-6) AS r
FROM answer;

-- Order and splits: whole numbers are summed exactly, so even the bytes agree.
CREATE TABLE part AS
SELECT id % 13 AS day, touchpoint, gap_agg(expected, round(perceived)) AS g FROM answer GROUP BY 1, 2;
SELECT bool_and(g = h) AS rollup, bool_and(pg_temp.near(gap_stddev(g), gap_stddev(h))) AS near, count(*)
FROM (SELECT touchpoint, gap_agg(expected, round(perceived) ORDER BY perceived, id) AS g FROM answer GROUP BY 1) a
JOIN (SELECT touchpoint, rollup(g ORDER BY day DESC) AS h FROM part GROUP BY 1) b USING (touchpoint);
SELECT rollup(g) = (SELECT gap_agg(expected, round(perceived)) FROM answer) AS all_parts FROM part;
SELECT gap_agg(1, 2) + gap_agg(5, 3) = gap_agg(5, 3) + gap_agg(1, 2) AS commutes,
       gap_agg(1, 2) + '{count=0}' = gap_agg(1, 2) AS neutral,
       gap_agg(1, 2) + NULL IS NULL AS null_is_null;
SELECT rollup(g) FROM part WHERE false;
SELECT rollup(NULL::gap_summary);
-- + leaves its arguments alone
SELECT gap_count(g), gap_count(g + g), gap_count(g + g + g), gap_count(g) FROM part WHERE day = 0 ORDER BY touchpoint LIMIT 1;

-- Text.
SELECT gap_agg(e, p) FROM (VALUES (4, 3), (5, 5), (2, 4)) v (e, p);
SET extra_float_digits = -15;
SELECT bool_and(g = g::text::gap_summary) AS text, bool_and(gap_summary_send(g) = gap_summary_send(g::text::gap_summary)) AS bits
FROM (SELECT gap_agg(expected / 3, perceived / 7) AS g FROM answer GROUP BY touchpoint) s;
RESET extra_float_digits;
SELECT gap_agg(e, p) FROM (VALUES (0.1, 0.3), (0.7, 1e-9)) v (e, p);
SELECT fails(format('SELECT %L::gap_summary', t))
FROM unnest(ARRAY['', '{}', '{count=1}', '{count=-1}', 'count=0', '{count=0} x', '{count=0, shortfalls=0}',
    '{count=99999999999999999999}',
    '{count=1, shortfalls=2, expected=1, perceived=1, expected_sq=1, perceived_sq=1, gap_sq=0}',
    '{count=1, shortfalls=0, expected=1 2, perceived=1, expected_sq=1, perceived_sq=1, gap_sq=0}',
    '{count=1, shortfalls=0, expected=NaN, perceived=1, expected_sq=1, perceived_sq=1, gap_sq=0}',
    '{count=1, shortfalls=0, expected=1e999, perceived=1, expected_sq=1, perceived_sq=1, gap_sq=0}',
    '{count=1, shortfalls=0, expected=1, perceived=1, expected_sq=-1, perceived_sq=1, gap_sq=0}']) t;
SELECT ' {  count=0  } '::gap_summary, '{count=1,shortfalls=1,expected=2,perceived=1,expected_sq=4,perceived_sq=1,gap_sq=1}'::gap_summary = gap_agg(2, 1);

-- Binary: golden values of release 0.1, and what comes in from outside.
SELECT encode(gap_summary_send('{count=0}'), 'hex');
SELECT encode(gap_summary_send(gap_agg(e, p)), 'hex') FROM (VALUES (0.1, 0.3), (5, 3)) v (e, p);

CREATE TABLE received (g gap_summary);
SELECT receive('received', gap_summary_send(gap_agg(e, p))) FROM (VALUES (0.1, 0.3), (5, 3)) v (e, p);
SELECT g = (SELECT gap_agg(e, p) FROM (VALUES (0.1, 0.3), (5, 3)) v (e, p)) AS same FROM received;
-- every byte changed, cut at every length, and one byte more: received or 22P03, and what is received is sound
WITH golden AS (SELECT gap_summary_send(gap_agg(e, p)) AS m FROM (VALUES (0.1, 0.3), (5, 3)) v (e, p))
SELECT receive('received', set_byte(m, i, (get_byte(m, i) + step) % 256)) AS result, i < 2 AS head, count(*) > 0 AS any
FROM golden, generate_series(0, length(m) - 1) i, unnest(ARRAY[1, 128]) step GROUP BY 1, 2 ORDER BY 1, 2;
WITH golden AS (SELECT gap_summary_send(gap_agg(1, 2)) AS m)
SELECT receive('received', substr(m, 1, n)) AS result, count(*) FROM golden, generate_series(0, length(m) - 1) n GROUP BY 1
UNION ALL SELECT receive('received', m || '\x00'), 1 FROM golden;
-- negative zero, NaN, infinity, a rounding error larger than its sum
WITH golden AS (SELECT gap_summary_send(gap_agg(1, 2)) AS m)
SELECT receive('received', overlay(m PLACING float8send(x) FROM place FOR 8)) AS result, x, place
FROM golden, unnest('{-0, NaN, infinity, -infinity, 1}'::float8[]) x, unnest('{19, 27, 83}'::int[]) place ORDER BY place, x::text COLLATE "C";
SELECT count(*) > 20 AS some, bool_and(g = g::text::gap_summary) AS sound, bool_and(gap_t(g) IS DISTINCT FROM 'NaN') AS t FROM received;

-- Comparison, grouping, joins, indexes.
SELECT a < b, a <= b, a = b, a <> b, a > b, a >= b FROM (SELECT gap_agg(1, 2) AS a, gap_agg(1, 3) AS b) s;
SELECT count(DISTINCT g), count(*) FROM (SELECT g FROM part UNION ALL SELECT g FROM part) s;
CREATE UNIQUE INDEX part_g ON part (g, day, touchpoint);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM part p WHERE g = (SELECT g FROM part WHERE day = 3 AND touchpoint = 'touchpoint 4');
RESET enable_seqscan;
RESET enable_bitmapscan;
SET enable_mergejoin = off;
SET enable_nestloop = off;
SELECT count(*) FROM part a JOIN part b USING (g);
RESET enable_nestloop;
RESET enable_mergejoin;
SELECT bool_and(gap_summary_hash(g)::bigint & 4294967295 = gap_summary_hash_extended(g, 0) & 4294967295) AS same_low_half FROM part;

-- The plan does not matter: parallel, sorted, hashed with spill, grouping sets, windows.
CREATE TABLE many WITH (parallel_workers = 2) AS
SELECT i % 20000 AS customer, (i * 7919 % 5)::float8 AS expected, (i * 31 % 11)::float8 AS perceived FROM generate_series(1, 60000) i;
ANALYZE many;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT gap_agg(expected, perceived) AS g FROM many;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT gap_agg(expected, perceived) FROM many', 'Partial Aggregate') AS parallel;
SELECT gap_agg(expected, perceived) = (SELECT g FROM serial) AS same FROM many;
SET max_parallel_workers_per_gather = 0;
SET enable_hashagg = off;
CREATE TABLE sorted AS SELECT customer, gap_agg(expected, perceived) AS g FROM many GROUP BY customer;
RESET enable_hashagg;
SET enable_sort = off;
SET work_mem = '64kB';
SELECT count(*), bool_and(s.g = h.g) AS same
FROM (SELECT customer, gap_agg(expected, perceived) AS g FROM many GROUP BY customer) h JOIN sorted s USING (customer);
SELECT rollup(g) = (SELECT g FROM serial) AS same FROM sorted;
RESET enable_sort;
RESET work_mem;
SELECT count(*), sum(gap_count(g)) FROM (
    SELECT gap_agg(expected, perceived) AS g FROM many GROUP BY GROUPING SETS ((), (customer % 3), (customer % 5))) s;
SELECT bool_and(w = d) AS running FROM (
    SELECT gap_agg(expected, perceived) OVER (ORDER BY id) AS w,
           (SELECT gap_agg(b.expected, b.perceived) FROM answer b WHERE b.id <= a.id) AS d
    FROM answer a WHERE id <= 200) s;
SELECT bool_and(gap_count(w) <= 5) AND max(gap_count(w)) = 5 AS moving FROM (
    SELECT gap_agg(expected, perceived) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING) AS w FROM answer) s;
SELECT array_agg(gap_count(w)) FROM (SELECT gap_agg(1, 2) OVER (ORDER BY x) AS w FROM generate_series(1, 5) x) s;
SELECT array_agg(gap_count(w)) FROM (SELECT unnest(array_agg(w)) AS w FROM (SELECT gap_agg(1, 2) OVER (ORDER BY x) AS w FROM generate_series(1, 5) x) s) t;
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- Journeys.
SELECT j, journey_gap(j)
FROM (VALUES (journey '{}'), ('{web/a@2026-01-05T10:00:00Z score=4, app/b@2026-01-06T10:00:00Z expected=4}'),
             ('{web/a@2026-01-05T10:00:00Z score=4 expected=5, app/b@2026-01-06T10:00:00Z score=3, c@2026-01-06T11:00:00Z score=5 expected=4.5}')) v (j);
SELECT count(*), bool_and(journey_gap(j) = g) AS same
FROM (SELECT j, (SELECT gap_agg(expected, score) FROM contacts(j)) AS g
      FROM (SELECT journey_agg(touchpoint('web', touchpoint), timestamptz '2026-01-01Z' + id * interval '1 hour', perceived, expected) AS j
            FROM answer GROUP BY id % 50) s) t;
SELECT pg_temp.near(gap_stddev(rollup(journey_gap(j))), (SELECT gap_stddev(gap_agg(expected, perceived)) FROM answer), 1e-14)
FROM (SELECT journey_agg(touchpoint('web', touchpoint), timestamptz '2026-01-01Z' + id * interval '1 hour', perceived, expected) AS j
      FROM answer GROUP BY id % 50) s;
SELECT fails('SELECT journey_gap(''{a@2026-01-05T10:00:00Z score=1e200 expected=0}'')');
-- The greatest count takes no more.
SELECT fails(format('SELECT %s FROM (VALUES (''{count=9223372036854775807, shortfalls=0, expected=0, perceived=0, expected_sq=0, perceived_sq=0, gap_sq=0}''::gap_summary)) v (g)', q))
FROM unnest(ARRAY['gap_summary_accum(g, 1, 2)', 'g + g', 'gap_summary_merge((SELECT gap_agg(1, 2)), g)']) q;

DROP VIEW figures;
DROP TABLE dimension, answer, part, received, many, serial, sorted;
