-- Scores by the channel in which a customer was met last.

\if :scored

\echo 'WHERE THE LAST CONTACT WAS'
\echo

CREATE TEMP TABLE last_channel AS
SELECT channel, count(*) AS customers, mean_agg(peak_end) AS peak_end, avg(mean) AS mean,
       rate_agg(peak_end < :neutral) AS below
  FROM (SELECT *, coalesce((path(journey, 'channel'))[contact_count(journey)], '(none)') AS channel FROM remembered) AS r
 GROUP BY 1;

-- The best and the worst are named only where the channels differ by more than chance.
SELECT CASE WHEN (d).p_value < 0.05
            THEN format('Customers whom you met last in %s remember you best (%s), those in %s worst (%s).', best.channel, best.said, worst.channel, worst.said)
            WHEN (d).p_value >= 0.05
            THEN format('No channel differs from the others by more than chance (p = %s).', round((d).p_value::numeric, 2))
            ELSE 'There are too few customers to tell the channels apart.' END AS text,
       (d).groups > 1 AS many
  FROM (SELECT group_difference_agg(coalesce((path(journey, 'channel'))[contact_count(journey)], '(none)'), peak_end) AS d FROM remembered) AS a,
       LATERAL (SELECT channel, round(mean(peak_end)::numeric, 1) AS said FROM last_channel ORDER BY mean(peak_end) DESC, channel LIMIT 1) AS best,
       LATERAL (SELECT channel, round(mean(peak_end)::numeric, 1) AS said FROM last_channel ORDER BY mean(peak_end), channel LIMIT 1) AS worst \gset channel_
\if :channel_many
\echo :channel_text
\echo
\endif

SELECT channel AS "last channel", customers, round(mean(peak_end)::numeric, 2) AS peak_end,
       round(mean_ci_low(peak_end)::numeric, 2) || ' to ' || round(mean_ci_high(peak_end)::numeric, 2) AS "95 % sure of",
       round(last_channel.mean::numeric, 2) AS mean,
       round(100 * rate(below)::numeric) AS "% bad",
       format('%s to %s', round(100 * rate_ci_low(below)::numeric), round(100 * rate_ci_high(below)::numeric)) AS "sure of"
  FROM last_channel
 ORDER BY mean(last_channel.peak_end) DESC, channel;

\endif
