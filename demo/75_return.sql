-- Do they come back, and who is lost?

\echo 'COMING BACK'
\echo

-- Of all cohorts together, period by period: what is not over yet for a cohort is left out.
CREATE TEMP TABLE come_back AS
SELECT period, sum(returned)::bigint AS returned, sum(entered)::bigint AS entered, count(*) AS cohorts
  FROM (SELECT retention_agg(journey, 'month', 6, '*', '*', 'UTC') AS r FROM journeys) AS s, unnest(r) AS u
 WHERE complete AND period > 0
 GROUP BY period;

SELECT coalesce((SELECT format('Of %s customers, %s %% (%s) have another contact in the month after the one of their first.', entered, percent(r), percent_range(r))
                   FROM come_back, counted(returned, entered) AS r WHERE period = 1),
                'The contacts do not span two months.') AS text, EXISTS (SELECT FROM come_back) AS any \gset back_
\echo :back_text
\echo
\if :back_any
SELECT period AS "months later", cohorts AS "months of first contact", entered AS customers, returned AS "came back", percent(r) AS "%", percent_range(r) AS "range"
  FROM come_back, counted(returned, entered) AS r
 ORDER BY period;

\echo 'Month by month: who is new, came again, came back after a pause, or stayed away for the first time; and how many'
\echo 'of those who were there the month before came again.'
WITH month AS (
    SELECT u.*, lag(new + u."returning" + resurrecting) OVER (ORDER BY period_start) AS before, lead(period_start) OVER (ORDER BY period_start) IS NULL AS running
      FROM (SELECT lifecycle_agg(journey, 'month', '*', 'UTC') AS l FROM journeys) AS s, unnest(l) AS u
)
SELECT to_char(period_start AT TIME ZONE 'UTC', 'YYYY-MM') AS month, new, "returning", resurrecting, dormant,
       percent(counted("returning", before)) AS "% came again", percent_range(counted("returning", before)) AS "range",
       CASE WHEN running THEN 'not over' END AS remark
  FROM month
 ORDER BY period_start DESC LIMIT 13;
\endif
