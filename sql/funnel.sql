SET search_path = public, tp;
SET timezone = 'UTC';

-- Letters as touchpoints, an hour apart, for what follows.
CREATE FUNCTION letters(text) RETURNS journey LANGUAGE sql IMMUTABLE AS
    $$SELECT journey(regexp_split_to_array($1, '')::touchpoint[], '2026-01-01 00:00Z', '1 hour')$$;

-- The examples that define it: steps A, B, C, D; windows wide.
SELECT path, steps, modes, window_funnel(letters(path), string_to_array(steps, NULL), '30 days', modes)
FROM (VALUES ('ABCD', 'ABCD', '{}'::text[]), ('ABDC', 'ABCD', '{}'), ('ABDC', 'ABCD', '{strict_order}'),
             ('AABC', 'ABCD', '{}'), ('ABBC', 'ABC', '{strict_deduplication}'), ('ABCBD', 'ABCD', '{strict_deduplication}'),
             ('ABDCABCD', 'ABCD', '{strict_order}'), ('BCD', 'ABCD', '{}')) v (path, steps, modes);

-- The documented example of ClickHouse's windowFunnel: one customer, four events in time, level 4.
SELECT level, count(*) FROM (
    SELECT user_id, window_funnel('70 days', at, event = 1003, event = 1009, event = 1007, event = 1010) AS level
    FROM (VALUES (1, timestamptz '2019-01-29 10:00', 1003), (1, '2019-01-31 09:00', 1007),
                 (1, '2019-01-30 08:00', 1009), (1, '2019-02-01 08:00', 1010)) v (user_id, at, event)
    GROUP BY user_id) s
GROUP BY level;

-- A late start that gets further wins; the window is inclusive; equal times chain in journey order.
SELECT window_funnel(letters('AxxxxAB'), '{A,B}', '2 hours') AS late,
       window_funnel(letters('AxxB'), '{A,B}', '3 hours') AS inside,
       window_funnel(letters('AxxB'), '{A,B}', '2:59:59.999999') AS outside,
       window_funnel(journey '{A@2026-01-01T00:00:00Z, B@2026-01-01T00:00:00Z}', '{A,B}', '1 us', '{}') AS equal_times,
       window_funnel(journey '{A@2026-01-01T00:00:00Z, B@2026-01-01T00:00:00Z}', '{A,B}', '1 us', '{strict_increase}') AS increase,
       window_funnel('{}'::journey, '{A,B}', '1 day') AS nothing,
       window_funnel(NULL::journey, '{A,B}', '1 day') AS null_journey;

-- Globs, and one contact in two steps.
SELECT window_funnel(j, '{web/*,web/checkout}', '1 day') AS once,
       window_funnel(j, '{web/*,web/checkout}', '1 day', '{reuse}') AS reused
FROM (VALUES (journey '{web/checkout@2026-01-01T00:00:00Z}')) v (j);

-- The truth table of the modes. What a mode does is told by the first contact that it stops at.
CREATE TABLE truth (path text, steps text, plain int, strict_order int, strict_deduplication int, strict_increase int, strict_once int);
INSERT INTO truth VALUES
    ('ABC',   'ABC', 3, 3, 3, 3, 3),    -- nothing in the way
    ('AxBC',  'ABC', 3, 1, 3, 3, 3),    -- a contact at no step between
    ('ACBC',  'ABC', 3, 1, 3, 3, 3),    -- a contact at a later step between
    ('AABC',  'ABC', 3, 3, 3, 3, 3),    -- the second start is as good
    ('ABBC',  'ABC', 3, 2, 2, 3, 3),    -- a step again before the next
    ('ABCB',  'ABC', 3, 3, 3, 3, 3),    -- a step again behind the end
    ('ABAC',  'ABC', 3, 2, 2, 3, 3),    -- the first step again
    ('ABAxC', 'ABC', 3, 2, 2, 3, 3),
    ('A',     'AA',  1, 1, 1, 1, 1),    -- one contact takes one step
    ('AA',    'AA',  2, 2, 2, 2, 2);
