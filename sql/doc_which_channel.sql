SET search_path = public, tp;
SET extra_float_digits = 0;    -- shorter figures on this page

CREATE TABLE channel_cost (channel text PRIMARY KEY, fixed_cost float8, unit_cost float8);
INSERT INTO channel_cost VALUES
    ('shop', 9000, 6), ('phone', 4000, 4), ('web', 2500, 0.05), ('email', 300, 0.40), ('app', 3500, 0.02);

CREATE TABLE contact (case_no int, step int, channel text, minutes float8, convenience float8, goal_reached boolean,
                      PRIMARY KEY (case_no, step));

-- 6,000 cases of one month. Who is not helped by the first channel comes again: by phone, or in the shop.
INSERT INTO contact
SELECT c, 1, f.channel, f.minutes + c % 3, f.convenience - (c % 2), (c * 7) % 100 < f.resolves AND (c * 13) % 100 < f.sells
FROM generate_series(1, 6000) AS c
JOIN (VALUES ('shop', 0, 1, 92, 60, 40, 3), ('phone', 2, 6, 80, 35, 12, 4), ('email', 7, 11, 35, 20, 5, 3),
             ('web', 12, 16, 60, 25, 6, 5), ('app', 17, 19, 75, 25, 3, 5))
     AS f(channel, low, high, resolves, sells, minutes, convenience) ON c % 20 BETWEEN low AND high;
INSERT INTO contact
SELECT c.case_no, 2, CASE c.channel WHEN 'phone' THEN 'shop' ELSE 'phone' END, 15 + c.case_no % 5, 2, (c.case_no * 13) % 100 < 30
FROM contact AS c
JOIN (VALUES ('shop', 92), ('phone', 80), ('email', 35), ('web', 60), ('app', 75)) AS f(channel, resolves) USING (channel)
WHERE (c.case_no * 7) % 100 >= f.resolves;
CREATE VIEW channel_figures AS
WITH volume AS (
    SELECT channel, count(*) AS contacts, count(*) FILTER (WHERE goal_reached) AS goals,
           avg(minutes) AS minutes, avg(convenience) AS convenience,
           unit_cost + fixed_cost / count(*) AS full_cost, unit_cost
    FROM contact JOIN channel_cost USING (channel)
    GROUP BY channel, fixed_cost, unit_cost
), cases AS (
    SELECT case_no, min(channel) FILTER (WHERE step = 1) AS first_channel, count(*) AS contacts, sum(full_cost) AS cost
    FROM contact JOIN volume USING (channel) GROUP BY case_no
), begun AS (
    SELECT first_channel AS channel, sum(cost) AS cost, count(*) AS cases, count(*) FILTER (WHERE cases.contacts = 1) AS resolved,
           rate_agg(cases.contacts = 1) AS r
    FROM cases GROUP BY first_channel
)
SELECT channel, v.contacts, v.goals, v.unit_cost, v.full_cost,
       cost_per(v.full_cost * v.contacts, v.goals) AS cost_per_goal,
       cost_per(b.cost, b.resolved) AS cost_per_resolved,
       b.resolved::float8 / b.cases AS resolved_share, b.cases, rate_ci_low(b.r) AS resolved_low, rate_ci_high(b.r) AS resolved_high,
       v.minutes, v.convenience
FROM volume AS v JOIN begun AS b USING (channel);

SELECT channel, contacts, unit_cost, round(full_cost::numeric, 2) AS full_cost,
       round(cost_per_goal::numeric, 2) AS cost_per_goal, round(cost_per_resolved::numeric, 2) AS cost_per_resolved,
       cases, round(resolved_share::numeric, 2) AS resolved_share, round(resolved_low::numeric, 2) AS low, round(resolved_high::numeric, 2) AS high
FROM channel_figures ORDER BY unit_cost;
SELECT channel_rank(cost_per_resolved, resolved_share, -minutes, convenience) OVER w AS rank, channel,
       round(channel_score(cost_per_resolved, resolved_share, -minutes, convenience) OVER w::numeric, 3) AS score
FROM channel_figures WINDOW w AS () ORDER BY rank, channel;
CREATE TABLE bucket AS
SELECT f.channel, abs(hashint8(c.case_no) % 100) AS b, count(*) AS cases, count(*) FILTER (WHERE c.contacts = 1) AS resolved, sum(c.cost) AS cost,
       sum(f.minutes) AS minutes, sum(f.convenience) AS convenience
FROM contact AS f JOIN (SELECT case_no, count(*) AS contacts, sum(full_cost) AS cost FROM contact JOIN channel_figures USING (channel) GROUP BY case_no) AS c USING (case_no)
WHERE f.step = 1 GROUP BY 1, 2;

CREATE TABLE drawn AS
SELECT d, channel, channel_rank(cost_per(sum(cost), sum(resolved)), sum(resolved) / sum(cases), -sum(minutes) / sum(cases), sum(convenience) / sum(cases)) OVER (PARTITION BY d) AS rank
FROM bucket, generate_series(1, 200) AS d,
     LATERAL (SELECT count(*) AS times FROM unnest('{0.3679,0.7358,0.9197,0.9810,0.9963,0.9994}'::float8[]) AS x        -- how often one of many is drawn
              WHERE x <= (hashint8extended(b, d) & 1048575) / 1048576.0::float8) AS t, generate_series(1, times)
GROUP BY d, channel;

SELECT channel, round(avg(rank), 2) AS mean_rank, min(rank) AS from_rank, max(rank) AS to_rank, round(100 * avg((rank = 1)::int), 1) AS percent_first FROM drawn GROUP BY channel ORDER BY 2;
SELECT array_agg(round(w::numeric, 3)) AS weights,
       round(ahp_consistency(ARRAY[[1,3,5], [1.0/3,1,2], [1.0/5,1.0/2,1]])::numeric, 3) AS consistency
