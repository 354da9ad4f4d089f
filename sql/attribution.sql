SET search_path = public, tp;

-- Printed: direct 2, search > email 3, search > social > email 5.
CREATE TABLE path (path touchpoint[], conversions float8);
INSERT INTO path VALUES ('{direct}', 2), ('{search,email}', 3), ('{search,social,email}', 5);
SELECT m AS model, u.part, round(u.conversions::numeric, 6) AS conversions, u.value
  FROM unnest('{first_touch,last_touch,linear,position_based,last_non_direct}'::text[]) WITH ORDINALITY AS models(m, n),
       LATERAL (SELECT attribution_agg(journey(path), m, 'label', conversions) AS credits FROM path) AS a, unnest(credits) AS u
 ORDER BY n, u.part;

-- The same contact by contact
SELECT m AS model, count(*) FILTER (WHERE abs(u.conversions - by_contact.conversions) < 1e-12) AS same, count(*)
  FROM unnest('{first_touch,last_touch,linear,position_based,time_decay,last_non_direct}'::text[]) AS m,
       LATERAL (SELECT attribution_agg(journey(path), m, 'label', conversions) AS credits FROM path) AS a, unnest(credits) AS u,
       LATERAL (SELECT sum(c.credit * conversions) AS conversions FROM path, attribution(journey(path), m, 'label') AS c WHERE c.part = u.part) AS by_contact
 GROUP BY m ORDER BY m;

-- A touch 14, 7 and 0 days before: 1/7, 2/7, 4/7
CREATE TABLE walk (j journey);
INSERT INTO walk VALUES ('{search/x@2026-01-01T00:00:00Z value=7, y@2026-01-08T00:00:00Z, direct/z@2026-01-15T00:00:00Z value=14}');
SELECT c.* FROM walk, attribution(j, 'time_decay') AS c;
SELECT c.* FROM walk, attribution(j, 'time_decay', half_life => '1 hour') AS c;
SELECT c.* FROM walk, attribution(j, 'last_non_direct') AS c;
SELECT c.* FROM walk, attribution(j, 'last_non_direct', 'label') AS c;
SELECT c.* FROM walk, attribution(j, 'last_non_direct', lookback => '10 days') AS c;
-- the bound of lookback counts
SELECT array_agg(c.credit ORDER BY position) FROM walk, attribution(j, 'linear', lookback => '7 days') AS c;
SELECT array_agg(c.credit ORDER BY position) FROM walk, attribution(j, 'linear', lookback => '167:59:59.999999') AS c;
SELECT array_agg(c.credit ORDER BY position) FROM walk, attribution(j, 'first_touch', lookback => '0') AS c;
SELECT count(*) FROM attribution('{}', 'linear');
SELECT count(*) FROM attribution(NULL, 'linear');

-- attribution_agg: value is the journeys' own
SELECT u.* FROM unnest((SELECT attribution_agg(j, 'linear', 'channel', 3) FROM walk)) AS u;
SELECT u.* FROM unnest((SELECT attribution_agg(j, 'time_decay', 'touchpoint', 7) FROM walk)) AS u;
-- rows with NULL journey or weight and empty journeys count nothing; no rows, no credits
SELECT u.* FROM unnest((SELECT attribution_agg(j, 'linear', 'channel', w) FROM (VALUES (NULL, 1), ('{}'::journey, 1), ('{web/a@2026-01-01T00:00:00Z}', NULL), ('{web/a@2026-01-01T00:00:00Z}', 2)) v (j, w))) AS u;
SELECT attribution_agg(j, 'linear', 'channel', 1) FROM walk WHERE false;

-- Markov. Printed: a>b 3 conversions 1 null, a>c 1 conversion 1 null.
SELECT m.part, round(removal_effect::numeric, 12) AS removal_effect, round(m.conversions::numeric, 12) AS conversions, round(value::numeric, 12) AS value
  FROM (SELECT flow_agg(journey(p::touchpoint[]), 'label', c, n, v) AS f FROM (VALUES ('{a,b}', 3, 1, 30), ('{a,c}', 1, 1, 5)) t (p, c, n, v)) AS f,
       markov_attribution(f) AS m;
