-- The mean beside peak-end: how often would the mean have told another story?

\if :scored

\echo 'THE MEAN BESIDE THE MEMORY'
\echo

SELECT format('For %s of %s customers (%s %%; %s) the two disagree on which side of %s the experience was;',
              to_char(count(*) FILTER (WHERE sign(mean - :neutral) * sign(peak_end - :neutral) < 0), 'FM999,999,999'),
              to_char(count(*), 'FM999,999,999'),
              percent(rate_agg(sign(mean - :neutral) * sign(peak_end - :neutral) < 0)),
              percent_range(rate_agg(sign(mean - :neutral) * sign(peak_end - :neutral) < 0)), :neutral) AS disagree,
       format('%s of them look fine by the mean and remember you badly. Correlation of the two: %s.',
              to_char(count(*) FILTER (WHERE mean > :neutral AND peak_end < :neutral), 'FM999,999,999'),
              coalesce(format('%s (%s)', round(corr(mean, peak_end)::numeric, 2), correlation_range(corr(mean, peak_end), count(*))), 'undefined')) AS hidden
  FROM remembered \gset mean_
\echo :mean_disagree
\echo :mean_hidden
\echo

SELECT by_mean AS "by the mean",
       count(*) FILTER (WHERE peak_end < :neutral) AS "bad memory",
       count(*) FILTER (WHERE peak_end = :neutral) AS "neutral",
       count(*) FILTER (WHERE peak_end > :neutral) AS "good memory",
       round(avg(mean)::numeric, 2) AS mean, round(avg(peak_end)::numeric, 2) AS peak_end
  FROM (SELECT *, CASE sign(mean - :neutral) WHEN 1 THEN 'good' WHEN 0 THEN 'neutral' ELSE 'bad' END AS by_mean
          FROM remembered) AS sided
 GROUP BY by_mean
 ORDER BY avg(mean) DESC;

\echo 'Whom the mean hides: a good mean, a bad memory.'
SELECT customer_id AS customer, round(mean::numeric, 1) AS mean, round(peak_end::numeric, 1) AS peak_end,
       scored, moment(journey, :neutral, 'highest') AS "the best moment", moment(journey, :neutral, 'end') AS "the end"
  FROM remembered
 WHERE mean > :neutral AND peak_end < :neutral
 ORDER BY remembered.mean - remembered.peak_end DESC, customer_id
 LIMIT 5;

\endif