SELECT t.*, window_funnel(j, s, w) = plain AND window_funnel(j, s, w, '{strict_order}') = strict_order
    AND window_funnel(j, s, w, '{strict_deduplication}') = strict_deduplication
    AND window_funnel(j, s, w, '{strict_increase}') = strict_increase
    AND window_funnel(j, s, w, '{strict_once}') = strict_once AS holds
FROM truth t, letters(path) j, string_to_array(steps, NULL) s, (SELECT interval '1 day') i (w);

-- Why it stopped.
SELECT path, modes, f.reached, f.positions, f.outcome, f.stop_reason
FROM (VALUES ('ABC', '{}'::text[], '{}'::text[]), ('AB', '{}', '{}'), ('ABxxxxxxxC', '{}', '{}'), ('ABxC', '{strict_order}', '{}'),
             ('ABBC', '{strict_deduplication}', '{}'), ('ABxC', '{}', '{x}'), ('ABxxxxxxxx', '{}', '{C}'),
             ('xBC', '{}', '{}'), ('AxABC', '{}', '{x}'), ('ABC', '{}', '{B}'), ('ABxxxxxxxxx', '{strict_order}', '{}')) v (path, modes, exits),
     funnel(letters(path), '{A,B,C}', '6 hours', modes, NULL, exits) f;

-- Open: the window still runs, inclusive, and nothing has stopped the chain.
SELECT as_of, f.reached, f.step_times, f.outcome, f.stop_reason
FROM (VALUES (NULL::timestamptz), ('2026-01-01 00:00Z'), ('2026-01-01 06:00Z'), ('2026-01-01 06:00:00.000001Z'), ('infinity'), ('-infinity')) v (as_of),
     funnel(letters('AB'), '{A,B,C}', '6 hours', '{}', as_of) f;
SELECT f.outcome, f.stop_reason FROM funnel(letters('ABx'), '{A,B,C}', '6 hours', '{strict_order}', '2026-01-01 01:00Z') f
UNION ALL
SELECT f.outcome, f.stop_reason FROM funnel(letters('ABx'), '{A,B,C}', '6 hours', '{}', '2026-01-01 01:00Z', '{x}') f
UNION ALL
SELECT f.outcome, f.stop_reason FROM funnel(letters('xxx'), '{A,B,C}', '6 hours', '{}', '2026-01-01 01:00Z') f;
SELECT funnel(NULL::journey, '{A,B}', '1 day');

-- Ties: earliest start, then earliest end, then earliest members.
SELECT (funnel(letters('ABxAB'), '{A,B,C}', '1 day')).positions AS first_start,
       (funnel(letters('ABBB'), '{A,B,C}', '1 day')).positions AS first_end,
       (funnel(letters('ABBCC'), '{A,B,C}', '1 day')).positions AS members,
       (funnel(letters('AxABBx'), '{A,*,B}', '1 day', '{strict_order}')).positions AS shared;

-- reaches_step is window_funnel >= step
SELECT step, reaches_step(letters('ABxC'), '{A,B,C,D}', '1 day', step) AS plain,
       reaches_step(letters('ABxC'), '{A,B,C,D}', '1 day', step, '{strict_order}') AS strict_order
FROM generate_series(1, 4) step;
SELECT reaches_step(letters('BA'), '{A,B}', '1 day'), reaches_step(letters('BB'), '{A,B}', '1 day'), reaches_step(NULL, '{A,B}', '1 day');

-- Settings that change from call to call of one call site: PL/pgSQL keeps it, and rows of a query share it.
DO $$
DECLARE s text[]; got text := ''; w interval;
BEGIN
    FOREACH w IN ARRAY ARRAY['1 hour', '9 hours']::interval[] LOOP
        FOR s IN SELECT string_to_array(v, ',') FROM (VALUES ('A,B'), ('B,A'), ('A,B,C'), ('A,x,C')) t (v) LOOP
            got := got || window_funnel(letters('ABxC'), s, w) || CASE WHEN reaches_step(letters('ABxC'), s, w, array_length(s, 1)) THEN 'y ' ELSE 'n ' END;
        END LOOP;
    END LOOP;
    RAISE NOTICE '%', got;
END $$;
SELECT s, w, m, window_funnel(letters('ABBxC'), s, w, m)
FROM (VALUES ('{A,B,C}'::text[], interval '9 hours', '{}'::text[]), ('{A,C}', '9 hours', '{}'), ('{A,C}', '1 hour', '{}'), ('{A,B,C}', '9 hours', '{strict_order}')) v (s, w, m);