SELECT t.source, t.target, t.probability
  FROM (SELECT flow_agg(journey(p::touchpoint[]), 'label', c, n, 0) AS f FROM (VALUES ('{a,b}', 3, 1), ('{a,c}', 1, 1)) t (p, c, n)) AS f, transitions(f) AS t;
-- ga 2, mailing 1, ga > mailing 1, ga 1 null: removal effects .75 .5, credits 2.4 1.6
SELECT m.part, round(removal_effect::numeric, 12) AS removal_effect, round(m.conversions::numeric, 12) AS conversions
  FROM (SELECT flow_agg(journey(p::touchpoint[]), 'label', c, n, 0) AS f FROM (VALUES ('{ga}', 2, 1), ('{mailing}', 1, 0), ('{ga,mailing}', 1, 0)) t (p, c, n)) AS f,
       markov_attribution(f) AS m;
-- self-loops change nothing
SELECT m.part, round(removal_effect::numeric, 12) AS removal_effect
  FROM (SELECT flow_agg(journey(p::touchpoint[]), 'label', c, n, 0) AS f FROM (VALUES ('{ga,ga,ga}', 2, 1), ('{mailing}', 1, 0), ('{ga,mailing,mailing}', 1, 0)) t (p, c, n)) AS f,
       markov_attribution(f) AS m;
-- nothing converts: NULL, not NaN
SELECT m.* FROM (SELECT flow_agg(journey('{a,b}'::touchpoint[]), 'label', 0, 5, 0) AS f) AS f, markov_attribution(f) AS m;
SELECT count(*) FROM markov_attribution('{}');
-- states that lead nowhere convert with probability 0: all that converts goes through a
SELECT m.part, m.removal_effect FROM markov_attribution('{part=label, order=1, ends=conversion, value=0, parts={a,b,c}, flow={start>0: 1, start>2: 1, 0>0: 3, 0>conversion: 1, 2>1: 1, 1>2: 1}}') AS m;

-- Of order 2: without a, every way into a state with a ends in null. By hand: paths a>b 2 of 4 convert, b>c 1 of 2, c 1 of 4.
-- P = .2 + .1 + .1 = .4; without a .2, without b .1, without c .2: effects .5 .75 .5, credits of 4 in proportion
SELECT m.part, round(removal_effect::numeric, 12) AS removal_effect, round(m.conversions::numeric, 12) AS conversions
  FROM (SELECT flow_agg_k(journey(p::touchpoint[]), 'label', 2, c, n, 0) AS f FROM (VALUES ('{a,b}', 2, 2), ('{b,c}', 1, 1), ('{c}', 1, 3)) t (p, c, n)) AS f,
       markov_attribution(f) AS m;

