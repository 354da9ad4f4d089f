-- Which channel: ranked, what is worth keeping, and the next budget.

SELECT count(DISTINCT channel(touchpoint)) > 1 AND count(cost) > 0 AND count(value) > 0 AS channels
  FROM contacts \gset
\if :channels

\echo 'WHICH CHANNEL'
\echo

CREATE TEMP TABLE channel_figures AS
SELECT coalesce(channel(touchpoint), '(none)') AS channel, count(*) AS contacts,
       sum(cost) AS cost, sum(value) AS value, cost_per(sum(cost), count(*)) AS cost_per_contact,
       avg(coalesce(value > 0, false)::int) AS sells,
       extract(epoch FROM avg(duration)) AS seconds, avg(score - expected) AS gap
  FROM contacts GROUP BY 1;

CREATE TEMP TABLE channel_ranked AS
SELECT *, channel_rank(cost_per_contact, sells, -seconds, gap) OVER () AS rank,
       channel_score(cost_per_contact, sells, -seconds, gap) OVER () AS score,
       cost_effectiveness(cost, value) OVER () AS frontier
  FROM channel_figures;

SELECT format('%s comes first: low cost, high efficiency, little of the customer''s time, expectations met, all weighed alike.',
              initcap(min(channel))) AS text
  FROM channel_ranked WHERE rank = 1 \gset channel_
\echo :channel_text
\echo
SELECT rank, channel, contacts, round(cost_per_contact::numeric, 2) AS "cost each",
       round(100 * sells::numeric, 1) AS "% that sell", round((seconds / 60)::numeric, 1) AS minutes,
       round(gap::numeric, 2) AS gap, round(roas(value, cost)::numeric, 1) AS "value / cost",
       round(score::numeric, 3) AS closeness
  FROM channel_ranked ORDER BY rank, channel;

\echo 'What is worth keeping at all: what each step up in value costs.'
SELECT channel, round(cost::numeric) AS cost, round(value::numeric) AS value, (frontier).status,
       round((frontier).icer::numeric, 4) AS "cost of one more"
  FROM channel_ranked ORDER BY channel_ranked.cost NULLS LAST, channel;

\echo 'The same money split so that the next unit brings the same everywhere, if today''s spending brings half of what'
\echo 'each channel could.'
SELECT channel, round(cost::numeric) AS today,
       round((optimal_spend(total, 2 * greatest(value, 0), nullif(cost, 0)) OVER ())::numeric) AS better
  FROM channel_figures, (SELECT sum(cost) AS total FROM channel_figures) AS t
 ORDER BY better DESC NULLS LAST, channel;

\endif
