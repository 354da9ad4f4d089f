-- Flows, attribution and conformance on real data, against published figures and plain SQL:
--   psql -v ON_ERROR_STOP=1 -v data=DIRECTORY -f test/realdata/flow.sql
-- DIRECTORY holds channelattribution/, running_example/ and traffic_fines/. The extension must be
-- installed in schema tp. Leaves nothing behind; the last line says that all figures hold.
\set ON_ERROR_STOP 1
\setenv TOUCHPOINT_DATA :data
BEGIN;
SET LOCAL search_path = public, tp;
SET LOCAL client_min_messages = warning;

CREATE TEMP TABLE path (path text, conversions float8, value float8, nulls float8);
CREATE TEMP TABLE heuristic (channel text, first_touch float8, first_touch_value float8, last_touch float8, last_touch_value float8, linear float8, linear_value float8);
CREATE TEMP TABLE example (case_id int, activity text, ts timestamptz, resource text, cost float8, event_no int);
CREATE TEMP TABLE fine (case_id text, activity text, ts timestamptz, resource text, amount_raw text, expense_raw text, paymentamount_raw text, totalpaymentamount_raw text,
                        points text, article text, vehicleclass text, dismissal text, notificationtype text, event_no int);
\copy path FROM PROGRAM 'gzip -dc "$TOUCHPOINT_DATA"/channelattribution/PathData.csv.gz' (FORMAT csv, HEADER)
\copy heuristic FROM PROGRAM 'cat "$TOUCHPOINT_DATA"/channelattribution/expected_heuristic_models.csv' (FORMAT csv, HEADER)
\copy example FROM PROGRAM 'cat "$TOUCHPOINT_DATA"/running_example/running_example.csv' (FORMAT csv, HEADER)
\copy fine FROM PROGRAM 'gzip -dc "$TOUCHPOINT_DATA"/traffic_fines/traffic_fines.csv.gz' (FORMAT csv, HEADER)

\o /dev/null
\ir expect.psql

-- ChannelAttribution: 10,000 paths of 12 channels. First, last and linear touch as the package gives them.
CREATE TEMP TABLE paths AS SELECT journey(string_to_array(path, ' > ')::touchpoint[]) AS j, conversions, value, nulls FROM path;
SELECT pg_temp.expect(model || ' of ' || u.part, u.conversions,
                      CASE model WHEN 'first_touch' THEN first_touch WHEN 'last_touch' THEN last_touch ELSE linear END, 1e-9)
  FROM unnest('{first_touch,last_touch,linear}'::text[]) AS model,
       LATERAL (SELECT attribution_agg(j, model, 'label', conversions) AS credits FROM paths) AS a, unnest(credits) AS u
  JOIN heuristic ON channel = u.part;
SELECT pg_temp.expect(model || ' value of ' || u.part, u.conversions,
                      CASE model WHEN 'first_touch' THEN first_touch_value WHEN 'last_touch' THEN last_touch_value ELSE linear_value END, 1e-9)
  FROM unnest('{first_touch,last_touch,linear}'::text[]) AS model,
       LATERAL (SELECT attribution_agg(j, model, 'label', value) AS credits FROM paths) AS a, unnest(credits) AS u
  JOIN heuristic ON channel = u.part;
SELECT pg_temp.expect('channels', (SELECT cardinality(attribution_agg(j, 'linear', 'label', conversions)) FROM paths), (SELECT count(*) FROM heuristic), 0);

-- Markov: P(conversion) of the order-1 chain, credits that add up for every order
CREATE TEMP TABLE chain AS
SELECT k, flow_agg_k(j, 'label', k, conversions, nulls, value) AS f FROM paths, generate_series(1, 3) AS k GROUP BY k;
SELECT pg_temp.expect('P(conversion) of order ' || k, p_conversion, 0.2238451356, 5e-11) FROM chain, absorption(f) WHERE state = '(start)';
SELECT pg_temp.expect('conversions of order ' || k, sum(m.conversions), 19785, 1e-8),
       pg_temp.expect('value of order ' || k, sum(m.value), 74802.971587, 1e-6)
  FROM chain, markov_attribution(f) AS m GROUP BY k;
