-- Journeys of real event logs, against published figures and plain SQL:
--   psql -v ON_ERROR_STOP=1 -v data=DIRECTORY -f test/realdata/journey.sql
-- DIRECTORY holds traffic_fines/ and running_example/. The extension must be installed in schema tp.
-- Leaves nothing behind; a line for every figure, and the last one says that all hold.
\set ON_ERROR_STOP 1
\set QUIET 1
\setenv TOUCHPOINT_DATA :data
\pset tuples_only on
\pset format unaligned
BEGIN;
SET LOCAL search_path = public, tp;
SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'UTC';

CREATE TEMP TABLE fine (case_id text, activity text, ts timestamptz, resource text, amount_raw text, expense_raw text, paymentamount_raw text, totalpaymentamount_raw text, points text, article text,
    vehicleclass text, dismissal text, notificationtype text, event_no bigint);
CREATE TEMP TABLE example (case_id int, activity text, ts timestamptz, resource text, cost float8, event_no bigint);
\copy fine FROM PROGRAM 'gzip -dc "$TOUCHPOINT_DATA"/traffic_fines/traffic_fines.csv.gz' (FORMAT csv, HEADER)
\copy example FROM PROGRAM 'cat "$TOUCHPOINT_DATA"/running_example/running_example.csv' (FORMAT csv, HEADER)
ANALYZE fine;

CREATE FUNCTION pg_temp.expect(what text, got anycompatible, want anycompatible) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF got IS DISTINCT FROM want THEN
        RAISE EXCEPTION '% is %, not %', what, got, want;
    END IF;
    RETURN what || ': ' || got;
END $$;

-- The road fines: one case, one journey. Ids break the ties of the many events that share a time.
CREATE TEMP TABLE fine_journey AS SELECT case_id, journey_agg(touchpoint(NULL, activity), ts, NULL, NULL, NULL, NULL, NULL, NULL, event_no) AS j FROM fine GROUP BY case_id;
CREATE TEMP TABLE fine_log AS SELECT case_id, journey_agg(touchpoint(NULL, activity), 'epoch'::timestamptz + event_no * interval '1 s') AS j FROM fine GROUP BY case_id;
SELECT pg_temp.expect('events of the road fines', count(*), 561470) FROM fine;
SELECT pg_temp.expect('journeys', count(*), 150370) FROM fine_journey;
SELECT pg_temp.expect('contacts in them', sum(contact_count(j)), 561470) FROM fine_journey;
SELECT pg_temp.expect('touchpoints in them', count(DISTINCT t), 11) FROM fine_journey, unnest(path(j)) t;
SELECT pg_temp.expect('variants in the order of the log', count(DISTINCT variant(j)), 231) FROM fine_log;
SELECT pg_temp.expect('times of the first variant', max(n), 56482) FROM (SELECT count(*) AS n FROM fine_log GROUP BY variant(j)) v;
SELECT pg_temp.expect('the first variant', (array_agg(v ORDER BY n DESC))[1], 'Create Fine > Send Fine > Insert Fine Notification > Add penalty > Send for Credit Collection') FROM (SELECT variant(j) AS v, count(*) AS n FROM fine_log GROUP BY 1) v;
SELECT pg_temp.expect('cases whose variant is not string_agg''s by event_no', count(*), 0)
FROM fine_log JOIN (SELECT case_id, string_agg(activity, ' > ' ORDER BY event_no) AS v FROM fine GROUP BY case_id) s USING (case_id) WHERE variant(j) <> v;
SELECT pg_temp.expect('cases whose variant is not string_agg''s by ts, event_no', count(*), 0)
FROM fine_journey JOIN (SELECT case_id, string_agg(activity, ' > ' ORDER BY ts, event_no) AS v FROM fine GROUP BY case_id) s USING (case_id) WHERE variant(j) <> v;
SELECT pg_temp.expect('cases whose path is not array_agg''s', count(*), 0)
FROM fine_journey JOIN (SELECT case_id, array_agg(activity ORDER BY ts, event_no) AS p, min(ts) AS first, max(ts) AS last FROM fine GROUP BY case_id) s USING (case_id) WHERE path(j) <> p OR first_at(j) <> first OR last_at(j) <> last OR throughput_time(j) <> last - first;
SELECT pg_temp.expect('cases that contacts() gives back otherwise', count(*), 0)
FROM (SELECT case_id, activity, ts, event_no FROM fine EXCEPT SELECT case_id, label, occurred_at, id FROM fine_journey, contacts(j)) x;
SELECT pg_temp.expect('journeys that text, jsonb or days rolled up change', count(*), 0)
FROM fine_journey JOIN (SELECT case_id, rollup(j) AS r FROM (SELECT case_id, journey_agg(touchpoint(NULL, activity), ts, NULL, NULL, NULL, NULL, NULL, NULL, event_no) AS j FROM fine GROUP BY case_id, ts::date) d GROUP BY case_id) d USING (case_id)
WHERE j::text::journey <> j OR j::jsonb::journey <> j OR r <> j OR j || j <> j;
SELECT pg_temp.expect('paid cases', count(*) FILTER (WHERE j @> '{Payment}'), (SELECT count(DISTINCT case_id) FROM fine WHERE activity = 'Payment')) FROM fine_journey;