-- Against a search over all chains, in SQL: a chain grows by every contact that may follow.
CREATE TABLE trial AS
SELECT n AS id, j, array_length(labels, 1) AS contacts, labels, times, steps, modes, exits, within
FROM (SELECT n,
        (SELECT array_agg(chr(65 + ('x' || substr(h, k, 1))::bit(4)::int % 4) ORDER BY k) FROM generate_series(1, 2 + n % 6) k) AS labels,
        (SELECT array_agg(t ORDER BY k) FROM (SELECT k, sum(('x' || substr(h, 32 - k, 1))::bit(4)::int % 3) OVER (ORDER BY k)::int AS t FROM generate_series(1, 2 + n % 6) k) s) AS times,
        CASE n % 5 WHEN 0 THEN '{A,B,C}' WHEN 1 THEN '{A,B,A}' WHEN 2 THEN '{A,*,C}' WHEN 3 THEN '{A,A}' ELSE '{*,B,*,D}' END::text[] AS steps,
        array_remove(ARRAY[CASE WHEN n / 5 % 2 = 1 THEN 'strict_order' END, CASE WHEN n / 10 % 2 = 1 THEN 'strict_deduplication' END,
                           CASE WHEN n / 20 % 2 = 1 THEN 'strict_increase' END, CASE WHEN n / 40 % 2 = 1 THEN 'reuse' END], NULL) AS modes,
        CASE WHEN n % 7 = 0 THEN '{D}' ELSE '{}' END::text[] AS exits,
        1 + n % 4 AS within
      FROM (SELECT n, md5(n::text) AS h FROM generate_series(1, 2400) n) s) r,
     LATERAL (SELECT journey_agg(labels[k]::touchpoint, '2026-01-01 00:00Z'::timestamptz + times[k] * interval '1 hour',
                                 NULL, NULL, NULL, NULL, NULL, NULL, k) AS j FROM generate_series(1, array_length(labels, 1)) k) a;

CREATE TABLE matched AS
SELECT id, i, s, times[i] AS t FROM trial, generate_series(1, contacts) i, generate_series(1, array_length(steps, 1)) s
WHERE steps[s] IN (labels[i], '*') AND labels[i] <> ALL (exits);
ALTER TABLE matched ADD PRIMARY KEY (id, s, i);
ALTER TABLE trial ADD PRIMARY KEY (id);
ANALYZE matched, trial;
CREATE TABLE searched AS
WITH RECURSIVE chain AS (
    SELECT id, 1 AS k, ARRAY[i] AS p, t AS started, t FROM matched WHERE s = 1
    UNION ALL
    SELECT c.id, k + 1, p || m.i, started, m.t
    FROM chain c JOIN trial r USING (id) JOIN matched m ON m.id = c.id AND m.s = k + 1
    WHERE m.i >= p[k] AND m.t <= started + within
      AND NOT EXISTS (SELECT FROM generate_series(p[k] + 1, m.i) x WHERE labels[x] = ANY (exits))
      AND (m.i > p[k] OR 'reuse' = ANY (modes))
      AND NOT (m.t = c.t AND 'strict_increase' = ANY (modes))
      AND NOT (m.i > p[k] + 1 AND 'strict_order' = ANY (modes))
      AND NOT ('strict_deduplication' = ANY (modes)
               AND (EXISTS (SELECT FROM matched o WHERE o.id = c.id AND o.i > p[k] AND o.i < m.i AND o.s <= k)
                    OR EXISTS (SELECT FROM matched o WHERE o.id = c.id AND o.i >= p[k] AND o.i < m.i AND o.s = k + 1
                               AND (o.i > p[k] OR 'reuse' = ANY (modes))
                               AND NOT (o.t = c.t AND 'strict_increase' = ANY (modes))))))
SELECT DISTINCT ON (id) id, coalesce(k, 0) AS reached, p FROM trial LEFT JOIN chain USING (id)
ORDER BY id, k DESC, p[1], p[k], p;

