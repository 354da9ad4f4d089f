-- Which channel: ranked, what is worth keeping, and the next budget. From table contact of the demo.
\echo '== Channels, ranked: low cost, high efficiency, easy, convenient'
WITH figures AS (
    SELECT channel(touchpoint) AS channel, count(*) AS contacts, sum(cost) AS cost, sum(value) AS value,
           cost_per(sum(cost), count(*)) AS cost_per_contact,
           avg(coalesce(value > 0, false)::int) AS sells,
           extract(epoch FROM avg(duration)) AS seconds,
           avg(score - expected) AS gap
    FROM contact GROUP BY 1
)
SELECT channel_rank(cost_per_contact, sells, -seconds, gap) OVER w AS rank, channel, contacts,
       round(cost_per_contact::numeric, 2) AS cost_per_contact, round(roas(value, cost)::numeric, 2) AS roas,
       round(sells::numeric, 3) AS sells, round(seconds::numeric) AS seconds, round(gap::numeric, 2) AS gap,
       round((channel_score(cost_per_contact, sells, -seconds, gap) OVER w)::numeric, 3) AS score
FROM figures WINDOW w AS () ORDER BY rank, channel;

\echo '== What is worth keeping at all'
WITH figures AS (
    SELECT channel(touchpoint) AS channel, sum(cost) AS cost, sum(value) AS value FROM contact GROUP BY 1
)
SELECT channel, round(cost::numeric) AS cost, round(value::numeric) AS value, (f).status,
       round((f).incremental_cost::numeric) AS more_cost, round((f).incremental_effect::numeric) AS more_value,
       round((f).icer::numeric, 4) AS cost_of_one_more
FROM (SELECT *, cost_effectiveness(cost, value) OVER () AS f FROM figures) AS s ORDER BY cost NULLS LAST;

\echo '== The same budget, split so that the next yuan brings the same everywhere'
-- half_spend is taken as what is spent today, so that today's value is half of what the channel can bring
WITH figures AS (
    SELECT channel(touchpoint) AS channel, sum(cost) AS cost, sum(value) AS value FROM contact GROUP BY 1
)
SELECT channel, round(cost::numeric) AS today,
       round((optimal_spend(total, 2 * greatest(value, 0), nullif(cost, 0)) OVER ())::numeric) AS better
FROM figures, (SELECT sum(cost) AS total FROM figures) AS t ORDER BY better DESC NULLS LAST;
