-- Media and audience: fit, reach, frequency.
SET search_path = public, tp;
SET extra_float_digits = 0;

---- Fit ----

-- 8.9 % of the medium's audience against 6.6 % of all: index 134.85
CREATE TABLE person AS
SELECT i AS id, i <= 6600 AS young, i <= 890 OR i > 90890 AS reads, i % 7 AS region FROM generate_series(1, 100000) AS i;
SELECT relation, target, audience, overlap, coverage, composition, jaccard, round(affinity_index::numeric, 2) AS affinity_index
FROM (SELECT (media_fit_agg(young, reads)).* FROM person) AS f;

-- Against plain SQL, by group
SELECT count(*) AS groups,
       bool_and(row((f).target, (f).audience, (f).overlap, (f).coverage, (f).composition, (f).jaccard) = row(t, m, tm, tm::float8 / t, tm::float8 / m, tm::float8 / (t + m - tm))) AS equal,
       bool_and(abs((f).affinity_index - 100.0 * tm * n / (m::float8 * t)) < 1e-9) AS index
FROM (SELECT region, media_fit_agg(young, reads) AS f, count(*) FILTER (WHERE young) AS t, count(*) FILTER (WHERE reads) AS m,
             count(*) FILTER (WHERE young AND reads) AS tm, count(*) AS n
      FROM person GROUP BY region) AS s;

-- The relations; a denominator of 0 is NULL
SELECT name, (f).relation, (f).coverage, (f).composition, (f).jaccard, (f).affinity_index
FROM (SELECT name, media_fit_agg(t = '1', m = '1') AS f
      FROM (VALUES ('disjoint', '1100', '0011'), ('partial', '1100', '0110'), ('medium in target', '1110', '0100'),
                   ('target in medium', '0100', '1110'), ('same', '0110', '0110'), ('no audience', '1100', '0000'),
                   ('no target', '0000', '0011'), ('neither', '0000', '0000'), ('everybody', '1111', '1111')) AS v(name, a, b),
           LATERAL (SELECT * FROM unnest(string_to_array(a, NULL), string_to_array(b, NULL)) AS u(t, m)) AS u
      GROUP BY name) AS s ORDER BY name;

-- NULL in either passes the row over; nothing at all is NULL
SELECT (media_fit_agg(t, m)).* FROM (VALUES (true, true), (true, NULL), (NULL, false), (NULL, NULL), (false, false)) AS v(t, m);
SELECT media_fit_agg(t, m) IS NULL AS nothing FROM (VALUES (true, NULL::boolean)) AS v(t, m);
SELECT media_fit_agg(true, true) IS NULL AS nothing WHERE false;
SELECT (media_fit_agg(young, reads) FILTER (WHERE id <= 900)).relation, (media_fit_agg(DISTINCT young, reads)).overlap FROM person;

-- Parallel is serial
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
ANALYZE person;
EXPLAIN (COSTS OFF) SELECT media_fit_agg(young, reads) FROM person;
CREATE TEMP TABLE parallel AS SELECT media_fit_agg(young, reads) AS f FROM person;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT f = (SELECT media_fit_agg(young, reads) FROM person) AS equal FROM parallel;
COMMIT;

-- As a window aggregate, where the state lives on after an answer
SELECT id, (media_fit_agg(t, m) OVER (ORDER BY id)).target, (media_fit_agg(t, m) OVER (ORDER BY id)).relation
FROM (VALUES (1, true, false), (2, true, true), (3, false, true)) AS v(id, t, m);

-- The state is an array like any other: it survives a trip as text, and its functions change no argument
SELECT media_fit_merge(a, a::text::bigint[]), media_fit_add(a, true, false), a, media_fit_result(a)
FROM (SELECT '{1,2,3,4}'::bigint[] AS a) AS s;
SELECT atttypid::regtype, aggcombinefn <> 0 AS combines, aggtranstype::regtype, proparallel
FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = aggfnoid JOIN pg_attribute AS t ON attrelid = 'touchpoint_media_fit'::regclass AND attnum = 2
WHERE aggfnoid = 'media_fit_agg'::regproc;

---- Reach and frequency ----

SELECT round(reach('{.15,.15,.15,.15}')::numeric, 6) AS reach, reach('{}') AS of_nothing, reach('{1,0.5}') AS of_all, reach('{0.2,NULL}') AS unknown, reach(NULL) AS null;
SELECT abs(reach(r) - 1 + (SELECT exp(sum(ln(1 - x))) FROM unnest(r) AS x)) < 1e-15 AS equal FROM (SELECT '{.1,.37,.02,.6}'::float8[] AS r) AS s;
-- .097537 is printed for .0975375
SELECT (SELECT array_agg(round(x::numeric, 6)) FROM unnest(frequency_distribution(.15, 4)) AS x) AS binomial,
       round(effective_reach(frequency_distribution(.15, 4))::numeric, 6) AS three_and_more,
       round(effective_reach(frequency_distribution(.15, 4), 1)::numeric, 6) AS at_least_one;