-- Bytes a contact, beside the plain table of the same four columns
CREATE TEMP TABLE plain AS SELECT case_id, activity, ts, event_no FROM fine;
CREATE TEMP TABLE fine_stored AS TABLE fine_journey;
SELECT format('bytes a contact: %s as journeys with ids, %s with the rows that hold them, %s in the plain table', round(sum(pg_column_size(j)) / sum(contact_count(j)), 1), round(pg_relation_size('fine_stored') / sum(contact_count(j)), 1), round(pg_relation_size('plain') / sum(contact_count(j)), 1)) FROM fine_journey;
SELECT pg_temp.expect('journeys take less than the plain table', pg_relation_size('fine_stored') < pg_relation_size('plain'), true);

-- The process miners' running example
CREATE TEMP TABLE example_journey AS SELECT case_id, journey_agg(touchpoint(NULL, activity), ts, NULL, NULL, cost, NULL, NULL, NULL, event_no) AS j FROM example GROUP BY case_id;
SELECT pg_temp.expect('cases of the running example', count(*), 6) FROM example_journey;
SELECT pg_temp.expect('its variants', count(DISTINCT variant(j)), 6) FROM example_journey;
SELECT pg_temp.expect('those that string_agg does not give', count(*), 0)
FROM (SELECT case_id, variant(j) FROM example_journey EXCEPT SELECT case_id, string_agg(activity, ' > ' ORDER BY ts) FROM example GROUP BY case_id) x;
SELECT pg_temp.expect('its cost', sum(total_cost(j)), (SELECT sum(cost) FROM example)) FROM example_journey;
SELECT pg_temp.expect('its directly follows', string_agg(a || b || n, ' ' ORDER BY a, b), 'ab1 ac3 ad2 bd2 be1 cd4 ce2 db1 dc2 de6 ef3 eg3 eh3 fb1 fc1 fd1')
FROM (SELECT x.letter AS a, y.letter AS b, count(*) AS n
    FROM (SELECT label, lead(label) OVER (PARTITION BY case_id ORDER BY position) AS next FROM example_journey, contacts(j)) v
    JOIN (VALUES ('a', 'register request'), ('b', 'examine thoroughly'), ('c', 'examine casually'), ('d', 'check ticket'), ('e', 'decide'), ('f', 'reinitiate request'), ('g', 'pay compensation'), ('h', 'reject request')) x (letter, name) ON x.name = label
    JOIN (VALUES ('a', 'register request'), ('b', 'examine thoroughly'), ('c', 'examine casually'), ('d', 'check ticket'), ('e', 'decide'), ('f', 'reinitiate request'), ('g', 'pay compensation'), ('h', 'reject request')) y (letter, name) ON y.name = next GROUP BY 1, 2) f;
SELECT pg_temp.expect('its ends', string_agg(DISTINCT e || n, ', '), 'pay compensation3, reject request3') FROM (SELECT (path(j))[contact_count(j)] AS e, count(*) AS n FROM example_journey GROUP BY 1) x;
ROLLBACK;
\echo all figures of journeys hold
