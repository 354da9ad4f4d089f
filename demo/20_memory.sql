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

SELECT format('The middle customer''s is %s; %s %% of %s customers are below %s.',
              round((percentile_cont(0.5) WITHIN GROUP (ORDER BY peak_end))::numeric, 1),
              round(100.0 * count(*) FILTER (WHERE peak_end < :neutral) / count(*)),
              to_char(count(*), 'FM999,999,999'), :neutral) AS text
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
SELECT quarter, m.touchpoint, round(100 * count(*) / sum(count(*)) OVER (PARTITION BY quarter)) AS percent,
       avg(m.score) AS score,
       row_number() OVER (PARTITION BY quarter ORDER BY count(*) DESC, m.touchpoint) AS rank
  FROM best_and_worst, moments_of_truth(journey, :neutral) AS m
 WHERE m.moment = 'peak' AND quarter IN (1, 4)
 GROUP BY quarter, m.touchpoint;

SELECT string_agg(format(CASE quarter WHEN 1 THEN '%s makes %s %% of the memories in the worst quarter of customers'
                                      ELSE '%s makes %s %% of those in the best' END, touchpoint, percent),
                  ', ' ORDER BY quarter) || '.' AS text
  FROM peak_place
 WHERE rank = 1 \gset peak_
\echo :peak_text
SELECT worst.touchpoint AS "worst quarter: the peak is at", worst.percent AS "%", round(worst.score::numeric, 1) AS score,
       best.touchpoint AS "best quarter: the peak is at", best.percent AS "%", round(best.score::numeric, 1) AS score
  FROM (SELECT * FROM peak_place WHERE quarter = 1 AND rank <= 6) AS worst
  FULL JOIN (SELECT * FROM peak_place WHERE quarter = 4 AND rank <= 6) AS best USING (rank)
 ORDER BY rank;

CREATE TEMP TABLE kind AS
SELECT variant(part, 'label', true) AS way, count(*) AS cases,
       avg(peak_end_score(part, :neutral)) AS peak_end, avg(mean_score(part)) AS mean
  FROM journeys, sessionize(journey, '21 days') AS part
 GROUP BY way
HAVING count(*) > 1 AND count(peak_end_score(part, :neutral)) > 0
 ORDER BY cases DESC, way
 LIMIT 10;

SELECT count(*) > 0 AS any FROM kind \gset kind_
\if :kind_any
\echo 'Kinds of journey (cut where nothing happened for three weeks), the most frequent ones, by memory:'
SELECT cases, round(peak_end::numeric, 2) AS peak_end, round(mean::numeric, 2) AS mean, left(way, 100) AS way
  FROM kind
 ORDER BY kind.peak_end DESC, way;
\endif

\endif