SELECT count(*), count(*) FILTER (WHERE s.reached > 0) AS entered,
       count(*) FILTER (WHERE (f.reached, f.positions[1], f.positions[f.reached]) IS DISTINCT FROM (s.reached, s.p[1], s.p[s.reached])) AS wrong,
       count(*) FILTER (WHERE window_funnel(j, steps, within * interval '1 hour', modes) <> s.reached AND exits = '{}') AS wrong_count
FROM trial JOIN searched s USING (id), funnel(j, steps, within * interval '1 hour', modes, NULL, exits) f;

-- funnel_agg: a row a step
CREATE TABLE shop (customer int PRIMARY KEY, j journey);
INSERT INTO shop SELECT n, journey_agg(t::touchpoint, '2026-01-01 00:00Z'::timestamptz + h * interval '1 hour')
FROM generate_series(1, 1000) n, LATERAL (VALUES ('web/product ' || n % 3, 0), ('web/cart', CASE WHEN n % 2 = 0 THEN n % 50 + 1 END),
    ('web/checkout', CASE WHEN n % 4 = 0 THEN n % 50 + 3 END), ('store/visit', 200)) v (t, h) GROUP BY n;
SELECT s.* FROM (SELECT funnel_agg(j, '{web/product*,web/cart,web/checkout}', '7 days') AS f FROM shop) a, unnest(f) s;
-- the same by window_funnel and percentile_cont; the median is within 1 %
SELECT k AS step, count(*) FILTER (WHERE reached >= k) AS entered,
       bool_and(abs(extract(epoch FROM m.median_time) / nullif(extract(epoch FROM exact), 0) - 1) <= 0.01) AS near
FROM (SELECT customer, (funnel(j, '{web/product*,web/cart,web/checkout}', '7 days')).* FROM shop) f, generate_series(1, 3) k,
     LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY g.step_times[k] - g.step_times[k - 1]) AS exact
              FROM (SELECT (funnel(j, '{web/product*,web/cart,web/checkout}', '7 days')).* FROM shop) g WHERE k > 1) e,
     LATERAL (SELECT median_time FROM (SELECT funnel_agg(j, '{web/product*,web/cart,web/checkout}', '7 days') AS f FROM shop) a, unnest(f) WHERE step = k) m
GROUP BY k ORDER BY k;
-- long tails too: times from a microsecond to years
SELECT s.step, abs(extract(epoch FROM median_time) / extract(epoch FROM exact) - 1) <= 0.01 AS near
FROM (SELECT funnel_agg(j, '{a,b}', '5000 days') AS f, percentile_cont(0.5) WITHIN GROUP (ORDER BY throughput_time(j)) AS exact
      FROM (SELECT journey('{a,b}', step => power(1.03, n) * interval '1 us') AS j FROM generate_series(0, 1000) n) s) a, unnest(f) s
WHERE step = 2;
SELECT s.* FROM (SELECT funnel_agg(j, '{web/product*,web/cart}', '7 days', '{strict_order}', '{store/*}') AS f FROM shop) a, unnest(f) s;
SELECT funnel_agg(j, '{a}', '1 day') FROM shop WHERE false;
SELECT unnest(funnel_agg(NULL::journey, '{a,b}', '1 day'));
-- grouped, partial and parallel: the same rows
CREATE TABLE serial AS SELECT customer % 3 AS g, funnel_agg(j, '{web/product*,web/cart,web/checkout}', '7 days') AS f FROM shop GROUP BY 1;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
ALTER TABLE shop SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) SELECT funnel_agg(j, '{web/product*,web/cart,web/checkout}', '7 days') FROM shop;
SELECT count(*) FROM serial JOIN (SELECT customer % 3 AS g, funnel_agg(j, '{web/product*,web/cart,web/checkout}', '7 days') AS f FROM shop GROUP BY 1) p USING (g, f);
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;
-- the state as text and back, as it travels between servers; {} is neutral
SELECT funnel_summary_journey('{}', letters('AB'), '{A,"\"a b\"",B}', '1 day', '{strict_once}', '{x,"\"\\\\ y\""}') AS state;
SELECT s::text::funnel_summary::text = s::text AS same, funnel_summary_combine('{}', s)::text = s::text AS neutral,
       funnel_summary_combine(s, '{}')::text = s::text AS neutral_too, funnel_summary_combine(s, s)
