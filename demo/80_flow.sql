-- Who gets the credit: what follows what, Markov against the last touch; and plan against reality.

SELECT count(DISTINCT channel(touchpoint)) > 1 AND count(*) FILTER (WHERE value > 0) > 0 AS sells
  FROM contacts \gset
\if :sells

\echo 'WHO GETS THE CREDIT'
\echo

-- The bank sells accounts and mortgages; what everyday payments bring in is no sale. Elsewhere any contact with a value is one.
\if :bank
\set sale '*[value >= 20]'
\echo 'A sale is a contact that brought in 20 or more: an account or a mortgage.'
\else
\set sale '*[value > 0]'
\echo 'A sale is a contact that brought anything in.'
\endif

-- In draw 0 all customers; in the others each as often as it is drawn.
CREATE TEMP TABLE bucket_flow AS
SELECT bucket(customer_id) AS b, flow_agg(journey, 'channel', :'sale', '30 days', true) AS by_channel, flow_agg(journey, 'touchpoint') AS by_touchpoint
  FROM journeys GROUP BY 1;

CREATE TEMP TABLE sale_flow AS
SELECT d, rollup(by_channel) AS by_channel, rollup(by_touchpoint) AS by_touchpoint
  FROM (SELECT d, b, n FROM draw UNION ALL SELECT 0, b, 1 FROM generate_series(0, 99) AS b) AS draws JOIN bucket_flow USING (b), generate_series(1, n)
 GROUP BY d;

SELECT format('%s sales to %s of %s customers (%s %%). What most often comes next, sale or not:',
              to_char(sum(sales), 'FM999,999,999'), to_char(count(*) FILTER (WHERE sales > 0), 'FM999,999,999'), to_char(count(*), 'FM999,999,999'),
              percent_range(rate_agg(sales > 0))) AS text
  FROM (SELECT match_count(journey, :'sale') AS sales FROM journeys) AS c \gset sale_
\echo :sale_text
WITH t AS (
    SELECT d, t.* FROM sale_flow, transitions(by_touchpoint) AS t WHERE source <> '(start)' AND target <> '(end)'
), top AS (
    SELECT * FROM t WHERE d = 0 ORDER BY count DESC, source, target LIMIT 10
)
SELECT source AS "after", target AS "comes", top.count, round(100 * top.probability::numeric) AS "% of the time",
       drawn(array_agg(100 * t.probability) FILTER (WHERE t.d > 0), 0) AS "range",
       justify_interval(date_trunc('minute', top.mean_time)) AS "after, on average"
  FROM top JOIN t USING (source, target)
 GROUP BY source, target, top.count, top.probability, top.mean_time
 ORDER BY top.count DESC, source, target;

-- Which channels go with a sale? One contact a customer, drawn by lot: is it a sale, and which channels were there in the
-- 30 days before it? With the first sale against the end of the journey, those who do not buy would have had longer to be met.
CREATE TEMP TABLE asked_contact AS
SELECT DISTINCT ON (customer_id) slice(journey, tstzrange(c.occurred_at - interval '30 days', c.occurred_at, '[)')) AS before,
       match_count(slice(journey, tstzrange(c.occurred_at, c.occurred_at, '[]')), :'sale') > 0 AS sold
  FROM journeys, contacts(journey) AS c
 ORDER BY customer_id, hashint8extended(c.position, hashtextextended(customer_id, 2));

CREATE TEMP TABLE channel_effect AS
SELECT e.* FROM (SELECT conversion_effect_agg(before, 'channel', sold) AS all_of_them FROM asked_contact) AS s, unnest(all_of_them) AS e;

SELECT coalesce('Customers met in ' || nullif(listed(array_agg(part ORDER BY odds_ratio DESC) FILTER (WHERE odds_ratio > 1)), '') || ' in the 30 days before buy more often, which need not be a cause.',
                'No channel goes with more sales by more than chance.') AS text
  FROM channel_effect WHERE q_value < finding_at() \gset effect_
\echo :effect_text 'One contact of each customer, drawn by lot: did it sell?'
SELECT part AS channel, with_count AS "met there", percent(counted(with_converted, with_count), 1) AS "% sell", percent_range(counted(with_converted, with_count), 1) AS "range",
       without_count AS "not met", percent(counted(without_converted, without_count), 1) AS "% sell too", percent_range(counted(without_converted, without_count), 1) AS "range",
       round(odds_ratio::numeric, 2) AS "odds ratio", range_text(ci_low, ci_high, 2) AS "range", round(q_value::numeric, 4) AS q
  FROM channel_effect ORDER BY channel_effect.odds_ratio DESC NULLS LAST, channel;

CREATE TEMP TABLE removal AS
SELECT d, m.* FROM sale_flow, markov_attribution(by_channel) AS m;

-- A channel that everybody passes is one without which no chain arrives, whatever it does. So a sentence only where the
-- channel goes with sales too, and its removal costs most in 99 of 100 draws.
SELECT 'Credit goes to the contacts of the 30 days before a sale, and behind the sale before it. ' ||
       coalesce((SELECT format('As the chain of channels has it, without %s %s %% of the sales would be lost, the most of all channels (in %s of 200 draws).',
                               r.part, round(100 * removal_effect::numeric), first)
                   FROM (SELECT part, removal_effect FROM removal WHERE d = 0 AND removal_effect > 0 ORDER BY removal_effect DESC, part LIMIT 1) AS r
                   JOIN channel_effect AS e ON e.part = r.part AND q_value < finding_at() AND odds_ratio > 1,
                        LATERAL (SELECT count(*) AS first
                                   FROM (SELECT DISTINCT ON (d) part FROM removal WHERE d > 0 ORDER BY d, removal_effect DESC NULLS LAST) AS o
                                  WHERE o.part = r.part) AS f
                  WHERE first >= 198),
                'That a sale hangs on one channel more than on the others is not shown.') AS text \gset lost_
