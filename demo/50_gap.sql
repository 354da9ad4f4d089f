-- Where do we fall short? The gap table and what to mend first.

SELECT count(*) >= 30 AS gaps FROM contacts WHERE score IS NOT NULL AND expected IS NOT NULL \gset
\if :gaps

\echo 'WHERE EXPECTATIONS WERE MISSED'
\echo

CREATE TEMP TABLE gap_by_touchpoint AS
SELECT touchpoint, gap_agg(expected, score) AS g FROM contacts GROUP BY touchpoint;

SELECT format('Over all, customers got %s %s than they expected; %s %% of the answers fall short. Gap = score - expected.',
              round(abs(mean_gap(g))::numeric, 2), CASE WHEN mean_gap(g) < 0 THEN 'less' ELSE 'more' END, round(100 * gap_shortfall_share(g)::numeric)) AS text
  FROM (SELECT rollup(g) AS g FROM gap_by_touchpoint) AS s \gset gap_
\echo :gap_text
\echo
SELECT touchpoint, gap_count(g) AS answers,
       round(mean_expected(g)::numeric, 2) AS expected, round(mean_perceived(g)::numeric, 2) AS lived,
       round(mean_gap(g)::numeric, 2) AS gap,
       format('%s to %s', round(gap_ci_low(g)::numeric, 2), round(gap_ci_high(g)::numeric, 2)) AS "95 % sure of",
       round(100 * gap_shortfall_share(g)::numeric) AS "% short",
       CASE WHEN gap_p_value(g) < 0.01 THEN CASE WHEN mean_gap(g) < 0 THEN 'falls short' ELSE 'delights' END
            ELSE 'as expected' END AS verdict
  FROM gap_by_touchpoint
 WHERE gap_count(g) > 1
 ORDER BY mean_gap(g), touchpoint
 LIMIT 12;

\echo 'What to mend first. Importance is how closely a score goes with the customer''s mean.'
WITH customer AS (
    SELECT customer_id, avg(score) AS overall FROM contacts GROUP BY customer_id
), point AS (
    SELECT touchpoint, corr(c.score, overall) AS importance, avg(c.score) AS performance
      FROM contacts AS c JOIN customer USING (customer_id)
     GROUP BY touchpoint HAVING count(c.score) >= 30
), placed AS (
    SELECT touchpoint, importance, ipa_quadrant(importance, performance) OVER () AS quadrant FROM point
), numbered AS (					-- four a line, for a terminal is not wide
    SELECT *, (row_number() OVER (PARTITION BY quadrant ORDER BY importance DESC, touchpoint) - 1) / 4 AS line
      FROM placed WHERE quadrant IS NOT NULL
)
SELECT CASE line WHEN 0 THEN quadrant ELSE '' END AS quadrant,
       string_agg(touchpoint::text, ', ' ORDER BY importance DESC, touchpoint) AS touchpoints
  FROM numbered AS n
 GROUP BY n.quadrant, line
 ORDER BY array_position('{concentrate here,keep up the good work,possible overkill,low priority}', n.quadrant), line;

SELECT format('Is the experience the same in every channel? Consistency %s, where 1 is the same everywhere.',
              round(channel_consistency(channel(touchpoint), score)::numeric, 2)) AS text
  FROM contacts \gset gap_
\echo :gap_text
\echo

\endif