FROM (SELECT funnel_summary_journey('{}', letters('AxB'), '{A,B}', '1 day') AS s) v;
DO $$
DECLARE t text; refused int := 0;
BEGIN
    FOREACH t IN ARRAY ARRAY['', '{', '{} x', '{within 1 modes 0 steps [] exits [] reached [] times []}',
        '{within 0 modes 0 steps ["a"] exits [] reached [1] times []}', '{within 1 modes 32 steps ["a"] exits [] reached [1] times []}',
        '{within 1 modes 0 steps ["a//"] exits [] reached [1] times []}', '{within 1 modes 0 steps ["a] exits [] reached [1] times []}',
        '{within 1 modes 0 steps ["a","b"] exits [] reached [1,2] times [2:2:1:1]}', '{within 1 modes 0 steps ["a","b"] exits [] reached [1,1] times []}',
        '{within 1 modes 0 steps ["a","b"] exits [] reached [1,1] times [2:1:1:2]}', '{within 1 modes 0 steps ["a","b"] exits [] reached [3,3] times [2:3:1:900]}',
        '{within 1 modes 0 steps ["a","b"] exits [] reached [1,1] times [1:1:1:1]}', '{within 1 modes 0 steps ["a"] exits [] reached [99999999999999999999] times []}']
    LOOP
        BEGIN
            PERFORM t::funnel_summary;
            RAISE NOTICE 'accepted: %', t;
        EXCEPTION WHEN invalid_text_representation THEN
            refused := refused + 1;
        END;
    END LOOP;
    RAISE NOTICE '% refused', refused;
END $$;

-- The aggregate over plain rows: any order, equal times by the lowest step, NULL is not met.
SELECT window_funnel('7 days', at, l = 'a', l = 'b', l = 'c') AS equal_times,
       window_funnel('7 days', at, NULL::boolean, l = 'b', l = 'c') AS unknown,
       window_funnel('7 days', at, l = 'a', NULL, l = 'c') AS gap,
       window_funnel('7 days', NULL, l = 'a', l = 'b') AS no_times,
       window_funnel('7 days', at, VARIADIC ARRAY[l = 'a', l = 'b']) AS variadic,
       window_funnel('7 days', at, false, false) AS never
FROM (VALUES (timestamptz '2026-01-01', 'c'), ('2026-01-01', 'b'), ('2026-01-01', 'a'), (NULL, 'a')) v (at, l);
SELECT window_funnel('7 days', now(), true) FROM shop WHERE false;
CREATE TABLE contact_row AS SELECT customer, touchpoint::text AS t, occurred_at AS at FROM shop, contacts(j);
SELECT count(*) AS wrong FROM shop JOIN (
    SELECT customer, window_funnel('7 days', at, t LIKE 'web/product%', t = 'web/cart', t = 'web/checkout') AS w FROM contact_row GROUP BY customer) r USING (customer)
WHERE w <> window_funnel(j, '{web/product*,web/cart,web/checkout}', '7 days');
-- in one group, in any order, parallel
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
ALTER TABLE contact_row SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) SELECT window_funnel('7 days', at, t LIKE 'web/product%', t = 'web/cart', t = 'web/checkout') FROM contact_row;
SELECT window_funnel('1 hour', at, t LIKE 'web/product%', t = 'web/cart', t = 'web/checkout') AS an_hour,
       window_funnel('7 days', at, t LIKE 'web/product%', t = 'web/cart', t = 'web/checkout') AS a_week,
       count(*) FROM contact_row;
SELECT window_funnel('7 days', at, t LIKE 'web/product%', t = 'web/cart', t = 'web/checkout' ORDER BY at DESC, t DESC) FROM contact_row;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- One instant without ids has no order; ids of zero and more tell one.
SELECT window_funnel(j, '{web/view,web/pay}', '1 day') AS view_pay, window_funnel(j, '{web/pay,web/view}', '1 day') AS pay_view,
       (funnel(j, '{web/view,web/pay}', '1 day')).positions
