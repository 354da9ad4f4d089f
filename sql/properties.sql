-- Properties of contacts in SQL: what goes in comes out, in each form and each function.
\set VERBOSITY default
SET timezone = 'UTC';
SET search_path = public, tp;
\set SHOW_CONTEXT never

-- in and out
SELECT contact_record('web/cart', '2026-01-05Z', properties => '{"order": "o-1", "campaign": "spring", "amount": 19.90, "paid": true, "agent": null}');
SELECT contact_record('web/cart', '2026-01-05Z', properties => '{}') = contact_record('web/cart', '2026-01-05Z') AS empty_is_none,
       contact_record('web/cart', '2026-01-05Z', properties => '{"a": null}') = contact_record('web/cart', '2026-01-05Z') AS null_is_not_there;
SELECT properties(c), property(c, 'campaign') AS campaign, property(c, 'amount') AS amount, property(c, 'paid') AS paid, property(c, 'agent') AS agent
FROM (SELECT 'web/cart@2026-01-05T00:00Z properties={ "paid":true , "campaign":"春\u00e9\n", "amount":1990e-2 } score=4'::contact_record AS c) x;
SELECT c, c::text::contact_record = c AS text, (c::jsonb)::contact_record = c AS jsonb
FROM (SELECT contact_record('a', '2026-01-05Z', 4, properties => '{"k \"\\": "x,}", "n": -0.0, "m": 9007199254740992}') AS c) x;

-- refused
SELECT contact_record('a', '2026-01-05Z', properties => '{"a": {"b": 1}}');
SELECT contact_record('a', '2026-01-05Z', properties => '{"a": [1]}');
SELECT contact_record('a', '2026-01-05Z', properties => '[1]');
SELECT contact_record('a', '2026-01-05Z', properties => '"x"');
SELECT contact_record('a', '2026-01-05Z', properties => '{"order": 9007199254740993}');
SELECT contact_record('a', '2026-01-05Z', properties => '{"x": 1e400}');
SELECT contact_record('a', '2026-01-05Z', properties => '{"": 1}');
SELECT contact_record('a', '2026-01-05Z', properties => jsonb_build_object(repeat('k', 64), 1));
SELECT contact_record('a', '2026-01-05Z', properties => jsonb_build_object('k', repeat('v', 1024)));
SELECT contact_record('a', '2026-01-05Z', properties => (SELECT jsonb_object_agg('k' || i, i) FROM generate_series(1, 65) i));
SELECT 'a@2026-01-05T00:00Z properties={"a":1,"a":2}'::contact_record;
SELECT 'a@2026-01-05T00:00Z properties={"a":[]}'::contact_record;
SELECT 'a@2026-01-05T00:00Z properties={"a":1} properties={}'::contact_record;
SELECT 'a@2026-01-05T00:00Z properties={"a":NaN}'::contact_record;
SELECT '[{"touchpoint": "a", "at": "2026-01-05T00:00:00Z", "properties": 1}]'::jsonb::journey;

-- order: none first, then pair by pair
SELECT property(c, 'a') AS a, property(c, 'b') AS b
FROM unnest('{"a@2026-01-05T00:00Z properties={\"a\":true}","a@2026-01-05T00:00Z properties={\"b\":1}","a@2026-01-05T00:00Z properties={\"a\":2}",
  "a@2026-01-05T00:00Z properties={\"a\":\"x\",\"b\":1}","a@2026-01-05T00:00Z","a@2026-01-05T00:00Z properties={\"a\":\"x\"}","a@2026-01-05T00:00Z properties={\"a\":10}"}'::contact_record[]) c
ORDER BY c;

-- journeys
CREATE TEMP TABLE visit AS
SELECT i AS id, i % 3 AS customer, touchpoint('web', 'p' || i % 4) AS tp, '2026-01-05 10:00Z'::timestamptz + i * interval '1 minute' AS at,
       CASE WHEN i % 5 > 0 THEN jsonb_build_object('campaign', 'c' || i % 2, 'n', i % 4) END AS properties
FROM generate_series(1, 60) i;
CREATE TEMP TABLE j AS
SELECT customer, journey_agg(tp, at, NULL, NULL, NULL, NULL, NULL, NULL, id, properties) AS j,
       journey_agg(contact_record(tp, at, id => id, properties => properties)) AS same
FROM visit GROUP BY customer;
SELECT bool_and(j = same) AND bool_and(j = j::text::journey) AND bool_and(j = (j::jsonb)::journey) AS one_value FROM j;
-- what went in comes out
SELECT count(*) AS rows, count(*) FILTER (WHERE v.properties IS DISTINCT FROM c.properties OR v.tp <> c.touchpoint) AS wrong
FROM j, contacts(j) c JOIN visit v ON v.id = c.id;
SELECT bool_and(rolled = whole) AS merged
FROM (SELECT rollup(j) AS rolled, (SELECT journey_agg(contact_record(tp, at, id => id, properties => properties)) FROM visit) AS whole FROM j) x;
SELECT bool_and(j || j = j) AS idempotent, bool_and(keep(j, 'web/p1') || discard(j, 'web/p1') = j) AS parts FROM j;

-- a part, against plain SQL over the rows
SELECT bool_and(path(j, 'properties.campaign') =
                (SELECT array_agg(v.properties ->> 'campaign' ORDER BY at, id) FROM visit v WHERE v.customer = j.customer)) AS path FROM j;
