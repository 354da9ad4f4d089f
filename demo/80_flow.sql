-- Who gets the credit: what follows what, Markov against the last touch; and plan against reality.

SELECT count(DISTINCT channel(touchpoint)) > 1 AND count(*) FILTER (WHERE value > 0) > 0 AS sells
  FROM contacts \gset
\if :sells

\echo 'WHO GETS THE CREDIT'
\echo

-- A case is a run of contacts without a pause of two weeks; it sells if it brought anything in.
CREATE TEMP TABLE contact_case AS
SELECT customer_id, c.j, coalesce(total_value(c.j), 0) AS value, coalesce(total_value(c.j) > 0, false) AS sold
  FROM journeys, LATERAL (SELECT sessionize(journey, '14 days') AS j) AS c;

CREATE TEMP TABLE case_flow AS
SELECT flow_agg(j, 'channel', sold::int, (NOT sold)::int, value) AS by_channel, flow_agg(j, 'touchpoint') AS by_touchpoint
  FROM contact_case;

SELECT format('%s cases, runs of contacts without a pause of two weeks; %s %% of them sell.',
              to_char(count(*), 'FM999,999,999'), round(100.0 * avg(sold::int), 1)) AS text FROM contact_case \gset case_
\echo :case_text 'What most often comes next:'
SELECT source AS "after", target AS "comes", count, round(100 * probability::numeric) AS "% of the time", justify_interval(date_trunc('minute', mean_time)) AS "after, on average"
  FROM case_flow, transitions(by_touchpoint)
 WHERE source <> '(start)' AND target <> '(end)'
 ORDER BY count DESC, source, target LIMIT 10;

SELECT format('Without %s, %s %% of the sales would be lost.', part, round(100 * removal_effect::numeric)) AS text
  FROM case_flow, markov_attribution(by_channel) ORDER BY removal_effect DESC, part LIMIT 1 \gset lost_
\echo :lost_text 'The last touch sees only who was there at the end:'
SELECT m.part AS channel, round(100 * m.removal_effect::numeric, 1) AS "% lost without it",
       round(m.conversions::numeric, 1) AS "sales credited", round(coalesce(l.conversions, 0)::numeric, 1) AS "by last touch",
       round(m.value::numeric) AS "value credited", round(100 * a.p_conversion::numeric, 1) AS "% sell from here"
  FROM case_flow, markov_attribution(by_channel) AS m
  JOIN absorption(by_channel) AS a ON a.state = m.part
  LEFT JOIN unnest((SELECT attribution_agg(j, 'last_touch', 'channel', sold::int) FROM contact_case)) AS l ON l.part = m.part
 ORDER BY m.conversions DESC, m.part;

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