FROM (VALUES ('{web/view@2026-01-01T00:00:00Z, web/pay@2026-01-01T00:00:00Z}'::journey),
             ('{web/view@2026-01-01T00:00:00Z id=1, web/pay@2026-01-01T00:00:00Z id=2}'),
             ('{web/view@2026-01-01T00:00:00Z id=-2, web/pay@2026-01-01T00:00:00Z id=-1}')) v (j);
SELECT window_funnel('1 day', '2026-01-01', l = 'view', l = 'pay') AS view_pay, window_funnel('1 day', '2026-01-01', l = 'pay', l = 'view') AS pay_view
FROM (VALUES ('view'), ('pay')) v (l);

-- Any order: a matching, so {A,A,B} needs two A.
SELECT path, f.reached, f.positions, f.outcome, f.stop_reason
FROM unnest(ARRAY['ABA', 'BA', 'xBxxxxxxA', 'AB']) path, funnel(letters(path), '{A,A,B}', '6 hours', '{any_order}', NULL, '{x}') f;
SELECT s.* FROM (SELECT funnel_agg(letters(path), '{A,B,C}', '1 day', '{any_order}', '{}') AS f FROM unnest(ARRAY['CBA', 'B', 'xx', 'AC']) path) a, unnest(f) s;
SELECT window_funnel('1 day', at, ARRAY['any_order'], l = 'a', l = 'b', l = 'c') AS any_order, window_funnel('1 day', at, ARRAY['strict_order'], l = 'c', l = 'a') AS strict_order,
       window_funnel('1 day', at, '{}'::text[], l = 'c', l = 'a') AS plain
FROM (VALUES (timestamptz '2026-01-01', 'c'), ('2026-01-01 01:00', 'x'), ('2026-01-01 02:00', 'a')) v (at, l);

-- Excluded between two steps, not between others; it ends the chain, not the customer.
SELECT path, f.reached, f.positions, f.outcome, f.stop_reason
FROM unnest(ARRAY['AxBC', 'ABxC', 'AxABC', 'ABC']) path, funnel(letters(path), '{A,B,C}', '1 day', excluded => ARRAY['x', NULL]) f;

-- Held: one value throughout, and a contact without one begins the funnel of each.
CREATE TABLE held AS SELECT '{visit@2026-01-01T00:00:00Z, cart@2026-01-01T01:00:00Z properties={"order":1}, cart@2026-01-01T02:00:00Z properties={"order":2}, pay@2026-01-01T03:00:00Z properties={"order":2}}'::journey AS j;
SELECT (funnel(j, '{visit,cart,pay}', '1 day')).positions AS loose, (funnel(j, '{visit,cart,pay}', '1 day', hold => '{order}')).positions AS held FROM held;
SELECT e.* FROM held, funnel_entries(j, '{cart,pay}', '1 day', hold => '{order}') e;
SELECT count(*), count(*) FILTER (WHERE outcome = 'converted') AS converted FROM funnel_entries(letters('AAAB'), '{A,B}', '1 day');
SELECT * FROM funnel_entries(NULL, '{A,B}', '1 day');

-- Contacts of another value take no step, but they are there, for funnels as for patterns.
SELECT f.reached, f.stop_reason, (funnel(j, '{a,b}', '1 day', '{strict_order}', hold => '{o}')).stop_reason AS strict, (funnel(j, '{a,b}', '1 day', exits => '{x}', hold => '{o}')).outcome AS exits,
       j ~ 'a -[!x]-> b hold o'::journey_pattern AS pattern, (funnel(j, '{a,b}', '1 day', hold => '{o}')).reached AS held
FROM (VALUES ('{a@2026-01-01T00:00:00Z properties={"o":1}, x@2026-01-01T01:00:00Z properties={"o":2}, b@2026-01-01T02:00:00Z properties={"o":1}}'::journey),
             ('{a@2026-01-01T00:00:00Z, x@2026-01-01T01:00:00Z properties={"o":2}, b@2026-01-01T02:00:00Z, c@2026-01-01T03:00:00Z properties={"o":1}}')) v (j),
     funnel(j, '{a,b}', '1 day', excluded => '{x}', hold => '{o}') f;

