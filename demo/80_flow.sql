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

CREATE TEMP TABLE sale_flow AS
SELECT flow_agg(journey, 'channel', :'sale', '30 days', true) AS by_channel, flow_agg(journey, 'touchpoint') AS by_touchpoint
  FROM journeys;

SELECT format('%s sales to %s of %s customers. What most often comes next, sale or not:',
              to_char(sum(sales), 'FM999,999,999'), to_char(count(*) FILTER (WHERE sales > 0), 'FM999,999,999'), to_char(count(*), 'FM999,999,999')) AS text
  FROM (SELECT match_count(journey, :'sale') AS sales FROM journeys) AS c \gset sale_
\echo :sale_text
SELECT source AS "after", target AS "comes", count, round(100 * probability::numeric) AS "% of the time", justify_interval(date_trunc('minute', mean_time)) AS "after, on average"
  FROM sale_flow, transitions(by_touchpoint)
 WHERE source <> '(start)' AND target <> '(end)'
 ORDER BY count DESC, source, target LIMIT 10;

SELECT 'Credit goes to the contacts of the 30 days before a sale, and behind the sale before it. ' ||
       coalesce((SELECT format('Without %s, %s %% of the sales would be lost.', part, round(100 * removal_effect::numeric))
                   FROM sale_flow, markov_attribution(by_channel) WHERE removal_effect > 0
                  ORDER BY removal_effect DESC, part LIMIT 1), 'No sale had any.') AS text \gset lost_
\echo :lost_text 'The last touch sees only who was there at the end:'
SELECT m.part AS channel, round(100 * m.removal_effect::numeric, 1) AS "% lost without it",
       round(m.conversions::numeric, 1) AS "sales credited", round(coalesce(l.conversions, 0)::numeric, 1) AS "by last touch",
       round(m.value::numeric) AS "value credited", round(100 * a.p_conversion::numeric, 1) AS "% sell from here"
  FROM sale_flow, markov_attribution(by_channel) AS m
  LEFT JOIN absorption(by_channel) AS a ON a.state = m.part
  LEFT JOIN unnest((SELECT attribution_agg(journey, 'last_touch', 'channel', :'sale', '30 days', NULL, true) FROM journeys)) AS l ON l.part = m.part
 ORDER BY m.removal_effect IS NULL, m.conversions DESC, m.part;

-- A case is a run of contacts without a pause of two weeks; it sells if one of its contacts is a sale.
CREATE TEMP TABLE contact_case AS
SELECT customer_id, c.j, match_count(c.j, :'sale') > 0 AS sold
  FROM journeys, LATERAL (SELECT sessionize(journey, '14 days') AS j) AS c;

-- The plan: the way that most of the cases that sell take, repeats on the spot left out.
CREATE TEMP TABLE case_plan AS
SELECT path(collapse_repeats(j, 'touchpoint')) AS plan, count(*) AS cases
  FROM contact_case WHERE sold AND contact_count(j) > 1
 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1;
SELECT EXISTS (SELECT FROM case_plan) AS planned \gset

\if :planned
SELECT format('The plan that sells most often: %s.', array_to_string(plan, ' > ')) AS text,
       format('Of the cases that begin as planned, %s keep to it wholly; where the others leave it:',
              (SELECT count(*) FROM contact_case WHERE check_rule(j, 'starts', plan[1]) AND (conformance(j, plan)).fitness = 1)) AS others
  FROM case_plan \gset plan_
\echo :plan_text
\echo :plan_others
SELECT step AS "planned step", count(*) AS "cases without it", round(100 * avg(sold::int), 1) AS "% of them sell"
  FROM case_plan, contact_case, LATERAL conformance(j, plan) AS c, unnest(c.missing) AS step
 WHERE check_rule(j, 'starts', plan[1])
 GROUP BY step ORDER BY count(*) DESC, step LIMIT 8;
\endif

\endif
