-- Best- and worst-remembered journeys, and the moments that made them.

\if :scored

CREATE TABLE remembered AS
SELECT customer_id, journey, s.*
  FROM journeys, score_summary(journey, :neutral) AS s
 WHERE s.scored > 0;
ANALYZE remembered;

\echo
\echo 'BEST AND WORST REMEMBERED'
\echo
\echo 'People remember the peak and the end. So peak_end is half the score furthest from' :neutral 'and half the last one.'

SELECT format('The middle customer''s is %s; %s %% of %s customers are below %s (%s %%).',
              round((percentile_cont(0.5) WITHIN GROUP (ORDER BY peak_end))::numeric, 1),
              percent(rate_agg(peak_end < :neutral)),
              to_char(count(*), 'FM999,999,999'), :neutral, percent_range(rate_agg(peak_end < :neutral))) AS text
  FROM remembered \gset memory_
\echo :memory_text

CREATE FUNCTION moment(journey, neutral float8, moment text) RETURNS text LANGUAGE sql STABLE
RETURN (SELECT format('%s at %s, %s', score, touchpoint, occurred_at::date)
          FROM moments_of_truth($1, $2) AS m WHERE m.moment = $3);

CREATE FUNCTION last_steps(journey) RETURNS text LANGUAGE sql STABLE
RETURN array_to_string((path($1, 'label'))[greatest(1, contact_count($1) - 3):], ' > ');

-- A single score is all peak and end at once; where there are enough of them, three tell more.
SELECT CASE WHEN count(*) FILTER (WHERE scored >= 3) >= 10 THEN 3 ELSE 1 END AS least,
       CASE WHEN count(*) FILTER (WHERE scored >= 3) >= 10 THEN ' (of those with three scores and more)' ELSE '' END AS of_those
  FROM remembered \gset memory_

CREATE VIEW best_and_worst AS
SELECT *, row_number() OVER (ORDER BY peak_end, mean, scored DESC, customer_id) AS from_worst,
       row_number() OVER (ORDER BY peak_end DESC, mean DESC, scored DESC, customer_id) AS from_best,
       ntile(4) OVER (ORDER BY peak_end, mean, customer_id) AS quarter
  FROM remembered
 WHERE scored >= :memory_least;

\echo
\echo 'Worst remembered':memory_of_those':'
SELECT customer_id AS customer, round(peak_end::numeric, 1) AS peak_end, round(mean::numeric, 1) AS mean,
       scored, moment(journey, :neutral, 'peak') AS "the peak",
       last_steps(journey) AS "the last steps"
  FROM best_and_worst WHERE from_worst <= 5 ORDER BY from_worst;

\echo 'Best remembered':memory_of_those':'
SELECT customer_id AS customer, round(peak_end::numeric, 1) AS peak_end, round(mean::numeric, 1) AS mean,
       scored, moment(journey, :neutral, 'peak') AS "the peak",
       last_steps(journey) AS "the last steps"
  FROM best_and_worst WHERE from_best <= 5 ORDER BY from_best;

-- The moments that made the memory: where the peaks of the worst and of the best quarter lie.
CREATE TEMP TABLE peak_place AS
WITH peak AS (
    SELECT quarter, m.touchpoint
      FROM best_and_worst, moments_of_truth(journey, :neutral) AS m
     WHERE m.moment = 'peak' AND quarter IN (1, 4)
), placed AS (
    SELECT t.touchpoint, rate_agg(p.touchpoint = t.touchpoint) FILTER (WHERE quarter = 1) AS worst,
           rate_agg(p.touchpoint = t.touchpoint) FILTER (WHERE quarter = 4) AS best
      FROM peak AS p, (SELECT DISTINCT touchpoint FROM peak) AS t
     GROUP BY t.touchpoint
)
SELECT touchpoint, worst, best, c.change, c.ci_low, c.ci_high,
       coalesce(false_discovery(c.p_value) OVER () < finding_at() AND c.ci_low * c.ci_high > 0, false) AS real
  FROM placed, rate_change(best, worst) AS c
 WHERE rate_count(worst) >= 30 AND rate_count(best) >= 30;

SELECT coalesce(string_agg(format('%s makes %s %% of the memories in the %s quarter of customers, %s %% in the %s', touchpoint,
                                  percent(CASE side WHEN 1 THEN worst ELSE best END), (ARRAY['worst', 'best'])[side],
                                  percent(CASE side WHEN 1 THEN best ELSE worst END), (ARRAY['best', 'worst'])[side]),
                           '; ' ORDER BY side) || '.',
                'The peaks of the worst quarter lie where those of the best do: no touchpoint differs by more than chance.') AS text
  FROM (SELECT *, row_number() OVER (PARTITION BY side ORDER BY abs(change) DESC, touchpoint) AS rank
          FROM peak_place, LATERAL (SELECT CASE WHEN change > 0 THEN 1 ELSE 2 END AS side) AS s
         WHERE real) AS r
 WHERE rank = 1 \gset peak_
\echo :peak_text
SELECT touchpoint AS "the peak is at", percent(worst) AS "% of the worst quarter", percent_range(worst) AS "range",
       percent(best) AS "% of the best", percent_range(best) AS "its range",
       CASE WHEN real THEN range_text(100 * ci_low, 100 * ci_high, 0) ELSE 'within the noise' END AS "worst - best"
  FROM peak_place
 ORDER BY peak_place.real DESC, abs(change) DESC, touchpoint LIMIT 8;

-- Cases of one customer go together: each customer's mean first.
CREATE TEMP TABLE way_of_customer AS
SELECT customer_id, variant(part, 'label', true) AS way, count(*) AS cases,
       avg(peak_end_score(part, :neutral)) AS peak_end, avg(mean_score(part)) AS mean
  FROM journeys, sessionize(journey, '21 days') AS part
 GROUP BY 1, 2;

CREATE TEMP TABLE kind AS
SELECT way, sum(cases) AS cases, mean_agg(peak_end) AS peak_end, mean_agg(mean) AS mean
  FROM way_of_customer
 GROUP BY way
HAVING sum(cases) > 1 AND count(peak_end) > 0
 ORDER BY cases DESC, way
 LIMIT 10;

SELECT count(*) > 0 AS any FROM kind \gset kind_
\if :kind_any
SELECT (group_difference_agg(way, w.peak_end)).p_value AS p
  FROM way_of_customer AS w JOIN kind USING (way) WHERE mean_count(kind.peak_end) >= 30 \gset kind_
\if :{?kind_p}
\else
\set kind_p ''
\endif
CREATE TEMP TABLE kind_ranked AS
SELECT r.* FROM (SELECT array_agg(way) AS ways, array_agg(peak_end) AS means FROM kind) AS k, ranked(ways, means, nullif(:'kind_p', '')::float8) AS r;

\echo 'Kinds of journey (cut where nothing happened for three weeks), the most frequent ones, by memory:'
SELECT cases, mean_count(k.peak_end) AS customers, round(mean(k.peak_end)::numeric, 2) AS peak_end,
       range_text(mean_ci_low(k.peak_end), mean_ci_high(k.peak_end), 2) AS "range", to_best AS "to the best",
       round(mean(k.mean)::numeric, 2) AS mean, left(way, 80) AS way
  FROM kind AS k JOIN kind_ranked ON name = way
 ORDER BY mean(k.peak_end) DESC, way;
SELECT CASE WHEN bool_or(NOT of_best) THEN 'Some kinds are remembered worse than the best.'
       ELSE 'No kind is remembered better or worse than the others by more than chance.' END AS text FROM kind_ranked \gset kind_
\echo :kind_text
\echo
\endif

\endif