-- Any order: ids tell that an exit lies between, wherever the first contact stands.
SELECT f.reached, f.positions, f.outcome
FROM unnest('{"","id=0"}'::text[]) first, funnel(('{A@2026-01-01T00:00:00Z ' || first || ', B@2026-01-01T00:00:00Z id=1, x@2026-01-01T00:00:00Z id=2, C@2026-01-01T00:00:00Z id=3}')::journey, '{A,B,C}', '1 day', '{any_order}', exits => '{x}') f;
SELECT f.reached, f.positions, f.outcome
FROM funnel('{A@2026-01-01T00:00:00Z, B@2026-01-01T00:00:00Z id=1, x@2026-01-01T00:00:00Z id=2, C@2026-01-01T00:00:00Z id=3, D@2026-01-01T01:00:00Z}', '{A,B,C,D}', '1 day', '{any_order}', exits => '{x}') f;

-- As of then: later contacts are not there, and no reason names one.
SELECT as_of, f.reached, f.outcome, f.stop_reason
FROM (VALUES (timestamptz '2026-01-01 01:00Z'), ('2026-01-02 00:00Z'), ('2026-01-04 00:00Z')) v (as_of),
     funnel('{A@2026-01-01T00:00:00Z, B@2026-01-03T00:00:00Z}', '{A,B}', '1 day', as_of => v.as_of) f;
-- ten entered long ago and two converted, ten an hour ago and one did: 20 %
CREATE TABLE entered AS SELECT n, ('{A@2026-01-' || CASE WHEN n <= 10 THEN '01' ELSE '09' END || 'T23:00:00Z' ||
    CASE WHEN n IN (1, 2, 11) THEN ', B@2026-01-' || CASE WHEN n <= 10 THEN '01' ELSE '09' END || 'T23:30:00Z' ELSE '' END || '}')::journey AS j FROM generate_series(1, 20) n;
SELECT s.* FROM (SELECT funnel_agg(j, '{A,B}', '1 day', '{}', '{}', '2026-01-10 00:00Z') AS f FROM entered) a, unnest(f) s;
SELECT s.* FROM (SELECT funnel_agg(j, '{A,B}', '1 day', '{}', '{}', NULL, '{x}', '{order}') AS f FROM entered) a, unnest(f) s;
-- the state tells all of it, and adds up
SELECT s::text::funnel_summary::text = s::text AS same, funnel_summary_combine(s, s)
FROM (SELECT funnel_summary_journey('{}', j, '{A,B}', '1 day', '{}', '{}', '2026-01-10 00:00Z', ARRAY[NULL]::text[], '{order}') AS s FROM entered WHERE n = 11) v;

