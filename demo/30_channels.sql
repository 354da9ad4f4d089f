-- Scores by the channel in which a customer was met last.

\if :scored

\echo 'WHERE THE LAST CONTACT WAS'
\echo

CREATE TEMP TABLE last_contact AS
SELECT coalesce((path(journey, 'channel'))[contact_count(journey)], '(none)') AS channel, peak_end, mean, end_score
  FROM remembered;

CREATE TEMP TABLE last_channel AS
SELECT channel, mean_agg(peak_end) AS peak_end, mean_agg(mean) AS mean, mean_agg(end_score) AS end_score,
       rate_agg(peak_end < :neutral) AS below
  FROM last_contact
 GROUP BY 1;

CREATE TEMP TABLE channel_place AS
SELECT r.*, d.p_value
  FROM (SELECT array_agg(channel) AS channels, array_agg(peak_end) AS means FROM last_channel) AS c,
       (SELECT (group_difference_agg(channel, l.peak_end)).p_value
          FROM last_contact AS l JOIN last_channel AS c USING (channel) WHERE mean_count(c.peak_end) >= 30) AS d,
       ranked(channels, means, d.p_value) AS r;

-- Nobody drew lots where a customer was met last: what goes together here need not be a cause.
SELECT CASE WHEN count(*) FILTER (WHERE of_best IS NOT NULL) < 2 THEN 'Too few customers to compare the channels.'
            WHEN bool_and(of_best) FILTER (WHERE of_best IS NOT NULL) OR bool_or(of_best AND of_worst)
            THEN 'No channel differs from all the others by more than chance.'
            ELSE format('Customers whom you met last in %s remember you best (%s), those in %s worst (%s).',
                        listed(array_agg(name ORDER BY mean(peak_end) DESC) FILTER (WHERE of_best)),
                        figures(array_agg(mean(peak_end) ORDER BY mean(peak_end) DESC) FILTER (WHERE of_best), 1),
                        listed(array_agg(name ORDER BY mean(peak_end)) FILTER (WHERE of_worst)),
                        figures(array_agg(mean(peak_end) ORDER BY mean(peak_end)) FILTER (WHERE of_worst), 1)) END AS text,
       count(*) > 1 AS many
  FROM channel_place JOIN last_channel ON channel = name \gset channel_
\if :channel_many
\echo :channel_text
\echo
\endif

SELECT channel AS "last channel", mean_count(peak_end) AS customers, round(mean(peak_end)::numeric, 2) AS peak_end,
       range_text(mean_ci_low(peak_end), mean_ci_high(peak_end), 2) AS "range", to_best AS "to the best",
       round(mean(mean)::numeric, 2) AS mean, round(mean(end_score)::numeric, 2) AS "last score",
       percent(below) AS "% bad memory", percent_range(below) AS "its range"
  FROM last_channel JOIN channel_place ON name = channel
 ORDER BY mean(last_channel.peak_end) DESC, channel;

\endif