-- Against removal by hand: drop the part's ways and solve the rest by iterating
CREATE FUNCTION pg_temp.without(f journey_flow, gone text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    p float8;
BEGIN
    CREATE TEMP TABLE x AS SELECT DISTINCT source AS state, 0::float8 AS p FROM transitions(f);
    CREATE TEMP TABLE t AS SELECT * FROM transitions(f);
    FOR i IN 1..200 LOOP
        UPDATE x SET p = (SELECT sum(t.probability * CASE WHEN t.target = '(conversion)' THEN 1 WHEN t.target IN ('(null)', gone) THEN 0 ELSE y.p END)
                            FROM t LEFT JOIN x AS y ON y.state = t.target WHERE t.source = x.state);
    END LOOP;
    SELECT x.p INTO p FROM x WHERE state = '(start)';
    DROP TABLE x, t;
    RETURN p;
END $$;
CREATE TABLE chain AS SELECT flow_agg(journey(p::touchpoint[]), 'label', c, n, c) AS f
  FROM (VALUES ('{a,b,a,c}', 3, 4), ('{b,c,d,b}', 2, 1), ('{d,a,d}', 0, 3), ('{c}', 1, 1), ('{e,a,b,c,d,e,a}', 2, 2)) v (p, c, n);
SELECT m.part, abs(removal_effect - (1 - pg_temp.without(f, m.part) / pg_temp.without(f, 'nobody'))) < 1e-12 AS as_by_hand FROM chain, markov_attribution(f) AS m;
SELECT round(sum(m.conversions)::numeric, 12) AS conversions, round(sum(value)::numeric, 12) AS value FROM chain, markov_attribution(f) AS m;

-- Shapley. Printed: a 4, a > b 6: 7 and 3; a > b > c > d 10: 2.5 each. Repeats count once.
SELECT u.* FROM unnest((SELECT shapley_attribution(journey(p::touchpoint[]), 'label', c, v) FROM (VALUES ('{a}', 4, 40), ('{a,b,b,a}', 6, NULL)) t (p, c, v))) AS u;
SELECT u.* FROM unnest((SELECT shapley_attribution(journey('{a,b,c,d}'::touchpoint[]), 'label', 10, NULL))) AS u;
SELECT u.* FROM unnest((SELECT shapley_attribution(j, 'channel', 3, 1.5) FROM walk)) AS u;

-- path_entropy: nats; shares 3/4 and 1/4 by channel, one way by stage
SELECT path_entropy(j, 'channel') - -(0.75 * ln(0.75::float8) + 0.25 * ln(0.25::float8)) < 1e-15 AS as_by_hand, path_entropy(j, 'stage') AS one_way
  FROM (VALUES ('{web/a@2026-01-01T00:00:00Z,b@2026-01-02T00:00:00Z}'::journey), ('{web/c@2026-01-01T00:00:00Z,b@2026-01-02T00:00:00Z}'),
               ('{web/c@2026-01-01T00:00:00Z,b@2026-01-03T00:00:00Z}'), ('{b@2026-01-01T00:00:00Z,web/b@2026-01-02T00:00:00Z}'), (NULL)) v (j);
SELECT path_entropy(j, 'channel') FROM walk WHERE false;

-- The same by plain SQL, and in parallel
CREATE TABLE many AS SELECT i, journey((SELECT array_agg(touchpoint('c' || (i * 7 + k * k) % 5, 'l' || (i + k) % 9)) FROM generate_series(1, 1 + i % 9) k)) AS j
  FROM generate_series(1, 3000) i;
ALTER TABLE many SET (parallel_workers = 2);
SELECT abs(path_entropy(j, 'channel') - (SELECT -sum(p * ln(p)) FROM (SELECT count(*)::float8 / 3000 AS p FROM many GROUP BY variant(j, 'channel')) AS s)) < 1e-12 AS entropy FROM many;
SELECT count(*) FILTER (WHERE abs(u.conversions / b.conversions - 1) < 1e-12) AS same, count(*)
  FROM unnest((SELECT attribution_agg(j, 'linear', 'channel', i) FROM many)) AS u
  JOIN (SELECT c.part, sum(c.credit * i) AS conversions FROM many, attribution(j, 'linear') AS c GROUP BY c.part) AS b USING (part);
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT attribution_agg(j, 'linear', 'channel', i) AS a, shapley_attribution(j, 'label', i, i) AS s, path_entropy(j, 'touchpoint') AS e FROM many;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT attribution_agg(j, 'linear', 'channel', i) FROM many;
SELECT s.a = p.a AS attribution, s.s = p.s AS shapley, s.e = p.e AS entropy
  FROM serial AS s, (SELECT attribution_agg(j, 'linear', 'channel', i) AS a, shapley_attribution(j, 'label', i, i) AS s, path_entropy(j, 'touchpoint') AS e FROM many) AS p;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- The state as text, lossless
SELECT '{of=linear, part=touchpoint, values=yes, sums={{1, 2.5,web/a},{0.1 1e-18, 0,"x,y"}}}'::touchpoint_ledger;
SELECT '{of=paths, part=label, values=no, sums={{2, 0,a,b,""},{1, 0}}}'::touchpoint_ledger, '{}'::touchpoint_ledger;

-- What is refused
SELECT fails(q) FROM unnest(ARRAY[
    $q$SELECT attribution(j, 'best') FROM walk$q$,
    $q$SELECT attribution(j, NULL) FROM walk$q$,
    $q$SELECT attribution(j, 'linear', NULL) FROM walk$q$,
    $q$SELECT attribution(j, 'linear', 'color') FROM walk$q$,
    $q$SELECT attribution(j, 'time_decay', half_life => '0') FROM walk$q$,
    $q$SELECT attribution(j, 'time_decay', half_life => '-1 day') FROM walk$q$,
    $q$SELECT attribution(j, 'time_decay', half_life => '1 month') FROM walk$q$,
    $q$SELECT attribution(j, 'time_decay', half_life => NULL) FROM walk$q$,
    $q$SELECT attribution(j, 'linear', lookback => '-1 day') FROM walk$q$,
    $q$SELECT attribution_agg(j, 'best', 'label', 1) FROM walk$q$,
    $q$SELECT attribution_agg(j, NULL, 'label', 1) FROM walk$q$,
    $q$SELECT attribution_agg(j, 'linear', NULL, 1) FROM walk$q$,
    $q$SELECT attribution_agg(j, 'linear', 'label', 'NaN') FROM walk$q$,
    $q$SELECT attribution_agg(j, 'linear', 'label', 1e308) FROM walk$q$,
    $q$SELECT attribution_agg(j, 'linear', 'label', 'infinity') FROM walk$q$,
    $q$SELECT attribution_agg(journey(path), CASE WHEN conversions > 2 THEN 'linear' ELSE 'last_touch' END, 'label', 1) FROM path$q$,
    $q$SELECT attribution_agg(journey(path), 'linear', CASE WHEN conversions > 2 THEN 'label' ELSE 'stage' END, 1) FROM path$q$,
    $q$SELECT markov_attribution(flow_agg(j, 'label')) FROM walk$q$,
    $q$SELECT shapley_attribution(j, 'label', -1, 0) FROM walk$q$,
    $q$SELECT shapley_attribution(j, 'label', 1, 'infinity') FROM walk$q$,
    $q$SELECT shapley_attribution(j, NULL, 1, 1) FROM walk$q$,
    $q$SELECT path_entropy(j, NULL) FROM walk$q$,
    $q$SELECT path_entropy(j, 'color') FROM walk$q$,
    $q$SELECT '{of=guess}'::touchpoint_ledger$q$,
    $q$SELECT '{of=paths, part=channel, values=no, sums={{-1, 0,web}}}'::touchpoint_ledger$q$,
    $q$SELECT '{of=paths, part=channel, values=no, sums={{1, 2,web}}}'::touchpoint_ledger$q$,
    $q$SELECT '{of=paths, part=channel, values=no, sums={{1e200, 0,web},{1e200, 0,web}}}'::touchpoint_ledger$q$
]) AS q;

-- With the extension's schema off the path
SET search_path = public;
SELECT u.part, u.conversions FROM unnest((SELECT tp.attribution_agg(j, 'linear', 'channel', 3) FROM walk)) AS u;
SELECT c.part, c.credit FROM walk, tp.attribution(j, 'first_touch') AS c;
SELECT m.part, m.removal_effect FROM tp.markov_attribution('{}') AS m;
SELECT m.part, m.removal_effect > 0 AS effect FROM chain, tp.markov_attribution(f) AS m;
SELECT (unnest(tp.shapley_attribution(j, 'channel', 3, 1))).part FROM walk;
SELECT tp.path_entropy(j, 'channel') FROM walk;

DROP TABLE path, walk, chain, many, serial;