-- Refused, with what to write instead.
SELECT funnel(letters('A'), '{A,B,C}', '1 day', excluded => '{x}');
SELECT funnel(letters('A'), '{A,B}', '1 day', excluded => '{x,y}');
SELECT funnel(letters('A'), '{A,B}', '1 day', '{any_order}', excluded => '{x}');
SELECT funnel(letters('A'), '{A,B}', '1 day', hold => '{a,b,c,d,e}');
SELECT funnel(letters('A'), '{A,B}', '1 day', hold => NULL);
SELECT window_funnel(letters('A'), '{A}', '1 day', ARRAY['any_order', m]) FROM unnest(ARRAY['strict_order', 'strict_deduplication', 'reuse']) m;
SELECT window_funnel(letters('A'), '{A}', '1 day', '{any_order,strict_deduplication}');
SELECT window_funnel(letters('A'), '{A}', '1 day', '{any_order,reuse}');
SELECT window_funnel(letters('A'), '{A}', '1 day', '{strict_once,reuse}');
SELECT window_funnel('1 day', now(), ARRAY['any'], true);
SELECT window_funnel('1 day', now(), CASE WHEN n > 1 THEN ARRAY['reuse'] ELSE '{}' END, true) FROM generate_series(1, 2) n;
SELECT funnel_agg(j, '{A,B}', '1 day', '{}', '{}', timestamptz '2026-01-10' + n * interval '1 h') FROM entered;
SELECT window_funnel(letters('A'), '{}', '1 day');
SELECT window_funnel(letters('A'), NULL, '1 day');
SELECT window_funnel(letters('A'), '{A,NULL}', '1 day');
SELECT window_funnel(letters('A'), '{{A},{B}}', '1 day');
SELECT window_funnel(letters('A'), array_fill('A'::text, '{65}'), '1 day');
SELECT window_funnel(letters('A'), array_fill('A'::text, '{64}'), '1 day');
SELECT window_funnel(letters('A'), '{A//}', '1 day');
SELECT window_funnel(letters('A'), '{A}', NULL);
SELECT window_funnel(letters('A'), '{A}', '0');
SELECT window_funnel(letters('A'), '{A}', '-1 day');
SELECT window_funnel(letters('A'), '{A}', '1 month');
SELECT window_funnel(letters('A'), '{A}', '1 day', NULL);
SELECT window_funnel(letters('A'), '{A}', '1 day', '{strict}');
SELECT window_funnel(NULL::journey, '{A}', '1 day', '{strict}');
SELECT funnel(letters('A'), '{A}', '1 day', exits => NULL);
SELECT funnel(letters('A'), '{A}', '1 day', exits => array_fill('A'::text, '{65}'));
SELECT reaches_step(letters('A'), '{A,B}', '1 day', 0);
SELECT reaches_step(letters('A'), '{A,B}', '1 day', 3);
SELECT reaches_step(letters('A'), '{A,B}'::text[], '1 day', NULL);
SELECT funnel_agg(j, CASE WHEN customer > 5 THEN '{a}' ELSE '{b}' END::text[], '1 day') FROM shop;
SELECT funnel_agg(j, '{a}', customer * interval '1 day') FROM shop;
SELECT funnel_agg(j, '{a}', '1 day', CASE WHEN customer > 5 THEN '{reuse}' ELSE '{}' END::text[], '{}') FROM shop;
SELECT funnel_agg(j, '{a}', '1 day', '{}', CASE WHEN customer > 5 THEN '{b}' ELSE '{}' END::text[]) FROM shop;
SELECT funnel_summary_combine('{within 1 modes 0 steps ["a"] exits [] reached [1] times []}', '{within 1 modes 0 steps ["b"] exits [] reached [1] times []}');
-- The greatest number of journeys takes no more.
SELECT funnel_summary_combine('{within 1 modes 0 steps ["a"] exits [] reached [9223372036854775807] times []}', '{within 1 modes 0 steps ["a"] exits [] reached [1] times []}');
SELECT funnel_summary_journey('{within 86400000000 modes 8 steps ["A"] exits [] reached [9223372036854775807] times []}', letters('A'), '{A}', '1 day');
-- Blanks within the quotes are the glob's.
SELECT s, s::text::funnel_summary::text = s::text AS same, funnel_summary_combine(s, s::text::funnel_summary)
FROM (SELECT funnel_summary_journey('{}', letters('A'), '{" A"," A "}', '1 day') AS s) v;
SELECT window_funnel('0', at, true) FROM contact_row;
SELECT window_funnel('1 month', at, true) FROM contact_row;
SELECT window_funnel(NULL, at, true) FROM contact_row;
SELECT window_funnel(customer * interval '1 day', at, true) FROM contact_row;
SELECT window_funnel('1 day', 'infinity', true) FROM contact_row;
SELECT window_funnel('1 day', at, VARIADIC '{}') FROM contact_row;
SELECT window_funnel('1 day', at, VARIADIC NULL::boolean[]) FROM contact_row;
SELECT window_funnel('1 day', at, VARIADIC array_fill(true, ARRAY[65])) FROM contact_row;
SELECT window_funnel('1 day', at, VARIADIC array_fill(true, ARRAY[1 + customer % 2])) FROM contact_row;

-- With the schema off the search path.
SET search_path = public;
SELECT tp.window_funnel(j, '{web/product*,web/cart}', '7 days'), tp.reaches_step(j, '{web/product*,web/cart}', '7 days', 2),
       (tp.funnel(j, '{web/product*,web/cart}', '7 days')).outcome FROM shop WHERE customer = 2;
SELECT (unnest(tp.funnel_agg(j, '{web/product*,web/cart}', '7 days'))).entered FROM shop;
SELECT tp.window_funnel('7 days', at, t = 'web/cart', t = 'web/checkout') FROM contact_row WHERE customer = 4;

DROP TABLE held, entered, truth, trial, matched, searched, shop, serial, contact_row;
DROP FUNCTION letters;
