-- Which channel: ranked, what is worth keeping, and the next budget.

SELECT count(DISTINCT channel(touchpoint)) > 1 AND count(cost) > 0 AND count(value) > 0 AS channels
  FROM contacts \gset
\if :channels

\echo 'WHICH CHANNEL'
\echo

-- A channel's sums by bucket of customers, then its figures: of all in draw 0, and of each draw.
CREATE TEMP TABLE channel_bucket AS
SELECT coalesce(channel(touchpoint), '(none)') AS channel, bucket(customer_id) AS b, count(*) AS contacts, count(DISTINCT customer_id) AS customers,
       sum(cost) AS cost, sum(value) AS value, count(*) FILTER (WHERE value > 0) AS sold,
       extract(epoch FROM sum(duration)) AS seconds, count(duration) AS timed,
       sum(score - expected) AS gap, count(score - expected) AS asked
  FROM contacts GROUP BY 1, 2;

CREATE TEMP TABLE channel_figures AS
SELECT d, channel, sum(n * contacts) AS contacts, sum(n * customers) AS customers, sum(n * cost) AS cost, sum(n * value) AS value,
       cost_per(sum(n * cost), sum(n * contacts)::float8) AS cost_per_contact,
       (sum(n * sold) / sum(n * contacts))::float8 AS sells,
       (sum(n * seconds) / nullif(sum(n * timed), 0))::float8 AS seconds,
       sum(n * gap) / nullif(sum(n * asked), 0) AS gap
  FROM (SELECT d, b, n FROM draw UNION ALL SELECT 0, b, 1 FROM generate_series(0, 99) AS b) AS draws JOIN channel_bucket USING (b)
 GROUP BY d, channel;

CREATE TEMP TABLE channel_ranked AS
SELECT *, channel_rank(cost_per_contact, sells, -seconds, gap) OVER w AS rank,
       channel_score(cost_per_contact, sells, -seconds, gap) OVER w AS score,
       cost_effectiveness(cost, value) OVER w AS frontier,
       optimal_spend(total, 2 * greatest(value, 0), nullif(cost, 0)) OVER w AS better
  FROM (SELECT *, coalesce(sum(cost) OVER (PARTITION BY d), 0) AS total FROM channel_figures) AS f
WINDOW w AS (PARTITION BY d);

-- A figure's range is that of the draws. A place stands where the channels differ at all in something, and 99 of 100 draws agree on it.
CREATE TEMP TABLE channel_drawn AS
SELECT channel, drawn(array_agg(cost_per_contact), 2) AS cost, drawn(array_agg(100 * sells), 1) AS sells, drawn(array_agg(seconds / 60), 1) AS minutes,
       drawn(array_agg(gap), 2) AS gap, drawn(array_agg(better), 0) AS better, drawn(array_agg(rank), 0) AS rank, avg((rank = 1)::int) AS first
  FROM channel_ranked WHERE d > 0 GROUP BY channel;

SELECT coalesce(4 * least((group_difference_agg(channel, cost)).p_value, (group_difference_agg(channel, sells)).p_value,
                          (group_difference_agg(channel, seconds)).p_value, (group_difference_agg(channel, gap)).p_value) < finding_at(), false) AS differ
  FROM (SELECT coalesce(channel(touchpoint), '(none)') AS channel, avg(cost) AS cost, avg(coalesce(value > 0, false)::int) AS sells,
               extract(epoch FROM avg(duration))::float8 AS seconds, avg(score - expected) AS gap
          FROM contacts GROUP BY 1, customer_id) AS c \gset channel_

SELECT coalesce((SELECT format('%s comes first, in %s of 200 draws of the customers: low cost, high efficiency, little of the customer''s time, expectations met, all weighed alike.',
                               initcap(min(r.channel)), round(200 * min(first)))
                   FROM channel_ranked AS r JOIN channel_drawn USING (channel) WHERE d = 0 AND r.rank = 1 AND :'channel_differ' HAVING min(first) >= 0.99),
                'No channel comes first by more than chance: other customers of the same kind would order them otherwise.') AS text \gset channel_
\echo :channel_text
\echo
SELECT r.rank, d.rank AS "its range", channel, customers, round(cost_per_contact::numeric, 2) AS "cost each", d.cost AS "range",
       round(100 * r.sells::numeric, 1) AS "% that sell", d.sells AS "range", round((seconds / 60)::numeric, 1) AS minutes, d.minutes AS "range",
       round(r.gap::numeric, 2) AS gap, d.gap AS "range"
  FROM channel_ranked AS r JOIN channel_drawn AS d USING (channel) WHERE r.d = 0 ORDER BY r.rank, channel;

\echo 'What is worth keeping at all: what each step up in value costs.'
SELECT channel, round(r.cost::numeric) AS cost, round(r.value::numeric) AS value,
       CASE WHEN same >= 0.99 AND :'channel_differ' THEN (frontier).status ELSE 'within the noise' END AS status,
       CASE WHEN same >= 0.99 AND :'channel_differ' THEN round((frontier).icer::numeric, 4) END AS "cost of one more",
       CASE WHEN same >= 0.99 AND :'channel_differ' THEN icers END AS "range"
  FROM channel_ranked AS r
  JOIN (SELECT a.channel, avg(((a.frontier).status = (o.frontier).status)::int) AS same, drawn(array_agg((a.frontier).icer), 4) AS icers
          FROM channel_ranked AS a JOIN channel_ranked AS o USING (channel) WHERE a.d > 0 AND o.d = 0 GROUP BY a.channel) AS s USING (channel)
 WHERE d = 0 ORDER BY r.cost NULLS LAST, channel;

\echo 'The same money split so that the next unit brings the same everywhere, if today''s spending brings half of what'
\echo 'each channel could. What is supposed is no finding; the range is what other customers would make of it.'
SELECT channel, round(r.cost::numeric) AS today, round(r.better::numeric) AS better, d.better AS "range"
  FROM channel_ranked AS r JOIN channel_drawn AS d USING (channel)
 WHERE r.d = 0
 ORDER BY r.better DESC NULLS LAST, channel;

\endif