SELECT frequency_distribution(.3, 0) AS none, frequency_distribution(0, 2) AS nobody, frequency_distribution(1, 2) AS everybody,
       frequency_distribution(.25, 2, 1) AS all_or_nothing, frequency_distribution(.25, 2, 0) = frequency_distribution(.25, 2) AS zero_is_none,
       frequency_distribution(NULL, 2) AS null, frequency_distribution(.25, NULL, .1) AS null;

-- Beta-binomial by its definition: two insertions meet p² + ρp(1 − p) of the audience twice
SELECT abs(d[3] - (.3 ^ 2 + .2 * .3 * .7)) < 1e-15 AS twice, abs(d[2] - 2 * .3 * .7 * .8) < 1e-15 AS once FROM frequency_distribution(.3, 2, .2) AS d;
-- and, with α = p(1 − ρ)/ρ and β = (1 − p)(1 − ρ)/ρ, by rising factorials
WITH s AS (SELECT .3 * .8 / .2 AS a, .7 * .8 / .2 AS b, 12 AS n), d AS (SELECT frequency_distribution(.3, 12, .2) AS d)
SELECT max(abs(d[k + 1] - (factorial(n) / factorial(k) / factorial(n - k))::float8
       * (SELECT coalesce(exp(sum(ln(a + i))), 1) FROM generate_series(0, k - 1) AS i)
       * (SELECT coalesce(exp(sum(ln(b + i))), 1) FROM generate_series(0, n - k - 1) AS i)
       / (SELECT exp(sum(ln(a + b + i))) FROM generate_series(0, n - 1) AS i))) < 1e-12 AS equal
FROM s, d, generate_series(0, 12) AS k;
-- Binomial by its definition
SELECT max(abs(x - (factorial(30) / factorial(k - 1) / factorial(31 - k))::float8 * .02::float8 ^ (k - 1) * .98::float8 ^ (31 - k))) < 1e-14 AS equal
FROM unnest(frequency_distribution(.02, 30)) WITH ORDINALITY AS u(x, k);

-- Adds up, with the right mean, from few to a million
SELECT n, p, rho, cardinality(d) = n + 1 AS length, abs(total - 1) < 1e-9 AS adds_up, abs(mean - n * p) <= 1e-9 * (1 + n * p) AS mean
FROM (VALUES (1, .5, .3), (10, 1e-9, .9), (1000, .5, 0), (100000, .3, .999), (1000000, .97, 0), (1000000, .01, 1e-7)) AS v(n, p, rho),
     LATERAL (SELECT d, (SELECT sum(x) FROM unnest(d) AS x) AS total, (SELECT sum(x * (k - 1)) FROM unnest(d) WITH ORDINALITY AS u(x, k)) AS mean
              FROM frequency_distribution(p, n, rho) AS d) AS s;
SELECT effective_reach('{0.5,0.25,0.25}', 0) AS everyone, effective_reach('{0.5,0.25,0.25}', 2) AS twice, effective_reach('{0.5,0.25,0.25}') AS three,
       effective_reach('{0.5,NULL}', 1) AS unknown, effective_reach('{}', 1) AS nothing;

---- Errors ----

\pset format unaligned
SELECT s || E'\n  ' || raised('SELECT ' || s) AS error FROM unnest(ARRAY[
    $$reach('{0.1,1.5}')$$,
    $$reach('{-0.1}')$$,
    $$reach('{NaN}')$$,
    $$reach('{{0.1},{0.2}}')$$,
    $$frequency_distribution(1.15, 4)$$,
    $$frequency_distribution('Infinity', 4)$$,
    $$frequency_distribution(.15, -1)$$,
    $$frequency_distribution(.15, 1000001)$$,
    $$frequency_distribution(.15, 4, 1.1)$$,
    $$frequency_distribution(.15, 4, 'NaN')$$,
    $$effective_reach('{0.5,0.5}', -1)$$,
    $$effective_reach('{0.5,1.5}')$$,
    $$effective_reach('{0.5,-0.5}')$$,
    $$media_fit_add('{1,2,3}', true, true)$$,
    $$media_fit_add('{1,2,3,NULL}', true, true)$$,
    $$media_fit_add('{{1,2,3,4}}', true, true)$$,
    $$media_fit_add('{-1,2,3,4}', true, true)$$,
    $$media_fit_merge('{1,2,3,4}', '{1}')$$,
    $$media_fit_add('{9223372036854775807,2,3,4}', true, true)$$,
    $$media_fit_merge('{1,2,3,4}', '{9223372036854775807,2,3,4}')$$,
    $$media_fit_result('{0,0,0,1152921504606846975}')$$,
    $$media_fit_result('{9223372036854775807,9223372036854775807,3,4}')$$]) AS s;
\pset format aligned

---- Off the search path ----

SET search_path = public;
SELECT tp.media_fit_agg(young, reads) FROM person;
SELECT tp.reach('{.5,.5}'), tp.frequency_distribution(.5, 1), tp.effective_reach('{.5,.5}', 1);

DROP TABLE person;