SELECT bool_and(variant(j, 'properties.n') =
                (SELECT string_agg(coalesce(v.properties ->> 'n', '(none)'), ' > ' ORDER BY at, id) FROM visit v WHERE v.customer = j.customer)) AS variant FROM j;
SELECT sum(rework_count(j, 'properties.campaign')) =
       (SELECT sum(n - d) FROM (SELECT count(*) AS n, count(DISTINCT coalesce(properties ->> 'campaign', '')) AS d FROM visit GROUP BY customer) x) AS rework FROM j;
SELECT sum(contact_count(collapse_repeats(j, 'properties.campaign'))) =
       (SELECT count(*) FILTER (WHERE c IS DISTINCT FROM before OR first) FROM
        (SELECT properties ->> 'campaign' AS c, lag(properties ->> 'campaign') OVER w AS before, row_number() OVER w = 1 AS first
         FROM visit WINDOW w AS (PARTITION BY customer ORDER BY at, id)) x) AS collapsed FROM j;
SELECT t.* FROM (SELECT flow_agg(j, 'properties.campaign') AS f FROM j) x, transitions(f) t ORDER BY 1, 2;
SELECT count(*) AS steps, properties ->> 'campaign' AS from_campaign, next AS to_campaign
FROM (SELECT *, lead(coalesce(properties ->> 'campaign', '(none)'), 1, '(end)') OVER (PARTITION BY customer ORDER BY at, id) AS next FROM visit) x
GROUP BY 2, 3 ORDER BY coalesce(properties ->> 'campaign', '(none)'), 3;
SELECT f = f::text::journey_flow AS text, f = (f::jsonb)::journey_flow AS jsonb, f + f = (SELECT flow_agg(j, 'properties.campaign') FROM (SELECT j FROM j UNION ALL SELECT j FROM j) d) AS sum
FROM (SELECT flow_agg(j, 'properties.campaign') AS f FROM j) x;
SELECT (unnest(attribution_agg(j, 'linear', 'properties.campaign', 1))).* FROM j;
SELECT properties ->> 'campaign' AS campaign, round(sum(1.0 / n), 6) AS credit FROM (SELECT *, count(*) OVER (PARTITION BY customer) AS n FROM visit) x GROUP BY 1 ORDER BY 1 NULLS FIRST;
SELECT path(j, 'properties'), customer FROM j LIMIT 1;
SELECT flow_agg(j, 'properties.' || customer) FROM j;
-- as text a part is the value whatever it is: empty, long, with a line break; one that is missing is missing, and 1 is "1"
SELECT path(j, 'properties.k'), variant(j, 'properties.k'), variant(j, 'properties.k', true), contact_count(collapse_repeats(j, 'properties.k')) AS collapsed, path(first_occurrences(j, 'properties.k')) AS firsts
FROM (SELECT '{a@2026-01-01T00:00Z properties={"k":""},b@2026-01-02T00:00Z properties={"k":1.50},c@2026-01-03T00:00Z properties={"k":"1.5"},d@2026-01-04T00:00Z,e@2026-01-05T00:00Z properties={"k":"1.5","z":1}}'::journey AS j) x;
SELECT state, state IS NULL AS lacks, elapsed FROM time_in_state('{a@2026-01-01T00:00Z properties={"k":""},b@2026-01-02T00:00Z properties={"k":1.50},c@2026-01-03T00:00Z properties={"k":"1.5"},d@2026-01-04T00:00Z}', 'properties.k', '2026-01-05T00:00Z');
SELECT path('{a@2026-01-05T00:00Z properties={"k":"\n"}}', 'properties.k');
SELECT n, path(j, 'properties.k') = ARRAY[repeat('v', n)] AS path, variant(j, 'properties.k') = repeat('v', n) AS variant
FROM unnest('{255,256,1023}'::int[]) n, LATERAL (SELECT '{}'::journey || contact_record('a', '2026-01-05Z', properties => jsonb_build_object('k', repeat('v', n))) AS j) x;
-- where parts become labels they are what a label may be
SELECT flow_agg(journey_agg, 'properties.k') FROM (SELECT journey_agg(contact_record('a', '2026-01-05Z', properties => jsonb_build_object('k', repeat('v', 256))))) x;
SELECT flow_agg('{a@2026-01-05T00:00Z properties={"k":"\n"}}', 'properties.k');
-- a number that would be taken for its neighbour is none to ask for, and places count characters
SELECT '*[k = 9007199254740993]'::journey_pattern;
SELECT '*[k >= -9007199254740992]'::journey_pattern;
SELECT 'a@2026-01-05T00:00Z properties={"春":1,"春":2}'::contact_record;

-- an index with properties finds touchpoints as before, and no value of a property is one
CREATE TEMP TABLE indexed AS SELECT j FROM j, generate_series(1, 30);
CREATE INDEX ON indexed USING gin (j);
SET enable_seqscan = off;
SELECT count(*) FROM indexed WHERE j ~ 'p1';
SELECT count(*) FROM indexed WHERE j ~ 'c1';
SELECT count(*) FROM indexed WHERE j ~ '*c1*';
SELECT count(*) FROM indexed WHERE j @> '{web/p1,web/p2}';
RESET enable_seqscan;
