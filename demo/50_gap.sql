-- Where do we fall short? The gap table and what to mend first.

SELECT count(*) >= 30 AS gaps FROM contacts WHERE score IS NOT NULL AND expected IS NOT NULL \gset
\if :gaps

\echo 'WHERE EXPECTATIONS WERE MISSED'
\echo

-- The unit is the customer: each one's own means first, for ten answers of one customer are not ten customers.
CREATE TEMP TABLE customer_gap AS
SELECT customer_id, touchpoint, avg(expected) AS expected, avg(score) AS score, count(*) AS answers
  FROM contacts WHERE score IS NOT NULL AND expected IS NOT NULL GROUP BY customer_id, touchpoint;

CREATE TEMP TABLE gap_of_all AS
SELECT g, gap_p_value(g) < finding_at() AS real
  FROM (SELECT gap_agg(expected, score) AS g FROM (SELECT avg(expected) AS expected, avg(score) AS score FROM contacts
         WHERE score IS NOT NULL AND expected IS NOT NULL GROUP BY customer_id) AS c) AS s;

-- First whether there is a gap at all, then at which touchpoints.
CREATE TEMP TABLE gap_by_touchpoint AS
SELECT touchpoint, g, coalesce(any_gap AND gap_count(g) >= 30 AND false_discovery(CASE WHEN gap_count(g) >= 30 THEN gap_p_value(g) END) OVER () < finding_at(), false) AS real
  FROM (SELECT touchpoint, gap_agg(expected, score) AS g FROM customer_gap GROUP BY touchpoint) AS s,
       (SELECT coalesce((group_difference_agg(touchpoint::text, score - expected)).p_value < finding_at(), false) OR (SELECT real FROM gap_of_all) AS any_gap FROM customer_gap) AS d;

SELECT format(CASE WHEN real
                   THEN format('Over all, customers got %s %s than they expected', round(abs(mean_gap(g))::numeric, 2), CASE WHEN mean_gap(g) < 0 THEN 'less' ELSE 'more' END)
                   ELSE 'Over all, what customers got does not differ from what they expected by more than chance' END
              || ' (%s customers, %s). Gap = score - expected.', to_char(gap_count(g), 'FM999,999,999'), range_text(gap_ci_low(g), gap_ci_high(g), 2)) AS text,
       (SELECT format('%s of %s contacts have only a score or only an expectation, or neither, and are passed over.',
                      to_char(count(*) FILTER (WHERE score IS NULL OR expected IS NULL), 'FM999,999,999'), to_char(count(*), 'FM999,999,999')) FROM contacts) AS passed
  FROM gap_of_all \gset gap_
\echo :gap_text
\echo :gap_passed
\echo
SELECT touchpoint, gap_count(g) AS customers,
       round(mean_expected(g)::numeric, 2) AS expected, round(mean_perceived(g)::numeric, 2) AS lived,
       round(mean_gap(g)::numeric, 2) AS gap, range_text(gap_ci_low(g), gap_ci_high(g), 2) AS "range",
       round(100 * gap_shortfall_share(g)::numeric) AS "% short",
       percent_range(counted(round(gap_shortfall_share(g) * gap_count(g))::bigint, gap_count(g))) AS "its range",
       CASE WHEN real THEN CASE WHEN mean_gap(g) < 0 THEN 'falls short' ELSE 'delights' END
            WHEN gap_count(g) < 30 THEN 'too few' ELSE 'within the noise' END AS verdict
  FROM gap_by_touchpoint
 WHERE gap_count(g) > 1
 ORDER BY mean_gap(g), touchpoint
 LIMIT 12;

-- Importance is how closely a customer's score there goes with that customer's scores elsewhere: with the mean of all,
-- the touchpoint's own score would be a part of it, and everything would look important.
CREATE TEMP TABLE point_score AS
SELECT customer_id, touchpoint, sum(score) / count(score) AS here,
       (sum(sum(score)) OVER w - sum(score)) / nullif(sum(count(score)) OVER w - count(score), 0) AS elsewhere
  FROM contacts WHERE score IS NOT NULL GROUP BY customer_id, touchpoint
WINDOW w AS (PARTITION BY customer_id);

CREATE TEMP TABLE point AS
WITH figure AS (
    SELECT touchpoint, count(elsewhere) AS n, corr(here, elsewhere) AS importance, avg(here) AS performance
      FROM point_score GROUP BY touchpoint HAVING count(elsewhere) >= 30
), placed AS (
    SELECT *, ipa_quadrant(importance, performance) OVER () AS quadrant,
           avg(importance) OVER () AS importance_cut, avg(performance) OVER () AS performance_cut
      FROM figure WHERE abs(importance) < 1
), cut AS (						-- how far from both lines: the lesser counts, for one side of either is not a quadrant
    SELECT p.*, (SELECT gap_p_value(gap_agg(performance_cut, here)) FROM point_score AS s WHERE s.touchpoint = p.touchpoint) AS p_performance,
           two_sided((atanh(importance) - atanh(importance_cut)) * sqrt(n - 3)) AS p_importance
      FROM placed AS p
)
SELECT *, coalesce(false_discovery(greatest(p_performance, p_importance)) OVER () < finding_at(), false) AS real FROM cut;

SELECT count(*) > 0 AS points, count(*) FILTER (WHERE real) > 0 AS placed FROM point \gset point_
\if :point_points
\echo 'What to mend first. Importance is how closely a score goes with the same customer''s scores elsewhere; the lines are the means.'
\if :point_placed
WITH numbered AS (					-- four a line, for a terminal is not wide
    SELECT *, (row_number() OVER (PARTITION BY place ORDER BY importance DESC, touchpoint) - 1) / 4 AS line
      FROM (SELECT *, CASE WHEN real THEN quadrant ELSE 'within the noise' END AS place FROM point) AS p
)
SELECT CASE line WHEN 0 THEN place ELSE '' END AS quadrant,
       string_agg(format('%s (%s, n %s)', touchpoint, round(performance::numeric, 1), n), ', ' ORDER BY importance DESC, touchpoint) AS "touchpoints (mean, customers)"
  FROM numbered AS n
 GROUP BY n.place, line
 ORDER BY array_position('{concentrate here,keep up the good work,possible overkill,low priority,within the noise}', n.place), line;
\else
\echo 'No touchpoint stands clear of both lines by more than chance: importance does not say what to mend first.'
\echo
\endif
\endif

SELECT CASE WHEN (d).groups < 2 THEN 'All answers are of one channel.'
            ELSE format('Is the experience the same in every channel? Consistency %s, where 1 is the same everywhere (%s customers'' means): ',
                        round(c::numeric, 2), to_char((d).n, 'FM999,999,999')) ||
                 CASE WHEN (d).p_value < finding_at() THEN 'they differ by more than chance.' ELSE 'no channel differs from the others by more than chance.' END
            END AS text
  FROM (SELECT channel_consistency(channel, score) AS c, group_difference_agg(channel, score) AS d
          FROM (SELECT customer_id, channel(touchpoint) AS channel, avg(score) AS score FROM contacts GROUP BY 1, 2) AS a) AS s \gset gap_
\echo :gap_text
\echo

\endif
