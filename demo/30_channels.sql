-- Scores by the channel in which a customer was met last.

\if :scored

\echo 'WHERE THE LAST CONTACT WAS'
\echo

CREATE TEMP TABLE last_channel AS
SELECT coalesce((path(journey, 'channel'))[contact_count(journey)], '(none)') AS channel,
       count(*) AS customers, avg(peak_end) AS peak_end, avg(mean) AS mean, avg(end_score) AS end_score,
       count(*) FILTER (WHERE peak_end < :neutral) AS below
  FROM remembered
 GROUP BY 1;

SELECT format('Customers whom you met last in %s remember you best (%s), those in %s worst (%s).',
              (array_agg(channel ORDER BY peak_end DESC, channel))[1], round(max(peak_end)::numeric, 1),
              (array_agg(channel ORDER BY peak_end, channel))[1], round(min(peak_end)::numeric, 1)) AS text,
       count(*) > 1 AS many
  FROM last_channel \gset channel_
\if :channel_many
\echo :channel_text
\echo
\endif

SELECT channel AS "last channel", customers, round(peak_end::numeric, 2) AS peak_end,
       round(mean::numeric, 2) AS mean, round(end_score::numeric, 2) AS "last score",
       round(100.0 * below / customers) AS "% bad memory"
  FROM last_channel
 ORDER BY last_channel.peak_end DESC, channel;

\endif