SELECT pg_temp.expect('nulls', sum(t.count), 68602, 0) FROM chain, transitions(f) AS t WHERE k = 1 AND t.target = '(null)';
-- removal effects of order 1 against iterating the chain without the channel
CREATE TEMP TABLE step AS SELECT t.* FROM chain, transitions(f) AS t WHERE k = 1;
CREATE FUNCTION pg_temp.without(gone text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    p jsonb := (SELECT jsonb_object_agg(source, 0) FROM step);
BEGIN
    FOR i IN 1..150 LOOP
        p := (SELECT jsonb_object_agg(source, v) FROM (
            SELECT source, sum(probability * CASE WHEN target = '(conversion)' THEN 1 WHEN target IN ('(null)', gone) THEN 0
                                                  ELSE (p ->> target)::float8 END) AS v FROM step GROUP BY source) AS s);
    END LOOP;
    RETURN p ->> '(start)';
END $$;
SELECT pg_temp.expect('removal effect of ' || m.part, m.removal_effect, 1 - pg_temp.without(m.part) / pg_temp.without('nobody'), 1e-10)
  FROM chain, markov_attribution(f) AS m WHERE k = 1;
-- Shapley credits add up, too, and equal their definition in plain SQL
SELECT pg_temp.expect('Shapley conversions', sum(u.conversions), 19785, 1e-8) FROM unnest((SELECT shapley_attribution(j, 'label', conversions, value) FROM paths)) AS u;
SELECT pg_temp.expect('Shapley of ' || u.part, u.conversions, s.conversions, 1e-8)
  FROM unnest((SELECT shapley_attribution(j, 'label', conversions, value) FROM paths)) AS u
  JOIN (SELECT part, sum(conversions / n) AS conversions
          FROM (SELECT DISTINCT i, part, conversions FROM (SELECT row_number() OVER () AS i, * FROM path) AS p, unnest(string_to_array(path, ' > ')) AS part) AS d
          JOIN (SELECT i, count(DISTINCT part) AS n FROM (SELECT row_number() OVER () AS i, * FROM path) AS p, unnest(string_to_array(path, ' > ')) AS part GROUP BY i) AS c USING (i)
         GROUP BY part) AS s USING (part);

-- The process miners' running example: directly-follows counts, starts and ends
CREATE TEMP TABLE example_flow AS
SELECT flow_agg(j, 'label') AS f FROM (SELECT journey_agg(touchpoint(NULL, activity), ts, NULL, NULL, NULL, NULL, NULL, NULL, event_no) AS j FROM example GROUP BY case_id) AS s;
CREATE TEMP TABLE letter AS
SELECT * FROM unnest('{a,b,c,d,e,f,g,h,(start),(end)}'::text[],
    '{register request,examine thoroughly,examine casually,check ticket,decide,reinitiate request,pay compensation,reject request,(start),(end)}'::text[]) AS l(letter, activity);
CREATE TEMP TABLE follows AS SELECT left(w, 1) AS source, substr(w, 2, 1) AS target, substr(w, 3)::int AS count
  FROM unnest('{de6,cd4,ac3,ef3,eg3,eh3,bd2,ad2,dc2,ce2,ab1,db1,be1,fb1,fc1,fd1}'::text[]) AS w;
SELECT pg_temp.expect('pairs of the example', count(*), 16 + 1 + 2, 0) FROM example_flow, transitions(f);
SELECT pg_temp.expect('pairs as published', count(*), 16, 0)
  FROM example_flow, transitions(f) AS t JOIN letter s ON s.activity = t.source JOIN letter e ON e.activity = t.target
  JOIN follows w ON w.source = s.letter AND w.target = e.letter AND w.count = t.count;
SELECT pg_temp.expect('starts and ends', count(*), 3, 0) FROM example_flow, transitions(f) AS t
 WHERE (t.source, t.target, t.count) IN (('(start)', 'register request', 6), ('pay compensation', '(end)', 3), ('reject request', '(end)', 3));

-- Road fines: 561,470 events of 150,370 cases; directly-follows with mean times as lead() has them
CREATE TEMP TABLE fines AS SELECT case_id, journey_agg(touchpoint(NULL, activity), ts, NULL, NULL, NULL, NULL, NULL, NULL, event_no) AS j FROM fine GROUP BY case_id;
CREATE TEMP TABLE fine_flow AS SELECT flow_agg(j, 'label') AS f FROM fines;
CREATE TEMP TABLE fine_lead AS
SELECT activity AS source, coalesce(next, '(end)') AS target, count(*)::float8 AS count, avg(extract(epoch FROM next_ts - ts)) AS seconds
  FROM (SELECT activity, ts, lead(activity) OVER o AS next, lead(ts) OVER o AS next_ts FROM fine WINDOW o AS (PARTITION BY case_id ORDER BY event_no)) AS s
 GROUP BY 1, 2;
SELECT pg_temp.expect('transitions of fines', (SELECT count(*) FROM fine_flow, transitions(f) WHERE source <> '(start)'), (SELECT count(*) FROM fine_lead), 0);
SELECT pg_temp.expect('transitions as lead() has them', count(*), (SELECT count(*) FROM fine_lead), 0)
  FROM fine_flow, transitions(f) AS t JOIN fine_lead l USING (source, target, count)
 WHERE coalesce(extract(epoch FROM t.mean_time), 0) - coalesce(l.seconds, 0) BETWEEN -1e-6 AND 1e-6;
SELECT pg_temp.expect('cases', sum(t.count), 150370, 0) FROM fine_flow, transitions(f) AS t WHERE t.source = '(start)';
-- 231 variants: their entropy by plain SQL
SELECT pg_temp.expect('entropy', (SELECT path_entropy(j, 'label') FROM fines), -sum(p * ln(p)), 1e-12), pg_temp.expect('variants', count(*), 231, 0)
  FROM (SELECT count(*) / 150370::float8 AS p FROM fines GROUP BY variant(j, 'label')) AS s;
-- what most do is the plan: who keeps to it wholly are the 56,482
SELECT pg_temp.expect('cases as planned', count(*), 56482, 0) FROM fines
 WHERE (conformance(j, '{Create Fine,Send Fine,Insert Fine Notification,Add penalty,Send for Credit Collection}')).fitness = 1;
SELECT pg_temp.expect('sent to collection without penalty', count(*) FILTER (WHERE NOT check_rule(j, 'precedence', 'Add penalty', 'Send for Credit Collection')),
                      (SELECT count(DISTINCT c.case_id) FROM fine c WHERE c.activity = 'Send for Credit Collection'
                        AND NOT EXISTS (SELECT FROM fine p WHERE p.case_id = c.case_id AND p.activity = 'Add penalty' AND p.event_no < c.event_no)), 0) FROM fines;
SELECT pg_temp.expect('rework', sum(rework_count(j)), (SELECT sum(n - d) FROM (SELECT count(*) AS n, count(DISTINCT activity) AS d FROM fine GROUP BY case_id) AS s), 0) FROM fines;
SELECT pg_temp.expect('self-loops', sum(self_loop_count(j)), (SELECT sum(count) FROM fine_lead WHERE source = target), 0) FROM fines;
\o
\echo 'flows, attribution and conformance: all figures hold'
ROLLBACK;
