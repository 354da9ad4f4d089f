-- Which channel: ranking, fronts, weights, budgets.
SET search_path = public, tp;
SET extra_float_digits = 0;

-- Repeatable random numbers, whatever the server's generator: multiples of 1/1000 in [0, 1).
CREATE FUNCTION dice(set_no int, item int, which int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT (('x' || substr(md5(set_no || ' ' || item || ' ' || which), 1, 7))::bit(28)::int % 1000) / 1000.0
$$;

---- TOPSIS ----

-- Tzeng & Huang's example as scikit-criteria prints it: .5037 .6581 .7482 .3340
SELECT id, round(topsis(criteria, '{.3,.4,.3}', '{max,max,max}') OVER ()::numeric, 4) AS closeness
FROM (VALUES (1, '{5,8,4}'::float8[]), (2, '{7,6,8}'), (3, '{8,8,6}'), (4, '{7,4,6}')) AS v(id, criteria)
ORDER BY id;

-- Against the formula in SQL, on 40 random sets; the last has a constant column of zeros.
CREATE TABLE alternative AS
SELECT s AS set_no, i AS id, dice(s, i, 1) * 50 + 1 AS cost, dice(s, i, 2) AS efficiency,
       CASE WHEN s = 40 THEN 0 ELSE dice(s, i, 3) - 0.5 END AS ease, dice(s, i, 4) * 1e6 AS convenience
FROM generate_series(1, 40) AS s, generate_series(1, 2 + s % 23) AS i;

CREATE VIEW by_hand AS
WITH v AS (
    SELECT set_no, id,
           1 * cost / sqrt(sum(cost ^ 2) OVER w) AS a,
           2 * efficiency / sqrt(sum(efficiency ^ 2) OVER w) AS b,
           3 * coalesce(ease / nullif(sqrt(sum(ease ^ 2) OVER w), 0), 0) AS c,
           0.5 * convenience / sqrt(sum(convenience ^ 2) OVER w) AS d
    FROM alternative WINDOW w AS (PARTITION BY set_no)
), distance AS (
    SELECT set_no, id,
           sqrt((a - min(a) OVER w) ^ 2 + (b - max(b) OVER w) ^ 2 + (c - max(c) OVER w) ^ 2 + (d - max(d) OVER w) ^ 2) AS best,
           sqrt((a - max(a) OVER w) ^ 2 + (b - min(b) OVER w) ^ 2 + (c - min(c) OVER w) ^ 2 + (d - min(d) OVER w) ^ 2) AS worst
    FROM v WINDOW w AS (PARTITION BY set_no)
)
SELECT set_no, id, worst / (best + worst) AS closeness FROM distance;

SELECT count(*) AS compared,
       max(abs(h.closeness - t.topsis)) < 1e-12 AS topsis,
       max(abs(h.closeness - t.scaled)) < 1e-12 AS in_other_units,
       max(abs(h.closeness - t.score)) < 1e-12 AS channel_score,
       count(*) FILTER (WHERE t.rank <> t.rank_of_score) AS wrong_ranks
FROM by_hand AS h
JOIN (SELECT *, rank() OVER (PARTITION BY set_no ORDER BY score DESC) AS rank_of_score
      FROM (SELECT set_no, id,
                   topsis(ARRAY[cost, efficiency, ease, convenience], '{1,2,3,0.5}', '{min,max,max,max}') OVER w,
                   topsis(ARRAY[cost * 1e300, efficiency * 1e-290, ease / 7, convenience], '{1,2,3,0.5}',
                          '{min,max,max,max}') OVER w AS scaled,
                   channel_score(cost, efficiency, ease, convenience, '{1,2,3,0.5}') OVER w AS score,
                   channel_rank(cost, efficiency, ease, convenience, '{1,2,3,0.5}') OVER w AS rank
            FROM alternative WINDOW w AS (PARTITION BY set_no)) AS s) AS t USING (set_no, id);

-- Equal weights unless given; convenience not used where NULL on every row of the partition.
SELECT bool_and(plain = equal) AS equal_weights, bool_and(three = without) AS convenience_unused
FROM (SELECT channel_score(cost, efficiency, ease, convenience) OVER w AS plain,
             channel_score(cost, efficiency, ease, convenience, '{7,7,7,7}') OVER w AS equal,
             channel_score(cost, efficiency, ease) OVER w AS three,
             channel_score(cost, efficiency, ease, CASE WHEN set_no < 0 THEN 1 END, weights => NULL) OVER w AS without
      FROM alternative WINDOW w AS (PARTITION BY set_no)) AS s;

-- A row that lacks a criterion has no score, ranks last with its like and takes no part; ties share.
SELECT name, channel_score(cost, efficiency, ease, convenience) OVER w IS NULL AS no_score,
       channel_rank(cost, efficiency, ease, convenience) OVER w AS rank,
       channel_rank(cost, efficiency, ease) OVER w AS rank_of_three
FROM (VALUES ('shop', 9, 0.3, 2, 5), ('web', 1, 0.2, 5, 4), ('app', 1, 0.2, 5, 4), ('phone', 4, 0.25, 3, NULL),
             ('fax', NULL, 0.1, 1, 1), ('mail', 2, NULL, NULL, NULL)) AS v(name, cost, efficiency, ease, convenience)
WINDOW w AS () ORDER BY name;

-- Rows that do not differ: no closeness, one rank; those without data still come last. One row likewise.
SELECT name, channel_score(cost, 1, 1) OVER () AS score, channel_rank(cost, 1, 1) OVER () AS rank
FROM (VALUES ('a', 1), ('b', 1), ('c', NULL)) AS v(name, cost) ORDER BY name;
SELECT topsis('{1,2}', '{1,1}', '{min,max}') OVER () AS alone, channel_rank(1, 2, 3) OVER () AS rank,
       channel_rank(NULL, 2, 3) OVER () AS rank_of_nothing;
-- Differing in what weighs nothing only
SELECT topsis(ARRAY[1, i], '{1,0}', '{min,max}') OVER () FROM generate_series(1, 2) AS i;

-- Neither frame nor order of the window matters, nor other functions beside.
SELECT count(DISTINCT (a, b, c, d)) = count(DISTINCT id) AS same, bool_and(a = b AND b = c AND c = d) AS equal
FROM (SELECT id, channel_rank(cost, efficiency, ease) OVER (PARTITION BY set_no) AS a,
             channel_rank(cost, efficiency, ease) OVER (PARTITION BY set_no ORDER BY id) AS b,
             channel_rank(cost, efficiency, ease) OVER (PARTITION BY set_no ORDER BY ease DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c,
             channel_rank(cost, efficiency, ease) OVER (PARTITION BY set_no ORDER BY cost GROUPS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE CURRENT ROW) AS d,
             sum(cost) OVER (PARTITION BY set_no ORDER BY id) AS e
      FROM alternative WHERE set_no = 22) AS s;

-- No result depends on the order of rows, down to the last bit.
CREATE TABLE answer AS
SELECT 1 AS run, set_no, id, topsis(ARRAY[cost, efficiency, ease], '{1,2,3}', '{min,max,max}') OVER w,
       channel_rank(cost, efficiency, ease) OVER w, pareto_efficient(ARRAY[cost, efficiency, ease], '{min,max,max}') OVER w,
       entropy_weights(ARRAY[cost, efficiency, convenience]) OVER w, cost_effectiveness(cost, efficiency) OVER w,
       optimal_spend(20, efficiency * 100, cost) OVER w
FROM (SELECT * FROM alternative ORDER BY set_no, id) AS a WINDOW w AS (PARTITION BY set_no);
INSERT INTO answer
SELECT 2, set_no, id, topsis(ARRAY[cost, efficiency, ease], '{1,2,3}', '{min,max,max}') OVER w,
       channel_rank(cost, efficiency, ease) OVER w, pareto_efficient(ARRAY[cost, efficiency, ease], '{min,max,max}') OVER w,
       entropy_weights(ARRAY[cost, efficiency, convenience]) OVER w, cost_effectiveness(cost, efficiency) OVER w,
       optimal_spend(20, efficiency * 100, cost) OVER w
FROM alternative WINDOW w AS (PARTITION BY set_no ORDER BY md5(set_no || ':' || id));
SELECT count(*) AS differing FROM answer AS a JOIN answer AS b USING (set_no, id)
WHERE a.run = 1 AND b.run = 2
  AND row(a.topsis, a.channel_rank, a.pareto_efficient, a.entropy_weights, a.cost_effectiveness, a.optimal_spend)
      IS DISTINCT FROM row(b.topsis, b.channel_rank, b.pareto_efficient, b.entropy_weights, b.cost_effectiveness, b.optimal_spend);

---- Pareto ----

-- Front by hand: PE, JN, AA, GN
SELECT string_agg(name, ' ') FILTER (WHERE efficient) AS front
FROM (SELECT name, pareto_efficient(criteria, '{max,max,min}') OVER () AS efficient
      FROM (VALUES ('PE', '{7,5,35}'::float8[]), ('JN', '{5,4,26}'), ('AA', '{5,6,28}'), ('FX', '{3,4,36}'),
                   ('MM', '{1,7,30}'), ('GN', '{5,8,30}')) AS v(name, criteria)) AS s;

-- Against the definition, one to five criteria of few values, so that ties abound
CREATE TABLE bundle AS
SELECT s AS set_no, i AS id, 1 + s % 5 AS k,
       (SELECT array_agg(floor(dice(s, i, j) * (3 + s % 9))) FROM generate_series(1, 1 + s % 5) AS j) AS criteria,
       (SELECT array_agg(CASE WHEN (s + j) % 3 = 0 THEN 'min' ELSE 'max' END) FROM generate_series(1, 1 + s % 5) AS j) AS directions
FROM generate_series(1, 100) AS s, generate_series(1, 25) AS i;
SELECT k, count(*) AS rows, count(*) FILTER (WHERE f.efficient) AS efficient, count(*) FILTER (WHERE f.efficient <> slow.efficient) AS wrong
FROM (SELECT set_no, id, k, pareto_efficient(criteria, directions) OVER (PARTITION BY set_no) AS efficient FROM bundle) AS f
JOIN (SELECT set_no, id, NOT EXISTS (
          SELECT FROM bundle AS o
          WHERE o.set_no = b.set_no
            AND (SELECT bool_and(CASE d WHEN 'min' THEN x <= y ELSE x >= y END) AND bool_or(x <> y)
                 FROM unnest(o.criteria, b.criteria, b.directions) AS u(x, y, d))) AS efficient
      FROM bundle AS b) AS slow USING (set_no, id)
GROUP BY k ORDER BY k;

-- A row without data is neither; it dominates nothing
SELECT criteria, pareto_efficient(criteria, '{min,min}') OVER ()
FROM (VALUES ('{1,2}'::float8[]), ('{2,3}'), ('{0,NULL}'), (NULL)) AS v(criteria);

---- Cost effectiveness ----

-- As dampack prints it
SELECT name, cost, effect, (frontier).*
FROM (SELECT *, cost_effectiveness(cost, effect) OVER () AS frontier
      FROM (VALUES ('UC', 5000, 1), ('A', 12000, 1.5), ('B', 10000, 2), ('C', 25000, 3), ('D', 35000, 4), ('E', 55000, 5)) AS v(name, cost, effect)) AS s
ORDER BY cost;

-- 1,000 random sets against the definition: dominated by a row, or by a mixture of two
CREATE TABLE strategy AS
SELECT s AS set_no, i AS id, floor(dice(s, i, 1) * (6 + s % 60)) AS cost,
       CASE WHEN s % 2 = 0 THEN floor(dice(s, i, 2) * (6 + s % 60))
            ELSE floor(sqrt(floor(dice(s, i, 1) * (6 + s % 60))) * 6 + dice(s, i, 2) * 4) END AS effect
FROM generate_series(1, 1000) AS s, generate_series(1, 1 + s % 14) AS i;
CREATE INDEX ON strategy (set_no);
ANALYZE strategy;
CREATE TABLE undominated AS
SELECT * FROM strategy AS s
WHERE NOT EXISTS (SELECT FROM strategy AS o
                  WHERE o.set_no = s.set_no AND o.cost <= s.cost AND o.effect >= s.effect
                    AND (o.cost < s.cost OR o.effect > s.effect OR o.id < s.id));
CREATE INDEX ON undominated (set_no);
ANALYZE undominated;
CREATE TABLE strategy_by_hand AS
SELECT s.*,
       CASE WHEN u.id IS NULL THEN 'dominated'
            WHEN EXISTS (SELECT FROM undominated AS a JOIN undominated AS b USING (set_no)
                         WHERE set_no = s.set_no AND a.cost < s.cost AND s.cost < b.cost
                           AND (s.cost - a.cost) * (b.effect - a.effect) > (b.cost - a.cost) * (s.effect - a.effect))
            THEN 'extendedly dominated' ELSE 'efficient' END AS status
FROM strategy AS s LEFT JOIN undominated AS u USING (set_no, id);
CREATE INDEX ON strategy_by_hand (set_no);
ANALYZE strategy_by_hand;
WITH hand AS (
    SELECT h.*, CASE WHEN status = 'efficient' THEN (
               SELECT row(cost, effect) FROM strategy_by_hand AS o
               WHERE o.set_no = h.set_no AND o.status = 'efficient' AND o.cost < h.cost ORDER BY o.cost DESC LIMIT 1) END AS before
    FROM strategy_by_hand AS h
), fast AS (
    SELECT set_no, id, (cost_effectiveness(cost, effect) OVER (PARTITION BY set_no ORDER BY id)).* FROM strategy
)
SELECT hand.status, count(*), count(*) FILTER (WHERE fast.status <> hand.status) AS wrong,
       count(*) FILTER (WHERE (before IS NULL) <> (icer IS NULL)) AS wrongly_compared,
       count(*) FILTER (WHERE before IS NOT NULL AND before <> row(cost - incremental_cost, effect - incremental_effect)) AS wrong_increments,
       count(*) FILTER (WHERE icer <> incremental_cost / incremental_effect) AS wrong_icers
FROM hand JOIN fast USING (set_no, id) GROUP BY 1 ORDER BY 1;

-- Of exact duplicates the first stays. Collinear points stay, in decimals too. NULL takes no part.
SELECT cost, effect, (cost_effectiveness(cost, effect) OVER ()).*
FROM (VALUES (1, 1), (1, 1), (2, 2), (2, 2), (2, 1.5), (NULL, 9), (0, NULL)) AS v(cost, effect) ORDER BY 1, 2, 3;
SELECT cost, (cost_effectiveness(cost, effect) OVER ()).status
FROM (VALUES (0.1, 0.1), (0.2, 0.2), (0.3, 0.3), (0.7, 0.7), (1.1, 1.1)) AS v(cost, effect);
SELECT (cost_effectiveness(3, 4) OVER ()).*;

---- Entropy weights ----

SELECT (SELECT array_agg(round(w::numeric, 6)) FROM unnest(weights) AS w) AS weights
FROM (SELECT entropy_weights(criteria) OVER () AS weights FROM (VALUES ('{1,2}'::float8[]), ('{4,16}')) AS v(criteria)) AS s;

-- Against the formula in SQL
WITH share AS (
    SELECT set_no, id, j, x / sum(x) OVER (PARTITION BY set_no, j) AS p, count(*) OVER (PARTITION BY set_no, j) AS m
    FROM alternative, unnest(ARRAY[cost, efficiency, convenience]) WITH ORDINALITY AS u(x, j)
), divergence AS (
    SELECT set_no, j, 1 + sum(CASE WHEN p > 0 THEN p * ln(p) ELSE 0 END) / ln(min(m)) AS d FROM share GROUP BY set_no, j
), fast AS (
    SELECT DISTINCT set_no, entropy_weights(ARRAY[cost, efficiency, convenience]) OVER (PARTITION BY set_no) AS weights FROM alternative
)
SELECT count(*) AS compared, max(abs(d / total - weights[j])) < 1e-9 AS equal
FROM (SELECT *, sum(d) OVER (PARTITION BY set_no) AS total FROM divergence) AS d JOIN fast USING (set_no);

-- Constant columns weigh 0; all weigh alike where none differs or there is one row; NULL without data
SELECT entropy_weights(ARRAY[i, 5, i * 0]) OVER () FROM generate_series(1, 2) AS i;
SELECT entropy_weights('{3,5,0}') OVER () FROM generate_series(1, 2) AS i;
SELECT entropy_weights('{3,5}') OVER ();
SELECT criteria, entropy_weights(criteria) OVER () FROM (VALUES ('{1,2}'::float8[]), ('{4,16}'), ('{3,NULL}'), (NULL)) AS v(criteria);
-- They serve TOPSIS as they are, rows without data included
SELECT criteria, round(topsis(criteria, weights, '{max,min}') OVER ()::numeric, 6) AS closeness
FROM (SELECT criteria, entropy_weights(criteria) OVER () AS weights
      FROM (VALUES ('{1,2}'::float8[]), ('{4,16}'), ('{3,4}'), ('{3,NULL}'), (NULL)) AS v(criteria)) AS s;

---- AHP ----

SELECT array_agg(round(w::numeric, 12)) AS weights FROM unnest(ahp_weights(ARRAY[[1,6,3],[1.0/6,1,0.5],[1.0/3,2,1]])) AS w;
SELECT round(ahp_consistency(ARRAY[[1,6,3],[1.0/6,1,0.5],[1.0/3,2,1]])::numeric, 12) AS consistent;
-- As people type reciprocals
SELECT array_agg(round(w::numeric, 3)) AS weights FROM unnest(ahp_weights('{{1,3,9},{0.33,1,3},{0.11,0.333,1}}')) AS w;
SELECT ahp_weights('{{1}}'), ahp_consistency('{{1}}'), ahp_weights('{{1,4},{0.25,1}}'), ahp_consistency('{{1,4},{0.25,1}}');
-- Inconsistent: A·w = λ·w in SQL, and CR from it
WITH m AS (SELECT '{{1,3,0.2},{0.333333333333333333,1,4},{5,0.25,1}}'::float8[] AS a),
     w AS (SELECT a, ahp_weights(a) AS w, ahp_consistency(a) AS cr FROM m),
     l AS (SELECT i, cr, (SELECT sum(a[i][j] * w[j]) FROM generate_series(1, 3) AS j) / w[i] AS lambda FROM w, generate_series(1, 3) AS i)
SELECT max(lambda) - min(lambda) < 1e-12 AS eigenvector, max(abs((lambda - 3) / 2 / 0.5247 - cr)) < 1e-9 AS consistency, round(min(cr)::numeric, 4) AS cr FROM l;

---- The split of a budget ----

-- Two alike share; by hand: marginal 100·10/(10+x)² = 40·10/(10+y)², x+y=30: (10+x)/(10+y) = sqrt(2.5)
SELECT ceiling, optimal_spend(30, ceiling, 10) OVER () AS spend,
       CASE ceiling WHEN 100 THEN 50 * sqrt(2.5) / (1 + sqrt(2.5)) - 10 WHEN 40 THEN 50 / (1 + sqrt(2.5)) - 10 END AS by_hand
FROM (VALUES (100), (40), (0), (NULL)) AS v(ceiling);

-- 300 random cases: adds up, and no transfer between two channels improves the total
CREATE TABLE split AS
SELECT s AS set_no, i AS id, 10 ^ (s % 9 - 3) AS budget, CASE WHEN s % 25 > 0 THEN floor(dice(s, i, 1) * 8) * 13 ELSE 0 END AS ceiling, 0.05 + dice(s, i, 2) * (s % 40) AS half_spend
FROM generate_series(1, 300) AS s, generate_series(1, 2 + s % 7) AS i;
CREATE TABLE split_answer AS
SELECT *, optimal_spend(budget, ceiling, half_spend) OVER (PARTITION BY set_no) AS spend FROM split;
SELECT count(*) AS sets, bool_and(abs(total - budget) <= 1e-9 * budget OR ceiling = 0) AS adds_up, bool_and(least >= 0) AS none_negative,
       count(*) FILTER (WHERE ceiling = 0) AS nothing_deserves, bool_and(ceiling > 0 OR total = 0) AS so_nothing_is_spent
FROM (SELECT sum(spend) AS total, min(spend) AS least, max(budget) AS budget, max(ceiling) AS ceiling FROM split_answer GROUP BY set_no) AS s;
SELECT count(*) AS transfers, count(*) FILTER (WHERE after > before * (1 + 1e-12)) AS improving,
       count(*) FILTER (WHERE a_spend = 0) AS from_nothing
FROM (SELECT a.spend AS a_spend,
             a.ceiling * a.spend / (a.half_spend + a.spend) + b.ceiling * b.spend / (b.half_spend + b.spend) AS before,
             a.ceiling * (a.spend - t) / (a.half_spend + a.spend - t) + b.ceiling * (b.spend + t) / (b.half_spend + b.spend + t) AS after
      FROM split_answer AS a JOIN split_answer AS b ON a.set_no = b.set_no AND a.id <> b.id,
           unnest(ARRAY[0.001, 0.1, 0.5, 1]) AS share, LATERAL (SELECT a.spend * share AS t) AS t) AS s;
-- Nobody who gets nothing has a greater marginal return than who gets some
SELECT count(*) AS with_nothing, bool_and(marginal <= (SELECT min(o.ceiling * o.half_spend / (o.half_spend + o.spend) ^ 2)
                                                      FROM split_answer AS o WHERE o.set_no = s.set_no AND o.spend > 0) * (1 + 1e-9)) AS rightly
FROM (SELECT *, ceiling / half_spend AS marginal FROM split_answer WHERE spend = 0 AND ceiling > 0) AS s;
SELECT optimal_spend(0, 5, 1) OVER (), optimal_spend(7, 5, 1) OVER (), optimal_spend(7, NULL, 1) OVER ();

---- Money ratios ----

SELECT cost_per(90, 4), cost_per(90, 0), cpm(50, 20000), cpm(1, 0), roas(300, 120), roas(1, 0), roi(300, 120), roi(60, 120), roi(1, 0), roi(NULL, 3);
SELECT cpm(1.7e308, 1e6), roi(1e308, -1.7e308), cost_per(0, -3);

---- Channels of stored journeys ----

SELECT * FROM channel_costs('{web/a@2026-01-05T10:00:00Z cost=1.25 duration=PT3M value=99, web/b@2026-01-05T11:00:00Z cost=2,
    app/a@2026-01-05T12:00:00Z, use:app/b@2026-01-06T12:00:00Z value=-5, billboard@2026-01-04T11:00:00Z duration=PT0.5S}');
SELECT count(*) AS rows FROM channel_costs('{}');
SELECT count(*) AS rows FROM channel_costs(NULL);

-- Against contacts(), with channels and stages in every mixture
CREATE TABLE kept AS
SELECT s AS customer, journey_agg(touchpoint(CASE WHEN dice(s, i, 1) > 0.2 THEN 'ch' || floor(dice(s, i, 2) * 5) END, 'l' || floor(dice(s, i, 3) * 4),
                                             CASE WHEN dice(s, i, 4) > 0.5 THEN 'st' END),
                                  '2026-01-01Z'::timestamptz + i * interval '1 hour', NULL, NULL, CASE WHEN dice(s, i, 5) > 0.3 THEN floor(dice(s, i, 6) * 100) END,
                                  CASE WHEN dice(s, i, 7) > 0.5 THEN floor(dice(s, i, 8) * 1000) * interval '1 s' END,
                                  CASE WHEN dice(s, i, 9) > 0.9 THEN 42.5 END, NULL, i) AS journey
FROM generate_series(1, 30) AS s, generate_series(1, s) AS i GROUP BY s;
SELECT count(*) AS channels, count(*) FILTER (WHERE c.* IS DISTINCT FROM h.*) AS wrong
FROM (SELECT customer, c.* FROM kept, channel_costs(journey) AS c) AS c
FULL JOIN (SELECT customer, channel, count(*) AS contacts, sum(cost) AS cost, sum(value) AS value, extract(epoch FROM sum(duration))::float8 AS seconds
           FROM kept, contacts(journey) GROUP BY customer, channel) AS h
ON c.customer = h.customer AND c.channel IS NOT DISTINCT FROM h.channel;
-- Ranked from stored journeys
SELECT channel, channel_rank(cost_per(sum(cost), sum(contacts)), cost_per(sum(value), sum(contacts)), -cost_per(sum(seconds), sum(contacts))) OVER () AS rank
FROM kept, channel_costs(journey) WHERE channel IS NOT NULL GROUP BY channel ORDER BY rank, channel;

---- Errors ----

\pset format unaligned
SELECT s || E'\n  ' || raised('SELECT ' || s) AS error FROM unnest(ARRAY[
    $$topsis('{1,2}', '{1,-2}', '{min,max}') OVER ()$$,
    $$topsis('{1,2}', '{0,0}', '{min,max}') OVER ()$$,
    $$topsis('{1,2}', '{1,NULL}', '{min,max}') OVER ()$$,
    $$topsis('{1,2}', '{1,2,3}', '{min,max}') OVER ()$$,
    $$topsis('{1,2}', '{}', '{min,max}') OVER ()$$,
    $$topsis('{1,2}', NULL, '{min,max}') OVER ()$$,
    $$topsis('{1,2}', '{1,2}', NULL) OVER ()$$,
    $$topsis('{1,2}', '{1,NaN}', '{min,max}') OVER ()$$,
    $$topsis('{1,2}', '{{1,1}}', '{min,max}') OVER ()$$,
    $$topsis('{{1,2}}', '{1,1}', '{min,max}') OVER ()$$,
    $$topsis('{}', '{1,1}', '{min,max}') OVER ()$$,
    $$topsis('{1,2}', '{1,1}', '{min,more}') OVER ()$$,
    $$topsis('{1,2}', '{1,1}', '{min,NULL}') OVER ()$$,
    $$topsis('{1,2}', '{1,1}', '{min}') OVER ()$$,
    $$topsis('{1,Infinity}', '{1,1}', '{min,max}') OVER ()$$,
    $$topsis('{NULL,NaN}', '{1,1}', '{min,max}') OVER ()$$,
    $$topsis(NULL, '{1,-1}', '{min,max}') OVER ()$$,
    $$topsis('{1,2}', ARRAY[i, 1], '{min,max}') OVER () FROM generate_series(1, 2) AS i$$,
    $$topsis('{1,2}', '{1,1}', CASE i WHEN 3 THEN '{max,max}' ELSE '{min,max}' END::text[]) OVER () FROM generate_series(1, 3) AS i$$,
    $$topsis('{1,2}', CASE WHEN i < 3 THEN '{1,1}' END::float8[], '{min,max}') OVER () FROM generate_series(1, 3) AS i$$,
    $$topsis(CASE i WHEN 1 THEN '{1}' ELSE '{1,2}' END::float8[], '{1,1}', '{min,max}') OVER () FROM generate_series(1, 2) AS i$$,
    $$channel_score('NaN', 1, 2) OVER ()$$,
    $$channel_score(1, '-Infinity', 2) OVER ()$$,
    $$channel_score(NULL, 1, 2, 'Infinity') OVER ()$$,
    $$channel_score(1, 2, 3, weights => '{1,2}') OVER ()$$,
    $$channel_score(1, 2, 3, weights => '{1,2,3,4}') OVER ()$$,
    $$channel_score(1, 2, 3, 4, '{1,2,3}') OVER ()$$,
    $$channel_rank(1, 2, 3, 4, '{1,2,-3,0}') OVER ()$$,
    $$channel_rank(1, 2, 3, 4, '{0,0,0,0}') OVER ()$$,
    $$channel_rank(1, 2, 3, weights => CASE i WHEN 1 THEN '{1,2,3}' END::float8[]) OVER () FROM generate_series(1, 2) AS i$$,
    $$pareto_efficient('{1,2}', '{}') OVER ()$$,
    $$pareto_efficient('{1,2}', '{MIN,max}') OVER ()$$,
    $$pareto_efficient(NULL, NULL) OVER ()$$,
    $$entropy_weights('{1,-2}') OVER ()$$,
    $$entropy_weights('{}') OVER ()$$,
    $$cost_effectiveness(1, 'NaN') OVER ()$$,
    $$cost_effectiveness(i * 1.7e308, i * 0.5) OVER () FROM generate_series(-1, 1) AS i$$,
    $$optimal_spend(-1, 1, 1) OVER ()$$,
    $$optimal_spend(NULL, 1, 1) OVER ()$$,
    $$optimal_spend(i, 1, 1) OVER () FROM generate_series(1, 2) AS i$$,
    $$optimal_spend(1, -1, 1) OVER ()$$,
    $$optimal_spend(1, 1, 0) OVER ()$$,
    $$optimal_spend('Infinity', 1, 1) OVER ()$$,
    $$ahp_weights('{1,2}')$$,
    $$ahp_weights('{}')$$,
    $$ahp_weights('{{1,2}}')$$,
    $$ahp_weights('{{1,0},{2,1}}')$$,
    $$ahp_weights('{{1,-2},{-0.5,1}}')$$,
    $$ahp_weights('{{1,2},{0.4,1}}')$$,
    $$ahp_weights('{{2,2},{0.5,1}}')$$,
    $$ahp_weights('{{1,2},{NULL,1}}')$$,
    $$ahp_consistency('{{1,Infinity},{0,1}}')$$,
    $$cost_per('NaN', 1)$$,
    $$cost_per(1e308, 1e-308)$$,
    $$roas(1, 'Infinity')$$,
    $$* FROM channel_costs('{a/b@2026-01-05T10:00:00Z cost=1.7e308, a/c@2026-01-05T10:00:00Z cost=1.7e308}')$$]) AS s;
\pset format aligned

---- Extremes, many partitions, much of nothing ----

SELECT channel_rank(cost, efficiency, ease) OVER () AS rank, channel_score(cost, efficiency, ease) OVER () AS score
FROM (VALUES (1e308, -1.7e308, 5e-324), (-1e308, 1.7e308, 1e-323), (0, 0, 0)) AS v(cost, efficiency, ease);
SELECT pareto_efficient(ARRAY[x, -x, 0.0 * x], '{min,min,max}') OVER () FROM (VALUES (1.7e308), (-1.7e308), (5e-324), (0)) AS v(x);
SELECT x, optimal_spend(1e308, x, 1e-300) OVER () FROM (VALUES (1e308::float8), (1e308), (1e-308)) AS v(x);
SELECT sum(rank) AS one_each FROM (SELECT channel_rank(i, i, i) OVER (PARTITION BY i) AS rank FROM generate_series(1, 5000) AS i) AS s;
SELECT channel_rank(NULL, NULL, NULL) OVER () AS rank, pareto_efficient(NULL, '{min}') OVER () AS efficient,
       entropy_weights(NULL) OVER () AS weights, cost_effectiveness(NULL, NULL) OVER () AS frontier,
       topsis(NULL, '{1}', '{min}') OVER () AS closeness
FROM generate_series(1, 2);
SELECT channel_rank(1, 2, 3) OVER () WHERE false;

-- Odd and even numbers of rows, and more than memory holds
SET work_mem = '64kB';
SELECT n, count(*) FILTER (WHERE rank <> slow) AS wrong
FROM (SELECT *, rank() OVER (PARTITION BY n ORDER BY score DESC) AS slow
      FROM (SELECT n, channel_rank(dice(n, i, 1), dice(n, i, 2), dice(n, i, 3), dice(n, i, 4), CASE WHEN i > 0 THEN '{1,2,3,4}' END::float8[]) OVER w AS rank,
                   channel_score(dice(n, i, 1), dice(n, i, 2), dice(n, i, 3), dice(n, i, 4), '{1,2,3,4}') OVER w AS score
            FROM unnest(ARRAY[1, 2, 3, 4000, 4001]) AS n, generate_series(1, n) AS i WINDOW w AS (PARTITION BY n)) AS s) AS r
GROUP BY n ORDER BY n;
RESET work_mem;

---- Off the search path ----

SET search_path = public;
SELECT tp.channel_rank(c, e, z, weights => '{1,1,1}') OVER w AS rank, tp.topsis(ARRAY[c, e], '{1,1}', '{min,max}') OVER w AS closeness,
       (tp.cost_effectiveness(c, e) OVER w).status, tp.optimal_spend(10, e, 1) OVER w AS spend,
       tp.pareto_efficient(ARRAY[c, e], '{min,max}') OVER w AS efficient, tp.entropy_weights(ARRAY[c, 3 - c]) OVER w AS weights
FROM (VALUES (1, 2, 3), (2, 1, 1)) AS v(c, e, z) WINDOW w AS () ORDER BY 1;
SELECT tp.ahp_weights('{{1,1},{1,1}}'), tp.ahp_consistency('{{1,1},{1,1}}'), tp.cost_per(1, 2), tp.cpm(1, 2), tp.roas(1, 2), tp.roi(1, 2);

DROP TABLE kept, alternative, answer, bundle, strategy, undominated, strategy_by_hand, split, split_answer CASCADE;
DROP FUNCTION dice(int, int, int);