FROM unnest(ahp_weights(ARRAY[[1,3,5], [1.0/3,1,2], [1.0/5,1.0/2,1]])) AS w;

-- with criteria and directions of your own
SELECT channel, round(topsis(criteria, weights, '{min,max,min}') OVER ()::numeric, 3) AS closeness
FROM (SELECT channel, criteria, entropy_weights(criteria) OVER () AS weights
      FROM (SELECT channel, ARRAY[cost_per_resolved, resolved_share, minutes] AS criteria FROM channel_figures) AS f) AS f
ORDER BY closeness DESC;
SELECT channel, round(cost::numeric) AS cost, goals,
       pareto_efficient(ARRAY[cost, goals, minutes], '{min,max,min}') OVER w AS undominated,
       (f).status, round((f).incremental_cost::numeric) AS more_cost, (f).incremental_effect AS more_goals, round((f).icer::numeric, 2) AS icer
FROM (SELECT *, full_cost * contacts AS cost, cost_effectiveness(full_cost * contacts, goals) OVER () AS f FROM channel_figures) AS c
WINDOW w AS () ORDER BY cost;
SELECT frontier_svg(array_agg(channel ORDER BY channel), array_agg(full_cost * contacts ORDER BY channel), array_agg(goals::float8 ORDER BY channel), 760)
FROM channel_figures \g (format=unaligned tuples_only=on)
WITH months(channel, x1, y1, x2, y2) AS (
    VALUES ('shop', 8000, 180, 12000, 240), ('phone', 6000, 400, 9000, 500), ('web', 2000, 150, 4000, 200),
           ('email', 500, 60, 1000, 80), ('app', 2500, 90, 3500, 110)
), half AS (
    SELECT *, x1::float8 * x2 * (y2 - y1) / (y1 * x2 - y2 * x1) AS half_spend FROM months
), curve AS (
    SELECT channel, half_spend, y1 * (half_spend + x1) / x1 AS ceiling FROM half
)
SELECT channel, round(ceiling::numeric) AS ceiling, round(half_spend::numeric) AS half_spend,
       round(optimal_spend(8000, ceiling, half_spend) OVER ()::numeric) AS of_8000,
       round(optimal_spend(25000, ceiling, half_spend) OVER ()::numeric) AS of_25000,
       round(optimal_spend(0, ceiling, half_spend) OVER ()::numeric) AS of_0
FROM curve ORDER BY of_25000 DESC;
CREATE TABLE person AS SELECT i AS id, i % 15 = 0 AS in_target, i % 7 = 0 OR i % 45 = 0 AS reads_weekly, i % 3 = 0 AS hears_radio FROM generate_series(1, 9000) AS i;
SELECT medium, (f).relation, (f).overlap, round((f).coverage::numeric, 3) AS coverage, round((f).composition::numeric, 3) AS composition,
       round((f).affinity_index::numeric, 1) AS affinity_index
FROM (SELECT 'weekly' AS medium, media_fit_agg(in_target, reads_weekly) AS f FROM person
      UNION ALL SELECT 'radio', media_fit_agg(in_target, hears_radio) FROM person) AS m;

-- One spot a day for five days, 15 % of the audience each: who hears it, and often enough?
SELECT round(reach(array_fill(0.15::float8, ARRAY[5]))::numeric, 3) AS reach,
       round(effective_reach(frequency_distribution(0.15, 5))::numeric, 3) AS three_times,
       round(effective_reach(frequency_distribution(0.15, 5, 0.3))::numeric, 3) AS three_times_if_mostly_the_same_people,
       cpm(1200, 0.15 * 5 * 100000) AS cost_of_a_thousand;
CREATE TABLE kept (customer int, journey journey);
INSERT INTO kept VALUES
    (1, '{web/search@2026-01-05T10:00:00Z cost=0.05 duration=PT4M, phone/order@2026-01-05T11:00:00Z cost=4 duration=PT10M value=120}'),
    (2, '{shop/visit@2026-01-06T09:00:00Z cost=6 duration=PT30M value=80, web/faq@2026-01-07T20:00:00Z cost=0.05 duration=PT2M}'),
    (3, '{phone/order@2026-01-08T09:00:00Z cost=4 duration=PT8M value=60}');
SELECT channel, sum(contacts) AS contacts, cost_per(sum(cost), sum(contacts)) AS cost_per_contact, roas(sum(value), sum(cost)) AS roas,
       channel_rank(cost_per(sum(cost), sum(contacts)), coalesce(cost_per(sum(value), sum(contacts)), 0), -cost_per(sum(seconds), sum(contacts))) OVER () AS rank
FROM kept, channel_costs(journey) GROUP BY channel ORDER BY rank;
CREATE TABLE bank (contact text, month text, campaign int, duration int, y text);    -- these columns of bank-full.csv

SELECT channel_rank(cost_per(cost, successes), success_rate, -contacts_needed) OVER w AS rank, channel,
       cost_per(cost, successes), success_rate, contacts_needed, (cost_effectiveness(cost, successes) OVER w).*
FROM (SELECT contact || ' ' || month AS channel, count(*) FILTER (WHERE y = 'yes') AS successes,
             0.50 * sum(campaign) + 0.30 * sum(duration) / 60 AS cost,
             avg((y = 'yes')::int) AS success_rate, avg(campaign) AS contacts_needed
      FROM bank GROUP BY contact, month) AS choice
WINDOW w AS () ORDER BY rank;
DROP TABLE contact, channel_cost, person, kept, bank, bucket, drawn CASCADE;