\echo :lost_text 'The last touch sees only who was there at the end:'
SELECT m.part AS channel, round(100 * m.removal_effect::numeric, 1) AS "% lost without it", r.lost AS "range",
       round(m.conversions::numeric, 1) AS "sales credited", r.conversions AS "range", round(coalesce(l.conversions, 0)::numeric, 1) AS "by last touch",
       round(m.value::numeric) AS "value credited", round(100 * a.p_conversion::numeric, 1) AS "% sell from here", s.sell AS "range"
  FROM removal AS m
  JOIN sale_flow AS f ON f.d = 0
  LEFT JOIN absorption(f.by_channel) AS a ON a.state = m.part
  LEFT JOIN unnest((SELECT attribution_agg(journey, 'last_touch', 'channel', :'sale', '30 days', NULL, true) FROM journeys)) AS l ON l.part = m.part
  LEFT JOIN (SELECT part, drawn(array_agg(100 * removal_effect), 1) AS lost, drawn(array_agg(conversions), 1) AS conversions
               FROM removal WHERE d > 0 GROUP BY part) AS r ON r.part = m.part
  LEFT JOIN (SELECT state, drawn(array_agg(100 * p_conversion), 1) AS sell
               FROM sale_flow, absorption(by_channel) WHERE d > 0 GROUP BY state) AS s ON s.state = m.part
 WHERE m.d = 0
 ORDER BY m.removal_effect IS NULL, m.conversions DESC, m.part;

-- A case is a run of contacts without a pause of two weeks; it sells if one of its contacts is a sale.
CREATE TEMP TABLE contact_case AS
SELECT customer_id, c.j, match_count(c.j, :'sale') > 0 AS sold
  FROM journeys, LATERAL (SELECT sessionize(journey, '14 days') AS j) AS c;

-- The plan: the way that most customers whose cases sell take, repeats on the spot left out. It is called so where it is
-- commoner than the next by more than chance, of those who took one of the two more than half, and sells more than the
-- others do, for what everybody does leads to everything.
CREATE TEMP TABLE case_way AS
SELECT path(collapse_repeats(j, 'touchpoint')) AS plan, count(*) AS cases, count(DISTINCT customer_id) AS customers
  FROM contact_case WHERE sold AND contact_count(j) > 1
 GROUP BY 1;
CREATE TEMP TABLE case_plan AS
SELECT first.*, (SELECT count(DISTINCT customer_id) FROM contact_case WHERE sold) AS sellers, ahead AND sells_more AS real
  FROM (SELECT plan, cases, customers,
               rate_ci_low(counted(customers, customers + coalesce(lead(customers) OVER w, 0)), 1 - finding_at()) > 0.5 AS ahead
          FROM case_way WINDOW w AS (ORDER BY customers DESC, cases DESC, plan) ORDER BY customers DESC, cases DESC, plan LIMIT 1) AS first,
       LATERAL (SELECT coalesce((c).change > 0 AND (c).p_value < finding_at(), false) AS sells_more		-- each customer's cases first
                  FROM (SELECT mean_change(mean_agg(sold) FILTER (WHERE NOT this), mean_agg(sold) FILTER (WHERE this)) AS c
                          FROM (SELECT customer_id, path(collapse_repeats(j, 'touchpoint')) = plan AS this, avg(sold::int)::float8 AS sold
                                  FROM contact_case WHERE contact_count(j) > 1 GROUP BY 1, 2) AS s) AS m) AS more;
SELECT EXISTS (SELECT FROM case_plan WHERE customers >= 30) AS planned \gset

\if :planned
SELECT format('%s: %s (%s %% of the %s customers who bought; %s).',
              CASE WHEN real THEN 'The way to a sale that most take' ELSE 'No way to a sale stands out by more than chance. The commonest of them, as a plan' END,
              array_to_string(plan, ' > '), percent(r), sellers, percent_range(r)) AS text,
       format('Of the cases that begin as planned, %s keep to it wholly; where the others leave it:',
              (SELECT count(*) FROM contact_case WHERE check_rule(j, 'starts', plan[1]) AND (conformance(j, plan)).fitness = 1)) AS others
  FROM case_plan, counted(customers, sellers) AS r \gset plan_
\echo :plan_text
\echo :plan_others
SELECT step AS "planned step", sum(cases) AS "cases without it", count(*) AS customers,
       round(100 * mean(mean_agg(sold))::numeric, 1) AS "% of them sell", range_text(greatest(0, 100 * mean_ci_low(mean_agg(sold))), least(100, 100 * mean_ci_high(mean_agg(sold))), 1) AS "range"
  FROM (SELECT customer_id, step, count(*) AS cases, avg(sold::int)::float8 AS sold		-- each customer's cases first
          FROM case_plan, contact_case, LATERAL conformance(j, plan) AS c, unnest(c.missing) AS step
         WHERE check_rule(j, 'starts', plan[1]) GROUP BY customer_id, step) AS s
 GROUP BY step ORDER BY 2 DESC, step LIMIT 8;
\else
\echo 'No way to a sale stands out by more than chance, and none is taken by thirty customers: there is no plan to hold the cases against.'
\echo
\endif

\endif
